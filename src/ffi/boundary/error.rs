//! What a call says of its failure, in a struct of the caller's.

use std::ffi::c_char;

use super::failure::Failure;
use super::options::{self, Plain, check_out};
use super::start::start;
use super::status::{PUHUI_OK, puhui_status};
use super::text::FixedText;

/// The `row` of a `puhui_error` that belongs to no row.
pub const PUHUI_NO_ROW: u64 = 0xFFFF_FFFF_FFFF_FFFF;

/// What went wrong, and where: the optional last parameter of every call that can fail.
///
/// Owned by the caller, started with `PUHUI_ERROR_INIT`, used for any number of calls, one thread at a time. NULL in its
/// place is allowed everywhere: then only the status is returned. Each call overwrites all fields but `struct_size`; after
/// `PUHUI_OK` they say that nothing went wrong. Nothing in it needs to be freed.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_error {
    /// `sizeof(struct puhui_error)` as the caller was compiled.
    pub struct_size: u32,
    /// What the call returned; after `PUHUI_ERR_ROWS`, the status of the first row that failed.
    pub status: puhui_status,
    /// The first row that failed, from 0; `PUHUI_NO_ROW` unless the call returned `PUHUI_ERR_ROWS`.
    pub row: u64,
    /// The parameter or the field that holds the offending value, without its unit: `principal` for `principal_minor`, `events[1].payer`
    /// (see the top of this header). NUL-terminated UTF-8, cut between two characters if longer.
    pub field: [c_char; 64],
    /// The field, what was expected there and what was found, in English. NUL-terminated UTF-8, cut between two characters
    /// if longer. For people: the wording may change with any release.
    pub message: [c_char; 256],
}

const _: () = assert!(size_of::<puhui_error>() == 336);

// SAFETY: integers and bytes only, without padding: 4 + 4 + 8 + 64 + 256 = 336.
unsafe impl Plain for puhui_error {
    const SIZE_V1: usize = 336;
}

start! {
    /// Starts a `struct puhui_error`.
    PUHUI_ERROR_INIT = puhui_error {}
}

/// Refuses a `puhui_error` whose size this library does not know; NULL is fine.
///
/// # Safety
///
/// `error` must be NULL or point to a `puhui_error` with its `struct_size` set.
pub(in crate::ffi) unsafe fn check(error: *mut puhui_error) -> Result<(), Failure> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: not NULL, so the caller promises a struct with its size.
    unsafe { check_out(error, "error") }
}

/// Writes what happened, unless `error` is NULL or of a size that is not known.
///
/// # Safety
///
/// As for [`check`]; the struct must be writable.
pub(in crate::ffi) unsafe fn report(error: *mut puhui_error, failure: Option<&Failure>) {
    // SAFETY: forwarded.
    if error.is_null() || unsafe { check(error) }.is_err() {
        return;
    }
    let (mut field, mut message) = (FixedText::new(), FixedText::new());
    if let Some(failure) = failure {
        // Writing into an array does not fail: what is too long is cut.
        let _ = failure.write_field(&mut field);
        message.print(failure);
    }
    // SAFETY: not NULL, of a size that is known, and writable by this function's contract.
    unsafe {
        options::write_known(
            error,
            &puhui_error {
                struct_size: options::struct_size::<puhui_error>(),
                status: failure.map_or(PUHUI_OK, Failure::detail_status),
                row: failure.and_then(Failure::row).unwrap_or(PUHUI_NO_ROW),
                field: field.chars(),
                message: message.chars(),
            },
        );
    }
}
