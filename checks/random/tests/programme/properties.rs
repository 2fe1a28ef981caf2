//! What holds of every decision, whatever the pack.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers outside #[test] are not exempt by clippy.toml"
)]

use std::collections::{BTreeMap, BTreeSet};

use puhui::programme::{Case, Decision, Given, GivenRelief, Language, Pack, RuleDecision, Verdict};
use random::Dice;
use random::programme::packs::random_pack;
use serde_json::{Value, json};

use super::agreement::{Both, cases, seed};

/// Packs of the library, and packs of no country, each with so many cases.
fn each(dice: &mut Dice, packs: usize, mut of: impl FnMut(&Both, &mut Dice)) {
    for both in Both::built_in() {
        (0..packs / 4).for_each(|_| of(&both, dice));
    }
    let mut read = 0;
    while read < packs {
        let text = random_pack(dice);
        let Ok(pack) = Pack::read(&text, &[]) else { continue };
        read += 1;
        let both = Both::of(text, pack, &[]);
        (0..3).for_each(|_| of(&both, dice));
    }
}

/// What is missing, and what is open, in a decision. A choice is asked of the rule in which it is open: another rule that names it,
/// needed or not, holds it to its own bounds.
fn asked(decision: &Decision) -> (Vec<String>, Vec<String>) {
    let missing = decision.rules.iter().flat_map(|rule| &rule.missing);
    let missing: BTreeSet<String> =
        missing.map(|missing| format!("{} {}", missing.kind, missing.name)).collect();
    let open = decision
        .rules
        .iter()
        .flat_map(|rule| rule.open.iter().map(|open| format!("{}.{}", rule.rule, open.name)));
    (missing.into_iter().collect(), open.collect())
}

/// Of each thing that a rule gives: the due dates that it puts off and pays for, and the rest by its name.
fn gives(rule: &RuleDecision) -> BTreeSet<String> {
    let reliefs = rule.reliefs.iter().flat_map(|relief| {
        let rows: Vec<String> = relief.rows.iter().map(|day| format!("relief {day}")).collect();
        if rows.is_empty() { vec!["relief".to_owned()] } else { rows }
    });
    let paid = rule
        .payments
        .iter()
        .map(|paid| format!("{} to {} of {:?}: {:?}", paid.from, paid.to, paid.due_on, paid.amount));
    let outputs = rule.outputs.iter().map(|(name, given)| format!("{name} {given:?}"));
    reliefs.chain(paid).chain(outputs).chain(rule.price.iter().map(|_| "price".to_owned())).collect()
}

#[test]
fn to_learn_more_never_turns_a_yes_into_a_no_or_a_no_into_a_yes() {
    let mut dice = Dice::new(seed(20_200_603));
    let (mut kept, mut turned) = (0, 0);
    each(&mut dice, cases(150), |both, dice| {
        let known = *dice.pick(&[3, 5, 7]);
        let mut case = both.questions.case(dice, known);
        let mut before: Option<Decision> = None;
        for _ in 0..5 {
            let Some(decision) = both.found(&case) else { break };
            for (then, now) in before.iter().flat_map(|before| before.rules.iter().zip(&decision.rules)) {
                let no = |verdict: Verdict| matches!(verdict, Verdict::Refused | Verdict::NotInForce);
                if then.verdict == Verdict::Granted {
                    kept += 1;
                    assert_eq!(
                        now.verdict,
                        Verdict::Granted,
                        "{}: {case}\n{}",
                        now.rule,
                        both.pack.canonical()
                    );
                    assert!(
                        gives(then).is_subset(&gives(now)),
                        "{}: {case}\n{then:?}\n{now:?}\n{}",
                        now.rule,
                        both.pack.canonical()
                    );
                }
                if no(then.verdict) {
                    assert!(
                        no(now.verdict),
                        "{}: {} of {case}\n{}",
                        now.rule,
                        now.verdict,
                        both.pack.canonical()
                    );
                }
                turned += usize::from(
                    matches!(then.verdict, Verdict::NotKnown | Verdict::Open)
                        && now.verdict == Verdict::Granted,
                );
            }
            let (missing, open) = asked(&decision);
            if !both.questions.learn(dice, &mut case, &missing, &open) {
                break;
            }
            before = Some(decision);
        }
    });
    println!("{kept} granted stay so, {turned} become so");
    assert!(kept > 10 && turned > 10, "{kept} granted stay so, {turned} become so");
}

#[test]
fn what_the_pack_does_not_ask_for_changes_nothing() {
    let mut dice = Dice::new(seed(20_200_604));
    each(&mut dice, cases(60), |both, dice| {
        let case = both.questions.case(dice, 6);
        let mut more = case.clone();
        more["facts"]["nobody.asks"] = json!("for this");
        more["facts"]["loan.amount@1999-01-01"] = json!("1.00");
        more["choices"]["nothing.at_all"] = json!("x");
        more["given"]["no_rule"] = json!(["2020-06-30"]);
        // Keys of another order, and due dates of another.
        let turned: serde_json::Map<String, Value> = case["facts"]
            .as_object()
            .unwrap()
            .iter()
            .rev()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut other = case.clone();
        other["facts"] = Value::Object(turned);
        other["rows"].as_array_mut().unwrap().reverse();
        let decided = both.found(&case);
        assert_eq!(both.found(&more), decided, "{case}\n{}", both.pack.canonical());
        assert_eq!(both.found(&other), decided, "{case}\n{}", both.pack.canonical());
    });
}

