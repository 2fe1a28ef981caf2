//! Relief applied: to one loan, before and after, and to many by columns.

use std::slice;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, call, put, required, required_array, unused};
use super::boundary::options::{self, Plain, check_out};
use super::boundary::status::{PUHUI_OK, puhui_status};
use super::codes;
use super::loan::{
    puhui_instalment, puhui_side, puhui_terms, puhui_terms_columns, read_columns, read_terms_extra, terms_of,
};
use super::product::puhui_product;
use super::relief::{in_reliefs, puhui_impact, puhui_relief, read_relief, read_reliefs};
use super::schedule::too_small;
use crate::calendar::to_ymd;
use crate::loan::{Instalment, Loan, Relieved};
use crate::money::Money;

/// Applies reliefs to one loan: writes its schedule before and after into the caller's arrays, and what changed.
///
/// `reliefs` has `relief_count` elements, each as far from the next as its `struct_size` says, which must be the same in all.
/// They apply in the order of their `granted_on_ymd`, each to the schedule as the earlier ones left it, whatever their order
/// in the array. With a `relief_count` of 0, `reliefs` may be NULL and nothing changes. `side` is what lies beside the terms,
/// NULL for nothing. The inputs are read during the call only.
///
/// `rows_before` has `capacity_before` elements and `rows_after` has `capacity_after`; `*out_count_before` and
/// `*out_count_after` become the numbers of rows, the elements after them are left as they were. Either array may be NULL
/// with a capacity of 0: its rows are counted and not written. `out_outcomes` has `relief_count` elements and becomes what
/// came of each relief, one of `PUHUI_OUTCOME_*`, in the order of `reliefs`; `*out_impact`, whose `struct_size` the caller has
/// set, becomes what they changed together. Both may be NULL; without `out_impact` the call is faster. Everything belongs to
/// the caller. `error` may be NULL.
///
/// On failure the counts, the outcomes and the fields of `*out_impact` but `struct_size` are 0 and no row is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` the counts are the capacities that are needed. With more than one relief the `field` of
/// `error` says which one is wrong: `reliefs[1].new_date`. The call allocates memory and releases it before it returns;
/// nothing is kept. Any number of threads may use one product at the same time.
///
/// Returns `PUHUI_OK`, also where nothing was due; one of the statuses of `puhui_schedule`; and, of the reliefs:
/// `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_TEXT` (the reason),
/// `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_OUT_OF_RANGE` (a rate or a number),
/// `PUHUI_ERR_MISSING` for a part that the others make necessary and for a relief that does nothing,
/// `PUHUI_ERR_CONTRADICTION` for parts that exclude each other, for two reliefs of one day that choose the same row, for rows
/// to be caught up where none remain and for shifted rows without a cycle, `PUHUI_ERR_DATES_OUT_OF_ORDER` for a window that
/// ends before it begins, a grant before the disbursement, a `new_date_ymd` before the last row deferred and a maturity that
/// is not later, or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `product` must be live; `terms`, `side`, each relief and `*out_impact` must have their `struct_size` bytes, the side's
/// arrays their counts; the row arrays must be writable for their capacities, `out_outcomes` for `relief_count` elements and
/// the counts writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_relieve(
    product: *const puhui_product,
    terms: *const puhui_terms,
    side: *const puhui_side,
    reliefs: *const puhui_relief,
    relief_count: usize,
    rows_before: *mut puhui_instalment,
    capacity_before: usize,
    rows_after: *mut puhui_instalment,
    capacity_after: usize,
    out_count_before: *mut usize,
    out_count_after: *mut usize,
    out_outcomes: *mut u32,
    out_impact: *mut puhui_impact,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_count_before, 0);
                put(out_count_after, 0);
                if !out_outcomes.is_null() {
                    (0..relief_count).for_each(|i| out_outcomes.add(i).write(0));
                }
                if !out_impact.is_null() && check_out(out_impact, "out_impact").is_ok() {
                    out_impact.write(puhui_impact::zero((*out_impact).struct_size));
                }
            },
            || {
                let product = borrow(product, "product")?;
                required_array(rows_before, capacity_before, "rows_before")?;
                required_array(rows_after, capacity_after, "rows_after")?;
                required(out_count_before, "out_count_before")?;
                required(out_count_after, "out_count_after")?;
                if !out_impact.is_null() {
                    check_out(out_impact, "out_impact")?;
                }
                let terms = terms_of(&options::read(terms, "terms")?)?;
                let extra = read_terms_extra(side)?;
                let reliefs = read_reliefs(reliefs, relief_count)?;
                let loan =
                    Loan::with_rates_and_principal(&product.product, terms, &extra.steps, &extra.planned)?;
                let relieved = loan.relieve(&reliefs).map_err(in_reliefs)?;
                let (before, after) = (relieved.before(), relieved.after());
                put(out_count_before, before.len());
                put(out_count_after, after.len());
                fits(rows_before, capacity_before, "capacity_before", before)?;
                fits(rows_after, capacity_after, "capacity_after", after)?;
                write(rows_before, before);
                write(rows_after, after);
                if !out_outcomes.is_null() {
                    for (i, outcome) in relieved.impact().outcomes.iter().enumerate() {
                        out_outcomes.add(i).write(codes::outcome(*outcome));
                    }
                }
                if !out_impact.is_null() {
                    // Without an effective rate there is nothing to discount with; the rest is good.
                    let present_value_change = relieved.present_value_change().ok();
                    let size = (*out_impact).struct_size;
                    out_impact.write(puhui_impact::of(size, relieved.impact(), present_value_change));
                }
                Ok(())
            },
        )
    }
}

