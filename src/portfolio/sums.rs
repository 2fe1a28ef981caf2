//! What a tally knows of one group: sums, and the statistics that are made of them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::beyond;
use crate::ratio::{Figure, Ratio};

/// A sum of 128 bits; a text in the wire form, because many readers of JSON lose digits of large numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wide(pub(crate) i128);

impl Serialize for Wide {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Wide {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Wide, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let value = text.parse::<i128>().ok().filter(|value| value.to_string() == *text);
        value
            .map(Wide)
            .ok_or_else(|| serde::de::Error::custom("a whole number of at most 128 bits, as a string"))
    }
}

/// So many loans, and the sum of their amounts or balances in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoanSum {
    /// The number of loans 笔数.
    pub loans: u64,
    pub(crate) minor: Wide,
}

impl LoanSum {
    /// The sum in minor units.
    #[must_use]
    pub fn minor(&self) -> i128 {
        self.minor.0
    }

    /// The sum for each loan 笔均: minor units, exact.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for the lowest 128-bit number.
    pub fn average(&self) -> Result<Figure> {
        Figure::of(self.minor.0, Some(i128::from(self.loans)))
    }

    fn add(&mut self, other: &LoanSum) -> Option<()> {
        self.loans = self.loans.checked_add(other.loans)?;
        self.minor.0 = self.minor.0.checked_add(other.minor.0)?;
        Some(())
    }
}

/// The sums of a group of loans. What the plan did not measure is zero here; ask [`Tally::measures`](super::Tally::measures).
///
/// # Units
///
/// Minor units of the tally's currency; rates are exact fractions a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// The loans of the book, with a balance or without.
    pub loans: u64,
    /// The loans with a balance, and their balance 余额.
    pub outstanding: LoanSum,
    /// What was lent in the period 当期发放.
    pub lent_in_period: LoanSum,
    /// What was lent to the day of the book 累计发放.
    pub lent_to_date: LoanSum,
    /// The loans that are overdue, and the overdue balance 逾期.
    pub overdue: LoanSum,
    /// By class, from normal to loss: all loans of the class, and their balance.
    pub classes: [LoanSum; 5],
    /// The loans that no class was said of.
    pub unclassified: LoanSum,
    /// The person-times that loans lead 带动人次: a person led by two loans counts twice.
    pub person_times: u64,
    /// Extended loans 展期.
    pub extended: LoanSum,
    /// Deferred loans 延期还本付息.
    pub deferred: LoanSum,
    /// Renewed loans 续贷.
    pub renewed: LoanSum,
    /// The loans of which something was deferred, and the amounts that were.
    pub deferred_amount: LoanSum,
    pub(crate) balance_rate: Wide,
    pub(crate) period_rate: Wide,
    pub(crate) to_date_rate: Wide,
}

impl Sums {
    /// Adds the sums of other loans.
    pub(super) fn add(&mut self, other: &Sums) -> Result<()> {
        self.try_add(other).ok_or_else(|| too_large("tally"))
    }

    fn try_add(&mut self, other: &Sums) -> Option<()> {
        self.loans = self.loans.checked_add(other.loans)?;
        self.person_times = self.person_times.checked_add(other.person_times)?;
        self.outstanding.add(&other.outstanding)?;
        self.lent_in_period.add(&other.lent_in_period)?;
        self.lent_to_date.add(&other.lent_to_date)?;
        self.overdue.add(&other.overdue)?;
        for (class, other) in self.classes.iter_mut().zip(&other.classes) {
            class.add(other)?;
        }
        self.unclassified.add(&other.unclassified)?;
        self.extended.add(&other.extended)?;
        self.deferred.add(&other.deferred)?;
        self.renewed.add(&other.renewed)?;
        self.deferred_amount.add(&other.deferred_amount)?;
        for (sum, other) in [
            (&mut self.balance_rate, other.balance_rate),
            (&mut self.period_rate, other.period_rate),
            (&mut self.to_date_rate, other.to_date_rate),
        ] {
            sum.0 = sum.0.checked_add(other.0)?;
        }
        Some(())
    }

    /// The balance, in minor units.
    #[must_use]
    pub fn balance(&self) -> i128 {
        self.outstanding.minor()
    }

    /// The rate a year of the balance, weighted by it (加权平均利率).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact ratio does not fit.
    pub fn rate_of_balance(&self) -> Result<Figure> {
        weighted(self.balance_rate.0, self.outstanding.minor())
    }

    /// The rate a year of the lending of the period, weighted by amount.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact ratio does not fit.
    pub fn rate_of_period(&self) -> Result<Figure> {
        weighted(self.period_rate.0, self.lent_in_period.minor())
    }

    /// The rate a year of all lending to the day of the book, weighted by amount.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact ratio does not fit.
    pub fn rate_to_date(&self) -> Result<Figure> {
        weighted(self.to_date_rate.0, self.lent_to_date.minor())
    }

    /// The overdue rate 逾期率: overdue balance over balance.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for the lowest 128-bit number.
    pub fn overdue_rate(&self) -> Result<Figure> {
        Figure::of(self.overdue.minor(), Some(self.outstanding.minor()))
    }

    /// The loans of a class, and their balance.
    #[must_use]
    pub fn class(&self, class: LoanClass) -> LoanSum {
        usize::from(class.code())
            .checked_sub(1)
            .and_then(|at| self.classes.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// The non-performing loans 不良贷款: substandard, doubtful and loss.
    #[must_use]
    pub fn non_performing(&self) -> LoanSum {
        let [_, _, bad @ ..] = self.classes;
        bad.iter().fold(LoanSum::default(), |sum, class| LoanSum {
            // Each is part of a sum that fits.
            loans: sum.loans.saturating_add(class.loans),
            minor: Wide(sum.minor.0.saturating_add(class.minor.0)),
        })
    }

    /// The NPL ratio 不良率: the balance of non-performing loans over the balance.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for the lowest 128-bit number.
    pub fn npl_ratio(&self) -> Result<Figure> {
        Figure::of(self.non_performing().minor(), Some(self.outstanding.minor()))
    }
}

/// Sums that do not fit.
#[cold]
pub(super) fn too_large(field: &'static str) -> Error {
    let bound = "numbers of loans within the 64-bit range, and amounts within the 128-bit range";
    Error::new(ErrorCode::Overflow, field, "larger sums", bound)
}

/// A weighted rate from a sum of amounts x parts per billion.
fn weighted(numerator: i128, amount: i128) -> Result<Figure> {
    let whole = amount.checked_mul(1_000_000_000);
    let whole = whole.ok_or_else(|| beyond("rate", amount, 96))?;
    if whole == 0 { Ok(Figure::ZeroBase) } else { Ratio::new(numerator, whole).map(Figure::Of) }
}
