//! A replay, day by day: what falls due, what it costs to be late, what money does.

use chrono::{Days, NaiveDate};

use crate::calendar::{day_after, day_before};
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum};
use crate::loan::account::arrears::{Arrears, days_past_due};
use crate::loan::account::due_instalment::{DueInstalment, DueKind, PenaltyContext, PenaltyTerms};
use crate::loan::account::event::EventKind;
use crate::loan::account::granted_relief::GrantedRelief;
use crate::loan::account::timeline::{Listed, Timeline};
use crate::loan::account::totals::AccountTotals;
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{InterestOn, OverdueEarns, Servicing};
use crate::loan::plan::{OverdueEarning, Plan, RowParts};
use crate::loan::schedule::Instalment;
use crate::money::Money;
use crate::rate::Rate;

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

/// How far an account has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Status {
    /// The end of this day is reached; none before the first.
    pub(super) reached: Option<NaiveDate>,
    pub(super) stage: Stage,
    pub(super) non_accrual: bool,
}

/// What was paid before it fell due.
#[derive(Clone, Debug, Default)]
pub(super) struct Prepaid {
    /// Interest of rows to come: what their own figures hold of it, and what was settled to a day. The latter is the next row's
    /// that bills, but for what is said to be of later ones.
    pub(super) interest: i64,
    /// What was settled to a day of periods after that of the next row that bills, each with the day on which it begins: where a
    /// roll moves a due date, the next period runs before the row of the last one is billed.
    pub(super) of_later_periods: Vec<(NaiveDate, i64)>,
    /// Principal that earns as planned, where interest is on the plan.
    pub(super) principal: Vec<OverdueEarning>,
    /// Where the period ends whose interest a prepayment settled to the next due date: what it settled is final.
    pub(super) final_to: Option<NaiveDate>,
}

/// The settlements after the last row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AfterEnd {
    /// Where the last one was that brought interest.
    pub(super) billed_to: Option<NaiveDate>,
    /// The number of dates of the cycle on which there was one.
    pub(super) dates: u32,
    /// The last date of the cycle that was settled, whether or not it brought interest.
    pub(super) settled_on: Option<NaiveDate>,
}

/// The reliefs that were granted, and what they keep from acting while their windows last; first and last day are both in a window.
#[derive(Clone, Debug, Default)]
pub(super) struct Reliefs {
    /// Days that do not count as past due.
    pub(super) excluded_days: Vec<(NaiveDate, NaiveDate)>,
    /// From the day whose class is held, to the last day on which it is.
    pub(super) held_classes: Vec<(NaiveDate, NaiveDate)>,
    /// Days whose arrears the credit registry does not see.
    pub(super) protected: Vec<(NaiveDate, NaiveDate)>,
    /// The reliefs that were granted so far, in that order.
    pub(super) granted: Vec<GrantedRelief>,
    /// The number of events that were accepted when they happened, and are walked through again.
    pub(super) accepted: usize,
    /// The day at whose end the account was read back, if it was: what happened before is not known.
    pub(super) resumed_on: Option<NaiveDate>,
}

impl Prepaid {
    /// What was settled to a day of periods that begin on a day or later.
    pub(super) fn of_periods_from(&self, day: NaiveDate) -> Result<i64> {
        let later = self.of_later_periods.iter().filter(|(from, _)| *from >= day);
        later.map(|(_, interest)| *interest).try_fold(0, add)
    }
}

impl Reliefs {
    /// Whether a day's arrears are kept from the credit registry.
    pub(super) fn protect(&self, day: NaiveDate) -> bool {
        self.protected.iter().any(|&(from, to)| from <= day && day <= to)
    }
}

/// A replay at the end of a day.
#[derive(Clone, Debug)]
pub(super) struct Replay<'a> {
    pub(super) loan: Loan<'a>,
    pub(super) plan: Plan<'a>,
    pub(super) arrears: Arrears,
    pub(super) status: Status,
    /// Money that nothing was owed for.
    pub(super) credit: i64,
    pub(super) prepaid: Prepaid,
    pub(super) totals: AccountTotals,
    pub(super) after_end: AfterEnd,
    pub(super) reliefs: Reliefs,
}

