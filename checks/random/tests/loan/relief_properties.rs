//! What holds of every relief on every loan.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{g2, record, with};
use chrono::{Days, NaiveDate};
use puhui::loan::{Impact, Instalment, LoanRecord, Outcome, Relief, Totals};
use puhui::{Money, parse_date};
use random::Dice;
use serde_json::{Value, json};

const METHODS: [&str; 5] = ["equal_instalment", "equal_principal", "interest_only", "seasonal", "graduated"];
const DAY_COUNTS: [&str; 11] = [
    "actual/360",
    "actual/365",
    "actual/actual",
    "30e/360",
    "30e/360_isda",
    "30/360_us",
    "30/360_bond",
    "months_and_days",
    "actual/actual_icma",
    "actual/365l",
    "actual/actual_dec_31",
];

fn day(text: &str) -> NaiveDate {
    parse_date(text, "day").unwrap()
}

/// A loan with at least 18 instalments, drawn in 2019.
fn random_loan(dice: &mut Dice) -> Value {
    let method = *dice.pick(&METHODS);
    let drawn = day("2019-01-01") + Days::new(dice.below(365));
    let mut terms = with(
        g2(),
        json!({"principal": format!("{}.00", dice.between(1_000, 5_000_000)), "method": method,
               "rate": {"fixed": format!("0.{:04}", dice.between(100, 1_200))},
               "day_count": dice.pick(&DAY_COUNTS), "disbursed_on": drawn,
               "first_due_on": drawn + Days::new(15 + dice.below(40)), "instalments": dice.between(18, 60)}),
    );
    match method {
        "seasonal" => terms["months"] = json!([3, 6, 9]),
        "graduated" => terms["graduated"] = json!({"ratio": "0.02", "every": 12}),
        _ => {}
    }
    if dice.one_in(4) {
        terms["business_days"] =
            json!({"calendar": "weekends", "roll": "following", "interest": "unadjusted"});
    }
    terms
}

/// A window of some rows of the loan, and a relief in it.
fn relief(window: (&str, &str), rest: Value) -> Value {
    with(json!({"granted_on": "2020-03-01", "due_from": window.0, "due_until": window.1}), rest)
}

struct Seen {
    record: LoanRecord,
    reliefs: Vec<Relief>,
    before: Vec<Instalment>,
    after: Vec<Instalment>,
    impact: Impact,
}

impl Seen {
    fn present_value_change(&self) -> Money {
        self.record.loan().unwrap().relieve(&self.reliefs).unwrap().present_value_change().unwrap()
    }
}

fn seen(terms: &Value, reliefs: Value) -> Seen {
    let record = record(terms).unwrap_or_else(|error| panic!("{error}\n{terms}"));
    let reliefs: Vec<Relief> = serde_json::from_value(reliefs).unwrap();
    let relieved =
        record.loan().unwrap().relieve(&reliefs).unwrap_or_else(|error| panic!("{error}\n{terms}"));
    Seen {
        before: relieved.before().to_vec(),
        after: relieved.after().to_vec(),
        impact: relieved.impact().clone(),
        record: record.clone(),
        reliefs: reliefs.clone(),
    }
}

const SPRING: (&str, &str) = ("2020-01-25", "2020-06-30");

