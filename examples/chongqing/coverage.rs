//! The villages and their services: what is covered, by what, and what is missing where.

use puhui::community::{
    Area, AreaCoverage, AreasCovered, Coverage, CoverageRule, PerTenThousandPeople, PointKind, ServicePoints,
    Villages,
};
use puhui::{Figure, Rounding};

use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::numbers::{percent, shown};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// The farthest service that still is near, in metres.
const NEAR_M: u32 = 1_000;

/// The line of a kind of points.
pub struct KindLine {
    /// The kind.
    pub kind: PointKind,
    /// The points that serve on the day.
    pub points: u64,
    /// The villages that have one.
    pub covered: u64,
    /// These over all villages.
    pub share: Figure,
}

/// The line of a county, or of all.
pub struct CoverageLine {
    /// The code; 0 for all.
    pub code: u32,
    /// The villages, and those with a basic service, on the day.
    pub now: AreaCoverage,
    /// Villages without a basic service a year before.
    pub missing_before: u64,
    /// Villages with a basic service that is near.
    pub near: u64,
    /// The townships, and those that a kind of point reaches.
    pub townships: AreasCovered,
}

impl CoverageLine {
    /// Villages without a basic service.
    pub fn missing(&self) -> u64 {
        self.now.villages - self.now.covered
    }

    /// The points that give basic services.
    pub fn points(&self) -> u64 {
        self.now.points.iter().sum()
    }

    /// The same for each 10,000 people, with two places.
    pub fn points_per_people(&self) -> Result<Option<String>, Failure> {
        let density = PerTenThousandPeople::of(self.points(), self.now.people)?;
        Ok(density.to_decimal(2, Rounding::HalfUp)?.map(|points| points.to_string()))
    }

    /// Townships with an outlet over all townships.
    pub fn with_outlet_share(&self) -> puhui::Result<Figure> {
        self.townships.share_of_kind(PointKind::Outlet)
    }

    /// The cells of the table.
    pub fn cells(&self) -> Result<Vec<String>, Failure> {
        Ok(vec![
            grouped(self.now.villages),
            shown(percent(self.now.share()?, 2)?),
            grouped(self.missing()),
            grouped(self.missing_before),
            grouped(self.now.villages - self.near),
            shown(percent(self.with_outlet_share()?, 1)?),
            shown(self.points_per_people()?),
        ])
    }
}

/// The figures of coverage.
pub struct CoverageFigures {
    /// By kind of points, online services among them.
    pub kinds: Vec<KindLine>,
    /// County by county.
    pub counties: Vec<CoverageLine>,
    /// All counties.
    pub total: CoverageLine,
    /// The villages without a basic service, by code.
    pub missing: Vec<u64>,
}

impl CoverageFigures {
    /// The villages with a basic service, and all.
    pub fn covered(&self) -> (u64, u64) {
        (self.total.now.covered, self.total.now.villages)
    }

    /// Covers the villages by the points.
    pub fn of(
        geography: &Geography,
        villages: &Villages<'_>,
        points: &ServicePoints<'_>,
    ) -> Result<CoverageFigures, Failure> {
        let basic = |on| CoverageRule::cn_basic_services(on);
        let by = |rule: CoverageRule| Coverage::of(villages, points, &rule);
        let now = by(basic(NOW)?)?;
        let (before, near) = (by(basic(YEAR_BEFORE)?)?, by(basic(NOW)?.within(NEAR_M))?);
        let (townships, all_townships) = (now.townships_by_county()?, now.areas(Area::Township)?);
        let line =
            |code: Option<u32>, now: AreaCoverage, before: &AreaCoverage, near: &AreaCoverage| CoverageLine {
                code: code.unwrap_or(0),
                missing_before: before.villages - before.covered,
                near: near.covered,
                townships: code
                    .map_or(all_townships, |code| townships.get(&code).copied().unwrap_or_default()),
                now,
            };
        let (by_county, before_by_county, near_by_county) =
            (now.by(Area::County)?, before.by(Area::County)?, near.by(Area::County)?);
        let mut counties = Vec::new();
        for county in &geography.counties {
            let code = county.code;
            let of = |areas: &std::collections::BTreeMap<u32, AreaCoverage>| areas.get(&code).cloned();
            let three = of(&by_county).zip(of(&before_by_county)).zip(of(&near_by_county));
            if let Some(((now, before), near)) = three {
                counties.push(line(Some(code), now, &before, &near));
            }
        }
        let any = by(CoverageRule::new(NOW, PointKind::ALL)?)?.total()?;
        let kinds = PointKind::ALL.iter().zip(any.points).zip(any.covered_by_kind);
        let kinds = kinds.map(|((kind, points), covered)| {
            Ok(KindLine { kind: *kind, points, covered, share: any.share_of_kind(*kind)? })
        });
        Ok(CoverageFigures {
            kinds: kinds.collect::<puhui::Result<_>>()?,
            counties,
            total: line(None, now.total()?, &before.total()?, &near.total()?),
            missing: now.missed().map(|missed| missed.village).collect(),
        })
    }
}
