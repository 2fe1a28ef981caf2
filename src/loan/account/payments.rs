//! What money does to a replay: what it settles, and what becomes of what is left.

use std::borrow::Cow;
use std::ops::Range;

use chrono::NaiveDate;

use crate::calendar::day_after;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum};
use crate::loan::account::due_instalment::DueInstalment;
use crate::loan::account::event::Prepayment;
use crate::loan::account::replay::{Replay, Stage};
use crate::loan::account::totals::WriteOff;
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
            let left = Money::from_minor(subtract(limit.minor(), self.totals.disbursed)?).display(currency);
            return Err(Error::new(
                ErrorCode::LimitExceeded,
                "disbursed",
                amount.display(currency),
                format!("at most {left}: the principal is {}", limit.display(currency)),
            ));
        }
        if self.plan.next_to_bill() >= self.plan.len() {
            let bound = "a day before the last instalment";
            return Err(Error::new(ErrorCode::AccountEnded, "disbursed", day, bound));
        }
        if self.totals.disbursed == 0 {
            self.totals.fee_at_disbursement = self.loan.terms().fee_at_disbursement.minor();
        }
        self.totals.disbursed = drawn;
        let from = day.max(self.frozen_to());
        self.plan.complete()?;
        self.plan.pay_out(from, amount.minor())?;
        self.plan.recompute()
    }

    /// The order in which money settles what is owed: of a loan that was not accrued at the end of the day before, its own.
    fn allocation_order(&self) -> AllocationOrder {
        let servicing = self.servicing();
        match servicing.non_accrual {
            Some(NonAccrual { allocation: Some(order), .. }) if self.status.non_accrual => order,
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
        self.totals.receipts.receive(payer, amount.minor())?;
        self.credit = add(self.credit, amount.minor())?;
        Ok(())
    }

    pub(super) fn repay(&mut self, day: NaiveDate, amount: Money, payer: Payer) -> Result<()> {
        let day = self.payment_day(day, amount)?;
        let (order, rule) = self.payer_rules(payer);
        self.receive(amount, payer)?;
        self.use_credit_by(day, order)?;
        self.settle_after_end(day)?;
        if self.status.stage == Stage::Open && self.credit > 0 {
            self.use_excess(day, order, rule)?;
        }
        Ok(())
    }

    /// Settles what is owed with the credit that is held.
    pub(super) fn use_credit(&mut self, day: NaiveDate) -> Result<()> {
        self.use_credit_by(day, self.allocation_order())
    }

    /// Settles what is owed with the credit that is held, in an order. What pays any penalty or compound interest of an instalment bills
    /// both of that instalment to the day, and of no other.
    fn use_credit_by(&mut self, day: NaiveDate, order: AllocationOrder) -> Result<()> {
        if self.credit <= 0 {
            return Ok(());
        }
        self.accrue_penalties(day)?;
        let mut open = Vec::new();
        for (at, instalment) in self.arrears.unsettled_places() {
            let mut owed = Owed::nothing(instalment.due_on());
            let (penalty, compound) = self.arrears.unbilled_of(instalment)?;
            for &part in Part::ALL {
                let unbilled = match part {
                    Part::Penalty => penalty,
                    Part::Compound => compound,
                    Part::Fee | Part::Interest | Part::Principal => 0,
                };
                // A figure below zero is owed to the borrower, and waits for what it can be set against.
                *owed.part_mut(part) = Money::from_minor(add(instalment.unpaid(part)?, unbilled)?.max(0));
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
            if !settled.penalty.is_zero() || !settled.compound.is_zero() {
                let billed = self.arrears.bill_penalty(*at)?;
                self.totals.penalties.billed = add(self.totals.penalties.billed, billed)?;
            }
            let instalment = self.arrears.at(*at)?;
            instalment.earnings.leave(settled.principal.minor(), earns_until, frozen_to);
            for &part in Part::ALL {
                let slot = instalment.paid.part_mut(part);
                *slot = Money::sum([*slot, settled.part(part)])?;
            }
            let totals = &mut self.totals;
            totals.fees.paid = add(totals.fees.paid, settled.fee.minor())?;
            let late = add(settled.penalty.minor(), settled.compound.minor())?;
            totals.penalties.paid = add(totals.penalties.paid, late)?;
            totals.interest.paid = add(totals.interest.paid, settled.interest.minor())?;
            totals.principal_repaid = add(totals.principal_repaid, settled.principal.minor())?;
        }
        self.arrears.pass_settled()
    }

    /// Past the last row, what overdue principal earned is billed on the cycle's dates, or, to the day, with the money that
    /// pays all of it.
    fn settle_after_end(&mut self, day: NaiveDate) -> Result<()> {
        if self.status.stage != Stage::Open || self.plan.next_to_bill() < self.plan.len() {
            return Ok(());
        }
        let (interest, overdue) = (self.interest_accrued_to(day)?, self.overdue()?);
        // At a rate below zero the borrower's interest pays the last of what is overdue.
        let pays_all = if interest > 0 {
            overdue == 0
        } else {
            overdue > 0 && add(subtract(overdue, self.credit)?, interest)? <= 0
        };
        if interest == 0 || !pays_all || interest > self.credit {
            return Ok(());
        }
        self.bill_after_end(day, interest)?;
        self.use_credit(day)
    }

    /// How much principal can be repaid ahead of the rows.
    fn prepayable_principal(&self, day: NaiveDate) -> Result<i64> {
        let from = day.max(self.frozen_to());
        let (not_due, ended) = self.plan.not_due(from)?;
        Ok(subtract(not_due, ended)?.max(0))
    }

    /// What becomes of money before anything is due.
    fn use_excess(&mut self, day: NaiveDate, order: AllocationOrder, rule: ExcessPayment) -> Result<()> {
        match rule {
            ExcessPayment::Hold => Ok(()),
            ExcessPayment::Next => self.prepay_next(day),
            ExcessPayment::Last => self.prepay_excess(day, Prepayment::KeepInstalment),
            ExcessPayment::ReAmortise => self.prepay_excess(day, Prepayment::KeepTerm),
            ExcessPayment::SettleNext
            | ExcessPayment::SettleLast
            | ExcessPayment::SettleNextLast
            | ExcessPayment::SettleEvenly => self.settle_instalments(day, order, rule),
        }
    }

    /// Repays principal with all of the credit.
    fn prepay_excess(&mut self, day: NaiveDate, how: Prepayment) -> Result<()> {
        if self.plan.next_to_bill() >= self.plan.len() {
            return Ok(());
        }
        let principal = self.credit.min(self.prepayable_principal(day)?);
        if principal <= 0 {
            return Ok(());
        }
        self.plan.release_prepaid()?;
        self.repay_principal(day.max(self.frozen_to()), principal, how)
    }

    /// The next instalments in full, in order, each part by part in the order of settling: what it is planned to ask for.
    fn prepay_next(&mut self, day: NaiveDate) -> Result<()> {
        if self.plan.next_to_bill() >= self.plan.len() {
            return Ok(());
        }
        let order = self.allocation_order();
        // It settles them as they are planned now, payments that are still to be found included.
        self.plan.complete()?;
        self.plan.keep_rows()?;
        let asked = self.plan.open_parts()?;
        let settled = self.settled_to_day()?;
        for (at, mut parts) in (self.plan.next_to_bill()..).zip(asked) {
            for (_, interest) in settled.iter().filter(|(row, _)| *row == at) {
                parts.interest = subtract(parts.interest, *interest)?.max(0);
            }
            for part in order.parts() {
                match part {
                    Part::Principal => self.prepay_principal_of(at..at + 1, parts.principal, day)?,
                    Part::Interest => {
                        let interest = parts.interest.min(self.credit).max(0);
                        self.plan.settle_interest(at, interest)?;
                        self.prepay_interest(interest)?;
                    }
                    Part::Fee | Part::Penalty | Part::Compound => {}
                }
            }
            if self.credit <= 0 {
                break;
            }
        }
        self.set_overdue_earnings(day)?;
        self.plan.recompute()
    }

    fn prepay_interest_to(&mut self, day: NaiveDate) -> Result<()> {
        let interest = self.interest_accrued_to(day)?.min(self.credit).max(0);
        let settled = self.settled_to_day()?;
        let mut left = interest;
        let earned = self.plan.earned_by_row(self.plan.next_to_bill(), day, self.last_settlement_end())?;
        for (place, (at, earned)) in earned.into_iter().enumerate() {
            let carried = if place == 0 { self.plan.carried_interest()? } else { 0 };
            let before = settled.iter().find(|(row, _)| *row == at).map_or(0, |(_, interest)| *interest);
            let own = self.plan.prepaid_interest_of(at);
            let part = sum([earned, carried, -before, -own])?.min(left).max(0);
            left = subtract(left, part)?;
            if place > 0 && part > 0 {
                self.prepaid.of_later_periods.push((self.plan.begins(at), part));
            }
        }
        self.prepay_interest(interest)
    }

    /// What of the interest of rows to come was settled to a day, by the row that bills it; under the number of rows, of what is
    /// overdue after the last one.
    pub(super) fn settled_to_day(&self) -> Result<Vec<(usize, i64)>> {
        let of_rows = self.plan.prepaid_interest(self.plan.next_to_bill())?;
        let mut rest = subtract(self.prepaid.interest, of_rows)?;
        let mut settled = Vec::new();
        for (at, end) in self.plan.billing_rows(self.plan.next_to_bill()) {
            let later = self.prepaid.of_periods_from(end)?;
            settled.push((at, subtract(rest, later)?));
            rest = later;
        }
        settled.push((self.plan.len(), rest));
        Ok(settled)
    }

    /// So much of the principal of rows to come, as it is planned before any of the payment.
    fn prepay_principal_of(&mut self, rows: Range<usize>, principal: i64, day: NaiveDate) -> Result<()> {
        let (not_due, _) = self.plan.not_due(day)?;
        let can = self.credit.min(principal).min(not_due);
        if can <= 0 {
            return Ok(());
        }
        for part in self.plan.prepay_principal(rows, day.max(self.frozen_to()), can)? {
            self.credit = subtract(self.credit, part.amount)?;
            self.totals.principal_repaid = add(self.totals.principal_repaid, part.amount)?;
            // On the plan, what is paid ahead goes on earning until its row.
            if self.servicing().interest_on == InterestOn::Plan {
                self.prepaid.principal.push(part);
            }
        }
        Ok(())
    }

    pub(super) fn prepay_interest(&mut self, interest: i64) -> Result<()> {
        self.credit = subtract(self.credit, interest)?;
        self.prepaid.interest = add(self.prepaid.interest, interest)?;
        self.totals.interest.paid = add(self.totals.interest.paid, interest)?;
        Ok(())
    }

    /// The interest that the rows to come have earned to a day, less what of it was settled ahead.
    pub(super) fn interest_accrued_to(&self, day: NaiveDate) -> Result<i64> {
        if self.status.stage != Stage::Open {
            return Ok(0);
        }
        let mut earned = self.plan.carried_interest()?;
        // What was carried is billed with the next row, whether or not its period has begun.
        let mut running = self
            .plan
            .billing_rows(self.plan.next_to_bill())
            .next()
            .map_or(self.plan.next_to_bill(), |(at, _)| at + 1);
        for (at, of_row) in
            self.plan.earned_by_row(self.plan.next_to_bill(), day, self.last_settlement_end())?
        {
            earned = add(earned, of_row)?;
            running = running.max(at + 1);
        }
        let settled = subtract(self.prepaid.interest, self.plan.interest_prepaid_for_days_to_come(running)?)?;
        // Interest that was settled for days to come is not owed back; what a rate below zero earns is.
        let least = if self.plan.pays_the_borrower() { earned.min(0) } else { 0 };
        Ok(subtract(earned, settled)?.max(least))
    }

    /// The interest of the period that runs, and of those that ended and are not billed yet, by row, less what of it was settled
    /// ahead, and where the last of them ends; on a due date nothing runs yet.
    fn interest_to_next_due(&self, day: NaiveDate) -> Result<(Vec<(usize, i64)>, NaiveDate)> {
        let (begun, end) = self.plan.begun_interest(day.max(self.frozen_to()))?;
        let settled = self.settled_to_day()?;
        let open = |(at, interest)| {
            let before = settled.iter().find(|(row, _)| *row == at).map_or(0, |(_, interest)| *interest);
            let open = sum([interest, -before, -self.plan.prepaid_interest_of(at)])?;
            Ok((at, open.max(0)))
        };
        Ok((begun.into_iter().map(open).collect::<Result<_>>()?, end))
    }

    /// Settles it, as far as the credit goes.
    fn prepay_interest_to_next_due(&mut self, day: NaiveDate) -> Result<NaiveDate> {
        let (open, end) = self.interest_to_next_due(day)?;
        let asked = open.iter().map(|(_, interest)| *interest).try_fold(0, add)?;
        if asked <= self.credit {
            self.prepaid.final_to = Some(end);
        }
        let mut paid = 0;
        for (place, (at, interest)) in open.into_iter().enumerate() {
            let part = interest.min(subtract(self.credit, paid)?).max(0);
            paid = add(paid, part)?;
            if place > 0 && part > 0 {
                self.prepaid.of_later_periods.push((self.plan.begins(at), part));
            }
        }
        self.prepay_interest(paid)?;
        Ok(end)
    }

    /// What a day itself earns, whether or not it is billed already.
    pub(super) fn interest_of_day(&self, day: NaiveDate) -> Result<i64> {
        if self.status.stage != Stage::Open {
            return Ok(0);
        }
        let tomorrow = day_after(day)?;
        let replay = self.seen_from(tomorrow)?;
        let running = replay.plan.running_on(day);
        if running >= replay.plan.next_to_bill() {
            return subtract(replay.interest_accrued_to(tomorrow)?, replay.interest_accrued_to(day)?);
        }
        let tail = self.last_settlement_end();
        let before = replay.plan.earned(running, day, tail)?;
        subtract(replay.plan.earned(running, tomorrow, tail)?, before)
    }

    /// The same replay, with what overdue principal earns up to a later day, if any does.
    fn seen_from(&self, tomorrow: NaiveDate) -> Result<Cow<'_, Self>> {
        let mut replay = Cow::Borrowed(self);
        if self.arrears.unsettled().iter().any(DueInstalment::earns_contract_interest) {
            replay.to_mut().recompute_plan(tomorrow)?;
        }
        Ok(replay)
    }

    /// The same at the end of a day, the day's own interest included.
    pub(super) fn interest_accrued_by_end(&self, tomorrow: NaiveDate) -> Result<i64> {
        if self.status.stage != Stage::Open {
            return self.interest_accrued_to(tomorrow);
        }
        self.seen_from(tomorrow)?.interest_accrued_to(tomorrow)
    }

    /// Principal leaves the balance before it is due. The running row keeps its payment; with the term kept the next one is found again
    /// over the rows that still ask for principal, with the instalment kept the rows that fall away stay away.
    fn repay_principal(&mut self, from: NaiveDate, principal: i64, how: Prepayment) -> Result<()> {
        self.credit = subtract(self.credit, principal)?;
        self.totals.principal_repaid = add(self.totals.principal_repaid, principal)?;
        self.plan.complete()?;
        self.plan.repay(from, principal)?;
        match how {
            Prepayment::KeepTerm => self.plan.solve_later(from)?,
            Prepayment::KeepInstalment | Prepayment::Settle => self.plan.keep_rows()?,
        }
        self.plan.recompute()?;
        if how == Prepayment::KeepInstalment {
            self.plan.drop_rows_of_nothing();
        }
        Ok(())
    }

    /// Money that is paid ahead, with the credit that is held: what is owed, the interest that the rule asks for, the fee, principal.
    pub(super) fn prepay(
        &mut self,
        day: NaiveDate,
        amount: Money,
        payer: Payer,
        how: Prepayment,
    ) -> Result<()> {
        if self.status.stage == Stage::Settled {
            return self.repay(day, amount, payer);
        }
        if how == Prepayment::Settle {
            return self.settle(day, amount, Some(payer), self.servicing().prepayment.fee);
        }
        self.receive(amount, payer)?;
        self.use_credit(day)?;
        self.settle_after_end(day)?;
        if self.credit <= 0 || self.plan.next_to_bill() >= self.plan.len() {
            return Ok(());
        }
        let rules = self.servicing().prepayment;
        let most = self.prepayable_principal(day)?;
        // With nothing to repay, what was settled ahead stays with its rows.
        if most > 0 {
            self.plan.release_prepaid()?;
        }
        let from = day.max(self.frozen_to());
        let mut paid_for_to = from;
        match rules.interest {
            PrepaymentInterest::AllAccrued => self.prepay_interest_to(day)?,
            PrepaymentInterest::ToNextDue => {
                // Paid for to the next due date, the principal earns to it.
                paid_for_to = self.prepay_interest_to_next_due(day)?;
            }
            PrepaymentInterest::OnPrepaid => {}
        }
        // The largest principal that the money pays for, with its fee and, where only the prepaid part pays it, its interest.
        let cost = |principal: i64| -> Result<(i64, i64)> {
            let interest = match rules.interest {
                PrepaymentInterest::OnPrepaid => self.plan.earned_by(day, principal)?,
                PrepaymentInterest::AllAccrued | PrepaymentInterest::ToNextDue => 0,
            };
            Ok((interest, self.prepayment_fee(rules.fee, principal)?))
        };
        let (mut enough, mut most) = (0, self.credit.min(most));
        while enough < most {
            // Above `enough` and at most `most`, neither of which is below zero: it fits.
            let middle = most - (most - enough) / 2;
            let (interest, fee) = cost(middle)?;
            if sum([middle, interest, fee])? <= self.credit { enough = middle } else { most = middle - 1 }
        }
        let (interest, fee) = cost(enough)?;
        self.prepay_interest(interest)?;
        if rules.interest == PrepaymentInterest::OnPrepaid {
            self.split_by_period(day, interest, enough)?;
        }
        self.take_fee(fee)?;
        if enough > 0 {
            // Rows that wait are computed before any of it moves.
            self.plan.complete()?;
            if paid_for_to > from {
                self.prepaid.principal.push(OverdueEarning { from, until: paid_for_to, amount: enough });
                self.set_overdue_earnings(day)?;
            }
            return self.repay_principal(from, enough, how);
        }
        // The rows ask for less by what had been settled of them.
        self.plan.recompute()
    }

    /// The interest that a part of the balance pays with itself: of each period that it ran in, what it earned there.
    fn split_by_period(&mut self, day: NaiveDate, interest: i64, part: i64) -> Result<()> {
        let mut left = interest;
        let ends: Vec<NaiveDate> =
            self.plan.billing_rows(self.plan.next_to_bill()).map(|(_, end)| end).collect();
        for end in ends.into_iter().rev().filter(|&end| end < day) {
            let until = self.plan.earned_by(end, part)?;
            let later = subtract(left, until)?;
            if later > 0 {
                self.prepaid.of_later_periods.push((end, later));
            }
            left = until;
        }
        Ok(())
    }

    /// The fee of a prepayment: a share of its principal.
    fn prepayment_fee(&self, share: Share, principal: i64) -> Result<i64> {
        let fee = share.of(Money::from_minor(principal), self.loan.product().rules().rounding);
        fee.map(Money::minor).map_err(|error| error.at("prepayment.fee"))
    }

    fn take_fee(&mut self, fee: i64) -> Result<()> {
        self.credit = subtract(self.credit, fee)?;
        self.totals.fees.billed = add(self.totals.fees.billed, fee)?;
        self.totals.fees.paid = add(self.totals.fees.paid, fee)?;
        Ok(())
    }

    /// The proceeds of another loan reach the pay-off of the day, its interest to the day included, as it is when they come.
    pub(super) fn renew(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        self.settle(day, amount, None, Share::ZERO)
    }

    /// All of it is repaid: what is owed, all interest that accrued to the day, whatever the rule of other prepayments, the fee, the
    /// principal.
    fn settle(&mut self, day: NaiveDate, amount: Money, payer: Option<Payer>, fee: Share) -> Result<()> {
        self.accrue_penalties(day)?;
        let (not_due, _) = self.plan.not_due(day)?;
        let fee = self.prepayment_fee(fee, not_due)?;
        let needed = add(self.pay_off(day)?, fee)?;
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
                self.totals.receipts.renewed = add(self.totals.receipts.renewed, amount.minor())?;
                self.credit = add(self.credit, amount.minor())?;
            }
        }
        // What the first row after rescheduled arrears would have brought falls due now.
        self.arrears.bill_rescheduled(day, None)?;
        self.use_credit(day)?;
        let accrued = self.interest_accrued_to(day)?;
        let interest = add(accrued, self.interest_deferred()?)?;
        self.totals.interest.billed_early =
            sum([self.totals.interest.billed_early, accrued, self.prepaid.interest])?;
        self.credit = subtract(self.credit, interest)?;
        self.totals.interest.paid = add(self.totals.interest.paid, interest)?;
        self.prepaid.interest = 0;
        self.prepaid.of_later_periods.clear();
        self.take_fee(fee)?;
        self.credit = subtract(self.credit, not_due)?;
        self.totals.principal_repaid = add(self.totals.principal_repaid, not_due)?;
        // At a rate below zero the borrower's interest pays the last of what is overdue.
        self.use_credit(day)?;
        self.plan.end();
        self.status.stage = Stage::Settled;
        Ok(())
    }

    /// What must be paid on a day so that nothing is owed any more. Below zero: what would be paid back.
    pub(super) fn pay_off(&self, day: NaiveDate) -> Result<i64> {
        let mut owed = subtract(0, self.credit)?;
        if self.status.stage == Stage::Open {
            owed =
                sum([owed, self.outstanding()?, self.interest_accrued_to(day)?, self.interest_deferred()?])?;
        }
        // What is overdue of the principal is in what is outstanding.
        for part in [Part::Fee, Part::Penalty, Part::Compound, Part::Interest] {
            owed = add(owed, self.arrears.unpaid(part)?)?;
        }
        let (penalty, compound) = self.arrears.unbilled()?;
        sum([owed, penalty, compound])
    }

    /// Interest that was deferred and has neither fallen due nor joined the balance.
    pub(super) fn interest_deferred(&self) -> Result<i64> {
        if self.status.stage != Stage::Open {
            return Ok(0);
        }
        add(self.totals.interest.rescheduled, self.plan.interest_deferred()?)
    }

    /// Waives interest that is owed, having billed penalty and compound interest of all instalments to the day. Of a waiver that was
    /// accepted before a relief was granted late, no more than is owed under it.
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
            let instalment = self.arrears.at(at)?;
            for part in parts {
                instalment.bill(part, -waived.part(part).minor())?;
            }
            instalment.waived = add(instalment.waived, waived.interest.minor())?;
            self.totals.interest.waived = add(self.totals.interest.waived, waived.interest.minor())?;
            self.totals.penalties.waived =
                sum([self.totals.penalties.waived, waived.penalty.minor(), waived.compound.minor()])?;
        }
        Ok(())
    }

    pub(super) fn waive_fee(&mut self, amount: Money) -> Result<()> {
        let owed = self.owed(&[Part::Fee])?;
        for (at, waived) in self.waive("fee_waived", amount, &owed)? {
            let instalment = self.arrears.at(at)?;
            instalment.bill(Part::Fee, -waived.fee.minor())?;
            self.totals.fees.waived = add(self.totals.fees.waived, waived.fee.minor())?;
        }
        Ok(())
    }

    /// Some parts of what is owed, by instalment.
    fn owed(&self, parts: &[Part]) -> Result<Vec<(usize, Owed)>> {
        let mut owed = Vec::new();
        for (at, instalment) in self.arrears.unsettled_places() {
            let mut row = Owed::nothing(instalment.due_on());
            for &part in parts {
                *row.part_mut(part) = Money::from_minor(instalment.unpaid(part)?.max(0));
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
            let most = Money::from_minor(subtract(amount.minor(), left.minor())?);
            let bound = format!("at most {}, what is owed", most.display(currency));
            return Err(Error::new(ErrorCode::MoreThanOwed, field, amount.display(currency), bound));
        }
        Ok(owed.iter().map(|(at, _)| *at).zip(settled).collect())
    }

    /// All that is outstanding is written off, once the credit that is held has settled what it can of it, in the order in which a
    /// settlement would: what is owed, the interest to the day, the principal.
    pub(super) fn charge_off(&mut self, day: NaiveDate) -> Result<()> {
        self.bill_penalties(day)?;
        // What the first row after rescheduled arrears would have brought is owed now.
        self.arrears.bill_rescheduled(day, None)?;
        self.use_credit(day)?;
        let accrued = self.interest_accrued_to(day)?;
        let earned = add(accrued, self.interest_deferred()?)?;
        let interest_paid = self.credit.min(earned).max(0);
        let principal_paid = subtract(self.credit, interest_paid)?.min(self.outstanding()?).max(0);
        let principal = subtract(self.outstanding()?, principal_paid)?;
        self.credit = subtract(self.credit, add(interest_paid, principal_paid)?)?;
        self.totals.interest.paid = add(self.totals.interest.paid, interest_paid)?;
        self.totals.principal_repaid = add(self.totals.principal_repaid, principal_paid)?;
        self.totals.interest.billed_early =
            sum([self.totals.interest.billed_early, accrued, self.prepaid.interest])?;
        self.prepaid.interest = 0;
        self.prepaid.of_later_periods.clear();
        let (mut interest, mut late, mut fees) = (subtract(earned, interest_paid)?, 0, 0);
        for instalment in &mut self.arrears.instalments {
            interest = add(interest, instalment.unpaid(Part::Interest)?)?;
            late = sum([late, instalment.unpaid(Part::Penalty)?, instalment.unpaid(Part::Compound)?])?;
            fees = add(fees, instalment.unpaid(Part::Fee)?)?;
            instalment.billed = instalment.paid;
        }
        let (interest_off_books, penalties_off_books) =
            if self.status.non_accrual { (interest, late) } else { (0, 0) };
        self.totals.write_off = WriteOff {
            principal,
            interest,
            penalties: late,
            fees,
            interest_off_books,
            penalties_off_books,
            ..WriteOff::default()
        };
        self.plan.end();
        self.status.stage = Stage::ChargedOff;
        Ok(())
    }

    /// Money that came back after the loan was charged off: principal first, then the rest of what was written off.
    pub(super) fn recover(&mut self, amount: Money) -> Result<()> {
        self.receive(amount, Payer::Borrower)?;
        // Credit that was held before is the borrower's, and stays so.
        let recovered = self.totals.write_off.recover(amount.minor())?;
        self.credit = subtract(self.credit, recovered)?;
        Ok(())
    }
}
