//! The functions of the language: of days, and of interest over a span.

use chrono::{Datelike, NaiveDate};
use num_bigint::BigInt;

use crate::calendar::add_months;
use crate::error::{Error, ErrorCode, Result};
use crate::programme::decision::arithmetic::order;
use crate::programme::decision::value::{
    MOST_BITS, MOST_DAYS, MOST_MONTHS, Number, Value, bounded, too_long,
};
use crate::programme::expression::Function;

/// What a function of known values comes to; a published series is asked for elsewhere.
pub(crate) fn call(function: Function, arguments: &[Value]) -> Result<Value> {
    let wrong = || Error::internal("arguments", format_args!("{} of {arguments:?}", function.name()));
    let whole = |count: i64| Value::Number(Number::from_integer(BigInt::from(count)));
    let value = match (function, arguments) {
        (Function::Min, [first, rest @ ..]) => extreme(first, rest, true)?,
        (Function::Max, [first, rest @ ..]) => extreme(first, rest, false)?,
        (Function::Years, [Value::Date(from), Value::Date(to)]) => whole(completed(*from, *to, 12)),
        (Function::Months, [Value::Date(from), Value::Date(to)]) => {
            Value::Months(within("months", completed(*from, *to, 1), MOST_MONTHS)?)
        }
        (Function::Days, [Value::Date(from), Value::Date(to)]) => {
            Value::Days(within("days", (*to - *from).num_days(), MOST_DAYS)?)
        }
        (Function::EndOfMonth, [Value::Date(date)]) => Value::Date(end_of_month(*date)?),
        (Function::StartOfYear, [Value::Date(date)]) => {
            Value::Date(date.with_day(1).and_then(|date| date.with_month(1)).ok_or_else(wrong)?)
        }
        (
            Function::Simple | Function::Compound,
            [
                Value::Number(amount),
                Value::Number(rate),
                Value::Date(from),
                Value::Date(until),
                Value::Code(basis),
            ],
        ) => {
            let span = Span { from: *from, until: *until, by_months: basis == "months" };
            bounded(match function {
                Function::Simple => amount * rate * span.years(),
                _ => amount * span.compounded(rate)?,
            })?
        }
        _ => return Err(wrong()),
    };
    Ok(value)
}

/// A span within its bounds.
fn within(what: &'static str, count: i64, most: i64) -> Result<i64> {
    if (-most..=most).contains(&count) {
        Ok(count)
    } else {
        Err(Error::new(ErrorCode::OutOfRange, what, count, format_args!("-{most} to {most}")))
    }
}

fn extreme(first: &Value, rest: &[Value], least: bool) -> Result<Value> {
    let mut found = first;
    for value in rest {
        if order(value, found)?.is_lt() == least && value != found {
            found = value;
        }
    }
    Ok(found.clone())
}

/// Completed spans of some months from one day to another, each counted from the first day; below zero where the other lies before.
fn completed(from: NaiveDate, to: NaiveDate, months: i32) -> i64 {
    if to < from {
        return -completed(to, from, months);
    }
    let apart = (to.year() - from.year()) * 12 + i32::try_from(to.month0()).unwrap_or(0)
        - i32::try_from(from.month0()).unwrap_or(0);
    let spans = apart / months;
    let ends = add_months(from, spans * months);
    i64::from(if ends.is_some_and(|ends| ends > to) { spans - 1 } else { spans })
}

fn end_of_month(date: NaiveDate) -> Result<NaiveDate> {
    let first = date.with_day(1).and_then(|first| add_months(first, 1)).and_then(|next| next.pred_opt());
    // The last month of the calendar has no next one.
    first.or(date.with_day(31)).ok_or_else(|| Error::internal("end of a month", date))
}

/// A span over which interest is earned.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: NaiveDate,
    until: NaiveDate,
    /// By whole months of a twelfth of a year; otherwise by days of a 365th.
    by_months: bool,
}

impl Span {
    /// Its length in years.
    fn years(self) -> Number {
        if self.by_months {
            Number::new(BigInt::from(completed(self.from, self.until, 1)), BigInt::from(12))
        } else {
            Number::new(BigInt::from((self.until - self.from).num_days()), BigInt::from(365))
        }
    }

    /// What one unit earns over it where interest joins at the end of each month.
    fn compounded(self, rate: &Number) -> Result<Number> {
        let months = completed(self.from, self.until, 1);
        if !(0..=MOST_MONTHS).contains(&months) || self.until < self.from {
            let found = format!("{} to {}", self.from, self.until);
            return Err(Error::new(ErrorCode::OutOfRange, "compound", found, "a span of 0 to 600 months"));
        }
        // One unit grown, over one unit: reduced once, at the end.
        let (mut grown, mut unit, mut begins) = (BigInt::from(1), BigInt::from(1), self.from);
        let mut grow = |span: Span| {
            let growth = Number::from_integer(BigInt::from(1)) + rate * span.years();
            grown *= growth.numer();
            unit *= growth.denom();
            if grown.bits().max(unit.bits()) > MOST_BITS { Err(too_long()) } else { Ok(()) }
        };
        for month in 1..=months {
            let ends = i32::try_from(month).ok().and_then(|month| add_months(self.from, month));
            let ends = ends.ok_or_else(|| Error::internal("month of a span", month))?;
            grow(Span { from: begins, until: ends, ..self })?;
            begins = ends;
        }
        // Months alone count whole; by days, what is left after the last of them counts too.
        if !self.by_months {
            grow(Span { from: begins, ..self })?;
        }
        Ok(Number::new(grown - &unit, unit))
    }
}
