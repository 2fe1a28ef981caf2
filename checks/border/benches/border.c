/* The C side of benches/border.rs: each kind of call, so many times, through the shared library. What it computes on comes from the
 * Rust side, so that both have the same; each answers with a figure that the other side must have too, or -1. */
#include <puhui.h>
#include <string.h>

/* The room that the Rust side has for a row. */
typedef char row_fits[sizeof(struct puhui_instalment) <= 16 * sizeof(uint64_t) ? 1 : -1];

#define MOST_ROWS 64
#define MOST_GROUPS 1024

/* What both sides compute on. */
struct given {
  size_t payments;
  const int32_t *paid_on_ymd;
  const int64_t *paid_minor;
  size_t loans;
  const int64_t *principal_minor, *rate_ppb;
  const int32_t *disbursed_on_ymd, *first_due_on_ymd;
  const uint32_t *instalments;
  size_t book;
  const uint32_t *county;
  const int64_t *balance_minor;
  const uint64_t *borrower;
  size_t villages;
  const uint64_t *village;
  const uint32_t *township, *village_county;
  size_t points;
  const uint64_t *point, *served;
  const uint8_t *kind;
  /* Room for the rows of all loans, and, for each loan, a place more than there are, a status, and its state twice. */
  struct puhui_instalment *rows;
  size_t *offset;
  puhui_status *status;
  struct puhui_account_state *states, *before;
};

static struct given given;
static struct puhui_product *product;
static const struct puhui_product *products[1];
static struct puhui_terms terms;
static struct puhui_loan loan;
static struct puhui_loan_columns loans;
static struct puhui_event events[MOST_ROWS];
static struct puhui_account_query query;
static struct puhui_relief relief;
static struct puhui_book_columns book;
static struct puhui_tally_plan plan;
static struct puhui_tally_groups parts[2];
static uint32_t keys[2][MOST_GROUPS];
static struct puhui_sums sums[2][MOST_GROUPS];
static struct puhui_village_columns villages;
static struct puhui_point_columns points;
static struct puhui_coverage_rule rule;
static const uint32_t by_county[1] = {PUHUI_DIMENSION_COUNTY}, balance[1] = {PUHUI_MEASURE_BALANCE};

static void make_loans(void) {
  const struct puhui_terms fresh_terms = PUHUI_TERMS_INIT;
  const struct puhui_loan fresh_loan = PUHUI_LOAN_INIT;
  const struct puhui_loan_columns fresh_columns = PUHUI_LOAN_COLUMNS_INIT;
  terms = fresh_terms;
  terms.principal_minor = given.principal_minor[0];
  terms.rate_ppb = given.rate_ppb[0];
  terms.disbursed_on_ymd = given.disbursed_on_ymd[0];
  terms.first_due_on_ymd = given.first_due_on_ymd[0];
  terms.instalments = given.instalments[0];
  loan = fresh_loan;
  loan.product = products[0] = product;
  loan.terms = &terms;
  loans = fresh_columns;
  loans.count = given.loans;
  loans.products = products;
  loans.product_count = 1;
  loans.principal_minor = given.principal_minor;
  loans.rate_ppb = given.rate_ppb;
  loans.disbursed_on_ymd = given.disbursed_on_ymd;
  loans.first_due_on_ymd = given.first_due_on_ymd;
  loans.instalments = given.instalments;
}

static void make_account(int32_t as_of_ymd) {
  const struct puhui_event fresh_event = PUHUI_EVENT_INIT;
  const struct puhui_account_query fresh_query = PUHUI_ACCOUNT_QUERY_INIT;
  const struct puhui_relief fresh_relief = PUHUI_RELIEF_INIT;
  size_t i;
  for (i = 0; i < given.payments; i++) {
    events[i] = fresh_event;
    events[i].kind = PUHUI_EVENT_REPAID;
    events[i].no = i + 1;
    events[i].on_ymd = given.paid_on_ymd[i];
    events[i].amount_minor = given.paid_minor[i];
    events[i].payer = PUHUI_PAYER_BORROWER;
  }
  query = fresh_query;
  query.as_of_ymd = as_of_ymd;
  query.loan = &loan;
  query.events = events;
  query.event_count = given.payments;
  relief = fresh_relief;
  relief.granted_on_ymd = relief.due_from_ymd = 20200201;
  relief.due_until_ymd = relief.new_date_ymd = 20200630;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW;
}

static void make_book(void) {
  const struct puhui_book_columns fresh_book = PUHUI_BOOK_COLUMNS_INIT;
  const struct puhui_tally_plan fresh_plan = PUHUI_TALLY_PLAN_INIT;
  const struct puhui_village_columns fresh_villages = PUHUI_VILLAGE_COLUMNS_INIT;
  const struct puhui_point_columns fresh_points = PUHUI_POINT_COLUMNS_INIT;
  const struct puhui_coverage_rule fresh_rule = PUHUI_COVERAGE_RULE_INIT;
  book = fresh_book;
  memcpy(book.currency, "CNY", 4);
  book.count = given.book;
  book.county = given.county;
  book.balance_minor = given.balance_minor;
  book.borrower = given.borrower;
  plan = fresh_plan;
  plan.as_of_ymd = 20200331;
  plan.dimension_count = plan.measure_count = 1;
  plan.dimensions = by_county;
  plan.measures = balance;
  villages = fresh_villages;
  villages.count = given.villages;
  villages.village = given.village;
  villages.township = given.township;
  villages.county = given.village_county;
  points = fresh_points;
  points.count = given.points;
  points.point = given.point;
  points.village = given.served;
  points.kind = given.kind;
  rule = fresh_rule;
  rule.as_of_ymd = 20200331;
  rule.kinds = PUHUI_POINT_KINDS_CN_BASIC;
}

