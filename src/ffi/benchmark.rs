//! Published series of reference rates, as handles.

use std::ffi::c_char;
use std::ptr;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{
    any_thread, borrow, call, hand_out, put, required, required_array, room, take_back, unused,
};
use super::boundary::options::{self, Plain};
use super::boundary::result::write_rows;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::boundary::text;
use super::calendar::read_dates;
use super::loan::puhui_rate_step;
use super::product::cycle;
use crate::calendar::{parse_ymd, to_ymd};
use crate::error::{Error, ErrorCode};
use crate::rate::{BasisPoints, Benchmark, Rate, RateStep};

/// A published, dated series of reference rates, such as the loan prime rate. Opaque; made by `puhui_benchmark_built_in` or
/// `puhui_benchmark_from_columns`, released by `puhui_benchmark_free`.
///
/// Never changed once made, so any number of threads may use one benchmark at the same time.
#[derive(Debug)]
pub struct puhui_benchmark {
    pub(super) benchmark: Benchmark,
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
                required(out_rate_ppb, "out_rate")?;
                let (date, known_on) = (parse_ymd(date_ymd, "date")?, parse_ymd(known_on_ymd, "known_on")?);
                put(out_rate_ppb, ppb(benchmark.benchmark.value_on(date, known_on)?)?);
                Ok(())
            },
        )
    }
}

/// How the rates of one loan follow a benchmark.
///
/// Start with `PUHUI_RESET_RULE_INIT`, which adds nothing and never looks it up again; the three days are still to be set. Later
/// releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_reset_rule {
    /// `sizeof(struct puhui_reset_rule)` as the caller was compiled.
    pub struct_size: u32,
    /// What is added to the benchmark, in basis points.
    pub spread_bp: i32,
    /// The benchmark is looked up again every n units, from the disbursement on; 0, with `reset_unit` 0: never.
    pub reset_count: u32,
    /// One of `PUHUI_UNIT_*`, or 0.
    pub reset_unit: u32,
    /// The day the rate is fixed first.
    pub disbursed_on_ymd: i32,
    /// The last day that a rate is wanted for.
    pub until_ymd: i32,
    /// What was published after this day is not used: a later reset carries the newest value known, and is projected.
    pub known_on_ymd: i32,
    /// Reserved; must be 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_reset_rule>() == 32);

// SAFETY: integers only, without padding: 8 x 4 = 32.
unsafe impl Plain for puhui_reset_rule {
    const SIZE_V1: usize = 32;
}

start! {
    /// Starts a `struct puhui_reset_rule`: nothing is added, and the benchmark is never looked up again; the days are still to be set.
    PUHUI_RESET_RULE_INIT = puhui_reset_rule {}
}

/// Resolves a benchmark into the rates of one loan: the first one, for `rate_ppb` of its `puhui_terms`, and the changes, for
/// `rate_steps` of its `puhui_loan`.
///
/// The rate is the benchmark's value and the spread of the rule, fixed on the day of disbursement and looked up again as the rule
/// says. `steps` belongs to the caller and has `capacity` elements; `*out_count` becomes the number of changes, the elements after
/// them are left as they were. With `steps` NULL and a `capacity` of 0 they are counted and not written. `error` may be NULL. On
/// failure `*out_first_rate_ppb` and `*out_count` are 0 and the array is as it was, but with `PUHUI_ERR_BUFFER_TOO_SMALL`
/// `*out_count` is what is needed. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE`,
/// `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date), `PUHUI_ERR_OUT_OF_RANGE` (a rate, a count),
/// `PUHUI_ERR_BENCHMARK_NOT_PUBLISHED`, `PUHUI_ERR_BUFFER_TOO_SMALL` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `benchmark` must be live, `rule` have its `struct_size` readable bytes, `steps` be writable for `capacity` elements and the outputs
/// writable; nothing may overlap.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_benchmark_rates(
    benchmark: *const puhui_benchmark,
    rule: *const puhui_reset_rule,
    out_first_rate_ppb: *mut i64,
    steps: *mut puhui_rate_step,
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
                let rule = options::read(rule, "rule")?;
                unused(rule.reserved.into(), "reserved")?;
                required(out_first_rate_ppb, "out_first_rate")?;
                required(out_count, "out_count")?;
                room(steps, capacity, "steps")?;
                let (first, changes) = benchmark.benchmark.rates(
                    BasisPoints(rule.spread_bp),
                    cycle(rule.reset_count, rule.reset_unit, "reset")?,
                    parse_ymd(rule.disbursed_on_ymd, "disbursed_on")?,
                    parse_ymd(rule.until_ymd, "until")?,
                    parse_ymd(rule.known_on_ymd, "known_on")?,
                )?;
                let first = ppb(first)?;
                let changes = changes.iter().map(step_of).collect::<Result<Vec<_>, _>>()?;
                write_rows(changes.into_iter(), (steps, capacity), "capacity", out_count)?;
                put(out_first_rate_ppb, first);
                Ok(())
            },
        )
    }
}

/// A change of the rate, as C reads it.
fn step_of(change: &RateStep) -> Result<puhui_rate_step, Failure> {
    let RateStep { from, rate, projected } = change;
    Ok(puhui_rate_step { from_ymd: to_ymd(*from), projected: u32::from(*projected), rate_ppb: ppb(*rate)? })
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
