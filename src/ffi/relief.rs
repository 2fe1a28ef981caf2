//! A relief as C writes it down, and what reliefs did to a loan.

use std::ffi::c_char;

use super::boundary::failure::Failure;
use super::boundary::guard::unused;
use super::boundary::options::{self, Plain, struct_size};
use super::boundary::read::count;
use super::boundary::read::must_be_zero;
use super::boundary::start::start;
use super::boundary::text::read_array;
use super::codes::{NONE, code, loan as words, word, word_or_none};
use super::loan::optional;
use crate::calendar::{parse_ymd, to_ymd};
use crate::error::{Error, ErrorCode};
use crate::loan::{
    ClassUnderRelief, CreditReport, DaysPastDue, Extension, Impact, NewMaturity, PenaltyInWindow, Relief,
    Window,
};
use crate::money::Money;
use crate::rate::Rate;
use crate::wire::relief::rows::{InterestMeanwhile, RowWords};

/// One relief (纾困): what is deferred, when it is caught up, what its interest does meanwhile, and what travels with it.
///
/// Start with `PUHUI_RELIEF_INIT` and set `granted_on_ymd` and `defer`, then what they make necessary. The macro sets
/// `principal_caught_up`, `interest_meanwhile` and `interest_caught_up` to their `_NONE`, and the four flags that travel with
/// a relief to the usual rule: penalty as contracted, days past due by due dates, class by the ladder, credit report as
/// counted. A code that is 0 is refused, and so is a figure that belongs to another code. A struct of numbers and text only:
/// it may be copied and kept. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_relief {
    /// `sizeof(struct puhui_relief)` as the caller was compiled; the same in every element of an array.
    pub struct_size: u32,
    /// The day it was granted, not before the disbursement; it may lie after some of the rows it acts on.
    pub granted_on_ymd: i32,
    /// One of `PUHUI_DEFER_*`: what is deferred.
    pub defer: u32,
    /// The first day of the window: the relief acts on rows by their printed due date, this day included. 0: no window, the
    /// relief is an extension and nothing else.
    pub due_from_ymd: i32,
    /// The last day of the window, included. 0: the window has a number of `instalments`. Exactly one of the two, with a
    /// `due_from_ymd`.
    pub due_until_ymd: i32,
    /// The window is this number of rows, the first due on or after `due_from_ymd`, 1 to 65535. 0: it ends at `due_until_ymd`.
    pub instalments: u32,
    /// One of `PUHUI_PRINCIPAL_CAUGHT_UP_*`: when principal that is deferred falls due; `_NONE` if none is.
    pub principal_caught_up: u32,
    /// One of `PUHUI_INTEREST_MEANWHILE_*`: what the interest of the chosen rows does; `_NONE` without a window. `_WAIVED` waives
    /// it whether or not `defer` names interest: what is not owed is not caught up.
    pub interest_meanwhile: u32,
    /// One of `PUHUI_INTEREST_CAUGHT_UP_*`: when interest that is deferred falls due; `_NONE` if none is, or if it becomes
    /// principal.
    pub interest_caught_up: u32,
    /// The catch-up date of what is caught up at the end of the window. 0: the first due date after the window.
    pub new_date_ymd: i32,
    /// An extension (展期): the maturity moves by this number of cycles, 1 to 65535. 0: it does not.
    pub maturity_moved_by: u32,
    /// An extension (展期): the maturity moves to this day. 0: it does not. At most one of the two.
    pub maturity_moved_to_ymd: i32,
    /// With an extension: the first day of a new contract rate, `rate_from_ppb`. 0: the rate stays.
    pub rate_from_ymd: i32,
    /// One of `PUHUI_PENALTY_*`: penalty and compound interest in the window.
    pub penalty: u32,
    /// One of `PUHUI_DAYS_PAST_DUE_*`: how days past due (逾期天数) are counted.
    pub days_past_due: u32,
    /// One of `PUHUI_CLASS_*`: how the loan is classified (五级分类).
    pub classification: u32,
    /// One of `PUHUI_CREDIT_REPORT_*`: what is reported to the credit registry (征信).
    pub credit_report: u32,
    /// With `PUHUI_CLASS_HELD`: the day whose class is held. 0 with the other.
    pub class_held_at_ymd: i32,
    /// With `PUHUI_CLASS_HELD`: the last day it is held. 0 with the other.
    pub class_until_ymd: i32,
    /// With `PUHUI_CREDIT_REPORT_PROTECTED`: the first day. 0 with the other.
    pub credit_protected_from_ymd: i32,
    /// With `PUHUI_CREDIT_REPORT_PROTECTED`: the last day. 0 with the other.
    pub credit_protected_to_ymd: i32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// With `PUHUI_INTEREST_MEANWHILE_AT`: the annual rate of the chosen rows, in parts per billion. 0 with every other.
    pub interest_at_ppb: i64,
    /// The contract rate from `rate_from_ymd` on, in parts per billion a year. 0 without that day.
    pub rate_from_ppb: i64,
    /// With `PUHUI_CLASS_HELD`: why, in the words of the one who decided; not empty. NUL-terminated UTF-8, at most 255 bytes.
    /// Empty with the other.
    pub class_reason: [c_char; 256],
}

