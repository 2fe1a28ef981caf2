//! What a rule reaches of a loan: the due dates of its reliefs and payments, and the loan as a whole.

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::programme::decision::case::Due;
use crate::programme::decision::evaluate::Evaluation;
use crate::programme::decision::template::Template;
use crate::programme::decision::value::{Causes, Known, Number, Value};
use crate::programme::expression::Expression;
use crate::programme::names::Place;

/// Which due dates a relief, or a payment for due dates, reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Their places among the due dates. Where something is missing, all that it may reach.
    pub(crate) rows: Vec<usize>,
    /// Whether it is given at all; where that is not known, it may be.
    pub(crate) applies: bool,
}

/// A part of what a rule gives that reaches due dates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'r, 'e> {
    pub(crate) evaluation: &'r Evaluation<'e>,
    pub(crate) dues: &'r [Due],
    pub(crate) template: &'r Template,
}

impl Reach<'_, '_> {
    /// Whether it is of due dates, and not of the loan as a whole.
    pub(crate) fn is_of_dues(&self) -> bool {
        self.template.get("due_from").is_some()
    }

    /// Whether it is given at all, as far as that can be said of the loan.
    fn applies(&self, missing: &mut Causes) -> Result<Option<bool>> {
        match self.template.get("if") {
            Some(Template::Expression(condition, _))
                if self.evaluation.book.place_of(condition) == Place::Loan =>
            {
                holds(self.evaluation, condition, missing)
            }
            _ => Ok(Some(true)),
        }
    }

    /// What it reaches of the due dates that may be its own. What is missing to say so is collected.
    pub(crate) fn rows(&self, may_be: &dyn Fn(usize) -> bool, missing: &mut Causes) -> Result<Reached> {
        let applies = self.applies(missing)?;
        if applies == Some(false) {
            return Ok(Reached { rows: Vec::new(), applies: false });
        }
        let (from, until) = (self.day("due_from", missing)?, self.day("due_until", missing)?);
        let count = match (self.count("rows", missing)?, self.count("instalments", missing)?) {
            (Some(rows), _) => Some(rows),
            (None, instalments) => instalments,
        };
        let mut rows = Vec::new();
        for (at, due) in self.dues.iter().enumerate() {
            let within = from.is_none_or(|from| from <= due.on) && until.is_none_or(|until| due.on <= until);
            if within && may_be(at) && self.owes(due) && self.wants(due, missing)? {
                rows.push(at);
            }
        }
        if let Some(count) = count {
            rows.truncate(count);
        }
        Ok(Reached { rows, applies: true })
    }

    fn day(&self, key: &str, missing: &mut Causes) -> Result<Option<NaiveDate>> {
        let Some(Template::Expression(day, _)) = self.template.get(key) else { return Ok(None) };
        match self.evaluation.date(day)? {
            Known::Is(day) => Ok(Some(day)),
            Known::Not(causes) => {
                missing.extend(causes);
                Ok(None)
            }
        }
    }

    /// The number of due dates; below zero is none.
    fn count(&self, key: &str, missing: &mut Causes) -> Result<Option<usize>> {
        let Some(Template::Expression(count, _)) = self.template.get(key) else { return Ok(None) };
        match self.evaluation.of(count)? {
            Known::Is(Value::Number(number)) if number.is_integer() => {
                Ok(Some(usize::try_from(number.numer()).unwrap_or(0)))
            }
            Known::Is(_) => Err(Error::internal("number of due dates", count)),
            Known::Not(causes) => {
                missing.extend(causes);
                Ok(None)
            }
        }
    }

    /// Whether a due date owes what is put off; a payment asks its amount.
    fn owes(&self, due: &Due) -> bool {
        let zero = Number::from_integer(BigInt::from(0));
        let word = |key: &str| match self.template.get(key) {
            Some(Template::Word(word)) => Some(word.as_str()),
            _ => None,
        };
        match word("defer") {
            Some("principal") => due.principal > zero,
            Some("interest") => due.interest > zero,
            Some(_) => due.principal > zero || due.interest > zero,
            None if word("interest_meanwhile") == Some("waived") => due.interest > zero,
            None => due.principal > zero || due.interest > zero,
        }
    }

    /// Whether a condition of the due date holds, and a payment for it is above zero; what is not known may be.
    fn wants(&self, due: &Due, missing: &mut Causes) -> Result<bool> {
        let of_due = self.evaluation.of_due(due);
        if let Some(Template::Expression(condition, _)) = self.template.get("if")
            && self.evaluation.book.place_of(condition) == Place::Due
        {
            let wanted = holds(&of_due, condition, missing)?;
            if wanted == Some(false) {
                return Ok(false);
            }
        }
        if let Some(Template::Expression(amount, _)) = self.template.get("amount") {
            return match of_due.of(amount)? {
                Known::Is(Value::Number(amount)) => Ok(amount > Number::from_integer(BigInt::from(0))),
                Known::Is(_) => Err(Error::internal("amount", amount)),
                Known::Not(causes) => {
                    missing.extend(causes);
                    Ok(true)
                }
            };
        }
        Ok(true)
    }
}

/// Whether a condition holds; what is missing is collected.
pub(crate) fn holds(
    evaluation: &Evaluation<'_>,
    condition: &Expression,
    missing: &mut Causes,
) -> Result<Option<bool>> {
    Ok(match evaluation.holds(condition)? {
        Known::Is(holds) => Some(holds),
        Known::Not(causes) => {
            missing.extend(causes);
            None
        }
    })
}
