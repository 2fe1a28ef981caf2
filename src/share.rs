//! Shares: a part of something else, such as a fee of a prepayment or the mark-up of a penalty rate.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal_text::exact_decimal;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::power_of_ten;
use crate::money::{Money, Rounding};

/// An exact share of something else: 0.50 is half of it.
///
/// # Units
///
/// A plain fraction, not per cent, and not a rate a year. A share of what is less by it is below zero; the absolute value is
/// at most 10, ten times the whole. Normalised: 0.50 is 0.5. Who asks for a share may allow fewer: a tax is 0 to 1.
///
/// # Rounding
///
/// None until it is taken [of an amount](Share::of); then once.
///
/// # Examples
///
/// ```
/// use puhui::{Money, Rounding, Share};
///
/// // A fee of 1.5 % of 12,345.67 is 185.18505.
/// let fee: Share = "0.015".parse()?;
/// assert_eq!(fee.of(Money::from_minor(1_234_567), Rounding::HalfUp)?, Money::from_minor(18_519));
/// assert_eq!(fee, Share::from_ppb(15_000_000)?);
///
/// let error = "50".parse::<Share>().unwrap_err();
/// assert_eq!(error.to_string(), "share: expected -10 to 10, where 0.50 is 50 %, got 50");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Share(Decimal);

impl Share {
    /// Nothing of it.
    pub const ZERO: Share = Share(Decimal::ZERO);
    /// All of it.
    pub const ONE: Share = Share(Decimal::ONE);

    /// A share from a decimal fraction.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] above 10 or below -10.
    pub fn new(fraction: Decimal) -> Result<Share> {
        if fraction.abs() > Decimal::TEN {
            let bound = "-10 to 10, where 0.50 is 50 %";
            return Err(Error::new(ErrorCode::OutOfRange, "share", fraction, bound));
        }
        // A negative zero would print as one.
        let fraction = if fraction.is_zero() { Decimal::ZERO } else { fraction.normalize() };
        Ok(Share(fraction))
    }

    /// A share from parts per billion: half is 500 000 000.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] above 10 or below -10.
    pub fn from_ppb(ppb: i64) -> Result<Share> {
        Share::new(Decimal::new(ppb, 9))
    }

    /// The share as a decimal fraction.
    #[must_use]
    pub fn fraction(self) -> Decimal {
        self.0
    }

    /// This share of an amount, rounded once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the share has too many digits for so large an amount, or the result does not fit.
    pub fn of(self, amount: Money, rounding: Rounding) -> Result<Money> {
        let (mantissa, scale) = self.mantissa_and_scale();
        self.divided(i128::from(amount.minor()).checked_mul(mantissa), Some(power_of_ten(scale)), rounding)
    }

    /// What an amount holds of this share, where the share was put on top of the rest, rounded once: of 106.00 with 6 % on
    /// top, 6.00.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the share has too many digits for so large an amount, or the result does not fit.
    pub(crate) fn within(self, amount: Money, rounding: Rounding) -> Result<Money> {
        let (mantissa, scale) = self.mantissa_and_scale();
        let whole = power_of_ten(scale).checked_add(mantissa);
        self.divided(i128::from(amount.minor()).checked_mul(mantissa), whole, rounding)
    }

    fn divided(self, numerator: Option<i128>, whole: Option<i128>, rounding: Rounding) -> Result<Money> {
        let quotient = || i64::try_from(rounding.divide(numerator?, whole?)?).ok();
        let quotient = quotient().map(Money::from_minor);
        quotient.ok_or_else(|| Error::new(ErrorCode::Overflow, "share", self, "a share of fewer digits"))
    }

    /// The share as `mantissa / 10^scale`.
    pub(crate) fn mantissa_and_scale(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }
}

impl FromStr for Share {
    type Err = Error;

    /// Reads the strict text form `-?digits(.digits)?`.
    fn from_str(text: &str) -> Result<Share> {
        Share::new(exact_decimal(text, "share", "0.05 for 5 %")?)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Share, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Share {
        text.parse().unwrap()
    }

    #[test]
    fn a_share_of_an_amount_is_rounded_once() {
        // 0.05 of 1.10 is 0.055.
        for (rounding, minor) in
            [(Rounding::HalfUp, 6), (Rounding::HalfEven, 6), (Rounding::Down, 5), (Rounding::Up, 6)]
        {
            assert_eq!(share("0.05").of(Money::from_minor(110), rounding).unwrap().minor(), minor);
        }
        // 6 % on top of 100.00 is 6.00 of 106.00; of 100.00 it is 5.660..
        let within =
            |minor| share("0.06").within(Money::from_minor(minor), Rounding::HalfUp).unwrap().minor();
        assert_eq!((within(10_600), within(10_000), within(-10_000)), (600, 566, -566));
    }

    #[test]
    fn bounds_and_digits() {
        assert_eq!((share("10"), share("-10.0")), (Share::from_ppb(10_000_000_000).unwrap(), share("-10")));
        assert_eq!(share("-0.0").to_string(), "0");
        let refused = |text: &str| {
            let error = text.parse::<Share>().unwrap_err();
            (error.code(), error.field().to_owned())
        };
        assert_eq!(refused("10.000000001"), (ErrorCode::OutOfRange, "share".into()));
        assert_eq!(refused("5e-1"), (ErrorCode::Malformed, "share".into()));
        assert_eq!(refused(&format!("0.{}", "1".repeat(30))), (ErrorCode::TooManyDigits, "share".into()));
        let fine = share("0.1234567890123456789012345678");
        let error = fine.of(Money::from_minor(i64::MAX), Rounding::HalfUp).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::Overflow, "share"));
    }
}
