//! The language of section 3, read by descent into a tree.

use num_bigint::BigInt;

use super::known::Thing;
use super::ratio::Ratio;
use crate::dates::Day;

#[derive(Clone, Debug)]
pub enum Tree {
    Literal(Thing),
    Fact(String, Option<Box<Tree>>),
    Choice(String),
    Named(String),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Compare(String, Box<Tree>, Box<Tree>),
    InRange(Box<Tree>, Option<Box<Tree>>, Option<Box<Tree>>),
    InSet(Box<Tree>, Vec<String>),
    Plus(Box<Tree>, Box<Tree>),
    Minus(Box<Tree>, Box<Tree>),
    Times(Box<Tree>, Box<Tree>),
    Over(Box<Tree>, BigInt),
    Call(String, Vec<Tree>),
}

impl Tree {
    pub fn parts(&self) -> Vec<&Tree> {
        match self {
            Tree::Literal(_) | Tree::Choice(_) | Tree::Named(_) | Tree::Fact(_, None) => Vec::new(),
            Tree::Fact(_, Some(one)) | Tree::Not(one) | Tree::InSet(one, _) | Tree::Over(one, _) => vec![one],
            Tree::All(many) | Tree::Any(many) | Tree::Call(_, many) => many.iter().collect(),
            Tree::Compare(_, a, b) | Tree::Plus(a, b) | Tree::Minus(a, b) | Tree::Times(a, b) => vec![a, b],
            Tree::InRange(of, low, high) => {
                [Some(of), low.as_ref(), high.as_ref()].into_iter().flatten().map(|part| &**part).collect()
            }
        }
    }
}

pub fn read(text: &str) -> Result<Tree, String> {
    let mut reader = Reader { left: text };
    let tree = reader.expression()?;
    reader.space();
    if reader.left.is_empty() { Ok(tree) } else { Err(format!("{:?} is left of {text}", reader.left)) }
}

struct Reader<'t> {
    left: &'t str,
}

const OPERATORS: [&str; 6] = ["<=", ">=", "==", "!=", "<", ">"];

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

impl<'t> Reader<'t> {
    fn space(&mut self) {
        self.left = self.left.trim_start();
    }

    /// Takes a sign if it is next.
    fn sign(&mut self, sign: &str) -> bool {
        self.space();
        let rest = self.left.strip_prefix(sign);
        self.left = rest.unwrap_or(self.left);
        rest.is_some()
    }

