//! An expression's text in words.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::calendar::parse_date;

/// What is wrong with a text, and the byte at which it is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misreading {
    pub(crate) at: usize,
    pub(crate) message: String,
}

impl Misreading {
    pub(crate) fn new(at: usize, message: impl Into<String>) -> Misreading {
        Misreading { at, message: message.into() }
    }
}

/// A word of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    Date(NaiveDate),
    Plain(Decimal),
    Percent(Decimal),
    /// A number of basis points, as the per cent that they are.
    BasisPoints(Decimal),
    /// A code, without its quotes.
    Code(String),
    /// A name, or a word of the language.
    Name(String),
    /// An operator, a bracket, a comma.
    Symbol(&'static str),
}

const SYMBOLS: [&str; 16] =
    ["..", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","];

/// The words of a text, each with the byte at which it begins.
pub(crate) fn read(text: &str) -> Result<Vec<(usize, Token)>, Misreading> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        at += blanks;
        let rest = rest.get(blanks..).unwrap_or("");
        let Some(first) = rest.chars().next() else { break };
        let (token, length) = match first {
            '0'..='9' => number(rest, at)?,
            'a'..='z' => name(rest, at)?,
            '\'' => code(rest, at)?,
            _ => symbol(rest, at)?,
        };
        tokens.push((at, token));
        at += length;
    }
    Ok(tokens)
}

fn symbol(rest: &str, at: usize) -> Result<(Token, usize), Misreading> {
    let found = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
    found.map(|symbol| (Token::Symbol(symbol), symbol.len())).ok_or_else(|| {
        let character = rest.chars().next().unwrap_or(' ');
        let way_out = match character {
            '=' => "; == compares",
            '"' => "; a code stands in single quotes",
            '&' | '|' => "; and, or",
            _ => "",
        };
        Misreading::new(at, format!("{character:?} means nothing here{way_out}"))
    })
}

/// The part of a text that a rule allows, from its beginning.
fn while_in(text: &str, allowed: impl Fn(char) -> bool) -> &str {
    let end = text.find(|character| !allowed(character)).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

fn name(rest: &str, at: usize) -> Result<(Token, usize), Misreading> {
    let word = while_in(rest, |character| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '_' | '.')
    });
    // Of `loan.amount..50_000` the two dots are a range.
    let word = word.split_once("..").map_or(word, |(word, _)| word);
    if word.split('.').any(|part| !part.starts_with(|first: char| first.is_ascii_lowercase())) {
        return Err(Misreading::new(
            at,
            format!("{word}: expected a name of lower case letters, digits and _"),
        ));
    }
    Ok((Token::Name(word.to_owned()), word.len()))
}

fn code(rest: &str, at: usize) -> Result<(Token, usize), Misreading> {
    let inside = rest.get(1..).unwrap_or("");
    let Some(end) = inside.find('\'') else {
        return Err(Misreading::new(at, "a code that has no end; it stands in single quotes"));
    };
    let code = inside.get(..end).unwrap_or("");
    if code.is_empty() {
        return Err(Misreading::new(at, "an empty code"));
    }
    Ok((Token::Code(code.to_owned()), end + 2))
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Misreading> {
    if let Some(day) = rest.get(..10)
        && day.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    {
        let date = parse_date(day, "date");
        return date
            .map(|date| (Token::Date(date), 10))
            .map_err(|_| Misreading::new(at, format!("{day}; a day from 1900-01-01 to 2499-12-31")));
    }
    let whole = while_in(rest, |character| character.is_ascii_digit() || character == '_');
    let mut length = whole.len();
    if let Some(fraction) = rest.get(length..).and_then(|rest| rest.strip_prefix('.'))
        && fraction.starts_with(|first: char| first.is_ascii_digit())
    {
        length += 1 + while_in(fraction, |character| character.is_ascii_digit()).len();
    }
    let digits = rest.get(..length).unwrap_or(whole);
    if whole.ends_with('_') || whole.contains("__") {
        return Err(Misreading::new(at, format!("{digits}; _ stands between digits")));
    }
    let plain: String = digits.chars().filter(|&digit| digit != '_').collect();
    let value = Decimal::from_str_exact(&plain)
        .map_err(|_| Misreading::new(at, format!("{digits}; a number of at most 28 digits")))?;
    let rest = rest.get(length..).unwrap_or("");
    if rest.starts_with('%') {
        return Ok((Token::Percent(value), length + 1));
    }
    if rest.starts_with("bp") {
        let percent = Decimal::try_from_i128_with_scale(value.mantissa(), value.scale() + 2);
        let percent =
            percent.map_err(|_| Misreading::new(at, format!("{digits}bp; a rate of at most 28 decimals")))?;
        return Ok((Token::BasisPoints(percent), length + 2));
    }
    if rest.starts_with(|next: char| next.is_ascii_alphabetic()) {
        return Err(Misreading::new(at + length, "a letter beside a number; 6 months, 60 days, 15%, 150bp"));
    }
    Ok((Token::Plain(value), length))
}
