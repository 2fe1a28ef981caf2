//! What a pack asks for, and the literals that it names: where its boundaries lie.

use std::collections::{BTreeMap, BTreeSet};

use num_bigint::BigInt;
use serde_json::{Value, json};

use super::Scene;
use super::known::Thing;
use super::ratio::Ratio;
use super::shown::day;
use super::syntax::{Tree, read};

#[derive(Default)]
struct Asked {
    facts: BTreeSet<String>,
    /// The words that a fact is compared with.
    words: BTreeMap<String, BTreeSet<String>>,
    dates: BTreeSet<String>,
    numbers: BTreeSet<String>,
    spans: BTreeSet<String>,
}

/// `{"facts": {name: {"type", "words"}}, "choices": {name: {"type", "words"}}, "rules": [names], "dates", "numbers", "spans"}`.
pub fn asked(pack: &Value) -> Result<Value, String> {
    let mut asked = Asked::default();
    // Asked without being named: the day on which something is given, and the rate that a price is a bound of.
    asked.facts.extend(["case.on".to_owned(), "loan.rate".to_owned()]);
    for key in ["rules", "figures", "values", "choices"] {
        asked.in_tables(&pack[key]);
    }
    let nothing = Value::Null;
    let scene = Scene { pack, case: &nothing, rule: "" };
    let mut facts = serde_json::Map::new();
    for name in asked.facts.iter().filter(|name| !name.starts_with("due.") && !name.starts_with("accrual.")) {
        let mut words = asked.words.get(name).cloned().unwrap_or_default();
        let declared = name.split_once('.').map(|(space, fact)| &pack["facts"][space][fact]["values"]);
        words.extend(declared.into_iter().flat_map(texts));
        facts.insert(name.clone(), json!({ "type": scene.type_of_fact(name)?, "words": words }));
    }
    let mut choices = serde_json::Map::new();
    if let Value::Object(declared) = &pack["choices"] {
        for (name, choice) in declared {
            choices
                .insert(name.clone(), json!({ "type": choice["type"], "words": texts(&choice["values"]) }));
        }
    }
    let rules: Vec<&String> = pack["rules"].as_object().into_iter().flat_map(|rules| rules.keys()).collect();
    Ok(json!({
        "facts": facts, "choices": choices, "rules": rules,
        "dates": asked.dates, "numbers": asked.numbers, "spans": asked.spans,
    }))
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

impl Asked {
    fn in_tables(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                if let (Some(Value::String(per)), Some(Value::Array(rows))) =
                    (members.get("per"), members.get("rows"))
                {
                    let columns = rows.iter().flat_map(|row| match &row["for"] {
                        Value::String(one) => vec![one.clone()],
                        many => texts(many),
                    });
                    self.words.entry(per.clone()).or_default().extend(columns);
                }
                let texts = ["en", "zh", "note", "doc", "sure", "reason", "type", "values"];
                members
                    .iter()
                    .filter(|(key, _)| !texts.contains(&key.as_str()))
                    .for_each(|(_, member)| self.in_tables(member));
            }
            Value::Array(items) => items.iter().for_each(|item| self.in_tables(item)),
            Value::String(text) => {
                if let Ok(tree) = read(text) {
                    self.in_tree(&tree);
                }
            }
            _ => {}
        }
    }

    fn in_tree(&mut self, tree: &Tree) {
        match tree {
            Tree::Fact(name, _) => {
                self.facts.insert(name.clone());
            }
            Tree::Literal(Thing::Date(date)) => {
                self.dates.insert(day(*date));
            }
            Tree::Literal(Thing::Number(number)) => {
                self.numbers.insert(decimal(number));
            }
            Tree::Literal(Thing::Months(n) | Thing::Days(n)) => {
                self.spans.insert(n.to_string());
            }
            Tree::InSet(of, codes) => self.words_of(of, codes),
            Tree::Compare(_, of, word) => {
                if let Tree::Literal(Thing::Word(word)) = &**word {
                    self.words_of(of, std::slice::from_ref(word));
                }
            }
            _ => {}
        }
        tree.parts().into_iter().for_each(|part| self.in_tree(part));
    }

    fn words_of(&mut self, of: &Tree, codes: &[String]) {
        if let Tree::Fact(name, _) = of {
            self.words.entry(name.clone()).or_default().extend(codes.iter().cloned());
        }
    }
}

/// A literal has an end as a decimal.
fn decimal(number: &Ratio) -> String {
    let scaled = &number.over * BigInt::from(10).pow(12) / &number.under;
    let digits = format!("{scaled:013}");
    let (whole, part) = digits.split_at(digits.len() - 12);
    let part = part.trim_end_matches('0');
    if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
}
