//! Exact sets of ids by groups, as flat arrays of the caller's that merge by union.

use super::book::{puhui_book_columns, read_book};
use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, put, required, required_array, unused};
use super::boundary::options::{self, Plain};
use super::boundary::status::puhui_status;
use super::codes::statistics as words;
use super::schedule::too_small;
use super::tally::{read_dimensions, read_threads};
use crate::error::{Error, ErrorCode};
use crate::portfolio::{Dimension, Distinct, Ids, LoansCounted};

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
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The number of dimensions; 0: all loans are one group.
    pub dimension_count: usize,
    /// What the loans are grouped by, in this order: `PUHUI_DIMENSION_*`, each once.
    pub dimensions: *const u32,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_distinct_plan>() == 32);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 4 x 4 + 2 words.
unsafe impl Plain for puhui_distinct_plan {
    const SIZE_V1: usize = 16 + 2 * size_of::<usize>();
}

/// A plan that was checked.
struct DistinctPlan {
    ids: Ids,
    loans: LoansCounted,
    by: Vec<Dimension>,
}

/// Reads a plan.
///
/// # Safety
///
/// `plan` must be NULL or have its `struct_size` readable bytes, and its array its count.
unsafe fn read_plan(plan: *const puhui_distinct_plan) -> Result<DistinctPlan, Failure> {
    // SAFETY: forwarded from this function's contract.
    let (given, by) = unsafe {
        let given = options::read(plan, "plan")?;
        (given, read_dimensions(given.dimensions, given.dimension_count)?)
    };
    unused(u64::from(given.reserved), "reserved")?;
    Ok(DistinctPlan { ids: words::ids(given.ids)?, loans: words::loans_counted(given.loans)?, by })
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

/// The sets of groups of the caller's.
///
/// # Safety
///
/// The plan and the arrays must be NULL or as `puhui_distinct_groups` says.
unsafe fn distinct_of(given: &puhui_distinct_groups) -> Result<Distinct, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    // SAFETY: forwarded from this function's contract.
    let plan = unsafe { read_plan(given.plan) }
        .map_err(|failure| Failure::Inside { parent: "plan", failure: Box::new(failure) })?;
    let (count, width) = (given.group_count, plan.by.len());
    required_array(given.keys, count.min(width), "keys")?;
    required_array(given.id_offset, count, "id_offset")?;
    required_array(given.ids, count, "ids")?;
    let mut sets = Distinct::empty(&plan.by, plan.ids, plan.loans);
    let mut key = Vec::with_capacity(width);
    for i in 0..count {
        key.clear();
        // SAFETY: `i` < `group_count`; a key has `width` numbers, and there is one offset more than there are groups, by this
        // function's contract.
        let (from, to) = unsafe {
            key.extend((0..width).map(|at| given.keys.add(i * width + at).read()));
            (given.id_offset.add(i).read(), given.id_offset.add(i + 1).read())
        };
        if to < from {
            let bound = format!("{from} or more: offsets never fall");
            return Err(Error::new(ErrorCode::OutOfRange, "id_offset", to, bound).into());
        }
        // SAFETY: the ids are readable from the first offset to the last.
        let ids = (from..to).map(|at| unsafe { given.ids.add(at).read() }).collect();
        sets.insert(&key, ids)?;
    }
    Ok(sets)
}

/// Where sets go.
struct Sets {
    keys: *mut u32,
    id_offset: *mut usize,
    group_capacity: usize,
    ids: *mut u64,
    id_capacity: usize,
    out_group_count: *mut usize,
    out_id_count: *mut usize,
    out_total: *mut usize,
}

impl Sets {
    /// # Safety
    ///
    /// The counts must be NULL or writable.
    unsafe fn clear(&self) {
        // SAFETY: forwarded from this function's contract.
        unsafe {
            put(self.out_group_count, 0);
            put(self.out_id_count, 0);
            put(self.out_total, 0);
        }
    }

