//! Grants one relief to every loan of a book that falls in its window, overnight.
//!
//! ```text
//! cargo run --release --example relief_night                    a generated book of 100,000 loans, spring 2020
//! cargo run --release --example relief_night -- --sba FILE      real loans, of the US Small Business Administration
//! cargo run --release --example relief_night -- --out DIR       and what became of every loan into DIR/outcomes.csv
//! cargo run --release --example relief_night -- --pack cn/sme-deferral --on 2020-03-01
//!                                                               every loan lived to the day, and decided by a programme
//! cargo run --release --example relief_night -- --pack cn/poverty-microcredit --on 2020-03-31 --check
//!                                                               lists the loans outside the rules of their programme
//! ```

#[cfg(feature = "packs")]
#[path = "relief_night/by_pack.rs"]
mod by_pack;
#[path = "support/chart.rs"]
mod chart;
#[path = "relief_night/decision.rs"]
mod decision;
#[path = "relief_night/figure.rs"]
mod figure;
#[path = "relief_night/options.rs"]
mod options;
#[cfg(feature = "packs")]
#[path = "support/packs.rs"]
mod packs;
#[path = "relief_night/picture.rs"]
mod picture;
#[path = "relief_night/relief_options.rs"]
mod relief_options;
#[path = "relief_night/summary.rs"]
mod summary;
mod support;

use std::process::ExitCode;

use decision::Decision;
use options::Options;
use picture::Album;
use summary::Summary;
use support::files::Files;
use support::loan_book::{Failure, LoanBook, Refusal};
use support::terminal;

fn main() -> ExitCode {
    terminal::run("relief_night", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    #[cfg(feature = "packs")]
    if let Some(night) = &options.night {
        return by_pack::run(night, &options.source);
    }
    let mut book = options.source.open()?;
    let create = |dir| Files::create(dir, "outcomes.csv", &decision::COLUMNS);
    let mut files = options.out.as_deref().map(create).transpose()?;
    let mut summary = Summary::new(book.as_ref());
    let mut album = Album::new(options)?;
    decide_all(book.as_mut(), options, &mut summary, &mut album, files.as_mut())?;
    let picture = album.picture()?;
    if let Some(files) = files {
        files.finish(&[("loan.svg", picture)], &summary.to_json(options)?)?;
    }
    terminal::print(&summary.to_text(options)?)
}

/// Reads every row, and grants its loan the relief or says why not.
fn decide_all(
    book: &mut dyn LoanBook,
    options: &Options,
    summary: &mut Summary,
    album: &mut Album,
    mut files: Option<&mut Files>,
) -> Result<(), Failure> {
    let bar = terminal::progress_bar(book.progress().1);
    while let Some(row) = book.next_row()? {
        bar.set_position(book.progress().0);
        let decided = row.loan.and_then(|book_loan| {
            let loan = book_loan.check(book.products());
            match loan.and_then(|loan| Decision::of(&loan, &options.relief)) {
                Ok(decision) => Ok((book_loan, decision)),
                Err(error) => {
                    let column = book.column_of(error.field());
                    Err(Refusal::of(&error, book_loan.id, column))
                }
            }
        });
        match decided {
            Ok((loan, decision)) => {
                summary.count(&loan, &decision);
                album.look_at(&loan, book.products(), &decision)?;
                if let Some(files) = &mut files {
                    decision.write(files, &loan.id, book.currency())?;
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
