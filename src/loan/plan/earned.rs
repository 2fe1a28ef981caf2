//! What the rows of a plan have earned by a day: of periods that ended, as it will be billed, of the running one to the day.

use chrono::NaiveDate;

use crate::error::Result;
use crate::exact::{add, subtract};
use crate::loan::plan::Plan;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::balance_movements::BalanceMovements;
use crate::loan::plan::row::{InterestRule, PlanRow};
use crate::loan::schedule::accrual::Accrued;
use crate::money::Money;
use crate::rate::Rate;

impl Plan<'_> {
    /// The interest that the rows to come have earned before a day, and after the last one what overdue principal did.
    pub(crate) fn earned(&self, billed: usize, day: NaiveDate, tail: NaiveDate) -> Result<i64> {
        self.earned_by_row(billed, day, tail)?.into_iter().map(|(_, earned)| earned).try_fold(0, add)
    }

    /// The same, by the row that bills it: of a period that ended, as it will be billed; of the running one, rounded to the day.
    /// Under the number of rows stands what overdue principal earns since the last one ended, which it may long before it falls
    /// due, or since `tail` where that is later.
    pub(crate) fn earned_by_row(
        &self,
        billed: usize,
        day: NaiveDate,
        tail: NaiveDate,
    ) -> Result<Vec<(usize, i64)>> {
        let mut by_row = self.earned_in_rows(billed, day)?;
        let tail = tail.max(self.frozen_to(self.rows.len()));
        if day > tail {
            by_row.push((self.rows.len(), self.earned_after_end(day, tail)?));
        }
        Ok(by_row)
    }

    /// What is overdue lies in no accrual period any more; what was paid of more than was left lowers what it earns. What joined
    /// the balance after its accrual had ended was repaid in the last row, and is no balance either.
    fn earned_after_end(&self, day: NaiveDate, tail: NaiveDate) -> Result<i64> {
        self.context(|context| {
            let period = context.period(tail);
            let mut moved = self.movements.movements.len();
            let (closing, known) =
                self.rows.last().map_or((0, 0), |row| (row.figures.closing.minor(), row.found.moved));
            let mut balance = add(closing, self.movements.to_come(known)?)?;
            let mut accrued = Accrued::ZERO;
            self.movements.earn(
                &AccrualContext { flat: None, ..*context },
                (&period, None),
                (tail, day),
                &mut moved,
                &mut balance,
                &mut accrued,
            )?;
            accrued.round(period.denominator()?, context.rules.rounding)
        })
    }

    fn earned_in_rows(&self, billed: usize, day: NaiveDate) -> Result<Vec<(usize, i64)>> {
        self.context(|context| {
            let mut earned = Vec::new();
            let mut at = (0..billed).rev().find(|&at| self.bills(at)).map_or(0, |before| before + 1);
            while at < self.rows.len() && self.begins(at) < day {
                let start = self.begins(at);
                let period = self.period(context, start, at)?;
                let mut balance = self.row_at(at)?.found.balance;
                let mut moved = self.movements.movements.partition_point(|movement| movement.from <= start);
                let (mut accrued, mut from) = (Accrued::ZERO, start);
                let billing = self.rows.iter().skip(at).find(|row| row.place.bills_to.is_some());
                let (rate, waived) = billing.map_or((None, false), |row| {
                    (row.rule.rate, matches!(row.rule.interest, InterestRule::Waived))
                });
                // Rows that only repay, and that no other bills after, earn nothing.
                let Some(end) = billing.and_then(|row| row.place.bills_to) else { break };
                while let Some(row) = self.rows.get(at) {
                    let to = row.place.bills_to.unwrap_or(row.place.repaid_from.min(end)).min(day).max(from);
                    self.movements.earn(
                        context,
                        (&period, rate),
                        (from, to),
                        &mut moved,
                        &mut balance,
                        &mut accrued,
                    )?;
                    from = to;
                    at += 1;
                    if row.place.bills_to.is_some() {
                        break;
                    }
                    balance = subtract(balance, row.figures.principal.minor())?;
                }
                if !waived {
                    earned.push((at - 1, accrued.round(period.denominator()?, context.rules.rounding)?));
                }
            }
            Ok(earned)
        })
    }

    /// The rows that bill, from one on, each with the end of its accrual.
    pub(crate) fn billing_rows(&self, from: usize) -> impl Iterator<Item = (usize, NaiveDate)> {
        let rows = self.rows.iter().enumerate().skip(from);
        rows.filter_map(|(at, row)| Some((at, row.place.bills_to?)))
    }

    fn bills(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|row| row.place.bills_to.is_some())
    }

    /// What a part of the balance has earned since the running period began, before a day.
    pub(crate) fn earned_by(&self, day: NaiveDate, part: i64) -> Result<i64> {
        self.context(|context| {
            let start = self.begins(self.billed);
            let rate = self.rows.iter().skip(self.billed).find(|row| row.place.bills_to.is_some());
            let period = self.period(context, start, self.billed)?;
            let (mut accrued, mut balance) = (Accrued::ZERO, part);
            let only_pauses =
                BalanceMovements { pauses: self.movements.pauses.clone(), ..BalanceMovements::default() };
            let rate = rate.and_then(|row| row.rule.rate);
            let span = (start, day.max(start));
            let flat = AccrualContext { flat: None, ..*context };
            only_pauses.earn(&flat, (&period, rate), span, &mut 0, &mut balance, &mut accrued)?;
            accrued.round(period.denominator()?, context.rules.rounding)
        })
    }

    /// The rows to come whose accrual has begun before a day, each with its interest as it is planned, and where the accrual of the
    /// last of them ends.
    pub(crate) fn begun_interest(&self, day: NaiveDate) -> Result<(Vec<(usize, i64)>, NaiveDate)> {
        let (mut begun, mut ends) = (Vec::new(), self.frozen_to(self.billed));
        for (at, end) in self.billing_rows(self.billed).take_while(|&(at, _)| self.begins(at) < day) {
            begun.push((at, self.row_at(at)?.figures.interest.minor()));
            ends = end;
        }
        Ok((begun, ends))
    }

    /// The running period, if one balance earns one rate in all of it: its start, where it ends, the balance and the rate.
    pub(crate) fn quiet_period(&self) -> Option<(NaiveDate, NaiveDate, Money, Rate)> {
        let row = self.rows.get(self.billed)?;
        let (start, end) = (self.begins(self.billed), row.place.bills_to?);
        // A row that only repays would have changed the balance within the period.
        let before = match self.billed.checked_sub(1) {
            Some(before) => Some(self.rows.get(before)?),
            None => None,
        };
        let whole = before.is_none_or(PlanRow::bills);
        let carried = before.is_some_and(|row| row.found.carried != 0);
        let plain = matches!(
            row.rule.interest,
            InterestRule::Payable | InterestRule::Deferred(_) | InterestRule::Capitalised(_)
        );
        let movements = &self.movements;
        let moves = movements.movements.iter().any(|movement| movement.from > start);
        let pauses = movements.pauses.iter().any(|&(_, until)| until > start);
        let overdue = movements.overdue.iter().any(|part| part.until > start);
        let changes = self.rates.changes.iter().any(|change| change.from > start && change.from < end);
        if !plain
            || !whole
            || carried
            || self.flat().is_some()
            || row.rule.rate.is_some()
            || moves
            || pauses
            || overdue
            || changes
        {
            return None;
        }
        let after = self.rates.changes.partition_point(|change| change.from <= start);
        let change = after.checked_sub(1).and_then(|last| self.rates.changes.get(last));
        Some((
            start,
            end,
            Money::from_minor(row.found.balance),
            change.map_or(self.rates.first, |change| change.rate),
        ))
    }
}
