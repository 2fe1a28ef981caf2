//! A replay, day by day: what falls due, what it costs to be late, what money does.

use chrono::{Days, NaiveDate};

use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum};
use crate::loan::account::arrears::days_past_due;
use crate::loan::account::due_instalment::{DueInstalment, PenaltyContext, PenaltyTerms};
use crate::loan::account::event::EventKind;
use crate::loan::account::granted_relief::GrantedRelief;
use crate::loan::account::timeline::{Listed, Timeline};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{InterestOn, OverdueEarns, Servicing};
use crate::loan::plan::{OverdueEarning, Plan, RowParts};
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

/// What happened so far, in totals.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountTotals {
    pub(super) disbursed: i64,
    /// The fee that was booked_replay back at the disbursement.
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
    /// Interest in arrears that was deferred over new instalments.
    pub(super) interest_rescheduled: i64,
    /// Interest that was settled or written off before its row billed it.
    pub(super) interest_billed_early: i64,
    pub(super) penalties_billed: i64,
    pub(super) penalties_paid: i64,
    pub(super) penalties_waived: i64,
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
    pub(super) due_instalments: Vec<DueInstalment>,
    pub(super) penalty_terms: Option<PenaltyTerms>,
    /// The end of this day is reached; none before the first.
    pub(super) today: Option<NaiveDate>,
    pub(super) credit: i64,
    /// Interest of the running row that was settled before it fell due.
    pub(super) interest_prepaid: i64,
    pub(super) stage: Stage,
    pub(super) totals: AccountTotals,
    pub(super) non_accrual: bool,
    /// Where the last settlement after the last row was, and how many there were.
    pub(super) billed_after_end: Option<NaiveDate>,
    dates_after_end: u32,
    /// The last date of the cycle after the last row that was settled, whether or not it brought interest.
    settled_on: Option<NaiveDate>,
    /// What falls due with the first row after arrears were rescheduled.
    pub(super) rescheduled_charges: Option<Owed>,
    /// Windows whose days do not count as past due, both days included.
    pub(super) excluded_days: Vec<(NaiveDate, NaiveDate)>,
    pub(super) held_classes: Vec<(NaiveDate, NaiveDate)>,
    pub(super) protected_windows: Vec<(NaiveDate, NaiveDate)>,
    pub(super) rescheduled_on: Option<NaiveDate>,
    /// The reliefs that were granted so far, in that order.
    pub(super) granted: Vec<GrantedRelief>,
    /// The number of events that were accepted when they happened, and are walked through again.
    pub(super) accepted: usize,
    /// Principal paid ahead that earns as planned, where interest is on the plan.
    pub(super) planned: Vec<OverdueEarning>,
}

