//! Each figure of the packs that come with the library decides something, and their own examples show it: on both sides.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use puhui::parse_date;
use puhui::programme::{Case, Decision, Given, Pack};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::perturbed::{Perturbed, perturbed};

/// A pack that is asked about: its text without its examples, what it builds on, each example, its case, and what comes of it.
pub struct Asked {
    id: &'static str,
    pub text: &'static str,
    bases: Vec<Pack>,
    pub examples: Vec<Example>,
}

pub struct Example {
    text: &'static str,
    note: String,
    pub case: Case,
    outcome: Option<Decision>,
}

/// What an example begins with.
const EXAMPLE: &str = "\n[[examples]]\n";

impl Asked {
    pub fn of(id: &'static str) -> Asked {
        let whole = Pack::built_in_text(id).unwrap();
        let pack = Pack::built_in(id).unwrap().unwrap();
        let bases =
            Pack::built_in_ids().filter(|base| whole.contains(&format!("extends = {{ id = \"{base}\"")));
        let bases = bases.map(|base| Pack::built_in(base).unwrap().unwrap()).collect();
        let (text, examples) = whole.split_once(EXAMPLE).unwrap_or_else(|| panic!("{id} has no examples"));
        let examples = examples.split(EXAMPLE).map(|text| {
            let (note, case) = read(text);
            Example { text, note, outcome: outcome(&pack, &case), case }
        });
        Asked { id, text, bases, examples: examples.collect() }
    }

    /// What a rule gives out to the ledgers in the example of a note: `funding.rate`.
    fn term(&self, note: &str, rule: &str, path: &str) -> Option<String> {
        let example = self.examples.iter().find(|example| example.note.starts_with(note));
        let rule = example.unwrap_or_else(|| panic!("no example {note}")).outcome.as_ref()?.rule(rule)?;
        let (key, path) = path.split_once('.').unwrap();
        let mut given = rule.term(key)?;
        for name in path.split('.') {
            given = match given {
                Given::List(list) => &list[name.parse::<usize>().unwrap()],
                _ => given.get(name)?,
            };
        }
        given.text().map(str::to_owned)
    }

    /// Whether somebody would see that something was changed.
    fn is_seen(&self, change: &Perturbed) -> bool {
        let mut seen = change.texts.iter().map(|finest| self.comes_out_otherwise(finest, &change.path));
        if change.each { seen.all(|seen| seen) } else { seen.any(|seen| seen) }
    }

    fn comes_out_otherwise(&self, finest: &[String], path: &str) -> bool {
        let bases: Vec<&Pack> = self.bases.iter().collect();
        // What cannot be read cannot be decided by: a coarser change can, or none.
        let Some((text, pack)) = finest.iter().find_map(|text| Some((text, Pack::read(text, &bases).ok()?)))
        else {
            return true;
        };
        let mut changed =
            self.examples.iter().filter(|example| outcome(&pack, &example.case) != example.outcome);
        if !is_told(path) {
            return changed.next().is_some();
        }
        changed.any(|example| {
            let fault = Pack::read(&format!("{text}{EXAMPLE}{}", example.text), &bases);
            fault.is_err_and(|fault| fault.path().starts_with("examples["))
        })
    }
}

/// Whether an example can say it: a verdict, an amount, an output. What else is given is seen in the decision alone.
fn is_told(path: &str) -> bool {
    let keys: Vec<&str> = path.split('.').collect();
    let key = keys.get(2).map_or("", |key| key.split('[').next().unwrap_or_default());
    let is_told = matches!(key, "when" | "from" | "until" | "payment" | "outputs");
    // An example says how much is paid, and not when.
    keys[0] == "rules" && is_told && !(key == "payment" && path.ends_with(".on"))
}

/// What a pack gives, but for the words in which it says why; none where it cannot be computed with.
fn outcome(pack: &Pack, case: &Case) -> Option<Decision> {
    let mut decision = pack.decide(case).ok()?;
    decision.sha256.clear();
    for rule in &mut decision.rules {
        rule.findings.clear();
        rule.docs.clear();
        rule.sure = None;
    }
    Some(decision)
}

/// The note and the case of an example.
fn read(example: &str) -> (String, Case) {
    let table = DeTable::parse(example).unwrap();
    let note = table.get_ref().get("note").and_then(|note| note.get_ref().as_str()).unwrap().to_owned();
    (note, case(table.get_ref()))
}

fn case(example: &DeTable<'_>) -> Case {
    let entries = |key: &str| {
        let table = example.get(key).and_then(|table| table.get_ref().as_table());
        table
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.get_ref().to_string(), said(value)))
            .collect::<Vec<_>>()
    };
    let mut case = Case::new();
    for (name, value) in entries("facts") {
        case.fact(&name, &value).unwrap();
    }
    for (name, value) in entries("choices") {
        case.choice(&name, &value);
    }
    let rows = example.get("rows").and_then(|rows| rows.get_ref().as_array());
    for row in rows.into_iter().flat_map(|rows| rows.iter()) {
        let of = |key: &str| row.get_ref().as_table().unwrap().get(key).map_or("0".to_owned(), said);
        case.row(&of("on"), &of("principal"), &of("interest")).unwrap();
    }
    case
}

