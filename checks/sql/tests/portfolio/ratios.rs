//! Growth, concentration, compliance, the statement on targeted loans and the gaps of random books against plain SQL over the same
//! rows: equal to the last digit, and nothing where SQL has NULL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::database;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use puhui::portfolio::{
    Book, Concentration, Dimension, Distinct, Growth, Ids, LoansCounted, Measure, Need, NeedSize,
    NeedsServed, ProvisionRequirement, RequiredProvisions, Tally, TallyPlan, TargetedItem, TargetedStatement,
    Tolerance, TwoIncreases, provision_coverage,
};
use puhui::{
    BorrowerStatus, Currency, Figure, ProvisionRates, Purpose, RegionClass, RegionList, RegionListing,
    Rounding, StatisticalBasis, StatusRegister, parse_ymd, to_ymd,
};
use random::Dice;
use rusqlite::Connection;

fn day(ymd: i32) -> NaiveDate {
    parse_ymd(ymd, "day").unwrap()
}

fn book(dice: &mut Dice, most: u64) -> Book<'static> {
    let loans = usize::try_from(dice.below(most)).unwrap();
    Book::new(Currency::CNY, random::book::columns(dice, loans)).unwrap()
}

/// Two books, of now and of a year before, as tables `loans` and `base`.
fn two_books(seed: u64) -> (Dice, Book<'static>, Book<'static>, Connection) {
    let mut dice = Dice::new(seed);
    let (now, base) = (book(&mut dice, 300), book(&mut dice, 300));
    let database = Connection::open_in_memory().unwrap();
    database::load(&database, "loans", "led", &now);
    database::load(&database, "base", "base_led", &base);
    (dice, now, base, database)
}

