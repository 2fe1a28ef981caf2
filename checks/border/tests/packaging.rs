//! What `make -C packaging` installs is what a C or C++ team can build on: the examples are compiled from the installed tree alone,
//! through pkg-config and CMake, linked with either library, and run.
//!
//! Where a tool is missing the test says so and passes; with `PUHUI_REQUIRE_ALL=1` it fails.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

#[path = "support/libraries.rs"]
mod libraries;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, fs};

use libraries::{have, make};
use skip::root;

/// The newest glibc that a symbol of the shared library may ask for.
const GLIBC: (u32, u32) = (2, 34);

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging")
}

fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    assert!(status.success(), "{command:?}: {status}\n{stdout}{}", String::from_utf8_lossy(&stderr));
    stdout
}

/// The tree that was installed, once for all tests.
static INSTALLED: LazyLock<PathBuf> = LazyLock::new(|| {
    let prefix = scratch().join("installed");
    let _ = fs::remove_dir_all(&prefix);
    make("install", &[("PREFIX", &prefix)]);
    prefix
});

fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.args(arguments).arg("puhui").env("PKG_CONFIG_PATH", INSTALLED.join("lib/pkgconfig"));
    run(&mut command).split_whitespace().map(Into::into).collect()
}

/// Each example of C and C++, with its compiler.
fn examples() -> Vec<(&'static str, PathBuf)> {
    let mut examples = Vec::new();
    for (compiler, folder) in [("gcc", "examples/c"), ("g++", "examples/cpp")] {
        for entry in fs::read_dir(root().join(folder)).expect(folder) {
            examples.push((compiler, entry.expect(folder).path()));
        }
    }
    assert!(examples.len() >= 8, "where are the examples?");
    examples
}

/// What each example prints, linked so.
fn printed(linked: &str, flags: &[String]) -> Vec<String> {
    let mut outputs = Vec::new();
    for (compiler, source) in examples() {
        let name = source.file_name().expect("a name").to_string_lossy().replace('.', "_");
        let program = scratch().join(format!("{name}_{linked}"));
        let standard = if compiler == "gcc" { "-std=c99" } else { "-std=c++17" };
        let mut build = Command::new(compiler);
        build
            .args([standard, "-Wall", "-Wextra", "-Werror"])
            .arg(&source)
            .args(flags)
            .arg("-o")
            .arg(&program);
        run(&mut build);
        outputs.push(run(Command::new(&program).env("LD_LIBRARY_PATH", INSTALLED.join("lib"))));
    }
    outputs
}

/// The second number of the version.
fn minor() -> String {
    libraries::version().split('.').nth(1).expect("a minor version").to_owned()
}

#[test]
fn the_examples_build_from_the_installed_tree_through_pkg_config() {
    let test = "the_examples_build_from_the_installed_tree_through_pkg_config";
    if !["make", "pkg-config", "gcc", "g++"].iter().all(|tool| have(tool, test)) {
        return;
    }
    let version = pkg_config(&["--modversion"]);
    assert_eq!(version, [libraries::version()]);
    let shared = printed("shared", &pkg_config(&["--cflags", "--libs"]));
    let with_static = [pkg_config(&["--cflags"]), pkg_config(&["--variable=static_libs"])].concat();
    assert_eq!(printed("static", &with_static), shared);
    assert!(shared.iter().all(|output| !output.is_empty()));
}

#[test]
fn the_examples_build_from_the_installed_tree_through_cmake() {
    let test = "the_examples_build_from_the_installed_tree_through_cmake";
    if !["make", "cmake", "gcc", "g++"].iter().all(|tool| have(tool, test)) {
        return;
    }
    let project = scratch().join("cmake");
    let _ = fs::remove_dir_all(&project);
    fs::create_dir_all(&project).expect("a folder");
    let mut lists = format!(
        "cmake_minimum_required(VERSION 3.13)\nproject(hosts C CXX)\nset(CMAKE_CXX_STANDARD 17)\n\
         find_package(puhui {} REQUIRED)\n",
        libraries::version()
    );
    let mut programs = Vec::new();
    for (_, source) in examples() {
        for linked in ["shared", "static"] {
            let name = source.file_name().expect("a name").to_string_lossy().replace('.', "_");
            let name = format!("{name}_{linked}");
            lists += &format!(
                "add_executable({name} {})\ntarget_link_libraries({name} PRIVATE puhui::{linked})\n",
                source.display()
            );
            programs.push(project.join("build").join(name));
        }
    }
    fs::write(project.join("CMakeLists.txt"), lists).expect("the project");
    let mut configure = Command::new("cmake");
    configure.args(["-S", ".", "-B", "build"]).current_dir(&project);
    run(configure.arg(format!("-DCMAKE_PREFIX_PATH={}", INSTALLED.display())));
    run(Command::new("cmake").args(["--build", "build"]).current_dir(&project));
    for pair in programs.chunks(2) {
        let [shared, with_static] = pair else { panic!("two programs an example") };
        assert_eq!(run(&mut Command::new(shared)), run(&mut Command::new(with_static)));
    }
}

