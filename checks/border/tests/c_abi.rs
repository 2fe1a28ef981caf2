//! Compiles every C and C++ program of `tests/` and `examples/` against the committed headers, with all warnings as errors,
//! and runs them: plain, under the address and undefined-behaviour checkers, under the thread checker, and, with
//! `PUHUI_VALGRIND=1`, under valgrind.
//!
//! The static and the shared library are built once, in a target folder of their own. Where a tool is missing the test says
//! so and passes; with `PUHUI_REQUIRE_ALL=1` it fails.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

#[path = "support/libraries.rs"]
mod libraries;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::{env, fs, thread};

use libraries::{SYSTEM, have};
use skip::{root, skip};

const BUILD: &str = "cargo rustc --lib --release --features capi --crate-type staticlib";

fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Every program in a language, by its path from the root.
fn programs(extension: &str) -> Vec<PathBuf> {
    let mut programs = BTreeSet::new();
    for folder in ["tests/c", "tests/cpp", "examples/c", "examples/cpp"] {
        for entry in fs::read_dir(root().join(folder)).expect(folder) {
            let path = entry.expect(folder).path();
            if path.extension().is_some_and(|found| found == extension) {
                programs.insert(path.strip_prefix(root()).expect("below the root").to_owned());
            }
        }
    }
    assert!(programs.len() >= 2, "where are the .{extension} programs?");
    programs.into_iter().collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(root().join(path)).expect("a source file")
}

/// Compiles a program; the flags of a line `Link with:` in it are added.
fn build(compiler: &str, source: &Path, flags: &[&str]) -> PathBuf {
    let name = format!("{}{}", source.display(), flags.join(""));
    let program = scratch().join(name.replace(|char: char| !char.is_ascii_alphanumeric(), "_"));
    let source_text = text(source);
    let extra =
        source_text.lines().find_map(|line| line.split_once("Link with: ")).map_or("", |(_, flags)| flags);
    let built = libraries::compile(compiler, &root().join(source), &program)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"])
        .args(flags)
        .args(extra.split_whitespace())
        .output()
        .expect("run the compiler");
    assert!(
        built.status.success(),
        "{compiler} {flags:?} {}: {}",
        source.display(),
        String::from_utf8_lossy(&built.stderr)
    );
    program
}

