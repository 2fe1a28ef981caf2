//! How `include/puhui.h` is made, for whoever changes the border, and for the test that it is not stale.
//!
//! cbindgen writes the types and functions of `src/ffi`; `src/ffi/declared.rs` says what structs start as, and what the codes are.
//! All are put in sections, one a subject, each after its page of `checks/border/tests/header/pages`: what the section is for, and its use.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::{fmt::Write as _, fs};

use puhui::ffi::declared::{Code, Family, families, inits};

use crate::initial;
use crate::items::{Item, Kind, items, names, number};

/// The sections: the page, and the sources whose types and functions stand there.
pub(crate) const SECTIONS: &[(&str, &[&str])] = &[
    ("values", &["ffi/boundary/status", "ffi/language", "ffi/boundary/error", "ffi/figure"]),
    ("calendar", &["ffi/calendar"]),
    ("product", &["ffi/servicing", "ffi/product"]),
    ("loan", &["ffi/loan", "ffi/benchmark", "ffi/loan_columns"]),
    ("schedule", &["ffi/instalment", "ffi/schedule"]),
    ("relief", &["ffi/relief", "ffi/relieve"]),
    // The record of an account is one for Rust and C.
    ("account", &["ffi/event", "loan/account/state", "ffi/account", "ffi/record", "ffi/roll"]),
    ("credit_line", &["ffi/credit_line"]),
    ("book", &["ffi/book", "ffi/sums", "ffi/tally", "ffi/distinct", "ffi/growth"]),
    (
        "statistics",
        &[
            "ffi/concentration",
            "ffi/compliance",
            "ffi/targeted",
            "ffi/needs",
            "ffi/status_register",
            "ffi/region_list",
        ],
    ),
    ("coverage", &["ffi/coverage"]),
];

/// The C header.
pub(crate) fn header(root: &Path) -> Result<String, Box<dyn Error>> {
    let source = |name: &str| root.join("src").join(name).with_extension("rs");
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let mut builder = cbindgen::Builder::new().with_config(config);
    for name in SECTIONS.iter().flat_map(|(_, sources)| *sources) {
        builder = builder.with_src(source(name));
    }
    let mut written = Vec::new();
    builder.generate()?.write(&mut written);
    let written = String::from_utf8(written)?;
    let before = written.find("\n/**").ok_or("no item")?;
    let mut items = items(&written[before..]);
    items.extend(families().iter().flat_map(codes));
    let inits = inits();
    let starts: Vec<_> = inits.iter().map(|init| (init.of, initial::item(init, &inits, &items))).collect();

    let mut header = format!("{}\n#ifdef __cplusplus\nextern \"C\" {{\n#endif\n", &written[..before]);
    for (page, sources) in SECTIONS {
        let page = read(root, page)?;
        let sources =
            sources.iter().map(|name| fs::read_to_string(source(name))).collect::<Result<String, _>>()?;
        let mut section: Vec<Item>;
        (section, items) = items.into_iter().partition(|item| declares(&sources, &item.name));
        let asking = section.iter().map(|item| &item.text).chain([&page]);
        let families: BTreeSet<String> = asking.flat_map(|text| names(text)).map(str::to_owned).collect();
        let asked = |item: &Item| {
            let within = |family: &String| family.ends_with('_') && item.name.starts_with(family);
            families.contains(&item.name) || families.iter().any(within)
        };
        let codes: Vec<Item>;
        (codes, items) = items.into_iter().partition(|item| item.kind == Kind::Number && asked(item));
        section.extend(codes);
        section.extend(starts.iter().filter(|(of, _)| declares(&sources, of)).map(|(_, item)| item.clone()));
        section.sort_by_key(|item| item.kind);
        write!(header, "\n{page}")?;
        for item in section {
            write!(header, "\n{}", item.text)?;
        }
    }
    if let Some(item) = items.first() {
        return Err(format!(
            "{} is in no section: see SECTIONS in checks/border/tests/header/generate.rs",
            item.name
        )
        .into());
    }
    header.push_str("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    // What a caller must see to has the heading in Rust that its tools ask for; a reader of C knows no such word.
    Ok(header.replace(" * # Safety\n", " * # Requirements\n"))
}

/// The codes of a vocabulary, each with its comment; ahead of the first stands what they are the codes of.
fn codes(family: &Family) -> Vec<Item> {
    let mut ahead = comment("/*", &format!("`{}_*`: {}", family.prefix, family.about)) + "\n";
    let code = |code: &Code| {
        let text = format!(
            "{}{}#define {} {}\n",
            std::mem::take(&mut ahead),
            comment("/**", &code.about),
            code.name,
            code.number
        );
        Item { kind: Kind::Number, name: code.name.clone(), text }
    };
    family.codes.iter().map(code).collect()
}

/// A comment of C, of text that may have links of rustdoc in it.
fn comment(open: &str, about: &str) -> String {
    let mut comment = format!("{open}\n");
    let mut line = String::from(" *");
    for word in without_links(about).split(' ') {
        if line.len() > 2 && line.chars().count() + word.chars().count() > 118 {
            writeln!(comment, "{line}").expect("a string");
            line = String::from(" *");
        }
        line.push(' ');
        line.push_str(word);
    }
    format!("{comment}{line}\n */\n")
}

/// Text with what links say, and not where they lead.
fn without_links(about: &str) -> String {
    let (mut text, mut rest) = (String::new(), about);
    while let Some((before, after)) = rest.split_once('[') {
        let (said, after) = after.split_once(']').expect("the end of a link");
        text.push_str(before);
        text.push_str(said);
        rest = after.strip_prefix('(').and_then(|to| to.split_once(')')).map_or(after, |(_, after)| after);
    }
    text + rest
}

/// The page that a section opens with.
fn read(root: &Path, page: &str) -> Result<String, Box<dyn Error>> {
    let page = root.join("checks/border/tests/header/pages").join(page).with_extension("h");
    fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()).into())
}

