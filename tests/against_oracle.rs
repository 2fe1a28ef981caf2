//! The library against the independent, slow oracle of `tests/oracle`: the same loans, row by row, to the minor unit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::as_conversions, missing_docs)]

mod oracle;
mod support;

use chrono::{Days, NaiveDate};
use num_bigint::BigInt;
use puhui::ErrorCode;
use puhui::loan::{Instalment, LoanForm, LoanRecord, Schedule};
use serde_json::{Map, Value, json};
use support::Dice;

/// Loans that both sides schedule, and how many of them both refuse for the same reason.
const LOANS: usize = 10_000;

#[test]
fn random_loans_agree_with_the_oracle() {
    if support::shared("random_loans_agree_with_the_oracle", "facts", "PUHUI_FACTS").is_none() {
        return;
    }
    let mut dice = Dice::new(20_200_301);
    let (mut agreed, mut refused) = (0, 0);
    let mut methods = std::collections::BTreeMap::<String, usize>::new();
    while agreed < LOANS {
        let terms = random_terms(&mut dice);
        match compare(&terms) {
            Ok(()) => {
                agreed += 1;
                *methods.entry(terms["method"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            Err(Refused) => refused += 1,
        }
        assert!(refused < LOANS, "most loans are refused: nothing is being compared");
    }
    println!("{agreed} agreed, {refused} refused by both; by method {methods:?}");
    assert!(methods.len() == 8 && methods.values().all(|&count| count > LOANS / 20), "{methods:?}");
}

struct Refused;

/// Holds one loan to the oracle. Both refuse it, or both give the same rows, totals and rates.
fn compare(terms: &Value) -> Result<(), Refused> {
    let expected = oracle::schedule(terms);
    let form: LoanForm = serde_json::from_value(terms.clone()).expect("the form is well made");
    let found = LoanRecord::try_from(form).and_then(|record| {
        record.loan().and_then(|loan| loan.schedule().to_vec()).map(|rows| (record, rows))
    });
    let (expected, (record, rows)) = match (expected, found) {
        (Ok(expected), Ok(found)) => (expected, found),
        (Err(_), Err(_)) => return Err(Refused),
        // The library refuses what the page leaves open: due dates rolled onto one day, or back to the disbursement.
        (Ok(expected), Err(error))
            if matches!(error.code(), ErrorCode::DueDatesCollide | ErrorCode::DatesOutOfOrder) =>
        {
            let days =
                std::iter::once(expected.disbursed_on).chain(expected.rows.iter().map(|row| row.due_on));
            let days: Vec<NaiveDate> = days.collect();
            assert!(days.windows(2).any(|pair| pair[0] >= pair[1]), "{error}\n{terms}");
            return Err(Refused);
        }
        (Ok(_), Err(error)) => panic!("only the library refuses: {error}\n{terms}"),
        (Err(why), Ok(_)) => panic!("only the oracle refuses: {why}\n{terms}"),
    };
    assert_eq!(rows.len(), expected.rows.len(), "rows of\n{terms}");
    let sources = [("written", rows.clone()), ("iterated", iterated(&record.loan().unwrap().schedule()))];
    for (source, rows) in &sources {
        for (row, expected) in rows.iter().zip(&expected.rows) {
            assert_eq!(shown(row), told(expected), "{source}, row {}, of\n{terms}", row.no);
        }
    }
    let totals = record.loan().unwrap().schedule().totals().unwrap();
    let all = &expected.totals;
    assert_eq!(BigInt::from(totals.principal.minor()), all.principal, "{terms}");
    assert_eq!(BigInt::from(totals.interest.minor()), &all.interest + &all.deferred_interest_paid, "{terms}");
    assert_eq!(BigInt::from(totals.payment.minor()), all.payment, "{terms}");
    Ok(())
}

fn iterated(schedule: &Schedule<'_>) -> Vec<Instalment> {
    schedule.iter().collect::<Result<_, _>>().unwrap()
}

type Shown = (u32, NaiveDate, i64, [BigInt; 8], bool, bool);

fn shown(row: &Instalment) -> Shown {
    let amounts = [
        row.opening,
        row.principal,
        row.interest,
        row.interest_deferred,
        row.deferred_interest_paid,
        row.fees,
        row.payment,
        row.closing,
    ];
    let amounts = amounts.map(|money| BigInt::from(money.minor()));
    (row.no, row.due_on, i64::from(row.days), amounts, row.provisional, row.projected)
}

fn told(row: &oracle::OracleRow) -> Shown {
    let amounts = [
        &row.opening,
        &row.principal,
        &row.interest,
        &row.interest_deferred,
        &row.deferred_interest_paid,
        &row.fees,
        &row.payment,
        &row.closing,
    ];
    (row.no, row.due_on, row.days, amounts.map(Clone::clone), row.provisional, row.projected)
}

#[test]
fn annualised_rates_agree_with_the_oracle() {
    if support::shared("annualised_rates_agree_with_the_oracle", "facts", "PUHUI_FACTS").is_none() {
        return;
    }
    let mut dice = Dice::new(3_2021);
    let (mut compared, mut nominals) = (0, 0);
    while compared < 300 {
        let mut terms = random_terms(&mut dice);
        if dice.one_in(2) {
            terms["fees"] = json!({"at_disbursement": "1", "each_instalment": "1"});
        }
        let Ok(expected) = oracle::schedule(&terms) else { continue };
        let form: LoanForm = serde_json::from_value(terms.clone()).unwrap();
        let record = LoanRecord::try_from(form).unwrap();
        let Ok(rates) = record.loan().unwrap().schedule().annualised_rates() else { continue };
        let decimal = |text: Option<String>| text.map(|text| text.parse::<rust_decimal::Decimal>().unwrap());
        assert_eq!(Some(rates.effective), decimal(oracle::effective_rate(&expected.flows())), "{terms}");
        assert_eq!(Some(rates.simple), decimal(oracle::simple_rate(&expected)), "{terms}");
        if let (Some(nominal), "1 month") = (rates.nominal, terms["every"].as_str().unwrap_or_default()) {
            let flows: Vec<BigInt> = expected.flows().into_iter().map(|(_, flow)| flow).collect();
            assert_eq!(Some(nominal), decimal(oracle::nominal_rate(&flows, (12, 1))), "{terms}");
            nominals += 1;
        }
        compared += 1;
    }
    assert!(nominals > 10, "only {nominals} nominal rates were compared");
}

// ---------------------------------------------------------------- random loans

fn random_terms(dice: &mut Dice) -> Value {
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
    if dice.one_in(2) {
        terms.insert("negative_amortisation".into(), json!(true));
    }
    if dice.one_in(5) {
        let fees = json!({"at_disbursement": money(dice.between(0, 50), decimals), "each_instalment": money(7, decimals)});
        terms.insert("fees".into(), fees);
    }
    Value::Object(terms)
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Minor units as text.
fn money(minor: i64, decimals: usize) -> String {
    let digits = format!("{minor:0width$}", width = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

/// A rate of so many basis points, or a long one.
fn fraction(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => "0".to_owned(),
        1 => format!("-0.0{}", dice.below(100)),
        2 => format!("0.0{}", dice.next()),
        3 => format!("0.0{}{:08}", dice.next(), dice.below(100_000_000)),
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
