//! The pages of `docs` and the README hold: the program of the page on migrating compiles, runs and prints what the page says; what the
//! glossary names is there; the tests that a page names are there; links lead somewhere.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

#[path = "support/libraries.rs"]
mod libraries;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use skip::root;

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of all files below a folder that end so.
fn all_below(folder: &str, extension: &str) -> String {
    fn collect(folder: &Path, extension: &str, text: &mut String) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, extension, text);
            } else if path.extension().is_some_and(|found| found == extension) {
                text.push_str(&read(&path));
            }
        }
    }
    let mut text = String::new();
    collect(&root().join(folder), extension, &mut text);
    text
}

/// The pages, each by its path from the root.
fn pages() -> Vec<String> {
    let docs = fs::read_dir(root().join("docs")).expect("docs");
    let docs = docs.map(|entry| entry.expect("a page").file_name().to_string_lossy().into_owned());
    let pages: Vec<String> =
        docs.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    assert!(pages.len() >= 5, "where are the pages?");
    [vec!["README.md".to_owned()], pages].concat()
}

/// What stands in the fenced blocks of a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let parts = page.split("```").skip(1).step_by(2);
    let of_language =
        parts.filter_map(|part| part.strip_prefix(language)).filter_map(|part| part.strip_prefix('\n'));
    of_language.map(str::to_owned).collect()
}

/// What stands outside of fenced blocks.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    page.split("```").step_by(2)
}

/// What stands in backquotes, outside of fenced blocks.
fn quoted(page: &str) -> Vec<&str> {
    prose(page).flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn the_program_of_the_page_on_migrating_prints_what_the_page_says() {
    let test = "the_program_of_the_page_on_migrating_prints_what_the_page_says";
    if !libraries::have("c++", test) {
        return;
    }
    let page = read("docs/MIGRATING.md");
    let expected = blocks(&page, "text").concat();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("migrating");
    fs::create_dir_all(&folder).expect("a folder");
    let (source, program) = (folder.join("migrating.cpp"), folder.join("migrating"));
    fs::write(&source, blocks(&page, "cpp").concat()).expect("write the program");
    let built = libraries::compile("c++", &source, &program)
        .args(["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
        .output()
        .expect("run the compiler");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let ran = Command::new(&program).current_dir(&folder).output().expect("run the program");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stdout), expected);
    // The states of four accounts.
    assert_eq!(fs::metadata(folder.join("states.bin")).expect("the states").len(), 4 * 128);
}

/// Whether something of this name is declared in the sources.
fn is_declared(sources: &str, name: &str) -> bool {
    ["struct ", "enum ", "fn ", "class "].iter().any(|kind| {
        let declared = format!("{kind}{name}");
        sources.match_indices(&declared).any(|(at, _)| {
            let next = sources[at + declared.len()..].chars().next();
            next.is_none_or(|char| !char.is_alphanumeric() && char != '_')
        })
    })
}

/// The words of a text.
fn words(text: &str) -> BTreeSet<&str> {
    text.split(|char: char| !char.is_alphanumeric() && char != '_').collect()
}

#[test]
fn what_the_glossary_names_is_there() {
    let (page, sources, header) = (read("docs/GLOSSARY.md"), all_below("src", "rs"), read("include/puhui.h"));
    let (rust, c) = (words(&sources), words(&header));
    let mut terms = BTreeSet::new();
    let heads = ["| term ", "|---"];
    for line in
        page.lines().filter(|line| line.starts_with('|') && !heads.iter().any(|head| line.starts_with(head)))
    {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let &[term, _, _, in_rust, in_c] = cells.as_slice() else { panic!("five cells: {line}") };
        assert!(terms.insert(term.split(':').next()), "{term} has two lines");
        for name in quoted(in_rust) {
            let (owner, member) = name.split_once("::").unwrap_or((name, name));
            // The densities are declared by a macro of their own.
            let declared = is_declared(&sources, owner) || owner.starts_with("Per");
            assert!(declared && rust.contains(member), "{term}: no {name} in src");
        }
        for name in quoted(in_c) {
            let found = match name.strip_suffix('*') {
                Some(start) => c.iter().any(|word| word.starts_with(start)),
                None => c.contains(name),
            };
            assert!(found, "{term}: no {name} in puhui.h");
        }
    }
    assert!(terms.len() > 100, "{} terms", terms.len());
}

#[test]
fn the_tests_that_a_page_names_are_there() {
    let mut named = 0;
    for page in pages() {
        let text = read(&page);
        for (file, test) in quoted(&text).into_iter().filter_map(|name| name.split_once(".rs::")) {
            let sources = read(format!("{file}.rs"));
            assert!(sources.contains(&format!("#[test]\nfn {test}(")), "{page}: no test {test} in {file}.rs");
            named += 1;
        }
    }
    assert!(named > 15, "{named} tests");
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|char| char.is_alphanumeric() || " -_".contains(*char))
        .map(|char| if char == ' ' { '-' } else { char })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut led = 0;
    for page in pages() {
        let text = read(&page);
        let folder = Path::new(&page).parent().expect("a folder");
        let links = prose(&text).flat_map(|part| part.split("](").skip(1));
        let targets = links.filter_map(|rest| rest.split(')').next()).filter(|to| !to.contains("://"));
        for target in targets {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() { PathBuf::from(&page) } else { folder.join(path) };
            assert!(root().join(&path).exists(), "{page}: no {target}");
            if !heading.is_empty() {
                let there = read(&path).lines().any(|line| line.starts_with('#') && anchor(line) == heading);
                assert!(there, "{page}: no heading for {target}");
            }
            led += 1;
        }
    }
    assert!(led > 50, "{led} links");
}
