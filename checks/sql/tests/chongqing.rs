//! The example `chongqing`, run as its users run it; every figure against plain SQL over the files that it leaves behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../tests/support/example.rs"]
mod example;
#[path = "chongqing/files.rs"]
mod files;
#[path = "chongqing/number.rs"]
mod number;
#[path = "../../../tests/support/svg.rs"]
mod svg;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use example::{assert_wrong_options, run};
use files::load;
use number::{gap, grouped, percent, quotient, yuan};
use rusqlite::Connection;
use serde_json::{Value, json};

/// So many loans are quick to make, and enough to be calibrated.
const LOANS: &str = "10000";

fn chongqing() -> Command {
    example::example("chongqing")
}

/// A run: its folder, what it printed, and its figures.
struct Run {
    out: PathBuf,
    text: String,
    report: String,
    figures: Value,
}

fn run_with(test: &str, options: &[&str]) -> Run {
    let out = example::folder("chongqing", test);
    let output = run(chongqing().args(["--loans", LOANS]).args(options).arg("--out").arg(&out));
    let times = String::from_utf8(output.stderr).unwrap();
    assert!(times.contains(" ms  in all"), "{times}");
    let names = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.ends_with(".part")));
    Run {
        text: String::from_utf8(output.stdout).unwrap(),
        report: fs::read_to_string(out.join("report.html")).unwrap(),
        figures: serde_json::from_slice(&fs::read(out.join("figures.json")).unwrap()).unwrap(),
        out,
    }
}

/// The rows of a query.
fn query<const N: usize>(database: &Connection, sql: &str) -> Vec<[i64; N]> {
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        let mut cells = [0; N];
        for (at, cell) in cells.iter_mut().enumerate() {
            *cell = row.get::<_, Option<i64>>(at)?.unwrap_or(0);
        }
        Ok(cells)
    });
    rows.unwrap().map(|row| row.unwrap()).collect()
}

/// The one row of a query.
fn one<const N: usize>(database: &Connection, sql: &str) -> [i64; N] {
    let rows = query(database, sql);
    assert_eq!(rows.len(), 1, "{sql}");
    rows[0]
}

fn count(database: &Connection, sql: &str) -> i64 {
    one::<1>(database, sql)[0]
}

/// A balance, that of the year before, and the growth, as the figures have them.
fn grown(now: i128, base: i128) -> Value {
    json!({ "balance": yuan(now), "base": yuan(base), "growth": percent(now - base, base, 1) })
}

/// Copies of some keys.
fn only(value: &Value, keys: &[&str]) -> Value {
    Value::Object(keys.iter().map(|key| ((*key).to_owned(), value[key].clone())).collect())
}

const GROWN: [&str; 3] = ["balance", "base", "growth"];

/// The balances of the book and of the year before under a condition.
fn balances(database: &Connection, condition: &str) -> (i128, i128) {
    let sum =
        |table: &str| count(database, &format!("SELECT sum(balance) FROM {table} WHERE {condition}")).into();
    (sum("book"), sum("base"))
}

/// All loans at the ends of March, in a county or everywhere.
fn all_loans(database: &Connection, condition: &str) -> (i128, i128) {
    let at = |end: &str| {
        let sql = format!("SELECT sum(balance) FROM all_loans WHERE month_end = '{end}' AND {condition}");
        count(database, &sql).into()
    };
    (at("2020-03-31"), at("2019-03-31"))
}

/// The rate weighted by balance, in per cent with two places.
fn average_rate(database: &Connection, condition: &str) -> Option<String> {
    let sql = format!("SELECT rate, sum(balance) FROM book WHERE {condition} GROUP BY rate");
    let sums = query::<2>(database, &sql);
    let weighted: i128 = sums.iter().map(|[rate, balance]| i128::from(*rate) * i128::from(*balance)).sum();
    let balance: i128 = sums.iter().map(|[_, balance]| i128::from(*balance)).sum();
    percent(weighted, balance * 1_000_000_000, 2)
}

const BAD: &str = "class IN ('substandard', 'doubtful', 'loss')";

