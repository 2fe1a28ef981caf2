//! Reads an expression.
//!
//! ```text
//! expr    = and-list | or-list            "and" beside "or" without brackets is refused
//! item    = "not" item | sum [ op sum | ["not"] "in" range | ["not"] "in" "[" code {"," code} "]" ]
//! range   = [sum] ".." [sum]              both ends included; either may be open
//! sum     = product { ("+" | "-") product }        product = primary { "*" primary | "/" whole number }
//! primary = literal | figure or value | fact ["at" primary] | "choice." name | function | "(" expr ")"
//! ```

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::programme::expression::token::{self, Misreading, Token};
use crate::programme::expression::{Arithmetic, Comparison, Expression, Function, Literal, Node};
use crate::programme::fault::hint;

/// The most characters of an expression.
const MOST_CHARACTERS: usize = 1_000;
/// The most that expressions lie in each other.
const MOST_LEVELS: usize = 32;
/// The most parts of an expression.
const MOST_NODES: usize = 256;
/// The longest span, in months and in days.
const MOST_MONTHS: u32 = 600;
const MOST_DAYS: u32 = 36_525;

/// Reads an expression, the whole text.
pub(crate) fn parse(text: &str) -> Result<Expression, Misreading> {
    let characters = text.chars().count();
    if characters > MOST_CHARACTERS {
        let message = format!("{characters} characters; an expression has at most {MOST_CHARACTERS}");
        return Err(Misreading::new(0, message));
    }
    let mut parser = Parser { tokens: token::read(text)?, next: 0, end: text.len(), level: 0, nodes: 0 };
    let expression = parser.expression()?;
    match parser.tokens.get(parser.next) {
        None => Ok(expression),
        Some((at, token)) => {
            Err(Misreading::new(*at, format!("{} where the expression should end", spoken(token))))
        }
    }
}

