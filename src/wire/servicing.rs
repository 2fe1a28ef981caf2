//! The wire form of how loans are serviced: keys of the loan itself, and the objects that some of them hold.

use serde::{Deserialize, Deserializer, Serialize};

use crate::calendar::parse_date;
use crate::class::{Ladder, ProvisionRates};
use crate::dated::Dated;
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::allocation::{AllocateBy, AllocationOrder, Part};
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{
    Compound, CompoundBase, CompoundRate, ExcessPayment, NonAccrual, PayerRules, Penalty, PrepaymentRules,
    Servicing,
};
use crate::money::{Currency, Money};
use crate::share::Share;
use crate::wire::loan::{LoanForm, object, objects, read, read_money, read_or, required};

/// What arrears pay beyond the contract, in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PenaltyForm {
    /// By how much the penalty rate is above the contract rate, as a share of it. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark_up: Option<String>,
    /// Compound interest. None: there is none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub compound: Option<CompoundForm>,
}

/// Compound interest in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompoundForm {
    /// The rate that it runs at. None: the penalty rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// What it runs on. None: interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
}

/// An order of settling in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AllocationForm {
    /// The five parts, the first to be settled first. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// Whether instalments or parts go first. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What is different for the money of one payer, in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PayerForm {
    /// Who pays. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// The order of settling. None: that of the loan.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub allocation: Option<AllocationForm>,
    /// What happens to money ahead of time. None: what happens to that of everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money_ahead: Option<String>,
}

/// When a loan is no longer accrued, in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NonAccrualForm {
    /// The number of days past due from which the loan is not accrued. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// The order of settling while it lasts. None: the same as before.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub allocation: Option<AllocationForm>,
}

/// How a prepayment is settled, in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrepaymentForm {
    /// The interest that it settles first. None: all that has accrued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest: Option<String>,
    /// The fee, as a share of the principal prepaid. None: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<String>,
}

/// A ladder in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "the name of a ladder, its four first days past due, or a list of objects with from and days"
)]
pub enum LadderForm {
    /// The name of a built-in one: `cn_2023`.
    Named(String),
    /// One that always holds, by the first day past due of special mention, substandard, doubtful and loss.
    Always(Vec<u32>),
    /// One that has changed, or began on a day.
    Versions(#[serde(deserialize_with = "versions")] Vec<LadderVersionForm>),
}

/// A version of a ladder in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LadderVersionForm {
    /// The first day that it holds.
    pub from: String,
    /// The first day past due of special mention, substandard, doubtful and loss.
    pub days: Vec<u32>,
}

/// Provisions in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the name of provisions, or five shares as strings")]
pub enum ProvisionForm {
    /// The name of built-in ones: `cn_2002`.
    Named(String),
    /// The shares of the balance by class, from normal to loss.
    Shares(Vec<String>),
}

const CN_2023: &str = "cn_2023";
const CN_2002: &str = "cn_2002";

fn versions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Vec<LadderVersionForm>, D::Error> {
    objects(deserializer).map(Option::unwrap_or_default)
}

/// A list that is as long as it has to be.
fn exactly<T: Clone, const N: usize>(list: &[T], field: &'static str, what: &str) -> Result<[T; N]> {
    <[T; N]>::try_from(list.to_vec()).map_err(|list| {
        Error::new(
            ErrorCode::OutOfRange,
            field,
            format_args!("{} {what}", list.len()),
            format_args!("{N} {what}"),
        )
    })
}

/// A number of days; none is zero.
fn days(value: Option<u32>, field: &'static str, most: u16) -> Result<u16> {
    let value = value.unwrap_or(0);
    u16::try_from(value)
        .ok()
        .filter(|&days| days <= most)
        .ok_or_else(|| Error::new(ErrorCode::OutOfRange, field, value, format_args!("at most {most}")))
}

/// What is written of a value: nothing, if it is what its absence means.
pub(crate) fn unless<T: PartialEq, W>(value: T, absent: T, write: impl FnOnce(T) -> W) -> Option<W> {
    (value != absent).then(|| write(value))
}

