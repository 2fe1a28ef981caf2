//! The example `statement`, run as its users run it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::example;
use crate::svg;
use std::fs;
use std::process::Command;

use crate::example::{folder, run};

fn statement() -> Command {
    example::example("statement")
}

/// The last characters of the columns of amounts, by the heads of the table.
const COLUMNS: [&str; 8] = ["due", "paid", "fees", "penalty", "interest", "principal", "balance", "arrears"];

/// A line of the statement: the day, the words, and the amounts in minor units.
#[derive(Debug)]
struct Line {
    on: String,
    what: String,
    amounts: [i128; 8],
}

/// `1,234.56` as 123456; nothing as 0.
fn minor(text: &str) -> i128 {
    if text.trim().is_empty() { 0 } else { example::minor(&text.trim().replace(',', "")) }
}

/// The lines of the table, its sums the last of them.
fn lines(text: &str) -> Vec<Line> {
    let mut rows = text.lines().skip_while(|line| !line.starts_with("booked on"));
    let head = rows.next().expect("a head");
    let ends = COLUMNS.map(|column| head.find(&format!(" {column}")).unwrap() + 1 + column.len());
    let rows = rows.take_while(|line| !line.is_empty());
    rows.map(|row| {
        let mut begins = 45;
        let amounts = ends.map(|end| {
            let cell = row.get(begins..end).or_else(|| row.get(begins..)).unwrap_or_default();
            begins = end;
            minor(cell)
        });
        Line { on: row[..12].trim().to_owned(), what: row[12..45].trim().to_owned(), amounts }
    })
    .collect()
}

/// An amount of the position at the end.
fn figure(text: &str, name: &str) -> i128 {
    let (_, position) = text.split_once("at the end of 2020-12-31\n").expect("a position");
    let line = position.lines().find(|line| line.trim_start().starts_with(name)).expect(name);
    minor(line.rsplit(' ').next().unwrap())
}

#[test]
fn every_line_adds_up() {
    let out = folder("statement", "adds_up");
    let text = String::from_utf8(run(statement().arg("--out").arg(&out)).stdout).unwrap();
    assert!(text.starts_with("Statement of a loan. It is generated"), "{text}");
    let mut lines = lines(&text);
    let sums = lines.pop().expect("sums");
    assert_eq!(sums.what, "paid in all");

    let mut balance = 30_000_000;
    let mut all = [0; 8];
    let mut day = "";
    for line in &lines {
        assert!(day <= line.on.as_str(), "{line:?}");
        day = &line.on;
        let [due, paid, fees, penalty, interest, principal, stands_at, arrears] = line.amounts;
        assert_eq!(due + paid, fees + penalty + interest + principal, "{line:?}");
        if paid != 0 {
            balance -= principal;
            all.iter_mut().zip(line.amounts).take(6).for_each(|(sum, amount)| *sum += amount);
        }
        assert_eq!(stands_at, balance, "{line:?}");
        // Nothing is paid beyond what is owed, but ahead of time.
        assert!(arrears >= 0 && (due == 0 || arrears >= due), "{line:?}");
    }
    assert_eq!(sums.amounts, all);
    // What was paid out is what came back and what is outstanding.
    assert_eq!(30_000_000, all[5] + balance);
    assert_eq!((figure(&text, "= balance"), figure(&text, "- principal repaid")), (balance, all[5]));
    assert_eq!(figure(&text, "paid out"), 30_000_000);

    // What the year shows: each kind of thing, at its day.
    let parts = |on: &str, what: &str| {
        let found = lines.iter().find(|line| line.on == on && line.what.starts_with(what));
        let [due, paid, fees, penalty, interest, principal, ..] = found.expect(what).amounts;
        (due + paid, [fees, penalty, interest, principal])
    };
    // The interest put off, 1,319.04 + 1,233.94 + 1,319.04 + 1,276.49 + 1,319.04 = 6,467.55, with the next instalment, whose
    // own is 291,768.77 x 5.25 % x 30 / 360 = 1,276.49; principal 9,018.73 - 1,276.49.
    assert_eq!(parts("2020-07-20", "no. 7 falls due"), (1_548_628, [0, 0, 774_404, 774_224]));
    assert_eq!(parts("2020-07-20", "payment"), (1_000_000, [0, 0, 774_404, 225_596]));
    // 5,486.28 at 7.875 % for 16 days: 19.20. No interest was unpaid.
    assert_eq!(parts("2020-08-05", "payment"), (550_548, [0, 1_920, 0, 548_628]));
    // 7,734.69 for 25 days: 42.30; compound interest on 1,284.04: 7.02.
    assert_eq!(parts("2020-09-14", "payment"), (906_805, [0, 4_932, 128_404, 773_469]));
    // By its value date, five days after the due date and not twenty-two: 8.50 + 1.37.
    assert_eq!(parts("2020-10-12", "payment, value 2020-09-25"), (902_860, [0, 987, 124_907, 776_966]));
    assert_eq!(parts("2020-10-23", "payment of 2020-10-20 reversed"), (-901_873, [0, 0, -117_478, -784_395]));
    assert_eq!(parts("2020-10-23", "fee charged"), (6_000, [6_000, 0, 0, 0]));
    // 260,678.23 less 7,840.25 of November, 252,837.98, earned 18 days of interest: 663.70. p + 1 % of p is the rest.
    assert_eq!(parts("2020-12-08", "prepayment"), (5_000_000, [48_848, 0, 66_370, 4_884_782]));

    // 195,992.11 for 11 days, and for 19.
    assert_eq!(figure(&text, "interest accrued"), 31_440);
    assert_eq!(figure(&text, "pay-off  "), balance + 31_440);
    assert_eq!(figure(&text, "pay-off on 2021-01-08"), balance + 54_306);
}

