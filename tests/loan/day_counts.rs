//! Day counts and holidays against what others say: a plain second implementation, published tables, published dates.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod vectors;

use crate::support::skip::shared;
use chrono::{Datelike, Days, NaiveDate};
use num_bigint::BigInt;
use puhui::loan::{Account, LoanForm, LoanRecord};
use puhui::{Calendar, DayCount, ErrorCode, Roll, parse_date};

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
    /// For actual/365L: whether a 29 February came after the start.
    leap_day: bool,
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
            leap_day: false,
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
            // 31 December is a day of the year that follows.
            DayCount::ActualActualDec31 => self.count += if is_leap(self.today.year()) { 365 } else { 366 },
            DayCount::Actual365L => {
                self.leap_day |= self.today.month() == 2 && self.today.day() == 29;
                let days = self.today.signed_duration_since(self.start).num_days();
                self.count = days * if self.leap_day { 365 } else { 366 };
            }
            DayCount::ActualActualIcma => {
                // A day is 1/28 to 1/31 of the month from the start that it lies in; a month is 28 x 29 x 15 x 31 parts.
                let this_month = month_later(self.start, self.months);
                let length = self.next_month.signed_duration_since(this_month).num_days();
                self.count += 28 * 29 * 15 * 31 / length;
                if self.today == self.next_month {
                    self.months += 1;
                    self.next_month = month_later(self.start, self.months + 1);
                }
            }
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
                // By actual/365L a 29 February makes every day before it shorter.
                let shrinks = day_count == DayCount::Actual365L && end == date("2020-02-29");
                assert!(
                    count >= before || shrinks,
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
                let actual = matches!(
                    day_count,
                    DayCount::ActualActualIsda
                        | DayCount::ActualActualDec31
                        | DayCount::ActualActualIcma
                        | DayCount::Actual365L
                );
                let days = if actual { end.signed_duration_since(start).num_days() } else { count };
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
// By hand
// ---------------------------------------------------------------------------------------------------------------------

fn fraction(day_count: DayCount, start: &str, end: &str) -> String {
    day_count.year_fraction(date(start), date(end), None).to_string()
}

/// Source: the rule of ISDA 2006 4.16(c) and ICMA Rule 251, with months as quasi-coupon periods from the start.
#[test]
fn months_from_the_start_by_icma() {
    let icma = |start, end| fraction(DayCount::ActualActualIcma, start, end);
    // Whole months, in February too.
    assert_eq!(icma("2023-02-15", "2023-03-15"), "1/12");
    assert_eq!(icma("2023-02-15", "2025-02-15"), "2/1");
    // 10 of the 28 days from 15 February, 10 of the 29 of a leap year: 10 / (12 x 29) = 5/174.
    assert_eq!(icma("2023-02-15", "2023-02-25"), "5/168");
    assert_eq!(icma("2024-02-15", "2024-02-25"), "5/174");
    // From 31 January a month ends on 28 February, the next on 31 March: 1 month, and 1 day of 31.
    assert_eq!(icma("2023-01-31", "2023-02-28"), "1/12");
    assert_eq!(icma("2023-01-31", "2023-03-01"), "8/93"); // (1 + 1/31) / 12 = 32/372
    assert_eq!(icma("2023-01-31", "2023-03-31"), "1/6");
    // 30 November to 15 January: 1 month to 30 December, and 16 of the 31 days to 30 January.
    assert_eq!(icma("2023-11-30", "2024-01-15"), "47/372");
    // 31 December to 28 February of a leap year: 1 month to 31 January, and 28 of the 29 days to 29 February.
    assert_eq!(icma("2023-12-31", "2024-02-28"), "19/116"); // 57 / (29 x 12) = 57/348
}

/// Source: the rule of ISDA 2006 4.16(i).
#[test]
fn a_leap_day_makes_the_period_one_of_366() {
    let count = |start, end| fraction(DayCount::Actual365L, start, end);
    // Left out on the first day, counted in on the last.
    assert_eq!(count("2024-02-29", "2024-03-30"), "6/73"); // 30/365
    assert_eq!(count("2024-01-30", "2024-02-29"), "5/61"); // 30/366
    assert_eq!(count("2024-02-28", "2024-03-29"), "5/61");
    assert_eq!(count("2023-03-01", "2024-02-28"), "364/365");
    assert_eq!(count("2023-07-01", "2024-07-01"), "1/1");
    // 1900 and 2100 have none.
    assert_eq!(count("2100-02-01", "2100-03-03"), "6/73");
}

/// Three days over the turn of the year: 30 December is the old year's, 31 December and 1 January the new one's.
#[test]
fn the_year_may_turn_on_31_december() {
    let count = |start, end| DayCount::ActualActualDec31.count(date(start), date(end), None);
    assert_eq!(count("2023-12-30", "2024-01-02"), 366 + 365 + 365);
    assert_eq!(count("2024-12-30", "2025-01-02"), 365 + 366 + 366);
    assert_eq!(fraction(DayCount::ActualActualDec31, "2023-12-31", "2024-12-31"), "1/1");
    // Split at 1 January instead, a day of it is in the common year: 1/365 + 365/366.
    assert_eq!(fraction(DayCount::ActualActualIsda, "2023-12-31", "2024-12-31"), "133591/133590");
}

/// The interest of every row in minor units.
fn interests(terms: serde_json::Value) -> Vec<i64> {
    let form: LoanForm = serde_json::from_value(terms).unwrap();
    let record = LoanRecord::try_from(form).unwrap();
    let rows = record.loan().unwrap().schedule().to_vec().unwrap();
    rows.iter().map(|row| row.interest.minor()).collect()
}

/// 120,000.00 at 12 %: 1,200.00 a month.
fn interest_only(more: serde_json::Value) -> Vec<i64> {
    let mut terms = serde_json::json!({
        "currency": "EUR", "principal": "120000.00", "rate": {"fixed": "0.12"}, "day_count": "actual/actual_icma",
        "method": "interest_only", "every": "1 month", "rounding": "half_up"
    });
    terms.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    interests(terms)
}

#[test]
fn a_period_of_one_cycle_is_that_part_of_a_year() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    // February and its clipped end count a month like any other.
    let months = json(r#"{"disbursed_on":"2023-12-31","first_due_on":"2024-01-31","instalments":4}"#);
    assert_eq!(interest_only(months), [120_000; 4]);
    let quarters = json(
        r#"{"every":"2 month","disbursed_on":"2023-12-15","first_due_on":"2024-02-15","instalments":3}"#,
    );
    assert_eq!(interest_only(quarters), [240_000; 3]);
    // 120,000.00 x 0.12 x 1/52 = 276.923...; x 2/52 = 553.846...; x 30/365 = 1,183.561...
    let weeks = |every, due| {
        json(&format!(
            r#"{{"every":"{every}","disbursed_on":"2024-02-20","first_due_on":"{due}","instalments":2}}"#
        ))
    };
    assert_eq!(interest_only(weeks("1 week", "2024-02-27")), [27_692; 2]);
    assert_eq!(interest_only(weeks("2 week", "2024-03-05")), [55_385; 2]);
    assert_eq!(interest_only(weeks("30 day", "2024-03-21")), [118_356; 2]);
    // Rolled from Saturday 2024-06-15 to Monday and accrued to there, the periods are still a month each.
    let rolled = json(
        r#"{"disbursed_on":"2024-05-15","first_due_on":"2024-06-15","instalments":2,
            "business_days":{"calendar":"weekends","roll":"following","interest":"adjusted"}}"#,
    );
    assert_eq!(interest_only(rolled), [120_000; 2]);
}

