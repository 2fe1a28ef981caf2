//! How far service points reach, and which villages they miss.

use std::collections::{BTreeMap, BTreeSet};

use super::area::{Area, AreaCoverage, AreasCovered, count_kind};
use super::rule::CoverageRule;
use super::service_point::{PointKind, ServicePoints};
use super::village::Villages;
use crate::calendar::to_ymd;
use crate::columns::need;
use crate::error::{Error, ErrorCode, Result};

/// How far points reach, by a rule, over a register of villages.
///
/// It holds the villages and the points, so that coverages of one rule [merge](Coverage::merge) in any order and any split, of
/// villages, of points or of both, to the same bytes: a point that one part has no village for finds it in another. The
/// [empty](Coverage::empty) one changes nothing. Nothing is lost: points whose village is in no register are [named](Coverage::strays).
///
/// # Examples
///
/// ```
/// use puhui::community::{
///     Area, Coverage, CoverageRule, PointColumns, PointKind, ServicePoints, VillageColumns, Villages,
/// };
/// use puhui::{Rounding, parse_date};
///
/// let villages = Villages::new(VillageColumns {
///     village: vec![500101017200, 500101017201, 500101019200].into(),
///     township: vec![500101017, 500101017, 500101019].into(),
///     county: vec![500101, 500101, 500101].into(),
///     ..VillageColumns::default()
/// })?;
/// let points = ServicePoints::new(PointColumns {
///     point: vec![1, 2].into(),
///     village: vec![500101017200, 500101019200].into(),
///     kind: vec![PointKind::Outlet.code(), PointKind::Agent.code()].into(),
///     ..PointColumns::default()
/// })?;
/// let rule = CoverageRule::cn_basic_services(parse_date("2020-03-31", "as_of")?)?;
/// let coverage = Coverage::of(&villages, &points, &rule)?;
/// assert_eq!(coverage.total()?.share()?.percent(1, Rounding::Down)?.unwrap().to_string(), "66.6");
/// // The village that breaks full coverage.
/// let missed: Vec<u64> = coverage.missed().map(|missed| missed.village).collect();
/// assert_eq!(missed, [500101017201]);
/// // Both townships have a point, and one has a point in every village; half of them have an outlet.
/// let townships = coverage.areas(Area::Township)?;
/// assert_eq!((townships.areas, townships.covered, townships.full), (2, 2, 1));
/// assert_eq!(townships.share_of_kind(PointKind::Outlet)?.percent(1, Rounding::Down)?.unwrap().to_string(), "50.0");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub(crate) rule: CoverageRule,
    pub(crate) villages: BTreeMap<u64, Village>,
    /// By village and number.
    pub(crate) points: BTreeMap<(u64, u64), Point>,
}

/// What the register knows of a village.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Village {
    pub(crate) township: u32,
    pub(crate) county: u32,
    pub(crate) people: Option<u64>,
    pub(crate) adults: Option<u64>,
    pub(crate) area_m2: Option<u64>,
    pub(crate) households: Option<u64>,
    pub(crate) registered_households: Option<u64>,
    pub(crate) with_account: Option<u64>,
    pub(crate) with_credit_file: Option<u64>,
    pub(crate) with_loan: Option<u64>,
}

/// What is known of a point in a village.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) kind: PointKind,
    /// Whether the rule counts it.
    pub(crate) counts: bool,
}

/// A village without a point that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MissedVillage {
    /// Its code.
    pub village: u64,
    /// The code of its township.
    pub township: u32,
    /// The code of its county or district.
    pub county: u32,
}

/// A point whose village is not in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StrayPoint {
    /// The host's number of the point.
    pub point: u64,
    /// The village that it says it serves.
    pub village: u64,
    /// What it is.
    pub kind: PointKind,
}

impl Coverage {
    /// The coverage of no villages by no points.
    #[must_use]
    pub fn empty(rule: &CoverageRule) -> Coverage {
        Coverage { rule: rule.clone(), villages: BTreeMap::new(), points: BTreeMap::new() }
    }

