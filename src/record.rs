//! Values that are written down and read back: a tree of fields, each named once for both ways.
//!
//! [`recorded!`] lists the fields of a struct. What writes the tree as text or bytes is not this file's business.

use std::borrow::Cow;

use chrono::NaiveDate;
use num_bigint::BigInt;

use crate::error::{Error, ErrorCode, Result};
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// A value, written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// None of an optional value.
    Nothing,
    Flag(bool),
    /// Whole numbers, and money in minor units.
    Number(i64),
    /// Words, dates, rates, and numbers that need more than 64 bits.
    Text(Cow<'static, str>),
    List(Vec<Node>),
    Fields(Vec<(Cow<'static, str>, Node)>),
}

/// A value that can be written down and read back.
pub(crate) trait Recorded: Sized {
    fn write(&self) -> Node;

    /// # Errors
    ///
    /// [`ErrorCode::InvalidSnapshot`] for what [`Recorded::write`] cannot have written.
    fn read(node: &Node) -> Result<Self>;
}

/// Refuses a value, under the name of the field that holds it.
#[cold]
pub(crate) fn unreadable(found: impl std::fmt::Display, expected: impl std::fmt::Display) -> Error {
    Error::new(ErrorCode::InvalidSnapshot, "record", found, expected)
}

/// The same error, of a part of a field.
#[cold]
pub(crate) fn inside(error: Error, name: &str) -> Error {
    // A place in a list follows its name without a point.
    match error.field().strip_prefix('[') {
        Some(place) => {
            let field = format!("{name}[{place}");
            error.at(field)
        }
        None => error.within(name),
    }
}

impl Node {
    fn kind(&self) -> &'static str {
        match self {
            Node::Nothing => "null",
            Node::Flag(_) => "a flag",
            Node::Number(_) => "a number",
            Node::Text(_) => "a text",
            Node::List(_) => "a list",
            Node::Fields(_) => "an object",
        }
    }

    /// A word, or a date, a rate or a wide number as text.
    pub(crate) fn text(&self) -> Result<&str> {
        match self {
            Node::Text(text) => Ok(text),
            other => Err(unreadable(other.kind(), "a text")),
        }
    }

    fn list(&self) -> Result<&[Node]> {
        match self {
            Node::List(nodes) => Ok(nodes),
            other => Err(unreadable(other.kind(), "a list")),
        }
    }

    /// An object of these fields.
    pub(crate) fn object<const N: usize>(names: [&'static str; N], nodes: [Node; N]) -> Node {
        Node::Fields(names.into_iter().map(Cow::Borrowed).zip(nodes).collect())
    }

    /// FNV-1a in 64 bits over what it holds: tells a record that was changed by hand from one that was written.
    pub(crate) fn checksum(&self) -> String {
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        self.digest(&mut sum);
        format!("{sum:016x}")
    }

    fn digest(&self, sum: &mut u64) {
        let mut feed = |tag: u8, bytes: &[u8]| {
            for byte in [tag].iter().chain(bytes).chain(&[0xff]) {
                *sum = (*sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        match self {
            Node::Nothing => feed(0, &[]),
            Node::Flag(flag) => feed(1, &[u8::from(*flag)]),
            Node::Number(number) => feed(2, number.to_string().as_bytes()),
            Node::Text(text) => feed(3, text.as_bytes()),
            Node::List(nodes) => {
                feed(4, nodes.len().to_string().as_bytes());
                nodes.iter().for_each(|node| node.digest(sum));
            }
            Node::Fields(fields) => {
                feed(5, fields.len().to_string().as_bytes());
                for (name, node) in fields {
                    Node::Text(name.clone()).digest(sum);
                    node.digest(sum);
                }
            }
        }
    }

    /// The fields of an object, which must be these, in this order.
    pub(crate) fn fields<const N: usize>(&self, names: [&'static str; N]) -> Result<[&Node; N]> {
        let Node::Fields(fields) = self else { return Err(unreadable(self.kind(), "an object")) };
        let mut nodes = [&Node::Nothing; N];
        for (at, (name, slot)) in names.iter().zip(&mut nodes).enumerate() {
            match fields.get(at) {
                Some((found, node)) if found == name => *slot = node,
                Some((found, _)) => return Err(unreadable(found, format_args!("the field {name}"))),
                None => return Err(unreadable("nothing", format_args!("the field {name}"))),
            }
        }
        match fields.get(N) {
            Some((found, _)) => Err(unreadable(found, "no more fields")),
            None => Ok(nodes),
        }
    }
}

/// Lists the fields of structs, which are written down and read back by their names.
macro_rules! recorded {
    ($($name:ty { $($field:ident),+ $(,)? })+) => {
        $(impl $crate::record::Recorded for $name {
            fn write(&self) -> $crate::record::Node {
                $crate::record::Node::Fields(vec![
                    $((stringify!($field).into(), $crate::record::Recorded::write(&self.$field)),)+
                ])
            }

            fn read(node: &$crate::record::Node) -> $crate::error::Result<Self> {
                let [$($field),+] = node.fields([$(stringify!($field)),+])?;
                Ok(Self {
                    $($field: $crate::record::Recorded::read($field)
                        .map_err(|error| $crate::record::inside(error, stringify!($field)))?,)+
                })
            }
        })+
    };
}
pub(crate) use recorded;

/// Lists the words of enums without data.
macro_rules! recorded_words {
    ($($name:ident { $($variant:ident = $word:literal),+ $(,)? })+) => {
        $(impl $crate::record::Recorded for $name {
            fn write(&self) -> $crate::record::Node {
                $crate::record::Node::Text(match self { $($name::$variant => $word),+ }.into())
            }

            fn read(node: &$crate::record::Node) -> $crate::error::Result<Self> {
                match node.text()? {
                    $($word => Ok($name::$variant),)+
                    other => Err($crate::record::unreadable(other, concat!("one of" $(, " ", $word)+))),
                }
            }
        })+
    };
}
pub(crate) use recorded_words;

impl Recorded for bool {
    fn write(&self) -> Node {
        Node::Flag(*self)
    }

    fn read(node: &Node) -> Result<bool> {
        match node {
            Node::Flag(flag) => Ok(*flag),
            other => Err(unreadable(other.kind(), "a flag")),
        }
    }
}

impl Recorded for i64 {
    fn write(&self) -> Node {
        Node::Number(*self)
    }

    fn read(node: &Node) -> Result<i64> {
        match node {
            Node::Number(number) => Ok(*number),
            other => Err(unreadable(other.kind(), "a number")),
        }
    }
}

/// Numbers that fit 64 bits.
macro_rules! recorded_numbers {
    ($($name:ty)+) => {
        $(impl Recorded for $name {
            fn write(&self) -> Node {
                // All of them are counts of an account, far below 2^63.
                i64::try_from(*self).map_or_else(|_| Node::Text(self.to_string().into()), Node::Number)
            }

            fn read(node: &Node) -> Result<$name> {
                let number = i64::read(node)?;
                <$name>::try_from(number)
                    .map_err(|_| unreadable(number, concat!("a number that ", stringify!($name), " holds")))
            }
        })+
    };
}
recorded_numbers!(u16 u32 i32 usize);

impl Recorded for i128 {
    fn write(&self) -> Node {
        Node::Text(self.to_string().into())
    }

    fn read(node: &Node) -> Result<i128> {
        let text = node.text()?;
        text.parse().map_err(|_| unreadable(text, "a whole number of at most 128 bits"))
    }
}

impl Recorded for BigInt {
    fn write(&self) -> Node {
        Node::Text(self.to_string().into())
    }

    fn read(node: &Node) -> Result<BigInt> {
        let text = node.text()?;
        text.parse().map_err(|_| unreadable(text, "a whole number"))
    }
}

impl Recorded for Money {
    fn write(&self) -> Node {
        Node::Number(self.minor())
    }

    fn read(node: &Node) -> Result<Money> {
        i64::read(node).map(Money::from_minor)
    }
}

impl Recorded for NaiveDate {
    fn write(&self) -> Node {
        Node::Text(self.to_string().into())
    }

    fn read(node: &Node) -> Result<NaiveDate> {
        let text = node.text()?;
        text.parse().map_err(|_| unreadable(text, "a date like 2020-03-31"))
    }
}

impl Recorded for Rate {
    fn write(&self) -> Node {
        Node::Text(self.fraction().to_string().into())
    }

    fn read(node: &Node) -> Result<Rate> {
        let text = node.text()?;
        let fraction = text.parse().map_err(|_| unreadable(text, "a rate like 0.0435"))?;
        Rate::new(fraction)
    }
}

recorded! { RateStep { from, rate, projected } }

impl<T: Recorded> Recorded for Option<T> {
    fn write(&self) -> Node {
        self.as_ref().map_or(Node::Nothing, Recorded::write)
    }

    fn read(node: &Node) -> Result<Option<T>> {
        match node {
            Node::Nothing => Ok(None),
            node => T::read(node).map(Some),
        }
    }
}

impl<T: Recorded> Recorded for Vec<T> {
    fn write(&self) -> Node {
        Node::List(self.iter().map(Recorded::write).collect())
    }

    fn read(node: &Node) -> Result<Vec<T>> {
        let read = |(at, node)| T::read(node).map_err(|error| error.within(&format!("[{at}]")));
        node.list()?.iter().enumerate().map(read).collect()
    }
}

impl<A: Recorded, B: Recorded> Recorded for (A, B) {
    fn write(&self) -> Node {
        Node::List(vec![self.0.write(), self.1.write()])
    }

    fn read(node: &Node) -> Result<(A, B)> {
        match node.list()? {
            [first, second] => Ok((A::read(first)?, B::read(second)?)),
            other => Err(unreadable(format_args!("{} values", other.len()), "2")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Pair {
        amount: Money,
        days: Vec<(NaiveDate, Option<u16>)>,
    }

    recorded! { Pair { amount, days } }

    fn pair() -> Pair {
        let day = NaiveDate::from_ymd_opt(2020, 3, 31).unwrap();
        Pair { amount: Money::from_minor(-5), days: vec![(day, Some(7)), (day, None)] }
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Pair::read(&pair().write()).unwrap(), pair());
    }

    #[test]
    fn what_was_not_written_is_refused_by_the_name_of_its_field() {
        let Node::Fields(fields) = pair().write() else { panic!("no fields") };
        let change = |at: usize, node: Node| {
            let mut fields = fields.clone();
            fields[at].1 = node;
            Pair::read(&Node::Fields(fields)).unwrap_err()
        };
        let days = Node::List(vec![Node::List(vec![Node::Text("2020-03-32".into()), Node::Nothing])]);
        for (error, field) in [
            (change(0, Node::Flag(true)), "amount.record"),
            (change(1, days), "days[0].record"),
            (change(1, Node::Number(1)), "days.record"),
        ] {
            assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, field));
        }
        let mut more = fields.clone();
        more.push(("more".into(), Node::Nothing));
        assert!(Pair::read(&Node::Fields(more)).is_err());
        assert!(Pair::read(&Node::Fields(fields[..1].to_vec())).is_err());
    }
}
