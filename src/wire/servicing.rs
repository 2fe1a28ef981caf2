//! The wire form of how loans are serviced: keys of the loan itself, and the objects that some of them hold.

use crate::class::{Ladder, ProvisionRates};
use crate::dated::Dated;
use crate::error::{Error, Result};
use crate::loan::agreement::allocation::{AllocateBy, AllocationOrder, Part};
use crate::loan::agreement::payer::Payer;
use crate::loan::agreement::servicing::{
    AccrualPostings, ChangesFrom, Compound, CompoundBase, CompoundRate, ExcessPayment, InterestOn,
    NonAccrual, OverdueEarns, PayOffTo, PayerRules, Penalty, PrepaymentInterest, PrepaymentRules, Servicing,
};
use crate::money::{Currency, Money};
use crate::share::Share;
use crate::wire::form::{Wire, form, required};
use crate::wire::text::{exactly, read};

form! {
    /// How a loan is serviced: keys that stand among those of the loan, a field for each. What is as it would be without its key is
    /// not written.
    pub(crate) struct ServicingForm of Servicing, servicing_keys {
        /// What contract interest is earned on, a word of [`InterestOn`](crate::loan::InterestOn). None: on what is outstanding.
        interest_on: InterestOn => usual(),
        /// An instalment that is short by no more than this amount is not past due. None: by nothing.
        past_due_threshold: Money => usual(),
        /// Days after the due date within which an instalment is neither past due nor charged a penalty, at most 365. None: none.
        grace_days: u16 => usual(),
        /// What arrears pay beyond the contract: `{"mark_up": "0.50", "compound": {"rate": "penalty", "base": "interest"}}`, with words of
        /// [`CompoundRate`](crate::loan::CompoundRate) and [`CompoundBase`](crate::loan::CompoundBase). None: nothing.
        penalty: Option<Penalty> => usual(),
        /// The order in which payments settle what is owed: `{"order": ["fee", "penalty", "compound", "interest", "principal"], "by":
        /// "instalment"}`, with each [`Part`](crate::loan::Part) once, and a word of [`AllocateBy`](crate::loan::AllocateBy). None: that one.
        allocation: AllocationOrder => usual(),
        /// The number of days past due from which a loan is no longer accrued, and what payments settle then: `{"from": 91, "allocation": {..}}`, the
        /// order as in `allocation`. None: never.
        non_accrual: Option<NonAccrual> => usual(),
        /// What happens to money that comes before anything is due, a word of [`ExcessPayment`](crate::loan::ExcessPayment). None: it is held.
        excess_payment as money_ahead: ExcessPayment => usual(),
        /// What is different for the money of some payers, each once: `[{"payer": "guarantor", "allocation": {..}, "money_ahead": "last"}]`,
        /// the payer a word of [`Payer`](crate::loan::Payer). None: nothing.
        payers: Vec<PayerForm> => by_hand(|forms| read_payers(forms, allocation, excess_payment), write_payers),
        /// How long overdue principal goes on earning contract interest, where it pays no penalty, a word of
        /// [`OverdueEarns`](crate::loan::OverdueEarns). None: to the day it is paid.
        overdue_earns: OverdueEarns => usual(),
        /// To which day a payment that pays off the loan pays interest, a word of [`PayOffTo`](crate::loan::PayOffTo). None: to its own.
        pay_off_to: PayOffTo => usual(),
        /// From which day a change of terms acts on interest, a word of [`ChangesFrom`](crate::loan::ChangesFrom). None: from its value date.
        changes_from: ChangesFrom => usual(),
        /// Whether a change of terms that was booked shows in the instalments ahead before its value date. None: it does not.
        changes_ahead: bool => usual(),
        /// How a prepayment is settled: `{"interest": "all_accrued", "fee": "0.01"}`, a word of
        /// [`PrepaymentInterest`](crate::loan::PrepaymentInterest) and a share of the principal prepaid. None: with all accrued interest,
        /// without a fee.
        prepayment: PrepaymentRules => usual(),
        /// The class by days past due: `"cn_2023"`, the first days past due of the classes from special mention to loss such as
        /// `[1, 91, 271, 361]`, or such lists by their first day, `[{"from": "2023-07-01", "days": [..]}]`. None: loans have no class.
        ladder: Option<Dated<Ladder>> => usual(),
        /// What is provided for, by class: `"cn_2002"`, or the five shares of the balance from normal to loss. None: nothing.
        provision: Option<ProvisionRates> => usual(),
        /// Days of observation after arrears were rescheduled, at most 3,660. None: none.
        observation_days: u16 => usual(),
        /// When interest that has been earned is booked, a word of [`AccrualPostings`](crate::loan::AccrualPostings). None: when it is billed.
        accrual_postings: AccrualPostings => usual(),
        /// The value-added tax in interest and fee income, `"0.06"` for 6 % on top of what is net. None: it is not split off.
        vat: Option<Share> => usual(),
    }
}

