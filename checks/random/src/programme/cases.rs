//! Cases of a pack: facts near the boundaries that its own literals name, some of them missing.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Value, json};

use crate::Dice;

/// What a pack asks for, as the oracle lists it: facts and choices with their types and words, rules, and literals.
#[derive(Clone, Debug)]
pub struct Questions(pub Value);

const NO_LITERALS: [&str; 2] = ["0", "1"];

impl Questions {
    fn literals(&self, kind: &str) -> Vec<&str> {
        let found: Vec<&str> = self.0[kind].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        if found.is_empty() && kind != "dates" { NO_LITERALS.to_vec() } else { found }
    }

    /// A case of which each fact is known with a chance of `known` in 8.
    pub fn case(&self, dice: &mut Dice, known: u64) -> Value {
        let mut case = json!({ "facts": {}, "choices": {}, "rows": [], "given": {} });
        for name in self.0["facts"].as_object().unwrap().keys() {
            // Without a day hardly anything is decided.
            if dice.below(8) < known || (name == "case.on" && !dice.one_in(10)) {
                case["facts"][name] = self.fact(dice, name).into();
            }
        }
        for name in self.0["choices"].as_object().unwrap().keys() {
            if dice.below(8) < known {
                let rule = if dice.one_in(5) { format!("{}.", self.rule(dice)) } else { String::new() };
                case["choices"][format!("{rule}{name}")] = self.choice(dice, name).into();
            }
        }
        let rows: Vec<Value> = (0..dice.below(5)).map(|_| self.row(dice)).collect();
        if dice.one_in(4) {
            let days: Vec<&Value> = rows.iter().map(|row| &row["on"]).filter(|_| dice.one_in(2)).collect();
            case["given"] = json!({ self.rule(dice): days });
        }
        case["rows"] = rows.into();
        case
    }

    fn rule(&self, dice: &mut Dice) -> String {
        dice.pick(self.0["rules"].as_array().unwrap()).as_str().unwrap().to_owned()
    }

    fn row(&self, dice: &mut Dice) -> Value {
        let amount = |dice: &mut Dice| match dice.below(4) {
            0 => "0".to_owned(),
            1 => "0.01".to_owned(),
            2 => format!("{}.{:02}", dice.below(20_000), dice.below(100)),
            _ => format!("{}000", dice.between(1, 20)),
        };
        json!({ "on": self.date(dice).to_string(), "principal": amount(dice), "interest": amount(dice) })
    }

    /// Says more of a case: some of what is missing, `fact name` or `fact name@day`, and of what is open. False if there is nothing
    /// more to be said.
    pub fn learn(&self, dice: &mut Dice, case: &mut Value, missing: &[String], open: &[String]) -> bool {
        let mut learnt = false;
        for name in missing.iter().filter_map(|name| name.strip_prefix("fact ")) {
            if !dice.one_in(4) {
                let fact = name.split_once('@').map_or(name, |(fact, _)| fact);
                case["facts"][name] = self.fact(dice, fact).into();
                learnt = true;
            }
        }
        for name in open {
            if dice.one_in(2) {
                // For all rules, or for one.
                let choice = name.rsplit_once('.').map_or(name.as_str(), |(_, choice)| choice);
                case["choices"][name] = self.choice(dice, choice).into();
                learnt = true;
            }
        }
        learnt
    }

    pub fn fact(&self, dice: &mut Dice, name: &str) -> String {
        let asked = &self.0["facts"][name];
        self.value(dice, asked["type"].as_str().unwrap(), &asked["words"])
    }

    fn choice(&self, dice: &mut Dice, name: &str) -> String {
        let asked = &self.0["choices"][name];
        self.value(dice, asked["type"].as_str().unwrap(), &asked["words"])
    }

    fn value(&self, dice: &mut Dice, of: &str, words: &Value) -> String {
        match of {
            "bool" => (!dice.one_in(3)).to_string(),
            "date" => self.date(dice).to_string(),
            "months" | "days" | "integer" => {
                let kind = if of == "integer" { "numbers" } else { "spans" };
                let literals: Vec<i64> =
                    self.literals(kind).iter().filter_map(|text| text.parse().ok()).collect();
                let near = if literals.is_empty() || dice.one_in(3) { 1 } else { *dice.pick(&literals) };
                (near + dice.between(-1, 1)).max(0).to_string()
            }
            "money" => self.near(dice, 2),
            "rate" | "number" => self.near(dice, 9),
            _ => {
                let words = words.as_array().unwrap();
                if words.is_empty() {
                    "none".to_owned()
                } else {
                    dice.pick(words).as_str().unwrap().to_owned()
                }
            }
        }
    }

    /// A day on, or beside, one that the pack names.
    fn date(&self, dice: &mut Dice) -> NaiveDate {
        let literals = self.literals("dates");
        let day: NaiveDate = match literals.as_slice() {
            [] => NaiveDate::from_ymd_opt(2020, 2, 29).unwrap(),
            days => dice.pick(days).parse().unwrap(),
        };
        match dice.below(8) {
            0 | 1 => day,
            2 => day - Days::new(1),
            3 => day + Days::new(1),
            4 => day + Months::new(u32::try_from(dice.below(40)).unwrap()),
            5 => day - Months::new(u32::try_from(dice.below(40)).unwrap()),
            _ => day + Days::new(dice.below(200)),
        }
    }

    /// A number at, or beside, one that the pack names, of so many decimals at most.
    fn near(&self, dice: &mut Dice, decimals: u32) -> String {
        let literals = self.literals("numbers");
        let text = *dice.pick(&literals);
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let unit = 10_i128.pow(decimals);
        let digits: String =
            part.chars().chain("000000000000".chars()).take(usize::try_from(decimals).unwrap()).collect();
        let mut number = whole.parse::<i128>().unwrap() * unit + digits.parse::<i128>().unwrap();
        match dice.below(6) {
            0 | 1 => {}
            2 => number += 1,
            3 => number -= 1,
            4 => number /= 2,
            _ => number += number / 10,
        }
        // A rate above 1000 % is none; what is taken for one is drawn below it.
        let most = if decimals == 9 { 9 * unit } else { i128::from(i64::MAX / 1_000_000) };
        let number = number.clamp(0, most);
        format!("{}.{:0width$}", number / unit, number % unit, width = usize::try_from(decimals).unwrap())
    }
}