    fn check(&self, dimensions: usize) -> Result<(), Failure> {
        required(self.out_group_count, "out_group_count")?;
        required_array(self.keys, self.group_capacity.min(dimensions), "keys")?;
        required_array(self.id_offset, self.group_capacity, "id_offset")?;
        required_array(self.ids, self.id_capacity, "ids")?;
        if !self.ids.is_null() {
            required(self.id_offset, "id_offset")?;
            required(self.out_id_count, "out_id_count")?;
        }
        Ok(())
    }

    /// Writes sets by `width` dimensions.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for their capacities, the counts NULL or writable.
    unsafe fn write(&self, distinct: &Distinct, width: usize) -> Result<(), Failure> {
        let groups = distinct.groups().count();
        let ids = distinct.groups().map(|(_, ids)| ids.len()).sum::<usize>();
        // SAFETY: NULL or writable by this function's contract.
        unsafe {
            put(self.out_group_count, groups);
            put(self.out_id_count, ids);
        }
        if !self.id_offset.is_null() && self.group_capacity < groups {
            return Err(too_small("group_capacity", self.group_capacity, groups).into());
        }
        if !self.ids.is_null() && self.id_capacity < ids {
            return Err(too_small("id_capacity", self.id_capacity, ids).into());
        }
        if !self.out_total.is_null() {
            // SAFETY: not NULL, so writable.
            unsafe { put(self.out_total, distinct.total().len()) };
        }
        if self.id_offset.is_null() {
            return Ok(());
        }
        let mut at = 0;
        // SAFETY: there is one offset more than there is room for groups.
        unsafe { self.id_offset.write(0) };
        for (i, (key, ids)) in distinct.groups().enumerate() {
            for (place, number) in key.iter().enumerate() {
                // SAFETY: `i` < `groups` <= capacity, and a key has `width` numbers.
                unsafe { self.keys.add(i * width + place).write(*number) };
            }
            if !self.ids.is_null() {
                for (place, id) in ids.iter().enumerate() {
                    // SAFETY: all ids of all groups fit the capacity.
                    unsafe { self.ids.add(at + place).write(*id) };
                }
            }
            at += ids.len();
            // SAFETY: `i + 1` <= `groups` <= capacity, and there is one offset more.
            unsafe { self.id_offset.add(i + 1).write(at) };
        }
        Ok(())
    }
}

/// Counts the ids of a book by groups, each once: households, borrowers, persons.
///
/// The groups that have ids are written by their keys, rising: the key of group `i` is `keys[i * dimension_count]` and those after
/// it, in the order of the plan's dimensions. Its ids are `ids[id_offset[i]]` up to, not including, `ids[id_offset[i + 1]]`,
/// rising; so `id_offset[i + 1] - id_offset[i]` is their number. The id 0 is nobody. `*out_group_count` becomes the number of
/// groups, `*out_id_count` that of the ids of all groups, and `*out_total` that of the ids of the book: one that is in two groups
/// counts once in each and once in the total. The last two may be NULL, `out_id_count` only without `ids`.
///
/// `keys` has room for `group_capacity` groups and `id_offset` for one element more; `ids` has `id_capacity` elements. All belong to
/// the caller. With NULL for `keys` and `id_offset` and a capacity of 0 the groups are counted and not written; with NULL for
/// `ids` and a capacity of 0 the ids are counted and not written, which is enough where nothing is merged. Elements that are not
/// needed stay as they were. `error` may be NULL. The ids are found on `threads` threads, as `puhui_tally` runs on them.
///
/// On failure the counts are 0 and nothing is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_group_count` and
/// `*out_id_count` are the capacities that are needed. The call allocates 8 bytes for each id of each group and releases them
/// before it returns; nothing is kept. Any number of threads may count one book at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_book_check`; of the plan, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`,
/// `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` or `PUHUI_ERR_CONTRADICTION`; `PUHUI_ERR_MISSING` for a column that the plan needs
/// and the book does not have; `PUHUI_ERR_OUT_OF_RANGE` for another number of threads than 1 to 1024;
/// `PUHUI_ERR_THREAD_NOT_STARTED` where the system starts fewer; `PUHUI_ERR_OVERFLOW` for dimensions whose keys span more than 128 bits;
/// `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `columns` and `plan` must have their `struct_size` readable bytes, and their arrays the elements that their fields say; the
/// outputs must be writable as said above; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct(
    columns: *const puhui_book_columns,
    plan: *const puhui_distinct_plan,
    threads: u32,
    keys: *mut u32,
    id_offset: *mut usize,
    group_capacity: usize,
    ids: *mut u64,
    id_capacity: usize,
    out_group_count: *mut usize,
    out_id_count: *mut usize,
    out_total: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    let sets =
        Sets { keys, id_offset, group_capacity, ids, id_capacity, out_group_count, out_id_count, out_total };
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || sets.clear(),
            || {
                let plan = read_plan(plan)?;
                let book = read_book(columns)?;
                sets.check(plan.by.len())?;
                let threads = read_threads(threads)?;
                let found = Distinct::of_threads(&book, &plan.by, plan.ids, plan.loans, threads)?;
                sets.write(&found, plan.by.len())
            },
        )
    }
}

