//! Hostile arguments, made from the header: each function is called with a good value for every parameter, and then again and again with
//! one thing wrong: NULL for a pointer, a code that nobody gave out, a date that is none, a size of 0, one too small and of the largest
//! number, in its arguments and in the structs that they lead to. It must be refused, under the checkers of the compiler.
//!
//! A function is covered on the day it appears: where `hostile/good.h` has no good value for a parameter, the test fails. NULL is accepted
//! where `MAY_BE_NULL` says so, and nowhere else.
#![allow(clippy::expect_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

#[path = "hostile/declared.rs"]
mod declared;
#[path = "support/libraries.rs"]
mod libraries;
#[path = "hostile/promised.rs"]
mod promised;
#[path = "../../../tests/support/skip.rs"]
mod skip;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use declared::{Declared, Function, Parameter, Struct};
use promised::Refusal;
use skip::{root, skip};

/// What must come of a call.
#[derive(Clone, Copy)]
enum Comes {
    Accepted,
    Refused,
    TooSmall,
    /// Whatever the answer, it must be one.
    Answered,
}

/// The struct that a kind is or points to.
fn struct_of(kind: &str) -> Option<&str> {
    kind.split_whitespace().skip_while(|word| *word != "struct").nth(1)
}

/// What may be NULL where all else is good, by the function whose parameter or the struct whose field it is; of every other pointer
/// NULL is refused.
const MAY_BE_NULL: &[(&str, &[&str])] = &[
    ("puhui_account_instalments", &["out_billed"]),
    ("puhui_account_record", &["out_state"]),
    ("puhui_calendar_roll", &["out_provisional"]),
    ("puhui_product_new", &["servicing"]),
    ("puhui_schedule", &["out_totals"]),
    ("puhui_schedule_batch", &["totals"]),
    ("puhui_account_query", &["record", "snapshot"]),
    // Of a kind that has none.
    ("puhui_event", &["relief"]),
    ("puhui_loan", &["plan", "rate_steps"]),
    (
        "puhui_loan_columns",
        &[
            "product",
            "matures_on_ymd",
            "due_day",
            "residual_minor",
            "fee_at_disbursement_minor",
            "fee_each_instalment_minor",
            "rate_step_offset",
            "rate_steps",
            "plan_offset",
            "plan",
            "benchmarks",
            "benchmark",
            "spread_bp",
            "reset_count",
            "reset_unit",
        ],
    ),
    ("puhui_relief_result", &["outcomes", "impact"]),
    ("puhui_targeted_query", &["places"]),
    (
        "puhui_village_columns",
        &[
            "people",
            "adults",
            "area_m2",
            "households",
            "registered_households",
            "with_account",
            "with_credit_file",
            "with_loan",
        ],
    ),
    ("puhui_point_columns", &["opened_on_ymd", "closed_on_ymd", "distance_m"]),
];

/// Structs of columns that a caller need not have: each array of them may be NULL, unless what is asked for needs it.
const OF_COLUMNS: &[&str] = &["puhui_book_columns", "puhui_relieved_columns"];

/// What comes of NULL.
fn of_null(name: &str, of: &str) -> Comes {
    if OF_COLUMNS.contains(&of) {
        return Comes::Answered;
    }
    let accepted = MAY_BE_NULL.iter().any(|(whose, names)| *whose == of && names.contains(&name));
    if accepted { Comes::Accepted } else { Comes::Refused }
}

/// The calls of all functions, as a C program.
struct Calls<'a> {
    declared: &'a Declared,
    good: &'a str,
    cases: String,
    count: usize,
    /// Parameters that no good value is known for.
    unknown: BTreeSet<String>,
}

