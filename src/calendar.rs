//! Dates, day counts, business days and cycles: how time becomes a number.
//!
//! All dates are civil dates of the host's business day, without a time zone; nothing here reads a clock. One file holds
//! one convention:
//!
//! * [`DayCount`]: what part of a year lies between two dates, as an exact fraction.
//! * [`Cycle`]: the due dates of a loan, always counted from the anchor and never from the date before.
//! * [`Calendar`] and [`BusinessDays`]: which days are worked, and where a date goes that is not.
//!
//! Dates from [`MIN_DATE`] to [`MAX_DATE`] are computed with; another one is an error, never a wrong figure.
//!
//! # Examples
//!
//! ```
//! use puhui::{BusinessDays, Calendar, Cycle, DayCount, MissingDay, Roll, RolledInterest, parse_date};
//!
//! let first = parse_date("2020-01-20", "first_due_on")?;
//! let second = Cycle::MONTHLY.date(first, None, MissingDay::LastOfMonth, 1)?;
//! assert_eq!(second.to_string(), "2020-02-20");
//! assert_eq!(DayCount::Actual360.year_fraction(first, second, None).to_string(), "31/360");
//!
//! // 2020-06-25 was the Dragon Boat festival; the 28th, a Sunday, was worked for it.
//! let days = BusinessDays {
//!     calendar: Calendar::cn(),
//!     roll: Roll::Following,
//!     interest: RolledInterest::Unadjusted,
//!     strict: false,
//! };
//! let rolled = days.roll(parse_date("2020-06-25", "due_on")?)?;
//! assert_eq!(rolled.date.to_string(), "2020-06-28");
//! assert!(!rolled.provisional);
//! # Ok::<(), puhui::Error>(())
//! ```

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::decimal_text::quoted;
use crate::{Error, ErrorCode, Result};

pub(crate) mod business_days;
mod cn;
mod cycle;
mod day_count;
mod day_number;
mod months;
mod quasi_coupons;
mod year_fraction;

pub use business_days::{BusinessDays, Calendar, Roll, RolledDate, RolledInterest};
pub use cycle::{Cycle, CycleUnit, add_months};
pub use day_count::DayCount;
pub use months::MissingDay;
pub(crate) use months::{DueDay, DueDays, MonthIndex};
pub(crate) use quasi_coupons::{CouponPeriod, DayWorth, QuasiCoupons};
pub use year_fraction::YearFraction;

/// The first date that is computed with: 1900-01-01.
pub const MIN_DATE: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

/// The last date that is computed with: 2499-12-31.
pub const MAX_DATE: NaiveDate = match NaiveDate::from_ymd_opt(2499, 12, 31) {
    Some(date) => date,
    None => NaiveDate::MAX,
};

/// Refuses a date outside [`MIN_DATE`] to [`MAX_DATE`].
#[inline]
pub(crate) fn check_date(date: NaiveDate, field: &'static str) -> Result<()> {
    if (MIN_DATE..=MAX_DATE).contains(&date) { Ok(()) } else { Err(out_of_range(field, date)) }
}

/// The day after one that is computed with: there always is one.
pub(crate) fn day_after(date: NaiveDate) -> Result<NaiveDate> {
    date.succ_opt().ok_or_else(|| Error::internal("day before another", date))
}

/// The day before one that is computed with: there always is one.
pub(crate) fn day_before(date: NaiveDate) -> Result<NaiveDate> {
    date.pred_opt().ok_or_else(|| Error::internal("day after another", date))
}

/// The error of a date, or of what would have been one, outside [`MIN_DATE`] to [`MAX_DATE`].
#[cold]
fn out_of_range(field: &'static str, value: impl fmt::Display) -> Error {
    Error::new(ErrorCode::DateOutOfRange, field, value, format_args!("a date from {MIN_DATE} to {MAX_DATE}"))
}

/// Reads a date written as a number, `yyyymmdd`: 20200630 is 30 June 2020.
///
/// `field` names the date in an error.
///
/// # Errors
///
/// * [`ErrorCode::Malformed`] if the number is no day of the calendar.
/// * [`ErrorCode::DateOutOfRange`] if it lies outside [`MIN_DATE`] to [`MAX_DATE`].
///
/// # Examples
///
/// ```
/// use puhui::{ErrorCode, parse_ymd, to_ymd};
///
/// let date = parse_ymd(20200229, "due_on")?;
/// assert_eq!(date.to_string(), "2020-02-29");
/// assert_eq!(to_ymd(date), 20200229);
/// assert_eq!(parse_ymd(20210229, "due_on").unwrap_err().code(), ErrorCode::Malformed);
/// # Ok::<(), puhui::Error>(())
/// ```
#[inline]
pub fn parse_ymd(ymd: i32, field: &'static str) -> Result<NaiveDate> {
    let date = u32::try_from(ymd % 100).ok().zip(u32::try_from(ymd / 100 % 100).ok());
    let date = date.and_then(|(day, month)| NaiveDate::from_ymd_opt(ymd / 10_000, month, day));
    match date {
        // Below the year 1000 the number would not have its eight digits.
        Some(date) if (1000..=9999).contains(&date.year()) => check_date(date, field).map(|()| date),
        _ => Err(Error::new(ErrorCode::Malformed, field, ymd, "a calendar date as yyyymmdd")),
    }
}

