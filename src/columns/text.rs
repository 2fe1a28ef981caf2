//! How the cells of columns are written in a table of text.

use std::fmt::Write as _;

use super::cell::{Amount, AnnualRate, Cell, Count, Day, Fraction, Id, Word, Words};
use crate::calendar::{parse_date, parse_ymd};
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Currency, Money};
use crate::rate::Rate;
use crate::vocabulary::Vocabulary;

/// A kind of cell that has a text.
pub(crate) trait TextCell: Cell {
    /// Reads the text of a cell.
    fn parse(text: &str, currency: Currency) -> Result<Self::Value>;

    /// Writes the text of a cell that was checked.
    fn print(value: Self::Value, currency: Currency, to: &mut String);
}

fn whole<T: std::str::FromStr>(text: &str) -> Result<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(value) if digits => Ok(value),
        _ if digits => {
            let bound = format!("a number within the {}-bit range", 8 * size_of::<T>());
            Err(Error::new(ErrorCode::OutOfRange, "", quoted(text), bound))
        }
        _ => Err(Error::new(ErrorCode::Malformed, "", quoted(text), "a whole number such as 500101")),
    }
}

/// Writes into a text, which never fails.
fn show(to: &mut String, value: impl std::fmt::Display) {
    let _ = write!(to, "{value}");
}

macro_rules! number {
    ($($type:ty),+) => {$(
        impl TextCell for Id<$type> {
            fn parse(text: &str, _: Currency) -> Result<$type> {
                if text.is_empty() { Ok(0) } else { whole(text) }
            }

            fn print(value: $type, _: Currency, to: &mut String) {
                if value != 0 {
                    show(to, value);
                }
            }
        }

        impl TextCell for Count<$type> {
            fn parse(text: &str, _: Currency) -> Result<$type> {
                whole(text)
            }

            fn print(value: $type, _: Currency, to: &mut String) {
                show(to, value);
            }
        }
    )+};
}
number!(u32, u64);

impl TextCell for Amount {
    fn parse(text: &str, currency: Currency) -> Result<i64> {
        Money::parse(text, currency).map(Money::minor)
    }

    fn print(minor: i64, currency: Currency, to: &mut String) {
        show(to, Money::from_minor(minor).display(currency));
    }
}

/// A decimal fraction in parts per billion.
fn ppb(text: &str) -> Result<i64> {
    let rate: Rate = text.parse()?;
    let scaled = rate.fraction() * rust_decimal::Decimal::from(1_000_000_000);
    let whole = scaled.is_integer().then(|| i64::try_from(scaled.trunc()).ok()).flatten();
    whole.ok_or_else(|| Error::new(ErrorCode::TooManyDigits, "", quoted(text), "at most 9 decimals"))
}

fn show_ppb(ppb: i64, to: &mut String) {
    show(to, rust_decimal::Decimal::new(ppb, 9).normalize());
}

impl TextCell for AnnualRate {
    fn parse(text: &str, _: Currency) -> Result<i64> {
        ppb(text)
    }

    fn print(value: i64, _: Currency, to: &mut String) {
        show_ppb(value, to);
    }
}

impl TextCell for Fraction {
    fn parse(text: &str, _: Currency) -> Result<i64> {
        ppb(text)
    }

    fn print(value: i64, _: Currency, to: &mut String) {
        show_ppb(value, to);
    }
}

impl TextCell for Day {
    fn parse(text: &str, _: Currency) -> Result<i32> {
        match text.len() {
            0 => Ok(0),
            8 => whole::<i32>(text).and_then(|ymd| parse_ymd(ymd, "").map(|_| ymd)),
            _ => parse_date(text, "").map(crate::calendar::to_ymd),
        }
    }

    fn print(ymd: i32, _: Currency, to: &mut String) {
        if ymd != 0 {
            let _ = write!(to, "{:04}-{:02}-{:02}", ymd / 10_000, ymd / 100 % 100, ymd % 100);
        }
    }
}

impl<V: Vocabulary> TextCell for Word<V> {
    fn parse(text: &str, _: Currency) -> Result<u8> {
        if text.is_empty() { Ok(0) } else { text.parse().map(V::to_code) }
    }

    fn print(code: u8, _: Currency, to: &mut String) {
        if let Some(value) = V::of_code(code) {
            to.push_str(value.text());
        }
    }
}

impl<V: Vocabulary> TextCell for Words<V> {
    fn parse(text: &str, _: Currency) -> Result<u8> {
        let mut bits = 0;
        for word in text.split(' ').filter(|_| !text.is_empty()) {
            let word = word.parse::<V>()?.to_bit();
            if bits & word != 0 {
                return Err(Error::new(ErrorCode::Contradiction, "", quoted(text), "each word once"));
            }
            bits |= word;
        }
        Ok(bits)
    }

    fn print(bits: u8, _: Currency, to: &mut String) {
        for (place, word) in V::all().iter().filter(|word| bits & word.to_bit() != 0).enumerate() {
            if place > 0 {
                to.push(' ');
            }
            to.push_str(word.text());
        }
    }
}
