//! Small inputs that once came out wrong (`../shared/vectors/found`), each the stand-in of a kind of fault, asked as users of the
//! example `jsonl` ask.
//!
//! A case with figures is held to them. One that only says what must hold is held to what holds of every life: see [`holds`].
//! `PUHUI_CASE=text` runs the cases whose id holds the text.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(dead_code)]
#[path = "../../examples/jsonl/answer.rs"]
mod answer;
#[allow(dead_code)]
#[path = "../../examples/jsonl/request.rs"]
mod request;

use crate::support::skip;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::NaiveDate;
use puhui::Money;
use puhui::loan::{
    Account, Event, EventKind, Instalment, LedgerAccount, Loan, Payer, Position, Posting, Prepayment,
};
use request::{Members, Request};
use serde_json::Value;

const TEST: &str = "small_inputs_that_once_came_out_wrong";

/// A figure that stays other than a case has it, with the reason.
struct Differs {
    id: &'static str,
    path: &'static str,
    expected: &'static str,
    ours: &'static str,
    why: &'static str,
}

const DIFFER: [Differs; 1] = [Differs {
    id: "relief-after-payment",
    path: "position.ahead.0.interest",
    expected: "163.93",
    ours: "164.57",
    why: "the row of 07-20 earns 43,469.43 x 0.0435 x 30 / 360 = 157.5767, and 5,261.80 for the 10 days to 06-30 6.3580, together \
          163.9347; on 07-01 the 5,261.80 are overdue since 06-30, and where there is no penalty overdue principal earns contract \
          interest that is billed with the next row: 5,261.80 x 0.0435 x 1 / 360 = 0.6358, so 164.5705",
}];

/// What of an input no option of the library says yet.
fn not_there_yet(input: &Value) -> Option<&'static str> {
    let terms = &input["terms"];
    let events = input["events"].as_array().into_iter().flatten();
    let every = terms["every"].as_str().unwrap_or_default();
    if every.ends_with("half_month") {
        // Two due dates a month.
        return Some("every half_month");
    }
    if terms["first_due_on"] == terms["disbursed_on"] {
        // A row that bills no days: an annuity due, a down payment.
        return Some("a first due date on the day of disbursement");
    }
    if terms.get("payment").is_some() {
        // The payment is given, the number of rows follows.
        return Some("payment");
    }
    if terms["penalty"].get("rate").is_some() {
        // A penalty rate of its own, beside no contract rate.
        return Some("penalty.rate");
    }
    if events.into_iter().any(|event| event.get("principal_forgiven").is_some()) {
        return Some("principal_forgiven");
    }
    None
}

enum Found {
    Passed,
    Differs(String),
    Failed(String),
    Skipped(&'static str),
}

#[test]
fn small_inputs_that_once_came_out_wrong() {
    let Some(folder) = skip::shared(TEST, "vectors", "PUHUI_VECTORS") else { return };
    let file = folder.join("found").join("cases.jsonl");
    if !file.is_file() {
        return skip::skip(TEST, &format!("{} is not there", file.display()));
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let wanted = std::env::var("PUHUI_CASE").unwrap_or_default();
    let (mut passed, mut failed, mut skipped, mut differ) = (0, Vec::new(), 0, 0);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let id = case["id"].as_str().expect("a case has an id");
        if !id.contains(&wanted) {
            continue;
        }
        match try_case(id, &case) {
            Found::Passed => passed += 1,
            Found::Skipped(feature) => {
                skipped += 1;
                say(&format!("SKIPPED {id}: {feature} is not there yet"));
            }
            Found::Differs(how) => {
                differ += 1;
                say(&format!("DIFFERS {id}: {how}"));
            }
            Found::Failed(why) => {
                say(&format!("FAILED {id}: {why}"));
                failed.push(id.to_owned());
            }
        }
    }
    let counts = format!("{passed} passed, {} failed, {skipped} skipped", failed.len());
    say(&format!("{counts}, {differ} with a figure that stays other"));
    assert!(failed.is_empty(), "these fail: {}", failed.join(", "));
}

/// Written past the test harness, which shows what a test prints only where it fails.
fn say(line: &str) {
    // There is nobody to tell if standard error is gone.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

fn try_case(id: &str, case: &Value) -> Found {
    let mut input = case["input"].clone();
    if let Some(feature) = not_there_yet(&input) {
        return Found::Skipped(feature);
    }
    input["id"] = Value::from(id);
    let line = input.to_string();
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let answered = serde_json::to_value(answer::answer(line.as_bytes())).unwrap();
        match case["expected"].as_object() {
            Some(expected) => as_expected(id, &answered, expected),
            None => holds(&line, &answered).map_or_else(Found::Failed, |()| Found::Passed),
        }
    }));
    tried.unwrap_or_else(|_| Found::Failed("a panic".into()))
}

