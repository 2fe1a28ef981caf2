//! The options of a command line, each with its value and at most once.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::{Arg, Parser};

/// The options that were given.
pub struct Arguments(BTreeMap<&'static str, OsString>);

impl Arguments {
    /// Reads the command line, on which the options `known` may be, flags, which are options without a value, and, where there is a
    /// name for it, one word, which is read as the value of that option. None: it asks for help.
    pub fn read(
        known: &[&'static str],
        flags: &[&'static str],
        word: Option<&'static str>,
    ) -> Result<Option<Arguments>, String> {
        let mut found = BTreeMap::new();
        let mut parser = Parser::from_env();
        while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
            let (name, value) = match (arg, word) {
                (Arg::Long("help") | Arg::Short('h'), _) => return Ok(None),
                (Arg::Long(name), _) => {
                    let named = known.iter().chain(flags).find(|known| **known == name);
                    let name = *named.ok_or_else(|| format!("there is no option --{name}"))?;
                    (name, if flags.contains(&name) { Some(OsString::new()) } else { None })
                }
                (Arg::Value(value), Some(word)) => (word, Some(value)),
                (other, _) => return Err(other.unexpected().to_string()),
            };
            let value = match value {
                Some(value) => value,
                None => parser.value().map_err(|error| format!("--{name}: {error}"))?,
            };
            if found.insert(name, value).is_some() {
                return Err(format!("--{name} is given twice"));
            }
        }
        Ok(Some(Arguments(found)))
    }

    /// Whether an option is there.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// An option that is a text.
    pub fn text(&self, name: &str) -> Result<Option<&str>, String> {
        let text = |value: &OsString| format!("--{name}: expected UTF-8, got {}", value.display());
        self.0.get(name).map(|value| value.to_str().ok_or_else(|| text(value))).transpose()
    }

    /// An option that is a whole number.
    pub fn number(&self, name: &str) -> Result<Option<u64>, String> {
        let problem =
            |text: &str| format!("--{name}: expected a whole number, 0 to {}, got {text:?}", u64::MAX);
        self.text(name)?.map(|text| text.parse().map_err(|_| problem(text))).transpose()
    }

    /// An option that is a path.
    pub fn path(&self, name: &str) -> Result<Option<PathBuf>, String> {
        match self.0.get(name) {
            Some(value) if value.is_empty() => Err(format!("--{name}: the path is empty")),
            value => Ok(value.map(PathBuf::from)),
        }
    }
}
