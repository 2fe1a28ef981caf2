//! Growth of balances: in a year, against all loans, and what each part contributes to it.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::tally::Tally;
use super::tally_plan::Measure;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::beyond;
use crate::money::Rounding;
use crate::ratio::{Figure, Ratio};

/// A balance, and the one that it is compared with 基数: of a year before for a growth in a year (同比), of the start of the year
/// for one since then.
///
/// A base that is not known, or is zero, is an outcome of every figure ([`Figure::MissingBase`], [`Figure::ZeroBase`]), never an
/// infinity.
///
/// # Units
///
/// Balances in minor units, of one currency. Rates and gaps are exact ratios: 0.03 is 3 percentage points. Nothing is rounded
/// before a [`Figure`] is asked for a number of places.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::Growth;
///
/// // In units of 100 million: targeted loans 1,100.0 after 943.4, all loans 44,000 after 38,732.
/// let targeted = Growth::new(11_000, Some(9_434));
/// let all = Growth::new(440_000, Some(387_320));
/// let one_place = |figure: puhui::Figure| figure.percent(1, Rounding::HalfUp).map(|percent| percent.unwrap().to_string());
/// assert_eq!(one_place(targeted.rate()?)?, "16.6");
/// assert_eq!(one_place(all.rate()?)?, "13.6");
/// // Percentage points above all loans.
/// assert_eq!(one_place(targeted.above(&all)?)?, "3.0");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Growth {
    now: i128,
    base: Option<i128>,
    restated: Option<i128>,
}

impl Growth {
    /// A balance, and the base that was published for it, if it is known.
    #[must_use]
    pub fn new(now_minor: i128, base_minor: Option<i128>) -> Growth {
        Growth { now: now_minor, base: base_minor, restated: None }
    }

    /// The same with a restated base (可比口径): the balance of the earlier day by today's scope, where what is counted has changed
    /// since. The published base is kept beside it.
    #[must_use]
    pub fn restated(mut self, base_minor: i128) -> Growth {
        self.restated = Some(base_minor);
        self
    }

    /// The balance, in minor units.
    #[must_use]
    pub fn now(&self) -> i128 {
        self.now
    }

    /// The base as it was published, in minor units.
    #[must_use]
    pub fn published_base(&self) -> Option<i128> {
        self.base
    }

    /// The base that is compared with, in minor units: the restated one where there is one.
    #[must_use]
    pub fn base(&self) -> Option<i128> {
        self.restated.or(self.base)
    }

