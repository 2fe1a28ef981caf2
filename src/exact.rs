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
#[inline]
pub(crate) fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        // Nearly always, and several times quicker.
        (Ok(a), Ok(b)) => u128::from(short_common_divisor(a, b)),
        _ => long_common_divisor(a, b),
    }
}

/// The same of numbers of 64 bits.
#[inline]
pub(crate) fn short_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

fn long_common_divisor(mut a: u128, mut b: u128) -> u128 {
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

/// The lower half of it.
#[inline]
fn low_half(product: u128) -> u64 {
    // Cut to 64 bits, it always fits.
    u64::try_from(product & u128::from(u64::MAX)).unwrap_or(u64::MAX)
}

/// A division by a denominator as one multiplication, rounded: `units x f` with f = numerator / denominator below 1, given as
/// m = ceil(2^64 f).
///
/// # Why it is exact
///
/// It is for units below the limit, 2^63 / denominator cut. m = 2^64 f + e with 0 <= e < 1. Let x = units x f, a multiple of 1 /
/// denominator. Then units x m / 2^64 = x + d with d = units x e / 2^64, and d < 1 / (2 denominator): half the gap between x and
/// the next multiple. Both x and x + 1/2 are multiples of 1 / (2 denominator), so adding d takes neither past a whole number that
/// it has not reached: the whole parts are right. And what lies behind the point, in units of 2^-64, is below the limit if x (or
/// x + 1/2) is whole, for then it is units x e, and not if it is not, for then it is at least 2^64 / (2 denominator).
///
/// So one sum rounds: up, what is not below the limit behind the point is carried by 2^64 less the limit.
///
/// A balance that earns for some days has balance x days units, and balance x (days x m) is the same product: the ceiling may be
/// multiplied by the days instead ([`Reciprocal::times_of`]).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reciprocal {
    /// In units of 2^-64.
    ceiling: u64,
    /// What is added behind the point before it is cut.
    bias: u64,
    /// Below this behind the point, what was added to may have been a tie that goes to the even number. Zero if ties do not.
    tie_below: u64,
}

impl Reciprocal {
    /// The reciprocal with this `ceil(2^64 f)`, for units below `limit`, 2^63 / denominator.
    #[inline]
    pub(crate) fn new(ceiling: u64, limit: u64, rounding: Rounding) -> Reciprocal {
        let (bias, tie_below) = match rounding {
            Rounding::HalfUp => (1 << 63, 0),
            Rounding::HalfEven => (1 << 63, limit),
            Rounding::Down => (0, 0),
            // 2^64 less the limit. Where that is zero no units are below it.
            Rounding::Up => (limit.wrapping_neg(), 0),
        };
        Reciprocal { ceiling, bias, tie_below }
    }

    /// `f` in units of 2^-64, rounded up.
    #[inline]
    pub(crate) fn ceiling(self) -> u64 {
        self.ceiling
    }

    /// `units x f`, rounded.
    #[inline(always)]
    pub(crate) fn times(self, units: u64) -> u64 {
        self.times_of(units, self.ceiling)
    }

    /// The same with another ceiling of the same denominator: that of several units of each.
    #[inline(always)]
    pub(crate) fn times_of(self, units: u64, ceiling: u64) -> u64 {
        // At most (2^64 - 1)^2 and 2^64 - 1 more: it fits.
        let product = (u128::from(units) * u128::from(ceiling)).wrapping_add(u128::from(self.bias));
        let whole = high_half(product);
        if low_half(product) < self.tie_below { even_below(whole) } else { whole }
    }

    /// What [`times_of`](Reciprocal::times_of) gives; `None` where a tie may have to go to the even number. Nothing is called here, so
    /// what is computed around it stays in registers.
    #[inline(always)]
    pub(crate) fn untied_times_of(self, units: u64, ceiling: u64) -> Option<u64> {
        // It fits, as there.
        let product = (u128::from(units) * u128::from(ceiling)).wrapping_add(u128::from(self.bias));
        (low_half(product) >= self.tie_below).then_some(high_half(product))
    }
}

/// The even number at or just below one. Apart, for it is hardly ever asked for.
#[cold]
#[inline(never)]
fn even_below(whole: u64) -> u64 {
    whole & !1
}
