//! Loans guaranteed by the US Small Business Administration, read from the agency's public file.
//!
//! The file is real, and dirty as real files are. Columns are found by their names. A row that cannot be used is refused with
//! its line, column and reason; the ones after it are read all the same. Columns that are not asked for may hold anything.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
use puhui::{Currency, Cycle, DayCount, ErrorCode, Money, Rate, Rounding, add_months, parse_date};

use super::csv_lines::{CsvLines, Record};
use super::loan_book::{BookLoan, BookProduct, Failure, LoanBook, Refusal, Row};

const ID: &str = "LoanNr_ChkDgt";
const TERM: &str = "Term";
const REVOLVING: &str = "RevLineCr";
const DISBURSED: &str = "DisbursementDate";
const AMOUNT: &str = "DisbursementGross";

/// Stands for the column where it is no single one.
const WHOLE_ROW: &str = "(row)";
const OUT_OF_RANGE: &str = "outside 1900 to 2499";

/// What the file does not say and this reader takes for granted, for the summary.
pub const ASSUMPTIONS: [&str; 7] = [
    "repaid in Term equal monthly instalments (exact level payment, rounded half up)",
    "the whole DisbursementGross is drawn on DisbursementDate; the first instalment is due one month later",
    "due on the day of the month of the disbursement, or the month's last day",
    "interest by 30E/360: every whole month is a twelfth of a year",
    "one fixed rate for every loan: there is none in the file",
    "revolving lines (RevLineCr Y) are taken as drawn in full, and counted apart; a loan marked neither Y nor N is taken as a term loan",
    "a year of two digits is 1950 to 2049: the agency has lent since 1953",
];

/// The loans of an SBA file, one after another.
pub struct SbaBook {
    lines: CsvLines<BufReader<File>>,
    columns: Columns,
    rate: Rate,
    products: [BookProduct; 3],
    bytes: u64,
}

// Where each kind of loan stands among the products.
const TERM_LOAN: usize = 0;
const REVOLVING_LINE: usize = 1;
const UNMARKED: usize = 2;

/// Where the columns stand.
struct Columns {
    id: usize,
    term: usize,
    revolving: usize,
    disbursed: usize,
    amount: usize,
    count: usize,
}

impl SbaBook {
    /// Opens a file and reads its header. Every loan is taken at `rate`.
    pub fn open(path: &Path, rate: Rate) -> Result<SbaBook, Failure> {
        let at = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
        let file = File::open(path).map_err(|error| at(&error))?;
        let bytes = file.metadata().map_err(|error| at(&error))?.len();
        let mut lines = CsvLines::new(BufReader::with_capacity(1 << 16, file));
        let header = lines.next_record(None).map_err(|error| at(&error))?.ok_or_else(|| at(&"is empty"))?;
        let columns = Columns::find(&header).map_err(|problem| at(&problem))?;
        let product = |code, name, revolving| {
            let (method, days) = (Method::EqualInstalment, DayCount::ThirtyE360);
            let rules = ProductRules::new(Currency::USD, method, days, Rounding::HalfUp);
            let product = Product::new(rules.every(Cycle::MONTHLY))?;
            Ok::<_, puhui::Error>(BookProduct { code, name, revolving, product })
        };
        let products = [
            product("sba_term", "term loans (RevLineCr N)", false)?,
            product("sba_revolving", "revolving lines (RevLineCr Y), as drawn in full", true)?,
            product("sba_unmarked", "neither Y nor N in RevLineCr, taken as term loans", false)?,
        ];
        Ok(SbaBook { lines, columns, rate, products, bytes })
    }