    /// How much the balance grew 增量, in minor units; none where the base is not known.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn increment(&self) -> Result<Option<i128>> {
        self.base().map(|base| self.now.checked_sub(base).ok_or_else(too_wide)).transpose()
    }

    /// The growth 增速: increment over base.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a base below zero, from which there is no growth.
    /// * [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn rate(&self) -> Result<Figure> {
        part_of_base(self.increment()?, self.base())
    }

    /// The growth against the base as it was published, whatever was restated since.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::rate`].
    pub fn published_rate(&self) -> Result<Figure> {
        Growth::new(self.now, self.base).rate()
    }

    /// By how much the growth lies above another, such as that of all loans: exact, 0.03 for 3 percentage points.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact difference does not fit.
    pub fn above(&self, other: &Growth) -> Result<Figure> {
        self.rate()?.above(other.rate()?)
    }

    /// The gap of the rates as they are published, each rounded to `places` decimals of a per cent: in percentage points. It may
    /// differ from [`Growth::above`] in the last place.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a figure does not fit a decimal.
    pub fn gap_of_rounded_rates(
        &self,
        other: &Growth,
        places: u32,
        rounding: Rounding,
    ) -> Result<Option<Decimal>> {
        let one = self.rate()?.percent(places, rounding)?;
        let other = other.rate()?.percent(places, rounding)?;
        Ok(one.zip(other).and_then(|(one, other)| one.checked_sub(other)))
    }

    /// What this part contributes to the growth of a whole 拉动, as a ratio of points: its increment over the base of the whole.
    /// Over parts that make up the whole, the contributions sum to its growth.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a difference does not fit.
    pub fn contribution(&self, whole: &Growth) -> Result<Figure> {
        part_of_base(self.increment()?, whole.base())
    }

    /// The part's share of the increment of a whole 增量占比.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a difference does not fit.
    pub fn share_of_increment(&self, whole: &Growth) -> Result<Figure> {
        match self.increment()? {
            Some(increment) => Figure::of(increment, whole.increment()?),
            None => Ok(Figure::MissingBase),
        }
    }

    /// The growth of all loans of two tallies: of a day, and of an earlier one.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::by_group`].
    pub fn of_totals(now: &Tally, before: &Tally) -> Result<Growth> {
        comparable(now, before)?;
        Ok(Growth::new(now.total()?.balance(), Some(before.total()?.balance())))
    }

    /// The growth of each group of two tallies, by key: of a day, and of an earlier one. A group that only one of them has had,
    /// or has, a balance of zero.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::CurrencyMismatch`] for tallies in two currencies.
    /// * [`ErrorCode::NotComparable`] for tallies of two bases or groupings, or by classes of two ladders.
    /// * [`ErrorCode::DatesOutOfOrder`] if the one before is not of an earlier day.
    /// * [`ErrorCode::Missing`] if one of them has no balances.
    pub fn by_group(now: &Tally, before: &Tally) -> Result<BTreeMap<Vec<u32>, Growth>> {
        comparable(now, before)?;
        let balance = |tally: &Tally, key: &[u32]| tally.group(key).map_or(0, |sums| sums.balance());
        let keys = now.groups().chain(before.groups()).map(|(key, _)| key);
        Ok(keys
            .map(|key| (key.to_vec(), Growth::new(balance(now, key), Some(balance(before, key)))))
            .collect())
    }
}

/// The base from which a growth led to a balance: exact, in minor units.
///
/// # Errors
///
/// * [`ErrorCode::OutOfRange`] for a growth of -100 %, which leads from every base to nothing, or less.
/// * [`ErrorCode::Overflow`] if the exact base does not fit.
///
/// # Examples
///
/// ```
/// use puhui::{Ratio, Rounding, portfolio::base_before};
///
/// // 110.0 billion, 16.6 % more than a year before: 110 / 1.166 = 94.3396.
/// let base = base_before(110, Ratio::new(166, 1000)?)?;
/// assert_eq!(base.to_decimal(4, Rounding::HalfUp)?.to_string(), "94.3396");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn base_before(now_minor: i128, growth: Ratio) -> Result<Ratio> {
    let factor = growth.numerator().checked_add(growth.denominator()).ok_or_else(too_wide)?;
    let scaled = now_minor.checked_mul(growth.denominator()).ok_or_else(too_wide)?;
    if factor <= 0 {
        let found = format!("{}/{}", growth.numerator(), growth.denominator());
        return Err(Error::new(ErrorCode::OutOfRange, "growth", found, "above -1"));
    }
    Ratio::new(scaled, factor)
}

fn part_of_base(increment: Option<i128>, base: Option<i128>) -> Result<Figure> {
    if let Some(base) = base.filter(|base| *base < 0) {
        return Err(Error::new(ErrorCode::OutOfRange, "base", base, "0 or more"));
    }
    match increment {
        None => Ok(Figure::MissingBase),
        Some(increment) => Figure::of(increment, base),
    }
}

fn comparable(now: &Tally, before: &Tally) -> Result<()> {
    now.comparable(before)?;
    if before.as_of() >= now.as_of() {
        let bound = format!("a day before {}", now.as_of());
        return Err(Error::new(ErrorCode::DatesOutOfOrder, "as_of", before.as_of(), bound));
    }
    [now, before].into_iter().try_for_each(|tally| tally.need(Measure::Balance))
}

