//! Business days: which days are worked, and where a due date goes that is not.

use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{check_date, cn};
use crate::vocabulary::vocabulary;
use crate::{Error, ErrorCode, Result};

vocabulary! {
    /// Where a date goes that is not a business day.
    ///
    /// *Synonyms:* business day convention, roll convention, date adjustment.
    ///
    /// *Source:* 2006 ISDA Definitions, 4.12.
    ///
    /// *Tested:* every day of three years against a list of the business days around it, below, and the publication dates of the
    /// loan prime rate, in `tests/loan/day_counts.rs`.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{Calendar, Roll, parse_date};
    ///
    /// // Saturday, 31 October 2020.
    /// let (calendar, date) = (Calendar::weekends(), parse_date("2020-10-31", "due_on")?);
    /// assert_eq!(calendar.roll(date, Roll::None).to_string(), "2020-10-31");
    /// assert_eq!(calendar.roll(date, Roll::Following).to_string(), "2020-11-02");
    /// assert_eq!(calendar.roll(date, Roll::ModifiedFollowing).to_string(), "2020-10-30");
    /// assert_eq!(calendar.roll(date, Roll::Preceding).to_string(), "2020-10-30");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub enum Roll("roll", PUHUI_ROLL) {
        /// Nowhere: a due date stays, business day or not.
        None = "none",
        /// To the next business day.
        Following = "following",
        /// To the next business day or, if that lies in another month, to the one before.
        ModifiedFollowing = "modified_following",
        /// To the business day before.
        Preceding = "preceding",
        /// To the business day before or, if that lies in another month, to the next one.
        ModifiedPreceding = "modified_preceding",
    }
}

vocabulary! {
    /// Whether a roll moves the accrual period with the due date.
    pub enum RolledInterest("interest", PUHUI_ROLLED_INTEREST) {
        /// Interest runs to the rolled date: the borrower pays for the days by which the due date moved.
        Adjusted = "adjusted",
        /// Interest runs to the date before the roll: only the payment moves.
        Unadjusted = "unadjusted",
    }
}

/// Which days are business days. Immutable and shared: a clone is one reference more.
///
/// # The rule
///
/// Saturdays and Sundays are off, other days are worked, and a list of exceptions changes both: holidays are off, make-up
/// working days (调休) are worked. A list covers whole years. **Outside them only the weekends are known**; a date that
/// depends on such a day is provisional, see [`BusinessDays::roll`].
///
/// *Source:* for [`cn`](Calendar::cn), the yearly notices of the General Office of the State Council on holiday
/// arrangements; two independent collections of them agree on every day.
///
/// *Tested:* every day of the list, in `tests/loan/day_counts.rs`.
///
/// # Wire form
///
/// `"cn"`, `"weekends"`, or a list of the host's own: `{"holidays": ["2020-01-01"], "workdays": ["2020-01-19"]}`.
///
/// # Examples
///
/// ```
/// use puhui::{Calendar, parse_date};
///
/// let calendar = Calendar::cn();
/// // Sunday, 19 January 2020, was worked in exchange for a day of the Spring Festival.
/// assert!(calendar.is_business_day(parse_date("2020-01-19", "date")?));
/// assert!(!calendar.is_business_day(parse_date("2020-01-24", "date")?));
/// assert_eq!(calendar.edition(), Some("cn@2026"));
/// assert!(!calendar.covers(parse_date("2027-01-04", "date")?));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Calendar {
    days: Arc<Days>,
}

#[derive(Debug, PartialEq, Eq)]
struct Days {
    name: String,
    source: Source,
    /// The first and the last covered year, if there are any.
    years: Option<(i32, i32)>,
    /// Day number of 1 January of the first covered year.
    first: i32,
    /// The number of days that are covered, counted from `first`.
    len: usize,
    /// One bit a covered day, set if it is worked.
    worked: Vec<u64>,
}

/// What the calendar was made of: this is what the wire form says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Weekends,
    Cn,
    Listed { holidays: Vec<NaiveDate>, workdays: Vec<NaiveDate> },
}

