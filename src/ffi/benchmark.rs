//! Published series of reference rates, as handles.

use std::ffi::c_char;
use std::ptr;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{any_thread, borrow, call, hand_out, put, required, required_array, take_back};
use super::boundary::status::puhui_status;
use super::boundary::text;
use super::calendar::read_dates;
use super::product::cycle;
use crate::calendar::{parse_ymd, to_ymd};
use crate::error::{Error, ErrorCode};
use crate::rate::{BasisPoints, Benchmark, Rate};

/// A published, dated series of reference rates, such as the loan prime rate. Opaque; made by `puhui_benchmark_built_in` or
/// `puhui_benchmark_from_columns`, released by `puhui_benchmark_free`.
///
/// Never changed once made, so any number of threads may use one benchmark at the same time.
#[derive(Debug)]
pub struct puhui_benchmark {
    benchmark: Benchmark,
}

const _: () = any_thread::<puhui_benchmark>();

/// A rate in parts per billion, exactly.
fn ppb(rate: Rate) -> Result<i64, Failure> {
    let (mantissa, scale) = rate.mantissa_and_scale();
    let factor = 9_u32.checked_sub(scale).map(|places| 10_i128.pow(places));
    let ppb = factor.and_then(|factor| mantissa.checked_mul(factor)).and_then(|ppb| i64::try_from(ppb).ok());
    Ok(ppb.ok_or_else(|| Error::new(ErrorCode::TooManyDigits, "rate", rate, "at most 9 decimals"))?)
}

/// Makes a built-in series and stores it in `*out_benchmark`. The caller owns it and releases it with
/// `puhui_benchmark_free`.
///
/// `name`, NUL-terminated UTF-8, is one of `lpr_1y`, `lpr_5y` (loan prime rates from 2019-08-20 to 2025-05), `pboc_1y`,
/// `pboc_5y` and `pboc_over_5y` (the central bank's benchmark rates from 2014-11-22 to 2015-10). `error` may be NULL. On
/// failure `*out_benchmark` is NULL. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_UNKNOWN_VALUE` or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `name` must be NUL-terminated and `out_benchmark` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_built_in(
    name: *const c_char,
    out_benchmark: *mut *mut puhui_benchmark,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_benchmark, ptr::null_mut()),
            || {
                required(out_benchmark, "out_benchmark")?;
                let benchmark = Benchmark::built_in(text::read(name, "name")?)?;
                hand_out(out_benchmark, puhui_benchmark { benchmark });
                Ok(())
            },
        )
    }
}

/// Makes a series of the caller's own and stores it in `*out_benchmark`. The caller owns it and releases it with
/// `puhui_benchmark_free`.
///
/// On day `published_on_ymd[i]` the rate `rate_ppb[i]` (parts per billion a year) was published; the days rise, and a value
/// holds until the next one. The arrays hold `count` elements, at least one. `name` is NUL-terminated UTF-8. All inputs are
/// copied. `error` may be NULL. On failure `*out_benchmark` is NULL. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_TEXT`, `PUHUI_ERR_MISSING` (no rows),
/// `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_DATES_OUT_OF_ORDER`,
/// `PUHUI_ERR_OUT_OF_RANGE` (a rate) or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// The arrays must be readable for `count` elements, `name` NUL-terminated and `out_benchmark` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_from_columns(
    name: *const c_char,
    published_on_ymd: *const i32,
    rate_ppb: *const i64,
    count: usize,
    out_benchmark: *mut *mut puhui_benchmark,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_benchmark, ptr::null_mut()),
            || {
                required(out_benchmark, "out_benchmark")?;
                let name = text::read(name, "name")?;
                let days = read_dates(published_on_ymd, count, "published_on")?;
                required_array(rate_ppb, count, "rate")?;
                let published = days.into_iter().enumerate();
                // SAFETY: there are `count` days, and as many rates by this function's contract.
                let published = published.map(|(i, day)| Ok((day, Rate::from_ppb(rate_ppb.add(i).read())?)));
                let published = published.collect::<Result<_, Error>>()?;
                hand_out(out_benchmark, puhui_benchmark { benchmark: Benchmark::new(name, published)? });
                Ok(())
            },
        )
    }
}

/// Stores in `*out_rate_ppb` the rate in force on a date, in parts per billion a year, as far as it was published by
/// `known_on_ymd`.
///
/// `error` may be NULL. On failure `*out_rate_ppb` is 0. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (a
/// date), `PUHUI_ERR_BENCHMARK_NOT_PUBLISHED` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `benchmark` must be live and `out_rate_ppb` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_value_on(
    benchmark: *const puhui_benchmark,
    date_ymd: i32,
    known_on_ymd: i32,
    out_rate_ppb: *mut i64,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_rate_ppb, 0),
            || {
                let benchmark = borrow(benchmark, "benchmark")?;
                required(out_rate_ppb, "out_rate_ppb")?;
                let (date, known_on) = (parse_ymd(date_ymd, "date")?, parse_ymd(known_on_ymd, "known_on")?);
                put(out_rate_ppb, ppb(benchmark.benchmark.value_on(date, known_on)?)?);
                Ok(())
            },
        )
    }
}

