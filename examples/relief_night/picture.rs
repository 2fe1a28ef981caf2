//! Which loan is shown before and after.

use std::slice;

use puhui::loan::{Loan, LoanRecord, Relief};

use super::decision::Decision;
use super::figure;
use super::options::Options;
use crate::support::loan_book::{BookLoan, BookProduct, Failure};
use crate::support::source::Source;

/// The loan of a generated book's picture: 50,000.00 at 4.35 % in 36 monthly instalments.
const SHOWN: &str = r#"{
    "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
    "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
    "first_due_on": "2020-02-20", "rounding": "half_up"
}"#;
const SHOWN_NAME: &str = "50,000.00 CNY at 4.35 % over 36 months";

/// The loan that is looked for.
enum Wanted {
    /// None, or it has been found.
    Nothing,
    /// The first that is granted the relief.
    First,
    /// The one of this number.
    Loan(String),
}

/// Looks out for the loan of the picture.
pub struct Album {
    relief: Relief,
    wanted: Wanted,
    picture: Option<String>,
}

impl Album {
    /// An album for the picture that the options ask for.
    pub fn new(options: &Options) -> Result<Album, Failure> {
        let wanted = match (&options.out, &options.loan) {
            (None, _) => Wanted::Nothing,
            (_, Some(id)) => Wanted::Loan(id.clone()),
            (_, None) => Wanted::First,
        };
        let mut album = Album { relief: options.relief.clone(), wanted, picture: None };
        if matches!((&album.wanted, &options.source), (Wanted::First, Source::Generated { .. })) {
            let shown: LoanRecord = serde_json::from_str(SHOWN)?;
            let loan = shown.loan()?;
            if Decision::of(&loan, &album.relief)?.impact.is_some() {
                album.draw(&loan, SHOWN_NAME)?;
            }
        }
        Ok(album)
    }

    /// Draws the loan, if it is the one.
    pub fn look_at(
        &mut self,
        loan: &BookLoan,
        products: &[BookProduct],
        decision: &Decision,
    ) -> Result<(), Failure> {
        match &self.wanted {
            Wanted::First if decision.impact.is_some() => {}
            Wanted::Loan(id) if *id == loan.id => {
                if decision.impact.is_none() {
                    let reason = decision.reason_code;
                    return Err(format!("--loan {id}: it is not granted the relief: {reason}").into());
                }
            }
            _ => return Ok(()),
        }
        self.draw(&loan.check(products)?, &format!("Loan {}", loan.id))
    }

    /// The picture. None where no loan was granted the relief.
    pub fn picture(self) -> Result<Option<String>, Failure> {
        match self.wanted {
            Wanted::Loan(id) => Err(format!("--loan {id}: there is no such loan in the book").into()),
            Wanted::Nothing | Wanted::First => Ok(self.picture),
        }
    }

    fn draw(&mut self, loan: &Loan<'_>, name: &str) -> Result<(), Failure> {
        let relieved = loan.relieve(slice::from_ref(&self.relief))?;
        self.picture = Some(figure::draw(name, loan, &self.relief, &relieved)?);
        self.wanted = Wanted::Nothing;
        Ok(())
    }
}
