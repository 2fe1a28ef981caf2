//! Relief applied: to one loan, before and after, and to many by columns.

use std::slice;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, required, unused};
use super::boundary::options::{self, OfAnyRelease, Plain, check_out};
use super::boundary::read::is_countable;
use super::boundary::result::{Output, in_result};
use super::boundary::start::start;
use super::boundary::status::{PUHUI_OK, puhui_status};
use super::codes::{code, loan as words};
use super::instalment::puhui_instalment;
use super::loan::{BesideTerms, GivenLoan, puhui_loan};
use super::loan_columns::{LoanColumns, puhui_loan_columns};
use super::relief::{in_reliefs, puhui_impact, puhui_relief, read_relief, read_reliefs};
use crate::calendar::to_ymd;
use crate::error::ErrorCode;
use crate::loan::{Instalment, Outcome, Relieved};
use crate::money::Money;

/// Where `puhui_relieve` writes, and how much it wrote.
///
/// Start with `PUHUI_RELIEF_RESULT_INIT`, which writes nothing and counts the rows. Everything belongs to the caller. Later releases
/// only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_relief_result {
    /// `sizeof(struct puhui_relief_result)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// Where the rows before the reliefs go; NULL: nowhere, they are counted.
    pub before: *mut puhui_instalment,
    /// The elements of `before`; 0 where it is NULL.
    pub before_capacity: usize,
    /// Written by the call: the number of rows before the reliefs.
    pub before_count: usize,
    /// Where the rows after the reliefs go; NULL: nowhere, they are counted.
    pub after: *mut puhui_instalment,
    /// The elements of `after`; 0 where it is NULL.
    pub after_capacity: usize,
    /// Written by the call: the number of rows after the reliefs.
    pub after_count: usize,
    /// Where what came of each relief goes, one of `PUHUI_OUTCOME_*` for each, in their order; NULL: nowhere.
    pub outcomes: *mut u32,
    /// Where what they changed together goes, its `struct_size` set; NULL: nowhere, which is faster.
    pub impact: *mut puhui_impact,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_relief_result>() == 72);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 8 words.
unsafe impl Plain for puhui_relief_result {
    const SIZE_V1: usize = 8 * (1 + size_of::<usize>());
}

start! {
    /// Starts a `struct puhui_relief_result`: rows are counted, and nothing is written.
    PUHUI_RELIEF_RESULT_INIT = puhui_relief_result {}
}

/// Applies reliefs to one loan: writes its schedule before and after into the caller's arrays, and what changed.
///
/// `reliefs` has `relief_count` elements, each as far from the next as its `struct_size` says, which must be the same in all.
/// They apply in the order of their `granted_on_ymd`, each to the schedule as the earlier ones left it, whatever their order
/// in the array. With a `relief_count` of 0, `reliefs` may be NULL and nothing changes. The inputs are read during the call only.
///
/// `result` says where the two schedules go, the outcomes, which has room for `relief_count`, and the impact; its counts become the
/// numbers of rows, the elements after them are left as they were. `error` may be NULL.
///
/// On failure the counts, the outcomes and the fields of the impact but `struct_size` are 0 and no row is written, but with
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
/// `loan` must be as `puhui_schedule` asks; each relief, `*result` and its impact must have their `struct_size` bytes; the arrays of the
/// result must be writable for their capacities, its outcomes for `relief_count` elements; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_relieve(
    loan: *const puhui_loan,
    reliefs: *const puhui_relief,
    relief_count: usize,
    result: *mut puhui_relief_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || clear(result, relief_count),
            || {
                let given = GivenLoan::read(loan)?;
                let mut to = options::read(result, "result")?;
                let rows = check_result(&to)?;
                let reliefs = read_reliefs(reliefs, relief_count)?;
                let loan = given.loan()?;
                let relieved = loan.relieve(&reliefs).map_err(in_reliefs)?;
                (to.before_count, to.after_count) = (relieved.before().len(), relieved.after().len());
                options::write_known(result, &to);
                to.take(&relieved, &rows)
            },
        )
    }
}

/// Clears what a result says.
///
/// # Safety
///
/// `result` must be NULL or have its `struct_size` writable bytes, its outcomes be NULL or writable for as many elements as there are
/// reliefs, its impact be NULL or have its `struct_size` writable bytes.
unsafe fn clear(result: *mut puhui_relief_result, reliefs: usize) {
    // SAFETY: what is neither NULL nor of an unknown size is writable by this function's contract.
    unsafe {
        if result.is_null() || check_out(result, "result").is_err() {
            return;
        }
        let mut cleared = options::read_known(result);
        (cleared.before_count, cleared.after_count) = (0, 0);
        options::write_known(result, &cleared);
        let result = cleared;
        if !result.outcomes.is_null() && is_countable::<OfAnyRelease>(reliefs) {
            (0..reliefs).for_each(|i| result.outcomes.add(i).write(0));
        }
        options::clear_known(result.impact);
    }
}

/// Refuses a result that cannot be written.
///
/// # Safety
///
/// Its impact must be NULL or have its `struct_size` set.
unsafe fn check_result(result: &puhui_relief_result) -> Result<Rows, Failure> {
    unused(result.reserved.into(), "reserved").map_err(in_result)?;
    let rows = Rows {
        before: Output::new("before", result.before, "before_capacity", result.before_capacity)?,
        after: Output::new("after", result.after, "after_capacity", result.after_capacity)?,
    };
    if !result.impact.is_null() {
        // SAFETY: not NULL, so its size is set by this function's contract.
        unsafe { check_out(result.impact, "impact") }.map_err(in_result)?;
    }
    Ok(rows)
}

