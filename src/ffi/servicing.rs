//! How loans of a kind are serviced, as C writes it down.

use rust_decimal::Decimal;

use super::boundary::failure::Failure;
use super::boundary::guard::unused;
use super::boundary::options::{self, Plain};
use super::boundary::read::{days, must_be_zero};
use super::boundary::start::start;
use super::codes::{NONE, code, flag, loan as words, word, word_or_none};
use crate::class::{Ladder, ProvisionRates};
use crate::dated::Dated;
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::loan::{
    AccrualPostings, AllocateBy, AllocationOrder, ChangesFrom, Compound, ExcessPayment, InterestOn,
    NonAccrual, OverdueEarns, Part, PayOffTo, Payer, PayerRules, Penalty, PrepaymentInterest,
    PrepaymentRules, Servicing,
};
use crate::money::Money;
use crate::share::Share;

/// What is different for the money of one payer, in `payers` of `puhui_servicing`. All 0: nothing.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct puhui_payer_rules {
    /// As `allocation_order` of the servicing. All 0, with an `allocation_by` of 0: the same order.
    pub allocation_order: [u32; 5],
    /// As `allocation_by` of the servicing, with an order of its own.
    pub allocation_by: u32,
    /// One of `PUHUI_MONEY_AHEAD_*`. 0: as `money_ahead` of the servicing.
    pub money_ahead: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
}

start! {
    /// Starts a `struct puhui_payer_rules`: nothing is different for the payer.
    PUHUI_PAYER_RULES_INIT = puhui_payer_rules
}

/// How loans of a kind are serviced once they are paid out, for `puhui_product_new`.
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
    /// The number of days past due from which a loan is no longer accrued (非应计), usually 90 or 91. 0: it always is.
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
    /// The number of days after arrears were rescheduled for which a loan is at least of special mention, and substandard if it falls past
    /// due again. 0 to 3660.
    pub observation_days: u32,
    /// One of `PUHUI_ACCRUAL_POSTINGS_*`: when interest that has been earned is booked.
    pub accrual_postings: u32,
    /// An instalment that is short by no more than this is not past due, in minor units. Not below 0.
    pub past_due_threshold_minor: i64,
    /// With `has_penalty`: by how much the penalty rate (罚息利率) is above the contract rate, as a share of it in parts per
    /// billion: 500000000 is half as much again. Not below 0. It runs from the due date, or from where the contract's interest of
    /// the row ends, if that is later; at a rate below 0 there is none.
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
    /// One of `PUHUI_OVERDUE_EARNS_*`: how long overdue principal goes on earning contract interest, where it pays no penalty.
    pub overdue_earns: u32,
    /// One of `PUHUI_PAY_OFF_TO_*`: to which day a payment that pays off the loan pays interest.
    pub pay_off_to: u32,
    /// One of `PUHUI_CHANGES_FROM_*`: from which day a change of terms acts on interest.
    pub changes_from: u32,
    /// 1: a change of terms that was booked shows in the instalments ahead before its value date, and may be booked before it.
    /// 0: it acts on its day.
    pub changes_ahead: u32,
    /// What is different for the money of a payer: `payers[PUHUI_PAYER_REFUND - 1]` for that of a refund.
    pub payers: [puhui_payer_rules; 6],
}

const _: () = {
    assert!(size_of::<puhui_servicing>() == SIZE_WITH_PAYERS);
    assert!(std::mem::offset_of!(puhui_servicing, past_due_threshold_minor) == 120);
    assert!(std::mem::offset_of!(puhui_servicing, overdue_earns) == puhui_servicing::SIZE_V1);
    assert!(Payer::ALL.len() == 6);
};

/// The size since `overdue_earns` and what follows it were appended.
const SIZE_WITH_PAYERS: usize = 408;

// SAFETY: integers only, without padding: 30 x 4 + 10 x 8 + 4 x 4 + 6 x 32 = 408.
unsafe impl Plain for puhui_servicing {
    const SIZE_V1: usize = 200;
}

start! {
    /// Starts a `struct puhui_servicing`: the usual rule where there is one, and nothing that has to be agreed: no days of grace, no
    /// penalty, no class, no provision, no tax.
    PUHUI_SERVICING_INIT = puhui_servicing {
        interest_on: code(InterestOn::Outstanding),
        compound_rate: NONE,
        compound_base: NONE,
        allocation_order: [Part::Fee, Part::Penalty, Part::Compound, Part::Interest, Part::Principal].map(code),
        allocation_by: code(AllocateBy::Instalment),
        money_ahead: code(ExcessPayment::Hold),
        prepayment_interest: code(PrepaymentInterest::AllAccrued),
        ladder: NONE,
        provision: NONE,
        accrual_postings: code(AccrualPostings::WhenBilled),
        overdue_earns: code(OverdueEarns::ToDay),
        pay_off_to: code(PayOffTo::Day),
        changes_from: code(ChangesFrom::Day),
    }
}

