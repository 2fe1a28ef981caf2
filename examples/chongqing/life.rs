//! The life of one generated loan, by the library's own schedules: what is known of it on a day.

use chrono::{Days, NaiveDate};
use puhui::loan::{
    Instalment, InterestCaughtUp, Loan, Outcome, PenaltyInWindow, PrincipalCaughtUp, Relief, RowInterest,
    RowRelief, Window,
};
use puhui::{Ladder, LoanClass, Money, Rate, RateStep, add_months};

use super::products::ReliefKind;
use crate::support::loan_book::Failure;

/// The last due date that the notices of spring 2020 deferred, and the day to which firms' dues were deferred.
pub const RELIEF_UNTIL: NaiveDate = day(2020, 6, 30);
/// The most that a maturing microcredit is extended by, in months.
const EXTENSION_MONTHS: i32 = 6;
/// Days past due from which a loan is of special mention, substandard, doubtful and a loss: an example's own ladder.
const LADDER: [u32; 4] = [1, 91, 181, 361];

/// A day of this file.
pub const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// A relief that a borrower asked for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Which.
    pub kind: ReliefKind,
    /// When.
    pub on: NaiveDate,
    /// When it was granted. None: it was not.
    pub granted_on: Option<NaiveDate>,
}

/// What a relief came to.
#[derive(Clone, Copy)]
pub struct Granted {
    /// When.
    pub on: NaiveDate,
    /// Which.
    pub kind: ReliefKind,
    /// The principal and interest that were deferred.
    pub deferred: Money,
}

/// A loan with its rows, as agreed and as a relief left them.
pub struct Life {
    principal: Money,
    disbursed_on: NaiveDate,
    before: Vec<Instalment>,
    after: Vec<Instalment>,
    /// The relief that was asked for, where there is something to defer.
    pub asked: Option<Asked>,
    /// The relief that was granted.
    pub granted: Option<Granted>,
    stopped_on: Option<NaiveDate>,
    first_rate: Rate,
    rate_changes: Vec<RateStep>,
    ladder: Ladder,
}

/// What is known of a loan on a day.
pub struct Position {
    /// The balance of principal.
    pub balance: Money,
    /// The overdue part of it.
    pub overdue: Money,
    /// Days past due.
    pub days_past_due: u32,
    /// The class.
    pub class: LoanClass,
    /// The maturity as it is.
    pub due_on: NaiveDate,
    /// The maturity as it was agreed.
    pub original_due_on: NaiveDate,
    /// The contract rate.
    pub rate: Rate,
}

impl Life {
    /// Schedules a loan, and grants the relief that was asked for, where there is something to defer. `stopped_on`: nothing that falls due from then on is paid.
    pub fn of(
        loan: &Loan<'_>,
        rate_changes: &[RateStep],
        stopped_on: Option<NaiveDate>,
        asked: Option<Asked>,
    ) -> Result<Life, Failure> {
        let terms = loan.terms();
        let mut life = Life {
            principal: terms.principal,
            disbursed_on: terms.disbursed_on,
            before: loan.schedule().to_vec()?,
            after: Vec::new(),
            asked: None,
            granted: None,
            stopped_on,
            first_rate: terms.rate,
            rate_changes: rate_changes.to_vec(),
            ladder: Ladder::new(LADDER)?,
        };
        life.asked = asked.filter(|asked| life.has_due(asked.kind, asked.granted_on.unwrap_or(asked.on)));
        if let Some(Asked { kind, granted_on: Some(on), .. }) = life.asked {
            let relieved = loan.relieve(&[relief(kind, on, loan.maturity())?])?;
            let impact = relieved.impact();
            if impact.outcomes == [Outcome::Granted] {
                let deferred = Money::sum([impact.deferred_principal, impact.deferred_interest])?;
                life.granted = Some(Granted { on, kind, deferred });
                life.after = relieved.after().to_vec();
            }
        }
        Ok(life)
    }

    /// Whether a relief of a kind has something to defer after a day.
    fn has_due(&self, kind: ReliefKind, on: NaiveDate) -> bool {
        let due = |row: &&Instalment| row.due_on > on && row.due_on <= RELIEF_UNTIL;
        match kind {
            ReliefKind::Microcredit => self.before.last().as_ref().is_some_and(due),
            ReliefKind::SmallFirm => self.before.iter().any(|row| due(&row) && row.payment > Money::ZERO),
        }
    }

    /// The relief, as far as it is granted on a day.
    pub fn granted_by(&self, on: NaiveDate) -> Option<Granted> {
        self.granted.filter(|granted| granted.on <= on)
    }

    /// What is known at the end of a day.
    pub fn position(&self, on: NaiveDate) -> Result<Position, Failure> {
        let rows = if self.granted_by(on).is_some() { &self.after } else { &self.before };
        let scheduled = self.balance_by_schedule(rows, on);
        let (mut balance, mut days_past_due) = (scheduled, 0);
        if let Some(stopped_on) = self.stopped_on.filter(|stopped_on| *stopped_on <= on) {
            balance = self.balance_by_schedule(rows, stopped_on.pred_opt().ok_or("a day before")?);
            let missed = rows.iter().find(|row| row.due_on >= stopped_on && row.payment > Money::ZERO);
            if let Some(missed) = missed.filter(|row| row.due_on < on) {
                days_past_due = u32::try_from((on - missed.due_on).num_days())?;
            }
        }
        let last = |rows: &[Instalment]| rows.last().map_or(self.disbursed_on, |row| row.due_on);
        let changes = self.rate_changes.iter().take_while(|change| change.from <= on);
        Ok(Position {
            balance,
            overdue: balance.checked_sub(scheduled).ok_or("an overdue balance")?,
            days_past_due,
            class: self.ladder.class_at(days_past_due),
            due_on: last(rows),
            original_due_on: last(&self.before),
            rate: changes.last().map_or(self.first_rate, |change| change.rate),
        })
    }

    /// What is left at the end of a day when everything is paid that is due by then; nothing before it was lent.
    fn balance_by_schedule(&self, rows: &[Instalment], on: NaiveDate) -> Money {
        if on < self.disbursed_on {
            return Money::ZERO;
        }
        let paid = rows.partition_point(|row| row.due_on <= on);
        paid.checked_sub(1).map_or(self.principal, |last| rows[last].closing)
    }
}

/// The relief of a kind, granted on a day: what falls due from the next day on is deferred.
fn relief(kind: ReliefKind, granted_on: NaiveDate, maturity: NaiveDate) -> Result<Relief, Failure> {
    let from = granted_on.checked_add_days(Days::new(1)).ok_or("the next day")?;
    let (from, interest, new_date) = match kind {
        ReliefKind::Microcredit => {
            (maturity.max(from), RowInterest::Paid, add_months(maturity, EXTENSION_MONTHS))
        }
        ReliefKind::SmallFirm => {
            let caught_up = InterestCaughtUp::EndOfWindow;
            (from, RowInterest::Deferred { at: None, caught_up }, Some(RELIEF_UNTIL))
        }
    };
    let mut rows = RowRelief::new(Window::DueDates { from, until: RELIEF_UNTIL }, interest);
    rows.principal = Some(PrincipalCaughtUp::EndOfWindow);
    rows.new_date = new_date;
    let mut relief = Relief::new(granted_on);
    relief.rows = Some(rows);
    relief.penalty = PenaltyInWindow::None;
    Ok(relief)
}
