//! Snapshots: what they hold, and whom they refuse.
#![allow(clippy::unwrap_used)]

use puhui::loan::{Account, Event, EventForm, Loan, LoanRecord, Snapshot};
use puhui::{Currency, Error, ErrorCode, parse_date};
use serde_json::{Value, json};

fn record(principal: &str) -> LoanRecord {
    let form = json!({
        "currency": "CNY", "principal": principal, "disbursed_on": "2020-01-20", "rate": {"fixed": "0.036"},
        "day_count": "30e/360", "method": "equal_principal", "instalments": 12, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "penalty": {"mark_up": "0.50"},
        "ladder": "cn_2023", "money_ahead": "settle_next",
    });
    serde_json::from_value(form).unwrap()
}

fn events(list: &[Value]) -> Vec<Event> {
    let read = |(place, form): (u64, &Value)| {
        let form: EventForm = serde_json::from_value(form.clone()).unwrap();
        form.read(Currency::CNY, place).unwrap()
    };
    (1..).zip(list).map(read).collect()
}

fn late_once() -> Vec<Event> {
    events(&[
        json!({"on": "2020-03-01", "repaid": "1036.00"}),
        json!({"on": "2020-03-20", "repaid": "900.00", "payer": "guarantor"}),
        json!({"on": "2020-04-01", "booked_on": "2020-04-03", "repaid": "200.00"}),
    ])
}

fn snapshot(loan: &Loan<'_>, as_of: &str) -> Value {
    let events = late_once();
    let account = Account::replay(loan, &events, parse_date(as_of, "as_of").unwrap()).unwrap();
    serde_json::to_value(Snapshot::of(&account).unwrap()).unwrap()
}

fn refused(loan: &Loan<'_>, snapshot: Value) -> Error {
    serde_json::from_value::<Snapshot>(snapshot).unwrap().resume(loan).unwrap_err()
}

#[test]
fn it_holds_the_loan_the_events_and_the_figures() {
    let record = record("12000.00");
    let loan = record.loan().unwrap();
    let stored = snapshot(&loan, "2020-03-10");
    assert_eq!(stored["version"], 1);
    assert_eq!(stored["loan"]["principal"], "12000.00");
    assert_eq!(stored["events"][1]["payer"], "guarantor");
    // 1,000.00 from 20 February to 1 March, 11 days of 30E/360 at 5.4 %, cost 1.65: settled first, and as much of the principal
    // stays unpaid. On 10 March that has been due for 19 days.
    assert_eq!(stored["figures"]["overdue_principal"], "1.65");
    assert_eq!(stored["figures"]["principal"], "11001.65");
    assert_eq!(stored["figures"]["days_past_due"], 19);
}

#[test]
fn it_is_taken_up_again_by_its_loan() {
    let record = record("12000.00");
    let loan = record.loan().unwrap();
    let stored = snapshot(&loan, "2020-03-10").to_string();
    let taken: Snapshot = serde_json::from_str(&stored).unwrap();
    assert_eq!(taken.resume(&loan).unwrap(), late_once());
    let events = late_once();
    let account = Account::replay(&loan, &events, parse_date("2020-03-10", "as_of").unwrap()).unwrap();
    assert_eq!(
        serde_json::to_string(&Snapshot::of(&account).unwrap()).unwrap(),
        serde_json::to_string(&taken).unwrap()
    );
}

#[test]
fn of_what_was_known_on_a_day_only_that_is_in_it() {
    let record = record("12000.00");
    let loan = record.loan().unwrap();
    let events = late_once();
    let day = parse_date("2020-04-02", "as_of").unwrap();
    let account = Account::as_known_on(&loan, &events, day, day).unwrap();
    assert_eq!(Snapshot::of(&account).unwrap().resume(&loan).unwrap(), events[..2]);
}

#[test]
fn a_stranger_is_refused() {
    let (ours, other) = (record("12000.00"), record("12000.01"));
    let (ours, other) = (ours.loan().unwrap(), other.loan().unwrap());
    let error = refused(&other, snapshot(&ours, "2020-03-10"));
    assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, "loan"));
}

#[test]
fn another_version_is_refused() {
    let record = record("12000.00");
    let loan = record.loan().unwrap();
    let mut stored = snapshot(&loan, "2020-03-10");
    stored["version"] = json!(2);
    let error = refused(&loan, stored);
    assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, "version"));
    assert_eq!((error.value(), error.bound()), ("2", "1"));
}

#[test]
fn what_is_damaged_is_refused() {
    let record = record("12000.00");
    let loan = record.loan().unwrap();
    for (at, value) in
        [("principal", json!("11001.64")), ("days_past_due", json!(18)), ("pay_off", json!("1.00"))]
    {
        let mut stored = snapshot(&loan, "2020-03-10");
        stored["figures"][at] = value;
        let error = refused(&loan, stored);
        assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, "figures"), "{at}");
        assert!(error.value().starts_with(at), "{error}");
    }
    let mut stored = snapshot(&loan, "2020-03-10");
    stored["events"][0]["repaid"] = json!("1036.01");
    assert_eq!(refused(&loan, stored).field(), "figures");
    let mut stored = snapshot(&loan, "2020-03-10");
    stored["events"][0]["repaid"] = json!("0.00");
    assert_eq!(refused(&loan, stored).field(), "events[0].repaid");
    let mut stored = snapshot(&loan, "2020-03-10");
    stored["as_of"] = json!("2020-02-30");
    assert_eq!(refused(&loan, stored).field(), "as_of");
    let mut stored = snapshot(&loan, "2020-03-10");
    stored["more"] = json!(1);
    assert!(serde_json::from_value::<Snapshot>(stored).is_err());
}
