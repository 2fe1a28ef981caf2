//! One loan as C writes it down: terms, what lies beside them, and the records that come back.

use std::num::{NonZeroU8, NonZeroU16};

use chrono::NaiveDate;

use super::boundary::failure::Failure;
use super::boundary::guard::{required_array, unused};
use super::boundary::options::{self, Plain};
use super::codes::flag;
use crate::calendar::{parse_ymd, to_ymd};
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{Instalment, Loan, PlannedPrincipal, Terms, Totals};
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// What differs from loan to loan.
///
/// Start with `PUHUI_TERMS_INIT`. Amounts are in minor units of the product's currency (fen, cents), rates in parts per
/// billion a year (4.35 % is 43500000), dates numbers such as 20200630. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_terms {
    /// `sizeof(struct puhui_terms)` as the caller was compiled.
    pub struct_size: u32,
    /// The number of instalments; 0: the loan ends at `matures_on_ymd`. Exactly one of the two.
    pub instalments: u32,
    /// The amount lent; above 0.
    pub principal_minor: i64,
    /// The annual rate in force on the day of disbursement, -10000000000 to 10000000000. 0 is a loan without interest.
    pub rate_ppb: i64,
    /// What a balloon with a residual leaves for its last instalment; 0 with every other method.
    pub residual_minor: i64,
    /// The fee taken when the loan is disbursed: it lowers what the borrower receives. Not below 0.
    pub fee_at_disbursement_minor: i64,
    /// The fee due with each instalment. Not below 0.
    pub fee_each_instalment_minor: i64,
    /// The day the money goes out; the first day that earns interest.
    pub disbursed_on_ymd: i32,
    /// The first due date, from which all others are counted. 0: none, for a bullet and a plan of its own dates.
    pub first_due_on_ymd: i32,
    /// The day of the last instalment; 0: the loan has `instalments`.
    pub matures_on_ymd: i32,
    /// The day of the month of every due date after the first, 1 to 31; 0: that of `first_due_on_ymd`.
    pub due_day: u32,
}

const _: () = {
    assert!(size_of::<puhui_terms>() == 64);
    assert!(std::mem::offset_of!(puhui_terms, disbursed_on_ymd) == 48);
};

// SAFETY: integers only, without padding: 2 x 4 + 5 x 8 + 4 x 4 = 64.
unsafe impl Plain for puhui_terms {
    const SIZE_V1: usize = 64;
}

/// What lies beside the terms of one loan: the rates after the first one, and the plan of a custom loan.
///
/// Start with `PUHUI_SIDE_INIT`. The arrays belong to the caller and are only read during the call. Later releases only
/// append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_side {
    /// `sizeof(struct puhui_side)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of changes of the rate; with 0 the three arrays are not read.
    pub step_count: usize,
    /// The first day of each rate; the days rise and do not lie before the disbursement.
    pub step_from_ymd: *const i32,
    /// The annual rate from that day on, in parts per billion.
    pub step_rate_ppb: *const i64,
    /// 1: the rate was not yet published when this was asked, rows at it are marked as projected. NULL: all 0.
    pub step_projected: *const u32,
    /// The number of planned parts of the principal, for `PUHUI_METHOD_CUSTOM`; with 0 the two arrays are not read.
    pub plan_count: usize,
    /// The day each part falls due; the days rise.
    pub plan_on_ymd: *const i32,
    /// Each part, in minor units, above 0; together they are the principal.
    pub plan_principal_minor: *const i64,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_side>() == 64);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 7 words.
unsafe impl Plain for puhui_side {
    const SIZE_V1: usize = 8 + 7 * size_of::<usize>();
}

/// Terms of many loans: one array a field, one element a loan.
///
/// Start with `PUHUI_TERMS_COLUMNS_INIT`. The arrays belong to the caller and are only read during the call. An array whose
/// field says so may be NULL: then it is 0 for every loan, with the meaning that 0 has in `puhui_terms`. Later releases only
/// append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_terms_columns {
    /// `sizeof(struct puhui_terms_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// As in `puhui_terms`.
    pub principal_minor: *const i64,
    /// As in `puhui_terms`: fixed for the whole loan.
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
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_terms_columns>() == 88);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 10 words.
unsafe impl Plain for puhui_terms_columns {
    const SIZE_V1: usize = 8 + 10 * size_of::<usize>();
}

/// `flags` of a row: the due date was rolled by weekends only, because the calendar does not cover its year.
pub const PUHUI_INSTALMENT_PROVISIONAL: u32 = 1;
/// `flags` of a row: the interest is at a rate that was not yet published.
pub const PUHUI_INSTALMENT_PROJECTED: u32 = 2;

