//! The two libraries that C links, built once for all tests of the border, as `make -C packaging` builds them: with its command,
//! into the target folder that the tests give it.
#![allow(dead_code, clippy::expect_used, clippy::panic)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::skip::{root, skip};

/// A target folder of its own: the one of the test run is locked while cargo is at work in it.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi")
}

/// The version of the library, and not of the package of its tests.
pub fn version() -> String {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let mut lines = manifest.lines().filter_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    lines.next().expect("a version").to_owned()
}

/// System libraries that the static library needs on Linux (`rustc --print native-static-libs`).
pub const SYSTEM: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";

/// Whether a tool is there.
pub fn have(tool: &str, test: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        skip(test, &format!("needs {tool}"));
    }
    found
}

/// The command that compiles a program against the headers and links it with the static library. The flags of the compiler, and what
/// else it links with, are added to it.
pub fn compile(compiler: &str, source: &Path, program: &Path) -> Command {
    let mut command = Command::new(compiler);
    command.arg("-I").arg(root().join("include")).arg("-o").arg(program);
    command.arg(source).arg(folder().join("libpuhui.a")).args(SYSTEM.split(' '));
    command
}

/// Runs a target of `packaging/Makefile`.
pub fn make(goal: &str, settings: &[(&str, &Path)]) {
    let mut make = Command::new("make");
    make.arg("-C").arg(root().join("packaging")).arg(goal).arg(format!("TARGET={}", target().display()));
    for (name, value) in settings {
        make.arg(format!("{name}={}", value.display()));
    }
    make.env("CARGO", env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let ran = make.env_remove("CARGO_BUILD_TARGET").env_remove("MAKEFLAGS").output().expect("run make");
    assert!(ran.status.success(), "make {goal}: {}", String::from_utf8_lossy(&ran.stderr));
}

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    make("build", &[]);
    target().join("dist")
});

/// The folder of `libpuhui.a` and `libpuhui.so`.
pub fn folder() -> &'static Path {
    &FOLDER
}