impl Calls<'_> {
    fn is_good(&self, word: &str) -> bool {
        self.good
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .any(|found| found == word)
    }

    /// The good value of a parameter.
    fn good(&mut self, function: &Function, parameter: &Parameter) -> String {
        let short = function.name.trim_start_matches("puhui_");
        let own = [format!("good_{short}_{}", parameter.name), format!("good_{}", parameter.name)];
        let by_kind = match (parameter.kind.as_str(), struct_of(&parameter.kind)) {
            ("puhui_status *", _) => "good_status_array".to_owned(),
            (_, Some(of)) => format!("good_{}", of.trim_start_matches("puhui_")),
            _ => own[1].clone(),
        };
        let [own, by_name] = own;
        let first = if parameter.name.starts_with("out_") {
            [own, by_name, by_kind]
        } else {
            [own, by_kind, by_name]
        };
        if let Some(good) = first.into_iter().find(|word| self.is_good(word)) {
            return good;
        }
        self.unknown.insert(format!("{} {} of {}", parameter.kind, parameter.name, function.name));
        String::new()
    }

    /// One call, with another value for the parameter at a place, after something was done to the good values.
    fn case(
        &mut self,
        function: &Function,
        told: &str,
        done: &str,
        other: Option<(usize, &str)>,
        comes: Comes,
    ) {
        let mut arguments = Vec::new();
        for (place, parameter) in function.parameters.iter().enumerate() {
            let good = self.good(function, parameter);
            arguments.push(other.filter(|(at, _)| *at == place).map_or(good, |(_, value)| value.to_owned()));
        }
        let call = format!("{}({})", function.name, arguments.join(", "));
        let expected = match comes {
            Comes::Accepted => "ACCEPTED",
            Comes::Refused => "REFUSED",
            Comes::TooSmall => "TOO_SMALL",
            Comes::Answered => "ANSWERED",
        };
        self.count += 1;
        writeln!(
            self.cases,
            "static void case_{}(void) {{\n  reset();\n  {done}\n  begins(\"{}: {told}\");\n  ends({call}, {expected});\n  release();\n}}",
            self.count, function.name
        )
        .expect("text");
    }

    fn function(&mut self, function: &Function) {
        if function.returns != "puhui_status" {
            return self.without_status(function);
        }
        self.case(function, "all is good", "", None, Comes::Accepted);
        for (place, parameter) in function.parameters.iter().enumerate() {
            let (name, kind) = (&parameter.name, parameter.kind.as_str());
            let wrong = |value: &'static str| Some((place, value));
            match kind {
                _ if kind.ends_with('*') => {
                    let comes = match name.as_str() {
                        "error" => Comes::Accepted,
                        _ => of_null(name, &function.name),
                    };
                    self.case(function, &format!("{name} is NULL"), "", wrong("NULL"), comes);
                    if let Some(of) = struct_of(kind).and_then(|of| self.declared.of(of)) {
                        self.fields(function, of, kind.starts_with("const"), &mut BTreeSet::new());
                    }
                }
                "size_t" => {
                    self.case(function, &format!("{name} is 0"), "", wrong("0"), Comes::Answered);
                    // An array has room for so many, says the caller; no more is written than there is to say.
                    let capacity = name.ends_with("capacity");
                    let comes = if capacity { Comes::Answered } else { Comes::Refused };
                    self.case(function, &format!("{name} is SIZE_MAX"), "", wrong("SIZE_MAX"), comes);
                    let counted = function.parameters.iter();
                    let mut counted =
                        counted.filter(|each| each.kind == "size_t *" && each.name.starts_with("out_"));
                    if let Some(counted) = counted.next().filter(|_| capacity) {
                        self.too_small(function, place, counted);
                    }
                }
                "int32_t" if name.ends_with("_ymd") => {
                    self.case(function, &format!("{name} is no date"), "", wrong("20201399"), Comes::Refused);
                }
                "uint32_t" => {
                    let coded = function.doc.split(". ").any(|sentence| {
                        sentence.contains(&format!("`{name}`"))
                            && sentence.contains("`PUHUI_")
                            && !sentence.contains("Returns")
                    });
                    let comes = if coded { Comes::Refused } else { Comes::Answered };
                    self.case(function, &format!("{name} is nobody's code"), "", wrong("0xFFFFFFu"), comes);
                }
                _ => {}
            }
        }
    }

    /// A capacity that is one too small for what the good call counts.
    fn too_small(&mut self, function: &Function, place: usize, counted: &Parameter) {
        let arguments: Vec<String> =
            function.parameters.iter().map(|each| self.good(function, each)).collect();
        let (call, count) = (arguments.join(", "), self.good(function, counted));
        let done = format!("{}({call});\n  const size_t less = *{count} - 1;\n  reset();", function.name);
        let told = format!("{} is one too small", function.parameters[place].name);
        self.case(function, &told, &done, Some((place, "less")), Comes::TooSmall);
    }

    /// What is wrong in a struct that a function reads, or writes, and in those that it leads to.
    fn fields(&mut self, function: &Function, of: &Struct, read: bool, seen: &mut BTreeSet<String>) {
        let good = format!("good_{}", of.name.trim_start_matches("puhui_"));
        if !self.is_good(&good) || !seen.insert(of.name.clone()) {
            return;
        }
        let versioned = of.fields.first().is_some_and(|field| field.name == "struct_size");
        for field in &of.fields {
            let (name, kind) = (&field.name, field.kind.as_str());
            let set = |value: &str| format!("{good}->{name} = {value};");
            let wrong = |calls: &mut Self, told: &str, value: &str, comes| {
                calls.case(function, &format!("{}.{name} is {told}", of.name), &set(value), None, comes);
            };
            let written = field.doc.contains("ritten by the call");
            match kind {
                "uint32_t" if name == "struct_size" => {
                    wrong(self, "0", "0", Comes::Refused);
                    wrong(self, "one too small", &format!("(uint32_t)sizeof *{good} - 1"), Comes::Refused);
                    wrong(self, "the largest number", "UINT32_MAX", Comes::Refused);
                }
                "uint32_t" if field.doc.contains("must be 0") && versioned => {
                    wrong(self, "not 0", "1", Comes::Refused)
                }
                "uint32_t" if read && field.doc.contains("ne of `PUHUI_") => {
                    wrong(self, "nobody's code", "0xFFFFFFu", Comes::Refused);
                }
                "int32_t" if read && versioned && name.ends_with("_ymd") => {
                    wrong(self, "no date", "20201399", Comes::Refused)
                }
                "size_t" if versioned && !written => {
                    wrong(self, "0", "0", Comes::Answered);
                    // An array of so many elements does not lie in memory; room for so many is what the caller says.
                    let counts = name.ends_with("count") || name.ends_with("length");
                    let comes = if counts { Comes::Refused } else { Comes::Answered };
                    wrong(self, "SIZE_MAX", "SIZE_MAX", comes);
                }
                _ if kind.ends_with('*') && versioned => {
                    wrong(self, "NULL", "NULL", of_null(name, &of.name));
                    if let Some(of) = struct_of(kind).and_then(|of| self.declared.of(of)) {
                        self.fields(function, of, read && kind.starts_with("const"), seen);
                    }
                }
                _ => {}
            }
        }
    }

    /// What has no status to answer with takes anything.
    fn without_status(&mut self, function: &Function) {
        let pointer = |parameter: &Parameter| parameter.kind.ends_with('*');
        let any = |parameter: &Parameter| if pointer(parameter) { "NULL" } else { "(unsigned)-1" };
        let arguments: Vec<&str> = function.parameters.iter().map(any).collect();
        self.count += 1;
        writeln!(
            self.cases,
            "static void case_{}(void) {{\n  begins(\"{}\");\n  (void){}({});\n}}",
            self.count,
            function.name,
            function.name,
            arguments.join(", ")
        )
        .expect("text");
    }
}

