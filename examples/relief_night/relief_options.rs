//! The relief on the command line: every field of the wire form is an option.

use std::fs;

use puhui::loan::{
    AtForm, ClassForm, CreditReportForm, HeldForm, MaturityForm, MeanwhileForm, ProtectedForm, RateStepForm,
    Relief, ReliefForm,
};

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
    let mut form = match arguments.path("relief")? {
        None => serde_json::from_str(default).map_err(|error| error.to_string())?,
        Some(file) => {
            let problem = |error: &dyn std::fmt::Display| format!("--relief: {}: {error}", file.display());
            let text = fs::read_to_string(&file).map_err(|error| problem(&error))?;
            serde_json::from_str(&text).map_err(|error| problem(&error))?
        }
    };
    replace(&mut form, arguments)?;
    Relief::try_from(form).map_err(|error| format!("the relief: {error}"))
}

/// Replaces the fields that are on the command line.
fn replace(form: &mut ReliefForm, arguments: &Arguments) -> Result<(), String> {
    for (name, field) in [
        ("granted-on", &mut form.granted_on),
        ("defer", &mut form.defer),
        ("due-from", &mut form.due_from),
        ("due-until", &mut form.due_until),
        ("principal-caught-up", &mut form.principal_caught_up),
        ("interest-caught-up", &mut form.interest_caught_up),
        ("new-date", &mut form.new_date),
        ("days-past-due", &mut form.days_past_due),
    ] {
        if let Some(text) = arguments.text(name)? {
            *field = Some(text.to_owned()).filter(|text| text != NONE);
        }
    }
    if let Some(word) = arguments.text("penalty")? {
        form.penalty = Some(word.to_owned());
    }
    if let Some(count) = number(arguments, "instalments")? {
        form.instalments = Some(count);
        if !arguments.has("due-until") {
            form.due_until = None;
        }
    } else if arguments.has("due-until") {
        form.instalments = None;
    }
    if let Some(text) = arguments.text("interest-meanwhile")? {
        form.interest_meanwhile = match text.strip_prefix("at:") {
            Some(rate) => Some(MeanwhileForm::At(AtForm { at: rate.to_owned() })),
            None => Some(text).filter(|text| *text != NONE).map(|word| MeanwhileForm::Word(word.to_owned())),
        };
    }
    if arguments.has("maturity-moved-by") || arguments.has("maturity-moved-to") {
        form.maturity = Some(MaturityForm {
            moved_by: number(arguments, "maturity-moved-by")?,
            moved_to: arguments.text("maturity-moved-to")?.map(str::to_owned),
        });
    }
    if let Some(text) = arguments.text("rate-from")? {
        let (from, rate) = text
            .split_once(':')
            .ok_or_else(|| format!("--rate-from: expected a date and a rate: DATE:RATE, got {text:?}"))?;
        form.rate_from = Some(RateStepForm { from: from.to_owned(), rate: rate.to_owned() });
    }
    if let Some([held_at, reason, until]) =
        together(arguments, ["class-held-at", "class-reason", "class-until"])?
    {
        form.class = Some(ClassForm::Held(HeldForm { held_at, reason, until }));
    }
    if let Some([protected_from, protected_to]) =
        together(arguments, ["credit-protected-from", "credit-protected-to"])?
    {
        form.credit_report =
            Some(CreditReportForm::Protected(ProtectedForm { protected_from, protected_to }));
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
