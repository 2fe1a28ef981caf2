//! How loans of a kind are serviced, as C writes it down.

use rust_decimal::Decimal;

use super::codes::{
    self, PUHUI_LADDER_CN_2023, PUHUI_LADDER_FROM_DAYS, PUHUI_LADDER_NONE, PUHUI_PROVISION_CN_2002,
    PUHUI_PROVISION_NONE, PUHUI_PROVISION_SHARES, flag,
};
use super::guard::{Failure, unused};
use super::options::Plain;
use super::relief::idle;
use crate::class::{Ladder, ProvisionRates};
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{AllocationOrder, Compound, NonAccrual, Part, Penalty, PrepaymentRules, Servicing};
use crate::money::Money;
use crate::rate::Rate;
use crate::rule::Dated;

/// How loans of a kind are serviced once they are paid out, for `puhui_product_new_serviced`.
///
/// Start with `PUHUI_SERVICING_INIT`, which is what `puhui_product_new` services by: no penalty, no class, no provision, no
/// tax; payments settle fee, penalty, compound interest, interest and principal of the oldest instalment first, and are held
/// if nothing is due. A code that is 0 is refused, and so is a figure that belongs to another code. A struct of numbers only:
/// it may be copied and kept. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_servicing {
    /// `sizeof(struct puhui_servicing)` as the caller was compiled.
    pub struct_size: u32,
    /// One of `PUHUI_INTEREST_ON_*`: what contract interest is earned on.
    pub interest_on: u32,
    /// Days after the due date within which an instalment is neither past due nor charged a penalty (宽限期), 0 to 365. After
    /// them both count from the due date.
    pub grace_days: u32,
    /// 1: overdue principal leaves the contract rate and pays a penalty rate. 0: it pays none, and `penalty_mark_up_ppb` is 0.
    pub has_penalty: u32,
    /// One of `PUHUI_COMPOUND_RATE_*`: the rate of compound interest (复利); `_NONE` for none, and without a penalty.
    pub compound_rate: u32,
    /// One of `PUHUI_COMPOUND_BASE_*`: what compound interest runs on; `_NONE` where its rate is `_NONE`.
    pub compound_base: u32,
    /// The five `PUHUI_PART_*`, each once: what of an instalment a payment settles first.
    pub allocation_order: [u32; 5],
    /// One of `PUHUI_ALLOCATE_BY_*`: whether instalments or parts go first.
    pub allocation_by: u32,
    /// From so many days past due on a loan is no longer accrued (非应计), usually 90 or 91. 0: it always is.
    pub non_accrual_from_days: u32,
    /// 1: while a loan is not accrued, payments settle by `non_accrual_order` and `non_accrual_by`. 0: as before, and the two
    /// are 0.
    pub has_non_accrual_order: u32,
    /// With `has_non_accrual_order`: as `allocation_order`.
    pub non_accrual_order: [u32; 5],
    /// With `has_non_accrual_order`: as `allocation_by`.
    pub non_accrual_by: u32,
    /// One of `PUHUI_MONEY_AHEAD_*`: what happens to money that comes before anything is due.
    pub money_ahead: u32,
    /// One of `PUHUI_PREPAYMENT_INTEREST_*`: which interest a prepayment settles before its principal.
    pub prepayment_interest: u32,
    /// One of `PUHUI_LADDER_*`: the class of a loan (五级分类) by its days past due.
    pub ladder: u32,
    /// With `PUHUI_LADDER_FROM_DAYS`: the first day past due of special mention, substandard, doubtful and loss; the first is
    /// above 0, they rise. 0 with the others.
    pub ladder_from_days: [u32; 4],
    /// One of `PUHUI_PROVISION_*`: what is provided for (拨备), by class.
    pub provision: u32,
    /// For so many days after arrears were rescheduled a loan is at least of special mention, and substandard if it falls past
    /// due again. 0 to 3660.
    pub observation_days: u32,
    /// One of `PUHUI_ACCRUAL_POSTINGS_*`: when interest that has been earned is booked.
    pub accrual_postings: u32,
    /// An instalment that is short by no more than this is not past due, in minor units. Not below 0.
    pub past_due_threshold_minor: i64,
    /// With `has_penalty`: by how much the penalty rate (罚息利率) is above the contract rate, as a share of it in parts per
    /// billion: 500000000 is half as much again. Not below 0.
    pub penalty_mark_up_ppb: i64,
    /// The fee of a prepayment, as a share of the principal prepaid, in parts per billion: 0 to 1000000000.
    pub prepayment_fee_ppb: i64,
    /// With `PUHUI_PROVISION_SHARES`: the share of the balance of a loan that is normal, of special mention, substandard,
    /// doubtful, loss, in parts per billion: 0 to 1000000000 each. 0 with the others.
    pub provision_share_ppb: [i64; 5],
    /// The value-added tax in interest and fee income, in parts per billion: 60000000 is 6 % on top of what is net. 0: none is
    /// split off.
    pub vat_ppb: i64,
    /// Reserved; must be 0.
    pub reserved: u64,
}

