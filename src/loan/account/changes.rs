//! What changes the terms of a replay: another rate, a pause, a due date that moved, more rows, relief, arrears rescheduled.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::add;
use crate::loan::account::due_instalment::DueInstalment;
use crate::loan::account::event::EventKind;
use crate::loan::account::replay::{Replay, Stage};
use crate::loan::account::timeline::Listed;
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::servicing::ChangesFrom;
use crate::money::Money;

impl Replay<'_> {
    /// Changes of terms that were booked, and whose day is still to come: they show in the instalments ahead.
    pub(super) fn agree(&mut self, events: &[Listed<'_>], known_on: NaiveDate) -> Result<()> {
        if !self.servicing().changes_ahead || self.stage != Stage::Open {
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
            EventKind::RateReset(rate) => self.plan.reset_rate(self.billed, self.changes_from(day), *rate),
            EventKind::InterestPaused { until } => {
                let (from, end) = self.paused(day, *until);
                self.plan.pause(self.billed, from, end);
            }
            EventKind::DueDateMoved { to } => self.plan.move_due_date(self.billed, day, *to)?,
            EventKind::Relief(relief) => {
                let (None, Some(extension)) = (relief.rows, relief.extension) else { return Ok(()) };
                self.plan.extend_term(self.billed, self.changes_from(day), extension)?;
            }
            _ => return Ok(()),
        }
        self.plan.recompute(self.billed)
    }

    /// From when a change of terms of a day acts on interest.
    fn changes_from(&self, day: NaiveDate) -> NaiveDate {
        let from = match self.servicing().changes_from {
            ChangesFrom::Day => day,
            ChangesFrom::DayBefore => day.pred_opt().unwrap_or(day),
        };
        from.max(self.frozen_to())
    }

    /// The first day that a pause reaches, and the one on which interest runs again.
    fn paused(&self, day: NaiveDate, until: NaiveDate) -> (NaiveDate, NaiveDate) {
        match self.servicing().changes_from {
            ChangesFrom::Day => (day.max(self.frozen_to()), until.succ_opt().unwrap_or(until)),
            ChangesFrom::DayBefore => {
                let before = self.changes_from(day);
                // What was billed ahead of its date is not paused any more.
                (if self.plan.begins_on(before) { day.max(self.frozen_to()) } else { before }, until)
            }
        }
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
        self.plan.forget_ahead()?;
        self.bill_penalties(day)?;
        let mut charges = self.rescheduled_charges.take().unwrap_or_else(|| Owed::nothing(day));
        let (mut principal, mut interest) = (0, 0);
        let arrears = self.due_instalments.iter().any(DueInstalment::is_open);
        for instalment in &mut self.due_instalments {
            let (p, i) = (instalment.unpaid(Part::Principal), instalment.unpaid(Part::Interest));
            instalment.principal_leaves(p, day, frozen_to);
            if instalment.is_open() {
                self.plan.arrears_moved(instalment.due_on());
            }
            (principal, interest) = (add(principal, p)?, add(interest, i)?);
            for part in [Part::Fee, Part::Penalty, Part::Compound] {
                let slot = charges.part_mut(part);
                *slot = Money::sum([*slot, Money::from_minor(instalment.unpaid(part))])?;
            }
            instalment.billed = instalment.paid;
            instalment.charged = instalment.charged.min(instalment.billed.fee.minor());
        }
        self.plan.move_balance(from, principal);
        if let Some((instalments, first_due_on)) = new_rows {
            self.planned.iter_mut().for_each(|extra| extra.until = extra.until.min(from));
            // What was settled after the last row is not settled again.
            self.plan.re_age(self.billed, (from, self.billed_after_end), instalments, first_due_on)?;
        } else {
            self.plan.solve_again(self.billed, first);
        }
        if new_rows.is_some() {
            first = self.billed;
        }
        self.plan.defer_arrears(first, interest)?;
        self.totals.interest_rescheduled = add(self.totals.interest_rescheduled, interest)?;
        self.rescheduled_charges = Some(charges).filter(|owed| *owed != Owed::nothing(owed.due_on));
        if new_rows.is_some() || arrears {
            self.rescheduled_on = Some(day);
        }
        self.set_extras(day);
        self.plan.recompute(self.billed)
    }
}
