//! Exact sets of ids by groups, as flat arrays of the caller's that merge by union.

use super::book::{puhui_book_columns, read_book};
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{required, required_array, unused};
use super::boundary::options::{self, Plain};
use super::boundary::read::rising;
use super::boundary::result::{Output, Results, call_into, in_result};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{flag, word};
use super::groups::{
    GroupBuffers, read_basis, read_dimensions, read_threads, read_wanted, required_keys, whole_of,
};
use crate::portfolio::Distinct;

/// Whose ids are counted, of which loans, by which groups.
///
/// Start with `PUHUI_DISTINCT_PLAN_INIT` and set `ids` and `loans`. The array belongs to the caller and is only read during a call.
/// Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_distinct_plan {
    /// `sizeof(struct puhui_distinct_plan)` as the caller was compiled.
    pub struct_size: u32,
    /// One of `PUHUI_IDS_*`.
    pub ids: u32,
    /// One of `PUHUI_LOANS_COUNTED_*`.
    pub loans: u32,
    /// 1: only the loans that count in the statistics of `basis`, by the column of that name. 0: all of `loans`.
    pub has_basis: u32,
    /// With `has_basis`, one of `PUHUI_BASIS_*`; else 0.
    pub basis: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of dimensions; 0: all loans are one group.
    pub dimension_count: usize,
    /// What the loans are grouped by, in this order: `PUHUI_DIMENSION_*`, each once.
    pub dimensions: *const u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_distinct_plan>() == 40);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 6 x 4 + 2 words.
unsafe impl Plain for puhui_distinct_plan {
    const SIZE_V1: usize = 24 + 2 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_distinct_plan`: one group.
    PUHUI_DISTINCT_PLAN_INIT = puhui_distinct_plan {}
}

/// Reads a plan: as sets by it that have no ids.
///
/// # Safety
///
/// `plan` must be NULL or have its `struct_size` readable bytes, and its array its count.
unsafe fn read_plan(plan: *const puhui_distinct_plan) -> Result<Distinct, Failure> {
    // SAFETY: forwarded from this function's contract.
    let (given, by) = unsafe {
        let given = options::read(plan, "plan")?;
        (given, read_dimensions(given.dimensions, given.dimension_count)?)
    };
    unused(u64::from(given.reserved), "reserved")?;
    let (ids, loans) = (word(given.ids, "ids")?, word(given.loans, "loans")?);
    Ok(match read_basis(given.has_basis, given.basis)? {
        Some(basis) => Distinct::empty_of_basis(&by, ids, loans, basis),
        None => Distinct::empty(&by, ids, loans),
    })
}

/// Sets that were made before: their plan, and the groups where a call wrote them.
///
/// Start with `PUHUI_DISTINCT_GROUPS_INIT`. Everything belongs to the caller and is only read during a call. Later releases only
/// append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_distinct_groups {
    /// `sizeof(struct puhui_distinct_groups)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The plan they were made by.
    pub plan: *const puhui_distinct_plan,
    /// The number of groups.
    pub group_count: usize,
    /// Their keys, `group_count` x the plan's `dimension_count` numbers; no key stands twice. NULL where the plan has no dimension.
    pub keys: *const u32,
    /// Where in `ids` each group begins, and after the last group where it ends: `group_count + 1` elements that rise.
    pub id_offset: *const usize,
    /// The ids of one group after the other, those of each rising, from 1.
    pub ids: *const u64,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_distinct_groups>() == 48);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 5 words.
