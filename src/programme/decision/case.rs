//! A case: what is known of a loan on a day, what was chosen, and what it owes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::calendar::parse_date;
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;
use crate::programme::decision::rulebook::Choice;
use crate::programme::decision::value::{Number, Value};
use crate::programme::types::Type;

/// What is known of a loan on a day: facts, choices, its unpaid due dates, and what it was given before.
///
/// Facts and choices are texts, which [`Pack::decide`](crate::programme::Pack::decide) reads by the types that the pack declares: amounts
/// in major units, rates as fractions, days in ISO 8601, months and days as whole numbers, codes as they are spelt. What nobody says is
/// not known, and never zero or false. What the pack does not ask for changes nothing.
///
/// # Examples
///
/// ```
/// use puhui::programme::Case;
///
/// let mut case = Case::new();
/// case.fact("case.on", "2020-03-01")?;
/// case.fact("loan.amount", "50000.00")?;
/// // A fact of another day.
/// case.fact("account.class@2020-02-29", "normal")?;
/// // For all rules, or for one of them.
/// case.choice("new_date", "2020-06-30");
/// case.choice("stage1.new_date", "2020-06-30");
/// case.row("2020-03-20", "1000.00", "20.00")?;
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The day of the decision, once a fact has said it.
    pub(crate) on: Option<NaiveDate>,
    facts: BTreeMap<String, Vec<(Option<NaiveDate>, Said)>>,
    choices: BTreeMap<String, Said>,
    rows: Vec<(NaiveDate, Said, Said)>,
    given: BTreeMap<String, Vec<NaiveDate>>,
}

/// What somebody says of a fact: a text that is read by its type, or the value itself, of an example of the pack's own.
#[derive(Clone, Debug)]
enum Said {
    Text(String),
    Value(Value),
}

/// The fact that is the day of the decision.
pub(crate) const DAY_OF_DECISION: &str = "case.on";

impl Case {
    /// A case of which nothing is known.
    #[must_use]
    pub fn new() -> Case {
        Case::default()
    }

    /// Says what a fact is: `loan.amount`, or `account.class@2020-02-29` on another day than that of the decision, `case.on`.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Malformed`] or [`ErrorCode::DateOutOfRange`] for a day that is none.
    /// * [`ErrorCode::Contradiction`] for a fact of a day that was said before.
    pub fn fact(&mut self, name: &str, value: &str) -> Result<()> {
        if name == DAY_OF_DECISION {
            self.on = Some(parse_date(value, DAY_OF_DECISION)?);
        }
        self.say(name, Said::Text(value.to_owned()))
    }

    /// Says what was chosen: `new_date` for all rules, `stage1.new_date` for one. The last word counts.
    pub fn choice(&mut self, name: &str, value: &str) {
        self.choices.insert(name.to_owned(), Said::Text(value.to_owned()));
    }

    /// Adds a due date on which something is unpaid, as it is printed, with what is unpaid of it, in major units.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Malformed`] or [`ErrorCode::DateOutOfRange`] for a day that is none.
    pub fn row(&mut self, on: &str, principal: &str, interest: &str) -> Result<()> {
        let on = parse_date(on, "rows.on")?;
        self.rows.push((on, Said::Text(principal.to_owned()), Said::Text(interest.to_owned())));
        Ok(())
    }

    /// Says that a rule of the pack, of any edition, gave something before: for a due date, or, without one, for the loan. The id of another
    /// pack in its place says that the loan got something under that one.
    pub fn given(&mut self, rule: &str, on: Option<NaiveDate>) {
        self.given.entry(rule.to_owned()).or_default().extend(on);
    }

    /// The same as [`Case::fact`], of a value.
    pub(crate) fn fact_value(&mut self, name: &str, value: Value) -> Result<()> {
        if let (DAY_OF_DECISION, Value::Date(on)) = (name, &value) {
            self.on = Some(*on);
        }
        self.say(name, Said::Value(value))
    }

    pub(crate) fn choice_value(&mut self, name: &str, value: Value) {
        self.choices.insert(name.to_owned(), Said::Value(value));
    }

    pub(crate) fn row_value(&mut self, on: NaiveDate, principal: Value, interest: Value) {
        self.rows.push((on, Said::Value(principal), Said::Value(interest)));
    }

