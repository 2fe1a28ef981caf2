//! What loans of a kind share.

use crate::calendar::{BusinessDays, Cycle, DayCount, MissingDay};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::servicing::{ExcessPayment, Servicing};
use crate::money::{Currency, Money, Rounding};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// How the level payment of an annuity is found.
    pub enum LevelPayment("level_payment", PUHUI_LEVEL_PAYMENT) {
        /// From the interest that the day count will really charge: P / sum of the discount factors of the
        /// periods. The usual rule.
        Exact = "exact",
        /// By the usual formula of 等额本息, rate x months / 12 for every period, whatever the day count charges.
        Nominal = "nominal",
    }
}

vocabulary! {
    /// What a first period longer or shorter than the others does to the payment.
    pub enum FirstPeriod("first_period", PUHUI_FIRST_PERIOD) {
        /// The payment is level, the first one included. The usual rule.
        Inside = "inside",
        /// The payment is that of a regular first period; the first one is higher (lower) by the interest of the days
        /// that the period has more (fewer).
        OnTop = "on_top",
    }
}

vocabulary! {
    /// Whether the due date's own balance still counts in the period that it ends.
    pub enum AccrualEnds("accrual_ends", PUHUI_ACCRUAL_ENDS) {
        /// Head counted, tail not 算头不算尾: the due date belongs to the next period. The usual rule.
        OnDueDate = "on_due_date",
        /// The settlement day belongs to the period that it ends, as banks settle on the 20th; the next period starts a
        /// day later. The last period still ends on the maturity.
        DayAfter = "day_after",
    }
}

vocabulary! {
    /// When a level payment is found again because the rate changes.
    pub enum Reamortise("relevel", PUHUI_RELEVEL) {
        /// With the first period that begins on or after a change, at the rate then in force. The usual rule.
        AtChange = "at_change",
        /// Never: it is found once, over all the steps that are known.
        Once = "once",
        /// Over all the steps that are known, as with the word before, and again when the rate is reset or the term extended, from the period
        /// in which that lies.
        Running = "running",
    }
}

vocabulary! {
    /// What interest is counted on.
    pub enum InterestBase("interest_base", PUHUI_INTEREST_BASE) {
        /// The balance outstanding. The usual rule.
        Outstanding = "outstanding",
        /// All that was paid out, whatever was repaid since: flat interest 等本等息.
        FlatOnOriginal = "disbursed",
        /// The same, and the interest of all instalments together is rounded once: each bills its own, rounded, and the last what is
        /// left.
        FlatInTotal = "disbursed_in_total",
    }
}

impl InterestBase {
    /// Whether interest is flat.
    pub(crate) fn is_flat(self) -> bool {
        self != InterestBase::Outstanding
    }
}

vocabulary! {
    /// What becomes of the interest that a payment does not cover, where the method fixes payments: in a schedule, under reliefs and
    /// in an account.
    pub enum UnpaidInterest("interest_cap", PUHUI_INTEREST_CAP) {
        /// It is billed with the rest of its period: the principal of the payment is below zero, which is refused unless negative
        /// amortisation is allowed. The usual rule.
        Billed = "none",
        /// It earns nothing and is billed with the next instalments, ahead of their principal: no more is billed than the payment,
        /// save by the last instalment, which bills all that is left. A relief acts on what a row bills. Where more principal was
        /// settled ahead than falls due, no more interest than was settled with it.
        Carried = "payment",
    }
}

vocabulary! {
    /// From when a tranche earns.
    pub enum TrancheEarns("tranche_earns", PUHUI_TRANCHE_EARNS) {
        /// From the day it is paid out. The usual rule.
        FromDay = "from_day",
        /// From the first day of the period in which it is paid out.
        WholePeriod = "whole_period",
    }
}

/// Instalments at the start of a loan that repay nothing yet (宽限期).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grace {
    /// The number of first instalments that repay no principal.
    pub principal: u16,
    /// The number of first instalments, at most `principal`, that pay no interest either: it is rounded at each due date, earns
    /// nothing and is paid with the instalment after them.
    pub interest: u16,
    /// The interest deferred is not paid but joins the balance on the due date of the last instalment without interest.
    pub capitalised: bool,
}

