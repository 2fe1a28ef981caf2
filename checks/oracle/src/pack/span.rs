//! Functions of dates, and interest of a span.

use num_bigint::BigInt;

use super::ratio::Ratio;
use crate::dates::{Day, month_length};

/// Completed months: as many as fit, counted from the first day. Of a day before it, as many below zero.
pub fn months(from: Day, to: Day) -> i64 {
    if to < from {
        return -months(to, from);
    }
    let mut completed = (to.y - from.y) * 12 + to.m - from.m;
    if from.plus_months(completed) > to {
        completed -= 1;
    }
    completed
}

pub fn end_of_month(day: Day) -> Day {
    Day { d: month_length(day.y, day.m), ..day }
}

pub fn start_of_year(day: Day) -> Day {
    Day { m: 1, d: 1, ..day }
}

/// The part of a year between two days.
fn part_of_year(from: Day, to: Day, basis: &str) -> Ratio {
    match basis {
        "months" => Ratio::new(BigInt::from(months(from, to)), BigInt::from(12)),
        _ => Ratio::new(BigInt::from(from.days_to(to)), BigInt::from(365)),
    }
}

pub fn simple(amount: &Ratio, rate: &Ratio, from: Day, to: Day, basis: &str) -> Ratio {
    amount.times(rate).times(&part_of_year(from, to, basis))
}

/// "Interest of the span, compounded monthly": each month's is added at its end; what is over a whole month, at the last day.
pub fn compound(amount: &Ratio, rate: &Ratio, from: Day, to: Day, basis: &str) -> Ratio {
    let mut owed = amount.clone();
    let whole = months(from, to);
    for month in 0..whole {
        let (start, end) = (from.plus_months(month), from.plus_months(month + 1));
        let part = match basis {
            "months" => Ratio::new(BigInt::from(1), BigInt::from(12)),
            _ => part_of_year(start, end, basis),
        };
        owed = owed.plus(&owed.times(rate).times(&part));
    }
    if basis != "months" {
        owed = owed.plus(&owed.times(rate).times(&part_of_year(from.plus_months(whole), to, basis)));
    }
    owed.minus(amount)
}
