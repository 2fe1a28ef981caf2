//! Whether what a pack says means something: each expression in its place, each name, version, document and share.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::money::Currency;
use crate::programme::check::{Faults, expression};
use crate::programme::declare::{children, elements, entries, names};
use crate::programme::expression::{Expression, Literal, Node as Part};
use crate::programme::fault::hint;
use crate::programme::names::{Names, Place};
use crate::programme::schema::{Entry, Kind, Leaf, PACK, Shape, UNKNOWN};
use crate::programme::tree::{Node, Tree, joined};
use crate::programme::types::{Type, Types};
use crate::programme::typing::Typing;

/// Checks the meaning of a resolved pack whose form is right, and returns what it declares.
pub(crate) fn check(pack: &Node, faults: &mut Faults<'_>) -> Option<Names> {
    let decimals = decimals(pack, faults)?;
    let names = names(pack, decimals, faults);
    let mut checking = Checking { pack, names: &names, decimals, faults };
    checking.expressions();
    checking.figures();
    checking.sources();
    checking.choices();
    checking.rules();
    checking.unused();
    Some(names)
}

/// The decimals of the pack's currency.
fn decimals(pack: &Node, faults: &mut Faults<'_>) -> Option<u32> {
    let node = pack.get("currency")?;
    let code = node.text()?;
    let currency = Currency::from_code(code).ok();
    if currency.is_none() {
        faults.add(node.at, "currency", format!("expected a code of ISO 4217, such as CNY, got {code}"));
    }
    currency.map(|currency| currency.exponent().into())
}

struct Checking<'p, 'f, 't> {
    pack: &'p Node,
    names: &'p Names,
    decimals: u32,
    faults: &'f mut Faults<'t>,
}