/// The uses that the pages show, for a program of C to include.
pub(crate) fn uses(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut uses = String::from(
        "/* The uses in the pages of puhui.h. Generated by checks/border/tests/header.rs; do not edit. */\n",
    );
    for (page, _) in SECTIONS {
        let page = read(root, page)?;
        let lines = page.lines().filter_map(|line| line.strip_prefix(" *     "));
        write!(uses, "\nstatic {}\n", lines.collect::<Vec<_>>().join("\n"))?;
    }
    Ok(uses)
}

/// `include/puhui.hpp` with a strong type for each family of codes that the C header names, between its marks.
pub(crate) fn with_codes(hpp: &str, header: &str) -> Result<String, Box<dyn Error>> {
    let items = items(&header[header.find("\n/**").ok_or("no item")?..]);
    let (mut codes, mut written) = (String::from("\nnamespace code {\n"), BTreeSet::new());
    for family in items.iter().flat_map(|item| names(&item.text)).filter(|family| family.ends_with('_')) {
        let of: Vec<_> = items
            .iter()
            .filter(|item| item.kind == Kind::Number && number(item).is_some())
            .filter_map(|item| Some((item.name.strip_prefix(family)?, item)))
            .collect();
        let name = family.trim_start_matches("PUHUI_").trim_end_matches('_').to_lowercase();
        // Those of a method are a part of its family; those of an instalment are bits.
        let other = ["PUHUI_ERR_", "PUHUI_METHOD_GRADUATED_", "PUHUI_INSTALMENT_"].contains(&family);
        if other || of.is_empty() || !written.insert(family) {
            continue;
        }
        write!(codes, "\n/// One of `{family}*`.\nenum class {} : std::uint32_t {{\n", word(&name))?;
        for (rest, item) in of {
            writeln!(codes, "  {} = {},", word(&rest.to_lowercase()), item.name)?;
        }
        codes.push_str("};\n");
    }
    codes.push_str("\n}  // namespace code\n\n");
    let (before, rest) = hpp.split_once(BEGIN).ok_or("no mark where the codes begin")?;
    let (_, after) = rest.split_once(END).ok_or("no mark where the codes end")?;
    Ok(format!("{before}{BEGIN}{codes}{END}{after}"))
}

const BEGIN: &str = "// The codes: written by checks/border/tests/header.rs.\n";
const END: &str = "// The end of the codes.\n";

/// A name that C++ takes.
fn word(name: &str) -> String {
    match name {
        "class" | "protected" => format!("{name}_"),
        _ if name.starts_with(|first: char| first.is_ascii_digit()) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

/// Whether the sources declare a type, a function or a number of this name.
fn declares(sources: &str, name: &str) -> bool {
    let name = if name == "puhui_account_state" { "AccountState" } else { name };
    ["pub struct ", "fn ", "pub const "].iter().any(|word| {
        let rest = |(at, _)| &sources[at + word.len() + name.len()..];
        let ends = |rest: &str| rest.starts_with([' ', '(', ':', ';']);
        sources.match_indices(&format!("{word}{name}")).map(rest).any(ends)
    })
}