#[test]
fn a_rate_change_cuts_a_period_by_its_days() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    // 1 February to 1 March 2024, 29 days: 10 of them at 12 %, 19 at 6 %: 1,200.00 x 10/29 + 600.00 x 19/29 = 806.896...
    let cut = json(
        r#"{"rate":{"stepped":[{"from":"2024-02-01","rate":"0.12"},{"from":"2024-02-11","rate":"0.06"}]},
            "disbursed_on":"2024-02-01","first_due_on":"2024-03-01","instalments":2}"#,
    );
    assert_eq!(interest_only(cut), [80_690, 60_000]);
}

#[test]
fn a_broken_period_is_laid_over_quasi_coupon_periods() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    // Drawn on 10 January, first due on 29 February: back from there, 29 December to 29 January and to 29 February are 31 days
    // each. 19 days of the first and all of the second: 1,200.00 x (19/31 + 1) = 1,935.483...; forward from 29 March, 8 April
    // is 10 of the 31 days to 29 April: 387.096...
    let broken =
        json(r#"{"disbursed_on":"2024-01-10","first_due_on":"2024-02-29","matures_on":"2024-04-08"}"#);
    assert_eq!(interest_only(broken), [193_548, 120_000, 38_710]);
    // A first due date before another due day is no date of the cycle. 5 January to 5 February has 31 days: 15 to 20 January
    // is 5 of them, 193.548...; 20 January to 5 February 16, 619.354...
    let due_day = json(
        r#"{"disbursed_on":"2024-01-15","first_due_on":"2024-01-20","due_day":5,"matures_on":"2024-03-05"}"#,
    );
    assert_eq!(interest_only(due_day), [19_355, 61_935, 120_000]);
    // Merged into the month before it, the last one goes on forward: 29 February to 29 March, and 10 of 31 days.
    let long_last = json(
        r#"{"disbursed_on":"2024-01-29","first_due_on":"2024-02-29","matures_on":"2024-04-08","long_last":true}"#,
    );
    assert_eq!(interest_only(long_last), [120_000, 158_710]);
    // A week is 1/52 wherever it lies: 3 of its 7 days before the first, 2 after the last. 120,000.00 x 0.12 x 3 / (7 x 52) =
    // 118.681...; x 1/52 = 276.923...; x 2 / (7 x 52) = 79.120...
    let weeks = json(
        r#"{"every":"1 week","disbursed_on":"2024-02-20","first_due_on":"2024-02-23","matures_on":"2024-03-03"}"#,
    );
    assert_eq!(interest_only(weeks), [11_868, 27_692, 7_912]);
    // A cycle of 30 days is 30/365: 50 days before it are 50/365, 14,400.00 x 50/365 = 1,972.602...
    let days =
        json(r#"{"every":"30 day","disbursed_on":"2024-01-01","first_due_on":"2024-02-20","instalments":2}"#);
    assert_eq!(interest_only(days), [197_260, 118_356]);
    // One payment of all: paid out 12 days before the quarter to 31 March, it is due two quarters after that. 14,400.00 x
    // (12/92 + 3) / 4 = 11,269.565..., where 31 December is 92 days after 30 September.
    let bullet = json(
        r#"{"method":"bullet","every":"1 quarter","disbursed_on":"2023-12-19","first_due_on":"2024-03-31","due_day":31,
            "instalments":3}"#,
    );
    assert_eq!(interest_only(bullet), [1_126_957]);
    // What has no cycle has months from its start: 10 January to 9 March is one, and 28 of the 29 days to 10 March.
    // 1,200.00 x (1 + 28/29) = 2,358.620...
    let alone =
        json(r#"{"method":"bullet","every":null,"disbursed_on":"2024-01-10","matures_on":"2024-03-09"}"#);
    assert_eq!(interest_only(alone), [235_862]);
}

/// Source: the bond whose first coupon is short, as an error report to an open library gave it (1,000,000 at 5 %, paid out on
/// 29 January 2017, half-yearly on last days, first on 28 February: 4,143.65), and with it the long first one of the same
/// report: 17 January to 31 August 2017 is 42 of the 181 days to 28 February, and a half-year.
#[test]
fn month_ends_stay_month_ends_by_icma() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    let short = json(
        r#"{"principal":"1000000.00","rate":{"fixed":"0.05"},"every":"1 half_year","disbursed_on":"2017-01-29",
            "first_due_on":"2017-02-28","due_day":31,"instalments":3}"#,
    );
    // 50,000.00 / 2 x 30/181 = 4,143.646...; then half-years.
    assert_eq!(interest_only(short), [414_365, 2_500_000, 2_500_000]);
    let long = json(
        r#"{"principal":"1000000.00","rate":{"fixed":"0.05"},"every":"1 half_year","disbursed_on":"2017-01-17",
            "first_due_on":"2017-08-31","due_day":31,"instalments":1}"#,
    );
    // 25,000.00 x (42/181 + 1) = 30,801.104...
    assert_eq!(interest_only(long), [3_080_110]);
    // On the 28th instead, 28 August to 28 February has 184 days: 25,000.00 x 30/184 = 4,076.086...
    let drifts_not = json(
        r#"{"principal":"1000000.00","rate":{"fixed":"0.05"},"every":"1 half_year","disbursed_on":"2017-01-29",
            "first_due_on":"2017-02-28","instalments":1}"#,
    );
    assert_eq!(interest_only(drifts_not), [407_609]);
}

