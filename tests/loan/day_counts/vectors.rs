//! Other engines' day counts (`../shared/vectors/day_counts`): every case of a convention of ours, exactly.
//!
//! What has an accrual period is run as a loan that has it: interest only, on an amount so large that the interest of the
//! row tells 16 digits of the year fraction.

use std::fmt::Write as _;
use std::io::Write as _;

use chrono::NaiveDate;
use num_bigint::BigInt;
use puhui::loan::LoanRecord;
use puhui::{Currency, Cycle, DayCount, MissingDay, Money, parse_date};
use serde_json::{Value, json};

use crate::support::skip;

const TEST: &str = "published_day_counts_of_our_conventions";

/// What is out of scope, and why.
fn out_of_scope(case: &Case<'_>) -> Option<&'static str> {
    let convention = case.text("convention").unwrap_or_default();
    if convention.parse::<DayCount>().is_err() {
        // Conventions and intervals that we have no name for.
        return Some("a convention that is none of ours");
    }
    if convention == "actual/365l" && case.text("cycle") != Some("12 month") {
        // Ours is the rule for payments once a year, here for every cycle: the loan systems that it follows count so.
        return Some("actual/365l of payments that are not once a year");
    }
    None
}

struct Case<'v>(&'v Value);

impl Case<'_> {
    fn text(&self, field: &str) -> Option<&str> {
        self.0[field].as_str()
    }

    fn day(&self, field: &str) -> Result<NaiveDate, String> {
        let text = self.text(field).ok_or_else(|| format!("{field} is missing"))?;
        parse_date(text, "date").map_err(|error| format!("{field}: {error}"))
    }

    /// The exact fraction that is expected.
    fn year_fraction(&self) -> Result<(BigInt, BigInt), String> {
        let text = self.text("year_fraction").ok_or("year_fraction is missing")?;
        let (above, below) = text.split_once('/').unwrap_or((text, "1"));
        let whole = |text: &str| text.parse::<BigInt>().map_err(|_| format!("year_fraction {text}"));
        Ok((whole(above)?, whole(below)?))
    }
}

#[test]
fn published_day_counts_of_our_conventions() {
    let Some(folder) = skip::shared(TEST, "vectors", "PUHUI_VECTORS") else { return };
    let file = folder.join("day_counts").join("cases.json");
    if !file.is_file() {
        return skip::skip(TEST, &format!("{} is not there", file.display()));
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let (mut passed, mut failed, mut skipped, mut said) = (0, 0, 0, String::new());
    for value in &cases {
        let case = Case(value);
        let id = case.text("id").unwrap_or("a case without an id");
        if out_of_scope(&case).is_some() {
            skipped += 1;
            continue;
        }
        match check(&case) {
            Ok(()) => passed += 1,
            Err(difference) => {
                failed += 1;
                writeln!(said, "FAILED {id}: {difference}").unwrap();
            }
        }
    }
    // Written past the test harness, which shows what a test prints only where it fails.
    let closing = format!("{said}{passed} passed, {failed} failed, {skipped} skipped\n");
    let _ = std::io::stderr().write_all(closing.as_bytes());
    assert_eq!(failed, 0, "{said}");
}

fn check(case: &Case<'_>) -> Result<(), String> {
    let day_count: DayCount =
        case.text("convention").unwrap_or_default().parse().map_err(|error| format!("{error}"))?;
    if case.text("period_from").is_some() {
        return in_a_period(case);
    }
    let (from, to) = (case.day("from")?, case.day("to")?);
    let maturity = case.text("maturity").map(|_| case.day("maturity")).transpose()?;
    if let Some(days) = case.0["days"].as_i64() {
        same("days", days, day_count.days(from, to, maturity))?;
    }
    let (above, below) = case.year_fraction()?;
    let found = if day_count == DayCount::Actual365L {
        // The period ends later than what is counted of it.
        let found = day_count.year_fraction(from, case.day("period_end")?, None);
        let days = to.signed_duration_since(from).num_days();
        let of_the_period = case.day("period_end")?.signed_duration_since(from).num_days();
        (BigInt::from(found.numerator) * days, BigInt::from(found.denominator) * of_the_period)
    } else {
        let found = day_count.year_fraction(from, to, maturity);
        (found.numerator.into(), found.denominator.into())
    };
    if &above * &found.1 == &below * &found.0 {
        return Ok(());
    }
    Err(format!("expected {above}/{below}, found {}/{}", found.0, found.1))
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, expected: T, found: T) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what}: expected {expected}, found {found}")) }
}