#[test]
fn decisions_and_packs_are_told_in_both_languages() {
    let mut dice = Dice::new(seed(20_200_605));
    each(&mut dice, cases(60), |both, dice| {
        let case = both.questions.case(dice, 6);
        let Some(decision) = both.found(&case) else { return };
        for language in [Language::English, Language::Chinese] {
            let told = both.pack.explain(&decision, language);
            for rule in &decision.rules {
                assert!(told.contains(&rule.rule), "{} is not in\n{told}", rule.rule);
            }
            assert!(both.pack.page(language).contains(both.pack.id()));
        }
    });
}

#[test]
fn a_relief_reaches_what_its_form_says_and_nothing_else() {
    let mut dice = Dice::new(seed(20_200_606));
    let mut reliefs = 0;
    each(&mut dice, cases(150), |both, dice| {
        let mut case = both.questions.case(dice, 8);
        for _ in 0..3 {
            let Some(decision) = both.found(&case) else { return };
            let (missing, open) = asked(&decision);
            both.questions.learn(dice, &mut case, &missing, &open);
        }
        let Some(decision) = both.found(&case) else { return };
        let all: Vec<&GivenRelief> = decision.rules.iter().flat_map(|rule| &rule.reliefs).collect();
        for relief in all.into_iter().filter(|relief| !relief.rows.is_empty()) {
            reliefs += 1;
            let found: BTreeSet<String> = relief.rows.iter().map(ToString::to_string).collect();
            assert_eq!(found, reached(&relief.form, &case), "{case}\n{relief:?}\n{}", both.pack.canonical());
        }
    });
    assert!(reliefs > 50, "{reliefs} reliefs");
}

/// The unpaid due dates in the window of a form that owe what it puts off.
fn reached(form: &Given, case: &Value) -> BTreeSet<String> {
    let text = |key: &str| form.get(key).and_then(Given::text);
    let is_above_zero = |row: &Value, key: &str| {
        row[key].as_str().is_some_and(|text| text.chars().any(|c| ('1'..='9').contains(&c)))
    };
    let mut owed = BTreeMap::<&str, (bool, bool)>::new();
    for row in case["rows"].as_array().unwrap() {
        let day = owed.entry(row["on"].as_str().unwrap()).or_default();
        *day = (day.0 || is_above_zero(row, "principal"), day.1 || is_above_zero(row, "interest"));
    }
    let owes = |(principal, interest): (bool, bool)| match text("defer") {
        Some("principal") => principal,
        Some("interest") => interest,
        _ => principal || interest,
    };
    let within = |day: &str| {
        text("due_from").is_none_or(|from| from <= day) && text("due_until").is_none_or(|until| day <= until)
    };
    owed.into_iter().filter(|(day, owed)| within(day) && owes(*owed)).map(|(day, _)| day.to_owned()).collect()
}

#[test]
fn the_hash_is_of_what_a_pack_says_and_not_of_how_it_is_laid_out() {
    let mut dice = Dice::new(seed(20_200_607));
    let mut compared = 0;
    while compared < cases(60) {
        let text = random_pack(&mut dice);
        let Ok(pack) = Pack::read(&text, &[]) else { continue };
        compared += 1;
        let other = laid_out_otherwise(&mut dice, &text);
        let same = Pack::read(&other, &[]).unwrap_or_else(|fault| panic!("{fault}\n{other}"));
        assert_eq!((same.sha256(), same.canonical()), (pack.sha256(), pack.canonical()), "{text}\n{other}");
        // The same hash, the same decisions.
        let both = Both::of(text, pack, &[]);
        let case = both.questions.case(&mut dice, 7);
        let decided = both.found(&case);
        let case: Case = serde_json::from_value(case).unwrap();
        let shown = |decision: &Decision| serde_json::to_value(decision).unwrap();
        assert_eq!(same.decide(&case).ok().as_ref().map(shown), decided.as_ref().map(shown), "{other}");
    }
}

/// A pack with its rules in another order, with comments, and with other spacing.
fn laid_out_otherwise(dice: &mut Dice, text: &str) -> String {
    let (head, rules) = text.split_at(text.find("[rules.").unwrap());
    let mut blocks: Vec<String> = Vec::new();
    for line in rules.lines() {
        let begins = line.strip_prefix("[rules.").is_some_and(|name| !name.contains('.'));
        match blocks.last_mut() {
            Some(block) if !begins => *block = format!("{block}{line}\n"),
            _ => blocks.push(format!("{line}\n")),
        }
    }
    blocks.reverse();
    let whole = format!("{head}{}", blocks.concat());
    let mut other = String::new();
    for line in whole.lines() {
        let spaced = if dice.one_in(3) && !line.starts_with("  ") {
            line.replacen(" = ", "  =   ", 1)
        } else {
            line.to_owned()
        };
        other.push_str(&spaced);
        other.push_str(if dice.one_in(3) { "   # made up\n" } else { "\n" });
    }
    other
}