    fn loan(&self, record: &Record) -> Result<BookLoan, Refusal> {
        let cells = Cells { record, columns: &self.columns };
        cells.check_row()?;
        let id = cells.text(ID, self.columns.id)?;
        let disbursed_on = cells.read(DISBURSED, self.columns.disbursed, read_day)?;
        let months = cells.read(TERM, self.columns.term, read_months)?;
        let principal = cells.read(AMOUNT, self.columns.amount, read_dollars)?;
        let product = match record.field(self.columns.revolving).trim_ascii() {
            b"N" | b"n" => TERM_LOAN,
            b"Y" | b"y" => REVOLVING_LINE,
            _ => UNMARKED,
        };
        let first_due_on = add_months(disbursed_on, 1)
            .ok_or_else(|| cells.refuse(DISBURSED, self.columns.disbursed, OUT_OF_RANGE))?;

        let mut terms = Terms::new(principal, self.rate, disbursed_on).instalments(months, first_due_on);
        terms.due_day = u8::try_from(disbursed_on.day()).ok().and_then(|day| day.try_into().ok());
        Ok(BookLoan { id: id.to_owned(), product, terms, rate_changes: Vec::new(), plan: Vec::new() })
    }
}

impl LoanBook for SbaBook {
    fn currency(&self) -> Currency {
        Currency::USD
    }

    fn products(&self) -> &[BookProduct] {
        &self.products
    }

    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        let Some(record) = self.lines.next_record(Some(self.columns.count))? else { return Ok(None) };
        Ok(Some(Row { line: record.line, loan: self.loan(&record) }))
    }

    fn column_of(&self, field: &str) -> String {
        match field {
            "principal" => AMOUNT,
            "disbursed_on" | "first_due_on" => DISBURSED,
            "instalments" => TERM,
            _ => WHOLE_ROW,
        }
        .to_owned()
    }

    fn progress(&self) -> (u64, u64) {
        (self.lines.bytes_read(), self.bytes)
    }
}

impl Columns {
    fn find(header: &Record) -> Result<Columns, String> {
        let names: Vec<&str> =
            header.fields().map(|name| std::str::from_utf8(name).unwrap_or("").trim()).collect();
        if header.broken_quote {
            return Err("a quote in its header is never closed".to_owned());
        }
        if names.iter().any(|name| name.contains('\r')) {
            return Err("its lines end with a carriage return alone; LF or CR LF is read".to_owned());
        }
        let mut missing = Vec::new();
        let mut find = |wanted: &'static str| {
            let mut found = (0..names.len()).filter(|&at| names[at].eq_ignore_ascii_case(wanted));
            match (found.next(), found.next()) {
                (Some(at), None) => Ok(at),
                (None, _) => {
                    missing.push(wanted);
                    Ok(0)
                }
                (Some(_), Some(_)) => Err(format!("its header names the column {wanted} twice")),
            }
        };
        let columns = Columns {
            id: find(ID)?,
            term: find(TERM)?,
            revolving: find(REVOLVING)?,
            disbursed: find(DISBURSED)?,
            amount: find(AMOUNT)?,
            count: names.len(),
        };
        match missing.as_slice() {
            [] => Ok(columns),
            missing => Err(format!("its header lacks the column(s) {}", missing.join(", "))),
        }
    }
}

/// The cells of one row, and the refusals that they give rise to.
struct Cells<'a> {
    record: &'a Record,
    columns: &'a Columns,
}

impl Cells<'_> {
    fn check_row(&self) -> Result<(), Refusal> {
        let (found, wanted) = (self.record.fields().count(), self.columns.count);
        let reason = if self.record.broken_quote {
            "a quote that is never closed, or closed in the middle of a field".to_owned()
        } else if found != wanted {
            format!("{found} fields where the header has {wanted}")
        } else {
            return Ok(());
        };
        let value = shown(self.record.raw());
        Err(Refusal {
            loan_id: self.loan_id(),
            column: WHOLE_ROW.to_owned(),
            value,
            reason,
            detail: String::new(),
        })
    }

    /// The text of a cell without the spaces around it; never empty.
    fn text(&self, column: &str, at: usize) -> Result<&str, Refusal> {
        let bytes = self.record.field(at).trim_ascii();
        if bytes.is_empty() {
            return Err(self.refuse(column, at, "missing"));
        }
        std::str::from_utf8(bytes).map_err(|_| self.refuse(column, at, "not UTF-8"))
    }

    fn read<T>(&self, column: &str, at: usize, read: fn(&str) -> Result<T, String>) -> Result<T, Refusal> {
        read(self.text(column, at)?).map_err(|reason| self.refuse(column, at, &reason))
    }

    fn refuse(&self, column: &str, at: usize, reason: &str) -> Refusal {
        let value = shown(self.record.field(at));
        Refusal {
            loan_id: self.loan_id(),
            column: column.to_owned(),
            value,
            reason: reason.to_owned(),
            detail: String::new(),
        }
    }

    fn loan_id(&self) -> String {
        shown(self.record.field(self.columns.id).trim_ascii())
    }
}