/// A segment of an accrual period, by the interest of a loan that has the period.
fn in_a_period(case: &Case<'_>) -> Result<(), String> {
    let (above, below) = case.year_fraction()?;
    // 2 x 10^16 minor units at 50 %: 10^16 times the fraction, rounded half up.
    let whole: BigInt = above * 10_u64.pow(16) * 2 + &below;
    same("interest", whole / (below * 2), interest(case, "200000000000000.00", "0.5")?.minor().into())?;
    if let (Some(notional), Some(rate), Some(expected)) =
        (case.text("notional"), case.text("rate"), case.text("interest"))
    {
        let expected = Money::parse(expected, Currency::CNY).map_err(|error| error.to_string())?;
        same("interest", expected.minor(), interest(case, notional, rate)?.minor())?;
    }
    Ok(())
}

/// What a loan of this amount pays for the segment.
fn interest(case: &Case<'_>, amount: &str, rate: &str) -> Result<Money, String> {
    let cycle: Cycle = case.text("cycle").unwrap_or_default().parse().map_err(|error| format!("{error}"))?;
    let (starts, ends) = (case.day("period_from")?, case.day("period_to")?);
    // The period is the first one of the loan, or the last one after a regular one.
    let forward = case.text("quasi_periods") == Some("forward from period_from");
    let anchor = if forward { starts } else { ends };
    let last_of_month = anchor.succ_opt().is_some_and(|next| chrono::Datelike::day(&next) == 1);
    let due_day = (case.0["end_of_month"] == true && last_of_month).then_some(31);
    let before =
        cycle.date(anchor, due_day, MissingDay::LastOfMonth, -1).map_err(|error| error.to_string())?;
    let mut terms = json!({
        "currency": "CNY", "principal": amount, "day_count": "actual/actual_icma", "method": "interest_only",
        "rounding": "half_up", "every": cycle.to_string(),
        "disbursed_on": (if forward { before } else { starts }).to_string(), "first_due_on": anchor.to_string()
    });
    if let Some(due_day) = due_day {
        terms["due_day"] = due_day.into();
    }
    if forward {
        terms["matures_on"] = ends.to_string().into();
        let next =
            cycle.date(anchor, due_day, MissingDay::LastOfMonth, 1).map_err(|error| error.to_string())?;
        terms["long_last"] = (next < ends).into();
    } else {
        terms["instalments"] = 2.into();
    }
    // Nothing but the segment earns.
    let (from, to) = (case.day("from")?, case.day("to")?);
    let disbursed_on = if forward { before } else { starts };
    let mut steps = vec![
        json!({"from": disbursed_on.to_string(), "rate": if from <= disbursed_on { rate } else { "0" }}),
    ];
    if from > disbursed_on {
        steps.push(json!({"from": from.to_string(), "rate": rate}));
    }
    if to < ends {
        steps.push(json!({"from": to.to_string(), "rate": "0"}));
    }
    terms["rate"] = json!({"stepped": steps});
    let record: LoanRecord = serde_json::from_value(terms).map_err(|error| error.to_string())?;
    let rows = record.loan().and_then(|loan| loan.schedule().to_vec()).map_err(|error| error.to_string())?;
    match rows.as_slice() {
        [.., _, last] if forward => Ok(last.interest),
        [first, ..] if !forward => Ok(first.interest),
        _ => Err("no such row".to_owned()),
    }
}
