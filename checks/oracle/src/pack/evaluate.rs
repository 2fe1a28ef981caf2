//! What an expression comes to, for one case and one rule.

use num_bigint::BigInt;
use serde_json::Value;

use super::known::{Answer, Cause, Thing, all, any, both, not};
use super::ratio::Ratio;
use super::span;
use super::syntax::{Tree, read};
use super::{Due, Scene};
use crate::dates::Day;
use crate::facts;

pub type Found = Result<Answer<Thing>, String>;

fn wrong(what: &str, found: &Thing) -> String {
    format!("{found:?} is no {what}")
}

impl Scene<'_> {
    /// What the text of an expression comes to; of a due date, where it stands for one.
    pub fn value(&self, text: &str, due: Option<&Due>) -> Found {
        self.tree(&read(text)?, due)
    }

    pub fn condition(&self, text: &str, due: Option<&Due>) -> Result<Answer<bool>, String> {
        self.holds(&read(text)?, due)
    }

    pub fn date(&self, text: &str, due: Option<&Due>) -> Result<Answer<Day>, String> {
        self.value(text, due)?.then(|found| match found {
            Thing::Date(day) => Ok(Answer::Known(day)),
            other => Err(wrong("date", &other)),
        })
    }

    pub fn number(&self, text: &str, due: Option<&Due>) -> Result<Answer<Ratio>, String> {
        self.value(text, due)?.then(|found| match found {
            Thing::Number(number) => Ok(Answer::Known(number)),
            other => Err(wrong("number", &other)),
        })
    }

    fn holds(&self, tree: &Tree, due: Option<&Due>) -> Result<Answer<bool>, String> {
        self.tree(tree, due)?.then(|found| match found {
            Thing::Bool(holds) => Ok(Answer::Known(holds)),
            other => Err(wrong("condition", &other)),
        })
    }

    fn each(&self, items: &[Tree], due: Option<&Due>) -> Result<Vec<Answer<bool>>, String> {
        items.iter().map(|item| self.holds(item, due)).collect()
    }

    fn tree(&self, tree: &Tree, due: Option<&Due>) -> Found {
        let found = self.unbounded(tree, due)?;
        // "durations up to 600 months or 36,525 days"
        let too_long = match found.known() {
            Some(Thing::Months(n)) => n.magnitude() > &600_u32.into(),
            Some(Thing::Days(n)) => n.magnitude() > &36_525_u32.into(),
            _ => false,
        };
        if too_long { Err(format!("{found:?} is too long")) } else { Ok(found) }
    }

    fn unbounded(&self, tree: &Tree, due: Option<&Due>) -> Found {
        let as_thing = |answer: Answer<bool>| answer.then(|holds| Ok(Answer::Known(Thing::Bool(holds))));
        match tree {
            Tree::Literal(thing) => Ok(Answer::Known(thing.clone())),
            Tree::Fact(name, day) => self.fact_at(name, day.as_deref(), due),
            Tree::Choice(name) => self.choice(name, due),
            Tree::Named(name) => self.named(name, due),
            Tree::Not(item) => as_thing(not(self.holds(item, due)?)),
            Tree::All(items) => as_thing(all(self.each(items, due)?)),
            Tree::Any(items) => as_thing(any(self.each(items, due)?)),
            Tree::Compare(operator, a, b) => {
                as_thing(compare(operator, self.tree(a, due)?, self.tree(b, due)?))
            }
            // "One bound of a range may already decide."
            Tree::InRange(of, low, high) => {
                let mut bounds = Vec::new();
                for (operator, bound) in [(">=", low), ("<=", high)] {
                    if let Some(bound) = bound {
                        bounds.push(compare(operator, self.tree(of, due)?, self.tree(bound, due)?));
                    }
                }
                as_thing(all(bounds))
            }
            Tree::InSet(of, codes) => self.tree(of, due)?.then(|found| match found {
                Thing::Word(word) => Ok(Answer::Known(Thing::Bool(codes.contains(&word)))),
                other => Err(wrong("code", &other)),
            }),
            Tree::Plus(a, b) => both(self.tree(a, due)?, self.tree(b, due)?).then(|(a, b)| plus(a, b, 1)),
            Tree::Minus(a, b) => both(self.tree(a, due)?, self.tree(b, due)?).then(|(a, b)| plus(a, b, -1)),
            Tree::Times(a, b) => both(self.tree(a, due)?, self.tree(b, due)?).then(|(a, b)| times(a, b)),
            Tree::Over(a, n) => self.tree(a, due)?.then(|a| over(a, n)),
            Tree::Call(name, arguments) => self.call(name, arguments, due),
        }
    }

    fn fact_at(&self, name: &str, day: Option<&Tree>, due: Option<&Due>) -> Found {
        if let (Some(field), Some(due)) = (name.strip_prefix("due."), due) {
            return Ok(Answer::Known(due.fact(field)));
        }
        let Some(day) = day else { return self.fact(name, None) };
        self.tree(day, due)?.then(|day| match day {
            Thing::Date(day) => self.fact(name, Some(day)),
            other => Err(wrong("date", &other)),
        })
    }

    /// A figure or a value.
    fn named(&self, name: &str, due: Option<&Due>) -> Found {
        if let Some(figure) = self.pack["figures"].get(name) {
            return self.figure(name, figure, due);
        }
        match &self.pack["values"][name] {
            Value::String(text) => self.value(text, due),
            table if table.get("is").is_some() => self.value(&super::expression(&table["is"])?, due),
            table => {
                for case in table["cases"].as_array().ok_or("a value has cases")? {
                    let holds = match case.get("when") {
                        Some(when) => self.condition(&super::expression(when)?, due)?,
                        None => Answer::Known(true),
                    };
                    match holds {
                        Answer::Known(true) => return self.value(&super::expression(&case["is"])?, due),
                        Answer::Known(false) => {}
                        Answer::Unknown(causes) => return Ok(Answer::Unknown(causes)),
                    }
                }
                Err(format!("no case of {name} is open"))
            }
        }
    }

    fn call(&self, name: &str, arguments: &[Tree], due: Option<&Due>) -> Found {
        let mut found = Answer::Known(Vec::new());
        for argument in arguments {
            let both = both(found, self.tree(argument, due)?);
            found = both.then(|(mut before, one): (Vec<Thing>, Thing)| {
                before.push(one);
                Ok(Answer::Known(before))
            })?;
        }
        found.then(|arguments| match arguments.as_slice() {
            [Thing::Word(series), Thing::Date(day)] => self.benchmark(series, *day),
            arguments => called(name, arguments),
        })
    }

    /// "the value in force on d, as known": on the day of the decision, and as far as the file is complete.
    fn benchmark(&self, series: &str, day: Day) -> Found {
        let unknown = || Ok(Answer::because(Cause::Series(format!("{series}@{}", super::shown::day(day)))));
        self.date("case.on", None)?.then(|today| {
            let known_to = day.min(today);
            if series.starts_with("lpr_") && known_to > Day::parse(COMPLETE_TO)? {
                return unknown();
            }
            let file = match series {
                "cn_base_1y" => "pboc_1y",
                "cn_base_5y" => "pboc_5y",
                "cn_base_over_5y" => "pboc_over_5y",
                other => other,
            };
            let published = facts::benchmark(file)?;
            match published.iter().rev().find(|(from, _)| *from <= known_to) {
                Some((_, percent)) => {
                    Ok(Answer::Known(Thing::Number(Ratio::decimal(percent)?.divided_by(&BigInt::from(100)))))
                }
                None => unknown(),
            }
        })
    }
}

