//! Numbers of a caller, read into what holds them.

use crate::error::{Error, ErrorCode, Result};

/// A count that the library holds in 16 bits.
pub(in crate::ffi) fn count(given: u32, field: &'static str) -> Result<u16> {
    u16::try_from(given)
        .map_err(|_| Error::new(ErrorCode::OutOfRange, field, given, format_args!("at most {}", u16::MAX)))
}

/// Refuses a figure that belongs to another code.
pub(in crate::ffi) fn must_be_zero(figures: &[(&'static str, i64)], bound: &str) -> Result<()> {
    match figures.iter().find(|(_, figure)| *figure != 0) {
        None => Ok(()),
        Some((field, figure)) => Err(Error::new(ErrorCode::Contradiction, *field, figure, bound)),
    }
}

pub(in crate::ffi) fn days(given: u32, field: &'static str, most: u16) -> Result<u16> {
    match u16::try_from(given) {
        Ok(days) if days <= most => Ok(days),
        _ => Err(Error::new(ErrorCode::OutOfRange, field, given, format_args!("at most {most}"))),
    }
}

/// Whether memory can hold so many elements of a kind. No array is larger than half of the address space, so a count above it was
/// never set, and nothing may be read or written by it.
pub(in crate::ffi) fn is_countable<T>(count: usize) -> bool {
    count.checked_mul(size_of::<T>()).is_some_and(|bytes| isize::try_from(bytes).is_ok())
}

/// Refuses a count of more elements than memory can hold.
pub(in crate::ffi) fn countable<T>(count: usize, field: &'static str) -> Result<()> {
    if is_countable::<T>(count) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, field, count, "as many elements as memory can hold"))
}

/// Refuses offsets that fall; whether they name any element.
///
/// # Safety
///
/// `offset` must be NULL or readable for `count + 1` elements.
pub(in crate::ffi) unsafe fn rising(offset: *const usize, count: usize, field: &'static str) -> Result<bool> {
    if offset.is_null() {
        return Ok(false);
    }
    // SAFETY: not NULL, so readable at every place up to `count` by this function's contract.
    let at = |i: usize| unsafe { offset.add(i).read() };
    match (0..count).find(|&i| at(i + 1) < at(i)) {
        Some(i) => {
            let bound = format!("{} or more: offsets never fall", at(i));
            Err(Error::new(ErrorCode::OutOfRange, field, at(i + 1), bound))
        }
        None => Ok(at(count) > at(0)),
    }
}
