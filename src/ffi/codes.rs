//! The vocabularies as C sees them: `uint32_t` codes, those that [`Vocabulary`](crate::vocabulary) numbers them by, from 1. Where a
//! field may have no word, 255 says so. 0 is in none of them.
//!
//! The codes of products and of servicing stand beside the structs that they are fields of.

use super::boundary::failure::Failure;
use crate::calendar::{CycleUnit, DayCount, MissingDay, Roll, RolledInterest};
use crate::class::LoanClass;
use crate::loan::{
    DaysPastDue, InterestCaughtUp, LedgerAccount, Outcome, Payer, PenaltyInWindow, Prepayment,
    PrincipalCaughtUp,
};
use crate::money::Rounding;
use crate::rate::Rate;
use crate::wire::relief::rows::{Defer, InterestMeanwhile};

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
/// `day_count`: a period of one cycle is exactly that part of a year, its days share it (ICMA, ISMA).
pub const PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ICMA: u32 = 9;
/// `day_count`: actual days over 366 if a 29 February lies in the accrual period, else over 365.
pub const PUHUI_DAY_COUNT_ACTUAL_365L: u32 = 10;
/// `day_count`: days in leap years over 366, the others over 365; 31 December counts as a day of the new year.
pub const PUHUI_DAY_COUNT_ACTUAL_ACTUAL_DEC_31: u32 = 11;

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

/// `defer`: nothing is deferred.
pub const PUHUI_DEFER_NONE: u32 = 255;
/// `defer`: the principal of the chosen rows (延期还本).
pub const PUHUI_DEFER_PRINCIPAL: u32 = 1;
/// `defer`: the interest of the chosen rows (延期付息).
pub const PUHUI_DEFER_INTEREST: u32 = 2;
/// `defer`: both (延期还本付息).
pub const PUHUI_DEFER_BOTH: u32 = 3;

/// `principal_caught_up`: no principal is deferred.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_NONE: u32 = 255;
/// `principal_caught_up`: on the catch-up date; later rows keep their planned principal.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW: u32 = 1;
/// `principal_caught_up`: over the rows that remain: the method is solved again, the maturity kept.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING: u32 = 2;
/// `principal_caught_up`: all unpaid rows and the maturity move by the chosen rows along the cycle (期限顺延).
pub const PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED: u32 = 3;
/// `principal_caught_up`: with the last row.
pub const PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY: u32 = 4;

/// `interest_meanwhile`: there is no window, so nothing happens to the interest of any row.
pub const PUHUI_INTEREST_MEANWHILE_NONE: u32 = 255;
/// `interest_meanwhile`: paid in its row.
pub const PUHUI_INTEREST_MEANWHILE_PAID: u32 = 1;
/// `interest_meanwhile`: deferred; rounded at its due date, it earns nothing.
pub const PUHUI_INTEREST_MEANWHILE_SIMPLE: u32 = 2;
/// `interest_meanwhile`: deferred; the sum joins the balance on the last chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END: u32 = 3;
/// `interest_meanwhile`: deferred; it joins the balance on each chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE: u32 = 4;
/// `interest_meanwhile`: not owed (免息).
pub const PUHUI_INTEREST_MEANWHILE_WAIVED: u32 = 5;
/// `interest_meanwhile`: at the annual rate `interest_at_ppb`: deferred if interest is, paid in its row if not.
pub const PUHUI_INTEREST_MEANWHILE_AT: u32 = 6;

/// `interest_caught_up`: no interest is deferred, or it becomes principal.
pub const PUHUI_INTEREST_CAUGHT_UP_NONE: u32 = 255;
/// `interest_caught_up`: on the catch-up date.
pub const PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW: u32 = 1;
/// `interest_caught_up`: with the first due date after the window.
pub const PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT: u32 = 2;
/// `interest_caught_up`: in equal parts over the due dates that remain; the last takes the rest.
pub const PUHUI_INTEREST_CAUGHT_UP_OVER_REMAINING: u32 = 3;
/// `interest_caught_up`: with the last row.
pub const PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY: u32 = 4;

/// `penalty`: penalty and compound interest in the window as the contract has them. The usual rule.
pub const PUHUI_PENALTY_AS_CONTRACTED: u32 = 1;
/// `penalty`: none in the window (免收罚息), on its days from the grant on. What is deferred costs no penalty either way,
/// however late the relief is granted.
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

