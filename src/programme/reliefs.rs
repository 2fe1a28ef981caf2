//! Whether the reliefs of a pack contradict themselves, under any words that its choices allow.

use crate::error::Result;
use crate::programme::check::Faults;
use crate::programme::decision::given::Given;
use crate::programme::decision::giving::NOT_OF_THE_FORM;
use crate::programme::decision::rulebook::Rulebook;
use crate::programme::decision::template::Template;
use crate::programme::declare::{elements, entries};
use crate::programme::schema::Kind;
use crate::programme::tree::Node;

/// What reliefs say that the library cannot book yet: such a pack is read, and its decisions say which mode is missing.
const NOT_YET: [&str; 7] = [
    "accrued_from",
    "accrued_until",
    "interest_until",
    "move_by",
    "payment_in_window",
    "replan",
    "waived_share",
];
const WORDS_NOT_YET: [&str; 3] = ["until_repaid", "to_a_day", "later"];
/// The most combinations of words that are tried: five choices of four words each.
const MOST: usize = 1_024;

/// Lists the reliefs that contradict themselves.
pub(crate) fn check(pack: &Node, book: &Rulebook, faults: &mut Faults<'_>) {
    for (name, rule) in entries(pack, "rules") {
        let Some(decided) = book.rules.iter().find(|rule| rule.name == name) else { continue };
        for (index, (node, relief)) in elements(rule, "relief").iter().zip(&decided.gives.reliefs).enumerate()
        {
            let path = format!("rules.{name}.relief[{index}]");
            match contradiction(book, relief) {
                Ok(None) => {}
                Ok(Some(message)) => faults.add(node.at, &path, message),
                Err(error) => faults.add(node.at, &path, error.to_string()),
            }
        }
    }
}

/// The first contradiction of a relief, under some words of its choices.
fn contradiction(book: &Rulebook, relief: &Template) -> Result<Option<String>> {
    let mut choices = Vec::new();
    chosen(relief, &mut choices);
    let mut combinations: Vec<Vec<(&str, &str)>> = vec![Vec::new()];
    for choice in choices {
        let Some(declared) = book.choices.get(choice) else { continue };
        let mut longer = Vec::new();
        for words in &combinations {
            for word in &declared.values {
                longer.push(words.iter().copied().chain([(choice, word.as_str())]).collect());
            }
        }
        if longer.len() > MOST {
            return Ok(Some(format!("more than {MOST} combinations of words that its choices allow")));
        }
        combinations = longer;
    }
    for words in combinations {
        let Some(form) = sample(relief, &words) else { continue };
        if let Err(error) = form.relief() {
            let with: Vec<String> =
                words.iter().map(|(choice, word)| format!("choice.{choice} = {word}")).collect();
            let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(", ")) };
            return Ok(Some(format!("{error}{with}")));
        }
    }
    Ok(None)
}

/// The choices that say words of a relief, each once.
fn chosen<'t>(template: &'t Template, choices: &mut Vec<&'t str>) {
    match template {
        Template::Choice(name) if !choices.contains(&name.as_str()) => choices.push(name),
        Template::Table(table) => table.iter().for_each(|(_, template)| chosen(template, choices)),
        _ => {}
    }
}

/// A relief as it would be booked with these words, its days and figures some that fit: what is checked is which of them are there. None
/// where it says what the library cannot book yet.
fn sample(relief: &Template, words: &[(&str, &str)]) -> Option<Given> {
    let Template::Table(table) = relief else { return None };
    let mut form = vec![("granted_on".to_owned(), Given::Text("2020-06-01".to_owned()))];
    for (key, template) in table {
        if NOT_OF_THE_FORM.contains(&key.as_str()) {
            continue;
        }
        if NOT_YET.contains(&key.as_str()) {
            return None;
        }
        let given = sampled(key, template, words);
        if given.text().is_some_and(|word| WORDS_NOT_YET.contains(&word)) {
            return None;
        }
        form.push((key.clone(), given));
    }
    Some(Given::Table(form))
}

fn sampled(key: &str, template: &Template, words: &[(&str, &str)]) -> Given {
    match template {
        Template::Choice(name) => {
            let word = words.iter().find(|(choice, _)| choice == name).map_or("", |(_, word)| *word);
            Given::Text(word.to_owned())
        }
        Template::Expression(_, Kind::Date) => Given::Text(day(key).to_owned()),
        Template::Expression(_, Kind::Rate) => Given::Text("0.03".to_owned()),
        Template::Expression(..) => Given::Whole(1),
        Template::Word(word) => Given::Text(word.clone()),
        Template::Flag(flag) => Given::Flag(*flag),
        Template::Unknown => Given::Unknown,
        Template::List(list) => {
            Given::List(list.iter().map(|template| sampled(key, template, words)).collect())
        }
        Template::Table(table) => Given::Table(
            table.iter().map(|(key, template)| (key.clone(), sampled(key, template, words))).collect(),
        ),
    }
}

/// A day for a key, so that days that follow each other do.
fn day(key: &str) -> &'static str {
    match key {
        "held_at" => "2020-05-31",
        "due_until" | "until" | "protected_to" => "2020-12-31",
        "new_date" | "moved_to" => "2021-06-30",
        _ => "2020-06-01",
    }
}
