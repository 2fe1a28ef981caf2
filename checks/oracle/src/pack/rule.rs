//! Conditions and bounds of a rule, and what of it is not known.

use std::collections::BTreeSet;

use serde_json::Value;

use super::known::{Answer, Causes, Thing, all};
use super::syntax::{Tree, read};
use super::{Scene, expression};

/// What was found of the conditions of a rule.
pub struct Tried {
    pub failed: BTreeSet<String>,
    pub unknown: Causes,
}

impl Scene<'_> {
    pub fn of_rule(&self) -> &Value {
        &self.pack["rules"][self.rule]
    }

    /// Whether the date of `by` lies in the days of the rule.
    pub fn in_force(&self) -> Result<Answer<bool>, String> {
        let rule = self.of_rule();
        let Some(by) = rule.get("by") else { return Ok(Answer::Known(true)) };
        let by = expression(by)?;
        let mut bounds = Vec::new();
        for (key, operator) in [("from", ">="), ("until", "<=")] {
            if let Some(bound) = rule.get(key) {
                bounds.push(self.condition(&format!("({by}) {operator} ({})", expression(bound)?), None)?);
            }
        }
        Ok(all(bounds))
    }

    /// The conditions, the bounds of the price and the bounds of the choices that the rule names.
    pub fn tried(&self) -> Result<Tried, String> {
        let mut findings = Vec::new();
        if let Some(Value::Object(conditions)) = self.of_rule().get("when") {
            for (name, condition) in conditions {
                findings.push((name.clone(), self.condition(&expression(condition)?, None)?));
            }
        }
        for (key, operator) in [("at_most", "<="), ("at_least", ">=")] {
            if let Some(bound) = self.of_rule().get("price").and_then(|price| price.get(key)) {
                let text = format!("loan.rate {operator} ({})", expression(bound)?);
                findings.push((format!("price.{key}"), self.condition(&text, None)?));
            }
        }
        for name in self.choices_named()? {
            findings.extend(self.bounds_of_choice(&name)?);
        }
        let mut tried = Tried { failed: BTreeSet::new(), unknown: Causes::new() };
        for (name, found) in findings {
            match found {
                Answer::Known(true) => {}
                Answer::Known(false) => {
                    tried.failed.insert(name);
                }
                Answer::Unknown(causes) => tried.unknown.extend(causes),
            }
        }
        Ok(tried)
    }

    fn bounds_of_choice(&self, name: &str) -> Result<Option<(String, Answer<bool>)>, String> {
        let Answer::Known(_) = self.choice(name, None)? else { return Ok(None) };
        let mut bounds = Vec::new();
        for (key, operator) in [("at_least", ">="), ("at_most", "<=")] {
            for bound in self.of_choice(name, key) {
                let text = format!("choice.{name} {operator} ({})", expression(bound)?);
                bounds.push(self.condition(&text, None)?);
            }
        }
        Ok((!bounds.is_empty()).then(|| (format!("choice.{name}"), all(bounds))))
    }

    /// The choices that anything in the rule names, also through figures and values.
    pub fn choices_named(&self) -> Result<BTreeSet<String>, String> {
        let mut names = BTreeSet::new();
        self.in_tables(self.of_rule(), &mut names)?;
        Ok(names.iter().filter_map(|name| name.strip_prefix("choice.")).map(str::to_owned).collect())
    }

    /// Whatever text is an expression; a word of a vocabulary or a text of the pack names nothing that is declared.
    fn in_tables(&self, value: &Value, names: &mut BTreeSet<String>) -> Result<(), String> {
        match value {
            Value::Object(members) => {
                let texts = ["en", "zh", "note", "doc", "sure", "choices", "reason"];
                members
                    .iter()
                    .filter(|(key, _)| !texts.contains(&key.as_str()))
                    .try_for_each(|(_, member)| self.in_tables(member, names))
            }
            Value::Array(items) => items.iter().try_for_each(|item| self.in_tables(item, names)),
            Value::String(text) => match read(text) {
                Ok(tree) => self.in_tree(&tree, names),
                Err(_) => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn in_tree(&self, tree: &Tree, names: &mut BTreeSet<String>) -> Result<(), String> {
        match tree {
            // What it may be, and what it is taken for, is named with it.
            Tree::Choice(name) if names.insert(format!("choice.{name}")) => {
                for key in ["at_least", "at_most", "default"] {
                    self.of_choice(name, key)
                        .into_iter()
                        .try_for_each(|bound| self.in_tables(bound, names))?;
                }
            }
            Tree::Fact(name, _) => {
                names.insert(name.clone());
            }
            Tree::Named(name) if names.insert(name.clone()) => {
                let Value::Object(declared) = self.declaration(name) else {
                    return self.in_tables(self.declaration(name), names);
                };
                declared.values().try_for_each(|part| self.in_tables(part, names))?;
            }
            _ => {}
        }
        tree.parts().into_iter().try_for_each(|part| self.in_tree(part, names))
    }

    fn declaration(&self, name: &str) -> &Value {
        let figure = &self.pack["figures"][name];
        if figure.is_null() { &self.pack["values"][name] } else { figure }
    }

    /// Whether an expression says something of a due date (`due.`).
    pub fn is_of(&self, space: &str, text: &str) -> Result<bool, String> {
        let mut names = BTreeSet::new();
        self.in_tree(&read(text)?, &mut names)?;
        Ok(names.iter().any(|name| name.starts_with(space)))
    }

    /// What an expression that is given comes to; what is printed as unknown is given as such.
    pub fn causes_of(&self, value: &Value) -> Result<Causes, String> {
        let text = expression(value)?;
        if text == "unknown" || self.is_of("accrual.", &text)? {
            return Ok(Causes::new());
        }
        Ok(self.value(&text, None)?.causes())
    }

    /// The word of a field of a relief: itself, or what was chosen.
    pub fn word(&self, value: &Value) -> Result<Answer<String>, String> {
        let text = super::word(value)?;
        if !text.starts_with("choice.") {
            return Ok(Answer::Known(text));
        }
        self.value(&text, None)?.then(|found| match found {
            Thing::Word(word) => Ok(Answer::Known(word)),
            other => Err(format!("{other:?} is no word")),
        })
    }
}
