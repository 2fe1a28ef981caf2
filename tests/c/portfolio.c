/* The sums and sets of a small book, worked by hand; parts that add up to the same bytes; and the edges of the contract. */
#include "tallies.h"

#define AT(type, member, place) (offsetof(struct type, member) == (place))
LAYOUT(int128, sizeof(struct puhui_int128) == 16 && AT(puhui_int128, high, 8));
LAYOUT(figure, sizeof(struct puhui_figure) == 40 && AT(puhui_figure, numerator, 8) && AT(puhui_figure, denominator, 24));
LAYOUT(sums, sizeof(struct puhui_sums) == 512 && AT(puhui_sums, person_times, 8) && AT(puhui_sums, outstanding, 16) &&
                 AT(puhui_sums, classes, 112) && AT(puhui_sums, unclassified, 232) && AT(puhui_sums, deferred_amount, 328) &&
                 AT(puhui_sums, balance_minor_ppb, 352) && AT(puhui_sums, reserved, 400));
LAYOUT(book_columns, AT(puhui_book_columns, count, 16) && AT(puhui_book_columns, loan, 16 + sizeof(size_t)) &&
                         sizeof(struct puhui_book_columns) == 16 + 33 * sizeof(size_t));
LAYOUT(plan, AT(puhui_tally_plan, dimension_count, 48) && sizeof(struct puhui_tally_plan) == 48 + 4 * sizeof(size_t));
LAYOUT(groups, sizeof(struct puhui_tally_groups) == 16 + 4 * sizeof(size_t));
LAYOUT(tally_result, AT(puhui_tally_result, keys, 8) && AT(puhui_tally_result, group_capacity, 8 + 2 * sizeof(size_t)) &&
                         AT(puhui_tally_result, group_count, 8 + 3 * sizeof(size_t)) &&
                         sizeof(struct puhui_tally_result) == 8 + 4 * sizeof(size_t));
LAYOUT(distinct_result, AT(puhui_distinct_result, ids, 8 + 4 * sizeof(size_t)) &&
                            AT(puhui_distinct_result, total, 8 + 7 * sizeof(size_t)) &&
                            sizeof(struct puhui_distinct_result) == 8 + 8 * sizeof(size_t));
LAYOUT(distinct_plan, AT(puhui_distinct_plan, dimension_count, 24) && sizeof(struct puhui_distinct_plan) == 24 + 2 * sizeof(size_t));
LAYOUT(distinct_groups, sizeof(struct puhui_distinct_groups) == 8 + 5 * sizeof(size_t));

#define COUNT 5

/* In yuan: 50,000 at 4.35 %, 30,000 at 4 %, 20,000 at 5 % and lost, one repaid, 10,000 at 3.85 %. */
static uint32_t county[COUNT] = {500101, 500102, 500101, 500102, 500103};
static int64_t amount_minor[COUNT] = {5000000, 3000000, 2500000, 1000000, 1200000};
static int64_t balance_minor[COUNT] = {5000000, 3000000, 2000000, 0, 1000000};
static int64_t overdue_minor[COUNT] = {0, 0, 2000000, 0, 100000};
static int64_t rate_ppb[COUNT] = {43500000, 40000000, 50000000, 40000000, 38500000};
static int32_t disbursed_on_ymd[COUNT] = {20191115, 20200110, 20180301, 20190501, 20200331};
static uint8_t loan_class[COUNT] = {PUHUI_LOAN_CLASS_NORMAL, PUHUI_LOAN_CLASS_NORMAL, PUHUI_LOAN_CLASS_LOSS, 0,
                                    PUHUI_LOAN_CLASS_SUBSTANDARD};
static uint32_t days_past_due[COUNT] = {0, 0, 400, 0, 95};
static uint64_t household[COUNT] = {7, 7, 8, 9, 0};
static uint32_t person_times[COUNT] = {3, 0, 2, 0, 1};
static uint64_t persons[4] = {12, 11, 11, 13};
static uint64_t person_offset[COUNT + 1] = {0, 2, 2, 3, 3, 4};
static uint8_t forbearance[COUNT], basis[COUNT];
static int64_t deferred_minor[COUNT] = {0, 0, 150000, 0, 0};

static const uint32_t by_county[1] = {PUHUI_DIMENSION_COUNTY};
static const uint32_t all_measures[9] = {PUHUI_MEASURE_BALANCE,     PUHUI_MEASURE_BALANCE_RATE, PUHUI_MEASURE_LENDING,
                                         PUHUI_MEASURE_LENDING_RATE, PUHUI_MEASURE_OVERDUE,      PUHUI_MEASURE_CLASSES,
                                         PUHUI_MEASURE_PERSON_TIMES, PUHUI_MEASURE_FORBEARANCE,  PUHUI_MEASURE_DEFERRED};

static struct puhui_book_columns book(void) {
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  forbearance[0] = PUHUI_BIT(PUHUI_FORBEARANCE_EXTENDED);
  forbearance[2] = PUHUI_BIT(PUHUI_FORBEARANCE_EXTENDED) | PUHUI_BIT(PUHUI_FORBEARANCE_DEFERRED);
  forbearance[4] = PUHUI_BIT(PUHUI_FORBEARANCE_RENEWED);
  basis[0] = PUHUI_BIT(PUHUI_BASIS_CENTRAL_BANK) | PUHUI_BIT(PUHUI_BASIS_OWN);
  basis[1] = PUHUI_BIT(PUHUI_BASIS_CENTRAL_BANK);
  basis[2] = PUHUI_BIT(PUHUI_BASIS_REGULATOR);
  basis[4] = PUHUI_BIT(PUHUI_BASIS_OWN);
  memcpy(columns.currency, "CNY", 4);
  columns.count = COUNT;
  columns.county = county;
  columns.amount_minor = amount_minor;
  columns.balance_minor = balance_minor;
  columns.overdue_minor = overdue_minor;
  columns.rate_ppb = rate_ppb;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  columns.loan_class = loan_class;
  columns.days_past_due = days_past_due;
  columns.household = household;
  columns.person_times = person_times;
  columns.persons = persons;
  columns.person_offset = person_offset;
  columns.forbearance = forbearance;
  columns.basis = basis;
  columns.deferred_minor = deferred_minor;
  return columns;
}

/* Loans `from` up to, not including, `to`. */
static struct puhui_book_columns part_of(size_t from, size_t to) {
  struct puhui_book_columns columns = book();
  columns.count = to - from;
  columns.county += from;
  columns.amount_minor += from;
  columns.balance_minor += from;
  columns.overdue_minor += from;
  columns.rate_ppb += from;
  columns.disbursed_on_ymd += from;
  columns.loan_class += from;
  columns.days_past_due += from;
  columns.household += from;
  columns.person_times += from;
  columns.person_offset += from; /* Places in the persons of the whole. */
  columns.forbearance += from;
  columns.basis += from;
  columns.deferred_minor += from;
  return columns;
}

static struct puhui_tally_plan plan_of(const uint32_t *dimensions, size_t dimension_count) {
  struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
  plan.as_of_ymd = 20200331;
  plan.dimension_count = dimension_count;
  plan.dimensions = dimensions;
  plan.measure_count = 9;
  plan.measures = all_measures;
  return plan;
}

static int64_t small(struct puhui_int128 value) {
  int64_t result = -1;
  CHECK_EQUAL(puhui_int128_to_int64(value, &result, NULL), PUHUI_OK);
  return result;
}

