//! A replay, day by day: what falls due, what it costs to be late, what money does.

use chrono::{Days, NaiveDate};

use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, sum};
use crate::loan::account::arrears::days_past_due;
use crate::loan::account::due_instalment::{DueInstalment, PenaltyContext, PenaltyRules};
use crate::loan::account::event::EventKind;
use crate::loan::account::timeline::{Listed, Timeline};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{InterestOn, OverdueEarns, Servicing};
use crate::loan::plan::{Extra, Plan, Settled};
use crate::loan::relief::Relief;
use crate::loan::schedule::Instalment;
use crate::money::Money;

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Instalments are ahead, or something is owed.
    Open,
    /// All of it was repaid at once: nothing is ahead.
    Settled,
    ChargedOff,
    Closed,
}

/// What happened so far, in sums.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) disbursed: i64,
    /// The fee that was kept back at the disbursement.
    pub(super) fee_at_disbursement: i64,
    pub(super) received: [i64; Payer::ALL.len()],
    pub(super) renewed: i64,
    pub(super) principal_repaid: i64,
    pub(super) charged_off: i64,
    /// Of the principal that was charged off.
    pub(super) recovered: i64,
    pub(super) interest_paid: i64,
    pub(super) interest_waived: i64,
    /// Interest that was billed after the last instalment.
    pub(super) interest_after_end: i64,
    /// Interest in arrears that was put off over new instalments.
    pub(super) interest_put_off: i64,
    /// Interest that was settled or written off before its row billed it.
    pub(super) interest_settled: i64,
    pub(super) late_billed: i64,
    pub(super) late_paid: i64,
    pub(super) late_waived: i64,
    pub(super) fees_billed: i64,
    pub(super) fees_paid: i64,
    pub(super) fees_waived: i64,
    /// Interest, penalty, compound interest and fees that were written off.
    pub(super) written_off: [i64; 3],
    /// Interest, and penalty with compound interest, that were written off and had never been booked as income.
    pub(super) off_books: [i64; 2],
    /// What came back of them.
    pub(super) recovered_income: i64,
}

