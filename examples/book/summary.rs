//! What a run comes to: by product, in all, and what was refused.

use std::fmt::Write;

use chrono::NaiveDate;
use puhui::Currency;
use puhui::loan::{Instalment, Totals};
use serde_json::{Map, Value, json};

use crate::support::loan_book::{BookLoan, BookProduct, Failure, LoanBook, Refusal};
use crate::support::report::{Rows, decimal, grouped};
use crate::support::source::Source;

/// The sums of some loans. They may pass what one amount can hold.
#[derive(Clone, Copy, Default)]
struct Sums {
    loans: u64,
    instalments: u64,
    principal: i128,
    interest: i128,
    fees: i128,
    payment: i128,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.loans += other.loans;
        self.instalments += other.instalments;
        self.principal += other.principal;
        self.interest += other.interest;
        self.fees += other.fees;
        self.payment += other.payment;
    }

    fn of(totals: &Totals) -> Sums {
        Sums {
            loans: 1,
            instalments: u64::try_from(totals.rows).unwrap_or(u64::MAX),
            principal: i128::from(totals.principal.minor()),
            interest: i128::from(totals.interest.minor()),
            fees: i128::from(totals.fees.minor()),
            payment: i128::from(totals.payment.minor()),
        }
    }
}

/// The sums of one product.
struct ProductSums {
    code: &'static str,
    name: &'static str,
    revolving: bool,
    sums: Sums,
}

/// What a run comes to.
pub struct Summary {
    currency: Currency,
    products: Vec<ProductSums>,
    rows: Rows,
    due: Option<(NaiveDate, NaiveDate)>,
}

impl Summary {
    /// The summary of a book of which nothing is read yet.
    pub fn new(book: &dyn LoanBook) -> Summary {
        let product = |product: &BookProduct| ProductSums {
            code: product.code,
            name: product.name,
            revolving: product.revolving,
            sums: Sums::default(),
        };
        Summary {
            currency: book.currency(),
            products: book.products().iter().map(product).collect(),
            rows: Rows::default(),
            due: None,
        }
    }

    /// Counts a loan that was scheduled.
    pub fn count(&mut self, loan: &BookLoan, totals: &Totals, rows: &[Instalment]) {
        self.products[loan.product].sums.add(Sums::of(totals));
        self.rows.read(&loan.id);
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let (earliest, latest) = self.due.unwrap_or((first.due_on, last.due_on));
            self.due = Some((earliest.min(first.due_on), latest.max(last.due_on)));
        }
    }

    /// Counts a row that was refused.
    pub fn refuse(&mut self, line: u64, refusal: Refusal) {
        self.rows.refuse(line, refusal);
    }

    fn sums(&self, wanted: impl Fn(&ProductSums) -> bool) -> Sums {
        let mut sums = Sums::default();
        for product in self.products.iter().filter(|product| wanted(product)) {
            sums.add(product.sums);
        }
        sums
    }

    /// The content of `summary.json`.
    pub fn to_json(&self, source: &Source) -> Result<Value, Failure> {
        let all = self.sums(|_| true);
        let mut summary = source.to_json(self.currency);
        summary.append(&mut self.rows.to_json());
        if let Some((first, last)) = self.due {
            summary.insert("first_due_on".to_owned(), json!(first.to_string()));
            summary.insert("last_due_on".to_owned(), json!(last.to_string()));
        }
        summary.append(&mut self.amounts(all)?);
        summary.insert("revolving".to_owned(), self.part(self.sums(|product| product.revolving))?);
        let mut products = Vec::new();
        for product in &self.products {
            let mut entry = Map::new();
            entry.insert("product".to_owned(), json!(product.code));
            entry.insert("name".to_owned(), json!(product.name));
            entry.insert("loans".to_owned(), json!(product.sums.loans));
            entry.append(&mut self.amounts(product.sums)?);
            products.push(Value::Object(entry));
        }
        summary.insert("products".to_owned(), Value::Array(products));
        Ok(Value::Object(summary))
    }

    fn part(&self, sums: Sums) -> Result<Value, Failure> {
        let mut part = Map::new();
        part.insert("loans".to_owned(), json!(sums.loans));
        part.append(&mut self.amounts(sums)?);
        Ok(Value::Object(part))
    }

    fn amounts(&self, sums: Sums) -> Result<Map<String, Value>, Failure> {
        let mut amounts = Map::new();
        amounts.insert("instalments".to_owned(), json!(sums.instalments));
        for (key, minor) in [
            ("principal", sums.principal),
            ("interest", sums.interest),
            ("fees", sums.fees),
            ("payment", sums.payment),
        ] {
            amounts.insert(key.to_owned(), json!(decimal(minor, self.currency)?.to_string()));
        }
        Ok(amounts)
    }

    /// What is printed.
    pub fn to_text(&self, source: &Source) -> Result<String, Failure> {
        let mut text = source.to_text(self.currency)?;
        let mut line = |code: &str, loans: &str, rows: &str, principal: &str, interest: &str, name: &str| {
            let cells = format!("{code:<26}{loans:>9}{rows:>12}{principal:>21}{interest:>20}  {name}");
            writeln!(text, "{}", cells.trim_end())
        };
        line("product", "loans", "instalments", "principal", "interest", "")?;
        let totals = ProductSums { code: "all", name: "", revolving: false, sums: self.sums(|_| true) };
        for product in self.products.iter().chain([&totals]) {
            let sums = product.sums;
            line(
                product.code,
                &grouped(sums.loans),
                &grouped(sums.instalments),
                &grouped(decimal(sums.principal, self.currency)?),
                &grouped(decimal(sums.interest, self.currency)?),
                product.name,
            )?;
        }
        writeln!(text)?;
        text.push_str(&self.rows.to_text()?);
        Ok(text)
    }
}