/// The dynamic symbols of the shared library: those that leave it, and the versions of glibc that it asks for.
fn dynamic_symbols() -> (Vec<String>, Vec<(u32, u32)>) {
    let library = INSTALLED.join("lib/libpuhui.so");
    let defined = run(Command::new("nm").args(["-D", "--defined-only"]).arg(&library));
    let leave = defined.lines().filter_map(|line| line.split_whitespace().nth(2)).map(Into::into).collect();
    let needed = run(Command::new("nm").args(["-D", "--undefined-only"]).arg(&library));
    let versions = needed.lines().filter_map(|line| line.split_once("@GLIBC_"));
    let version = |text: &str| {
        let mut parts = text.split('.').map(|part| part.parse().expect("a version"));
        (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
    };
    (leave, versions.map(|(_, text)| version(text)).collect())
}

#[test]
fn the_shared_library_shows_its_own_names_alone() {
    let test = "the_shared_library_shows_its_own_names_alone";
    if !["make", "nm", "readelf"].iter().all(|tool| have(tool, test)) {
        return;
    }
    let (leave, versions) = dynamic_symbols();
    assert!(leave.len() >= 30, "{leave:?}");
    let strange: Vec<&String> = leave.iter().filter(|name| !name.starts_with("puhui_")).collect();
    assert!(strange.is_empty(), "{strange:?}");
    let newest = versions.into_iter().max().expect("a version of glibc");
    println!("the newest glibc that is asked for: {}.{}", newest.0, newest.1);
    assert!(newest <= GLIBC, "{newest:?}, expected at most {GLIBC:?}");

    let said = run(Command::new("readelf").arg("-d").arg(INSTALLED.join("lib/libpuhui.so")));
    let name = format!("libpuhui.so.0.{}", minor());
    assert!(said.contains(&format!("soname: [{name}]")), "{said}");
    assert!(INSTALLED.join("lib").join(name).exists(), "the name that programs record");
}

#[test]
fn the_debian_packages_hold_what_they_should() {
    let test = "the_debian_packages_hold_what_they_should";
    if !["make", "dpkg-deb", "gcc"].iter().all(|tool| have(tool, test)) {
        return;
    }
    let out = scratch().join("deb");
    let _ = fs::remove_dir_all(&out);
    make("deb", &[("OUT", &out)]);
    let mut packages: Vec<PathBuf> =
        fs::read_dir(&out).expect("packages").map(|entry| entry.expect("a package").path()).collect();
    packages.sort();
    let [development, runtime] = packages.as_slice() else { panic!("{packages:?}") };
    let holds = |package: &Path| {
        let listed = run(Command::new("dpkg-deb").arg("--contents").arg(package));
        let names =
            listed.lines().filter(|line| !line.starts_with('d')).filter_map(|line| line.split(" ./").nth(1));
        let mut names: Vec<String> =
            names.map(|name| name.rsplit('/').next().unwrap_or(name).into()).collect();
        names.sort();
        names
    };
    let (version, minor) = (libraries::version(), minor());
    assert_eq!(
        holds(runtime),
        [
            "copyright".to_owned(),
            format!("libpuhui.so.0.{minor} -> libpuhui.so.{version}"),
            format!("libpuhui.so.{version}"),
        ]
    );
    assert_eq!(
        holds(development),
        [
            "copyright".to_owned(),
            "libpuhui.a".into(),
            format!("libpuhui.so -> libpuhui.so.0.{minor}"),
            "puhui.h".into(),
            "puhui.hpp".into(),
            "puhui.pc".into(),
            "puhuiConfig.cmake".into(),
            "puhuiConfigVersion.cmake".into(),
        ]
    );
    if ["dpkg", "pkg-config"].iter().all(|tool| have(tool, test)) {
        builds_from(&unpacked(&packages));
    }
}

/// A root into which the packages were unpacked, as an installation does.
fn unpacked(packages: &[PathBuf]) -> PathBuf {
    let system = scratch().join("system");
    let _ = fs::remove_dir_all(&system);
    for package in packages {
        run(Command::new("dpkg").arg("-x").arg(package).arg(&system));
    }
    system
}

/// Builds and runs an example against such a root, and nothing else, with either library.
fn builds_from(system: &Path) {
    let multiarch = run(Command::new("gcc").arg("-print-multiarch"));
    let libraries = system.join("usr/lib").join(multiarch.trim());
    let flags = |arguments: &[&str]| {
        let mut ask = Command::new("pkg-config");
        ask.env("PKG_CONFIG_LIBDIR", libraries.join("pkgconfig")).env("PKG_CONFIG_SYSROOT_DIR", system);
        ask.env("PKG_CONFIG_ALLOW_SYSTEM_CFLAGS", "1").env("PKG_CONFIG_ALLOW_SYSTEM_LIBS", "1");
        run(ask.args(arguments).arg("puhui"))
    };
    let program = |name: &str, flags: &str| {
        let program = scratch().join(name);
        let mut build = Command::new("gcc");
        build.arg("-std=c99").arg(root().join("examples/c/origination.c")).args(flags.split_whitespace());
        run(build.arg("-o").arg(&program));
        run(Command::new(&program).env("LD_LIBRARY_PATH", &libraries))
    };
    let shared = program("system_shared", &flags(&["--cflags", "--libs"]));
    // What a variable says is a path of the system as it will be, which not every pkg-config puts below the root.
    let root = system.display().to_string();
    let with_static = flags(&["--variable=static_libs"]).replace(&root, "");
    let with_static = with_static.replace("/usr/lib", &format!("{root}/usr/lib"));
    assert_eq!(program("system_static", &format!("{} {with_static}", flags(&["--cflags"]))), shared);
    assert!(shared.contains("3505.75"), "{shared}");
}

fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env_remove("CARGO_BUILD_TARGET");
    cargo
}

