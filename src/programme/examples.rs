//! The pack's own examples: the circular's illustrations, which it must decide as it says.

use chrono::NaiveDate;

use crate::programme::check::{Faults, expression};
use crate::programme::decision::case::Case;
use crate::programme::decision::decide::decide;
use crate::programme::decision::given::Given;
use crate::programme::decision::rulebook::Rulebook;
use crate::programme::decision::value::Value;
use crate::programme::decision::{RuleDecision, Verdict};
use crate::programme::declare::{children, elements};
use crate::programme::expression::Node as Part;
use crate::programme::fault::hint;
use crate::programme::names::engine_fact;
use crate::programme::tree::{Node, Tree};
use crate::programme::types::Type;

/// Decides every example, and lists those that do not come out as they say.
pub(crate) fn check(pack: &Node, book: &Rulebook, faults: &mut Faults<'_>) {
    for (index, example) in elements(pack, "examples").iter().enumerate() {
        let mut checking = Checking { book, path: format!("examples[{index}]"), faults };
        let Some(case) = checking.case(example) else { continue };
        match decide(book, &case) {
            Ok(decided) => checking.expectations(example, &decided),
            Err(error) => checking.faults.add(example.at, &checking.path, error.to_string()),
        }
    }
}

struct Checking<'c, 't> {
    book: &'c Rulebook,
    path: String,
    faults: &'c mut Faults<'t>,
}

impl Checking<'_, '_> {
    fn add(&mut self, node: &Node, key: &str, message: impl Into<String>) {
        self.faults.add(node.at, &format!("{}.{key}", self.path), message);
    }

    /// The case of an example; none where something in it is wrong.
    fn case(&mut self, example: &Node) -> Option<Case> {
        let mut case = Case::new();
        let mut is_right = true;
        for (name, node) in example.get("facts").into_iter().flat_map(children) {
            let key = format!("facts.{name}");
            let fact = name.split_once('@').map_or(name, |(fact, _)| fact);
            if !self.book.facts.contains_key(fact) && engine_fact(fact).is_none() {
                let known = self.book.facts.keys().map(String::as_str);
                self.add(node, &key, format!("unknown fact {fact}{}", hint(fact, known)));
                is_right = false;
            } else if let Some(value) = self.literal(node, &key) {
                if let Err(error) = case.fact_value(name, value) {
                    self.add(node, &key, error.to_string());
                    is_right = false;
                }
            } else {
                is_right = false;
            }
        }
        for (name, node) in example.get("choices").into_iter().flat_map(children) {
            let key = format!("choices.{name}");
            let choice = name.rsplit_once('.').map_or(name, |(_, choice)| choice);
            if !self.book.choices.contains_key(choice) {
                let known = self.book.choices.keys().map(String::as_str);
                self.add(node, &key, format!("unknown choice {choice}{}", hint(choice, known)));
                is_right = false;
            } else if let Some(value) = self.literal(node, &key) {
                case.choice_value(name, value);
            } else {
                is_right = false;
            }
        }
        for row in elements(example, "rows") {
            let amount = |key: &str| row.get(key).map(literal).unwrap_or_else(|| Some(nothing()));
            match (row.get("on").map(|on| &on.value), amount("principal"), amount("interest")) {
                (Some(Tree::Date(on)), Some(principal), Some(interest)) => {
                    case.row_value(*on, principal, interest)
                }
                _ => {
                    self.add(row, "rows", "an amount of a row is a literal");
                    is_right = false;
                }
            }
        }
        is_right.then_some(case)
    }

    fn literal(&mut self, node: &Node, key: &str) -> Option<Value> {
        let value = literal(node);
        if value.is_none() {
            self.add(node, key, "a literal, such as 'micro_firm' in quotes, 50_000 or 2020-06-30");
        }
        value
    }

