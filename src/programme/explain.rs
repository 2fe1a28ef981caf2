//! A decision as a clerk reads it to a customer: in English or Chinese, from the pack's own texts.

use std::fmt::Write;

use crate::programme::decision::given::Given;
use crate::programme::decision::rulebook::{Rulebook, Texts};
use crate::programme::decision::{Decision, Finding, FindingPart, RuleDecision, Verdict};
use crate::programme::expression::Node;
use crate::programme::names::engine_texts;
use crate::programme::pack::Pack;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The language of a printed text.
    pub enum Language("language") {
        /// English.
        English = "en",
        /// Chinese 中文.
        Chinese = "zh",
    }
}

impl Language {
    pub(crate) fn of<'t>(self, english: &'t str, chinese: &'t str) -> &'t str {
        match self {
            Language::English => english,
            Language::Chinese => chinese,
        }
    }

    /// The text of a language, or the other one where there is none.
    pub(crate) fn text(self, texts: &Texts) -> Option<&str> {
        let (first, second) = match self {
            Language::English => (&texts.en, &texts.zh),
            Language::Chinese => (&texts.zh, &texts.en),
        };
        first.as_deref().or(second.as_deref())
    }

    fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Granted => self.of("granted", "准予"),
            Verdict::Open => self.of("open: a choice is to be made", "待定:尚需作出选择"),
            Verdict::NotKnown => self.of("not known: something is missing", "无法判断:缺少信息"),
            Verdict::HeldBack => self.of("held back: a stronger rule may apply", "暂缓:可能适用优先规则"),
            Verdict::AlreadyGranted => self.of("already granted", "此前已准予"),
            Verdict::NothingDue => self.of("nothing due in the window", "期间内无到期款项"),
            Verdict::Refused => self.of("refused", "不予准许"),
            Verdict::NotInForce => self.of("not in force", "不在有效期内"),
        }
    }
}

