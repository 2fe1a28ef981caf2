//! Day counts and holidays against what others say: a plain second implementation, published tables, published dates.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

#[path = "support/skip.rs"]
mod skip;

use chrono::{Datelike, Days, NaiveDate};
use puhui::{Calendar, DayCount, Roll, parse_date};
use skip::shared;

fn date(text: &str) -> NaiveDate {
    parse_date(text, "date").unwrap()
}

// ---------------------------------------------------------------------------------------------------------------------
// Every pair of days of four years
// ---------------------------------------------------------------------------------------------------------------------

fn is_leap(year: i32) -> bool {
    NaiveDate::from_ymd_opt(year, 2, 29).is_some()
}

fn is_last_of_february(day: NaiveDate) -> bool {
    day.month() == 2 && day.succ_opt().unwrap().month() == 3
}

/// A second implementation that knows no formula: it walks from the start, one day after the other, and adds what the
/// step to the next day is worth.
struct Walk {
    day_count: DayCount,
    start: NaiveDate,
    today: NaiveDate,
    /// Numerator so far.
    count: i64,
    /// The day of the month that today stands for in a year of 360.
    stands_for: i64,
    /// For months and days: how many whole months are over, and on which day the next one is.
    months: u32,
    next_month: NaiveDate,
}

impl Walk {
    fn new(day_count: DayCount, start: NaiveDate) -> Walk {
        let mut walk = Walk {
            day_count,
            start,
            today: start,
            count: 0,
            stands_for: i64::from(start.day()),
            months: 0,
            next_month: month_later(start, 1),
        };
        // The start is day 30 in all of these, when it is the 31st or what the convention makes of the end of February.
        let february = matches!(day_count, DayCount::ThirtyE360Isda | DayCount::Thirty360Us);
        if start.day() == 31 || february && is_last_of_february(start) {
            walk.stands_for = 30;
        }
        walk
    }

    /// The day of the month that an end date stands for; in a year of 360.
    fn end_stands_for(&self, day: NaiveDate) -> i64 {
        let starts_on_30 = self.start.day() >= 30;
        let starts_on_last_of_february = is_last_of_february(self.start);
        let caps = match self.day_count {
            DayCount::ThirtyE360 | DayCount::ThirtyE360Isda => true,
            DayCount::Thirty360Bond => starts_on_30,
            DayCount::Thirty360Us => starts_on_30 || starts_on_last_of_february,
            _ => unreachable!(),
        };
        let lifts_february = match self.day_count {
            DayCount::ThirtyE360Isda => true,
            DayCount::Thirty360Us => starts_on_last_of_february,
            _ => false,
        };
        match day.day() {
            31 if caps => 30,
            _ if lifts_february && is_last_of_february(day) => 30,
            other => i64::from(other),
        }
    }

    fn step(&mut self) {
        let yesterday = self.today;
        self.today = yesterday.succ_opt().unwrap();
        match self.day_count {
            DayCount::Actual360 | DayCount::Actual365Fixed => self.count += 1,
            // A day is 1/366 or 1/365 of a year: 365 or 366 parts of 365 x 366.
            DayCount::ActualActualIsda => self.count += if is_leap(yesterday.year()) { 365 } else { 366 },
            DayCount::MonthsAndDays => {
                self.count += 1;
                if self.today == self.next_month {
                    self.months += 1;
                    self.count = i64::from(self.months) * 30;
                    self.next_month = month_later(self.start, self.months + 1);
                }
            }
            DayCount::ThirtyE360
            | DayCount::ThirtyE360Isda
            | DayCount::Thirty360Us
            | DayCount::Thirty360Bond => {
                let stands_for = self.end_stands_for(self.today);
                // Over the end of a month, its missing days up to 30 are passed too.
                let over = if self.today.day() == 1 { 30 } else { 0 };
                self.count += stands_for + over - self.stands_for;
                self.stands_for = stands_for;
            }
        }
    }

    /// What the convention says of a period that ends at the loan's maturity today.
    fn count_at_maturity(&self) -> i64 {
        if self.day_count == DayCount::ThirtyE360Isda
            && is_last_of_february(self.today)
            && self.today > self.start
        {
            self.count - 30 + i64::from(self.today.day())
        } else {
            self.count
        }
    }
}

/// The day of the start's month + `months` with the start's number, or the last before it that exists.
fn month_later(start: NaiveDate, months: u32) -> NaiveDate {
    let (mut year, mut month) = (start.year(), start.month());
    for _ in 0..months {
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    (1..=start.day()).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day)).unwrap()
}