fn every_mode() -> Vec<Value> {
    let mut modes = Vec::new();
    let principal = [
        json!({"principal_caught_up": "end_of_window"}),
        json!({"principal_caught_up": "end_of_window", "new_date": "2020-08-05"}),
        json!({"principal_caught_up": "over_remaining"}),
        json!({"principal_caught_up": "shifted"}),
        json!({"principal_caught_up": "at_maturity"}),
    ];
    let interest = ["end_of_window", "next_instalment", "over_remaining", "at_maturity"];
    for how in &principal {
        for meanwhile in [json!("paid"), json!("waived"), json!({"at": "0.01"})] {
            modes.push(with(how.clone(), json!({"defer": "principal", "interest_meanwhile": meanwhile})));
        }
        for meanwhile in ["capitalised_at_end", "capitalised_each_due_date", "waived"] {
            modes.push(with(how.clone(), json!({"defer": "both", "interest_meanwhile": meanwhile})));
        }
        for caught_up in interest {
            for meanwhile in [json!("simple"), json!({"at": "0.01"})] {
                modes.push(with(
                    how.clone(),
                    json!({"defer": "both", "interest_meanwhile": meanwhile, "interest_caught_up": caught_up}),
                ));
            }
        }
    }
    for caught_up in interest {
        modes.push(
            json!({"defer": "interest", "interest_meanwhile": "simple", "interest_caught_up": caught_up}),
        );
    }
    for meanwhile in ["capitalised_at_end", "capitalised_each_due_date"] {
        modes.push(json!({"defer": "interest", "interest_meanwhile": meanwhile}));
    }
    for meanwhile in [json!("waived"), json!({"at": "0.01"})] {
        modes.push(json!({"interest_meanwhile": meanwhile}));
    }
    modes.into_iter().map(|mode| relief(SPRING, mode)).collect()
}

#[test]
fn every_combination_that_makes_sense_conserves_the_loan() {
    let mut dice = Dice::new(5);
    let modes = every_mode();
    assert_eq!(modes.len(), 5 * (3 + 3 + 8) + 4 + 2 + 2);
    for terms in (0..40).map(|_| random_loan(&mut dice)) {
        for mode in &modes {
            let seen = seen(&terms, json!([mode]));
            let why = || format!("{mode}\n{terms}");
            let lent = seen.record.terms().principal.minor();
            let totals = Totals::of(&seen.after).unwrap();
            let capitalised = seen.impact.capitalised_interest.minor();
            assert_eq!(totals.principal.minor(), lent + capitalised, "principal, {}", why());
            assert_eq!(seen.after.last().unwrap().closing, Money::ZERO, "{}", why());
            for pair in seen.after.windows(2) {
                assert!(pair[0].due_on <= pair[1].due_on && pair[0].closing == pair[1].opening, "{}", why());
            }
            for (no, row) in (1..).zip(&seen.after) {
                let parts = [row.principal, row.interest, row.deferred_interest_paid, row.fees];
                assert_eq!((row.no, Money::sum(parts).unwrap()), (no, row.payment), "{}", why());
            }
            // What was put off as interest and stayed interest is paid, to the unit.
            let put_off: i64 = seen.after.iter().map(|row| row.interest_deferred.minor()).sum();
            let paid: i64 = seen.after.iter().map(|row| row.deferred_interest_paid.minor()).sum();
            assert_eq!(put_off, paid + capitalised, "{}", why());
            // Nothing before the window changes.
            let first = day(SPRING.0);
            let earlier = |rows: &[Instalment]| {
                rows.iter().filter(|row| row.due_on < first).copied().collect::<Vec<_>>()
            };
            assert_eq!(earlier(&seen.before), earlier(&seen.after), "{}", why());
        }
    }
}

#[test]
fn the_interest_of_the_window_is_the_same_whoever_bears_it() {
    let mut dice = Dice::new(6);
    for terms in (0..400).map(|_| random_loan(&mut dice)) {
        let shifted = |rest: Value| {
            let base = relief(SPRING, json!({"principal_caught_up": "shifted"}));
            seen(&terms, json!([with(base, rest)]))
        };
        let paid = shifted(json!({"defer": "principal", "interest_meanwhile": "paid"}));
        let (from, until) = (day(SPRING.0), day(SPRING.1));
        let inside = |row: &&Instalment| (from..=until).contains(&row.due_on);
        let interest: i64 = paid.after.iter().filter(inside).map(|row| row.interest.minor()).sum();
        assert!(interest > 0);
        let simple = shifted(
            json!({"defer": "both", "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"}),
        );
        assert_eq!(simple.impact.deferred_interest.minor(), interest, "{terms}");
        let waived = shifted(json!({"defer": "both", "interest_meanwhile": "waived"}));
        assert_eq!(waived.impact.waived_interest.minor(), interest, "{terms}");
        let capitalised = shifted(json!({"defer": "both", "interest_meanwhile": "capitalised_at_end"}));
        assert_eq!(capitalised.impact.capitalised_interest.minor(), interest, "{terms}");
    }
}

