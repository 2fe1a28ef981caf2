//! Whether a book keeps what its regulator asks: tolerance for bad loans, the two increases, provisions.

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{give_record, unused};
use super::boundary::options::{self, Plain};
use super::boundary::read::must_be_zero;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::codes::{code, portfolio as words, word};
use super::figure::{puhui_figure, puhui_int128, read as read_figure};
use super::growth::{increment, puhui_growth, read as read_growth};
use super::servicing::provision_rates;
use super::sums::puhui_loan_sum;
use super::tally::{puhui_tally_groups, read_tally};
use crate::class::{LoanClass, ProvisionRates};
use crate::error::{Error, ErrorCode};
use crate::portfolio::{
    Compliance, ProvisionRequirement, RequiredProvisions, Tally, Tolerance, TwoIncreases, general_provision,
};
use crate::ratio::{Figure, Ratio};

/// A figure held against a bound: whether it kept it, and by how many points.
///
/// A record that keeps its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_compliance {
    /// What was found.
    pub found: puhui_figure,
    /// The bound.
    pub bound: puhui_figure,
    /// The points to spare: 0.01 is one percentage point; below zero where the bound is broken. Without a ratio where the found or the
    /// bound has none.
    pub margin: puhui_figure,
    /// One of `PUHUI_HELD_*`.
    pub held: u32,
    /// Reserved: 0.
    pub reserved: u32,
}

const _: () = assert!(size_of::<puhui_compliance>() == 128);

fn held(held: Option<bool>) -> u32 {
    code(match held {
        Some(true) => words::Held::Yes,
        Some(false) => words::Held::No,
        None => words::Held::Unknown,
    })
}

impl From<Compliance> for puhui_compliance {
    fn from(compliance: Compliance) -> puhui_compliance {
        puhui_compliance {
            found: compliance.found.into(),
            bound: compliance.bound.into(),
            margin: compliance.margin.into(),
            held: held(compliance.held()),
            reserved: 0,
        }
    }
}

/// A part of a whole in parts per billion.
fn share(ppb: i64) -> Result<Ratio, Error> {
    Ratio::new(ppb.into(), 1_000_000_000)
}

/// What is said of a figure of one's own beside a published rule.
const WITH_A_RULE: &str = "0 with a published rule, which says it";

/// Holds a figure against a bound, in one of the two ways.
///
/// # Safety
///
/// `found` and `bound` must be NULL or readable, `out_compliance` be NULL or writable; `error` as for every call.
unsafe fn hold(
    found: *const puhui_figure,
    bound: *const puhui_figure,
    out_compliance: *mut puhui_compliance,
    error: *mut puhui_error,
    hold: fn(Figure, Figure) -> Result<Compliance, Error>,
) -> puhui_status {
    // SAFETY: forwarded from this function's contract.
    unsafe {
        give_record(out_compliance, "out_compliance", error, || {
            Ok(hold(read_figure(found, "found")?, read_figure(bound, "bound")?)?.into())
        })
    }
}

/// Holds a figure against a bound that it may reach and not pass: an NPL ratio, an overdue rate, the share of the largest borrower.
///
/// `*out_compliance` says whether it does and by how much; all 0 on failure. A figure without a ratio is neither kept nor broken.
/// `error` may be NULL. Nothing is allocated on success; any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_figure_above`; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `found` and `bound` must be readable and `out_compliance` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_compliance_at_most(
    found: *const puhui_figure,
    bound: *const puhui_figure,
    out_compliance: *mut puhui_compliance,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { hold(found, bound, out_compliance, error, Compliance::at_most) }
}

/// Holds a figure against a bound below which it may not fall: a provision coverage, a growth, a coverage of villages.
///
/// Else as `puhui_compliance_at_most`.
///
/// Returns one of the statuses of `puhui_compliance_at_most`.
///
/// # Safety
///
/// As for `puhui_compliance_at_most`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_compliance_at_least(
    found: *const puhui_figure,
    bound: *const puhui_figure,
    out_compliance: *mut puhui_compliance,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe { hold(found, bound, out_compliance, error, Compliance::at_least) }
}

/// The tolerance for bad loans (不良贷款容忍度): a number of points above a base. The base differs from rule to rule, so it is named.
///
/// Start with `PUHUI_TOLERANCE_INIT` and set `rule` and `base`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_tolerance {
    /// `sizeof(struct puhui_tolerance)` as the caller was compiled.
    pub struct_size: u32,
    /// One of `PUHUI_TOLERANCE_*`, but for its bases.
    pub rule: u32,
    /// Which figure the ratio is held against, one of `PUHUI_TOLERANCE_BASE_*`: that of a published rule, or one's own.
    pub base: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// With `PUHUI_TOLERANCE_OWN`, the points above the base in parts per billion: three percentage points are 30000000. Else 0.
    pub points_ppb: i64,
}

