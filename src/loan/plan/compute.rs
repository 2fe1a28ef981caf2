//! The rows of a schedule under relief, computed one after the other on the balance really outstanding.

use chrono::{Datelike, NaiveDate};

use crate::calendar::Cycle;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, sum, too_large};
use crate::loan::agreement::method::{Balloon, Method};
use crate::loan::agreement::product::{FirstPeriod, LevelPayment, ProductRules, Reamortise};
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::{Amount, DeferredInterest, Plan, PlanRow, Share, Treatment};
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::{Accrued, Scale};
use crate::loan::schedule::annuity::{Annuity, ExactPayment, flat_payment};
use crate::money::Money;
use crate::rate::{Rate, RateStep};

impl Plan<'_> {
    /// Computes every row again, from the disbursement on.
    pub(super) fn compute(&mut self) -> Result<()> {
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

    fn compute_with(&mut self, context: &AccrualContext<'_>) -> Result<()> {
        let rules = context.rules;
        let mut balance = self.lent;
        let mut moved = 0;
        let mut period = context.period(self.loan.terms().disbursed_on);
        let mut accrued_to = period.start();
        let mut accrued = Accrued::ZERO;
        let mut payments = Payments::Unsolved;
        let mut before = self.loan.terms().disbursed_on;
        let clears = self.clearing_row();
        let mut carried = 0;
        for at in 0..self.rows.len() {
            let last = at + 1 == self.rows.len();
            let ahead = self.rows.get(at..).unwrap_or_default();
            // A row that only repays lies in the period that the next billing row ends.
            let billing = ahead.iter().find(|line| line.bills_to.is_some());
            let (rate, period_end) = billing.map_or((None, None), |line| (line.rate, line.bills_to));
            let Some(line) = ahead.first() else { break };
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
            if due_on <= before {
                return Err(Error::new(
                    ErrorCode::DueDatesCollide,
                    "due_on",
                    due_on,
                    format!("a day of its own, after {before}"),
                ));
            }
            before = due_on;

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
                    Amount::Payment(payment) => match self.last_payment(at) {
                        // The last payment takes the rest, even where rows of nothing follow.
                        Some(planned_later) => {
                            balance.checked_sub(planned_later).ok_or_else(|| too_large("balance"))?
                        }
                        None => self.left_of(payment, paid, due_on)?,
                    },
                    Amount::Solved { planned } => {
                        let solved =
                            self.solved(context, at, period.start(), balance, planned, &mut payments)?;
                        match solved {
                            Solved::Principal(principal) => principal,
                            Solved::Payment(payment) => {
                                let seen = self.interest_seen(context, at, balance, paid)?;
                                self.left_of(payment, seen, due_on)?
                            }
                        }
                    }
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

    /// What is planned after a row, if no payment follows it and none is to be solved.
    fn last_payment(&self, at: usize) -> Option<i64> {
        let later = self.rows.get(at + 1..).unwrap_or_default();
        if later.iter().any(|line| !matches!(line.amount, Amount::Planned(_))) {
            return None;
        }
        later.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.planned()))
    }

    /// The principal in a payment.
    fn left_of(&self, payment: i64, interest: i64, due_on: NaiveDate) -> Result<i64> {
        let rules = self.rules();
        let principal = payment.checked_sub(interest).ok_or_else(|| too_large("balance"))?;
        if principal < 0 && self.lived && !rules.negative_amortisation {
            return Ok(0);
        }
        if principal < 0 && !rules.negative_amortisation {
            let show = |minor: i64| Money::from_minor(minor).display(rules.currency);
            return Err(Error::new(
                ErrorCode::NegativeAmortisation,
                "payment",
                format!("{} on {due_on}", show(payment)),
                format!("at least its interest, {}", show(interest)),
            ));
        }
        Ok(principal)
    }

    /// The interest that the payment of a row is meant to hold: of the first one, that of a regular period, where extra
    /// days go on top.
    fn interest_seen(
        &self,
        context: &AccrualContext<'_>,
        at: usize,
        balance: i64,
        interest: i64,
    ) -> Result<i64> {
        match self.regular_first_weight(context, at)? {
            None => Ok(interest),
            Some((weight, denominator)) => {
                let mut accrued = Accrued::ZERO;
                accrued.add(balance, weight);
                accrued.round(denominator, context.rules.rounding)
            }
        }
    }

    /// The weight of a regular first period and its denominator, if this is the first row and extra days go on top.
    pub(super) fn regular_first_weight(
        &self,
        context: &AccrualContext<'_>,
        at: usize,
    ) -> Result<Option<(i128, i128)>> {
        if at > 0 || context.rules.first_period != FirstPeriod::OnTop {
            return Ok(None);
        }
        let loan = self.loan;
        let before = loan.roll(loan.unbounded_cycle_date(0)?, false)?.accrual_end;
        let end = self.rows.first().and_then(|line| line.bills_to).unwrap_or(before);
        let on_cycle = self.rows.first().is_some_and(|line| line.cycle_row == Some(1));
        let rate = context.rate_on(loan.terms().disbursed_on);
        let mut period = context.period(before);
        period.ending(end, || loan.cycle_to_first().filter(|_| on_cycle));
        Ok(Some((period.weight_at(context.scale.multiplier(rate), before, end), period.denominator()?)))
    }

    /// The method solved again over the rows from `at` on.
    fn solved(
        &self,
        context: &AccrualContext<'_>,
        at: usize,
        start: NaiveDate,
        balance: i64,
        planned: i64,
        payments: &mut Payments,
    ) -> Result<Solved> {
        let rules = context.rules;
        let ahead = self.rows.get(at..).unwrap_or_default();
        let remaining = || ahead.iter().filter(|line| matches!(line.amount, Amount::Solved { .. }));
        // What was caught up keeps its date; the rest is what is solved over.
        let kept = ahead
            .iter()
            .filter(|line| line.bills_to.is_none() && !matches!(line.amount, Amount::Solved { .. }));
        let kept: i128 = kept.map(|line| i128::from(line.planned())).sum();
        let balance = Money::from_wide(i128::from(balance) - kept, "balance")?.minor();
        if remaining().nth(1).is_none() {
            // The last of them takes the rest, even if a catch-up row comes after it.
            return Ok(Solved::Principal(balance));
        }
        if self.is_life && balance <= 0 {
            // More was paid than is left: there is nothing to find payments for.
            return Ok(Solved::Principal(0));
        }
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        let share_over = |rows: usize| -> Result<i64> {
            let rows = i128::try_from(rows).unwrap_or(i128::MAX).max(1);
            let shares =
                rules.rounding.divide(i128::from(balance), rows.saturating_mul(i128::from(multiple)));
            let share = shares.and_then(|shares| i64::try_from(shares * i128::from(multiple)).ok());
            share.ok_or_else(|| too_large("balance"))
        };
        let rate = context.rate_on(start);
        match rules.method {
            Method::InterestOnly | Method::Bullet => Ok(Solved::Principal(0)),
            Method::EqualPrincipal => {
                if let Payments::Amount { amount, .. } = payments {
                    return Ok(Solved::Principal(*amount));
                }
                let amount = share_over(remaining().count())?;
                *payments = Payments::Amount { amount, rate };
                Ok(Solved::Principal(amount))
            }
            Method::Seasonal(season) => {
                let in_season = |line: &&PlanRow| season.contains(line.date.month());
                if !ahead.first().is_some_and(|line| in_season(&line)) {
                    return Ok(Solved::Principal(0));
                }
                if let Payments::Amount { amount, .. } = payments {
                    return Ok(Solved::Principal(*amount));
                }
                let amount = share_over(remaining().filter(in_season).count())?;
                *payments = Payments::Amount { amount, rate };
                Ok(Solved::Principal(amount))
            }
            Method::Custom => {
                // Each part that remains grows or shrinks alike, by the proportion that the first of them found; the last of
                // them takes the rest.
                if planned != 0 && remaining().skip(1).all(|line| line.planned() == 0) {
                    return Ok(Solved::Principal(balance));
                }
                if let Payments::Unsolved = payments {
                    let whole: i128 = remaining().map(|line| i128::from(line.planned())).sum();
                    *payments = Payments::InProportion { balance, whole };
                }
                let Payments::InProportion { balance, whole } = payments else {
                    return Ok(Solved::Principal(planned));
                };
                if *whole <= 0 {
                    return Ok(Solved::Principal(0));
                }
                let part = rules.rounding.divide(i128::from(planned) * i128::from(*balance), *whole);
                let part =
                    part.and_then(|part| i64::try_from(part).ok()).ok_or_else(|| too_large("balance"))?;
                Ok(Solved::Principal(part))
            }
            Method::EqualInstalment | Method::Balloon(_) | Method::Graduated(_) => {
                let solve = match payments {
                    Payments::Amount { rate: solved_with, .. }
                    | Payments::Graduated { rate: solved_with, .. } => {
                        rules.reamortise == Reamortise::AtChange && *solved_with != rate
                    }
                    _ => true,
                };
                // Payments are counted from the first after the grace.
                let billed = self.rows.get(..at).unwrap_or_default();
                let billed = billed.iter().filter(|line| line.bills_to.is_some()).count();
                let billed = u32::try_from(billed).unwrap_or(u32::MAX);
                let paid = billed.saturating_sub(u32::from(rules.grace.principal) + self.shifted);
                if solve {
                    let first = self.regular_first_weight(context, at)?;
                    *payments =
                        self.solve_payment(context, ahead, (start, rate), balance, (billed, paid), first)?;
                }
                match (&*payments, rules.method) {
                    (Payments::Graduated { exact, from, .. }, Method::Graduated(graduated)) => {
                        let every = u32::from(graduated.every());
                        let steps = paid / every - *from / every;
                        let payment = exact.grown(graduated.growth(), steps, rules.rounding, multiple)?;
                        Ok(Solved::Payment(payment))
                    }
                    (Payments::Amount { amount, .. }, _) => Ok(Solved::Payment(*amount)),
                    _ => Ok(Solved::Principal(planned)),
                }
            }
        }
    }

    /// The payment over the billing rows of `ahead`.
    pub(super) fn solve_payment(
        &self,
        context: &AccrualContext<'_>,
        ahead: &[PlanRow],
        (start, rate): (NaiveDate, Rate),
        balance: i64,
        (billed, paid): (u32, u32),
        first: Option<(i128, i128)>,
    ) -> Result<Payments> {
        let rules = context.rules;
        let loan = self.loan;
        let asks = rules.day_count.asks_for_period();
        let ahead_from = self.rows.len() - ahead.len();
        let solved =
            (ahead_from..).zip(ahead).filter(|(_, line)| matches!(line.amount, Amount::Solved { .. }));
        // Where the periods end, and which of them are of one cycle.
        let mut ends: Vec<(NaiveDate, Option<Cycle>)> = solved
            .filter_map(|(at, line)| {
                line.bills_to.map(|end| (end, if asks { self.one_cycle(at) } else { None }))
            })
            .collect();
        if let (Method::Balloon(Balloon::AmortisedOver(over)), false) = (rules.method, self.re_aged) {
            // The payments are those of a longer loan, whose cycle goes on.
            let rows = (u32::from(over) + self.shifted).saturating_sub(billed);
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            if rows > ends.len() {
                let regular = self.last_cycle_row();
                if ahead.last().is_some_and(|line| line.cycle_row.is_none()) {
                    ends.pop();
                } else if let Some(last) = ends.last_mut() {
                    last.0 = loan.roll(loan.unbounded_cycle_date(regular)?, false)?.accrual_end;
                }
                for row in regular + 1.. {
                    let last = ends.len() + 1 >= rows;
                    let end = loan.roll(loan.unbounded_cycle_date(row)?, last)?.accrual_end;
                    ends.push((end, loan.cycle_before(row)));
                    if last {
                        break;
                    }
                }
            }
        }
        let constant = RateStep { from: start, rate, projected: false };
        // rate x months / 12, over the loan's denominator that has the basis in it.
        let nominal = context.scale.denominator().checked_mul(12).ok_or_else(|| too_large("balance"));
        let weights = |row: u32| -> Result<(i128, i128)> {
            if rules.level_payment == LevelPayment::Nominal {
                let months = rules.every.and_then(|cycle| cycle.months()).unwrap_or(1);
                let basis = i128::from(rules.day_count.period_basis());
                return Ok((context.scale.multiplier(rate) * i128::from(months) * basis, nominal.clone()?));
            }
            if let (0, Some(first)) = (row, first) {
                return Ok(first);
            }
            let index = usize::try_from(row).unwrap_or(usize::MAX);
            let (end, one_cycle) = ends.get(index).copied().unwrap_or((start, None));
            let from = index.checked_sub(1).and_then(|before| ends.get(before)).map_or(start, |end| end.0);
            let mut period = context.period(from);
            period.end_on(ends.last().map_or(end, |last| last.0));
            period.ending(end, || one_cycle);
            let weight = match rules.reamortise {
                Reamortise::Once => period.weight(from, end),
                Reamortise::Running => self.between.unpaused(&period, from, end),
                Reamortise::AtChange => period.weight_at(context.scale.multiplier(constant.rate), from, end),
            };
            Ok((weight, period.denominator()?))
        };
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        let rows = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        if let Some(lent) = context.flat {
            let base = add(lent, self.between.paid_out(usize::MAX)?)?;
            let amount = flat_payment((base, balance), rows, weights, (rules.rounding, multiple))?;
            return Ok(Payments::Amount { amount, rate });
        }
        let annuity = Annuity {
            balance,
            // What was rescheduled is repaid in its new instalments, whatever the balloon.
            residual: if self.re_aged { 0 } else { loan.terms().residual.minor() },
            rows,
            weights,
            graduated: match rules.method {
                Method::Graduated(graduated) => Some(graduated),
                _ => None,
            },
            paid,
        };
        if annuity.graduated.is_some() {
            return Ok(Payments::Graduated { exact: Box::new(annuity.exact()?), from: paid, rate });
        }
        Ok(Payments::Amount { amount: annuity.level(rules.rounding, multiple)?, rate })
    }
}

/// What is known of the payments that were solved again.
pub(super) enum Payments {
    Unsolved,
    /// A payment or a share, and the rate it was solved with.
    Amount {
        amount: i64,
        rate: Rate,
    },
    Graduated {
        exact: Box<ExactPayment>,
        from: u32,
        rate: Rate,
    },
    /// Planned parts, each times balance / whole.
    InProportion {
        balance: i64,
        whole: i128,
    },
}

enum Solved {
    Principal(i64),
    Payment(i64),
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
