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

impl Place {
    /// The place in which both this and another are there.
    pub(crate) fn narrower(self, other: Place) -> Place {
        if self == Place::Loan { other } else { self }
    }
}

/// All names of a pack.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// The facts that the pack declares, by `space.name`.
    pub(crate) facts: BTreeMap<String, Declared>,
    pub(crate) choices: BTreeMap<String, Declared>,
    /// Figures and values.
    pub(crate) named: BTreeMap<String, Declared>,
    /// The series that the host hands over.
    pub(crate) series: BTreeSet<String>,
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
                self.facts.keys().map(String::as_str).chain(ENGINE_FACTS.iter().map(|(name, ..)| *name));
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

    /// A published series.
    pub(crate) fn series(&self, name: &str) -> Result<(), String> {
        self.mark(&format!("series.{name}"));
        if self.series.contains(name) || BUILT_IN_SERIES.contains(&name) {
            return Ok(());
        }
        let known = self.series.iter().map(String::as_str).chain(BUILT_IN_SERIES);
        Err(format!("unknown series '{name}'{}", hint(name, known)))
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

/// The facts that the engine knows by itself, each with what it is called in English and Chinese.
const ENGINE_FACTS: [(&str, Known, (&str, &str)); 42] = [
    ("case.on", Known::Of(Type::Date), ("day of the decision", "办理日")),
    ("case.applied_on", Known::Of(Type::Date), ("day of the application", "申请日")),
    ("loan.signed_on", Known::Of(Type::Date), ("day of signing", "合同签订日")),
    ("loan.drawn_on", Known::Of(Type::Date), ("day of drawdown", "放款日")),
    ("loan.matures_on", Known::Of(Type::Date), ("maturity", "到期日")),
    ("loan.original_matures_on", Known::Of(Type::Date), ("original maturity", "原到期日")),
    ("loan.amount", Known::Of(Type::Money), ("amount of the loan", "贷款金额")),
    ("loan.balance", Known::Of(Type::Money), ("balance of the loan", "贷款余额")),
    ("loan.rate", Known::Of(Type::Rate), ("rate of the loan", "贷款利率")),
    ("loan.purpose", Known::Code(purposes), ("purpose", "贷款用途")),
    ("loan.guarantee", words!(GuaranteeKind), ("kind of security", "担保方式")),
    ("loan.programme", Known::Of(Type::Code), ("programme", "所属项目")),
    ("loan.product", Known::Of(Type::Code), ("product", "贷款产品")),
    ("borrower.kind", Known::Code(|| BORROWERS.to_vec()), ("kind of borrower", "借款人类型")),
    ("borrower.status", words!(BorrowerStatus), ("status of the borrower", "借款人身份")),
    ("borrower.born_on", Known::Of(Type::Date), ("day of birth", "出生日期")),
    ("borrower.credit_line", Known::Of(Type::Money), ("credit line of the borrower", "授信额度")),
    ("borrower.balance", Known::Of(Type::Money), ("balance of the borrower", "借款人贷款余额")),
    ("household.balance", Known::Of(Type::Money), ("balance of the household", "户内贷款余额")),
    ("region.class", words!(RegionClass), ("class of the region", "地区类别")),
    ("account.days_past_due", Known::Of(Type::Integer), ("days past due", "逾期天数")),
    ("account.class", words!(LoanClass), ("class of the loan", "贷款分类")),
    ("account.balance", Known::Of(Type::Money), ("balance", "账户余额")),
    ("account.next_due_on", Known::Of(Type::Date), ("next due date", "下一到期日")),
    ("ever.reliefs", Known::Of(Type::Integer), ("reliefs so far", "历次纾困次数")),
    ("ever.months_deferred", Known::Of(Type::Months), ("months deferred so far", "累计延期月数")),
    ("ever.extensions", Known::Of(Type::Integer), ("extensions so far", "展期次数")),
    ("ever.renewals", Known::Of(Type::Integer), ("renewals so far", "续贷次数")),
    ("here.reliefs", Known::Of(Type::Integer), ("reliefs under this programme", "本项目纾困次数")),
    ("here.rows", Known::Of(Type::Integer), ("due dates deferred under this programme", "本项目延期期数")),
    ("here.money", Known::Of(Type::Money), ("amount deferred under this programme", "本项目延期金额")),
    (
        "here.months_deferred",
        Known::Of(Type::Months),
        ("months deferred under this programme", "本项目延期月数"),
    ),
    (
        "here.last_due_on",
        Known::Of(Type::Date),
        ("last due date deferred under this programme", "本项目最后延期的到期日"),
    ),
    ("group.balance", Known::Of(Type::Money), ("balance of the group", "集团贷款余额")),
    ("due.on", Known::Of(Type::Date), ("due date", "到期日")),
    ("due.principal", Known::Of(Type::Money), ("principal due", "应还本金")),
    ("due.interest", Known::Of(Type::Money), ("interest due", "应还利息")),
    ("due.total", Known::Of(Type::Money), ("amount due", "应还合计")),
    ("accrual.on", Known::Of(Type::Date), ("day of accrual", "计息日")),
    ("accrual.overdue", Known::Of(Type::Bool), ("overdue", "逾期")),
    ("accrual.deferred", Known::Of(Type::Bool), ("deferred", "延期")),
    ("accrual.extended", Known::Of(Type::Bool), ("extended", "展期")),
];

/// The published series that the library holds; the central bank's benchmark loan rates before the LPR have two names.
pub(crate) const BUILT_IN_SERIES: [&str; 8] =
    ["lpr_1y", "lpr_5y", "pboc_1y", "pboc_5y", "pboc_over_5y", "cn_base_1y", "cn_base_5y", "cn_base_over_5y"];

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

/// What a fact of the engine's is called, in English and Chinese.
pub(crate) fn engine_texts(name: &str) -> Option<(&'static str, &'static str)> {
    ENGINE_FACTS.iter().find(|(known, ..)| *known == name).map(|(_, _, texts)| *texts)
}

/// A fact that the engine knows by itself.
pub(crate) fn engine_fact(name: &str) -> Option<Declared> {
    let (_, known, _) = ENGINE_FACTS.iter().find(|(known, ..)| *known == name)?;
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
