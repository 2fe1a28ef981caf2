//! A pack's text as a tree: TOML tables, lists and leaves, each with the place it stands at.

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::calendar::parse_date;
use crate::programme::fault::PackFault;

/// The most bytes of a file.
pub(crate) const MOST_BYTES: usize = 256 * 1024;
/// The deepest that tables and lists may lie in each other.
const MOST_LEVELS: usize = 16;
/// The most bytes of a text.
const MOST_TEXT: usize = 4 * 1024;

/// A value of a pack, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The byte at which it begins.
    pub(crate) at: usize,
    pub(crate) value: Tree,
}

/// What a value of a pack is.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// A text: a word, a sentence or an expression.
    Text {
        text: String,
        /// Whether it stands in the file as it is, so that a place in it is a place in the file.
        verbatim: bool,
    },
    /// A day.
    Date(NaiveDate),
    /// True or false.
    Bool(bool),
    /// A whole number, as it is written: the format, and counts in the wire form of terms.
    Integer(String),
    /// A list.
    List(Vec<Node>),
    /// A table, by its keys, in their order.
    Table(Vec<(Key, Node)>),
}

/// A key of a table, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) at: usize,
    pub(crate) name: String,
}

impl Tree {
    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Tree::Text { .. } => "a text",
            Tree::Date(_) => "a date",
            Tree::Bool(_) => "true or false",
            Tree::Integer(_) => "a number",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }
}

/// Reads a file. The first fault ends it: what follows cannot be trusted to be where it seems.
pub(crate) fn read(text: &str) -> Result<Node, PackFault> {
    if text.len() > MOST_BYTES {
        let message = format!("{} bytes; a pack has at most {MOST_BYTES}", text.len());
        return Err(PackFault::new(text, 0, "", message));
    }
    let table = DeTable::parse(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        PackFault::new(text, at, "", error.message().replace('\n', ", "))
    })?;
    let at = table.span().start;
    let reading = Reading { text };
    Ok(Node { at, value: reading.table(table.get_ref(), "", 1)? })
}

/// The text that is being read.
struct Reading<'t> {
    text: &'t str,
}

impl Reading<'_> {
    fn fault(&self, at: usize, path: &str, message: impl Into<String>) -> PackFault {
        PackFault::new(self.text, at, path, message)
    }

    fn table(&self, table: &DeTable<'_>, path: &str, level: usize) -> Result<Tree, PackFault> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let at = key.span().start;
            let name = key.get_ref().to_string();
            let path = joined(path, &name);
            self.plain(&name, at, &path)?;
            let value = self.node(value, &path, level)?;
            entries.push((Key { at, name }, value));
        }
        // In the order of the file, so that faults are listed as they are read.
        entries.sort_by_key(|(key, _)| key.at);
        Ok(Tree::Table(entries))
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, path: &str, level: usize) -> Result<Node, PackFault> {
        let (at, end) = (value.span().start, value.span().end);
        let nested = |deeper: bool| if deeper { level + 1 } else { level };
        let deeper = nested(value.get_ref().is_table() || value.get_ref().is_array());
        if deeper > MOST_LEVELS {
            return Err(self.fault(at, path, format!("tables and lists lie at most {MOST_LEVELS} deep")));
        }
        let value = match value.get_ref() {
            DeValue::String(text) => self.text(text, (at, end), path)?,
            DeValue::Boolean(value) => Tree::Bool(*value),
            DeValue::Integer(number) if number.radix() == 10 => Tree::Integer(number.as_str().to_owned()),
            DeValue::Datetime(date) => Tree::Date(self.date(&date.to_string(), at, path)?),
            DeValue::Array(list) => {
                let element = |(place, value)| self.node(value, &format!("{path}[{place}]"), deeper);
                Tree::List(list.iter().enumerate().map(element).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => self.table(table, path, deeper)?,
            DeValue::Integer(_) | DeValue::Float(_) => {
                return Err(self.fault(
                    at,
                    path,
                    "a number; a figure is a text, such as \"0.15\" or \"15%\"",
                ));
            }
        };
        Ok(Node { at, value })
    }

    fn text(&self, text: &str, (at, end): (usize, usize), path: &str) -> Result<Tree, PackFault> {
        self.plain(text, at, path)?;
        // Between one quote and the other it is the text itself, unless something in it is escaped.
        let verbatim = self.text.get(at + 1..end.saturating_sub(1)) == Some(text);
        Ok(Tree::Text { text: text.to_owned(), verbatim })
    }

    /// A text, or a key, is short and has no control characters.
    fn plain(&self, text: &str, at: usize, path: &str) -> Result<(), PackFault> {
        if text.len() > MOST_TEXT {
            let message = format!("a text of {} bytes; at most {MOST_TEXT}", text.len());
            return Err(self.fault(at, path, message));
        }
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            let message = format!("the control character U+{:04X}; a text has none", u32::from(control));
            return Err(self.fault(at, path, message));
        }
        Ok(())
    }

    fn date(&self, date: &str, at: usize, path: &str) -> Result<NaiveDate, PackFault> {
        parse_date(date, "date")
            .map_err(|_| self.fault(at, path, format!("{date}; a day from 1900-01-01 to 2499-12-31")))
    }
}

/// A path, one name longer.
pub(crate) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

impl Node {
    /// What stands behind a key.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        match &self.value {
            Tree::Table(entries) => entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        match &mut self.value {
            Tree::Table(entries) => {
                entries.iter_mut().find(|(key, _)| key.name == name).map(|(_, node)| node)
            }
            _ => None,
        }
    }

    /// The text that it is.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Tree::Text { text, .. } => Some(text),
            _ => None,
        }
    }
}
