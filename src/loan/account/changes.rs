//! What changes the terms of a replay: another rate, a pause, a due date that moved, more rows, relief, arrears rescheduled.

use chrono::NaiveDate;

use crate::calendar::{day_after, day_before};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::add;
use crate::loan::account::arrears::RescheduledCharges;
use crate::loan::account::due_instalment::DueInstalment;
use crate::loan::account::event::EventKind;
use crate::loan::account::grants::granted_after_maturity;
use crate::loan::account::replay::{Replay, Stage};
use crate::loan::account::timeline::Listed;
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::servicing::ChangesFrom;
use crate::money::Money;
use crate::rate::Rate;

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
        self.plan.complete()?;
        match what {
            EventKind::RateReset(rate) => self.reset_rate(day, *rate)?,
            EventKind::InterestPaused { until } => {
                let (from, end) = self.paused(day, *until)?;
                self.plan.pause(from.max(self.interest_final_to()), end)?;
            }
            EventKind::DueDateMoved { to } => self.plan.move_due_date(day, *to)?,
            EventKind::Relief(relief) => {
                let (None, Some(extension)) = (relief.rows, relief.extension) else { return Ok(()) };
                if !self.plan.extend_term(self.changes_from(day)?, extension)? {
                    return Err(granted_after_maturity(relief));
                }
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
        self.plan.recompute()
    }

    /// Another rate from a day on, or from where the interest ends that a prepayment settled to the next due date. A step that the
    /// contract names for a day in between stays.
    fn reset_rate(&mut self, day: NaiveDate, rate: Rate) -> Result<()> {
        let from = self.changes_from(day)?.max(self.interest_final_to());
        let mut steps = self.loan.rate_changes().iter().filter(|step| !step.projected);
        if !steps.any(|step| day < step.from && step.from <= from) {
            self.plan.reset_rate(from, rate)?;
        }
        Ok(())
    }

    /// Where the interest ends that a prepayment settled to the next due date: that is final, and a later rate or pause touches the
    /// rest alone.
    fn interest_final_to(&self) -> NaiveDate {
        self.prepaid.final_to.unwrap_or(NaiveDate::MIN)
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

    /// Arrears fall due again: over new rows, or over those that remain.
    pub(super) fn reschedule(&mut self, day: NaiveDate, new_rows: Option<(u16, NaiveDate)>) -> Result<()> {
        let frozen_to = self.frozen_to();
        let from = day.max(frozen_to);
        // A row that has ended was earned without what joins the balance now.
        let mut first = self.plan.running_on(from).max(self.plan.next_to_bill());
        if new_rows.is_none() && first >= self.plan.len() {
            let bound = "an instalment ahead whose interest is still to be earned";
            return Err(Error::new(ErrorCode::Contradiction, "re_amortised", true, bound));
        }
        self.plan.complete()?;
        self.plan.release_prepaid()?;
        self.bill_penalties(day)?;
        let charges = self.arrears.rescheduled_charges.take();
        let mut charges = charges.unwrap_or_else(|| RescheduledCharges::nothing(day));
        let (mut principal, mut interest) = (0, 0);
        let arrears = self.arrears.instalments.iter().any(DueInstalment::is_open);
        for instalment in &mut self.arrears.instalments {
            let (p, i) = (instalment.unpaid(Part::Principal)?, instalment.unpaid(Part::Interest)?);
            instalment.earnings.leave(p, day, frozen_to);
            if let (Some(row), true) = (instalment.row, instalment.is_open()) {
                self.plan.arrears_moved(row)?;
            }
            (principal, interest) = (add(principal, p)?, add(interest, i)?);
            for part in [Part::Fee, Part::Penalty, Part::Compound] {
                let slot = charges.owed.part_mut(part);
                *slot = Money::sum([*slot, Money::from_minor(instalment.unpaid(part)?)])?;
            }
            charges.charged_fees = add(charges.charged_fees, instalment.unpaid_charged_fees()?)?;
            instalment.billed = instalment.paid;
            instalment.charged_fees = 0;
        }
        self.plan.join_arrears(from, principal);
        // What was deferred to rows that others take the place of falls due with those, as what was unpaid does.
        let put_off = if new_rows.is_some() { self.interest_deferred()? } else { 0 };
        if let Some((instalments, first_due_on)) = new_rows {
            self.prepaid.principal.iter_mut().for_each(|part| part.until = part.until.min(from));
            // What was settled after the last row is not settled again.
            self.plan.re_age((from, self.after_end.billed_to), instalments, first_due_on)?;
            if let Some(first) = self.plan.row(self.plan.next_to_bill()).filter(|first| first.due_on < day) {
                let bound = format!("a day that no roll puts before {day}, as it does to {}", first.due_on);
                let field = "re_aged.first_due_on";
                return Err(Error::new(ErrorCode::DatesOutOfOrder, field, first_due_on, bound));
            }
        } else {
            self.plan.solve_again(first, from)?;
        }
        if new_rows.is_some() {
            first = self.plan.next_to_bill();
        }
        self.plan.defer_arrears(first, add(interest, put_off)?)?;
        self.totals.interest.rescheduled = add(self.totals.interest.rescheduled, interest)?;
        self.arrears.rescheduled_charges =
            Some(charges).filter(|charges| charges.owed != Owed::nothing(charges.owed.due_on));
        if new_rows.is_some() || arrears {
            self.arrears.rescheduled_on = Some(day);
        }
        self.set_overdue_earnings(day)?;
        self.plan.recompute()
    }
}