impl<'a> Replay<'a> {
    pub(super) fn new(loan: Loan<'a>, timeline: &Timeline<'_>) -> Result<Replay<'a>> {
        let resets: Vec<Rate> = timeline.events.iter().filter_map(|event| rate_of(&event.what)).collect();
        let mut replay = Replay {
            loan,
            plan: Plan::of_account(loan, timeline.in_tranches)?,
            arrears: Arrears::new(None),
            status: Status { reached: None, stage: Stage::Open, non_accrual: false },
            credit: 0,
            prepaid: Prepaid::default(),
            totals: AccountTotals::default(),
            after_end: AfterEnd::default(),
            reliefs: Reliefs::default(),
        };
        replay.arrears.penalty_terms = replay.penalty_terms_over(&resets)?;
        if !timeline.in_tranches {
            replay.totals.disbursed = loan.terms().principal.minor();
            replay.take_first_fee();
        }
        Ok(replay)
    }

    /// What penalty and compound interest follow, over the rates of the plan and others that are to come.
    pub(super) fn penalty_terms_over(&self, others: &[Rate]) -> Result<Option<PenaltyTerms>> {
        let rules = self.loan.product().rules();
        let (first, changes) = self.plan.rates();
        let rates = std::iter::once(first).chain(changes.iter().map(|change| change.rate));
        let rates = rates.chain(others.iter().copied());
        let terms = |penalty| PenaltyTerms::new(penalty, rules.day_count, rules.rounding, rates.clone());
        rules.servicing.penalty.map(terms).transpose()
    }

    fn take_first_fee(&mut self) {
        self.totals.fee_at_disbursement = self.loan.terms().fee_at_disbursement.minor();
    }

    /// Whether nothing that passes with the days, relief or observation, bears on it.
    pub(super) fn is_plain(&self) -> bool {
        self.reliefs.held_classes.is_empty()
            && self.reliefs.protected.is_empty()
            && self.arrears.rescheduled_on.is_none()
            && self.arrears.rescheduled_charges.is_none()
    }

    pub(super) fn servicing(&self) -> &'a Servicing {
        &self.loan.product().rules().servicing
    }

    /// Goes on to the end of a day, with the events that are not in yet; `next` is the first of them.
    pub(super) fn advance(&mut self, timeline: &Timeline<'_>, next: &mut usize, to: NaiveDate) -> Result<()> {
        loop {
            let event_on = timeline.events.get(*next).map(|event| event.on);
            let Some(day) = self.next_stop(event_on)?.filter(|&day| day <= to) else { break };
            self.begin_day(day)?;
            self.apply_of_day(timeline, next, day, |event| event.what.changes_terms())?;
            let mut bills = false;
            while self.next_due() == Some(day) {
                self.bill(day)?;
                bills = true;
            }
            // Asked once a walk: each day is the last of some. Of an account that was read back, the record says what was billed.
            let is_asked = bills && self.reliefs.resumed_on.is_none() && self.next_due() > Some(to);
            debug_assert!(
                !is_asked || self.plan.stays_as_billed()?,
                "rows that were billed stay as they are"
            );
            self.begin_payments(day)?;
            self.apply_of_day(timeline, next, day, |_| true)?;
            self.status.reached = Some(day);
            self.update_non_accrual(day)?;
        }
        self.update_non_accrual_before(day_after(to)?)?;
        self.recompute_plan(to)?;
        self.status.reached = Some(to);
        Ok(())
    }

    /// Walks from the first day to an event, which does not act yet.
    pub(super) fn walk_to(&mut self, timeline: &Timeline<'_>, event: usize) -> Result<()> {
        let on = timeline.at(event)?.on;
        let mut next = 0;
        if on > self.loan.terms().disbursed_on {
            self.advance(timeline, &mut next, day_before(on)?)?;
        }
        self.begin_day(on)?;
        while next < event {
            self.apply(timeline, next)?;
            next += 1;
        }
        Ok(())
    }

    /// The morning of a day: what passes with the days, and reliefs that act on it and were granted later.
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
    pub(super) fn next_stop(&self, event_on: Option<NaiveDate>) -> Result<Option<NaiveDate>> {
        let begins = self.payments_begin();
        let stops = [event_on, self.next_due(), self.next_day_after_grace()?, self.next_backdated(), begins];
        Ok(stops.into_iter().flatten().min())
    }

    /// What a day changes by itself, between the last stop and the day before this one: the loan may have become
    /// non-accrual. Days past due only rise between two stops, so the day before shows it.
    fn update_non_accrual_before(&mut self, day: NaiveDate) -> Result<()> {
        let before = day_before(day)?;
        if self.status.reached.is_some_and(|reached| reached <= before) {
            self.update_non_accrual(before)?;
        }
        Ok(())
    }

    /// A loan is not accrued from so many days past due until nothing is past due. Payments of a day go by the state at the end of the
    /// day before: this is told at the end of the day.
    fn update_non_accrual(&mut self, day: NaiveDate) -> Result<()> {
        let Some(non_accrual) = self.servicing().non_accrual else { return Ok(()) };
        let days = self.days_past_due(day)?;
        if days >= non_accrual.from {
            self.status.non_accrual = true;
        } else if days == 0 {
            self.status.non_accrual = false;
        }
        Ok(())
    }

    /// The next day on which something falls due, or is settled after the last row.
    pub(super) fn next_due(&self) -> Option<NaiveDate> {
        if self.status.stage != Stage::Open {
            return None;
        }
        if let Some(row) = self.plan.row(self.plan.next_to_bill()) {
            return Some(row.due_on);
        }
        let settled_to = self.last_settlement_end();
        if self
            .arrears
            .instalments
            .iter()
            .any(|instalment| instalment.is_open() || instalment.earnings.reach_beyond(settled_to))
        {
            // The first date of the cycle after the last settlement.
            let last = self.last_settlement();
            let mut dates = (self.after_end.dates + 1..).map_while(|row| self.plan.date_after_end(row));
            return dates.find(|&date| date > last);
        }
        None
    }

    fn last_settlement(&self) -> NaiveDate {
        let last = self
            .plan
            .next_to_bill()
            .checked_sub(1)
            .and_then(|last| self.plan.row(last))
            .map(|row| row.due_on);
        self.after_end.settled_on.max(last).unwrap_or(self.loan.terms().disbursed_on)
    }

    /// The first day past the grace of an instalment.
    fn next_day_after_grace(&self) -> Result<Option<NaiveDate>> {
        let grace = self.servicing().grace_days;
        if grace == 0 || self.arrears.penalty_terms.is_none() || self.status.stage != Stage::Open {
            return Ok(None);
        }
        // They stand in the order of their due dates.
        let waits = |instalment: &&DueInstalment| instalment.counts() && instalment.awaits_penalty();
        let first = self.arrears.unsettled().iter().find(waits);
        first.map(|instalment| first_day_after_grace(instalment.due_on(), grace)).transpose()
    }

    /// In the morning of a day: items past their grace begin to cost.
    fn begin_penalties(&mut self, day: NaiveDate) -> Result<()> {
        if self.next_day_after_grace()? != Some(day) {
            return Ok(());
        }
        self.bill_of_last_due_date()?;
        let (grace, billed_to) = (self.servicing().grace_days, self.frozen_to());
        let mut earned = Vec::new();
        for instalment in self.arrears.unsettled_mut() {
            if instalment.counts()
                && instalment.awaits_penalty()
                && first_day_after_grace(instalment.due_on(), grace)? == day
            {
                earned.extend(instalment.begin_penalty(billed_to)?);
            }
        }
        earned.into_iter().try_for_each(|part| self.give_back_interest(day, part))
    }

    /// Where what is billed ends: nothing that happens later reaches further back.
    pub(super) fn frozen_to(&self) -> NaiveDate {
        self.plan.frozen_to(self.plan.next_to_bill()).max(self.after_end.billed_to.unwrap_or(NaiveDate::MIN))
    }

    /// The plan as it stands on a day: with what overdue principal earned until then. Rows that the day does not see wait.
    pub(super) fn recompute_plan(&mut self, day: NaiveDate) -> Result<()> {
        let changed = self.set_overdue_earnings(day)?;
        self.plan.recompute_until(day, changed)
    }

    /// What earns beside the plan, up to a day, or to where what is billed ends; whether it is other than before.
    pub(super) fn set_overdue_earnings(&mut self, day: NaiveDate) -> Result<bool> {
        let mut earnings = if self.overdue_principal_earns() {
            self.arrears.overdue_earnings(self.earns_until(day.max(self.frozen_to())))?
        } else {
            Vec::new()
        };
        earnings.extend_from_slice(&self.prepaid.principal);
        Ok(self.plan.set_overdue_earnings(earnings))
    }

    /// Whether principal that is overdue earns contract interest, which the next row bills, until a penalty takes its place.
    fn overdue_principal_earns(&self) -> bool {
        let servicing = self.servicing();
        servicing.interest_on == InterestOn::Outstanding
            && servicing.overdue_earns != OverdueEarns::Never
            && (self.arrears.penalty_terms.is_none() || servicing.grace_days > 0)
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
        self.bill_of_last_due_date()?;
        self.count_penalties(day)
    }

    /// Bills what arrears cost by the last due date, where that waits.
    fn bill_of_last_due_date(&mut self) -> Result<()> {
        let Some(due_on) = self.arrears.take_bill() else { return Ok(()) };
        self.count_penalties(due_on)?;
        self.bill_counted()
    }

    fn count_penalties(&mut self, day: NaiveDate) -> Result<()> {
        self.arrears.pass_settled()?;
        let (first_rate, changes) = self.plan.rates();
        let last = self.plan.len().checked_sub(1).and_then(|last| self.plan.row(last));
        let matures_on = last.map_or(self.loan.maturity(), |row| row.due_on);
        let context = PenaltyContext { first_rate, changes, matures_on };
        self.arrears.accrue(context, day)
    }

    /// Bills what arrears cost.
    pub(super) fn bill_penalties(&mut self, day: NaiveDate) -> Result<()> {
        self.accrue_penalties(day)?;
        self.bill_counted()
    }

    fn bill_counted(&mut self) -> Result<()> {
        self.totals.penalties.billed = add(self.totals.penalties.billed, self.arrears.bill_penalties()?)?;
        Ok(())
    }

    /// Bills on a due date what arrears cost: when that is asked for, where it makes no difference. After the last row, what is owed
    /// says which dates follow.
    fn bill_penalties_on_due_date(&mut self, day: NaiveDate) -> Result<()> {
        if self.arrears.bills_later() && self.plan.next_to_bill() + 1 < self.plan.len() {
            self.arrears.bill_later(day);
            return Ok(());
        }
        self.bill_penalties(day)
    }

    /// What falls due on a day, or the settlement of a day after the last row.
    fn bill(&mut self, day: NaiveDate) -> Result<()> {
        // What is overdue when a row is billed earns to the end of its accrual.
        self.recompute_plan(
            day.max(self.plan.frozen_to((self.plan.next_to_bill() + 1).min(self.plan.len()))),
        )?;
        self.bill_penalties_on_due_date(day)?;
        match self.plan.row(self.plan.next_to_bill()).copied() {
            Some(row) => {
                self.bill_row(&row)?;
                self.begin_next_payments()?;
            }
            None => self.settle_cycle_date(day)?,
        }
        self.use_credit(day)
    }

    /// Bills the next row.
    fn bill_row(&mut self, row: &Instalment) -> Result<()> {
        let at = self.plan.next_to_bill();
        let prepaid = self.plan.prepaid(at)?;
        let interest_prepaid = self.take_prepaid_interest(row, prepaid)?;
        self.plan.freeze()?;
        self.after_end = AfterEnd::default();
        let mut billed = billed_by(row)?;
        billed.principal = Money::from_minor(subtract(billed.principal.minor(), prepaid.principal)?);
        let interest = billed.interest.minor();
        // Settled beyond what the row came to earn: the rest is credit again. What was deferred settles none of it, save where it is
        // the borrower's, at a rate below zero: that is credit, too.
        let own = subtract(interest, row.deferred_interest_paid.minor().max(0))?;
        let beyond = subtract(interest_prepaid, own)?.max(0);
        let interest_prepaid = subtract(interest_prepaid, beyond)?;
        self.credit = add(self.credit, beyond)?;
        self.totals.interest.paid = subtract(self.totals.interest.paid, beyond)?;
        self.totals.fees.billed = add(self.totals.fees.billed, billed.fee.minor())?;
        let earned_to = row.due_on.max(self.plan.frozen_to(self.plan.next_to_bill()));
        let instalment = self.arrears.of_row(row.due_on, at)?;
        instalment.interest_prepaid = interest_prepaid;
        instalment.earned_to = earned_to;
        instalment.bill(Part::Fee, billed.fee.minor())?;
        instalment.bill(Part::Interest, subtract(interest, interest_prepaid)?)?;
        instalment.bill(Part::Principal, billed.principal.minor())?;
        self.arrears.bill_rescheduled(row.due_on, Some(at))?;
        self.begin_lateness(row.due_on, at)
    }

    /// When payments begin that are still to be found, where a roll puts the due date of the row before them off.
    fn payments_begin(&self) -> Option<NaiveDate> {
        let open = self.status.stage == Stage::Open;
        self.plan.payments_begin().filter(|_| open)
    }

    /// Those that begin by a day are found on the balance of the day on which they do.
    fn begin_payments(&mut self, day: NaiveDate) -> Result<()> {
        if let Some(begins) = self.payments_begin().filter(|&begins| begins <= day) {
            self.set_overdue_earnings(begins)?;
            self.plan.find_payments()?;
            self.recompute_plan(day)?;
        }
        Ok(())
    }

    /// Payments that are to be found from the row on that begins now are found on the balance of this day.
    fn begin_next_payments(&mut self) -> Result<()> {
        if self.plan.asks_by_method(self.plan.next_to_bill()) {
            self.set_overdue_earnings(self.frozen_to())?;
            self.plan.recompute()?;
        }
        Ok(())
    }

    /// The interest that was settled of a row before it fell due; what was settled of later rows is theirs.
    fn take_prepaid_interest(&mut self, row: &Instalment, prepaid: RowParts) -> Result<i64> {
        if self.prepaid.interest == 0
            || (prepaid == RowParts::default() && row.days == 0 && row.interest.is_zero())
        {
            return Ok(0);
        }
        let end = self.plan.frozen_to(self.plan.next_to_bill() + 1);
        self.prepaid.of_later_periods.retain(|(from, _)| *from >= end);
        let of_later_rows = add(
            self.plan.prepaid_interest(self.plan.next_to_bill() + 1)?,
            self.prepaid.of_periods_from(end)?,
        )?;
        subtract(std::mem::replace(&mut self.prepaid.interest, of_later_rows), of_later_rows)
    }

    /// What an instalment costs from its due date on: contract interest, until a penalty takes its place.
    fn begin_lateness(&mut self, due_on: NaiveDate, row: usize) -> Result<()> {
        let costs = self.arrears.penalty_terms.is_some() && self.servicing().grace_days == 0;
        let (earns, frozen_to) = (self.overdue_principal_earns(), self.frozen_to());
        let instalment = self.arrears.of_row(due_on, row)?;
        if earns {
            instalment.earnings.begin(instalment.earned_to);
        }
        if costs {
            // It has earned nothing since it fell due.
            instalment.begin_penalty(frozen_to)?;
        }
        Ok(())
    }

    /// A date of the cycle after the last row: what overdue principal earned until then falls due, as a row of its own.
    fn settle_cycle_date(&mut self, day: NaiveDate) -> Result<()> {
        let earned = self.plan.earned(self.plan.next_to_bill(), day, self.last_settlement_end())?;
        let interest = subtract(earned, self.prepaid.interest)?;
        self.after_end.settled_on = Some(day);
        self.after_end.dates += 1;
        if earned != 0 || interest != 0 { self.bill_after_end(day, interest) } else { Ok(()) }
    }

    /// Bills what overdue principal earned after the last row, up to a day, beyond what of it was settled before.
    pub(super) fn bill_after_end(&mut self, day: NaiveDate, interest: i64) -> Result<()> {
        self.after_end.billed_to = Some(day);
        let settled = std::mem::take(&mut self.prepaid.interest);
        self.prepaid.of_later_periods.clear();
        self.totals.interest.after_end = sum([self.totals.interest.after_end, interest, settled])?;
        if interest < 0 {
            // The borrower's own: it is credit at once.
            self.totals.interest.paid = add(self.totals.interest.paid, interest)?;
            self.credit = subtract(self.credit, interest)?;
            return Ok(());
        }
        self.arrears.due_on(day, DueKind::InterestAfterEnd)?.bill(Part::Interest, interest)
    }

    /// Where the last settled stretch ended: what overdue principal earns after the last row counts from there.
    pub(super) fn last_settlement_end(&self) -> NaiveDate {
        self.after_end.billed_to.unwrap_or_else(|| self.plan.frozen_to(self.plan.next_to_bill()))
    }

    /// Bills what falls due up to a day.
    pub(super) fn bill_until(&mut self, day: NaiveDate) -> Result<()> {
        while let Some(due) = self.next_due().filter(|&due| due <= day) {
            self.begin_penalties(due)?;
            self.bill(due)?;
        }
        self.bill_of_last_due_date()?;
        self.recompute_plan(day)
    }

    fn apply(&mut self, timeline: &Timeline<'_>, at: usize) -> Result<()> {
        let event = timeline.at(at)?;
        self.check_stage(event)?;
        self.bill_of_last_due_date()?;
        let day = event.on;
        // What would change instalments changes nothing where none are ahead: a later reset of a loan that was settled is
        // no mistake.
        if self.status.stage == Stage::Settled && event.what.changes_terms() {
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
            EventKind::InterestWaived(amount) => {
                self.waive_interest(day, *amount, at < self.reliefs.accepted)
            }
            EventKind::FeeCharged(amount) => self.charge_fee(day, *amount),
            EventKind::FeeWaived(amount) => self.waive_fee(*amount),
            EventKind::ChargedOff => self.charge_off(day),
            EventKind::Recovered(amount) => self.recover(*amount),
            EventKind::Closed => self.close(day),
            // Taken out of the timeline with what they name.
            EventKind::Reversed { .. } => Ok(()),
        };
        done.map_err(|error| error.within(&event.name()))?;
        if event.what.changes_terms() { Ok(()) } else { self.begin_payments(day) }
    }

    fn check_stage(&self, event: &Listed<'_>) -> Result<()> {
        let kind = &event.what;
        let allowed = match self.status.stage {
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
                    | EventKind::ChargedOff
            ),
            Stage::ChargedOff => matches!(kind, EventKind::Recovered(_) | EventKind::Closed),
            Stage::Closed => false,
        };
        if allowed {
            return Ok(());
        }
        let bound = match self.status.stage {
            Stage::Open => "no recovery before the loan is charged off",
            Stage::Settled => "no event that needs instalments ahead: the loan is settled",
            Stage::ChargedOff => "a recovery or the closing: the loan is charged off",
            Stage::Closed => "no event: the account is closed",
        };
        let value = format!("{} on {}", kind.as_str(), event.on);
        Err(Error::new(ErrorCode::AccountEnded, event.name(), value, bound))
    }

    fn charge_fee(&mut self, day: NaiveDate, amount: Money) -> Result<()> {
        let charge = self.arrears.due_on(day, DueKind::Charge)?;
        charge.bill(Part::Fee, amount.minor())?;
        charge.charged_fees = add(charge.charged_fees, amount.minor())?;
        self.totals.fees.billed = add(self.totals.fees.billed, amount.minor())?;
        self.use_credit(day)
    }

    /// A closed account owes nothing, deferred and carried sums included, and holds no credit.
    fn close(&mut self, day: NaiveDate) -> Result<()> {
        let outstanding = self.outstanding()?;
        let not_settled = |value: String| {
            Err(Error::new(ErrorCode::NotSettled, "closed", value, "nothing owed and no credit held"))
        };
        let show =
            |minor: i64| Money::from_minor(minor).display(self.loan.product().rules().currency).to_string();
        if outstanding != 0 && self.status.stage != Stage::ChargedOff {
            return not_settled(format!("{} of principal outstanding on {day}", show(outstanding)));
        }
        if let Some(instalment) = self.arrears.unsettled().iter().find(|instalment| instalment.is_open()) {
            return not_settled(format!("the instalment of {} unpaid on {day}", instalment.due_on()));
        }
        if self.credit != 0 {
            return not_settled(format!("{} of credit on {day}", show(self.credit)));
        }
        // Interest that runs, was deferred or carried on, and what is to fall due with arrears that were rescheduled.
        let owed = self.pay_off(day)?;
        if owed != 0 {
            return not_settled(format!("{} to pay off on {day}", show(owed)));
        }
        self.status.stage = Stage::Closed;
        Ok(())
    }

    /// The interest that was billed so far, or settled before its row billed it for good.
    pub(super) fn interest_billed(&self) -> Result<i64> {
        let beside = add(self.totals.interest.after_end, self.totals.interest.billed_early)?;
        add(beside, self.plan.interest_billed()?)
    }

    /// The principal outstanding, overdue or not.
    pub(super) fn outstanding(&self) -> Result<i64> {
        if self.status.stage != Stage::Open {
            return Ok(0);
        }
        let (not_due, _) = self.plan.not_due(self.loan.terms().disbursed_on)?;
        add(not_due, self.overdue()?)
    }

    /// The principal that fell due and is unpaid.
    pub(super) fn overdue(&self) -> Result<i64> {
        self.arrears.unpaid(Part::Principal)
    }

    /// Whether it was charged off, and perhaps closed since.
    pub(super) fn was_charged_off(&self) -> bool {
        self.status.stage == Stage::ChargedOff || self.totals.write_off.is_any()
    }

    /// The days past due at the end of a day.
    pub(super) fn days_past_due(&self, day: NaiveDate) -> Result<u32> {
        let servicing = self.servicing();
        let threshold = i128::from(servicing.past_due_threshold.minor());
        let Some(oldest) = self.arrears.unsettled().iter().find(|instalment| instalment.short() > threshold)
        else {
            return Ok(0);
        };
        let due_on = oldest.due_on();
        days_past_due(due_on, day, servicing.grace_days, &self.reliefs.excluded_days)
    }

    /// The class by the ladder, and by the observation after arrears were rescheduled; of a loan that was charged off it is loss.
    pub(super) fn class_by_ladder(&self, day: NaiveDate) -> Result<Option<LoanClass>> {
        let ladder = self.servicing().ladder.as_ref().and_then(|ladder| ladder.on(day));
        let Some(ladder) = ladder else { return Ok(None) };
        if self.was_charged_off() {
            return Ok(Some(LoanClass::Loss));
        }
        let days = self.days_past_due(day)?;
        let class = ladder.class_at(days);
        let observed = self.arrears.rescheduled_on.is_some_and(|on| {
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

/// The rate that an event brings.
pub(super) fn rate_of(what: &EventKind) -> Option<Rate> {
    match what {
        EventKind::RateReset(rate) => Some(*rate),
        EventKind::Relief(relief) => relief.extension?.rate_from.map(|(_, rate)| rate),
        _ => None,
    }
}

/// The first day that is past the grace of an instalment.
pub(super) fn first_day_after_grace(due_on: NaiveDate, grace_days: u16) -> Result<NaiveDate> {
    let day = due_on.checked_add_days(Days::new(u64::from(grace_days) + 1));
    day.ok_or_else(|| Error::internal("day before the end of a grace", due_on))
}
