//! Packs by their ids or files, and those that they build on.

use std::fs;
use std::path::{Path, PathBuf};

use puhui::programme::Pack;

use crate::support::loan_book::Failure;

/// The text of a pack, a file's or that of the library's own, and what it may build on.
pub fn found(pack: &Path, folder: Option<&Path>) -> Result<(String, Vec<Pack>), Failure> {
    let mut bases = folder.map_or(Ok(Vec::new()), bases)?;
    for id in Pack::built_in_ids() {
        if !bases.iter().any(|base| base.id() == id) {
            bases.extend(Pack::built_in(id).map_err(|fault| format!("{id}: {fault}"))?);
        }
    }
    let built_in = pack.to_str().and_then(Pack::built_in_text);
    match built_in {
        Some(text) if !pack.exists() => Ok((text.to_owned(), bases)),
        _ => Ok((read(pack)?, bases)),
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
