//! Packs: they are read as a whole, refused with the place and the likely word, and named by what they say.
#![cfg(feature = "packs")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers outside #[test] are not exempt by clippy.toml"
)]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "programme/decision.rs"]
mod decision;
#[path = "programme/explain.rs"]
mod explain;
#[path = "programme/figures.rs"]
mod figures;
#[path = "programme/hostile.rs"]
mod hostile;
#[path = "programme/order.rs"]
mod order;
#[path = "programme/perturbed.rs"]
mod perturbed;
#[path = "support/skip.rs"]
mod skip;

use puhui::programme::{Pack, PackFault};

/// The folder of the trial packs: they are read where they are.
fn trial_packs(test: &str) -> Option<PathBuf> {
    skip::shared_by_builders(test, "design", "PUHUI_DESIGN").map(|designs| designs.join("packs"))
}

fn trial_pack(packs: &Path, id: &str) -> String {
    fs::read_to_string(packs.join(id).with_extension("toml")).unwrap()
}

/// A small pack of no country, with a rule of each kind; the documents and facts are made up.
const SMALL: &str = r#"format = 1
id = "example/small"
edition = "2020-03"
currency = "CNY"
rounding = "half_up"
en = "An example"
zh = "示例"
order = ["stage2", "stage1"]
[docs.notice]
en = "No circular: an example"
dated = 2020-03-01
[facts.firm]
staff = { type = "integer", en = "staff", zh = "职工" }
keeps_jobs = { type = "bool", en = "keeps jobs", zh = "稳岗" }
[choices]
new_date = { type = "date", by = "both", at_least = "case.on", en = "new date", zh = "新日期" }
plan = { type = "code", values = ["end_of_window", "over_remaining"], by = "both", en = "plan", zh = "计划" }
[figures.cap]
type = "money"
by = "loan.signed_on"
rows = [
  { from = 2014-12-10, is = "50_000", doc = "notice", sure = "seen" },
  { from = 2021-01-01, is = "100_000", doc = "notice", sure = "seen" },
]
[values]
longest = "loan.drawn_on + 3 years"
[rules.stage1]
en = "Stage 1"
zh = "一"
doc = "notice"
sure = "seen"
by = "case.on"
from = 2020-03-01
until = 2020-12-31
[rules.stage1.when]
amount = "loan.amount <= cap"
term = "loan.matures_on <= longest"
[[rules.stage1.relief]]
defer = "both"
due_from = 2020-03-01
due_until = 2020-06-30
principal_caught_up = "end_of_window"
interest_meanwhile = "simple"
interest_caught_up = "choice.plan"
new_date = "choice.new_date"
restructures = false
[rules.stage2]
en = "Stage 2"
zh = "二"
doc = "notice"
sure = "seen"
by = "case.on"
from = 2020-06-01
[rules.stage2.when]
jobs = "firm.keeps_jobs"
staff = { is = "firm.staff in 1..300", note = "made up" }
[rules.stage2.choices]
new_date = { at_most = 2021-03-31 }
[[rules.stage2.relief]]
defer = "both"
due_from = 2020-06-01
due_until = 2020-12-31
principal_caught_up = "shifted"
interest_meanwhile = "simple"
interest_caught_up = "next_instalment"
restructures = false
"#;

/// A pack, one of its lines another.
fn with(line: &str, other: &str) -> String {
    assert_eq!(SMALL.matches(line).count(), 1, "{line} stands once");
    SMALL.replace(line, other)
}

/// What is wrong with a text, each as it is printed.
fn faults(text: &str) -> Vec<String> {
    Pack::check(text, &[]).iter().map(PackFault::to_string).collect()
}

/// The one thing that is wrong with the small pack when a line of it is another: its path and its message.
fn fault(line: &str, other: &str) -> (String, String) {
    let text = with(line, other);
    let found = Pack::check(&text, &[]);
    let [fault] = found.as_slice() else { panic!("{other}: {found:?}") };
    // The first, and only, one is what reading stops at.
    assert_eq!(&Pack::read(&text, &[]).unwrap_err(), fault);
    (fault.path().to_owned(), fault.message().to_owned())
}

#[test]
fn trial_packs_are_read_and_have_the_names_that_others_give_them() {
    let Some(packs) = trial_packs("trial_packs_are_read_and_have_the_names_that_others_give_them") else {
        return;
    };
    let base = Pack::read(&trial_pack(&packs, "cn/poverty-microcredit"), &[]).unwrap();
    let hashes = fs::read_to_string(packs.join("HASHES")).unwrap();
    assert_eq!(hashes.lines().count(), 17);
    for line in hashes.lines() {
        let (id, hash) = line.split_once(' ').unwrap();
        let pack =
            Pack::read(&trial_pack(&packs, id), &[&base]).unwrap_or_else(|fault| panic!("{id}: {fault}"));
        assert_eq!((pack.id(), pack.sha256()), (id, hash));
    }
}

