//! A book as a table of an embedded database: what plain SQL finds over the same rows.
#![allow(clippy::unwrap_used)] // Helpers outside `#[test]` are not exempt by clippy.toml.

use puhui::portfolio::Book;
use rusqlite::{Connection, params_from_iter};

/// Makes two tables of a book, with the numbers that the arrays hold: the loans, and the persons whom they lead.
pub fn load(database: &Connection, loans: &str, led: &str, book: &Book<'_>) {
    let c = book.columns();
    type Get<'a> = Box<dyn Fn(usize) -> i64 + 'a>;
    let columns: Vec<(&str, Get<'_>)> = vec![
        ("county", Box::new(|i| c.county[i].into())),
        ("township", Box::new(|i| c.township[i].into())),
        ("product", Box::new(|i| c.product[i].into())),
        ("programme", Box::new(|i| c.programme[i].into())),
        ("lender", Box::new(|i| c.lender[i].into())),
        ("borrower", Box::new(|i| c.borrower[i].try_into().unwrap())),
        ("household", Box::new(|i| c.household[i].try_into().unwrap())),
        ("purpose", Box::new(|i| c.purpose[i].into())),
        ("guarantee", Box::new(|i| c.guarantee[i].into())),
        ("targeted", Box::new(|i| c.targeted[i].into())),
        ("status", Box::new(|i| c.status[i].into())),
        ("basis", Box::new(|i| c.basis[i].into())),
        ("amount", Box::new(|i| c.amount_minor[i])),
        ("balance", Box::new(|i| c.balance_minor[i])),
        ("overdue", Box::new(|i| c.overdue_minor[i])),
        ("rate", Box::new(|i| c.rate_ppb[i])),
        ("disbursed", Box::new(|i| c.disbursed_ymd[i].into())),
        ("due", Box::new(|i| c.due_ymd[i].into())),
        ("original_due", Box::new(|i| c.original_due_ymd[i].into())),
        ("days_past_due", Box::new(|i| c.days_past_due[i].into())),
        ("class", Box::new(|i| c.class[i].into())),
        ("person_times", Box::new(|i| c.person_times[i].into())),
        ("forbearance", Box::new(|i| c.forbearance[i].into())),
        ("deferred", Box::new(|i| c.deferred_minor[i])),
    ];
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    database.execute(&format!("CREATE TABLE {loans} (row INTEGER, {})", names.join(", ")), []).unwrap();
    database.execute(&format!("CREATE TABLE {led} (row INTEGER, person INTEGER)"), []).unwrap();
    let marks = vec!["?"; names.len() + 1].join(", ");
    let mut insert = database.prepare(&format!("INSERT INTO {loans} VALUES ({marks})")).unwrap();
    let mut insert_led = database.prepare(&format!("INSERT INTO {led} VALUES (?, ?)")).unwrap();
    for row in 0..book.len() {
        let number = i64::try_from(row).unwrap();
        let cells = std::iter::once(number).chain(columns.iter().map(|(_, get)| get(row)));
        insert.execute(params_from_iter(cells)).unwrap();
        for person in book.persons(row) {
            insert_led.execute([number, i64::try_from(*person).unwrap()]).unwrap();
        }
    }
}
