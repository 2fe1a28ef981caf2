//! Growth of a balance from one day to another: against all loans, by groups, and on a base that was restated.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::plan::{Dimension, Measure};
use super::sums::Sums;
use super::tally::Tally;
use crate::class::StatisticalBasis;
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Currency, Rounding};
use crate::ratio::{Figure, Ratio};

/// A figure now and what it was at the base: a balance and that of a year before 同比, or of the start of the year 较年初.
///
/// # Units
///
/// Whole numbers of one unit, such as minor units of one currency, or borrowers.
///
/// # Rounding
///
/// None: rates, points and shares are exact, and rounded once when they are published. The difference of two rates that are
/// rounded first is another figure, and has a name of its own: [`Growth::points_above_rounded`].
///
/// # Examples
///
/// ```
/// use puhui::portfolio::Growth;
/// use puhui::{Figure, Rounding};
///
/// // In tenths of a million: targeted loans from 94,340 to 110,000; all loans from 3,000,000 to 3,408,000.
/// let targeted = Growth::new(110_000, Some(94_340));
/// let all = Growth::new(3_408_000, Some(3_000_000));
/// assert_eq!(targeted.rate()?.percent(1, Rounding::HalfUp)?.unwrap().to_string(), "16.6");
/// assert_eq!(targeted.points_above(all)?.percent(1, Rounding::HalfUp)?.unwrap().to_string(), "3.0");
///
/// // What has no base is no infinity.
/// assert_eq!(Growth::new(110_000, Some(0)).rate()?, Figure::ZeroBase);
/// assert_eq!(Growth::new(110_000, None).rate()?, Figure::MissingBase);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Growth {
    now: i128,
    base: Option<i128>,
}

impl Growth {
    /// A figure now, and at the base if that is known.
    #[must_use]
    pub fn new(now: i128, base: Option<i128>) -> Growth {
        Growth { now, base }
    }

    /// The figure now.
    #[must_use]
    pub fn now(self) -> i128 {
        self.now
    }

    /// The figure at the base; none if it is not known.
    #[must_use]
    pub fn base(self) -> Option<i128> {
        self.base
    }

    /// What was added since the base 增量: below zero where it shrank, none without a base.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn increment(self) -> Result<Option<i128>> {
        let increment = |base| self.now.checked_sub(base).ok_or_else(too_wide);
        self.base.map(increment).transpose()
    }

    /// The growth rate 增速: `(now - base) / base`.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a negative base: no rate of growth has a meaning there.
    /// * [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn rate(self) -> Result<Figure> {
        part_of_base(self.increment()?, self.base)
    }

    /// How far this rate lies above another, in points (高于……个百分点): 0.03 is three percentage points. Exact.
    ///
    /// Where one of the two has no rate, its reason is the outcome, that of this one first.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::rate`] and [`Ratio::above`].
    pub fn points_above(self, other: Growth) -> Result<Figure> {
        self.rate()?.above(other.rate()?)
    }

    /// The difference of the two rates after each was rounded to so many places of a per cent, as a reader of two published
    /// rates would have it. It may differ from [`Growth::points_above`] in the last place. None where one has no rate.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::rate`], and [`ErrorCode::Overflow`] if a rate does not fit a decimal.
    pub fn points_above_rounded(
        self,
        other: Growth,
        places: u32,
        rounding: Rounding,
    ) -> Result<Option<Decimal>> {
        let (rate, other) =
            (self.rate()?.percent(places, rounding)?, other.rate()?.percent(places, rounding)?);
        let Some((rate, other)) = rate.zip(other) else { return Ok(None) };
        rate.checked_sub(other).map(Some).ok_or_else(too_wide)
    }

    /// What this part contributes to the growth of a whole, in points (拉动): `(now - base) / base of the whole`. The
    /// contributions of all parts add up to the growth of the whole.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::rate`].
    pub fn contribution(self, whole: Growth) -> Result<Figure> {
        part_of_base(self.increment()?, whole.base)
    }

    /// The share of this part in what was added to a whole (增量占比): [`Figure::ZeroBase`] where the whole did not change. Below
    /// zero where the part and the whole went different ways.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a difference does not fit.
    pub fn share_of_increment(self, whole: Growth) -> Result<Figure> {
        match self.increment()? {
            None => Ok(Figure::MissingBase),
            Some(increment) => Figure::of(increment, whole.increment()?),
        }
    }
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

