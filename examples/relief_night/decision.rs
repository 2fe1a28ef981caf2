//! What becomes of one loan.

use std::slice;

use chrono::NaiveDate;
use puhui::loan::{Impact, Instalment, Loan, Outcome, Relief};
use puhui::{Currency, Money};

use crate::support::files::Files;
use crate::support::loan_book::Failure;

/// The columns of `outcomes.csv`.
pub const COLUMNS: [&str; 10] = [
    "id",
    "outcome",
    "reason_code",
    "old_next_due_on",
    "new_next_due_on",
    "old_maturity",
    "new_maturity",
    "deferred_principal",
    "deferred_interest",
    "interest_change",
];

const GRANTED: &str = "granted";
const NOT_GRANTED: &str = "not_granted";
const NOT_YET_DISBURSED: &str = "not_yet_disbursed";

/// What becomes of one loan: the relief is granted, or there is a reason why not.
pub struct Decision {
    /// Why: `granted`, `nothing_due`, `not_yet_disbursed`, or the code of the crate's error where the relief does not fit
    /// the loan.
    pub reason_code: &'static str,
    /// The crate's error in full.
    pub error: Option<puhui::Error>,
    /// What the relief changed, where it was granted.
    pub impact: Option<Impact>,
    old: Dates,
    new: Dates,
}

/// The dates that a borrower asks for first.
#[derive(Clone, Copy)]
struct Dates {
    /// The first row with something due on or after the day of the grant.
    next_due_on: Option<NaiveDate>,
    /// The last due date.
    maturity: Option<NaiveDate>,
}

impl Dates {
    fn of(rows: &[Instalment], granted_on: NaiveDate) -> Dates {
        let next = rows.iter().find(|row| row.due_on >= granted_on && row.payment > Money::ZERO);
        Dates { next_due_on: next.map(|row| row.due_on), maturity: rows.last().map(|row| row.due_on) }
    }
}

impl Decision {
    /// Grants the relief, if it fits.
    ///
    /// # Errors
    ///
    /// Those of the loan itself, which cannot be scheduled even without a relief.
    pub fn of(loan: &Loan<'_>, relief: &Relief) -> puhui::Result<Decision> {
        let old = Dates::of(&loan.schedule().to_vec()?, relief.granted_on);
        let not_granted = |reason_code, error| Decision { reason_code, error, impact: None, old, new: old };
        if loan.terms().disbursed_on > relief.granted_on {
            return Ok(not_granted(NOT_YET_DISBURSED, None));
        }
        Ok(match loan.relieve(slice::from_ref(relief)) {
            Err(error) => not_granted(error.code().as_str(), Some(error)),
            Ok(relieved) => match relieved.impact().outcomes.as_slice() {
                [Outcome::Granted] => Decision {
                    reason_code: GRANTED,
                    error: None,
                    impact: Some(relieved.impact().clone()),
                    old,
                    new: Dates::of(relieved.after(), relief.granted_on),
                },
                _ => not_granted(Outcome::NothingDue.as_str(), None),
            },
        })
    }

    /// Writes the row of the loan; what is not granted leaves its dates as they were.
    pub fn write(&self, files: &mut Files, loan_id: &str, currency: Currency) -> Result<(), Failure> {
        files.write_cell(loan_id)?;
        files.write_cell(if self.impact.is_some() { GRANTED } else { NOT_GRANTED })?;
        files.write_cell(self.reason_code)?;
        for date in [self.old.next_due_on, self.new.next_due_on, self.old.maturity, self.new.maturity] {
            files.write_cell(date.map_or(String::new(), |date| date.to_string()))?;
        }
        let amounts = self.impact.as_ref().map_or([Money::ZERO; 3], |impact| {
            [impact.deferred_principal, impact.deferred_interest, impact.interest_change]
        });
        for amount in amounts {
            files.write_cell(amount.display(currency))?;
        }
        files.end_row()
    }
}
