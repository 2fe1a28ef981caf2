//! Strict tables of text (CSV, RFC 4180): a header that names every column, and errors by line and column.

use std::io::{Read, Write};

use csv::{ReaderBuilder, StringRecord, Terminator, WriterBuilder};

use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};

/// A table that is being read.
pub(crate) struct TableReader<R> {
    reader: csv::Reader<R>,
    columns: Vec<&'static str>,
    /// For each column that may be there, its place in the file.
    places: Vec<Option<usize>>,
    record: StringRecord,
}

impl<R: Read> TableReader<R> {
    /// Reads the header of a table that may have the columns `columns`, in any order, and must have `required`.
    pub(crate) fn new(
        source: R,
        columns: Vec<&'static str>,
        required: &[&'static str],
    ) -> Result<TableReader<R>> {
        let mut reader = ReaderBuilder::new().from_reader(source);
        let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
        let mut places = vec![None; columns.len()];
        for (place, name) in header.iter().enumerate() {
            // Spreadsheets put a byte order mark before the first name.
            let name = if place == 0 { name.trim_start_matches('\u{feff}') } else { name };
            let known = columns.iter().position(|column| *column == name).and_then(|at| places.get_mut(at));
            match known {
                None => {
                    let bound = format!("one of {}", columns.join(" "));
                    return Err(Error::new(ErrorCode::UnknownField, "line 1", quoted(name), bound));
                }
                Some(Some(_)) => {
                    let bound = "each column once";
                    return Err(Error::new(ErrorCode::Contradiction, "line 1", quoted(name), bound));
                }
                Some(free) => *free = Some(place),
            }
        }
        let table = TableReader { reader, columns, places, record: StringRecord::new() };
        match required.iter().find(|name| !table.has(name)) {
            Some(name) => Err(Error::new(ErrorCode::Missing, "line 1", "none", format!("a column {name}"))),
            None => Ok(table),
        }
    }

    /// Whether the file has a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    fn place(&self, column: &str) -> Option<usize> {
        let at = self.columns.iter().position(|known| *known == column)?;
        self.places.get(at).copied().flatten()
    }

    /// The next line of the table; none after the last.
    pub(crate) fn next_line(&mut self) -> Result<Option<CsvLine<'_>>> {
        let more = self.reader.read_record(&mut self.record).map_err(|error| unreadable(&error))?;
        let line = self.record.position().map_or(0, csv::Position::line);
        Ok(more.then(|| CsvLine { line, columns: &self.columns, places: &self.places, record: &self.record }))
    }
}

/// A line of a table.
#[derive(Clone, Copy)]
pub(crate) struct CsvLine<'a> {
    line: u64,
    columns: &'a [&'static str],
    places: &'a [Option<usize>],
    record: &'a StringRecord,
}

impl<'a> CsvLine<'a> {
    /// The text of a column, by its place among the columns that may be there; none where the file has no such column.
    pub(crate) fn text(&self, column: usize) -> Option<&'a str> {
        let place = self.places.get(column).copied().flatten()?;
        self.record.get(place)
    }

    /// Reads a column; an error names the line and the column.
    pub(crate) fn read<T>(&self, column: usize, read: impl FnOnce(&str) -> Result<T>) -> Result<Option<T>> {
        let read = self.text(column).map(read).transpose();
        read.map_err(|error| error.at(self.at(self.columns.get(column).copied().unwrap_or_default())))
    }

    /// Where an error at a column is.
    pub(crate) fn at(&self, column: &str) -> String {
        format!("line {}, column {column}", self.line)
    }
}

/// A table that is being written.
pub(crate) struct TableWriter<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> TableWriter<W> {
    /// Writes the header of a table.
    pub(crate) fn new(target: W, columns: &[&str]) -> Result<TableWriter<W>> {
        let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(target);
        writer.write_record(columns).map_err(|error| unwritable(&error))?;
        Ok(TableWriter { writer })
    }

    /// Writes the next cell of the line.
    pub(crate) fn cell(&mut self, text: &str) -> Result<()> {
        self.writer.write_field(text).map_err(|error| unwritable(&error))
    }

    /// Ends the line.
    pub(crate) fn end_line(&mut self) -> Result<()> {
        self.writer.write_record(None::<&[u8]>).map_err(|error| unwritable(&error))
    }

    /// Writes what waits to be written.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.writer.flush().map_err(|error| unwritable(&error))
    }
}

#[cold]
fn unreadable(error: &csv::Error) -> Error {
    let line = error.position().map_or(1, csv::Position::line);
    let field = format!("line {line}");
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Error::new(ErrorCode::Malformed, field, len, format!("{expected_len} cells"))
        }
        csv::ErrorKind::Utf8 { .. } => Error::new(ErrorCode::Io, field, "other bytes", "UTF-8"),
        _ => Error::new(ErrorCode::Io, field, error, "a table that can be read"),
    }
}

#[cold]
fn unwritable(error: &impl std::fmt::Display) -> Error {
    Error::new(ErrorCode::Io, "target", error, "a target that can be written to")
}
