//! A tally of ten million loans by county and class.
//!
//! `cargo bench --bench tally` prints one line a figure: nanoseconds a loan, the bytes that were held at most beyond the
//! caller's arrays, and the time as a ratio to reading each of the columns once, measured in the same run.
//!
//! * **`balance`**: 48 counties x 5 classes; loans and balance. Columns: county, class, balance.
//! * **`rate`**: the same, with the rate weighted by balance. Columns: county, class, balance, rate.
//! * **`two_threads`**: the latter on two threads, over reading on one.
//!
//! The book is generated. Medians of nine rounds, taken in turns; without `--bench`, one round over fewer loans, for what it
//! checks: the sums are those of a plain loop.

#![allow(
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use puhui::portfolio::{Book, Columns, Dimension, Measure, Tally, TallyPlan};
use puhui::{Currency, parse_date};

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 9;

/// The system's allocator, which knows how much is held and how much was at most.
struct Watching;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to `System` unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(held, Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static WATCHING: Watching = Watching;

/// splitmix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        ((u128::from(z) * u128::from(n)) >> 64) as u64
    }
}

struct Generated {
    county: Vec<u32>,
    class: Vec<u8>,
    balance: Vec<i64>,
    rate: Vec<i64>,
}

fn generate(loans: usize) -> Generated {
    let mut dice = Dice(42);
    let mut made = Generated {
        county: Vec::with_capacity(loans),
        class: Vec::with_capacity(loans),
        balance: Vec::with_capacity(loans),
        rate: Vec::with_capacity(loans),
    };
    for _ in 0..loans {
        made.county.push(500_101 + dice.below(48) as u32);
        made.class.push(1 + dice.below(5) as u8);
        made.balance.push(dice.below(10_000_000) as i64);
        made.rate.push(30_000_000 + 50_000 * dice.below(101) as i64);
    }
    made
}

/// Reads every element of a column once.
fn read<T: Copy + Into<i64>>(column: &[T]) -> i64 {
    column.iter().fold(0_i64, |sum, value| sum.wrapping_add((*value).into()))
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() -> Outcome<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (rounds, loans) = if measured { (ROUNDS, 10_000_000) } else { (1, 20_000) };
    let made = generate(loans);
    let columns = Columns {
        county: made.county.as_slice().into(),
        class: made.class.as_slice().into(),
        balance_minor: made.balance.as_slice().into(),
        rate_ppb: made.rate.as_slice().into(),
        ..Columns::default()
    };
    let start = Instant::now();
    let book = Book::new(Currency::CNY, columns)?;
    println!("figure=check loans={loans} ns={:.3}", start.elapsed().as_secs_f64() * 1e9 / loans as f64);
    let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?.by(&[Dimension::County, Dimension::Class]);
    let balance = plan.clone().measures(&[Measure::Balance]);
    let rate = plan.measures(&[Measure::Balance, Measure::BalanceRate]);
    check(&book, &made, &rate)?;

    let keys = || read(&made.county) + read(&made.class) + read(&made.balance);
    let one = NonZero::<usize>::MIN;
    let two = one.saturating_add(1);
    let figures =
        [("balance", &balance, one, false), ("rate", &rate, one, true), ("two_threads", &rate, two, true)];
    for (name, plan, threads, with_rate) in figures {
        let before = HELD.load(Ordering::Relaxed);
        MOST.store(before, Ordering::Relaxed);
        // Taken in turns, so that whatever else the machine does slows both alike.
        let (mut reading, mut tallying) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            reading.push(timed(|| {
                black_box(keys() + if with_rate { read(&made.rate) } else { 0 });
            }));
            tallying.push(timed(|| {
                black_box(Tally::of_threads(&book, plan, threads).is_ok());
            }));
        }
        let (reading, tallying) = (median(reading), median(tallying));
        let held = MOST.load(Ordering::Relaxed).saturating_sub(before);
        let ns = tallying.as_secs_f64() * 1e9 / loans as f64;
        let ratio = tallying.as_secs_f64() / reading.as_secs_f64();
        println!(
            "figure={name} loans={loans} ns={ns:.3} bytes={held} ratio={ratio:.2} to=the_columns_read_once"
        );
    }
    Ok(())
}

/// The sums of a plain loop.
fn check(book: &Book<'_>, made: &Generated, plan: &TallyPlan) -> Outcome<()> {
    let tally = Tally::of(book, plan)?;
    let mut expected = std::collections::BTreeMap::<Vec<u32>, (u64, i128)>::new();
    for row in 0..made.county.len() {
        let sum = expected.entry(vec![made.county[row], u32::from(made.class[row])]).or_default();
        sum.0 += 1;
        sum.1 += i128::from(made.balance[row]);
    }
    let found = tally.groups().map(|(key, sums)| (key.to_vec(), (sums.loans, sums.balance())));
    if found.eq(expected) { Ok(()) } else { Err("the sums are not those of a plain loop".into()) }
}