#[test]
fn only_what_it_says_names_it() {
    let name = |text: &str| Pack::read(text, &[]).unwrap().sha256().to_owned();
    let small = name(SMALL);
    for same in [
        with("format = 1", "# A comment.\nformat   =   1"),
        with("\"loan.amount <= cap\"", "\"loan.amount<=cap\""),
        with("\"loan.amount <= cap\"", "\"(loan.amount <= (cap))\""),
        with("+ 3 years", "+ 36 months"),
        with("is = \"50_000\"", "is = \"50000\""),
        with("en = \"Stage 1\"\nzh = \"一\"\n", "zh = \"一\"\nen = \"Stage 1\"\n"),
        // An example is no part of what is decided by.
        format!(
            "{SMALL}[[examples]]\nnote = \"made up\"\nfacts = {{ \"loan.amount\" = \"1\" }}\nexpect = {{ stage1 = \"not_known\" }}\n"
        ),
    ] {
        assert_eq!(name(&same), small, "{same}");
    }
    for other in [
        with("is = \"50_000\"", "is = \"50_000.00\""),
        with("zh = \"二\"", "zh = \"三\""),
        with(
            "sure = \"seen\"\nby = \"case.on\"\nfrom = 2020-06-01",
            "sure = \"copy\"\nby = \"case.on\"\nfrom = 2020-06-01",
        ),
        with("2021-03-31", "2021-03-30"),
        with("loan.amount <= cap", "loan.amount < cap"),
    ] {
        assert_ne!(name(&other), small, "{other}");
    }
}

#[test]
fn an_extension_replaces_what_is_left_to_it_and_nothing_else() {
    let Some(packs) = trial_packs("an_extension_replaces_what_is_left_to_it_and_nothing_else") else {
        return;
    };
    let base = Pack::read(&trial_pack(&packs, "cn/poverty-microcredit"), &[]).unwrap();
    let text = trial_pack(&packs, "cn/local/tongxu-2025");
    let message = |text: &str, bases: &[&Pack]| Pack::read(text, bases).unwrap_err().to_string();
    assert!(message(&text, &[]).contains("which is not among the packs beside it: none was given"));
    let cap = text
        .replace("[rules.v2021.subsidy]", "[rules.v2021.price]\nat_most = \"lpr\"\n[rules.v2021.subsidy]");
    assert!(message(&cap, &[&base]).contains(
        "rules.v2021.price: the pack that it builds on does not leave this to others; local is rules.v2014.subsidy"
    ));
    let hashed = |hash: &str| text.replace("\" }\n\n[docs", &format!("\", sha256 = \"{hash}\" }}\n\n[docs"));
    assert!(Pack::read(&hashed(base.sha256()), &[&base]).is_ok());
    assert!(message(&hashed("00"), &[&base]).contains("of the hash 00; the one beside it has"));
    // Its name is the same with the hash of its base and without: the base is part of it.
    assert_eq!(
        Pack::read(&hashed(base.sha256()), &[&base]).unwrap().sha256(),
        Pack::read(&text, &[&base]).unwrap().sha256()
    );
}

