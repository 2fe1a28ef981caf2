//! A row of a schedule, and what the rows sum to.

use chrono::NaiveDate;

use crate::error::Result;
use crate::money::Money;

/// One row of a schedule (一期).
///
/// # Units
///
/// Amounts in minor units of the loan's currency. `opening - principal` is `closing`, save where interest is capitalised:
/// then it joins `closing`.
///
/// # Layout
///
/// That of C, with the fields that are zero in most rows side by side at the end, where a few wide stores write them all.
/// The stores of a row are what its time goes into. A row has more than ten fields as a printed schedule has columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Instalment {
    /// The number of the row, from 1.
    pub no: u32,
    /// The days of its accrual period, as the day count counts them (of 30/360: 30-day months). Zero for a row that only
    /// repays principal between two due dates.
    pub days: i32,
    /// The day it falls due, after any roll.
    pub due_on: NaiveDate,
    /// The balance before it.
    pub opening: Money,
    /// The part that repays principal.
    pub principal: Money,
    /// The interest of this period that is payable in this row.
    pub interest: Money,
    /// What the borrower pays: principal, interest, deferred interest and fees.
    pub payment: Money,
    /// The balance after it.
    pub closing: Money,
    /// The interest of this period that is not payable now.
    pub interest_deferred: Money,
    /// The interest of earlier periods that is payable in this row.
    pub deferred_interest_paid: Money,
    /// The fees payable in this row.
    pub fees: Money,
    /// The day it fell due before a relief moved it.
    pub original_due_on: Option<NaiveDate>,
    /// The due date was rolled by weekends only, because the calendar does not cover its year.
    pub provisional: bool,
    /// The interest is at a rate that was not yet published when the loan was computed.
    pub projected: bool,
}

impl Instalment {
    /// A row that says nothing, to fill a buffer with before it is written.
    pub const EMPTY: Instalment = Instalment {
        no: 0,
        days: 0,
        due_on: NaiveDate::MIN,
        original_due_on: None,
        opening: Money::ZERO,
        principal: Money::ZERO,
        interest: Money::ZERO,
        interest_deferred: Money::ZERO,
        deferred_interest_paid: Money::ZERO,
        fees: Money::ZERO,
        payment: Money::ZERO,
        closing: Money::ZERO,
        provisional: false,
        projected: false,
    };
}

/// What a whole schedule pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totals {
    /// The number of rows.
    pub rows: usize,
    /// All principal: what was lent, and what was capitalised.
    pub principal: Money,
    /// All interest paid, deferred interest included.
    pub interest: Money,
    /// All fees of the rows.
    pub fees: Money,
    /// Their sum: what the borrower pays.
    pub payment: Money,
}

impl Totals {
    /// The totals of rows.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`](crate::ErrorCode::Overflow) if a sum does not fit.
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r Instalment>) -> Result<Totals> {
        let mut sums = Sums::default();
        for row in rows {
            sums.add(row);
        }
        sums.finish()
    }
}

/// Whether the rows of a promise hold together: see the head of [`schedule`](crate::loan::schedule).
pub(super) fn add_up(rows: &[Instalment], lent: Money) -> bool {
    let wide = |money: Money| i128::from(money.minor());
    let (mut balance, mut due_on, mut deferred) = (lent, NaiveDate::MIN, 0);
    for (no, row) in (1..).zip(rows) {
        let joins = wide(row.closing) - wide(row.opening) + wide(row.principal);
        let payment = [row.principal, row.interest, row.deferred_interest_paid, row.fees].map(wide);
        deferred += wide(row.interest_deferred) - wide(row.deferred_interest_paid) - joins;
        let holds = row.no == no
            && row.opening == balance
            // Where capitalised interest at a rate far below zero has used up the balance, nothing is repaid.
            && row.principal <= row.opening.max(Money::ZERO)
            && wide(row.payment) == payment.iter().sum()
            && row.due_on >= due_on;
        if !holds {
            return false;
        }
        (balance, due_on) = (row.closing, row.due_on);
    }
    balance.is_zero() && deferred == 0
}

/// Running totals. Rows are far fewer than 2^63, so 128 bits hold any sum of theirs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    rows: usize,
    principal: i128,
    interest: i128,
    fees: i128,
}

impl Sums {
    #[inline]
    pub(super) fn add(&mut self, row: &Instalment) {
        self.rows += 1;
        self.principal += i128::from(row.principal.minor());
        self.interest += i128::from(row.interest.minor()) + i128::from(row.deferred_interest_paid.minor());
        self.fees += i128::from(row.fees.minor());
    }

    pub(super) fn finish(self) -> Result<Totals> {
        Ok(Totals {
            rows: self.rows,
            principal: Money::from_wide(self.principal, "totals.principal")?,
            interest: Money::from_wide(self.interest, "totals.interest")?,
            fees: Money::from_wide(self.fees, "totals.fees")?,
            payment: Money::from_wide(self.principal + self.interest + self.fees, "totals.payment")?,
        })
    }
}
