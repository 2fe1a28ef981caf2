//! Many loans as C writes them down: one array a field, one element a loan.

use chrono::NaiveDate;

use super::benchmark::puhui_benchmark;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, required, required_array, room};
use super::boundary::options::{self, Plain};
use super::boundary::read::{countable, rising};
use super::boundary::start::start;
use super::loan::{BesideTerms, optional, puhui_planned_principal, puhui_rate_step, puhui_terms, terms_of};
use super::product::{cycle, puhui_product};
use crate::calendar::MAX_DATE;
use crate::error::{Error, ErrorCode};
use crate::loan::{Loan, Product, Terms};
use crate::rate::{BasisPoints, Benchmark};

/// `benchmark` of a loan: none, its rate is `rate_ppb`.
pub const PUHUI_NO_BENCHMARK: u32 = u32::MAX;

/// Many loans, of one product or of many: one array a field, one element a loan.
///
/// Start with `PUHUI_LOAN_COLUMNS_INIT`. The arrays belong to the caller and are only read during a call. An array whose field says so
/// may be NULL: then it is 0 for every loan, with the meaning that 0 has in `puhui_terms`. A calendar is its product's: loans whose due
/// dates roll by different calendars are of different products. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_loan_columns {
    /// `sizeof(struct puhui_loan_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// The day whose knowledge of the benchmarks is used: what was published after it is not. 0 without benchmarks.
    pub known_on_ymd: i32,
    /// The number of loans.
    pub count: usize,
    /// The products that the loans are of, none of them NULL.
    pub products: *const *const puhui_product,
    /// The number of products; 1 or more.
    pub product_count: usize,
    /// The place of each loan's product in `products`, from 0. NULL: all loans are of `products[0]`.
    pub product: *const u32,
    /// As in `puhui_terms`.
    pub principal_minor: *const i64,
    /// As in `puhui_terms`, for a loan by a benchmark 0. NULL: every loan has a benchmark.
    pub rate_ppb: *const i64,
    /// As in `puhui_terms`; may be NULL.
    pub residual_minor: *const i64,
    /// As in `puhui_terms`; may be NULL.
    pub fee_at_disbursement_minor: *const i64,
    /// As in `puhui_terms`; may be NULL.
    pub fee_each_instalment_minor: *const i64,
    /// As in `puhui_terms`.
    pub disbursed_on_ymd: *const i32,
    /// As in `puhui_terms`; may be NULL.
    pub first_due_on_ymd: *const i32,
    /// As in `puhui_terms`; may be NULL.
    pub matures_on_ymd: *const i32,
    /// As in `puhui_terms`; may be NULL.
    pub instalments: *const u32,
    /// As in `puhui_terms`; may be NULL.
    pub due_day: *const u32,
    /// The changes of the rates, one loan's after another's; those of loan `i` are `rate_steps[rate_step_offset[i]]` up to, not
    /// including, `rate_steps[rate_step_offset[i + 1]]`.
    pub rate_steps: *const puhui_rate_step,
    /// `count + 1` places that do not fall. NULL: no loan has one.
    pub rate_step_offset: *const usize,
    /// The plans, one loan's after another's, as `rate_steps` are.
    pub plan: *const puhui_planned_principal,
    /// `count + 1` places that do not fall. NULL: no loan has one.
    pub plan_offset: *const usize,
    /// The benchmarks that loans are at, none of them NULL.
    pub benchmarks: *const *const puhui_benchmark,
    /// The number of benchmarks.
    pub benchmark_count: usize,
    /// The place of each loan's benchmark in `benchmarks`, from 0, or `PUHUI_NO_BENCHMARK`. NULL: no loan has one.
    pub benchmark: *const u32,
    /// What is added to the benchmark, in basis points; 0 for a loan without one; may be NULL.
    pub spread_bp: *const i32,
    /// The benchmark is looked up again every n units, from the disbursement on; 0, with `reset_unit` 0: never, and for a loan
    /// without one; may be NULL.
    pub reset_count: *const u32,
    /// One of `PUHUI_UNIT_*`, or 0; may be NULL.
    pub reset_unit: *const u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_loan_columns>() == 200);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 24 words.
