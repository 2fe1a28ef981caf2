//! How loans of a kind are serviced: what arrears cost, what a payment settles first, what the ledger books when.

use crate::class::{Ladder, ProvisionRates};
use crate::dated::Dated;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::allocation::AllocationOrder;
use crate::loan::agreement::payer::Payer;
use crate::money::Money;
use crate::share::Share;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What contract interest is earned on.
    pub enum InterestOn("interest_on", PUHUI_INTEREST_ON) {
        /// On what is really outstanding: principal paid ahead of time earns no more, overdue principal that pays no penalty
        /// goes on earning. The usual rule.
        Outstanding = "outstanding",
        /// On the plan: an instalment paid early or late changes no interest.
        Plan = "plan",
    }
}

vocabulary! {
    /// What happens to money that comes before anything is due.
    pub enum ExcessPayment("money_ahead", PUHUI_MONEY_AHEAD) {
        /// It is credit of the borrower 溢缴款, and settles what falls due next. The usual rule.
        Hold = "hold",
        /// It settles the next instalments.
        Next = "next",
        /// It repays principal at once; the instalments stay, the last ones fall away.
        Last = "last",
        /// It repays principal at once; the instalments that remain are found again.
        ReAmortise = "re_amortise",
        /// It settles instalments ahead, the first one first: each asks for its interest to the day and its principal, and
        /// keeps its payment; a payment of that day on it is no longer due.
        SettleNext = "settle_next",
        /// The same, the last one first.
        SettleLast = "settle_last",
        /// The same: the running instalment, then the last one first.
        SettleNextLast = "settle_next_last",
        /// The same, all of them in equal parts.
        SettleEvenly = "settle_evenly",
    }
}

impl ExcessPayment {
    /// Whether it settles instalments that stay as they are.
    pub(crate) const fn settles_instalments(self) -> bool {
        use ExcessPayment::{SettleEvenly, SettleLast, SettleNext, SettleNextLast};
        matches!(self, SettleNext | SettleLast | SettleNextLast | SettleEvenly)
    }
}

vocabulary! {
    /// How long overdue principal goes on earning contract interest, where it pays no penalty.
    pub enum OverdueEarns("overdue_earns", PUHUI_OVERDUE_EARNS) {
        /// To the day it is paid. The usual rule.
        ToDay = "to_day",
        /// To the due date that follows the day it is paid.
        ToNextDue = "to_next_due",
        /// Not at all.
        Never = "never",
    }
}

vocabulary! {
    /// To which day a payment that pays off the loan pays interest.
    pub enum PayOffTo("pay_off_to", PUHUI_PAY_OFF_TO) {
        /// To its own day. The usual rule.
        Day = "day",
        /// To the next due date: a payment that covers the pay-off of that date counts as made on it.
        NextDue = "next_due",
    }
}

vocabulary! {
    /// From which day a change of terms acts on interest.
    pub enum ChangesFrom("changes_from", PUHUI_CHANGES_FROM) {
        /// From its value date. The usual rule.
        Day = "day",
        /// From the day before. An interest pause still begins with a period that begins on that day, and so ends a day
        /// before its last day.
        DayBefore = "day_before",
    }
}

vocabulary! {
    /// Which interest a prepayment settles, before its principal.
    pub enum PrepaymentInterest("prepayment.interest", PUHUI_PREPAYMENT_INTEREST) {
        /// All that has been earned to the day. The usual rule.
        AllAccrued = "all_accrued",
        /// What the prepaid part has earned since its period began.
        OnPrepaid = "on_prepaid",
        /// All to the next due date, nothing on a due date itself. What it settled is final: a later rate or pause touches the rest
        /// alone. A prepayment of all asks for the pay-off of the day, whatever the rule.
        ToNextDue = "to_next_due",
    }
}

vocabulary! {
    /// The rate that compound interest runs at.
    pub enum CompoundRate("penalty.compound.rate", PUHUI_COMPOUND_RATE, none: "There is no compound interest.") {
        /// The penalty rate.
        Penalty = "penalty",
        /// The contract rate until the last due date, the penalty rate from then on.
        ContractUntilMaturity = "contract_until_maturity",
    }
}