const FRAME: &str = r#"
enum expected { ACCEPTED, REFUSED, TOO_SMALL, ANSWERED };
static const char *at;
static unsigned wrong;
static void begins(const char *what) { at = what; }
static void ends(puhui_status status, enum expected expected) {
  if (status != PUHUI_OK)
    printf("%s\t%u\t%u\t%s\n", at, (unsigned)status, (unsigned)good_error->status, good_error->field), fflush(stdout);
  static const char *const words[] = {"PUHUI_OK", "a refusal", "PUHUI_ERR_BUFFER_TOO_SMALL", "an answer"};
  const int right = status != PUHUI_ERR_PANIC && status != PUHUI_ERR_INTERNAL &&
                    (expected == ANSWERED || (expected == ACCEPTED && status == PUHUI_OK) ||
                     (expected == REFUSED && status != PUHUI_OK) ||
                     (expected == TOO_SMALL && status == PUHUI_ERR_BUFFER_TOO_SMALL));
  if (right) return;
  fprintf(stderr, "%s: expected %s, got status %u (%s), %s: %s\n", at, words[expected], (unsigned)status,
          puhui_status_message(status), good_error->field, good_error->message);
  wrong++;
}
/* Each in a process of its own, so that a crash is of one call. */
static void run(void (*call)(void)) {
  int status;
  const pid_t child = fork();
  if (child < 0) abort();
  if (child == 0) {
    call();
    _exit(wrong != 0);
  }
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) wrong++;
}
"#;

