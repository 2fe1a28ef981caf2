//! The service points, generated: an outlet in nearly every township, an agent in nearly every village, and machines, mobile
//! and online services beside them. The last villages were reached within the year before the day of the report.

use chrono::{Days, NaiveDate};
use puhui::community::{PointColumns, PointKind, ServicePoints};
use puhui::to_ymd;

use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::life::day;
use super::options::Options;
use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// No point is older.
const OPENED_FROM: NaiveDate = day(2011, 1, 1);
/// Of 1,000 villages, the number that got their first service within the year before the day of the report. Of the country's
/// village-level divisions 98.32 % had one at the end of March 2019, as published.
const REACHED_LAST: u64 = 17;

/// Opens the points of all villages, and leaves out those that the options leave out.
pub fn open(
    geography: &Geography,
    random: &mut SplitMix64,
    options: &Options,
) -> Result<ServicePoints<'static>, Failure> {
    let mut opening = Opening { columns: PointColumns::default(), made: 0, kept: true, random };
    let mut township = 0;
    for village in &geography.villages {
        opening.kept =
            options.drop_point != Some(village.code) && options.drop_county != Some(village.county);
        let seat = village.township != township;
        township = village.township;
        // In the country, 96.3 % of townships have an outlet (end of 2018, as published).
        if seat && opening.chance(963) {
            opening.open(village.code, PointKind::Outlet, OPENED_FROM, YEAR_BEFORE, 400)?;
            opening.open(village.code, PointKind::Atm, OPENED_FROM, YEAR_BEFORE, 400)?;
        }
        let last = opening.chance(REACHED_LAST);
        let (from, until) = if last { (YEAR_BEFORE, NOW) } else { (OPENED_FROM, YEAR_BEFORE) };
        opening.open(village.code, PointKind::Agent, from, until, 1_600)?;
        if last {
            continue;
        }
        // An agent gives up, and another takes over on the day.
        if opening.chance(15) {
            let until = opening.day_between(YEAR_BEFORE, NOW)?;
            if let Some(closed) = opening.columns.closed_ymd.to_mut().last_mut().filter(|_| opening.kept) {
                *closed = to_ymd(until);
            }
            opening.open_on(village.code, PointKind::Agent, until, 1_600)?;
        }
        for (kind, of_1000, distance) in [
            (PointKind::Pos, 420, 1_200),
            (PointKind::Mobile, 180, 700),
            (PointKind::Atm, 60, 900),
            (PointKind::Online, 700, 0),
        ] {
            if opening.chance(of_1000) {
                opening.open(village.code, kind, OPENED_FROM, NOW, distance)?;
            }
        }
    }
    Ok(ServicePoints::new(opening.columns)?)
}

struct Opening<'a> {
    columns: PointColumns<'static>,
    made: u64,
    /// Whether points that are made now are kept.
    kept: bool,
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
        kind: PointKind,
        after: NaiveDate,
        until: NaiveDate,
        within_m: u64,
    ) -> Result<(), Failure> {
        let on = self.day_between(after, until)?;
        self.open_on(village, kind, on, within_m)
    }

    fn open_on(
        &mut self,
        village: u64,
        kind: PointKind,
        on: NaiveDate,
        within_m: u64,
    ) -> Result<(), Failure> {
        self.made += 1;
        let distance_m = u32::try_from(self.random.below(within_m + 1))?;
        if self.kept {
            self.columns.point.to_mut().push(self.made);
            self.columns.village.to_mut().push(village);
            self.columns.kind.to_mut().push(kind.code());
            self.columns.opened_ymd.to_mut().push(to_ymd(on));
            self.columns.closed_ymd.to_mut().push(0);
            self.columns.distance_m.to_mut().push(distance_m);
        }
        Ok(())
    }
}
