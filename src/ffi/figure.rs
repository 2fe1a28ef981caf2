//! Whole numbers of 128 bits, and published figures: exact ratios until they are rounded once.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, call, give_record, put, required, unused};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{code, flag, portfolio as words, word};
use crate::error::{Error, ErrorCode};
use crate::exact::beyond;
use crate::ratio::{Figure, Ratio};

/// A whole number of 128 bits: `high` x 2^64 + `low`.
///
/// Sums of money are of this width, because those of a book may pass 64 bits. A record that keeps its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_int128 {
    /// The lower half.
    pub low: u64,
    /// The upper half, with the sign: 0 or -1 where the number fits 64 bits.
    pub high: i64,
}

const _: () = assert!(size_of::<puhui_int128>() == 16);

impl From<i128> for puhui_int128 {
    fn from(value: i128) -> puhui_int128 {
        let [low @ .., _, _, _, _, _, _, _, _] = value.to_le_bytes();
        let [_, _, _, _, _, _, _, _, high @ ..] = value.to_le_bytes();
        puhui_int128 { low: u64::from_le_bytes(low), high: i64::from_le_bytes(high) }
    }
}

impl From<puhui_int128> for i128 {
    fn from(value: puhui_int128) -> i128 {
        i128::from(value.high) << 64 | i128::from(value.low)
    }
}

/// Returns a whole number of 64 bits as one of 128. Any number of threads may call this at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn puhui_int128_of(value: i64) -> puhui_int128 {
    i128::from(value).into()
}

/// Writes a whole number of 128 bits as one of 64, if it fits.
///
/// `*out_value` becomes the number, 0 on failure. `error` may be NULL. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_OVERFLOW` for a number below
/// -9223372036854775808 or above 9223372036854775807, or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `out_value` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_int128_to_int64(
    value: puhui_int128,
    out_value: *mut i64,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_value, 0),
            || {
                required(out_value, "out_value")?;
                put(out_value, fits(i128::from(value), "value")?);
                Ok(())
            },
        )
    }
}

/// A number of 128 bits in 64.
fn fits(value: i128, field: &'static str) -> Result<i64, Error> {
    i64::try_from(value).map_err(|_| beyond(field, value, 64))
}

/// A published figure, exact: a ratio, or the reason why there is none. What has no base is never an infinity.
///
/// A record that keeps its size; made by the functions below, and taken by `puhui_figure_round` and `puhui_figure_above`. All 0
/// where a call failed.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_figure {
    /// One of `PUHUI_FIGURE_*`.
    pub outcome: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The reduced numerator, with the sign; 0 where there is no ratio.
    pub numerator: puhui_int128,
    /// The reduced denominator, above 0; 0 where there is no ratio.
    pub denominator: puhui_int128,
}

start! {
    /// A `struct puhui_figure` that no call has made.
    PUHUI_NO_FIGURE = puhui_figure
}

const _: () = assert!(size_of::<puhui_figure>() == 40);

impl puhui_figure {
    const ZERO: puhui_figure = puhui_figure {
        outcome: 0,
        reserved: 0,
        numerator: puhui_int128 { low: 0, high: 0 },
        denominator: puhui_int128 { low: 0, high: 0 },
    };
}

impl From<Figure> for puhui_figure {
    fn from(figure: Figure) -> puhui_figure {
        match figure {
            Figure::Of(ratio) => puhui_figure {
                outcome: code(words::Figure::Ratio),
                reserved: 0,
                numerator: ratio.numerator().into(),
                denominator: ratio.denominator().into(),
            },
            Figure::ZeroBase => puhui_figure { outcome: code(words::Figure::ZeroBase), ..puhui_figure::ZERO },
            Figure::MissingBase => {
                puhui_figure { outcome: code(words::Figure::MissingBase), ..puhui_figure::ZERO }
            }
        }
    }
}

/// Reads a figure of the caller's.
///
/// # Safety
///
/// `given` must be NULL or readable.
pub(super) unsafe fn read(given: *const puhui_figure, field: &'static str) -> Result<Figure, Failure> {
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { borrow(given, field) }?;
    unused(u64::from(given.reserved), "reserved")?;
    let (numerator, denominator) = (i128::from(given.numerator), i128::from(given.denominator));
    let empty = (numerator, denominator) == (0, 0);
    match word(given.outcome, "outcome")? {
        words::Figure::Ratio => Ok(Figure::Of(Ratio::new(numerator, denominator)?)),
        words::Figure::ZeroBase if empty => Ok(Figure::ZeroBase),
        words::Figure::MissingBase if empty => Ok(Figure::MissingBase),
        words::Figure::ZeroBase | words::Figure::MissingBase => {
            let bound = "0/0 where there is no ratio";
            Err(Error::new(ErrorCode::Contradiction, field, format_args!("{numerator}/{denominator}"), bound)
                .into())
        }
    }
}

