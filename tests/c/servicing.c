/* How a product is serviced: the edges of the contract, and that each rule is heard. */
#include <stddef.h>

#include "check.h"

/* The layouts that callers are compiled against. */
LAYOUT(payer_rules, sizeof(struct puhui_payer_rules) == 32 && offsetof(struct puhui_payer_rules, allocation_by) == 20 &&
                        offsetof(struct puhui_payer_rules, reserved) == 28);
LAYOUT(servicing, sizeof(struct puhui_servicing) == 408 && offsetof(struct puhui_servicing, interest_on) == 4 &&
                      offsetof(struct puhui_servicing, allocation_order) == 24 &&
                      offsetof(struct puhui_servicing, non_accrual_order) == 56 &&
                      offsetof(struct puhui_servicing, ladder_from_days) == 92 &&
                      offsetof(struct puhui_servicing, accrual_postings) == 116 &&
                      offsetof(struct puhui_servicing, past_due_threshold_minor) == 120 &&
                      offsetof(struct puhui_servicing, provision_share_ppb) == 144 &&
                      offsetof(struct puhui_servicing, reserved) == 192 &&
                      offsetof(struct puhui_servicing, overdue_earns) == 200 &&
                      offsetof(struct puhui_servicing, payers) == 216);

static struct puhui_product_rules rules;
static struct puhui_servicing servicing = PUHUI_SERVICING_INIT;

/* Whether a servicing is taken, and what is told if it is not. */
static void outcome(const struct puhui_servicing *tried, puhui_status expected, const char *field) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_product *made = (puhui_product *)&error;
  CHECK_EQUAL(puhui_product_new(&rules, tried, NULL, &made, &error), expected);
  told(&error, expected, field);
  CHECK((made == NULL) == (expected != PUHUI_OK));
  puhui_product_free(made);
}

#define REFUSED(member, value, expected, field) \
  do {                                          \
    struct puhui_servicing bad = servicing;     \
    bad.member = (value);                       \
    outcome(&bad, expected, field);             \
  } while (0)

#define TAKEN(member, value)              \
  do {                                    \
    struct puhui_servicing good = servicing; \
    good.member = (value);                \
    outcome(&good, PUHUI_OK, "");         \
  } while (0)

/* 0, the first number after the last code, and nonsense. */
#define CODE(member, past_the_last, field)                         \
  do {                                                             \
    REFUSED(member, 0, PUHUI_ERR_UNKNOWN_CODE, field);             \
    REFUSED(member, past_the_last, PUHUI_ERR_UNKNOWN_CODE, field); \
    REFUSED(member, UINT32_MAX, PUHUI_ERR_UNKNOWN_CODE, field);    \
  } while (0)

#define FLAG(member, field)                             \
  do {                                                  \
    REFUSED(member, 2, PUHUI_ERR_UNKNOWN_CODE, field);  \
    REFUSED(member, UINT32_MAX, PUHUI_ERR_UNKNOWN_CODE, field); \
  } while (0)

