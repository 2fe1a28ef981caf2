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

/// A number of loans, and the sum of their amounts or balances in minor units.
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
}

/// The sums of a group of loans. What the plan did not measure is zero here; ask [`Tally::measures`](super::Tally::measures).
///
/// # Units
///
/// Minor units of the tally's currency; rates are exact fractions a year.
///
/// Each field is a measure by itself, which groups add up field by field.
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

/// The [`LoanSum`]s among the figures of [`Sums`].
const LOAN_SUMS: usize = 14;

/// The figures of [`Sums`] that count: the loans of each sum, all loans, and the person-times.
pub(super) struct Counts(pub(super) [u64; Counts::LENGTH]);

impl Counts {
    pub(super) const LENGTH: usize = LOAN_SUMS + 2;
}

/// The figures of [`Sums`] that are amounts, or amounts x rates.
pub(super) struct Amounts(pub(super) [i128; Amounts::LENGTH]);

impl Amounts {
    pub(super) const LENGTH: usize = LOAN_SUMS + 3;
}

impl Sums {
    /// Adds the sums of other loans; these stay as they were where one does not fit.
    pub(super) fn add(&mut self, other: &Sums) -> Result<()> {
        *self = self.try_add(other).ok_or_else(|| too_large("tally"))?;
        Ok(())
    }

    fn try_add(&self, other: &Sums) -> Option<Sums> {
        let ((mut counts, mut amounts), (more_counts, more_amounts)) = (self.figures(), other.figures());
        for (count, more) in counts.0.iter_mut().zip(more_counts.0) {
            *count = count.checked_add(more)?;
        }
        for (amount, more) in amounts.0.iter_mut().zip(more_amounts.0) {
            *amount = amount.checked_add(more)?;
        }
        Some(Sums::of_figures(counts, amounts))
    }

    /// All figures, which add up each by itself.
    pub(super) fn figures(&self) -> (Counts, Amounts) {
        let [normal, special_mention, substandard, doubtful, loss] = self.classes;
        let sums = [
            self.outstanding,
            self.lent_in_period,
            self.lent_to_date,
            self.overdue,
            normal,
            special_mention,
            substandard,
            doubtful,
            loss,
            self.unclassified,
            self.extended,
            self.deferred,
            self.renewed,
            self.deferred_amount,
        ];
        let (mut counts, mut amounts) = ([0; Counts::LENGTH], [0; Amounts::LENGTH]);
        let others = [self.loans, self.person_times];
        let numbers = sums.iter().map(|sum| sum.loans).chain(others);
        counts.iter_mut().zip(numbers).for_each(|(count, number)| *count = number);
        let rates = [self.balance_rate.0, self.period_rate.0, self.to_date_rate.0];
        let minor = sums.iter().map(|sum| sum.minor.0).chain(rates);
        amounts.iter_mut().zip(minor).for_each(|(amount, minor)| *amount = minor);
        (Counts(counts), Amounts(amounts))
    }

    /// The sums of their figures.
    pub(super) fn of_figures(Counts(counts): Counts, Amounts(amounts): Amounts) -> Sums {
        let [.., loans, person_times] = counts;
        let [.., balance_rate, period_rate, to_date_rate] = amounts.map(Wide);
        let mut sums =
            counts.into_iter().zip(amounts).map(|(loans, minor)| LoanSum { loans, minor: Wide(minor) });
        let mut next = || sums.next().unwrap_or_default();
        // In the order of `figures`, as the fields of a literal are.
        Sums {
            outstanding: next(),
            lent_in_period: next(),
            lent_to_date: next(),
            overdue: next(),
            classes: [next(), next(), next(), next(), next()],
            unclassified: next(),
            extended: next(),
            deferred: next(),
            renewed: next(),
            deferred_amount: next(),
            loans,
            person_times,
            balance_rate,
            period_rate,
            to_date_rate,
        }
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
