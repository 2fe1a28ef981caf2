//! Where the loans of a run come from.

use std::fmt::Write;
use std::path::PathBuf;

use puhui::{Currency, Rate};
use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::generated_book::GeneratedBook;
use super::loan_book::{Failure, LoanBook};
use super::sba::{self, SbaBook};

/// The options that say which book.
pub const OPTIONS: [&str; 4] = ["loans", "seed", "sba", "rate"];

const DEFAULT_LOANS: u64 = 100_000;
const MOST_LOANS: u64 = 10_000_000;
const DEFAULT_SEED: u64 = 1;
const DEFAULT_RATE: &str = "0.0750";

/// Said of every generated book, on the screen and in its summary.
const GENERATED: &str = "generated: no loan in this book is real, and their numbers begin with GEN";

/// Where the loans come from.
pub enum Source {
    /// Made up.
    Generated {
        /// The seed of the generator.
        seed: u64,
        /// The number of loans.
        loans: u64,
    },
    /// A file of the Small Business Administration.
    Sba {
        /// The file.
        file: PathBuf,
        /// The assumed rate.
        rate: Rate,
    },
}

impl Source {
    /// Reads the options that say which book.
    pub fn read(arguments: &Arguments) -> Result<Source, String> {
        let (loans, seed) = (arguments.number("loans")?, arguments.number("seed")?);
        match arguments.path("sba")? {
            Some(_) if loans.is_some() || seed.is_some() => {
                Err("--loans and --seed are for a generated book, not for --sba".to_owned())
            }
            Some(file) => {
                let rate = arguments.text("rate")?.unwrap_or(DEFAULT_RATE);
                let rate = rate.parse().map_err(|error: puhui::Error| error.at("--rate").to_string())?;
                Ok(Source::Sba { file, rate })
            }
            None if arguments.has("rate") => {
                Err("--rate is for --sba: the products of the generated book have their own".to_owned())
            }
            None => {
                let loans = loans.unwrap_or(DEFAULT_LOANS);
                if loans > MOST_LOANS {
                    return Err(format!("--loans: expected at most {MOST_LOANS}, got {loans}"));
                }
                Ok(Source::Generated { seed: seed.unwrap_or(DEFAULT_SEED), loans })
            }
        }
    }

    /// The book.
    pub fn open(&self) -> Result<Box<dyn LoanBook>, Failure> {
        Ok(match self {
            Source::Generated { seed, loans } => Box::new(GeneratedBook::new(*seed, *loans)?),
            Source::Sba { file, rate } => Box::new(SbaBook::open(file, *rate)?),
        })
    }

    /// The beginning of `summary.json`.
    pub fn to_json(&self, currency: Currency) -> Map<String, Value> {
        let mut source = Map::new();
        let mut put = |key: &str, value: Value| {
            source.insert(key.to_owned(), value);
        };
        match self {
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
        put("currency", json!(currency.code()));
        source
    }

    /// The beginning of what is printed.
    pub fn to_text(&self, currency: Currency) -> Result<String, Failure> {
        let mut text = String::new();
        let currency = currency.code();
        match self {
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
        Ok(text)
    }
}