static void codes(void) {
  CODE(interest_on, PUHUI_INTEREST_ON_PLAN + 1, "interest_on");
  CODE(compound_rate, PUHUI_COMPOUND_RATE_CONTRACT_UNTIL_MATURITY + 1, "compound_rate");
  CODE(compound_base, PUHUI_COMPOUND_BASE_INTEREST_AND_PENALTY + 1, "compound_base");
  CODE(allocation_order[0], PUHUI_PART_PRINCIPAL + 1, "allocation_order[0]");
  CODE(allocation_order[4], PUHUI_PART_PRINCIPAL + 1, "allocation_order[4]");
  CODE(allocation_by, PUHUI_ALLOCATE_BY_PART + 1, "allocation_by");
  CODE(money_ahead, PUHUI_MONEY_AHEAD_SETTLE_EVENLY + 1, "money_ahead");
  CODE(overdue_earns, PUHUI_OVERDUE_EARNS_NEVER + 1, "overdue_earns");
  CODE(pay_off_to, PUHUI_PAY_OFF_TO_NEXT_DUE + 1, "pay_off_to");
  CODE(changes_from, PUHUI_CHANGES_FROM_DAY_BEFORE + 1, "changes_from");
  CODE(prepayment_interest, PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE + 1, "prepayment_interest");
  CODE(ladder, PUHUI_LADDER_FROM_DAYS + 1, "ladder");
  CODE(provision, PUHUI_PROVISION_SHARES + 1, "provision");
  CODE(accrual_postings, PUHUI_ACCRUAL_POSTINGS_WHEN_BILLED + 1, "accrual_postings");
  FLAG(has_penalty, "has_penalty");
  FLAG(changes_ahead, "changes_ahead");
  FLAG(has_non_accrual_order, "has_non_accrual_order");
  TAKEN(interest_on, PUHUI_INTEREST_ON_PLAN);
  TAKEN(allocation_by, PUHUI_ALLOCATE_BY_PART);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_NEXT);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_LAST);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_RE_AMORTISE);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_SETTLE_NEXT);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_SETTLE_LAST);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_SETTLE_NEXT_LAST);
  TAKEN(money_ahead, PUHUI_MONEY_AHEAD_SETTLE_EVENLY);
  TAKEN(overdue_earns, PUHUI_OVERDUE_EARNS_TO_NEXT_DUE);
  TAKEN(overdue_earns, PUHUI_OVERDUE_EARNS_NEVER);
  TAKEN(pay_off_to, PUHUI_PAY_OFF_TO_NEXT_DUE);
  TAKEN(changes_from, PUHUI_CHANGES_FROM_DAY_BEFORE);
  TAKEN(changes_ahead, 1);
  TAKEN(prepayment_interest, PUHUI_PREPAYMENT_INTEREST_ON_PREPAID);
  TAKEN(prepayment_interest, PUHUI_PREPAYMENT_INTEREST_TO_NEXT_DUE);
  TAKEN(ladder, PUHUI_LADDER_CN_2023);
  TAKEN(provision, PUHUI_PROVISION_CN_2002);
  TAKEN(accrual_postings, PUHUI_ACCRUAL_POSTINGS_DAILY);
  TAKEN(accrual_postings, PUHUI_ACCRUAL_POSTINGS_MONTH_END);
}

/* What is different for a payer: nothing, an order, a rule, or both. */
static void payers(void) {
  struct puhui_servicing tried = servicing;
  struct puhui_payer_rules *refunds = &tried.payers[PUHUI_PAYER_REFUND - 1];
  size_t i;

  REFUSED(payers[0].reserved, 1, PUHUI_ERR_RESERVED, "payers[0].reserved");
  REFUSED(payers[5].money_ahead, PUHUI_MONEY_AHEAD_SETTLE_EVENLY + 1, PUHUI_ERR_UNKNOWN_CODE, "payers[5].money_ahead");
  REFUSED(payers[2].allocation_by, PUHUI_ALLOCATE_BY_PART, PUHUI_ERR_UNKNOWN_CODE, "payers[2].allocation_order[0]");
  for (i = 0; i < 6; i++) TAKEN(payers[i].money_ahead, PUHUI_MONEY_AHEAD_SETTLE_LAST);
  for (i = 0; i < 5; i++) refunds->allocation_order[i] = (uint32_t)(5 - i);
  outcome(&tried, PUHUI_ERR_UNKNOWN_CODE, "payers[4].allocation_by");
  refunds->allocation_by = PUHUI_ALLOCATE_BY_PART + 1;
  outcome(&tried, PUHUI_ERR_UNKNOWN_CODE, "payers[4].allocation_by");
  refunds->allocation_by = PUHUI_ALLOCATE_BY_PART;
  outcome(&tried, PUHUI_OK, "");
  refunds->allocation_order[2] = 0;
  outcome(&tried, PUHUI_ERR_UNKNOWN_CODE, "payers[4].allocation_order[2]");
  refunds->allocation_order[2] = PUHUI_PART_FEE;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "payers[4].allocation_order");
}

