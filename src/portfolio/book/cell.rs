//! What the cells of a book's columns hold: which values there are, and how each is written in a table.

use std::fmt::Write as _;
use std::marker::PhantomData;

use crate::calendar::{parse_date, parse_ymd};
use crate::error::{Error, ErrorCode, Result};
use crate::money::{Currency, Money};
use crate::rate::Rate;
use crate::text::{Vocabulary, quoted};

/// A kind of cell.
pub(crate) trait Cell {
    /// What the column is an array of.
    type Value: Copy + Default + Eq;

    /// Refuses a value that is none of this kind.
    fn check(value: Self::Value) -> Result<()>;

    /// Reads the text of a cell.
    fn parse(text: &str, currency: Currency) -> Result<Self::Value>;

    /// Writes the text of a cell that was checked.
    fn print(value: Self::Value, currency: Currency, to: &mut String);
}

/// A number of the host's own, or a division's code: 0, or an empty cell, is none.
pub(crate) struct Id<T>(PhantomData<T>);
/// A count: an empty cell is none, too, but not in a table.
pub(crate) struct Count;
/// An amount of money that is not negative.
pub(crate) struct Amount;
/// A rate a year, in parts per billion in the column and a decimal fraction in a table.
pub(crate) struct AnnualRate;
/// A share of 0 to 1, in parts per billion in the column.
pub(crate) struct Share;
/// A day, yyyymmdd: 0, or an empty cell, is none.
pub(crate) struct Day;
/// A word of a vocabulary, by its code: 0, or an empty cell, is none.
pub(crate) struct Word<V>(PhantomData<V>);
/// Words of a vocabulary: the bit of each is `1 << (code - 1)`. In a table they stand beside one another, with spaces.
pub(crate) struct Words<V>(PhantomData<V>);

fn whole<T: std::str::FromStr>(text: &str) -> Result<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(value) if digits => Ok(value),
        _ if digits => Err(Error::new(ErrorCode::OutOfRange, "", quoted(text), "a smaller number")),
        _ => Err(Error::new(ErrorCode::Malformed, "", quoted(text), "a whole number such as 500101")),
    }
}

/// Writes into a text, which never fails.
fn show(to: &mut String, value: impl std::fmt::Display) {
    let _ = write!(to, "{value}");
}

macro_rules! id {
    ($type:ty) => {
        impl Cell for Id<$type> {
            type Value = $type;

            fn check(_: $type) -> Result<()> {
                Ok(())
            }

            fn parse(text: &str, _: Currency) -> Result<$type> {
                if text.is_empty() { Ok(0) } else { whole(text) }
            }

            fn print(value: $type, _: Currency, to: &mut String) {
                if value != 0 {
                    show(to, value);
                }
            }
        }
    };
}
id!(u32);
id!(u64);

impl Cell for Count {
    type Value = u32;

    fn check(_: u32) -> Result<()> {
        Ok(())
    }

    fn parse(text: &str, _: Currency) -> Result<u32> {
        whole(text)
    }

    fn print(value: u32, _: Currency, to: &mut String) {
        show(to, value);
    }
}

impl Cell for Amount {
    type Value = i64;

    fn check(minor: i64) -> Result<()> {
        if minor < 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "", minor, "0 or more"));
        }
        Ok(())
    }

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

impl Cell for AnnualRate {
    type Value = i64;

    fn check(ppb: i64) -> Result<()> {
        // 1000 %, as for any rate.
        if (-10_000_000_000..=10_000_000_000).contains(&ppb) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::OutOfRange, "", ppb, "-10 to 10 (1000 % a year), in parts per billion"))
    }

    fn parse(text: &str, _: Currency) -> Result<i64> {
        ppb(text)
    }

    fn print(value: i64, _: Currency, to: &mut String) {
        show_ppb(value, to);
    }
}

impl Cell for Share {
    type Value = i64;

    fn check(ppb: i64) -> Result<()> {
        if (0..=1_000_000_000).contains(&ppb) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::OutOfRange, "", ppb, "0 to 1, in parts per billion"))
    }

    fn parse(text: &str, _: Currency) -> Result<i64> {
        ppb(text)
    }

    fn print(value: i64, _: Currency, to: &mut String) {
        show_ppb(value, to);
    }
}

impl Cell for Day {
    type Value = i32;

    #[inline]
    fn check(ymd: i32) -> Result<()> {
        // Most days need no calendar.
        let (year, month, day) = (ymd / 10_000, ymd / 100 % 100, ymd % 100);
        let plain = (1901..=2199).contains(&year) && (1..=12).contains(&month) && (1..=28).contains(&day);
        if plain || ymd == 0 { Ok(()) } else { parse_ymd(ymd, "").map(|_| ()) }
    }

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

impl<V: Vocabulary> Cell for Word<V> {
    type Value = u8;

    fn check(code: u8) -> Result<()> {
        if code == 0 || V::of_code(code).is_some() {
            return Ok(());
        }
        Err(Error::new(ErrorCode::UnknownValue, "", code, format!("0 to {}", V::all().len())))
    }

    fn parse(text: &str, _: Currency) -> Result<u8> {
        if text.is_empty() { Ok(0) } else { text.parse().map(V::to_code) }
    }

    fn print(code: u8, _: Currency, to: &mut String) {
        if let Some(value) = V::of_code(code) {
            to.push_str(value.text());
        }
    }
}

impl<V: Vocabulary> Cell for Words<V> {
    type Value = u8;

    fn check(bits: u8) -> Result<()> {
        if V::all().iter().fold(bits, |bits, word| bits & !word.to_bit()) == 0 {
            return Ok(());
        }
        let bound = format!("the sum of some of {} bits", V::all().len());
        Err(Error::new(ErrorCode::UnknownValue, "", bits, bound))
    }

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
