//! What a pack decides of a case, and why.
//!
//! ```text
//! Case -> Evaluation (three values, what is missing, what it rests on) -> each rule in order: conditions, what it reaches -> Decision
//! ```

pub(crate) mod arithmetic;
pub(crate) mod case;
pub(crate) mod decide;
pub(crate) mod evaluate;
pub(crate) mod finding;
pub(crate) mod function;
pub(crate) mod given;
pub(crate) mod giving;
pub(crate) mod holdings;
pub(crate) mod published;
pub(crate) mod reach;
pub(crate) mod rulebook;
pub(crate) mod template;
pub(crate) mod value;

use chrono::NaiveDate;

use crate::error::Result;
use crate::loan::Relief;
use crate::money::{Currency, Money};
use crate::programme::decision::given::Given;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a rule, or a whole pack, comes to for a case.
    ///
    /// Of a rule, the first that fits in this order: `not_in_force`, `refused`, `not_known`, `open`, `held_back`, `nothing_due`,
    /// `already_granted`, `granted`. Of a pack, the first that some rule has in the order of this list.
    pub enum Verdict("verdict") {
        /// All conditions hold, and it gives something.
        Granted = "granted",
        /// All that is missing is a choice.
        Open = "open",
        /// Something needed is missing.
        NotKnown = "not_known",
        /// All conditions hold, but all it reaches may still belong to a stronger rule.
        HeldBack = "held_back",
        /// All conditions hold, but what it reaches was given by it before.
        AlreadyGranted = "already_granted",
        /// All conditions hold, but no due date is reached.
        NothingDue = "nothing_due",
        /// A condition fails, or a bound of a price or of a choice, whatever else is not known.
        Refused = "refused",
        /// The date that picks the rule lies outside its days.
        NotInForce = "not_in_force",
    }
}

/// What a pack decides of a case.
///
/// Never changed once made; it holds everything that was decided, and why, in the words of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The id of the pack.
    pub pack: String,
    /// Its edition.
    pub edition: String,
    /// Its hash: the text that was decided by.
    pub sha256: String,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The day of the decision, where it is known.
    pub on: Option<NaiveDate>,
    /// One word about the whole pack.
    pub verdict: Verdict,
    /// Each rule, the strongest first.
    pub rules: Vec<RuleDecision>,
}

/// What a rule comes to for a case. Where it has more fields than ten: each answers another question of whoever asks why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDecision {
    /// The name of the rule.
    pub rule: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// The kinds of things that it gives where it is granted: `relief`, `payment`, `price`, `subsidy`, `guarantee`, `funding`, `outputs`.
    pub gives: Vec<&'static str>,
    /// Each condition, by its name; none where the rule is not in force.
    pub findings: Vec<Finding>,
    /// What has to be known before more can be said.
    pub missing: Vec<Missing>,
    /// What has to be chosen, and by whom.
    pub open: Vec<OpenChoice>,
    /// The facts that were taken for what the pack presumes, because nobody said otherwise.
    pub presumed: Vec<String>,
    /// The choices that were taken for their defaults.
    pub defaulted: Vec<String>,
    /// The documents that it rests on, by their names in the pack.
    pub docs: Vec<String>,
    /// How sure the least sure of it is: `seen`, `copy`, ...
    pub sure: Option<&'static str>,
    /// The rule whose reliefs and payments it takes the place of, where that one gave some before: they are reversed, and given anew.
    pub replaces: Option<String>,
    /// Reliefs, ready to be booked.
    pub reliefs: Vec<GivenRelief>,
    /// Payments, in the order of the pack and of their due dates.
    pub payments: Vec<GivenPayment>,
    /// Bounds of the price.
    pub price: Option<Given>,
    /// Subsidy, guarantee and funding: terms for the ledgers, by the key.
    pub terms: Vec<(&'static str, Given)>,
    /// Named values for the host.
    pub outputs: Vec<(String, Given)>,
}

/// What was found of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name; `price.at_most`, `price.at_least` and `choice.NAME` for bounds.
    pub condition: String,
    /// Whether it holds; none where that is not known.
    pub holds: Option<bool>,
    /// Each of its parts.
    pub parts: Vec<FindingPart>,
    /// The document it is from.
    pub doc: Option<String>,
    /// How sure it is.
    pub sure: Option<&'static str>,
}

/// What was found of a part of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingPart {
    /// What was asked, as the pack says it.
    pub asked: String,
    /// What was found of each thing in it that is not written out: `loan.amount` and `50000.00`, or nothing.
    pub found: Vec<(String, Option<String>)>,
    /// Whether it holds; none where that is not known.
    pub holds: Option<bool>,
}

/// Something that has to be known before more can be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// `fact`, `figure` or `series`.
    pub kind: &'static str,
    /// Its name; with `@` and the day where that is not the day of the decision.
    pub name: String,
}

/// Something that has to be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenChoice {
    /// The name of the choice.
    pub name: String,
    /// Whose it is: `borrower`, `lender`, `both`, `locality` or `authority`.
    pub by: String,
    /// The least that it may be, where that is known.
    pub at_least: Option<String>,
    /// The most that it may be, where that is known.
    pub at_most: Option<String>,
    /// The words that it may be.
    pub values: Vec<String>,
}

/// A relief, ready to be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenRelief {
    /// Its wire form, granted on the day of the decision.
    pub form: Given,
    /// Whether it is a restructuring for classification.
    pub restructures: bool,
    /// The due dates that it reaches; none where it is of the whole loan.
    pub rows: Vec<NaiveDate>,
}

/// A payment by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenPayment {
    /// Who pays.
    pub from: String,
    /// Who is paid.
    pub to: String,
    /// The day.
    pub on: NaiveDate,
    /// The amount, above zero, rounded once by the pack's rounding.
    pub amount: Money,
    /// The due date that it is for, if it is for one.
    pub due_on: Option<NaiveDate>,
    /// What it settles: `due`, `deferred_interest` or `principal`.
    pub settles: String,
}

impl GivenRelief {
    /// The relief itself.
    ///
    /// # Errors
    ///
    /// Where the pack asks for a mode that this library does not have, or the case chose what contradicts itself.
    pub fn relief(&self) -> Result<Relief> {
        self.form.relief()
    }
}

impl RuleDecision {
    /// The terms that it gives: of `subsidy`, `guarantee` or `funding`.
    #[must_use]
    pub fn term(&self, key: &str) -> Option<&Given> {
        self.terms.iter().find(|(known, _)| *known == key).map(|(_, given)| given)
    }

    /// The names of the conditions and bounds that fail.
    #[must_use]
    pub fn failed(&self) -> Vec<&str> {
        let fails = self.findings.iter().filter(|finding| finding.holds == Some(false));
        fails.map(|finding| finding.condition.as_str()).collect()
    }
}

impl Decision {
    /// What a rule comes to.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&RuleDecision> {
        self.rules.iter().find(|rule| rule.rule == name)
    }
}
