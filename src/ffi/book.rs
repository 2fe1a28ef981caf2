//! A book of loans by columns, as C hands it over.

use std::borrow::Cow;
use std::ffi::c_char;
use std::slice;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, required, unused};
use super::boundary::options::{self, Plain};
use super::boundary::read::countable;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::product::PUHUI_EXPONENT_ISO_4217;
use super::product::currency;
use crate::error::{Error, ErrorCode};
use crate::portfolio::{Book, Column, Columns};

/// A book of loans in one currency, on one day (贷款组合): one array a field, one element a loan.
///
/// Start with `PUHUI_BOOK_COLUMNS_INIT`, set `currency` and `count`, and the arrays that the host has. One that is NULL
/// is a column that the host does not have: what would need it is refused with `PUHUI_ERR_MISSING`, for unknown is not
/// zero. The arrays belong to the caller and are only read during a call. Amounts are in minor units of the currency,
/// rates in parts per billion a year, dates numbers such as 20200630, 0 for none. Codes are 0 where the host says none;
/// ids and the numbers of divisions, products, programmes and lenders are the host's own, 0 for none. In a column of
/// several codes each is a bit, `PUHUI_BIT(code)`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_book_columns {
    /// `sizeof(struct puhui_book_columns)` as the caller was compiled.
    pub struct_size: u32,
    /// The decimals of the currency, 0 to 12, or `PUHUI_EXPONENT_ISO_4217`.
    pub currency_exponent: u32,
    /// The currency of every amount: three capital letters and a NUL.
    pub currency: [c_char; 4],
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of loans. With 0 no array is read, and the book has every column.
    pub count: usize,
    /// The host's number of the loan.
    pub loan: *const u64,
    /// The county or district 区县, such as 500101.
    pub county: *const u32,
    /// The township 乡镇, such as 500101017.
    pub township: *const u32,
    /// The administrative village 行政村, such as 500101017200.
    pub village: *const u64,
    /// The product.
    pub product: *const u32,
    /// The programme under which the loan was lent.
    pub programme: *const u32,
    /// The lender.
    pub lender: *const u32,
    /// The borrower.
    pub borrower: *const u64,
    /// The borrower's household.
    pub household: *const u64,
    /// The debtor whose claims are classified together; carried, and used by no statistic yet.
    pub debtor: *const u64,
    /// The host's own share of a loan of several lenders, 0 to 1000000000; carried, and used by no statistic yet.
    pub own_share_ppb: *const i64,
    /// What the loan is for, a `PUHUI_PURPOSE_*`.
    pub purpose: *const u8,
    /// What stands behind it, a `PUHUI_GUARANTEE_*`.
    pub guarantee: *const u8,
    /// The class of a targeted loan, a `PUHUI_TARGETED_*`; 0 for a loan that is not targeted.
    pub targeted: *const u8,
    /// Where the borrower stood on the book's day, a `PUHUI_BORROWER_STATUS_*`.
    pub borrower_status: *const u8,
    /// In whose statistics the loan counts: the bits of some `PUHUI_BASIS_*`.
    pub basis: *const u8,
    /// What was lent; not below 0.
    pub amount_minor: *const i64,
    /// The balance of principal on the book's day; not below 0.
    pub balance_minor: *const i64,
    /// The overdue part of the balance (逾期余额), 0 to the balance.
    pub overdue_minor: *const i64,
    /// The contract rate a year, -10000000000 to 10000000000.
    pub rate_ppb: *const i64,
    /// When it was lent.
    pub disbursed_on_ymd: *const i32,
    /// The maturity as it is now, moved by extensions.
    pub due_on_ymd: *const i32,
    /// The maturity as it was agreed at first.
    pub original_due_on_ymd: *const i32,
    /// Days past due.
    pub days_past_due: *const u32,
    /// The class, a `PUHUI_LOAN_CLASS_*`.
    pub loan_class: *const u8,
    /// The number of persons that the loan leads, counted for this loan (带动人次); not fewer than its `persons`.
    pub person_times: *const u32,
    /// What was granted: the bits of some `PUHUI_FORBEARANCE_*`.
    pub forbearance: *const u8,
    /// When a deferral was asked for.
    pub deferral_asked_on_ymd: *const i32,
    /// When it was granted.
    pub deferral_granted_on_ymd: *const i32,
    /// The principal and interest that were deferred; not below 0.
    pub deferred_minor: *const i64,
    /// The persons whom each loan leads (带动人口), by their ids, one loan after the other; NULL where `person_offset` is
    /// NULL or names none.
    pub persons: *const u64,
    /// For each loan the place of its first person in `persons`, and after the last loan their number: `count + 1`
    /// elements that do not fall.
    pub person_offset: *const u64,
}

