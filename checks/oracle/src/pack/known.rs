//! What is known, and, where something is not, why.

use std::collections::BTreeSet;

use num_bigint::BigInt;

use super::ratio::Ratio;
use crate::dates::Day;

/// Integers, numbers, money and rates are all exact numbers; what they are matters when they are printed.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub enum Thing {
    Bool(bool),
    Word(String),
    Number(Ratio),
    Date(Day),
    Months(BigInt),
    Days(BigInt),
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    Fact(String),
    Figure(String),
    Series(String),
    Choice(String),
}

pub type Causes = BTreeSet<Cause>;

#[derive(Clone, Debug, PartialEq)]
pub enum Answer<T> {
    Known(T),
    Unknown(Causes),
}

impl<T> Answer<T> {
    pub fn because(cause: Cause) -> Answer<T> {
        Answer::Unknown(Causes::from([cause]))
    }

    pub fn known(&self) -> Option<&T> {
        match self {
            Answer::Known(value) => Some(value),
            Answer::Unknown(_) => None,
        }
    }

    pub fn causes(&self) -> Causes {
        match self {
            Answer::Known(_) => Causes::new(),
            Answer::Unknown(causes) => causes.clone(),
        }
    }

    pub fn then<U>(self, go_on: impl FnOnce(T) -> Result<Answer<U>, String>) -> Result<Answer<U>, String> {
        match self {
            Answer::Known(value) => go_on(value),
            Answer::Unknown(causes) => Ok(Answer::Unknown(causes)),
        }
    }
}

/// Both, or all that is missing for them.
pub fn both<A, B>(a: Answer<A>, b: Answer<B>) -> Answer<(A, B)> {
    match (a, b) {
        (Answer::Known(a), Answer::Known(b)) => Answer::Known((a, b)),
        (a, b) => Answer::Unknown(a.causes().into_iter().chain(b.causes()).collect()),
    }
}

/// "*all* fails if one fails, whatever the rest; what remains with something unknown is not known."
pub fn all(parts: Vec<Answer<bool>>) -> Answer<bool> {
    if parts.contains(&Answer::Known(false)) {
        return Answer::Known(false);
    }
    let causes: Causes = parts.iter().flat_map(Answer::causes).collect();
    if causes.is_empty() { Answer::Known(true) } else { Answer::Unknown(causes) }
}

/// "*any* holds if one holds."
pub fn any(parts: Vec<Answer<bool>>) -> Answer<bool> {
    not(all(parts.into_iter().map(not).collect()))
}

pub fn not(part: Answer<bool>) -> Answer<bool> {
    match part {
        Answer::Known(holds) => Answer::Known(!holds),
        unknown @ Answer::Unknown(_) => unknown,
    }
}
