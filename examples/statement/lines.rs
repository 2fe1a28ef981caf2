//! The lines of a statement: what fell due and what was booked, day by day, each with the position that it led to.
//!
//! A line says what the bank knew when it booked it. What it changed is the difference of two replays on its value date: one
//! with it and one without.

use chrono::{Datelike, NaiveDate};
use puhui::loan::{Account, Event, EventKind, Loan, Position};
use puhui::{Currency, Money};

use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// A line of a statement.
pub struct Line {
    /// The day it was booked.
    pub on: NaiveDate,
    /// What it is, in words.
    pub what: String,
    /// What is to be paid.
    pub due: Money,
    /// What was paid; below zero where a payment is taken back.
    pub paid: Money,
    /// What of it is which part.
    pub parts: Parts,
    /// What the loan comes to after it.
    pub position: Position,
}

/// The parts of what is due, or of what was paid. Compound interest is with the penalty.
#[derive(Clone, Copy, Default)]
pub struct Parts {
    pub fees: Money,
    pub penalty: Money,
    pub interest: Money,
    pub principal: Money,
}

impl Parts {
    /// All that is owed, due or not.
    pub fn owed(of: &Position) -> Result<Parts, Failure> {
        Ok(Parts {
            fees: of.fees,
            penalty: Money::sum([of.penalty, of.penalty_accrued, of.compound, of.compound_accrued])?,
            interest: Money::sum([of.interest, of.interest_accrued, of.interest_deferred])?,
            principal: of.principal,
        })
    }

    pub fn each(&self) -> [Money; 4] {
        [self.fees, self.penalty, self.interest, self.principal]
    }

    /// These and others.
    pub fn and(&self, other: &Parts) -> Result<Parts, Failure> {
        Ok(Parts {
            fees: Money::sum([self.fees, other.fees])?,
            penalty: Money::sum([self.penalty, other.penalty])?,
            interest: Money::sum([self.interest, other.interest])?,
            principal: Money::sum([self.principal, other.principal])?,
        })
    }

    fn negative(&self) -> Parts {
        let Parts { fees, penalty, interest, principal } = *self;
        Parts { fees: -fees, penalty: -penalty, interest: -interest, principal: -principal }
    }
}

/// What is in arrears, with all that the arrears have cost so far.
pub fn arrears(of: &Position) -> Result<Money, Failure> {
    let late = [of.penalty, of.penalty_accrued, of.compound, of.compound_accrued];
    Ok(Money::sum(late.into_iter().chain([of.overdue_principal, of.interest, of.fees]))?)
}

/// A statement that is being written.
pub struct Statement<'l, 'e> {
    loan: &'l Loan<'l>,
    events: &'e [Event],
    /// What is booked already.
    known: Vec<Event>,
    lines: Vec<Line>,
}

impl<'l, 'e> Statement<'l, 'e> {
    /// The lines of a loan up to a day.
    pub fn lines(loan: &'l Loan<'l>, events: &'e [Event], until: NaiveDate) -> Result<Vec<Line>, Failure> {
        let mut booked: Vec<&Event> = events.iter().collect();
        booked.sort_by_key(|event| (event.booked_on, !event.what.changes_terms(), event.no));
        let mut booked = booked.into_iter().peekable();
        let mut statement = Statement { loan, events, known: Vec::new(), lines: Vec::new() };
        let mut day = loan.terms().disbursed_on;
        statement.pay_out(day)?;
        loop {
            let account = Account::replay(loan, &statement.known, day)?;
            let next_due = account.rows_to_come().first().map(|row| row.due_on);
            let in_arrears = !arrears(account.position())?.is_zero();
            let month_ends = month_end(day).filter(|_| in_arrears);
            let next_booked = booked.peek().map(|event| event.booked_on);
            let next = [next_due, month_ends, next_booked].into_iter().flatten().min();
            let Some(next) = next.filter(|&next| next <= until) else { break };
            day = next;
            let is_today = |event: &&Event| event.booked_on == day;
            while let Some(event) = booked.next_if(|event| is_today(event) && event.what.changes_terms()) {
                statement.book(event)?;
            }
            if next_due == Some(day) {
                statement.fall_due(day)?;
            }
            while let Some(event) = booked.next_if(is_today) {
                statement.book(event)?;
            }
            if month_ends == Some(day) {
                statement.end_month(day)?;
            }
        }
        Ok(statement.lines)
    }

    fn currency(&self) -> Currency {
        self.loan.product().rules().currency
    }

    /// What is known comes to this on a day.
    fn position(&self, day: NaiveDate) -> Result<Position, Failure> {
        Ok(Account::replay(self.loan, &self.known, day)?.position().clone())
    }

