//! Where the examples are that cargo builds beside the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

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
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet", "--example", name]);
    cargo.arg("--target-dir").arg(profile.parent().expect("target"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(cargo.status().unwrap().success(), "the example {name} does not build");
}
