//! A pack: a programme as the very file that was approved.

use crate::error::Error;
use crate::programme::canonical;
use crate::programme::check::{Faults, form};
use crate::programme::decision::case::Case;
use crate::programme::decision::decide::decide;
use crate::programme::decision::rulebook::Rulebook;
use crate::programme::decision::{Decision, Verdict};
use crate::programme::examples;
use crate::programme::fault::PackFault;
use crate::programme::meaning;
use crate::programme::reliefs;
use crate::programme::resolve::resolve;
use crate::programme::tree::{self, Node};

/// A programme of policy as data: a circular as a file, checked as a whole.
///
/// A pack is TOML: documents, facts, figures by their dates, rules with their conditions, and what each rule gives (`docs/PACK.md`). It
/// may build on another, which it names by its id and its hash. Once read it never changes: any number of threads may use one.
///
/// # Examples
///
/// ```
/// use puhui::programme::Pack;
///
/// let text = r#"
/// format = 1
/// id = "example/moratorium"
/// edition = "2020-03"
/// currency = "CNY"
/// en = "An example: three months for firms in difficulty"
/// zh = "示例:困难企业延期三个月"
/// doc = "notice"
/// sure = "derived"
/// [docs.notice]
/// en = "No circular: an example"
/// dated = 2020-03-01
/// [facts.firm]
/// in_difficulty = { type = "bool", en = "in difficulty", zh = "暂时困难" }
/// [rules.deferral]
/// en = "Deferral"
/// zh = "延期"
/// by = "case.on"
/// from = 2020-03-01
/// until = 2020-06-30
/// when = { who = "firm.in_difficulty" }
/// "#;
/// let pack = Pack::read(text, &[])?;
/// assert_eq!(pack.id(), "example/moratorium");
///
/// // Comments and spacing leave its name as it is; a figure does not.
/// assert_eq!(Pack::read(&format!("# The same.\n{text}"), &[])?.sha256(), pack.sha256());
/// assert_ne!(Pack::read(&text.replace("06-30", "06-29"), &[])?.sha256(), pack.sha256());
///
/// // What is wrong is told by its place, with the likely word.
/// let wrong = text.replace("\"firm.in_difficulty\"", "\"firm.in_dificulty\"");
/// let fault = Pack::read(&wrong, &[]).unwrap_err();
/// assert_eq!(fault.path(), "rules.deferral.when.who");
/// assert_eq!(fault.message(), "unknown fact firm.in_dificulty; did you mean firm.in_difficulty?");
/// # Ok::<(), puhui::programme::PackFault>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pack {
    id: String,
    edition: String,
    /// The pack with all that it builds on.
    pub(crate) resolved: Node,
    /// The same, as it is decided by.
    pub(crate) book: Rulebook,
    /// How many packs it builds on, one above another.
    depth: usize,
    canonical: String,
    sha256: String,
}

/// The most that packs build on each other.
const MOST_DEEP: usize = 3;
/// The most bytes of a resolved pack, in its canonical form.
const MOST_RESOLVED: usize = 1024 * 1024;

impl Pack {
    /// Reads a pack. `bases` are the packs that it may build on; one that builds on none needs none.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it, in the order of [`Pack::check`].
    pub fn read(text: &str, bases: &[&Pack]) -> Result<Pack, PackFault> {
        let (pack, faults) = Pack::examined(text, bases);
        match (faults.into_iter().next(), pack) {
            (Some(fault), _) => Err(fault),
            (None, Some(pack)) => Ok(pack),
            (None, None) => Err(PackFault::new(text, 0, "", "a bug in puhui: no pack and no fault")),
        }
    }

    /// Everything that is wrong with a pack: first its form, in the order of the file; where that is right, what it means. Nothing
    /// for a pack that can be read.
    #[must_use]
    pub fn check(text: &str, bases: &[&Pack]) -> Vec<PackFault> {
        Pack::examined(text, bases).1
    }

    /// The id of the pack that a text builds on.
    pub(crate) fn base_of(text: &str) -> Option<String> {
        tree::read(text).ok()?.get("extends")?.get("id")?.text().map(str::to_owned)
    }

    fn examined(text: &str, bases: &[&Pack]) -> (Option<Pack>, Vec<PackFault>) {
        let own = match tree::read(text) {
            Ok(own) => own,
            Err(fault) => return (None, vec![fault]),
        };
        let mut faults = Faults::new(text);
        // An extension has the form of a pack in what it says; the rest is its base's.
        let (resolved, depth) = match own.get("extends") {
            None => (own, 0),
            Some(extends) => match extended(text, &own, extends, bases) {
                Ok(resolved) => resolved,
                Err(fault) => return (None, vec![fault]),
            },
        };
        form(&resolved, &mut faults);
        let names = if faults.found.is_empty() { meaning::check(&resolved, &mut faults) } else { None };
        let canonical = canonical::write(&resolved);
        if canonical.len() > MOST_RESOLVED {
            let message = format!("{} bytes with all it builds on; at most {MOST_RESOLVED}", canonical.len());
            faults.add(0, "", message);
        }
        let book = match names {
            Some(names) if faults.found.is_empty() => match Rulebook::of(&resolved, &names) {
                Ok(book) => book,
                Err(error) => return (None, vec![PackFault::new(text, 0, "", error.to_string())]),
            },
            _ => return (None, faults.found),
        };
        reliefs::check(&resolved, &book, &mut faults);
        examples::check(&resolved, &book, &mut faults);
        if !faults.found.is_empty() {
            return (None, faults.found);
        }
        let text_of = |key: &str| resolved.get(key).and_then(Node::text).unwrap_or_default().to_owned();
        let (id, edition, sha256) = (text_of("id"), text_of("edition"), canonical::hash(&canonical));
        (Some(Pack { id, edition, resolved, book, depth, canonical, sha256 }), Vec::new())
    }

