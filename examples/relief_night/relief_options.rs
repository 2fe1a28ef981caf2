//! The relief on the command line: every field of the wire form is an option.

use std::fs;

use puhui::loan::{Relief, ReliefForm};
use serde_json::{Map, Value, json};

use crate::support::arguments::Arguments;

/// Stage 1 of China's deferrals (银保监发〔2020〕6号, 2020-03-01): principal and interest due from 2020-01-25 to 2020-06-30
/// are due on 2020-06-30 at the latest; nothing said that interest stops or compounds; no penalty interest.
pub const SPRING_2020: &str = r#"{
    "granted_on": "2020-03-01", "defer": "both", "due_from": "2020-01-25", "due_until": "2020-06-30",
    "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
    "interest_caught_up": "end_of_window", "new_date": "2020-06-30", "penalty": "none"
}"#;

/// Half a year deferred in the autumn of 2008, on American loans. The date, the window and the mechanics are examples: no
/// such relief was granted.
pub const WINTER_2008: &str = r#"{
    "granted_on": "2008-10-01", "defer": "both", "due_from": "2008-10-01", "due_until": "2009-03-31",
    "principal_caught_up": "shifted", "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"
}"#;

/// The options that say which relief.
pub const OPTIONS: [&str; 20] = [
    "relief",
    "granted-on",
    "defer",
    "due-from",
    "due-until",
    "instalments",
    "principal-caught-up",
    "interest-meanwhile",
    "interest-caught-up",
    "new-date",
    "maturity-moved-by",
    "maturity-moved-to",
    "rate-from",
    "penalty",
    "days-past-due",
    "class-held-at",
    "class-reason",
    "class-until",
    "credit-protected-from",
    "credit-protected-to",
];

/// Takes a field away.
const NONE: &str = "none";

/// The relief of the command line, on top of a default.
pub fn read(arguments: &Arguments, default: &str) -> Result<Relief, String> {
    let form: ReliefForm = match arguments.path("relief")? {
        None => serde_json::from_str(default).map_err(|error| error.to_string())?,
        Some(file) => {
            let problem = |error: &dyn std::fmt::Display| format!("--relief: {}: {error}", file.display());
            let text = fs::read_to_string(&file).map_err(|error| problem(&error))?;
            serde_json::from_str(&text).map_err(|error| problem(&error))?
        }
    };
    let problem = |error: &dyn std::fmt::Display| format!("the relief: {error}");
    let mut keys = serde_json::to_value(form).map_err(|error| problem(&error))?;
    if let Some(keys) = keys.as_object_mut() {
        replace(keys, arguments)?;
    }
    let form: ReliefForm = serde_json::from_value(keys).map_err(|error| problem(&error))?;
    Relief::try_from(form).map_err(|error| problem(&error))
}

/// Replaces the keys that are on the command line.
fn replace(keys: &mut Map<String, Value>, arguments: &Arguments) -> Result<(), String> {
    let mut set = |key: &str, value: Value| keys.insert(key.to_owned(), value);
    for name in [
        "granted-on",
        "defer",
        "due-from",
        "due-until",
        "principal-caught-up",
        "interest-caught-up",
        "new-date",
        "days-past-due",
    ] {
        if let Some(text) = arguments.text(name)? {
            set(&name.replace('-', "_"), if text == NONE { Value::Null } else { json!(text) });
        }
    }
    if let Some(word) = arguments.text("penalty")? {
        set("penalty", json!(word));
    }
    if let Some(count) = number(arguments, "instalments")? {
        set("instalments", json!(count));
        if !arguments.has("due-until") {
            set("due_until", Value::Null);
        }
    } else if arguments.has("due-until") {
        set("instalments", Value::Null);
    }
    if let Some(text) = arguments.text("interest-meanwhile")? {
        let meanwhile = match text.strip_prefix("at:") {
            Some(rate) => json!({"at": rate}),
            None if text == NONE => Value::Null,
            None => json!(text),
        };
        set("interest_meanwhile", meanwhile);
    }
    if arguments.has("maturity-moved-by") || arguments.has("maturity-moved-to") {
        let moved_by = number(arguments, "maturity-moved-by")?;
        let moved_to = arguments.text("maturity-moved-to")?;
        set("maturity", json!({"moved_by": moved_by, "moved_to": moved_to}));
    }
    if let Some(text) = arguments.text("rate-from")? {
        let (from, rate) = text
            .split_once(':')
            .ok_or_else(|| format!("--rate-from: expected a date and a rate: DATE:RATE, got {text:?}"))?;
        set("rate_from", json!({"from": from, "rate": rate}));
    }
    if let Some([held_at, reason, until]) =
        together(arguments, ["class-held-at", "class-reason", "class-until"])?
    {
        set("class", json!({"held_at": held_at, "reason": reason, "until": until}));
    }
    if let Some([from, to]) = together(arguments, ["credit-protected-from", "credit-protected-to"])? {
        set("credit_report", json!({"protected_from": from, "protected_to": to}));
    }
    Ok(())
}

fn number(arguments: &Arguments, name: &str) -> Result<Option<u32>, String> {
    let too_large = |_| format!("--{name}: the number is too large");
    arguments.number(name)?.map(|number| u32::try_from(number).map_err(too_large)).transpose()
}

/// Options of which either all are there or none.
fn together<const N: usize>(arguments: &Arguments, names: [&str; N]) -> Result<Option<[String; N]>, String> {
    if !names.iter().any(|name| arguments.has(name)) {
        return Ok(None);
    }
    let mut texts = [const { String::new() }; N];
    for (name, slot) in names.iter().zip(&mut texts) {
        let text = arguments.text(name)?.ok_or_else(|| {
            let all = names.map(|name| format!("--{name}")).join(", ");
            format!("--{name} is missing: {all} go together")
        })?;
        text.clone_into(slot);
    }
    Ok(Some(texts))
}
