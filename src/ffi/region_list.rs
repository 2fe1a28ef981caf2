//! Lists of places with dates: which were poor counties or townships of deep poverty on a day.

use std::ptr;

use chrono::NaiveDate;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{
    any_thread, borrow, call, hand_out, put, required, required_array, room, take_back,
};
use super::boundary::options::{self, Plain};
use super::boundary::result::write_rows;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{portfolio::Listed, word};
use crate::calendar::parse_ymd;
use crate::class::{RegionClass, RegionList, RegionListing};

/// A list of places with the days on which they came onto it and left it (带日期的名单). Opaque; made by `puhui_region_list_new`,
/// released by `puhui_region_list_free`.
///
/// Never changed once made, so any number of threads may use one list at the same time.
#[derive(Debug)]
pub struct puhui_region_list {
    list: RegionList,
}

const _: () = any_thread::<puhui_region_list>();

/// That a place was of a class from one day to another. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_region_listing {
    /// The code of the county or township, such as 500229; 1 or more.
    pub place: u32,
    /// What it was listed as, one of `PUHUI_REGION_CLASS_*`.
    pub region_class: u32,
    /// The first day on the list 认定.
    pub listed_on_ymd: i32,
    /// The first day off the list 摘帽退出; 0: it is still on.
    pub left_on_ymd: i32,
}

const _: () = assert!(size_of::<puhui_region_listing>() == 16);

impl puhui_region_listing {
    fn read(&self) -> Result<RegionListing, Failure> {
        let left_on = match self.left_on_ymd {
            0 => None,
            ymd => Some(parse_ymd(ymd, "left_on")?),
        };
        let listed_on = parse_ymd(self.listed_on_ymd, "listed_on")?;
        Ok(RegionListing {
            place: self.place,
            class: word(self.region_class, "region_class")?,
            listed_on,
            left_on,
        })
    }
}

/// Which places of a list are meant.
///
/// Start with `PUHUI_REGION_QUERY_INIT` and set the fields. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_region_query {
    /// `sizeof(struct puhui_region_query)` as the caller was compiled.
    pub struct_size: u32,
    /// What they are listed as, one of `PUHUI_REGION_CLASS_*`.
    pub region_class: u32,
    /// One of `PUHUI_LISTED_*`: a place that has left often keeps its policies, so whether a statistic means those that are on the list
    /// or also those that were is to be said.
    pub listed: u32,
    /// The day.
    pub day_ymd: i32,
}

const _: () = assert!(size_of::<puhui_region_query>() == 16);

// SAFETY: integers only, without padding: 4 x 4 = 16.
unsafe impl Plain for puhui_region_query {
    const SIZE_V1: usize = 16;
}

start! {
    /// Starts a `struct puhui_region_query`.
    PUHUI_REGION_QUERY_INIT = puhui_region_query {}
}

/// A query that was checked.
struct RegionQuery {
    class: RegionClass,
    day: NaiveDate,
    /// Whether a place that has left by then is meant too.
    has_left_too: bool,
}

impl RegionQuery {
    /// # Safety
    ///
    /// `query` must be NULL or have its `struct_size` readable bytes.
    unsafe fn read(query: *const puhui_region_query) -> Result<RegionQuery, Failure> {
        // SAFETY: forwarded from this function's contract.
        let given = unsafe { options::read(query, "query") }?;
        let has_left_too = match word(given.listed, "listed")? {
            Listed::OnDay => false,
            Listed::ByDay => true,
        };
        let class = word(given.region_class, "region_class")?;
        Ok(RegionQuery { class, day: parse_ymd(given.day_ymd, "day")?, has_left_too })
    }

    fn means(&self, list: &RegionList, place: u32) -> bool {
        match self.has_left_too {
            true => list.by(place, self.class, self.day),
            false => list.on(place, self.class, self.day),
        }
    }
}

