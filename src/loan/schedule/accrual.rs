//! Interest as an exact integer numerator, the banks' own balance-days (积数): rounded once, when it is billed.

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::calendar::{CouponPeriod, DayCount, DayWorth};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{Reciprocal, divide_wide, greatest_common_divisor, power_of_ten, too_large};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::ProductRules;
use crate::money::Rounding;
use crate::rate::{Rate, RateStep};
use crate::record::{Node, Recorded};

/// The one denominator over which every interest of a loan is a whole number: `balance x weight / denominator`.
///
/// A weight is `multiplier(rate) x days`, summed over the segments of a period. With |rate| <= 10 and at most 28 decimals
/// a multiplier is below 10 x 10^28 < 2^97, and the denominator below 10^28 x 133,590 < 2^111. Days, in units of
/// [`DayCount::basis`], are below 600 years x 133,590 < 2^27, so a weight stays below 2^124: nothing here can overflow.
///
/// Where a day is worth what its accrual period says, the period has a denominator of its own beside this one, and says so if
/// both together are too large: [`Period::denominator`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    decimals: u32,
    divisor: i128,
    denominator: i128,
}

impl Scale {
    /// The scale of a loan: of all its rates.
    pub(crate) fn of(loan: &Loan<'_>) -> Scale {
        let changes = loan.rate_changes().iter().map(|change| change.rate);
        Scale::over(loan.product().rules().day_count, std::iter::once(loan.terms().rate).chain(changes))
    }

    /// The scale of these rates, for accrual periods.
    pub(crate) fn over(day_count: DayCount, rates: impl Iterator<Item = Rate> + Clone) -> Scale {
        Scale::of_basis(day_count.period_basis(), rates)
    }

    /// The scale of these rates, for counts over a basis.
    pub(crate) fn of_basis(basis: i64, rates: impl Iterator<Item = Rate> + Clone) -> Scale {
        let decimals = rates.clone().map(|rate| rate.mantissa_and_scale().1).max().unwrap_or(0);
        let whole = power_of_ten(decimals) * i128::from(basis);
        let unreduced = Scale { decimals, divisor: 1, denominator: whole };
        // Everyday rates: short as it is, and what a reduction would cost is a good part of a schedule.
        if whole < 1 << 32 {
            return unreduced;
        }
        let common = rates.fold(whole.unsigned_abs(), |common, rate| {
            greatest_common_divisor(common, unreduced.multiplier(rate).unsigned_abs())
        });
        let divisor = i128::try_from(common).unwrap_or(1);
        Scale { decimals, divisor, denominator: whole / divisor }
    }

    /// The denominator.
    pub(crate) fn denominator(&self) -> i128 {
        self.denominator
    }

    /// What a unit of balance earns at `rate` for one unit of the day count, over the denominator.
    pub(crate) fn multiplier(&self, rate: Rate) -> i128 {
        let (mantissa, scale) = rate.mantissa_and_scale();
        let multiplier = mantissa * power_of_ten(self.decimals - scale);
        if self.divisor == 1 { multiplier } else { multiplier / self.divisor }
    }
}

/// Interest that has been earned and not yet rounded: a whole number over the loan's denominator.
///
/// Sums that 128 bits cannot hold (a rate of 28 decimals on a huge balance) go on in big integers: exact all the same.
#[derive(Clone, Debug)]
pub(crate) enum Accrued {
    Narrow(i128),
    Wide(Box<BigInt>),
}

impl Accrued {
    pub(crate) const ZERO: Accrued = Accrued::Narrow(0);

    /// Adds what `balance` earns with `weight`.
    #[inline]
    pub(crate) fn add(&mut self, balance: i64, weight: i128) {
        if let Accrued::Narrow(sum) = self
            && let Some(wider) =
                i128::from(balance).checked_mul(weight).and_then(|earned| sum.checked_add(earned))
        {
            *sum = wider;
            return;
        }
        self.add_wide(balance, weight);
    }

    /// The numerator, however wide.
    pub(crate) fn to_big(&self) -> BigInt {
        match self {
            Accrued::Narrow(sum) => BigInt::from(*sum),
            Accrued::Wide(sum) => (**sum).clone(),
        }
    }

    /// The same interest over another denominator, which must hold it exactly.
    pub(crate) fn rescaled(&self, from: i128, to: i128) -> Result<Accrued> {
        let unreadable =
            || Error::new(ErrorCode::InvalidSnapshot, "accrued", self.to_big(), "a sum of whole days");
        if from <= 0 {
            return Err(unreadable());
        }
        let scaled = self.to_big() * to;
        let sum = &scaled / from;
        if &sum * from == scaled { Ok(Accrued::from(sum)) } else { Err(unreadable()) }
    }

