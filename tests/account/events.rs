//! The wire form of what happens to a loan: every event read and written, and what is wrong with one named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{g2, record, with, yuan};
use chrono::NaiveDate;
use puhui::loan::{Account, Event, EventForm, EventKind, Payer, Prepayment, Relief};
use puhui::{Currency, Error, ErrorCode, parse_date};
use serde_json::{Value, json};

fn day(text: &str) -> NaiveDate {
    parse_date(text, "day").unwrap()
}

/// The event on 1 March 2020 with these keys, the seventh of its list.
fn read(keys: &Value) -> Result<Event, Error> {
    let form: EventForm = serde_json::from_value(with(json!({"on": "2020-03-01"}), keys.clone())).unwrap();
    form.read(Currency::CNY, 7)
}

fn granted(on: &str) -> Value {
    json!({"granted_on": on, "defer": "both", "due_from": "2020-01-25", "due_until": "2020-06-30",
           "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
           "interest_caught_up": "end_of_window", "new_date": "2020-06-30"})
}

/// Every event as it is written in full, and what it says.
fn every() -> Vec<(Value, EventKind)> {
    let amount = yuan("1486.27");
    let relief: Relief = serde_json::from_value(granted("2020-03-01")).unwrap();
    assert_eq!(relief.rows.and_then(|rows| rows.new_date), Some(day("2020-06-30")));
    let in_full = with(
        granted("2020-03-01"),
        json!({"penalty": "as_contracted", "days_past_due": "by_due_dates", "class": "by_ladder",
               "credit_report": "as_counted"}),
    );
    vec![
        (json!({"disbursed": "1486.27"}), EventKind::Disbursed(amount)),
        (
            json!({"repaid": "1486.27", "payer": "insurer"}),
            EventKind::Repaid { amount, payer: Payer::Insurer },
        ),
        (
            json!({"prepaid": "1486.27", "payer": "treasury", "how": "keep_instalment"}),
            EventKind::Prepaid { amount, payer: Payer::Treasury, how: Prepayment::KeepInstalment },
        ),
        (json!({"rate_reset": "0.04"}), EventKind::RateReset("0.04".parse().unwrap())),
        (json!({"relief": in_full}), EventKind::Relief(Box::new(relief))),
        (
            json!({"interest_paused": {"until": "2020-06-30"}}),
            EventKind::InterestPaused { until: day("2020-06-30") },
        ),
        (json!({"interest_waived": "1486.27"}), EventKind::InterestWaived(amount)),
        (json!({"due_date_moved": "2020-03-15"}), EventKind::DueDateMoved { to: day("2020-03-15") }),
        (
            json!({"re_aged": {"instalments": 12, "first_due_on": "2020-03-20"}}),
            EventKind::ReAged { instalments: 12, first_due_on: day("2020-03-20") },
        ),
        (json!({"re_amortised": true}), EventKind::ReAmortised),
        (json!({"fee_charged": "1486.27"}), EventKind::FeeCharged(amount)),
        (json!({"fee_waived": "1486.27"}), EventKind::FeeWaived(amount)),
        (json!({"renewed": "1486.27", "by": 0}), EventKind::Renewed { amount, by: 0 }),
        (json!({"reversed": 3}), EventKind::Reversed { no: 3 }),
        (json!({"charged_off": true}), EventKind::ChargedOff),
        (json!({"recovered": "1486.27"}), EventKind::Recovered(amount)),
        (json!({"guarantee_paid": "1486.27"}), EventKind::GuaranteePaid(amount)),
        (json!({"closed": true}), EventKind::Closed),
    ]
}

#[test]
fn every_event_says_what_it_says_and_is_written_in_full() {
    for (keys, what) in every() {
        let event = read(&keys).unwrap_or_else(|error| panic!("{keys}: {error}"));
        assert_eq!(event, Event { no: 7, on: day("2020-03-01"), booked_on: day("2020-03-01"), what });
        let written = serde_json::to_value(EventForm::of(&event, Currency::CNY)).unwrap();
        let common = json!({"no": 7, "on": "2020-03-01", "booked_on": "2020-03-01"});
        assert_eq!(written, with(common, keys));
        // Its number is its own by now, wherever it stands.
        let again: EventForm = serde_json::from_value(written).unwrap();
        assert_eq!(again.read(Currency::CNY, 1).unwrap(), event);
    }
}

