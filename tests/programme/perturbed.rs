//! Copies of a pack's text with one thing in each a unit up or down: a figure, a day, a literal, a word of a list, a condition.

use std::ops::Range;

use puhui::parse_date;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One thing in a pack's text, and what may stand there instead.
#[derive(Debug)]
pub struct Perturbed {
    /// Where it stands: `figures.cap.rows[0].is`.
    pub path: String,
    /// What was there, and what is there now.
    pub change: String,
    /// The changes: up and down, or one. Of each the texts with it, the finest first: the first that can be read counts.
    pub texts: Vec<Vec<String>>,
    /// Whether each of the changes has to be seen, or one is enough.
    pub each: bool,
}

/// Keys of what no decision is made by: names, texts, sources, the catalogue.
const NOT_DECIDED: [&str; 18] = [
    "format", "id", "edition", "currency", "rounding", "en", "zh", "doc", "sure", "note", "order",
    "not_with", "local", "extends", "docs", "examples", "products", "reason",
];
/// Keys of words that look like literals.
const WORDS: [&str; 3] = ["type", "unit", "values"];

/// Every change of every figure, day and literal of a pack.
pub fn perturbed(text: &str) -> Vec<Perturbed> {
    let table = DeTable::parse(text).unwrap();
    let mut walk = Walk { text, codes: codes(text), of: String::new(), found: Vec::new() };
    walk.table(table.get_ref(), "");
    walk.found
}

struct Walk<'t> {
    text: &'t str,
    /// All codes of the pack.
    codes: Vec<String>,
    /// The type of the figure that is walked.
    of: String,
    found: Vec<Perturbed>,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, path: &str) {
        if let Some(of) = table.get("type").and_then(|of| of.get_ref().as_str()) {
            self.of = of.to_owned();
        }
        for (key, value) in table {
            let key: &str = key.get_ref();
            // The values of a pack are decided by, the words that a code may be are not.
            let is_word = WORDS.contains(&key) && !path.is_empty();
            if NOT_DECIDED.contains(&key) || is_word {
                continue;
            }
            let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            self.node(value, &path);
        }
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, path: &str) {
        let span = value.span();
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, path),
            DeValue::Array(list) if path.ends_with(".for") => self.left_out(list, path),
            DeValue::Array(list) => {
                for (place, element) in list.iter().enumerate() {
                    self.node(element, &format!("{path}[{place}]"));
                }
            }
            DeValue::Datetime(date) => self.day(span, &date.to_string(), path),
            DeValue::Boolean(flag) => self.add(path, span, (!flag).to_string()),
            DeValue::String(_) if path.ends_with(".for") => {}
            DeValue::String(text) if text == "unknown" => self.known(span, path),
            DeValue::String(text) => self.expression(span.start + 1, text, path),
            other => panic!("{path}: a pack has no {other:?}"),
        }
    }

    /// A change to something else.
    fn add(&mut self, path: &str, at: Range<usize>, instead: String) {
        self.add_all(path, at, vec![vec![instead]], true);
    }

    fn add_all(&mut self, path: &str, at: Range<usize>, changes: Vec<Vec<String>>, each: bool) {
        let text = |new: &String| format!("{}{new}{}", &self.text[..at.start], &self.text[at.end..]);
        let texts = changes.iter().map(|finest| finest.iter().map(text).collect()).collect();
        let instead: Vec<String> = changes.iter().map(|finest| finest.join(", else ")).collect();
        let change = format!("{} -> {}", &self.text[at], instead.join(" | "));
        self.found.push(Perturbed { path: path.to_owned(), change, texts, each });
    }

    fn day(&mut self, at: Range<usize>, day: &str, path: &str) {
        let day = parse_date(day, "day").unwrap();
        let beside = [day.succ_opt(), day.pred_opt()].map(|other| vec![other.unwrap().to_string()]);
        self.add_all(path, at, beside.into(), has_both_sides(path));
    }

    fn number(&mut self, at: Range<usize>, number: &str, path: &str) {
        let both = [stepped(number, true), stepped(number, false)];
        let both = both.into_iter().filter(|finest| !finest.is_empty()).collect();
        // The next whole person lies many basis points away.
        let is_coarse = path.starts_with("figures.") && self.of == "number";
        self.add_all(path, at, both, has_both_sides(path) && !is_coarse);
    }

    /// Each word of a list, left out.
    fn left_out(&mut self, list: &[Spanned<DeValue<'_>>], path: &str) {
        for (place, word) in list.iter().enumerate() {
            let at = match list.get(place + 1) {
                Some(next) => word.span().start..next.span().start,
                None => list[place - 1].span().end..word.span().end,
            };
            self.add(path, at, String::new());
        }
    }

    /// What nobody knows, as if somebody did.
    fn known(&mut self, at: Range<usize>, path: &str) {
        let instead = match path.rsplit('.').next().unwrap() {
            "way" => "net",
            "replace" => "true",
            "share" => "50%",
            "trigger_days" => "90",
            _ => match self.of.as_str() {
                "money" => "50_000",
                "rate" | "number" => "1%",
                "months" => "36 months",
                "integer" => "3",
                other => panic!("{path}: no {other}"),
            },
        };
        self.add(path, at, format!("{instead:?}"));
    }

    fn expression(&mut self, start: usize, text: &str, path: &str) {
        assert_eq!(self.text.get(start..start + text.len()), Some(text), "{path} is written as it stands");
        let keys: Vec<&str> = path.split('.').collect();
        let named = keys.len() > 3 && keys[0] == "rules" && keys[2] == "when";
        if named || matches!(keys[keys.len() - 1], "when" | "if") {
            let whole = start..start + text.len();
            self.add(path, whole.clone(), format!("({text}) or true"));
            self.add(path, whole, format!("({text}) and false"));
        }
        for token in tokens(text) {
            let at = start + token.start..start + token.end;
            match &text[token.clone()] {
                word if word.starts_with('\'') => self.code(start, text, token, path),
                "true" => self.add(path, at, "false".to_owned()),
                "false" => self.add(path, at, "true".to_owned()),
                word if parse_date(word, "day").is_ok() => self.day(at, word, path),
                number => self.number(at, number, path),
            }
        }
    }

    /// A code: left out of its list, asked the other way round, or another one.
    fn code(&mut self, start: usize, text: &str, token: Range<usize>, path: &str) {
        let (before, after) = (&text[..token.start], &text[token.end..]);
        let own = &text[token.start + 1..token.end - 1];
        let of = |at: Range<usize>| start + at.start..start + at.end;
        let in_list = before.rfind('[').is_some_and(|open| !before[open..].contains(']'));
        if in_list {
            let at = match after.strip_prefix(", ") {
                Some(_) => token.start..token.end + 2,
                None => before.trim_end().trim_end_matches(',').len()..token.end,
            };
            self.add(path, of(at), String::new());
        } else if let Some((sign, other)) =
            [("== ", "!= "), ("!= ", "== ")].into_iter().find(|(sign, _)| before.ends_with(sign))
        {
            self.add(path, of(token.start - sign.len()..token.start), other.to_owned());
        } else {
            let series = ["lpr_1y", "lpr_5y", "cn_base_1y", "cn_base_5y", "months", "actual/365"];
            let others = series.into_iter().map(str::to_owned).chain(self.codes.clone());
            let others =
                others.filter(|other| other != own).map(|other| vec![format!("'{other}'")]).collect();
            self.add_all(path, of(token), others, false);
        }
    }
}

