//! How far service points reach, and which villages they miss.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::area::{Area, AreaCoverage, add_known};
use super::service_point::{PointKind, ServicePoints};
use super::village::{VillageColumns, Villages};
use crate::calendar::{check_date, to_ymd};
use crate::columns::need;
use crate::error::{Error, ErrorCode, Result};

/// Which points count, on which day.
///
/// # Examples
///
/// ```
/// use puhui::community::{CoverageRule, PointKind};
/// use puhui::parse_date;
///
/// let day = parse_date("2020-03-31", "as_of")?;
/// // Offices and agents, up to 3,000 metres from the village's centre.
/// let rule = CoverageRule::new(day, &[PointKind::Outlet, PointKind::Agent])?.within(3_000);
/// assert!(!CoverageRule::cn_basic_services(day)?.admits(PointKind::Online));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageRule {
    as_of: NaiveDate,
    kinds: Vec<PointKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within_m: Option<u32>,
}

impl CoverageRule {
    /// Points of these kinds that serve on a day, at any distance.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::Missing`] for no kinds.
    pub fn new(as_of: NaiveDate, kinds: &[PointKind]) -> Result<CoverageRule> {
        check_date(as_of, "as_of")?;
        if kinds.is_empty() {
            return Err(Error::new(ErrorCode::Missing, "kinds", "none", "the kinds of points that count"));
        }
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        Ok(CoverageRule { as_of, kinds, within_m: None })
    }

    /// What China's central bank counts as basic services in a village: offices, machines, agents 助农取款服务点 and those who come
    /// on known days. Services by telephone or network alone are none. (中国普惠金融指标分析报告 2018.)
    ///
    /// # Errors
    ///
    /// Those of [`CoverageRule::new`].
    pub fn cn_basic_services(as_of: NaiveDate) -> Result<CoverageRule> {
        CoverageRule::new(
            as_of,
            &[PointKind::Outlet, PointKind::Agent, PointKind::Atm, PointKind::Pos, PointKind::Mobile],
        )
    }

    /// Only points at most so many metres from the village's centre.
    #[must_use]
    pub fn within(mut self, metres: u32) -> CoverageRule {
        self.within_m = Some(metres);
        self
    }

    /// The day.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// Whether points of a kind count.
    #[must_use]
    pub fn admits(&self, kind: PointKind) -> bool {
        self.kinds.contains(&kind)
    }
}

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
/// // Every township has a point.
/// assert_eq!(coverage.by(Area::Township)?.values().filter(|area| area.covered > 0).count(), 2);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CoverageForm", into = "CoverageForm")]
pub struct Coverage {
    rule: CoverageRule,
    villages: BTreeMap<u64, Village>,
    /// By village and number.
    points: BTreeMap<(u64, u64), Point>,
}

