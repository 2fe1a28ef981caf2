//! The published series that the library holds.

use chrono::NaiveDate;

use crate::programme::decision::value::{Number, number};
use crate::rate::Benchmark;

/// The day to which the LPR is complete here; what it was after that, nobody here knows.
const LPR_COMPLETE_TO: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 1, 20);

/// The value of a series in force on a day, as far as it was published by the day of the decision.
pub(crate) fn published(name: &str, date: NaiveDate, on: NaiveDate) -> Option<Number> {
    // The central bank's benchmark loan rates before the LPR have two names.
    let benchmark = Benchmark::built_in(match name {
        "cn_base_1y" => "pboc_1y",
        "cn_base_5y" => "pboc_5y",
        "cn_base_over_5y" => "pboc_over_5y",
        other => other,
    });
    if name.starts_with("lpr_") && LPR_COMPLETE_TO.is_some_and(|complete| date.min(on) > complete) {
        return None;
    }
    benchmark.ok()?.value_on(date, on).ok().map(|rate| number(rate.fraction()))
}
