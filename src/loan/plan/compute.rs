//! Computing a plan: its rows one after the other, on the balance really outstanding.
//!
//! A row earns first ([`Walk::earn`]), and says what it asks for ([`Walk::asked`]). It bills its interest, or what its payment has
//! room for ([`Walk::bill`]); what it bills goes where its rule says ([`Plan::place_interest`]). Then its principal is found
//! ([`Walk::repay`]), and the figures are written ([`Walk::write`]). Nothing else writes figures.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::LevelPayment;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::brought_forward::BroughtForward;
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::plan::row::{Amount, CaughtUp, InterestRule, PlanRow};
use crate::loan::plan::rows_to_come::{Neighbours, SolvedFrom};
use crate::loan::plan::{Plan, RowParts};
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::{Accrued, Period, Scale, SteadyRate};
use crate::loan::schedule::flat_total::FlatTotal;
use crate::loan::schedule::payment_parts::principal_of_payment;
use crate::loan::schedule::solve::{AskingRow, Asks, Payments, RegularFirst};
use crate::money::Money;
use crate::rate::RateStep;

/// How far computing has come: what the next row starts from. Thirteen fields, of which each step of a row needs several.
struct Walk<'c> {
    context: &'c AccrualContext<'c>,
    balance: i64,
    /// The number of balance movements that have taken place.
    moved: usize,
    period: Period<'c>,
    /// The day from which the period's interest is still to be added to `accrued`.
    accrued_to: NaiveDate,
    accrued: Accrued,
    payments: Payments,
    neighbours: Neighbours,
    /// The row that clears the balance.
    clears: Option<usize>,
    /// Whether interest that joins the balance falls due in some row: few plans need look for it.
    repays_capital: bool,
    /// Interest beyond the payment of the row before.
    carried: i64,
    /// From this day on nothing earns beside the balance, and no day is without interest.
    quiet_from: NaiveDate,
    /// The interest of the rows so far, where that of all of them is rounded once.
    flat_total: Option<FlatTotal>,
}

/// What a row earned.
struct Earned {
    /// The balance that it starts from.
    opening: i64,
    /// The interest of its period, rounded, with what was carried to it; nothing for a row that only repays.
    interest: i64,
    days: i32,
    projected: bool,
    /// Where its accrual ends.
    end: NaiveDate,
}

/// What a row asks for.
#[derive(Clone, Copy)]
enum Asked {
    /// What it was billed.
    Billed(RowParts),
    /// All that is left: it clears the balance.
    Rest,
    /// The principal that was planned for it, with what was deferred to it.
    Planned(i64),
    /// So much principal, whatever the interest.
    Principal(i64),
    /// What a payment that it keeps leaves.
    Kept(i64),
    /// What a payment leaves.
    Payment(i64),
}

/// Where the interest of a row goes.
#[derive(Default)]
struct Placed {
    /// It is payable in the row.
    payable: i64,
    /// It is deferred.
    deferred: i64,
    /// It is not owed.
    waived: i64,
    /// It joins the balance.
    joins: i64,
    /// Interest deferred earlier that is payable in the row.
    caught_up: i64,
}

impl Placed {
    /// Interest of a pool joins the balance. Below zero it takes away no more than is left there: the rest is the borrower's, and
    /// falls due in the row.
    fn join(&mut self, interest: i64, left: i64, pool: &mut DeferredPool) -> Result<()> {
        let joins = interest.max(subtract(0, add(left, self.joins)?)?.min(0));
        let beyond = subtract(interest, joins)?;
        self.joins = add(self.joins, joins)?;
        self.caught_up = add(self.caught_up, beyond)?;
        pool.total = subtract(pool.total, beyond)?;
        Ok(())
    }
}

