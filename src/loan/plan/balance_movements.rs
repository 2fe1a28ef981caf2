//! What happens to the balance of a plan between its rows.

use chrono::NaiveDate;

use crate::error::Result;
use crate::exact::add;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::schedule::accrual::{Accrued, Period};
use crate::rate::Rate;

/// What joins or leaves the balance between the rows, what earns beside it, and the days that earn nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct BalanceMovements {
    /// What is lent on the day of disbursement: nothing of it where tranches follow.
    pub(super) lent: i64,
    /// By day.
    pub(super) movements: Vec<Movement>,
    /// From the first day, until the second.
    pub(super) pauses: Vec<(NaiveDate, NaiveDate)>,
    /// Overdue principal that goes on earning: it is no balance of the plan any more.
    pub(super) overdue: Vec<OverdueEarning>,
}

/// Balance that joins (positive) or leaves (negative) the plan from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Movement {
    pub(crate) from: NaiveDate,
    pub(crate) amount: i64,
    pub(crate) cause: Cause,
}

/// Why balance joins or leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A tranche was paid out.
    Tranche,
    /// Arrears fall due again with the rows ahead.
    Arrears,
    /// Principal was repaid before it was due.
    Prepayment,
    /// The same, where it settled a part of a row that is still to fall due.
    SettledAhead,
}

/// Overdue principal that earns from one day until another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverdueEarning {
    pub(crate) from: NaiveDate,
    pub(crate) until: NaiveDate,
    pub(crate) amount: i64,
}

impl BalanceMovements {
    /// Moves what joins or leaves the balance up to a day, that day included.
    pub(super) fn move_until(&self, day: NaiveDate, moved: &mut usize, balance: &mut i64) -> Result<()> {
        while let Some(movement) = self.movements.get(*moved).filter(|movement| movement.from <= day) {
            *balance = add(*balance, movement.amount)?;
            *moved += 1;
        }
        Ok(())
    }

    /// Moves what joins or leaves the balance up to the last arrears that join it by a day, that day included.
    pub(super) fn move_arrears(&self, day: NaiveDate, moved: &mut usize, balance: &mut i64) -> Result<()> {
        let joins = |movement: &Movement| movement.cause == Cause::Arrears && movement.from <= day;
        let end = self.movements.iter().rposition(joins).map_or(0, |last| last + 1);
        for movement in self.movements.get(*moved..end).unwrap_or_default() {
            *balance = add(*balance, movement.amount)?;
            *moved += 1;
        }
        Ok(())
    }

    /// What is still to join or leave the balance after the first `moved` movements.
    pub(super) fn to_come(&self, moved: usize) -> Result<i64> {
        let to_come = self.movements.get(moved..).unwrap_or_default();
        to_come.iter().map(|movement| movement.amount).try_fold(0, add)
    }

    /// What flat interest is counted on: what was paid out of the first `moved` movements.
    pub(super) fn paid_out(&self, moved: usize) -> Result<i64> {
        let before = self.movements.iter().take(moved);
        before
            .filter(|movement| movement.cause == Cause::Tranche)
            .map(|movement| movement.amount)
            .try_fold(0, add)
    }

    /// What joins the balance for one cause after one day, up to another one, that day not included.
    pub(super) fn joined(&self, cause: Cause, after: NaiveDate, before: NaiveDate) -> Result<i64> {
        let moved = self.movements.iter().filter(|movement| movement.cause == cause);
        let inside = moved.filter(|movement| movement.from > after && movement.from < before);
        inside.map(|movement| movement.amount).try_fold(0, add)
    }

    /// From when on nothing earns beside the balance, and no day is without interest.
    pub(super) fn quiet_from(&self) -> NaiveDate {
        let pauses = self.pauses.iter().map(|&(_, until)| until);
        pauses.chain(self.overdue.iter().map(|part| part.until)).max().unwrap_or(NaiveDate::MIN)
    }

    /// Whether nothing ever happens to the balance between the rows.
    pub(super) fn is_quiet(&self) -> bool {
        self.movements.is_empty() && self.pauses.is_empty() && self.overdue.is_empty()
    }

    /// Adds what the balance earns in `[from, to)` of a period, moving on the way what joins or leaves it.
    pub(super) fn earn(
        &self,
        context: &AccrualContext<'_>,
        (period, rate): (&Period<'_>, Option<Rate>),
        (from, to): (NaiveDate, NaiveDate),
        moved: &mut usize,
        balance: &mut i64,
        accrued: &mut Accrued,
    ) -> Result<()> {
        let weight = |from, to| match rate {
            None => period.weight(from, to),
            Some(rate) => period.weight_at(context.scale.multiplier(rate), from, to),
        };
        let quiet = self.pauses.is_empty() && self.overdue.is_empty();
        let mut at = from;
        while at < to {
            self.move_until(at, moved, balance)?;
            let base = match context.flat {
                None => *balance,
                Some(lent) => add(lent, self.paid_out(*moved)?)?,
            };
            let mut until = self.movements.get(*moved).map_or(to, |movement| movement.from.min(to));
            if quiet {
                accrued.add(base, weight(at, until)?);
                at = until;
                continue;
            }
            let spans = self.overdue.iter().map(|part| (part.from, part.until));
            for (starts, ends) in self.pauses.iter().copied().chain(spans) {
                for edge in [starts, ends] {
                    if edge > at && edge < until {
                        until = edge;
                    }
                }
            }
            if !self.pauses.iter().any(|&(starts, ends)| starts <= at && at < ends) {
                let overdue = self.overdue.iter().filter(|part| part.from <= at && at < part.until);
                let part = overdue.map(|part| part.amount).try_fold(0, add)?;
                accrued.add(add(base, part)?, weight(at, until)?);
            }
            at = until;
        }
        Ok(())
    }
}
