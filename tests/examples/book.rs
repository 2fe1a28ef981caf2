//! The example `book`, run as its users run it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::example;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::example::{minor, run, summary};
use serde_json::Value;

fn book() -> Command {
    example::example("book")
}

/// An empty folder of this test's own.
fn folder(test: &str) -> PathBuf {
    example::folder("book", test)
}

fn refused(out: &Path) -> Vec<(u64, String, String)> {
    let mut reader = csv::Reader::from_path(out.join("refused.csv")).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["line", "loan_id", "column", "value", "reason", "detail"]);
    reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].parse().unwrap(), row[2].to_owned(), row[4].to_owned()))
        .collect()
}

/// What `schedules.csv` sums to, by product and in all, after each of its rows has been checked against its neighbours.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    loans: u64,
    instalments: u64,
    principal: i128,
    interest: i128,
    fees: i128,
    payment: i128,
}

fn sums(out: &Path) -> BTreeMap<String, Sums> {
    let mut reader = csv::Reader::from_path(out.join("schedules.csv")).unwrap();
    let header = "loan_id,product,no,due_on,days,opening,principal,interest,fees,payment,closing";
    assert_eq!(reader.headers().unwrap(), header.split(',').collect::<Vec<_>>());
    let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
    let mut before: Option<csv::StringRecord> = None;
    for row in reader.records() {
        let row = row.unwrap();
        let [opening, principal, interest, fees, payment, closing] =
            [5, 6, 7, 8, 9, 10].map(|at| minor(&row[at]));
        assert_eq!(opening - principal, closing, "{row:?}");
        assert_eq!(principal + interest + fees, payment, "{row:?}");
        let first = &row[2] == "1";
        match &before {
            Some(before) if !first => {
                assert_eq!(row[0], before[0]);
                assert_eq!(opening, minor(&before[10]), "{row:?}");
                assert!(row[3] > before[3], "dates rise: {row:?}");
                assert_eq!(row[2].parse::<u32>().unwrap(), before[2].parse::<u32>().unwrap() + 1);
            }
            Some(before) => assert_eq!(&before[10], "0.00", "a loan ends with nothing left: {before:?}"),
            None => assert!(first),
        }
        for product in [&row[1], "all"] {
            let sums = sums.entry(product.to_owned()).or_default();
            sums.loans += u64::from(first);
            sums.instalments += 1;
            sums.principal += principal;
            sums.interest += interest;
            sums.fees += fees;
            sums.payment += payment;
        }
        before = Some(row);
    }
    assert_eq!(&before.expect("at least one row")[10], "0.00");
    sums
}

fn sums_of(entry: &Value, loans: &str) -> Sums {
    let amount = |key: &str| minor(entry[key].as_str().unwrap());
    Sums {
        loans: entry[loans].as_u64().unwrap(),
        instalments: entry["instalments"].as_u64().unwrap(),
        principal: amount("principal"),
        interest: amount("interest"),
        fees: amount("fees"),
        payment: amount("payment"),
    }
}

/// The summary says what the schedules say, and counts every row once.
fn assert_consistent(out: &Path) -> Value {
    let (summary, sums) = (summary(out), sums(out));
    assert_eq!(sums_of(&summary, "read"), sums["all"]);
    for product in summary["products"].as_array().unwrap() {
        let found = sums_of(product, "loans");
        match sums.get(product["product"].as_str().unwrap()) {
            Some(expected) => assert_eq!(&found, expected, "{product}"),
            None => assert_eq!(found, Sums::default(), "{product}"),
        }
    }
    let count = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!(count("read") + count("refused"), count("rows"));
    assert_eq!(u64::try_from(refused(out).len()).unwrap(), count("refused"));
    let reasons = summary["refused_by_reason"].as_object().unwrap();
    assert_eq!(reasons.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), count("refused"));
    summary
}

#[test]
fn a_generated_book_says_so_and_adds_up() {
    let out = folder("generated");
    let output = run(book().args(["--loans", "1500", "--seed", "7", "--out"]).arg(&out));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("generated: no loan in this book is real"), "{text}");
    assert!(text.contains("1,500 rows = 1,500 read + 0 refused"), "{text}");
    assert!(output.stderr.is_empty(), "no progress bar where there is no terminal");

    let summary = assert_consistent(&out);
    assert_eq!(summary["generated"], true);
    assert_eq!(summary["rows"], 1500);
    assert_eq!(summary["currency"], "CNY");
    let products = summary["products"].as_array().unwrap();
    assert!(products.len() >= 10);
    assert!(products.iter().all(|product| product["loans"].as_u64().unwrap() > 0), "every product occurs");
}

