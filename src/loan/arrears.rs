//! Arrears (逾期): how long they last, and the rate they pay.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::error::{Error, ErrorCode, Result};
use crate::rate::Rate;

/// The penalty rate (罚息利率): the contract rate raised by a mark-up, exact.
///
/// # Source
///
/// 银发〔2003〕251号: overdue loans pay the contract rate and 30 % to 50 % more, misused ones 50 % to 100 % more. The mark-up is
/// the contract's, not a constant here: 0.50 is half as much again.
///
/// # Errors
///
/// * [`ErrorCode::OutOfRange`] for a mark-up below zero, and a penalty rate above 1000 %.
/// * [`ErrorCode::TooManyDigits`] if the product has more than 28 decimals.
///
/// # Examples
///
/// ```
/// use puhui::loan::penalty_rate;
///
/// // 6.84 % less 15 % is a contract rate of 5.814 %; half as much again is 2.4225 of every 10,000 a day (PEN-28).
/// let rate = penalty_rate("0.05814".parse()?, "0.5".parse()?)?;
/// assert_eq!(rate.to_string(), "0.08721");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn penalty_rate(contract: Rate, mark_up: Rate) -> Result<Rate> {
    if mark_up < Rate::ZERO {
        return Err(Error::new(ErrorCode::OutOfRange, "mark_up", mark_up, "0 or more"));
    }
    let (mantissa, scale) = contract.mantissa_and_scale();
    let (more, more_scale) = mark_up.mantissa_and_scale();
    // Both are at most 10 with 28 decimals, so each mantissa is below 2^97: the product may not fit, but is never wrong.
    let product = || {
        let factor = 10_i128.checked_pow(more_scale)?.checked_add(more)?;
        Decimal::try_from_i128_with_scale(mantissa.checked_mul(factor)?, scale.checked_add(more_scale)?).ok()
    };
    match product() {
        Some(rate) => Rate::new(rate),
        None => {
            let value = format!("{contract} x (1 + {mark_up})");
            Err(Error::new(ErrorCode::TooManyDigits, "mark_up", value, "28 decimals, held exactly"))
        }
    }
}

/// The days past due (逾期天数) on a day, of an instalment that is short since `due_on`, its due date after any roll.
///
/// Zero on the due date and within so many days of grace (宽限期) after it; past them the count runs from the due date.
///
/// # Examples
///
/// ```
/// use puhui::loan::days_past_due;
/// use puhui::parse_date;
///
/// let due = parse_date("2020-03-20", "due_on")?;
/// let on = |text, grace| parse_date(text, "on").map(|on| days_past_due(due, on, grace));
/// assert_eq!((on("2020-03-20", 0)?, on("2020-03-21", 0)?), (0, 1));
/// assert_eq!((on("2020-06-18", 0)?, on("2020-06-19", 0)?), (90, 91));
/// // Three days of grace: on the fourth the count is four.
/// assert_eq!((on("2020-03-23", 3)?, on("2020-03-24", 3)?), (0, 4));
/// # Ok::<(), puhui::Error>(())
/// ```
#[must_use]
pub fn days_past_due(due_on: NaiveDate, on: NaiveDate, grace_days: u16) -> u32 {
    let days = on.signed_duration_since(due_on).num_days();
    match u32::try_from(days) {
        Ok(days) if days > u32::from(grace_days) => days,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    #[test]
    fn penalty_rates_are_exact_or_refused() {
        // PEN-33: 6 % and 30 % more is 7.8 %.
        assert_eq!(penalty_rate(rate("0.06"), rate("0.3")).unwrap(), rate("0.078"));
        assert_eq!(penalty_rate(rate("0.06"), Rate::ZERO).unwrap(), rate("0.06"));
        assert_eq!(penalty_rate(rate("0.06"), rate("-0.1")).unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!(penalty_rate(rate("9"), rate("0.5")).unwrap_err().code(), ErrorCode::OutOfRange);
        let long = rate("0.0123456789012345678901234567");
        assert_eq!(penalty_rate(long, rate("0.5")).unwrap_err().code(), ErrorCode::TooManyDigits);
    }
}
