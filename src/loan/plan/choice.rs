//! The rows that a relief acts on: those of its window in which something is unpaid at its grant.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{subtract, sum};
use crate::loan::plan::row::PlanRow;
use crate::loan::plan::{Plan, RowParts};
use crate::loan::relief::{Relief, Window};
use crate::loan::schedule::Instalment;

/// The rows that a relief acts on.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) rows: Vec<ChosenRow>,
    /// The last day of the window.
    pub(crate) until: NaiveDate,
}

/// A row that a relief acts on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChosenRow {
    /// Its place among the rows.
    pub(crate) at: usize,
    pub(crate) due_on: NaiveDate,
    /// The number of rows before it that a roll brings onto its day.
    pub(crate) before_on_day: usize,
    /// What was settled of it by the grant: that stays where it is.
    pub(crate) settled: RowParts,
}

impl Plan<'_> {
    /// The longer plan in which a relief that moves the maturity too chooses its rows; none where it does not.
    pub(crate) fn lengthened(&self, relief: &Relief) -> Result<Option<Self>> {
        let Some(extension) = relief.extension else { return Ok(None) };
        let mut longer = self.clone();
        longer.keep_as_planned()?;
        longer.apply_extension(relief.granted_on, extension)?;
        Ok(Some(longer))
    }

    /// The rows of a window in which something falls due.
    pub(crate) fn chosen(&self, window: Window) -> Choice {
        let (from, until) = match window {
            Window::DueDates { from, until } => (from, until),
            Window::Instalments { from, instalments } => {
                let rows = self.rows.iter().filter(|row| row.figures.due_on >= from);
                (from, rows.take(usize::from(instalments)).last().map_or(from, |row| row.figures.due_on))
            }
        };
        let is_due =
            |row: &PlanRow| row.figures.payment > row.figures.fees && !row.arrears_moved && !row.is_done();
        let due = self.rows.iter().enumerate().filter(|(_, row)| is_due(row));
        let due = due.filter(|(_, row)| (from..=until).contains(&row.figures.due_on));
        let rows = due.map(|(at, row)| ChosenRow {
            at,
            due_on: row.figures.due_on,
            before_on_day: self.before_on_day(at),
            settled: RowParts { principal: 0, interest: row.billing.prepaid.interest },
        });
        Choice { rows: rows.collect(), until }
    }

    /// Whether all that a row asks for was settled before it falls due.
    pub(crate) fn asks_for_nothing_beyond(&self, at: usize, settled: RowParts) -> Result<bool> {
        let Instalment { principal, interest, deferred_interest_paid, .. } = self.row_at(at)?.figures;
        let asked = sum([principal.minor(), interest.minor(), deferred_interest_paid.minor()])?;
        Ok(subtract(asked, settled.sum()?)? <= 0)
    }

    /// The number of rows before one that are due on its day.
    fn before_on_day(&self, at: usize) -> usize {
        let (before, rest) = self.rows.split_at(at.min(self.rows.len()));
        let of_day =
            |row: &&PlanRow| rest.first().is_some_and(|one| one.figures.due_on == row.figures.due_on);
        before.iter().rev().take_while(of_day).count()
    }

    /// The same rows of this plan, which may be that of an earlier day: a row is known by its due date, and its number among those
    /// of that day; where that has moved since, by its place.
    pub(super) fn find(&self, choice: &Choice) -> Result<Choice> {
        let mut rows = Vec::with_capacity(choice.rows.len());
        for chosen in &choice.rows {
            let due = |row: &PlanRow| row.figures.due_on == chosen.due_on;
            let stands = |at: usize| {
                self.rows.get(at).is_some_and(due) && self.before_on_day(at) == chosen.before_on_day
            };
            let at = match chosen.at {
                at if stands(at) => at,
                at => (0..self.rows.len()).find(|&at| stands(at)).unwrap_or(at),
            };
            let row = self.rows.get(at).ok_or_else(|| Error::internal("chosen row", chosen.due_on))?;
            rows.push(ChosenRow { at, due_on: row.figures.due_on, ..*chosen });
        }
        Ok(Choice { rows, until: choice.until })
    }
}

/// Refuses reliefs of one day that act on the same row of the plan that they all find.
pub(crate) fn check_same_day(granted_on: NaiveDate, choices: &[Choice]) -> Result<()> {
    let mut taken: Vec<usize> = Vec::new();
    for row in choices.iter().flat_map(|choice| &choice.rows) {
        if taken.contains(&row.at) {
            return Err(chosen_twice(granted_on, row.due_on));
        }
        taken.push(row.at);
    }
    Ok(())
}

#[cold]
pub(super) fn chosen_twice(granted_on: NaiveDate, due_on: NaiveDate) -> Error {
    let bound = format!("a day on which no other relief chose the row of {due_on}");
    Error::new(ErrorCode::Contradiction, "granted_on", granted_on, bound)
}
