//! Villages and the points that serve them: what is refused and how it is named, which points count, and which villages are
//! missed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs::File;

use puhui::community::{
    Area, Coverage, CoverageRule, PointColumns, PointKind, ServicePoints, VillageColumns, Villages,
};
use puhui::{ErrorCode, Figure, Rounding, parse_date};
use support::says;
use support::skip::shared;

fn rule() -> CoverageRule {
    CoverageRule::cn_basic_services(parse_date("2020-03-31", "as_of").unwrap()).unwrap()
}

/// Three villages in two townships of one county.
fn three() -> VillageColumns<'static> {
    VillageColumns {
        village: vec![101_001, 101_002, 102_001].into(),
        township: vec![101, 101, 102].into(),
        county: vec![1, 1, 1].into(),
        ..VillageColumns::default()
    }
}

fn agents(of: &[(u64, u64)]) -> PointColumns<'static> {
    PointColumns {
        point: of.iter().map(|(point, _)| *point).collect(),
        village: of.iter().map(|(_, village)| *village).collect(),
        kind: vec![PointKind::Agent.code(); of.len()].into(),
        ..PointColumns::default()
    }
}

fn covered(points: PointColumns<'_>, rule: &CoverageRule) -> Coverage {
    let villages = Villages::new(three()).unwrap();
    Coverage::of(&villages, &ServicePoints::new(points).unwrap(), rule).unwrap()
}

fn missed(coverage: &Coverage) -> Vec<u64> {
    coverage.missed().map(|missed| missed.village).collect()
}

#[test]
fn a_wrong_register_is_named_with_its_row() {
    let cases = [
        (
            VillageColumns { village: vec![7, 8, 7].into(), ..three() },
            ErrorCode::Contradiction,
            "village[2]: expected another code than that of village[0], got 7",
        ),
        (
            VillageColumns { township: vec![101].into(), ..three() },
            ErrorCode::LengthsDiffer,
            "township: expected as many rows as county has, 3, or none, got 1",
        ),
        (
            VillageColumns { county: vec![].into(), ..three() },
            ErrorCode::Missing,
            "county: expected a column with a value for each row, got no column",
        ),
        (
            VillageColumns { village: vec![7, 0, 8].into(), ..three() },
            ErrorCode::Missing,
            "village[1]: expected a code of 1 or more, got 0",
        ),
        (
            VillageColumns { people: vec![5, 5, 5].into(), adults: vec![5, 5, 6].into(), ..three() },
            ErrorCode::Contradiction,
            "adults[2]: expected at most 5, the number of people, got 6",
        ),
        (
            VillageColumns { households: vec![5, 5, 5].into(), with_loan: vec![9, 0, 0].into(), ..three() },
            ErrorCode::Contradiction,
            "with_loan[0]: expected at most 5, the number of households, got 9",
        ),
        (
            VillageColumns {
                households: vec![5, 5, 5].into(),
                registered_households: vec![5, 6, 0].into(),
                ..three()
            },
            ErrorCode::Contradiction,
            "registered_households[1]: expected at most 5, the number of households, got 6",
        ),
    ];
    for (columns, code, message) in cases {
        let error = Villages::new(columns).unwrap_err();
        assert_eq!((error.code(), error.to_string()), (code, message.to_owned()));
    }
}

#[test]
fn wrong_points_are_named_with_their_row() {
    let one = || agents(&[(1, 101_001)]);
    let cases = [
        (
            PointColumns { kind: vec![7].into(), ..one() },
            ErrorCode::UnknownValue,
            "kind[0]: expected … got 7",
        ),
        (PointColumns { kind: vec![0].into(), ..one() }, ErrorCode::Missing, "kind[0]: expected … got 0"),
        (PointColumns { point: vec![0].into(), ..one() }, ErrorCode::Missing, "point[0]: expected … got 0"),
        (
            PointColumns { opened_ymd: vec![20_200_230].into(), ..one() },
            ErrorCode::Malformed,
            "opened_on[0]: expected … got 20200230",
        ),
        (
            PointColumns {
                opened_ymd: vec![20_200_331].into(),
                closed_ymd: vec![20_200_330].into(),
                ..one()
            },
            ErrorCode::DatesOutOfOrder,
            "closed_on[0]: expected 20200331 or later, got 20200330",
        ),
    ];
    for (columns, code, message) in cases {
        let error = ServicePoints::new(columns).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(says(&error, message), "{error}");
    }
    // Twice in one village is a mistake; in two villages it serves both.
    let villages = Villages::new(three()).unwrap();
    let twice = ServicePoints::new(agents(&[(1, 101_001), (1, 101_001)])).unwrap();
    let error = Coverage::of(&villages, &twice, &rule()).unwrap_err();
    assert_eq!(error.to_string(), "point[1]: expected each point once in village 101001, got 1");
    let both = covered(agents(&[(1, 101_001), (1, 101_002)]), &rule()).total().unwrap();
    assert_eq!((both.covered, both.points_of(PointKind::Agent)), (2, 1));
}

