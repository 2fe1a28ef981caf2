//! The example `programme`, run as its users run it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::example::{self, assert_wrong_options, folder, run};
use crate::support::skip;

fn programme() -> Command {
    example::example("programme")
}

/// What is printed, and with which exit code.
fn told(command: &mut Command) -> (String, Option<i32>) {
    let output = command.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

/// Packs that build on each other, in folders and in an order of names that is not that of building; all of it is made up.
const BASE: &str = r#"format = 1
id = "example/base"
edition = "2020-03"
currency = "CNY"
en = "An example"
zh = "示例"
doc = "notice"
sure = "derived"
local = ["figures.cap"]
[docs.notice]
en = "No circular: an example"
dated = 2020-03-01
[figures.cap]
type = "money"
is = "50_000"
[rules.loan]
en = "A loan"
zh = "贷款"
by = "case.on"
from = 2020-03-01
when = { amount = "loan.amount <= cap" }
"#;

fn extension(id: &str, of: &str, cap: &str) -> String {
    format!(
        "format = 1\nid = \"{id}\"\nedition = \"2020-04\"\nen = \"A county\"\nzh = \"某县\"\nextends = {{ id = \"{of}\" }}\n\
         [figures.cap]\ntype = \"money\"\nis = \"{cap}\"\n"
    )
}

#[test]
fn a_pack_that_is_right_is_said_to_be() {
    let packs = folder("programme", "right");
    fs::create_dir_all(packs.join("z")).unwrap();
    fs::write(packs.join("z/base.toml"), BASE).unwrap();
    fs::write(packs.join("b.toml"), extension("example/county", "example/base", "60_000")).unwrap();
    fs::write(packs.join("note.txt"), "not a pack").unwrap();
    fs::write(packs.join("broken.toml"), "format = ").unwrap();
    let base = run(programme().arg("--check").arg(packs.join("z/base.toml")));
    assert_eq!(String::from_utf8(base.stdout).unwrap(), "example/base 2020-03: nothing is wrong\n");
    let county = run(programme().arg("--check").arg(packs.join("b.toml")).arg("--bases").arg(&packs));
    assert_eq!(String::from_utf8(county.stdout).unwrap(), "example/county 2020-04: nothing is wrong\n");
}

#[test]
fn all_that_is_wrong_is_listed_by_its_place() {
    let packs = folder("programme", "wrong");
    let file = packs.join("wrong.toml");
    let wrong = BASE.replace("<= cap", "<= cop").replace("is = \"50_000\"", "is = \"50_000.001\"");
    fs::write(&file, wrong).unwrap();
    let (text, code) = told(programme().arg("--check").arg(&file));
    assert_eq!(code, Some(1));
    // The quote of the figure opens in column 6 of line 15; "cop" is the 16th character behind that of line 21, which opens in column 19.
    let at = |line: u32, column: u32, fault: &str| format!("{}:{line}:{column} {fault}\n", file.display());
    let amount = "rules.loan.when.amount: unknown figure or value cop; did you mean cap?";
    assert!(text.contains(&at(21, 35, amount)), "{text}");
    assert!(text.contains(&at(15, 7, "figures.cap: 50000.001; an amount of at most 2 decimals")), "{text}");
    assert!(text.contains(&at(13, 1, "figures.cap: it is named nowhere")), "{text}");
    assert_eq!(text.lines().count(), 3);

    // What it builds on was not handed over.
    fs::write(&file, extension("example/county", "example/base", "60_000")).unwrap();
    let (text, code) = told(programme().arg("--canonical").arg(&file));
    assert_eq!(code, Some(1));
    assert!(text.contains("builds on example/base, which is not among the packs beside it"), "{text}");

    let (text, code) = told(programme().arg("--check").arg(packs.join("none.toml")));
    assert_eq!((text.as_str(), code), ("", Some(1)));
}

#[test]
fn the_trial_packs_have_the_names_that_others_give_them() {
    let Some(designs) = skip::shared_by_builders(
        "the_trial_packs_have_the_names_that_others_give_them",
        "design",
        "PUHUI_DESIGN",
    ) else {
        return;
    };
    let packs = designs.join("packs");
    let hashes = fs::read_to_string(packs.join("HASHES")).unwrap();
    let of = |id: &str| packs.join(Path::new(id).with_extension("toml"));
    assert_eq!(hashes.lines().count(), 17);
    for line in hashes.lines() {
        let (id, hash) = line.split_once(' ').unwrap();
        let written = run(programme().arg("--canonical").arg(of(id)).arg("--bases").arg(&packs));
        let written = String::from_utf8(written.stdout).unwrap();
        let (canonical, name) = written.trim_end().rsplit_once('\n').unwrap();
        assert_eq!(name, hash, "{id}");
        assert!(canonical.starts_with("{\"") && canonical.ends_with('}'), "{id}");
    }
}

/// Cases on the standard input, and what is said to them.
fn answers(options: &[&str], cases: &str) -> (String, Option<i32>) {
    let mut child = programme()
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(cases.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn cases_are_decided_line_by_line() {
    // India's ex-gratia payment: six months of 12 % on 100,000.00, compounded monthly less simple. 1.01^6 = 1.061520150601, so
    // 6,152.0150601 - 6,000.00 = 152.02.
    let case = |kind: &str| {
        format!(
            "{{\"id\":7,\"facts\":{{\"case.on\":\"2020-11-01\",\"loan.kind\":\"{kind}\",\"account.standard@2020-02-29\":true,\
             \"borrower.facilities@2020-02-29\":\"20000000\",\"account.reference@2020-02-29\":\"100000\",\
             \"loan.rate@2020-02-29\":\"0.12\"}}}}\n"
        )
    };
    let (text, code) = answers(&["in/moratorium-2020", "--json"], &case("education"));
    let answer: Value = serde_json::from_str(&text).unwrap();
    let rule = &answer["decision"]["ex_gratia"];
    assert_eq!((code, &answer["id"], &rule["verdict"]), (Some(0), &json!(7), &json!("granted")));
    assert_eq!(rule["payment"], json!([["treasury", "borrower", "2020-11-05", "152.02"]]));
    // A case that is wrong is an answer, and the next one is decided.
    let (text, code) =
        answers(&["in/moratorium-2020", "--json"], &format!("{{\"fact\":1}}\n\n{}", case("other")));
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((answers.len(), code), (2, Some(1)));
    assert_eq!(answers[0]["error"]["code"], "malformed");
    assert_eq!(answers[1]["decision"]["ex_gratia"]["failed"], json!(["kind"]));
}

#[test]
fn a_clerk_reads_it_in_two_languages() {
    let (text, code) = answers(&["cn/extension-limits", "--lang", "both", "--on", "2020-03-01"], "{}\n");
    assert_eq!(code, Some(0));
    assert!(text.contains("Extension [extension]: not known: something is missing"), "{text}");
    assert!(text.contains("展期 [extension]：无法判断：缺少信息"), "{text}");
    assert!(text.contains("贷款通则"), "{text}");
    let html = run(programme().args(["--print", "cn/poverty-microcredit", "--html"]));
    let html = String::from_utf8(html.stdout).unwrap();
    assert!(
        html.starts_with("<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<h1>Poverty-alleviation microcredit"),
        "{html}"
    );
    assert!(html.contains("<td><code>cap</code></td>"), "{html}");
    let page = run(programme().args(["--print", "cn/poverty-microcredit"]));
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(
        page.contains("| `cap` | most for one loan | day of signing | 2014-12-10 | 2020-12-31 |  | 50,000 | d2017 | seen in the source |"),
        "{page}"
    );
}

#[test]
fn wrong_options_are_refused() {
    let one = "expected one of PACK, --check PACK, --print PACK and --canonical PACK";
    for (options, expected) in [
        (&[][..], one),
        (&["--check", "a", "--canonical", "b"], one),
        (&["--check", "a", "--check", "b"], "--check is given twice"),
        (&["--check", ""], "--check: the path is empty"),
        (&["--chek", "a"], "there is no option --chek"),
        (&["a", "b"], "--pack is given twice"),
        (&["--check", "a", "--html"], "--html is of a page, which --print writes"),
        (&["a", "--lang", "fr"], "--lang: expected zh, en or both, got \"fr\""),
        (&["a", "--on", "2020-02-30"], "--on: expected"),
        (&["--check", "a", "--json"], "--json and --on are of cases, which PACK alone decides"),
    ] {
        assert_wrong_options(&mut programme(), options, expected);
    }
}