/// Every figure of a case, at its path in the answer.
fn as_expected(id: &str, answered: &Value, expected: &serde_json::Map<String, Value>) -> Found {
    let mut differs = None;
    for (path, figure) in expected {
        let at = format!("/{}", path.replace('.', "/"));
        let found = answered.pointer(&at).unwrap_or(&answered["error"]["message"]);
        if found == figure {
            continue;
        }
        let known = DIFFER.iter().find(|known| (known.id, known.path) == (id, path.as_str()));
        match known
            .filter(|known| (figure, found) == (&Value::from(known.expected), &Value::from(known.ours)))
        {
            Some(known) => {
                let Differs { path, expected, ours, why, .. } = known;
                differs = Some(format!("{path}: {ours} is right, the case has {expected}: {why}"));
            }
            None => return Found::Failed(format!("{path}: expected {figure}, got {found}")),
        }
    }
    differs.map_or(Found::Passed, Found::Differs)
}

/// What holds of every answer: an error names its field; a promise and an account add up.
fn holds(line: &str, answered: &Value) -> Result<(), String> {
    if let Some(error) = answered.get("error") {
        return match error["field"].as_str() {
            Some(field) if !field.is_empty() && error["code"] != "internal" => Ok(()),
            _ => Err(format!("expected an error that names its field, got {error}")),
        };
    }
    let request = Request::read(&Members::read(line.as_bytes()).ok().unwrap()).ok().unwrap();
    let loan = request.loan.loan().unwrap();
    if request.annualised {
        let found = &answered["annualised"]["nominal"];
        check(found.is_string(), || format!("annualised.nominal: expected a rate, got {found}"))?;
    }
    let Some(life) = &request.life else { return Ok(()) };
    let account = Account::replay(&loan, &life.events, life.as_of).unwrap();
    of_account(&account, line.contains("capitalised") || line.contains("negative_amortisation"))?;
    entries_sum(&account)?;
    paid_off(&loan, &life.events, life.as_of)
}

fn check(holds: bool, else_said: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(else_said()) }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, found: T) -> Result<(), String> {
    check(expected == found, || format!("{what}: expected {expected:?}, got {found:?}"))
}

fn sum<'m>(amounts: impl IntoIterator<Item = &'m Money>) -> i64 {
    amounts.into_iter().map(|amount| amount.minor()).sum()
}

