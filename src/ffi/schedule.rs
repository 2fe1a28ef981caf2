//! Schedules, singly and by columns, and the annualised rates of one.

use rust_decimal::Decimal;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, room};
use super::boundary::options::{Plain, struct_size};
use super::boundary::result::{give_struct, too_small};
use super::boundary::start::start;
use super::boundary::status::{PUHUI_OK, puhui_status};
use super::instalment::{puhui_instalment, puhui_totals};
use super::loan::{BesideTerms, GivenLoan, puhui_loan};
use super::loan_columns::{LoanColumns, puhui_loan_columns};
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{Instalment, Loan};

/// Rows that are computed on the stack before they are translated; longer schedules are translated row by row.
const SCRATCH: usize = 128;

/// Writes the schedule of one loan into the caller's array.
///
/// `rows` has `capacity` elements and belongs to the caller; `*out_count` becomes the number of rows written, the elements
/// after them are left as they were. With `rows` NULL and a `capacity` of 0 nothing is written but `*out_count`, the number
/// of rows that the schedule needs at most. `out_totals`, if not NULL, becomes the totals, whether or not there are rows.
/// `loan` and what it points to is read during the call only. `error` may be NULL.
///
/// On failure `*out_count` and `*out_totals` are 0 and the rows that were begun are 0, but with `PUHUI_ERR_BUFFER_TOO_SMALL`
/// `*out_count` is the capacity that is needed and `rows` is as it was. No memory is kept after the call; a loan with one rate and
/// no plan, and without an error, uses none, save where its payment can only be decided in big integers (graduated payments,
/// negative rates, and about one other loan in ten million). Any number of threads may use one product at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` (a flag
/// of a change of the rate), `PUHUI_ERR_MALFORMED`, `PUHUI_ERR_OUT_OF_RANGE`, `PUHUI_ERR_OVERFLOW`, `PUHUI_ERR_MISSING`,
/// `PUHUI_ERR_CONTRADICTION`, `PUHUI_ERR_DATE_OUT_OF_RANGE`, `PUHUI_ERR_DATES_OUT_OF_ORDER`,
/// `PUHUI_ERR_CALENDAR_NOT_COVERED`, `PUHUI_ERR_DUE_DATES_COLLIDE`, `PUHUI_ERR_NEGATIVE_AMORTISATION`,
/// `PUHUI_ERR_SEASON_NEVER_OCCURS`, `PUHUI_ERR_PLAN_DOES_NOT_SUM`, `PUHUI_ERR_BUFFER_TOO_SMALL` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `loan` and its terms must have their `struct_size` readable bytes, its arrays their counts, and its product be live; `rows` must be
/// writable for `capacity` elements and the outputs writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_schedule(
    loan: *const puhui_loan,
    rows: *mut puhui_instalment,
    capacity: usize,
    out_count: *mut usize,
    out_totals: *mut puhui_totals,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_count, 0);
                put(out_totals, puhui_totals::ZERO);
            },
            || {
                let given = GivenLoan::read(loan)?;
                required(out_count, "out_count")?;
                room(rows, capacity, "rows")?;
                let loan = given.loan()?;
                let needed = loan.max_rows();
                if rows.is_null() {
                    if !out_totals.is_null() {
                        put(out_totals, (&loan.schedule().totals()?).into());
                    }
                    put(out_count, needed);
                    return Ok(());
                }
                if capacity < needed {
                    put(out_count, needed);
                    return Err(too_small("capacity", capacity, needed).into());
                }
                let mut scratch = [Instalment::EMPTY; SCRATCH];
                let totals = write(&loan, &mut scratch, (rows, needed), !out_totals.is_null())?;
                put(out_totals, totals);
                put(out_count, usize::try_from(totals.rows).unwrap_or(needed));
                Ok(())
            },
        )
    }
}