#[test]
fn poverty_microcredit_keeps_to_its_rule() {
    // At most 50,000 a household and three years.
    let out = folder("microcredit");
    run(book().args(["--loans", "3000", "--out"]).arg(&out));
    let mut reader = csv::Reader::from_path(out.join("schedules.csv")).unwrap();
    let mut seen = 0;
    for row in reader.records().map(|row| row.unwrap()).filter(|row| row[1].starts_with("microcredit")) {
        assert!(row[0].starts_with("GEN-"));
        assert!(minor(&row[5]) <= 5_000_000, "{row:?}");
        // The first due date is at most a quarter after the drawing, the last at most 36 months.
        assert!(row[2].parse::<u32>().unwrap() <= 37, "{row:?}");
        seen += 1;
    }
    assert!(seen > 1000);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |test: &str, seed: &str| {
        let out = folder(test);
        let output = run(book().args(["--loans", "300", "--seed", seed, "--out"]).arg(&out));
        let files =
            ["schedules.csv", "summary.json", "refused.csv"].map(|name| fs::read(out.join(name)).unwrap());
        (output.stdout, files)
    };
    let (first, again, other) = (bytes("seed_a", "42"), bytes("seed_b", "42"), bytes("seed_c", "43"));
    assert!(first == again);
    assert!(first.1[0] != other.1[0]);
}

#[test]
fn a_second_run_replaces_the_first() {
    let out = folder("replaced");
    run(book().args(["--loans", "40", "--out"]).arg(&out));
    run(book().args(["--loans", "20", "--out"]).arg(&out));
    assert_eq!(assert_consistent(&out)["rows"], 20);
}

/// Made up: rows in the manner of the agency's file, each wrong or odd in its own way, with what is expected of it. The
/// columns stand in another order than in the real file.
const DIRTY: &[(&str, Option<(&str, &str)>)] = &[
    // Plain, as in the file with us; as in the file that the agency publishes; and other spellings of the same.
    ("1,ACME,84,2/28/1999,60000,N", None),
    ("2,\"ACME, INC\",60,28-Feb-97,\"$40,000.00 \",N", None),
    ("3,ACME,12,1/31/2004,\" $1,234,567.89 \",Y", None),
    ("4,ACME,12,1-Feb-2004,500.5,0", None),
    ("5,ACME,12.0,2004-02-29,500.50,y", None),
    ("6,\"A \"\"GOOD\"\" BANK\", 12 ,02/09/1980, 7 ,\",\"", None),
    ("7,ACME,12,31-Dec-49,100,N", None),
    // A line break within quotes is part of the field.
    ("8,\"ACME\nINC\",12,1/1/2000,100,N", None),
    // A quote within a field is a quote; bad UTF-8 in a column that is not used does no harm (see below).
    ("9,6\" PIPE CO,12,1/1/2000,100,`", None),
    // The number of an earlier loan: counted, not dropped.
    ("9,ACME,12,1/1/2000,100,N", None),
    (",ACME,12,1/1/2000,100,N", Some(("LoanNr_ChkDgt", "missing"))),
    ("11,ACME,12,,100,N", Some(("DisbursementDate", "missing"))),
    ("12,ACME,12,   ,100,N", Some(("DisbursementDate", "missing"))),
    ("13,ACME,12,2/30/1999,100,N", Some(("DisbursementDate", "not a date"))),
    ("14,ACME,12,13/1/1999,100,N", Some(("DisbursementDate", "not a date"))),
    ("15,ACME,12,1/1/199,100,N", Some(("DisbursementDate", "not a date"))),
    ("16,ACME,12,28-Foo-97,100,N", Some(("DisbursementDate", "not a date"))),
    ("17,ACME,12,1/1/1850,100,N", Some(("DisbursementDate", "outside 1900 to 2499"))),
    ("18,ACME,0,1/1/2000,100,N", Some(("Term", "zero"))),
    ("19,ACME,,1/1/2000,100,N", Some(("Term", "missing"))),
    ("20,ACME,-5,1/1/2000,100,N", Some(("Term", "not a whole number of months"))),
    ("21,ACME,8.5,1/1/2000,100,N", Some(("Term", "not a whole number of months"))),
    ("22,ACME,99999999999999999999,1/1/2000,100,N", Some(("Term", "more than 36525 months"))),
    ("23,ACME,12,1/1/2000,,N", Some(("DisbursementGross", "missing"))),
    ("24,ACME,12,1/1/2000,$0.00,N", Some(("DisbursementGross", "zero"))),
    ("25,ACME,12,1/1/2000,-100,N", Some(("DisbursementGross", "negative"))),
    ("26,ACME,12,1/1/2000,1E+05,N", Some(("DisbursementGross", "not an amount"))),
    ("27,ACME,12,1/1/2000,\"1,00\",N", Some(("DisbursementGross", "not an amount"))),
    ("28,ACME,12,1/1/2000,100.005,N", Some(("DisbursementGross", "more than whole cents"))),
    ("29,ACME,12,1/1/2000,99999999999999999999,N", Some(("DisbursementGross", "too large"))),
    ("30,ACME,12,1/1/2000,$,N", Some(("DisbursementGross", "not an amount"))),
    ("31,ACME,12,1/1/2000", Some(("(row)", "4 fields where the header has 6"))),
    ("32,ACME,12,1/1/2000,$40,000.00,N", Some(("(row)", "7 fields where the header has 6"))),
    (
        "33,\"ACME,12,1/1/2000,100,N",
        Some(("(row)", "a quote that is never closed, or closed in the middle of a field")),
    ),
    (
        "34,\"ACME\" INC,12,1/1/2000,100,N",
        Some(("(row)", "a quote that is never closed, or closed in the middle of a field")),
    ),
    ("35,ACME,12,1/1/2000,100,N", None),
];

