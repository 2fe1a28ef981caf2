//! A book of loans by columns: one array a field, borrowed from the host or owned.

#[cfg(feature = "csv")]
mod table;

use std::borrow::Cow;
use std::ops::Range;

use crate::class::{
    BorrowerStatus, Forbearance, GuaranteeKind, LoanClass, Purpose, StatisticalBasis, TargetedClass,
};
use crate::columns::cell::{Amount, AnnualRate, Count, Day, Fraction, Id, Word, Words};
use crate::columns::{self, check_pair, columns};
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;

columns! {
    /// The columns of a book. Each that is not empty has one element for each loan.
    ///
    /// Codes are those of the vocabularies ([`LoanClass::code`] ...), 0 where the host says none. Divisions, products,
    /// programmes, lenders and ids are numbers of the host's own, 0 for none. Days are numbers `yyyymmdd`, 0 for none. A field is a
    /// column of the book, by its name.
    pub struct Columns {
        /// The host's number of the loan.
        loan: u64, Id<u64>, "loan";
        /// The county or district 区县, such as 500101.
        county: u32, Id<u32>, "county";
        /// The township 乡镇, such as 500101017.
        township: u32, Id<u32>, "township";
        /// The administrative village 行政村, such as 500101017200.
        village: u64, Id<u64>, "village";
        /// The product.
        product: u32, Id<u32>, "product";
        /// The programme under which the loan was lent.
        programme: u32, Id<u32>, "programme";
        /// The lender.
        lender: u32, Id<u32>, "lender";
        /// The borrower.
        borrower: u64, Id<u64>, "borrower";
        /// The borrower's household.
        household: u64, Id<u64>, "household";
        /// The debtor whose claims are classified together; carried, and used by no statistic yet.
        debtor: u64, Id<u64>, "debtor";
        /// The host's own share of a loan of several lenders; carried, and used by no statistic yet.
        own_share_ppb: i64, Fraction, "own_share";
        /// What the loan is for, a code of [`Purpose`].
        purpose: u8, Word<Purpose>, "purpose";
        /// What stands behind it, a code of [`GuaranteeKind`].
        guarantee: u8, Word<GuaranteeKind>, "guarantee";
        /// The class of a targeted loan, a code of [`TargetedClass`]; 0 for a loan that is not targeted.
        targeted: u8, Word<TargetedClass>, "targeted";
        /// Where the borrower stood on the book's day, a code of [`BorrowerStatus`].
        status: u8, Word<BorrowerStatus>, "status";
        /// In whose statistics the loan counts: bits of [`StatisticalBasis`], `1 << (code - 1)`.
        basis: u8, Words<StatisticalBasis>, "basis";
        /// What was lent, in minor units.
        amount_minor: i64, Amount, "amount";
        /// The balance of principal on the book's day, in minor units.
        balance_minor: i64, Amount, "balance";
        /// The overdue part of the balance (逾期余额), in minor units; at most the balance.
        overdue_minor: i64, Amount, "overdue";
        /// The contract rate a year, in parts per billion.
        rate_ppb: i64, AnnualRate, "rate";
        /// When it was lent.
        disbursed_ymd: i32, Day, "disbursed_on";
        /// The maturity as it is now, moved by extensions.
        due_ymd: i32, Day, "due_on";
        /// The maturity as it was agreed at first.
        original_due_ymd: i32, Day, "original_due_on";
        /// Days past due.
        days_past_due: u32, Count<u32>, "days_past_due";
        /// The class, a code of [`LoanClass`].
        class: u8, Word<LoanClass>, "class";
        /// The number of persons that the loan leads, counted for this loan (带动人次).
        person_times: u32, Count<u32>, "person_times";
        /// What was granted: bits of [`Forbearance`], `1 << (code - 1)`.
        forbearance: u8, Words<Forbearance>, "forbearance";
        /// When a deferral was asked for.
        deferral_asked_ymd: i32, Day, "deferral_asked_on";
        /// When it was granted.
        deferral_granted_ymd: i32, Day, "deferral_granted_on";
        /// The principal and interest that were deferred, in minor units.
        deferred_minor: i64, Amount, "deferred";
    }
    and {
        /// The persons whom each loan leads (带动人口), one loan after the other; [`Columns::person_offset`] says whose they
        /// are.
        persons: u64;
        /// For each loan the place of its first person in [`Columns::persons`], and after the last loan their number: one element
        /// more than there are loans.
        person_offset: u64;
    }
}

/// A checked book of loans in one currency, on one day.
///
/// What a host has as arrays it lends: nothing is copied. Past [`Book::new`] every value is one of its column.
///
/// # Threads
///
/// Immutable: any number of threads may read one book, and each may take [rows](Book::rows) of it.
///
/// # Examples
///
/// ```
/// use puhui::Currency;
/// use puhui::portfolio::{Book, Columns};
///
/// let balances = [5_000_000, 3_000_000];
/// let book = Book::new(
///     Currency::CNY,
///     Columns {
///         county: vec![500101, 500102].into(),
///         balance_minor: balances.as_slice().into(), // borrowed
///         ..Columns::default()
///     },
/// )?;
/// assert_eq!(book.len(), 2);
///
/// let wrong = Columns { balance_minor: vec![5_000_000, -1].into(), ..Columns::default() };
/// let error = Book::new(Currency::CNY, wrong).unwrap_err();
/// assert_eq!(error.to_string(), "balance[1]: expected 0 or more, got -1");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book<'a> {
    currency: Currency,
    rows: usize,
    columns: Columns<'a>,
}

