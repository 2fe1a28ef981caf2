//! The account of a loan that is written down, read back and gone on with.

use std::ffi::c_char;
use std::ptr;

use super::account::{
    puhui_account_query, puhui_owed, puhui_position, puhui_posting, write, write_position, write_rows,
};
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, required_array};
use super::boundary::options::{self, check_out};
use super::boundary::status::puhui_status;
use super::loan::{optional, puhui_instalment};
use super::product::puhui_product;
use crate::error::{Error, ErrorCode};
use crate::loan::{Account, AccountState};

/// Writes one account down: all that tomorrow needs of it, without the events that made it, as text into the caller's array, and its
/// state, which belongs to the record, into `*out_state`.
///
/// `query` says which account, and what happened to it, from its first day or since a record; it is read during the call only. The
/// account is written down as it is at the end of `query->as_of_ymd`, with all that is known of it. The text is JSON, in UTF-8, and
/// has a version and a checksum (docs/RECORD.md has its fields); it is the same bytes on every run and machine, and those that the library writes from Rust. It goes
/// on from there: a query with this record and the events since is, to the byte, what a query with all events from the first day is.
///
/// `record` has `capacity` bytes and belongs to the caller; `*out_length` becomes the number of bytes, the bytes after them are left
/// as they were: no NUL ends the text. With `record` NULL and a `capacity` of 0 the bytes are counted and not written. `out_state`
/// may be NULL; `*out_state` becomes what `puhui_account_roll_day` leaves of the account on that day, by all its events: the two belong
/// together and are stored together. Where its `quiet_until_ymd` is not 0 the state has all that the days until then need, and no record
/// has to be kept; every other account goes on from its record, and not from its first day. `error` may be NULL. On
/// failure `*out_length` is 0, all bytes of `*out_state` are 0 and no byte of the record is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` the length is the capacity that is needed.
///
/// ```c
/// struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
/// query.terms = &terms;
/// query.record = yesterday;                   // NULL on the first day
/// query.record_length = yesterday_length;
/// query.events = events_of_today;
/// query.event_count = event_count;
/// query.as_of_ymd = 20200301;
/// status = puhui_account_record(product, &query, today, sizeof today, &today_length, &state, &error);
/// ```
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one product at the
/// same time.
///
/// Returns one of the statuses of `puhui_account_replay`; `PUHUI_ERR_INVALID_SNAPSHOT` for a record of another loan or version, for
/// one that was changed, and for what is none; `PUHUI_ERR_DATES_OUT_OF_ORDER` for a day before that of the record, for an event of a
/// day that is in the record already, and for a relief of rows that fell due before its grant: these want an earlier record, or
/// all events from the first day.
///
/// # Safety
///
/// `product` must be live; `*query` and what it points to must have its `struct_size` readable bytes, the side's arrays and the
/// events their counts, the record of the query its length; `record` must be writable for `capacity` bytes, `out_length` and
/// `out_state` be writable; no output may overlap anything else, the record of the query included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_record(
    product: *const puhui_product,
    query: *const puhui_account_query,
    record: *mut c_char,
    capacity: usize,
    out_length: *mut usize,
    out_state: *mut AccountState,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_length, 0);
                put(out_state, AccountState::default());
            },
            || {
                required(product, "product")?;
                let query = options::read(query, "query")?;
                required(out_length, "out_length")?;
                required_array(record, capacity, "record")?;
                query.answer(product, 0, |account| {
                    let state = match out_state.is_null() {
                        true => AccountState::default(),
                        false => AccountState::of(account)?,
                    };
                    write_text(&text_of(account)?, record, capacity, out_length)?;
                    put(out_state, state);
                    Ok(())
                })
            },
        )
    }
}

/// The record of an account, as text.
fn text_of(account: &Account<'_, '_>) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_vec(&account.record()?);
    text.map_err(|error| Error::internal("record that is no JSON", error).into())
}

/// Writes bytes into an array of the caller's, or counts them.
///
/// # Safety
///
/// `text` must be NULL or writable for `capacity` bytes, `out_length` be writable.
unsafe fn write_text(
    given: &[u8],
    text: *mut c_char,
    capacity: usize,
    out_length: *mut usize,
) -> Result<(), Failure> {
    // SAFETY: writable by this function's contract; the bytes fit, and are not the caller's.
    unsafe {
        put(out_length, given.len());
        if text.is_null() {
            return Ok(());
        }
        if capacity < given.len() {
            let bound = format!("at least {} bytes", given.len());
            return Err(Error::new(ErrorCode::BufferTooSmall, "capacity", capacity, bound).into());
        }
        ptr::copy_nonoverlapping(given.as_ptr(), text.cast::<u8>(), given.len());
    }
    Ok(())
}

