//! What two values come to: their order, sums, products, and days moved by spans.

use std::cmp::Ordering;

use chrono::NaiveDate;

use crate::calendar::{MAX_DATE, MIN_DATE, add_months};
use crate::error::{Error, ErrorCode, Result};
use crate::programme::decision::value::{MOST_DAYS, MOST_MONTHS, Value, bounded};
use crate::programme::expression::{Arithmetic, Comparison};

/// Whether one value stands so to another.
pub(crate) fn compares(operator: Comparison, left: &Value, right: &Value) -> Result<bool> {
    Ok(match operator {
        Comparison::Equal => left == right,
        Comparison::Unequal => left != right,
        Comparison::Less => order(left, right)?.is_lt(),
        Comparison::AtMost => order(left, right)?.is_le(),
        Comparison::Greater => order(left, right)?.is_gt(),
        Comparison::AtLeast => order(left, right)?.is_ge(),
    })
}

/// The order of two values of one type.
pub(crate) fn order(left: &Value, right: &Value) -> Result<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Ok(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Ok(left.cmp(right)),
        (Value::Months(left), Value::Months(right)) | (Value::Days(left), Value::Days(right)) => {
            Ok(left.cmp(right))
        }
        _ => Err(Error::internal("order of values", format_args!("{left:?} and {right:?}"))),
    }
}

/// What one value and another come to.
pub(crate) fn arithmetic(operator: Arithmetic, left: &Value, right: &Value) -> Result<Value> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let whole = |value: &Value| match value {
        Value::Number(number) if number.is_integer() => i64::try_from(number.numer()).ok(),
        _ => None,
    };
    let span = |of: fn(i64) -> Value, most: i64, count: Option<i64>| match count {
        Some(count) if (-most..=most).contains(&count) => Ok(of(count)),
        _ => {
            let found = count.map_or("a longer span".to_owned(), |count| count.to_string());
            Err(Error::new(ErrorCode::OutOfRange, "span", found, format_args!("-{most} to {most}")))
        }
    };
    match (operator, left, right) {
        (Add, Value::Date(date), by) => dates(*date, by, 1),
        (Subtract, Value::Date(date), by) => dates(*date, by, -1),
        (Add, Value::Number(left), Value::Number(right)) => bounded(left + right),
        (Subtract, Value::Number(left), Value::Number(right)) => bounded(left - right),
        (Multiply, Value::Number(left), Value::Number(right)) => bounded(left * right),
        (Divide, Value::Number(left), Value::Number(right)) => bounded(left / right),
        (Add, Value::Months(left), Value::Months(right)) => {
            span(Value::Months, MOST_MONTHS, left.checked_add(*right))
        }
        (Subtract, Value::Months(left), Value::Months(right)) => {
            span(Value::Months, MOST_MONTHS, left.checked_sub(*right))
        }
        (Add, Value::Days(left), Value::Days(right)) => {
            span(Value::Days, MOST_DAYS, left.checked_add(*right))
        }
        (Subtract, Value::Days(left), Value::Days(right)) => {
            span(Value::Days, MOST_DAYS, left.checked_sub(*right))
        }
        (Multiply, Value::Months(count), times) | (Multiply, times, Value::Months(count)) => {
            span(Value::Months, MOST_MONTHS, whole(times).and_then(|times| times.checked_mul(*count)))
        }
        (Multiply, Value::Days(count), times) | (Multiply, times, Value::Days(count)) => {
            span(Value::Days, MOST_DAYS, whole(times).and_then(|times| times.checked_mul(*count)))
        }
        // Months drop what is over, and so do days.
        (Divide, Value::Months(count), by) => {
            span(Value::Months, MOST_MONTHS, whole(by).and_then(|by| count.checked_div(by)))
        }
        (Divide, Value::Days(count), by) => {
            span(Value::Days, MOST_DAYS, whole(by).and_then(|by| count.checked_div(by)))
        }
        _ => Err(Error::internal("arithmetic", format_args!("{left:?} {} {right:?}", operator.symbol()))),
    }
}

/// A day moved by months or days.
fn dates(date: NaiveDate, by: &Value, sign: i64) -> Result<Value> {
    let moved = match by {
        Value::Months(months) => {
            i32::try_from(months * sign).ok().and_then(|months| add_months(date, months))
        }
        Value::Days(days) => chrono::TimeDelta::try_days(days * sign)
            .and_then(|days| date.checked_add_signed(days))
            .filter(|date| (MIN_DATE..=MAX_DATE).contains(date)),
        _ => return Err(Error::internal("span", format_args!("{by:?}"))),
    };
    moved.map(Value::Date).ok_or_else(|| {
        let found = format!("{date} moved by {by:?}");
        Error::new(ErrorCode::DateOutOfRange, "date", found, format_args!("{MIN_DATE} to {MAX_DATE}"))
    })
}
