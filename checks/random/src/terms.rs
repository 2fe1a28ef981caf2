//! Random loans in the wire form, over all methods, day counts, rolls and graces.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

use crate::Dice;

pub fn random_terms(dice: &mut Dice) -> Value {
    let mut terms = Map::new();
    let (currency, decimals) =
        *dice.pick(&[("CNY", 2), ("CNY", 2), ("CNY", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)]);
    let largest = *dice.pick(&[1_000, 5_000_000, 5_000_000, 90_000_000_000, 4_000_000_000_000_000]);
    let principal = dice.between(1, largest);
    let disbursed_on = day(2015, 1, 1) + Days::new(dice.below(12 * 365));
    terms.insert("currency".into(), json!(currency));
    terms.insert("principal".into(), json!(money(principal, decimals)));
    terms.insert("disbursed_on".into(), json!(disbursed_on));
    terms.insert(
        "day_count".into(),
        json!(dice.pick(&[
            "actual/360",
            "actual/360",
            "actual/365",
            "actual/actual",
            "30e/360",
            "30e/360",
            "30e/360_isda",
            "30/360_us",
            "30/360_bond",
            "months_and_days",
            "actual/actual_icma",
            "actual/actual_icma",
            "actual/365l",
            "actual/actual_dec_31",
        ])),
    );
    terms.insert("rounding".into(), json!(dice.pick(&["half_up", "half_up", "half_even", "down", "up"])));
    terms.insert("rate".into(), rate(dice, disbursed_on));

    let method = *dice.pick(&[
        "equal_instalment",
        "equal_instalment",
        "equal_principal",
        "interest_only",
        "bullet",
        "balloon",
        "graduated",
        "seasonal",
        "custom",
    ]);
    terms.insert("method".into(), json!(method));
    let every = *dice.pick(&[
        "1 month",
        "1 month",
        "1 month",
        "3 month",
        "1 quarter",
        "1 half_year",
        "1 year",
        "1 week",
        "2 week",
        "10 day",
        "28 day",
    ]);
    let in_months = !(every.ends_with("day") || every.ends_with("week"));
    let most = *dice.pick(&[2, 12, 36, 60]);
    let rows = dice.between(1, most);
    if method == "custom" {
        custom(dice, &mut terms, principal, decimals, disbursed_on, every);
    } else {
        terms.insert("every".into(), json!(every));
        let first = first_due(dice, disbursed_on, every);
        terms.insert("first_due_on".into(), json!(first));
        if dice.one_in(3) {
            let end = first
                + Days::new(dice.below(u64::try_from(rows).unwrap() * if in_months { 60 } else { 20 } + 1));
            terms.insert("matures_on".into(), json!(end));
            if dice.one_in(2) {
                terms.insert("long_last".into(), json!(true));
            }
        } else {
            terms.insert("instalments".into(), json!(rows));
        }
        let g = dice.between(0, 3);
        if method != "bullet" && g < rows && dice.one_in(4) {
            let h = dice.between(0, g);
            terms.insert(
                "grace".into(),
                json!({"principal": g, "interest": h, "capitalised": h > 0 && dice.one_in(2)}),
            );
        }
    }
    if in_months && dice.one_in(5) {
        terms.insert("due_day".into(), json!(dice.between(1, 31)));
    }
    if dice.one_in(6) {
        terms.insert("missing_day".into(), json!("first_of_next_month"));
    }
    method_fields(dice, &mut terms, method, principal, decimals, rows);
    if in_months && terms.contains_key("every") && dice.one_in(4) {
        terms.insert("level_payment".into(), json!("nominal"));
    }
    for (odds, key, value) in
        [(4, "first_period", "on_top"), (4, "accrual_ends", "day_after"), (3, "relevel", "once")]
    {
        if dice.one_in(odds) {
            terms.insert(key.into(), json!(value));
        }
    }
    if dice.one_in(3) {
        terms.insert("business_days".into(), business_days(dice));
    }
    if dice.one_in(6) {
        terms.insert("payment_multiple".into(), json!(money(*dice.pick(&[1, 5, 100, 1_000]), decimals)));
    }
    // From dice of their own, so that all other draws stay what they were before there was the option.
    let mut own = Dice::new(!dice.clone().draw());
    if own.one_in(6) {
        terms.insert("payment_rounding".into(), json!(*own.pick(&["half_up", "half_even", "down", "up"])));
    }
    if dice.one_in(2) {
        terms.insert("negative_amortisation".into(), json!(true));
    } else if own.one_in(2) {
        terms.insert("interest_cap".into(), json!("payment"));
    }
    if dice.one_in(5) {
        let fees = json!({"at_disbursement": money(dice.between(0, 50), decimals), "each_instalment": money(7, decimals)});
        terms.insert("fees".into(), fees);
    }
    Value::Object(terms)
}

