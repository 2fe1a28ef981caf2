//! What an expression comes to: an exact value, or what is missing to know it.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use num_bigint::BigInt;
use num_rational::Ratio;
use rust_decimal::Decimal;

use crate::calendar::parse_date;
use crate::decimal_text::{exact_decimal, quoted};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{beyond, divide_wide, power_of_ten};
use crate::money::{Currency, Money, Rounding};
use crate::programme::expression::Literal;
use crate::programme::types::Type;

/// A number, exact: an integer, a share, an amount in major units, or an annual rate as a fraction.
pub(crate) type Number = Ratio<BigInt>;

/// The most months that a span has; the most days of one.
pub(crate) const MOST_MONTHS: i64 = 600;
pub(crate) const MOST_DAYS: i64 = 36_525;

/// The most bits of a number's numerator and denominator: what fifty years of months compounded by days at a rate of nine decimals take
/// (601 times 39, with an amount), and some more. Without it a number that is squared by each of many values has no end.
pub(crate) const MOST_BITS: u64 = 32_768;

/// A number, within what is computed with.
pub(crate) fn bounded(number: Number) -> Result<Value> {
    if number.numer().bits() > MOST_BITS || number.denom().bits() > MOST_BITS {
        return Err(too_long());
    }
    Ok(Value::Number(number))
}

pub(crate) fn too_long() -> Error {
    let bound = format_args!("numerators and denominators of at most {MOST_BITS} bits").to_string();
    Error::new(ErrorCode::Overflow, "number", "a longer number", bound)
}

/// A value. What a number counts, its type says: the types of a pack were checked when it was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Bool(bool),
    Code(String),
    Number(Number),
    Date(NaiveDate),
    Months(i64),
    Days(i64),
}

/// Something that has to be known, or chosen, before more can be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// A fact, on the day of the decision or on another.
    Fact(String, Option<NaiveDate>),
    /// A figure that nobody knows, or that has no version for the day.
    Figure(String),
    /// A published series, on a day for which it is not known.
    Series(String, NaiveDate),
    /// A choice that was not made.
    Choice(String),
}

impl Cause {
    /// What kind of thing it is, as a word.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Cause::Fact(..) => "fact",
            Cause::Figure(_) => "figure",
            Cause::Series(..) => "series",
            Cause::Choice(_) => "choice",
        }
    }

    pub(crate) fn is_choice(&self) -> bool {
        matches!(self, Cause::Choice(_))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Fact(name, Some(day)) | Cause::Series(name, day) => write!(f, "{name}@{day}"),
            Cause::Fact(name, None) | Cause::Figure(name) | Cause::Choice(name) => f.write_str(name),
        }
    }
}

/// Everything that is missing.
pub(crate) type Causes = BTreeSet<Cause>;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known<T = Value> {
    Is(T),
    Not(Causes),
}

impl<T> Known<T> {
    pub(crate) fn missing(cause: Cause) -> Known<T> {
        Known::Not(Causes::from([cause]))
    }

    pub(crate) fn is(&self) -> Option<&T> {
        match self {
            Known::Is(value) => Some(value),
            Known::Not(_) => None,
        }
    }
}

impl Value {
    /// What is written out in an expression.
    pub(crate) fn of_literal(literal: &Literal) -> Value {
        match literal {
            Literal::Date(date) => Value::Date(*date),
            Literal::Plain(value) => Value::Number(number(*value)),
            Literal::Percent(value) | Literal::BasisPoints(value) => {
                Value::Number(number(*value) / BigInt::from(100))
            }
            Literal::Months(months) => Value::Months(i64::from(*months)),
            Literal::Days(days) => Value::Days(i64::from(*days)),
            Literal::Code(code) => Value::Code(code.clone()),
            Literal::Bool(value) => Value::Bool(*value),
        }
    }

