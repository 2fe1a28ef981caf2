/// puhui: the C++ interface. Header-only, C++17, over puhui.h; it adds no binary interface of its own.
///
/// Handles free themselves, a call that fails throws `puhui::error`, the rows of a batch that fail are data. Objects of this
/// header that are const may be used by any number of threads at the same time.
#ifndef PUHUI_HPP
#define PUHUI_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "puhui.h"

namespace puhui {

// The codes: written by checks/border/tests/header.rs.

namespace code {

/// One of `PUHUI_BASIS_*`.
enum class basis : std::uint32_t {
  central_bank = PUHUI_BASIS_CENTRAL_BANK,
  regulator = PUHUI_BASIS_REGULATOR,
  own = PUHUI_BASIS_OWN,
};

/// One of `PUHUI_FORBEARANCE_*`.
enum class forbearance : std::uint32_t {
  extended = PUHUI_FORBEARANCE_EXTENDED,
  deferred = PUHUI_FORBEARANCE_DEFERRED,
  renewed = PUHUI_FORBEARANCE_RENEWED,
};

/// One of `PUHUI_POINT_KIND_*`.
enum class point_kind : std::uint32_t {
  outlet = PUHUI_POINT_KIND_OUTLET,
  agent = PUHUI_POINT_KIND_AGENT,
  atm = PUHUI_POINT_KIND_ATM,
  pos = PUHUI_POINT_KIND_POS,
  mobile = PUHUI_POINT_KIND_MOBILE,
  online = PUHUI_POINT_KIND_ONLINE,
};

/// One of `PUHUI_FIGURE_*`.
enum class figure : std::uint32_t {
  ratio = PUHUI_FIGURE_RATIO,
  zero_base = PUHUI_FIGURE_ZERO_BASE,
  missing_base = PUHUI_FIGURE_MISSING_BASE,
};

/// One of `PUHUI_LANGUAGE_*`.
enum class language : std::uint32_t {
  english = PUHUI_LANGUAGE_ENGLISH,
  chinese = PUHUI_LANGUAGE_CHINESE,
};

/// One of `PUHUI_ROUNDING_*`.
enum class rounding : std::uint32_t {
  half_up = PUHUI_ROUNDING_HALF_UP,
  half_even = PUHUI_ROUNDING_HALF_EVEN,
  down = PUHUI_ROUNDING_DOWN,
  up = PUHUI_ROUNDING_UP,
};

/// One of `PUHUI_ROLL_*`.
enum class roll : std::uint32_t {
  none = PUHUI_ROLL_NONE,
  following = PUHUI_ROLL_FOLLOWING,
  modified_following = PUHUI_ROLL_MODIFIED_FOLLOWING,
  preceding = PUHUI_ROLL_PRECEDING,
  modified_preceding = PUHUI_ROLL_MODIFIED_PRECEDING,
};

/// One of `PUHUI_METHOD_*`.
enum class method : std::uint32_t {
  equal_instalment = PUHUI_METHOD_EQUAL_INSTALMENT,
  equal_principal = PUHUI_METHOD_EQUAL_PRINCIPAL,
  interest_only = PUHUI_METHOD_INTEREST_ONLY,
  bullet = PUHUI_METHOD_BULLET,
  balloon_amortised_over = PUHUI_METHOD_BALLOON_AMORTISED_OVER,
  balloon_residual = PUHUI_METHOD_BALLOON_RESIDUAL,
  graduated_ratio = PUHUI_METHOD_GRADUATED_RATIO,
  graduated_amount = PUHUI_METHOD_GRADUATED_AMOUNT,
  seasonal = PUHUI_METHOD_SEASONAL,
  custom = PUHUI_METHOD_CUSTOM,
};

/// One of `PUHUI_DAY_COUNT_*`.
enum class day_count : std::uint32_t {
  actual_360 = PUHUI_DAY_COUNT_ACTUAL_360,
  actual_365_fixed = PUHUI_DAY_COUNT_ACTUAL_365_FIXED,
  actual_actual_isda = PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ISDA,
  _30e_360 = PUHUI_DAY_COUNT_30E_360,
  _30e_360_isda = PUHUI_DAY_COUNT_30E_360_ISDA,
  _30_360_us = PUHUI_DAY_COUNT_30_360_US,
  _30_360_bond = PUHUI_DAY_COUNT_30_360_BOND,
  months_and_days = PUHUI_DAY_COUNT_MONTHS_AND_DAYS,
  actual_actual_icma = PUHUI_DAY_COUNT_ACTUAL_ACTUAL_ICMA,
  actual_365l = PUHUI_DAY_COUNT_ACTUAL_365L,
  actual_actual_dec_31 = PUHUI_DAY_COUNT_ACTUAL_ACTUAL_DEC_31,
};

/// One of `PUHUI_UNIT_*`.
enum class unit : std::uint32_t {
  day = PUHUI_UNIT_DAY,
  week = PUHUI_UNIT_WEEK,
  month = PUHUI_UNIT_MONTH,
  quarter = PUHUI_UNIT_QUARTER,
  half_year = PUHUI_UNIT_HALF_YEAR,
  year = PUHUI_UNIT_YEAR,
};

/// One of `PUHUI_MISSING_DAY_*`.
enum class missing_day : std::uint32_t {
  last_of_month = PUHUI_MISSING_DAY_LAST_OF_MONTH,
  first_of_next_month = PUHUI_MISSING_DAY_FIRST_OF_NEXT_MONTH,
};

/// One of `PUHUI_LEVEL_PAYMENT_*`.
enum class level_payment : std::uint32_t {
  exact = PUHUI_LEVEL_PAYMENT_EXACT,
  nominal = PUHUI_LEVEL_PAYMENT_NOMINAL,
};

/// One of `PUHUI_FIRST_PERIOD_*`.
enum class first_period : std::uint32_t {
  inside = PUHUI_FIRST_PERIOD_INSIDE,
  on_top = PUHUI_FIRST_PERIOD_ON_TOP,
};

/// One of `PUHUI_ACCRUAL_ENDS_*`.
enum class accrual_ends : std::uint32_t {
  on_due_date = PUHUI_ACCRUAL_ENDS_ON_DUE_DATE,
  day_after = PUHUI_ACCRUAL_ENDS_DAY_AFTER,
};

/// One of `PUHUI_RELEVEL_*`.
enum class relevel : std::uint32_t {
  at_change = PUHUI_RELEVEL_AT_CHANGE,
  once = PUHUI_RELEVEL_ONCE,
  running = PUHUI_RELEVEL_RUNNING,
};

/// One of `PUHUI_ROLLED_INTEREST_*`.
enum class rolled_interest : std::uint32_t {
  adjusted = PUHUI_ROLLED_INTEREST_ADJUSTED,
  unadjusted = PUHUI_ROLLED_INTEREST_UNADJUSTED,
};

/// One of `PUHUI_INTEREST_BASE_*`.
enum class interest_base : std::uint32_t {
  outstanding = PUHUI_INTEREST_BASE_OUTSTANDING,
  disbursed = PUHUI_INTEREST_BASE_DISBURSED,
  disbursed_in_total = PUHUI_INTEREST_BASE_DISBURSED_IN_TOTAL,
};

/// One of `PUHUI_INTEREST_CAP_*`.
enum class interest_cap : std::uint32_t {
  none = PUHUI_INTEREST_CAP_NONE,
  payment = PUHUI_INTEREST_CAP_PAYMENT,
};

/// One of `PUHUI_TRANCHE_EARNS_*`.
enum class tranche_earns : std::uint32_t {
  from_day = PUHUI_TRANCHE_EARNS_FROM_DAY,
  whole_period = PUHUI_TRANCHE_EARNS_WHOLE_PERIOD,
};

/// One of `PUHUI_MONEY_AHEAD_*`.
enum class money_ahead : std::uint32_t {
  hold = PUHUI_MONEY_AHEAD_HOLD,
  next = PUHUI_MONEY_AHEAD_NEXT,
  last = PUHUI_MONEY_AHEAD_LAST,
  re_amortise = PUHUI_MONEY_AHEAD_RE_AMORTISE,
  settle_next = PUHUI_MONEY_AHEAD_SETTLE_NEXT,
  settle_last = PUHUI_MONEY_AHEAD_SETTLE_LAST,
  settle_next_last = PUHUI_MONEY_AHEAD_SETTLE_NEXT_LAST,
  settle_evenly = PUHUI_MONEY_AHEAD_SETTLE_EVENLY,
};

/// One of `PUHUI_INTEREST_ON_*`.
enum class interest_on : std::uint32_t {
  outstanding = PUHUI_INTEREST_ON_OUTSTANDING,
  plan = PUHUI_INTEREST_ON_PLAN,
};

/// One of `PUHUI_COMPOUND_RATE_*`.
enum class compound_rate : std::uint32_t {
  none = PUHUI_COMPOUND_RATE_NONE,
  penalty = PUHUI_COMPOUND_RATE_PENALTY,
  contract_until_maturity = PUHUI_COMPOUND_RATE_CONTRACT_UNTIL_MATURITY,
};

/// One of `PUHUI_COMPOUND_BASE_*`.
enum class compound_base : std::uint32_t {
  none = PUHUI_COMPOUND_BASE_NONE,
  interest = PUHUI_COMPOUND_BASE_INTEREST,
  interest_and_penalty = PUHUI_COMPOUND_BASE_INTEREST_AND_PENALTY,
};

/// One of `PUHUI_PART_*`.
enum class part : std::uint32_t {
  fee = PUHUI_PART_FEE,
  penalty = PUHUI_PART_PENALTY,
  compound = PUHUI_PART_COMPOUND,
  interest = PUHUI_PART_INTEREST,
  principal = PUHUI_PART_PRINCIPAL,
};

/// One of `PUHUI_ALLOCATE_BY_*`.
enum class allocate_by : std::uint32_t {
  instalment = PUHUI_ALLOCATE_BY_INSTALMENT,
  part = PUHUI_ALLOCATE_BY_PART,
};

/// One of `PUHUI_PREPAYMENT_INTEREST_*`.
enum class prepayment_interest : std::uint32_t {
  all_accrued = PUHUI_PREPAYMENT_INTEREST_ALL_ACCRUED,
  on_prepaid = PUHUI_PREPAYMENT_INTEREST_ON_PREPAID,
  to_next_due = PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE,
};

/// One of `PUHUI_LADDER_*`.
enum class ladder : std::uint32_t {
  none = PUHUI_LADDER_NONE,
  cn_2023 = PUHUI_LADDER_CN_2023,
  from_days = PUHUI_LADDER_FROM_DAYS,
};

/// One of `PUHUI_PROVISION_*`.
enum class provision : std::uint32_t {
  none = PUHUI_PROVISION_NONE,
  cn_2002 = PUHUI_PROVISION_CN_2002,
  shares = PUHUI_PROVISION_SHARES,
};

/// One of `PUHUI_ACCRUAL_POSTINGS_*`.
enum class accrual_postings : std::uint32_t {
  daily = PUHUI_ACCRUAL_POSTINGS_DAILY,
  month_end = PUHUI_ACCRUAL_POSTINGS_MONTH_END,
  when_billed = PUHUI_ACCRUAL_POSTINGS_WHEN_BILLED,
};

/// One of `PUHUI_OVERDUE_EARNS_*`.
enum class overdue_earns : std::uint32_t {
  to_day = PUHUI_OVERDUE_EARNS_TO_DAY,
  to_next_due = PUHUI_OVERDUE_EARNS_TO_NEXT_DUE,
  never = PUHUI_OVERDUE_EARNS_NEVER,
};

/// One of `PUHUI_PAY_OFF_TO_*`.
enum class pay_off_to : std::uint32_t {
  day = PUHUI_PAY_OFF_TO_DAY,
  next_due = PUHUI_PAY_OFF_TO_NEXT_DUE,
};

/// One of `PUHUI_CHANGES_FROM_*`.
enum class changes_from : std::uint32_t {
  day = PUHUI_CHANGES_FROM_DAY,
  day_before = PUHUI_CHANGES_FROM_DAY_BEFORE,
};

/// One of `PUHUI_DEFER_*`.
enum class defer : std::uint32_t {
  none = PUHUI_DEFER_NONE,
  principal = PUHUI_DEFER_PRINCIPAL,
  interest = PUHUI_DEFER_INTEREST,
  both = PUHUI_DEFER_BOTH,
};

/// One of `PUHUI_PRINCIPAL_CAUGHT_UP_*`.
enum class principal_caught_up : std::uint32_t {
  none = PUHUI_PRINCIPAL_CAUGHT_UP_NONE,
  end_of_window = PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW,
  over_remaining = PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING,
  shifted = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED,
  at_maturity = PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY,
};

/// One of `PUHUI_INTEREST_MEANWHILE_*`.
enum class interest_meanwhile : std::uint32_t {
  none = PUHUI_INTEREST_MEANWHILE_NONE,
  paid = PUHUI_INTEREST_MEANWHILE_PAID,
  simple = PUHUI_INTEREST_MEANWHILE_SIMPLE,
  capitalised_at_end = PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END,
  capitalised_each_due_date = PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE,
  waived = PUHUI_INTEREST_MEANWHILE_WAIVED,
  at = PUHUI_INTEREST_MEANWHILE_AT,
};

/// One of `PUHUI_INTEREST_CAUGHT_UP_*`.
enum class interest_caught_up : std::uint32_t {
  none = PUHUI_INTEREST_CAUGHT_UP_NONE,
  end_of_window = PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW,
  next_instalment = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT,
  over_remaining = PUHUI_INTEREST_CAUGHT_UP_OVER_REMAINING,
  at_maturity = PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY,
};

/// One of `PUHUI_PENALTY_*`.
enum class penalty : std::uint32_t {
  as_contracted = PUHUI_PENALTY_AS_CONTRACTED,
  none = PUHUI_PENALTY_NONE,
};

/// One of `PUHUI_DAYS_PAST_DUE_*`.
enum class days_past_due : std::uint32_t {
  by_due_dates = PUHUI_DAYS_PAST_DUE_BY_DUE_DATES,
  excluded = PUHUI_DAYS_PAST_DUE_EXCLUDED,
};

/// One of `PUHUI_CLASS_*`.
enum class class_ : std::uint32_t {
  by_ladder = PUHUI_CLASS_BY_LADDER,
  held = PUHUI_CLASS_HELD,
};

/// One of `PUHUI_CREDIT_REPORT_*`.
enum class credit_report : std::uint32_t {
  as_counted = PUHUI_CREDIT_REPORT_AS_COUNTED,
  protected_ = PUHUI_CREDIT_REPORT_PROTECTED,
};

/// One of `PUHUI_OUTCOME_*`.
enum class outcome : std::uint32_t {
  granted = PUHUI_OUTCOME_GRANTED,
  nothing_due = PUHUI_OUTCOME_NOTHING_DUE,
};

/// One of `PUHUI_EVENT_*`.
enum class event : std::uint32_t {
  disbursed = PUHUI_EVENT_DISBURSED,
  repaid = PUHUI_EVENT_REPAID,
  prepaid = PUHUI_EVENT_PREPAID,
  rate_reset = PUHUI_EVENT_RATE_RESET,
  relief = PUHUI_EVENT_RELIEF,
  interest_paused = PUHUI_EVENT_INTEREST_PAUSED,
  interest_waived = PUHUI_EVENT_INTEREST_WAIVED,
  re_aged = PUHUI_EVENT_RE_AGED,
  re_amortised = PUHUI_EVENT_RE_AMORTISED,
  fee_charged = PUHUI_EVENT_FEE_CHARGED,
  fee_waived = PUHUI_EVENT_FEE_WAIVED,
  renewed = PUHUI_EVENT_RENEWED,
  reversed = PUHUI_EVENT_REVERSED,
  charged_off = PUHUI_EVENT_CHARGED_OFF,
  recovered = PUHUI_EVENT_RECOVERED,
  guarantee_paid = PUHUI_EVENT_GUARANTEE_PAID,
  closed = PUHUI_EVENT_CLOSED,
  due_date_moved = PUHUI_EVENT_DUE_DATE_MOVED,
};

/// One of `PUHUI_PAYER_*`.
enum class payer : std::uint32_t {
  refund = PUHUI_PAYER_REFUND,
  borrower = PUHUI_PAYER_BORROWER,
  guarantor = PUHUI_PAYER_GUARANTOR,
  treasury = PUHUI_PAYER_TREASURY,
  insurer = PUHUI_PAYER_INSURER,
  goodwill = PUHUI_PAYER_GOODWILL,
};

/// One of `PUHUI_PREPAYMENT_*`.
enum class prepayment : std::uint32_t {
  interest_all_accrued = PUHUI_PREPAYMENT_INTEREST_ALL_ACCRUED,
  interest_on_prepaid = PUHUI_PREPAYMENT_INTEREST_ON_PREPAID,
  interest_to_next_due = PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE,
  keep_term = PUHUI_PREPAYMENT_KEEP_TERM,
  keep_instalment = PUHUI_PREPAYMENT_KEEP_INSTALMENT,
  settle = PUHUI_PREPAYMENT_SETTLE,
};

/// One of `PUHUI_LOAN_CLASS_*`.
enum class loan_class : std::uint32_t {
  normal = PUHUI_LOAN_CLASS_NORMAL,
  special_mention = PUHUI_LOAN_CLASS_SPECIAL_MENTION,
  substandard = PUHUI_LOAN_CLASS_SUBSTANDARD,
  doubtful = PUHUI_LOAN_CLASS_DOUBTFUL,
  loss = PUHUI_LOAN_CLASS_LOSS,
};

/// One of `PUHUI_LEDGER_*`.
enum class ledger : std::uint32_t {
  cash = PUHUI_LEDGER_CASH,
  principal = PUHUI_LEDGER_PRINCIPAL,
  overdue_principal = PUHUI_LEDGER_OVERDUE_PRINCIPAL,
  accrued_interest = PUHUI_LEDGER_ACCRUED_INTEREST,
  interest_receivable = PUHUI_LEDGER_INTEREST_RECEIVABLE,
  penalty_receivable = PUHUI_LEDGER_PENALTY_RECEIVABLE,
  fee_receivable = PUHUI_LEDGER_FEE_RECEIVABLE,
  borrower_credit = PUHUI_LEDGER_BORROWER_CREDIT,
  interest_income = PUHUI_LEDGER_INTEREST_INCOME,
  penalty_income = PUHUI_LEDGER_PENALTY_INCOME,
  fee_income = PUHUI_LEDGER_FEE_INCOME,
  vat_payable = PUHUI_LEDGER_VAT_PAYABLE,
  credit_loss = PUHUI_LEDGER_CREDIT_LOSS,
  memo_interest = PUHUI_LEDGER_MEMO_INTEREST,
  memo_contra = PUHUI_LEDGER_MEMO_CONTRA,
};

/// One of `PUHUI_STAGE_*`.
enum class stage : std::uint32_t {
  settled = PUHUI_STAGE_SETTLED,
  charged_off = PUHUI_STAGE_CHARGED_OFF,
  closed = PUHUI_STAGE_CLOSED,
};

/// One of `PUHUI_LINE_*`.
enum class line : std::uint32_t {
  drawn = PUHUI_LINE_DRAWN,
  repaid = PUHUI_LINE_REPAID,
  limit_changed = PUHUI_LINE_LIMIT_CHANGED,
};

/// One of `PUHUI_PURPOSE_*`.
enum class purpose : std::uint32_t {
  agriculture = PUHUI_PURPOSE_AGRICULTURE,
  operation = PUHUI_PURPOSE_OPERATION,
  start_up = PUHUI_PURPOSE_START_UP,
  housing = PUHUI_PURPOSE_HOUSING,
  student = PUHUI_PURPOSE_STUDENT,
  consumption = PUHUI_PURPOSE_CONSUMPTION,
  food_and_clothing = PUHUI_PURPOSE_FOOD_AND_CLOTHING,
  compulsory_education = PUHUI_PURPOSE_COMPULSORY_EDUCATION,
  basic_medical_care = PUHUI_PURPOSE_BASIC_MEDICAL_CARE,
  safe_housing = PUHUI_PURPOSE_SAFE_HOUSING,
  safe_drinking_water = PUHUI_PURPOSE_SAFE_DRINKING_WATER,
  industry = PUHUI_PURPOSE_INDUSTRY,
  relocation = PUHUI_PURPOSE_RELOCATION,
  farmland = PUHUI_PURPOSE_FARMLAND,
  ecology = PUHUI_PURPOSE_ECOLOGY,
  infrastructure = PUHUI_PURPOSE_INFRASTRUCTURE,
};

/// One of `PUHUI_GUARANTEE_*`.
enum class guarantee : std::uint32_t {
  credit = PUHUI_GUARANTEE_CREDIT,
  guaranteed = PUHUI_GUARANTEE_GUARANTEED,
  mortgage = PUHUI_GUARANTEE_MORTGAGE,
  pledge = PUHUI_GUARANTEE_PLEDGE,
};

/// One of `PUHUI_TARGETED_*`.
enum class targeted : std::uint32_t {
  registered_poor = PUHUI_TARGETED_REGISTERED_POOR,
  other_personal = PUHUI_TARGETED_OTHER_PERSONAL,
  industry = PUHUI_TARGETED_INDUSTRY,
  relocation = PUHUI_TARGETED_RELOCATION,
  farmland = PUHUI_TARGETED_FARMLAND,
  ecology = PUHUI_TARGETED_ECOLOGY,
  infrastructure = PUHUI_TARGETED_INFRASTRUCTURE,
};

/// One of `PUHUI_BORROWER_STATUS_*`.
enum class borrower_status : std::uint32_t {
  not_lifted = PUHUI_BORROWER_STATUS_NOT_LIFTED,
  lifted = PUHUI_BORROWER_STATUS_LIFTED,
  relapsed = PUHUI_BORROWER_STATUS_RELAPSED,
  marginal = PUHUI_BORROWER_STATUS_MARGINAL,
  monitored = PUHUI_BORROWER_STATUS_MONITORED,
};

/// One of `PUHUI_DIMENSION_*`.
enum class dimension : std::uint32_t {
  county = PUHUI_DIMENSION_COUNTY,
  township = PUHUI_DIMENSION_TOWNSHIP,
  product = PUHUI_DIMENSION_PRODUCT,
  purpose = PUHUI_DIMENSION_PURPOSE,
  class_ = PUHUI_DIMENSION_CLASS,
  programme = PUHUI_DIMENSION_PROGRAMME,
  lender = PUHUI_DIMENSION_LENDER,
  month = PUHUI_DIMENSION_MONTH,
  targeted = PUHUI_DIMENSION_TARGETED,
  status = PUHUI_DIMENSION_STATUS,
  guarantee = PUHUI_DIMENSION_GUARANTEE,
  term = PUHUI_DIMENSION_TERM,
  original_term = PUHUI_DIMENSION_ORIGINAL_TERM,
};

/// One of `PUHUI_MEASURE_*`.
enum class measure : std::uint32_t {
  balance = PUHUI_MEASURE_BALANCE,
  balance_rate = PUHUI_MEASURE_BALANCE_RATE,
  lending = PUHUI_MEASURE_LENDING,
  lending_rate = PUHUI_MEASURE_LENDING_RATE,
  overdue = PUHUI_MEASURE_OVERDUE,
  classes = PUHUI_MEASURE_CLASSES,
  person_times = PUHUI_MEASURE_PERSON_TIMES,
  forbearance = PUHUI_MEASURE_FORBEARANCE,
  deferred = PUHUI_MEASURE_DEFERRED,
};

/// One of `PUHUI_IDS_*`.
enum class ids : std::uint32_t {
  borrowers = PUHUI_IDS_BORROWERS,
  households = PUHUI_IDS_HOUSEHOLDS,
  persons = PUHUI_IDS_PERSONS,
};

/// One of `PUHUI_LOANS_COUNTED_*`.
enum class loans_counted : std::uint32_t {
  all = PUHUI_LOANS_COUNTED_ALL,
  outstanding = PUHUI_LOANS_COUNTED_OUTSTANDING,
};

/// One of `PUHUI_HELD_*`.
enum class held : std::uint32_t {
  yes = PUHUI_HELD_YES,
  no = PUHUI_HELD_NO,
  unknown = PUHUI_HELD_UNKNOWN,
};

/// One of `PUHUI_TOLERANCE_*`.
enum class tolerance : std::uint32_t {
  base_own_ratio = PUHUI_TOLERANCE_BASE_OWN_RATIO,
  base_own_target = PUHUI_TOLERANCE_BASE_OWN_TARGET,
  cn_inclusive_2019 = PUHUI_TOLERANCE_CN_INCLUSIVE_2019,
  cn_deep_poverty_2018 = PUHUI_TOLERANCE_CN_DEEP_POVERTY_2018,
  own = PUHUI_TOLERANCE_OWN,
};

/// One of `PUHUI_TOLERANCE_BASE_*`.
enum class tolerance_base : std::uint32_t {
  own_ratio = PUHUI_TOLERANCE_BASE_OWN_RATIO,
  own_target = PUHUI_TOLERANCE_BASE_OWN_TARGET,
};

/// One of `PUHUI_LEAST_PROVISIONS_*`.
enum class least_provisions : std::uint32_t {
  cn_2012 = PUHUI_LEAST_PROVISIONS_CN_2012,
  cn_2018 = PUHUI_LEAST_PROVISIONS_CN_2018,
  own = PUHUI_LEAST_PROVISIONS_OWN,
};

/// One of `PUHUI_AREA_*`.
enum class area : std::uint32_t {
  county = PUHUI_AREA_COUNTY,
  township = PUHUI_AREA_TOWNSHIP,
};

/// One of `PUHUI_STATEMENT_*`.
enum class statement : std::uint32_t {
  registered_poor = PUHUI_STATEMENT_REGISTERED_POOR,
  other_personal = PUHUI_STATEMENT_OTHER_PERSONAL,
  personal = PUHUI_STATEMENT_PERSONAL,
  industry = PUHUI_STATEMENT_INDUSTRY,
  relocation = PUHUI_STATEMENT_RELOCATION,
  farmland = PUHUI_STATEMENT_FARMLAND,
  ecology = PUHUI_STATEMENT_ECOLOGY,
  infrastructure = PUHUI_STATEMENT_INFRASTRUCTURE,
  project = PUHUI_STATEMENT_PROJECT,
  entity = PUHUI_STATEMENT_ENTITY,
  total = PUHUI_STATEMENT_TOTAL,
  lifted_out = PUHUI_STATEMENT_LIFTED_OUT,
};

/// One of `PUHUI_REGION_CLASS_*`.
enum class region_class : std::uint32_t {
  national_poor_county = PUHUI_REGION_CLASS_NATIONAL_POOR_COUNTY,
  municipal_poor_county = PUHUI_REGION_CLASS_MUNICIPAL_POOR_COUNTY,
  deep_poverty_township = PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP,
};

/// One of `PUHUI_LISTED_*`.
enum class listed : std::uint32_t {
  on_day = PUHUI_LISTED_ON_DAY,
  by_day = PUHUI_LISTED_BY_DAY,
};

}  // namespace code

// The end of the codes.

/// A failed call. `what()` says what was found and what is allowed, for people.
class error : public std::runtime_error {
 public:
  explicit error(const puhui_error &detail, puhui_status returned)
      : std::runtime_error(detail.message[0] != '\0' ? detail.message : puhui_status_message(returned)),
        code_(returned),
        field_(detail.field) {}
  explicit error(puhui_status returned) : std::runtime_error(puhui_status_message(returned)), code_(returned) {}

