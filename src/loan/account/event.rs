//! What happened to a loan.

use chrono::NaiveDate;

use crate::loan::agreement::payer::Payer;
use crate::loan::relief::Relief;
use crate::money::Money;
use crate::rate::Rate;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a prepayment does to the instalments that remain.
    pub enum Prepayment("how", PUHUI_PREPAYMENT) {
        /// The term stays; the instalments are found again.
        KeepTerm = "keep_term",
        /// The instalments stay; the last ones fall away.
        KeepInstalment = "keep_instalment",
        /// Nothing remains 提前结清.
        Settle = "settle",
    }
}

/// Something that happened to a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its number: unique in the replay of the loan, in the order of booking.
    pub no: u64,
    /// The value date 起息日: the day from which it counts.
    pub on: NaiveDate,
    /// The day it was booked 入账日; not before `on`, but for a change of terms on a product whose
    /// [`changes_ahead`](crate::loan::Servicing::changes_ahead) says so.
    pub booked_on: NaiveDate,
    /// What happened.
    pub what: EventKind,
}

/// What can happen to a loan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A tranche was paid out 放款. A loan without any is paid out in full on the day of its terms.
    Disbursed(Money),
    /// Somebody paid 还款.
    Repaid {
        /// The amount.
        amount: Money,
        /// Who paid.
        payer: Payer,
    },
    /// Somebody paid ahead of time 提前还款.
    Prepaid {
        /// The amount.
        amount: Money,
        /// Who paid.
        payer: Payer,
        /// What becomes of the instalments that remain.
        how: Prepayment,
    },
    /// Another rate holds from this day on 利率调整, until a step that the contract names for a later day.
    RateReset(Rate),
    /// A relief was granted; its `granted_on` is the value date.
    Relief(Box<Relief>),
    /// No interest is earned from the value date to this day, both included 停息. Penalty and compound interest on what is
    /// overdue go on: a relief ends those.
    InterestPaused {
        /// The last day without interest.
        until: NaiveDate,
    },
    /// So much of the interest that was billed, of penalty and of compound interest to the day, is not owed any more 免息: in
    /// the order in which a payment would settle them.
    InterestWaived(Money),
    /// The instalment that is due on the value date falls due on another day; those after it follow from that day, a cycle
    /// apart, and payments stay.
    DueDateMoved {
        /// The new due date.
        to: NaiveDate,
    },
    /// Arrears and all that remains fall due in new instalments.
    ReAged {
        /// Their number.
        instalments: u16,
        /// The due date of the first.
        first_due_on: NaiveDate,
    },
    /// Arrears fall due with the instalments that remain, which are found again. Without arrears the loan is under no observation
    /// for it.
    ReAmortised,
    /// A fee, due at once. No instalment is short for want of it, whatever its day.
    FeeCharged(Money),
    /// So much of the fees that were billed is not owed any more.
    FeeWaived(Money),
    /// The proceeds of another loan repaid this one 续贷: at least the pay-off of the day as it is when the event acts, its interest to
    /// the day included.
    Renewed {
        /// The amount.
        amount: Money,
        /// The host's number of the other loan.
        by: u64,
    },
    /// An earlier event never was 冲正.
    Reversed {
        /// The number of that event.
        no: u64,
    },
    /// All that is outstanding is written off 核销, once credit that is held has settled what it can of it; the class is loss. Of a
    /// loan that is not accrued, what stood off the balance sheet is neither income nor loss.
    ChargedOff,
    /// Something came back after the loan was charged off 核销后收回.
    Recovered(Money),
    /// The guarantor paid 代偿.
    GuaranteePaid(Money),
    /// The account is closed 销户.
    Closed,
}

impl EventKind {
    /// The spelling of the wire form.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            EventKind::Disbursed(_) => "disbursed",
            EventKind::Repaid { .. } => "repaid",
            EventKind::Prepaid { .. } => "prepaid",
            EventKind::RateReset(_) => "rate_reset",
            EventKind::Relief(_) => "relief",
            EventKind::InterestPaused { .. } => "interest_paused",
            EventKind::InterestWaived(_) => "interest_waived",
            EventKind::DueDateMoved { .. } => "due_date_moved",
            EventKind::ReAged { .. } => "re_aged",
            EventKind::ReAmortised => "re_amortised",
            EventKind::FeeCharged(_) => "fee_charged",
            EventKind::FeeWaived(_) => "fee_waived",
            EventKind::Renewed { .. } => "renewed",
            EventKind::Reversed { .. } => "reversed",
            EventKind::ChargedOff => "charged_off",
            EventKind::Recovered(_) => "recovered",
            EventKind::GuaranteePaid(_) => "guarantee_paid",
            EventKind::Closed => "closed",
        }
    }

    /// Whether it changes the terms: such events act before what falls due on their day.
    #[must_use]
    pub const fn changes_terms(&self) -> bool {
        matches!(
            self,
            EventKind::RateReset(_)
                | EventKind::Relief(_)
                | EventKind::InterestPaused { .. }
                | EventKind::DueDateMoved { .. }
                | EventKind::ReAged { .. }
                | EventKind::ReAmortised
        )
    }

    /// Whether an account takes it in some states and not in others, though nothing ended it.
    pub(crate) const fn depends_on_state(&self) -> bool {
        let always = matches!(
            self,
            EventKind::Repaid { .. }
                | EventKind::GuaranteePaid(_)
                | EventKind::FeeCharged(_)
                | EventKind::InterestPaused { .. }
        );
        !always && !self.is_reversal()
    }

    pub(crate) const fn is_reversal(&self) -> bool {
        matches!(self, EventKind::Reversed { .. })
    }

    /// Whether there are events that an account does not take after it.
    pub(crate) const fn ends(&self) -> bool {
        matches!(
            self,
            EventKind::Closed
                | EventKind::ChargedOff
                | EventKind::Renewed { .. }
                | EventKind::Prepaid { how: Prepayment::Settle, .. }
        )
    }

    /// The amount, and the name of its field.
    pub(crate) const fn amount(&self) -> Option<(&'static str, Money)> {
        match self {
            EventKind::Disbursed(amount)
            | EventKind::Repaid { amount, .. }
            | EventKind::Prepaid { amount, .. }
            | EventKind::InterestWaived(amount)
            | EventKind::FeeCharged(amount)
            | EventKind::FeeWaived(amount)
            | EventKind::Renewed { amount, .. }
            | EventKind::Recovered(amount)
            | EventKind::GuaranteePaid(amount) => Some((self.as_str(), *amount)),
            _ => None,
        }
    }
}
