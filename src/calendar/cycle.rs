//! Cycles: the dates that recur, counted from an anchor.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::months::{MissingDay, MonthIndex};
use super::{MAX_DATE, MIN_DATE, check_date, out_of_range};
use crate::decimal_text::quoted;
use crate::vocabulary::vocabulary;
use crate::{Error, ErrorCode, Result};

vocabulary! {
    /// What a cycle counts in.
    pub enum CycleUnit("every", PUHUI_UNIT) {
        /// Calendar days.
        Day = "day",
        /// Seven calendar days.
        Week = "week",
        /// Calendar months.
        Month = "month",
        /// Three calendar months.
        Quarter = "quarter",
        /// Six calendar months.
        HalfYear = "half_year",
        /// Twelve calendar months.
        Year = "year",
    }
}

/// How often something falls due: a count of one unit, written `3 month`.
///
/// # The rule
///
/// Every date is **anchor + i x cycle**, never the date before plus one cycle: a shortened February leaves no trace in March.
/// Quarters, half-years and years are three, six and twelve months; weeks are seven days.
///
/// *Synonyms:* frequency, tenor, repayment interval; the anchor is also called the cycle anchor date (ACTUS).
///
/// *Source:* the ACTUS technical specification, "schedule" (anchor plus multiples of the cycle); the day rule is that of
/// loan contracts, "the repayment day of the month, or its last day".
///
/// *Tested:* every anchor of four years against a walk from month to month, below.
///
/// # Examples
///
/// ```
/// use puhui::{Cycle, CycleUnit};
///
/// let cycle: Cycle = "3 month".parse()?;
/// assert_eq!(cycle, Cycle::new(3, CycleUnit::Month)?);
/// assert_eq!(cycle.months(), Some(3));
/// assert_eq!(Cycle::QUARTERLY.months(), Some(3));
/// assert_eq!(Cycle::QUARTERLY.to_string(), "1 quarter");
/// assert!("3 months".parse::<Cycle>().is_err());
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cycle {
    /// At least one.
    count: u16,
    unit: CycleUnit,
}

impl Cycle {
    /// Every day.
    pub const DAILY: Cycle = Cycle { count: 1, unit: CycleUnit::Day };
    /// Every seven days.
    pub const WEEKLY: Cycle = Cycle { count: 1, unit: CycleUnit::Week };
    /// Every month.
    pub const MONTHLY: Cycle = Cycle { count: 1, unit: CycleUnit::Month };
    /// Every three months.
    pub const QUARTERLY: Cycle = Cycle { count: 1, unit: CycleUnit::Quarter };
    /// Every six months.
    pub const HALF_YEARLY: Cycle = Cycle { count: 1, unit: CycleUnit::HalfYear };
    /// Every twelve months.
    pub const YEARLY: Cycle = Cycle { count: 1, unit: CycleUnit::Year };

