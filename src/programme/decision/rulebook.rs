//! A pack as it is decided by: its tables as values, every expression read once, and what each rule rests on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::money::{Currency, Rounding};
use crate::programme::decision::template::{Template, read};
use crate::programme::declare::{children, elements, entries, named};
use crate::programme::expression::{Expression, Node as Part};
use crate::programme::names::{Names, Place, engine_fact};
use crate::programme::schema::{Entry, PACK, SURENESS, Shape, UNKNOWN};
use crate::programme::tree::{Node, Tree};
use crate::programme::types::Type;

/// Where something is from, and how sure it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) doc: Option<String>,
    /// The place among [`SURENESS`]: the higher, the less sure.
    pub(crate) sure: Option<usize>,
}

/// Texts in both languages, where there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pub(crate) en: Option<String>,
    pub(crate) zh: Option<String>,
}

/// A document: its number, and its names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) no: Option<String>,
    pub(crate) texts: Texts,
}

/// A fact of the pack's own.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) of: Type,
    /// What it is taken for when nobody says otherwise.
    pub(crate) presumed: Option<Expression>,
    pub(crate) texts: Texts,
}

/// What somebody has to choose.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) of: Type,
    /// Whose it is.
    pub(crate) by: String,
    pub(crate) values: Vec<String>,
    pub(crate) bounds: Bounds,
    pub(crate) texts: Texts,
}

/// What a choice may be, and what it is taken for; a rule may narrow it for itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) at_least: Option<Expression>,
    pub(crate) at_most: Option<Expression>,
    pub(crate) default: Option<Expression>,
}

/// What a circular prints.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    pub(crate) of: Type,
    pub(crate) by: Option<Expression>,
    pub(crate) per: Option<Expression>,
    pub(crate) rows: Vec<FigureRow>,
    pub(crate) place: Place,
    pub(crate) texts: Texts,
}

/// A version of it.
#[derive(Clone, Debug)]
pub(crate) struct FigureRow {
    pub(crate) from: Option<NaiveDate>,
    pub(crate) until: Option<NaiveDate>,
    /// The words that it is for; none where it is for all.
    pub(crate) of: Vec<String>,
    /// None where nobody knows.
    pub(crate) is: Option<Expression>,
    pub(crate) source: Source,
}

/// What is computed.
#[derive(Clone, Debug)]
pub(crate) struct Computed {
    pub(crate) of: Type,
    pub(crate) cases: Vec<Case>,
    pub(crate) place: Place,
    pub(crate) texts: Texts,
}

/// A case of it; the last one has no condition.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) when: Option<Expression>,
    pub(crate) is: Expression,
    pub(crate) source: Source,
}

/// A condition of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) name: String,
    pub(crate) is: Expression,
    pub(crate) source: Source,
    pub(crate) texts: Texts,
}

/// A rule: when it is in force, its conditions, and what it gives.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) name: String,
    pub(crate) texts: Texts,
    pub(crate) source: Source,
    pub(crate) in_force: InForce,
    /// The rule that it replaces: what that one gave is given anew by this one.
    pub(crate) replaces: Option<String>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) narrowed: BTreeMap<String, Bounds>,
    pub(crate) gives: Gives,
    /// The values it rests on, each after those that it uses.
    pub(crate) values: Vec<String>,
    /// The choices that it names, itself or by a value or a figure.
    pub(crate) choices: Vec<String>,
}

/// The days on which a rule is in force; without a date that picks it, always.
#[derive(Clone, Debug, Default)]
pub(crate) struct InForce {
    pub(crate) by: Option<Expression>,
    pub(crate) from: Option<Expression>,
    pub(crate) until: Option<Expression>,
}

/// What a rule gives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gives {
    pub(crate) reliefs: Vec<Template>,
    pub(crate) payments: Vec<Template>,
    pub(crate) price: Option<Template>,
    /// Subsidy, guarantee and funding: terms for the ledgers.
    pub(crate) terms: Vec<(&'static str, Template)>,
    pub(crate) outputs: Vec<(String, Expression, Type)>,
}

