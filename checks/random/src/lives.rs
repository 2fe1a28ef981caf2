//! Random lives in the wire form: loans of every method with all that a product may say of their servicing, and what
//! happened to them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

use crate::Dice;

/// A loan, its events, and a day.
#[derive(Clone, Debug)]
pub struct RandomLife {
    pub terms: Value,
    pub events: Vec<Value>,
    pub as_of: NaiveDate,
    pub known_on: Option<NaiveDate>,
}

/// How much may happen.
#[derive(Clone, Copy, Debug)]
pub struct Wildness {
    /// Reliefs among the events.
    pub reliefs: bool,
    /// At most so many events.
    pub events: u64,
}

pub fn random_life(dice: &mut Dice, wild: Wildness) -> RandomLife {
    let start = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap() + Days::new(dice.below(400));
    let terms = terms(dice, start);
    let days = dice.between(20, 900);
    let as_of = later(start, days);
    let count = dice.below(wild.events + 1);
    let mut events: Vec<Value> = Vec::new();
    if dice.one_in(6) {
        let first = dice.between(100_000, 600_000);
        events.push(json!({"on": start, "disbursed": money(first)}));
        events.push(
            json!({"on": later(start, dice.between(1, 90)), "disbursed": money(dice.between(1, 300_000))}),
        );
    }
    for _ in 0..count {
        let on = later(start, dice.between(0, days));
        events.push(event(dice, on, wild));
    }
    for (no, event) in (1..).zip(&mut events) {
        event["no"] = json!(no);
        let on: NaiveDate = event["on"].as_str().unwrap().parse().unwrap();
        if dice.one_in(6) {
            event["booked_on"] = json!(later(on, dice.between(0, 60)));
        }
    }
    let named = events.len();
    for _ in 0..named / 12 {
        let of = &events[usize::try_from(dice.below(u64::try_from(named).unwrap())).unwrap()];
        let on: NaiveDate = of["on"].as_str().unwrap().parse().unwrap();
        let booked: NaiveDate = of.get("booked_on").unwrap_or(&of["on"]).as_str().unwrap().parse().unwrap();
        let reversal = json!({"on": on, "booked_on": later(booked, dice.between(0, 40)), "reversed": of["no"], "no": events.len() + 1});
        events.push(reversal);
    }
    let known_on = dice.one_in(4).then(|| later(start, dice.between(0, days)));
    RandomLife { terms, events, as_of, known_on }
}

fn terms(dice: &mut Dice, start: NaiveDate) -> Value {
    let mut terms = Map::new();
    let mut put = |key: &str, value: Value| terms.insert(key.to_owned(), value);
    let method = *dice.pick(&[
        "equal_instalment",
        "equal_instalment",
        "equal_instalment",
        "equal_principal",
        "equal_principal",
        "interest_only",
        "bullet",
        "balloon",
    ]);
    let every = *dice.pick(&["1 month", "1 month", "1 month", "1 quarter", "2 week"]);
    put("currency", json!("CNY"));
    put("principal", json!(money(dice.between(1_000_000, 5_000_000))));
    put("disbursed_on", json!(start));
    put("method", json!(method));
    put("every", json!(every));
    put("first_due_on", json!(later(start, dice.between(5, 40))));
    let rows = dice.between(2, 30);
    put("instalments", json!(rows));
    if method == "balloon" {
        put("amortised_over", json!(rows + dice.between(1, 20)));
    }
    put(
        "day_count",
        json!(dice.pick(&[
            "actual/360",
            "actual/360",
            "actual/365",
            "30e/360",
            "actual/actual",
            "months_and_days",
            "actual/actual_icma",
            "actual/365l",
            "actual/actual_dec_31"
        ])),
    );
    put("rounding", json!(dice.pick(&["half_up", "half_up", "half_even", "down"])));
    let rate = || json!({"fixed": "0.0435"});
    put(
        "rate",
        match dice.below(4) {
            0 => {
                json!({"stepped": [{"from": start, "rate": "0.05"}, {"from": later(start, dice.between(10, 300)), "rate": "0.0415"}]})
            }
            1 => json!({"fixed": "0.18"}),
            _ => rate(),
        },
    );
    if dice.one_in(5) {
        put("accrual_ends", json!("day_after"));
    }
    if dice.one_in(4) {
        let (roll, interest) =
            (*dice.pick(&["following", "preceding"]), *dice.pick(&["adjusted", "unadjusted"]));
        put("business_days", json!({"calendar": "cn", "roll": roll, "interest": interest}));
    }
    if dice.one_in(4) {
        put("fees", json!({"at_disbursement": "100.00", "each_instalment": "3.00"}));
    }
    if !dice.one_in(4) {
        let mut penalty = json!({"mark_up": *dice.pick(&["0.5", "0.3", "0"])});
        if dice.one_in(2) {
            penalty["compound"] = json!({
                "rate": *dice.pick(&["penalty", "contract_until_maturity"]),
                "base": *dice.pick(&["interest", "interest_and_penalty"]),
            });
        }
        put("penalty", penalty);
    }
    if dice.one_in(4) {
        put("interest_on", json!("plan"));
    }
    if dice.one_in(4) {
        put("grace_days", json!(dice.between(1, 10)));
    }
    if dice.one_in(6) {
        put("past_due_threshold", json!("5.00"));
    }
    if dice.one_in(3) {
        put("allocation", allocation(dice));
    }
    if dice.one_in(3) {
        let mut non_accrual = json!({"from": *dice.pick(&[30, 90, 91])});
        if dice.one_in(2) {
            non_accrual["allocation"] = allocation(dice);
        }
        put("non_accrual", non_accrual);
    }
    put("money_ahead", json!(dice.pick(&["hold", "hold", "next", "last", "re_amortise"])));
    if dice.one_in(3) {
        let interest = *dice.pick(&["all_accrued", "on_prepaid", "to_next_due"]);
        put("prepayment", json!({"interest": interest, "fee": *dice.pick(&["0", "0.01"])}));
    }
    if dice.one_in(2) {
        put("ladder", if dice.one_in(2) { json!("cn_2023") } else { json!([1, 31, 91, 181]) });
    }
    if dice.one_in(4) {
        put("observation_days", json!(dice.between(1, 400)));
    }
    Value::Object(terms)
}