#[test]
fn what_is_absent() {
    let event = read(&json!({"repaid": "0.01"})).unwrap();
    assert_eq!(event.what, EventKind::Repaid { amount: yuan("0.01"), payer: Payer::Borrower });
    let event = read(&json!({"prepaid": "5", "how": "settle"})).unwrap();
    let how = Prepayment::Settle;
    assert_eq!(event.what, EventKind::Prepaid { amount: yuan("5.00"), payer: Payer::Borrower, how });
    let event =
        read(&json!({"closed": true, "no": 18_446_744_073_709_551_615_u64, "booked_on": "2020-03-05"}));
    let event = event.unwrap();
    assert_eq!((event.no, event.on, event.booked_on), (u64::MAX, day("2020-03-01"), day("2020-03-05")));
}

#[test]
fn a_change_of_terms_may_be_booked_ahead_where_the_product_says_so() {
    let reset = read(&json!({"rate_reset": "0.04", "booked_on": "2020-02-10"})).unwrap();
    assert_eq!((reset.on, reset.booked_on), (day("2020-03-01"), day("2020-02-10")));
    let account = |keys: Value, events: &[Event]| {
        let record = record(&with(g2(), keys)).unwrap();
        let account = Account::replay(&record.loan().unwrap(), events, day("2020-02-15"));
        account.map(|_| ()).map_err(|error| (error.code(), error.field().to_owned()))
    };
    let refused = Err((ErrorCode::DatesOutOfOrder, "events[0].booked_on".to_owned()));
    assert_eq!(account(json!({}), std::slice::from_ref(&reset)), refused);
    assert_eq!(account(json!({"changes_ahead": true}), std::slice::from_ref(&reset)), Ok(()));
    // Money is never booked before it came.
    let what = EventKind::Repaid { amount: yuan("1.00"), payer: Payer::Borrower };
    let repaid = Event { what, ..reset };
    assert_eq!(account(json!({"changes_ahead": true}), &[repaid]), refused);
}

#[test]
fn amounts_have_the_decimals_of_the_currency() {
    let form: EventForm = serde_json::from_value(json!({"on": "2020-03-01", "recovered": "1500"})).unwrap();
    let yen = form.read(Currency::from_code("JPY").unwrap(), 1).unwrap();
    assert_eq!(yen.what, EventKind::Recovered(puhui::Money::from_minor(1_500)));
    assert_eq!(serde_json::to_value(EventForm::of(&yen, Currency::CNY)).unwrap()["recovered"], "15.00");
}

