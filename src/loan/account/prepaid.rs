//! Money before anything is due that settles instalments ahead: each asks for its interest to the day and its principal.

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::exact::{add, subtract};
use crate::loan::account::replay::Replay;
use crate::loan::agreement::allocation::{AllocationOrder, Part};
use crate::loan::agreement::servicing::{ExcessPayment, InterestOn, PayOffTo};
use crate::loan::plan::{Plan, RowParts};
use crate::money::Money;

impl Replay<'_> {
    /// The day that a payment counts on: the next due date, where it covers the pay-off of that date and pays interest to it.
    /// What falls due until then is billed.
    pub(super) fn payment_day(&mut self, day: NaiveDate, amount: Money) -> Result<NaiveDate> {
        let next = match self.servicing().pay_off_to {
            PayOffTo::Day => None,
            PayOffTo::NextDue => self.next_due().filter(|&due| due > day),
        };
        let Some(due) = next else { return Ok(day) };
        let mut then = self.clone();
        then.bill_until(due)?;
        if amount.minor() < then.pay_off(due)? {
            return Ok(day);
        }
        *self = then;
        Ok(due)
    }

    /// Settles instalments ahead with the credit, by the rule; what none of them asks for stays credit.
    pub(super) fn settle_instalments(
        &mut self,
        day: NaiveDate,
        order: AllocationOrder,
        rule: ExcessPayment,
    ) -> Result<()> {
        // On the plan nothing that is settled ahead changes an instalment: it waits for what falls due.
        if self.servicing().interest_on == InterestOn::Plan {
            return Ok(());
        }
        let day = day.max(self.frozen_to());
        self.set_overdue_earnings(day)?;
        self.plan.recompute()?;
        if rule == ExcessPayment::SettleEvenly {
            let rows: Vec<usize> =
                (self.plan.next_to_bill()..self.plan.len()).filter(|&at| self.plan.is_open(at)).collect();
            let parts = i128::try_from(rows.len().max(1)).ok();
            let rounding = self.loan.product().rules().rounding;
            let share = parts.and_then(|parts| rounding.divide(i128::from(self.credit), parts));
            // A part of the credit is at most all of it.
            let share = share.and_then(|share| i64::try_from(share).ok());
            let share = share.ok_or_else(|| Error::internal("share of the credit", rows.len()))?;
            let mut left = self.credit;
            for (place, &at) in rows.iter().enumerate() {
                let money = if place + 1 == rows.len() { left } else { share.min(left) };
                let asked = self.open_amount(&self.plan.to_day(day)?, at, day)?;
                left = subtract(left, self.settle_row(at, day, (asked, money), order)?)?;
            }
        }
        while self.credit > 0 {
            let to_day = self.plan.to_day(day)?;
            let Some(at) = self.next_to_settle(&to_day, day, rule)? else { break };
            let asked = self.open_amount(&to_day, at, day)?;
            self.settle_row(at, day, (asked, self.credit), order)?;
        }
        Ok(())
    }

    /// The row that a rule settles next, of those that ask for anything.
    fn next_to_settle(
        &self,
        to_day: &Plan<'_>,
        day: NaiveDate,
        rule: ExcessPayment,
    ) -> Result<Option<usize>> {
        let rows = self.plan.next_to_bill()..self.plan.len();
        match rule {
            ExcessPayment::SettleNext => self.first_asking(rows, to_day, day),
            ExcessPayment::SettleNextLast => match self.first_asking(rows.clone(), to_day, day)? {
                Some(first) if !self.plan.has_begun(first, day) => self.first_asking(rows.rev(), to_day, day),
                first => Ok(first),
            },
            ExcessPayment::SettleLast | ExcessPayment::SettleEvenly => {
                self.first_asking(rows.rev(), to_day, day)
            }
            ExcessPayment::Hold | ExcessPayment::Next | ExcessPayment::Last | ExcessPayment::ReAmortise => {
                Err(Error::internal("rule that settles instalments", rule))
            }
        }
    }

    /// The first of some rows that asks for anything.
    fn first_asking(
        &self,
        rows: impl Iterator<Item = usize>,
        to_day: &Plan<'_>,
        day: NaiveDate,
    ) -> Result<Option<usize>> {
        for at in rows.filter(|&at| self.plan.is_open(at)) {
            if self.open_amount(to_day, at, day)?.total() > 0 {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// What a row asks for, its interest cut to a day: never more principal than is left.
    fn open_amount(&self, to_day: &Plan<'_>, at: usize, day: NaiveDate) -> Result<RowParts> {
        let asked = self.plan.asks(to_day, at, day)?;
        let (left, _) = self.plan.not_due(day)?;
        Ok(RowParts { principal: asked.principal.min(left).max(0), ..asked })
    }

    /// Settles what a row asks for, part by part, with so much money; returns what it took.
    fn settle_row(
        &mut self,
        at: usize,
        day: NaiveDate,
        (asked, money): (RowParts, i64),
        order: AllocationOrder,
    ) -> Result<i64> {
        let (mut taken, mut left) = (RowParts::default(), money);
        for part in order.parts() {
            let (slot, asks) = match part {
                Part::Principal => (&mut taken.principal, asked.principal),
                Part::Interest => (&mut taken.interest, asked.interest),
                Part::Fee | Part::Penalty | Part::Compound => continue,
            };
            *slot = asks.min(left);
            left = subtract(left, *slot)?;
        }
        self.credit = subtract(self.credit, taken.principal)?;
        self.totals.principal_repaid = add(self.totals.principal_repaid, taken.principal)?;
        self.prepay_interest(taken.interest)?;
        self.plan.prepay(at, day, taken)?;
        taken.sum()
    }
}
