//! Sums of a book by groups, as flat arrays of the caller's that add up.

use std::ffi::c_char;

use super::book::{puhui_book_columns, read_book};
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{required_array, unused};
use super::boundary::options::{self, Plain};
use super::boundary::read::must_be_zero;
use super::boundary::result::{Output, Results, call_into, in_result};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{NONE, loan as words, word, word_or_none};
use super::groups::{
    GroupBuffers, read_basis, read_codes, read_dimensions, read_threads, read_wanted, required_keys, whole_of,
};
use super::product::PUHUI_EXPONENT_ISO_4217;
use super::product::currency;
use super::sums::puhui_sums;
use crate::calendar::parse_ymd;
use crate::class::Ladder;
use crate::portfolio::{Measure, Tally, TallyPlan};

/// What a tally asks of a book: by which dimensions, which measures, on which day.
///
/// Start with `PUHUI_TALLY_PLAN_INIT`, which has no ladder and every statistical basis, and set `as_of_ymd`. The arrays belong to
/// the caller and are only read during a call. Dates are numbers such as 20200331. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_tally_plan {
    /// `sizeof(struct puhui_tally_plan)` as the caller was compiled.
    pub struct_size: u32,
    /// The day of the book.
    pub as_of_ymd: i32,
    /// The first day of the period whose lending is new; 0, with `period_until_ymd`: the year to date.
    pub period_from_ymd: i32,
    /// The last day of the period; not after `as_of_ymd`.
    pub period_until_ymd: i32,
    /// 1: only the loans that count in the statistics of `basis`, by the column of that name. 0: all loans.
    pub has_basis: u32,
    /// With `has_basis`, one of `PUHUI_BASIS_*`; else 0.
    pub basis: u32,
    /// `PUHUI_LADDER_NONE`: classes by the column `loan_class`. `PUHUI_LADDER_FROM_DAYS`: by the column `days_past_due`.
    pub ladder: u32,
    /// With `PUHUI_LADDER_FROM_DAYS`: the first day past due of special mention, substandard, doubtful and loss; the first is 1
    /// or more, and they rise. Else 0.
    pub ladder_from_days: [u32; 4],
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of dimensions; 0: all loans are one group.
    pub dimension_count: usize,
    /// What the loans are grouped by, in this order: `PUHUI_DIMENSION_*`, each once.
    pub dimensions: *const u32,
    /// The number of measures; 0: the loans are only counted.
    pub measure_count: usize,
    /// What is summed: `PUHUI_MEASURE_*`, in any order.
    pub measures: *const u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_tally_plan>() == 80);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 12 x 4 + 4 words.
