//! How figures are written.

use puhui::{Figure, Money, Ratio, Rounding};

use rust_decimal::Decimal;

use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// Minor units in 100 million yuan (亿元), and in a billion.
pub const YI: i128 = 10_000_000_000;
pub const BILLION: i128 = 100_000_000_000;

/// What stands where there is no figure.
pub const NONE: &str = "–";

/// Minor units in larger units, with decimals, rounded half up.
pub fn amount(minor: i128, unit: i128, places: u32) -> Result<String, Failure> {
    Ok(grouped(Ratio::new(minor, unit)?.to_decimal(places, Rounding::HalfUp)?))
}

/// Whole units, cut: what an amount is above.
pub fn above(minor: i128, unit: i128) -> Result<Decimal, Failure> {
    Ok(Ratio::new(minor, unit)?.to_decimal(0, Rounding::Down)?)
}

/// A figure in per cent with decimals, rounded half up; none where there is no ratio.
pub fn percent(figure: Figure, places: u32) -> Result<Option<String>, Failure> {
    Ok(figure.percent(places, Rounding::HalfUp)?.map(|percent| percent.to_string()))
}

/// Minor units as yuan with two places.
pub fn yuan(minor: i128) -> Result<String, Failure> {
    Ok(Money::from_minor(i64::try_from(minor)?).display(puhui::Currency::CNY).to_string())
}

/// A figure for the eye: what is missing is a dash, a minus sign is one.
pub fn shown(figure: Option<String>) -> String {
    figure.map_or(NONE.to_owned(), |figure| figure.replace('-', "−"))
}

/// How high or wide a figure is drawn.
pub fn size(number: impl ToString) -> f64 {
    number.to_string().parse().unwrap_or(0.0)
}
