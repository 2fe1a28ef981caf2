//! Days, calendars and day counts, written from the rules of `docs/SEMANTICS.md` 2 and 3.

use chrono::{Datelike, NaiveDate};
use std::collections::HashSet;

/// A civil day. `chrono` only carries it in and out; all arithmetic is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub y: i64,
    pub m: i64,
    pub d: i64,
}

/// Every fourth year, save the hundreds that are not four hundreds.
pub fn is_leap(y: i64) -> bool {
    y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)
}

pub fn month_length(y: i64, m: i64) -> i64 {
    match m {
        2 if is_leap(y) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year and month that lie `n` months after (y, m).
fn shift_month(y: i64, m: i64, n: i64) -> (i64, i64) {
    let months = y * 12 + (m - 1) + n;
    (months.div_euclid(12), months.rem_euclid(12) + 1)
}

impl Day {
    pub fn of(date: NaiveDate) -> Day {
        Day { y: i64::from(date.year()), m: i64::from(date.month()), d: i64::from(date.day()) }
    }

    pub fn chrono(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.y as i32, self.m as u32, self.d as u32).expect("a day that exists")
    }

    /// `yyyy-mm-dd`, and a day that exists.
    pub fn parse(text: &str) -> Result<Day, String> {
        let bad = || format!("not a date: {text}");
        let parts: Vec<&str> = text.split('-').collect();
        let [y, m, d] = parts[..] else { return Err(bad()) };
        let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(y, 4) || !digits(m, 2) || !digits(d, 2) {
            return Err(bad());
        }
        let number = |part: &str| part.parse::<i64>().map_err(|_| bad());
        let day = Day { y: number(y)?, m: number(m)?, d: number(d)? };
        if day.m < 1 || day.m > 12 || day.d < 1 || day.d > month_length(day.y, day.m) {
            return Err(bad());
        }
        Ok(day)
    }

    pub fn next(self) -> Day {
        self.plus_days(1)
    }

    pub fn previous(self) -> Day {
        if self.d > 1 {
            return Day { d: self.d - 1, ..self };
        }
        let (y, m) = shift_month(self.y, self.m, -1);
        Day { y, m, d: month_length(y, m) }
    }

    /// Walks forward month by month (backward day by day).
    pub fn plus_days(self, days: i64) -> Day {
        let mut day = self;
        let mut left = days;
        while left < 0 {
            day = day.previous();
            left += 1;
        }
        while left > 0 {
            let to_month_end = month_length(day.y, day.m) - day.d;
            if left <= to_month_end {
                day.d += left;
                return day;
            }
            left -= to_month_end + 1;
            let (y, m) = shift_month(day.y, day.m, 1);
            day = Day { y, m, d: 1 };
        }
        day
    }

    /// The same day `n` months on; a day that the month lacks is its last ("clipped").
    pub fn plus_months(self, n: i64) -> Day {
        let (y, m) = shift_month(self.y, self.m, n);
        Day { y, m, d: self.d.min(month_length(y, m)) }
    }

    /// The days of all years, months and days before this one, since the year 0.
    fn number(self) -> i64 {
        let years = self.y * 365 + (self.y + 3) / 4 - (self.y + 99) / 100 + (self.y + 399) / 400;
        let months: i64 = (1..self.m).map(|m| month_length(self.y, m)).sum();
        years + months + self.d
    }

    /// Days from `self` (counted) to `to` (not counted).
    pub fn days_to(self, to: Day) -> i64 {
        to.number() - self.number()
    }

    /// Saturday or Sunday, counted from Wednesday 2020-01-15.
    pub fn is_weekend(self) -> bool {
        let wednesday = Day { y: 2020, m: 1, d: 15 };
        matches!(wednesday.days_to(self).rem_euclid(7), 3 | 4)
    }

    fn is_last_of_february(self) -> bool {
        self.m == 2 && self.d == month_length(self.y, 2)
    }
}

// ---------------------------------------------------------------- cycles

/// `every`: a number of months or of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cycle {
    Months(i64),
    Days(i64),
}

impl Cycle {
    /// "<n> day|week|month|quarter|half_year|year".
    pub fn parse(text: &str) -> Result<Cycle, String> {
        let bad = || format!("not a cycle: {text}");
        let (count, unit) = text.split_once(' ').ok_or_else(bad)?;
        if !count.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let n: i64 = count.parse().map_err(|_| bad())?;
        if n < 1 {
            return Err(bad());
        }
        match unit {
            "day" => Ok(Cycle::Days(n)),
            "week" => Ok(Cycle::Days(7 * n)),
            "month" => Ok(Cycle::Months(n)),
            "quarter" => Ok(Cycle::Months(3 * n)),
            "half_year" => Ok(Cycle::Months(6 * n)),
            "year" => Ok(Cycle::Months(12 * n)),
            _ => Err(bad()),
        }
    }

