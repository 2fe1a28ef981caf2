//! Schedules a whole loan book: every instalment of every loan, summed by product.
//!
//! ```text
//! cargo run --release --example book                       a generated book of 100,000 loans
//! cargo run --release --example book -- --sba FILE         real loans, of the US Small Business Administration
//! cargo run --release --example book -- --out DIR          and every instalment into DIR/schedules.csv
//! ```

#[path = "book/options.rs"]
mod options;
#[path = "book/summary.rs"]
mod summary;
mod support;

use std::process::ExitCode;

use puhui::Currency;
use puhui::loan::{Instalment, Totals};

use options::Options;
use summary::Summary;
use support::files::Files;
use support::loan_book::{BookLoan, BookProduct, Failure, LoanBook, Refusal};
use support::terminal;

const COLUMNS: [&str; 11] = [
    "loan_id",
    "product",
    "no",
    "due_on",
    "days",
    "opening",
    "principal",
    "interest",
    "fees",
    "payment",
    "closing",
];

fn main() -> ExitCode {
    terminal::run("book", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let mut book = options.source.open()?;
    let create = |dir| Files::create(dir, "schedules.csv", &COLUMNS);
    let mut files = options.out.as_deref().map(create).transpose()?;
    let mut summary = Summary::new(book.as_ref());
    schedule_all(book.as_mut(), &mut summary, files.as_mut())?;
    if let Some(files) = files {
        files.finish(&[], &summary.to_json(&options.source)?)?;
    }
    terminal::print(&summary.to_text(&options.source)?)
}

/// Reads every row, and schedules it or says why not.
fn schedule_all(
    book: &mut dyn LoanBook,
    summary: &mut Summary,
    mut files: Option<&mut Files>,
) -> Result<(), Failure> {
    let bar = terminal::progress_bar(book.progress().1);
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
                    write_schedule(files, &loan.id, code, &buffer[..totals.rows], book.currency())?;
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

/// Writes the rows of one loan.
fn write_schedule(
    files: &mut Files,
    loan_id: &str,
    product: &str,
    rows: &[Instalment],
    currency: Currency,
) -> Result<(), Failure> {
    for row in rows {
        files.write_cell(loan_id)?;
        files.write_cell(product)?;
        files.write_cell(row.no)?;
        files.write_cell(row.due_on)?;
        files.write_cell(row.days)?;
        for amount in [row.opening, row.principal, row.interest, row.fees, row.payment, row.closing] {
            files.write_cell(amount.display(currency))?;
        }
        files.end_row()?;
    }
    Ok(())
}
