//! The committed C header is what the sources of the border say, and it stands on its own.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

#[path = "header/generate.rs"]
mod generate;
#[path = "header/initial.rs"]
mod initial;
#[path = "header/items.rs"]
mod items;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use skip::{root, skip};

const HEADER: &str = "include/puhui.h";
const HPP: &str = "include/puhui.hpp";
const USES: &str = "tests/c/pages.h";

/// What the generated files should be. With `PUHUI_BLESS=1` they have become so when this is first looked at, which is before any
/// test reads or compiles one of them.
static GENERATED: LazyLock<[(&str, String); 3]> = LazyLock::new(|| {
    let header = generate::header(root()).expect("the header");
    let hpp = fs::read_to_string(root().join(HPP)).expect("puhui.hpp");
    let hpp = generate::with_codes(&hpp, &header).expect("the codes");
    let uses = generate::uses(root()).expect("the pages");
    let files = [(HEADER, header), (HPP, hpp), (USES, uses)];
    if env::var_os("PUHUI_BLESS").is_some() {
        for (path, generated) in &files {
            fs::write(root().join(path), generated).expect("write the file");
        }
    }
    files
});

/// The folder of the headers that are committed.
fn include() -> PathBuf {
    LazyLock::force(&GENERATED);
    root().join("include")
}

/// The C header that is committed.
fn header() -> String {
    fs::read_to_string(include().join("puhui.h")).expect("the header")
}

/// A committed file is what is generated.
fn is_fresh(path: &str) {
    let (_, generated) = GENERATED.iter().find(|(of, _)| *of == path).expect("a file that is generated");
    let committed = fs::read_to_string(root().join(path)).unwrap_or_default();
    let stale = committed.lines().zip(generated.lines()).find(|(old, new)| old != new);
    assert!(
        committed == *generated,
        "{path} is stale{}; PUHUI_BLESS=1 cargo test --package border --test header rewrites it",
        stale.map_or_else(String::new, |(old, new)| format!(": has {old:?}, should have {new:?}"))
    );
}

#[test]
fn the_header_is_what_the_sources_say() {
    is_fresh(HEADER);
}

#[test]
fn the_strong_types_are_those_of_the_codes() {
    is_fresh(HPP);
}

/// Codes of C++ are types: what is written in the wrong place is found by the compiler.
#[test]
fn slips_do_not_compile() {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let compile = |statement: &str| {
        let file = dir.join("slip.cpp");
        let source = format!("#include <puhui.hpp>\nusing namespace puhui;\nvoid slip() {{ {statement} }}\n");
        fs::write(&file, source).expect("a file");
        Command::new("c++").args(["-std=c++17", "-fsyntax-only", "-I"]).arg(include()).arg(&file).output()
    };
    let right = "relief(20200301, code::defer::both).principal(code::principal_caught_up::shifted);";
    let compiled = match compile(right) {
        Ok(compiled) => compiled,
        Err(error) => return skip("slips_do_not_compile", &format!("needs c++: {error}")),
    };
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    for (slip, expected) in [
        ("relief().principal(code::interest_caught_up::over_remaining);", "principal_caught_up"),
        ("relief(20200301, 2);", "relief(int, int)"),
        (
            "servicing().compound(code::compound_base::interest, code::compound_base::interest);",
            "compound_rate",
        ),
        ("region_list({}).places(code::region_class::deep_poverty_township, 1, 20200331);", "code::listed"),
        ("field_name_in(\"on\", 2);", "code::language"),
    ] {
        let compiled = compile(slip).expect("run the compiler");
        let said = String::from_utf8_lossy(&compiled.stderr).into_owned();
        assert!(!compiled.status.success() && said.contains(expected), "{slip} says not {expected}: {said}");
    }
}

/// What the pages show is compiled and run by `tests/c/pages.c`.
#[test]
fn the_uses_are_those_of_the_pages() {
    is_fresh(USES);
    let uses = fs::read_to_string(root().join(USES)).expect("the uses");
    assert_eq!(uses.matches("\n}\n").count(), generate::SECTIONS.len(), "a use in each section");
}

