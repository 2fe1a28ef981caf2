//! The account of a loan: what all that happened to it comes to.

use std::ffi::c_char;
use std::slice;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, required_array, room, unused};
use super::boundary::options::{self, Plain, check_out, struct_size};
use super::boundary::result::write_rows;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::code;
use super::event::{Events, puhui_event};
use super::instalment::puhui_instalment;
use super::loan::{GivenLoan, optional, puhui_loan};
use crate::calendar::{parse_ymd, to_ymd};
use crate::error::{Error, ErrorCode};
use crate::loan::{Account, AccountRecord, Instalment, Owed, Payer, Position, Posting, Snapshot};
use crate::money::Money;

/// What a loan comes to at the end of a day, all events of the day included. Amounts in minor units.
///
/// Start with `PUHUI_POSITION_INIT`. Interest is earned for every day before the day of the position; what the day itself
/// earns is `interest_of_day_minor`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_position {
    /// `sizeof(struct puhui_position)` as the caller was compiled.
    pub struct_size: u32,
    /// The day.
    pub as_of_ymd: i32,
    /// The next due date that asks for money; 0: there is none.
    pub next_due_ymd: i32,
    /// Days past due (逾期天数).
    pub days_past_due: u32,
    /// One of `PUHUI_LOAN_CLASS_*` (五级分类); 0: no ladder is in force.
    pub loan_class: u32,
    /// 1: `provision_minor` is set. 0: there are no rates of provision or no class, and it is 0.
    pub has_provision: u32,
    /// 1: the loan is no longer accrued (非应计). 0: it is.
    pub non_accrual: u32,
    /// 1: a relief keeps arrears of the day from the credit registry (征信保护). 0: none does.
    pub credit_report_protected: u32,
    /// 1: the account is closed. 0: it is not.
    pub closed: u32,
    /// Reserved; written as 0.
    pub reserved: u32,
    /// The principal paid out so far.
    pub disbursed_minor: i64,
    /// Interest that became principal.
    pub capitalised_minor: i64,
    /// The principal repaid so far, by whoever paid, with what came back after a charge-off.
    pub principal_repaid_minor: i64,
    /// The principal that was charged off.
    pub charged_off_minor: i64,
    /// The principal that came back after it was charged off.
    pub recovered_minor: i64,
    /// The principal outstanding, overdue or not (贷款余额).
    pub principal_minor: i64,
    /// The part of it that fell due and is unpaid (逾期本金).
    pub overdue_principal_minor: i64,
    /// Contract interest that was earned before the day and is not billed (应计利息), less what of it was settled ahead; below
    /// 0 at a rate below 0.
    pub interest_accrued_minor: i64,
    /// What the day itself adds to it: nothing while the day was paid for ahead.
    pub interest_of_day_minor: i64,
    /// Interest that was billed and is unpaid (应收未收利息).
    pub interest_minor: i64,
    /// Interest that was deferred, and has neither fallen due nor joined the balance.
    pub interest_deferred_minor: i64,
    /// Penalty interest that was billed and is unpaid (罚息).
    pub penalty_minor: i64,
    /// Penalty interest that was earned before the day and is not billed.
    pub penalty_accrued_minor: i64,
    /// Compound interest that was billed and is unpaid (复利).
    pub compound_minor: i64,
    /// Compound interest that was earned before the day and is not billed.
    pub compound_accrued_minor: i64,
    /// Fees that were billed and are unpaid.
    pub fees_minor: i64,
    /// Money of the borrower that nothing was owed for (溢缴款).
    pub credit_minor: i64,
    /// What settles everything on the day, before the fee of a prepayment and its interest for days to come. Below 0: what would
    /// be paid back.
    pub pay_off_minor: i64,
    /// What the class asks to be provided for (拨备).
    pub provision_minor: i64,
    /// What is asked for on `next_due_ymd`; 0 without one.
    pub next_due_minor: i64,
    /// What was received so far from each payer, at the place of its `PUHUI_PAYER_*` less 1; the places behind the last payer
    /// are 0.
    pub received_minor: [i64; 8],
}