    /// `from` + i cycles with a clipped day of the month (the reset dates of a benchmark).
    pub fn after(self, from: Day, i: i64) -> Day {
        match self {
            Cycle::Months(n) => from.plus_months(n * i),
            Cycle::Days(n) => from.plus_days(n * i),
        }
    }
}

/// Semantics 3: "always anchor + i x cycle, on `due_day`": `steps` cycles after `first`. Row 1 (0 steps) is
/// `first` itself; 0 - 1 steps is the cycle date before it.
pub fn cycle_date(first: Day, cycle: Cycle, due_day: i64, next_month_when_missing: bool, steps: i64) -> Day {
    if steps == 0 {
        return first;
    }
    match cycle {
        Cycle::Days(n) => first.plus_days(n * steps),
        Cycle::Months(n) => {
            let (y, m) = shift_month(first.y, first.m, n * steps);
            let last = month_length(y, m);
            if due_day <= last {
                Day { y, m, d: due_day }
            } else if next_month_when_missing {
                Day { y, m, d: last }.next()
            } else {
                Day { y, m, d: last }
            }
        }
    }
}

// ---------------------------------------------------------------- business days

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    None,
    Following,
    ModifiedFollowing,
    Preceding,
    ModifiedPreceding,
}

/// Saturdays and Sundays, changed by named holidays and make-up working days.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    pub holidays: HashSet<Day>,
    pub workdays: HashSet<Day>,
    /// First and last covered year; none: every year is covered.
    pub covered: Option<(i64, i64)>,
}

impl Calendar {
    fn is_business(&self, day: Day) -> bool {
        if self.holidays.contains(&day) {
            return false;
        }
        self.workdays.contains(&day) || !day.is_weekend()
    }

    fn covers(&self, day: Day) -> bool {
        self.covered.is_none_or(|(first, last)| first <= day.y && day.y <= last)
    }

    fn forward(&self, mut day: Day) -> Day {
        while !self.is_business(day) {
            day = day.next();
        }
        day
    }

    fn backward(&self, mut day: Day) -> Day {
        while !self.is_business(day) {
            day = day.previous();
        }
        day
    }

    /// The printed date, and whether it is provisional: "beyond a calendar's covered years it rolls by weekends
    /// only and the date is marked `provisional`". Reading: the cycle date or the printed date lies beyond.
    /// Without a roll the calendar is not asked and nothing is provisional.
    pub fn roll(&self, day: Day, roll: Roll) -> (Day, bool) {
        let printed = match roll {
            Roll::None => return (day, false),
            Roll::Following => self.forward(day),
            Roll::Preceding => self.backward(day),
            Roll::ModifiedFollowing => {
                let rolled = self.forward(day);
                if rolled.m == day.m { rolled } else { self.backward(day) }
            }
            Roll::ModifiedPreceding => {
                let rolled = self.backward(day);
                if rolled.m == day.m { rolled } else { self.forward(day) }
            }
        };
        (printed, !self.covers(day) || !self.covers(printed))
    }
}

// ---------------------------------------------------------------- day counts

/// Every length of a month divides it.
const ICMA_MONTH: i64 = 28 * 29 * 30 * 31;

/// Whole months from `s` to `b`, counted from `s`, the days that are left, and the days of the month that they lie in.
fn quasi_months(s: Day, b: Day) -> (i64, i64, i64) {
    let mut months = 0;
    while s.plus_months(months + 1) <= b {
        months += 1;
    }
    let (from, to) = (s.plus_months(months), s.plus_months(months + 1));
    (months, from.days_to(b), from.days_to(to))
}