/// One row of a schedule (一期). Amounts in minor units.
///
/// `payment_minor` is `principal_minor + interest_minor + deferred_interest_paid_minor + fees_minor`. A record of arrays: its
/// size does not change, what comes later uses `reserved` or another record.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_instalment {
    /// The number of the row, from 1.
    pub no: u32,
    /// The days of its accrual period, as the day count counts them. 0 for a row that only repays principal between two due
    /// dates.
    pub days: i32,
    /// The day it falls due, after any roll.
    pub due_on_ymd: i32,
    /// The day it fell due before a relief moved it; 0: it was not moved.
    pub original_due_on_ymd: i32,
    /// The balance before it.
    pub opening_minor: i64,
    /// The part that repays principal.
    pub principal_minor: i64,
    /// The interest of this period that is payable in this row.
    pub interest_minor: i64,
    /// The interest of this period that is not payable now.
    pub interest_deferred_minor: i64,
    /// The interest of earlier periods that is payable in this row.
    pub deferred_interest_paid_minor: i64,
    /// The fees payable in this row.
    pub fees_minor: i64,
    /// What the borrower pays.
    pub payment_minor: i64,
    /// The balance after it: `opening_minor - principal_minor`, and what is capitalised.
    pub closing_minor: i64,
    /// `PUHUI_INSTALMENT_*`, or 0.
    pub flags: u32,
    /// Reserved; written as 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_instalment>() == 88);

impl puhui_instalment {
    /// A row that says nothing.
    pub(super) const ZERO: puhui_instalment = puhui_instalment {
        no: 0,
        days: 0,
        due_on_ymd: 0,
        original_due_on_ymd: 0,
        opening_minor: 0,
        principal_minor: 0,
        interest_minor: 0,
        interest_deferred_minor: 0,
        deferred_interest_paid_minor: 0,
        fees_minor: 0,
        payment_minor: 0,
        closing_minor: 0,
        flags: 0,
        reserved: 0,
    };
}

impl From<&Instalment> for puhui_instalment {
    #[inline]
    fn from(row: &Instalment) -> puhui_instalment {
        let provisional = if row.provisional { PUHUI_INSTALMENT_PROVISIONAL } else { 0 };
        let projected = if row.projected { PUHUI_INSTALMENT_PROJECTED } else { 0 };
        puhui_instalment {
            no: row.no,
            days: row.days,
            due_on_ymd: to_ymd(row.due_on),
            original_due_on_ymd: row.original_due_on.map_or(0, to_ymd),
            opening_minor: row.opening.minor(),
            principal_minor: row.principal.minor(),
            interest_minor: row.interest.minor(),
            interest_deferred_minor: row.interest_deferred.minor(),
            deferred_interest_paid_minor: row.deferred_interest_paid.minor(),
            fees_minor: row.fees.minor(),
            payment_minor: row.payment.minor(),
            closing_minor: row.closing.minor(),
            flags: provisional | projected,
            reserved: 0,
        }
    }
}

/// What a whole schedule pays. Amounts in minor units. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_totals {
    /// The number of rows.
    pub rows: u64,
    /// All principal: what was lent, and what was capitalised.
    pub principal_minor: i64,
    /// All interest paid, deferred interest included.
    pub interest_minor: i64,
    /// All fees of the rows; a fee at disbursement is not among them.
    pub fees_minor: i64,
    /// Their sum: what the borrower pays.
    pub payment_minor: i64,
    /// Reserved; written as 0.
    pub reserved: u64,
}

const _: () = assert!(size_of::<puhui_totals>() == 48);

impl puhui_totals {
    /// Totals of nothing.
    pub(super) const ZERO: puhui_totals = puhui_totals {
        rows: 0,
        principal_minor: 0,
        interest_minor: 0,
        fees_minor: 0,
        payment_minor: 0,
        reserved: 0,
    };
}

