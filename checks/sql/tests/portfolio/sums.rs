//! Every statistic of a book against plain SQL over the same rows, to the last digit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::database;
use std::collections::BTreeMap;

use puhui::portfolio::{Book, Dimension, Distinct, Ids, LoansCounted, Measure, Sums, Tally, TallyPlan};
use puhui::{Currency, Figure, Forbearance, Ladder, Ratio, StatisticalBasis, parse_ymd};
use random::Dice;
use rusqlite::Connection;

fn load(book: &Book<'_>) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    database::load(&database, "loans", "led", book);
    database
}

/// The rows of a query, all of whose columns are whole numbers.
fn rows(database: &Connection, sql: &str, columns: usize) -> Vec<Vec<i64>> {
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// A dimension as SQL says it.
fn key(dimension: Dimension, ladder: bool) -> String {
    let term = |to: &str| {
        format!("CASE WHEN {to} - disbursed <= 10000 THEN 1 WHEN {to} - disbursed <= 50000 THEN 2 ELSE 3 END")
    };
    match dimension {
        Dimension::Class if ladder => RUNG.to_owned(),
        Dimension::Month => "disbursed / 100".to_owned(),
        Dimension::Term => term("due"),
        Dimension::OriginalTerm => term("original_due"),
        plain => plain.as_str().to_owned(),
    }
}

/// The class by the ladder of the test: more than 0, 90, 270 and 360 days past due.
const RUNG: &str = "CASE WHEN days_past_due > 360 THEN 5 WHEN days_past_due > 270 THEN 4 WHEN days_past_due > 90 THEN 3 \
                    WHEN days_past_due > 0 THEN 2 ELSE 1 END";

/// What SQL sums, in the order in which `figures` tells it.
fn sums(class: &str) -> Vec<String> {
    let mut sums: Vec<String> = [
        "count(*)",
        "sum(balance <> 0)",
        "sum(balance)",
        "sum(disbursed BETWEEN 20200101 AND 20200331)",
        "sum(iif(disbursed BETWEEN 20200101 AND 20200331, amount, 0))",
        "sum(disbursed <= 20200331)",
        "sum(iif(disbursed <= 20200331, amount, 0))",
        "sum(overdue <> 0)",
        "sum(overdue)",
        "sum(person_times)",
        "sum(deferred <> 0)",
        "sum(deferred)",
        "sum(balance * rate)",
        "sum(iif(disbursed BETWEEN 20200101 AND 20200331, amount * rate, 0))",
        "sum(iif(disbursed <= 20200331, amount * rate, 0))",
    ]
    .map(str::to_owned)
    .to_vec();
    for code in 0..=5 {
        sums.push(format!("sum(({class}) = {code})"));
        sums.push(format!("sum(iif(({class}) = {code}, balance, 0))"));
    }
    for kind in Forbearance::ALL {
        sums.push(format!("sum((forbearance & {}) <> 0)", kind.bit()));
        sums.push(format!("sum(iif((forbearance & {}) <> 0, balance, 0))", kind.bit()));
    }
    sums
}

fn close(figure: Figure, numerator: i128, amount: i128, what: &str) {
    match figure {
        Figure::Of(ratio) => assert_eq!(ratio, Ratio::new(numerator, amount).unwrap(), "{what}"),
        Figure::ZeroBase => assert_eq!(amount, 0, "{what}"),
        Figure::MissingBase => panic!("{what}: there is a base"),
    }
}

/// Holds the sums of a group against what SQL found.
fn check(found: &Sums, sql: &[i64]) {
    let at = |place: usize| i128::from(sql[place]);
    let pair = |sum: puhui::portfolio::LoanSum, place: usize, what: &str| {
        assert_eq!((i128::from(sum.loans), sum.minor()), (at(place), at(place + 1)), "{what}");
    };
    assert_eq!(i128::from(found.loans), at(0));
    pair(found.outstanding, 1, "outstanding");
    pair(found.lent_in_period, 3, "lent in the period");
    pair(found.lent_to_date, 5, "lent to date");
    pair(found.overdue, 7, "overdue");
    assert_eq!(i128::from(found.person_times), at(9));
    pair(found.deferred_amount, 10, "deferred amounts");
    let billion = 1_000_000_000;
    close(found.rate_of_balance().unwrap(), at(12), at(2) * billion, "rate of the balance");
    close(found.rate_of_period().unwrap(), at(13), at(4) * billion, "rate of the period");
    close(found.rate_to_date().unwrap(), at(14), at(6) * billion, "rate to date");
    pair(found.unclassified, 15, "unclassified");
    for (place, class) in found.classes.into_iter().enumerate() {
        pair(class, 17 + 2 * place, "a class");
    }
    pair(found.extended, 27, "extended");
    pair(found.deferred, 29, "deferred");
    pair(found.renewed, 31, "renewed");
    // Ratios of the same numbers.
    close(found.overdue_rate().unwrap(), at(8), at(2), "overdue rate");
    let bad = at(22) + at(24) + at(26);
    assert_eq!(found.non_performing().minor(), bad);
    close(found.npl_ratio().unwrap(), bad, at(2), "NPL ratio");
    close(found.outstanding.average().unwrap(), at(2), at(1), "average balance");
}

#[test]
fn a_hundred_random_books_are_summed_as_sql_sums_them() {
    let mut groups = 0;
    for seed in 0..100 {
        let mut dice = Dice::new(seed);
        let loans = usize::try_from(dice.below(400)).unwrap();
        let book = Book::new(Currency::CNY, random::book::columns(&mut dice, loans)).unwrap();
        let database = load(&book);
        for _ in 0..4 {
            let by: Vec<_> = (0..dice.below(4)).map(|_| *dice.pick(Dimension::ALL)).collect();
            let ladder = dice.one_in(2);
            let basis = dice.one_in(3).then(|| *dice.pick(StatisticalBasis::ALL));
            let (from, until) = (parse_ymd(20200101, "from").unwrap(), parse_ymd(20200331, "until").unwrap());
            let mut plan =
                TallyPlan::new(until).unwrap().period(from, until).unwrap().by(&by).measures(Measure::ALL);
            if ladder {
                plan = plan.ladder(Ladder::new([1, 91, 271, 361]).unwrap());
            }
            if let Some(basis) = basis {
                plan = plan.basis(basis);
            }
            let tally = Tally::of(&book, &plan).unwrap();
            let keys: Vec<_> = tally.dimensions().iter().map(|by| key(*by, ladder)).collect();
            let sums = sums(if ladder { RUNG } else { "class" });
            let counts = basis.map_or("1".to_owned(), |basis| format!("(basis & {}) <> 0", basis.bit()));
            let select: Vec<_> = keys.iter().chain(&sums).map(String::as_str).collect();
            let places: Vec<_> = (1..=keys.len()).map(|place| place.to_string()).collect();
            let group = if keys.is_empty() { "1 = 1".to_owned() } else { places.join(", ") };
            let sql = format!("SELECT {} FROM loans WHERE {counts} GROUP BY {group}", select.join(", "),);
            let mut expected: BTreeMap<Vec<u32>, Vec<i64>> = BTreeMap::new();
            for row in rows(&database, &sql, select.len()) {
                let (key, sums) = row.split_at(keys.len());
                expected.insert(key.iter().map(|key| u32::try_from(*key).unwrap()).collect(), sums.to_vec());
            }
            assert_eq!(
                tally.groups().map(|(key, _)| key.to_vec()).collect::<Vec<_>>(),
                expected.keys().cloned().collect::<Vec<_>>(),
                "seed {seed}, by {by:?}"
            );
            for ((_, found), sql) in tally.groups().zip(expected.values()) {
                check(&found, sql);
                groups += 1;
            }
        }
    }
    assert!(groups > 10_000, "{groups} groups only");
}

#[test]
fn ids_are_counted_as_sql_counts_them() {
    for seed in 1000..1100 {
        let mut dice = Dice::new(seed);
        let loans = usize::try_from(dice.below(300)).unwrap();
        let book = Book::new(Currency::CNY, random::book::columns(&mut dice, loans)).unwrap();
        let database = load(&book);
        let by = [*dice.pick(Dimension::ALL)];
        let key = key(by[0], false);
        for ids in Ids::ALL {
            for counted in LoansCounted::ALL {
                let (id, table) = match ids {
                    Ids::Borrowers => ("borrower", "loans"),
                    Ids::Households => ("household", "loans"),
                    Ids::Persons => ("person", "loans JOIN led USING (row)"),
                };
                let lives = if *counted == LoansCounted::All { "1" } else { "balance <> 0" };
                let from = format!("FROM {table} WHERE {lives} AND {id} <> 0");
                let distinct = Distinct::of(&book, &by, *ids, *counted).unwrap();
                let found: Vec<Vec<i64>> = distinct
                    .groups()
                    .map(|(key, ids)| vec![i64::from(key[0]), i64::try_from(ids.len()).unwrap()])
                    .collect();
                let sql = format!("SELECT {key} AS k, count(DISTINCT {id}) {from} GROUP BY 1 ORDER BY 1");
                assert_eq!(found, rows(&database, &sql, 2), "seed {seed}: {ids} by {key}");
                let total = rows(&database, &format!("SELECT count(DISTINCT {id}) {from}"), 1)[0][0];
                assert_eq!(i64::try_from(distinct.total().len()).unwrap(), total);
            }
        }
    }
}
