//! The wire form of a relief, read into plain fields; modes that contradict are refused here.

use super::dates::Day;
use super::number::decimal;
use super::terms::{Object, Rates};
use num_bigint::BigInt;
use serde_json::Value;

/// `principal_caught_up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalDue {
    EndOfWindow,
    OverRemaining,
    Shifted,
    AtMaturity,
}

/// `interest_caught_up`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterestDue {
    EndOfWindow,
    NextInstalment,
    OverRemaining,
    AtMaturity,
}

/// `interest_meanwhile`.
#[derive(Clone, Debug)]
pub enum Meanwhile {
    Paid,
    Simple,
    CapitalisedAtEnd,
    CapitalisedEachDueDate,
    Waived,
    At(Rates),
}

/// Where the window ends: a date, or after so many rows.
#[derive(Clone, Copy, Debug)]
pub enum WindowEnd {
    Until(Day),
    Rows(i64),
}

/// The rows that are chosen, and what becomes of their interest.
#[derive(Clone, Debug)]
pub struct Window {
    pub from: Day,
    pub end: WindowEnd,
    /// How the principal is caught up, if it is deferred.
    pub principal: Option<PrincipalDue>,
    pub interest_deferred: bool,
    pub meanwhile: Meanwhile,
    /// How the deferred interest is caught up, if it is not capitalised.
    pub interest: Option<InterestDue>,
    pub new_date: Option<Day>,
}

#[derive(Clone, Copy, Debug)]
pub enum NewMaturity {
    /// By so many cycles.
    MovedBy(i64),
    MovedTo(Day),
}

#[derive(Clone, Debug)]
pub struct Extension {
    pub maturity: NewMaturity,
    /// The day, digits and decimals of a new rate.
    pub rate_from: Option<(Day, (BigInt, u32))>,
}

#[derive(Clone, Debug)]
pub struct Relief {
    pub granted_on: Day,
    pub window: Option<Window>,
    pub extension: Option<Extension>,
}

const KEYS: [&str; 15] = [
    "granted_on",
    "defer",
    "due_from",
    "due_until",
    "instalments",
    "principal_caught_up",
    "interest_meanwhile",
    "interest_caught_up",
    "new_date",
    "maturity",
    "rate_from",
    "penalty",
    "days_past_due",
    "class",
    "credit_report",
];

fn bounded(text: &str) -> Result<(BigInt, u32), String> {
    let (digits, scale) = decimal(text)?;
    if BigInt::from(digits.magnitude().clone()) > super::number::ten_to(scale) * 10 {
        return Err("a rate beyond 1000 %".to_owned());
    }
    Ok((digits, scale))
}

pub fn read(value: &Value, disbursed: Day) -> Result<Relief, String> {
    let relief = Object::new("relief", value, &KEYS)?;
    let granted_on = Day::parse(relief.need_text("granted_on")?)?;
    if granted_on < disbursed {
        return Err("granted_on before disbursement".to_owned());
    }
    account_words(&relief)?;
    let extension = read_extension(&relief, disbursed)?;
    let window = read_window(&relief)?;
    if window.is_none() && extension.is_none() {
        return Err("a relief that does nothing".to_owned());
    }
    let shifted = window.as_ref().is_some_and(|window| window.principal == Some(PrincipalDue::Shifted));
    if shifted && extension.is_some() {
        return Err("shifted moves the maturity itself".to_owned());
    }
    Ok(Relief { granted_on, window, extension })
}

fn read_extension(relief: &Object<'_>, disbursed: Day) -> Result<Option<Extension>, String> {
    let Some(value) = relief.get("maturity") else {
        return match relief.get("rate_from") {
            Some(_) => Err("rate_from belongs to an extension".to_owned()),
            None => Ok(None),
        };
    };
    let moved = Object::new("maturity", value, &["moved_by", "moved_to"])?;
    let maturity = match (moved.whole("moved_by")?, moved.day("moved_to")?) {
        (Some(cycles), None) if cycles >= 1 => NewMaturity::MovedBy(cycles),
        (None, Some(day)) => NewMaturity::MovedTo(day),
        _ => return Err("maturity: either moved_by or moved_to".to_owned()),
    };
    let mut rate_from = None;
    if let Some(value) = relief.get("rate_from") {
        let object = Object::new("rate_from", value, &["from", "rate"])?;
        let from = Day::parse(object.need_text("from")?)?;
        if from < disbursed {
            return Err("rate_from before disbursement".to_owned());
        }
        rate_from = Some((from, bounded(object.need_text("rate")?)?));
    }
    Ok(Some(Extension { maturity, rate_from }))
}