/// A word as a message says it.
fn spoken(token: &Token) -> String {
    match token {
        Token::Date(date) => date.to_string(),
        Token::Plain(value) => value.to_string(),
        Token::Percent(value) => format!("{value}%"),
        Token::BasisPoints(percent) => format!("{percent}%"),
        Token::Code(code) => format!("'{code}'"),
        Token::Name(name) => name.clone(),
        Token::Symbol(symbol) => format!("{symbol:?}"),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    /// The byte after the last.
    end: usize,
    level: usize,
    nodes: usize,
}

impl Parser {
    fn peek(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.next + ahead).map(|(_, token)| token)
    }

    /// Where the next word begins.
    fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |(at, _)| *at)
    }

    /// Takes a word of the language.
    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(0), Some(Token::Name(name)) if name == word);
        self.next += usize::from(is);
        is
    }

    /// Takes a symbol.
    fn symbol(&mut self, symbol: &str) -> bool {
        let is = matches!(self.peek(0), Some(Token::Symbol(found)) if *found == symbol);
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, symbol: &str) -> Result<(), Misreading> {
        if self.symbol(symbol) {
            return Ok(());
        }
        Err(self.unexpected(&format!("{symbol:?}")))
    }

    fn unexpected(&self, expected: &str) -> Misreading {
        let found = self.peek(0).map_or("the end".to_owned(), spoken);
        Misreading::new(self.at(), format!("expected {expected}, got {found}"))
    }

    fn node(&mut self, at: usize, node: Node) -> Result<Expression, Misreading> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(Misreading::new(at, format!("an expression has at most {MOST_NODES} parts")));
        }
        Ok(Expression { at, node })
    }

    /// Reads what lies one level deeper.
    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Parser) -> Result<T, Misreading>,
    ) -> Result<T, Misreading> {
        self.level += 1;
        if self.level > MOST_LEVELS {
            let message = format!("an expression lies at most {MOST_LEVELS} deep");
            return Err(Misreading::new(self.at(), message));
        }
        let read = read(self);
        self.level -= 1;
        read
    }

    fn expression(&mut self) -> Result<Expression, Misreading> {
        self.deeper(|parser| {
            let at = parser.at();
            let first = parser.item()?;
            for (joint, other) in [("and", "or"), ("or", "and")] {
                if !parser.word(joint) {
                    continue;
                }
                let mut items = vec![first];
                loop {
                    items.push(parser.item()?);
                    if !parser.word(joint) {
                        break;
                    }
                }
                let mixed = parser.at();
                if parser.word(other) {
                    let message = "\"and\" beside \"or\": brackets say which is meant";
                    return Err(Misreading::new(mixed, message));
                }
                let node = if joint == "and" { Node::All(items) } else { Node::Any(items) };
                return parser.node(at, node);
            }
            Ok(first)
        })
    }

    fn item(&mut self) -> Result<Expression, Misreading> {
        let at = self.at();
        if self.word("not") {
            let inner = self.deeper(Parser::item)?;
            return self.node(at, Node::Not(Box::new(inner)));
        }
        let left = self.sum()?;
        let at = self.at();
        if let Some(operator) = Comparison::ALL.into_iter().find(|operator| self.symbol(operator.symbol())) {
            let right = self.sum()?;
            return self.node(at, Node::Compare { operator, left: Box::new(left), right: Box::new(right) });
        }
        let negated = matches!(self.peek(0), Some(Token::Name(name)) if name == "not")
            && matches!(self.peek(1), Some(Token::Name(name)) if name == "in");
        self.next += usize::from(negated);
        if self.word("in") {
            return self.membership(at, negated, left);
        }
        Ok(left)
    }

    fn membership(&mut self, at: usize, negated: bool, of: Expression) -> Result<Expression, Misreading> {
        let of = Box::new(of);
        if self.symbol("[") {
            let mut codes = Vec::new();
            loop {
                codes.push(self.primary()?);
                if !self.symbol(",") {
                    break;
                }
            }
            self.expect("]")?;
            return self.node(at, Node::InSet { negated, of, codes });
        }
        let from = if self.ranges() { None } else { Some(Box::new(self.sum()?)) };
        self.expect("..")?;
        let to = if self.begins_a_primary() { Some(Box::new(self.sum()?)) } else { None };
        if from.is_none() && to.is_none() {
            return Err(Misreading::new(at, "a range that is open at both ends holds for everything"));
        }
        self.node(at, Node::InRange { negated, of, from, to })
    }

    fn ranges(&self) -> bool {
        matches!(self.peek(0), Some(Token::Symbol("..")))
    }

    fn begins_a_primary(&self) -> bool {
        match self.peek(0) {
            None => false,
            Some(Token::Name(name)) => !matches!(name.as_str(), "and" | "or" | "not" | "in"),
            Some(Token::Symbol(symbol)) => *symbol == "(",
            Some(_) => true,
        }
    }

    fn sum(&mut self) -> Result<Expression, Misreading> {
        self.chain(&[Arithmetic::Add, Arithmetic::Subtract], Parser::product)
    }

    fn product(&mut self) -> Result<Expression, Misreading> {
        self.chain(&[Arithmetic::Multiply, Arithmetic::Divide], Parser::primary)
    }

    /// Operands with operators of one rank between them, from the left.
    fn chain(
        &mut self,
        operators: &[Arithmetic],
        operand: fn(&mut Parser) -> Result<Expression, Misreading>,
    ) -> Result<Expression, Misreading> {
        let mut left = operand(self)?;
        loop {
            let at = self.at();
            let found = operators.iter().find(|operator| self.symbol(operator.symbol()));
            let Some(&operator) = found else { return Ok(left) };
            let right = operand(self)?;
            let node = Node::Arithmetic { operator, left: Box::new(left), right: Box::new(right) };
            left = self.node(at, node)?;
        }
    }

    fn primary(&mut self) -> Result<Expression, Misreading> {
        let at = self.at();
        if self.symbol("(") {
            let inner = self.expression()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let Some(token) = self.peek(0).cloned() else {
            return Err(self.unexpected("a figure, a fact or a literal"));
        };
        let literal = match token {
            Token::Symbol(_) => return Err(self.unexpected("a figure, a fact or a literal")),
            Token::Name(name) => return self.named(at, name),
            Token::Plain(value) => return self.plain(at, value),
            Token::Date(date) => Literal::Date(date),
            Token::Percent(value) => Literal::Percent(value.normalize()),
            Token::BasisPoints(value) => Literal::BasisPoints(value.normalize()),
            Token::Code(code) => Literal::Code(code),
        };
        self.next += 1;
        self.node(at, Node::Literal(literal))
    }

    /// A number, or a span of months or days.
    fn plain(&mut self, at: usize, value: Decimal) -> Result<Expression, Misreading> {
        self.next += 1;
        let unit = match self.peek(0) {
            Some(Token::Name(name)) => name.as_str(),
            _ => "",
        };
        let (each, most, of_days) = match unit {
            "month" | "months" => (1, MOST_MONTHS, false),
            "year" | "years" => (12, MOST_MONTHS, false),
            "day" | "days" => (1, MOST_DAYS, true),
            _ => return self.node(at, Node::Literal(Literal::Plain(value))),
        };
        let count = if value.scale() == 0 { value.to_u32() } else { None };
        let count = count.and_then(|count| count.checked_mul(each)).filter(|count| *count <= most);
        let Some(count) = count else {
            let message = format!("{value} {unit}; a whole number, at most 600 months or 36525 days");
            return Err(Misreading::new(at, message));
        };
        self.next += 1;
        let literal = if of_days { Literal::Days(count) } else { Literal::Months(count) };
        self.node(at, Node::Literal(literal))
    }

    fn named(&mut self, at: usize, name: String) -> Result<Expression, Misreading> {
        if matches!(name.as_str(), "and" | "or" | "not" | "in" | "at") {
            return Err(self.unexpected("a figure, a fact or a literal"));
        }
        self.next += 1;
        if self.symbol("(") {
            return self.call(at, &name);
        }
        if name == "true" || name == "false" {
            return self.node(at, Node::Literal(Literal::Bool(name == "true")));
        }
        if let Some(choice) = name.strip_prefix("choice.") {
            return self.node(at, Node::Choice(choice.to_owned()));
        }
        if !name.contains('.') {
            return self.node(at, Node::Named(name));
        }
        let day = match self.word("at") {
            true => Some(Box::new(self.deeper(Parser::primary)?)),
            false => None,
        };
        self.node(at, Node::Fact { name, day })
    }

    fn call(&mut self, at: usize, name: &str) -> Result<Expression, Misreading> {
        let Some(function) = Function::ALL.into_iter().find(|function| function.name() == name) else {
            let known = Function::ALL.map(Function::name);
            return Err(Misreading::new(at, format!("unknown function {name}{}", hint(name, known))));
        };
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.expression()?);
            if !self.symbol(",") {
                break;
            }
        }
        self.expect(")")?;
        match function.arity() {
            Some(arity) if arity != arguments.len() => {
                let message = format!("{name} of {} arguments; it has {arity}", arguments.len());
                Err(Misreading::new(at, message))
            }
            _ => self.node(at, Node::Call { function, arguments }),
        }
    }
}
