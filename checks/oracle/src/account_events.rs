//! What the events do: changes of terms, and money.

use super::account::Life;
use super::account_form::{Event, How, MoneyAhead, Part, PrepaidInterest, What};
use super::account_grants::Walk;
use super::account_money::{Item, largest};
use super::account_plan::{Keep, big};
use super::dates::Day;
use super::ledger::{earned_by_one, whole};
use super::number::ten_to;
use super::relief::{Interest, is_payment_based, out_of_reach};
use num_bigint::BigInt;

impl Life {
    /// "After `closed` nothing is accepted. After `charged_off`: only recovered and closed."
    fn accepts(&self, what: &What) -> Result<(), String> {
        if self.is_closed {
            return Err("an event after the account was closed".to_owned());
        }
        let after_charge_off = matches!(what, What::Recovered(_) | What::Closed);
        if self.has_been_charged_off && !after_charge_off {
            return Err("an event after the loan was charged off".to_owned());
        }
        Ok(())
    }

    // ------------------------------------------------------------ changes of terms

    pub fn change_terms(&mut self, event: &Event) -> Result<Walk, String> {
        self.accepts(&event.what)?;
        self.as_if_paid_today();
        self.plan.find()?;
        let walk = match &event.what {
            What::Relief(form) => self.ask(event.no, form)?,
            what => {
                self.change(what)?;
                Walk::On
            }
        };
        self.as_it_is();
        Ok(walk)
    }

    fn change(&mut self, what: &What) -> Result<(), String> {
        match what {
            What::RateReset(digits, scale) => {
                let rate = digits * (&self.plan.terms().rates.denominator / ten_to(*scale));
                self.reset_rate(&rate)
            }
            What::InterestPaused(until) => {
                let from = self.after_what_is_final();
                if from <= *until {
                    self.plan.ledger().free.push((from, *until));
                    self.plan.change(|_, _| false)?;
                }
                Ok(())
            }
            What::ReAged(instalments, first) => self.reschedule(Some((*instalments, *first))),
            What::ReAmortised => self.reschedule(None),
            _ => Ok(()),
        }
    }

    /// "Days >= max(d, frozen_to) at r; it replaces a step of the same day and every projected step from d on;
    /// contract steps later than d stay."
    fn reset_rate(&mut self, rate: &BigInt) -> Result<(), String> {
        let (on, from) = (self.today, self.after_what_is_final());
        let contract = &self.contract.rates;
        let named = |day: &Day| contract.projected_from.is_none_or(|projected| *day < projected);
        let mut steps = contract.changes.iter().map(|(day, _)| day).filter(|day| named(day));
        let stays = steps.any(|day| on < *day && *day <= from);
        let changes = self.plan.terms().rates.on(from) != rate;
        let rates = &mut self.plan.loan.terms.rates;
        if let Some(projected) = rates.projected_from.filter(|day| *day >= on) {
            rates.changes.retain(|(day, _)| *day < projected);
            rates.projected_from = None;
        }
        rates.changes.retain(|(day, _)| *day != on || *day < from);
        if !stays {
            rates.changes.retain(|(day, _)| *day != from);
            let place = rates.changes.partition_point(|(day, _)| *day < from);
            rates.changes.insert(place, (from, rate.clone()));
        }
        // "A reset to the rate in force finds nothing anew."
        let again =
            is_payment_based(&self.plan.terms().method) && !self.plan.terms().once && changes && !stays;
        self.plan.changed = true;
        self.plan.change(|plan, at| again && plan.is_later(at, from))
    }

    /// "What it settled is final": a rate or a pause acts from where that ends.
    fn after_what_is_final(&self) -> Day {
        let from = self.plan.effective(self.today);
        self.final_to.map_or(from, |end| end.max(from))
    }

    // ------------------------------------------------------------ money and fees