    /// The coverage of villages by points.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for points without distances, if the rule asks for them.
    /// * [`ErrorCode::Contradiction`] for a point that is there twice in one village.
    pub fn of(villages: &Villages<'_>, points: &ServicePoints<'_>, rule: &CoverageRule) -> Result<Coverage> {
        Ok(Coverage { rule: rule.clone(), villages: register(villages), points: serving(points, rule)? })
    }

    /// Adds the villages and the points of another part. What both have counts once.
    ///
    /// # Errors
    ///
    /// This coverage stays as it was.
    ///
    /// * [`ErrorCode::NotComparable`] for a coverage by another rule.
    /// * [`ErrorCode::Contradiction`] for a village or a point of which the two parts say different things.
    pub fn merge(&mut self, other: &Coverage) -> Result<()> {
        if self.rule != other.rule {
            return Err(Error::new(
                ErrorCode::NotComparable,
                "rule",
                "another rule",
                "coverage by the same rule",
            ));
        }
        let contradiction = |field: &'static str, value: String| {
            Error::new(ErrorCode::Contradiction, field, value, "one of which both parts say the same")
        };
        let differs =
            |(code, village): &(&u64, &Village)| self.villages.get(code).is_some_and(|own| own != *village);
        if let Some((code, _)) = other.villages.iter().find(differs) {
            return Err(contradiction("village", code.to_string()));
        }
        let differs =
            |(at, point): &(&(u64, u64), &Point)| self.points.get(at).is_some_and(|own| own != *point);
        if let Some(((village, id), _)) = other.points.iter().find(differs) {
            return Err(contradiction("point", format!("{id} in village {village}")));
        }
        self.villages.extend(&other.villages);
        self.points.extend(&other.points);
        Ok(())
    }

    /// The rule by which points count.
    #[must_use]
    pub fn rule(&self) -> &CoverageRule {
        &self.rule
    }

    /// All villages together.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn total(&self) -> Result<AreaCoverage> {
        Ok(self.group(|_| ())?.remove(&()).unwrap_or_default())
    }

    /// The villages by county or by township, by code, rising.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn by(&self, area: Area) -> Result<BTreeMap<u32, AreaCoverage>> {
        self.group(|village| match area {
            Area::County => village.county,
            Area::Township => village.township,
        })
    }

    /// Each village alone, by code, rising: its points, its households.
    pub fn villages(&self) -> impl Iterator<Item = (u64, AreaCoverage)> {
        self.villages.iter().map(|(code, village)| (*code, self.alone(*code, village)))
    }

    /// The number of counties or townships that points reach.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn areas(&self, area: Area) -> Result<AreasCovered> {
        let mut covered = AreasCovered::default();
        self.by(area)?.values().for_each(|area| covered.add(area));
        Ok(covered)
    }

    /// The number of townships of each county that points reach, by county, rising. A township that lies in two counties counts in each, by
    /// its villages there.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn townships_by_county(&self) -> Result<BTreeMap<u32, AreasCovered>> {
        let mut counties: BTreeMap<u32, AreasCovered> = BTreeMap::new();
        for ((county, _), township) in self.group(|village| (village.county, village.township))? {
            counties.entry(county).or_default().add(&township);
        }
        Ok(counties)
    }

    /// The villages that break full coverage, by code, rising.
    pub fn missed(&self) -> impl Iterator<Item = MissedVillage> {
        let missed =
            self.villages.iter().filter(|(code, _)| !self.points_in(**code).any(|(_, point)| point.counts));
        missed.map(|(code, village)| MissedVillage {
            village: *code,
            township: village.township,
            county: village.county,
        })
    }

    /// The points whose village is not in the register, whether or not they would count, by village and number.
    pub fn strays(&self) -> impl Iterator<Item = StrayPoint> {
        let strays = self.points.iter().filter(|((village, _), _)| !self.villages.contains_key(village));
        strays.map(|((village, point), found)| StrayPoint {
            point: *point,
            village: *village,
            kind: found.kind,
        })
    }

    fn points_in(&self, village: u64) -> impl Iterator<Item = (u64, &Point)> {
        self.points.range((village, 0)..=(village, u64::MAX)).map(|((_, id), point)| (*id, point))
    }

    fn group<K: Ord + Copy>(&self, key: impl Fn(&Village) -> K) -> Result<BTreeMap<K, AreaCoverage>> {
        let mut areas: BTreeMap<K, AreaCoverage> = BTreeMap::new();
        // A point that serves several villages of an area is one point of it.
        let mut seen: BTreeSet<(K, u64, PointKind)> = BTreeSet::new();
        for (code, village) in &self.villages {
            let key = key(village);
            let area = areas.entry(key).or_default();
            area.add_village(&self.alone(*code, village))?;
            for (id, point) in self.points_in(*code).filter(|(_, point)| point.counts) {
                if seen.insert((key, id, point.kind)) {
                    count_kind(&mut area.points, point.kind);
                }
            }
        }
        Ok(areas)
    }

    fn alone(&self, code: u64, village: &Village) -> AreaCoverage {
        let mut points = [0; PointKind::ALL.len()];
        for (_, point) in self.points_in(code).filter(|(_, point)| point.counts) {
            count_kind(&mut points, point.kind);
        }
        let covered_by_kind = points.map(|points| points.min(1));
        AreaCoverage {
            villages: 1,
            covered: covered_by_kind.into_iter().max().unwrap_or(0),
            covered_by_kind,
            points,
            people: village.people,
            adults: village.adults,
            area_m2: village.area_m2,
            households: village.households,
            registered_households: village.registered_households,
            with_account: village.with_account,
            with_credit_file: village.with_credit_file,
            with_loan: village.with_loan,
        }
    }
}

