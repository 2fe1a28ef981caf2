//! Schedules a whole loan book: every instalment of every loan, summed by product.
//!
//! ```text
//! cargo run --release --example book                       a generated book of 100,000 loans
//! cargo run --release --example book -- --sba FILE         real loans, of the US Small Business Administration
//! cargo run --release --example book -- --out DIR          and every instalment into DIR/schedules.csv
//! ```

#[path = "support/csv_lines.rs"]
mod csv_lines;
#[path = "book/files.rs"]
mod files;
#[path = "support/generated_book.rs"]
mod generated_book;
#[path = "support/loan_book.rs"]
mod loan_book;
#[path = "book/options.rs"]
mod options;
#[path = "support/sba.rs"]
mod sba;
#[path = "book/summary.rs"]
mod summary;

use std::io::{self, Write};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use puhui::loan::{Instalment, Totals};

use files::Files;
use generated_book::GeneratedBook;
use loan_book::{BookLoan, BookProduct, Failure, LoanBook, Refusal};
use options::{Asked, Options, Source};
use sba::SbaBook;
use summary::Summary;

fn main() -> ExitCode {
    let done = match options::read() {
        Ok(Asked::Help) => print(options::HELP),
        Ok(Asked::Run(options)) => run(&options),
        Err(error) => {
            eprintln!("book: {error}\nTry --help.");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("book: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Failure> {
    let mut book: Box<dyn LoanBook> = match &options.source {
        Source::Generated { seed, loans } => Box::new(GeneratedBook::new(*seed, *loans)?),
        Source::Sba { file, rate } => Box::new(SbaBook::open(file, *rate)?),
    };
    let mut files = options.out.as_deref().map(Files::create).transpose()?;
    let mut summary = Summary::new(book.as_ref());
    schedule_all(book.as_mut(), &mut summary, files.as_mut())?;
    if let Some(files) = files {
        files.finish(&summary.to_json(&options.source)?)?;
    }
    print(&summary.to_text(&options.source)?)
}

/// Reads every row, and schedules it or says why not.
fn schedule_all(
    book: &mut dyn LoanBook,
    summary: &mut Summary,
    mut files: Option<&mut Files>,
) -> Result<(), Failure> {
    let bar = progress_bar(book.progress().1);
    let mut buffer = Vec::new();
    while let Some(row) = book.next_row()? {
        bar.set_position(book.progress().0);
        let scheduled = row.loan.and_then(|loan| match schedule(&loan, book.products(), &mut buffer) {
            Ok(totals) => Ok((loan, totals)),
            Err(error) => {
                let column = book.column_of(error.field());
                Err(Refusal::of(&error, loan.id, column))
            }
        });
        match scheduled {
            Ok((loan, totals)) => {
                summary.count(&loan, &totals, &buffer[..totals.rows]);
                if let Some(files) = &mut files {
                    let code = book.products()[loan.product].code;
                    files.write_schedule(&loan.id, code, &buffer[..totals.rows], book.currency())?;
                }
            }
            Err(refusal) => {
                if let Some(files) = &mut files {
                    files.write_refusal(row.line, &refusal)?;
                }
                summary.refuse(row.line, refusal);
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// This is all there is to it: check the loan, write its rows into a buffer that every loan uses again.
fn schedule(
    loan: &BookLoan,
    products: &[BookProduct],
    buffer: &mut Vec<Instalment>,
) -> puhui::Result<Totals> {
    let loan = loan.check(products)?;
    if buffer.len() < loan.max_rows() {
        buffer.resize(loan.max_rows(), Instalment::EMPTY);
    }
    loan.schedule().write_into(buffer)
}

/// A bar on the standard error stream, hidden where that is no terminal.
fn progress_bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {elapsed}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Prints; a reader that has gone away is no error.
fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
