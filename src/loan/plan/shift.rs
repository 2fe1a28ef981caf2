//! Rows that move: shifted along the cycle, or added by an extension.

use chrono::{Days, NaiveDate};

use crate::calendar::{Cycle, MissingDay, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::AccrualEnds;
use crate::loan::plan::{Amount, Plan, PlanRow};
use crate::loan::relief::{Extension, NewMaturity};
use crate::loan::schedule::Instalment;
use crate::money::Money;
use crate::rate::RateStep;

impl Plan<'_> {
    /// The first day that what is repaid on `date` no longer earns, where more rows follow.
    pub(super) fn repaid_from(&self, date: NaiveDate) -> NaiveDate {
        match self.rules().accrual_ends {
            AccrualEnds::OnDueDate => date,
            AccrualEnds::DayAfter => date.checked_add_days(Days::new(1)).unwrap_or(date),
        }
    }

    /// The last billing row is followed by others now, for which its accrual may end a day later.
    pub(super) fn no_longer_last(&mut self) -> Result<()> {
        if let Some(at) = self.rows.iter().rposition(|line| line.bills_to.is_some())
            && let Some(line) = self.rows.get(at)
        {
            let end = self.end_if_followed(line)?;
            if let Some(line) = self.rows.get_mut(at) {
                (line.bills_to, line.repaid_from) = (Some(end), end);
            }
        }
        Ok(())
    }

    /// Where the accrual of a row ends that is not the last.
    fn end_if_followed(&self, line: &PlanRow) -> Result<NaiveDate> {
        if line.figures.due_on == line.date {
            return Ok(self.repaid_from(line.date));
        }
        Ok(self.loan.roll(line.date, false)?.accrual_end)
    }

    /// The highest number of the cycle that a row stands on; 0 where none does.
    pub(super) fn last_cycle_row(&self) -> u32 {
        self.rows.iter().filter_map(|line| line.cycle_row).max().unwrap_or(0)
    }

    /// Moves everything from the first chosen row on by as many rows of the cycle as were chosen, and returns the first
    /// line after the window.
    pub(super) fn shift(&mut self, chosen: &[usize]) -> Result<usize> {
        let rules = self.rules();
        let refuse =
            |bound: &str| Err(Error::new(ErrorCode::Contradiction, "principal_caught_up", "shifted", bound));
        if self.own_cycle.is_some() {
            return refuse("another way where instalments follow a cycle of their own, re-aged or moved");
        }
        let (Some(cycle), true) = (rules.every, self.loan.has_cycle()) else {
            return refuse("another way for a loan whose due dates follow no cycle");
        };
        let first = chosen.first().copied().unwrap_or_default();
        let regular = self.last_cycle_row();
        let is_chosen = |at: usize| chosen.contains(&(first + at));
        let tail = self.rows.split_off(first);
        let by =
            tail.iter().enumerate().filter(|(at, line)| is_chosen(*at) && line.bills_to.is_some()).count();
        let moved_by = u16::try_from(by).unwrap_or(u16::MAX);
        if by == 0 {
            return refuse("another way where nothing falls due in the window but what was caught up there");
        }
        let fixes_payment = rules.method.fixes_payment();
        let billing: Vec<(usize, &PlanRow)> =
            tail.iter().enumerate().filter(|(_, line)| line.bills_to.is_some()).collect();
        let places = self.moved_places(&billing, regular, moved_by, cycle)?;

        // The rows of the window keep their places; their contents, and those of all later rows, move on.
        let mut lines: Vec<PlanRow> = Vec::with_capacity(tail.len() + by);
        for (_, line) in billing.iter().take(by) {
            let end = self.end_if_followed(line)?;
            lines.push(PlanRow { bills_to: Some(end), repaid_from: end, ..(*line).clone() });
        }
        for (&(at, content), place) in billing.iter().zip(places.iter().skip(by)) {
            let mut line = place.clone();
            let Instalment { principal, interest, fees, due_on, original_due_on, .. } = content.figures;
            line.amount = if fixes_payment && !content.grace && !principal.is_zero() {
                Amount::Payment(Money::sum([principal, interest])?.minor())
            } else {
                Amount::Planned(principal.minor())
            };
            line.grace = content.grace;
            line.figures.fees = fees;
            line.figures.original_due_on =
                Some(original_due_on.unwrap_or(due_on)).filter(|&original| original != line.figures.due_on);
            if !is_chosen(at) {
                (line.treatment, line.rate, line.pays) =
                    (content.treatment, content.rate, content.pays.clone());
                (line.puts_off, line.capitalises) = (content.puts_off.clone(), content.capitalises);
                line.chosen_on = content.chosen_on;
            }
            lines.push(line);
        }
        for (at, line) in tail.iter().enumerate().filter(|(_, line)| line.bills_to.is_none()) {
            let date = cycle.date(line.date, None, MissingDay::LastOfMonth, i32::from(moved_by))?;
            let mut moved = PlanRow::own(&self.loan.roll(date, false)?);
            moved.catches_up = line.catches_up;
            moved.amount = Amount::Planned(line.figures.principal.minor());
            moved.figures.original_due_on = Some(line.figures.original_due_on.unwrap_or(line.figures.due_on));
            if is_chosen(at) {
                lines.push(line.clone());
            } else {
                moved.pays.clone_from(&line.pays);
            }
            lines.push(moved);
        }
        let place = |line: &PlanRow| (line.figures.due_on, line.date);
        let last_in_window = lines.get(by - 1).map(place);
        lines.sort_by_key(place);
        self.rows.append(&mut lines);
        self.shifted += u32::from(moved_by);
        self.check_length()?;
        Ok(self.rows.partition_point(|line| Some(place(line)) <= last_in_window))
    }

    /// Empty lines on the dates of these rows and of `by` more: the cycle goes on after `regular`, and an end that was none
    /// of its dates moves by whole cycles.
    fn moved_places(
        &self,
        billing: &[(usize, &PlanRow)],
        regular: u32,
        by: u16,
        cycle: Cycle,
    ) -> Result<Vec<PlanRow>> {
        let loan = self.loan;
        let Some(&(_, last)) = billing.last() else { return Ok(Vec::new()) };
        let total = billing.len() + usize::from(by);
        let mut places: Vec<PlanRow> = Vec::with_capacity(total);
        for (_, line) in billing.iter().filter(|(_, line)| line.cycle_row.is_some()) {
            let end = self.end_if_followed(line)?;
            places.push(PlanRow { bills_to: Some(end), repaid_from: end, ..line.emptied() });
        }
        for row in regular + 1.. {
            let ends = places.len() + 1 == total;
            let mut place = if ends && last.cycle_row.is_none() {
                let date = cycle.date(last.date, None, MissingDay::LastOfMonth, i32::from(by))?;
                PlanRow::billing(&loan.roll(date, true)?, None)
            } else {
                PlanRow::billing(&loan.roll(loan.unbounded_cycle_date(row)?, ends)?, Some(row))
            };
            place.figures.fees = last.figures.fees;
            places.push(place);
            if ends {
                break;
            }
        }
        Ok(places)
    }

    pub(super) fn check_length(&self) -> Result<()> {
        let most = usize::from(Loan::MAX_INSTALMENTS);
        if self.rows.len() > most {
            let bound = format!("at most {most} rows");
            return Err(Error::new(ErrorCode::OutOfRange, "instalments", self.rows.len(), bound));
        }
        Ok(())
    }

    /// Moves the maturity: cycle dates go on to the new one, and the method is solved again after the day of the grant.
    ///
    /// Returns whether any row is due after that day.
    pub(super) fn extend(&mut self, granted_on: NaiveDate, extension: Extension) -> Result<bool> {
        let loan = self.loan;
        let rules = self.rules();
        if self.own_cycle.is_some() {
            let bound = "no extension where instalments follow a cycle of their own, re-aged or moved";
            return Err(Error::new(ErrorCode::Contradiction, "maturity", "a new one", bound));
        }
        let regular = self.last_cycle_row();
        let Some(last) = self.rows.iter().rposition(|line| line.bills_to.is_some()) else {
            return Ok(false);
        };
        // What was paid off ahead of its date stays as it was billed.
        let mut first = self.rows.partition_point(|line| line.figures.due_on <= granted_on).max(self.billed);
        // In a life terms change before the last row is billed: on the maturity itself it is still there to move.
        let on_maturity = self.rows.get(last).is_some_and(|line| line.figures.due_on == granted_on);
        if self.is_life && on_maturity && self.billed <= last {
            first = last;
        }
        let Some(old) = self.rows.get(last).filter(|_| last >= first).cloned() else { return Ok(false) };
        let cycle = rules.every.filter(|_| loan.has_cycle());
        let without_cycle =
            || Error::new(ErrorCode::Missing, "every", "nothing", "a cycle that the maturity can move by");
        let (maturity, rows) = match extension.maturity {
            NewMaturity::MovedTo(date) => (date, None),
            NewMaturity::MovedBy(by) => match old.cycle_row {
                Some(row) => (loan.unbounded_cycle_date(row + u32::from(by))?, Some(row + u32::from(by))),
                None => {
                    let cycle = rules.every.ok_or_else(without_cycle)?;
                    let date = cycle.date(old.date, None, MissingDay::LastOfMonth, i32::from(by))?;
                    (date, None)
                }
            },
        };
        check_date(maturity, "maturity.moved_to")?;
        if maturity <= old.date {
            let bound = format!("after the maturity, {}", old.date);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "maturity.moved_to", maturity, bound));
        }

        let ends_on = loan.roll(maturity, true)?;
        if rules.method == Method::Bullet || cycle.is_none() {
            // The one row of a bullet, and the last of a plan of its own dates, moves.
            let mut moved = PlanRow::billing(&ends_on, rows);
            let PlanRow { figures, amount, treatment, rate, pays, .. } = old;
            let original = figures.original_due_on.unwrap_or(figures.due_on);
            let Instalment { due_on, provisional, .. } = moved.figures;
            moved.figures = Instalment { due_on, provisional, original_due_on: Some(original), ..figures };
            (moved.amount, moved.treatment, moved.rate, moved.pays) = (amount, treatment, rate, pays);
            self.rows.truncate(last);
            self.rows.push(moved);
        } else {
            self.no_longer_last()?;
            if old.cycle_row.is_none() {
                // A maturity that was no date of the cycle is passed over.
                self.rows.truncate(last);
            }
            for row in regular + 1.. {
                let date = loan.unbounded_cycle_date(row)?;
                if self.rows.last().is_some_and(|line| line.date >= date) {
                    // A long last row, shifted, stands beyond it.
                    continue;
                }
                if rows.map_or(date >= maturity, |rows| row >= rows) {
                    let on_cycle = (date == maturity).then_some(row);
                    if on_cycle.is_none() && rules.long_last && self.rows.len() > first + 1 {
                        self.rows.pop();
                    }
                    self.rows.push(PlanRow::billing(&ends_on, on_cycle));
                    break;
                }
                self.rows.push(PlanRow::billing(&loan.roll(date, false)?, Some(row)));
                self.check_length()?;
            }
            if let Some(line) = self.rows.get_mut(last)
                && old.cycle_row.is_none()
            {
                // What was caught up there, and its date, stay with the number of the row.
                line.pays = old.pays;
                line.figures.original_due_on =
                    Some(old.figures.original_due_on.unwrap_or(old.figures.due_on))
                        .filter(|&original| original != line.figures.due_on);
            }
            for line in self.rows.iter_mut().skip(last) {
                line.figures.fees = loan.terms().fee_each_instalment;
            }
        }
        if rules.method != Method::Custom {
            self.solve_from(first);
        }
        if let Some((from, rate)) = extension.rate_from {
            if from < loan.terms().disbursed_on {
                let bound = format!("{} or later", loan.terms().disbursed_on);
                return Err(Error::new(ErrorCode::DatesOutOfOrder, "rate_from.from", from, bound));
            }
            self.changes.retain(|change| change.from < from);
            self.changes.push(RateStep { from, rate, projected: false });
        }
        Ok(true)
    }
}
