//! What a rule would give a loan: what it reaches, and what comes of it where no stronger rule has it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::programme::decision::case::Due;
use crate::programme::decision::evaluate::Evaluation;
use crate::programme::decision::given::{Given, value_given};
use crate::programme::decision::holdings::{Held, Holdings};
use crate::programme::decision::reach::{Reach, is_given};
use crate::programme::decision::template::Template;
use crate::programme::decision::value::{Causes, Known, Value, money};
use crate::programme::decision::{GivenPayment, GivenRelief, Verdict};

/// What a rule gives, once it is granted.
#[derive(Debug, Default)]
pub(crate) struct GivenThings {
    pub(crate) reliefs: Vec<GivenRelief>,
    pub(crate) payments: Vec<GivenPayment>,
    pub(crate) price: Option<Given>,
    pub(crate) terms: Vec<(&'static str, Given)>,
    pub(crate) outputs: Vec<(String, Given)>,
}

/// What a rule would give.
#[derive(Debug, Default)]
pub(crate) struct Giving {
    /// What its reliefs reach, in their order; none where one is not given at all.
    reliefs: Vec<Option<Part>>,
    /// What its payments reach, likewise.
    payments: Vec<Option<Part>>,
    /// The kinds of things that a loan gets once.
    kinds: BTreeSet<String>,
    /// All due dates that it reaches.
    rows: BTreeSet<usize>,
}

/// What a relief or a payment reaches: due dates, or the loan as a whole.
#[derive(Debug)]
enum Part {
    Loan {
        /// The rule gave it before.
        before: bool,
    },
    Dues {
        /// Those that are its own, without those that the rule gave something for before.
        new: Vec<usize>,
        /// Those that it gave something for before.
        before: Vec<usize>,
        /// Those that the words of a relief reach, whoever has them.
        all: Vec<usize>,
    },
}

/// The keys of a relief's template that are no part of its wire form.
pub(crate) const NOT_OF_THE_FORM: [&str; 2] = ["if", "restructures"];

impl Giving {
    /// What a rule would give; what is missing to say so is collected.
    pub(crate) fn of(
        evaluation: &Evaluation<'_>,
        dues: &[Due],
        holdings: &Holdings,
        missing: &mut Causes,
    ) -> Result<Giving> {
        let gives = &evaluation.rule.gives;
        let mut giving = Giving::default();
        for (kind, templates) in [("relief", &gives.reliefs), ("payment", &gives.payments)] {
            for template in templates {
                let part = part(Reach { evaluation, dues, template }, holdings, missing)?;
                if let Some(Part::Loan { .. }) = part {
                    giving.kinds.insert(kind.to_owned());
                }
                if let Some(Part::Dues { new, before, .. }) = &part {
                    giving.rows.extend(new.iter().chain(before));
                }
                // What it says has to be known, unless it is not given at all.
                if kind == "relief" && part.is_some() {
                    Given::of(template, evaluation, missing)?;
                    evaluation.needs_its_day(missing);
                }
                if kind == "relief" { &mut giving.reliefs } else { &mut giving.payments }.push(part);
            }
        }
        let once = gives.price.iter().map(|_| "price").chain(gives.terms.iter().map(|(key, _)| *key));
        giving.kinds.extend(once.map(str::to_owned));
        for (name, output, _) in &gives.outputs {
            giving.kinds.insert(format!("outputs.{name}"));
            if let Known::Not(causes) = evaluation.of(output)? {
                missing.extend(causes);
            }
        }
        Ok(giving)
    }

    /// The due dates that it reaches.
    pub(crate) fn rows(&self) -> &BTreeSet<usize> {
        &self.rows
    }

    /// The kinds of things that it gives, of those that a loan gets once.
    pub(crate) fn kinds(&self) -> &BTreeSet<String> {
        &self.kinds
    }