const _: () = {
    assert!(size_of::<puhui_relief>() == 360);
    assert!(std::mem::offset_of!(puhui_relief, interest_at_ppb) == 88);
    assert!(std::mem::offset_of!(puhui_relief, class_reason) == 104);
};

// SAFETY: integers and bytes only, without padding: 22 x 4 + 2 x 8 + 256 = 360.
unsafe impl Plain for puhui_relief {
    const SIZE_V1: usize = 360;
}

start! {
    /// Starts a `struct puhui_relief`: nothing is caught up, the usual rule for what travels with it; `granted_on_ymd` and
    /// `defer` are still to be set.
    PUHUI_RELIEF_INIT = puhui_relief {
        principal_caught_up: NONE,
        interest_meanwhile: NONE,
        interest_caught_up: NONE,
        penalty: code(PenaltyInWindow::AsContracted),
        days_past_due: code(DaysPastDue::ByDueDates),
        classification: code(words::Classification::ByLadder),
        credit_report: code(words::CreditReport::AsCounted),
    }
}

/// What reliefs changed. Amounts in minor units; a change is after less before.
///
/// Start with `PUHUI_IMPACT_INIT`. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_impact {
    /// `sizeof(struct puhui_impact)` as the caller was compiled.
    pub struct_size: u32,
    /// 1: `present_value_change_minor` is set. 0: the loan as it was promised has no effective rate, and it is 0.
    pub has_present_value_change: u32,
    /// The last due date before.
    pub last_due_before_ymd: i32,
    /// The last due date after.
    pub last_due_after_ymd: i32,
    /// The change of all interest: of everything paid but fees and what was lent, so that capitalised interest counts.
    pub interest_change_minor: i64,
    /// The change of all fees in the rows.
    pub fees_change_minor: i64,
    /// The largest payment before.
    pub largest_payment_before_minor: i64,
    /// The largest payment after.
    pub largest_payment_after_minor: i64,
    /// The principal deferred, of all reliefs together: what is deferred twice counts twice.
    pub deferred_principal_minor: i64,
    /// The interest deferred that stayed interest, of all reliefs together.
    pub deferred_interest_minor: i64,
    /// The interest deferred that became principal.
    pub capitalised_interest_minor: i64,
    /// The interest that is not owed.
    pub waived_interest_minor: i64,
    /// What the reliefs cost (below 0) or bring the lender, in the money of the day of the first grant: the payments after
    /// that day, discounted to it at the effective rate of the loan as it was promised. The modification gain or loss of
    /// IFRS 9 and CAS 22.
    pub present_value_change_minor: i64,
}

const _: () = assert!(size_of::<puhui_impact>() == 88);

// SAFETY: integers only, without padding: 4 x 4 + 9 x 8 = 88.
unsafe impl Plain for puhui_impact {
    const SIZE_V1: usize = 88;
}

start! {
    /// Starts a `struct puhui_impact`.
    PUHUI_IMPACT_INIT = puhui_impact {}
}

