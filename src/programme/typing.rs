//! What an expression may be: its type, found before anything is decided.
//!
//! A literal such as `3` may be an integer, a number or a money; its place says which. So an expression has a set of types, and each
//! operator narrows it; one that is left with none means nothing.

use crate::programme::expression::token::Misreading;
use crate::programme::expression::{Arithmetic, Comparison, Expression, Function, Literal, Node};
use crate::programme::fault::hint;
use crate::programme::names::{Declared, Names, Place};
use crate::programme::types::{Type, Types};

/// What is ordered by less and more.
const ORDERED: [Type; 7] =
    [Type::Integer, Type::Number, Type::Money, Type::Rate, Type::Date, Type::Months, Type::Days];

/// Finds the types of expressions in a place of a pack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typing<'n> {
    pub(crate) names: &'n Names,
    pub(crate) place: Place,
    /// The decimals of the pack's currency.
    pub(crate) decimals: u32,
}

impl Typing<'_> {
    /// Finds what an expression is, and refuses one that is not what its place asks.
    pub(crate) fn check(&self, expression: &Expression, asked: Types) -> Result<Types, Misreading> {
        let found = self.of(expression)?;
        let fits = found.and(asked);
        if fits.is_none() {
            return Err(Misreading::new(expression.at, format!("{found} stands where {asked} is asked")));
        }
        self.settle(expression, fits)?;
        Ok(fits)
    }

    /// The types that an expression may be by itself.
    fn of(&self, expression: &Expression) -> Result<Types, Misreading> {
        let at = expression.at;
        let misread = |message: String| Misreading::new(at, message);
        match &expression.node {
            Node::Literal(literal) => Ok(of_literal(literal)),
            Node::Fact { name, day } => {
                if let Some(day) = day {
                    self.check(day, Types::one(Type::Date))?;
                }
                self.names.fact(name, self.place).map(|fact| Types::one(fact.of)).map_err(misread)
            }
            Node::Choice(name) => {
                self.names.choice(name).map(|choice| Types::one(choice.of)).map_err(misread)
            }
            Node::Named(name) => {
                let named = self.names.named(name, self.place).map_err(misread)?;
                Ok(if named.is_unknown { Types::any() } else { Types::one(named.of) })
            }
            Node::Arithmetic { operator, left, right } => self.arithmetic(at, *operator, left, right),
            Node::Call { function, arguments } => self.call(at, *function, arguments),
            Node::All(items) | Node::Any(items) => {
                items.iter().try_for_each(|item| self.check(item, Types::one(Type::Bool)).map(|_| ()))?;
                Ok(Types::one(Type::Bool))
            }
            Node::Not(inner) => self.check(inner, Types::one(Type::Bool)),
            Node::Compare { operator, left, right } => self.compare(at, *operator, left, right),
            Node::InRange { of, from, to, .. } => self.range(at, of, from.as_deref(), to.as_deref()),
            Node::InSet { of, codes, .. } => self.set(of, codes),
        }
    }

    fn arithmetic(
        &self,
        at: usize,
        operator: Arithmetic,
        left: &Expression,
        right: &Expression,
    ) -> Result<Types, Misreading> {
        let (one, other) = (self.of(left)?, self.of(right)?);
        let mut result = Types::none();
        for l in Type::ALL.into_iter().filter(|of| one.has(*of)) {
            for r in Type::ALL.into_iter().filter(|of| other.has(*of)) {
                if let Some(of) = outcome(operator, l, r) {
                    result = result.or(Types::one(of));
                }
            }
        }
        if operator == Arithmetic::Divide && !is_whole(right) {
            return Err(Misreading::new(right.at, "a division is by a whole number that is written out"));
        }
        if !result.is_none() {
            return Ok(result);
        }
        let way_out = match (operator, one.first(), other.first()) {
            (Arithmetic::Subtract, Some(Type::Date), Some(Type::Date)) => "; days(a, b) counts days",
            (Arithmetic::Multiply, Some(Type::Money), Some(Type::Rate))
            | (Arithmetic::Multiply, Some(Type::Rate), Some(Type::Money)) => {
                "; interest needs days: simple(amount, rate, from, until, basis)"
            }
            _ => "",
        };
        let message = format!("{one} {} {other} means nothing{way_out}", operator.symbol());
        Err(Misreading::new(at, message))
    }

    fn compare(
        &self,
        at: usize,
        operator: Comparison,
        left: &Expression,
        right: &Expression,
    ) -> Result<Types, Misreading> {
        let both = self.same(at, left, right)?;
        let orders = !matches!(operator, Comparison::Equal | Comparison::Unequal);
        if orders && both.and(Types::some(&ORDERED)).is_none() {
            return Err(Misreading::new(at, format!("{both} has no order; == and != compare it")));
        }
        self.codes(left, right)?;
        self.codes(right, left)?;
        Ok(Types::one(Type::Bool))
    }

    /// Two expressions of one type.
    fn same(&self, at: usize, left: &Expression, right: &Expression) -> Result<Types, Misreading> {
        let (one, other) = (self.of(left)?, self.of(right)?);
        let mut both = one.and(other);
        if both.is_none() {
            // Whole numbers and others are compared by what they are.
            let numbers = Types::some(&[Type::Integer, Type::Number]);
            if one.and(numbers).is_none() || other.and(numbers).is_none() {
                return Err(Misreading::new(at, format!("{one} is compared with {other}")));
            }
            both = numbers;
        }
        self.settle(left, both)?;
        self.settle(right, both)?;
        Ok(both)
    }

    fn range(
        &self,
        at: usize,
        of: &Expression,
        from: Option<&Expression>,
        to: Option<&Expression>,
    ) -> Result<Types, Misreading> {
        for end in [from, to].into_iter().flatten() {
            let both = self.same(at, of, end)?;
            if both.and(Types::some(&ORDERED)).is_none() {
                return Err(Misreading::new(at, format!("{both} has no order")));
            }
        }
        if let (Some(Node::Literal(from)), Some(Node::Literal(to))) =
            (from.map(|end| &end.node), to.map(|end| &end.node))
            && falls(from, to)
        {
            return Err(Misreading::new(at, format!("{from}..{to} holds for nothing; a range that rises")));
        }
        Ok(Types::one(Type::Bool))
    }

    fn set(&self, of: &Expression, codes: &[Expression]) -> Result<Types, Misreading> {
        self.check(of, Types::some(&[Type::Code, Type::Text]))?;
        let mut seen = Vec::new();
        for code in codes {
            self.check(code, Types::some(&[Type::Code, Type::Text]))?;
            self.codes(of, code)?;
            if seen.contains(&&code.node) {
                return Err(Misreading::new(code.at, format!("{code} stands twice")));
            }
            seen.push(&code.node);
        }
        Ok(Types::one(Type::Bool))
    }

    /// Refuses a code that its vocabulary does not have.
    fn codes(&self, of: &Expression, code: &Expression) -> Result<(), Misreading> {
        let Node::Literal(Literal::Code(code_text)) = &code.node else { return Ok(()) };
        match self.declared(of).and_then(|declared| declared.codes) {
            Some(words) if !words.contains(code_text) => {
                let likely = hint(code_text, words.iter().map(String::as_str));
                Err(Misreading::new(code.at, format!("unknown code '{code_text}'{likely}")))
            }
            _ => Ok(()),
        }
    }

    /// What something that has a name is declared to be.
    fn declared(&self, expression: &Expression) -> Option<Declared> {
        match &expression.node {
            Node::Fact { name, .. } => self.names.fact(name, self.place).ok(),
            Node::Choice(name) => self.names.choice(name).ok(),
            Node::Named(name) => self.names.named(name, self.place).ok(),
            _ => None,
        }
    }

    fn call(&self, at: usize, function: Function, arguments: &[Expression]) -> Result<Types, Misreading> {
        let date = Types::one(Type::Date);
        let each = |asked: &[Types]| {
            arguments.iter().zip(asked).try_for_each(|(given, asked)| self.check(given, *asked).map(|_| ()))
        };
        match function {
            Function::Min | Function::Max => {
                let found = arguments.iter().map(|argument| self.of(argument));
                let found = found.collect::<Result<Vec<_>, _>>()?;
                let both = found.iter().fold(Types::some(&ORDERED), |both, one| both.and(*one));
                if both.is_none() {
                    let message = format!("{} of things of different types", function.name());
                    return Err(Misreading::new(at, message));
                }
                Ok(both)
            }
            Function::Years => each(&[date, date]).map(|()| Types::one(Type::Integer)),
            Function::Months => each(&[date, date]).map(|()| Types::one(Type::Months)),
            Function::Days => each(&[date, date]).map(|()| Types::one(Type::Days)),
            Function::EndOfMonth | Function::StartOfYear => each(&[date]).map(|()| date),
            Function::Benchmark => {
                each(&[Types::one(Type::Code), date])?;
                match arguments.first().map(|first| &first.node) {
                    Some(Node::Literal(Literal::Code(name))) => {
                        self.names.series(name).map_err(|message| Misreading::new(at, message))?;
                        Ok(Types::one(Type::Rate))
                    }
                    _ => Err(Misreading::new(at, "a benchmark is named by a code, such as 'lpr_1y'")),
                }
            }
            Function::Simple | Function::Compound => {
                let rates = Types::some(&[Type::Rate, Type::Number]);
                each(&[Types::one(Type::Money), rates, date, date, Types::one(Type::Code)])?;
                if let Some(basis) = arguments.last()
                    && let Node::Literal(Literal::Code(code)) = &basis.node
                    && !["months", "actual/365"].contains(&code.as_str())
                {
                    return Err(Misreading::new(basis.at, "a basis is 'months' or 'actual/365'"));
                }
                Ok(Types::one(Type::Money))
            }
        }
    }

    /// Carries the type that a place settled to the literals below: a money has no more decimals than the currency.
    fn settle(&self, expression: &Expression, asked: Types) -> Result<(), Misreading> {
        match &expression.node {
            Node::Literal(Literal::Plain(value)) if asked == Types::one(Type::Money) => {
                if value.scale() <= self.decimals {
                    return Ok(());
                }
                let message = format!("{value}; an amount of at most {} decimals", self.decimals);
                Err(Misreading::new(expression.at, message))
            }
            Node::Literal(Literal::Plain(value))
                if asked == Types::one(Type::Integer) && value.scale() > 0 =>
            {
                Err(Misreading::new(expression.at, format!("{value}; a whole number")))
            }
            Node::Arithmetic { operator: Arithmetic::Add | Arithmetic::Subtract, left, right } => {
                self.settle(left, asked)?;
                self.settle(right, asked)
            }
            Node::Call { function: Function::Min | Function::Max, arguments } => {
                arguments.iter().try_for_each(|argument| self.settle(argument, asked))
            }
            _ => Ok(()),
        }
    }
}

