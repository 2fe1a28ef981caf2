//! Exact decimals, and the one place where a fraction becomes a whole number.

use num_bigint::BigInt;

pub fn ten_to(n: u32) -> BigInt {
    BigInt::from(10).pow(n)
}

/// `-?digits(.digits)?` as digits and number of decimals, normalised (0.04350 = 0.0435), and within what 96 bits
/// and 28 decimals hold.
pub fn decimal(text: &str) -> Result<(BigInt, u32), String> {
    let bad = || format!("not a decimal: {text}");
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = match body.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return Err(bad()),
        None => (body, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(bad());
    }
    let part = part.trim_end_matches('0');
    let digits: BigInt = format!("{whole}{part}").parse().map_err(|_| bad())?;
    let scale = u32::try_from(part.len()).map_err(|_| bad())?;
    if scale > 28 || digits >= BigInt::from(2).pow(96) {
        return Err(format!("too many digits: {text}"));
    }
    Ok((if negative { -digits } else { digits }, scale))
}

/// An amount in minor units. More decimals than the currency holds are an error, zeros included.
pub fn money(text: &str, digits: u32) -> Result<BigInt, String> {
    let written = text.split_once('.').map_or(0, |(_, part)| part.len());
    if written > digits as usize {
        return Err(format!("more digits than the currency holds: {text}"));
    }
    let (amount, scale) = decimal(text)?;
    Ok(amount * ten_to(digits - scale))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    HalfUp,
    HalfEven,
    Down,
    Up,
}

impl Rounding {
    pub fn parse(text: &str) -> Result<Rounding, String> {
        Ok(match text {
            "half_up" => Rounding::HalfUp,
            "half_even" => Rounding::HalfEven,
            "down" => Rounding::Down,
            "up" => Rounding::Up,
            other => return Err(format!("unknown rounding {other}")),
        })
    }

    /// numerator / denominator as a whole number. Half up: ties away from zero; down: toward zero; up: away from
    /// zero.
    pub fn round(self, numerator: &BigInt, denominator: &BigInt) -> BigInt {
        let zero = BigInt::ZERO;
        assert!(*denominator != zero, "a fraction has a denominator");
        let negative = (*numerator < zero) != (*denominator < zero);
        let (n, d) =
            (BigInt::from(numerator.magnitude().clone()), BigInt::from(denominator.magnitude().clone()));
        let whole = &n / &d;
        let rest = &n - &whole * &d;
        let twice = &rest * 2;
        let odd = &whole % 2 != zero;
        let away = match self {
            Rounding::Down => false,
            Rounding::Up => rest != zero,
            Rounding::HalfUp => twice >= d,
            Rounding::HalfEven => twice > d || (twice == d && odd),
        };
        let size = if away { whole + 1 } else { whole };
        if negative { -size } else { size }
    }

    /// One rounding from the exact value to a multiple.
    pub fn round_to(self, numerator: &BigInt, denominator: &BigInt, multiple: &BigInt) -> BigInt {
        self.round(numerator, &(denominator * multiple)) * multiple
    }
}
