//! Random registers of villages: tables there and back, and parts of a coverage that add up in any order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use puhui::community::{Coverage, CoverageRule, ServicePoints, Villages};
use puhui::parse_date;
use random::Dice;
use random::register::{points, villages};

fn rule() -> CoverageRule {
    CoverageRule::cn_basic_services(parse_date("2020-03-31", "as_of").unwrap()).unwrap()
}

#[test]
fn random_registers_and_points_come_back_from_their_tables() {
    for seed in 0..20 {
        let mut dice = Dice::new(seed);
        let register = villages(&mut dice, 60);
        let serving = points(&mut dice, &register);
        let (mut of_villages, mut of_points) = (Vec::new(), Vec::new());
        register.write_csv(&mut of_villages).unwrap();
        serving.write_csv(&mut of_points).unwrap();
        if !register.is_empty() {
            assert_eq!(Villages::read_csv(of_villages.as_slice()).unwrap(), register);
        }
        if !serving.is_empty() {
            assert_eq!(ServicePoints::read_csv(of_points.as_slice()).unwrap(), serving);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_and_any_order_give_the_same_bytes(
        seed in any::<u64>(),
        village_cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        point_cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        order in any::<u64>(),
    ) {
        let mut dice = Dice::new(seed);
        let register = villages(&mut dice, 60);
        let serving = points(&mut dice, &register);
        let rule = if dice.one_in(2) { rule().within(3_000) } else { rule() };
        let whole = Coverage::of(&register, &serving, &rule).unwrap();
        let ranges = |cuts: &[prop::sample::Index], rows: usize| {
            let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(rows + 1)).collect();
            ends.extend([0, rows]);
            ends.sort_unstable();
            ends.windows(2).map(|pair| pair[0]..pair[1]).collect::<Vec<_>>()
        };
        // Every part of the villages meets every part of the points.
        let mut parts = vec![Coverage::empty(&rule)];
        for villages in ranges(&village_cuts, register.len()) {
            for points in ranges(&point_cuts, serving.len()) {
                parts.push(Coverage::of(&register.rows(villages.clone()), &serving.rows(points), &rule).unwrap());
            }
        }
        let mut dice = Dice::new(order);
        while parts.len() > 1 {
            let mut draw = || {
                let at = dice.below(u64::try_from(parts.len()).unwrap());
                parts.swap_remove(usize::try_from(at).unwrap())
            };
            let (mut one, other) = (draw(), draw());
            one.merge(&other).unwrap();
            parts.push(one);
        }
        prop_assert_eq!(serde_json::to_string(&parts[0]).unwrap(), serde_json::to_string(&whole).unwrap());
    }
}