/// The figures of an account, and its rows ahead.
fn of_account(account: &Account<'_, '_>, interest_joins: bool) -> Result<(), String> {
    let p = account.position();
    let lent = sum([&p.disbursed, &p.capitalised]);
    let gone = sum([&p.principal_repaid, &p.charged_off, &p.principal]) - p.recovered.minor();
    same("disbursed + capitalised", lent, gone)?;
    check(p.credit >= Money::ZERO, || format!("credit: expected 0 or more, got {}", p.credit.minor()))?;
    let rows = account.rows_to_come();
    let mut joined = 0;
    for row in &rows {
        let joins = row.closing.minor() - row.opening.minor() + row.principal.minor();
        check(joins == 0 || (interest_joins && joins > 0), || {
            format!("the row of {}: expected opening - principal = closing, got {row:?}", row.due_on)
        })?;
        let below = [row.principal, row.payment].into_iter().any(|part| part < Money::ZERO);
        check(!below || interest_joins, || format!("the row of {}: below zero, {row:?}", row.due_on))?;
        joined += joins;
    }
    for pair in rows.windows(2) {
        same(&format!("opening of {}", pair[1].due_on), pair[0].closing, pair[1].opening)?;
    }
    if p.charged_off.is_zero() {
        let asked = rows.iter().map(|row: &Instalment| row.principal.minor()).sum::<i64>();
        let not_due = p.principal.minor() - p.overdue_principal.minor();
        same("principal of the rows ahead", not_due + joined, asked)?;
    }
    if p.closed {
        same("pay-off of a closed account", Money::ZERO, p.pay_off)?;
    }
    Ok(())
}

/// Entries of each day sum to zero, and all of them to the position.
fn entries_sum(account: &Account<'_, '_>) -> Result<(), String> {
    let postings = account.postings().map_err(|error| error.to_string())?;
    for day in postings.chunk_by(|one, other| (one.on, one.correction) == (other.on, other.correction)) {
        let net = day.iter().map(|posting| posting.amount.minor()).sum::<i64>();
        check(net == 0, || format!("entries of {}: expected 0, got {net}: {day:?}", day[0].on))?;
    }
    let position = account.position();
    let books = |account| {
        let of = |posting: &&Posting| posting.account == account;
        postings.iter().filter(of).map(|posting| posting.amount.minor()).sum::<i64>()
    };
    let overdue = position.overdue_principal.minor();
    same("entries of overdue principal", overdue, books(LedgerAccount::OverduePrincipal))?;
    same("entries of principal", position.principal.minor() - overdue, books(LedgerAccount::Principal))?;
    same("entries of credit", -position.credit.minor(), books(LedgerAccount::BorrowerCredit))?;
    same("entries of fees", position.fees.minor(), books(LedgerAccount::FeeReceivable))?;
    if !position.non_accrual {
        let interest = sum([&position.interest, &position.interest_deferred]);
        same("entries of interest", interest, books(LedgerAccount::InterestReceivable))?;
    }
    Ok(())
}

/// Who pays exactly the pay-off of the day owes nothing, and has nothing to get.
fn paid_off(loan: &Loan<'_>, events: &[Event], day: NaiveDate) -> Result<(), String> {
    let account = Account::replay(loan, events, day).unwrap();
    let before: &Position = account.position();
    if before.closed || !before.charged_off.is_zero() || before.pay_off <= Money::ZERO {
        return Ok(());
    }
    let no = events.iter().map(|event| event.no).max().unwrap_or(0) + 1;
    let amount = before.pay_off;
    let what = EventKind::Prepaid { amount, payer: Payer::Borrower, how: Prepayment::Settle };
    let mut paid = events.to_vec();
    paid.push(Event { no, on: day, booked_on: day, what });
    let after = Account::replay(loan, &paid, day).map_err(|error| format!("the pay-off: {error}"))?;
    let p = after.position();
    for (figure, left) in [
        ("principal", p.principal),
        ("overdue principal", p.overdue_principal),
        ("interest", p.interest),
        ("accrued interest", p.interest_accrued),
        ("deferred interest", p.interest_deferred),
        ("penalty", p.penalty),
        ("compound interest", p.compound),
        ("fees", p.fees),
        ("credit", p.credit),
        ("pay-off", p.pay_off),
    ] {
        same(&format!("{figure} after the pay-off of {}", amount.minor()), Money::ZERO, left)?;
    }
    same("days past due after the pay-off", 0, p.days_past_due)?;
    entries_sum(&after)
}