#[cfg(feature = "csv")]
#[test]
fn wrong_tables_are_named_with_line_and_column() {
    let villages = [
        ("village,township\n", ErrorCode::Missing, "line 1: expected a column county, got none"),
        ("village,township,county,size\n", ErrorCode::UnknownField, "line 1: expected … got \"size\""),
        (
            "village,township,county\n1,2,x\n",
            ErrorCode::Malformed,
            "line 2, column county: expected … got \"x\"",
        ),
        (
            "village,township,county,people\n1,2,3,\n",
            ErrorCode::Malformed,
            "line 2, column people: expected … got \"\"",
        ),
        ("village,township,county\n1,2,3\n1,2,3\n", ErrorCode::Contradiction, "village[1]: expected … got 1"),
    ];
    for (text, code, message) in villages {
        let error = Villages::read_csv(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(says(&error, message), "{error}");
    }
    let points = [
        (
            "point,village,kind\n1,2,bank\n",
            ErrorCode::UnknownValue,
            "line 2, column kind: expected … got \"bank\"",
        ),
        ("point,village,kind\n1,2\n", ErrorCode::Malformed, "line 2: expected 3 cells, got 2"),
        (
            "point,village,kind,opened_on\n1,2,agent,2020-02-30\n",
            ErrorCode::Malformed,
            "line 2, column opened_on: expected … got \"2020-02-30\"",
        ),
    ];
    for (text, code, message) in points {
        let error = ServicePoints::read_csv(text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(says(&error, message), "{error}");
    }
}

#[test]
fn a_village_without_a_point_breaks_full_coverage() {
    let full = covered(agents(&[(1, 101_001), (2, 101_002), (3, 102_001)]), &rule());
    assert!(full.total().unwrap().is_full() && missed(&full).is_empty());
    let broken = covered(agents(&[(1, 101_001), (3, 102_001)]), &rule());
    let total = broken.total().unwrap();
    assert!(!total.is_full());
    // 2 of 3.
    assert_eq!(total.share().unwrap().percent(1, Rounding::HalfUp).unwrap().unwrap().to_string(), "66.7");
    let missed: Vec<_> =
        broken.missed().map(|missed| (missed.village, missed.township, missed.county)).collect();
    assert_eq!(missed, [(101_002, 101, 1)]);
    let townships = broken.by(Area::Township).unwrap();
    assert_eq!((townships[&101].is_full(), townships[&102].is_full()), (false, true));
}

#[test]
fn a_township_is_covered_by_a_point_in_any_of_its_villages() {
    // Two townships, each with a point; only 102 with one in every village.
    let coverage = covered(agents(&[(1, 101_001), (3, 102_001)]), &rule());
    let townships = coverage.areas(Area::Township).unwrap();
    assert_eq!((townships.areas, townships.covered, townships.full), (2, 2, 1));
    let percent = |figure: Figure| figure.percent(0, Rounding::HalfUp).unwrap().unwrap().to_string();
    assert_eq!(percent(townships.share().unwrap()), "100");
    assert_eq!(percent(townships.full_share().unwrap()), "50");
    assert_eq!(percent(townships.share_of_kind(PointKind::Agent).unwrap()), "100");
    assert_eq!(percent(townships.share_of_kind(PointKind::Outlet).unwrap()), "0");
    // The one county has a point, and not everywhere.
    let counties = coverage.areas(Area::County).unwrap();
    assert_eq!((counties.areas, counties.covered, counties.full), (1, 1, 0));
    assert_eq!(coverage.townships_by_county().unwrap().into_iter().collect::<Vec<_>>(), [(1, townships)]);
    // Without the point, its township is not covered, and the village is named.
    let removed = covered(agents(&[(1, 101_001)]), &rule());
    let townships = removed.areas(Area::Township).unwrap();
    assert_eq!((townships.covered, townships.full), (1, 0));
    assert_eq!(missed(&removed), [101_002, 102_001]);
    assert_eq!(Coverage::empty(&rule()).areas(Area::Township).unwrap().share().unwrap(), Figure::ZeroBase);
}

#[test]
fn a_point_counts_on_its_days_within_its_distance_and_by_its_kind() {
    let day = |text| parse_date(text, "as_of").unwrap();
    let points = || PointColumns {
        opened_ymd: vec![20_200_331, 0, 0].into(),
        closed_ymd: vec![0, 20_200_331, 0].into(),
        distance_m: vec![0, 0, 3_001].into(),
        ..agents(&[(1, 101_001), (2, 101_002), (3, 102_001)])
    };
    // Opened on the day, it serves; from the day that it closes, it does not.
    assert_eq!(missed(&covered(points(), &rule())), [101_002]);
    let before = CoverageRule::cn_basic_services(day("2020-03-30")).unwrap();
    assert_eq!(missed(&covered(points(), &before)), [101_001]);
    assert_eq!(missed(&covered(points(), &rule().within(3_000))), [101_002, 102_001]);
    assert_eq!(missed(&covered(points(), &rule().within(3_001))), [101_002]);
    let outlets = CoverageRule::new(day("2020-03-31"), &[PointKind::Outlet]).unwrap();
    assert_eq!(missed(&covered(points(), &outlets)), [101_001, 101_002, 102_001]);
    // A service by telephone counts where the rule admits it, and only there.
    let online = || PointColumns { kind: vec![PointKind::Online.code()].into(), ..agents(&[(1, 101_001)]) };
    assert_eq!(covered(online(), &rule()).total().unwrap().covered, 0);
    let admitting = CoverageRule::new(day("2020-03-31"), PointKind::ALL).unwrap();
    assert_eq!(covered(online(), &admitting).total().unwrap().covered, 1);
    // Without distances nobody knows who is near.
    let error = Coverage::of(
        &Villages::new(three()).unwrap(),
        &ServicePoints::new(agents(&[(1, 101_001)])).unwrap(),
        &rule().within(3_000),
    );
    let error = error.unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Missing, "distance_m"));
}

