//! Published worked examples on balance-days, card interest, penalty and compound interest, each under its id
//! (`../shared/vectors/worked/README.md`), as lives of a loan: what is replayed is what guards the account. The convention of
//! each is said in days, rates and rounding.
//!
//! Not here:
//!
//! * PEN-12, PEN-24: they charge the contract rate and a daily penalty on top of it for the same days. PBoC practice is that the
//!   penalty rate replaces the contract rate; the figures follow by adding both, which no rule here does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{record, with, yuan};
use puhui::loan::{Account, Event, EventForm, Position};
use puhui::{Currency, parse_date};
use serde_json::{Value, json};

/// A loan of this principal and rate with one row, actual/360, from its first day to the day that is not counted.
fn bullet(principal: &str, rate: &str, [disbursed_on, matures_on]: [&str; 2], changes: Value) -> Value {
    let plain = json!({
        "currency": "CNY", "principal": principal, "disbursed_on": disbursed_on, "matures_on": matures_on,
        "rate": {"fixed": rate}, "day_count": "actual/360", "method": "bullet", "rounding": "half_up"
    });
    with(plain, changes)
}

/// What these terms and events come to at the end of a day.
fn position(terms: &Value, events: Value, day: &str) -> Position {
    let record = record(terms).unwrap();
    let forms: Vec<EventForm> = serde_json::from_value(events).unwrap();
    let events: Vec<Event> =
        (1..).zip(&forms).map(|(no, form)| form.read(Currency::CNY, no).unwrap()).collect();
    let account = Account::replay(&record.loan().unwrap(), &events, parse_date(day, "day").unwrap());
    account.unwrap_or_else(|error| panic!("{error}\n{terms}")).position().clone()
}

/// The interest of a bullet loan on its maturity, where money before it repays principal at once.
fn interest(principal: &str, rate: &str, days: [&str; 2], repaid: Value) -> puhui::Money {
    let terms = bullet(principal, rate, days, json!({"money_ahead": "last"}));
    position(&terms, repaid, days[1]).interest
}

#[test]
fn bal_sums_of_balance_days() {
    // BAL-04: 100,000 balance-days at 1.8 per mille a month, 2.16 % a year; BAL-05: 500,000 at 1.5 per mille, 1.8 %.
    let ten_days = ["2021-06-01", "2021-06-11"];
    assert_eq!(interest("10000.00", "0.0216", ten_days, json!([])), yuan("6.00"));
    assert_eq!(interest("50000.00", "0.018", ten_days, json!([])), yuan("25.00"));
    // BAL-06: 600,000 to the end of February, 20,000 for 30 days, and 80,000 from 1 to 20 March, the 20th counted, 4,000 for
    // 20 days, at 3 per mille a month.
    let repaid = json!([{"on": "2021-03-01", "repaid": "16000.00"}]);
    assert_eq!(interest("20000.00", "0.036", ["2021-01-30", "2021-03-21"], repaid), yuan("68.00"));
    // BAL-09: 10,000 for 90 days at 0.36 %.
    assert_eq!(interest("10000.00", "0.0036", ["2021-01-01", "2021-04-01"], json!([])), yuan("9.00"));
}

#[test]
fn crd_card_interest_on_the_full_balance() {
    // 0.05 % a day is 18 % over 360 days. The whole amount to the day before the payment, the rest from it through the
    // statement day: 24 and 13 days, 23 and 13.
    let repaid = json!([{"on": "2021-04-23", "repaid": "100.00"}]);
    assert_eq!(interest("1000.00", "0.18", ["2021-03-30", "2021-05-06"], repaid), yuan("17.85"));
    let repaid = json!([{"on": "2021-04-25", "repaid": "200.00"}]);
    assert_eq!(interest("2000.00", "0.18", ["2021-04-02", "2021-05-08"], repaid), yuan("34.70"));
}

/// The penalty of a principal that fell due on one day and is unpaid on another, in a loan of one day more.
fn penalty(principal: &str, rate: &str, mark_up: &str, days: [&str; 2], changes: Value) -> puhui::Money {
    let [due_on, day] = days;
    let disbursed_on = parse_date(due_on, "due_on").unwrap().pred_opt().unwrap().to_string();
    let terms = bullet(principal, rate, [&disbursed_on, due_on], json!({"penalty": {"mark_up": mark_up}}));
    position(&with(terms, changes), json!([]), day).penalty_accrued
}

