//! A schedule under relief: the mechanics that turn what a loan promised into what it promises now.
//!
//! A schedule is kept as lines: rows with what a relief must know of them (which dates they stand on, how their principal
//! is found, what happens to their interest). A relief changes the lines; then all rows are computed again from the first,
//! by the balance really outstanding. What no relief touched comes out as it was.

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::{Cycle, MissingDay, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::accrual::{Accrued, Period, Scale};
use crate::loan::annuity::{Annuity, ExactPayment};
use crate::loan::product::{AccrualEnds, LevelPayment, ProductRules, Relevel};
use crate::loan::relief::{
    Defer, Extension, InterestCaughtUp, InterestMeanwhile, NewMaturity, PrincipalCaughtUp, Relief, Window,
};
use crate::loan::repayment::{Balloon, Method};
use crate::loan::schedule::Instalment;
use crate::loan::terms::{Loan, RowDates};
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

/// What reliefs put off, in all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PutOff {
    pub(crate) principal: i128,
    pub(crate) interest: i128,
    pub(crate) capitalised: i128,
    pub(crate) waived: i128,
}

/// A schedule that reliefs act on.
#[derive(Clone, Debug)]
pub(crate) struct Lines<'a> {
    loan: Loan<'a>,
    first_rate: Rate,
    changes: Vec<RateStep>,
    lines: Vec<Line>,
    pots: Vec<Pot>,
    /// By how many rows reliefs have shifted the loan.
    shifted: u32,
    principal_put_off: i128,
}

/// A row, and what a relief must know of it.
#[derive(Clone, Debug)]
struct Line {
    row: Instalment,
    /// Its number in the loan's cycle, where it stands on a date of the cycle.
    cycle_row: Option<u32>,
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
    /// Interest put off earlier that is payable here.
    pays: Vec<Share>,
    /// What would be payable here goes into this pot instead.
    puts_off_into: Option<usize>,
    /// A pot that joins the balance here.
    capitalises: Option<usize>,
    /// A pot that joined the balance and falls due here, beside the planned principal.
    repays_capital_of: Option<usize>,
    /// When the relief was granted that chose this row last.
    chosen_on: Option<NaiveDate>,
    /// The interest of its period that is not owed.
    waived: i64,
}

/// How the principal of a row is found. The last row clears the balance, whatever it says.
#[derive(Clone, Copy, Debug)]
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

/// Interest that was put off together.
#[derive(Clone, Copy, Debug, Default)]
struct Pot {
    /// Whether it becomes principal.
    capital: bool,
    /// Whether a relief made it; the grace of a product is none.
    relief: bool,
    total: i64,
    left: i64,
}

/// A part of a pot.
#[derive(Clone, Copy, Debug)]
struct Share {
    pot: usize,
    /// One of so many equal parts; none: all that is left.
    of: Option<u32>,
}