    /// Takes a word if it is next, and not the beginning of a longer one.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        match self.left.strip_prefix(word) {
            Some(rest) if !rest.starts_with(is_name) => {
                self.left = rest;
                true
            }
            _ => false,
        }
    }

    fn while_(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let end = self.left.find(|c| !fits(c)).unwrap_or(self.left.len());
        let (taken, rest) = self.left.split_at(end);
        self.left = rest;
        taken
    }

    fn must(&mut self, sign: &str) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(format!("no {sign} before {:?}", self.left)) }
    }

    fn expression(&mut self) -> Result<Tree, String> {
        let mut items = vec![self.item()?];
        let join = ["and", "or"].into_iter().find(|word| self.word(word));
        let Some(join) = join else { return items.pop().ok_or_else(|| "nothing".to_owned()) };
        items.push(self.item()?);
        while self.word(join) {
            items.push(self.item()?);
        }
        Ok(if join == "and" { Tree::All(items) } else { Tree::Any(items) })
    }

    fn item(&mut self) -> Result<Tree, String> {
        if self.word("not") {
            return Ok(Tree::Not(Box::new(self.item()?)));
        }
        let first = self.sum()?;
        self.space();
        if let Some(operator) = OPERATORS.into_iter().find(|operator| self.sign(operator)) {
            return Ok(Tree::Compare(operator.to_owned(), Box::new(first), Box::new(self.sum()?)));
        }
        let negated = self.word("not");
        if !self.word("in") {
            return if negated { Err("not without in".to_owned()) } else { Ok(first) };
        }
        let within = if self.sign("[") { self.set(first)? } else { self.range(first)? };
        Ok(if negated { Tree::Not(Box::new(within)) } else { within })
    }

    fn set(&mut self, of: Tree) -> Result<Tree, String> {
        let mut codes = Vec::new();
        loop {
            codes.push(self.code()?);
            if !self.sign(",") {
                break;
            }
        }
        self.must("]")?;
        Ok(Tree::InSet(Box::new(of), codes))
    }

    fn range(&mut self, of: Tree) -> Result<Tree, String> {
        let low = if self.sign("..") {
            None
        } else {
            let low = self.sum()?;
            self.must("..")?;
            Some(Box::new(low))
        };
        self.space();
        let ends = self.left.is_empty()
            || self.left.starts_with(')')
            || ["and", "or"].iter().any(|word| Reader { left: self.left }.word(word));
        let high = if ends { None } else { Some(Box::new(self.sum()?)) };
        Ok(Tree::InRange(Box::new(of), low, high))
    }

    fn code(&mut self) -> Result<String, String> {
        self.must("'")?;
        let code = self.while_(|c| c != '\'').to_owned();
        self.must("'")?;
        Ok(code)
    }

    fn sum(&mut self) -> Result<Tree, String> {
        let mut left = self.product()?;
        loop {
            if self.sign("+") {
                left = Tree::Plus(Box::new(left), Box::new(self.product()?));
            } else if self.sign("-") {
                left = Tree::Minus(Box::new(left), Box::new(self.product()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Result<Tree, String> {
        let mut left = self.primary()?;
        loop {
            if self.sign("*") {
                left = Tree::Times(Box::new(left), Box::new(self.primary()?));
            } else if self.sign("/") {
                self.space();
                let digits = self.while_(|c| c.is_ascii_digit() || c == '_').replace('_', "");
                let divisor = digits.parse().map_err(|_| format!("no divisor: {digits}"))?;
                left = Tree::Over(Box::new(left), divisor);
            } else {
                return Ok(left);
            }
        }
    }

    fn primary(&mut self) -> Result<Tree, String> {
        if self.sign("(") {
            let inner = self.expression()?;
            self.must(")")?;
            return Ok(inner);
        }
        self.space();
        if self.left.starts_with('\'') {
            return Ok(Tree::Literal(Thing::Word(self.code()?)));
        }
        if self.left.starts_with(|c: char| c.is_ascii_digit()) {
            return self.literal();
        }
        let mut name = self.while_(is_name).to_owned();
        // A dot joins two words; two dots are a range.
        if self.left.strip_prefix('.').is_some_and(|rest| rest.starts_with(is_name)) {
            self.left = &self.left[1..];
            name = format!("{name}.{}", self.while_(is_name));
        }
        match name.as_str() {
            "" => Err(format!("no expression at {:?}", self.left)),
            "true" => Ok(Tree::Literal(Thing::Bool(true))),
            "false" => Ok(Tree::Literal(Thing::Bool(false))),
            _ if self.left.starts_with('(') => self.call(name),
            _ if name.starts_with("choice.") => Ok(Tree::Choice(name["choice.".len()..].to_owned())),
            _ if name.contains('.') => {
                let day = if self.word("at") { Some(Box::new(self.primary()?)) } else { None };
                Ok(Tree::Fact(name, day))
            }
            _ => Ok(Tree::Named(name)),
        }
    }

    fn call(&mut self, name: String) -> Result<Tree, String> {
        self.must("(")?;
        let mut arguments = vec![self.expression()?];
        while self.sign(",") {
            arguments.push(self.expression()?);
        }
        self.must(")")?;
        Ok(Tree::Call(name, arguments))
    }

    fn literal(&mut self) -> Result<Tree, String> {
        let day = self.left.get(..10).and_then(|text| Day::parse(text).ok());
        if let Some(day) = day {
            self.left = &self.left[10..];
            return Ok(Tree::Literal(Thing::Date(day)));
        }
        let mut digits = self.while_(|c| c.is_ascii_digit() || c == '_').to_owned();
        let mut after = self.left.chars();
        if after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit()) {
            self.left = &self.left[1..];
            digits = format!("{digits}.{}", self.while_(|c| c.is_ascii_digit() || c == '_'));
        }
        let number = Ratio::decimal(&digits.replace('_', ""))?;
        let thing = if self.sign("%") {
            Thing::Number(number.divided_by(&BigInt::from(100)))
        } else if self.word("bp") {
            Thing::Number(number.divided_by(&BigInt::from(10_000)))
        } else if self.word("years") || self.word("year") {
            Thing::Months(number.over * 12)
        } else if self.word("months") || self.word("month") {
            Thing::Months(number.over)
        } else if self.word("days") || self.word("day") {
            Thing::Days(number.over)
        } else {
            Thing::Number(number)
        };
        Ok(Tree::Literal(thing))
    }
}