    pub fn take_money(&mut self, event: &Event) -> Result<(), String> {
        self.accepts(&event.what)?;
        match &event.what {
            What::Disbursed(amount) => self.draw(*amount),
            What::Repaid(amount, _) | What::GuaranteePaid(amount) => {
                let money = std::mem::take(&mut self.credit) + amount;
                let rest = self.settle_owed(money);
                let rest = self.settle_overdue_interest(rest);
                self.credit = self.money_ahead(rest)?;
                Ok(())
            }
            What::Prepaid(amount, How::Settle, _) => self.settle(*amount, true),
            What::Prepaid(amount, how, _) => self.prepay(*amount, *how),
            What::Renewed(amount, _) => self.settle(*amount, false),
            What::InterestWaived(amount) => self.waive_interest(*amount, self.is_walked_again()),
            What::FeeCharged(amount) => {
                self.charge_fee(*amount);
                Ok(())
            }
            What::FeeWaived(amount) => self.waive_fee(*amount),
            What::ChargedOff => {
                self.charge_off();
                Ok(())
            }
            What::Recovered(amount) => self.recover(*amount),
            What::Closed => {
                self.plan.find()?;
                if self.debt() != 0 || self.outstanding() != 0 || self.credit != 0 {
                    return Err("closed while something is owed or held".to_owned());
                }
                self.is_closed = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// "Joins the base from its day; solved again from the running row on."
    fn draw(&mut self, amount: i128) -> Result<(), String> {
        self.as_if_paid_today();
        self.plan.find()?;
        let from = self.plan.effective(self.today);
        if (self.plan.next()..self.plan.lines().len()).all(|at| self.plan.has_ended(at, from)) {
            return out_of_reach("a tranche that no row is left to repay");
        }
        self.disbursed += amount;
        self.plan.ledger().plan.push((from, amount));
        self.plan.change_running(from, |plan, at| !plan.has_ended(at, from))?;
        self.as_it_is();
        Ok(())
    }

    /// "A due item of its own with only a fee (joins the item of the same day if there is one)."
    fn charge_fee(&mut self, amount: i128) {
        let today = self.today;
        match self.items.iter_mut().find(|item| item.due == today) {
            Some(item) => {
                item.part(Part::Fee).billed += amount;
                item.charged += amount;
            }
            None => {
                let mut item = Item::new(today, today, None, false);
                item.part(Part::Fee).billed = amount;
                item.charged = amount;
                self.items.push(item);
            }
        }
        self.credit_settles();
    }

    /// After the last row, money that pays all principal and what it has earned to the day settles that, too.
    fn settle_overdue_interest(&mut self, money: i128) -> i128 {
        let earned = self.overdue_accrued(self.today);
        if earned <= 0 || earned > money || self.unpaid(Part::Principal) != 0 {
            return money;
        }
        self.bill_overdue_interest();
        self.settle_owed(money)
    }

    // ------------------------------------------------------------ money ahead of the plan

    /// What a payment leaves when all that is owed is settled; what cannot be taken.
    fn money_ahead(&mut self, rest: i128) -> Result<i128, String> {
        if rest == 0 || self.rules.money_ahead == MoneyAhead::Hold {
            return Ok(rest);
        }
        self.plan.find()?;
        let from = self.plan.effective(self.today);
        if self.rules.money_ahead == MoneyAhead::Next {
            return self.next_parts(rest, from);
        }
        let taken = rest.min(self.plan.not_yet_due(from)).max(0);
        let again = self.rules.money_ahead == MoneyAhead::ReAmortise;
        self.principal_ahead(taken, from, from, again)?;
        Ok(rest - taken)
    }

    /// "Base falls from max(d, frozen_to)"; later rows are solved again, or every row is kept.
    fn principal_ahead(&mut self, amount: i128, from: Day, falls: Day, again: bool) -> Result<(), String> {
        if amount == 0 {
            return Ok(());
        }
        self.principal_repaid += amount;
        if again {
            // "Over the rows that still ask for principal."
            self.plan.fall_away();
        } else {
            self.plan.keep_payments();
        }
        self.plan.ledger().plan.push((falls, -amount));
        self.plan.change(|plan, at| again && plan.is_later(at, from))?;
        if !again {
            self.plan.fall_away();
        }
        Ok(())
    }

    /// "The next instalments in full, in order", each part by part in the order of settling: "planned interest to its due date
    /// less what was settled of it, and principal".
    fn next_parts(&mut self, mut money: i128, from: Day) -> Result<i128, String> {
        let order = self.allocation().order.clone();
        let mut taken = Vec::new();
        for at in self.plan.next()..self.plan.lines().len() {
            let line = &self.plan.lines()[at];
            let interest = (self.plan.planned_interest(at) - line.settled).max(0);
            let principal = whole(&line.row.principal).max(0);
            let mut of_row = [0, 0];
            for part in &order {
                let asked = match part {
                    Part::Interest => interest,
                    Part::Principal => principal,
                    _ => continue,
                };
                let paid = asked.min(money);
                money -= paid;
                of_row[usize::from(*part == Part::Principal)] = paid;
            }
            taken.push((at, of_row, principal));
        }
        for (at, [interest, principal], planned) in taken {
            self.settle_ahead(at, interest)?;
            if principal == 0 {
                continue;
            }
            self.principal_repaid += principal;
            self.plan.loan.lines[at].ahead += principal;
            // Principal of a row whose period has ended has left the base already.
            let end = self.plan.lines()[at].slot.end;
            let falls = if self.rules.interest_on_plan { end } else { end.min(from) };
            self.plan.ledger().plan.push((falls, -principal));
            // "One that was settled in full asks for nothing": no later change asks it again.
            self.plan.loan.lines[at].fell |= principal == planned;
            // What it comes to earn less is credit on its due date, not principal.
            self.plan.keep[at] = Keep::Principal(planned - principal);
            let line = &mut self.plan.loan.lines[at];
            line.caught_up = line.caught_up.clone().min(big(planned - principal));
        }
        self.plan.change(|_, _| false)?;
        Ok(money)
    }

    /// Pays interest accrued on rows that are not due; what was paid.
    fn settle_accrued(&mut self, money: i128) -> Result<i128, String> {
        let mut left = money;
        for at in self.plan.next()..self.plan.lines().len() {
            let paid = self.plan.accrued(at, self.today).min(left);
            self.settle_ahead(at, paid)?;
            left -= paid;
        }
        Ok(money - left)
    }

    fn settle_ahead(&mut self, at: usize, paid: i128) -> Result<(), String> {
        if paid != 0 {
            let line = &mut self.plan.loan.lines[at];
            let stays = whole(&line.stays[1]);
            if line.interest == Interest::Deferred && !self.plan.grace_open && line.settled + paid > stays {
                return out_of_reach("interest that is deferred is settled ahead");
            }
            line.settled += paid;
            // Of a row of the grace less is put off.
            self.plan.changed = true;
        }
        Ok(())
    }

    // ------------------------------------------------------------ prepayment

    /// "Settles what is owed, then interest to the day, then the fee, then principal."
    fn prepay(&mut self, amount: i128, how: How) -> Result<(), String> {
        let money = std::mem::take(&mut self.credit) + amount;
        let money = self.settle_owed(money);
        let mut money = self.settle_overdue_interest(money);
        self.plan.find()?;
        let from = self.plan.effective(self.today);
        let most = self.plan.not_yet_due(from);
        let running = self.plan.running(from);
        let mut falls = from;
        // With `on_prepaid`: what the prepaid part itself has earned since the period's start.
        let mut earned = (BigInt::ZERO, BigInt::from(1));
        match (self.rules.prepaid_interest, running) {
            (PrepaidInterest::AllAccrued, _) => money -= self.settle_accrued(money)?,
            (PrepaidInterest::ToNextDue, _) => {
                for at in self.plan.next()..self.plan.lines().len() {
                    let end = self.plan.lines()[at].slot.end;
                    if running == Some(at) || self.plan.has_ended(at, from) {
                        let asked = self.plan.accrued(at, end);
                        if asked <= money {
                            self.final_to = self.final_to.max(Some(end));
                        }
                        let paid = asked.min(money);
                        self.settle_ahead(at, paid)?;
                        money -= paid;
                    }
                }
                // "It goes on earning to the accrual end of the running row (which was paid for)."
                falls = running.map_or(from, |at| self.plan.lines()[at].slot.end);
            }
            (PrepaidInterest::OnPrepaid, Some(at)) => {
                earned = earned_by_one(&self.plan.loan, at, self.today);
            }
            (PrepaidInterest::OnPrepaid, None) => {}
        }
        let interest = |p: i128| whole(&self.plan.terms().rounding.round(&(&earned.0 * p), &earned.1));
        // "The largest p >= 0 with p + i(p) + round(fee x p) <= x and p <= plan balance not yet due."
        let cost = |p: i128| p + interest(p) + self.fee_on(p);
        let prepaid = largest(most, money, cost);
        self.credit = money - cost(prepaid);
        let paid = interest(prepaid);
        if let Some(at) = running {
            self.settle_ahead(at, paid)?;
        }
        self.principal_ahead(prepaid, from, falls, how == How::KeepTerm)
    }

    /// "The amount (with credit) must be at least the pay-off (+ fee); all principal is repaid, all interest accrued
    /// and deferred is paid, no rows remain; the rest is credit."
    fn settle(&mut self, amount: i128, with_fee: bool) -> Result<(), String> {
        self.plan.find()?;
        let money = std::mem::take(&mut self.credit) + amount;
        let prepaid = self.outstanding() - self.unpaid(Part::Principal);
        let fee = if with_fee { self.fee_on(prepaid) } else { 0 };
        let from = self.plan.effective(self.today);
        // "All that accrued, whatever the rule."
        let needed = self.debt() + fee;
        if money < needed {
            return Err("less than the pay-off".to_owned());
        }
        self.settle_owed(money);
        self.principal_repaid += prepaid;
        self.credit = money - needed;
        self.carried = [0; 5];
        self.is_settled = true;
        // No rows remain, and nothing earns any more.
        let next = self.plan.next();
        let left = whole(&self.plan.loan.balance_before(next));
        self.plan.ledger().plan.push((from, -left));
        self.plan.loan.lines.truncate(next);
        self.plan.keep.truncate(next);
        self.plan.frozen_to = from;
        Ok(())
    }

    // ------------------------------------------------------------ charge-off and recovery

    /// "All principal outstanding is charged off; everything owed or accrued beside it is written off", and the credit that is held is
    /// taken first, as a settlement takes it: what is owed, the interest, the principal.
    fn charge_off(&mut self) {
        let held = std::mem::take(&mut self.credit);
        let held = self.settle_owed(held);
        let beside = self.debt() - self.outstanding();
        let paid = beside.min(held).max(0);
        let principal = (held - paid).min(self.outstanding());
        self.principal_repaid += principal;
        self.credit = held - paid - principal;
        self.written_off = beside - paid;
        self.charged_off = self.outstanding();
        self.has_been_charged_off = true;
        self.bill_penalties();
        for item in &mut self.items {
            for due in &mut item.parts {
                due.gone += due.unpaid();
            }
        }
        self.carried = [0; 5];
    }

    /// "First against principal charged off (net), then against interest etc. written off, then credit."
    fn recover(&mut self, amount: i128) -> Result<(), String> {
        if !self.has_been_charged_off {
            return Err("recovered before anything was charged off".to_owned());
        }
        let principal = amount.min(self.charged_off - self.recovered);
        self.recovered += principal;
        self.principal_repaid += principal;
        let beside = (amount - principal).min(self.written_off - self.recovered_beside);
        self.recovered_beside += beside;
        self.credit += amount - principal - beside;
        Ok(())
    }
}
