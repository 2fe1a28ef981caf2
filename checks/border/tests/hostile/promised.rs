//! What the header promises of a refusal: the statuses of each function, and names that lead to what was wrong.

use std::collections::BTreeSet;

use super::declared::{Declared, Function};

/// A refusal, as the program tells it.
pub struct Refusal<'a> {
    pub function: &'a str,
    /// What was wrong in the call.
    pub case: &'a str,
    /// The statuses: that of the call, and that of `error`, which is of a row where the call's is of rows.
    pub statuses: [&'a str; 2],
    pub field: &'a str,
}

impl<'a> Refusal<'a> {
    pub fn read(line: &'a str) -> Refusal<'a> {
        let parts: Vec<&str> = line.split('\t').collect();
        let &[at, status, detail, field] = parts.as_slice() else { panic!("a refusal: {line}") };
        let (function, case) = at.split_once(": ").expect("a function and a case");
        Refusal { function, case, statuses: [status, detail], field }
    }
}

/// The units that names end in, which a name in `error` does not have.
const UNITS: &[&str] = &["_minor", "_ppb", "_ymd"];

fn without_unit(name: &str) -> &str {
    UNITS.iter().find_map(|unit| name.strip_suffix(unit)).unwrap_or(name)
}

impl Declared {
    fn function(&self, name: &str) -> &Function {
        let found = self.functions.iter().find(|function| function.name == name);
        found.unwrap_or_else(|| panic!("no function {name}"))
    }

    /// The numbers of the statuses, by their names.
    pub fn number(header: &str, name: &str) -> String {
        let define = format!("#define {name} ");
        let (_, rest) = header.split_once(&define).unwrap_or_else(|| panic!("no status {name}"));
        rest.lines().next().expect("a number").to_owned()
    }

    /// The numbers of the statuses that a function says it returns, with those of the functions that it names for them.
    pub fn statuses(&self, header: &str, function: &str) -> BTreeSet<String> {
        let (mut known, mut names) = (BTreeSet::new(), vec![function.to_owned()]);
        let mut numbers = BTreeSet::new();
        while let Some(name) = names.pop() {
            if !known.insert(name.clone()) {
                continue;
            }
            let doc = &self.function(&name).doc;
            let returns =
                doc.find("Returns ").unwrap_or_else(|| panic!("{name} does not say what it returns"));
            let returns = doc[returns..].split("# ").next().expect("what it returns");
            for word in returns.split('`').skip(1).step_by(2) {
                if word.starts_with("PUHUI_ERR_") {
                    numbers.insert(Self::number(header, word));
                } else if word.starts_with("puhui_") && self.functions.iter().any(|each| each.name == word) {
                    names.push(word.to_owned());
                }
            }
        }
        numbers
    }

    /// Whether a part of a path is the name of a parameter of a function or of a field, without its unit; the last part may be the
    /// beginning that several fields have in common.
    fn is_name(&self, function: &Function, part: &str, is_last: bool) -> bool {
        let fields = || self.structs.iter().flat_map(|each| &each.fields);
        // A name that C has taken ends in `_` there.
        let names = || {
            let all = function.parameters.iter().chain(fields());
            all.map(|each| without_array(&each.name).trim_end_matches('_'))
        };
        let begins = |name: &&str| name.strip_prefix(part).is_some_and(|rest| rest.starts_with('_'));
        names().any(|name| without_unit(name) == part)
            || is_last && names().filter(begins).collect::<BTreeSet<_>>().len() > 1
    }

    /// Whether a field of `error` is a path of names of C.
    pub fn leads(&self, function: &str, field: &str) -> bool {
        let parts: Vec<&str> = field.split('.').collect();
        parts.iter().enumerate().all(|(at, part)| {
            let name = part.split('[').next().unwrap_or_default();
            self.is_name(self.function(function), name, at + 1 == parts.len())
        })
    }
}

fn without_array(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}