/// The villages of a register by their codes, each of which is there once.
pub(crate) fn register(villages: &Villages<'_>) -> BTreeMap<u64, Village> {
    let columns = villages.columns();
    let codes = columns.village.iter().zip(columns.township.iter()).zip(columns.county.iter());
    let rows = codes.enumerate().map(|(row, ((village, township), county))| {
        let known = |column: &[u64]| column.get(row).copied();
        let village_in = Village {
            township: *township,
            county: *county,
            people: known(&columns.people),
            adults: known(&columns.adults),
            area_m2: known(&columns.area_m2),
            households: known(&columns.households),
            registered_households: known(&columns.registered_households),
            with_account: known(&columns.with_account),
            with_credit_file: known(&columns.with_credit_file),
            with_loan: known(&columns.with_loan),
        };
        (*village, village_in)
    });
    rows.collect()
}

/// The points by village and number, and whether a rule counts them.
fn serving(points: &ServicePoints<'_>, rule: &CoverageRule) -> Result<BTreeMap<(u64, u64), Point>> {
    let columns = points.columns();
    let distances = match rule.within_m() {
        Some(_) => need(&columns.distance_m, points.len(), "distance_m")?,
        None => &[],
    };
    let day = to_ymd(rule.as_of());
    let mut found = BTreeMap::new();
    let codes = columns.village.iter().zip(columns.point.iter()).zip(columns.kind.iter());
    for (row, ((&village, &id), &code)) in codes.enumerate() {
        let Some(kind) = PointKind::from_code(code) else { continue };
        let ymd = |column: &[i32]| column.get(row).copied().unwrap_or_default();
        let (opened, closed) = (ymd(&columns.opened_ymd), ymd(&columns.closed_ymd));
        let serves = opened <= day && (closed == 0 || day < closed);
        let near = match (rule.within_m(), distances.get(row)) {
            (Some(most), Some(distance)) => *distance <= most,
            _ => true,
        };
        let point = Point { kind, counts: serves && near && rule.admits(kind) };
        if found.insert((village, id), point).is_some() {
            let bound = format!("each point once in village {village}");
            return Err(Error::new(ErrorCode::Contradiction, format!("point[{row}]"), id, bound));
        }
    }
    Ok(found)
}
