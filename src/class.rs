//! How loans are classified (五级分类): the five tiers, the ladders that lead to them by days past due, and the provisions
//! that each asks for.

mod region_list;
mod statistics;
mod status_history;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::dated::Dated;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::too_large;
use crate::money::{Money, Rounding};
use crate::vocabulary::vocabulary;

pub use region_list::{RegionList, RegionListing};
pub use statistics::{
    BorrowerStatus, Forbearance, GuaranteeKind, Purpose, RegionClass, StatisticalBasis, TargetedClass,
    TermBand,
};
pub use status_history::{StatusHistory, StatusRegister};

vocabulary! {
    /// The five tiers of a loan's class, from the best to the worst. The last three are non-performing (不良).
    pub enum LoanClass("class", PUHUI_LOAN_CLASS) {
        /// Normal 正常.
        Normal = "normal",
        /// Special mention 关注.
        SpecialMention = "special_mention",
        /// Substandard 次级.
        Substandard = "substandard",
        /// Doubtful 可疑.
        Doubtful = "doubtful",
        /// Loss 损失.
        Loss = "loss",
    }
}

impl LoanClass {
    /// Whether loans of this class are non-performing.
    #[must_use]
    pub fn is_non_performing(self) -> bool {
        self >= LoanClass::Substandard
    }
}

/// A ladder: the class that a loan has at least, by its days past due.
///
/// # Examples
///
/// ```
/// use puhui::{Ladder, LoanClass, parse_date};
///
/// // The rule of 2023: overdue at all, more than 90, 270 and 360 days.
/// let ladders = Ladder::cn_by_days_past_due();
/// let ladder = ladders.on(parse_date("2024-06-30", "on")?).unwrap();
/// assert_eq!(ladder.class_at(0), LoanClass::Normal);
/// assert_eq!(ladder.class_at(90), LoanClass::SpecialMention);
/// assert_eq!(ladder.class_at(91), LoanClass::Substandard);
///
/// // A ladder of the host's own, such as that of credit cards: 1-90, 91-120, 121-180, above.
/// let cards = Ladder::new([1, 91, 121, 181])?;
/// assert_eq!(cards.class_at(120), LoanClass::Substandard);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ladder {
    /// The first day past due of special mention, substandard, doubtful and loss.
    from: [u32; 4],
}

impl Ladder {
    /// A ladder by the first day past due of special mention, substandard, doubtful and loss.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a first day of zero: a loan that is not past due is normal.
    /// * [`ErrorCode::Contradiction`] if the days do not rise.
    pub fn new(from: [u32; 4]) -> Result<Ladder> {
        if from[0] == 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "ladder", 0, "1 or more days past due"));
        }
        if let Some(pair) = from.windows(2).find(|pair| pair[1] <= pair[0]) {
            let bound = format!("more than {} days", pair[0]);
            return Err(Error::new(ErrorCode::Contradiction, "ladder", pair[1], bound));
        }
        Ok(Ladder { from })
    }

    /// China's rule for financial assets, by the day from which it holds: 商业银行金融资产风险分类办法, CBIRC and PBoC order
    /// 2023 no. 1, in force 2023-07-01. Before that there was no ladder by days alone.
    #[must_use]
    pub fn cn_by_days_past_due() -> Dated<Ladder> {
        const IN_FORCE: NaiveDate = match NaiveDate::from_ymd_opt(2023, 7, 1) {
            Some(day) => day,
            None => NaiveDate::MAX,
        };
        Dated::one(IN_FORCE, Ladder { from: [1, 91, 271, 361] })
    }

    /// The first day past due of special mention, substandard, doubtful and loss.
    #[must_use]
    pub fn first_days(&self) -> [u32; 4] {
        self.from
    }

    /// The class that a loan has at least, at a number of days past due.
    #[must_use]
    pub fn class_at(&self, days_past_due: u32) -> LoanClass {
        let climbed = self.from.iter().filter(|&&from| days_past_due >= from).count();
        LoanClass::ALL.get(climbed).copied().unwrap_or(LoanClass::Loss)
    }
}

/// The shares of its balance that a loan of each class asks to be provided for (拨备).
///
/// # Examples
///
/// ```
/// use puhui::{LoanClass, Money, ProvisionRates, Rounding};
///
/// // The guideline of 2002: 2 %, 25 %, 50 % and 100 %; nothing specific on normal loans.
/// let rates = ProvisionRates::cn_2002();
/// let provision = rates.provision(LoanClass::Substandard, Money::from_minor(30_000), Rounding::HalfUp)?;
/// assert_eq!(provision, Money::from_minor(7_500));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvisionRates {
    /// By class, from normal to loss.
    shares: [Decimal; 5],
}