  /// One of `PUHUI_ERR_*`.
  [[nodiscard]] puhui_status code() const noexcept { return code_; }
  /// The parameter or the field that holds the offending value, without its unit.
  [[nodiscard]] const std::string &field() const noexcept { return field_; }

 private:
  puhui_status code_;
  std::string field_;
};

/// A view of elements that lie one after the other, in an array of anybody's; good as long as they are.
template <class T>
class span {
 public:
  constexpr span() noexcept = default;
  constexpr span(T *data, std::size_t size) noexcept : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr span(T (&array)[N]) noexcept : data_(array), size_(N) {}
  /// Of a vector, an array of the standard library, or another span. One that dies at once cannot be viewed.
  template <class Elements, class Of = std::remove_pointer_t<decltype(std::declval<Elements &>().data())>,
            class = std::enable_if_t<std::is_convertible_v<Of (*)[], T (*)[]>>>
  constexpr span(Elements &elements) noexcept : data_(elements.data()), size_(elements.size()) {}

  [[nodiscard]] constexpr T *data() const noexcept { return data_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr T *begin() const noexcept { return data_; }
  [[nodiscard]] constexpr T *end() const noexcept { return data_ + size_; }
  [[nodiscard]] constexpr T &operator[](std::size_t place) const noexcept { return data_[place]; }

 private:
  T *data_ = nullptr;
  std::size_t size_ = 0;
};

/// The name of a field, as `error::field` has it, in a language.
[[nodiscard]] inline std::string field_name_in(const std::string &field, code::language language) {
  std::string text;
  std::size_t length = 0;
  const auto run = [&](char *to) {
    puhui_error err = PUHUI_ERROR_INIT;
    const puhui_status status = puhui_field_name_in(field.c_str(), static_cast<std::uint32_t>(language), to, text.size(), &length, &err);
    if (status != PUHUI_OK) throw error(err, status);
  };
  run(nullptr);
  text.resize(length);
  if (length > 0) run(text.data());
  return text;
}

namespace detail {

/// The number of a code in C.
template <class Code>
constexpr std::uint32_t number(Code of) noexcept {
  return static_cast<std::uint32_t>(of);
}

/// The numbers of codes in C.
template <class Code>
std::vector<std::uint32_t> numbers(const std::vector<Code> &of) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(of.size());
  for (const Code code : of) numbers.push_back(number(code));
  return numbers;
}

/// Runs a call with a `puhui_error` and throws if it fails with anything but `allowed`.
template <class Call>
puhui_status checked(Call call, puhui_status allowed = PUHUI_OK) {
  puhui_error err = PUHUI_ERROR_INIT;
  const puhui_status status = call(&err);
  if (status != PUHUI_OK && status != allowed) throw error(err, status);
  return status;
}

struct deleter {
  void operator()(puhui_product *raw) const noexcept { puhui_product_free(raw); }
  void operator()(puhui_calendar *raw) const noexcept { puhui_calendar_free(raw); }
  void operator()(puhui_benchmark *raw) const noexcept { puhui_benchmark_free(raw); }
  void operator()(puhui_status_register *raw) const noexcept { puhui_status_register_free(raw); }
  void operator()(puhui_region_list *raw) const noexcept { puhui_region_list_free(raw); }
};

template <class Handle>
using owned = std::unique_ptr<Handle, deleter>;

/// Where rows are written: nowhere before their number is known.
template <class Row>
Row *data_or_null(std::vector<Row> &rows) noexcept {
  return rows.empty() ? nullptr : rows.data();
}

/// Runs a call that writes rows: once to count them, and again with room for them.
template <class Row, class Call>
std::vector<Row> rows_of(Call call) {
  std::vector<Row> rows;
  std::size_t count = 0;
  checked([&](puhui_error *err) { return call(static_cast<Row *>(nullptr), std::size_t{0}, &count, err); });
  rows.resize(count);
  if (count > 0) checked([&](puhui_error *err) { return call(rows.data(), rows.size(), &count, err); });
  rows.resize(count);
  return rows;
}

/// Room for a column of `count` elements.
template <class T>
T *room(std::vector<T> &values, std::size_t count) {
  values.resize(count);
  return values.data();
}

/// Runs a call that makes a handle.
template <class Handle, class Call>
owned<Handle> make_handle(Call call) {
  Handle *raw = nullptr;
  checked([&](puhui_error *err) { return call(&raw, err); });
  return owned<Handle>(raw);
}

/// A column of `count` elements, or NULL.
template <class Values>
auto column(const Values &values, std::size_t count, const char *of) -> decltype(values.data()) {
  if (values.empty()) return nullptr;
  if (values.size() != count) throw std::invalid_argument(std::string(of) + ": the columns differ in length");
  return values.data();
}

/// Sets a currency, three capital letters.
inline void set_currency(char (&currency)[4], std::string_view code) {
  if (code.size() != 3) throw error(PUHUI_ERR_MALFORMED);
  code.copy(currency, 3);
  currency[3] = '\0';
}

}  // namespace detail

class loan;
class account;

/// The rules that loans of a kind share: `puhui_product_rules`, started. The fields are set by name.
struct rules : puhui_product_rules {
  rules() noexcept : puhui_product_rules(PUHUI_PRODUCT_RULES_INIT) {}

