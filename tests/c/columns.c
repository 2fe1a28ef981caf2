/* Loans of many products, with changes of the rate, plans and benchmarks a row: each says what it says alone; and the edges of the
   contract of their columns. */
#include <stddef.h>

#include "check.h"

#define COUNT 6
#define MOST 40

/* Three products: level payments, whole months; a custom plan; level payments on business days. */
static puhui_product *level, *custom, *rolling;
static const puhui_product *products[3];
static puhui_benchmark *lpr_1y, *lpr_5y;
static const puhui_benchmark *benchmarks[2];

static const uint32_t product_of_loan[COUNT] = {0, 0, 1, 2, 0, 2};
static const int64_t principal_minor[COUNT] = {5000000, 5000000, 3600000, 5000000, 5000000, 1200000};
static const int64_t rate_ppb[COUNT] = {43500000, 43500000, 36000000, 43500000, 0, 0};
static const int32_t disbursed_on_ymd[COUNT] = {20200120, 20200120, 20200101, 20200115, 20200301, 20200301};
static const int32_t first_due_on_ymd[COUNT] = {20200220, 20200220, 0, 20200220, 20200401, 20200401};
static const uint32_t instalments[COUNT] = {36, 36, 0, 36, 24, 24};
static const struct puhui_rate_step steps[3] = {{20200820, 0, 40000000}, {20210820, 1, 38500000}, {20200420, 0, 60000000}};
static const size_t step_offset[COUNT + 1] = {0, 0, 2, 2, 3, 3, 3};
static const struct puhui_planned_principal plan[2] = {{20200131, 0, 1200000}, {20200301, 0, 2400000}};
static const size_t plan_offset[COUNT + 1] = {0, 0, 0, 2, 2, 2, 2};
static const uint32_t benchmark[COUNT] = {PUHUI_NO_BENCHMARK, PUHUI_NO_BENCHMARK, PUHUI_NO_BENCHMARK, PUHUI_NO_BENCHMARK, 0, 1};
static const int32_t spread_bp[COUNT] = {0, 0, 0, 0, 50, -10};
static const uint32_t reset_count[COUNT] = {0, 0, 0, 0, 1, 0};
static const uint32_t reset_unit[COUNT] = {0, 0, 0, 0, PUHUI_UNIT_YEAR, 0};

static struct puhui_loan_columns all(void) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  columns.known_on_ymd = 20210601;
  columns.count = COUNT;
  columns.products = products;
  columns.product_count = 3;
  columns.product = product_of_loan;
  columns.principal_minor = principal_minor;
  columns.rate_ppb = rate_ppb;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  columns.first_due_on_ymd = first_due_on_ymd;
  columns.instalments = instalments;
  columns.rate_steps = steps;
  columns.rate_step_offset = step_offset;
  columns.plan = plan;
  columns.plan_offset = plan_offset;
  columns.benchmarks = benchmarks;
  columns.benchmark_count = 2;
  columns.benchmark = benchmark;
  columns.spread_bp = spread_bp;
  columns.reset_count = reset_count;
  columns.reset_unit = reset_unit;
  return columns;
}

/* Loan `i` alone. Good until the next. */
static const struct puhui_loan *alone(size_t i) {
  static struct puhui_terms terms;
  static struct puhui_rate_step resolved[MOST];
  const struct puhui_terms fresh = PUHUI_TERMS_INIT;
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  terms = fresh;
  terms.principal_minor = principal_minor[i];
  terms.rate_ppb = rate_ppb[i];
  terms.disbursed_on_ymd = disbursed_on_ymd[i];
  terms.first_due_on_ymd = first_due_on_ymd[i];
  terms.instalments = instalments[i];
  beside.rate_steps = &steps[step_offset[i]];
  beside.rate_step_count = step_offset[i + 1] - step_offset[i];
  beside.plan = &plan[plan_offset[i]];
  beside.plan_count = plan_offset[i + 1] - plan_offset[i];
  if (benchmark[i] != PUHUI_NO_BENCHMARK) {
    struct puhui_reset_rule rule = PUHUI_RESET_RULE_INIT;
    rule.spread_bp = spread_bp[i];
    rule.reset_count = reset_count[i];
    rule.reset_unit = reset_unit[i];
    rule.disbursed_on_ymd = disbursed_on_ymd[i];
    rule.until_ymd = 20220401;
    rule.known_on_ymd = 20210601;
    CHECK_EQUAL(puhui_benchmark_rates(benchmarks[benchmark[i]], &rule, &terms.rate_ppb, resolved, MOST,
                                      &beside.rate_step_count, NULL),
                PUHUI_OK);
    beside.rate_steps = resolved;
  }
  return loan_of(products[product_of_loan[i]], &terms, &beside);
}

