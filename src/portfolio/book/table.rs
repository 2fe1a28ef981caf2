//! A book as a table of text (CSV).

use std::io::{Read, Write};

use super::{Book, Columns};
use crate::columns::table::{CsvLine, TableReader, TableWriter};
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;

impl Book<'static> {
    /// Reads a book from CSV: a header that names the columns, in any order, and a line for each loan.
    ///
    /// # Columns
    ///
    /// `currency`, the same in every line, and any of: `loan`, `county`, `township`, `village`, `product`, `programme`, `lender`,
    /// `borrower`, `household`, `debtor` (whole numbers, empty for none); `own_share` (0 to 1); `purpose`, `guarantee`,
    /// `targeted`, `status`, `class` (words, empty for none); `basis`, `forbearance` (words with a space between them); `amount`,
    /// `balance`, `overdue`, `deferred` (decimals in the currency's major unit); `rate` (0.0435 is 4.35 % a year); `disbursed_on`,
    /// `due_on`, `original_due_on`, `deferral_asked_on`, `deferral_granted_on` (2020-03-31 or 20200331, empty for none);
    /// `days_past_due`, `person_times` (whole numbers); `persons` (numbers with a space between them).
    ///
    /// # Errors
    ///
    /// The field of an error is its place: `line 17, column balance`.
    ///
    /// * [`ErrorCode::UnknownField`], [`ErrorCode::Contradiction`] or [`ErrorCode::Missing`] for a column that is not known, is
    ///   there twice, or is needed.
    /// * [`ErrorCode::CurrencyMismatch`] for a line in another currency.
    /// * [`ErrorCode::Malformed`], [`ErrorCode::TooManyDigits`], [`ErrorCode::UnknownValue`] and the like for a cell that is not
    ///   strictly of its column, or a line with too few or too many cells.
    /// * [`ErrorCode::Io`] for a source that cannot be read as UTF-8.
    /// * Those of [`Book::new`] for lines that contradict themselves, by row.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{Currency, portfolio::Book};
    ///
    /// let text = "currency,county,balance,class,disbursed_on\nCNY,500101,50000.00,normal,2020-03-31\n";
    /// let book = Book::read_csv(text.as_bytes(), Currency::CNY)?;
    /// assert_eq!(book.columns().balance_minor[0], 5_000_000);
    ///
    /// let wrong = text.replace("50000.00", "50000.001");
    /// let error = Book::read_csv(wrong.as_bytes(), Currency::CNY).unwrap_err();
    /// assert_eq!(error.field(), "line 2, column balance");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn read_csv(source: impl Read, currency: Currency) -> Result<Book<'static>> {
        let names = [&["currency"], Columns::NAMES, &["persons"]].concat();
        let mut table = TableReader::new(source, names, &["currency"])?;
        let mut columns = Columns::default();
        if table.has("persons") {
            columns.person_offset.to_mut().push(0);
        }
        while let Some(line) = table.next_line()? {
            line.read(0, |text| {
                if text == currency.code() {
                    return Ok(());
                }
                Err(Error::new(
                    ErrorCode::CurrencyMismatch,
                    "currency",
                    quoted(text),
                    format_args!("{currency} in each row"),
                ))
            })?;
            // The currency comes first, the persons last.
            let place = columns.read_line(line, currency, 1)?;
            read_persons(&mut columns, line, place)?;
        }
        Book::new(currency, columns)
    }
}

impl Book<'_> {
    /// Writes the book as CSV, in the form that [`Book::read_csv`] reads: the columns that are there, days as `2020-03-31`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Io`] if the target does not take it.
    pub fn write_csv(&self, target: impl Write) -> Result<()> {
        let columns = self.columns();
        let persons = !columns.person_offset.is_empty();
        let mut names = columns.names();
        names.insert(0, "currency");
        if persons {
            names.push("persons");
        }
        let mut table = TableWriter::new(target, &names)?;
        for row in 0..self.len() {
            table.cell(self.currency().code())?;
            columns.write_row(row, self.currency(), |text| table.cell(text))?;
            if persons {
                let ids: Vec<_> = self.persons(row).iter().map(u64::to_string).collect();
                table.cell(&ids.join(" "))?;
            }
            table.end_line()?;
        }
        table.finish()
    }
}

/// Reads the persons of a line, if the table has them.
fn read_persons(columns: &mut Columns<'static>, line: CsvLine<'_>, place: usize) -> Result<()> {
    let read = line.read(place, |text| {
        for id in text.split(' ').filter(|_| !text.is_empty()) {
            let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
            let id = id.parse().ok().filter(|_| digits).ok_or_else(|| {
                Error::new(
                    ErrorCode::Malformed,
                    "persons",
                    quoted(text),
                    "whole numbers with one space between them",
                )
            })?;
            columns.persons.to_mut().push(id);
        }
        Ok(u64::try_from(columns.persons.len()).unwrap_or(u64::MAX))
    })?;
    if let Some(end) = read {
        columns.person_offset.to_mut().push(end);
    }
    Ok(())
}
