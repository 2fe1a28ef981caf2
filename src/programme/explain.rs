//! A decision as a clerk reads it to a customer: in English or Chinese, from the pack's own texts.

use std::fmt::Write;

use crate::programme::decision::rulebook::Condition;
use crate::programme::decision::{Decision, Finding, FindingPart, OpenChoice, RuleDecision, Verdict};
use crate::programme::language::Language;
use crate::programme::pack::Pack;
use crate::programme::types::Type;
use crate::programme::wording::Wording;
use crate::programme::words;

impl Pack {
    /// A decision of this pack as a clerk reads it to a customer, from the pack's texts; lines end with a line feed.
    ///
    /// Each rule that is in force: its verdict, each condition with what was asked and found, what was presumed, what is missing and
    /// whose choice is open, what it gives, and the documents.
    #[must_use]
    pub fn explain(&self, decision: &Decision, language: Language) -> String {
        let wording = Wording { book: &self.book, language };
        let mut to = Explaining { wording, language, text: String::new() };
        let on = decision.on.map_or(String::new(), |on| format!(" {on}"));
        let name = language.text(&self.book.texts).unwrap_or(self.id());
        to.line(
            0,
            &format!(
                "{name} ({} {}){on}{}{}",
                decision.pack,
                decision.edition,
                language.colon(),
                language.verdict(decision.verdict)
            ),
        );
        for rule in &decision.rules {
            to.rule(rule, decision);
        }
        to.line(0, &format!("SHA-256 {}", decision.sha256));
        to.text
    }
}

struct Explaining<'p> {
    wording: Wording<'p>,
    language: Language,
    text: String,
}

