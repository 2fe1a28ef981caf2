//! Where the examples are that cargo built beside the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

/// A command that runs the example `name`.
pub fn example(name: &str) -> Command {
    // This test is target/<profile>/deps/<test>-<hash>; examples are target/<profile>/examples/<name>.
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let path = profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.is_file(),
        "{} is not there: `cargo test` or `cargo build --examples` builds it",
        path.display()
    );
    Command::new(path)
}