  /// Sets the currency, three capital letters, with the decimals of ISO 4217 unless others are given.
  rules &in(std::string_view code, std::uint32_t exponent = PUHUI_EXPONENT_ISO_4217) {
    detail::set_currency(currency, code);
    currency_exponent = exponent;
    return *this;
  }

  /// Sets the cycle: a number of a unit.
  rules &every(std::uint32_t count, code::unit unit) noexcept {
    every_count = count;
    every_unit = detail::number(unit);
    return *this;
  }
};

/// The five parts, each once: what a payment settles first.
using allocation_order = std::array<code::part, 5>;

/// How loans of a kind are serviced: `puhui_servicing`, started. The fields are set by name, or by the functions below.
struct servicing : puhui_servicing {
  servicing() noexcept : puhui_servicing(PUHUI_SERVICING_INIT) {}

  /// Overdue principal pays a penalty rate, so much above the contract rate as a share of it: 500'000'000 is half as much again.
  servicing &penalty(std::int64_t mark_up_ppb) noexcept {
    has_penalty = 1;
    penalty_mark_up_ppb = mark_up_ppb;
    return *this;
  }

  /// Unpaid interest pays compound interest: at a rate, on a base.
  servicing &compound(code::compound_rate rate, code::compound_base base) noexcept {
    compound_rate = detail::number(rate);
    compound_base = detail::number(base);
    return *this;
  }

  /// The order in which payments settle what is owed, and whether instalments or parts go first, a `PUHUI_ALLOCATE_BY_*`.
  servicing &settles(const puhui::allocation_order &order, code::allocate_by by) noexcept {
    for (std::size_t i = 0; i < order.size(); ++i) allocation_order[i] = detail::number(order[i]);
    allocation_by = detail::number(by);
    return *this;
  }

  /// The same of the money of one payer, a `PUHUI_PAYER_*`.
  servicing &settles(const puhui::allocation_order &order, code::allocate_by by, code::payer payer) {
    puhui_payer_rules &rules = of_payer(payer);
    for (std::size_t i = 0; i < order.size(); ++i) rules.allocation_order[i] = detail::number(order[i]);
    rules.allocation_by = detail::number(by);
    return *this;
  }

  /// What happens to money ahead of time, a `PUHUI_MONEY_AHEAD_*`: that of one payer, a `PUHUI_PAYER_*`.
  servicing &ahead(code::money_ahead rule, code::payer payer) {
    of_payer(payer).money_ahead = detail::number(rule);
    return *this;
  }

  /// Loans are no longer accrued from a number of days past due on; payments go on settling as before.
  servicing &non_accrual(std::uint32_t from_days) noexcept {
    non_accrual_from_days = from_days;
    return *this;
  }

  /// Loans are no longer accrued from a number of days past due on, and payments settle in another order meanwhile.
  servicing &non_accrual(std::uint32_t from_days, const puhui::allocation_order &order, code::allocate_by by) noexcept {
    has_non_accrual_order = 1;
    for (std::size_t i = 0; i < order.size(); ++i) non_accrual_order[i] = detail::number(order[i]);
    non_accrual_by = detail::number(by);
    return non_accrual(from_days);
  }

  /// The class is by the first day past due of special mention, substandard, doubtful and loss.
  servicing &classes(const std::array<std::uint32_t, 4> &from_days) noexcept {
    ladder = PUHUI_LADDER_FROM_DAYS;
    for (std::size_t i = 0; i < from_days.size(); ++i) ladder_from_days[i] = from_days[i];
    return *this;
  }

  /// Shares of the balance are provided for, by class from normal to loss, in parts per billion.
  servicing &provisions(const std::array<std::int64_t, 5> &share_ppb) noexcept {
    provision = PUHUI_PROVISION_SHARES;
    for (std::size_t i = 0; i < share_ppb.size(); ++i) provision_share_ppb[i] = share_ppb[i];
    return *this;
  }

private:
  puhui_payer_rules &of_payer(code::payer payer) {
    if (payer < code::payer::borrower || payer > code::payer::goodwill) throw error(PUHUI_ERR_UNKNOWN_CODE);
    return payers[detail::number(payer) - 1];
  }
};

/// What differs from loan to loan: `puhui_terms`, started. The fields are set by name.
struct terms : puhui_terms {
  terms() noexcept : puhui_terms(PUHUI_TERMS_INIT) {}
};

/// The annualised rates of a loan: `puhui_annualised`, started.
struct annualised : puhui_annualised {
  annualised() noexcept : puhui_annualised(PUHUI_ANNUALISED_INIT) {}
};

/// Owns a `puhui_calendar`. Movable, not copyable.
class calendar {
 public:
  /// The Chinese statutory holidays and make-up working days of 2018 to 2026.
  [[nodiscard]] static calendar cn() { return calendar(detail::make_handle<puhui_calendar>(puhui_calendar_cn)); }

  /// Saturdays and Sundays are off and nothing else.
  [[nodiscard]] static calendar weekends() { return calendar(detail::make_handle<puhui_calendar>(puhui_calendar_weekends)); }

  /// A list of the caller's own.
  [[nodiscard]] static calendar from_days(const std::string &name, span<const std::int32_t> holidays_ymd,
                            span<const std::int32_t> workdays_ymd) {
    return calendar(detail::make_handle<puhui_calendar>([&](puhui_calendar **out, puhui_error *err) {
      return puhui_calendar_from_days(name.c_str(), holidays_ymd.data(), holidays_ymd.size(), workdays_ymd.data(),
                                      workdays_ymd.size(), out, err);
    }));
  }

  /// The day that a date rolls to.
  [[nodiscard]] std::int32_t roll(std::int32_t date_ymd, code::roll how) const {
    std::int32_t rolled_on_ymd = 0;
    detail::checked([&](puhui_error *err) {
      return puhui_calendar_roll(get(), date_ymd, detail::number(how), &rolled_on_ymd, nullptr, err);
    });
    return rolled_on_ymd;
  }

  [[nodiscard]] const puhui_calendar *get() const noexcept { return handle_.get(); }

 private:
  explicit calendar(detail::owned<puhui_calendar> handle) noexcept : handle_(std::move(handle)) {}
  detail::owned<puhui_calendar> handle_;
};

/// How the rates of one loan follow a benchmark: `puhui_reset_rule`, started. The fields are set by name.
struct reset_rule : puhui_reset_rule {
  reset_rule() noexcept : puhui_reset_rule(PUHUI_RESET_RULE_INIT) {}

  /// From the day of disbursement to the last day that a rate is wanted for, by what was published up to another.
  reset_rule(std::int32_t disbursed_on, std::int32_t until, std::int32_t known_on) noexcept : reset_rule() {
    disbursed_on_ymd = disbursed_on;
    until_ymd = until;
    known_on_ymd = known_on;
  }

  /// What is added to the benchmark, in basis points.
  reset_rule &plus(std::int32_t basis_points) noexcept {
    spread_bp = basis_points;
    return *this;
  }

  /// The benchmark is looked up again each time: a number of a `PUHUI_UNIT_*`.
  reset_rule &every(std::uint32_t count, code::unit unit) noexcept {
    reset_count = count;
    reset_unit = detail::number(unit);
    return *this;
  }
};

/// The rates of one loan, as a benchmark gives them.
struct resolved_rates {
  std::int64_t first_rate_ppb = 0;
  std::vector<puhui_rate_step> steps;
};

/// Owns a `puhui_benchmark`. Movable, not copyable.
class benchmark {
 public:
  /// A built-in series, such as `lpr_1y`.
  [[nodiscard]] static benchmark built_in(const std::string &name) {
    return benchmark(detail::make_handle<puhui_benchmark>([&](puhui_benchmark **out, puhui_error *err) {
      return puhui_benchmark_built_in(name.c_str(), out, err);
    }));
  }

  /// A series of the caller's own: publication days, rising, and the rates published on them.
  [[nodiscard]] static benchmark from_columns(const std::string &name, span<const std::int32_t> published_on_ymd,
                                span<const std::int64_t> rate_ppb) {
    if (published_on_ymd.size() != rate_ppb.size())
      throw std::invalid_argument("benchmark: the columns differ in length");
    return benchmark(detail::make_handle<puhui_benchmark>([&](puhui_benchmark **out, puhui_error *err) {
      return puhui_benchmark_from_columns(name.c_str(), published_on_ymd.data(), rate_ppb.data(), rate_ppb.size(), out,
                                          err);
    }));
  }

  /// The rate in force on a date, as far as it was published by `known_on_ymd`.
  [[nodiscard]] std::int64_t value_on(std::int32_t date_ymd, std::int32_t known_on_ymd) const {
    std::int64_t rate_ppb = 0;
    detail::checked([&](puhui_error *err) {
      return puhui_benchmark_value_on(get(), date_ymd, known_on_ymd, &rate_ppb, err);
    });
    return rate_ppb;
  }

  /// The rates of one loan: see `puhui_benchmark_rates`.
  [[nodiscard]] resolved_rates rates(const puhui_reset_rule &rule) const {
    resolved_rates result;
    result.steps = detail::rows_of<puhui_rate_step>(
        [&](puhui_rate_step *steps, std::size_t capacity, std::size_t *count, puhui_error *err) {
          return puhui_benchmark_rates(get(), &rule, &result.first_rate_ppb, steps, capacity, count, err);
        });
    return result;
  }

  [[nodiscard]] const puhui_benchmark *get() const noexcept { return handle_.get(); }

 private:
  explicit benchmark(detail::owned<puhui_benchmark> handle) noexcept : handle_(std::move(handle)) {}
  detail::owned<puhui_benchmark> handle_;
};

/// One relief: `puhui_relief`, started. The fields are set by name, or by the functions below; a value, to be copied and kept.
struct relief : puhui_relief {
  relief() noexcept : puhui_relief(PUHUI_RELIEF_INIT) {}

  /// The day it is granted, and what it defers.
  relief(std::int32_t granted_on, code::defer what) noexcept : relief() {
    granted_on_ymd = granted_on;
    defer = detail::number(what);
  }

  /// Acts on the rows due from the first day to the last, both included.
  relief &due(std::int32_t from_ymd, std::int32_t until_ymd) noexcept {
    due_from_ymd = from_ymd;
    due_until_ymd = until_ymd;
    instalments = 0;
    return *this;
  }

  /// Acts on the first `count` rows due on or after a day.
  relief &first(std::uint32_t count, std::int32_t from_ymd) noexcept {
    due_from_ymd = from_ymd;
    due_until_ymd = 0;
    instalments = count;
    return *this;
  }

  /// When principal is caught up.
  relief &principal(code::principal_caught_up caught_up) noexcept {
    principal_caught_up = detail::number(caught_up);
    return *this;
  }

  /// What the interest of the chosen rows does, and when it is caught up.
  relief &interest(code::interest_meanwhile meanwhile,
                   code::interest_caught_up caught_up = code::interest_caught_up::none) noexcept {
    interest_meanwhile = detail::number(meanwhile);
    interest_caught_up = detail::number(caught_up);
    return *this;
  }

  /// The catch-up date of what is caught up at the end of the window.
  relief &caught_up_on(std::int32_t date_ymd) noexcept {
    new_date_ymd = date_ymd;
    return *this;
  }

  /// Holds the class of a day, up to another, for a reason of at most 255 bytes of UTF-8.
  relief &holds_class(std::int32_t at_ymd, std::int32_t until_ymd, std::string_view reason) {
    if (reason.size() >= sizeof class_reason || reason.find('\0') != std::string_view::npos) throw error(PUHUI_ERR_TEXT);
    classification = PUHUI_CLASS_HELD;
    class_held_at_ymd = at_ymd;
    class_until_ymd = until_ymd;
    class_reason[reason.copy(class_reason, reason.size())] = '\0';
    return *this;
  }