unsafe impl Plain for puhui_loan_columns {
    const SIZE_V1: usize = 8 + 24 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_loan_columns` without loans and without columns.
    PUHUI_LOAN_COLUMNS_INIT = puhui_loan_columns {}
}

/// Columns of loans, read: what a loan needs is there, and every place of an offset is behind the one before it.
#[derive(Debug)]
pub(super) struct LoanColumns {
    given: puhui_loan_columns,
    /// The day whose knowledge of the benchmarks is used, where there are any.
    known_on: Option<NaiveDate>,
}

impl LoanColumns {
    /// Reads columns.
    ///
    /// # Safety
    ///
    /// `columns` must be NULL or have its `struct_size` readable bytes, and its arrays be NULL or have as many elements as its fields
    /// say; its products and benchmarks must be NULL or live as long as the result is used.
    pub(super) unsafe fn read(columns: *const puhui_loan_columns) -> Result<LoanColumns, Failure> {
        // SAFETY: forwarded from this function's contract.
        let given = unsafe { options::read(columns, "columns") }?;
        let known_on = optional(given.known_on_ymd, "known_on")?;
        let read = LoanColumns { given, known_on };
        if given.count > 0 {
            // SAFETY: forwarded from this function's contract.
            unsafe { read.check() }?;
        }
        Ok(read)
    }

    /// Refuses columns that cannot be read, and those that say nothing without another.
    ///
    /// # Safety
    ///
    /// That of `read`.
    unsafe fn check(&self) -> Result<(), Failure> {
        let given = &self.given;
        // Offsets have one element more than there are loans.
        countable::<u64>(given.count.saturating_add(1), "count")?;
        countable::<usize>(given.product_count, "product_count")?;
        countable::<usize>(given.benchmark_count, "benchmark_count")?;
        required_array(given.products, given.product_count.max(1), "products")?;
        if given.product_count == 0 {
            return Err(Error::new(ErrorCode::Missing, "product_count", 0, "1 or more products").into());
        }
        required_array(given.benchmarks, given.benchmark_count, "benchmarks")?;
        // SAFETY: the arrays have as many elements as their counts say by this function's contract.
        unsafe {
            for i in 0..given.product_count {
                borrow(given.products.add(i).read(), "products")?;
            }
            for i in 0..given.benchmark_count {
                borrow(given.benchmarks.add(i).read(), "benchmarks")?;
            }
        }
        required(given.principal_minor, "principal")?;
        required(given.disbursed_on_ymd, "disbursed_on")?;
        self.check_benchmarks()?;
        // SAFETY: NULL or `count + 1` elements by this function's contract.
        let (steps, planned) = unsafe {
            let steps = rising(given.rate_step_offset, given.count, "rate_step_offset")?;
            (steps, rising(given.plan_offset, given.count, "plan_offset")?)
        };
        room(given.rate_steps, steps.into(), "rate_steps")?;
        room(given.plan, planned.into(), "plan")
    }

    /// Refuses what is said of benchmarks where there are none, and loans whose rate is said nowhere.
    fn check_benchmarks(&self) -> Result<(), Failure> {
        let given = &self.given;
        if given.benchmark.is_null() {
            required(given.rate_ppb, "rate")?;
        }
        let of_benchmarks = [
            ("known_on", given.known_on_ymd != 0),
            ("spread_bp", !given.spread_bp.is_null()),
            ("reset_count", !given.reset_count.is_null()),
            ("reset_unit", !given.reset_unit.is_null()),
        ];
        match (given.benchmark.is_null(), of_benchmarks.iter().find(|(_, given)| *given)) {
            (true, Some((field, _))) => Err(Error::new(
                ErrorCode::Contradiction,
                *field,
                "a value",
                "nothing without the column benchmark",
            )
            .into()),
            (false, _) if self.known_on.is_none() => {
                let bound = "the day up to which what was published counts";
                Err(Error::new(ErrorCode::Missing, "known_on", 0, bound).into())
            }
            _ => Ok(()),
        }
    }

    /// The number of loans.
    pub(super) fn count(&self) -> usize {
        self.given.count
    }

    /// The product of loan `i`.
    ///
    /// # Safety
    ///
    /// `i` must be below the count, and the contract of `read` hold.
    #[inline]
    pub(super) unsafe fn product(&self, i: usize) -> Result<&Product, Failure> {
        // SAFETY: NULL or readable at `i` by this function's contract.
        let place = unsafe { element(self.given.product, i) };
        let index = in_list(place, self.given.product_count, "product")?;
        // SAFETY: `index` is below the number of products, each of which is live.
        unsafe { Ok(&borrow(self.given.products.add(index).read(), "products")?.product) }
    }

    /// The terms of loan `i`; of a loan by a benchmark the rate is 0.
    ///
    /// # Safety
    ///
    /// That of `product`.
    #[inline]
    pub(super) unsafe fn terms(&self, i: usize) -> Result<Terms, Failure> {
        let given = &self.given;
        // SAFETY: NULL or readable at `i` by this function's contract; the two read outright are not NULL.
        let terms = unsafe {
            puhui_terms {
                struct_size: 64,
                instalments: element(given.instalments, i),
                principal_minor: given.principal_minor.add(i).read(),
                rate_ppb: element(given.rate_ppb, i),
                residual_minor: element(given.residual_minor, i),
                fee_at_disbursement_minor: element(given.fee_at_disbursement_minor, i),
                fee_each_instalment_minor: element(given.fee_each_instalment_minor, i),
                disbursed_on_ymd: given.disbursed_on_ymd.add(i).read(),
                first_due_on_ymd: element(given.first_due_on_ymd, i),
                matures_on_ymd: element(given.matures_on_ymd, i),
                due_day: element(given.due_day, i),
            }
        };
        Ok(terms_of(&terms)?)
    }

    /// Loan `i`, checked; what lies beside its terms is read into `beside`.
    ///
    /// # Safety
    ///
    /// That of `product`.
    pub(super) unsafe fn loan<'s>(
        &'s self,
        i: usize,
        beside: &'s mut BesideTerms,
    ) -> Result<Loan<'s>, Failure> {
        let given = &self.given;
        // SAFETY: forwarded from this function's contract; the offsets rise, and the arrays have as many elements as the last says.
        unsafe {
            let (product, mut terms) = (self.product(i)?, self.terms(i)?);
            let plain =
                given.rate_step_offset.is_null() && given.plan_offset.is_null() && given.benchmark.is_null();
            if plain {
                return Ok(Loan::new(product, terms)?);
            }
            let (first_step, steps) = part(given.rate_step_offset, i);
            let (first_planned, planned) = part(given.plan_offset, i);
            beside.read(
                (given.rate_steps.wrapping_add(first_step), steps),
                (given.plan.wrapping_add(first_planned), planned),
            )?;
            self.benchmark_rates(i, &mut terms, beside)?;
            Ok(Loan::with_rates_and_principal(product, terms, &beside.rate_steps, &beside.plan)?)
        }
    }

    /// The rates of a loan by a benchmark: as far as anything is known, for a relief may move the maturity.
    ///
    /// # Safety
    ///
    /// That of `product`.
    unsafe fn benchmark_rates(
        &self,
        i: usize,
        terms: &mut Terms,
        beside: &mut BesideTerms,
    ) -> Result<(), Failure> {
        let given = &self.given;
        // SAFETY: NULL or readable at `i` by this function's contract; what is in the list is live.
        unsafe {
            let reset = cycle(element(given.reset_count, i), element(given.reset_unit, i), "reset")?;
            let spread = element(given.spread_bp, i);
            let Some(benchmark) = self.benchmark(i)? else {
                let said = [("spread_bp", spread != 0), ("reset", reset.is_some())];
                return match said.iter().find(|(_, said)| *said) {
                    None => Ok(()),
                    Some((field, _)) => {
                        Err(Error::new(ErrorCode::Contradiction, *field, "a value", "0 without a benchmark")
                            .into())
                    }
                };
            };
            if element(given.rate_ppb, i) != 0 || !beside.rate_steps.is_empty() {
                let bound = "no rate and no change of it beside a benchmark";
                return Err(Error::new(ErrorCode::Contradiction, "rate", "a value", bound).into());
            }
            let known_on =
                self.known_on.ok_or_else(|| Error::internal("benchmark without a day it is known on", i))?;
            let rates = benchmark.rates(BasisPoints(spread), reset, terms.disbursed_on, MAX_DATE, known_on);
            (terms.rate, beside.rate_steps) = rates.map_err(|error| error.at("benchmark"))?;
        }
        Ok(())
    }

    /// The benchmark of loan `i`, if it has one.
    ///
    /// # Safety
    ///
    /// That of `product`.
    unsafe fn benchmark(&self, i: usize) -> Result<Option<&Benchmark>, Failure> {
        if self.given.benchmark.is_null() {
            return Ok(None);
        }
        // SAFETY: readable at `i`, and what is in the list is live, by this function's contract.
        unsafe {
            match self.given.benchmark.add(i).read() {
                PUHUI_NO_BENCHMARK => Ok(None),
                place => {
                    let index = in_list(place, self.given.benchmark_count, "benchmark")?;
                    Ok(Some(&borrow(self.given.benchmarks.add(index).read(), "benchmarks")?.benchmark))
                }
            }
        }
    }
}

/// A place in a list of the caller's.
#[inline]
fn in_list(place: u32, count: usize, field: &'static str) -> Result<usize, Failure> {
    let index = usize::try_from(place).ok().filter(|&index| index < count);
    index.ok_or_else(|| {
        Error::new(ErrorCode::OutOfRange, field, place, format_args!("below {count}, the number of them"))
            .into()
    })
}

/// Where the elements of loan `i` begin, and their number; none without offsets.
///
/// # Safety
///
/// `offset` must be NULL or have more than `i + 1` elements that do not fall.
unsafe fn part(offset: *const usize, i: usize) -> (usize, usize) {
    if offset.is_null() {
        return (0, 0);
    }
    // SAFETY: not NULL, so readable at both places by this function's contract.
    let (start, end) = unsafe { (offset.add(i).read(), offset.add(i + 1).read()) };
    (start, end - start)
}

/// The element of a column that may be NULL.
///
/// # Safety
///
/// `column` must be NULL or readable at `i`.
#[inline]
unsafe fn element<T: Copy + Default>(column: *const T, i: usize) -> T {
    // SAFETY: not NULL where it is read, so readable by this function's contract.
    if column.is_null() { T::default() } else { unsafe { column.add(i).read() } }
}
