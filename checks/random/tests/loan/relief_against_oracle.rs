//! Relief against the independent, slow oracle: the same loans under the same reliefs, one, two and three deep, row by row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use super::rows::{shown, told};
use chrono::{Days, NaiveDate};
use num_bigint::BigInt;
use oracle::{OUT_OF_REACH, OracleOutcome, OracleRelieved};
use puhui::ErrorCode;
use puhui::loan::{LoanForm, LoanRecord, Outcome, Relief, Relieved};
use random::Dice;
use random::terms::{random_carrying, random_terms};
use serde_json::{Map, Value, json};

/// Loans whose schedule a relief has changed, on both sides alike.
const GRANTED: usize = 10_000;

#[test]
fn random_reliefs_agree_with_the_oracle() {
    if crate::support::skip::shared("random_reliefs_agree_with_the_oracle", "facts", "PUHUI_FACTS").is_none()
    {
        return;
    }
    let mut dice = Dice::new(20_200_601);
    let (mut granted, mut nothing_due, mut refused, mut open) = (0, 0, 0, 0);
    let mut by_depth = [0; 3];
    while granted < GRANTED {
        let terms = random_terms(&mut dice);
        let disbursed_on: NaiveDate = terms["disbursed_on"].as_str().unwrap().parse().unwrap();
        let depth = usize::try_from(dice.below(3)).unwrap();
        let reliefs: Vec<Value> = (0..=depth).map(|_| random_relief(&mut dice, disbursed_on)).collect();
        // Capitalised negative interest may take more from the balance than there is: the page does not say what is due then.
        if terms["rate"]["fixed"].as_str().is_some_and(|rate| rate.starts_with('-')) {
            continue;
        }
        match compare(&terms, &json!(reliefs), granted % 50 == 0) {
            Answer::Granted => {
                granted += 1;
                by_depth[depth] += 1;
            }
            Answer::NothingDue => nothing_due += 1,
            Answer::Refused => refused += 1,
            Answer::Open => open += 1,
        }
        assert!(nothing_due + refused + open < 40 * GRANTED, "too little is being compared");
    }
    println!(
        "{granted} granted ({by_depth:?} deep), {nothing_due} with nothing due, {refused} refused by both, {open} that the page leaves open"
    );
    assert!(by_depth.iter().all(|&count| count > GRANTED / 10), "{by_depth:?}");
}

#[test]
fn random_reliefs_of_loans_that_carry_interest_on_agree_with_the_oracle() {
    let name = "random_reliefs_of_loans_that_carry_interest_on_agree_with_the_oracle";
    if crate::support::skip::shared(name, "facts", "PUHUI_FACTS").is_none() {
        return;
    }
    let mut dice = Dice::new(20_200_602);
    let (mut granted, mut carried) = (0, 0);
    while granted < GRANTED / 5 {
        let mut terms = random_carrying(&mut dice);
        // Days that roll are for the other reliefs.
        terms.as_object_mut().unwrap().remove("business_days");
        let disbursed_on: NaiveDate = terms["disbursed_on"].as_str().unwrap().parse().unwrap();
        let depth = dice.below(3);
        let reliefs: Vec<Value> = (0..=depth).map(|_| random_relief(&mut dice, disbursed_on)).collect();
        if let Answer::Granted = compare(&terms, &json!(reliefs), false) {
            granted += 1;
            // Without the option a payment below its interest is refused.
            terms.as_object_mut().unwrap().remove("interest_cap");
            carried += usize::from(oracle::schedule_with_reliefs(&terms, &json!(reliefs)).is_err());
        }
    }
    assert!(carried > granted / 4, "of {granted} loans {carried} carry interest on");
}

enum Answer {
    Granted,
    NothingDue,
    Refused,
    Open,
}

fn compare(terms: &Value, reliefs: &Value, present_value: bool) -> Answer {
    let what = || format!("{terms}\n{reliefs}");
    let expected = match oracle::schedule_with_reliefs(terms, reliefs) {
        Err(why) if why.starts_with(OUT_OF_REACH) => return Answer::Open,
        expected => expected,
    };
    let form: LoanForm = serde_json::from_value(terms.clone()).expect("a well-made form");
    let record = LoanRecord::try_from(form);
    let loan = record.as_ref().map_err(Clone::clone).and_then(LoanRecord::loan);
    let read: Result<Vec<Relief>, _> = serde_json::from_value(reliefs.clone());
    let found = loan.map_err(|error| error.to_string()).and_then(|loan| match &read {
        Ok(read) => loan.relieve(read).map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    });
    match (expected, found) {
        (Err(_), Err(_)) => Answer::Refused,
        (Ok(expected), Ok(found)) => {
            // A root is only known to so many digits; cutting or raising a sum that is exactly zero would show them.
            let present_value = present_value && terms["rounding"].as_str().unwrap().starts_with("half");
            agree(&expected, &found, present_value, &what);
            if expected.outcomes.contains(&OracleOutcome::Granted) {
                Answer::Granted
            } else {
                Answer::NothingDue
            }
        }
        (Ok(expected), Err(error)) => {
            // Due dates that a roll puts onto one day in the promise.
            let days = std::iter::once(expected.before.disbursed_on);
            let days: Vec<NaiveDate> =
                days.chain(expected.before.rows.iter().map(|row| row.due_on)).collect();
            let open = days.windows(2).any(|pair| pair[0] >= pair[1]);
            assert!(open, "only the library refuses: {error}\n{}", what());
            Answer::Refused
        }
        (Err(why), Ok(_)) => panic!("only the oracle refuses: {why}\n{}", what()),
    }
}