impl Gives {
    /// The kinds of things that are given.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        let terms = self.terms.iter().map(|(key, _)| *key);
        [
            ("relief", !self.reliefs.is_empty()),
            ("payment", !self.payments.is_empty()),
            ("price", self.price.is_some()),
        ]
        .into_iter()
        .filter_map(|(kind, is_given)| is_given.then_some(kind))
        .chain(terms)
        .chain((!self.outputs.is_empty()).then_some("outputs"))
        .collect()
    }
}

/// A pack, as it is decided by.
#[derive(Clone, Debug)]
pub(crate) struct Rulebook {
    pub(crate) currency: Currency,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) texts: Texts,
    pub(crate) docs: BTreeMap<String, Document>,
    /// The packs under which the loan must not already have got something.
    pub(crate) not_with: Vec<String>,
    pub(crate) facts: BTreeMap<String, Fact>,
    pub(crate) choices: BTreeMap<String, Choice>,
    /// The series that the host hands over.
    pub(crate) series: BTreeMap<String, Texts>,
    pub(crate) figures: BTreeMap<String, Figure>,
    pub(crate) values: BTreeMap<String, Computed>,
    /// In the order in which they are decided: the strongest first.
    pub(crate) rules: Vec<Rule>,
}

/// What a pack gives as terms for the ledgers.
const TERMS: [&str; 3] = ["subsidy", "guarantee", "funding"];

impl Rulebook {
    /// Of a resolved pack in which nothing is wrong.
    pub(crate) fn of(pack: &Node, names: &Names) -> Result<Rulebook> {
        let text = |key: &str| pack.get(key).and_then(Node::text);
        let around = source(&Source::default(), pack);
        let mut book = Rulebook {
            currency: Currency::from_code(text("currency").unwrap_or_default())?,
            rounding: text("rounding").map(str::parse).transpose()?,
            texts: texts(pack),
            docs: BTreeMap::new(),
            not_with: words(pack, "not_with"),
            facts: BTreeMap::new(),
            choices: BTreeMap::new(),
            series: entries(pack, "series").map(|(name, node)| (name.to_owned(), texts(node))).collect(),
            figures: BTreeMap::new(),
            values: BTreeMap::new(),
            rules: Vec::new(),
        };
        for (name, node) in entries(pack, "docs") {
            let no = node.get("no").and_then(Node::text).map(str::to_owned);
            book.docs.insert(name.to_owned(), Document { no, texts: texts(node) });
        }
        for (space, facts) in entries(pack, "facts") {
            for (name, node) in children(facts) {
                let presumed = node.get("presumed").map(read).transpose()?;
                let fact = Fact { of: type_of(node)?, presumed, texts: texts(node) };
                book.facts.insert(format!("{space}.{name}"), fact);
            }
        }
        for (name, node) in entries(pack, "choices") {
            book.choices.insert(name.to_owned(), choice(node)?);
        }
        for (name, node) in entries(pack, "figures") {
            book.figures
                .insert(name.to_owned(), Figure { place: names.place(name), ..figure(node, &around)? });
        }
        for (name, node) in entries(pack, "values") {
            let of = names.named.get(name).map(|declared| declared.of);
            let of = of.ok_or_else(|| Error::internal("value", name))?;
            let value =
                Computed { of, cases: cases(node, &around)?, place: names.place(name), texts: texts(node) };
            book.values.insert(name.to_owned(), value);
        }
        let order: Vec<&str> = elements(pack, "order").iter().filter_map(Node::text).collect();
        for (name, node) in entries(pack, "rules") {
            book.rules.push(book.rule(name, node, &around)?);
        }
        // Those that `order` does not name stand behind it by their names: the order of keys in the file says nothing.
        let place = |rule: &Rule| order.iter().position(|name| *name == rule.name).unwrap_or(order.len());
        book.rules
            .sort_by(|one, other| place(one).cmp(&place(other)).then_with(|| one.name.cmp(&other.name)));
        Ok(book)
    }