unsafe impl Plain for puhui_tally_plan {
    const SIZE_V1: usize = 48 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_tally_plan`: every loan, no ladder, the year to date, one group.
    PUHUI_TALLY_PLAN_INIT = puhui_tally_plan {
        ladder: NONE,
    }
}

/// Reads a plan.
///
/// # Safety
///
/// `plan` must be NULL or have its `struct_size` readable bytes, and its arrays their counts.
unsafe fn read_plan(plan: *const puhui_tally_plan) -> Result<TallyPlan, Failure> {
    // SAFETY: forwarded from this function's contract.
    let (given, dimensions, measures): (_, _, Vec<Measure>) = unsafe {
        let given = options::read(plan, "plan")?;
        (
            given,
            read_dimensions(given.dimensions, given.dimension_count)?,
            read_codes(given.measures, given.measure_count, "measures", |given| word(given, "measures"))?,
        )
    };
    unused(u64::from(given.reserved), "reserved")?;
    let mut plan = TallyPlan::new(parse_ymd(given.as_of_ymd, "as_of")?)?.by(&dimensions).measures(&measures);
    if (given.period_from_ymd, given.period_until_ymd) != (0, 0) {
        let from = parse_ymd(given.period_from_ymd, "period_from")?;
        let until = parse_ymd(given.period_until_ymd, "period_until")?;
        plan = plan.period(from, until).map_err(|error| error.at("period_until"))?;
    }
    if let Some(basis) = read_basis(given.has_basis, given.basis)? {
        plan = plan.basis(basis);
    }
    match word_or_none(given.ladder, "ladder")? {
        Some(words::Ladder::FromDays) => plan = plan.ladder(Ladder::new(given.ladder_from_days)?),
        None => {
            let days = given.ladder_from_days.map(|day| ("ladder_from_days", i64::from(day)));
            must_be_zero(&days, "0 without a ladder from days")?;
        }
        // No rule is in force on every day of a book.
        Some(words::Ladder::Cn2023) => return Err(Failure::Code { field: "ladder", given: given.ladder }),
    }
    Ok(plan)
}

/// A tally that was made before: its plan, and the groups where a call wrote them.
///
/// Start with `PUHUI_TALLY_GROUPS_INIT`. Everything belongs to the caller and is only read during a call. Later releases only
/// append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_tally_groups {
    /// `sizeof(struct puhui_tally_groups)` as the caller was compiled.
    pub struct_size: u32,
    /// As in the book that was tallied; `PUHUI_EXPONENT_ISO_4217` where it has that.
    pub currency_exponent: u32,
    /// As in the book that was tallied.
    pub currency: [c_char; 4],
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The plan it was made by.
    pub plan: *const puhui_tally_plan,
    /// The number of groups.
    pub group_count: usize,
    /// Their keys, `group_count` x the plan's `dimension_count` numbers; no key stands twice. NULL where the plan has no dimension.
    pub keys: *const u32,
    /// Their sums.
    pub sums: *const puhui_sums,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_tally_groups>() == 48);

// SAFETY: integers, bytes and pointers only, without padding on targets of 32 and of 64 bits: 4 x 4 + 4 words.
unsafe impl Plain for puhui_tally_groups {
    const SIZE_V1: usize = 16 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_tally_groups` without groups.
    PUHUI_TALLY_GROUPS_INIT = puhui_tally_groups {
        currency_exponent: PUHUI_EXPONENT_ISO_4217,
    }
}

/// The tally of groups of the caller's.
///
/// # Safety
///
/// The plan and the arrays must be NULL or as `puhui_tally_groups` says.
unsafe fn tally_of(given: &puhui_tally_groups) -> Result<Tally, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let currency = currency(given.currency, given.currency_exponent)?;
    // SAFETY: forwarded from this function's contract.
    let plan = unsafe { read_plan(given.plan) }.map_err(|failure| failure.inside("plan"))?;
    let mut tally = Tally::empty(currency, &plan);
    let width = tally.dimensions().len();
    required_array(given.sums, given.group_count, "sums")?;
    required_keys(given.keys, given.group_count, width)?;
    let mut key = Vec::with_capacity(width);
    for index in 0..given.group_count {
        key.clear();
        // SAFETY: `index` < `group_count`, and each key has `width` numbers, by this function's contract.
        key.extend((0..width).map(|at| unsafe { given.keys.add(index * width + at).read() }));
        // SAFETY: as above.
        let sums = unsafe { &*given.sums.add(index) }.read();
        let in_sums = |failure| Failure::element("sums", index, failure);
        tally.insert(&key, &sums.map_err(in_sums)?)?;
    }
    Ok(tally)
}

/// Reads a tally.
///
/// # Safety
///
/// `tally` must be NULL or have its `struct_size` readable bytes, its plan and arrays as `puhui_tally_groups` says.
pub(super) unsafe fn read_tally(
    tally: *const puhui_tally_groups,
    field: &'static str,
) -> Result<Tally, Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe { tally_of(&options::read(tally, field)?) }
}