static void figures(void) {
  struct puhui_servicing tried = servicing;
  size_t i;

  REFUSED(reserved, 1, PUHUI_ERR_RESERVED, "servicing.reserved");
  REFUSED(past_due_threshold_minor, -1, PUHUI_ERR_OUT_OF_RANGE, "past_due_threshold");
  TAKEN(past_due_threshold_minor, INT64_MAX);
  REFUSED(grace_days, 366, PUHUI_ERR_OUT_OF_RANGE, "grace_days");
  REFUSED(grace_days, UINT32_MAX, PUHUI_ERR_OUT_OF_RANGE, "grace_days");
  TAKEN(grace_days, 365);
  REFUSED(observation_days, 3661, PUHUI_ERR_OUT_OF_RANGE, "observation_days");
  REFUSED(observation_days, 65536, PUHUI_ERR_OUT_OF_RANGE, "observation_days");
  TAKEN(observation_days, 3660);
  REFUSED(prepayment_fee_ppb, -1, PUHUI_ERR_OUT_OF_RANGE, "prepayment_fee");
  REFUSED(prepayment_fee_ppb, 1000000001, PUHUI_ERR_OUT_OF_RANGE, "prepayment_fee");
  REFUSED(prepayment_fee_ppb, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "prepayment_fee");
  TAKEN(prepayment_fee_ppb, 1000000000);
  REFUSED(vat_ppb, -1, PUHUI_ERR_OUT_OF_RANGE, "vat");
  REFUSED(vat_ppb, INT64_MAX, PUHUI_ERR_OUT_OF_RANGE, "vat");
  TAKEN(vat_ppb, 60000000);

  /* A penalty: 0 % on top of the contract rate is one, and is not none. */
  REFUSED(penalty_mark_up_ppb, 1, PUHUI_ERR_CONTRADICTION, "penalty_mark_up");
  REFUSED(compound_rate, PUHUI_COMPOUND_RATE_PENALTY, PUHUI_ERR_CONTRADICTION, "compound_rate");
  REFUSED(compound_base, PUHUI_COMPOUND_BASE_INTEREST, PUHUI_ERR_CONTRADICTION, "compound_base");
  tried.compound_rate = PUHUI_COMPOUND_RATE_PENALTY;
  tried.compound_base = PUHUI_COMPOUND_BASE_INTEREST;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "compound_rate");
  tried.has_penalty = 1;
  outcome(&tried, PUHUI_OK, "");
  tried.penalty_mark_up_ppb = 500000000;
  outcome(&tried, PUHUI_OK, "");
  tried.penalty_mark_up_ppb = -1;
  outcome(&tried, PUHUI_ERR_OUT_OF_RANGE, "penalty_mark_up");
  tried.penalty_mark_up_ppb = INT64_MAX;
  outcome(&tried, PUHUI_ERR_OUT_OF_RANGE, "penalty_mark_up");
  tried.penalty_mark_up_ppb = 0;
  tried.compound_rate = PUHUI_COMPOUND_RATE_NONE;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "compound_base");
  tried.compound_base = PUHUI_COMPOUND_BASE_NONE;
  outcome(&tried, PUHUI_OK, "");

  /* The order names each part once. */
  REFUSED(allocation_order[4], PUHUI_PART_FEE, PUHUI_ERR_CONTRADICTION, "allocation_order");

  /* Loans that are no longer accrued, with an order of their own or without. */
  TAKEN(non_accrual_from_days, 91);
  TAKEN(non_accrual_from_days, UINT32_MAX);
  REFUSED(non_accrual_order[3], PUHUI_PART_FEE, PUHUI_ERR_CONTRADICTION, "non_accrual_order");
  REFUSED(non_accrual_by, PUHUI_ALLOCATE_BY_PART, PUHUI_ERR_CONTRADICTION, "non_accrual_by");
  tried = servicing;
  tried.non_accrual_from_days = 91;
  tried.has_non_accrual_order = 1;
  outcome(&tried, PUHUI_ERR_UNKNOWN_CODE, "non_accrual_order[0]");
  for (i = 0; i < 5; i++) tried.non_accrual_order[i] = (uint32_t)(5 - i);
  outcome(&tried, PUHUI_ERR_UNKNOWN_CODE, "non_accrual_by");
  tried.non_accrual_by = PUHUI_ALLOCATE_BY_PART;
  outcome(&tried, PUHUI_OK, "");
  tried.non_accrual_from_days = 0;
  outcome(&tried, PUHUI_ERR_MISSING, "non_accrual_from_days");
  tried.non_accrual_from_days = 91;
  tried.non_accrual_order[2] = PUHUI_PART_FEE;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "non_accrual_order");

  /* A ladder of the host's own: 1-90, 91-120, 121-180, above. */
  REFUSED(ladder_from_days[3], 1, PUHUI_ERR_CONTRADICTION, "ladder_from_days");
  tried = servicing;
  tried.ladder = PUHUI_LADDER_CN_2023;
  tried.ladder_from_days[0] = 1;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "ladder_from_days");
  tried.ladder = PUHUI_LADDER_FROM_DAYS;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "ladder");
  tried.ladder_from_days[1] = 91;
  tried.ladder_from_days[2] = 121;
  tried.ladder_from_days[3] = 181;
  outcome(&tried, PUHUI_OK, "");
  tried.ladder_from_days[0] = 0;
  outcome(&tried, PUHUI_ERR_OUT_OF_RANGE, "ladder");

  /* Provisions of the host's own. */
  REFUSED(provision_share_ppb[4], 1, PUHUI_ERR_CONTRADICTION, "provision_share");
  tried = servicing;
  tried.provision = PUHUI_PROVISION_CN_2002;
  tried.provision_share_ppb[0] = 1;
  outcome(&tried, PUHUI_ERR_CONTRADICTION, "provision_share");
  tried.provision = PUHUI_PROVISION_SHARES;
  outcome(&tried, PUHUI_OK, "");
  tried.provision_share_ppb[4] = 1000000001;
  outcome(&tried, PUHUI_ERR_OUT_OF_RANGE, "provision_share");
  tried.provision_share_ppb[4] = -1;
  outcome(&tried, PUHUI_ERR_OUT_OF_RANGE, "provision_share");
}

