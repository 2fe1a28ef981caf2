//! Which events are in a replay, and in which order they act.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Deref;

use chrono::NaiveDate;

use crate::calendar::{check_date, day_before};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::account::event::{Event, EventKind};
use crate::loan::agreement::loan::Loan;
use crate::money::Money;

/// An event, and its place in the list that the caller gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed<'e> {
    index: usize,
    event: &'e Event,
}

impl<'e> Listed<'e> {
    pub(super) fn event(&self) -> &'e Event {
        self.event
    }

    /// What errors call it.
    #[cold]
    pub(super) fn name(&self) -> String {
        format!("events[{}]", self.index)
    }
}

impl Deref for Listed<'_> {
    type Target = Event;

    fn deref(&self) -> &Event {
        self.event
    }
}

/// The events of a replay, checked each by itself, in the order in which they act.
#[derive(Clone, Debug)]
pub(super) struct Timeline<'e> {
    pub(super) events: Vec<Listed<'e>>,
    /// Whether the loan is paid out in tranches.
    pub(super) in_tranches: bool,
}

impl<'e> Timeline<'e> {
    /// One of its events.
    pub(super) fn at(&self, at: usize) -> Result<&Listed<'e>> {
        self.events.get(at).ok_or_else(|| Error::internal("event", at))
    }

    /// Of events that were checked, those that were known at the end of a day; all of them where there is none.
    pub(super) fn known(unique: &[Listed<'e>], known_on: Option<NaiveDate>) -> Timeline<'e> {
        let is_known = |event: &&Listed<'_>| known_on.is_none_or(|day| event.booked_on <= day);
        let mut reversed = BTreeSet::new();
        for event in unique.iter().filter(is_known) {
            if let EventKind::Reversed { no } = event.what {
                reversed.insert(no);
            }
        }
        let mut events: Vec<Listed<'_>> = unique
            .iter()
            .filter(is_known)
            .filter(|event| {
                !matches!(event.what, EventKind::Reversed { .. }) && !reversed.contains(&event.no)
            })
            .copied()
            .collect();
        events.sort_by(|left, right| order(left, right));
        let in_tranches = events.iter().any(|event| matches!(event.what, EventKind::Disbursed(_)));
        Timeline { events, in_tranches }
    }
}

/// The last days of the pasts that were known before others took their place, up to a day, where something that depends on the state
/// of the account was known that the other past, of earlier days, may have changed.
pub(super) fn replaced_pasts(events: &[Listed<'_>], last_known: NaiveDate) -> Result<Vec<NaiveDate>> {
    let changes = changes_of_the_past(events)?;
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let ends = events.iter().any(|event| event.what.ends());
    let depends = |event: &&Listed<'_>| event.what.depends_on_state() || ends && !event.what.is_reversal();
    let mut dependent: Vec<_> =
        events.iter().filter(depends).map(|event| (event.booked_on, event.on)).collect();
    dependent.sort_unstable();
    let (mut dependent, mut latest) = (dependent.into_iter().peekable(), NaiveDate::MIN);
    let mut days = Vec::new();
    for (booked_on, reach) in changes {
        while let Some((_, on)) = dependent.next_if(|(known_on, _)| *known_on < booked_on) {
            latest = latest.max(on);
        }
        if latest >= reach && booked_on <= last_known {
            days.push(day_before(booked_on)?);
        }
    }
    Ok(days)
}

/// The days on which another past became known, each with the first day in which it and those after it differ from what was known.
fn changes_of_the_past(events: &[Listed<'_>]) -> Result<Vec<(NaiveDate, NaiveDate)>> {
    let mut changes = Vec::new();
    for event in events {
        if let EventKind::Reversed { no } = event.what {
            let named = events.binary_search_by_key(&no, |event| event.no).ok().and_then(|at| events.get(at));
            let named = named.ok_or_else(|| Error::internal("event reversed", no))?;
            changes.push((event.booked_on, named.on));
        } else if event.booked_on > event.on {
            changes.push((event.booked_on, event.on));
        }
    }
    changes.sort_unstable();
    let mut reach = NaiveDate::MAX;
    for (_, from) in changes.iter_mut().rev() {
        reach = reach.min(*from);
        *from = reach;
    }
    // Of the changes of a day the first reaches as far as any of them.
    changes.dedup_by_key(|(booked_on, _)| *booked_on);
    Ok(changes)
}

fn order(left: &Event, right: &Event) -> Ordering {
    let of = |event: &Event| (event.on, !event.what.changes_terms(), event.no);
    of(left).cmp(&of(right))
}

/// The events by number, each once, after the checks that need no account.
pub(super) fn checked<'e>(loan: &Loan<'_>, events: &'e [Event]) -> Result<Vec<Listed<'e>>> {
    let listed = events.iter().enumerate().map(|(index, event)| Listed { index, event });
    let mut listed: Vec<Listed<'_>> = listed.collect();
    listed.sort_by_key(|listed| (listed.no, listed.index));
    let mut unique: Vec<Listed<'_>> = Vec::with_capacity(listed.len());
    for event in listed {
        let at = |error: Error| error.within(&event.name());
        if let Some(before) = unique.last()
            && before.no == event.no
        {
            if before.event == event.event {
                continue;
            }
            let bound = "a number that no other event has";
            return Err(at(Error::new(ErrorCode::NumberUsedTwice, "no", event.no, bound)));
        }
        check(loan, &event).map_err(at)?;
        unique.push(event);
    }
    let mut reversed = BTreeSet::new();
    for event in &unique {
        let EventKind::Reversed { no } = event.what else { continue };
        let refuse = |bound: String| {
            let error = Error::new(ErrorCode::NothingToReverse, "reversed", no, bound);
            Err(error.within(&event.name()))
        };
        let Ok(found) = unique.binary_search_by_key(&no, |event| event.no) else {
            return refuse("the number of an event".into());
        };
        let named = unique.get(found).ok_or_else(|| Error::internal("event reversed", found))?;
        if matches!(named.what, EventKind::Reversed { .. }) {
            return refuse("an event that is not a reversal".into());
        }
        if !reversed.insert(no) {
            return refuse("an event that was not reversed before".into());
        }
        if named.booked_on > event.booked_on {
            return refuse(format!(
                "an event booked on {} or earlier; this one was booked on {}",
                event.booked_on, named.booked_on
            ));
        }
        if named.on > event.on {
            return refuse(format!("an event of {} or earlier; this one is of {}", event.on, named.on));
        }
    }
    Ok(unique)
}

/// Refuses a day before another one, of which the error says what it is.
fn later(field: &'static str, day: NaiveDate, than: NaiveDate, what: &str) -> Result<()> {
    if day >= than {
        return Ok(());
    }
    Err(Error::new(ErrorCode::DatesOutOfOrder, field, day, format!("{than}{what} or later")))
}

fn check(loan: &Loan<'_>, event: &Event) -> Result<()> {
    if event.no == 0 {
        return Err(Error::new(ErrorCode::OutOfRange, "no", 0, "1 or more"));
    }
    check_date(event.on, "on")?;
    check_date(event.booked_on, "booked_on")?;
    let disbursed_on = loan.terms().disbursed_on;
    later("on", event.on, disbursed_on, ", the day of disbursement,")?;
    // What was agreed ahead was booked before it acts.
    if !(event.what.changes_terms() && loan.product().rules().servicing.changes_ahead) {
        later("booked_on", event.booked_on, event.on, ", the value date,")?;
    }
    if let Some((field, amount)) = event.what.amount()
        && amount <= Money::ZERO
    {
        let shown = amount.display(loan.product().rules().currency);
        return Err(Error::new(ErrorCode::OutOfRange, field, shown, "above 0"));
    }
    match &event.what {
        EventKind::InterestPaused { until } => {
            check_date(*until, "interest_paused.until")?;
            later("interest_paused.until", *until, event.on, "")
        }
        EventKind::DueDateMoved { to } => {
            check_date(*to, "due_date_moved")?;
            later("due_date_moved", *to, event.on, "")
        }
        EventKind::ReAged { instalments, first_due_on } => {
            check_date(*first_due_on, "re_aged.first_due_on")?;
            if !(1..=Loan::MAX_INSTALMENTS).contains(instalments) {
                let bound = format!("1 to {}", Loan::MAX_INSTALMENTS);
                return Err(Error::new(ErrorCode::OutOfRange, "re_aged.instalments", instalments, bound));
            }
            if *first_due_on <= event.on {
                let bound = format!("after {}", event.on);
                let field = "re_aged.first_due_on";
                return Err(Error::new(ErrorCode::DatesOutOfOrder, field, first_due_on, bound));
            }
            Ok(())
        }
        EventKind::Relief(relief) => {
            if relief.granted_on != event.on {
                let bound = format!("{}, the value date of the event", event.on);
                let field = "relief.granted_on";
                return Err(Error::new(ErrorCode::Contradiction, field, relief.granted_on, bound));
            }
            relief.check().map_err(|error| error.within("relief"))
        }
        // An amount, where there is one, was checked above; the rest is what the account says.
        EventKind::Disbursed(_)
        | EventKind::Repaid { .. }
        | EventKind::Prepaid { .. }
        | EventKind::RateReset(_)
        | EventKind::InterestWaived(_)
        | EventKind::ReAmortised
        | EventKind::FeeCharged(_)
        | EventKind::FeeWaived(_)
        | EventKind::Renewed { .. }
        | EventKind::Reversed { .. }
        | EventKind::ChargedOff
        | EventKind::Recovered(_)
        | EventKind::GuaranteePaid(_)
        | EventKind::Closed => Ok(()),
    }
}
