//! Another engine's expected schedules (`../shared/vectors/fineract`): every instalment of every checkpoint, to the cent.
//!
//! The cases are facts from that engine's own tests; they stay where they are and are read from there, `PUHUI_VECTORS` says
//! where else. The cases that are marked as reproduced from the written rules must pass; others count.
//!
//! `tests/account/fineract/profile.rs` documents under which options the library computes the same, and why.
//!
//! `PUHUI_CASE=text` runs the cases whose id holds the text, and shows what is expected beside what was found.
#![allow(clippy::indexing_slicing, missing_docs)]

mod case;
mod events;
mod profile;

use crate::support::skip;
use std::fmt::Write as _;
use std::io::Write as _;

use puhui::loan::{Account, Instalment};
use puhui::{Currency, Money};
use serde_json::Value;

use case::{Case, Checkpoint, Expected, Unfit};

const TEST: &str = "every_instalment_of_every_checkpoint";

#[test]
fn every_instalment_of_every_checkpoint() -> Result<(), String> {
    let Some(folder) = skip::shared(TEST, "vectors", "PUHUI_VECTORS") else { return Ok(()) };
    let file = folder.join("fineract").join("cases.json");
    if !file.is_file() {
        skip::skip(TEST, &format!("{} is not there", file.display()));
        return Ok(());
    }
    let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
    let cases: Vec<Value> = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let wanted = std::env::var("PUHUI_CASE").ok();
    let (mut passed, mut failed, mut skipped, mut targets, mut met) = (0, 0, 0, 0, 0);
    for value in &cases {
        let (id, target) = case::id_and_target(value);
        if wanted.as_ref().is_some_and(|wanted| !id.contains(wanted)) {
            continue;
        }
        targets += usize::from(target);
        match case::read(value).and_then(|case| run(&case, wanted.is_some())) {
            Ok(None) => {
                passed += 1;
                met += usize::from(target);
            }
            Ok(Some(difference)) => {
                failed += 1;
                say(&format!("FAILED {}{id}: {difference}", mark(target)));
            }
            Err(Unfit::Refused(error)) => {
                failed += 1;
                say(&format!("FAILED {}{id}: {error}", mark(target)));
            }
            Err(Unfit::Skipped(feature)) => {
                skipped += 1;
                say(&format!("SKIPPED {}{id}: {feature}", mark(target)));
            }
        }
    }
    say(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
    if met == targets {
        return Ok(());
    }
    Err(format!("{} of {targets} cases that were reproduced from the rules do not pass", targets - met))
}

fn mark(target: bool) -> &'static str {
    if target { "target " } else { "" }
}

/// Written past the test harness, which shows what a test prints only where it fails.
fn say(line: &str) {
    // There is nobody to tell if standard error is gone.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The first difference of a case, and how many checkpoints have one.
fn run(case: &Case, show: bool) -> Result<Option<String>, Unfit> {
    if case.checkpoints.iter().all(|checkpoint| checkpoint.schedule.is_empty()) {
        return case::skipped("a case that expects nothing");
    }
    let mut first = None;
    let mut differing = 0;
    for checkpoint in &case.checkpoints {
        let at = format!("after event {}", checkpoint.after_event_index);
        let found = match found(case, checkpoint) {
            Ok(found) => found,
            Err(Unfit::Refused(error)) => {
                if show {
                    say(&format!("{} {at}: {error}", case.id));
                }
                differing += 1;
                first.get_or_insert(format!("{at}: {error}"));
                continue;
            }
            Err(skipped) => return Err(skipped),
        };
        if show {
            say(&beside(case, checkpoint, &found)?);
        }
        if let Some(difference) = difference(case, checkpoint, &found)? {
            differing += 1;
            first.get_or_insert(format!("{at}: {difference}"));
        }
    }
    Ok(first.map(|first| format!("{first} [{differing} of {} checkpoints]", case.checkpoints.len())))
}

fn found(case: &Case, checkpoint: &Checkpoint) -> Result<Vec<Instalment>, Unfit> {
    let life = events::life(case, checkpoint)?;
    let loan = life.record.loan()?;
    Ok(Account::replay(&loan, &life.events, life.as_of)?.instalments())
}

fn currency(case: &Case) -> Result<Currency, Unfit> {
    Currency::from_code(&case.terms.currency)
        .map_err(|error| Unfit::Skipped(format!("currency {}: {error}", case.terms.currency)))
}

/// A row as it is compared: its due date, and its figures unless only dates are expected.
fn wanted(expected: &Expected, dates_only: bool, currency: Currency) -> Result<(String, bool), Unfit> {
    let money = |text: &Option<String>| match text {
        Some(text) => Money::parse(text, currency),
        None => Ok(Money::ZERO),
    };
    if dates_only || expected.due.is_none() {
        return Ok((expected.due_date.to_string(), false));
    }
    let other = money(&expected.fees)?.minor() + money(&expected.penalties)?.minor();
    let payment = Money::from_minor(money(&expected.due)?.minor() - other);
    let (principal, interest) = (money(&expected.principal)?, money(&expected.interest)?);
    Ok((figures(expected.due_date.to_string(), [principal, interest, payment], currency), true))
}

fn shown(row: Option<&Instalment>, with_figures: bool, currency: Currency) -> String {
    let Some(row) = row else { return "nothing".to_owned() };
    if !with_figures {
        return row.due_on.to_string();
    }
    let interest = Money::from_minor(row.interest.minor() + row.deferred_interest_paid.minor());
    figures(row.due_on.to_string(), [row.principal, interest, row.payment], currency)
}

fn figures(due_on: String, amounts: [Money; 3], currency: Currency) -> String {
    amounts.iter().fold(due_on, |line, amount| format!("{line} {}", amount.display(currency)))
}

fn difference(case: &Case, checkpoint: &Checkpoint, found: &[Instalment]) -> Result<Option<String>, Unfit> {
    // A test of the calculator may look at some rows only.
    if !case.unit && checkpoint.schedule.len() != found.len() {
        return Ok(Some(format!("expected {} rows, found {}", checkpoint.schedule.len(), found.len())));
    }
    let currency = currency(case)?;
    for expected in &checkpoint.schedule {
        let (wanted, with_figures) = wanted(expected, checkpoint.dates_only, currency)?;
        let row = found.get(expected.nr.wrapping_sub(1));
        let shown = shown(row, with_figures, currency);
        if wanted != shown {
            return Ok(Some(format!("row {}: expected {wanted}, found {shown}", expected.nr)));
        }
    }
    Ok(None)
}

/// What is expected and what was found, side by side.
fn beside(case: &Case, checkpoint: &Checkpoint, found: &[Instalment]) -> Result<String, Unfit> {
    let currency = currency(case)?;
    let mut text = format!("{} after event {} ({})", case.id, checkpoint.after_event_index, checkpoint.phase);
    for row in 0..checkpoint.schedule.len().max(found.len()) {
        let expected = checkpoint.schedule.iter().find(|expected| expected.nr == row + 1);
        let wanted = match expected {
            Some(expected) => wanted(expected, checkpoint.dates_only, currency)?.0,
            None => "nothing".to_owned(),
        };
        let shown = shown(found.get(row), true, currency);
        let mark = if shown.starts_with(&wanted) { ' ' } else { '*' };
        // Writing to a string does not fail.
        let _ = write!(text, "\n{mark}{:>4}  {wanted:<42} {shown}", row + 1);
    }
    Ok(text)
}
