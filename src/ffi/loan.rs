//! One loan as C writes it down: its product, its terms, and what few loans have beside them.

use std::num::{NonZeroU8, NonZeroU16};

use chrono::NaiveDate;

use super::boundary::failure::Failure;
use super::boundary::guard::{borrow, required_array, unused};
use super::boundary::options::{self, Plain};
use super::boundary::start::start;
use super::codes::flag;
use super::product::puhui_product;
use crate::calendar::parse_ymd;
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{Loan, PlannedPrincipal, Product, Terms};
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// What differs from loan to loan.
///
/// Start with `PUHUI_TERMS_INIT`. Amounts are in minor units of the product's currency (fen, cents), rates in parts per
/// billion a year (4.35 % is 43500000), dates numbers such as 20200630. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_terms {
    /// `sizeof(struct puhui_terms)` as the caller was compiled.
    pub struct_size: u32,
    /// The number of instalments; 0: the loan ends at `matures_on_ymd`. Exactly one of the two.
    pub instalments: u32,
    /// The amount lent; above 0.
    pub principal_minor: i64,
    /// The annual rate in force on the day of disbursement, -10000000000 to 10000000000. 0 is a loan without interest.
    pub rate_ppb: i64,
    /// What a balloon with a residual leaves for its last instalment; 0 with every other method.
    pub residual_minor: i64,
    /// The fee taken when the loan is disbursed: it lowers what the borrower receives. Not below 0.
    pub fee_at_disbursement_minor: i64,
    /// The fee due with each instalment. Not below 0.
    pub fee_each_instalment_minor: i64,
    /// The day the money goes out; the first day that earns interest.
    pub disbursed_on_ymd: i32,
    /// The first due date, from which all others are counted. 0: none, for a bullet and a plan of its own dates.
    pub first_due_on_ymd: i32,
    /// The day of the last instalment; 0: the loan has `instalments`.
    pub matures_on_ymd: i32,
    /// The day of the month of every due date after the first, 1 to 31; 0: that of `first_due_on_ymd`.
    pub due_day: u32,
}

const _: () = {
    assert!(size_of::<puhui_terms>() == 64);
    assert!(std::mem::offset_of!(puhui_terms, disbursed_on_ymd) == 48);
};

// SAFETY: integers only, without padding: 2 x 4 + 5 x 8 + 4 x 4 = 64.
unsafe impl Plain for puhui_terms {
    const SIZE_V1: usize = 64;
}

start! {
    /// Starts a `struct puhui_terms`: no dates, no fees.
    PUHUI_TERMS_INIT = puhui_terms {}
}

/// A change of the rate of a loan. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_rate_step {
    /// The first day of the rate. In an array the days rise, and do not lie before the disbursement.
    pub from_ymd: i32,
    /// 1: the rate was not yet published when this was asked; rows at it are marked as projected. 0: it was.
    pub projected: u32,
    /// The annual rate from that day on, in parts per billion.
    pub rate_ppb: i64,
}

const _: () = assert!(size_of::<puhui_rate_step>() == 16);

/// A planned part of the principal, of a loan by `PUHUI_METHOD_CUSTOM`. A record of arrays: its size does not change.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_planned_principal {
    /// The day it falls due. In an array the days rise.
    pub on_ymd: i32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The part, in minor units, above 0; all parts together are the principal.
    pub principal_minor: i64,
}

const _: () = assert!(size_of::<puhui_planned_principal>() == 16);

/// One loan: the product that it is of, its terms, and what few loans have beside them.
///
/// Start with `PUHUI_LOAN_INIT`. What it points to belongs to the caller and is only read during a call, so one loan may be asked
/// about by any number of threads at the same time. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_loan {
    /// `sizeof(struct puhui_loan)` as the caller was compiled.
    pub struct_size: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The product.
    pub product: *const puhui_product,
    /// The terms.
    pub terms: *const puhui_terms,
    /// The changes of the rate after the first one, by their days, rising; NULL where there are none.
    pub rate_steps: *const puhui_rate_step,
    /// The number of changes.
    pub rate_step_count: usize,
    /// The plan of a loan by `PUHUI_METHOD_CUSTOM`, by its days, rising; NULL where there is none.
    pub plan: *const puhui_planned_principal,
    /// The number of planned parts.
    pub plan_count: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<puhui_loan>() == 56);

// SAFETY: integers and pointers only, without padding on targets of 32 and of 64 bits: 2 x 4 + 6 words.
unsafe impl Plain for puhui_loan {
    const SIZE_V1: usize = 8 + 6 * size_of::<usize>();
}

start! {
    /// Starts a `struct puhui_loan` with one rate and no plan; `product` and `terms` are still to be set.
    PUHUI_LOAN_INIT = puhui_loan {}
}

/// A date, 0 for none.
#[inline]
pub(super) fn optional(ymd: i32, field: &'static str) -> CoreResult<Option<NaiveDate>> {
    if ymd == 0 { Ok(None) } else { parse_ymd(ymd, field).map(Some) }
}