#[cold]
fn too_wide() -> Error {
    beyond("growth", "one of larger balances", 128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::class::{Ladder, StatisticalBasis};
    use crate::money::Currency;
    use crate::portfolio::{Book, Columns, Dimension, TallyPlan};

    fn percent(figure: Figure, places: u32) -> String {
        figure.percent(places, Rounding::HalfUp).unwrap().map_or("none".to_owned(), |rate| rate.to_string())
    }

    #[test]
    fn vectors_1_and_2_of_the_policy_facts() {
        // 110.0 billion, 16.6 % up: 110 / 1.166 = 94.339622..., published as 94.34.
        let growth = Ratio::new(166, 1000).unwrap();
        let base = base_before(110, growth).unwrap();
        assert_eq!(base.to_decimal(2, Rounding::HalfUp).unwrap().to_string(), "94.34");
        // 16.6 % is 3.0 points above all loans: 13.6 %.
        let all = growth.above(Ratio::new(3, 100).unwrap()).unwrap();
        assert_eq!(all.percent(1, Rounding::HalfUp).unwrap().to_string(), "13.6");
        for fall in [-100, -101] {
            let error = base_before(110, Ratio::new(fall, 100).unwrap()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::OutOfRange, "{error}");
        }
    }

    #[test]
    fn what_has_no_base_has_no_growth() {
        let known = Growth::new(120, Some(100));
        let (missing, zero) = (Growth::new(120, None), Growth::new(120, Some(0)));
        assert_eq!((missing.rate().unwrap(), zero.rate().unwrap()), (Figure::MissingBase, Figure::ZeroBase));
        assert_eq!(known.above(&missing).unwrap(), Figure::MissingBase);
        assert_eq!(zero.above(&known).unwrap(), Figure::ZeroBase);
        assert_eq!(known.contribution(&zero).unwrap(), Figure::ZeroBase);
        assert_eq!(missing.share_of_increment(&known).unwrap(), Figure::MissingBase);
        // What did not grow has no shares.
        assert_eq!(known.share_of_increment(&Growth::new(7, Some(7))).unwrap(), Figure::ZeroBase);
        assert_eq!(known.gap_of_rounded_rates(&missing, 1, Rounding::HalfUp).unwrap(), None);
        assert_eq!(Growth::new(5, Some(-5)).rate().unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!(Growth::new(i128::MAX, Some(-1)).increment().unwrap_err().code(), ErrorCode::Overflow);
    }

    #[test]
    fn a_gap_is_not_the_gap_of_rounded_rates() {
        // 16.64 % and 13.66 %: 2.98 points apart, published 3.0; rounded first they are 16.6 and 13.7, 2.9 apart.
        let (one, other) = (Growth::new(11_664, Some(10_000)), Growth::new(11_366, Some(10_000)));
        assert_eq!(percent(one.above(&other).unwrap(), 1), "3.0");
        let rounded = one.gap_of_rounded_rates(&other, 1, Rounding::HalfUp).unwrap();
        assert_eq!(rounded.unwrap().to_string(), "2.9");
    }

    #[test]
    fn contributions_sum_to_the_growth_of_the_whole() {
        // Parts 60 -> 90 and 40 -> 30 of 100 -> 120: 30 points and -10 points of 20 %; 150 % and -50 % of the increment of 20.
        let whole = Growth::new(120, Some(100));
        let parts = [Growth::new(90, Some(60)), Growth::new(30, Some(40))];
        let of = |figure: fn(&Growth, &Growth) -> Result<Figure>| {
            parts.map(|part| percent(figure(&part, &whole).unwrap(), 0))
        };
        assert_eq!(of(Growth::contribution), ["30", "-10"]);
        assert_eq!(of(Growth::share_of_increment), ["150", "-50"]);
        assert_eq!(percent(whole.rate().unwrap(), 0), "20");
    }

    #[test]
    fn a_restated_base_is_compared_with_and_the_published_one_kept() {
        // 120 after 100 is 20 %; by today's scope there were 96 then: 25 %.
        let growth = Growth::new(120, Some(100)).restated(96);
        assert_eq!(percent(growth.rate().unwrap(), 0), "25");
        assert_eq!(percent(growth.published_rate().unwrap(), 0), "20");
        assert_eq!((growth.published_base(), growth.base()), (Some(100), Some(96)));
        assert_eq!(Growth::new(120, None).restated(96).published_rate().unwrap(), Figure::MissingBase);
    }

    fn tally(ymd: i32, rows: &[(u32, i64)], plan: impl Fn(TallyPlan) -> TallyPlan) -> Tally {
        let plan = plan(TallyPlan::new(parse_ymd(ymd, "as_of").unwrap()).unwrap().by(&[Dimension::County]));
        let columns = Columns {
            county: rows.iter().map(|row| row.0).collect(),
            balance_minor: rows.iter().map(|row| row.1).collect(),
            basis: rows.iter().map(|_| 7).collect(),
            days_past_due: rows.iter().map(|_| 0).collect(),
            ..Columns::default()
        };
        Tally::of(&Book::new(Currency::CNY, columns).unwrap(), &plan).unwrap()
    }

    #[test]
    fn a_group_of_one_day_only_is_kept() {
        let balance = |plan: TallyPlan| plan.measures(&[Measure::Balance]);
        let now = tally(20_200_331, &[(1, 120), (3, 7)], balance);
        let base = tally(20_190_331, &[(1, 100), (2, 20)], balance);
        let growth = Growth::by_group(&now, &base).unwrap();
        assert_eq!(growth.keys().map(|key| key[0]).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(percent(growth[&vec![2]].rate().unwrap(), 0), "-100");
        assert_eq!(growth[&vec![3]].rate().unwrap(), Figure::ZeroBase);
        assert_eq!(Growth::of_totals(&now, &base).unwrap(), Growth::new(127, Some(120)));
        // An empty book a year before: a base of zero.
        let started = Growth::of_totals(&now, &tally(20_190_331, &[], balance)).unwrap();
        assert_eq!(started.rate().unwrap(), Figure::ZeroBase);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let balance = |plan: TallyPlan| plan.measures(&[Measure::Balance]);
        let now = tally(20_200_331, &[(1, 120)], balance);
        let refused = |base: &Tally| {
            let error = Growth::by_group(&now, base).unwrap_err();
            (error.code(), error.field().to_owned())
        };
        let basis = tally(20_190_331, &[(1, 1)], |plan| balance(plan).basis(StatisticalBasis::Regulator));
        assert_eq!(refused(&basis), (ErrorCode::NotComparable, "basis".into()));
        let other = tally(20_190_331, &[(1, 1)], |plan| balance(plan).by(&[]));
        assert_eq!(refused(&other), (ErrorCode::NotComparable, "by".into()));
        assert_eq!(refused(&now), (ErrorCode::DatesOutOfOrder, "as_of".into()));
        let counts = tally(20_190_331, &[(1, 1)], |plan| plan);
        assert_eq!(refused(&counts), (ErrorCode::Missing, "measures".into()));
        let dollars =
            Tally::empty(Currency::from_code("USD").unwrap(), &TallyPlan::new(now.as_of()).unwrap());
        assert_eq!(refused(&dollars), (ErrorCode::CurrencyMismatch, "currency".into()));
        // A ladder changes nothing but classes.
        let ladder = Ladder::new([1, 31, 61, 91]).unwrap();
        let on_ladder = |plan: TallyPlan| balance(plan).ladder(ladder);
        assert!(Growth::by_group(&now, &tally(20_190_331, &[(1, 1)], on_ladder)).is_ok());
        let by_class = |ymd, days| {
            tally(ymd, &[(1, 1)], |plan| {
                balance(plan).by(&[Dimension::Class]).ladder(Ladder::new(days).unwrap())
            })
        };
        let error = Growth::by_group(
            &by_class(20_200_331, [1, 91, 271, 361]),
            &by_class(20_190_331, [1, 31, 61, 91]),
        );
        assert_eq!(error.unwrap_err().field(), "ladder");
    }
}