const _: () = {
    assert!(size_of::<puhui_position>() == 264);
    assert!(std::mem::offset_of!(puhui_position, disbursed_minor) == 40);
    assert!(std::mem::offset_of!(puhui_position, received_minor) == 200);
};

// SAFETY: integers only, without padding: 10 x 4 + 28 x 8 = 264.
unsafe impl Plain for puhui_position {
    const SIZE_V1: usize = 264;
}

start! {
    /// Starts a `struct puhui_position`.
    PUHUI_POSITION_INIT = puhui_position {}
}

impl puhui_position {
    pub(super) fn of(account: &Account<'_, '_>) -> puhui_position {
        // Named one by one, so that a new figure cannot be forgotten here. The arrears are rows of their own.
        let Position {
            as_of,
            disbursed,
            capitalised,
            principal_repaid,
            charged_off,
            recovered,
            principal,
            overdue_principal,
            interest_accrued,
            interest_of_day,
            interest,
            interest_deferred,
            penalty,
            penalty_accrued,
            compound,
            compound_accrued,
            fees,
            credit,
            pay_off,
            days_past_due,
            class,
            provision,
            non_accrual,
            credit_report_protected,
            closed,
            arrears: _,
            next_due,
        } = account.position();
        let mut received_minor = [0; 8];
        for (received, &payer) in received_minor.iter_mut().zip(Payer::ALL) {
            *received = account.received_from(payer).minor();
        }
        puhui_position {
            struct_size: struct_size::<puhui_position>(),
            as_of_ymd: to_ymd(*as_of),
            next_due_ymd: next_due.map_or(0, |(day, _)| to_ymd(day)),
            days_past_due: *days_past_due,
            loan_class: class.map_or(0, code),
            has_provision: u32::from(provision.is_some()),
            non_accrual: u32::from(*non_accrual),
            credit_report_protected: u32::from(*credit_report_protected),
            closed: u32::from(*closed),
            reserved: 0,
            disbursed_minor: disbursed.minor(),
            capitalised_minor: capitalised.minor(),
            principal_repaid_minor: principal_repaid.minor(),
            charged_off_minor: charged_off.minor(),
            recovered_minor: recovered.minor(),
            principal_minor: principal.minor(),
            overdue_principal_minor: overdue_principal.minor(),
            interest_accrued_minor: interest_accrued.minor(),
            interest_of_day_minor: interest_of_day.minor(),
            interest_minor: interest.minor(),
            interest_deferred_minor: interest_deferred.minor(),
            penalty_minor: penalty.minor(),
            penalty_accrued_minor: penalty_accrued.minor(),
            compound_minor: compound.minor(),
            compound_accrued_minor: compound_accrued.minor(),
            fees_minor: fees.minor(),
            credit_minor: credit.minor(),
            pay_off_minor: pay_off.minor(),
            provision_minor: provision.map_or(0, Money::minor),
            next_due_minor: next_due.map_or(0, |(_, amount)| amount.minor()),
            received_minor,
        }
    }
}

// A payer that has no place would be forgotten.
const _: () = assert!(Payer::ALL.len() <= 8);

/// What was billed on a day and is unpaid, by part. Amounts in minor units. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_owed {
    /// The day it fell due.
    pub due_on_ymd: i32,
    /// Reserved; written as 0.
    pub reserved: u32,
    /// Fees.
    pub fee_minor: i64,
    /// Penalty interest.
    pub penalty_minor: i64,
    /// Compound interest.
    pub compound_minor: i64,
    /// Interest.
    pub interest_minor: i64,
    /// Principal.
    pub principal_minor: i64,
}

const _: () = assert!(size_of::<puhui_owed>() == 48);