    /// Decides a case by every rule, the strongest first.
    ///
    /// Exact: nothing is rounded but an amount that is paid, once, by the pack's rounding. To say more of a case never turns a yes into
    /// a no, or a no into a yes, what was presumed and defaults aside.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Malformed`](crate::ErrorCode::Malformed), or another, for a fact, choice or row that is not what the pack
    ///   declares; the field is its name.
    /// * [`ErrorCode::UnknownValue`](crate::ErrorCode::UnknownValue) for a choice that is none of its words.
    /// * [`ErrorCode::DateOutOfRange`](crate::ErrorCode::DateOutOfRange), [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) or
    ///   [`ErrorCode::Overflow`](crate::ErrorCode::Overflow) for what cannot be computed with: a day beyond the calendar, a span or an
    ///   amount beyond its bounds.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::programme::{Case, Pack, Verdict};
    ///
    /// let pack = Pack::read(
    ///     r#"
    /// format = 1
    /// id = "example/cap"
    /// edition = "2020-03"
    /// currency = "CNY"
    /// en = "An example: loans of at most 50,000"
    /// zh = "示例:五万元以下贷款"
    /// doc = "notice"
    /// sure = "derived"
    /// docs.notice = { en = "No circular: an example", dated = 2020-03-01 }
    /// rules.small = { en = "Small", zh = "小额", when = { amount = "loan.amount <= 50_000" } }
    /// "#,
    ///     &[],
    /// )
    /// .expect("nothing is wrong with it");
    /// let verdict = |amount: Option<&str>| {
    ///     let mut case = Case::new();
    ///     if let Some(amount) = amount {
    ///         case.fact("loan.amount", amount)?;
    ///     }
    ///     Ok(pack.decide(&case)?.verdict)
    /// };
    /// assert_eq!(verdict(Some("50000.00"))?, Verdict::Granted);
    /// assert_eq!(verdict(Some("50000.01"))?, Verdict::Refused);
    /// // What nobody says is not known: never a yes, a no or a zero.
    /// assert_eq!(verdict(None)?, Verdict::NotKnown);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn decide(&self, case: &Case) -> Result<Decision, Error> {
        let rules = decide(&self.book, case)?;
        let first = Verdict::ALL.iter().find(|verdict| rules.iter().any(|rule| rule.verdict == **verdict));
        Ok(Decision {
            pack: self.id.clone(),
            edition: self.edition.clone(),
            sha256: self.sha256.clone(),
            currency: self.book.currency,
            on: case.on,
            verdict: first.copied().unwrap_or(Verdict::NotInForce),
            rules,
        })
    }

    /// Its id, such as `cn/sme-deferral`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its edition, in the issuer's words: a date or a month.
    #[must_use]
    pub fn edition(&self) -> &str {
        &self.edition
    }

    /// Its canonical form: JSON as RFC 8785 has it, with all that it builds on. Comments, the order of keys and spacing do not
    /// change it, a figure, a text or a sureness does.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The SHA-256 of its canonical form, in hexadecimal: its name in every decision.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// A pack with what it builds on, and how deep that goes.
fn extended(text: &str, own: &Node, extends: &Node, bases: &[&Pack]) -> Result<(Node, usize), PackFault> {
    let fault = |message: String| PackFault::new(text, extends.at, "extends", message);
    let id = extends.get("id").and_then(Node::text).unwrap_or_default();
    let Some(base) = bases.iter().find(|base| base.id == id) else {
        let known: Vec<&str> = bases.iter().map(|base| base.id.as_str()).collect();
        let given = if known.is_empty() { "none was given".to_owned() } else { known.join(", ") };
        return Err(fault(format!("builds on {id}, which is not among the packs beside it: {given}")));
    };
    if let Some(hash) = extends.get("sha256").and_then(Node::text)
        && hash != base.sha256
    {
        return Err(fault(format!(
            "builds on {id} of the hash {hash}; the one beside it has {}",
            base.sha256
        )));
    }
    if base.depth + 1 > MOST_DEEP {
        return Err(fault(format!("packs build on each other at most {MOST_DEEP} deep")));
    }
    Ok((resolve(text, own, &base.resolved, &base.sha256)?, base.depth + 1))
}
