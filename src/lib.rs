//! puhui
#![cfg_attr(docsrs, feature(doc_cfg))]

mod calendar;
mod error;
pub mod loan;
mod money;
mod rate;
mod ratio;
mod text;

pub use calendar::{
    BusinessDays, Calendar, Cycle, CycleUnit, DayCount, MAX_DATE, MIN_DATE, MissingDay, Roll, RolledDate,
    RolledInterest, YearFraction, add_months, parse_date, parse_ymd, to_ymd,
};
pub use error::{Error, ErrorCode, Result};
pub use money::{Currency, Money, MoneyText, Rounding};
pub use rate::{BasisPoints, Benchmark, Rate, RateStep};
pub use ratio::Ratio;