/// A rate change within a long first period: each of its days is worth what its own quasi-coupon period says.
#[test]
fn a_segment_of_a_broken_period_is_the_sum_of_its_days() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    // Half-years to 31 August: 17 January to 28 February is 42 of 181 days, then 184 days. At 12 % for the first 12 days, at 6 %
    // for the 30 to 28 February, at 24 % for 92 of the 184 and 0 % for the rest:
    // 60,000.00 x (0.12 x 12/181 + 0.06 x 30/181 + 0.24 x 92/184) = 8,274.033...
    let cut = json(
        r#"{"principal":"120000.00","every":"1 half_year","disbursed_on":"2017-01-17","first_due_on":"2017-08-31",
            "due_day":31,"instalments":1,"rate":{"stepped":[{"from":"2017-01-17","rate":"0.12"},
            {"from":"2017-01-29","rate":"0.06"},{"from":"2017-02-28","rate":"0.24"},{"from":"2017-05-31","rate":"0"}]}}"#,
    );
    assert_eq!(interest_only(cut), [827_403]);
}

#[test]
fn the_leap_day_of_a_period_is_that_of_all_its_segments() {
    let json = |text: &str| serde_json::from_str(text).unwrap();
    // 29 days to 1 March: 120,000.00 x 0.12 x 29/366 = 1,140.983...; 31 days to 1 April, without a leap day: x 31/365 =
    // 1,223.013...
    let months = json(
        r#"{"day_count":"actual/365l","disbursed_on":"2024-02-01","first_due_on":"2024-03-01","instalments":2}"#,
    );
    assert_eq!(interest_only(months), [114_098, 122_301]);
    // Cut on the 11th, the 10 days before the leap day are 366ths too: 14,400.00 x 10/366 + 7,200.00 x 19/366 = 767.213...
    let cut = json(
        r#"{"rate":{"stepped":[{"from":"2024-02-01","rate":"0.12"},{"from":"2024-02-11","rate":"0.06"}]},
            "day_count":"actual/365l","disbursed_on":"2024-02-01","first_due_on":"2024-03-01","instalments":1}"#,
    );
    assert_eq!(interest_only(cut), [76_721]);
}

