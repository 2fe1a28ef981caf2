//! Reliefs in a life (`docs/SEMANTICS.md` 5.0): which rows one finds at its grant, and the day on which it acts.
//!
//! A relief that chooses a row which has fallen due acts in the morning of that row's due date: the life is walked again
//! from its first day, with the relief in its place.

use super::account::Life;
use super::account_form::{Part, What};
use super::dates::Day;
use super::ledger::whole;
use super::relief::{Loan, choose, extend};
use super::relief_form::{self, Extension};
use serde_json::Value;

/// How a life goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    On,
    /// From the first day, now that it is known where a relief acts.
    Again,
}

/// A row that a relief chose, with what was settled by the grant of its principal and its interest.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub row: usize,
    pub due: Day,
    pub settled: [i128; 2],
}

/// A relief as its grant found it.
#[derive(Clone, Debug)]
pub struct Grant {
    pub no: u64,
    pub granted_on: Day,
    pub form: Value,
    pub chosen: Vec<Chosen>,
    /// The last day of its window.
    pub until: Day,
    /// None: nothing of it is granted.
    acts: Option<Acts>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Acts {
    AtGrant,
    InTheMorningOf(Day),
}

/// In order of grant.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    all: Vec<Grant>,
    /// The days whose reliefs were held against each other.
    choices_seen: Vec<Day>,
}

impl Life {
    /// The reliefs that were granted later and act today.
    pub fn act_in_the_morning(&mut self) -> Result<(), String> {
        let today = Some(Acts::InTheMorningOf(self.today));
        let grants: Vec<Grant> =
            self.grants.all.iter().filter(|grant| grant.acts == today).cloned().collect();
        for grant in grants {
            self.as_if_paid_today();
            self.plan.find()?;
            self.act(&grant)?;
            self.as_it_is();
        }
        Ok(())
    }

    /// Whether a relief acts before today that is granted later.
    pub fn is_walked_again(&self) -> bool {
        let moved = |grant: &Grant| matches!(grant.acts, Some(Acts::InTheMorningOf(_)));
        self.grants.all.iter().any(|grant| moved(grant) && grant.granted_on > self.today)
    }

    /// The day of the grant.
    pub fn ask(&mut self, no: u64, form: &Value) -> Result<Walk, String> {
        if !self.grants.choices_seen.contains(&self.today) {
            self.check_choices_of_the_day()?;
            self.grants.choices_seen.push(self.today);
        }
        let grant = match self.grants.all.iter().find(|grant| grant.no == no) {
            Some(known) => known.clone(),
            None => self.find_grant(no, form)?,
        };
        if !self.grants.all.iter().any(|known| known.no == no) {
            self.grants.all.push(grant.clone());
            if let Some(Acts::InTheMorningOf(day)) = grant.acts {
                self.act_before(day);
                return Ok(Walk::Again);
            }
        }
        if grant.acts == Some(Acts::AtGrant) {
            self.act(&grant)?;
        }
        Ok(Walk::On)
    }

    /// "Reliefs granted between that day and the grant act there too, before it."
    fn act_before(&mut self, day: Day) {
        for grant in &mut self.grants.all {
            grant.acts = match grant.acts {
                Some(Acts::AtGrant) if grant.granted_on >= day => Some(Acts::InTheMorningOf(day)),
                Some(Acts::InTheMorningOf(other)) => Some(Acts::InTheMorningOf(other.min(day))),
                other => other,
            };
        }
    }

    fn find_grant(&self, no: u64, form: &Value) -> Result<Grant, String> {
        let relief = relief_form::read(form, self.plan.terms().disbursed)?;
        let mut loan = self.plan.loan.clone();
        if let Some(extension) = &relief.extension
            && !extend_at_grant(&mut loan, extension, self.today)?
        {
            return Err("an extension when no row is left to move".to_owned());
        }
        let mut grant = Grant {
            no,
            granted_on: self.today,
            form: form.clone(),
            chosen: Vec::new(),
            until: self.today,
            acts: Some(Acts::AtGrant),
        };
        if let Some(window) = &relief.window {
            let (rows, until) = choose(&loan, window);
            grant.until = until;
            for row in rows {
                if let Some(settled) = self.settled(&loan, row) {
                    grant.chosen.push(Chosen { row, due: loan.lines[row].slot.printed, settled });
                }
            }
            if grant.chosen.iter().any(|chosen| loan.lines[chosen.row].chosen_on == Some(self.today)) {
                return Err("two reliefs of one day choose the same row".to_owned());
            }
            let first = grant.chosen.first();
            grant.acts = first.map(|first| match loan.lines[first.row].billed {
                true => Acts::InTheMorningOf(first.due),
                false => Acts::AtGrant,
            });
        }
        Ok(grant)
    }

    /// What was settled of a row's principal and interest; none if it is not to be chosen: because nothing of it is unpaid, or
    /// its arrears were rescheduled.
    fn settled(&self, loan: &Loan, row: usize) -> Option<[i128; 2]> {
        let line = &loan.lines[row];
        // What the row came to earn less was credit on its due date.
        let given_back = if line.billed { self.plan.interest_due(row).1 } else { 0 };
        let ahead = [line.ahead, line.settled - given_back];
        if !line.billed {
            let own =
                if line.bills() { whole(&line.row.interest) + whole(&line.row.interest_deferred) } else { 0 };
            let interest = own + whole(&line.row.deferred_interest_paid) - line.settled;
            return (whole(&line.row.principal) > 0 || interest > 0).then_some(ahead);
        }
        let item = self.items.iter().find(|item| item.line == Some(row))?;
        let parts = [Part::Principal, Part::Interest];
        if item.rescheduled || parts.iter().all(|part| item.unpaid(*part) == 0) {
            return None;
        }
        let settled = parts.map(|part| {
            let due = item.parts[part as usize];
            due.paid + due.gone
        });
        Some([ahead[0] + settled[0], ahead[1] + settled[1]])
    }

    /// "Errors: two reliefs of the same `granted_on` choosing the same row", on the schedule that both find.
    fn check_choices_of_the_day(&self) -> Result<(), String> {
        let mut taken = Vec::new();
        for event in self.events.iter().filter(|event| event.on == self.today) {
            let What::Relief(form) = &event.what else { continue };
            let relief = relief_form::read(form, self.plan.terms().disbursed)?;
            let Some(window) = &relief.window else { continue };
            for row in choose(&self.plan.loan, window).0 {
                if self.settled(&self.plan.loan, row).is_none() {
                    continue;
                }
                if taken.contains(&row) {
                    return Err("two reliefs of one day choose the same row".to_owned());
                }
                taken.push(row);
            }
        }
        Ok(())
    }
}

/// "Changes of terms, then what falls due is billed": on the maturity itself its row is still to come. False if no row is
/// left to move.
pub fn extend_at_grant(loan: &mut Loan, extension: &Extension, granted_on: Day) -> Result<bool, String> {
    let matures = loan.lines.last().is_some_and(|line| line.slot.printed == granted_on && !line.billed);
    extend(loan, extension, if matures { granted_on.previous() } else { granted_on })
}
