//! The sources as a graph: which file uses which, read from their `use` items and from paths written out in the code.
//!
//! A name is followed through re-exports to the file that declares it, so that a facade hides nothing. A file may re-export what
//! lies in its own folder; that is a use only where its code names it too.
//! What a child calls on a value of its parent is not seen: methods need no `use`.
#![allow(clippy::unwrap_used)] // Helpers outside `#[test]` are not exempt by clippy.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file of the sources.
struct Source {
    /// What it imports and what it re-exports.
    imports: Vec<Import>,
    /// The paths written out in its code.
    paths: Vec<String>,
    code: String,
}

struct Import {
    /// The name by which the file knows it.
    name: String,
    path: String,
    /// Whether others may take it from here.
    public: bool,
}

/// All files, by their paths below `src` without the ending, and what each uses outside its tests.
pub struct Sources(BTreeMap<String, Source>);

impl Sources {
    /// Reads the files below a folder.
    pub fn read(root: &Path) -> Sources {
        let mut found = Vec::new();
        files(root, &mut found);
        let source = |path: &PathBuf| {
            let name =
                path.strip_prefix(root).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
            {
                let source = Source::parse(&name, &fs::read_to_string(path).unwrap());
                (name, source)
            }
        };
        Sources(found.iter().map(source).collect())
    }

    /// The names of the files. The root, which declares and re-exports all, is none of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str).filter(|name| *name != ROOT)
    }

    /// The files that a file uses, itself left out.
    pub fn uses(&self, name: &str) -> BTreeSet<&str> {
        let source = &self.0[name];
        let inside = |used: &str| name == FACADE || used.starts_with(&format!("{name}/"));
        let imports = source.imports.iter().filter_map(|import| {
            let used = self.resolve(name, &import.path, 0)?;
            (!import.public || !inside(used) || source.names(&import.name)).then_some(used)
        });
        let paths = source.paths.iter().filter_map(|path| self.resolve(name, path, 0));
        imports.chain(paths).filter(|used| *used != name).collect()
    }

    /// The names that a file re-exports to the public.
    pub fn exports(&self, name: &str) -> Vec<&str> {
        self.0[name]
            .imports
            .iter()
            .filter(|import| import.public)
            .map(|import| import.name.as_str())
            .collect()
    }

    /// The file that declares what a path written in `from` means. None: another crate's.
    fn resolve(&self, from: &str, path: &str, depth: u32) -> Option<&str> {
        assert!(depth < 20, "{from}: {path} leads nowhere");
        let mut parts = path.split("::").filter(|part| !part.is_empty()).peekable();
        let mut at = from.to_owned();
        match *parts.peek()? {
            "crate" => at = ROOT.to_owned(),
            "self" => {}
            "super" => {
                while parts.next_if_eq(&"super").is_some() {
                    at = at.rsplit_once('/').map_or(ROOT, |(parent, _)| parent).to_owned();
                }
                return self.walk(&at, &parts.collect::<Vec<_>>(), depth);
            }
            child if self.0.contains_key(&below(&at, child)) => {
                return self.walk(&at, &parts.collect::<Vec<_>>(), depth);
            }
            _ => return None,
        }
        parts.next();
        self.walk(&at, &parts.collect::<Vec<_>>(), depth)
    }

    fn walk(&self, module: &str, parts: &[&str], depth: u32) -> Option<&str> {
        let (own, source) = self.0.get_key_value(module)?;
        let Some((first, rest)) = parts.split_first() else { return Some(own) };
        let child = below(module, first);
        if self.0.contains_key(&child) {
            return self.walk(&child, rest, depth);
        }
        match source.imports.iter().find(|import| import.name == *first) {
            Some(import) => {
                let path = format!("{}::{}", import.path, rest.join("::"));
                self.resolve(module, &path, depth + 1)
            }
            None => Some(own),
        }
    }
}

const ROOT: &str = "lib";

/// The module that re-exports the rooms of a loan, and the forms of its values.
pub const FACADE: &str = "loan";

fn below(module: &str, child: &str) -> String {
    if module == ROOT { child.to_owned() } else { format!("{module}/{child}") }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

impl Source {
    /// Whether a name stands in the code.
    fn names(&self, name: &str) -> bool {
        self.code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name)
    }

    fn parse(name: &str, text: &str) -> Source {
        let (mut imports, mut code) = (Vec::new(), String::new());
        let mut item: Option<(bool, String)> = None;
        for line in without_tests(text).lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            let line = line.split(" // ").next().unwrap();
            let (public, start) = match line.split_once("use ") {
                Some(("", path)) => (false, Some(path)),
                Some((before, path)) if before.starts_with("pub") && before.ends_with(' ') => {
                    (true, Some(path))
                }
                _ => (false, None),
            };
            match (&mut item, start) {
                (None, Some(path)) => item = Some((public, path.to_owned())),
                (None, None) => code.extend([line, "\n"]),
                (Some((_, tree)), _) => tree.push_str(line),
            }
            if let Some((public, tree)) = item.take_if(|(_, tree)| tree.ends_with(';')) {
                let mut paths = Vec::new();
                expand("", tree.trim_end_matches(';'), &mut paths);
                imports.extend(paths.into_iter().map(|(path, name)| Import { name, path, public }));
            }
        }
        assert!(item.is_none(), "{name}: a use item does not end");
        assert!(imports.iter().all(|import| import.name != "*"), "{name}: a glob hides what is used");
        Source { imports, paths: written_out(&code), code }
    }
}

/// A text without its test modules: each ends with the brace that stands below its attribute.
fn without_tests(text: &str) -> String {
    let (mut kept, mut end): (Vec<&str>, Option<String>) = (Vec::new(), None);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (indent, attribute) = line.split_at(line.len() - line.trim_start().len());
        let begins = attribute == "#[cfg(test)]"
            && lines.peek().is_some_and(|next| next.trim_start().starts_with("mod "));
        match &end {
            Some(brace) if line == brace => end = None,
            Some(_) => {}
            None if begins => end = Some(format!("{indent}}}")),
            None => kept.push(line),
        }
    }
    kept.join("\n")
}

/// `{a, b::{c, d as e, self}}` behind a prefix, as paths and the names that they bind.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<(String, String)>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = format!("{prefix}{path}");
        let path = path.strip_suffix("::self").unwrap_or(&path);
        let name = if alias.is_empty() { path.rsplit("::").next().unwrap() } else { alias };
        paths.push((path.to_owned(), name.trim().to_owned()));
        return;
    };
    let (head, rest) = tree.split_at(open);
    let inner = &rest[1..rest.rfind('}').unwrap()];
    let (mut depth, mut start) = (0_i32, 0);
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    expand(&format!("{prefix}{head}"), &inner[start..at], paths);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The paths in code that begin with `crate`, `self` or `super`.
fn written_out(code: &str) -> Vec<String> {
    let in_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
    let mut paths = Vec::new();
    for start in ["crate::", "self::", "super::"] {
        for (at, _) in code.match_indices(start) {
            // Not within another path, and no visibility such as `pub(in crate::ffi)`.
            if code[..at].ends_with(in_path) || code[..at].ends_with("(in ") {
                continue;
            }
            paths.push(code[at..].chars().take_while(|letter| in_path(*letter)).collect());
        }
    }
    paths
}
