//! The one form of a pack that its name in every decision is made from: JSON as RFC 8785 has it, all leaves texts, expressions in
//! their one spelling, examples left out. Comments, the order of keys and spacing do not change it; a figure, a text or a sureness does.

use sha2::{Digest, Sha256};

use crate::programme::expression::parse::parse;
use crate::programme::schema::{Entry, Leaf, PACK, Shape};
use crate::programme::tree::{Node, Tree};

/// The canonical form of a resolved pack.
pub(crate) fn write(pack: &Node) -> String {
    let mut to = String::new();
    if let Tree::Table(entries) = &pack.value {
        let kept = entries.iter().filter(|(key, _)| key.name != "examples");
        let kept = kept.map(|(key, value)| (key.name.as_str(), value, shape_of(PACK, &key.name)));
        object(&mut to, kept.collect());
    }
    to
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands behind a key.
fn shape_of(entries: &'static [Entry], key: &str) -> &'static Shape {
    entries.iter().find(|entry| entry.key == key).map_or(&Shape::Terms, |entry| &entry.shape)
}

/// Writes an object, its keys in the order of their UTF-16.
fn object(to: &mut String, mut entries: Vec<(&str, &Node, &'static Shape)>) {
    entries.sort_by(|(left, ..), (right, ..)| left.encode_utf16().cmp(right.encode_utf16()));
    to.push('{');
    for (index, (key, value, shape)) in entries.into_iter().enumerate() {
        if index > 0 {
            to.push(',');
        }
        text(to, key);
        to.push(':');
        node(to, value, shape);
    }
    to.push('}');
}

fn node(to: &mut String, node: &Node, shape: &'static Shape) {
    match (&node.value, shape) {
        (Tree::Table(entries), _) => {
            let of = |key: &str| match shape {
                Shape::Table(keys) | Shape::Either(_, keys) => shape_of(keys, key),
                Shape::Map(inner) => *inner,
                _ => &Shape::Terms,
            };
            let entries = entries.iter().map(|(key, value)| (key.name.as_str(), value, of(&key.name)));
            object(to, entries.collect());
        }
        (Tree::List(list), _) => {
            let inner = if let Shape::List(inner) = shape { *inner } else { shape };
            to.push('[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    to.push(',');
                }
                self::node(to, element, inner);
            }
            to.push(']');
        }
        (Tree::Text { text: given, .. }, _) => text(to, &spelled(given, shape)),
        (Tree::Date(date), _) => text(to, &date.to_string()),
        (Tree::Bool(value), _) => text(to, &value.to_string()),
        (Tree::Integer(digits), _) => text(to, digits),
    }
}

/// A text in its one spelling: an expression as it is printed, anything else as it stands.
fn spelled(given: &str, shape: &Shape) -> String {
    let leaf = match shape {
        Shape::Leaf(leaf) | Shape::Either(leaf, _) | Shape::OneOrMore(leaf) => *leaf,
        _ => Leaf::Text,
    };
    if !leaf.is_expression(given) {
        return given.to_owned();
    }
    parse(given).map_or_else(|_| given.to_owned(), |expression| expression.to_string())
}

/// Writes a text as RFC 8785 escapes it. A pack's texts have no control characters.
fn text(to: &mut String, text: &str) {
    to.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            to.push('\\');
        }
        to.push(character);
    }
    to.push('"');
}
