//! What a night comes to: by product, in all, and who was not granted anything, and why.

use std::collections::BTreeMap;
use std::fmt::Write;

use puhui::loan::Impact;
use puhui::{Currency, Money};
use serde_json::{Map, Value, json};

use super::decision::Decision;
use super::options::Options;
use crate::support::loan_book::{BookLoan, Failure, LoanBook, Refusal};
use crate::support::report::{Rows, decimal, grouped};

/// What the relief takes for granted, for the summary.
const ASSUMPTIONS: [&str; 2] = [
    "every loan is paid as promised up to the day of the grant, and whoever falls in the window is granted the relief",
    "next due: the first due date on or after the day of the grant on which something is to be paid",
];

/// The sums of some loans. They may pass what one amount can hold.
#[derive(Clone, Copy, Default)]
struct Sums {
    read: u64,
    granted: u64,
    deferred_principal: i128,
    deferred_interest: i128,
    capitalised_interest: i128,
    waived_interest: i128,
    interest_change: i128,
}

impl Sums {
    fn of(decision: &Decision) -> Sums {
        let mut sums = Sums { read: 1, ..Sums::default() };
        if let Some(impact) = &decision.impact {
            sums.granted = 1;
            sums.set_amounts(impact);
        }
        sums
    }

    fn set_amounts(&mut self, impact: &Impact) {
        let minor = |money: Money| i128::from(money.minor());
        self.deferred_principal = minor(impact.deferred_principal);
        self.deferred_interest = minor(impact.deferred_interest);
        self.capitalised_interest = minor(impact.capitalised_interest);
        self.waived_interest = minor(impact.waived_interest);
        self.interest_change = minor(impact.interest_change);
    }

    fn add(&mut self, other: Sums) {
        self.read += other.read;
        self.granted += other.granted;
        self.deferred_principal += other.deferred_principal;
        self.deferred_interest += other.deferred_interest;
        self.capitalised_interest += other.capitalised_interest;
        self.waived_interest += other.waived_interest;
        self.interest_change += other.interest_change;
    }

    fn not_granted(&self) -> u64 {
        self.read - self.granted
    }

    fn to_json(self, currency: Currency) -> Result<Map<String, Value>, Failure> {
        let mut sums = Map::new();
        sums.insert("granted".to_owned(), json!(self.granted));
        sums.insert("not_granted".to_owned(), json!(self.not_granted()));
        for (key, minor) in [
            ("deferred_principal", self.deferred_principal),
            ("deferred_interest", self.deferred_interest),
            ("capitalised_interest", self.capitalised_interest),
            ("waived_interest", self.waived_interest),
            ("interest_change", self.interest_change),
        ] {
            sums.insert(key.to_owned(), json!(decimal(minor, currency)?.to_string()));
        }
        Ok(sums)
    }
}

/// The sums of one product.
struct ProductSums {
    code: &'static str,
    name: &'static str,
    revolving: bool,
    sums: Sums,
}

/// A reason why a loan was not granted the relief: how many, and the first of them.
struct Reason {
    loans: u64,
    first: String,
}

/// What a night comes to.
pub struct Summary {
    currency: Currency,
    products: Vec<ProductSums>,
    rows: Rows,
    reasons: BTreeMap<&'static str, Reason>,
}

impl Summary {
    /// The summary of a book of which nothing is read yet.
    pub fn new(book: &dyn LoanBook) -> Summary {
        let products = book.products().iter();
        Summary {
            currency: book.currency(),
            products: products
                .map(|product| ProductSums {
                    code: product.code,
                    name: product.name,
                    revolving: product.revolving,
                    sums: Sums::default(),
                })
                .collect(),
            rows: Rows::default(),
            reasons: BTreeMap::new(),
        }
    }

