//! Rows that keep their payment: interest beyond it is carried on, what is settled before a row falls due stays with the
//! row, and a payment that is found again is levelled with the last one.
//!
//! The last row on which anything is left to settle clears the balance; its payment is what that takes.

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::exact::add;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::UnpaidInterest;
use crate::loan::plan::rows_ahead::SolvedFrom;
use crate::loan::plan::{Amount, Plan, PlanRow, Settled, Treatment};
use crate::loan::relief::Extension;
use crate::loan::schedule::solve::{Tried, smoothed};
use crate::money::Money;

impl Plan<'_> {
    /// Whether rows of a life keep their payment as a figure of its own.
    pub(super) fn keeps_payments(&self) -> bool {
        self.is_life && self.rules().keeps_payments()
    }

    /// Whether their payments are level, and found here.
    pub(super) fn is_level(&self) -> bool {
        self.rules().method == Method::EqualInstalment
    }

    /// The row that clears the balance: the last one, unless rows keep their payment and it was settled in full.
    pub(super) fn clearing_row(&self) -> Option<usize> {
        let last = self.rows.len().checked_sub(1)?;
        if !self.keeps_payments() || !self.is_level() {
            return Some(last);
        }
        for (at, line) in self.rows.iter().enumerate().rev() {
            if line.billed.is_some() && !self.on_time {
                return None;
            }
            // A relief looks again at rows that were billed: of these only the last one of all clears.
            if at < self.billed && !self.on_time {
                return (at == last && !line.is_settled()).then_some(at);
            }
            if !line.is_settled() {
                return Some(at);
            }
        }
        // Payments of nothing, of so little that they were rounded away, settle nothing.
        self.rows.last().filter(|line| line.ahead == Settled::default()).map(|_| last)
    }

    /// What a payment is made of, where so much interest is to be billed.
    pub(super) fn parts_of(&self, payment: i64, settled: Settled, interest: i64) -> Settled {
        if self.rules().unpaid_interest == UnpaidInterest::Billed {
            let interest = interest.max(settled.interest);
            let principal = payment.saturating_sub(interest).max(settled.principal).max(0);
            return Settled { principal, interest };
        }
        let bills = interest.min(payment);
        let bills = if settled.principal > payment.saturating_sub(bills) {
            // More principal than falls due was settled ahead: no more interest than was settled with it.
            settled.interest
        } else {
            bills.max(settled.interest)
        };
        Settled { principal: payment.saturating_sub(bills), interest: bills }
    }

    /// Keeps the payments of all rows; what was planned otherwise becomes one.
    pub(super) fn keep_payments(&mut self) {
        let fixes_payment = self.rules().method.fixes_payment();
        for line in &mut self.rows {
            let row = line.figures;
            let plain = !line.grace && !line.catches_up && matches!(line.treatment, Treatment::Payable);
            line.repays_capital_of = None;
            line.amount = match line.amount {
                Amount::Payment(payment) => Amount::Payment(payment),
                _ if fixes_payment && plain && line.bills_to.is_some() => {
                    line.solved = row.principal.minor().saturating_add(row.interest.minor());
                    Amount::Payment(line.solved)
                }
                _ => Amount::Planned(row.principal.minor()),
            };
        }
    }

    /// Computes what a relief planned, and then the payments that it wants found again.
    pub(super) fn compute_anew(&mut self) -> Result<()> {
        self.compute()?;
        if self.solve_at.is_some() { self.plan_payments() } else { Ok(()) }
    }

    /// Computes all rows again: payments that are to be solved are found first, the others stay.
    pub(super) fn plan_payments(&mut self) -> Result<()> {
        if self.is_level() {
            self.keep_payments();
        }
        let changed = std::mem::take(&mut self.terms_changed);
        if let Some(first) = self.solve_at.take() {
            if changed {
                // A change of terms is agreed on what is planned: nothing that is late costs anything in it.
                let mut trial = self.clone();
                trial.on_time = true;
                trial.between.extras.clear();
                trial.solve_payments(first)?;
                for (line, found) in self.rows.iter_mut().zip(&trial.rows) {
                    if line.billed.is_none() {
                        (line.amount, line.solved) = (found.amount, found.solved);
                    }
                }
            } else {
                self.solve_payments(first)?;
            }
        }
        self.settle_rest()?;
        self.keep_payments();
        Ok(())
    }

    /// Computes the rows; the payment of the clearing row becomes what clears the balance, but never less than what was
    /// settled of it.
    fn settle_rest(&mut self) -> Result<()> {
        let mut before = None;
        loop {
            self.compute()?;
            if !self.is_level() {
                return Ok(());
            }
            // A row that was tried clears nothing more.
            let clears = self.clearing_row().filter(|at| before != Some(*at));
            let Some(line) = clears.and_then(|at| self.rows.get_mut(at)) else { return Ok(()) };
            before = clears;
            let needed = add(line.figures.principal.minor(), line.figures.interest.minor())?;
            line.amount = Amount::Payment(needed.max(line.ahead.sum()));
            if needed >= line.ahead.sum() {
                return Ok(());
            }
            // All of it was settled: the row before it clears.
        }
    }

    /// Finds the payment of the rows from one on.
    fn solve_payments(&mut self, first: usize) -> Result<()> {
        // In the grace of principal nothing but interest is paid.
        let pays = |at: &usize| self.rows.get(*at).is_some_and(|line| !line.grace);
        let first = (first..self.rows.len()).find(pays).unwrap_or(first);
        let payment = self.level_payment(first)?;
        self.take_payment(first, payment);
        self.settle_rest()?;
        self.smooth(first)
    }

    /// The level payment of what is outstanding when a row begins, with the tranches that join within it.
    fn level_payment(&mut self, first: usize) -> Result<i64> {
        self.compute()?;
        let begins = self.begins(first);
        let Some(line) = self.rows.get(first) else { return Err(Error::internal("row", first)) };
        let ends = match line.bills_to {
            Some(end) if first + 1 < self.rows.len() => end,
            _ => NaiveDate::MAX,
        };
        let balance = add(line.figures.opening.minor(), self.between.tranches(begins, ends)?)?;
        self.context(|context| {
            let regular_first = self.regular_first(context, first)?;
            let from = SolvedFrom { at: first, begins, balance, billed: 0, paid: 0, all: true };
            self.solver(context, from, regular_first)?.level_payment()
        })
    }

    /// A payment for the rows from one on, but not where more was settled already.
    fn take_payment(&mut self, first: usize, payment: i64) {
        for line in self.rows.iter_mut().skip(first) {
            if payment >= line.ahead.sum() {
                (line.amount, line.solved) = (Amount::Payment(payment), payment);
            }
        }
    }

    /// How well the payments end that the rows from one on have: by how much the last one differs from the one before it, of
    /// neighbours not settled in full.
    fn tried(&self, first: usize) -> Result<Tried<Vec<(Amount, i64)>>> {
        let rows = self.rows.get(first..).unwrap_or_default();
        let open = |pair: &&[PlanRow]| pair.iter().all(|row| !row.is_settled());
        let (payment, gap) = match rows.windows(2).rev().find(open) {
            Some([one, last]) => (one.payment(), add(last.payment(), -one.payment())?),
            _ => (rows.first().map_or(0, PlanRow::payment), 0),
        };
        let takers = rows.iter().filter(|row| row.ahead.sum() <= payment).count();
        let takers = u32::try_from(takers).map_err(|_| Error::internal("rows", takers))?;
        let amounts = self.rows.iter().map(|row| (row.amount, row.solved)).collect();
        Ok(Tried { payment, gap, takers, rows: amounts })
    }

    /// Smooths the last payment over all that were found with it.
    fn smooth(&mut self, first: usize) -> Result<()> {
        if self.rules().smoothing_rounds == 0 {
            return Ok(());
        }
        let found = self.tried(first)?;
        let best = smoothed(self.rules(), found, |payment| {
            self.take_payment(first, payment);
            self.settle_rest()?;
            self.tried(first)
        })?;
        let is_best = |(row, best): (&PlanRow, &(Amount, i64))| (row.amount, row.solved) == *best;
        if self.rows.iter().zip(&best.rows).all(is_best) {
            return Ok(());
        }
        for (row, best) in self.rows.iter_mut().zip(best.rows) {
            (row.amount, row.solved) = best;
        }
        self.settle_rest()
    }

    /// More rows, and with them another payment from the row on in whose accrual a day lies.
    pub(crate) fn extend_term(&mut self, billed: usize, day: NaiveDate, extension: Extension) -> Result<()> {
        self.keep_rows(billed);
        if self.extend(day, extension)? {
            self.change_terms(billed, day);
        }
        Ok(())
    }

    /// A change of terms: payments are solved again from the row on in whose accrual a day lies.
    pub(super) fn change_terms(&mut self, billed: usize, day: NaiveDate) {
        self.solve_running(billed, day);
        self.terms_changed = true;
    }

    /// A row falls due: its figures stay.
    pub(crate) fn freeze(&mut self, at: usize) {
        if self.keeps_payments()
            && let Some(line) = self.rows.get_mut(at)
        {
            let row = line.figures;
            line.billed = Some(Settled { principal: row.principal.minor(), interest: row.interest.minor() });
        }
    }

    /// What a row asks for ahead of time, beyond what was settled of it: its interest cut to a day, and its principal.
    pub(crate) fn asks(&self, at: usize, day: NaiveDate) -> Result<Settled> {
        let mut cut = self.clone();
        cut.between.pauses.push((day, NaiveDate::MAX));
        cut.compute()?;
        let Some(line) = cut.rows.get(at) else { return Ok(Settled::default()) };
        let interest = line.figures.interest.minor();
        let mut principal = line.figures.principal.minor();
        let open = self.rows.iter().filter(|line| line.billed.is_none() && !line.is_done()).count();
        if day <= self.begins(at) && open > 1 && self.is_level() {
            // Its period has not begun: it asks for the payment as it was solved.
            principal = line.solved.saturating_sub(interest);
        }
        Ok(Settled {
            principal: principal.saturating_sub(line.ahead.principal).max(0),
            interest: interest.saturating_sub(line.ahead.interest).max(0),
        })
    }

    /// Settles a part of a row before it falls due.
    pub(crate) fn settle_ahead(&mut self, at: usize, day: NaiveDate, part: Settled) -> Result<()> {
        if let Some(line) = self.rows.get_mut(at) {
            line.ahead.principal = add(line.ahead.principal, part.principal)?;
            line.ahead.interest = add(line.ahead.interest, part.interest)?;
        }
        if part.principal != 0 {
            self.move_balance(day, -part.principal);
        }
        self.plan_payments()
    }

    /// What was settled ahead is no part of its rows any more: they ask for so much less. Its interest is the account's to
    /// set against what is billed.
    pub(crate) fn forget_ahead(&mut self) {
        for line in &mut self.rows {
            let ahead = std::mem::take(&mut line.ahead);
            if ahead == Settled::default() {
                continue;
            }
            if let Some(billed) = &mut line.billed {
                billed.principal = billed.principal.saturating_sub(ahead.principal);
            }
            let less = |figure: i64, by: i64| figure.saturating_sub(by);
            line.figures.principal = Money::from_minor(less(line.figures.principal.minor(), ahead.principal));
            line.solved = less(line.solved, ahead.sum()).max(0);
            line.amount = match line.amount {
                Amount::Payment(payment) => Amount::Payment(less(payment, ahead.sum())),
                Amount::Planned(planned) => Amount::Planned(less(planned, ahead.principal)),
                Amount::Solved { planned } => Amount::Solved { planned: less(planned, ahead.principal) },
            };
        }
    }

    /// The interest that was settled of rows from one on.
    pub(crate) fn interest_ahead(&self, from: usize) -> i64 {
        self.rows.iter().skip(from).map(|line| line.ahead.interest).fold(0, i64::saturating_add)
    }

    /// What was settled of a row before it fell due.
    pub(crate) fn ahead(&self, at: usize) -> Settled {
        self.rows.get(at).map_or(Settled::default(), |line| line.ahead)
    }

    /// Whether anything is left to settle of a row ahead.
    pub(crate) fn is_open(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|line| line.billed.is_none() && !line.is_done())
    }

    /// The interest that the last of `billed` rows carried on.
    pub(crate) fn carried_on(&self, billed: usize) -> i64 {
        billed.checked_sub(1).and_then(|last| self.rows.get(last)).map_or(0, |line| line.carried)
    }
}

impl PlanRow {
    fn payment(&self) -> i64 {
        match self.amount {
            Amount::Payment(payment) => payment,
            _ => self.figures.principal.minor().saturating_add(self.figures.interest.minor()),
        }
    }

    /// Whether nothing more is to be paid on it; a row without a payment is, too.
    fn is_settled(&self) -> bool {
        self.ahead.sum() == self.payment()
    }

    /// The same of a row on which something was settled.
    fn is_done(&self) -> bool {
        self.is_settled() && self.ahead != Settled::default()
    }
}