    /// The greatest number that divides both this sum and another number, which is above zero.
    pub(crate) fn common_divisor(&self, other: i128) -> Result<i128> {
        // Smaller than the other number, the rest has the same divisors with it.
        let rest = i128::try_from(self.to_big() % other);
        let rest = rest.map_err(|_| Error::internal("rest of a division by", other))?;
        let divisor = greatest_common_divisor(other.unsigned_abs(), rest.unsigned_abs());
        i128::try_from(divisor).map_err(|_| Error::internal("common divisor", divisor))
    }

    #[cold]
    fn add_wide(&mut self, balance: i64, weight: i128) {
        let sum = match self {
            Accrued::Narrow(sum) => BigInt::from(*sum),
            Accrued::Wide(sum) => std::mem::take(&mut **sum),
        };
        *self = Accrued::Wide(Box::new(sum + BigInt::from(balance) * weight));
    }

    /// The interest in minor units, rounded once.
    #[inline]
    pub(crate) fn round(&self, denominator: i128, rounding: Rounding) -> Result<i64> {
        let rounded = match self {
            Accrued::Narrow(0) => return Ok(0),
            Accrued::Narrow(sum) => {
                rounding.divide(*sum, denominator).and_then(|whole| i64::try_from(whole).ok())
            }
            Accrued::Wide(sum) => i64::try_from(divide_wide(rounding, sum, &BigInt::from(denominator))).ok(),
        };
        rounded.ok_or_else(interest_overflow)
    }
}

impl Recorded for Accrued {
    fn write(&self) -> Node {
        self.to_big().write()
    }

    fn read(node: &Node) -> Result<Accrued> {
        BigInt::read(node).map(Accrued::from)
    }
}

impl From<BigInt> for Accrued {
    fn from(sum: BigInt) -> Accrued {
        match i128::try_from(&sum) {
            Ok(narrow) => Accrued::Narrow(narrow),
            Err(_) => Accrued::Wide(Box::new(sum)),
        }
    }
}

/// The interest of whole periods at the one rate of a loan: what a unit of balance earns in one unit of the day count, as a
/// [`Reciprocal`], and how far it reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SteadyRate {
    reciprocal: Reciprocal,
    /// 2^63 / denominator, cut: what the units must be below. Zero where there is no such reciprocal.
    limit: u64,
}

impl SteadyRate {
    /// The steady rate of a loan; one that declines every balance, if its rate changes or is out of reach.
    pub(crate) fn of(loan: &Loan<'_>, scale: Scale) -> SteadyRate {
        let rate = Some(loan.terms().rate).filter(|_| loan.rate_changes().is_empty());
        SteadyRate::over(loan.product().rules(), rate, scale)
    }

    /// The steady rate of rows of these rules that earn one rate, if they do.
    pub(crate) fn over(rules: &ProductRules, rate: Option<Rate>, scale: Scale) -> SteadyRate {
        let fraction = || {
            let multiplier = u64::try_from(scale.multiplier(rate?)).ok()?;
            let denominator = u64::try_from(scale.denominator).ok()?;
            let flat = rules.interest_base.is_flat();
            if multiplier >= denominator || flat || rules.day_count.asks_for_period() {
                return None;
            }
            // At most 2^64 (1 - 1 / denominator), rounded up: it fits.
            let ceiling = (u128::from(multiplier) << 64).div_ceil(u128::from(denominator));
            Some((u64::try_from(ceiling).ok()?, (1 << 63) / denominator))
        };
        let (ceiling, limit) = fraction().unwrap_or((0, 0));
        SteadyRate { reciprocal: Reciprocal::new(ceiling, limit, rules.rounding), limit }
    }

    /// What a balance earns in a period of `counted` units of the day count, rounded; `None` where the multiplication might
    /// not be exact.
    #[inline]
    pub(crate) fn interest(self, balance: i64, counted: i64) -> Option<i64> {
        let units = u64::try_from(balance.checked_mul(counted)?).ok().filter(|&units| units < self.limit)?;
        i64::try_from(self.reciprocal.times(units)).ok()
    }
}

#[cold]
pub(crate) fn interest_overflow() -> Error {
    too_large("interest")
}

#[cold]
pub(crate) fn too_fine() -> Error {
    let bound = "fewer decimals, or a shorter accrual period";
    Error::new(ErrorCode::Overflow, "rate", "a rate of many decimals over a long accrual period", bound)
}