impl LoanForm {
    /// Reads the keys that say how the loan is serviced; [`Servicing::check`] is still to come.
    pub(crate) fn servicing(&self, currency: Currency) -> Result<Servicing> {
        let absent = Servicing::default();
        let allocation = self.allocation.as_ref().map(AllocationForm::read).transpose()?;
        let allocation = allocation.unwrap_or(absent.allocation);
        let excess_payment = read_or(self.money_ahead.as_ref(), "money_ahead", absent.excess_payment)?;
        let payer = |(place, form): (usize, &PayerForm)| {
            let at = |error: Error| error.within(&format!("payers[{place}]"));
            form.read(allocation, excess_payment).map_err(at)
        };
        let threshold = read_money(self.past_due_threshold.as_ref(), currency, "past_due_threshold")?;
        Ok(Servicing {
            interest_on: read_or(self.interest_on.as_ref(), "interest_on", absent.interest_on)?,
            past_due_threshold: threshold.unwrap_or(absent.past_due_threshold),
            grace_days: days(self.grace_days, "grace_days", Servicing::MAX_GRACE_DAYS)?,
            penalty: self.penalty.as_ref().map(PenaltyForm::read).transpose()?,
            allocation,
            non_accrual: self.non_accrual.as_ref().map(NonAccrualForm::read).transpose()?,
            excess_payment,
            payers: self.payers.iter().flatten().enumerate().map(payer).collect::<Result<_>>()?,
            overdue_earns: read_or(self.overdue_earns.as_ref(), "overdue_earns", absent.overdue_earns)?,
            pay_off_to: read_or(self.pay_off_to.as_ref(), "pay_off_to", absent.pay_off_to)?,
            changes_from: read_or(self.changes_from.as_ref(), "changes_from", absent.changes_from)?,
            changes_ahead: self.changes_ahead.unwrap_or(absent.changes_ahead),
            prepayment: match &self.prepayment {
                Some(form) => form.read(absent.prepayment)?,
                None => absent.prepayment,
            },
            ladder: self.ladder.as_ref().map(LadderForm::read).transpose()?,
            provision: self.provision.as_ref().map(ProvisionForm::read).transpose()?,
            observation_days: days(
                self.observation_days,
                "observation_days",
                Servicing::MAX_OBSERVATION_DAYS,
            )?,
            accrual_postings: read_or(
                self.accrual_postings.as_ref(),
                "accrual_postings",
                absent.accrual_postings,
            )?,
            vat: self.vat.as_ref().map(|vat| read(vat, "vat")).transpose()?,
        })
    }

    /// A form of the keys that say how the loan is serviced, and of no others. What is as it would be without its key is
    /// left out.
    pub(crate) fn of_servicing(servicing: &Servicing, currency: Currency) -> LoanForm {
        // Named one by one, so that a new field cannot be forgotten here.
        let Servicing {
            interest_on,
            past_due_threshold,
            grace_days,
            penalty,
            allocation,
            non_accrual,
            excess_payment,
            payers,
            overdue_earns,
            pay_off_to,
            changes_from,
            changes_ahead,
            prepayment,
            ladder,
            provision,
            observation_days,
            accrual_postings,
            vat,
        } = servicing;
        let absent = Servicing::default();
        let payer = |rules: &PayerRules| PayerForm::of(*rules, *allocation, *excess_payment);
        LoanForm {
            interest_on: unless(*interest_on, absent.interest_on, |word| word.to_string()),
            past_due_threshold: unless(*past_due_threshold, absent.past_due_threshold, |amount: Money| {
                amount.display(currency).to_string()
            }),
            grace_days: unless(*grace_days, absent.grace_days, u32::from),
            penalty: penalty.map(PenaltyForm::of),
            allocation: unless(*allocation, absent.allocation, AllocationForm::of),
            non_accrual: non_accrual.map(NonAccrualForm::of),
            money_ahead: unless(*excess_payment, absent.excess_payment, |word| word.to_string()),
            payers: (!payers.is_empty()).then(|| payers.iter().map(payer).collect()),
            overdue_earns: unless(*overdue_earns, absent.overdue_earns, |word| word.to_string()),
            pay_off_to: unless(*pay_off_to, absent.pay_off_to, |word| word.to_string()),
            changes_from: unless(*changes_from, absent.changes_from, |word| word.to_string()),
            changes_ahead: changes_ahead.then_some(true),
            prepayment: unless(*prepayment, absent.prepayment, PrepaymentForm::of),
            ladder: ladder.as_ref().map(LadderForm::of),
            provision: provision.map(ProvisionForm::of),
            observation_days: unless(*observation_days, absent.observation_days, u32::from),
            accrual_postings: unless(*accrual_postings, absent.accrual_postings, |word| word.to_string()),
            vat: vat.map(|vat| vat.to_string()),
            ..LoanForm::default()
        }
    }
}

