//! What happened in a case, up to a checkpoint, as a loan and its events.
//!
//! A change of terms counts from the day it names, money from the day it came; both were booked on the business date. What was
//! undone is reversed where an event of ours can say so, and left out where it cannot.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use puhui::Money;
use puhui::loan::{
    Account, Event, EventKind, Extension, InterestCaughtUp, Loan, LoanRecord, NewMaturity, Payer,
    PrincipalCaughtUp, Relief, RowInterest, RowRelief, Window,
};

use super::case::{Case, Checkpoint, Happening, Terms, Tranche, Unfit, What, skipped};
use super::profile::{Given, cycle, pays_off_to_next_due, rate_of, record};

/// A loan as far as it has come.
#[derive(Debug)]
pub struct Life {
    pub record: LoanRecord,
    pub events: Vec<Event>,
    pub as_of: NaiveDate,
}

/// What counts of the events before a checkpoint.
struct Counted {
    /// Places of what happened and was not undone.
    live: Vec<usize>,
    /// Places of what was undone, and of what undid it.
    undone: Vec<(usize, usize)>,
    /// Tranches that are planned again, because the disbursal was undone.
    planned: Vec<Tranche>,
}

/// A happening with its place among the others; variations of the due dates come after all.
enum Item<'c> {
    Event(usize, &'c Happening),
    Variation(usize, NaiveDate, NaiveDate),
}

pub fn life(case: &Case, checkpoint: &Checkpoint) -> Result<Life, Unfit> {
    let happened = case.events.get(..checkpoint.events()).unwrap_or(&case.events);
    let counted = counted(happened)?;
    let tranches: Vec<Tranche> = counted
        .live
        .iter()
        .filter_map(|&place| match &happened[place] {
            Happening { date, what: What::Disburse { amount }, .. } => {
                Some(Tranche { date: *date, amount: amount.clone() })
            }
            _ => None,
        })
        .collect();
    if checkpoint.phase != "active" || tranches.is_empty() {
        return preview(&case.terms, happened, counted.planned);
    }
    let starts_on = starts_on(&case.terms, &tranches)?;
    let record = given(&case.terms, starts_on, &tranches, false)?;
    let business = happened.iter().filter_map(|event| event.business_date).max();
    let last_money = counted.live.iter().map(|&place| &happened[place]).filter(|event| is_money(event));
    let as_of = business.or_else(|| last_money.map(|event| event.date).max()).unwrap_or(starts_on);
    let mut told = Told { case, loan: record.loan()?, as_of, done: Vec::new(), undone: Vec::new() };
    told.tell_all(happened, &counted)?;
    let Told { done: mut events, undone, .. } = told;
    events.extend(undone);
    Ok(Life { record, events, as_of })
}

/// Before anything was paid out: the full principal, or the tranches that are planned, each on its day.
fn preview(terms: &Terms, happened: &[Happening], planned: Vec<Tranche>) -> Result<Life, Unfit> {
    let approved = happened.iter().rev().find_map(|event| match &event.what {
        What::Approve { amount, expected_disbursement } => Some((amount.clone(), *expected_disbursement)),
        _ => None,
    });
    let (amount, date) = approved.unwrap_or_default();
    let all = Tranche {
        date: date.unwrap_or(terms.submitted_on),
        amount: amount.unwrap_or_else(|| terms.principal.clone()),
    };
    let tranches = match (planned.is_empty(), terms.expected_tranches.is_empty()) {
        (false, _) => planned,
        (true, false) => terms.expected_tranches.clone(),
        (true, true) => vec![all],
    };
    let starts_on = starts_on(terms, &tranches)?;
    let record = given(terms, starts_on, &tranches, true)?;
    let mut events = Vec::new();
    for (place, tranche) in tranches.iter().enumerate() {
        let what = EventKind::Disbursed(money(&record, &tranche.amount)?);
        events.push(Event { no: number(place), on: tranche.date, booked_on: tranche.date, what });
    }
    let as_of = tranches.iter().map(|tranche| tranche.date).max().unwrap_or(starts_on);
    Ok(Life { record, events, as_of })
}

