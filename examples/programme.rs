//! Reads packs, policy as data (`docs/PACK.md`): lists what is wrong with one, or writes its canonical form and hash.
//!
//! ```text
//! cargo run --release --example programme -- --check FILE                   lists what is wrong with a pack
//! cargo run --release --example programme -- --canonical FILE               its canonical form, and the SHA-256 of it
//! cargo run --release --example programme -- --check FILE --bases DIR       of a pack that builds on one of DIR
//! ```

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
    let text = read(&options.pack)?;
    let bases = options.bases.as_deref().map_or(Ok(Vec::new()), bases)?;
    let bases: Vec<&Pack> = bases.iter().collect();
    let faults = Pack::check(&text, &bases);
    let listed: String = faults.iter().map(|fault| format!("{}:{fault}\n", options.pack.display())).collect();
    if !faults.is_empty() {
        terminal::print(&listed)?;
        return Err(format!("{}: {} wrong", options.pack.display(), faults.len()).into());
    }
    let pack = Pack::read(&text, &bases).map_err(|fault| fault.to_string())?;
    terminal::print(&match options.asked {
        Asked::Check => format!("{} {}: nothing is wrong\n", pack.id(), pack.edition()),
        Asked::Canonical => format!("{}\n{}\n", pack.canonical(), pack.sha256()),
    })
}

fn read(file: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?)
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
