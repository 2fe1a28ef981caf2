//! The vocabularies as C sees them: `uint32_t` codes from 1. 0 is in none of them.

use super::boundary::failure::Failure;
use crate::calendar::{CycleUnit, DayCount, MissingDay, Roll, RolledInterest};
use crate::class::LoanClass;
use crate::loan::{
    AccrualEnds, AccrualPostings, AllocateBy, ChangesFrom, CompoundBase, CompoundRate, DaysPastDue,
    ExcessPayment, FirstPeriod, InterestBase, InterestCaughtUp, InterestOn, LedgerAccount, LevelPayment,
    Outcome, OverdueEarns, Part, PayOffTo, Payer, PenaltyInWindow, Prepayment, PrepaymentInterest,
    PrincipalCaughtUp, Reamortise, TrancheEarns, UnpaidInterest,
};
use crate::money::Rounding;
use crate::rate::Rate;
use crate::wire::relief::rows::{Defer, InterestMeanwhile};

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

/// `relevel`: a level payment is found again with the first period that begins on or after a change of rate. The usual rule.
pub const PUHUI_RELEVEL_AT_CHANGE: u32 = 1;
/// `relevel`: a level payment is found once, over all rates that are known.
pub const PUHUI_RELEVEL_ONCE: u32 = 2;
/// `relevel`: over all rates that are known, and again when the rate is reset or the term extended, from the period in which
/// that lies.
pub const PUHUI_RELEVEL_RUNNING: u32 = 3;

/// `interest_base`: interest is counted on the balance outstanding. The usual rule.
pub const PUHUI_INTEREST_BASE_OUTSTANDING: u32 = 1;
/// `interest_base`: on all that was paid out, whatever was repaid since: flat interest (等本等息).
pub const PUHUI_INTEREST_BASE_DISBURSED: u32 = 2;

/// `interest_cap`: a level payment bills all interest that its period earned. The usual rule.
pub const PUHUI_INTEREST_CAP_NONE: u32 = 1;
/// `interest_cap`: no more than the payment; the rest earns nothing and is billed with the next instalments. Where more
/// principal was settled ahead than falls due, no more interest than was settled with it.
pub const PUHUI_INTEREST_CAP_PAYMENT: u32 = 2;

/// `tranche_earns`: a tranche earns from the day it is paid out. The usual rule.
pub const PUHUI_TRANCHE_EARNS_FROM_DAY: u32 = 1;
/// `tranche_earns`: from the first day of the period in which it is paid out.
pub const PUHUI_TRANCHE_EARNS_WHOLE_PERIOD: u32 = 2;

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
pub const PUHUI_DEFER_NONE: u32 = 1;
/// `defer`: the principal of the chosen rows (延期还本).
pub const PUHUI_DEFER_PRINCIPAL: u32 = 2;
/// `defer`: the interest of the chosen rows (延期付息).
pub const PUHUI_DEFER_INTEREST: u32 = 3;
/// `defer`: both (延期还本付息).
pub const PUHUI_DEFER_BOTH: u32 = 4;

/// `principal_caught_up`: no principal is deferred.
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
/// `interest_meanwhile`: deferred; rounded at its due date, it earns nothing.
pub const PUHUI_INTEREST_MEANWHILE_SIMPLE: u32 = 3;
/// `interest_meanwhile`: deferred; the sum joins the balance on the last chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END: u32 = 4;
/// `interest_meanwhile`: deferred; it joins the balance on each chosen due date.
pub const PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE: u32 = 5;
/// `interest_meanwhile`: not owed (免息).
pub const PUHUI_INTEREST_MEANWHILE_WAIVED: u32 = 6;
/// `interest_meanwhile`: at the annual rate `interest_at_ppb`: deferred if interest is, paid in its row if not.
pub const PUHUI_INTEREST_MEANWHILE_AT: u32 = 7;

/// `interest_caught_up`: no interest is deferred, or it becomes principal.
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

/// `interest_on`: what is really outstanding: principal paid ahead of time earns no more, overdue principal that pays no
/// penalty goes on earning. The usual rule.
pub const PUHUI_INTEREST_ON_OUTSTANDING: u32 = 1;
/// `interest_on`: the plan: an instalment paid early or late changes no interest.
pub const PUHUI_INTEREST_ON_PLAN: u32 = 2;