fn given(
    terms: &Terms,
    starts_on: NaiveDate,
    tranches: &[Tranche],
    preview: bool,
) -> Result<LoanRecord, Unfit> {
    // The amounts are read in the currency of a loan, which there is none of yet: one of its principal alone.
    let plain = record(terms, Given { starts_on, lent: Money::ZERO, preview })?;
    let mut lent = 0;
    for tranche in tranches {
        lent += money(&plain, &tranche.amount)?.minor();
    }
    record(terms, Given { starts_on, lent: Money::from_minor(lent), preview })
}

fn money(record: &LoanRecord, amount: &str) -> Result<Money, Unfit> {
    Ok(Money::parse(amount, record.product().rules().currency)?)
}

fn starts_on(terms: &Terms, tranches: &[Tranche]) -> Result<NaiveDate, Unfit> {
    match (terms.repayment_start.as_deref(), tranches) {
        (Some("SUBMITTED_ON_DATE"), _) => Ok(terms.submitted_on),
        (None | Some("DISBURSEMENT_DATE"), [first, ..]) => Ok(first.date),
        (other, _) => skipped(format!("repayment_start {}", other.unwrap_or_default())),
    }
}

/// The number of an event by its place; an interest refund takes the next one.
fn number(place: usize) -> u64 {
    u64::try_from(place).unwrap_or(u64::MAX / 2) * 2 + 1
}

fn is_money(event: &Happening) -> bool {
    matches!(
        event.what,
        What::Disburse { .. }
            | What::Repayment { .. }
            | What::GoodwillCredit { .. }
            | What::MerchantIssuedRefund { .. }
            | What::PayoutRefund { .. }
            | What::InterestPaymentWaiver { .. }
            | What::Payoff {}
            | What::ModelPayPrincipal { .. }
            | What::ModelPayInterest { .. }
    )
}

/// Events that happen to the application, to the day or to another event, and not to the loan.
fn happens_to_loan(event: &Happening) -> bool {
    !matches!(
        event.what,
        What::Approve { .. }
            | What::Cob {}
            | What::Undo { .. }
            | What::UndoLastDisbursal {}
            | What::UndoDisbursal {}
            | What::UndoReAge {}
            | What::AddTrancheDetail { .. }
    )
}

fn counted(happened: &[Happening]) -> Result<Counted, Unfit> {
    let mut gone = BTreeSet::new();
    let mut undone = Vec::new();
    let mut planned = Vec::new();
    for (at, event) in happened.iter().enumerate() {
        let before = happened.iter().enumerate().take(at);
        let last = |is: fn(&What) -> bool| {
            before.clone().rfind(|(place, event)| !gone.contains(place) && is(&event.what))
        };
        let found = match &event.what {
            What::Undo { nth, kind } => {
                let kind = kind.to_lowercase().replace(' ', "_");
                let is_kind = |other: &Happening| match kind.as_str() {
                    "transaction" => is_money(other) && !matches!(other.what, What::Disburse { .. }),
                    "repayment" => matches!(other.what, What::Repayment { .. } | What::Payoff {}),
                    name => other.name == name,
                };
                let mut of_day = before.filter(|(_, other)| other.date == event.date && is_kind(other));
                of_day.nth(nth.saturating_sub(1))
            }
            What::UndoLastDisbursal {} => last(|what| matches!(what, What::Disburse { .. })),
            What::UndoReAge {} => last(|what| matches!(what, What::ReAge { .. })),
            What::UndoDisbursal {} => {
                planned = Vec::new();
                for (place, other) in before {
                    if let (What::Disburse { amount }, false) = (&other.what, gone.contains(&place)) {
                        planned.push(Tranche { date: other.date, amount: amount.clone() });
                    }
                    if happens_to_loan(other) {
                        gone.insert(place);
                    }
                }
                continue;
            }
            _ => continue,
        };
        let Some((place, _)) = found else { return skipped(format!("{} of nothing", event.name)) };
        if gone.insert(place) {
            undone.push((place, at));
        }
    }
    let is_live = |place: &usize| !gone.contains(place) && happens_to_loan(&happened[*place]);
    Ok(Counted { live: (0..happened.len()).filter(is_live).collect(), undone, planned })
}