/// The start of a cell as text, whatever its bytes.
fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(60).collect()
}

/// A date as `2/28/1999` (month first), `28-Feb-97`, `28-Feb-1997` or `1999-02-28`.
fn read_day(text: &str) -> Result<NaiveDate, String> {
    let not_a_date = || "not a date".to_owned();
    if let Ok(day) = parse_date(text, DISBURSED) {
        return Ok(day);
    }
    let (year, month, day) = if let Some((month, rest)) = text.split_once('/') {
        let (day, year) = rest.split_once('/').ok_or_else(not_a_date)?;
        (year, digits(month, 2), day)
    } else {
        let (day, rest) = text.split_once('-').ok_or_else(not_a_date)?;
        let (month, year) = rest.split_once('-').ok_or_else(not_a_date)?;
        (year, month_named(month), day)
    };
    let year = match (year.len(), digits(year, 4)) {
        (2, Some(year @ 0..50)) => Some(year + 2000),
        (2, Some(year)) => Some(year + 1900),
        (4, year) => year,
        _ => None,
    };
    let (Some(year), Some(month), Some(day)) = (year, month, digits(day, 2)) else {
        return Err(not_a_date());
    };
    let year = i32::try_from(year).map_err(|_| not_a_date())?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(not_a_date)
}

/// A number of at most `most` digits and nothing else.
fn digits(text: &str, most: usize) -> Option<u32> {
    let plain = text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn month_named(name: &str) -> Option<u32> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    (1..).zip(names).find(|(_, known)| name.eq_ignore_ascii_case(known)).map(|(number, _)| number)
}

/// A whole number of months, `84`, or `84.0` as spreadsheets write it.
fn read_months(text: &str) -> Result<u16, String> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("not a whole number of months".to_owned());
    }
    match whole.parse::<u16>() {
        Ok(0) => Err("zero".to_owned()),
        Ok(months) if months <= Loan::MAX_INSTALMENTS => Ok(months),
        _ => Err(format!("more than {} months", Loan::MAX_INSTALMENTS)),
    }
}

/// US dollars: `60000`, `60000.5`, `$60,000.00`.
fn read_dollars(text: &str) -> Result<Money, String> {
    let plain = without_groups(text.strip_prefix('$').unwrap_or(text).trim_ascii_start());
    let money = plain.as_deref().map(|plain| Money::parse(plain, Currency::USD));
    match money {
        Some(Ok(money)) if money == Money::ZERO => Err("zero".to_owned()),
        Some(Ok(money)) if money < Money::ZERO => Err("negative".to_owned()),
        Some(Ok(money)) => Ok(money),
        Some(Err(error)) if error.code() == ErrorCode::TooManyDigits => {
            Err("more than whole cents".to_owned())
        }
        Some(Err(error)) if error.code() == ErrorCode::OutOfRange => Err("too large".to_owned()),
        _ => Err("not an amount".to_owned()),
    }
}

/// `60,000.00` as `60000.00`: commas only where they part groups of three digits.
fn without_groups(text: &str) -> Option<String> {
    let (whole, cents) = text.split_once('.').map_or((text, None), |(whole, cents)| (whole, Some(cents)));
    let mut groups = whole.split(',');
    let mut plain = groups.next()?.to_owned();
    let grouped = whole.contains(',');
    if grouped && !(1..=3).contains(&plain.trim_start_matches('-').len()) {
        return None;
    }
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(cents) = cents {
        plain.push('.');
        plain.push_str(cents);
    }
    Some(plain)
}