  /// Reports no arrears from the first day to the last.
  relief &protects_credit(std::int32_t from_ymd, std::int32_t to_ymd) noexcept {
    credit_report = PUHUI_CREDIT_REPORT_PROTECTED;
    credit_protected_from_ymd = from_ymd;
    credit_protected_to_ymd = to_ymd;
    return *this;
  }
};

// An array of them is one of `puhui_relief`.
static_assert(sizeof(relief) == sizeof(puhui_relief));

/// What reliefs changed: `puhui_impact`, started.
struct impact : puhui_impact {
  impact() noexcept : puhui_impact(PUHUI_IMPACT_INIT) {}

  /// What the reliefs cost or bring the lender, if the loan has an effective rate.
  [[nodiscard]] std::optional<std::int64_t> present_value_change() const noexcept {
    if (has_present_value_change == 0) return std::nullopt;
    return present_value_change_minor;
  }
};

/// A loan before and after its reliefs.
struct relieved {
  std::vector<puhui_instalment> before;
  std::vector<puhui_instalment> after;
  /// What came of each relief, a `PUHUI_OUTCOME_*`, in the order they were given.
  std::vector<std::uint32_t> outcomes;
  puhui::impact impact;
};

/// What happened to one loan. Each event gets the number of its place, from 1 or another; a value, to be copied and kept.
class events {
 public:
  explicit events(std::uint64_t first_no = 1) noexcept : first_no_(first_no) {}

  events &disbursed(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::disbursed, on_ymd, amount_minor);
  }
  /// Somebody paid, a `PUHUI_PAYER_*`.
  events &repaid(std::int32_t on_ymd, std::int64_t amount_minor, code::payer payer = code::payer::borrower) {
    of_amount(code::event::repaid, on_ymd, amount_minor).last().payer = detail::number(payer);
    return *this;
  }
  /// Somebody paid ahead of time; a `PUHUI_PREPAYMENT_*` says what becomes of the instalments that remain.
  events &prepaid(std::int32_t on_ymd, std::int64_t amount_minor, code::prepayment how,
                  code::payer payer = code::payer::borrower) {
    puhui_event &event = of_amount(code::event::prepaid, on_ymd, amount_minor).last();
    event.how = detail::number(how);
    event.payer = detail::number(payer);
    return *this;
  }
  events &rate_reset(std::int32_t on_ymd, std::int64_t rate_ppb) {
    of(code::event::rate_reset, on_ymd).last().rate_ppb = rate_ppb;
    return *this;
  }
  /// A relief was granted, on its own `granted_on_ymd`. It is copied.
  events &relieved(const puhui::relief &relief) {
    reliefs_.push_back(std::make_shared<const puhui::relief>(relief));
    of(code::event::relief, relief.granted_on_ymd).last().relief = reliefs_.back().get();
    return *this;
  }
  /// No interest is earned from the first day to the last, both included.
  events &interest_paused(std::int32_t on_ymd, std::int32_t until_ymd) {
    of(code::event::interest_paused, on_ymd).last().until_ymd = until_ymd;
    return *this;
  }
  events &interest_waived(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::interest_waived, on_ymd, amount_minor);
  }
  /// The instalment of a due date falls due on another day, and those after it follow from there.
  events &due_date_moved(std::int32_t on_ymd, std::int32_t to_ymd) {
    of(code::event::due_date_moved, on_ymd).last().first_due_on_ymd = to_ymd;
    return *this;
  }
  events &re_aged(std::int32_t on_ymd, std::uint32_t instalments, std::int32_t first_due_on_ymd) {
    puhui_event &event = of(code::event::re_aged, on_ymd).last();
    event.instalments = instalments;
    event.first_due_on_ymd = first_due_on_ymd;
    return *this;
  }
  events &re_amortised(std::int32_t on_ymd) { return of(code::event::re_amortised, on_ymd); }
  events &fee_charged(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::fee_charged, on_ymd, amount_minor);
  }
  events &fee_waived(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::fee_waived, on_ymd, amount_minor);
  }
  /// The proceeds of another loan, by its number, repaid this one.
  events &renewed(std::int32_t on_ymd, std::int64_t amount_minor, std::uint64_t by) {
    of_amount(code::event::renewed, on_ymd, amount_minor).last().by = by;
    return *this;
  }
  /// An earlier event, by its number, never was.
  events &reversed(std::int32_t on_ymd, std::uint64_t no) {
    of(code::event::reversed, on_ymd).last().reverses_no = no;
    return *this;
  }
  events &charged_off(std::int32_t on_ymd) { return of(code::event::charged_off, on_ymd); }
  events &recovered(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::recovered, on_ymd, amount_minor);
  }
  events &guarantee_paid(std::int32_t on_ymd, std::int64_t amount_minor) {
    return of_amount(code::event::guarantee_paid, on_ymd, amount_minor);
  }
  events &closed(std::int32_t on_ymd) { return of(code::event::closed, on_ymd); }

  /// Says of the last event that it was booked on another day than the one it counts from.
  events &booked_on(std::int32_t booked_on_ymd) {
    if (list_.empty()) throw std::logic_error("events: none was booked");
    last().booked_on_ymd = booked_on_ymd;
    return *this;
  }

  /// Those that were booked by the end of a day.
  [[nodiscard]] events known_on(std::int32_t day_ymd) const {
    events known(first_no_);
    known.reliefs_ = reliefs_;
    for (const puhui_event &event : list_)
      if ((event.booked_on_ymd != 0 ? event.booked_on_ymd : event.on_ymd) <= day_ymd) known.list_.push_back(event);
    return known;
  }

  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }
  /// The same for C; good as long as this object is, and not changed.
  [[nodiscard]] const puhui_event *data() const noexcept { return list_.data(); }

 private:
  friend class event_columns;

  puhui_event &last() noexcept { return list_.back(); }

  events &of(code::event kind, std::int32_t on_ymd) {
    puhui_event event = PUHUI_EVENT_INIT;
    event.kind = detail::number(kind);
    event.no = list_.empty() ? first_no_ : list_.back().no + 1;
    event.on_ymd = on_ymd;
    list_.push_back(event);
    return *this;
  }

  events &of_amount(code::event kind, std::int32_t on_ymd, std::int64_t amount_minor) {
    of(kind, on_ymd).last().amount_minor = amount_minor;
    return *this;
  }

  std::uint64_t first_no_;
  std::vector<puhui_event> list_;
  // Where the events point to; shared with the copies of this object, and never changed.
  std::vector<std::shared_ptr<const puhui::relief>> reliefs_;
};

/// What happened to many loans, one after the other in the order of their columns.
class event_columns {
 public:
  /// The events of the next loan; none is a loan to which nothing happened. They are copied.
  event_columns &add(const events &of_loan) {
    list_.insert(list_.end(), of_loan.list_.begin(), of_loan.list_.end());
    reliefs_.insert(reliefs_.end(), of_loan.reliefs_.begin(), of_loan.reliefs_.end());
    offset_.push_back(list_.size());
    return *this;
  }

  /// The number of loans.
  [[nodiscard]] std::size_t size() const noexcept { return offset_.size() - 1; }
  /// The same for C; good as long as this object is, and not changed.
  [[nodiscard]] const puhui_event *data() const noexcept { return list_.data(); }
  [[nodiscard]] const std::size_t *offset() const noexcept { return offset_.data(); }

 private:
  std::vector<puhui_event> list_;
  std::vector<std::shared_ptr<const puhui::relief>> reliefs_;
  std::vector<std::size_t> offset_{0};
};

/// What a loan comes to at the end of a day: `puhui_position`, started.
struct position : puhui_position {
  position() noexcept : puhui_position(PUHUI_POSITION_INIT) {}

  /// What of it is in arrears, oldest first.
  std::vector<puhui_owed> arrears;

  /// What the class asks to be provided for, if there is a class and a rate of provision.
  [[nodiscard]] std::optional<std::int64_t> provision() const noexcept {
    if (has_provision == 0) return std::nullopt;
    return provision_minor;
  }

  /// What was received so far from a payer, in minor units; of no payer, 0.
  [[nodiscard]] std::int64_t received_from(code::payer payer) const noexcept {
    const std::uint32_t place = detail::number(payer);
    return place >= 1 && place <= std::size(received_minor) ? received_minor[place - 1] : 0;
  }
};

/// The instalments of a loan: those that fell due, `rows[0]` to `rows[billed - 1]`, and those ahead.
struct account_instalments {
  std::vector<puhui_instalment> rows;
  std::size_t billed = 0;
};

/// What loans of a kind share: a `puhui_product`, shared by its copies. Const calls are safe from several threads.
class product {
 public:
  explicit product(const puhui_product_rules &rules) : product(&rules, nullptr, nullptr) {}

  /// A product whose due dates roll by a calendar, which need not outlive the call.
  product(const puhui_product_rules &rules, const calendar &calendar) : product(&rules, nullptr, calendar.get()) {}

  /// A product whose loans are serviced by other rules than the usual ones.
  product(const puhui_product_rules &rules, const puhui_servicing &servicing) : product(&rules, &servicing, nullptr) {}

  /// Both: a calendar and how loans are serviced.
  product(const puhui_product_rules &rules, const calendar &calendar, const puhui_servicing &servicing)
      : product(&rules, &servicing, calendar.get()) {}

  /// A loan of this product.
  [[nodiscard]] inline puhui::loan loan(const puhui_terms &terms) const;

  [[nodiscard]] const puhui_product *get() const noexcept { return handle_.get(); }

 private:
  product(const puhui_product_rules *rules, const puhui_servicing *servicing, const puhui_calendar *calendar)
      : handle_(detail::make_handle<puhui_product>([&](puhui_product **out, puhui_error *err) {
          return puhui_product_new(rules, servicing, calendar, out, err);
        })) {}

  std::shared_ptr<const puhui_product> handle_;
};

/// One loan: its product, its terms, and what few loans have beside them. A value, to be copied and kept; const calls are safe from
/// several threads.
class loan {
 public:
  loan(puhui::product product, const puhui_terms &terms) : product_(std::move(product)), terms_(terms) {}

  /// The rate from a day on, in parts per billion a year.
  loan &step(std::int32_t from_ymd, std::int64_t rate_ppb, bool projected = false) {
    rate_steps_.push_back({from_ymd, projected ? 1U : 0U, rate_ppb});
    return *this;
  }

  /// The rates that a benchmark gives: the first one, and the changes.
  loan &rates(resolved_rates rates) {
    terms_.rate_ppb = rates.first_rate_ppb;
    rate_steps_ = std::move(rates.steps);
    return *this;
  }

  /// A part of the principal that falls due on a day, in minor units.
  loan &plan(std::int32_t on_ymd, std::int64_t principal_minor) {
    plan_.push_back({on_ymd, 0, principal_minor});
    return *this;
  }

  /// The rows of its schedule.
  [[nodiscard]] std::vector<puhui_instalment> schedule() const {
    const puhui_loan raw = get();
    return detail::rows_of<puhui_instalment>(
        [&](puhui_instalment *rows, std::size_t capacity, std::size_t *count, puhui_error *err) {
          return puhui_schedule(&raw, rows, capacity, count, nullptr, err);
        });
  }

  /// The totals of its schedule.
  [[nodiscard]] puhui_totals totals() const {
    const puhui_loan raw = get();
    puhui_totals totals{};
    std::size_t count = 0;
    detail::checked([&](puhui_error *err) { return puhui_schedule(&raw, nullptr, 0, &count, &totals, err); });
    return totals;
  }

  /// Its annualised rates.
  [[nodiscard]] annualised annualised_rates() const {
    const puhui_loan raw = get();
    annualised rates;
    detail::checked([&](puhui_error *err) { return puhui_annualised_rates(&raw, &rates, err); });
    return rates;
  }

  /// The loan before and after reliefs, which apply in the order they were granted.
  [[nodiscard]] puhui::relieved relieve(span<const relief> reliefs) const {
    const puhui_loan raw = get();
    puhui::relieved result;
    puhui_relief_result to = PUHUI_RELIEF_RESULT_INIT;
    const auto run = [&] {
      detail::checked([&](puhui_error *err) { return puhui_relieve(&raw, reliefs.data(), reliefs.size(), &to, err); });
    };
    run();
    to.before = detail::room(result.before, to.before_capacity = to.before_count);
    to.after = detail::room(result.after, to.after_capacity = to.after_count);
    to.outcomes = detail::room(result.outcomes, reliefs.size());
    to.impact = &result.impact;
    run();
    return result;
  }
  /// The loan before and after one relief.
  [[nodiscard]] puhui::relieved relieve(const relief &relief) const {
    return relieve(span<const puhui::relief>(&relief, 1));
  }

  /// The loan with all that happened to it.
  [[nodiscard]] inline puhui::account account(puhui::events events) const;
  /// The loan as a record has it, with what happened since; without a record, from its first day.
  [[nodiscard]] inline puhui::account account(std::optional<std::string> record, puhui::events since) const;

  /// The same for C; good as long as this object is, and not changed.
  [[nodiscard]] puhui_loan get() const noexcept {
    puhui_loan raw = PUHUI_LOAN_INIT;
    raw.product = product_.get();
    raw.terms = &terms_;
    raw.rate_steps = rate_steps_.data();
    raw.rate_step_count = rate_steps_.size();
    raw.plan = plan_.data();
    raw.plan_count = plan_.size();
    return raw;
  }

 private:
  puhui::product product_;
  puhui_terms terms_;
  std::vector<puhui_rate_step> rate_steps_;
  std::vector<puhui_planned_principal> plan_;
};

/// An account that was written down: its record, and the state that belongs to it.
struct written_account {
  std::string record;
  puhui_account_state state{};
};

/// One loan with all that happened to it, or with a record of what happened up to a day and what happened since. A value, to be copied
/// and kept; const calls are safe from several threads.
class account {
 public:
  account(puhui::loan loan, std::optional<std::string> record, puhui::events events)
      : loan_(std::move(loan)), record_(std::move(record)), events_(std::move(events)) {}

  /// One that was saved, with what happened since.
  [[nodiscard]] static account restored(puhui::loan loan, std::string snapshot, puhui::events since) {
    account account(std::move(loan), std::nullopt, std::move(since));
    account.snapshot_ = std::move(snapshot);
    return account;
  }

  /// The account at the end of a day; with what was known at the end of another, if one is given.
  [[nodiscard]] puhui::position position(std::int32_t as_of_ymd, std::int32_t known_on_ymd = 0) const {
    puhui::position result;
    asked(as_of_ymd, known_on_ymd, [&](const puhui_account_query &query) {
      result.arrears = detail::rows_of<puhui_owed>(
          [&](puhui_owed *arrears, std::size_t capacity, std::size_t *count, puhui_error *err) {
            return puhui_account_position(&query, &result, arrears, capacity, count, err);
          });
    });
    return result;
  }

