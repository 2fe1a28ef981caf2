//! How far service points reach, over villages and points that are columns of the caller's.

use super::book::array;
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, unused};
use super::boundary::options::{self, Plain, struct_size};
use super::boundary::read::countable;
use super::boundary::result::{Output, Results, call_into, give_struct, in_result};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{flag, word};
use super::figure::puhui_figure;
use crate::calendar::parse_ymd;
use crate::community::{
    Area, AreaCoverage, AreasCovered, Coverage, CoverageRule, MissedVillage, PointColumns, PointKind,
    ServicePoints, StrayPoint, VillageColumns, Villages,
};
use crate::error::{Error, ErrorCode};

/// `kinds`: what China's central bank counts as basic services in a village: outlets, agents, cash machines, machines at merchants'
/// and those who come on known days. Services by telephone or network alone do not count. (中国普惠金融指标分析报告 2018.)
pub const PUHUI_POINT_KINDS_CN_BASIC: u32 = 31;
const _: () = {
    use PointKind::{Agent, Atm, Mobile, Outlet, Pos};
    let bits = Outlet.bit() | Agent.bit() | Atm.bit() | Pos.bit() | Mobile.bit();
    assert!(PUHUI_POINT_KINDS_CN_BASIC == u32::from_le_bytes([bits, 0, 0, 0]));
};

/// A register of administrative villages (行政村): one array a field, one element a village.
///
/// Start with `PUHUI_VILLAGE_COLUMNS_INIT`. `village`, `township` and `county` are there for every village, each 1 or more, and no
/// village stands twice; every other array may be NULL: then that is not known, which is not zero. The arrays belong to the caller
/// and are only read during a call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_village_columns {
    /// `sizeof(struct puhui_village_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of villages. With 0 no array is read.
    pub count: usize,
    /// The code of the village, such as 500101017200.
    pub village: *const u64,
    /// The code of its township 乡镇, such as 500101017.
    pub township: *const u32,
    /// The code of its county or district 区县, such as 500101.
    pub county: *const u32,
    /// The people who live there 人口.
    pub people: *const u64,
    /// Those of them who are 15 or older.
    pub adults: *const u64,
    /// Its area in square metres.
    pub area_m2: *const u64,
    /// Its households 农户.
    pub households: *const u64,
    /// Those of them on the register of poor households 建档立卡户.
    pub registered_households: *const u64,
    /// The households of which somebody has an account 账户.
    pub with_account: *const u64,
    /// The households of which there is a credit file 信用档案.
    pub with_credit_file: *const u64,
    /// The households with a loan 贷款.
    pub with_loan: *const u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_village_columns>() == 104);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 12 words.
