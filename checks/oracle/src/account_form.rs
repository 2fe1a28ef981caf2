//! The wire form of what an account reads beside the terms: how its product is serviced, and what happened to it.

use super::dates::Day;
use super::ledger::whole;
use super::number::{decimal, money, ten_to};
use super::relief_form;
use super::terms::Object;
use num_bigint::BigInt;
use serde_json::{Map, Value};

// ---------------------------------------------------------------- servicing

/// The parts of what is owed, in the default order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Fee,
    Penalty,
    Compound,
    Interest,
    Principal,
}

pub const PARTS: [Part; 5] = [Part::Fee, Part::Penalty, Part::Compound, Part::Interest, Part::Principal];

#[derive(Clone, Debug)]
pub struct Allocation {
    pub order: Vec<Part>,
    /// One instalment after the other; else one part after the other.
    pub by_instalment: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Compound {
    pub contract_until_maturity: bool,
    pub on_penalty_too: bool,
}

#[derive(Clone, Debug)]
pub struct Penalty {
    /// 1 + mark-up as numerator and denominator.
    pub factor: (BigInt, BigInt),
    pub compound: Option<Compound>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyAhead {
    Hold,
    Next,
    Last,
    ReAmortise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrepaidInterest {
    AllAccrued,
    OnPrepaid,
    ToNextDue,
}

/// The days past due at which special mention, substandard, doubtful and loss begin.
#[derive(Clone, Debug)]
pub struct Ladder {
    pub from: [i64; 4],
    /// The first day on which it holds.
    pub holds_from: Option<Day>,
}

#[derive(Clone, Debug)]
pub struct Servicing {
    pub interest_on_plan: bool,
    pub threshold: i128,
    pub grace_days: i64,
    pub penalty: Option<Penalty>,
    pub allocation: Allocation,
    pub non_accrual: Option<(i64, Allocation)>,
    pub money_ahead: MoneyAhead,
    pub prepaid_interest: PrepaidInterest,
    /// The fee on prepaid principal as numerator and denominator.
    pub prepaid_fee: (BigInt, BigInt),
    pub ladder: Option<Ladder>,
    pub observation_days: i64,
}

const SERVICING_KEYS: [&str; 13] = [
    "interest_on",
    "past_due_threshold",
    "grace_days",
    "penalty",
    "allocation",
    "non_accrual",
    "money_ahead",
    "prepayment",
    "ladder",
    "provision",
    "observation_days",
    "accrual_postings",
    "vat",
];

/// The terms without the keys of servicing, and those keys.
pub fn split(terms: &Value) -> Result<(Value, Value), String> {
    let map = terms.as_object().ok_or("terms: not an object")?;
    let (mut loan, mut servicing) = (Map::new(), Map::new());
    for (key, value) in map {
        let side = if SERVICING_KEYS.contains(&key.as_str()) { &mut servicing } else { &mut loan };
        side.insert(key.clone(), value.clone());
    }
    Ok((Value::Object(loan), Value::Object(servicing)))
}

fn within(what: &str, number: i64, least: i64, most: i64) -> Result<i64, String> {
    if (least..=most).contains(&number) { Ok(number) } else { Err(format!("{what}: {least} to {most}")) }
}

/// A fraction that is not negative.
fn share(text: &str) -> Result<(BigInt, BigInt), String> {
    let (digits, scale) = decimal(text)?;
    if digits < BigInt::ZERO { Err(format!("negative: {text}")) } else { Ok((digits, ten_to(scale))) }
}

pub fn servicing(value: &Value, digits: u32) -> Result<Servicing, String> {
    let keys = Object::new("servicing", value, &SERVICING_KEYS)?;
    let threshold = keys.text("past_due_threshold")?.map_or(Ok(BigInt::ZERO), |text| money(text, digits))?;
    if threshold < BigInt::ZERO {
        return Err("past_due_threshold is not negative".to_owned());
    }
    let allocation = match keys.get("allocation") {
        Some(value) => read_allocation(value)?,
        None => Allocation { order: PARTS.to_vec(), by_instalment: true },
    };
    let mut non_accrual = None;
    if let Some(value) = keys.get("non_accrual") {
        let object = Object::new("non_accrual", value, &["from", "allocation"])?;
        let from = within("non_accrual", object.whole("from")?.ok_or("non_accrual: from")?, 1, 36_500)?;
        let then = object.get("allocation").map_or_else(|| Ok(allocation.clone()), read_allocation)?;
        non_accrual = Some((from, then));
    }
    let (mut prepaid_interest, mut prepaid_fee) = (PrepaidInterest::AllAccrued, (BigInt::ZERO, ten_to(0)));
    if let Some(value) = keys.get("prepayment") {
        let object = Object::new("prepayment", value, &["interest", "fee"])?;
        prepaid_interest = match object.text("interest")? {
            None | Some("all_accrued") => PrepaidInterest::AllAccrued,
            Some("on_prepaid") => PrepaidInterest::OnPrepaid,
            Some("to_next_due") => PrepaidInterest::ToNextDue,
            Some(other) => return Err(format!("prepayment interest cannot be {other}")),
        };
        if let Some(text) = object.text("fee")? {
            prepaid_fee = share(text)?;
        }
    }
    if let Some(text) = keys.text("accrual_postings")?
        && !["daily", "month_end", "when_billed"].contains(&text)
    {
        return Err(format!("accrual_postings cannot be {text}"));
    }
    if let Some(text) = keys.text("vat")? {
        share(text)?;
    }
    if let Some(value) = keys.get("provision")
        && value.as_str() != Some("cn_2002")
    {
        let list = value.as_array().filter(|list| list.len() == 5).ok_or("provision: five shares")?;
        for value in list {
            share(value.as_str().ok_or("provision: a share is a string")?)?;
        }
    }
    Ok(Servicing {
        interest_on_plan: keys.either("interest_on", "outstanding", "plan")?,
        threshold: whole(&threshold),
        grace_days: within("grace_days", keys.whole("grace_days")?.unwrap_or(0), 0, 365)?,
        penalty: keys.get("penalty").map(read_penalty).transpose()?,
        allocation,
        non_accrual,
        money_ahead: match keys.text("money_ahead")? {
            None | Some("hold") => MoneyAhead::Hold,
            Some("next") => MoneyAhead::Next,
            Some("last") => MoneyAhead::Last,
            Some("re_amortise") => MoneyAhead::ReAmortise,
            Some(other) => return Err(format!("money_ahead cannot be {other}")),
        },
        prepaid_interest,
        prepaid_fee,
        ladder: keys.get("ladder").map(read_ladder).transpose()?,
        observation_days: within("observation_days", keys.whole("observation_days")?.unwrap_or(0), 0, 3660)?,
    })
}

fn read_allocation(value: &Value) -> Result<Allocation, String> {
    let object = Object::new("allocation", value, &["order", "by"])?;
    let mut order = Vec::new();
    for word in object.need("order")?.as_array().ok_or("allocation: order is not a list")? {
        let part = match word.as_str() {
            Some("fee") => Part::Fee,
            Some("penalty") => Part::Penalty,
            Some("compound") => Part::Compound,
            Some("interest") => Part::Interest,
            Some("principal") => Part::Principal,
            _ => return Err("allocation: unknown part".to_owned()),
        };
        if order.contains(&part) {
            return Err("allocation: a part twice".to_owned());
        }
        order.push(part);
    }
    if order.len() != PARTS.len() {
        return Err("allocation: each part once".to_owned());
    }
    let by_instalment = match object.need_text("by")? {
        "instalment" => true,
        "part" => false,
        other => return Err(format!("allocation cannot be by {other}")),
    };
    Ok(Allocation { order, by_instalment })
}

fn read_penalty(value: &Value) -> Result<Penalty, String> {
    let object = Object::new("penalty", value, &["mark_up", "compound"])?;
    let (mark_up, denominator) = share(object.need_text("mark_up")?)?;
    let mut compound = None;
    if let Some(value) = object.get("compound") {
        let object = Object::new("compound", value, &["rate", "base"])?;
        compound = Some(Compound {
            contract_until_maturity: object.either("rate", "penalty", "contract_until_maturity")?,
            on_penalty_too: object.either("base", "interest", "interest_and_penalty")?,
        });
    }
    Ok(Penalty { factor: (&denominator + mark_up, denominator), compound })
}

fn read_ladder(value: &Value) -> Result<Ladder, String> {
    let cn_2023 = [1, 91, 271, 361];
    if value.as_str() == Some("cn_2023") {
        // In force 2023-07-01 (policy_cn.md 10).
        return Ok(Ladder { from: cn_2023, holds_from: Some(Day { y: 2023, m: 7, d: 1 }) });
    }
    let list = value.as_array().ok_or("ladder: cn_2023 or four days")?;
    let days: Option<Vec<i64>> = list.iter().map(Value::as_i64).collect();
    let from: [i64; 4] = days.and_then(|days| days.try_into().ok()).ok_or("ladder: four days")?;
    if from[0] < 1 || from.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err("ladder: days rise".to_owned());
    }
    Ok(Ladder { from, holds_from: None })
}

// ---------------------------------------------------------------- events

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    KeepTerm,
    KeepInstalment,
    Settle,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Disbursed(i128),
    /// With its payer; also what a guarantor paid.
    Repaid(i128, String),
    Prepaid(i128, How, String),
    /// Digits and decimals.
    RateReset(BigInt, u32),
    /// The wire form, checked.
    Relief(Value),
    InterestPaused(Day),
    InterestWaived(i128),
    ReAged(i64, Day),
    ReAmortised,
    FeeCharged(i128),
    FeeWaived(i128),
    Renewed(i128, u64),
    Reversed(u64),
    ChargedOff,
    Recovered(i128),
    GuaranteePaid(i128),
    Closed,
}

impl What {
    /// "Within a day (1) changes of terms; (2) what falls due; (3) money and fees."
    pub fn changes_terms(&self) -> bool {
        use What::*;
        matches!(self, RateReset(..) | Relief(_) | InterestPaused(_) | ReAged(..) | ReAmortised)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub on: Day,
    pub booked_on: Day,
    pub no: u64,
    pub what: What,
}

const KINDS: [&str; 17] = [
    "disbursed",
    "repaid",
    "prepaid",
    "rate_reset",
    "relief",
    "interest_paused",
    "interest_waived",
    "re_aged",
    "re_amortised",
    "fee_charged",
    "fee_waived",
    "renewed",
    "reversed",
    "charged_off",
    "recovered",
    "guarantee_paid",
    "closed",
];

fn read(value: &Value, position: u64, digits: u32) -> Result<Event, String> {
    let mut known = KINDS.to_vec();
    known.extend(["on", "booked_on", "no", "payer", "how", "by"]);
    let event = Object::new("event", value, &known)?;
    let on = Day::parse(event.need_text("on")?)?;
    let booked_on = event.day("booked_on")?.unwrap_or(on);
    let no = match event.get("no") {
        None => position,
        Some(no) => no.as_u64().filter(|no| *no >= 1).ok_or("event: no is a number from 1")?,
    };
    let named: Vec<&str> = KINDS.iter().copied().filter(|kind| event.get(kind).is_some()).collect();
    let [kind] = named[..] else { return Err("event: exactly one thing happens".to_owned()) };
    for (key, owners) in
        [("payer", vec!["repaid", "prepaid"]), ("how", vec!["prepaid"]), ("by", vec!["renewed"])]
    {
        if event.get(key).is_some() && !owners.contains(&kind) {
            return Err(format!("event: {key} does not belong to {kind}"));
        }
    }
    let payer = event.text("payer")?.unwrap_or("borrower").to_owned();
    if !["borrower", "guarantor", "treasury", "insurer", "refund", "goodwill"].contains(&payer.as_str()) {
        return Err(format!("unknown payer {payer}"));
    }
    let amount = || -> Result<i128, String> {
        let amount = money(event.need_text(kind)?, digits)?;
        if amount > BigInt::ZERO { Ok(whole(&amount)) } else { Err(format!("{kind}: not positive")) }
    };
    let yes = |what: What| if event.flag(kind)? { Ok(what) } else { Err(format!("{kind}: only true")) };
    let what = match kind {
        "disbursed" => What::Disbursed(amount()?),
        "repaid" => What::Repaid(amount()?, payer),
        "prepaid" => {
            let how = match event.need_text("how")? {
                "keep_term" => How::KeepTerm,
                "keep_instalment" => How::KeepInstalment,
                "settle" => How::Settle,
                other => return Err(format!("prepaid how: {other}")),
            };
            What::Prepaid(amount()?, how, payer)
        }
        "rate_reset" => {
            let (rate, scale) = decimal(event.need_text(kind)?)?;
            if BigInt::from(rate.magnitude().clone()) > ten_to(scale) * 10 {
                return Err("a rate beyond 1000 %".to_owned());
            }
            What::RateReset(rate, scale)
        }
        "relief" => What::Relief(event.need(kind)?.clone()),
        "interest_paused" => {
            let pause = Object::new(kind, event.need(kind)?, &["until"])?;
            let until = Day::parse(pause.need_text("until")?)?;
            if until < on {
                return Err("interest_paused: ends before it begins".to_owned());
            }
            What::InterestPaused(until)
        }
        "re_aged" => {
            let plan = Object::new(kind, event.need(kind)?, &["instalments", "first_due_on"])?;
            let rows = plan.whole("instalments")?.ok_or("re_aged: instalments is missing")?;
            let first = Day::parse(plan.need_text("first_due_on")?)?;
            if first <= on {
                return Err("re_aged: due before it is agreed".to_owned());
            }
            What::ReAged(within("re_aged", rows, 1, 65_535)?, first)
        }
        "re_amortised" => yes(What::ReAmortised)?,
        "charged_off" => yes(What::ChargedOff)?,
        "closed" => yes(What::Closed)?,
        "interest_waived" => What::InterestWaived(amount()?),
        "fee_charged" => What::FeeCharged(amount()?),
        "fee_waived" => What::FeeWaived(amount()?),
        "recovered" => What::Recovered(amount()?),
        "guarantee_paid" => What::GuaranteePaid(amount()?),
        "renewed" => {
            let by = event.need("by")?.as_u64().ok_or("renewed: by is a number")?;
            What::Renewed(amount()?, by)
        }
        "reversed" => What::Reversed(event.need(kind)?.as_u64().ok_or("reversed: a number")?),
        other => return Err(format!("unknown event {other}")),
    };
    Ok(Event { on, booked_on, no, what })
}

/// All events of the list, each once, checked for what can be seen without the account.
fn checked(list: &Value, digits: u32, disbursed: Day) -> Result<Vec<Event>, String> {
    let mut events: Vec<Event> = Vec::new();
    for (position, value) in (1..).zip(list.as_array().ok_or("events: not a list")?) {
        let event = read(value, position, digits)?;
        match events.iter().find(|other| other.no == event.no) {
            Some(same) if *same == event => continue,
            Some(_) => return Err(format!("two events of the number {}", event.no)),
            None => {}
        }
        if event.on < disbursed {
            return Err("an event before the disbursement".to_owned());
        }
        if event.booked_on < event.on {
            return Err("booked before its value date".to_owned());
        }
        if let What::Relief(form) = &event.what {
            let relief = relief_form::read(form, disbursed)?;
            if relief.granted_on != event.on {
                return Err("relief: granted_on is not the event's day".to_owned());
            }
        }
        events.push(event);
    }
    let mut reversed = Vec::new();
    for event in &events {
        let What::Reversed(no) = event.what else { continue };
        let Some(target) = events.iter().find(|other| other.no == no) else {
            return Err("a reversal of nothing".to_owned());
        };
        if matches!(target.what, What::Reversed(_)) || reversed.contains(&no) {
            return Err("a reversal of a reversal, or a second one".to_owned());
        }
        if event.booked_on < target.booked_on || event.on < target.on {
            return Err("a reversal before its event".to_owned());
        }
        reversed.push(no);
    }
    Ok(events)
}

/// The events that count, in the order of their numbers: known, and not reversed by what is known.
pub fn events(
    list: &Value,
    digits: u32,
    disbursed: Day,
    known_on: Option<Day>,
) -> Result<Vec<Event>, String> {
    let mut events = checked(list, digits, disbursed)?;
    events.retain(|event| known_on.is_none_or(|day| event.booked_on <= day));
    let reversal = |event: &Event| match event.what {
        What::Reversed(no) => Some(no),
        _ => None,
    };
    let reversed: Vec<u64> = events.iter().filter_map(reversal).collect();
    events.retain(|event| reversal(event).is_none() && !reversed.contains(&event.no));
    events.sort_by_key(|event| event.no);
    Ok(events)
}