#[test]
fn what_is_wrong_is_told_by_its_place_with_the_likely_word() {
    assert_eq!(faults(SMALL), [""; 0]);
    assert_eq!(
        faults(&with("jobs = \"firm.keeps_jobs\"", "jobs = \"not firm.keep_jobs\""))[0],
        "55:13 rules.stage2.when.jobs: unknown fact firm.keep_jobs; did you mean firm.keeps_jobs?"
    );
    let cases = [
        ("en = \"Stage 2\"", "em = \"Stage 2\"", "rules.stage2.em", "unknown key; did you mean en?"),
        (
            "restructures = false\n[rules.stage2]",
            "[rules.stage2]",
            "rules.stage1.relief[0]",
            "no restructures",
        ),
        (
            "loan.matures_on <= longest",
            "loan.amount <= 3 months",
            "rules.stage1.when.term",
            "money is compared with months",
        ),
        (
            "from = 2021-01-01, is = \"100_000\"",
            "from = 2014-12-10, is = \"100_000\"",
            "figures.cap.rows[1].from",
            "2014-12-10 is not after 2014-12-10; versions rise",
        ),
        (
            "is = \"50_000\", doc = \"notice\", sure = \"seen\"",
            "is = \"50_000\", doc = \"notice\"",
            "figures.cap.rows[0]",
            "no sure; it says where it is from and how sure it is",
        ),
        (
            "firm.staff in 1..300",
            "firm.staff in 300..1",
            "rules.stage2.when.staff.is",
            "300..1 holds for nothing; a range that rises",
        ),
        (
            "order = [\"stage2\", \"stage1\"]",
            "order = [\"stage2\"]",
            "rules.stage2",
            "both it and rules.stage1 may give relief to one loan; name the stronger first in order",
        ),
        (
            "loan.drawn_on + 3 years",
            "loan.matures_on - loan.drawn_on",
            "values.longest",
            "date - date means nothing; days(a, b) counts days",
        ),
        (
            "interest_caught_up = \"next_instalment\"",
            "interest_caught_up = \"next_installment\"",
            "rules.stage2.relief[0].interest_caught_up",
            "expected one of end_of_window next_instalment over_remaining at_maturity to_a_day later, got next_installment; did you mean next_instalment?",
        ),
        (
            "doc = \"notice\"\nsure = \"seen\"\nby = \"case.on\"\nfrom = 2020-06-01",
            "doc = \"notise\"\nsure = \"seen\"\nby = \"case.on\"\nfrom = 2020-06-01",
            "rules.stage2.doc",
            "unknown document notise; did you mean notice?",
        ),
        (
            "loan.amount <= cap",
            "loan.amount <= cap and loan.balance > 1 or loan.balance == 0",
            "rules.stage1.when.amount",
            "\"and\" beside \"or\": brackets say which is meant",
        ),
        (
            "loan.amount <= cap",
            "due.total <= cap",
            "rules.stage1.when.amount",
            "due.total is of a due date; it stands in a relief or a payment for due dates",
        ),
        (
            "loan.amount <= cap",
            "loan.purpose == 'farming' or loan.amount <= cap",
            "rules.stage1.when.amount",
            "unknown code 'farming'",
        ),
        (
            "loan.amount <= cap",
            "loan.amount * loan.rate <= cap",
            "rules.stage1.when.amount",
            "money * rate means nothing; interest needs days: simple(amount, rate, from, until, basis)",
        ),
        (
            "is = \"50_000\"",
            "is = \"50_000.001\"",
            "figures.cap.rows[0]",
            "50000.001; an amount of at most 2 decimals",
        ),
        (
            "is = \"50_000\"",
            "is = \"cap\"",
            "figures.cap.rows[0]",
            "a figure is a literal, as it is printed; a value computes",
        ),
        (
            "staff = { type = \"integer\"",
            "more = { type = \"bool\", en = \"x\", zh = \"x\" }\nstaff = { type = \"integer\"",
            "facts.firm.more",
            "it is named nowhere",
        ),
        (
            "until = 2020-12-31\n[rules.stage1.when]",
            "until = 2020-02-29\n[rules.stage1.when]",
            "rules.stage1",
            "2020-03-01 to 2020-02-29 holds for nothing",
        ),
        ("format = 1", "format = 2", "format", "format 2; this library reads format 1"),
        (
            "currency = \"CNY\"",
            "currency = \"CNYX\"",
            "currency",
            "expected a code of ISO 4217, such as CNY, got CNYX",
        ),
        (
            "new_date = { at_most = 2021-03-31 }",
            "new_dat = { at_most = 2021-03-31 }",
            "rules.stage2.choices.new_dat",
            "unknown choice new_dat; did you mean new_date?",
        ),
        (
            "interest_caught_up = \"choice.plan\"",
            "interest_caught_up = \"choice.new_plan\"",
            "rules.stage1.relief[0].interest_caught_up",
            "unknown choice new_plan",
        ),
    ];
    for (line, other, path, message) in cases {
        let text = with(line, other);
        let found = Pack::check(&text, &[]);
        let first = found.first().unwrap_or_else(|| panic!("{other}: nothing is wrong"));
        assert_eq!(first.path(), path, "{other}: {found:?}");
        assert!(first.message().starts_with(message), "{other}: {first}");
    }
}

#[test]
fn all_faults_are_listed_and_reading_stops_at_the_first() {
    let text = with("en = \"Stage 2\"", "em = \"Stage 2\"").replace("type = \"money\"", "type = \"mony\"");
    let found = faults(&text);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].ends_with("figures.cap.type: expected one of bool code text integer number money rate date months days, got mony; did you mean money?"));
    assert!(found[1].ends_with("rules.stage2.em: unknown key; did you mean en?"));
    assert!(found[2].ends_with("rules.stage2: no en"));
    assert_eq!(Pack::read(&text, &[]).unwrap_err().to_string(), found[0]);
}

#[test]
fn values_in_a_circle_are_refused() {
    let (path, message) = fault(
        "longest = \"loan.drawn_on + 3 years\"",
        "longest = \"max(other, loan.drawn_on)\"\nother = \"longest + 1 day\"",
    );
    assert_eq!((path.as_str(), message.as_str()), ("values.longest", "a circle: longest, other, longest"));
}