/// The rows of a query whose columns are whole numbers or NULL.
fn rows(database: &Connection, sql: &str) -> Vec<Vec<Option<i64>>> {
    let mut statement = database.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn one(database: &Connection, sql: &str) -> i64 {
    rows(database, sql)[0][0].unwrap_or(0)
}

/// A figure in thousandths of a per cent, cut as the database's division cuts; none where it has no base.
fn cut(figure: Figure) -> Option<i64> {
    assert_ne!(figure, Figure::MissingBase);
    let percent = figure.percent(3, Rounding::Down).unwrap()?;
    Some(i64::try_from(percent.mantissa()).unwrap())
}

/// A quotient of the database in thousandths of a per cent, rounded half up (away from zero); NULL without a base.
fn half_up(part: &str, whole: &str) -> String {
    format!(
        "CASE WHEN {part} < 0 THEN -((-({part}) * 200000 + ({whole})) / (2 * ({whole}))) \
         ELSE (({part}) * 200000 + ({whole})) / (2 * ({whole})) END"
    )
}

fn rounded(figure: Figure) -> Option<i64> {
    let percent = figure.percent(3, Rounding::HalfUp).unwrap()?;
    Some(i64::try_from(percent.mantissa()).unwrap())
}

#[test]
fn growth_by_groups() {
    let mut groups = 0;
    let mut without_base = 0;
    for seed in 0..100 {
        let (mut dice, now, base, database) = two_books(seed);
        let by = *dice.pick(&[
            Dimension::County,
            Dimension::Township,
            Dimension::Product,
            Dimension::Purpose,
            Dimension::Class,
            Dimension::Targeted,
            Dimension::Lender,
        ]);
        let basis = *dice.pick(StatisticalBasis::ALL);
        let tally = |book: &Book<'_>, on| {
            let plan = TallyPlan::new(day(on)).unwrap().by(&[by]).measures(&[Measure::Balance]).basis(basis);
            Tally::of(book, &plan).unwrap()
        };
        let (now, base) = (tally(&now, 20_200_331), tally(&base, 20_190_331));
        let all = Growth::of_totals(&now, &base).unwrap();
        let found = Growth::by_group(&now, &base).unwrap();
        let bit = basis.bit();
        let counted = format!(
            "SELECT {by} AS k, balance AS n, 0 AS b FROM loans WHERE basis & {bit} \
             UNION ALL SELECT {by}, 0, balance FROM base WHERE basis & {bit}"
        );
        let total = |column: &str| one(&database, &format!("SELECT sum({column}) FROM ({counted})"));
        let (all_now, all_base) = (total("n"), total("b"));
        assert_eq!(all, Growth::new(all_now.into(), Some(all_base.into())));
        let sql = format!(
            "SELECT k, n, b, (n - b) * 100000 / b, {}, (n - b) * 100000 / {all_base}, \
             (n - b) * 100000 / ({all_now} - {all_base}) \
             FROM (SELECT k, sum(n) AS n, sum(b) AS b FROM ({counted}) GROUP BY k) ORDER BY k",
            half_up("n - b", "b"),
        );
        let expected = rows(&database, &sql);
        let mut increments = 0;
        let computed: Vec<_> = found
            .iter()
            .map(|(key, growth)| {
                increments += growth.increment().unwrap().unwrap();
                let rate = growth.rate().unwrap();
                vec![
                    Some(i64::from(key[0])),
                    Some(i64::try_from(growth.now()).unwrap()),
                    growth.base().map(|base| i64::try_from(base).unwrap()),
                    cut(rate),
                    rounded(rate),
                    cut(growth.contribution(&all).unwrap()),
                    cut(growth.share_of_increment(&all).unwrap()),
                ]
            })
            .collect();
        assert_eq!(computed, expected, "seed {seed}, by {by}");
        assert_eq!(increments, i128::from(all_now) - i128::from(all_base));
        let all_rate = rows(
            &database,
            &format!("SELECT {}", half_up(&format!("{all_now} - {all_base}"), &all_base.to_string())),
        )[0][0];
        for (row, (_, growth)) in expected.iter().zip(&found) {
            groups += 1;
            // The exact gap: n/b - N/B = (nB - Nb) / bB, cut once; too wide for the database's numbers.
            let (n, b) = (i128::from(row[1].unwrap()), i128::from(row[2].unwrap()));
            let (whole_n, whole_b) = (i128::from(all_now), i128::from(all_base));
            let gap = (b * whole_b != 0).then(|| (n * whole_b - whole_n * b) * 100_000 / (b * whole_b));
            without_base += usize::from(gap.is_none());
            assert_eq!(cut(growth.above(&all).unwrap()).map(i128::from), gap, "seed {seed}");
            // The gap of rounded rates is the difference of the two columns that a reader would see.
            let of_rounded = growth.gap_of_rounded_rates(&all, 3, Rounding::HalfUp).unwrap();
            let of_rounded = of_rounded.map(|points| {
                let mut points = points;
                points.rescale(3);
                i64::try_from(points.mantissa()).unwrap()
            });
            assert_eq!(of_rounded, row[4].zip(all_rate).map(|(rate, all)| rate - all), "seed {seed}");
        }
    }
    assert!(groups > 1_500 && without_base > 50, "{groups} groups, {without_base} without a base");
}

