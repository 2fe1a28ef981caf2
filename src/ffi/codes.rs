//! The vocabularies as C sees them: `uint32_t` codes from 1. 0 is in none of them.

use super::guard::Failure;
use crate::calendar::{CycleUnit, DayCount, MissingDay, Roll, RolledInterest};
use crate::loan::{AccrualEnds, FirstPeriod, LevelPayment, Relevel};
use crate::money::Rounding;

/// `method`: every payment the same (等额本息).
pub const PUHUI_METHOD_EQUAL_INSTALMENT: u32 = 1;
/// `method`: every principal part the same, the payment falling (等额本金).
pub const PUHUI_METHOD_EQUAL_PRINCIPAL: u32 = 2;
/// `method`: interest at every due date, the principal with the last one (按期付息到期还本).
pub const PUHUI_METHOD_INTEREST_ONLY: u32 = 3;
/// `method`: one payment of principal and all interest at maturity (利随本清).
pub const PUHUI_METHOD_BULLET: u32 = 4;
/// `method`: the payments of a loan of `amortised_over` instalments; the rest falls due with the last one (气球贷).
pub const PUHUI_METHOD_BALLOON_AMORTISED_OVER: u32 = 5;
/// `method`: payments that leave the `residual_minor` of the terms for the last instalment.
pub const PUHUI_METHOD_BALLOON_RESIDUAL: u32 = 6;
/// `method`: payments that grow by `graduated_ratio_ppb` after every `graduated_every` of them (等比递增).
pub const PUHUI_METHOD_GRADUATED_RATIO: u32 = 7;
/// `method`: payments that grow by `graduated_amount_minor` after every `graduated_every` of them (等额递增).
pub const PUHUI_METHOD_GRADUATED_AMOUNT: u32 = 8;
/// `method`: equal principal in the instalments of `season_months`, interest at every due date.
pub const PUHUI_METHOD_SEASONAL: u32 = 9;
/// `method`: principal by the plan beside the terms (按计划还本), interest at every due date.
pub const PUHUI_METHOD_CUSTOM: u32 = 10;

/// `day_count`: actual days over 360.
pub const PUHUI_DAY_COUNT_ACTUAL_360: u32 = 1;
/// `day_count`: actual days over 365, in leap years too.
pub const PUHUI_DAY_COUNT_ACTUAL_365_FIXED: u32 = 2;
/// `day_count`: days in leap years over 366, the others over 365 (ISDA).
pub const PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ISDA: u32 = 3;
/// `day_count`: 30E/360, both days at most 30.
pub const PUHUI_DAY_COUNT_30E_360: u32 = 4;
/// `day_count`: 30E/360 ISDA, the last day of February counts as 30 except at maturity.
pub const PUHUI_DAY_COUNT_30E_360_ISDA: u32 = 5;
/// `day_count`: 30/360 US, with the February rule.
pub const PUHUI_DAY_COUNT_30_360_US: u32 = 6;
/// `day_count`: 30/360 bond basis.
pub const PUHUI_DAY_COUNT_30_360_BOND: u32 = 7;
/// `day_count`: whole months of 30 days and the actual days that are left (逐笔计息).
pub const PUHUI_DAY_COUNT_MONTHS_AND_DAYS: u32 = 8;

/// `rounding`: to the nearest minor unit, a tie away from zero (四舍五入).
pub const PUHUI_ROUNDING_HALF_UP: u32 = 1;
/// `rounding`: to the nearest minor unit, a tie to the even one.
pub const PUHUI_ROUNDING_HALF_EVEN: u32 = 2;
/// `rounding`: towards zero.
pub const PUHUI_ROUNDING_DOWN: u32 = 3;
/// `rounding`: away from zero.
pub const PUHUI_ROUNDING_UP: u32 = 4;

/// `every_unit`, `reset_unit`: days.
pub const PUHUI_UNIT_DAY: u32 = 1;
/// `every_unit`, `reset_unit`: weeks of 7 days.
pub const PUHUI_UNIT_WEEK: u32 = 2;
/// `every_unit`, `reset_unit`: calendar months.
pub const PUHUI_UNIT_MONTH: u32 = 3;
/// `every_unit`, `reset_unit`: 3 calendar months.
pub const PUHUI_UNIT_QUARTER: u32 = 4;
/// `every_unit`, `reset_unit`: 6 calendar months.
pub const PUHUI_UNIT_HALF_YEAR: u32 = 5;
/// `every_unit`, `reset_unit`: 12 calendar months.
pub const PUHUI_UNIT_YEAR: u32 = 6;

/// `missing_day`: the 31st of a shorter month is its last day. The usual rule.
pub const PUHUI_MISSING_DAY_LAST_OF_MONTH: u32 = 1;
/// `missing_day`: the 31st of a shorter month is the first of the next.
pub const PUHUI_MISSING_DAY_FIRST_OF_NEXT_MONTH: u32 = 2;

/// `level_payment`: from the interest that the day count will really charge. The usual rule.
pub const PUHUI_LEVEL_PAYMENT_EXACT: u32 = 1;
/// `level_payment`: by the formula rate x months / 12, whatever the day count charges.
pub const PUHUI_LEVEL_PAYMENT_NOMINAL: u32 = 2;

/// `first_period`: a longer or shorter first period is inside the level payment. The usual rule.
pub const PUHUI_FIRST_PERIOD_INSIDE: u32 = 1;
/// `first_period`: the interest of the extra days comes on top of the first payment.
pub const PUHUI_FIRST_PERIOD_ON_TOP: u32 = 2;

/// `accrual_ends`: the due date belongs to the next period (算头不算尾). The usual rule.
pub const PUHUI_ACCRUAL_ENDS_ON_DUE_DATE: u32 = 1;
/// `accrual_ends`: the due date's own balance still counts in the period that it ends.
pub const PUHUI_ACCRUAL_ENDS_DAY_AFTER: u32 = 2;

