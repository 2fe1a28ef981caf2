//! An extension: the maturity moves, and the cycle goes on to it.

use chrono::NaiveDate;

use crate::calendar::{MissingDay, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::due_dates::RowDates;
use crate::loan::agreement::method::Method;
use crate::loan::plan::row::PlanRow;
use crate::loan::plan::{Plan, original_due_on};
use crate::loan::relief::{Extension, NewMaturity};
use crate::loan::schedule::Instalment;
use crate::rate::{Rate, RateStep};

/// Where the last row goes.
#[derive(Clone, Copy)]
struct Maturity {
    date: NaiveDate,
    /// Its number in the loan's cycle, if it is counted in cycles.
    row: Option<u32>,
}

impl Plan<'_> {
    /// Moves the maturity: cycle dates go on to the new one, and the method is solved again after the day of the grant.
    ///
    /// Returns whether any row is due after that day.
    pub(super) fn extend(&mut self, granted_on: NaiveDate, extension: Extension) -> Result<bool> {
        if self.cycle.own.is_some() {
            let bound = "no extension where instalments follow a cycle of their own, re-aged or moved";
            return Err(Error::new(ErrorCode::Contradiction, "maturity", "a new one", bound));
        }
        let Some(last) = self.rows.iter().rposition(PlanRow::bills) else { return Ok(false) };
        let first = self.first_extended(granted_on, last);
        let Some(old) = self.rows.get(last).filter(|_| last >= first).cloned() else { return Ok(false) };
        let maturity = self.moved_maturity(&old, extension.maturity)?;
        let ends_on = self.loan.roll(maturity.date, true)?;
        if self.rules().method == Method::Bullet || self.rules().every.is_none() || !self.loan.has_cycle() {
            self.move_last(last, old, maturity, &ends_on);
        } else {
            self.go_on_to(maturity, &ends_on, (first, last), old)?;
        }
        if self.rules().method != Method::Custom {
            // A longer term brings back what fell away of the shorter one.
            self.rows.iter_mut().for_each(|row| row.fell_away = false);
            self.solve_from(first);
            self.agree(first, granted_on);
        }
        if let Some((from, rate)) = extension.rate_from {
            self.change_rate_from(from, rate)?;
        }
        Ok(true)
    }

    /// The first row that an extension solves again. What was paid off ahead of its date stays as it was billed.
    fn first_extended(&self, granted_on: NaiveDate, last: usize) -> usize {
        let first = self.rows.partition_point(|row| row.figures.due_on <= granted_on).max(self.billed);
        // In a life terms change before the last row is billed: on the maturity itself it is still there to move.
        let on_maturity = self.rows.get(last).is_some_and(|row| row.figures.due_on == granted_on);
        if self.purpose.is_account() && on_maturity && self.billed <= last { last } else { first }
    }

    fn moved_maturity(&self, old: &PlanRow, moved: NewMaturity) -> Result<Maturity> {
        let loan = self.loan;
        let maturity = match (moved, old.place.cycle_row) {
            (NewMaturity::MovedTo(date), _) => Maturity { date, row: None },
            (NewMaturity::MovedBy(by), Some(row)) => {
                let row = row + u32::from(by);
                Maturity { date: loan.unbounded_cycle_date(row)?, row: Some(row) }
            }
            (NewMaturity::MovedBy(by), None) => {
                let Some(cycle) = self.rules().every else {
                    let bound = "a cycle that the maturity can move by";
                    return Err(Error::new(ErrorCode::Missing, "every", "nothing", bound));
                };
                let date = cycle.date(old.place.date, None, MissingDay::LastOfMonth, i32::from(by))?;
                Maturity { date, row: None }
            }
        };
        check_date(maturity.date, "maturity.moved_to")?;
        if maturity.date <= old.place.date {
            let bound = format!("after the maturity, {}", old.place.date);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "maturity.moved_to", maturity.date, bound));
        }
        Ok(maturity)
    }

    /// The one row of a bullet, and the last of a plan of its own dates, moves.
    fn move_last(&mut self, last: usize, old: PlanRow, maturity: Maturity, ends_on: &RowDates) {
        let mut moved = PlanRow::billing(ends_on, maturity.row);
        let original = old.figures.original_due_on.unwrap_or(old.figures.due_on);
        let Instalment { due_on, provisional, .. } = moved.figures;
        moved.figures = Instalment { due_on, provisional, original_due_on: Some(original), ..old.figures };
        (moved.rule.amount, moved.rule.interest) = (old.rule.amount, old.rule.interest);
        (moved.rule.rate, moved.rule.pays) = (old.rule.rate, old.rule.pays);
        moved.rule.caught_up = old.rule.caught_up;
        self.rows.truncate(last);
        self.rows.push(moved);
    }

    /// More rows along the cycle, to the new maturity.
    fn go_on_to(
        &mut self,
        maturity: Maturity,
        ends_on: &RowDates,
        (first, last): (usize, usize),
        old: PlanRow,
    ) -> Result<()> {
        let loan = self.loan;
        let regular = self.last_cycle_row();
        self.no_longer_last()?;
        if old.place.cycle_row.is_none() {
            // A maturity that was no date of the cycle is passed over.
            self.rows.truncate(last);
        }
        for row in regular + 1.. {
            let date = loan.unbounded_cycle_date(row)?;
            if self.rows.last().is_some_and(|before| before.place.date >= date) {
                // A long last row, shifted, stands beyond it.
                continue;
            }
            if maturity.row.map_or(date >= maturity.date, |last| row >= last) {
                let on_cycle = (date == maturity.date).then_some(row);
                if on_cycle.is_none() && self.rules().long_last && self.rows.len() > first {
                    self.rows.pop();
                }
                self.rows.push(PlanRow::billing(ends_on, on_cycle));
                break;
            }
            self.rows.push(PlanRow::billing(&loan.roll(date, false)?, Some(row)));
            self.check_length()?;
        }
        // A long last row may have taken the place of the one before it.
        let last = last.min(self.rows.len() - 1);
        if old.place.cycle_row.is_none() {
            let row = self.row_at_mut(last)?;
            // What was caught up there, and its date, stay with the number of the row.
            (row.rule.pays, row.rule.caught_up) = (old.rule.pays, old.rule.caught_up);
            row.figures.original_due_on = original_due_on(&old.figures, row.figures.due_on);
        }
        for row in self.rows.iter_mut().skip(last) {
            row.figures.fees = loan.terms().fee_each_instalment;
        }
        Ok(())
    }

    fn change_rate_from(&mut self, from: NaiveDate, rate: Rate) -> Result<()> {
        let disbursed_on = self.loan.terms().disbursed_on;
        if from < disbursed_on {
            let bound = format!("{disbursed_on} or later");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "rate_from.from", from, bound));
        }
        // No rate reaches the days that were billed.
        let from = from.max(self.frozen_to(self.billed));
        self.rates.changes.retain(|change| change.from < from);
        self.rates.changes.push(RateStep { from, rate, projected: false });
        Ok(())
    }
}
