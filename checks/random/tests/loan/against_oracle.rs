//! The library against the independent, slow oracle of `checks/oracle`: the same loans, row by row, to the minor unit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::as_conversions, missing_docs)]

use super::rows::{shown, told};
use num_bigint::BigInt;
use puhui::ErrorCode;
use puhui::loan::{Instalment, LoanForm, LoanRecord, Schedule};
use random::Dice;
use random::terms::{random_carrying, random_terms};
use serde_json::{Value, json};

/// Loans that both sides schedule, and how many of them both refuse for the same reason.
const LOANS: usize = 10_000;

#[test]
fn random_loans_agree_with_the_oracle() {
    if crate::support::skip::shared("random_loans_agree_with_the_oracle", "facts", "PUHUI_FACTS").is_none() {
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

#[test]
fn loans_that_carry_interest_on_agree_with_the_oracle() {
    if crate::support::skip::shared(
        "loans_that_carry_interest_on_agree_with_the_oracle",
        "facts",
        "PUHUI_FACTS",
    )
    .is_none()
    {
        return;
    }
    let mut dice = Dice::new(20_200_302);
    let (mut agreed, mut carried) = (0, 0);
    while agreed < LOANS / 5 {
        let terms = random_carrying(&mut dice);
        if compare(&terms).is_ok() {
            agreed += 1;
            // Without the option a payment below its interest is refused.
            let mut without = terms;
            without.as_object_mut().unwrap().remove("interest_cap");
            carried += usize::from(oracle::schedule(&without).is_err());
        }
    }
    assert!(carried > agreed / 5, "of {agreed} loans {carried} carry interest on");
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
        (Err(_), Err(error)) => {
            assert!(error.code() != ErrorCode::Internal, "{error}\n{terms}");
            return Err(Refused);
        }
        // The library refuses what the page leaves open: a first due date rolled back to the disbursement.
        (Ok(expected), Err(error)) if error.code() == ErrorCode::DatesOutOfOrder => {
            let first = expected.rows.first().map(|row| row.due_on);
            assert!(first <= Some(expected.disbursed_on), "{error}\n{terms}");
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

#[test]
fn annualised_rates_agree_with_the_oracle() {
    if crate::support::skip::shared("annualised_rates_agree_with_the_oracle", "facts", "PUHUI_FACTS")
        .is_none()
    {
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
        let rates = match record.loan().unwrap().schedule().annualised_rates() {
            Ok(rates) => rates,
            // The library refuses flows that may have more than one rate; the oracle looks for a second one.
            Err(error) => {
                let unique = oracle::effective_rate(&expected.flows()).is_some();
                assert!(!unique || error.code() == ErrorCode::MoreThanOneRoot, "{error}\n{terms}");
                continue;
            }
        };
        let decimal = |text: Option<String>| text.map(|text| text.parse::<rust_decimal::Decimal>().unwrap());
        assert_eq!(Some(rates.effective), decimal(oracle::effective_rate(&expected.flows())), "{terms}");
        assert_eq!(Some(rates.simple), decimal(oracle::simple_rate(&expected)), "{terms}");
        if let Some(nominal) = rates.nominal {
            let flows: Vec<BigInt> = expected.flows().into_iter().map(|(_, flow)| flow).collect();
            let periods = oracle::periods_a_year(&terms).unwrap();
            assert_eq!(Some(nominal), decimal(oracle::nominal_rate(&flows, periods)), "{terms}");
            nominals += 1;
        }
        compared += 1;
    }
    assert!(nominals > 10, "only {nominals} nominal rates were compared");
}