static void same(struct puhui_loan_sum sum, uint64_t loans, int64_t minor) {
  CHECK_EQUAL(sum.loans, loans);
  CHECK_EQUAL(small(sum.minor), minor);
}

static int64_t rounded(struct puhui_figure figure, uint32_t decimals) {
  int64_t units = -1;
  CHECK_EQUAL(puhui_figure_round(&figure, decimals, PUHUI_ROUNDING_HALF_UP, &units, NULL), PUHUI_OK);
  return units;
}

/* ---------------------------------------------------------------- figures by hand */

static void tally_by_county(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(by_county, 1);
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t keys[4] = {1, 1, 1, 77};
  struct puhui_sums sums[4];
  size_t count = 9, i;

  CHECK_EQUAL(puhui_book_check(&columns, &error), PUHUI_OK);
  CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, NULL, 0, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 3);
  memset(sums, 0xA5, sizeof sums);
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 4, &count, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  CHECK_EQUAL(count, 3);
  for (i = 0; i < 3; i++) CHECK_EQUAL(keys[i], 500101 + i);
  /* What is not needed stays as it was. */
  CHECK_EQUAL(keys[3], 77);
  CHECK(sums[3].loans == UINT64_C(0xA5A5A5A5A5A5A5A5));

  /* 50,000 and 20,000. Their rates: 5,000,000 x 43,500,000 + 2,000,000 x 50,000,000 = 317.5 x 10^12. */
  CHECK_EQUAL(sums[0].loans, 2);
  CHECK_EQUAL(sums[0].person_times, 5);
  same(sums[0].outstanding, 2, 7000000);
  same(sums[0].lent_in_period, 0, 0);
  same(sums[0].lent_to_date, 2, 7500000);
  same(sums[0].overdue, 1, 2000000);
  same(sums[0].classes[0], 1, 5000000);
  same(sums[0].classes[4], 1, 2000000);
  same(sums[0].extended, 2, 7000000);
  same(sums[0].deferred, 1, 2000000);
  same(sums[0].renewed, 0, 0);
  same(sums[0].deferred_amount, 1, 150000);
  CHECK_EQUAL(small(sums[0].balance_minor_ppb), INT64_C(317500000000000));
  for (i = 0; i < 14; i++) CHECK_EQUAL(sums[0].reserved[i], 0);

  /* 30,000 lent in January; 10,000 repaid, of which no class is said. 3,000,000 and 1,000,000 at 4 %: 160 x 10^12. */
  CHECK_EQUAL(sums[1].loans, 2);
  same(sums[1].outstanding, 1, 3000000);
  same(sums[1].lent_in_period, 1, 3000000);
  same(sums[1].lent_to_date, 2, 4000000);
  same(sums[1].unclassified, 1, 0);
  same(sums[1].classes[0], 1, 3000000);
  CHECK_EQUAL(small(sums[1].lent_in_period_minor_ppb), INT64_C(120000000000000));
  CHECK_EQUAL(small(sums[1].lent_to_date_minor_ppb), INT64_C(160000000000000));

  /* Lent on the last day of the period: 12,000 at 3.85 %: 46.2 x 10^12. */
  same(sums[2].lent_in_period, 1, 1200000);
  same(sums[2].classes[2], 1, 1000000);
  same(sums[2].renewed, 1, 1000000);
  CHECK_EQUAL(small(sums[2].lent_in_period_minor_ppb), INT64_C(46200000000000));
}

static void figures_of_all(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(NULL, 0);
  struct puhui_figures figures = PUHUI_FIGURES_INIT;
  struct puhui_sums sums;
  size_t count = 0;

  /* One group has no key. */
  CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, &sums, 1, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 1);
  CHECK_EQUAL(sums.loans, 5);
  same(sums.outstanding, 4, 11000000);
  CHECK_EQUAL(puhui_figures_of(&sums, &figures, NULL), PUHUI_OK);
  CHECK_EQUAL(figures.struct_size, sizeof figures);
  /* 217.5 + 120 + 100 + 38.5 = 476 x 10^12 over 11,000,000: 43,272,727.27 parts per billion. */
  CHECK_EQUAL(rounded(figures.rate_of_balance, 9), 43272727);
  /* 120 + 46.2 = 166.2 x 10^12 over 4,200,000: 39,571,428.57. */
  CHECK_EQUAL(rounded(figures.rate_of_period, 9), 39571429);
  /* 217.5 + 120 + 125 + 40 + 46.2 = 548.7 x 10^12 over 12,700,000: 43,204,724.41. */
  CHECK_EQUAL(rounded(figures.rate_to_date, 9), 43204724);
  /* 21,000 of 110,000: 19.09 %. */
  CHECK_EQUAL(rounded(figures.overdue_rate, 4), 1909);
  /* 30,000 of 110,000: 27.27 %, as a ratio 3/11. */
  CHECK_EQUAL(rounded(figures.npl_ratio, 4), 2727);
  CHECK_EQUAL(figures.npl_ratio.outcome, PUHUI_FIGURE_RATIO);
  CHECK_EQUAL(small(figures.npl_ratio.numerator), 3);
  CHECK_EQUAL(small(figures.npl_ratio.denominator), 11);
  same(figures.non_performing, 2, 3000000);
  /* 110,000 over four loans. */
  CHECK_EQUAL(rounded(figures.average_balance_minor, 0), 2750000);
}

/* By a ladder of days, 400 past due are a loss and 95 substandard; in the statistics of the central bank are two loans. */
static void ladder_and_basis(void) {
  static const uint32_t ladder[4] = {1, 91, 271, 361};
  static const uint32_t by_class[1] = {PUHUI_DIMENSION_CLASS};
  struct puhui_book_columns columns = book();
  struct puhui_tally_plan plan = plan_of(by_class, 1);
  uint32_t keys[5];
  struct puhui_sums sums[5];
  size_t count = 0;

  columns.loan_class = NULL;
  plan.ladder = PUHUI_LADDER_FROM_DAYS;
  memcpy(plan.ladder_from_days, ladder, sizeof ladder);
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 5, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 3);
  CHECK(keys[0] == PUHUI_LOAN_CLASS_NORMAL && keys[1] == PUHUI_LOAN_CLASS_SUBSTANDARD && keys[2] == PUHUI_LOAN_CLASS_LOSS);
  CHECK_EQUAL(sums[0].loans, 3);
  same(sums[0].classes[0], 3, 8000000);
  plan.has_basis = 1;
  plan.basis = PUHUI_BASIS_CENTRAL_BANK;
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 5, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 1);
  same(sums[0].outstanding, 2, 8000000);
  plan.basis = PUHUI_BASIS_REGULATOR;
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 5, &count, NULL), PUHUI_OK);
  same(sums[0].outstanding, 1, 2000000);

  /* A period of one's own: January alone. */
  plan = plan_of(NULL, 0);
  plan.period_from_ymd = 20200101;
  plan.period_until_ymd = 20200131;
  columns = book();
  CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, sums, 1, &count, NULL), PUHUI_OK);
  same(sums[0].lent_in_period, 1, 3000000);
}

