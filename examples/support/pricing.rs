//! The rates that the loans of generated books are priced by.

use chrono::NaiveDate;
use puhui::{BasisPoints, Benchmark, Cycle, Rate, RateStep, parse_date};

/// New loans look at the LPR from this day on, older ones at the central bank's benchmark (PBoC Announcement 2019 No. 30).
const LPR_FROM: &str = "2020-01-01";

/// The reference rates that loans are priced by.
pub struct Benchmarks {
    lpr_from: NaiveDate,
    pboc: [Benchmark; 3],
    lpr: [Benchmark; 3],
}

impl Benchmarks {
    /// The central bank's benchmark, and the LPR.
    pub fn new() -> puhui::Result<Benchmarks> {
        let built_in = Benchmark::built_in;
        Ok(Benchmarks {
            lpr_from: parse_date(LPR_FROM, "lpr_from")?,
            // Up to a year, up to five years, longer. The LPR has two terms; which one a loan of one to five years looks at
            // is for the contract to say: here the one of five years, as in Huishui's notice of 2021.
            pboc: [built_in("pboc_1y")?, built_in("pboc_5y")?, built_in("pboc_over_5y")?],
            lpr: [built_in("lpr_1y")?, built_in("lpr_5y")?, built_in("lpr_5y")?],
        })
    }

    /// The rate of the day of drawing. Up to five years it is fixed for the contract; longer loans are reset every year.
    pub fn price(
        &self,
        spread_bp: i32,
        months: u16,
        disbursed_on: NaiveDate,
        matures_on: NaiveDate,
        known_on: NaiveDate,
    ) -> puhui::Result<(Rate, Vec<RateStep>)> {
        let series = if disbursed_on < self.lpr_from { &self.pboc } else { &self.lpr };
        let (benchmark, reset) = match months {
            0..=12 => (&series[0], None),
            13..=60 => (&series[1], None),
            _ => (&series[2], Some(Cycle::YEARLY)),
        };
        benchmark.rates(BasisPoints(spread_bp), reset, disbursed_on, matures_on, known_on)
    }
}