unsafe impl Plain for puhui_village_columns {
    const SIZE_V1: usize = 8 + 12 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_village_columns` without villages.
    PUHUI_VILLAGE_COLUMNS_INIT = puhui_village_columns {}
}

/// Service points (服务点): one array a field, one element a point; a point that serves several villages has one for each of them.
///
/// Start with `PUHUI_POINT_COLUMNS_INIT`. `point`, `village` and `kind` are there for every point, each 1 or more; every other array
/// may be NULL. The arrays belong to the caller and are only read during a call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_point_columns {
    /// `sizeof(struct puhui_point_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of points. With 0 no array is read.
    pub count: usize,
    /// The host's number of the point; once in each village.
    pub point: *const u64,
    /// The code of the village that it serves.
    pub village: *const u64,
    /// What it is, a `PUHUI_POINT_KIND_*`.
    pub kind: *const u8,
    /// Since when it serves; 0: always.
    pub opened_on_ymd: *const i32,
    /// The day from which it does not any more; 0: none.
    pub closed_on_ymd: *const i32,
    /// How far it is from the village's centre, in metres; needed where the rule has a greatest distance.
    pub distance_m: *const u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_point_columns>() == 64);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 7 words.
unsafe impl Plain for puhui_point_columns {
    const SIZE_V1: usize = 8 + 7 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_point_columns` without points.
    PUHUI_POINT_COLUMNS_INIT = puhui_point_columns {}
}

/// Which points count, on which day.
///
/// Start with `PUHUI_COVERAGE_RULE_INIT`, which has no greatest distance, and set `as_of_ymd` and `kinds`. Later releases only append
/// fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_coverage_rule {
    /// `sizeof(struct puhui_coverage_rule)` as the caller was compiled.
    pub struct_size: u32,
    /// The day on which a point must serve: opened by then, and not closed.
    pub as_of_ymd: i32,
    /// The kinds of points that count, one or more: the bits `PUHUI_BIT(code)` of some `PUHUI_POINT_KIND_*`, or
    /// `PUHUI_POINT_KINDS_CN_BASIC`.
    pub kinds: u32,
    /// 1: only points at most `within_m` from the village's centre. 0: at any distance.
    pub has_within: u32,
    /// With `has_within`, a distance in metres; else 0.
    pub within_m: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_coverage_rule>() == 24);

// SAFETY: integers only, without padding: 6 x 4 = 24.
unsafe impl Plain for puhui_coverage_rule {
    const SIZE_V1: usize = 24;
}

start! {
    /// Starts a `struct puhui_coverage_rule`: at any distance.
    PUHUI_COVERAGE_RULE_INIT = puhui_coverage_rule {}
}

/// The villages of an area, or of all, or one village. A point that serves several villages counts once in an area.
///
/// A record that keeps its size. What a village of the area does not know, the area does not: its `has_` is 0 and it is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_area_coverage {
    /// The code of the county, township or village; 0 of all.
    pub area: u64,
    /// 1: `people` is known.
    pub has_people: u32,
    /// 1: `adults` is known.
    pub has_adults: u32,
    /// 1: `area_m2` is known.
    pub has_area_m2: u32,
    /// 1: `households` is known.
    pub has_households: u32,
    /// 1: `registered_households` is known.
    pub has_registered_households: u32,
    /// 1: `with_account` is known.
    pub has_with_account: u32,
    /// 1: `with_credit_file` is known.
    pub has_with_credit_file: u32,
    /// 1: `with_loan` is known.
    pub has_with_loan: u32,
    /// The administrative villages.
    pub villages: u64,
    /// Those with at least one point that counts. All of them: full coverage 全覆盖.
    pub covered: u64,
    /// Those with at least one point of a kind that counts, at the place of `PUHUI_POINT_KIND_*` - 1.
    pub covered_by_kind: [u64; 8],
    /// The points that count, at the place of `PUHUI_POINT_KIND_*` - 1.
    pub points: [u64; 8],
    /// The people.
    pub people: u64,
    /// The people who are 15 or older.
    pub adults: u64,
    /// The area in square metres.
    pub area_m2: u64,
    /// The households.
    pub households: u64,
    /// Households on the register of poor households.
    pub registered_households: u64,
    /// Households with an account.
    pub with_account: u64,
    /// Households with a credit file.
    pub with_credit_file: u64,
    /// Households with a loan.
    pub with_loan: u64,
    /// Reserved; must be 0.
    pub reserved: u64,
}

const _: () = assert!(size_of::<puhui_area_coverage>() == 256);
const _: () = assert!(PointKind::ALL.len() <= 8);

/// Counts by kind, with room for more kinds.
fn by_kind(counts: [u64; PointKind::ALL.len()]) -> [u64; 8] {
    let mut room = [0; 8];
    room.iter_mut().zip(counts).for_each(|(place, count)| *place = count);
    room
}

impl puhui_area_coverage {
    fn of(code: u64, area: &AreaCoverage) -> puhui_area_coverage {
        puhui_area_coverage {
            area: code,
            has_people: area.people.is_some().into(),
            has_adults: area.adults.is_some().into(),
            has_area_m2: area.area_m2.is_some().into(),
            has_households: area.households.is_some().into(),
            has_registered_households: area.registered_households.is_some().into(),
            has_with_account: area.with_account.is_some().into(),
            has_with_credit_file: area.with_credit_file.is_some().into(),
            has_with_loan: area.with_loan.is_some().into(),
            villages: area.villages,
            covered: area.covered,
            covered_by_kind: by_kind(area.covered_by_kind),
            points: by_kind(area.points),
            people: area.people.unwrap_or(0),
            adults: area.adults.unwrap_or(0),
            area_m2: area.area_m2.unwrap_or(0),
            households: area.households.unwrap_or(0),
            registered_households: area.registered_households.unwrap_or(0),
            with_account: area.with_account.unwrap_or(0),
            with_credit_file: area.with_credit_file.unwrap_or(0),
            with_loan: area.with_loan.unwrap_or(0),
            reserved: 0,
        }
    }

    /// The coverage of an area that this is, if it is any.
    fn read(&self) -> Result<AreaCoverage, Failure> {
        unused(self.reserved, "reserved")?;
        let kinds = |counts: [u64; 8], field| {
            let mut known = [0; PointKind::ALL.len()];
            known.iter_mut().zip(counts).for_each(|(place, count)| *place = count);
            let more = counts.iter().skip(known.len()).fold(0, |bits, count| bits | count);
            unused(more, field).map(|()| known)
        };
        let known = |has, value, field| match flag(has, field)? {
            true => Ok(Some(value)),
            false if value == 0 => Ok(None),
            false => {
                let bound = "0 where it is not known";
                Err(Failure::from(Error::new(ErrorCode::Contradiction, field, value, bound)))
            }
        };
        Ok(AreaCoverage {
            villages: self.villages,
            covered: self.covered,
            covered_by_kind: kinds(self.covered_by_kind, "covered_by_kind")?,
            points: kinds(self.points, "points")?,
            people: known(self.has_people, self.people, "has_people")?,
            adults: known(self.has_adults, self.adults, "has_adults")?,
            area_m2: known(self.has_area_m2, self.area_m2, "has_area_m2")?,
            households: known(self.has_households, self.households, "has_households")?,
            registered_households: known(
                self.has_registered_households,
                self.registered_households,
                "has_registered_households",
            )?,
            with_account: known(self.has_with_account, self.with_account, "has_with_account")?,
            with_credit_file: known(
                self.has_with_credit_file,
                self.with_credit_file,
                "has_with_credit_file",
            )?,
            with_loan: known(self.has_with_loan, self.with_loan, "has_with_loan")?,
        })
    }
}

/// The number of counties or townships that points reach: one is covered if any of its villages is 乡镇覆盖率.
///
/// A record that keeps its size. `puhui_figure_of` makes the shares: of `covered`, `full` or `covered_by_kind` in `areas`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_areas_covered {
    /// The code of the county whose townships they are; 0 of all.
    pub area: u64,
    /// The areas that have villages.
    pub areas: u64,
    /// Those with at least one point that counts.
    pub covered: u64,
    /// Those whose villages all have one 全覆盖.
    pub full: u64,
    /// Those with at least one point of a kind that counts, at the place of `PUHUI_POINT_KIND_*` - 1.
    pub covered_by_kind: [u64; 8],
    /// Reserved: 0.
    pub reserved: [u64; 4],
}

const _: () = assert!(size_of::<puhui_areas_covered>() == 128);

impl puhui_areas_covered {
    fn of(code: u64, covered: &AreasCovered) -> puhui_areas_covered {
        puhui_areas_covered {
            area: code,
            areas: covered.areas,
            covered: covered.covered,
            full: covered.full,
            covered_by_kind: by_kind(covered.covered_by_kind),
            reserved: [0; 4],
        }
    }
}

/// A village that breaks full coverage: it has no point that counts.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_missed_village {
    /// Its code.
    pub village: u64,
    /// The code of its township.
    pub township: u32,
    /// The code of its county or district.
    pub county: u32,
}

const _: () = assert!(size_of::<puhui_missed_village>() == 16);

impl From<MissedVillage> for puhui_missed_village {
    fn from(missed: MissedVillage) -> puhui_missed_village {
        puhui_missed_village { village: missed.village, township: missed.township, county: missed.county }
    }
}

/// A point whose village is not in the register.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_stray_point {
    /// The host's number of the point.
    pub point: u64,
    /// The village that it says it serves.
    pub village: u64,
    /// What it is, a `PUHUI_POINT_KIND_*`.
    pub kind: u32,
    /// Reserved: 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_stray_point>() == 24);

impl From<StrayPoint> for puhui_stray_point {
    fn from(stray: StrayPoint) -> puhui_stray_point {
        puhui_stray_point {
            point: stray.point,
            village: stray.village,
            kind: stray.kind.code().into(),
            reserved: 0,
        }
    }
}

/// Refuses a register or points whose arrays are not there.
fn whole(given: usize, rows: usize, first: &'static str) -> Result<(), Failure> {
    if given == rows {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Missing, first, "no column", "a column that is not NULL").into())
}

/// # Safety
///
/// The arrays must be NULL or readable for `count` elements, and not written to while the result is used.
unsafe fn read_villages<'a>(given: &puhui_village_columns) -> Result<Villages<'a>, Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        unused(u64::from(given.reserved), "reserved")?;
        let count = given.count;
        countable::<u64>(count, "count")?;
        let villages = Villages::new(VillageColumns {
            village: array(given.village, count),
            township: array(given.township, count),
            county: array(given.county, count),
            people: array(given.people, count),
            adults: array(given.adults, count),
            area_m2: array(given.area_m2, count),
            households: array(given.households, count),
            registered_households: array(given.registered_households, count),
            with_account: array(given.with_account, count),
            with_credit_file: array(given.with_credit_file, count),
            with_loan: array(given.with_loan, count),
        })?;
        whole(count, villages.len(), "village")?;
        Ok(villages)
    }
}

/// # Safety
///
/// As for [`read_villages`].
unsafe fn read_points<'a>(given: &puhui_point_columns) -> Result<ServicePoints<'a>, Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        unused(u64::from(given.reserved), "reserved")?;
        let count = given.count;
        countable::<u64>(count, "count")?;
        let points = ServicePoints::new(PointColumns {
            point: array(given.point, count),
            village: array(given.village, count),
            kind: array(given.kind, count),
            opened_ymd: array(given.opened_on_ymd, count),
            closed_ymd: array(given.closed_on_ymd, count),
            distance_m: array(given.distance_m, count),
        })?;
        whole(count, points.len(), "point")?;
        Ok(points)
    }
}

/// # Safety
///
/// `rule` must be NULL or have its `struct_size` readable bytes.
unsafe fn read_rule(rule: *const puhui_coverage_rule) -> Result<CoverageRule, Failure> {
    // SAFETY: forwarded from this function's contract.
    rule_of(&unsafe { options::read(rule, "rule") }?).map_err(|failure| failure.inside("rule"))
}

fn rule_of(given: &puhui_coverage_rule) -> Result<CoverageRule, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let (mut kinds, mut left) = (Vec::new(), given.kinds);
    for kind in PointKind::ALL {
        let bit = u32::from(kind.bit());
        if given.kinds & bit != 0 {
            kinds.push(*kind);
            left &= !bit;
        }
    }
    if left != 0 {
        return Err(Failure::Code { field: "kinds", given: given.kinds });
    }
    let rule = CoverageRule::new(parse_ymd(given.as_of_ymd, "as_of")?, &kinds)?;
    match flag(given.has_within, "has_within")? {
        true => Ok(rule.within(given.within_m)),
        false if given.within_m == 0 => Ok(rule),
        false => {
            let bound = "0 where has_within is 0";
            Err(Error::new(ErrorCode::Contradiction, "within_m", given.within_m, bound).into())
        }
    }
}

/// What a coverage asks: of which villages, by which points, by which rule, by which areas.
///
/// Start with `PUHUI_COVERAGE_QUERY_INIT`, which has one table of villages and one of points, both still to be set with `rule` and
/// `area`. Where the villages or the points stand in several tables, those of branches or of districts, they are one register and
/// the points of all: what stands in two tables counts once and must be the same in both, and a point of one table may serve a
/// village of another. Everything belongs to the caller and is only read during the call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_coverage_query {
    /// `sizeof(struct puhui_coverage_query)` as the caller was compiled.
    pub struct_size: u32,
    /// What villages are grouped by, one of `PUHUI_AREA_*`.
    pub area: u32,
    /// Which points count, on which day.
    pub rule: *const puhui_coverage_rule,
    /// The tables of villages.
    pub village_tables: *const puhui_village_columns,
    /// Their number.
    pub village_table_count: usize,
    /// The tables of points.
    pub point_tables: *const puhui_point_columns,
    /// Their number.
    pub point_table_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_coverage_query>() == 48);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 5 words.
unsafe impl Plain for puhui_coverage_query {
    const SIZE_V1: usize = 8 + 5 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_coverage_query` of one table of villages and one of points, both still to be set.
    PUHUI_COVERAGE_QUERY_INIT = puhui_coverage_query {
        village_table_count: 1,
        point_table_count: 1,
    }
}

impl puhui_coverage_query {
    /// The coverage of all tables.
    ///
    /// # Safety
    ///
    /// The rule and the tables must be as this struct says.
    unsafe fn coverage(&self) -> Result<Coverage, Failure> {
        const VILLAGES: &str = "village_tables";
        const POINTS: &str = "point_tables";
        // SAFETY: forwarded from this function's contract.
        let (rule, villages, points) = unsafe {
            (
                read_rule(self.rule)?,
                options::read_all(self.village_tables, self.village_table_count, VILLAGES)?,
                options::read_all(self.point_tables, self.point_table_count, POINTS)?,
            )
        };
        let mut whole = Coverage::empty(&rule);
        for index in 0..villages.len().max(points.len()) {
            let within =
                |array, failure: Failure| Failure::Element { array, index, failure: Box::new(failure) };
            let none = Villages::new(VillageColumns::default())?;
            // SAFETY: forwarded from this function's contract.
            let register = villages.get(index).map_or(Ok(none), |table| unsafe { read_villages(table) });
            let register = register.map_err(|failure| within(VILLAGES, failure))?;
            let none = ServicePoints::new(PointColumns::default())?;
            // SAFETY: as above.
            let served = points.get(index).map_or(Ok(none), |table| unsafe { read_points(table) });
            let served = served.map_err(|failure| within(POINTS, failure))?;
            let part =
                Coverage::of(&register, &served, &rule).map_err(|error| within(POINTS, error.into()))?;
            if index == 0 {
                whole = part;
                continue;
            }
            whole.merge(&part).map_err(|error| {
                let array = if error.field() == "village" { VILLAGES } else { POINTS };
                within(array, error.into())
            })?;
        }
        Ok(whole)
    }
}

/// Where a call writes how far points reach.
///
/// Start with `PUHUI_COVERAGE_RESULT_INIT`, and set the arrays that are wanted and how much room they have: a list without an array
/// and with a room of 0 is counted and not written. What is not needed stays as it was. On failure the counts are 0, `total` and
/// `areas_covered` all 0 and nothing is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` the counts are the capacities that are
/// needed. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_coverage_result {
    /// `sizeof(struct puhui_coverage_result)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// All villages together; written by the call.
    pub total: puhui_area_coverage,
    /// The number of counties or townships that are reached, whichever the query asks for; written by the call.
    pub areas_covered: puhui_areas_covered,
    /// The villages by the query's `area`, by code, rising.
    pub areas: *mut puhui_area_coverage,
    /// The number of areas that there is room for.
    pub area_capacity: usize,
    /// The number of areas; written by the call.
    pub area_count: usize,
    /// Each village alone, by code, rising.
    pub villages: *mut puhui_area_coverage,
    /// The number of villages that there is room for.
    pub village_capacity: usize,
    /// The number of villages; written by the call.
    pub village_count: usize,
    /// The number of townships of each county that are reached, by county, rising. One that lies in two counties counts in each, by its
    /// villages there.
    pub counties: *mut puhui_areas_covered,
    /// The number of counties that there is room for.
    pub county_capacity: usize,
    /// The number of counties; written by the call.
    pub county_count: usize,
    /// The villages that break full coverage, by code, rising.
    pub missed: *mut puhui_missed_village,
    /// The number of missed villages that there is room for.
    pub missed_capacity: usize,
    /// The number of missed villages; written by the call.
    pub missed_count: usize,
    /// The points whose village is in no table, whether or not they would count, by village and number: nothing is lost.
    pub strays: *mut puhui_stray_point,
    /// The number of stray points that there is room for.
    pub stray_capacity: usize,
    /// The number of stray points; written by the call.
    pub stray_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_coverage_result>() == 512);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 256 + 128 + 15 words.