/* Two balances of 2^63 - 1 are 2^64 - 2: more than 64 bits hold. */
static void wide_sums(void) {
  const int64_t most[2] = {INT64_MAX, INT64_MAX};
  static const uint32_t balance[1] = {PUHUI_MEASURE_BALANCE};
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  struct puhui_tally_plan plan = plan_of(NULL, 0);
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_sums sums;
  int64_t value = 7;
  size_t count = 0;

  memcpy(columns.currency, "CNY", 4);
  columns.count = 2;
  columns.balance_minor = most;
  plan.measure_count = 1;
  plan.measures = balance;
  CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, &sums, 1, &count, NULL), PUHUI_OK);
  CHECK(sums.outstanding.minor.low == UINT64_MAX - 1 && sums.outstanding.minor.high == 0);
  CHECK_EQUAL(puhui_int128_to_int64(sums.outstanding.minor, &value, &error), PUHUI_ERR_OVERFLOW);
  told(&error, PUHUI_ERR_OVERFLOW, "value");
  CHECK_EQUAL(value, 0);
  CHECK_EQUAL(small(puhui_int128_of(INT64_MIN)), INT64_MIN);
  CHECK(puhui_int128_of(-2).low == UINT64_MAX - 1 && puhui_int128_of(-2).high == -1);
}

/* ---------------------------------------------------------------- parts that add up */

static struct puhui_tally_groups groups_of(const struct puhui_tally_plan *plan, size_t count, const uint32_t *keys,
                                           const struct puhui_sums *sums) {
  struct puhui_tally_groups groups = PUHUI_TALLY_GROUPS_INIT;
  memcpy(groups.currency, "CNY", 4);
  groups.plan = plan;
  groups.group_count = count;
  groups.keys = keys;
  groups.sums = sums;
  return groups;
}

static void parts_add_up(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(by_county, 1), total_plan = plan_of(NULL, 0);
  struct puhui_tally_groups parts[3], tally;
  uint32_t keys[3][3], whole_keys[3], merged_keys[3];
  struct puhui_sums sums[3][3], whole[3], merged[3], total, rolled_up;
  size_t count, whole_count, i, split;
  uint32_t threads;

  CHECK_EQUAL(tally_into(&columns, &plan, 1, whole_keys, whole, 3, &whole_count, NULL), PUHUI_OK);
  for (split = 0; split <= COUNT; split++) {
    const struct puhui_book_columns first = part_of(0, split), second = part_of(split, COUNT), none = part_of(COUNT, COUNT);
    const struct puhui_book_columns *books[3];
    books[0] = &second; /* In another order. */
    books[1] = &none;
    books[2] = &first;
    for (i = 0; i < 3; i++) {
      CHECK_EQUAL(tally_into(books[i], &plan, 1, keys[i], sums[i], 3, &count, NULL), PUHUI_OK);
      parts[i] = groups_of(&plan, count, keys[i], sums[i]);
    }
    CHECK_EQUAL(merge_into(parts, 3, NULL, NULL, 0, &count, NULL), PUHUI_OK);
    CHECK_EQUAL(count, whole_count);
    CHECK_EQUAL(merge_into(parts, 3, merged_keys, merged, 3, &count, NULL), PUHUI_OK);
    CHECK_EQUAL(count, whole_count);
    CHECK(memcmp(merged_keys, whole_keys, sizeof merged_keys) == 0);
    CHECK(memcmp(merged, whole, sizeof merged) == 0);
  }
  for (threads = 1; threads <= 8; threads++) {
    memset(merged, 0, sizeof merged);
    CHECK_EQUAL(tally_into(&columns, &plan, threads, merged_keys, merged, 3, &count, NULL), PUHUI_OK);
    CHECK(count == whole_count && memcmp(merged, whole, sizeof merged) == 0);
  }

  /* All counties are the book. */
  tally = groups_of(&plan, whole_count, whole_keys, whole);
  CHECK_EQUAL(roll_up_into(&tally, NULL, 0, NULL, &rolled_up, 1, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 1);
  CHECK_EQUAL(tally_into(&columns, &total_plan, 1, NULL, &total, 1, &count, NULL), PUHUI_OK);
  CHECK(memcmp(&rolled_up, &total, sizeof total) == 0);
  CHECK_EQUAL(roll_up_into(&tally, by_county, 1, merged_keys, merged, 3, &count, NULL), PUHUI_OK);
  CHECK(count == whole_count && memcmp(merged, whole, sizeof merged) == 0);
  /* Two of the three, and one that is not there. */
  {
    static const uint32_t wanted[3] = {500103, 7, 500101};
    CHECK_EQUAL(only_into(&tally, PUHUI_DIMENSION_COUNTY, wanted, 3, merged_keys, merged, 3, &count, NULL), PUHUI_OK);
    CHECK(count == 2 && merged_keys[0] == 500101 && merged_keys[1] == 500103);
    CHECK(memcmp(&merged[0], &whole[0], sizeof total) == 0 && memcmp(&merged[1], &whole[2], sizeof total) == 0);
    CHECK_EQUAL(only_into(&tally, PUHUI_DIMENSION_COUNTY, NULL, 0, merged_keys, merged, 3, &count, NULL), PUHUI_OK);
    CHECK_EQUAL(count, 0);
  }
}

/* ---------------------------------------------------------------- sets of ids */

static struct puhui_distinct_plan households(const uint32_t *dimensions, size_t dimension_count) {
  struct puhui_distinct_plan plan = PUHUI_DISTINCT_PLAN_INIT;
  plan.ids = PUHUI_IDS_HOUSEHOLDS;
  plan.loans = PUHUI_LOANS_COUNTED_ALL;
  plan.dimension_count = dimension_count;
  plan.dimensions = dimensions;
  return plan;
}

static void each_household_once(void) {
  const struct puhui_book_columns columns = book();
  struct puhui_distinct_plan plan = households(by_county, 1);
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t keys[3];
  size_t offset[4], groups = 9, ids = 9, total = 9;
  uint64_t id[5] = {0, 0, 0, 0, 77};

  /* Household 7 has a loan in each of two counties; that of the last loan is not known. */
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_OK);
  CHECK(groups == 2 && ids == 4 && total == 3);
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, keys, offset, 3, id, 5, &groups, &ids, &total, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  CHECK(keys[0] == 500101 && keys[1] == 500102);
  CHECK(offset[0] == 0 && offset[1] == 2 && offset[2] == 4);
  CHECK(id[0] == 7 && id[1] == 8 && id[2] == 7 && id[3] == 9 && id[4] == 77);
  /* Counts alone. */
  memset(offset, 0, sizeof offset);
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, keys, offset, 2, NULL, 0, &groups, &ids, &total, NULL), PUHUI_OK);
  CHECK(offset[0] == 0 && offset[1] == 2 && offset[2] == 4 && ids == 4 && total == 3);
  /* Without the total. */
  {
    struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
    result.total = 99;
    CHECK_EQUAL(puhui_distinct(&columns, &plan, 1, &result, NULL), PUHUI_OK);
    CHECK(result.group_count == 2 && result.id_count == 4 && result.total == 0);
  }

  {
    uint32_t threads;
    for (threads = 1; threads <= 8; threads++) {
      memset(id, 0, 4 * sizeof *id);
      CHECK_EQUAL(distinct_into(&columns, &plan, threads, keys, offset, 3, id, 5, &groups, &ids, &total, NULL), PUHUI_OK);
      CHECK(groups == 2 && ids == 4 && total == 3 && offset[1] == 2 && id[0] == 7 && id[1] == 8 && id[2] == 7 && id[3] == 9);
    }
  }

  /* Who borrows now: household 9 has repaid. */
  plan.loans = PUHUI_LOANS_COUNTED_OUTSTANDING;
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, keys, offset, 3, id, 5, &groups, &ids, &total, NULL), PUHUI_OK);
  CHECK(groups == 2 && ids == 3 && total == 2 && id[2] == 7);

  /* The persons whom loans lead, each once, though 11 is led by two. */
  plan.ids = PUHUI_IDS_PERSONS;
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, keys, offset, 3, id, 5, &groups, &ids, &total, NULL), PUHUI_OK);
  CHECK(groups == 2 && ids == 3 && total == 3);
  CHECK(keys[0] == 500101 && keys[1] == 500103 && id[0] == 11 && id[1] == 12 && id[2] == 13);
}