/// A number that may not be known, and is 0 where it is not.
pub(super) fn where_known(
    given: puhui_int128,
    has: u32,
    (field, has_field): (&'static str, &'static str),
) -> Result<Option<i128>, Failure> {
    let whole = i128::from(given);
    match flag(has, has_field)? {
        true => Ok(Some(whole)),
        false if whole == 0 => Ok(None),
        false => {
            let bound = format!("0 where {has_field} is 0");
            Err(Error::new(ErrorCode::Contradiction, field, whole, bound).into())
        }
    }
}

/// Makes a figure and writes it.
///
/// # Safety
///
/// `out_figure` must be NULL or writable, `error` as for every call.
pub(super) unsafe fn give(
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
    make: impl FnOnce() -> Result<Figure, Failure>,
) -> puhui_status {
    // SAFETY: forwarded from this function's contract.
    unsafe { give_record(out_figure, "out_figure", error, || Ok(make()?.into())) }
}

/// Makes the figure of a part of a whole: an overdue rate, an NPL ratio (不良率), a borrowing-household share (获贷率), a sum for
/// each loan.
///
/// `has_whole` is 1, or 0 where the whole is not known and `whole` is 0. `*out_figure` becomes the exact ratio, or says that the
/// whole is zero or not known, which is no failure; all 0 on failure. `error` may be NULL. Nothing is allocated; any number of
/// threads may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE` for a flag that is neither 0 nor 1,
/// `PUHUI_ERR_CONTRADICTION` for a `whole` that is given and not known, `PUHUI_ERR_OUT_OF_RANGE` for the lowest number of 128
/// bits, or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `out_figure` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_figure_of(
    part: puhui_int128,
    whole: puhui_int128,
    has_whole: u32,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give(out_figure, error, || {
            Ok(Figure::of(part.into(), where_known(whole, has_whole, ("whole", "has_whole"))?)?)
        })
    }
}

/// Makes the difference of two figures, in points: how far an NPL ratio lies above another, or above a target.
///
/// The difference is exact: of 16.6 % and 13.6 % it is 0.03, three percentage points. Where one of the two is no ratio its reason is
/// the outcome, that of `figure` first. `*out_figure` is all 0 on failure. `error` may be NULL. Nothing is allocated on success;
/// any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE`;
/// `PUHUI_ERR_CONTRADICTION` for a figure without a ratio that has numbers; `PUHUI_ERR_OUT_OF_RANGE` for a denominator of 0;
/// `PUHUI_ERR_OVERFLOW` for an exact difference that does not fit; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `figure` and `other` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_figure_above(
    figure: *const puhui_figure,
    other: *const puhui_figure,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(figure, "figure")?.above(read(other, "other")?)?)) }
}

/// Rounds a figure once, as its publisher does: to the nearest, or cut.
///
/// `decimals` is the number of decimals of the fraction, 0 to 28, and `rounding` one of `PUHUI_ROUNDING_*`; `_DOWN` cuts.
/// `*out_units` becomes the figure in units of the last decimal: 16.6 % is 0.166, with 3 decimals 166. So a percentage with one
/// decimal asks for 3. It is 0 on failure. `error` may be NULL. Nothing is allocated on success; any number of threads may call
/// this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE`;
/// `PUHUI_ERR_MISSING` for a figure without a ratio, its outcome not being `PUHUI_FIGURE_RATIO`; `PUHUI_ERR_CONTRADICTION` for one
/// that has numbers all the same; `PUHUI_ERR_OUT_OF_RANGE` for more decimals or a denominator of 0; `PUHUI_ERR_OVERFLOW` for
/// what does not fit 64 bits; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `figure` must be readable and `out_units` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_figure_round(
    figure: *const puhui_figure,
    decimals: u32,
    rounding: u32,
    out_units: *mut i64,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_units, 0),
            || {
                required(out_units, "out_units")?;
                let figure = read(figure, "figure")?;
                let rounding = word(rounding, "rounding")?;
                if decimals > 28 {
                    return Err(Error::new(ErrorCode::OutOfRange, "decimals", decimals, "0 to 28").into());
                }
                let rounded = figure.to_decimal(decimals, rounding)?;
                let rounded = rounded.ok_or_else(|| {
                    let bound = "a figure that has a base";
                    Error::new(ErrorCode::Missing, "figure", "no ratio", bound)
                })?;
                put(out_units, fits(rounded.mantissa(), "figure")?);
                Ok(())
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_128_bits() {
        for value in [0, 1, -1, i128::MAX, i128::MIN, 1 << 64, -(1 << 64), i128::from(u64::MAX)] {
            assert_eq!(i128::from(puhui_int128::from(value)), value);
        }
        assert_eq!(puhui_int128::from(-1), puhui_int128 { low: u64::MAX, high: -1 });
        assert_eq!(puhui_int128::from(1 << 64), puhui_int128 { low: 0, high: 1 });
    }
}
