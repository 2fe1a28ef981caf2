//! Needs that were recorded, place by place, and the gaps: those that no loan serves.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{call, required_array, unused};
use super::boundary::status::puhui_status;
use super::codes::{code, portfolio::NeedUnit, word};
use super::figure::puhui_int128;
use super::groups::by_area;
use super::tally::{puhui_tally_groups, read_tally};
use crate::error::{Error, ErrorCode};
use crate::portfolio::{Need, NeedFinding, NeedSize, NeedsServed};

/// What a place was found to need (需求台账): for "two worries, three guarantees" (两不愁三保障), a project, or any other purpose.
///
/// A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_need {
    /// The code of the county or township, 1 or more.
    pub area: u32,
    /// What is needed, one of `PUHUI_PURPOSE_*`.
    pub purpose: u32,
    /// What `size` counts, `PUHUI_NEED_AMOUNT` or `PUHUI_NEED_LOANS`.
    pub unit: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// How much is needed, above 0: minor units of the tally's currency, or loans.
    pub size: i64,
}

const _: () = assert!(size_of::<puhui_need>() == 24);

impl puhui_need {
    fn read(&self) -> Result<Need, Failure> {
        unused(u64::from(self.reserved), "reserved")?;
        let purpose = word(self.purpose, "purpose")?;
        let size = match word(self.unit, "unit")? {
            NeedUnit::Amount => NeedSize::Amount(self.size),
            NeedUnit::Loans => NeedSize::Loans(
                u64::try_from(self.size)
                    .map_err(|_| Error::new(ErrorCode::OutOfRange, "size", self.size, "1 or more"))?,
            ),
        };
        Ok(Need { area: self.area, purpose, size })
    }
}

/// A need, and what was lent for it.
///
/// A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_need_finding {
    /// As in the need.
    pub area: u32,
    /// As in the need.
    pub purpose: u32,
    /// As in the need.
    pub unit: u32,
    /// 1: no loan serves the need at all 空白. 0: some do, in full or in part.
    pub is_gap: u32,
    /// As in the need.
    pub size: i64,
    /// The loans in the area for the purpose, lent to the day of the book, whether they are repaid or not.
    pub loans: u64,
    /// Their amounts, in minor units.
    pub lent_minor: puhui_int128,
    /// What is still missing 缺口, in the unit of the need; 0 where it is served in full.
    pub shortfall: puhui_int128,
}

const _: () = assert!(size_of::<puhui_need_finding>() == 64);

impl TryFrom<&NeedFinding> for puhui_need_finding {
    type Error = Error;

    fn try_from(found: &NeedFinding) -> Result<puhui_need_finding, Error> {
        let (unit, size) = match found.need.size {
            NeedSize::Amount(minor) => (NeedUnit::Amount, Ok(minor)),
            NeedSize::Loans(loans) => (NeedUnit::Loans, i64::try_from(loans)),
        };
        Ok(puhui_need_finding {
            area: found.need.area,
            purpose: found.need.purpose.code().into(),
            unit: code(unit),
            is_gap: found.is_gap().into(),
            // It came in as one.
            size: size.map_err(|_| Error::internal("need.size", "more than 63 bits"))?,
            loans: found.loans,
            lent_minor: found.lent_minor.into(),
            shortfall: found.shortfall().into(),
        })
    }
}

/// An error about one of the needs, which has its size in one field whatever it is counted in.
#[cold]
fn as_named_here(error: Error) -> Error {
    let Some((place, field)) = error.field().strip_prefix("need[").and_then(|rest| rest.split_once("]."))
    else {
        return error;
    };
    let field = if matches!(field, "amount" | "loans") { "size" } else { field };
    let field = format!("needs[{place}].{field}");
    error.at(field)
}

/// Holds needs against what was lent: to the day of the book, whether it is repaid or not.
///
/// `tally` measures lending, by the counties or townships that `area`, one of `PUHUI_AREA_*`, names and by purpose; it may have more
/// dimensions. `needs` and `findings` have `count` elements each, one need for each area and purpose, and may be NULL where there is none; the
/// findings are written by area and purpose, rising. `error` may be NULL; it names a need by its place: `needs[3].purpose`.
///
/// On failure no finding is written. The call allocates memory in proportion to the groups and needs and releases it before it returns. Any
/// number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_tally_merge`; `PUHUI_ERR_UNKNOWN_CODE` for an area, a purpose or a unit;
/// `PUHUI_ERR_MISSING` for a tally that does not measure lending, or is not by the area and purpose; `PUHUI_ERR_CONTRADICTION` for two needs
/// of one area and one purpose, which are to be added up; `PUHUI_ERR_OUT_OF_RANGE` for a need of nothing or an area of 0;
/// `PUHUI_ERR_OVERFLOW` for sums that do not fit; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `tally` must have its `struct_size` readable bytes, its plan and arrays the elements that their fields say; `needs` must be readable and
/// `findings` writable for `count` elements; no output may overlap anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_needs_served(
    tally: *const puhui_tally_groups,
    area: u32,
    needs: *const puhui_need,
    count: usize,
    findings: *mut puhui_need_finding,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says; `i` < `count` below.
    unsafe {
        call(
            error,
            || (),
            || {
                let tally = read_tally(tally, "tally")?;
                let area = by_area(area)?;
                required_array(needs, count, "needs")?;
                required_array(findings, count, "findings")?;
                let needs = (0..count).map(|index| {
                    let need = needs.add(index).read().read();
                    need.map_err(|failure| Failure::element("needs", index, failure))
                });
                let needs = needs.collect::<Result<Vec<_>, Failure>>()?;
                let served = NeedsServed::of(&tally, area, &needs).map_err(as_named_here)?;
                let found = served.findings().iter().map(puhui_need_finding::try_from);
                for (i, finding) in found.collect::<Result<Vec<_>, _>>()?.into_iter().enumerate() {
                    findings.add(i).write(finding);
                }
                Ok(())
            },
        )
    }
}