impl<'a> Replay<'a> {
    pub(super) fn new(loan: Loan<'a>, timeline: &Timeline<'_>) -> Result<Replay<'a>> {
        let rules = loan.product().rules();
        let resets = timeline.events.iter().flat_map(|event| rates_of(&event.what));
        let rates = std::iter::once(loan.terms().rate)
            .chain(loan.rate_changes().iter().map(|change| change.rate))
            .chain(resets);
        let penalty_terms = rules
            .servicing
            .penalty
            .map(|penalty| PenaltyTerms::new(penalty, rules.day_count, rules.rounding, rates))
            .transpose()?;
        let mut replay = Replay {
            loan,
            plan: Plan::lived(loan, timeline.in_tranches)?,
            billed: 0,
            due_instalments: Vec::new(),
            penalty_terms,
            today: None,
            credit: 0,
            interest_prepaid: 0,
            stage: Stage::Open,
            totals: AccountTotals::default(),
            non_accrual: false,
            billed_after_end: None,
            dates_after_end: 0,
            settled_on: None,
            rescheduled_charges: None,
            excluded_days: Vec::new(),
            held_classes: Vec::new(),
            protected_windows: Vec::new(),
            rescheduled_on: None,
            granted: Vec::new(),
            accepted: 0,
            planned: Vec::new(),
        };
        if !timeline.in_tranches {
            replay.totals.disbursed = loan.terms().principal.minor();
            replay.take_first_fee();
        }
        Ok(replay)
    }

    fn take_first_fee(&mut self) {
        self.totals.fee_at_disbursement = self.loan.terms().fee_at_disbursement.minor();
    }

    /// Whether nothing that passes with the days, relief or observation, bears on it.
    pub(super) fn is_plain(&self) -> bool {
        self.held_classes.is_empty()
            && self.protected_windows.is_empty()
            && self.rescheduled_on.is_none()
            && self.rescheduled_charges.is_none()
    }

    pub(super) fn servicing(&self) -> &'a Servicing {
        &self.loan.product().rules().servicing
    }

    /// Goes on to the end of a day, with the events that are not in yet; `next` is the first of them.
    pub(super) fn advance(&mut self, timeline: &Timeline<'_>, next: &mut usize, to: NaiveDate) -> Result<()> {
        loop {
            let event_on = timeline.events.get(*next).map(|event| event.on);
            let Some(day) = self.next_stop(event_on).filter(|&day| day <= to) else { break };
            self.begin_day(day)?;
            self.apply_of_day(timeline, next, day, |event| event.what.changes_terms())?;
            while self.next_due() == Some(day) {
                self.bill(day)?;
            }
            self.apply_of_day(timeline, next, day, |_| true)?;
            self.today = Some(day);
            self.update_non_accrual(day)?;
        }
        self.update_non_accrual_before(to.succ_opt().unwrap_or(to))?;
        self.recompute_plan(to)?;
        self.today = Some(to);
        Ok(())
    }

    /// Walks from the first day to an event, which does not act yet.
    pub(super) fn walk_to(&mut self, timeline: &Timeline<'_>, event: usize) -> Result<()> {
        let on = timeline.events.get(event).map(|event| event.on);
        let on = on.ok_or_else(|| Error::internal("event", event))?;
        let mut next = 0;
        if let Some(before) = on.pred_opt().filter(|&before| before >= self.loan.terms().disbursed_on) {
            self.advance(timeline, &mut next, before)?;
        }
        self.begin_day(on)?;
        while next < event {
            self.apply(timeline, next)?;
            next += 1;
        }
        Ok(())
    }

    /// The morning of a day: what passes with the days, and reliefs that act on it, granted later.
    fn begin_day(&mut self, day: NaiveDate) -> Result<()> {
        self.update_non_accrual_before(day)?;
        self.begin_penalties(day)?;
        self.act_backdated(day)
    }

    /// The events of a day that come next, as long as they are of a kind.
    fn apply_of_day(
        &mut self,
        timeline: &Timeline<'_>,
        next: &mut usize,
        day: NaiveDate,
        of_kind: impl Fn(&Listed<'_>) -> bool,
    ) -> Result<()> {
        while timeline.events.get(*next).is_some_and(|event| event.on == day && of_kind(event)) {
            self.apply(timeline, *next)?;
            *next += 1;
        }
        Ok(())
    }

    /// The next day on which something happens, where the next event is on `event_on`.
    pub(super) fn next_stop(&self, event_on: Option<NaiveDate>) -> Option<NaiveDate> {
        [event_on, self.next_due(), self.next_day_after_grace(), self.next_backdated()]
            .into_iter()
            .flatten()
            .min()
    }

    /// What a day changes by itself, between the last stop and the day before this one: the loan may have become
    /// non-accrual. Days past due only rise between two stops, so the day before shows it.
    fn update_non_accrual_before(&mut self, day: NaiveDate) -> Result<()> {
        if let Some(before) = day.pred_opt()
            && self.today.is_some_and(|today| today <= before)
        {
            self.update_non_accrual(before)?;
        }
        Ok(())
    }

    fn update_non_accrual(&mut self, day: NaiveDate) -> Result<()> {
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
        if self
            .due_instalments
            .iter()
            .any(|instalment| instalment.is_open() || instalment.earned_after(settled_to))
        {
            // The dates of the cycle after the last settlement.
            let last = self.last_settlement();
            let next = (self.dates_after_end + 1..self.dates_after_end + 64)
                .map(|row| self.plan.date_after_end(row));
            return next.map_while(|date| date).find(|&date| date > last);
        }
        None
    }

    fn last_settlement(&self) -> NaiveDate {
        let last = self.billed.checked_sub(1).and_then(|last| self.plan.row(last)).map(|row| row.due_on);
        self.settled_on.max(last).unwrap_or(self.loan.terms().disbursed_on)
    }

    /// The first day past the grace of an instalment.
    fn next_day_after_grace(&self) -> Option<NaiveDate> {
        let grace = self.servicing().grace_days;
        if grace == 0 || self.penalty_terms.is_none() || self.stage != Stage::Open {
            return None;
        }
        let waiting =
            self.due_instalments.iter().filter(|instalment| instalment.counts && instalment.awaits_penalty());
        waiting.filter_map(|instalment| first_day_after_grace(instalment.due_on(), grace)).min()
    }

    /// In the morning of a day: items past their grace begin to cost.
    fn begin_penalties(&mut self, day: NaiveDate) -> Result<()> {
        let grace = self.servicing().grace_days;
        if grace == 0 || self.penalty_terms.is_none() || self.next_day_after_grace() != Some(day) {
            return Ok(());
        }
        let frozen_to = self.frozen_to();
        for instalment in &mut self.due_instalments {
            if instalment.counts
                && instalment.awaits_penalty()
                && first_day_after_grace(instalment.due_on(), grace) == Some(day)
            {
                instalment.begin_penalty(frozen_to);
            }
        }
        Ok(())
    }

    /// Where what is billed ends: nothing that happens later reaches further back.
    pub(super) fn frozen_to(&self) -> NaiveDate {
        self.plan.frozen_to(self.billed).max(self.billed_after_end.unwrap_or(NaiveDate::MIN))
    }

    /// The plan as it stands on a day: with what overdue principal earned until then.
    pub(super) fn recompute_plan(&mut self, day: NaiveDate) -> Result<()> {
        if self.set_extras(day) {
            self.plan.recompute(self.billed)?;
        }
        Ok(())
    }

    /// What earns beside the plan, up to a day, or to where what is billed ends; whether it is other than before.
    pub(super) fn set_extras(&mut self, day: NaiveDate) -> bool {
        let until = self.earns_until(day.max(self.frozen_to()));
        let extras = self.due_instalments.iter().flat_map(|instalment| instalment.extras(until));
        self.plan.set_overdue_earnings(extras.chain(self.planned.iter().copied()).collect())
    }

    /// Until when overdue principal earns that is unpaid, or is paid, on a day.
    pub(super) fn earns_until(&self, day: NaiveDate) -> NaiveDate {
        match self.servicing().overdue_earns {
            OverdueEarns::ToNextDue => self.plan.period_end(day).unwrap_or(day),
            OverdueEarns::ToDay | OverdueEarns::Never => day,
        }
    }

    /// Counts what arrears cost, up to a day.
    pub(super) fn accrue_penalties(&mut self, day: NaiveDate) -> Result<()> {
        let Some(rules) = &self.penalty_terms else { return Ok(()) };
        let (first_rate, changes) = self.plan.rates();
        let last = self.plan.len().checked_sub(1).and_then(|last| self.plan.row(last));
        let matures_on = last.map_or(self.loan.maturity(), |row| row.due_on);
        let context = PenaltyContext { first_rate, changes, matures_on };
        self.due_instalments.iter_mut().try_for_each(|instalment| instalment.accrue(rules, context, day))
    }

    /// Bills what arrears cost.
    pub(super) fn bill_penalties(&mut self, day: NaiveDate) -> Result<()> {
        self.accrue_penalties(day)?;
        let Some(rules) = &self.penalty_terms else { return Ok(()) };
        for instalment in &mut self.due_instalments {
            let (penalty, compound) = instalment.bill_penalty(rules)?;
            self.totals.penalties_billed = add(add(self.totals.penalties_billed, penalty)?, compound)?;
        }
        Ok(())
    }

    /// The place of the instalment of a day; a new one where there is none.
    pub(super) fn due_instalment_on(&mut self, due_on: NaiveDate, is_instalment: bool) -> usize {
        let at = self.due_instalments.partition_point(|instalment| instalment.due_on() < due_on);
        match self.due_instalments.get_mut(at).filter(|instalment| instalment.due_on() == due_on) {
            Some(instalment) => {
                instalment.is_instalment |= is_instalment;
                instalment.counts |= is_instalment;
            }
            None => self.due_instalments.insert(at, DueInstalment::new(due_on, is_instalment)),
        }
        at
    }

    /// What falls due on a day, or the settlement of a day after the last row.
    fn bill(&mut self, day: NaiveDate) -> Result<()> {
        // What is overdue when a row is billed earns to the end of its accrual.
        self.recompute_plan(day.max(self.plan.frozen_to((self.billed + 1).min(self.plan.len()))))?;
        self.bill_penalties(day)?;
        let row = self.plan.row(self.billed).copied();
        if let Some(row) = row {
            let settled = self.plan.ahead(self.billed);
            // What is settled of later rows is theirs.
            let ahead = if settled != RowParts::default() || row.days != 0 || !row.interest.is_zero() {
                let theirs = self.plan.interest_ahead(self.billed + 1);
                std::mem::replace(&mut self.interest_prepaid, theirs) - theirs
            } else {
                0
            };
            self.plan.freeze(self.billed);
            self.billed += 1;
            (self.billed_after_end, self.dates_after_end, self.settled_on) = (None, 0, None);
            let earns_from = row.due_on.max(self.plan.frozen_to(self.billed));
            let mut billed = billed_by(&row)?;
            billed.principal = Money::from_minor(billed.principal.minor() - settled.principal);
            let interest = billed.interest.minor();
            // Settled beyond what the row came to earn: the rest is credit again.
            let own = subtract(interest, row.deferred_interest_paid.minor())?;
            let beyond = subtract(ahead, own)?.max(0);
            let ahead = ahead - beyond;
            self.credit = add(self.credit, beyond)?;
            self.totals.interest_paid -= beyond;
            self.totals.fees_billed = add(self.totals.fees_billed, billed.fee.minor())?;
            let charges = self.rescheduled_charges.take();
            let late = self.penalty_terms.is_some();
            let grace = self.servicing().grace_days > 0;
            let earns_on = self.servicing().interest_on == InterestOn::Outstanding
                && self.servicing().overdue_earns != OverdueEarns::Never;
            let frozen_to = self.frozen_to();
            let at = self.due_instalment_on(day, true);
            let instalment = self.due_instalments.get_mut(at).ok_or_else(|| no_instalment(at))?;
            (instalment.interest_prepaid, instalment.earned_to) = (ahead, earns_from);
            instalment.bill(Part::Fee, billed.fee.minor())?;
            instalment.bill(Part::Interest, add(interest, -ahead)?)?;
            instalment.bill(Part::Principal, billed.principal.minor())?;
            if let Some(charges) = charges {
                instalment.charged = add(instalment.charged, charges.fee.minor())?;
                for part in [Part::Fee, Part::Penalty, Part::Compound] {
                    instalment.bill(part, charges.part(part).minor())?;
                }
            }
            if earns_on && (!late || grace) {
                instalment.begin_earning(earns_from);
            }
            if late && !grace {
                instalment.begin_penalty(frozen_to);
            }
        } else {
            let since = self.last_settlement_end();
            let interest = self.plan.earned(self.billed, day, since)?;
            self.settled_on = Some(day);
            self.dates_after_end += 1;
            if interest != 0 {
                self.bill_after_end(day, interest)?;
            }
        }
        self.use_credit(day)
    }

    /// Bills what overdue principal earned after the last row, up to a day.
    pub(super) fn bill_after_end(&mut self, day: NaiveDate, interest: i64) -> Result<()> {
        self.billed_after_end = Some(day);
        self.totals.interest_after_end = add(self.totals.interest_after_end, interest)?;
        let at = self.due_instalment_on(day, false);
        let instalment = self.due_instalments.get_mut(at).ok_or_else(|| no_instalment(at))?;
        instalment.counts = true;
        instalment.bill(Part::Interest, interest)
    }

    /// Where the last settled stretch ended: what overdue principal earns after the last row counts from there.
    pub(super) fn last_settlement_end(&self) -> NaiveDate {
        self.billed_after_end.unwrap_or_else(|| self.plan.frozen_to(self.billed))
    }

    /// Bills what falls due up to a day.
    pub(super) fn bill_until(&mut self, day: NaiveDate) -> Result<()> {
        while let Some(due) = self.next_due().filter(|&due| due <= day) {
            self.begin_penalties(due)?;
            self.bill(due)?;
        }
        self.recompute_plan(day)
    }

    fn apply(&mut self, timeline: &Timeline<'_>, at: usize) -> Result<()> {
        let event = timeline.events.get(at).ok_or_else(|| Error::internal("event", at))?;
        self.check_stage(event)?;
        let day = event.on;
        // What would change instalments changes nothing where none are ahead: a later reset of a loan that was settled is
        // no mistake.
        if self.stage == Stage::Settled && event.what.changes_terms() {
            return Ok(());
        }
        self.recompute_plan(day)?;
        let done = match &event.what {
            EventKind::Disbursed(amount) => self.disburse(day, *amount),
            EventKind::Repaid { amount, payer } => self.repay(day, *amount, *payer),
            EventKind::GuaranteePaid(amount) => self.repay(day, *amount, Payer::Guarantor),
            EventKind::Prepaid { amount, payer, how } => self.prepay(day, *amount, *payer, *how),
            EventKind::Renewed { amount, .. } => self.renew(day, *amount),
            EventKind::RateReset(_) => {
                self.accrue_penalties(day).and_then(|()| self.change_terms(day, &event.what))
            }
            EventKind::InterestPaused { .. } | EventKind::DueDateMoved { .. } => {
                self.change_terms(day, &event.what)
            }
            EventKind::Relief(relief) => self.relieve(timeline, at, relief),
            EventKind::ReAged { instalments, first_due_on } => {
                self.reschedule(day, Some((*instalments, *first_due_on)))
            }
            EventKind::ReAmortised => self.reschedule(day, None),
            EventKind::InterestWaived(amount) => self.waive_interest(day, *amount, at < self.accepted),
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

    fn check_stage(&self, event: &Listed<'_>) -> Result<()> {
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
            Stage::Open => "no recovery before the loan is charged off",
            Stage::Settled => "no event that needs instalments ahead: the loan is settled",
            Stage::ChargedOff => "a recovery or the closing: the loan is charged off",
            Stage::Closed => "no event: the account is closed",
        };
        let value = format!("{} on {}", kind.as_str(), event.on);
        Err(Error::new(ErrorCode::AccountEnded, event.name(), value, bound))
    }

    pub(super) fn take_rescheduled_charges(&mut self) -> Option<Owed> {
        self.rescheduled_charges.take()
    }

    fn charge_fee(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        let at = self.due_instalment_on(day, false);
        if let Some(instalment) = self.due_instalments.get_mut(at) {
            instalment.charged = add(instalment.charged, amount.minor())?;
            instalment.bill(Part::Fee, amount.minor())?;
        }
        self.totals.fees_billed = add(self.totals.fees_billed, amount.minor())?;
        self.use_credit(day)
    }

    fn close(&mut self, day: NaiveDate) -> Result<()> {
        let outstanding = self.outstanding()?;
        let not_settled = |value: String| {
            Err(Error::new(ErrorCode::NotSettled, "closed", value, "nothing owed and no credit held"))
        };
        let show =
            |minor: i64| Money::from_minor(minor).display(self.loan.product().rules().currency).to_string();
        if outstanding != 0 && self.stage != Stage::ChargedOff {
            return not_settled(format!("{} of principal outstanding on {day}", show(outstanding)));
        }
        if let Some(instalment) = self.due_instalments.iter().find(|instalment| instalment.is_open()) {
            return not_settled(format!("the instalment of {} unpaid on {day}", instalment.due_on()));
        }
        if self.credit != 0 {
            return not_settled(format!("{} of credit on {day}", show(self.credit)));
        }
        self.stage = Stage::Closed;
        Ok(())
    }

    /// The interest that was billed so far, or settled before its row billed it for good.
    pub(super) fn interest_billed(&self) -> Result<i64> {
        let mut billed = add(self.totals.interest_after_end, self.totals.interest_billed_early)?;
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
    pub(super) fn penalties_unbilled(&self) -> Result<i64> {
        let Some(rules) = &self.penalty_terms else { return Ok(0) };
        let mut late = 0;
        for instalment in &self.due_instalments {
            let (penalty, compound) = instalment.unbilled(rules)?;
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
        self.due_instalments.iter().map(|instalment| instalment.unpaid(Part::Principal)).try_fold(0, add)
    }

    /// The days past due at the end of a day.
    pub(super) fn days_past_due(&self, day: NaiveDate) -> Result<u32> {
        let servicing = self.servicing();
        let threshold = i128::from(servicing.past_due_threshold.minor());
        let Some(oldest) = self.due_instalments.iter().find(|instalment| instalment.short() > threshold)
        else {
            return Ok(0);
        };
        let due_on = oldest.due_on();
        days_past_due(due_on, day, servicing.grace_days, &self.excluded_days)
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
pub(super) fn billed_by(row: &Instalment) -> Result<Owed> {
    Ok(Owed {
        fee: row.fees,
        interest: Money::sum([row.interest, row.deferred_interest_paid, row.principal.min(Money::ZERO)])?,
        principal: row.principal.max(Money::ZERO),
        ..Owed::nothing(row.due_on)
    })
}

#[cold]
pub(super) fn no_instalment(at: usize) -> Error {
    Error::internal("due instalment", at)
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

pub(super) fn first_day_after_grace(due_on: NaiveDate, grace_days: u16) -> Option<NaiveDate> {
    due_on.checked_add_days(Days::new(u64::from(grace_days) + 1))
}
