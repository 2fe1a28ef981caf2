//! Whether a pack's tables have the keys they may have, and its leaves are what they must be.

use crate::programme::expression::Expression;
use crate::programme::expression::parse::parse;
use crate::programme::expression::token::Misreading;
use crate::programme::fault::{PackFault, hint};
use crate::programme::schema::{Entry, Leaf, PACK, Shape};
use crate::programme::tree::{Node, Tree, joined};
use crate::programme::types::Type;

/// The format that is read.
const FORMAT: &str = "1";
/// The most names that a table of the pack's own names has, by its key.
const MOST_NAMES: [(&str, usize); 6] =
    [("rules", 64), ("when", 64), ("choices", 64), ("values", 512), ("figures", 1_024), ("bounds", 64)];

/// What is wrong with a pack, as it is found.
#[derive(Debug)]
pub(crate) struct Faults<'t> {
    text: &'t str,
    pub(crate) found: Vec<PackFault>,
}

impl<'t> Faults<'t> {
    pub(crate) fn new(text: &'t str) -> Faults<'t> {
        Faults { text, found: Vec::new() }
    }

    /// Something is wrong at a place.
    pub(crate) fn add(&mut self, at: usize, path: &str, message: impl Into<String>) {
        self.found.push(PackFault::new(self.text, at, path, message));
    }

    /// Something is wrong in an expression.
    pub(crate) fn misread(&mut self, node: &Node, path: &str, misreading: &Misreading) {
        let at = match &node.value {
            Tree::Text { verbatim: true, .. } => node.at + 1 + misreading.at,
            _ => node.at,
        };
        self.add(at, path, misreading.message.clone());
    }
}

/// Checks the form of a pack: its keys, its words, its dates, its expressions.
pub(crate) fn form(pack: &Node, faults: &mut Faults<'_>) {
    Checking { faults }.table(pack, PACK, "");
}

struct Checking<'f, 't> {
    faults: &'f mut Faults<'t>,
}

impl Checking<'_, '_> {
    fn node(&mut self, node: &Node, shape: &'static Shape, path: &str) {
        match shape {
            Shape::Leaf(leaf) => self.leaf(node, *leaf, path),
            Shape::Table(entries) => self.table(node, entries, path),
            Shape::Map(inner) => self.map(node, inner, path),
            Shape::List(inner) => self.list(node, inner, path),
            Shape::Either(leaf, entries) => match &node.value {
                Tree::Table(_) => self.table(node, entries, path),
                _ => self.leaf(node, *leaf, path),
            },
            Shape::OneOrMore(leaf) => match &node.value {
                Tree::List(list) => {
                    for (place, element) in list.iter().enumerate() {
                        self.leaf(element, *leaf, &format!("{path}[{place}]"));
                    }
                }
                _ => self.leaf(node, *leaf, path),
            },
            Shape::Terms => {}
        }
    }

    fn table(&mut self, node: &Node, entries: &'static [Entry], path: &str) {
        let Tree::Table(given) = &node.value else { return self.wrong(node, path, "a table") };
        for (key, value) in given {
            let path = joined(path, &key.name);
            match entries.iter().find(|entry| entry.key == key.name) {
                Some(entry) => self.node(value, &entry.shape, &path),
                None => {
                    let likely = hint(&key.name, entries.iter().map(|entry| entry.key));
                    self.faults.add(key.at, &path, format!("unknown key{likely}"));
                }
            }
        }
        for entry in entries.iter().filter(|entry| entry.required) {
            if !given.iter().any(|(key, _)| key.name == entry.key) {
                self.faults.add(node.at, path, format!("no {}", entry.key));
            }
        }
    }

    fn map(&mut self, node: &Node, inner: &'static Shape, path: &str) {
        let Tree::Table(given) = &node.value else { return self.wrong(node, path, "a table") };
        let key = path.rsplit('.').next().unwrap_or(path);
        if let Some((_, most)) = MOST_NAMES.iter().find(|(of, most)| *of == key && given.len() > *most) {
            self.faults.add(node.at, path, format!("{} of them; at most {most}", given.len()));
        }
        for (key, value) in given {
            let path = joined(path, &key.name);
            // An example names facts, each with its space and day; all other names are the pack's own.
            if !path.starts_with("examples[") && !is_name(&key.name) {
                self.faults.add(
                    key.at,
                    &path,
                    "a name is of lower case letters, digits and _, a letter first",
                );
            }
            self.node(value, inner, &path);
        }
    }