/// The number of arrays.
const ARRAYS: usize = 32;

/// Lends the arrays of a caller as columns.
///
/// # Safety
///
/// The arrays that are not NULL must be readable for `count` elements (see `puhui_book_columns`), and not written to while the
/// result is used.
unsafe fn lend<'a>(given: &puhui_book_columns) -> Result<Columns<'a>, Failure> {
    let count = given.count;
    // SAFETY: forwarded from this function's contract.
    unsafe {
        let (persons, person_offset) = lend_persons(given)?;
        Ok(Columns {
            loan: array(given.loan, count),
            county: array(given.county, count),
            township: array(given.township, count),
            village: array(given.village, count),
            product: array(given.product, count),
            programme: array(given.programme, count),
            lender: array(given.lender, count),
            borrower: array(given.borrower, count),
            household: array(given.household, count),
            debtor: array(given.debtor, count),
            own_share_ppb: array(given.own_share_ppb, count),
            purpose: array(given.purpose, count),
            guarantee: array(given.guarantee, count),
            targeted: array(given.targeted, count),
            status: array(given.borrower_status, count),
            basis: array(given.basis, count),
            amount_minor: array(given.amount_minor, count),
            balance_minor: array(given.balance_minor, count),
            overdue_minor: array(given.overdue_minor, count),
            rate_ppb: array(given.rate_ppb, count),
            disbursed_ymd: array(given.disbursed_on_ymd, count),
            due_ymd: array(given.due_on_ymd, count),
            original_due_ymd: array(given.original_due_on_ymd, count),
            days_past_due: array(given.days_past_due, count),
            class: array(given.loan_class, count),
            person_times: array(given.person_times, count),
            forbearance: array(given.forbearance, count),
            deferral_asked_ymd: array(given.deferral_asked_on_ymd, count),
            deferral_granted_ymd: array(given.deferral_granted_on_ymd, count),
            deferred_minor: array(given.deferred_minor, count),
            persons,
            person_offset,
        })
    }
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_book_columns>() == 280);

