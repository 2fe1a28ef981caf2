//! What no account takes: each refused by name, with the field, and the account of the other events unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use puhui::loan::{Account, Event, EventForm, LoanRecord};
use puhui::{Currency, ErrorCode, parse_date};
use serde_json::{Value, json};

fn record() -> LoanRecord {
    serde_json::from_value(json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-20", "rate": {"fixed": "0.0435"},
        "day_count": "30e/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    }))
    .unwrap()
}

fn events(events: &Value) -> Vec<Event> {
    let forms: Vec<EventForm> = serde_json::from_value(events.clone()).unwrap();
    (1..).zip(&forms).map(|(position, form)| form.read(Currency::CNY, position).unwrap()).collect()
}

/// The code of the error, and its message.
fn refused(of: &Value) -> (ErrorCode, String) {
    let (record, events) = (record(), events(of));
    let loan = record.loan().unwrap();
    let error = Account::replay(&loan, &events, parse_date("2020-12-31", "as_of").unwrap()).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn each_by_its_name_and_field() {
    let paid = json!({"on": "2020-02-20", "repaid": "1484.00"});
    let settled = json!({"on": "2020-02-20", "prepaid": "60000.00", "how": "settle"});
    for (list, code, field) in [
        (json!([{"on": "2020-01-19", "repaid": "1.00"}]), ErrorCode::DatesOutOfOrder, "events[0].on"),
        (
            json!([paid, {"on": "2020-02-20", "repaid": "1485.00", "no": 1}]),
            ErrorCode::NumberUsedTwice,
            "events[1].no",
        ),
        (
            json!([paid, {"on": "2020-02-20", "reversed": 7}]),
            ErrorCode::NothingToReverse,
            "events[1].reversed",
        ),
        (
            json!([paid, {"on": "2020-02-20", "reversed": 1}, {"on": "2020-02-20", "reversed": 2}]),
            ErrorCode::NothingToReverse,
            "events[2].reversed",
        ),
        (
            json!([paid, {"on": "2020-02-20", "reversed": 1}, {"on": "2020-02-20", "reversed": 1}]),
            ErrorCode::NothingToReverse,
            "events[2].reversed",
        ),
        (json!([{"on": "2020-03-01", "closed": true}]), ErrorCode::NotSettled, "events[0].closed"),
        (
            json!([{"on": "2020-03-01", "prepaid": "50000.00", "how": "settle"}]),
            ErrorCode::NotSettled,
            "events[0].prepaid",
        ),
        (
            json!([{"on": "2020-01-20", "disbursed": "50000.01"}]),
            ErrorCode::LimitExceeded,
            "events[0].disbursed",
        ),
        (
            json!([{"on": "2020-03-01", "fee_waived": "1.00"}]),
            ErrorCode::MoreThanOwed,
            "events[0].fee_waived",
        ),
        (
            json!([{"on": "2020-03-01", "interest_waived": "181.26"}]),
            ErrorCode::MoreThanOwed,
            "events[0].interest_waived",
        ),
        (json!([{"on": "2020-03-01", "recovered": "1.00"}]), ErrorCode::AccountEnded, "events[0]"),
        (
            json!([{"on": "2020-03-01", "charged_off": true}, {"on": "2020-03-02", "repaid": "1.00"}]),
            ErrorCode::AccountEnded,
            "events[1]",
        ),
        // What was settled for too much is closed only once the rest is paid back: there is credit.
        (json!([settled, {"on": "2020-02-21", "closed": true}]), ErrorCode::NotSettled, "events[1].closed"),
    ] {
        let (found, message) = refused(&list);
        assert_eq!(found, code, "{message}");
        assert!(message.starts_with(&format!("{field}: ")), "{message} should begin with {field}");
    }
}

#[test]
fn after_closing_nothing_happens() {
    // G1: nothing accrued on the day of a due date but what it bills: 1,302.75 + 181.25, and 48,697.25 of principal.
    let list = json!([
        {"on": "2020-02-20", "prepaid": "50181.25", "how": "settle"},
        {"on": "2020-02-20", "closed": true},
        {"on": "2020-02-21", "repaid": "1.00"}
    ]);
    let (code, message) = refused(&list);
    assert_eq!(code, ErrorCode::AccountEnded, "{message}");
    let record = record();
    let loan = record.loan().unwrap();
    let all = events(&list);
    let account = Account::replay(&loan, &all[..2], parse_date("2020-12-31", "as_of").unwrap()).unwrap();
    let position = account.position();
    assert!(position.closed && account.rows_to_come().is_empty());
    assert_eq!((position.principal.minor(), position.pay_off.minor(), position.credit.minor()), (0, 0, 0));
}

#[test]
fn the_same_event_twice_is_one_and_an_early_day_is_refused() {
    let record = record();
    let loan = record.loan().unwrap();
    let once = events(&json!([{"on": "2020-02-20", "repaid": "1484.00"}]));
    let twice: Vec<Event> = once.iter().chain(&once).cloned().collect();
    let as_of = parse_date("2020-03-19", "as_of").unwrap();
    let [one, two] =
        [&once, &twice].map(|list| Account::replay(&loan, list, as_of).unwrap().position().clone());
    assert_eq!(one, two);
    assert_eq!(one.principal.minor(), 4_869_725);
    let early = Account::replay(&loan, &once, parse_date("2020-01-19", "as_of").unwrap()).unwrap_err();
    assert_eq!((early.code(), early.field()), (ErrorCode::DatesOutOfOrder, "as_of"));
}

#[test]
fn a_prepayment_that_keeps_the_term_spreads_the_rest() {
    // G2, 10,000.00 prepaid on 2020-03-01: the running instalment stays, the rest is spread over the 34 after it, none of
    // which clears the loan before the last.
    let record: LoanRecord = serde_json::from_value(json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    }))
    .unwrap();
    let list = events(&json!([
        {"on": "2020-02-20", "repaid": "1486.27"},
        {"on": "2020-03-01", "prepaid": "10000.00", "how": "keep_term"}
    ]));
    let loan = record.loan().unwrap();
    let account = Account::replay(&loan, &list, parse_date("2020-03-01", "as_of").unwrap()).unwrap();
    let ahead = account.rows_to_come();
    assert_eq!(ahead.len(), 35);
    let payments: Vec<i64> = ahead.iter().map(|row| row.payment.minor()).collect();
    assert!(payments[1..34].iter().all(|&payment| payment == payments[1]), "{payments:?}");
    assert!((payments[34] - payments[1]).abs() < 100, "{payments:?}");
}