static void pointers_and_sizes(void) {
  LARGER(puhui_servicing) more;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules bad_rules = rules;
  puhui_product *made = NULL;
  const uint32_t first = offsetof(struct puhui_servicing, overdue_earns);
  const uint32_t wrong[] = {0, 1, 4, first - 1, first + 1, sizeof servicing - 1, 4097, UINT32_MAX};
  struct puhui_servicing older = servicing;
  size_t i, tail;

  made = (puhui_product *)&error;
  CHECK_EQUAL(puhui_product_new(NULL, &servicing, NULL, &made, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "rules");
  CHECK(made == NULL);
  CHECK_EQUAL(puhui_product_new(&rules, NULL, NULL, &made, &error), PUHUI_OK);
  puhui_product_free(made);
  CHECK_EQUAL(puhui_product_new(&rules, &servicing, NULL, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_product");
  CHECK_EQUAL(puhui_product_new(NULL, NULL, NULL, NULL, NULL), PUHUI_ERR_NULL);
  bad_rules.rounding = 0;
  CHECK_EQUAL(puhui_product_new(&bad_rules, &servicing, NULL, &made, &error), PUHUI_ERR_UNKNOWN_CODE);
  told(&error, PUHUI_ERR_UNKNOWN_CODE, "rounding");

  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) REFUSED(struct_size, wrong[i], PUHUI_ERR_STRUCT_SIZE, "servicing");
  /* An older caller: what lies behind its struct is not looked at. */
  older.struct_size = first;
  memset((unsigned char *)&older + first, 0xA5, sizeof older - first);
  outcome(&older, PUHUI_OK, "");
  for (tail = 0; tail <= 16; tail++) {
    memset(&more, 0, sizeof more);
    more.known = servicing;
    more.known.struct_size = sizeof more;
    if (tail < 16) more.tail[tail] = 1;
    outcome(&more.known, tail < 16 ? PUHUI_ERR_STRUCT_SIZE : PUHUI_OK, tail < 16 ? "servicing" : "");
  }

  /* With a calendar. */
  {
    puhui_calendar *calendar = NULL;
    struct puhui_product_rules rolled = rules;
    rolled.roll = PUHUI_ROLL_FOLLOWING;
    rolled.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
    CHECK_EQUAL(puhui_calendar_weekends(&calendar, &error), PUHUI_OK);
    CHECK_EQUAL(puhui_product_new(&rolled, &servicing, calendar, &made, &error), PUHUI_OK);
    puhui_calendar_free(calendar);
    puhui_product_free(made);
  }
}

/* The golden loan on 2020-06-20, its first payment made and no other: five due dates, four of them missed. */
static struct puhui_position in_june(const struct puhui_servicing *by) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = golden();
  struct puhui_event event = PUHUI_EVENT_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT;
  puhui_product *made = NULL;
  event.kind = PUHUI_EVENT_REPAID;
  event.no = 1;
  event.on_ymd = 20200220;
  event.amount_minor = 148627;
  event.payer = PUHUI_PAYER_BORROWER;
  CHECK_EQUAL(puhui_product_new(&rules, by, NULL, &made, &error), PUHUI_OK);
  CHECK_EQUAL(puhui_account_position(account_of(made, &terms, NULL, &event, 1, 20200620, 0), &position, NULL, 0, NULL, &error), PUHUI_OK);
  puhui_product_free(made);
  return position;
}

/* Each rule is heard: the same loan by another rule is another account. */
static void heard(void) {
  struct puhui_servicing by = servicing;
  struct puhui_position plain = in_june(&by), other = in_june(NULL);

  /* A product without a servicing is served in the usual way. */
  CHECK(memcmp(&plain, &other, sizeof plain) == 0);

  /* Due 2020-03-20: 92 days on 20 June. Nothing costs anything, there is no class. */
  CHECK_EQUAL(plain.days_past_due, 92);
  CHECK(plain.loan_class == 0 && plain.has_provision == 0 && plain.provision_minor == 0 && plain.non_accrual == 0);
  CHECK(plain.penalty_minor == 0 && plain.penalty_accrued_minor == 0 && plain.compound_minor == 0);
  CHECK(plain.overdue_principal_minor > 0 && plain.interest_minor > 0 && plain.credit_minor == 0);

  by.has_penalty = 1;
  by.penalty_mark_up_ppb = 500000000;
  other = in_june(&by);
  CHECK(other.penalty_minor > 0 && other.compound_minor == 0);
  by.compound_rate = PUHUI_COMPOUND_RATE_PENALTY;
  by.compound_base = PUHUI_COMPOUND_BASE_INTEREST;
  other = in_june(&by);
  CHECK(other.compound_minor > 0);
  by = servicing;
  by.grace_days = 92;
  CHECK_EQUAL(in_june(&by).days_past_due, 0);
  by.grace_days = 91;
  CHECK_EQUAL(in_june(&by).days_past_due, 92);
  by = servicing;
  by.past_due_threshold_minor = 148627;
  CHECK_EQUAL(in_june(&by).days_past_due, 0);
  by.past_due_threshold_minor = 148626;
  CHECK_EQUAL(in_june(&by).days_past_due, 92);
  by = servicing;
  by.non_accrual_from_days = 92;
  CHECK_EQUAL(in_june(&by).non_accrual, 1);
  by.non_accrual_from_days = 93;
  CHECK_EQUAL(in_june(&by).non_accrual, 0);
  by = servicing;
  by.ladder = PUHUI_LADDER_CN_2023; /* Not yet in force in 2020. */
  by.provision = PUHUI_PROVISION_CN_2002;
  CHECK(in_june(&by).loan_class == 0 && in_june(&by).has_provision == 0);
  by.ladder = PUHUI_LADDER_FROM_DAYS;
  by.ladder_from_days[0] = 1;
  by.ladder_from_days[1] = 91;
  by.ladder_from_days[2] = 271;
  by.ladder_from_days[3] = 361;
  other = in_june(&by);
  CHECK_EQUAL(other.loan_class, PUHUI_LOAN_CLASS_SUBSTANDARD);
  /* 50,000.00 - 1,268.77 = 48,731.23, a quarter of it: 12,182.8075. */
  CHECK_EQUAL(other.principal_minor, 4873123);
  CHECK(other.has_provision == 1 && other.provision_minor == 1218281);
  by.provision = PUHUI_PROVISION_SHARES;
  by.provision_share_ppb[2] = 100000000;
  CHECK_EQUAL(in_june(&by).provision_minor, 487312);
  by.ladder_from_days[1] = 93;
  CHECK_EQUAL(in_june(&by).loan_class, PUHUI_LOAN_CLASS_SPECIAL_MENTION);
}

/* A change of terms is booked before its value date where the servicing says that it shows ahead. */
static void booked_ahead(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = golden();
  struct puhui_event event = PUHUI_EVENT_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT;
  struct puhui_servicing by = servicing;
  puhui_product *made = NULL;
  uint32_t ahead;
  event.kind = PUHUI_EVENT_RATE_RESET;
  event.no = 1;
  event.on_ymd = 20200320;
  event.booked_on_ymd = 20200301;
  event.rate_ppb = 40000000;
  for (ahead = 0; ahead < 2; ahead++) {
    const puhui_status expected = ahead ? PUHUI_OK : PUHUI_ERR_DATES_OUT_OF_ORDER;
    by.changes_ahead = ahead;
    CHECK_EQUAL(puhui_product_new(&rules, &by, NULL, &made, &error), PUHUI_OK);
    CHECK_EQUAL(puhui_account_position(account_of(made, &terms, NULL, &event, 1, 20200310, 0), &position, NULL, 0, NULL, &error),
                expected);
    told(&error, expected, ahead ? "" : "events[0].booked_on");
    puhui_product_free(made);
  }
}

int main(void) {
  rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  outcome(&servicing, PUHUI_OK, "");
  codes();
  payers();
  figures();
  pointers_and_sizes();
  heard();
  booked_ahead();
  return 0;
}