    /// What a fact is: one of the pack's own, or of the engine's.
    pub(crate) fn fact_type(&self, name: &str) -> Result<Type> {
        let own = self.facts.get(name).map(|fact| fact.of);
        own.or_else(|| engine_fact(name).map(|fact| fact.of)).ok_or_else(|| Error::internal("fact", name))
    }

    /// What an expression that was checked comes to, where its parts say it.
    pub(crate) fn type_of(&self, expression: &Expression) -> Option<Type> {
        match &expression.node {
            Part::Fact { name, .. } => self.fact_type(name).ok(),
            Part::Choice(name) => self.choices.get(name).map(|choice| choice.of),
            Part::Named(name) => match self.figures.get(name) {
                Some(figure) => Some(figure.of),
                None => self.values.get(name).map(|value| value.of),
            },
            Part::Arithmetic { left, right, .. } => {
                let (left, right) = (self.type_of(left), self.type_of(right));
                let amount = |of: &Option<Type>| matches!(of, Some(Type::Money | Type::Rate | Type::Date));
                if amount(&right) { right } else { left.or(right) }
            }
            Part::Call { function, arguments } => match function.returns() {
                Some(of) => Some(of),
                None => arguments.iter().find_map(|argument| self.type_of(argument)),
            },
            Part::Literal(_) => None,
            Part::All(_)
            | Part::Any(_)
            | Part::Not(_)
            | Part::Compare { .. }
            | Part::InRange { .. }
            | Part::InSet { .. } => Some(Type::Bool),
        }
    }

    fn rule(&self, name: &str, node: &Node, around: &Source) -> Result<Rule> {
        let own = source(around, node);
        let mut conditions = Vec::new();
        for (condition, node) in node.get("when").into_iter().flat_map(children) {
            conditions.push(Condition {
                name: condition.to_owned(),
                is: read(node.get("is").unwrap_or(node))?,
                source: source(&own, node),
                texts: texts(node),
            });
        }
        // A condition's number is its place among the names.
        conditions.sort_by(|one, other| one.name.cmp(&other.name));
        let narrowed = node.get("choices").into_iter().flat_map(children);
        let narrowed: Result<_> =
            narrowed.map(|(choice, node)| Ok((choice.to_owned(), bounds(node)?))).collect();
        let mut rule = Rule {
            name: name.to_owned(),
            texts: texts(node),
            source: own,
            in_force: InForce {
                by: node.get("by").map(read).transpose()?,
                from: node.get("from").map(read).transpose()?,
                until: node.get("until").map(read).transpose()?,
            },
            replaces: node.get("replaces").and_then(Node::text).map(str::to_owned),
            conditions,
            narrowed: narrowed?,
            gives: self.gives(node)?,
            values: Vec::new(),
            choices: Vec::new(),
        };
        let mut resting =
            Resting { book: self, values: Vec::new(), figures: BTreeSet::new(), choices: BTreeSet::new() };
        rule.expressions(&mut |expression| resting.on(expression));
        let (values, choices) = (resting.values, resting.choices);
        (rule.values, rule.choices) = (values, choices.into_iter().collect());
        Ok(rule)
    }

    fn gives(&self, rule: &Node) -> Result<Gives> {
        let shape = |key: &str| rule_shape(key).ok_or_else(|| Error::internal("key of a rule", key));
        let list = |key: &str| -> Result<Vec<Template>> {
            let Shape::List(inner) = shape(key)? else { return Err(Error::internal("list", key)) };
            elements(rule, key).iter().map(|node| Template::of(node, inner)).collect()
        };
        let one = |key: &str| -> Result<Option<Template>> {
            rule.get(key).map(|node| Template::of(node, shape(key)?)).transpose()
        };
        let mut terms = Vec::new();
        for key in TERMS {
            if let Some(template) = one(key)? {
                terms.push((key, template));
            }
        }
        let mut outputs = Vec::new();
        for (name, node) in rule.get("outputs").into_iter().flat_map(children) {
            let is = read(node)?;
            let of = self.type_of(&is).or_else(|| literal_type(&is)).unwrap_or(Type::Number);
            outputs.push((name.to_owned(), is, of));
        }
        Ok(Gives {
            reliefs: list("relief")?,
            payments: list("payment")?,
            price: one("price")?,
            terms,
            outputs,
        })
    }

