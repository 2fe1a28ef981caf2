//! Quasi-coupon periods: how ICMA rule 251 measures an accrual period that is not one cycle long.

use chrono::{Datelike, NaiveDate};

use super::cycle::Cycle;
use super::day_number::{day_number, day_number_of};
use super::months::{MissingDay, last_day};
use super::year_fraction::YearFraction;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::greatest_common_divisor;

/// How an accrual period lies on the dates of its cycle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CouponPeriod {
    /// It runs from one date of the cycle to the next.
    Regular(Cycle),
    /// It is broken: each of its days is a part of the quasi-coupon period that it lies in.
    Broken(QuasiCoupons),
    /// It follows no cycle: its quasi-coupon periods are months from its start.
    Alone,
}

impl CouponPeriod {
    /// A regular period of this cycle, if it is one, and else a broken one.
    pub(crate) fn of(one_cycle: Option<Cycle>, quasi_coupons: Option<QuasiCoupons>) -> CouponPeriod {
        match (one_cycle, quasi_coupons) {
            (Some(cycle), _) => CouponPeriod::Regular(cycle),
            (None, Some(quasi_coupons)) => CouponPeriod::Broken(quasi_coupons),
            (None, None) => CouponPeriod::Alone,
        }
    }
}

/// The dates of a cycle before any roll, continued in both directions: anchor + k cycles, which never drift.
///
/// Where the cycle is in days or weeks, its length says it all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuasiCoupons {
    cycle: Cycle,
    /// The months from January of the year 0 to the one that date 0 is counted in.
    anchor: i32,
    due_day: u32,
    missing_day: MissingDay,
}

impl QuasiCoupons {
    /// The dates of `cycle`, one of which is counted in the month of `anchor`.
    pub(crate) fn new(
        cycle: Cycle,
        anchor: NaiveDate,
        due_day: u32,
        missing_day: MissingDay,
    ) -> QuasiCoupons {
        QuasiCoupons { cycle, anchor: month_of(anchor), due_day, missing_day }
    }

    /// Months from a day, on its day of the month.
    fn months_from(start: NaiveDate) -> QuasiCoupons {
        QuasiCoupons::new(Cycle::MONTHLY, start, start.day(), MissingDay::LastOfMonth)
    }

    /// The number of date `index`, in days.
    fn date(self, months: i32, index: i32) -> i64 {
        let month = self.anchor + months * index;
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        // A month from 1 to 12 fits.
        let month = month.unsigned_abs();
        let last = last_day(year, month);
        match self.missing_day {
            _ if self.due_day <= last => day_number_of(year, month, self.due_day),
            MissingDay::LastOfMonth => day_number_of(year, month, last),
            MissingDay::FirstOfNextMonth => day_number_of(year, month, last) + 1,
        }
    }

    /// The index of the last date that is not after a day.
    fn index_of(self, months: i32, day: NaiveDate) -> i32 {
        // The date counted in the day's own month, or in the last month of the cycle before it, may still be to come.
        let index = (month_of(day) - self.anchor).div_euclid(months);
        if self.date(months, index) > day_number(day) { index - 1 } else { index }
    }

    /// The days of the quasi-coupon period that begins with date `index`.
    fn length(self, months: i32, index: i32) -> i64 {
        self.date(months, index + 1) - self.date(months, index)
    }
}

/// Months since January of the year 0.
fn month_of(date: NaiveDate) -> i32 {
    date.year() * 12 + date.month0().cast_signed()
}

/// What the days of an accrual period are worth, where that is a question of the period.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DayWorth {
    /// The same each.
    Same(YearFraction),
    /// What the quasi-coupon period says in which it lies.
    OfCoupon(CouponCount),
}

/// A count over quasi-coupon periods of a number of months.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CouponCount {
    quasi_coupons: QuasiCoupons,
    months: i32,
    /// Into how many parts each quasi-coupon period is cut: every length that the accrual period meets divides it.
    parts: i64,
}

impl DayWorth {
    /// By actual/actual ICMA, for the period from `start` to `end`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the quasi-coupon periods of a long period are of too many lengths to be added exactly.
    pub(crate) fn icma(start: NaiveDate, end: NaiveDate, period: CouponPeriod) -> Result<DayWorth> {
        let days = (day_number(end) - day_number(start)).max(1);
        let quasi_coupons = match period {
            CouponPeriod::Regular(cycle) => {
                let (part, of) = cycle.coupon_part();
                return Ok(DayWorth::Same(YearFraction::reduced(part, of * days)));
            }
            CouponPeriod::Broken(quasi_coupons) => quasi_coupons,
            CouponPeriod::Alone => QuasiCoupons::months_from(start),
        };
        if let Some(length) = quasi_coupons.cycle.days() {
            let (part, of) = quasi_coupons.cycle.coupon_part();
            return Ok(DayWorth::Same(YearFraction::reduced(part, of * i64::from(length))));
        }
        let months = quasi_coupons.cycle.months().and_then(|months| i32::try_from(months).ok());
        let months = months.ok_or_else(|| Error::internal("quasi_coupons", quasi_coupons.cycle))?;
        let last = end.pred_opt().filter(|&last| last > start).unwrap_or(start);
        let met = quasi_coupons.index_of(months, start)..=quasi_coupons.index_of(months, last);
        let parts = met
            .map(|index| quasi_coupons.length(months, index))
            .try_fold(1_i64, |parts, length| {
                let common =
                    greatest_common_divisor(parts.unsigned_abs().into(), length.unsigned_abs().into());
                parts.checked_mul(length / i64::try_from(common).ok()?)
            })
            // Times the days of a coupon, or the coupons of 600 years, it still fits.
            .filter(|parts| *parts < 1 << 36);
        let parts = parts.ok_or_else(|| too_many_lengths(start, end))?;
        Ok(DayWorth::OfCoupon(CouponCount { quasi_coupons, months, parts }))
    }

    /// The denominator of [`DayWorth::count`].
    pub(crate) fn denominator(self) -> i64 {
        match self {
            DayWorth::Same(day) => day.denominator,
            DayWorth::OfCoupon(count) => 12 * count.parts,
        }
    }

    /// The year fraction from the start of the period to a day of it, over [`DayWorth::denominator`].
    pub(crate) fn count(self, start: NaiveDate, day: NaiveDate) -> i64 {
        match self {
            DayWorth::Same(worth) => (day_number(day) - day_number(start)) * worth.numerator,
            DayWorth::OfCoupon(count) => (count.to(day) - count.to(start)) * i64::from(count.months),
        }
    }
}

impl CouponCount {
    /// The parts from date 0 to a day.
    fn to(self, day: NaiveDate) -> i64 {
        let index = self.quasi_coupons.index_of(self.months, day);
        let begins = self.quasi_coupons.date(self.months, index);
        let passed = (day_number(day) - begins) * self.parts;
        let length = self.quasi_coupons.length(self.months, index);
        debug_assert_eq!(passed % length, 0, "{day} lies outside the accrual period");
        i64::from(index) * self.parts + passed / length
    }
}

#[cold]
fn too_many_lengths(start: NaiveDate, end: NaiveDate) -> Error {
    let bound = "a period that its cycle cuts into parts of few lengths";
    Error::new(ErrorCode::Overflow, "due_on", format_args!("{start} to {end}"), bound)
}