#[test]
fn pen_penalty_interest() {
    // PEN-05: the maturity day in the term, 273 days; then 31 days at half as much again, 11 July to 10 August.
    let terms =
        bullet("5000000.00", "0.078", ["2009-10-11", "2010-07-11"], json!({"penalty": {"mark_up": "0.5"}}));
    let late = position(&terms, json!([]), "2010-08-11");
    assert_eq!((late.penalty_accrued, late.days_past_due), (yuan("50375.00"), 31));
    assert_eq!(late.pay_off, yuan("5346125.00"));
    // PEN-07: in the term 181 days, then 62 at 0.05 % a day, which is 12 % and half.
    assert_eq!(interest("2000.00", "0.07965", ["2006-01-10", "2006-07-10"], json!([])), yuan("80.09"));
    let days = ["2006-07-10", "2006-09-10"];
    assert_eq!(penalty("2000.00", "0.12", "0.5", days, json!({})), yuan("62.00"));
    // PEN-20, PEN-21: one day of 365 on principal and interest together, cut and rounded.
    let one_day = ["2021-06-01", "2021-06-02"];
    let cut = json!({"day_count": "actual/365", "rounding": "down"});
    assert_eq!(penalty("2500.00", "0.049", "0.3", one_day, cut), yuan("0.43"));
    let rounded = json!({"day_count": "actual/365"});
    assert_eq!(penalty("2500.00", "0.0325", "0.5", one_day, rounded), yuan("0.33"));
    // PEN-28: 6.84 % less 15 % is 5.814 %; half as much again is 2.4225 of 10,000.00 a day: of 100,000,000.00, 24,225.00.
    assert_eq!(penalty("100000000.00", "0.05814", "0.5", one_day, json!({})), yuan("24225.00"));
    // PEN-29: 0.05 % a day for 30 days.
    let thirty_days = ["2021-06-01", "2021-07-01"];
    assert_eq!(penalty("10000.00", "0.12", "0.5", thirty_days, json!({})), yuan("150.00"));
    // PEN-33: 6 % and 30 % more is 0.02167 % a day: of 1,000,000,000.00, 216,666.67.
    assert_eq!(penalty("1000000000.00", "0.06", "0.3", one_day, json!({})), yuan("216666.67"));
}

#[test]
fn pen_compound_interest_within_the_term() {
    // PEN-03, PEN-04: 80 days to 20 June, counted, then 42. The unpaid interest joins the base at the contract rate before
    // maturity: 42 days of 404,266.67.
    let terms = json!({
        "currency": "CNY", "principal": "400000.00", "disbursed_on": "2021-04-02", "matures_on": "2021-08-02",
        "first_due_on": "2021-06-21", "every": "1 quarter", "rate": {"fixed": "0.048"}, "day_count": "actual/360",
        "method": "interest_only", "rounding": "half_up",
        "penalty": {"mark_up": "0.5", "compound": {"rate": "contract_until_maturity", "base": "interest"}}
    });
    let matured = position(&terms, json!([]), "2021-08-02");
    let [first, last] = [matured.arrears[0], matured.arrears[1]];
    assert_eq!((first.interest, last.interest), (yuan("4266.67"), yuan("2240.00")));
    assert_eq!(first.compound.minor() + last.interest.minor(), yuan("2263.89").minor());
}

#[test]
fn pen_the_case_of_qianjiang() {
    // PEN-14 to PEN-16: 40,000.00 at 9.9 % from 9 February 2021 to 8 February 2024, interest monthly, 29 days of 30E/360 and 35
    // months at 11.00 a day: 11,869.00, of which 11,643.28 were paid. Then five months of 30 days, 150 days, at 14.85 %, which
    // is 9.9 % and half: 40,000.00 earn 2,475.00, and the 225.72 of unpaid interest 13.9664, which the court cut.
    let terms = |changes| {
        let plain = json!({
            "currency": "CNY", "principal": "40000.00", "disbursed_on": "2021-02-09", "first_due_on": "2021-03-08",
            "every": "1 month", "instalments": 36, "rate": {"fixed": "0.099"}, "day_count": "30e/360",
            "method": "interest_only", "rounding": "down",
            "penalty": {"mark_up": "0.5", "compound": {"rate": "penalty", "base": "interest"}}
        });
        with(plain, changes)
    };
    // Held, and settled with each month's interest as it falls due.
    let paid = json!([{"on": "2021-02-09", "repaid": "11643.28"}]);
    let matured = position(&terms(json!({})), paid.clone(), "2024-02-08");
    assert_eq!((matured.interest, matured.overdue_principal), (yuan("225.72"), yuan("40000.00")));
    for (changes, penalty, compound) in
        [(json!({}), "2475.00", "13.96"), (json!({"rounding": "half_up"}), "2475.00", "13.97")]
    {
        let late = position(&terms(changes), paid.clone(), "2024-07-08");
        let [all_penalty, all_compound] = [
            late.penalty.minor() + late.penalty_accrued.minor(),
            late.compound.minor() + late.compound_accrued.minor(),
        ];
        assert_eq!((all_penalty, all_compound), (yuan(penalty).minor(), yuan(compound).minor()));
    }
    // By actual days 151 of them: 2,491.50 and 14.06. 27,360.00 earn the 225.72 in 30 days, and are paid; the interest is not.
    let days = ["2024-02-08", "2024-07-08"];
    assert_eq!(penalty("40000.00", "0.099", "0.5", days, json!({})), yuan("2491.50"));
    let terms = bullet(
        "27360.00",
        "0.099",
        ["2024-01-09", "2024-02-08"],
        json!({
            "penalty": {"mark_up": "0.5", "compound": {"rate": "penalty", "base": "interest"}},
            "allocation": {"order": ["principal", "interest", "penalty", "compound", "fee"], "by": "part"}
        }),
    );
    let late = position(&terms, json!([{"on": "2024-02-08", "repaid": "27360.00"}]), "2024-07-08");
    assert_eq!((late.interest, late.compound_accrued), (yuan("225.72"), yuan("14.06")));
}
