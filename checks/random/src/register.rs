//! Random registers of villages, and points that serve some of them, or villages of no register.

use puhui::community::{PointColumns, PointKind, ServicePoints, VillageColumns, Villages};

use crate::Dice;

const DAYS: &[i32] = &[0, 20_180_601, 20_200_330, 20_200_331, 20_200_401, 20_210_115];

fn u32_of(n: u64) -> u32 {
    u32::try_from(n).unwrap()
}

/// A register of up to `most` villages; what it knows of them is whole columns.
pub fn villages(dice: &mut Dice, most: u64) -> Villages<'static> {
    let mut columns = VillageColumns::default();
    let knows: Vec<bool> = (0..8).map(|_| !dice.one_in(4)).collect();
    for place in 0..dice.below(most) {
        let county = 500_101 + u32_of(dice.below(5));
        let township = county * 1000 + 1 + u32_of(dice.below(6));
        columns.village.to_mut().push(u64::from(township) * 1000 + place + 1);
        columns.township.to_mut().push(township);
        // Now and then a township lies in two counties.
        let lies_in = if dice.one_in(20) { 500_101 + u32_of(dice.below(5)) } else { county };
        columns.county.to_mut().push(lies_in);
        let (people, households) = (dice.below(5_000), dice.below(900));
        let known = [
            (&mut columns.people, people),
            (&mut columns.adults, dice.below(people + 1)),
            (&mut columns.area_m2, dice.below(90_000_000)),
            (&mut columns.households, households),
            (&mut columns.registered_households, dice.below(households + 1)),
            (&mut columns.with_account, dice.below(households + 1)),
            (&mut columns.with_credit_file, dice.below(households + 1)),
            (&mut columns.with_loan, dice.below(households + 1)),
        ];
        for (place, (column, value)) in known.into_iter().enumerate() {
            if knows[place] {
                column.to_mut().push(value);
            }
        }
    }
    Villages::new(columns).unwrap()
}

/// Points in some of the villages, and a few in villages that are not there.
pub fn points(dice: &mut Dice, villages: &Villages<'_>) -> ServicePoints<'static> {
    let mut columns = PointColumns::default();
    let mut point = 0;
    let mut put = |dice: &mut Dice, point: u64, village: u64, kind: PointKind| {
        let (one, other) = (*dice.pick(DAYS), *dice.pick(DAYS));
        columns.point.to_mut().push(point);
        columns.village.to_mut().push(village);
        columns.kind.to_mut().push(kind.code());
        columns.opened_ymd.to_mut().push(if other == 0 { one } else { one.min(other) });
        columns.closed_ymd.to_mut().push(other);
        columns.distance_m.to_mut().push(u32_of(dice.below(6_000)));
    };
    for row in 0..villages.len() {
        for _ in 0..dice.below(3) {
            point += 1;
            let kind = *dice.pick(PointKind::ALL);
            put(dice, point, villages.columns().village[row], kind);
            if dice.one_in(3) {
                // It serves another village too, maybe of another county.
                let other = *dice.pick(&villages.columns().village);
                if other != villages.columns().village[row] {
                    put(dice, point, other, kind);
                }
            }
        }
    }
    for stray in 0..dice.below(4) {
        put(dice, 1_000_000 + stray, 999 - stray, *dice.clone().pick(PointKind::ALL));
    }
    ServicePoints::new(columns).unwrap()
}
