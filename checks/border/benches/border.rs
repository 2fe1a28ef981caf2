//! What the border costs: each kind of C function over the Rust call that it wraps, both in one run.
//!
//! `cargo bench --package border --bench border` prints a table: nanoseconds a unit in Rust and in C, and their ratio. The C side is
//! `border.c`, compiled against the header and linked with the shared library as `make -C packaging build` builds it.
//!
//! A C call reads the caller's structs and arrays, checks them, runs inside the guard and translates what comes out. Of what is large
//! beside that, such as a replay, the border is a small part; a merge has to read and write all its groups.
//!
//! All data are generated, and both sides must answer with the same figure. Medians of nine alternating rounds, one thread; without
//! `--bench`, one round over less, for what it checks.

#![allow(
    clippy::float_arithmetic,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "another library is loaded and called")]

#[path = "../tests/support/libraries.rs"]
mod libraries;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::borrow::Cow;
use std::error::Error;
use std::ffi::{CString, c_char, c_int, c_void};
use std::hint::black_box;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, mem};

use puhui::community::{
    Area, Coverage, CoverageRule, PointColumns, PointKind, ServicePoints, VillageColumns, Villages,
};
use puhui::loan::{
    Account, AccountState, Event, EventKind, Instalment, InterestCaughtUp, Loan, Method, Payer,
    PrincipalCaughtUp, Product, ProductRules, Relief, RowInterest, RowRelief, Terms, Window,
};
use puhui::portfolio::{Book, Columns, Dimension, Distinct, Ids, LoansCounted, Measure, Tally, TallyPlan};
use puhui::{Currency, Cycle, DayCount, Money, Rate, Rounding, parse_date, parse_ymd, to_ymd};

type Outcome<T> = Result<T, Box<dyn Error>>;

const MONTHS: u16 = 36;
const PAYMENTS: usize = 12;
/// The day of the position, after the payments.
const AS_OF: i32 = 20_210_228;
/// A day before the first due date, and the next: nothing happens on either.
const DAY: i32 = 20_200_210;
const NEXT_DAY: i32 = 20_200_211;

/// What both sides compute on, as `border.c` declares it.
#[repr(C)]
struct Given {
    payments: usize,
    paid_on_ymd: *const i32,
    paid_minor: *const i64,
    loans: usize,
    principal_minor: *const i64,
    rate_ppb: *const i64,
    disbursed_on_ymd: *const i32,
    first_due_on_ymd: *const i32,
    instalments: *const u32,
    book: usize,
    county: *const u32,
    balance_minor: *const i64,
    borrower: *const u64,
    villages: usize,
    village: *const u64,
    township: *const u32,
    village_county: *const u32,
    points: usize,
    point: *const u64,
    served: *const u64,
    kind: *const u8,
    rows: *mut [u64; 16],
    offset: *mut usize,
    status: *mut u32,
    states: *mut AccountState,
    before: *const AccountState,
}

/// The columns that both sides read.
struct Data {
    principal_minor: Vec<i64>,
    rate_ppb: Vec<i64>,
    disbursed_on_ymd: Vec<i32>,
    first_due_on_ymd: Vec<i32>,
    instalments: Vec<u32>,
    county: Vec<u32>,
    balance_minor: Vec<i64>,
    borrower: Vec<u64>,
    village: Vec<u64>,
    township: Vec<u32>,
    village_county: Vec<u32>,
    point: Vec<u64>,
    served: Vec<u64>,
    kind: Vec<u8>,
}

impl Data {
    /// Loans of one kind that differ in their amounts; ten times as many in the book, in 240 counties; as many villages as loans, two
    /// of three of which have a point.
    fn of(loans: u32) -> Data {
        let all = usize::try_from(loans).unwrap_or(0);
        let of_loans = || (0..loans).map(i64::from);
        let of_book = || 0..10 * loans;
        Data {
            principal_minor: of_loans().map(|i| 5_000_000 + i * 7_919 % 1_000_000).collect(),
            rate_ppb: vec![43_500_000; all],
            disbursed_on_ymd: vec![20_200_115; all],
            first_due_on_ymd: vec![20_200_220; all],
            instalments: vec![MONTHS.into(); all],
            county: of_book().map(|i| 1 + i * 31 % 240).collect(),
            balance_minor: of_book().map(|i| i64::from(i) * 104_729 % 5_000_000).collect(),
            borrower: of_book().map(|i| 1 + u64::from(i) * 48_611 % u64::from(7 * loans)).collect(),
            village: (0..loans).map(|i| 1_000_001 + u64::from(i)).collect(),
            township: (0..loans).map(|i| 10_001 + i / 10).collect(),
            village_county: (0..loans).map(|i| 101 + i / 200).collect(),
            point: (0..loans).map(|i| 1 + u64::from(i)).collect(),
            served: (0..loans).map(|i| 1_000_001 + u64::from(i * 2 % loans / 3 * 3 + i % 2)).collect(),
            kind: vec![PointKind::Agent.code(); all],
        }
    }
}

