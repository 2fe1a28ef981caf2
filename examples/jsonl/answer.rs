//! What is said to a request: a schedule, or what is wrong with it.

use std::fmt::Display;

use puhui::ErrorCode;
use puhui::loan::{Account, AnnualisedRates, Loan, Relief};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::request::{Life, Members, Request};

/// An answer: `schedule` and what else was asked for, or `error`.
#[derive(Serialize)]
pub struct Answer<'a> {
    id: Option<&'a RawValue>,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Done(Box<Done>),
    Failed { error: Fault },
}

#[derive(Serialize)]
struct Done {
    schedule: Value,
    /// What the reliefs changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    impact: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annualised: Option<Annualised>,
    /// What all that happened comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postings: Option<Value>,
}

/// Annualised rates, as fractions of ten decimals.
#[derive(Serialize)]
struct Annualised {
    effective: String,
    simple: String,
    nominal: Option<String>,
}

/// What is wrong with a request.
#[derive(Serialize)]
pub struct Fault {
    code: &'static str,
    /// The path of the field; none where the line is no request at all.
    field: Option<String>,
    message: String,
}

/// Answers one line.
pub fn answer(line: &[u8]) -> Answer<'_> {
    match Members::read(line) {
        Ok(members) => match Request::read(&members).and_then(|request| done(&request)) {
            Ok(done) => Answer { id: members.id(), outcome: Outcome::Done(Box::new(done)) },
            Err(fault) => Answer::error(members.id(), fault),
        },
        Err(fault) => Answer::error(None, fault),
    }
}

fn done(request: &Request) -> Result<Done, Fault> {
    let terms = |error: puhui::Error| Fault::of(error.within("terms"));
    let loan = request.loan.loan().map_err(terms)?;
    let schedule = loan.schedule();
    let annualised = match request.annualised {
        true => Some(schedule.annualised_rates().map_err(|error| Fault::of(error.at("annualised")))?.into()),
        false => None,
    };
    let promised = told("schedule", &schedule.to_table().map_err(terms)?)?;
    let mut done = Done { schedule: promised, impact: None, annualised, position: None, postings: None };
    if !request.reliefs.is_empty() {
        let (schedule, impact) = relieve(&loan, &request.reliefs)?;
        (done.schedule, done.impact) = (schedule, Some(impact));
    }
    if let Some(life) = &request.life {
        let (position, postings) = replay(&loan, life)?;
        (done.position, done.postings) = (Some(position), Some(postings));
    }
    Ok(done)
}

/// What the loan comes to after its events, and what the ledger books of them.
fn replay(loan: &Loan<'_>, life: &Life) -> Result<(Value, Value), Fault> {
    let Life { events, as_of, known_on } = life;
    let replayed = match known_on {
        None => Account::replay(loan, events, *as_of),
        Some(known_on) => Account::as_known_on(loan, events, *as_of, *known_on),
    };
    let account = replayed.map_err(of_life)?;
    let postings = account.to_postings_table().map_err(of_life)?;
    Ok((told("position", &account.to_table())?, told("postings", &postings)?))
}

/// What the crate has against a life, at the place that it has in the request.
fn of_life(error: puhui::Error) -> Fault {
    let field = error.field();
    if field == "as_of" || field.starts_with("events[") {
        Fault::of(error)
    } else {
        Fault::of(error.within("terms"))
    }
}

/// The schedule after the reliefs, and what they changed. The loan itself is known to be sound.
fn relieve(loan: &Loan<'_>, reliefs: &[Relief]) -> Result<(Value, Value), Fault> {
    let relieved = loan.relieve(reliefs).map_err(|error| match reliefs {
        // The crate does not number a single relief.
        [_] => Fault::of(error.within("relief[0]")),
        _ if error.field().starts_with('[') => {
            let field = format!("relief{}", error.field());
            Fault::of(error.at(field))
        }
        _ => Fault::of(error.within("relief")),
    })?;
    let after = relieved.to_table().map_err(|error| Fault::of(error.within("relief")))?;
    Ok((told("schedule", &after)?, told("impact", &relieved)?))
}

/// A part of the answer as JSON.
fn told(part: &str, value: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(value).map_err(|error| Fault::at(ErrorCode::Internal, part, error))
}

impl<'a> Answer<'a> {
    /// The answer to a request that cannot be met.
    pub fn error(id: Option<&'a RawValue>, error: Fault) -> Answer<'a> {
        Answer { id, outcome: Outcome::Failed { error } }
    }
}

impl From<AnnualisedRates> for Annualised {
    fn from(rates: AnnualisedRates) -> Annualised {
        Annualised {
            effective: rates.effective.to_string(),
            simple: rates.simple.to_string(),
            nominal: rates.nominal.map(|rate| rate.to_string()),
        }
    }
}

impl Fault {
    /// A line that is no request at all.
    pub fn of_line(code: ErrorCode, message: impl Into<String>) -> Fault {
        Fault { code: code.as_str(), field: None, message: message.into() }
    }

    /// A field that does not fit.
    pub fn at(code: ErrorCode, field: &str, problem: impl Display) -> Fault {
        let message = format!("{field}: {problem}");
        Fault { code: code.as_str(), field: Some(field.to_owned()), message }
    }

    /// What the crate says.
    pub fn of(error: puhui::Error) -> Fault {
        Fault {
            code: error.code().as_str(),
            field: Some(error.field().to_owned()),
            message: error.to_string(),
        }
    }

    /// What serde says of the JSON value at `path`: a number where a string is wanted, a key that is not known.
    pub fn of_shape(path: String, error: &serde_json::Error) -> Fault {
        let message = error.to_string();
        // The position is that in the value, not in the line; the path says it better.
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        // A word or an object: which of the two was meant is not known.
        let message = match message.starts_with("data did not match any variant") {
            true => "neither a word nor an object with the right keys",
            false => message,
        };
        // The types of Rust say nothing to others.
        let counts = ["expected u32", "expected u64", "expected u8"];
        let plain = counts.iter().find_map(|count| message.strip_suffix(count));
        let plain = plain.map(|start| format!("{start}expected a whole number, 0 or more"));
        let message = plain.as_deref().unwrap_or(message);
        // An error of the crate's own: the path says better where.
        let message = match message.split_once(": expected ") {
            Some((own, _)) if !own.contains(' ') => message.get(own.len() + 2..).unwrap_or(message),
            _ => message,
        };
        let named = |prefix: &str| {
            let name = message.strip_prefix(prefix)?.strip_prefix(" `")?;
            name.split_once('`').map(|(name, _)| name.to_owned())
        };
        let below = |name: String| {
            let already = path.rsplit('.').next() == Some(name.as_str());
            if already { path.clone() } else { format!("{path}.{name}") }
        };
        let (code, field) = if let Some(name) = named("unknown field") {
            (ErrorCode::UnknownField, below(name))
        } else if let Some(name) = named("missing field") {
            (ErrorCode::Missing, below(name))
        } else if let Some(name) = named("duplicate field") {
            (ErrorCode::Malformed, below(name))
        } else if message.starts_with("expected one of ") || message.starts_with("expected a code of ") {
            // A word of the crate's own vocabularies, which serde could only pass on as a message.
            (ErrorCode::UnknownValue, path.clone())
        } else if message.starts_with("invalid value: integer") {
            (ErrorCode::OutOfRange, path.clone())
        } else {
            (ErrorCode::Malformed, path.clone())
        };
        Fault::at(code, &field, message)
    }
}