    fn say(&mut self, name: &str, said: Said) -> Result<()> {
        let (fact, day) = match name.split_once('@') {
            Some((fact, day)) => {
                (fact, Some(parse_date(day, "facts").map_err(|error| error.at(name.to_owned()))?))
            }
            None => (name, None),
        };
        let days = self.facts.entry(fact.to_owned()).or_default();
        if days.iter().any(|(known, _)| *known == day) {
            let bound = "a fact of a day once";
            return Err(Error::new(ErrorCode::Contradiction, "facts", quoted(name), bound));
        }
        days.push((day, said));
        Ok(())
    }

    /// A fact, on the day of the decision or on another.
    pub(crate) fn fact_of(
        &self,
        name: &str,
        day: Option<NaiveDate>,
        of: Type,
        currency: Currency,
    ) -> Result<Option<Value>> {
        let Some(days) = self.facts.get(name) else { return Ok(None) };
        // The day of the decision may be named or not.
        let same =
            |one: Option<NaiveDate>| one == day || (one.or(self.on) == day.or(self.on) && self.on.is_some());
        let said = days
            .iter()
            .find(|(known, _)| *known == day)
            .or_else(|| days.iter().find(|(known, _)| same(*known)));
        said.map(|(_, said)| said.value(of, currency, name)).transpose()
    }

    /// What was chosen, for a rule.
    pub(crate) fn choice_of(
        &self,
        rule: &str,
        name: &str,
        choice: &Choice,
        currency: Currency,
    ) -> Result<Option<Value>> {
        let said = self.choices.get(&format!("{rule}.{name}")).or_else(|| self.choices.get(name));
        let Some(said) = said else { return Ok(None) };
        let field = format!("choices.{name}");
        let value = said.value(choice.of, currency, &field)?;
        let text = value.text(choice.of, currency);
        if !choice.values.is_empty() && !choice.values.contains(&text) {
            let bound = format!("one of {}", choice.values.join(" "));
            return Err(Error::new(ErrorCode::UnknownValue, "choices", quoted(&text), bound).at(field));
        }
        Ok(Some(value))
    }

    /// The unpaid due dates, in their order. What is owed on one day is one due date: it belongs to one rule.
    pub(crate) fn dues(&self, currency: Currency) -> Result<Vec<Due>> {
        let amount = |said: &Said, field: &str| match said.value(Type::Money, currency, field)? {
            Value::Number(amount) if amount >= Number::from_integer(BigInt::from(0)) => Ok(amount),
            other => {
                let found = other.text(Type::Money, currency);
                Err(Error::new(ErrorCode::OutOfRange, "rows", found, "an amount that is not below 0")
                    .at(field.to_owned()))
            }
        };
        let mut dues = Vec::with_capacity(self.rows.len());
        for (on, principal, interest) in &self.rows {
            let (principal, interest) =
                (amount(principal, "rows.principal")?, amount(interest, "rows.interest")?);
            dues.push(Due { on: *on, principal, interest });
        }
        dues.sort_by_key(|due| due.on);
        dues.dedup_by(|later, first| {
            let same = later.on == first.on;
            if same {
                first.principal += &later.principal;
                first.interest += &later.interest;
            }
            same
        });
        Ok(dues)
    }

    /// The due dates for which a rule gave something before; none if it gave nothing.
    pub(crate) fn given_by(&self, rule: &str) -> Option<&[NaiveDate]> {
        self.given.get(rule).map(Vec::as_slice)
    }
}

impl Said {
    fn value(&self, of: Type, currency: Currency, field: &str) -> Result<Value> {
        match self {
            Said::Text(text) => Value::read(text, of, currency, field),
            Said::Value(value) => Ok(value.clone()),
        }
    }
}

/// A due date on which something is unpaid; amounts in major units.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    pub(crate) on: NaiveDate,
    pub(crate) principal: Number,
    pub(crate) interest: Number,
}

impl Due {
    /// A fact of a due date.
    pub(crate) fn fact(&self, name: &str) -> Option<Value> {
        match name {
            "due.on" => Some(Value::Date(self.on)),
            "due.principal" => Some(Value::Number(self.principal.clone())),
            "due.interest" => Some(Value::Number(self.interest.clone())),
            "due.total" => Some(Value::Number(&self.principal + &self.interest)),
            _ => None,
        }
    }
}