/// What may be in the archive of the crate: the files of these folders with these endings, and these files.
const PACKED: [(&str, &[&str]); 6] = [
    ("src/", &["rs"]),
    ("src/programme/packs/", &["toml"]),
    ("include/", &["h", "hpp"]),
    ("docs/", &["md"]),
    ("examples/", &["rs", "c", "cpp", "csv", "css", "md"]),
    ("packaging/", &["in", "control", "triggers", "copyright", "Makefile", "Doxyfile"]),
];
const PACKED_FILES: [&str; 9] = [
    ".cargo_vcs_info.json",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "Cargo.toml.orig",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "build.rs",
];

#[test]
fn the_archive_of_the_crate_holds_what_it_should_and_builds() {
    let listed = run(cargo().args(["package", "--list", "--allow-dirty", "--offline", "--package", "puhui"]));
    let allowed = |name: &str| {
        let ending = name.rsplit(['.', '/']).next().unwrap_or(name);
        PACKED.iter().any(|(folder, endings)| name.starts_with(folder) && endings.contains(&ending))
    };
    let (files, others): (Vec<&str>, Vec<&str>) = listed.lines().partition(|name| allowed(name));
    // Outside a repository, or with changes that are not committed, there is nothing to say of the commit.
    let others: Vec<&str> = others.into_iter().filter(|name| *name != PACKED_FILES[0]).collect();
    assert_eq!(others, PACKED_FILES[1..]);
    for name in ["src/lib.rs", "src/ffi.rs", "include/puhui.h", "packaging/Makefile", "examples/jsonl.rs"] {
        assert!(files.contains(&name), "{name} is missing");
    }
    // The archive is unpacked and built as a stranger would build it, outside the workspace.
    let mut package = cargo();
    package.args([
        "package",
        "--quiet",
        "--allow-dirty",
        "--offline",
        "--all-features",
        "--package",
        "puhui",
    ]);
    // That it builds, not how fast it runs, is asked.
    for setting in ["opt-level=0", "package.\"*\".opt-level=0", "debug=false"] {
        package.arg("--config").arg(format!("profile.dev.{setting}"));
    }
    run(package.arg("--target-dir").arg(scratch().join("package")));
}
