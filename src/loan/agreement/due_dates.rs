//! When a loan falls due: the dates that its cycle gives, where they roll to, and which days each row bills.

use std::num::NonZeroU8;

use chrono::{Datelike, NaiveDate};

use crate::calendar::{
    CouponPeriod, Cycle, DueDay, DueDays, MissingDay, MonthIndex, QuasiCoupons, RolledDate, RolledInterest,
    day_after,
};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::AccrualEnds;

/// The dates of one row of a schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowDates {
    /// The date that the cycle gives.
    pub(crate) cycle: NaiveDate,
    /// The date after the roll, as it is printed.
    pub(crate) printed: NaiveDate,
    /// The first day that no longer counts in the period.
    pub(crate) accrual_end: NaiveDate,
    /// The calendar did not cover the roll.
    pub(crate) provisional: bool,
}

/// The due dates of a loan whose cycle is in months, the first of them taken apart once.
///
/// The first date itself is the one agreed, whatever the due day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MonthDates {
    first: MonthIndex,
    months: usize,
    day: u32,
    missing_day: MissingDay,
}

impl MonthDates {
    /// The cycle date of row `row`, 2 or later: that of [`Loan::unbounded_cycle_date`], or `None`.
    #[inline(always)]
    pub(crate) fn date(self, row: u32) -> Option<NaiveDate> {
        let cycles = usize::try_from(row.checked_sub(1)?).ok().filter(|&cycles| cycles > 0)?;
        self.first.later(self.months.checked_mul(cycles)?)?.due_date(self.day, self.missing_day)
    }

    /// The due day, 1 to 31.
    #[inline]
    pub(crate) fn due_day(self) -> u32 {
        self.day
    }

    /// The date that the cycle gives before that of row 1.
    #[inline(always)]
    pub(crate) fn before(self) -> Option<DueDay> {
        DueDays::new(self.first.earlier(self.months)?, self.months, self.day, self.missing_day)?.due()
    }

