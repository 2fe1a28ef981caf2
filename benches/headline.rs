//! The headline figures: exact schedules, one loan at a time, against a C loop in doubles that does not round at all.
//!
//! `cargo bench --bench headline` prints one line a figure, `figure=one_loan ratio=1.23 target=1.10`. A ratio is time per
//! instalment over that of the reference; below 1.00 would be faster than the reference.
//!
//! # What is measured
//!
//! * **The reference**, `benches/reference.c`: the annuity, then interest = balance x rate / 12 and principal = payment -
//!   interest, in doubles, without rounding and without writing rows. Built here with `gcc -O3 -march=native` and loaded
//!   into this process.
//! * **`one_loan`**: the same loans as months of 30 days (30E/360), through the public API alone: for each, one after
//!   another, `Loan::new` with all its checks, and `schedule().write_into` into the caller's slice, every row in full.
//! * **`general`**: the same with Actual/360 over real dates, for which nothing is special.
//! * **`rows_iterated`**: the loans of `one_loan`, their rows taken one by one from `schedule().iter()`.
//! * **`growth_rows`**: loans of 12 to 1,200 rows, over real dates and as months of 30 days, in nanoseconds a row: a long schedule
//!   costs what its rows cost.
//!
//! # How
//!
//! A million loans (splitmix64, seed 42), 35,999,055 instalments. Each round runs the reference and then every figure, all
//! in this process and on one thread; the figures are medians of nine such rounds. The loans are prepared before: three
//! columns for the reference, an array of `Terms` for the crate. `Cargo.toml` keeps overflow checks on in the measured
//! build, and the crate is compiled for any x86-64, not for the machine at hand.
//!
//! Every round must come to the exact interest, 4,423,636,711.38 CNY; otherwise the bench fails. The reference must come
//! within half a yuan of the 153.87 that it is known to be short, which shows that it did the work.
//!
//! # The machine
//!
//! Printed first, because the ratios belong to it. Two virtual processors shared with other guests are unsteady: take
//! 10 % for noise, and run it again on a quiet machine before believing less.

#![allow(
    clippy::float_arithmetic,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "the reference is C, compiled and loaded while the bench runs")]

use std::error::Error;
use std::ffi::{CString, c_char, c_double, c_int, c_void};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use puhui::loan::{Instalment, Loan, Method, Product, ProductRules, Terms};
use puhui::{Currency, Cycle, DayCount, Money, Rate, Rounding, parse_date};
use rust_decimal::Decimal;

type Outcome<T> = Result<T, Box<dyn Error>>;

const LOANS: usize = 1_000_000;
const ROUNDS: usize = 9;

/// What the million loans come to in months of 30 days, in fen; from an independent computation in big integers.
const EXACT_INTEREST: i64 = 442_363_671_138;
const EXACT_ROWS: usize = 35_999_055;
/// How far below that the unrounded doubles end, in fen.
const REFERENCE_SHORT: f64 = 15_387.0;

fn main() -> Outcome<()> {
    let loans = Loans::generate()?;
    let reference = Reference::build()?;
    let thirty = product(DayCount::ThirtyE360)?;
    let actual = product(DayCount::Actual360)?;
    println!("machine={:?} {}", processor(), reference.compiler);

    // `cargo bench --bench headline -- one_loan` measures that figure alone.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let named = arguments.iter().filter(|argument| !argument.starts_with('-')).collect::<Vec<_>>();
    let mut figures = vec![
        Figure::new("one_loan", Some("1.10"), || write_each(&thirty, &loans.terms)),
        Figure::new("general", Some("3.50"), || write_each(&actual, &loans.terms)),
        Figure::new("rows_iterated", Some("3.50"), || iterate_each(&thirty, &loans.terms)),
    ];
    figures.retain(|figure| named.is_empty() || named.iter().any(|name| *name == figure.name));

    // `cargo test --benches` comes without the argument: one round then, for what it checks.
    let rounds = if arguments.iter().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let mut reference_times = vec![];
    for _ in 0..rounds {
        let (time, interest) = clock(|| Ok(reference.interest(&loans)))?;
        let short = float(EXACT_INTEREST)? - interest;
        if (short - REFERENCE_SHORT).abs() > 50.0 {
            return Err(format!("the reference is {short} fen short, not {REFERENCE_SHORT}").into());
        }
        reference_times.push(time);
        for figure in &mut figures {
            figure.round()?;
        }
    }

    let reference_time = median(reference_times).as_secs_f64();
    let nanoseconds = reference_time * 1e9 / float(i64::try_from(EXACT_ROWS)?)?;
    println!("reference={nanoseconds:.3} ns an instalment, rounds={rounds}");
    for Figure { name, target, times, .. } in figures {
        let ratio = median(times).as_secs_f64() / reference_time;
        let target = target.map_or_else(String::new, |target| format!(" target={target}"));
        println!("figure={name} ratio={ratio:.3}{target}");
    }
    if named.is_empty() || named.iter().any(|name| *name == "growth_rows") {
        for (name, product) in [("actual/360", &actual), ("30e/360", &thirty)] {
            for rows in [12, 36, 120, 360, 1_200] {
                growth_rows((name, product), rounds, rows)?;
            }
        }
    }
    Ok(())
}