fn must_pass(what: &str, ran: &Output) {
    assert!(
        ran.status.success(),
        "{what}: {}\n{}{}",
        ran.status,
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// Compiles and runs every program of a language, as many at a time as there are cores.
fn run_all(test: &str, compiler: &str, extension: &str, flags: &[&str], under: &[&str]) {
    if !have(compiler, test) {
        return;
    }
    let left = Mutex::new(programs(extension).into_iter());
    let next = || left.lock().unwrap_or_else(|error| error.into_inner()).next();
    let work = || {
        while let Some(source) = next() {
            let program = build(compiler, &source, flags);
            let mut command = match under {
                [] => Command::new(&program),
                [tool, arguments @ ..] => {
                    let mut command = Command::new(tool);
                    command.args(arguments).arg(&program);
                    command
                }
            };
            must_pass(
                &format!("{} {flags:?}", source.display()),
                &command.output().expect("run the program"),
            );
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
}

/// What any wrong step ends in under the checkers of the compiler.
const CHECKED: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

#[test]
fn c_programs_run_as_c99() {
    run_all("c_programs_run_as_c99", "cc", "c", &["-std=c99"], &[]);
}

#[test]
fn c_programs_run_as_c11() {
    run_all("c_programs_run_as_c11", "cc", "c", &["-std=c11", "-O2"], &[]);
}

#[test]
fn cpp_programs_run_as_cpp17() {
    run_all("cpp_programs_run_as_cpp17", "c++", "cpp", &["-std=c++17", "-O2"], &[]);
}

#[test]
fn programs_run_under_the_address_and_undefined_behaviour_checkers() {
    let test = "programs_run_under_the_address_and_undefined_behaviour_checkers";
    for (compiler, extension, standard) in
        [("cc", "c", "-std=c99"), ("cc", "c", "-std=c11"), ("c++", "cpp", "-std=c++17")]
    {
        run_all(test, compiler, extension, &[standard, CHECKED[0], CHECKED[1]], &[]);
    }
}

#[test]
fn programs_run_under_valgrind_when_asked() {
    let test = "programs_run_under_valgrind_when_asked";
    if env::var_os("PUHUI_VALGRIND").is_none() || !have("valgrind", test) {
        return;
    }
    let suppressions = format!("--suppressions={}", root().join("tests/c/valgrind.supp").display());
    let under = [
        "valgrind",
        &suppressions,
        "--quiet",
        "--error-exitcode=99",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite,indirect,possible",
    ];
    run_all(test, "cc", "c", &["-std=c11", "-O1"], &under);
    run_all(test, "c++", "cpp", &["-std=c++17", "-O1"], &under);
}

#[test]
fn threads_run_under_the_thread_checker() {
    let test = "threads_run_under_the_thread_checker";
    if !have("c++", test) {
        return;
    }
    // The checker cannot start where the kernel spreads addresses too widely; `setarch -R` turns that off.
    let nothing = scratch().join("nothing.cpp");
    fs::write(&nothing, "int main() { return 0; }\n").expect("a file");
    let probe = scratch().join("nothing");
    let works = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    let compiled = works(Command::new("c++").arg("-fsanitize=thread").arg(&nothing).arg("-o").arg(&probe));
    let under: &[&str] = if compiled && works(&mut Command::new(&probe)) {
        &[]
    } else if compiled && works(Command::new("setarch").arg("-R").arg(&probe)) {
        &["setarch", "-R"]
    } else {
        return skip(test, "needs a working -fsanitize=thread");
    };
    let program = build("c++", Path::new("tests/cpp/threads.cpp"), &["-std=c++17", "-fsanitize=thread"]);
    let mut command = match under {
        [tool, argument] => {
            let mut command = Command::new(tool);
            command.arg(argument).arg(&program);
            command
        }
        _ => Command::new(&program),
    };
    must_pass("threads.cpp", &command.output().expect("run the program"));
}

/// The one command that an example's first comment names.
fn named_command(example: &Path) -> String {
    let source = text(example);
    let comment = source.split("*/").next().unwrap_or_default();
    let line =
        comment.lines().find(|line| line.contains("cargo rustc")).expect("a command in the first comment");
    line.trim_start_matches([' ', '*']).trim().to_owned()
}

/// Builds an example by the command it names and runs it; returns the program and what it printed.
fn run_as_named(example: &str, compiler: &str) -> (PathBuf, String) {
    let command = named_command(Path::new(example));
    let (first, rest) = command.split_once(" && ").expect("a build of the library, then of the example");
    assert_eq!(first, BUILD);
    assert!(rest.contains(SYSTEM), "{rest}");
    // The library is there already, in another folder; the program goes where tests write.
    let name = Path::new(example).file_stem().and_then(|name| name.to_str()).expect("a name");
    let library = libraries::folder().join("libpuhui.a");
    let program = scratch().join(format!("example-{name}-{compiler}"));
    let rest = rest
        .replace("target/release/libpuhui.a", &format!("'{}'", library.display()))
        .replace(&format!("-o {name}"), &format!("-o '{}'", program.display()))
        .replace(&format!("./{name}"), &format!("'{}'", program.display()));
    let ran = Command::new("sh").arg("-c").arg(&rest).current_dir(root()).output().expect("run sh");
    must_pass(example, &ran);
    (program, String::from_utf8(ran.stdout).expect("UTF-8"))
}

/// What a program prints with other arguments; each time it must print the part that stands beside them.
fn also_prints(example: &str, program: &Path, others: &[(&[&str], &str)]) -> String {
    let print = |(arguments, part): &(&[&str], &str)| {
        let ran = Command::new(program).args(*arguments).output().expect("run the example");
        must_pass(example, &ran);
        let output = String::from_utf8_lossy(&ran.stdout);
        assert!(output.contains(part), "{example} {arguments:?} does not print {part:?}:\n{output}");
        seen(&output)
    };
    others.iter().map(print).collect()
}

/// The lines of an output, without what no one sees.
fn seen(output: &str) -> String {
    output.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn examples_are_built_by_the_command_they_name_and_print_the_golden_loan() {
    let test = "examples_are_built_by_the_command_they_name_and_print_the_golden_loan";
    let mut printed = BTreeSet::new();
    for (example, compiler) in [("examples/c/origination.c", "cc"), ("examples/cpp/origination.cpp", "c++")] {
        if !have(compiler, test) {
            return;
        }
        let (program, output) = run_as_named(example, compiler);
        // 50,000 x 0.0435 x 36 / 360 = 217.50, of a payment of 1,486.27; total interest 3,505.75.
        for part in [
            "   1  2020-02-20         1268.77        217.50         1486.27",
            "3505.75",
            "4.50057987 %",
            "4.41042405 %",
        ] {
            assert!(output.contains(part), "{example} does not print {part:?}:\n{output}");
        }
        assert_eq!(output.lines().count(), 1 + 36 + 1 + 3);
        printed.insert(seen(&output));
        // Terms that are refused are told, not computed with.
        let refused = Command::new(&program).args(["50000", "435", "0"]).output().expect("run the example");
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{example}");
        let fee =
            Command::new(&program).args(["50000", "435", "36", "500"]).output().expect("run the example");
        assert!(String::from_utf8_lossy(&fee.stdout).contains("5.19366179 %"), "{example}");
    }
    assert_eq!(printed.len(), 1, "the C and the C++ example print the same");
}

#[test]
fn examples_show_the_golden_loan_before_and_after_its_deferral() {
    let test = "examples_show_the_golden_loan_before_and_after_its_deferral";
    // The deferral of June 2020; one to a due date; one without interest; one of all that is left; one of nothing.
    let others: [(&[&str], &str); 4] = [
        (&["50000", "435", "36", "20200125", "20200630", "20200720"], "On 2020-07-20 they are caught up"),
        (&["50000", "0"], "and 0.00 of interest."),
        (&["50000", "435", "5"], "The last due date moves to 2020-06-30."),
        (&["50000", "435", "36", "20200221", "20200319"], "so nothing changes."),
    ];
    let mut printed = BTreeSet::new();
    for (example, compiler) in [("examples/c/deferral.c", "cc"), ("examples/cpp/deferral.cpp", "c++")] {
        if !have(compiler, test) {
            return;
        }
        let (program, output) = run_as_named(example, compiler);
        // The planned principal of five rows and the interest of 50,000.00 over 157 days, both paid on 30 June; then
        // 10 days on 50,000.00 and 20 on 43,469.43: 165.47. 3,561.40 - 3,505.75 = 55.65.
        for part in [
            "due on         paid before  balance before      paid after   balance after\n\
             2020-02-20         1486.27        48731.23            0.00        50000.00\n",
            "2020-06-30                                         7479.11        43469.43\n\
             2020-07-20         1486.27        42140.74         1494.16        42140.74\n",
            "2023-01-20         1486.30            0.00         1486.30            0.00\n",
            "Deferred: 6530.57 of principal and 948.54 of interest.\n",
            "On 2020-06-30 they are caught up: 7479.11 is paid.\n",
            "1494.16, 165.47 of it interest.\n",
            "the interest changes by 55.65:",
            "The last due date stays 2023-01-20.\n",
        ] {
            assert!(output.contains(part), "{example} does not print {part:?}:\n{output}");
        }
        printed.insert(seen(&output) + &also_prints(example, &program, &others));
        // A catch-up before the last row that is deferred is reported, not computed with.
        let refused = Command::new(&program)
            .args(["50000", "435", "36", "20200125", "20200630", "20200601"])
            .output()
            .expect("run the example");
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{example}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("new_date"), "{example}");
    }
    assert_eq!(printed.len(), 1, "the C and the C++ example print the same");
}

#[test]
fn examples_live_through_a_bad_year() {
    let test = "examples_live_through_a_bad_year";
    let mut printed = BTreeSet::new();
    for (example, compiler) in [("examples/c/bad_year.c", "cc"), ("examples/cpp/bad_year.cpp", "c++")] {
        if !have(compiler, test) {
            return;
        }
        let (program, output) = run_as_named(example, compiler);
        // What is late pays 0.05 % a day. On 20 April, 30 days of it: 15.00 on 1,000.00 and 1.65 on 110.00 of interest.
        // On 10 May, 50 and 20 days: 25.00 + 2.75 + 110.00 + 1,000.00 settle March; of the 362.25 that are left, April takes
        // 10.00 + 1.00 + 100.00, and 251.25 are principal, so that 748.75 stay unpaid.
        // By 20 June, where the window without penalty begins, 40 days on 748.75, 30 on 1,000.00 and on 90.00: 14.98 + 15.00 +
        // 1.35 = 31.33, and that stays, until the guarantor pays 748.75 + 1,000.00 + 90.00 + 31.33 = 1,870.08.
        // Three months of 80.00 are deferred and fall due in September, with 80.00 of its own: 1,000.00 + 320.00.
        // At 10.8 %: 63.00 on 7,000.00; by 5 November, 15 days at 0.045 %: 6.75 and 0.43. In the end 1,054.00, 5,000.00 and 1 %.
        for part in [
            "2024-04-20  falls due         1100.00    11000.00   2000.00    210.00   16.65    31  special mention   11226.65",
            "2024-05-10  paid              1500.00     9748.75    748.75      0.00    0.00    20  special mention    9808.75",
            "2024-06-20  deferred                      9748.75   1748.75     90.00   31.33    61  special mention    9950.08",
            "2024-07-20  deferred                      9748.75   1748.75     90.00   31.33    91  substandard       10030.08",
            "2024-07-31  guarantor pays    1870.08     8000.00      0.00      0.00    0.00     0  normal             8186.67",
            "2024-09-20  falls due         1320.00",
            "2024-10-23  came back                     7000.00   1000.00     63.00    1.44     3  special mention    7069.84",
            "2024-11-05  paid              1070.18     6000.00      0.00      0.00    0.00     0  normal             6027.00",
            "            settles early     6104.00        0.00      0.00      0.00    0.00     0  normal                0.00",
            // Twelve due dates' interest, 77.26 for being late, 1 % of 5,000.00 for settling early.
            "  cash                     984.26\n  interest income         -857.00\n  penalty income           -77.26\n  \
             fee income               -50.00\n  in all                     0.00\n",
            "Rolled through 316 days it is the same: 0.00 outstanding, 0 days past due, closed.",
        ] {
            assert!(output.contains(part), "{example} does not print {part:?}:\n{output}");
        }
        let mut all = seen(&output);
        for (day, part) in [
            ("20240120", "Rolled through 1 days it is the same: 12000.00 outstanding, 0 days past due."),
            ("20240617", "Rolled through 150 days it is the same: 9748.75 outstanding, 58 days past due."),
            (
                "20241022",
                "2024-10-20  falls due         1063.00\n            paid              1063.00     6000.00",
            ),
        ] {
            let ran = Command::new(&program).arg(day).output().expect("run the example");
            must_pass(example, &ran);
            let output = String::from_utf8_lossy(&ran.stdout);
            assert!(output.contains(part), "{example} {day} does not print {part:?}:\n{output}");
            all.push_str(&seen(&output));
        }
        printed.insert(all);
        let refused = Command::new(&program).arg("20240119").output().expect("run the example");
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{example}");
    }
    assert_eq!(printed.len(), 1, "the C and the C++ example print the same");
}

#[test]
fn examples_print_the_sentence_of_a_small_book() {
    let test = "examples_print_the_sentence_of_a_small_book";
    // A base of nothing; a shrinking book; a village whose point has closed.
    let others: [(&[&str], &str); 3] = [
        (&["317", "0"], "A year before there was nothing to grow from, so there is no rate."),
        (&["0", "10"], "In a year they grew by -100.0 %, all loans by -100.0 %."),
        (
            &["317", "290", "11001"],
            "10 of 12 villages have basic financial services, 83.3 %.\n  county 1: 5 of 6\n  county 2: 5 of 6\n  \
             without: village 11001 of township 11, county 1\n  without: village 22003 of township 22, county 2\n",
        ),
    ];
    let mut printed = BTreeSet::new();
    for (example, compiler) in [("examples/c/sentence.c", "cc"), ("examples/cpp/sentence.cpp", "c++")] {
        if !have(compiler, test) {
            return;
        }
        let (program, output) = run_as_named(example, compiler);
        // Loan i has a balance of 20,000 + 100 i. All of 2019: 290 x 20,000 + 100 x 289 x 290 / 2 = 9,990,500; the 27 since then
        // add 27 x 20,000 + 100 x 27 x 303 = 1,358,100: 13.59 %. Targeted: 97 x 20,000 + 300 x 96 x 97 / 2 = 3,336,800, and since
        // then 290, 292, 295 ... 315, 11 loans whose places sum to 3,325: 220,000 + 332,500 = 552,500, 16.56 %. The gap is 2.96
        // points, the contribution 552,500 of 9,990,500: 5.53.
        for part in [
            "Targeted loans stand at 3889300.00 yuan on 2020-03-31.\n",
            "In a year they grew by 16.6 %, all loans by 13.6 %.\n",
            "That is 3.0 percentage points above all loans, to whose growth they contribute 5.5 points.\n",
            "11 of 12 villages have basic financial services, 91.7 %.\n  county 1: 6 of 6\n  county 2: 5 of 6\n  \
             without: village 22003 of township 22, county 2\n",
        ] {
            assert!(output.contains(part), "{example} does not print {part:?}:\n{output}");
        }
        printed.insert(seen(&output) + &also_prints(example, &program, &others));
        let refused = Command::new(&program).arg("-1").output().expect("run the example");
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{example}");
    }
    assert_eq!(printed.len(), 1, "the C and the C++ example print the same");
}

#[test]
fn the_program_of_the_readme_prints_what_it_says() {
    let test = "the_program_of_the_readme_prints_what_it_says";
    if !have("cc", test) {
        return;
    }
    let readme = text(Path::new("README.md"));
    let program =
        readme.split_once("```c\n").and_then(|(_, rest)| rest.split_once("```")).expect("a C program").0;
    let source = scratch().join("readme.c");
    fs::write(&source, program).expect("write the program");
    let ran = Command::new(build("cc", &source, &["-std=c99"])).output().expect("run the program");
    must_pass("README.md", &ran);
    // 3,505.75 over 36 instalments: the golden figure G2 of the specification.
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "36 instalments, interest 3505.75\n");
}

#[test]
fn the_shared_library_exports_its_own_names_only_and_has_a_name_of_its_own() {
    let test = "the_shared_library_exports_its_own_names_only_and_has_a_name_of_its_own";
    if !have("nm", test) || !have("readelf", test) {
        return;
    }
    let library = libraries::folder().join("libpuhui.so");
    let symbols = Command::new("nm").args(["-D", "--defined-only"]).arg(&library).output().expect("run nm");
    must_pass("nm", &symbols);
    let symbols = String::from_utf8(symbols.stdout).expect("UTF-8");
    let exported: BTreeSet<_> = symbols.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let header = text(Path::new("include/puhui.h"));
    let declared: BTreeSet<_> = header
        .split(|char: char| !char.is_ascii_alphanumeric() && char != '_' && char != '(')
        .filter_map(|word| word.split_once('('))
        .map(|(name, _)| name)
        .filter(|name| name.starts_with("puhui_"))
        .collect();
    assert_eq!(exported, declared, "what the library exports and what the header declares");
    let dynamic = Command::new("readelf").arg("-d").arg(&library).output().expect("run readelf");
    let dynamic = String::from_utf8_lossy(&dynamic.stdout).into_owned();
    // Before 1.0 every minor version may break callers.
    let soname = match *libraries::version().split('.').collect::<Vec<_>>() {
        ["0", minor, _] => format!("Library soname: [libpuhui.so.0.{minor}]"),
        [major, ..] => format!("Library soname: [libpuhui.so.{major}]"),
        [] => panic!("no version"),
    };
    assert!(dynamic.contains(&soname), "no {soname} in\n{dynamic}");
}