/// `ladder`: loans have no class.
pub const PUHUI_LADDER_NONE: u32 = 255;
/// `ladder`: the rule of 2023 (商业银行金融资产风险分类办法), in force from 2023-07-01: overdue at all, more than 90, 270 and 360
/// days. Before that day there is no class.
pub const PUHUI_LADDER_CN_2023: u32 = 1;
/// `ladder`: by `ladder_from_days`, on every day.
pub const PUHUI_LADDER_FROM_DAYS: u32 = 2;

/// `provision`: nothing is provided for.
pub const PUHUI_PROVISION_NONE: u32 = 255;
/// `provision`: the specific provisions of 2002 (贷款损失准备计提指引): 0, 2, 25, 50 and 100 % of the balance.
pub const PUHUI_PROVISION_CN_2002: u32 = 1;
/// `provision`: by `provision_share_ppb`.
pub const PUHUI_PROVISION_SHARES: u32 = 2;

/// `kind`: a tranche of `amount_minor` was paid out (放款). A loan without any is paid out in full on the day of its terms.
pub const PUHUI_EVENT_DISBURSED: u32 = 1;
/// `kind`: the `payer` paid `amount_minor` (还款).
pub const PUHUI_EVENT_REPAID: u32 = 2;
/// `kind`: the `payer` paid `amount_minor` ahead of time (提前还款); `how` says what becomes of the instalments that remain.
pub const PUHUI_EVENT_PREPAID: u32 = 3;
/// `kind`: another contract rate, `rate_ppb`, holds from this day on (利率调整), until a step that the contract names
/// for a later day.
pub const PUHUI_EVENT_RATE_RESET: u32 = 4;
/// `kind`: the `relief` was granted (纾困); its `granted_on_ymd` is `on_ymd`.
pub const PUHUI_EVENT_RELIEF: u32 = 5;
/// `kind`: no interest is earned from `on_ymd` to `until_ymd`, both days included (停息). Penalty and compound interest on
/// what is overdue go on: a relief ends those.
pub const PUHUI_EVENT_INTEREST_PAUSED: u32 = 6;
/// `kind`: `amount_minor` of the interest that was billed, and of penalty and compound interest to the day, is not owed any more
/// (免息): in the order in which a payment would settle them.
pub const PUHUI_EVENT_INTEREST_WAIVED: u32 = 7;
/// `kind`: arrears and all that remains fall due in `instalments` new instalments, the first on `first_due_on_ymd`.
pub const PUHUI_EVENT_RE_AGED: u32 = 8;
/// `kind`: arrears fall due with the instalments that remain, which are found again. Without arrears the loan is under no
/// observation for it.
pub const PUHUI_EVENT_RE_AMORTISED: u32 = 9;
/// `kind`: a fee of `amount_minor`, due at once. No instalment is short for want of it, whatever its day.
pub const PUHUI_EVENT_FEE_CHARGED: u32 = 10;
/// `kind`: `amount_minor` of the fees that were billed is not owed any more.
pub const PUHUI_EVENT_FEE_WAIVED: u32 = 11;
/// `kind`: the proceeds of the loan `by` repaid this one with `amount_minor` (续贷).
pub const PUHUI_EVENT_RENEWED: u32 = 12;
/// `kind`: the event `reverses_no` never was (冲正).
pub const PUHUI_EVENT_REVERSED: u32 = 13;
/// `kind`: all that is outstanding is written off (核销), once credit that is held has settled what it can of it; the class is
/// loss. Of a loan that is not accrued, what stood off the balance sheet is neither income nor loss.
pub const PUHUI_EVENT_CHARGED_OFF: u32 = 14;
/// `kind`: `amount_minor` came back after the loan was charged off (核销后收回).
pub const PUHUI_EVENT_RECOVERED: u32 = 15;
/// `kind`: the guarantor paid `amount_minor` (代偿).
pub const PUHUI_EVENT_GUARANTEE_PAID: u32 = 16;
/// `kind`: the account is closed (销户).
pub const PUHUI_EVENT_CLOSED: u32 = 17;
/// `kind`: the instalment that is due on `on_ymd` falls due on `first_due_on_ymd`; those after it follow from that day, a cycle
/// apart, and payments stay.
pub const PUHUI_EVENT_DUE_DATE_MOVED: u32 = 18;

/// `payer`: the borrower (借款人).
pub const PUHUI_PAYER_BORROWER: u32 = 1;
/// `payer`: the guarantor (担保人).
pub const PUHUI_PAYER_GUARANTOR: u32 = 2;
/// `payer`: the treasury (财政).
pub const PUHUI_PAYER_TREASURY: u32 = 3;
/// `payer`: the insurer (保险人).
pub const PUHUI_PAYER_INSURER: u32 = 4;
/// `payer`: the merchant or supplier, who gives a price back.
pub const PUHUI_PAYER_REFUND: u32 = 5;
/// `payer`: the lender itself.
pub const PUHUI_PAYER_GOODWILL: u32 = 6;

