//! The special statistics on targeted loans: the lines of its statement, of a book or of some places.

use super::book::{book_of, puhui_book_columns};
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, room, unused};
use super::boundary::options::{self, Plain};
use super::boundary::result::write_rows;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{flag, word};
use super::figure::puhui_int128;
use super::groups::{Wanted, by_area, read_keys, whole_of};
use crate::calendar::parse_ymd;
use crate::error::{Error, ErrorCode};
use crate::portfolio::{Book, TargetedItem, TargetedLine, TargetedStatement};

/// What a statement on targeted loans asks: of which books, on which day, by which basis, of which places.
///
/// Start with `PUHUI_TARGETED_QUERY_INIT`, which has one book, still to be set, and is of all places; set `as_of_ymd` and `basis` too. Where
/// a book stands in several parts, those of branches, the statement is that of all of them, and a person who borrows from two of them
/// counts once. Everything belongs to the caller and is only read during the call. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_targeted_query {
    /// `sizeof(struct puhui_targeted_query)` as the caller was compiled.
    pub struct_size: u32,
    /// The day of the books.
    pub as_of_ymd: i32,
    /// In whose statistics the loans count, one of `PUHUI_BASIS_*`. Statements of two bases are never added.
    pub basis: u32,
    /// 1: only the loans in `places`, such as those that a region list holds. 0: all loans.
    pub has_places: u32,
    /// With `has_places`, whether they are counties or townships, one of `PUHUI_AREA_*`; else 0.
    pub area: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The books, in one currency. Each has the columns `targeted`, `borrower_status`, `basis`, `balance_minor`, `borrower` and
    /// `person_times`, and with `has_places` that of the places.
    pub books: *const puhui_book_columns,
    /// Their number, 1 or more.
    pub book_count: usize,
    /// The codes of the places, in any order; NULL where there is none.
    pub places: *const u32,
    /// Their number.
    pub place_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_targeted_query>() == 56);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 6 x 4 + 4 words.
unsafe impl Plain for puhui_targeted_query {
    const SIZE_V1: usize = 24 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_targeted_query` of one book, still to be set, and of all places.
    PUHUI_TARGETED_QUERY_INIT = puhui_targeted_query { book_count: 1 }
}

impl puhui_targeted_query {
    /// The places that are wanted, if not all are.
    ///
    /// # Safety
    ///
    /// `places` must be NULL or readable for its count.
    unsafe fn wanted(&self) -> Result<Option<Wanted>, Failure> {
        if !flag(self.has_places, "has_places")? {
            let given = [("area", self.area != 0), ("places", self.place_count != 0)];
            if let Some((field, _)) = given.into_iter().find(|(_, given)| *given) {
                let bound = "none where has_places is 0";
                return Err(Error::new(ErrorCode::Contradiction, field, "one", bound).into());
            }
            return Ok(None);
        }
        let dimension = by_area(self.area)?;
        // SAFETY: forwarded from this function's contract.
        let keys = unsafe { read_keys(self.places, self.place_count, "places") }?;
        Ok(Some(Wanted { dimension, keys }))
    }

    /// The statement of all books.
    ///
    /// # Safety
    ///
    /// The books and places must be as this struct says.
    unsafe fn statement(&self) -> Result<TargetedStatement, Failure> {
        unused(u64::from(self.reserved), "reserved")?;
        let day = parse_ymd(self.as_of_ymd, "as_of")?;
        let basis = word(self.basis, "basis")?;
        // SAFETY: forwarded from this function's contract.
        let (wanted, books) =
            unsafe { (self.wanted()?, options::read_all(self.books, self.book_count, "books")?) };
        let of = |book: &Book<'_>| match &wanted {
            None => TargetedStatement::of(book, day, basis),
            Some(wanted) => {
                TargetedStatement::of_places(book, day, basis, wanted.dimension, |place| wanted.has(place))
            }
        };
        // SAFETY: forwarded from this function's contract.
        let read = |columns: &puhui_book_columns| Ok(of(&unsafe { book_of(columns) }?)?);
        whole_of("books", &books, read, TargetedStatement::merge)
    }
}

/// One line of the statement on targeted loans. Lines without loans are 0.
///
/// A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_targeted_line {
    /// Which line, one of `PUHUI_STATEMENT_*`.
    pub item: u32,
    /// Reserved: 0.
    pub reserved: u32,
    /// The loans with a balance 笔数.
    pub loans: u64,
    /// Their balance 余额, in minor units.
    pub balance_minor: puhui_int128,
    /// The persons whom the personal loans of the line serve 服务人数: borrowers with a balance, each once.
    pub persons: u64,
    /// The person-times that the other loans of the line lead 带动人次, as far as they have a balance: a person led by two counts
    /// twice. Never to be added to persons.
    pub person_times: u64,
}

const _: () = assert!(size_of::<puhui_targeted_line>() == 48);

impl From<(TargetedItem, TargetedLine)> for puhui_targeted_line {
    fn from((item, line): (TargetedItem, TargetedLine)) -> puhui_targeted_line {
        puhui_targeted_line {
            item: item.code().into(),
            reserved: 0,
            loans: line.loans,
            balance_minor: line.balance_minor.into(),
            persons: line.persons,
            person_times: line.person_times,
        }
    }
}

/// Makes the statement on targeted loans (金融精准扶贫贷款专项统计): its lines, in their order.
///
/// `lines` has room for `capacity` lines and belongs to the caller; with NULL and a capacity of 0 they are counted and not written.
/// `*out_count` becomes their number, 12 in this release; what lies after them stays as it was. The growth of a line is that of its balance
/// in two statements of one basis and one currency, by `puhui_growth_rate`. `query` is only read during the call; `error` may be NULL.
///
/// On failure `*out_count` is 0 and no line is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` it is the capacity that is needed. The call
/// allocates memory in proportion to the loans of one book and to the borrowers of all, and releases it before it returns. Any number of
/// threads may call this at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_book_check`; `PUHUI_ERR_UNKNOWN_CODE` for the basis, the area or a flag;
/// `PUHUI_ERR_MISSING` for no book, or a book without a column that is needed; `PUHUI_ERR_CONTRADICTION` for places, or an area of them,
/// where `has_places` is 0; `PUHUI_ERR_CURRENCY_MISMATCH` for books of two currencies; `PUHUI_ERR_OVERFLOW` for sums that do not fit;
/// `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `query` and each book must have their `struct_size` readable bytes, and their arrays the elements that their fields say; `lines` must be
/// writable for `capacity` elements, and `out_count` writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_targeted_statement(
    query: *const puhui_targeted_query,
    lines: *mut puhui_targeted_line,
    capacity: usize,
    out_count: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_count, 0),
            || {
                required(out_count, "out_count")?;
                room(lines, capacity, "lines")?;
                let found = options::read(query, "query")?.statement()?.lines()?;
                let each = found.into_iter().map(puhui_targeted_line::from);
                write_rows(each, (lines, capacity), "capacity", out_count)
            },
        )
    }
}