#[test]
fn the_postings_of_the_month_balance() {
    let out = folder("statement", "postings");
    let text = String::from_utf8(run(statement().arg("--out").arg(&out)).stdout).unwrap();
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("in 2020-10"))
        .take_while(|row| !row.is_empty())
        .collect();
    let [head, entries @ .., sums] = rows.as_slice() else { panic!("{text}") };
    let debit = head.find("debit").unwrap() + "debit".len();
    let credit = head.find("credit").unwrap() + "credit".len();
    let sides = |row: &str| {
        let credit = row.get(debit..credit).unwrap_or_default();
        (minor(&row[36..debit.min(row.len())]), minor(credit))
    };
    let sum = entries.iter().map(|row| sides(row)).fold((0, 0), |sum, side| (sum.0 + side.0, sum.1 + side.1));
    assert_eq!(sum, sides(sums));
    assert_eq!(sum.0, sum.1);
    // The payment booked late and the reversal correct what was reported; the penalty of 30 September was 17 days too much.
    assert_eq!(entries.iter().filter(|row| row.ends_with("correction")).count(), 8);
    assert!(text.contains("penalty_income                11.84             correction"), "{text}");
}

#[test]
fn the_picture_shows_the_year() {
    let out = folder("statement", "picture");
    // Without a folder it goes to target/statement.
    let text = String::from_utf8(run(statement().current_dir(&out)).stdout).unwrap();
    let svg = fs::read_to_string(out.join("target/statement/statement.svg")).unwrap();
    let tags = svg::tags(&svg);
    assert!(tags[0].starts_with("svg "));
    for shown in [
        "A generated loan of 300,000.00 CNY",
        "Balance, CNY",
        "Arrears",
        "Fell due",
        "window of the relief",
        "24 days",
    ] {
        assert!(svg.contains(shown), "{shown}");
    }
    let count = |tag: &str, attribute: &str| {
        tags.iter().filter(|found| found.starts_with(tag) && found.contains(attribute)).count()
    };
    let lines = lines(&text);
    let of =
        |column: usize| lines.iter().filter(|line| !line.on.is_empty() && line.amounts[column] != 0).count();
    // One bar more of each colour is in the legend.
    assert_eq!(count("rect", "fill=\"#A5AAB2\"") - 1, of(0));
    assert_eq!(count("rect", "fill=\"#2E698A\"") - 1, of(1));
    // Five instalments were put off.
    assert_eq!(count("rect", "stroke=\"#A5AAB2\""), 5);
    assert_eq!(count("polygon", "#C4543E"), 1);
}

#[test]
fn the_same_bytes_again_and_options() {
    let out = folder("statement", "again");
    let first = run(statement().arg("--out").arg(&out)).stdout;
    let picture = fs::read(out.join("statement.svg")).unwrap();
    assert_eq!(run(statement().arg("--out").arg(&out)).stdout, first);
    assert_eq!(fs::read(out.join("statement.svg")).unwrap(), picture);

    let help = String::from_utf8(run(statement().arg("--help")).stdout).unwrap();
    assert!(help.contains("--out DIR"));
    for (options, expected) in [
        (&["--in", "x"][..], "no option --in"),
        (&["--out"], "--out"),
        (&["x"], "x"),
        (&["--out", ""], "path is empty"),
    ] {
        example::assert_wrong_options(&mut statement(), options, expected);
    }
    // A file is no folder.
    let output = statement().arg("--out").arg(out.join("statement.svg")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--out: "));
}
