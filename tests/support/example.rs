//! Where the examples are that cargo builds beside the tests, how they are run, and what they leave behind.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use serde_json::Value;

/// One test at a time looks whether an example is there.
static BUILDING: Mutex<()> = Mutex::new(());

/// A command that runs the example `name`.
pub fn example(name: &str) -> Command {
    // This test is target/<profile>/deps/<test>-<hash>; examples are target/<profile>/examples/<name>.
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).expect("target/<profile>/deps");
    let path = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    let _building = BUILDING.lock().unwrap_or_else(|error| error.into_inner());
    if !path.is_file() {
        // `cargo test` has built it; `cargo test --test <one>` has not.
        build(name, profile);
    }
    assert!(path.is_file(), "{} is not there: `cargo build --examples` builds it", path.display());
    Command::new(path)
}

fn build(name: &str, profile: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args(["build", "--quiet", "--package", "puhui", "--example", name]);
    cargo.arg("--target-dir").arg(profile.parent().expect("target"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success(), "the example {name} does not build");
}

/// An empty folder of one test's own.
pub fn folder(example: &str, test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(example).join(test);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs an example that has no reason to fail.
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Runs an example with options that it must refuse, for a reason that it must name.
pub fn assert_wrong_options(command: &mut Command, options: &[&str], expected: &str) {
    let output = command.args(options).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{options:?}");
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    // `…` stands for any words.
    assert!(expected.split('…').all(|part| text.contains(part)), "{options:?}: {text}");
}

/// The summary of a run that is complete: no file is left half written.
pub fn summary(out: &Path) -> Value {
    let names: Vec<String> =
        fs::read_dir(out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.ends_with(".part")), "{names:?}");
    serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap()
}

/// `12.34` as 1234.
pub fn minor(text: &str) -> i128 {
    let (whole, cents) = text.split_once('.').unwrap();
    assert_eq!(cents.len(), 2, "{text}");
    format!("{whole}{cents}").parse().unwrap()
}
