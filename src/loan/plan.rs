//! The plan of a loan: what a relief, or what happened to it, turns its promised schedule into.
//!
//! A schedule is kept as lines: rows with what a change must know of them (which dates they stand on, how their principal
//! is found, what happens to their interest). A relief or an event changes the lines; then all rows are computed again from
//! the first, by the balance really outstanding. What nothing touched comes out as it was.

mod account_changes;
pub(crate) mod accrual_context;
mod balance_movements;
mod compute;
mod fixed_payments;
mod rows_ahead;
mod shift;

pub(crate) use balance_movements::Extra;

use chrono::NaiveDate;

use crate::calendar::Cycle;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::add;
use crate::loan::agreement::due_dates::RowDates;
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::ProductRules;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::balance_movements::Between;
use crate::loan::relief::{InterestCaughtUp, PrincipalCaughtUp, Relief, RowInterest, RowRelief, Window};
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::Period;
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// What became of a relief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It changed the schedule.
    Granted,
    /// Nothing was due in its window; the schedule is the same.
    NothingDue,
}

impl Outcome {
    /// The spelling of the wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Granted => "granted",
            Outcome::NothingDue => "nothing_due",
        }
    }
}

/// What reliefs defer, in all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PutOff {
    pub(crate) principal: i128,
    pub(crate) interest: i128,
    pub(crate) capitalised: i128,
    pub(crate) waived: i128,
}

/// A schedule that reliefs act on.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    loan: Loan<'a>,
    first_rate: Rate,
    changes: Vec<RateStep>,
    rows: Vec<PlanRow>,
    pots: Vec<DeferredInterest>,
    /// By how many rows reliefs have shifted the loan.
    shifted: u32,
    principal_put_off: i128,
    /// What is lent on the day of disbursement: nothing of it where tranches follow.
    lent: i64,
    /// What happens to the balance between the rows.
    between: Between,
    /// Whether a payment below its interest rises to it, instead of being an error: in the life of a loan, lateness may do
    /// that.
    lived: bool,
    /// Whether these are the lines of a life: no row of it pays anything out.
    is_life: bool,
    /// How many rows were billed: they spare nothing for what leaves the balance later.
    billed: usize,
    /// The rows ahead follow no cycle of the terms, but one from this day, a number of its rows.
    own_cycle: Option<(NaiveDate, u16)>,
    /// Whether arrears were rescheduled over the rows ahead.
    re_aged: bool,
    /// The row from which payments that are kept are to be found again.
    solve_at: Option<usize>,
    /// Whether what is to be solved is a change of terms: it is found as though nothing had been late.
    terms_changed: bool,
    /// Whether this is that trial, in which rows that were billed are computed again.
    on_time: bool,
}

/// A row, and what a relief must know of it.
#[derive(Clone, Debug)]
struct PlanRow {
    figures: Instalment,
    /// Its number in the loan's cycle, where it stands on a date of the cycle.
    cycle_row: Option<u32>,
    /// The cycle of its own that it follows, re-aged or moved: its first date, and how many rows after it this one stands.
    own_row: Option<(NaiveDate, u16)>,
    /// Its date before any roll.
    date: NaiveDate,
    /// Where the accrual period ends that it bills; none for a row that only repays.
    bills_to: Option<NaiveDate>,
    /// The first day that its principal no longer earns.
    repaid_from: NaiveDate,
    amount: Amount,
    treatment: Treatment,
    /// Another rate for its period.
    rate: Option<Rate>,
    /// Interest deferred earlier that is payable here.
    pays: Vec<Share>,
    /// Interest deferred earlier that would be payable here, and the pot that it goes into instead.
    puts_off: Vec<(Share, usize)>,
    /// A pot that joins the balance here.
    capitalises: Option<usize>,
    /// A pot that joined the balance and falls due here, beside the planned principal.
    repays_capital_of: Option<usize>,
    /// When the relief was granted that chose this row last.
    chosen_on: Option<NaiveDate>,
    /// It lies in the product's grace of principal.
    grace: bool,
    /// It is there because of a catch-up date.
    catches_up: bool,
    /// What was unpaid of it fell due elsewhere when arrears were rescheduled: no relief finds anything due in it.
    arrears_moved: bool,
    /// The interest of its period that is not owed.
    waived: i64,
    /// What joins the balance on its date.
    joins: i64,
    /// The payment it was billed by, where it kept one: its principal alone stays fixed.
    billed_payment: Option<i64>,
    /// Where its accrual period begins, if not where the one before ended: what lies between was settled by itself.
    begins: Option<NaiveDate>,
    /// What was settled of it before it falls due, by itself: its figures still hold it.
    ahead: Settled,
    /// The payment as the method found it last.
    solved: i64,
    /// Its principal and interest as they were billed, and the interest carried on: no later pass changes them.
    billed: Option<Settled>,
    /// Interest beyond its payment, that is billed with the next row.
    carried: i64,
}

