/* The edges of the contract: NULL for each pointer, nothing to do, unknown codes, sizes of other releases, buffers too small,
   and what the outputs are after each of them. */
#include <stddef.h>

#include "check.h"

/* The layouts that callers are compiled against. */
LAYOUT(error, sizeof(struct puhui_error) == 336 && offsetof(struct puhui_error, status) == 4 &&
                  offsetof(struct puhui_error, row) == 8 && offsetof(struct puhui_error, field) == 16 &&
                  offsetof(struct puhui_error, message) == 80);
LAYOUT(rules, sizeof(struct puhui_product_rules) == 144 && offsetof(struct puhui_product_rules, currency) == 4 &&
                  offsetof(struct puhui_product_rules, method) == 12 &&
                  offsetof(struct puhui_product_rules, grace_principal) == 56 &&
                  offsetof(struct puhui_product_rules, season_months) == 92 &&
                  offsetof(struct puhui_product_rules, graduated_ratio_ppb) == 96 &&
                  offsetof(struct puhui_product_rules, payment_rounding) == 120 &&
                  offsetof(struct puhui_product_rules, reserved) == 124 &&
                  offsetof(struct puhui_product_rules, level_last) == 128 &&
                  offsetof(struct puhui_product_rules, tranche_earns) == 140);
LAYOUT(terms, sizeof(struct puhui_terms) == 64 && offsetof(struct puhui_terms, instalments) == 4 &&
                  offsetof(struct puhui_terms, principal_minor) == 8 &&
                  offsetof(struct puhui_terms, disbursed_on_ymd) == 48 && offsetof(struct puhui_terms, due_day) == 60);
LAYOUT(instalment, sizeof(struct puhui_instalment) == 88 && offsetof(struct puhui_instalment, opening_minor) == 16 &&
                       offsetof(struct puhui_instalment, closing_minor) == 72 &&
                       offsetof(struct puhui_instalment, flags) == 80);
LAYOUT(totals, sizeof(struct puhui_totals) == 48 && offsetof(struct puhui_totals, payment_minor) == 32);
LAYOUT(annualised, sizeof(struct puhui_annualised) == 32 && offsetof(struct puhui_annualised, effective_e10) == 8);
LAYOUT(rate_step, sizeof(struct puhui_rate_step) == 16 && offsetof(struct puhui_rate_step, rate_ppb) == 8);
LAYOUT(planned, sizeof(struct puhui_planned_principal) == 16 &&
                    offsetof(struct puhui_planned_principal, principal_minor) == 8);
LAYOUT(loan, sizeof(void *) != 8 || (sizeof(struct puhui_loan) == 56 && offsetof(struct puhui_loan, product) == 8 &&
                                     offsetof(struct puhui_loan, plan_count) == 48));
LAYOUT(columns, sizeof(void *) != 8 || (sizeof(struct puhui_loan_columns) == 200 &&
                                        offsetof(struct puhui_loan_columns, known_on_ymd) == 4 &&
                                        offsetof(struct puhui_loan_columns, principal_minor) == 40 &&
                                        offsetof(struct puhui_loan_columns, due_day) == 112 &&
                                        offsetof(struct puhui_loan_columns, reset_unit) == 192));
LAYOUT(reset_rule, sizeof(struct puhui_reset_rule) == 32 && offsetof(struct puhui_reset_rule, known_on_ymd) == 24);
LAYOUT(status, sizeof(puhui_status) == 4);

static puhui_product *product;
static struct puhui_product_rules rules;

static void versions_and_messages(void) {
  uint32_t status;
  CHECK_EQUAL(puhui_version_number(), PUHUI_VERSION_NUMBER);
  CHECK_EQUAL(PUHUI_VERSION_NUMBER, PUHUI_VERSION_MAJOR * 1000000 + PUHUI_VERSION_MINOR * 1000 + PUHUI_VERSION_PATCH);
  CHECK(strcmp(puhui_status_message(PUHUI_OK), "success") == 0);
  CHECK(strcmp(puhui_status_message(PUHUI_ERR_PANIC), "a bug in this library") == 0);
  CHECK(strcmp(puhui_status_message(997), "unknown status") == 0);
  CHECK(strcmp(puhui_status_message(UINT32_MAX), "unknown status") == 0);
  for (status = 0; status < 1000; status++) CHECK(puhui_status_message(status)[0] != 0);
  CHECK(strcmp(puhui_status_message_in(PUHUI_ERR_NOT_SETTLED, PUHUI_LANGUAGE_CHINESE),
               "\xe4\xbb\x8d\xe6\x9c\x89\xe6\xac\xa0\xe6\xac\xbe\xe6\x88\x96\xe6\xba\xa2\xe7\xbc\xb4\xe6\xac\xbe") == 0);
  CHECK(puhui_status_message_in(PUHUI_ERR_NULL, PUHUI_LANGUAGE_ENGLISH) == puhui_status_message(PUHUI_ERR_NULL));
  CHECK(puhui_status_message_in(PUHUI_ERR_NULL, 0) == puhui_status_message(PUHUI_ERR_NULL));
}