/// The line of a class, a purpose or a family.
fn line(database: &Connection, condition: &str) -> Value {
    let (now, base) = balances(database, condition);
    let total = balances(database, "true").0;
    let [loans, bad] = one(
        database,
        &format!(
            "SELECT sum(balance > 0), sum(CASE WHEN {BAD} THEN balance ELSE 0 END)
             FROM book WHERE {condition}"
        ),
    );
    json!({
        "balance": yuan(now), "base": yuan(base), "growth": percent(now - base, base, 1),
        "share": percent(now, total, 1),
        "loans": loans,
        "average_rate": average_rate(database, condition),
        "npl": percent(bad.into(), now, 2),
    })
}

fn borrowing(database: &Connection, condition: &str) -> Value {
    let households =
        format!("SELECT count(DISTINCT household) FROM book WHERE programme = 1 AND {condition}");
    let registered = format!("SELECT sum(registered_households) FROM registered WHERE {condition}");
    let (households, registered) = (count(database, &households), count(database, &registered));
    let share = percent(households.into(), registered.into(), 1);
    json!({ "households": households, "registered": registered, "share": share })
}

/// The points that are open on a day.
fn open_on(day: &str) -> String {
    format!("opened_on <= '{day}' AND (closed_on IS NULL OR closed_on > '{day}')")
}

/// The counts of the villages of a county, or of all.
fn coverage(database: &Connection, county: Option<i64>) -> Value {
    let within = county.map_or("true".to_owned(), |code| format!("county = {code}"));
    let villages = count(database, &format!("SELECT count(*) FROM villages WHERE {within}"));
    let with = |points: String| {
        count(
            database,
            &format!(
                "SELECT count(*) FROM villages WHERE {within} AND village IN (SELECT village FROM points WHERE {points})"
            ),
        )
    };
    let now = open_on("2020-03-31");
    let covered = with(format!("{now} AND kind <> 'online'"));
    let before = with(format!("{} AND kind <> 'online'", open_on("2019-03-31")));
    let near = with(format!("{now} AND kind <> 'online' AND distance_m <= 1000"));
    let [townships, people] =
        one(database, &format!("SELECT count(DISTINCT township), sum(people) FROM villages WHERE {within}"));
    let with_outlet = count(
        database,
        &format!(
            "SELECT count(DISTINCT township) FROM villages JOIN points USING (village)
             WHERE {within} AND {now} AND kind = 'outlet'"
        ),
    );
    let points = count(
        database,
        &format!(
            "SELECT count(*) FROM villages JOIN points USING (village) WHERE {within} AND {now} AND kind <> 'online'"
        ),
    );
    json!({
        "county": county.unwrap_or(0),
        "villages": villages,
        "covered": covered,
        "share": percent(covered.into(), villages.into(), 2),
        "missing_before": villages - before,
        "near": near,
        "townships": townships,
        "with_outlet": with_outlet,
        "with_outlet_share": percent(with_outlet.into(), townships.into(), 1),
        "points": points,
        "people": people,
        "points_per_10000_people": quotient(i128::from(points) * 10_000, people.into(), 2),
    })
}