/// Principal and interest of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) principal: i64,
    pub(crate) interest: i64,
}

impl Settled {
    pub(crate) fn sum(self) -> i64 {
        self.principal.saturating_add(self.interest)
    }
}

/// How the principal of a row is found. The last row clears the balance, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    /// As it was planned.
    Planned(i64),
    /// What a payment leaves after the interest.
    Payment(i64),
    /// The method is solved again from the first such row; what was planned is kept for a custom plan.
    Solved { planned: i64 },
}

/// What happens to the interest of a row.
#[derive(Clone, Copy, Debug)]
enum Treatment {
    Payable,
    /// Into a pot.
    PutOff(usize),
    /// Into the balance, and counted in a pot.
    Capitalised(usize),
    Waived,
}

/// Interest that was deferred together.
#[derive(Clone, Copy, Debug, Default)]
struct DeferredInterest {
    /// Whether it becomes principal.
    capital: bool,
    /// Whether it does so on each due date.
    each_due_date: bool,
    /// Whether a relief made it; the grace of a product is none.
    relief: bool,
    /// What was in it before any row: interest in arrears that was deferred.
    given: i64,
    total: i64,
    left: i64,
}

/// A part of a pot.
#[derive(Clone, Copy, Debug)]
struct Share {
    pot: usize,
    /// One of a number of equal parts; none: all that is left.
    of: Option<u32>,
}