/* The name of a field, part by part: events 事件, payer 付款方. */
static void names_of_fields(void) {
  static const char chinese[] = "\xe4\xba\x8b\xe4\xbb\xb6[1].\xe4\xbb\x98\xe6\xac\xbe\xe6\x96\xb9";
  struct puhui_error error = PUHUI_ERROR_INIT;
  char text[64];
  size_t length = 7;

  memset(text, 0x25, sizeof text);
  CHECK_EQUAL(puhui_field_name_in("events[1].payer", PUHUI_LANGUAGE_CHINESE, text, sizeof text, &length, &error), PUHUI_OK);
  CHECK(length == sizeof chinese - 1 && memcmp(text, chinese, length) == 0 && text[length] == 0x25);
  CHECK_EQUAL(puhui_field_name_in("events[1].payer", PUHUI_LANGUAGE_ENGLISH, text, sizeof text, &length, &error), PUHUI_OK);
  CHECK(length == 15 && memcmp(text, "events[1].payer", 15) == 0);
  CHECK_EQUAL(puhui_field_name_in("out_count", PUHUI_LANGUAGE_CHINESE, NULL, 0, &length, &error), PUHUI_OK);
  CHECK_EQUAL(length, 9);
  CHECK_EQUAL(puhui_field_name_in("out_count", PUHUI_LANGUAGE_CHINESE, text, 8, &length, &error), PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK_EQUAL(length, 9);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK_EQUAL(puhui_field_name_in("on", 3, text, sizeof text, &length, &error), PUHUI_ERR_UNKNOWN_CODE);
  CHECK_EQUAL(length, 0);
  told(&error, PUHUI_ERR_UNKNOWN_CODE, "language");
  CHECK_EQUAL(puhui_field_name_in(NULL, PUHUI_LANGUAGE_CHINESE, text, sizeof text, &length, &error), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_field_name_in("on", PUHUI_LANGUAGE_CHINESE, NULL, 1, &length, &error), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_field_name_in("on", PUHUI_LANGUAGE_CHINESE, text, sizeof text, NULL, &error), PUHUI_ERR_NULL);
}

/* Tries `rules` after a change that makes them wrong. */
static void refused(const struct puhui_product_rules *bad, puhui_status expected, const char *field) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_product *made = product;
  CHECK_EQUAL(puhui_product_new(bad, NULL, NULL, &made, &error), expected);
  CHECK(made == NULL);
  told(&error, expected, field);
  made = product;
  CHECK_EQUAL(puhui_product_new(bad, NULL, NULL, &made, NULL), expected);
  CHECK(made == NULL);
}

#define REFUSED(member, value, expected, field) \
  do {                                          \
    struct puhui_product_rules bad = rules;     \
    bad.member = (value);                       \
    refused(&bad, expected, field);             \
  } while (0)

/* 0, the first number after the last code, and nonsense. */
#define CODE(member, past_the_last, field)                       \
  do {                                                           \
    REFUSED(member, 0, PUHUI_ERR_UNKNOWN_CODE, field);           \
    REFUSED(member, past_the_last, PUHUI_ERR_UNKNOWN_CODE, field); \
    REFUSED(member, UINT32_MAX, PUHUI_ERR_UNKNOWN_CODE, field);  \
  } while (0)