impl PenaltyForm {
    fn read(&self) -> Result<Penalty> {
        let mark_up = required(self.mark_up.as_ref(), "penalty.mark_up", "a share of the contract rate")?;
        let compound = |form: &CompoundForm| {
            Ok(Compound {
                rate: read_or(form.rate.as_ref(), "penalty.compound.rate", CompoundRate::Penalty)?,
                base: read_or(form.base.as_ref(), "penalty.compound.base", CompoundBase::Interest)?,
            })
        };
        Ok(Penalty {
            mark_up: read(mark_up, "penalty.mark_up")?,
            compound: self.compound.as_ref().map(compound).transpose()?,
        })
    }

    fn of(penalty: Penalty) -> PenaltyForm {
        let compound = |compound: Compound| CompoundForm {
            rate: Some(compound.rate.to_string()),
            base: Some(compound.base.to_string()),
        };
        PenaltyForm { mark_up: Some(penalty.mark_up.to_string()), compound: penalty.compound.map(compound) }
    }
}

impl AllocationForm {
    fn read(&self) -> Result<AllocationOrder> {
        let order = required(self.order.as_ref(), "allocation.order", "the five parts, first to last")?;
        let by = required(self.by.as_ref(), "allocation.by", "instalment or part")?;
        let part = |(place, word): (usize, &String)| {
            word.parse::<Part>().map_err(|error| error.at(format!("allocation.order[{place}]")))
        };
        let parts = order.iter().enumerate().map(part).collect::<Result<Vec<_>>>()?;
        AllocationOrder::new(
            exactly(&parts, "allocation.order", "parts")?,
            read::<AllocateBy>(by, "allocation.by")?,
        )
        .map_err(|error| error.at("allocation.order"))
    }

    fn of(order: AllocationOrder) -> AllocationForm {
        AllocationForm {
            order: Some(order.parts().map(|part| part.to_string()).to_vec()),
            by: Some(order.by().to_string()),
        }
    }
}

impl PayerForm {
    fn read(&self, allocation: AllocationOrder, excess_payment: ExcessPayment) -> Result<PayerRules> {
        let payer = required(self.payer.as_ref(), "payer", "who pays")?;
        let own = self.allocation.as_ref().map(AllocationForm::read).transpose()?;
        Ok(PayerRules {
            payer: read::<Payer>(payer, "payer")?,
            allocation: own.unwrap_or(allocation),
            excess_payment: read_or(self.money_ahead.as_ref(), "money_ahead", excess_payment)?,
        })
    }

    fn of(rules: PayerRules, allocation: AllocationOrder, excess_payment: ExcessPayment) -> PayerForm {
        PayerForm {
            payer: Some(rules.payer.to_string()),
            allocation: unless(rules.allocation, allocation, AllocationForm::of),
            money_ahead: unless(rules.excess_payment, excess_payment, |word| word.to_string()),
        }
    }
}

impl NonAccrualForm {
    fn read(&self) -> Result<NonAccrual> {
        let allocation = self.allocation.as_ref().map(AllocationForm::read).transpose();
        Ok(NonAccrual {
            from: required(self.from, "non_accrual.from", "a number of days past due")?,
            allocation: allocation.map_err(|error| error.within("non_accrual"))?,
        })
    }

