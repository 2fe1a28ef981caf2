//! Decides cases by a pack, policy as data (`docs/PACK.md`), and says why; lists what is wrong with one, prints it as a page, or writes its
//! canonical form.
//!
//! ```text
//! cargo run --release --example programme -- cn/sme-deferral < cases.jsonl           each decision, as a clerk reads it
//! cargo run --release --example programme -- cn/sme-deferral --json < cases.jsonl    one answer a line
//! cargo run --release --example programme -- --check FILE                            lists what is wrong with a pack
//! cargo run --release --example programme -- --print cn/sme-deferral                 its page, to be held against the circular
//! cargo run --release --example programme -- --canonical FILE                        its canonical form, and the SHA-256 of it
//! cargo run --release --example programme -- --check FILE --bases DIR                of a pack that builds on one of DIR
//! ```
//!
//! A pack is a file, or the id of one that comes with the library. A case is a line:
//! `{"facts":{"case.on":"2020-03-01","loan.amount":"50000.00"},"choices":{},"rows":[{"on":"2020-03-20","principal":"1000.00"}]}`.

#[path = "programme/cases.rs"]
mod cases;
#[path = "programme/options.rs"]
mod options;
#[path = "support/packs.rs"]
mod packs;
#[allow(dead_code, reason = "the rest is for whole loan books")]
mod support;

use std::process::ExitCode;

use puhui::programme::Pack;
use pulldown_cmark::Parser;

use options::{Asked, Options};
use support::loan_book::Failure;
use support::terminal;

fn main() -> ExitCode {
    terminal::run("programme", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let name = options.pack.display();
    let (text, bases) = packs::found(&options.pack, options.bases.as_deref())?;
    let bases: Vec<&Pack> = bases.iter().collect();
    let faults = Pack::check(&text, &bases);
    let listed: String = faults.iter().map(|fault| format!("{name}:{fault}\n")).collect();
    if !faults.is_empty() {
        terminal::print(&listed)?;
        return Err(format!("{name}: {} wrong", faults.len()).into());
    }
    let pack = Pack::read(&text, &bases).map_err(|fault| fault.to_string())?;
    match options.asked {
        Asked::Decide => cases::decide(&pack, options),
        Asked::Check => terminal::print(&format!("{} {}: nothing is wrong\n", pack.id(), pack.edition())),
        Asked::Print => options.languages.iter().try_for_each(|language| {
            let page = pack.page(*language);
            terminal::print(&if options.html { html(&page) } else { page })
        }),
        Asked::Canonical => terminal::print(&format!("{}\n{}\n", pack.canonical(), pack.sha256())),
    }
}

/// A page in Markdown as one in HTML.
fn html(page: &str) -> String {
    let mut body = String::new();
    pulldown_cmark::html::push_html(&mut body, Parser::new_ext(page, pulldown_cmark::Options::ENABLE_TABLES));
    format!("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n{body}")
}
