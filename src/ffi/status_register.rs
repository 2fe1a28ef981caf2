//! Where persons or households stood on the register, by day: a handle, built once and asked for many loans.

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
use crate::calendar::{parse_ymd, to_ymd};
use crate::class::{BorrowerStatus, StatusRegister};
use crate::error::{Error, ErrorCode};

/// The dated status of everyone on a register (建档立卡动态): of persons or of households. Opaque; made by
/// `puhui_status_register_new`, released by `puhui_status_register_free`.
///
/// Never changed once made, so any number of threads may use one register at the same time.
#[derive(Debug)]
pub struct puhui_status_register {
    register: StatusRegister,
}

const _: () = any_thread::<puhui_status_register>();

/// The rows of a register, in any order: one array a field, one element a row.
///
/// Start with `PUHUI_STATUS_COLUMNS_INIT`. Each array is there where there are rows. They belong to the caller and are only read during a
/// call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_status_columns {
    /// `sizeof(struct puhui_status_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of rows. With 0 no array is read.
    pub count: usize,
    /// Whose status it is: the host's id, 1 or more.
    pub id: *const u64,
    /// The first day of the status; one a day for each id.
    pub from_ymd: *const i32,
    /// The status, a `PUHUI_BORROWER_STATUS_*`.
    pub status: *const u8,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_status_columns>() == 40);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 4 words.
unsafe impl Plain for puhui_status_columns {
    const SIZE_V1: usize = 8 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_status_columns` without rows.
    PUHUI_STATUS_COLUMNS_INIT = puhui_status_columns {}
}

/// One status of an id, and since when. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_dated_status {
    /// Its first day.
    pub from_ymd: i32,
    /// One of `PUHUI_BORROWER_STATUS_*`.
    pub status: u32,
}

const _: () = assert!(size_of::<puhui_dated_status>() == 8);

/// The register of a caller's rows.
///
/// # Safety
///
/// `columns` must be NULL or have its `struct_size` readable bytes, its arrays as `puhui_status_columns` says.
unsafe fn read_register(columns: *const puhui_status_columns) -> Result<StatusRegister, Failure> {
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { options::read(columns, "columns") }?;
    unused(u64::from(given.reserved), "reserved")?;
    required_array(given.id, given.count, "id")?;
    required_array(given.from_ymd, given.count, "from")?;
    required_array(given.status, given.count, "status")?;
    let row = |row: usize| -> Result<_, Error> {
        // SAFETY: `row` < `count` elements are readable by this function's contract.
        let (id, from_ymd, code) = unsafe {
            (given.id.add(row).read(), given.from_ymd.add(row).read(), given.status.add(row).read())
        };
        let from = parse_ymd(from_ymd, "from").map_err(|error| error.at(format!("from[{row}]")))?;
        let status = BorrowerStatus::from_code(code).ok_or_else(|| {
            let bound = format_args!("1 to {}", BorrowerStatus::ALL.len());
            Error::new(ErrorCode::UnknownValue, format!("status[{row}]"), code, bound)
        })?;
        Ok((id, from, status))
    };
    let rows = (0..given.count).map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(StatusRegister::new(rows)?)
}

/// Makes a register of its rows and stores it in `*out_register`. The caller owns it and releases it with
/// `puhui_status_register_free`.
///
/// The rows are copied. `error` may be NULL. On failure `*out_register` is NULL. Memory is in proportion to the rows. Any number of threads
/// may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`; `PUHUI_ERR_UNKNOWN_VALUE` for a status;
/// `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` for what is no day; `PUHUI_ERR_OUT_OF_RANGE` for an id of 0;
/// `PUHUI_ERR_CONTRADICTION` for two rows of one id and one day; or `PUHUI_ERR_PANIC`. The `field` of `error` names the row, or the id:
/// `from[3]`, `register[7].status`.
///
/// # Safety
///
/// `columns` must have its `struct_size` readable bytes, its arrays `count` elements; `out_register` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_status_register_new(
    columns: *const puhui_status_columns,
    out_register: *mut *mut puhui_status_register,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_register, ptr::null_mut()),
            || {
                required(out_register, "out_register")?;
                hand_out(out_register, puhui_status_register { register: read_register(columns)? });
                Ok(())
            },
        )
    }
}

/// Releases a register. NULL is ignored. No other thread may be using it.
///
/// # Safety
///
/// `register` must be NULL or come from this library, released once, and be used by no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_status_register_free(register: *mut puhui_status_register) {
    // SAFETY: forwarded from this function's contract.
    unsafe { take_back(register) };
}

/// Fills the column `borrower_status` of a book: where each of `ids` stood on a day.
///
/// `ids` and `statuses` have `count` elements each, and may be NULL where there is none; the ids are those of the register, the column `borrower` or `household` of the book. An
/// id without a status on the day, and the id 0, has 0. On failure nothing is written. `error` may be NULL. Nothing is allocated on
/// success; any number of threads may ask one register at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` for the day, or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `register` must be live; `ids` must be readable and `statuses` writable for `count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_status_register_column(
    register: *const puhui_status_register,
    ids: *const u64,
    count: usize,
    on_ymd: i32,
    statuses: *mut u8,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let register = &borrow(register, "register")?.register;
                let day = parse_ymd(on_ymd, "on")?;
                required_array(ids, count, "ids")?;
                required_array(statuses, count, "statuses")?;
                for i in 0..count {
                    let history = register.history(ids.add(i).read());
                    let status = history.and_then(|history| history.on(day));
                    statuses.add(i).write(status.map_or(0, BorrowerStatus::code));
                }
                Ok(())
            },
        )
    }
}

/// Lists the statuses of one id, the oldest first.
///
/// `rows` has room for `capacity` rows; with NULL and a capacity of 0 they are counted and not written. `*out_count` becomes their number, 0
/// for an id that is not on the register. `error` may be NULL. On failure `*out_count` is 0 and nothing is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` it is the capacity that is needed. Nothing is allocated on success; any number of threads may ask one
/// register at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_BUFFER_TOO_SMALL` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `register` must be live; `rows` must be writable for `capacity` elements and `out_count` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_status_register_history(
    register: *const puhui_status_register,
    id: u64,
    rows: *mut puhui_dated_status,
    capacity: usize,
    out_count: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_count, 0),
            || {
                let register = &borrow(register, "register")?.register;
                required(out_count, "out_count")?;
                room(rows, capacity, "rows")?;
                let found =
                    register.history(id).map(crate::class::StatusHistory::entries).unwrap_or_default();
                let each = found.iter().map(|(from, status)| puhui_dated_status {
                    from_ymd: to_ymd(*from),
                    status: status.code().into(),
                });
                write_rows(each, (rows, capacity), "capacity", out_count)
            },
        )
    }
}