/// A fraction, never reduced.
#[derive(Clone)]
struct Fraction(BigInt, BigInt);

impl Fraction {
    fn new(part: i64, of: i64) -> Fraction {
        Fraction(part.into(), of.into())
    }

    fn plus(&self, other: &Fraction) -> Fraction {
        Fraction(&self.0 * &other.1 + &other.0 * &self.1, &self.1 * &other.1)
    }

    fn times(&self, other: &Fraction) -> Fraction {
        Fraction(&self.0 * &other.0, &self.1 * &other.1)
    }

    fn inverse(&self) -> Fraction {
        Fraction(self.1.clone(), self.0.clone())
    }

    /// To the nearest whole number; nothing here is negative.
    fn half_up(&self) -> i64 {
        i64::try_from((&self.0 * 2 + &self.1) / (&self.1 * 2)).unwrap()
    }
}

/// What is overdue for years never earns less than nothing: whole years are years.
#[test]
fn a_leap_day_takes_nothing_back_from_what_is_overdue() {
    let record: LoanRecord = serde_json::from_value(serde_json::json!({
        "currency": "EUR", "principal": "100000.00", "rate": {"fixed": "0.10"}, "day_count": "actual/365l",
        "method": "bullet", "rounding": "half_up", "disbursed_on": "2020-03-01", "matures_on": "2021-03-01",
        "penalty": {"mark_up": "0"}
    }))
    .unwrap();
    let loan = record.loan().unwrap();
    // 10,000.00 for each of the 2 whole years to 1 March 2023, and of the year to 1 March 2024 the 364 days to 28 February
    // over 365; from the 29th on it is one of 366 days: 365 days.
    for (day, penalty) in [
        ("2022-03-01", 1_000_000),
        ("2024-02-28", 2_997_260), // 20,000 + 10,000 x 364/365 = 29,972.602...
        ("2024-02-29", 2_997_268), // 20,000 + 10,000 x 365/366 = 29,972.677...
        ("2024-03-01", 3_000_000),
    ] {
        let account = Account::replay(&loan, &[], date(day)).unwrap();
        assert_eq!(account.position().penalty_accrued.minor(), penalty, "{day}");
    }
}