static void sets_merge_by_union(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_distinct_plan plan = households(by_county, 1);
  struct puhui_distinct_groups parts[2] = {PUHUI_DISTINCT_GROUPS_INIT, PUHUI_DISTINCT_GROUPS_INIT};
  uint32_t keys[2][3], whole_keys[3], merged_keys[3];
  size_t offset[2][4], whole_offset[4], merged_offset[4], groups, ids, total, split, i;
  uint64_t id[2][4], whole[4], merged[4];

  CHECK_EQUAL(distinct_into(&columns, &plan, 1, whole_keys, whole_offset, 3, whole, 4, &groups, &ids, &total, NULL), PUHUI_OK);
  for (split = 0; split <= COUNT; split++) {
    for (i = 0; i < 2; i++) {
      const struct puhui_book_columns part = i == 1 ? part_of(0, split) : part_of(split, COUNT);
      CHECK_EQUAL(distinct_into(&part, &plan, 1, keys[i], offset[i], 3, id[i], 4, &groups, &ids, &total, NULL), PUHUI_OK);
      parts[i].plan = &plan;
      parts[i].group_count = groups;
      parts[i].keys = keys[i];
      parts[i].id_offset = offset[i];
      parts[i].ids = id[i];
    }
    CHECK_EQUAL(merge_sets_into(parts, 2, merged_keys, merged_offset, 3, merged, 4, &groups, &ids, &total, NULL),
                PUHUI_OK);
    CHECK(groups == 2 && ids == 4 && total == 3);
    CHECK(memcmp(merged_keys, whole_keys, 2 * sizeof *merged_keys) == 0);
    CHECK(memcmp(merged_offset, whole_offset, 3 * sizeof *merged_offset) == 0);
    CHECK(memcmp(merged, whole, sizeof merged) == 0);
  }
}