impl puhui_impact {
    pub(super) fn of(impact: &Impact, present_value_change: Option<Money>) -> puhui_impact {
        puhui_impact {
            struct_size: struct_size::<puhui_impact>(),
            has_present_value_change: u32::from(present_value_change.is_some()),
            last_due_before_ymd: to_ymd(impact.last_due_before),
            last_due_after_ymd: to_ymd(impact.last_due_after),
            interest_change_minor: impact.interest_change.minor(),
            fees_change_minor: impact.fees_change.minor(),
            largest_payment_before_minor: impact.largest_payment_before.minor(),
            largest_payment_after_minor: impact.largest_payment_after.minor(),
            deferred_principal_minor: impact.deferred_principal.minor(),
            deferred_interest_minor: impact.deferred_interest.minor(),
            capitalised_interest_minor: impact.capitalised_interest.minor(),
            waived_interest_minor: impact.waived_interest.minor(),
            present_value_change_minor: present_value_change.map_or(0, Money::minor),
        }
    }
}

/// Reads one relief and checks it.
///
/// # Safety
///
/// `given` must be NULL or have its `struct_size` readable bytes.
pub(super) unsafe fn read_relief(
    given: *const puhui_relief,
    parameter: &'static str,
) -> Result<Relief, Failure> {
    // SAFETY: forwarded from this function's contract.
    relief_of(&unsafe { options::read(given, parameter) }?)
}

/// Reads reliefs and checks each. The size of the first is the distance from one to the next.
///
/// # Safety
///
/// `given` must be NULL or have `count` elements, each with its `struct_size` readable bytes.
pub(super) unsafe fn read_reliefs(given: *const puhui_relief, count: usize) -> Result<Vec<Relief>, Failure> {
    const PARAMETER: &str = "reliefs";
    // SAFETY: forwarded from this function's contract.
    let given = unsafe { options::read_all(given, count, PARAMETER) }?;
    let element = |(index, relief)| {
        relief_of(relief).map_err(|failure| {
            // One relief needs no number.
            if count == 1 {
                return failure;
            }
            Failure::element(PARAMETER, index, failure)
        })
    };
    given.iter().enumerate().map(element).collect()
}

/// The field of an error about one of several reliefs, as C knows it: the core says `[1].new_date`.
#[cold]
pub(super) fn in_reliefs(error: Error) -> Error {
    if error.field().starts_with('[') {
        let field = format!("reliefs{}", error.field());
        return error.at(field);
    }
    error
}

pub(super) fn relief_of(given: &puhui_relief) -> Result<Relief, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let mut relief = Relief::new(parse_ymd(given.granted_on_ymd, "granted_on")?);
    let words = RowWords {
        defer: word_or_none(given.defer, "defer")?,
        window: window(given)?,
        principal_caught_up: word_or_none(given.principal_caught_up, "principal_caught_up")?,
        interest_meanwhile: meanwhile(given)?,
        interest_caught_up: word_or_none(given.interest_caught_up, "interest_caught_up")?,
        new_date: optional(given.new_date_ymd, "new_date")?,
    };
    relief.extension = extension(given)?;
    relief.penalty = word(given.penalty, "penalty")?;
    relief.days_past_due = word(given.days_past_due, "days_past_due")?;
    relief.class = class(given)?;
    relief.credit_report = credit_report(given)?;
    relief.rows = words.read()?;
    relief.check()?;
    Ok(relief)
}

fn window(given: &puhui_relief) -> Result<Option<Window>, Failure> {
    let from = optional(given.due_from_ymd, "due_from")?;
    let until = optional(given.due_until_ymd, "due_until")?;
    let instalments = count(given.instalments, "instalments")?;
    let missing = |field, bound| Err(Error::new(ErrorCode::Missing, field, 0, bound).into());
    match (from, until, instalments) {
        (None, None, 0) => Ok(None),
        (None, ..) => missing("due_from", "the first due date of the window"),
        (Some(_), None, 0) => missing("due_until", "a date, or a number of instalments"),
        (Some(from), Some(until), 0) => Ok(Some(Window::DueDates { from, until })),
        (Some(from), None, instalments) => Ok(Some(Window::Instalments { from, instalments })),
        (Some(_), Some(until), _) => {
            let bound = "0 where instalments are given";
            Err(Error::new(ErrorCode::Contradiction, "due_until", until, bound).into())
        }
    }
}