#[test]
fn after_a_lump_the_balance_is_the_plans_again() {
    let mut dice = Dice::new(7);
    for terms in (0..400).map(|_| random_loan(&mut dice)) {
        let lump = json!({"defer": "both", "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                          "interest_caught_up": "end_of_window", "new_date": "2020-07-01"});
        let seen = seen(&terms, json!([relief(SPRING, lump)]));
        let plan =
            |due_on: NaiveDate| seen.before.iter().find(|row| row.due_on == due_on).map(|row| row.closing);
        let mut compared = 0;
        for row in seen.after.iter().filter(|row| row.due_on > day("2020-07-01")) {
            assert_eq!(Some(row.closing), plan(row.due_on), "{terms}");
            compared += 1;
        }
        // Loans that a window reaches to the end of have nothing after it.
        assert!(compared > 0 || seen.before.last().unwrap().due_on <= day("2020-07-01"));
    }
}

#[test]
fn a_window_with_nothing_due_changes_nothing() {
    let mut dice = Dice::new(8);
    for terms in (0..200).map(|_| random_loan(&mut dice)) {
        for window in [("2018-01-01", "2018-12-31"), ("2040-01-01", "2040-12-31")] {
            let mode = json!({"defer": "both", "principal_caught_up": "shifted", "interest_meanwhile": "capitalised_at_end"});
            let seen = seen(&terms, json!([relief(window, mode)]));
            assert_eq!(seen.impact.outcomes, [Outcome::NothingDue]);
            assert_eq!(seen.before, seen.after);
            assert_eq!(
                (seen.impact.interest_change, seen.present_value_change()),
                (Money::ZERO, Money::ZERO)
            );
        }
    }
}

/// The bound that the documentation of `present_value_change` gives, and how near reliefs come to it.
#[test]
fn capitalised_at_each_due_date_a_relief_is_worth_next_to_nothing() {
    let mut dice = Dice::new(9);
    let mut widest = 0;
    for terms in (0..100).map(|_| random_loan(&mut dice)) {
        for how in ["shifted", "over_remaining", "end_of_window", "at_maturity"] {
            let mode = json!({"defer": "both", "principal_caught_up": how, "interest_meanwhile": "capitalised_each_due_date"});
            let mode = with(relief(SPRING, mode), json!({"granted_on": "2020-01-01"}));
            let seen = seen(&terms, json!([mode]));
            let put_off = seen.impact.deferred_principal.minor() + seen.impact.capitalised_interest.minor();
            let opening = seen.before.iter().find(|row| row.due_on >= day(SPRING.0)).unwrap().opening.minor();
            let change = seen.present_value_change().minor().abs();
            // In parts per million of the balance.
            let relative = i128::from(change) * 1_000_000 / i128::from(opening.max(put_off));
            widest = widest.max(relative);
        }
    }
    println!("widest: {widest} parts per million of the balance");
    assert!(widest < 1_000, "{widest} parts per million");
}

#[test]
fn a_waiver_is_worth_the_waived_interest_discounted() {
    let mut dice = Dice::new(10);
    for terms in (0..200).map(|_| random_loan(&mut dice)) {
        let mode = with(
            relief(SPRING, json!({"interest_meanwhile": "waived"})),
            json!({"granted_on": "2020-01-01"}),
        );
        let seen = seen(&terms, json!([mode]));
        let waived = seen.impact.waived_interest.minor();
        assert_eq!(seen.impact.interest_change.minor(), -waived, "{terms}");
        // At most 181 days after the grant, at most 13 % a year effective: between 92 % and all of it.
        let change = -seen.present_value_change().minor();
        assert!(change <= waived && change * 100 >= waived * 92, "{change} of {waived}\n{terms}");
    }
}