/// A loan of so many rows, written again and again.
fn growth_rows((name, product): (&str, &Product), rounds: usize, rows: u16) -> Outcome<()> {
    // At 1 % a payment over a century is still above the interest of the longest month.
    let (rate, disbursed_on) = (Rate::new(Decimal::new(1, 2))?, parse_date("2020-01-15", "disbursed_on")?);
    let terms = Terms::new(Money::from_minor(30_000_000), rate, disbursed_on)
        .instalments(rows, parse_date("2020-02-15", "first_due_on")?);
    let mut slots = vec![Instalment::EMPTY; usize::from(rows)];
    let repeats = if rounds == 1 { 1 } else { 1_000_000 / u32::from(rows) };
    let mut times = vec![];
    for _ in 0..rounds {
        let (time, written) = clock(|| {
            let mut written = 0;
            for _ in 0..repeats {
                let totals = Loan::new(product, black_box(terms))?.schedule().write_into(&mut slots)?;
                black_box(&mut slots);
                written += totals.rows;
            }
            Ok(written)
        })?;
        let last = slots.last().ok_or("a row")?;
        if written != usize::from(rows) * usize::try_from(repeats)? || !last.closing.is_zero() {
            return Err(format!("{written} rows were written, the last of them {last:?}").into());
        }
        times.push(time);
    }
    let each = median(times).as_secs_f64() * 1e9 / f64::from(repeats) / f64::from(rows);
    println!("figure=growth_rows day_count={name} rows={rows} ns_a_row={each:.2}");
    Ok(())
}

/// One figure: what is run for it, and how long that took.
struct Figure<'a> {
    name: &'static str,
    target: Option<&'static str>,
    run: Box<dyn Fn() -> Outcome<Sums> + 'a>,
    times: Vec<Duration>,
    before: Option<Sums>,
}

impl<'a> Figure<'a> {
    fn new(
        name: &'static str,
        target: Option<&'static str>,
        run: impl Fn() -> Outcome<Sums> + 'a,
    ) -> Figure<'a> {
        Figure { name, target, run: Box::new(run), times: vec![], before: None }
    }

    /// Runs it once; the sums must be those of the round before, and the exact ones where they are known.
    fn round(&mut self) -> Outcome<()> {
        let (time, sums) = clock(&self.run)?;
        self.times.push(time);
        let expected = match self.name {
            "general" => self.before.unwrap_or(sums),
            _ => Sums { interest: EXACT_INTEREST, rows: EXACT_ROWS },
        };
        self.before = Some(sums);
        if sums == expected {
            return Ok(());
        }
        Err(format!("{}: {sums:?}, expected were {expected:?}", self.name).into())
    }
}

/// What a run over all loans comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sums {
    interest: i64,
    rows: usize,
}

/// `one_loan` and `general`: check a loan, write its rows, and go on to the next one.
fn write_each(product: &Product, terms: &[Terms]) -> Outcome<Sums> {
    let mut rows = [Instalment::EMPTY; 60];
    let mut sums = Sums { interest: 0, rows: 0 };
    for &terms in terms {
        let loan = Loan::new(product, terms)?;
        let totals = loan.schedule().write_into(&mut rows)?;
        // The rows count as read, so that none of their fields may be left out.
        black_box(&mut rows);
        sums.interest += totals.interest.minor();
        sums.rows += totals.rows;
    }
    Ok(sums)
}

fn iterate_each(product: &Product, terms: &[Terms]) -> Outcome<Sums> {
    let mut sums = Sums { interest: 0, rows: 0 };
    for &terms in terms {
        for row in &Loan::new(product, terms)?.schedule() {
            let row = row?;
            black_box(&row);
            sums.interest += row.interest.minor();
            sums.rows += 1;
        }
    }
    Ok(sums)
}