/// Resolves a benchmark into the rates of one loan: the first one, for `rate_ppb` of its `puhui_terms`, and the changes, for
/// its `puhui_side`.
///
/// The rate is the benchmark's value plus `spread_bp` basis points. It is fixed on `disbursed_on_ymd` and looked up again
/// every `reset_count` times `reset_unit` (one of `PUHUI_UNIT_*`; both 0: never), up to `until_ymd`. What was published
/// after `known_on_ymd` is not used: a later reset carries the newest value known and is marked in `step_projected`.
///
/// The three step arrays belong to the caller and hold `capacity` elements each; `step_from_ymd[i]` is the first day of
/// `step_rate_ppb[i]` (parts per billion a year), `step_projected[i]` is 0 or 1. With all three NULL and a `capacity` of 0
/// the call only counts. `*out_count` becomes the number of steps. `error` may be NULL. On failure `*out_first_rate_ppb` and
/// `*out_count` are 0 and the arrays are as they were, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_count` is what is needed.
/// Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_OUT_OF_RANGE` (a rate, a count),
/// `PUHUI_ERR_BENCHMARK_NOT_PUBLISHED`, `PUHUI_ERR_BUFFER_TOO_SMALL` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `benchmark` must be live, the arrays writable for `capacity` elements and the outputs writable; nothing may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_rates(
    benchmark: *const puhui_benchmark,
    spread_bp: i32,
    reset_count: u32,
    reset_unit: u32,
    disbursed_on_ymd: i32,
    until_ymd: i32,
    known_on_ymd: i32,
    out_first_rate_ppb: *mut i64,
    step_from_ymd: *mut i32,
    step_rate_ppb: *mut i64,
    step_projected: *mut u32,
    capacity: usize,
    out_count: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_first_rate_ppb, 0);
                put(out_count, 0);
            },
            || {
                let benchmark = borrow(benchmark, "benchmark")?;
                required(out_first_rate_ppb, "out_first_rate_ppb")?;
                required(out_count, "out_count")?;
                let count_only =
                    step_from_ymd.is_null() && step_rate_ppb.is_null() && step_projected.is_null();
                if !count_only || capacity != 0 {
                    required(step_from_ymd, "step_from_ymd")?;
                    required(step_rate_ppb, "step_rate_ppb")?;
                    required(step_projected, "step_projected")?;
                }
                let (first, steps) = benchmark.benchmark.rates(
                    BasisPoints(spread_bp),
                    cycle(reset_count, reset_unit, "reset")?,
                    parse_ymd(disbursed_on_ymd, "disbursed_on")?,
                    parse_ymd(until_ymd, "until")?,
                    parse_ymd(known_on_ymd, "known_on")?,
                )?;
                let first = ppb(first)?;
                let rates = steps.iter().map(|step| ppb(step.rate)).collect::<Result<Vec<_>, _>>()?;
                if !count_only {
                    if capacity < steps.len() {
                        put(out_count, steps.len());
                        let bound = format!("at least {}", steps.len());
                        return Err(Error::new(ErrorCode::BufferTooSmall, "capacity", capacity, bound).into());
                    }
                    for (i, (step, rate)) in steps.iter().zip(rates).enumerate() {
                        // SAFETY: `i` < `capacity`, for which the arrays are writable by this function's contract.
                        step_from_ymd.add(i).write(to_ymd(step.from));
                        step_rate_ppb.add(i).write(rate);
                        step_projected.add(i).write(u32::from(step.projected));
                    }
                }
                put(out_first_rate_ppb, first);
                put(out_count, steps.len());
                Ok(())
            },
        )
    }
}

/// Releases a benchmark. NULL is ignored. No other thread may be using it.
///
/// # Safety
///
/// `benchmark` must be NULL or come from `puhui_benchmark_built_in` or `puhui_benchmark_from_columns` and not have been
/// released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_free(benchmark: *mut puhui_benchmark) {
    // SAFETY: forwarded from this function's contract.
    unsafe { take_back(benchmark) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_cross_exactly_or_not_at_all() {
        for given in [0, 1, -1, 43_500_000, 10_000_000_000, -10_000_000_000] {
            assert_eq!(ppb(Rate::from_ppb(given).unwrap()).ok(), Some(given));
        }
        assert!(ppb("0.0000000001".parse().unwrap()).is_err());
    }
}