    /// Where an expression can be asked for.
    pub(crate) fn place_of(&self, expression: &Expression) -> Place {
        let mut found = Place::Loan;
        expression.walk(&mut |part| {
            let place = match &part.node {
                Part::Fact { name, .. } => engine_fact(name).map_or(Place::Loan, |fact| fact.place),
                Part::Named(name) => match (self.figures.get(name), self.values.get(name)) {
                    (Some(figure), _) => figure.place,
                    (None, Some(value)) => value.place,
                    (None, None) => Place::Loan,
                },
                _ => Place::Loan,
            };
            found = found.narrower(place);
        });
        found
    }
}

impl Rule {
    /// Visits every expression of the rule.
    pub(crate) fn expressions(&self, visit: &mut impl FnMut(&Expression)) {
        let InForce { by, from, until } = &self.in_force;
        by.iter().chain(from).chain(until).for_each(&mut *visit);
        self.conditions.iter().for_each(|condition| visit(&condition.is));
        for bounds in self.narrowed.values() {
            bounds.expressions(visit);
        }
        let gives = &self.gives;
        let templates = gives.reliefs.iter().chain(&gives.payments).chain(&gives.price);
        let terms = gives.terms.iter().map(|(_, template)| template);
        templates.chain(terms).for_each(|template| template.expressions(visit));
        gives.outputs.iter().for_each(|(_, output, _)| visit(output));
    }
}

impl Bounds {
    pub(crate) fn expressions(&self, visit: &mut impl FnMut(&Expression)) {
        self.at_least.iter().chain(&self.at_most).chain(&self.default).for_each(visit);
    }
}

/// Finds what expressions rest on, by every name that they use.
struct Resting<'b> {
    book: &'b Rulebook,
    values: Vec<String>,
    figures: BTreeSet<String>,
    choices: BTreeSet<String>,
}

impl Resting<'_> {
    fn on(&mut self, expression: &Expression) {
        let mut choices = Vec::new();
        expression.walk(&mut |part| {
            if let Part::Choice(name) = &part.node {
                choices.push(name.clone());
            }
        });
        for name in choices {
            if self.choices.insert(name.clone())
                && let Some(choice) = self.book.choices.get(&name)
            {
                choice.bounds.expressions(&mut |bound| self.on(bound));
            }
        }
        for name in named(expression) {
            self.on_name(&name);
        }
    }

    fn on_name(&mut self, name: &str) {
        if let Some(figure) = self.book.figures.get(name) {
            if self.figures.insert(name.to_owned()) {
                figure.by.iter().chain(&figure.per).for_each(|picks| self.on(picks));
            }
        } else if let Some(value) = self.book.values.get(name)
            && !self.values.iter().any(|known| known == name)
        {
            for case in &value.cases {
                case.when.iter().for_each(|when| self.on(when));
                self.on(&case.is);
            }
            // What it uses stands before it by now.
            if !self.values.iter().any(|known| known == name) {
                self.values.push(name.to_owned());
            }
        }
    }
}

/// The shape of what stands behind a key of a rule.
fn rule_shape(key: &str) -> Option<&'static Shape> {
    let of = |entries: &'static [Entry], key: &str| entries.iter().find(|entry| entry.key == key);
    match of(PACK, "rules")?.shape {
        Shape::Map(Shape::Table(rule)) => of(rule, key).map(|entry| &entry.shape),
        _ => None,
    }
}