/* Of the loans in the statistics of the central bank, the first two, both of household 7. */
static void sets_of_one_basis(void) {
  const struct puhui_book_columns columns = book();
  struct puhui_distinct_plan plan = households(by_county, 1);
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_distinct_groups parts[2] = {PUHUI_DISTINCT_GROUPS_INIT, PUHUI_DISTINCT_GROUPS_INIT};
  struct puhui_distinct_plan all = plan;
  uint32_t keys[3], threads;
  size_t offset[4], groups, ids, total, i;
  uint64_t id[4];

  plan.has_basis = 1;
  plan.basis = PUHUI_BASIS_CENTRAL_BANK;
  for (threads = 1; threads <= 4; threads++) {
    CHECK_EQUAL(distinct_into(&columns, &plan, threads, keys, offset, 3, id, 4, &groups, &ids, &total, &error), PUHUI_OK);
    CHECK(groups == 2 && ids == 2 && total == 1 && id[0] == 7 && id[1] == 7);
  }
  for (i = 0; i < 2; i++) {
    parts[i].plan = i == 0 ? &plan : &all;
    parts[i].group_count = groups;
    parts[i].keys = keys;
    parts[i].id_offset = offset;
    parts[i].ids = id;
  }
  CHECK_EQUAL(merge_sets_into(parts, 2, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_ERR_NOT_COMPARABLE);
  told(&error, PUHUI_ERR_NOT_COMPARABLE, "parts[1].basis");
  plan.basis = 4;
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_ERR_UNKNOWN_CODE);
  told(&error, PUHUI_ERR_UNKNOWN_CODE, "basis");
  plan.has_basis = 0;
  CHECK_EQUAL(distinct_into(&columns, &plan, 1, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_ERR_CONTRADICTION);
  told(&error, PUHUI_ERR_CONTRADICTION, "basis");
}

/* Household 7 is in two counties, and once in both together. */
static void sets_by_fewer_groups(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_distinct_plan plan = households(by_county, 1);
  struct puhui_distinct_groups sets = PUHUI_DISTINCT_GROUPS_INIT;
  struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  const uint32_t wanted[2] = {500102, 7}, township[1] = {PUHUI_DIMENSION_TOWNSHIP};
  uint32_t keys[3], key[1] = {77};
  size_t offset[4], all_offset[2], groups, ids, total;
  uint64_t id[4], all[4] = {0, 0, 0, 77};

  CHECK_EQUAL(distinct_into(&columns, &plan, 1, keys, offset, 3, id, 4, &groups, &ids, &total, NULL), PUHUI_OK);
  sets.plan = &plan;
  sets.group_count = groups;
  sets.keys = keys;
  sets.id_offset = offset;
  sets.ids = id;
  result.id_offset = all_offset;
  result.group_capacity = 1;
  result.ids = all;
  result.id_capacity = 4;
  CHECK_EQUAL(puhui_distinct_roll_up(&sets, NULL, 0, &result, &error), PUHUI_OK);
  CHECK(result.group_count == 1 && result.id_count == 3 && all_offset[0] == 0 && all_offset[1] == 3);
  CHECK(all[0] == 7 && all[1] == 8 && all[2] == 9 && all[3] == 77);
  /* One county of the two, and one that is not there. */
  result.keys = key;
  CHECK_EQUAL(puhui_distinct_only(&sets, PUHUI_DIMENSION_COUNTY, wanted, 2, &result, &error), PUHUI_OK);
  CHECK(result.group_count == 1 && key[0] == 500102 && result.id_count == 2 && all[0] == 7 && all[1] == 9);
  CHECK_EQUAL(puhui_distinct_only(&sets, PUHUI_DIMENSION_COUNTY, NULL, 0, &result, &error), PUHUI_OK);
  CHECK(result.group_count == 0 && result.id_count == 0 && all_offset[0] == 0);

#define REFUSED(call, expected, where)                              \
  do {                                                              \
    CHECK_EQUAL(call, expected);                                    \
    told(&error, expected, where);                                  \
    CHECK(result.group_count == 0 && result.id_count == 0);         \
  } while (0)
  REFUSED(puhui_distinct_roll_up(NULL, NULL, 0, &result, &error), PUHUI_ERR_NULL, "sets");
  REFUSED(puhui_distinct_roll_up(&sets, NULL, 1, &result, &error), PUHUI_ERR_NULL, "dimensions");
  REFUSED(puhui_distinct_roll_up(&sets, township, 1, &result, &error), PUHUI_ERR_MISSING, "dimensions");
  REFUSED(puhui_distinct_roll_up(&sets, NULL, 0, NULL, &error), PUHUI_ERR_NULL, "result");
  REFUSED(puhui_distinct_only(NULL, PUHUI_DIMENSION_COUNTY, wanted, 2, &result, &error), PUHUI_ERR_NULL, "sets");
  REFUSED(puhui_distinct_only(&sets, 0, wanted, 2, &result, &error), PUHUI_ERR_UNKNOWN_CODE, "dimension");
  REFUSED(puhui_distinct_only(&sets, PUHUI_DIMENSION_CLASS, wanted, 2, &result, &error), PUHUI_ERR_MISSING, "dimension");
  REFUSED(puhui_distinct_only(&sets, PUHUI_DIMENSION_COUNTY, NULL, 2, &result, &error), PUHUI_ERR_NULL, "wanted");
  REFUSED(puhui_distinct_only(&sets, PUHUI_DIMENSION_COUNTY, wanted, 2, NULL, &error), PUHUI_ERR_NULL, "result");
  sets.plan = NULL;
  REFUSED(puhui_distinct_roll_up(&sets, NULL, 0, &result, &error), PUHUI_ERR_NULL, "plan.plan");
#undef REFUSED
}

/* ---------------------------------------------------------------- the edges of the contract */

/* One value after the other is none of its column. */
static void bad_books(void) {
  struct puhui_book_columns columns = book();
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_tally_plan plan = plan_of(by_county, 1);
  static const int64_t negative[COUNT] = {0, -1, 0, 0, 0};
  static const int32_t no_day[COUNT] = {0, 0, 20200231, 0, 0}, far_day[COUNT] = {0, 25000101, 0, 0, 0},
                       early_day[COUNT] = {20191114, 0, 0, 0, 0};
  static const uint8_t codes[COUNT] = {1, 1, 1, 99, 1};
  static const uint64_t falling[COUNT + 1] = {0, 2, 1, 3, 3, 4}, endless[COUNT + 1] = {0, 2, 2, 3, 3, UINT64_MAX};
  static const uint32_t few[COUNT] = {1, 0, 2, 0, 1};
  size_t count;
#define BAD(set, expected, where)                                                                  \
  do {                                                                                             \
    columns = book();                                                                              \
    set;                                                                                           \
    CHECK_EQUAL(puhui_book_check(&columns, &error), expected);                                     \
    told(&error, expected, where);                                                                 \
    count = 9;                                                                                     \
    CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, NULL, 0, &count, &error), expected);         \
    told(&error, expected, where);                                                                 \
    CHECK_EQUAL(count, 0);                                                                         \
  } while (0)
  BAD(columns.balance_minor = negative, PUHUI_ERR_OUT_OF_RANGE, "balance[1]");
  BAD(columns.balance_minor = NULL; columns.overdue_minor = negative, PUHUI_ERR_OUT_OF_RANGE, "overdue[1]");
  BAD(columns.disbursed_on_ymd = no_day, PUHUI_ERR_MALFORMED, "disbursed_on[2]");
  BAD(columns.due_on_ymd = far_day, PUHUI_ERR_DATE_OUT_OF_RANGE, "due_on[1]");
  BAD(columns.due_on_ymd = early_day, PUHUI_ERR_DATES_OUT_OF_ORDER, "due_on[0]");
  BAD(columns.loan_class = codes, PUHUI_ERR_UNKNOWN_VALUE, "loan_class[3]");
  BAD(columns.borrower_status = codes, PUHUI_ERR_UNKNOWN_VALUE, "borrower_status[3]");
  BAD(columns.purpose = codes, PUHUI_ERR_UNKNOWN_VALUE, "purpose[3]");
  BAD(columns.basis = codes, PUHUI_ERR_UNKNOWN_VALUE, "basis[3]");
  BAD(columns.balance_minor = deferred_minor, PUHUI_ERR_CONTRADICTION, "overdue[2]");
  BAD(columns.person_times = few, PUHUI_ERR_CONTRADICTION, "persons[0]");
  BAD(columns.person_offset = falling, PUHUI_ERR_LENGTHS_DIFFER, "person_offset[1]");
  BAD(columns.person_offset = endless, PUHUI_ERR_OUT_OF_RANGE, "person_offset");
  BAD(columns.persons = NULL, PUHUI_ERR_NULL, "persons");
  BAD(columns.person_offset = NULL, PUHUI_ERR_NULL, "person_offset");
  BAD(columns.count = SIZE_MAX, PUHUI_ERR_OUT_OF_RANGE, "count");
  BAD(columns.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(memcpy(columns.currency, "cny", 4); columns.currency_exponent = 2, PUHUI_ERR_MALFORMED, "currency");
  BAD(memcpy(columns.currency, "CNY2", 4), PUHUI_ERR_TEXT, "currency");
  BAD(memcpy(columns.currency, "XQX", 4), PUHUI_ERR_UNKNOWN_VALUE, "currency");
  BAD(columns.currency_exponent = 13, PUHUI_ERR_OUT_OF_RANGE, "currency_exponent");
  BAD(columns.struct_size = 0, PUHUI_ERR_STRUCT_SIZE, "columns");
  BAD(columns.struct_size -= 8, PUHUI_ERR_STRUCT_SIZE, "columns");
  BAD(columns.struct_size = UINT32_MAX, PUHUI_ERR_STRUCT_SIZE, "columns");
#undef BAD
  /* Loans without any column are not loans of zeros. */
  {
    struct puhui_book_columns bare = PUHUI_BOOK_COLUMNS_INIT;
    memcpy(bare.currency, "CNY", 4);
    bare.count = 3;
    CHECK_EQUAL(puhui_book_check(&bare, &error), PUHUI_ERR_MISSING);
    told(&error, PUHUI_ERR_MISSING, "columns");
    bare.count = 0;
    CHECK_EQUAL(puhui_book_check(&bare, &error), PUHUI_OK);
    count = 9;
    CHECK_EQUAL(tally_into(&bare, &plan, 1, NULL, NULL, 0, &count, &error), PUHUI_OK);
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(tally_into(&bare, &plan, 4, NULL, NULL, 0, &count, &error), PUHUI_OK);
  }
  CHECK_EQUAL(puhui_book_check(NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "columns");
  /* A book of a later release, with nothing in what is not known here. */
  {
    LARGER(puhui_book_columns) more;
    memset(&more, 0, sizeof more);
    more.known = book();
    more.known.struct_size = sizeof more;
    CHECK_EQUAL(puhui_book_check(&more.known, NULL), PUHUI_OK);
    more.tail[3] = 1;
    CHECK_EQUAL(puhui_book_check(&more.known, NULL), PUHUI_ERR_STRUCT_SIZE);
  }
}

static void bad_plans(void) {
  const struct puhui_book_columns columns = book();
  struct puhui_tally_plan plan;
  struct puhui_error error = PUHUI_ERROR_INIT;
  static const uint32_t twice[2] = {PUHUI_DIMENSION_COUNTY, PUHUI_DIMENSION_COUNTY}, zero[1] = {0}, unknown[1] = {14},
                        township[1] = {PUHUI_DIMENSION_TOWNSHIP};
  uint32_t keys[3] = {1, 2, 3};
  struct puhui_sums sums[3], kept;
  size_t count;
  memset(sums, 0xA5, sizeof sums);
  kept = sums[0];
#define BAD(set, expected, where)                                                                   \
  do {                                                                                              \
    plan = plan_of(by_county, 1);                                                                   \
    set;                                                                                            \
    count = 9;                                                                                      \
    CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 3, &count, &error), expected);          \
    told(&error, expected, where);                                                                  \
    CHECK(count == 0 && keys[0] == 1 && memcmp(&sums[0], &kept, sizeof kept) == 0);                 \
  } while (0)
  BAD(plan.as_of_ymd = 0, PUHUI_ERR_MALFORMED, "as_of");
  BAD(plan.as_of_ymd = 18991231, PUHUI_ERR_DATE_OUT_OF_RANGE, "as_of");
  BAD(plan.period_from_ymd = 20200101, PUHUI_ERR_MALFORMED, "period_until");
  BAD(plan.period_until_ymd = 20200131, PUHUI_ERR_MALFORMED, "period_from");
  BAD(plan.period_from_ymd = 20200101; plan.period_until_ymd = 20200401, PUHUI_ERR_DATES_OUT_OF_ORDER, "period_until");
  BAD(plan.dimensions = NULL, PUHUI_ERR_NULL, "dimensions");
  BAD(plan.dimensions = zero, PUHUI_ERR_UNKNOWN_CODE, "dimensions");
  BAD(plan.dimensions = unknown, PUHUI_ERR_UNKNOWN_CODE, "dimensions");
  BAD(plan.dimensions = twice; plan.dimension_count = 2, PUHUI_ERR_CONTRADICTION, "dimensions");
  BAD(plan.dimensions = township, PUHUI_ERR_MISSING, "township");
  BAD(plan.measures = NULL, PUHUI_ERR_NULL, "measures");
  BAD(plan.measures = zero; plan.measure_count = 1, PUHUI_ERR_UNKNOWN_CODE, "measures");
  BAD(plan.has_basis = 2, PUHUI_ERR_UNKNOWN_CODE, "has_basis");
  BAD(plan.has_basis = 1, PUHUI_ERR_UNKNOWN_CODE, "basis");
  BAD(plan.basis = PUHUI_BASIS_OWN, PUHUI_ERR_CONTRADICTION, "basis");
  BAD(plan.ladder = 0, PUHUI_ERR_UNKNOWN_CODE, "ladder");
  BAD(plan.ladder = PUHUI_LADDER_FROM_DAYS, PUHUI_ERR_OUT_OF_RANGE, "ladder");
  BAD(plan.ladder_from_days[2] = 5, PUHUI_ERR_CONTRADICTION, "ladder_from_days");
  BAD(plan.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(plan.struct_size = 0, PUHUI_ERR_STRUCT_SIZE, "plan");
  BAD(plan.struct_size -= 8, PUHUI_ERR_STRUCT_SIZE, "plan");
  BAD(plan.struct_size += 8, PUHUI_ERR_STRUCT_SIZE, "plan"); /* What follows is not 0. */
#undef BAD
}