impl Item<'_> {
    fn place(&self) -> usize {
        match self {
            Item::Event(place, _) | Item::Variation(place, ..) => *place,
        }
    }

    /// The day it counts from.
    fn on(&self) -> NaiveDate {
        match self {
            Item::Variation(_, from, _) => *from,
            Item::Event(_, event) => match event.what {
                // A deferral is granted when it was asked for, and names the first instalment that it acts on.
                What::Reschedule { submitted_on: Some(on), grace_on_principal: Some(_), .. }
                | What::Reschedule { submitted_on: Some(on), grace_on_interest: Some(_), .. } => on,
                What::Reschedule { reschedule_from, .. } => reschedule_from,
                What::InterestPause { start, .. } => start,
                _ => event.date,
            },
        }
    }

    fn changes_terms(&self) -> bool {
        match self {
            Item::Variation(..) => true,
            Item::Event(_, event) => matches!(
                event.what,
                What::Reschedule { .. }
                    | What::InterestPause { .. }
                    | What::ReAge { .. }
                    | What::ReAmortize { .. }
            ),
        }
    }
}

/// The events as they are told, one after the other, in the order in which they act.
struct Told<'c, 'l> {
    case: &'c Case,
    loan: Loan<'l>,
    as_of: NaiveDate,
    done: Vec<Event>,
    /// What was undone, and its reversal.
    undone: Vec<Event>,
}

impl Told<'_, '_> {
    fn tell_all(&mut self, happened: &[Happening], counted: &Counted) -> Result<(), Unfit> {
        let all = counted.live.iter().chain(counted.undone.iter().map(|(place, _)| place));
        let mut items: Vec<Item<'_>> = all.map(|&place| Item::Event(place, &happened[place])).collect();
        let variations = self.case.terms.due_date_variations.iter().zip(self.case.events.len()..);
        items.extend(variations.map(|(moved, place)| Item::Variation(place, moved.from, moved.to)));
        items.sort_by_key(|item| (item.on(), !item.changes_terms(), item.place()));
        for item in &items {
            let told = self.tell(item)?;
            let Some(&(_, by)) = counted.undone.iter().find(|(place, _)| *place == item.place()) else {
                self.done.extend(told);
                continue;
            };
            let undoing = &happened[by];
            let booked_on = undoing.business_date.unwrap_or(undoing.date);
            for (event, no) in told.into_iter().zip(number(by)..) {
                if event.on <= booked_on && event.booked_on <= booked_on {
                    let what = EventKind::Reversed { no: event.no };
                    self.undone.push(event);
                    self.undone.push(Event { no, on: booked_on, booked_on, what });
                }
            }
        }
        Ok(())
    }

    /// In a cumulative schedule a reschedule names the first instalment that it acts on, all of it: another rate counts from where
    /// the period of that instalment begins.
    fn counts_from(&self, item: &Item<'_>) -> Result<NaiveDate, Unfit> {
        let (Item::Event(_, event), on) = (item, item.on()) else { return Ok(item.on()) };
        if !self.case.terms.cumulative()
            || !matches!(event.what, What::Reschedule { new_interest_rate: Some(_), .. })
        {
            return Ok(on);
        }
        let rows = Account::replay(&self.loan, &self.done, self.as_of)?.instalments();
        let before = rows.iter().map(|row| row.due_on).take_while(|due_on| *due_on < on).last();
        Ok(before.unwrap_or(self.loan.terms().disbursed_on))
    }

    fn tell(&self, item: &Item<'_>) -> Result<Vec<Event>, Unfit> {
        let on = self.counts_from(item)?;
        let event = match item {
            Item::Event(_, event) => *event,
            Item::Variation(place, _, to) => {
                let what = EventKind::DueDateMoved { to: *to };
                return Ok(vec![Event { no: number(*place), on, booked_on: on.min(self.as_of), what }]);
            }
        };
        let booked_on = match (event.business_date, item.changes_terms()) {
            (Some(day), true) => day,
            (Some(day), false) => day.max(on),
            // A test of the calculator: all that changes is agreed.
            (None, true) => on.min(self.as_of),
            (None, false) => on,
        };
        let whats = self.whats(event, on)?;
        let whats = whats.into_iter().zip(number(item.place())..);
        Ok(whats.map(|(what, no)| Event { no, on, booked_on, what }).collect())
    }