    fn of(non_accrual: NonAccrual) -> NonAccrualForm {
        NonAccrualForm {
            from: Some(non_accrual.from),
            allocation: non_accrual.allocation.map(AllocationForm::of),
        }
    }
}

impl PrepaymentForm {
    fn read(&self, absent: PrepaymentRules) -> Result<PrepaymentRules> {
        Ok(PrepaymentRules {
            interest: read_or(self.interest.as_ref(), "prepayment.interest", absent.interest)?,
            fee: read_or(self.fee.as_ref(), "prepayment.fee", absent.fee)?,
        })
    }

    fn of(rules: PrepaymentRules) -> PrepaymentForm {
        PrepaymentForm { interest: Some(rules.interest.to_string()), fee: Some(rules.fee.to_string()) }
    }
}

impl LadderForm {
    fn read(&self) -> Result<Dated<Ladder>> {
        let ladder = |days: &[u32]| Ladder::new(exactly(days, "ladder", "days past due")?);
        match self {
            LadderForm::Named(name) if name == CN_2023 => Ok(Ladder::cn_by_days_past_due()),
            LadderForm::Named(name) => {
                let bound = format!("{CN_2023}, or four days past due");
                Err(Error::new(ErrorCode::UnknownValue, "ladder", quoted(name), bound))
            }
            LadderForm::Always(days) => ladder(days).map(Dated::always),
            LadderForm::Versions(versions) => {
                let version = |(place, version): (usize, &LadderVersionForm)| {
                    let at = |error: Error, key: &str| error.at(format!("ladder[{place}].{key}"));
                    Ok((
                        parse_date(&version.from, "from").map_err(|error| at(error, "from"))?,
                        ladder(&version.days).map_err(|error| at(error, "days"))?,
                    ))
                };
                let versions = versions.iter().enumerate().map(version).collect::<Result<Vec<_>>>()?;
                Dated::new(versions).map_err(|error| error.at("ladder"))
            }
        }
    }

    fn of(ladder: &Dated<Ladder>) -> LadderForm {
        if *ladder == Ladder::cn_by_days_past_due() {
            return LadderForm::Named(CN_2023.to_owned());
        }
        if let [(_, only)] = ladder.versions()
            && *ladder == Dated::always(*only)
        {
            return LadderForm::Always(only.first_days().to_vec());
        }
        // To write one of them as if it always held would change the class of other days.
        let version = |(from, ladder): &(_, Ladder)| LadderVersionForm {
            from: chrono::NaiveDate::to_string(from),
            days: ladder.first_days().to_vec(),
        };
        LadderForm::Versions(ladder.versions().iter().map(version).collect())
    }
}

impl ProvisionForm {
    fn read(&self) -> Result<ProvisionRates> {
        let shares = match self {
            ProvisionForm::Named(name) if name == CN_2002 => return Ok(ProvisionRates::cn_2002()),
            ProvisionForm::Named(name) => {
                let bound = format!("{CN_2002}, or five shares of the balance");
                return Err(Error::new(ErrorCode::UnknownValue, "provision", quoted(name), bound));
            }
            ProvisionForm::Shares(shares) => shares,
        };
        let share = |(place, share): (usize, &String)| {
            let share = share.parse::<Share>().map_err(|error| error.at(format!("provision[{place}]")))?;
            Ok(share.fraction())
        };
        let shares = shares.iter().enumerate().map(share).collect::<Result<Vec<_>>>()?;
        ProvisionRates::new(exactly(&shares, "provision", "shares")?).map_err(|error| error.at("provision"))
    }

    fn of(rates: ProvisionRates) -> ProvisionForm {
        if rates == ProvisionRates::cn_2002() {
            return ProvisionForm::Named(CN_2002.to_owned());
        }
        ProvisionForm::Shares(rates.shares().map(|share| share.normalize().to_string()).to_vec())
    }
}