impl From<&Totals> for puhui_totals {
    fn from(totals: &Totals) -> puhui_totals {
        puhui_totals {
            // No target has more than 64 bits of memory.
            rows: u64::try_from(totals.rows).unwrap_or(u64::MAX),
            principal_minor: totals.principal.minor(),
            interest_minor: totals.interest.minor(),
            fees_minor: totals.fees.minor(),
            payment_minor: totals.payment.minor(),
            reserved: 0,
        }
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

/// A date, 0 for none.
#[inline]
pub(super) fn optional(ymd: i32, field: &'static str) -> CoreResult<Option<NaiveDate>> {
    if ymd == 0 { Ok(None) } else { parse_ymd(ymd, field).map(Some) }
}

/// Reads terms; what is wrong between them is left to the loan. Allocates only to say what is wrong.
#[inline]
pub(super) fn terms_of(given: &puhui_terms) -> CoreResult<Terms> {
    let money = Money::from_minor;
    let mut terms = Terms::new(
        money(given.principal_minor),
        Rate::from_ppb(given.rate_ppb)?,
        parse_ymd(given.disbursed_on_ymd, "disbursed_on")?,
    );
    terms.residual = money(given.residual_minor);
    terms.fee_at_disbursement = money(given.fee_at_disbursement_minor);
    terms.fee_each_instalment = money(given.fee_each_instalment_minor);
    terms.first_due_on = optional(given.first_due_on_ymd, "first_due_on")?;
    terms.matures_on = optional(given.matures_on_ymd, "matures_on")?;
    let Ok(instalments) = u16::try_from(given.instalments) else {
        return Err(above("instalments", given.instalments, Loan::MAX_INSTALMENTS));
    };
    terms.instalments = NonZeroU16::new(instalments);
    let Ok(due_day) = u8::try_from(given.due_day) else {
        return Err(above("due_day", given.due_day, 31));
    };
    terms.due_day = NonZeroU8::new(due_day);
    Ok(terms)
}

#[cold]
fn above(field: &'static str, value: u32, most: u16) -> Error {
    Error::new(ErrorCode::OutOfRange, field, value, format_args!("at most {most}"))
}

/// What few loans have beside their terms.
#[derive(Debug, Default)]
pub(super) struct TermsExtra {
    pub(super) steps: Vec<RateStep>,
    pub(super) planned: Vec<PlannedPrincipal>,
}

/// Reads what lies beside the terms; NULL is nothing.
///
/// # Safety
///
/// `side` must be NULL or have its `struct_size` readable bytes, and its arrays must be readable for their counts.
pub(super) unsafe fn read_terms_extra(side: *const puhui_side) -> Result<TermsExtra, Failure> {
    if side.is_null() {
        return Ok(TermsExtra::default());
    }
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { options::read(side, "side") }?;
    unused(u64::from(given.reserved), "side.reserved")?;
    required_array(given.step_from_ymd, given.step_count, "step_from_ymd")?;
    required_array(given.step_rate_ppb, given.step_count, "step_rate_ppb")?;
    required_array(given.plan_on_ymd, given.plan_count, "plan_on_ymd")?;
    required_array(given.plan_principal_minor, given.plan_count, "plan_principal_minor")?;
    let step = |i| {
        // SAFETY: `i` < `step_count`, for which the arrays are readable by this function's contract.
        let (from, rate, projected) = unsafe {
            let projected = element(given.step_projected, i);
            (given.step_from_ymd.add(i).read(), given.step_rate_ppb.add(i).read(), projected)
        };
        Ok(RateStep {
            from: parse_ymd(from, "from").map_err(|error| error.at(format!("rate.stepped[{i}].from")))?,
            rate: Rate::from_ppb(rate).map_err(|error| error.at(format!("rate.stepped[{i}].rate")))?,
            projected: flag(projected, "step_projected")?,
        })
    };
    let planned = |i| {
        // SAFETY: `i` < `plan_count`, for which the arrays are readable by this function's contract.
        let (on, principal) =
            unsafe { (given.plan_on_ymd.add(i).read(), given.plan_principal_minor.add(i).read()) };
        Ok(PlannedPrincipal {
            on: parse_ymd(on, "on").map_err(|error| error.at(format!("plan[{i}].on")))?,
            principal: Money::from_minor(principal),
        })
    };
    Ok(TermsExtra {
        steps: (0..given.step_count).map(step).collect::<Result<_, Failure>>()?,
        planned: (0..given.plan_count).map(planned).collect::<Result<_, Failure>>()?,
    })
}

/// Reads columns, and refuses a NULL among those that must be there.
///
/// # Safety
///
/// `columns` must be NULL or have its `struct_size` readable bytes.
pub(super) unsafe fn read_columns(
    columns: *const puhui_terms_columns,
) -> Result<puhui_terms_columns, Failure> {
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { options::read(columns, "columns") }?;
    unused(u64::from(given.reserved), "columns.reserved")?;
    required_array(given.principal_minor, 1, "principal_minor")?;
    required_array(given.rate_ppb, 1, "rate_ppb")?;
    required_array(given.disbursed_on_ymd, 1, "disbursed_on_ymd")?;
    Ok(given)
}

impl puhui_terms_columns {
    /// The terms of loan `i`.
    ///
    /// # Safety
    ///
    /// The columns must have come through [`read_columns`], and be NULL or readable for more than `i` elements.
    #[inline]
    pub(super) unsafe fn row(&self, i: usize) -> puhui_terms {
        // SAFETY: NULL or readable at `i` by this function's contract; the three read outright are not NULL.
        unsafe {
            puhui_terms {
                struct_size: 64,
                instalments: element(self.instalments, i),
                principal_minor: self.principal_minor.add(i).read(),
                rate_ppb: self.rate_ppb.add(i).read(),
                residual_minor: element(self.residual_minor, i),
                fee_at_disbursement_minor: element(self.fee_at_disbursement_minor, i),
                fee_each_instalment_minor: element(self.fee_each_instalment_minor, i),
                disbursed_on_ymd: self.disbursed_on_ymd.add(i).read(),
                first_due_on_ymd: element(self.first_due_on_ymd, i),
                matures_on_ymd: element(self.matures_on_ymd, i),
                due_day: element(self.due_day, i),
            }
        }
    }
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