fn product(day_count: DayCount) -> puhui::Result<Product> {
    let rules = ProductRules::new(Currency::CNY, Method::EqualInstalment, day_count, Rounding::HalfUp);
    Product::new(rules.every(Cycle::MONTHLY))
}

/// The loans, as columns for C and as terms for the crate.
struct Loans {
    principal_minor: Vec<i64>,
    rate_bp: Vec<i32>,
    months: Vec<i32>,
    terms: Vec<Terms>,
}

impl Loans {
    fn generate() -> Outcome<Loans> {
        let disbursed_on = parse_date("2020-01-15", "disbursed_on")?;
        let first_due_on: NaiveDate = parse_date("2020-02-15", "first_due_on")?;
        let mut random = SplitMix64 { state: 42 };
        let mut loans = Loans { principal_minor: vec![], rate_bp: vec![], months: vec![], terms: vec![] };
        for _ in 0..LOANS {
            let principal = 100_000 + i64::try_from(random.below(9_900_001))?;
            let rate_bp = 300 + 5 * i32::try_from(random.below(101))?;
            let months = 12 + i32::try_from(random.below(49))?;
            let rate = Rate::new(Decimal::new(i64::from(rate_bp), 4))?;
            loans.principal_minor.push(principal);
            loans.rate_bp.push(rate_bp);
            loans.months.push(months);
            loans.terms.push(
                Terms::new(Money::from_minor(principal), rate, disbursed_on)
                    .instalments(u16::try_from(months)?, first_due_on),
            );
        }
        Ok(loans)
    }
}

/// Sebastiano Vigna's generator, so that everyone draws the same loans.
struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u128 {
        (u128::from(self.next()) * u128::from(bound)) >> 64
    }
}

type ReferenceInterest = unsafe extern "C" fn(usize, *const i64, *const i32, *const i32) -> c_double;

unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
}

/// The C function, loaded; it stays loaded for as long as the process runs.
struct Reference {
    interest: ReferenceInterest,
    compiler: String,
}

impl Reference {
    fn build() -> Outcome<Reference> {
        const RTLD_NOW: c_int = 2;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/reference.c");
        let library = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reference.so");
        let flags = ["-O3", "-march=native", "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"];
        let built = Command::new("gcc").args(flags).arg(&source).arg("-o").arg(&library).arg("-lm").output();
        let built = built.map_err(|error| format!("the bench needs gcc: {error}"))?;
        if !built.status.success() {
            return Err(format!("gcc: {}", String::from_utf8_lossy(&built.stderr)).into());
        }
        let version = Command::new("gcc").arg("-dumpfullversion").output()?;
        let path = CString::new(library.into_os_string().into_encoded_bytes())?;
        // SAFETY: `path` is a C string, and the library was built just now and runs no code when it is loaded.
        let loaded = unsafe { dlopen(path.as_ptr(), RTLD_NOW) };
        if loaded.is_null() {
            return Err("the reference was built and could not be loaded".into());
        }
        // SAFETY: `loaded` is a library that is never closed, and the name is a C string.
        let symbol = unsafe { dlsym(loaded, c"reference_interest".as_ptr()) };
        if symbol.is_null() {
            return Err("the reference has no function reference_interest".into());
        }
        // SAFETY: the symbol is the function of reference.c, and the type says what its C declaration says: size_t, three
        // pointers to const, double.
        let interest = unsafe { std::mem::transmute::<*mut c_void, ReferenceInterest>(symbol) };
        let compiler = format!("gcc={}", String::from_utf8_lossy(&version.stdout).trim());
        Ok(Reference { interest, compiler })
    }

    /// The interest of all loans, in fen.
    fn interest(&self, loans: &Loans) -> f64 {
        let Loans { principal_minor, rate_bp, months, .. } = loans;
        let count = principal_minor.len().min(rate_bp.len()).min(months.len());
        // SAFETY: each column has at least `count` elements, which the function reads and does not keep.
        unsafe { (self.interest)(count, principal_minor.as_ptr(), rate_bp.as_ptr(), months.as_ptr()) }
    }
}

fn clock<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<(Duration, T)> {
    let start = Instant::now();
    let value = black_box(run()?);
    Ok((start.elapsed(), value))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A number below 2^52 as a float, exact.
fn float(number: i64) -> Outcome<f64> {
    let (high, low) = (i32::try_from(number >> 26)?, i32::try_from(number & ((1 << 26) - 1))?);
    Ok(f64::from(high) * 67_108_864.0 + f64::from(low))
}

/// The processor's name, where the system tells it.
fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| "unknown".to_owned(), |(_, name)| name.trim().to_owned())
}