  /// The instalments, as all that happened left them, from the first one on.
  [[nodiscard]] account_instalments instalments(std::int32_t as_of_ymd, std::int32_t known_on_ymd = 0) const {
    account_instalments result;
    asked(as_of_ymd, known_on_ymd, [&](const puhui_account_query &query) {
      result.rows = detail::rows_of<puhui_instalment>(
          [&](puhui_instalment *rows, std::size_t capacity, std::size_t *count, puhui_error *err) {
            return puhui_account_instalments(&query, rows, capacity, count, &result.billed, err);
          });
    });
    return result;
  }

  /// What the ledger books, from a booking day on; 0: all that the account can give.
  [[nodiscard]] std::vector<puhui_posting> postings(std::int32_t as_of_ymd, std::int32_t from_ymd = 0,
                                                    std::int32_t known_on_ymd = 0) const {
    std::vector<puhui_posting> result;
    asked(as_of_ymd, known_on_ymd, [&](const puhui_account_query &query) {
      result = detail::rows_of<puhui_posting>(
          [&](puhui_posting *rows, std::size_t capacity, std::size_t *count, puhui_error *err) {
            return puhui_account_postings(&query, from_ymd, rows, capacity, count, err);
          });
    });
    return result;
  }

  /// What settles everything on a day, if nothing happens after `as_of_ymd` until then; in minor units.
  [[nodiscard]] std::int64_t pay_off(std::int32_t as_of_ymd, std::int32_t on_ymd, std::int32_t known_on_ymd = 0) const {
    std::int64_t pay_off_minor = 0;
    asked(as_of_ymd, known_on_ymd, [&](const puhui_account_query &query) {
      detail::checked([&](puhui_error *err) { return puhui_account_pay_off(&query, on_ymd, &pay_off_minor, err); });
    });
    return pay_off_minor;
  }

  /// Saves it with its loan and all that happened to it, as it is known at the end of a day: `restored` takes it up again.
  [[nodiscard]] std::string snapshot(std::int32_t as_of_ymd) const {
    std::string text;
    asked(as_of_ymd, 0, [&](const puhui_account_query &query) {
      const std::vector<char> bytes =
          detail::rows_of<char>([&](char *to, std::size_t capacity, std::size_t *length, puhui_error *err) {
            return puhui_account_snapshot(&query, to, capacity, length, err);
          });
      text.assign(bytes.begin(), bytes.end());
    });
    return text;
  }

  /// Writes it down as it is at the end of a day: what it goes on from, on the days after.
  [[nodiscard]] written_account write(std::int32_t as_of_ymd) const {
    written_account result;
    asked(as_of_ymd, 0, [&](const puhui_account_query &query) {
      std::size_t length = 0;
      const auto run = [&](char *record, puhui_account_state *state) {
        detail::checked([&](puhui_error *err) {
          return puhui_account_record(&query, record, result.record.size(), &length, state, err);
        });
      };
      run(nullptr, nullptr);
      result.record.resize(length);
      run(result.record.data(), &result.state);
    });
    return result;
  }

 private:
  template <class Call>
  void asked(std::int32_t as_of_ymd, std::int32_t known_on_ymd, Call call) const {
    const puhui_loan loan = loan_.get();
    puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
    query.as_of_ymd = as_of_ymd;
    query.known_on_ymd = known_on_ymd;
    query.loan = &loan;
    if (record_) {
      query.record = record_->data();
      query.record_length = record_->size();
    }
    if (snapshot_) {
      query.snapshot = snapshot_->data();
      query.snapshot_length = snapshot_->size();
    }
    query.events = events_.data();
    query.event_count = events_.size();
    call(query);
  }

  puhui::loan loan_;
  std::optional<std::string> record_;
  std::optional<std::string> snapshot_;
  puhui::events events_;
};

/// What moved a line of credit.
class line_movements {
 public:
  /// A loan was paid out under the line.
  line_movements &drawn(std::int32_t on_ymd, std::int64_t amount_minor) {
    return add(code::line::drawn, on_ymd, amount_minor);
  }
  /// Principal of the loans under the line was repaid.
  line_movements &repaid(std::int32_t on_ymd, std::int64_t amount_minor) {
    return add(code::line::repaid, on_ymd, amount_minor);
  }
  /// The limit is another from the day on; 0 suspends the line.
  line_movements &limit_changed(std::int32_t on_ymd, std::int64_t limit_minor) {
    return add(code::line::limit_changed, on_ymd, limit_minor);
  }

  /// The same for C; good as long as this object is, and not changed.
  [[nodiscard]] const puhui_line_movement *data() const noexcept { return list_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }

 private:
  line_movements &add(code::line kind, std::int32_t on_ymd, std::int64_t amount_minor) {
    list_.push_back({detail::number(kind), on_ymd, amount_minor});
    return *this;
  }

  std::vector<puhui_line_movement> list_;
};

/// A line of credit: `puhui_credit_line`, with what moved it. A value, to be copied and kept.
class credit_line {
 public:
  credit_line(std::int64_t limit_minor, std::int32_t from_ymd, std::int32_t until_ymd, bool revolving) noexcept
      : raw_(PUHUI_CREDIT_LINE_INIT) {
    raw_.limit_minor = limit_minor;
    raw_.from_ymd = from_ymd;
    raw_.until_ymd = until_ymd;
    raw_.revolving = revolving ? 1 : 0;
  }

  /// What moved it; throws where the line is asked for if it was not allowed.
  line_movements movements;

  /// The line at the end of a day.
  [[nodiscard]] puhui_line_position position(std::int32_t on_ymd) const {
    puhui_credit_line raw = raw_;
    raw.movements = movements.data();
    raw.movement_count = movements.size();
    puhui_line_position position = PUHUI_LINE_POSITION_INIT;
    detail::checked([&](puhui_error *err) { return puhui_credit_line_position(&raw, on_ymd, &position, err); });
    return position;
  }

 private:
  puhui_credit_line raw_;
};

[[nodiscard]] inline puhui::loan product::loan(const puhui_terms &terms) const { return puhui::loan(*this, terms); }

[[nodiscard]] inline puhui::account loan::account(puhui::events events) const {
  return puhui::account(*this, std::nullopt, std::move(events));
}

[[nodiscard]] inline puhui::account loan::account(std::optional<std::string> record, puhui::events since) const {
  return puhui::account(*this, std::move(record), std::move(since));
}

/// The schedules of many loans. A loan that failed has its reason in `status`; the others are good.
struct schedule_batch {
  std::vector<puhui_status> status;
  std::vector<std::size_t> offset;
  std::vector<puhui_instalment> rows;
  std::vector<puhui_totals> totals;

  [[nodiscard]] std::size_t size() const noexcept { return status.size(); }
  /// The rows of a loan; good as long as this object is.
  [[nodiscard]] span<const puhui_instalment> rows_of(std::size_t loan) const noexcept {
    return {rows.data() + offset[loan], offset[loan + 1] - offset[loan]};
  }
};

/// What one relief did to many loans, one vector a figure. A loan that failed has its reason in `status` and 0 elsewhere.
struct relieved_batch {
  std::vector<puhui_status> status;
  std::vector<std::uint32_t> outcome;
  std::vector<std::int32_t> next_due_before_ymd;
  std::vector<std::int32_t> next_due_after_ymd;
  std::vector<std::int32_t> last_due_before_ymd;
  std::vector<std::int32_t> last_due_after_ymd;
  std::vector<std::int64_t> deferred_principal_minor;
  std::vector<std::int64_t> deferred_interest_minor;
  std::vector<std::int64_t> capitalised_interest_minor;
  std::vector<std::int64_t> waived_interest_minor;
  std::vector<std::int64_t> interest_change_minor;

  [[nodiscard]] std::size_t size() const noexcept { return status.size(); }
};

/// Many loans: views of the host's own columns, one element a loan. A column may be left out where `puhui_loan_columns` allows NULL.
class loan_columns {
 public:
  /// Loans of one product.
  explicit loan_columns(product of) : products_{std::move(of)} {}
  /// Loans of many products: `product` has the place of each loan's in the list, from 0.
  loan_columns(std::vector<puhui::product> products, span<const std::uint32_t> product)
      : products_(std::move(products)), product_(product) {}

  span<const std::int64_t> principal_minor;
  span<const std::int64_t> rate_ppb;
  span<const std::int64_t> residual_minor;
  span<const std::int64_t> fee_at_disbursement_minor;
  span<const std::int64_t> fee_each_instalment_minor;
  span<const std::int32_t> disbursed_on_ymd;
  span<const std::int32_t> first_due_on_ymd;
  span<const std::int32_t> matures_on_ymd;
  span<const std::uint32_t> instalments;
  span<const std::uint32_t> due_day;
  /// The changes of the rates, one loan's after another's, and where each loan's begin, with one place more at the end.
  span<const puhui_rate_step> rate_steps;
  span<const std::size_t> rate_step_offset;
  /// The plans, in the same way.
  span<const puhui_planned_principal> plan;
  span<const std::size_t> plan_offset;

  /// Loans at benchmarks: `places` has the place of each loan's in the list, from 0, or `PUHUI_NO_BENCHMARK`; what was published after a
  /// day is not used.
  loan_columns &at(std::vector<const puhui_benchmark *> benchmarks, span<const std::uint32_t> places,
                   std::int32_t known_on_ymd) {
    benchmarks_ = std::move(benchmarks);
    benchmark_ = places;
    known_on_ymd_ = known_on_ymd;
    return *this;
  }
  span<const std::int32_t> spread_bp;
  span<const std::uint32_t> reset_count;
  span<const std::uint32_t> reset_unit;

  [[nodiscard]] std::size_t size() const noexcept { return principal_minor.size(); }

  /// Their schedules. Throws on misuse; a bad loan has its error in its own `status`.
  [[nodiscard]] schedule_batch schedules() const {
    const raw of(*this);
    schedule_batch result;
    puhui_status *status = detail::room(result.status, size());
    puhui_totals *totals = detail::room(result.totals, size());
    std::size_t *offset = detail::room(result.offset, size() + 1);
    const auto run = [&](puhui_instalment *rows, std::size_t capacity, puhui_totals *to) {
      detail::checked(
          [&](puhui_error *err) { return puhui_schedule_batch(&of.columns, rows, capacity, offset, status, to, err); },
          PUHUI_ERR_ROWS);
    };
    run(nullptr, 0, nullptr);
    result.rows.resize(result.offset[size()]);
    if (size() > 0) run(result.rows.data(), result.rows.size(), totals);
    return result;
  }

  /// All of them under one relief. Throws on misuse and if the relief is wrong; a bad loan has its error in its own `status`.
  [[nodiscard]] relieved_batch relieve(const relief &relief) const {
    const raw of(*this);
    relieved_batch result;
    puhui_relieved_columns out = PUHUI_RELIEVED_COLUMNS_INIT;
    out.outcome = detail::room(result.outcome, size());
    out.next_due_before_ymd = detail::room(result.next_due_before_ymd, size());
    out.next_due_after_ymd = detail::room(result.next_due_after_ymd, size());
    out.last_due_before_ymd = detail::room(result.last_due_before_ymd, size());
    out.last_due_after_ymd = detail::room(result.last_due_after_ymd, size());
    out.deferred_principal_minor = detail::room(result.deferred_principal_minor, size());
    out.deferred_interest_minor = detail::room(result.deferred_interest_minor, size());
    out.capitalised_interest_minor = detail::room(result.capitalised_interest_minor, size());
    out.waived_interest_minor = detail::room(result.waived_interest_minor, size());
    out.interest_change_minor = detail::room(result.interest_change_minor, size());
    puhui_status *status = detail::room(result.status, size());
    detail::checked(
        [&](puhui_error *err) { return puhui_relieve_batch(&of.columns, &relief, &out, status, err); }, PUHUI_ERR_ROWS);
    return result;
  }

  /// Rolls their accounts to the end of a day: `states` has one element a loan, all bytes 0 for one that was never rolled.
  /// Throws on misuse; a bad loan keeps its state and has its error in its own status.
  [[nodiscard]] std::vector<puhui_status> roll_day(const event_columns &events, std::int32_t day_ymd,
                                                   span<puhui_account_state> states) const {
    const raw of(*this);
    if (events.size() != size() || states.size() != size())
      throw std::invalid_argument("roll_day: the columns differ in length");
    std::vector<puhui_status> status(size());
    detail::checked(
        [&](puhui_error *err) {
          return puhui_account_roll_day(&of.columns, events.data(), events.offset(), day_ymd, states.data(), status.data(),
                                        err);
        },
        PUHUI_ERR_ROWS);
    return status;
  }

 private:
  /// The same for C.
  struct raw {
    explicit raw(const loan_columns &from) {
      for (const puhui::product &product : from.products_) products.push_back(product.get());
      const std::size_t count = from.size(), ends = count + 1;
      const auto column = [&](const auto &values) { return detail::column(values, count, "loan_columns"); };
      const auto offset = [&](const auto &values) { return detail::column(values, ends, "loan_columns"); };
      columns.count = count;
      columns.products = products.data();
      columns.product_count = products.size();
      columns.product = column(from.product_);
      columns.principal_minor = column(from.principal_minor);
      columns.rate_ppb = column(from.rate_ppb);
      columns.residual_minor = column(from.residual_minor);
      columns.fee_at_disbursement_minor = column(from.fee_at_disbursement_minor);
      columns.fee_each_instalment_minor = column(from.fee_each_instalment_minor);
      columns.disbursed_on_ymd = column(from.disbursed_on_ymd);
      columns.first_due_on_ymd = column(from.first_due_on_ymd);
      columns.matures_on_ymd = column(from.matures_on_ymd);
      columns.instalments = column(from.instalments);
      columns.due_day = column(from.due_day);
      columns.rate_steps = from.rate_steps.data();
      columns.rate_step_offset = offset(from.rate_step_offset);
      columns.plan = from.plan.data();
      columns.plan_offset = offset(from.plan_offset);
      columns.known_on_ymd = from.known_on_ymd_;
      columns.benchmarks = from.benchmarks_.data();
      columns.benchmark_count = from.benchmarks_.size();
      columns.benchmark = column(from.benchmark_);
      columns.spread_bp = column(from.spread_bp);
      columns.reset_count = column(from.reset_count);
      columns.reset_unit = column(from.reset_unit);
      ends_within(from.rate_step_offset, from.rate_steps.size());
      ends_within(from.plan_offset, from.plan.size());
    }

    /// What offsets point to must be there.
    static void ends_within(span<const std::size_t> offset, std::size_t size) {
      if (!offset.empty() && offset[offset.size() - 1] > size)
        throw std::invalid_argument("loan_columns: an offset beyond the elements");
    }

    std::vector<const puhui_product *> products;
    puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  };

  std::vector<puhui::product> products_;
  span<const std::uint32_t> product_;
  std::vector<const puhui_benchmark *> benchmarks_;
  span<const std::uint32_t> benchmark_;
  std::int32_t known_on_ymd_ = 0;
};