impl ProvisionRates {
    /// Shares of the balance by class, from normal to loss: 0.25 is a quarter.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for a share below 0 or above 1.
    pub fn new(shares: [Decimal; 5]) -> Result<ProvisionRates> {
        match shares.iter().find(|share| !(Decimal::ZERO..=Decimal::ONE).contains(*share)) {
            Some(share) => Err(Error::new(ErrorCode::OutOfRange, "provision_rate", share, "0 to 1")),
            None => Ok(ProvisionRates { shares }),
        }
    }

    /// The specific provisions of 贷款损失准备计提指引 (2002): special mention 2 %, substandard 25 %, doubtful 50 %, loss
    /// 100 %. The general provision of 1 % of all loans is another figure.
    #[must_use]
    pub fn cn_2002() -> ProvisionRates {
        ProvisionRates { shares: [0, 2, 25, 50, 100].map(|percent| Decimal::new(percent, 2)) }
    }

    /// The shares of the balance by class, from normal to loss.
    #[must_use]
    pub fn shares(&self) -> [Decimal; 5] {
        self.shares
    }

    /// The provision for a balance of a class, rounded once.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the product does not fit.
    pub fn provision(&self, class: LoanClass, balance: Money, rounding: Rounding) -> Result<Money> {
        let place = LoanClass::ALL.iter().position(|known| *known == class).unwrap_or_default();
        let share = self.shares.get(place).copied().unwrap_or_default();
        let product = || {
            let numerator = i128::from(balance.minor()).checked_mul(share.mantissa())?;
            rounding.divide(numerator, 10_i128.checked_pow(share.scale())?)
        };
        let provision = product().and_then(|provision| i64::try_from(provision).ok());
        provision.map(Money::from_minor).ok_or_else(|| too_large("provision"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;

    #[test]
    fn the_days_on_either_side_of_each_rung() {
        // Vector 15 of the policy facts: overdue 90, 91, 271 and 361 days under the rule of 2023.
        let ladders = Ladder::cn_by_days_past_due();
        let ladder = ladders.on(parse_ymd(20230701, "on").unwrap()).unwrap();
        let classes = [(0, "normal"), (1, "special_mention"), (90, "special_mention"), (91, "substandard")];
        let worse =
            [(270, "substandard"), (271, "doubtful"), (360, "doubtful"), (361, "loss"), (u32::MAX, "loss")];
        for (days, class) in classes.into_iter().chain(worse) {
            assert_eq!(ladder.class_at(days).as_str(), class, "{days} days");
        }
        assert!(ladders.on(parse_ymd(20230630, "on").unwrap()).is_none());
        assert!(!LoanClass::SpecialMention.is_non_performing() && LoanClass::Substandard.is_non_performing());
    }

    #[test]
    fn a_ladder_starts_past_due_and_rises() {
        assert_eq!(Ladder::new([0, 91, 271, 361]).unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!(Ladder::new([1, 91, 91, 361]).unwrap_err().code(), ErrorCode::Contradiction);
    }

    #[test]
    fn the_worked_example_prv_03() {
        // In units of 100 million, two decimals: special mention 14, substandard 3, doubtful 2, loss 1 ask for
        // 0.28 + 0.75 + 1.00 + 1.00 = 3.03.
        let rates = ProvisionRates::cn_2002();
        let loans = [
            (LoanClass::Normal, 80_000),
            (LoanClass::SpecialMention, 1_400),
            (LoanClass::Substandard, 300),
            (LoanClass::Doubtful, 200),
            (LoanClass::Loss, 100),
        ];
        let provisions = loans.map(|(class, balance)| {
            rates.provision(class, Money::from_minor(balance), Rounding::HalfUp).unwrap()
        });
        assert_eq!(Money::sum(provisions).unwrap(), Money::from_minor(303));
    }

    #[test]
    fn provisions_are_shares_and_fit() {
        let over = [Decimal::ZERO, Decimal::ONE, Decimal::ONE, Decimal::ONE, Decimal::TWO];
        assert_eq!(ProvisionRates::new(over).unwrap_err().code(), ErrorCode::OutOfRange);
        let long = ProvisionRates::new([Decimal::new(1, 28); 5]).unwrap();
        let tiny = long.provision(LoanClass::Normal, Money::from_minor(i64::MAX), Rounding::Up).unwrap();
        assert_eq!(tiny, Money::from_minor(1));
        let all =
            ProvisionRates::cn_2002().provision(LoanClass::Loss, Money::from_minor(i64::MIN), Rounding::Down);
        assert_eq!(all.unwrap(), Money::from_minor(i64::MIN));
    }
}
