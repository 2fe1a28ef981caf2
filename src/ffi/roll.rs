//! The end of a day: many accounts rolled to it, each a small record of the caller's.

use chrono::NaiveDate;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, required};
use super::boundary::read::rising;
use super::boundary::status::{PUHUI_OK, puhui_status};
use super::codes::loan::Stage;
use super::event::{Events, puhui_event};
use super::loan::BesideTerms;
use super::loan_columns::{LoanColumns, puhui_loan_columns};
use crate::calendar::parse_ymd;
use crate::loan::{AccountState, Event};

// The record counts the stages as the codes do; its classes are compared with those of a position in tests/c/roll.c.
const _: () =
    assert!(Stage::Settled.code() == 1 && Stage::ChargedOff.code() == 2 && Stage::Closed.code() == 3);

/// Rolls many accounts to the end of a day.
///
/// Account `i` of `columns->count` reads element `i` of each column and the events `events[event_offset[i]]` up to, not including,
/// `events[event_offset[i + 1]]`: all that are known of it, in any order. It reads and writes `states[i]`, and writes
/// `status[i]`. `event_offset` has `count + 1` elements that do not fall, `states` and `status` have `count`; all belong to the
/// caller, who keeps them. `events` are as far from each other as their `struct_size` says, which must be the same in all. Where
/// no account has an event both `events` and `event_offset` may be NULL. The inputs are read during the call only.
///
/// `states[i]` is what this call left on an earlier day, or all bytes 0. It becomes the account at the end of the day `day_ymd`,
/// the same to the byte as `puhui_account_position` would give it: days may be left out. A state that is of that day already
/// stays as it is, so the call may be repeated after an interruption; a state of a later day is refused. An event that comes in
/// late is another number of events, and the account is replayed with it; where the number stays and an event becomes another,
/// the host sets the state to 0.
///
/// An account that is not so plain, because it is in arrears, say, has `quiet_until_ymd` 0 and is replayed from its first
/// day on every roll. A host that keeps no events of the past keeps its record beside the state: for such an account it calls
/// `puhui_account_record` with the record of the day before and the events since, which gives the next record and this same state, to
/// the byte. To read and write a record takes the time of a replay of some hundred events: it spares the history, and time in the
/// longest lives alone.
///
/// Every account is attempted and every element of `status` is written. An account that fails keeps its state. Between two days
/// on which anything falls due or happens, an account that owes nothing costs little and allocates no memory, unless an event
/// stands twice in its list; on the others it is replayed. What is allocated is released before the call returns.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the products and the events may be
/// shared, and the parts give the same states as the whole. With no loans it succeeds if the day is one: everything but `columns` may
/// be NULL. `error`, which may be NULL, names the first account that failed; the place in its `field` (`events[1].how`) counts
/// the events of that account from 0.
///
/// Returns `PUHUI_OK` if every account succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with one of the statuses of
/// `puhui_account_position`, with `PUHUI_ERR_INVALID_SNAPSHOT` for bytes that no roll has left, or with
/// `PUHUI_ERR_DATES_OUT_OF_ORDER` for a state of a later day; before anything is written, `PUHUI_ERR_NULL`,
/// `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (the day), `PUHUI_ERR_OUT_OF_RANGE` (offsets that fall), or one of the
/// statuses that `puhui_schedule_batch` has for columns; or `PUHUI_ERR_PANIC`: then `status` is unspecified, and each state is that of
/// before or that of the day.
///
/// # Safety
///
/// `columns` must be as `puhui_schedule_batch` asks, `event_offset` be readable for `count + 1` elements, `events` up to the last offset, each event and each relief for its `struct_size`;
/// `states` must be readable and `states` and `status` writable for `count` elements, and overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_roll_day(
    columns: *const puhui_loan_columns,
    events: *const puhui_event,
    event_offset: *const usize,
    day_ymd: i32,
    states: *mut AccountState,
    status: *mut puhui_status,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let columns = LoanColumns::read(columns)?;
                let day = parse_ymd(day_ymd, "day")?;
                let count = columns.count();
                if count == 0 {
                    return Ok(());
                }
                required(states, "states")?;
                required(status, "status")?;
                if !events.is_null() {
                    required(event_offset, "event_offset")?;
                }
                let any = rising(event_offset, count, "event_offset")?;
                let events = Events::of(events, any)?;
                let (beside, scratch) = (BesideTerms::default(), Vec::new());
                let mut batch = RollBatch { columns: &columns, events, day, beside, scratch };
                let mut first_failure = None;
                for i in 0..count {
                    let (start, end) = match event_offset.is_null() {
                        true => (0, 0),
                        false => (event_offset.add(i).read(), event_offset.add(i + 1).read()),
                    };
                    let rolled = batch.roll(i, (start, end), states.add(i).read());
                    let code = match rolled {
                        Ok(rolled) => {
                            states.add(i).write(rolled);
                            PUHUI_OK
                        }
                        Err(failure) => {
                            let code = failure.detail_status();
                            first_failure.get_or_insert_with(|| Failure::of_row(i, failure));
                            code
                        }
                    };
                    status.add(i).write(code);
                }
                first_failure.map_or(Ok(()), Err)
            },
        )
    }
}

/// What the accounts of one call share.
struct RollBatch<'a> {
    columns: &'a LoanColumns,
    events: Events,
    day: NaiveDate,
    /// Room for what lies beside the terms of one account after the other, and for its events.
    beside: BesideTerms,
    scratch: Vec<Event>,
}

impl RollBatch<'_> {
    /// The state of account `i` at the end of the day.
    ///
    /// # Safety
    ///
    /// `i` must be below the number of loans; the events must have `end` elements, each and its relief with its `struct_size`
    /// readable bytes.
    unsafe fn roll(
        &mut self,
        i: usize,
        (start, end): (usize, usize),
        state: AccountState,
    ) -> Result<AccountState, Failure> {
        // SAFETY: forwarded from this function's contract.
        unsafe {
            self.columns.terms(i)?;
            let rules = self.columns.product(i)?.rules();
            // Before a day that it names itself nothing but interest changes: its events have no say then, and are not even read.
            if let Some(rolled) = state.quietly(rules, end - start, self.day)? {
                return Ok(rolled);
            }
            self.events.read(start, end, &mut self.scratch)?;
            let loan = self.columns.loan(i, &mut self.beside)?;
            let mut rolled = state;
            rolled.roll(&loan, &self.scratch, self.day)?;
            Ok(rolled)
        }
    }
}