impl Plan<'_> {
    /// Computes every row that was not billed.
    pub(super) fn compute(&mut self) -> Result<()> {
        self.check_due_dates()?;
        self.compute_to(self.rows.len())?;
        self.waiting = None;
        debug_assert!(self.rows_add_up(), "the rows of a plan add up");
        Ok(())
    }

    /// Computes the rows that a day sees, where they are not those of now: up to the one whose accrual goes on beyond it. The rows
    /// after it wait until they are asked for.
    pub(super) fn compute_until(&mut self, day: NaiveDate, changed: bool) -> Result<()> {
        let goes_on = |row: &PlanRow| row.bills() && row.ends() > day;
        let running = self.rows.iter().skip(self.billed).position(goes_on);
        let end = running.map_or(self.rows.len(), |running| self.billed + running + 1);
        let waits = self.waiting.is_some_and(|waiting| waiting < end);
        if changed || waits { self.compute_rows(end) } else { Ok(()) }
    }

    /// Computes the rows up to one of them. The others wait until they are asked for.
    pub(super) fn compute_rows(&mut self, end: usize) -> Result<()> {
        if end >= self.rows.len() {
            return self.compute();
        }
        self.check_due_dates()?;
        self.compute_to(end)?;
        self.waiting = Some(end);
        Ok(())
    }

    /// Computes the rows that waited.
    pub(crate) fn complete(&mut self) -> Result<()> {
        if self.waiting.is_some() { self.compute() } else { Ok(()) }
    }

    /// Computes the rows up to one of them, and returns what they bring forward to it.
    pub(super) fn compute_to(&mut self, end: usize) -> Result<BroughtForward> {
        let Plan { pools, brought, .. } = &mut *self;
        pools.iter_mut().for_each(DeferredPool::begin);
        for (pool, before) in pools.iter_mut().zip(&brought.pools) {
            (pool.total, pool.left) = (before.total, before.left);
        }
        // The context borrows the changes of rates while the rows are written.
        let changes = std::mem::take(&mut self.rates.changes);
        let computed = self.walk(&self.accrual_context(&changes), end);
        self.rates.changes = changes;
        computed
    }

    fn walk(&mut self, context: &AccrualContext<'_>, end: usize) -> Result<BroughtForward> {
        let BroughtForward { at: first, billing, balance, moved, begins, carried, .. } = self.brought;
        let rows = self.rows.get(first..).unwrap_or_default();
        let mut walk = Walk {
            context,
            balance,
            moved,
            period: context.period(begins),
            accrued_to: begins,
            accrued: Accrued::ZERO,
            payments: Payments::Unsolved,
            neighbours: Neighbours::of(rows, billing),
            clears: self.clearing_row(),
            repays_capital: rows.iter().any(|row| row.rule.caught_up.capital_of.is_some()),
            carried,
            quiet_from: self.movements.quiet_from(),
            flat_total: self.brought.flat_total.clone(),
        };
        for at in first..end {
            let earned = walk.earn(self, at)?;
            let asked = walk.asked(self, at, earned.interest)?;
            let bills = walk.bill(self, at, asked, earned.interest)?;
            let left = walk.left_when_due(self, at)?;
            let mut placed = self.place_interest(at, bills, left)?;
            let principal = walk.repay(self, at, asked, &mut placed)?;
            walk.write(self, at, &earned, &placed, principal)?;
        }
        Ok(BroughtForward {
            at: end,
            billing: walk.neighbours.billed_so_far(),
            balance: walk.balance,
            moved: walk.moved,
            begins: walk.period.start(),
            carried: walk.carried,
            flat_total: walk.flat_total,
            pools: self.pools.clone(),
        })
    }

    /// Whether each row of a promise closes with what it opened with less its principal, where the next one opens, and the last one
    /// with nothing. In an account, tranches, prepayments and what was settled ahead lie between.
    fn rows_add_up(&self) -> bool {
        if self.purpose.is_account() {
            return true;
        }
        let closes = |row: &PlanRow| {
            let closing = i128::from(row.figures.opening.minor()) + i128::from(row.found.joins)
                - i128::from(row.figures.principal.minor());
            closing == i128::from(row.figures.closing.minor())
        };
        let follows = |pair: &[PlanRow]| pair[0].figures.closing == pair[1].figures.opening;
        self.rows.iter().all(closes)
            && self.rows.windows(2).all(follows)
            && self.rows.last().is_none_or(|row| row.figures.closing.is_zero())
    }

    /// Refuses rows whose dates collide before any roll. Rows that a roll brings onto one day both fall due on it.
    pub(super) fn check_due_dates(&self) -> Result<()> {
        if let Some(first) = self.rows.first()
            && first.figures.due_on <= self.loan.terms().disbursed_on
        {
            let bound = format!("a day after the disbursement, {}", self.loan.terms().disbursed_on);
            return Err(Error::new(ErrorCode::DueDatesCollide, "due_on", first.figures.due_on, bound));
        }
        for (no, (one, next)) in (1..).zip(self.rows.iter().zip(self.rows.iter().skip(1))) {
            let (day, before) = (next.figures.due_on, one.figures.due_on);
            if day < before || (day == before && one.place.date == next.place.date) {
                let found = format!("{} of row {}, due on {day}", next.place.date, no + 1);
                let bound = format!("a day after {} of row {no}, due on {before}", one.place.date);
                return Err(Error::new(ErrorCode::DueDatesCollide, "due_on", found, bound));
            }
        }
        Ok(())
    }

    pub(super) fn row_at(&self, at: usize) -> Result<&PlanRow> {
        self.rows.get(at).ok_or_else(|| Error::internal("row of a plan", at))
    }

    pub(super) fn row_at_mut(&mut self, at: usize) -> Result<&mut PlanRow> {
        self.rows.get_mut(at).ok_or_else(|| Error::internal("row of a plan", at))
    }

    /// Where the interest of a row goes, by its rule, and what of the interest deferred earlier falls due in it. `left` is the
    /// balance that interest below zero can lower.
    fn place_interest(&mut self, at: usize, interest: i64, left: i64) -> Result<Placed> {
        let rules = self.rules();
        let Plan { rows, pools, .. } = self;
        let rule = &rows.get(at).ok_or_else(|| Error::internal("row of a plan", at))?.rule;
        let pool = |pools: &mut Vec<DeferredPool>,
                    pool: usize,
                    act: &mut dyn FnMut(&mut DeferredPool) -> Result<()>| {
            act(pools.get_mut(pool).ok_or_else(|| Error::internal("pool of deferred interest", pool))?)
        };
        let mut placed = Placed::default();
        // What was settled of the row before a relief reached it stays with it: of its own interest first.
        let mut settled = rule.settled_interest;
        let mut stays = |interest: i64| -> Result<i64> {
            let part = settled.min(interest).max(0);
            settled = subtract(settled, part)?;
            Ok(part)
        };
        if !matches!(rule.interest, InterestRule::Payable) {
            placed.payable = stays(interest)?;
        }
        let interest = subtract(interest, placed.payable)?;
        match rule.interest {
            InterestRule::Payable => placed.payable = interest,
            InterestRule::Waived => placed.waived = interest,
            InterestRule::Deferred(into) => {
                placed.deferred = interest;
                pool(pools, into, &mut |pool| pool.put(interest))?;
            }
            InterestRule::Capitalised(into) => {
                placed.deferred = interest;
                pool(pools, into, &mut |pool| {
                    pool.put(interest)?;
                    placed.join(interest, left, pool)
                })?;
            }
        }
        for share in &rule.pays {
            pool(pools, share.pool, &mut |pool| {
                placed.caught_up = add(placed.caught_up, pool.take(*share, rules)?)?;
                Ok(())
            })?;
        }
        for (share, into) in &rule.defers_again {
            let mut part = 0;
            pool(pools, share.pool, &mut |pool| {
                part = pool.take(*share, rules)?;
                Ok(())
            })?;
            let paid = stays(part)?;
            placed.caught_up = add(placed.caught_up, paid)?;
            let part = subtract(part, paid)?;
            pool(pools, *into, &mut |pool| {
                pool.put(part)?;
                if pool.each_due_date { placed.join(part, left, pool) } else { Ok(()) }
            })?;
        }
        if let Some(from) = rule.capitalises {
            pool(pools, from, &mut |pool| {
                let part = std::mem::take(&mut pool.left);
                placed.join(part, left, pool)
            })?;
        }
        if rule.rate.is_some() {
            // A relief's rate may make less of its interest than was settled by the grant: that stays interest, and repays nothing.
            let beyond = subtract(rule.settled_interest, add(placed.payable, placed.caught_up)?)?;
            placed.payable = add(placed.payable, beyond.max(0))?;
        }
        Ok(placed)
    }

    /// What was deferred to a row, with the interest that joined the balance and falls due in it.
    fn caught_up_in(&self, row: &PlanRow) -> Result<i64> {
        let CaughtUp { principal, capital_of } = row.rule.caught_up;
        let Some(pool) = capital_of else { return Ok(principal) };
        let of = self.pools.get(pool).ok_or_else(|| Error::internal("pool of deferred interest", pool))?;
        add(principal, of.total)
    }

    /// What joined the balance so far and falls due in rows after one.
    fn capital_after(&self, at: usize) -> Result<i64> {
        let pools = self.rows.iter().skip(at + 1).filter_map(|row| row.rule.caught_up.capital_of);
        pools.filter_map(|pool| self.pools.get(pool)).try_fold(0, |joined, pool| add(joined, pool.joined()?))
    }

    /// The principal in a payment. In an account a row whose interest is more than its payment asks for its interest and no principal.
    fn left_of(&self, payment: i64, interest: i64, (at, due_on): (usize, NaiveDate)) -> Result<i64> {
        let rules = self.rules();
        if payment < interest && self.purpose.is_account() && !rules.negative_amortisation {
            return Ok(0);
        }
        principal_of_payment(rules, (payment, interest), (number(at)?, due_on))
    }

    /// The regular first period that the payment sees, if this is the first row and extra days go on top.
    pub(super) fn regular_first(
        &self,
        context: &AccrualContext<'_>,
        at: usize,
    ) -> Result<Option<RegularFirst>> {
        let loan = self.loan;
        let first = self.rows.iter().find(|row| row.bills()).filter(|_| at == 0);
        let Some(first) = first else { return Ok(None) };
        let start = loan.terms().disbursed_on;
        let multiplier = context.scale.multiplier(context.rate_on(start));
        let ends = || Ok((first.ends(), first.place.cycle_row == Some(1)));
        RegularFirst::of(&loan, context.period(start), multiplier, ends)
    }
}