/// Every figure is what SQL says over the files.
fn assert_follows_from_files(run: &Run) -> Connection {
    let (database, figures) = (load(&run.out), &run.figures);
    let db = &database;

    let targeted = balances(db, "true");
    let all = all_loans(db, "true");
    assert_eq!(figures["targeted"], grown(targeted.0, targeted.1));
    assert_eq!(figures["all_loans"], grown(all.0, all.1));
    assert_eq!(figures["gap_points"], json!(gap(targeted, all)));
    let [loans, bad, overdue] = one(
        db,
        &format!(
            "SELECT sum(balance > 0), sum(CASE WHEN {BAD} THEN balance ELSE 0 END), sum(overdue) FROM book"
        ),
    );
    assert_eq!(figures["outstanding_loans"], json!(loans));
    assert_eq!(figures["npl"], json!(percent(bad.into(), targeted.0, 2)));
    assert_eq!(figures["overdue"], json!(percent(overdue.into(), targeted.0, 2)));
    assert_eq!(figures["average_rate"], json!(average_rate(db, "true")));
    assert_eq!(
        figures["products"],
        json!(count(db, "SELECT count(DISTINCT product) FROM book WHERE balance > 0"))
    );
    assert_eq!(figures["borrowing"], borrowing(db, "true"));

    let codes: Vec<i64> = query::<1>(db, "SELECT DISTINCT county FROM book ORDER BY county")
        .iter()
        .map(|[code]| *code)
        .collect();
    let counties = figures["counties"].as_array().unwrap();
    assert_eq!(counties.len(), codes.len());
    for (county, code) in counties.iter().zip(codes) {
        let within = format!("county = {code}");
        let (targeted, all) = (balances(db, &within), all_loans(db, &within));
        assert_eq!(county["county"], json!(code));
        assert_eq!(only(county, &GROWN), grown(targeted.0, targeted.1), "{code}");
        assert_eq!(county["all_loans"], grown(all.0, all.1), "{code}");
        assert_eq!(county["gap_points"], json!(gap(targeted, all)), "{code}");
        let loans = count(db, &format!("SELECT count(*) FROM book WHERE balance > 0 AND {within}"));
        assert_eq!(county["loans"], json!(loans), "{code}");
        assert_eq!(county["borrowing"], borrowing(db, &within), "{code}");
        assert_report_has_row(&run.report, county);
    }

    for (key, name) in [("classes", "class"), ("purposes", "purpose"), ("families", "family")] {
        let mut sum = 0;
        for found in figures[key].as_array().unwrap() {
            let word = found[name].as_str().unwrap();
            let condition = match name {
                "class" => format!("targeted = '{word}'"),
                "purpose" => format!("purpose = '{word}'"),
                _ => format!("product IN (SELECT product FROM products WHERE family = '{word}')"),
            };
            let mut found = found.clone();
            found.as_object_mut().unwrap().remove(name);
            assert_eq!(found, line(db, &condition), "{word}");
            sum += example::minor(found["balance"].as_str().unwrap());
        }
        assert_eq!(sum, targeted.0, "nothing is left out of the {key}");
    }

    let statement = figures["statement"].as_array().unwrap();
    assert_eq!(statement.len(), 12);
    for found in statement {
        let item = found["item"].as_str().unwrap();
        let personal = "targeted IN ('registered_poor', 'other_personal')";
        let condition = match item {
            "personal" => personal.to_owned(),
            "project" => "targeted IN ('relocation', 'farmland', 'ecology', 'infrastructure')".to_owned(),
            "entity" => format!("NOT ({personal})"),
            "total" => "true".to_owned(),
            "lifted_out" => format!("{personal} AND status IN ('lifted', 'monitored')"),
            class => format!("targeted = '{class}'"),
        };
        let [persons, person_times] = one(
            db,
            &format!(
                "SELECT count(DISTINCT CASE WHEN {personal} THEN borrower END),
                        sum(CASE WHEN {personal} THEN 0 ELSE person_times END)
                 FROM book WHERE balance > 0 AND {condition}"
            ),
        );
        let mut expected = line(db, &condition);
        let of_classes = item != "lifted_out";
        let expected = expected.as_object_mut().unwrap();
        expected.remove("share");
        for (key, value) in
            [("item", json!(item)), ("persons", json!(persons)), ("person_times", json!(person_times))]
        {
            expected.insert(key.to_owned(), value);
        }
        if !of_classes {
            expected.insert("average_rate".to_owned(), Value::Null);
            expected.insert("npl".to_owned(), Value::Null);
        }
        assert_eq!(found.as_object().unwrap(), expected, "{item}");
    }

    let months = figures["months"].as_array().unwrap();
    assert_eq!(months.len(), 13);
    for month in months {
        let end = month["month_end"].as_str().unwrap();
        let at = |table: &str, end: &str| -> i128 {
            count(db, &format!("SELECT sum(balance) FROM {table} WHERE month_end = '{end}'")).into()
        };
        for (key, table) in [("targeted", "series"), ("all_loans", "all_loans")] {
            let (now, first) = (at(table, end), at(table, "2019-03-31"));
            assert_eq!(month[key], json!(yuan(now)));
            assert_eq!(month[&format!("{key}_growth")], json!(percent(now - first, first, 1)), "{end}");
        }
    }
    // The series begins and ends with the books.
    let ends = |end: &str| count(db, &format!("SELECT sum(balance) FROM series WHERE month_end = '{end}'"));
    assert_eq!((i128::from(ends("2020-03-31")), i128::from(ends("2019-03-31"))), targeted);

    for month in figures["relief"].as_array().unwrap() {
        let name = month["month"].as_str().unwrap();
        let [asked, granted, deferred] = one(
            db,
            &format!(
                "SELECT count(*), count(deferral_granted_on), sum(deferred) FROM relief
                 WHERE deferral_asked_on LIKE '{name}-%'"
            ),
        );
        let expected =
            json!({ "month": name, "asked": asked, "granted": granted, "deferred": yuan(deferred.into()) });
        assert_eq!(*month, expected);
    }

    let covered = &figures["coverage"];
    let total = coverage(db, None);
    assert_eq!(total, covered["total"]);
    for county in covered["counties"].as_array().unwrap() {
        assert_eq!(*county, coverage(db, county["county"].as_i64()));
    }
    for kind in covered["kinds"].as_array().unwrap() {
        let word = kind["kind"].as_str().unwrap();
        let open = format!("{} AND kind = '{word}'", open_on("2020-03-31"));
        let [points, villages] =
            one(db, &format!("SELECT count(*), count(DISTINCT village) FROM points WHERE {open}"));
        let all = total["villages"].as_i64().unwrap();
        let share = percent(villages.into(), all.into(), 2);
        let expected = json!({ "kind": word, "points": points, "covered": villages, "share": share });
        assert_eq!(*kind, expected);
    }
    let missing: Vec<i64> = query::<1>(
        db,
        &format!(
            "SELECT village FROM villages WHERE village NOT IN
             (SELECT village FROM points WHERE {} AND kind <> 'online') ORDER BY village",
            open_on("2020-03-31")
        ),
    )
    .iter()
    .map(|[village]| *village)
    .collect();
    assert_eq!(covered["missing"], json!(missing));
    database
}