#[test]
fn hostile_arguments_are_refused() {
    let header = fs::read_to_string(root().join("include/puhui.h")).expect("the header");
    let good = fs::read_to_string(root().join("checks/border/hostile/good.h")).expect("the good values");
    let declared = Declared::read(&header);
    let mut calls =
        Calls { declared: &declared, good: &good, cases: String::new(), count: 0, unknown: BTreeSet::new() };
    declared.functions.iter().for_each(|function| calls.function(function));
    assert!(calls.unknown.is_empty(), "hostile/good.h has no good value for {:#?}", calls.unknown);
    let declared_names = header.matches("\npuhui_status puhui_").count();
    let covered = declared.functions.iter().filter(|function| function.returns == "puhui_status").count();
    assert_eq!(covered, declared_names, "functions that the header declares and that are called");
    assert!(calls.count > 400, "{} cases", calls.count);
    let run: String = (1..=calls.count).map(|case| format!("  run(case_{case});\n")).collect();
    let program = format!(
        "#include <sys/wait.h>\n#include <unistd.h>\n\n#include \"good.h\"\n{FRAME}{}int main(void) {{\n  begin();\n{run}  end();\n  return wrong != 0;\n}}\n",
        calls.cases
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    fs::create_dir_all(&folder).expect("a folder");
    let source = folder.join("hostile.c");
    fs::write(&source, program).expect("the program");
    let mut build = libraries::compile("gcc", &source, &folder.join("hostile"));
    build.args(["-std=gnu99", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"]);
    build.arg("-I").arg(root().join("checks/border/hostile")).arg("-I").arg(root().join("tests/c"));
    let Ok(built) = build.output() else { return skip("hostile_arguments_are_refused", "needs gcc") };
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let ran = Command::new(folder.join("hostile")).output().expect("run the program");
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}\n{told}", ran.status);
    are_as_promised(&header, &declared, &String::from_utf8_lossy(&ran.stdout));
}

/// What the calls were refused with is what the header says of their functions, and leads to what was wrong.
fn are_as_promised(header: &str, declared: &Declared, told: &str) {
    let (mut wrong, mut named) = (BTreeSet::new(), 0);
    for refusal in told.lines().map(Refusal::read) {
        let Refusal { function, case, statuses, field } = refusal;
        let promised = declared.statuses(header, function);
        // The header says of all functions at once what comes of more elements than memory can hold.
        let too_many =
            case.ends_with(" is SIZE_MAX").then(|| Declared::number(header, "PUHUI_ERR_OUT_OF_RANGE"));
        let is_promised = |status: &str| promised.contains(status) || too_many.as_deref() == Some(status);
        for status in statuses.iter().filter(|status| **status != "0" && !is_promised(status)) {
            wrong.insert(format!("{function} does not say that it returns {status}: {case}, {field}"));
        }
        if !field.is_empty() && !declared.leads(function, field) {
            wrong.insert(format!("{function}: {field} leads nowhere: {case}"));
        }
        named += usize::from(!field.is_empty());
    }
    assert!(named > 400, "{named} fields");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
