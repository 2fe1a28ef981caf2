//! A closed account owes nothing and holds nothing: what is still owed somewhere is named, and keeps it open.

use puhui::ErrorCode;
use serde_json::{Value, json};

use crate::account::lived::{lived, texts, twelve};
use crate::support::terms::with;

/// 12,000.00 at 12 % of 30E/360, six rows of interest, 120.00 each, and the principal with the last: 4.00 a day.
fn interest_only(changes: Value) -> Value {
    let plain = json!({"rate": {"fixed": "0.12"}, "method": "interest_only", "instalments": 6});
    with(twelve(plain), changes)
}

/// After these events the account cannot be closed on a day, with `owed` to pay off, which the error names; once that is paid
/// it can.
fn open_with(terms: &Value, events: Value, day: &str, owed: &str) {
    open_with_principal(terms, events, day, (owed, owed));
}

/// The same where principal is outstanding: the error names that.
fn open_with_principal(terms: &Value, events: Value, day: &str, (named, owed): (&str, &str)) {
    let then = |more: Vec<Value>| {
        let mut events = events.as_array().unwrap().clone();
        events.extend(more);
        lived(terms, json!(events))
    };
    let closed = json!({"on": day, "closed": true});
    let error = then(vec![closed.clone()]).error(day);
    assert_eq!(error.code(), ErrorCode::NotSettled, "{error}");
    assert!(
        error.field().ends_with(".closed") && error.to_string().contains(named),
        "expected {named}: {error}"
    );
    let paid = json!({"on": day, "prepaid": owed, "how": "settle"});
    let loan = then(vec![paid, closed]);
    let position = loan.on(day);
    assert!(position.closed);
    assert_eq!(texts([position.principal, position.credit, position.pay_off]), ["0.00"; 3]);
    loan.entries(day);
}

#[test]
fn interest_that_was_put_off() {
    // 120.00 of February and of March; 12,120.00 on 20 April pay that day's and all principal.
    let relief = json!({"granted_on": "2020-01-25", "defer": "interest", "due_from": "2020-02-01",
        "due_until": "2020-03-31", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"});
    let events = json!([
        {"on": "2020-01-25", "relief": relief},
        {"on": "2020-04-20", "prepaid": "12120.00", "how": "keep_term"}
    ]);
    open_with(&interest_only(json!({})), events, "2020-04-21", "240.00");
}

#[test]
fn arrears_and_fees_that_wait_for_new_rows() {
    // The 120.00 of February and a fee of 10.00 are re-aged on the 26th. 12,028.00 on the 27th pay seven days and all principal.
    let events = json!([
        {"on": "2020-02-25", "fee_charged": "10.00"},
        {"on": "2020-02-26", "re_aged": {"instalments": 2, "first_due_on": "2020-03-26"}},
        {"on": "2020-02-27", "prepaid": "12028.00", "how": "keep_term"}
    ]);
    open_with(&interest_only(json!({})), events, "2020-02-28", "130.00");
}

#[test]
fn interest_that_was_carried() {
    // 50 days bring 328.77, of which the payment of 291.25 bills as much; 37.52 are carried on. With 10,037.51 on the same day a cent of
    // principal is left.
    let terms = json!({
        "currency": "CNY", "principal": "10000.00", "disbursed_on": "2020-01-01", "rate": {"fixed": "0.24"},
        "day_count": "actual/365", "method": "equal_instalment", "instalments": 60, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "interest_cap": "payment"
    });
    let paid = json!({"on": "2020-02-20", "repaid": "291.25"});
    open_with_principal(&terms, json!([paid]), "2020-02-20", ("10000.00", "10037.52"));
    let events = json!([paid, {"on": "2020-02-20", "prepaid": "10037.51", "how": "keep_term"}]);
    open_with(&terms, events, "2020-02-20", "0.01");
}

#[test]
fn interest_of_the_days_since_it_was_last_billed() {
    // All of it was due on 20 February; 12,120.00 on 1 March pay that, and not the eleven days of 4.00 since.
    let bullet = interest_only(json!({"method": "bullet", "instalments": 1}));
    open_with(&bullet, json!([{"on": "2020-03-01", "repaid": "12120.00"}]), "2020-03-01", "44.00");
    // Ahead of the last row, a day after the first was paid: 4.00 of the 12,000.00 paid that.
    let events = json!([
        {"on": "2020-02-20", "repaid": "120.00"},
        {"on": "2020-02-21", "prepaid": "12000.00", "how": "keep_term"}
    ]);
    open_with(&interest_only(json!({})), events, "2020-02-21", "4.00");
}

#[test]
fn a_penalty_that_nobody_billed() {
    // 18 % on 12,000.00 is 6.00 a day, for ten days; paid last in this order.
    let terms = interest_only(json!({
        "method": "bullet", "instalments": 1, "penalty": {"mark_up": "0.50"},
        "allocation": {"order": ["principal", "interest", "compound", "penalty", "fee"], "by": "part"}
    }));
    open_with(&terms, json!([{"on": "2020-03-01", "repaid": "12120.00"}]), "2020-03-01", "66.00");
}

#[test]
fn a_fee_after_all_was_settled_is_charged_off() {
    // 12,000.00 and the 120.00 of the day on which they fall due; then a fee, which is written off and comes back.
    let events = json!([
        {"on": "2020-02-20", "prepaid": "12120.00", "how": "settle"},
        {"on": "2020-02-25", "fee_charged": "10.00"},
        {"on": "2020-03-01", "charged_off": true},
        {"on": "2020-03-02", "recovered": "10.00"},
        {"on": "2020-03-03", "closed": true}
    ]);
    let loan = lived(&interest_only(json!({})), events);
    let position = loan.on("2020-02-29");
    assert_eq!(texts([position.fees, position.pay_off]), ["10.00", "10.00"]);
    let position = loan.on("2020-03-01");
    assert_eq!(texts([position.fees, position.pay_off, position.charged_off]), ["0.00", "0.00", "0.00"]);
    let position = loan.on("2020-03-03");
    assert!(position.closed);
    assert_eq!(texts([position.credit, position.recovered]), ["0.00", "0.00"]);
    loan.entries("2020-03-03");
}