unsafe impl Plain for puhui_coverage_result {
    const SIZE_V1: usize = 392 + 15 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_coverage_result` without arrays: the lists are counted, and the totals are made.
    PUHUI_COVERAGE_RESULT_INIT = puhui_coverage_result {}
}

impl Results for puhui_coverage_result {
    fn clear(&mut self) {
        self.total = puhui_area_coverage::default();
        self.areas_covered = puhui_areas_covered::default();
        self.area_count = 0;
        self.village_count = 0;
        self.county_count = 0;
        self.missed_count = 0;
        self.stray_count = 0;
    }
}

/// The lists of a result.
struct Lists {
    areas: Output<puhui_area_coverage>,
    villages: Output<puhui_area_coverage>,
    counties: Output<puhui_areas_covered>,
    missed: Output<puhui_missed_village>,
    strays: Output<puhui_stray_point>,
}

impl puhui_coverage_result {
    /// The lists, checked.
    fn lists(&self) -> Result<Lists, Failure> {
        unused(u64::from(self.reserved), "reserved").map_err(in_result)?;
        Ok(Lists {
            areas: Output::new("areas", self.areas, "area_capacity", self.area_capacity)?,
            villages: Output::new("villages", self.villages, "village_capacity", self.village_capacity)?,
            counties: Output::new("counties", self.counties, "county_capacity", self.county_capacity)?,
            missed: Output::new("missed", self.missed, "missed_capacity", self.missed_capacity)?,
            strays: Output::new("strays", self.strays, "stray_capacity", self.stray_capacity)?,
        })
    }

    /// Writes a coverage.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for their capacities.
    unsafe fn write(&mut self, to: &Lists, coverage: &Coverage, area: Area) -> Result<(), Failure> {
        let (areas, counties) = (coverage.by(area)?, coverage.townships_by_county()?);
        let (total, covered) = (coverage.total()?, coverage.areas(area)?);
        self.area_count = areas.len();
        self.village_count = coverage.villages().count();
        self.county_count = counties.len();
        self.missed_count = coverage.missed().count();
        self.stray_count = coverage.strays().count();
        to.areas.fits(self.area_count)?;
        to.villages.fits(self.village_count)?;
        to.counties.fits(self.county_count)?;
        to.missed.fits(self.missed_count)?;
        to.strays.fits(self.stray_count)?;
        self.total = puhui_area_coverage::of(0, &total);
        self.areas_covered = puhui_areas_covered::of(0, &covered);
        // SAFETY: each list that has an array fits it, and the arrays are writable by this function's contract.
        unsafe {
            to.areas.write(areas.iter().map(|(code, area)| puhui_area_coverage::of((*code).into(), area)));
            to.villages
                .write(coverage.villages().map(|(code, village)| puhui_area_coverage::of(code, &village)));
            let counties = counties.iter();
            to.counties.write(counties.map(|(code, areas)| puhui_areas_covered::of((*code).into(), areas)));
            to.missed.write(coverage.missed().map(Into::into));
            to.strays.write(coverage.strays().map(Into::into));
        }
        Ok(())
    }
}

/// Tells how far service points reach, by a rule, and which villages they miss (基础金融服务覆盖).
///
/// The lists go where `result` says. `query` is only read during the call; `error` may be NULL. The call allocates memory and releases
/// it before it returns; nothing is kept. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` (the area, a kind of
/// the rule), `PUHUI_ERR_MISSING` for a column that is needed, a code or number of 0 in it, or a rule without kinds;
/// `PUHUI_ERR_UNKNOWN_VALUE` for a kind of a point; `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_DATE_OUT_OF_RANGE` for what is no day;
/// `PUHUI_ERR_DATES_OUT_OF_ORDER` for a point that closed before it opened; `PUHUI_ERR_CONTRADICTION` for a village that stands twice in
/// a table, a point that stands twice in a village, one of which two tables say different things, more adults than people, more
/// households with something than households, or a distance that the rule does not have; `PUHUI_ERR_OUT_OF_RANGE` for a count that no
/// memory holds; `PUHUI_ERR_OVERFLOW` for sums that do not fit; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`. The `field` of
/// `error` names the table, the column and the row: `village_tables[0].village[17]`.
///
/// # Safety
///
/// `query` and `result` must have their `struct_size` readable bytes, so must the rule and each table, whose arrays have `count`
/// elements; `result` must be writable, its arrays NULL or writable for their capacities; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_coverage(
    query: *const puhui_coverage_query,
    result: *mut puhui_coverage_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let lists = result.lists()?;
            let query = options::read(query, "query")?;
            let area = word(query.area, "area")?;
            let coverage = query.coverage()?;
            result.write(&lists, &coverage, area)
        })
    }
}