unsafe impl Plain for puhui_distinct_groups {
    const SIZE_V1: usize = 8 + 5 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_distinct_groups` without groups.
    PUHUI_DISTINCT_GROUPS_INIT = puhui_distinct_groups {}
}

/// The sets of groups of the caller's.
///
/// # Safety
///
/// The plan and the arrays must be NULL or as `puhui_distinct_groups` says.
unsafe fn distinct_of(given: &puhui_distinct_groups) -> Result<Distinct, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    // SAFETY: forwarded from this function's contract.
    let mut sets = unsafe { read_plan(given.plan) }.map_err(|failure| failure.inside("plan"))?;
    let (count, width) = (given.group_count, sets.dimensions().len());
    required_keys(given.keys, count, width)?;
    if count > 0 {
        required_array(given.id_offset, count.saturating_add(1), "id_offset")?;
        // SAFETY: not NULL, so there is one offset more than there are groups, by this function's contract.
        let end = unsafe {
            rising(given.id_offset, count, "id_offset")?;
            given.id_offset.add(count).read()
        };
        required(given.ids, "ids")?;
        required_array(given.ids, end, "ids")?;
    }
    let mut key = Vec::with_capacity(width);
    for i in 0..count {
        key.clear();
        // SAFETY: `i` < `group_count`; a key has `width` numbers, and there is one offset more than there are groups, by this
        // function's contract.
        let (from, to) = unsafe {
            key.extend((0..width).map(|at| given.keys.add(i * width + at).read()));
            (given.id_offset.add(i).read(), given.id_offset.add(i + 1).read())
        };
        // SAFETY: the ids are readable from the first offset to the last.
        let ids = (from..to).map(|at| unsafe { given.ids.add(at).read() }).collect();
        sets.insert(&key, ids)?;
    }
    Ok(sets)
}

/// Reads sets.
///
/// # Safety
///
/// `sets` must be NULL or have its `struct_size` readable bytes, its plan and arrays as `puhui_distinct_groups` says.
unsafe fn read_sets(sets: *const puhui_distinct_groups) -> Result<Distinct, Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe { distinct_of(&options::read(sets, "sets")?) }
}

/// Where a call writes sets of ids.
///
/// Start with `PUHUI_DISTINCT_RESULT_INIT`, and set the arrays and how much room they have. The groups that have ids are written by
/// their keys, rising: the key of group `i` is `keys[i * dimension_count]` and those after it, in the order of the dimensions. Its
/// ids are `ids[id_offset[i]]` up to, not including, `ids[id_offset[i + 1]]`, rising; so `id_offset[i + 1] - id_offset[i]` is
/// their number. With NULL for `keys` and `id_offset` and a `group_capacity` of 0 the groups are counted and not written; with
/// NULL for `ids` and an `id_capacity` of 0 the ids are counted and not written, which is enough where nothing is merged. What is
/// not needed stays as it was. On failure the counts are 0 and nothing is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL`
/// `group_count` and `id_count` are the capacities that are needed. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_distinct_result {
    /// `sizeof(struct puhui_distinct_result)` as the caller was compiled.
    pub struct_size: u32,
    /// 1: the call counts `total` too, in about the time that it takes for the groups. 0: it does not.
    pub with_total: u32,
    /// Room for the keys of `group_capacity` groups, `dimension_count` numbers each. NULL where there is no dimension.
    pub keys: *mut u32,
    /// Room for `group_capacity + 1` places; needed where there are `ids`.
    pub id_offset: *mut usize,
    /// The number of groups that there is room for.
    pub group_capacity: usize,
    /// The number of groups; written by the call.
    pub group_count: usize,
    /// Room for `id_capacity` ids.
    pub ids: *mut u64,
    /// The number of ids that there is room for.
    pub id_capacity: usize,
    /// The number of ids of all groups, one that is in two groups counted in each; written by the call.
    pub id_count: usize,
    /// With `with_total`, the number of ids, each counted once; else 0. Written by the call.
    pub total: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_distinct_result>() == 72);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 8 words.
unsafe impl Plain for puhui_distinct_result {
    const SIZE_V1: usize = 8 + 3 * size_of::<*mut u64>() + 5 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_distinct_result` without arrays: the groups and ids are counted, the total is not.
    PUHUI_DISTINCT_RESULT_INIT = puhui_distinct_result {}
}

impl Results for puhui_distinct_result {
    fn clear(&mut self) {
        self.group_count = 0;
        self.id_count = 0;
        self.total = 0;
    }
}

impl puhui_distinct_result {
    /// The arrays for groups of `width` dimensions and for their ids, checked; and whether the total is wanted.
    fn outputs(&self, width: usize) -> Result<(GroupBuffers<usize>, Output<u64>, bool), Failure> {
        let with_total = flag(self.with_total, "with_total").map_err(in_result)?;
        let ids = Output::new("ids", self.ids, "id_capacity", self.id_capacity)?;
        if !self.ids.is_null() {
            required(self.id_offset, "id_offset").map_err(in_result)?;
        }
        let offsets = Output::new("id_offset", self.id_offset, "group_capacity", self.group_capacity)?;
        let groups = GroupBuffers::new(self.keys, width, offsets)?;
        Ok((groups, ids, with_total))
    }

    /// Writes sets.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for their capacities, `id_offset` for one element more.
    unsafe fn write(&mut self, sets: &Distinct) -> Result<(), Failure> {
        let (groups, ids, with_total) = self.outputs(sets.dimensions().len())?;
        self.group_count = sets.groups().count();
        self.id_count = sets.groups().map(|(_, ids)| ids.len()).sum();
        groups.records.fits(self.group_count)?;
        ids.fits(self.id_count)?;
        if with_total {
            self.total = sets.total().len();
        }
        let mut end = 0;
        let rows = sets.groups().map(|(key, ids)| {
            let begin = end;
            end += ids.len();
            (key, begin)
        });
        // SAFETY: forwarded from this function's contract; there is one place more than there are groups.
        unsafe {
            groups.write(self.group_count, rows)?;
            if !self.id_offset.is_null() {
                self.id_offset.add(self.group_count).write(self.id_count);
            }
            ids.write(sets.groups().flat_map(|(_, ids)| ids.iter().copied()));
        }
        Ok(())
    }
}

/// Counts the ids of a book by groups, each once: households, borrowers, persons.
///
/// The sets go where `result` says. One that is in two groups is in the set of each; the id 0 is nobody. The ids are found on
/// `threads` threads, as `puhui_tally` runs on them. `columns` and `plan` are only read during the call; `error` may be NULL.
///
/// The call allocates 8 bytes for each id of each group and releases them before it returns; nothing is kept but what `puhui_tally` keeps
/// of a thread that has asked for more than one. Any number of threads may count one book at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_book_check`; of the plan and the result, `PUHUI_ERR_NULL`,
/// `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` or `PUHUI_ERR_CONTRADICTION`; `PUHUI_ERR_MISSING` for a column that the plan needs
/// and the book does not have; `PUHUI_ERR_OUT_OF_RANGE` for another number of threads than 1 to 1024;
/// `PUHUI_ERR_THREAD_NOT_STARTED` where the system starts fewer; `PUHUI_ERR_OVERFLOW` for dimensions whose keys span more than 128 bits;
/// `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `columns`, `plan` and `result` must have their `struct_size` readable bytes, and their arrays the elements that their fields
/// say; `result` and its arrays must be writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct(
    columns: *const puhui_book_columns,
    plan: *const puhui_distinct_plan,
    threads: u32,
    result: *mut puhui_distinct_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let plan = read_plan(plan)?;
            let book = read_book(columns)?;
            // Before the work: a buffer that is not there is a mistake of the caller's.
            result.outputs(plan.dimensions().len())?;
            let found = plan.filled_on(&book, read_threads(threads)?)?;
            result.write(&found)
        })
    }
}