impl Checking<'_, '_, '_> {
    /// Every expression is what its place asks.
    fn expressions(&mut self) {
        for (key, node) in children(self.pack) {
            // What an example says are answers, and figures are literals of their own types.
            if matches!(key, "examples" | "figures" | "values") {
                continue;
            }
            if let Some(entry) = PACK.iter().find(|entry| entry.key == key) {
                self.within(node, &entry.shape, key, Place::Loan);
            }
        }
        for (name, figure) in entries(self.pack, "figures") {
            for (key, asked) in
                [("by", Types::one(Type::Date)), ("per", Types::some(&[Type::Code, Type::Bool]))]
            {
                if let Some(node) = figure.get(key) {
                    let place = self.names.place(name);
                    self.one(node, asked, &format!("figures.{name}.{key}"), place);
                }
            }
        }
    }

    fn within(&mut self, node: &Node, shape: &'static Shape, path: &str, place: Place) {
        match (shape, &node.value) {
            (Shape::Table(keys) | Shape::Either(_, keys), Tree::Table(_)) => {
                for (key, value) in children(node) {
                    let Some(entry) = keys.iter().find(|entry| entry.key == key) else { continue };
                    let place = deeper(place, path, entry);
                    self.within(value, &entry.shape, &joined(path, key), place);
                }
            }
            (Shape::Map(inner), Tree::Table(_)) => {
                for (key, value) in children(node) {
                    self.within(value, inner, &joined(path, key), place);
                }
            }
            (Shape::List(inner), Tree::List(list)) => {
                for (index, element) in list.iter().enumerate() {
                    self.within(element, inner, &format!("{path}[{index}]"), place);
                }
            }
            (Shape::Leaf(leaf) | Shape::Either(leaf, _), _) => self.leaf(node, *leaf, path, place),
            _ => {}
        }
    }

    fn leaf(&mut self, node: &Node, leaf: Leaf, path: &str, place: Place) {
        let kind = match leaf {
            Leaf::Expression(kind) => kind,
            Leaf::Figure(kind) if node.text() != Some(UNKNOWN) => kind,
            Leaf::WordOr(words, kind) if !node.text().is_some_and(|text| words.contains(&text)) => kind,
            Leaf::ChosenWord(words) => return self.chosen(node, words, path),
            _ => return,
        };
        let asked = self.declared_beside(path).unwrap_or_else(|| asked(kind));
        self.one(node, asked, path, place);
    }

    /// What the declaration beside an expression says that it is: of the bounds of a choice, and of what is presumed.
    fn declared_beside(&self, path: &str) -> Option<Types> {
        let parts: Vec<&str> = path.split('.').collect();
        let of = match parts.as_slice() {
            ["choices", name, "at_least" | "at_most" | "default"]
            | ["rules", _, "choices", name, "at_least" | "at_most" | "default"] => {
                self.names.choices.get(*name)?.of
            }
            ["facts", space, name, "presumed"] => self.names.facts.get(&format!("{space}.{name}"))?.of,
            _ => return None,
        };
        Some(Types::one(of))
    }

    /// An expression, in a place.
    fn one(&mut self, node: &Node, asked: Types, path: &str, place: Place) {
        let typing = Typing { names: self.names, place, decimals: self.decimals };
        let checked = expression(node).and_then(|expression| typing.check(&expression, asked));
        if let Err(misreading) = checked {
            self.faults.misread(node, path, &misreading);
        }
    }

    /// A word that a choice says: the values of the choice are words of its place.
    fn chosen(&mut self, node: &Node, words: &[&str], path: &str) {
        let Some(choice) = node.text().and_then(|text| text.strip_prefix("choice.")) else { return };
        match self.names.choice(choice) {
            Err(message) => self.faults.add(node.at, path, message),
            Ok(declared) => {
                let strange = declared
                    .codes
                    .unwrap_or_default()
                    .into_iter()
                    .find(|code| !words.contains(&code.as_str()));
                if let Some(strange) = strange {
                    let message = format!("choice.{choice} may be {strange}; one of {}", words.join(" "));
                    self.faults.add(node.at, path, message);
                }
            }
        }
    }

    /// The versions of every figure rise, and each is a literal of its type.
    fn figures(&mut self) {
        for (name, figure) in entries(self.pack, "figures") {
            let path = joined("figures", name);
            let rows = elements(figure, "rows");
            match (figure.get("is"), rows.is_empty()) {
                (Some(is), true) => self.printed(is, name, &path),
                (None, false) => self.rows(figure, rows, name, &path),
                _ => self.faults.add(figure.at, &path, "a figure has is, or rows"),
            }
        }
    }

    fn printed(&mut self, node: &Node, name: &str, path: &str) {
        if node.text() == Some(UNKNOWN) {
            return;
        }
        let Some(of) = self.names.named.get(name).map(|figure| figure.of) else { return };
        self.one(node, Types::one(of), path, Place::Loan);
        if expression(node).is_ok_and(|given| !matches!(given.node, Part::Literal(_))) {
            self.faults.add(node.at, path, "a figure is a literal, as it is printed; a value computes");
        }
    }

    fn rows(&mut self, figure: &Node, rows: &[Node], name: &str, path: &str) {
        let mut last: Vec<(String, &Node)> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let path = format!("{path}.rows[{index}]");
            if let Some(is) = row.get("is") {
                self.printed(is, name, &path);
            }
            if figure.get("by").is_none() && (row.get("from").is_some() || row.get("until").is_some()) {
                self.faults.add(row.at, &path, "days without a by that picks the version");
            }
            if figure.get("per").is_some() != row.get("for").is_some() {
                self.faults.add(row.at, &path, "for in every row where there is a per, and in none without");
            }
            for of in words(row.get("for")) {
                self.for_word(figure, row, &of, &path);
                match last.iter_mut().find(|(known, _)| *known == of) {
                    None => last.push((of, row)),
                    Some((_, before)) => {
                        let fault = overlap(before, row);
                        *before = row;
                        if let Some(message) = fault {
                            self.faults.add(
                                row.get("from").unwrap_or(row).at,
                                &format!("{path}.from"),
                                message,
                            );
                        }
                    }
                }
            }
            self.falling(row, date(row, "from"), date(row, "until"), &path);
        }
    }

    /// A word of `for` is one that `per` may be.
    fn for_word(&mut self, figure: &Node, row: &Node, word: &str, path: &str) {
        let Some(per) = figure.get("per").and_then(|per| expression(per).ok()) else { return };
        let codes = match &per.node {
            Part::Fact { name, .. } => self.names.fact(name, Place::Due).ok().and_then(|fact| fact.codes),
            Part::Choice(name) => self.names.choice(name).ok().and_then(|choice| choice.codes),
            Part::Named(name) => self.names.named.get(name).and_then(|named| match named.of {
                Type::Bool => Some(vec!["true".to_owned(), "false".to_owned()]),
                _ => named.codes.clone(),
            }),
            _ => None,
        };
        if let Some(codes) = codes
            && !codes.iter().any(|code| code == word)
        {
            let likely = hint(word, codes.iter().map(String::as_str));
            self.faults.add(row.at, path, format!("for {word}: one of {}{likely}", codes.join(" ")));
        }
    }

    /// Every figure and every condition has a document and a sureness, its own or that of what it stands in.
    fn sources(&mut self) {
        for (name, figure) in entries(self.pack, "figures") {
            let path = joined("figures", name);
            if figure.get("is").is_some() {
                self.source(&[self.pack, figure], figure, &path);
            }
            for (index, row) in elements(figure, "rows").iter().enumerate() {
                self.source(&[self.pack, figure, row], row, &format!("{path}.rows[{index}]"));
            }
        }
        for (name, rule) in entries(self.pack, "rules") {
            for (condition, node) in rule.get("when").into_iter().flat_map(children) {
                let path = format!("rules.{name}.when.{condition}");
                self.source(&[self.pack, rule, node], node, &path);
            }
        }
        let documents = entries(self.pack, "docs").map(|(name, _)| name).collect();
        self.documents(self.pack, &documents, "");
    }

    fn source(&mut self, around: &[&Node], node: &Node, path: &str) {
        for (key, of) in [("doc", "document"), ("sure", "sure")] {
            if !around.iter().any(|node| node.get(key).is_some()) {
                let message = format!("no {of}; it says where it is from and how sure it is");
                self.faults.add(node.at, path, message);
            }
        }
    }

    /// Every `doc` is a document of the pack.
    fn documents(&mut self, node: &Node, documents: &BTreeSet<&str>, path: &str) {
        for (key, value) in children(node) {
            let path = joined(path, key);
            match (key, value.text(), &value.value) {
                ("doc", Some(name), _) if !documents.contains(&name) => {
                    let likely = hint(name, documents.iter().copied());
                    self.faults.add(value.at, &path, format!("unknown document {name}{likely}"));
                }
                (_, _, Tree::List(list)) => {
                    for (index, element) in list.iter().enumerate() {
                        self.documents(element, documents, &format!("{path}[{index}]"));
                    }
                }
                _ => self.documents(value, documents, &path),
            }
        }
    }

    /// A rule narrows choices that there are.
    fn choices(&mut self) {
        for (name, rule) in entries(self.pack, "rules") {
            for (choice, node) in rule.get("choices").into_iter().flat_map(children) {
                let path = format!("rules.{name}.choices.{choice}");
                if let Err(message) = self.names.choice(choice) {
                    self.faults.add(node.at, &path, message);
                }
                self.crossing(node, &path);
            }
        }
        for (name, choice) in entries(self.pack, "choices") {
            self.crossing(choice, &joined("choices", name));
            let of_codes = choice.get("type").and_then(Node::text) == Some("code");
            if of_codes && elements(choice, "values").is_empty() {
                self.faults.add(choice.at, &joined("choices", name), "a choice of a code has values");
            }
        }
    }

    /// Bounds that are written out do not cross.
    fn crossing(&mut self, node: &Node, path: &str) {
        let day = |key: &str| match node.get(key).and_then(|bound| expression(bound).ok())?.node {
            Part::Literal(Literal::Date(day)) => Some(day),
            _ => None,
        };
        self.falling(node, day("at_least"), day("at_most"), path);
    }

    /// Days of which the last lies before the first hold for nothing.
    fn falling(&mut self, node: &Node, first: Option<NaiveDate>, last: Option<NaiveDate>, path: &str) {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            self.faults.add(node.at, path, format!("{first} to {last} holds for nothing"));
        }
    }

    /// Rules hold for some days, give to one loan once, and share out the whole.
    fn rules(&mut self) {
        let order: Vec<&Node> = elements(self.pack, "order").iter().collect();
        let rules: Vec<(&str, &Node)> = entries(self.pack, "rules").collect();
        for (index, node) in order.iter().enumerate() {
            let Some(name) = node.text() else { continue };
            let path = format!("order[{index}]");
            if !rules.iter().any(|(rule, _)| *rule == name) {
                let likely = hint(name, rules.iter().map(|(rule, _)| *rule));
                self.faults.add(node.at, &path, format!("unknown rule {name}{likely}"));
            }
            if order.iter().take(index).any(|before| before.text() == Some(name)) {
                self.faults.add(node.at, &path, format!("{name} stands twice"));
            }
        }
        for (place, (name, rule)) in rules.iter().enumerate() {
            let path = joined("rules", name);
            self.falling(rule, date(rule, "from"), date(rule, "until"), &path);
            if (rule.get("from").is_some() || rule.get("until").is_some()) && rule.get("by").is_none() {
                self.faults.add(rule.at, &path, "days without a by, the date that picks the rule");
            }
            self.shares(rule, &path);
            if let Some(node) = rule.get("replaces")
                && let Some(replaced) = node.text()
                && (replaced == *name || !rules.iter().any(|(rule, _)| *rule == replaced))
            {
                let others = rules.iter().map(|(rule, _)| *rule).filter(|rule| rule != name);
                let likely = hint(replaced, others);
                let message = format!("expected another rule of the pack, got {replaced}{likely}");
                self.faults.add(node.at, &joined(&path, "replaces"), message);
            }
            if let Some(subsidy) = rule.get("subsidy")
                && subsidy.get("rate").is_some() == subsidy.get("slices").is_some()
            {
                self.faults.add(subsidy.at, &joined(&path, "subsidy"), "a rate, or slices with a rate each");
            }
            let both_in_order = |one: &str, other: &str| {
                let stands = |name: &str| order.iter().any(|node| node.text() == Some(name));
                stands(one) && stands(other)
            };
            for (other, earlier) in rules.iter().take(place) {
                if let Some(kind) = given_by_both(rule, earlier)
                    && !apart(rule, earlier)
                    && !both_in_order(name, other)
                {
                    let message = format!(
                        "both it and rules.{other} may give {kind} to one loan; name the stronger first in order"
                    );
                    self.faults.add(rule.at, &path, message);
                }
            }
        }
        for (name, product) in entries(self.pack, "products") {
            if let Some(rule) = product.get("rule")
                && let Some(of) = rule.text()
                && !rules.iter().any(|(rule, _)| *rule == of)
            {
                self.faults.add(rule.at, &format!("products.{name}.rule"), format!("unknown rule {of}"));
            }
        }
    }

    /// The shares of the payers of a subsidy make the whole, where all are known.
    fn shares(&mut self, rule: &Node, path: &str) {
        let Some(subsidy) = rule.get("subsidy") else { return };
        let mut sum = Some(Decimal::ZERO);
        for payer in elements(subsidy, "payers") {
            let share = payer.get("share").and_then(|share| expression(share).ok());
            let Some(Expression { node: Part::Literal(Literal::Percent(share)), .. }) = share else { return };
            sum = sum.and_then(|sum| sum.checked_add(share));
        }
        if sum != Some(Decimal::ONE_HUNDRED) {
            let at = subsidy.get("payers").map_or(subsidy.at, |payers| payers.at);
            let made =
                sum.map_or("more than a number holds".to_owned(), |sum| format!("{}%", sum.normalize()));
            self.faults.add(at, &format!("{path}.subsidy.payers"), format!("the shares make {made}; 100%"));
        }
    }

    /// What is declared is named somewhere.
    fn unused(&mut self) {
        for (space, facts) in entries(self.pack, "facts") {
            for (name, node) in children(facts) {
                let name = format!("{space}.{name}");
                if !self.names.is_used(&name) {
                    self.faults.add(node.at, &format!("facts.{name}"), "it is named nowhere");
                }
            }
        }
        for (key, prefix) in [("choices", "choice."), ("series", "series."), ("figures", ""), ("values", "")]
        {
            for (name, node) in entries(self.pack, key) {
                if !self.names.is_used(&format!("{prefix}{name}")) {
                    self.faults.add(node.at, &joined(key, name), "it is named nowhere");
                }
            }
        }
    }
}