form! {
    /// What arrears pay beyond the contract.
    pub(crate) struct PenaltyForm of Penalty {
        /// By how much the penalty rate is above the contract rate, as a share of it. Required.
        mark_up: Share => required("a share of the contract rate"),
        /// Compound interest. None: there is none.
        compound: Option<Compound> => or(None),
    }
}

form! {
    /// Compound interest.
    pub(crate) struct CompoundForm of Compound {
        /// The rate that it runs at. None: the penalty rate.
        rate: CompoundRate => or(CompoundRate::Penalty),
        /// What it runs on. None: interest.
        base: CompoundBase => or(CompoundBase::Interest),
    }
}

form! {
    /// When a loan is no longer accrued.
    pub(crate) struct NonAccrualForm of NonAccrual {
        /// The number of days past due from which the loan is not accrued. Required.
        from: u32 => required("a number of days past due"),
        /// The order of settling while it lasts. None: the same as before.
        allocation: Option<AllocationOrder> => or(None),
    }
}

form! {
    /// How a prepayment is settled.
    pub(crate) struct PrepaymentForm of PrepaymentRules {
        /// The interest that it settles first. None: all that has accrued.
        interest: PrepaymentInterest => or(Servicing::default().prepayment.interest),
        /// The fee, as a share of the principal prepaid. None: there is none.
        fee: Share => or(Servicing::default().prepayment.fee),
    }
}

form! {
    /// An order of settling.
    pub(crate) struct AllocationForm {
        /// The five parts, the first to be settled first. Required.
        order: Vec<String>,
        /// Whether instalments or parts go first. Required.
        by: String,
    }
}

impl Wire for AllocationOrder {
    type Text = AllocationForm;

    fn read(form: &AllocationForm, key: &'static str, _: Currency) -> Result<AllocationOrder> {
        form.read().map_err(|error| error.within(key))
    }

    fn write(&self, _: Currency) -> Option<AllocationForm> {
        Some(AllocationForm::of(*self))
    }
}

impl AllocationForm {
    fn read(&self) -> Result<AllocationOrder> {
        let order = required(self.order.as_ref(), "order", "the five parts, first to last")?;
        let by = required(self.by.as_ref(), "by", "instalment or part")?;
        let part = |(place, word): (usize, &String)| {
            word.parse::<Part>().map_err(|error| error.at(format!("order[{place}]")))
        };
        let parts = order.iter().enumerate().map(part).collect::<Result<Vec<_>>>()?;
        AllocationOrder::new(exactly(&parts, "order", "parts")?, read::<AllocateBy>(by, "by")?)
            .map_err(|error| error.at("order"))
    }

    fn of(order: AllocationOrder) -> AllocationForm {
        let parts = order.parts().map(|part| part.to_string()).to_vec();
        AllocationForm { order: Some(parts), by: Some(order.by().to_string()) }
    }
}

form! {
    /// What is different for the money of one payer: what is as with everybody is left out.
    pub(crate) struct PayerForm {
        /// Who pays. Required.
        payer: String,
        /// The order of settling. None: that of the loan.
        allocation: AllocationForm,
        /// What happens to money ahead of time. None: what happens to that of everybody.
        money_ahead: String,
    }
}

/// Reads the rules of payers; `allocation` and `excess_payment` are those of everybody.
fn read_payers(
    forms: Option<&Vec<PayerForm>>,
    allocation: AllocationOrder,
    excess_payment: ExcessPayment,
) -> Result<Vec<PayerRules>> {
    let rules = |form: &PayerForm| {
        let own =
            form.allocation.as_ref().map(|form| form.read().map_err(|error| error.within("allocation")));
        let ahead = form.money_ahead.as_ref().map(|word| read(word, "money_ahead"));
        Ok(PayerRules {
            payer: read::<Payer>(required(form.payer.as_ref(), "payer", "who pays")?, "payer")?,
            allocation: own.transpose()?.unwrap_or(allocation),
            excess_payment: ahead.transpose()?.unwrap_or(excess_payment),
        })
    };
    let at = |place: usize| move |error: Error| error.within(&format!("payers[{place}]"));
    let forms = forms.into_iter().flatten().enumerate();
    forms.map(|(place, form)| rules(form).map_err(at(place))).collect()
}

fn write_payers(servicing: &Servicing) -> Option<Vec<PayerForm>> {
    let form = |rules: &PayerRules| PayerForm {
        payer: Some(rules.payer.to_string()),
        allocation: (rules.allocation != servicing.allocation).then(|| AllocationForm::of(rules.allocation)),
        money_ahead: (rules.excess_payment != servicing.excess_payment)
            .then(|| rules.excess_payment.to_string()),
    };
    let forms: Vec<PayerForm> = servicing.payers.iter().map(form).collect();
    (!forms.is_empty()).then_some(forms)
}