static puhui_status tally_into(uint32_t *to_keys, struct puhui_sums *to_sums, size_t *count) {
  struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
  puhui_status status;
  result.keys = to_keys;
  result.sums = to_sums;
  result.group_capacity = MOST_GROUPS;
  status = puhui_tally(&book, &plan, 1, &result, NULL);
  *count = result.group_count;
  return status;
}

/* Makes what the calls are about; the position is asked for on `as_of_ymd`. */
puhui_status border_begin(const struct given *from, int32_t as_of_ymd) {
  const struct puhui_tally_groups fresh_groups = PUHUI_TALLY_GROUPS_INIT;
  struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
  puhui_status status;
  given = *from;
  memcpy(rules.currency, "CNY", 4);
  rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
  rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  rules.every_count = 1;
  rules.every_unit = PUHUI_UNIT_MONTH;
  status = puhui_product_new(&rules, NULL, NULL, &product, NULL);
  if (status != PUHUI_OK) return status;
  make_loans();
  make_account(as_of_ymd);
  make_book();
  parts[0] = fresh_groups;
  memcpy(parts[0].currency, "CNY", 4);
  parts[0].plan = &plan;
  parts[0].keys = keys[0];
  parts[0].sums = sums[0];
  status = tally_into(keys[0], sums[0], &parts[0].group_count);
  parts[1] = parts[0];
  return status;
}

int64_t border_schedule(uint32_t times) {
  struct puhui_instalment rows[MOST_ROWS];
  struct puhui_totals totals;
  size_t count;
  while (times-- > 0)
    if (puhui_schedule(&loan, rows, MOST_ROWS, &count, &totals, NULL) != PUHUI_OK) return -1;
  return totals.interest_minor;
}

int64_t border_schedule_batch(uint32_t times) {
  const size_t room = given.loans * given.instalments[0];
  while (times-- > 0)
    if (puhui_schedule_batch(&loans, given.rows, room, given.offset, given.status, NULL, NULL) != PUHUI_OK) return -1;
  return given.rows[given.offset[given.loans] - 1].payment_minor;
}

int64_t border_position(uint32_t times) {
  struct puhui_position position = PUHUI_POSITION_INIT;
  while (times-- > 0)
    if (puhui_account_position(&query, &position, NULL, 0, NULL, NULL) != PUHUI_OK) return -1;
  return position.pay_off_minor;
}

int64_t border_roll(uint32_t times, int32_t day_ymd) {
  while (times-- > 0) {
    memcpy(given.states, given.before, given.loans * sizeof *given.states);
    if (puhui_account_roll_day(&loans, NULL, NULL, day_ymd, given.states, given.status, NULL) != PUHUI_OK) return -1;
  }
  return given.states[given.loans - 1].interest_accrued_minor;
}

int64_t border_relieve(uint32_t times) {
  struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
  struct puhui_instalment before[MOST_ROWS], after[MOST_ROWS];
  result.before = before;
  result.after = after;
  result.before_capacity = result.after_capacity = MOST_ROWS;
  while (times-- > 0)
    if (puhui_relieve(&loan, &relief, 1, &result, NULL) != PUHUI_OK) return -1;
  return after[result.after_count - 1].payment_minor;
}

int64_t border_tally(uint32_t times) {
  size_t count = 0;
  while (times-- > 0)
    if (tally_into(keys[1], sums[1], &count) != PUHUI_OK) return -1;
  return (int64_t)sums[1][count - 1].outstanding.minor.low;
}

int64_t border_merge(uint32_t times) {
  struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
  result.keys = keys[1];
  result.sums = sums[1];
  result.group_capacity = MOST_GROUPS;
  while (times-- > 0)
    if (puhui_tally_merge(parts, 2, &result, NULL) != PUHUI_OK) return -1;
  return (int64_t)sums[1][result.group_count - 1].outstanding.minor.low;
}

int64_t border_distinct(uint32_t times) {
  struct puhui_distinct_plan of = PUHUI_DISTINCT_PLAN_INIT;
  struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
  of.ids = PUHUI_IDS_BORROWERS;
  of.loans = PUHUI_LOANS_COUNTED_ALL;
  while (times-- > 0)
    if (puhui_distinct(&book, &of, 1, &result, NULL) != PUHUI_OK) return -1;
  return (int64_t)result.id_count;
}

int64_t border_coverage(uint32_t times) {
  struct puhui_coverage_query of = PUHUI_COVERAGE_QUERY_INIT;
  struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
  of.area = PUHUI_AREA_COUNTY;
  of.rule = &rule;
  of.village_tables = &villages;
  of.point_tables = &points;
  while (times-- > 0)
    if (puhui_coverage(&of, &result, NULL) != PUHUI_OK) return -1;
  return (int64_t)result.total.covered;
}
