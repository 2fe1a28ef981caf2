//! What the command line asks for.

use std::path::PathBuf;

use crate::support::arguments::Arguments;
use crate::support::source::{self, Source};

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

/// Which book, and where to.
pub struct Options {
    /// Where the loans come from.
    pub source: Source,
    /// The folder for the results.
    pub out: Option<PathBuf>,
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let known: Vec<_> = source::OPTIONS.into_iter().chain(["out"]).collect();
    let Some(arguments) = Arguments::read(&known, &[], None)? else { return Ok(None) };
    Ok(Some(Options { source: Source::read(&arguments)?, out: arguments.path("out")? }))
}
