//! Writes an expression in its one spelling: one space round operators, brackets only where they are needed, years as months, no
//! digit groups, codes in single quotes, basis points and percentages as the shortest percentage.

use std::fmt;

use crate::programme::expression::{Arithmetic, Expression, Literal, Node};

/// How tightly an expression binds; what binds less tightly than its place asks stands in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binding {
    /// A list of "and", or of "or".
    List,
    /// A part of such a list.
    Item,
    /// What "not" is said of.
    Negated,
    Sum,
    Product,
    Primary,
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, Binding::List)
    }
}

impl Expression {
    pub(crate) fn binding(&self) -> Binding {
        match &self.node {
            Node::All(_) | Node::Any(_) => Binding::List,
            Node::Not(_) | Node::Compare { .. } | Node::InRange { .. } | Node::InSet { .. } => {
                Binding::Negated
            }
            Node::Arithmetic { operator: Arithmetic::Add | Arithmetic::Subtract, .. } => Binding::Sum,
            Node::Arithmetic { .. } => Binding::Product,
            Node::Literal(_) | Node::Fact { .. } | Node::Choice(_) | Node::Named(_) | Node::Call { .. } => {
                Binding::Primary
            }
        }
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, place: Binding) -> fmt::Result {
        if self.binding() < place {
            f.write_str("(")?;
            self.node.print(f)?;
            return f.write_str(")");
        }
        self.node.print(f)
    }
}

impl Node {
    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Literal(literal) => write!(f, "{literal}"),
            Node::Fact { name, day } => {
                f.write_str(name)?;
                day.as_ref().map_or(Ok(()), |day| {
                    f.write_str(" at ")?;
                    day.print(f, Binding::Primary)
                })
            }
            Node::Choice(name) => write!(f, "choice.{name}"),
            Node::Named(name) => f.write_str(name),
            Node::Arithmetic { operator, left, right } => {
                // From the left: what stands on the right of an operator of its own rank is in brackets.
                let (own, tighter) = match operator {
                    Arithmetic::Add | Arithmetic::Subtract => (Binding::Sum, Binding::Product),
                    Arithmetic::Multiply | Arithmetic::Divide => (Binding::Product, Binding::Primary),
                };
                left.print(f, own)?;
                write!(f, " {} ", operator.symbol())?;
                right.print(f, tighter)
            }
            Node::Call { function, arguments } => {
                write!(f, "{}(", function.name())?;
                list(f, arguments, ", ", Binding::List)?;
                f.write_str(")")
            }
            Node::All(items) => list(f, items, " and ", Binding::Item),
            Node::Any(items) => list(f, items, " or ", Binding::Item),
            Node::Not(inner) => {
                f.write_str("not ")?;
                inner.print(f, Binding::Negated)
            }
            Node::Compare { operator, left, right } => {
                left.print(f, Binding::Sum)?;
                write!(f, " {} ", operator.symbol())?;
                right.print(f, Binding::Sum)
            }
            Node::InRange { negated, of, from, to } => {
                of.print(f, Binding::Sum)?;
                f.write_str(if *negated { " not in " } else { " in " })?;
                from.as_ref().map_or(Ok(()), |from| from.print(f, Binding::Sum))?;
                f.write_str("..")?;
                to.as_ref().map_or(Ok(()), |to| to.print(f, Binding::Sum))
            }
            Node::InSet { negated, of, codes } => {
                of.print(f, Binding::Sum)?;
                f.write_str(if *negated { " not in [" } else { " in [" })?;
                list(f, codes, ", ", Binding::Primary)?;
                f.write_str("]")
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Expression], joint: &str, place: Binding) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(joint)?;
        }
        item.print(f, place)?;
    }
    Ok(())
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Date(date) => write!(f, "{date}"),
            Literal::Plain(value) => write!(f, "{value}"),
            Literal::Percent(value) | Literal::BasisPoints(value) => write!(f, "{}%", value.normalize()),
            Literal::Months(count) => write!(f, "{count} months"),
            Literal::Days(count) => write!(f, "{count} days"),
            Literal::Code(code) => write!(f, "'{code}'"),
            Literal::Bool(value) => write!(f, "{value}"),
        }
    }
}
