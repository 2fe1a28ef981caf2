//! How a test says that it cannot run here.
#![allow(dead_code, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder of the project, for tests in any package of its workspace.
pub fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).unwrap_or(package)
}

/// The folder `name` beside the checkout, or where the environment variable says. `None`, said aloud, where it is not.
pub fn shared(test: &str, name: &str, variable: &str) -> Option<PathBuf> {
    let folder = beside(name, variable);
    if folder.is_dir() {
        return Some(folder);
    }
    skip(test, &format!("{} is not there", folder.display()));
    None
}

/// As [`shared`], of what only those who build the project have: where it is not, that is said, and no failure in CI either.
pub fn shared_by_builders(test: &str, name: &str, variable: &str) -> Option<PathBuf> {
    let folder = beside(name, variable);
    if folder.is_dir() {
        return Some(folder);
    }
    say(test, &format!("{} is not there", folder.display()));
    None
}

fn beside(name: &str, variable: &str) -> PathBuf {
    std::env::var_os(variable).map_or(root().join("../shared").join(name), PathBuf::from)
}

/// Says that a test, or a part of it, cannot run here; with `PUHUI_REQUIRE_ALL=1`, as in CI, that is a failure.
pub fn skip(test: &str, why: &str) {
    assert!(std::env::var_os("PUHUI_REQUIRE_ALL").is_none_or(|value| value != "1"), "{test}: {why}");
    say(test, why);
}

/// Written past the test harness, which shows what a test prints only where it fails.
fn say(test: &str, why: &str) {
    // There is nobody to tell if standard error is gone.
    let _ = std::io::stderr().write_all(format!("SKIPPED: {test}: {why}\n").as_bytes());
}
