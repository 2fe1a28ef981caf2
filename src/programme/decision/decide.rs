//! Each rule in order: whether it is in force, what its conditions come to, and what it reaches that no stronger rule has.

use crate::error::Result;
use crate::programme::decision::arithmetic::order;
use crate::programme::decision::case::{Case, Due};
use crate::programme::decision::evaluate::{Evaluation, Trail};
use crate::programme::decision::finding::{Found, sureness};
use crate::programme::decision::giving::{GivenThings, Giving};
use crate::programme::decision::holdings::{Held, Holdings};
use crate::programme::decision::rulebook::{Choice, InForce, Rule, Rulebook};
use crate::programme::decision::value::{Cause, Causes, Known, Value};
use crate::programme::decision::{Finding, FindingPart, Missing, OpenChoice, RuleDecision, Verdict};
use crate::programme::expression::Expression;

/// Decides a case by every rule, the strongest first.
pub(crate) fn decide(book: &Rulebook, case: &Case) -> Result<Vec<RuleDecision>> {
    let dues = case.dues(book.currency)?;
    let mut holdings = Holdings::default();
    book.rules.iter().map(|rule| decide_rule(book, case, &dues, rule, &mut holdings)).collect()
}

fn decide_rule(
    book: &Rulebook,
    case: &Case,
    dues: &[Due],
    rule: &Rule,
    holdings: &mut Holdings,
) -> Result<RuleDecision> {
    let evaluation = Evaluation::new(book, case, rule);
    let in_force = in_force(&evaluation, &rule.in_force)?;
    let mut found = Found::default();
    found.trail.add(&evaluation.take_trail());
    found.trail.rest_on(&rule.source);
    if in_force == Known::Is(false) {
        return told(rule, Verdict::NotInForce, found, None, &evaluation);
    }
    let conditions = Found::of(&evaluation)?;
    found.trail.add(&conditions.trail);
    (found.findings, found.missing) = (conditions.findings, conditions.missing);
    found.findings.extend(given_elsewhere(book, case));
    if let Known::Not(causes) = in_force {
        found.missing.extend(causes);
    }
    if found.findings.iter().any(|finding| finding.holds == Some(false)) {
        return told(rule, Verdict::Refused, found, None, &evaluation);
    }
    let giving = Giving::of(&evaluation, dues, holdings, &mut found.missing)?;
    found.trail.add(&evaluation.take_trail());
    if !found.missing.is_empty() {
        holdings.take(giving.rows(), giving.kinds(), Held::MayBe);
        let all_choices = found.missing.iter().all(Cause::is_choice);
        let verdict = if all_choices { Verdict::Open } else { Verdict::NotKnown };
        return told(rule, verdict, found, None, &evaluation);
    }
    let verdict = giving.verdict(holdings);
    let given =
        if verdict == Verdict::Granted { Some(giving.give(&evaluation, dues, holdings)?) } else { None };
    found.trail.add(&evaluation.take_trail());
    match verdict {
        // What it gave on an earlier night it still has.
        Verdict::Granted | Verdict::AlreadyGranted => {
            holdings.take(giving.rows(), giving.kinds(), Held::Given);
        }
        // Once it has what it reaches, it gives the rest as well.
        Verdict::HeldBack => holdings.take(giving.rows(), giving.kinds(), Held::MayBe),
        // What it does not give is free for the weaker.
        _ => {}
    }
    told(rule, verdict, found, given, &evaluation)
}

/// What the loan got under packs that this one does not go with: each is a condition that fails.
fn given_elsewhere(book: &Rulebook, case: &Case) -> Option<Finding> {
    let with: Vec<&String> = book.not_with.iter().filter(|id| case.given_by(id).is_some()).collect();
    let parts = with.iter().map(|id| FindingPart {
        asked: format!("nothing under {id}"),
        found: vec![((*id).clone(), Some("true".to_owned()))],
        holds: Some(false),
    });
    (!with.is_empty()).then(|| Finding {
        condition: "not_with".to_owned(),
        holds: Some(false),
        parts: parts.collect(),
        doc: None,
        sure: None,
    })
}

/// Whether the date that picks a rule lies within its days.
fn in_force(evaluation: &Evaluation<'_>, days: &InForce) -> Result<Known<bool>> {
    let Some(by) = &days.by else { return Ok(Known::Is(true)) };
    evaluation.within(by, days.from.as_ref(), days.until.as_ref())
}

/// The decision of a rule.
fn told(
    rule: &Rule,
    verdict: Verdict,
    found: Found,
    given: Option<GivenThings>,
    evaluation: &Evaluation<'_>,
) -> Result<RuleDecision> {
    let Found { findings, missing, trail } = found;
    let Trail { presumed, defaulted, docs, sure } = trail;
    let replaced = rule.replaces.as_ref().filter(|rule| evaluation.case.given_by(rule).is_some());
    let replaces = replaced.filter(|_| given.is_some()).cloned();
    let given = given.unwrap_or_default();
    Ok(RuleDecision {
        rule: rule.name.clone(),
        verdict,
        gives: rule.gives.kinds(),
        findings,
        open: open(evaluation, &missing)?,
        missing: missing
            .iter()
            .filter(|cause| !cause.is_choice())
            .map(|cause| Missing { kind: cause.kind(), name: cause.to_string() })
            .collect(),
        presumed: presumed.into_iter().collect(),
        defaulted: defaulted.into_iter().collect(),
        docs: docs.into_iter().collect(),
        sure: sureness(sure),
        replaces,
        reliefs: given.reliefs,
        payments: given.payments,
        price: given.price,
        terms: given.terms,
        outputs: given.outputs,
    })
}

/// The choices that are missing, each with its bounds as far as they are known.
fn open(evaluation: &Evaluation<'_>, missing: &Causes) -> Result<Vec<OpenChoice>> {
    let mut open = Vec::new();
    for cause in missing.iter().filter(|cause| cause.is_choice()) {
        let name = cause.to_string();
        let Some(choice) = evaluation.book.choices.get(&name) else { continue };
        let narrowed = evaluation.rule.narrowed.get(&name);
        let at_least = narrowed.and_then(|bounds| bounds.at_least.as_ref());
        let at_most = narrowed.and_then(|bounds| bounds.at_most.as_ref());
        open.push(OpenChoice {
            by: choice.by.clone(),
            at_least: stricter(evaluation, choice, [choice.bounds.at_least.as_ref(), at_least], true)?,
            at_most: stricter(evaluation, choice, [choice.bounds.at_most.as_ref(), at_most], false)?,
            values: choice.values.clone(),
            name,
        });
    }
    evaluation.take_trail();
    Ok(open)
}

/// The stricter of two bounds, as far as they are known.
fn stricter(
    evaluation: &Evaluation<'_>,
    choice: &Choice,
    bounds: [Option<&Expression>; 2],
    greater: bool,
) -> Result<Option<String>> {
    let mut found: Option<Value> = None;
    for bound in bounds.into_iter().flatten() {
        let Known::Is(value) = evaluation.of(bound)? else { continue };
        let stricter = match &found {
            None => true,
            Some(before) => order(&value, before)?.is_gt() == greater,
        };
        if stricter {
            found = Some(value);
        }
    }
    Ok(found.map(|value| value.text(choice.of, evaluation.book.currency)))
}
