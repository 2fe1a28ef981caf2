//! What a rule gives, as it is written: a table whose leaves are words, flags and expressions.

use crate::error::{Error, Result};
use crate::programme::check::expression;
use crate::programme::expression::Expression;
use crate::programme::schema::{CHOICE_OF, Entry, Kind, Leaf, Shape, UNKNOWN};
use crate::programme::tree::{Node, Tree};

/// A value of what is given.
#[derive(Clone, Debug)]
pub(crate) enum Template {
    /// A word or a sentence, as it stands.
    Word(String),
    /// True or false, as it stands.
    Flag(bool),
    /// What comes of an expression of a kind.
    Expression(Expression, Kind),
    /// The word that a choice says.
    Choice(String),
    /// A figure that nobody knows.
    Unknown,
    List(Vec<Template>),
    Table(Vec<(String, Template)>),
}

impl Template {
    /// Of a value of a pack that was checked, by what may stand there. Where it is from is not given.
    pub(crate) fn of(node: &Node, shape: &'static Shape) -> Result<Template> {
        match (&node.value, shape) {
            (Tree::Table(given), Shape::Table(keys) | Shape::Either(_, keys)) => {
                let mut table = Vec::with_capacity(given.len());
                for (key, value) in given.iter().filter(|(key, _)| !SOURCE.contains(&key.name.as_str())) {
                    table.push((key.name.clone(), Template::of(value, shape_of(keys, &key.name)?)?));
                }
                Ok(Template::Table(table))
            }
            (Tree::List(list), Shape::List(inner)) => {
                list.iter().map(|node| Template::of(node, inner)).collect::<Result<_>>().map(Template::List)
            }
            (_, Shape::Leaf(leaf) | Shape::Either(leaf, _) | Shape::OneOrMore(leaf)) => {
                Template::leaf(node, *leaf)
            }
            (other, _) => Err(Error::internal("shape of what is given", other.kind())),
        }
    }

    fn leaf(node: &Node, leaf: Leaf) -> Result<Template> {
        let text = node.text().unwrap_or_default();
        Ok(match leaf {
            Leaf::Figure(_) | Leaf::Printed if text == UNKNOWN => Template::Unknown,
            Leaf::WordOr(..) if !leaf.is_expression(text) => Template::Word(text.to_owned()),
            Leaf::Expression(kind) | Leaf::Figure(kind) | Leaf::WordOr(_, kind) => {
                Template::Expression(read(node)?, kind)
            }
            Leaf::Printed => Template::Expression(read(node)?, Kind::Any),
            Leaf::ChosenWord(_) if leaf.is_expression(text) => {
                Template::Choice(text.strip_prefix(CHOICE_OF).unwrap_or(text).to_owned())
            }
            Leaf::Flag => Template::Flag(matches!(node.value, Tree::Bool(true))),
            // A word that is written without quotes.
            Leaf::Word(_) if matches!(node.value, Tree::Bool(_)) => {
                Template::Word(matches!(node.value, Tree::Bool(true)).to_string())
            }
            _ => Template::Word(text.to_owned()),
        })
    }

    /// What stands behind a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Template> {
        match self {
            Template::Table(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Visits every expression in it; a word that a choice says is one.
    pub(crate) fn expressions(&self, visit: &mut impl FnMut(&Expression)) {
        use crate::programme::expression::Node as Part;
        match self {
            Template::Expression(expression, _) => visit(expression),
            Template::Choice(name) => visit(&Expression { at: 0, node: Part::Choice(name.clone()) }),
            Template::List(list) => list.iter().for_each(|template| template.expressions(visit)),
            Template::Table(table) => table.iter().for_each(|(_, template)| template.expressions(visit)),
            Template::Word(_) | Template::Flag(_) | Template::Unknown => {}
        }
    }
}

/// Where something is from, and how sure it is: said of what is given, and not given.
const SOURCE: [&str; 3] = ["doc", "sure", "note"];

fn shape_of(keys: &'static [Entry], key: &str) -> Result<&'static Shape> {
    let entry = keys.iter().find(|entry| entry.key == key);
    entry.map(|entry| &entry.shape).ok_or_else(|| Error::internal("key of what is given", key))
}

/// An expression of a pack that was checked.
pub(crate) fn read(node: &Node) -> Result<Expression> {
    expression(node).map_err(|misreading| Error::internal("expression of a pack", misreading.message))
}