impl<'a> Plan<'a> {
    /// The lines of a loan as it was promised.
    pub(crate) fn of(loan: Loan<'a>) -> Result<Plan<'a>> {
        let rules = loan.product().rules();
        let rows = loan.schedule().to_vec()?;
        let mut lines = Vec::with_capacity(rows.len() + 4);
        let mut pots = Vec::new();
        let grace = u32::from(rules.grace.interest);
        if grace > 0 {
            pots.push(DeferredInterest { capital: rules.grace.capitalised, ..DeferredInterest::default() });
        }
        let mut plan = loan.planned_principal().iter().peekable();
        let mut next = 1;
        for row in rows {
            let dates = loan.row_dates(next)?;
            let amount = Amount::Planned(row.principal.minor());
            if let Some(planned) = plan.next_if(|planned| planned.on < dates.cycle) {
                let own = loan.roll(planned.on, false)?;
                lines.push(PlanRow { amount, figures: row, ..PlanRow::own(&own) });
                continue;
            }
            plan.next_if(|planned| planned.on == dates.cycle);
            // The one row of a bullet stands on the cycle where its instalments would have ended.
            let number = match (rules.method, loan.terms().instalments) {
                (Method::Bullet, Some(instalments)) => u32::from(instalments.get()),
                _ => next,
            };
            let on_cycle = loan.has_cycle() && loan.unbounded_cycle_date(number) == Ok(dates.cycle);
            let mut line = PlanRow::billing(&dates, on_cycle.then_some(number));
            (line.amount, line.figures) = (amount, row);
            line.joins =
                Money::sum([row.closing, row.principal])?.minor().saturating_sub(row.opening.minor());
            line.grace = next <= u32::from(rules.grace.principal);
            if next <= grace {
                line.treatment = Treatment::PutOff(0);
                if next == grace && rules.grace.capitalised {
                    line.capitalises = Some(0);
                }
            } else if next == grace + 1 && grace > 0 && !rules.grace.capitalised {
                line.pays.push(Share { pot: 0, of: None });
            }
            lines.push(line);
            next += 1;
        }
        let changes = loan.rate_changes().to_vec();
        Ok(Plan {
            loan,
            first_rate: loan.terms().rate,
            changes,
            rows: lines,
            pots,
            shifted: 0,
            principal_put_off: 0,
            lent: loan.terms().principal.minor(),
            between: Between::default(),
            lived: false,
            is_life: false,
            billed: 0,
            own_cycle: None,
            re_aged: false,
            solve_at: None,
            terms_changed: false,
            on_time: false,
        })
    }

    pub(crate) fn instalments(&self) -> Vec<Instalment> {
        self.rows.iter().map(|line| line.figures).collect()
    }

    /// What the reliefs deferred, after the last of them.
    pub(crate) fn put_off(&self) -> PutOff {
        let mut put_off = PutOff { principal: self.principal_put_off, ..PutOff::default() };
        for pot in self.pots.iter().filter(|pot| pot.relief) {
            let sum = if pot.capital { &mut put_off.capitalised } else { &mut put_off.interest };
            *sum += i128::from(pot.total);
        }
        put_off.waived = self.rows.iter().map(|line| i128::from(line.waived)).sum();
        put_off
    }

    /// The cycle, if a row bills a period of one cycle: from one date of it to the next.
    fn one_cycle(&self, at: usize) -> Option<Cycle> {
        let line = self.rows.get(at).filter(|line| line.begins.is_none())?;
        let before = self.rows.get(..at)?.iter().rev().find(|line| line.bills_to.is_some());
        let Some(row) = line.cycle_row else {
            let (first, row) = line.own_row?;
            let follows = before?.own_row == Some((first, row.checked_sub(1)?));
            return self.rules().every.filter(|_| follows);
        };
        let follows = row > 0 && before.map_or(row == 1, |before| before.cycle_row == Some(row - 1));
        self.loan.cycle_before(row).filter(|_| follows)
    }

    /// The accrual period that begins on a day, of which a row or the next one that bills bills the interest.
    fn period<'g>(&self, context: &AccrualContext<'g>, start: NaiveDate, at: usize) -> Period<'g> {
        let mut period = context.period(start);
        self.end_period(&mut period, at);
        period
    }

    /// Says where a period ends that a row bills, or the next one that bills.
    fn end_period(&self, period: &mut Period<'_>, at: usize) {
        if !self.rules().day_count.asks_for_period() {
            return;
        }
        let billing = (at..self.rows.len()).find_map(|at| Some((at, self.rows.get(at)?.bills_to?)));
        if let Some((at, end)) = billing {
            period.ending(end, || self.one_cycle(at));
        }
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }

    /// Applies a relief that has been checked.
    pub(crate) fn apply(&mut self, relief: &Relief) -> Result<Outcome> {
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
        let kept = relief.extension.map(|_| self.clone());
        self.keep_as_planned();
        let mut outcome = Outcome::NothingDue;
        if let Some(extension) = relief.extension
            && self.extend(relief.granted_on, extension)?
        {
            self.compute_anew()?;
            self.keep_as_planned();
            outcome = Outcome::Granted;
        }
        let Some(rows) = &relief.rows else { return Ok(outcome) };
        let (chosen, until) = self.chosen(rows.window);
        if chosen.is_empty() {
            // The window decides: with nothing due in it, nothing of the relief is granted.
            if let Some(kept) = kept {
                *self = kept;
            }
            return Ok(Outcome::NothingDue);
        }
        self.defer(relief.granted_on, rows, &chosen, until)?;
        self.compute_anew()?;
        Ok(Outcome::Granted)
    }

    /// Refuses reliefs of one day that choose the same row of the schedule that they all find.
    pub(crate) fn check_same_day(&self, reliefs: &[&Relief]) -> Result<()> {
        let mut taken: Vec<usize> = Vec::new();
        for relief in reliefs {
            let Some(rows) = &relief.rows else { continue };
            for at in self.chosen(rows.window).0 {
                if taken.contains(&at) {
                    return Err(self.chosen_twice(relief.granted_on, at));
                }
                taken.push(at);
            }
        }
        Ok(())
    }

    #[cold]
    fn chosen_twice(&self, granted_on: NaiveDate, at: usize) -> Error {
        let due_on = self.rows.get(at).map_or(granted_on, |line| line.figures.due_on);
        let bound = format!("a day on which no other relief chose the row of {due_on}");
        Error::new(ErrorCode::Contradiction, "granted_on", granted_on, bound)
    }

    /// What was computed is the plan that the next relief acts on.
    fn keep_as_planned(&mut self) {
        for line in &mut self.rows {
            line.amount = Amount::Planned(line.figures.principal.minor());
            line.repays_capital_of = None;
        }
    }

    /// The rows of a window in which something falls due, and the last day of the window.
    fn chosen(&self, window: Window) -> (Vec<usize>, NaiveDate) {
        let (from, until) = match window {
            Window::DueDates { from, until } => (from, until),
            Window::Instalments { from, instalments } => {
                let rows = self.rows.iter().filter(|line| line.figures.due_on >= from);
                (from, rows.take(usize::from(instalments)).last().map_or(from, |line| line.figures.due_on))
            }
        };
        let is_due = |line: &PlanRow| line.figures.payment > line.figures.fees && !line.arrears_moved;
        let due = self.rows.iter().enumerate().filter(|(_, line)| is_due(line));
        (
            due.filter(|(_, line)| (from..=until).contains(&line.figures.due_on)).map(|(at, _)| at).collect(),
            until,
        )
    }

    fn defer(
        &mut self,
        granted_on: NaiveDate,
        relief: &RowRelief,
        chosen: &[usize],
        until: NaiveDate,
    ) -> Result<()> {
        let day_of =
            |at: Option<&usize>| at.and_then(|at| self.rows.get(*at)).map(|line| line.figures.due_on);
        let last_put_off = day_of(chosen.last()).unwrap_or(until);
        if let Some(date) = relief.new_date
            && date < last_put_off
        {
            let bound = format!("{last_put_off} or later: the last deferred row falls due then");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "new_date", date, bound));
        }
        let how = relief.principal;
        let caught_up = relief.interest.caught_up();
        let capitalises = relief.interest.is_capitalised();
        if chosen.contains(&(self.rows.len() - 1)) {
            if how == Some(PrincipalCaughtUp::AtMaturity) {
                return Err(nothing_left("principal_caught_up", "at_maturity", last_put_off));
            }
            let shifted = how == Some(PrincipalCaughtUp::Shifted);
            if caught_up == Some(InterestCaughtUp::AtMaturity) && !shifted {
                return Err(nothing_left("interest_caught_up", "at_maturity", last_put_off));
            }
        }
        let pot = self.pots.len();
        self.pots.push(DeferredInterest {
            capital: capitalises,
            each_due_date: relief.interest == RowInterest::CapitalisedEachDueDate,
            relief: true,
            ..DeferredInterest::default()
        });

        let mut principal = 0_i64;
        // What was billed is billed again, from the first chosen row on.
        let first = chosen.first().copied().unwrap_or_default();
        self.rows.iter_mut().skip(first).for_each(|line| line.billed = None);
        for &at in chosen {
            if self.rows.get(at).is_some_and(|line| line.chosen_on == Some(granted_on)) {
                return Err(self.chosen_twice(granted_on, at));
            }
            let Some(line) = self.rows.get_mut(at) else { continue };
            line.chosen_on = Some(granted_on);
            if how.is_some() {
                principal = add(principal, line.figures.principal.minor())?;
                line.amount = Amount::Planned(0);
            }
            line.treat(relief.interest, pot);
        }
        if relief.interest == RowInterest::CapitalisedAtEnd
            && let Some(line) = chosen.last().and_then(|&last| self.rows.get_mut(last))
        {
            line.capitalises = Some(pot);
        }
        self.principal_put_off += i128::from(principal);

        let after = match how {
            Some(PrincipalCaughtUp::Shifted) => self.shift(chosen)?,
            _ => self.rows.partition_point(|line| line.figures.due_on <= until),
        };
        let solve_again = how == Some(PrincipalCaughtUp::OverRemaining)
            || (capitalises && matches!(how, None | Some(PrincipalCaughtUp::Shifted)));
        if solve_again && !self.solve_from(after) {
            return Err(if how == Some(PrincipalCaughtUp::OverRemaining) {
                nothing_left("principal_caught_up", "over_remaining", until)
            } else {
                let value = match relief.interest {
                    RowInterest::CapitalisedEachDueDate => "capitalised_each_due_date",
                    _ => "capitalised_at_end",
                };
                nothing_left("interest_meanwhile", value, until)
            });
        }
        let remains = self.rows.iter().skip(after).any(|line| line.bills_to.is_some());
        if let (false, Some(how @ (InterestCaughtUp::NextInstalment | InterestCaughtUp::OverRemaining))) =
            (remains, caught_up)
        {
            return Err(nothing_left("interest_caught_up", how.as_str(), until));
        }
        let at_end = how == Some(PrincipalCaughtUp::EndOfWindow);
        if at_end || caught_up == Some(InterestCaughtUp::EndOfWindow) {
            self.catch_up(relief, (at_end, caught_up), (pot, principal), after, until)?;
        }
        self.spread(caught_up, pot, after);
        Ok(())
    }

    /// Places the deferred interest in the rows after the window.
    fn spread(&mut self, how: Option<InterestCaughtUp>, pot: usize, after: usize) {
        let mut later: Vec<&mut PlanRow> =
            self.rows.iter_mut().skip(after).filter(|line| line.bills_to.is_some()).collect();
        let parts = u32::try_from(later.len()).unwrap_or(u32::MAX);
        let all = Share { pot, of: None };
        match how {
            Some(InterestCaughtUp::NextInstalment) => later.truncate(1),
            Some(InterestCaughtUp::OverRemaining) => {}
            Some(InterestCaughtUp::AtMaturity) => {
                self.rows.iter_mut().rev().take(1).for_each(|line| line.pays.push(all));
                return;
            }
            None | Some(InterestCaughtUp::EndOfWindow) => return,
        }
        if let Some((last, earlier)) = later.split_last_mut() {
            earlier.iter_mut().for_each(|line| line.pays.push(Share { pot, of: Some(parts) }));
            last.pays.push(all);
        }
    }

    /// Makes what was deferred fall due on the catch-up date.
    fn catch_up(
        &mut self,
        relief: &RowRelief,
        (at_end, caught_up): (bool, Option<InterestCaughtUp>),
        (pot, principal): (usize, i64),
        after: usize,
        until: NaiveDate,
    ) -> Result<()> {
        if !at_end || principal == 0 {
            // Where nothing turns out to fall due there, there is no row.
            let mut trial = self.clone();
            trial.compute()?;
            let falls_due =
                caught_up == Some(InterestCaughtUp::EndOfWindow) || relief.interest.is_capitalised();
            if !falls_due || trial.pots.get(pot).is_none_or(|pot| pot.total == 0) {
                return Ok(());
            }
        }
        let at = self.catch_up_line(relief.new_date, after, until)?;
        if let Some(line) = self.rows.get_mut(at) {
            if at_end {
                line.add_planned(principal)?;
                line.repays_capital_of = relief.interest.is_capitalised().then_some(pot);
            }
            if caught_up == Some(InterestCaughtUp::EndOfWindow) {
                line.pays.push(Share { pot, of: None });
            }
        }
        Ok(())
    }

    /// From a line on, the method is solved again; whether any row bills there. Rows of a grace still repay nothing.
    fn solve_from(&mut self, first: usize) -> bool {
        let custom = self.rules().method == Method::Custom;
        if self.keeps_payments() && self.is_level() {
            self.solve_at = Some(first).filter(|&first| first < self.rows.len());
            return self.solve_at.is_some();
        }
        let mut any = false;
        for line in self.rows.iter_mut().skip(first) {
            any |= line.bills_to.is_some();
            if !line.grace && (line.bills_to.is_some() || (custom && !line.catches_up)) {
                line.amount = Amount::Solved { planned: line.planned() };
            }
        }
        any
    }

    /// The line of the catch-up date: the one that is due then, a row of its own, or, past the last one, the new last row.
    fn catch_up_line(
        &mut self,
        new_date: Option<NaiveDate>,
        after: usize,
        until: NaiveDate,
    ) -> Result<usize> {
        let Some(date) = new_date else {
            return if after < self.rows.len() { Ok(after) } else { Err(missing_new_date(until)) };
        };
        let at = self.rows.partition_point(|line| line.figures.due_on < date);
        if self.rows.get(at).is_some_and(|line| line.figures.due_on == date) {
            return Ok(at);
        }
        let dates = RowDates { cycle: date, printed: date, accrual_end: date, provisional: false };
        if at == self.rows.len() {
            // It bills from where the accrual of the old last row ended.
            self.rows.push(PlanRow { catches_up: true, ..PlanRow::billing(&dates, None) });
        } else {
            let own = RowDates { accrual_end: self.repaid_from(date), ..dates };
            self.rows.insert(at, PlanRow { catches_up: true, ..PlanRow::own(&own) });
        }
        Ok(at)
    }
}