/// A loan of payments that are fixed, which carry interest on wherever a period earns more than they are: a first period that may be
/// long, and rates that may rise.
pub fn random_carrying(dice: &mut Dice) -> Value {
    let mut terms = loop {
        let terms = random_terms(dice);
        let fixes = ["equal_instalment", "balloon", "graduated"].contains(&terms["method"].as_str().unwrap());
        if fixes && terms.get("instalments").is_some() {
            break terms;
        }
    };
    let keys = terms.as_object_mut().unwrap();
    keys.remove("negative_amortisation");
    let drawn: NaiveDate = serde_json::from_value(keys["disbursed_on"].clone()).unwrap();
    let drawn = drawn - Days::new(dice.below(300));
    keys.insert("disbursed_on".into(), json!(drawn));
    let (rate, higher) = (dice.between(500, 4_000), dice.between(500, 6_000));
    let from = drawn + Days::new(1 + dice.below(700));
    let rate = match dice.one_in(3) {
        true => json!({"stepped": [{"from": drawn, "rate": format!("0.{rate:04}")},
                                   {"from": from, "rate": format!("0.{higher:04}")}]}),
        false => json!({"fixed": format!("0.{rate:04}")}),
    };
    keys.insert("rate".into(), rate);
    keys.insert("interest_cap".into(), json!("payment"));
    terms
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Minor units as text.
pub fn money(minor: i64, decimals: usize) -> String {
    let digits = format!("{minor:0width$}", width = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

/// A rate of so many basis points, or a long one.
fn fraction(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => "0".to_owned(),
        1 => format!("-0.0{}", dice.below(100)),
        2 => format!("0.0{}", dice.draw()),
        3 => format!("0.0{}{:08}", dice.draw(), dice.below(100_000_000)),
        4 => format!("{}.{}", dice.below(2), dice.below(1000)),
        _ => format!("0.{:04}", dice.between(1, 2_400)),
    }
}

fn rate(dice: &mut Dice, disbursed_on: NaiveDate) -> Value {
    match dice.below(6) {
        0 | 1 => {
            let mut from = disbursed_on - Days::new(dice.below(3) * 30);
            let mut steps = Vec::new();
            for _ in 0..=dice.below(4) {
                steps.push(json!({"from": from, "rate": format!("0.{:04}", dice.between(100, 900))}));
                from = from + Days::new(1 + dice.below(400));
            }
            json!({"stepped": steps})
        }
        2 if disbursed_on >= day(2019, 8, 20) => {
            let known_on = disbursed_on + Days::new(dice.below(900));
            let mut rate =
                json!({"benchmark": dice.pick(&["lpr_1y", "lpr_5y", "pboc_1y"]), "known_on": known_on});
            if dice.one_in(2) {
                rate["spread_bp"] = json!(dice.between(-150, 300));
            }
            if dice.one_in(2) {
                rate["reset"] = json!(dice.pick(&["1 year", "1 quarter", "6 month"]));
            }
            rate
        }
        _ => json!({"fixed": fraction(dice)}),
    }
}

fn first_due(dice: &mut Dice, disbursed_on: NaiveDate, every: &str) -> NaiveDate {
    if every == "1 month" && dice.one_in(2) {
        // Exactly one month on: the regular case.
        return disbursed_on.checked_add_months(chrono::Months::new(1)).unwrap();
    }
    disbursed_on + Days::new(1 + dice.below(70))
}

fn method_fields(
    dice: &mut Dice,
    terms: &mut Map<String, Value>,
    method: &str,
    principal: i64,
    decimals: usize,
    rows: i64,
) {
    match method {
        "balloon" if dice.one_in(2) => {
            terms.insert("amortised_over".into(), json!(rows + dice.between(1, 60)));
        }
        "balloon" => {
            terms.insert("residual".into(), json!(money(dice.between(1, principal.max(2) - 1), decimals)));
        }
        "graduated" if dice.one_in(2) => {
            let ratio = *dice.pick(&["0.05", "0.10", "-0.03", "0.0125", "0"]);
            terms.insert("graduated".into(), json!({"ratio": ratio, "every": dice.between(1, 12)}));
        }
        "graduated" => {
            let amount = money(principal / (rows * rows * 2).max(1), decimals);
            terms.insert("graduated".into(), json!({"amount": amount, "every": dice.between(1, 12)}));
        }
        "seasonal" => {
            let months: Vec<i64> = (1..=12).filter(|_| dice.one_in(4)).collect();
            let months = if months.is_empty() { vec![6, 9] } else { months };
            terms.insert("months".into(), json!(months));
        }
        _ => {}
    }
}

/// A plan of its own dates, or one on and between the due dates of a cycle.
fn custom(
    dice: &mut Dice,
    terms: &mut Map<String, Value>,
    principal: i64,
    decimals: usize,
    disbursed_on: NaiveDate,
    every: &str,
) {
    let mut days: Vec<NaiveDate> =
        (0..dice.between(1, 6)).map(|_| disbursed_on + Days::new(1 + dice.below(700))).collect();
    if dice.one_in(2) {
        let first = disbursed_on + Days::new(20);
        terms.insert("every".into(), json!(every));
        terms.insert("first_due_on".into(), json!(first));
        terms.insert("matures_on".into(), json!(disbursed_on + Days::new(720)));
        if every == "1 month" {
            // One of the planned days is a due date.
            days.push(first.checked_add_months(chrono::Months::new(3)).unwrap());
        }
    }
    days.sort_unstable();
    days.dedup();
    let parts = i64::try_from(days.len()).unwrap();
    let mut left = principal;
    let mut plan = Vec::new();
    for (index, on) in days.iter().enumerate() {
        let last = index + 1 == days.len();
        let part = if last { left } else { (principal / parts).max(1).min(left - 1) };
        if part > 0 {
            plan.push(json!({"on": on, "principal": money(part, decimals)}));
            left -= part;
        }
    }
    terms.insert("plan".into(), json!(plan));
}

fn business_days(dice: &mut Dice) -> Value {
    let calendar = match dice.below(4) {
        0 => json!("weekends"),
        1 => json!({"holidays": ["2020-05-01", "2021-05-03"], "workdays": ["2020-05-09"]}),
        _ => json!("cn"),
    };
    let roll = dice.pick(&["none", "following", "modified_following", "preceding", "modified_preceding"]);
    json!({"calendar": calendar, "roll": roll, "interest": dice.pick(&["adjusted", "unadjusted"])})
}