/// Adds sets of one plan up, by union: those of parts of a book, of branches, of machines that share their ids.
///
/// `parts` has `part_count` elements, one or more, in any order: what comes out is the same to the byte, and goes where
/// `result` says. The parts are read during the call only, and the outputs must not overlap them. `error` may be
/// NULL; it names a part that is wrong by its place: `parts[1].plan.ids`.
///
/// The time grows with n log n, n being the ids of all parts. So merge many parts in one call: each call reads and writes its sets
/// again.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may merge at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a plan and of a result in `puhui_distinct`; `PUHUI_ERR_MISSING` for no part at all;
/// `PUHUI_ERR_OUT_OF_RANGE` for offsets that fall, and for ids of a group that do not rise from 1, or that have no ids;
/// `PUHUI_ERR_CONTRADICTION` for a key that stands twice in a part; `PUHUI_ERR_NOT_COMPARABLE` for sets of other ids, of other loans,
/// of another basis or by other dimensions; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// Each part must have its `struct_size` readable bytes, its plan and arrays the elements that their fields say; `result` and its
/// arrays must be writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct_merge(
    parts: *const puhui_distinct_groups,
    part_count: usize,
    result: *mut puhui_distinct_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let given = options::read_all(parts, part_count, "parts")?;
            let whole = whole_of("parts", &given, |part| distinct_of(part), Distinct::merge)?;
            result.write(&whole)
        })
    }
}

/// The same ids by fewer dimensions; by none, all in one group. An id that is in two groups which become one counts once there.
///
/// `dimensions` has `dimension_count` elements of the sets' own, `PUHUI_DIMENSION_*`, each once and in any order, and may be NULL
/// where there is none; the sets go where `result` says, `dimension_count` numbers a key. `error` may be NULL.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may call this at the same
/// time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_distinct_merge`; `PUHUI_ERR_MISSING` for a dimension that the sets do
/// not have; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// As for `puhui_distinct_merge`; `dimensions` must be readable for `dimension_count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct_roll_up(
    sets: *const puhui_distinct_groups,
    dimensions: *const u32,
    dimension_count: usize,
    result: *mut puhui_distinct_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let sets = read_sets(sets)?;
            let dimensions = read_dimensions(dimensions, dimension_count)?;
            let rolled_up = sets.roll_up(&dimensions).map_err(|error| error.at("dimensions"))?;
            result.write(&rolled_up)
        })
    }
}

/// Keeps the groups whose key in a dimension is wanted, as `puhui_tally_only` does.
///
/// `dimension` is one of the sets' own, `PUHUI_DIMENSION_*`; `wanted` has `wanted_count` keys, in any order, and may be NULL where
/// there is none. The sets go where `result` says, with the keys that they have. `error` may be NULL.
///
/// The call allocates memory and releases it before it returns; nothing is kept. Any number of threads may call this at the same
/// time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_distinct_merge`; `PUHUI_ERR_UNKNOWN_CODE` for an unknown dimension;
/// `PUHUI_ERR_MISSING` for one that the sets do not have; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// As for `puhui_distinct_merge`; `wanted` must be readable for `wanted_count` elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct_only(
    sets: *const puhui_distinct_groups,
    dimension: u32,
    wanted: *const u32,
    wanted_count: usize,
    result: *mut puhui_distinct_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let sets = read_sets(sets)?;
            let wanted = read_wanted(dimension, wanted, wanted_count)?;
            let only = sets.only(wanted.dimension, |key| wanted.has(key));
            result.write(&only.map_err(|error| error.at("dimension"))?)
        })
    }
}
