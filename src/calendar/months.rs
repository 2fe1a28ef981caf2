//! The months that are computed with, and where the due day lies in each.

use chrono::{Datelike, NaiveDate};

use super::MIN_DATE;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Where a due day goes in a month that is too short for it.
    ///
    /// The day itself is kept: a loan due on the 31st falls on 30 June and again on 31 July.
    pub enum MissingDay("missing_day", PUHUI_MISSING_DAY) {
        /// To the last day of the month: the 31st becomes 30 June. The usual rule.
        LastOfMonth = "last_of_month",
        /// To the first day of the next month: the 31st becomes 1 July.
        FirstOfNextMonth = "first_of_next_month",
    }
}

#[allow(clippy::derivable_impls, reason = "a word of a vocabulary has documentation alone, no attribute")]
impl Default for MissingDay {
    fn default() -> MissingDay {
        MissingDay::LastOfMonth
    }
}

impl MissingDay {
    /// How far beyond the end of a month its due day may lie.
    #[inline]
    fn beyond_month(self) -> u32 {
        match self {
            MissingDay::LastOfMonth => 0,
            MissingDay::FirstOfNextMonth => 1,
        }
    }
}

/// A month of the years that are computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MonthIndex {
    /// Counted from January 1900, the month of [`MIN_DATE`].
    from_first: usize,
}

impl MonthIndex {
    /// A number of months after the month of a date, or before it.
    #[inline]
    pub(super) fn moved(date: NaiveDate, months: i32) -> Option<MonthIndex> {
        // chrono's years are within +-262,143 and its months at most 11, so neither of these can overflow or fail.
        let since_0 = date.year() * 12 + i32::try_from(date.month0()).unwrap_or(0);
        let from_first = since_0.checked_add(months)?.checked_sub(FIRST_YEAR * 12)?;
        let from_first = usize::try_from(from_first).ok()?;
        (from_first < MONTHS.len()).then_some(MonthIndex { from_first })
    }

    /// The month of a date, and its day of the month.
    #[inline]
    pub(crate) fn and_day_of(date: NaiveDate) -> Option<(MonthIndex, u32)> {
        MonthIndex::moved(date, 0).map(|month| (month, date.day()))
    }

    /// The number of months that this is later than `other`.
    #[inline]
    pub(crate) fn months_after(self, other: MonthIndex) -> Option<usize> {
        self.from_first.checked_sub(other.from_first)
    }

    /// A number of months earlier; `None` before [`MIN_DATE`].
    #[inline]
    pub(crate) fn earlier(self, months: usize) -> Option<MonthIndex> {
        Some(MonthIndex { from_first: self.from_first.checked_sub(months)? })
    }

    /// A number of months later; `None` beyond [`MAX_DATE`](super::MAX_DATE).
    #[inline]
    pub(crate) fn later(self, months: usize) -> Option<MonthIndex> {
        let from_first = self.from_first.checked_add(months)?;
        (from_first < MONTHS.len()).then_some(MonthIndex { from_first })
    }

    /// The given day of this month, 1 to 31, or where it goes if there is none.
    #[inline(always)]
    pub(crate) fn due_date(self, day: u32, missing: MissingDay) -> Option<NaiveDate> {
        Some(DueDays::new(self, 0, day, missing)?.due()?.date)
    }
}

/// The due dates of a cycle in months, from one on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueDays {
    /// The month of the next one.
    next: usize,
    /// From one to the next.
    months: usize,
    /// The due day, counted from 0.
    day: u32,
    /// See [`MissingDay::beyond_month`].
    beyond_month: u32,
    /// The length of the shortest month that has the due day, or the place where it goes.
    long_enough: u32,
}

/// A due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DueDay {
    pub(crate) date: NaiveDate,
    /// Its number in days: two of them are as far apart as their dates.
    pub(crate) number: u32,
}

impl DueDays {
    /// The due dates of the month `first` and of every `months`-th after it, on day `day`, 1 to 31.
    #[inline]
    pub(crate) fn new(first: MonthIndex, months: usize, day: u32, missing: MissingDay) -> Option<DueDays> {
        let beyond_month = missing.beyond_month();
        Some(DueDays {
            next: first.from_first,
            // From any month, so many lead beyond the last one.
            months: months.min(MONTHS.len()),
            day: day.checked_sub(1)?,
            beyond_month,
            long_enough: day.saturating_sub(beyond_month),
        })
    }

    /// The due date that comes next; `None` beyond [`MAX_DATE`](super::MAX_DATE).
    #[inline(always)]
    pub(crate) fn due(self) -> Option<DueDay> {
        let (month, day) = self.month_and_day()?;
        Some(DueDay { date: month.date(day)?, number: month.number(day) })
    }