/// What is made once, in Rust.
struct Made {
    product: Product,
    terms: Vec<Terms>,
    events: Vec<Event>,
    paid_minor: Vec<i64>,
    before: Vec<AccountState>,
}

impl Made {
    fn of(data: &Data) -> Outcome<Made> {
        let product = Product::new(
            ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
                .every(Cycle::MONTHLY),
        )?;
        let (on, first) = (parse_ymd(20_200_115, "on")?, parse_ymd(20_200_220, "first")?);
        let rate = Rate::from_ppb(43_500_000)?;
        let terms = |principal: &i64| Terms::new(Money::from_minor(*principal), rate, on);
        let terms: Vec<Terms> =
            data.principal_minor.iter().map(|each| terms(each).instalments(MONTHS, first)).collect();
        let rows = Loan::new(&product, terms[0])?.schedule().to_vec()?;
        let event = |(no, row): (u64, &Instalment)| {
            let what = EventKind::Repaid { amount: row.payment, payer: Payer::Borrower };
            Event { no, on: row.due_on, booked_on: row.due_on, what }
        };
        let events = (1..).zip(rows.iter().take(PAYMENTS)).map(event).collect();
        let paid_minor = rows.iter().take(PAYMENTS).map(|row| row.payment.minor()).collect();
        let before = vec![AccountState::default(); terms.len()];
        Ok(Made { product, terms, events, paid_minor, before })
    }
}

unsafe extern "C" {
    fn dlopen(name: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

const RTLD_NOW: c_int = 2;

/// The C side, loaded.
struct Calls(*mut c_void);

impl Calls {
    fn load() -> Outcome<Calls> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("border");
        fs::create_dir_all(&folder)?;
        let named = folder.join(soname());
        let _ = fs::remove_file(&named);
        symlink(libraries::folder().join("libpuhui.so"), &named)?;
        let program = folder.join("libborder.so");
        let source = skip::root().join("checks/border/benches/border.c");
        let mut build = std::process::Command::new("cc");
        build.args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-I"]);
        build.arg(skip::root().join("include")).arg(source).arg(&named).arg("-o").arg(&program);
        build.arg(format!("-Wl,-rpath,{}", folder.display()));
        let built = build.output()?;
        if !built.status.success() {
            return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
        }
        let name = CString::new(program.to_string_lossy().as_bytes())?;
        // SAFETY: a text that ends with a NUL; the library has no code that runs when it is loaded.
        let library = unsafe { dlopen(name.as_ptr(), RTLD_NOW) };
        if library.is_null() { Err("libborder.so does not load".into()) } else { Ok(Calls(library)) }
    }

    fn symbol(&self, name: &str) -> Outcome<*mut c_void> {
        let text = CString::new(name)?;
        // SAFETY: the library was loaded and stays so, and the text ends with a NUL.
        let symbol = unsafe { dlsym(self.0, text.as_ptr()) };
        if symbol.is_null() { Err(format!("no {name} in border.c").into()) } else { Ok(symbol) }
    }

    fn begin(&self, given: &Given) -> Outcome<()> {
        // SAFETY: `border.c` declares it so.
        let begin: extern "C" fn(*const Given, i32) -> u32 =
            unsafe { mem::transmute(self.symbol("border_begin")?) };
        match begin(given, AS_OF) {
            0 => Ok(()),
            status => Err(format!("border_begin: status {status}").into()),
        }
    }

    /// A kind of call, which answers with a figure.
    fn of(&self, kind: &str) -> Outcome<extern "C" fn(u32, i32) -> i64> {
        // SAFETY: `border.c` declares it so; those that have no use for the second number do not look at it.
        Ok(unsafe { mem::transmute::<*mut c_void, extern "C" fn(u32, i32) -> i64>(self.symbol(kind)?) })
    }
}

/// The name by which a program asks for the shared library.
fn soname() -> String {
    let version = libraries::version();
    let mut numbers = version.split('.');
    match (numbers.next(), numbers.next()) {
        (Some("0"), Some(minor)) => format!("libpuhui.so.0.{minor}"),
        (major, _) => format!("libpuhui.so.{}", major.unwrap_or_default()),
    }
}

/// How often, and how many times in each round.
struct Bench<'a> {
    calls: &'a Calls,
    rounds: usize,
    /// Of what each round does, one in so many.
    less: u32,
}