/// A literal as a host says it: codes without quotes, numbers without `_`, rates as fractions.
fn said(value: &Spanned<DeValue<'_>>) -> String {
    let text = match value.get_ref() {
        DeValue::String(text) => text.trim_matches('\'').to_owned(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        other => panic!("no literal: {other:?}"),
    };
    if let Some(percent) = text.strip_suffix('%') {
        let percent: rust_decimal::Decimal = percent.parse().unwrap();
        return (percent / rust_decimal::Decimal::ONE_HUNDRED).normalize().to_string();
    }
    if text.starts_with(|digit: char| digit.is_ascii_digit()) { text.replace('_', "") } else { text }
}

#[test]
fn no_figure_of_the_packs_is_dead() {
    let packs: Vec<Asked> = Pack::built_in_ids().map(Asked::of).collect();
    let changes =
        packs.iter().flat_map(|asked| perturbed(asked.text).into_iter().map(move |change| (asked, change)));
    let changes: Vec<(&Asked, Perturbed)> = changes.collect();
    let (next, unseen) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let one_after_the_other = || {
        while let Some((asked, change)) = changes.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !asked.is_seen(change) {
                unseen.lock().unwrap().push(format!("{} {}: {}", asked.id, change.path, change.change));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(one_after_the_other))));
    let unseen = unseen.into_inner().unwrap();
    assert!(unseen.is_empty(), "{} of {}:\n{}", unseen.len(), changes.len(), unseen.join("\n"));
    // Every pack has figures: none was walked past.
    assert!(packs.iter().all(|asked| changes.iter().any(|(of, _)| of.id == asked.id)));
}

/// Terms for the ledgers are no part of an example; what the sources print of them stands here.
#[test]
fn terms_for_the_ledgers_are_as_they_are_printed() {
    // Re-lending: three months, six months, a year, from each cut on; two rates of 2024 are not known.
    let asked = Asked::of("cn/relending");
    let cuts = [
        ("2020-02-26", ["0.022", "0.024", "0.025"]),
        ("2020-07-01", ["0.0195", "0.0215", "0.0225"]),
        ("2021-12-07", ["0.017", "0.019", "0.02"]),
        ("2024-01-25", ["", "", "0.0175"]),
        ("2025-05-07", ["0.012", "0.014", "0.015"]),
        ("2026-01-19", ["0.0095", "0.0115", "0.0125"]),
    ];
    let mut before: Option<[&str; 3]> = None;
    for (day, rates) in cuts {
        for (place, tenor) in ["3m", "6m", "1y"].into_iter().enumerate() {
            let rate = |day: &str| {
                asked.term(&format!("re-lending for {tenor} on {day}"), "general", "funding.rate")
            };
            assert_eq!(rate(day).unwrap_or_default(), rates[place], "{tenor} {day}");
            if let Some(before) = before {
                let last = parse_date(day, "day").unwrap().pred_opt().unwrap().to_string();
                assert_eq!(rate(&last).unwrap_or_default(), before[place], "{tenor} {last}");
            }
        }
        before = Some(rates);
    }
    for (id, note, rule, path, printed) in [
        // Vector 13: interest accrued to the end of 2023 in full, in 2024 and 2025 70 %.
        ("cn/local/qingyang-2024", "vector 13: accrued on 2023-12-31", "v2021", "subsidy.share", Some("1")),
        ("cn/local/qingyang-2024", "vector 13: accrued on 2024-01-01", "v2021", "subsidy.share", Some("0.7")),
        ("cn/local/qingyang-2024", "accrued on the last day", "v2021", "subsidy.share", Some("0.7")),
        ("cn/local/tongxu-2025", "LPR of the day", "v2021", "subsidy.rate", Some("0.031")),
        // Vector 7: 7.15 % less 3.15 %, which are 4.65 % less 150 basis points.
        ("cn/startup-guaranteed", "vector 7", "loan", "subsidy.rate", Some("0.04")),
        ("cn/startup-guaranteed", "2.35 %", "loan", "subsidy.rate", Some("0")),
        ("cn/startup-guaranteed", "2.34 %", "loan", "subsidy.rate", Some("0")),
        // Half of 4.35 %; all of it; 4.35 % less (3.85 % less 150 basis points).
        ("cn/startup-guaranteed", "a firm, drawn on 2020-12-31", "loan", "subsidy.rate", Some("0.02175")),
        ("cn/startup-guaranteed", "a person, drawn on 2020-12-31", "loan", "subsidy.rate", Some("0.0435")),
        ("cn/startup-guaranteed", "a firm, drawn on 2021-01-01", "loan", "subsidy.rate", Some("0.02")),
        // Vector 11: of 80,000 the first 50,000.
        ("cn/poverty-microcredit", "vector 11: 50,000", "v2021", "subsidy.cap", Some("50000.00")),
        ("cn/consumption-subsidy-2025", "3 %", "y2025", "subsidy.rate", Some("0.01")),
        ("cn/consumption-subsidy-2025", "1.90 %", "y2025", "subsidy.rate", Some("0.0095")),
        ("cn/consumption-subsidy-2025", "3 %", "y2025", "subsidy.limits.0.at_most", Some("3000.00")),
        (
            "cn/consumption-subsidy-2025",
            "the first day of 2026",
            "y2026",
            "subsidy.limits.0.at_most",
            Some("3000.00"),
        ),
        ("cn/service-subsidy-2025", "2025: one point", "y2025", "subsidy.cap", Some("1000000.00")),
        ("cn/service-subsidy-2025", "2025: one point", "y2025", "subsidy.ends_on", Some("2026-05-01")),
        (
            "cn/service-subsidy-2025",
            "lent on the first day of 2026",
            "y2026",
            "subsidy.cap",
            Some("10000000.00"),
        ),
        (
            "cn/service-subsidy-2025",
            "lent on the first day of 2026",
            "y2026",
            "subsidy.limits.0.at_most",
            Some("100000.00"),
        ),
    ] {
        assert_eq!(Asked::of(id).term(note, rule, path).as_deref(), printed, "{id} {note} {path}");
    }
    // After the days of the rule nobody knows the share: the expression stands for it.
    let left =
        Asked::of("cn/local/qingyang-2024").term("accrued on the day after it", "v2021", "subsidy.share");
    assert_eq!(left, None);
}