static void schedules(void) {
  static struct puhui_instalment rows[COUNT * MOST], own[MOST];
  struct puhui_loan_columns columns = all();
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_totals totals[COUNT], sums;
  size_t offset[COUNT + 1], sized[COUNT + 1], i, count;
  puhui_status status[COUNT];

  CHECK_EQUAL(puhui_schedule_batch(&columns, NULL, 0, sized, status, NULL, &error), PUHUI_OK);
  memset(rows, 0xA5, sizeof rows);
  CHECK_EQUAL(puhui_schedule_batch(&columns, rows, sized[COUNT], offset, status, totals, &error), PUHUI_OK);
  CHECK(memcmp(sized, offset, sizeof offset) == 0);
  CHECK_EQUAL(rows[offset[COUNT]].no, 0xA5A5A5A5);
  for (i = 0; i < COUNT; i++) {
    CHECK_EQUAL(puhui_schedule(alone(i), own, MOST, &count, &sums, &error), PUHUI_OK);
    CHECK_EQUAL(offset[i + 1] - offset[i], count);
    CHECK(memcmp(&rows[offset[i]], own, count * sizeof *own) == 0);
    CHECK(memcmp(&totals[i], &sums, sizeof sums) == 0);
  }
  /* 12,000.00 after 30 days and 24,000.00 after 30 more: 108.00 and 72.00 of interest. */
  CHECK(offset[3] - offset[2] == 2 && rows[offset[2]].interest_minor == 10800 && rows[offset[2] + 1].interest_minor == 7200);
  /* 4.05 % + 0.50 % on 1 March 2020, 50,000.00 for 31 days of 30E/360, which are 30: 189.58. */
  CHECK_EQUAL(rows[offset[4]].interest_minor, 18958);
  /* 4.75 % - 0.10 %: the rate of five years; 12,000.00 x 0.0465 x 31 / 360 = 48.05. */
  CHECK_EQUAL(rows[offset[5]].interest_minor, 4805);
  /* What was resolved from what nobody knew is projected. */
  CHECK((rows[offset[4] + 23].flags & PUHUI_INSTALMENT_PROJECTED) == 0);
  CHECK((rows[offset[2] - 1].flags & PUHUI_INSTALMENT_PROJECTED) != 0);

  /* A plan whose days are due dates: fewer rows than there may be, and none between. */
  {
    const struct puhui_planned_principal on_due_dates[2] = {{20200220, 0, 1000000}, {20200320, 0, 2600000}};
    const size_t of_one[2] = {0, 2};
    const int32_t due = 20200220;
    const uint32_t two = 2;
    struct puhui_product_rules rules = monthly(PUHUI_METHOD_CUSTOM, PUHUI_DAY_COUNT_30E_360);
    puhui_product *cycled = product_of(&rules, NULL);
    struct puhui_loan_columns one = PUHUI_LOAN_COLUMNS_INIT;
    one.principal_minor = &principal_minor[2];
    one.rate_ppb = &rate_ppb[2];
    one.disbursed_on_ymd = &disbursed_on_ymd[0];
    one.first_due_on_ymd = &due;
    one.instalments = &two;
    one.plan = on_due_dates;
    one.plan_offset = of_one;
    memset(rows, 0xA5, sizeof rows);
    CHECK_EQUAL(puhui_schedule_batch(loans_of(cycled, &one, 1), NULL, 0, sized, status, NULL, &error), PUHUI_OK);
    CHECK_EQUAL(sized[1], 2);
    CHECK_EQUAL(puhui_schedule_batch(loans_of(cycled, &one, 1), rows, 2, offset, status, totals, &error), PUHUI_OK);
    CHECK(offset[1] == 2 && rows[1].principal_minor == 2600000 && rows[2].no == 0xA5A5A5A5 && totals[0].rows == 2);
    puhui_product_free(cycled);
  }
}

