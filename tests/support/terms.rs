//! Loans for tests, in the wire form: a plain one, and what differs from it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use puhui::loan::{Instalment, LoanForm, LoanRecord};
use puhui::{Currency, Money};
use serde_json::{Value, json};

/// The loan of 50,000.00 at 4.35 % over 36 months of the golden figures, drawn 2020-01-15, due from 2020-02-20.
pub fn g2() -> Value {
    json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up",
    })
}

/// `base` with some fields replaced, or removed where the new value is null.
pub fn with(base: Value, changes: Value) -> Value {
    let Value::Object(mut terms) = base else { panic!("terms are an object") };
    let Value::Object(changes) = changes else { panic!("changes are an object") };
    for (key, value) in changes {
        if value.is_null() {
            terms.remove(&key);
        } else {
            terms.insert(key, value);
        }
    }
    Value::Object(terms)
}

pub fn record(terms: &Value) -> Result<LoanRecord, puhui::Error> {
    LoanRecord::try_from(serde_json::from_value::<LoanForm>(terms.clone()).expect("a well-made form"))
}

pub fn rows(terms: &Value) -> Vec<Instalment> {
    record(terms)
        .and_then(|record| record.loan()?.schedule().to_vec())
        .unwrap_or_else(|error| panic!("{error}\n{terms}"))
}

/// An amount of CNY.
pub fn yuan(text: &str) -> Money {
    Money::parse(text, Currency::CNY).unwrap()
}

/// The error that reading or scheduling these terms ends with.
pub fn error(terms: &Value) -> puhui::Error {
    record(terms).and_then(|record| record.loan()?.schedule().to_vec()).map(|_| ()).expect_err("an error")
}