/// Answers as `puhui_account_replay` does, of an account that may go on from a record: stores the position in `*out_position`, whose
/// `struct_size` the caller has set, and writes what is in arrears into the caller's array.
///
/// `query` says which account, and what happened to it since its record; it is read during the call only. With a record and the
/// events since, the answer is to the byte what `puhui_account_replay` gives for all events: what was received and repaid counts
/// from the first day.
///
/// `arrears` has `arrears_capacity` elements and becomes what was billed and is unpaid, oldest first; `*out_arrears_count`
/// becomes the number of rows, the elements after them are left as they were. With `arrears` NULL and a capacity of 0 the rows
/// are counted and not written; then `out_arrears_count` may be NULL too. Everything belongs to the caller. `error` may be
/// NULL. On failure the fields of `*out_position` but `struct_size` are 0, `*out_arrears_count` is 0 and no row is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` the count is the capacity that is needed. The call allocates memory and releases it before it
/// returns; nothing is kept. Any number of threads may use one product at the same time.
///
/// What settles everything on a later day is the `pay_off_minor` of a query of that day without events of the days between.
///
/// Returns one of the statuses of `puhui_account_record`.
///
/// # Safety
///
/// As for `puhui_account_record`; `*out_position` must have its `struct_size` writable bytes, `arrears` be writable for its capacity
/// and the count writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_resume(
    product: *const puhui_product,
    query: *const puhui_account_query,
    out_position: *mut puhui_position,
    arrears: *mut puhui_owed,
    arrears_capacity: usize,
    out_arrears_count: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_arrears_count, 0);
                if !out_position.is_null() && check_out(out_position, "out_position").is_ok() {
                    out_position.write(puhui_position::zero((*out_position).struct_size));
                }
            },
            || {
                required(product, "product")?;
                let query = options::read(query, "query")?;
                required(out_position, "out_position")?;
                check_out(out_position, "out_position")?;
                required_array(arrears, arrears_capacity, "arrears")?;
                if !arrears.is_null() {
                    required(out_arrears_count, "out_arrears_count")?;
                }
                query.answer(product, 0, |account| {
                    write_position(account, out_position, arrears, arrears_capacity, out_arrears_count)
                })
            },
        )
    }
}

/// Answers as `puhui_account_instalments` does, of an account that may go on from a record: writes the instalments as all that
/// happened left them, those that fell due as they were billed, from the first one on, then those ahead as they are planned now.
///
/// `query` says which account, and what happened to it since its record; it is read during the call only. `rows` has `capacity`
/// elements and belongs to the caller; `*out_count` becomes the number of rows, the elements after them are left as they were. With
/// `rows` NULL and a `capacity` of 0 the rows are counted and not written. `*out_billed`, which may be NULL, becomes the number of
/// rows that fell due by `query->as_of_ymd`: those ahead begin at `rows[*out_billed]`. `error` may be NULL.
///
/// On failure the counts are 0 and no row is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_count` is the capacity that
/// is needed. The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one
/// product at the same time.
///
/// Returns one of the statuses of `puhui_account_record`.
///
/// # Safety
///
/// As for `puhui_account_record`; `rows` must be writable for `capacity` elements and the counts writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_resume_instalments(
    product: *const puhui_product,
    query: *const puhui_account_query,
    rows: *mut puhui_instalment,
    capacity: usize,
    out_count: *mut usize,
    out_billed: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || {
                put(out_count, 0);
                put(out_billed, 0);
            },
            || {
                required(product, "product")?;
                let query = options::read(query, "query")?;
                required(out_count, "out_count")?;
                required_array(rows, capacity, "rows")?;
                query.answer(product, 0, |account| write_rows(account, rows, capacity, out_count, out_billed))
            },
        )
    }
}

/// Answers as `puhui_account_postings` does, of an account that may go on from a record: writes what the ledger books, from a booking
/// day to `query->as_of_ymd`.
///
/// `query` says which account, and what happened to it since its record; it is read during the call only. `from_ymd` is the first
/// booking day whose entries are asked for; 0: all that the account can give, those of every day, or of the days after its record.
/// `rows` has `capacity` elements and belongs to the caller; `*out_count` becomes the number of rows, the elements after them are
/// left as they were. With `rows` NULL and a `capacity` of 0 the rows are counted and not written. `error` may be NULL.
///
/// On failure `*out_count` is 0 and no row is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_count` is the capacity that
/// is needed. The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one
/// product at the same time.
///
/// An account that goes on from a record gives, of the days after it, what one of all events gives. Returns one of the statuses of
/// `puhui_account_record`; `PUHUI_ERR_DATES_OUT_OF_ORDER` for a `from_ymd` that is in the record; and `PUHUI_ERR_CONTRADICTION` where the
/// record was written with events that were booked after its day: what was booked by then is not known.
///
/// # Safety
///
/// As for `puhui_account_record`; `rows` must be writable for `capacity` elements and the count writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_resume_postings(
    product: *const puhui_product,
    query: *const puhui_account_query,
    from_ymd: i32,
    rows: *mut puhui_posting,
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
                required(product, "product")?;
                let query = options::read(query, "query")?;
                required(out_count, "out_count")?;
                required_array(rows, capacity, "rows")?;
                let from = optional(from_ymd, "from")?;
                query.answer(product, 0, |account| {
                    let postings = match from {
                        None => account.postings()?,
                        Some(from) => account.postings_from(from)?,
                    };
                    write(&postings, rows, capacity, "capacity", out_count)
                })
            },
        )
    }
}