/// Reads terms; what is wrong between them is left to the loan. Allocates only to say what is wrong.
#[inline]
pub(super) fn terms_of(given: &puhui_terms) -> CoreResult<Terms> {
    let money = Money::from_minor;
    let mut terms = Terms::new(
        money(given.principal_minor),
        Rate::from_ppb(given.rate_ppb)?,
        parse_ymd(given.disbursed_on_ymd, "disbursed_on")?,
    );
    terms.residual = money(given.residual_minor);
    terms.fee_at_disbursement = money(given.fee_at_disbursement_minor);
    terms.fee_each_instalment = money(given.fee_each_instalment_minor);
    terms.first_due_on = optional(given.first_due_on_ymd, "first_due_on")?;
    terms.matures_on = optional(given.matures_on_ymd, "matures_on")?;
    let Ok(instalments) = u16::try_from(given.instalments) else {
        return Err(above("instalments", given.instalments, Loan::MAX_INSTALMENTS));
    };
    terms.instalments = NonZeroU16::new(instalments);
    let Ok(due_day) = u8::try_from(given.due_day) else {
        return Err(above("due_day", given.due_day, 31));
    };
    terms.due_day = NonZeroU8::new(due_day);
    Ok(terms)
}

#[cold]
fn above(field: &'static str, value: u32, most: u16) -> Error {
    Error::new(ErrorCode::OutOfRange, field, value, format_args!("at most {most}"))
}

/// What few loans have beside their terms.
#[derive(Debug, Default)]
pub(super) struct BesideTerms {
    pub(super) rate_steps: Vec<RateStep>,
    pub(super) plan: Vec<PlannedPrincipal>,
}

impl BesideTerms {
    /// Reads arrays of changes of the rate and of planned principal in the place of what was read before.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or readable for their counts.
    pub(super) unsafe fn read(
        &mut self,
        (steps, step_count): (*const puhui_rate_step, usize),
        (plan, plan_count): (*const puhui_planned_principal, usize),
    ) -> Result<(), Failure> {
        required_array(steps, step_count, "rate_steps")?;
        required_array(plan, plan_count, "plan")?;
        self.rate_steps.clear();
        self.plan.clear();
        for i in 0..step_count {
            // SAFETY: not NULL, and `i` < `step_count`, for which the array is readable by this function's contract.
            let step = unsafe { steps.add(i).read() };
            let read = read_step(step).map_err(|failure| Failure::element("rate_steps", i, failure))?;
            self.rate_steps.push(read);
        }
        for i in 0..plan_count {
            // SAFETY: not NULL, and `i` < `plan_count`, for which the array is readable by this function's contract.
            let planned = unsafe { plan.add(i).read() };
            let read = read_planned(planned).map_err(|failure| Failure::element("plan", i, failure))?;
            self.plan.push(read);
        }
        Ok(())
    }
}

fn read_step(given: puhui_rate_step) -> Result<RateStep, Failure> {
    Ok(RateStep {
        from: parse_ymd(given.from_ymd, "from")?,
        rate: Rate::from_ppb(given.rate_ppb)?,
        projected: flag(given.projected, "projected")?,
    })
}

fn read_planned(given: puhui_planned_principal) -> Result<PlannedPrincipal, Failure> {
    unused(given.reserved.into(), "reserved")?;
    let principal = Money::from_minor(given.principal_minor);
    Ok(PlannedPrincipal { on: parse_ymd(given.on_ymd, "on")?, principal })
}

/// A loan of C's, read: what a [`Loan`] borrows.
#[derive(Debug)]
pub(super) struct GivenLoan<'a> {
    product: &'a Product,
    terms: Terms,
    beside: BesideTerms,
}

impl<'a> GivenLoan<'a> {
    /// Reads a loan.
    ///
    /// # Safety
    ///
    /// `loan` must be NULL or have its `struct_size` readable bytes; its product must be NULL or live, and not be released before
    /// the result; its terms must be NULL or have their `struct_size` readable bytes, its arrays be NULL or readable for their counts.
    pub(super) unsafe fn read(loan: *const puhui_loan) -> Result<GivenLoan<'a>, Failure> {
        // SAFETY: forwarded from this function's contract.
        unsafe {
            let given = options::read(loan, "loan")?;
            unused(given.reserved.into(), "loan.reserved")?;
            let product = borrow(given.product, "product")?;
            let terms = terms_of(&options::read(given.terms, "terms")?)?;
            let mut beside = BesideTerms::default();
            beside.read((given.rate_steps, given.rate_step_count), (given.plan, given.plan_count))?;
            Ok(GivenLoan { product: &product.product, terms, beside })
        }
    }

    /// The loan, checked.
    pub(super) fn loan(&self) -> CoreResult<Loan<'_>> {
        Loan::with_rates_and_principal(self.product, self.terms, &self.beside.rate_steps, &self.beside.plan)
    }
}