/// What a number was called stays so: callers are compiled against both.
#[test]
fn numbers_are_kept() {
    let header = header();
    let items = items::items(&header[header.find("\n/**").expect("an item")..]);
    let is = |item: &items::Item| Some(format!("{} {}", item.name, items::number(item)?));
    let now: BTreeSet<String> =
        items.iter().filter(|item| !item.name.starts_with("PUHUI_VERSION_")).filter_map(is).collect();
    let path = root().join("checks/border/tests/header/numbers.txt");
    let kept = fs::read_to_string(&path).expect("the numbers");
    let kept: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
    let gone: Vec<_> = kept.difference(&now).collect();
    assert!(gone.is_empty(), "no longer in include/puhui.h, or with another number: {gone:#?}");
    let new: Vec<_> = now.difference(&kept).cloned().collect();
    assert!(
        new.is_empty(),
        "to append to checks/border/tests/header/numbers.txt, each a line:\n{}",
        new.join("\n")
    );
}

#[test]
fn the_header_is_written_for_a_c_reader() {
    let header = header();
    // Links of rustdoc and names of Rust say nothing there.
    for word in ["[`", "`]", "::", "Option<", "i64", "u32", "usize", "# Safety"] {
        let found = header
            .lines()
            .find(|line| line.contains(word) && !line.contains("int64") && !line.contains("int32"));
        assert_eq!(found, None, "{word:?} in the header");
    }
    for line in header.lines() {
        if let Some(name) = line.strip_prefix("#define ") {
            assert!(name.starts_with("PUHUI_"), "{line}");
        }
    }
}

/// What a caller looks for on the page of each function, and where: what it returns in a paragraph of its own, and which threads may
/// call it, or which function else it is like.
#[test]
fn each_function_says_what_it_returns_and_who_may_call_it() {
    let header = header();
    let items = items::items(&header[header.find("\n/**").expect("an item")..]);
    let functions = items.iter().filter(|item| item.kind == items::Kind::Function);
    let mut seen = 0;
    for items::Item { name, text, .. } in functions {
        let returns = text.contains("\npuhui_status ");
        let paragraphs = text.matches("\n *\n * Returns ").count();
        assert_eq!(paragraphs, usize::from(returns), "{name}: paragraphs that begin with \"Returns\"");
        let text = text.replace("\n *", "");
        assert!(
            text.contains("thread") || text.contains("Else as `puhui_"),
            "{name} says nothing of threads"
        );
        seen += 1;
    }
    assert!(seen > 60, "{seen} functions");
}

/// A program of C that stands under `name`, built with all warnings as errors; `None` where there is no compiler.
fn program(compiler: &str, standard: &str, name: &str, source: &str) -> Option<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("header");
    fs::create_dir_all(&dir).expect("a folder");
    let file = dir.join(name);
    fs::write(&file, source).expect("a file");
    let program = dir.join(format!("{name}-{standard}"));
    let built = Command::new(compiler)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", &format!("-std={standard}"), "-I"])
        .arg(include())
        .arg(&file)
        .arg("-o")
        .arg(&program)
        .output();
    match built {
        Ok(built) => assert!(built.status.success(), "{name}: {}", String::from_utf8_lossy(&built.stderr)),
        Err(error) => {
            skip(name, &format!("needs {compiler}: {error}"));
            return None;
        }
    }
    Some(program)
}

#[test]
fn structs_start_in_c_as_they_do_in_rust() {
    let mut source = String::from(
        "#include <puhui.h>\n#include <stdio.h>\n#define CHECK(is) \\\n  do { \\\n    \
         if (!(is)) return printf(\"%s\\n\", #is), 1; \\\n  } while (0)\n\n",
    );
    let mut calls = String::new();
    for init in puhui::ffi::declared::inits() {
        let of = init.of;
        source += &format!("static int check_{of}(void) {{\n  struct {of} value = {};\n", init.name);
        initial::checks("value", &initial::value(&init.value), &mut source);
        source += "  return 0;\n}\n\n";
        calls += &format!("  if (check_{of}()) return 1;\n");
    }
    source += &format!("int main(void) {{\n{calls}  return 0;\n}}\n");
    for (compiler, standard, name) in [("cc", "c99", "starts.c"), ("c++", "c++17", "starts.cpp")] {
        let Some(program) = program(compiler, standard, name, &source) else { continue };
        let ran = Command::new(program).output().expect("run the program");
        assert!(ran.status.success(), "{name}: not {}", String::from_utf8_lossy(&ran.stdout));
    }
}

