//! Reliefs on promises: what one costs beside the schedules that it compares, and how that grows.
//!
//! `cargo bench --bench relief` prints one line a figure.
//!
//! * **`relieve`**: a loan of 36 months (Actual/360) whose rows of spring 2020 are deferred to 30 June: both schedules and the
//!   impact. Its reference is the schedule of the same loan, written out twice.
//! * **`growth_rows`**: the same relief on loans of 12 to 1,200 rows, in nanoseconds a row.
//! * **`growth_reliefs`**: 1 to 1,000 reliefs on a loan of 1,200 rows, each granted on a day of its own and deferring the interest of
//!   one row to the last, in microseconds a relief.
//!
//! All data are generated. Medians of nine rounds, one thread; without `--bench`, one round over less, for what it checks: the
//! rows after a relief add up.

#![allow(
    clippy::float_arithmetic,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

#[path = "support/counting.rs"]
mod counting;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use puhui::loan::{
    Instalment, InterestCaughtUp, Loan, Method, PrincipalCaughtUp, Product, ProductRules, Relief,
    RowInterest, RowRelief, Terms, Window,
};
use puhui::{Currency, Cycle, DayCount, Money, Rounding, parse_date};

use counting::allocations;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 9;

fn main() -> Outcome<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (rounds, times) = if measured { (ROUNDS, 20_000) } else { (1, 20) };
    let product = Product::new(
        ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
            .every(Cycle::MONTHLY),
    )?;
    relieve(&product, rounds, times)?;
    for rows in [12, 36, 120, 360, 1_200] {
        growth_rows(&product, rounds, rows, times * 36 / u32::from(rows) / 4 + 1)?;
    }
    for reliefs in [1, 10, 100, 1_000] {
        if measured || reliefs <= 100 {
            growth_reliefs(&product, rounds.min(3), reliefs)?;
        }
    }
    Ok(())
}

fn loan(product: &Product, rows: u16) -> Outcome<Loan<'_>> {
    let terms = Terms::new(Money::from_minor(30_000_000), "0.01".parse()?, parse_date("2020-01-15", "on")?)
        .instalments(rows, parse_date("2020-02-20", "first_due_on")?);
    Ok(Loan::new(product, terms)?)
}

/// What falls due from 1 February to 30 June 2020 is deferred to 30 June.
fn spring() -> Outcome<Relief> {
    let until = parse_date("2020-06-30", "until")?;
    let window = Window::DueDates { from: parse_date("2020-02-01", "from")?, until };
    let interest = RowInterest::Deferred { at: None, caught_up: InterestCaughtUp::EndOfWindow };
    let mut rows = RowRelief::new(window, interest);
    (rows.principal, rows.new_date) = (Some(PrincipalCaughtUp::EndOfWindow), Some(until));
    let mut relief = Relief::new(parse_date("2020-02-01", "granted_on")?);
    relief.rows = Some(rows);
    Ok(relief)
}

fn relieve(product: &Product, rounds: usize, times: u32) -> Outcome<()> {
    let (loan, reliefs) = (loan(product, 36)?, [spring()?]);
    let mut slots = vec![Instalment::EMPTY; loan.max_rows()];
    let (mut relieved, mut written, mut asked) = (vec![], vec![], 0);
    for _ in 0..rounds {
        written.push(clock(|| {
            for _ in 0..2 * times {
                black_box(loan).schedule().write_into(&mut slots)?;
                black_box(&slots);
            }
            Ok(())
        })?);
        let before = allocations();
        relieved.push(clock(|| {
            for _ in 0..times {
                black_box(black_box(&loan).relieve(&reliefs)?);
            }
            Ok(())
        })?);
        asked = (allocations() - before) / u64::from(times);
    }
    let after = loan.relieve(&reliefs)?;
    if after.after().last().is_none_or(|row| !row.closing.is_zero()) {
        return Err("the last row after a relief leaves something".into());
    }
    let (relieved, written) = (median(relieved), median(written));
    println!(
        "figure=relieve ns={:.0} allocations={asked} ratio={:.2} to=two_schedules_written target=2",
        relieved / f64::from(times) * 1e9,
        relieved / written
    );
    Ok(())
}

fn growth_rows(product: &Product, rounds: usize, rows: u16, times: u32) -> Outcome<()> {
    let (loan, reliefs) = (loan(product, rows)?, [spring()?]);
    let mut rounds_taken = vec![];
    for _ in 0..rounds {
        rounds_taken.push(clock(|| {
            for _ in 0..times {
                black_box(black_box(&loan).relieve(&reliefs)?);
            }
            Ok(())
        })?);
    }
    let each = median(rounds_taken) / f64::from(times) / f64::from(rows) * 1e9;
    println!("figure=growth_rows rows={rows} ns_a_row={each:.1}");
    Ok(())
}

fn growth_reliefs(product: &Product, rounds: usize, count: u16) -> Outcome<()> {
    let loan = loan(product, 1_200)?;
    let due = loan.schedule().to_vec()?;
    let granted = |days: u16| -> Outcome<NaiveDate> {
        Ok(parse_date("2020-01-16", "on")?.checked_add_days(Days::new(days.into())).ok_or("a day")?)
    };
    let mut reliefs = Vec::new();
    for (days, row) in (0..count).zip(due.iter().skip(1)) {
        let window = Window::DueDates { from: row.due_on, until: row.due_on };
        let interest = RowInterest::Deferred { at: None, caught_up: InterestCaughtUp::AtMaturity };
        let mut relief = Relief::new(granted(days)?);
        relief.rows = Some(RowRelief::new(window, interest));
        reliefs.push(relief);
    }
    let mut rounds_taken = vec![];
    for _ in 0..rounds {
        rounds_taken.push(clock(|| {
            black_box(black_box(&loan).relieve(&reliefs)?);
            Ok(())
        })?);
    }
    let each = median(rounds_taken) / f64::from(count) * 1e6;
    println!("figure=growth_reliefs reliefs={count} us_a_relief={each:.1}");
    Ok(())
}

fn clock(work: impl FnOnce() -> Outcome<()>) -> Outcome<Duration> {
    let started = Instant::now();
    work()?;
    Ok(started.elapsed())
}

fn median(mut rounds: Vec<Duration>) -> f64 {
    rounds.sort_unstable();
    rounds.get(rounds.len() / 2).map_or(0.0, Duration::as_secs_f64)
}