#[test]
fn a_point_in_no_village_is_named_and_lost_nowhere() {
    let coverage = covered(agents(&[(1, 101_001), (2, 999)]), &rule());
    let strays: Vec<_> = coverage.strays().map(|stray| (stray.point, stray.village, stray.kind)).collect();
    assert_eq!(strays, [(2, 999, PointKind::Agent)]);
    assert_eq!(coverage.total().unwrap().points_of(PointKind::Agent), 1);
    // The part that has the village takes it in.
    let rest = VillageColumns {
        village: vec![999].into(),
        township: vec![102].into(),
        county: vec![1].into(),
        ..VillageColumns::default()
    };
    let none = ServicePoints::new(agents(&[])).unwrap();
    let mut whole = Coverage::of(&Villages::new(rest).unwrap(), &none, &rule()).unwrap();
    whole.merge(&coverage).unwrap();
    assert_eq!((whole.strays().count(), whole.total().unwrap().covered), (0, 2));
}

#[test]
fn what_the_register_does_not_know_is_no_zero() {
    let known = VillageColumns {
        people: vec![1_000, 500, 500].into(),
        households: vec![300, 100, 100].into(),
        with_account: vec![300, 90, 60].into(),
        ..three()
    };
    let points = ServicePoints::new(agents(&[(1, 101_001), (2, 101_002), (3, 102_001)])).unwrap();
    let total = Coverage::of(&Villages::new(known).unwrap(), &points, &rule()).unwrap().total().unwrap();
    // 3 agents for 2,000 people; 450 of 500 households.
    let density = total.per_ten_thousand_people(PointKind::Agent).unwrap();
    assert_eq!(density.to_decimal(1, Rounding::HalfUp).unwrap().unwrap().to_string(), "15.0");
    let share = total.account_share().unwrap();
    assert_eq!(share.percent(0, Rounding::HalfUp).unwrap().unwrap().to_string(), "90");
    assert_eq!(total.loan_share().unwrap(), Figure::MissingBase);
    let adults = total.per_hundred_thousand_adults(PointKind::Agent).unwrap();
    assert_eq!(adults.figure(), Figure::MissingBase);
    // Village by village: 300 of 300, 90 of 100, 60 of 100 households.
    let known = VillageColumns {
        households: vec![300, 100, 100].into(),
        with_account: vec![300, 90, 60].into(),
        ..three()
    };
    let mut coverage = Coverage::of(&Villages::new(known).unwrap(), &points, &rule()).unwrap();
    let shares: Vec<_> = coverage
        .villages()
        .map(|(code, alone)| {
            let share = alone.account_share().unwrap().percent(0, Rounding::HalfUp).unwrap().unwrap();
            (code, share.to_string())
        })
        .collect();
    let expected = [(101_001, "100"), (101_002, "90"), (102_001, "60")];
    assert_eq!(shares, expected.map(|(code, share)| (code, share.to_owned())));
    // A village of which it is not known makes it unknown of the township and of all, not of the other township.
    let rest = VillageColumns {
        village: vec![102_002].into(),
        township: vec![102].into(),
        county: vec![1].into(),
        ..VillageColumns::default()
    };
    let none = ServicePoints::new(agents(&[])).unwrap();
    coverage.merge(&Coverage::of(&Villages::new(rest).unwrap(), &none, &rule()).unwrap()).unwrap();
    let townships = coverage.by(Area::Township).unwrap();
    assert_eq!((townships[&101].households, townships[&102].households), (Some(400), None));
    assert_eq!(coverage.total().unwrap().account_share().unwrap(), Figure::MissingBase);
    // No village at all.
    let none = Coverage::empty(&rule()).total().unwrap();
    assert_eq!((none.share().unwrap(), none.is_full()), (Figure::ZeroBase, false));
}

