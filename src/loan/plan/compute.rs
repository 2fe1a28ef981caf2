//! The rows of a schedule under relief, computed one after the other on the balance really outstanding.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, sum, too_large};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::ProductRules;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::rows_ahead::{Neighbours, SolvedFrom};
use crate::loan::plan::{Amount, DeferredInterest, Plan, Share, Treatment};
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::{Accrued, Scale};
use crate::loan::schedule::solve::{AskingRow, Asks, Payments, RegularFirst, principal_of_payment};
use crate::money::Money;

impl Plan<'_> {
    /// Computes every row again, from the disbursement on.
    pub(super) fn compute(&mut self) -> Result<()> {
        self.check_due_dates()?;
        let rules = self.rules();
        let maturity = self.rows.iter().rev().find_map(|line| line.bills_to).unwrap_or(self.loan.maturity());
        let scale = {
            let changes = self.changes.iter().map(|change| change.rate);
            let others = self.rows.iter().filter_map(|line| line.rate);
            Scale::over(rules.day_count, std::iter::once(self.first_rate).chain(changes).chain(others))
        };
        for pot in &mut self.pots {
            (pot.total, pot.left) = (pot.given, pot.given);
        }
        let changes = std::mem::take(&mut self.changes);
        let computed = self.compute_with(&AccrualContext {
            rules,
            scale,
            maturity,
            first_rate: self.first_rate,
            changes: &changes,
            flat: self.flat(),
        });
        self.changes = changes;
        computed
    }

    /// Refuses rows whose dates collide before any roll. Rows that a roll brings onto one day both fall due on it; the items of a
    /// life go by their day, so there each needs one of its own.
    pub(super) fn check_due_dates(&self) -> Result<()> {
        if let Some(first) = self.rows.first()
            && first.figures.due_on <= self.loan.terms().disbursed_on
        {
            let bound = format!("a day after the disbursement, {}", self.loan.terms().disbursed_on);
            return Err(Error::new(ErrorCode::DueDatesCollide, "due_on", first.figures.due_on, bound));
        }
        for (no, pair) in (1..).zip(self.rows.windows(2)) {
            let [one, next] = pair else { continue };
            let (day, before) = (next.figures.due_on, one.figures.due_on);
            if day < before || (day == before && (self.is_life || one.date == next.date)) {
                let found = format!("{} of row {}, due on {day}", next.date, no + 1);
                let bound = format!("a day after {} of row {no}, due on {before}", one.date);
                return Err(Error::new(ErrorCode::DueDatesCollide, "due_on", found, bound));
            }
        }
        Ok(())
    }

    fn compute_with(&mut self, context: &AccrualContext<'_>) -> Result<()> {
        let rules = context.rules;
        let mut balance = self.lent;
        let mut moved = 0;
        let mut period = context.period(self.loan.terms().disbursed_on);
        let mut accrued_to = period.start();
        let mut accrued = Accrued::ZERO;
        let mut payments = Payments::Unsolved;
        let clears = self.clearing_row();
        let mut neighbours = Neighbours::of(&self.rows);
        let mut carried = 0;
        for at in 0..self.rows.len() {
            let last = at + 1 == self.rows.len();
            let ahead = self.rows.get(at..).unwrap_or_default();
            // A row that only repays lies in the period that the next billing row ends.
            let billing = ahead.iter().find(|line| line.bills_to.is_some());
            let (rate, period_end) = billing.map_or((None, None), |line| (line.rate, line.bills_to));
            let Some(line) = ahead.first() else { break };
            neighbours.reach(line);
            if let Some(begins) = line.begins {
                // What lies between was settled by itself.
                period = context.period(begins);
                (accrued_to, accrued) = (begins, Accrued::ZERO);
            }
            self.end_period(&mut period, at);
            let end = match (line.bills_to, period_end) {
                (Some(end), _) => end,
                (None, Some(end)) => line.repaid_from.min(end).max(accrued_to),
                (None, None) => accrued_to,
            };
            self.between.move_until(accrued_to, &mut moved, &mut balance)?;
            let opening = balance;
            self.between.earn(
                context,
                (&period, rate),
                (accrued_to, end),
                &mut moved,
                &mut balance,
                &mut accrued,
            )?;
            accrued_to = end;

            let bills = line.bills_to.is_some();
            let interest = if bills {
                add(accrued.round(period.denominator()?, rules.rounding)?, std::mem::take(&mut carried))?
            } else {
                0
            };
            let days = if bills { period.days(end) } else { 0 };
            let projected = bills && !context.changes.is_empty() && period.is_projected(end);
            let (due_on, amount, treatment) = (line.figures.due_on, line.amount, line.treatment);
            let settled = line.ahead;
            let frozen = line.billed.filter(|_| !self.on_time).map(|billed| (billed, line.carried));
            let (pays, puts_off) = (line.pays.clone(), line.puts_off.clone());
            let (capitalises, repays_capital_of) = (line.capitalises, line.repays_capital_of);

            let (mut paid, mut put_off, mut joins, mut waived) = (interest, 0, 0, 0);
            match treatment {
                Treatment::Payable => {}
                Treatment::Waived => (paid, waived) = (0, interest),
                Treatment::PutOff(pot) => {
                    (paid, put_off) = (0, interest);
                    self.pot(pot)?.put(interest)?;
                }
                Treatment::Capitalised(pot) => {
                    (paid, put_off, joins) = (0, interest, interest);
                    self.pot(pot)?.put(interest)?;
                }
            }
            let mut caught_up = 0_i64;
            for share in pays {
                let part = self.pot(share.pot)?.take(share, rules)?;
                caught_up = caught_up.checked_add(part).ok_or_else(|| too_large("balance"))?;
            }
            for (share, into) in puts_off {
                let part = self.pot(share.pot)?.take(share, rules)?;
                let into = self.pot(into)?;
                into.put(part)?;
                if into.each_due_date {
                    joins = add(joins, part)?;
                }
            }
            if let Some(pot) = capitalises {
                let pot = self.pot(pot)?;
                joins = add(joins, std::mem::take(&mut pot.left))?;
            }
            // The last row repays what joins the balance after its accrual, too; no row repays what was prepaid to a day
            // that has not come. Where more was paid in a life than is left, no row pays it out: it is the account's to give
            // back.
            let to_come = self.between.to_come(moved)?;
            let principal = if let Some((billed, carries)) = frozen {
                (paid, carried) = (billed.interest, carries);
                billed.principal
            } else if clears == Some(at) {
                let to_come = if last { to_come } else { to_come.min(0) };
                let rest = sum([balance, joins, to_come, settled.principal])?;
                if self.is_life { rest.max(settled.principal) } else { rest }
            } else if let (Amount::Payment(payment), true) = (amount, self.keeps_payments()) {
                let parts = self.parts_of(payment, settled, paid);
                carried = add(paid, -parts.interest)?;
                paid = parts.interest;
                parts.principal.min(sum([balance, joins, settled.principal])?).max(settled.principal)
            } else {
                let wanted = match amount {
                    Amount::Planned(planned) => match repays_capital_of {
                        Some(pot) => add(planned, self.pot(pot)?.total)?,
                        None => planned,
                    },
                    // The last payment takes the rest, even where rows of nothing follow.
                    Amount::Payment(_) if neighbours.payments + neighbours.solved == 0 => {
                        Money::from_wide(i128::from(balance) - neighbours.planned, "balance")?.minor()
                    }
                    Amount::Payment(payment) => self.left_of(payment, paid, (at, due_on))?,
                    Amount::Solved { .. } => self.solved(
                        context,
                        (at, period.start(), neighbours),
                        (balance, paid),
                        &mut payments,
                    )?,
                };
                let spared = if at < self.billed { 0 } else { to_come.min(0) };
                // What a payment below its interest leaves to the balance of a life is interest: no more than is payable.
                let least = match settled.principal {
                    0 if self.is_life => paid.max(0).saturating_neg(),
                    0 => i64::MIN,
                    // Never less than was settled of it.
                    settled => settled,
                };
                let most = sum([balance, joins, spared, settled.principal])?;
                if self.is_life { wanted.min(most).max(least) } else { wanted.max(least).min(most) }
            };
            let falls_due = principal.checked_sub(settled.principal).ok_or_else(|| too_large("balance"))?;
            let closing = add(balance, joins)?.checked_sub(falls_due).ok_or_else(|| too_large("balance"))?;
            let no = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let Some(line) = self.rows.get_mut(at) else { break };
            (line.waived, line.joins, line.carried) = (waived, joins, carried);
            let fees = line.figures.fees;
            let payment =
                Money::sum([principal, paid, caught_up].map(Money::from_minor).into_iter().chain([fees]))?;
            line.figures = Instalment {
                no,
                days: i32::try_from(days).unwrap_or(i32::MAX),
                opening: Money::from_minor(opening),
                principal: Money::from_minor(principal),
                interest: Money::from_minor(paid),
                interest_deferred: Money::from_minor(put_off),
                deferred_interest_paid: Money::from_minor(caught_up),
                payment,
                closing: Money::from_minor(closing),
                projected,
                ..line.figures
            };
            balance = closing;
            if bills {
                period = context.period(end);
                accrued_to = end;
                accrued = Accrued::ZERO;
            }
        }
        Ok(())
    }

    fn pot(&mut self, pot: usize) -> Result<&mut DeferredInterest> {
        self.pots.get_mut(pot).ok_or_else(|| too_large("balance"))
    }

    /// The principal in a payment.
    fn left_of(&self, payment: i64, interest: i64, row: (usize, NaiveDate)) -> Result<i64> {
        let rules = self.rules();
        if payment < interest && self.lived && !rules.negative_amortisation {
            return Ok(0);
        }
        let no = u32::try_from(row.0 + 1).map_err(|_| Error::internal("row", row.0))?;
        principal_of_payment(rules, (payment, interest), (no, row.1))
    }

    /// The regular first period that the payment sees, if this is the first row and extra days go on top.
    pub(super) fn regular_first(
        &self,
        context: &AccrualContext<'_>,
        at: usize,
    ) -> Result<Option<RegularFirst>> {
        let loan = self.loan;
        let Some(first) = self.rows.iter().find(|row| row.bills_to.is_some()).filter(|_| at == 0) else {
            return Ok(None);
        };
        let start = loan.terms().disbursed_on;
        let multiplier = context.scale.multiplier(context.rate_on(start));
        let ends = || Ok((first.bills_to.unwrap_or(start), first.cycle_row == Some(1)));
        RegularFirst::of(&loan, context.period(start), multiplier, ends)
    }

    /// The principal of a row that asks for it by the method, solved again over the rows from it on.
    fn solved(
        &self,
        context: &AccrualContext<'_>,
        (at, begins, neighbours): (usize, NaiveDate, Neighbours),
        (opening, interest): (i64, i64),
        payments: &mut Payments,
    ) -> Result<i64> {
        let rules = context.rules;
        let Some(row) = self.rows.get(at) else { return Err(Error::internal("row", at)) };
        let planned = row.planned();
        // What was caught up keeps its date; the rest is what is solved over.
        let balance = Money::from_wide(i128::from(opening) - neighbours.planned_between, "balance")?.minor();
        // The last of them takes the rest, even if a catch-up row comes after it; of a plan, the last that was planned.
        let is_last = match rules.method {
            Method::Custom if planned != 0 => neighbours.solved_planned == 0,
            _ => neighbours.solved == 0,
        };
        if is_last {
            return Ok(balance);
        }
        if balance == 0 || (self.is_life && balance < 0) {
            // What was repaid early, or paid beyond what is left, is followed by rows of zero, whatever residual was agreed.
            return Ok(0);
        }
        let billed = neighbours.billed;
        // Payments are counted from the first after the grace.
        let paid = billed.saturating_sub(u32::from(rules.grace.principal) + self.shifted);
        let asking = AskingRow { date: row.date, planned, rate: context.rate_on(begins), paid };
        let regular_first = self.regular_first(context, at)?;
        let from = SolvedFrom { at, begins, balance, billed, paid, all: false };
        let asks =
            payments.of_row(rules, asking, || self.solver(context, from, regular_first)?.payments())?;
        match asks {
            Asks::Principal(principal) => Ok(principal),
            Asks::Payment(payment) => {
                let seen = match regular_first {
                    Some(regular) => regular.interest(opening, rules.rounding)?,
                    None => interest,
                };
                self.left_of(payment, seen, (at, row.figures.due_on))
            }
        }
    }
}

impl DeferredInterest {
    fn put(&mut self, interest: i64) -> Result<()> {
        self.total = add(self.total, interest)?;
        self.left = add(self.left, interest)?;
        Ok(())
    }

    fn take(&mut self, share: Share, rules: &ProductRules) -> Result<i64> {
        let part = match share.of {
            None => self.left,
            Some(parts) => {
                let part = rules.rounding.divide(i128::from(self.total), i128::from(parts));
                let part =
                    part.and_then(|part| i64::try_from(part).ok()).ok_or_else(|| too_large("balance"))?;
                // Rounded up, the parts may use the pot up before the last of them.
                if part.unsigned_abs() > self.left.unsigned_abs() { self.left } else { part }
            }
        };
        self.left = self.left.checked_sub(part).ok_or_else(|| too_large("balance"))?;
        Ok(part)
    }
}
