//! Figures: the version of the day, in the column of the code.

use serde_json::Value;

use super::evaluate::Found;
use super::expression;
use super::known::{Answer, Cause, Thing, both};
use super::{Due, Scene};
use crate::dates::Day;

impl Scene<'_> {
    pub fn figure(&self, name: &str, figure: &Value, due: Option<&Due>) -> Found {
        let unknown = || Answer::because(Cause::Figure(name.to_owned()));
        let Some(rows) = figure.get("rows").and_then(Value::as_array) else {
            return self.printed(&figure["is"], unknown);
        };
        let by = figure.get("by").map(|by| self.date(&expression(by)?, due)).transpose()?;
        let per = figure.get("per").map(|per| self.value(&expression(per)?, due)).transpose()?;
        let by = optional(by);
        let per = optional(per);
        both(by, per).then(|(day, column)| {
            let column = column.map(|column| word(&column)).transpose()?;
            match version(rows, day, column.as_deref())? {
                Some(row) => self.printed(&row["is"], unknown),
                None => Ok(unknown()),
            }
        })
    }

    fn printed(&self, is: &Value, unknown: impl Fn() -> Answer<Thing>) -> Found {
        if is == "unknown" { Ok(unknown()) } else { self.value(&expression(is)?, None) }
    }
}

fn optional<T>(answer: Option<Answer<T>>) -> Answer<Option<T>> {
    match answer {
        None => Answer::Known(None),
        Some(Answer::Known(value)) => Answer::Known(Some(value)),
        Some(Answer::Unknown(causes)) => Answer::Unknown(causes),
    }
}

fn word(column: &Thing) -> Result<String, String> {
    match column {
        Thing::Bool(flag) => Ok(flag.to_string()),
        Thing::Word(word) => Ok(word.clone()),
        other => Err(format!("{other:?} is no column")),
    }
}

/// "A version holds until the next `from` of the same `for`; there is no version before the first and after an `until`."
fn version<'v>(
    rows: &'v [Value],
    day: Option<Day>,
    column: Option<&str>,
) -> Result<Option<&'v Value>, String> {
    let mut found: Option<(Option<Day>, &Value)> = None;
    for row in rows {
        let of_column = match (row.get("for"), column) {
            (Some(Value::Array(codes)), Some(column)) => codes.iter().any(|code| code == column),
            (Some(code), Some(column)) => super::word(code)? == column,
            _ => true,
        };
        let from = row.get("from").and_then(Value::as_str).map(Day::parse).transpose()?;
        let later = found.is_none_or(|(before, _)| from >= before);
        if of_column && (from.is_none() || from <= day) && later {
            found = Some((from, row));
        }
    }
    let Some((_, row)) = found else { return Ok(None) };
    let until = row.get("until").and_then(Value::as_str).map(Day::parse).transpose()?;
    Ok((until.is_none() || day <= until).then_some(row))
}
