//! A pack, as the library and as the oracle have it, and what both say of a case.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers outside #[test] are not exempt by clippy.toml"
)]

use num_bigint::BigInt;
use oracle::OraclePack;
use puhui::ErrorCode;
use puhui::programme::{Case, Decision, Given, Pack, RuleDecision, Verdict};
use random::programme::cases::Questions;
use serde_json::{Value, json};

/// A pack, with what it builds on.
pub struct Both {
    pub pack: Pack,
    text: String,
    oracle: OraclePack,
    pub questions: Questions,
}

/// How many cases are drawn for one pack of a kind, from `PUHUI_PACK_CASES`.
pub fn cases(usual: usize) -> usize {
    std::env::var("PUHUI_PACK_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The seed of the draws, from `PUHUI_SEED`.
pub fn seed(usual: u64) -> u64 {
    std::env::var("PUHUI_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .map_or(usual, |seed: u64| seed ^ usual)
}

impl Both {
    pub fn of(text: String, pack: Pack, bases: &[&str]) -> Both {
        let oracle = OraclePack::read(&text, bases).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let questions = Questions(oracle.asked().unwrap_or_else(|error| panic!("{error}\n{text}")));
        Both { pack, text, oracle, questions }
    }

    /// Each pack that comes with the library.
    pub fn built_in() -> Vec<Both> {
        let text = |id: &str| Pack::built_in_text(id).unwrap();
        let of = |id| {
            Both::of(
                text(id).to_owned(),
                Pack::built_in(id).unwrap().unwrap(),
                &[text("cn/poverty-microcredit")],
            )
        };
        Pack::built_in_ids().map(of).collect()
    }

    /// What the oracle says.
    pub fn told(&self, case: &Value) -> Result<Value, String> {
        self.oracle.decide(case).map(by_due_date)
    }

    /// What the library says; none where it refuses the case.
    pub fn found(&self, case: &Value) -> Option<Decision> {
        let case: Case = serde_json::from_value(case.clone()).unwrap();
        match self.pack.decide(&case) {
            Ok(decision) => Some(decision),
            Err(error) => {
                assert!(error.code() != ErrorCode::Internal, "{error}\n{}", self.text);
                None
            }
        }
    }

    /// Holds the library to the oracle. None where both refuse the case.
    pub fn agree(&self, case: &Value) -> Option<(Decision, Value)> {
        let (told, found) = (self.told(case), self.found(case));
        match (told, found) {
            (Err(_), None) => None,
            (Ok(told), Some(found)) => {
                let shown = shown(&found, &told);
                assert!(shown == told, "of {case}\nexpected {told}\ngot      {shown}\n{}", self.text);
                Some((found, told))
            }
            (Ok(told), None) => {
                let case_of: Case = serde_json::from_value(case.clone()).unwrap();
                let error = self.pack.decide(&case_of).unwrap_err();
                panic!("only the library refuses: {error}\n{case}\nexpected {told}\n{}", self.text)
            }
            (Err(why), Some(found)) => {
                panic!("only the oracle refuses: {why}\n{case}\n{found:?}\n{}", self.text)
            }
        }
    }
}

/// Each due date that is put off, and whether that is a restructuring; a relief of the whole loan has none. How many reliefs of
/// neighbouring due dates that takes is the library's.
fn put_off(reliefs: impl Iterator<Item = (Vec<String>, bool)>) -> Value {
    let of = |(rows, restructures): (Vec<String>, bool)| {
        let rows = if rows.is_empty() { vec![String::new()] } else { rows };
        rows.into_iter().map(move |row| format!("{row} {restructures}"))
    };
    sorted(reliefs.flat_map(of))
}

/// What the oracle says, with each due date that is put off by itself.
fn by_due_date(mut told: Value) -> Value {
    for rule in told["rules"].as_array_mut().unwrap() {
        let Some(reliefs) = rule.get("reliefs").and_then(Value::as_array).cloned() else { continue };
        let text = |row: &Value| row.as_str().unwrap().to_owned();
        rule["reliefs"] = put_off(reliefs.iter().map(|relief| {
            let rows = relief["rows"].as_array().unwrap().iter().map(text).collect();
            (rows, relief["restructures"] == true)
        }));
    }
    told
}

/// A decision in the words of the oracle; outputs are numbers where the oracle's are.
fn shown(decision: &Decision, told: &Value) -> Value {
    let rules: Vec<Value> = decision
        .rules
        .iter()
        .map(|rule| {
            let told = told["rules"].as_array().unwrap().iter().find(|told| told["rule"] == *rule.rule);
            of_rule(rule, told.unwrap_or(&Value::Null))
        })
        .collect();
    json!({ "verdict": decision.verdict.as_str(), "rules": rules })
}

fn of_rule(rule: &RuleDecision, told: &Value) -> Value {
    let mut shown = json!({ "rule": rule.rule, "verdict": rule.verdict.as_str() });
    if rule.verdict == Verdict::NotInForce {
        return shown;
    }
    let mut failed = rule.failed();
    failed.sort_unstable();
    shown["failed"] = json!(failed);
    shown["missing"] =
        sorted(rule.missing.iter().map(|missing| format!("{} {}", missing.kind, missing.name)));
    shown["open"] = sorted(rule.open.iter().map(|open| open.name.clone()));
    if rule.verdict == Verdict::Granted {
        let reliefs = rule.reliefs.iter().map(|relief| {
            let rows = relief.rows.iter().map(ToString::to_string).collect();
            (rows, relief.restructures)
        });
        shown["reliefs"] = put_off(reliefs);
        let payment = |paid: &puhui::programme::GivenPayment| {
            json!({
                "from": paid.from, "to": paid.to, "on": paid.on.to_string(),
                "amount": reduced(BigInt::from(paid.amount.minor()), BigInt::from(100)),
                "due_on": paid.due_on.map(|day| day.to_string()),
            })
        };
        shown["payments"] = rule.payments.iter().map(payment).collect();
        let output =
            |(name, given): &(String, Given)| (name.clone(), of_output(given, &told["outputs"][name]));
        shown["outputs"] = Value::Object(rule.outputs.iter().map(output).collect());
    }
    shown
}

fn sorted(names: impl Iterator<Item = String>) -> Value {
    let mut names: Vec<String> = names.collect();
    names.sort();
    json!(names)
}

fn of_output(given: &Given, told: &Value) -> Value {
    let is_fraction = told.as_str().is_some_and(|text| text.contains('/'));
    match given {
        Given::Flag(flag) => json!(flag),
        Given::Whole(n) if is_fraction => json!(format!("{n}/1")),
        Given::Whole(n) => json!(n.to_string()),
        Given::Text(text) if is_fraction => number(text, told.as_str().unwrap()),
        Given::Text(text) => json!(text),
        other => json!(format!("{other:?}")),
    }
}

/// A decimal as a fraction. One that does not end is cut after twelve places, and says so: it is what was told if that is cut to the same.
fn number(text: &str, told: &str) -> Value {
    let cut = text.strip_suffix("..");
    let (whole, part) = cut.unwrap_or(text).split_once('.').unwrap_or((cut.unwrap_or(text), ""));
    let Ok(digits) = format!("{whole}{part}").parse::<BigInt>() else { return json!(text) };
    let under = BigInt::from(10).pow(u32::try_from(part.len()).unwrap());
    if cut.is_none() {
        return reduced(digits, under);
    }
    let (over, of) = told.split_once('/').unwrap();
    let unit = BigInt::from(10).pow(12);
    let places = over.parse::<BigInt>().unwrap() * &unit / of.parse::<BigInt>().unwrap();
    if places == digits * unit / under { json!(told) } else { json!(text) }
}

/// A fraction in lowest terms.
fn reduced(over: BigInt, under: BigInt) -> Value {
    let (mut a, mut b) = (BigInt::from(over.magnitude().clone()), under.clone());
    while b != BigInt::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    json!(format!("{}/{}", over / &a, under / &a))
}