#[test]
fn concentration_of_borrowers_and_of_groups() {
    for seed in 100..200 {
        let (mut dice, now, _, database) = two_books(seed);
        let columns = now.columns();
        // In thousands, so that the squares fit the database's numbers.
        let amounts = columns.borrower.iter().zip(columns.balance_minor.iter());
        let amounts = amounts.map(|(borrower, balance)| (*borrower, i128::from(*balance / 1_000)));
        let found = Concentration::of_amounts(amounts).unwrap();
        let by_borrower = "SELECT borrower AS k, sum(balance / 1000) AS s FROM loans GROUP BY 1";
        let total = one(&database, &format!("SELECT sum(s) FROM ({by_borrower})"));
        let sql = format!("SELECT k, s, s * 100000 / {total} FROM ({by_borrower}) ORDER BY s DESC, k");
        let shares = found.shares().unwrap();
        let computed: Vec<_> = found
            .amounts()
            .iter()
            .zip(shares)
            .map(|((key, amount), (again, share))| {
                assert_eq!(key, again);
                vec![Some(i64::try_from(*key).unwrap()), Some(i64::try_from(*amount).unwrap()), cut(share)]
            })
            .collect();
        assert_eq!(computed, rows(&database, &sql), "seed {seed}");
        let sql = format!("SELECT sum(s * s) * 10000 / ({total} * {total}) FROM ({by_borrower})");
        let index = found.herfindahl_points(0, Rounding::Down).unwrap();
        assert_eq!(
            index.map(|index| i64::try_from(index).unwrap()),
            rows(&database, &sql)[0][0],
            "seed {seed}"
        );

        let by = *dice.pick(&[Dimension::County, Dimension::Product, Dimension::Township]);
        let plan = TallyPlan::new(day(20_200_331)).unwrap().by(&[by]).measures(&[Measure::Balance]);
        let groups = Concentration::of_tally(&Tally::of(&now, &plan).unwrap()).unwrap();
        let count = usize::try_from(dice.below(10)).unwrap();
        let largest = format!(
            "SELECT {by} AS k, sum(balance) AS s FROM loans GROUP BY 1 ORDER BY s DESC, k LIMIT {count}"
        );
        let computed: Vec<_> = groups
            .largest(count)
            .iter()
            .map(|(key, amount)| vec![Some(i64::from(key[0])), Some(i64::try_from(*amount).unwrap())])
            .collect();
        assert_eq!(computed, rows(&database, &largest), "seed {seed}");
        let sql = format!(
            "SELECT coalesce(sum(s), 0) * 100000 / (SELECT coalesce(sum(balance), 0) FROM loans) FROM ({largest})"
        );
        assert_eq!(cut(groups.share_of_largest(count).unwrap()), rows(&database, &sql)[0][0], "seed {seed}");
    }
}

