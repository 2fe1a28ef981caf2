//! Exact arithmetic of machine words: checked sums, wide products and quotients, reciprocals.
//!
//! The one place with tricks of 128 bits. Nothing here wraps, panics or rounds but where it says so.

use num_bigint::BigInt;

use crate::error::{Error, ErrorCode, Result};
use crate::money::{AMOUNT_RANGE, Rounding};

/// The sum of two amounts in minor units.
///
/// # Errors
///
/// [`ErrorCode::Overflow`] if it does not fit.
#[inline]
pub(crate) fn add(left: i64, right: i64) -> Result<i64> {
    left.checked_add(right).ok_or_else(|| too_large("balance"))
}

/// The difference of two amounts in minor units.
///
/// # Errors
///
/// [`ErrorCode::Overflow`] if it does not fit.
#[inline]
pub(crate) fn subtract(left: i64, right: i64) -> Result<i64> {
    left.checked_sub(right).ok_or_else(|| too_large("balance"))
}

/// The sum of some amounts in minor units.
pub(crate) fn sum<const N: usize>(amounts: [i64; N]) -> Result<i64> {
    amounts.into_iter().try_fold(0, add)
}

/// An amount that does not fit.
#[cold]
pub(crate) fn too_large(field: &'static str) -> Error {
    Error::new(ErrorCode::Overflow, field, "a larger amount", AMOUNT_RANGE)
}

/// Another figure that does not fit, such as a sum of amounts in 128 bits.
#[cold]
pub(crate) fn beyond(field: &'static str, found: impl std::fmt::Display, bits: u32) -> Error {
    Error::new(ErrorCode::Overflow, field, found, format_args!("a number within the {bits}-bit range"))
}

/// 10^exponent for the at most 28 decimals of a rate.
#[inline]
pub(crate) fn power_of_ten(exponent: u32) -> i128 {
    const POWERS: [i128; 29] = {
        let mut powers = [1; 29];
        let mut next = 1;
        while next < powers.len() {
            powers[next] = powers[next - 1] * 10;
            next += 1;
        }
        powers
    };
    usize::try_from(exponent).ok().and_then(|exponent| POWERS.get(exponent)).copied().unwrap_or(i128::MAX)
}

/// The greatest common divisor; at least 1.
pub(crate) fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// The upper half of a product of two numbers of 64 bits.
#[inline]
pub(crate) fn high_half(product: u128) -> u64 {
    // What is left after the shift always fits.
    u64::try_from(product >> 64).unwrap_or(u64::MAX)
}

/// The whole number next to `numerator / denominator`, in big integers. `denominator` is positive.
pub(crate) fn divide_wide(rounding: Rounding, numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let magnitude = numerator.magnitude();
    let divisor = denominator.magnitude();
    let quotient = magnitude / divisor;
    let rest = magnitude - &quotient * divisor;
    let missing = divisor - &rest;
    let up = match rounding {
        Rounding::HalfUp => rest >= missing,
        Rounding::HalfEven => rest > missing || (rest == missing && quotient.bit(0)),
        Rounding::Down => false,
        Rounding::Up => rest.bits() > 0,
    };
    let rounded = BigInt::from(if up { quotient + 1_u8 } else { quotient });
    if numerator.sign() == num_bigint::Sign::Minus { -rounded } else { rounded }
}

/// A division by the denominator as one multiplication: `units x f` with f = numerator / denominator below 1, given as
/// m = ceil(2^64 f).
///
/// # Why it is exact
///
/// It is for `units x denominator` below 2^63. m = 2^64 f + e with 0 <= e < 1. Let x = units x f, a multiple of 1 /
/// denominator. Then units x m / 2^64 = x + d with d = units x e / 2^64, and d < 1 / (2 denominator): half the gap between x
/// and the next multiple. Both x and x + 1/2 are multiples of 1 / (2 denominator), so adding d takes neither past a whole
/// number that it has not reached: the whole parts are right. And what lies behind the point, in units of 2^-64, is at most
/// `units` if x (or x + 1/2) is whole, and more than that if not, for then it is at least 2^64 / (2 denominator) > units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reciprocal {
    ceiling: u64,
    rounding: Rounding,
}

impl Reciprocal {
    /// The reciprocal with this `ceil(2^64 f)`.
    pub(crate) fn new(ceiling: u64, rounding: Rounding) -> Reciprocal {
        Reciprocal { ceiling, rounding }
    }

    /// `units x f`, rounded half up.
    #[inline]
    pub(crate) fn half_up(self, units: u64) -> u64 {
        // Below 2^63 x 2^64 and half of it: it fits.
        high_half(u128::from(units) * u128::from(self.ceiling) + (1 << 63))
    }

    /// The same by the loan's rounding.
    #[inline]
    pub(crate) fn times(self, units: u64) -> u64 {
        let bias = match self.rounding {
            Rounding::HalfUp | Rounding::HalfEven => 1 << 63,
            Rounding::Down | Rounding::Up => 0,
        };
        let product = u128::from(units) * u128::from(self.ceiling) + bias;
        let whole = high_half(product);
        let is_whole = product & u128::from(u64::MAX) <= u128::from(units);
        match self.rounding {
            Rounding::HalfUp | Rounding::Down => whole,
            // A tie went up; the even number may be the one below.
            Rounding::HalfEven => whole - u64::from(is_whole && whole & 1 == 1),
            Rounding::Up => whole + u64::from(!is_whole),
        }
    }
}
