//! The texts of plain values, as the keys of forms hold them: strings, except for counts and for yes and no.

use std::fmt::Display;
use std::num::{NonZeroU8, NonZeroU16};
use std::str::FromStr;

use chrono::NaiveDate;

use crate::calendar::{BusinessDays, Cycle, parse_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::money::{Currency, Money};
use crate::rate::Rate;
use crate::share::Share;
use crate::vocabulary::Vocabulary;
use crate::wire::form::Wire;

/// A word, a rate, a share or a cycle; its error carries the key that it stands at.
pub(crate) fn read<T: FromStr<Err = Error>>(text: &str, key: &'static str) -> Result<T> {
    text.parse().map_err(|error: Error| error.at(key))
}

pub(crate) fn contradiction<T>(key: &'static str, value: impl Display, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Contradiction, key, value, bound))
}

/// A word of a closed vocabulary.
impl<T: Vocabulary + Display> Wire for T {
    type Text = String;

    fn read(text: &String, key: &'static str, _: Currency) -> Result<T> {
        read(text, key)
    }

    fn write(&self, _: Currency) -> Option<String> {
        Some(self.to_string())
    }
}

/// Values that are written as they are printed, and read as they are parsed.
macro_rules! printed {
    ($($type:ty),+) => {$(
        impl Wire for $type {
            type Text = String;

            fn read(text: &String, key: &'static str, _: Currency) -> Result<$type> {
                read(text, key)
            }

            fn write(&self, _: Currency) -> Option<String> {
                Some(self.to_string())
            }
        }
    )+};
}

printed! { Rate, Share, Cycle }

impl Wire for NaiveDate {
    type Text = String;

    fn read(text: &String, key: &'static str, _: Currency) -> Result<NaiveDate> {
        parse_date(text, key)
    }

    fn write(&self, _: Currency) -> Option<String> {
        Some(self.to_string())
    }
}

impl Wire for Money {
    type Text = String;

    fn read(text: &String, key: &'static str, currency: Currency) -> Result<Money> {
        Money::parse(text, currency).map_err(|error| error.at(key))
    }

    fn write(&self, currency: Currency) -> Option<String> {
        Some(self.display(currency).to_string())
    }
}

/// Values that serde reads and writes by itself.
macro_rules! itself {
    ($($type:ty),+) => {$(
        impl Wire for $type {
            type Text = $type;

            fn read(text: &$type, _: &'static str, _: Currency) -> Result<$type> {
                Ok(text.clone())
            }

            fn write(&self, _: Currency) -> Option<$type> {
                Some(self.clone())
            }
        }
    )+};
}

itself! { bool, u32, Currency, BusinessDays }

/// A number of instalments.
pub(crate) fn read_count(count: u32, key: &'static str) -> Result<NonZeroU16> {
    let most = Loan::MAX_INSTALMENTS;
    let within = u16::try_from(count).ok().filter(|count| *count <= most).and_then(NonZeroU16::new);
    within.ok_or_else(|| Error::new(ErrorCode::OutOfRange, key, count, format_args!("1 to {most}")))
}

impl Wire for NonZeroU16 {
    type Text = u32;

    fn read(text: &u32, key: &'static str, _: Currency) -> Result<NonZeroU16> {
        read_count(*text, key)
    }

    fn write(&self, _: Currency) -> Option<u32> {
        Some(u32::from(self.get()))
    }
}

/// Counts: whole numbers in JSON.
macro_rules! count {
    ($($type:ty: $most:expr => $read:expr, $write:expr;)+) => {$(
        impl Wire for $type {
            type Text = u32;

            fn read(text: &u32, key: &'static str, _: Currency) -> Result<$type> {
                let read: Option<$type> = $read(*text);
                read.ok_or_else(|| Error::new(ErrorCode::OutOfRange, key, text, $most))
            }

            fn write(&self, _: Currency) -> Option<u32> {
                Some($write(*self))
            }
        }
    )+};
}

count! {
    u8: format_args!("at most {}", u8::MAX) => |text| u8::try_from(text).ok(), u32::from;
    u16: format_args!("at most {}", u16::MAX) => |text| u16::try_from(text).ok(), u32::from;
    // A day of the month.
    NonZeroU8: "1 to 31"
        => |text| u8::try_from(text).ok().filter(|day| *day <= 31).and_then(NonZeroU8::new),
        |day: NonZeroU8| u32::from(day.get());
}

/// A list that is as long as it has to be.
pub(crate) fn exactly<T: Clone, const N: usize>(list: &[T], key: &'static str, what: &str) -> Result<[T; N]> {
    <[T; N]>::try_from(list.to_vec()).map_err(|list| {
        let (found, bound) = (format!("{} {what}", list.len()), format!("{N} {what}"));
        Error::new(ErrorCode::OutOfRange, key, found, bound)
    })
}
