//! Growth of a balance from one day to another: against all loans, and by groups.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, unused};
use super::boundary::options::Plain;
use super::boundary::result::{Output, Results, call_into, in_result};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::figure::{give, puhui_figure, puhui_int128, read as read_figure, where_known};
use super::groups::GroupBuffers;
use super::tally::{puhui_tally_groups, read_tally};
use crate::portfolio::{Growth, base_before};
use crate::ratio::Figure;

/// A figure now and what it was at the base: a balance and that of a year before 同比, or of the start of the year 较年初.
///
/// Whole numbers of one unit, such as minor units of one currency, or borrowers. Where what is counted has changed since the base was
/// published, `restated_base` is what it was by today's scope (可比口径): every figure is then of it, and `puhui_growth_published_rate`
/// alone of the published one. A record that keeps its size; all 0 is a growth from a base that is not known.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_growth {
    /// The figure now.
    pub now: puhui_int128,
    /// The figure at the base, as it was published; 0 where it is not known.
    pub base: puhui_int128,
    /// The figure at the base by today's scope; 0 where it was not restated.
    pub restated_base: puhui_int128,
    /// 1: the published base is known, which may be 0. 0: it is not.
    pub has_base: u32,
    /// 1: there is a restated base, which may be 0. 0: there is none.
    pub has_restated_base: u32,
    /// Reserved; must be 0.
    pub reserved: u64,
}

const _: () = assert!(size_of::<puhui_growth>() == 64);

impl From<&Growth> for puhui_growth {
    fn from(growth: &Growth) -> puhui_growth {
        puhui_growth {
            now: growth.now().into(),
            base: growth.published_base().unwrap_or(0).into(),
            has_base: growth.published_base().is_some().into(),
            ..puhui_growth::default()
        }
    }
}

/// Reads a growth of the caller's.
///
/// # Safety
///
/// `given` must be NULL or readable.
pub(super) unsafe fn read(given: *const puhui_growth, field: &'static str) -> Result<Growth, Failure> {
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { borrow(given, field) }?;
    growth_of(given).map_err(|failure| failure.inside(field))
}

fn growth_of(given: &puhui_growth) -> Result<Growth, Failure> {
    unused(given.reserved, "reserved")?;
    let base = where_known(given.base, given.has_base, ("base", "has_base"))?;
    let restated_base = ("restated_base", "has_restated_base");
    let restated = where_known(given.restated_base, given.has_restated_base, restated_base)?;
    let growth = Growth::new(given.now.into(), base);
    Ok(restated.map_or(growth, |base| growth.restated(base)))
}

/// Makes a growth rate 增速: (now - base) / base.
///
/// `*out_figure` becomes the exact rate, or says that the base is zero or not known, which is no failure; all 0 on failure.
/// `puhui_figure_round` rounds it once. `error` may be NULL. Nothing is allocated on success; any number of threads may call this
/// at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`, `PUHUI_ERR_UNKNOWN_CODE` for a flag that is
/// neither 0 nor 1, `PUHUI_ERR_CONTRADICTION` for a base that is given where its flag is 0, `PUHUI_ERR_OVERFLOW` for a difference that does not fit,
/// `PUHUI_ERR_OUT_OF_RANGE` for a base below 0, or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `growth` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_rate(
    growth: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(growth, "growth")?.rate()?)) }
}

/// Makes the growth rate against the base as it was published, whatever was restated since. Else as `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `growth` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_published_rate(
    growth: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(growth, "growth")?.published_rate()?)) }
}

/// Makes the increment 增量: now - base, as a figure whose denominator is 1, or which says that the base is not known.
///
/// Else as `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `growth` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_increment(
    growth: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || increment(&read(growth, "growth")?)) }
}

/// The increment as a figure.
pub(super) fn increment(growth: &Growth) -> Result<Figure, Failure> {
    Ok(growth.increment()?.map_or(Ok(Figure::MissingBase), |increment| Figure::of(increment, Some(1)))?)
}

/// Makes the base from which a published rate led to a figure: now / (1 + rate), exact. 110 that is 16.6 % more than a year before was
/// 94.34 then, rounded.
///
/// `rate` is a fraction, 0.166, as `puhui_figure_of` makes it. Where it is no ratio its reason is the outcome. Else as
/// `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`; `PUHUI_ERR_OUT_OF_RANGE` for a rate of -1 or below, which leads from every base
/// to nothing.
///
/// # Safety
///
/// `rate` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_base_before(
    now: puhui_int128,
    rate: *const puhui_figure,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give(out_figure, error, || {
            let rate = read_figure(rate, "rate")?;
            Ok(match rate {
                Figure::Of(rate) => Figure::Of(base_before(now.into(), rate)?),
                reason => reason,
            })
        })
    }
}