/// The report shows a county's figures as the figures have them.
fn assert_report_has_row(report: &str, county: &Value) {
    let signed = |value: &Value| {
        let text = value.as_str().unwrap();
        if text.starts_with('-') { text.replace('-', "−") } else { format!("+{text}") }
    };
    let balance = example::minor(county["balance"].as_str().unwrap());
    let cells = [
        grouped(&quotient(balance, 10_000_000_000, 2).unwrap()),
        signed(&county["growth"]),
        signed(&county["all_loans"]["growth"]),
        signed(&county["gap_points"]),
        grouped(&county["loans"].to_string()),
        county["borrowing"]["share"].as_str().unwrap().to_owned(),
    ];
    let row: String = cells.iter().map(|cell| format!("<td>{cell}</td>")).collect();
    assert!(report.contains(&row), "{row}");
}

/// The report is one page that needs nothing else, says what it is everywhere, and its pictures are well formed.
fn assert_page(run: &Run) {
    let report = &run.report;
    for (word, tag) in [("script", "<script"), ("image", "<img"), ("link", "<link"), ("import", "@import")] {
        assert!(!report.contains(tag), "{word}");
    }
    let outside = report.replace("http://www.w3.org/2000/svg", "");
    assert!(!outside.contains("http:") && !outside.contains("https:") && !outside.contains("url("));
    let headline = run.figures["headline"]["en"].as_str().unwrap();
    assert!(report.contains(headline) && run.text.starts_with(headline));
    assert!(run.text.contains("Generated data") && report.contains("<p class=\"generated\">"));
    let sections = report.matches("<section>").count();
    assert_eq!(sections, 6);
    assert_eq!(report.matches("generated 模拟数据").count(), sections, "each section says so");
    assert!(report.contains("@bottom-left { content: \"Generated data"), "and each printed page");

    let mut pictures = 0;
    for part in report.split("<svg").skip(1) {
        let (svg, _) = part.split_once("</svg>").unwrap();
        assert!(svg::tags(&format!("<svg{svg}</svg>")).len() > 5);
        pictures += 1;
    }
    // Seven charts, each for a wide page and for a narrow one.
    assert_eq!(pictures, 14);
}

