//! What differs from loan to loan.

use std::num::{NonZeroU8, NonZeroU16};

use chrono::NaiveDate;

use crate::money::Money;
use crate::rate::Rate;

/// What differs from loan to loan: a flat, small record, so that a bank holds ten million of them in one array.
///
/// A fixed rate needs nothing else; later rates and principal planned by date lie beside the loan (see
/// [`Loan::with_rates_and_principal`](crate::loan::Loan::with_rates_and_principal)).
///
/// # Units
///
/// Amounts in minor units of the product's currency; the rate is an exact fraction a year, 0.0435 for 4.35 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The amount lent; above zero.
    pub principal: Money,
    /// The annual rate in force on the day of disbursement.
    pub rate: Rate,
    /// What a balloon with a residual leaves for its last instalment; zero with every other method.
    pub residual: Money,
    /// The fee taken when the loan is disbursed: it lowers what the borrower receives. Not below zero.
    pub fee_at_disbursement: Money,
    /// The fee due with each instalment. Not below zero.
    pub fee_each_instalment: Money,
    /// The day the money goes out; the first day that earns interest.
    pub disbursed_on: NaiveDate,
    /// The first due date, from which all others are counted.
    pub first_due_on: Option<NaiveDate>,
    /// The day of the last instalment. Either this or `instalments`.
    pub matures_on: Option<NaiveDate>,
    /// The number of instalments. Either this or `matures_on`.
    pub instalments: Option<NonZeroU16>,
    /// The day of the month of every due date after the first, 1 to 31. None: that of `first_due_on`.
    pub due_day: Option<NonZeroU8>,
}

// A bank holds millions of these; the design allows 64 bytes.
const _: () = assert!(size_of::<Terms>() <= 64);

impl Terms {
    /// Terms without dates of repayment yet.
    #[must_use]
    pub fn new(principal: Money, rate: Rate, disbursed_on: NaiveDate) -> Terms {
        Terms {
            principal,
            rate,
            residual: Money::ZERO,
            fee_at_disbursement: Money::ZERO,
            fee_each_instalment: Money::ZERO,
            disbursed_on,
            first_due_on: None,
            matures_on: None,
            instalments: None,
            due_day: None,
        }
    }

    /// The same terms with `instalments` instalments, the first due on `first_due_on`. Zero means none.
    #[must_use]
    pub fn instalments(mut self, instalments: u16, first_due_on: NaiveDate) -> Terms {
        self.instalments = NonZeroU16::new(instalments);
        self.first_due_on = Some(first_due_on);
        self
    }

    /// The same terms with a first due date and a maturity.
    #[must_use]
    pub fn until(mut self, first_due_on: NaiveDate, matures_on: NaiveDate) -> Terms {
        self.first_due_on = Some(first_due_on);
        self.matures_on = Some(matures_on);
        self
    }
}

/// A part of the principal that is agreed to fall due on a day (按计划还本). In minor units of the loan's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedPrincipal {
    /// The day it falls due.
    pub on: NaiveDate,
    /// The amount; above zero.
    pub principal: Money,
}