impl PlanRow {
    /// A row that bills interest.
    fn billing(dates: &RowDates, cycle_row: Option<u32>) -> PlanRow {
        PlanRow { cycle_row, bills_to: Some(dates.accrual_end), ..PlanRow::own(dates) }
    }

    /// A row of its own, that only repays.
    fn own(dates: &RowDates) -> PlanRow {
        PlanRow {
            figures: Instalment {
                due_on: dates.printed,
                provisional: dates.provisional,
                ..Instalment::EMPTY
            },
            cycle_row: None,
            own_row: None,
            date: dates.cycle,
            bills_to: None,
            repaid_from: dates.accrual_end,
            amount: Amount::Planned(0),
            treatment: Treatment::Payable,
            rate: None,
            pays: Vec::new(),
            puts_off: Vec::new(),
            capitalises: None,
            repays_capital_of: None,
            chosen_on: None,
            grace: false,
            catches_up: false,
            arrears_moved: false,
            waived: 0,
            joins: 0,
            billed_payment: None,
            begins: None,
            ahead: Settled::default(),
            solved: 0,
            billed: None,
            carried: 0,
        }
    }

    /// The same place, with nothing in it.
    fn emptied(&self) -> PlanRow {
        let Instalment { due_on, provisional, fees, .. } = self.figures;
        PlanRow {
            figures: Instalment { due_on, provisional, fees, ..Instalment::EMPTY },
            cycle_row: self.cycle_row,
            bills_to: self.bills_to,
            arrears_moved: self.arrears_moved,
            ..PlanRow::own(&RowDates {
                cycle: self.date,
                printed: due_on,
                accrual_end: self.repaid_from,
                provisional,
            })
        }
    }