/// The figures of an area, each exact, those of points of one kind. Figures of two bases must never be mixed.
///
/// Start with `PUHUI_AREA_FIGURES_INIT`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_area_figures {
    /// `sizeof(struct puhui_area_figures)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved.
    pub reserved: u32,
    /// Coverage 覆盖率: covered villages over villages.
    pub share: puhui_figure,
    /// Coverage by points of the kind alone.
    pub share_of_kind: puhui_figure,
    /// Points of the kind for each 10,000 people 每万人, as the central bank of China publishes them.
    pub per_ten_thousand_people: puhui_figure,
    /// Points of the kind for each 100,000 adults (15 and older), as the Financial Access Survey publishes them.
    pub per_hundred_thousand_adults: puhui_figure,
    /// Points of the kind for each 1,000 square kilometres, as the Financial Access Survey publishes them.
    pub per_thousand_square_kilometres: puhui_figure,
    /// The share of households with an account 账户覆盖率.
    pub account_share: puhui_figure,
    /// The share of households with a credit file 建档率.
    pub credit_file_share: puhui_figure,
    /// The share of households with a loan 户贷率.
    pub loan_share: puhui_figure,
}

const _: () = assert!(size_of::<puhui_area_figures>() == 328);

// SAFETY: integers only, without padding: 2 x 4 + 8 x 40 = 328.
unsafe impl Plain for puhui_area_figures {
    const SIZE_V1: usize = 328;
}