/* Every pointer, every number, every capacity. */
static void bad_calls(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(by_county, 1);
  struct puhui_tally_groups tally;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_figures figures = PUHUI_FIGURES_INIT;
  uint32_t keys[3];
  struct puhui_sums sums[3], kept;
  size_t count = 9;
  uint32_t township[1] = {PUHUI_DIMENSION_TOWNSHIP};

#define NOT_NULL(call, where)                 \
  do {                                        \
    count = 9;                                \
    CHECK_EQUAL(call, PUHUI_ERR_NULL);        \
    told(&error, PUHUI_ERR_NULL, where);      \
  } while (0)
  NOT_NULL(tally_into(NULL, &plan, 1, keys, sums, 3, &count, &error), "columns");
  CHECK_EQUAL(count, 0);
  NOT_NULL(tally_into(&columns, NULL, 1, keys, sums, 3, &count, &error), "plan");
  NOT_NULL(tally_into(&columns, &plan, 1, NULL, sums, 3, &count, &error), "result.keys");
  NOT_NULL(tally_into(&columns, &plan, 1, keys, NULL, 3, &count, &error), "result.sums");
  NOT_NULL(puhui_tally(&columns, &plan, 1, NULL, &error), "result");
  CHECK_EQUAL(puhui_tally(NULL, NULL, 0, NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(tally_into(&columns, &plan, 0, keys, sums, 3, &count, &error), PUHUI_ERR_OUT_OF_RANGE);
  told(&error, PUHUI_ERR_OUT_OF_RANGE, "threads");
  CHECK_EQUAL(tally_into(&columns, &plan, 1025, keys, sums, 3, &count, &error), PUHUI_ERR_OUT_OF_RANGE);
  CHECK_EQUAL(tally_into(&columns, &plan, 1024, keys, sums, 3, &count, &error), PUHUI_OK);
  memset(sums, 0xA5, sizeof sums);
  kept = sums[0];
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 2, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "result.group_capacity");
  CHECK(count == 3 && memcmp(&sums[0], &kept, sizeof kept) == 0);
  CHECK_EQUAL(tally_into(&columns, &plan, 1, NULL, sums, 0, &count, NULL), PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 3, &count, NULL), PUHUI_OK);

  tally = groups_of(&plan, count, keys, sums);
  NOT_NULL(merge_into(NULL, 1, NULL, NULL, 0, &count, &error), "parts");
  NOT_NULL(puhui_tally_merge(&tally, 1, NULL, &error), "result");
  NOT_NULL(merge_into(&tally, 1, keys, NULL, 3, &count, &error), "result.sums");
  CHECK_EQUAL(merge_into(NULL, 0, NULL, NULL, 0, &count, &error), PUHUI_ERR_MISSING);
  told(&error, PUHUI_ERR_MISSING, "parts");
  NOT_NULL(roll_up_into(NULL, NULL, 0, NULL, NULL, 0, &count, &error), "tally");
  NOT_NULL(roll_up_into(&tally, NULL, 1, NULL, NULL, 0, &count, &error), "dimensions");
  CHECK_EQUAL(roll_up_into(&tally, township, 1, NULL, NULL, 0, &count, &error), PUHUI_ERR_MISSING);
  told(&error, PUHUI_ERR_MISSING, "dimensions");
  NOT_NULL(only_into(NULL, PUHUI_DIMENSION_COUNTY, NULL, 0, NULL, NULL, 0, &count, &error), "tally");
  NOT_NULL(only_into(&tally, PUHUI_DIMENSION_COUNTY, NULL, 1, NULL, NULL, 0, &count, &error), "wanted");
  NOT_NULL(puhui_tally_only(&tally, PUHUI_DIMENSION_COUNTY, NULL, 0, NULL, &error), "result");
  NOT_NULL(puhui_tally_roll_up(&tally, NULL, 0, NULL, &error), "result");
  CHECK_EQUAL(only_into(&tally, 0, NULL, 0, NULL, NULL, 0, &count, &error), PUHUI_ERR_UNKNOWN_CODE);
  told(&error, PUHUI_ERR_UNKNOWN_CODE, "dimension");
  CHECK_EQUAL(only_into(&tally, PUHUI_DIMENSION_CLASS, NULL, 0, NULL, NULL, 0, &count, &error), PUHUI_ERR_MISSING);
  told(&error, PUHUI_ERR_MISSING, "dimension");
  tally.plan = NULL;
  NOT_NULL(roll_up_into(&tally, NULL, 0, NULL, NULL, 0, &count, &error), "plan.plan");
  tally = groups_of(&plan, 3, NULL, sums);
  NOT_NULL(roll_up_into(&tally, NULL, 0, NULL, NULL, 0, &count, &error), "keys");
  tally = groups_of(&plan, 3, keys, NULL);
  NOT_NULL(merge_into(&tally, 1, NULL, NULL, 0, &count, &error), "parts[0].sums");

  NOT_NULL(puhui_figures_of(NULL, &figures, &error), "sums");
  CHECK_EQUAL(figures.npl_ratio.outcome, 0);
  NOT_NULL(puhui_figures_of(sums, NULL, &error), "out_figures");
  figures.struct_size = 8;
  CHECK_EQUAL(puhui_figures_of(sums, &figures, &error), PUHUI_ERR_STRUCT_SIZE);
  NOT_NULL(puhui_int128_to_int64(puhui_int128_of(1), NULL, &error), "out_value");
#undef NOT_NULL
}

