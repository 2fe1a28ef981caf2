//! The statement of one loan through a bad year: paid on time, deferred, paid in part, late, twice corrected, and ahead.
//!
//! ```text
//! cargo run --release --example statement                  prints it, and draws target/statement/statement.svg
//! cargo run --release --example statement -- --out DIR     draws DIR/statement.svg
//! ```

#[path = "support/chart.rs"]
mod chart;
#[path = "statement/figure.rs"]
mod figure;
#[path = "statement/life.rs"]
mod life;
#[path = "statement/lines.rs"]
mod lines;
#[path = "statement/options.rs"]
mod options;
#[allow(dead_code, reason = "the rest is for whole loan books")]
mod support;
#[path = "statement/text.rs"]
mod text;

use std::fs;
use std::process::ExitCode;

use puhui::loan::Account;
use puhui::parse_date;

use lines::Statement;
use options::Options;
use support::loan_book::Failure;
use support::terminal;

fn main() -> ExitCode {
    terminal::run("statement", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let record = life::loan()?;
    let (loan, events) = (record.loan()?, life::events(&record)?);
    let currency = record.product().rules().currency;
    let until = parse_date(life::UNTIL, "until")?;
    let lines = Statement::lines(&loan, &events, until)?;
    let account = Account::replay(&loan, &events, until)?;

    let mut text = text::head(&loan)?;
    text += &text::statement(&lines, currency)?;
    text += &text::postings(&account.postings()?, life::MONTH, currency)?;
    text += &text::position(&account, parse_date(life::PAY_OFF, "pay_off")?, currency)?;

    let file = options.out.join("statement.svg");
    let cannot = |error| format!("--out: {}: {error}", file.display());
    let picture = figure::draw(&loan, &events, &lines, until)?;
    fs::create_dir_all(&options.out).and_then(|()| fs::write(&file, picture)).map_err(cannot)?;
    text += &format!("\nthe year as a picture: {}\n", file.display());
    terminal::print(&text)
}