/// Where a call writes the groups of a tally.
///
/// Start with `PUHUI_TALLY_RESULT_INIT`, and set the arrays and their capacity. The groups that have loans are written by their
/// keys, rising: the key of group `i` is `keys[i * dimension_count]` and those after it, in the order of the dimensions, where 0
/// is "none said"; its sums are `sums[i]`. With NULL for both arrays and a capacity of 0 the groups are counted and not written.
/// What lies after the last group stays as it was. On failure `group_count` is 0 and no group is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` it is the capacity that is needed. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_tally_result {
    /// `sizeof(struct puhui_tally_result)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// Room for the keys of `group_capacity` groups, `dimension_count` numbers each. NULL where there is no dimension.
    pub keys: *mut u32,
    /// Room for the sums of `group_capacity` groups.
    pub sums: *mut puhui_sums,
    /// The number of groups that there is room for.
    pub group_capacity: usize,
    /// The number of groups; written by the call.
    pub group_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_tally_result>() == 40);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 4 words.
unsafe impl Plain for puhui_tally_result {
    const SIZE_V1: usize = 8 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_tally_result` without arrays: the groups are counted.
    PUHUI_TALLY_RESULT_INIT = puhui_tally_result {}
}

impl Results for puhui_tally_result {
    fn clear(&mut self) {
        self.group_count = 0;
    }
}

impl puhui_tally_result {
    /// The arrays for groups of `width` dimensions, checked.
    fn groups(&self, width: usize) -> Result<GroupBuffers<puhui_sums>, Failure> {
        unused(u64::from(self.reserved), "reserved").map_err(in_result)?;
        let sums = Output::new("sums", self.sums, "group_capacity", self.group_capacity)?;
        GroupBuffers::new(self.keys, width, sums)
    }

    /// Writes a tally.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for the capacity.
    unsafe fn write(&mut self, tally: &Tally) -> Result<(), Failure> {
        let groups = self.groups(tally.dimensions().len())?;
        self.group_count = tally.groups().count();
        let rows = tally.groups().map(|(key, sums)| (key, puhui_sums::from(&sums)));
        // SAFETY: forwarded from this function's contract.
        unsafe { groups.write(self.group_count, rows) }
    }
}

/// Tallies a book: the sums of its loans by groups (统计汇总).
///
/// The groups go where `result` says. `columns` and `plan` are only read during the call; no output may overlap anything else.
///
/// The tally runs on `threads` threads, 1 to 1024, of which all but with 1 are started and joined by this call; the bytes are
/// the same for any number. A host with threads or machines of its own tallies parts of the book and merges them.
///
/// `error` may be NULL. The call allocates memory for its groups and releases it before it returns; nothing is kept but, of a
/// thread that has asked for more than one, a small record until that thread ends. Any number of threads may tally one book at the same
/// time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_book_check`; of the plan and the result, `PUHUI_ERR_NULL`,
/// `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`; of the plan, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED`, `PUHUI_ERR_DATE_OUT_OF_RANGE`,
/// `PUHUI_ERR_DATES_OUT_OF_ORDER`, `PUHUI_ERR_OUT_OF_RANGE` (a ladder that begins at day 0) or `PUHUI_ERR_CONTRADICTION`;
/// `PUHUI_ERR_MISSING` for a column that the plan needs and the book does not have; `PUHUI_ERR_OUT_OF_RANGE` for another number
/// of threads; `PUHUI_ERR_THREAD_NOT_STARTED` where the system starts fewer; `PUHUI_ERR_OVERFLOW` for dimensions whose keys span more than 128 bits; `PUHUI_ERR_BUFFER_TOO_SMALL`; or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `columns`, `plan` and `result` must have their `struct_size` readable bytes, and their arrays the elements that their fields
/// say; `result` and its arrays must be writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tally(
    columns: *const puhui_book_columns,
    plan: *const puhui_tally_plan,
    threads: u32,
    result: *mut puhui_tally_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let plan = read_plan(plan)?;
            let book = read_book(columns)?;
            // Before the work: a buffer that is not there is a mistake of the caller's.
            result.groups(Tally::empty(book.currency(), &plan).dimensions().len())?;
            let threads = read_threads(threads)?;
            let tally = match threads.get() {
                1 => Tally::of(&book, &plan)?,
                _ => Tally::of_threads(&book, &plan, threads)?,
            };
            result.write(&tally)
        })
    }
}