#[test]
fn coverages_that_do_not_add_up_are_refused_and_nothing_is_lost() {
    let mut coverage = covered(agents(&[(1, 101_001)]), &rule());
    let before = coverage.clone();
    let error = coverage.merge(&covered(agents(&[]), &rule().within(5))).map_err(|error| error.code());
    // Without points there is nothing to know a distance of.
    assert_eq!(error, Err(ErrorCode::NotComparable));
    let moved = VillageColumns { county: vec![1, 1, 2].into(), ..three() };
    let none = ServicePoints::new(agents(&[])).unwrap();
    let moved = Coverage::of(&Villages::new(moved).unwrap(), &none, &rule()).unwrap();
    let error = coverage.merge(&moved).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Contradiction, "village"));
    let other = PointColumns { kind: vec![PointKind::Atm.code()].into(), ..agents(&[(1, 101_001)]) };
    let error = coverage.merge(&covered(other, &rule())).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Contradiction, "point"));
    assert_eq!(coverage, before);
}

#[test]
fn a_stranger_is_no_coverage() {
    let points = PointColumns { distance_m: vec![0, 0].into(), ..agents(&[(1, 101_001), (2, 999)]) };
    let coverage = covered(points, &rule().within(10));
    let text = serde_json::to_string(&coverage).unwrap();
    assert_eq!(serde_json::from_str::<Coverage>(&text).unwrap(), coverage);
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        serde_json::from_value::<Coverage>(value).is_err()
    };
    assert!(broken(&|value| value["villages"][0] = value["villages"][1].clone()));
    assert!(broken(&|value| value["points"][0] = value["points"][1].clone()));
    assert!(broken(&|value| value["rule"]["kinds"] = serde_json::json!([])));
    assert!(broken(&|value| value["points"][0]["kind"] = "online".into()));
    assert!(broken(&|value| value["points"][0]["point"] = 0.into()));
    assert!(broken(&|value| value["villages"][0]["village"] = 0.into()));
    assert!(broken(&|value| value["villages"][0]["size"] = 1.into()));
    assert!(broken(&|value| {
        value["villages"][0]["people"] = 5.into();
        value["villages"][0]["adults"] = 6.into();
    }));
    assert!(broken(&|value| value["rule"]["kinds"] = serde_json::json!(["agent", "agent"])));
    assert!(broken(&|value| value["rule"]["as_of"] = "0999-01-01".into()));
    assert!(broken(&|value| value["more"] = 1.into()));
    // Nothing is wrong with the text itself.
    assert!(!broken(&|value| value["villages"][0]["people"] = 5.into()));
}