static void products(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules bad;
  puhui_product *made = product;

  CHECK_EQUAL(puhui_product_new(NULL, NULL, NULL, &made, &error), PUHUI_ERR_NULL);
  CHECK(made == NULL);
  told(&error, PUHUI_ERR_NULL, "rules");
  CHECK_EQUAL(puhui_product_new(&rules, NULL, NULL, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_product");
  CHECK_EQUAL(puhui_product_new(NULL, NULL, NULL, NULL, NULL), PUHUI_ERR_NULL);
  puhui_product_free(NULL);

  CODE(method, PUHUI_METHOD_CUSTOM + 1, "method");
  CODE(day_count, PUHUI_DAY_COUNT_ACTUAL_ACTUAL_DEC_31 + 1, "day_count");
  CODE(rounding, PUHUI_ROUNDING_UP + 1, "rounding");
  CODE(every_unit, PUHUI_UNIT_YEAR + 1, "every");
  CODE(missing_day, PUHUI_MISSING_DAY_FIRST_OF_NEXT_MONTH + 1, "missing_day");
  CODE(level_payment, PUHUI_LEVEL_PAYMENT_NOMINAL + 1, "level_payment");
  CODE(first_period, PUHUI_FIRST_PERIOD_ON_TOP + 1, "first_period");
  CODE(accrual_ends, PUHUI_ACCRUAL_ENDS_DAY_AFTER + 1, "accrual_ends");
  CODE(relevel, PUHUI_RELEVEL_RUNNING + 1, "relevel");
  CODE(interest_base, PUHUI_INTEREST_BASE_DISBURSED_IN_TOTAL + 1, "interest_base");
  CODE(interest_cap, PUHUI_INTEREST_CAP_PAYMENT + 1, "interest_cap");
  CODE(tranche_earns, PUHUI_TRANCHE_EARNS_WHOLE_PERIOD + 1, "tranche_earns");
  CODE(roll, PUHUI_ROLL_MODIFIED_PRECEDING + 1, "roll");
  REFUSED(long_last, 2, PUHUI_ERR_UNKNOWN_CODE, "long_last");
  REFUSED(grace_capitalised, 2, PUHUI_ERR_UNKNOWN_CODE, "grace_capitalised");
  REFUSED(negative_amortisation, 2, PUHUI_ERR_UNKNOWN_CODE, "negative_amortisation");
  REFUSED(strict, 2, PUHUI_ERR_UNKNOWN_CODE, "strict");
  REFUSED(payment_rounding, 9, PUHUI_ERR_UNKNOWN_CODE, "payment_rounding");
  REFUSED(reserved, 1, PUHUI_ERR_RESERVED, "reserved");
  REFUSED(currency_exponent, 13, PUHUI_ERR_OUT_OF_RANGE, "currency_exponent");
  REFUSED(currency_exponent, 256, PUHUI_ERR_OUT_OF_RANGE, "currency_exponent");
  REFUSED(currency[0], 0, PUHUI_ERR_UNKNOWN_VALUE, "currency");
  REFUSED(currency[3], 'X', PUHUI_ERR_TEXT, "currency");
  REFUSED(currency[1], (char)-1, PUHUI_ERR_TEXT, "currency");
  REFUSED(every_count, 0, PUHUI_ERR_OUT_OF_RANGE, "every");
  REFUSED(every_count, 65536, PUHUI_ERR_OUT_OF_RANGE, "every");
  REFUSED(level_last, 10, PUHUI_ERR_OUT_OF_RANGE, "level_last");
  REFUSED(level_last, UINT32_MAX, PUHUI_ERR_OUT_OF_RANGE, "level_last");
  bad = rules;
  bad.interest_cap = PUHUI_INTEREST_CAP_PAYMENT;
  bad.negative_amortisation = 1;
  refused(&bad, PUHUI_ERR_CONTRADICTION, "interest_cap");
  /* What differs where instalments keep their payment, at its edges. */
  bad = rules;
  bad.relevel = PUHUI_RELEVEL_RUNNING;
  bad.level_last = 9;
  bad.interest_base = PUHUI_INTEREST_BASE_DISBURSED;
  bad.interest_cap = PUHUI_INTEREST_CAP_PAYMENT;
  bad.tranche_earns = PUHUI_TRANCHE_EARNS_WHOLE_PERIOD;
  puhui_product_free(product_of(&bad, NULL));
  /* An older caller, whose struct ends before them: what lies behind it is not looked at. */
  bad = rules;
  bad.struct_size = offsetof(struct puhui_product_rules, level_last);
  bad.level_last = bad.interest_base = bad.interest_cap = bad.tranche_earns = UINT32_MAX;
  puhui_product_free(product_of(&bad, NULL));
  bad.struct_size++;
  refused(&bad, PUHUI_ERR_STRUCT_SIZE, "rules");
  REFUSED(grace_principal, 65536, PUHUI_ERR_OUT_OF_RANGE, "grace_principal");
  REFUSED(grace_interest, 1, PUHUI_ERR_CONTRADICTION, "grace_interest");
  REFUSED(payment_multiple_minor, -1, PUHUI_ERR_OUT_OF_RANGE, "payment_multiple");
  /* What belongs to another method. */
  REFUSED(amortised_over, 1, PUHUI_ERR_CONTRADICTION, "amortised_over");
  REFUSED(graduated_every, 1, PUHUI_ERR_CONTRADICTION, "graduated_every");
  REFUSED(graduated_ratio_ppb, 1, PUHUI_ERR_CONTRADICTION, "graduated_ratio");
  REFUSED(graduated_amount_minor, 1, PUHUI_ERR_CONTRADICTION, "graduated_amount");
  REFUSED(season_months, 1, PUHUI_ERR_CONTRADICTION, "season_months");
  /* What the method needs. */
  REFUSED(method, PUHUI_METHOD_BALLOON_AMORTISED_OVER, PUHUI_ERR_MISSING, "amortised_over");
  REFUSED(method, PUHUI_METHOD_GRADUATED_RATIO, PUHUI_ERR_OUT_OF_RANGE, "graduated_every");
  REFUSED(method, PUHUI_METHOD_GRADUATED_AMOUNT, PUHUI_ERR_OUT_OF_RANGE, "graduated_every");
  REFUSED(method, PUHUI_METHOD_SEASONAL, PUHUI_ERR_MISSING, "season_months");
  bad = rules;
  bad.method = PUHUI_METHOD_SEASONAL;
  bad.season_months = 1U << 12;
  refused(&bad, PUHUI_ERR_OUT_OF_RANGE, "season_months");
  bad = rules;
  bad.every_count = bad.every_unit = 0;
  refused(&bad, PUHUI_ERR_MISSING, "every");
  /* What has no use without a calendar, and must be said with one. */
  REFUSED(roll, PUHUI_ROLL_FOLLOWING, PUHUI_ERR_CONTRADICTION, "roll");
  REFUSED(rolled_interest, PUHUI_ROLLED_INTEREST_ADJUSTED, PUHUI_ERR_CONTRADICTION, "rolled_interest");
  REFUSED(strict, 1, PUHUI_ERR_CONTRADICTION, "strict");
  {
    puhui_calendar *calendar = NULL;
    CHECK_EQUAL(puhui_calendar_weekends(&calendar, &error), PUHUI_OK);
    CHECK_EQUAL(puhui_product_new(&rules, NULL, calendar, &made, &error), PUHUI_ERR_UNKNOWN_CODE);
    told(&error, PUHUI_ERR_UNKNOWN_CODE, "rolled_interest");
    CHECK(made == NULL);
    puhui_calendar_free(calendar);
  }
  /* A currency of the caller's own, with its decimals. */
  bad = rules;
  memcpy(bad.currency, "XTS", 4);
  refused(&bad, PUHUI_ERR_UNKNOWN_VALUE, "currency");
  bad.currency_exponent = 12;
  CHECK_EQUAL(puhui_product_new(&bad, NULL, NULL, &made, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  puhui_product_free(made);
}

static void sizes(void) {
  LARGER(puhui_product_rules) more_rules;
  LARGER(puhui_terms) more_terms;
  LARGER(puhui_loan) more_loan;
  LARGER(puhui_loan_columns) more_columns;
  LARGER(puhui_annualised) more_rates;
  LARGER(puhui_error) more_error;
  const struct puhui_error fresh_error = PUHUI_ERROR_INIT;
  const struct puhui_annualised fresh_rates = PUHUI_ANNUALISED_INIT;
  const struct puhui_loan_columns fresh_columns = PUHUI_LOAN_COLUMNS_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_terms terms = golden();
  puhui_product *made = NULL;
  size_t count = 7, offset[2] = {7, 7}, tail;
  puhui_status status[1] = {7};
  uint32_t i;
  const uint32_t wrong[] = {0, 1, 4, 4097, UINT32_MAX};
  const puhui_product *const of[1] = {product};

  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    REFUSED(struct_size, wrong[i], PUHUI_ERR_STRUCT_SIZE, "rules");
    terms.struct_size = wrong[i];
    count = 7;
    CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), NULL, 0, &count, NULL, &error), PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "terms");
    CHECK_EQUAL(count, 0);
  }
  REFUSED(struct_size, sizeof rules - 1, PUHUI_ERR_STRUCT_SIZE, "rules");
  terms.struct_size = sizeof terms - 1;
  CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), NULL, 0, &count, NULL, &error), PUHUI_ERR_STRUCT_SIZE);
  terms.struct_size = sizeof terms;

  /* A larger struct is read if what is behind is 0, for each place of the tail. */
  for (tail = 0; tail <= 16; tail++) {
    const puhui_status expected = tail < 16 ? PUHUI_ERR_STRUCT_SIZE : PUHUI_OK;
    memset(&more_rules, 0, sizeof more_rules);
    more_rules.known = rules;
    more_rules.known.struct_size = sizeof more_rules;
    memset(&more_terms, 0, sizeof more_terms);
    more_terms.known = golden();
    more_terms.known.struct_size = sizeof more_terms;
    memset(&more_loan, 0, sizeof more_loan);
    more_loan.known = *loan_of(product, &terms, NULL);
    more_loan.known.struct_size = sizeof more_loan;
    memset(&more_columns, 0, sizeof more_columns);
    more_columns.known = fresh_columns;
    more_columns.known.struct_size = sizeof more_columns;
    more_columns.known.count = 1;
    more_columns.known.products = of;
    more_columns.known.product_count = 1;
    more_columns.known.principal_minor = &terms.principal_minor;
    more_columns.known.rate_ppb = &terms.rate_ppb;
    more_columns.known.disbursed_on_ymd = &terms.disbursed_on_ymd;
    more_columns.known.first_due_on_ymd = &terms.first_due_on_ymd;
    more_columns.known.instalments = &terms.instalments;
    if (tail < 16) {
      more_rules.tail[tail] = more_terms.tail[tail] = more_loan.tail[tail] = more_columns.tail[tail] = 1;
    }
    made = product;
    CHECK_EQUAL(puhui_product_new(&more_rules.known, NULL, NULL, &made, &error), expected);
    CHECK((made == NULL) == (expected != PUHUI_OK));
    puhui_product_free(made);
    CHECK_EQUAL(puhui_schedule(loan_of(product, &more_terms.known, NULL), NULL, 0, &count, NULL, &error), expected);
    told(&error, expected, expected == PUHUI_OK ? "" : "terms");
    CHECK_EQUAL(count, expected == PUHUI_OK ? 36 : 0);
    CHECK_EQUAL(puhui_schedule(&more_loan.known, NULL, 0, &count, NULL, &error), expected);
    told(&error, expected, expected == PUHUI_OK ? "" : "loan");
    CHECK_EQUAL(puhui_schedule_batch(&more_columns.known, NULL, 0, offset, status, NULL, &error), expected);
    told(&error, expected, expected == PUHUI_OK ? "" : "columns");
  }

  /* Output structs: a larger one is written as far as it is known, its tail stays as it was. */
  memset(&more_rates, 0xA5, sizeof more_rates);
  more_rates.known = fresh_rates;
  more_rates.known.struct_size = sizeof more_rates;
  memset(&more_error, 0xA5, sizeof more_error);
  more_error.known = fresh_error;
  more_error.known.struct_size = sizeof more_error;
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), &more_rates.known, &more_error.known), PUHUI_OK);
  CHECK_EQUAL(more_rates.known.effective_e10, 450057987);
  CHECK_EQUAL(more_rates.known.struct_size, sizeof more_rates);
  CHECK_EQUAL(puhui_product_new(NULL, NULL, NULL, &made, &more_error.known), PUHUI_ERR_NULL);
  CHECK_EQUAL(more_error.known.status, PUHUI_ERR_NULL);
  CHECK_EQUAL(more_error.known.struct_size, sizeof more_error);
  for (tail = 0; tail < 16; tail++) CHECK(more_rates.tail[tail] == 0xA5 && more_error.tail[tail] == 0xA5);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct puhui_annualised rates = PUHUI_ANNUALISED_INIT;
    struct puhui_error odd = PUHUI_ERROR_INIT;
    rates.struct_size = wrong[i];
    rates.effective_e10 = 7;
    CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), &rates, &error), PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "out_rates");
    CHECK_EQUAL(rates.effective_e10, 7);
    /* A bad error struct is a failure of its own: nothing is made, nothing is written into it. */
    odd.struct_size = wrong[i];
    odd.row = 7;
    made = product;
    CHECK_EQUAL(puhui_product_new(&rules, NULL, NULL, &made, &odd), PUHUI_ERR_STRUCT_SIZE);
    CHECK(made == NULL);
    CHECK_EQUAL(odd.row, 7);
    CHECK_EQUAL(odd.status, 0);
  }
}

