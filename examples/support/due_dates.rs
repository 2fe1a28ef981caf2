//! How the due dates of loans in generated books lie.

use chrono::{Datelike, NaiveDate};
use puhui::add_months;
use puhui::loan::Terms;

use super::loan_book::Failure;

/// How the due dates lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DueDates {
    /// The 20th of every month, from the next month on, and the maturity.
    Monthly20th,
    /// The 20th of March, June, September and December, and the maturity.
    Quarterly20th,
    /// Every month on the day of disbursement.
    OnDrawingDay,
    /// One, at maturity.
    AtMaturity,
}

impl DueDates {
    /// Gives terms their dates, from the day of drawing to the maturity.
    pub fn set(self, mut terms: Terms, months: u16, matures_on: NaiveDate) -> Result<Terms, Failure> {
        let drawn = terms.disbursed_on;
        match self {
            DueDates::Monthly20th => Ok(terms.until(the_20th(months_later(drawn, 1)?)?, matures_on)),
            DueDates::Quarterly20th => {
                // The next 20th of a quarter's last month; that of this month if it is still to come.
                let to_quarter_end = u16::try_from((12 - drawn.month()) % 3)?;
                let mut first = the_20th(months_later(drawn, to_quarter_end)?)?;
                if first <= drawn {
                    first = the_20th(months_later(first, 3)?)?;
                }
                Ok(terms.until(first, matures_on))
            }
            DueDates::OnDrawingDay => {
                terms.due_day = u8::try_from(drawn.day())?.try_into().ok();
                Ok(terms.instalments(months, months_later(drawn, 1)?))
            }
            DueDates::AtMaturity => {
                terms.matures_on = Some(matures_on);
                Ok(terms)
            }
        }
    }
}

/// The day a number of months later.
pub fn months_later(day: NaiveDate, months: u16) -> Result<NaiveDate, Failure> {
    Ok(add_months(day, i32::from(months)).ok_or("no such month")?)
}

fn the_20th(day: NaiveDate) -> Result<NaiveDate, Failure> {
    Ok(day.with_day(20).ok_or("every month has a 20th")?)
}
