//! Calendars of business days, as handles.

use std::ffi::c_char;
use std::ptr;

use chrono::NaiveDate;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{any_thread, borrow, call, hand_out, put, required, required_array, take_back};
use super::boundary::status::puhui_status;
use super::boundary::text;
use super::codes::word;
use crate::calendar::{BusinessDays, Calendar, RolledInterest, parse_ymd, to_ymd};
use crate::error::Result as CoreResult;

/// Which days are business days. Opaque; made by a `puhui_calendar_*` function, released by `puhui_calendar_free`.
///
/// Never changed once made, so any number of threads may use one calendar at the same time.
#[derive(Debug)]
pub struct puhui_calendar {
    pub(super) calendar: Calendar,
}

const _: () = any_thread::<puhui_calendar>();

/// Reads `count` dates.
///
/// # Safety
///
/// `ymd` must be readable for `count` elements; it may be NULL if there are none.
pub(super) unsafe fn read_dates(
    ymd: *const i32,
    count: usize,
    field: &'static str,
) -> Result<Vec<NaiveDate>, Failure> {
    required_array(ymd, count, field)?;
    // SAFETY: `i` < `count` elements are readable by this function's contract.
    let dates = (0..count).map(|i| parse_ymd(unsafe { ymd.add(i).read() }, field));
    Ok(dates.collect::<CoreResult<_>>()?)
}

/// Makes the calendar of the Chinese statutory holidays and make-up working days of 2018 to 2026, edition `cn@2026`, and
/// stores it in `*out_calendar`. The caller owns it and releases it with `puhui_calendar_free`.
///
/// Beyond those years only weekends are known. `error` may be NULL. On failure `*out_calendar` is NULL. Any number of
/// threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `out_calendar` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_calendar_cn(
    out_calendar: *mut *mut puhui_calendar,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(error, || put(out_calendar, ptr::null_mut()), || make(out_calendar, || Ok(Calendar::cn())))
    }
}

/// Makes the calendar in which Saturdays and Sundays are off and nothing else, and stores it in `*out_calendar`. The caller
/// owns it and releases it with `puhui_calendar_free`.
///
/// `error` may be NULL. On failure `*out_calendar` is NULL. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `out_calendar` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_calendar_weekends(
    out_calendar: *mut *mut puhui_calendar,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(error, || put(out_calendar, ptr::null_mut()), || make(out_calendar, || Ok(Calendar::weekends())))
    }
}

/// Makes a calendar of the caller's own and stores it in `*out_calendar`. The caller owns it and releases it with
/// `puhui_calendar_free`.
///
/// Weekends are off; the `holiday_count` days of `holidays_ymd` are off too, and the `workday_count` days of
/// `workdays_ymd` are worked. The lists need no order; they are taken to be complete from 1 January of the year of their
/// first date to 31 December of the year of their last. An empty list may be NULL. `name` is NUL-terminated UTF-8. All
/// inputs are copied. `error` may be NULL. On failure `*out_calendar` is NULL. Any number of threads may call this at the
/// same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_CONTRADICTION` (a day listed twice) or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// The arrays must be readable for their counts and `out_calendar` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_calendar_from_days(
    name: *const c_char,
    holidays_ymd: *const i32,
    holiday_count: usize,
    workdays_ymd: *const i32,
    workday_count: usize,
    out_calendar: *mut *mut puhui_calendar,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_calendar, ptr::null_mut()),
            || {
                make(out_calendar, || {
                    let name = text::read(name, "name")?;
                    let holidays = read_dates(holidays_ymd, holiday_count, "holidays")?;
                    let workdays = read_dates(workdays_ymd, workday_count, "workdays")?;
                    Ok(Calendar::from_days(name, &holidays, &workdays)?)
                })
            },
        )
    }
}

/// Hands out a calendar, once it is clear where to.
///
/// # Safety
///
/// `out_calendar` must be NULL or writable.
unsafe fn make(
    out_calendar: *mut *mut puhui_calendar,
    calendar: impl FnOnce() -> Result<Calendar, Failure>,
) -> Result<(), Failure> {
    required(out_calendar, "out_calendar")?;
    // SAFETY: not NULL, so writable by this function's contract.
    unsafe { hand_out(out_calendar, puhui_calendar { calendar: calendar()? }) };
    Ok(())
}

/// Rolls a date to a business day and stores it in `*out_rolled_on_ymd`; a business day stays where it is.
///
/// `roll` is one of `PUHUI_ROLL_*`. `*out_provisional` becomes 1 where the calendar does not cover a year that it looked at
/// and went by weekends only, else 0; `out_provisional` may be NULL. `error` may be NULL. On failure the outputs are 0. Any
/// number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `calendar` must be live and the outputs writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_calendar_roll(
    calendar: *const puhui_calendar,
    date_ymd: i32,
    roll: u32,
    out_rolled_on_ymd: *mut i32,
    out_provisional: *mut u32,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_rolled_on_ymd, 0);
                put(out_provisional, 0);
            },
            || {
                let calendar = borrow(calendar, "calendar")?;
                required(out_rolled_on_ymd, "out_rolled_on")?;
                let days = BusinessDays {
                    calendar: calendar.calendar.clone(),
                    roll: word(roll, "roll")?,
                    interest: RolledInterest::Unadjusted,
                    strict: false,
                };
                let rolled = days.roll(parse_ymd(date_ymd, "date")?)?;
                put(out_rolled_on_ymd, to_ymd(rolled.date));
                put(out_provisional, u32::from(rolled.provisional));
                Ok(())
            },
        )
    }
}

/// Releases a calendar. NULL is ignored. No other thread may be using it; products made with it stay good.
///
/// # Safety
///
/// `calendar` must be NULL or come from a `puhui_calendar_*` function and not have been released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_calendar_free(calendar: *mut puhui_calendar) {
    // SAFETY: forwarded from this function's contract.
    unsafe { take_back(calendar) };
}
