//! What a checked register of columns can do, whatever it lists.

/// The methods that registers of columns have alike: of `$columns`, whose rows are `$rows`.
macro_rules! register {
    ($name:ident of $columns:ident, $rows:literal, $needed:expr) => {
        impl<'a> $name<'a> {
            #[doc = concat!("The number of ", $rows, ".")]
            #[must_use]
            pub fn len(&self) -> usize {
                self.rows
            }

            #[doc = concat!("Whether there are no ", $rows, ".")]
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.rows == 0
            }

            /// The columns.
            #[must_use]
            pub fn columns(&self) -> &$columns<'a> {
                &self.columns
            }

            #[doc = concat!("The ", $rows, " of a range of places, borrowed. Places past the end hold none.")]
            #[must_use]
            pub fn rows(&self, range: std::ops::Range<usize>) -> $name<'_> {
                let end = range.end.min(self.rows);
                let start = range.start.min(end);
                $name { rows: end - start, columns: self.columns.rows(start..end) }
            }

            /// The same with columns of its own.
            #[must_use]
            pub fn into_owned(self) -> $name<'static> {
                $name { rows: self.rows, columns: self.columns.into_owned() }
            }
        }

        #[cfg(feature = "csv")]
        impl $name<'_> {
            /// Reads the columns of a table, unchecked but for each cell.
            fn read_columns(source: impl std::io::Read) -> $crate::error::Result<$columns<'static>> {
                let names = $columns::NAMES.to_vec();
                let mut table = $crate::columns::table::TableReader::new(source, names, $needed)?;
                let mut columns = $columns::default();
                while let Some(line) = table.next_line()? {
                    columns.read_line(line, $crate::money::Currency::NONE, 0)?;
                }
                Ok(columns)
            }

            #[doc = concat!("Writes the ", $rows, " as CSV, in the form that `read_csv` reads: the columns that are there.")]
            ///
            /// # Errors
            ///
            /// [`ErrorCode::Io`](crate::ErrorCode::Io) if the target does not take it.
            pub fn write_csv(&self, target: impl std::io::Write) -> $crate::error::Result<()> {
                let mut table = $crate::columns::table::TableWriter::new(target, &self.columns.names())?;
                for row in 0..self.rows {
                    self.columns.write_row(row, $crate::money::Currency::NONE, |text| table.cell(text))?;
                    table.end_line()?;
                }
                table.finish()
            }
        }
    };
}
pub(super) use register;
