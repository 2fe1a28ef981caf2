//! What the cells of columns hold: which values there are.

use std::marker::PhantomData;

use crate::calendar::parse_ymd;
use crate::error::{Error, ErrorCode, Result};
use crate::vocabulary::Vocabulary;

/// A kind of cell.
pub(crate) trait Cell {
    /// What the column is an array of.
    type Value: Copy + Default + Eq;

    /// Refuses a value that is not of this kind.
    fn check(value: Self::Value) -> Result<()>;
}

/// A number of the host's own, or a division's code: 0, or an empty cell, stands for none.
pub(crate) struct Id<T>(PhantomData<T>);
/// A count: a table always has a number.
pub(crate) struct Count<T>(PhantomData<T>);
/// An amount of money that is not negative.
pub(crate) struct Amount;
/// A rate a year, in parts per billion in the column and a decimal fraction in a table.
pub(crate) struct AnnualRate;
/// A share of 0 to 1, in parts per billion in the column.
pub(crate) struct Fraction;
/// A day, yyyymmdd: 0, or an empty cell, stands for none.
pub(crate) struct Day;
/// A word of a vocabulary, by its code: 0, or an empty cell, stands for none.
pub(crate) struct Word<V>(PhantomData<V>);
/// Words of a vocabulary: the bit of each is `1 << (code - 1)`. In a table they stand beside one another, with spaces.
pub(crate) struct Words<V>(PhantomData<V>);

macro_rules! any_number {
    ($($kind:ident<$type:ty>),+) => {$(
        impl Cell for $kind<$type> {
            type Value = $type;

            fn check(_: $type) -> Result<()> {
                Ok(())
            }
        }
    )+};
}
any_number!(Id<u32>, Id<u64>, Count<u32>, Count<u64>);

impl Cell for Amount {
    type Value = i64;

    fn check(minor: i64) -> Result<()> {
        if minor < 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "", minor, "0 or more"));
        }
        Ok(())
    }
}

impl Cell for AnnualRate {
    type Value = i64;

    fn check(ppb: i64) -> Result<()> {
        // 1000 %, as for any rate.
        if (-10_000_000_000..=10_000_000_000).contains(&ppb) {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::OutOfRange,
            "",
            ppb,
            "-10000000000 to 10000000000 parts per billion (1000 % a year)",
        ))
    }
}

impl Cell for Fraction {
    type Value = i64;

    fn check(ppb: i64) -> Result<()> {
        if (0..=1_000_000_000).contains(&ppb) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::OutOfRange, "", ppb, "0 to 1000000000 parts per billion (100 %)"))
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
}

impl<V: Vocabulary> Cell for Word<V> {
    type Value = u8;

    fn check(code: u8) -> Result<()> {
        if code == 0 || V::of_code(code).is_some() {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::UnknownValue,
            "",
            code,
            format!("a code from 1 to {}, or 0 for none", V::all().len()),
        ))
    }
}

impl<V: Vocabulary> Cell for Words<V> {
    type Value = u8;

    fn check(bits: u8) -> Result<()> {
        if V::all().iter().fold(bits, |bits, word| bits & !word.to_bit()) == 0 {
            return Ok(());
        }
        let words: Vec<_> = V::all().iter().map(|word| word.to_bit().to_string()).collect();
        let bound = format!("a sum of {}, each at most once", words.join(", "));
        Err(Error::new(ErrorCode::UnknownValue, "", bits, bound))
    }
}
