//! What an expression may name: the engine's own facts, and what a pack declares.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::class::{BorrowerStatus, GuaranteeKind, LoanClass, Purpose, RegionClass};
use crate::programme::fault::hint;
use crate::programme::types::Type;

/// What a fact, a choice, a figure or a value is.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) of: Type,
    /// The words that a code may be; none where any may be.
    pub(crate) codes: Option<Vec<String>>,
    /// Where it can be asked for.
    pub(crate) place: Place,
    /// What it is cannot be told: something in it is wrong, and was reported.
    pub(crate) is_unknown: bool,
}

impl Declared {
    pub(crate) fn new(of: Type) -> Declared {
        Declared { of, codes: None, place: Place::Loan, is_unknown: false }
    }

    /// Something whose own fault was reported: nothing more is said of what names it.
    pub(crate) fn unknown() -> Declared {
        Declared { is_unknown: true, ..Declared::new(Type::Bool) }
    }

    /// The same, where it stands in a place that it can be asked for in.
    fn standing(self, name: &str, place: Place) -> Result<Declared, String> {
        match self.place {
            Place::Due if place != Place::Due => {
                Err(format!("{name} is of a due date; it stands in a relief or a payment for due dates"))
            }
            Place::Accrual if place != Place::Accrual => {
                Err(format!("{name} is of a day of accrual; it stands in a subsidy"))
            }
            _ => Ok(self),
        }
    }
}

/// Where an expression stands: what of the engine's facts are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// About the whole loan.
    Loan,
    /// About one due date of a relief or a payment.
    Due,
    /// About one day of accrual of a subsidy.
    Accrual,
}

/// All names of a pack.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The facts that the pack declares, by `space.name`.
    pub(crate) facts: BTreeMap<String, Declared>,
    pub(crate) choices: BTreeMap<String, Declared>,
    /// Figures and values.
    pub(crate) named: BTreeMap<String, Declared>,
    /// What was named so far: a declaration that nothing names is a mistake.
    used: RefCell<BTreeSet<String>>,
}

impl Names {
    /// Whether something that the pack declares was named.
    pub(crate) fn is_used(&self, name: &str) -> bool {
        self.used.borrow().contains(name)
    }

    /// Says that something was named.
    pub(crate) fn mark(&self, name: &str) {
        self.used.borrow_mut().insert(name.to_owned());
    }

    /// A fact, in a place.
    pub(crate) fn fact(&self, name: &str, place: Place) -> Result<Declared, String> {
        if let Some(declared) = self.facts.get(name) {
            self.mark(name);
            return Ok(declared.clone());
        }
        let Some(declared) = engine_fact(name) else {
            let known =
                self.facts.keys().map(String::as_str).chain(ENGINE_FACTS.iter().map(|(name, _)| *name));
            return Err(format!("unknown fact {name}{}", hint(name, known)));
        };
        declared.standing(name, place)
    }

    /// A choice.
    pub(crate) fn choice(&self, name: &str) -> Result<Declared, String> {
        self.mark(&format!("choice.{name}"));
        self.choices.get(name).cloned().ok_or_else(|| {
            format!("unknown choice {name}{}", hint(name, self.choices.keys().map(String::as_str)))
        })
    }

    /// A figure or a value, in a place.
    pub(crate) fn named(&self, name: &str, place: Place) -> Result<Declared, String> {
        self.mark(name);
        let Some(declared) = self.named.get(name) else {
            let likely = hint(name, self.named.keys().map(String::as_str));
            return Err(format!("unknown figure or value {name}{likely}"));
        };
        declared.clone().standing(name, place)
    }

    /// Where a fact is there.
    pub(crate) fn place_of_fact(&self, name: &str) -> Place {
        self.facts.get(name).cloned().or_else(|| engine_fact(name)).map_or(Place::Loan, |fact| fact.place)
    }

    /// Where a figure or a value can be asked for.
    pub(crate) fn place(&self, name: &str) -> Place {
        self.named.get(name).map_or(Place::Loan, |declared| declared.place)
    }
}