#[test]
fn tolerance_increases_and_provisions() {
    let mut held = BTreeMap::new();
    for seed in 200..300 {
        let (mut dice, now, base, database) = two_books(seed);
        let plan = |on| {
            let measures = [Measure::Balance, Measure::Classes];
            TallyPlan::new(day(on)).unwrap().by(&[Dimension::Purpose]).measures(&measures)
        };
        let tally = Tally::of(&now, &plan(20_200_331)).unwrap();
        let all = tally.total().unwrap();
        // "Inclusive": farming and business of one's own.
        let purposes = [Purpose::Agriculture, Purpose::Operation, Purpose::StartUp].map(Purpose::code);
        let inclusive = |tally: &Tally| {
            tally
                .only(Dimension::Purpose, |key| purposes.iter().any(|code| u32::from(*code) == key))
                .unwrap()
                .total()
                .unwrap()
        };
        let group = inclusive(&tally);
        let sums = |table: &str| {
            format!(
                "SELECT coalesce(sum(iif(purpose IN (1, 2, 3), balance, 0)), 0), \
                 coalesce(sum(iif(purpose IN (1, 2, 3) AND class >= 3, balance, 0)), 0), \
                 coalesce(sum(balance), 0), coalesce(sum(iif(class >= 3, balance, 0)), 0), \
                 count(DISTINCT iif(purpose IN (1, 2, 3) AND balance <> 0 AND borrower <> 0, borrower, NULL)) FROM {table}"
            )
        };
        let numbers = |table: &str| {
            rows(&database, &sums(table))[0].iter().map(|sum| i128::from(sum.unwrap())).collect::<Vec<_>>()
        };
        let (sql, sql_base) = (numbers("loans"), numbers("base"));

        // n/g against N/G and 3 points: NPLs of the group x 100 x G <= (100 N + 3 G) x g.
        let tolerance = Tolerance::cn_inclusive_2019();
        let found = tolerance.check(group.npl_ratio().unwrap(), all.npl_ratio().unwrap()).unwrap();
        let (g, n, whole, bad) = (sql[0], sql[1], sql[2], sql[3]);
        let expected = (g != 0 && whole != 0).then(|| n * 100 * whole <= (100 * bad + 3 * whole) * g);
        assert_eq!(found.held(), expected, "seed {seed}");
        let margin = (g != 0 && whole != 0)
            .then(|| ((100 * bad + 3 * whole) * g - n * 100 * whole) * 1_000 / (g * whole));
        assert_eq!(cut(found.margin).map(i128::from), margin, "seed {seed}");
        *held.entry(("tolerance", found.held())).or_insert(0) += 1;

        let base_tally = Tally::of(&base, &plan(20_190_331)).unwrap();
        let borrowers = |book: &Book<'_>| {
            let by = [Dimension::Purpose];
            let sets = Distinct::of(book, &by, Ids::Borrowers, LoansCounted::Outstanding).unwrap();
            let wanted = |key| purposes.iter().any(|code| u32::from(*code) == key);
            i128::try_from(sets.only(Dimension::Purpose, wanted).unwrap().total().len()).unwrap()
        };
        let growth = |now: i128, base: i128| Growth::new(now, Some(base));
        let found = TwoIncreases::of(
            growth(group.balance(), inclusive(&base_tally).balance()),
            growth(all.balance(), base_tally.total().unwrap().balance()),
            growth(borrowers(&now), borrowers(&base)),
        )
        .unwrap();
        // n/b >= N/B where there are bases.
        let grew =
            (sql_base[0] != 0 && sql_base[2] != 0).then(|| sql[0] * sql_base[2] >= sql[2] * sql_base[0]);
        assert_eq!(found.growth.held(), grew, "seed {seed}");
        assert_eq!(found.borrowers_more().unwrap(), Some(sql[4] - sql_base[4]), "seed {seed}");
        let both = if sql[4] < sql_base[4] { Some(false) } else { grew };
        assert_eq!(found.held().unwrap(), both, "seed {seed}");
        *held.entry(("increases", both)).or_insert(0) += 1;

        // Shares of 2, 25, 50 and 100 per cent, half up.
        let required = RequiredProvisions::of(&tally, &ProvisionRates::cn_2002(), Rounding::HalfUp).unwrap();
        let asked = |class: u8, percent: u8| {
            let sql = format!(
                "SELECT (coalesce(sum(balance), 0) * {percent} + 50) / 100 FROM loans WHERE class = {class}"
            );
            i128::from(one(&database, &sql))
        };
        let expected = [asked(1, 0), asked(2, 2), asked(3, 25), asked(4, 50), asked(5, 100)];
        assert_eq!(required.by_class, expected, "seed {seed}");
        let unclassified = "SELECT coalesce(sum(balance), 0) FROM loans WHERE class = 0";
        assert_eq!(required.unclassified.minor(), i128::from(one(&database, unclassified)));

        let provisions = i128::from(dice.between(0, 2 * i64::try_from(bad).unwrap()));
        let sql = format!("SELECT {provisions} * 100000 / sum(iif(class >= 3, balance, 0)) FROM loans");
        assert_eq!(cut(provision_coverage(provisions, bad).unwrap()), rows(&database, &sql)[0][0]);
        let found = ProvisionRequirement::cn_2012().check(provisions, bad, whole).unwrap();
        let expected = 2 * provisions >= 3 * bad && 40 * provisions >= whole;
        assert_eq!(found.held(), expected, "seed {seed}");
        *held.entry(("provisions", Some(found.held()))).or_insert(0) += 1;
    }
    for rule in ["tolerance", "increases", "provisions"] {
        for answer in [true, false] {
            assert!(held.get(&(rule, Some(answer))).is_some_and(|times| *times > 3), "{rule}: {held:?}");
        }
    }
}

/// Which loans a line holds, as SQL says it.
fn where_of(item: TargetedItem) -> &'static str {
    match item {
        TargetedItem::RegisteredPoor => "targeted = 1",
        TargetedItem::OtherPersonal => "targeted = 2",
        TargetedItem::Personal => "targeted IN (1, 2)",
        TargetedItem::Industry => "targeted = 3",
        TargetedItem::Relocation => "targeted = 4",
        TargetedItem::Farmland => "targeted = 5",
        TargetedItem::Ecology => "targeted = 6",
        TargetedItem::Infrastructure => "targeted = 7",
        TargetedItem::Project => "targeted >= 4",
        TargetedItem::Entity => "targeted >= 3",
        TargetedItem::Total => "targeted <> 0",
        TargetedItem::LiftedOut => "targeted IN (1, 2) AND status_then IN ('lifted', 'monitored')",
    }
}