/// A name stands in paths, in expressions and in the canonical form: what JSON would have to escape, or a path could not show, is none.
#[test]
fn a_name_is_one_that_can_be_named() {
    for (name, message) in [
        ("\"Stage\"", "a name is of lower case letters, digits and _, a letter first"),
        ("\"a.b\"", "a name is of lower case letters, digits and _, a letter first"),
        ("\"2020\"", "a name is of lower case letters, digits and _, a letter first"),
        ("\"\"", "a name is of lower case letters, digits and _, a letter first"),
        ("\"a\\u0001\"", "the control character U+0001; a text has none"),
    ] {
        let text = format!("{SMALL}[docs.{name}]\ndated = 2020-03-01\n");
        let found = Pack::check(&text, &[]);
        assert_eq!(found.first().map(PackFault::message), Some(message), "{name}");
    }
    // In the terms of a product, too, which have keys of their own.
    let text = format!(
        "{SMALL}[products.x]\nen = \"x\"\nzh = \"x\"\nrule = \"stage1\"\nterms = {{ \"a\\n\" = \"1\" }}\n"
    );
    assert!(faults(&text)[0].ends_with("the control character U+000A; a text has none"));
}

#[test]
fn a_fact_of_the_engine_is_not_declared_again() {
    let text = with(
        "[facts.firm]",
        "[facts.loan]\namount = { type = \"money\", en = \"x\", zh = \"x\" }\n[facts.firm]",
    );
    assert_eq!(
        faults(&text),
        ["13:10 facts.loan.amount: every loan has it already; a fact of the pack's own has another name"]
    );
}

/// `residue.` ends as `due.` does, and is about the whole loan all the same.
#[test]
fn where_a_figure_can_be_asked_for_is_told_by_facts_and_not_by_letters() {
    let residue = |space: &str| {
        with(
            "[facts.firm]",
            &format!(
                "[facts.{space}]\nsigned_on = {{ type = \"date\", en = \"x\", zh = \"x\" }}\n[facts.firm]"
            ),
        )
        .replace("by = \"loan.signed_on\"", &format!("by = \"{space}.signed_on\""))
    };
    assert_eq!(faults(&residue("residue")), [""; 0]);
    assert_eq!(faults(&residue("held")), [""; 0]);
    let of_a_row = with("by = \"loan.signed_on\"", "by = \"due.on\"");
    assert!(
        faults(&of_a_row)[0]
            .ends_with("cap is of a due date; it stands in a relief or a payment for due dates")
    );
}

#[test]
fn shares_that_no_number_holds_are_a_fault() {
    let most = "79_228_162_514_264_337_593_543_950_335%";
    let payer = |share: &str| format!("{{ who = \"treasury\", share = \"{share}\" }}");
    let subsidy = |one: &str, other: &str| {
        let payers = [payer(one), payer(other)].join(", ");
        format!("{SMALL}[rules.stage2.subsidy]\nrate = \"2%\"\npayers = [{payers}]\n")
    };
    assert_eq!(faults(&subsidy("40%", "60%")), [""; 0]);
    assert!(faults(&subsidy("40%", "61%"))[0].ends_with("the shares make 101%; 100%"));
    assert!(faults(&subsidy(most, most))[0].ends_with("the shares make more than a number holds; 100%"));
}

#[test]
fn toml_that_is_none_and_limits_are_told_by_their_place() {
    assert!(faults("format = ")[0].starts_with("1:"));
    assert!(faults("format = 1\nformat = 1")[0].starts_with("2:1"));
    assert!(
        faults(&with("is = \"50_000\"", "is = 50_000.5"))[0]
            .ends_with("figures.cap.rows[0].is: a number; a figure is a text, such as \"0.15\" or \"15%\"")
    );
    let deep = format!("{SMALL}[products.x]\nterms = {}1{}", "[".repeat(17), "]".repeat(17));
    assert!(faults(&deep)[0].contains("tables and lists lie at most 16 deep"), "{:?}", faults(&deep));
    let long = with("An example\"\nzh", &format!("{}\"\nzh", "x".repeat(4097)));
    assert!(faults(&long)[0].ends_with("en: a text of 4097 bytes; at most 4096"));
    let large = format!("{SMALL}#{}", "x".repeat(256 * 1024));
    assert!(faults(&large)[0].contains("a pack has at most 262144"));
    let expression = with("loan.amount <= cap", &format!("loan.amount <= cap{}", " + 1".repeat(250)));
    assert!(faults(&expression)[0].contains("characters; an expression has at most 1000"));
    let nodes = with("loan.amount <= cap", &format!("loan.amount <= cap{}", "+1".repeat(130)));
    assert!(faults(&nodes)[0].contains("an expression has at most 256 parts"), "{:?}", faults(&nodes));
    let brackets =
        with("loan.amount <= cap", &format!("{}loan.amount <= cap{}", "(".repeat(33), ")".repeat(33)));
    assert!(faults(&brackets)[0].contains("an expression lies at most 32 deep"));
}
