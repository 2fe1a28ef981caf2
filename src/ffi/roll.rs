//! The end of a day: many accounts rolled to it, each a small record of the caller's.

use std::slice;

use chrono::NaiveDate;

use super::codes::{PUHUI_STAGE_CHARGED_OFF, PUHUI_STAGE_CLOSED, PUHUI_STAGE_SETTLED};
use super::error::puhui_error;
use super::event::{Events, puhui_event};
use super::guard::{Failure, borrow, call, required};
use super::loan::{puhui_terms_columns, read_columns, terms_of};
use super::product::puhui_product;
use super::status::{PUHUI_OK, puhui_status};
use crate::calendar::parse_ymd;
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{AccountState, Event, Loan, Product, Terms, roll_day};

/// An account at the end of a day: what a host keeps of each account from day to day, in one array.
///
/// Amounts in minor units. All bytes 0: an account that was never rolled. The host stores the record as it is, and changes
/// nothing in it; it can always be made again from the loan and its events, and comes out the same to the byte, whether it was
/// rolled day by day or in one step. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_account_state {
    /// The day whose end it is; 0: it was never rolled.
    pub as_of_ymd: i32,
    /// The next due date that asks for money; 0: there is none.
    pub next_due_ymd: i32,
    /// The first day of the running accrual period, or 0.
    pub period_start_ymd: i32,
    /// Before this day nothing but interest changes. 0: anything may change any day.
    pub quiet_until_ymd: i32,
    /// What earns interest in a quiet period.
    pub earning_minor: i64,
    /// The rate it earns: so many units of 10 to the power of minus `rate_decimals`.
    pub rate_mantissa: i64,
    /// Principal outstanding, overdue or not.
    pub principal_minor: i64,
    /// Principal that fell due and is unpaid.
    pub overdue_principal_minor: i64,
    /// Contract interest earned before the day and not billed.
    pub interest_accrued_minor: i64,
    /// What the day itself adds to it: what the end of the day books.
    pub interest_of_day_minor: i64,
    /// Interest billed and unpaid.
    pub interest_minor: i64,
    /// Interest that was put off.
    pub interest_deferred_minor: i64,
    /// Penalty interest, billed or not.
    pub penalty_minor: i64,
    /// Compound interest, billed or not.
    pub compound_minor: i64,
    /// Fees billed and unpaid.
    pub fees_minor: i64,
    /// Money that nothing was owed for.
    pub credit_minor: i64,
    /// How many events it has seen.
    pub events: u32,
    /// Days past due.
    pub days_past_due: u32,
    /// The decimals of the rate.
    pub rate_decimals: u8,
    /// One of `PUHUI_LOAN_CLASS_*`; 0: no ladder is in force.
    pub loan_class: u8,
    /// 1: the loan is no longer accrued. 0: it is.
    pub non_accrual: u8,
    /// 0: the account goes on. Else one of `PUHUI_STAGE_*`.
    pub stage: u8,
    /// Reserved; 0.
    pub reserved: u32,
}

/// The two records are the same bytes: a field of the one lies where that of the other does.
macro_rules! same_layout {
    ($($ours:ident = $core:ident,)+) => {
        const _: () = {
            assert!(size_of::<puhui_account_state>() == 128 && size_of::<AccountState>() == 128);
            $(assert!(
                std::mem::offset_of!(puhui_account_state, $ours) == std::mem::offset_of!(AccountState, $core)
            );)+
        };

        impl From<puhui_account_state> for AccountState {
            fn from(state: puhui_account_state) -> AccountState {
                AccountState { $($core: state.$ours,)+ }
            }
        }

        impl From<AccountState> for puhui_account_state {
            fn from(state: AccountState) -> puhui_account_state {
                puhui_account_state { $($ours: state.$core,)+ }
            }
        }
    };
}

same_layout! {
    as_of_ymd = as_of_ymd,
    next_due_ymd = next_due_ymd,
    period_start_ymd = period_start_ymd,
    quiet_until_ymd = quiet_until_ymd,
    earning_minor = earning_minor,
    rate_mantissa = rate_mantissa,
    principal_minor = principal_minor,
    overdue_principal_minor = overdue_principal_minor,
    interest_accrued_minor = interest_accrued_minor,
    interest_of_day_minor = interest_of_day_minor,
    interest_minor = interest_minor,
    interest_deferred_minor = interest_deferred_minor,
    penalty_minor = penalty_minor,
    compound_minor = compound_minor,
    fees_minor = fees_minor,
    credit_minor = credit_minor,
    events = events,
    days_past_due = days_past_due,
    rate_decimals = rate_decimals,
    loan_class = class,
    non_accrual = non_accrual,
    stage = stage,
    reserved = reserved,
}

/// The stages of an account that does not go on, from 1.
const STAGES: [u32; 3] = [PUHUI_STAGE_SETTLED, PUHUI_STAGE_CHARGED_OFF, PUHUI_STAGE_CLOSED];