fn meanwhile(given: &puhui_relief) -> Result<Option<InterestMeanwhile>, Failure> {
    let field = "interest_at";
    let at = Rate::from_ppb(given.interest_at_ppb).map_err(|error| error.at(field))?;
    let meanwhile = word_or_none(given.interest_meanwhile, "interest_meanwhile")?;
    if meanwhile != Some(words::Meanwhile::At) {
        must_be_zero(&[(field, given.interest_at_ppb)], "0 where the interest is at no other rate")?;
    }
    Ok(meanwhile.map(|word| match word {
        words::Meanwhile::Paid => InterestMeanwhile::Paid,
        words::Meanwhile::Simple => InterestMeanwhile::Simple,
        words::Meanwhile::CapitalisedAtEnd => InterestMeanwhile::CapitalisedAtEnd,
        words::Meanwhile::CapitalisedEachDueDate => InterestMeanwhile::CapitalisedEachDueDate,
        words::Meanwhile::Waived => InterestMeanwhile::Waived,
        words::Meanwhile::At => InterestMeanwhile::At(at),
    }))
}

fn extension(given: &puhui_relief) -> Result<Option<Extension>, Failure> {
    let by = count(given.maturity_moved_by, "maturity_moved_by")?;
    let to = optional(given.maturity_moved_to_ymd, "maturity_moved_to")?;
    let from = optional(given.rate_from_ymd, "rate_from")?;
    let rate = Rate::from_ppb(given.rate_from_ppb).map_err(|error| error.at("rate_from"))?;
    if from.is_none() && given.rate_from_ppb != 0 {
        let bound = "the first day of the new rate";
        return Err(Error::new(ErrorCode::Missing, "rate_from", 0, bound).into());
    }
    let maturity = match (by, to) {
        (0, None) => {
            must_be_zero(&[("rate_from", i64::from(given.rate_from_ymd))], "0 without a new maturity")?;
            return Ok(None);
        }
        (0, Some(date)) => NewMaturity::MovedTo(date),
        (by, None) => NewMaturity::MovedBy(by),
        (by, Some(_)) => {
            let bound = "0 where maturity_moved_to_ymd is given";
            return Err(Error::new(ErrorCode::Contradiction, "maturity_moved_by", by, bound).into());
        }
    };
    Ok(Some(Extension { maturity, rate_from: from.map(|from| (from, rate)) }))
}

fn class(given: &puhui_relief) -> Result<ClassUnderRelief, Failure> {
    let mut bytes = [0; 256];
    let reason = read_array(given.class_reason, &mut bytes, "class_reason")?;
    match word(given.classification, "classification")? {
        words::Classification::ByLadder => {
            let reason = i64::from(!reason.is_empty());
            must_be_zero(
                &[
                    ("class_held_at", i64::from(given.class_held_at_ymd)),
                    ("class_until", i64::from(given.class_until_ymd)),
                    ("class_reason", reason),
                ],
                "nothing where no class is held",
            )?;
            Ok(ClassUnderRelief::ByLadder)
        }
        words::Classification::Held => {
            let at = parse_ymd(given.class_held_at_ymd, "class_held_at")?;
            let until = parse_ymd(given.class_until_ymd, "class_until")?;
            if reason.is_empty() {
                let bound = "why the class is held";
                return Err(Error::new(ErrorCode::Missing, "class_reason", "nothing", bound).into());
            }
            Ok(ClassUnderRelief::Held { at, reason: reason.to_owned(), until })
        }
    }
}

fn credit_report(given: &puhui_relief) -> Result<CreditReport, Failure> {
    let (from, to) = (given.credit_protected_from_ymd, given.credit_protected_to_ymd);
    let (from_field, to_field) = ("credit_protected_from", "credit_protected_to");
    match word(given.credit_report, "credit_report")? {
        words::CreditReport::AsCounted => {
            must_be_zero(
                &[(from_field, i64::from(from)), (to_field, i64::from(to))],
                "0 where nothing is protected",
            )?;
            Ok(CreditReport::AsCounted)
        }
        words::CreditReport::Protected => {
            Ok(CreditReport::Protected { from: parse_ymd(from, from_field)?, to: parse_ymd(to, to_field)? })
        }
    }
}