vocabulary! {
    /// What compound interest runs on.
    pub enum CompoundBase("penalty.compound.base", PUHUI_COMPOUND_BASE, none: "There is no compound interest.") {
        /// Interest that was billed and is unpaid.
        Interest = "interest",
        /// Interest and penalty interest that were billed and are unpaid.
        InterestAndPenalty = "interest_and_penalty",
    }
}

vocabulary! {
    /// When interest that has been earned is booked.
    pub enum AccrualPostings("accrual_postings", PUHUI_ACCRUAL_POSTINGS) {
        /// At the end of each day.
        Daily = "daily",
        /// At the end of each month, and when it is billed.
        MonthEnd = "month_end",
        /// When it is billed. The usual rule.
        WhenBilled = "when_billed",
    }
}

/// What overdue principal and unpaid interest pay instead of the contract rate, from the due date on.
///
/// The penalty rate 罚息利率 is the contract rate x (1 + mark-up), exact; it follows every change of the contract rate. Where
/// the contract's interest of the instalment runs on beyond its due date, as with
/// [`AccrualEnds::DayAfter`](crate::loan::AccrualEnds::DayAfter), the penalty begins on the day it ends: no day costs both. At a
/// contract rate below zero there is no penalty.
///
/// # Rounding
///
/// Penalty and compound interest are exact from the due date on, and are billed as running totals, rounded by the product's
/// rounding: on each due date, and to the day with a payment that reaches them.
///
/// # Source
///
/// 银发〔2003〕251号: overdue loans pay the contract rate and 30 % to 50 % more, misused ones 50 % to 100 % more. The mark-up is
/// the contract's, not a constant here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Penalty {
    /// By how much the penalty rate is above the contract rate, as a share of it: 0.50 is half as much again. Not below 0.
    pub mark_up: Share,
    /// Compound interest 复利 on unpaid interest. None: there is none.
    pub compound: Option<Compound>,
}

/// Compound interest (复利). It does not itself compound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compound {
    /// The rate.
    pub rate: CompoundRate,
    /// What it runs on.
    pub base: CompoundBase,
}

/// When a loan is no longer accrued (非应计).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonAccrual {
    /// The number of days past due from which a loan is no longer accrued, 1 or more; usually 90 or 91.
    pub from: u32,
    /// The order of settling while it lasts. None: the same as before.
    pub allocation: Option<AllocationOrder>,
}

/// What is different for the money of one payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayerRules {
    /// Who pays.
    pub payer: Payer,
    /// The order in which the payment settles what is owed.
    pub allocation: AllocationOrder,
    /// What happens to money ahead of time.
    pub excess_payment: ExcessPayment,
}

/// How a prepayment is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrepaymentRules {
    /// The interest that it settles first.
    pub interest: PrepaymentInterest,
    /// The fee, as a share of the principal prepaid: 0 to 1, rounded once by the product's rounding.
    pub fee: Share,
}