start! {
    /// Starts a `struct puhui_area_figures`.
    PUHUI_AREA_FIGURES_INIT = puhui_area_figures {}
}

/// Makes the figures of an area, those of points of `kind`, one of `PUHUI_POINT_KIND_*`.
///
/// `*out_figures`, whose `struct_size` the caller has set, becomes the figures; what is not known, or zero, has no figure, which is no
/// failure. Its fields but `struct_size` are 0 on failure. `error` may be NULL. Nothing is allocated on success; any number of threads
/// may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` (the kind, a flag);
/// `PUHUI_ERR_CONTRADICTION` for a count that is given and not known; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `area` must be readable and `*out_figures` writable for its `struct_size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_area_figures_of(
    area: *const puhui_area_coverage,
    kind: u32,
    out_figures: *mut puhui_area_figures,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_struct(out_figures, "out_figures", error, || {
            let area = borrow(area, "area")?.read()?;
            let kind = word(kind, "kind")?;
            Ok(puhui_area_figures {
                struct_size: struct_size::<puhui_area_figures>(),
                reserved: 0,
                share: area.share()?.into(),
                share_of_kind: area.share_of_kind(kind)?.into(),
                per_ten_thousand_people: area.per_ten_thousand_people(kind)?.figure().into(),
                per_hundred_thousand_adults: area.per_hundred_thousand_adults(kind)?.figure().into(),
                per_thousand_square_kilometres: area.per_thousand_square_kilometres(kind)?.figure().into(),
                account_share: area.account_share()?.into(),
                credit_file_share: area.credit_file_share()?.into(),
                loan_share: area.loan_share()?.into(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_those_of_the_rule() {
        let rule = CoverageRule::cn_basic_services(parse_ymd(20200331, "as_of").unwrap()).unwrap();
        let bits = PointKind::ALL.iter().filter(|kind| rule.admits(**kind));
        assert_eq!(bits.map(|kind| u32::from(kind.bit())).sum::<u32>(), PUHUI_POINT_KINDS_CN_BASIC);
    }
}
