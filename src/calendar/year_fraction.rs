//! Parts of a year, as exact fractions.

use std::cmp::Ordering;
use std::fmt;

/// A part of a year, exact: a fraction in lowest terms with a positive denominator.
///
/// # Examples
///
/// ```
/// use puhui::{DayCount, parse_date};
///
/// let (start, end) = (parse_date("2020-01-01", "from")?, parse_date("2020-07-01", "until")?);
/// let half = DayCount::ThirtyE360.year_fraction(start, end, None);
/// assert_eq!((half.numerator, half.denominator), (1, 2));
/// assert!(half < DayCount::Actual360.year_fraction(start, end, None)); // 182/360
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct YearFraction {
    /// Above the line; negative if time runs backwards.
    pub numerator: i64,
    /// Below the line; at least 1.
    pub denominator: i64,
}

impl YearFraction {
    /// `denominator` is positive.
    pub(super) fn reduced(numerator: i64, denominator: i64) -> YearFraction {
        let (mut gcd, mut rest) = (denominator, numerator.abs());
        while rest != 0 {
            (gcd, rest) = (rest, gcd % rest);
        }
        YearFraction { numerator: numerator / gcd, denominator: denominator / gcd }
    }
}

impl PartialOrd for YearFraction {
    fn partial_cmp(&self, other: &YearFraction) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for YearFraction {
    fn cmp(&self, other: &YearFraction) -> Ordering {
        let cross = |a: &YearFraction, b: &YearFraction| i128::from(a.numerator) * i128::from(b.denominator);
        cross(self, other).cmp(&cross(other, self))
    }
}

impl fmt::Display for YearFraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}
