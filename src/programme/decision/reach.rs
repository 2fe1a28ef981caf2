//! What a rule reaches of a loan: the due dates of its reliefs and payments, and the loan as a whole.

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::money::Money;
use crate::programme::decision::case::Due;
use crate::programme::decision::evaluate::Evaluation;
use crate::programme::decision::template::Template;
use crate::programme::decision::value::{Causes, Known, Number, Value, money};
use crate::programme::expression::Expression;
use crate::programme::names::Place;

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
    pub(crate) fn applies(&self, missing: &mut Causes) -> Result<Option<bool>> {
        match self.template.get("if") {
            Some(Template::Expression(condition, _))
                if self.evaluation.book.place_of(condition) == Place::Loan =>
            {
                holds(self.evaluation, condition, missing)
            }
            _ => Ok(Some(true)),
        }
    }

    /// The places of the due dates that it reaches, of those that may be its own, or of the first so many of them. What is missing to
    /// say so is collected; then they are all that it may reach.
    pub(crate) fn rows(
        &self,
        may_be: &dyn Fn(usize) -> bool,
        count: Option<usize>,
        missing: &mut Causes,
    ) -> Result<Vec<usize>> {
        let (from, until) = (self.day("due_from", missing)?, self.day("due_until", missing)?);
        let (mut rows, mut certain) = (Vec::new(), 0);
        for (at, due) in self.dues.iter().enumerate() {
            let within = from.is_none_or(|from| from <= due.on) && until.is_none_or(|until| due.on <= until);
            // Of what lies behind the last of them nothing has to be known.
            if count.is_some_and(|count| certain >= count) {
                break;
            }
            if within && may_be(at) && self.owes(due)? {
                match self.wants(due, missing)? {
                    Some(false) => continue,
                    Some(true) => certain += 1,
                    None => {}
                }
                rows.push(at);
            }
        }
        Ok(rows)
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

    /// How many due dates it is for at most, where it says so.
    pub(crate) fn most(&self, missing: &mut Causes) -> Result<Option<usize>> {
        let (rows, instalments) = (self.count("rows", missing)?, self.count("instalments", missing)?);
        Ok(rows.or(instalments))
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

    /// Whether a due date owes what is put off, as far as that is chosen; a payment asks its amount.
    fn owes(&self, due: &Due) -> Result<bool> {
        let zero = Number::from_integer(BigInt::from(0));
        Ok(match (self.word("defer")?.as_deref(), self.word("interest_meanwhile")?.as_deref()) {
            (Some("principal"), _) => due.principal > zero,
            (Some("interest"), _) | (None, Some("waived")) => due.interest > zero,
            _ => due.principal > zero || due.interest > zero,
        })
    }

    /// A word of it, its own or the one that was chosen.
    fn word(&self, key: &str) -> Result<Option<String>> {
        Ok(match self.template.get(key) {
            Some(Template::Word(word)) => Some(word.clone()),
            Some(Template::Choice(name)) => match self.evaluation.choice(name)? {
                Known::Is(Value::Code(word)) => Some(word),
                _ => None,
            },
            _ => None,
        })
    }

    /// Whether a condition of the due date holds, and something is paid for it; none where it may be.
    fn wants(&self, due: &Due, missing: &mut Causes) -> Result<Option<bool>> {
        let condition = match self.template.get("if") {
            Some(Template::Expression(condition, _))
                if self.evaluation.book.place_of(condition) == Place::Due =>
            {
                Some(condition)
            }
            _ => None,
        };
        // A relief that asks nothing of the due date needs none of its values.
        if condition.is_none() && self.template.get("amount").is_none() {
            return Ok(Some(true));
        }
        is_given(&self.evaluation.of_due(due), condition, self.template, Some(due.on), missing)
    }
}

/// Whether a condition holds, and a payment comes to something; none where it may. What is not given needs nothing to be known.
pub(crate) fn is_given(
    evaluation: &Evaluation<'_>,
    condition: Option<&Expression>,
    template: &Template,
    due_on: Option<NaiveDate>,
    missing: &mut Causes,
) -> Result<Option<bool>> {
    let mut own = Causes::new();
    let wanted = condition.map_or(Ok(Some(true)), |condition| holds(evaluation, condition, &mut own))?;
    if wanted == Some(false) || !is_paid(evaluation, template, due_on, &mut own)? {
        return Ok(Some(false));
    }
    let is_known = own.is_empty();
    missing.append(&mut own);
    Ok(is_known.then_some(true))
}

/// Whether a payment may come to something: an amount that is above zero once it is rounded, on a day. A relief may.
fn is_paid(
    evaluation: &Evaluation<'_>,
    template: &Template,
    due_on: Option<NaiveDate>,
    missing: &mut Causes,
) -> Result<bool> {
    let Some(Template::Expression(amount, _)) = template.get("amount") else { return Ok(true) };
    match evaluation.of(amount)? {
        Known::Is(Value::Number(amount)) => {
            let book = evaluation.book;
            if money(&amount, book.currency, book.rounding)? <= Money::ZERO {
                return Ok(false);
            }
        }
        Known::Is(_) => return Err(Error::internal("amount", amount)),
        Known::Not(causes) => missing.extend(causes),
    }
    match template.get("on") {
        Some(Template::Expression(on, _)) => {
            if let Known::Not(causes) = evaluation.date(on)? {
                missing.extend(causes);
            }
        }
        _ if due_on.is_none() => evaluation.needs_its_day(missing),
        _ => {}
    }
    Ok(true)
}

/// Whether a condition holds; what is missing is collected.
fn holds(evaluation: &Evaluation<'_>, condition: &Expression, missing: &mut Causes) -> Result<Option<bool>> {
    Ok(match evaluation.holds(condition)? {
        Known::Is(holds) => Some(holds),
        Known::Not(causes) => {
            missing.extend(causes);
            None
        }
    })
}