/// The last day of which the file of the LPR speaks.
const COMPLETE_TO: &str = "2026-01-20";

fn compare(operator: &str, a: Answer<Thing>, b: Answer<Thing>) -> Answer<bool> {
    match both(a, b) {
        Answer::Unknown(causes) => Answer::Unknown(causes),
        Answer::Known((a, b)) => Answer::Known(match operator {
            "<" => a < b,
            "<=" => a <= b,
            ">" => a > b,
            ">=" => a >= b,
            "==" => a == b,
            _ => a != b,
        }),
    }
}

fn small(n: &BigInt) -> Result<i64, String> {
    i64::try_from(n.clone()).map_err(|_| format!("{n} is too much"))
}

fn whole(number: &Ratio) -> Result<BigInt, String> {
    if number.under == BigInt::from(1) {
        Ok(number.over.clone())
    } else {
        Err(format!("{number:?} is not whole"))
    }
}

/// "dates 1900 to 2499"
fn in_reach(day: Day) -> Found {
    if (1900..=2499).contains(&day.y) {
        Ok(Answer::Known(Thing::Date(day)))
    } else {
        Err(format!("{day:?} is out of reach"))
    }
}

fn plus(a: Thing, b: Thing, sign: i64) -> Found {
    use Thing::{Date, Days, Months, Number};
    match (a, b) {
        (Date(day), Months(n)) if n.magnitude() < &10_000_u32.into() => {
            in_reach(day.plus_months(sign * small(&n)?))
        }
        (Date(day), Days(n)) if n.magnitude() < &1_000_000_u32.into() => {
            in_reach(day.plus_days(sign * small(&n)?))
        }
        (Number(a), Number(b)) => Ok(Answer::Known(Number(a.plus(&b.times(&Ratio::whole(sign)))))),
        (Months(a), Months(b)) => Ok(Answer::Known(Months(a + b * sign))),
        (Days(a), Days(b)) => Ok(Answer::Known(Days(a + b * sign))),
        (a, b) => Err(format!("{a:?} and {b:?}")),
    }
}