#[cold]
fn too_wide() -> Error {
    Error::new(ErrorCode::Overflow, "growth", "a larger difference", "what fits 128 bits")
}

/// The base from which a rate of growth led to a figure: `now / (1 + rate)`, exact, in the unit of `now`.
/// [`Figure::ZeroBase`] for a fall of 100 %, which leads to nothing from anything.
///
/// # Errors
///
/// * [`ErrorCode::OutOfRange`] for a fall of more than 100 %.
/// * [`ErrorCode::Overflow`] if the product does not fit.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::implied_base;
/// use puhui::{Ratio, Rounding};
///
/// // 110.0 billion after a growth of 16.6 %: 94.34 billion a year before. In hundreds of millions:
/// let base = implied_base(1_100, Ratio::new(166, 1_000)?)?;
/// assert_eq!(base.to_decimal(1, Rounding::HalfUp)?.unwrap().to_string(), "943.4");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn implied_base(now: i128, rate: Ratio) -> Result<Figure> {
    let factor = rate.numerator().checked_add(rate.denominator()).ok_or_else(too_wide)?;
    if factor < 0 {
        let found = format!("{}/{}", rate.numerator(), rate.denominator());
        return Err(Error::new(ErrorCode::OutOfRange, "rate", found, "-1 or more"));
    }
    let product = now.checked_mul(rate.denominator()).ok_or_else(too_wide)?;
    Figure::of(product, Some(factor))
}

/// The rate that lies so many points below a rate: of all loans, where loans of a kind grew by 16.6 %, 3.0 percentage points
/// above all loans, it is 13.6 %.
///
/// # Errors
///
/// [`ErrorCode::Overflow`] if the exact difference does not fit.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::implied_growth;
/// use puhui::{Ratio, Rounding};
///
/// let all = implied_growth(Ratio::new(166, 1_000)?, Ratio::new(3, 100)?)?;
/// assert_eq!(all.percent(1, Rounding::HalfUp)?.to_string(), "13.6");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn implied_growth(rate: Ratio, points_above: Ratio) -> Result<Ratio> {
    rate.above(points_above)
}

/// A base that was restated (基数重述), because the scope or the basis of the statistics changed: as it was published, and as it
/// would have been by the rules of today. Both are kept; which of the two a growth rate is on is in its name.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::RestatedBase;
///
/// // Published as 90, restated as 100 when a lender joined; now 110.
/// let base = RestatedBase { published: Some(90), restated: Some(100) };
/// let percent = |figure: puhui::Figure| figure.percent(2, Rounding::HalfUp);
/// assert_eq!(percent(base.on_published(110).rate()?)?.unwrap().to_string(), "22.22");
/// assert_eq!(percent(base.on_restated(110).rate()?)?.unwrap().to_string(), "10.00");
/// // The new scope alone made the published base grow by 11.11 %.
/// assert_eq!(percent(base.restatement().rate()?)?.unwrap().to_string(), "11.11");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RestatedBase {
    /// The base as it was published then; none if it is not known.
    pub published: Option<i128>,
    /// The base by the rules of today; none if nobody restated it.
    pub restated: Option<i128>,
}

impl RestatedBase {
    /// Growth from the base as it was published: what a reader of two reports would find.
    #[must_use]
    pub fn on_published(self, now: i128) -> Growth {
        Growth::new(now, self.published)
    }

    /// Growth from the restated base: like against like (可比口径).
    #[must_use]
    pub fn on_restated(self, now: i128) -> Growth {
        Growth::new(now, self.restated)
    }

