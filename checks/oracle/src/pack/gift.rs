//! What a rule gives, whoever may have it: reliefs and payments with the due dates that they reach, and the rest.

use serde_json::{Value, json};

use super::known::{Answer, Causes, Thing};
use super::ratio::Ratio;
use super::{Due, Scene, expression, list};
use crate::dates::Day;
use crate::number::Rounding;

/// Fields of a relief that hold dates, rates and counts; every other text is a word.
const FIGURED: [&str; 14] = [
    "due_from",
    "due_until",
    "accrued_from",
    "accrued_until",
    "new_date",
    "move_by",
    "interest_until",
    "moved_to",
    "from",
    "rate",
    "protected_from",
    "protected_to",
    "at",
    "held_at",
];
/// A window; an end that is not known leaves it open.
#[derive(Clone, Copy)]
pub struct Window {
    from: Option<Day>,
    until: Option<Day>,
}

impl Window {
    pub fn has(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

impl Scene<'_> {
    /// Whether it is given at all.
    pub fn wanted(&self, gift: &Value, due: Option<&Due>) -> Result<Answer<bool>, String> {
        match gift.get("if") {
            Some(condition) => self.condition(&expression(condition)?, due),
            None => Ok(Answer::Known(true)),
        }
    }

    /// The due dates of a relief or a payment, and what is missing to know them. None: it is for the whole loan.
    pub fn window(&self, gift: &Value) -> Result<Option<(Window, Causes)>, String> {
        if gift.get("due_from").is_none() && gift.get("due_until").is_none() {
            return Ok(None);
        }
        let mut missing = Causes::new();
        let mut end = |key: &str| -> Result<Option<Day>, String> {
            let Some(text) = gift.get(key) else { return Ok(None) };
            let day = self.date(&expression(text)?, None)?;
            missing.extend(day.causes());
            Ok(day.known().copied())
        };
        let window = Window { from: end("due_from")?, until: end("due_until")? };
        Ok(Some((window, missing)))
    }

    /// "the unpaid rows ... that owe what it puts off"; a word that is still to be chosen may put off either.
    pub fn puts_off(&self, relief: &Value, due: &Due) -> Result<bool, String> {
        let zero = Ratio::whole(0);
        let defer = relief.get("defer").map(|word| self.word(word)).transpose()?;
        Ok(match defer.as_ref().and_then(Answer::known).map(String::as_str) {
            Some("principal") => due.principal > zero,
            Some("interest") => due.interest > zero,
            _ => due.principal > zero || due.interest > zero,
        })
    }

    /// What is missing to write a relief down.
    pub fn missing_of_relief(&self, relief: &Value) -> Result<Causes, String> {
        let mut missing = Causes::new();
        self.missing_of_field("", relief, &mut missing)?;
        Ok(missing)
    }

    fn missing_of_field(&self, key: &str, value: &Value, missing: &mut Causes) -> Result<(), String> {
        match (key, value) {
            ("if" | "doc" | "sure" | "note" | "reason" | "en" | "zh", _) => {}
            (_, Value::Object(members)) => {
                for (key, member) in members {
                    self.missing_of_field(key, member, missing)?;
                }
            }
            ("restructures", condition) => {
                missing.extend(self.condition(&expression(condition)?, None)?.causes());
            }
            // The last day of `class` is a date, as the two ends of a window are.
            (key, Value::String(_)) if key == "until" || FIGURED.contains(&key) => {
                missing.extend(self.causes_of(value)?);
            }
            (_, Value::String(_)) => missing.extend(self.word(value)?.causes()),
            _ => {}
        }
        Ok(())
    }

    /// How many due dates a payment is for at most.
    pub fn rows_of(&self, payment: &Value) -> Result<Answer<Option<Ratio>>, String> {
        match payment.get("rows") {
            Some(rows) => self.number(&expression(rows)?, None)?.then(|rows| Ok(Answer::Known(Some(rows)))),
            None => Ok(Answer::Known(None)),
        }
    }

    /// The amount of a payment, rounded once.
    pub fn amount(&self, payment: &Value, due: Option<&Due>) -> Result<Answer<Ratio>, String> {
        let rounding = Rounding::parse(self.pack["rounding"].as_str().unwrap_or("half_up"))?;
        let exact = self.number(&expression(&payment["amount"])?, due)?;
        exact.then(|exact| Ok(Answer::Known(exact.rounded(self.decimals(), rounding))))
    }

    pub fn decimals(&self) -> u32 {
        match self.pack["currency"].as_str() {
            Some("JPY" | "KRW" | "VND") => 0,
            Some("BHD" | "KWD" | "TND") => 3,
            _ => 2,
        }
    }

    /// The day of a payment: its own, that of the due date, or that of the decision.
    pub fn paid_on(&self, payment: &Value, due: Option<&Due>) -> Result<Answer<Day>, String> {
        match (payment.get("on"), due) {
            (Some(on), due) => self.date(&expression(on)?, due),
            (None, Some(due)) => Ok(Answer::Known(due.on)),
            (None, None) => self.date("case.on", None),
        }
    }

    /// What is missing to know the outputs. Terms for the ledgers are given as far as they are known: they decide nothing.
    pub fn missing_of_outputs(&self) -> Result<Causes, String> {
        let mut missing = Causes::new();
        if let Some(Value::Object(outputs)) = self.of_rule().get("outputs") {
            for output in outputs.values() {
                missing.extend(self.causes_of(output)?);
            }
        }
        Ok(missing)
    }

    pub fn restructures(&self, relief: &Value) -> Result<bool, String> {
        let Some(condition) = relief.get("restructures") else { return Ok(false) };
        Ok(self.condition(&expression(condition)?, None)? == Answer::Known(true))
    }

    pub fn reliefs(&self) -> &[Value] {
        list(self.of_rule(), "relief")
    }

    pub fn payments(&self) -> &[Value] {
        list(self.of_rule(), "payment")
    }

    /// An output, as it is written.
    pub fn output(&self, value: &Value) -> Result<Value, String> {
        let text = expression(value)?;
        match self.value(&text, None)? {
            Answer::Known(Thing::Bool(flag)) => Ok(json!(flag)),
            Answer::Known(found) => self.shown(&text, found),
            Answer::Unknown(_) => Err(format!("{text} is not known")),
        }
    }
}