impl From<&Owed> for puhui_owed {
    fn from(owed: &Owed) -> puhui_owed {
        let Owed { due_on, fee, penalty, compound, interest, principal } = owed;
        puhui_owed {
            due_on_ymd: to_ymd(*due_on),
            reserved: 0,
            fee_minor: fee.minor(),
            penalty_minor: penalty.minor(),
            compound_minor: compound.minor(),
            interest_minor: interest.minor(),
            principal_minor: principal.minor(),
        }
    }
}

/// One side of a double entry. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_posting {
    /// The booking date (记账日).
    pub on_ymd: i32,
    /// One of `PUHUI_LEDGER_*`: the account of the chart.
    pub account: u32,
    /// The amount in minor units: a debit (借) above 0, a credit (贷) below it.
    pub amount_minor: i64,
    /// 1: it corrects days that were reported: what an event booked late, or a reversal, changes in them. 0: it does not.
    pub correction: u32,
    /// Reserved; written as 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_posting>() == 24);

impl From<&Posting> for puhui_posting {
    fn from(posting: &Posting) -> puhui_posting {
        let Posting { on, account, amount, correction } = posting;
        puhui_posting {
            on_ymd: to_ymd(*on),
            account: code(*account),
            amount_minor: amount.minor(),
            correction: u32::from(*correction),
            reserved: 0,
        }
    }
}

/// The account that a call asks about: its loan, where it goes on from, what happened since, and the day.
///
/// Start with `PUHUI_ACCOUNT_QUERY_INIT`. What it points to belongs to the caller and is only read during the call. Later releases
/// only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_account_query {
    /// `sizeof(struct puhui_account_query)` as the caller was compiled.
    pub struct_size: u32,
    /// The day at whose end the account is asked for. Events of later days are not in yet.
    pub as_of_ymd: i32,
    /// What was booked after this day is left out, so that a past report can be printed again; 0: everything is known. 0 with a
    /// record.
    pub known_on_ymd: i32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The loan.
    pub loan: *const puhui_loan,
    /// The record that the account goes on from, as `puhui_account_record` wrote it (docs/RECORD.md); a NUL need not end it. NULL: it
    /// goes on from its first day. An empty record was never written: it is refused.
    pub record: *const c_char,
    /// The bytes of `record`; 0 where it is NULL.
    pub record_length: usize,
    /// What happened since the day of the record or the snapshot, or, without either, all that happened; in any order. NULL where `event_count` is 0.
    /// Each is as far from the next as its `struct_size` says, which must be the same in all.
    pub events: *const puhui_event,
    /// The number of events.
    pub event_count: usize,
    /// The snapshot that the account is restored from, as `puhui_account_snapshot` wrote it; a NUL need not end it. NULL: it is not.
    /// NULL with a record.
    pub snapshot: *const c_char,
    /// The bytes of `snapshot`; 0 where it is NULL.
    pub snapshot_length: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_account_query>() == 72);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 4 x 4 + 7 words.