/// What a level loan pays, by what a unit of balance earns in each of its periods: payment = balance / sum of the discounts.
fn check_level(terms: &str, earns: &[Fraction]) {
    let one = Fraction::new(1, 1);
    let (mut worth, mut sum) = (one.clone(), Fraction::new(0, 1));
    for factor in earns {
        worth = worth.times(&one.plus(factor).inverse());
        sum = sum.plus(&worth);
    }
    let mut balance = 10_000_000;
    let payment = Fraction::new(balance, 1).times(&sum.inverse()).half_up();
    let mut expected = Vec::new();
    for (row, factor) in earns.iter().enumerate() {
        let interest = Fraction::new(balance, 1).times(factor).half_up();
        let principal = if row + 1 == earns.len() { balance } else { payment - interest };
        balance -= principal;
        expected.push((principal, interest));
    }
    let mut form: serde_json::Value = serde_json::from_str(terms).unwrap();
    for (key, value) in [
        ("currency", "EUR"),
        ("principal", "100000.00"),
        ("method", "equal_instalment"),
        ("rounding", "half_up"),
    ] {
        form[key] = value.into();
    }
    let record = LoanRecord::try_from(serde_json::from_value::<LoanForm>(form).unwrap()).unwrap();
    let rows = record.loan().unwrap().schedule().to_vec().unwrap();
    let found: Vec<_> = rows.iter().map(|row| (row.principal.minor(), row.interest.minor())).collect();
    assert_eq!(found, expected, "{terms}");
}

