//! Balances at the ends of the months from March 2019 to March 2020, by county: of the targeted loans, and of all loans.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::generate::{GROWTH_PER_MILLE, LOANS, NOW, YEAR_BEFORE};
use super::geography::{Geography, PoorCounty};
use crate::support::due_dates::months_later;
use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// So many ends of months.
pub const MONTHS: usize = 13;

/// All loans of all lenders, in yuan: the balance at the end of November 2020 was published, 4,157.9 bn; that of March is
/// not known.
const ALL_LOANS_YUAN: i128 = 3_850_000_000_000;
/// Published: targeted loans grew by 3.0 points more.
const GAP_PER_MILLE: i128 = 30;
/// How much of the year's growth had come by the end of each month, in per mille (example).
const PATH: [i128; MONTHS] = [0, 55, 130, 240, 300, 375, 470, 515, 590, 670, 835, 885, 1_000];

/// The balances of a county at the ends of the months, in minor units.
pub type Months = [i64; MONTHS];

/// Balances by county.
pub struct Series {
    /// The ends of the months.
    pub ends: Vec<NaiveDate>,
    /// By county.
    pub counties: BTreeMap<u32, Months>,
}

impl Series {
    /// No balances yet.
    pub fn new() -> Result<Series, Failure> {
        let mut ends = Vec::new();
        for month in 0..u16::try_from(MONTHS)? {
            // The day before the first of the month after.
            let first = months_later(super::life::day(2019, 4, 1), month)?;
            ends.push(first.pred_opt().ok_or("a day before")?);
        }
        if ends.first() != Some(&YEAR_BEFORE) || ends.last() != Some(&NOW) {
            return Err("a series from other days than the books".into());
        }
        Ok(Series { ends, counties: BTreeMap::new() })
    }

    /// Adds the balances of a loan.
    pub fn add(
        &mut self,
        county: u32,
        mut balance: impl FnMut(NaiveDate) -> Result<i64, Failure>,
    ) -> Result<(), Failure> {
        let sums = self.counties.entry(county).or_default();
        for (sum, end) in sums.iter_mut().zip(&self.ends) {
            *sum = sum.checked_add(balance(*end)?).ok_or("a larger balance of a county")?;
        }
        Ok(())
    }

    /// All loans, generated: the totals of the municipality are in proportion to the number of targeted loans, and grow by
    /// 3.0 points less than these. The county `without` is left out at the end.
    pub fn of_all_loans(
        geography: &Geography,
        loans: u64,
        without: Option<u32>,
        random: &mut SplitMix64,
    ) -> Result<Series, Failure> {
        let mut series = Series::new()?;
        let total = ALL_LOANS_YUAN * 100 * i128::from(loans) / i128::from(LOANS);
        let base_total = total * 1_000 / (1_000 + GROWTH_PER_MILLE - GAP_PER_MILLE);
        // Large in town, small in the hills; each with a growth of its own.
        let mut weights = Vec::new();
        for county in &geography.counties {
            let size = match (county.class, county.villages.len()) {
                (PoorCounty::No, 0..120) => 200 + random.below(400),
                (PoorCounty::No, _) => 80 + random.below(120),
                _ => 15 + random.below(45),
            };
            let size = i128::from(size);
            let own_growth = 1_000 + i128::from(random.below(81)) - 40;
            weights.push((size * 1_000, size * own_growth));
        }
        let (sum, base_sum) = weights.iter().fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
        let (mut left, mut base_left) = (total, base_total);
        for (place, (county, (weight, base_weight))) in geography.counties.iter().zip(&weights).enumerate() {
            let last = place + 1 == geography.counties.len();
            // The last county takes what is left, so that the totals are exact.
            let now = if last { left } else { thousands(total * weight / sum) };
            let base = if last { base_left } else { thousands(base_total * base_weight / base_sum) };
            (left, base_left) = (left - now, base_left - base);
            let mut months = [0; MONTHS];
            for (month, path) in months.iter_mut().zip(PATH) {
                let balance = base + (now - base) * path / 1_000;
                *month = i64::try_from(if path == 1_000 { now } else { balance })?;
            }
            series.counties.insert(county.code, months);
        }
        if let Some(county) = without {
            series.counties.remove(&county);
        }
        Ok(series)
    }
}

/// Whole thousands of yuan.
fn thousands(minor: i128) -> i128 {
    minor / 100_000 * 100_000
}