/// A search for a business day: where it ended, and the first day it looked at that the calendar does not cover.
#[derive(Clone, Copy)]
struct Search {
    date: NaiveDate,
    uncovered: Option<NaiveDate>,
}

impl Calendar {
    /// Saturdays and Sundays are off and nothing else. Covers every date.
    #[must_use]
    pub fn weekends() -> Calendar {
        let days = Days {
            name: "weekends".to_owned(),
            source: Source::Weekends,
            years: None,
            first: 0,
            len: 0,
            worked: Vec::new(),
        };
        Calendar { days: Arc::new(days) }
    }

    /// The Chinese statutory holidays and make-up working days of 2018 to 2026, edition `cn@2026`.
    #[must_use]
    pub fn cn() -> Calendar {
        // Every number of the list is a date, which a test proves.
        let date = |ymd: &i32| NaiveDate::from_ymd_opt(ymd / 10_000, part(ymd / 100 % 100), part(ymd % 100));
        let holidays: Vec<_> = cn::HOLIDAYS.iter().filter_map(date).collect();
        let workdays: Vec<_> = cn::WORKDAYS.iter().filter_map(date).collect();
        Calendar::new("cn".to_owned(), Source::Cn, &holidays, &workdays)
    }

    /// A calendar of the host's own: weekends are off, `holidays` are off too, `workdays` are worked.
    ///
    /// A listed holiday may fall on a weekend and a listed workday on a weekday; they change nothing. The lists are taken to
    /// be complete from 1 January of the year of their first date to 31 December of the year of their last; empty lists cover
    /// nothing.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] if a day lies outside [`MIN_DATE`](super::MIN_DATE) to [`MAX_DATE`](super::MAX_DATE).
    /// * [`ErrorCode::Contradiction`] if a day is listed twice, in one list or in both.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{Calendar, ErrorCode, parse_date};
    ///
    /// let (day, other) = (parse_date("2020-10-01", "holidays")?, parse_date("2020-10-10", "workdays")?);
    /// let calendar = Calendar::from_days("our bank", &[day], &[other])?;
    /// assert!(!calendar.is_business_day(day));
    /// assert!(calendar.is_business_day(other)); // A Saturday.
    /// let error = Calendar::from_days("our bank", &[day], &[day]).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::Contradiction);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn from_days(
        name: impl Into<String>,
        holidays: &[NaiveDate],
        workdays: &[NaiveDate],
    ) -> Result<Calendar> {
        let mut listed = Vec::with_capacity(holidays.len() + workdays.len());
        for (field, list) in [("holidays", holidays), ("workdays", workdays)] {
            for &date in list {
                check_date(date, field)?;
                listed.push((date, field));
            }
        }
        // Stable: of two equal dates the holiday comes first, so that the error names the list of the second.
        listed.sort_by_key(|&(date, _)| date);
        let twice = listed.iter().zip(listed.iter().skip(1)).find(|(one, next)| one.0 == next.0);
        if let Some((_, &(date, field))) = twice {
            let bound = "each date once, as a holiday or as a workday";
            return Err(Error::new(ErrorCode::Contradiction, field, date, bound));
        }
        let source = Source::Listed { holidays: holidays.to_vec(), workdays: workdays.to_vec() };
        Ok(Calendar::new(name.into(), source, holidays, workdays))
    }

    fn new(name: String, source: Source, holidays: &[NaiveDate], workdays: &[NaiveDate]) -> Calendar {
        let years = holidays.iter().chain(workdays).map(Datelike::year);
        let years = years.clone().min().zip(years.max());
        let mut days = Days { name, source, years, first: 0, len: 0, worked: Vec::new() };
        if let Some((first, last)) = years {
            days.first = first_of_january(first);
            let end = first_of_january(last + 1);
            days.len = usize::try_from(end - days.first).unwrap_or(0);
            // What the last word says of days after `end` is never read.
            days.worked = (days.first..end).step_by(64).map(weekdays_from).collect();
            for date in holidays {
                days.set(date.num_days_from_ce(), false);
            }
            for date in workdays {
                days.set(date.num_days_from_ce(), true);
            }
        }
        Calendar { days: Arc::new(days) }
    }

    /// The name: `cn`, `weekends`, or what the host called it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.days.name
    }

    /// The edition of a built-in list, such as `cn@2026`. A new edition never changes a day that an older one covers.
    #[must_use]
    pub fn edition(&self) -> Option<&str> {
        match self.days.source {
            Source::Cn => Some(cn::EDITION),
            Source::Weekends | Source::Listed { .. } => None,
        }
    }

    /// Whether the calendar knows the holidays of that day's year. One without a list, of weekends only, covers every day.
    #[must_use]
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.days.is_complete() || self.days.worked(date.num_days_from_ce()).is_some()
    }

    /// Whether the day is worked; outside the covered years, whether it is no Saturday or Sunday.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        let day = date.num_days_from_ce();
        self.days.worked(day).unwrap_or_else(|| !is_weekend(day))
    }

    /// The date that `date` is rolled to; itself if it is a business day.
    ///
    /// Does not say whether the calendar covers what it looked at: see [`BusinessDays::roll`].
    #[must_use]
    pub fn roll(&self, date: NaiveDate, roll: Roll) -> NaiveDate {
        self.search(date, roll).date
    }

    fn search(&self, date: NaiveDate, roll: Roll) -> Search {
        let (step, stays_in_month) = match roll {
            Roll::None => return Search { date, uncovered: None },
            Roll::Following => (1, false),
            Roll::ModifiedFollowing => (1, true),
            Roll::Preceding => (-1, false),
            Roll::ModifiedPreceding => (-1, true),
        };
        let found = self.walk(date, step);
        if !stays_in_month || (found.date.year(), found.date.month()) == (date.year(), date.month()) {
            return found;
        }
        // What lies beyond the month has no say: whatever is worked there, the roll comes back.
        self.walk(date, -step)
    }

    /// The first business day from `date` on, or back from it.
    fn walk(&self, date: NaiveDate, step: i32) -> Search {
        let start = date.num_days_from_ce();
        let mut day = start;
        let mut uncovered = None;
        // Ends at the latest two days beyond the covered years, where only weekends are off.
        loop {
            match self.days.worked(day) {
                Some(true) => break,
                Some(false) => {}
                None => {
                    uncovered = uncovered.or(Some(day));
                    if !is_weekend(day) {
                        break;
                    }
                }
            }
            day += step;
        }
        // Dates so near the end of chrono's own range that there is no other business day stay where they are.
        let at =
            |day| if day == start { date } else { NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(date) };
        let uncovered = if self.days.is_complete() { None } else { uncovered.map(at) };
        Search { date: at(day), uncovered }
    }
}

