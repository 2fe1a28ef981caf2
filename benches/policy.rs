//! Decisions by a pack, on one thread.
//!
//! `cargo bench --bench policy` prints one line a figure: decisions a second, nanoseconds a decision, and the time as a ratio to writing the same
//! cases down, the facts of each said once, measured in the same run.
//!
//! * **`deferral`**: `cn/sme-deferral`, firms of four kinds with four due dates each, some facts not known; with findings and reliefs.
//! * **`microcredit`**: `cn/poverty-microcredit`, loans of farmers; with findings, price and terms.
//! * **`load`**: reading `cn/sme-deferral`, its examples decided.
//!
//! The cases are generated. Medians of nine rounds, taken in turns; without `--bench`, one round over fewer cases, for what it checks: some are
//! granted, some refused, some not known.

#![allow(
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "times and their ratios; no amount of money is computed in floats"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use puhui::programme::{Case, Pack, Verdict};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 9;
const KINDS: [&str; 4] = ["micro_firm", "small_firm", "large_firm", "self_employed"];

fn main() -> Outcome<()> {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (cases, rounds) = if is_bench { (20_000, ROUNDS) } else { (400, 1) };
    println!("{:<12} {:>14} {:>12} {:>16}", "figure", "a second", "ns each", "to writing down");
    decide("deferral", "cn/sme-deferral", deferral, cases, rounds)?;
    decide("microcredit", "cn/poverty-microcredit", microcredit, cases, rounds)?;
    load(rounds)
}

/// A firm's loan, by its number.
fn deferral(number: u32) -> puhui::Result<Case> {
    let mut case = Case::new();
    case.fact("case.on", "2020-06-05")?;
    case.fact("case.applied_on", "2020-06-03")?;
    case.fact("borrower.kind", KINDS[number as usize % KINDS.len()])?;
    case.fact("borrower.credit_line", if number.is_multiple_of(5) { "20000000.00" } else { "800000.00" })?;
    case.fact("loan.purpose", "operation")?;
    case.fact("firm.in_difficulty", if number.is_multiple_of(7) { "false" } else { "true" })?;
    case.fact("firm.in_hubei", "false")?;
    if !number.is_multiple_of(11) {
        case.fact("firm.keeps_jobs", "true")?;
    }
    case.fact("guarantee.kept", "true")?;
    for on in ["2020-05-20", "2020-06-20", "2020-07-20", "2020-08-20"] {
        case.row(on, "1000.00", "41.50")?;
    }
    Ok(case)
}

/// A farmer's loan, by its number.
fn microcredit(number: u32) -> puhui::Result<Case> {
    let mut case = Case::new();
    case.fact("case.on", "2022-06-01")?;
    case.fact("loan.signed_on", "2022-06-01")?;
    case.fact("loan.drawn_on", "2022-06-01")?;
    case.fact("loan.matures_on", "2024-06-01")?;
    case.fact(
        "loan.original_matures_on",
        if number.is_multiple_of(7) { "2026-06-01" } else { "2024-06-01" },
    )?;
    case.fact("loan.rate", "0.0445")?;
    case.fact("loan.amount", "30000.00")?;
    case.fact("loan.guarantee", "credit")?;
    case.fact("loan.purpose", "agriculture")?;
    case.fact("household.total", "30000.00")?;
    if !number.is_multiple_of(11) {
        case.fact("borrower.status@2022-06-01", "lifted")?;
    }
    case.fact("borrower.born_on", "1980-05-05")?;
    case.fact("borrower.lives_off_it", "true")?;
    case.fact("ever.renewals", "0")?;
    case.fact("ever.extensions", "0")?;
    Ok(case)
}

/// Decides cases of a pack, and writes them down, in turns.
fn decide(
    name: &str,
    id: &str,
    case: impl Fn(u32) -> puhui::Result<Case>,
    count: u32,
    rounds: usize,
) -> Outcome<()> {
    let pack = Pack::built_in(id)?.ok_or("no such pack")?;
    let (mut written, mut decided) = (Vec::new(), Vec::new());
    let mut verdicts: BTreeMap<Verdict, u32> = BTreeMap::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        let cases = (0..count).map(&case).collect::<puhui::Result<Vec<Case>>>()?;
        written.push(begun.elapsed());
        let begun = Instant::now();
        for case in &cases {
            *verdicts.entry(black_box(pack.decide(case)?).verdict).or_default() += 1;
        }
        decided.push(begun.elapsed());
    }
    for verdict in [Verdict::Granted, Verdict::Refused, Verdict::NotKnown] {
        assert!(verdicts.contains_key(&verdict), "{name}: none is {verdict}: {verdicts:?}");
    }
    let (written, decided) = (median(written), median(decided));
    let each = decided.as_nanos() as f64 / f64::from(count);
    let ratio = decided.as_secs_f64() / written.as_secs_f64();
    println!("{name:<12} {:>14.0} {each:>12.0} {ratio:>16.1}", 1e9 / each);
    Ok(())
}

/// Reads a pack.
fn load(rounds: usize) -> Outcome<()> {
    let text = Pack::built_in_text("cn/sme-deferral").ok_or("no such pack")?;
    let mut read = Vec::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        black_box(Pack::read(text, &[])?);
        read.push(begun.elapsed());
    }
    let read = median(read);
    println!("{:<12} {:>14.0} {:>12}", "load", 1.0 / read.as_secs_f64(), read.as_nanos());
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