/* A result that no release has, that says what this one does not know, and one of a later release. */
static void bad_results(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(by_county, 1);
  struct puhui_error error = PUHUI_ERROR_INIT;
  LARGER(puhui_tally_result) more;
  struct puhui_sums sums[3];
  uint32_t keys[3] = {7, 7, 7};

#define REFUSED(set, expected, where, count)                                                       \
  do {                                                                                             \
    memset(&more, 0, sizeof more);                                                                 \
    more.known = room(keys, sums, 3);                                                              \
    set;                                                                                           \
    CHECK_EQUAL(puhui_tally(&columns, &plan, 1, &more.known, &error), expected);                   \
    told(&error, expected, where);                                                                 \
    CHECK(more.known.group_count == count && keys[0] == 7);                                        \
  } while (0)
  /* Nothing is written to what cannot be told to be a result. */
  REFUSED(more.known.struct_size = 0, PUHUI_ERR_STRUCT_SIZE, "result", 99);
  REFUSED(more.known.struct_size -= 8, PUHUI_ERR_STRUCT_SIZE, "result", 99);
  REFUSED(more.known.struct_size = 4097, PUHUI_ERR_STRUCT_SIZE, "result", 99);
  REFUSED(more.known.struct_size = sizeof more; more.tail[3] = 1, PUHUI_ERR_STRUCT_SIZE, "result", 0);
  REFUSED(more.known.reserved = 1, PUHUI_ERR_RESERVED, "result.reserved", 0);
#undef REFUSED
  memset(&more, 0, sizeof more);
  more.known = room(keys, sums, 3);
  more.known.struct_size = sizeof more;
  CHECK_EQUAL(puhui_tally(&columns, &plan, 1, &more.known, &error), PUHUI_OK);
  CHECK(more.known.group_count == 3 && more.known.struct_size == sizeof more && keys[0] == 500101);
}

/* Tallies that do not add up, and groups that no call wrote. */
static void bad_merges(void) {
  const struct puhui_book_columns columns = book();
  const struct puhui_tally_plan plan = plan_of(by_county, 1);
  struct puhui_tally_plan other;
  struct puhui_tally_groups parts[2];
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t keys[3], out_keys[6];
  struct puhui_sums sums[3], strange[3], out[6];
  size_t count = 0;
  static const uint32_t by_class[1] = {PUHUI_DIMENSION_CLASS};

  CHECK_EQUAL(tally_into(&columns, &plan, 1, keys, sums, 3, &count, NULL), PUHUI_OK);
#define BAD(set, expected, where)                                                                    \
  do {                                                                                               \
    other = plan;                                                                                    \
    memcpy(strange, sums, sizeof sums);                                                              \
    parts[0] = groups_of(&plan, 3, keys, sums);                                                      \
    parts[1] = groups_of(&other, 3, keys, strange);                                                  \
    set;                                                                                             \
    count = 9;                                                                                       \
    CHECK_EQUAL(merge_into(parts, 2, out_keys, out, 6, &count, &error), expected);            \
    told(&error, expected, where);                                                                   \
    CHECK_EQUAL(count, 0);                                                                           \
  } while (0)
  BAD(other.as_of_ymd = 20200330, PUHUI_ERR_NOT_COMPARABLE, "parts[1].as_of");
  BAD(other.period_from_ymd = 20200101; other.period_until_ymd = 20200330, PUHUI_ERR_NOT_COMPARABLE, "parts[1].period");
  BAD(other.has_basis = 1; other.basis = PUHUI_BASIS_OWN, PUHUI_ERR_NOT_COMPARABLE, "parts[1].basis");
  BAD(other.ladder = PUHUI_LADDER_FROM_DAYS; other.ladder_from_days[0] = 1; other.ladder_from_days[1] = 2;
      other.ladder_from_days[2] = 3; other.ladder_from_days[3] = 4, PUHUI_ERR_NOT_COMPARABLE, "parts[1].ladder");
  BAD(other.dimensions = by_class, PUHUI_ERR_NOT_COMPARABLE, "parts[1].by");
  BAD(other.measure_count = 8, PUHUI_ERR_NOT_COMPARABLE, "parts[1].measures");
  BAD(memcpy(parts[1].currency, "USD", 4), PUHUI_ERR_CURRENCY_MISMATCH, "parts[1].currency");
  BAD(parts[1].currency_exponent = 3, PUHUI_ERR_CURRENCY_MISMATCH, "parts[1].currency");
  BAD(parts[1].reserved = 1, PUHUI_ERR_RESERVED, "parts[1].reserved");
  BAD(other.as_of_ymd = 20200230, PUHUI_ERR_MALFORMED, "parts[1].plan.as_of");
  BAD(parts[1].struct_size += 8, PUHUI_ERR_STRUCT_SIZE, "parts");
  BAD(strange[2].reserved[13] = 1, PUHUI_ERR_RESERVED, "parts[1].sums[2].reserved");
  BAD(strange[1].loans = UINT64_MAX, PUHUI_ERR_OVERFLOW, "parts[1].tally");
  BAD(strange[1].outstanding.minor.high = INT64_MAX; strange[1].outstanding.minor.low = UINT64_MAX, PUHUI_ERR_OVERFLOW,
      "parts[1].tally");
#undef BAD
  /* A key twice in one part. */
  out_keys[0] = out_keys[1] = 500101;
  parts[0] = groups_of(&plan, 2, out_keys, sums);
  CHECK_EQUAL(merge_into(parts, 1, NULL, NULL, 0, &count, &error), PUHUI_ERR_CONTRADICTION);
  told(&error, PUHUI_ERR_CONTRADICTION, "parts[0].keys[1]");
}