/// A register of random rows, none of them of a day that an id has already; a table of the same.
fn register(dice: &mut Dice, database: &Connection) -> StatusRegister {
    database.execute("CREATE TABLE register (id INTEGER, since INTEGER, status TEXT)", []).unwrap();
    let mut of = BTreeMap::new();
    for _ in 0..dice.below(150) {
        let since = day(20_170_101).checked_add_days(Days::new(dice.below(2_000))).unwrap();
        of.insert((1 + dice.below(45), since), *dice.pick(BorrowerStatus::ALL));
    }
    let mut all: Vec<_> = of.into_iter().map(|((id, since), status)| (id, since, status)).collect();
    for place in (1..all.len()).rev() {
        all.swap(place, usize::try_from(dice.below(u64::try_from(place).unwrap() + 1)).unwrap());
    }
    for (id, since, status) in &all {
        let row = (i64::try_from(*id).unwrap(), to_ymd(*since), status.as_str());
        database.execute("INSERT INTO register VALUES (?, ?, ?)", row).unwrap();
    }
    StatusRegister::new(all).unwrap()
}

/// Counties on a list from one day to another, and a table of the same.
fn list(dice: &mut Dice, database: &Connection) -> RegionList {
    database.execute("CREATE TABLE listed (place INTEGER, since INTEGER, left INTEGER)", []).unwrap();
    let mut listings = Vec::new();
    for place in 500_101..500_109 {
        let mut listed_on = day(20_170_801);
        while dice.one_in(2) {
            listed_on = listed_on.checked_add_days(Days::new(dice.below(500))).unwrap();
            let left = listed_on.checked_add_days(Days::new(1 + dice.below(700))).unwrap();
            let class = RegionClass::NationalPoorCounty;
            listings.push(RegionListing { place, class, listed_on, left_on: Some(left) });
            database
                .execute("INSERT INTO listed VALUES (?, ?, ?)", (place, to_ymd(listed_on), to_ymd(left)))
                .unwrap();
            listed_on = left;
        }
    }
    RegionList::new(listings).unwrap()
}

#[test]
fn the_statement_on_targeted_loans() {
    let mut lifted_out = 0;
    let mut listed_loans = 0;
    for seed in 300..400 {
        let mut dice = Dice::new(seed);
        let loans = usize::try_from(dice.below(400)).unwrap();
        let mut columns = random::book::columns(&mut dice, loans);
        let database = Connection::open_in_memory().unwrap();
        let register = register(&mut dice, &database);
        let list = list(&mut dice, &database);
        let on = day(20_190_101).checked_add_days(Days::new(dice.below(700))).unwrap();
        columns.status = register.column(&columns.household, on).into();
        let book = Book::new(Currency::CNY, columns).unwrap();
        database::load(&database, "loans", "led", &book);
        let basis = *dice.pick(StatisticalBasis::ALL);
        let (ymd, bit) = (to_ymd(on), basis.bit());
        // The status by the register's rows, not by the column that was made of them.
        let dated = format!(
            "SELECT *, (SELECT r.status FROM register r WHERE r.id = household AND r.since <= {ymd} \
             ORDER BY r.since DESC LIMIT 1) AS status_then FROM loans WHERE basis & {bit}"
        );
        let check = |statement: &TargetedStatement, places: &str| {
            for (item, line) in statement.lines().unwrap() {
                let sql = format!(
                    "SELECT coalesce(sum(balance <> 0), 0), coalesce(sum(balance), 0), \
                     count(DISTINCT iif(targeted <= 2 AND balance <> 0 AND borrower <> 0, borrower, NULL)), \
                     coalesce(sum(iif(targeted >= 3 AND balance <> 0, person_times, 0)), 0) \
                     FROM ({dated}) WHERE {} AND {places}",
                    where_of(item)
                );
                let count = |count: u64| Some(i64::try_from(count).unwrap());
                let found = [
                    count(line.loans),
                    Some(i64::try_from(line.balance_minor).unwrap()),
                    count(line.persons),
                    count(line.person_times),
                ];
                assert_eq!(rows(&database, &sql)[0], found, "seed {seed}: {item} where {places}");
            }
        };
        let statement = TargetedStatement::of(&book, on, basis).unwrap();
        check(&statement, "1");
        lifted_out += statement.line(TargetedItem::LiftedOut).unwrap().loans;
        let wanted = |county| list.on(county, RegionClass::NationalPoorCounty, on);
        let some = TargetedStatement::of_places(&book, on, basis, Dimension::County, wanted).unwrap();
        check(&some, &format!("county IN (SELECT place FROM listed WHERE since <= {ymd} AND {ymd} < left)"));
        listed_loans += some.line(TargetedItem::Total).unwrap().loans;
        let once = |county| list.by(county, RegionClass::NationalPoorCounty, on);
        let once = TargetedStatement::of_places(&book, on, basis, Dimension::County, once).unwrap();
        check(&once, &format!("county IN (SELECT place FROM listed WHERE since <= {ymd})"));
        // Townships anywhere among 32 bits.
        let odd = |township| township % 2 == 1;
        let odd = TargetedStatement::of_places(&book, on, basis, Dimension::Township, odd).unwrap();
        check(&odd, "township % 2 = 1");
    }
    assert!(
        lifted_out > 300 && listed_loans > 500,
        "{lifted_out} lifted out, {listed_loans} in listed counties"
    );
}

