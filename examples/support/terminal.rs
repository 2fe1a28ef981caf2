//! How a run begins and ends on a terminal.

use std::io::{self, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

use super::loan_book::Failure;

/// Runs `program` with the options that were asked for, or prints the help where there are none. Ends with 0, with 1 where
/// the run failed, with 2 where the options are wrong.
pub fn run<O>(
    name: &str,
    help: &str,
    options: Result<Option<O>, String>,
    program: fn(&O) -> Result<(), Failure>,
) -> ExitCode {
    let done = match options {
        Ok(None) => print(help),
        Ok(Some(options)) => program(&options),
        Err(error) => {
            eprintln!("{name}: {error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A bar on the standard error stream, hidden where that is no terminal.
pub fn progress_bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {elapsed}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Prints; a reader that has gone away is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