/// How loans of a kind are serviced. Every number is the product's; what is absent is not done. Each field is an option that a
/// product chooses by itself, under its key of the wire form; what only has meaning together is one field, such as [`Penalty`].
///
/// Out of their range, numbers are refused by [`Product::new`](crate::loan::Product::new).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Servicing {
    /// What contract interest is earned on.
    pub interest_on: InterestOn,
    /// An instalment that is short by no more than this, in minor units, is not past due. Not below 0.
    pub past_due_threshold: Money,
    /// Days after the due date within which an instalment is neither past due nor charged a penalty (宽限期). At most 365.
    pub grace_days: u16,
    /// What arrears pay beyond the contract. None: nothing.
    pub penalty: Option<Penalty>,
    /// The order in which payments settle what is owed.
    pub allocation: AllocationOrder,
    /// When a loan is no longer accrued. None: never.
    pub non_accrual: Option<NonAccrual>,
    /// What happens to money ahead of time.
    pub excess_payment: ExcessPayment,
    /// The order and the rule for money of some payers. Empty: all money is treated alike.
    pub payers: Vec<PayerRules>,
    /// How long overdue principal goes on earning contract interest, where it pays no penalty.
    pub overdue_earns: OverdueEarns,
    /// To which day a payment that pays off the loan pays interest.
    pub pay_off_to: PayOffTo,
    /// From which day a change of terms acts on interest.
    pub changes_from: ChangesFrom,
    /// Whether a change of terms that was booked shows in the instalments ahead before its value date.
    pub changes_ahead: bool,
    /// How a prepayment is settled.
    pub prepayment: PrepaymentRules,
    /// The class by days past due. None: loans have no class.
    pub ladder: Option<Dated<Ladder>>,
    /// What is provided for, by class. None: nothing.
    pub provision: Option<ProvisionRates>,
    /// The number of days after arrears were rescheduled for which a loan is at least of special mention, and substandard if
    /// it falls past due again. At most 3,660.
    pub observation_days: u16,
    /// When interest that has been earned is booked.
    pub accrual_postings: AccrualPostings,
    /// The value-added tax in interest and fee income, 0 to 1: 0.06 is 6 % on top of what is net; gross x 0.06 / 1.06 of an income so
    /// far is tax, rounded once. None: it is not split off.
    pub vat: Option<Share>,
}

impl Default for Servicing {
    /// No penalty, no class, no tax; payments settle fee, penalty, compound interest, interest and principal of the oldest
    /// instalment first, and are held if nothing is due.
    fn default() -> Servicing {
        Servicing {
            interest_on: InterestOn::Outstanding,
            past_due_threshold: Money::ZERO,
            grace_days: 0,
            penalty: None,
            allocation: AllocationOrder::default(),
            non_accrual: None,
            excess_payment: ExcessPayment::Hold,
            payers: Vec::new(),
            overdue_earns: OverdueEarns::ToDay,
            pay_off_to: PayOffTo::Day,
            changes_from: ChangesFrom::Day,
            changes_ahead: false,
            prepayment: PrepaymentRules { interest: PrepaymentInterest::AllAccrued, fee: Share::ZERO },
            ladder: None,
            provision: None,
            observation_days: 0,
            accrual_postings: AccrualPostings::WhenBilled,
            vat: None,
        }
    }
}

impl Servicing {
    /// The longest days of grace.
    pub const MAX_GRACE_DAYS: u16 = 365;
    /// The longest observation.
    pub const MAX_OBSERVATION_DAYS: u16 = 3_660;

    pub(crate) fn check(&self) -> Result<()> {
        let out_of_range = |field: &'static str, value: &dyn std::fmt::Display, bound: String| {
            Err(Error::new(ErrorCode::OutOfRange, field, value, bound))
        };
        let (most, longest) = (Servicing::MAX_GRACE_DAYS, Servicing::MAX_OBSERVATION_DAYS);
        if self.past_due_threshold < Money::ZERO {
            return out_of_range("past_due_threshold", &self.past_due_threshold.minor(), "0 or more".into());
        }
        if self.grace_days > most {
            return out_of_range("grace_days", &self.grace_days, format!("at most {most}"));
        }
        if self.observation_days > longest {
            return out_of_range("observation_days", &self.observation_days, format!("at most {longest}"));
        }
        if let Some(penalty) = self.penalty
            && penalty.mark_up < Share::ZERO
        {
            return out_of_range("penalty.mark_up", &penalty.mark_up, "0 or more".into());
        }
        for (place, rules) in self.payers.iter().enumerate() {
            if self.payers.iter().take(place).any(|before| before.payer == rules.payer) {
                let field = format!("payers[{place}].payer");
                return Err(Error::new(ErrorCode::Contradiction, field, rules.payer, "each payer once"));
            }
        }
        if let Some(NonAccrual { from: 0, .. }) = self.non_accrual {
            return out_of_range("non_accrual.from", &0, "1 or more days past due".into());
        }
        for (field, share) in [("prepayment.fee", Some(self.prepayment.fee)), ("vat", self.vat)] {
            if let Some(share) = share
                && !(Share::ZERO..=Share::ONE).contains(&share)
            {
                return out_of_range(field, &share, "0 to 1".into());
            }
        }
        Ok(())
    }
}
