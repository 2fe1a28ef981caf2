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
#[allow(dead_code, reason = "the rest is for whole loan books")]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use puhui::programme::Pack;

use options::{Asked, Options};
use support::loan_book::Failure;
use support::terminal;

fn main() -> ExitCode {
    terminal::run("programme", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let name = options.pack.display();
    let (text, bases) = found(options)?;
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
        Asked::Print => {
            options.languages.iter().try_for_each(|language| terminal::print(&pack.page(*language)))
        }
        Asked::Canonical => terminal::print(&format!("{}\n{}\n", pack.canonical(), pack.sha256())),
    }
}

/// The text of a pack, a file's or that of the library's own, and what it may build on.
fn found(options: &Options) -> Result<(String, Vec<Pack>), Failure> {
    let mut bases = options.bases.as_deref().map_or(Ok(Vec::new()), bases)?;
    for id in Pack::built_in_ids() {
        if !bases.iter().any(|base| base.id() == id) {
            bases.extend(Pack::built_in(id).map_err(|fault| format!("{id}: {fault}"))?);
        }
    }
    let built_in = options.pack.to_str().and_then(Pack::built_in_text);
    match built_in {
        Some(text) if !options.pack.exists() => Ok((text.to_owned(), bases)),
        _ => Ok((read(&options.pack)?, bases)),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(file).map_err(|error| {
        let ids: Vec<&str> = Pack::built_in_ids().collect();
        format!("{}: {error}; a pack is a file, or one of {}", file.display(), ids.join(" "))
    })?)
}

/// The packs of a folder and of those in it that can be read: those that build on none first, then what builds on them. What is
/// wrong with another pack of the folder is no fault of the one that was asked for.
fn bases(folder: &Path) -> Result<Vec<Pack>, Failure> {
    let mut left = Vec::new();
    for file in files(folder)? {
        left.push(read(&file)?);
    }
    let mut packs: Vec<Pack> = Vec::new();
    loop {
        let (before, known): (usize, Vec<&Pack>) = (left.len(), packs.iter().collect());
        let (found, others): (Vec<_>, Vec<_>) = left
            .into_iter()
            .map(|text| (Pack::read(&text, &known), text))
            .partition(|(pack, _)| pack.is_ok());
        packs.extend(found.into_iter().filter_map(|(pack, _)| pack.ok()));
        left = others.into_iter().map(|(_, text)| text).collect();
        if left.len() == before {
            return Ok(packs);
        }
    }
}

/// The packs of a folder and of its folders, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error| format!("--bases: {}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