/// `how`: the term stays; the instalments are found again.
pub const PUHUI_PREPAYMENT_KEEP_TERM: u32 = 1;
/// `how`: the instalments stay; the last ones fall away.
pub const PUHUI_PREPAYMENT_KEEP_INSTALMENT: u32 = 2;
/// `how`: nothing remains (提前结清).
pub const PUHUI_PREPAYMENT_SETTLE: u32 = 3;

/// `loan_class`: normal (正常). 0 is no class.
pub const PUHUI_LOAN_CLASS_NORMAL: u32 = 1;
/// `loan_class`: special mention (关注).
pub const PUHUI_LOAN_CLASS_SPECIAL_MENTION: u32 = 2;
/// `loan_class`: substandard (次级). This and the worse ones are non-performing (不良).
pub const PUHUI_LOAN_CLASS_SUBSTANDARD: u32 = 3;
/// `loan_class`: doubtful (可疑).
pub const PUHUI_LOAN_CLASS_DOUBTFUL: u32 = 4;
/// `loan_class`: loss (损失).
pub const PUHUI_LOAN_CLASS_LOSS: u32 = 5;

/// `stage`: all of it was repaid at once: nothing is ahead. 0 is an account that goes on.
pub const PUHUI_STAGE_SETTLED: u32 = 1;
/// `stage`: charged off (核销).
pub const PUHUI_STAGE_CHARGED_OFF: u32 = 2;
/// `stage`: closed (销户).
pub const PUHUI_STAGE_CLOSED: u32 = 3;

/// `account`: money paid out and received (存放款项).
pub const PUHUI_LEDGER_CASH: u32 = 1;
/// `account`: principal that is not due yet (贷款本金).
pub const PUHUI_LEDGER_PRINCIPAL: u32 = 2;
/// `account`: principal that fell due and is unpaid (逾期贷款).
pub const PUHUI_LEDGER_OVERDUE_PRINCIPAL: u32 = 3;
/// `account`: interest that was booked before it was billed (应计利息).
pub const PUHUI_LEDGER_ACCRUED_INTEREST: u32 = 4;
/// `account`: interest that was billed, or deferred (应收利息).
pub const PUHUI_LEDGER_INTEREST_RECEIVABLE: u32 = 5;
/// `account`: penalty and compound interest (应收罚息及复利).
pub const PUHUI_LEDGER_PENALTY_RECEIVABLE: u32 = 6;
/// `account`: fees (应收费用).
pub const PUHUI_LEDGER_FEE_RECEIVABLE: u32 = 7;
/// `account`: money that nothing was owed for (溢缴款).
pub const PUHUI_LEDGER_BORROWER_CREDIT: u32 = 8;
/// `account`: interest income (利息收入).
pub const PUHUI_LEDGER_INTEREST_INCOME: u32 = 9;
/// `account`: penalty and compound interest income (罚息及复利收入).
pub const PUHUI_LEDGER_PENALTY_INCOME: u32 = 10;
/// `account`: fee income (手续费收入).
pub const PUHUI_LEDGER_FEE_INCOME: u32 = 11;
/// `account`: value-added tax owed (应交增值税).
pub const PUHUI_LEDGER_VAT_PAYABLE: u32 = 12;
/// `account`: what was written off, less what came back (核销损失).
pub const PUHUI_LEDGER_CREDIT_LOSS: u32 = 13;
/// `account`: off the balance sheet: interest of a loan that is not accrued (表外应收利息).
pub const PUHUI_LEDGER_MEMO_INTEREST: u32 = 14;
/// `account`: off the balance sheet: its counterpart.
pub const PUHUI_LEDGER_MEMO_CONTRA: u32 = 15;