/// Writes a date as a number, `yyyymmdd`: 30 June 2020 is 20200630.
///
/// # Examples
///
/// ```
/// assert_eq!(puhui::to_ymd(puhui::MIN_DATE), 19000101);
/// ```
#[inline]
#[must_use]
pub fn to_ymd(date: NaiveDate) -> i32 {
    // A month is at most 12 and a day at most 31, so the sum is at most 1231 and always an `i32`.
    let month_and_day = i32::try_from(date.month() * 100 + date.day()).unwrap_or(0);
    date.year() * 10_000 + month_and_day
}

/// Reads a date written as ISO 8601 asks for it, `YYYY-MM-DD`: exactly ten characters, digits and two hyphens.
///
/// `field` names the date in an error.
///
/// # Errors
///
/// * [`ErrorCode::Malformed`] if the text is not of that form, or no day of the calendar.
/// * [`ErrorCode::DateOutOfRange`] if the date lies outside [`MIN_DATE`] to [`MAX_DATE`].
///
/// # Examples
///
/// ```
/// use puhui::{ErrorCode, parse_date};
///
/// assert_eq!(parse_date("2020-02-29", "due_on")?.to_string(), "2020-02-29");
/// assert_eq!(parse_date("2020-2-29", "due_on").unwrap_err().code(), ErrorCode::Malformed);
/// assert_eq!(parse_date("1899-12-31", "due_on").unwrap_err().code(), ErrorCode::DateOutOfRange);
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn parse_date(text: &str, field: &'static str) -> Result<NaiveDate> {
    let malformed = || Error::new(ErrorCode::Malformed, field, quoted(text), "a calendar date as YYYY-MM-DD");
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return Err(malformed()) };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2];
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(malformed());
    }
    // Eight decimal digits are below 10^8 and fit an `i32`.
    let ymd = digits.iter().fold(0, |ymd, digit| ymd * 10 + i32::from(digit - b'0'));
    match parse_ymd(ymd, field) {
        Err(error) if error.code() == ErrorCode::Malformed => Err(malformed()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_what_their_documentation_says() {
        assert_eq!(MIN_DATE.to_string(), "1900-01-01");
        assert_eq!(MAX_DATE.to_string(), "2499-12-31");
        for (date, inside) in
            [(MIN_DATE, true), (MAX_DATE, true), (NaiveDate::MIN, false), (NaiveDate::MAX, false)]
        {
            assert_eq!(check_date(date, "d").is_ok(), inside, "{date}");
        }
        let error = check_date(MAX_DATE.succ_opt().unwrap(), "due_on").unwrap_err();
        assert_eq!(error.code(), ErrorCode::DateOutOfRange);
        assert_eq!(
            error.to_string(),
            "due_on: expected a date from 1900-01-01 to 2499-12-31, got 2500-01-01"
        );
    }

    #[test]
    fn numbers_and_texts_agree_on_every_day() {
        let mut date = MIN_DATE;
        while date <= MAX_DATE {
            let ymd = to_ymd(date);
            assert_eq!(parse_ymd(ymd, "d"), Ok(date));
            date += chrono::TimeDelta::days(1);
        }
        for date in [MIN_DATE, MAX_DATE] {
            assert_eq!(parse_date(&date.to_string(), "d"), Ok(date));
        }
    }

    #[test]
    fn numbers_that_are_no_dates_are_refused() {
        use ErrorCode::{DateOutOfRange, Malformed};
        for (ymd, code) in [
            (0, Malformed),
            (-20200630, Malformed),
            (20200630 - 100_000_000, Malformed),
            (i32::MIN, Malformed),
            (i32::MAX, Malformed),
            (200_630, Malformed),
            (9_991_231, Malformed),
            (202_006_301, Malformed),
            (20200631, Malformed),
            (20200600, Malformed),
            (20200030, Malformed),
            (20201301, Malformed),
            (19000229, Malformed),
            (18991231, DateOutOfRange),
            (25000101, DateOutOfRange),
            (10000101, DateOutOfRange),
            (99991231, DateOutOfRange),
        ] {
            assert_eq!(parse_ymd(ymd, "d").map_err(|e| e.code()), Err(code), "{ymd}");
        }
    }

    #[test]
    fn texts_that_are_no_dates_are_refused() {
        use ErrorCode::{DateOutOfRange, Malformed};
        for (text, code) in [
            ("", Malformed),
            ("2020-6-30", Malformed),
            ("2020-06-3", Malformed),
            ("20200630", Malformed),
            ("2020/06/30", Malformed),
            (" 2020-06-30", Malformed),
            ("2020-06-30 ", Malformed),
            ("+020-06-30", Malformed),
            ("-020-06-30", Malformed),
            ("2020-06--3", Malformed),
            ("2020-06-+3", Malformed),
            ("2020-06-30T00:00", Malformed),
            ("２０-06-30", Malformed),
            ("2020-06-31", Malformed),
            ("2021-02-29", Malformed),
            ("2020-00-10", Malformed),
            ("0000-01-01", Malformed),
            ("1899-12-31", DateOutOfRange),
            ("2500-01-01", DateOutOfRange),
        ] {
            assert_eq!(parse_date(text, "d").map_err(|e| e.code()), Err(code), "{text}");
        }
        let error = parse_date("2021-02-29", "due_on").unwrap_err();
        assert_eq!(error.to_string(), "due_on: expected a calendar date as YYYY-MM-DD, got \"2021-02-29\"");
    }
}
