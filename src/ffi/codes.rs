//! The vocabularies as C sees them: `uint32_t` codes from 1. 0 is in none of them.

use super::guard::Failure;
use crate::calendar::{CycleUnit, DayCount, MissingDay, Roll, RolledInterest};
use crate::loan::{
    AccrualEnds, DaysPastDue, Defer, FirstPeriod, InterestCaughtUp, InterestMeanwhile, LevelPayment, Outcome,
    PenaltyInWindow, PrincipalCaughtUp, Relevel,
};
use crate::money::Rounding;
use crate::rate::Rate;

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

/// `defer`: nothing is put off.
pub const PUHUI_DEFER_NONE: u32 = 1;
/// `defer`: the principal of the chosen rows (延期还本).
pub const PUHUI_DEFER_PRINCIPAL: u32 = 2;
/// `defer`: the interest of the chosen rows (延期付息).
pub const PUHUI_DEFER_INTEREST: u32 = 3;
/// `defer`: both (延期还本付息).
pub const PUHUI_DEFER_BOTH: u32 = 4;

/// `principal_caught_up`: no principal is put off.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_NONE: u32 = 1;
/// `principal_caught_up`: on the catch-up date; later rows keep their planned principal.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW: u32 = 2;
/// `principal_caught_up`: over the rows that remain: the method is solved again, the maturity kept.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING: u32 = 3;
/// `principal_caught_up`: all unpaid rows and the maturity move by the chosen rows along the cycle (期限顺延).
pub const PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED: u32 = 4;
/// `principal_caught_up`: with the last row.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY: u32 = 5;

/// `interest_meanwhile`: there is no window, so nothing happens to the interest of any row.
pub const PUHUI_INTEREST_MEANWHILE_NONE: u32 = 1;
/// `interest_meanwhile`: paid in its row.
pub const PUHUI_INTEREST_MEANWHILE_PAID: u32 = 2;
/// `interest_meanwhile`: put off; rounded at its due date, it earns nothing.
pub const PUHUI_INTEREST_MEANWHILE_SIMPLE: u32 = 3;
/// `interest_meanwhile`: put off; the sum joins the balance on the last chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END: u32 = 4;
/// `interest_meanwhile`: put off; it joins the balance on each chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE: u32 = 5;
/// `interest_meanwhile`: not owed (免息).
pub const PUHUI_INTEREST_MEANWHILE_WAIVED: u32 = 6;
/// `interest_meanwhile`: at the annual rate `interest_at_ppb`: put off if interest is, paid in its row if not.
pub const PUHUI_INTEREST_MEANWHILE_AT: u32 = 7;

/// `interest_caught_up`: no interest is put off, or it becomes principal.
pub const PUHUI_INTEREST_CAUGHT_UP_NONE: u32 = 1;
/// `interest_caught_up`: on the catch-up date.
pub const PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW: u32 = 2;
/// `interest_caught_up`: with the first due date after the window.
pub const PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT: u32 = 3;
/// `interest_caught_up`: in equal parts over the due dates that remain; the last takes the rest.
pub const PUHUI_INTEREST_CAUGHT_UP_OVER_REMAINING: u32 = 4;
/// `interest_caught_up`: with the last row.
pub const PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY: u32 = 5;

/// `penalty`: penalty and compound interest in the window as the contract has them. The usual rule.
pub const PUHUI_PENALTY_AS_CONTRACTED: u32 = 1;
/// `penalty`: none in the window (免收罚息).
pub const PUHUI_PENALTY_NONE: u32 = 2;

/// `days_past_due`: by the due dates as the relief left them. The usual rule.
pub const PUHUI_DAYS_PAST_DUE_BY_DUE_DATES: u32 = 1;
/// `days_past_due`: no day of the window counts; the count resumes where it stood.
pub const PUHUI_DAYS_PAST_DUE_EXCLUDED: u32 = 2;

/// `classification`: by the ladder of the product. The usual rule.
pub const PUHUI_CLASS_BY_LADDER: u32 = 1;
/// `classification`: held at the class of `class_held_at_ymd`, for `class_reason`, up to `class_until_ymd`.
pub const PUHUI_CLASS_HELD: u32 = 2;

