//! Policy packs, decided from the page of their format alone: section by section, and slowly.
//!
//! A pack is known to be right: what the page refuses at load is not looked for again. Amounts and rates are exact; one rounding where
//! an amount is paid or shown.
//!
//! | file | section | content |
//! |---|---|---|
//! | `file.rs` | 1, 11 | the file, and a pack laid over another |
//! | `syntax.rs`, `evaluate.rs`, `span.rs` | 3 | expressions |
//! | `known.rs` | 8 | three values, and the causes |
//! | `case.rs` | 4, 5 | facts with days, choices, due dates |
//! | `figure.rs` | 5 | versions and columns of a figure |
//! | `rule.rs` | 6, 8 | conditions, bounds, what a rule needs |
//! | `gift.rs` | 7 | what a rule gives |
//! | `asked.rs` | 4 | what a pack asks for, and the literals that it names |
//! | `order.rs` | 8 | whose a due date is, and the verdict |
//! | `shown.rs` | 7 | the type of an output, and how it is written |

mod asked;
mod case;
mod evaluate;
mod figure;
mod file;
mod gift;
mod known;
mod order;
mod ratio;
mod rule;
mod shown;
mod span;
mod syntax;

use serde_json::Value;

use crate::dates::Day;
use ratio::Ratio;

/// A pack with all that it builds on.
#[derive(Clone, Debug)]
pub struct OraclePack(Value);

impl OraclePack {
    /// The text of a pack, and those of what it may build on.
    ///
    /// # Errors
    ///
    /// What is no pack.
    pub fn read(pack: &str, bases: &[&str]) -> Result<OraclePack, String> {
        let bases: Vec<Value> = bases.iter().map(|base| file::read(base)).collect::<Result<_, _>>()?;
        file::resolved(file::read(pack)?, &bases).map(OraclePack)
    }

    /// What a case comes to: `{"verdict", "rules": [{"rule", "verdict", "failed", "missing", "open", "reliefs", "payments", "outputs"}]}`.
    /// The case is in the form that `docs/PACK.md` has.
    ///
    /// # Errors
    ///
    /// What overflows, or is no case of this pack.
    pub fn decide(&self, case: &Value) -> Result<Value, String> {
        order::decide(&self.0, case)
    }

    /// What it asks for: `{"facts": {name: {"type", "words"}}, "choices": {name: {"type", "words"}}, "rules": [names], "dates", "numbers",
    /// "spans"}`, the last three the literals that it names.
    ///
    /// # Errors
    ///
    /// What is no pack.
    pub fn asked(&self) -> Result<Value, String> {
        asked::asked(&self.0)
    }
}

/// One rule of a pack, and a case.
#[derive(Clone, Copy)]
struct Scene<'p> {
    pack: &'p Value,
    case: &'p Value,
    rule: &'p str,
}

/// An unpaid due date.
#[derive(Clone, Debug)]
struct Due {
    on: Day,
    principal: Ratio,
    interest: Ratio,
}

/// The text of an expression: a text, a condition that is a bare true or false, or the `is` of a table.
fn expression(value: &Value) -> Result<String, String> {
    match value {
        Value::Object(table) => expression(table.get("is").ok_or("a table without is")?),
        other => word(other),
    }
}

fn word(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        other => Err(format!("{other} is no text")),
    }
}

/// The tables of a list; none where there is none.
fn list<'v>(of: &'v Value, key: &str) -> &'v [Value] {
    of.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
