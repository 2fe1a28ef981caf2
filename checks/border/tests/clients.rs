//! Clients that nobody here wrote load the shared library: CPython by cffi in ABI mode, LuaJIT by its ffi. Both read the header as
//! the preprocessor leaves it, and print what the Rust interface gives: the schedule of the README, its relief and a tally.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

#[path = "support/libraries.rs"]
mod libraries;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use puhui::loan::{
    Instalment, InterestCaughtUp, Loan, Method, PrincipalCaughtUp, Product, ProductRules, Relief,
    RowInterest, RowRelief, Terms, Window,
};
use puhui::portfolio::{Book, Columns, Dimension, Measure, Tally, TallyPlan};
use puhui::{Currency, Cycle, DayCount, Money, Rounding, parse_date, to_ymd};
use skip::{root, skip};

fn shown(rows: &[Instalment]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        let money = |amount: Money| amount.display(Currency::CNY).to_string();
        let (payment, interest, closing) = (money(row.payment), money(row.interest), money(row.closing));
        writeln!(text, "{} {} {payment} {interest} {closing}", row.no, to_ymd(row.due_on)).expect("a line");
        text
    })
}

/// What the Rust interface says of the schedule and of the relief.
fn of_the_loan() -> Result<String, puhui::Error> {
    let product = Product::new(
        ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
            .every(Cycle::MONTHLY),
    )?;
    let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, parse_date("2020-01-15", "day")?)
        .instalments(36, parse_date("2020-02-20", "day")?);
    let loan = Loan::new(&product, terms)?;
    let schedule = loan.schedule();
    let mut text = format!("schedule 36 {}\n", schedule.totals()?.interest.display(Currency::CNY));
    text += &shown(&schedule.to_vec()?);
    let june = parse_date("2020-06-30", "day")?;
    let window = Window::DueDates { from: parse_date("2020-02-01", "day")?, until: june };
    let caught_up = InterestCaughtUp::EndOfWindow;
    let mut rows = RowRelief::new(window, RowInterest::Deferred { at: None, caught_up });
    rows.principal = Some(PrincipalCaughtUp::EndOfWindow);
    rows.new_date = Some(june);
    let mut relief = Relief::new(parse_date("2020-02-01", "day")?);
    relief.rows = Some(rows);
    let relieved = loan.relieve(&[relief])?;
    let impact = relieved.impact();
    let [principal, interest] = [impact.deferred_principal, impact.deferred_interest];
    text += &format!("relief {} {}\n", principal.display(Currency::CNY), interest.display(Currency::CNY));
    Ok(text + &shown(relieved.after()))
}

/// What it says of the tally.
fn of_the_book() -> Result<String, puhui::Error> {
    let columns = Columns {
        county: vec![500_101, 500_102, 500_101].into(),
        balance_minor: vec![5_000_000, 9_000_000_000_000_000_000, 830_000].into(),
        ..Columns::default()
    };
    let plan = TallyPlan::new(parse_date("2020-03-31", "day")?)?;
    let plan = plan.by(&[Dimension::County]).measures(&[Measure::Balance]);
    let tally = Tally::of(&Book::new(Currency::CNY, columns)?, &plan)?;
    Ok(tally.groups().fold(String::new(), |mut text, (key, sums)| {
        let minor = sums.outstanding.minor();
        let (loans, yuan, fen) = (sums.outstanding.loans, minor / 100, minor % 100);
        writeln!(text, "tally {} {loans} {yuan}.{fen:02}", key[0]).expect("a line");
        text
    }))
}

/// What every client prints.
fn expected() -> String {
    let expected = of_the_loan().expect("a loan") + &of_the_book().expect("a book");
    // Figures of the README, and 50,000.00 + 8,300.00.
    for line in ["schedule 36 3505.75", "relief 6530.57 948.54", "tally 500101 2 58300.00"] {
        assert!(expected.lines().any(|found| found == line), "no {line:?} in\n{expected}");
    }
    expected
}

fn preprocessed(flags: &[&str], text: &str, name: &str) -> String {
    let source = scratch().join(name);
    fs::write(&source, text).expect("a file");
    let include = root().join("include");
    let ran = Command::new("gcc").arg("-E").args(flags).arg("-I").arg(include).arg(&source).output();
    let ran = ran.expect("run gcc");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("UTF-8")
}

fn scratch() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// What a client is given beside the library: declarations, constants, and how each struct starts.
static HEADER: LazyLock<[PathBuf; 3]> = LazyLock::new(|| {
    let include = "#include <puhui.h>\n";
    let macros = preprocessed(&["-dM"], include, "macros.c");
    let defined = || macros.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' '));
    let constants =
        defined().filter(|(name, value)| name.starts_with("PUHUI_") && value.parse::<i64>().is_ok());
    let constants: String = constants.map(|(name, value)| format!("{name} {value}\n")).collect();
    let kinds = defined().filter_map(|(name, _)| Some((name, name.strip_suffix("_INIT")?.to_lowercase())));
    let asked: String = kinds.map(|(name, kind)| format!("START {kind} {name}\n")).collect();
    let text = preprocessed(&["-P"], &format!("{include}{asked}"), "header.c");
    // What the system's headers declare comes first, and every client knows it.
    let own = text.lines().skip_while(|line| !line.contains("puhui"));
    let (starts, declarations): (Vec<_>, Vec<_>) = own.partition(|line| line.starts_with("START "));
    let starts: String =
        starts.iter().map(|line| format!("{}\n", line.trim_start_matches("START "))).collect();
    [("declarations.h", declarations.join("\n")), ("constants", constants), ("starts", starts)].map(
        |(name, text)| {
            let file = scratch().join(name);
            fs::write(&file, text).expect("a file");
            file
        },
    )
});

/// Runs a client, if its interpreter passes `probe`.
fn client(test: &str, interpreters: &[&str], probe: &[&str], script: &str) {
    let works = |name: &&&str| Command::new(name).args(probe).output().is_ok_and(|ran| ran.status.success());
    let Some(interpreter) = interpreters.iter().find(works) else {
        return skip(test, &format!("needs {}: {probe:?}", interpreters.join(" or ")));
    };
    let script = root().join("checks/border/clients").join(script);
    let library = libraries::folder().join("libpuhui.so");
    let ran =
        Command::new(interpreter).arg(script).arg(library).args(HEADER.iter()).output().expect("run it");
    assert!(ran.status.success(), "{interpreter}: {}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stdout), expected());
}

#[test]
fn cpython_prints_what_rust_says() {
    // A Python of the user's own may come first and have no cffi; the one of the system has the package.
    let interpreters = ["python3", "/usr/bin/python3"];
    client("cpython_prints_what_rust_says", &interpreters, &["-c", "import cffi"], "cpython.py");
}

#[test]
fn luajit_prints_what_rust_says() {
    client("luajit_prints_what_rust_says", &["luajit"], &["-v"], "luajit.lua");
}