/// Reads a state, and refuses bytes that no roll can have left.
fn state_of(given: puhui_account_state) -> CoreResult<AccountState> {
    let strange = |field: &'static str, value: &dyn std::fmt::Display, bound: &str| {
        Err(Error::new(ErrorCode::StrangeSnapshot, field, value, bound))
    };
    let state = AccountState::from(given);
    if state.as_of_ymd == 0 {
        return match state == AccountState::default() {
            true => Ok(state),
            false => strange("states.as_of", &0, "a day, unless all bytes are 0"),
        };
    }
    for (field, value, most) in [
        ("states.rate_decimals", state.rate_decimals, 28),
        ("states.loan_class", state.class, LoanClass::ALL.len()),
        ("states.non_accrual", state.non_accrual, 1),
        ("states.stage", state.stage, STAGES.len()),
    ] {
        if usize::from(value) > most {
            return strange(field, &value, &format!("at most {most}"));
        }
    }
    for (field, ymd) in [
        ("states.as_of", state.as_of_ymd),
        ("states.next_due", state.next_due_ymd),
        ("states.period_start", state.period_start_ymd),
        ("states.quiet_until", state.quiet_until_ymd),
    ] {
        if ymd != 0 && parse_ymd(ymd, field).is_err() {
            return strange(field, &ymd, "a day, or 0");
        }
    }
    if state.reserved != 0 {
        return strange("states.reserved", &state.reserved, "0");
    }
    Ok(state)
}

/// Rolls `count` accounts of one product, each with one fixed contract rate unless an event resets it, to the end of a day.
///
/// Account `i` reads element `i` of each of `columns` and the events `events[event_offset[i]]` up to, not including,
/// `events[event_offset[i + 1]]`: all that are known of it, in any order. It reads and writes `states[i]`, and writes
/// `status[i]`. `event_offset` has `count + 1` elements that do not fall, `states` and `status` have `count`; all belong to the
/// caller, who keeps them. `events` are as far from each other as their `struct_size` says, which must be the same in all. Where
/// no account has an event both `events` and `event_offset` may be NULL. The inputs are read during the call only.
///
/// `states[i]` is what this call left on an earlier day, or all bytes 0. It becomes the account at the end of the day `day_ymd`,
/// the same to the byte as `puhui_account_replay` would tell of it: days may be left out. A state that is of that day already
/// stays as it is, so the call may be repeated after an interruption; a state of a later day is refused. An event that comes in
/// late is another number of events, and the account is replayed with it; where the number stays and an event becomes another,
/// the host sets the state to 0.
///
/// Every account is attempted and every element of `status` is written. An account that fails keeps its state. Between two days
/// on which anything falls due or happens, an account that owes nothing costs little and allocates no memory; on the others it
/// is replayed, and what that allocates is released before the call returns.
///
/// A host with threads of its own calls this from each of them for a part of the columns: the product and the events may be
/// shared, and the parts give the same states as the whole. `count` 0 succeeds if the day is one: everything but `product` may
/// be NULL. `error`, which may be NULL, tells the first account that failed; the place in its `field` (`events[1].how`) counts
/// the events of that account from 0.
///
/// Returns `PUHUI_OK` if every account succeeded; `PUHUI_ERR_ROWS` if one or more failed, each with a status of those of
/// `puhui_account_replay`, with `PUHUI_ERR_STRANGE_SNAPSHOT` for bytes that no roll has left, or with
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
    states: *mut puhui_account_state,
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
                let mut night = Night { product: &product.product, events, day, scratch: Vec::new() };
                let mut first_failure = None;
                for i in 0..count {
                    let (start, end) = match event_offset.is_null() {
                        true => (0, 0),
                        false => (event_offset.add(i).read(), event_offset.add(i + 1).read()),
                    };
                    let rolled = state_of(states.add(i).read()).map_err(Failure::from).and_then(|state| {
                        let terms = terms_of(&columns.row(i))?;
                        night.roll(terms, start, end, state)
                    });
                    let code = match rolled {
                        Ok(rolled) => {
                            states.add(i).write(rolled.into());
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
            let bound = format!("{} or more: offsets do not fall", at(i));
            Err(Error::new(ErrorCode::OutOfRange, "event_offset", at(i + 1), bound).into())
        }
        None => Ok(at(count) > at(0)),
    }
}

/// What the accounts of one call share.
struct Night<'a> {
    product: &'a Product,
    events: Events,
    day: NaiveDate,
    /// Room for the events of one account after the other.
    scratch: Vec<Event>,
}

impl Night<'_> {
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
        if let Some(rolled) = self.quietly(terms, end - start, state) {
            return Ok(rolled);
        }
        // SAFETY: forwarded from this function's contract.
        unsafe { self.events.read(start, end, &mut self.scratch) }?;
        let loan = Loan::new(self.product, terms)?;
        let mut rolled = state;
        rolled.roll(&loan, &self.scratch, self.day)?;
        Ok(rolled)
    }

    /// The state at the end of a day before which, as it says itself, nothing but interest changes: its events have no say
    /// then, and are not even read.
    fn quietly(&self, terms: Terms, events: usize, state: AccountState) -> Option<AccountState> {
        let to = crate::calendar::to_ymd(self.day);
        let seen_all = usize::try_from(state.events).ok() == Some(events);
        let quiet = to == state.as_of_ymd || (state.as_of_ymd < to && to < state.quiet_until_ymd);
        if !seen_all || !quiet {
            return None;
        }
        let alone = AccountState { events: 0, ..state };
        let mut rolled = alone;
        let mut status = [None];
        roll_day(self.product, &[terms], &[], &[0, 0], self.day, slice::from_mut(&mut rolled), &mut status)
            .ok()?;
        // Anything else that changed would show that the account was replayed, without its events.
        let interest_alone = AccountState {
            as_of_ymd: to,
            interest_accrued_minor: rolled.interest_accrued_minor,
            interest_of_day_minor: rolled.interest_of_day_minor,
            ..alone
        };
        let good = status == [None] && rolled == interest_alone;
        good.then_some(AccountState { events: state.events, ..rolled })
    }
}