/// A book of loans in one currency, one vector a column. An empty vector is a column that the host does not have. A host with arrays
/// of its own fills a `puhui_book_columns` instead, and copies nothing.
struct book {
  /// A book in a currency, three capital letters, with the decimals of ISO 4217 unless others are given.
  explicit book(std::string_view currency, std::uint32_t exponent = PUHUI_EXPONENT_ISO_4217)
      : currency_(currency), exponent_(exponent) {}

  std::vector<std::uint64_t> loan;
  std::vector<std::uint32_t> county;
  std::vector<std::uint32_t> township;
  std::vector<std::uint64_t> village;
  std::vector<std::uint32_t> product;
  std::vector<std::uint32_t> programme;
  std::vector<std::uint32_t> lender;
  std::vector<std::uint64_t> borrower;
  std::vector<std::uint64_t> household;
  std::vector<std::uint64_t> debtor;
  std::vector<std::int64_t> own_share_ppb;
  std::vector<std::uint8_t> purpose;
  std::vector<std::uint8_t> guarantee;
  std::vector<std::uint8_t> targeted;
  std::vector<std::uint8_t> borrower_status;
  std::vector<std::uint8_t> basis;
  std::vector<std::int64_t> amount_minor;
  std::vector<std::int64_t> balance_minor;
  std::vector<std::int64_t> overdue_minor;
  std::vector<std::int64_t> rate_ppb;
  std::vector<std::int32_t> disbursed_on_ymd;
  std::vector<std::int32_t> due_on_ymd;
  std::vector<std::int32_t> original_due_on_ymd;
  std::vector<std::uint32_t> days_past_due;
  std::vector<std::uint8_t> loan_class;
  std::vector<std::uint32_t> person_times;
  std::vector<std::uint8_t> forbearance;
  std::vector<std::int32_t> deferral_asked_on_ymd;
  std::vector<std::int32_t> deferral_granted_on_ymd;
  std::vector<std::int64_t> deferred_minor;
  std::vector<std::uint64_t> persons;
  std::vector<std::uint64_t> person_offset;

  /// The number of loans: the elements of the longest column.
  [[nodiscard]] std::size_t size() const {
    return std::max<std::size_t>({loan.size(), county.size(), township.size(), village.size(), product.size(), programme.size(), lender.size(), borrower.size(), household.size(), debtor.size(), own_share_ppb.size(), purpose.size(), guarantee.size(), targeted.size(), borrower_status.size(), basis.size(), amount_minor.size(), balance_minor.size(), overdue_minor.size(), rate_ppb.size(), disbursed_on_ymd.size(), due_on_ymd.size(), original_due_on_ymd.size(), days_past_due.size(), loan_class.size(), person_times.size(), forbearance.size(), deferral_asked_on_ymd.size(), deferral_granted_on_ymd.size(), deferred_minor.size(),
                                  person_offset.empty() ? 0 : person_offset.size() - 1});
  }

  /// The same for C; good as long as this object is, and not changed. Throws where the columns differ in length.
  [[nodiscard]] puhui_book_columns get() const {
    puhui_book_columns raw = PUHUI_BOOK_COLUMNS_INIT;
    detail::set_currency(raw.currency, currency_);
    raw.currency_exponent = exponent_;
    raw.count = size();
    const auto column = [&](const auto &values) { return detail::column(values, raw.count, "book"); };
    raw.loan = column(loan);
    raw.county = column(county);
    raw.township = column(township);
    raw.village = column(village);
    raw.product = column(product);
    raw.programme = column(programme);
    raw.lender = column(lender);
    raw.borrower = column(borrower);
    raw.household = column(household);
    raw.debtor = column(debtor);
    raw.own_share_ppb = column(own_share_ppb);
    raw.purpose = column(purpose);
    raw.guarantee = column(guarantee);
    raw.targeted = column(targeted);
    raw.borrower_status = column(borrower_status);
    raw.basis = column(basis);
    raw.amount_minor = column(amount_minor);
    raw.balance_minor = column(balance_minor);
    raw.overdue_minor = column(overdue_minor);
    raw.rate_ppb = column(rate_ppb);
    raw.disbursed_on_ymd = column(disbursed_on_ymd);
    raw.due_on_ymd = column(due_on_ymd);
    raw.original_due_on_ymd = column(original_due_on_ymd);
    raw.days_past_due = column(days_past_due);
    raw.loan_class = column(loan_class);
    raw.person_times = column(person_times);
    raw.forbearance = column(forbearance);
    raw.deferral_asked_on_ymd = column(deferral_asked_on_ymd);
    raw.deferral_granted_on_ymd = column(deferral_granted_on_ymd);
    raw.deferred_minor = column(deferred_minor);
    if (!person_offset.empty() && (person_offset.size() != raw.count + 1 || person_offset.back() > persons.size()))
      throw std::invalid_argument("book: the columns differ in length");
    raw.persons = persons.empty() ? nullptr : persons.data();
    raw.person_offset = person_offset.empty() ? nullptr : person_offset.data();
    return raw;
  }

  /// Throws where a column cannot hold a value.
  void check() const {
    const puhui_book_columns raw = get();
    detail::checked([&](puhui_error *err) { return puhui_book_check(&raw, err); });
  }

 private:
  std::string currency_;
  std::uint32_t exponent_;
};

/// A figure in units of the last of its decimals, rounded once: 16.6 % with 3 decimals is 166. None
/// where there is no ratio; `outcome` says why.
[[nodiscard]] inline std::optional<std::int64_t> rounded(const puhui_figure &figure, std::uint32_t decimals,
                                                            code::rounding rounding) {
  if (figure.outcome == PUHUI_FIGURE_ZERO_BASE || figure.outcome == PUHUI_FIGURE_MISSING_BASE) return std::nullopt;
  std::int64_t units = 0;
  detail::checked([&](puhui_error *err) { return puhui_figure_round(&figure, decimals, detail::number(rounding), &units, err); });
  return units;
}

/// A whole number of 128 bits in 64; throws if it does not fit.
[[nodiscard]] inline std::int64_t to_int64(puhui_int128 value) {
  std::int64_t result = 0;
  detail::checked([&](puhui_error *err) { return puhui_int128_to_int64(value, &result, err); });
  return result;
}

/// A part of a whole, which may be zero or not known.
[[nodiscard]] inline puhui_figure figure_of(std::int64_t part, std::optional<std::int64_t> whole) {
  puhui_figure figure{};
  detail::checked([&](puhui_error *err) {
    return puhui_figure_of(puhui_int128_of(part), puhui_int128_of(whole.value_or(0)), whole ? 1 : 0, &figure, err);
  });
  return figure;
}

/// The figures of a group of loans: `puhui_figures`, started.
struct figures : puhui_figures {
  figures() noexcept : puhui_figures(PUHUI_FIGURES_INIT) {}

  explicit figures(const puhui_sums &sums) : figures() {
    detail::checked([&](puhui_error *err) { return puhui_figures_of(&sums, this, err); });
  }
};

/// What a tally asks of a book: a value, to be copied and kept.
class tally_plan {
 public:
  /// The loans of a book on a day, in one group; the period of new lending is the year to date.
  explicit tally_plan(std::int32_t as_of_ymd) noexcept { raw_.as_of_ymd = as_of_ymd; }

  /// Groups by these, in this order.
  tally_plan &by(const std::vector<code::dimension> &dimensions) {
    dimensions_ = detail::numbers(dimensions);
    return *this;
  }
  /// Sums these.
  tally_plan &measures(const std::vector<code::measure> &measures) {
    measures_ = detail::numbers(measures);
    return *this;
  }
  /// The first and the last day of the period whose lending is new.
  tally_plan &period(std::int32_t from_ymd, std::int32_t until_ymd) noexcept {
    raw_.period_from_ymd = from_ymd;
    raw_.period_until_ymd = until_ymd;
    return *this;
  }
  /// Only the loans that count in these statistics.
  tally_plan &basis(code::basis basis) noexcept {
    raw_.has_basis = 1;
    raw_.basis = detail::number(basis);
    return *this;
  }
  /// The class is by the first day past due of special mention, substandard, doubtful and loss.
  tally_plan &ladder(const std::array<std::uint32_t, 4> &from_days) noexcept {
    raw_.ladder = PUHUI_LADDER_FROM_DAYS;
    for (std::size_t i = 0; i < from_days.size(); ++i) raw_.ladder_from_days[i] = from_days[i];
    return *this;
  }

  /// The number of dimensions, and so of the numbers of a key.
  [[nodiscard]] std::size_t width() const noexcept { return dimensions_.size(); }
  /// The same for C; good as long as this object is, and not changed.
  [[nodiscard]] puhui_tally_plan get() const noexcept {
    puhui_tally_plan raw = raw_;
    raw.dimension_count = dimensions_.size();
    raw.dimensions = dimensions_.data();
    raw.measure_count = measures_.size();
    raw.measures = measures_.data();
    return raw;
  }

 private:
  puhui_tally_plan raw_ = PUHUI_TALLY_PLAN_INIT;
  std::vector<std::uint32_t> dimensions_;
  std::vector<std::uint32_t> measures_;
};

/// The sums of a book by groups, by their keys, rising.
class tally {
 public:
  /// Tallies a book on `threads` threads, to the same bytes for any number.
  tally(const puhui_book_columns &columns, tally_plan plan, std::uint32_t threads = 1)
      : plan_(std::move(plan)), exponent_(columns.currency_exponent) {
    std::copy(std::begin(columns.currency), std::end(columns.currency), currency_.begin());
    const puhui_tally_plan raw = plan_.get();
    run([&](puhui_tally_result *to, puhui_error *err) { return puhui_tally(&columns, &raw, threads, to, err); });
  }
  tally(const puhui::book &book, tally_plan plan, std::uint32_t threads = 1)
      : tally(book.get(), std::move(plan), threads) {}

  /// The number of groups.
  [[nodiscard]] std::size_t size() const noexcept { return sums_.size(); }
  /// The key of a group: a number for each dimension of the plan.
  [[nodiscard]] const std::uint32_t *key(std::size_t group) const noexcept { return keys_.data() + group * width(); }
  [[nodiscard]] const puhui_sums &sums(std::size_t group) const { return sums_.at(group); }
  /// The group of a key; nullptr where it has no loans.
  [[nodiscard]] const puhui_sums *find(const std::vector<std::uint32_t> &wanted) const noexcept {
    if (wanted.size() != width()) return nullptr;
    std::size_t low = 0, high = size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const std::uint32_t *const at = key(middle);
      if (std::lexicographical_compare(at, at + width(), wanted.begin(), wanted.end()))
        low = middle + 1;
      else
        high = middle;
    }
    return low < size() && std::equal(wanted.begin(), wanted.end(), key(low)) ? &sums_[low] : nullptr;
  }

  /// Adds the tally of other loans, by the same plan. Throws where they do not add up; this tally stays as it was then.
  ///
  /// Each merge writes all groups again: many parts are merged at once.
  tally &merge(const tally &other) {
    const puhui_tally_plan plan = plan_.get(), other_plan = other.plan_.get();
    return merged({groups(plan), other.groups(other_plan)}, size() + other.size());
  }
  /// The same with many others at once, in time by n log n of all their groups. The parts of an error are this tally and they.
  tally &merge(const std::vector<tally> &others) {
    std::vector<puhui_tally_plan> plans{plan_.get()};
    plans.reserve(others.size() + 1);
    std::vector<puhui_tally_groups> parts{groups(plans.front())};
    for (const tally &other : others) {
      plans.push_back(other.plan_.get());
      parts.push_back(other.groups(plans.back()));
    }
    return merged(parts);
  }

  /// The same loans by fewer dimensions.
  [[nodiscard]] tally roll_up(const std::vector<code::dimension> &dimensions) const {
    const std::vector<std::uint32_t> numbers = detail::numbers(dimensions);
    const puhui_tally_plan plan = plan_.get();
    const puhui_tally_groups whole = groups(plan);
    tally result(plan_, *this);
    result.plan_.by(dimensions);
    result.run([&](puhui_tally_result *to, puhui_error *err) {
      return puhui_tally_roll_up(&whole, numbers.data(), numbers.size(), to, err);
    });
    return result;
  }

  /// Only the groups whose key in a dimension is wanted.
  [[nodiscard]] tally only(code::dimension dimension, const std::vector<std::uint32_t> &wanted) const {
    const puhui_tally_plan plan = plan_.get();
    const puhui_tally_groups whole = groups(plan);
    tally result(*this);
    result.run([&](puhui_tally_result *to, puhui_error *err) {
      return puhui_tally_only(&whole, detail::number(dimension), wanted.data(), wanted.size(), to, err);
    });
    return result;
  }

  /// The sums of all groups.
  [[nodiscard]] puhui_sums total() const {
    const tally all = roll_up({});
    return all.size() == 0 ? puhui_sums{} : all.sums(0);
  }

  [[nodiscard]] const tally_plan &plan() const noexcept { return plan_; }
  /// The same for C, with the plan for C; good as long as both objects are, and not changed.
  [[nodiscard]] puhui_tally_groups groups(const puhui_tally_plan &plan) const noexcept {
    puhui_tally_groups raw = PUHUI_TALLY_GROUPS_INIT;
    raw.currency_exponent = exponent_;
    std::copy(currency_.begin(), currency_.end(), raw.currency);
    raw.plan = &plan;
    raw.group_count = size();
    raw.keys = keys_.data();
    raw.sums = sums_.data();
    return raw;
  }

 private:
  std::size_t width() const noexcept { return plan_.width(); }

  /// No groups, by a plan, in the currency of another tally.
  tally(const tally_plan &plan, const tally &other)
      : plan_(plan), currency_(other.currency_), exponent_(other.exponent_) {}

  /// Becomes the sum of parts, which have at most `most` groups, if that is known.
  tally &merged(const std::vector<puhui_tally_groups> &parts, std::size_t most = 0) {
    tally sum(plan_, *this);
    const auto call = [&](puhui_tally_result *to, puhui_error *err) {
      return puhui_tally_merge(parts.data(), parts.size(), to, err);
    };
    if (most > 0)
      sum.fill(call, most);
    else
      sum.run(call);
    *this = std::move(sum);
    return *this;
  }

  /// Runs a call that writes groups: once to count them, and again with room for them.
  template <class Call>
  void run(Call call) {
    puhui_tally_result to = PUHUI_TALLY_RESULT_INIT;
    detail::checked([&](puhui_error *err) { return call(&to, err); });
    fill(call, to.group_count);
  }

  /// Runs a call that writes at most `most` groups.
  template <class Call>
  void fill(Call call, std::size_t most) {
    keys_.resize(most * width());
    sums_.resize(most);
    puhui_tally_result to = PUHUI_TALLY_RESULT_INIT;
    to.keys = detail::data_or_null(keys_);
    to.sums = detail::data_or_null(sums_);
    to.group_capacity = most;
    if (most > 0) detail::checked([&](puhui_error *err) { return call(&to, err); });
    keys_.resize(to.group_count * width());
    sums_.resize(to.group_count);
  }

  tally_plan plan_;
  std::array<char, 4> currency_{};
  std::uint32_t exponent_;
  std::vector<std::uint32_t> keys_;
  std::vector<puhui_sums> sums_;
};

