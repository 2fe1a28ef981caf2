//! The schedule that a loan promises: what falls due, when, and what is left.
//!
//! # One loan, row by row
//!
//! 12,000.00, drawn on 2020-01-15 for six level payments on the 20th, the first on 2020-02-20, each with 5.00 of fees. 4.80 % a year
//! by Actual/360, 4.20 % from 2020-04-01. Due dates roll to the next working day in China, and interest follows the cycle, not the roll.
//!
//! | no | due on | days | opening | principal | interest | payment | closing |
//! |---:|---|---:|---:|---:|---:|---:|---:|
//! | 1 | 2020-02-20 | 36 | 12,000.00 | 1,972.15 | 57.60 | 2,034.75 | 10,027.85 |
//! | 2 | 2020-03-20 | 29 | 10,027.85 | 1,990.98 | 38.77 | 2,034.75 | 8,036.87 |
//! | 3 | 2020-04-20 | 31 | 8,036.87 | 1,999.08 | 30.67 | 2,034.75 | 6,037.79 |
//! | 4 | 2020-05-20 | 30 | 6,037.79 | 2,005.73 | 21.13 | 2,031.86 | 4,032.06 |
//! | 5 | 2020-06-22 | 31 | 4,032.06 | 2,012.28 | 14.58 | 2,031.86 | 2,019.78 |
//! | 6 | 2020-07-20 | 30 | 2,019.78 | 2,019.78 | 7.07 | 2,031.85 | 0.00 |
//!
//! 1. The rows are walked from the first to the last (`general_rows.rs`), and what a row is depends on the balance that the one before
//!    it left. Row 1 accrues over the 36 days since the disbursement: 12,000.00 x 0.048 x 36 / 360 = 57.60. Until a row bills it,
//!    interest is a whole number over one denominator (`accrual.rs`).
//! 2. No payment is known yet, so row 1 has it found (`solve.rs`): over the six rows, their weights 36, 29, 31, 30, 31 and 30 days at
//!    the rate in force where row 1 begins. 12,000.00 / 5.912049... = 2,029.75, exact until it is rounded (`annuity.rs`); less 57.60
//!    it repays 1,972.15.
//! 3. The rate changes within row 3, which is 12 days at 4.80 % and 19 at 4.20 %: 12.858992 + 17.815062, rounded once to 30.67. A
//!    running instalment keeps its payment. Row 4 is the first whose period begins under the new rate: its payment is found again, on
//!    6,037.79 over 30, 31 and 30 days, 2,026.86.
//! 4. 2020-06-20 is a Saturday. Row 5 falls due on Monday the 22nd, bills the 31 days to the 20th, and row 6 the 30 days after those.
//! 5. The last row clears the balance, whatever the roundings before it left: 2,019.78, and a payment that is 0.01 lower.
//!
//! # The files
//!
//! `row` is the row and what rows sum to; `general_rows` walks them, `accrual` counts what a period earns, `solve` finds what a row
//! asks for by each method of repayment, over rows that `loan_rows` shows it, and `annuity` rounds a level payment rightly.
//! `plain_rows` is a shorter way for a `plain_loan`; it gives the same rows or declines, and `instalments` takes the one as long as it
//! goes and then the other. `annualised` is what the whole costs a year. What reliefs and events make of the rows is the next room,
//! `plan`: it has its own walk, and this room's accrual and solver.
//!
//! # What always holds of a row
//!
//! * Its opening is the closing before it, that of the first row what was lent. Opening - principal is closing, save where a grace
//!   ends by adding deferred interest to the balance. The last closing is 0.
//! * Payment is principal + interest + deferred interest paid + fees. Interest + interest deferred is what its period earned, rounded
//!   once; what is deferred comes out again, in a row that pays it or in the balance.
//! * The accrual periods meet: each day between the disbursement and the last due date is billed by one row. A row of planned
//!   principal between two due dates bills none.
//! * Principal is never above the opening. It is below 0 only where the product lets a payment be lower than its interest.
//! * Numbers count from 1; printed due dates do not fall. There are as many rows as due dates, and days of planned principal between
//!   them: a balance that is repaid early is followed by rows of 0.

pub(crate) mod accrual;
pub(crate) mod annualised;
pub(crate) mod annuity;
pub(crate) mod equal_months;
pub(crate) mod flat_total;
mod general_rows;
pub(crate) mod instalments;
mod loan_rows;
pub(crate) mod payment_parts;
mod plain_loan;
mod plain_rows;
pub(crate) mod row;
pub(crate) mod solve;

pub use row::{Instalment, Totals};

use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::general_rows::GeneralRows;
use crate::loan::schedule::instalments::Instalments;
use crate::loan::schedule::plain_rows::PlainRows;
use crate::loan::schedule::row::{Sums, add_up};

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
    /// * [`ErrorCode::NegativeAmortisation`] for a payment below its interest, unless the product allows it or carries it on.
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
        let totals = match PlainRows::of(&self.loan).and_then(|plain| plain.write(rows)) {
            Some(totals) => totals,
            None => self.write_any(rows)?,
        };
        debug_assert!(
            add_up(rows.get(..totals.rows).unwrap_or_default(), self.loan.terms().principal),
            "the rows of a schedule add up"
        );
        Ok(totals)
    }

    /// Writes the rows of any loan into a slice that is long enough.
    #[inline]
    fn write_any(&self, rows: &mut [Instalment]) -> Result<Totals> {
        let mut sums = Sums::default();
        let mut source = GeneralRows::new(self.loan);
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
        if let Some(totals) = PlainRows::of(&self.loan).and_then(PlainRows::totals) {
            return Ok(totals);
        }
        let mut sums = Sums::default();
        let mut source = GeneralRows::new(self.loan);
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
