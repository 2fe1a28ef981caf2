//! Rows that keep their payment: interest beyond it is carried on, what is settled before a row falls due stays with the
//! row, and a payment that is found anew is levelled with the last one.
//!
//! The last row on which anything is left to settle clears the balance; its payment is what that takes.

use chrono::NaiveDate;

use crate::error::Result;
use crate::exact::{add, too_large};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::UnpaidInterest;
use crate::loan::plan::compute::Payments;
use crate::loan::plan::{Amount, Plan, PlanRow, Settled, Treatment};
use crate::loan::relief::Extension;
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

    /// Computes what a relief planned, and then the payments that it wants found anew.
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
        self.level_last(first)
    }

    /// The level payment of what is outstanding when a row begins, with the tranches that join within it.
    fn level_payment(&mut self, first: usize) -> Result<i64> {
        self.compute()?;
        let begins = self.begins(first);
        let Some(line) = self.rows.get(first) else { return Ok(0) };
        let ends = match line.bills_to {
            Some(end) if first + 1 < self.rows.len() => end,
            _ => NaiveDate::MAX,
        };
        let balance = add(line.figures.opening.minor(), self.between.tranches(begins, ends)?)?;
        let rows = self.rows.get(first..).unwrap_or_default();
        let solved = |line: &PlanRow| PlanRow { amount: Amount::Solved { planned: 0 }, ..line.clone() };
        let ahead: Vec<PlanRow> = rows.iter().map(solved).collect();
        let payments = self.context(|context| {
            let rate = context.rate_on(begins);
            let extra_days = self.regular_first_weight(context, first)?;
            self.solve_payment(context, &ahead, (begins, rate), balance, (0, 0), extra_days)
        })?;
        match payments {
            Payments::Amount { amount, .. } => Ok(amount),
            _ => Ok(0),
        }
    }

    /// A part of an amount, to the multiple that payments are rounded to.
    fn to_multiple(&self, amount: i128, parts: usize) -> Result<i64> {
        let rules = self.rules();
        let multiple = i128::from(rules.payment_multiple.map_or(1, Money::minor));
        let parts = i128::try_from(parts).unwrap_or(i128::MAX).max(1);
        let part = rules.rounding.divide(amount, parts.saturating_mul(multiple));
        part.and_then(|part| i64::try_from(part * multiple).ok()).ok_or_else(|| too_large("balance"))
    }

    /// A payment for the rows from one on, but not where more was settled already.
    fn take_payment(&mut self, first: usize, payment: i64) {
        for line in self.rows.iter_mut().skip(first) {
            if payment >= line.ahead.sum() {
                (line.amount, line.solved) = (Amount::Payment(payment), payment);
            }
        }
    }

    /// The payment of the last row but one, and by how much the last one differs: of neighbours not settled in full.
    fn last_gap(&self, first: usize) -> (i64, i64) {
        let rows = self.rows.get(first..).unwrap_or_default();
        let open = |pair: &&[PlanRow]| pair.iter().all(|line| !line.is_settled());
        match rows.windows(2).rev().find(open) {
            Some([one, last]) => (one.payment(), last.payment().saturating_sub(one.payment())),
            _ => (rows.first().map_or(0, PlanRow::payment), 0),
        }
    }

    /// Spreads what the last payment differs by over all that were found with it, while it comes closer to them.
    fn level_last(&mut self, first: usize) -> Result<()> {
        let rounding = self.rules().rounding;
        for _ in 0..self.rules().smoothing_rounds {
            let (payment, gap) = self.last_gap(first);
            let rows = self.rows.get(first..).unwrap_or_default();
            let takers = rows.iter().filter(|line| line.ahead.sum() <= payment).count().max(1);
            let takers = i128::try_from(takers).unwrap_or(i128::MAX);
            let share = rounding.divide(i128::from(gap), takers).ok_or_else(|| too_large("balance"))?;
            let other = self.to_multiple(i128::from(payment) + share, 1)?;
            if other == payment {
                break;
            }
            let before: Vec<_> = self.rows.iter().map(|line| (line.amount, line.solved)).collect();
            self.take_payment(first, other);
            self.settle_rest()?;
            if self.last_gap(first).1.abs() >= gap.abs() {
                for (line, before) in self.rows.iter_mut().zip(before) {
                    (line.amount, line.solved) = before;
                }
                return self.settle_rest();
            }
        }
        Ok(())
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

    /// The interest that the last of so many rows carried on.
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