    fn expectations(&mut self, example: &Node, decided: &[RuleDecision]) {
        for (rule, node) in example.get("expect").into_iter().flat_map(children) {
            let Some(decision) = self.rule(decided, rule, "expect", node) else { continue };
            let expected: Option<Verdict> = node.text().and_then(|word| word.parse().ok());
            if expected != Some(decision.verdict) {
                self.add(
                    node,
                    &format!("expect.{rule}"),
                    unexpected(node.text().unwrap_or_default(), decision),
                );
            }
        }
        for (rule, node) in example.get("expect_rows").into_iter().flat_map(children) {
            let Some(decision) = self.rule(decided, rule, "expect_rows", node) else { continue };
            let found = days(decision.reliefs.iter().flat_map(|relief| relief.rows.iter().copied()))
                .chain(days(decision.payments.iter().filter_map(|payment| payment.due_on)));
            self.list(node, &format!("expect_rows.{rule}"), found.collect());
        }
        for (rule, node) in example.get("expect_payments").into_iter().flat_map(children) {
            let Some(decision) = self.rule(decided, rule, "expect_payments", node) else { continue };
            let currency = self.book.currency;
            let found = decision.payments.iter().map(|payment| payment.amount.display(currency).to_string());
            self.list(node, &format!("expect_payments.{rule}"), found.collect());
        }
        for (rule, node) in example.get("expect_outputs").into_iter().flat_map(children) {
            let Some(decision) = self.rule(decided, rule, "expect_outputs", node) else { continue };
            for (name, node) in children(node) {
                let output = decision.outputs.iter().find(|(output, _)| output == name);
                let found = output.map_or("nothing".to_owned(), |(_, given)| shown(given));
                let expected = node.text().unwrap_or_default();
                let of = self.output_type(rule, name);
                let spelled = literal(node).map(|value| value.text(of, self.book.currency));
                if found != expected && Some(&found) != spelled.as_ref() {
                    let key = format!("expect_outputs.{rule}.{name}");
                    self.add(node, &key, format!("expected {expected}, got {found}"));
                }
            }
        }
    }

    fn rule<'d>(
        &mut self,
        decided: &'d [RuleDecision],
        name: &str,
        key: &str,
        node: &Node,
    ) -> Option<&'d RuleDecision> {
        let found = decided.iter().find(|decision| decision.rule == name);
        if found.is_none() {
            let likely = hint(name, decided.iter().map(|decision| decision.rule.as_str()));
            self.add(node, &format!("{key}.{name}"), format!("unknown rule {name}{likely}"));
        }
        found
    }

    fn output_type(&self, rule: &str, name: &str) -> Type {
        let rule = self.book.rules.iter().find(|known| known.name == rule);
        let output = rule.and_then(|rule| rule.gives.outputs.iter().find(|(output, ..)| output == name));
        output.map_or(Type::Number, |(_, _, of)| *of)
    }

    fn list(&mut self, node: &Node, key: &str, found: Vec<String>) {
        let expected: Vec<String> = match &node.value {
            Tree::List(list) => list.iter().map(leaf).collect(),
            _ => Vec::new(),
        };
        if expected != found {
            let message = format!("expected {}, got {}", listed(&expected), listed(&found));
            self.add(node, key, message);
        }
    }
}

fn days(days: impl Iterator<Item = NaiveDate>) -> impl Iterator<Item = String> {
    days.map(|day| day.to_string())
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn leaf(node: &Node) -> String {
    match &node.value {
        Tree::Date(date) => date.to_string(),
        _ => node.text().unwrap_or_default().to_owned(),
    }
}

fn shown(given: &Given) -> String {
    match given {
        Given::Text(text) => text.clone(),
        Given::Flag(flag) => flag.to_string(),
        Given::Whole(number) => number.to_string(),
        _ => "unknown".to_owned(),
    }
}

/// The value of a literal.
fn literal(node: &Node) -> Option<Value> {
    match expression(node).ok()?.node {
        Part::Literal(literal) => Some(Value::of_literal(&literal)),
        _ => None,
    }
}

fn nothing() -> Value {
    Value::Number(crate::programme::decision::value::Number::from_integer(num_bigint::BigInt::from(0)))
}

/// Why a rule comes to something else.
fn unexpected(expected: &str, decision: &RuleDecision) -> String {
    let mut message = format!("expected {expected}, got {}", decision.verdict);
    let missing: Vec<&str> = decision.missing.iter().map(|missing| missing.name.as_str()).collect();
    let open: Vec<&str> = decision.open.iter().map(|open| open.name.as_str()).collect();
    for (what, words) in [("failed", decision.failed()), ("missing", missing), ("open", open)] {
        if !words.is_empty() {
            message.push_str(&format!("; {what}: {}", words.join(", ")));
        }
    }
    message
}
