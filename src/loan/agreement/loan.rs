//! A product and terms that have been checked against each other.

use chrono::NaiveDate;

use crate::loan::agreement::product::Product;
use crate::loan::agreement::terms::{PlannedPrincipal, Terms};
use crate::rate::{Rate, RateStep};

/// A product and terms that have been checked against each other. Past this door nothing is checked again.
///
/// Cheap to make and to copy; borrows the product and what lies beside the terms.
///
/// # Examples
///
/// ```
/// use chrono::NaiveDate;
/// use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
/// use puhui::{Currency, Cycle, DayCount, Money, Rounding};
///
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let product = Product::new(
///     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::ThirtyE360, Rounding::HalfUp)
///         .every(Cycle::MONTHLY),
/// )?;
/// let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, day(2020, 1, 20))
///     .instalments(36, day(2020, 2, 20));
/// let loan = Loan::new(&product, terms)?;
/// assert_eq!(loan.maturity(), day(2023, 1, 20));
/// // 50,000.00 at 4.35 % over 36 months: 1,484.00 a month, 3,423.90 of interest.
/// let totals = loan.schedule().totals()?;
/// assert_eq!(totals.interest, Money::from_minor(342_390));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Loan<'a> {
    pub(super) product: &'a Product,
    pub(super) terms: Terms,
    pub(super) rate_changes: &'a [RateStep],
    pub(super) planned_principal: &'a [PlannedPrincipal],
    pub(super) rows: u32,
    pub(super) maturity: NaiveDate,
    pub(super) last_accrual_end: NaiveDate,
}
impl<'a> Loan<'a> {
    /// The product.
    #[must_use]
    pub fn product(&self) -> &'a Product {
        self.product
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The rates after the first one.
    #[must_use]
    pub fn rate_changes(&self) -> &'a [RateStep] {
        self.rate_changes
    }

    /// The principal of a custom loan by the days on which it is planned to fall due.
    #[must_use]
    pub fn planned_principal(&self) -> &'a [PlannedPrincipal] {
        self.planned_principal
    }

    /// The day the last instalment falls due, as the cycle or the contract gives it, before any roll.
    #[must_use]
    pub fn maturity(&self) -> NaiveDate {
        self.maturity
    }

    /// The number of due dates that bill interest. A custom plan may add rows between them.
    #[must_use]
    pub fn due_dates(&self) -> u32 {
        self.rows
    }

    /// The most rows that the schedule can have: what a buffer must hold.
    #[must_use]
    pub fn max_rows(&self) -> usize {
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        if self.has_cycle() { rows.saturating_add(self.planned_principal.len()) } else { rows }
    }

    /// The rate in force on a day.
    pub(crate) fn rate_on(&self, day: NaiveDate) -> (Rate, bool) {
        let after = self.rate_changes.partition_point(|change| change.from <= day);
        match after.checked_sub(1).and_then(|last| self.rate_changes.get(last)) {
            Some(change) => (change.rate, change.projected),
            None => (self.terms.rate, false),
        }
    }

    /// Where the last accrual period ends: the maturity date of 30E/360 ISDA.
    pub(crate) fn last_accrual_end(&self) -> NaiveDate {
        self.last_accrual_end
    }

    /// Whether the due dates follow a cycle; a plan's own dates do not.
    pub(crate) fn has_cycle(&self) -> bool {
        self.terms.first_due_on.is_some()
    }
}
