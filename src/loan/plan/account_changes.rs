//! What a life does to the rows: balance that joins or leaves between the rows, days that earn nothing, other rates, new rows.
//!
//! Rows that were billed are frozen: their principal is planned as it was, and no change reaches the days they billed.

use std::ops::Range;

use chrono::NaiveDate;

use crate::calendar::MissingDay;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::{Reamortise, TrancheEarns};
use crate::loan::plan::balance_movements::{Cause, Movement, OverdueEarning};
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::plan::row::{Amount, CaughtUp, InterestRule, PlanRow};
use crate::loan::plan::{Choice, FoundIn, Outcome, Plan, Purpose, RowParts};
use crate::loan::relief::{InterestCaughtUp, Relief};
use crate::loan::schedule::Instalment;
use crate::rate::{Rate, RateStep};

impl<'a> Plan<'a> {
    /// The rows of a loan with an account: paid out in full at once, or in tranches.
    pub(crate) fn of_account(loan: Loan<'a>, in_tranches: bool) -> Result<Plan<'a>> {
        let mut rows = Plan::of(loan)?;
        rows.purpose = Purpose::Account;
        rows.check_due_dates()?;
        rows.keep_rows()?;
        if in_tranches {
            rows.movements.lent = 0;
            rows.start_from_lent();
            rows.compute()?;
        }
        Ok(rows)
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place of the row that is billed next: the number of those that were billed.
    pub(crate) fn next_to_bill(&self) -> usize {
        self.billed
    }

    pub(crate) fn row(&self, at: usize) -> Option<&Instalment> {
        self.rows.get(at).map(|row| &row.figures)
    }

    /// The first rate, and its changes.
    pub(crate) fn rates(&self) -> (Rate, &[RateStep]) {
        (self.rates.first, &self.rates.changes)
    }

    /// Whether any of them is below zero.
    pub(crate) fn pays_the_borrower(&self) -> bool {
        self.rates.first < Rate::ZERO || self.rates.changes.iter().any(|change| change.rate < Rate::ZERO)
    }

    /// Where the accrual of the first `billed` rows ended: what happens later does not reach further back.
    pub(crate) fn frozen_to(&self, billed: usize) -> NaiveDate {
        let before = self.rows.get(..billed).unwrap_or_default();
        let end = before.iter().rev().find_map(|row| row.place.bills_to);
        let own = before.last().map(|row| row.place.repaid_from);
        let start = self.loan.terms().disbursed_on;
        end.max(own).unwrap_or(start).max(start)
    }

    /// The day on which the accrual of a row begins; after the last one, where it ended.
    pub(crate) fn begins(&self, at: usize) -> NaiveDate {
        let before = self.rows.get(..at).unwrap_or_default();
        let ended =
            before.iter().rev().find_map(|row| row.place.bills_to).unwrap_or(self.loan.terms().disbursed_on);
        // A row that only repays lies in the period that the next billing row ends.
        let begins = self
            .rows
            .iter()
            .skip(at)
            .find(|row| row.place.bills_to.is_some())
            .and_then(|row| row.place.begins);
        begins.unwrap_or(ended)
    }

    /// The first row whose accrual begins on or after a day.
    fn later(&self, day: NaiveDate) -> usize {
        (self.billed..self.rows.len()).find(|&at| self.begins(at) >= day).unwrap_or(self.rows.len())
    }

    /// Keeps what the rows were planned with: the payment, where the method fixes payments, and else the principal. The rows
    /// that were billed are frozen.
    pub(crate) fn keep_rows(&mut self) -> Result<()> {
        self.keep_rows_before(self.rows.len())
    }

    /// The same, but for payments that are still to be found when the period of their first row begins: until then nobody knows
    /// the balance that their rows start from.
    pub(crate) fn keep_begun_rows(&mut self) -> Result<()> {
        let first = self.first_to_solve();
        self.keep_rows_before(first.unwrap_or(self.rows.len()))
    }

    /// The first row whose payment is still to be found, where a row before it is still to be billed.
    fn first_to_solve(&self) -> Option<usize> {
        let solved = |row: &PlanRow| matches!(row.rule.amount, Amount::Solved { .. });
        let first = self.rows.iter().skip(self.billed).position(solved);
        first.map(|ahead| self.billed + ahead).filter(|&first| first > self.billed)
    }

    fn keep_rows_before(&mut self, end: usize) -> Result<()> {
        debug_assert!(self.waiting.is_none_or(|waiting| waiting >= end), "rows are kept as they are now");
        if self.keeps_payments() {
            return self.keep_payments();
        }
        let fixes_payment = self.rules().method.fixes_payment();
        let Plan { rows, pools, .. } = self;
        for row in rows.iter_mut().take(end).skip(self.billed) {
            let pays = fixes_payment && row.is_plain() && row.bills();
            // How much joins the balance until it falls due in the row is not known before it is billed.
            let pool = row.rule.caught_up.capital_of.and_then(|pool| pools.get(pool));
            let capital = pool.map_or(0, |pool| pool.total);
            let caught_up = row.keep_caught_up(capital)?;
            let own = subtract(row.figures.principal.minor(), caught_up)?;
            row.rule.amount = match row.rule.amount {
                Amount::Payment(payment) if pays => Amount::Payment(payment),
                _ if pays && own != 0 => Amount::Payment(subtract(row.asked(), caught_up)?),
                Amount::Planned(planned) if pool.is_some() => Amount::Planned(planned),
                _ => Amount::Planned(own),
            };
        }
        Ok(())
    }

    /// Whether what a row asks for is still to be found by the method.
    pub(crate) fn asks_by_method(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|row| matches!(row.rule.amount, Amount::Solved { .. }))
    }

    /// The rows to come that nothing is left for stay away from now on: the last of the others takes what is left at the end.
    pub(crate) fn drop_rows_of_nothing(&mut self) {
        let keeps_payments = self.keeps_payments();
        for row in self.rows.iter_mut().skip(self.billed) {
            let nothing = row.found.balance == 0 && row.figures.principal.is_zero();
            if nothing && row.bills() && row.figures.closing.is_zero() {
                row.fell_away = true;
                row.rule.caught_up = CaughtUp::default();
                // With a payment of its own it still bills what is overdue.
                if !keeps_payments {
                    row.rule.amount = Amount::Planned(0);
                }
            }
        }
    }

    /// Computes what a day sees after overdue principal earned more, or less; what was solved is kept only where rows keep their
    /// payment.
    pub(crate) fn recompute_until(&mut self, day: NaiveDate, changed: bool) -> Result<()> {
        if self.keeps_payments() {
            return if changed { self.recompute() } else { Ok(()) };
        }
        // See [`Plan::recompute`].
        if self.billed >= self.rows.len() {
            return Ok(());
        }
        self.compute_until(day, changed)
    }

    /// Computes all rows again after something changed. What was solved is kept from now on.
    pub(crate) fn recompute(&mut self) -> Result<()> {
        // With nothing ahead there is nothing to compute, and the last row must not clear what is no longer there.
        if self.billed >= self.rows.len() {
            return Ok(());
        }
        if self.keeps_payments() {
            return self.plan_payments();
        }
        match self.first_to_solve() {
            // The payments from there on are found when the row begins: its own shows that they can be.
            Some(first) => {
                self.compute_rows(first + 1)?;
                self.keep_rows_before(first)?;
            }
            None => self.find_payments()?,
        }
        Ok(())
    }

    /// Principal that is repaid before it is due leaves the balance from a day on.
    pub(crate) fn repay(&mut self, from: NaiveDate, amount: i64) -> Result<()> {
        self.take_from_balance(from, amount, Cause::Prepayment)
    }

    pub(super) fn take_from_balance(&mut self, from: NaiveDate, amount: i64, cause: Cause) -> Result<()> {
        let amount = subtract(0, amount)?;
        self.insert(Movement { from, amount, cause });
        Ok(())
    }

    /// Principal in arrears joins the balance again from a day on.
    pub(crate) fn join_arrears(&mut self, from: NaiveDate, amount: i64) {
        self.insert(Movement { from, amount, cause: Cause::Arrears });
    }

    fn insert(&mut self, movement: Movement) {
        let at = self.movements.movements.partition_point(|before| before.from <= movement.from);
        self.movements.movements.insert(at, movement);
    }

    /// A tranche is paid out on a day: the method is solved again from the row on in whose accrual it lies.
    pub(crate) fn pay_out(&mut self, day: NaiveDate, amount: i64) -> Result<()> {
        let running = self.running_row(day);
        self.bring_back(running);
        self.solve_running(day)?;
        if let Some(to_solve) = &mut self.to_solve {
            to_solve.found_in = FoundIn::PlanUnsettled;
        }
        self.agree(running, day);
        let from = match self.rules().tranche_earns {
            TrancheEarns::FromDay => day,
            TrancheEarns::WholePeriod => self.begins(running),
        };
        self.insert(Movement { from, amount, cause: Cause::Tranche });
        Ok(())
    }

    /// The row in whose accrual a day lies, but none that was billed.
    fn running_row(&self, day: NaiveDate) -> usize {
        let later = self.later(day);
        let begins_there = later < self.rows.len() && self.begins(later) == day;
        if begins_there {
            later
        } else {
            later.checked_sub(1).map_or(self.billed, |before| before.max(self.billed))
        }
    }

    /// The overdue principal that goes on earning; whether it is other than before.
    pub(crate) fn set_overdue_earnings(&mut self, overdue: Vec<OverdueEarning>) -> bool {
        let changed = self.movements.overdue != overdue;
        self.movements.overdue = overdue;
        changed
    }

    /// Overdue principal that goes on earning beside the rest.
    pub(crate) fn add_overdue_earning(&mut self, overdue: OverdueEarning) {
        self.movements.overdue.push(overdue);
    }

    /// Takes from rows that were billed the interest of overdue principal that this plan does not know, and the one before does.
    /// Of what was deferred, less falls due in the rows that pay it, or joins the balance. Returns the billed rows as they were.
    pub(crate) fn give_back(&mut self, before: &Plan<'_>, part: OverdueEarning) -> Result<Vec<Instalment>> {
        let mut after = self.clone();
        // What was billed and kept is no part of a pass over the rows: there its period alone is earned again.
        let rows = if self.keeps_payments() { 0..self.billed } else { 0..0 };
        for at in rows {
            let row = self.row_at(at)?;
            let earned = row.bills() && row.ends() > part.from && self.begins(at) < part.until;
            if earned && matches!(row.rule.interest, InterestRule::Payable) {
                let interest = subtract(before.rounded_interest(at)?, self.rounded_interest(at)?)?;
                if let Some(billed) = &mut after.row_at_mut(at)?.billing.billed {
                    billed.interest = subtract(billed.interest, interest)?;
                }
            }
        }
        after.bring_forward_again()?;
        let were = self.billed_rows()?.iter().map(|row| row.figures).collect();
        *self = after;
        Ok(were)
    }

    /// What the balance and what is overdue earn in the period of a row, rounded.
    fn rounded_interest(&self, at: usize) -> Result<i64> {
        self.context(|context| {
            let (earned, denominator) = self.earned_in(context, at)?;
            earned.round(denominator, context.rules.rounding)
        })
    }

    /// Solves the method again over the rows whose accrual begins on or after a day; the others are kept.
    pub(crate) fn solve_later(&mut self, day: NaiveDate) -> Result<()> {
        self.keep_begun_rows()?;
        let first = self.later(day);
        self.solve_from(first);
        Ok(())
    }

    /// The same from the row on in whose accrual a day lies.
    pub(crate) fn solve_running(&mut self, day: NaiveDate) -> Result<()> {
        self.keep_begun_rows()?;
        let first = self.running_row(day);
        self.solve_from(first);
        Ok(())
    }

    /// The same from a row on, whose balance arrears join.
    pub(crate) fn solve_again(&mut self, first: usize, day: NaiveDate) -> Result<()> {
        self.bring_back(first);
        self.keep_begun_rows()?;
        self.solve_from(first);
        self.agree(first, day);
        Ok(())
    }

    /// The payments from a row on were agreed on a day.
    pub(super) fn agree(&mut self, first: usize, day: NaiveDate) {
        if let Some(row) = self.rows.get_mut(first) {
            row.place.agreed_on = Some(day);
        }
    }

    /// Another rate from a day on: level payments alone are found again, on the balance that their rows start from. Steps that the
    /// contract names for later days stay; what was only projected does not.
    pub(crate) fn reset_rate(&mut self, from: NaiveDate, rate: Rate) -> Result<()> {
        let in_force = self.rates.changes.partition_point(|change| change.from <= from).checked_sub(1);
        let in_force =
            in_force.and_then(|last| self.rates.changes.get(last)).map_or(self.rates.first, |c| c.rate);
        if self.rules().reamortise == Reamortise::Running && in_force == rate {
            return self.keep_begun_rows();
        }
        self.rates.changes.retain(|change| change.from < from || (change.from > from && !change.projected));
        let at = self.rates.changes.partition_point(|change| change.from < from);
        self.rates.changes.insert(at, RateStep { from, rate, projected: false });
        match self.rules().reamortise {
            // To the rate that is in force already there is no change, and payments hold.
            Reamortise::AtChange if self.rules().method.fixes_payment() && in_force != rate => {
                // With rows that were agreed on the same day it is one change, whichever of the two was booked first.
                let mut agreed = self.rows.iter().skip(self.billed).filter_map(|row| row.place.agreed_on);
                match agreed.find(|agreed| *agreed >= from) {
                    Some(day) => self.solve_running(day),
                    None => self.solve_later(from),
                }
            }
            Reamortise::Running if self.rules().method.fixes_payment() => self.change_terms(from),
            _ => self.keep_begun_rows(),
        }
    }

    /// No interest from a day on, until another; a pause that ends before it begins is none. It finds nothing again: payments stay.
    pub(crate) fn pause(&mut self, from: NaiveDate, until: NaiveDate) -> Result<()> {
        if until <= from {
            return Ok(());
        }
        self.movements.pauses.push((from, until));
        self.keep_begun_rows()
    }

    /// A relief, in a life: it acts on rows to come.
    pub(crate) fn relieve(&mut self, relief: &Relief, choice: Option<&Choice>) -> Result<Outcome> {
        self.complete()?;
        self.release_prepaid()?;
        let outcome = self.apply(relief, choice)?;
        self.keep_begun_rows()?;
        Ok(outcome)
    }

    /// New rows in the place of those ahead. What was prepaid to the end of one of these leaves the balance `from` now on.
    pub(crate) fn re_age(
        &mut self,
        (from, settled_to): (NaiveDate, Option<NaiveDate>),
        instalments: u16,
        first_due_on: NaiveDate,
    ) -> Result<()> {
        let Some(cycle) = self.rules().every else {
            let bound = "a cycle such as \"1 month\" for the new instalments";
            return Err(Error::new(ErrorCode::Missing, "every", "nothing", bound));
        };
        let billed_to = self.frozen_to(self.billed);
        self.keep_begun_rows()?;
        self.rows.truncate(self.billed);
        self.movements.movements.iter_mut().for_each(|movement| movement.from = movement.from.min(from));
        (self.cycle.own, self.cycle.re_aged) = (Some((first_due_on, instalments)), true);
        for no in 0..instalments {
            let date = cycle.date(first_due_on, None, MissingDay::LastOfMonth, i32::from(no))?;
            let mut row = PlanRow::billing(&self.loan.roll(date, no + 1 == instalments)?, None);
            // What was billed ahead of its days is not earned again.
            let end = row.ends().max(billed_to);
            row = row.billing_to(end);
            row.place.own_row = Some((first_due_on, no));
            row.place.begins = settled_to.filter(|_| no == 0);
            row.figures.fees = self.loan.terms().fee_each_instalment;
            row.rule.amount = Amount::Solved { planned: 0 };
            self.rows.push(row);
        }
        self.agree(self.billed, from);
        if self.keeps_payments() {
            self.solve_from(self.billed);
        }
        self.check_length()
    }

    /// The row that is due on a day falls due on another one; the rows after it follow from there, a cycle apart.
    pub(crate) fn move_due_date(&mut self, from: NaiveDate, to: NaiveDate) -> Result<()> {
        let Some(at) =
            (self.billed..self.rows.len()).find(|&at| self.row(at).is_some_and(|row| row.due_on == from))
        else {
            let bound = "the due date of an instalment ahead";
            return Err(Error::new(ErrorCode::Contradiction, "due_date_moved", from, bound));
        };
        let Some(cycle) = self.rules().every else {
            let bound = "a cycle such as \"1 month\" for the instalments that follow";
            return Err(Error::new(ErrorCode::Missing, "every", "nothing", bound));
        };
        self.keep_begun_rows()?;
        let last = self.rows.len() - 1;
        for (place, row) in self.rows.iter_mut().enumerate().skip(at) {
            let follows = u16::try_from(place - at).map_err(|_| Error::internal("rows to come", place))?;
            let date = cycle.date(to, None, MissingDay::LastOfMonth, i32::from(follows))?;
            row.stand_on(&self.loan.roll(date, place == last)?);
            row.place.own_row = Some((to, follows));
        }
        let rows = self.rows.len() - at;
        let rows = u16::try_from(rows).map_err(|_| Error::internal("rows to come", rows))?;
        self.cycle.own = Some((to, rows));
        Ok(())
    }

    /// What was unpaid of a row falls due elsewhere.
    pub(crate) fn arrears_moved(&mut self, at: usize) -> Result<()> {
        self.row_at_mut(at)?.arrears_moved = true;
        Ok(())
    }

    /// Interest in arrears falls due in equal parts with the rows to come.
    pub(crate) fn defer_arrears(&mut self, first: usize, interest: i64) -> Result<()> {
        if interest != 0 {
            let pool = self.pools.len();
            self.pools.push(DeferredPool { given: interest, ..DeferredPool::default() });
            self.spread(Some(InterestCaughtUp::OverRemaining), pool, first)?;
        }
        Ok(())
    }

    /// Lowers what rows to come repay by principal that was paid ahead of them on a day, the first row first, and returns what
    /// each took, from the day the balance moves to the end of its accrual: beyond that no principal of a row earns.
    pub(crate) fn prepay_principal(
        &mut self,
        rows: Range<usize>,
        from: NaiveDate,
        mut left: i64,
    ) -> Result<Vec<OverdueEarning>> {
        let mut parts = Vec::new();
        let (count, keeps_payments) = (self.rows.len(), self.keeps_payments());
        let rows = self.rows.get_mut(rows).ok_or_else(|| Error::internal("rows of a plan", count))?;
        for row in rows {
            // A row that a payment below its interest leaves below zero repays nothing.
            let settled = row.billing.prepaid.principal;
            let part = subtract(row.figures.principal.minor(), settled)?.min(left).max(0);
            if part > 0 {
                if keeps_payments {
                    // It stays a part of the payment that the row keeps.
                    row.billing.prepaid.principal = add(row.billing.prepaid.principal, part)?;
                } else {
                    // The rest of it is asked for, whatever the row comes to earn, and whatever payment is found later.
                    let rest = subtract(row.figures.principal.minor(), part)?;
                    let caught_up = row.rule.caught_up.principal.min(rest).max(0);
                    row.rule.caught_up = CaughtUp { principal: caught_up, capital_of: None };
                    row.rule.amount = Amount::Planned(subtract(rest, caught_up)?);
                    row.fell_away |= rest == 0 && row.bills();
                }
                parts.push(OverdueEarning { from: from.min(row.ends()), until: row.ends(), amount: part });
            }
            left = subtract(left, part)?;
            if left == 0 {
                break;
            }
        }
        let cause = if keeps_payments { Cause::SettledAhead } else { Cause::Prepayment };
        for part in &parts {
            self.take_from_balance(part.from, part.amount, cause)?;
        }
        Ok(parts)
    }

    /// What each row to come asks for, beyond what was settled of it.
    pub(crate) fn open_parts(&self) -> Result<Vec<RowParts>> {
        let rows = self.rows.iter().skip(self.billed);
        rows.map(|row| {
            let prepaid = row.billing.prepaid;
            Ok(RowParts {
                principal: subtract(row.figures.principal.minor(), prepaid.principal)?.max(0),
                interest: subtract(row.figures.interest.minor(), prepaid.interest)?.max(0),
            })
        })
        .collect()
    }

    /// Interest of a row is settled before it falls due.
    pub(crate) fn settle_interest(&mut self, at: usize, interest: i64) -> Result<()> {
        let row = self.row_at_mut(at)?;
        row.billing.prepaid.interest = add(row.billing.prepaid.interest, interest)?;
        Ok(())
    }

    /// Where the period ends in which a day lies, its first day not included.
    pub(crate) fn period_end(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut ends = self.rows.iter().filter_map(|row| row.place.bills_to);
        ends.find(|&end| day <= end).filter(|_| day > self.loan.terms().disbursed_on)
    }

    /// Whether the period of a row has begun by a day, that day included.
    pub(crate) fn has_begun(&self, at: usize, day: NaiveDate) -> bool {
        self.begins(at) <= day
    }

    /// Whether a period begins on a day.
    pub(crate) fn begins_on(&self, day: NaiveDate) -> bool {
        (0..self.rows.len()).any(|at| self.begins(at) == day)
    }

    /// The first row whose accrual goes on beyond a day.
    pub(crate) fn running_on(&self, day: NaiveDate) -> usize {
        self.rows.iter().position(|row| row.ends() > day).unwrap_or(self.rows.len())
    }

    /// No rows to come any more.
    pub(crate) fn end(&mut self) {
        self.rows.truncate(self.billed);
        self.waiting = None;
    }

    /// The balance of the plan that is not due yet, and the part of it that rows repay whose accrual ended by a day.
    pub(crate) fn not_due(&self, day: NaiveDate) -> Result<(i64, i64)> {
        let last = self.billed.checked_sub(1).and_then(|last| self.rows.get(last));
        let (closing, moved) =
            last.map_or((self.movements.lent, 0), |row| (row.figures.closing.minor(), row.found.moved));
        let not_due = add(closing, self.movements.to_come(moved)?)?;
        let ended = self.rows.iter().skip(self.billed).take_while(|row| row.ends() <= day);
        let ended = ended.map(|row| row.figures.principal.minor()).try_fold(0, add)?;
        Ok((not_due, ended))
    }

    /// The day on which payments begin that are still to be found, if that is before the next row falls due.
    pub(crate) fn payments_begin(&self) -> Option<NaiveDate> {
        let due_on = self.row(self.billed)?.due_on;
        let mut begun = (self.billed + 1..self.len()).take_while(|&at| self.begins(at) < due_on);
        begun.find(|&at| self.asks_by_method(at)).map(|at| self.begins(at))
    }

    /// Payments are found for good.
    pub(crate) fn find_payments(&mut self) -> Result<()> {
        self.compute()?;
        self.keep_rows()
    }

    /// The dates of the cycle after the last row: a number of rows further.
    pub(crate) fn date_after_end(&self, further: u32) -> Option<NaiveDate> {
        let cycle = self.rules().every?;
        if let Some((first_due_on, instalments)) = self.cycle.own {
            let row = i32::from(instalments) - 1 + i32::try_from(further).ok()?;
            let date = cycle.date(first_due_on, None, MissingDay::LastOfMonth, row).ok()?;
            return self.loan.roll(date, false).ok().map(|dates| dates.printed);
        }
        if !self.loan.has_cycle() {
            return None;
        }
        let row = self.last_cycle_row().checked_add(further)?;
        let date = self.loan.unbounded_cycle_date(row).ok()?;
        self.loan.roll(date, false).ok().map(|dates| dates.printed)
    }
}