/// A figure now and what it was at the base: `puhui_growth`. A rate that has no base says so in its `outcome`.
struct growth : puhui_growth {
  growth() noexcept : puhui_growth() {}
  explicit growth(const puhui_growth &raw) noexcept : puhui_growth(raw) {}
  /// Whole numbers of one unit, such as minor units; no base where it is not known.
  explicit growth(std::int64_t now_is, std::optional<std::int64_t> base_was) noexcept : growth() {
    now = puhui_int128_of(now_is);
    base = puhui_int128_of(base_was.value_or(0));
    has_base = base_was ? 1 : 0;
  }

  /// The same with the base by today's scope: every figure but `published_rate` is of it.
  [[nodiscard]] growth restated(std::int64_t base_would_be) const noexcept {
    growth again(*this);
    again.restated_base = puhui_int128_of(base_would_be);
    again.has_restated_base = 1;
    return again;
  }

  /// (now - base) / base, exact.
  [[nodiscard]] puhui_figure rate() const { return of(puhui_growth_rate); }
  /// The same against the base as it was published.
  [[nodiscard]] puhui_figure published_rate() const { return of(puhui_growth_published_rate); }
  /// now - base, over 1.
  [[nodiscard]] puhui_figure increment() const { return of(puhui_growth_increment); }
  /// How far this rate lies above another, in points: 0.03 is three percentage points.
  [[nodiscard]] puhui_figure points_above(const puhui_growth &other) const { return with(puhui_growth_points_above, other); }
  /// What this part contributes to the growth of a whole, in points.
  [[nodiscard]] puhui_figure contribution(const puhui_growth &whole) const { return with(puhui_growth_contribution, whole); }
  /// The share of this part in what was added to a whole.
  [[nodiscard]] puhui_figure share_of_increment(const puhui_growth &whole) const { return with(puhui_growth_share_of_increment, whole); }

 private:
  template <class Call>
  puhui_figure of(Call call) const {
    puhui_figure figure{};
    detail::checked([&](puhui_error *err) { return call(this, &figure, err); });
    return figure;
  }
  template <class Call>
  puhui_figure with(Call call, const puhui_growth &other) const {
    puhui_figure figure{};
    detail::checked([&](puhui_error *err) { return call(this, &other, &figure, err); });
    return figure;
  }
};

/// The growth of balances by the groups of two tallies, by their keys, rising.
struct growth_by_group {
  /// The growth from the earlier tally to the later one.
  growth_by_group(const tally &now, const tally &earlier) : width(now.plan().width()) {
    const puhui_tally_plan plan = now.plan().get(), earlier_plan = earlier.plan().get();
    const puhui_tally_groups groups = now.groups(plan), earlier_groups = earlier.groups(earlier_plan);
    puhui_growth_result to = PUHUI_GROWTH_RESULT_INIT;
    const auto run = [&] {
      detail::checked([&](puhui_error *err) { return puhui_growth_by_group(&groups, &earlier_groups, &to, err); });
    };
    run();
    keys.resize(to.group_count * width);
    growths.resize(to.group_count);
    to.keys = detail::data_or_null(keys);
    to.growths = growths.data();
    to.group_capacity = growths.size();
    if (to.group_capacity > 0) run();
    total = growth(to.total);
  }

  [[nodiscard]] std::size_t size() const noexcept { return growths.size(); }
  [[nodiscard]] const std::uint32_t *key(std::size_t group) const noexcept { return keys.data() + group * width; }

  /// Numbers a key.
  std::size_t width;
  std::vector<std::uint32_t> keys;
  std::vector<growth> growths;
  growth total;
};

// An array of them is one of `puhui_growth`.
static_assert(sizeof(growth) == sizeof(puhui_growth));

/// How much lies in few places: amounts by key, the largest first.
struct concentration {
  puhui_int128 total{};
  /// The sum of the squares of all shares.
  puhui_figure herfindahl{};
  /// The share of the largest, as many as were asked for.
  puhui_figure share_of_largest{};
  std::vector<puhui_ranked> ranked;

  /// Of amounts, those of one key added up: of the columns `borrower` and `balance_minor` of a book.
  concentration(span<const std::uint64_t> keys, span<const std::int64_t> amounts_minor, std::size_t largest) {
    if (keys.size() != amounts_minor.size()) throw std::invalid_argument("concentration: the columns differ in length");
    run(largest, [&](puhui_concentration_result *to, puhui_error *err) {
      return puhui_concentration(keys.data(), amounts_minor.data(), keys.size(), to, err);
    });
  }
  /// Of the balances of a tally's groups; the key is the place of the group.
  concentration(const tally &tally, std::size_t largest) {
    const puhui_tally_plan plan = tally.plan().get();
    const puhui_tally_groups groups = tally.groups(plan);
    run(largest, [&](puhui_concentration_result *to, puhui_error *err) {
      return puhui_tally_concentration(&groups, to, err);
    });
  }

 private:
  template <class Call>
  void run(std::size_t largest, Call call) {
    puhui_concentration_result to = PUHUI_CONCENTRATION_RESULT_INIT;
    to.largest = largest;
    detail::checked([&](puhui_error *err) { return call(&to, err); });
    ranked.resize(to.ranked_count);
    to.ranked = detail::data_or_null(ranked);
    to.ranked_capacity = ranked.size();
    detail::checked([&](puhui_error *err) { return call(&to, err); });
    total = to.total;
    herfindahl = to.herfindahl;
    share_of_largest = to.share_of_largest;
  }
};

/// A figure held against a bound: `puhui_compliance`.
struct compliance : puhui_compliance {
  compliance() noexcept : puhui_compliance() {}
  explicit compliance(const puhui_compliance &raw) noexcept : puhui_compliance(raw) {}

  /// Whether it is kept; none where there is nothing to compare.
  [[nodiscard]] std::optional<bool> kept() const noexcept {
    if (held == PUHUI_HELD_UNKNOWN) return std::nullopt;
    return held == PUHUI_HELD_YES;
  }
  [[nodiscard]] static compliance at_most(const puhui_figure &found, const puhui_figure &bound) {
    compliance result;
    detail::checked([&](puhui_error *err) { return puhui_compliance_at_most(&found, &bound, &result, err); });
    return result;
  }
  [[nodiscard]] static compliance at_least(const puhui_figure &found, const puhui_figure &bound) {
    compliance result;
    detail::checked([&](puhui_error *err) { return puhui_compliance_at_least(&found, &bound, &result, err); });
    return result;
  }
};

/// The tolerance for bad loans: `puhui_tolerance`, started.
struct tolerance : puhui_tolerance {
  /// By a published rule, above the base that it names.
  tolerance(code::tolerance by, code::tolerance_base above) noexcept : puhui_tolerance(PUHUI_TOLERANCE_INIT) {
    rule = detail::number(by);
    base = detail::number(above);
  }
  /// So many points above a base, in parts per billion.
  [[nodiscard]] static tolerance own(code::tolerance_base above, std::int64_t points_ppb) noexcept {
    tolerance result(code::tolerance::own, above);
    result.points_ppb = points_ppb;
    return result;
  }

  /// Holds an NPL ratio against the figure that `base` names.
  [[nodiscard]] compliance check(const puhui_figure &npl_ratio, const puhui_figure &base_figure) const {
    compliance result;
    detail::checked([&](puhui_error *err) { return puhui_tolerance_check(this, &npl_ratio, &base_figure, &result, err); });
    return result;
  }
};

/// Whether loans and borrowers both increased.
[[nodiscard]] inline puhui_two_increases two_increases(const puhui_growth &inclusive, const puhui_growth &all, const puhui_growth &borrowers) {
  puhui_two_increases result{};
  detail::checked([&](puhui_error *err) { return puhui_two_increases_of(&inclusive, &all, &borrowers, &result, err); });
  return result;
}

/// The least provisions that a bank must keep: `puhui_provision_requirement`, started.
struct provision_requirement : puhui_provision_requirement {
  /// By a rule; its figures in parts per billion where it has none of its own.
  explicit provision_requirement(code::least_provisions by, std::int64_t coverage = 0, std::int64_t loan_provision = 0) noexcept
      : puhui_provision_requirement(PUHUI_PROVISION_REQUIREMENT_INIT) {
    rule = detail::number(by);
    coverage_ppb = coverage;
    loan_provision_ppb = loan_provision;
  }

  /// Holds provisions against what bad loans and all loans ask for.
  [[nodiscard]] puhui_provision_compliance check(puhui_int128 provisions, puhui_int128 non_performing, puhui_int128 loans) const {
    puhui_provision_compliance result{};
    detail::checked([&](puhui_error *err) {
      return puhui_provision_check(this, provisions, non_performing, loans, &result, err);
    });
    return result;
  }
};

/// What is provided for loans by their classes: `puhui_provision_rates`, started. The fields are set by name.
struct provision_rates : puhui_provision_rates {
  provision_rates(code::provision by, code::rounding rounded_by) noexcept
      : puhui_provision_rates(PUHUI_PROVISION_RATES_INIT) {
    provision = detail::number(by);
    rounding = detail::number(rounded_by);
  }

  /// The provisions that the loans of a tally ask for.
  [[nodiscard]] puhui_required_provisions of(const tally &tally) const {
    const puhui_tally_plan plan = tally.plan().get();
    const puhui_tally_groups groups = tally.groups(plan);
    puhui_required_provisions result{};
    detail::checked([&](puhui_error *err) { return puhui_provisions_required(&groups, this, &result, err); });
    return result;
  }
};

/// Needs held against what was lent, in counties or townships: by area and purpose.
[[nodiscard]] inline std::vector<puhui_need_finding> needs_served(const tally &tally, code::area area, span<const puhui_need> needs) {
  const puhui_tally_plan plan = tally.plan().get();
  const puhui_tally_groups groups = tally.groups(plan);
  std::vector<puhui_need_finding> findings(needs.size());
  detail::checked([&](puhui_error *err) {
    return puhui_needs_served(&groups, detail::number(area), needs.data(), needs.size(), detail::data_or_null(findings), err);
  });
  return findings;
}

/// The statement on targeted loans of books, on a day, in whose statistics: its lines, in their order.
class targeted_statement {
 public:
  targeted_statement(span<const puhui_book_columns> books, std::int32_t as_of_ymd, code::basis basis)
      : targeted_statement(query_of(books, as_of_ymd, basis)) {}
  targeted_statement(const puhui_book_columns &book, std::int32_t as_of_ymd, code::basis basis)
      : targeted_statement(span<const puhui_book_columns>(&book, 1), as_of_ymd, basis) {}
  targeted_statement(const puhui::book &book, std::int32_t as_of_ymd, code::basis basis)
      : targeted_statement(book.get(), as_of_ymd, basis) {}
  /// Of the loans in some places, counties or townships.
  targeted_statement(span<const puhui_book_columns> books, std::int32_t as_of_ymd, code::basis basis, code::area area,
                     span<const std::uint32_t> places)
      : targeted_statement(in_places(query_of(books, as_of_ymd, basis), area, places)) {}

  /// The line of an item.
  [[nodiscard]] const puhui_targeted_line &line(code::statement item) const {
    for (const puhui_targeted_line &line : lines_)
      if (line.item == detail::number(item)) return line;
    throw error(PUHUI_ERR_UNKNOWN_CODE);
  }
  [[nodiscard]] const std::vector<puhui_targeted_line> &lines() const noexcept { return lines_; }

 private:
  explicit targeted_statement(const puhui_targeted_query &query)
      : lines_(detail::rows_of<puhui_targeted_line>([&](puhui_targeted_line *lines, std::size_t capacity, std::size_t *count,
                                                        puhui_error *err) {
          return puhui_targeted_statement(&query, lines, capacity, count, err);
        })) {}

  static puhui_targeted_query query_of(span<const puhui_book_columns> books, std::int32_t as_of_ymd,
                                       code::basis basis) noexcept {
    puhui_targeted_query query = PUHUI_TARGETED_QUERY_INIT;
    query.as_of_ymd = as_of_ymd;
    query.basis = detail::number(basis);
    query.books = books.data();
    query.book_count = books.size();
    return query;
  }
  static puhui_targeted_query in_places(puhui_targeted_query query, code::area area,
                                        span<const std::uint32_t> places) noexcept {
    query.has_places = 1;
    query.area = detail::number(area);
    query.places = places.data();
    query.place_count = places.size();
    return query;
  }

  std::vector<puhui_targeted_line> lines_;
};

/// The dated status of everyone on a register. Const calls are safe from several threads.
class status_register {
 public:
  /// Rows in any order: whose, since when, which `PUHUI_BORROWER_STATUS_*`.
  status_register(span<const std::uint64_t> ids, span<const std::int32_t> from_ymd, span<const std::uint8_t> statuses)
      : handle_(detail::make_handle<puhui_status_register>([&](puhui_status_register **out, puhui_error *err) {
          if (ids.size() != from_ymd.size() || ids.size() != statuses.size())
            throw std::invalid_argument("status_register: the columns differ in length");
          puhui_status_columns columns = PUHUI_STATUS_COLUMNS_INIT;
          columns.count = ids.size();
          columns.id = ids.data();
          columns.from_ymd = from_ymd.data();
          columns.status = statuses.data();
          return puhui_status_register_new(&columns, out, err);
        })) {}

  /// The column `borrower_status` of a book: where each id stood on a day; 0 for none.
  [[nodiscard]] std::vector<std::uint8_t> column(span<const std::uint64_t> ids, std::int32_t on_ymd) const {
    std::vector<std::uint8_t> statuses(ids.size());
    detail::checked([&](puhui_error *err) {
      return puhui_status_register_column(get(), ids.data(), ids.size(), on_ymd, detail::data_or_null(statuses), err);
    });
    return statuses;
  }
  /// The statuses of one id, the oldest first.
  [[nodiscard]] std::vector<puhui_dated_status> history(std::uint64_t id) const {
    return detail::rows_of<puhui_dated_status>(
        [&](puhui_dated_status *rows, std::size_t capacity, std::size_t *count, puhui_error *err) {
          return puhui_status_register_history(get(), id, rows, capacity, count, err);
        });
  }

  [[nodiscard]] const puhui_status_register *get() const noexcept { return handle_.get(); }

 private:
  detail::owned<puhui_status_register> handle_;
};

/// A list of places with the days on which they came onto it and left it. Const calls are safe from several threads.
class region_list {
 public:
  explicit region_list(span<const puhui_region_listing> listings)
      : handle_(detail::make_handle<puhui_region_list>([&](puhui_region_list **out, puhui_error *err) {
          return puhui_region_list_new(listings.data(), listings.size(), out, err);
        })) {}

