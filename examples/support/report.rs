//! What every summary says: how many rows were read, how many refused and why; and how figures are written.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use puhui::Currency;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::loan_book::{Failure, Refusal};

/// So many refused rows are printed; all of them are in `refused.csv`.
const SHOWN: usize = 5;

/// The rows of a book, as far as they were counted.
#[derive(Default)]
pub struct Rows {
    read: u64,
    refused: u64,
    reasons: BTreeMap<String, u64>,
    first_refused: Vec<String>,
    ids: HashSet<String>,
    repeated_ids: u64,
}

impl Rows {
    /// Counts a loan that was read.
    pub fn read(&mut self, loan_id: &str) {
        self.read += 1;
        if !self.ids.insert(loan_id.to_owned()) {
            self.repeated_ids += 1;
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

    /// The counts for `summary.json`.
    pub fn to_json(&self) -> Map<String, Value> {
        let counts = [
            ("rows", json!(self.read + self.refused)),
            ("read", json!(self.read)),
            ("refused", json!(self.refused)),
            ("refused_by_reason", json!(self.reasons)),
            ("repeated_loan_ids", json!(self.repeated_ids)),
        ];
        counts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    /// The counts as they are printed.
    pub fn to_text(&self) -> Result<String, Failure> {
        let mut text = String::new();
        let (rows, read, refused) =
            (grouped(self.read + self.refused), grouped(self.read), grouped(self.refused));
        writeln!(text, "{rows} rows = {read} read + {refused} refused")?;
        if self.repeated_ids > 0 {
            writeln!(text, "{} rows repeat the number of an earlier loan", self.repeated_ids)?;
        }
        for (reason, count) in &self.reasons {
            writeln!(text, "{count:>9}  {reason}")?;
        }
        for refused in &self.first_refused {
            writeln!(text, "  {refused}")?;
        }
        if self.refused > u64::try_from(self.first_refused.len())? {
            writeln!(text, "  ... and more: --out DIR lists them all in DIR/refused.csv")?;
        }
        Ok(text)
    }
}

/// A sum of minor units as a decimal.
pub fn decimal(minor: i128, currency: Currency) -> Result<Decimal, Failure> {
    Ok(Decimal::try_from_i128_with_scale(minor, u32::from(currency.exponent()))?)
}

/// `-1234567.89` as `-1,234,567.89`.
pub fn grouped(number: impl ToString) -> String {
    let number = number.to_string();
    let (sign, number) = match number.strip_prefix('-') {
        Some(number) => ("-", number),
        None => ("", number.as_str()),
    };
    let (whole, decimals) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let mut text = sign.to_owned();
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