#[test]
fn every_pair_of_days_of_four_years_agrees_with_a_walk() {
    let (first, last) = (date("2019-03-01"), date("2023-03-01"));
    assert!(first.iter_days().take_while(|&day| day < last).any(|day| day == date("2020-02-29")));
    for &day_count in DayCount::ALL {
        for start in first.iter_days().take_while(|&day| day <= last) {
            let mut walk = Walk::new(day_count, start);
            let mut before = 0;
            loop {
                let end = walk.today;
                let count = day_count.count(start, end, None);
                assert_eq!(count, walk.count, "{day_count} from {start} to {end}");
                let mature = day_count.count(start, end, Some(end));
                assert_eq!(mature, walk.count_at_maturity(), "{day_count} from {start} to maturity {end}");
                assert_eq!(
                    day_count.count(end, start, None),
                    -count,
                    "{day_count} from {end} back to {start}"
                );
                assert!(
                    count >= before,
                    "{day_count} from {start}: a day before {end} counts less than nothing"
                );
                before = count;
                if end == last {
                    break;
                }
                walk.step();
            }
        }
    }
}

#[test]
fn another_maturity_changes_nothing() {
    let (first, last) = (date("2019-12-01"), date("2020-04-01"));
    for &day_count in DayCount::ALL {
        for start in first.iter_days().take_while(|&day| day <= last) {
            for end in start.iter_days().take_while(|&day| day <= last) {
                let count = day_count.count(start, end, None);
                assert_eq!(day_count.count(start, end, Some(last + Days::new(1))), count);
                assert_eq!(day_count.count(start, end, Some(start)), count, "{day_count} {start} {end}");
            }
        }
    }
}

/// The segments of a period, measured from its start, add up to it; none of them is negative.
#[test]
fn segments_measured_from_the_start_add_up() {
    let cuts =
        ["2020-01-31", "2020-02-28", "2020-02-29", "2020-03-01", "2020-03-30", "2020-03-31", "2020-06-30"];
    for &day_count in DayCount::ALL {
        for first in 0..cuts.len() {
            for last in first..cuts.len() {
                let (start, end) = (date(cuts[first]), date(cuts[last]));
                let mut sum = 0;
                for pair in cuts[first..=last].windows(2) {
                    let (a, b) = (date(pair[0]), date(pair[1]));
                    let count = |until| day_count.count(start, until, Some(end));
                    let segment = count(b) - count(a);
                    assert!(segment >= 0, "{day_count} {start} {a} {b}");
                    sum += segment;
                }
                assert_eq!(sum, day_count.count(start, end, Some(end)));
            }
        }
    }
}