/// What a kind of expression may be.
fn asked(kind: Kind) -> Types {
    match kind {
        Kind::Bool => Types::one(Type::Bool),
        Kind::Date => Types::one(Type::Date),
        Kind::Money => Types::one(Type::Money),
        Kind::Rate => Types::one(Type::Rate),
        Kind::Number => Types::some(&[Type::Number, Type::Integer]),
        Kind::Integer => Types::one(Type::Integer),
        Kind::Span => Types::some(&[Type::Months, Type::Days]),
        Kind::Any => Types::any(),
    }
}

/// The place of what stands behind a key.
fn deeper(place: Place, path: &str, entry: &Entry) -> Place {
    // Only of a rule: `rules.NAME.KEY`.
    match (path.split('.').count(), path.starts_with("rules."), entry.key) {
        (2, true, "relief" | "payment") => Place::Due,
        (2, true, "subsidy") => Place::Accrual,
        _ => place,
    }
}

/// The words of a text or of a list of them; one empty word where there is none.
fn words(node: Option<&Node>) -> Vec<String> {
    match node.map(|node| &node.value) {
        Some(Tree::Text { text, .. }) => vec![text.clone()],
        Some(Tree::List(list)) => list.iter().filter_map(|word| word.text().map(str::to_owned)).collect(),
        _ => vec![String::new()],
    }
}