    /// What happened, in our words: nothing, one thing, or money and the interest that it gives back.
    fn whats(&self, event: &Happening, on: NaiveDate) -> Result<Vec<EventKind>, Unfit> {
        let repaid = |amount, payer| vec![EventKind::Repaid { amount, payer }];
        let by = |amount: &str, payer| Ok(repaid(self.money(amount)?, payer));
        match &event.what {
            What::Disburse { amount } => Ok(vec![EventKind::Disbursed(self.money(amount)?)]),
            What::Repayment { amount }
            | What::ModelPayPrincipal { amount, .. }
            | What::ModelPayInterest { amount, .. } => by(amount, Payer::Borrower),
            What::GoodwillCredit { amount } => by(amount, Payer::Goodwill),
            What::InterestPaymentWaiver { amount } => by(amount, Payer::Guarantor),
            What::MerchantIssuedRefund { amount } => self.refund(event, amount, Payer::Refund),
            What::PayoutRefund { amount } => self.refund(event, amount, Payer::Treasury),
            What::Payoff {} => {
                let amount = self.pay_off(on)?;
                Ok(if amount > Money::ZERO { repaid(amount, Payer::Borrower) } else { Vec::new() })
            }
            What::InterestPause { end, .. } => Ok(vec![EventKind::InterestPaused { until: *end }]),
            What::ReAge { frequency_number, frequency_type, start_date, installments } => {
                if Some(cycle(*frequency_number, frequency_type)?) != self.loan.product().rules().every {
                    return skipped("re_age in another cycle than the loan's");
                }
                Ok(vec![EventKind::ReAged { instalments: *installments, first_due_on: *start_date }])
            }
            What::ReAmortize { interest_handling } => match interest_handling.as_deref() {
                None | Some("DEFAULT") => Ok(vec![EventKind::ReAmortised]),
                Some(other) => skipped(format!("re_amortize with {other}")),
            },
            What::Reschedule { .. } => self.rescheduled(&event.what, on),
            What::Approve { .. }
            | What::Cob {}
            | What::Undo { .. }
            | What::UndoLastDisbursal {}
            | What::UndoDisbursal {}
            | What::UndoReAge {}
            | What::AddTrancheDetail { .. } => Ok(Vec::new()),
        }
    }

    fn rescheduled(&self, what: &What, on: NaiveDate) -> Result<Vec<EventKind>, Unfit> {
        let What::Reschedule {
            reschedule_from: from,
            new_interest_rate: rate,
            extra_terms: extra,
            adjusted_due_date: moved_to,
            grace_on_principal: without_principal,
            grace_on_interest: without_interest,
            ..
        } = what
        else {
            return Ok(Vec::new());
        };
        let relief = |relief: Relief| Ok(vec![EventKind::Relief(Box::new(relief))]);
        match (rate, extra, moved_to, without_principal, without_interest) {
            (Some(rate), None, None, None, None) => Ok(vec![EventKind::RateReset(rate_of(rate)?)]),
            (None, Some(rows), None, None, None) => {
                let maturity = NewMaturity::MovedBy(*rows);
                let mut longer = Relief::new(on);
                longer.extension = Some(Extension { maturity, rate_from: None });
                relief(longer)
            }
            (None, None, Some(to), None, None) => Ok(vec![EventKind::DueDateMoved { to: *to }]),
            (None, None, None, Some(rows), None) => {
                let principal = Some(PrincipalCaughtUp::Shifted);
                relief(deferral((on, *from), *rows, principal, RowInterest::Paid))
            }
            (None, None, None, None, Some(rows)) => {
                let caught_up = InterestCaughtUp::NextInstalment;
                let interest = RowInterest::Deferred { at: None, caught_up };
                relief(deferral((on, *from), *rows, None, interest))
            }
            _ => skipped("reschedule of several things, or of none"),
        }
    }

    fn money(&self, amount: &str) -> Result<Money, Unfit> {
        Ok(Money::parse(amount, self.loan.product().rules().currency)?)
    }