const _: () = assert!(size_of::<puhui_tolerance>() == 24);

// SAFETY: integers only, without padding: 4 x 4 + 8 = 24.
unsafe impl Plain for puhui_tolerance {
    const SIZE_V1: usize = 24;
}

start! {
    /// Starts a `struct puhui_tolerance`.
    PUHUI_TOLERANCE_INIT = puhui_tolerance {}
}

impl puhui_tolerance {
    fn read(&self) -> Result<Tolerance, Failure> {
        unused(u64::from(self.reserved), "reserved")?;
        let base = word(self.base, "base")?;
        let published = match word(self.rule, "rule")? {
            words::Tolerance::CnInclusive2019 => Tolerance::cn_inclusive_2019(),
            words::Tolerance::CnDeepPoverty2018 => Tolerance::cn_deep_poverty_2018(),
            words::Tolerance::Own => return Ok(Tolerance { base, points: share(self.points_ppb)? }),
        };
        must_be_zero(&[("points", self.points_ppb)], WITH_A_RULE)?;
        if published.base != base {
            let bound = format_args!("{}, which this rule holds the ratio against", published.base);
            return Err(Error::new(ErrorCode::Contradiction, "base", base, bound).into());
        }
        Ok(published)
    }
}

/// Holds the NPL ratio of a group of loans against a tolerance.
///
/// `base` is the figure that `tolerance->base` names. `*out_compliance` has the ratio, the base with the points on it as its bound, and
/// the points to spare; all 0 on failure. `error` may be NULL. Nothing is allocated on success; any number of threads may call this at
/// the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of `puhui_figure_above`; `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`,
/// `PUHUI_ERR_UNKNOWN_CODE`; `PUHUI_ERR_CONTRADICTION` for another base than that of a published rule, or points of one's own with it; or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `tolerance` must have its `struct_size` readable bytes; `npl_ratio` and `base` must be readable and `out_compliance` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_tolerance_check(
    tolerance: *const puhui_tolerance,
    npl_ratio: *const puhui_figure,
    base: *const puhui_figure,
    out_compliance: *mut puhui_compliance,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_record(out_compliance, "out_compliance", error, || {
            let tolerance = options::read(tolerance, "tolerance")?.read()?;
            Ok(tolerance.check(read_figure(npl_ratio, "npl_ratio")?, read_figure(base, "base")?)?.into())
        })
    }
}

/// Whether loans and borrowers both increased (两增).
///
/// A record that keeps its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_two_increases {
    /// The growth of inclusive loans, held against that of all loans.
    pub growth: puhui_compliance,
    /// How many borrowers more there are than at the base, over 1; below zero for fewer.
    pub borrowers_more: puhui_figure,
    /// Whether there are no fewer, one of `PUHUI_HELD_*`.
    pub borrowers_held: u32,
    /// Whether both increased, one of `PUHUI_HELD_*`: one that did not is enough for a no.
    pub held: u32,
    /// Reserved: 0.
    pub reserved: [u64; 2],
}

const _: () = assert!(size_of::<puhui_two_increases>() == 192);

/// Finds whether inclusive loans grew no slower than all loans, and no fewer borrowers have them than at the base
/// (贷款增速不低于各项贷款增速，贷款户数不低于年初).
///
/// `inclusive` and `all` are balances, `borrowers` numbers of borrowers. Since when the growth is counted is the regulator's yearly
/// matter, and here that of the figures that are handed in. `*out_increases` is all 0 on failure. `error` may be NULL. Nothing is
/// allocated on success; any number of threads may call this at the same time.
///
/// Returns one of the statuses of `puhui_growth_rate`.
///
/// # Safety
///
/// `inclusive`, `all` and `borrowers` must be readable and `out_increases` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_two_increases_of(
    inclusive: *const puhui_growth,
    all: *const puhui_growth,
    borrowers: *const puhui_growth,
    out_increases: *mut puhui_two_increases,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_record(out_increases, "out_increases", error, || {
            let found = TwoIncreases::of(
                read_growth(inclusive, "inclusive")?,
                read_growth(all, "all")?,
                read_growth(borrowers, "borrowers")?,
            )?;
            Ok(puhui_two_increases {
                growth: found.growth.into(),
                borrowers_more: increment(&found.borrowers)?.into(),
                borrowers_held: held(found.borrowers_held()?),
                held: held(found.held()?),
                reserved: [0; 2],
            })
        })
    }
}