/// Whether something decides on both of its sides. A version that begins before any rule is in force, and a day before the first of a month
/// from which whole months count, change nothing; the day after does.
fn has_both_sides(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or_default();
    match path.split('.').next() {
        Some("facts") => false,
        Some("figures") => !matches!(key, "from" | "until"),
        Some("values") => key == "when",
        _ => true,
    }
}

/// A number a unit up or down, the finest unit first: a hundredth of an amount or of a per cent, a basis point, a day, a month, a year, and
/// one of what is counted.
fn stepped(number: &str, up: bool) -> Vec<String> {
    let end = number
        .find(|digit: char| !digit.is_ascii_digit() && !matches!(digit, '.' | '_'))
        .unwrap_or(number.len());
    let (digits, unit) = number.split_at(end);
    let value: Decimal = digits.replace('_', "").parse().unwrap();
    let counts = digits.len() < 4 && !digits.contains('.');
    let steps = match unit.trim() {
        "" if !counts => vec![Decimal::new(1, 2), Decimal::ONE],
        "%" => vec![Decimal::new(1, 2)],
        _ => vec![Decimal::ONE],
    };
    let moved = steps.into_iter().map(|step| if up { value + step } else { value - step });
    moved.filter(|moved| *moved >= Decimal::ZERO).map(|moved| format!("{moved}{unit}")).collect()
}

/// The literals of an expression: days, numbers with their units, codes with their quotes, true and false.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let run = |from: usize, is: &dyn Fn(usize) -> bool| {
        (from..bytes.len()).find(|&at| !is(at)).unwrap_or(bytes.len())
    };
    let is_name = |at: usize| bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'.');
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'\'' => run(at + 1, &|at| bytes[at] != b'\'') + 1,
            b'0'..=b'9' if text.get(at..at + 10).is_some_and(|day| parse_date(day, "day").is_ok()) => at + 10,
            b'0'..=b'9' => {
                let fraction =
                    |at: usize| bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                let digits = run(at, &|at| bytes[at].is_ascii_digit() || bytes[at] == b'_' || fraction(at));
                let unit = ["%", "bp", " months", " month", " days", " day", " years", " year"];
                digits + unit.into_iter().find(|unit| text[digits..].starts_with(unit)).map_or(0, str::len)
            }
            first if first.is_ascii_alphabetic() => {
                let end = run(at, &is_name);
                if !matches!(&text[at..end], "true" | "false") {
                    at = end;
                    continue;
                }
                end
            }
            _ => {
                at += 1;
                continue;
            }
        };
        found.push(at..end);
        at = end;
    }
    found
}

/// All codes that a pack writes out, in expressions or as the words of a choice or a fact.
pub fn codes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().take_while(|line| *line != "[[examples]]") {
        let quote = if line.contains("values = [") { '"' } else { '\'' };
        found.extend(line.split(quote).skip(1).step_by(2).map(str::to_owned));
    }
    found
}