    /// The dates that the cycle gives, one after another, from that of row 1 on.
    #[inline]
    pub(crate) fn due_days(self) -> Option<DueDays> {
        DueDays::new(self.first, self.months, self.day, self.missing_day)
    }
}
impl Loan<'_> {
    /// The dates of row `row`, 1 to [`Loan::due_dates`].
    ///
    /// Always inlined, as are the two below: four dates that come back through memory keep the processor waiting.
    #[inline(always)]
    pub(crate) fn row_dates(&self, row: u32) -> Result<RowDates> {
        self.roll(self.cycle_date(row)?, row == self.rows)
    }

    /// The printed date and the accrual end of a cycle date.
    #[inline(always)]
    pub(crate) fn roll(&self, cycle: NaiveDate, last: bool) -> Result<RowDates> {
        if self.accrues_to_cycle_dates() {
            return Ok(RowDates { cycle, printed: cycle, accrual_end: cycle, provisional: false });
        }
        self.roll_away(cycle, last)
    }

    /// Whether the cycle date is always the printed date and the accrual end too.
    #[inline(always)]
    pub(crate) fn accrues_to_cycle_dates(&self) -> bool {
        let rules = self.product.rules();
        rules.business_days.is_none() && rules.accrual_ends == AccrualEnds::OnDueDate
    }

    /// The same where the two may lie elsewhere than the cycle date.
    #[inline(never)]
    fn roll_away(&self, cycle: NaiveDate, last: bool) -> Result<RowDates> {
        let rules = self.product.rules();
        let (rolled, accrues_to) = match &rules.business_days {
            None => (RolledDate { date: cycle, provisional: false }, cycle),
            Some(business_days) => {
                let rolled = business_days.roll(cycle)?;
                match business_days.interest {
                    RolledInterest::Adjusted => (rolled, rolled.date),
                    RolledInterest::Unadjusted => (rolled, cycle),
                }
            }
        };
        let accrual_end = if rules.accrual_ends == AccrualEnds::DayAfter && !last {
            day_after(accrues_to)?
        } else {
            accrues_to
        };
        Ok(RowDates { cycle, printed: rolled.date, accrual_end, provisional: rolled.provisional })
    }

    /// The date that the cycle gives to row `row`, the maturity for the last one.
    #[inline(always)]
    pub(crate) fn cycle_date(&self, row: u32) -> Result<NaiveDate> {
        if row == self.rows && row > 0 {
            return Ok(self.maturity);
        }
        self.unbounded_cycle_date(row)
    }

    /// The same without regard to where the loan ends: what a longer loan would have.
    pub(crate) fn unbounded_cycle_date(&self, row: u32) -> Result<NaiveDate> {
        let rules = self.product.rules();
        match (rules.every, self.terms.first_due_on) {
            (Some(cycle), Some(first)) => {
                let i = i32::try_from(row).unwrap_or(i32::MAX) - 1;
                let anchor = if i == 0 { first } else { self.anchor(first) };
                cycle.date(anchor, self.terms.due_day.map(NonZeroU8::get), rules.missing_day, i)
            }
            _ => {
                let index = usize::try_from(row).unwrap_or(usize::MAX).wrapping_sub(1);
                self.planned_principal
                    .get(index)
                    .map(|planned| planned.on)
                    .ok_or_else(|| Error::new(ErrorCode::Missing, "first_due_on", "nothing", "a date"))
            }
        }
    }

    /// A day of the month that the first due date is counted in: the month before, where the due day of a loan that was paid
    /// out one cycle earlier is missing in it, and the next first stands for it. Paid out on 31 January, due on 1 March, by
    /// the month, on the 31st: then come 31 March and 1 May.
    #[inline(always)]
    fn anchor(&self, first: NaiveDate) -> NaiveDate {
        if self.product.rules().missing_day != MissingDay::FirstOfNextMonth || first.day() != 1 {
            return first;
        }
        self.anchor_of_a_first(first)
    }

    #[inline(never)]
    fn anchor_of_a_first(&self, first: NaiveDate) -> NaiveDate {
        let rules = self.product.rules();
        let stands_for = |before: NaiveDate| {
            let due_day = self.terms.due_day.map(NonZeroU8::get)?;
            let cycle = rules.every.filter(|cycle| cycle.months().is_some())?;
            let paid_out = cycle.date(before, Some(due_day), rules.missing_day, -1).ok()?;
            (before.day() < u32::from(due_day) && paid_out == self.terms.disbursed_on).then_some(before)
        };
        first.pred_opt().and_then(stands_for).unwrap_or(first)
    }

    /// The cycle, if the period of a row is one cycle long: it runs from one date of the cycle to the next. In a `longer`
    /// loan the cycle goes on at the maturity.
    pub(crate) fn one_cycle(&self, row: u32, longer: bool) -> Option<Cycle> {
        if !longer && self.is_broken(row) { None } else { self.cycle_before(row) }
    }

    /// How the period of a row lies on the cycle, which goes on at the maturity in a `longer` loan.
    pub(crate) fn coupon_period(&self, row: u32, longer: bool) -> CouponPeriod {
        CouponPeriod::of(self.one_cycle(row, longer), self.quasi_coupons())
    }

    /// How the first period of a loan that was paid out one cycle before its first due date would lie on the cycle.
    pub(crate) fn regular_first_coupon(&self, on_cycle: bool) -> CouponPeriod {
        CouponPeriod::of(self.cycle_to_first().filter(|_| on_cycle), self.quasi_coupons())
    }

    /// The dates of the cycle before any roll, in both directions. A first due date that is not on the due day is none.
    pub(crate) fn quasi_coupons(&self) -> Option<QuasiCoupons> {
        let first = self.terms().first_due_on?;
        let rules = self.product().rules();
        let due_day = self.terms().due_day.map_or(first.day(), |due_day| u32::from(due_day.get()));
        Some(QuasiCoupons::new(rules.every?, self.anchor(first), due_day, rules.missing_day))
    }

    /// Whether a row ends at a maturity that the cycle does not give.
    pub(crate) fn is_broken(&self, row: u32) -> bool {
        row == self.rows && self.unbounded_cycle_date(row) != Ok(self.maturity)
    }

    /// The cycle, if it leads from the date before to a row on one of its dates: from the disbursement, for row 1.
    pub(crate) fn cycle_before(&self, row: u32) -> Option<Cycle> {
        match row {
            0 => None,
            1 => {
                let before = self.roll(self.unbounded_cycle_date(0).ok()?, false).ok()?;
                let dates = [before.cycle, before.printed, before.accrual_end];
                self.cycle_to_first().filter(|_| dates.contains(&self.terms.disbursed_on))
            }
            2 => self.cycle_to_first(),
            _ => self.product.rules().every.filter(|_| self.has_cycle()),
        }
    }

    /// The cycle, if the first due date is one that it gives, and no day of its own before another due day.
    pub(crate) fn cycle_to_first(&self) -> Option<Cycle> {
        let first = self.terms.first_due_on?;
        let rules = self.product.rules();
        let cycle = rules.every?;
        let Some(due_day) = self.terms.due_day.filter(|_| cycle.months().is_some()) else {
            return Some(cycle);
        };
        let due_day = u32::from(due_day.get());
        let month = MonthIndex::and_day_of(self.anchor(first))?.0;
        let given = month.due_date(due_day, rules.missing_day)?;
        (given == first).then_some(cycle)
    }

    /// The due dates, if they follow a cycle in months.
    #[inline(always)]
    pub(crate) fn month_dates(&self) -> Option<MonthDates> {
        let rules = self.product.rules();
        let first = self.terms.first_due_on?;
        let day = self.terms.due_day.map_or(first.day(), |due_day| u32::from(due_day.get()));
        Some(MonthDates {
            first: MonthIndex::and_day_of(self.anchor(first))?.0,
            months: usize::try_from(rules.every?.months()?).ok()?,
            day,
            missing_day: rules.missing_day,
        })
    }
}