#[test]
fn needs_that_no_loan_serves() {
    let (mut gaps, mut served) = (0, 0);
    for seed in 400..500 {
        let mut dice = Dice::new(seed);
        let book = book(&mut dice, 200);
        let database = Connection::open_in_memory().unwrap();
        database::load(&database, "loans", "led", &book);
        database
            .execute("CREATE TABLE needs (area INTEGER, purpose INTEGER, amount INTEGER, loans INTEGER)", [])
            .unwrap();
        let mut needs = BTreeMap::new();
        for _ in 0..dice.below(60) {
            let area = 500_101 + u32::try_from(dice.below(10)).unwrap();
            let size = if dice.one_in(2) {
                NeedSize::Amount(dice.between(1, 200_000_000))
            } else {
                NeedSize::Loans(1 + dice.below(4))
            };
            needs.insert((area, *dice.pick(Purpose::ALL)), size);
        }
        let needs: Vec<_> =
            needs.into_iter().map(|((area, purpose), size)| Need { area, purpose, size }).collect();
        for need in &needs {
            let (amount, loans) = match need.size {
                NeedSize::Amount(minor) => (Some(minor), None),
                NeedSize::Loans(loans) => (None, Some(i64::try_from(loans).unwrap())),
            };
            let row = (need.area, need.purpose.code(), amount, loans);
            database.execute("INSERT INTO needs VALUES (?, ?, ?, ?)", row).unwrap();
        }
        let plan = TallyPlan::new(day(20_200_331)).unwrap();
        let plan = plan.by(&[Dimension::Purpose, Dimension::County]).measures(&[Measure::Lending]);
        let found = NeedsServed::of(&Tally::of(&book, &plan).unwrap(), Dimension::County, &needs).unwrap();
        let sql = "SELECT n.area, n.purpose, count(l.row), coalesce(sum(l.amount), 0), \
                   max(0, coalesce(n.amount - coalesce(sum(l.amount), 0), n.loans - count(l.row))), count(l.row) = 0 \
                   FROM needs n LEFT JOIN loans l ON l.county = n.area AND l.purpose = n.purpose AND l.disbursed <= 20200331 \
                   GROUP BY n.area, n.purpose ORDER BY n.area, n.purpose";
        let computed: Vec<Vec<Option<i64>>> = found
            .findings()
            .iter()
            .map(|row| {
                let wide = |number: i128| Some(i64::try_from(number).unwrap());
                vec![
                    Some(row.need.area.into()),
                    Some(row.need.purpose.code().into()),
                    wide(row.loans.into()),
                    wide(row.lent_minor),
                    wide(row.shortfall()),
                    Some(row.is_gap().into()),
                ]
            })
            .collect();
        assert_eq!(computed, rows(&database, sql), "seed {seed}");
        gaps += found.gaps().count();
        served += found.served().count();
    }
    assert!(gaps > 300 && served > 300, "{gaps} gaps, {served} served");
}
