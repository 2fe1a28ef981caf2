//! Every figure of coverage against plain SQL over the same villages and points.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use puhui::community::{
    Area, AreaCoverage, AreasCovered, Coverage, CoverageRule, PointKind, ServicePoints, Villages,
};
use puhui::{Figure, Ratio, parse_date};
use random::Dice;
use rusqlite::Connection;

fn load(villages: &Villages<'_>, points: &ServicePoints<'_>) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    database
        .execute_batch(
            "CREATE TABLE villages (village INTEGER, township INTEGER, county INTEGER, people INTEGER, adults INTEGER,
                 area_m2 INTEGER, households INTEGER, registered INTEGER, with_account INTEGER, with_credit_file INTEGER,
                 with_loan INTEGER);
             CREATE TABLE points (point INTEGER, village INTEGER, kind INTEGER, opened INTEGER, closed INTEGER,
                 distance INTEGER);",
        )
        .unwrap();
    let v = villages.columns();
    let number = |value: u64| i64::try_from(value).unwrap();
    for row in 0..villages.len() {
        let known = [
            &v.people,
            &v.adults,
            &v.area_m2,
            &v.households,
            &v.registered_households,
            &v.with_account,
            &v.with_credit_file,
            &v.with_loan,
        ];
        let place = [number(v.village[row]), v.township[row].into(), v.county[row].into()];
        let cells =
            place.into_iter().map(Some).chain(known.map(|column| column.get(row).copied().map(number)));
        database
            .execute("INSERT INTO villages VALUES (?,?,?,?,?,?,?,?,?,?,?)", rusqlite::params_from_iter(cells))
            .unwrap();
    }
    let p = points.columns();
    for row in 0..points.len() {
        let days: [i64; 2] = [p.opened_ymd[row].into(), p.closed_ymd[row].into()];
        let cells = [
            number(p.point[row]),
            number(p.village[row]),
            p.kind[row].into(),
            days[0],
            days[1],
            p.distance_m[row].into(),
        ];
        database.execute("INSERT INTO points VALUES (?,?,?,?,?,?)", cells).unwrap();
    }
    database
}

fn rows(database: &Connection, sql: &str) -> Vec<Vec<Option<i64>>> {
    let mut statement = database.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// The numbers of an area as the query lists them.
fn listed(area: &AreaCoverage) -> Vec<Option<i64>> {
    let number = |value: u64| i64::try_from(value).unwrap();
    let counts = [area.villages, area.covered].into_iter().chain(area.covered_by_kind).chain(area.points);
    let known = [
        area.people,
        area.adults,
        area.area_m2,
        area.households,
        area.registered_households,
        area.with_account,
        area.with_credit_file,
        area.with_loan,
    ];
    counts.map(|count| Some(number(count))).chain(known.map(|known| known.map(number))).collect()
}

fn query(counts: &str, key: &str) -> String {
    let by_kind = (1..=PointKind::ALL.len()).map(|kind| {
        format!("SUM(EXISTS (SELECT 1 FROM counting p WHERE p.village = v.village AND p.kind = {kind}))")
    });
    let points = (1..=PointKind::ALL.len()).map(|kind| {
        format!(
            "(SELECT COUNT(DISTINCT p.point) FROM counting p JOIN villages w ON p.village = w.village
              WHERE w.{key} = v.{key} AND p.kind = {kind})"
        )
    });
    let columns: Vec<_> = by_kind.chain(points).collect();
    format!(
        "WITH counting AS (SELECT * FROM points WHERE {counts})
         SELECT v.{key}, COUNT(*), SUM(EXISTS (SELECT 1 FROM counting p WHERE p.village = v.village)), {},
             SUM(people), SUM(adults), SUM(area_m2), SUM(households), SUM(registered), SUM(with_account),
             SUM(with_credit_file), SUM(with_loan)
         FROM villages v GROUP BY 1 ORDER BY 1",
        columns.join(", ")
    )
}

/// Areas, those that are covered, by any point and by each kind, and those that are fully: grouped by `key`, listed by `by`.
fn reached(counts: &str, key: &str, by: &str) -> String {
    let kinds: Vec<_> = (1..=PointKind::ALL.len()).collect();
    let each = |column: &dyn Fn(&usize) -> String| kinds.iter().map(column).collect::<Vec<_>>().join(", ");
    format!(
        "WITH counting AS (SELECT * FROM points WHERE {counts}),
             reached AS (SELECT v.*, EXISTS (SELECT 1 FROM counting p WHERE p.village = v.village) AS c, {} FROM villages v),
             areas AS (SELECT {by} AS b, MAX(c) AS c, MIN(c) AS f, {} FROM reached GROUP BY {key})
         SELECT b, COUNT(*), SUM(c), {}, SUM(f) FROM areas GROUP BY 1 ORDER BY 1",
        each(&|k| format!(
            "EXISTS (SELECT 1 FROM counting p WHERE p.village = v.village AND p.kind = {k}) AS c{k}"
        )),
        each(&|k| format!("MAX(c{k}) AS c{k}")),
        each(&|k| format!("SUM(c{k})")),
    )
}