    /// A cycle of `count` units.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] if `count` is 0.
    pub fn new(count: u16, unit: CycleUnit) -> Result<Cycle> {
        if count == 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "every", count, "a count from 1 to 65535"));
        }
        Ok(Cycle { count, unit })
    }

    /// The number of units, at least one.
    #[must_use]
    pub const fn count(self) -> u16 {
        self.count
    }

    /// The unit.
    #[must_use]
    pub const fn unit(self) -> CycleUnit {
        self.unit
    }

    /// The length in months, if the cycle is counted in months, quarters, half-years or years.
    #[inline]
    #[must_use]
    pub fn months(self) -> Option<u32> {
        let months = match self.unit {
            CycleUnit::Day | CycleUnit::Week => return None,
            CycleUnit::Month => 1,
            CycleUnit::Quarter => 3,
            CycleUnit::HalfYear => 6,
            CycleUnit::Year => 12,
        };
        Some(u32::from(self.count) * months)
    }

    /// The length in days, if the cycle is counted in days or weeks.
    #[inline]
    #[must_use]
    pub fn days(self) -> Option<u32> {
        match self.unit {
            CycleUnit::Day => Some(u32::from(self.count)),
            CycleUnit::Week => Some(u32::from(self.count) * 7),
            CycleUnit::Month | CycleUnit::Quarter | CycleUnit::HalfYear | CycleUnit::Year => None,
        }
    }

    /// The part of a year that a regular coupon is: months of 12, weeks of 52, days of 365.
    pub(crate) fn coupon_part(self) -> (i64, i64) {
        let count = i64::from(self.count);
        match self.unit {
            CycleUnit::Day => (count, 365),
            CycleUnit::Week => (count, 52),
            CycleUnit::Month => (count, 12),
            CycleUnit::Quarter => (count * 3, 12),
            CycleUnit::HalfYear => (count * 6, 12),
            CycleUnit::Year => (count, 1),
        }
    }

    /// The `i`-th date of the cycle: `anchor` itself for 0, a later date for 1, an earlier one for -1.
    ///
    /// A cycle in months gives the month of `anchor` + i x cycle, on `due_day` (by default the day of `anchor`); `missing`
    /// says what happens when that month has no such day. A cycle in days adds i x cycle days; `due_day` and `missing` do
    /// not matter to it.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] if the date lies outside [`MIN_DATE`] to [`MAX_DATE`].
    /// * [`ErrorCode::OutOfRange`] if the cycle is in months and `due_day` is not 1 to 31.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{Cycle, MissingDay, parse_date};
    ///
    /// let anchor = parse_date("2020-01-31", "first_due_on")?;
    /// let date = |i, missing| Cycle::MONTHLY.date(anchor, None, missing, i).map(|date| date.to_string());
    /// assert_eq!(date(1, MissingDay::LastOfMonth)?, "2020-02-29");
    /// assert_eq!(date(2, MissingDay::LastOfMonth)?, "2020-03-31");
    /// assert_eq!(date(1, MissingDay::FirstOfNextMonth)?, "2020-03-01");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    #[inline]
    pub fn date(
        self,
        anchor: NaiveDate,
        due_day: Option<u8>,
        missing: MissingDay,
        i: i32,
    ) -> Result<NaiveDate> {
        if i == 0 {
            return check_date(anchor, "due_on").map(|()| anchor);
        }
        let date = match self.months() {
            Some(months) => {
                let day = due_day.map_or_else(|| anchor.day(), u32::from);
                if !(1..=31).contains(&day) {
                    return Err(bad_due_day(day));
                }
                // Either step that overflows an `i32` is beyond every date there is.
                i32::try_from(months)
                    .ok()
                    .and_then(|months| months.checked_mul(i))
                    .and_then(|months| MonthIndex::moved(anchor, months)?.due_date(day, missing))
            }
            None => {
                let days = i64::from(self.days().unwrap_or(0)) * i64::from(i);
                i32::try_from(i64::from(anchor.num_days_from_ce()) + days)
                    .ok()
                    .and_then(NaiveDate::from_num_days_from_ce_opt)
                    .filter(|date| (MIN_DATE..=MAX_DATE).contains(date))
            }
        };
        date.ok_or_else(|| out_of_range("due_on", format_args!("{anchor} + {i} x {self}")))
    }
}

#[cold]
fn bad_due_day(day: u32) -> Error {
    Error::new(ErrorCode::OutOfRange, "due_day", day, "1 to 31")
}

/// The date `months` later (earlier if negative), on the same day of the month or, where there is none, on its last day.
///
/// `None` if that lies outside [`MIN_DATE`] to [`MAX_DATE`].
///
/// # Examples
///
/// ```
/// use puhui::{add_months, parse_date};
///
/// let date = parse_date("2020-03-31", "from")?;
/// assert_eq!(add_months(date, -1), Some(parse_date("2020-02-29", "to")?));
/// assert_eq!(add_months(date, 12 * 600), None);
/// # Ok::<(), puhui::Error>(())
/// ```
#[inline]
#[must_use]
pub fn add_months(date: NaiveDate, months: i32) -> Option<NaiveDate> {
    MonthIndex::moved(date, months)?.due_date(date.day(), MissingDay::LastOfMonth)
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.unit)
    }
}

impl FromStr for Cycle {
    type Err = Error;