impl<'a> Plan<'a> {
    /// What computing must know of this plan, whose rates change so.
    pub(super) fn accrual_context<'g>(&self, changes: &'g [RateStep]) -> AccrualContext<'g>
    where
        'a: 'g,
    {
        let changed = changes.iter().map(|change| change.rate);
        let others = self.rows.iter().filter_map(|row| row.rule.rate);
        let rates = std::iter::once(self.rates.first).chain(changed).chain(others);
        let (steady_from, last_rate) =
            changes.last().map_or((NaiveDate::MIN, self.rates.first), |last| (last.from, last.rate));
        let scale = Scale::over(self.rules().day_count, rates);
        let last = self.rows.iter().rev().find(|row| row.bills());
        AccrualContext {
            rules: self.rules(),
            scale,
            steady_rate: SteadyRate::over(self.rules(), Some(last_rate), scale),
            steady_from,
            maturity: last.map_or(self.loan.maturity(), PlanRow::ends),
            first_rate: self.rates.first,
            changes,
            flat: self.flat(),
        }
    }

    /// Looks at something with it.
    pub(super) fn context<T>(&self, look: impl FnOnce(&AccrualContext<'_>) -> Result<T>) -> Result<T> {
        look(&self.accrual_context(&self.rates.changes))
    }

    /// What flat interest is counted on, with the tranches; none where it is not flat.
    pub(super) fn flat(&self) -> Option<i64> {
        self.rules().interest_base.is_flat().then_some(self.movements.lent)
    }
}