impl Bench<'_> {
    /// Runs both sides of a kind in turns, `times` each, and prints a line of the table; each call is of `units`.
    fn kind(
        &self,
        (kind, about): (&str, &str),
        (times, units): (u32, usize),
        mut rust: impl FnMut() -> Outcome<i64>,
    ) -> Outcome<()> {
        let times = (times / self.less).max(1);
        let c = self.calls.of(&format!("border_{kind}"))?;
        let (mut in_rust, mut in_c) = (vec![], vec![]);
        for _ in 0..self.rounds {
            let mut expected = 0;
            let started = Instant::now();
            for _ in 0..times {
                expected = black_box(rust()?);
            }
            in_rust.push(started.elapsed());
            let started = Instant::now();
            let got = black_box(c(times, NEXT_DAY));
            in_c.push(started.elapsed());
            if got != expected {
                return Err(format!("{kind}: {expected} in Rust, {got} in C").into());
            }
        }
        let (rust, c) = (median(in_rust).as_secs_f64(), median(in_c).as_secs_f64());
        let each =
            |seconds: f64| seconds * 1e9 / f64::from(times) / f64::from(u32::try_from(units).unwrap_or(1));
        println!("{about:<58}{:>12.1}{:>12.1}{:>8.2}", each(rust), each(c), c / rust);
        Ok(())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() -> Outcome<()> {
    let measured = env::args().any(|argument| argument == "--bench");
    let (rounds, less, loans) = if measured { (9, 1, 10_000) } else { (1, 1_000, 600) };
    let data = Data::of(loans);
    let mut made = Made::of(&data)?;
    // What C writes into: no row of C is larger, which `border.c` holds.
    let mut rows = vec![[0_u64; 16]; data.instalments.len() * usize::from(MONTHS)];
    let (mut offset, mut status) = (vec![0; data.instalments.len() + 1], vec![0; data.instalments.len()]);
    let mut states = made.before.clone();
    roll(&made, DAY, &mut states)?;
    made.before.clone_from(&states);
    let paid_on: Vec<i32> = made.events.iter().map(|event| to_ymd(event.on)).collect();
    let given = Given {
        payments: paid_on.len(),
        paid_on_ymd: paid_on.as_ptr(),
        paid_minor: made.paid_minor.as_ptr(),
        loans: data.instalments.len(),
        principal_minor: data.principal_minor.as_ptr(),
        rate_ppb: data.rate_ppb.as_ptr(),
        disbursed_on_ymd: data.disbursed_on_ymd.as_ptr(),
        first_due_on_ymd: data.first_due_on_ymd.as_ptr(),
        instalments: data.instalments.as_ptr(),
        book: data.county.len(),
        county: data.county.as_ptr(),
        balance_minor: data.balance_minor.as_ptr(),
        borrower: data.borrower.as_ptr(),
        villages: data.village.len(),
        village: data.village.as_ptr(),
        township: data.township.as_ptr(),
        village_county: data.village_county.as_ptr(),
        points: data.point.len(),
        point: data.point.as_ptr(),
        served: data.served.as_ptr(),
        kind: data.kind.as_ptr(),
        rows: rows.as_mut_ptr(),
        offset: offset.as_mut_ptr(),
        status: status.as_mut_ptr(),
        states: states.as_mut_ptr(),
        before: made.before.as_ptr(),
    };
    let calls = Calls::load()?;
    calls.begin(&given)?;
    let bench = Bench { calls: &calls, rounds, less };
    println!("{:<58}{:>12}{:>12}{:>8}", "", "Rust, ns", "C, ns", "ratio");
    of_loans(&bench, &made)?;
    of_accounts(&bench, &made)?;
    of_books(&bench, &data)?;
    of_villages(&bench, &data)
}

fn of_loans(bench: &Bench<'_>, made: &Made) -> Outcome<()> {
    let mut rows = vec![Instalment::EMPTY; made.terms.len() * usize::from(MONTHS)];
    let terms = made.terms[0];
    bench.kind(("schedule", "puhui_schedule, 36 rows"), (20_000, 1), || {
        let totals = Loan::new(&made.product, black_box(terms))?.schedule().write_into(&mut rows)?;
        Ok(totals.interest.minor())
    })?;
    let about = ("schedule_batch", "puhui_schedule_batch, a loan of 10,000 of 36 rows");
    bench.kind(about, (10, made.terms.len()), || {
        for (terms, rows) in made.terms.iter().zip(rows.chunks_mut(MONTHS.into())) {
            Loan::new(&made.product, black_box(*terms))?.schedule().write_into(rows)?;
        }
        Ok(rows.last().map_or(0, |row| row.payment.minor()))
    })?;
    let june = parse_date("2020-06-30", "day")?;
    let window = Window::DueDates { from: parse_date("2020-02-01", "day")?, until: june };
    let caught_up = InterestCaughtUp::EndOfWindow;
    let mut of_rows = RowRelief::new(window, RowInterest::Deferred { at: None, caught_up });
    of_rows.principal = Some(PrincipalCaughtUp::EndOfWindow);
    of_rows.new_date = Some(june);
    let mut relief = Relief::new(parse_date("2020-02-01", "day")?);
    relief.rows = Some(of_rows);
    bench.kind(("relieve", "puhui_relieve, before and after"), (5_000, 1), || {
        let loan = Loan::new(&made.product, black_box(terms))?;
        let relieved = loan.relieve(std::slice::from_ref(&relief))?;
        Ok(relieved.after().last().map_or(0, |row| row.payment.minor()))
    })
}

fn roll(made: &Made, day: i32, states: &mut [AccountState]) -> Outcome<()> {
    let day = parse_ymd(day, "day")?;
    let mut statuses = vec![None; states.len()];
    let offsets = vec![0; states.len() + 1];
    AccountState::roll_day(&made.product, &made.terms, &[], &offsets, day, states, &mut statuses)?;
    match statuses.into_iter().flatten().next() {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

fn of_accounts(bench: &Bench<'_>, made: &Made) -> Outcome<()> {
    let (terms, as_of) = (made.terms[0], parse_ymd(AS_OF, "as_of")?);
    bench.kind(("position", "puhui_account_position, 12 payments"), (2_000, 1), || {
        let loan = Loan::new(&made.product, black_box(terms))?;
        Ok(Account::replay(&loan, &made.events, as_of)?.position().pay_off.minor())
    })?;
    let day = parse_ymd(NEXT_DAY, "day")?;
    let (mut states, offsets) = (made.before.clone(), vec![0; made.before.len() + 1]);
    let mut statuses = vec![None; states.len()];
    let about = ("roll", "puhui_account_roll_day, an account of 10,000 without events");
    bench.kind(about, (20, states.len()), || {
        states.copy_from_slice(&made.before);
        AccountState::roll_day(&made.product, &made.terms, &[], &offsets, day, &mut states, &mut statuses)?;
        Ok(states.last().map_or(0, |state| state.interest_accrued_minor))
    })
}

fn of_books(bench: &Bench<'_>, data: &Data) -> Outcome<()> {
    let plan = TallyPlan::new(parse_date("2020-03-31", "day")?)?;
    let plan = plan.by(&[Dimension::County]).measures(&[Measure::Balance]);
    let book = || {
        Book::new(
            Currency::CNY,
            Columns {
                county: Cow::Borrowed(&data.county),
                balance_minor: Cow::Borrowed(&data.balance_minor),
                borrower: Cow::Borrowed(&data.borrower),
                ..Columns::default()
            },
        )
    };
    let last = |tally: &Tally| {
        let minor = tally.groups().last().map_or(0, |(_, sums)| sums.outstanding.minor());
        i64::try_from(minor)
    };
    bench.kind(("tally", "puhui_tally, a loan of 100,000"), (20, data.county.len()), || {
        Ok(last(&Tally::of(&book()?, &plan)?)?)
    })?;
    let part = Tally::of(&book()?, &plan)?;
    bench.kind(("merge", "puhui_tally_merge, two parts of 240 groups"), (500, 1), || {
        let mut whole = part.clone();
        whole.merge(black_box(&part))?;
        Ok(last(&whole)?)
    })?;
    bench.kind(("distinct", "puhui_distinct, a loan of 100,000"), (10, data.county.len()), || {
        let found = Distinct::of(&book()?, &[], Ids::Borrowers, LoansCounted::All)?;
        Ok(i64::try_from(found.groups().map(|(_, ids)| ids.len()).sum::<usize>())?)
    })
}

fn of_villages(bench: &Bench<'_>, data: &Data) -> Outcome<()> {
    let rule = CoverageRule::cn_basic_services(parse_date("2020-03-31", "day")?)?;
    bench.kind(("coverage", "puhui_coverage, a village of 10,000"), (10, data.village.len()), || {
        let villages = Villages::new(VillageColumns {
            village: Cow::Borrowed(&data.village),
            township: Cow::Borrowed(&data.township),
            county: Cow::Borrowed(&data.village_county),
            ..VillageColumns::default()
        })?;
        let points = ServicePoints::new(PointColumns {
            point: Cow::Borrowed(&data.point),
            village: Cow::Borrowed(&data.served),
            kind: Cow::Borrowed(&data.kind),
            ..PointColumns::default()
        })?;
        let coverage = Coverage::of(&villages, &points, &rule)?;
        black_box((
            coverage.by(Area::County)?,
            coverage.townships_by_county()?,
            coverage.areas(Area::County)?,
        ));
        black_box((coverage.villages().count(), coverage.missed().count(), coverage.strays().count()));
        Ok(i64::try_from(coverage.total()?.covered)?)
    })
}
