//! What an expression comes to in a case: in three values, with what is missing, and with what it rests on.
//!
//! A comparison with something unknown is not known, but for a range one bound may decide; of some conditions, *all* fails if one fails
//! and *any* holds if one holds, whatever the rest. So to learn more never turns a yes into a no, or a no into a yes.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::programme::decision::arithmetic::{arithmetic, compares, order};
use crate::programme::decision::case::{Case, DAY_OF_DECISION, Due};
use crate::programme::decision::function::call;
use crate::programme::decision::published::published;
use crate::programme::decision::rulebook::{Figure, Rule, Rulebook, Source};
use crate::programme::decision::value::{Cause, Causes, Known, Value};
use crate::programme::expression::{Expression, Function, Node};
use crate::programme::names::Place;
use crate::programme::types::Type;

/// What something that was found rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trail {
    /// Facts that were taken for something because nobody said otherwise.
    pub(crate) presumed: BTreeSet<String>,
    /// Choices that nobody made, and that have a default.
    pub(crate) defaulted: BTreeSet<String>,
    /// The documents.
    pub(crate) docs: BTreeSet<String>,
    /// The least of what is sure, by its place.
    pub(crate) sure: Option<usize>,
}

impl Trail {
    pub(crate) fn rest_on(&mut self, source: &Source) {
        self.docs.extend(source.doc.clone());
        self.sure = self.sure.max(source.sure);
    }

    pub(crate) fn add(&mut self, other: &Trail) {
        self.presumed.extend(other.presumed.iter().cloned());
        self.defaulted.extend(other.defaulted.iter().cloned());
        self.docs.extend(other.docs.iter().cloned());
        self.sure = self.sure.max(other.sure);
    }
}

/// A value that was found once, and what it rests on.
type Found = (Result<Known>, Trail);

/// Evaluates the expressions of a rule in a case, about the loan or about one due date.
#[derive(Debug)]
pub(crate) struct Evaluation<'e> {
    pub(crate) book: &'e Rulebook,
    pub(crate) case: &'e Case,
    pub(crate) rule: &'e Rule,
    due: Option<&'e Due>,
    /// The values that were found so far, each once.
    values: RefCell<BTreeMap<&'e str, Found>>,
    trail: RefCell<Trail>,
}

impl<'e> Evaluation<'e> {
    /// About the whole loan.
    pub(crate) fn new(book: &'e Rulebook, case: &'e Case, rule: &'e Rule) -> Evaluation<'e> {
        let evaluation =
            Evaluation { book, case, rule, due: None, values: RefCell::default(), trail: RefCell::default() };
        evaluation.find(Place::Loan);
        evaluation.find(Place::Accrual);
        evaluation
    }

    /// About one due date, with what is known of the loan.
    pub(crate) fn of_due<'d>(&self, due: &'d Due) -> Evaluation<'d>
    where
        'e: 'd,
    {
        let Evaluation { book, case, rule, .. } = *self;
        let known = self.values.borrow().iter().map(|(name, found)| (*name, found.clone())).collect();
        let (values, trail) = (RefCell::new(known), RefCell::default());
        let evaluation = Evaluation { book, case, rule, due: Some(due), values, trail };
        evaluation.find(Place::Due);
        evaluation
    }

    /// What was rested on since this was asked last.
    pub(crate) fn take_trail(&self) -> Trail {
        self.trail.take()
    }

    /// Finds the rule's values that can be asked for in a place, each after those that it uses: so none is found twice, and none while
    /// another is being found.
    fn find(&self, place: Place) {
        for name in &self.rule.values {
            let Some((name, value)) = self.book.values.get_key_value(name) else { continue };
            if value.place != place {
                continue;
            }
            let before = self.trail.take();
            let found = self.computed(name);
            let trail = self.trail.replace(before);
            self.values.borrow_mut().insert(name, (found, trail));
        }
    }

    /// What an expression comes to.
    ///
    /// # Errors
    ///
    /// Where it comes to something that cannot be computed with: a day beyond the calendar, a span beyond its bounds.
    pub(crate) fn of(&self, expression: &Expression) -> Result<Known> {
        match &expression.node {
            Node::Literal(literal) => Ok(Known::Is(Value::of_literal(literal))),
            Node::Fact { name, day: None } => self.fact(name, None),
            Node::Fact { name, day: Some(day) } => match self.date(day)? {
                Known::Is(day) => self.fact(name, Some(day)),
                Known::Not(causes) => Ok(Known::Not(causes)),
            },
            Node::Choice(name) => self.choice(name),
            Node::Named(name) => self.named(name),
            Node::Arithmetic { operator, left, right } => match both(self.of(left)?, self.of(right)?) {
                Known::Is((left, right)) => arithmetic(*operator, &left, &right).map(Known::Is),
                Known::Not(causes) => Ok(Known::Not(causes)),
            },
            Node::Call { function, arguments } => {
                let mut values = Vec::with_capacity(arguments.len());
                let mut missing = Causes::new();
                for argument in arguments {
                    match self.of(argument)? {
                        Known::Is(value) => values.push(value),
                        Known::Not(causes) => missing.extend(causes),
                    }
                }
                if !missing.is_empty() {
                    return Ok(Known::Not(missing));
                }
                match (function, values.as_slice()) {
                    (Function::Benchmark, [Value::Code(name), Value::Date(date)]) => self.series(name, *date),
                    _ => call(*function, &values).map(Known::Is),
                }
            }
            _ => Ok(match self.holds(expression)? {
                Known::Is(holds) => Known::Is(Value::Bool(holds)),
                Known::Not(causes) => Known::Not(causes),
            }),
        }
    }