/// Adds sets of one plan up, by union: those of parts of a book, of branches, of machines that share their ids.
///
/// `parts` has `part_count` elements, one or more, in any order: what comes out is the same to the byte, and is written as
/// `puhui_distinct` writes it. The parts are read during the call only, and the outputs must not overlap them. `error` may be
/// NULL; it names a part that is wrong by its place: `parts[1].plan.ids`.
///
/// The time grows with n log n, n being the ids of all parts. So merge many parts in one call: each call reads and writes its sets
/// again.
///
/// On failure the counts are 0 and nothing is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `*out_group_count` and
/// `*out_id_count` are the capacities that are needed. The call allocates memory and releases it before it returns; nothing is
/// kept. Any number of threads may merge at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a plan in `puhui_distinct`; `PUHUI_ERR_MISSING` for no part at all;
/// `PUHUI_ERR_OUT_OF_RANGE` for offsets that fall, and for ids of a group that do not rise from 1, or that have no ids;
/// `PUHUI_ERR_CONTRADICTION` for a key that stands twice in a part; `PUHUI_ERR_NOT_COMPARABLE` for sets of other ids, of other loans
/// or by other dimensions; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// Each part must have its `struct_size` readable bytes, its plan and arrays the elements that their fields say; the outputs must be
/// writable as for `puhui_distinct`; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_distinct_merge(
    parts: *const puhui_distinct_groups,
    part_count: usize,
    keys: *mut u32,
    id_offset: *mut usize,
    group_capacity: usize,
    ids: *mut u64,
    id_capacity: usize,
    out_group_count: *mut usize,
    out_id_count: *mut usize,
    out_total: *mut usize,
    error: *mut puhui_error,
) -> puhui_status {
    let sets =
        Sets { keys, id_offset, group_capacity, ids, id_capacity, out_group_count, out_id_count, out_total };
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || sets.clear(),
            || {
                let given = options::read_all(parts, part_count, "parts")?;
                let mut whole: Option<Distinct> = None;
                for (index, part) in given.iter().enumerate() {
                    let in_part =
                        |failure| Failure::Element { array: "parts", index, failure: Box::new(failure) };
                    let part = distinct_of(part).map_err(in_part)?;
                    match &mut whole {
                        None => whole = Some(part),
                        Some(whole) => whole.merge(&part).map_err(|error| in_part(error.into()))?,
                    }
                }
                let whole = whole
                    .ok_or_else(|| Error::new(ErrorCode::Missing, "parts", "no part", "at least one part"))?;
                let width = whole.dimensions().len();
                sets.check(width)?;
                sets.write(&whole, width)
            },
        )
    }
}