    /// The same where every month has the due day: up to 28.
    #[inline(always)]
    pub(crate) fn due_in_any_month(self) -> Option<DueDay> {
        let month = MONTHS.get(self.next)?;
        Some(DueDay { date: month.date(self.day)?, number: month.number(self.day) })
    }

    /// Its number alone.
    #[inline(always)]
    pub(crate) fn number(self) -> Option<u32> {
        let (month, day) = self.month_and_day()?;
        Some(month.number(day))
    }

    /// Goes on to the one after it.
    #[inline(always)]
    pub(crate) fn go_on(&mut self) {
        // Steps of fewer than 2^13 months, and rows fewer than 2^16: no sum comes near to wrapping.
        self.next = self.next.wrapping_add(self.months);
    }

    /// The month of the next one, and its day counted from 0.
    #[inline(always)]
    fn month_and_day(self) -> Option<(&'static Month, u32)> {
        let month = MONTHS.get(self.next)?;
        if month.days < self.long_enough {
            // December has 31 days, so the day after a month too short is of the same year.
            return Some((month, month.days + self.beyond_month - 1));
        }
        Some((month, self.day))
    }
}

const FIRST_YEAR: i32 = 1900;

#[derive(Clone, Copy, Debug)]
struct Month {
    start: NaiveDate,
    /// The day of the year of the start.
    ordinal: u32,
    /// Its length.
    days: u32,
    /// The days from [`MIN_DATE`] to the start.
    before: u32,
}

impl Month {
    /// A day of it, counted from 0; one beyond its end, if it lies in the same year.
    #[inline(always)]
    fn date(&self, day: u32) -> Option<NaiveDate> {
        // The year stays, and with it all that chrono would have to look up. A sum that wrapped would be a day that no year has.
        self.start.with_ordinal(self.ordinal.wrapping_add(day))
    }

    /// The number of a day of it, counted from 0.
    #[inline(always)]
    fn number(&self, day: u32) -> u32 {
        // Six centuries have fewer than 2^18 days.
        self.before.wrapping_add(day)
    }
}

/// The months from [`MIN_DATE`] to [`MAX_DATE`](super::MAX_DATE): quicker than asking chrono for one.
static MONTHS: [Month; 600 * 12] = {
    let mut months = [Month { start: MIN_DATE, ordinal: 1, days: 31, before: 0 }; 600 * 12];
    let (mut year, mut next, mut before) = (FIRST_YEAR, 0, 0);
    while next < months.len() {
        let (mut month, mut ordinal) = (1, 1);
        while month <= 12 {
            if let Some(start) = NaiveDate::from_ymd_opt(year, month, 1) {
                months[next] = Month { start, ordinal, days: last_day(year, month), before };
            }
            before += last_day(year, month);
            ordinal += last_day(year, month);
            next += 1;
            month += 1;
        }
        year += 1;
    }
    months
};

/// The number of days of the month.
#[inline]
pub(super) const fn last_day(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cycle, MAX_DATE, parse_date};
    use super::*;

    #[test]
    fn due_days_are_those_of_the_cycle_and_as_far_apart_as_their_dates() {
        let first = parse_date("1999-01-31", "first").unwrap();
        for &missing in MissingDay::ALL {
            for day in 1..=31_u8 {
                for months in [1, 2, 3, 6, 12, 25] {
                    let cycle = Cycle::new(months, super::super::CycleUnit::Month).unwrap();
                    let (month, _) = MonthIndex::and_day_of(first).unwrap();
                    let mut due = DueDays::new(month, usize::from(months), u32::from(day), missing).unwrap();
                    let mut before = due.due().unwrap();
                    for i in 1..100 {
                        due.go_on();
                        let next = due.due().unwrap();
                        assert_eq!(due.number(), Some(next.number));
                        assert_eq!(
                            cycle.date(first, Some(day), missing, i),
                            Ok(next.date),
                            "{day} {missing}"
                        );
                        let apart = next.date.signed_duration_since(before.date).num_days();
                        assert_eq!(
                            i64::from(next.number) - i64::from(before.number),
                            apart,
                            "{day} {missing}"
                        );
                        before = next;
                    }
                }
            }
        }
    }

    #[test]
    fn due_days_end_with_the_last_month() {
        let (month, day) = MonthIndex::and_day_of(MAX_DATE).unwrap();
        let mut due = DueDays::new(month, 1, day, MissingDay::LastOfMonth).unwrap();
        assert_eq!(due.due().map(|due| due.date), Some(MAX_DATE));
        due.go_on();
        assert_eq!((due.due(), due.number()), (None, None));
        let mut far = DueDays::new(month, usize::MAX, day, MissingDay::LastOfMonth).unwrap();
        far.go_on();
        assert_eq!(far.due(), None);
    }
}
