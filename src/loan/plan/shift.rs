//! Rows that move: shifted along the cycle, or added by an extension.

use chrono::NaiveDate;

use crate::calendar::{Cycle, MissingDay, day_after};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::AccrualEnds;
use crate::loan::plan::choice::ChosenRow;
use crate::loan::plan::row::{Amount, CaughtUp, PlanRow, RowRule};
use crate::loan::plan::{Plan, original_due_on};
use crate::loan::schedule::Instalment;
use crate::money::Money;

impl Plan<'_> {
    /// The first day that what is repaid on `date` no longer earns, where more rows follow.
    pub(super) fn repaid_from(&self, date: NaiveDate) -> Result<NaiveDate> {
        match self.rules().accrual_ends {
            AccrualEnds::OnDueDate => Ok(date),
            AccrualEnds::DayAfter => day_after(date),
        }
    }

    /// The last billing row is followed by others now, for which its accrual may end a day later.
    pub(super) fn no_longer_last(&mut self) -> Result<()> {
        if let Some(at) = self.rows.iter().rposition(PlanRow::bills) {
            let end = self.end_if_followed(self.row_at(at)?)?;
            let row = self.row_at_mut(at)?;
            (row.place.bills_to, row.place.repaid_from) = (Some(end), end);
        }
        Ok(())
    }

    /// Where the accrual of a row ends that is not the last.
    fn end_if_followed(&self, row: &PlanRow) -> Result<NaiveDate> {
        if row.figures.due_on == row.place.date {
            return self.repaid_from(row.place.date);
        }
        Ok(self.loan.roll(row.place.date, false)?.accrual_end)
    }

    /// The highest number of the cycle that a row stands on; 0 where none does.
    pub(super) fn last_cycle_row(&self) -> u32 {
        self.rows.iter().filter_map(|row| row.place.cycle_row).max().unwrap_or(0)
    }

    /// Moves everything from the first chosen row on by as many rows of the cycle as were chosen, and returns the first
    /// row after the window.
    pub(super) fn shift(&mut self, chosen: &[ChosenRow]) -> Result<usize> {
        let cycle = self.shifting_cycle()?;
        self.fix_capital()?;
        let Some(first) = chosen.first().map(|row| row.at) else {
            return Err(Error::internal("chosen rows", 0));
        };
        let regular = self.last_cycle_row();
        let of_row = |at: usize| chosen.iter().find(|row| row.at == first + at);
        let is_chosen = |at: usize| of_row(at).is_some();
        let tail = self.rows.split_off(first);
        let billing: Vec<(usize, &PlanRow)> =
            tail.iter().enumerate().filter(|(_, row)| row.bills()).collect();
        let by = billing.iter().filter(|(at, _)| is_chosen(*at)).count();
        let Some(moved_by) = u16::try_from(by).ok().filter(|&by| by > 0) else {
            return Err(not_shifted(
                "another way where nothing falls due in the window but what was caught up there",
            ));
        };
        let places = self.moved_places(&billing, regular, moved_by, cycle)?;

        // The rows of the window keep their places; their contents, and those of all later rows, move on.
        let mut rows: Vec<PlanRow> = Vec::with_capacity(tail.len() + by);
        for (at, row) in billing.iter().take(by) {
            let end = self.end_if_followed(row)?;
            rows.push(staying((*row).clone(), is_chosen(*at)).billing_to(end));
        }
        let fixes_payment = self.rules().method.fixes_payment();
        for (&(at, content), place) in billing.iter().zip(places.into_iter().skip(by)) {
            rows.push(moved_row(content, place, of_row(at), fixes_payment)?);
        }
        for (at, row) in tail.iter().enumerate().filter(|(_, row)| !row.bills()) {
            let date = cycle.date(row.place.date, None, MissingDay::LastOfMonth, i32::from(moved_by))?;
            let mut moved = PlanRow::own(&self.loan.roll(date, false)?);
            moved.catches_up = row.catches_up;
            moved.rule.amount = Amount::Planned(unpaid_principal(row, of_row(at))?);
            moved.figures.original_due_on = Some(row.figures.original_due_on.unwrap_or(row.figures.due_on));
            if is_chosen(at) {
                rows.push(staying(row.clone(), true));
            } else {
                moved.rule.pays.clone_from(&row.rule.pays);
            }
            rows.push(moved);
        }
        let place = |row: &PlanRow| (row.figures.due_on, row.place.date);
        let last_in_window = rows.get(by - 1).map(place);
        rows.sort_by_key(place);
        self.rows.append(&mut rows);
        self.cycle.shifted += u32::from(moved_by);
        self.check_length()?;
        Ok(self.rows.partition_point(|row| Some(place(row)) <= last_in_window))
    }

    /// The cycle that rows are shifted along.
    fn shifting_cycle(&self) -> Result<Cycle> {
        if self.cycle.own.is_some() {
            let bound = "another way where instalments follow a cycle of their own, re-aged or moved";
            return Err(not_shifted(bound));
        }
        let cycle = self.rules().every.filter(|_| self.loan.has_cycle());
        cycle.ok_or_else(|| not_shifted("another way for a loan whose due dates follow no cycle"))
    }

    /// Empty rows on the dates of these rows and of `by` more: the cycle goes on after `regular`, and an end that was none
    /// of its dates moves by whole cycles.
    fn moved_places(
        &self,
        billing: &[(usize, &PlanRow)],
        regular: u32,
        by: u16,
        cycle: Cycle,
    ) -> Result<Vec<PlanRow>> {
        let loan = self.loan;
        let Some(&(_, last)) = billing.last() else { return Err(Error::internal("rows to shift", 0)) };
        let total = billing.len() + usize::from(by);
        let mut places: Vec<PlanRow> = Vec::with_capacity(total);
        for (_, row) in billing.iter().filter(|(_, row)| row.place.cycle_row.is_some()) {
            let end = self.end_if_followed(row)?;
            places.push(row.emptied().billing_to(end));
        }
        for row in regular + 1.. {
            let ends = places.len() + 1 == total;
            let mut place = if ends && last.place.cycle_row.is_none() {
                let date = cycle.date(last.place.date, None, MissingDay::LastOfMonth, i32::from(by))?;
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
}

/// A row of the window, which keeps its place: what was deferred to it goes on with what it asked for.
fn staying(mut row: PlanRow, chosen: bool) -> PlanRow {
    if chosen {
        row.rule.caught_up = CaughtUp::default();
    }
    row
}

/// What of a row's principal goes with it: what was settled of a chosen one stays where it was paid.
fn unpaid_principal(row: &PlanRow, chosen: Option<&ChosenRow>) -> Result<i64> {
    let settled = chosen.map_or(0, |chosen| chosen.settled.principal);
    subtract(row.figures.principal.minor(), settled)
}

/// A row at another place, with what another one asked for there.
fn moved_row(
    content: &PlanRow,
    place: PlanRow,
    chosen: Option<&ChosenRow>,
    fixes_payment: bool,
) -> Result<PlanRow> {
    let mut row = place;
    let Instalment { interest, fees, .. } = content.figures;
    let principal = unpaid_principal(content, chosen)?;
    // What was settled of it was a part of what it asks for by itself.
    let caught_up = content.rule.caught_up.principal.min(principal.max(0));
    let own = subtract(principal, caught_up)?;
    let keeps_payment = own != 0 || content.found.carried != 0;
    row.rule.amount = if fixes_payment && !content.grace && keeps_payment {
        Amount::Payment(add(own, interest.minor())?)
    } else {
        Amount::Planned(own)
    };
    row.rule.caught_up.principal = caught_up;
    row.rule.payment = content.rule.payment;
    (row.grace, row.fell_away) = (content.grace, content.fell_away);
    (row.figures.principal, row.figures.fees) = (Money::from_minor(principal), fees);
    row.figures.original_due_on = original_due_on(&content.figures, row.figures.due_on);
    if chosen.is_none() {
        let RowRule { amount, caught_up, .. } = row.rule;
        row.rule = RowRule { amount, caught_up, ..content.rule.clone() };
        row.chosen_on = content.chosen_on;
    }
    Ok(row)
}

#[cold]
fn not_shifted(bound: &str) -> Error {
    Error::new(ErrorCode::Contradiction, "principal_caught_up", "shifted", bound)
}
