//! The language of conditions, dates, amounts and rates: a closed tree, and nothing else is ever evaluated.
//!
//! `text -> token -> parse -> Expression`; `print` writes a tree in its one spelling, which the hash of a pack rests on. There are no
//! loops, no functions of one's own, no operations on texts and no `if`: a value has cases instead.

pub(crate) mod parse;
pub(crate) mod print;
pub(crate) mod token;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::programme::types::Type;

/// An expression, and the byte of its text that it is told by: its first one, or its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expression {
    pub(crate) at: usize,
    pub(crate) node: Node,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// Something that is written out.
    Literal(Literal),
    /// A fact, on the day of the decision or on another.
    Fact { name: String, day: Option<Box<Expression>> },
    /// What somebody chose.
    Choice(String),
    /// A figure or a value of the pack.
    Named(String),
    /// One expression and another.
    Arithmetic { operator: Arithmetic, left: Box<Expression>, right: Box<Expression> },
    /// A function of the language.
    Call { function: Function, arguments: Vec<Expression> },
    /// All of these hold.
    All(Vec<Expression>),
    /// At least one of these holds.
    Any(Vec<Expression>),
    /// This does not hold.
    Not(Box<Expression>),
    /// One stands so to the other.
    Compare { operator: Comparison, left: Box<Expression>, right: Box<Expression> },
    /// It lies between two others, both included; an end that is not there is open.
    InRange { negated: bool, of: Box<Expression>, from: Option<Box<Expression>>, to: Option<Box<Expression>> },
    /// It is one of these.
    InSet { negated: bool, of: Box<Expression>, codes: Vec<Expression> },
}

/// What is written out in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Literal {
    /// A day.
    Date(NaiveDate),
    /// A number: a money, an integer or a number, as its place asks.
    Plain(Decimal),
    /// A number of per cent: a number or a rate.
    Percent(Decimal),
    /// A number of basis points, as the per cent that they are: a rate.
    BasisPoints(Decimal),
    /// A number of months, twelve to a year.
    Months(u32),
    /// A number of days.
    Days(u32),
    /// A word of a vocabulary.
    Code(String),
    /// True or false.
    Bool(bool),
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

impl Arithmetic {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
        }
    }
}

/// How one thing stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

impl Comparison {
    pub(crate) const ALL: [Comparison; 6] = [
        Comparison::Less,
        Comparison::AtMost,
        Comparison::Greater,
        Comparison::AtLeast,
        Comparison::Equal,
        Comparison::Unequal,
    ];

    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
            Comparison::Equal => "==",
            Comparison::Unequal => "!=",
        }
    }
}

/// The functions of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// The least of some.
    Min,
    /// The greatest of some.
    Max,
    /// Completed years from one day to another.
    Years,
    /// Completed months from one day to another.
    Months,
    /// Days from one day to another.
    Days,
    /// The last day of a day's month.
    EndOfMonth,
    /// The first day of a day's year.
    StartOfYear,
    /// What a published series was on a day.
    Benchmark,
    /// The interest of an amount at a rate over a span.
    Simple,
    /// The same, compounded each month.
    Compound,
}

impl Function {
    pub(crate) const ALL: [Function; 10] = [
        Function::Min,
        Function::Max,
        Function::Years,
        Function::Months,
        Function::Days,
        Function::EndOfMonth,
        Function::StartOfYear,
        Function::Benchmark,
        Function::Simple,
        Function::Compound,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Function::Min => "min",
            Function::Max => "max",
            Function::Years => "years",
            Function::Months => "months",
            Function::Days => "days",
            Function::EndOfMonth => "end_of_month",
            Function::StartOfYear => "start_of_year",
            Function::Benchmark => "benchmark",
            Function::Simple => "simple",
            Function::Compound => "compound",
        }
    }

    /// What it comes to; none where that is what its arguments are.
    pub(crate) fn returns(self) -> Option<Type> {
        match self {
            Function::Min | Function::Max => None,
            Function::Years => Some(Type::Integer),
            Function::Months => Some(Type::Months),
            Function::Days => Some(Type::Days),
            Function::EndOfMonth | Function::StartOfYear => Some(Type::Date),
            Function::Benchmark => Some(Type::Rate),
            Function::Simple | Function::Compound => Some(Type::Money),
        }
    }

    /// The number of arguments; none where it is any from one.
    pub(crate) fn arity(self) -> Option<usize> {
        match self {
            Function::Min | Function::Max => None,
            Function::EndOfMonth | Function::StartOfYear => Some(1),
            Function::Years | Function::Months | Function::Days | Function::Benchmark => Some(2),
            Function::Simple | Function::Compound => Some(5),
        }
    }
}

impl Expression {
    /// Visits an expression and all that lie in it.
    pub(crate) fn walk(&self, visit: &mut impl FnMut(&Expression)) {
        visit(self);
        match &self.node {
            Node::Literal(_) | Node::Choice(_) | Node::Named(_) => {}
            Node::Fact { day, .. } => day.iter().for_each(|day| day.walk(visit)),
            Node::Arithmetic { left, right, .. } | Node::Compare { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Node::Call { arguments: items, .. } | Node::All(items) | Node::Any(items) => {
                items.iter().for_each(|item| item.walk(visit));
            }
            Node::Not(inner) => inner.walk(visit),
            Node::InRange { of, from, to, .. } => {
                of.walk(visit);
                from.iter().chain(to).for_each(|end| end.walk(visit));
            }
            Node::InSet { of, codes, .. } => {
                of.walk(visit);
                codes.iter().for_each(|code| code.walk(visit));
            }
        }
    }
}
