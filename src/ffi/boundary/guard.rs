//! What every exported function runs inside, and how it fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::{check, puhui_error, report};
use super::failure::Failure;
use super::read::countable;
use super::status::{PUHUI_ERR_PANIC, PUHUI_ERR_RESERVED, PUHUI_OK, puhui_status};

/// Runs an exported function: `clear` writes every output that is not NULL, then `body` does the work.
///
/// A panic becomes `PUHUI_ERR_PANIC`; it cannot leave a broken handle behind, because handles are never changed. What went
/// wrong is written into `error`.
///
/// # Safety
///
/// `error` must be NULL or point to a writable `puhui_error` with its `struct_size` set.
pub(in crate::ffi) unsafe fn call(
    error: *mut puhui_error,
    clear: impl FnOnce(),
    body: impl FnOnce() -> Result<(), Failure>,
) -> puhui_status {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        clear();
        // SAFETY: forwarded from this function's contract.
        unsafe { check(error) }?;
        body()
    }));
    let failure = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(failure)) => Some(failure),
        Err(_) => {
            let message = "a bug in this library; standard error says where";
            Some(Failure::Call { status: PUHUI_ERR_PANIC, field: "", message })
        }
    };
    // SAFETY: forwarded from this function's contract.
    unsafe { report(error, failure.as_ref()) };
    failure.map_or(PUHUI_OK, |failure| failure.returned())
}

/// Runs an exported function that makes one record: all 0 where it fails.
///
/// # Safety
///
/// `out` must be NULL or writable, `error` as for [`call`].
pub(in crate::ffi) unsafe fn give_record<T: Default>(
    out: *mut T,
    field: &'static str,
    error: *mut puhui_error,
    make: impl FnOnce() -> Result<T, Failure>,
) -> puhui_status {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        call(
            error,
            || put(out, T::default()),
            || {
                required(out, field)?;
                put(out, make()?);
                Ok(())
            },
        )
    }
}

/// Writes an output unless its pointer is NULL.
///
/// # Safety
///
/// `out` must be NULL or writable.
pub(in crate::ffi) unsafe fn put<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: not NULL, so writable by this function's contract.
        unsafe { out.write(value) };
    }
}

/// Borrows what a handle or a plain input points to.
///
/// # Safety
///
/// `pointer` must be NULL or live, and not written to while the result is used.
pub(in crate::ffi) unsafe fn borrow<'a, T>(pointer: *const T, field: &'static str) -> Result<&'a T, Failure> {
    // SAFETY: NULL or live, by this function's contract.
    unsafe { pointer.as_ref() }.ok_or_else(|| Failure::null(field))
}

/// Refuses a NULL.
pub(in crate::ffi) fn required<T>(pointer: *const T, field: &'static str) -> Result<(), Failure> {
    if pointer.is_null() { Err(Failure::null(field)) } else { Ok(()) }
}

/// Refuses an array that is read, or filled, whole: a NULL, unless it has no elements, and more elements than memory can hold.
pub(in crate::ffi) fn required_array<T>(
    array: *const T,
    count: usize,
    field: &'static str,
) -> Result<(), Failure> {
    countable::<T>(count, field)?;
    room(array, count, field)
}

/// Refuses a NULL as room for elements, unless it is for none. A capacity is only what the caller says; no more is written than there is.
pub(in crate::ffi) fn room<T>(array: *const T, capacity: usize, field: &'static str) -> Result<(), Failure> {
    if capacity == 0 { Ok(()) } else { required(array, field) }
}

/// Refuses a reserved field that is used.
pub(in crate::ffi) fn unused(reserved: u64, field: &'static str) -> Result<(), Failure> {
    if reserved == 0 {
        return Ok(());
    }
    Err(Failure::Call { status: PUHUI_ERR_RESERVED, field, message: "0" })
}

/// Makes a handle and writes it to `out`.
///
/// # Safety
///
/// `out` must be writable.
pub(in crate::ffi) unsafe fn hand_out<T>(out: *mut *mut T, value: T) {
    // SAFETY: writable by this function's contract.
    unsafe { out.write(Box::into_raw(Box::new(value))) };
}

/// Takes a handle back and drops it. NULL is ignored.
///
/// # Safety
///
/// `handle` must be NULL or come from [`hand_out`], not freed yet and used by nobody.
pub(in crate::ffi) unsafe fn take_back<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: it came from `Box::into_raw` and is freed once, by this function's contract.
        drop(unsafe { Box::from_raw(handle) });
    }
}

/// The promise of the header that any number of threads may use one handle, checked by the compiler.
pub(in crate::ffi) const fn any_thread<T: Send + Sync>() {}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;
    use crate::error::{Error, ErrorCode};
    use crate::ffi::boundary::status::PUHUI_ERR_ROWS;

    fn fresh() -> puhui_error {
        let struct_size = u32::try_from(size_of::<puhui_error>()).unwrap();
        puhui_error { struct_size, status: PUHUI_OK, row: 0, field: [1; 64], message: [1; 256] }
    }

    #[test]
    fn a_panic_becomes_a_status_and_outputs_stay_cleared() {
        let mut out = 7;
        let mut error = fresh();
        let slot = &raw mut out;
        // SAFETY: both pointers are to live locals.
        let status = unsafe { call(&raw mut error, || put(slot, 0), || panic!("on purpose")) };
        assert_eq!((status, error.status, error.row, out), (PUHUI_ERR_PANIC, PUHUI_ERR_PANIC, u64::MAX, 0));
        assert_ne!(error.message[0], 0);
        // SAFETY: NULL is allowed.
        let status = unsafe { call(ptr::null_mut(), || (), || panic!("on purpose")) };
        assert_eq!(status, PUHUI_ERR_PANIC);
    }

    #[test]
    fn success_clears_what_an_earlier_failure_told() {
        let mut error = fresh();
        // SAFETY: the pointer is to a live local.
        let status = unsafe { call(&raw mut error, || (), || Ok(())) };
        assert_eq!((status, error.status, error.row), (PUHUI_OK, PUHUI_OK, u64::MAX));
        assert!(error.field == [0; 64] && error.message == [0; 256]);
    }

    #[test]
    fn a_row_is_told_with_its_own_status() {
        let mut error = fresh();
        let failure = Error::new(ErrorCode::OutOfRange, "principal", "0.00", "above 0");
        // SAFETY: the pointer is to a live local.
        let status = unsafe { call(&raw mut error, || (), || Err(Failure::of_row(3, failure.clone()))) };
        assert_eq!((status, error.status.0, error.row), (PUHUI_ERR_ROWS, 102, 3));
        assert_eq!(error.field[..3], b"pri".map(|byte| std::ffi::c_char::from_ne_bytes([byte])));
    }
}
