//! What happened to a loan, as C writes it down.

use super::boundary::failure::Failure;
use super::boundary::guard::{required, unused};
use super::boundary::options::{self, OfAnyRelease, Plain};
use super::boundary::read::{count as small_count, countable};
use super::boundary::start::start;
use super::boundary::status::PUHUI_ERR_STRUCT_SIZE;
use super::codes::{code, loan::Event as Word, word};
use super::loan::optional;
use super::relief::{puhui_relief, relief_of};
use crate::calendar::parse_ymd;
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{Event, EventKind};
use crate::money::Money;
use crate::rate::Rate;

/// Something that happened to a loan.
///
/// Start with `PUHUI_EVENT_INIT` and set `kind`, `no`, `on_ymd` and what the kind asks for. A field that the kind has no use
/// for must be 0, or NULL: anything else is `PUHUI_ERR_CONTRADICTION`. What a `relief` points to belongs to the caller and is
/// only read during the call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_event {
    /// `sizeof(struct puhui_event)` as the caller was compiled; the same in every element of an array.
    pub struct_size: u32,
    /// One of `PUHUI_EVENT_*`: what happened.
    pub kind: u32,
    /// The value date (起息日): the day from which it counts. Not before the disbursement.
    pub on_ymd: i32,
    /// The day it was booked (入账日), not before `on_ymd`, but for a change of terms on a product with `changes_ahead`. 0: on
    /// `on_ymd`.
    pub booked_on_ymd: i32,
    /// Its number, 1 or more: unique in the life of the loan, in the order of booking. The same number with the same content
    /// is the same event and counts once.
    pub no: u64,
    /// The amount of the kinds that have one, in minor units; above 0.
    pub amount_minor: i64,
    /// Of `PUHUI_EVENT_RATE_RESET`: the annual rate in parts per billion, -10000000000 to 10000000000.
    pub rate_ppb: i64,
    /// Of `PUHUI_EVENT_RENEWED`: the host's number of the loan whose proceeds repaid this one.
    pub by: u64,
    /// Of `PUHUI_EVENT_REVERSED`: the `no` of the event that never was.
    pub reverses_no: u64,
    /// Of `PUHUI_EVENT_REPAID` and `PUHUI_EVENT_PREPAID`: one of `PUHUI_PAYER_*`.
    pub payer: u32,
    /// Of `PUHUI_EVENT_PREPAID`: one of `PUHUI_PREPAYMENT_*`.
    pub how: u32,
    /// Of `PUHUI_EVENT_INTEREST_PAUSED`: the last day without interest.
    pub until_ymd: i32,
    /// Of `PUHUI_EVENT_RE_AGED`: the due date of the first new instalment, after `on_ymd`. Of `PUHUI_EVENT_DUE_DATE_MOVED`: the
    /// new due date, not before `on_ymd`.
    pub first_due_on_ymd: i32,
    /// Of `PUHUI_EVENT_RE_AGED`: the number of new instalments.
    pub instalments: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// Of `PUHUI_EVENT_RELIEF`: the relief. NULL with every other kind.
    pub relief: *const puhui_relief,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<puhui_event>() == 88);
    assert!(std::mem::offset_of!(puhui_event, relief) == 80);
};