/// What one relief did to many loans: one array a figure, one element a loan.
///
/// Start with `PUHUI_RELIEVED_COLUMNS_INIT`. The arrays belong to the caller; one that is NULL is not written. Amounts are in
/// minor units. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_relieved_columns {
    /// `sizeof(struct puhui_relieved_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// One of `PUHUI_OUTCOME_*`; 0 for a loan that failed.
    pub outcome: *mut u32,
    /// Before the relief: the first day, on or after the grant, on which something falls due; 0: none.
    pub next_due_before_ymd: *mut i32,
    /// The same after the relief.
    pub next_due_after_ymd: *mut i32,
    /// The last due date before the relief.
    pub last_due_before_ymd: *mut i32,
    /// The last due date after it.
    pub last_due_after_ymd: *mut i32,
    /// As in `puhui_impact`.
    pub deferred_principal_minor: *mut i64,
    /// As in `puhui_impact`.
    pub deferred_interest_minor: *mut i64,
    /// As in `puhui_impact`.
    pub capitalised_interest_minor: *mut i64,
    /// As in `puhui_impact`.
    pub waived_interest_minor: *mut i64,
    /// As in `puhui_impact`.
    pub interest_change_minor: *mut i64,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_relieved_columns>() == 88);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 10 words.
unsafe impl Plain for puhui_relieved_columns {
    const SIZE_V1: usize = 8 + 10 * size_of::<usize>();
}

/// Applies one relief to `count` loans of one product, each with one fixed rate, and says what changed in each.
///
/// Loan `i` reads element `i` of each of `columns` and writes `status[i]` and element `i` of each array of `out` that is not
/// NULL. `status` and these arrays have `count` elements; all belong to the caller, who keeps them. The figures are those that
/// `puhui_relieve` gives for the loan alone; the rows of a loan are asked for there.
///
/// Every loan is attempted and every element is written. A loan in whose window nothing is due is no failure: its outcome is
/// `PUHUI_OUTCOME_NOTHING_DUE`, its figures are the same before and after. A loan that fails has 0 in all its figures.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the product and the relief may be
/// shared, and the parts give the same figures as the whole. `count` 0 succeeds if the relief is good: `columns`, `out` and
/// `status` may be NULL. `error`, which may be NULL, names the first loan that failed. The inputs are read during the call
/// only. The call allocates memory for each loan and releases it before it goes on to the next; nothing is kept.
///
/// Returns `PUHUI_OK` if every loan succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with one of the statuses of
/// `puhui_relieve`; before anything is written, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, or, of a
/// relief that is wrong whatever the loan, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_MALFORMED`,
/// `PUHUI_ERR_OUT_OF_RANGE`, `PUHUI_ERR_MISSING`, `PUHUI_ERR_CONTRADICTION`, `PUHUI_ERR_DATE_OUT_OF_RANGE` or
/// `PUHUI_ERR_DATES_OUT_OF_ORDER`; or `PUHUI_ERR_PANIC`, outputs unspecified.
///
/// # Safety
///
/// `product` must be live; `columns`, `relief` and `out` must have their `struct_size` readable bytes; the arrays of `columns`
/// that are not NULL must be readable, those of `out` and `status` writable for `count` elements; no output may overlap
/// anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_relieve_batch(
    product: *const puhui_product,
    columns: *const puhui_terms_columns,
    count: usize,
    relief: *const puhui_relief,
    out: *const puhui_relieved_columns,
    status: *mut puhui_status,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let product = borrow(product, "product")?;
                let relief = read_relief(relief, "relief")?;
                if count == 0 {
                    return Ok(());
                }
                let columns = read_columns(columns)?;
                let out = options::read(out, "out")?;
                unused(u64::from(out.reserved), "out.reserved")?;
                required(status, "status")?;
                let granted_on = to_ymd(relief.granted_on);
                let reliefs = slice::from_ref(&relief);
                let mut first_failure = None;
                for i in 0..count {
                    let figures = terms_of(&columns.row(i)).and_then(|terms| {
                        let relieved = Loan::new(&product.product, terms)?.relieve(reliefs)?;
                        Ok(RelievedLoan::of(&relieved, granted_on))
                    });
                    let (code, figures) = match figures {
                        Ok(figures) => (PUHUI_OK, figures),
                        Err(error) => {
                            let code = (&error).into();
                            first_failure.get_or_insert_with(|| Failure::of_row(i, error));
                            (code, RelievedLoan::default())
                        }
                    };
                    status.add(i).write(code);
                    out.write(i, &figures);
                }
                first_failure.map_or(Ok(()), Err)
            },
        )
    }
}