/// The rules that loans of a kind share, to be checked by [`Product::new`].
///
/// Every field that changes money is named; the ones that [`ProductRules::new`] does not ask for start at what their
/// documentation calls none or the default of the wire form. The fields are the options of the field's contracts, each chosen by
/// itself; those of a life after the disbursement stand apart, in [`Servicing`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProductRules {
    /// The currency of every amount.
    pub currency: Currency,
    /// How loans are repaid.
    pub method: Method,
    /// How days become a fraction of a year.
    pub day_count: DayCount,
    /// How every rounded figure is rounded.
    pub rounding: Rounding,
    /// From one due date to the next. None where the method has no cycle: a bullet at a maturity, a plan of its own dates.
    pub every: Option<Cycle>,
    /// What happens to a due day that a month does not have.
    pub missing_day: MissingDay,
    /// With a maturity: a broken last period is merged into the one before it, instead of standing alone.
    pub long_last: bool,
    /// How the level payment is found.
    pub level_payment: LevelPayment,
    /// What an irregular first period does to the payment.
    pub first_period: FirstPeriod,
    /// Which period the due date itself belongs to.
    pub accrual_ends: AccrualEnds,
    /// When a level payment is found again.
    pub reamortise: Reamortise,
    /// In at most this many rounds, what the last payment differs by is spread over all payments that were found
    /// with it, as long as it comes closer to them. 0: the last payment takes the rest. At most 9.
    pub smoothing_rounds: u8,
    /// What interest is counted on.
    pub interest_base: InterestBase,
    /// What becomes of the interest that a payment does not cover.
    pub unpaid_interest: UnpaidInterest,
    /// From when a tranche earns.
    pub tranche_earns: TrancheEarns,
    /// The calendar that due dates roll by. None: they do not.
    pub business_days: Option<BusinessDays>,
    /// First instalments without principal or interest.
    pub grace: Grace,
    /// The level payment, and the equal share of principal, are rounded to a multiple of this amount. None: to the minor unit.
    pub payment_multiple: Option<Money>,
    /// How the level payment, and the equal share of principal, are rounded, where that is another rounding than that of interest:
    /// many lenders round the payment up and interest half up. None: by `rounding`.
    pub payment_rounding: Option<Rounding>,
    /// Whether a payment may be lower than its interest, the difference joining the balance. It is never below zero for that.
    pub negative_amortisation: bool,
    /// How loans are serviced once they are paid out.
    pub servicing: Servicing,
}

impl ProductRules {
    /// Rules with everything that has no default, and the defaults of the wire form for the rest.
    #[must_use]
    pub fn new(currency: Currency, method: Method, day_count: DayCount, rounding: Rounding) -> ProductRules {
        ProductRules {
            currency,
            method,
            day_count,
            rounding,
            every: None,
            missing_day: MissingDay::LastOfMonth,
            long_last: false,
            level_payment: LevelPayment::Exact,
            first_period: FirstPeriod::Inside,
            accrual_ends: AccrualEnds::OnDueDate,
            reamortise: Reamortise::AtChange,
            smoothing_rounds: 0,
            interest_base: InterestBase::Outstanding,
            unpaid_interest: UnpaidInterest::Billed,
            tranche_earns: TrancheEarns::FromDay,
            business_days: None,
            grace: Grace::default(),
            payment_multiple: None,
            payment_rounding: None,
            negative_amortisation: false,
            servicing: Servicing::default(),
        }
    }

    /// The most rounds in which the difference of the last payment is spread.
    pub const MAX_SMOOTHING_ROUNDS: u8 = 9;