    fn planned(&self) -> i64 {
        match self.amount {
            Amount::Planned(planned) | Amount::Solved { planned } => planned,
            Amount::Payment(_) => 0,
        }
    }

    fn add_planned(&mut self, principal: i64) -> Result<()> {
        if let Amount::Planned(planned) | Amount::Solved { planned } = &mut self.amount {
            *planned = add(*planned, principal)?;
        }
        Ok(())
    }

    /// What a relief does to the interest of a row that it chose.
    fn treat(&mut self, interest: RowInterest, pot: usize) {
        if interest.is_capitalised() || interest.caught_up().is_some() {
            self.puts_off.extend(self.pays.drain(..).map(|share| (share, pot)));
        }
        // What an earlier relief waived stays waived.
        if self.bills_to.is_none() || matches!(self.treatment, Treatment::Waived) {
            return;
        }
        if let RowInterest::PaidAt(rate) | RowInterest::Deferred { at: Some(rate), .. } = interest {
            self.rate = Some(rate);
        }
        match interest {
            RowInterest::Paid | RowInterest::PaidAt(_) => {}
            RowInterest::Deferred { .. } | RowInterest::CapitalisedAtEnd => {
                self.treatment = Treatment::PutOff(pot);
            }
            RowInterest::CapitalisedEachDueDate => self.treatment = Treatment::Capitalised(pot),
            RowInterest::Waived => self.treatment = Treatment::Waived,
        }
    }
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