// SAFETY: integers and a pointer, without padding before or between them: 4 x 4 + 5 x 8 + 6 x 4 and a pointer.
unsafe impl Plain for puhui_event {
    const SIZE_V1: usize = 80 + size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_event`: `kind`, `no`, `on_ymd` and what the kind asks for are still to be set.
    PUHUI_EVENT_INIT = puhui_event {}
}

/// An array of events, of which each is read when it is asked for.
#[derive(Clone, Copy)]
pub(super) struct Events {
    first: *const puhui_event,
    /// What every element says of its size: the distance from one to the next.
    stride: usize,
}

const PARAMETER: &str = "events";

impl Events {
    /// The array of a caller; it may be NULL if nothing will be read of it.
    ///
    /// # Safety
    ///
    /// `first` must be NULL or the first of at least one element, with its `struct_size` readable bytes.
    pub(super) unsafe fn of(first: *const puhui_event, any: bool) -> Result<Events, Failure> {
        if !any {
            return Ok(Events { first, stride: 0 });
        }
        // SAFETY: NULL is refused there; else it is an element by this function's contract. What is wrong in it is reported when it
        // is read: it is one account's.
        Ok(Events { first, stride: unsafe { options::size(first, PARAMETER) }? })
    }

    /// Reads the events from one place up to, not including, another. Those of an account are counted from its first.
    ///
    /// # Safety
    ///
    /// The array must have come through [`Events::of`] and have `end` elements, each with its `struct_size` readable bytes.
    pub(super) unsafe fn read(self, start: usize, end: usize, into: &mut Vec<Event>) -> Result<(), Failure> {
        into.clear();
        countable::<OfAnyRelease>(end, PARAMETER)?;
        for place in start..end {
            // SAFETY: `place` < `end` elements, each of the size of the first by this function's contract.
            let event = unsafe { self.read_one(self.first.byte_add(place * self.stride)) };
            into.push(event.map_err(|failure| Failure::element(PARAMETER, place - start, failure))?);
        }
        Ok(())
    }

    /// # Safety
    ///
    /// `given` must have its `struct_size` readable bytes.
    unsafe fn read_one(self, given: *const puhui_event) -> Result<Event, Failure> {
        // SAFETY: forwarded from this function's contract.
        let event = unsafe { options::read(given, "struct_size") }?;
        if usize::try_from(event.struct_size).ok() != Some(self.stride) {
            let message = "the same in every element";
            return Err(Failure::Call { status: PUHUI_ERR_STRUCT_SIZE, field: "struct_size", message });
        }
        // SAFETY: the relief is NULL or readable by the contract of the call.
        unsafe { event_of(&event) }
    }
}

/// # Safety
///
/// The relief must be NULL or have its `struct_size` readable bytes.
unsafe fn event_of(given: &puhui_event) -> Result<Event, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let on = parse_ymd(given.on_ymd, "on")?;
    let booked_on = optional(given.booked_on_ymd, "booked_on")?.unwrap_or(on);
    // SAFETY: forwarded from this function's contract.
    let what = unsafe { what(given) }?;
    nothing_else(given, &what)?;
    Ok(Event { no: given.no, on, booked_on, what })
}

/// # Safety
///
/// As for [`event_of`].
unsafe fn what(given: &puhui_event) -> Result<EventKind, Failure> {
    let amount = Money::from_minor(given.amount_minor);
    Ok(match word(given.kind, "kind")? {
        Word::Disbursed => EventKind::Disbursed(amount),
        Word::Repaid => EventKind::Repaid { amount, payer: word(given.payer, "payer")? },
        Word::Prepaid => {
            let (payer, how) = (word(given.payer, "payer")?, word(given.how, "how")?);
            EventKind::Prepaid { amount, payer, how }
        }
        Word::RateReset => {
            EventKind::RateReset(Rate::from_ppb(given.rate_ppb).map_err(|error| error.at("rate"))?)
        }
        Word::Relief => {
            required(given.relief, "relief")?;
            // SAFETY: not NULL, so readable by this function's contract.
            let relief = relief_of(&unsafe { options::read(given.relief, "relief") }?);
            EventKind::Relief(Box::new(relief.map_err(|failure| failure.inside("relief"))?))
        }
        Word::InterestPaused => EventKind::InterestPaused { until: parse_ymd(given.until_ymd, "until")? },
        Word::InterestWaived => EventKind::InterestWaived(amount),
        Word::DueDateMoved => {
            EventKind::DueDateMoved { to: parse_ymd(given.first_due_on_ymd, "first_due_on")? }
        }
        Word::ReAged => EventKind::ReAged {
            instalments: small_count(given.instalments, "instalments")?,
            first_due_on: parse_ymd(given.first_due_on_ymd, "first_due_on")?,
        },
        Word::ReAmortised => EventKind::ReAmortised,
        Word::FeeCharged => EventKind::FeeCharged(amount),
        Word::FeeWaived => EventKind::FeeWaived(amount),
        Word::Renewed => EventKind::Renewed { amount, by: given.by },
        Word::Reversed => EventKind::Reversed { no: given.reverses_no },
        Word::ChargedOff => EventKind::ChargedOff,
        Word::Recovered => EventKind::Recovered(amount),
        Word::GuaranteePaid => EventKind::GuaranteePaid(amount),
        Word::Closed => EventKind::Closed,
    })
}

/// Refuses a figure that belongs to another kind.
fn nothing_else(given: &puhui_event, what: &EventKind) -> CoreResult<()> {
    let is = |kinds: &[Word]| kinds.iter().any(|&kind| code(kind) == given.kind);
    let figures = [
        ("amount", i128::from(given.amount_minor), what.amount().is_some()),
        ("rate", i128::from(given.rate_ppb), is(&[Word::RateReset])),
        ("by", i128::from(given.by), is(&[Word::Renewed])),
        ("reverses_no", i128::from(given.reverses_no), is(&[Word::Reversed])),
        ("payer", i128::from(given.payer), is(&[Word::Repaid, Word::Prepaid])),
        ("how", i128::from(given.how), is(&[Word::Prepaid])),
        ("until", i128::from(given.until_ymd), is(&[Word::InterestPaused])),
        ("first_due_on", i128::from(given.first_due_on_ymd), is(&[Word::ReAged, Word::DueDateMoved])),
        ("instalments", i128::from(given.instalments), is(&[Word::ReAged])),
    ];
    let other = |field: &'static str, value: &dyn std::fmt::Display, none: &str| {
        let bound = format!("{none} with {}", what.as_str());
        Err(Error::new(ErrorCode::Contradiction, field, value, bound))
    };
    if let Some((field, value, _)) = figures.iter().find(|(_, value, used)| *value != 0 && !used) {
        return other(field, value, "0");
    }
    if !given.relief.is_null() && !is(&[Word::Relief]) {
        return other("relief", &"a relief", "NULL");
    }
    Ok(())
}