#[test]
fn a_rule_is_data() {
    let text = r#"{"as_of":"2020-03-31","kinds":["agent","outlet"],"within_m":3000}"#;
    let read: CoverageRule = serde_json::from_str(text).unwrap();
    let kinds = [PointKind::Outlet, PointKind::Agent];
    let same = CoverageRule::new(parse_date("2020-03-31", "as_of").unwrap(), &kinds).unwrap().within(3_000);
    assert_eq!(read, same);
    assert_eq!((read.within_m(), read.admits(PointKind::Atm)), (Some(3_000), false));
    for wrong in [
        r#"{"as_of":"2020-03-31","kinds":[]}"#,
        r#"{"as_of":"2020-03-31","kinds":["agent","agent"]}"#,
        r#"{"as_of":"2020-03-31","kinds":["bank"]}"#,
        r#"{"as_of":"0999-03-31","kinds":["agent"]}"#,
        r#"{"as_of":"2020-03-31","kinds":["agent"],"within_km":3}"#,
        r#"{"kinds":["agent"]}"#,
    ] {
        assert!(serde_json::from_str::<CoverageRule>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_sum_that_does_not_fit_is_named() {
    let people = VillageColumns { people: vec![u64::MAX, 1, 0].into(), ..three() };
    let none = ServicePoints::new(agents(&[])).unwrap();
    let coverage = Coverage::of(&Villages::new(people).unwrap(), &none, &rule()).unwrap();
    let error = coverage.total().unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::Overflow, "people"));
    assert_eq!(coverage.by(Area::Township).unwrap_err().code(), ErrorCode::Overflow);
    assert_eq!(coverage.villages().next().unwrap().1.people, Some(u64::MAX));
}

#[test]
fn the_villages_of_a_whole_country_are_covered() {
    // Generated: 700,000 villages, 17 to a township and 17 townships to a county; an agent in each but every thousandth.
    let count = 700_000_u64;
    let place = |row: u64, of: u64| u32::try_from(1 + row / of).unwrap();
    let columns = VillageColumns {
        village: (0..count).map(|row| 110_101_001_000 + row).collect(),
        township: (0..count).map(|row| place(row, 17)).collect(),
        county: (0..count).map(|row| place(row, 17 * 17)).collect(),
        people: vec![1_000; 700_000].into(),
        ..VillageColumns::default()
    };
    let served: Vec<_> =
        (0..count).filter(|row| row % 1_000 != 999).map(|row| (row + 1, 110_101_001_000 + row)).collect();
    let villages = Villages::new(columns).unwrap();
    let points = ServicePoints::new(agents(&served)).unwrap();
    let coverage = Coverage::of(&villages, &points, &rule()).unwrap();
    let total = coverage.total().unwrap();
    assert_eq!((total.villages, total.covered, total.people), (700_000, 699_300, Some(700_000_000)));
    let missed = missed(&coverage);
    assert_eq!((missed.len(), missed[0], missed[699]), (700, 110_101_001_999, 110_101_700_999));
    // 700,000 / 17 = 41,176.5 and / 289 = 2,422.1, of which the last are not whole. No two missed villages share a township.
    let townships = coverage.areas(Area::Township).unwrap();
    assert_eq!((townships.areas, townships.covered, townships.full), (41_177, 41_177, 40_477));
    assert_eq!(coverage.areas(Area::County).unwrap().areas, 2_423);
}

#[test]
fn the_villages_of_chongqing() {
    let Some(facts) = shared("the_villages_of_chongqing", "facts", "PUHUI_FACTS") else { return };
    let mut reader = csv::Reader::from_reader(File::open(facts.join("chongqing_villages.csv")).unwrap());
    let mut columns = VillageColumns::default();
    for record in reader.records() {
        let record = record.unwrap();
        columns.village.to_mut().push(record[0].parse().unwrap());
        columns.township.to_mut().push(record[2].parse().unwrap());
        columns.county.to_mut().push(record[4].parse().unwrap());
    }
    // Each has an agent but the first.
    let served = columns.village.iter().skip(1).copied();
    let points: Vec<_> = (1..).zip(served).collect();
    let villages = Villages::new(columns).unwrap();
    let points = ServicePoints::new(agents(&points)).unwrap();
    let coverage = Coverage::of(&villages, &points, &rule()).unwrap();
    // 8,018 villagers' committees in 38 districts and counties.
    let total = coverage.total().unwrap();
    assert_eq!((total.villages, total.covered), (8_018, 8_017));
    assert_eq!(coverage.by(Area::County).unwrap().len(), 38);
    // `cut -d, -f3 chongqing_villages.csv | sort -u` lists 962 townships; the first village is one of three of its own.
    let townships = coverage.areas(Area::Township).unwrap();
    assert_eq!((townships.areas, townships.covered, townships.full), (962, 962, 961));
    assert_eq!(missed(&coverage), [villages.columns().village[0]]);
    // 8,017 / 8,018 = 99.98753 %: cut, not rounded to 100.
    let share = total.share().unwrap();
    assert_eq!(share.percent(2, Rounding::Down).unwrap().unwrap().to_string(), "99.98");
}
