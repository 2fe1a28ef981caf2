//! What a rule gives, in a case: a table of words and values, or what is missing to know it.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{IntoDeserializer, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};

use crate::error::{Error, ErrorCode, Result};
use crate::loan::Relief;
use crate::programme::decision::evaluate::Evaluation;
use crate::programme::decision::template::Template;
use crate::programme::decision::value::{Causes, Known, Value, money};
use crate::programme::expression::{Expression, Node};
use crate::programme::names::Place;
use crate::programme::schema::Kind;
use crate::programme::types::Type;
use crate::wire::relief::ReliefForm;

/// A value that a pack gives: a text, true or false, a number, a list or a table of such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A word, a day, or a figure as a text: amounts in major units, rates as fractions.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Nobody knows it.
    Unknown,
    /// It changes with the days of accrual, and the case speaks of none: the expression that says how.
    ByAccrualDay(String),
    /// A list.
    List(Vec<Given>),
    /// A table.
    Table(Vec<(String, Given)>),
}

impl Given {
    /// What stands behind a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Given> {
        match self {
            Given::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text that it is.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Given::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The relief that it is the wire form of.
    pub(crate) fn relief(&self) -> Result<Relief> {
        let form = ReliefForm::deserialize(self).map_err(|error: serde::de::value::Error| {
            Error::new(ErrorCode::UnknownValue, "relief", error, "the keys and words of a relief")
        })?;
        Relief::try_from(form)
    }

    /// What a template comes to. What is missing is collected; in terms for the ledgers it is given as what nobody knows.
    pub(crate) fn of(
        template: &Template,
        evaluation: &Evaluation<'_>,
        missing: &mut Causes,
    ) -> Result<Given> {
        let mut known = |known: Known, of: Type| match known {
            Known::Is(value) => value_given(&value, of, evaluation),
            Known::Not(causes) => {
                missing.extend(causes);
                Ok(Given::Unknown)
            }
        };
        Ok(match template {
            Template::Word(word) => Given::Text(word.clone()),
            Template::Flag(flag) => Given::Flag(*flag),
            Template::Unknown => Given::Unknown,
            Template::Choice(name) => {
                let choice = Node::Choice(name.clone());
                let choice = Expression { at: 0, node: choice };
                known(evaluation.of(&choice)?, Type::Code)?
            }
            // A case that speaks of a day of accrual is told what holds on it.
            Template::Expression(expression, kind)
                if evaluation.book.place_of(expression) == Place::Accrual =>
            {
                match evaluation.of(expression)? {
                    Known::Is(value) => {
                        value_given(&value, type_of(*kind, evaluation, expression), evaluation)?
                    }
                    Known::Not(_) => Given::ByAccrualDay(expression.to_string()),
                }
            }
            Template::Expression(expression, kind) => {
                known(evaluation.of(expression)?, type_of(*kind, evaluation, expression))?
            }
            Template::List(list) => Given::List(
                list.iter()
                    .map(|template| Given::of(template, evaluation, missing))
                    .collect::<Result<_>>()?,
            ),
            Template::Table(table) => {
                let mut entries = Vec::with_capacity(table.len());
                for (key, template) in table {
                    entries.push((key.clone(), Given::of(template, evaluation, missing)?));
                }
                Given::Table(entries)
            }
        })
    }
}

/// The type that a kind of expression is printed by.
fn type_of(kind: Kind, evaluation: &Evaluation<'_>, expression: &Expression) -> Type {
    match kind {
        Kind::Bool => Type::Bool,
        Kind::Date => Type::Date,
        Kind::Money => Type::Money,
        Kind::Rate => Type::Rate,
        Kind::Number => Type::Number,
        Kind::Integer => Type::Integer,
        Kind::Span | Kind::Any => evaluation.book.type_of(expression).unwrap_or(Type::Number),
    }
}

/// A value as it is given; an amount rounded once, as one that is paid.
pub(crate) fn value_given(value: &Value, of: Type, evaluation: &Evaluation<'_>) -> Result<Given> {
    let book = evaluation.book;
    Ok(match value {
        Value::Bool(flag) => Given::Flag(*flag),
        Value::Months(months) => Given::Text(format!("{months} months")),
        Value::Days(days) => Given::Text(format!("{days} days")),
        Value::Number(number) if of == Type::Integer && number.is_integer() => i64::try_from(number.numer())
            .map_or_else(|_| Given::Text(number.numer().to_string()), Given::Whole),
        Value::Number(amount) if of == Type::Money => {
            Given::Text(money(amount, book.currency, book.rounding)?.display(book.currency).to_string())
        }
        other => Given::Text(other.text(of, book.currency)),
    })
}

impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Given::Text(text) => serializer.serialize_str(text),
            Given::Flag(flag) => serializer.serialize_bool(*flag),
            Given::Whole(number) => serializer.serialize_i64(*number),
            Given::Unknown => serializer.serialize_str("unknown"),
            Given::ByAccrualDay(expression) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("by_accrual_day", expression)?;
                map.end()
            }
            Given::List(list) => {
                let mut sequence = serializer.serialize_seq(Some(list.len()))?;
                for given in list {
                    sequence.serialize_element(given)?;
                }
                sequence.end()
            }
            Given::Table(table) => {
                let mut map = serializer.serialize_map(Some(table.len()))?;
                for (key, given) in table {
                    map.serialize_entry(key, given)?;
                }
                map.end()
            }
        }
    }
}

/// What is given is read as a form.
impl<'de> Deserializer<'de> for &'de Given {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
        match self {
            Given::Text(text) | Given::ByAccrualDay(text) => visitor.visit_borrowed_str(text),
            Given::Flag(flag) => visitor.visit_bool(*flag),
            Given::Whole(number) => visitor.visit_i64(*number),
            Given::Unknown => visitor.visit_unit(),
            Given::List(list) => visitor.visit_seq(SeqDeserializer::new(list.iter())),
            Given::Table(table) => {
                let entries = table.iter().map(|(key, given)| (key.as_str(), given));
                visitor.visit_map(MapDeserializer::new(entries))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, serde::de::value::Error> for &'de Given {
    type Deserializer = &'de Given;

    fn into_deserializer(self) -> &'de Given {
        self
    }
}