#[test]
fn what_is_wrong_is_named() {
    use ErrorCode::{
        Contradiction, DateOutOfRange, DatesOutOfOrder, Malformed, Missing, OutOfRange, TooManyDigits,
        UnknownValue,
    };
    let re_aged = |instalments: Value, first: Value| {
        let form = with(json!({}), json!({"instalments": instalments, "first_due_on": first}));
        json!({ "re_aged": form })
    };
    let cases = [
        (json!({"on": null, "closed": true}), Missing, "on"),
        (json!({"on": "2020-3-1", "closed": true}), Malformed, "on"),
        (json!({"on": "1899-12-31", "closed": true}), DateOutOfRange, "on"),
        (json!({"closed": true, "booked_on": "1 March"}), Malformed, "booked_on"),
        (json!({"closed": true, "booked_on": "2020-02-29"}), DatesOutOfOrder, "booked_on"),
        (json!({"repaid": "1.00", "booked_on": "2020-02-29"}), DatesOutOfOrder, "booked_on"),
        (json!({"closed": true, "no": 0}), OutOfRange, "no"),
        (json!({}), Missing, "event"),
        (json!({"payer": "borrower"}), Missing, "event"),
        (json!({"repaid": "1.00", "fee_waived": "1.00"}), Contradiction, "fee_waived"),
        (json!({"closed": false, "disbursed": "1.00"}), Contradiction, "closed"),
        (json!({"relief": {}, "reversed": 1, "re_amortised": true}), Contradiction, "re_amortised"),
        (json!({"repaid": "0.00"}), OutOfRange, "repaid"),
        (json!({"repaid": "-1.00"}), OutOfRange, "repaid"),
        (json!({"repaid": "1.005"}), TooManyDigits, "repaid"),
        (json!({"repaid": "1,000"}), Malformed, "repaid"),
        (json!({"repaid": "1.00", "payer": "friend"}), UnknownValue, "payer"),
        (json!({"repaid": "1.00", "how": "settle"}), Contradiction, "how"),
        (json!({"recovered": "1.00", "payer": "guarantor"}), Contradiction, "payer"),
        (json!({"prepaid": "1.00"}), Missing, "how"),
        (json!({"prepaid": "1.00", "how": "keep"}), UnknownValue, "how"),
        (json!({"prepaid": "1.00", "how": "settle", "by": 1}), Contradiction, "by"),
        (json!({"renewed": "1.00"}), Missing, "by"),
        (json!({"renewed": "1.00", "by": 1, "payer": "borrower"}), Contradiction, "payer"),
        (json!({"rate_reset": "4 %"}), Malformed, "rate_reset"),
        (json!({"rate_reset": "11"}), OutOfRange, "rate_reset"),
        (json!({"interest_paused": {}}), Missing, "interest_paused.until"),
        (json!({"interest_paused": {"until": "June"}}), Malformed, "interest_paused.until"),
        (json!({"interest_paused": {"until": "2020-02-29"}}), DatesOutOfOrder, "interest_paused.until"),
        (re_aged(Value::Null, json!("2020-03-20")), Missing, "re_aged.instalments"),
        (re_aged(json!(0), json!("2020-03-20")), OutOfRange, "re_aged.instalments"),
        (re_aged(json!(36_526), json!("2020-03-20")), OutOfRange, "re_aged.instalments"),
        (re_aged(json!(1), Value::Null), Missing, "re_aged.first_due_on"),
        (re_aged(json!(1), json!("2020-03-01")), DatesOutOfOrder, "re_aged.first_due_on"),
        (json!({"due_date_moved": "March"}), Malformed, "due_date_moved"),
        (json!({"due_date_moved": "2020-03-15", "re_amortised": true}), Contradiction, "re_amortised"),
        (json!({"reversed": 0}), OutOfRange, "reversed"),
        (json!({"re_amortised": false}), Contradiction, "re_amortised"),
        (json!({"charged_off": false}), Contradiction, "charged_off"),
        (json!({"closed": false}), Contradiction, "closed"),
        (json!({"relief": {}}), Missing, "relief.granted_on"),
        (json!({"relief": granted("2020-03-02")}), Contradiction, "relief.granted_on"),
        (
            json!({"relief": with(granted("2020-03-01"), json!({"due_until": "2020-01-24"}))}),
            DatesOutOfOrder,
            "relief.due_until",
        ),
    ];
    for (keys, code, field) in cases {
        let error = read(&keys).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "{keys}: {error}");
    }
    for amount in ["disbursed", "interest_waived", "fee_charged", "fee_waived", "recovered", "guarantee_paid"]
    {
        let error = read(&json!({amount: "0"})).unwrap_err();
        assert_eq!(error.to_string(), format!("{amount}: expected above 0, got 0.00"));
    }
    let form: EventForm = serde_json::from_value(json!({"on": "2020-03-01", "closed": true})).unwrap();
    assert_eq!(form.read(Currency::CNY, 0).unwrap_err().field(), "no");
}

#[test]
fn of_one_day_to_the_next_a_pause_and_a_longest_plan_are_allowed() {
    let pause = read(&json!({"interest_paused": {"until": "2020-03-01"}})).unwrap();
    assert_eq!(pause.what, EventKind::InterestPaused { until: day("2020-03-01") });
    let re_aged = read(&json!({"re_aged": {"instalments": 36_525, "first_due_on": "2020-03-02"}})).unwrap();
    assert_eq!(re_aged.what, EventKind::ReAged { instalments: 36_525, first_due_on: day("2020-03-02") });
}

#[test]
fn what_has_the_wrong_shape_is_refused() {
    for keys in [
        json!({"repaid": 1.00}),
        json!({"paid": "1.00"}),
        json!({"no": -1}),
        json!({"no": "1"}),
        json!({"closed": "true"}),
        json!({"reversed": "1"}),
        json!({"relief": ["2020-03-01"]}),
        json!({"relief": "2020-03-01"}),
        json!({"interest_paused": "2020-06-30"}),
        json!({"interest_paused": ["2020-06-30"]}),
        json!({"interest_paused": {"from": "2020-03-01", "until": "2020-06-30"}}),
        json!({"re_aged": [12, "2020-03-20"]}),
        json!({"re_aged": {"instalments": -1, "first_due_on": "2020-03-20"}}),
    ] {
        assert!(serde_json::from_value::<EventForm>(keys.clone()).is_err(), "{keys}");
    }
}