unsafe impl Plain for puhui_account_query {
    const SIZE_V1: usize = 16 + 7 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_account_query`: from the first day, without events; `as_of_ymd` and `loan` are still to be set.
    PUHUI_ACCOUNT_QUERY_INIT = puhui_account_query {}
}

impl puhui_account_query {
    /// Replays the account, or goes on from its record, and answers from the result.
    ///
    /// # Safety
    ///
    /// `query` must be NULL or have its `struct_size` readable bytes; its loan must be NULL or as a loan is read, the record have its
    /// length; `events` must be NULL or have `event_count` elements, each and its relief with its `struct_size` readable bytes.
    pub(super) unsafe fn answer<T>(
        query: *const puhui_account_query,
        answer: impl FnOnce(&Account<'_, '_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut events = Vec::new();
        // SAFETY: forwarded from this function's contract.
        let (query, given, record, snapshot) = unsafe {
            let query = options::read(query, "query")?;
            unused(query.reserved.into(), "query.reserved")?;
            let given = GivenLoan::read(query.loan)?;
            Events::of(query.events, query.event_count > 0)?.read(0, query.event_count, &mut events)?;
            (query, given, query.read_record()?, query.read_snapshot()?)
        };
        let as_of = parse_ymd(query.as_of_ymd, "as_of")?;
        let known_on = optional(query.known_on_ymd, "known_on")?;
        let loan = given.loan()?;
        if let Some(snapshot) = snapshot {
            if record.is_some() {
                let bound = "no snapshot beside a record";
                return Err(Error::new(ErrorCode::Contradiction, "snapshot", "a snapshot", bound).into());
            }
            events.splice(0..0, snapshot.resume(&loan)?);
        }
        let account = match (record, known_on) {
            (Some(record), None) => Account::resume(&loan, &record, &events, as_of)?,
            (None, None) => Account::replay(&loan, &events, as_of)?,
            (None, Some(known_on)) => Account::as_known_on(&loan, &events, as_of, known_on)?,
            (Some(_), Some(known_on)) => {
                let bound = "0 with a record, which has what was known when it was written";
                return Err(Error::new(ErrorCode::Contradiction, "known_on", known_on, bound).into());
            }
        };
        answer(&account)
    }

    /// # Safety
    ///
    /// The record must be NULL or have as many readable bytes as its length says.
    unsafe fn read_record(&self) -> Result<Option<AccountRecord>, Failure> {
        // SAFETY: forwarded from this function's contract.
        let bytes = unsafe { text_of(self.record, self.record_length, "record") }?;
        bytes.map(|bytes| parse(bytes, "record", "the JSON of an account that was written down")).transpose()
    }

    /// # Safety
    ///
    /// The snapshot must be NULL or have as many readable bytes as its length says.
    unsafe fn read_snapshot(&self) -> Result<Option<Snapshot>, Failure> {
        // SAFETY: forwarded from this function's contract.
        let bytes = unsafe { text_of(self.snapshot, self.snapshot_length, "snapshot") }?;
        bytes.map(|bytes| parse(bytes, "snapshot", "the JSON of a saved account")).transpose()
    }
}

/// The bytes of a text of the caller's; none for NULL.
///
/// # Safety
///
/// `text` must be NULL or have `length` bytes that stay readable while the result is used.
unsafe fn text_of<'a>(
    text: *const c_char,
    length: usize,
    field: &'static str,
) -> Result<Option<&'a [u8]>, Failure> {
    required_array(text, length, field)?;
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so readable by this function's contract.
    Ok(Some(unsafe { slice::from_raw_parts(text.cast::<u8>(), length) }))
}

fn parse<T: serde::de::DeserializeOwned>(
    bytes: &[u8],
    field: &'static str,
    bound: &str,
) -> Result<T, Failure> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::new(ErrorCode::InvalidSnapshot, field, error, bound).into())
}

/// Answers what a loan comes to at the end of a day: replays all that happened to it, or goes on from a record, stores the position in
/// `*out_position`, whose `struct_size` the caller has set, and writes what is in arrears into the caller's array.
///
/// `query` says which account, what happened to it, and on which day it is asked for; it is read during the call only.
///
/// The call is pure: the same query gives the same account, to the byte, on every run and machine; a query with a record and the
/// events since is, to the byte, what a query with all events from the first day is. What is earned, and what is late, is exact until
/// it is billed, each figure rounded once by the rounding of the product.
///
/// `arrears` has `arrears_capacity` elements and becomes what was billed and is unpaid, oldest first; `*out_arrears_count`
/// becomes the number of rows, the elements after them are left as they were. With `arrears` NULL and a capacity of 0 the rows
/// are counted and not written; then `out_arrears_count` may be NULL too. Everything belongs to the caller. `error` may be
/// NULL.
///
/// On failure the fields of `*out_position` but `struct_size` are 0, `*out_arrears_count` is 0 and no row is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` the count is the capacity that is needed. An error of one event says which, by its place from 0:
/// the `field` of `error` is `events[1].how`. The call allocates memory and releases it before it returns; nothing is kept. Any
/// number of threads may use one product at the same time. A host that rolls many accounts from day to day calls
/// `puhui_account_roll_day`.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_schedule`; of the events: `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`,
/// `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` (a date),
/// `PUHUI_ERR_OUT_OF_RANGE` (an amount that is not above 0, a number of 0), `PUHUI_ERR_CONTRADICTION` (a field that the kind has
/// no use for, a relief granted on another day, nothing ahead to be found again), `PUHUI_ERR_DATES_OUT_OF_ORDER` (a day, a value
/// date or a booking date on the wrong side of another), `PUHUI_ERR_NUMBER_USED_TWICE`, `PUHUI_ERR_NOTHING_TO_REVERSE`,
/// `PUHUI_ERR_ACCOUNT_ENDED`, `PUHUI_ERR_NOT_SETTLED`, `PUHUI_ERR_MORE_THAN_OWED`, `PUHUI_ERR_LIMIT_EXCEEDED` (more is paid out
/// than was lent); of a relief, one of the statuses of `puhui_relieve`; of a record, `PUHUI_ERR_INVALID_SNAPSHOT` for one of another
/// loan or version, for one that was changed, and for what is no record, `PUHUI_ERR_DATES_OUT_OF_ORDER` for a day before that of the record,
/// for an event of a day that is in the record already, and for a relief of rows that fell due before its grant: these want an
/// earlier record, or all events from the first day, and `PUHUI_ERR_CONTRADICTION` for a `known_on_ymd` beside it; of a snapshot,
/// `PUHUI_ERR_INVALID_SNAPSHOT` for one of another loan or version, for what is no snapshot, and where its events do not come to its
/// figures, `PUHUI_ERR_CONTRADICTION` for one beside a record, and, where an event in its text was changed, any of the above,
/// `PUHUI_ERR_TOO_MANY_DIGITS` or `PUHUI_ERR_UNKNOWN_VALUE`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `*query` must have its `struct_size` readable bytes, its loan be as `puhui_schedule` asks, its record have its length, each of its
/// events and each relief its `struct_size`; `*out_position` must have its `struct_size` writable bytes, `arrears` be writable for its
/// capacity and the count writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_position(
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
                options::clear_known(out_position);
            },
            || {
                check_out(out_position, "out_position")?;
                room(arrears, arrears_capacity, "arrears")?;
                if !arrears.is_null() {
                    required(out_arrears_count, "out_arrears_count")?;
                }
                puhui_account_query::answer(query, |account| {
                    let owed = account.position().arrears.iter().map(puhui_owed::from);
                    write_rows(owed, (arrears, arrears_capacity), "arrears_capacity", out_arrears_count)?;
                    options::write_known(out_position, &puhui_position::of(account));
                    Ok(())
                })
            },
        )
    }
}