impl<'a> Lines<'a> {
    /// The lines of a loan as it was promised.
    pub(crate) fn of(loan: Loan<'a>) -> Result<Lines<'a>> {
        let rules = loan.product().rules();
        let rows = loan.schedule().to_vec()?;
        let mut lines = Vec::with_capacity(rows.len() + 4);
        let mut pots = Vec::new();
        let grace = u32::from(rules.grace.interest);
        if grace > 0 {
            pots.push(Pot { capital: rules.grace.capitalised, ..Pot::default() });
        }
        let mut plan = loan.plan().iter().peekable();
        let mut next = 1;
        for row in rows {
            let dates = loan.row_dates(next)?;
            let amount = Amount::Planned(row.principal.minor());
            if let Some(planned) = plan.next_if(|planned| planned.on < dates.cycle) {
                let own = loan.roll(planned.on, false)?;
                lines.push(Line { amount, row, ..Line::own(&own) });
                continue;
            }
            plan.next_if(|planned| planned.on == dates.cycle);
            let on_cycle = loan.has_cycle() && loan.unbounded_cycle_date(next) == Ok(dates.cycle);
            let mut line = Line::billing(&dates, on_cycle.then_some(next));
            (line.amount, line.row) = (amount, row);
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
        Ok(Lines {
            loan,
            first_rate: loan.terms().rate,
            changes,
            lines,
            pots,
            shifted: 0,
            principal_put_off: 0,
        })
    }

    pub(crate) fn rows(&self) -> Vec<Instalment> {
        self.lines.iter().map(|line| line.row).collect()
    }

    /// What the reliefs put off, after the last of them.
    pub(crate) fn put_off(&self) -> PutOff {
        let mut put_off = PutOff { principal: self.principal_put_off, ..PutOff::default() };
        for pot in self.pots.iter().filter(|pot| pot.relief) {
            let sum = if pot.capital { &mut put_off.capitalised } else { &mut put_off.interest };
            *sum += i128::from(pot.total);
        }
        put_off.waived = self.lines.iter().map(|line| i128::from(line.waived)).sum();
        put_off
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }

    // ------------------------------------------------------------ what a relief changes

    /// Applies a relief that has been checked.
    pub(crate) fn apply(&mut self, relief: &Relief) -> Result<Outcome> {
        let disbursed_on = self.loan.terms().disbursed_on;
        for (field, date) in [("granted_on", Some(relief.granted_on)), ("new_date", relief.new_date)] {
            if let Some(date) = date
                && date < disbursed_on
            {
                let bound = format!("{disbursed_on} or later");
                return Err(Error::new(ErrorCode::DatesOutOfOrder, field, date, bound));
            }
        }
        self.keep_as_planned();
        let mut outcome = Outcome::NothingDue;
        if let Some(extension) = relief.extension {
            self.extend(relief.granted_on, extension)?;
            self.compute()?;
            self.keep_as_planned();
            outcome = Outcome::Granted;
        }
        let (Some(window), Some(meanwhile)) = (relief.window, relief.interest_meanwhile) else {
            return Ok(outcome);
        };
        let chosen = self.chosen(window);
        let Some(&last_chosen) = chosen.last() else { return Ok(outcome) };
        self.defer(relief, meanwhile, &chosen, last_chosen)?;
        self.compute()?;
        Ok(Outcome::Granted)
    }

    /// What was computed is the plan that the next relief acts on.
    fn keep_as_planned(&mut self) {
        for line in &mut self.lines {
            line.amount = Amount::Planned(line.row.principal.minor());
            line.repays_capital_of = None;
        }
    }

    /// The rows of a window in which something falls due.
    fn chosen(&self, window: Window) -> Vec<usize> {
        let due = self.lines.iter().enumerate().filter(|(_, line)| line.row.payment != line.row.fees);
        match window {
            Window::DueDates { from, until } => {
                due.filter(|(_, line)| (from..=until).contains(&line.row.due_on)).map(|(at, _)| at).collect()
            }
            Window::Instalments { from, instalments } => due
                .filter(|(_, line)| line.row.due_on >= from)
                .take(usize::from(instalments))
                .map(|(at, _)| at)
                .collect(),
        }
    }

    fn defer(
        &mut self,
        relief: &Relief,
        meanwhile: InterestMeanwhile,
        chosen: &[usize],
        last_chosen: usize,
    ) -> Result<()> {
        let last_due_on = self.lines.get(last_chosen).map_or(relief.granted_on, |line| line.row.due_on);
        if let Some(date) = relief.new_date
            && date < last_due_on
        {
            let bound = format!("{last_due_on}, the last row put off, or later");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "new_date", date, bound));
        }
        let how = relief.principal_caught_up;
        let caught_up = relief.catches_up_interest().then_some(relief.interest_caught_up).flatten();
        if last_chosen + 1 == self.lines.len()
            && (how == Some(PrincipalCaughtUp::AtMaturity) || caught_up == Some(InterestCaughtUp::AtMaturity))
        {
            return Err(nothing_left("at_maturity", last_due_on));
        }
        let pot = self.pots.len();
        self.pots.push(Pot { capital: relief.capitalises(), relief: true, ..Pot::default() });

        let mut principal = 0_i64;
        for &at in chosen {
            let Some(line) = self.lines.get_mut(at) else { continue };
            if line.chosen_on == Some(relief.granted_on) {
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    "granted_on",
                    relief.granted_on,
                    format!(
                        "a day of its own: another relief of that day chose the row of {}",
                        line.row.due_on
                    ),
                ));
            }
            line.chosen_on = Some(relief.granted_on);
            if relief.defer.is_some_and(Defer::principal) {
                principal = principal.checked_add(line.row.principal.minor()).ok_or_else(too_large)?;
                line.amount = Amount::Planned(0);
            }
            line.treat(meanwhile, relief.defer.is_some_and(Defer::interest), pot);
        }
        if meanwhile == InterestMeanwhile::CapitalisedAtEnd
            && let Some(line) = self.lines.get_mut(last_chosen)
        {
            line.capitalises = Some(pot);
        }
        self.principal_put_off += i128::from(principal);

        let mut after = last_chosen + 1;
        if how == Some(PrincipalCaughtUp::Shifted) {
            after = self.shift(chosen, last_chosen)?;
        }
        let solve_again = how == Some(PrincipalCaughtUp::OverRemaining)
            || (relief.capitalises()
                && (relief.defer == Some(Defer::Interest) || how == Some(PrincipalCaughtUp::Shifted)));
        if solve_again {
            self.solve_from(after, last_due_on)?;
        }
        let at_end = how == Some(PrincipalCaughtUp::EndOfWindow);
        if at_end || caught_up == Some(InterestCaughtUp::EndOfWindow) {
            let catch_up = self.catch_up_line(relief.new_date, last_due_on)?;
            if let Some(line) = self.lines.get_mut(catch_up) {
                if at_end {
                    line.add_planned(principal)?;
                    line.repays_capital_of = relief.capitalises().then_some(pot);
                }
                if caught_up == Some(InterestCaughtUp::EndOfWindow) {
                    line.pays.push(Share { pot, of: None });
                }
            }
        }
        self.catch_up_interest(caught_up, pot, last_due_on)
    }

    /// Places the interest put off in the rows after the window.
    fn catch_up_interest(
        &mut self,
        how: Option<InterestCaughtUp>,
        pot: usize,
        last_due_on: NaiveDate,
    ) -> Result<()> {
        let mut later =
            self.lines.iter_mut().filter(|line| line.bills_to.is_some() && line.row.due_on > last_due_on);
        match how {
            None | Some(InterestCaughtUp::EndOfWindow) => {}
            Some(InterestCaughtUp::NextInstalment) => {
                let line = later.next().ok_or_else(|| nothing_left("next_instalment", last_due_on))?;
                line.pays.push(Share { pot, of: None });
            }
            Some(InterestCaughtUp::OverRemaining) => {
                let mut lines: Vec<&mut Line> = later.collect();
                let parts = u32::try_from(lines.len()).unwrap_or(u32::MAX);
                let Some(last) = lines.pop() else {
                    return Err(nothing_left("over_remaining", last_due_on));
                };
                last.pays.push(Share { pot, of: None });
                for line in lines {
                    line.pays.push(Share { pot, of: Some(parts) });
                }
            }
            Some(InterestCaughtUp::AtMaturity) => {
                let line = self.lines.last_mut().ok_or_else(|| nothing_left("at_maturity", last_due_on))?;
                line.pays.push(Share { pot, of: None });
            }
        }
        Ok(())
    }

    /// From a line on, the method is solved again.
    fn solve_from(&mut self, first: usize, last_due_on: NaiveDate) -> Result<()> {
        let mut any = false;
        for line in self.lines.iter_mut().skip(first).filter(|line| line.bills_to.is_some()) {
            line.amount = Amount::Solved { planned: line.row.principal.minor() };
            any = true;
        }
        if any { Ok(()) } else { Err(nothing_left("over_remaining", last_due_on)) }
    }

    /// The line of the catch-up date: the one that is due then, a row of its own, or, past the last one, the new last row.
    fn catch_up_line(&mut self, new_date: Option<NaiveDate>, last_due_on: NaiveDate) -> Result<usize> {
        let Some(date) = new_date else {
            return self
                .lines
                .iter()
                .position(|line| line.row.due_on > last_due_on)
                .ok_or_else(|| missing_new_date(last_due_on));
        };
        let at = self.lines.partition_point(|line| line.row.due_on < date);
        if self.lines.get(at).is_some_and(|line| line.row.due_on == date) {
            return Ok(at);
        }
        let dates = RowDates { cycle: date, printed: date, accrual_end: date, provisional: false };
        if at == self.lines.len() {
            self.no_longer_last()?;
            self.lines.push(Line::billing(&dates, None));
        } else {
            let own = RowDates { accrual_end: self.repaid_from(date), ..dates };
            self.lines.insert(at, Line::own(&own));
        }
        Ok(at)
    }

    /// The first day that what is repaid on `date` no longer earns, where more rows follow.
    fn repaid_from(&self, date: NaiveDate) -> NaiveDate {
        match self.rules().accrual_ends {
            AccrualEnds::OnDueDate => date,
            AccrualEnds::DayAfter => date.checked_add_days(Days::new(1)).unwrap_or(date),
        }
    }

    /// The last billing row is followed by others now, for which its accrual may end a day later.
    fn no_longer_last(&mut self) -> Result<()> {
        if let Some(at) = self.lines.iter().rposition(|line| line.bills_to.is_some())
            && let Some(line) = self.lines.get(at)
        {
            let end = self.end_if_followed(line)?;
            if let Some(line) = self.lines.get_mut(at) {
                (line.bills_to, line.repaid_from) = (Some(end), end);
            }
        }
        Ok(())
    }

    /// Where the accrual of a row ends that is not the last.
    fn end_if_followed(&self, line: &Line) -> Result<NaiveDate> {
        if line.row.due_on == line.date {
            return Ok(self.repaid_from(line.date));
        }
        Ok(self.loan.roll(line.date, false)?.accrual_end)
    }

    /// The highest number of the cycle that a row stands on; 0 where none does.
    fn last_cycle_row(&self) -> u32 {
        self.lines.iter().filter_map(|line| line.cycle_row).max().unwrap_or(0)
    }

    /// Moves everything from the first chosen row on by as many rows of the cycle as were chosen, and returns the first
    /// line after the window.
    fn shift(&mut self, chosen: &[usize], last_chosen: usize) -> Result<usize> {
        let rules = self.rules();
        let first = chosen.first().copied().unwrap_or(last_chosen);
        let (Some(cycle), true) = (rules.every, self.loan.has_cycle()) else {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "principal_caught_up",
                "shifted",
                "another way for a loan whose due dates follow no cycle",
            ));
        };
        let regular = self.last_cycle_row();
        let tail = self.lines.split_off(first);
        let window = tail.get(..=last_chosen - first).unwrap_or(&tail);
        let by = window.iter().filter(|line| line.bills_to.is_some()).count();
        let moved_by = u16::try_from(by).unwrap_or(u16::MAX);
        if by == 0 {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "principal_caught_up",
                "shifted",
                "another way for rows that no cycle moves: nothing but what was caught up falls due in the window",
            ));
        }
        let (billing, own): (Vec<Line>, Vec<Line>) =
            tail.iter().cloned().partition(|line| line.bills_to.is_some());
        let places = self.moved_places(&billing, regular, moved_by, cycle)?;

        // The rows of the window keep their places; their contents, and those of all later rows, move on.
        let in_window = |line: &Line| window.iter().any(|kept| kept.row.due_on == line.row.due_on);
        let mut lines: Vec<Line> = billing.iter().take(by).cloned().collect();
        let fixes_payment = rules.method.fixes_payment();
        for (content, place) in billing.iter().zip(places.iter().skip(by)) {
            let mut line = place.clone();
            let was_chosen = in_window(content);
            let Instalment { principal, interest, interest_deferred, .. } = content.row;
            line.amount = if fixes_payment {
                let payment = [principal, interest, interest_deferred];
                Amount::Payment(Money::sum(payment)?.minor())
            } else {
                Amount::Planned(principal.minor())
            };
            line.row.fees = content.row.fees;
            line.row.original_due_on = Some(content.row.original_due_on.unwrap_or(content.row.due_on))
                .filter(|&day| day != line.row.due_on);
            if !was_chosen {
                (line.treatment, line.rate, line.pays) =
                    (content.treatment, content.rate, content.pays.clone());
                (line.puts_off_into, line.capitalises) = (content.puts_off_into, content.capitalises);
                line.chosen_on = content.chosen_on;
            }
            lines.push(line);
        }
        for line in own {
            let date = cycle.date(line.date, None, MissingDay::LastOfMonth, i32::from(moved_by))?;
            let mut moved = Line::own(&self.loan.roll(date, false)?);
            moved.amount = Amount::Planned(line.row.principal.minor());
            moved.row.original_due_on = Some(line.row.original_due_on.unwrap_or(line.row.due_on));
            if in_window(&line) {
                lines.push(line);
            } else {
                moved.pays = line.pays;
            }
            lines.push(moved);
        }
        lines.sort_by_key(|line| line.row.due_on);
        if let Some(pair) = lines.windows(2).find(|pair| pair[0].row.due_on == pair[1].row.due_on) {
            let day = pair[0].row.due_on;
            return Err(Error::new(
                ErrorCode::DueDatesCollide,
                "due_on",
                day,
                "a day of its own for each row",
            ));
        }
        self.lines.append(&mut lines);
        self.shifted += u32::from(moved_by);
        self.check_length()?;
        let last_due_on = tail.get(last_chosen - first).map(|line| line.row.due_on);
        Ok(self.lines.partition_point(|line| Some(line.row.due_on) <= last_due_on))
    }

    /// Empty lines on the dates of these rows and of `by` more: the cycle goes on after `regular`, and an end that was none
    /// of its dates moves by whole cycles.
    fn moved_places(&self, billing: &[Line], regular: u32, by: u16, cycle: Cycle) -> Result<Vec<Line>> {
        let loan = self.loan;
        let Some(last) = billing.last() else { return Ok(Vec::new()) };
        let total = billing.len() + usize::from(by);
        let mut places: Vec<Line> = Vec::with_capacity(total);
        for line in billing.iter().filter(|line| line.cycle_row.is_some()) {
            let end = self.end_if_followed(line)?;
            places.push(Line { bills_to: Some(end), repaid_from: end, ..line.emptied() });
        }
        for row in regular + 1.. {
            let ends = places.len() + 1 == total;
            let mut place = if ends && last.cycle_row.is_none() {
                let date = cycle.date(last.date, None, MissingDay::LastOfMonth, i32::from(by))?;
                Line::billing(&loan.roll(date, true)?, None)
            } else {
                Line::billing(&loan.roll(loan.unbounded_cycle_date(row)?, ends)?, Some(row))
            };
            place.row.fees = last.row.fees;
            places.push(place);
            if ends {
                break;
            }
        }
        Ok(places)
    }

    fn check_length(&self) -> Result<()> {
        let most = usize::from(Loan::MAX_INSTALMENTS);
        if self.lines.len() > most {
            let bound = format!("at most {most} rows");
            return Err(Error::new(ErrorCode::OutOfRange, "instalments", self.lines.len(), bound));
        }
        Ok(())
    }

    /// Moves the maturity: cycle dates go on to the new one, and the method is solved again after the day of the grant.
    fn extend(&mut self, granted_on: NaiveDate, extension: Extension) -> Result<()> {
        let loan = self.loan;
        let rules = self.rules();
        let regular = self.last_cycle_row();
        let Some(last) = self.lines.iter().rposition(|line| line.bills_to.is_some()) else {
            return Err(nothing_left("maturity", granted_on));
        };
        let first = self.lines.partition_point(|line| line.row.due_on <= granted_on);
        let Some(old) = self.lines.get(last).filter(|_| last >= first).cloned() else {
            let bound = "a day before the maturity";
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "granted_on", granted_on, bound));
        };
        let cycle = rules.every.filter(|_| loan.has_cycle());
        let without_cycle =
            || Error::new(ErrorCode::Missing, "every", "nothing", "a cycle that the maturity can move by");
        let (maturity, rows) = match extension.maturity {
            NewMaturity::MovedTo(date) => (date, None),
            NewMaturity::MovedBy(by) => match old.cycle_row.filter(|_| rules.method != Method::Bullet) {
                Some(row) => (loan.unbounded_cycle_date(row + u32::from(by))?, Some(row + u32::from(by))),
                None => {
                    let cycle = rules.every.ok_or_else(without_cycle)?;
                    let due_day = loan.terms().due_day.map(std::num::NonZeroU8::get);
                    let date = cycle.date(old.date, due_day, rules.missing_day, i32::from(by))?;
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
            let mut moved = Line::billing(&ends_on, None);
            let Line { row, amount, treatment, rate, pays, .. } = old;
            let original = row.original_due_on.unwrap_or(row.due_on);
            let Instalment { due_on, provisional, .. } = moved.row;
            moved.row = Instalment { due_on, provisional, original_due_on: Some(original), ..row };
            (moved.amount, moved.treatment, moved.rate, moved.pays) = (amount, treatment, rate, pays);
            self.lines.truncate(last);
            self.lines.push(moved);
        } else {
            self.no_longer_last()?;
            let mut pays = Vec::new();
            if old.cycle_row.is_none() {
                // A maturity that was no date of the cycle is passed over; what was caught up there goes on to the new one.
                self.lines.truncate(last);
                pays = old.pays;
            }
            for row in regular + 1.. {
                let date = loan.unbounded_cycle_date(row)?;
                if rows.map_or(date >= maturity, |rows| row >= rows) {
                    let on_cycle = (date == maturity).then_some(row);
                    if on_cycle.is_none() && rules.long_last && self.lines.len() > first + 1 {
                        self.lines.pop();
                    }
                    self.lines.push(Line::billing(&ends_on, on_cycle));
                    break;
                }
                self.lines.push(Line::billing(&loan.roll(date, false)?, Some(row)));
                self.check_length()?;
            }
            if let Some(line) = self.lines.last_mut() {
                line.pays = pays;
            }
            for line in self.lines.iter_mut().skip(last) {
                line.row.fees = loan.terms().fee_each_instalment;
            }
        }
        for line in self.lines.iter_mut().skip(first).filter(|line| line.bills_to.is_some()) {
            if rules.method != Method::Custom {
                line.amount = Amount::Solved { planned: line.row.principal.minor() };
            }
        }
        if let Some((from, rate)) = extension.rate_from {
            self.changes.retain(|change| change.from < from);
            self.changes.push(RateStep { from, rate, projected: false });
        }
        Ok(())
    }

    // ------------------------------------------------------------ what follows from it

    /// Computes every row again, from the disbursement on.
    fn compute(&mut self) -> Result<()> {
        let rules = self.rules();
        let maturity = self.lines.iter().rev().find_map(|line| line.bills_to).unwrap_or(self.loan.maturity());
        let scale = {
            let changes = self.changes.iter().map(|change| change.rate);
            let others = self.lines.iter().filter_map(|line| line.rate);
            Scale::over(rules.day_count, std::iter::once(self.first_rate).chain(changes).chain(others))
        };
        for pot in &mut self.pots {
            (pot.total, pot.left) = (0, 0);
        }
        let changes = std::mem::take(&mut self.changes);
        let computed = self.compute_with(&Ground {
            rules,
            scale,
            maturity,
            first_rate: self.first_rate,
            changes: &changes,
        });
        self.changes = changes;
        computed
    }

    fn compute_with(&mut self, ground: &Ground<'_>) -> Result<()> {
        let rules = ground.rules;
        let denominator = ground.scale.denominator();
        let mut balance = self.loan.terms().principal.minor();
        let mut period = ground.period(self.loan.terms().disbursed_on);
        let mut accrued_to = period.start();
        let mut accrued = Accrued::ZERO;
        let mut payments = Payments::Unsolved;
        let mut before = self.loan.terms().disbursed_on;
        for at in 0..self.lines.len() {
            let last = at + 1 == self.lines.len();
            let ahead = self.lines.get(at..).unwrap_or_default();
            // A row that only repays lies in the period that the next billing row ends.
            let billing = ahead.iter().find(|line| line.bills_to.is_some());
            let (rate, period_end) = billing.map_or((None, None), |line| (line.rate, line.bills_to));
            let Some(line) = ahead.first() else { break };
            let end = match (line.bills_to, period_end) {
                (Some(end), _) => end,
                (None, Some(end)) => line.repaid_from.min(end).max(accrued_to),
                (None, None) => accrued_to,
            };
            let weight = match rate {
                None => period.weight(accrued_to, end),
                Some(rate) => {
                    ground.scale.multiplier(rate) * (period.counted(end) - period.counted(accrued_to))
                }
            };
            accrued.add(balance, weight);
            accrued_to = end;

            let bills = line.bills_to.is_some();
            let interest = if bills { accrued.round(denominator, rules.rounding)? } else { 0 };
            let days = if bills { period.days(end) } else { 0 };
            let projected = bills && !ground.changes.is_empty() && period.is_projected(end);
            let (due_on, amount, treatment) = (line.row.due_on, line.amount, line.treatment);
            let (pays, puts_off_into) = (line.pays.clone(), line.puts_off_into);
            let (capitalises, repays_capital_of) = (line.capitalises, line.repays_capital_of);
            if due_on <= before {
                return Err(Error::new(
                    ErrorCode::DueDatesCollide,
                    "due_on",
                    due_on,
                    format!("a day of its own, after {before}"),
                ));
            }
            before = due_on;

            let (mut paid, mut put_off, mut joins, mut waived) = (interest, 0, 0, 0);
            match treatment {
                Treatment::Payable => {}
                Treatment::Waived => (paid, waived) = (0, interest),
                Treatment::PutOff(pot) => {
                    (paid, put_off) = (0, interest);
                    self.pot(pot)?.put(interest)?;
                }
                Treatment::Capitalised(pot) => {
                    (paid, put_off, joins) = (0, interest, interest);
                    self.pot(pot)?.put(interest)?;
                }
            }
            let mut caught_up = 0_i64;
            for share in pays {
                let part = self.pot(share.pot)?.take(share, rules)?;
                caught_up = caught_up.checked_add(part).ok_or_else(too_large)?;
            }
            if let Some(pot) = puts_off_into
                && caught_up != 0
            {
                self.pot(pot)?.put(caught_up)?;
                // Under capitalisation at each due date it joins the balance with this row's own interest.
                if matches!(treatment, Treatment::Capitalised(_)) {
                    joins = add(joins, caught_up)?;
                }
                caught_up = 0;
            }
            if let Some(pot) = capitalises {
                let pot = self.pot(pot)?;
                joins = add(joins, std::mem::take(&mut pot.left))?;
            }
            let principal = if last {
                add(balance, joins)?
            } else {
                let wanted = match amount {
                    Amount::Planned(planned) => match repays_capital_of {
                        Some(pot) => add(planned, self.pot(pot)?.total)?,
                        None => planned,
                    },
                    Amount::Payment(payment) => self.left_of(payment, paid, due_on)?,
                    Amount::Solved { planned } => {
                        let solved =
                            self.solved(ground, at, period.start(), balance, planned, &mut payments)?;
                        match solved {
                            Solved::Principal(principal) => principal,
                            Solved::Payment(payment) => self.left_of(payment, paid, due_on)?,
                        }
                    }
                };
                wanted.min(add(balance, joins)?)
            };
            let closing = add(balance, joins)?.checked_sub(principal).ok_or_else(too_large)?;
            let no = u32::try_from(at + 1).unwrap_or(u32::MAX);
            let Some(line) = self.lines.get_mut(at) else { break };
            line.waived = waived;
            let fees = line.row.fees;
            let payment =
                Money::sum([principal, paid, caught_up].map(Money::from_minor).into_iter().chain([fees]))?;
            line.row = Instalment {
                no,
                days: i32::try_from(days).unwrap_or(i32::MAX),
                opening: Money::from_minor(balance),
                principal: Money::from_minor(principal),
                interest: Money::from_minor(paid),
                interest_deferred: Money::from_minor(put_off),
                deferred_interest_paid: Money::from_minor(caught_up),
                payment,
                closing: Money::from_minor(closing),
                projected,
                ..line.row
            };
            balance = closing;
            if bills {
                period = ground.period(end);
                accrued_to = end;
                accrued = Accrued::ZERO;
            }
        }
        Ok(())
    }

    fn pot(&mut self, pot: usize) -> Result<&mut Pot> {
        self.pots.get_mut(pot).ok_or_else(too_large)
    }

    /// The principal in a payment.
    fn left_of(&self, payment: i64, interest: i64, due_on: NaiveDate) -> Result<i64> {
        let rules = self.rules();
        let principal = payment.checked_sub(interest).ok_or_else(too_large)?;
        if principal < 0 && !rules.negative_amortisation {
            let show = |minor: i64| Money::from_minor(minor).display(rules.currency);
            return Err(Error::new(
                ErrorCode::NegativeAmortisation,
                "payment",
                format!("{} on {due_on}", show(payment)),
                format!("at least its interest, {}", show(interest)),
            ));
        }
        Ok(principal)
    }

    /// The method solved again over the rows from `at` on.
    fn solved(
        &self,
        ground: &Ground<'_>,
        at: usize,
        start: NaiveDate,
        balance: i64,
        planned: i64,
        payments: &mut Payments,
    ) -> Result<Solved> {
        let rules = ground.rules;
        let ahead = self.lines.get(at..).unwrap_or_default();
        let remaining = || ahead.iter().filter(|line| line.bills_to.is_some());
        // Rows that only repay keep what they repay; the rest is what is solved over.
        let own: i128 = ahead
            .iter()
            .filter(|line| line.bills_to.is_none())
            .map(|line| match line.amount {
                Amount::Planned(planned) => i128::from(planned),
                _ => 0,
            })
            .sum();
        let balance = Money::from_wide(i128::from(balance) - own, "balance")?.minor();
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        let share_over = |rows: usize| -> Result<i64> {
            let rows = i128::try_from(rows).unwrap_or(i128::MAX).max(1);
            let shares =
                rules.rounding.divide(i128::from(balance), rows.saturating_mul(i128::from(multiple)));
            let share = shares.and_then(|shares| i64::try_from(shares * i128::from(multiple)).ok());
            share.ok_or_else(too_large)
        };
        let rate = ground.rate_on(start);
        match rules.method {
            Method::InterestOnly | Method::Bullet => Ok(Solved::Principal(0)),
            Method::EqualPrincipal => {
                if let Payments::Amount { amount, .. } = payments {
                    return Ok(Solved::Principal(*amount));
                }
                let amount = share_over(remaining().count())?;
                *payments = Payments::Amount { amount, rate };
                Ok(Solved::Principal(amount))
            }
            Method::Seasonal(season) => {
                let in_season = |line: &&Line| season.contains(line.date.month());
                if !ahead.first().is_some_and(|line| in_season(&line)) {
                    return Ok(Solved::Principal(0));
                }
                if let Payments::Amount { amount, .. } = payments {
                    return Ok(Solved::Principal(*amount));
                }
                let amount = share_over(remaining().filter(in_season).count())?;
                *payments = Payments::Amount { amount, rate };
                Ok(Solved::Principal(amount))
            }
            Method::Custom => {
                // Each part that remains grows or shrinks alike; the proportion is that of the first such row.
                if let Payments::Unsolved = payments {
                    let whole: i128 = remaining().map(|line| i128::from(line.planned())).sum();
                    *payments = Payments::InProportion { balance, whole };
                }
                let Payments::InProportion { balance, whole } = payments else {
                    return Ok(Solved::Principal(planned));
                };
                if *whole <= 0 {
                    return Ok(Solved::Principal(0));
                }
                let part = rules.rounding.divide(i128::from(planned) * i128::from(*balance), *whole);
                let part = part.and_then(|part| i64::try_from(part).ok()).ok_or_else(too_large)?;
                Ok(Solved::Principal(part))
            }
            Method::EqualInstalment | Method::Balloon(_) | Method::Graduated(_) => {
                let solve = match payments {
                    Payments::Amount { rate: solved_with, .. }
                    | Payments::Graduated { rate: solved_with, .. } => {
                        rules.relevel == Relevel::AtChange && *solved_with != rate
                    }
                    _ => true,
                };
                // Payments are counted from the first after the grace.
                let billed = self.lines.get(..at).unwrap_or_default();
                let billed = billed.iter().filter(|line| line.bills_to.is_some()).count();
                let billed = u32::try_from(billed).unwrap_or(u32::MAX);
                let paid = billed.saturating_sub(u32::from(rules.grace.principal));
                if solve {
                    *payments = self.solve_payment(ground, ahead, (start, rate), balance, (billed, paid))?;
                }
                match (&*payments, rules.method) {
                    (Payments::Graduated { exact, from, .. }, Method::Graduated(graduated)) => {
                        let every = u32::from(graduated.every());
                        let steps = paid / every - *from / every;
                        let payment = exact.grown(graduated.growth(), steps, rules.rounding, multiple)?;
                        Ok(Solved::Payment(payment))
                    }
                    (Payments::Amount { amount, .. }, _) => Ok(Solved::Payment(*amount)),
                    _ => Ok(Solved::Principal(planned)),
                }
            }
        }
    }

    /// The payment over the billing rows of `ahead`.
    fn solve_payment(
        &self,
        ground: &Ground<'_>,
        ahead: &[Line],
        (start, rate): (NaiveDate, Rate),
        balance: i64,
        (billed, paid): (u32, u32),
    ) -> Result<Payments> {
        let rules = ground.rules;
        let loan = self.loan;
        let mut ends: Vec<NaiveDate> = ahead.iter().filter_map(|line| line.bills_to).collect();
        if let Method::Balloon(Balloon::AmortisedOver(over)) = rules.method {
            // The payments are those of a longer loan, whose cycle goes on.
            let rows = (u32::from(over) + self.shifted).saturating_sub(billed);
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            if rows > ends.len() {
                let regular = self.last_cycle_row();
                if ahead.last().is_some_and(|line| line.cycle_row.is_none()) {
                    ends.pop();
                } else if let Some(last) = ends.last_mut() {
                    *last = loan.roll(loan.unbounded_cycle_date(regular)?, false)?.accrual_end;
                }
                for row in regular + 1.. {
                    let last = ends.len() + 1 >= rows;
                    ends.push(loan.roll(loan.unbounded_cycle_date(row)?, last)?.accrual_end);
                    if last {
                        break;
                    }
                }
            }
        }
        let constant = RateStep { from: start, rate, projected: false };
        let weights = |row: u32| -> Result<i128> {
            if rules.level_payment == LevelPayment::Nominal {
                let months = rules.every.and_then(|cycle| cycle.months()).unwrap_or(1);
                return Ok(ground.scale.multiplier(rate)
                    * i128::from(months)
                    * i128::from(rules.day_count.basis()));
            }
            let index = usize::try_from(row).unwrap_or(usize::MAX);
            let end = ends.get(index).copied().unwrap_or(start);
            let from = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(start);
            let period = ground.period(from);
            Ok(match rules.relevel {
                Relevel::Once => period.weight(from, end),
                Relevel::AtChange => ground.scale.multiplier(constant.rate) * period.counted(end),
            })
        };
        let denominator = ground.scale.denominator();
        let denominator = match rules.level_payment {
            LevelPayment::Exact => Some(denominator),
            // rate x months / 12, over the loan's denominator that has the basis in it.
            LevelPayment::Nominal => denominator.checked_mul(12),
        };
        let annuity = Annuity {
            balance,
            residual: loan.terms().residual.minor(),
            rows: u32::try_from(ends.len()).unwrap_or(u32::MAX),
            weights,
            denominator: denominator.ok_or_else(too_large)?,
            graduated: match rules.method {
                Method::Graduated(graduated) => Some(graduated),
                _ => None,
            },
            paid,
        };
        if annuity.graduated.is_some() {
            return Ok(Payments::Graduated { exact: Box::new(annuity.exact()?), from: paid, rate });
        }
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        Ok(Payments::Amount { amount: annuity.level(rules.rounding, multiple)?, rate })
    }
}