    fn list(&mut self, node: &Node, inner: &'static Shape, path: &str) {
        let Tree::List(list) = &node.value else { return self.wrong(node, path, "a list") };
        for (place, element) in list.iter().enumerate() {
            self.node(element, inner, &format!("{path}[{place}]"));
        }
    }

    fn wrong(&mut self, node: &Node, path: &str, expected: &str) {
        self.faults.add(node.at, path, format!("expected {expected}, got {}", node.value.kind()));
    }

    fn leaf(&mut self, node: &Node, leaf: Leaf, path: &str) {
        match (leaf, &node.value) {
            (Leaf::Text, Tree::Text { .. })
            | (Leaf::Date, Tree::Date(_))
            | (Leaf::Flag, Tree::Bool(_))
            | (Leaf::Expression(_), Tree::Date(_) | Tree::Bool(_))
            | (Leaf::Printed | Leaf::Figure(_), Tree::Date(_)) => {}
            (Leaf::Format, Tree::Integer(digits)) if digits == FORMAT => {}
            (Leaf::Format, Tree::Integer(digits)) => {
                self.faults.add(
                    node.at,
                    path,
                    format!("format {digits}; this library reads format {FORMAT}"),
                );
            }
            (Leaf::Word(words), Tree::Text { text, .. }) => self.word(node, text, words, path),
            // A word that is written without quotes.
            (Leaf::Word(words), Tree::Bool(value)) => self.word(node, &value.to_string(), words, path),
            (Leaf::Type, Tree::Text { text, .. }) => {
                self.word(node, text, &Type::ALL.map(Type::name), path);
            }
            (Leaf::WordOr(words, _), Tree::Text { text, .. }) if words.contains(&text.as_str()) => {}
            (_, Tree::Text { text, .. }) if leaf.is_expression(text) => {
                if let Err(misreading) = expression(node) {
                    self.faults.misread(node, path, &misreading);
                }
            }
            (Leaf::ChosenWord(words), Tree::Text { text, .. }) => self.word(node, text, words, path),
            // It is not known.
            (Leaf::Printed | Leaf::Figure(_), Tree::Text { .. }) => {}
            (Leaf::Text, _) => self.wrong(node, path, "a text"),
            (Leaf::Date, _) => self.wrong(node, path, "a date, such as 2020-06-30"),
            (Leaf::Flag, _) => self.wrong(node, path, "true or false"),
            (Leaf::Format, _) => self.wrong(node, path, "the format, 1"),
            (Leaf::Type, _) => {
                self.wrong(node, path, &format!("one of {}", Type::ALL.map(Type::name).join(" ")))
            }
            (Leaf::Word(words) | Leaf::ChosenWord(words) | Leaf::WordOr(words, _), _) => {
                self.wrong(node, path, &format!("one of {}", words.join(" ")));
            }
            (Leaf::Expression(_) | Leaf::Printed | Leaf::Figure(_), _) => {
                self.wrong(node, path, "an expression in a text");
            }
        }
    }

    fn word(&mut self, node: &Node, found: &str, words: &[&str], path: &str) {
        if !words.contains(&found) {
            let likely = hint(found, words.iter().copied());
            let message = format!("expected one of {}, got {found}{likely}", words.join(" "));
            self.faults.add(node.at, path, message);
        }
    }
}

/// Whether an expression can name it, and a path show it.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

/// The expression that a leaf is; a bare date or a bare true is as good as one in a text.
pub(crate) fn expression(node: &Node) -> Result<Expression, Misreading> {
    match &node.value {
        Tree::Text { text, .. } => parse(text),
        Tree::Date(date) => parse(&date.to_string()),
        Tree::Bool(value) => parse(&value.to_string()),
        other => Err(Misreading::new(0, format!("expected an expression, got {}", other.kind()))),
    }
}
