//! The villages and their services.

use std::collections::{BTreeMap, BTreeSet};

use puhui::{Figure, Ratio, Rounding, to_ymd};

use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::numbers::{percent, shown};
use super::people::People;
use super::points::{Kind, Point};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// The farthest service that still is near, in metres.
pub const NEAR_M: u32 = 1_000;

/// A kind's line.
pub struct KindLine {
    pub en: &'static str,
    pub zh: &'static str,
    pub word: &'static str,
    pub points: u64,
    pub covered: u64,
    pub villages: u64,
}

impl KindLine {
    pub fn share(&self) -> puhui::Result<Figure> {
        Figure::of(self.covered.into(), Some(self.villages.into()))
    }
}

/// A county's line.
#[derive(Clone, Default)]
pub struct CoverageLine {
    pub code: u32,
    pub villages: u64,
    pub covered: u64,
    pub missing_before: u64,
    pub near: u64,
    pub townships: u64,
    pub with_outlet: u64,
    pub points: u64,
    pub people: u64,
    pub registered: u64,
}

impl CoverageLine {
    pub fn cells(&self) -> Result<Vec<String>, Failure> {
        let share = Figure::of(self.covered.into(), Some(self.villages.into()))?;
        let outlets = Figure::of(self.with_outlet.into(), Some(self.townships.into()))?;
        let per = Ratio::new(i128::from(self.points) * 10_000, self.people.into())?;
        Ok(vec![
            grouped(self.villages),
            shown(percent(share, 2)?),
            grouped(self.villages - self.covered),
            grouped(self.missing_before),
            grouped(self.villages - self.near),
            shown(percent(outlets, 1)?),
            per.to_decimal(2, Rounding::HalfUp)?.to_string(),
        ])
    }
}

pub struct CoverageFigures {
    pub kinds: Vec<KindLine>,
    pub counties: Vec<CoverageLine>,
    pub total: CoverageLine,
    pub missing: Vec<u64>,
}

impl CoverageFigures {
    pub fn covered(&self) -> (u64, u64) {
        (self.total.covered, self.total.villages)
    }

    pub fn registered_households(&self, county: u32) -> u64 {
        self.counties.iter().find(|line| line.code == county).map_or(0, |line| line.registered)
    }

    pub fn of(
        geography: &Geography,
        people: &People,
        points: &[Point],
        without: Option<u32>,
    ) -> Result<CoverageFigures, Failure> {
        let open = |point: &Point, ymd: i32| {
            point.opened_ymd <= ymd && (point.closed_ymd == 0 || point.closed_ymd > ymd)
        };
        let set = |ymd: i32, wanted: &dyn Fn(&Point) -> bool| -> BTreeSet<u64> {
            points.iter().filter(|p| open(p, ymd) && wanted(p)).map(|p| p.village).collect()
        };
        let (now, before) = (to_ymd(NOW), to_ymd(YEAR_BEFORE));
        let covered = set(now, &|p| p.kind != Kind::Online);
        let covered_before = set(before, &|p| p.kind != Kind::Online);
        let near = set(now, &|p| p.kind != Kind::Online && p.distance_m <= NEAR_M);
        let outlets = set(now, &|p| p.kind == Kind::Outlet);
        let mut counties: BTreeMap<u32, CoverageLine> = BTreeMap::new();
        let mut townships: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut with: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut missing = Vec::new();
        for (village, people) in geography.villages.iter().zip(&people.villages) {
            if without == Some(village.county) {
                continue;
            }
            let line = counties.entry(village.county).or_default();
            line.code = village.county;
            line.villages += 1;
            line.covered += u64::from(covered.contains(&village.code));
            line.missing_before += u64::from(!covered_before.contains(&village.code));
            line.near += u64::from(near.contains(&village.code));
            line.people += people.people;
            line.registered += people.registered;
            townships.entry(village.county).or_default().insert(village.township);
            if outlets.contains(&village.code) {
                with.entry(village.county).or_default().insert(village.township);
            }
            if !covered.contains(&village.code) {
                missing.push(village.code);
            }
        }
        for point in points.iter().filter(|p| open(p, now) && p.kind != Kind::Online) {
            let county = geography.village(point.village).ok_or("a village")?.county;
            if let Some(line) = counties.get_mut(&county) {
                line.points += 1;
            }
        }
        let mut total = CoverageLine::default();
        for line in counties.values_mut() {
            line.townships = u64::try_from(townships.get(&line.code).map_or(0, BTreeSet::len))?;
            line.with_outlet = u64::try_from(with.get(&line.code).map_or(0, BTreeSet::len))?;
            total.villages += line.villages;
            total.covered += line.covered;
            total.missing_before += line.missing_before;
            total.near += line.near;
            total.townships += line.townships;
            total.with_outlet += line.with_outlet;
            total.points += line.points;
            total.people += line.people;
            total.registered += line.registered;
        }
        let kinds = [
            (Kind::Outlet, "Outlets", "银行网点", "outlet"),
            (Kind::Agent, "Agents", "助农取款服务点", "agent"),
            (Kind::Atm, "Cash machines", "ATM", "atm"),
            (Kind::Pos, "Payment terminals", "POS", "pos"),
            (Kind::Mobile, "Mobile services", "流动服务", "mobile"),
            (Kind::Online, "Online (not counted)", "网上服务 (不计)", "online"),
        ];
        let kinds = kinds
            .map(|(kind, en, zh, word)| KindLine {
                en,
                zh,
                word,
                points: u64::try_from(points.iter().filter(|p| open(p, now) && p.kind == kind).count())
                    .unwrap_or(0),
                covered: u64::try_from(set(now, &|p| p.kind == kind).len()).unwrap_or(0),
                villages: total.villages,
            })
            .into();
        Ok(CoverageFigures { kinds, counties: counties.into_values().collect(), total, missing })
    }
}