    /// What a rule comes to of which all holds.
    pub(crate) fn verdict(&self, holdings: &Holdings) -> Verdict {
        if self.reliefs.is_empty() && self.payments.is_empty() {
            return self.verdict_of_kinds(holdings);
        }
        let reliefs = self.reliefs.iter().map(|part| ("relief", part));
        let parts = reliefs.chain(self.payments.iter().map(|part| ("payment", part)));
        let (mut held, mut before) = (false, false);
        for (kind, reach) in parts.filter_map(|(kind, part)| Some((kind, part.as_ref()?))) {
            match reach {
                Part::Loan { before: true } => before = true,
                Part::Loan { before: false } => match holdings.kind(kind) {
                    None => return Verdict::Granted,
                    Some(Held::MayBe) => held = true,
                    Some(Held::Given) => {}
                },
                Part::Dues { new, before: earlier, .. } => {
                    if new.iter().any(|&row| holdings.row(row).is_none()) {
                        return Verdict::Granted;
                    }
                    held |= !new.is_empty();
                    before |= !earlier.is_empty();
                }
            }
        }
        match (held, before) {
            (true, _) => Verdict::HeldBack,
            (false, true) => Verdict::AlreadyGranted,
            (false, false) => Verdict::NothingDue,
        }
    }

    /// The same of a rule that gives nothing for due dates.
    fn verdict_of_kinds(&self, holdings: &Holdings) -> Verdict {
        let mut held = self.kinds.iter().map(|kind| holdings.kind(kind));
        if self.kinds.is_empty() || held.clone().any(|held| held.is_none()) {
            Verdict::Granted
        } else if held.any(|held| held == Some(Held::MayBe)) {
            Verdict::HeldBack
        } else {
            Verdict::NothingDue
        }
    }