/// `compound_rate`: there is no compound interest.
pub const PUHUI_COMPOUND_RATE_NONE: u32 = 1;
/// `compound_rate`: the penalty rate.
pub const PUHUI_COMPOUND_RATE_PENALTY: u32 = 2;
/// `compound_rate`: the contract rate until the last due date, the penalty rate from then on.
pub const PUHUI_COMPOUND_RATE_CONTRACT_UNTIL_MATURITY: u32 = 3;

/// `compound_base`: there is no compound interest.
pub const PUHUI_COMPOUND_BASE_NONE: u32 = 1;
/// `compound_base`: interest that was billed and is unpaid.
pub const PUHUI_COMPOUND_BASE_INTEREST: u32 = 2;
/// `compound_base`: interest and penalty interest that were billed and are unpaid.
pub const PUHUI_COMPOUND_BASE_INTEREST_AND_PENALTY: u32 = 3;

/// `allocation_order`, `non_accrual_order`: fees (费用).
pub const PUHUI_PART_FEE: u32 = 1;
/// `allocation_order`, `non_accrual_order`: penalty interest (罚息).
pub const PUHUI_PART_PENALTY: u32 = 2;
/// `allocation_order`, `non_accrual_order`: compound interest (复利).
pub const PUHUI_PART_COMPOUND: u32 = 3;
/// `allocation_order`, `non_accrual_order`: interest (利息).
pub const PUHUI_PART_INTEREST: u32 = 4;
/// `allocation_order`, `non_accrual_order`: principal (本金).
pub const PUHUI_PART_PRINCIPAL: u32 = 5;

/// `allocation_by`, `non_accrual_by`: instalment by instalment, the oldest first, each in the order of the parts.
pub const PUHUI_ALLOCATE_BY_INSTALMENT: u32 = 1;
/// `allocation_by`, `non_accrual_by`: part by part, each over the instalments, the oldest first.
pub const PUHUI_ALLOCATE_BY_PART: u32 = 2;

/// `money_ahead`: it is credit of the borrower (溢缴款), and settles what falls due next. The usual rule.
pub const PUHUI_MONEY_AHEAD_HOLD: u32 = 1;
/// `money_ahead`: it settles the next instalments.
pub const PUHUI_MONEY_AHEAD_NEXT: u32 = 2;
/// `money_ahead`: it repays principal at once; the instalments stay, the last ones fall away.
pub const PUHUI_MONEY_AHEAD_LAST: u32 = 3;
/// `money_ahead`: it repays principal at once; the instalments that remain are found again.
pub const PUHUI_MONEY_AHEAD_RE_AMORTISE: u32 = 4;
/// `money_ahead`: it settles instalments ahead, the first one first: each asks for its interest to the day and its principal,
/// and keeps its payment; a payment of that day on it is no longer due.
pub const PUHUI_MONEY_AHEAD_SETTLE_NEXT: u32 = 5;
/// `money_ahead`: the same, the last one first.
pub const PUHUI_MONEY_AHEAD_SETTLE_LAST: u32 = 6;
/// `money_ahead`: the same: the running instalment, then the last one first.
pub const PUHUI_MONEY_AHEAD_SETTLE_NEXT_LAST: u32 = 7;
/// `money_ahead`: the same, all of them in equal parts.
pub const PUHUI_MONEY_AHEAD_SETTLE_EVENLY: u32 = 8;

/// `overdue_earns`: overdue principal that pays no penalty earns contract interest to the day it is paid. The usual rule.
pub const PUHUI_OVERDUE_EARNS_TO_DAY: u32 = 1;
/// `overdue_earns`: to the due date that follows the day it is paid.
pub const PUHUI_OVERDUE_EARNS_TO_NEXT_DUE: u32 = 2;
/// `overdue_earns`: not at all.
pub const PUHUI_OVERDUE_EARNS_NEVER: u32 = 3;