fn read_window(relief: &Object<'_>) -> Result<Option<Window>, String> {
    let (defers_principal, interest_deferred) = match relief.text("defer")? {
        None => (false, false),
        Some("principal") => (true, false),
        Some("interest") => (false, true),
        Some("both") => (true, true),
        Some(other) => return Err(format!("defer cannot be {other}")),
    };
    let end = match (relief.day("due_until")?, relief.whole("instalments")?) {
        (None, None) => None,
        (Some(day), None) => Some(WindowEnd::Until(day)),
        (None, Some(rows)) if rows >= 1 => Some(WindowEnd::Rows(rows)),
        _ => return Err("either due_until or instalments".to_owned()),
    };
    let meanwhile = relief.get("interest_meanwhile").map(read_meanwhile).transpose()?;
    let principal = match relief.text("principal_caught_up")? {
        None => None,
        Some("end_of_window") => Some(PrincipalDue::EndOfWindow),
        Some("over_remaining") => Some(PrincipalDue::OverRemaining),
        Some("shifted") => Some(PrincipalDue::Shifted),
        Some("at_maturity") => Some(PrincipalDue::AtMaturity),
        Some(other) => return Err(format!("principal_caught_up cannot be {other}")),
    };
    let interest = match relief.text("interest_caught_up")? {
        None => None,
        Some("end_of_window") => Some(InterestDue::EndOfWindow),
        Some("next_instalment") => Some(InterestDue::NextInstalment),
        Some("over_remaining") => Some(InterestDue::OverRemaining),
        Some("at_maturity") => Some(InterestDue::AtMaturity),
        Some(other) => return Err(format!("interest_caught_up cannot be {other}")),
    };
    let new_date = relief.day("new_date")?;
    if principal.is_some() != defers_principal {
        return Err("principal_caught_up goes with deferred principal".to_owned());
    }
    let from = relief.day("due_from")?;
    let (from, end, meanwhile) = match (from, end, meanwhile) {
        (Some(from), Some(end), Some(meanwhile)) => (from, end, meanwhile),
        (None, None, None)
            if !defers_principal && !interest_deferred && interest.is_none() && new_date.is_none() =>
        {
            return Ok(None);
        }
        _ => return Err("a window needs its ends and interest_meanwhile".to_owned()),
    };
    if let WindowEnd::Until(until) = end
        && until < from
    {
        return Err("due_until before due_from".to_owned());
    }
    let (fits, pot) = match &meanwhile {
        Meanwhile::Paid => (defers_principal && !interest_deferred, false),
        Meanwhile::Simple => (interest_deferred, true),
        Meanwhile::CapitalisedAtEnd | Meanwhile::CapitalisedEachDueDate => (interest_deferred, false),
        // A waiver is one whatever is deferred: interest that is not owed is never caught up.
        Meanwhile::Waived => (true, false),
        Meanwhile::At(_) => (true, interest_deferred),
    };
    if !fits {
        return Err("interest_meanwhile contradicts defer".to_owned());
    }
    if interest.is_some() != pot {
        return Err("interest_caught_up goes with deferred interest that is not capitalised".to_owned());
    }
    let at_end_of_window =
        principal == Some(PrincipalDue::EndOfWindow) || interest == Some(InterestDue::EndOfWindow);
    if new_date.is_some() && !at_end_of_window {
        return Err("new_date without anything caught up there".to_owned());
    }
    Ok(Some(Window { from, end, principal, interest_deferred, meanwhile, interest, new_date }))
}

fn read_meanwhile(value: &Value) -> Result<Meanwhile, String> {
    match value.as_str() {
        Some("paid") => Ok(Meanwhile::Paid),
        Some("simple") => Ok(Meanwhile::Simple),
        Some("capitalised_at_end") => Ok(Meanwhile::CapitalisedAtEnd),
        Some("capitalised_each_due_date") => Ok(Meanwhile::CapitalisedEachDueDate),
        Some("waived") => Ok(Meanwhile::Waived),
        Some(other) => Err(format!("interest_meanwhile cannot be {other}")),
        None => {
            let object = Object::new("interest_meanwhile", value, &["at"])?;
            let (digits, scale) = bounded(object.need_text("at")?)?;
            let everyday = Day { y: 1, m: 1, d: 1 };
            Ok(Meanwhile::At(Rates {
                changes: vec![(everyday, digits)],
                denominator: super::number::ten_to(scale),
                projected_from: None,
                projected_until: None,
            }))
        }
    }
}

/// The words that matter to an account and to no schedule.
fn account_words(relief: &Object<'_>) -> Result<(), String> {
    for (key, words) in
        [("penalty", ["as_contracted", "none"]), ("days_past_due", ["by_due_dates", "excluded"])]
    {
        if let Some(text) = relief.text(key)?
            && !words.contains(&text)
        {
            return Err(format!("{key} cannot be {text}"));
        }
    }
    if let Some(value) = relief.get("class")
        && value.as_str() != Some("by_ladder")
    {
        let held = Object::new("class", value, &["held_at", "reason", "until"])?;
        Day::parse(held.need_text("held_at")?)?;
        held.need_text("reason")?;
        held.day("until")?;
    }
    if let Some(value) = relief.get("credit_report")
        && value.as_str() != Some("as_counted")
    {
        let protected = Object::new("credit_report", value, &["protected_from", "protected_to"])?;
        Day::parse(protected.need_text("protected_from")?)?;
        Day::parse(protected.need_text("protected_to")?)?;
    }
    Ok(())
}