#[test]
fn a_dirty_file_loses_no_row() {
    let out = folder("dirty");
    let file = out.join("made_up.csv");
    let mut bytes =
        b"\xef\xbb\xbfLoanNr_ChkDgt, Name ,term,DisbursementDate,DisbursementGross,RevLineCr\r\n".to_vec();
    let mut expected = Vec::new();
    let mut line = 2;
    for (row, refusal) in DIRTY {
        if let Some((column, reason)) = refusal {
            expected.push((line, (*column).to_owned(), (*reason).to_owned()));
        }
        bytes.extend_from_slice(row.as_bytes());
        // Ends of lines are mixed, and there is an empty line after every row.
        bytes.extend_from_slice(if line % 3 == 0 { b"\n\n" } else { b"\r\n\r\n" });
        line += 2 + u64::try_from(row.matches('\n').count()).unwrap();
    }
    bytes.extend_from_slice(b"36,CAF\xc9,12,1/1/2000,100,N\n");
    bytes.extend_from_slice(b"37,ACME,12,1/1/\xff2000,100,N");
    expected.push((line + 1, "DisbursementDate".to_owned(), "not UTF-8".to_owned()));
    fs::write(&file, bytes).unwrap();

    let output = run(book().arg("--sba").arg(&file).arg("--out").arg(&out));
    let summary = assert_consistent(&out);
    assert_eq!(refused(&out), expected);
    assert_eq!(summary["rows"], DIRTY.len() + 2);
    assert_eq!(summary["refused"], expected.len());
    assert_eq!(summary["generated"], false);
    assert_eq!(summary["rate"], "0.075");
    assert_eq!(summary["rate_assumed"], true);
    assert_eq!(summary["revolving"]["loans"], 2);
    assert_eq!(summary["repeated_loan_ids"], 1);
    assert_eq!(summary["first_due_on"], "1980-03-09");
    assert_eq!(summary["last_due_on"], "2050-12-31", "two digits: 1950 to 2049");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("0.075 a year for every loan"), "{text}");
    assert!(text.contains("DisbursementDate: missing"), "{text}");

    // 60,000.00 over 84 months at 7.5 %: 60,000 x 0.00625 / (1 - 1.00625^-84) = 920.30.
    let schedules = fs::read_to_string(out.join("schedules.csv")).unwrap();
    let row = schedules.lines().nth(1).unwrap();
    assert_eq!(row, "1,sba_term,1,1999-03-28,30,60000.00,545.30,375.00,0.00,920.30,59454.70");
    // A loan drawn on the 31st is due on the last day of every month.
    let third: Vec<&str> = schedules
        .lines()
        .filter(|row| row.starts_with("3,"))
        .map(|row| row.split(',').nth(3).unwrap())
        .collect();
    assert_eq!(third[..3], ["2004-02-29", "2004-03-31", "2004-04-30"]);
}