/// What a fact of the engine's is.
#[derive(Clone, Copy)]
enum Known {
    Of(Type),
    /// A code, one of the words that the function gives.
    Code(fn() -> Vec<&'static str>),
}

/// The words of a vocabulary.
macro_rules! words {
    ($vocabulary:ty) => {
        Known::Code(|| <$vocabulary>::ALL.iter().map(|word| word.as_str()).collect())
    };
}

/// The facts that the engine knows by itself.
const ENGINE_FACTS: [(&str, Known); 40] = [
    ("case.on", Known::Of(Type::Date)),
    ("case.applied_on", Known::Of(Type::Date)),
    ("loan.signed_on", Known::Of(Type::Date)),
    ("loan.drawn_on", Known::Of(Type::Date)),
    ("loan.matures_on", Known::Of(Type::Date)),
    ("loan.original_matures_on", Known::Of(Type::Date)),
    ("loan.amount", Known::Of(Type::Money)),
    ("loan.balance", Known::Of(Type::Money)),
    ("loan.rate", Known::Of(Type::Rate)),
    ("loan.purpose", Known::Code(purposes)),
    ("loan.guarantee", words!(GuaranteeKind)),
    ("loan.programme", Known::Of(Type::Code)),
    ("loan.product", Known::Of(Type::Code)),
    ("borrower.kind", Known::Code(|| BORROWERS.to_vec())),
    ("borrower.status", words!(BorrowerStatus)),
    ("borrower.born_on", Known::Of(Type::Date)),
    ("borrower.credit_line", Known::Of(Type::Money)),
    ("borrower.balance", Known::Of(Type::Money)),
    ("household.balance", Known::Of(Type::Money)),
    ("region.class", words!(RegionClass)),
    ("account.days_past_due", Known::Of(Type::Integer)),
    ("account.class", words!(LoanClass)),
    ("account.balance", Known::Of(Type::Money)),
    ("account.next_due_on", Known::Of(Type::Date)),
    ("ever.reliefs", Known::Of(Type::Integer)),
    ("ever.months_deferred", Known::Of(Type::Months)),
    ("ever.extensions", Known::Of(Type::Integer)),
    ("ever.renewals", Known::Of(Type::Integer)),
    ("here.reliefs", Known::Of(Type::Integer)),
    ("here.rows", Known::Of(Type::Integer)),
    ("here.money", Known::Of(Type::Money)),
    ("here.months_deferred", Known::Of(Type::Months)),
    ("due.on", Known::Of(Type::Date)),
    ("due.principal", Known::Of(Type::Money)),
    ("due.interest", Known::Of(Type::Money)),
    ("due.total", Known::Of(Type::Money)),
    ("accrual.on", Known::Of(Type::Date)),
    ("accrual.overdue", Known::Of(Type::Bool)),
    ("accrual.deferred", Known::Of(Type::Bool)),
    ("accrual.extended", Known::Of(Type::Bool)),
];

/// Who borrows.
const BORROWERS: [&str; 8] = [
    "person",
    "self_employed",
    "firm_owner",
    "micro_firm",
    "small_firm",
    "medium_firm",
    "large_firm",
    "entity",
];

/// What a loan is for; a firm's working capital beside the purposes of the statistics.
fn purposes() -> Vec<&'static str> {
    Purpose::ALL.iter().map(|word| word.as_str()).chain(["working_capital"]).collect()
}

/// A fact that the engine knows by itself.
pub(crate) fn engine_fact(name: &str) -> Option<Declared> {
    let (_, known) = ENGINE_FACTS.iter().find(|(known, _)| *known == name)?;
    let (of, codes) = match known {
        Known::Of(of) => (*of, None),
        Known::Code(words) => (Type::Code, Some(words().into_iter().map(str::to_owned).collect())),
    };
    let place = match name.split_once('.') {
        Some(("due", _)) => Place::Due,
        Some(("accrual", _)) => Place::Accrual,
        _ => Place::Loan,
    };
    Some(Declared { codes, place, ..Declared::new(of) })
}
