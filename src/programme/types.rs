//! The types of expressions, and sets of them.

use std::fmt;

/// A type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    Bool,
    Code,
    Text,
    Integer,
    Number,
    Money,
    Rate,
    Date,
    Months,
    Days,
}

impl Type {
    pub(crate) const ALL: [Type; 10] = [
        Type::Bool,
        Type::Code,
        Type::Text,
        Type::Integer,
        Type::Number,
        Type::Money,
        Type::Rate,
        Type::Date,
        Type::Months,
        Type::Days,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::Code => "code",
            Type::Text => "text",
            Type::Integer => "integer",
            Type::Number => "number",
            Type::Money => "money",
            Type::Rate => "rate",
            Type::Date => "date",
            Type::Months => "months",
            Type::Days => "days",
        }
    }

    /// The type of a word.
    pub(crate) fn of(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|of| of.name() == name)
    }
}

/// The types that an expression may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Types(u16);

impl Types {
    pub(crate) const fn none() -> Types {
        Types(0)
    }

    pub(crate) fn one(of: Type) -> Types {
        Types::some(&[of])
    }

    pub(crate) fn some(of: &[Type]) -> Types {
        Types(Type::ALL.iter().enumerate().filter(|(_, one)| of.contains(one)).map(|(bit, _)| 1 << bit).sum())
    }

    pub(crate) fn any() -> Types {
        Types::some(&Type::ALL)
    }

    pub(crate) fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn has(self, of: Type) -> bool {
        !self.and(Types::one(of)).is_none()
    }

    /// The first of them, in the order of their declaration.
    pub(crate) fn first(self) -> Option<Type> {
        Type::ALL.into_iter().find(|of| self.has(*of))
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names = Type::ALL.into_iter().filter(|of| self.has(*of)).map(Type::name);
        f.write_str(names.next().unwrap_or("nothing"))?;
        names.try_for_each(|name| write!(f, " or {name}"))
    }
}