/// Reads how loans are serviced; the bounds of its figures are left to the product.
pub(super) fn servicing_of(given: &puhui_servicing) -> Result<Servicing, Failure> {
    unused(given.reserved, "servicing.reserved")?;
    let mut servicing = Servicing {
        interest_on: word(given.interest_on, "interest_on")?,
        past_due_threshold: Money::from_minor(given.past_due_threshold_minor),
        grace_days: days(given.grace_days, "grace_days", Servicing::MAX_GRACE_DAYS)?,
        penalty: penalty(given)?,
        allocation: allocation(
            given.allocation_order,
            given.allocation_by,
            ORDER,
            ["allocation_order", "allocation_by"],
        )?,
        non_accrual: non_accrual(given)?,
        excess_payment: word(given.money_ahead, "money_ahead")?,
        prepayment: PrepaymentRules {
            interest: word(given.prepayment_interest, "prepayment_interest")?,
            fee: share(given.prepayment_fee_ppb, "prepayment_fee")?,
        },
        ladder: ladder(given)?,
        provision: provision(given)?,
        observation_days: days(given.observation_days, "observation_days", Servicing::MAX_OBSERVATION_DAYS)?,
        accrual_postings: word(given.accrual_postings, "accrual_postings")?,
        vat: match given.vat_ppb {
            0 => None,
            vat => Some(share(vat, "vat")?),
        },
        ..Servicing::default()
    };
    if !options::is_before(given.struct_size, SIZE_WITH_PAYERS) {
        servicing.overdue_earns = word(given.overdue_earns, "overdue_earns")?;
        servicing.pay_off_to = word(given.pay_off_to, "pay_off_to")?;
        servicing.changes_from = word(given.changes_from, "changes_from")?;
        servicing.changes_ahead = flag(given.changes_ahead, "changes_ahead")?;
        servicing.payers = payers(given, &servicing)?;
    }
    Ok(servicing)
}

/// The payers with rules of their own, by their codes; what they leave open is as it is for everybody.
fn payers(given: &puhui_servicing, everybody: &Servicing) -> Result<Vec<PayerRules>, Failure> {
    let mut payers = Vec::new();
    for (index, (rules, payer)) in given.payers.iter().zip(Payer::ALL).enumerate() {
        if *rules != puhui_payer_rules::default() {
            payers.push(
                payer_rules(rules, *payer, everybody)
                    .map_err(|failure| Failure::element("payers", index, failure))?,
            );
        }
    }
    Ok(payers)
}

fn payer_rules(
    given: &puhui_payer_rules,
    payer: Payer,
    everybody: &Servicing,
) -> Result<PayerRules, Failure> {
    unused(u64::from(given.reserved), "reserved")?;
    let (order, by) = (given.allocation_order, given.allocation_by);
    Ok(PayerRules {
        payer,
        allocation: if (order, by) == ([0; 5], 0) {
            everybody.allocation
        } else {
            allocation(order, by, ORDER, ["allocation_order", "allocation_by"])?
        },
        excess_payment: match given.money_ahead {
            0 => everybody.excess_payment,
            rule => word(rule, "money_ahead")?,
        },
    })
}

fn share(ppb: i64, field: &'static str) -> CoreResult<Share> {
    Share::from_ppb(ppb).map_err(|error| error.at(field))
}

fn penalty(given: &puhui_servicing) -> Result<Option<Penalty>, Failure> {
    let has_penalty = flag(given.has_penalty, "has_penalty")?;
    let rate = word_or_none(given.compound_rate, "compound_rate")?;
    let base = word_or_none(given.compound_base, "compound_base")?;
    let contradiction = |field: &'static str, value: u32, bound: &str| -> Failure {
        Error::new(ErrorCode::Contradiction, field, value, bound).into()
    };
    let compound = match (rate, base) {
        (None, None) => None,
        (Some(rate), Some(base)) => Some(Compound { rate, base }),
        (None, Some(_)) => {
            let bound = "none where compound interest has no rate";
            return Err(contradiction("compound_base", given.compound_base, bound));
        }
        (Some(_), None) => {
            let bound = "none where compound interest runs on nothing";
            return Err(contradiction("compound_rate", given.compound_rate, bound));
        }
    };
    if !has_penalty {
        must_be_zero(&[("penalty_mark_up", given.penalty_mark_up_ppb)], "0 without a penalty")?;
        if compound.is_some() {
            return Err(contradiction("compound_rate", given.compound_rate, "none without a penalty"));
        }
        return Ok(None);
    }
    Ok(Some(Penalty { mark_up: share(given.penalty_mark_up_ppb, "penalty_mark_up")?, compound }))
}

