//! The type of an output, and how it is written: amounts rounded once to the currency's decimals, the rest as it is.

use serde_json::{Value, json};

use super::Scene;
use super::known::Thing;
use super::ratio::Ratio;
use super::syntax::{Tree, read};
use crate::dates::Day;
use crate::number::Rounding;

pub fn day(day: Day) -> String {
    format!("{:04}-{:02}-{:02}", day.y, day.m, day.d)
}

impl Scene<'_> {
    pub fn shown(&self, text: &str, found: Thing) -> Result<Value, String> {
        Ok(match found {
            Thing::Bool(flag) => json!(flag),
            Thing::Word(word) => json!(word),
            Thing::Date(date) => json!(day(date)),
            Thing::Months(n) => json!(format!("{n} months")),
            Thing::Days(n) => json!(format!("{n} days")),
            Thing::Number(number) if self.is_money(&read(text)?)? => {
                let rounding = Rounding::parse(self.pack["rounding"].as_str().unwrap_or("half_up"))?;
                json!(fraction(&number.rounded(self.decimals(), rounding)))
            }
            Thing::Number(number) => json!(fraction(&number)),
        })
    }

    fn is_money(&self, tree: &Tree) -> Result<bool, String> {
        Ok(match tree {
            Tree::Fact(name, _) if name.starts_with("due.") => name != "due.on",
            Tree::Fact(name, _) => self.type_of_fact(name)? == "money",
            Tree::Choice(name) => self.pack["choices"][name]["type"] == "money",
            Tree::Named(name) => match (&self.pack["figures"][name], &self.pack["values"][name]) {
                (figure @ Value::Object(_), _) => figure["type"] == "money",
                (_, Value::String(text)) => self.is_money(&read(text)?)?,
                // A case that is a bare number is an amount where another is one.
                (_, value) => {
                    let cases = super::list(value, "cases").iter();
                    let parts: Vec<Tree> =
                        cases.map(|case| read(&super::expression(&case["is"])?)).collect::<Result<_, _>>()?;
                    self.any_money(&parts.iter().collect::<Vec<_>>())?
                }
            },
            Tree::Call(name, _) if name == "simple" || name == "compound" => true,
            Tree::Call(name, parts) if name == "min" || name == "max" => {
                self.any_money(&parts.iter().collect::<Vec<_>>())?
            }
            Tree::Plus(..) | Tree::Minus(..) | Tree::Times(..) | Tree::Over(..) => {
                self.any_money(&tree.parts())?
            }
            _ => false,
        })
    }

    fn any_money(&self, parts: &[&Tree]) -> Result<bool, String> {
        for part in parts {
            if self.is_money(part)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// `over/under`, in lowest terms.
pub fn fraction(number: &Ratio) -> String {
    format!("{}/{}", number.over, number.under)
}