static void reliefs(void) {
  struct puhui_loan_columns columns = all();
  struct puhui_relieved_columns out = PUHUI_RELIEVED_COLUMNS_INIT;
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  int64_t deferred[COUNT], interest[COUNT];
  puhui_status status[COUNT];
  size_t i;

  relief.granted_on_ymd = 20200501;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200501;
  relief.due_until_ymd = 20200930;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY;
  out.deferred_principal_minor = deferred;
  out.deferred_interest_minor = interest;
  CHECK_EQUAL(puhui_relieve_batch(&columns, &relief, &out, status, &error), PUHUI_OK);
  for (i = 0; i < COUNT; i++) {
    struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
    struct puhui_impact impact = PUHUI_IMPACT_INIT;
    result.impact = &impact;
    CHECK_EQUAL(puhui_relieve(alone(i), &relief, 1, &result, &error), PUHUI_OK);
    CHECK(deferred[i] == impact.deferred_principal_minor && interest[i] == impact.deferred_interest_minor);
    CHECK((deferred[i] > 0) == (i != 2)); /* The custom loan is over by then. */
  }
}

static int32_t next_day(int32_t ymd) {
  static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}; /* Of 2020. */
  return ymd % 100 < lengths[ymd / 100 % 100 - 1] ? ymd + 1 : (ymd / 100 + 1) * 100 + 1;
}

/* Rolled from day to day, over changes of the rate, and as it is alone from its first day. */
static void rolls(void) {
  static struct puhui_account_state states[COUNT];
  struct puhui_loan_columns columns = all();
  struct puhui_event events[2] = {PUHUI_EVENT_INIT, PUHUI_EVENT_INIT};
  const size_t event_offset[COUNT + 1] = {0, 1, 2, 2, 2, 2, 2};
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_status status[COUNT];
  int32_t day;
  size_t i;

  for (i = 0; i < 2; i++) {
    events[i].kind = PUHUI_EVENT_REPAID;
    events[i].no = 1;
    events[i].on_ymd = 20200220;
    events[i].amount_minor = 5100000;
    events[i].payer = PUHUI_PAYER_BORROWER;
  }
  memset(states, 0, sizeof states);
  for (day = 20200301; day <= 20201231; day = next_day(day)) {
    CHECK_EQUAL(puhui_account_roll_day(&columns, events, event_offset, day, states, status, &error), PUHUI_OK);
    for (i = 0; i < COUNT && day % 100 % 9 == 2; i++) {
      struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
      struct puhui_position position = PUHUI_POSITION_INIT;
      query.loan = alone(i);
      query.as_of_ymd = day;
      query.events = &events[event_offset[i]];
      query.event_count = event_offset[i + 1] - event_offset[i];
      CHECK_EQUAL(puhui_account_position(&query, &position, NULL, 0, NULL, &error), PUHUI_OK);
      CHECK(states[i].as_of_ymd == day && states[i].interest_accrued_minor == position.interest_accrued_minor &&
            states[i].interest_of_day_minor == position.interest_of_day_minor &&
            states[i].principal_minor == position.principal_minor && states[i].next_due_ymd == position.next_due_ymd &&
            states[i].days_past_due == position.days_past_due && states[i].credit_minor == position.credit_minor);
    }
  }
}