impl<'a> Book<'a> {
    /// A book of columns in one currency.
    ///
    /// # Errors
    ///
    /// The field of an error is the column, with the place of the row: `balance[17]`.
    ///
    /// * [`ErrorCode::LengthsDiffer`] for columns of different lengths, or persons that their offsets do not fit.
    /// * [`ErrorCode::UnknownValue`] for an unknown code.
    /// * [`ErrorCode::OutOfRange`] for a negative amount, or a rate or share out of its bounds.
    /// * [`ErrorCode::Malformed`] or [`ErrorCode::DateOutOfRange`] for what is no day.
    /// * [`ErrorCode::Contradiction`] for more overdue than the balance, or more persons than person-times.
    /// * [`ErrorCode::DatesOutOfOrder`] for a maturity before the loan was lent, or a deferral granted before it was asked for.
    pub fn new(currency: Currency, columns: Columns<'a>) -> Result<Book<'a>> {
        let (longest, rows) = columns.lengths().max_by_key(|(_, length)| *length).unwrap_or(("loan", 0));
        // The persons alone make a book of as many loans as their offsets tell.
        let (longest, rows) = match columns.person_offset.len().checked_sub(1) {
            Some(loans) if loans > rows => ("persons", loans),
            _ => (longest, rows),
        };
        columns::same_length(columns.lengths(), longest, rows)?;
        columns.check()?;
        check_persons(&columns, rows)?;
        check_pair(
            &columns.overdue_minor,
            &columns.balance_minor,
            "overdue",
            ErrorCode::Contradiction,
            |o, b| (o > b).then(|| format!("at most {b}, the balance")),
        )?;
        let order = ErrorCode::DatesOutOfOrder;
        let before =
            |later: i32, earlier: i32| (later != 0 && later < earlier).then(|| format!("{earlier} or later"));
        check_pair(&columns.due_ymd, &columns.disbursed_ymd, "due_on", order, before)?;
        check_pair(&columns.original_due_ymd, &columns.disbursed_ymd, "original_due_on", order, before)?;
        let (granted, asked) = (&columns.deferral_granted_ymd, &columns.deferral_asked_ymd);
        check_pair(granted, asked, "deferral_granted_on", order, before)?;
        Ok(Book { currency, rows, columns })
    }

    /// The currency of every amount.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The number of loans.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no loan.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &Columns<'a> {
        &self.columns
    }

    /// The loans of a range of places, borrowed. Places past the end hold none.
    #[must_use]
    pub fn rows(&self, range: Range<usize>) -> Book<'_> {
        let end = range.end.min(self.rows);
        let start = range.start.min(end);
        let offsets = self.columns.person_offset.get(start..=end).unwrap_or_default();
        let columns = Columns { person_offset: Cow::Borrowed(offsets), ..self.columns.rows(start..end) };
        Book { currency: self.currency, rows: end - start, columns }
    }

    /// The same book with columns of its own.
    #[must_use]
    pub fn into_owned(self) -> Book<'static> {
        Book { currency: self.currency, rows: self.rows, columns: self.columns.into_owned() }
    }

    /// The persons whom a loan leads, as far as the host knows them one by one.
    #[must_use]
    pub fn persons(&self, row: usize) -> &[u64] {
        let place = |at: usize| self.columns.person_offset.get(at).and_then(|at| usize::try_from(*at).ok());
        let range = place(row).zip(row.checked_add(1).and_then(place));
        range.and_then(|(from, to)| self.columns.persons.get(from..to)).unwrap_or_default()
    }

    /// The column, or an error that names it: a book of no loans has every column.
    pub(crate) fn need<'b, T: Clone>(&self, column: &'b [T], name: &'static str) -> Result<&'b [T]> {
        columns::need(column, self.rows, name)
    }
}

fn check_persons(columns: &Columns<'_>, rows: usize) -> Result<()> {
    let offsets = &columns.person_offset;
    let differ =
        |value: String, bound: String| Error::new(ErrorCode::LengthsDiffer, "person_offset", value, bound);
    if offsets.is_empty() {
        if columns.persons.is_empty() {
            return Ok(());
        }
        return Err(differ("no column".to_owned(), "offsets that say whose the persons are".to_owned()));
    }
    if offsets.len() != rows + 1 {
        return Err(differ(format!("{} elements", offsets.len()), format!("{} elements", rows + 1)));
    }
    let end = u64::try_from(columns.persons.len()).unwrap_or(u64::MAX);
    for (row, pair) in offsets.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        if from > to || to > end {
            let bound = format!("offsets that rise to at most {end}");
            return Err(Error::new(ErrorCode::LengthsDiffer, format!("person_offset[{row}]"), from, bound));
        }
        let times = columns.person_times.get(row).map_or(u64::MAX, |times| u64::from(*times));
        if to - from > times {
            let bound = format!("at most {times}, the number of person-times");
            return Err(Error::new(ErrorCode::Contradiction, format!("persons[{row}]"), to - from, bound));
        }
    }
    Ok(())
}