#[test]
fn whole_level_loans_agree_with_fractions() {
    // 5 % in every month from 31 December: 1/12 each.
    let month = Fraction::new(5, 1_200);
    let regular = r#"{"day_count":"actual/actual_icma","every":"1 month","rate":{"fixed":"0.05"},
        "disbursed_on":"2023-12-31","first_due_on":"2024-01-31","instalments":24}"#;
    check_level(regular, &vec![month.clone(); 24]);

    // 5 % until 14 February and 7 % from then on, the payment solved once. Of the 29 days from 31 January to 29 February the
    // first 14 earn at 5 %. The last period, 31 May to 11 June, is 11 of the 30 days to 30 June.
    let cut = Fraction::new(5 * 14 + 7 * 15, 1_200 * 29);
    let dearer = Fraction::new(7, 1_200);
    let once = r#"{"day_count":"actual/actual_icma","every":"1 month","relevel":"once",
        "rate":{"stepped":[{"from":"2023-12-31","rate":"0.05"},{"from":"2024-02-14","rate":"0.07"}]},
        "disbursed_on":"2023-12-31","first_due_on":"2024-01-31","matures_on":"2024-06-11"}"#;
    let last = Fraction::new(7 * 11, 1_200 * 30);
    check_level(once, &[month, cut, dearer.clone(), dearer.clone(), dearer, last]);

    // Quarters to 31 March, 30 June, 30 September and 31 December 2024: 29 February lies in the first. Cut on 1 August: 32
    // days from 30 June at 4 %, 60 at 8 %.
    let leap = r#"{"day_count":"actual/365l","every":"1 quarter","relevel":"once",
        "rate":{"stepped":[{"from":"2023-12-31","rate":"0.04"},{"from":"2024-08-01","rate":"0.08"}]},
        "disbursed_on":"2023-12-31","first_due_on":"2024-03-31","instalments":4}"#;
    let earns = [
        Fraction::new(4 * 91, 36_600),
        Fraction::new(4 * 91, 36_500),
        Fraction::new(4 * 32 + 8 * 60, 36_500),
        Fraction::new(8 * 92, 36_500),
    ];
    check_level(leap, &earns);

    // Quarters over the turn of 2023 to 2024: 30 November to 29 February has 31 days of the common year (to 30 December) and
    // 60 of the leap year, of which 31 December is one; then 91 (to 30 May) and 92 (to 30 August) of the leap year.
    let turning = r#"{"day_count":"actual/actual_dec_31","every":"1 quarter","rate":{"fixed":"0.10"},
        "disbursed_on":"2023-11-30","first_due_on":"2024-02-29","due_day":30,"instalments":3}"#;
    let earns = [
        Fraction::new(10 * (30 + 1) * 366 + 10 * 60 * 365, 100 * 365 * 366),
        Fraction::new(10 * 91, 36_600),
        Fraction::new(10 * 92, 36_600),
    ];
    check_level(turning, &earns);
}

/// Where a rate of 28 decimals and a long period leave no room for an exact sum, the loan is refused; nothing is cut.
#[test]
fn what_no_denominator_holds_is_refused() {
    let terms = |rate: &str, matures_on: &str| {
        serde_json::json!({
            "currency": "EUR", "principal": "100.00", "rate": {"fixed": rate}, "day_count": "actual/actual_icma",
            "method": "bullet", "rounding": "half_up", "disbursed_on": "2000-01-15", "matures_on": matures_on
        })
    };
    let fine = "0.0500000000000000000000000001";
    // Half a year and 17 of 31 days from 15 July: 5.00 x (6 + 17/31) / 12 = 2.728...
    assert_eq!(interests(terms(fine, "2000-08-01")), [273]);
    // 100 years: 5.00 each; less one of the 31 days of the last month: 5.00 x (1199 + 30/31) / 12 = 499.986...
    assert_eq!(interests(terms("0.050000000000000000001", "2100-01-15")), [50_000]);
    assert_eq!(interests(terms(fine, "2100-01-14")), [49_999]);
    // Half-years of 181, 182, 183 and 184 days for 499 years, at 500 %: what they all divide, the decimals and the years are
    // too much together.
    let mut long = terms("5.0000000000000000000000000001", "2100-01-15");
    for (key, value) in [
        ("every", serde_json::json!("1 half_year")),
        ("first_due_on", serde_json::json!("2000-07-31")),
        ("due_day", serde_json::json!(31)),
        ("instalments", serde_json::json!(997)),
    ] {
        long[key] = value;
    }
    long.as_object_mut().unwrap().remove("matures_on");
    let form: LoanForm = serde_json::from_value(long).unwrap();
    let refused = LoanRecord::try_from(form).unwrap().loan().unwrap().schedule().to_vec().unwrap_err();
    assert_eq!((refused.code(), refused.field()), (ErrorCode::Overflow, "rate"));
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