    fn pay_out(&mut self, day: NaiveDate) -> Result<(), Failure> {
        let position = self.position(day)?;
        let what = format!("paid out {}", grouped(position.disbursed.display(self.currency())));
        self.line(day, what, position);
        Ok(())
    }

    /// A line that asks for no money.
    fn line(&mut self, on: NaiveDate, what: String, position: Position) {
        let (due, paid, parts) = (Money::ZERO, Money::ZERO, Parts::default());
        self.lines.push(Line { on, what, due, paid, parts, position });
    }

    /// The instalment of a day.
    fn fall_due(&mut self, day: NaiveDate) -> Result<(), Failure> {
        let account = Account::replay(self.loan, &self.known, day)?;
        let position = account.position().clone();
        let rows = account.instalments();
        let Some(row) = rows.iter().find(|row| row.due_on == day) else { return Ok(()) };
        // What of the row was settled ahead is not asked for again.
        let Some(owed) = position.arrears.iter().find(|owed| owed.due_on == day) else {
            let interest = grouped(row.interest_deferred.display(self.currency()));
            let what = match row.interest_deferred.is_zero() {
                true => format!("no. {}: nothing to pay", row.no),
                false => format!("no. {} deferred, interest {interest}", row.no),
            };
            self.line(day, what, position);
            return Ok(());
        };
        let penalty = Money::sum([owed.penalty, owed.compound])?;
        let parts = Parts { fees: owed.fee, penalty, interest: owed.interest, principal: owed.principal };
        let (what, due) = (format!("no. {} falls due", row.no), owed.total()?);
        self.lines.push(Line { on: day, what, due, paid: Money::ZERO, parts, position });
        Ok(())
    }

    /// What was booked: it acts on its value date, which may lie before the day of its line.
    fn book(&mut self, event: &Event) -> Result<(), Failure> {
        let acts_on = match event.what {
            EventKind::Reversed { no } => self.event(no).map_or(event.on, |reversed| reversed.on),
            _ => event.on,
        };
        let before = self.position(acts_on)?;
        self.known.push(event.clone());
        let after = self.position(acts_on)?;
        let settled = Parts::owed(&before)?.and(&Parts::owed(&after)?.negative())?;
        let (mut due, mut paid, mut parts) = (Money::ZERO, self.paid(event), settled);
        match event.what {
            EventKind::FeeCharged(amount) => (due, parts) = (amount, settled.negative()),
            // The fee of a prepayment is charged and paid at once: what is left of the money, and is not held.
            EventKind::Prepaid { .. } => {
                let held = Money::sum([after.credit, -before.credit])?;
                let others = settled.each().map(|part| -part);
                parts.fees = Money::sum([settled.fees, paid, -held].into_iter().chain(others))?;
            }
            EventKind::Repaid { .. } | EventKind::Reversed { .. } => {}
            // What changes the terms settles nothing.
            _ => (paid, parts) = (Money::ZERO, Parts::default()),
        }
        let position = self.position(event.booked_on)?;
        let what = self.words(event);
        self.lines.push(Line { on: event.booked_on, what, due, paid, parts, position });
        Ok(())
    }

    fn event(&self, no: u64) -> Option<&'e Event> {
        self.events.iter().find(|event| event.no == no)
    }

    /// The money of an event.
    fn paid(&self, event: &Event) -> Money {
        match event.what {
            EventKind::Repaid { amount, .. } | EventKind::Prepaid { amount, .. } => amount,
            EventKind::Reversed { no } => self.event(no).map_or(Money::ZERO, |event| -self.paid(event)),
            _ => Money::ZERO,
        }
    }

    fn words(&self, event: &Event) -> String {
        let value = |what: &str| match event.on == event.booked_on {
            true => what.to_owned(),
            false => format!("{what}, value {}", event.on),
        };
        match &event.what {
            EventKind::Repaid { .. } => value("payment"),
            EventKind::Prepaid { how, .. } => value(&format!("prepayment, {how}")),
            EventKind::FeeCharged(_) => value("fee charged"),
            EventKind::Relief(_) => value("relief granted"),
            EventKind::Reversed { no } => {
                let of = self.event(*no).map_or(event.on, |reversed| reversed.on);
                format!("payment of {of} reversed")
            }
            other => value(other.as_str()),
        }
    }

    /// The end of a month with arrears.
    fn end_month(&mut self, day: NaiveDate) -> Result<(), Failure> {
        let position = self.position(day)?;
        if position.days_past_due > 0 {
            self.line(day, "month end".to_owned(), position);
        }
        Ok(())
    }
}

/// The next last day of a month after a day.
fn month_end(day: NaiveDate) -> Option<NaiveDate> {
    let tomorrow = day.succ_opt()?;
    let first = tomorrow.with_day(1)?.checked_add_months(chrono::Months::new(1))?;
    first.pred_opt()
}
