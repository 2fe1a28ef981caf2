//! The files of a run in a database, as plain tables.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};

/// The columns of amounts, which the tables hold in minor units.
const AMOUNTS: [&str; 6] = ["amount", "balance", "overdue", "deferred", "least", "most"];
/// The columns of words, names and days.
const TEXTS: [&str; 18] = [
    "currency",
    "purpose",
    "guarantee",
    "targeted",
    "status",
    "basis",
    "class",
    "forbearance",
    "disbursed_on",
    "due_on",
    "original_due_on",
    "deferral_asked_on",
    "deferral_granted_on",
    "persons",
    "month_end",
    "kind",
    "opened_on",
    "closed_on",
];

/// The tables of a folder: `book`, `base`, `relief`, `series`, `all_loans`, `villages`, `registered`, `points`, `products`.
pub fn load(out: &Path) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for (name, table) in [
        ("book_2020-03-31.csv", "book"),
        ("book_2019-03-31.csv", "base"),
        ("relief_2020-06-30.csv", "relief"),
        ("targeted_series.csv", "series"),
        ("all_loans.csv", "all_loans"),
        ("villages.csv", "villages"),
        ("registered_households.csv", "registered"),
        ("points.csv", "points"),
        ("products.csv", "products"),
    ] {
        load_table(&database, &out.join(name), table);
    }
    database
}

fn load_table(database: &Connection, file: &Path, table: &str) {
    let mut reader = csv::Reader::from_path(file).unwrap_or_else(|error| panic!("{table}: {error}"));
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    database.execute(&format!("CREATE TABLE {table} ({})", names.join(", ")), []).unwrap();
    let marks = vec!["?"; names.len()].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO {table} VALUES ({marks})")).unwrap();
    database.execute("BEGIN", []).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        insert
            .execute(params_from_iter(names.iter().zip(&row).map(|(name, text)| cell(name, text))))
            .unwrap();
    }
    database.execute("COMMIT", []).unwrap();
}

/// A cell: empty is null, an amount is in minor units, a rate in parts per billion.
fn cell(name: &str, text: &str) -> Cell {
    match name {
        _ if text.is_empty() => Cell::Null,
        _ if AMOUNTS.contains(&name) => Cell::Integer(scaled(text, 2)),
        "rate" => Cell::Integer(scaled(text, 9)),
        _ if TEXTS.contains(&name) || name.starts_with("name") || name == "family" => {
            Cell::Text(text.to_owned())
        }
        _ => Cell::Integer(text.parse().unwrap_or_else(|_| panic!("{name}: {text}"))),
    }
}

/// `0.0435` with nine places as 43500000.
fn scaled(text: &str, places: usize) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    assert!(part.len() <= places, "{text}");
    format!("{whole}{part:0<places$}").parse().unwrap()
}
