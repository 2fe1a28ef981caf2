//! A second, slow implementation of the schedule, written from `docs/SEMANTICS.md` alone.
//!
//! It takes the terms of a loan in the wire form and answers the rows that the page demands, so that the library
//! can be held against it. It shares no code with the library. Everything is exact: whole numbers over a
//! denominator that is never reduced, and one rounding where the page says one. `chrono` only carries dates in and
//! out.
//!
//! | file | page | content |
//! |---|---|---|
//! | `number.rs` | 1, 4 | decimals, the four roundings |
//! | `dates.rs` | 2, 3 | days, cycles, business days, day counts |
//! | `facts.rs` | 3 | holidays and benchmark rates from the fact files |
//! | `terms.rs` | 1 | the wire form |
//! | `plan.rs` | 2, 3, 4 | periods, interest, the rows of each method |
//! | `level.rs` | 4 | the level payment, found by running the loan twice |
//! | `relief.rs`, `relief_form.rs` | 5 | deferral and extension |
//! | `annual.rs` | 7 | effective, nominal and simple rates |
//! | `pack.rs` | - | policy packs, from the page of their format |
//! | `account.rs`, `account_*.rs`, `ledger.rs` | 6 | the life of a loan, day by day |
#![allow(
    dead_code,
    missing_docs,
    clippy::missing_errors_doc,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects
)]

mod account;
mod account_arrears;
mod account_events;
mod account_form;
mod account_grants;
mod account_money;
mod account_plan;
mod annual;
mod dates;
mod facts;
mod ledger;
mod level;
mod number;
mod pack;
mod plan;
mod relief;
mod relief_form;
mod terms;

#[allow(unused_imports)]
pub use account::{OracleAhead, OracleArrears, OraclePosition, account};
#[allow(unused_imports)]
pub use annual::{effective_rate, nominal_rate, simple_rate};
#[allow(unused_imports)]
pub use relief::{OUT_OF_REACH, OracleOutcome, OracleRelieved};

pub use pack::OraclePack;

use chrono::NaiveDate;
use num_bigint::BigInt;
use serde_json::Value;

/// A row of `docs/SEMANTICS.md` 1, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleRow {
    /// 1, 2, 3 ...
    pub no: u32,
    /// The printed (rolled) date.
    pub due_on: NaiveDate,
    /// The printed date before a relief moved the row, if it is another.
    pub original_due_on: Option<NaiveDate>,
    /// The day count's own days of the period.
    pub days: i64,
    pub opening: BigInt,
    pub principal: BigInt,
    pub interest: BigInt,
    pub interest_deferred: BigInt,
    pub deferred_interest_paid: BigInt,
    pub fees: BigInt,
    pub payment: BigInt,
    pub closing: BigInt,
    pub provisional: bool,
    pub projected: bool,
}

/// The sums of the rows' columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OracleTotals {
    pub principal: BigInt,
    pub interest: BigInt,
    pub interest_deferred: BigInt,
    pub deferred_interest_paid: BigInt,
    pub fees: BigInt,
    pub payment: BigInt,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleSchedule {
    pub disbursed_on: NaiveDate,
    pub lent: BigInt,
    pub fee_at_disbursement: BigInt,
    pub rows: Vec<OracleRow>,
    pub totals: OracleTotals,
}

impl OracleSchedule {
    /// What the borrower receives (positive) and pays (negative). "Fees at disbursement reduce what was received."
    pub fn flows(&self) -> Vec<(NaiveDate, BigInt)> {
        let mut flows = vec![(self.disbursed_on, &self.lent - &self.fee_at_disbursement)];
        flows.extend(self.rows.iter().map(|row| (row.due_on, -&row.payment)));
        flows
    }
}

/// The schedule of a loan whose terms are given in the wire form; an error where the page has one.
pub fn schedule(terms: &Value) -> Result<OracleSchedule, String> {
    plan::schedule(&terms::read(terms)?)
}

/// The schedule before and after reliefs in the wire form; an error where the page has one, and one that starts with
/// [`OUT_OF_REACH`] where the page does not say what is due.
pub fn schedule_with_reliefs(terms: &Value, reliefs: &Value) -> Result<OracleRelieved, String> {
    relief::schedule_with_reliefs(terms, reliefs)
}

/// How many cycles a year has, as a fraction: 12 months; of weeks and days, by the day count's own year.
pub fn periods_a_year(terms: &Value) -> Result<(i64, i64), String> {
    terms::read(terms)?.periods_a_year().ok_or_else(|| "no cycle".to_owned())
}

/// Where the fact files are looked for.
pub fn facts_folder() -> std::path::PathBuf {
    facts::folder()
}

/// Y(from, to) by a day count of the wire form, as whole units and the units of a year, and its own days.
pub fn year_fraction(
    day_count: &str,
    from: NaiveDate,
    to: NaiveDate,
    maturity: NaiveDate,
) -> Result<(i64, i64, i64), String> {
    let count = dates::DayCount::parse(day_count)?;
    let [from, to, maturity] = [from, to, maturity].map(dates::Day::of);
    Ok((count.units(from, to, maturity), count.year(), count.days(from, to, maturity)))
}