/// What a literal may be.
fn of_literal(literal: &Literal) -> Types {
    match literal {
        Literal::Date(_) => Types::one(Type::Date),
        Literal::Plain(value) if value.scale() == 0 => {
            Types::some(&[Type::Integer, Type::Number, Type::Money])
        }
        Literal::Plain(_) => Types::some(&[Type::Number, Type::Money]),
        Literal::Percent(_) => Types::some(&[Type::Number, Type::Rate]),
        Literal::BasisPoints(_) => Types::one(Type::Rate),
        Literal::Months(_) => Types::one(Type::Months),
        Literal::Days(_) => Types::one(Type::Days),
        Literal::Code(_) => Types::some(&[Type::Code, Type::Text]),
        Literal::Bool(_) => Types::one(Type::Bool),
    }
}

/// What comes of two types under an operator; none where it means nothing.
fn outcome(operator: Arithmetic, left: Type, right: Type) -> Option<Type> {
    use Type::{Date, Days, Integer, Money, Months, Number, Rate};
    match (operator, left, right) {
        (Arithmetic::Add | Arithmetic::Subtract, Date, Months | Days) => Some(Date),
        (Arithmetic::Add | Arithmetic::Subtract, Integer | Number, Integer | Number) => {
            Some(if left == right { left } else { Number })
        }
        (Arithmetic::Add | Arithmetic::Subtract, Money | Rate | Months | Days, _) if left == right => {
            Some(left)
        }
        (Arithmetic::Multiply, Integer, Integer) => Some(Integer),
        (Arithmetic::Multiply, Integer | Number, Integer | Number) => Some(Number),
        (Arithmetic::Multiply, Money | Rate, Integer | Number) => Some(left),
        (Arithmetic::Multiply, Integer | Number, Money | Rate) => Some(right),
        (Arithmetic::Multiply, Months | Days, Integer) => Some(left),
        (Arithmetic::Multiply, Integer, Months | Days) => Some(right),
        (Arithmetic::Divide, Integer | Number, Integer) => Some(Number),
        (Arithmetic::Divide, Money | Rate | Months | Days, Integer) => Some(left),
        _ => None,
    }
}

/// Whether an expression is a whole number that is written out, and not zero.
fn is_whole(expression: &Expression) -> bool {
    matches!(&expression.node, Node::Literal(Literal::Plain(value)) if value.scale() == 0 && !value.is_zero())
}

/// Whether a range from one literal to another falls.
fn falls(from: &Literal, to: &Literal) -> bool {
    match (from, to) {
        (Literal::Date(from), Literal::Date(to)) => from > to,
        (Literal::Plain(from), Literal::Plain(to)) => from > to,
        (
            Literal::Percent(from) | Literal::BasisPoints(from),
            Literal::Percent(to) | Literal::BasisPoints(to),
        ) => from > to,
        (Literal::Months(from), Literal::Months(to)) | (Literal::Days(from), Literal::Days(to)) => from > to,
        _ => false,
    }
}