static void schedules(void) {
  static struct puhui_instalment rows[36], before[36];
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_totals totals;
  struct puhui_terms terms = golden(), bad;
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  struct puhui_annualised rates = PUHUI_ANNUALISED_INIT;
  struct puhui_rate_step steps[2] = {{20200301, 0, 50000000}, {20200401, 0, 60000000}};
  struct puhui_planned_principal plan[1] = {{20200301, 0, 50000000}};
  size_t count;

#define FAILS(call, expected, name)             \
  do {                                          \
    count = 7;                                  \
    memset(&totals, 0xA5, sizeof totals);       \
    CHECK_EQUAL(call, expected);                \
    CHECK_EQUAL(count, 0);                      \
    CHECK(totals.rows == 0 && totals.principal_minor == 0 && totals.interest_minor == 0 && \
          totals.fees_minor == 0 && totals.payment_minor == 0 && totals.reserved == 0);    \
    told(&error, expected, name);               \
  } while (0)

  FAILS(puhui_schedule(loan_of(NULL, &terms, NULL), rows, 36, &count, &totals, &error), PUHUI_ERR_NULL, "product");
  FAILS(puhui_schedule(loan_of(product, NULL, NULL), rows, 36, &count, &totals, &error), PUHUI_ERR_NULL, "terms");
  FAILS(puhui_schedule(loan_of(product, &terms, NULL), NULL, 36, &count, &totals, &error), PUHUI_ERR_NULL, "rows");
  CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), rows, 36, NULL, &totals, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_count");
  CHECK_EQUAL(puhui_schedule(NULL, NULL, 0, NULL, NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), rows, 36, &count, NULL, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 36);

  /* Too small: said, counted, and not a byte is written. */
  memset(rows, 0xA5, sizeof rows);
  memcpy(before, rows, sizeof rows);
  for (count = 0; count < 36; count += 35) {
    size_t needed = 7;
    CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), rows, count, &needed, &totals, &error), PUHUI_ERR_BUFFER_TOO_SMALL);
    CHECK_EQUAL(needed, 36);
    CHECK_EQUAL(totals.rows, 0);
    told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
    CHECK(memcmp(before, rows, sizeof rows) == 0);
  }

  /* Terms that are wrong. */