impl Days {
    /// Whether no list is needed to know every day.
    fn is_complete(&self) -> bool {
        self.source == Source::Weekends
    }

    /// Whether a covered day is worked.
    #[inline]
    fn worked(&self, day: i32) -> Option<bool> {
        let index = usize::try_from(i64::from(day) - i64::from(self.first)).ok()?;
        if index >= self.len {
            return None;
        }
        self.worked.get(index / 64).map(|word| word >> (index % 64) & 1 == 1)
    }

    fn set(&mut self, day: i32, worked: bool) {
        let Ok(index) = usize::try_from(i64::from(day) - i64::from(self.first)) else { return };
        if let Some(word) = self.worked.get_mut(index / 64) {
            let bit = 1 << (index % 64);
            *word = if worked { *word | bit } else { *word & !bit };
        }
    }

    /// The covered years, in words.
    fn coverage(&self) -> String {
        match self.years {
            Some((first, last)) => format!("{first} to {last}"),
            None => "none".to_owned(),
        }
    }
}

/// A month or a day of the month out of a number of the list.
fn part(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Day number of 1 January of a year that is computed with, or of the one after.
fn first_of_january(year: i32) -> i32 {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX).num_days_from_ce()
}

/// One bit for each of the 64 days from `day` on, set unless it is a Saturday or Sunday.
fn weekdays_from(day: i32) -> u64 {
    // A one at every seventh bit, nine in all: times a week of 7 bits, nine weeks, which leaves the highest bit.
    const WEEKS: u64 = (u64::MAX >> 1) / 0x7F;
    let weekday = (day - 1).rem_euclid(7);
    let week = ((0x1F >> weekday) | (0x1F << (7 - weekday))) & 0x7F;
    (week * WEEKS) | (week << 63)
}

