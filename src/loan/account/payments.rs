//! What money does to a replay: what it settles, and what becomes of what is left.

use std::ops::Range;

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum};
use crate::loan::account::due_instalment::DueInstalment;
use crate::loan::account::event::Prepayment;
use crate::loan::account::replay::{Replay, Stage, no_instalment};
use crate::loan::agreement::allocation::{AllocationOrder, Owed, Part};
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{ExcessPayment, InterestOn, NonAccrual, PrepaymentInterest};
use crate::loan::plan::OverdueEarning;
use crate::money::Money;
use crate::share::Share;

impl Replay<'_> {
    /// A tranche joins the balance.
    pub(super) fn disburse(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        let limit = self.loan.terms().principal;
        let drawn = add(self.totals.disbursed, amount.minor())?;
        if drawn > limit.minor() {
            let currency = self.loan.product().rules().currency;
            let left = Money::from_minor(limit.minor() - self.totals.disbursed).display(currency).to_string();
            return Err(Error::new(
                ErrorCode::LimitExceeded,
                "disbursed",
                amount.display(currency),
                format!("at most {left}: the principal is {}", limit.display(currency)),
            ));
        }
        if self.billed >= self.plan.len() {
            let bound = "a day before the last instalment";
            return Err(Error::new(ErrorCode::AccountEnded, "disbursed", day, bound));
        }
        if self.totals.disbursed == 0 {
            self.totals.fee_at_disbursement = self.loan.terms().fee_at_disbursement.minor();
        }
        self.totals.disbursed = drawn;
        let from = day.max(self.frozen_to());
        self.plan.pay_out(self.billed, from, amount.minor());
        self.plan.recompute(self.billed)
    }

    fn allocation_order(&self) -> AllocationOrder {
        let servicing = self.servicing();
        match servicing.non_accrual {
            Some(NonAccrual { allocation: Some(order), .. }) if self.non_accrual => order,
            _ => servicing.allocation,
        }
    }

    /// The order and the rule for money of a payer.
    fn payer_rules(&self, payer: Payer) -> (AllocationOrder, ExcessPayment) {
        let servicing = self.servicing();
        match servicing.payers.iter().find(|rules| rules.payer == payer) {
            Some(rules) => (rules.allocation, rules.excess_payment),
            None => (self.allocation_order(), servicing.excess_payment),
        }
    }

    fn receive(&mut self, amount: Money, payer: Payer) -> Result<()> {
        let place = Payer::ALL.iter().position(|known| *known == payer);
        let received = place.and_then(|place| self.totals.received.get_mut(place));
        let received = received.ok_or_else(|| Error::internal("payer", payer))?;
        *received = add(*received, amount.minor())?;
        self.credit = add(self.credit, amount.minor())?;
        Ok(())
    }

    pub(super) fn repay(&mut self, day: NaiveDate, amount: Money, payer: Payer) -> Result<()> {
        let day = self.payment_day(day, amount)?;
        let (order, rule) = self.payer_rules(payer);
        self.receive(amount, payer)?;
        self.use_credit_by(day, order)?;
        self.settle_after_end(day)?;
        if self.stage == Stage::Open && self.credit > 0 {
            if rule.settles_instalments() {
                self.settle_instalments(day, order, rule)?;
            } else {
                self.use_excess_payment(day, rule)?;
            }
        }
        Ok(())
    }

    /// Settles what is owed with the credit that is held.
    pub(super) fn use_credit(&mut self, day: NaiveDate) -> Result<()> {
        self.use_credit_by(day, self.allocation_order())
    }

    fn use_credit_by(&mut self, day: NaiveDate, order: AllocationOrder) -> Result<()> {
        if self.credit <= 0 {
            return Ok(());
        }
        self.accrue_penalties(day)?;
        let mut open = Vec::new();
        for (at, instalment) in self.due_instalments.iter().enumerate() {
            let mut owed = Owed::nothing(instalment.due_on());
            let (penalty, compound) = match &self.penalty_terms {
                Some(rules) => instalment.unbilled(rules)?,
                None => (0, 0),
            };
            for &part in Part::ALL {
                let unbilled = match part {
                    Part::Penalty => penalty,
                    Part::Compound => compound,
                    _ => 0,
                };
                // A figure below zero is owed to the borrower, and waits for what it can be set against.
                *owed.part_mut(part) = Money::from_minor(add(instalment.unpaid(part), unbilled)?.max(0));
            }
            if owed != Owed::nothing(instalment.due_on()) {
                open.push((at, owed));
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        let owed: Vec<Owed> = open.iter().map(|(_, owed)| *owed).collect();
        let mut settled = owed.clone();
        let left = order.settle(&owed, Money::from_minor(self.credit), &mut settled)?;
        self.credit = left.minor();
        let (frozen_to, earns_until) = (self.frozen_to(), self.earns_until(day));
        for ((at, _), settled) in open.iter().zip(&settled) {
            let instalment = self.due_instalments.get_mut(*at).ok_or_else(|| no_instalment(*at))?;
            if let Some(rules) = &self.penalty_terms
                && (!settled.penalty.is_zero() || !settled.compound.is_zero())
            {
                let (penalty, compound) = instalment.bill_penalty(rules)?;
                self.totals.penalties_billed = sum([self.totals.penalties_billed, penalty, compound])?;
            }
            instalment.principal_leaves(settled.principal.minor(), earns_until, frozen_to);
            for &part in Part::ALL {
                let slot = instalment.paid.part_mut(part);
                *slot = Money::sum([*slot, settled.part(part)])?;
            }
            let totals = &mut self.totals;
            totals.fees_paid = add(totals.fees_paid, settled.fee.minor())?;
            totals.penalties_paid =
                sum([totals.penalties_paid, settled.penalty.minor(), settled.compound.minor()])?;
            totals.interest_paid = add(totals.interest_paid, settled.interest.minor())?;
            totals.principal_repaid = add(totals.principal_repaid, settled.principal.minor())?;
        }
        Ok(())
    }

    /// Past the last row, what overdue principal earned is billed on the cycle's dates, or, to the day, with the money that
    /// pays all of it.
    fn settle_after_end(&mut self, day: NaiveDate) -> Result<()> {
        let over = self.stage == Stage::Open && self.billed >= self.plan.len() && self.overdue()? == 0;
        let interest = if over { self.interest_accrued_to(day)? } else { 0 };
        if interest <= 0 || interest > self.credit {
            return Ok(());
        }
        self.bill_after_end(day, interest)?;
        self.use_credit(day)
    }

    /// How much principal can be repaid ahead of the rows.
    fn prepayable_principal(&self, day: NaiveDate) -> Result<i64> {
        let from = day.max(self.frozen_to());
        let (not_due, ended) = self.plan.not_due(self.billed, from)?;
        Ok(subtract(not_due, ended)?.max(0))
    }

    /// What becomes of money before anything is due.
    fn use_excess_payment(&mut self, day: NaiveDate, rule: ExcessPayment) -> Result<()> {
        if rule == ExcessPayment::Hold || self.billed >= self.plan.len() {
            return Ok(());
        }
        self.plan.forget_ahead()?;
        if rule == ExcessPayment::Next {
            return self.prepay_next(day);
        }
        let principal = self.credit.min(self.prepayable_principal(day)?);
        if principal > 0 {
            let how = match rule {
                ExcessPayment::ReAmortise => Prepayment::KeepTerm,
                _ => Prepayment::KeepInstalment,
            };
            self.repay_principal(day.max(self.frozen_to()), principal, how)?;
        }
        Ok(())
    }

    /// The next instalment, part by part in the order of settling: the interest that it has earned to the day, and its
    /// principal; then the principal of those after it.
    fn prepay_next(&mut self, day: NaiveDate) -> Result<()> {
        let parts = self.allocation_order().parts();
        let place = |part| parts.iter().position(|known| *known == part);
        let next = self.plan.next_billing(self.billed);
        let later = next.end..self.plan.len();
        if place(Part::Principal) < place(Part::Interest) {
            self.prepay_principal_of(next, day)?;
            self.prepay_interest_to(day)?;
        } else {
            self.prepay_interest_to(day)?;
            self.prepay_principal_of(next, day)?;
        }
        self.prepay_principal_of(later, day)?;
        self.set_extras(day);
        self.plan.recompute(self.billed)
    }

    fn prepay_interest_to(&mut self, day: NaiveDate) -> Result<()> {
        let interest = self.interest_accrued_to(day)?.min(self.credit).max(0);
        self.prepay_interest(interest)
    }

    /// The principal of rows ahead, as it is planned before any of the payment.
    fn prepay_principal_of(&mut self, rows: Range<usize>, day: NaiveDate) -> Result<()> {
        let can = self.credit.min(self.prepayable_principal(day)?);
        if can <= 0 {
            return Ok(());
        }
        for part in self.plan.pay_next(rows, day.max(self.frozen_to()), can)? {
            self.credit -= part.amount;
            self.totals.principal_repaid = add(self.totals.principal_repaid, part.amount)?;
            // On the plan, what is paid ahead goes on earning until its row.
            if self.servicing().interest_on == InterestOn::Plan {
                self.planned.push(part);
            }
        }
        Ok(())
    }

    pub(super) fn prepay_interest(&mut self, interest: i64) -> Result<()> {
        self.credit -= interest;
        self.interest_prepaid = add(self.interest_prepaid, interest)?;
        self.totals.interest_paid = add(self.totals.interest_paid, interest)?;
        Ok(())
    }

    /// The interest that the rows ahead have earned to a day, less what of it was settled ahead.
    pub(super) fn interest_accrued_to(&self, day: NaiveDate) -> Result<i64> {
        if self.stage != Stage::Open {
            return Ok(0);
        }
        let earned = self.plan.earned(self.billed, day, self.last_settlement_end())?;
        let earned = add(earned, self.plan.carried_on(self.billed))?;
        // Interest that was settled for days to come is not owed back; what a rate below zero earns is.
        let least = if self.plan.pays_the_borrower() { earned.min(0) } else { 0 };
        Ok(subtract(earned, self.interest_prepaid)?.max(least))
    }

    /// The interest of the period that runs, less what of it was settled ahead, and where it ends; on a due date nothing runs
    /// yet.
    fn interest_to_next_due(&self, day: NaiveDate) -> (i64, NaiveDate) {
        let (interest, end) = self.plan.running(self.billed, day.max(self.frozen_to()));
        (interest.minor().saturating_sub(self.interest_prepaid), end)
    }

    /// What a day itself earns, whether or not it is billed already.
    pub(super) fn interest_of_day(&self, day: NaiveDate) -> Result<i64> {
        if self.stage != Stage::Open {
            return Ok(0);
        }
        let tomorrow = day.succ_opt().unwrap_or(day);
        let mut replay = self.clone();
        replay.recompute_plan(tomorrow)?;
        let running = replay.plan.running_on(day);
        let tail = self.last_settlement_end();
        let before = replay.plan.earned(running, day, tail)?;
        let earned = replay.plan.earned(running, tomorrow, tail)?;
        let earned = subtract(earned, before)?;
        // What was settled for days to come is not booked again.
        let settled =
            if running == replay.billed { subtract(self.interest_prepaid, before)?.max(0) } else { 0 };
        Ok(if earned > 0 { subtract(earned, settled)?.max(0) } else { earned })
    }

    /// The same at the end of a day, the day's own interest included.
    pub(super) fn interest_accrued_by_end(&self, tomorrow: NaiveDate) -> Result<i64> {
        if self.stage == Stage::Open
            && self.due_instalments.iter().any(DueInstalment::earns_contract_interest)
        {
            // What overdue principal earns on the day itself is not in the plan yet.
            let mut replay = self.clone();
            replay.recompute_plan(tomorrow)?;
            return replay.interest_accrued_to(tomorrow);
        }
        self.interest_accrued_to(tomorrow)
    }

    fn repay_principal(&mut self, from: NaiveDate, principal: i64, how: Prepayment) -> Result<()> {
        self.credit -= principal;
        self.totals.principal_repaid = add(self.totals.principal_repaid, principal)?;
        self.plan.move_balance(from, -principal);
        match how {
            Prepayment::KeepTerm => self.plan.solve_later(self.billed, from),
            _ => self.plan.keep_rows(self.billed),
        }
        self.plan.recompute(self.billed)
    }

    pub(super) fn prepay(
        &mut self,
        day: NaiveDate,
        amount: Money,
        payer: Payer,
        how: Prepayment,
    ) -> Result<()> {
        if self.stage == Stage::Settled {
            return self.repay(day, amount, payer);
        }
        if how == Prepayment::Settle {
            return self.settle(day, amount, Some(payer), self.servicing().prepayment.fee);
        }
        self.receive(amount, payer)?;
        self.use_credit(day)?;
        self.settle_after_end(day)?;
        if self.credit <= 0 || self.billed >= self.plan.len() {
            return Ok(());
        }
        self.plan.forget_ahead()?;
        let rules = self.servicing().prepayment;
        let most = self.prepayable_principal(day)?;
        let from = day.max(self.frozen_to());
        let mut paid_for_to = from;
        match rules.interest {
            PrepaymentInterest::AllAccrued => self.prepay_interest_to(day)?,
            PrepaymentInterest::ToNextDue => {
                let (interest, end) = self.interest_to_next_due(day);
                self.prepay_interest(interest.min(self.credit).max(0))?;
                // Paid for to the next due date, the principal earns to it.
                paid_for_to = end;
            }
            PrepaymentInterest::OnPrepaid => {}
        }
        // The largest principal that the money pays for, with its fee and, where only the prepaid part pays it, its interest.
        let cost = |principal: i64| -> Result<(i64, i64)> {
            let interest = match rules.interest {
                PrepaymentInterest::OnPrepaid => self.plan.earned_by(self.billed, day, principal)?,
                _ => 0,
            };
            Ok((interest, self.prepayment_fee(rules.fee, principal)?))
        };
        let (mut enough, mut too_much) = (0, self.credit.min(most) + 1);
        while too_much - enough > 1 {
            let middle = enough + (too_much - enough) / 2;
            let (interest, fee) = cost(middle)?;
            if sum([middle, interest, fee])? <= self.credit { enough = middle } else { too_much = middle }
        }
        let (interest, fee) = cost(enough)?;
        self.prepay_interest(interest)?;
        self.take_fee(fee)?;
        if enough > 0 {
            if paid_for_to > from {
                self.planned.push(OverdueEarning { from, until: paid_for_to, amount: enough });
                self.set_extras(day);
            }
            self.repay_principal(from, enough, how)?;
        }
        Ok(())
    }

    /// The fee of a prepayment: a share of its principal.
    fn prepayment_fee(&self, share: Share, principal: i64) -> Result<i64> {
        let fee = share.of(Money::from_minor(principal), self.loan.product().rules().rounding);
        fee.map(Money::minor).map_err(|error| error.at("prepayment.fee"))
    }

    fn take_fee(&mut self, fee: i64) -> Result<()> {
        self.credit -= fee;
        self.totals.fees_billed = add(self.totals.fees_billed, fee)?;
        self.totals.fees_paid = add(self.totals.fees_paid, fee)?;
        Ok(())
    }

    pub(super) fn renew(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        self.settle(day, amount, None, Share::ZERO)
    }

    /// All of it is repaid: what is owed, the interest to the day, the fee, the principal.
    fn settle(&mut self, day: NaiveDate, amount: Money, payer: Option<Payer>, fee: Share) -> Result<()> {
        self.accrue_penalties(day)?;
        let (not_due, _) = self.plan.not_due(self.billed, day)?;
        let fee = self.prepayment_fee(fee, not_due)?;
        // A prepayment of all pays interest to where any other does.
        let beyond = match self.servicing().prepayment.interest {
            PrepaymentInterest::ToNextDue if payer.is_some() && self.billed < self.plan.len() => {
                self.interest_to_next_due(day).0.saturating_sub(self.interest_accrued_to(day)?).max(0)
            }
            _ => 0,
        };
        let needed = sum([self.pay_off(day)?, fee, beyond])?;
        if amount.minor() < needed {
            let currency = self.loan.product().rules().currency;
            let bound =
                format!("at least {}, the pay-off on {day}", Money::from_minor(needed).display(currency));
            let field = if payer.is_some() { "prepaid" } else { "renewed" };
            return Err(Error::new(ErrorCode::NotSettled, field, amount.display(currency), bound));
        }
        match payer {
            Some(payer) => self.receive(amount, payer)?,
            None => {
                self.totals.renewed = add(self.totals.renewed, amount.minor())?;
                self.credit = add(self.credit, amount.minor())?;
            }
        }
        self.bill_rescheduled_charges(day)?;
        self.use_credit(day)?;
        let accrued = add(self.interest_accrued_to(day)?, beyond)?;
        let interest = add(accrued, self.interest_deferred()?)?;
        self.totals.interest_billed_early =
            sum([self.totals.interest_billed_early, accrued, self.interest_prepaid])?;
        self.credit -= interest;
        self.totals.interest_paid = add(self.totals.interest_paid, interest)?;
        self.interest_prepaid = 0;
        self.take_fee(fee)?;
        self.credit -= not_due;
        self.totals.principal_repaid = add(self.totals.principal_repaid, not_due)?;
        self.plan.end(self.billed);
        self.stage = Stage::Settled;
        Ok(())
    }

    /// What the first row after rescheduled arrears would have brought falls due now.
    fn bill_rescheduled_charges(&mut self, day: NaiveDate) -> Result<()> {
        if let Some(charges) = self.take_rescheduled_charges() {
            let at = self.due_instalment_on(day, false);
            if let Some(instalment) = self.due_instalments.get_mut(at) {
                instalment.charged = add(instalment.charged, charges.fee.minor())?;
                for part in [Part::Fee, Part::Penalty, Part::Compound] {
                    instalment.bill(part, charges.part(part).minor())?;
                }
            }
        }
        Ok(())
    }

    /// What must be paid on a day so that nothing is owed any more. Below zero: what would be paid back.
    pub(super) fn pay_off(&self, day: NaiveDate) -> Result<i64> {
        let mut owed = -self.credit;
        if self.stage == Stage::Open {
            owed =
                sum([owed, self.outstanding()?, self.interest_accrued_to(day)?, self.interest_deferred()?])?;
        }
        for instalment in &self.due_instalments {
            let parts = [Part::Fee, Part::Penalty, Part::Compound, Part::Interest];
            owed = parts.iter().map(|&part| instalment.unpaid(part)).try_fold(owed, add)?;
            if let Some(rules) = &self.penalty_terms {
                let (penalty, compound) = instalment.unbilled(rules)?;
                owed = sum([owed, penalty, compound])?;
            }
        }
        if let Some(charges) = &self.rescheduled_charges {
            owed = sum([owed, charges.fee.minor(), charges.penalty.minor(), charges.compound.minor()])?;
        }
        Ok(owed)
    }

    /// Interest that was deferred and has neither fallen due nor joined the balance.
    pub(super) fn interest_deferred(&self) -> Result<i64> {
        if self.stage != Stage::Open {
            return Ok(0);
        }
        let mut deferred = self.totals.interest_rescheduled;
        for at in 0..self.billed {
            if let Some(row) = self.plan.row(at) {
                let (of_row, paid) = (row.interest_deferred.minor(), row.deferred_interest_paid.minor());
                deferred = sum([deferred, of_row, -paid, -self.plan.joins(at)])?;
            }
        }
        Ok(deferred)
    }

    /// Waives interest that is owed. Of a waiver that was accepted before a relief was granted late, no more than is owed under it.
    pub(super) fn waive_interest(&mut self, day: NaiveDate, amount: Money, accepted: bool) -> Result<()> {
        self.bill_penalties(day)?;
        let parts = [Part::Penalty, Part::Compound, Part::Interest];
        let owed = self.owed(&parts)?;
        let amount = if accepted {
            let all = owed.iter().map(|(_, row)| row.total()).collect::<Result<Vec<_>>>()?;
            amount.min(Money::sum(all)?)
        } else {
            amount
        };
        let waived = self.waive("interest_waived", amount, &owed)?;
        for (at, waived) in waived {
            let instalment = self.due_instalments.get_mut(at).ok_or_else(|| no_instalment(at))?;
            for part in parts {
                instalment.bill(part, -waived.part(part).minor())?;
            }
            instalment.waived = add(instalment.waived, waived.interest.minor())?;
            self.totals.interest_waived = add(self.totals.interest_waived, waived.interest.minor())?;
            self.totals.penalties_waived =
                sum([self.totals.penalties_waived, waived.penalty.minor(), waived.compound.minor()])?;
        }
        Ok(())
    }

    pub(super) fn waive_fee(&mut self, amount: Money) -> Result<()> {
        let owed = self.owed(&[Part::Fee])?;
        for (at, waived) in self.waive("fee_waived", amount, &owed)? {
            let instalment = self.due_instalments.get_mut(at).ok_or_else(|| no_instalment(at))?;
            instalment.bill(Part::Fee, -waived.fee.minor())?;
            instalment.charged -= instalment.charged.min(waived.fee.minor());
            self.totals.fees_waived = add(self.totals.fees_waived, waived.fee.minor())?;
        }
        Ok(())
    }

    /// Some parts of what is owed, by instalment.
    fn owed(&self, parts: &[Part]) -> Result<Vec<(usize, Owed)>> {
        let mut owed = Vec::new();
        for (at, instalment) in self.due_instalments.iter().enumerate() {
            let mut row = Owed::nothing(instalment.due_on());
            for &part in parts {
                *row.part_mut(part) = Money::from_minor(instalment.unpaid(part).max(0));
            }
            if !row.total()?.is_zero() {
                owed.push((at, row));
            }
        }
        Ok(owed)
    }

    fn waive(
        &self,
        field: &'static str,
        amount: Money,
        owed: &[(usize, Owed)],
    ) -> Result<Vec<(usize, Owed)>> {
        let rows: Vec<Owed> = owed.iter().map(|(_, row)| *row).collect();
        let mut settled = rows.clone();
        let left = self.allocation_order().settle(&rows, amount, &mut settled)?;
        if !left.is_zero() {
            let currency = self.loan.product().rules().currency;
            let most = Money::from_minor(amount.minor() - left.minor());
            let bound = format!("at most {}, what is owed", most.display(currency));
            return Err(Error::new(ErrorCode::MoreThanOwed, field, amount.display(currency), bound));
        }
        Ok(owed.iter().map(|(at, _)| *at).zip(settled).collect())
    }

    /// All that is outstanding is written off.
    pub(super) fn charge_off(&mut self, day: NaiveDate) -> Result<()> {
        self.bill_penalties(day)?;
        let principal = self.outstanding()?;
        let (accrued, deferred) = (self.interest_accrued_to(day)?, self.interest_deferred()?);
        let charges = self.take_rescheduled_charges().unwrap_or_else(|| Owed::nothing(day));
        let [mut interest, mut late, mut fees] = [
            add(accrued, deferred)?,
            add(charges.penalty.minor(), charges.compound.minor())?,
            charges.fee.minor(),
        ];
        self.totals.interest_billed_early =
            sum([self.totals.interest_billed_early, accrued, self.interest_prepaid])?;
        self.interest_prepaid = 0;
        for instalment in &mut self.due_instalments {
            interest = add(interest, instalment.unpaid(Part::Interest))?;
            late = sum([late, instalment.unpaid(Part::Penalty), instalment.unpaid(Part::Compound)])?;
            fees = add(fees, instalment.unpaid(Part::Fee))?;
            instalment.billed = instalment.paid;
        }
        self.totals.charged_off = principal;
        self.totals.written_off = [interest, late, fees];
        if self.non_accrual {
            self.totals.off_books = [interest, late];
        }
        self.plan.end(self.billed);
        self.stage = Stage::ChargedOff;
        Ok(())
    }

    /// Money that came back after the loan was charged off: principal first, then the rest of what was written off.
    pub(super) fn recover(&mut self, amount: Money) -> Result<()> {
        self.receive(amount, Payer::Borrower)?;
        // Credit that was held before is the borrower's, and stays so.
        let amount = amount.minor();
        let principal = amount.min(self.totals.charged_off - self.totals.recovered).max(0);
        self.totals.recovered = add(self.totals.recovered, principal)?;
        let all = sum(self.totals.written_off)?;
        let income = (amount - principal).min(all - self.totals.recovered_income).max(0);
        self.totals.recovered_income = add(self.totals.recovered_income, income)?;
        self.credit -= principal + income;
        Ok(())
    }
}
