//! Relief in a life: what it finds unpaid at its grant, and where it acts.
//!
//! A relief that chooses rows which fell due before its grant acts where the first of them stands: the life is walked again from
//! its first day, with the relief in its place, up to the grant. So nothing that was billed is ever billed again, and the
//! position is that of a relief granted in time, but for what had been paid by the grant: that stays where it was paid.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, sum};
use crate::loan::account::event::EventKind;
use crate::loan::account::granted_relief::GrantedRelief;
use crate::loan::account::replay::Replay;
use crate::loan::account::timeline::Timeline;
use crate::loan::agreement::allocation::Part;
use crate::loan::agreement::product::Reamortise;
use crate::loan::plan::{Choice, Outcome, Plan, RowParts, check_same_day};
use crate::loan::relief::{ClassUnderRelief, CreditReport, DaysPastDue, PenaltyInWindow, Relief, Window};

impl Replay<'_> {
    /// The relief of an event.
    pub(super) fn relieve(&mut self, timeline: &Timeline<'_>, at: usize, relief: &Relief) -> Result<()> {
        let event = timeline.at(at)?;
        let (no, day) = (event.no, event.on);
        if let Some(granted) = self.reliefs.granted.iter().find(|granted| granted.no == no).cloned() {
            return if granted.is_backdated() { Ok(()) } else { self.grant(&granted) };
        }
        self.plan.complete()?;
        self.check_same_day(timeline, at)?;
        let choice = match &relief.rows {
            Some(rows) => {
                let longer = self.plan.lengthened(relief)?;
                Some(self.unpaid(longer.as_ref().unwrap_or(&self.plan), rows.window)?)
            }
            None => None,
        };
        // With nothing unpaid in its window, nothing of a relief is granted.
        if choice.as_ref().is_some_and(|choice| choice.rows.is_empty()) {
            return Ok(());
        }
        let first = choice.as_ref().and_then(|choice| choice.rows.first());
        let billed = first.filter(|first| first.at < self.plan.next_to_bill()).map(|first| first.due_on);
        let in_morning_of = billed.filter(|&due_on| due_on < day);
        let granted = GrantedRelief { no, in_morning_of, relief: relief.clone(), choice };
        let Some(acts_on) = in_morning_of else {
            self.grant(&granted)?;
            self.reliefs.granted.push(granted);
            return Ok(());
        };
        if let Some(resumed_on) = self.reliefs.resumed_on {
            let bound = format!(
                "a replay of all events, for rows that fell due before the grant: the account was read back as of {resumed_on}"
            );
            return Err(Error::new(
                ErrorCode::DatesOutOfOrder,
                "relief.granted_on",
                relief.granted_on,
                bound,
            ));
        }
        let mut again = Replay::new(self.loan, timeline)?;
        again.reliefs.granted.clone_from(&self.reliefs.granted);
        // Reliefs act in the order of their grant: those granted since act where this one does, before it.
        for before in again.reliefs.granted.iter_mut().filter(|before| before.acts_on() >= acts_on) {
            before.in_morning_of = Some(acts_on);
        }
        again.reliefs.granted.push(granted);
        again.reliefs.accepted = at;
        again.walk_to(timeline, at)?;
        *self = again;
        Ok(())
    }

    /// The next day on which a relief acts that was granted later.
    pub(super) fn next_backdated(&self) -> Option<NaiveDate> {
        let ahead =
            |granted: &&GrantedRelief| self.status.reached.is_none_or(|reached| granted.acts_on() > reached);
        let backdated = self.reliefs.granted.iter().filter(|granted| granted.is_backdated());
        backdated.filter(ahead).map(GrantedRelief::acts_on).min()
    }

    /// The reliefs act that belong to the morning of a day, and were granted later.
    pub(super) fn act_backdated(&mut self, day: NaiveDate) -> Result<()> {
        let of_day = |granted: &&GrantedRelief| granted.in_morning_of == Some(day);
        let granted: Vec<GrantedRelief> = self.reliefs.granted.iter().filter(of_day).cloned().collect();
        if granted.is_empty() {
            return Ok(());
        }
        // They find the plan as an event of the day does.
        self.recompute_plan(day)?;
        granted.iter().try_for_each(|granted| self.grant(granted))
    }

    /// Refuses reliefs of one day that choose the same row of the plan that they all find.
    fn check_same_day(&self, timeline: &Timeline<'_>, at: usize) -> Result<()> {
        let event = timeline.at(at)?;
        let first = timeline.events.partition_point(|other| other.on < event.on);
        let of_day = timeline.events.iter().skip(first).take_while(|other| other.on == event.on);
        let reliefs = of_day.filter_map(|other| match &other.what {
            EventKind::Relief(relief) => Some((other.no, relief)),
            _ => None,
        });
        // The first of them finds what all of them find.
        if reliefs.clone().next().is_none_or(|(no, _)| no != event.no) {
            return Ok(());
        }
        let mut choices = Vec::new();
        for (_, relief) in reliefs {
            if let Some(rows) = &relief.rows {
                choices.push(self.unpaid(&self.plan, rows.window)?);
            }
        }
        check_same_day(event.on, &choices)
    }

    /// Of the rows that a window chooses of a plan, which is this one or its longer form, those with something unpaid, and what
    /// of them is settled.
    fn unpaid(&self, plan: &Plan<'_>, window: Window) -> Result<Choice> {
        let choice = plan.chosen(window);
        let mut rows = Vec::with_capacity(choice.rows.len());
        let settled = self.settled_to_day()?;
        for mut row in choice.rows {
            if row.at < self.plan.next_to_bill() {
                let billed = self.arrears.instalments.iter().find(|due| due.row == Some(row.at));
                let Some(due) = billed else { return Err(Error::internal("billed row", row.due_on)) };
                if add(due.unpaid(Part::Principal)?, due.unpaid(Part::Interest)?)? <= 0 {
                    continue;
                }
                let interest = due.paid.part(Part::Interest).minor();
                row.settled = RowParts {
                    principal: due.paid.part(Part::Principal).minor(),
                    interest: sum([interest, due.interest_prepaid, due.waived])?,
                };
            } else {
                for (_, interest) in settled.iter().filter(|(at, _)| *at == row.at) {
                    row.settled.interest = add(row.settled.interest, *interest)?;
                }
                if plan.asks_for_nothing_beyond(row.at, row.settled)? {
                    continue;
                }
            }
            rows.push(row);
        }
        Ok(Choice { rows, ..choice })
    }

    /// A relief acts on the rows ahead, and for its window on what arrears cost and how they are told.
    fn grant(&mut self, granted: &GrantedRelief) -> Result<()> {
        let relief = &granted.relief;
        // What arrears cost until now, they cost by the rules until now.
        self.accrue_penalties(granted.acts_on())?;
        if self.loan.product().rules().reamortise == Reamortise::Running && relief.rows.is_none() {
            self.change_terms(relief.granted_on, &EventKind::Relief(Box::new(relief.clone())))?;
        } else if self.plan.relieve(relief, granted.choice.as_ref())? == Outcome::NothingDue {
            return Err(granted_after_maturity(relief));
        }
        if let (Some(rows), Some(choice)) = (&relief.rows, &granted.choice) {
            let (from, until) = (rows.window.first_day(), choice.until);
            if relief.penalty == PenaltyInWindow::None
                && let Some(rules) = &mut self.arrears.penalty_terms
            {
                rules.free_days(from.max(relief.granted_on), until)?;
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
        Ok(())
    }
}

/// An extension that is granted when no row is left to move.
#[cold]
pub(super) fn granted_after_maturity(relief: &Relief) -> Error {
    let bound = "on or before the maturity: arrears after it are rescheduled by re_aged";
    Error::new(ErrorCode::DatesOutOfOrder, "relief.granted_on", relief.granted_on, bound)
}