/// The least provisions that a bank must keep: a coverage, and a share of all loans; the higher of the two binds (按孰高原则).
///
/// Start with `PUHUI_PROVISION_REQUIREMENT_INIT` and set `rule`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_provision_requirement {
    /// `sizeof(struct puhui_provision_requirement)` as the caller was compiled.
    pub struct_size: u32,
    /// One of `PUHUI_LEAST_PROVISIONS_*`.
    pub rule: u32,
    /// The least provision coverage 拨备覆盖率 in parts per billion, 150 % being 1500000000; with a rule of figures of its own, 0.
    pub coverage_ppb: i64,
    /// The least loan provision ratio 贷款拨备率 in parts per billion, 2.5 % being 25000000; with a rule of figures of its own, 0.
    pub loan_provision_ppb: i64,
}

const _: () = assert!(size_of::<puhui_provision_requirement>() == 24);

// SAFETY: integers only, without padding: 2 x 4 + 2 x 8 = 24.
unsafe impl Plain for puhui_provision_requirement {
    const SIZE_V1: usize = 24;
}

start! {
    /// Starts a `struct puhui_provision_requirement`.
    PUHUI_PROVISION_REQUIREMENT_INIT = puhui_provision_requirement {}
}

impl puhui_provision_requirement {
    fn read(&self) -> Result<ProvisionRequirement, Failure> {
        let (coverage, loan_provision) = (share(self.coverage_ppb)?, share(self.loan_provision_ppb)?);
        match word(self.rule, "rule")? {
            words::LeastProvisions::Cn2012 => {
                let own = [("coverage", self.coverage_ppb), ("loan_provision", self.loan_provision_ppb)];
                must_be_zero(&own, WITH_A_RULE)?;
                Ok(ProvisionRequirement::cn_2012())
            }
            words::LeastProvisions::Cn2018 => Ok(ProvisionRequirement::cn_2018(coverage, loan_provision)?),
            words::LeastProvisions::Own => Ok(ProvisionRequirement { coverage, loan_provision }),
        }
    }
}

/// Provisions held against what bad loans and all loans ask for.
///
/// A record that keeps its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_provision_compliance {
    /// The provision coverage 拨备覆盖率: provisions over bad loans, held against the least. Without a ratio where no loan is bad.
    pub coverage: puhui_compliance,
    /// The loan provision ratio 贷款拨备率: provisions over all loans, held against the least.
    pub loan_provision: puhui_compliance,
    /// The least provisions that satisfy both, rounded up to a whole unit.
    pub required: puhui_int128,
    /// Whether there are as many, one of `PUHUI_HELD_*`.
    pub held: u32,
    /// Reserved: 0.
    pub reserved: u32,
    /// Reserved: 0.
    pub reserved_word: u64,
}

const _: () = assert!(size_of::<puhui_provision_compliance>() == 288);

/// Holds provisions against what bad loans and all loans ask for; all three in one unit.
///
/// `*out_compliance` is all 0 on failure. `error` may be NULL. Nothing is allocated on success; any number of threads may call this at the
/// same time.
///
/// Returns `PUHUI_OK`; `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`; `PUHUI_ERR_CONTRADICTION` for figures of one's
/// own with a rule that has its own; `PUHUI_ERR_OUT_OF_RANGE` for figures out of the bounds of 2018, an amount below 0, or fewer loans
/// than bad ones; `PUHUI_ERR_OVERFLOW` for a product that does not fit; or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `requirement` must have its `struct_size` readable bytes and `out_compliance` be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_provision_check(
    requirement: *const puhui_provision_requirement,
    provisions: puhui_int128,
    non_performing: puhui_int128,
    loans: puhui_int128,
    out_compliance: *mut puhui_provision_compliance,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_record(out_compliance, "out_compliance", error, || {
            let requirement = options::read(requirement, "requirement")?.read()?;
            let found = requirement.check(provisions.into(), non_performing.into(), loans.into())?;
            Ok(puhui_provision_compliance {
                coverage: found.coverage.into(),
                loan_provision: found.loan_provision.into(),
                required: found.required.into(),
                held: held(Some(found.held())),
                ..puhui_provision_compliance::default()
            })
        })
    }
}

