//! What stays the same while the rows of a plan are computed.

use chrono::NaiveDate;

use crate::loan::agreement::product::ProductRules;
use crate::loan::schedule::accrual::{Period, Scale, SteadyRate};
use crate::rate::{Rate, RateStep};

/// What stays the same while rows are computed.
#[derive(Clone, Copy)]
pub(super) struct AccrualContext<'g> {
    pub(super) rules: &'g ProductRules,
    pub(super) scale: Scale,
    pub(super) maturity: NaiveDate,
    pub(super) first_rate: Rate,
    pub(super) changes: &'g [RateStep],
    /// The interest of a period that nothing cuts, at the last of the rates, and since when that is in force.
    pub(super) steady_rate: SteadyRate,
    pub(super) steady_from: NaiveDate,
    /// What flat interest is counted on besides tranches; none where interest is counted on the balance.
    pub(super) flat: Option<i64>,
}

impl<'g> AccrualContext<'g> {
    pub(super) fn period(&self, start: NaiveDate) -> Period<'g> {
        Period::of(self.rules.day_count, self.scale, (self.first_rate, self.changes), self.maturity, start)
    }

    pub(super) fn rate_on(&self, day: NaiveDate) -> Rate {
        let after = self.changes.partition_point(|change| change.from <= day);
        let change = after.checked_sub(1).and_then(|last| self.changes.get(last));
        change.map_or(self.first_rate, |change| change.rate)
    }
}
