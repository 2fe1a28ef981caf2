//! What changes the terms of a replay: another rate, a pause, a due date that moved, more rows, relief, arrears rescheduled.

use chrono::NaiveDate;

use crate::calendar::{day_after, day_before};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::account::due_instalment::{Cancelled, DueInstalment, DueKind};
use crate::loan::account::event::EventKind;
use crate::loan::account::replay::{Replay, Stage, billed_by, first_day_after_grace};
use crate::loan::account::timeline::Listed;
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::product::Reamortise;
use crate::loan::agreement::servicing::{ChangesFrom, InterestOn, Servicing};
use crate::loan::plan::Outcome;
use crate::loan::relief::{ClassUnderRelief, CreditReport, DaysPastDue, PenaltyInWindow, Relief};
use crate::loan::schedule::Instalment;
use crate::money::Money;

impl Replay<'_> {
    /// Changes of terms that were booked, and whose day is still to come: they show in the instalments ahead.
    pub(super) fn change_agreed_terms(&mut self, events: &[Listed<'_>], known_on: NaiveDate) -> Result<()> {
        if !self.servicing().changes_ahead || self.status.stage != Stage::Open {
            return Ok(());
        }
        for event in events.iter().filter(|event| event.booked_on <= known_on) {
            let done = self.change_terms(event.on, &event.what);
            done.map_err(|error| error.within(&event.name()))?;
        }
        Ok(())
    }

    /// A change of terms that needs to know nothing but the plan: another rate, a pause, a due date that moved, more rows.
    pub(super) fn change_terms(&mut self, day: NaiveDate, what: &EventKind) -> Result<()> {
        match what {
            EventKind::RateReset(rate) => self.plan.reset_rate(self.billed, self.changes_from(day)?, *rate),
            EventKind::InterestPaused { until } => {
                let (from, end) = self.paused(day, *until)?;
                self.plan.pause(self.billed, from, end);
            }
            EventKind::DueDateMoved { to } => self.plan.move_due_date(self.billed, day, *to)?,
            EventKind::Relief(relief) => {
                let (None, Some(extension)) = (relief.rows, relief.extension) else { return Ok(()) };
                self.plan.extend_term(self.billed, self.changes_from(day)?, extension)?;
            }
            // What was overdue then is not known before; nor does what moves no row show in the rows to come.
            EventKind::ReAged { .. }
            | EventKind::ReAmortised
            | EventKind::Disbursed(_)
            | EventKind::Repaid { .. }
            | EventKind::Prepaid { .. }
            | EventKind::InterestWaived(_)
            | EventKind::FeeCharged(_)
            | EventKind::FeeWaived(_)
            | EventKind::Renewed { .. }
            | EventKind::Reversed { .. }
            | EventKind::ChargedOff
            | EventKind::Recovered(_)
            | EventKind::GuaranteePaid(_)
            | EventKind::Closed => return Ok(()),
        }
        self.plan.recompute(self.billed)
    }

    /// From when a change of terms of a day acts on interest.
    fn changes_from(&self, day: NaiveDate) -> Result<NaiveDate> {
        let from = match self.servicing().changes_from {
            ChangesFrom::Day => day,
            ChangesFrom::DayBefore => day_before(day)?,
        };
        Ok(from.max(self.frozen_to()))
    }

    /// The first day that a pause reaches, and the one on which interest runs again.
    fn paused(&self, day: NaiveDate, until: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
        let from_day = day.max(self.frozen_to());
        Ok(match self.servicing().changes_from {
            ChangesFrom::Day => (from_day, day_after(until)?),
            ChangesFrom::DayBefore => {
                let before = self.changes_from(day)?;
                // What was billed ahead of its date is not paused any more.
                (if self.plan.begins_on(before) { from_day } else { before }, until)
            }
        })
    }

    pub(super) fn relieve(&mut self, day: NaiveDate, relief: &Relief) -> Result<()> {
        if self.status.reached != Some(day)
            && self.reliefs.of_day.first().is_some_and(|first| first.granted_on != day)
        {
            self.reliefs.of_day.clear();
        }
        self.reliefs.of_day.push(relief.clone());
        let same_day: Vec<&Relief> = self.reliefs.of_day.iter().collect();
        self.plan.check_same_day(&same_day)?;
        // What arrears cost until now, they cost by the rules until now.
        self.accrue_penalties(day)?;
        if self.loan.product().rules().reamortise == Reamortise::Running && relief.rows.is_none() {
            return self.change_terms(day, &EventKind::Relief(Box::new(relief.clone())));
        }
        let window = relief.rows.map(|rows| self.plan.window_days(rows.window));
        // What falls due today is billed after this; what was paid off to its due date stays billed.
        let yesterday = day_before(day)?;
        let last = self.billed.checked_sub(1).and_then(|last| self.plan.row(last));
        let billed_to = last.map_or(yesterday, |row| row.due_on.max(yesterday));
        let before = self.arrears.instalments.iter().filter(|instalment| instalment.is_instalment()).count();
        self.release_overdue(day, relief)?;
        // With nothing due in its window, nothing of a relief is granted.
        if self.plan.relieve(relief, billed_to)? == Outcome::NothingDue {
            return Ok(());
        }
        self.billed = self.plan.due_by(billed_to);
        let free = relief.penalty == PenaltyInWindow::None;
        if let Some((from, until)) = window {
            if free && let Some(rules) = &mut self.arrears.penalty_terms {
                rules.free_days(from.max(day), until)?;
            }
            if relief.days_past_due == DaysPastDue::Excluded {
                self.reliefs.excluded_days.push((from, until));
            }
        }
        if let ClassUnderRelief::Held { at, until, .. } = relief.class {
            self.reliefs.held_classes.push((at, until));
        }
        if let CreditReport::Protected { from, to } = relief.credit_report {
            self.reliefs.protected.push((from, to));
        }
        if before > 0 || self.billed > 0 {
            self.bill_again(day)?;
            self.give_back_principal(day)?;
            self.use_credit(day)?;
        }
        Ok(())
    }

    /// Principal that a relief defers was never overdue, however late it is granted: what it earned beyond its due date leaves
    /// the plan that the relief acts on.
    fn release_overdue(&mut self, day: NaiveDate, relief: &Relief) -> Result<()> {
        let Some(rows) = relief.rows.filter(|rows| rows.principal.is_some()) else { return Ok(()) };
        let chosen = self.plan.due_dates_in(rows.window)?;
        for instalment in self.arrears.of_plan().filter(|instalment| chosen.contains(&instalment.due_on())) {
            instalment.earnings.cancel();
        }
        if self.set_overdue_earnings(day)? {
            self.plan.restore_payments(self.billed)?;
        }
        Ok(())
    }

    /// Interest that joined the balance and was waived since may have been repaid as principal: what was repaid of more than
    /// there was is credit.
    fn give_back_principal(&mut self, day: NaiveDate) -> Result<()> {
        let (not_due, _) = self.plan.not_due(self.billed, day)?;
        if not_due < 0 {
            self.credit = subtract(self.credit, not_due)?;
            self.totals.principal_repaid = add(self.totals.principal_repaid, not_due)?;
            self.plan.move_balance(day.max(self.frozen_to()), subtract(0, not_due)?);
            self.plan.recompute(self.billed)?;
        }
        Ok(())
    }

    /// Bills again what was billed, after a relief changed rows that had fallen due. What was waived or deferred of a row
    /// stays so; what was paid beyond what it asks for now is credit.
    fn bill_again(&mut self, day: NaiveDate) -> Result<()> {
        let rows = self.plan.billed_rows(self.billed)?;
        for (before, row) in rows.iter().enumerate() {
            self.bill_inserted_row(day, before, row.due_on)?;
        }
        self.bill_parts_again(&rows, &[Part::Fee, Part::Principal])?;
        // What was deferred was not overdue, and what is asked for now was: the rows that it earned in earn less, or more.
        if self.set_overdue_earnings(day)? {
            self.plan.earn_again(self.billed)?;
        }
        let rows = self.plan.billed_rows(self.billed)?;
        self.bill_parts_again(&rows, &[Part::Interest])?;
        // What is deferred was never late: it cost nothing, granted in time or not.
        let mut credit = 0;
        for instalment in self.arrears.of_plan() {
            let mut cancelled = Vec::new();
            if instalment.billed_by_row.principal.is_zero() {
                cancelled.push(instalment.cancel_penalty());
            }
            if instalment.billed_by_row.interest.is_zero() {
                cancelled.push(instalment.cancel_compound());
            }
            for Cancelled { billed, asked, paid } in cancelled {
                // What had been waived of it before is billed no more either.
                let waived = subtract(billed, asked)?;
                let penalties = &mut self.totals.penalties;
                penalties.billed = subtract(penalties.billed, billed)?;
                penalties.waived = subtract(penalties.waived, waived)?;
                penalties.paid = subtract(penalties.paid, paid)?;
                credit = add(credit, paid)?;
            }
        }
        self.credit = add(self.credit, credit)?;
        Ok(())
    }

    /// Asks again for some parts of what was billed, as the rows have it now.
    fn bill_parts_again(&mut self, rows: &[Instalment], parts: &[Part]) -> Result<()> {
        for instalment in self.arrears.of_plan() {
            let due_on = instalment.due_on();
            let row = rows.iter().find(|row| row.due_on == due_on);
            let now = row.map_or_else(|| Ok(Owed::nothing(due_on)), billed_by)?;
            for &part in parts {
                let now = now.part(part);
                let then = std::mem::replace(instalment.billed_by_row.part_mut(part), now);
                let change = subtract(now.minor(), then.minor())?;
                instalment.bill(part, change)?;
                let over = subtract(0, instalment.unpaid(part)?.min(0))?;
                let back = instalment.pay_back(part, over)?;
                let mut waived = back.waived;
                match part {
                    Part::Fee => {
                        waived = subtract(over, back.paid)?;
                        self.totals.fees.paid = subtract(self.totals.fees.paid, back.paid)?;
                        self.totals.fees.billed = add(self.totals.fees.billed, change)?;
                        self.totals.fees.waived = subtract(self.totals.fees.waived, waived)?;
                    }
                    Part::Interest => {
                        self.totals.interest.paid = subtract(self.totals.interest.paid, back.paid)?;
                        self.totals.interest.waived = subtract(self.totals.interest.waived, waived)?;
                    }
                    Part::Principal => {
                        self.totals.principal_repaid = subtract(self.totals.principal_repaid, over)?;
                    }
                    Part::Penalty | Part::Compound => {
                        return Err(Error::internal("part that a row bills", part.as_str()));
                    }
                }
                // What is owed elsewhere since arrears were rescheduled is made good, too.
                self.credit = subtract(add(self.credit, over)?, waived)?;
                if part == Part::Principal && now.is_zero() {
                    instalment.earnings.cancel();
                }
            }
        }
        Ok(())
    }

    /// The instalment of a row that a relief put among those that were billed.
    fn bill_inserted_row(&mut self, day: NaiveDate, before: usize, due_on: NaiveDate) -> Result<()> {
        if self.arrears.of_plan().any(|instalment| instalment.due_on() == due_on) {
            return Ok(());
        }
        let Servicing { grace_days, interest_on, .. } = *self.servicing();
        let earns_from = due_on.max(self.plan.frozen_to(before + 1));
        let past_grace = grace_days == 0 || first_day_after_grace(due_on, grace_days)? <= day;
        let (late, frozen_to) = (self.arrears.penalty_terms.is_some(), self.frozen_to());
        let instalment = self.arrears.due_on(due_on, DueKind::Instalment)?;
        instalment.earned_to = earns_from;
        if late && past_grace {
            instalment.begin_penalty(frozen_to)?;
        } else if interest_on == InterestOn::Outstanding {
            instalment.earnings.begin(earns_from);
        }
        Ok(())
    }

    /// Arrears fall due again: over new rows, or over those that remain.
    pub(super) fn reschedule(&mut self, day: NaiveDate, new_rows: Option<(u16, NaiveDate)>) -> Result<()> {
        let frozen_to = self.frozen_to();
        let from = day.max(frozen_to);
        // A row that has ended was earned without what joins the balance now.
        let mut first = self.plan.running_on(from).max(self.billed);
        if new_rows.is_none() && first >= self.plan.len() {
            let bound = "an instalment ahead whose interest is still to be earned";
            return Err(Error::new(ErrorCode::Contradiction, "re_amortised", true, bound));
        }
        self.plan.release_prepaid()?;
        self.bill_penalties(day)?;
        let mut charges = self.arrears.rescheduled_charges.take().unwrap_or_else(|| Owed::nothing(day));
        let (mut principal, mut interest) = (0, 0);
        let arrears = self.arrears.instalments.iter().any(DueInstalment::is_open);
        for instalment in &mut self.arrears.instalments {
            let (p, i) = (instalment.unpaid(Part::Principal)?, instalment.unpaid(Part::Interest)?);
            instalment.earnings.leave(p, day, frozen_to);
            if instalment.is_open() {
                self.plan.arrears_moved(instalment.due_on());
            }
            (principal, interest) = (add(principal, p)?, add(interest, i)?);
            for part in [Part::Fee, Part::Penalty, Part::Compound] {
                let slot = charges.part_mut(part);
                *slot = Money::sum([*slot, Money::from_minor(instalment.unpaid(part)?)])?;
            }
            instalment.billed = instalment.paid;
        }
        self.plan.move_balance(from, principal);
        if let Some((instalments, first_due_on)) = new_rows {
            self.prepaid.principal.iter_mut().for_each(|part| part.until = part.until.min(from));
            // What was settled after the last row is not settled again.
            self.plan.re_age(self.billed, (from, self.after_end.billed_to), instalments, first_due_on)?;
        } else {
            self.plan.solve_again(self.billed, first);
        }
        if new_rows.is_some() {
            first = self.billed;
        }
        self.plan.defer_arrears(first, interest)?;
        self.totals.interest.rescheduled = add(self.totals.interest.rescheduled, interest)?;
        self.arrears.rescheduled_charges = Some(charges).filter(|owed| *owed != Owed::nothing(owed.due_on));
        if new_rows.is_some() || arrears {
            self.arrears.rescheduled_on = Some(day);
        }
        self.set_overdue_earnings(day)?;
        self.plan.recompute(self.billed)
    }
}