    /// Whether a condition holds.
    pub(crate) fn holds(&self, condition: &Expression) -> Result<Known<bool>> {
        match &condition.node {
            Node::All(items) => self.all(items, false),
            Node::Any(items) => self.all(items, true),
            Node::Not(inner) => Ok(match self.holds(inner)? {
                Known::Is(holds) => Known::Is(!holds),
                Known::Not(causes) => Known::Not(causes),
            }),
            Node::Compare { operator, left, right } => Ok(match both(self.of(left)?, self.of(right)?) {
                Known::Is((left, right)) => Known::Is(compares(*operator, &left, &right)?),
                Known::Not(causes) => Known::Not(causes),
            }),
            Node::InRange { negated, of, from, to } => {
                let holds = self.within(of, from.as_deref(), to.as_deref())?;
                Ok(match holds {
                    Known::Is(holds) => Known::Is(holds != *negated),
                    Known::Not(causes) => Known::Not(causes),
                })
            }
            Node::InSet { negated, of, codes } => Ok(match self.of(of)? {
                Known::Is(found) => {
                    let is = |code: &Expression| matches!(&code.node, Node::Literal(literal) if Value::of_literal(literal) == found);
                    Known::Is(codes.iter().any(is) != *negated)
                }
                Known::Not(causes) => Known::Not(causes),
            }),
            _ => match self.of(condition)? {
                Known::Is(Value::Bool(holds)) => Ok(Known::Is(holds)),
                Known::Is(_) => Err(Error::internal("condition", condition)),
                Known::Not(causes) => Ok(Known::Not(causes)),
            },
        }
    }

    /// The day that an expression comes to.
    pub(crate) fn date(&self, expression: &Expression) -> Result<Known<NaiveDate>> {
        match self.of(expression)? {
            Known::Is(Value::Date(date)) => Ok(Known::Is(date)),
            Known::Is(_) => Err(Error::internal("date", expression)),
            Known::Not(causes) => Ok(Known::Not(causes)),
        }
    }

    /// Whether all conditions hold, or, where one decides by holding, any of them.
    fn all(&self, items: &[Expression], decides: bool) -> Result<Known<bool>> {
        let mut missing = Causes::new();
        for item in items {
            match self.holds(item)? {
                Known::Is(holds) if holds == decides => return Ok(Known::Is(decides)),
                Known::Is(_) => {}
                Known::Not(causes) => missing.extend(causes),
            }
        }
        Ok(if missing.is_empty() { Known::Is(!decides) } else { Known::Not(missing) })
    }

    /// Whether something lies between two ends, both included; one end may decide.
    pub(crate) fn within(
        &self,
        of: &Expression,
        from: Option<&Expression>,
        to: Option<&Expression>,
    ) -> Result<Known<bool>> {
        let of = self.of(of)?;
        let mut missing = Causes::new();
        for (end, outside) in [(from, Ordering::Less), (to, Ordering::Greater)] {
            let Some(end) = end else { continue };
            match both(of.clone(), self.of(end)?) {
                // One end decides, whatever the other.
                Known::Is((of, end)) if order(&of, &end)? == outside => return Ok(Known::Is(false)),
                Known::Is(_) => {}
                Known::Not(causes) => missing.extend(causes),
            }
        }
        Ok(if missing.is_empty() { Known::Is(true) } else { Known::Not(missing) })
    }

    fn fact(&self, name: &str, day: Option<NaiveDate>) -> Result<Known> {
        if let Some(known) = self.due.and_then(|due| due.fact(name)) {
            return Ok(Known::Is(known));
        }
        let of = self.book.fact_type(name)?;
        if let Some(value) = self.case.fact_of(name, day, of, self.book.currency)? {
            return Ok(Known::Is(value));
        }
        if let Some(presumed) = self.book.facts.get(name).and_then(|fact| fact.presumed.as_ref()) {
            self.trail.borrow_mut().presumed.insert(name.to_owned());
            return self.of(presumed);
        }
        // The day of the decision may be named or not: it is the same fact.
        Ok(Known::missing(Cause::Fact(name.to_owned(), day.filter(|_| day != self.case.on))))
    }