/// Day 1 was a Monday.
#[inline]
fn is_weekend(day: i32) -> bool {
    (day - 1).rem_euclid(7) >= 5
}

impl Calendar {
    /// Where its days are from.
    pub(crate) fn source(&self) -> &Source {
        &self.days.source
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calendar")
            .field("name", &self.name())
            .field("edition", &self.edition())
            .field("years", &self.days.years)
            .finish_non_exhaustive()
    }
}

/// How a loan's due dates avoid days that are not worked.
///
/// # Wire form
///
/// `{"calendar": "cn", "roll": "following", "interest": "unadjusted", "strict": false}`; `strict` may be absent, which is
/// `false`, and another key is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusinessDays {
    /// Which days are worked.
    pub calendar: Calendar,
    /// Where the other days go.
    pub roll: Roll,
    /// Whether the accrual period moves with the due date.
    pub interest: RolledInterest,
    /// Whether a date that the calendar does not cover is an error; else it is rolled by weekends and marked provisional.
    #[serde(default)]
    pub strict: bool,
}

/// A due date after its roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RolledDate {
    /// The date.
    pub date: NaiveDate,
    /// Whether the roll rests on a day outside the years that the calendar covers, so that a later edition may say
    /// otherwise.
    pub provisional: bool,
}

impl BusinessDays {
    /// Rolls a due date.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] if `date`, or what it is rolled to, lies outside [`MIN_DATE`](super::MIN_DATE) to
    ///   [`MAX_DATE`](super::MAX_DATE).
    /// * [`ErrorCode::CalendarNotCovered`] if `strict` is set and the roll rests on a day that the calendar does not cover.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{BusinessDays, Calendar, ErrorCode, Roll, RolledInterest, parse_date};
    ///
    /// let mut days = BusinessDays {
    ///     calendar: Calendar::cn(),
    ///     roll: Roll::Following,
    ///     interest: RolledInterest::Unadjusted,
    ///     strict: false,
    /// };
    /// // A Saturday, four years after the last year of the list.
    /// let date = parse_date("2030-10-05", "due_on")?;
    /// let rolled = days.roll(date)?;
    /// assert_eq!(rolled.date.to_string(), "2030-10-07");
    /// assert!(rolled.provisional);
    /// days.strict = true;
    /// let error = days.roll(date).unwrap_err();
    /// assert_eq!(error.code(), ErrorCode::CalendarNotCovered);
    /// assert_eq!(error.bound(), "a date that the calendar cn covers (2018 to 2026), or a roll that is not strict");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn roll(&self, date: NaiveDate) -> Result<RolledDate> {
        check_date(date, "due_on")?;
        let Search { date, uncovered } = self.calendar.search(date, self.roll);
        check_date(date, "due_on")?;
        match uncovered {
            Some(day) if self.strict => Err(self.not_covered(day)),
            _ => Ok(RolledDate { date, provisional: uncovered.is_some() }),
        }
    }

    #[cold]
    fn not_covered(&self, day: NaiveDate) -> Error {
        Error::new(
            ErrorCode::CalendarNotCovered,
            "due_on",
            day,
            format_args!(
                "a date that the calendar {} covers ({}), or a roll that is not strict",
                self.calendar.name(),
                self.calendar.days.coverage()
            ),
        )
    }
}

// Any number of threads may read one calendar.
const _: () = {
    const fn is_send_sync<T: Send + Sync>() {}
    is_send_sync::<BusinessDays>();
};

