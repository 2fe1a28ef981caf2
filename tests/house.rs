//! The order of the rooms: a room uses those below it, never one above, and no two in a circle. Read from the `use` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up. What is not named belongs to the room of its folder.
const ROOMS: &[&[&str]] = &[
    &["error", "vocabulary", "decimal_text", "exact", "money", "ratio", "share"],
    &["calendar"],
    &["rate", "dated"],
    &["columns", "class"],
    &["loan/agreement"],
    &["loan/schedule"],
    &["loan/relief"],
    &["loan/plan"],
    &["loan/impact"],
    &["loan/account", "loan/credit_line"],
    &["portfolio", "community"],
    &["wire"],
    &["ffi/boundary"],
    &["ffi"],
];

/// A file of the sources, and the files that it uses outside its tests.
struct Source {
    name: String,
    uses: BTreeSet<String>,
}

fn files(below: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(below).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `{a, b::{c, d}}` behind a prefix, as paths.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        paths.push(format!("{prefix}{path}"));
        return;
    };
    let (head, rest) = tree.split_at(open);
    let inner = &rest[1..rest.rfind('}').unwrap()];
    let (mut depth, mut start) = (0_i32, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    expand(&format!("{prefix}{head}"), &inner[start..at], paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The paths that a text uses: of its `use` items, and those written out with `crate::` in its code.
fn used_paths(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n").replace("pub(in crate::ffi)", "pub");
    let mut paths = Vec::new();
    for item in code.split(';') {
        if let Some(at) =
            item.rfind("\nuse ").map(|at| at + 5).or_else(|| item.strip_prefix("use ").map(|_| 4))
        {
            expand("", &item[at..], &mut paths);
        }
    }
    for (at, _) in code.match_indices("crate::") {
        let path: String = code[at..]
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || "_:".contains(*letter))
            .collect();
        paths.push(path);
    }
    paths
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    let name = |path: &PathBuf| {
        path.strip_prefix(&root).unwrap().with_extension("").to_str().unwrap().replace('\\', "/")
    };
    let names: BTreeSet<String> = found.iter().map(name).collect();
    let mut sources = Vec::new();
    for path in &found {
        let own = name(path);
        // The facade re-exports all, and what tests use is theirs.
        if own == "lib" {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let parent = own.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default();
        let mut uses = BTreeSet::new();
        for path in used_paths(text) {
            let mut parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
            let base = match parts.first() {
                Some(&"crate") => {
                    parts.remove(0);
                    String::new()
                }
                Some(&"super") => {
                    let mut base = parent.clone();
                    parts.remove(0);
                    while parts.first() == Some(&"super") {
                        parts.remove(0);
                        base = base.rsplit_once('/').map(|(up, _)| up.to_owned()).unwrap_or_default();
                    }
                    base
                }
                // A module of its own.
                Some(_) => own.clone(),
                None => continue,
            };
            // The longest file that the path leads into.
            for length in (1..=parts.len()).rev() {
                let tail = parts[..length].join("/");
                let candidate = if base.is_empty() { tail } else { format!("{base}/{tail}") };
                if names.contains(&candidate) {
                    if candidate != own {
                        uses.insert(candidate);
                    }
                    break;
                }
            }
        }
        sources.push(Source { name: own, uses });
    }
    sources
}

fn room(file: &str) -> Option<usize> {
    let within = |room: &str| file == room || file.starts_with(&format!("{room}/"));
    let fits = ROOMS.iter().enumerate().flat_map(|(at, names)| names.iter().map(move |name| (at, name)));
    fits.filter(|(_, name)| within(name)).max_by_key(|(_, name)| name.len()).map(|(at, _)| at)
}

/// The module file of a folder declares and re-exports what lies in it: that is no use of it.
fn is_facade_of(file: &str, other: &str) -> bool {
    other.starts_with(&format!("{file}/"))
}

#[test]
fn every_file_is_in_a_room() {
    for source in sources() {
        assert!(source.name == "loan" || room(&source.name).is_some(), "{} is in no room", source.name);
    }
}

#[test]
fn no_room_uses_one_above_it() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(own) = room(&source.name) else { continue };
        for other in &source.uses {
            if other == "loan" || is_facade_of(&source.name, other) {
                continue;
            }
            let above = room(other).is_none_or(|theirs| theirs > own);
            if above {
                wrong.push(format!("{} uses {other}", source.name));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows up:\n{}", wrong.join("\n"));
}

/// Files that belong together by nature: what makes rows, what iterates them, and the room that holds both.
const TOGETHER: &[&str] = &[];

#[test]
fn no_two_files_use_each_other() {
    let all: BTreeMap<String, BTreeSet<String>> = sources()
        .into_iter()
        .map(|source| {
            let uses =
                source.uses.iter().filter(|other| !is_facade_of(&source.name, other)).cloned().collect();
            (source.name, uses)
        })
        .collect();
    let reach = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(file) = next.pop() {
            for other in all.get(&file).into_iter().flatten() {
                if seen.insert(other.clone()) {
                    next.push(other.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = all.keys().map(|file| (file, reach(file))).collect();
    let mut circles: BTreeSet<Vec<&str>> = BTreeSet::new();
    for (file, reaches) in &reached {
        if reaches.contains(*file) {
            let circle =
                all.keys().filter(|other| reaches.contains(*other) && reached[other].contains(*file));
            circles.insert(circle.map(String::as_str).collect());
        }
    }
    let circles: Vec<_> =
        circles.iter().filter(|circle| !circle.iter().all(|file| TOGETHER.contains(file))).collect();
    assert!(circles.is_empty(), "circles: {circles:#?}");
}