const _: () = {
    assert!(size_of::<puhui_servicing>() == 200);
    assert!(std::mem::offset_of!(puhui_servicing, past_due_threshold_minor) == 120);
};

// SAFETY: integers only, without padding: 30 x 4 + 10 x 8 = 200.
unsafe impl Plain for puhui_servicing {
    const SIZE_V1: usize = 200;
}

/// Reads how loans are serviced; the bounds of its figures are left to the product.
pub(super) fn servicing_of(given: &puhui_servicing) -> Result<Servicing, Failure> {
    unused(given.reserved, "servicing.reserved")?;
    Ok(Servicing {
        interest_on: codes::interest_on(given.interest_on)?,
        past_due_threshold: Money::from_minor(given.past_due_threshold_minor),
        grace_days: days(given.grace_days, "grace_days", Servicing::MAX_GRACE_DAYS)?,
        penalty: penalty(given)?,
        allocation: allocation(
            given.allocation_order,
            given.allocation_by,
            ORDER,
            ["allocation.order", "allocation.by"],
        )?,
        non_accrual: non_accrual(given)?,
        money_ahead: codes::money_ahead(given.money_ahead)?,
        prepayment: PrepaymentRules {
            interest: codes::prepayment_interest(given.prepayment_interest)?,
            fee: share(given.prepayment_fee_ppb, "prepayment.fee")?,
        },
        ladder: ladder(given)?,
        provision: provision(given)?,
        observation_days: days(given.observation_days, "observation_days", Servicing::MAX_OBSERVATION_DAYS)?,
        accrual_postings: codes::accrual_postings(given.accrual_postings)?,
        vat: match given.vat_ppb {
            0 => None,
            vat => Some(share(vat, "vat")?),
        },
        ..Servicing::default()
    })
}

fn days(given: u32, field: &'static str, most: u16) -> CoreResult<u16> {
    match u16::try_from(given) {
        Ok(days) if days <= most => Ok(days),
        _ => Err(Error::new(ErrorCode::OutOfRange, field, given, format_args!("at most {most}"))),
    }
}

fn share(ppb: i64, field: &'static str) -> CoreResult<Rate> {
    Rate::from_ppb(ppb).map_err(|error| error.at(field))
}

fn penalty(given: &puhui_servicing) -> Result<Option<Penalty>, Failure> {
    let has_penalty = flag(given.has_penalty, "penalty")?;
    let rate = codes::compound_rate(given.compound_rate)?;
    let base = codes::compound_base(given.compound_base)?;
    let contradiction = |field: &'static str, value: u32, bound: &str| -> Failure {
        Error::new(ErrorCode::Contradiction, field, value, bound).into()
    };
    let compound = match (rate, base) {
        (None, None) => None,
        (Some(rate), Some(base)) => Some(Compound { rate, base }),
        (None, Some(_)) => {
            let bound = "none where compound interest has no rate";
            return Err(contradiction("penalty.compound.base", given.compound_base, bound));
        }
        (Some(_), None) => {
            let bound = "none where compound interest runs on nothing";
            return Err(contradiction("penalty.compound.rate", given.compound_rate, bound));
        }
    };
    if !has_penalty {
        idle(&[("penalty.mark_up", given.penalty_mark_up_ppb)], "0 without a penalty")?;
        if compound.is_some() {
            return Err(contradiction(
                "penalty.compound.rate",
                given.compound_rate,
                "none without a penalty",
            ));
        }
        return Ok(None);
    }
    Ok(Some(Penalty { mark_up: share(given.penalty_mark_up_ppb, "penalty.mark_up")?, compound }))
}

