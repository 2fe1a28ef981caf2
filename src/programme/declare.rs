//! What a pack declares: its facts, choices, figures and values, each with its type.

use crate::programme::check::{Faults, expression};
use crate::programme::expression::token::Misreading;
use crate::programme::expression::{Expression, Literal, Node as Part};
use crate::programme::names::{Declared, Names, Place, engine_fact};
use crate::programme::tree::{Node, Tree, joined};
use crate::programme::types::{Type, Types};
use crate::programme::typing::Typing;

/// The names of a pack whose form is right.
pub(crate) fn names(pack: &Node, decimals: u32, faults: &mut Faults<'_>) -> Names {
    let mut names = Names::default();
    for (space, facts) in entries(pack, "facts") {
        for (name, fact) in children(facts) {
            let name = format!("{space}.{name}");
            if engine_fact(&name).is_some() {
                let message = "every loan has it already; a fact of the pack's own has another name";
                faults.add(fact.at, &format!("facts.{name}"), message);
            }
            if let Some(declared) = declared(fact) {
                names.facts.insert(name, declared);
            }
        }
    }
    for (name, choice) in entries(pack, "choices") {
        if let Some(declared) = declared(choice) {
            names.choices.insert(name.to_owned(), declared);
        }
    }
    names.series = entries(pack, "series").map(|(name, _)| name.to_owned()).collect();
    for (name, figure) in entries(pack, "figures") {
        if let Some(mut declared) = declared(figure) {
            declared.place = place_of_figure(&names, figure);
            names.named.insert(name.to_owned(), declared);
        }
    }
    for (name, value) in entries(pack, "values") {
        if names.named.contains_key(name) {
            let path = joined("values", name);
            faults.add(value.at, &path, format!("a figure has the name {name} too; one meaning a name"));
        }
    }
    let mut finding = Finding { pack, decimals, names, running: Vec::new() };
    for (name, _) in entries(pack, "values") {
        finding.value(name, faults);
    }
    finding.names
}

/// The entries of a table of a pack's own names.
pub(crate) fn entries<'p>(pack: &'p Node, key: &str) -> impl Iterator<Item = (&'p str, &'p Node)> {
    pack.get(key).into_iter().flat_map(children)
}

/// The entries of a table.
pub(crate) fn children(node: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let entries = match &node.value {
        Tree::Table(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(key, node)| (key.name.as_str(), node))
}

/// The elements of a list behind a key.
pub(crate) fn elements<'p>(node: &'p Node, key: &str) -> &'p [Node] {
    match node.get(key).map(|node| &node.value) {
        Some(Tree::List(list)) => list,
        _ => &[],
    }
}

/// What a declaration says: a type, and the words of a code.
fn declared(node: &Node) -> Option<Declared> {
    let mut declared = Declared::new(Type::of(node.get("type")?.text()?)?);
    if declared.of == Type::Code && node.get("values").is_some() {
        let words = elements(node, "values").iter().filter_map(|word| word.text().map(str::to_owned));
        declared.codes = Some(words.collect());
    }
    Some(declared)
}

/// Where a figure can be asked for: one whose version is picked by a day of accrual, only there.
fn place_of_figure(names: &Names, figure: &Node) -> Place {
    let mut places = Vec::new();
    for picks in ["by", "per"].into_iter().filter_map(|key| expression(figure.get(key)?).ok()) {
        picks.walk(&mut |part| {
            if let Part::Fact { name, .. } = &part.node {
                places.push(names.place_of_fact(name));
            }
        });
    }
    let asks = |place: &Place| places.contains(place);
    [Place::Accrual, Place::Due].into_iter().find(asks).unwrap_or(Place::Loan)
}

/// Finds the types of values, each after those that it uses.
struct Finding<'p> {
    pack: &'p Node,
    decimals: u32,
    names: Names,
    /// The values that are being found, each used by the one before it.
    running: Vec<String>,
}