/// Published: "exceeded 110 bn", + 16.6 %, 3.0 points above all loans, every village covered, nearly a hundred products.
fn assert_published(run: &Run) {
    let figures = &run.figures;
    assert_eq!(figures["targeted"]["growth"], "16.6");
    assert_eq!(figures["all_loans"]["growth"], "13.6");
    assert_eq!(figures["gap_points"], "3.0");
    // 110 bn for 400,000 loans are 2.75 bn for 10,000.
    let balance = example::minor(figures["targeted"]["balance"].as_str().unwrap());
    assert!((275_000_000_000..277_500_000_000).contains(&balance), "{balance}");
    assert_eq!(figures["counties"].as_array().unwrap().len(), 38);
    let covered = &figures["coverage"]["total"];
    assert_eq!((&covered["villages"], &covered["covered"]), (&json!(8018), &json!(8018)));
    assert!((90..100).contains(&figures["products"].as_i64().unwrap()));
    assert!(run.text.contains("up 16.6 % in a year, 3.0 percentage points above all loans"), "{}", run.text);
    assert!(run.text.contains("in every one of 8,018 villages of 38 counties"), "{}", run.text);
}

#[test]
fn every_figure_follows_from_the_files_for_three_seeds() {
    for seed in ["1", "2", "3"] {
        let run = run_with(&format!("seed_{seed}"), &["--seed", seed]);
        assert_follows_from_files(&run);
        assert_published(&run);
        assert_page(&run);
    }
}

#[test]
fn a_county_that_is_dropped_is_nowhere() {
    let (whole, without) = (run_with("whole", &[]), run_with("without_500229", &["--drop-county", "500229"]));
    let database = assert_follows_from_files(&without);
    assert_page(&without);
    for table in ["book", "base", "relief", "series", "all_loans", "villages", "registered"] {
        assert_eq!(count(&database, &format!("SELECT count(*) FROM {table} WHERE county = 500229")), 0);
    }
    assert_eq!(count(&database, "SELECT count(*) FROM points WHERE village / 1000000 = 500229"), 0);
    assert!(without.text.contains("of 37 counties"), "{}", without.text);
    assert!(
        without.text.contains("Left out 已剔除: the county Chengkou 城口县 (500229)."),
        "{}",
        without.text
    );
    assert!(without.report.contains("the county Chengkou 城口县 (500229)"));
    // The other counties are as they were; 173 of the villages are gone.
    let others = |run: &Run| {
        let counties = run.figures["counties"].as_array().unwrap().clone();
        counties.into_iter().filter(|county| county["county"] != 500229).collect::<Vec<_>>()
    };
    assert_eq!(others(&whole), others(&without));
    assert_eq!(without.figures["coverage"]["total"]["villages"], 8018 - 173);
}

#[test]
fn a_village_without_a_point_is_named() {
    let run = run_with("without_points", &["--drop-point", "500101017200"]);
    assert_follows_from_files(&run);
    assert_page(&run);
    assert_eq!(run.figures["coverage"]["missing"], json!([500_101_017_200_i64]));
    assert!(run.text.contains("in 8,017 of 8,018 villages of 38 counties"), "{}", run.text);
    assert!(run.text.contains("8018个行政村中8017个有基础金融服务"), "{}", run.text);
    assert!(run.text.contains("太白街道太白村 (500101017200)"), "{}", run.text);
    let item = "<li><span lang=\"zh\">万州区太白街道太白村</span> <span>Wanzhou 500101017200</span></li>";
    assert!(run.report.contains(item));
    // Loans know nothing of points.
    let whole = run_with("with_points", &[]);
    assert_eq!(run.figures["targeted"], whole.figures["targeted"]);
}