/// What is provided for loans by their classes, and for all of them.
///
/// Start with `PUHUI_PROVISION_RATES_INIT` and set `provision` and `rounding`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_provision_rates {
    /// `sizeof(struct puhui_provision_rates)` as the caller was compiled.
    pub struct_size: u32,
    /// The specific provisions 专项准备: `PUHUI_PROVISION_CN_2002`, or `PUHUI_PROVISION_SHARES` for those below.
    pub provision: u32,
    /// One of `PUHUI_ROUNDING_*`: each class is rounded once, and the general provision.
    pub rounding: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// With `PUHUI_PROVISION_SHARES`, the share of each class from normal to loss, in parts per billion; else 0.
    pub share_ppb: [i64; 5],
    /// The general provision 一般准备: a share of all loans, such as the 10000000 (1 %) of the guideline of 2002; 0 for none.
    pub general_ppb: i64,
}

const _: () = assert!(size_of::<puhui_provision_rates>() == 64);

// SAFETY: integers only, without padding: 4 x 4 + 6 x 8 = 64.
unsafe impl Plain for puhui_provision_rates {
    const SIZE_V1: usize = 64;
}

start! {
    /// Starts a `struct puhui_provision_rates` without a general provision.
    PUHUI_PROVISION_RATES_INIT = puhui_provision_rates {}
}

impl puhui_provision_rates {
    fn specific(&self) -> Result<ProvisionRates, Failure> {
        let asked = word(self.provision, "provision")?;
        let rates = provision_rates(Some(asked), self.share_ppb, "share")?;
        rates.ok_or_else(|| Error::internal("provision that is asked for", "none").into())
    }
}

/// The provisions that the loans of a tally ask for, in minor units.
///
/// A record that keeps its size.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_required_provisions {
    /// The specific provision of each class, at the place of `PUHUI_LOAN_CLASS_*` - 1.
    pub by_class_minor: [puhui_int128; 5],
    /// Their sum.
    pub specific_minor: puhui_int128,
    /// The general provision of all loans, those without a class too.
    pub general_minor: puhui_int128,
    /// The loans that no class was said of, for which nothing specific is asked.
    pub unclassified: puhui_loan_sum,
    /// Reserved: 0.
    pub reserved: [u64; 3],
}

const _: () = assert!(size_of::<puhui_required_provisions>() == 160);

/// The balance of all loans of a tally by classes, with those of no class.
fn classified_balance(tally: &Tally) -> Result<i128, Failure> {
    let total = tally.total()?;
    let sums = LoanClass::ALL.iter().map(|class| total.class(*class)).chain([total.unclassified]);
    let balance = sums.map(|sum| sum.minor()).try_fold(0_i128, i128::checked_add);
    let too_wide = || crate::exact::beyond("balance", "a larger sum", 128);
    Ok(balance.ok_or_else(too_wide)?)
}

/// Makes the provisions of all groups of a tally together (专项准备、一般准备).
///
/// `*out_provisions` is all 0 on failure. `error` may be NULL. The call allocates memory in proportion to the groups and releases it before
/// it returns. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`; one of the statuses of a part in `puhui_tally_merge`; `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_RESERVED`,
/// `PUHUI_ERR_UNKNOWN_CODE`; `PUHUI_ERR_MISSING` for a tally that does not measure classes; `PUHUI_ERR_CONTRADICTION` for shares with the
/// rule of 2002; `PUHUI_ERR_OUT_OF_RANGE` for a share below 0 or above 1; `PUHUI_ERR_OVERFLOW` for what does not fit; or
/// `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `tally` and `rates` must have their `struct_size` readable bytes, the plan and arrays of the tally the elements that their fields
/// say; `out_provisions` must be writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_provisions_required(
    tally: *const puhui_tally_groups,
    rates: *const puhui_provision_rates,
    out_provisions: *mut puhui_required_provisions,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        give_record(out_provisions, "out_provisions", error, || {
            let tally = read_tally(tally, "tally")?;
            let rates = options::read(rates, "rates")?;
            unused(u64::from(rates.reserved), "reserved")?;
            let rounding = word(rates.rounding, "rounding")?;
            if !(0..=1_000_000_000).contains(&rates.general_ppb) {
                let bound = "0 to 1000000000";
                return Err(Error::new(ErrorCode::OutOfRange, "general", rates.general_ppb, bound).into());
            }
            let required = RequiredProvisions::of(&tally, &rates.specific()?, rounding)?;
            let loans = classified_balance(&tally)?;
            Ok(puhui_required_provisions {
                by_class_minor: required.by_class.map(Into::into),
                specific_minor: required.total().into(),
                general_minor: general_provision(loans, share(rates.general_ppb)?, rounding)?.into(),
                unclassified: required.unclassified.into(),
                reserved: [0; 3],
            })
        })
    }
}