    /// What it gives, where no stronger rule has it.
    pub(crate) fn give(
        &self,
        evaluation: &Evaluation<'_>,
        dues: &[Due],
        holdings: &Holdings,
    ) -> Result<GivenThings> {
        let gives = &evaluation.rule.gives;
        let mut things = GivenThings::default();
        for (part, template) in self.reliefs.iter().zip(&gives.reliefs) {
            relief(evaluation, template, part.as_ref(), (dues, holdings), &mut things.reliefs)?;
        }
        for (part, template) in self.payments.iter().zip(&gives.payments) {
            payment(evaluation, template, part.as_ref(), (dues, holdings), &mut things.payments)?;
        }
        // What is not known of terms is given as not known.
        let mut not_known = Causes::new();
        if let Some(price) = &gives.price
            && holdings.kind("price").is_none()
        {
            things.price = Some(Given::of(price, evaluation, &mut not_known)?);
        }
        for (key, template) in &gives.terms {
            if holdings.kind(key).is_none() {
                things.terms.push((*key, Given::of(template, evaluation, &mut not_known)?));
            }
        }
        for (name, output, of) in &gives.outputs {
            if holdings.kind(&format!("outputs.{name}")).is_none()
                && let Known::Is(value) = evaluation.of(output)?
            {
                things.outputs.push((name.clone(), value_given(&value, *of, evaluation)?));
            }
        }
        Ok(things)
    }
}

/// What a relief or a payment reaches.
fn part(reach: Reach<'_, '_>, holdings: &Holdings, missing: &mut Causes) -> Result<Option<Part>> {
    let Reach { evaluation, dues, template } = reach;
    let given = evaluation.case.given_by(&evaluation.rule.name);
    if !reach.is_of_dues() {
        let is_given = loan_part(evaluation, template, missing)?;
        return Ok(is_given.then_some(Part::Loan { before: given.is_some() }));
    }
    let was_given =
        |at: usize| dues.get(at).is_some_and(|due| given.is_some_and(|days| days.contains(&due.on)));
    let own = |at: usize| holdings.row(at) != Some(Held::Given);
    if reach.applies(missing)? == Some(false) {
        return Ok(None);
    }
    let most = reach.most(missing)?;
    let new = reach.rows(&|at| own(at) && !was_given(at), most, missing)?;
    // What was given, and what others have, needs no more to be known.
    let mut elsewhere = Causes::new();
    let before = reach.rows(&|at| own(at) && was_given(at), None, &mut elsewhere)?;
    // A payment is for each due date by itself; a relief is cut where others have some.
    let is_payment = template.get("amount").is_some();
    let all = if is_payment { Vec::new() } else { reach.rows(&|_| true, most, &mut elsewhere)? };
    Ok(Some(Part::Dues { new, before, all }))
}

/// Whether something of the whole loan is given, or may be.
fn loan_part(evaluation: &Evaluation<'_>, template: &Template, missing: &mut Causes) -> Result<bool> {
    let condition = match template.get("if") {
        Some(Template::Expression(condition, _)) => Some(condition),
        _ => None,
    };
    Ok(is_given(evaluation, condition, template, None, missing)? != Some(false))
}

/// The reliefs of a template: one, or one for each run of due dates between those that stronger rules have.
fn relief(
    evaluation: &Evaluation<'_>,
    template: &Template,
    part: Option<&Part>,
    (dues, holdings): (&[Due], &Holdings),
    to: &mut Vec<GivenRelief>,
) -> Result<()> {
    let Some(part) = part else { return Ok(()) };
    let mut missing = Causes::new();
    let Given::Table(given) = Given::of(template, evaluation, &mut missing)? else {
        return Err(Error::internal("relief", "no table"));
    };
    let restructures = given.iter().any(|(key, value)| key == "restructures" && *value == Given::Flag(true));
    let on = evaluation.case.on.ok_or_else(|| Error::internal("day of the decision", "none"))?;
    let mut form = vec![("granted_on".to_owned(), Given::Text(on.to_string()))];
    form.extend(given.into_iter().filter(|(key, _)| !NOT_OF_THE_FORM.contains(&key.as_str())));
    match part {
        Part::Loan { before: true } => {}
        Part::Loan { before: false } if holdings.kind("relief").is_some() => {}
        Part::Loan { before: false } => {
            to.push(GivenRelief { form: Given::Table(form), restructures, rows: Vec::new() });
        }
        Part::Dues { new, all, .. } => {
            let is_own = |row: usize| new.contains(&row) && holdings.row(row).is_none();
            for run in all.split(|&row| !is_own(row)).filter(|run| !run.is_empty()) {
                let day = |at: Option<&usize>| at.and_then(|&at| dues.get(at)).map(|due| due.on);
                let (Some(first), Some(last)) = (day(run.first()), day(run.last())) else {
                    return Err(Error::internal("run of due dates", run.len()));
                };
                let mut form = form.clone();
                if run.first() != all.first() {
                    set(&mut form, "due_from", first);
                }
                if run.last() != all.last() {
                    form.retain(|(key, _)| key != "instalments");
                    set(&mut form, "due_until", last);
                }
                let rows = run.iter().filter_map(|&at| day(Some(&at))).collect();
                to.push(GivenRelief { form: Given::Table(form), restructures, rows });
            }
        }
    }
    Ok(())
}

/// Sets a day of a form.
fn set(form: &mut Vec<(String, Given)>, key: &str, day: NaiveDate) {
    let given = Given::Text(day.to_string());
    match form.iter_mut().find(|(known, _)| known == key) {
        Some((_, value)) => *value = given,
        None => form.push((key.to_owned(), given)),
    }
}

/// The payments of a template: one, or one for each due date.
fn payment(
    evaluation: &Evaluation<'_>,
    template: &Template,
    part: Option<&Part>,
    (dues, holdings): (&[Due], &Holdings),
    to: &mut Vec<GivenPayment>,
) -> Result<()> {
    match part {
        Some(Part::Loan { before: false }) if holdings.kind("payment").is_none() => {
            to.push(one_payment(evaluation, template, None)?);
        }
        Some(Part::Dues { new, .. }) => {
            for due in new.iter().filter(|&&row| holdings.row(row).is_none()).filter_map(|&row| dues.get(row))
            {
                to.push(one_payment(&evaluation.of_due(due), template, Some(due.on))?);
            }
        }
        _ => {}
    }
    Ok(())
}

/// A payment, of which all is known.
fn one_payment(
    evaluation: &Evaluation<'_>,
    template: &Template,
    due_on: Option<NaiveDate>,
) -> Result<GivenPayment> {
    let internal = |what: &'static str| Error::internal("payment", what);
    let word = |key: &str| match template.get(key) {
        Some(Template::Word(word)) => Ok(word.clone()),
        _ => Err(internal("no party")),
    };
    let Some(Template::Expression(amount, _)) = template.get("amount") else {
        return Err(internal("no amount"));
    };
    let Known::Is(Value::Number(amount)) = evaluation.of(amount)? else {
        return Err(internal("an amount that is not known"));
    };
    let on = match template.get("on") {
        Some(Template::Expression(on, _)) => match evaluation.date(on)? {
            Known::Is(on) => Some(on),
            Known::Not(_) => None,
        },
        _ => due_on.or(evaluation.case.on),
    };
    let amount = money(&amount, evaluation.book.currency, evaluation.book.rounding)?;
    let on = on.ok_or_else(|| internal("no day"))?;
    let settles = word("settles").unwrap_or_else(|_| "due".to_owned());
    Ok(GivenPayment { from: word("from")?, to: word("to")?, on, amount, due_on, settles })
}
