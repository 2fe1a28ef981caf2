//! What a loan book is to the examples: rows that are loans, or that say why they are not.

use std::error::Error;

use puhui::loan::{Loan, PlannedPrincipal, Product, Terms};
use puhui::{Currency, RateStep};

/// Why a run stops altogether; a row that cannot be used is no such reason.
pub type Failure = Box<dyn Error>;

/// Rows of loans, from wherever they come.
pub trait LoanBook {
    /// The currency of every amount.
    fn currency(&self) -> Currency;

    /// The products that the loans point at.
    fn products(&self) -> &[BookProduct];

    /// The next row, or none after the last.
    fn next_row(&mut self) -> Result<Option<Row>, Failure>;

    /// The column that a field of a loan was read from.
    fn column_of(&self, field: &str) -> String;

    /// How far the book is read, and how far it goes; in any unit.
    fn progress(&self) -> (u64, u64);
}

/// A product and what the book calls it.
pub struct BookProduct {
    /// The short name, as the output shows it.
    pub code: &'static str,
    /// The name in words.
    pub name: &'static str,
    /// Loans of this product are lines that may be drawn again; they are counted apart.
    pub revolving: bool,
    /// The rules.
    pub product: Product,
}

/// A row of a book.
pub struct Row {
    /// The line of the file where it begins, or its number in a book without a file; from 1.
    pub line: u64,
    /// The loan, or why there is none.
    pub loan: Result<BookLoan, Refusal>,
}

/// A loan of a book, with all that lies beside its terms.
pub struct BookLoan {
    /// The host's own number of the loan.
    pub id: String,
    /// Which of the book's products.
    pub product: usize,
    /// The terms.
    pub terms: Terms,
    /// The rates after the first one.
    pub rate_changes: Vec<RateStep>,
    /// The principal by date of a custom loan.
    pub plan: Vec<PlannedPrincipal>,
}

impl BookLoan {
    /// The loan, checked against its product.
    pub fn check<'a>(&'a self, products: &'a [BookProduct]) -> puhui::Result<Loan<'a>> {
        Loan::with_rates_and_principal(
            &products[self.product].product,
            self.terms,
            &self.rate_changes,
            &self.plan,
        )
    }
}

/// A row that cannot be used: where, what was found, and why.
pub struct Refusal {
    /// The loan's number, as far as it could be read.
    pub loan_id: String,
    /// The column, or `(row)` where the row itself is broken.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Why that will not do, in the same words for every row of which it is true.
    pub reason: String,
    /// More about this row; mostly nothing.
    pub detail: String,
}

impl Refusal {
    /// What the crate had against a loan, in the words of the book.
    pub fn of(error: &puhui::Error, loan_id: String, column: String) -> Refusal {
        Refusal {
            loan_id,
            column,
            value: error.value().to_owned(),
            reason: error.code().to_string(),
            detail: error.to_string(),
        }
    }
}