/// Two translation units that include nothing but `header`, linked into one program.
fn compiles_alone(compiler: &str, standard: &str, header: &str, extension: &str) {
    let dir =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("alone-{compiler}-{standard}-{header}"));
    fs::create_dir_all(&dir).expect("a folder");
    let sources = ["one", "two"].map(|name| dir.join(name).with_extension(extension));
    let twice = format!("#include <{header}>\n#include <{header}>\n");
    fs::write(&sources[0], format!("{twice}int two(void);\nint main(void) {{ return two(); }}\n"))
        .expect("a file");
    fs::write(&sources[1], format!("{twice}int two(void);\nint two(void) {{ return 0; }}\n"))
        .expect("a file");
    let built = Command::new(compiler)
        .args([
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Wconversion",
            "-Werror",
            &format!("-std={standard}"),
            "-I",
        ])
        .arg(include())
        .args(&sources)
        .arg("-o")
        .arg(dir.join("program"))
        .output();
    match built {
        Ok(built) => assert!(
            built.status.success(),
            "{compiler} -std={standard}: {}",
            String::from_utf8_lossy(&built.stderr)
        ),
        Err(error) => {
            skip("the_headers_stand_on_their_own", &format!("needs {compiler}: {error}"));
        }
    }
}

/// What hosts compile with: banks stay on old compilers for long, and go to new ones.
#[test]
fn the_headers_stand_on_their_own() {
    for compiler in ["gcc", "clang"] {
        for standard in ["c99", "c11", "c17", "c2x"] {
            compiles_alone(compiler, standard, "puhui.h", "c");
        }
    }
    for compiler in ["g++", "clang++"] {
        for standard in ["c++11", "c++14", "c++17", "c++20"] {
            compiles_alone(compiler, standard, "puhui.h", "cpp");
        }
        for standard in ["c++17", "c++20"] {
            compiles_alone(compiler, standard, "puhui.hpp", "cpp");
        }
    }
}

/// Runs doxygen over a header, into a folder of its own; answers whether it had nothing to say, and what it said.
fn reference(header: &Path) -> Option<(bool, String)> {
    let settings = fs::read_to_string(root().join("packaging/Doxyfile")).expect("the settings");
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reference");
    fs::create_dir_all(&out).expect("a folder");
    let file = out.join("Doxyfile");
    let own = format!("{settings}\nINPUT = {}\nOUTPUT_DIRECTORY = {}\n", header.display(), out.display());
    fs::write(&file, own).expect("the settings");
    match Command::new("doxygen").arg(&file).current_dir(root()).output() {
        Ok(ran) => Some((ran.status.success(), String::from_utf8_lossy(&ran.stderr).into_owned())),
        Err(error) => {
            skip("the_header_becomes_pages_without_a_warning", &format!("needs doxygen: {error}"));
            None
        }
    }
}

#[test]
fn the_header_becomes_pages_without_a_warning() {
    let header = include().join("puhui.h");
    let Some((clean, said)) = reference(&header) else { return };
    assert!(clean, "{said}");
    let pages = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("reference/html");
    let page = fs::read_to_string(pages.join("puhui_8h.html")).expect("the page of the header");
    for name in ["puhui_schedule", "puhui_relieve", "PUHUI_TERMS_INIT", "PUHUI_METHOD_EQUAL_INSTALMENT"] {
        assert!(page.contains(name), "{name} is on no page");
    }
    // That doxygen would say so: a header with a comment that speaks of a parameter that is not there.
    let text = fs::read_to_string(&header).expect("the header");
    let wrong = text.replacen("/**\n * ", "/**\n * @param nobody Nobody.\n * ", 400);
    let broken = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("broken.h");
    fs::write(&broken, wrong).expect("a header");
    let (clean, said) = reference(&broken).expect("doxygen is there");
    assert!(!clean && said.contains("nobody"), "{said}");
}