fn date(node: &Node, key: &str) -> Option<NaiveDate> {
    match node.get(key)?.value {
        Tree::Date(date) => Some(date),
        _ => None,
    }
}

/// Why one version cannot follow another.
fn overlap(before: &Node, after: &Node) -> Option<String> {
    let (first, next) = (date(before, "from"), date(after, "from"));
    match (first, next, date(before, "until")) {
        (_, None, _) => Some("a second version without a first day; versions rise".to_owned()),
        (Some(first), Some(next), _) if next <= first => {
            Some(format!("{next} is not after {first}; versions rise"))
        }
        (_, Some(next), Some(until)) if next <= until => {
            Some(format!("{next} is not after {until}, where the version before it ends"))
        }
        _ => None,
    }
}

/// A kind of thing that two rules both give, if there is one.
fn given_by_both<'r>(one: &'r Node, other: &Node) -> Option<&'r str> {
    const GIVEN: [&str; 6] = ["relief", "payment", "price", "subsidy", "guarantee", "funding"];
    let kind = GIVEN.into_iter().find(|kind| one.get(kind).is_some() && other.get(kind).is_some());
    let outputs = |rule: &'r Node| rule.get("outputs").into_iter().flat_map(children).map(|(name, _)| name);
    kind.or_else(|| {
        outputs(one).find(|name| other.get("outputs").is_some_and(|outputs| outputs.get(name).is_some()))
    })
}

/// Whether two rules hold for other days of the same date.
fn apart(one: &Node, other: &Node) -> bool {
    let by = |rule: &Node| rule.get("by").and_then(|by| expression(by).ok()).map(|by| by.to_string());
    if by(one).is_none() || by(one) != by(other) {
        return false;
    }
    let before = |first: &Node, second: &Node| match (date(first, "until"), date(second, "from")) {
        (Some(until), Some(from)) => until < from,
        _ => false,
    };
    before(one, other) || before(other, one)
}