  /// The places of a kind that are on the list on a day, or were by then, by code, rising.
  [[nodiscard]] std::vector<std::uint32_t> places(code::region_class region_class, code::listed listed, std::int32_t day_ymd) const {
    const puhui_region_query query = query_of(region_class, listed, day_ymd);
    return detail::rows_of<std::uint32_t>(
        [&](std::uint32_t *places, std::size_t capacity, std::size_t *count, puhui_error *err) {
          return puhui_region_list_places(get(), &query, places, capacity, count, err);
        });
  }
  /// The same of each of many places: 1, or 0.
  [[nodiscard]] std::vector<std::uint8_t> column(span<const std::uint32_t> places, code::region_class region_class, code::listed listed,
                                   std::int32_t day_ymd) const {
    const puhui_region_query query = query_of(region_class, listed, day_ymd);
    std::vector<std::uint8_t> column(places.size());
    detail::checked([&](puhui_error *err) {
      return puhui_region_list_column(get(), &query, places.data(), places.size(), detail::data_or_null(column), err);
    });
    return column;
  }

  [[nodiscard]] const puhui_region_list *get() const noexcept { return handle_.get(); }

 private:
  static puhui_region_query query_of(code::region_class region_class, code::listed listed, std::int32_t day_ymd) noexcept {
    puhui_region_query query = PUHUI_REGION_QUERY_INIT;
    query.region_class = detail::number(region_class);
    query.listed = detail::number(listed);
    query.day_ymd = day_ymd;
    return query;
  }

  detail::owned<puhui_region_list> handle_;
};

/// Exact sets of ids by groups, by their keys, rising: an id in two groups counts once in each, and once in the total.
class distinct {
 public:
  /// The ids of a book, of its loans that are counted, by dimensions; on `threads` threads, to the same bytes for any number.
  distinct(const puhui_book_columns &columns, code::ids ids, code::loans_counted loans,
           const std::vector<code::dimension> &dimensions = {}, std::uint32_t threads = 1)
      : ids_of_(ids), loans_(loans), dimensions_(detail::numbers(dimensions)) {
    const puhui_distinct_plan plan = raw_plan();
    run([&](puhui_distinct_result *to, puhui_error *err) { return puhui_distinct(&columns, &plan, threads, to, err); });
  }
  distinct(const puhui::book &book, code::ids ids, code::loans_counted loans, const std::vector<code::dimension> &dimensions = {},
           std::uint32_t threads = 1)
      : distinct(book.get(), ids, loans, dimensions, threads) {}

  /// The same of the loans that count in the statistics of a basis.
  [[nodiscard]] static distinct of_basis(const puhui_book_columns &columns, code::basis basis, code::ids ids, code::loans_counted loans,
                           const std::vector<code::dimension> &dimensions = {}, std::uint32_t threads = 1) {
    distinct result(ids, loans, dimensions, basis);
    const puhui_distinct_plan plan = result.raw_plan();
    result.run([&](puhui_distinct_result *to, puhui_error *err) { return puhui_distinct(&columns, &plan, threads, to, err); });
    return result;
  }

  /// The number of groups.
  [[nodiscard]] std::size_t size() const noexcept { return offset_.size() - 1; }
  [[nodiscard]] const std::uint32_t *key(std::size_t group) const noexcept { return keys_.data() + group * dimensions_.size(); }
  /// The ids of a group, rising, from `begin(i)` up to, not including, `end(i)`.
  [[nodiscard]] const std::uint64_t *begin(std::size_t group) const noexcept { return ids_.data() + offset_[group]; }
  [[nodiscard]] const std::uint64_t *end(std::size_t group) const noexcept { return ids_.data() + offset_[group + 1]; }
  /// The number of ids of all groups, each once.
  [[nodiscard]] std::size_t total() const noexcept { return total_; }

  /// The same ids by fewer dimensions: one in two groups that become one counts once there.
  [[nodiscard]] distinct roll_up(const std::vector<code::dimension> &dimensions) const {
    const puhui_distinct_plan plan = raw_plan();
    const puhui_distinct_groups whole = groups(plan);
    distinct result(*this, detail::numbers(dimensions));
    const std::vector<std::uint32_t> &numbers = result.dimensions_;
    result.run([&](puhui_distinct_result *to, puhui_error *err) {
      return puhui_distinct_roll_up(&whole, numbers.data(), numbers.size(), to, err);
    });
    return result;
  }

  /// Only the groups whose key in a dimension is wanted.
  [[nodiscard]] distinct only(code::dimension dimension, const std::vector<std::uint32_t> &wanted) const {
    const puhui_distinct_plan plan = raw_plan();
    const puhui_distinct_groups whole = groups(plan);
    distinct result(*this, dimensions_);
    result.run([&](puhui_distinct_result *to, puhui_error *err) {
      return puhui_distinct_only(&whole, detail::number(dimension), wanted.data(), wanted.size(), to, err);
    });
    return result;
  }

  /// Adds the sets of other loans, by union. Throws where they are of another kind; these stay as they were then.
  ///
  /// Each merge writes all sets again: many parts are merged at once.
  distinct &merge(const distinct &other) {
    const puhui_distinct_plan plan = raw_plan(), other_plan = other.raw_plan();
    return merged({groups(plan), other.groups(other_plan)});
  }
  /// The same with many others at once, in time by n log n of all their ids. The parts of an error are these sets and they.
  distinct &merge(const std::vector<distinct> &others) {
    std::vector<puhui_distinct_plan> plans{raw_plan()};
    plans.reserve(others.size() + 1);
    std::vector<puhui_distinct_groups> parts{groups(plans.front())};
    for (const distinct &other : others) {
      plans.push_back(other.raw_plan());
      parts.push_back(other.groups(plans.back()));
    }
    return merged(parts);
  }

 private:
  /// No groups, of these ids.
  distinct(code::ids ids, code::loans_counted loans, const std::vector<code::dimension> &dimensions, std::optional<code::basis> basis)
      : ids_of_(ids), loans_(loans), basis_(basis), dimensions_(detail::numbers(dimensions)) {}

  /// No groups, of the ids that another has, by these dimensions.
  distinct(const distinct &other, std::vector<std::uint32_t> dimensions)
      : ids_of_(other.ids_of_), loans_(other.loans_), basis_(other.basis_), dimensions_(std::move(dimensions)) {}

  /// Becomes the union of parts.
  distinct &merged(const std::vector<puhui_distinct_groups> &parts) {
    distinct sum(*this, dimensions_);
    sum.run([&](puhui_distinct_result *to, puhui_error *err) {
      return puhui_distinct_merge(parts.data(), parts.size(), to, err);
    });
    *this = std::move(sum);
    return *this;
  }

  puhui_distinct_plan raw_plan() const noexcept {
    puhui_distinct_plan raw = PUHUI_DISTINCT_PLAN_INIT;
    raw.ids = detail::number(ids_of_);
    raw.loans = detail::number(loans_);
    raw.has_basis = basis_ ? 1 : 0;
    raw.basis = basis_ ? detail::number(*basis_) : 0;
    raw.dimension_count = dimensions_.size();
    raw.dimensions = dimensions_.data();
    return raw;
  }

  puhui_distinct_groups groups(const puhui_distinct_plan &plan) const noexcept {
    puhui_distinct_groups raw = PUHUI_DISTINCT_GROUPS_INIT;
    raw.plan = &plan;
    raw.group_count = size();
    raw.keys = keys_.data();
    raw.id_offset = offset_.data();
    raw.ids = ids_.data();
    return raw;
  }

  template <class Call>
  void run(Call call) {
    puhui_distinct_result to = PUHUI_DISTINCT_RESULT_INIT;
    detail::checked([&](puhui_error *err) { return call(&to, err); });
    keys_.resize(to.group_count * dimensions_.size());
    offset_.assign(to.group_count + 1, 0);
    ids_.resize(to.id_count);
    to.with_total = 1;
    to.keys = detail::data_or_null(keys_);
    to.id_offset = offset_.data();
    to.group_capacity = to.group_count;
    to.ids = detail::data_or_null(ids_);
    to.id_capacity = to.id_count;
    if (to.group_capacity > 0) detail::checked([&](puhui_error *err) { return call(&to, err); });
    total_ = to.total;
  }

  code::ids ids_of_;
  code::loans_counted loans_;
  std::optional<code::basis> basis_;
  std::vector<std::uint32_t> dimensions_;
  std::vector<std::uint32_t> keys_;
  std::vector<std::size_t> offset_{0};
  std::vector<std::uint64_t> ids_;
  std::size_t total_ = 0;
};

/// A register of villages, one vector a column. `village`, `township` and `county` are there for every village; another vector that is
/// empty is not known. A host with arrays of its own fills a `puhui_village_columns` instead.
struct villages {
  std::vector<std::uint64_t> village;
  std::vector<std::uint32_t> township;
  std::vector<std::uint32_t> county;
  std::vector<std::uint64_t> people;
  std::vector<std::uint64_t> adults;
  std::vector<std::uint64_t> area_m2;
  std::vector<std::uint64_t> households;
  std::vector<std::uint64_t> registered_households;
  std::vector<std::uint64_t> with_account;
  std::vector<std::uint64_t> with_credit_file;
  std::vector<std::uint64_t> with_loan;

  [[nodiscard]] std::size_t size() const noexcept { return village.size(); }
  /// The same for C; good as long as this object is, and not changed. Throws where the columns differ in length.
  [[nodiscard]] puhui_village_columns get() const {
    puhui_village_columns raw = PUHUI_VILLAGE_COLUMNS_INIT;
    raw.count = size();
    const auto column = [&](const auto &values) { return detail::column(values, raw.count, "villages"); };
    raw.village = column(village);
    raw.township = column(township);
    raw.county = column(county);
    raw.people = column(people);
    raw.adults = column(adults);
    raw.area_m2 = column(area_m2);
    raw.households = column(households);
    raw.registered_households = column(registered_households);
    raw.with_account = column(with_account);
    raw.with_credit_file = column(with_credit_file);
    raw.with_loan = column(with_loan);
    return raw;
  }
};

/// Service points, one vector a column, one element for each village that a point serves. `point`, `village` and `kind` are there for
/// every point; another vector may be empty. A host with arrays of its own fills a `puhui_point_columns` instead.
struct service_points {
  std::vector<std::uint64_t> point;
  std::vector<std::uint64_t> village;
  std::vector<std::uint8_t> kind;
  std::vector<std::int32_t> opened_on_ymd;
  std::vector<std::int32_t> closed_on_ymd;
  std::vector<std::uint32_t> distance_m;

  [[nodiscard]] std::size_t size() const noexcept { return point.size(); }
  /// The same for C; good as long as this object is, and not changed. Throws where the columns differ in length.
  [[nodiscard]] puhui_point_columns get() const {
    puhui_point_columns raw = PUHUI_POINT_COLUMNS_INIT;
    raw.count = size();
    const auto column = [&](const auto &values) { return detail::column(values, raw.count, "service_points"); };
    raw.point = column(point);
    raw.village = column(village);
    raw.kind = column(kind);
    raw.opened_on_ymd = column(opened_on_ymd);
    raw.closed_on_ymd = column(closed_on_ymd);
    raw.distance_m = column(distance_m);
    return raw;
  }
};

/// Which points count, on which day: `puhui_coverage_rule`, started.
struct coverage_rule : puhui_coverage_rule {
  /// Points of the kinds of these bits, `PUHUI_BIT(PUHUI_POINT_KIND_*)`, at any distance.
  explicit coverage_rule(std::int32_t as_of, std::uint32_t kinds_of = PUHUI_POINT_KINDS_CN_BASIC) noexcept
      : puhui_coverage_rule(PUHUI_COVERAGE_RULE_INIT) {
    as_of_ymd = as_of;
    kinds = kinds_of;
  }

  /// Only points at most this many metres from the village's centre.
  coverage_rule &within(std::uint32_t metres) noexcept {
    has_within = 1;
    within_m = metres;
    return *this;
  }
};

/// The figures of an area, those of points of a kind: `puhui_area_figures`, started.
struct area_figures : puhui_area_figures {
  area_figures() noexcept : puhui_area_figures(PUHUI_AREA_FIGURES_INIT) {}
  area_figures(const puhui_area_coverage &area, code::point_kind kind) : area_figures() {
    detail::checked([&](puhui_error *err) { return puhui_area_figures_of(&area, detail::number(kind), this, err); });
  }
};

/// How far service points reach, and which villages they miss.
struct coverage {
  /// All villages together.
  puhui_area_coverage total{};
  /// The number of counties or townships that are reached, whichever were asked for.
  puhui_areas_covered areas_covered{};
  /// The villages by county or township, by code, rising.
  std::vector<puhui_area_coverage> areas;
  /// Each village alone, by code, rising.
  std::vector<puhui_area_coverage> villages;
  /// The number of townships of each county that are reached, by county, rising.
  std::vector<puhui_areas_covered> counties;
  /// The villages that break full coverage, by code, rising.
  std::vector<puhui_missed_village> missed;
  /// The points whose village is in no register.
  std::vector<puhui_stray_point> strays;

  /// The coverage of registers by points, each in any number of tables, by counties or townships.
  coverage(const std::vector<puhui_village_columns> &registers, const std::vector<puhui_point_columns> &points,
           const puhui_coverage_rule &rule, code::area area) {
    puhui_coverage_query query = PUHUI_COVERAGE_QUERY_INIT;
    query.area = detail::number(area);
    query.rule = &rule;
    query.village_tables = registers.data();
    query.village_table_count = registers.size();
    query.point_tables = points.data();
    query.point_table_count = points.size();
    puhui_coverage_result to = PUHUI_COVERAGE_RESULT_INIT;
    const auto run = [&] { detail::checked([&](puhui_error *err) { return puhui_coverage(&query, &to, err); }); };
    run();
    const auto give = [](auto &list, auto *&array, std::size_t &capacity, std::size_t count) {
      list.resize(count);
      array = detail::data_or_null(list);
      capacity = count;
    };
    give(areas, to.areas, to.area_capacity, to.area_count);
    give(villages, to.villages, to.village_capacity, to.village_count);
    give(counties, to.counties, to.county_capacity, to.county_count);
    give(missed, to.missed, to.missed_capacity, to.missed_count);
    give(strays, to.strays, to.stray_capacity, to.stray_count);
    run();
    total = to.total;
    areas_covered = to.areas_covered;
  }
  coverage(const puhui_village_columns &register_of, const puhui_point_columns &points, const puhui_coverage_rule &rule,
           code::area area)
      : coverage(std::vector<puhui_village_columns>{register_of}, std::vector<puhui_point_columns>{points}, rule, area) {}
  coverage(const puhui::villages &register_of, const puhui::service_points &points, const puhui_coverage_rule &rule,
           code::area area)
      : coverage(register_of.get(), points.get(), rule, area) {}
};

}  // namespace puhui

#endif  // PUHUI_HPP