/// `credit_report`: what is counted is reported. The usual rule.
pub const PUHUI_CREDIT_REPORT_AS_COUNTED: u32 = 1;
/// `credit_report`: no arrears from `credit_protected_from_ymd` to `credit_protected_to_ymd`.
pub const PUHUI_CREDIT_REPORT_PROTECTED: u32 = 2;

/// What became of a relief: it changed the schedule.
pub const PUHUI_OUTCOME_GRANTED: u32 = 1;
/// What became of a relief: nothing was due in its window; the schedule is the same.
pub const PUHUI_OUTCOME_NOTHING_DUE: u32 = 2;

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
    penalty("penalty") -> PenaltyInWindow {
        PUHUI_PENALTY_AS_CONTRACTED = AsContracted,
        PUHUI_PENALTY_NONE = None,
    }
    days_past_due("days_past_due") -> DaysPastDue {
        PUHUI_DAYS_PAST_DUE_BY_DUE_DATES = ByDueDates,
        PUHUI_DAYS_PAST_DUE_EXCLUDED = Excluded,
    }
}

/// A code of a vocabulary in which 1 says that there is none of it, and the words follow from 2.
macro_rules! decode_or_none {
    ($($name:ident($field:literal) -> $type:ident { $none:ident, $($code:ident = $variant:ident,)+ })+) => {
        $(
            pub(super) fn $name(given: u32) -> Result<Option<$type>, Failure> {
                match given {
                    $none => Ok(None),
                    $($code => Ok(Some($type::$variant)),)+
                    _ => Err(Failure::Code { field: $field, given }),
                }
            }
        )+

        #[cfg(test)]
        mod tests_with_none {
            use super::*;

            #[test]
            fn one_is_none_and_the_words_follow() {
                $(
                    assert_eq!($name(1).ok(), Some(None));
                    for (code, &word) in (2..).zip($type::ALL) {
                        assert_eq!($name(code).ok(), Some(Some(word)));
                    }
                    let count = u32::try_from($type::ALL.len()).unwrap();
                    for code in [0, count + 2, u32::MAX] {
                        assert!($name(code).is_err());
                    }
                )+
            }
        }
    };
}

decode_or_none! {
    defer("defer") -> Defer {
        PUHUI_DEFER_NONE,
        PUHUI_DEFER_PRINCIPAL = Principal,
        PUHUI_DEFER_INTEREST = Interest,
        PUHUI_DEFER_BOTH = Both,
    }
    principal_caught_up("principal_caught_up") -> PrincipalCaughtUp {
        PUHUI_PRINCIPAL_CAUGHT_UP_NONE,
        PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW = EndOfWindow,
        PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING = OverRemaining,
        PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED = Shifted,
        PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY = AtMaturity,
    }
    interest_caught_up("interest_caught_up") -> InterestCaughtUp {
        PUHUI_INTEREST_CAUGHT_UP_NONE,
        PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW = EndOfWindow,
        PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT = NextInstalment,
        PUHUI_INTEREST_CAUGHT_UP_OVER_REMAINING = OverRemaining,
        PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY = AtMaturity,
    }
}

/// What the interest of the chosen rows does, with the rate of the one that has a rate.
pub(super) fn interest_meanwhile(given: u32, at: Rate) -> Result<Option<InterestMeanwhile>, Failure> {
    Ok(Some(match given {
        PUHUI_INTEREST_MEANWHILE_NONE => return Ok(None),
        PUHUI_INTEREST_MEANWHILE_PAID => InterestMeanwhile::Paid,
        PUHUI_INTEREST_MEANWHILE_SIMPLE => InterestMeanwhile::Simple,
        PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END => InterestMeanwhile::CapitalisedAtEnd,
        PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE => InterestMeanwhile::CapitalisedEachDueDate,
        PUHUI_INTEREST_MEANWHILE_WAIVED => InterestMeanwhile::Waived,
        PUHUI_INTEREST_MEANWHILE_AT => InterestMeanwhile::At(at),
        _ => return Err(Failure::Code { field: "interest_meanwhile", given }),
    }))
}

/// The code of an outcome.
pub(super) fn outcome(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Granted => PUHUI_OUTCOME_GRANTED,
        Outcome::NothingDue => PUHUI_OUTCOME_NOTHING_DUE,
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
