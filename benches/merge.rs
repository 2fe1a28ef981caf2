//! What tallies and sets of ids cost to merge, and a group for each loan: how time and memory grow.
//!
//! `cargo bench --bench merge` prints one line a figure: the nanoseconds of each group or id that is merged, and the bytes that
//! are held for each at the end and at most. What grows no worse than n log n keeps the nanoseconds nearly level from line to line.
//!
//! * **`tally`**: parts of so many groups each, merged one after the other into one; no two parts have a group in common.
//! * **`same_groups`**: the same, but all parts have the same groups.
//! * **`ids`**: parts of so many ids each, of one group, merged one after the other; no two parts have an id in common.
//! * **`sets`**: parts of so many groups of one id each, all in the same groups; no two parts have an id in common.
//! * **`group_a_loan`**, **`set_a_loan`**: a tally and a set of a book in which each loan is a group of its own.
//!
//! The books are generated. Without `--bench` only the smallest of each is run, for what it checks: one after the other, and in
//! pairs, and all at once, the bytes are the same.

#![allow(
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use puhui::portfolio::{Book, Columns, Dimension, Distinct, Ids, LoansCounted, Measure, Tally, TallyPlan};
use puhui::{Currency, parse_date};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The system's allocator, which knows how much is held and how much was at most.
struct Watching;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn hold(bytes: usize) {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed) + bytes;
    MOST.fetch_max(held, Ordering::Relaxed);
}

// SAFETY: every call goes to `System` unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        hold(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        hold(layout.size());
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        hold(size);
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static WATCHING: Watching = Watching;

/// Runs what makes a value out of `units` units, and prints what each of them cost.
fn measure<T>(figure: &str, sizes: &str, units: usize, run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    let before = HELD.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let start = Instant::now();
    let made = run()?;
    let ns = start.elapsed().as_secs_f64() * 1e9 / units as f64;
    let held = HELD.load(Ordering::Relaxed).saturating_sub(before) / units;
    let most = MOST.load(Ordering::Relaxed).saturating_sub(before) / units;
    println!("figure={figure} {sizes} ns={ns:.0} bytes={held} most={most}");
    Ok(made)
}

/// Loans whose county and household tell whose part of `parts` they are in: that of the last digits.
fn book(rows: impl Iterator<Item = (u32, u64)>) -> Outcome<Book<'static>> {
    let (county, household): (Vec<u32>, Vec<u64>) = rows.unzip();
    let columns = Columns {
        balance_minor: household.iter().map(|id| 1_000 + (id % 1_000) as i64).collect(),
        rate_ppb: household.iter().map(|id| 30_000_000 + (id % 100) as i64).collect(),
        county: county.into(),
        household: household.into(),
        ..Columns::default()
    };
    Ok(Book::new(Currency::CNY, columns)?)
}

/// The parts of a book: part `p` has the rows `row(p, 0)`, `row(p, 1)` ...
fn parts(count: usize, size: usize, row: impl Fn(u32, u32) -> (u32, u64)) -> Outcome<Vec<Book<'static>>> {
    let (count, size) = (u32::try_from(count)?, u32::try_from(size)?);
    (0..count).map(|part| book((0..size).map(|at| row(part, at)))).collect()
}

fn plan() -> Outcome<TallyPlan> {
    let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?;
    Ok(plan.by(&[Dimension::County]).measures(&[Measure::Balance, Measure::BalanceRate]))
}

fn tallies(books: &[Book<'_>]) -> Outcome<Vec<Tally>> {
    let plan = plan()?;
    books.iter().map(|book| Ok(Tally::of(book, &plan)?)).collect()
}

fn sets(books: &[Book<'_>]) -> Outcome<Vec<Distinct>> {
    let of = |book| Distinct::of(book, &[Dimension::County], Ids::Households, LoansCounted::All);
    books.iter().map(|book| Ok(of(book)?)).collect()
}

/// One after the other.
fn fold<T: Clone>(parts: &[T], merge: impl Fn(&mut T, &T) -> puhui::Result<()>) -> Outcome<T> {
    let mut parts = parts.iter();
    let mut whole = parts.next().ok_or("no part")?.clone();
    parts.try_for_each(|part| merge(&mut whole, part))?;
    Ok(whole)
}

/// In pairs, and the pairs in pairs, from the last.
fn pairs<T: Clone>(parts: &[T], merge: impl Fn(&mut T, &T) -> puhui::Result<()> + Copy) -> Outcome<T> {
    match parts {
        [part] => Ok(part.clone()),
        _ => {
            let (one, other) = parts.split_at(parts.len() / 2);
            let mut whole = pairs(other, merge)?;
            merge(&mut whole, &pairs(one, merge)?)?;
            Ok(whole)
        }
    }
}

fn same<T: PartialEq>(one: &T, other: &T) -> Outcome<()> {
    if one == other { Ok(()) } else { Err("merged in another order, the bytes are others".into()) }
}

fn main() -> Outcome<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let most = if measured { 1_000_000 } else { 1_000 };
    let shapes =
        [(10, 100), (100, 100), (640, 100), (1_000, 100), (10_000, 100), (10, 10_000), (10, 100_000)];
    for (count, size) in shapes.into_iter().filter(|(count, size)| count * size <= most) {
        let sizes = format!("parts={count} each={size}");
        let units = count * size;
        let of = u32::try_from(count)?;

        let books = parts(count, size, |part, at| (1 + at * of + part, 1 + u64::from(at * of + part)))?;
        let given = tallies(&books)?;
        let whole = measure("tally", &sizes, units, || fold(&given, Tally::merge))?;
        same(&whole, &pairs(&given, Tally::merge)?)?;
        drop(given);

        let books = parts(count, size, |part, at| (1 + at, 1 + u64::from(at * of + part)))?;
        let given = tallies(&books)?;
        let whole = measure("same_groups", &sizes, units, || fold(&given, Tally::merge))?;
        same(&whole, &pairs(&given, Tally::merge)?)?;
        let given = sets(&books)?;
        let whole = measure("sets", &sizes, units, || {
            let whole = fold(&given, Distinct::merge)?;
            whole.groups().for_each(drop);
            Ok(whole)
        })?;
        same(&whole, &pairs(&given, Distinct::merge)?)?;

        let books = parts(count, size, |part, at| (1, 1 + u64::from(at * of + part)))?;
        let given = sets(&books)?;
        let whole = measure("ids", &sizes, units, || {
            let whole = fold(&given, Distinct::merge)?;
            whole.groups().for_each(drop);
            Ok(whole)
        })?;
        same(&whole, &pairs(&given, Distinct::merge)?)?;
    }
    for loans in [100, 1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|loans| *loans <= most) {
        let sizes = format!("loans={loans}");
        // Every 1,009th number: too far apart for a table of all.
        let spread = |at: u32| 1 + at.wrapping_mul(1_009) % 4_000_000_007_u32;
        let one = book((0..u32::try_from(loans)?).map(|at| (spread(at), u64::from(at) + 1)))?;
        let plan = plan()?;
        let tally = measure("group_a_loan", &sizes, loans, || Ok(Tally::of(&one, &plan)?))?;
        drop(tally);
        let set = measure("set_a_loan", &sizes, loans, || {
            Ok(Distinct::of(&one, &[Dimension::County], Ids::Households, LoansCounted::All)?)
        })?;
        drop(set);
    }
    Ok(())
}