/// Makes the difference of two growth rates, in points (高于……个百分点): how far that of targeted loans lies above that of all.
///
/// The difference is that of the exact rates: 0.03 is three percentage points. A host that wants the difference of two published
/// rates rounds both with `puhui_figure_round` and subtracts; it may differ in the last place. Where one of the two has no rate
/// its reason is the outcome, that of `growth` first. Else as `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `growth` and `other` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_points_above(
    growth: *const puhui_growth,
    other: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(growth, "growth")?.above(&read(other, "other")?)?)) }
}

/// Makes what a part contributes to the growth of a whole, in points (拉动): (now - base) / base of the whole.
///
/// The contributions of all parts add up to the rate of the whole. Else as `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `part` and `whole` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_contribution(
    part: *const puhui_growth,
    whole: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(part, "part")?.contribution(&read(whole, "whole")?)?)) }
}

/// Makes the share of a part in what was added to a whole (增量占比); it is below zero where they went different ways.
///
/// Where the whole did not change the outcome is `PUHUI_FIGURE_ZERO_BASE`. Else as `puhui_growth_rate`.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `part` and `whole` must be readable and `out_figure` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_share_of_increment(
    part: *const puhui_growth,
    whole: *const puhui_growth,
    out_figure: *mut puhui_figure,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { give(out_figure, error, || Ok(read(part, "part")?.share_of_increment(&read(whole, "whole")?)?)) }
}

/// Where a call writes the growth of groups.
///
/// Start with `PUHUI_GROWTH_RESULT_INIT`, and set the arrays and their capacity. The groups are written by their keys, rising, as
/// those of a `puhui_tally_result`. With NULL for both arrays and a capacity of 0 they are counted and not written. What lies after
/// the last group stays as it was. On failure `group_count` is 0, `total` all 0 and no group is written, but with
/// `PUHUI_ERR_BUFFER_TOO_SMALL` `group_count` is the capacity that is needed. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_growth_result {
    /// `sizeof(struct puhui_growth_result)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The growth of all groups together; written by the call.
    pub total: puhui_growth,
    /// Room for the keys of `group_capacity` groups, `dimension_count` numbers each. NULL where there is no dimension.
    pub keys: *mut u32,
    /// Room for the growth of `group_capacity` groups.
    pub growths: *mut puhui_growth,
    /// The number of groups that there is room for.
    pub group_capacity: usize,
    /// The number of groups; written by the call.
    pub group_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_growth_result>() == 104);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 64 + 4 words.
unsafe impl Plain for puhui_growth_result {
    const SIZE_V1: usize = 72 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_growth_result` without arrays: the groups are counted, and the total is made.
    PUHUI_GROWTH_RESULT_INIT = puhui_growth_result {}
}

impl Results for puhui_growth_result {
    fn clear(&mut self) {
        self.total = puhui_growth::default();
        self.group_count = 0;
    }
}

/// Puts the balances of two tallies side by side, group by group: those of `now` and those of the earlier `base`.
///
/// A group without loans in one of them has a balance of 0 there. The groups go where `result` says. The tallies are read during the
/// call only, and the outputs must not overlap them. `error` may be NULL. The call allocates memory and releases it before it
/// returns; nothing is kept. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part and of a result in `puhui_tally_merge`; `PUHUI_ERR_CURRENCY_MISMATCH` for
/// tallies of two currencies; `PUHUI_ERR_NOT_COMPARABLE` for tallies of two bases, ladders or groupings;
/// `PUHUI_ERR_DATES_OUT_OF_ORDER` for a `base` that is not of an earlier day; `PUHUI_ERR_MISSING` for a tally that does not measure
/// the balance; `PUHUI_ERR_OVERFLOW` for sums that do not fit; `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `now`, `base` and `result` must have their `struct_size` readable bytes, their plans and arrays the elements that their fields
/// say; `result` and its arrays must be writable; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_growth_by_group(
    now: *const puhui_tally_groups,
    base: *const puhui_tally_groups,
    result: *mut puhui_growth_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let (now, base) = (read_tally(now, "now")?, read_tally(base, "base")?);
            unused(u64::from(result.reserved), "reserved").map_err(in_result)?;
            let growths = Output::new("growths", result.growths, "group_capacity", result.group_capacity)?;
            let to = GroupBuffers::new(result.keys, now.dimensions().len(), growths)?;
            let (groups, total) = (Growth::by_group(&now, &base)?, Growth::of_totals(&now, &base)?);
            result.group_count = groups.len();
            to.write(groups.len(), groups.iter().map(|(key, growth)| (key, growth.into())))?;
            result.total = (&total).into();
            Ok(())
        })
    }
}
