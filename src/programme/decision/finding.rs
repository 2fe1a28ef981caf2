//! What was found of a condition: whether it holds, part by part, and with which values.

use crate::error::Result;
use crate::programme::decision::evaluate::{Evaluation, Trail};
use crate::programme::decision::rulebook::{Bounds, Condition, Source};
use crate::programme::decision::template::Template;
use crate::programme::decision::value::{Cause, Causes, Known};
use crate::programme::decision::{Finding, FindingPart};
use crate::programme::expression::{Comparison, Expression, Node};
use crate::programme::schema::SURENESS;
use crate::programme::types::Type;

/// A word for how sure something is.
pub(crate) fn sureness(place: Option<usize>) -> Option<&'static str> {
    SURENESS.get(place?).copied()
}

/// What is found of the conditions of a rule, as it goes on.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) findings: Vec<Finding>,
    pub(crate) missing: Causes,
    pub(crate) trail: Trail,
}

impl Found {
    /// Each condition of the rule, the bounds of its price, and those of the choices that it names.
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Result<Found> {
        let mut found = Found::default();
        let rule = evaluation.rule;
        for Condition { name, is, source, .. } in &rule.conditions {
            found.condition(evaluation, name, is, source)?;
        }
        for (key, operator) in [("at_most", Comparison::AtMost), ("at_least", Comparison::AtLeast)] {
            let bound = rule.gives.price.as_ref().and_then(|price| price.get(key));
            match bound {
                Some(Template::Expression(bound, _)) => {
                    let rate =
                        Expression { at: 0, node: Node::Fact { name: "loan.rate".to_owned(), day: None } };
                    let holds = compare(operator, rate, bound);
                    found.condition(evaluation, &format!("price.{key}"), &holds, &rule.source)?;
                }
                Some(Template::Unknown) => {
                    let cause = Cause::Figure(format!("price.{key}"));
                    found.missing.insert(cause);
                }
                _ => {}
            }
        }
        for name in &rule.choices {
            found.choice(evaluation, name)?;
        }
        Ok(found)
    }

    fn condition(
        &mut self,
        evaluation: &Evaluation<'_>,
        name: &str,
        is: &Expression,
        source: &Source,
    ) -> Result<()> {
        let known = evaluation.holds(is)?;
        let mut trail = evaluation.take_trail();
        trail.rest_on(source);
        let holds = self.known(known);
        let mut parts = Vec::new();
        parts_of(evaluation, is, &mut parts)?;
        // What the parts rest on, the whole rests on.
        evaluation.take_trail();
        self.findings.push(Finding {
            condition: name.to_owned(),
            holds,
            parts,
            doc: source.doc.clone(),
            sure: sureness(trail.sure),
        });
        self.trail.add(&trail);
        Ok(())
    }

    fn known(&mut self, known: Known<bool>) -> Option<bool> {
        match known {
            Known::Is(holds) => Some(holds),
            Known::Not(causes) => {
                self.missing.extend(causes);
                None
            }
        }
    }

    /// Whether what was chosen lies within its bounds: those of the choice, and those of the rule. What was not chosen, and has no
    /// default, has nothing to lie within.
    fn choice(&mut self, evaluation: &Evaluation<'_>, name: &str) -> Result<()> {
        let Some(choice) = evaluation.book.choices.get(name) else { return Ok(()) };
        let chosen = Expression { at: 0, node: Node::Choice(name.to_owned()) };
        let known = evaluation.of(&chosen)?;
        evaluation.take_trail();
        if let Known::Not(_) = known {
            return Ok(());
        }
        let bounds: Vec<Expression> = [Some(&choice.bounds), evaluation.rule.narrowed.get(name)]
            .into_iter()
            .flatten()
            .flat_map(|Bounds { at_least, at_most, .. }| {
                let bound = |operator, bound: &Option<Expression>| {
                    bound.as_ref().map(|bound| compare(operator, chosen.clone(), bound))
                };
                [bound(Comparison::AtLeast, at_least), bound(Comparison::AtMost, at_most)]
            })
            .flatten()
            .collect();
        if bounds.is_empty() {
            return Ok(());
        }
        let all = match <[Expression; 1]>::try_from(bounds) {
            Ok([one]) => one,
            Err(bounds) => Expression { at: 0, node: Node::All(bounds) },
        };
        self.condition(evaluation, &format!("choice.{name}"), &all, &evaluation.rule.source)
    }
}

fn compare(operator: Comparison, left: Expression, right: &Expression) -> Expression {
    let node = Node::Compare { operator, left: Box::new(left), right: Box::new(right.clone()) };
    Expression { at: 0, node }
}

/// Each part of a condition that is not made of others.
fn parts_of(evaluation: &Evaluation<'_>, condition: &Expression, parts: &mut Vec<FindingPart>) -> Result<()> {
    match &condition.node {
        Node::All(items) | Node::Any(items) => {
            items.iter().try_for_each(|item| parts_of(evaluation, item, parts))
        }
        Node::Not(inner) if matches!(inner.node, Node::All(_) | Node::Any(_)) => {
            parts_of(evaluation, inner, parts)
        }
        _ => {
            let mut found = Vec::new();
            let mut failed = None;
            for operand in operands(condition) {
                match evaluation.of(operand) {
                    Ok(known) => {
                        let of = evaluation.book.type_of(operand);
                        let text = known.is().map(|value| match of {
                            Some(of) => value.text(of, evaluation.book.currency),
                            None => value.text(Type::Number, evaluation.book.currency),
                        });
                        found.push((operand.to_string(), text));
                    }
                    Err(error) => failed = Some(error),
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
            let holds = evaluation.holds(condition)?.is().copied();
            parts.push(FindingPart { asked: condition.to_string(), found, holds });
            Ok(())
        }
    }
}

/// What a simple condition is about, but for what is written out in it.
fn operands(condition: &Expression) -> Vec<&Expression> {
    let all: Vec<&Expression> = match &condition.node {
        Node::Compare { left, right, .. } => vec![left, right],
        Node::InRange { of, from, to, .. } => {
            [Some(of), from.as_ref(), to.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect()
        }
        Node::InSet { of, .. } => vec![of],
        Node::Not(inner) => return operands(inner),
        _ => vec![condition],
    };
    all.into_iter().filter(|operand| !matches!(operand.node, Node::Literal(_))).collect()
}