#define WRONG(member, value, expected, name)                                                         \
  do {                                                                                               \
    bad = golden();                                                                                  \
    bad.member = (value);                                                                            \
    FAILS(puhui_schedule(loan_of(product, &bad, NULL), rows, 36, &count, &totals, &error), expected, name);   \
    memset(&rates, 0xA5, sizeof rates);                                                              \
    rates.struct_size = sizeof rates;                                                                \
    CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &bad, NULL), &rates, &error), expected);              \
    CHECK(rates.has_nominal == 0 && rates.effective_e10 == 0 && rates.simple_e10 == 0 && rates.nominal_e10 == 0); \
  } while (0)
  WRONG(principal_minor, 0, PUHUI_ERR_OUT_OF_RANGE, "principal");
  WRONG(principal_minor, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "principal");
  WRONG(rate_ppb, INT64_C(10000000001), PUHUI_ERR_OUT_OF_RANGE, "rate");
  WRONG(rate_ppb, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "rate");
  WRONG(residual_minor, 1, PUHUI_ERR_CONTRADICTION, "residual");
  WRONG(fee_at_disbursement_minor, -1, PUHUI_ERR_OUT_OF_RANGE, "fees.at_disbursement");
  WRONG(fee_each_instalment_minor, -1, PUHUI_ERR_OUT_OF_RANGE, "fees.each_instalment");
  WRONG(disbursed_on_ymd, 0, PUHUI_ERR_MALFORMED, "disbursed_on");
  WRONG(disbursed_on_ymd, 20200230, PUHUI_ERR_MALFORMED, "disbursed_on");
  WRONG(disbursed_on_ymd, INT32_MIN, PUHUI_ERR_MALFORMED, "disbursed_on");
  WRONG(disbursed_on_ymd, 18991231, PUHUI_ERR_DATE_OUT_OF_RANGE, "disbursed_on");
  WRONG(first_due_on_ymd, 0, PUHUI_ERR_MISSING, "first_due_on");
  WRONG(first_due_on_ymd, 1, PUHUI_ERR_MALFORMED, "first_due_on");
  WRONG(first_due_on_ymd, 20200115, PUHUI_ERR_DATES_OUT_OF_ORDER, "first_due_on");
  WRONG(matures_on_ymd, -1, PUHUI_ERR_MALFORMED, "matures_on");
  WRONG(matures_on_ymd, 20230120, PUHUI_ERR_CONTRADICTION, "matures_on");
  WRONG(instalments, 0, PUHUI_ERR_MISSING, "instalments");
  WRONG(instalments, 36526, PUHUI_ERR_OUT_OF_RANGE, "instalments");
  WRONG(instalments, 65536, PUHUI_ERR_OUT_OF_RANGE, "instalments");
  WRONG(instalments, UINT32_MAX, PUHUI_ERR_OUT_OF_RANGE, "instalments");
  WRONG(due_day, 32, PUHUI_ERR_OUT_OF_RANGE, "due_day");
  WRONG(due_day, 256, PUHUI_ERR_OUT_OF_RANGE, "due_day");

  /* The fee takes all that is lent: no money comes in, so no rate. */
  bad = golden();
  bad.fee_at_disbursement_minor = bad.principal_minor;
  memset(&rates, 0xA5, sizeof rates);
  rates.struct_size = sizeof rates;
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &bad, NULL), &rates, &error), PUHUI_ERR_NO_SIGN_CHANGE);
  CHECK(rates.has_nominal == 0 && rates.effective_e10 == 0 && rates.simple_e10 == 0 && rates.nominal_e10 == 0);

  /* What few loans have. */