/// What stays the same while rows are computed.
struct Ground<'g> {
    rules: &'g ProductRules,
    scale: Scale,
    maturity: NaiveDate,
    first_rate: Rate,
    changes: &'g [RateStep],
}

impl<'g> Ground<'g> {
    fn period(&self, start: NaiveDate) -> Period<'g> {
        Period::of(self.rules.day_count, self.scale, (self.first_rate, self.changes), self.maturity, start)
    }

    fn rate_on(&self, day: NaiveDate) -> Rate {
        let after = self.changes.partition_point(|change| change.from <= day);
        let change = after.checked_sub(1).and_then(|last| self.changes.get(last));
        change.map_or(self.first_rate, |change| change.rate)
    }
}

/// What is known of the payments that were solved again.
enum Payments {
    Unsolved,
    /// A payment or a share, and the rate it was solved with.
    Amount {
        amount: i64,
        rate: Rate,
    },
    Graduated {
        exact: Box<ExactPayment>,
        from: u32,
        rate: Rate,
    },
    /// Planned parts, each times balance / whole.
    InProportion {
        balance: i64,
        whole: i128,
    },
}

enum Solved {
    Principal(i64),
    Payment(i64),
}

impl Pot {
    fn put(&mut self, interest: i64) -> Result<()> {
        self.total = add(self.total, interest)?;
        self.left = add(self.left, interest)?;
        Ok(())
    }

