//! A request as it came: the members of a JSON object, each still the text that it was.

use std::fmt;

use chrono::NaiveDate;
use puhui::loan::{Event, EventForm, LoanForm, LoanRecord, Relief, ReliefForm};
use puhui::{Currency, ErrorCode, parse_date};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::answer::Fault;

/// The keys of a request.
const KEYS: [&str; 7] = ["id", "terms", "relief", "annualised", "events", "as_of", "known_on"];

/// What one line asks for.
pub struct Request {
    /// The loan.
    pub loan: LoanRecord,
    /// What is granted to it, in any order of days.
    pub reliefs: Vec<Relief>,
    /// Whether the annualised rates are wanted too.
    pub annualised: bool,
    /// What happened to it, where its position is wanted.
    pub life: Option<Life>,
}

/// What happened to a loan, up to a day.
pub struct Life {
    /// The events.
    pub events: Vec<Event>,
    /// The day of the position.
    pub as_of: NaiveDate,
    /// What was booked later is left out.
    pub known_on: Option<NaiveDate>,
}

impl Request {
    /// Reads what the members ask for.
    pub fn read(members: &Members<'_>) -> Result<Request, Fault> {
        members.check_keys()?;
        let terms = members.get("terms");
        let terms = terms.ok_or_else(|| Fault::at(ErrorCode::Missing, "terms", "a request needs a loan"))?;
        let annualised = members.get("annualised").map(|wanted| read(wanted, "annualised")).transpose()?;
        let loan = read_loan(terms)?;
        let reliefs = members.get("relief").map_or(Ok(Vec::new()), read_reliefs)?;
        let life = read_life(members, loan.product().rules().currency)?;
        if life.is_some() && !reliefs.is_empty() {
            let problem = "with as_of, a relief is an event: {\"on\":...,\"relief\":{...}}";
            return Err(Fault::at(ErrorCode::Contradiction, "relief", problem));
        }
        Ok(Request { loan, reliefs, annualised: annualised.unwrap_or(false), life })
    }
}

/// Reads the reliefs of a loan.
fn read_reliefs(reliefs: &RawValue) -> Result<Vec<Relief>, Fault> {
    read_objects(reliefs, "relief", |form: ReliefForm, _| Relief::try_from(form))
}

/// Reads what happened to a loan. None: its position is not asked for.
fn read_life(members: &Members<'_>, currency: Currency) -> Result<Option<Life>, Fault> {
    let event = |form: EventForm, at: usize| {
        // Events are counted from 1.
        form.read(currency, u64::try_from(at).map_or(u64::MAX, |at| at.saturating_add(1)))
    };
    let events = members.get("events").map(|events| read_objects(events, "events", event)).transpose()?;
    let day = |key: &str| -> Result<Option<NaiveDate>, Fault> {
        let Some(day) = members.get(key) else { return Ok(None) };
        let day: String = read(day, key)?;
        parse_date(&day, "date").map(Some).map_err(|error| Fault::of(error.at(key.to_owned())))
    };
    let (as_of, known_on) = (day("as_of")?, day("known_on")?);
    match as_of {
        Some(as_of) => Ok(Some(Life { events: events.unwrap_or_default(), as_of, known_on })),
        None if events.is_some() || known_on.is_some() => {
            Err(Fault::at(ErrorCode::Missing, "as_of", "the day of the position is wanted"))
        }
        None => Ok(None),
    }
}

/// Reads an array of objects, each at its place.
fn read_objects<'a, F: Deserialize<'a>, T>(
    array: &'a RawValue,
    field: &str,
    of: impl Fn(F, usize) -> puhui::Result<T>,
) -> Result<Vec<T>, Fault> {
    let forms: Vec<&RawValue> = read(array, field)?;
    let mut objects = Vec::with_capacity(forms.len());
    for (at, form) in forms.into_iter().enumerate() {
        let place = format!("{field}[{at}]");
        if !form.get().starts_with('{') {
            return Err(Fault::at(ErrorCode::Malformed, &place, "an object is wanted"));
        }
        let form: F = read(form, &place)?;
        objects.push(of(form, at).map_err(|error| Fault::of(error.within(&place)))?);
    }
    Ok(objects)
}

/// Reads a loan: first the shape of its terms, then what they say.
fn read_loan(terms: &RawValue) -> Result<LoanRecord, Fault> {
    if !terms.get().starts_with('{') {
        return Err(Fault::at(ErrorCode::Malformed, "terms", "an object is wanted"));
    }
    let form: LoanForm = read(terms, "terms")?;
    LoanRecord::try_from(form).map_err(|error| Fault::of(error.within("terms")))
}

/// Reads a member, and says at which path below it something does not fit.
fn read<'a, T: Deserialize<'a>>(value: &'a RawValue, field: &str) -> Result<T, Fault> {
    let mut source = serde_json::Deserializer::from_str(value.get());
    serde_path_to_error::deserialize(&mut source).map_err(|error| {
        let path = match error.path().iter().next() {
            None => field.to_owned(),
            Some(_) => format!("{field}.{}", error.path()),
        };
        Fault::of_shape(path, &error.into_inner())
    })
}

/// The members of an object, in their order; a key that is there twice is there twice.
pub struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads a line.
    pub fn read(line: &'a [u8]) -> Result<Members<'a>, Fault> {
        let text = std::str::from_utf8(line)
            .map_err(|error| Fault::of_line(ErrorCode::Malformed, format!("not UTF-8: {error}")))?;
        // Some programs put a byte order mark before the first line.
        let text = text.trim_start_matches('\u{feff}');
        serde_json::from_str(text).map_err(|error| {
            let problem = format!("not a JSON object such as {{\"id\":\"1\",\"terms\":{{...}}}}: {error}");
            Fault::of_line(ErrorCode::Malformed, problem)
        })
    }

    /// The id, if there is one that can be given back.
    pub fn id(&self) -> Option<&'a RawValue> {
        let mut ids = self.0.iter().filter(|(key, _)| key == "id");
        match (ids.next(), ids.next()) {
            (Some((_, id)), None) if !id.get().starts_with(['{', '[']) => Some(id),
            _ => None,
        }
    }

    fn get(&self, wanted: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == wanted).map(|(_, value)| *value)
    }

    /// Checks that every key is known and there once, and the id among them.
    fn check_keys(&self) -> Result<(), Fault> {
        for (at, (key, _)) in self.0.iter().enumerate() {
            if !KEYS.contains(&key.as_str()) {
                let problem = format!("the key is not known; known are {}", KEYS.join(", "));
                return Err(Fault::at(ErrorCode::UnknownField, key, problem));
            }
            if self.0.iter().take(at).any(|(before, _)| before == key) {
                return Err(Fault::at(ErrorCode::Malformed, key, "the key is there twice"));
            }
        }
        match self.get("id") {
            None => Err(Fault::at(ErrorCode::Missing, "id", "a request needs an id, to know its answer by")),
            Some(_) if self.id().is_none() => {
                let problem = "a string, a number, true, false or null is wanted";
                Err(Fault::at(ErrorCode::Malformed, "id", problem))
            }
            Some(_) => Ok(()),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<'a>, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object).map(Members)
    }
}