/// A replay at the end of a day.
#[derive(Clone, Debug)]
pub(super) struct Replay<'a> {
    pub(super) loan: Loan<'a>,
    pub(super) plan: Plan<'a>,
    pub(super) billed: usize,
    pub(super) items: Vec<DueInstalment>,
    pub(super) late: Option<PenaltyRules>,
    /// The end of this day is reached; none before the first.
    pub(super) today: Option<NaiveDate>,
    pub(super) credit: i64,
    /// Interest of the running row that was settled before it fell due.
    pub(super) ahead: i64,
    pub(super) stage: Stage,
    pub(super) sums: Sums,
    pub(super) non_accrual: bool,
    /// Where the last settlement after the last row was, and how many there were.
    pub(super) tail: Option<NaiveDate>,
    tail_dates: u32,
    /// The last date of the cycle after the last row that was settled, whether or not it brought interest.
    settled_on: Option<NaiveDate>,
    /// What falls due with the first row after arrears were rescheduled.
    pub(super) carried: Option<Owed>,
    /// Windows whose days do not count as past due, both days included.
    pub(super) uncounted: Vec<(NaiveDate, NaiveDate)>,
    pub(super) held: Vec<(NaiveDate, NaiveDate)>,
    pub(super) protected: Vec<(NaiveDate, NaiveDate)>,
    pub(super) rescheduled_on: Option<NaiveDate>,
    pub(super) reliefs_of_day: Vec<Relief>,
    /// Principal paid ahead that earns as planned, where interest is on the plan.
    pub(super) planned: Vec<Extra>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(loan: Loan<'a>, timeline: &Timeline<'_>) -> Result<Replay<'a>> {
        let rules = loan.product().rules();
        let resets = timeline.events.iter().flat_map(|event| rates_of(&event.what));
        let rates = std::iter::once(loan.terms().rate)
            .chain(loan.rate_changes().iter().map(|change| change.rate))
            .chain(resets);
        let late = rules
            .servicing
            .penalty
            .map(|penalty| PenaltyRules::new(penalty, rules.day_count, rules.rounding, rates))
            .transpose()?;
        let mut replay = Replay {
            loan,
            plan: Plan::lived(loan, timeline.in_tranches)?,
            billed: 0,
            items: Vec::new(),
            late,
            today: None,
            credit: 0,
            ahead: 0,
            stage: Stage::Open,
            sums: Sums::default(),
            non_accrual: false,
            tail: None,
            tail_dates: 0,
            settled_on: None,
            carried: None,
            uncounted: Vec::new(),
            held: Vec::new(),
            protected: Vec::new(),
            rescheduled_on: None,
            reliefs_of_day: Vec::new(),
            planned: Vec::new(),
        };
        if !timeline.in_tranches {
            replay.sums.disbursed = loan.terms().principal.minor();
            replay.take_first_fee();
        }
        Ok(replay)
    }

    fn take_first_fee(&mut self) {
        self.sums.fee_at_disbursement = self.loan.terms().fee_at_disbursement.minor();
    }

    /// Whether nothing that passes with the days, relief or observation, bears on it.
    pub(super) fn is_plain(&self) -> bool {
        self.held.is_empty()
            && self.protected.is_empty()
            && self.rescheduled_on.is_none()
            && self.carried.is_none()
    }

    pub(super) fn servicing(&self) -> &'a Servicing {
        &self.loan.product().rules().servicing
    }

    /// Goes on to the end of a day, with the events that are not in yet; `next` is the first of them.
    pub(super) fn advance(&mut self, timeline: &Timeline<'_>, next: &mut usize, to: NaiveDate) -> Result<()> {
        loop {
            let event_on = timeline.events.get(*next).map(|event| event.on);
            let Some(day) = self.next_stop(event_on).filter(|&day| day <= to) else { break };
            self.look_back(day)?;
            self.begin_arrears(day)?;
            while let Some(event) = timeline.events.get(*next)
                && event.on == day
                && event.what.changes_terms()
            {
                self.happen(event)?;
                *next += 1;
            }
            while self.next_due() == Some(day) {
                self.bill(day)?;
            }
            while let Some(event) = timeline.events.get(*next)
                && event.on == day
            {
                self.happen(event)?;
                *next += 1;
            }
            self.today = Some(day);
            self.look_at(day)?;
        }
        self.look_back(to.succ_opt().unwrap_or(to))?;
        self.refresh(to)?;
        self.today = Some(to);
        Ok(())
    }

    /// The next day on which something happens, where the next event is on `event_on`.
    pub(super) fn next_stop(&self, event_on: Option<NaiveDate>) -> Option<NaiveDate> {
        [event_on, self.next_due(), self.next_after_grace()].into_iter().flatten().min()
    }

    /// What a day changes by itself, between the last stop and the day before this one: the loan may have become
    /// non-accrual. Days past due only rise between two stops, so the day before shows it.
    fn look_back(&mut self, day: NaiveDate) -> Result<()> {
        if let Some(before) = day.pred_opt()
            && self.today.is_some_and(|today| today <= before)
        {
            self.look_at(before)?;
        }
        Ok(())
    }

    fn look_at(&mut self, day: NaiveDate) -> Result<()> {
        let Some(non_accrual) = self.servicing().non_accrual else { return Ok(()) };
        let days = self.days_past_due(day)?;
        if days >= non_accrual.from {
            self.non_accrual = true;
        } else if days == 0 {
            self.non_accrual = false;
        }
        Ok(())
    }

    /// The next day on which something falls due, or is settled after the last row.
    pub(super) fn next_due(&self) -> Option<NaiveDate> {
        if self.stage != Stage::Open {
            return None;
        }
        if let Some(row) = self.plan.row(self.billed) {
            return Some(row.due_on);
        }
        let settled_to = self.last_settlement_end();
        if self.items.iter().any(|item| item.is_open() || item.stood_after(settled_to)) {
            // The dates of the cycle after the last settlement.
            let last = self.last_settlement();
            let next = (self.tail_dates + 1..self.tail_dates + 64).map(|row| self.plan.date_after_end(row));
            return next.map_while(|date| date).find(|&date| date > last);
        }
        None
    }

    fn last_settlement(&self) -> NaiveDate {
        let last = self.billed.checked_sub(1).and_then(|last| self.plan.row(last)).map(|row| row.due_on);
        self.settled_on.max(last).unwrap_or(self.loan.terms().disbursed_on)
    }

    /// The first day past the grace of an item.
    fn next_after_grace(&self) -> Option<NaiveDate> {
        let grace = self.servicing().grace_days;
        if grace == 0 || self.late.is_none() || self.stage != Stage::Open {
            return None;
        }
        let waiting = self.items.iter().filter(|item| item.counts && item.awaits_late());
        waiting.filter_map(|item| after_grace(item.due_on(), grace)).min()
    }

    /// In the morning of a day: items past their grace begin to cost.
    fn begin_arrears(&mut self, day: NaiveDate) -> Result<()> {
        let grace = self.servicing().grace_days;
        if grace == 0 || self.late.is_none() || self.next_after_grace() != Some(day) {
            return Ok(());
        }
        let frozen_to = self.frozen_to();
        for item in &mut self.items {
            if item.counts && item.awaits_late() && after_grace(item.due_on(), grace) == Some(day) {
                item.begin_late(frozen_to);
            }
        }
        Ok(())
    }

    /// Where what is billed ends: nothing that happens later reaches further back.
    pub(super) fn frozen_to(&self) -> NaiveDate {
        self.plan.frozen_to(self.billed).max(self.tail.unwrap_or(NaiveDate::MIN))
    }

    /// The plan as it stands on a day: with what overdue principal earned until then.
    pub(super) fn refresh(&mut self, day: NaiveDate) -> Result<()> {
        if self.set_extras(day) {
            self.plan.recompute(self.billed)?;
        }
        Ok(())
    }

    /// What earns beside the plan, up to a day, or to where what is billed ends; whether it is other than before.
    pub(super) fn set_extras(&mut self, day: NaiveDate) -> bool {
        let until = self.earns_until(day.max(self.frozen_to()));
        let extras = self.items.iter().flat_map(|item| item.extras(until));
        self.plan.set_extras(extras.chain(self.planned.iter().copied()).collect())
    }

    /// Until when overdue principal earns that is unpaid, or is paid, on a day.
    pub(super) fn earns_until(&self, day: NaiveDate) -> NaiveDate {
        match self.servicing().overdue_earns {
            OverdueEarns::ToNextDue => self.plan.period_end(day).unwrap_or(day),
            OverdueEarns::ToDay | OverdueEarns::Never => day,
        }
    }

    /// Counts what arrears cost, up to a day.
    pub(super) fn accrue_late(&mut self, day: NaiveDate) -> Result<()> {
        let Some(rules) = &self.late else { return Ok(()) };
        let (first_rate, changes) = self.plan.rates();
        let last = self.plan.len().checked_sub(1).and_then(|last| self.plan.row(last));
        let matures_on = last.map_or(self.loan.maturity(), |row| row.due_on);
        let context = PenaltyContext { first_rate, changes, matures_on };
        self.items.iter_mut().try_for_each(|item| item.accrue(rules, context, day))
    }

    /// Bills what arrears cost.
    pub(super) fn bill_late(&mut self, day: NaiveDate) -> Result<()> {
        self.accrue_late(day)?;
        let Some(rules) = &self.late else { return Ok(()) };
        for item in &mut self.items {
            let (penalty, compound) = item.bill_late(rules)?;
            self.sums.late_billed = add(add(self.sums.late_billed, penalty)?, compound)?;
        }
        Ok(())
    }

    /// The place of the item of a day; a new one where there is none.
    pub(super) fn item_of(&mut self, due_on: NaiveDate, instalment: bool) -> usize {
        let at = self.items.partition_point(|item| item.due_on() < due_on);
        match self.items.get_mut(at).filter(|item| item.due_on() == due_on) {
            Some(item) => {
                item.instalment |= instalment;
                item.counts |= instalment;
            }
            None => self.items.insert(at, DueInstalment::new(due_on, instalment)),
        }
        at
    }

    /// What falls due on a day, or the settlement of a day after the last row.
    fn bill(&mut self, day: NaiveDate) -> Result<()> {
        // What is overdue when a row is billed earns to the end of its accrual.
        self.refresh(day.max(self.plan.frozen_to((self.billed + 1).min(self.plan.len()))))?;
        self.bill_late(day)?;
        let row = self.plan.row(self.billed).copied();
        if let Some(row) = row {
            let settled = self.plan.ahead(self.billed);
            // What is settled of later rows is theirs.
            let ahead = if settled != Settled::default() || row.days != 0 || !row.interest.is_zero() {
                let theirs = self.plan.interest_ahead(self.billed + 1);
                std::mem::replace(&mut self.ahead, theirs) - theirs
            } else {
                0
            };
            self.plan.freeze(self.billed);
            self.billed += 1;
            (self.tail, self.tail_dates, self.settled_on) = (None, 0, None);
            let stands_from = row.due_on.max(self.plan.frozen_to(self.billed));
            let mut asked = asked(&row);
            asked.principal = Money::from_minor(asked.principal.minor() - settled.principal);
            let interest = asked.interest.minor();
            // Settled beyond what the row came to earn: the rest is credit again.
            let own = interest.saturating_sub(row.deferred_interest_paid.minor());
            let beyond = ahead.saturating_sub(own).max(0);
            let ahead = ahead - beyond;
            self.credit = add(self.credit, beyond)?;
            self.sums.interest_paid -= beyond;
            self.sums.fees_billed = add(self.sums.fees_billed, asked.fee.minor())?;
            let carried = self.carried.take();
            let late = self.late.is_some();
            let grace = self.servicing().grace_days > 0;
            let earns_on = self.servicing().interest_on == InterestOn::Outstanding
                && self.servicing().overdue_earns != OverdueEarns::Never;
            let frozen_to = self.frozen_to();
            let at = self.item_of(day, true);
            let Some(item) = self.items.get_mut(at) else { return Ok(()) };
            (item.asked, item.ahead, item.earned_to) = (asked, ahead, stands_from);
            item.bill(Part::Fee, asked.fee.minor())?;
            item.bill(Part::Interest, add(interest, -ahead)?)?;
            item.bill(Part::Principal, asked.principal.minor())?;
            if let Some(carried) = carried {
                item.charged = add(item.charged, carried.fee.minor())?;
                for part in [Part::Fee, Part::Penalty, Part::Compound] {
                    item.bill(part, carried.part(part).minor())?;
                }
            }
            if earns_on && (!late || grace) {
                item.stand(stands_from);
            }
            if late && !grace {
                item.begin_late(frozen_to);
            }
        } else {
            let since = self.last_settlement_end();
            let interest = self.plan.earned(self.billed, day, since)?;
            self.settled_on = Some(day);
            self.tail_dates += 1;
            if interest != 0 {
                self.bill_tail(day, interest)?;
            }
        }
        self.use_credit(day)
    }

    /// Bills what overdue principal earned after the last row, up to a day.
    pub(super) fn bill_tail(&mut self, day: NaiveDate, interest: i64) -> Result<()> {
        self.tail = Some(day);
        self.sums.interest_after_end = add(self.sums.interest_after_end, interest)?;
        let at = self.item_of(day, false);
        let Some(item) = self.items.get_mut(at) else { return Ok(()) };
        item.counts = true;
        item.bill(Part::Interest, interest)
    }

    /// Where the last settled stretch ended: what overdue principal earns after the last row counts from there.
    pub(super) fn last_settlement_end(&self) -> NaiveDate {
        self.tail.unwrap_or_else(|| self.plan.frozen_to(self.billed))
    }

    /// Bills what falls due up to a day.
    pub(super) fn bill_until(&mut self, day: NaiveDate) -> Result<()> {
        while let Some(due) = self.next_due().filter(|&due| due <= day) {
            self.begin_arrears(due)?;
            self.bill(due)?;
        }
        self.refresh(day)
    }

    fn happen(&mut self, event: &Listed<'_>) -> Result<()> {
        self.refuse_after_end(event)?;
        let day = event.on;
        // What would change instalments changes nothing where none are ahead: a later reset of a loan that was settled is
        // no mistake.
        if self.stage == Stage::Settled && event.what.changes_terms() {
            return Ok(());
        }
        self.refresh(day)?;
        let done = match &event.what {
            EventKind::Disbursed(amount) => self.disburse(day, *amount),
            EventKind::Repaid { amount, payer } => self.repay(day, *amount, *payer),
            EventKind::GuaranteePaid(amount) => self.repay(day, *amount, Payer::Guarantor),
            EventKind::Prepaid { amount, payer, how } => self.prepay(day, *amount, *payer, *how),
            EventKind::Renewed { amount, .. } => self.renew(day, *amount),
            EventKind::RateReset(_) => {
                self.accrue_late(day).and_then(|()| self.change_terms(day, &event.what))
            }
            EventKind::InterestPaused { .. } | EventKind::DueDateMoved { .. } => {
                self.change_terms(day, &event.what)
            }
            EventKind::Relief(relief) => self.relieve(day, relief),
            EventKind::ReAged { instalments, first_due_on } => {
                self.reschedule(day, Some((*instalments, *first_due_on)))
            }
            EventKind::ReAmortised => self.reschedule(day, None),
            EventKind::InterestWaived(amount) => self.waive_interest(day, *amount),
            EventKind::FeeCharged(amount) => self.charge_fee(day, *amount),
            EventKind::FeeWaived(amount) => self.waive_fee(*amount),
            EventKind::ChargedOff => self.charge_off(day),
            EventKind::Recovered(amount) => self.recover(*amount),
            EventKind::Closed => self.close(day),
            // Taken out of the timeline with what they name.
            EventKind::Reversed { .. } => Ok(()),
        };
        done.map_err(|error| error.within(&event.name()))
    }

    fn refuse_after_end(&self, event: &Listed<'_>) -> Result<()> {
        let kind = &event.what;
        let allowed = match self.stage {
            Stage::Open => !matches!(kind, EventKind::Recovered(_)),
            Stage::Settled => matches!(
                kind,
                EventKind::Closed
                    | EventKind::Repaid { .. }
                    | EventKind::GuaranteePaid(_)
                    | EventKind::Prepaid { .. }
                    | EventKind::RateReset(_)
                    | EventKind::InterestPaused { .. }
                    | EventKind::Relief(_)
                    | EventKind::InterestWaived(_)
                    | EventKind::FeeCharged(_)
                    | EventKind::FeeWaived(_)
            ),
            Stage::ChargedOff => matches!(kind, EventKind::Recovered(_) | EventKind::Closed),
            Stage::Closed => false,
        };
        if allowed {
            return Ok(());
        }
        let bound = match self.stage {
            Stage::Open => "nothing before the loan is charged off",
            Stage::Settled => "nothing that needs instalments ahead: the loan is settled",
            Stage::ChargedOff => "a recovery: the loan is charged off",
            Stage::Closed => "nothing: the account is closed",
        };
        let value = format!("{} on {}", kind.as_str(), event.on);
        Err(Error::new(ErrorCode::AccountEnded, event.name(), value, bound))
    }

    /// Fees and costs of arrears that wait for the first row after arrears were rescheduled.
    pub(super) fn carried(&self) -> Option<&Owed> {
        self.carried.as_ref()
    }

    pub(super) fn take_carried(&mut self) -> Option<Owed> {
        self.carried.take()
    }

    fn charge_fee(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        let at = self.item_of(day, false);
        if let Some(item) = self.items.get_mut(at) {
            item.charged = add(item.charged, amount.minor())?;
            item.bill(Part::Fee, amount.minor())?;
        }
        self.sums.fees_billed = add(self.sums.fees_billed, amount.minor())?;
        self.use_credit(day)
    }

    fn close(&mut self, day: NaiveDate) -> Result<()> {
        let outstanding = self.outstanding()?;
        let not_settled =
            |value: String| Err(Error::new(ErrorCode::NotSettled, "closed", value, "nothing owed or held"));
        let show =
            |minor: i64| Money::from_minor(minor).display(self.loan.product().rules().currency).to_string();
        if outstanding != 0 && self.stage != Stage::ChargedOff {
            return not_settled(format!("{} of principal outstanding on {day}", show(outstanding)));
        }
        if let Some(item) = self.items.iter().find(|item| item.is_open()) {
            return not_settled(format!("the item of {} unpaid on {day}", item.due_on()));
        }
        if self.credit != 0 {
            return not_settled(format!("{} of credit on {day}", show(self.credit)));
        }
        self.stage = Stage::Closed;
        Ok(())
    }

    /// The interest that was billed so far, or settled before its row billed it for good.
    pub(super) fn interest_billed(&self) -> Result<i64> {
        let mut billed = add(self.sums.interest_after_end, self.sums.interest_settled)?;
        for at in 0..self.billed {
            if let Some(row) = self.plan.row(at) {
                billed = sum([billed, row.interest.minor(), row.interest_deferred.minor()])?;
            }
        }
        Ok(billed)
    }

    /// The interest that became principal, with what payments below their interest left to the balance.
    pub(super) fn capitalised(&self) -> Result<i64> {
        let rows = (0..self.billed).filter_map(|at| self.plan.row(at).map(|row| (self.plan.joins(at), row)));
        rows.map(|(joins, row)| joins - row.principal.minor().min(0)).try_fold(0, add)
    }

    /// Penalty and compound interest that were counted and not billed.
    pub(super) fn late_unbilled(&self) -> Result<i64> {
        let Some(rules) = &self.late else { return Ok(0) };
        let mut late = 0;
        for item in &self.items {
            let (penalty, compound) = item.unbilled(rules)?;
            late = sum([late, penalty, compound])?;
        }
        Ok(late)
    }

    /// The principal outstanding, overdue or not.
    pub(super) fn outstanding(&self) -> Result<i64> {
        if self.stage != Stage::Open {
            return Ok(0);
        }
        let (not_due, _) = self.plan.not_due(self.billed, self.loan.terms().disbursed_on)?;
        add(not_due, self.overdue()?)
    }

    /// The principal that fell due and is unpaid.
    pub(super) fn overdue(&self) -> Result<i64> {
        self.items.iter().map(|item| item.unpaid(Part::Principal)).try_fold(0, add)
    }

    /// The days past due at the end of a day.
    pub(super) fn days_past_due(&self, day: NaiveDate) -> Result<u32> {
        let servicing = self.servicing();
        let threshold = i128::from(servicing.past_due_threshold.minor());
        let Some(oldest) = self.items.iter().find(|item| item.short() > threshold) else { return Ok(0) };
        let due_on = oldest.due_on();
        days_past_due(due_on, day, servicing.grace_days, &self.uncounted)
    }

    /// The class by the ladder, and by the observation after arrears were rescheduled.
    pub(super) fn class_by_ladder(&self, day: NaiveDate) -> Result<Option<LoanClass>> {
        let ladder = self.servicing().ladder.as_ref().and_then(|ladder| ladder.on(day));
        let Some(ladder) = ladder else { return Ok(None) };
        let days = self.days_past_due(day)?;
        let class = ladder.class_at(days);
        let observed = self.rescheduled_on.is_some_and(|on| {
            day.signed_duration_since(on).num_days() < i64::from(self.servicing().observation_days)
        });
        Ok(Some(match (observed, days) {
            (false, _) => class,
            (true, 0) => class.max(LoanClass::SpecialMention),
            (true, _) => class.max(LoanClass::Substandard),
        }))
    }
}

/// What a row asks for when it falls due: fee, interest, principal. Where the payment is below the interest, the balance
/// takes the rest of it: that is not asked for.
pub(super) fn asked(row: &Instalment) -> Owed {
    let joins = row.principal.minor().min(0);
    let interest = row.interest.minor().saturating_add(row.deferred_interest_paid.minor());
    Owed {
        fee: row.fees,
        interest: Money::from_minor(interest.saturating_add(joins)),
        principal: row.principal.max(Money::ZERO),
        ..Owed::nothing(row.due_on)
    }
}

fn rates_of(what: &EventKind) -> impl Iterator<Item = crate::rate::Rate> + Clone + use<> {
    let rates = match what {
        EventKind::RateReset(rate) => [Some(*rate), None],
        EventKind::Relief(relief) => {
            let extension = relief.extension.and_then(|extension| extension.rate_from);
            [extension.map(|(_, rate)| rate), None]
        }
        _ => [None, None],
    };
    rates.into_iter().flatten()
}

pub(super) fn after_grace(due_on: NaiveDate, grace_days: u16) -> Option<NaiveDate> {
    due_on.checked_add_days(Days::new(u64::from(grace_days) + 1))
}