    fn take(&mut self, share: Share, rules: &ProductRules) -> Result<i64> {
        let part = match share.of {
            None => self.left,
            Some(parts) => rules
                .rounding
                .divide(i128::from(self.total), i128::from(parts))
                .and_then(|part| i64::try_from(part).ok())
                .ok_or_else(too_large)?,
        };
        self.left = self.left.checked_sub(part).ok_or_else(too_large)?;
        Ok(part)
    }
}

impl Line {
    /// A row that bills interest.
    fn billing(dates: &RowDates, cycle_row: Option<u32>) -> Line {
        Line { cycle_row, bills_to: Some(dates.accrual_end), ..Line::own(dates) }
    }

    /// A row of its own, that only repays.
    fn own(dates: &RowDates) -> Line {
        Line {
            row: Instalment { due_on: dates.printed, provisional: dates.provisional, ..Instalment::EMPTY },
            cycle_row: None,
            date: dates.cycle,
            bills_to: None,
            repaid_from: dates.accrual_end,
            amount: Amount::Planned(0),
            treatment: Treatment::Payable,
            rate: None,
            pays: Vec::new(),
            puts_off_into: None,
            capitalises: None,
            repays_capital_of: None,
            chosen_on: None,
            waived: 0,
        }
    }

    /// The same place, with nothing in it.
    fn emptied(&self) -> Line {
        let Instalment { due_on, provisional, fees, .. } = self.row;
        Line {
            row: Instalment { due_on, provisional, fees, ..Instalment::EMPTY },
            cycle_row: self.cycle_row,
            bills_to: self.bills_to,
            ..Line::own(&RowDates {
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
    fn treat(&mut self, meanwhile: InterestMeanwhile, puts_off: bool, pot: usize) {
        if puts_off && meanwhile != InterestMeanwhile::Waived {
            self.puts_off_into = Some(pot);
        }
        if self.bills_to.is_none() {
            return;
        }
        match meanwhile {
            InterestMeanwhile::Paid => {}
            InterestMeanwhile::Simple | InterestMeanwhile::CapitalisedAtEnd => {
                self.treatment = Treatment::PutOff(pot);
            }
            InterestMeanwhile::CapitalisedEachDueDate => self.treatment = Treatment::Capitalised(pot),
            InterestMeanwhile::Waived => self.treatment = Treatment::Waived,
            InterestMeanwhile::At(rate) => {
                self.rate = Some(rate);
                if puts_off {
                    self.treatment = Treatment::PutOff(pot);
                }
            }
        }
    }
}

fn add(left: i64, right: i64) -> Result<i64> {
    left.checked_add(right).ok_or_else(too_large)
}

#[cold]
fn too_large() -> Error {
    Error::new(ErrorCode::Overflow, "balance", "a larger figure", "what fits 64 bits of minor units")
}

#[cold]
fn nothing_left(field: &'static str, after: NaiveDate) -> Error {
    let bound = "a way to catch up that needs no later row, or a new_date";
    Error::new(ErrorCode::Contradiction, field, format!("no row is due after {after}"), bound)
}

#[cold]
fn missing_new_date(after: NaiveDate) -> Error {
    let bound = format!("a date: no row is due after {after}");
    Error::new(ErrorCode::Missing, "new_date", "nothing", bound)
}
