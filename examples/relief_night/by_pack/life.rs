//! The year that a generated loan has behind it: most pay on the day, some late, in part, ahead, or with a new maturity or rate.

use chrono::{Days, NaiveDate};
use puhui::loan::{Account, Event, EventKind, Extension, Loan, NewMaturity, Part, Payer, Prepayment, Relief};
use puhui::{Money, Rate};

use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// How a loan is paid; the shares are made up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    OnTheDay,
    /// The last one or two instalments before the day are unpaid.
    Late(usize),
    /// Half of the last instalment before the day is paid.
    InPart,
    /// A tenth of the principal is paid ahead, half a year before the day.
    Ahead,
    /// The maturity was moved by three cycles, half a year before the day.
    Extended,
    /// The rate rose by 25 basis points, half a year before the day.
    RateReset,
}

impl Habit {
    fn draw(random: &mut SplitMix64) -> Habit {
        match random.below(100) {
            0..78 => Habit::OnTheDay,
            78..83 => Habit::Late(1),
            83..86 => Habit::Late(2),
            86..90 => Habit::InPart,
            90..94 => Habit::Ahead,
            94..97 => Habit::Extended,
            _ => Habit::RateReset,
        }
    }
}

/// What happened to a loan before a day.
pub fn events(loan: &Loan<'_>, number: u64, day: NaiveDate) -> Result<Vec<Event>, Failure> {
    let habit = Habit::draw(&mut SplitMix64(number));
    let half_a_year_ago = day - Days::new(182);
    let mut life = Life { loan, events: Vec::new() };
    if half_a_year_ago > loan.terms().disbursed_on {
        life.change(habit, half_a_year_ago)?;
    }
    let mut dates: Vec<NaiveDate> = life.due_dates()?;
    dates.retain(|date| *date < day);
    let paid = dates.len().saturating_sub(match habit {
        Habit::Late(rows) => rows,
        _ => 0,
    });
    for (index, date) in dates.iter().take(paid).enumerate() {
        let half = habit == Habit::InPart && index + 1 == paid;
        life.pay(*date, if half { 2 } else { 1 })?;
    }
    Ok(life.events)
}

struct Life<'l> {
    loan: &'l Loan<'l>,
    events: Vec<Event>,
}

impl Life<'_> {
    fn push(&mut self, on: NaiveDate, what: EventKind) -> Result<(), Failure> {
        let no = u64::try_from(self.events.len())? + 1;
        self.events.push(Event { no, on, booked_on: on, what });
        Ok(())
    }

    /// The change of a habit, where the loan can take it: one that cannot is paid on the day.
    fn change(&mut self, habit: Habit, on: NaiveDate) -> Result<(), Failure> {
        let terms = self.loan.terms();
        let what = match habit {
            Habit::Ahead => EventKind::Prepaid {
                amount: Money::from_minor(terms.principal.minor() / 10),
                payer: Payer::Borrower,
                how: Prepayment::KeepTerm,
            },
            Habit::Extended => {
                let mut relief = Relief::new(on);
                relief.extension = Some(Extension { maturity: NewMaturity::MovedBy(3), rate_from: None });
                EventKind::Relief(Box::new(relief))
            }
            Habit::RateReset => {
                EventKind::RateReset(Rate::new(terms.rate.fraction() + "0.0025".parse::<Rate>()?.fraction())?)
            }
            _ => return Ok(()),
        };
        self.push(on, what)?;
        if Account::replay(self.loan, &self.events, on).is_err() {
            self.events.pop();
        }
        Ok(())
    }

    /// The due dates as they stand after the changes.
    fn due_dates(&self) -> Result<Vec<NaiveDate>, Failure> {
        let account = Account::replay(self.loan, &self.events, self.loan.terms().disbursed_on)?;
        let mut dates: Vec<NaiveDate> = account.rows_to_come().iter().map(|row| row.due_on).collect();
        if let Some(last) = self.events.last() {
            let after = Account::replay(self.loan, &self.events, last.on)?;
            dates.retain(|date| *date <= last.on);
            dates.extend(after.rows_to_come().iter().map(|row| row.due_on));
        }
        Ok(dates)
    }

    /// Pays what is due on a date, or a part of it.
    fn pay(&mut self, date: NaiveDate, part: i64) -> Result<(), Failure> {
        let account = Account::replay(self.loan, &self.events, date)?;
        let due: i64 = account
            .position()
            .arrears
            .iter()
            .flat_map(|owed| Part::ALL.iter().map(|part| owed.part(*part).minor()))
            .sum();
        if due / part > 0 {
            let amount = Money::from_minor(due / part);
            self.push(date, EventKind::Repaid { amount, payer: Payer::Borrower })?;
            // Events stand in the order of their days, numbers in that of booking.
            self.events.sort_by_key(|event| (event.on, event.no));
        }
        Ok(())
    }
}