/// Adds tallies of one plan and one currency up: those of parts of a book, of branches, of machines.
///
/// `parts` has `part_count` elements, one or more, in any order: the groups that come out are the same to the byte. They go
/// where `result` says. The parts are read during the call only, and the outputs must not overlap them. `error` may be NULL; it names a part that is wrong by its place: `parts[1].plan.as_of`.
///
/// The time grows with n log n, n being the groups of all parts. So merge many parts in one call: each call reads and writes its sum
/// again.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may merge at the
/// same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a plan and of a result in `puhui_tally`; `PUHUI_ERR_TEXT`, `PUHUI_ERR_MALFORMED`,
/// `PUHUI_ERR_UNKNOWN_VALUE` or `PUHUI_ERR_OUT_OF_RANGE` for a currency, as of `puhui_book_check`; `PUHUI_ERR_MISSING` for no part at
/// all; `PUHUI_ERR_RESERVED` for a reserved field of sums; `PUHUI_ERR_CONTRADICTION` for a key that stands twice in a part;
/// `PUHUI_ERR_CURRENCY_MISMATCH` for parts of two currencies; `PUHUI_ERR_NOT_COMPARABLE` for parts of two plans: another day,
/// period, basis, ladder, grouping or choice of measures; `PUHUI_ERR_OVERFLOW` for sums that do not fit;
/// `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// Each part must have its `struct_size` readable bytes, its plan and arrays the elements that their fields say; `result` and its
/// arrays must be writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tally_merge(
    parts: *const puhui_tally_groups,
    part_count: usize,
    result: *mut puhui_tally_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let given = options::read_all(parts, part_count, "parts")?;
            let whole = whole_of("parts", &given, |part| tally_of(part), Tally::merge)?;
            result.write(&whole)
        })
    }
}

/// The same loans by fewer dimensions; by none, all in one group.
///
/// `dimensions` has `dimension_count` elements of the tally's own, `PUHUI_DIMENSION_*`, each once and in any order, and may be NULL where
/// there is none; the groups go where `result` says, `dimension_count` numbers a key. A tally without groups has none by any dimension.
/// `error` may be NULL.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may call this at
/// the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_tally_merge`; `PUHUI_ERR_MISSING` for a dimension that the tally does
/// not have; `PUHUI_ERR_OVERFLOW` for sums that do not fit; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// As for `puhui_tally_merge`; `dimensions` must be readable for `dimension_count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tally_roll_up(
    tally: *const puhui_tally_groups,
    dimensions: *const u32,
    dimension_count: usize,
    result: *mut puhui_tally_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let tally = read_tally(tally, "tally")?;
            let dimensions = read_dimensions(dimensions, dimension_count)?;
            let rolled_up = tally.roll_up(&dimensions).map_err(|error| error.at("dimensions"))?;
            result.write(&rolled_up)
        })
    }
}

/// Keeps the groups whose key in a dimension is wanted: the classes of targeted loans, the townships of deep poverty.
///
/// `dimension` is one of the tally's own, `PUHUI_DIMENSION_*`; `wanted` has `wanted_count` keys, in any order, and may be NULL where there
/// is none. The groups go where `result` says, with the keys that they have. `error` may be NULL.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may call this at
/// the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_tally_merge`; `PUHUI_ERR_UNKNOWN_CODE` for an unknown dimension;
/// `PUHUI_ERR_MISSING` for one that the tally does not have; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// As for `puhui_tally_merge`; `wanted` must be readable for `wanted_count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tally_only(
    tally: *const puhui_tally_groups,
    dimension: u32,
    wanted: *const u32,
    wanted_count: usize,
    result: *mut puhui_tally_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let tally = read_tally(tally, "tally")?;
            let wanted = read_wanted(dimension, wanted, wanted_count)?;
            let only = tally.only(wanted.dimension, |key| wanted.has(key));
            result.write(&only.map_err(|error| error.at("dimension"))?)
        })
    }
}