/// Writes the instalments of one loan as all that happened to it left them: those that fell due as they were billed, from the first
/// one on, then those ahead as they are planned now.
///
/// `query` is as in `puhui_account_position`. `rows` has `capacity` elements and belongs to the caller; `*out_count`
/// becomes the number of rows, the elements after them are left as they were. With `rows` NULL and a `capacity` of 0 the rows
/// are counted and not written. `*out_billed`, which may be NULL, becomes the number of rows that fell due by `query->as_of_ymd`:
/// those ahead begin at `rows[*out_billed]`. `error` may be NULL.
///
/// On failure the counts are 0 and no row is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_count` is the capacity that
/// is needed. The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may use one
/// product at the same time.
///
/// Returns one of the statuses of `puhui_account_position`.
///
/// # Safety
///
/// As for `puhui_account_position`; `rows` must be writable for `capacity` elements and the counts writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_instalments(
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
                required(out_count, "out_count")?;
                room(rows, capacity, "rows")?;
                puhui_account_query::answer(query, |account| {
                    let all = account.instalments();
                    let each = all.iter().map(puhui_instalment::from);
                    write_rows(each, (rows, capacity), "capacity", out_count)?;
                    put(out_billed, billed(&all, account)?);
                    Ok(())
                })
            },
        )
    }
}