    /// Reads `<n> <unit>`: a count from 1 to 65535 without leading zeros, one space, the unit in the singular.
    fn from_str(text: &str) -> Result<Cycle> {
        let parts = text.split_once(' ').filter(|(count, _)| {
            !count.starts_with('0') && !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some((count, unit)) = parts else {
            let bound = "a count from 1 to 65535, a space and a unit, such as 3 month";
            return Err(Error::new(ErrorCode::Malformed, "every", quoted(text), bound));
        };
        let unit = unit.parse()?;
        match count.parse() {
            Ok(count) => Cycle::new(count, unit),
            Err(_) => {
                Err(Error::new(ErrorCode::OutOfRange, "every", quoted(text), "a count from 1 to 65535"))
            }
        }
    }
}

impl Serialize for Cycle {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cycle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Cycle, D::Error> {
        <Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_date;
    use super::*;

    fn date(text: &str) -> NaiveDate {
        parse_date(text, "date").unwrap()
    }

    #[test]
    fn a_cycle_has_one_spelling() {
        for &unit in CycleUnit::ALL {
            for count in [1, 2, 10, u16::MAX] {
                let cycle = Cycle::new(count, unit).unwrap();
                assert_eq!(cycle.to_string(), format!("{count} {unit}"));
                assert_eq!(cycle.to_string().parse(), Ok(cycle));
                assert_eq!((cycle.count(), cycle.unit()), (count, unit));
                assert!(cycle.months().is_some() != cycle.days().is_some());
            }
        }
        for (text, code) in [
            ("", ErrorCode::Malformed),
            ("month", ErrorCode::Malformed),
            ("1month", ErrorCode::Malformed),
            (" 1 month", ErrorCode::Malformed),
            ("+1 month", ErrorCode::Malformed),
            ("-1 month", ErrorCode::Malformed),
            ("01 month", ErrorCode::Malformed),
            ("0 month", ErrorCode::Malformed),
            ("１ month", ErrorCode::Malformed),
            ("1  month", ErrorCode::UnknownValue),
            ("1 month ", ErrorCode::UnknownValue),
            ("2 months", ErrorCode::UnknownValue),
            ("1 Month", ErrorCode::UnknownValue),
            ("65536 month", ErrorCode::OutOfRange),
            ("99999999999999999999 day", ErrorCode::OutOfRange),
        ] {
            assert_eq!(text.parse::<Cycle>().map_err(|error| error.code()), Err(code), "{text}");
        }
        assert_eq!(Cycle::new(0, CycleUnit::Day).unwrap_err().code(), ErrorCode::OutOfRange);
    }

    #[test]
    fn lengths_are_in_months_or_in_days() {
        let months = |text: &str| text.parse::<Cycle>().unwrap().months();
        let days = |text: &str| text.parse::<Cycle>().unwrap().days();
        assert_eq!((months("2 quarter"), days("2 quarter")), (Some(6), None));
        assert_eq!((months("1 half_year"), months("65535 year")), (Some(6), Some(786_420)));
        assert_eq!((months("2 week"), days("2 week"), days("65535 week")), (None, Some(14), Some(458_745)));
    }

    /// Steps one month at a time and then looks for the day, instead of dividing.
    fn by_walking(anchor: NaiveDate, due_day: u32, missing: MissingDay, months: i32) -> NaiveDate {
        let (mut year, mut month) = (anchor.year(), anchor.month());
        for _ in 0..months.abs() {
            (year, month) = match (months > 0, month) {
                (true, 12) => (year + 1, 1),
                (true, _) => (year, month + 1),
                (false, 1) => (year - 1, 12),
                (false, _) => (year, month - 1),
            };
        }
        NaiveDate::from_ymd_opt(year, month, due_day).unwrap_or_else(|| match missing {
            MissingDay::LastOfMonth => {
                (28..due_day).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
            }
            MissingDay::FirstOfNextMonth => NaiveDate::from_ymd_opt(year, month + 1, 1).unwrap(),
        })
    }

    #[test]
    fn month_cycles_agree_with_a_walk_from_every_anchor() {
        let mut anchor = date("2019-03-01");
        while anchor < date("2023-03-01") {
            for (cycle, step) in
                [(Cycle::MONTHLY, 1), (Cycle::QUARTERLY, 3), (Cycle::HALF_YEARLY, 6), (Cycle::YEARLY, 12)]
            {
                for i in [-25, -12, -2, -1, 1, 2, 3, 11, 12, 13, 40] {
                    for &missing in MissingDay::ALL {
                        let got = cycle.date(anchor, None, missing, i).unwrap();
                        assert_eq!(got, by_walking(anchor, anchor.day(), missing, i * step), "{anchor} {i}");
                        for due_day in [1_u8, 15, 28, 29, 30, 31] {
                            let got = cycle.date(anchor, Some(due_day), missing, i).unwrap();
                            let expected = by_walking(anchor, u32::from(due_day), missing, i * step);
                            assert_eq!(got, expected, "{anchor} {i} {due_day}");
                        }
                    }
                    let clipped = by_walking(anchor, anchor.day(), MissingDay::LastOfMonth, i * step);
                    assert_eq!(add_months(anchor, i * step), Some(clipped));
                }
            }
            anchor += chrono::TimeDelta::days(1);
        }
    }

    #[test]
    fn a_century_is_a_leap_year_every_fourth_time() {
        for (from, to) in [
            ("1900-01-31", "1900-02-28"),
            ("2000-01-31", "2000-02-29"),
            ("2100-01-31", "2100-02-28"),
            ("2400-01-31", "2400-02-29"),
        ] {
            assert_eq!(add_months(date(from), 1), Some(date(to)));
        }
    }

    #[test]
    fn day_cycles_count_days() {
        let anchor = date("2020-02-24");
        let at = |text: &str, i| {
            let cycle: Cycle = text.parse().unwrap();
            cycle.date(anchor, Some(31), MissingDay::FirstOfNextMonth, i).map(|date| date.to_string())
        };
        assert_eq!(at("1 week", 1), Ok("2020-03-02".to_owned()));
        assert_eq!(at("10 day", -3), Ok("2020-01-25".to_owned()));
        assert_eq!(at("1 day", 0), Ok("2020-02-24".to_owned()));
    }

    #[test]
    fn the_zeroth_date_is_the_anchor_whatever_the_due_day() {
        for &missing in MissingDay::ALL {
            let anchor = date("2020-02-20");
            assert_eq!(Cycle::MONTHLY.date(anchor, Some(31), missing, 0), Ok(anchor));
        }
    }

    #[test]
    fn what_lies_outside_is_an_error() {
        let out = |text: &str, anchor: &str, i| {
            let cycle: Cycle = text.parse().unwrap();
            let error = cycle.date(date(anchor), None, MissingDay::FirstOfNextMonth, i).unwrap_err();
            assert_eq!(error.code(), ErrorCode::DateOutOfRange);
            error.to_string()
        };
        for text in ["1 day", "1 week", "1 month", "65535 year", "65535 day", "65535 week"] {
            for i in [i32::MIN, i32::MIN + 1, -200_000_000, 200_000_000, i32::MAX] {
                out(text, "2020-01-31", i);
            }
        }
        out("1 day", "1900-01-01", -1);
        out("1 day", "2499-12-31", 1);
        out("1 month", "1900-01-01", -1);
        assert_eq!(
            out("1 month", "2499-12-31", 1),
            "due_on: expected a date from 1900-01-01 to 2499-12-31, got 2499-12-31 + 1 x 1 month"
        );
        let last = Cycle::MONTHLY.date(date("2499-11-30"), Some(31), MissingDay::FirstOfNextMonth, 1);
        assert_eq!(last, Ok(MAX_DATE));
        assert_eq!(add_months(MIN_DATE, -1), None);
        assert_eq!(add_months(MAX_DATE, 1), None);
        assert_eq!(add_months(MIN_DATE, i32::MIN), None);
        assert_eq!(add_months(MAX_DATE, i32::MAX), None);
        assert_eq!(add_months(NaiveDate::MAX, i32::MAX), None);
        let beyond = Cycle::MONTHLY.date(NaiveDate::MAX, None, MissingDay::LastOfMonth, 0);
        assert_eq!(beyond.map_err(|error| error.code()), Err(ErrorCode::DateOutOfRange));
        for due_day in [0, 32, u8::MAX] {
            let error = Cycle::MONTHLY.date(MIN_DATE, Some(due_day), MissingDay::LastOfMonth, 1).unwrap_err();
            assert_eq!((error.code(), error.field()), (ErrorCode::OutOfRange, "due_day"));
        }
    }
}
