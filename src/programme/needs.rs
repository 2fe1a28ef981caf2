//! What a pack asks for: facts, on which day, and choices, so that a host knows its columns before it has a row.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::programme::decision::rulebook::{Rulebook, Texts};
use crate::programme::expression::{Expression, Literal, Node};
use crate::programme::language::Language;
use crate::programme::names::{Place, engine_fact, engine_texts};
use crate::programme::pack::Pack;
use crate::programme::types::Type;

/// Something that a pack asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `loan.amount`, `series.selic`, or `choice.new_date`.
    pub name: String,
    /// The day of a fact, as the pack says it: `2020-02-29` or `loan.signed_on`. None: that of the decision.
    pub day: Option<String>,
    /// `bool`, `code`, `text`, `integer`, `number`, `money`, `rate`, `date`, `months` or `days`.
    pub kind: &'static str,
    /// Who says it: `account` where the account of the loan can tell, `host`, or whose choice it is: `borrower`, `lender`, `both`,
    /// `locality` or `authority`.
    pub by: String,
    /// What it is, in English.
    pub en: String,
    /// What it is, in Chinese.
    pub zh: String,
}

/// The spaces of facts that the account of a loan can tell.
const OF_THE_ACCOUNT: [&str; 4] = ["account", "ever", "here", "loan"];
/// Those of a loan that it cannot.
const NOT_OF_THE_ACCOUNT: [&str; 5] =
    ["loan.guarantee", "loan.product", "loan.programme", "loan.purpose", "loan.signed_on"];

impl Pack {
    /// Everything that the pack can ask of a case, each once, by name and day: facts, series of the host's own, choices. Due dates and days
    /// of accrual are no needs: they come with the rows of a case.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        let mut needs = BTreeMap::new();
        let book = &self.book;
        let mut see = |expression: &Expression| {
            expression.walk(&mut |part| {
                if let Some(need) = need(book, part) {
                    needs.insert((need.name.clone(), need.day.clone()), need);
                }
            });
        };
        for rule in &book.rules {
            rule.expressions(&mut see);
            if rule.gives.price.is_some() {
                see(&Expression { at: 0, node: Node::Fact { name: "loan.rate".to_owned(), day: None } });
            }
        }
        book.choices.values().for_each(|choice| choice.bounds.expressions(&mut see));
        book.figures.values().for_each(|figure| figure.by.iter().chain(&figure.per).for_each(&mut see));
        for case in book.values.values().flat_map(|value| &value.cases) {
            case.when.iter().for_each(&mut see);
            see(&case.is);
        }
        needs.into_values().collect()
    }
}

/// What a part of an expression asks for, if anything.
fn need(book: &Rulebook, part: &Expression) -> Option<Need> {
    match &part.node {
        Node::Fact { name, day } => fact(book, name, day.as_deref()).ok().flatten(),
        Node::Choice(name) => {
            let choice = book.choices.get(name)?;
            let (en, zh) = both(&choice.texts, name);
            let name = format!("choice.{name}");
            Some(Need { name, day: None, kind: choice.of.name(), by: choice.by.clone(), en, zh })
        }
        Node::Call { arguments, .. } => match arguments.as_slice() {
            [Expression { node: Node::Literal(Literal::Code(name)), .. }, day] => {
                let (en, zh) = both(book.series.get(name)?, name);
                let (name, day) = (format!("series.{name}"), Some(day.to_string()));
                Some(Need { name, day, kind: Type::Rate.name(), by: "host".to_owned(), en, zh })
            }
            _ => None,
        },
        _ => None,
    }
}

fn fact(book: &Rulebook, name: &str, day: Option<&Expression>) -> Result<Option<Need>> {
    let of = book.fact_type(name)?;
    if engine_fact(name).is_some_and(|fact| fact.place != Place::Loan) {
        return Ok(None);
    }
    let space = name.split('.').next().unwrap_or(name);
    let own = book.facts.get(name);
    let of_account = own.is_none() && OF_THE_ACCOUNT.contains(&space) && !NOT_OF_THE_ACCOUNT.contains(&name);
    let (en, zh) = match (own, engine_texts(name)) {
        (Some(fact), _) => both(&fact.texts, name),
        (None, Some((en, zh))) => (en.to_owned(), zh.to_owned()),
        (None, None) => (name.to_owned(), name.to_owned()),
    };
    Ok(Some(Need {
        name: name.to_owned(),
        day: day.map(ToString::to_string),
        kind: of.name(),
        by: if of_account { "account" } else { "host" }.to_owned(),
        en,
        zh,
    }))
}

/// The texts in both languages, or the name where there is none.
fn both(texts: &Texts, name: &str) -> (String, String) {
    let text = |language: Language| language.text(texts).unwrap_or(name).to_owned();
    (text(Language::English), text(Language::Chinese))
}
