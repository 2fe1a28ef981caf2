//! Published ratios: exact until the one rounding that their publisher chose.

use rust_decimal::Decimal;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{beyond, greatest_common_divisor};
use crate::money::Rounding;

/// An exact ratio of two whole numbers, reduced, such as an overdue rate or a growth rate.
///
/// # Rounding
///
/// None until [`Ratio::to_decimal`] or [`Ratio::percent`] is asked for a number of places; then once.
///
/// # Examples
///
/// ```
/// use puhui::{Ratio, Rounding};
///
/// // Overdue 0.12 of a balance of 46: 0.26 % (published so for Chongqing's microcredit, end of June 2019).
/// let overdue = Ratio::new(12, 4_600)?;
/// assert_eq!(overdue.percent(2, Rounding::HalfUp)?.to_string(), "0.26");
/// // 110.0 after 94.34 is a growth of 16.6 %.
/// assert_eq!(Ratio::growth(11_000, 9_434)?.percent(1, Rounding::HalfUp)?.to_string(), "16.6");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    /// Always positive.
    denominator: i128,
}

impl Ratio {
    /// `part / whole`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for a whole of zero (there is no such ratio) and for the lowest `i128`.
    pub fn new(part: i128, whole: i128) -> Result<Ratio> {
        if whole == 0 {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "whole",
                0,
                "a number other than 0: there is no ratio to nothing",
            ));
        }
        let divisor = greatest_common_divisor(part.unsigned_abs(), whole.unsigned_abs());
        let reduced = |value: i128| i128::try_from(value.unsigned_abs() / divisor).ok();
        match (reduced(part), reduced(whole)) {
            (Some(numerator), Some(denominator)) => {
                let numerator = if (part < 0) == (whole < 0) { numerator } else { -numerator };
                Ok(Ratio { numerator, denominator })
            }
            _ => Err(Error::new(ErrorCode::OutOfRange, "part", part, "a number within the 127-bit range")),
        }
    }

    /// A number of per cent; for published figures.
    pub(crate) fn percent_of(percent: u8) -> Ratio {
        Ratio::per_mille_of(u16::from(percent) * 10)
    }

    /// A number of per mille; for published figures.
    pub(crate) fn per_mille_of(per_mille: u16) -> Ratio {
        let divisor = greatest_common_divisor(per_mille.into(), 1_000);
        // At most 1,000.
        let divisor = i128::try_from(divisor).unwrap_or(1);
        Ratio { numerator: i128::from(per_mille) / divisor, denominator: 1_000 / divisor }
    }

    /// The growth from `base` to `now`: `(now - base) / base`.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a base of zero.
    /// * [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn growth(now: i128, base: i128) -> Result<Ratio> {
        Ratio::new(now.checked_sub(base).ok_or_else(too_wide)?, base)
    }

    /// How far this ratio lies above another: of 16.6 % and 13.6 %, 3.0 percentage points (as the ratio 0.03).
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact difference does not fit.
    pub fn above(self, other: Ratio) -> Result<Ratio> {
        let difference = || {
            let left = self.numerator.checked_mul(other.denominator)?;
            let right = other.numerator.checked_mul(self.denominator)?;
            Some((left.checked_sub(right)?, self.denominator.checked_mul(other.denominator)?))
        };
        let (part, whole) = difference().ok_or_else(too_wide)?;
        Ratio::new(part, whole)
    }

    /// The reduced numerator; it carries the sign.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The reduced denominator; always positive.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The ratio as a decimal fraction of this many decimals, rounded once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the figure does not fit a decimal.
    pub fn to_decimal(self, places: u32, rounding: Rounding) -> Result<Decimal> {
        self.scaled(places, places, rounding)
    }

    /// The ratio in per cent with this many decimals, rounded once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the figure does not fit a decimal.
    pub fn percent(self, places: u32, rounding: Rounding) -> Result<Decimal> {
        self.scaled(places.saturating_add(2), places, rounding)
    }

    fn scaled(self, power: u32, places: u32, rounding: Rounding) -> Result<Decimal> {
        let figure = || {
            let numerator = self.numerator.checked_mul(10_i128.checked_pow(power)?)?;
            Decimal::try_from_i128_with_scale(rounding.divide(numerator, self.denominator)?, places).ok()
        };
        figure().ok_or_else(too_wide)
    }
}

/// A published figure that is a part of a whole, or the reason why there is none: what has no base is never an infinity.
///
/// # Examples
///
/// ```
/// use puhui::{Figure, Rounding};
///
/// let overdue = Figure::of(12, Some(4_600))?;
/// assert_eq!(overdue.percent(2, Rounding::HalfUp)?.unwrap().to_string(), "0.26");
/// assert_eq!(Figure::of(12, Some(0))?, Figure::ZeroBase);
/// assert_eq!(Figure::of(12, None)?, Figure::MissingBase);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// The exact ratio.
    Of(Ratio),
    /// The whole is zero.
    ZeroBase,
    /// The whole is not known.
    MissingBase,
}

