//! The file: TOML as a tree of texts, and a pack laid over the one that it builds on.

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

/// A pack as a tree; a bare date is its text.
pub fn read(text: &str) -> Result<Value, String> {
    let table = DeTable::parse(text).map_err(|error| error.to_string())?;
    Ok(of_table(table.get_ref()))
}

fn of_table(table: &DeTable<'_>) -> Value {
    let members = table.iter().map(|(key, value)| (key.get_ref().to_string(), of_value(value.get_ref())));
    Value::Object(members.collect())
}

fn of_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => Value::String(number.to_string()),
        DeValue::Float(number) => Value::String(number.to_string()),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(day) => Value::String(day.to_string()),
        DeValue::Array(list) => list.iter().map(|one| of_value(one.get_ref())).collect(),
        DeValue::Table(table) => of_table(table),
    }
}

/// "The extension may add ... of new names, and replace, each as a whole, only what the base lists in `local`."
pub fn resolved(pack: Value, bases: &[Value]) -> Result<Value, String> {
    let Some(id) = pack.pointer("/extends/id") else { return Ok(pack) };
    let base = bases.iter().find(|base| base.get("id") == Some(id)).ok_or("no base")?;
    let mut whole = resolved(base.clone(), bases)?;
    for (key, value) in pack.as_object().ok_or("no table")? {
        match (key.as_str(), value) {
            (
                "docs" | "facts" | "choices" | "figures" | "values" | "products" | "rules",
                Value::Object(new),
            ) => {
                let nested = matches!(key.as_str(), "facts" | "rules");
                lay_over(members(&mut whole, key)?, new, nested)?;
            }
            _ => {
                members_of(&mut whole)?.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(whole)
}

/// Facts stand in spaces, and what a rule gives stands in the rule: one level deeper.
fn lay_over(under: &mut Map<String, Value>, over: &Map<String, Value>, nested: bool) -> Result<(), String> {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Object(under)), Value::Object(over)) if nested => lay_over(under, over, false)?,
            _ => {
                under.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

fn members_of(value: &mut Value) -> Result<&mut Map<String, Value>, String> {
    value.as_object_mut().ok_or_else(|| "no table".to_owned())
}

fn members<'v>(value: &'v mut Value, key: &str) -> Result<&'v mut Map<String, Value>, String> {
    let entry = members_of(value)?.entry(key).or_insert_with(|| Value::Object(Map::new()));
    entry.as_object_mut().ok_or_else(|| format!("{key} is no table"))
}