fn times(a: Thing, b: Thing) -> Found {
    use Thing::{Days, Months, Number};
    Ok(Answer::Known(match (a, b) {
        (Number(a), Number(b)) => Number(a.times(&b)),
        (Months(n), Number(by)) | (Number(by), Months(n)) => Months(n * whole(&by)?),
        (Days(n), Number(by)) | (Number(by), Days(n)) => Days(n * whole(&by)?),
        (a, b) => return Err(format!("{a:?} times {b:?}")),
    }))
}

/// "months / n drops what is over"
fn over(a: Thing, n: &BigInt) -> Found {
    Ok(Answer::Known(match a {
        Thing::Number(a) => Thing::Number(a.divided_by(n)),
        Thing::Months(a) => Thing::Months(a / n),
        Thing::Days(a) => Thing::Days(a / n),
        other => return Err(format!("{other:?} / {n}")),
    }))
}

fn called(name: &str, arguments: &[Thing]) -> Found {
    use Thing::{Date, Months, Number, Word};
    let whole = |n: i64| Number(Ratio::whole(n));
    Ok(Answer::Known(match (name, arguments) {
        ("min" | "max", [first, rest @ ..]) => {
            let mut best = first;
            for other in rest {
                let better = if name == "min" { other < best } else { other > best };
                best = if better { other } else { best };
            }
            best.clone()
        }
        ("years", [Date(a), Date(b)]) => whole(span::months(*a, *b) / 12),
        ("months", [Date(a), Date(b)]) => Months(BigInt::from(span::months(*a, *b))),
        ("days", [Date(a), Date(b)]) => Thing::Days(BigInt::from(a.days_to(*b))),
        ("end_of_month", [Date(day)]) => Date(span::end_of_month(*day)),
        ("start_of_year", [Date(day)]) => Date(span::start_of_year(*day)),
        ("simple", [Number(amount), Number(rate), Date(from), Date(to), Word(basis)]) => {
            Number(span::simple(amount, rate, *from, *to, basis))
        }
        ("compound", [Number(amount), Number(rate), Date(from), Date(to), Word(basis)]) => {
            Number(span::compound(amount, rate, *from, *to, basis))
        }
        _ => return Err(format!("{name} of {arguments:?}")),
    }))
}
