//! The case: facts with their days, choices, due dates, and what was given before.

use serde_json::Value;

use super::evaluate::Found;
use super::expression;
use super::known::{Answer, Cause, Thing};
use super::ratio::Ratio;
use super::{Due, Scene};
use crate::dates::Day;

/// The engine's own facts, by type.
const ENGINE: [(&str, &str); 6] = [
    (
        "date",
        "case.on case.applied_on loan.signed_on loan.drawn_on loan.matures_on loan.original_matures_on borrower.born_on \
         account.next_due_on",
    ),
    (
        "money",
        "loan.amount loan.balance borrower.credit_line borrower.balance household.balance account.balance here.money",
    ),
    ("rate", "loan.rate"),
    (
        "code",
        "loan.purpose loan.guarantee loan.programme loan.product borrower.kind borrower.status region.class account.class",
    ),
    ("integer", "account.days_past_due ever.reliefs ever.extensions ever.renewals here.reliefs here.rows"),
    ("months", "ever.months_deferred here.months_deferred"),
];

/// What a text says, by its type.
pub fn said(text: &str, of: &str) -> Result<Thing, String> {
    let whole = |text: &str| text.parse().map_err(|_| format!("{text} is not whole"));
    Ok(match of {
        "bool" => Thing::Bool(text.parse().map_err(|_| format!("{text} is no bool"))?),
        "date" => Thing::Date(Day::parse(text)?),
        "months" => Thing::Months(whole(text)?),
        "days" => Thing::Days(whole(text)?),
        "integer" => Thing::Number(Ratio::whole(whole(text)?)),
        "money" | "number" | "rate" => Thing::Number(Ratio::decimal(text)?),
        _ => Thing::Word(text.to_owned()),
    })
}

impl Due {
    pub fn fact(&self, field: &str) -> Thing {
        match field {
            "on" => Thing::Date(self.on),
            "principal" => Thing::Number(self.principal.clone()),
            "interest" => Thing::Number(self.interest.clone()),
            _ => Thing::Number(self.principal.plus(&self.interest)),
        }
    }
}

impl Scene<'_> {
    fn declared(&self, name: &str) -> Option<&Value> {
        let (space, fact) = name.split_once('.')?;
        self.pack["facts"].get(space)?.get(fact)
    }

    pub fn type_of_fact(&self, name: &str) -> Result<&str, String> {
        let own = self.declared(name).and_then(|fact| fact["type"].as_str());
        let engine = || ENGINE.iter().find(|(_, names)| names.split(' ').any(|known| known == name));
        own.or_else(|| engine().map(|(of, _)| *of)).ok_or_else(|| format!("no fact {name}"))
    }

    fn day_of_decision(&self) -> Option<Day> {
        self.case["facts"].get("case.on").and_then(Value::as_str).and_then(|text| Day::parse(text).ok())
    }

    /// "`account.class` is the state on the day of the decision."
    pub fn fact(&self, name: &str, day: Option<Day>) -> Found {
        let facts = &self.case["facts"];
        let today = self.day_of_decision();
        let key = |day: Day| format!("{name}@{:04}-{:02}-{:02}", day.y, day.m, day.d);
        let dated = |day: Option<Day>| day.and_then(|day| facts.get(key(day)));
        let found = match day {
            None => facts.get(name).or_else(|| dated(today)),
            Some(day) if Some(day) == today => dated(Some(day)).or_else(|| facts.get(name)),
            Some(day) => dated(Some(day)),
        };
        if let Some(text) = found.and_then(Value::as_str) {
            return Ok(Answer::Known(said(text, self.type_of_fact(name)?)?));
        }
        // "taken when nobody says otherwise"
        if let Some(presumed) = self.declared(name).and_then(|fact| fact.get("presumed")) {
            return self.value(&expression(presumed)?, None);
        }
        let missing = match day {
            Some(day) if Some(day) != today => key(day),
            _ => name.to_owned(),
        };
        Ok(Answer::because(Cause::Fact(missing)))
    }

    /// What the rule says of a choice, and then what the choice itself says.
    pub fn of_choice(&self, name: &str, key: &str) -> Vec<&Value> {
        let own = self.pack["rules"][self.rule].get("choices").and_then(|choices| choices.get(name));
        [own, Some(&self.pack["choices"][name])].into_iter().flatten().filter_map(|of| of.get(key)).collect()
    }

    /// "The host may answer for all rules (`new_date`) or for one (`stage1.new_date`)."
    pub fn choice(&self, name: &str, due: Option<&Due>) -> Found {
        let choices = &self.case["choices"];
        let answer = choices.get(format!("{}.{name}", self.rule)).or_else(|| choices.get(name));
        if let Some(text) = answer.and_then(Value::as_str) {
            let of = self.pack["choices"][name]["type"].as_str().ok_or("a choice has a type")?;
            return Ok(Answer::Known(said(text, of)?));
        }
        match self.of_choice(name, "default").first() {
            Some(default) => self.value(&expression(default)?, due),
            None => Ok(Answer::because(Cause::Choice(name.to_owned()))),
        }
    }

    /// The due dates, in their order.
    pub fn dues(&self) -> Result<Vec<Due>, String> {
        let Some(rows) = self.case.get("rows").and_then(Value::as_array) else { return Ok(Vec::new()) };
        let amount = |row: &Value, key: &str| match row.get(key).and_then(Value::as_str) {
            Some(text) => Ratio::decimal(text),
            None => Ok(Ratio::whole(0)),
        };
        let mut dues = Vec::new();
        for row in rows {
            let on = Day::parse(row["on"].as_str().ok_or("a row has a day")?)?;
            dues.push(Due { on, principal: amount(row, "principal")?, interest: amount(row, "interest")? });
        }
        dues.sort_by_key(|due| due.on);
        // What is owed on one day is one due date.
        dues.dedup_by(|later, first| {
            let same = later.on == first.on;
            if same {
                first.principal = first.principal.plus(&later.principal);
                first.interest = first.interest.plus(&later.interest);
            }
            same
        });
        // "unpaid rows"
        dues.retain(|due| due.principal.plus(&due.interest) > Ratio::whole(0));
        Ok(dues)
    }

    /// What the rule gave before: nothing, or something, perhaps for due dates.
    pub fn given(&self) -> Result<Option<Vec<Day>>, String> {
        let Some(days) = self.case.get("given").and_then(|given| given.get(self.rule)) else {
            return Ok(None);
        };
        let days = days.as_array().ok_or("given is a list")?;
        Ok(Some(days.iter().filter_map(Value::as_str).map(Day::parse).collect::<Result<_, _>>()?))
    }
}