impl Finding<'_> {
    fn value(&mut self, name: &str, faults: &mut Faults<'_>) {
        if self.names.named.contains_key(name) {
            return;
        }
        let Some(value) = self.pack.get("values").and_then(|values| values.get(name)) else { return };
        let path = joined("values", name);
        if let Some(first) = self.running.iter().position(|running| running == name) {
            let circle = self.running.iter().skip(first).cloned().collect::<Vec<_>>();
            // Each is named by the one before it: the circle is their one fault.
            circle.iter().for_each(|name| self.names.mark(name));
            let circle = circle.join(", ");
            faults.add(value.at, &path, format!("a circle: {circle}, {name}"));
            self.names.named.insert(name.to_owned(), Declared::unknown());
            return;
        }
        self.running.push(name.to_owned());
        let parts = parts(value);
        for part in &parts {
            for used in named(&part.expression) {
                self.value(&used, faults);
            }
        }
        self.running.pop();
        if self.names.named.contains_key(name) {
            return;
        }
        let declared = self.typed(&parts, &path, faults);
        self.names.named.insert(name.to_owned(), declared);
    }

    /// The type that all cases of a value have, in the place that they need.
    fn typed(&self, parts: &[ValuePart<'_>], path: &str, faults: &mut Faults<'_>) -> Declared {
        let mut refused = None;
        for place in [Place::Loan, Place::Due, Place::Accrual] {
            match self.typed_in(parts, place) {
                Ok(declared) => return declared,
                Err(fault) => refused = refused.or(Some(fault)),
            }
        }
        if let Some((node, misreading)) = refused {
            faults.misread(node, path, &misreading);
        }
        Declared::unknown()
    }

    fn typed_in<'v>(
        &self,
        parts: &[ValuePart<'v>],
        place: Place,
    ) -> Result<Declared, (&'v Node, Misreading)> {
        let typing = Typing { names: &self.names, place, decimals: self.decimals };
        let mut all = Types::any();
        for part in parts {
            let asked = if part.is_condition { Types::one(Type::Bool) } else { all };
            let found = typing.check(&part.expression, asked).map_err(|misread| (part.node, misread))?;
            if !part.is_condition {
                all = found;
            }
        }
        let mut declared = Declared::new(all.first().unwrap_or(Type::Bool));
        declared.place = place;
        let codes: Vec<String> = parts.iter().filter_map(|part| part.code()).collect();
        if declared.of == Type::Code && codes.len() == parts.iter().filter(|part| !part.is_condition).count()
        {
            declared.codes = Some(codes);
        }
        Ok(declared)
    }
}

/// An expression of a value: what it is, or when.
struct ValuePart<'v> {
    node: &'v Node,
    expression: Expression,
    is_condition: bool,
}

impl ValuePart<'_> {
    fn code(&self) -> Option<String> {
        match &self.expression.node {
            Part::Literal(Literal::Code(code)) if !self.is_condition => Some(code.clone()),
            _ => None,
        }
    }
}

/// The expressions of a value; those that cannot be read are faults of its form.
fn parts<'v>(value: &'v Node) -> Vec<ValuePart<'v>> {
    let mut parts = Vec::new();
    let mut add = |node: Option<&'v Node>, is_condition: bool| {
        if let Some(node) = node
            && let Ok(expression) = expression(node)
        {
            parts.push(ValuePart { node, expression, is_condition });
        }
    };
    match &value.value {
        Tree::Table(_) => {
            add(value.get("is"), false);
            for case in elements(value, "cases") {
                add(case.get("when"), true);
                add(case.get("is"), false);
            }
        }
        _ => add(Some(value), false),
    }
    parts
}

/// The figures and values that an expression names.
pub(crate) fn named(expression: &Expression) -> Vec<String> {
    let mut names = Vec::new();
    expression.walk(&mut |part| {
        if let Part::Named(name) = &part.node {
            names.push(name.clone());
        }
    });
    names
}
