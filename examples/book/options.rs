//! What the command line asks for.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};
use puhui::Rate;

/// The text of `--help`.
pub const HELP: &str = "\
Schedules a whole loan book: every instalment of every loan, summed by product.

  book                 a generated book: no loan in it is real
    --loans N          how many loans (default 100000)
    --seed N           which book (default 1)

  book --sba FILE      loans of the US Small Business Administration, as it publishes them
    --rate R           the annual rate of every loan, a fraction (default 0.0750);
                       assumed, because the file has none

  --out DIR            also writes DIR/schedules.csv, DIR/refused.csv and, last of all, DIR/summary.json
  --help               this text

Ends with 0 when every row was scheduled or refused with its reason, 1 when a file cannot be read or written,
2 when the options are wrong.
";

const DEFAULT_LOANS: u64 = 100_000;
const MOST_LOANS: u64 = 10_000_000;
const DEFAULT_SEED: u64 = 1;
const DEFAULT_RATE: &str = "0.0750";

/// What to do.
pub enum Asked {
    /// Print the help.
    Help,
    /// Schedule a book.
    Run(Options),
}

/// Which book, and where to.
pub struct Options {
    /// Where the loans come from.
    pub source: Source,
    /// The folder for the results.
    pub out: Option<PathBuf>,
}

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

/// Reads the command line.
pub fn read() -> Result<Asked, String> {
    let (mut loans, mut seed, mut sba, mut rate, mut out) = (None, None, None, None, None);
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
        let name = match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Asked::Help),
            Arg::Long(name) => name.to_owned(),
            other => return Err(other.unexpected().to_string()),
        };
        let twice = match name.as_str() {
            "loans" => loans.replace(number(&mut parser, &name)?).is_some(),
            "seed" => seed.replace(number(&mut parser, &name)?).is_some(),
            "sba" => sba.replace(path(&mut parser, &name)?).is_some(),
            "out" => out.replace(path(&mut parser, &name)?).is_some(),
            "rate" => {
                let text = text(&mut parser, &name)?;
                let read = text.parse::<Rate>().map_err(|error| error.at("--rate").to_string())?;
                rate.replace(read).is_some()
            }
            _ => return Err(format!("there is no option --{name}")),
        };
        if twice {
            return Err(format!("--{name} is given twice"));
        }
    }
    let source = match sba {
        Some(_) if loans.is_some() || seed.is_some() => {
            return Err("--loans and --seed are for a generated book, not for --sba".to_owned());
        }
        Some(file) => Source::Sba { file, rate: rate.map_or_else(default_rate, Ok)? },
        None if rate.is_some() => {
            return Err("--rate is for --sba: the products of the generated book have their own".to_owned());
        }
        None => {
            let loans = loans.unwrap_or(DEFAULT_LOANS);
            if loans > MOST_LOANS {
                return Err(format!("--loans: got {loans}, allowed is at most {MOST_LOANS}"));
            }
            Source::Generated { seed: seed.unwrap_or(DEFAULT_SEED), loans }
        }
    };
    Ok(Asked::Run(Options { source, out }))
}

fn default_rate() -> Result<Rate, String> {
    DEFAULT_RATE.parse().map_err(|error: puhui::Error| error.to_string())
}

fn text(parser: &mut Parser, name: &str) -> Result<String, String> {
    parser.value().and_then(|value| value.string()).map_err(|error| format!("--{name}: {error}"))
}

fn number(parser: &mut Parser, name: &str) -> Result<u64, String> {
    let text = text(parser, name)?;
    text.parse().map_err(|_| format!("--{name}: got {text:?}, allowed is a whole number"))
}

fn path(parser: &mut Parser, name: &str) -> Result<PathBuf, String> {
    let value = parser.value().map_err(|error| format!("--{name}: {error}"))?;
    if value.is_empty() { Err(format!("--{name}: the path is empty")) } else { Ok(value.into()) }
}