/// The source of something: its own, or that of what it stands in.
fn source(around: &Source, node: &Node) -> Source {
    let text = |key: &str| node.get(key).and_then(Node::text);
    let sure = text("sure").and_then(|word| SURENESS.iter().position(|known| *known == word));
    Source { doc: text("doc").map(str::to_owned).or_else(|| around.doc.clone()), sure: sure.or(around.sure) }
}

fn texts(node: &Node) -> Texts {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    Texts { en: text("en"), zh: text("zh") }
}

fn type_of(node: &Node) -> Result<Type> {
    let word = node.get("type").and_then(Node::text).unwrap_or_default();
    Type::of(word).ok_or_else(|| Error::internal("type", word))
}

fn day(node: &Node, key: &str) -> Option<NaiveDate> {
    match node.get(key)?.value {
        Tree::Date(date) => Some(date),
        _ => None,
    }
}

/// Words of a list, or the one word that stands for it.
fn words(node: &Node, key: &str) -> Vec<String> {
    match node.get(key).map(|node| &node.value) {
        Some(Tree::Text { text, .. }) => vec![text.clone()],
        Some(Tree::List(list)) => list.iter().filter_map(|word| word.text().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

fn bounds(node: &Node) -> Result<Bounds> {
    let bound = |key: &str| node.get(key).map(read).transpose();
    Ok(Bounds { at_least: bound("at_least")?, at_most: bound("at_most")?, default: bound("default")? })
}

fn choice(node: &Node) -> Result<Choice> {
    let by = node.get("by").and_then(Node::text).unwrap_or_default().to_owned();
    let (of, values) = (type_of(node)?, words(node, "values"));
    Ok(Choice { of, by, values, bounds: bounds(node)?, texts: texts(node) })
}

fn figure(node: &Node, around: &Source) -> Result<Figure> {
    let own = source(around, node);
    let printed = |node: &Node| match node.get("is") {
        Some(is) if is.text() != Some(UNKNOWN) => read(is).map(Some),
        _ => Ok(None),
    };
    let mut rows = Vec::new();
    for row in elements(node, "rows") {
        rows.push(FigureRow {
            from: day(row, "from"),
            until: day(row, "until"),
            of: words(row, "for"),
            is: printed(row)?,
            source: source(&own, row),
        });
    }
    if node.get("is").is_some() {
        rows.push(FigureRow { from: None, until: None, of: Vec::new(), is: printed(node)?, source: own });
    }
    Ok(Figure {
        of: type_of(node)?,
        by: node.get("by").map(read).transpose()?,
        per: node.get("per").map(read).transpose()?,
        rows,
        place: Place::Loan,
        texts: texts(node),
    })
}

fn cases(node: &Node, around: &Source) -> Result<Vec<Case>> {
    let own = source(around, node);
    let mut cases = Vec::new();
    match &node.value {
        Tree::Table(_) => {
            for case in elements(node, "cases") {
                let is = case.get("is").ok_or_else(|| Error::internal("case", "no is"))?;
                let when = case.get("when").map(read).transpose()?;
                cases.push(Case { when, is: read(is)?, source: source(&own, case) });
            }
            if let Some(is) = node.get("is") {
                cases.push(Case { when: None, is: read(is)?, source: own });
            }
        }
        _ => cases.push(Case { when: None, is: read(node)?, source: own }),
    }
    Ok(cases)
}

/// The type of a literal by itself.
fn literal_type(expression: &Expression) -> Option<Type> {
    use crate::programme::expression::Literal;
    match &expression.node {
        Part::Literal(literal) => Some(match literal {
            Literal::Date(_) => Type::Date,
            Literal::Plain(_) => Type::Number,
            Literal::Percent(_) | Literal::BasisPoints(_) => Type::Rate,
            Literal::Months(_) => Type::Months,
            Literal::Days(_) => Type::Days,
            Literal::Code(_) => Type::Code,
            Literal::Bool(_) => Type::Bool,
        }),
        _ => None,
    }
}
