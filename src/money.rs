//! Money, currencies, and the one rounding of every figure.

use std::fmt;
use std::ops::Neg;

use rust_decimal::Decimal;

use crate::decimal_text::{quoted, split_decimal};
use crate::error::{Error, ErrorCode, Result};
use crate::vocabulary::vocabulary;

/// What every amount is held to, as errors say it.
pub(crate) const AMOUNT_RANGE: &str = "an amount within the 64-bit range of minor units";

/// An amount of money: a whole count of minor units (fen, cents) of a currency that the loan or the book knows.
///
/// # Units
///
/// Minor units. 12.34 CNY is `Money::from_minor(1234)`.
///
/// # Examples
///
/// ```
/// use puhui::{Currency, Money};
///
/// let amount = Money::parse("50000.00", Currency::CNY)?;
/// assert_eq!(amount, Money::from_minor(5_000_000));
/// assert_eq!(amount.display(Currency::CNY).to_string(), "50000.00");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Money(i64);

impl Money {
    /// No money.
    pub const ZERO: Money = Money(0);

    /// An amount from its count of minor units.
    #[must_use]
    pub const fn from_minor(minor: i64) -> Money {
        Money(minor)
    }

    /// The count of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Whether this is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Reads the strict text form `-?digits(.digits)?`.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Malformed`] for an exponent, an underscore, a plus sign, a space or no digits.
    /// * [`ErrorCode::TooManyDigits`] for more decimals than `currency` has: an amount is never rounded on its way in.
    /// * [`ErrorCode::OutOfRange`] for what does not fit an `i64` of minor units.
    pub fn parse(text: &str, currency: Currency) -> Result<Money> {
        let parts = split_decimal(text, "amount", "1250.00")?;
        let exponent = usize::from(currency.exponent());
        if parts.decimals.len() > exponent {
            return Err(Error::new(
                ErrorCode::TooManyDigits,
                "amount",
                short(text),
                format_args!("at most {exponent} decimals in {currency}"),
            ));
        }
        let padding = std::iter::repeat_n(b'0', exponent - parts.decimals.len());
        let digits = parts.whole.bytes().chain(parts.decimals.bytes()).chain(padding);
        let mut minor: i64 = 0;
        for digit in digits {
            // Counted downwards from zero, so that the lowest i64 can be read too.
            minor = minor
                .checked_mul(10)
                .and_then(|minor| minor.checked_sub(i64::from(digit - b'0')))
                .ok_or_else(|| beyond(text, currency))?;
        }
        if !parts.negative {
            minor = minor.checked_neg().ok_or_else(|| beyond(text, currency))?;
        }
        Ok(Money(minor))
    }

    /// Shows the amount in major units with the currency's decimals, in the form that [`Money::parse`] reads.
    #[must_use]
    pub fn display(self, currency: Currency) -> MoneyText {
        MoneyText { money: self, currency }
    }

    /// The amount in major units, exact.
    #[must_use]
    pub fn to_decimal(self, currency: Currency) -> Decimal {
        Decimal::new(self.0, u32::from(currency.exponent()))
    }

    /// The sum, or `None` past `i64`.
    #[must_use]
    pub const fn checked_add(self, other: Money) -> Option<Money> {
        match self.0.checked_add(other.0) {
            Some(minor) => Some(Money(minor)),
            None => None,
        }
    }

    /// The difference, or `None` past `i64`.
    #[must_use]
    pub const fn checked_sub(self, other: Money) -> Option<Money> {
        match self.0.checked_sub(other.0) {
            Some(minor) => Some(Money(minor)),
            None => None,
        }
    }

    /// The sum of many amounts, which may pass `i64` on the way but not at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the sum does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money> {
        Money::from_wide(amounts.into_iter().map(|amount| i128::from(amount.0)).sum(), "sum")
    }

    /// An amount from a 128-bit count of minor units.
    pub(crate) fn from_wide(minor: i128, field: &'static str) -> Result<Money> {
        match i64::try_from(minor) {
            Ok(minor) => Ok(Money(minor)),
            Err(_) => Err(Error::new(ErrorCode::Overflow, field, minor, AMOUNT_RANGE)),
        }
    }
}

impl Neg for Money {
    type Output = Money;

    /// The opposite amount. The lowest `i64` has none and stays at the highest.
    fn neg(self) -> Money {
        Money(self.0.saturating_neg())
    }
}

#[cold]
fn beyond(text: &str, currency: Currency) -> Error {
    let [low, high] = [i64::MIN, i64::MAX].map(|minor| Money(minor).display(currency));
    Error::new(ErrorCode::OutOfRange, "amount", short(text), format_args!("{low} to {high}"))
}