/// What a batch says of one loan.
#[derive(Clone, Copy, Debug, Default)]
struct RelievedLoan {
    outcome: u32,
    next_due_before: i32,
    next_due_after: i32,
    last_due_before: i32,
    last_due_after: i32,
    deferred_principal: Money,
    deferred_interest: Money,
    capitalised_interest: Money,
    waived_interest: Money,
    interest_change: Money,
}

impl RelievedLoan {
    fn of(relieved: &Relieved<'_>, granted_on: i32) -> RelievedLoan {
        let next_due = |rows: &[Instalment]| {
            let mut due = rows.iter().filter(|row| row.payment != Money::ZERO).map(|row| to_ymd(row.due_on));
            due.find(|&day| day >= granted_on).unwrap_or(0)
        };
        let impact = relieved.impact();
        RelievedLoan {
            outcome: impact.outcomes.first().map_or(0, |outcome| codes::outcome(*outcome)),
            next_due_before: next_due(relieved.before()),
            next_due_after: next_due(relieved.after()),
            last_due_before: to_ymd(impact.last_due_before),
            last_due_after: to_ymd(impact.last_due_after),
            deferred_principal: impact.deferred_principal,
            deferred_interest: impact.deferred_interest,
            capitalised_interest: impact.capitalised_interest,
            waived_interest: impact.waived_interest,
            interest_change: impact.interest_change,
        }
    }
}

impl puhui_relieved_columns {
    /// Writes the figures of loan `i`.
    ///
    /// # Safety
    ///
    /// The columns must be NULL or writable for more than `i` elements.
    unsafe fn write(&self, i: usize, figures: &RelievedLoan) {
        // SAFETY: NULL or writable at `i` by this function's contract.
        unsafe {
            put_at(self.outcome, i, figures.outcome);
            put_at(self.next_due_before_ymd, i, figures.next_due_before);
            put_at(self.next_due_after_ymd, i, figures.next_due_after);
            put_at(self.last_due_before_ymd, i, figures.last_due_before);
            put_at(self.last_due_after_ymd, i, figures.last_due_after);
            put_at(self.deferred_principal_minor, i, figures.deferred_principal.minor());
            put_at(self.deferred_interest_minor, i, figures.deferred_interest.minor());
            put_at(self.capitalised_interest_minor, i, figures.capitalised_interest.minor());
            put_at(self.waived_interest_minor, i, figures.waived_interest.minor());
            put_at(self.interest_change_minor, i, figures.interest_change.minor());
        }
    }
}

/// Writes an element of a column that may be NULL.
///
/// # Safety
///
/// `column` must be NULL or writable at `i`.
unsafe fn put_at<T>(column: *mut T, i: usize, value: T) {
    if !column.is_null() {
        // SAFETY: not NULL, so writable at `i` by this function's contract.
        unsafe { column.add(i).write(value) };
    }
}

/// Refuses an array that is there and too small.
fn fits(
    rows: *const puhui_instalment,
    capacity: usize,
    field: &'static str,
    schedule: &[Instalment],
) -> Result<(), Failure> {
    if rows.is_null() || capacity >= schedule.len() {
        return Ok(());
    }
    Err(too_small(field, capacity, schedule.len()).into())
}

/// Writes the rows of a schedule, unless there is no array for them.
///
/// # Safety
///
/// `rows` must be NULL or writable for as many elements.
unsafe fn write(rows: *mut puhui_instalment, schedule: &[Instalment]) {
    if rows.is_null() {
        return;
    }
    for (i, row) in schedule.iter().enumerate() {
        // SAFETY: `i` is below the number of rows, for which the array is writable by this function's contract.
        unsafe { rows.add(i).write(row.into()) };
    }
}
