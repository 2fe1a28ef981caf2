//! The example `relief_night`, run as its users run it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::example;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::example::{minor, run, summary};
use crate::svg::tags;
use serde_json::{Value, json};

fn relief_night() -> Command {
    example::example("relief_night")
}

/// An empty folder of this test's own.
fn folder(test: &str) -> PathBuf {
    example::folder("relief_night", test)
}

/// The rows of `outcomes.csv`.
fn outcomes(out: &Path) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(out.join("outcomes.csv")).unwrap();
    let header = "id,outcome,reason_code,old_next_due_on,new_next_due_on,old_maturity,new_maturity,deferred_principal,\
                  deferred_interest,interest_change";
    assert_eq!(reader.headers().unwrap(), header.split(',').collect::<Vec<_>>());
    reader.records().map(|row| row.unwrap()).collect()
}

/// The summary says what the outcomes say, and counts every row once.
fn assert_consistent(out: &Path) -> Value {
    let (summary, outcomes) = (summary(out), outcomes(out));
    let count = |key: &str| usize::try_from(summary[key].as_u64().unwrap()).unwrap();
    assert_eq!(count("read") + count("refused"), count("rows"));
    assert_eq!(count("granted") + count("not_granted"), count("read"));
    assert_eq!(outcomes.len(), count("read"));

    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    let mut sums = [0; 3];
    for row in &outcomes {
        let amounts = [7, 8, 9].map(|at| minor(&row[at]));
        match (&row[1], &row[2]) {
            ("granted", "granted") => assert!(row[6] >= row[5], "no maturity comes nearer: {row:?}"),
            ("not_granted", reason) => {
                assert_ne!(reason, "granted");
                assert_eq!((&row[3], &row[5], amounts), (&row[4], &row[6], [0; 3]), "{row:?}");
                *reasons.entry(reason.to_owned()).or_default() += 1;
            }
            _ => panic!("{row:?}"),
        }
        for (sum, amount) in sums.iter_mut().zip(amounts) {
            *sum += amount;
        }
    }
    assert_eq!(summary["not_granted_by_reason"], json!(reasons));
    assert_eq!(outcomes.iter().filter(|row| &row[1] == "granted").count(), count("granted"));

    let keys = ["deferred_principal", "deferred_interest", "interest_change"];
    let amounts = |entry: &Value| keys.map(|key| minor(entry[key].as_str().unwrap()));
    assert_eq!(amounts(&summary), sums);
    let products = summary["products"].as_array().unwrap();
    for (at, key) in keys.iter().enumerate() {
        assert_eq!(products.iter().map(|product| amounts(product)[at]).sum::<i128>(), sums[at], "{key}");
    }
    for key in ["read", "granted", "not_granted"] {
        let sum: u64 = products.iter().map(|product| product[key].as_u64().unwrap()).sum();
        assert_eq!(summary[key], sum);
    }
    summary
}

/// A file of loans in the manner of the agency's, and a night over it.
fn night_over(out: &Path, rows: &str, options: &[&str]) -> Value {
    let file = out.join("made_up.csv");
    fs::write(&file, format!("LoanNr_ChkDgt,Term,DisbursementDate,DisbursementGross,RevLineCr\n{rows}"))
        .unwrap();
    run(relief_night().arg("--sba").arg(&file).args(options).arg("--out").arg(out));
    assert_consistent(out)
}