fn short(text: &str) -> String {
    if text.len() <= 40 { text.to_owned() } else { quoted(text) }
}

/// An amount with its currency's decimals. Made by [`Money::display`].
#[derive(Clone, Copy, Debug)]
pub struct MoneyText {
    money: Money,
    currency: Currency,
}

impl fmt::Display for MoneyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exponent = usize::from(self.currency.exponent());
        let digits = format!("{:0width$}", self.money.0.unsigned_abs(), width = exponent + 1);
        let (whole, decimals) = digits.split_at(digits.len() - exponent);
        let sign = if self.money.0 < 0 { "-" } else { "" };
        if decimals.is_empty() {
            f.pad(&format!("{sign}{whole}"))
        } else {
            f.pad(&format!("{sign}{whole}.{decimals}"))
        }
    }
}

/// A currency: its code and its number of decimals.
///
/// # Examples
///
/// ```
/// use puhui::Currency;
///
/// assert_eq!(Currency::from_code("KWD")?.exponent(), 3);
/// assert_eq!(Currency::new("XTS", 12)?.to_string(), "XTS"); // a code of the host's own
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: [u8; 3],
    exponent: u8,
}

impl Currency {
    /// Renminbi 人民币, two decimals.
    pub const CNY: Currency = Currency { code: *b"CNY", exponent: 2 };
    /// No currency is involved (ISO 4217 XXX).
    #[cfg(feature = "csv")]
    pub(crate) const NONE: Currency = Currency { code: *b"XXX", exponent: 0 };
    /// US dollar, two decimals.
    pub const USD: Currency = Currency { code: *b"USD", exponent: 2 };
    /// The most decimals a currency may have.
    pub const MAX_EXPONENT: u8 = 12;

    /// A currency by its ISO 4217 code.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`] for a code that is not in ISO 4217 (as of 2024); use [`Currency::new`] for others.
    pub fn from_code(code: &str) -> Result<Currency> {
        for &(exponent, codes) in ISO_4217 {
            if code.len() == 3 && codes.split(' ').any(|known| known == code) {
                return Currency::new(code, exponent);
            }
        }
        Err(Error::new(
            ErrorCode::UnknownValue,
            "currency",
            quoted(code),
            "a code of ISO 4217, or an object with code and exponent",
        ))
    }