    /// Counts a loan that was decided on.
    pub fn count(&mut self, loan: &BookLoan, decision: &Decision) {
        self.rows.read(&loan.id);
        self.products[loan.product].sums.add(Sums::of(decision));
        if decision.impact.is_none() {
            let first = || match &decision.error {
                Some(error) => format!("loan {}: {error}", loan.id),
                None => format!("loan {}", loan.id),
            };
            self.reasons
                .entry(decision.reason_code)
                .and_modify(|reason| reason.loans += 1)
                .or_insert_with(|| Reason { loans: 1, first: first() });
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
    pub fn to_json(&self, options: &Options) -> Result<Value, Failure> {
        let mut summary = options.source.to_json(self.currency);
        summary.insert("relief".to_owned(), serde_json::to_value(&options.relief)?);
        summary.insert("relief_assumptions".to_owned(), json!(ASSUMPTIONS));
        summary.append(&mut self.rows.to_json());
        summary.append(&mut self.sums(|_| true).to_json(self.currency)?);
        let reasons = self.reasons.iter().map(|(code, reason)| ((*code).to_owned(), json!(reason.loans)));
        summary.insert("not_granted_by_reason".to_owned(), Value::Object(reasons.collect()));
        summary
            .insert("revolving".to_owned(), self.part(Map::new(), self.sums(|product| product.revolving))?);
        let mut products = Vec::new();
        for product in &self.products {
            let mut names = Map::new();
            names.insert("product".to_owned(), json!(product.code));
            names.insert("name".to_owned(), json!(product.name));
            products.push(self.part(names, product.sums)?);
        }
        summary.insert("products".to_owned(), Value::Array(products));
        Ok(Value::Object(summary))
    }

    fn part(&self, mut part: Map<String, Value>, sums: Sums) -> Result<Value, Failure> {
        part.insert("read".to_owned(), json!(sums.read));
        part.append(&mut sums.to_json(self.currency)?);
        Ok(Value::Object(part))
    }

    /// What is printed.
    pub fn to_text(&self, options: &Options) -> Result<String, Failure> {
        let mut text = options.source.to_text(self.currency)?;
        writeln!(text, "The relief: {}\n", serde_json::to_string(&options.relief)?)?;
        let mut line = |cells: [&str; 6], name: &str| {
            let [code, granted, not, principal, interest, change] = cells;
            let row =
                format!("{code:<26}{granted:>9}{not:>13}{principal:>20}{interest:>20}{change:>18}  {name}");
            writeln!(text, "{}", row.trim_end())
        };
        line(
            [
                "product",
                "granted",
                "not granted",
                "deferred principal",
                "deferred interest",
                "interest change",
            ],
            "",
        )?;
        let all = ProductSums { code: "all", name: "", revolving: false, sums: self.sums(|_| true) };
        for product in self.products.iter().chain([&all]) {
            let sums = product.sums;
            let amount = |minor| decimal(minor, self.currency).map(grouped);
            line(
                [
                    product.code,
                    &grouped(sums.granted),
                    &grouped(sums.not_granted()),
                    &amount(sums.deferred_principal)?,
                    &amount(sums.deferred_interest)?,
                    &amount(sums.interest_change)?,
                ],
                product.name,
            )?;
        }
        writeln!(text)?;
        for (label, minor) in [
            ("interest that became principal", all.sums.capitalised_interest),
            ("interest waived", all.sums.waived_interest),
        ] {
            if minor != 0 {
                writeln!(text, "{label}: {}", grouped(decimal(minor, self.currency)?))?;
            }
        }
        let (read, granted, not) =
            (grouped(all.sums.read), grouped(all.sums.granted), grouped(all.sums.not_granted()));
        writeln!(text, "{read} read = {granted} granted + {not} not granted")?;
        for (code, reason) in &self.reasons {
            writeln!(text, "{:>9}  {code}, the first: {}", grouped(reason.loans), reason.first)?;
        }
        writeln!(text)?;
        text.push_str(&self.rows.to_text()?);
        Ok(text)
    }
}