#[test]
fn a_reset_that_makes_a_payment_below_zero_names_the_row() {
    // 16,100.00 at 10 % a month in ten payments, each 700.00 above the one before: A x 6.144567 + 16,023.94 = 16,100.00, A =
    // 12.38. Row 1 earns 1,610.00, and leaves 17,697.62 of which the nine payments that follow repay 9 x A + 700.00 x 36 without
    // interest: A = -833.60.
    let record: LoanRecord = serde_json::from_value(json!({
        "currency": "CNY", "principal": "16100.00", "disbursed_on": "2020-01-20", "rate": {"fixed": "1.20"},
        "day_count": "30e/360", "method": "graduated", "instalments": 10, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "graduated": {"amount": "700.00", "every": 1},
        "negative_amortisation": true
    }))
    .unwrap();
    let loan = record.loan().unwrap();
    assert_eq!(loan.schedule().to_vec().unwrap()[0].payment.minor(), 1_238);
    let as_of = parse_date("2020-03-31", "as_of").unwrap();
    for (reset_on, row) in [
        (
            "2020-02-20",
            "instalments[2].payment: expected 0 or more (payments that grow by less, or less often, begin higher), got -833.60 on 2020-03-20",
        ),
        // Row 2 keeps its payment of 712.38: eleven days earn 648.91, 63.47 are principal. 17,634.15 are left for 8 x A + 700.00 x
        // 28: A = -245.73.
        (
            "2020-03-01",
            "instalments[3].payment: expected 0 or more (payments that grow by less, or less often, begin higher), got -245.73 on 2020-04-20",
        ),
    ] {
        let paid = json!({"on": "2020-02-20", "repaid": "12.38"});
        let of = events(&json!([paid, {"on": reset_on, "rate_reset": "0"}]));
        let error = Account::replay(&loan, &of, as_of).unwrap_err();
        assert_eq!((error.code(), error.to_string()), (ErrorCode::OutOfRange, format!("events[1].{row}")));
    }
}
