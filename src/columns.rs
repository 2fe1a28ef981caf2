//! Tables by columns: one array a field, borrowed from the host or owned, checked, and read from text and written to it.

pub(crate) mod cell;
#[cfg(feature = "csv")]
pub(crate) mod table;
#[cfg(feature = "csv")]
pub(crate) mod text;

use std::borrow::Cow;

use crate::error::{Error, ErrorCode, Result};
use cell::Cell;

/// An array of a table: borrowed or owned. An empty one in a table of rows is a column that the host does not have.
pub type Column<'a, T> = Cow<'a, [T]>;

/// Declares columns with their names in a table of text and the kinds of their cells, so that the struct, its checks and its
/// table cannot drift apart. Fields after `and` are columns of another length, which their owner looks after.
macro_rules! columns {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$doc:meta])* $field:ident: $type:ty, $kind:ty, $text:literal;)*
        }
        $(and { $($(#[$other_doc:meta])* $other:ident: $other_type:ty;)* })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        $vis struct $name<'a> {
            $($(#[$doc])* pub $field: $crate::columns::Column<'a, $type>,)*
            $($($(#[$other_doc])* pub $other: $crate::columns::Column<'a, $other_type>,)*)?
        }

        impl<'a> $name<'a> {
            /// How many rows each column has, with its name.
            fn lengths(&self) -> impl Iterator<Item = (&'static str, usize)> {
                [$(($text, self.$field.len()),)*].into_iter()
            }

            /// Refuses the first value that its column cannot hold.
            fn check(&self) -> $crate::error::Result<()> {
                $($crate::columns::check_column::<$kind>(&self.$field, $text)?;)*
                Ok(())
            }

            /// The rows of a range; every column that is not empty has them. What is of another length is whole.
            #[allow(dead_code, reason = "not every table is looked at by ranges")]
            fn rows(&self, range: std::ops::Range<usize>) -> $name<'_> {
                $name {
                    $($field: std::borrow::Cow::Borrowed(self.$field.get(range.clone()).unwrap_or_default()),)*
                    $($($other: std::borrow::Cow::Borrowed(&self.$other),)*)?
                }
            }

            /// The same columns, owned.
            #[allow(dead_code, reason = "not every table is kept")]
            fn into_owned(self) -> $name<'static> {
                $name {
                    $($field: std::borrow::Cow::Owned(self.$field.into_owned()),)*
                    $($($other: std::borrow::Cow::Owned(self.$other.into_owned()),)*)?
                }
            }
        }

        #[cfg(feature = "csv")]
        impl $name<'static> {
            /// The names of all columns in a table of text.
            const NAMES: &'static [&'static str] = &[$($text,)*];

            /// Reads a line: a cell into each column that the table of text has, from its column `place` on. Returns the place
            /// after them.
            fn read_line(
                &mut self,
                line: $crate::columns::table::CsvLine<'_>,
                currency: $crate::money::Currency,
                mut place: usize,
            ) -> $crate::error::Result<usize> {
                use $crate::columns::{cell::Cell, text::TextCell};
                $(
                    if let Some(value) = line.read(place, |text| {
                        let value = <$kind>::parse(text, currency)?;
                        <$kind>::check(value).map(|()| value)
                    })? {
                        self.$field.to_mut().push(value);
                    }
                    place += 1;
                )*
                Ok(place)
            }
        }

        #[cfg(feature = "csv")]
        impl $name<'_> {
            /// The names of the columns that are there.
            fn names(&self) -> Vec<&'static str> {
                self.lengths().filter(|(_, length)| *length > 0).map(|(name, _)| name).collect()
            }

            /// Writes the cells of a row, each through `cell`.
            fn write_row(
                &self,
                row: usize,
                currency: $crate::money::Currency,
                mut cell: impl FnMut(&str) -> $crate::error::Result<()>,
            ) -> $crate::error::Result<()> {
                use $crate::columns::text::TextCell;
                let mut text = String::new();
                $(
                    if let Some(&value) = self.$field.get(row) {
                        text.clear();
                        <$kind>::print(value, currency, &mut text);
                        cell(&text)?;
                    }
                )*
                Ok(())
            }
        }
    };
}
pub(crate) use columns;

/// How many rows a table of columns has: as many as its longest column, and as every other that is not empty.
pub(crate) fn rows_of(lengths: &[(&'static str, usize)]) -> Result<usize> {
    let (longest, rows) = lengths.iter().copied().max_by_key(|(_, length)| *length).unwrap_or_default();
    same_length(lengths.iter().copied(), longest, rows)?;
    Ok(rows)
}

/// Refuses a column that is neither empty nor of `rows` rows.
pub(crate) fn same_length(
    mut lengths: impl Iterator<Item = (&'static str, usize)>,
    longest: &str,
    rows: usize,
) -> Result<()> {
    match lengths.find(|(_, length)| *length != 0 && *length != rows) {
        None => Ok(()),
        Some((name, length)) => Err(Error::new(
            ErrorCode::LengthsDiffer,
            name,
            length,
            format!("as many rows as {longest} has, {rows}, or none"),
        )),
    }
}

/// The column, or an error that names it: a table without rows has every column.
pub(crate) fn need<'b, T: Clone>(column: &'b [T], rows: usize, name: &'static str) -> Result<&'b [T]> {
    if column.is_empty() && rows > 0 {
        return Err(Error::new(ErrorCode::Missing, name, "no column", "a column with a value for each row"));
    }
    Ok(column)
}

pub(crate) fn check_column<C: Cell>(column: &[C::Value], name: &'static str) -> Result<()> {
    for (row, value) in column.iter().enumerate() {
        C::check(*value).map_err(|error| error.at(format!("{name}[{row}]")))?;
    }
    Ok(())
}

/// Holds two columns against each other where both are there.
pub(crate) fn check_pair<T: Copy + std::fmt::Display>(
    column: &[T],
    other: &[T],
    name: &'static str,
    code: ErrorCode,
    fault: impl Fn(T, T) -> Option<String>,
) -> Result<()> {
    for (row, (&value, &other)) in column.iter().zip(other).enumerate() {
        if let Some(bound) = fault(value, other) {
            return Err(Error::new(code, format!("{name}[{row}]"), value, bound));
        }
    }
    Ok(())
}