fn agree(promised: &OracleRelieved, found: &Relieved<'_>, present_value: bool, what: &dyn Fn() -> String) {
    let outcomes = found.impact().outcomes.iter().map(|outcome| match outcome {
        Outcome::Granted => OracleOutcome::Granted,
        Outcome::NothingDue => OracleOutcome::NothingDue,
    });
    assert_eq!(outcomes.collect::<Vec<_>>(), promised.outcomes, "{}", what());
    assert_eq!(found.after().len(), promised.after.rows.len(), "rows of\n{}", what());
    for (row, expected) in found.after().iter().zip(&promised.after.rows) {
        assert_eq!(shown(row), told(expected), "row {} of\n{}", row.no, what());
    }
    let impact = found.impact();
    for (field, money, expected) in [
        ("deferred_principal", impact.deferred_principal, &promised.deferred_principal),
        ("deferred_interest", impact.deferred_interest, &promised.deferred_interest),
        ("capitalised_interest", impact.capitalised_interest, &promised.capitalised_interest),
        ("waived_interest", impact.waived_interest, &promised.waived_interest),
        ("interest_change", impact.interest_change, &promised.interest_change),
    ] {
        // The oracle sums what each relief waived when it was granted, the library what is waived after the last one.
        if field == "waived_interest" && promised.outcomes.len() > 1 {
            continue;
        }
        assert_eq!(&BigInt::from(money.minor()), expected, "{field} of\n{}", what());
    }
    if present_value {
        match (found.present_value_change(), promised.present_value_change()) {
            (Ok(found), expected) => {
                assert_eq!(Some(BigInt::from(found.minor())), expected, "present value of\n{}", what())
            }
            // The library refuses flows that may have more than one rate; the oracle looks for a second one.
            (Err(error), Some(_)) => {
                assert_eq!(error.code(), ErrorCode::MoreThanOneRoot, "{error}\n{}", what())
            }
            (Err(_), None) => {}
        }
    }
}

// ---------------------------------------------------------------- random reliefs

fn random_relief(dice: &mut Dice, disbursed_on: NaiveDate) -> Value {
    let mut relief = Map::new();
    let granted_on = disbursed_on + Days::new(dice.below(500));
    relief.insert("granted_on".into(), json!(granted_on));
    if dice.one_in(8) {
        extension(dice, &mut relief, granted_on);
        if dice.one_in(2) {
            return Value::Object(relief);
        }
    }
    let from = disbursed_on + Days::new(dice.below(500));
    relief.insert("due_from".into(), json!(from));
    let until = from + Days::new(dice.below(250));
    if dice.one_in(3) {
        relief.insert("instalments".into(), json!(dice.between(1, 6)));
    } else {
        relief.insert("due_until".into(), json!(until));
    }
    let defer = *dice.pick(&["principal", "interest", "both", "both", "none"]);
    let meanwhile = match defer {
        "principal" => dice.pick(&[json!("paid"), json!("waived"), json!({"at": "0.01"})]).clone(),
        "none" => dice.pick(&[json!("waived"), json!({"at": "0.02"})]).clone(),
        _ => dice
            .pick(&[
                json!("simple"),
                json!("simple"),
                json!("capitalised_at_end"),
                json!("capitalised_each_due_date"),
                json!({"at": "0.005"}),
                json!("waived"),
            ])
            .clone(),
    };
    let mut at_end = false;
    if defer != "none" {
        relief.insert("defer".into(), json!(defer));
    }
    if defer == "principal" || defer == "both" {
        let how = *dice.pick(&["end_of_window", "end_of_window", "over_remaining", "shifted", "at_maturity"]);
        at_end |= how == "end_of_window";
        relief.insert("principal_caught_up".into(), json!(how));
    }
    if (defer == "interest" || defer == "both") && (meanwhile == "simple" || meanwhile.is_object()) {
        let how = *dice.pick(&["end_of_window", "next_instalment", "over_remaining", "at_maturity"]);
        at_end |= how == "end_of_window";
        relief.insert("interest_caught_up".into(), json!(how));
    }
    relief.insert("interest_meanwhile".into(), meanwhile);
    if at_end && dice.one_in(2) {
        relief.insert("new_date".into(), json!(until + Days::new(dice.below(150))));
    }
    Value::Object(relief)
}

fn extension(dice: &mut Dice, relief: &mut Map<String, Value>, granted_on: NaiveDate) {
    let maturity = if dice.one_in(2) {
        json!({"moved_by": dice.between(1, 12)})
    } else {
        json!({"moved_to": granted_on + Days::new(300 + dice.below(2_000))})
    };
    relief.insert("maturity".into(), maturity);
    if dice.one_in(2) {
        let from = granted_on + Days::new(dice.below(400));
        relief.insert("rate_from".into(), json!({"from": from, "rate": "0.0511"}));
    }
}
