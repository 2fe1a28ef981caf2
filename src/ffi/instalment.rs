//! The rows of a schedule as C reads them, and their totals.

use crate::calendar::to_ymd;
use crate::loan::{Instalment, Totals};

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