/// The rows of `outcomes.csv` as they stand.
fn lines(out: &Path) -> Vec<String> {
    fs::read_to_string(out.join("outcomes.csv")).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_generated_book_says_so_and_adds_up() {
    let out = folder("generated");
    let output = run(relief_night().args(["--loans", "1500", "--seed", "7", "--out"]).arg(&out));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("generated: no loan in this book is real"), "{text}");
    assert!(text.contains("1,500 rows = 1,500 read + 0 refused"), "{text}");
    assert!(text.contains("1,500 read = "), "{text}");
    assert!(output.stderr.is_empty(), "no progress bar where there is no terminal");

    let summary = assert_consistent(&out);
    assert_eq!((&summary["generated"], &summary["rows"]), (&json!(true), &json!(1500)));
    assert_eq!(summary["relief"]["due_until"], "2020-06-30");
    let products = summary["products"].as_array().unwrap();
    assert!(
        products.iter().all(|product| product["granted"].as_u64().unwrap() > 0),
        "the relief fits every product"
    );
    for row in outcomes(&out) {
        assert!(row[0].starts_with("GEN-"));
        match &row[2] {
            // Everything that was due before the end of June is due on that day.
            "granted" => {
                assert!(&row[3] <= "2020-06-30", "{row:?}");
                assert!(&row[4] == "2020-06-30", "{row:?}");
            }
            // A farm loan may end with rows in which nothing is due: the last harvest has repaid it.
            "nothing_due" => assert!(row[3].is_empty() || &row[3] > "2020-06-30", "{row:?}"),
            "not_yet_disbursed" => {}
            reason => panic!("{reason}"),
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |test: &str, seed: &str| {
        let out = folder(test);
        let output = run(relief_night().args(["--loans", "300", "--seed", seed, "--out"]).arg(&out));
        let files = ["outcomes.csv", "summary.json", "refused.csv", "loan.svg"];
        (output.stdout, files.map(|name| fs::read(out.join(name)).unwrap()))
    };
    let (first, again, other) = (bytes("seed_a", "42"), bytes("seed_b", "42"), bytes("seed_c", "43"));
    assert!(first == again);
    assert!(first.1[0] != other.1[0]);
}

#[test]
fn a_dirty_file_loses_no_row() {
    let out = folder("dirty");
    let rows = "1,12,3/15/2008,1200,N\n\
                2,12,,100,N\n\
                3,12,3/15/2008,\"1,00\",N\n\
                4,\"12,3/15/2008,100,N\n\
                \n\
                5,12,1/15/2000,1200,N\n\
                6,12,10/2/2008,1200,Y\n\
                7,0,3/15/2008,1200,N\n\
                8,1,2/15/2009,1200,Y\n\
                9,12,3/15/2008,1200,N,\n\
                10,1,9/10/2008,1200,0";
    let summary = night_over(&out, rows, &["--rate", "0"]);
    assert_eq!((&summary["rows"], &summary["read"], &summary["refused"]), (&json!(10), &json!(5), &json!(5)));
    assert_eq!(summary["not_granted_by_reason"], json!({"nothing_due": 1, "not_yet_disbursed": 2}));
    assert_eq!((&summary["revolving"]["read"], &summary["revolving"]["granted"]), (&json!(2), &json!(0)));
    // 1,200.00 in twelve instalments without interest from 15 April 2008. Six of them, from 15 October to 15 March, are
    // shifted by six months. The fifth loan ended in 2001.
    assert_eq!(
        lines(&out),
        [
            "1,granted,granted,2008-10-15,2009-04-15,2009-03-15,2009-09-15,600.00,0.00,0.00",
            "5,not_granted,nothing_due,,,2001-01-15,2001-01-15,0.00,0.00,0.00",
            "6,not_granted,not_yet_disbursed,2008-11-02,2008-11-02,2009-10-02,2009-10-02,0.00,0.00,0.00",
            "8,not_granted,not_yet_disbursed,2009-03-15,2009-03-15,2009-03-15,2009-03-15,0.00,0.00,0.00",
            "10,granted,granted,2008-10-10,2008-11-10,2008-10-10,2008-11-10,1200.00,0.00,0.00",
        ]
    );
    let refused = fs::read_to_string(out.join("refused.csv")).unwrap();
    let refused: Vec<&str> = refused.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(refused, ["3", "4", "5", "9", "11"]);
}

#[test]
fn a_loan_that_the_relief_does_not_fit_says_why() {
    // The last instalment is put off, and no later one is there to put it on.
    let out = folder("misfit");
    let options = ["--rate", "0", "--principal-caught-up", "over_remaining"];
    let summary = night_over(&out, "1,12,3/15/2008,1200,N\n2,24,3/15/2008,2400,N\n", &options);
    assert_eq!(summary["not_granted_by_reason"], json!({"contradiction": 1}));
    // Eighteen instalments of 100.00 from October 2008 on; six are spread over twelve.
    assert_eq!(
        lines(&out)[1],
        "2,granted,granted,2008-10-15,2009-04-15,2010-03-15,2010-03-15,600.00,0.00,0.00"
    );

    // A loan that cannot be scheduled at all is refused, not decided on.
    let summary = night_over(&out, "1,60,5/31/2007,40000,N\n", &["--rate", "10"]);
    assert_eq!((&summary["read"], &summary["refused"]), (&json!(0), &json!(1)));
    assert!(!out.join("loan.svg").exists(), "the picture of an earlier run is gone");
}

#[test]
fn every_field_of_the_relief_is_an_option() {
    let out = folder("fields");
    let options = [
        "--granted-on",
        "2008-09-30",
        "--defer",
        "principal",
        "--due-from",
        "2008-10-02",
        "--instalments",
        "3",
        "--principal-caught-up",
        "end_of_window",
        "--interest-meanwhile",
        "at:0.03",
        "--interest-caught-up",
        "none",
        "--new-date",
        "2009-01-31",
        "--maturity-moved-by",
        "2",
        "--rate-from",
        "2008-12-01:0.05",
        "--penalty",
        "none",
        "--days-past-due",
        "excluded",
        "--class-held-at",
        "2008-09-30",
        "--class-reason",
        "storm",
        "--class-until",
        "2009-06-30",
        "--credit-protected-from",
        "2008-10-01",
        "--credit-protected-to",
        "2009-01-31",
    ];
    let relief = json!({
        "granted_on": "2008-09-30", "defer": "principal", "due_from": "2008-10-02", "instalments": 3,
        "principal_caught_up": "end_of_window", "interest_meanwhile": {"at": "0.03"}, "new_date": "2009-01-31",
        "maturity": {"moved_by": 2}, "rate_from": {"from": "2008-12-01", "rate": "0.05"}, "penalty": "none",
        "days_past_due": "excluded",
        "class": {"held_at": "2008-09-30", "reason": "storm", "until": "2009-06-30"},
        "credit_report": {"protected_from": "2008-10-01", "protected_to": "2009-01-31"},
    });
    let rows = "1,12,3/15/2008,1200,N\n";
    let summary = night_over(&out, rows, &options);
    assert_eq!(summary["relief"], relief);
    assert_eq!(summary["granted"], 1);
    let row = &outcomes(&out)[0];
    assert_eq!((&row[5], &row[6]), ("2009-03-15", "2009-05-15"));

    // The same from a file; and with another maturity on top.
    let file = out.join("relief.json");
    fs::write(&file, relief.to_string()).unwrap();
    let again = night_over(&out, rows, &["--relief", file.to_str().unwrap()]);
    assert_eq!(again, summary);
    let options = ["--relief", file.to_str().unwrap(), "--maturity-moved-to", "2009-04-30"];
    night_over(&out, rows, &options);
    assert_eq!(&outcomes(&out)[0][6], "2009-04-30");
}

#[test]
fn wrong_options_are_refused() {
    for (options, expected) in [
        (&["--speed"][..], "there is no option --speed"),
        (&["--loans", "many"], "--loans"),
        (&["--rate", "0.05"], "--rate is for --sba"),
        (&["--loan", "GEN-00000001"], "--loan needs --out"),
        (&["--relief", ""], "--relief"),
        (&["--relief", "nothing.json"], "nothing.json"),
        (&["--granted-on", "2020-02-30"], "granted_on: expected"),
        (&["--granted-on", "none"], "granted_on: expected … got nothing"),
        (&["--defer", "fees"], "defer: expected"),
        (&["--due-from", "2020-07-01"], "due_until: expected … got 2020-06-30"),
        (&["--due-from", "none"], "due_from: expected … got nothing"),
        (&["--due-until", "2020-01-24"], "due_until: expected … got 2020-01-24"),
        (&["--due-until", "2020-06-30", "--instalments", "2"], "due_until: expected … got 2020-06-30"),
        (&["--instalments", "0"], "instalments: expected … got 0"),
        (&["--instalments", "70000"], "instalments: expected … got 70000"),
        (&["--instalments", "5000000000"], "--instalments"),
        (&["--instalments", "-1"], "--instalments"),
        (&["--principal-caught-up", "later"], "principal_caught_up: expected"),
        (&["--principal-caught-up", "none"], "principal_caught_up: expected … got nothing"),
        (&["--interest-meanwhile", "paid"], "interest_meanwhile: expected … got paid"),
        (&["--interest-meanwhile", "at:3%"], "interest_meanwhile.at: expected"),
        (&["--interest-meanwhile", "capitalised_at_end"], "interest_caught_up: expected … got end_of_window"),
        (&["--interest-caught-up", "shifted"], "interest_caught_up: expected"),
        (&["--new-date", "soon"], "new_date: expected"),
        (&["--maturity-moved-by", "0"], "maturity.moved_by: expected … got 0"),
        (
            &["--maturity-moved-by", "1", "--maturity-moved-to", "2030-01-01"],
            "maturity.moved_by: expected … got 1",
        ),
        (&["--maturity-moved-to", "later"], "maturity.moved_to: expected"),
        (&["--rate-from", "2020-03-01"], "--rate-from"),
        (&["--rate-from", "2020-03-01:0.05"], "rate_from: expected … got 0.05"),
        (&["--rate-from", "x:0.05", "--maturity-moved-by", "1"], "rate_from.from: expected"),
        (&["--rate-from", "2020-03-01:5%", "--maturity-moved-by", "1"], "rate_from.rate: expected"),
        (&["--penalty", "double"], "penalty: expected"),
        (&["--days-past-due", "never"], "days_past_due: expected"),
        (&["--class-held-at", "2020-01-24"], "--class-reason is missing"),
        (
            &["--class-held-at", "2020-01-24", "--class-reason", "x", "--class-until", "2020-01-23"],
            "class.until: expected",
        ),
        (&["--credit-protected-from", "2020-01-24"], "--credit-protected-to is missing"),
        (
            &["--credit-protected-from", "2020-01-24", "--credit-protected-to", "x"],
            "credit_report.protected_to: expected",
        ),
    ] {
        example::assert_wrong_options(&mut relief_night(), options, expected);
    }
    let help = String::from_utf8(run(relief_night().arg("--help")).stdout).unwrap();
    assert!(help.contains("--sba FILE") && help.contains("--credit-protected-to"));
}

const BEFORE: &str = "#A5AAB2";
const AFTER: &str = "#2E698A";

/// How many points the staircase of a colour has, and how many bars; the legend has one of each colour too.
fn series(tags: &[&str], colour: &str) -> (usize, usize) {
    let stroke = format!("stroke=\"{colour}\"");
    let lines: Vec<_> =
        tags.iter().filter(|tag| tag.starts_with("polyline") && tag.contains(&stroke)).collect();
    assert_eq!(lines.len(), 1, "{colour}");
    let points = lines[0].split_once("points=\"").unwrap().1.split('"').next().unwrap();
    let fill = format!("fill=\"{colour}\"");
    let bars = tags.iter().filter(|tag| tag.starts_with("rect") && tag.contains(&fill)).count();
    (points.split_whitespace().count(), bars - 1)
}

#[test]
fn a_picture_shows_a_loan_before_and_after() {
    let out = folder("picture");
    run(relief_night().args(["--loans", "50", "--out"]).arg(&out));
    let svg = fs::read_to_string(out.join("loan.svg")).unwrap();
    let drawn = tags(&svg);
    assert!(drawn[0].starts_with("svg "));
    for text in [
        "50,000.00 CNY",
        "principal 6,530.57, interest 948.54; change in interest: 55.65",
        "Balance, CNY",
        "Payments, CNY",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    // From the drawing on, two points a row: 36 rows before, and one more on 30 June after. Five of the 37 pay nothing.
    assert_eq!(series(&drawn, BEFORE), (1 + 2 * 36, 36));
    assert_eq!(series(&drawn, AFTER), (1 + 2 * 37, 32));

    // Of a file, the first loan that is granted the relief; or the one that is asked for.
    let rows = "A,12,1/15/2000,1200,N\nB<,12,3/15/2008,1200,N\nC,24,3/15/2008,2400,N\n";
    night_over(&out, rows, &[]);
    let svg = fs::read_to_string(out.join("loan.svg")).unwrap();
    assert!(svg.contains("Loan B&lt;:"), "{svg}");
    assert_eq!(series(&tags(&svg), BEFORE), (1 + 2 * 12, 12));
    assert_eq!(series(&tags(&svg), AFTER), (1 + 2 * 18, 12));
    night_over(&out, rows, &["--loan", "C"]);
    assert!(fs::read_to_string(out.join("loan.svg")).unwrap().contains("Loan C:"));

    for (loan, expected) in [("A", "not granted the relief: nothing_due"), ("D", "no such loan")] {
        let mut command = relief_night();
        let file = out.join("made_up.csv");
        let output =
            command.arg("--sba").arg(file).args(["--loan", loan, "--out"]).arg(&out).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(String::from_utf8(output.stderr).unwrap().contains(expected));
    }
    summary(&out);
}

#[test]
fn the_real_file_is_decided_whole() {
    let Some(data) = crate::support::skip::shared("the_real_file_is_decided_whole", "data", "PUHUI_DATA")
    else {
        return;
    };
    let out = folder("real");
    run(relief_night().arg("--sba").arg(data.join("sba_loans.csv")).arg("--out").arg(&out));
    let summary = assert_consistent(&out);
    assert_eq!((&summary["rows"], &summary["read"]), (&json!(13_456), &json!(13_410)));
    // 23 loans are drawn after 2008-10-01; whatever else is due in the window can be shifted.
    assert_eq!(summary["not_granted_by_reason"]["not_yet_disbursed"], 23);
    let reasons = summary["not_granted_by_reason"].as_object().unwrap();
    assert!(reasons.keys().all(|reason| ["not_yet_disbursed", "nothing_due"].contains(&reason.as_str())));
    for row in outcomes(&out).iter().filter(|row| &row[1] == "granted") {
        assert!("2008-10-01" <= &row[3] && &row[3] <= "2009-03-31", "{row:?}");
        // The rows move by as many as were put off: one that ends in the window may end in it still, but later.
        assert!(row[3] < row[4] && row[5] < row[6], "{row:?}");
        assert!(&row[5] <= "2009-03-31" || "2009-03-31" < &row[4], "{row:?}");
    }
}

/// What a night by a pack prints, of a small book.
#[cfg(feature = "packs")]
fn by_pack(options: &[&str]) -> String {
    let output = run(relief_night().args(["--loans", "150"]).args(options));
    String::from_utf8(output.stdout).unwrap()
}

#[cfg(feature = "packs")]
#[test]
fn a_second_night_by_a_pack_grants_nothing() {
    let text = by_pack(&["--pack", "cn/sme-deferral", "--on", "2020-03-01"]);
    // Persons have no such deferral; firms and the self-employed do.
    assert!(text.contains("stage1 who"), "{text}");
    let granted = text.lines().find(|line| line.contains("stage1") && line.contains(" granted ")).unwrap();
    assert!(granted.split_whitespace().last().unwrap().parse::<u32>().unwrap() > 10, "{text}");
    assert!(text.ends_with("run again on the same day: 0 more granted\n"), "{text}");
    // The same book on every run.
    assert_eq!(text, by_pack(&["--pack", "cn/sme-deferral", "--on", "2020-03-01"]));
}

#[cfg(feature = "packs")]
#[test]
fn loans_outside_the_rules_of_their_programme_are_listed_with_figures() {
    let text = by_pack(&["--pack", "cn/poverty-microcredit", "--on", "2020-03-31", "--check"]);
    let outside = text.split("outside the rules: ").nth(1).unwrap();
    assert!(
        outside.contains("; household: asked household.total <= household_cap, found household.total "),
        "{text}"
    );
    assert!(outside.contains(", household_cap 50000.00"), "{text}");
    for (options, expected) in [
        (&["--pack", "cn/sme-deferral"][..], "--pack and --on come together"),
        (&["--pack", "cn/none", "--on", "2020-03-01"], "a pack is a file, or one of"),
        (&["--pack", "cn/sme-deferral", "--on", "2020-03-01", "--defer", "both"], "it has no --sba"),
    ] {
        example::assert_wrong_options(&mut relief_night(), options, expected);
    }
}
