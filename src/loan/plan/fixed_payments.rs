//! Rows that keep their payment: interest beyond it is carried on, what is settled before a row falls due stays with the
//! row, and a payment that is found again is levelled with the last one.
//!
//! The last row on which anything is left to settle clears the balance; its payment is what that takes.

use chrono::NaiveDate;

use crate::calendar::{day_after, day_before};
use crate::error::{Error, Result};
use crate::exact::{add, subtract, sum, too_large};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::UnpaidInterest;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::balance_movements::Cause;
use crate::loan::plan::row::{Amount, CaughtUp, PlanRow};
use crate::loan::plan::rows_to_come::SolvedFrom;
use crate::loan::plan::{FoundIn, Plan, RowParts, ToSolve};
use crate::loan::relief::Extension;
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::Accrued;
use crate::loan::schedule::payment_parts::billed_interest;
use crate::loan::schedule::solve::{Tried, smoothed};
use crate::money::Money;

impl Plan<'_> {
    /// Whether rows of a life keep their payment as a figure of its own.
    pub(super) fn keeps_payments(&self) -> bool {
        self.purpose.is_account() && self.rules().keeps_payments()
    }

    /// Whether their payments are level, and found here.
    pub(super) fn is_level(&self) -> bool {
        self.rules().method == Method::EqualInstalment
    }

    /// The row that clears the balance: the last one, unless rows keep their payment and it was settled in full. None whose
    /// principal was deferred, or that fell away: where only such are left, the last row does.
    pub(super) fn clearing_row(&self) -> Option<usize> {
        let last = self.rows.len().checked_sub(1)?;
        if !self.keeps_payments() || !self.is_level() {
            return Some(last);
        }
        for (at, row) in self.rows.iter().enumerate().rev() {
            if row.billing.billed.is_some() {
                break;
            }
            // A payment of nothing settles none: interest below zero may pay its principal.
            if !row.is_done() && !row.puts_off() && !row.fell_away {
                return Some(at);
            }
        }
        // What is still to join the balance falls due with the last row, too, where it was deferred or fell away.
        let open = |row: &&PlanRow| row.billing.billed.is_none();
        self.rows.last().filter(open).filter(|row| row.billing.prepaid.is_zero()).map(|_| last)
    }

    /// How much of an interest a row bills: what was settled of it before it fell due is part of it.
    ///
    /// Where more principal was settled than falls due with the interest up to the payment, no more interest than was settled.
    pub(super) fn billed_of(&self, payment: i64, prepaid: RowParts, interest: i64) -> Result<i64> {
        let rules = self.rules();
        let bills = billed_interest(rules, payment, interest);
        if prepaid.is_zero() {
            return Ok(bills);
        }
        // What was settled beyond what the row comes to earn is the borrower's again when it falls due.
        let settled = prepaid.interest.min(interest);
        let carries = rules.unpaid_interest == UnpaidInterest::Carried;
        let above = self.keeps_payments() && carries && prepaid.principal > subtract(payment, bills)?;
        Ok(if above { settled } else { bills.max(settled) })
    }

    /// Keeps the payments of all rows; what was planned otherwise becomes one.
    pub(super) fn keep_payments(&mut self) -> Result<()> {
        let fixes_payment = self.rules().method.fixes_payment();
        self.fix_capital()?;
        for row in &mut self.rows {
            match row.rule.amount {
                Amount::Payment(_) => {}
                // Interest beyond its payment is carried on, whatever principal was deferred to it: together they are no payment.
                _ if row.found.carried != 0 && !row.figures.principal.is_zero() => row.keep_principal(0)?,
                _ if fixes_payment && row.is_plain() && row.bills() && !row.puts_off() => {
                    row.keep_caught_up(0)?;
                    let settled = row.billing.prepaid;
                    row.found.payment = row.figures.principal.minor()
                        + settled.interest_of_payment(row.figures.interest.minor());
                    row.rule.amount = Amount::Payment(row.found.payment);
                }
                _ => row.keep_principal(0)?,
            }
        }
        Ok(())
    }

    /// Computes what a relief planned, and then the payments that it wants found again.
    pub(super) fn compute_relieved(&mut self) -> Result<()> {
        self.compute()?;
        if self.to_solve.is_some() { self.plan_payments() } else { Ok(()) }
    }

    /// Computes all rows again: payments that are to be solved are found first, the others stay.
    pub(super) fn plan_payments(&mut self) -> Result<()> {
        if self.is_level() {
            self.keep_payments()?;
        }
        match self.to_solve.take() {
            Some(ToSolve { first, found_in: FoundIn::PlanOnTime }) => self.solve_on_time(first)?,
            Some(ToSolve { first, found_in: FoundIn::PlanUnsettled }) => self.solve_unsettled(first)?,
            Some(ToSolve { first, found_in: FoundIn::Plan }) => self.solve_payments(first)?,
            None => {}
        }
        self.clear_rest()?;
        self.keep_payments()
    }

    /// A change of terms is agreed on what is planned: nothing that is late costs anything in it.
    fn solve_on_time(&mut self, first: usize) -> Result<()> {
        let mut trial = self.clone();
        trial.rows.iter_mut().for_each(|row| row.billing.billed = None);
        trial.movements.overdue.clear();
        trial.start_from_lent();
        trial.solve_payments(first)?;
        self.take_payments_of(&trial);
        Ok(())
    }

    /// What was settled of a row before it falls due is a part of its payment, and no balance that was repaid early: more that is
    /// lent is planned as though it still stood. A row of which more was settled asks for that.
    fn solve_unsettled(&mut self, first: usize) -> Result<()> {
        let settled = |row: &PlanRow| row.billing.billed.is_none() && !row.billing.prepaid.is_zero();
        if !self.rows.iter().any(settled) {
            return self.solve_payments(first);
        }
        let mut trial = self.clone();
        trial.movements.movements.retain(|movement| movement.cause != Cause::SettledAhead);
        trial.rows.iter_mut().for_each(|row| row.billing.prepaid = RowParts::default());
        trial.start_from_lent();
        trial.solve_payments(first)?;
        self.take_payments_of(&trial);
        for row in self.rows.iter_mut().filter(|row| row.billing.billed.is_none()) {
            let settled = row.billing.prepaid.sum()?;
            if matches!(row.rule.amount, Amount::Payment(payment) if payment < settled) {
                (row.rule.amount, row.found.payment) = (Amount::Payment(settled), settled);
            }
        }
        Ok(())
    }

    /// The payments that were found in a trial, for the rows that are still to fall due.
    fn take_payments_of(&mut self, trial: &Plan<'_>) {
        for (row, tried) in self.rows.iter_mut().zip(&trial.rows) {
            if row.billing.billed.is_none() {
                (row.rule.amount, row.found.payment) = (tried.rule.amount, tried.found.payment);
            }
        }
    }

    /// Computes the rows; the payment of the clearing row becomes what clears the balance, with all that was settled of its interest.
    fn clear_rest(&mut self) -> Result<()> {
        self.compute()?;
        let Some(at) = self.clearing_row().filter(|_| self.is_level()) else { return Ok(()) };
        let row = self.row_at_mut(at)?;
        let interest = row.billing.prepaid.interest_of_payment(row.figures.interest.minor());
        let needed = add(row.figures.principal.minor(), interest)?;
        // With nothing left to clear it keeps its payment: how often rows are computed makes no difference.
        if needed != 0 {
            row.rule.amount = Amount::Payment(needed);
        }
        Ok(())
    }

    /// Finds the payment of the rows from one on.
    fn solve_payments(&mut self, first: usize) -> Result<()> {
        // In the grace of principal nothing but interest is paid, unless no row lies beyond it; and what was deferred stays so.
        let pays = |at: &usize| self.rows.get(*at).is_some_and(|row| !row.grace && row.takes_payment());
        let first = (first..self.rows.len()).find(pays).unwrap_or(first);
        let payment = self.level_payment(first)?;
        self.take_payment(first, payment)?;
        self.clear_rest()?;
        self.smooth(first)
    }

    /// The level payment of what is outstanding when a row begins, with what joins within it: a tranche as though it had been there
    /// from its first day; arrears by what the row really bills.
    fn level_payment(&mut self, first: usize) -> Result<i64> {
        self.compute()?;
        // What was deferred before it is in the pools now.
        self.compute_to(first)?;
        let begins = self.begins(first);
        let row = self.row_at(first)?;
        let ends = match row.place.bills_to {
            Some(end) if first + 1 < self.rows.len() => end,
            _ => NaiveDate::MAX,
        };
        let agreed_at_end = row.place.agreed_on.filter(|&day| day == row.ends());
        let tranches = self.movements.joined(Cause::Tranche, begins, ends)?;
        let arrears = match agreed_at_end {
            Some(day) => self.movements.joined(
                Cause::Arrears,
                begins.min(day_before(day)?),
                ends.max(day_after(day)?),
            )?,
            None => self.movements.joined(Cause::Arrears, begins, ends)?,
        };
        let balance = sum([row.found.balance, tranches, arrears])?;
        self.context(|context| {
            let regular_first = self.regular_first(context, first)?;
            let billed_first = match arrears {
                0 => None,
                _ => Some(self.earned_in(context, first)?),
            };
            let from =
                SolvedFrom { at: first, begins, agreed_on: begins, balance, billed: 0, paid: 0, all: true };
            self.solver(context, from, regular_first, billed_first)?.level_payment()
        })
    }

    /// What the balance earns in the period of a row, exact, over a denominator.
    pub(super) fn earned_in(&self, context: &AccrualContext<'_>, at: usize) -> Result<(Accrued, i128)> {
        let row = self.row_at(at)?;
        let begins = self.begins(at);
        let period = self.period(context, begins, at)?;
        let mut moved = self.movements.movements.partition_point(|movement| movement.from <= begins);
        let (mut balance, mut accrued) = (row.found.balance, Accrued::ZERO);
        let span = (begins, row.ends());
        self.movements.earn(
            context,
            (&period, row.rule.rate),
            span,
            &mut moved,
            &mut balance,
            &mut accrued,
        )?;
        Ok((accrued, period.denominator()?))
    }

    /// A payment for the rows from one on, beside what is caught up in them, but not where more was settled already.
    fn take_payment(&mut self, first: usize, payment: i64) -> Result<()> {
        for row in self.rows.iter_mut().skip(first).filter(|row| row.takes_payment()) {
            let payment = add(payment, row.rule.caught_up.principal)?;
            if i128::from(payment) >= row.billing.prepaid.total() {
                (row.rule.amount, row.found.payment) = (Amount::Payment(payment), payment);
            }
        }
        Ok(())
    }

    /// How well the payments end that the rows from one on have: by how much the last one differs from the one before it, of
    /// neighbours not settled in full.
    fn tried(&self, first: usize) -> Result<Tried<Vec<(Amount, i64)>>> {
        let rows = self.rows.get(first..).ok_or_else(|| Error::internal("row of a plan", first))?;
        let taking: Vec<&PlanRow> = rows.iter().filter(|row| row.takes_payment()).collect();
        let open = |pair: &&[&PlanRow]| pair.iter().all(|row| !row.is_settled());
        let (payment, gap) = match taking.windows(2).rev().find(open) {
            Some([one, last]) => {
                (one.level_payment()?, subtract(last.level_payment()?, one.level_payment()?)?)
            }
            _ => (self.row_at(first)?.level_payment()?, 0),
        };
        let takes = |row: &&&PlanRow| row.billing.prepaid.total() <= i128::from(payment);
        let takers = taking.iter().filter(takes).count();
        let takers = u32::try_from(takers).map_err(|_| Error::internal("rows", takers))?;
        let amounts = self.rows.iter().map(|row| (row.rule.amount, row.found.payment)).collect();
        Ok(Tried { payment, gap, takers, rows: amounts })
    }

    /// Smooths the last payment over all that were found with it.
    fn smooth(&mut self, first: usize) -> Result<()> {
        if self.rules().smoothing_rounds == 0 {
            return Ok(());
        }
        let found = self.tried(first)?;
        let best = smoothed(self.rules(), found, |payment| {
            self.take_payment(first, payment)?;
            self.clear_rest()?;
            self.tried(first)
        })?;
        let is_best = |(row, best): (&PlanRow, &(Amount, i64))| (row.rule.amount, row.found.payment) == *best;
        if self.rows.iter().zip(&best.rows).all(is_best) {
            return Ok(());
        }
        for (row, best) in self.rows.iter_mut().zip(best.rows) {
            (row.rule.amount, row.found.payment) = best;
        }
        self.clear_rest()
    }

    /// More rows, and with them another payment from the row on in whose accrual a day lies; whether there was a row to move.
    pub(crate) fn extend_term(&mut self, day: NaiveDate, extension: Extension) -> Result<bool> {
        self.keep_rows()?;
        let moves = self.extend(day, extension)?;
        if moves {
            self.change_terms(day)?;
        }
        Ok(moves)
    }

    /// A change of terms: payments are solved again from the row on in whose accrual a day lies.
    pub(super) fn change_terms(&mut self, day: NaiveDate) -> Result<()> {
        self.solve_running(day)?;
        // Only level payments that are kept are found apart from the rows.
        if let Some(to_solve) = &mut self.to_solve {
            to_solve.found_in = FoundIn::PlanOnTime;
        }
        Ok(())
    }

    /// The next row falls due: its figures stay.
    pub(crate) fn freeze(&mut self) -> Result<()> {
        let at = self.billed;
        let (keeps_payments, last) = (self.keeps_payments(), at + 1 == self.rows.len());
        let row = self.row_at_mut(at)?;
        row.billing.last = last;
        let Instalment { principal, interest, .. } = row.figures;
        if keeps_payments {
            row.billing.billed = Some(RowParts { principal: principal.minor(), interest: interest.minor() });
        } else {
            // Whatever becomes of its interest, it asked for this principal, with what of it had joined the balance.
            row.rule.amount = Amount::Planned(principal.minor());
            row.rule.caught_up = CaughtUp::default();
        }
        self.billed += 1;
        self.bring_forward()
    }

    /// The same plan, in which nothing earns from a day on.
    pub(crate) fn to_day(&self, day: NaiveDate) -> Result<Self> {
        let mut to_day = self.clone();
        to_day.movements.pauses.push((day, NaiveDate::MAX));
        to_day.compute()?;
        Ok(to_day)
    }

    /// What a row asks for ahead of time, beyond what was settled of it: its interest cut to a day, as in `to_day`, and its principal.
    pub(crate) fn asks(&self, to_day: &Self, at: usize, day: NaiveDate) -> Result<RowParts> {
        let row = to_day.row_at(at)?;
        let interest = row.figures.interest.minor();
        let mut principal = row.figures.principal.minor();
        let mut open = self.rows.iter().filter(|row| row.billing.billed.is_none() && !row.is_done());
        if day <= self.begins(at) && open.nth(1).is_some() && self.is_level() {
            // Its period has not begun: it asks for the payment as it was solved.
            principal = subtract(row.found.payment, interest)?;
        }
        Ok(RowParts {
            principal: subtract(principal, row.billing.prepaid.principal)?.max(0),
            interest: subtract(interest, row.billing.prepaid.interest)?.max(0),
        })
    }

    /// Settles a part of a row before it falls due.
    pub(crate) fn prepay(&mut self, at: usize, day: NaiveDate, part: RowParts) -> Result<()> {
        let row = self.row_at_mut(at)?;
        let prepaid = &mut row.billing.prepaid;
        prepaid.principal = add(prepaid.principal, part.principal)?;
        prepaid.interest = add(prepaid.interest, part.interest)?;
        if part.principal != 0 {
            // Beyond the end of its accrual no principal of a row earns.
            let from = day.min(row.ends());
            self.take_from_balance(from, part.principal, Cause::SettledAhead)?;
        }
        self.plan_payments()
    }

    /// What was settled ahead is no part of its rows any more: they ask for that much less. Its interest is the account's to
    /// set against what is billed. Of rows that keep no payment interest alone is settled, and stays with the row that bills it.
    pub(crate) fn release_prepaid(&mut self) -> Result<()> {
        if !self.keeps_payments() {
            return Ok(());
        }
        for movement in &mut self.movements.movements {
            if movement.cause == Cause::SettledAhead {
                movement.cause = Cause::Prepayment;
            }
        }
        for row in &mut self.rows {
            let prepaid = std::mem::take(&mut row.billing.prepaid);
            if prepaid.is_zero() {
                continue;
            }
            let both = prepaid.sum()?;
            if let Some(billed) = &mut row.billing.billed {
                billed.principal = subtract(billed.principal, prepaid.principal)?;
            }
            let Instalment { opening, principal, payment, .. } = &mut row.figures;
            for figure in [opening, principal, payment] {
                *figure = Money::from_minor(subtract(figure.minor(), prepaid.principal)?);
            }
            row.found.payment = subtract(row.found.payment, both)?.max(0);
            match &mut row.rule.amount {
                Amount::Payment(payment) => {
                    *payment = subtract(*payment, both)?;
                    // What was settled was a part of what it asks for by itself.
                    let caught_up = &mut row.rule.caught_up.principal;
                    *caught_up = (*caught_up).min(*payment).max(0);
                }
                Amount::Planned(planned) | Amount::Solved { planned } => {
                    *planned = subtract(*planned, prepaid.principal)?;
                }
            }
        }
        Ok(())
    }

    /// The interest that was settled of rows from one on.
    pub(crate) fn prepaid_interest(&self, from: usize) -> Result<i64> {
        self.rows.iter().skip(from).map(|row| row.billing.prepaid.interest).try_fold(0, add)
    }

    /// The same for days that are still to come, where the period of the first of the rows has not begun: all but what the rows before
    /// them carry on to them.
    pub(crate) fn interest_prepaid_for_days_to_come(&self, from: usize) -> Result<i64> {
        let before = self.rows.get(..from).unwrap_or_default().iter().rfind(|row| row.bills());
        let carried = before.map_or(0, |row| row.found.carried);
        let prepaid = self.prepaid_interest(from)?;
        subtract(prepaid, carried.min(prepaid).max(0))
    }

    /// The interest that was settled of a row; nothing after the last one.
    pub(crate) fn prepaid_interest_of(&self, at: usize) -> i64 {
        self.rows.get(at).map_or(0, |row| row.billing.prepaid.interest)
    }

    /// What was settled of a row before it fell due.
    pub(crate) fn prepaid(&self, at: usize) -> Result<RowParts> {
        Ok(self.row_at(at)?.billing.prepaid)
    }

    /// Whether anything is left to settle of a row ahead.
    pub(crate) fn is_open(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|row| row.billing.billed.is_none() && !row.is_done())
    }

    /// The interest that the last of the billed rows carried on.
    pub(crate) fn carried_interest(&self) -> Result<i64> {
        self.billed.checked_sub(1).map_or(Ok(0), |last| Ok(self.row_at(last)?.found.carried))
    }
}

impl PlanRow {
    /// What it asks for, wide: with what is caught up in it.
    fn asks_for(&self) -> i128 {
        match self.rule.amount {
            Amount::Payment(payment) => payment.into(),
            // Not computed yet, it asks for what is caught up in it.
            Amount::Planned(_) if self.figures.principal.is_zero() => {
                i128::from(self.asked()) + i128::from(self.rule.caught_up.principal)
            }
            _ => self.asked().into(),
        }
    }

    fn payment(&self) -> Result<i64> {
        i64::try_from(self.asks_for()).map_err(|_| too_large("payment"))
    }

    /// Without what is caught up in it.
    fn level_payment(&self) -> Result<i64> {
        subtract(self.payment()?, self.rule.caught_up.principal)
    }

    /// Whether nothing more is to be paid on it; a row without a payment is, too.
    fn is_settled(&self) -> bool {
        self.billing.prepaid.total() == self.asks_for()
    }

    /// The same of a row on which something was settled.
    pub(super) fn is_done(&self) -> bool {
        self.is_settled() && !self.billing.prepaid.is_zero()
    }
}