/// The numbers of areas as that query lists them.
fn listed_areas(areas: &AreasCovered) -> Vec<Option<i64>> {
    let counts = [areas.areas, areas.covered].into_iter().chain(areas.covered_by_kind).chain([areas.full]);
    counts.map(|count| Some(i64::try_from(count).unwrap())).collect()
}

fn close(found: Figure, part: Option<i64>, whole: Option<i64>) {
    let expected = match (part, whole) {
        (Some(_), Some(0)) => Figure::ZeroBase,
        (Some(part), Some(whole)) => Figure::Of(Ratio::new(part.into(), whole.into()).unwrap()),
        _ => Figure::MissingBase,
    };
    assert_eq!(found, expected);
}

#[test]
fn a_hundred_random_registers_are_covered_as_sql_covers_them() {
    let mut areas = 0;
    for seed in 0..100 {
        let mut dice = Dice::new(seed);
        let villages = random::register::villages(&mut dice, 80);
        let points = random::register::points(&mut dice, &villages);
        let database = load(&villages, &points);
        let kinds: Vec<_> = PointKind::ALL.iter().copied().filter(|_| !dice.one_in(3)).collect();
        let kinds = if kinds.is_empty() { vec![PointKind::Agent] } else { kinds };
        let mut rule = CoverageRule::new(parse_date("2020-03-31", "as_of").unwrap(), &kinds).unwrap();
        let codes: Vec<_> = kinds.iter().map(|kind| kind.code().to_string()).collect();
        let mut counts = format!(
            "kind IN ({}) AND opened <= 20200331 AND (closed = 0 OR closed > 20200331)",
            codes.join(", ")
        );
        if dice.one_in(2) {
            rule = rule.within(3_000);
            counts += " AND distance <= 3000";
        }
        let coverage = Coverage::of(&villages, &points, &rule).unwrap();
        for (area, key) in [(Area::County, "county"), (Area::Township, "township")] {
            let found: Vec<_> = coverage
                .by(area)
                .unwrap()
                .iter()
                .map(|(code, area)| [vec![Some(i64::from(*code))], listed(area)].concat())
                .collect();
            assert_eq!(found, rows(&database, &query(&counts, key)), "seed {seed}");
            areas += found.len();
        }
        let found: Vec<_> = coverage
            .villages()
            .map(|(code, village)| [vec![Some(i64::try_from(code).unwrap())], listed(&village)].concat())
            .collect();
        assert_eq!(found, rows(&database, &query(&counts, "village")), "seed {seed}");
        let found: Vec<_> = coverage
            .townships_by_county()
            .unwrap()
            .iter()
            .map(|(code, townships)| [vec![Some(i64::from(*code))], listed_areas(townships)].concat())
            .collect();
        assert_eq!(found, rows(&database, &reached(&counts, "county, township", "county")), "seed {seed}");
        for (area, key) in [(Area::County, "county"), (Area::Township, "township")] {
            let found = coverage.areas(area).unwrap();
            let Some(expected) = rows(&database, &reached(&counts, key, "1")).pop() else { continue };
            assert_eq!(listed_areas(&found), expected[1..], "seed {seed}");
            close(found.share().unwrap(), expected[2], expected[1]);
            close(found.share_of_kind(PointKind::Outlet).unwrap(), expected[3], expected[1]);
            close(found.full_share().unwrap(), expected[9], expected[1]);
        }
        // Of all: a column that is the same everywhere groups them together.
        database.execute_batch("ALTER TABLE villages ADD COLUMN one INTEGER DEFAULT 1").unwrap();
        let total = coverage.total().unwrap();
        if let Some(expected) = rows(&database, &query(&counts, "one")).first() {
            assert_eq!(listed(&total), expected[1..], "seed {seed}");
            close(total.share().unwrap(), expected[2], expected[1]);
            let [people, adults, area, households, _, account, file, loan] = expected[15..] else { panic!() };
            close(total.account_share().unwrap(), account, households);
            close(total.credit_file_share().unwrap(), file, households);
            close(total.loan_share().unwrap(), loan, households);
            let agents = expected[10].map(|agents| agents * 10_000);
            close(total.per_ten_thousand_people(PointKind::Agent).unwrap().figure(), agents, people);
            let agents = expected[10].map(|agents| agents * 100_000);
            close(total.per_hundred_thousand_adults(PointKind::Agent).unwrap().figure(), agents, adults);
            let agents = expected[10].map(|agents| agents * 1_000_000_000);
            close(total.per_thousand_square_kilometres(PointKind::Agent).unwrap().figure(), agents, area);
        }
        let missed: Vec<_> =
            coverage.missed().map(|missed| Some(i64::try_from(missed.village).unwrap())).collect();
        let sql = format!(
            "SELECT village FROM villages WHERE village NOT IN (SELECT village FROM points WHERE {counts}) ORDER BY 1"
        );
        assert_eq!(missed, rows(&database, &sql).concat(), "seed {seed}");
        let strays: Vec<_> =
            coverage.strays().map(|stray| Some(i64::try_from(stray.point).unwrap())).collect();
        let sql = "SELECT point FROM points WHERE village NOT IN (SELECT village FROM villages) ORDER BY village, point";
        assert_eq!(strays, rows(&database, sql).concat(), "seed {seed}");
    }
    assert!(areas > 2_000, "{areas} areas only");
}
