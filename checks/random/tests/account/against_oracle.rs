//! Lives against the independent oracle of `checks/oracle`, which walks days and knows no formula: the same positions, arrears
//! and instalments ahead, to the minor unit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::as_conversions, missing_docs)]

use std::collections::BTreeMap;
use std::io::Write;

use num_bigint::BigInt;
use puhui::loan::{Account, Event, EventForm, LoanForm, LoanRecord};
use puhui::{ErrorCode, Money};
use random::Dice;
use random::lives::{RandomLife, Wildness, random_life};
use serde_json::json;

/// Lives that both sides live to the end.
const LIVES: usize = 3_000;

#[test]
fn random_lives_agree_with_the_oracle() {
    if crate::support::skip::shared("random_lives_agree_with_the_oracle", "facts", "PUHUI_FACTS").is_none() {
        return;
    }
    let lives = std::env::var("PUHUI_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(LIVES);
    let mut dice =
        Dice::new(std::env::var("PUHUI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(4_2020));
    let (mut agreed, mut drawn, mut dropped, mut events) = (0, 0, 0, 0);
    let mut declined: BTreeMap<String, usize> = BTreeMap::new();
    let mut differing: Vec<String> = Vec::new();
    // One difference tells what is wrong, a few tell what they share.
    while agreed < lives && differing.len() < 5 {
        let wild = Wildness { reliefs: dice.one_in(4), events: *dice.pick(&[6, 12, 24]) };
        let mut life = random_life(&mut dice, wild);
        drawn += 1;
        loop {
            match compare(&life) {
                Outcome::Agree => {
                    agreed += 1;
                    events += life.events.len();
                    break;
                }
                // What both refuse is taken out, so that lives grow long.
                Outcome::Refused(at) => {
                    dropped += 1;
                    let no = life.events.remove(at)["no"].clone();
                    life.events.retain(|event| event.get("reversed") != Some(&no));
                }
                Outcome::Declined(why) => {
                    *declined.entry(why).or_default() += 1;
                    break;
                }
                Outcome::Differs(_) => {
                    let (smallest, why) = shrunk(life);
                    let told = format!(
                        "{why}\n{}\n{}\nas of {} known on {:?}",
                        smallest.terms,
                        json!(smallest.events),
                        smallest.as_of,
                        smallest.known_on
                    );
                    differing.push(told);
                    break;
                }
            }
        }
        assert!(drawn < 3 * lives + 1_000, "most lives are declined: {declined:?}");
    }
    let told = format!(
        "{agreed} lives of {events} events agreed, {dropped} events refused by both; declined: {declined:?}\n"
    );
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
    assert!(events > 6 * agreed, "the lives are too short to show much");
}

enum Outcome {
    Agree,
    /// The place of the event that both refuse.
    Refused(usize),
    Declined(String),
    /// In what, and what each of the two found.
    Differs(String),
}

/// The life with everything taken out that the difference does not need.
fn shrunk(mut life: RandomLife) -> (RandomLife, String) {
    let mut why = String::new();
    loop {
        let mut smaller = Vec::new();
        for at in 0..life.events.len() {
            let mut fewer = life.clone();
            fewer.events.remove(at);
            smaller.push(fewer);
        }
        let keys = life.terms.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        for key in keys {
            let mut plainer = life.clone();
            plainer.terms.as_object_mut().unwrap().remove(&key);
            smaller.push(plainer);
        }
        if life.known_on.is_some() {
            smaller.push(RandomLife { known_on: None, ..life.clone() });
        }
        smaller.push(RandomLife { as_of: life.as_of - chrono::Days::new(1), ..life.clone() });
        let found = smaller.into_iter().find_map(|life| match compare(&life) {
            Outcome::Differs(why) => Some((life, why)),
            _ => None,
        });
        match found {
            Some(found) => (life, why) = found,
            None => return (life, why),
        }
    }
}

fn compare(life: &RandomLife) -> Outcome {
    let form: LoanForm = match serde_json::from_value(life.terms.clone()) {
        Ok(form) => form,
        Err(error) => return Outcome::Declined(format!("terms: {error}")),
    };
    let record = match LoanRecord::try_from(form) {
        Ok(record) => record,
        Err(error) => return Outcome::Declined(format!("terms: {}", error.code())),
    };
    let loan = record.loan().unwrap();
    let currency = loan.product().rules().currency;
    let mut events: Vec<Event> = Vec::new();
    for (at, event) in life.events.iter().enumerate() {
        let form: EventForm = serde_json::from_value(event.clone()).expect("the event is well made");
        match form.read(currency, u64::try_from(at + 1).unwrap()) {
            Ok(event) => events.push(event),
            Err(_) => return Outcome::Refused(at),
        }
    }
    if let Some(open) = reading_left_open(life) {
        return Outcome::Declined(open.to_owned());
    }
    let expected = oracle::account(&life.terms, &json!(life.events), life.as_of, life.known_on);
    let replay = || match life.known_on {
        Some(known_on) => Account::as_known_on(&loan, &events, life.as_of, known_on),
        None => Account::replay(&loan, &events, life.as_of),
    };
    // A check of the library that fails is shrunk as any other difference.
    let Ok(found) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(replay)) else {
        return Outcome::Differs("the library panics".to_owned());
    };
    let (expected, account) = match (expected, found) {
        (Ok(expected), Ok(account)) => (expected, account),
        (Err(why), _) if why.starts_with(oracle::OUT_OF_REACH) => return Outcome::Declined(why),
        (_, Err(error)) if error.code() == ErrorCode::Internal => return Outcome::Differs(error.to_string()),
        (Err(_), Err(error)) => {
            let place = named(&error.to_string());
            return place
                .map_or_else(|| Outcome::Declined(format!("both: {}", error.code())), Outcome::Refused);
        }
        (Ok(_), Err(error)) if ["shifted", "a new one"].contains(&error.value()) => {
            return Outcome::Declined("rows that follow no cycle are shifted".to_owned());
        }
        // The library refuses what the page leaves open: new rows that a roll puts before the day on which they were agreed.
        (Ok(_), Err(error)) if error.field().ends_with("re_aged.first_due_on") => {
            return Outcome::Declined("a re-age whose first row is rolled before its day".to_owned());
        }
        (Ok(_), Err(error)) => return Outcome::Differs(format!("only the library refuses: {error}")),
        (Err(why), Ok(_)) => return Outcome::Differs(format!("only the oracle refuses: {why}")),
    };
    let position = account.position();
    let of = |money: Money| BigInt::from(money.minor());
    let figures = [
        ("disbursed", of(position.disbursed), &expected.disbursed),
        ("capitalised", of(position.capitalised), &expected.capitalised),
        ("principal_repaid", of(position.principal_repaid), &expected.principal_repaid),
        ("charged_off", of(position.charged_off), &expected.charged_off),
        ("recovered", of(position.recovered), &expected.recovered),
        ("principal", of(position.principal), &expected.principal),
        ("overdue_principal", of(position.overdue_principal), &expected.overdue_principal),
        ("interest_accrued", of(position.interest_accrued), &expected.interest_accrued),
        ("interest_of_day", of(position.interest_of_day), &expected.interest_of_day),
        ("interest", of(position.interest), &expected.interest),
        ("interest_deferred", of(position.interest_deferred), &expected.interest_deferred),
        ("penalty", of(position.penalty), &expected.penalty),
        ("penalty_accrued", of(position.penalty_accrued), &expected.penalty_accrued),
        ("compound", of(position.compound), &expected.compound),
        ("compound_accrued", of(position.compound_accrued), &expected.compound_accrued),
        ("fees", of(position.fees), &expected.fees),
        ("credit", of(position.credit), &expected.credit),
        ("pay_off", of(position.pay_off), &expected.pay_off),
        ("days_past_due", BigInt::from(position.days_past_due), &BigInt::from(expected.days_past_due)),
    ];
    for (name, found, expected) in &figures {
        if found != *expected {
            return Outcome::Differs(format!("{name}: found {found}, the oracle {expected}"));
        }
    }
    let class = position.class.map(|class| class.to_string());
    if (&class, position.non_accrual) != (&expected.class, expected.non_accrual) {
        let (found, told) = ((class, position.non_accrual), (&expected.class, expected.non_accrual));
        return Outcome::Differs(format!("class and non-accrual: found {found:?}, the oracle {told:?}"));
    }
    let arrears: Vec<_> = position
        .arrears
        .iter()
        .map(|row| {
            (row.due_on, of(row.fee), of(row.penalty), of(row.compound), of(row.interest), of(row.principal))
        })
        .collect();
    let told: Vec<_> = expected
        .arrears
        .iter()
        .map(|row| {
            let [fee, penalty, compound] = [&row.fee, &row.penalty, &row.compound].map(Clone::clone);
            (row.due_on, fee, penalty, compound, row.interest.clone(), row.principal.clone())
        })
        .collect();
    if arrears != told {
        return Outcome::Differs(format!("arrears: {}", first_difference(&arrears, &told)));
    }
    let ahead: Vec<_> = account
        .rows_to_come()
        .iter()
        .map(|row| {
            let interest = of(row.interest) + of(row.deferred_interest_paid);
            (row.due_on, of(row.principal), interest, of(row.fees))
        })
        .collect();
    let told: Vec<_> = expected
        .ahead
        .iter()
        .map(|row| (row.due_on, row.principal.clone(), row.interest.clone(), row.fees.clone()))
        .collect();
    if ahead != told {
        return Outcome::Differs(format!("ahead: {}", first_difference(&ahead, &told)));
    }
    Outcome::Agree
}

/// What the page leaves open, and the two sides read in different ways.
fn reading_left_open(life: &RandomLife) -> Option<&'static str> {
    let happens = |kind: &str| life.events.iter().any(|event| event.get(kind).is_some());
    let changes =
        ["rate_reset", "prepaid", "re_amortised", "re_aged", "relief", "interest_paused", "disbursed"];
    let fixes_payment =
        ["equal_instalment", "balloon", "graduated"].into_iter().any(|method| life.terms["method"] == method);
    if fixes_payment
        && life.terms.get("money_ahead") == Some(&json!("next"))
        && changes.into_iter().any(happens)
    {
        return Some("the payments of next rows that were settled ahead when their terms change");
    }
    let keeps_instalments = life.terms.get("money_ahead") == Some(&json!("last"))
        || life.events.iter().any(|event| event.get("how") == Some(&json!("keep_instalment")));
    if life.terms.get("amortised_over").is_some() && keeps_instalments {
        return Some("the rows of a longer balloon that are left when some fell away");
    }
    // By hand in `tests/account/anew.rs`: both orders are one change. The oracle knows one of them.
    let on = |kind: &str| {
        let of_kind = life.events.iter().filter(|event| event.get(kind).is_some());
        of_kind.map(|event| event["on"].clone()).collect::<Vec<_>>()
    };
    let (resets, re_aged) = (on("rate_reset"), on("re_aged"));
    if resets.iter().any(|day| re_aged.contains(day)) {
        return Some("a rate that is reset after new rows were agreed on the same day");
    }
    None
}

/// The place of the event that an error names.
fn named(error: &str) -> Option<usize> {
    let (_, rest) = error.split_once("events[")?;
    rest.split_once(']')?.0.parse().ok()
}

/// The first row in which two lists differ.
fn first_difference<T: PartialEq + std::fmt::Debug>(found: &[T], expected: &[T]) -> String {
    let longest = found.len().max(expected.len());
    let at = (0..longest).find(|&at| found.get(at) != expected.get(at)).unwrap_or(longest);
    format!("row {at} of {longest}: found {:?}, the oracle {:?}", found.get(at), expected.get(at))
}