/// A date and its [`DayCount::number`]: the end of a period is the start of the next, and need not be numbered twice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    date: NaiveDate,
    number: Option<i64>,
}

/// What a weight and the denominator of a period are below: their sum fits 128 bits.
const ROOM: u128 = 1 << 124;

/// One accrual period of a loan: where it starts, and so how its segments are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period<'a> {
    day_count: DayCount,
    /// The end of the loan's last period, for the one convention that asks.
    maturity: NaiveDate,
    start: Mark,
    first_rate: Rate,
    /// Its multiplier.
    multiplier: i128,
    changes: &'a [RateStep],
    scale: Scale,
    worth: Worth,
}

/// What a unit of the day count is worth, over the scale's denominator.
#[derive(Clone, Copy, Debug)]
enum Worth {
    /// One: it is a part of the scale.
    Unit,
    /// A day of a period whose end is known, to a day count that asks for it.
    Within(DayWorth),
    /// To such a day count, what is no accrual period: it counts from the start, over its basis.
    Open,
}

impl<'a> Period<'a> {
    pub(crate) fn new(loan: &Loan<'a>, scale: Scale, start: NaiveDate) -> Period<'a> {
        let day_count = loan.product().rules().day_count;
        let rates = (loan.terms().rate, loan.rate_changes());
        Period::of(day_count, scale, rates, loan.last_accrual_end(), start)
    }

    /// A period of a loan whose rates and end are no longer those of its terms.
    pub(crate) fn of(
        day_count: DayCount,
        scale: Scale,
        (first_rate, changes): (Rate, &'a [RateStep]),
        maturity: NaiveDate,
        start: NaiveDate,
    ) -> Period<'a> {
        let multiplier = scale.multiplier(first_rate);
        let start = Mark { date: start, number: day_count.number(start) };
        let worth = if day_count.asks_for_period() { Worth::Open } else { Worth::Unit };
        Period { day_count, maturity, start, first_rate, multiplier, changes, scale, worth }
    }

    /// Says where the period ends, and how it lies on its cycle, to a day count that asks for them.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] where the rate has too many decimals for an exact sum over the period.
    #[inline]
    pub(crate) fn ending(&mut self, end: NaiveDate, period: impl FnOnce() -> CouponPeriod) -> Result<()> {
        if self.day_count.asks_for_period() {
            self.worth = Worth::Within(self.day_count.worth_within(self.start.date, end, period)?);
            self.denominator()?;
        }
        Ok(())
    }

    /// What the weights of this period are over: the loan's denominator, and the period's own one where it has one.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] where it leaves no room for the weights. What counts over its basis is not looked at again: its
    /// weights are at most 6,000 times as large, 1,000 % over 600 years.
    #[inline]
    pub(crate) fn denominator(&self) -> Result<i128> {
        let (own, room) = match self.worth {
            Worth::Unit => return Ok(self.scale.denominator),
            Worth::Within(worth) => (worth.denominator(), ROOM),
            Worth::Open => (self.day_count.basis(), ROOM >> 10),
        };
        let denominator = self.scale.denominator.checked_mul(i128::from(own));
        denominator.filter(|denominator| denominator.unsigned_abs() < room).ok_or_else(too_fine)
    }

    /// Goes on to the period that starts on `start`.
    #[inline]
    pub(crate) fn begin(&mut self, start: Mark) {
        self.start = start;
    }

    /// Goes on to the period that starts on a day, whose end is not known yet.
    #[inline]
    pub(crate) fn restart(&mut self, start: NaiveDate) {
        self.start = self.mark(start);
        if self.day_count.asks_for_period() {
            self.worth = Worth::Open;
        }
    }

    /// A date as this period counts it.
    #[inline(always)]
    pub(crate) fn mark(&self, date: NaiveDate) -> Mark {
        Mark { date, number: self.day_count.number(date) }
    }

    /// Takes the end of another loan for the last one's: that of the longer loan that a balloon's payments are those of.
    pub(crate) fn end_on(&mut self, maturity: NaiveDate) {
        self.maturity = maturity;
    }

    pub(crate) fn start(&self) -> NaiveDate {
        self.start.date
    }

    /// Whether one rate holds in all periods of the loan.
    #[inline]
    pub(crate) fn has_one_rate(&self) -> bool {
        self.changes.is_empty()
    }

    /// The units of the day count from the period's start to `day`.
    #[inline]
    fn counted(&self, day: NaiveDate) -> i128 {
        i128::from(match self.worth {
            Worth::Open => self.day_count.running(self.start.date, day, self.maturity),
            Worth::Within(worth) => worth.count(self.start.date, day),
            Worth::Unit => self.units(self.mark(day)),
        })
    }

    /// The same in 64 bits.
    #[inline(always)]
    pub(crate) fn units(&self, day: Mark) -> i64 {
        match (self.start.number, day.number) {
            (Some(start), Some(end)) => end - start,
            _ => self.day_count.count(self.start.date, day.date, Some(self.maturity)),
        }
    }

    /// What a unit of balance earns over `[from, to)` of this period, over the period's denominator.
    ///
    /// Measured from the period's start, Y(s, b) - Y(s, a), so that segments add up to the period in every convention.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] where a rate of many decimals leaves no room for it.
    #[inline]
    pub(crate) fn weight(&self, from: NaiveDate, to: NaiveDate) -> Result<i128> {
        if self.changes.is_empty() {
            let counted = self.counted(to) - if from == self.start.date { 0 } else { self.counted(from) };
            return self.earned(self.multiplier, counted);
        }
        let mut rate = self.first_rate;
        let mut weight = 0_i128;
        let mut at = from;
        for change in self.changes {
            if change.from >= to {
                break;
            }
            if change.from > at {
                let earned = self.weight_at(self.scale.multiplier(rate), at, change.from)?;
                weight = weight.checked_add(earned).ok_or_else(too_fine)?;
                at = change.from;
            }
            rate = change.rate;
        }
        let earned = self.weight_at(self.scale.multiplier(rate), at, to)?;
        weight.checked_add(earned).ok_or_else(too_fine)
    }

    /// The same at one rate of this multiplier, whatever those of the loan.
    #[inline]
    pub(crate) fn weight_at(&self, multiplier: i128, from: NaiveDate, to: NaiveDate) -> Result<i128> {
        self.earned(multiplier, self.counted(to) - self.counted(from))
    }

    /// The weight of so many units: it always fits over the loan's denominator, and is far below 2^127 over a period's own one.
    #[inline]
    fn earned(&self, multiplier: i128, counted: i128) -> Result<i128> {
        match self.worth {
            Worth::Unit | Worth::Open => Ok(multiplier * counted),
            Worth::Within(_) => {
                let weight = multiplier.checked_mul(counted);
                weight.filter(|weight| weight.unsigned_abs() < ROOM).ok_or_else(too_fine)
            }
        }
    }

    /// Whether a rate that was not yet published earns in `[start, to)`.
    pub(crate) fn is_projected(&self, to: NaiveDate) -> bool {
        let by_end = self.changes.partition_point(|change| change.from < to);
        // The rate in force at the start, and every change inside the period.
        let at_start =
            self.changes.partition_point(|change| change.from <= self.start.date).saturating_sub(1);
        self.changes.get(at_start..by_end).is_some_and(|within| within.iter().any(|change| change.projected))
    }

    /// The days that the convention counts from the start to `to`.
    #[inline]
    pub(crate) fn days(&self, to: NaiveDate) -> i64 {
        self.day_count.days(self.start.date, to, Some(self.maturity))
    }

    /// The same, where the units counted to that day are known.
    #[inline]
    pub(crate) fn days_of(&self, to: NaiveDate, units: i64) -> i64 {
        match self.day_count {
            DayCount::ActualActualIsda | DayCount::ActualActualDec31 => self.days(to),
            _ => units,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_division_rounds_like_the_narrow_one() {
        for rounding in Rounding::ALL {
            for numerator in -25..=25_i128 {
                for denominator in 1..=7_i128 {
                    let narrow = rounding.divide(numerator, denominator).unwrap();
                    let wide = divide_wide(*rounding, &BigInt::from(numerator), &BigInt::from(denominator));
                    assert_eq!(wide, BigInt::from(narrow), "{numerator} / {denominator} {rounding}");
                }
            }
        }
    }

    #[test]
    fn what_128_bits_cannot_hold_stays_exact() {
        let mut accrued = Accrued::ZERO;
        accrued.add(i64::MAX, i128::MAX);
        accrued.add(-i64::MAX, i128::MAX - 7);
        // i64::MAX x 7 / 7 is left.
        assert_eq!(accrued.round(7, Rounding::HalfUp).unwrap(), i64::MAX);
        accrued.add(1, 7);
        assert_eq!(accrued.round(7, Rounding::HalfUp).unwrap_err().code(), ErrorCode::Overflow);
    }
}