/// What is known of a village.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Village {
    township: u32,
    county: u32,
    /// People, adults, square metres, households, and those with an account, a credit file, a loan.
    known: [Option<u64>; 7],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    kind: PointKind,
    /// Whether the rule counts it.
    counts: bool,
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
        let mut coverage = Coverage::empty(rule);
        let columns = villages.columns();
        for row in 0..villages.len() {
            let at = |column: &[u32]| column.get(row).copied().unwrap_or_default();
            let village = columns.village.get(row).copied().unwrap_or_default();
            let (township, county) = (at(&columns.township), at(&columns.county));
            coverage.villages.insert(village, Village { township, county, known: known(columns, row) });
        }
        let columns = points.columns();
        let distances = match rule.within_m {
            Some(_) => need(&columns.distance_m, points.len(), "distance_m")?,
            None => &[],
        };
        let day = to_ymd(rule.as_of);
        for row in 0..points.len() {
            let number = |column: &[u64]| column.get(row).copied().unwrap_or_default();
            let ymd = |column: &[i32]| column.get(row).copied().unwrap_or_default();
            let Some(kind) = columns.kind.get(row).and_then(|code| PointKind::from_code(*code)) else {
                continue;
            };
            let (opened, closed) = (ymd(&columns.opened_ymd), ymd(&columns.closed_ymd));
            let serves = opened <= day && (closed == 0 || day < closed);
            let near = match (rule.within_m, distances.get(row)) {
                (Some(most), Some(distance)) => *distance <= most,
                _ => true,
            };
            let point = Point { kind, counts: serves && near && rule.admits(kind) };
            let (village, id) = (number(&columns.village), number(&columns.point));
            if coverage.points.insert((village, id), point).is_some() {
                let bound = format!("each point once in village {village}");
                return Err(Error::new(ErrorCode::Contradiction, format!("point[{row}]"), id, bound));
            }
        }
        Ok(coverage)
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
                "coverages by one rule",
            ));
        }
        let contradiction = |field: &'static str, value: String| {
            Error::new(ErrorCode::Contradiction, field, value, "the same of both parts")
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
            let first = area.villages == 0;
            area.villages += 1;
            let mut kinds = [false; PointKind::ALL.len()];
            for (id, point) in self.points_in(*code).filter(|(_, point)| point.counts) {
                let place = usize::from(point.kind.code()) - 1;
                kinds.iter_mut().skip(place).take(1).for_each(|kind| *kind = true);
                if seen.insert((key, id, point.kind)) {
                    area.points.iter_mut().skip(place).take(1).for_each(|points| *points += 1);
                }
            }
            area.covered += u64::from(kinds.contains(&true));
            for (covered, kind) in area.covered_by_kind.iter_mut().zip(kinds) {
                *covered += u64::from(kind);
            }
            let sums = [
                &mut area.people,
                &mut area.adults,
                &mut area.area_m2,
                &mut area.households,
                &mut area.with_account,
                &mut area.with_credit_file,
                &mut area.with_loan,
            ];
            for (sum, more) in sums.into_iter().zip(village.known) {
                add_known(sum, first, more)?;
            }
        }
        Ok(areas)
    }
}

/// What the register knows of a village beside its place.
fn known(columns: &VillageColumns<'_>, row: usize) -> [Option<u64>; 7] {
    let columns = [
        &columns.people,
        &columns.adults,
        &columns.area_m2,
        &columns.households,
        &columns.with_account,
        &columns.with_credit_file,
        &columns.with_loan,
    ];
    columns.map(|column| column.get(row).copied())
}

/// The wire form: villages and points in the order of their numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageForm {
    rule: CoverageRule,
    villages: Vec<(u64, Village)>,
    points: Vec<(u64, u64, Point)>,
}

impl From<Coverage> for CoverageForm {
    fn from(coverage: Coverage) -> CoverageForm {
        let points = coverage.points.into_iter().map(|((village, id), point)| (village, id, point));
        CoverageForm {
            rule: coverage.rule,
            villages: coverage.villages.into_iter().collect(),
            points: points.collect(),
        }
    }
}

impl TryFrom<CoverageForm> for Coverage {
    type Error = Error;

    fn try_from(form: CoverageForm) -> Result<Coverage> {
        let rule = CoverageRule::new(form.rule.as_of, &form.rule.kinds)?;
        if rule.kinds != form.rule.kinds {
            return Err(Error::new(ErrorCode::Contradiction, "rule.kinds", "repeats", "each once, in order"));
        }
        let rule = CoverageRule { within_m: form.rule.within_m, ..rule };
        let mut coverage = Coverage::empty(&rule);
        let again =
            |field: String| Error::new(ErrorCode::Contradiction, field, "a number again", "each once");
        for (at, (code, village)) in form.villages.into_iter().enumerate() {
            if coverage.villages.insert(code, village).is_some() {
                return Err(again(format!("villages[{at}]")));
            }
        }
        for (at, (village, id, point)) in form.points.into_iter().enumerate() {
            if point.counts && !rule.admits(point.kind) {
                let field = format!("points[{at}]");
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    field,
                    point.kind,
                    "a kind that the rule admits",
                ));
            }
            if coverage.points.insert((village, id), point).is_some() {
                return Err(again(format!("points[{at}]")));
            }
        }
        Ok(coverage)
    }
}