/// A code of a vocabulary whose codes are 1, 2, ... in the order given.
macro_rules! decode {
    ($($name:ident($field:literal) -> $type:ident { $($code:ident = $variant:ident,)+ })+) => {
        $(
            pub(in crate::ffi) fn $name(given: u32) -> Result<$type, Failure> {
                match given {
                    $($code => Ok($type::$variant),)+
                    _ => Err(Failure::Code { field: $field, given }),
                }
            }
        )+

        #[cfg(test)]
        mod tests_of_words {
            use super::*;

            #[test]
            fn every_word_has_the_code_of_its_place_and_nothing_else_is_one() {
                $(
                    for &word in $type::ALL {
                        assert_eq!($name(word.code().into()).ok(), Some(word));
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
pub(super) use decode;

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
        PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ICMA = ActualActualIcma,
        PUHUI_DAY_COUNT_ACTUAL_365L = Actual365L,
        PUHUI_DAY_COUNT_ACTUAL_ACTUAL_DEC_31 = ActualActualDec31,
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
    payer("payer") -> Payer {
        PUHUI_PAYER_BORROWER = Borrower,
        PUHUI_PAYER_GUARANTOR = Guarantor,
        PUHUI_PAYER_TREASURY = Treasury,
        PUHUI_PAYER_INSURER = Insurer,
        PUHUI_PAYER_REFUND = Refund,
        PUHUI_PAYER_GOODWILL = Goodwill,
    }
    prepayment("how") -> Prepayment {
        PUHUI_PREPAYMENT_KEEP_TERM = KeepTerm,
        PUHUI_PREPAYMENT_KEEP_INSTALMENT = KeepInstalment,
        PUHUI_PREPAYMENT_SETTLE = Settle,
    }
}

/// A code of a vocabulary, or 255 for none of its words.
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
        mod tests_of_words_or_none {
            use super::*;

            #[test]
            fn the_words_have_the_codes_of_their_vocabulary_and_none_is_255() {
                $(
                    assert_eq!($name(255).ok(), Some(None));
                    for &word in $type::ALL {
                        assert_eq!($name(word.code().into()).ok(), Some(Some(word)));
                    }
                    let count = u32::try_from($type::ALL.len()).unwrap();
                    for code in [0, count + 1, 254, 256, u32::MAX] {
                        assert!($name(code).is_err());
                    }
                )+
            }
        }
    };
}
pub(super) use decode_or_none;

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

/// The code of a word that only the library writes, 1, 2, ... in the order given.
macro_rules! encode {
    ($($name:ident($type:ident) { $($code:ident = $variant:ident,)+ })+) => {
        $(
            pub(super) const fn $name(word: $type) -> u32 {
                match word {
                    $($type::$variant => $code,)+
                }
            }
        )+

        #[cfg(test)]
        mod tests_of_words_told {
            use super::*;

            #[test]
            fn every_word_has_the_code_of_its_place() {
                $(
                    for &word in $type::ALL {
                        assert_eq!($name(word), u32::from(word.code()));
                    }
                )+
            }
        }
    };
}

encode! {
    loan_class(LoanClass) {
        PUHUI_LOAN_CLASS_NORMAL = Normal,
        PUHUI_LOAN_CLASS_SPECIAL_MENTION = SpecialMention,
        PUHUI_LOAN_CLASS_SUBSTANDARD = Substandard,
        PUHUI_LOAN_CLASS_DOUBTFUL = Doubtful,
        PUHUI_LOAN_CLASS_LOSS = Loss,
    }
    ledger(LedgerAccount) {
        PUHUI_LEDGER_CASH = Cash,
        PUHUI_LEDGER_PRINCIPAL = Principal,
        PUHUI_LEDGER_OVERDUE_PRINCIPAL = OverduePrincipal,
        PUHUI_LEDGER_ACCRUED_INTEREST = AccruedInterest,
        PUHUI_LEDGER_INTEREST_RECEIVABLE = InterestReceivable,
        PUHUI_LEDGER_PENALTY_RECEIVABLE = PenaltyReceivable,
        PUHUI_LEDGER_FEE_RECEIVABLE = FeeReceivable,
        PUHUI_LEDGER_BORROWER_CREDIT = BorrowerCredit,
        PUHUI_LEDGER_INTEREST_INCOME = InterestIncome,
        PUHUI_LEDGER_PENALTY_INCOME = PenaltyIncome,
        PUHUI_LEDGER_FEE_INCOME = FeeIncome,
        PUHUI_LEDGER_VAT_PAYABLE = VatPayable,
        PUHUI_LEDGER_CREDIT_LOSS = CreditLoss,
        PUHUI_LEDGER_MEMO_INTEREST = MemoInterest,
        PUHUI_LEDGER_MEMO_CONTRA = MemoContra,
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

pub(super) mod community;
pub(super) mod portfolio;
pub(super) mod statistics;

/// A flag: 0 is no, 1 is yes.
pub(super) fn flag(given: u32, field: &'static str) -> Result<bool, Failure> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::Code { field, given }),
    }
}