#[test]
fn days_and_fractions_follow_from_the_count() {
    let (first, last) = (date("2019-11-28"), date("2020-04-02"));
    for &day_count in DayCount::ALL {
        for start in first.iter_days().take_while(|&day| day <= last) {
            for end in first.iter_days().take_while(|&day| day <= last) {
                let count = day_count.count(start, end, None);
                let days = if day_count == DayCount::ActualActualIsda {
                    end.signed_duration_since(start).num_days()
                } else {
                    count
                };
                assert_eq!(day_count.days(start, end, None), days);
                let fraction = day_count.year_fraction(start, end, None);
                assert!(fraction.denominator >= 1);
                assert_eq!(fraction.numerator * day_count.basis(), count * fraction.denominator);
                let divides = |n: i64| fraction.numerator % n == 0 && fraction.denominator % n == 0;
                assert!((2..=fraction.denominator.min(400)).all(|n| !divides(n)), "{fraction}");
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Published tables
// ---------------------------------------------------------------------------------------------------------------------

/// Source: ISDA, "EMU and market conventions: recent developments" (1998), the examples of Actual/Actual (ISDA), with
/// the decimals of QuantLib's test-suite (`daycounters.cpp`, `testActualActual`).
#[test]
fn actual_actual_agrees_with_the_published_fractions() {
    for (start, end, published) in [
        ("2003-11-01", "2004-05-01", 0.497724380567),
        ("1999-02-01", "1999-07-01", 0.410958904110),
        ("1999-07-01", "2000-07-01", 1.001377348600),
        ("2002-08-15", "2003-07-15", 0.915068493151),
        ("2003-07-15", "2004-01-15", 0.504004790778),
        ("1999-07-30", "2000-01-30", 0.503892506924),
        ("2000-01-30", "2000-06-30", 0.415300546448),
    ] {
        let day_count = DayCount::ActualActualIsda;
        let count = day_count.count(date(start), date(end), None);
        let fraction = count as f64 / day_count.basis() as f64;
        let difference: f64 = fraction - published;
        assert!(difference.abs() < 1e-11, "{start} {end}: {fraction}, published {published}");
    }
}

/// The regular half-years of example 1 of ISDA's spreadsheet: no end of February among them.
const HALF_YEARS: [(&str, &str); 6] = [
    ("2006-08-20", "2007-02-20"),
    ("2007-02-20", "2007-08-20"),
    ("2007-08-20", "2008-02-20"),
    ("2008-02-20", "2008-08-20"),
    ("2008-08-20", "2009-02-20"),
    ("2009-02-20", "2009-08-20"),
];

fn check_days(day_count: DayCount, maturity: Option<&str>, table: &[(&str, &str, i64)]) {
    for &(start, end, published) in table {
        let days = day_count.days(date(start), date(end), maturity.map(date));
        assert_eq!(days, published, "{day_count} from {start} to {end}");
    }
}

/// Source: ISDA, "30/360 day count conventions" (the spreadsheet `30-360-2006ISDADefs.xls`, December 2008), example 1, as
/// QuantLib's test-suite carries it (`daycounters.cpp`).
#[test]
fn regular_half_years_are_180_days() {
    let table = HALF_YEARS.map(|(start, end)| (start, end, 180));
    for day_count in
        [DayCount::Thirty360Bond, DayCount::ThirtyE360, DayCount::ThirtyE360Isda, DayCount::Thirty360Us]
    {
        check_days(day_count, Some("2009-08-20"), &table);
    }
}

/// Source: as above, bond basis, examples 2 and 3.
#[test]
fn bond_basis_agrees_with_the_published_days() {
    check_days(
        DayCount::Thirty360Bond,
        None,
        &[
            ("2006-08-31", "2007-02-28", 178),
            ("2007-02-28", "2007-08-31", 183),
            ("2007-08-31", "2008-02-29", 179),
            ("2008-02-29", "2008-08-31", 182),
            ("2008-08-31", "2009-02-28", 178),
            ("2009-02-28", "2009-08-31", 183),
            ("2006-01-31", "2006-02-28", 28),
            ("2006-01-30", "2006-02-28", 28),
            ("2006-02-28", "2006-03-03", 5),
            ("2006-02-14", "2006-02-28", 14),
            ("2006-09-30", "2006-10-31", 30),
            ("2006-10-31", "2006-11-28", 28),
            ("2007-08-31", "2008-02-28", 178),
            ("2008-02-28", "2008-08-28", 180),
            ("2008-02-28", "2008-08-30", 182),
            ("2008-02-28", "2008-08-31", 183),
            ("2007-02-26", "2008-02-28", 362),
            ("2007-02-26", "2008-02-29", 363),
            ("2008-02-29", "2009-02-28", 359),
            ("2008-02-28", "2008-03-30", 32),
            ("2008-02-28", "2008-03-31", 33),
        ],
    );
}

/// Source: as above, 30E/360 (Eurobond basis), examples 2 and 3.
#[test]
fn eurobond_basis_agrees_with_the_published_days() {
    check_days(
        DayCount::ThirtyE360,
        None,
        &[
            ("2006-02-28", "2006-08-31", 182),
            ("2006-08-31", "2007-02-28", 178),
            ("2007-02-28", "2007-08-31", 182),
            ("2007-08-31", "2008-02-29", 179),
            ("2008-02-29", "2008-08-31", 181),
            ("2008-08-31", "2009-02-28", 178),
            ("2009-02-28", "2009-08-31", 182),
            ("2009-08-31", "2010-02-28", 178),
            ("2010-02-28", "2010-08-31", 182),
            ("2010-08-31", "2011-02-28", 178),
            ("2011-02-28", "2011-08-31", 182),
            ("2011-08-31", "2012-02-29", 179),
            ("2006-01-31", "2006-02-28", 28),
            ("2006-01-30", "2006-02-28", 28),
            ("2006-02-28", "2006-03-03", 5),
            ("2006-02-14", "2006-02-28", 14),
            ("2006-09-30", "2006-10-31", 30),
            ("2006-10-31", "2006-11-28", 28),
            ("2007-08-31", "2008-02-28", 178),
            ("2008-02-28", "2008-08-28", 180),
            ("2008-02-28", "2008-08-30", 182),
            ("2008-02-28", "2008-08-31", 182),
            ("2007-02-26", "2008-02-28", 362),
            ("2007-02-26", "2008-02-29", 363),
            ("2008-02-29", "2009-02-28", 359),
            ("2008-02-28", "2008-03-30", 32),
            ("2008-02-28", "2008-03-31", 32),
        ],
    );
}

/// Source: as above, 30E/360 (ISDA), examples 2 and 3, with their termination dates.
#[test]
fn thirty_e_isda_agrees_with_the_published_days() {
    check_days(
        DayCount::ThirtyE360Isda,
        Some("2012-02-29"),
        &[
            ("2006-02-28", "2006-08-31", 180),
            ("2006-08-31", "2007-02-28", 180),
            ("2007-02-28", "2007-08-31", 180),
            ("2007-08-31", "2008-02-29", 180),
            ("2008-02-29", "2008-08-31", 180),
            ("2008-08-31", "2009-02-28", 180),
            ("2009-02-28", "2009-08-31", 180),
            ("2009-08-31", "2010-02-28", 180),
            ("2010-02-28", "2010-08-31", 180),
            ("2010-08-31", "2011-02-28", 180),
            ("2011-02-28", "2011-08-31", 180),
            ("2011-08-31", "2012-02-29", 179),
        ],
    );
    check_days(
        DayCount::ThirtyE360Isda,
        Some("2008-02-29"),
        &[
            ("2006-01-31", "2006-02-28", 30),
            ("2006-01-30", "2006-02-28", 30),
            ("2006-02-28", "2006-03-03", 3),
            ("2006-02-14", "2006-02-28", 16),
            ("2006-09-30", "2006-10-31", 30),
            ("2006-10-31", "2006-11-28", 28),
            ("2007-08-31", "2008-02-28", 178),
            ("2008-02-28", "2008-08-28", 180),
            ("2008-02-28", "2008-08-30", 182),
            ("2008-02-28", "2008-08-31", 182),
            ("2007-02-26", "2008-02-28", 362),
            ("2007-02-26", "2008-02-29", 363),
            ("2008-02-29", "2009-02-28", 360),
            ("2008-02-28", "2008-03-30", 32),
            ("2008-02-28", "2008-03-31", 32),
        ],
    );
}

// ---------------------------------------------------------------------------------------------------------------------
// Published dates
// ---------------------------------------------------------------------------------------------------------------------

/// The rows of a file of published facts, without its heading; `None`, and a word about it, where there are no facts.
fn facts(test: &str, file: &str) -> Option<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(shared(test, "facts", "PUHUI_FACTS")?.join(file)).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect());
    Some(rows.collect())
}

#[test]
fn the_chinese_calendar_is_the_published_list_on_every_day() {
    let Some(rows) = facts("the_chinese_calendar_is_the_published_list_on_every_day", "holidays_cn.csv")
    else {
        return;
    };
    let calendar = Calendar::cn();
    let mut left: std::collections::BTreeMap<_, _> =
        rows.iter().map(|row| (date(&row[0]), row[1].as_str())).collect();
    assert_eq!(left.len(), rows.len());
    for day in date("2018-01-01").iter_days().take_while(|day| day.year() <= 2026) {
        let worked = match left.remove(&day) {
            Some("workday") => true,
            Some("holiday") => false,
            Some(other) => panic!("{day} is a {other}"),
            None => day.weekday().number_from_monday() <= 5,
        };
        assert_eq!(calendar.is_business_day(day), worked, "{day}");
        assert!(calendar.covers(day));
    }
    assert!(left.is_empty(), "not covered: {left:?}");
}

/// The loan prime rate is published on the 20th of each month or, if that is no business day, on the next.
#[test]
fn the_loan_prime_rate_was_published_when_the_calendar_says() {
    let Some(rows) = facts("the_loan_prime_rate_was_published_when_the_calendar_says", "lpr_cn.csv") else {
        return;
    };
    let calendar = Calendar::cn();
    let published: Vec<_> = rows.iter().map(|row| date(&row[0])).collect();
    for year in [2020, 2021] {
        let of_the_year: Vec<_> = published.iter().copied().filter(|day| day.year() == year).collect();
        let by_calendar: Vec<_> = (1..=12)
            .map(|month| calendar.roll(NaiveDate::from_ymd_opt(year, month, 20).unwrap(), Roll::Following))
            .collect();
        assert_eq!(of_the_year, by_calendar);
    }
    // Before and after those two years the file holds some months only; what it holds is on the day too.
    for day in published {
        let twentieth = NaiveDate::from_ymd_opt(day.year(), day.month(), 20).unwrap();
        assert_eq!(calendar.roll(twentieth, Roll::Following), day);
    }
}