/// `relevel`: a level payment is found anew with the first period that begins on or after a change of rate. The usual rule.
pub const PUHUI_RELEVEL_AT_CHANGE: u32 = 1;
/// `relevel`: a level payment is found once, over all rates that are known.
pub const PUHUI_RELEVEL_ONCE: u32 = 2;

/// `roll`: a due date stays, business day or not.
pub const PUHUI_ROLL_NONE: u32 = 1;
/// `roll`: to the next business day.
pub const PUHUI_ROLL_FOLLOWING: u32 = 2;
/// `roll`: to the next business day or, if that lies in another month, to the one before.
pub const PUHUI_ROLL_MODIFIED_FOLLOWING: u32 = 3;
/// `roll`: to the business day before.
pub const PUHUI_ROLL_PRECEDING: u32 = 4;
/// `roll`: to the business day before or, if that lies in another month, to the next one.
pub const PUHUI_ROLL_MODIFIED_PRECEDING: u32 = 5;

/// `rolled_interest`: interest runs to the rolled date.
pub const PUHUI_ROLLED_INTEREST_ADJUSTED: u32 = 1;
/// `rolled_interest`: interest runs to the date before the roll; only the payment moves.
pub const PUHUI_ROLLED_INTEREST_UNADJUSTED: u32 = 2;

/// A code of a vocabulary whose codes are 1, 2, ... in the order given.
macro_rules! decode {
    ($($name:ident($field:literal) -> $type:ident { $($code:ident = $variant:ident,)+ })+) => {
        $(
            pub(super) fn $name(given: u32) -> Result<$type, Failure> {
                match given {
                    $($code => Ok($type::$variant),)+
                    _ => Err(Failure::Code { field: $field, given }),
                }
            }
        )+

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn every_word_has_the_code_of_its_place_and_nothing_else_is_one() {
                $(
                    for (code, &word) in (1..).zip($type::ALL) {
                        assert_eq!($name(code).ok(), Some(word));
                    }
                    let count = u32::try_from($type::ALL.len()).unwrap();
                    for code in [0, count + 1, u32::MAX] {
                        assert!($name(code).is_err());
                    }
                )+
            }
        }
    };
}

decode! {
    day_count("day_count") -> DayCount {
        PUHUI_DAY_COUNT_ACTUAL_360 = Actual360,
        PUHUI_DAY_COUNT_ACTUAL_365_FIXED = Actual365Fixed,
        PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ISDA = ActualActualIsda,
        PUHUI_DAY_COUNT_30E_360 = ThirtyE360,
        PUHUI_DAY_COUNT_30E_360_ISDA = ThirtyE360Isda,
        PUHUI_DAY_COUNT_30_360_US = Thirty360Us,
        PUHUI_DAY_COUNT_30_360_BOND = Thirty360Bond,
        PUHUI_DAY_COUNT_MONTHS_AND_DAYS = MonthsAndDays,
    }
    rounding("rounding") -> Rounding {
        PUHUI_ROUNDING_HALF_UP = HalfUp,
        PUHUI_ROUNDING_HALF_EVEN = HalfEven,
        PUHUI_ROUNDING_DOWN = Down,
        PUHUI_ROUNDING_UP = Up,
    }
    every_unit("every") -> CycleUnit {
        PUHUI_UNIT_DAY = Day,
        PUHUI_UNIT_WEEK = Week,
        PUHUI_UNIT_MONTH = Month,
        PUHUI_UNIT_QUARTER = Quarter,
        PUHUI_UNIT_HALF_YEAR = HalfYear,
        PUHUI_UNIT_YEAR = Year,
    }
    missing_day("missing_day") -> MissingDay {
        PUHUI_MISSING_DAY_LAST_OF_MONTH = LastOfMonth,
        PUHUI_MISSING_DAY_FIRST_OF_NEXT_MONTH = FirstOfNextMonth,
    }
    level_payment("level_payment") -> LevelPayment {
        PUHUI_LEVEL_PAYMENT_EXACT = Exact,
        PUHUI_LEVEL_PAYMENT_NOMINAL = Nominal,
    }
    first_period("first_period") -> FirstPeriod {
        PUHUI_FIRST_PERIOD_INSIDE = Inside,
        PUHUI_FIRST_PERIOD_ON_TOP = OnTop,
    }
    accrual_ends("accrual_ends") -> AccrualEnds {
        PUHUI_ACCRUAL_ENDS_ON_DUE_DATE = OnDueDate,
        PUHUI_ACCRUAL_ENDS_DAY_AFTER = DayAfter,
    }
    relevel("relevel") -> Relevel {
        PUHUI_RELEVEL_AT_CHANGE = AtChange,
        PUHUI_RELEVEL_ONCE = Once,
    }
    roll("roll") -> Roll {
        PUHUI_ROLL_NONE = None,
        PUHUI_ROLL_FOLLOWING = Following,
        PUHUI_ROLL_MODIFIED_FOLLOWING = ModifiedFollowing,
        PUHUI_ROLL_PRECEDING = Preceding,
        PUHUI_ROLL_MODIFIED_PRECEDING = ModifiedPreceding,
    }
    rolled_interest("rolled_interest") -> RolledInterest {
        PUHUI_ROLLED_INTEREST_ADJUSTED = Adjusted,
        PUHUI_ROLLED_INTEREST_UNADJUSTED = Unadjusted,
    }
}

/// A flag: 0 is no, 1 is yes.
pub(super) fn flag(given: u32, field: &'static str) -> Result<bool, Failure> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::Code { field, given }),
    }
}
