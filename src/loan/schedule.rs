//! The schedule that a loan promises: what falls due, when, and what is left.

pub(crate) mod accrual;
pub(crate) mod annualised;
pub(crate) mod annuity;
pub(crate) mod equal_months;
pub(crate) mod instalments;
mod loan_rows;
pub(crate) mod row;
pub(crate) mod solve;

pub use row::{Instalment, Totals};

use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::instalments::Instalments;
use crate::loan::schedule::row::Sums;

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
        Instalments::new(self.loan)
    }

    /// Writes the rows into the caller's slice and returns the totals; `totals.rows` rows are written, the rest is left.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::BufferTooSmall`] for a slice shorter than [`Loan::max_rows`]; nothing is written then.
    /// * [`ErrorCode::NegativeAmortisation`] for a payment below its interest, unless the product allows it.
    /// * [`ErrorCode::OutOfRange`] for a payment below zero that would pay out more than was lent.
    /// * [`ErrorCode::DueDatesCollide`] if a roll moves a row before the one that it follows; rows that a roll brings onto
    ///   one day both fall due on it.
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