/// Writes the schedules of many loans into the caller's arrays.
///
/// Loan `i` of `columns->count` reads element `i` of each column and writes `status[i]`, its rows from `rows[offset[i]]` up to, not
/// including, `rows[offset[i + 1]]`, and, unless `totals` is NULL, `totals[i]`. `offset` has `count + 1` elements, `status` and
/// `totals` have `count`, `rows` has `capacity`; all belong to the caller, who keeps them. With `rows` NULL and a `capacity` of 0
/// the call writes no rows: `offset[count]` is the capacity that is needed.
///
/// Every loan is attempted and every element of `offset`, `status` and `totals` is written. A loan whose terms are refused
/// has no rows; one whose figures fail on the way (a payment below its interest) keeps its place, all 0. So `offset` is the same in
/// both calls; what fails on the way is reported by a call with rows or totals only.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the products may be shared, and the
/// parts give the same rows as the whole. With no loans it succeeds: `offset` may be NULL (else `offset[0]` is 0), so may `status`.
/// `error`, which may be NULL, names the first loan that failed. Nothing is kept after the call, and no memory is allocated, save for
/// loans with changes of the rate, a plan or a benchmark, for one that fails and for one whose payment can only be decided in big
/// integers (see `puhui_schedule`); that is released before the call returns.
///
/// Returns `PUHUI_OK` if every loan succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with one of the statuses of
/// `puhui_schedule`, or, of its benchmark, of `puhui_benchmark_rates`; `PUHUI_ERR_BUFFER_TOO_SMALL` if `capacity` is below
/// `offset[count]`: then `offset` is written, `rows` up to `capacity`, `status` and `totals` are unspecified; before anything is
/// written, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_OUT_OF_RANGE` (offsets of the columns that fall),
/// `PUHUI_ERR_MISSING` (no product, or benchmarks without the day up to which they are known), `PUHUI_ERR_CONTRADICTION` (a column
/// that says nothing without another), `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (the day of the benchmarks); or
/// `PUHUI_ERR_PANIC`, outputs unspecified.
///
/// # Safety
///
/// `columns` must have its `struct_size` readable bytes, and its arrays that are not NULL as many elements as their fields say; its
/// products and benchmarks must be live; the outputs must be writable for their elements; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_schedule_batch(
    columns: *const puhui_loan_columns,
    rows: *mut puhui_instalment,
    capacity: usize,
    offset: *mut usize,
    status: *mut puhui_status,
    totals: *mut puhui_totals,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let columns = LoanColumns::read(columns)?;
                room(rows, capacity, "rows")?;
                let count = columns.count();
                if count == 0 {
                    put(offset, 0);
                    return Ok(());
                }
                required(offset, "offset")?;
                required(status, "status")?;
                let mut batch = Batch {
                    rows,
                    capacity,
                    with_totals: !totals.is_null(),
                    needed: 0,
                    scratch: [Instalment::EMPTY; SCRATCH],
                };
                let mut beside = BesideTerms::default();
                offset.write(0);
                let mut first_failure = None;
                for i in 0..count {
                    let outcome = columns
                        .loan(i, &mut beside)
                        .and_then(|loan| batch.loan(&loan).map_err(Failure::from));
                    offset.add(i + 1).write(batch.needed);
                    let (code, sums) = match outcome {
                        Ok(sums) => (PUHUI_OK, sums),
                        Err(failure) => {
                            let code = failure.detail_status();
                            first_failure.get_or_insert_with(|| Failure::of_row(i, failure));
                            (code, puhui_totals::ZERO)
                        }
                    };
                    status.add(i).write(code);
                    if !totals.is_null() {
                        totals.add(i).write(sums);
                    }
                }
                if !rows.is_null() && capacity < batch.needed {
                    return Err(too_small("capacity", capacity, batch.needed).into());
                }
                first_failure.map_or(Ok(()), Err)
            },
        )
    }
}

/// The annualised rates of a loan, in three readings that must not be mixed.
///
/// Start with `PUHUI_ANNUALISED_INIT`. Rates are in units of the tenth decimal: 450057987 is 4.50057987 % a year, rounded
/// half to even. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_annualised {
    /// `sizeof(struct puhui_annualised)` as the caller was compiled.
    pub struct_size: u32,
    /// 1: all periods are equal cycles and `nominal_e10` is set. 0: there is no such rate, and it is 0.
    pub has_nominal: u32,
    /// Compounded: the internal rate of return a year, by days over 365.
    pub effective_e10: i64,
    /// Simple (单利): all costs x 365 / the sum of balance x days. To be labelled as simple wherever it is shown.
    pub simple_e10: i64,
    /// Periods a year x the rate of one period.
    pub nominal_e10: i64,
}

const _: () = assert!(size_of::<puhui_annualised>() == 32);

// SAFETY: integers only, without padding: 2 x 4 + 3 x 8 = 32.
unsafe impl Plain for puhui_annualised {
    const SIZE_V1: usize = 32;
}

start! {
    /// Starts a `struct puhui_annualised`.
    PUHUI_ANNUALISED_INIT = puhui_annualised {}
}