/// Where the two schedules go.
struct Rows {
    before: Output<puhui_instalment>,
    after: Output<puhui_instalment>,
}

impl puhui_relief_result {
    /// Writes what the reliefs did to the places for it, all or nothing.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for their capacities, the outcomes for as many elements as there are reliefs, the impact be
    /// NULL or have its `struct_size` writable bytes.
    unsafe fn take(&self, relieved: &Relieved<'_>, rows: &Rows) -> Result<(), Failure> {
        let (before, after) = (relieved.before(), relieved.after());
        rows.before.fits(before.len())?;
        rows.after.fits(after.len())?;
        let present_value_change =
            if self.impact.is_null() { None } else { present_value_change(relieved).map_err(in_result)? };
        // SAFETY: NULL or writable by this function's contract; the rows fit.
        unsafe {
            rows.before.write(before.iter().map(Into::into));
            rows.after.write(after.iter().map(Into::into));
            if !self.outcomes.is_null() {
                for (i, outcome) in relieved.impact().outcomes.iter().enumerate() {
                    self.outcomes.add(i).write(told(*outcome));
                }
            }
            if !self.impact.is_null() {
                let impact = puhui_impact::of(relieved.impact(), present_value_change);
                options::write_known(self.impact, &impact);
            }
        }
        Ok(())
    }
}

/// The change in present value; none where the loan as it was promised has no effective rate to discount with.
fn present_value_change(relieved: &Relieved<'_>) -> Result<Option<Money>, Failure> {
    use ErrorCode::{MoreThanOneRoot, NoSignChange, RateOutOfBracket};
    match relieved.present_value_change() {
        Ok(change) => Ok(Some(change)),
        Err(error) if matches!(error.code(), MoreThanOneRoot | NoSignChange | RateOutOfBracket) => Ok(None),
        Err(error) => Err(error.into()),
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

start! {
    /// Starts a `struct puhui_relieved_columns` without columns.
    PUHUI_RELIEVED_COLUMNS_INIT = puhui_relieved_columns {}
}

/// Applies one relief to many loans, and says what changed in each.
///
/// Loan `i` of `columns->count` reads element `i` of each column and writes `status[i]` and element `i` of each array of `out` that is
/// not NULL. `status` and these arrays have `count` elements; all belong to the caller, who keeps them. The figures are those that
/// `puhui_relieve` gives for the loan alone; the rows of a loan are asked for there.
///
/// Every loan is attempted and every element is written. A loan in whose window nothing is due is no failure: its outcome is
/// `PUHUI_OUTCOME_NOTHING_DUE`, its figures are the same before and after. A loan that fails has 0 in all its figures.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the products and the relief may be
/// shared, and the parts give the same figures as the whole. With no loans it succeeds if the relief is good: `out` and
/// `status` may be NULL. `error`, which may be NULL, names the first loan that failed. The inputs are read during the call
/// only. The call allocates memory for each loan and releases it before it goes on to the next; nothing is kept.
///
/// Returns `PUHUI_OK` if every loan succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with one of the statuses of
/// `puhui_relieve`; before anything is written, one of the statuses that `puhui_schedule_batch` has for columns, or, of a
/// relief that is wrong whatever the loan, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_MALFORMED`,
/// `PUHUI_ERR_OUT_OF_RANGE`, `PUHUI_ERR_MISSING`, `PUHUI_ERR_CONTRADICTION`, `PUHUI_ERR_DATE_OUT_OF_RANGE` or
/// `PUHUI_ERR_DATES_OUT_OF_ORDER`; or `PUHUI_ERR_PANIC`, outputs unspecified.
///
/// # Safety
///
/// `columns` must be as `puhui_schedule_batch` asks; `relief` and `out` must have their `struct_size` readable bytes; the arrays of
/// `out` that are not NULL, and `status`, must be writable for as many elements as there are loans; no output may overlap
/// anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_relieve_batch(
    columns: *const puhui_loan_columns,
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
                let columns = LoanColumns::read(columns)?;
                let relief = read_relief(relief, "relief")?;
                let count = columns.count();
                if count == 0 {
                    return Ok(());
                }
                let out = options::read(out, "out")?;
                unused(u64::from(out.reserved), "out.reserved")?;
                required(status, "status")?;
                let granted_on = to_ymd(relief.granted_on);
                let reliefs = slice::from_ref(&relief);
                let mut beside = BesideTerms::default();
                let mut first_failure = None;
                for i in 0..count {
                    let figures = columns
                        .loan(i, &mut beside)
                        .and_then(|loan| Ok(RelievedLoan::of(&loan.relieve(reliefs)?, granted_on)));
                    let (code, figures) = match figures {
                        Ok(figures) => (PUHUI_OK, figures),
                        Err(failure) => {
                            let code = failure.detail_status();
                            first_failure.get_or_insert_with(|| Failure::of_row(i, failure));
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
            outcome: impact.outcomes.first().map_or(0, |outcome| told(*outcome)),
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

/// The code of an outcome.
fn told(outcome: Outcome) -> u32 {
    code(match outcome {
        Outcome::Granted => words::Outcome::Granted,
        Outcome::NothingDue => words::Outcome::NothingDue,
    })
}