static void bad_sets(void) {
  struct puhui_book_columns columns = book();
  const struct puhui_distinct_plan plan = households(by_county, 1);
  struct puhui_distinct_plan other = plan;
  struct puhui_distinct_groups parts[2] = {PUHUI_DISTINCT_GROUPS_INIT, PUHUI_DISTINCT_GROUPS_INIT};
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t keys[3], out_keys[4];
  size_t offset[4], out_offset[5], groups = 9, ids = 9, total = 9, i;
  uint64_t id[4], strange[4], out[8];

#define REFUSED(call, expected, where)             \
  do {                                             \
    groups = ids = total = 9;                      \
    CHECK_EQUAL(call, expected);                   \
    told(&error, expected, where);                 \
  } while (0)
#define COUNTED(columns, plan) distinct_into(columns, plan, 1, keys, offset, 3, id, 4, &groups, &ids, &total, &error)
  REFUSED(COUNTED(NULL, &plan), PUHUI_ERR_NULL, "columns");
  CHECK(groups == 0 && ids == 0 && total == 0);
  REFUSED(COUNTED(&columns, NULL), PUHUI_ERR_NULL, "plan");
  REFUSED(distinct_into(&columns, &plan, 1, NULL, offset, 3, id, 4, &groups, &ids, &total, &error), PUHUI_ERR_NULL, "result.keys");
  REFUSED(distinct_into(&columns, &plan, 1, keys, NULL, 3, id, 4, &groups, &ids, &total, &error), PUHUI_ERR_NULL, "result.id_offset");
  REFUSED(distinct_into(&columns, &plan, 1, NULL, NULL, 0, id, 4, &groups, &ids, &total, &error), PUHUI_ERR_NULL, "result.id_offset");
  REFUSED(distinct_into(&columns, &plan, 1, keys, offset, 3, NULL, 4, &groups, &ids, &total, &error), PUHUI_ERR_NULL, "result.ids");
  REFUSED(puhui_distinct(&columns, &plan, 1, NULL, &error), PUHUI_ERR_NULL, "result");
  REFUSED(distinct_into(&columns, &plan, 1, keys, offset, 1, id, 4, &groups, &ids, &total, &error), PUHUI_ERR_BUFFER_TOO_SMALL,
          "result.group_capacity");
  CHECK(groups == 2 && ids == 4 && total == 0);
  REFUSED(distinct_into(&columns, &plan, 1, keys, offset, 2, id, 3, &groups, &ids, &total, &error), PUHUI_ERR_BUFFER_TOO_SMALL,
          "result.id_capacity");
  CHECK(groups == 2 && ids == 4 && total == 0);
  {
    struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
    result.with_total = 2;
    REFUSED(puhui_distinct(&columns, &plan, 1, &result, &error), PUHUI_ERR_UNKNOWN_CODE, "result.with_total");
    result.with_total = 0;
    result.struct_size -= 8;
    REFUSED(puhui_distinct(&columns, &plan, 1, &result, &error), PUHUI_ERR_STRUCT_SIZE, "result");
  }
  other.ids = 0;
  REFUSED(COUNTED(&columns, &other), PUHUI_ERR_UNKNOWN_CODE, "ids");
  other = plan;
  other.loans = 3;
  REFUSED(COUNTED(&columns, &other), PUHUI_ERR_UNKNOWN_CODE, "loans");
  other = plan;
  other.reserved = 1;
  REFUSED(COUNTED(&columns, &other), PUHUI_ERR_RESERVED, "reserved");
  other = plan;
  other.struct_size = 4;
  REFUSED(COUNTED(&columns, &other), PUHUI_ERR_STRUCT_SIZE, "plan");
  REFUSED(distinct_into(&columns, &plan, 0, keys, offset, 3, id, 4, &groups, &ids, &total, &error), PUHUI_ERR_OUT_OF_RANGE,
          "threads");
  columns.household = NULL;
  REFUSED(COUNTED(&columns, &plan), PUHUI_ERR_MISSING, "household");
  columns = book();
  CHECK_EQUAL(COUNTED(&columns, &plan), PUHUI_OK);

#define MERGED(set, expected, where)                                                                          \
  do {                                                                                                        \
    other = plan;                                                                                             \
    memcpy(strange, id, sizeof id);                                                                           \
    for (i = 0; i < 2; i++) {                                                                                 \
      parts[i].struct_size = sizeof parts[i];                                                                 \
      parts[i].reserved = 0;                                                                                  \
      parts[i].plan = i == 0 ? &plan : &other;                                                                \
      parts[i].group_count = 2;                                                                               \
      parts[i].keys = keys;                                                                                   \
      parts[i].id_offset = offset;                                                                            \
      parts[i].ids = i == 0 ? id : strange;                                                                   \
    }                                                                                                         \
    set;                                                                                                      \
    REFUSED(merge_sets_into(parts, 2, out_keys, out_offset, 4, out, 8, &groups, &ids, &total, &error), expected, \
            where);                                                                                           \
    CHECK(groups == 0 && ids == 0 && total == 0);                                                             \
  } while (0)
  MERGED(other.ids = PUHUI_IDS_BORROWERS, PUHUI_ERR_NOT_COMPARABLE, "parts[1].ids");
  MERGED(other.loans = PUHUI_LOANS_COUNTED_OUTSTANDING, PUHUI_ERR_NOT_COMPARABLE, "parts[1].loans");
  MERGED(out_keys[0] = PUHUI_DIMENSION_CLASS; other.dimensions = out_keys, PUHUI_ERR_NOT_COMPARABLE, "parts[1].by");
  MERGED(strange[1] = 7, PUHUI_ERR_OUT_OF_RANGE, "parts[1].ids[0]");
  MERGED(strange[0] = 0, PUHUI_ERR_OUT_OF_RANGE, "parts[1].ids[0]");
  MERGED(parts[1].plan = NULL, PUHUI_ERR_NULL, "parts[1].plan.plan");
  MERGED(parts[1].keys = NULL, PUHUI_ERR_NULL, "parts[1].keys");
  MERGED(parts[1].id_offset = NULL, PUHUI_ERR_NULL, "parts[1].id_offset");
  MERGED(parts[1].ids = NULL, PUHUI_ERR_NULL, "parts[1].ids");
  MERGED(parts[1].reserved = 1, PUHUI_ERR_RESERVED, "parts[1].reserved");
  MERGED(parts[1].struct_size = 1, PUHUI_ERR_STRUCT_SIZE, "parts");
  out_offset[0] = 2;
  out_offset[1] = 1;
  out_offset[2] = 1;
  MERGED(parts[1].id_offset = out_offset, PUHUI_ERR_OUT_OF_RANGE, "parts[1].id_offset");
  REFUSED(merge_sets_into(NULL, 1, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_ERR_NULL, "parts");
  REFUSED(merge_sets_into(NULL, 0, NULL, NULL, 0, NULL, 0, &groups, &ids, &total, &error), PUHUI_ERR_MISSING, "parts");
#undef MERGED
#undef REFUSED
}

/* Bytes of chance in everything that is read but the sizes and the places of the arrays: refused or summed, never more. */
static void hostile_bytes(void) {
  const struct puhui_tally_plan good = plan_of(by_county, 1);
  uint64_t state = 20200331;
  size_t turn, i, summed = 0;
  for (turn = 0; turn < 3000; turn++) {
    struct puhui_book_columns columns = book();
    struct puhui_tally_plan plan = good;
    struct puhui_tally_groups parts[2];
    struct puhui_figures figures = PUHUI_FIGURES_INIT;
    uint32_t codes[4], keys[4], out_keys[8];
    struct puhui_sums sums[4], out[8];
    size_t count = 9;
    unsigned char *bytes = (unsigned char *)sums;
#define CHANCE() (state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407), state >> 33)
    for (i = 0; i < sizeof sums; i++) bytes[i] = (unsigned char)CHANCE();
    for (i = 0; i < 4; i++) {
      memset(sums[i].reserved, 0, sizeof sums[i].reserved);
      codes[i] = (uint32_t)CHANCE() % 16;
      keys[i] = (uint32_t)CHANCE();
    }
    plan.as_of_ymd = 20200000 + (int32_t)(CHANCE() % 1300);
    plan.has_basis = (uint32_t)CHANCE() % 3;
    plan.basis = (uint32_t)CHANCE() % 5;
    plan.ladder = CHANCE() % 2 == 0 ? PUHUI_LADDER_NONE : (uint32_t)CHANCE() % 4;
    plan.dimensions = codes;
    plan.dimension_count = CHANCE() % 3;
    plan.measures = codes + 2;
    plan.measure_count = CHANCE() % 3;
    summed += tally_into(&columns, &plan, 1 + (uint32_t)CHANCE() % 4, out_keys, out, 4, &count, NULL) == PUHUI_OK;
    parts[0] = groups_of(&good, 4, keys, sums);
    parts[1] = groups_of(&good, 4, keys, sums);
    summed += merge_into(parts, 2, out_keys, out, 8, &count, NULL) == PUHUI_OK;
    (void)puhui_figures_of(&sums[0], &figures, NULL);
    CHECK_EQUAL(figures.struct_size, sizeof figures);
  }
  CHECK(summed > 0);
}

int main(void) {
  tally_by_county();
  figures_of_all();
  ladder_and_basis();
  wide_sums();
  parts_add_up();
  each_household_once();
  sets_merge_by_union();
  sets_by_fewer_groups();
  sets_of_one_basis();
  bad_books();
  bad_plans();
  bad_calls();
  bad_results();
  bad_merges();
  bad_sets();
  hostile_bytes();
  return 0;
}
