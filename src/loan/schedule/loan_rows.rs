//! The rows of a promise, as payments see them.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{CouponPeriod, DayCount};
use crate::error::Result;
use crate::loan::agreement::due_dates::MonthDates;
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Season;
use crate::loan::schedule::solve::RowsToCome;

/// The rows of a loan from one on, up to its last one or that of the longer loan that a balloon's payments are those of.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoanRows<'l, 'a> {
    pub(super) loan: &'l Loan<'a>,
    /// The due dates between the first and the last, where each is its own accrual end too.
    pub(super) plain_dates: Option<MonthDates>,
    pub(super) first: u32,
    pub(super) last: u32,
}

impl LoanRows<'_, '_> {
    /// Whether the rows go on where the loan ends.
    fn are_longer(&self) -> bool {
        self.last > self.loan.due_dates()
    }

    #[inline(never)]
    fn rolled_end(&self, row: u32) -> Result<NaiveDate> {
        let cycle = if self.are_longer() {
            self.loan.unbounded_cycle_date(row)?
        } else {
            self.loan.cycle_date(row)?
        };
        Ok(self.loan.roll(cycle, row == self.last)?.accrual_end)
    }
}

impl RowsToCome for LoanRows<'_, '_> {
    #[inline]
    fn count(&self) -> u32 {
        self.last - self.first + 1
    }

    #[inline(always)]
    fn end(&self, row: u32) -> Result<NaiveDate> {
        let row = self.first + row;
        match self.plain_dates.and_then(|dates| dates.date(row)) {
            Some(date) if row < self.last => Ok(date),
            _ => self.rolled_end(row),
        }
    }

    fn coupon_period(&self, row: u32) -> CouponPeriod {
        self.loan.coupon_period(self.first + row, self.are_longer())
    }

    fn are_alike(&self) -> bool {
        if self.loan.product().rules().day_count == DayCount::ActualActualIcma {
            // The rows in between are of one cycle where the first and the last of them are.
            let one_cycle = |row| self.loan.one_cycle(row, self.are_longer()).is_some();
            return one_cycle(self.first) && one_cycle(self.last);
        }
        self.loan.has_equal_months()
    }

    fn in_season(&self, season: Season) -> Result<u32> {
        (self.first..=self.last).try_fold(0, |rows, row| {
            Ok(rows + u32::from(season.contains(self.loan.cycle_date(row)?.month())))
        })
    }

    fn planned(&self) -> Result<i128> {
        let planned = self.loan.planned_principal().iter();
        Ok(planned.map(|planned| i128::from(planned.principal.minor())).sum())
    }
}
