//! The service points, generated: an outlet in nearly every township, an agent in nearly every village, and machines, mobile
//! and online services beside them. The last villages were reached within the year before the day of the report.

use chrono::{Days, NaiveDate};
use puhui::to_ymd;

use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::life::day;
use super::options::Options;
use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// No point is older.
const OPENED_FROM: NaiveDate = day(2011, 1, 1);
/// Of 1,000 villages, so many got their first service within the year before the day of the report. Of the country's
/// village-level divisions 98.32 % had one at the end of March 2019, as published.
const REACHED_LAST: u64 = 17;

impl Kind {
    /// The spelling in a table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Outlet => "outlet",
            Kind::Agent => "agent",
            Kind::Atm => "atm",
            Kind::Pos => "pos",
            Kind::Mobile => "mobile",
            Kind::Online => "online",
        }
    }
}

/// What a point is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An outlet of a bank 网点.
    Outlet,
    /// An agent who pays out 助农取款服务点.
    Agent,
    /// A machine that pays out.
    Atm,
    /// A terminal that is paid at.
    Pos,
    /// A van or a visit 流动服务.
    Mobile,
    /// A service through a telephone or a computer.
    Online,
}

/// A service point.
pub struct Point {
    /// Its number.
    pub id: u64,
    /// The village.
    pub village: u64,
    /// What it is.
    pub kind: Kind,
    /// When it opened, yyyymmdd.
    pub opened_ymd: i32,
    /// When it closed, yyyymmdd; 0 if it has not.
    pub closed_ymd: i32,
    /// How far it is from the middle of the village, in metres.
    pub distance_m: u32,
}

/// Opens the points of all villages, and leaves out those that the options leave out.
pub fn open(
    geography: &Geography,
    random: &mut SplitMix64,
    options: &Options,
) -> Result<Vec<Point>, Failure> {
    let mut opening = Opening { points: Vec::new(), random };
    let mut township = 0;
    for village in &geography.villages {
        let seat = village.township != township;
        township = village.township;
        // In the country, 96.3 % of townships have an outlet (end of 2018, as published).
        if seat && opening.chance(963) {
            opening.open(village.code, Kind::Outlet, OPENED_FROM, YEAR_BEFORE, 400)?;
            opening.open(village.code, Kind::Atm, OPENED_FROM, YEAR_BEFORE, 400)?;
        }
        let last = opening.chance(REACHED_LAST);
        let (from, until) = if last { (YEAR_BEFORE, NOW) } else { (OPENED_FROM, YEAR_BEFORE) };
        opening.open(village.code, Kind::Agent, from, until, 1_600)?;
        if last {
            continue;
        }
        // An agent gives up, and another takes over on the day.
        if opening.chance(15) {
            let until = opening.day_between(YEAR_BEFORE, NOW)?;
            if let Some(point) = opening.points.last_mut() {
                point.closed_ymd = to_ymd(until);
            }
            opening.open_on(village.code, Kind::Agent, until, 1_600)?;
        }
        for (kind, of_1000, distance) in
            [(Kind::Pos, 420, 1_200), (Kind::Mobile, 180, 700), (Kind::Atm, 60, 900), (Kind::Online, 700, 0)]
        {
            if opening.chance(of_1000) {
                opening.open(village.code, kind, OPENED_FROM, NOW, distance)?;
            }
        }
    }
    let mut points = opening.points;
    points.retain(|point| {
        let county = geography.village(point.village).map(|village| village.county);
        options.drop_point != Some(point.village)
            && (options.drop_county.is_none() || options.drop_county != county)
    });
    Ok(points)
}

struct Opening<'a> {
    points: Vec<Point>,
    random: &'a mut SplitMix64,
}

impl Opening<'_> {
    fn chance(&mut self, of_1000: u64) -> bool {
        self.random.below(1_000) < of_1000
    }

    /// A day after the first and up to the second.
    fn day_between(&mut self, after: NaiveDate, until: NaiveDate) -> Result<NaiveDate, Failure> {
        let days = u64::try_from((until - after).num_days())?;
        let day = after.checked_add_days(Days::new(1 + self.random.below(days)));
        Ok(day.ok_or("a day of opening")?)
    }

    fn open(
        &mut self,
        village: u64,
        kind: Kind,
        after: NaiveDate,
        until: NaiveDate,
        within_m: u64,
    ) -> Result<(), Failure> {
        let on = self.day_between(after, until)?;
        self.open_on(village, kind, on, within_m)
    }

    fn open_on(&mut self, village: u64, kind: Kind, on: NaiveDate, within_m: u64) -> Result<(), Failure> {
        let id = u64::try_from(self.points.len())? + 1;
        let distance_m = u32::try_from(self.random.below(within_m + 1))?;
        self.points.push(Point { id, village, kind, opened_ymd: to_ymd(on), closed_ymd: 0, distance_m });
        Ok(())
    }
}