    /// What the restatement did to the base, as if it had grown; none if nobody restated it.
    #[must_use]
    pub fn restatement(self) -> Growth {
        match self.restated {
            Some(restated) => Growth::new(restated, self.published),
            None => Growth::new(0, None),
        }
    }
}

/// The growth of balances by the groups of two tallies, one of them earlier.
///
/// A group without loans in one of them had a balance of zero there: a new one has [`Figure::ZeroBase`] as its rate, and one
/// that is gone fell by 100 %. Year on year it is where the earlier tally is of a year before; [`GrowthByGroup::as_of`] and
/// [`GrowthByGroup::base_as_of`] tell.
///
/// # Units
///
/// Minor units of one currency.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Book, Columns, Dimension, GrowthByGroup, Measure, Tally, TallyPlan};
/// use puhui::{Currency, Rounding, parse_date};
///
/// let tally = |day: &str, balance_minor: Vec<i64>| {
///     let columns = Columns {
///         county: vec![500101, 500102].into(),
///         balance_minor: balance_minor.into(),
///         ..Columns::default()
///     };
///     let plan = TallyPlan::new(parse_date(day, "as_of")?)?
///         .by(&[Dimension::County])
///         .measures(&[Measure::Balance]);
///     Tally::of(&Book::new(Currency::CNY, columns)?, &plan)
/// };
/// let growth = GrowthByGroup::of(&tally("2020-03-31", vec![120, 90])?, &tally("2019-03-31", vec![100, 80])?)?;
/// let wanzhou = growth.group(&[500101]).unwrap();
/// let percent = |figure: puhui::Figure| figure.percent(1, Rounding::HalfUp);
/// assert_eq!(percent(wanzhou.rate()?)?.unwrap().to_string(), "20.0");
/// // 20 of the 30 that were added to 180.
/// assert_eq!(percent(wanzhou.contribution(growth.total())?)?.unwrap().to_string(), "11.1");
/// assert_eq!(percent(wanzhou.share_of_increment(growth.total())?)?.unwrap().to_string(), "66.7");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthByGroup {
    currency: Currency,
    basis: Option<StatisticalBasis>,
    by: Vec<Dimension>,
    as_of: NaiveDate,
    base_as_of: NaiveDate,
    groups: BTreeMap<Vec<u32>, Growth>,
    total: Growth,
}