fn allocation(dice: &mut Dice) -> Value {
    let mut parts = vec!["fee", "penalty", "compound", "interest", "principal"];
    for place in (1..parts.len()).rev() {
        let other = usize::try_from(dice.below(u64::try_from(place + 1).unwrap())).unwrap();
        parts.swap(place, other);
    }
    json!({"order": parts, "by": *dice.pick(&["instalment", "part"])})
}

fn event(dice: &mut Dice, on: NaiveDate, wild: Wildness) -> Value {
    let amount = |dice: &mut Dice| {
        let most = *dice.pick(&[1_000, 60_000, 200_000, 1_000_000]);
        money(dice.between(1, most))
    };
    match dice.below(40) {
        0 => json!({"on": on, "rate_reset": *dice.pick(&["0.03", "0.0455", "0.2"])}),
        1 => json!({"on": on, "interest_paused": {"until": later(on, dice.between(0, 40))}}),
        2 => {
            json!({"on": on, "re_aged": {"instalments": dice.between(1, 20), "first_due_on": later(on, dice.between(1, 40))}})
        }
        3 => json!({"on": on, "re_amortised": true}),
        4 | 5 => json!({"on": on, "fee_charged": amount(dice)}),
        6 => json!({"on": on, "fee_waived": money(dice.between(1, 2_000))}),
        7 => json!({"on": on, "interest_waived": money(dice.between(1, 5_000))}),
        8 | 9 => json!({"on": on, "prepaid": amount(dice), "how": "keep_term"}),
        10 | 11 => json!({"on": on, "prepaid": amount(dice), "how": "keep_instalment"}),
        12 if dice.one_in(3) => json!({"on": on, "prepaid": "90000.00", "how": "settle"}),
        13 if dice.one_in(4) => json!({"on": on, "charged_off": true}),
        14 if dice.one_in(3) => json!({"on": on, "closed": true}),
        15 => json!({"on": on, "guarantee_paid": amount(dice)}),
        16 => json!({"on": on, "recovered": amount(dice)}),
        17 if wild.reliefs => relief(dice, on),
        _ => {
            json!({"on": on, "repaid": amount(dice), "payer": *dice.pick(&["borrower", "borrower", "treasury"])})
        }
    }
}

fn relief(dice: &mut Dice, on: NaiveDate) -> Value {
    let from = if dice.one_in(2) { later(on, dice.between(0, 40)) } else { on - Days::new(dice.below(60)) };
    let until = later(from, dice.between(1, 150));
    let mut relief = json!({
        "granted_on": on, "due_from": from, "due_until": until,
        "defer": *dice.pick(&["principal", "interest", "both"]),
        "penalty": *dice.pick(&["none", "as_contracted"]),
        "days_past_due": *dice.pick(&["by_due_dates", "excluded"]),
    });
    let defers_principal = relief["defer"] != "interest";
    if defers_principal {
        relief["principal_caught_up"] =
            json!(dice.pick(&["end_of_window", "over_remaining", "shifted", "at_maturity"]));
    }
    let meanwhile = if relief["defer"] == "principal" {
        "paid"
    } else {
        *dice.pick(&["simple", "capitalised_at_end", "waived"])
    };
    relief["interest_meanwhile"] = json!(meanwhile);
    if meanwhile == "simple" {
        relief["interest_caught_up"] =
            json!(dice.pick(&["end_of_window", "next_instalment", "over_remaining", "at_maturity"]));
    }
    json!({"on": on, "relief": relief})
}

fn later(day: NaiveDate, days: i64) -> NaiveDate {
    day + Days::new(u64::try_from(days).unwrap())
}

fn money(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}
