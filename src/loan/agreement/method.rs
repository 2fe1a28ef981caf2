//! The repayment methods (还款方式) and what each of them needs to know.

use crate::error::{Error, ErrorCode, Result};
use crate::money::Money;
use crate::share::Share;

/// How a loan is repaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Equal instalments 等额本息: every payment the same, the part of interest in it falling.
    EqualInstalment,
    /// Equal principal 等额本金: every principal part the same, the payment falling.
    EqualPrincipal,
    /// Interest at every due date, the principal with the last one 按期付息到期还本.
    InterestOnly,
    /// One payment of principal and all interest at maturity 利随本清.
    Bullet,
    /// Payments of a longer loan, or of one that leaves a residual; the rest falls due with the last 气球贷.
    Balloon(Balloon),
    /// Payments that grow by steps 等比递增 / 等额递增.
    Graduated(Graduated),
    /// Equal principal in the instalments of the named months, interest at every due date: for crops and herds.
    Seasonal(Season),
    /// Principal by an agreed plan 按计划还本, interest at every due date.
    Custom,
}

impl Method {
    /// The spelling of the wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::EqualInstalment => "equal_instalment",
            Method::EqualPrincipal => "equal_principal",
            Method::InterestOnly => "interest_only",
            Method::Bullet => "bullet",
            Method::Balloon(_) => "balloon",
            Method::Graduated(_) => "graduated",
            Method::Seasonal(_) => "seasonal",
            Method::Custom => "custom",
        }
    }

    /// Whether the method fixes the payment, and the principal is what the interest leaves of it.
    #[must_use]
    pub const fn fixes_payment(self) -> bool {
        matches!(self, Method::EqualInstalment | Method::Balloon(_) | Method::Graduated(_))
    }
}

/// What the payments of a balloon loan are measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balloon {
    /// The payments are those of a loan of this number of instalments, more than this one has.
    AmortisedOver(u16),
    /// The payments leave [`residual`](crate::loan::Terms::residual) of the loan's terms for the last instalment.
    Residual,
}

/// How the payments of a graduated loan grow: by a step after every `every` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Graduated {
    pub(crate) growth: PaymentStep,
    pub(crate) every: u16,
}

/// One step of a graduated loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStep {
    /// Each payment is the one before the step x (1 + ratio), exact until each is rounded; above -1.
    Ratio(Share),
    /// Each payment is the one before the step + the amount, in minor units.
    Amount(Money),
}

impl Graduated {
    /// Payments that grow by `growth` after every `every` instalments.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for `every` of zero and a ratio of -1 or less.
    pub fn new(growth: PaymentStep, every: u16) -> Result<Graduated> {
        if every == 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "graduated.every", 0, "1 to 65535"));
        }
        if let PaymentStep::Ratio(ratio) = growth
            && ratio.fraction() <= -rust_decimal::Decimal::ONE
        {
            return Err(Error::new(ErrorCode::OutOfRange, "graduated.ratio", ratio, "above -1"));
        }
        Ok(Graduated { growth, every })
    }

    /// The step.
    #[must_use]
    pub fn growth(self) -> PaymentStep {
        self.growth
    }

    /// The number of instalments after which each step comes.
    #[must_use]
    pub fn every(self) -> u16 {
        self.every
    }
}

/// The calendar months in which a seasonal loan repays principal.
///
/// # Examples
///
/// ```
/// use puhui::loan::Season;
///
/// let harvest = Season::new(&[6, 9])?;
/// assert!(harvest.contains(9) && !harvest.contains(10));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// Bit m - 1 stands for month m.
    months: u16,
}

impl Season {
    /// The season of these months, 1 (January) to 12.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for no month at all.
    /// * [`ErrorCode::OutOfRange`] for a month outside 1 to 12.
    /// * [`ErrorCode::Contradiction`] for a month named twice.
    pub fn new(months: &[u8]) -> Result<Season> {
        let mut bits = 0_u16;
        for &month in months {
            if !(1..=12).contains(&month) {
                return Err(Error::new(ErrorCode::OutOfRange, "months", month, "1 to 12"));
            }
            let bit = 1 << (month - 1);
            if bits & bit != 0 {
                return Err(Error::new(ErrorCode::Contradiction, "months", month, "each month once"));
            }
            bits |= bit;
        }
        if bits == 0 {
            return Err(Error::new(ErrorCode::Missing, "months", "none", "at least one month"));
        }
        Ok(Season { months: bits })
    }

    /// Whether the season has this month, 1 to 12.
    #[must_use]
    pub fn contains(self, month: u32) -> bool {
        (1..=12).contains(&month) && self.months & (1 << (month - 1)) != 0
    }

    /// The months, rising.
    pub fn months(self) -> impl Iterator<Item = u8> {
        (1..=12).filter(move |&month| self.contains(u32::from(month)))
    }
}