impl Pack {
    /// A decision of this pack as a clerk reads it to a customer, from the pack's texts; lines end with a line feed.
    ///
    /// Each rule that is in force: its verdict, each condition with what was asked and found, what was presumed, what is missing and
    /// whose choice is open, what it gives, and the documents.
    #[must_use]
    pub fn explain(&self, decision: &Decision, language: Language) -> String {
        let mut to = Explaining { book: &self.book, language, text: String::new() };
        let on = decision.on.map_or(String::new(), |on| format!(" {on}"));
        let name = language.text(&self.book.texts).unwrap_or(self.id());
        to.line(
            0,
            &format!(
                "{name} ({} {}){on}: {}",
                decision.pack,
                decision.edition,
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
    book: &'p Rulebook,
    language: Language,
    text: String,
}

impl Explaining<'_> {
    fn line(&mut self, level: usize, line: &str) {
        let indent = level * 2;
        // A text takes what is written to it.
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    fn rule(&mut self, rule: &RuleDecision, decision: &Decision) {
        let language = self.language;
        let known = self.book.rules.iter().find(|known| known.name == rule.rule);
        let name = known.and_then(|known| language.text(&known.texts)).unwrap_or(&rule.rule).to_owned();
        self.line(1, &format!("{} ({}): {}", name, rule.rule, language.verdict(rule.verdict)));
        if rule.verdict == Verdict::NotInForce {
            return;
        }
        for finding in &rule.findings {
            self.finding(rule, finding);
        }
        let list = |names: &[String]| names.iter().map(|name| self.name(name)).collect::<Vec<_>>().join(", ");
        let (presumed, defaulted) = (list(&rule.presumed), list(&rule.defaulted));
        let missing: Vec<String> = rule.missing.iter().map(|missing| self.name(&missing.name)).collect();
        let said = [
            (language.of("missing", "缺少"), missing.join(", ")),
            (language.of("presumed, as nobody said otherwise", "未另行说明,按推定"), presumed),
            (language.of("by default", "按默认选择"), defaulted),
        ];
        for (what, text) in said {
            if !text.is_empty() {
                self.line(2, &format!("{what}: {text}"));
            }
        }
        for open in &rule.open {
            let mut line = format!("{}: {}", language.of("to be chosen", "待选择"), self.name(&open.name));
            let _ = write!(line, " ({}", self.chooser(&open.by));
            for (word, bound) in [(">=", &open.at_least), ("<=", &open.at_most)] {
                if let Some(bound) = bound {
                    let _ = write!(line, ", {word} {bound}");
                }
            }
            if !open.values.is_empty() {
                let _ = write!(line, ", {}", open.values.join(" / "));
            }
            line.push(')');
            self.line(2, &line);
        }
        self.given(rule, decision);
        let sure = rule.sure.map_or(String::new(), |sure| format!(" ({sure})"));
        if !rule.docs.is_empty() {
            let docs: Vec<String> = rule.docs.iter().map(|doc| self.document(doc)).collect();
            self.line(2, &format!("{}: {}{sure}", language.of("by", "依据"), docs.join("; ")));
        }
    }

    fn finding(&mut self, rule: &RuleDecision, finding: &Finding) {
        let language = self.language;
        let mark = match finding.holds {
            Some(true) => language.of("yes", "符合"),
            Some(false) => language.of("no", "不符合"),
            None => language.of("?", "未知"),
        };
        let text = self.condition_text(rule, finding);
        let parts: Vec<String> = finding.parts.iter().map(|part| self.part(part)).collect();
        self.line(2, &format!("{mark:<4} {}: {text}; {}", finding.condition, parts.join("; ")));
    }

    /// The text of a condition: its own, or those of its facts.
    fn condition_text(&self, rule: &RuleDecision, finding: &Finding) -> String {
        let known = self.book.rules.iter().find(|known| known.name == rule.rule);
        let condition =
            known.and_then(|known| known.conditions.iter().find(|known| known.name == finding.condition));
        if let Some(condition) = condition {
            if let Some(text) = self.language.text(&condition.texts) {
                return text.to_owned();
            }
            let mut names: Vec<String> = Vec::new();
            condition.is.walk(&mut |part| {
                let name = match &part.node {
                    Node::Fact { name, .. } | Node::Choice(name) | Node::Named(name) => self.name(name),
                    _ => return,
                };
                if !names.contains(&name) {
                    names.push(name);
                }
            });
            return names.join(", ");
        }
        match finding.condition.strip_prefix("choice.") {
            Some(choice) => self.name(choice),
            None => self.language.of("the rate of the loan", "贷款利率").to_owned(),
        }
    }

    fn part(&self, part: &FindingPart) -> String {
        let language = self.language;
        let not_known = language.of("not known", "未知");
        let found: Vec<String> = part
            .found
            .iter()
            .map(|(name, value)| format!("{name} = {}", value.as_deref().unwrap_or(not_known)))
            .collect();
        format!(
            "{} {}, {} {}",
            language.of("asked", "要求"),
            part.asked,
            language.of("found", "实际"),
            found.join(", ")
        )
    }

    /// What a name means: a fact, a choice, or itself; a fact keeps its day.
    fn name(&self, name: &str) -> String {
        let (plain, day) = name.split_once('@').map_or((name, None), |(plain, day)| (plain, Some(day)));
        let texts = self
            .book
            .facts
            .get(plain)
            .map(|fact| &fact.texts)
            .or_else(|| self.book.choices.get(plain).map(|choice| &choice.texts));
        let text = match texts.and_then(|texts| self.language.text(texts)) {
            Some(text) => text.to_owned(),
            None => match engine_texts(plain) {
                Some((english, chinese)) => self.language.of(english, chinese).to_owned(),
                None => plain.to_owned(),
            },
        };
        day.map_or(text.clone(), |day| format!("{text} @ {day}"))
    }

    fn document(&self, doc: &str) -> String {
        let Some(texts) = self.book.docs.get(doc) else { return doc.to_owned() };
        let number = texts.no.as_deref().map_or(String::new(), |no| format!("{no} "));
        format!("{number}{}", self.language.text(&texts.texts).unwrap_or(doc))
    }

    fn chooser<'w>(&self, by: &'w str) -> &'w str {
        match (self.language, by) {
            (Language::Chinese, "borrower") => "借款人",
            (Language::Chinese, "lender") => "银行",
            (Language::Chinese, "both") => "双方协商",
            (Language::Chinese, "locality") => "当地",
            (Language::Chinese, "authority") => "主管部门",
            _ => by,
        }
    }

    fn given(&mut self, rule: &RuleDecision, decision: &Decision) {
        let language = self.language;
        for relief in &rule.reliefs {
            let mut words = Vec::new();
            shown(&relief.form, "", &mut words);
            let rows: Vec<String> = relief.rows.iter().map(ToString::to_string).collect();
            let of = if rows.is_empty() {
                String::new()
            } else {
                format!("; {}: {}", language.of("due dates", "到期日"), rows.join(", "))
            };
            self.line(2, &format!("{}: {}{of}", language.of("relief", "纾困措施"), words.join(", ")));
        }
        for paid in &rule.payments {
            let amount = paid.amount.display(decision.currency);
            let line = format!(
                "{}: {} {} {amount}, {} -> {}",
                language.of("payment", "付款"),
                paid.on,
                decision.currency,
                paid.from,
                paid.to
            );
            self.line(2, &line);
        }
        let price = rule.price.iter().map(|given| (language.of("price", "利率"), given));
        let terms = rule.terms.iter().map(|(key, given)| {
            let name = match *key {
                "subsidy" => language.of("subsidy", "贴息"),
                "guarantee" => language.of("guarantee", "担保"),
                _ => language.of("funding", "资金支持"),
            };
            (name, given)
        });
        let lines: Vec<String> = price
            .chain(terms)
            .map(|(name, given)| {
                let mut words = Vec::new();
                shown(given, "", &mut words);
                format!("{name}: {}", words.join(", "))
            })
            .collect();
        lines.iter().for_each(|line| self.line(2, line));
        for (name, given) in &rule.outputs {
            let mut words = Vec::new();
            shown(given, name, &mut words);
            self.line(2, &words.join(", "));
        }
    }
}

/// What is given, each leaf by its path.
fn shown(given: &Given, path: &str, to: &mut Vec<String>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match given {
        Given::Table(table) => table.iter().for_each(|(key, given)| shown(given, &join(key), to)),
        Given::List(list) => {
            for (index, given) in (1..).zip(list) {
                shown(given, &join(&index.to_string()), to);
            }
        }
        Given::Text(text) => to.push(format!("{path} {text}")),
        Given::Flag(flag) => to.push(format!("{path} {flag}")),
        Given::Whole(number) => to.push(format!("{path} {number}")),
        Given::Unknown => to.push(format!("{path} ?")),
        Given::ByAccrualDay(expression) => to.push(format!("{path} {expression}")),
    }
}
