//! The schedule that a loan promises: what falls due, when, and what is left.

pub(crate) mod accrual;
pub(crate) mod annualised;
pub(crate) mod annuity;
pub(crate) mod equal_months;
pub(crate) mod instalments;
mod loan_rows;
pub(crate) mod solve;

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::instalments::Instalments;
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
/// The stores of a row are what its time goes into.
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
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r Instalment>) -> Result<Totals> {
        let mut sums = Sums::default();
        for row in rows {
            sums.add(row);
        }
        sums.finish()
    }
}

/// Running totals. Rows are far fewer than 2^63, so 128 bits hold any sum of theirs.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    rows: usize,
    principal: i128,
    interest: i128,
    fees: i128,
}

impl Sums {
    #[inline]
    fn add(&mut self, row: &Instalment) {
        self.rows += 1;
        self.principal += i128::from(row.principal.minor());
        self.interest += i128::from(row.interest.minor()) + i128::from(row.deferred_interest_paid.minor());
        self.fees += i128::from(row.fees.minor());
    }

    fn finish(self) -> Result<Totals> {
        Ok(Totals {
            rows: self.rows,
            principal: Money::from_wide(self.principal, "totals.principal")?,
            interest: Money::from_wide(self.interest, "totals.interest")?,
            fees: Money::from_wide(self.fees, "totals.fees")?,
            payment: Money::from_wide(self.principal + self.interest + self.fees, "totals.payment")?,
        })
    }
}

impl<'a> Loan<'a> {
    /// The schedule that this loan promises. Nothing is computed until its rows are asked for.
    #[inline]
    #[must_use]
    pub fn schedule(&self) -> Schedule<'a> {
        Schedule { loan: *self }
    }
}

/// The promise of a loan: its rows, one after another.
///
/// Iterated, written into the caller's slice, or collected: the same rows. Nothing is kept between calls, so one schedule
/// may be read from any number of threads.
///
/// # Allocation
///
/// None, save where a payment can only be decided in big integers: rates of more than about ten decimals, negative rates,
/// graduated payments, and payments that lie on a rounding tie (about one loan in ten million).
///
/// # Rounding
///
/// The level payment, the equal share and the interest of each period: each exact until it is rounded once, by the
/// product's rounding. The last row clears the balance.
///
/// # Examples
///
/// ```
/// # use chrono::NaiveDate;
/// # use puhui::loan::{Instalment, Loan, Method, Product, ProductRules, Terms};
/// # use puhui::{Currency, Cycle, DayCount, Money, Rounding};
/// # let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// # let product = Product::new(
/// #     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
/// #         .every(Cycle::MONTHLY),
/// # )?;
/// # let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, day(2020, 1, 15))
/// #     .instalments(36, day(2020, 2, 20));
/// let loan = Loan::new(&product, terms)?; // 50,000.00 at 4.35 % Actual/360, drawn 2020-01-15, due from 2020-02-20
/// let mut rows = vec![Instalment::EMPTY; loan.max_rows()];
/// let totals = loan.schedule().write_into(&mut rows)?;
/// // 36 days: 50,000.00 x 0.0435 x 36 / 360 = 217.50; the payment is 1,486.27.
/// assert_eq!((rows[0].interest.minor(), rows[0].payment.minor()), (21_750, 148_627));
/// assert_eq!(totals.interest.minor(), 350_575);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    loan: Loan<'a>,
}

impl<'a> Schedule<'a> {
    /// The loan.
    #[must_use]
    pub fn loan(&self) -> &Loan<'a> {
        &self.loan
    }

    /// The rows, one by one. After an error the iterator ends.
    #[must_use]
    pub fn iter(&self) -> Instalments<'a> {
        Instalments::new(*self)
    }

    /// Writes the rows into the caller's slice and returns the totals; `totals.rows` rows are written, the rest is left.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::BufferTooSmall`] for a slice shorter than [`Loan::max_rows`]; nothing is written then.
    /// * [`ErrorCode::NegativeAmortisation`] for a payment below its interest, unless the product allows it.
    /// * [`ErrorCode::DueDatesCollide`] if a roll moves two due dates onto one day.
    /// * [`ErrorCode::Overflow`] for a figure that does not fit.
    ///
    /// After an error the rows written so far are unspecified.
    pub fn write_into(&self, rows: &mut [Instalment]) -> Result<Totals> {
        let needed = self.loan.max_rows();
        if rows.len() < needed {
            let bound = format_args!("at least {needed} rows").to_string();
            return Err(Error::new(ErrorCode::BufferTooSmall, "rows", rows.len(), bound));
        }
        if let Some(totals) = self.write_equal_months(rows) {
            return Ok(totals);
        }
        let mut sums = Sums::default();
        let mut source = self.iter();
        for slot in rows.iter_mut() {
            let Some(written) = source.produce(slot) else { break };
            written?;
            sums.add(slot);
        }
        sums.finish()
    }

    /// The rows in a vector.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn to_vec(&self) -> Result<Vec<Instalment>> {
        let mut rows = vec![Instalment::EMPTY; self.loan.max_rows()];
        let totals = self.write_into(&mut rows)?;
        rows.truncate(totals.rows);
        Ok(rows)
    }

    /// The totals of all rows.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn totals(&self) -> Result<Totals> {
        let mut sums = Sums::default();
        let mut source = self.iter();
        let mut row = Instalment::EMPTY;
        while let Some(written) = source.produce(&mut row) {
            written?;
            sums.add(&row);
        }
        sums.finish()
    }
}

impl<'a> IntoIterator for &Schedule<'a> {
    type Item = Result<Instalment>;
    type IntoIter = Instalments<'a>;

    fn into_iter(self) -> Instalments<'a> {
        self.iter()
    }
}