impl GrowthByGroup {
    /// The growth from `base` to `now`.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::CurrencyMismatch`] for tallies of two currencies.
    /// * [`ErrorCode::NotComparable`] for tallies of two bases or groupings, or by class on two ladders.
    /// * [`ErrorCode::DatesOutOfOrder`] for a base that is not earlier.
    /// * [`ErrorCode::Missing`] for a tally that does not measure the balance.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn of(now: &Tally, base: &Tally) -> Result<GrowthByGroup> {
        now.comparable(base)?;
        if base.as_of() >= now.as_of() {
            let bound = format!("before {}", now.as_of());
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "base.as_of", base.as_of(), bound));
        }
        now.need(Measure::Balance)?;
        base.need(Measure::Balance).map_err(|error| error.within("base"))?;
        let keys = now.groups().chain(base.groups()).map(|(key, _)| key);
        let balance = |tally: &Tally, key: &[u32]| tally.group(key).map_or(0, Sums::balance);
        let growth = |key: &[u32]| Growth::new(balance(now, key), Some(balance(base, key)));
        Ok(GrowthByGroup {
            currency: now.currency(),
            basis: now.basis(),
            by: now.dimensions().to_vec(),
            as_of: now.as_of(),
            base_as_of: base.as_of(),
            groups: keys.map(|key| (key.to_vec(), growth(key))).collect(),
            total: Growth::new(now.total()?.balance(), Some(base.total()?.balance())),
        })
    }

    /// The currency of the balances.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// In whose statistics the loans count; none if all of the books do.
    #[must_use]
    pub fn basis(&self) -> Option<StatisticalBasis> {
        self.basis
    }

    /// What the keys of the groups are.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.by
    }

    /// The day of the later tally.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The day of the earlier tally.
    #[must_use]
    pub fn base_as_of(&self) -> NaiveDate {
        self.base_as_of
    }

    /// The groups that had loans on one of the days, by their keys, rising.
    pub fn groups(&self) -> impl Iterator<Item = (&[u32], Growth)> {
        self.groups.iter().map(|(key, growth)| (key.as_slice(), *growth))
    }

    /// The growth of a group; none if it had loans on neither day.
    #[must_use]
    pub fn group(&self, key: &[u32]) -> Option<Growth> {
        self.groups.get(key).copied()
    }

    /// The growth of all groups together.
    #[must_use]
    pub fn total(&self) -> Growth {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::class::Ladder;
    use crate::portfolio::{Book, Columns, TallyPlan};

    fn percent(figure: Figure, places: u32) -> String {
        figure.percent(places, Rounding::HalfUp).unwrap().unwrap().to_string()
    }

    #[test]
    fn the_published_vectors() {
        // 110.0 bn, +16.6 %: 110 / 1.166 = 94.3396 (1.166 x 94.3396 = 109.99997). In millions:
        let base = implied_base(110_000, Ratio::new(166, 1_000).unwrap()).unwrap();
        assert_eq!(base.to_decimal(1, Rounding::HalfUp).unwrap().unwrap().to_string(), "94339.6");
        // And forth again: from 94.3396 bn to 110.0 bn, in 100,000s.
        assert_eq!(percent(Growth::new(1_100_000, Some(943_396)).rate().unwrap(), 1), "16.6");
        let all = implied_growth(Ratio::new(166, 1_000).unwrap(), Ratio::new(30, 1_000).unwrap()).unwrap();
        assert_eq!(all, Ratio::new(136, 1_000).unwrap());
        // Overdue 0.12 of 46 (in hundredths): 0.2609 %, published as 0.26 %; rounded or cut.
        let overdue = Figure::of(12, Some(4_600)).unwrap();
        assert_eq!((percent(overdue, 2), percent(overdue, 4)), ("0.26".to_owned(), "0.2609".to_owned()));
        assert_eq!(overdue.percent(3, Rounding::Down).unwrap().unwrap().to_string(), "0.260");
    }

    #[test]
    fn the_gap_of_rounded_rates_is_another_figure() {
        // 16.64 % and 13.56 %: 3.08 points apart, 3.1; of 16.6 and 13.6 a reader makes 3.0. Cut: 16.6 - 13.5 = 3.1.
        let (one, all) = (Growth::new(11_664, Some(10_000)), Growth::new(11_356, Some(10_000)));
        assert_eq!(percent(one.points_above(all).unwrap(), 1), "3.1");
        let rounded = |rounding| one.points_above_rounded(all, 1, rounding).unwrap().unwrap().to_string();
        assert_eq!((rounded(Rounding::HalfUp), rounded(Rounding::Down)), ("3.0".into(), "3.1".into()));
        let unknown = Growth::new(1, None);
        assert_eq!(one.points_above_rounded(unknown, 1, Rounding::HalfUp).unwrap(), None);
        assert_eq!(one.points_above(unknown).unwrap(), Figure::MissingBase);
        assert_eq!(Growth::new(1, Some(0)).points_above(unknown).unwrap(), Figure::ZeroBase);
    }

    #[test]
    fn parts_of_a_growth() {
        // 100 = 60 + 40 grows to 110 = 75 + 35: 10 points, of them 15 and -5; shares of the increment 1.5 and -0.5.
        let (whole, up, down) =
            (Growth::new(110, Some(100)), Growth::new(75, Some(60)), Growth::new(35, Some(40)));
        assert_eq!(percent(whole.rate().unwrap(), 0), "10");
        let points = [up, down].map(|part| percent(part.contribution(whole).unwrap(), 0));
        assert_eq!(points, ["15", "-5"]);
        let shares = [up, down].map(|part| percent(part.share_of_increment(whole).unwrap(), 0));
        assert_eq!(shares, ["150", "-50"]);
        let still = Growth::new(100, Some(100));
        assert_eq!(up.share_of_increment(still).unwrap(), Figure::ZeroBase);
        assert_eq!(up.share_of_increment(Growth::new(1, None)).unwrap(), Figure::MissingBase);
        assert_eq!(Growth::new(1, None).share_of_increment(whole).unwrap(), Figure::MissingBase);
        assert_eq!(Growth::new(1, None).contribution(whole).unwrap(), Figure::MissingBase);
        assert_eq!(up.contribution(Growth::new(1, Some(0))).unwrap(), Figure::ZeroBase);
    }

    #[test]
    fn what_has_no_growth_is_named() {
        assert_eq!(Growth::new(5, Some(-5)).rate().unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!(Growth::new(i128::MAX, Some(-1)).increment().unwrap_err().code(), ErrorCode::Overflow);
        let fall = |part| implied_base(0, Ratio::new(part, 100).unwrap());
        assert_eq!(fall(-100).unwrap(), Figure::ZeroBase);
        assert_eq!(fall(-101).unwrap_err().code(), ErrorCode::OutOfRange);
        let never = RestatedBase { published: Some(90), restated: None };
        assert_eq!(never.on_restated(110).rate().unwrap(), Figure::MissingBase);
        assert_eq!(never.restatement().rate().unwrap(), Figure::MissingBase);
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
        let growth = GrowthByGroup::of(&now, &base).unwrap();
        assert_eq!(growth.groups().map(|(key, _)| key[0]).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(percent(growth.group(&[2]).unwrap().rate().unwrap(), 0), "-100");
        assert_eq!(growth.group(&[3]).unwrap().rate().unwrap(), Figure::ZeroBase);
        assert_eq!(growth.group(&[4]), None);
        assert_eq!(growth.total(), Growth::new(127, Some(120)));
        // An empty book a year before: a base of zero.
        let started = GrowthByGroup::of(&now, &tally(20_190_331, &[], balance)).unwrap();
        assert_eq!(started.total().rate().unwrap(), Figure::ZeroBase);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let balance = |plan: TallyPlan| plan.measures(&[Measure::Balance]);
        let now = tally(20_200_331, &[(1, 120)], balance);
        let refused = |base: &Tally| {
            let error = GrowthByGroup::of(&now, base).unwrap_err();
            (error.code(), error.field().to_owned())
        };
        let basis = tally(20_190_331, &[(1, 1)], |plan| balance(plan).basis(StatisticalBasis::Regulator));
        assert_eq!(refused(&basis), (ErrorCode::NotComparable, "basis".into()));
        let other = tally(20_190_331, &[(1, 1)], |plan| balance(plan).by(&[]));
        assert_eq!(refused(&other), (ErrorCode::NotComparable, "by".into()));
        assert_eq!(refused(&now), (ErrorCode::DatesOutOfOrder, "base.as_of".into()));
        let counts = tally(20_190_331, &[(1, 1)], |plan| plan);
        assert_eq!(refused(&counts), (ErrorCode::Missing, "base.measures".into()));
        let dollars =
            Tally::empty(Currency::from_code("USD").unwrap(), &TallyPlan::new(now.as_of()).unwrap());
        assert_eq!(refused(&dollars), (ErrorCode::CurrencyMismatch, "currency".into()));
        // A ladder changes nothing but classes.
        let ladder = Ladder::new([1, 31, 61, 91]).unwrap();
        let on_ladder = |plan: TallyPlan| balance(plan).ladder(ladder);
        assert!(GrowthByGroup::of(&now, &tally(20_190_331, &[(1, 1)], on_ladder)).is_ok());
        let by_class = |ymd, days| {
            tally(ymd, &[(1, 1)], |plan| {
                balance(plan).by(&[Dimension::Class]).ladder(Ladder::new(days).unwrap())
            })
        };
        let error = GrowthByGroup::of(
            &by_class(20_200_331, [1, 91, 271, 361]),
            &by_class(20_190_331, [1, 31, 61, 91]),
        );
        assert_eq!(error.unwrap_err().field(), "ladder");
    }
}
