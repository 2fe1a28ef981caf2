//! What a relief does to the rows that its window chooses: what is deferred, and where it is caught up.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::agreement::due_dates::RowDates;
use crate::loan::agreement::method::Method;
use crate::loan::plan::choice::{Choice, ChosenRow, chosen_twice};
use crate::loan::plan::deferred_pool::{DeferredPool, Share};
use crate::loan::plan::row::{Amount, CaughtUp, PlanRow};
use crate::loan::plan::{FoundIn, Outcome, Plan, ToSolve};

use crate::loan::relief::{Extension, InterestCaughtUp, PrincipalCaughtUp, Relief, RowInterest, RowRelief};

impl Plan<'_> {
    /// Applies a relief that has been checked, to the rows of its window or to those of them that were chosen.
    pub(crate) fn apply(&mut self, relief: &Relief, choice: Option<&Choice>) -> Result<Outcome> {
        let disbursed_on = self.loan.terms().disbursed_on;
        let new_date = relief.rows.as_ref().and_then(|rows| rows.new_date);
        for (field, date) in [("granted_on", Some(relief.granted_on)), ("new_date", new_date)] {
            if let Some(date) = date
                && date < disbursed_on
            {
                let bound = format!("{disbursed_on} or later");
                return Err(Error::new(ErrorCode::DatesOutOfOrder, field, date, bound));
            }
        }
        let before = relief.extension.map(|_| self.clone());
        self.keep_as_planned()?;
        let mut outcome = Outcome::NothingDue;
        if let Some(extension) = relief.extension
            && self.apply_extension(relief.granted_on, extension)?
        {
            outcome = Outcome::Granted;
        }
        let Some(rows) = &relief.rows else { return Ok(outcome) };
        let choice = match choice {
            Some(choice) => self.find(choice)?,
            None => self.chosen(rows.window),
        };
        if choice.rows.is_empty() {
            // The window decides: with nothing due in it, nothing of the relief is granted.
            if let Some(before) = before {
                *self = before;
            }
            return Ok(Outcome::NothingDue);
        }
        self.defer(relief.granted_on, rows, &choice)?;
        self.compute_relieved()?;
        Ok(Outcome::Granted)
    }

    /// Moves the maturity; returns whether there was a row to move.
    pub(super) fn apply_extension(&mut self, granted_on: NaiveDate, extension: Extension) -> Result<bool> {
        let moves = self.extend(granted_on, extension)?;
        if moves {
            self.compute_relieved()?;
            self.keep_as_planned()?;
        }
        Ok(moves)
    }

    /// What was computed is the plan that the next relief acts on.
    pub(super) fn keep_as_planned(&mut self) -> Result<()> {
        for row in &mut self.rows {
            let pool = row.rule.caught_up.capital_of.and_then(|pool| self.pools.get(pool));
            row.keep_principal(pool.map_or(0, |pool| pool.total))?;
        }
        Ok(())
    }

    /// What is to join the balance and to fall due is now what was computed: a part of the principal, which fits.
    pub(super) fn fix_capital(&mut self) -> Result<()> {
        for row in &mut self.rows {
            let caught_up = &mut row.rule.caught_up;
            let pool = caught_up.capital_of.take().and_then(|pool| self.pools.get(pool));
            caught_up.principal = add(caught_up.principal, pool.map_or(0, |pool| pool.total))?;
        }
        Ok(())
    }

    /// Applies what a relief says of rows to those that it chose.
    fn defer(&mut self, granted_on: NaiveDate, relief: &RowRelief, choice: &Choice) -> Result<()> {
        let until = choice.until;
        self.check_catch_up(relief, choice)?;
        let pool = self.pools.len();
        self.pools.push(DeferredPool {
            capital: relief.interest.is_capitalised(),
            each_due_date: relief.interest == RowInterest::CapitalisedEachDueDate,
            relief: true,
            ..DeferredPool::default()
        });
        let principal = self.defer_rows(granted_on, relief, &choice.rows, pool)?;
        let after = match relief.principal {
            Some(PrincipalCaughtUp::Shifted) => self.shift(&choice.rows)?,
            _ => self.rows.partition_point(|row| row.figures.due_on <= until),
        };
        self.solve_after(relief, after, until)?;
        let caught_up = relief.interest.caught_up();
        let remains = self.rows.iter().skip(after).any(PlanRow::bills);
        if let (false, Some(how @ (InterestCaughtUp::NextInstalment | InterestCaughtUp::OverRemaining))) =
            (remains, caught_up)
        {
            return Err(nothing_left("interest_caught_up", how.as_str(), until));
        }
        if relief.principal == Some(PrincipalCaughtUp::EndOfWindow)
            || caught_up == Some(InterestCaughtUp::EndOfWindow)
        {
            self.catch_up(relief, (pool, principal), after, until)?;
        }
        if relief.principal == Some(PrincipalCaughtUp::AtMaturity) {
            // The last row clears the balance in any case: so much of it is no part of a payment that is found later.
            let last = self.rows.len() - 1;
            let row = self.row_at_mut(last)?;
            row.catch_up(principal)?;
            if relief.interest.is_capitalised() {
                self.repay_capital(last, pool)?;
            }
        }
        self.spread(caught_up, pool, after)
    }

    /// What is caught up must have a row to be caught up in, and no day before the last deferred row.
    fn check_catch_up(&self, relief: &RowRelief, choice: &Choice) -> Result<()> {
        let ChosenRow { at: last, due_on: last_deferred, .. } = last_of(&choice.rows)?;
        if let Some(date) = relief.new_date
            && date < last_deferred
        {
            let bound = format!("{last_deferred} or later: the last deferred row falls due then");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "new_date", date, bound));
        }
        if last + 1 == self.rows.len() {
            if relief.principal == Some(PrincipalCaughtUp::AtMaturity) {
                return Err(nothing_left("principal_caught_up", "at_maturity", last_deferred));
            }
            let shifted = relief.principal == Some(PrincipalCaughtUp::Shifted);
            if relief.interest.caught_up() == Some(InterestCaughtUp::AtMaturity) && !shifted {
                return Err(nothing_left("interest_caught_up", "at_maturity", last_deferred));
            }
        }
        Ok(())
    }

    /// Defers what is unpaid of the chosen rows, and returns its principal.
    fn defer_rows(
        &mut self,
        granted_on: NaiveDate,
        relief: &RowRelief,
        chosen: &[ChosenRow],
        pool: usize,
    ) -> Result<i64> {
        let last = last_of(chosen)?.at;
        let mut principal = 0_i64;
        for &ChosenRow { at, due_on, settled, .. } in chosen {
            let row = self.row_at_mut(at)?;
            if row.chosen_on == Some(granted_on) {
                return Err(chosen_twice(granted_on, due_on));
            }
            row.chosen_on = Some(granted_on);
            if relief.principal.is_some() {
                let unpaid = subtract(row.figures.principal.minor(), settled.principal)?;
                principal = add(principal, unpaid)?;
                (row.rule.amount, row.rule.puts_off) = (Amount::Planned(settled.principal), true);
                if relief.principal != Some(PrincipalCaughtUp::Shifted) {
                    row.rule.caught_up = CaughtUp::default();
                }
            }
            row.rule.settled_interest = settled.interest;
            row.treat(relief.interest, pool);
        }
        if relief.interest == RowInterest::CapitalisedAtEnd {
            self.row_at_mut(last)?.rule.capitalises = Some(pool);
        }
        self.deferred_principal += i128::from(principal);
        Ok(principal)
    }

    /// The method is solved again after the window, where that is how something is caught up.
    fn solve_after(&mut self, relief: &RowRelief, after: usize, until: NaiveDate) -> Result<()> {
        let over_remaining = relief.principal == Some(PrincipalCaughtUp::OverRemaining);
        let joins = relief.interest.is_capitalised()
            && matches!(relief.principal, None | Some(PrincipalCaughtUp::Shifted));
        if !(over_remaining || joins) {
            return Ok(());
        }
        self.bring_back(after);
        if self.solve_from(after) {
            return Ok(());
        }
        Err(match relief.interest {
            _ if over_remaining => nothing_left("principal_caught_up", "over_remaining", until),
            RowInterest::CapitalisedEachDueDate => {
                nothing_left("interest_meanwhile", "capitalised_each_due_date", until)
            }
            _ => nothing_left("interest_meanwhile", "capitalised_at_end", until),
        })
    }

    /// Places deferred interest in the rows after the window.
    pub(super) fn spread(&mut self, how: Option<InterestCaughtUp>, pool: usize, after: usize) -> Result<()> {
        let all = Share { pool, of: None };
        let no_row = || Error::internal("rows after deferred interest", 0);
        let mut later = self.rows.iter_mut().skip(after).filter(|row| row.bills());
        match how {
            None | Some(InterestCaughtUp::EndOfWindow) => {}
            Some(InterestCaughtUp::NextInstalment) => {
                later.next().ok_or_else(no_row)?.rule.pays.push(all);
            }
            Some(InterestCaughtUp::AtMaturity) => {
                self.rows.last_mut().ok_or_else(no_row)?.rule.pays.push(all);
            }
            Some(InterestCaughtUp::OverRemaining) => {
                let mut later: Vec<&mut PlanRow> = later.collect();
                let parts = u32::try_from(later.len()).map_err(|_| Error::internal("rows", later.len()))?;
                let (last, earlier) = later.split_last_mut().ok_or_else(no_row)?;
                let part = Share { pool, of: Some(parts) };
                earlier.iter_mut().for_each(|row| row.rule.pays.push(part));
                last.rule.pays.push(all);
            }
        }
        Ok(())
    }

    /// Makes what was deferred fall due on the catch-up date.
    fn catch_up(
        &mut self,
        relief: &RowRelief,
        (pool, principal): (usize, i64),
        after: usize,
        until: NaiveDate,
    ) -> Result<()> {
        let at_end = relief.principal == Some(PrincipalCaughtUp::EndOfWindow);
        let interest_at_end = relief.interest.caught_up() == Some(InterestCaughtUp::EndOfWindow);
        let capitalised = relief.interest.is_capitalised();
        if !at_end || principal == 0 {
            // Where nothing turns out to fall due there, there is no row.
            let mut trial = self.clone();
            trial.compute()?;
            let deferred = trial.pools.get(pool);
            let deferred = deferred.ok_or_else(|| Error::internal("pool of deferred interest", pool))?.total;
            if !(interest_at_end || capitalised) || deferred == 0 {
                return Ok(());
            }
        }
        let at = self.catch_up_row(relief.new_date, after, until)?;
        let row = self.row_at_mut(at)?;
        if interest_at_end {
            row.rule.pays.push(Share { pool, of: None });
        }
        if at_end {
            row.catch_up(principal)?;
        }
        if at_end && capitalised {
            self.repay_capital(at, pool)?;
        }
        Ok(())
    }

    /// A pool that joins the balance falls due in a row. One that an earlier relief had fall due there does so as it was computed.
    fn repay_capital(&mut self, at: usize, pool: usize) -> Result<()> {
        let caught_up =
            &mut self.rows.get_mut(at).ok_or_else(|| Error::internal("row of a plan", at))?.rule.caught_up;
        if let Some(before) = caught_up.capital_of.replace(pool).and_then(|before| self.pools.get(before)) {
            caught_up.principal = add(caught_up.principal, before.total)?;
        }
        Ok(())
    }

    /// From a row on, the method is solved again; whether any row bills there. Rows of a grace, and those whose principal was put
    /// off, still repay nothing, and one that is there because of a catch-up date what is caught up in it.
    pub(super) fn solve_from(&mut self, first: usize) -> bool {
        let custom = self.rules().method == Method::Custom;
        if self.keeps_payments() && self.is_level() {
            let any = first < self.rows.len();
            self.to_solve = any.then_some(ToSolve { first, found_in: FoundIn::Plan });
            return any;
        }
        let mut any = false;
        for row in self.rows.iter_mut().skip(first) {
            any |= row.bills();
            let stays = row.fell_away || row.grace || row.catches_up || row.puts_off();
            if !stays && (row.bills() || custom) {
                row.rule.amount = Amount::Solved { planned: row.planned() };
            }
        }
        any
    }

    /// What joins the balance is repaid by those of the rows from one on that still ask for principal. Where none of them does, all
    /// that fell away come back.
    pub(super) fn bring_back(&mut self, first: usize) {
        let asks = |row: &PlanRow| !row.fell_away && !row.figures.principal.is_zero();
        if !self.rows.iter().skip(first).any(asks) {
            self.rows.iter_mut().skip(first).for_each(|row| row.fell_away = false);
        }
    }

    /// The row of the catch-up date: the one that is due then, a row of its own, or, past the last one, the new last row.
    fn catch_up_row(&mut self, new_date: Option<NaiveDate>, after: usize, until: NaiveDate) -> Result<usize> {
        let Some(date) = new_date else {
            return if after < self.rows.len() { Ok(after) } else { Err(missing_new_date(until)) };
        };
        let at = self.rows.partition_point(|row| row.figures.due_on < date);
        if self.rows.get(at).is_some_and(|row| row.figures.due_on == date) {
            return Ok(at);
        }
        let dates = RowDates { cycle: date, printed: date, accrual_end: date, provisional: false };
        if at == self.rows.len() {
            // It bills from where the accrual of the old last row ended.
            self.rows.push(PlanRow { catches_up: true, ..PlanRow::billing(&dates, None) });
        } else {
            let own = RowDates { accrual_end: self.repaid_from(date)?, ..dates };
            self.rows.insert(at, PlanRow { catches_up: true, ..PlanRow::own(&own) });
        }
        Ok(at)
    }
}

/// The last of the rows that a relief chose; one that chose none defers nothing.
fn last_of(chosen: &[ChosenRow]) -> Result<ChosenRow> {
    chosen.last().copied().ok_or_else(|| Error::internal("chosen rows", 0))
}

#[cold]
fn nothing_left(field: &'static str, value: &str, after: NaiveDate) -> Error {
    let bound = format!("a way to catch up without a row after {after}: there is none");
    Error::new(ErrorCode::Contradiction, field, value, bound)
}

#[cold]
fn missing_new_date(after: NaiveDate) -> Error {
    let bound = format!("a date: no row is due after {after}");
    Error::new(ErrorCode::Missing, "new_date", "nothing", bound)
}