/// `pay_off_to`: a payment that pays off the loan pays interest to its own day. The usual rule.
pub const PUHUI_PAY_OFF_TO_DAY: u32 = 1;
/// `pay_off_to`: to the next due date: a payment that covers the pay-off of that date counts as made on it.
pub const PUHUI_PAY_OFF_TO_NEXT_DUE: u32 = 2;

/// `changes_from`: a change of terms acts on interest from its value date. The usual rule.
pub const PUHUI_CHANGES_FROM_DAY: u32 = 1;
/// `changes_from`: from the day before. An interest pause still begins with a period that begins on that day, and so ends a
/// day before its last day.
pub const PUHUI_CHANGES_FROM_DAY_BEFORE: u32 = 2;

/// `prepayment_interest`: all that has been earned to the day. The usual rule.
pub const PUHUI_PREPAYMENT_INTEREST_ALL_ACCRUED: u32 = 1;
/// `prepayment_interest`: what the prepaid part has earned since its period began.
pub const PUHUI_PREPAYMENT_INTEREST_ON_PREPAID: u32 = 2;
/// `prepayment_interest`: all to the next due date; a prepayment of all too, which then asks for more than the
/// pay-off of the day.
pub const PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE: u32 = 3;

/// `ladder`: loans have no class.
pub const PUHUI_LADDER_NONE: u32 = 1;
/// `ladder`: the rule of 2023 (商业银行金融资产风险分类办法), in force from 2023-07-01: overdue at all, more than 90, 270 and 360
/// days. Before that day there is no class.
pub const PUHUI_LADDER_CN_2023: u32 = 2;
/// `ladder`: by `ladder_from_days`, on every day.
pub const PUHUI_LADDER_FROM_DAYS: u32 = 3;

/// `provision`: nothing is provided for.
pub const PUHUI_PROVISION_NONE: u32 = 1;
/// `provision`: the specific provisions of 2002 (贷款损失准备计提指引): 0, 2, 25, 50 and 100 % of the balance.
pub const PUHUI_PROVISION_CN_2002: u32 = 2;
/// `provision`: by `provision_share_ppb`.
pub const PUHUI_PROVISION_SHARES: u32 = 3;

