//! What a night by a pack comes to: by rule and condition, by product, and what the second night adds.

use std::collections::BTreeMap;
use std::fmt::Write;

use puhui::ErrorCode;
use puhui::programme::{Decision, RuleDecision, Verdict};

use super::{Amounts, Night};
use crate::support::loan_book::BookProduct;
use crate::support::report::grouped;

/// The most loans that are listed.
const MOST_LISTED: usize = 20;

/// The counts and sums of a night.
pub struct Tally {
    products: Vec<(&'static str, u64, u64, Amounts)>,
    /// Loans drawn after the day.
    pub not_yet_drawn: u64,
    loans: u64,
    verdicts: BTreeMap<(String, Verdict), u64>,
    reasons: BTreeMap<String, u64>,
    refused: BTreeMap<&'static str, u64>,
    again: u64,
    outside: Vec<String>,
    outside_count: u64,
}

impl Tally {
    /// Of a book of these products.
    pub fn new(products: &[BookProduct]) -> Tally {
        Tally {
            products: products.iter().map(|product| (product.name, 0, 0, Amounts::default())).collect(),
            not_yet_drawn: 0,
            loans: 0,
            verdicts: BTreeMap::new(),
            reasons: BTreeMap::new(),
            refused: BTreeMap::new(),
            again: 0,
            outside: Vec::new(),
            outside_count: 0,
        }
    }

    /// A loan was decided, and what was granted was booked, or refused by the account.
    pub fn decided(
        &mut self,
        product: usize,
        decision: &Decision,
        booked: usize,
        put_off: Amounts,
        refused: Option<ErrorCode>,
    ) {
        self.loans += 1;
        self.reasons(decision);
        if let Some(code) = refused {
            *self.refused.entry(code.as_str()).or_default() += 1;
        }
        let (_, loans, granted, amounts) = &mut self.products[product];
        *loans += 1;
        *granted += u64::from(booked > 0);
        amounts.principal += put_off.principal;
        amounts.interest += put_off.interest;
    }

    /// The second night granted so much more.
    pub fn again(&mut self, granted: usize) {
        self.again += u64::try_from(granted).unwrap_or(u64::MAX);
    }

    fn reasons(&mut self, decision: &Decision) {
        for rule in &decision.rules {
            *self.verdicts.entry((rule.rule.clone(), rule.verdict)).or_default() += 1;
            let failed = rule.failed().into_iter().map(|condition| format!("{} {condition}", rule.rule));
            let missing = rule
                .missing
                .iter()
                .map(|missing| format!("{} {} not known: {}", rule.rule, missing.kind, missing.name));
            let open = rule.open.iter().map(|open| format!("{} open: {}", rule.rule, open.name));
            for reason in failed.chain(missing).chain(open) {
                *self.reasons.entry(reason).or_default() += 1;
            }
        }
    }

    /// A loan was held against its programme: it is outside where a rule in force refuses it.
    pub fn checked(&mut self, id: &str, decision: &Decision) {
        self.loans += 1;
        self.reasons(decision);
        // Help that a loan does not get puts it outside no rule.
        let is_programme =
            |rule: &&RuleDecision| !rule.gives.contains(&"relief") && !rule.gives.contains(&"payment");
        for rule in decision.rules.iter().filter(is_programme).filter(|rule| rule.verdict == Verdict::Refused)
        {
            self.outside_count += 1;
            if self.outside.len() == MOST_LISTED {
                continue;
            }
            let mut line = format!("{id} {}", rule.rule);
            for finding in rule.findings.iter().filter(|finding| finding.holds == Some(false)) {
                for part in finding.parts.iter().filter(|part| part.holds != Some(true)) {
                    let found: Vec<String> = part
                        .found
                        .iter()
                        .map(|(name, value)| format!("{name} {}", value.as_deref().unwrap_or("not known")))
                        .collect();
                    let _ = write!(
                        line,
                        "; {}: asked {}, found {}",
                        finding.condition,
                        part.asked,
                        found.join(", ")
                    );
                }
            }
            self.outside.push(line);
        }
    }

    fn head(&self, night: &Night) -> String {
        format!(
            "{} {} ({}) on {}: {} loans, {} drawn later\ngenerated: no loan in this book is real, and nobody in it\n",
            night.pack.id(),
            night.pack.edition(),
            &night.pack.sha256()[..12],
            night.on,
            grouped(self.loans),
            grouped(self.not_yet_drawn)
        )
    }

    fn by_rule(&self) -> String {
        let mut text = String::from("\nverdicts by rule\n");
        for ((rule, verdict), count) in &self.verdicts {
            let _ = writeln!(text, "  {rule:<16} {verdict:<16} {:>10}", grouped(*count));
        }
        text.push_str("\nreasons, by rule and condition\n");
        for (reason, count) in &self.reasons {
            let _ = writeln!(text, "  {reason:<48} {:>10}", grouped(*count));
        }
        text
    }

    /// What the night comes to.
    pub fn night(&self, night: &Night) -> String {
        let mut text = self.head(night) + &self.by_rule();
        text.push_str(
            "\nby product: loans, granted, and the principal and interest of the due dates put off\n",
        );
        for (name, loans, granted, amounts) in &self.products {
            let _ = writeln!(
                text,
                "  {:>9} {:>9} {:>20} {:>18}  {name}",
                grouped(*loans),
                grouped(*granted),
                yuan(amounts.principal),
                yuan(amounts.interest)
            );
        }
        for (code, count) in &self.refused {
            let _ = writeln!(text, "granted, but the account cannot take it: {code} {}", grouped(*count));
        }
        let _ = writeln!(text, "\nrun again on the same day: {} more granted", grouped(self.again));
        text
    }

    /// The loans outside the rules of their programme.
    pub fn compliance(&self, night: &Night) -> String {
        let mut text = self.head(night) + &self.by_rule();
        let _ = writeln!(text, "\noutside the rules: {}", grouped(self.outside_count));
        for line in &self.outside {
            let _ = writeln!(text, "  {line}");
        }
        let listed = u64::try_from(self.outside.len()).unwrap_or(u64::MAX);
        if self.outside_count > listed {
            let _ = writeln!(text, "  and {} more", grouped(self.outside_count - listed));
        }
        text
    }
}

/// Minor units as an amount.
fn yuan(minor: i128) -> String {
    format!("{}.{:02}", grouped(minor / 100), minor % 100)
}
