//! A request as it came: the members of a JSON object, each still the text that it was.

use std::fmt;

use puhui::ErrorCode;
use puhui::loan::{LoanForm, LoanRecord, Relief, ReliefForm};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::answer::Fault;

/// The keys of a request.
const KEYS: [&str; 4] = ["id", "terms", "relief", "annualised"];

/// What one line asks for.
pub struct Request {
    /// The loan.
    pub loan: LoanRecord,
    /// What is granted to it, in any order of days.
    pub reliefs: Vec<Relief>,
    /// Whether the annualised rates are wanted too.
    pub annualised: bool,
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
        Ok(Request { loan, reliefs, annualised: annualised.unwrap_or(false) })
    }
}

/// Reads the reliefs of a loan, each at its place in the array.
fn read_reliefs(reliefs: &RawValue) -> Result<Vec<Relief>, Fault> {
    let forms: Vec<&RawValue> = read(reliefs, "relief")?;
    let mut reliefs = Vec::with_capacity(forms.len());
    for (at, form) in forms.into_iter().enumerate() {
        let place = format!("relief[{at}]");
        if !form.get().starts_with('{') {
            return Err(Fault::at(ErrorCode::Malformed, &place, "an object is wanted"));
        }
        let form: ReliefForm = read(form, &place)?;
        reliefs.push(Relief::try_from(form).map_err(|error| Fault::of(error.within(&place)))?);
    }
    Ok(reliefs)
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
        serde_json::from_str(text)
            .map_err(|error| Fault::of_line(ErrorCode::Malformed, format!("not a JSON object: {error}")))
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
