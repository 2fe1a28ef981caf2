//! The committed C header is what the sources of the border say, and it stands on its own.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

#[path = "header/generate.rs"]
mod generate;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use skip::{root, skip};

#[test]
fn the_header_is_what_the_sources_say() {
    let generated = generate::generate(root()).expect("cbindgen");
    let path = root().join("include/puhui.h");
    if env::var_os("PUHUI_BLESS").is_some() {
        fs::write(&path, &generated).expect("write the header");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let stale = committed.lines().zip(generated.lines()).find(|(old, new)| old != new);
    assert!(
        committed == generated,
        "include/puhui.h is stale{}; PUHUI_BLESS=1 cargo test --test header rewrites it",
        stale.map_or_else(String::new, |(old, new)| format!(": has {old:?}, should have {new:?}"))
    );
}

#[test]
fn the_header_is_written_for_a_c_reader() {
    let header = fs::read_to_string(root().join("include/puhui.h")).expect("the header");
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

/// Two translation units that include nothing but `header`, linked into one program.
fn compiles_alone(compiler: &str, standard: &str, header: &str, extension: &str) {
    let dir =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("alone-{compiler}-{standard}-{header}"));
    fs::create_dir_all(&dir).expect("a folder");
    let sources = ["one", "two"].map(|name| dir.join(name).with_extension(extension));
    let include = format!("#include <{header}>\n#include <{header}>\n");
    fs::write(&sources[0], format!("{include}int two(void);\nint main(void) {{ return two(); }}\n"))
        .expect("a file");
    fs::write(&sources[1], format!("{include}int two(void);\nint two(void) {{ return 0; }}\n"))
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
        .arg(root().join("include"))
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

#[test]
fn the_headers_stand_on_their_own() {
    for standard in ["c99", "c11", "c17"] {
        compiles_alone("cc", standard, "puhui.h", "c");
    }
    for header in ["puhui.h", "puhui.hpp"] {
        compiles_alone("c++", "c++17", header, "cpp");
    }
}
