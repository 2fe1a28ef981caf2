//! What a pack says in the words of a language: its names, its expressions, and what a rule gives.

use rust_decimal::Decimal;

use crate::programme::decision::given::Given;
use crate::programme::decision::rulebook::{Rulebook, Texts};
use crate::programme::expression::parse::parse;
use crate::programme::expression::print::Binding;
use crate::programme::expression::{Arithmetic, Comparison, Expression, Function, Literal, Node};
use crate::programme::language::Language;
use crate::programme::names::engine_texts;
use crate::programme::types::Type;
use crate::programme::words;

/// A pack in a language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording<'p> {
    pub(crate) book: &'p Rulebook,
    pub(crate) language: Language,
}

/// Keys whose values are rates or shares, and are said in per cent.
const IN_PER_CENT: [&str; 10] = [
    "rate",
    "share",
    "waived_share",
    "at",
    "at_most",
    "at_least",
    "encouraged",
    "average_at_most",
    "fee",
    "up_to",
];

impl Wording<'_> {
    fn of<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        self.language.of(english, chinese)
    }

    /// Something in brackets, as the language writes them.
    pub(crate) fn bracketed(&self, inner: &str) -> String {
        if inner.is_empty() { String::new() } else { self.of(" ({})", "（{}）").replace("{}", inner) }
    }

    /// What a name means: a fact, a choice, a figure, a value or a series; a fact keeps its day.
    pub(crate) fn name(&self, name: &str) -> String {
        let (plain, day) = name.split_once('@').map_or((name, None), |(plain, day)| (plain, Some(day)));
        let plain = plain.strip_prefix("choice.").unwrap_or(plain);
        let book = self.book;
        let own: [Option<&Texts>; 5] = [
            book.facts.get(plain).map(|fact| &fact.texts),
            book.choices.get(plain).map(|choice| &choice.texts),
            book.figures.get(plain).map(|figure| &figure.texts),
            book.values.get(plain).map(|value| &value.texts),
            book.series.get(plain),
        ];
        let text = own.into_iter().flatten().find_map(|texts| self.language.text(texts));
        let text = match (text, engine_texts(plain)) {
            (Some(text), _) => text.to_owned(),
            (None, Some((english, chinese))) => self.of(english, chinese).to_owned(),
            (None, None) => words::code(plain, self.language).replace('_', " "),
        };
        let day = day.unwrap_or_default();
        format!("{text}{}", self.bracketed(day))
    }

    /// An expression as it is written in a pack, in words; itself, where it is none.
    pub(crate) fn text(&self, expression: &str) -> String {
        parse(expression).map_or_else(|_| expression.to_owned(), |expression| self.expression(&expression))
    }

    /// An expression in words.
    pub(crate) fn expression(&self, expression: &Expression) -> String {
        self.bound(expression, Binding::List)
    }

    fn bound(&self, expression: &Expression, place: Binding) -> String {
        let text = self.node(&expression.node);
        if expression.binding() < place { self.of("({})", "（{}）").replace("{}", &text) } else { text }
    }

    fn node(&self, node: &Node) -> String {
        let list = |items: &[Expression], joint: &str| {
            items.iter().map(|item| self.bound(item, Binding::Item)).collect::<Vec<_>>().join(joint)
        };
        match node {
            Node::Literal(literal) => self.literal(literal),
            Node::Fact { name, day } => {
                let day = day.as_ref().map(|day| self.bound(day, Binding::List)).unwrap_or_default();
                format!("{}{}", self.name(name), self.bracketed(&day))
            }
            Node::Choice(name) | Node::Named(name) => self.name(name),
            Node::Arithmetic { operator, left, right } => {
                let (own, tighter, sign) = match operator {
                    Arithmetic::Add => (Binding::Sum, Binding::Product, "+"),
                    Arithmetic::Subtract => (Binding::Sum, Binding::Product, "-"),
                    Arithmetic::Multiply => (Binding::Product, Binding::Primary, "×"),
                    Arithmetic::Divide => (Binding::Product, Binding::Primary, "÷"),
                };
                format!("{} {sign} {}", self.bound(left, own), self.bound(right, tighter))
            }
            Node::Call { function, arguments } => self.call(*function, arguments),
            Node::All(items) => list(items, self.of(" and ", " 且 ")),
            Node::Any(items) => list(items, self.of(" or ", " 或 ")),
            Node::Not(inner) if matches!(inner.node, Node::All(_) | Node::Any(_)) => {
                format!("{}{}", self.of("not ", "并非"), self.bound(inner, Binding::Negated))
            }
            Node::Not(inner) => {
                format!("{}{}", self.of("not: ", "并非："), self.bound(inner, Binding::Negated))
            }
            Node::Compare { operator, left, right } => {
                let sign = match operator {
                    Comparison::Less => "<",
                    Comparison::AtMost => "≤",
                    Comparison::Greater => ">",
                    Comparison::AtLeast => "≥",
                    Comparison::Equal => "=",
                    Comparison::Unequal => "≠",
                };
                format!("{} {sign} {}", self.bound(left, Binding::Sum), self.bound(right, Binding::Sum))
            }
            Node::InRange { negated, of, from, to } => {
                let end =
                    |end: &Option<Box<Expression>>| end.as_ref().map(|end| self.bound(end, Binding::Sum));
                let range = match (end(from), end(to)) {
                    (Some(from), Some(to)) => {
                        self.of("from {0} to {1}", "介于{0}至{1}").replace("{0}", &from).replace("{1}", &to)
                    }
                    (Some(from), None) => format!("≥ {from}"),
                    (None, to) => format!("≤ {}", to.unwrap_or_default()),
                };
                let not = if *negated { self.of("not ", "不") } else { "" };
                format!("{} {not}{range}", self.bound(of, Binding::Sum))
            }
            Node::InSet { negated, of, codes } => {
                let (english, chinese) =
                    if *negated { ("is none of", "不属于") } else { ("is one of", "属于") };
                let codes: Vec<String> =
                    codes.iter().map(|code| self.bound(code, Binding::Primary)).collect();
                format!(
                    "{} {} {}",
                    self.bound(of, Binding::Sum),
                    self.of(english, chinese),
                    codes.join(self.of(", ", "、"))
                )
            }
        }
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Plain(value) => grouped(&value.to_string()),
            Literal::Months(count) => self.span(&count.to_string(), ["month", "个月"]),
            Literal::Days(count) => self.span(&count.to_string(), ["day", "天"]),
            Literal::Code(code) => words::code(code, self.language).to_owned(),
            Literal::Bool(flag) => self.of_type(&flag.to_string(), Some(Type::Bool)),
            Literal::Date(_) | Literal::Percent(_) | Literal::BasisPoints(_) => literal.to_string(),
        }
    }

    /// A number of days or months.
    fn span(&self, count: &str, [english, chinese]: [&str; 2]) -> String {
        let many = if count == "1" { "" } else { "s" };
        match self.language {
            Language::English => format!("{count} {english}{many}"),
            Language::Chinese => format!("{count}{chinese}"),
        }
    }

    fn call(&self, function: Function, arguments: &[Expression]) -> String {
        let form = match function.name() {
            "min" => self.of("the lesser of {all}", "{all}中的较小者"),
            "max" => self.of("the greater of {all}", "{all}中的较大者"),
            "years" => self.of("whole years from {0} to {1}", "自{0}至{1}的整年数"),
            "months" => self.of("whole months from {0} to {1}", "自{0}至{1}的整月数"),
            "days" => self.of("days from {0} to {1}", "自{0}至{1}的天数"),
            "end_of_month" => self.of("the end of the month of {0}", "{0}所在月的月末"),
            "start_of_year" => self.of("the first day of the year of {0}", "{0}所在年的首日"),
            "benchmark" => self.of("{0} on {1}", "{1}的{0}"),
            "simple" => self
                .of("simple interest on {0} at {1} from {2} to {3}, {4}", "{0}按{1}自{2}至{3}的单利（{4}）"),
            "compound" => self.of(
                "compound interest on {0} at {1} from {2} to {3}, {4}",
                "{0}按{1}自{2}至{3}的复利（{4}）",
            ),
            other => return other.to_owned(),
        };
        let words: Vec<String> = arguments.iter().map(|argument| self.expression(argument)).collect();
        let all = form.replace("{all}", &words.join(self.of(" and ", "与")));
        (0..)
            .zip(&words)
            .fold(all, |text, (place, word): (usize, _)| text.replace(&format!("{{{place}}}"), word))
    }

    /// A value as it was found of an expression: yes and no, amounts in groups, rates in per cent, codes in words.
    pub(crate) fn found(&self, expression: &str, value: &str) -> String {
        let of = parse(expression).ok().and_then(|expression| self.book.type_of(&expression));
        self.of_type(value, of)
    }

    fn of_type(&self, value: &str, of: Option<Type>) -> String {
        match of {
            Some(Type::Bool) => words::value("", value, self.language).unwrap_or(value).to_owned(),
            Some(Type::Code) => words::code(value, self.language).to_owned(),
            Some(Type::Money) => grouped(value),
            Some(Type::Rate) => per_cent(value),
            Some(Type::Months) => self.span(value.trim_end_matches(" months"), ["month", "个月"]),
            Some(Type::Days) => self.span(value.trim_end_matches(" days"), ["day", "天"]),
            _ => value.to_owned(),
        }
    }

    /// What a single thing that is given comes to, of the expression that it comes of.
    pub(crate) fn single(&self, expression: &str, given: &Given) -> String {
        match given {
            Given::Text(text) => self.found(expression, text),
            Given::Flag(flag) => self.found(expression, &flag.to_string()),
            Given::Whole(number) => number.to_string(),
            other => self.given(other).concat(),
        }
    }

    /// What is given, each leaf in words.
    pub(crate) fn given(&self, given: &Given) -> Vec<String> {
        let mut words = Vec::new();
        self.leaves(given, &mut Vec::new(), &mut words);
        words
    }

    fn leaves<'g>(&self, given: &'g Given, path: &mut Vec<&'g str>, to: &mut Vec<String>) {
        match given {
            Given::Table(table) => {
                for (key, given) in table {
                    path.push(key);
                    self.leaves(given, path, to);
                    path.pop();
                }
            }
            // Words that stand beside each other are one answer.
            Given::List(list) if list.iter().all(|given| given.text().is_some()) => {
                let words: Vec<String> =
                    list.iter().filter_map(Given::text).map(|word| self.leaf(path, word)).collect();
                to.push(self.labelled(path, &words.join(self.of(", ", "、"))));
            }
            Given::List(list) => list.iter().for_each(|given| self.leaves(given, path, to)),
            Given::Text(text) => to.push(self.labelled(path, &self.leaf(path, text))),
            Given::Flag(flag) => to.push(self.labelled(path, &self.leaf(path, &flag.to_string()))),
            Given::Whole(number) => to.push(self.labelled(path, &number.to_string())),
            Given::Unknown => to.push(self.labelled(path, &self.leaf(path, "unknown"))),
            Given::ByAccrualDay(expression) => to.push(self.labelled(path, &self.text(expression))),
        }
    }

    /// A leaf under the name of its key.
    pub(crate) fn labelled(&self, path: &[&str], value: &str) -> String {
        let last = path.last().copied().unwrap_or_default();
        let label = words::key(path, self.language).map_or_else(|| self.name(last), str::to_owned);
        format!("{label}{}{value}", self.language.colon())
    }

    /// A word or a figure behind a key.
    pub(crate) fn leaf(&self, path: &[&str], value: &str) -> String {
        let key = path.last().copied().unwrap_or_default();
        if let Some(word) = words::value(key, value, self.language) {
            return word.to_owned();
        }
        let is_tier = path.contains(&"limits") || path.contains(&"slices");
        let is_money = matches!(key, "cap" | "amount" | "payment_in_window")
            || (is_tier && matches!(key, "at_most" | "up_to"));
        if is_money {
            return grouped(value);
        }
        match value {
            _ if IN_PER_CENT.contains(&key) => per_cent(value),
            span if span.ends_with(" days") || span.ends_with(" months") => self.text(span),
            word => words::code(word, self.language).to_owned(),
        }
    }
}

/// A fraction in per cent; anything else as it stands.
fn per_cent(value: &str) -> String {
    match value.parse::<Decimal>().ok().and_then(|value| value.checked_mul(Decimal::ONE_HUNDRED)) {
        Some(value) => format!("{}%", value.normalize()),
        None => value.to_owned(),
    }
}

/// A number with its thousands apart; anything else as it stands.
fn grouped(value: &str) -> String {
    let (whole, part) = value.split_at(value.find('.').unwrap_or(value.len()));
    let digits = whole.trim_start_matches('-');
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return value.to_owned();
    }
    let mut text = value.strip_prefix('-').map_or(String::new(), |_| "-".to_owned());
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + part
}