    /// What pays everything off on a day, or on the due date after it where the product asks for that.
    fn pay_off(&self, on: NaiveDate) -> Result<Money, Unfit> {
        let account = Account::replay(&self.loan, &self.done, on)?;
        if !pays_off_to_next_due(&self.case.terms) {
            return Ok(account.position().pay_off);
        }
        let rows = account.instalments();
        let next = rows.iter().map(|row| row.due_on).find(|due_on| *due_on > on);
        Ok(account.pay_off(next.unwrap_or(on))?)
    }

    /// A refund, and the interest that the refunded amount has cost, where the refund gives it back: as though it had been
    /// repaid when it was paid out.
    fn refund(&self, event: &Happening, amount: &str, payer: Payer) -> Result<Vec<EventKind>, Unfit> {
        let amount = self.money(amount)?;
        let refund = EventKind::Repaid { amount, payer };
        if !self.gives_interest_back(event) {
            return Ok(vec![refund]);
        }
        let is_refund = |event: &&Event| {
            matches!(event.what, EventKind::Repaid { payer: Payer::Refund | Payer::Treasury, .. })
        };
        // Earlier refunds took the first of what was paid out.
        let mut used: i64 = self.done.iter().filter(is_refund).map(|event| amount_of(&event.what)).sum();
        let mut left = amount.minor();
        let mut otherwise = Vec::new();
        for before in &self.done {
            otherwise.push(before.clone());
            if let EventKind::Disbursed(tranche) = before.what {
                let gone = used.min(tranche.minor());
                let part = left.min(tranche.minor() - gone);
                (used, left) = (used - gone, left - part);
                if part > 0 {
                    let (amount, payer) = (Money::from_minor(part), Payer::Borrower);
                    let no = before.no + 1;
                    otherwise.push(Event { no, what: EventKind::Repaid { amount, payer }, ..before.clone() });
                }
            }
        }
        let cost = self.interest(&self.done, event.date)? - self.interest(&otherwise, event.date)?;
        let (amount, payer) = (Money::from_minor(cost), Payer::Insurer);
        let given_back = (cost > 0).then_some(EventKind::Repaid { amount, payer });
        Ok(std::iter::once(refund).chain(given_back).collect())
    }

    /// All interest of a life up to a day: what is still to be paid, and what was paid, beyond what was paid out.
    fn interest(&self, events: &[Event], day: NaiveDate) -> Result<i64, Unfit> {
        let pay_off = Account::replay(&self.loan, events, day)?.position().pay_off.minor();
        let paid = |event: &Event| match event.what {
            EventKind::Disbursed(amount) => -amount.minor(),
            _ => amount_of(&event.what),
        };
        Ok(pay_off + events.iter().map(paid).sum::<i64>())
    }

    /// Whether a refund gives interest back is no term of a case: the bookings that it lists tell.
    fn gives_interest_back(&self, event: &Happening) -> bool {
        let mut last = None;
        for booked in self.case.checkpoints.iter().flat_map(|checkpoint| &checkpoint.transactions) {
            match booked.kind.as_str() {
                "Merchant Issued Refund" | "Payout Refund" => last = Some(booked),
                "Interest Refund" => {
                    let amount = match &event.what {
                        What::MerchantIssuedRefund { amount } | What::PayoutRefund { amount } => amount,
                        _ => return false,
                    };
                    let is_it = last.is_some_and(|refund| {
                        refund.kind.to_lowercase().replace(' ', "_") == event.name
                            && refund.date == event.date
                            && self.money(&refund.amount).ok() == self.money(amount).ok()
                    });
                    if is_it {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }
}

fn amount_of(what: &EventKind) -> i64 {
    match what {
        EventKind::Repaid { amount, .. } => amount.minor(),
        _ => 0,
    }
}

/// A relief of instalments from a day on, granted before.
fn deferral(
    (granted_on, from): (NaiveDate, NaiveDate),
    rows: u32,
    principal: Option<PrincipalCaughtUp>,
    interest: RowInterest,
) -> Relief {
    let instalments = u16::try_from(rows).unwrap_or(u16::MAX);
    let mut deferred = RowRelief::new(Window::Instalments { from, instalments }, interest);
    deferred.principal = principal;
    let mut relief = Relief::new(granted_on);
    relief.rows = Some(deferred);
    relief
}