    /// A currency of the host's own: three capital letters and the number of decimals, 0 to 12.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Malformed`] for a code that is not three capital letters.
    /// * [`ErrorCode::OutOfRange`] for an exponent above 12.
    pub fn new(code: &str, exponent: u8) -> Result<Currency> {
        let bytes = match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_uppercase) => bytes,
            _ => {
                return Err(Error::new(
                    ErrorCode::Malformed,
                    "currency.code",
                    quoted(code),
                    "three capital letters",
                ));
            }
        };
        if exponent > Currency::MAX_EXPONENT {
            return Err(Error::new(ErrorCode::OutOfRange, "currency.exponent", exponent, "0 to 12"));
        }
        Ok(Currency { code: bytes, exponent })
    }

    /// The number of decimals: one major unit is `10^exponent` minor units.
    #[must_use]
    pub const fn exponent(self) -> u8 {
        self.exponent
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only ASCII capitals get in, so this is always text.
        std::str::from_utf8(&self.code).unwrap_or("???")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// The active currency codes of ISO 4217 by their number of decimals (amendment 176, 2024; funds codes left out).
const ISO_4217: &[(u8, &str)] = &[
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP \
         CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR \
         IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN \
         NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP \
         STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

vocabulary! {
    /// How an exact figure becomes a whole number of minor units. It happens once per figure.
    ///
    /// Negative figures mirror positive ones: "up" is away from zero, "down" towards it.
    pub enum Rounding("rounding", PUHUI_ROUNDING) {
        /// To the nearest; a tie goes away from zero (四舍五入).
        HalfUp = "half_up",
        /// To the nearest; a tie goes to the even neighbour.
        HalfEven = "half_even",
        /// Cut: towards zero (舍去).
        Down = "down",
        /// Away from zero.
        Up = "up",
    }
}

impl Rounding {
    /// The whole number next to `numerator / denominator`.
    ///
    /// `denominator` must be positive; for one that is not, the answer is `None`.
    #[must_use]
    pub fn divide(self, numerator: i128, denominator: i128) -> Option<i128> {
        let divisor = u128::try_from(denominator).ok().filter(|&divisor| divisor > 0)?;
        let rounded = self.divide_unsigned(numerator.unsigned_abs(), divisor);
        // Below 2^127 + 1 in absolute value; only i128::MIN / 1 reaches the end, and comes back as it went.
        if numerator < 0 { 0_i128.checked_sub_unsigned(rounded) } else { i128::try_from(rounded).ok() }
    }

    /// The same for magnitudes. `divisor` is not zero.
    #[inline]
    pub(crate) fn divide_unsigned(self, numerator: u128, divisor: u128) -> u128 {
        if let (Ok(numerator), Ok(divisor)) = (u64::try_from(numerator), u64::try_from(divisor)) {
            // Most loans live here; a 64-bit division is several times cheaper than a 128-bit one.
            let (quotient, rest) = (numerator / divisor, numerator % divisor);
            let up = self.rounds_up(u128::from(rest), u128::from(divisor), quotient & 1 == 1);
            return u128::from(quotient) + u128::from(up);
        }
        let (quotient, rest) = (numerator / divisor, numerator % divisor);
        quotient + u128::from(self.rounds_up(rest, divisor, quotient & 1 == 1))
    }

    /// Whether a quotient with this rest goes one up. `rest < divisor`.
    #[inline]
    fn rounds_up(self, rest: u128, divisor: u128, odd: bool) -> bool {
        // `rest` against what is missing to the next whole: no doubling that could overflow.
        let missing = divisor - rest;
        match self {
            Rounding::HalfUp => rest >= missing,
            Rounding::HalfEven => rest > missing || (rest == missing && odd),
            Rounding::Down => false,
            Rounding::Up => rest > 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_strict() {
        for bad in
            ["", "-", ".5", "5.", "+5", " 5", "5 ", "1e3", "1_000", "1,000", "0x1", "--1", "5.0.0", "٣"]
        {
            assert_eq!(Money::parse(bad, Currency::CNY).unwrap_err().code(), ErrorCode::Malformed, "{bad:?}");
        }
        for (text, minor) in [("0", 0), ("-0.00", 0), ("1", 100), ("-1.5", -150), ("007.01", 701)] {
            assert_eq!(Money::parse(text, Currency::CNY).unwrap().minor(), minor, "{text}");
        }
    }

    #[test]
    fn nothing_is_rounded_on_the_way_in() {
        let error = Money::parse("1.230", Currency::CNY).unwrap_err();
        assert_eq!(error.code(), ErrorCode::TooManyDigits);
        assert!(Money::parse("1.230", Currency::from_code("KWD").unwrap()).is_ok());
        assert!(Money::parse("1.0", Currency::from_code("JPY").unwrap()).is_err());
    }

    #[test]
    fn the_ends_of_i64_go_in_and_out() {
        for (text, minor) in [("92233720368547758.07", i64::MAX), ("-92233720368547758.08", i64::MIN)] {
            let money = Money::parse(text, Currency::CNY).unwrap();
            assert_eq!(money.minor(), minor);
            assert_eq!(money.display(Currency::CNY).to_string(), text);
        }
        for text in ["92233720368547758.08", "-92233720368547758.09", "999999999999999999999999"] {
            assert_eq!(Money::parse(text, Currency::CNY).unwrap_err().code(), ErrorCode::OutOfRange);
        }
    }

    #[test]
    fn rounding_by_hand() {
        // 2.5, -2.5, 3.5 and 2.4 under the four rules, worked by hand.
        let table = [
            (Rounding::HalfUp, [3, -3, 4, 2]),
            (Rounding::HalfEven, [2, -2, 4, 2]),
            (Rounding::Down, [2, -2, 3, 2]),
            (Rounding::Up, [3, -3, 4, 3]),
        ];
        for (rounding, expected) in table {
            let found = [25, -25, 35, 24].map(|tenths| rounding.divide(tenths, 10).unwrap());
            assert_eq!(found, expected, "{rounding}");
        }
    }

    #[test]
    fn rounding_at_the_ends() {
        assert_eq!(Rounding::HalfUp.divide(i128::MIN, 1), Some(i128::MIN));
        assert_eq!(Rounding::Up.divide(i128::MAX, i128::MAX), Some(1));
        assert_eq!(Rounding::Up.divide(1, i128::MAX), Some(1));
        assert_eq!(Rounding::HalfUp.divide(1, 0), None);
        assert_eq!(Rounding::HalfUp.divide(1, -3), None);
    }

    #[test]
    fn currencies_are_known_once() {
        let mut codes: Vec<&str> = ISO_4217.iter().flat_map(|(_, codes)| codes.split(' ')).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(codes.iter().all(|code| code.len() == 3));
        assert!(Currency::from_code("cny").is_err());
        assert!(Currency::from_code("XXXX").is_err());
        assert!(Currency::from_code("Y E").is_err());
    }
}