// SAFETY: integers, bytes and pointers only, without padding on targets of 32 and of 64 bits: 3 x 4 + 4 + a word for the count
// and for each array.
unsafe impl Plain for puhui_book_columns {
    const SIZE_V1: usize = 16 + (1 + ARRAYS) * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_book_columns` without loans and without columns.
    PUHUI_BOOK_COLUMNS_INIT = puhui_book_columns {
        currency_exponent: PUHUI_EXPONENT_ISO_4217,
    }
}

/// An array as a column; NULL stands for no column.
///
/// # Safety
///
/// `array` must be NULL or readable for `count` elements, which memory can hold.
pub(super) unsafe fn array<'a, T: Clone>(array: *const T, count: usize) -> Column<'a, T> {
    if array.is_null() || count == 0 {
        return Cow::Borrowed(&[]);
    }
    // SAFETY: not NULL, and readable by this function's contract.
    Cow::Borrowed(unsafe { slice::from_raw_parts(array, count) })
}

/// The persons, and whose they are.
///
/// # Safety
///
/// As for [`puhui_book_columns`].
unsafe fn lend_persons<'a>(
    given: &puhui_book_columns,
) -> Result<(Column<'a, u64>, Column<'a, u64>), Failure> {
    if given.person_offset.is_null() || given.count == 0 {
        if given.persons.is_null() || given.count == 0 {
            return Ok((Cow::Borrowed(&[]), Cow::Borrowed(&[])));
        }
        return Err(Failure::null("person_offset"));
    }
    // SAFETY: not NULL, so of `count + 1` elements, which `count` leaves room for.
    let offset = unsafe { array(given.person_offset, given.count + 1) };
    let named = offset.last().copied().unwrap_or(0);
    let count = usize::try_from(named).unwrap_or(usize::MAX);
    countable::<u64>(count, "person_offset")?;
    if count > 0 {
        required(given.persons, "persons")?;
    }
    // SAFETY: the offsets say how many elements there are.
    Ok((unsafe { array(given.persons, count) }, offset))
}

/// The book of a caller's columns, checked.
///
/// # Safety
///
/// `columns` must be NULL or have its `struct_size` readable bytes; its arrays as `puhui_book_columns` says, not written to while
/// the result is used.
pub(super) unsafe fn read_book<'a>(columns: *const puhui_book_columns) -> Result<Book<'a>, Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe { book_of(&options::read(columns, "columns")?) }
}

/// The same of columns that were read.
///
/// # Safety
///
/// The arrays as `puhui_book_columns` says, not written to while the result is used.
pub(super) unsafe fn book_of<'a>(given: &puhui_book_columns) -> Result<Book<'a>, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let currency = currency(given.currency, given.currency_exponent)?;
    // The offsets have one element more than there are loans.
    countable::<u64>(given.count.saturating_add(1), "count")?;
    // SAFETY: forwarded from this function's contract.
    let book = Book::new(currency, unsafe { lend(given) }?).map_err(as_named_here)?;
    if book.len() != given.count {
        return Err(Error::new(
            ErrorCode::Missing,
            "columns",
            "no column",
            "at least one column that is not NULL",
        )
        .into());
    }
    Ok(book)
}

/// An error about a column that has another name in C, where `class` is a word of C++.
#[cold]
fn as_named_here(error: Error) -> Error {
    for (core, ours) in [("class", "loan_class"), ("status", "borrower_status")] {
        let rest = error.field().strip_prefix(core);
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('[')) {
            let field = format!("{ours}{rest}");
            return error.at(field);
        }
    }
    error
}

/// Checks a book: whether every value is one of its column. Each call that takes a book checks it as well.
///
/// The inputs are read during the call only. The `field` of `error`, which may be NULL, names the first value that is wrong,
/// with its row: `balance[17]`. Nothing is allocated for a book that is good. Any number of threads may check one book at the
/// same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED` or `PUHUI_ERR_TEXT`;
/// `PUHUI_ERR_MALFORMED` (the currency, a date) or `PUHUI_ERR_DATE_OUT_OF_RANGE`; `PUHUI_ERR_UNKNOWN_VALUE` for a currency or a
/// code of a column that is not known; `PUHUI_ERR_OUT_OF_RANGE` for an amount below 0, a rate, a share or a count out of its
/// bounds; `PUHUI_ERR_MISSING` for loans without any column; `PUHUI_ERR_LENGTHS_DIFFER` for a `person_offset` that falls;
/// `PUHUI_ERR_CONTRADICTION` for more overdue than the balance, or more persons than person-times;
/// `PUHUI_ERR_DATES_OUT_OF_ORDER` for a maturity before the loan was lent, or a deferral granted before it was asked for; or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `columns` must have its `struct_size` readable bytes, and its arrays that are not NULL the elements that its fields say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_book_check(
    columns: *const puhui_book_columns,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { call(error, || (), || read_book(columns).map(|_| ())) }
}
