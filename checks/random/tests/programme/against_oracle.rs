//! Packs against the independent, slow evaluator of `checks/oracle`: verdicts, reasons, what is missing, and what is given.
#![allow(clippy::unwrap_used, reason = "helpers outside #[test] are not exempt by clippy.toml")]

use std::collections::BTreeMap;

use puhui::programme::Pack;
use random::Dice;
use random::programme::packs::random_pack;
use serde_json::Value;

use super::agreement::{Both, cases, seed};

/// How often each verdict of a rule was compared.
type Verdicts = BTreeMap<String, usize>;

/// Decides a case, says more of it, decides it again, until nothing more is asked; true if both sides took it.
fn compare(both: &Both, dice: &mut Dice, verdicts: &mut Verdicts) -> bool {
    let known = *dice.pick(&[2, 5, 7, 8]);
    let mut case = both.questions.case(dice, known);
    for _ in 0..4 {
        let Some((_, told)) = both.agree(&case) else { return false };
        let rules = told["rules"].as_array().unwrap();
        for rule in rules {
            *verdicts.entry(rule["verdict"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        if !both.questions.learn(dice, &mut case, &named(rules, "missing"), &named(rules, "open")) {
            break;
        }
    }
    true
}

fn named(rules: &[Value], key: &str) -> Vec<String> {
    let all = rules.iter().filter_map(|rule| rule[key].as_array()).flatten();
    let names: std::collections::BTreeSet<String> =
        all.filter_map(Value::as_str).map(str::to_owned).collect();
    names.into_iter().collect()
}

fn facts(test: &str) -> bool {
    crate::support::skip::shared(test, "facts", "PUHUI_FACTS").is_some()
}

#[test]
fn the_packs_of_the_library_are_decided_as_by_the_oracle() {
    if !facts("the_packs_of_the_library_are_decided_as_by_the_oracle") {
        return;
    }
    let mut dice = Dice::new(seed(20_200_601));
    let mut verdicts = Verdicts::new();
    for both in Both::built_in() {
        let (mut agreed, usual) = (0, cases(100));
        for _ in 0..usual {
            agreed += usize::from(compare(&both, &mut dice, &mut verdicts));
        }
        assert!(agreed * 2 > usual, "{}: {agreed} of {usual} cases are taken", both.pack.id());
    }
    println!("{verdicts:?}");
}

#[test]
fn packs_of_no_country_are_decided_as_by_the_oracle() {
    if !facts("packs_of_no_country_are_decided_as_by_the_oracle") {
        return;
    }
    let mut dice = Dice::new(seed(20_200_602));
    let mut verdicts = Verdicts::new();
    let (mut read, mut drawn, mut taken) = (0, 0, 0);
    let mut faults = BTreeMap::<String, usize>::new();
    while read < cases(300) {
        drawn += 1;
        let text = random_pack(&mut dice);
        let pack = match Pack::read(&text, &[]) {
            Ok(pack) => pack,
            Err(fault) => {
                *faults.entry(fault.message().chars().take(70).collect()).or_default() += 1;
                assert!(
                    drawn < 50 || read * 4 > drawn,
                    "{read} of {drawn} packs are read: {faults:#?}\n{text}"
                );
                continue;
            }
        };
        read += 1;
        let both = Both::of(text, pack, &[]);
        for _ in 0..5 {
            taken += usize::from(compare(&both, &mut dice, &mut verdicts));
        }
    }
    println!(
        "{read} of {drawn} packs are read, {taken} cases of them taken; {verdicts:?}; refused: {faults:#?}"
    );
    assert!(taken > read * 3, "{taken} of {} cases are taken", read * 5);
    assert!(verdicts.len() == 8 && verdicts.values().all(|&count| count >= read / 50), "{verdicts:?}");
}