    /// What a host says of a fact or a choice of a type: money in major units, a rate as a fraction, a day in ISO 8601, months and days
    /// as whole numbers.
    pub(crate) fn read(text: &str, of: Type, currency: Currency, field: &str) -> Result<Value> {
        let malformed = |expected: &str| {
            Error::new(ErrorCode::Malformed, "facts", quoted(text), expected).at(field.to_owned())
        };
        match of {
            Type::Bool => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(malformed("true or false")),
            },
            Type::Code | Type::Text => Ok(Value::Code(text.to_owned())),
            Type::Date => {
                parse_date(text, "facts").map(Value::Date).map_err(|error| error.at(field.to_owned()))
            }
            Type::Money => Money::parse(text, currency)
                .map(|money| Value::Number(number(money.to_decimal(currency))))
                .map_err(|error| error.at(field.to_owned())),
            Type::Integer => match text.parse::<i64>() {
                Ok(whole) => Ok(Value::Number(Number::from_integer(BigInt::from(whole)))),
                Err(_) => Err(malformed("a whole number of at most 64 bits")),
            },
            Type::Number | Type::Rate => exact_decimal(text, "facts", "0.0435")
                .map(|value| Value::Number(number(value)))
                .map_err(|error| error.at(field.to_owned())),
            Type::Months => span(text, "month", MOST_MONTHS)
                .map(Value::Months)
                .ok_or_else(|| malformed("a number of months from -600 to 600")),
            Type::Days => span(text, "day", MOST_DAYS)
                .map(Value::Days)
                .ok_or_else(|| malformed("a number of days from -36525 to 36525")),
        }
    }

    /// As a host reads it: what [`Value::read`] takes.
    pub(crate) fn text(&self, of: Type, currency: Currency) -> String {
        match self {
            Value::Bool(value) => value.to_string(),
            Value::Code(code) => code.clone(),
            Value::Date(date) => date.to_string(),
            Value::Months(count) | Value::Days(count) => count.to_string(),
            Value::Number(value) => {
                let least = if of == Type::Money { usize::from(currency.exponent()) } else { 0 };
                decimal(value, least)
            }
        }
    }
}

/// A span such as `6`, `6 months` or `1 day`.
fn span(text: &str, unit: &str, most: i64) -> Option<i64> {
    let digits = text.strip_suffix('s').unwrap_or(text).strip_suffix(unit).map_or(text, str::trim_end);
    digits.parse().ok().filter(|count| (-most..=most).contains(count))
}

/// A decimal number, exact.
pub(crate) fn number(value: Decimal) -> Number {
    Number::new(BigInt::from(value.mantissa()), BigInt::from(power_of_ten(value.scale())))
}

/// A number as a decimal of at least some places, cut and marked where it does not end within 12.
fn decimal(value: &Number, least: usize) -> String {
    const PLACES: u32 = 12;
    let scaled = value * BigInt::from(power_of_ten(PLACES));
    let whole = scaled.trunc().to_integer();
    let (sign, digits) = match whole.to_string().strip_prefix('-') {
        Some(digits) => ("-", digits.to_owned()),
        None => ("", whole.to_string()),
    };
    let places = usize::try_from(PLACES).unwrap_or(0);
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (units, part) = digits.split_at(digits.len() - places);
    let part = part.trim_end_matches('0');
    let more = if scaled.is_integer() { "" } else { ".." };
    let part = format!("{part:0<least$}");
    if part.is_empty() { format!("{sign}{units}{more}") } else { format!("{sign}{units}.{part}{more}") }
}

/// An amount in major units as money, rounded once.
pub(crate) fn money(amount: &Number, currency: Currency, rounding: Option<Rounding>) -> Result<Money> {
    let minor = amount * BigInt::from(power_of_ten(u32::from(currency.exponent())));
    let whole = match (minor.is_integer(), rounding) {
        (true, _) => minor.to_integer(),
        (false, Some(rounding)) => divide_wide(rounding, minor.numer(), minor.denom()),
        (false, None) => {
            let found = decimal(amount, 0);
            let bound = "a rounding of the pack: it computes amounts";
            return Err(Error::new(ErrorCode::Missing, "rounding", found, bound));
        }
    };
    i64::try_from(&whole).map(Money::from_minor).map_err(|_| beyond("amount", whole, 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_they_are_read() {
        let text = |text: &str, of: Type| {
            Value::read(text, of, Currency::CNY, "loan.amount").map(|value| value.text(of, Currency::CNY))
        };
        for (given, of, written) in [
            ("50000", Type::Money, "50000.00"),
            ("-0.5", Type::Money, "-0.50"),
            ("0.04350", Type::Rate, "0.0435"),
            ("12", Type::Integer, "12"),
            ("6 months", Type::Months, "6"),
            ("1 day", Type::Days, "1"),
            ("60", Type::Days, "60"),
        ] {
            assert_eq!(text(given, of).as_deref(), Ok(written), "{given}");
        }
        for (given, of) in [
            ("0.005", Type::Money),
            ("4.35%", Type::Rate),
            ("1.5", Type::Integer),
            ("601", Type::Months),
            ("6 days", Type::Months),
            ("yes", Type::Bool),
            ("2020-02-30", Type::Date),
        ] {
            assert_eq!(text(given, of).unwrap_err().field(), "loan.amount", "{given}");
        }
    }

    #[test]
    fn a_number_that_does_not_end_says_so() {
        let third = Number::new(BigInt::from(-1), BigInt::from(3));
        assert_eq!(decimal(&third, 0), "-0.333333333333..");
        assert_eq!(money(&third, Currency::CNY, Some(Rounding::HalfUp)), Ok(Money::from_minor(-33)));
        assert_eq!(money(&third, Currency::CNY, None).unwrap_err().code(), ErrorCode::Missing);
    }
}
