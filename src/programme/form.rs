//! The JSON forms of a case and of a decision.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Result;
use crate::money::Currency;
use crate::programme::decision::case::Case;
use crate::programme::decision::given::Given;
use crate::programme::decision::{Decision, Finding, GivenPayment, GivenRelief, RuleDecision};

/// The form of a [`Case`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseForm {
    #[serde(default)]
    facts: BTreeMap<String, Said>,
    #[serde(default)]
    choices: BTreeMap<String, Said>,
    #[serde(default)]
    rows: Vec<RowForm>,
    /// The due dates for which a rule gave something before.
    #[serde(default)]
    given: BTreeMap<String, Vec<chrono::NaiveDate>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowForm {
    on: String,
    #[serde(default = "nothing")]
    principal: String,
    #[serde(default = "nothing")]
    interest: String,
}

fn nothing() -> String {
    "0".to_owned()
}

/// What is said of a fact: a text, or true, false or a whole number as JSON has them.
struct Said(String);

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Said, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Said;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, such as \"50000.00\", true, false or a whole number")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<Said, E> {
                Ok(Said(text.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> std::result::Result<Said, E> {
                Ok(Said(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> std::result::Result<Said, E> {
                Ok(Said(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> std::result::Result<Said, E> {
                Ok(Said(value.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl TryFrom<CaseForm> for Case {
    type Error = crate::error::Error;

    fn try_from(form: CaseForm) -> Result<Case> {
        let mut case = Case::new();
        for (name, Said(value)) in &form.facts {
            case.fact(name, value)?;
        }
        for (name, Said(value)) in &form.choices {
            case.choice(name, value);
        }
        for row in &form.rows {
            case.row(&row.on, &row.principal, &row.interest)?;
        }
        for (rule, days) in &form.given {
            case.given(rule, None);
            days.iter().for_each(|day| case.given(rule, Some(*day)));
        }
        Ok(case)
    }
}

/// Reads `{"facts":{"case.on":"2020-03-01"},"choices":{},"rows":[{"on":"2020-03-20","principal":"1000.00"}],"given":{}}`, each key of
/// which may be left out. `given` has the due dates for which a rule gave something before, none for the loan as a whole.
impl<'de> Deserialize<'de> for Case {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Case, D::Error> {
        CaseForm::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

/// Writes the pack, its hash, the verdict, and under `decision` each rule by its name.
impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pack", &self.pack)?;
        map.serialize_entry("edition", &self.edition)?;
        map.serialize_entry("sha256", &self.sha256)?;
        map.serialize_entry("on", &self.on)?;
        map.serialize_entry("verdict", &self.verdict)?;
        map.serialize_entry("decision", &Rules(self))?;
        map.end()
    }
}

/// The rules of a decision, by their names.
struct Rules<'d>(&'d Decision);

impl Serialize for Rules<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.rules.len()))?;
        for rule in &self.0.rules {
            map.serialize_entry(&rule.rule, &Rule { rule, currency: self.0.currency })?;
        }
        map.end()
    }
}

struct Rule<'d> {
    rule: &'d RuleDecision,
    currency: Currency,
}

impl Serialize for Rule<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Rule { rule, currency } = *self;
        let missing: Vec<[&str; 2]> =
            rule.missing.iter().map(|missing| [missing.kind, missing.name.as_str()]).collect();
        let open: Vec<[&str; 2]> = rule.open.iter().map(|open| ["choice", open.name.as_str()]).collect();
        let reliefs: Vec<Relief<'_>> = rule.reliefs.iter().map(Relief).collect();
        let payments: Vec<[String; 4]> = rule.payments.iter().map(|paid| payment(paid, currency)).collect();
        let findings: Table<'_, FindingOf<'_>> = Table(
            rule.findings.iter().map(|finding| (finding.condition.as_str(), FindingOf(finding))).collect(),
        );
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("verdict", &rule.verdict)?;
        map.serialize_entry("failed", &rule.failed())?;
        map.serialize_entry("missing", &missing)?;
        map.serialize_entry("open", &open)?;
        map.serialize_entry("presumed", &rule.presumed)?;
        map.serialize_entry("defaulted", &rule.defaulted)?;
        map.serialize_entry("docs", &rule.docs)?;
        map.serialize_entry("sure", &rule.sure)?;
        map.serialize_entry("findings", &findings)?;
        if let Some(replaces) = &rule.replaces {
            map.serialize_entry("replaces", replaces)?;
        }
        map.serialize_entry("relief", &reliefs)?;
        map.serialize_entry("payment", &payments)?;
        map.serialize_entry("price", &rule.price.clone().unwrap_or(Given::Table(Vec::new())))?;
        let subsidy: Vec<&Given> = rule.term("subsidy").into_iter().collect();
        map.serialize_entry("subsidy", &subsidy)?;
        for key in ["guarantee", "funding"] {
            if let Some(given) = rule.term(key) {
                map.serialize_entry(key, given)?;
            }
        }
        let outputs = rule.outputs.iter().map(|(name, given)| (name.as_str(), given)).collect();
        map.serialize_entry("outputs", &Table(outputs))?;
        map.end()
    }
}

/// A table of names.
struct Table<'d, T>(Vec<(&'d str, T)>);

impl<T: Serialize> Serialize for Table<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// A relief: its wire form, whether it restructures, and its due dates.
struct Relief<'d>(&'d GivenRelief);

impl Serialize for Relief<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Given::Table(form) = &self.0.form {
            for (key, given) in form {
                map.serialize_entry(key, given)?;
            }
        }
        map.serialize_entry("restructures", &self.0.restructures)?;
        map.serialize_entry("rows", &self.0.rows)?;
        map.end()
    }
}

/// A payment: from, to, the day, the amount.
fn payment(paid: &GivenPayment, currency: Currency) -> [String; 4] {
    let amount = paid.amount.display(currency).to_string();
    [paid.from.clone(), paid.to.clone(), paid.on.to_string(), amount]
}

/// What was found of a condition.
struct FindingOf<'d>(&'d Finding);

impl Serialize for FindingOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Part<'d> {
            asked: &'d str,
            found: Table<'d, &'d Option<String>>,
            holds: Option<bool>,
        }
        let parts = self.0.parts.iter().map(|part| Part {
            asked: &part.asked,
            found: Table(part.found.iter().map(|(name, value)| (name.as_str(), value)).collect()),
            holds: part.holds,
        });
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("holds", &self.0.holds)?;
        map.serialize_entry("parts", &parts.collect::<Vec<_>>())?;
        map.serialize_entry("doc", &self.0.doc)?;
        map.serialize_entry("sure", &self.0.sure)?;
        map.end()
    }
}