#[test]
fn the_books_keep_to_the_published_rules() {
    let run = run_with("rules", &["--seed", "5"]);
    let database = load(&run.out);
    let none = |sql: &str| {
        assert_eq!(count(&database, &format!("SELECT count(*) FROM book WHERE {sql}")), 0, "{sql}")
    };
    // Microcredit: at most 50,000 and 36 months, unsecured, to registered households, 4.35 % to a year and 4.75 % above it
    // before the LPR; a household has one.
    none("programme = 1 AND amount > 5000000");
    none("programme = 1 AND original_due_on > date(disbursed_on, '+36 months')");
    none("programme = 1 AND (guarantee <> 'credit' OR status IS NULL OR household IS NULL)");
    none(
        "programme = 1 AND disbursed_on < '2020-01-01' AND rate <>
         CASE WHEN original_due_on > date(disbursed_on, '+12 months') THEN 47500000 ELSE 43500000 END",
    );
    // Lent after 20 February 2020 for more than a year: the LPR of five years, 4.75 %.
    none(
        "programme = 1 AND disbursed_on > '2020-02-20' AND rate <>
         CASE WHEN original_due_on > date(disbursed_on, '+12 months') THEN 47500000 ELSE 40500000 END",
    );
    // Start-up loans: a person at most 150,000 over 3 years, a small firm at most 3,000,000 over 2.
    none(
        "programme = 3 AND targeted = 'other_personal' AND (amount > 15000000 OR original_due_on > date(disbursed_on, '+36 months'))",
    );
    none(
        "programme = 3 AND targeted = 'industry' AND (amount > 300000000 OR original_due_on > date(disbursed_on, '+24 months'))",
    );
    // What was granted was asked for before, is on the register too, and moves no maturity forward. A microcredit is extended
    // by six months at most.
    none("deferral_granted_on IS NOT NULL AND (deferral_granted_on <= deferral_asked_on OR deferred = 0)");
    none("due_on < original_due_on");
    none("programme = 1 AND due_on > date(original_due_on, '+6 months')");
    let [book, register] = one(
        &database,
        "SELECT (SELECT count(*) FROM book WHERE deferral_granted_on IS NOT NULL),
                (SELECT count(*) FROM book JOIN relief USING (loan, deferral_asked_on, deferral_granted_on, deferred))",
    );
    assert!(book > 0);
    assert_eq!(book, register);
    // Every loan of a year before that still had a balance then is in the book.
    let [base, both] = one(
        &database,
        "SELECT (SELECT count(*) FROM base), (SELECT count(*) FROM base JOIN book USING (loan, amount, disbursed_on))",
    );
    assert_eq!(base, both);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |test: &str, seed: &str| {
        let run = run_with(test, &["--seed", seed]);
        let mut names: Vec<_> = fs::read_dir(&run.out).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        let files = names.iter().map(|name| (name.file_name().unwrap().to_owned(), fs::read(name).unwrap()));
        (run.text.clone(), files.collect::<Vec<_>>())
    };
    let (first, again, other) = (bytes("seed_a", "42"), bytes("seed_b", "42"), bytes("seed_c", "43"));
    assert!(first == again);
    assert_eq!(first.1.len(), 11);
    assert!(first.1 != other.1);
}

#[test]
fn wrong_options_are_refused() {
    for (options, expected) in [
        (["--loans", "9999"], "--loans: expected 10000 to 4000000, got 9999"),
        (["--drop-county", "500100"], "--drop-county: expected one of 500101 500102 …, got 500100"),
        (["--drop-point", "5001"], "--drop-point: expected the code of a village…, got 5001"),
        (["--seed", "x"], "--seed: expected a whole number, 0 to 18446744073709551615, got \"x\""),
        (["--villages", "1"], "there is no option --villages"),
    ] {
        assert_wrong_options(&mut chongqing(), &options, expected);
    }
    let both = ["--drop-county", "500101", "--drop-point", "500101017200"];
    assert_wrong_options(&mut chongqing(), &both, "500101017200 lies in the county of --drop-county");
}

#[test]
fn where_nothing_is_asked_for_only_the_report_is_written() {
    let here = example::folder("chongqing", "usual");
    let output = run(chongqing().args(["--loans", LOANS]).current_dir(&here));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("Targeted loans above RMB 2 billion, up 16.6 %")
    );
    let mut names: Vec<_> = fs::read_dir(here.join(Path::new("target/chongqing")))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["figures.json", "report.html"]);
}
