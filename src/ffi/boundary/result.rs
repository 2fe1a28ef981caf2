//! Structs that say where a call writes, and take how much it wrote.

use super::error::puhui_error;
use super::failure::Failure;
use super::guard::{call, put, room};
use super::options::{self, Plain, check_out};
use super::status::puhui_status;
use crate::error::{Error, ErrorCode};

/// What a failure in such a struct is named by.
const RESULT: &str = "result";

/// A struct of a caller's that says where a call writes: arrays, and beside them counts and totals that the call sets.
pub(in crate::ffi) trait Results: Plain {
    /// Sets what the call writes into the struct itself to zero.
    fn clear(&mut self);
}

/// Runs an exported function whose outputs stand in `result`.
///
/// `body` gets a copy, checked for its size; what it leaves in it is written back, after a failure too. So it sets the counts
/// when nothing can fail any more but a buffer that is too small.
///
/// # Safety
///
/// `result` must be NULL or have its `struct_size` readable and writable bytes; `error` as for [`call`].
pub(in crate::ffi) unsafe fn call_into<R: Results>(
    result: *mut R,
    error: *mut puhui_error,
    body: impl FnOnce(&mut R) -> Result<(), Failure>,
) -> puhui_status {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        call(
            error,
            || {
                if !result.is_null() && check_out(result, RESULT).is_ok() {
                    let mut ours = options::read_known(result);
                    ours.clear();
                    options::write_known(result, &ours);
                }
            },
            || {
                let mut ours = options::read(result, RESULT)?;
                let outcome = body(&mut ours);
                options::write_known(result, &ours);
                outcome
            },
        )
    }
}

/// Runs an exported function that makes one struct of a caller of any release: all 0 but its size where it fails.
///
/// # Safety
///
/// `out` must be NULL or have its `struct_size` writable bytes; `error` as for [`call`].
pub(in crate::ffi) unsafe fn give_struct<T: Plain>(
    out: *mut T,
    field: &'static str,
    error: *mut puhui_error,
    make: impl FnOnce() -> Result<T, Failure>,
) -> puhui_status {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        call(
            error,
            || options::clear_known(out),
            || {
                check_out(out, field)?;
                options::write_known(out, &make()?);
                Ok(())
            },
        )
    }
}

/// An array of a result, and the name of its capacity.
pub(in crate::ffi) struct Output<T> {
    pub(in crate::ffi) array: *mut T,
    pub(in crate::ffi) capacity: usize,
    capacity_field: &'static str,
}

impl<T: Copy> Output<T> {
    /// The array of a field; a capacity without one is refused.
    pub(in crate::ffi) fn new(
        field: &'static str,
        array: *mut T,
        capacity_field: &'static str,
        capacity: usize,
    ) -> Result<Output<T>, Failure> {
        room(array, capacity, field).map_err(in_result)?;
        Ok(Output { array, capacity, capacity_field })
    }

    /// Refuses more rows than there is room for. Where there is no array they are counted only.
    pub(in crate::ffi) fn fits(&self, needed: usize) -> Result<(), Failure> {
        if self.array.is_null() || needed <= self.capacity {
            return Ok(());
        }
        Err(in_result(too_small(self.capacity_field, self.capacity, needed).into()))
    }

    /// Writes rows, unless there is no array.
    ///
    /// # Safety
    ///
    /// The array must be NULL or writable for as many rows as there are.
    pub(in crate::ffi) unsafe fn write(&self, rows: impl IntoIterator<Item = T>) {
        if self.array.is_null() {
            return;
        }
        for (i, row) in rows.into_iter().enumerate() {
            // SAFETY: `i` is below the number of rows, for which the array is writable by this function's contract.
            unsafe { self.array.add(i).write(row) };
        }
    }
}

/// Writes rows into an array of the caller's, or counts them where there is none.
///
/// # Safety
///
/// `array` must be NULL or writable for `capacity` elements, `out_count` be NULL or writable.
pub(in crate::ffi) unsafe fn write_rows<T>(
    rows: impl ExactSizeIterator<Item = T>,
    (array, capacity): (*mut T, usize),
    capacity_field: &'static str,
    out_count: *mut usize,
) -> Result<(), Failure> {
    let needed = rows.len();
    // SAFETY: NULL or writable by this function's contract; `i` is below the number of rows, which fit.
    unsafe {
        put(out_count, needed);
        if array.is_null() {
            return Ok(());
        }
        if capacity < needed {
            return Err(too_small(capacity_field, capacity, needed).into());
        }
        for (i, row) in rows.take(needed).enumerate() {
            array.add(i).write(row);
        }
    }
    Ok(())
}

/// Room for fewer rows than there are.
#[cold]
pub(in crate::ffi) fn too_small(field: &'static str, capacity: usize, needed: usize) -> Error {
    Error::new(ErrorCode::BufferTooSmall, field, capacity, format_args!("at least {needed} rows"))
}

/// A failure in a field of the result.
#[cold]
pub(in crate::ffi) fn in_result(failure: Failure) -> Failure {
    failure.inside(RESULT)
}