/// The names of the places of an order.
type Places = [&'static str; 5];

const ORDER: Places = [
    "allocation.order[0]",
    "allocation.order[1]",
    "allocation.order[2]",
    "allocation.order[3]",
    "allocation.order[4]",
];

const NON_ACCRUAL_ORDER: Places = [
    "non_accrual.allocation.order[0]",
    "non_accrual.allocation.order[1]",
    "non_accrual.allocation.order[2]",
    "non_accrual.allocation.order[3]",
    "non_accrual.allocation.order[4]",
];

fn allocation(
    order: [u32; 5],
    by: u32,
    places: Places,
    [order_field, by_field]: [&'static str; 2],
) -> Result<AllocationOrder, Failure> {
    let mut parts = [Part::Fee; 5];
    for ((part, given), field) in parts.iter_mut().zip(order).zip(places) {
        *part = codes::part(given).map_err(|_| Failure::Code { field, given })?;
    }
    let by = codes::allocate_by(by).map_err(|_| Failure::Code { field: by_field, given: by })?;
    Ok(AllocationOrder::new(parts, by).map_err(|error| error.at(order_field))?)
}

fn non_accrual(given: &puhui_servicing) -> Result<Option<NonAccrual>, Failure> {
    let (order, by) = (given.non_accrual_order, given.non_accrual_by);
    let fields @ [order_field, by_field] = ["non_accrual.allocation.order", "non_accrual.allocation.by"];
    let allocation = if flag(given.has_non_accrual_order, "non_accrual.allocation")? {
        Some(allocation(order, by, NON_ACCRUAL_ORDER, fields)?)
    } else {
        let set = order.into_iter().find(|&part| part != 0).unwrap_or(0);
        let bound = "0 where the order stays the same";
        idle(&[(order_field, i64::from(set)), (by_field, i64::from(by))], bound)?;
        None
    };
    match (given.non_accrual_from_days, allocation) {
        (0, None) => Ok(None),
        (0, Some(_)) => {
            let bound = "the first day past due of a loan that is not accrued";
            Err(Error::new(ErrorCode::Missing, "non_accrual.from", 0, bound).into())
        }
        (from, allocation) => Ok(Some(NonAccrual { from, allocation })),
    }
}

fn ladder(given: &puhui_servicing) -> Result<Option<Dated<Ladder>>, Failure> {
    let ladder = match given.ladder {
        PUHUI_LADDER_FROM_DAYS => {
            return Ok(Some(Dated::always(Ladder::new(given.ladder_from_days)?)));
        }
        PUHUI_LADDER_NONE => None,
        PUHUI_LADDER_CN_2023 => Some(Ladder::cn_by_days_past_due()),
        other => return Err(Failure::Code { field: "ladder", given: other }),
    };
    let set = given.ladder_from_days.into_iter().find(|&day| day != 0).unwrap_or(0);
    idle(&[("ladder_from_days", i64::from(set))], "0 with this ladder")?;
    Ok(ladder)
}

fn provision(given: &puhui_servicing) -> Result<Option<ProvisionRates>, Failure> {
    let rates = match given.provision {
        PUHUI_PROVISION_SHARES => {
            let shares = given.provision_share_ppb.map(|ppb| Decimal::new(ppb, 9));
            return Ok(Some(ProvisionRates::new(shares).map_err(|error| error.at("provision_share"))?));
        }
        PUHUI_PROVISION_NONE => None,
        PUHUI_PROVISION_CN_2002 => Some(ProvisionRates::cn_2002()),
        other => return Err(Failure::Code { field: "provision", given: other }),
    };
    let set = given.provision_share_ppb.into_iter().find(|&share| share != 0).unwrap_or(0);
    idle(&[("provision_share", set)], "0 with this provision")?;
    Ok(rates)
}