/// Makes a list of its entries, in any order, and stores it in `*out_list`. The caller owns it and releases it with
/// `puhui_region_list_free`.
///
/// `listings` has `count` elements, which are copied, and may be NULL where there is none. A place may come back after it left, and be of
/// several classes. `error` may be NULL. On failure `*out_list` is NULL. Memory is in proportion to the entries. Any number of threads may
/// call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`; `PUHUI_ERR_UNKNOWN_CODE` for a class; `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` for what is no day; `PUHUI_ERR_OUT_OF_RANGE` for a place of 0; `PUHUI_ERR_DATES_OUT_OF_ORDER` for a place
/// that leaves on or before the day it is listed; `PUHUI_ERR_CONTRADICTION` for a place that is listed again before it has left; or
/// `PUHUI_ERR_PANIC`. The `field` of `error` names the entry, or the place: `listings[3].left_on`, `region[500229].listed_on`.
///
/// # Safety
///
/// `listings` must be readable for `count` elements and `out_list` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_region_list_new(
    listings: *const puhui_region_listing,
    count: usize,
    out_list: *mut *mut puhui_region_list,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `index` < `count` below.
    unsafe {
        call(
            error,
            || put(out_list, ptr::null_mut()),
            || {
                required(out_list, "out_list")?;
                required_array(listings, count, "listings")?;
                let entries = (0..count).map(|index| {
                    let entry = listings.add(index).read().read();
                    entry.map_err(|failure| Failure::element("listings", index, failure))
                });
                let list = RegionList::new(entries.collect::<Result<_, Failure>>()?)?;
                hand_out(out_list, puhui_region_list { list });
                Ok(())
            },
        )
    }
}

/// Releases a list. NULL is ignored. No other thread may be using it.
///
/// # Safety
///
/// `list` must be NULL or come from this library, released once, and be used by no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_region_list_free(list: *mut puhui_region_list) {
    // SAFETY: forwarded from this function's contract.
    unsafe { take_back(list) };
}

/// Lists the places that a query means, by code, rising: what `puhui_tally_only` and `puhui_targeted_query` take.
///
/// `places` has room for `capacity` codes; with NULL and a capacity of 0 they are counted and not written. `*out_count` becomes their
/// number. `error` may be NULL. On failure `*out_count` is 0 and nothing is written, but with `PUHUI_ERR_BUFFER_TOO_SMALL` it is the
/// capacity that is needed. The call allocates memory in proportion to the entries and releases it before it returns. Any number of threads
/// may ask one list at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` for the day, `PUHUI_ERR_BUFFER_TOO_SMALL` or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `list` must be live, `query` have its `struct_size` readable bytes; `places` must be writable for `capacity` elements and `out_count`
/// writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_region_list_places(
    list: *const puhui_region_list,
    query: *const puhui_region_query,
    places: *mut u32,
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
                let list = &borrow(list, "list")?.list;
                let query = RegionQuery::read(query)?;
                required(out_count, "out_count")?;
                room(places, capacity, "places")?;
                let mut found: Vec<u32> = list.listings().iter().map(|listing| listing.place).collect();
                found.dedup();
                found.retain(|place| query.means(list, *place));
                write_rows(found.into_iter(), (places, capacity), "capacity", out_count)
            },
        )
    }
}

/// Tells of each of many places whether a query means it: of the column `county` or `township` of a book.
///
/// `places` and `listed` have `count` elements each, and may be NULL where there is none; `listed[i]` becomes 1 or 0. On failure nothing is written. `error` may be NULL.
/// Nothing is allocated on success; any number of threads may ask one list at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_MALFORMED` or
/// `PUHUI_ERR_DATE_OUT_OF_RANGE` for the day, or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `list` must be live, `query` have its `struct_size` readable bytes; `places` must be readable and `listed` writable for `count`
/// elements.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_region_list_column(
    list: *const puhui_region_list,
    query: *const puhui_region_query,
    places: *const u32,
    count: usize,
    listed: *mut u8,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let list = &borrow(list, "list")?.list;
                let query = RegionQuery::read(query)?;
                required_array(places, count, "places")?;
                required_array(listed, count, "listed")?;
                for i in 0..count {
                    listed.add(i).write(query.means(list, places.add(i).read()).into());
                }
                Ok(())
            },
        )
    }
}
