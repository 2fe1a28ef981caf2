//! A day: what it earns, what settles the loan on it, in which order its events act, and what was known on it.

use puhui::loan::Account;
use puhui::parse_date;
use serde_json::json;

use crate::account::lived::{lived, owed, shown, texts, twelve};
use crate::support::terms::with;

/// 10,000.00 at 4.35 % of actual/360, all of it due 60 days after 20 January 2020: 72.50 of interest.
fn ten() -> serde_json::Value {
    let terms = twelve(json!({"principal": "10000.00", "rate": {"fixed": "0.0435"}}));
    with(
        terms,
        json!({"day_count": "actual/360", "method": "bullet", "instalments": 1, "first_due_on": "2020-03-20"}),
    )
}

#[test]
fn interest_is_earned_for_the_days_before_and_the_day_adds_its_own() {
    // 10,000.00 x 0.0435 / 360 = 1.208333 a day. To the end of day n: 1.21, 2.42, 3.63 (3.625), 4.83, 6.04, 7.25.
    let loan = lived(&ten(), json!([]));
    let days = ["20", "21", "22", "23", "24", "25", "26"];
    let of = |day: &str| loan.on(&format!("2020-01-{day}"));
    assert_eq!(
        days.map(|day| shown(of(day).interest_accrued)),
        ["0.00", "1.21", "2.42", "3.63", "4.83", "6.04", "7.25"]
    );
    assert_eq!(
        days.map(|day| shown(of(day).interest_of_day)),
        ["1.21", "1.21", "1.21", "1.20", "1.21", "1.21", "1.21"]
    );
    // The sixty days of the period add up to what its row bills.
    let first = parse_date("2020-01-20", "day").unwrap();
    let all: i64 =
        first.iter_days().take(60).map(|day| loan.on(&day.to_string()).interest_of_day.minor()).sum();
    assert_eq!(all, 7_250);
    let due = loan.on("2020-03-20");
    assert_eq!(owed(&due), ["2020-03-20: interest 72.50, principal 10000.00"]);
}

#[test]
fn the_pay_off_is_principal_and_what_was_earned_before_the_day() {
    let loan = lived(&twelve(json!({})), json!([{"on": "2020-02-20", "repaid": "1036.00"}]));
    // 20 January to 5 February are 15 days of 30: 12,000.00 x 0.0001 x 15 = 18.00.
    let day = loan.on("2020-02-05");
    assert_eq!(texts([day.principal, day.interest_accrued, day.pay_off]), ["12000.00", "18.00", "12018.00"]);
    assert_eq!(
        day.next_due.map(|(on, amount)| (on.to_string(), shown(amount))),
        Some(("2020-02-20".into(), "1036.00".into()))
    );
    // 19 February: 29 days, 34.80. After the first instalment 11,000.00, and nothing is earned on its own day yet.
    assert_eq!(shown(loan.on("2020-02-19").pay_off), "12034.80");
    assert_eq!(shown(loan.on("2020-02-20").pay_off), "11000.00");
    // Asked on 20 February for 5 March: 15 days of 1.10. For 25 March: the row of 20 March is billed by then, 33.00 and
    // 1,000.00, which stays unpaid and goes on earning: 11,033.00 + 11,000.00 x 0.0001 x 5.
    let pay_off = |day: &str| {
        let day = parse_date(day, "day").unwrap();
        loan.account("2020-02-20", |account: &Account<'_, '_>| shown(account.pay_off(day).unwrap()))
    };
    assert_eq!(["2020-02-20", "2020-03-05", "2020-03-25"].map(pay_off), ["11000.00", "11016.50", "11038.50"]);
}

#[test]
fn terms_change_then_rows_are_billed_then_money_and_fees_by_number() {
    let due = "2020-02-20";
    let at_end = |events| owed(&lived(&twelve(json!({})), events).on(due));
    // The instalment of 1,036.00 is paid before a fee of 10.00 is charged, or after it: then the fee is settled first.
    let paid = |no| json!({"no": no, "on": due, "repaid": "1036.00"});
    let fee = |no| json!({"no": no, "on": due, "fee_charged": "10.00"});
    assert_eq!(at_end(json!([paid(1), fee(2)])), ["2020-02-20: fee 10.00"]);
    assert_eq!(at_end(json!([paid(2), fee(1)])), ["2020-02-20: principal 10.00"]);
    // The place in the list is nothing, the number is all.
    assert_eq!(at_end(json!([fee(2), paid(1)])), ["2020-02-20: fee 10.00"]);
    // A relief of the day with a later number still acts before the row of the day is billed: nothing falls due, and
    // what was paid is held.
    let relief = json!({"no": 3, "on": due, "relief": {
        "granted_on": due, "defer": "both", "due_from": due, "due_until": due,
        "principal_caught_up": "at_maturity", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"}});
    let relieved = lived(&twelve(json!({})), json!([paid(1), relief])).on(due);
    assert_eq!(relieved.arrears, []);
    assert_eq!(texts([relieved.credit, relieved.interest_deferred]), ["1036.00", "36.00"]);
    // A reset of the day counts from it: the row that is billed was earned before.
    let reset = json!({"on": due, "rate_reset": "0.072"});
    assert_eq!(at_end(json!([reset])), ["2020-02-20: interest 36.00, principal 1000.00"]);
    // What was reversed never was.
    assert_eq!(
        at_end(json!([paid(1), {"on": due, "reversed": 1}])),
        ["2020-02-20: interest 36.00, principal 1000.00"]
    );
}

#[test]
fn a_past_report_can_be_printed_again() {
    // The first instalment is paid on its day, and booked two weeks later.
    let loan = lived(
        &twelve(json!({"penalty": {"mark_up": "0.50"}})),
        json!([{"on": "2020-02-20", "booked_on": "2020-03-05", "repaid": "1036.00"}]),
    );
    // As of 29 February by the books of that day: 9 days late; 1,000.00 x 0.00015 x 9 = 1.35.
    let then = loan.known("2020-02-29", "2020-02-29");
    assert_eq!(then.days_past_due, 9);
    assert_eq!(
        texts([then.overdue_principal, then.interest, then.penalty_accrued]),
        ["1000.00", "36.00", "1.35"]
    );
    assert_eq!(then, loan.known("2020-02-29", "2020-03-04"));
    // As of the same day by what is known now: paid.
    let now = loan.on("2020-02-29");
    assert_eq!((now.days_past_due, &now.arrears[..]), (0, &[][..]));
    assert_eq!(
        texts([now.principal, now.principal_repaid, now.penalty_accrued]),
        ["11000.00", "1000.00", "0.00"]
    );
    assert_eq!(now, loan.known("2020-02-29", "2020-03-05"));
}