/// The number of rows of an account that fell due.
fn billed(all: &[Instalment], account: &Account<'_, '_>) -> Result<usize, Failure> {
    let ahead = account.rows_to_come().len();
    let billed = all.len().checked_sub(ahead);
    billed.ok_or_else(|| Error::internal("more rows to come than rows", ahead).into())
}

/// Writes what the ledger books of one loan, up to `query->as_of_ymd`: double entries in the cadence of the product
/// (`accrual_postings`), and corrections for what was booked late.
///
/// `query` is as in `puhui_account_position`. `from_ymd` is the first booking day whose entries are asked for; 0: all that the account
/// can give, those of every day, or of the days after its record. `rows` has `capacity` elements and belongs to the caller; `*out_count`
/// becomes the number of rows, the elements after them are left as they were. With `rows` NULL and a `capacity` of 0 the rows
/// are counted and not written. `error` may be NULL.
///
/// The rows are in the order of their booking dates; those of one day, corrections and others apart, sum to 0. Up to any
/// booking date they sum, account by account, to the position as it was known on that day. What an event changes that was
/// booked after its value date is dated on the booking date and marked as a correction: nothing is ever posted into a day that
/// was reported. Each past is replayed as it was known then: what would have been refused on that day (more waived than was owed,
/// say), and was only mended by a reversal, is refused here too.
///
/// On failure `*out_count` is 0 and no row is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_count` is the capacity that
/// is needed. The call walks the days of the loan; it allocates memory and releases it before it returns; nothing is kept. Any
/// number of threads may use one product at the same time.
///
/// An account that goes on from a record gives, of the days after it, what one of all events gives.
///
/// Returns one of the statuses of `puhui_account_position`; `PUHUI_ERR_DATES_OUT_OF_ORDER` for a `from_ymd` that is in the record; and `PUHUI_ERR_CONTRADICTION` where
/// the record was written with events that were booked after its day: what was booked by then is not known.
///
/// # Safety
///
/// As for `puhui_account_position`; `rows` must be writable for `capacity` elements and the count writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_postings(
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
                required(out_count, "out_count")?;
                room(rows, capacity, "rows")?;
                let from = optional(from_ymd, "from")?;
                puhui_account_query::answer(query, |account| {
                    let postings = match from {
                        None => account.postings()?,
                        Some(from) => account.postings_from(from)?,
                    };
                    let each = postings.iter().map(puhui_posting::from);
                    write_rows(each, (rows, capacity), "capacity", out_count)
                })
            },
        )
    }
}

/// Computes what settles one loan on a day, if nothing happens to it after `query->as_of_ymd` until then, and stores it in
/// `*out_pay_off_minor`, in minor units.
///
/// `query` is as in `puhui_account_position`; `on_ymd` is its `as_of_ymd` or later. It is the principal, all that was billed
/// and is unpaid, and what was earned before `on_ymd`, less the credit; the fee of a prepayment is not in it. Below 0: what
/// would be paid back. `error` may be NULL. On failure `*out_pay_off_minor` is 0. The call allocates memory and releases it
/// before it returns. Any number of threads may use one product at the same time.
///
/// Returns one of the statuses of `puhui_account_position`.
///
/// # Safety
///
/// As for `puhui_account_position`; `out_pay_off_minor` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_account_pay_off(
    query: *const puhui_account_query,
    on_ymd: i32,
    out_pay_off_minor: *mut i64,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_pay_off_minor, 0),
            || {
                required(out_pay_off_minor, "out_pay_off")?;
                let on = parse_ymd(on_ymd, "on")?;
                let pay_off = puhui_account_query::answer(query, |account| Ok(account.pay_off(on)?))?;
                put(out_pay_off_minor, pay_off.minor());
                Ok(())
            },
        )
    }
}