impl Figure {
    /// A part of a whole, which may be zero or unknown.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for the lowest `i128`.
    pub fn of(part: i128, whole: Option<i128>) -> Result<Figure> {
        match whole {
            None => Ok(Figure::MissingBase),
            Some(0) => Ok(Figure::ZeroBase),
            Some(whole) => Ratio::new(part, whole).map(Figure::Of),
        }
    }

    /// How far this figure lies above another, as [`Ratio::above`]. Where one of the two is no ratio, its reason is the outcome,
    /// that of this one first.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact difference does not fit.
    pub fn above(self, other: Figure) -> Result<Figure> {
        match (self, other) {
            (Figure::Of(one), Figure::Of(other)) => one.above(other).map(Figure::Of),
            (Figure::Of(_), reason) | (reason, _) => Ok(reason),
        }
    }

    /// The exact ratio, if there is one.
    #[must_use]
    pub fn ratio(self) -> Option<Ratio> {
        match self {
            Figure::Of(ratio) => Some(ratio),
            Figure::ZeroBase | Figure::MissingBase => None,
        }
    }

    /// The figure in per cent with this many decimals, rounded once; none where there is no ratio.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the figure does not fit a decimal.
    pub fn percent(self, places: u32, rounding: Rounding) -> Result<Option<Decimal>> {
        self.ratio().map(|ratio| ratio.percent(places, rounding)).transpose()
    }

    /// The figure as a decimal fraction with this many decimals, rounded once; none where there is no ratio.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the figure does not fit a decimal.
    pub fn to_decimal(self, places: u32, rounding: Rounding) -> Result<Option<Decimal>> {
        self.ratio().map(|ratio| ratio.to_decimal(places, rounding)).transpose()
    }
}

#[cold]
fn too_wide() -> Error {
    beyond("ratio", "a ratio of larger ones", 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_ratios_are_cut_or_rounded_as_their_publisher_does() {
        // Rural payments at the end of 2018: outlets per 10,000 people, county, township and village; accounts and cards a head.
        // Recomputed from the published (rounded) inputs, with the two places that were published: some are cut, some rounded.
        let rows = [
            (126_600 * 10_000, 968_000_000, "1.308", "1.31", Rounding::HalfUp),
            (126_600, 2_244, "56.417", "56.41", Rounding::Down),
            (126_600, 32_000, "3.956", "3.95", Rounding::Down),
            (126_600, 531_400, "0.238", "0.24", Rounding::HalfUp),
            (4_305, 968, "4.447", "4.44", Rounding::Down),
            (3_208, 968, "3.314", "3.31", Rounding::Down),
        ];
        for (part, whole, three, published, rounding) in rows {
            let ratio = Ratio::new(part, whole).unwrap();
            assert_eq!(ratio.to_decimal(3, Rounding::HalfUp).unwrap().to_string(), three);
            assert_eq!(ratio.to_decimal(2, rounding).unwrap().to_string(), published);
        }
        // Each of the two ways is needed: the first row cut is another figure, and so is the second rounded.
        let other = |part, whole, rounding| Ratio::new(part, whole).unwrap().to_decimal(2, rounding).unwrap();
        assert_eq!(other(126_600 * 10_000, 968_000_000, Rounding::Down).to_string(), "1.30");
        assert_eq!(other(126_600, 2_244, Rounding::HalfUp).to_string(), "56.42");
    }

    #[test]
    fn a_figure_without_a_ratio_stays_what_it_is() {
        let half = Figure::of(1, Some(2)).unwrap();
        assert_eq!(half.above(half).unwrap(), Figure::of(0, Some(1)).unwrap());
        assert_eq!(half.above(Figure::MissingBase).unwrap(), Figure::MissingBase);
        assert_eq!(Figure::ZeroBase.above(Figure::MissingBase).unwrap(), Figure::ZeroBase);
        assert_eq!(
            (Ratio::percent_of(150), Ratio::per_mille_of(0)),
            (Ratio::new(3, 2).unwrap(), Ratio::new(0, 9).unwrap())
        );
    }

    #[test]
    fn points_above() {
        let targeted = Ratio::new(166, 1000).unwrap();
        let all = Ratio::new(136, 1000).unwrap();
        assert_eq!(targeted.above(all).unwrap().percent(1, Rounding::HalfUp).unwrap().to_string(), "3.0");
    }

    #[test]
    fn signs_and_ends() {
        assert_eq!(Ratio::new(1, -2).unwrap(), Ratio::new(-1, 2).unwrap());
        assert_eq!(Ratio::new(0, -7).unwrap().denominator(), 1);
        assert_eq!(Ratio::new(1, 0).unwrap_err().code(), ErrorCode::OutOfRange);
        assert!(Ratio::new(i128::MIN, 1).is_err());
        assert!(Ratio::growth(i128::MAX, -1).is_err());
        assert!(Ratio::new(i128::MAX, 1).unwrap().percent(2, Rounding::Up).is_err());
        // The worked example PRV-01: provisions of 55 over non-performing loans of 35 + 10 + 5 are 110 %.
        assert_eq!(Ratio::new(55, 50).unwrap().percent(0, Rounding::HalfUp).unwrap().to_string(), "110");
    }
}
