//! What a run comes to: by product, in all, and what was refused.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use chrono::NaiveDate;
use puhui::Currency;
use puhui::loan::{Instalment, Totals};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::loan_book::{BookLoan, Failure, LoanBook, Refusal};
use super::options::Source;
use super::sba;

/// So many refused rows are printed; all of them are in `refused.csv`.
const SHOWN: usize = 5;

/// Said of every generated book, on the screen and in its summary.
const GENERATED: &str = "generated: no loan in this book is real, and their numbers begin with GEN";

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
    refused: u64,
    reasons: BTreeMap<String, u64>,
    first_refused: Vec<String>,
    ids: HashSet<String>,
    repeated_ids: u64,
    due: Option<(NaiveDate, NaiveDate)>,
}

impl Summary {
    /// The summary of a book of which nothing is read yet.
    pub fn new(book: &dyn LoanBook) -> Summary {
        let product = |product: &super::BookProduct| ProductSums {
            code: product.code,
            name: product.name,
            revolving: product.revolving,
            sums: Sums::default(),
        };
        Summary {
            currency: book.currency(),
            products: book.products().iter().map(product).collect(),
            refused: 0,
            reasons: BTreeMap::new(),
            first_refused: Vec::new(),
            ids: HashSet::new(),
            repeated_ids: 0,
            due: None,
        }
    }

    /// Counts a loan that was scheduled.
    pub fn count(&mut self, loan: &BookLoan, totals: &Totals, rows: &[Instalment]) {
        self.products[loan.product].sums.add(Sums::of(totals));
        if !self.ids.insert(loan.id.clone()) {
            self.repeated_ids += 1;
        }
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let (earliest, latest) = self.due.unwrap_or((first.due_on, last.due_on));
            self.due = Some((earliest.min(first.due_on), latest.max(last.due_on)));
        }
    }

    /// Counts a row that was refused.
    pub fn refuse(&mut self, line: u64, refusal: Refusal) {
        let Refusal { loan_id, column, value, reason, .. } = refusal;
        self.refused += 1;
        if self.first_refused.len() < SHOWN {
            self.first_refused
                .push(format!("line {line}, loan {loan_id:?}, column {column}: {reason} (found {value:?})"));
        }
        *self.reasons.entry(format!("{column}: {reason}")).or_default() += 1;
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
        let mut summary = Map::new();
        let mut put = |key: &str, value: Value| {
            summary.insert(key.to_owned(), value);
        };
        match source {
            Source::Generated { seed, .. } => {
                put("book", json!("generated"));
                put("generated", json!(true));
                put("note", json!(GENERATED));
                put("seed", json!(seed));
            }
            Source::Sba { file, rate } => {
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
                put("book", json!("sba"));
                put("generated", json!(false));
                put("file", json!(name));
                put("rate", json!(rate.to_string()));
                put("rate_assumed", json!(true));
                put("assumptions", json!(sba::ASSUMPTIONS));
            }
        }
        put("currency", json!(self.currency.code()));
        put("rows", json!(all.loans + self.refused));
        put("read", json!(all.loans));
        put("refused", json!(self.refused));
        put("refused_by_reason", json!(self.reasons));
        put("repeated_loan_ids", json!(self.repeated_ids));
        if let Some((first, last)) = self.due {
            put("first_due_on", json!(first.to_string()));
            put("last_due_on", json!(last.to_string()));
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
            amounts.insert(key.to_owned(), json!(self.decimal(minor)?.to_string()));
        }
        Ok(amounts)
    }

    fn decimal(&self, minor: i128) -> Result<Decimal, Failure> {
        Ok(Decimal::try_from_i128_with_scale(minor, u32::from(self.currency.exponent()))?)
    }

    /// What is printed.
    pub fn to_text(&self, source: &Source) -> Result<String, Failure> {
        let mut text = String::new();
        let currency = self.currency.code();
        match source {
            Source::Generated { seed, .. } => {
                writeln!(text, "Loan book, {GENERATED} (seed {seed}), amounts in {currency}\n")?;
            }
            Source::Sba { file, rate } => {
                writeln!(text, "Loans of {}, amounts in {currency}", file.display())?;
                writeln!(text, "Assumed: a rate of {rate} a year for every loan, and")?;
                for assumption in sba::ASSUMPTIONS {
                    writeln!(text, "  - {assumption}")?;
                }
                writeln!(text)?;
            }
        }
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
                &grouped(&sums.loans.to_string()),
                &grouped(&sums.instalments.to_string()),
                &grouped(&self.decimal(sums.principal)?.to_string()),
                &grouped(&self.decimal(sums.interest)?.to_string()),
                product.name,
            )?;
        }
        let read = totals.sums.loans;
        let rows = grouped(&(read + self.refused).to_string());
        let (read, refused) = (grouped(&read.to_string()), grouped(&self.refused.to_string()));
        writeln!(text, "\n{rows} rows = {read} read + {refused} refused")?;
        if self.repeated_ids > 0 {
            writeln!(text, "{} rows repeat the number of an earlier loan", self.repeated_ids)?;
        }
        for (reason, count) in &self.reasons {
            writeln!(text, "{count:>9}  {reason}")?;
        }
        for refused in &self.first_refused {
            writeln!(text, "  {refused}")?;
        }
        if self.reasons.values().sum::<u64>() > u64::try_from(self.first_refused.len())? {
            writeln!(text, "  ... and more: --out DIR lists them all in DIR/refused.csv")?;
        }
        Ok(text)
    }
}

/// `1234567.89` as `1,234,567.89`.
fn grouped(number: &str) -> String {
    let (whole, decimals) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}