/* One loan that is wrong leaves the others alone; columns that are wrong are refused before anything is written. */
static void edges(void) {
  static struct puhui_instalment rows[COUNT * MOST];
  struct puhui_loan_columns columns;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t offset[COUNT + 1];
  puhui_status status[COUNT];
  uint32_t places[COUNT], units[COUNT];
  int64_t rates[COUNT];
  int32_t spreads[COUNT];
  size_t falling[COUNT + 1];
  const puhui_product *holes[3] = {level, NULL, rolling};

#define BAD_ROW(row_of, expected, name)                                                                                   \
  do {                                                                                                                    \
    CHECK_EQUAL(puhui_schedule_batch(&columns, rows, COUNT * MOST, offset, status, NULL, &error), PUHUI_ERR_ROWS);          \
    CHECK(error.status == (expected) && error.row == (row_of) && status[row_of] == (expected));                           \
    CHECK(strcmp(error.field, name) == 0);                                                                                \
    CHECK(status[0] == PUHUI_OK && status[1] == PUHUI_OK && offset[row_of] == offset[(row_of) + 1] && rows[0].no == 1);     \
  } while (0)
/* A column with one other value in it. */
#define BAD_CELL(member, good, copy, row_of, value, expected, name) \
  do {                                                             \
    memcpy(copy, good, sizeof copy);                               \
    copy[row_of] = (value);                                        \
    columns = all();                                               \
    columns.member = copy;                                         \
    BAD_ROW(row_of, expected, name);                               \
  } while (0)
#define BAD(member, value, expected, name)                                                                       \
  do {                                                                                                           \
    columns = all();                                                                                             \
    columns.member = (value);                                                                                    \
    offset[0] = 7;                                                                                               \
    status[0] = 7;                                                                                               \
    CHECK_EQUAL(puhui_schedule_batch(&columns, rows, COUNT * MOST, offset, status, NULL, &error), expected);       \
    told(&error, expected, name);                                                                                \
    CHECK(offset[0] == 7 && status[0] == 7);                                                                     \
  } while (0)

  BAD_CELL(product, product_of_loan, places, 2, 3, PUHUI_ERR_OUT_OF_RANGE, "product");
  BAD_CELL(benchmark, benchmark, places, 5, 2, PUHUI_ERR_OUT_OF_RANGE, "benchmark");
  BAD_CELL(rate_ppb, rate_ppb, rates, 4, 43500000, PUHUI_ERR_CONTRADICTION, "rate");
  BAD_CELL(spread_bp, spread_bp, spreads, 3, 1, PUHUI_ERR_CONTRADICTION, "spread_bp");
  BAD_CELL(reset_unit, reset_unit, units, 4, 7, PUHUI_ERR_UNKNOWN_CODE, "reset");
  columns = all();
  columns.known_on_ymd = 20190101; /* Before anything was published. */
  BAD_ROW(4, PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, "benchmark");

  BAD(products, NULL, PUHUI_ERR_NULL, "products");
  BAD(products, holes, PUHUI_ERR_NULL, "products");
  BAD(product_count, 0, PUHUI_ERR_MISSING, "product_count");
  BAD(benchmarks, NULL, PUHUI_ERR_NULL, "benchmarks");
  BAD(rate_steps, NULL, PUHUI_ERR_NULL, "rate_steps");
  BAD(plan, NULL, PUHUI_ERR_NULL, "plan");
  BAD(known_on_ymd, 0, PUHUI_ERR_MISSING, "known_on");
  BAD(known_on_ymd, 20200230, PUHUI_ERR_MALFORMED, "known_on");
  BAD(benchmark, NULL, PUHUI_ERR_CONTRADICTION, "known_on");
  BAD(struct_size, 12, PUHUI_ERR_STRUCT_SIZE, "columns");
  memcpy(falling, step_offset, sizeof falling);
  falling[3] = 1;
  BAD(rate_step_offset, falling, PUHUI_ERR_OUT_OF_RANGE, "rate_step_offset");
  memcpy(falling, plan_offset, sizeof falling);
  falling[6] = 1;
  BAD(plan_offset, falling, PUHUI_ERR_OUT_OF_RANGE, "plan_offset");
}

int main(void) {
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_30E_360);
  puhui_calendar *calendar = NULL;

  CHECK_EQUAL(puhui_calendar_weekends(&calendar, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_benchmark_built_in("lpr_1y", &lpr_1y, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_benchmark_built_in("lpr_5y", &lpr_5y, NULL), PUHUI_OK);
  level = product_of(&rules, NULL);
  rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
  rules.roll = PUHUI_ROLL_FOLLOWING;
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_UNADJUSTED;
  rolling = product_of(&rules, calendar);
  rules = monthly(PUHUI_METHOD_CUSTOM, PUHUI_DAY_COUNT_ACTUAL_360);
  rules.every_count = rules.every_unit = 0;
  custom = product_of(&rules, NULL);
  products[0] = level;
  products[1] = custom;
  products[2] = rolling;
  benchmarks[0] = lpr_1y;
  benchmarks[1] = lpr_5y;
  schedules();
  reliefs();
  rolls();
  edges();
  puhui_product_free(level);
  puhui_product_free(custom);
  puhui_product_free(rolling);
  puhui_benchmark_free(lpr_1y);
  puhui_benchmark_free(lpr_5y);
  puhui_calendar_free(calendar);
  return 0;
}