    /// The value of a published series on a day: one that the host hands over, or one that the library holds, as far as it was
    /// published by the day of the decision: that day has to be known, or the value would change with it.
    fn series(&self, name: &str, date: NaiveDate) -> Result<Known> {
        let found = if self.book.series.contains_key(name) {
            self.case.fact_of(&format!("series.{name}"), Some(date), Type::Rate, self.book.currency)?
        } else {
            let Some(on) = self.case.on else {
                return Ok(Known::missing(Cause::Fact(DAY_OF_DECISION.to_owned(), None)));
            };
            published(name, date, on).map(Value::Number)
        };
        Ok(found.map_or_else(|| Known::missing(Cause::Series(name.to_owned(), date)), Known::Is))
    }

    /// The day of the decision has to be known: something is given on it.
    pub(crate) fn needs_its_day(&self, missing: &mut Causes) {
        if self.case.on.is_none() {
            missing.insert(Cause::Fact(DAY_OF_DECISION.to_owned(), None));
        }
    }

    pub(crate) fn choice(&self, name: &str) -> Result<Known> {
        let choice = self.book.choices.get(name).ok_or_else(|| Error::internal("choice", name))?;
        if let Some(value) = self.case.choice_of(&self.rule.name, name, choice, self.book.currency)? {
            return Ok(Known::Is(value));
        }
        let narrowed = self.rule.narrowed.get(name).and_then(|bounds| bounds.default.as_ref());
        match narrowed.or(choice.bounds.default.as_ref()) {
            Some(default) => {
                self.trail.borrow_mut().defaulted.insert(name.to_owned());
                self.of(default)
            }
            None => Ok(Known::missing(Cause::Choice(name.to_owned()))),
        }
    }

    fn named(&self, name: &str) -> Result<Known> {
        if let Some(figure) = self.book.figures.get(name) {
            return self.figure(name, figure);
        }
        let values = self.values.borrow();
        let (found, trail) = values.get(name).ok_or_else(|| Error::internal("value", name))?;
        self.trail.borrow_mut().add(trail);
        found.clone()
    }

    /// The version of a figure on its day, in its column.
    fn figure(&self, name: &str, figure: &Figure) -> Result<Known> {
        let mut missing = Causes::new();
        let day = match figure.by.as_ref().map(|by| self.date(by)).transpose()? {
            Some(Known::Not(causes)) => {
                missing.extend(causes);
                None
            }
            Some(Known::Is(day)) => Some(day),
            None => None,
        };
        let word = match figure.per.as_ref().map(|per| self.of(per)).transpose()? {
            Some(Known::Not(causes)) => {
                missing.extend(causes);
                None
            }
            Some(Known::Is(Value::Bool(value))) => Some(value.to_string()),
            Some(Known::Is(Value::Code(code))) => Some(code),
            Some(Known::Is(_)) => return Err(Error::internal("column of a figure", name)),
            None => None,
        };
        if !missing.is_empty() {
            return Ok(Known::Not(missing));
        }
        // The last version that has begun, if it has not ended.
        let row = figure.rows.iter().rev().find(|row| {
            let of_word = word.as_ref().is_none_or(|word| row.of.contains(word));
            of_word && day.is_none_or(|day| row.from.is_none_or(|from| from <= day))
        });
        let row = row.filter(|row| day.is_none_or(|day| row.until.is_none_or(|until| day <= until)));
        match row.and_then(|row| row.is.as_ref().map(|is| (row, is))) {
            Some((row, is)) => {
                self.trail.borrow_mut().rest_on(&row.source);
                self.of(is)
            }
            None => Ok(Known::missing(Cause::Figure(name.to_owned()))),
        }
    }

    /// The first case of a value that holds.
    fn computed(&self, name: &str) -> Result<Known> {
        let value = self.book.values.get(name).ok_or_else(|| Error::internal("value", name))?;
        for case in &value.cases {
            let holds = case.when.as_ref().map_or(Ok(Known::Is(true)), |when| self.holds(when))?;
            match holds {
                Known::Is(true) => {
                    self.trail.borrow_mut().rest_on(&case.source);
                    return self.of(&case.is);
                }
                Known::Is(false) => {}
                Known::Not(causes) => return Ok(Known::Not(causes)),
            }
        }
        Err(Error::internal("cases of a value", name))
    }
}

/// Two values, if both are known.
fn both<T, U>(left: Known<T>, right: Known<U>) -> Known<(T, U)> {
    match (left, right) {
        (Known::Is(left), Known::Is(right)) => Known::Is((left, right)),
        (Known::Not(mut left), Known::Not(right)) => {
            left.extend(right);
            Known::Not(left)
        }
        (Known::Not(causes), _) | (_, Known::Not(causes)) => Known::Not(causes),
    }
}