#define BESIDE(expected, name) \
  FAILS(puhui_schedule(loan_of(product, &terms, &beside), rows, 36, &count, &totals, &error), expected, name)
#define BESIDE_IS_GOOD \
  CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, &beside), rows, 36, &count, NULL, NULL), PUHUI_OK)
  FAILS(puhui_schedule(NULL, rows, 36, &count, &totals, &error), PUHUI_ERR_NULL, "loan");
  BESIDE_IS_GOOD;
  beside.reserved = 1;
  BESIDE(PUHUI_ERR_RESERVED, "loan.reserved");
  beside.reserved = 0;
  beside.rate_step_count = 2;
  BESIDE(PUHUI_ERR_NULL, "rate_steps");
  beside.rate_steps = steps;
  BESIDE_IS_GOOD;
  steps[1].projected = 2;
  BESIDE(PUHUI_ERR_UNKNOWN_CODE, "rate_steps[1].projected");
  steps[1].projected = 1;
  steps[1].from_ymd = 20200231;
  BESIDE(PUHUI_ERR_MALFORMED, "rate_steps[1].from");
  steps[1].from_ymd = 20200301;
  BESIDE(PUHUI_ERR_DATES_OUT_OF_ORDER, "rate_steps[1].from");
  steps[1].from_ymd = 20200401;
  steps[0].rate_ppb = INT64_MAX;
  BESIDE(PUHUI_ERR_OUT_OF_RANGE, "rate_steps[0].rate");
  beside.rate_step_count = 0;
  BESIDE_IS_GOOD;
  beside.plan_count = 1;
  BESIDE(PUHUI_ERR_NULL, "plan");
  beside.plan = plan;
  BESIDE(PUHUI_ERR_CONTRADICTION, "plan");
  plan[0].reserved = 1;
  BESIDE(PUHUI_ERR_RESERVED, "plan[0].reserved");
  plan[0].reserved = 0;
  plan[0].on_ymd = 0;
  BESIDE(PUHUI_ERR_MALFORMED, "plan[0].on");
  plan[0].on_ymd = 20200301;

  memset(&rates, 0, sizeof rates);
  rates.struct_size = sizeof rates;
  CHECK_EQUAL(puhui_annualised_rates(loan_of(NULL, &terms, NULL), &rates, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "product");
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, NULL, NULL), &rates, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "terms");
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_rates");
  CHECK_EQUAL(puhui_annualised_rates(NULL, NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, &beside), &rates, NULL), PUHUI_ERR_CONTRADICTION);
}

static void batches(void) {
  static struct puhui_instalment rows[36];
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_terms terms = golden();
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  size_t offset[2];
  puhui_status status[1];

  columns.principal_minor = &terms.principal_minor;
  columns.rate_ppb = &terms.rate_ppb;
  columns.disbursed_on_ymd = &terms.disbursed_on_ymd;
  columns.first_due_on_ymd = &terms.first_due_on_ymd;
  columns.instalments = &terms.instalments;

  /* Nothing to do. */
  offset[0] = 7;
  CHECK_EQUAL(puhui_schedule_batch(&columns, NULL, 0, offset, NULL, NULL, &error), PUHUI_OK);
  CHECK_EQUAL(offset[0], 0);
  told(&error, PUHUI_OK, "");
  CHECK_EQUAL(puhui_schedule_batch(&columns, NULL, 0, NULL, NULL, NULL, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_schedule_batch(NULL, NULL, 0, NULL, NULL, NULL, NULL), PUHUI_ERR_NULL);

  /* NULL where something is needed: nothing is written. */
#define MISSES(call, name)                                \
  do {                                                    \
    offset[0] = offset[1] = 7;                            \
    status[0] = 7;                                        \
    CHECK_EQUAL(call, PUHUI_ERR_NULL);                    \
    told(&error, PUHUI_ERR_NULL, name);                   \
    CHECK(offset[0] == 7 && offset[1] == 7 && status[0] == 7); \
  } while (0)
  MISSES(puhui_schedule_batch(loans_of(NULL, &columns, 1), rows, 36, offset, status, NULL, &error), "products");
  MISSES(puhui_schedule_batch(NULL, rows, 36, offset, status, NULL, &error), "columns");
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), NULL, 36, offset, status, NULL, &error), "rows");
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, NULL, status, NULL, &error), "offset");
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, NULL, NULL, &error), "status");
  columns.principal_minor = NULL;
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, status, NULL, &error), "principal");
  columns.principal_minor = &terms.principal_minor;
  columns.rate_ppb = NULL;
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, status, NULL, &error), "rate");
  columns.rate_ppb = &terms.rate_ppb;
  columns.disbursed_on_ymd = NULL;
  MISSES(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, status, NULL, &error), "disbursed_on");
  columns.disbursed_on_ymd = &terms.disbursed_on_ymd;
  columns.count = 1;
  MISSES(puhui_schedule_batch(&columns, rows, 36, offset, status, NULL, &error), "products");
  columns.count = 0;

  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, status, NULL, NULL), PUHUI_OK);
  CHECK(offset[0] == 0 && offset[1] == 36 && status[0] == PUHUI_OK);
  CHECK_EQUAL(rows[35].payment_minor, 148630);
  /* A column that is NULL is 0 for every loan. */
  columns.instalments = NULL;
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &columns, 1), rows, 36, offset, status, NULL, &error), PUHUI_ERR_ROWS);
  CHECK(offset[0] == 0 && offset[1] == 0 && status[0] == PUHUI_ERR_MISSING);
  CHECK_EQUAL(error.status, PUHUI_ERR_MISSING);
  CHECK_EQUAL(error.row, 0);
}