#[test]
fn a_forgotten_quote_costs_one_row() {
    let out = folder("quote");
    let file = out.join("made_up.csv");
    let mut text = String::from("LoanNr_ChkDgt,Name,Term,DisbursementDate,DisbursementGross,RevLineCr\n");
    for id in 0..100 {
        // Two bad rows in a row, whose quotes would close each other.
        let quote = if id == 10 || id == 11 { "\"" } else { "" };
        text += &format!("{id},{quote}ACME,12,1/1/2000,100,N\n");
    }
    fs::write(&file, text).unwrap();
    run(book().arg("--sba").arg(&file).arg("--out").arg(&out));
    let summary = assert_consistent(&out);
    assert_eq!((&summary["rows"], &summary["read"]), (&Value::from(100), &Value::from(98)));
    assert_eq!(refused(&out).iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [12, 13]);
}

#[test]
fn the_rate_is_an_option() {
    let out = folder("rate");
    let file = out.join("made_up.csv");
    let header = "LoanNr_ChkDgt,Term,DisbursementDate,DisbursementGross,RevLineCr";
    fs::write(&file, format!("{header}\n1,10,1/1/2000,1000,N\n")).unwrap();
    run(book().arg("--sba").arg(&file).args(["--rate", "0", "--out"]).arg(&out));
    let summary = assert_consistent(&out);
    assert_eq!(summary["interest"], "0.00");
    assert_eq!(summary["rate"], "0");

    // At 1000 % over 30E/360 a payment does not pay the interest of the long months: refused by the crate, in its words.
    fs::write(&file, format!("{header}\n1,60,5/31/1997,40000,N\n2,1,1/1/2000,1000,N\n")).unwrap();
    run(book().arg("--sba").arg(&file).args(["--rate", "10", "--out"]).arg(&out));
    assert_consistent(&out);
    assert_eq!(refused(&out), [(2, "(row)".to_owned(), "negative_amortisation".to_owned())]);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let out = folder("unreadable");
    let file = out.join("made_up.csv");
    let fails = |content: &str, expected: &str| {
        fs::write(&file, content).unwrap();
        let output = book().arg("--sba").arg(&file).arg("--out").arg(out.join("results")).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(expected), "{text}");
        assert!(!out.join("results").exists());
    };
    fails("", "is empty");
    fails("LoanNr_ChkDgt,RevLineCr,Bank\n", "lacks the column(s) Term, DisbursementDate, DisbursementGross");
    fails(
        "LoanNr_ChkDgt,Term,Term,RevLineCr,DisbursementDate,DisbursementGross\n",
        "names the column Term twice",
    );
    let output = book().arg("--sba").arg(out.join("nothing.csv")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("nothing.csv"));

    // A folder that cannot be made, because a file has its name.
    let output = book().args(["--loans", "1", "--out"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot be made"));
}

#[test]
fn wrong_options_are_refused() {
    for (options, expected) in [
        (&["--speed"][..], "--speed"),
        (&["book.csv"], "book.csv"),
        (&["--loans"], "--loans"),
        (&["--loans", "many"], "--loans"),
        (&["--loans", "10000001"], "at most 10000000"),
        (&["--seed", "1", "--seed", "2"], "twice"),
        (&["--rate", "0.05"], "--rate is for --sba"),
        (&["--sba", "x.csv", "--rate", "7.5%"], "--rate"),
        (&["--sba", "x.csv", "--rate", "1e-2"], "--rate"),
        (&["--sba", "x.csv", "--loans", "5"], "not for --sba"),
        (&["--out", ""], "--out"),
    ] {
        example::assert_wrong_options(&mut book(), options, expected);
    }
    let help = run(book().arg("--help"));
    assert!(String::from_utf8(help.stdout).unwrap().contains("--sba FILE"));
}

#[test]
fn the_real_file_is_read_whole() {
    let Some(data) = crate::support::skip::shared("the_real_file_is_read_whole", "data", "PUHUI_DATA") else {
        return;
    };
    let out = folder("real");
    run(book().arg("--sba").arg(data.join("sba_loans.csv")).arg("--out").arg(&out));
    let summary = assert_consistent(&out);
    // 13,456 rows: 19 without a date of disbursement (4 of them without an amount too), 24 with a term of zero, and 3
    // more without an amount. 4,720 lines revolve, 19 of them among the refused.
    let reasons = &summary["refused_by_reason"];
    assert_eq!((&summary["rows"], &summary["read"]), (&Value::from(13_456), &Value::from(13_410)));
    assert_eq!(reasons["DisbursementDate: missing"], 19);
    assert_eq!(reasons["Term: zero"], 24);
    assert_eq!(reasons["DisbursementGross: zero"], 3);
    assert_eq!(summary["revolving"]["loans"], 4_701);
    assert_eq!(summary["repeated_loan_ids"], 0);
}
