//! The end of a day: many accounts rolled to it, each a small record of the caller's.

use chrono::NaiveDate;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, call, required};
use super::boundary::status::{PUHUI_OK, puhui_status};
use super::codes::{PUHUI_STAGE_CHARGED_OFF, PUHUI_STAGE_CLOSED, PUHUI_STAGE_SETTLED};
use super::event::{Events, puhui_event};
use super::loan::{puhui_terms_columns, read_columns, terms_of};
use super::product::puhui_product;
use crate::calendar::parse_ymd;
use crate::error::{Error, ErrorCode};
use crate::loan::{AccountState, Event, Loan, Product, Terms};

// The record counts the stages as the codes do; its classes are compared with those of a position in tests/c/roll.c.
const _: () = assert!(PUHUI_STAGE_SETTLED == 1 && PUHUI_STAGE_CHARGED_OFF == 2 && PUHUI_STAGE_CLOSED == 3);

/// Rolls `count` accounts of one product, each with one fixed contract rate unless an event resets it, to the end of a day.
///
/// Account `i` reads element `i` of each of `columns` and the events `events[event_offset[i]]` up to, not including,
/// `events[event_offset[i + 1]]`: all that are known of it, in any order. It reads and writes `states[i]`, and writes
/// `status[i]`. `event_offset` has `count + 1` elements that do not fall, `states` and `status` have `count`; all belong to the
/// caller, who keeps them. `events` are as far from each other as their `struct_size` says, which must be the same in all. Where
/// no account has an event both `events` and `event_offset` may be NULL. The inputs are read during the call only.
///
/// `states[i]` is what this call left on an earlier day, or all bytes 0. It becomes the account at the end of the day `day_ymd`,
/// the same to the byte as `puhui_account_replay` would give it: days may be left out. A state that is of that day already
/// stays as it is, so the call may be repeated after an interruption; a state of a later day is refused. An event that comes in
/// late is another number of events, and the account is replayed with it; where the number stays and an event becomes another,
/// the host sets the state to 0.
///
/// An account that is not as plain, because it is in arrears or under a relief, has `quiet_until_ymd` 0 and is replayed from its first
/// day on every roll. A host that keeps no events of the past keeps its record beside the state: for such an account it calls
/// `puhui_account_record` with the record of the day before and the events since, which gives the next record and this same state, to
/// the byte. To read and write a record takes the time of a replay of some hundred events: it spares the history, and time in the
/// longest lives alone.
///
/// Every account is attempted and every element of `status` is written. An account that fails keeps its state. Between two days
/// on which anything falls due or happens, an account that owes nothing costs little and allocates no memory, unless an event
/// stands twice in its list; on the others it is replayed. What is allocated is released before the call returns.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the product and the events may be
/// shared, and the parts give the same states as the whole. `count` 0 succeeds if the day is one: everything but `product` may
/// be NULL. `error`, which may be NULL, names the first account that failed; the place in its `field` (`events[1].how`) counts
/// the events of that account from 0.
///
/// Returns `PUHUI_OK` if every account succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with one of the statuses of
/// `puhui_account_replay`, with `PUHUI_ERR_INVALID_SNAPSHOT` for bytes that no roll has left, or with
/// `PUHUI_ERR_DATES_OUT_OF_ORDER` for a state of a later day; before anything is written, `PUHUI_ERR_NULL`,
/// `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (the day),
/// `PUHUI_ERR_OUT_OF_RANGE` (offsets that fall); or `PUHUI_ERR_PANIC`: then `status` is unspecified, and each state is that of
/// before or that of the day.
///
/// # Safety
///
/// `product` must be live, `columns` have its `struct_size` readable bytes, its arrays that are not NULL be readable for `count`
/// elements, `event_offset` for `count + 1`, `events` up to the last offset, each event and each relief for its `struct_size`;
/// `states` must be readable and `states` and `status` writable for `count` elements, and overlap nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_roll_day(
    product: *const puhui_product,
    columns: *const puhui_terms_columns,
    count: usize,
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
                let product = borrow(product, "product")?;
                let day = parse_ymd(day_ymd, "day")?;
                if count == 0 {
                    return Ok(());
                }
                let columns = read_columns(columns)?;
                required(states, "states")?;
                required(status, "status")?;
                if !events.is_null() {
                    required(event_offset, "event_offset")?;
                }
                let any = rising(event_offset, count)?;
                let events = Events::of(events, any)?;
                let mut batch = RollBatch { product: &product.product, events, day, scratch: Vec::new() };
                let mut first_failure = None;
                for i in 0..count {
                    let (start, end) = match event_offset.is_null() {
                        true => (0, 0),
                        false => (event_offset.add(i).read(), event_offset.add(i + 1).read()),
                    };
                    let rolled = terms_of(&columns.row(i))
                        .map_err(Failure::from)
                        .and_then(|terms| batch.roll(terms, start, end, states.add(i).read()));
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

/// Refuses offsets that fall; whether they name any event.
///
/// # Safety
///
/// `offset` must be NULL or readable for `count + 1` elements.
unsafe fn rising(offset: *const usize, count: usize) -> Result<bool, Failure> {
    if offset.is_null() {
        return Ok(false);
    }
    // SAFETY: not NULL, so readable at every place up to `count` by this function's contract.
    let at = |i: usize| unsafe { offset.add(i).read() };
    match (0..count).find(|&i| at(i + 1) < at(i)) {
        Some(i) => {
            let bound = format!("{} or more: offsets never fall", at(i));
            Err(Error::new(ErrorCode::OutOfRange, "event_offset", at(i + 1), bound).into())
        }
        None => Ok(at(count) > at(0)),
    }
}

/// What the accounts of one call share.
struct RollBatch<'a> {
    product: &'a Product,
    events: Events,
    day: NaiveDate,
    /// Room for the events of one account after the other.
    scratch: Vec<Event>,
}

impl RollBatch<'_> {
    /// The state of an account at the end of the day.
    ///
    /// # Safety
    ///
    /// The events must have `end` elements, each and its relief with its `struct_size` readable bytes.
    unsafe fn roll(
        &mut self,
        terms: Terms,
        start: usize,
        end: usize,
        state: AccountState,
    ) -> Result<AccountState, Failure> {
        // Before a day that it names itself nothing but interest changes: its events have no say then, and are not even read.
        if let Some(rolled) = state.quietly(self.product.rules(), end - start, self.day)? {
            return Ok(rolled);
        }
        // SAFETY: forwarded from this function's contract.
        unsafe { self.events.read(start, end, &mut self.scratch) }?;
        let loan = Loan::new(self.product, terms)?;
        let mut rolled = state;
        rolled.roll(&loan, &self.scratch, self.day)?;
        Ok(rolled)
    }
}