static void calendars(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_calendar *calendar = NULL, *made;
  const int32_t days[2] = {20201001, 20201001}, no_day[1] = {20201301};
  int32_t rolled;
  uint32_t provisional;

  CHECK_EQUAL(puhui_calendar_cn(NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_calendar");
  CHECK_EQUAL(puhui_calendar_weekends(NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_calendar");
  CHECK_EQUAL(puhui_calendar_from_days("ours", NULL, 0, NULL, 0, NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_calendar_weekends(&calendar, &error), PUHUI_OK);

#define MAKES_NONE(call, expected, name) \
  do {                                   \
    made = calendar;                     \
    CHECK_EQUAL(call, expected);         \
    CHECK(made == NULL);                 \
    told(&error, expected, name);        \
  } while (0)
  MAKES_NONE(puhui_calendar_from_days(NULL, NULL, 0, NULL, 0, &made, &error), PUHUI_ERR_NULL, "name");
  MAKES_NONE(puhui_calendar_from_days("\xff", NULL, 0, NULL, 0, &made, &error), PUHUI_ERR_TEXT, "name");
  MAKES_NONE(puhui_calendar_from_days("ours", NULL, 1, NULL, 0, &made, &error), PUHUI_ERR_NULL, "holidays");
  MAKES_NONE(puhui_calendar_from_days("ours", NULL, 0, NULL, 1, &made, &error), PUHUI_ERR_NULL, "workdays");
  MAKES_NONE(puhui_calendar_from_days("ours", days, 2, NULL, 0, &made, &error), PUHUI_ERR_CONTRADICTION, "holidays");
  MAKES_NONE(puhui_calendar_from_days("ours", days, 1, days, 1, &made, &error), PUHUI_ERR_CONTRADICTION, "workdays");
  MAKES_NONE(puhui_calendar_from_days("ours", no_day, 1, NULL, 0, &made, &error), PUHUI_ERR_MALFORMED, "holidays");
  CHECK_EQUAL(puhui_calendar_from_days("", NULL, 0, NULL, 0, &made, &error), PUHUI_OK);
  puhui_calendar_free(made);

#define ROLLS_NOT(call, expected, name)        \
  do {                                         \
    rolled = 7;                                \
    provisional = 7;                           \
    CHECK_EQUAL(call, expected);               \
    CHECK(rolled == 0 && provisional == 0);    \
    told(&error, expected, name);              \
  } while (0)
  ROLLS_NOT(puhui_calendar_roll(NULL, 20201001, PUHUI_ROLL_NONE, &rolled, &provisional, &error), PUHUI_ERR_NULL,
            "calendar");
  ROLLS_NOT(puhui_calendar_roll(calendar, 20201001, 0, &rolled, &provisional, &error), PUHUI_ERR_UNKNOWN_CODE, "roll");
  ROLLS_NOT(puhui_calendar_roll(calendar, 20201301, PUHUI_ROLL_NONE, &rolled, &provisional, &error),
            PUHUI_ERR_MALFORMED, "date");
  CHECK_EQUAL(puhui_calendar_roll(calendar, 20201001, PUHUI_ROLL_NONE, NULL, NULL, NULL), PUHUI_ERR_NULL);
  puhui_calendar_free(calendar);
  puhui_calendar_free(NULL);
}

static void benchmarks(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_benchmark *benchmark = NULL, *made;
  const int32_t days[2] = {20200101, 20200101};
  const int64_t rates[2] = {1, INT64_MAX};
  struct puhui_reset_rule rule = PUHUI_RESET_RULE_INIT;
  struct puhui_rate_step step;
  int64_t rate;
  size_t count;
  char name[400];

  CHECK_EQUAL(puhui_benchmark_built_in("lpr_1y", NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_benchmark_built_in("lpr_1y", &benchmark, &error), PUHUI_OK);
#define NO_BENCHMARK(call, expected, name) \
  do {                                     \
    made = benchmark;                      \
    CHECK_EQUAL(call, expected);           \
    CHECK(made == NULL);                   \
    told(&error, expected, name);          \
  } while (0)
  NO_BENCHMARK(puhui_benchmark_built_in(NULL, &made, &error), PUHUI_ERR_NULL, "name");
  NO_BENCHMARK(puhui_benchmark_built_in("libor", &made, &error), PUHUI_ERR_UNKNOWN_VALUE, "benchmark");
  NO_BENCHMARK(puhui_benchmark_built_in("\xc0\x80", &made, &error), PUHUI_ERR_TEXT, "name");
  NO_BENCHMARK(puhui_benchmark_from_columns(NULL, days, rates, 1, &made, &error), PUHUI_ERR_NULL, "name");
  NO_BENCHMARK(puhui_benchmark_from_columns("ours", NULL, rates, 1, &made, &error), PUHUI_ERR_NULL, "published_on");
  NO_BENCHMARK(puhui_benchmark_from_columns("ours", days, NULL, 1, &made, &error), PUHUI_ERR_NULL, "rate");
  NO_BENCHMARK(puhui_benchmark_from_columns("ours", NULL, NULL, 0, &made, &error), PUHUI_ERR_MISSING, "published_on");
  NO_BENCHMARK(puhui_benchmark_from_columns("ours", days, rates, 2, &made, &error), PUHUI_ERR_OUT_OF_RANGE, "rate");
  CHECK_EQUAL(puhui_benchmark_from_columns("ours", days, rates, 1, NULL, NULL), PUHUI_ERR_NULL);
  /* A name longer than any message: what is told is cut, and ended. */
  memset(name, 'x', sizeof name);
  name[sizeof name - 1] = 0;
  CHECK_EQUAL(puhui_benchmark_from_columns(name, days, rates, 1, &made, &error), PUHUI_OK);
  CHECK_EQUAL(puhui_benchmark_value_on(made, 20191231, 20200101, &rate, &error), PUHUI_ERR_BENCHMARK_NOT_PUBLISHED);
  told(&error, PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, "benchmark");
  CHECK_EQUAL(strlen(error.message), sizeof error.message - 1);
  puhui_benchmark_free(made);

#define NO_VALUE(call, expected, name) \
  do {                                 \
    rate = 7;                          \
    CHECK_EQUAL(call, expected);       \
    CHECK_EQUAL(rate, 0);              \
    told(&error, expected, name);      \
  } while (0)
  NO_VALUE(puhui_benchmark_value_on(NULL, 20200101, 20200101, &rate, &error), PUHUI_ERR_NULL, "benchmark");
  NO_VALUE(puhui_benchmark_value_on(benchmark, 0, 20200101, &rate, &error), PUHUI_ERR_MALFORMED, "date");
  NO_VALUE(puhui_benchmark_value_on(benchmark, 20200101, 0, &rate, &error), PUHUI_ERR_MALFORMED, "known_on");
  NO_VALUE(puhui_benchmark_value_on(benchmark, 20190819, 20200101, &rate, &error), PUHUI_ERR_BENCHMARK_NOT_PUBLISHED,
           "benchmark");
  CHECK_EQUAL(puhui_benchmark_value_on(benchmark, 20200101, 20200101, NULL, &error), PUHUI_ERR_NULL);

#define RATES puhui_benchmark_rates(benchmark, &rule, &rate, NULL, 0, &count, &error)
#define NO_RATES(call, expected, name)        \
  do {                                        \
    rate = 7;                                 \
    count = 7;                                \
    CHECK_EQUAL(call, expected);              \
    CHECK(rate == 0 && count == 0);           \
    told(&error, expected, name);             \
  } while (0)
#define NO_RULE(member, value, expected, name) \
  do {                                         \
    const struct puhui_reset_rule good = rule; \
    rule.member = (value);                     \
    NO_RATES(RATES, expected, name);           \
    rule = good;                               \
  } while (0)
  rule.disbursed_on_ymd = 20200301;
  rule.until_ymd = 20220301;
  rule.known_on_ymd = 20230101;
  CHECK_EQUAL(RATES, PUHUI_OK);
  NO_RATES(puhui_benchmark_rates(NULL, &rule, &rate, NULL, 0, &count, &error), PUHUI_ERR_NULL, "benchmark");
  NO_RATES(puhui_benchmark_rates(benchmark, NULL, &rate, NULL, 0, &count, &error), PUHUI_ERR_NULL, "rule");
  NO_RATES(puhui_benchmark_rates(benchmark, &rule, &rate, NULL, 1, &count, &error), PUHUI_ERR_NULL, "steps");
  NO_RULE(struct_size, sizeof rule - 1, PUHUI_ERR_STRUCT_SIZE, "rule");
  NO_RULE(reserved, 1, PUHUI_ERR_RESERVED, "reserved");
  NO_RULE(reset_unit, 1, PUHUI_ERR_OUT_OF_RANGE, "reset");
  NO_RULE(reset_count, 1, PUHUI_ERR_UNKNOWN_CODE, "reset");
  NO_RULE(reset_unit, 7, PUHUI_ERR_UNKNOWN_CODE, "reset");
  NO_RULE(spread_bp, INT32_MAX, PUHUI_ERR_OUT_OF_RANGE, "rate");
  NO_RULE(disbursed_on_ymd, 20190101, PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, "benchmark");
  NO_RULE(disbursed_on_ymd, 0, PUHUI_ERR_MALFORMED, "disbursed_on");
  NO_RULE(until_ymd, 0, PUHUI_ERR_MALFORMED, "until");
  NO_RULE(known_on_ymd, 20200230, PUHUI_ERR_MALFORMED, "known_on");
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, NULL, NULL, 0, &count, &error), PUHUI_ERR_NULL);
  CHECK_EQUAL(count, 0);
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, &rate, NULL, 0, NULL, &error), PUHUI_ERR_NULL);
  CHECK_EQUAL(rate, 0);
  rule.reset_count = 1;
  rule.reset_unit = PUHUI_UNIT_YEAR;
  memset(&step, 0xA5, sizeof step);
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, &rate, &step, 1, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK(count == 2 && rate == 0 && step.projected == 0xA5A5A5A5);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  puhui_benchmark_free(benchmark);
  puhui_benchmark_free(NULL);
}

int main(void) {
  rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  product = product_of(&rules, NULL);
  versions_and_messages();
  names_of_fields();
  products();
  sizes();
  schedules();
  batches();
  calendars();
  benchmarks();
  puhui_product_free(product);
  return 0;
}