/// `accrual_postings`: interest that has been earned is booked at the end of each day.
pub const PUHUI_ACCRUAL_POSTINGS_DAILY: u32 = 1;
/// `accrual_postings`: at the end of each month, and when it is billed.
pub const PUHUI_ACCRUAL_POSTINGS_MONTH_END: u32 = 2;
/// `accrual_postings`: when it is billed. The usual rule.
pub const PUHUI_ACCRUAL_POSTINGS_WHEN_BILLED: u32 = 3;

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
/// `kind`: a fee of `amount_minor`, due at once.
pub const PUHUI_EVENT_FEE_CHARGED: u32 = 10;
/// `kind`: `amount_minor` of the fees that were billed is not owed any more.
pub const PUHUI_EVENT_FEE_WAIVED: u32 = 11;
/// `kind`: the proceeds of the loan `by` repaid this one with `amount_minor` (续贷).
pub const PUHUI_EVENT_RENEWED: u32 = 12;
/// `kind`: the event `reverses_no` never was (冲正).
pub const PUHUI_EVENT_REVERSED: u32 = 13;
/// `kind`: all that is outstanding is written off (核销). Of a loan that is not accrued, what stood off the balance
/// sheet is neither income nor loss.
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
    relevel("relevel") -> Reamortise {
        PUHUI_RELEVEL_AT_CHANGE = AtChange,
        PUHUI_RELEVEL_ONCE = Once,
        PUHUI_RELEVEL_RUNNING = Running,
    }
    interest_base("interest_base") -> InterestBase {
        PUHUI_INTEREST_BASE_OUTSTANDING = Outstanding,
        PUHUI_INTEREST_BASE_DISBURSED = FlatOnOriginal,
    }
    interest_cap("interest_cap") -> UnpaidInterest {
        PUHUI_INTEREST_CAP_NONE = Billed,
        PUHUI_INTEREST_CAP_PAYMENT = Carried,
    }
    tranche_earns("tranche_earns") -> TrancheEarns {
        PUHUI_TRANCHE_EARNS_FROM_DAY = FromDay,
        PUHUI_TRANCHE_EARNS_WHOLE_PERIOD = WholePeriod,
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
    interest_on("interest_on") -> InterestOn {
        PUHUI_INTEREST_ON_OUTSTANDING = Outstanding,
        PUHUI_INTEREST_ON_PLAN = Plan,
    }
    part("allocation.order") -> Part {
        PUHUI_PART_FEE = Fee,
        PUHUI_PART_PENALTY = Penalty,
        PUHUI_PART_COMPOUND = Compound,
        PUHUI_PART_INTEREST = Interest,
        PUHUI_PART_PRINCIPAL = Principal,
    }
    allocate_by("allocation.by") -> AllocateBy {
        PUHUI_ALLOCATE_BY_INSTALMENT = Instalment,
        PUHUI_ALLOCATE_BY_PART = Part,
    }
    money_ahead("money_ahead") -> ExcessPayment {
        PUHUI_MONEY_AHEAD_HOLD = Hold,
        PUHUI_MONEY_AHEAD_NEXT = Next,
        PUHUI_MONEY_AHEAD_LAST = Last,
        PUHUI_MONEY_AHEAD_RE_AMORTISE = ReAmortise,
        PUHUI_MONEY_AHEAD_SETTLE_NEXT = SettleNext,
        PUHUI_MONEY_AHEAD_SETTLE_LAST = SettleLast,
        PUHUI_MONEY_AHEAD_SETTLE_NEXT_LAST = SettleNextLast,
        PUHUI_MONEY_AHEAD_SETTLE_EVENLY = SettleEvenly,
    }
    overdue_earns("overdue_earns") -> OverdueEarns {
        PUHUI_OVERDUE_EARNS_TO_DAY = ToDay,
        PUHUI_OVERDUE_EARNS_TO_NEXT_DUE = ToNextDue,
        PUHUI_OVERDUE_EARNS_NEVER = Never,
    }
    pay_off_to("pay_off_to") -> PayOffTo {
        PUHUI_PAY_OFF_TO_DAY = Day,
        PUHUI_PAY_OFF_TO_NEXT_DUE = NextDue,
    }
    changes_from("changes_from") -> ChangesFrom {
        PUHUI_CHANGES_FROM_DAY = Day,
        PUHUI_CHANGES_FROM_DAY_BEFORE = DayBefore,
    }
    prepayment_interest("prepayment.interest") -> PrepaymentInterest {
        PUHUI_PREPAYMENT_INTEREST_ALL_ACCRUED = AllAccrued,
        PUHUI_PREPAYMENT_INTEREST_ON_PREPAID = OnPrepaid,
        PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE = ToNextDue,
    }
    accrual_postings("accrual_postings") -> AccrualPostings {
        PUHUI_ACCRUAL_POSTINGS_DAILY = Daily,
        PUHUI_ACCRUAL_POSTINGS_MONTH_END = MonthEnd,
        PUHUI_ACCRUAL_POSTINGS_WHEN_BILLED = WhenBilled,
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

/// A code of a vocabulary in which 1 stands for none, and the words follow from 2.
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
    compound_rate("penalty.compound.rate") -> CompoundRate {
        PUHUI_COMPOUND_RATE_NONE,
        PUHUI_COMPOUND_RATE_PENALTY = Penalty,
        PUHUI_COMPOUND_RATE_CONTRACT_UNTIL_MATURITY = ContractUntilMaturity,
    }
    compound_base("penalty.compound.base") -> CompoundBase {
        PUHUI_COMPOUND_BASE_NONE,
        PUHUI_COMPOUND_BASE_INTEREST = Interest,
        PUHUI_COMPOUND_BASE_INTEREST_AND_PENALTY = InterestAndPenalty,
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
                    for (code, &word) in (1..).zip($type::ALL) {
                        assert_eq!($name(word), code);
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
pub(super) mod statistics;

/// A flag: 0 is no, 1 is yes.
pub(super) fn flag(given: u32, field: &'static str) -> Result<bool, Failure> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::Code { field, given }),
    }
}
