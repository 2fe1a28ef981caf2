//! The order of the rooms: a room uses those before it, none after it and none beside it, and no files go in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::sources::{FACADE, Sources};

#[path = "house/sources.rs"]
mod sources;

/// The rooms from the ground up; those on one line do not use each other. A file belongs to the longest name that it lies in.
const ROOMS: &[&[&str]] = &[
    &["error"],
    &["decimal_text"],
    &["vocabulary"],
    &["money"],
    &["exact"],
    &["ratio", "calendar"],
    &["share"],
    &["rate", "dated"],
    &["record"],
    &["columns", "class"],
    &["loan/agreement"],
    &["loan/schedule"],
    &["loan/relief"],
    &["loan/plan"],
    &["loan/impact"],
    &["loan/account", "loan/credit_line"],
    &["portfolio", "community"],
    &["wire"],
    &["programme"],
    &["ffi/boundary"],
    &["ffi"],
];

fn sources() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The place of a file's room from the ground up, and the room's name.
fn room(file: &str) -> Option<(usize, &'static str)> {
    let within =
        |room: &str| file.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let rooms =
        ROOMS.iter().enumerate().flat_map(|(place, names)| names.iter().map(move |name| (place, *name)));
    rooms.filter(|(_, name)| within(name)).max_by_key(|(_, name)| name.len())
}

#[test]
fn every_file_is_in_a_room() {
    let sources = sources();
    for file in sources.names().filter(|file| *file != FACADE) {
        assert!(room(file).is_some(), "{file} is in no room");
    }
    assert_eq!(sources.uses(FACADE), BTreeSet::new());
    let empty = |room: &&str| !sources.names().any(|file| file == *room);
    assert_eq!(ROOMS.concat().into_iter().filter(|room| empty(room)).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let sources = sources();
    let mut wrong = Vec::new();
    for file in sources.names() {
        for used in sources.uses(file) {
            let right = match (room(file), room(used)) {
                (Some((above, own)), Some((below, theirs))) => own == theirs || below < above,
                _ => false,
            };
            if !right {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "against the order of the rooms:\n{}", wrong.join("\n"));
}

#[test]
fn no_files_go_in_a_circle() {
    let sources = sources();
    let uses: BTreeMap<&str, BTreeSet<&str>> =
        sources.names().map(|file| (file, sources.uses(file))).collect();
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|file| (*file, reach(file, &uses))).collect();
    let circle = |file: &&str| -> BTreeSet<&str> {
        reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect()
    };
    let circles: BTreeSet<_> = uses.keys().map(circle).filter(|circle| !circle.is_empty()).collect();
    assert!(circles.is_empty(), "circles: {circles:#?}");
}

/// The files that a file leads to; itself, if it lies in a circle.
fn reach<'a>(file: &'a str, uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![file]);
    while let Some(file) = next.pop() {
        next.extend(uses[file].iter().filter(|used| seen.insert(**used)));
    }
    seen
}

/// Who reads the page of a module reads all its names.
#[test]
fn a_loan_shows_few_names() {
    let sources = sources();
    let names = sources.exports(FACADE);
    assert!(names.len() <= 75, "{} names: {}", names.len(), names.join(" "));
}
