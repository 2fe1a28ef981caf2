//! The account of a loan that is written down, or saved with all that happened to it, and gone on with.

use std::ffi::c_char;

use super::account::puhui_account_query;
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, room};
use super::boundary::status::puhui_status;
use super::boundary::text;
use crate::error::Error;
use crate::loan::{AccountState, Snapshot};

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
/// query.loan = &loan;
/// query.record = yesterday;                   // NULL on the first day
/// query.record_length = yesterday_length;
/// query.events = events_of_today;
/// query.event_count = event_count;
/// query.as_of_ymd = 20200301;
/// status = puhui_account_record(&query, today, sizeof today, &today_length, &state, &error);
/// ```
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one product at the
/// same time.
///
/// Returns one of the statuses of `puhui_account_position`; and `PUHUI_ERR_CONTRADICTION` for a `known_on_ymd` that is not 0.
///
/// # Safety
///
/// `*query` must be as `puhui_account_position` asks; `record` must be writable for `capacity` bytes, `out_length` and
/// `out_state` be writable; no output may overlap anything else, the record of the query included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_record(
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
                required(out_length, "out_length")?;
                room(record, capacity, "record")?;
                puhui_account_query::answer(query, |account| {
                    let state = match out_state.is_null() {
                        true => AccountState::default(),
                        false => AccountState::of(account)?,
                    };
                    text::write(&json(&account.record()?)?, record, capacity, out_length)?;
                    put(out_state, state);
                    Ok(())
                })
            },
        )
    }
}

/// Saves one account, with its loan and all that happened to it, as text in the caller's array.
///
/// `query` is as in `puhui_account_position`, without a record; it is read during the call only. The text is JSON, in UTF-8: the loan by
/// its product and terms, the events that were known, and what they came to. It is the same bytes on every run and machine. A query with
/// this snapshot and the events since answers as one of all events does: the snapshot is refused where it is of another loan, or where
/// its events do not come to its figures any more. It is larger than a record (`puhui_account_record`), and it is never too old for an
/// event that comes in late.
///
/// `snapshot` has `capacity` bytes and belongs to the caller; `*out_length` becomes the number of bytes, the bytes after them are left
/// as they were: no NUL ends the text. With `snapshot` NULL and a `capacity` of 0 the bytes are counted and not written. `error` may be
/// NULL. On failure `*out_length` is 0 and no byte is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` the length is the capacity that
/// is needed. The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one product
/// at the same time.
///
/// Returns one of the statuses of `puhui_account_position`; and `PUHUI_ERR_CONTRADICTION` for a query with a record, whose events are not
/// known.
///
/// # Safety
///
/// `*query` must be as `puhui_account_position` asks; `snapshot` must be writable for `capacity` bytes and `out_length` be writable; no
/// output may overlap anything else, the snapshot of the query included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_snapshot(
    query: *const puhui_account_query,
    snapshot: *mut c_char,
    capacity: usize,
    out_length: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_length, 0),
            || {
                required(out_length, "out_length")?;
                room(snapshot, capacity, "snapshot")?;
                puhui_account_query::answer(query, |account| {
                    text::write(&json(&Snapshot::of(account)?)?, snapshot, capacity, out_length)
                })
            },
        )
    }
}

/// A value as JSON.
fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|error| Error::internal("value that is no JSON", error).into())
}
