//! Balance-days (积数): interest of any balances over any days, exact until it is asked for.

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::calendar::{DayCount, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::divide_wide;
use crate::money::{Money, Rounding};
use crate::rate::Rate;

/// Interest that balances have earned, as banks add it up: balance x days x rate, rounded once when it is billed.
///
/// For what no schedule promises: overdue principal, unpaid interest, a card's balance, a deposit. Each stretch counts its
/// first day and not its last (算头不算尾); to count a last day too, end on the day after.
///
/// # Examples
///
/// 10,000.00 overdue at 4.35 % with a mark-up of half, for 30 days of a year of 360: 54.375.
///
/// ```
/// use puhui::loan::{BalanceDays, penalty_rate};
/// use puhui::{DayCount, Money, Rounding, parse_date};
///
/// let rate = penalty_rate("0.0435".parse()?, "0.50".parse()?)?;
/// let mut earned = BalanceDays::new(DayCount::Actual360);
/// earned.add(Money::from_minor(1_000_000), rate, parse_date("2020-06-01", "from")?, parse_date("2020-07-01", "to")?)?;
/// assert_eq!(earned.interest(Rounding::HalfUp)?, Money::from_minor(5_438));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceDays {
    day_count: DayCount,
    /// Over 10^28 x the basis of the day count.
    numerator: BigInt,
}

impl BalanceDays {
    /// Every rate is a whole number of 10^-28.
    const DECIMALS: u32 = 28;

    /// Nothing earned yet.
    #[must_use]
    pub fn new(day_count: DayCount) -> BalanceDays {
        BalanceDays { day_count, numerator: BigInt::ZERO }
    }

    /// Adds what a balance earns at an annual rate from one day to another, the last day not counted.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] for an end before the start.
    pub fn add(&mut self, balance: Money, rate: Rate, from: NaiveDate, to: NaiveDate) -> Result<()> {
        check_date(from, "from")?;
        check_date(to, "to")?;
        if to < from {
            let bound = format!("{from} or later");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "to", to, bound));
        }
        let (mantissa, scale) = rate.mantissa_and_scale();
        let parts = BigInt::from(mantissa) * BigInt::from(10).pow(BalanceDays::DECIMALS - scale);
        self.numerator += parts * balance.minor() * self.day_count.count(from, to, Some(to));
        Ok(())
    }

    /// The interest, rounded once. What it dropped stays: more days may be added, and the sum asked for again.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if it does not fit.
    pub fn interest(&self, rounding: Rounding) -> Result<Money> {
        let denominator = BigInt::from(10).pow(BalanceDays::DECIMALS) * self.day_count.basis();
        let rounded = divide_wide(rounding, &self.numerator, &denominator);
        i64::try_from(rounded).map(Money::from_minor).map_err(|_| {
            Error::new(ErrorCode::Overflow, "interest", "a larger figure", "what fits 64 bits of minor units")
        })
    }
}