/// The names of the places of an order.
type Places = [&'static str; 5];

const ORDER: Places = [
    "allocation_order[0]",
    "allocation_order[1]",
    "allocation_order[2]",
    "allocation_order[3]",
    "allocation_order[4]",
];

const NON_ACCRUAL_ORDER: Places = [
    "non_accrual_order[0]",
    "non_accrual_order[1]",
    "non_accrual_order[2]",
    "non_accrual_order[3]",
    "non_accrual_order[4]",
];

fn allocation(
    order: [u32; 5],
    by: u32,
    places: Places,
    [order_field, by_field]: [&'static str; 2],
) -> Result<AllocationOrder, Failure> {
    let mut parts = [Part::Fee; 5];
    for ((place, given), field) in parts.iter_mut().zip(order).zip(places) {
        *place = word(given, field)?;
    }
    let by = word(by, by_field)?;
    Ok(AllocationOrder::new(parts, by).map_err(|error| error.at(order_field))?)
}

fn non_accrual(given: &puhui_servicing) -> Result<Option<NonAccrual>, Failure> {
    let (order, by) = (given.non_accrual_order, given.non_accrual_by);
    let fields @ [order_field, by_field] = ["non_accrual_order", "non_accrual_by"];
    let allocation = if flag(given.has_non_accrual_order, "has_non_accrual_order")? {
        Some(allocation(order, by, NON_ACCRUAL_ORDER, fields)?)
    } else {
        let set = order.into_iter().find(|&part| part != 0).unwrap_or(0);
        let bound = "0 where the order stays the same";
        must_be_zero(&[(order_field, i64::from(set)), (by_field, i64::from(by))], bound)?;
        None
    };
    match (given.non_accrual_from_days, allocation) {
        (0, None) => Ok(None),
        (0, Some(_)) => {
            let bound = "the number of days past due from which the loan is not accrued";
            Err(Error::new(ErrorCode::Missing, "non_accrual_from_days", 0, bound).into())
        }
        (from, allocation) => Ok(Some(NonAccrual { from, allocation })),
    }
}

fn ladder(given: &puhui_servicing) -> Result<Option<Dated<Ladder>>, Failure> {
    let ladder = match word_or_none(given.ladder, "ladder")? {
        Some(words::Ladder::FromDays) => {
            return Ok(Some(Dated::always(Ladder::new(given.ladder_from_days)?)));
        }
        None => None,
        Some(words::Ladder::Cn2023) => Some(Ladder::cn_by_days_past_due()),
    };
    let set = given.ladder_from_days.into_iter().find(|&day| day != 0).unwrap_or(0);
    must_be_zero(&[("ladder_from_days", i64::from(set))], "0 with this ladder")?;
    Ok(ladder)
}

fn provision(given: &puhui_servicing) -> Result<Option<ProvisionRates>, Failure> {
    let asked = word_or_none(given.provision, "provision")?;
    provision_rates(asked, given.provision_share_ppb, "provision_share")
}

/// The rates of provision that a code and the shares beside it say.
pub(super) fn provision_rates(
    asked: Option<words::Provision>,
    share_ppb: [i64; 5],
    field: &'static str,
) -> Result<Option<ProvisionRates>, Failure> {
    let rates = match asked {
        Some(words::Provision::Shares) => {
            let shares = share_ppb.map(|ppb| Decimal::new(ppb, 9));
            return Ok(Some(ProvisionRates::new(shares).map_err(|error| error.at(field))?));
        }
        None => None,
        Some(words::Provision::Cn2002) => Some(ProvisionRates::cn_2002()),
    };
    must_be_zero(&share_ppb.map(|share| (field, share)), "0 with this provision")?;
    Ok(rates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::LoanRecord;

    /// The golden loan, with these keys of servicing.
    fn by_wire(keys: &str) -> Servicing {
        let text = format!(
            r#"{{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{{"fixed":"0.0435"}},
                "day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up"{keys}}}"#
        );
        serde_json::from_str::<LoanRecord>(&text).unwrap().product().rules().servicing.clone()
    }

    fn by_c(given: &puhui_servicing) -> Servicing {
        servicing_of(given).ok().unwrap()
    }

    #[test]
    fn c_says_what_the_wire_form_says() {
        assert_eq!(by_c(&puhui_servicing::default()), by_wire(""));
        let mut given = puhui_servicing {
            money_ahead: code(ExcessPayment::SettleNextLast),
            overdue_earns: code(OverdueEarns::ToNextDue),
            pay_off_to: code(PayOffTo::NextDue),
            changes_from: code(ChangesFrom::DayBefore),
            changes_ahead: 1,
            ..puhui_servicing::default()
        };
        // The insurer's money in another order, that of refunds by another rule.
        given.payers[3].allocation_order = [1, 2, 3, 5, 4];
        given.payers[3].allocation_by = code(AllocateBy::Part);
        given.payers[4].money_ahead = code(ExcessPayment::SettleEvenly);
        let keys = r#","money_ahead":"settle_next_last","overdue_earns":"to_next_due","pay_off_to":"next_due",
            "changes_from":"day_before","changes_ahead":true,
            "payers":[{"payer":"insurer","allocation":{"order":["fee","penalty","compound","principal","interest"],"by":"part"}},
                      {"payer":"refund","money_ahead":"settle_evenly"}]"#;
        assert_eq!(by_c(&given), by_wire(keys));
        // An older caller says nothing of what was appended.
        given.struct_size = u32::try_from(puhui_servicing::SIZE_V1).unwrap();
        assert_eq!(by_c(&given), by_wire(r#","money_ahead":"settle_next_last""#));
    }
}
