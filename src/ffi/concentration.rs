//! How much of a book lies in few places: shares, the Herfindahl index, the largest.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{required_array, unused};
use super::boundary::options::Plain;
use super::boundary::result::{Output, Results, call_into, in_result};
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::figure::{puhui_figure, puhui_int128};
use super::tally::{puhui_tally_groups, read_tally};
use crate::error::Error;
use crate::portfolio::Concentration;
use crate::ratio::Figure;

/// One place in the order of amounts, the largest first.
///
/// A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_ranked {
    /// The key; of a tally, the place of the group, from 0.
    pub key: u64,
    /// The sum of its amounts.
    pub amount: puhui_int128,
    /// Its share in the total 占比, exact; no ratio where the total is 0.
    pub share: puhui_figure,
}

const _: () = assert!(size_of::<puhui_ranked>() == 64);

/// Where a call writes a concentration (集中度).
///
/// Start with `PUHUI_CONCENTRATION_RESULT_INIT`. The keys are written by their amounts, the largest first and equal ones by key: the
/// same amounts in any order give the same bytes. With NULL and a capacity of 0 they are counted and not written. What lies after the
/// last stays as it was. On failure all that the call writes is 0, but with `PUHUI_ERR_BUFFER_TOO_SMALL` `ranked_count` is the
/// capacity that is needed. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_concentration_result {
    /// `sizeof(struct puhui_concentration_result)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The sum of all amounts; written by the call.
    pub total: puhui_int128,
    /// The sum of the squares of all shares (Herfindahl-Hirschman), from 1 over their number to 1; written by the call. Rounded to 4
    /// decimals it is in the conventional points, up to 10,000.
    pub herfindahl: puhui_figure,
    /// The share of the `largest` first ones in the total (前 n 大占比); written by the call.
    pub share_of_largest: puhui_figure,
    /// How many `share_of_largest` is of.
    pub largest: usize,
    /// Room for `ranked_capacity` keys.
    pub ranked: *mut puhui_ranked,
    /// The number of keys that there is room for.
    pub ranked_capacity: usize,
    /// The number of keys; written by the call.
    pub ranked_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_concentration_result>() == 136);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 16 + 2 x 40 + 4 words.
unsafe impl Plain for puhui_concentration_result {
    const SIZE_V1: usize = 104 + 4 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_concentration_result` without an array: the keys are counted, and the figures are made.
    PUHUI_CONCENTRATION_RESULT_INIT = puhui_concentration_result {}
}

impl Results for puhui_concentration_result {
    fn clear(&mut self) {
        self.total = puhui_int128::default();
        self.herfindahl = puhui_figure::default();
        self.share_of_largest = puhui_figure::default();
        self.ranked_count = 0;
    }
}

impl puhui_concentration_result {
    /// The list, checked.
    fn list(&self) -> Result<Output<puhui_ranked>, Failure> {
        unused(u64::from(self.reserved), "reserved").map_err(in_result)?;
        Output::new("ranked", self.ranked, "ranked_capacity", self.ranked_capacity)
    }

    /// Writes a concentration.
    ///
    /// # Safety
    ///
    /// The list must be NULL or writable for its capacity.
    unsafe fn write(
        &mut self,
        list: &Output<puhui_ranked>,
        found: &Concentration<u64>,
    ) -> Result<(), Failure> {
        let herfindahl = found.herfindahl()?;
        let share_of_largest = found.share_of_largest(self.largest)?;
        let ranked = found.amounts().iter().map(|(key, amount)| {
            let share = Figure::of(*amount, Some(found.total()))?.into();
            Ok(puhui_ranked { key: *key, amount: (*amount).into(), share })
        });
        let ranked = ranked.collect::<Result<Vec<_>, Error>>()?;
        self.ranked_count = ranked.len();
        list.fits(ranked.len())?;
        self.total = found.total().into();
        self.herfindahl = herfindahl.into();
        self.share_of_largest = share_of_largest.into();
        // SAFETY: it fits, and is writable by this function's contract.
        unsafe { list.write(ranked) };
        Ok(())
    }
}

/// Ranks amounts by key, those of one key added up: the balances of a book by borrower, by lender, by branch.
///
/// `keys` and `amounts_minor` have `count` elements each, and may be NULL where there is none; for a book they are the columns
/// `borrower` and `balance_minor`. Amounts of the key 0, which is nobody, count together as one. `result->largest` says how many of the
/// first the share is of. The inputs are only read during the call; `error` may be NULL. The call allocates memory in proportion to the
/// keys and releases it before it returns. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`; `PUHUI_ERR_OUT_OF_RANGE` for an amount below 0,
/// `amount[17]`; `PUHUI_ERR_OVERFLOW` for a total whose square does not fit 127 bits, above about 10^19 minor units;
/// `PUHUI_ERR_BUFFER_TOO_SMALL`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// The arrays must be readable for `count` elements; `result` must have its `struct_size` readable and writable bytes, and its array
/// room for its capacity; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_concentration(
    keys: *const u64,
    amounts_minor: *const i64,
    count: usize,
    result: *mut puhui_concentration_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call_into(result, error, |result| {
            let list = result.list()?;
            required_array(keys, count, "keys")?;
            required_array(amounts_minor, count, "amounts")?;
            let amounts = (0..count).map(|i| (keys.add(i).read(), amounts_minor.add(i).read().into()));
            result.write(&list, &Concentration::of_amounts(amounts)?)
        })
    }
}

/// Ranks the groups of a tally by their balance. The key of each is its place in the order of the tally's keys, rising, in which every
/// call writes them. Else as `puhui_concentration`.
///
/// Returns one of the statuses of `puhui_concentration` but for those of its arrays, or of a part in `puhui_tally_merge`;
/// `PUHUI_ERR_MISSING` for a tally that does not measure the balance.
///
/// # Safety
///
/// `tally` must have its `struct_size` readable bytes, its plan and arrays the elements that their fields say; `result` as for
/// `puhui_concentration`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tally_concentration(
    tally: *const puhui_tally_groups,
    result: *mut puhui_concentration_result,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call_into(result, error, |result| {
            let list = result.list()?;
            let measured = read_tally(tally, "tally")?;
            // Refuses a tally without balances.
            Concentration::of_tally(&measured)?;
            let amounts = (0..).zip(measured.groups()).map(|(place, (_, sums))| (place, sums.balance()));
            result.write(&list, &Concentration::of_amounts(amounts)?)
        })
    }
}
