//! A pack that builds on another, made whole: what it may add, and what the other leaves to it.

use crate::programme::fault::PackFault;
use crate::programme::tree::{Key, Node, Tree};

/// What an extension may add to: tables of names of its own.
const ADDED: [&str; 6] = ["docs", "facts", "choices", "figures", "values", "products"];
/// What is its own, and never the base's.
const OWN: [&str; 8] = ["format", "id", "edition", "currency", "rounding", "en", "zh", "note"];

/// The whole of a pack that extends another, whose resolved tree and hash are given.
///
/// # Errors
///
/// A fault of the extension: a name that the base has, or what the base does not leave to others.
pub(crate) fn resolve(text: &str, extension: &Node, base: &Node, base_hash: &str) -> Result<Node, PackFault> {
    let (Tree::Table(given), Tree::Table(whole)) = (&extension.value, &base.value) else {
        return Err(PackFault::new(text, extension.at, "", "a pack is a table"));
    };
    let mut whole: Vec<(Key, Node)> =
        whole.iter().filter(|(key, _)| key.name != "examples").cloned().collect();
    let resolving = Resolving { text, local: local_paths(base) };
    for (key, value) in given {
        let name = key.name.as_str();
        match name {
            "extends" => put(&mut whole, key, with_hash(value, base_hash)),
            "examples" => put(&mut whole, key, value.clone()),
            _ if OWN.contains(&name) => put(&mut whole, key, value.clone()),
            _ if ADDED.contains(&name) => resolving.add(&mut whole, key, value)?,
            "rules" => resolving.replace_in_rules(&mut whole, key, value)?,
            _ => return Err(resolving.not_left(key.at, name)),
        }
    }
    Ok(Node { at: extension.at, value: Tree::Table(whole) })
}

/// The paths that a base lets others replace.
fn local_paths(base: &Node) -> Vec<String> {
    let Some(Tree::List(list)) = base.get("local").map(|node| &node.value) else { return Vec::new() };
    list.iter().filter_map(|node| node.text().map(str::to_owned)).collect()
}

/// The `extends` of a pack with the hash of its base.
fn with_hash(extends: &Node, hash: &str) -> Node {
    let mut entries = match &extends.value {
        Tree::Table(entries) => entries.clone(),
        _ => Vec::new(),
    };
    let at = extends.at;
    let value = Node { at, value: Tree::Text { text: hash.to_owned(), verbatim: false } };
    put(&mut entries, &Key { at, name: "sha256".to_owned() }, value);
    Node { at, value: Tree::Table(entries) }
}

/// Sets a key of a table.
fn put(table: &mut Vec<(Key, Node)>, key: &Key, value: Node) {
    match table.iter_mut().find(|(known, _)| known.name == key.name) {
        Some(entry) => *entry = (key.clone(), value),
        None => table.push((key.clone(), value)),
    }
}

struct Resolving<'t> {
    text: &'t str,
    local: Vec<String>,
}

impl Resolving<'_> {
    fn not_left(&self, at: usize, path: &str) -> PackFault {
        let local = if self.local.is_empty() { "nothing".to_owned() } else { self.local.join(", ") };
        let message = format!("the pack that it builds on does not leave this to others; local is {local}");
        PackFault::new(self.text, at, path, message)
    }

    /// Adds names to a table of the base, or replaces those that it leaves to others.
    fn add(&self, whole: &mut Vec<(Key, Node)>, key: &Key, value: &Node) -> Result<(), PackFault> {
        let known =
            whole.iter_mut().find(|(known, _)| known.name == key.name).map(|(_, node)| &mut node.value);
        let (Tree::Table(added), Some(Tree::Table(known))) = (&value.value, known) else {
            put(whole, key, value.clone());
            return Ok(());
        };
        for (name, entry) in added {
            let path = format!("{}.{}", key.name, name.name);
            let there = known.iter_mut().find(|(known, _)| known.name == name.name).map(|(_, node)| node);
            match (there, &entry.value) {
                // The facts of a space that the base has too.
                (Some(Node { value: Tree::Table(space), .. }), Tree::Table(facts)) if key.name == "facts" => {
                    for (fact, node) in facts {
                        if space.iter().any(|(known, _)| known.name == fact.name) {
                            return Err(self.not_left(fact.at, &format!("{path}.{}", fact.name)));
                        }
                        space.push((fact.clone(), node.clone()));
                    }
                }
                (Some(_), _) if !self.local.contains(&path) => return Err(self.not_left(name.at, &path)),
                _ => put(known, name, entry.clone()),
            }
        }
        Ok(())
    }

    /// Replaces parts of rules, each as a whole.
    fn replace_in_rules(&self, whole: &mut [(Key, Node)], key: &Key, value: &Node) -> Result<(), PackFault> {
        let Tree::Table(rules) = &value.value else { return Ok(()) };
        for (rule, parts) in rules {
            let of_rule = format!("rules.{}", rule.name);
            let known = whole.iter_mut().find(|(known, _)| known.name == key.name);
            let known = known.and_then(|(_, node)| node.get_mut(&rule.name)).map(|node| &mut node.value);
            let (Some(Tree::Table(known)), Tree::Table(parts)) = (known, &parts.value) else {
                return Err(self.not_left(rule.at, &of_rule));
            };
            for (part, node) in parts {
                let path = format!("{of_rule}.{}", part.name);
                if !self.local.contains(&path) {
                    return Err(self.not_left(part.at, &path));
                }
                put(known, part, node.clone());
            }
        }
        Ok(())
    }
}