/// Computes the annualised rates of one loan and stores them in `*out_rates`, whose `struct_size` the caller has set.
///
/// The fee at disbursement lowers what the borrower received. `loan` and what it points to is read during the call only, and memory
/// used meanwhile is released before it returns. `error` may be NULL. On
/// failure all fields of `*out_rates` but `struct_size` are 0. Any number of threads may use one product at the same time.
///
/// Returns one of the statuses of `puhui_schedule`, `PUHUI_ERR_NO_SIGN_CHANGE`, `PUHUI_ERR_MORE_THAN_ONE_ROOT` or
/// `PUHUI_ERR_RATE_OUT_OF_BRACKET`.
///
/// # Safety
///
/// As for `puhui_schedule`; `out_rates` must have its `struct_size` writable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_annualised_rates(
    loan: *const puhui_loan,
    out_rates: *mut puhui_annualised,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_struct(out_rates, "out_rates", error, || {
            let rates = GivenLoan::read(loan)?.loan()?.schedule().annualised_rates()?;
            Ok(puhui_annualised {
                struct_size: struct_size::<puhui_annualised>(),
                has_nominal: u32::from(rates.nominal.is_some()),
                effective_e10: e10(rates.effective, "effective")?,
                simple_e10: e10(rates.simple, "simple")?,
                nominal_e10: rates.nominal.map_or(Ok(0), |rate| e10(rate, "nominal"))?,
            })
        })
    }
}

/// A rate of at most ten decimals in units of the tenth.
fn e10(rate: Decimal, field: &'static str) -> CoreResult<i64> {
    let factor = 10_u32.checked_sub(rate.scale()).map(|places| 10_i128.pow(places));
    let units = factor.and_then(|factor| rate.mantissa().checked_mul(factor));
    units.and_then(|units| i64::try_from(units).ok()).ok_or_else(|| {
        Error::new(ErrorCode::Overflow, field, rate, "a rate of ten decimals within the 64-bit range")
    })
}

/// Where the rows of a batch go.
struct Batch {
    /// NULL: nowhere.
    rows: *mut puhui_instalment,
    capacity: usize,
    with_totals: bool,
    /// The rows of all loans so far, whether or not they fit.
    needed: usize,
    scratch: [Instalment; SCRATCH],
}

impl Batch {
    /// Gives a loan its place, and writes its rows where there are any to write.
    ///
    /// # Safety
    ///
    /// `rows` must be NULL or writable for `capacity` elements.
    unsafe fn loan(&mut self, loan: &Loan<'_>) -> CoreResult<puhui_totals> {
        let first = self.needed;
        let count = rows_of(loan);
        self.needed = first.checked_add(count).ok_or_else(|| {
            Error::new(ErrorCode::Overflow, "offset", "more", "a number of rows that the address space holds")
        })?;
        if !self.rows.is_null() && self.needed <= self.capacity {
            // SAFETY: `first + count` <= `capacity`, for which `rows` is writable by this function's contract.
            return unsafe {
                write(loan, &mut self.scratch, (self.rows.add(first), count), self.with_totals)
            };
        }
        if self.with_totals { Ok((&loan.schedule().totals()?).into()) } else { Ok(puhui_totals::ZERO) }
    }
}

/// The rows that a schedule has: as many as it may have at most, but for a plan whose days fall on due dates. One that fails on the
/// way keeps room for the most.
fn rows_of(loan: &Loan<'_>) -> usize {
    let most = loan.max_rows();
    if loan.planned_principal().is_empty() {
        return most;
    }
    let rows = loan.schedule().iter().try_fold(0, |rows, row| row.map(|_| rows + 1));
    rows.unwrap_or(most)
}

/// Writes the rows of a schedule, all of them or zeros, and returns the totals (of a long schedule its rows only, unless
/// they are asked for).
///
/// # Safety
///
/// `rows` must be writable for `room` elements, which are as many as the schedule has.
unsafe fn write(
    loan: &Loan<'_>,
    scratch: &mut [Instalment],
    (rows, room): (*mut puhui_instalment, usize),
    with_totals: bool,
) -> CoreResult<puhui_totals> {
    // SAFETY: every `i` that is passed is below `room`, for which `rows` is writable by this function's contract.
    let put = |i: usize, row: puhui_instalment| unsafe { rows.add(i).write(row) };
    let outcome = if loan.max_rows() <= scratch.len() {
        loan.schedule().write_into(scratch).map(|totals| {
            for (i, row) in scratch.iter().take(totals.rows).enumerate() {
                put(i, row.into());
            }
            (&totals).into()
        })
    } else {
        write_long(loan, put, with_totals)
    };
    if outcome.is_err() {
        (0..room).for_each(|i| put(i, puhui_instalment::ZERO));
    }
    outcome
}

/// The rows of a schedule that is longer than the scratch, one by one.
fn write_long(
    loan: &Loan<'_>,
    put: impl Fn(usize, puhui_instalment),
    with_totals: bool,
) -> CoreResult<puhui_totals> {
    let schedule = loan.schedule();
    let mut rows = 0;
    for row in schedule.iter() {
        put(rows, (&row?).into());
        rows += 1;
    }
    if with_totals {
        return Ok((&schedule.totals()?).into());
    }
    Ok(puhui_totals { rows: u64::try_from(rows).unwrap_or(u64::MAX), ..puhui_totals::ZERO })
}