#[cfg(test)]
mod tests {
    use super::super::{MAX_DATE, MIN_DATE, parse_date, parse_ymd};
    use super::*;

    fn date(text: &str) -> NaiveDate {
        parse_date(text, "date").unwrap()
    }

    fn every_day(first: &str, last: &str) -> impl Iterator<Item = NaiveDate> {
        let last = date(last);
        date(first).iter_days().take_while(move |&day| day <= last)
    }

    fn is_off(day: NaiveDate) -> bool {
        matches!(day.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun)
    }

    #[test]
    fn the_list_is_of_dates_that_rise_and_change_something() {
        let mut years = Vec::new();
        for (list, off) in [(&cn::HOLIDAYS[..], false), (&cn::WORKDAYS[..], true)] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
            for &ymd in list {
                let day = parse_ymd(ymd, "day").unwrap();
                assert_eq!(is_off(day), off, "{day}");
                years.push(day.year());
            }
        }
        let (first, last) = cn::YEARS;
        years.sort_unstable();
        years.dedup();
        assert_eq!(years, (first..=last).collect::<Vec<_>>());
        assert_eq!(Calendar::cn().days.years, Some(cn::YEARS));
    }

    #[test]
    fn a_calendar_is_the_weekends_and_its_exceptions() {
        let (cn, weekends) = (Calendar::cn(), Calendar::weekends());
        let ymd = |list: &[i32], day| list.contains(&super::super::to_ymd(day));
        for day in every_day("2016-01-01", "2029-12-31") {
            assert_eq!(weekends.is_business_day(day), !is_off(day));
            let worked = ymd(&cn::WORKDAYS, day) || !is_off(day) && !ymd(&cn::HOLIDAYS, day);
            assert_eq!(cn.is_business_day(day), worked, "{day}");
            assert_eq!(cn.covers(day), (2018..=2026).contains(&day.year()), "{day}");
            assert!(weekends.covers(day));
        }
        assert!(weekends.covers(NaiveDate::MIN) && weekends.covers(NaiveDate::MAX));
        assert_eq!((cn.name(), cn.edition()), ("cn", Some("cn@2026")));
        assert_eq!((weekends.name(), weekends.edition()), ("weekends", None));
    }

    /// Lists the business days of the month before, this month and the next, and picks from the list.
    fn by_listing(calendar: &Calendar, day: NaiveDate, roll: Roll) -> NaiveDate {
        let around: Vec<_> = (-40..=40)
            .map(|offset| day + chrono::TimeDelta::days(offset))
            .filter(|&other| calendar.is_business_day(other))
            .collect();
        let next = *around.iter().find(|&&other| other >= day).unwrap();
        let before = *around.iter().rfind(|&&other| other <= day).unwrap();
        let same_month = |other: NaiveDate| other.month() == day.month();
        match roll {
            Roll::None => day,
            Roll::Following => next,
            Roll::Preceding => before,
            Roll::ModifiedFollowing if same_month(next) => next,
            Roll::ModifiedFollowing => before,
            Roll::ModifiedPreceding if same_month(before) => before,
            Roll::ModifiedPreceding => next,
        }
    }

    #[test]
    fn every_roll_of_three_years_agrees_with_a_list() {
        for calendar in [Calendar::cn(), Calendar::weekends()] {
            for day in every_day("2019-01-01", "2021-12-31") {
                for &roll in Roll::ALL {
                    assert_eq!(calendar.roll(day, roll), by_listing(&calendar, day, roll), "{day} {roll}");
                }
            }
        }
    }

    fn days(calendar: Calendar, roll: Roll, strict: bool) -> BusinessDays {
        BusinessDays { calendar, roll, interest: RolledInterest::Adjusted, strict }
    }

    #[test]
    fn a_roll_is_provisional_if_it_rests_on_days_beyond_the_covered_years() {
        let roll = |text, roll| {
            let rolled = days(Calendar::cn(), roll, false).roll(date(text)).unwrap();
            (rolled.date.to_string(), rolled.provisional)
        };
        // 2026-12-31 is a Thursday; 2018-01-01, a Monday, is a holiday.
        assert_eq!(roll("2026-12-31", Roll::Following), ("2026-12-31".to_owned(), false));
        assert_eq!(roll("2027-01-01", Roll::Following), ("2027-01-01".to_owned(), true));
        assert_eq!(roll("2027-01-02", Roll::Preceding), ("2027-01-01".to_owned(), true));
        assert_eq!(roll("2027-01-02", Roll::None), ("2027-01-02".to_owned(), false));
        assert_eq!(roll("2018-01-01", Roll::Following), ("2018-01-02".to_owned(), false));
        assert_eq!(roll("2018-01-01", Roll::Preceding), ("2017-12-29".to_owned(), true));
        // What lies outside is another month: it has no say in where the roll ends.
        assert_eq!(roll("2018-01-01", Roll::ModifiedPreceding), ("2018-01-02".to_owned(), false));
        for &roll in Roll::ALL {
            let rolled = days(Calendar::weekends(), roll, true).roll(date("2400-01-01")).unwrap();
            assert!(!rolled.provisional);
        }
    }

    #[test]
    fn strict_refuses_what_is_provisional_and_nothing_else() {
        for day in every_day("2017-12-20", "2018-01-10").chain(every_day("2026-12-20", "2027-01-10")) {
            for &roll in Roll::ALL {
                let lenient = days(Calendar::cn(), roll, false).roll(day).unwrap();
                match days(Calendar::cn(), roll, true).roll(day) {
                    Ok(strict) => assert_eq!((strict, lenient.provisional), (lenient, false)),
                    Err(error) => {
                        assert_eq!(error.code(), ErrorCode::CalendarNotCovered);
                        assert!(lenient.provisional);
                    }
                }
            }
        }
        let error = days(Calendar::cn(), Roll::Preceding, true).roll(date("2018-01-01")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "due_on: expected a date that the calendar cn covers (2018 to 2026), or a roll that is not strict, got 2017-12-31"
        );
    }

    #[test]
    fn the_ends_of_time_are_errors_or_stay() {
        let calendar = Calendar::weekends();
        // 1900-01-01 is a Monday, 2499-12-31 a Thursday.
        let first = days(calendar.clone(), Roll::Preceding, true).roll(MIN_DATE);
        assert_eq!(first, Ok(RolledDate { date: MIN_DATE, provisional: false }));
        let holiday = Calendar::from_days("one", &[MAX_DATE], &[]).unwrap();
        let error = days(holiday.clone(), Roll::Following, false).roll(MAX_DATE).unwrap_err();
        assert_eq!((error.code(), error.value()), (ErrorCode::DateOutOfRange, "2500-01-01"));
        let rolled = days(holiday, Roll::ModifiedFollowing, false).roll(MAX_DATE).unwrap();
        assert_eq!((rolled.date.to_string(), rolled.provisional), ("2499-12-30".to_owned(), false));
        let error = days(calendar.clone(), Roll::None, false).roll(NaiveDate::MAX).unwrap_err();
        assert_eq!(error.code(), ErrorCode::DateOutOfRange);
        for &roll in Roll::ALL {
            let _ = (calendar.roll(NaiveDate::MIN, roll), calendar.roll(NaiveDate::MAX, roll));
        }
    }

    #[test]
    fn a_list_of_the_host_is_checked() {
        let list = |holidays: &[&str], workdays: &[&str]| {
            let dates = |texts: &[&str]| texts.iter().map(|text| date(text)).collect::<Vec<_>>();
            Calendar::from_days("bank", &dates(holidays), &dates(workdays))
        };
        let calendar = list(&["2022-05-02", "2020-05-01"], &["2020-05-09"]).unwrap();
        assert_eq!((calendar.name(), calendar.edition()), ("bank", None));
        assert!(calendar.covers(date("2020-01-01")) && calendar.covers(date("2022-12-31")));
        assert!(!calendar.covers(date("2019-12-31")) && !calendar.covers(date("2023-01-01")));
        assert!(
            !calendar.is_business_day(date("2020-05-01")) && calendar.is_business_day(date("2020-05-09"))
        );
        for (holidays, workdays, field) in [
            (&["2020-05-01", "2020-05-02", "2020-05-01"][..], &[][..], "holidays"),
            (&[], &["2020-05-09", "2020-05-09"], "workdays"),
            (&["2020-05-01"], &["2020-05-01"], "workdays"),
        ] {
            let error = list(holidays, workdays).unwrap_err();
            assert_eq!((error.code(), error.field()), (ErrorCode::Contradiction, field));
        }
        let error = Calendar::from_days("bank", &[NaiveDate::MAX], &[]).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::DateOutOfRange, "holidays"));

        let empty = list(&[], &[]).unwrap();
        assert!(!empty.covers(date("2020-05-01")));
        assert_eq!(empty.roll(date("2020-05-02"), Roll::Following), date("2020-05-04"));
        let error = days(empty, Roll::Following, true).roll(date("2020-05-02")).unwrap_err();
        assert_eq!(
            error.bound(),
            "a date that the calendar bank covers (none), or a roll that is not strict"
        );
    }

    #[test]
    fn the_list_of_a_whole_month_is_rolled_over() {
        let month: Vec<_> = every_day("2020-02-01", "2020-02-29").collect();
        let calendar = Calendar::from_days("closed in February", &month, &[]).unwrap();
        let roll = |roll| calendar.roll(date("2020-02-14"), roll).to_string();
        assert_eq!(roll(Roll::Following), "2020-03-02");
        assert_eq!(roll(Roll::Preceding), "2020-01-31");
        // There is no business day in the month: the other way is as good.
        assert_eq!(roll(Roll::ModifiedFollowing), "2020-01-31");
        assert_eq!(roll(Roll::ModifiedPreceding), "2020-03-02");
    }

    #[test]
    fn the_wire_form_is_read_back() {
        for text in [
            r#"{"calendar":"cn","roll":"modified_following","interest":"adjusted","strict":true}"#,
            r#"{"calendar":"weekends","roll":"none","interest":"unadjusted","strict":false}"#,
            r#"{"calendar":{"holidays":["2020-05-01"],"workdays":["2020-05-09"]},"roll":"preceding","interest":"adjusted","strict":false}"#,
        ] {
            let days: BusinessDays = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&days).unwrap(), text);
            assert_eq!(
                serde_json::from_str::<BusinessDays>(&serde_json::to_string(&days).unwrap()).unwrap(),
                days
            );
        }
        let days: BusinessDays =
            serde_json::from_str(r#"{"calendar":{},"roll":"following","interest":"adjusted"}"#).unwrap();
        assert!(!days.strict && !days.calendar.covers(date("2020-01-01")));
    }

    #[test]
    fn the_wire_form_is_strict() {
        for text in [
            r#"{"calendar":"cn","roll":"following"}"#,
            r#"{"calendar":"cn","interest":"adjusted"}"#,
            r#"{"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":"cn","roll":"following","interest":"adjusted","x":1}"#,
            r#"{"calendar":"us","roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":"CN","roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":null,"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":"cn","roll":"Following","interest":"adjusted"}"#,
            r#"{"calendar":"cn","roll":1,"interest":"adjusted"}"#,
            r#"{"calendar":"cn","roll":"following","interest":"adjusted","strict":"true"}"#,
            r#"{"calendar":{"holidays":["2020-5-1"]},"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":{"holidays":["2020-02-30"]},"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":{"holidays":["1899-12-31"]},"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":{"holidays":["2020-05-01","2020-05-01"]},"roll":"following","interest":"adjusted"}"#,
            r#"{"calendar":{"off":["2020-05-01"]},"roll":"following","interest":"adjusted"}"#,
        ] {
            assert!(serde_json::from_str::<BusinessDays>(text).is_err(), "{text}");
        }
    }
}