/// Whether a 29 February comes after `s`, up to `e`.
fn has_leap_day(s: Day, e: Day) -> bool {
    (s.y..=e.y).any(|y| is_leap(y) && s < Day { y, m: 2, d: 29 } && Day { y, m: 2, d: 29 } <= e)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayCount {
    Actual360,
    Actual365,
    ActualActual,
    ThirtyE360,
    ThirtyE360Isda,
    Thirty360Us,
    Thirty360Bond,
    MonthsAndDays,
    ActualActualIcma,
    Actual365L,
    ActualActualDec31,
}

impl DayCount {
    pub fn parse(text: &str) -> Result<DayCount, String> {
        Ok(match text {
            "actual/360" => DayCount::Actual360,
            "actual/365" => DayCount::Actual365,
            "actual/actual" => DayCount::ActualActual,
            "30e/360" => DayCount::ThirtyE360,
            "30e/360_isda" => DayCount::ThirtyE360Isda,
            "30/360_us" => DayCount::Thirty360Us,
            "30/360_bond" => DayCount::Thirty360Bond,
            "months_and_days" => DayCount::MonthsAndDays,
            "actual/actual_icma" => DayCount::ActualActualIcma,
            "actual/365l" => DayCount::Actual365L,
            "actual/actual_dec_31" => DayCount::ActualActualDec31,
            other => return Err(format!("unknown day count {other}")),
        })
    }

    /// How many of the units of [`DayCount::units`] make a year.
    pub fn year(self) -> i64 {
        match self {
            DayCount::Actual365 => 365,
            DayCount::ActualActual | DayCount::ActualActualDec31 | DayCount::Actual365L => 365 * 366,
            DayCount::ActualActualIcma => 12 * ICMA_MONTH,
            _ => 360,
        }
    }

    /// Whether a day of an accrual period is worth what the whole period says.
    pub fn by_period(self) -> bool {
        matches!(self, DayCount::ActualActualIcma | DayCount::Actual365L)
    }

    /// The part of a year that one day of the accrual period [s, e) is: by actual/365L, and of a period that is a cycle and so
    /// `cycle_part` of a year.
    pub fn day_of_period(self, s: Day, e: Day, cycle_part: Option<(i64, i64)>) -> (i64, i64) {
        if self == DayCount::Actual365L {
            return (1, if has_leap_day(s, e) { 366 } else { 365 });
        }
        let (part, of) = cycle_part.expect("a period of one cycle");
        // A period without a day has nothing to share.
        (part, of * s.days_to(e).max(1))
    }

    /// Y(s, b) x [`DayCount::year`], a whole number. Actual/Actual: a day of a leap year is 1/366 = 365 units, any
    /// other 1/365 = 366 units. `maturity` matters to 30E/360 ISDA alone.
    pub fn units(self, s: Day, b: Day, maturity: Day) -> i64 {
        match self {
            DayCount::ActualActual | DayCount::ActualActualDec31 => {
                let mut units = 0;
                let mut day = s;
                while day < b {
                    let next = day.next();
                    // 31 December is already a day of the new year where the year turns then.
                    let year = if self == DayCount::ActualActual { day.y } else { next.y };
                    units += if is_leap(year) { 365 } else { 366 };
                    day = next;
                }
                units
            }
            // What is no accrual period is one of its own.
            DayCount::ActualActualIcma => {
                let (months, days, length) = quasi_months(s, b);
                months * ICMA_MONTH + days * (ICMA_MONTH / length)
            }
            // Whole years are years, or a 29 February would take days back.
            DayCount::Actual365L => {
                let mut years = 0;
                while s.plus_months(12 * (years + 1)) <= b {
                    years += 1;
                }
                let s = s.plus_months(12 * years);
                years * 365 * 366 + s.days_to(b) * if has_leap_day(s, b) { 365 } else { 366 }
            }
            _ => self.days(s, b, maturity),
        }
    }

    /// The convention's own days from `s` to `b`.
    pub fn days(self, s: Day, b: Day, maturity: Day) -> i64 {
        let (mut d1, mut d2) = (s.d, b.d);
        match self {
            DayCount::Actual360
            | DayCount::Actual365
            | DayCount::ActualActual
            | DayCount::ActualActualIcma
            | DayCount::Actual365L
            | DayCount::ActualActualDec31 => return s.days_to(b),
            DayCount::MonthsAndDays => {
                let mut months = 0;
                while s.plus_months(months + 1) <= b {
                    months += 1;
                }
                return 30 * months + s.plus_months(months).days_to(b);
            }
            // "Both days capped at 30."
            DayCount::ThirtyE360 => {
                d1 = d1.min(30);
                d2 = d2.min(30);
            }
            // "The last day of February counts as 30 too, except the maturity date."
            DayCount::ThirtyE360Isda => {
                if d1 == 31 || s.is_last_of_february() {
                    d1 = 30;
                }
                if d2 == 31 || (b.is_last_of_february() && b != maturity) {
                    d2 = 30;
                }
            }
            // SIA/NASD, in its order: both ends of February; the first end of February; 31 after 30 or 31; 31.
            DayCount::Thirty360Us => {
                if s.is_last_of_february() && b.is_last_of_february() {
                    d2 = 30;
                }
                if s.is_last_of_february() {
                    d1 = 30;
                }
                if d2 == 31 && d1 >= 30 {
                    d2 = 30;
                }
                if d1 == 31 {
                    d1 = 30;
                }
            }
            // ISDA 2006 4.16(f): D1 31 becomes 30; D2 31 becomes 30 if D1 is greater than 29.
            DayCount::Thirty360Bond => {
                if d1 == 31 {
                    d1 = 30;
                }
                if d2 == 31 && d1 > 29 {
                    d2 = 30;
                }
            }
        }
        360 * (b.y - s.y) + 30 * (b.m - s.m) + (d2 - d1)
    }
}