impl Explaining<'_> {
    fn line(&mut self, level: usize, line: &str) {
        let indent = level * 2;
        // A text takes what is written to it.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    /// A line that begins with what it is about.
    fn about(&mut self, what: &str, text: &str) {
        self.line(2, &format!("{what}{}{text}", self.language.colon()));
    }

    fn joined(&self, words: &[String]) -> String {
        words.join(self.language.of("; ", "；"))
    }

    fn rule(&mut self, rule: &RuleDecision, decision: &Decision) {
        let language = self.language;
        let known = self.wording.book.rules.iter().find(|known| known.name == rule.rule);
        let name = known.and_then(|known| language.text(&known.texts)).unwrap_or(&rule.rule).to_owned();
        let verdict = language.verdict(rule.verdict);
        self.line(1, &format!("{name} [{}]{}{verdict}", rule.rule, language.colon()));
        if rule.verdict == Verdict::NotInForce {
            return;
        }
        for finding in &rule.findings {
            self.finding(rule, finding);
        }
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| self.wording.name(name)).collect();
            self.joined(&names)
        };
        let missing: Vec<String> = rule.missing.iter().map(|missing| missing.name.clone()).collect();
        let said = [
            (language.of("missing", "缺少"), list(&missing)),
            (language.of("presumed, as nobody said otherwise", "未另行说明，按推定"), list(&rule.presumed)),
            (language.of("by default", "按默认选择"), list(&rule.defaulted)),
        ];
        for (what, text) in said {
            if !text.is_empty() {
                self.about(what, &text);
            }
        }
        for open in &rule.open {
            self.open(open);
        }
        self.given(rule, decision);
        if !rule.docs.is_empty() {
            let docs: Vec<String> = rule.docs.iter().map(|doc| self.document(doc)).collect();
            let sure = rule.sure.map_or("", |sure| words::sureness(sure, language));
            let text = format!("{}{}", self.joined(&docs), self.wording.bracketed(sure));
            self.about(language.of("by", "依据"), &text);
        }
    }

    /// What somebody still has to choose: whose choice it is, its bounds and its words.
    fn open(&mut self, open: &OpenChoice) {
        let language = self.language;
        let of = self.wording.book.choices.get(&open.name).map(|choice| choice.of);
        let (least, most) = match of {
            Some(Type::Date) => (language.of("not before", "不早于"), language.of("not after", "不晚于")),
            _ => (language.of("at least", "不低于"), language.of("at most", "不高于")),
        };
        let choice = format!("choice.{}", open.name);
        let mut said = vec![words::value("", &open.by, language).unwrap_or(&open.by).to_owned()];
        for (word, bound) in [(least, &open.at_least), (most, &open.at_most)] {
            if let Some(bound) = bound {
                said.push(format!("{word} {}", self.wording.found(&choice, bound)));
            }
        }
        if !open.values.is_empty() {
            let words: Vec<&str> = open.values.iter().map(|word| words::code(word, language)).collect();
            said.push(words.join(" / "));
        }
        let said = self.wording.bracketed(&self.joined(&said));
        let text = format!("{}{said}", self.wording.name(&open.name));
        self.about(language.of("to be chosen", "待选择"), &text);
    }

    fn finding(&mut self, rule: &RuleDecision, finding: &Finding) {
        let language = self.language;
        let mark = match finding.holds {
            Some(true) => language.of("yes", "符合"),
            Some(false) => language.of("no ", "不符合"),
            None => language.of("?  ", "未知"),
        };
        let known = self.wording.book.rules.iter().find(|known| known.name == rule.rule);
        let own =
            known.and_then(|known| known.conditions.iter().find(|known| known.name == finding.condition));
        let own = own.and_then(|Condition { texts, .. }| language.text(texts));
        let parts: Vec<String> = finding.parts.iter().map(|part| self.part(part)).collect();
        let text = own.map(str::to_owned).into_iter().chain([self.joined(&parts)]).collect::<Vec<_>>();
        let text = text.join(language.colon());
        self.line(2, &format!("{mark} [{}] {text}", finding.condition));
    }

    /// What was asked, and what was found.
    fn part(&self, part: &FindingPart) -> String {
        let (wording, language) = (self.wording, self.language);
        let value = |name: &str, value: &Option<String>| match value {
            Some(value) => wording.found(name, value),
            None => language.of("not known", "未知").to_owned(),
        };
        let asked = wording.text(&part.asked);
        match part.found.as_slice() {
            // A yes or a no is asked for by its name.
            [(name, found)] if part.asked.trim_start_matches("not ") == name => {
                format!("{} = {}", wording.text(name), value(name, found))
            }
            found => {
                let found: Vec<String> = found
                    .iter()
                    .map(|(name, found)| format!("{} = {}", wording.text(name), value(name, found)))
                    .collect();
                format!("{asked}{}", wording.bracketed(&self.joined(&found)))
            }
        }
    }

    fn document(&self, doc: &str) -> String {
        let Some(texts) = self.wording.book.docs.get(doc) else { return doc.to_owned() };
        let number = texts.no.as_deref().map_or(String::new(), |no| format!("{no} "));
        format!("{number}{}", self.language.text(&texts.texts).unwrap_or(doc))
    }

    fn given(&mut self, rule: &RuleDecision, decision: &Decision) {
        let (wording, language) = (self.wording, self.language);
        let key = |key: &'static str| words::key(&[key], language).unwrap_or(key);
        for relief in &rule.reliefs {
            let mut said = wording.given(&relief.form);
            if relief.restructures {
                said.push(wording.labelled(&["restructures"], language.of("yes", "是")));
            }
            if !relief.rows.is_empty() {
                let rows: Vec<String> = relief.rows.iter().map(ToString::to_string).collect();
                let what = language.of("due dates put off", "所涉到期日");
                said.push(format!("{what}{}{}", language.colon(), rows.join(language.of(", ", "、"))));
            }
            self.about(key("relief"), &self.joined(&said));
        }
        for paid in &rule.payments {
            let party = |word: &str| words::value("", word, language).unwrap_or(word).to_owned();
            let amount = wording.leaf(&["amount"], &paid.amount.display(decision.currency).to_string());
            let (from, to) = (party(&paid.from), party(&paid.to));
            let text = format!("{} {} {amount}, {from} → {to}", paid.on, decision.currency);
            self.about(key("payment"), &text);
        }
        if let Some(price) = &rule.price {
            self.about(key("price"), &self.joined(&wording.given(price)));
        }
        for (term, given) in &rule.terms {
            self.about(key(term), &self.joined(&wording.given(given)));
        }
        for (name, given) in &rule.outputs {
            let known = self.wording.book.rules.iter().find(|known| known.name == rule.rule);
            let is = known.and_then(|known| known.gives.outputs.iter().find(|(output, ..)| output == name));
            let is = is.map_or(name.clone(), |(_, is, _)| is.to_string());
            self.about(&wording.text(&is), &wording.single(&is, given));
        }
    }
}