impl Walk<'_> {
    /// What a row earns, from where the one before left off to the end of its accrual.
    fn earn(&mut self, plan: &Plan<'_>, at: usize) -> Result<Earned> {
        let row = plan.row_at(at)?;
        self.neighbours.reach(row);
        // A row that only repays lies in the period that the next billing row ends.
        let billing = plan.rows.iter().skip(at).find(|row| row.bills());
        if let Some(begins) = row.place.begins {
            // What lies between was settled by itself.
            self.begin_period(begins);
        }
        plan.end_period(&mut self.period, at)?;
        let end = match (row.place.bills_to, billing) {
            (Some(end), _) => end,
            (None, Some(billing)) => row.place.repaid_from.min(billing.ends()).max(self.accrued_to),
            (None, None) => self.accrued_to,
        };
        // What moves where a row ends belongs to the rows after it, also where it ends as it begins.
        if end > self.accrued_to {
            plan.movements.move_until(self.accrued_to, &mut self.moved, &mut self.balance)?;
        }
        let opening = self.balance;
        if let Some((interest, days)) = self.quick_interest(plan, row, end) {
            let interest = add(interest, std::mem::take(&mut self.carried))?;
            return Ok(Earned {
                opening,
                interest,
                days: days_of(days)?,
                projected: self.is_projected(end),
                end,
            });
        }
        plan.movements.earn(
            self.context,
            (&self.period, billing.and_then(|billing| billing.rule.rate)),
            (self.accrued_to, end),
            &mut self.moved,
            &mut self.balance,
            &mut self.accrued,
        )?;
        self.accrued_to = end;
        if let Some(day) = row.place.agreed_on {
            plan.movements.move_arrears(day.min(end), &mut self.moved, &mut self.balance)?;
        }
        if !row.bills() {
            return Ok(Earned { opening, interest: 0, days: 0, projected: false, end });
        }
        let denominator = self.period.denominator()?;
        let interest = match &mut self.flat_total {
            None => self.accrued.round(denominator, self.context.rules.rounding)?,
            Some(total) => {
                let is_last = !plan.rows.iter().skip(at + 1).any(PlanRow::bills);
                total.bill((&self.accrued, denominator), is_last, self.context.rules.rounding)?
            }
        };
        Ok(Earned {
            opening,
            interest: add(interest, std::mem::take(&mut self.carried))?,
            days: days_of(self.period.days(end))?,
            projected: self.is_projected(end),
            end,
        })
    }

    /// Whether a rate that was not yet published earns in the running period.
    fn is_projected(&self, end: NaiveDate) -> bool {
        !self.context.changes.is_empty() && self.period.is_projected(end)
    }

    /// The interest and the days of a period in which one balance earns one rate, where one multiplication gives it.
    fn quick_interest(&self, plan: &Plan<'_>, row: &PlanRow, end: NaiveDate) -> Option<(i64, i64)> {
        let start = self.period.start();
        let at_contract = row.bills() && row.rule.rate.is_none() && row.place.agreed_on.is_none();
        if !at_contract || self.accrued_to != start || start < self.context.steady_from.max(self.quiet_from) {
            return None;
        }
        let moves = plan.movements.movements.get(self.moved).is_some_and(|movement| movement.from < end);
        // What finds payments asks what the row earned, exact.
        let solves = matches!(row.rule.amount, Amount::Solved { .. }) && !plan.movements.is_quiet();
        if moves || solves {
            return None;
        }
        let units = self.period.units(self.period.mark(end));
        let interest = self.context.steady_rate.interest(self.balance, units)?;
        Some((interest, self.period.days_of(end, units)))
    }

    /// What a row asks for, by its rule. Its interest is what the first payment sees of extra days.
    fn asked(&mut self, plan: &Plan<'_>, at: usize, interest: i64) -> Result<Asked> {
        let row = plan.row_at(at)?;
        if let Some(billed) = row.billing.billed {
            return Ok(Asked::Billed(billed));
        }
        if self.clears == Some(at) {
            return Ok(Asked::Rest);
        }
        match row.rule.amount {
            Amount::Planned(planned) => Ok(Asked::Planned(planned)),
            Amount::Payment(payment) if plan.keeps_payments() => Ok(Asked::Kept(payment)),
            // The last payment takes the rest, even where rows of nothing follow.
            Amount::Payment(_) if self.neighbours.payments + self.neighbours.solved == 0 => {
                let kept = self.kept_after(plan, at)?;
                let rest = i128::from(self.balance) - kept;
                Ok(Asked::Principal(Money::from_wide(rest, "balance")?.minor()))
            }
            Amount::Payment(payment) => Ok(Asked::Payment(add(payment, plan.caught_up_in(row)?)?)),
            Amount::Solved { .. } => self.solved(plan, at, interest),
        }
    }

    /// How much of its interest a row bills. The rest is carried to the next row that bills; the last one bills all.
    fn bill(&mut self, plan: &Plan<'_>, at: usize, asked: Asked, interest: i64) -> Result<i64> {
        let row = plan.row_at(at)?;
        if !row.bills() {
            return Ok(interest);
        }
        let payment = match asked {
            Asked::Billed(_) => {
                self.carried = row.found.carried;
                return subtract(interest, self.carried);
            }
            Asked::Rest | Asked::Principal(_) => None,
            // What is deferred or waived is no part of a payment, which leaves room for none of it.
            Asked::Kept(payment) | Asked::Payment(payment) => {
                Some(subtract(payment, plan.caught_up_in(row)?)?)
                    .filter(|_| matches!(row.rule.interest, InterestRule::Payable))
            }
            // The payment that its principal was planned with holds all its interest, whatever becomes of that.
            Asked::Planned(_) => row.rule.payment.filter(|_| plan.rules().method.fixes_payment()),
        };
        let Some(payment) = payment else { return Ok(interest) };
        let prepaid = row.billing.prepaid;
        let bills = plan.billed_of(payment, prepaid, interest)?;
        self.carried = subtract(interest, bills)?;
        let is_last = || !plan.rows.iter().skip(at + 1).any(PlanRow::bills);
        if self.carried != 0 && prepaid.is_zero() && is_last() {
            self.carried = 0;
            return Ok(interest);
        }
        Ok(bills)
    }

    /// What is left of the balance when a row falls due, less what was repaid between the end of its accrual and that day.
    fn left_when_due(&self, plan: &Plan<'_>, at: usize) -> Result<i64> {
        let due_on = plan.row_at(at)?.figures.due_on;
        let until = plan.movements.movements.partition_point(|movement| movement.from < due_on);
        let between = plan.movements.movements.get(self.moved..until).unwrap_or_default();
        let between = between.iter().map(|movement| movement.amount).try_fold(0, add)?;
        add(self.balance, between.min(0))
    }

    /// The principal of a row.
    ///
    /// The last row repays what joins the balance after its accrual, too; no row repays what was prepaid to a day that has not
    /// come. Where more was paid in a life than is left, no row pays it out: it is the account's to give back.
    fn repay(&self, plan: &Plan<'_>, at: usize, asked: Asked, placed: &mut Placed) -> Result<i64> {
        let row = plan.row_at(at)?;
        let (prepaid, account) = (row.billing.prepaid, plan.purpose.is_account());
        let to_come = plan.movements.to_come(self.moved)?;
        let most = sum([self.balance, placed.joins, prepaid.principal])?;
        let wanted = match asked {
            Asked::Billed(billed) => {
                placed.payable = billed.interest;
                return Ok(billed.principal);
            }
            Asked::Rest => {
                let last = at + 1 == plan.rows.len();
                let rest = add(most, if last { to_come } else { to_come.min(0) })?;
                return Ok(if account { rest.max(prepaid.principal) } else { rest });
            }
            Asked::Planned(planned) => add(planned, plan.caught_up_in(row)?)?,
            Asked::Principal(principal) => principal,
            Asked::Kept(payment) => subtract(payment, prepaid.interest_of_payment(placed.payable))?,
            Asked::Payment(payment) => {
                let keeps = plan.keeps_payments();
                let interest =
                    if keeps { prepaid.interest_of_payment(placed.payable) } else { placed.payable };
                plan.left_of(payment, interest, (at, row.figures.due_on))?
            }
        };
        let kept = matches!(asked, Asked::Kept(_));
        let most = if kept || at < plan.billed { most } else { add(most, to_come.min(0))? };
        if !account {
            return Ok(wanted.min(most));
        }
        // What a payment below its interest leaves to the balance of a life is interest: no more than is payable, and nothing where
        // all was repaid. Never less than was settled of the row.
        let lends = (!kept || plan.rules().negative_amortisation) && self.balance != 0;
        let least = if prepaid.principal == 0 && lends { -placed.payable.max(0) } else { prepaid.principal };
        Ok(wanted.min(most).max(least))
    }

    /// What is left for the rows after one that keep what was planned or deferred.
    fn kept_after(&self, plan: &Plan<'_>, at: usize) -> Result<i128> {
        let capital = if self.repays_capital { plan.capital_after(at)? } else { 0 };
        Ok(self.neighbours.planned + i128::from(capital))
    }

    /// The principal of a row that asks for it by the method, solved again over the rows from it on.
    fn solved(&mut self, plan: &Plan<'_>, at: usize, interest: i64) -> Result<Asked> {
        let (rules, neighbours, row) = (self.context.rules, self.neighbours, plan.row_at(at)?);
        let (begins, planned) = (self.period.start(), row.planned());
        // What was deferred keeps its date; the rest is what is solved over.
        let kept = self.kept_after(plan, at)?;
        let rest = i128::from(self.balance) - kept;
        let rest = Money::from_wide(rest, "balance")?.minor();
        let caught_up = plan.caught_up_in(row)?;
        let own = subtract(rest, caught_up)?;
        // The last of them takes the rest, even if a catch-up row comes after it; of a plan, the last that was planned.
        let is_last = match rules.method {
            Method::Custom if planned != 0 => neighbours.solved_planned == 0,
            _ => neighbours.solved == 0,
        };
        if is_last {
            return Ok(Asked::Principal(rest));
        }
        if own == 0 || (plan.purpose.is_account() && own < 0) {
            // What was repaid early, or paid beyond what is left, is followed by rows of zero, whatever residual was agreed.
            return Ok(Asked::Principal(caught_up));
        }
        let billed = neighbours.billed;
        // Payments are counted from the first after the grace: before it, within the grace and its shifted rows, there were none.
        let paid = billed.saturating_sub(u32::from(rules.grace.principal) + plan.cycle.shifted);
        let asking = AskingRow { date: row.place.date, planned, rate: self.context.rate_on(begins), paid };
        let regular_first = plan.regular_first(self.context, at)?;
        // Where nothing moved, the payments of the running row are those of its whole period.
        let within = |on: &NaiveDate| !plan.movements.is_quiet() && begins < *on && *on < row.ends();
        let agreed_on = row.place.agreed_on.filter(within).unwrap_or(begins);
        let balance = if rules.method == Method::Custom { own } else { self.balance };
        let from = SolvedFrom { at, begins, agreed_on, balance, billed, paid, all: false };
        let billed_first = self.billed_first(plan, at, agreed_on)?;
        let solve = || plan.solver(self.context, from, regular_first, billed_first)?.payments();
        match self.payments.of_row(rules, asking, solve)? {
            // Never more than is left beside what was deferred.
            Asks::Principal(principal) => Ok(Asked::Principal(add(principal.min(own), caught_up)?)),
            Asks::Payment(payment) => {
                let payment = add(payment, caught_up)?;
                let Some(regular) = regular_first else { return Ok(Asked::Payment(payment)) };
                let payable = if matches!(row.rule.interest, InterestRule::Payable) { interest } else { 0 };
                Ok(Asked::Payment(regular.on_top(payment, payable, (self.balance, rules.rounding))?))
            }
        }
    }

    /// What a row bills, exact, where that is not what its balance earns in its period.
    fn billed_first(
        &self,
        plan: &Plan<'_>,
        at: usize,
        agreed_on: NaiveDate,
    ) -> Result<Option<(Accrued, i128)>> {
        let (rules, row) = (self.context.rules, plan.row_at(at)?);
        let solves_over_days = rules.method.fixes_payment()
            && rules.level_payment == LevelPayment::Exact
            && self.context.flat.is_none();
        let pays = matches!(row.rule.interest, InterestRule::Payable);
        if !solves_over_days || !pays || plan.movements.is_quiet() {
            return Ok(None);
        }
        let (start, end) = (self.period.start(), row.ends());
        // What was agreed within the period is solved at the rate of that day.
        let rate = row.rule.rate.or_else(|| (agreed_on > start).then(|| self.context.rate_on(agreed_on)));
        let weight = match rate {
            None => self.period.weight(start, end)?,
            Some(rate) => self.period.weight_at(self.context.scale.multiplier(rate), start, end)?,
        };
        let mut undisturbed = Accrued::ZERO;
        undisturbed.add(self.balance, weight);
        let disturbed = undisturbed.to_big() != self.accrued.to_big();
        disturbed.then(|| Ok((self.accrued.clone(), self.period.denominator()?))).transpose()
    }

    /// Writes the figures of a row, and goes on to the next.
    fn write(
        &mut self,
        plan: &mut Plan<'_>,
        at: usize,
        earned: &Earned,
        placed: &Placed,
        principal: i64,
    ) -> Result<()> {
        let row = plan.row_at_mut(at)?;
        // What joined or left the balance within the period, and what of the row was settled before, is in what it opens with.
        let opening = add(self.balance, row.billing.prepaid.principal)?;
        self.balance = subtract(add(opening, placed.joins)?, principal)?;
        row.found.waived = placed.waived;
        row.found.balance = earned.opening;
        (row.found.joins, row.found.carried, row.found.moved) = (placed.joins, self.carried, self.moved);
        let money = Money::from_minor;
        let paid = [money(principal), money(placed.payable), money(placed.caught_up), row.figures.fees];
        row.figures = Instalment {
            no: number(at)?,
            days: earned.days,
            opening: money(opening),
            principal: money(principal),
            interest: money(placed.payable),
            interest_deferred: money(placed.deferred),
            deferred_interest_paid: money(placed.caught_up),
            payment: Money::sum(paid)?,
            closing: money(self.balance),
            projected: earned.projected,
            ..row.figures
        };
        if row.bills() {
            self.begin_period(earned.end);
        }
        Ok(())
    }

    fn begin_period(&mut self, start: NaiveDate) {
        self.period.restart(start);
        self.period.end_on(self.context.maturity);
        (self.accrued_to, self.accrued) = (start, Accrued::ZERO);
    }
}

fn days_of(days: i64) -> Result<i32> {
    i32::try_from(days).map_err(|_| Error::internal("days of a row", days))
}

/// The number of a row, from 1.
fn number(at: usize) -> Result<u32> {
    u32::try_from(at)
        .ok()
        .and_then(|at| at.checked_add(1))
        .ok_or_else(|| Error::internal("row of a plan", at))
}