    /// Whether an instalment of a life keeps its payment as a figure of its own: what was settled of it, or carried on to the
    /// next, counts in it.
    pub(crate) fn keeps_payments(&self) -> bool {
        let settles = |rule: ExcessPayment| rule.settles_instalments();
        self.unpaid_interest == UnpaidInterest::Carried
            || self.smoothing_rounds > 0
            || settles(self.servicing.excess_payment)
            || self.servicing.payers.iter().any(|rules| settles(rules.excess_payment))
    }

    /// The same rules with due dates this far apart.
    #[must_use]
    pub fn every(mut self, cycle: Cycle) -> ProductRules {
        self.every = Some(cycle);
        self
    }
}

/// What loans of a kind share, checked once: immutable, shared by reference, from any number of threads.
///
/// # Examples
///
/// ```
/// use puhui::loan::{Method, Product, ProductRules};
/// use puhui::{Currency, Cycle, DayCount, Rounding};
///
/// let microcredit = Product::new(
///     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
///         .every(Cycle::MONTHLY),
/// )?;
/// assert_eq!(microcredit.rules().method.as_str(), "equal_instalment");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Product {
    rules: ProductRules,
}

impl Product {
    /// Checks the rules against each other.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] if a method that needs a cycle has none.
    /// * [`ErrorCode::Contradiction`] for a grace of interest longer than that of principal, capitalised interest without a
    ///   grace of interest, any grace on a bullet or custom loan, a nominal payment on a cycle of days or weeks, interest up to
    ///   the payment where payments may be lower than their interest, and a payer named twice.
    /// * [`ErrorCode::OutOfRange`] for a payment multiple that is not above zero, more rounds of smoothing than
    ///   [`ProductRules::MAX_SMOOTHING_ROUNDS`], and for numbers of the servicing that are out of their range.
    pub fn new(rules: ProductRules) -> Result<Product> {
        let grace = rules.grace;
        let contradiction = |field, value: &dyn std::fmt::Display, bound| {
            Err(Error::new(ErrorCode::Contradiction, field, value, bound))
        };
        if rules.every.is_none() && !matches!(rules.method, Method::Bullet | Method::Custom) {
            return Err(Error::new(
                ErrorCode::Missing,
                "every",
                "nothing",
                format_args!("a cycle such as \"1 month\" for {}", rules.method.as_str()),
            ));
        }
        if grace.interest > grace.principal {
            return contradiction(
                "grace.interest",
                &grace.interest,
                format!("at most {}, the grace of principal", grace.principal),
            );
        }
        if grace.capitalised && grace.interest == 0 {
            return contradiction("grace.capitalised", &true, "false without a grace of interest".to_owned());
        }
        if grace.principal > 0 && matches!(rules.method, Method::Bullet | Method::Custom) {
            return contradiction(
                "grace.principal",
                &grace.principal,
                format!("0 with {}", rules.method.as_str()),
            );
        }
        if rules.method.fixes_payment()
            && rules.level_payment == LevelPayment::Nominal
            && rules.every.is_some_and(|cycle| cycle.months().is_none())
        {
            return contradiction(
                "level_payment",
                &rules.level_payment,
                "exact where the cycle is not one of months".to_owned(),
            );
        }
        if let Some(multiple) = rules.payment_multiple
            && multiple <= Money::ZERO
        {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "payment_multiple",
                multiple.display(rules.currency),
                "above 0",
            ));
        }
        if rules.smoothing_rounds > ProductRules::MAX_SMOOTHING_ROUNDS {
            let bound = format_args!("at most {}", ProductRules::MAX_SMOOTHING_ROUNDS);
            return Err(Error::new(ErrorCode::OutOfRange, "level_last", rules.smoothing_rounds, bound));
        }
        if rules.unpaid_interest == UnpaidInterest::Carried && rules.negative_amortisation {
            return contradiction(
                "interest_cap",
                &rules.unpaid_interest,
                "none where negative_amortisation adds that interest to the balance".to_owned(),
            );
        }
        rules.servicing.check()?;
        Ok(Product { rules })
    }

    /// The rules, as they were checked.
    #[must_use]
    pub fn rules(&self) -> &ProductRules {
        &self.rules
    }
}
