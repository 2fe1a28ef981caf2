//! What the command line asks for.

use std::path::PathBuf;

use crate::support::arguments::Arguments;

/// The text of `--help`.
pub const HELP: &str = "\
Prints the statement of one loan through a bad year: what fell due, what was paid and what it settled, the balance, the
arrears, days past due and class; the postings of a month; the position at the end, and the pay-off. The loan is
generated: nothing of it is real. DIR/statement.svg shows the year.

  --out DIR   the folder of the picture (default target/statement)
  --help      this text

Ends with 0 when it is done, 1 when the picture cannot be written, 2 when the options are wrong.
";

/// Where to.
pub struct Options {
    /// The folder of the picture.
    pub out: PathBuf,
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let Some(arguments) = Arguments::read(&["out"], &[], None)? else { return Ok(None) };
    let out = arguments.path("out")?.unwrap_or_else(|| PathBuf::from("target/statement"));
    Ok(Some(Options { out }))
}
