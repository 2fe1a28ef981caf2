/* What a book is held against, worked by hand: concentration, tolerance, the two increases, provisions, the statement on targeted loans,
   needs, registers and lists with dates; and the edges of the contract. */
#include "tallies.h"

LAYOUT(ranked, sizeof(struct puhui_ranked) == 64 && offsetof(struct puhui_ranked, share) == 24);
LAYOUT(concentration, offsetof(struct puhui_concentration_result, largest) == 104 &&
                          sizeof(struct puhui_concentration_result) == 104 + 4 * sizeof(size_t));
LAYOUT(compliance, sizeof(struct puhui_compliance) == 128 && offsetof(struct puhui_compliance, held) == 120);
LAYOUT(tolerance, sizeof(struct puhui_tolerance) == 24);
LAYOUT(two_increases, sizeof(struct puhui_two_increases) == 192 && offsetof(struct puhui_two_increases, held) == 172);
LAYOUT(requirement, sizeof(struct puhui_provision_requirement) == 24);
LAYOUT(provision, sizeof(struct puhui_provision_compliance) == 288 && offsetof(struct puhui_provision_compliance, held) == 272);
LAYOUT(rates, sizeof(struct puhui_provision_rates) == 64);
LAYOUT(required, sizeof(struct puhui_required_provisions) == 160 && offsetof(struct puhui_required_provisions, unclassified) == 112);
LAYOUT(targeted_query, sizeof(struct puhui_targeted_query) == 24 + 4 * sizeof(size_t));
LAYOUT(line, sizeof(struct puhui_targeted_line) == 48 && offsetof(struct puhui_targeted_line, persons) == 32);
LAYOUT(need, sizeof(struct puhui_need) == 24);
LAYOUT(finding, sizeof(struct puhui_need_finding) == 64 && offsetof(struct puhui_need_finding, shortfall) == 48);
LAYOUT(status_columns, sizeof(struct puhui_status_columns) == 8 + 4 * sizeof(size_t));
LAYOUT(dated_status, sizeof(struct puhui_dated_status) == 8);
LAYOUT(listing, sizeof(struct puhui_region_listing) == 16);
LAYOUT(region_query, sizeof(struct puhui_region_query) == 16);

static struct puhui_error error = PUHUI_ERROR_INIT;

#define REFUSED(call, expected, where) \
  do {                                 \
    CHECK_EQUAL(call, expected);       \
    told(&error, expected, where);     \
  } while (0)

static struct puhui_figure part(int64_t of, int64_t whole) {
  struct puhui_figure figure;
  CHECK_EQUAL(puhui_figure_of(puhui_int128_of(of), puhui_int128_of(whole), 1, &figure, NULL), PUHUI_OK);
  return figure;
}

static int64_t rounded(struct puhui_figure figure, uint32_t decimals) {
  int64_t units = -1;
  CHECK_EQUAL(puhui_figure_round(&figure, decimals, PUHUI_ROUNDING_HALF_UP, &units, NULL), PUHUI_OK);
  return units;
}

static int64_t small(struct puhui_int128 value) {
  int64_t result = -1;
  CHECK_EQUAL(puhui_int128_to_int64(value, &result, NULL), PUHUI_OK);
  return result;
}

static struct puhui_growth grown(int64_t now, int64_t base) {
  struct puhui_growth growth;
  memset(&growth, 0, sizeof growth);
  growth.now = puhui_int128_of(now);
  growth.base = puhui_int128_of(base);
  growth.has_base = 1;
  return growth;
}

static const struct puhui_figure no_base = {PUHUI_FIGURE_MISSING_BASE, 0, {0, 0}, {0, 0}};

static int is_zero(const void *bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++) {
    if (((const unsigned char *)bytes)[i] != 0) return 0;
  }
  return 1;
}

/* ---------------------------------------------------------------- concentration */

static void concentration(void) {
  /* Four borrowers, one with two loans: 40, 30, 20 and 10 of 100; 0.16 + 0.09 + 0.04 + 0.01 = 0.30, or 3,000 points. */
  const uint64_t keys[5] = {1, 2, 3, 4, 3};
  const int64_t amounts[5] = {40, 30, 10, 10, 10};
  /* Equal amounts stand by key. */
  const uint64_t other_keys[4] = {9, 3, 7, 1};
  const int64_t other_amounts[4] = {5, 5, 8, 0}, negative[4] = {5, -1, 0, 0};
  struct puhui_ranked ranked[5];
  struct puhui_concentration_result result = PUHUI_CONCENTRATION_RESULT_INIT;

  result.largest = 2;
  CHECK_EQUAL(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_OK);
  CHECK(result.ranked_count == 4 && small(result.total) == 100);
  memset(ranked, 0xA5, sizeof ranked);
  result.ranked = ranked;
  result.ranked_capacity = 5;
  CHECK_EQUAL(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  CHECK(result.ranked_count == 4 && ranked[0].key == 1 && ranked[1].key == 2 && ranked[2].key == 3 && ranked[3].key == 4);
  CHECK(small(ranked[2].amount) == 20 && rounded(ranked[2].share, 2) == 20 && rounded(ranked[0].share, 2) == 40);
  CHECK(ranked[4].key == UINT64_C(0xA5A5A5A5A5A5A5A5));
  CHECK_EQUAL(rounded(result.herfindahl, 4), 3000);
  CHECK_EQUAL(rounded(result.share_of_largest, 2), 70);
  result.largest = 0;
  CHECK_EQUAL(puhui_concentration(other_keys, other_amounts, 4, &result, &error), PUHUI_OK);
  CHECK(ranked[0].key == 7 && ranked[1].key == 3 && ranked[2].key == 9 && ranked[3].key == 1);
  /* Of 18. */
  CHECK(small(ranked[1].share.numerator) == 5 && small(ranked[1].share.denominator) == 18);
  CHECK_EQUAL(rounded(result.share_of_largest, 2), 0);
  result.largest = SIZE_MAX;
  CHECK_EQUAL(puhui_concentration(other_keys, other_amounts, 4, &result, &error), PUHUI_OK);
  CHECK_EQUAL(rounded(result.share_of_largest, 2), 100);
  /* Nothing has no shares. */
  CHECK_EQUAL(puhui_concentration(NULL, NULL, 0, &result, &error), PUHUI_OK);
  CHECK(result.ranked_count == 0 && result.herfindahl.outcome == PUHUI_FIGURE_ZERO_BASE);
  CHECK_EQUAL(result.share_of_largest.outcome, PUHUI_FIGURE_ZERO_BASE);

  REFUSED(puhui_concentration(NULL, amounts, 5, &result, &error), PUHUI_ERR_NULL, "keys");
  REFUSED(puhui_concentration(keys, NULL, 5, &result, &error), PUHUI_ERR_NULL, "amounts");
  REFUSED(puhui_concentration(keys, amounts, 5, NULL, &error), PUHUI_ERR_NULL, "result");
  REFUSED(puhui_concentration(keys, negative, 4, &result, &error), PUHUI_ERR_OUT_OF_RANGE, "amount[1]");
  CHECK(result.ranked_count == 0 && result.herfindahl.outcome == 0 && small(result.total) == 0);
  result.ranked_capacity = 3;
  REFUSED(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_ERR_BUFFER_TOO_SMALL, "result.ranked_capacity");
  CHECK(result.ranked_count == 4 && result.herfindahl.outcome == 0);
  result.ranked = NULL;
  REFUSED(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_ERR_NULL, "result.ranked");
  result.ranked_capacity = 0;
  result.reserved = 1;
  REFUSED(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_ERR_RESERVED, "result.reserved");
  result.struct_size = 0;
  REFUSED(puhui_concentration(keys, amounts, 5, &result, &error), PUHUI_ERR_STRUCT_SIZE, "result");
}

/* The tally of a book by `dimensions`, in arrays of its own. */
struct tallied {
  struct puhui_tally_plan plan;
  uint32_t keys[32];
  struct puhui_sums sums[16];
  struct puhui_tally_groups groups;
};

static void tally_of(struct tallied *tally, const struct puhui_book_columns *columns, const uint32_t *dimensions,
                     size_t dimension_count, const uint32_t *measures, size_t measure_count) {
  const struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
  const struct puhui_tally_groups groups = PUHUI_TALLY_GROUPS_INIT;
  tally->plan = plan;
  tally->plan.as_of_ymd = 20200331;
  tally->plan.dimensions = dimensions;
  tally->plan.dimension_count = dimension_count;
  tally->plan.measures = measures;
  tally->plan.measure_count = measure_count;
  tally->groups = groups;
  memcpy(tally->groups.currency, "CNY", 4);
  tally->groups.plan = &tally->plan;
  tally->groups.keys = tally->keys;
  tally->groups.sums = tally->sums;
  CHECK_EQUAL(tally_into(columns, &tally->plan, 1, tally->keys, tally->sums, 16, &tally->groups.group_count, NULL), PUHUI_OK);
}

static void concentration_of_groups(void) {
  static const uint32_t by_county[1] = {PUHUI_DIMENSION_COUNTY}, balance[1] = {PUHUI_MEASURE_BALANCE};
  const uint32_t county[4] = {501, 503, 502, 503};
  const int64_t balance_minor[4] = {20, 30, 20, 30};
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  struct puhui_concentration_result result = PUHUI_CONCENTRATION_RESULT_INIT;
  struct puhui_ranked ranked[3];
  static struct tallied tally;

  memcpy(columns.currency, "CNY", 4);
  columns.count = 4;
  columns.county = county;
  columns.balance_minor = balance_minor;
  tally_of(&tally, &columns, by_county, 1, balance, 1);
  result.largest = 1;
  result.ranked = ranked;
  result.ranked_capacity = 3;
  /* 503 has 60 of 100, 501 and 502 have 20 each: 0.36 + 0.04 + 0.04 = 0.44. */
  CHECK_EQUAL(puhui_tally_concentration(&tally.groups, &result, &error), PUHUI_OK);
  CHECK(result.ranked_count == 3 && ranked[0].key == 2 && ranked[1].key == 0 && ranked[2].key == 1);
  CHECK(tally.keys[ranked[0].key] == 503 && small(ranked[0].amount) == 60);
  CHECK(rounded(result.share_of_largest, 2) == 60 && rounded(result.herfindahl, 2) == 44);
  REFUSED(puhui_tally_concentration(NULL, &result, &error), PUHUI_ERR_NULL, "tally");
  REFUSED(puhui_tally_concentration(&tally.groups, NULL, &error), PUHUI_ERR_NULL, "result");
  tally.plan.measure_count = 0;
  REFUSED(puhui_tally_concentration(&tally.groups, &result, &error), PUHUI_ERR_MISSING, "measures");
  CHECK_EQUAL(result.ranked_count, 0);
}

/* ---------------------------------------------------------------- bounds */

static void bounds(void) {
  struct puhui_figure found = part(164, 1000), bound = part(15, 100), wrong = part(1, 3);
  const struct puhui_figure no_loans = part(1, 0);
  struct puhui_compliance compliance;

  /* 16.4 % is 1.4 points above 15 %. */
  CHECK_EQUAL(puhui_compliance_at_most(&found, &bound, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_NO && rounded(compliance.margin, 3) == -14 && compliance.reserved == 0);
  CHECK(rounded(compliance.found, 3) == 164 && rounded(compliance.bound, 2) == 15);
  CHECK_EQUAL(puhui_compliance_at_least(&found, &bound, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_YES && rounded(compliance.margin, 3) == 14);
  CHECK_EQUAL(puhui_compliance_at_most(&found, &found, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_YES && rounded(compliance.margin, 3) == 0);
  /* What cannot be compared is neither kept nor broken, for the reason of the found. */
  CHECK_EQUAL(puhui_compliance_at_most(&no_loans, &no_base, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_UNKNOWN && compliance.margin.outcome == PUHUI_FIGURE_ZERO_BASE);
  CHECK_EQUAL(puhui_compliance_at_most(&found, &no_base, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_UNKNOWN && compliance.margin.outcome == PUHUI_FIGURE_MISSING_BASE);

  REFUSED(puhui_compliance_at_most(NULL, &bound, &compliance, &error), PUHUI_ERR_NULL, "found");
  CHECK(is_zero(&compliance, sizeof compliance));
  REFUSED(puhui_compliance_at_most(&found, NULL, &compliance, &error), PUHUI_ERR_NULL, "bound");
  REFUSED(puhui_compliance_at_most(&found, &bound, NULL, &error), PUHUI_ERR_NULL, "out_compliance");
  REFUSED(puhui_compliance_at_least(NULL, &bound, &compliance, &error), PUHUI_ERR_NULL, "found");
  REFUSED(puhui_compliance_at_least(&found, NULL, &compliance, &error), PUHUI_ERR_NULL, "bound");
  REFUSED(puhui_compliance_at_least(&found, &bound, NULL, &error), PUHUI_ERR_NULL, "out_compliance");
  wrong.outcome = 9;
  REFUSED(puhui_compliance_at_least(&found, &wrong, &compliance, &error), PUHUI_ERR_UNKNOWN_CODE, "outcome");
}

static void tolerance(void) {
  struct puhui_tolerance rule = PUHUI_TOLERANCE_INIT, bad;
  struct puhui_figure own = part(180, 10000), target = part(3, 100), npl = part(480, 10000);
  struct puhui_compliance compliance;

  /* Inclusive loans at a bank with 1.80 % of all loans: 4.80 % is the last that is tolerated. */
  rule.rule = PUHUI_TOLERANCE_CN_INCLUSIVE_2019;
  rule.base = PUHUI_TOLERANCE_BASE_OWN_RATIO;
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &own, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_YES && rounded(compliance.margin, 4) == 0 && rounded(compliance.bound, 4) == 480);
  npl = part(481, 10000);
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &own, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_NO && rounded(compliance.margin, 4) == -1);
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &no_base, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_UNKNOWN && compliance.margin.outcome == PUHUI_FIGURE_MISSING_BASE);
  /* In deep poverty 2 points above a target of 3 %. */
  rule.rule = PUHUI_TOLERANCE_CN_DEEP_POVERTY_2018;
  rule.base = PUHUI_TOLERANCE_BASE_OWN_TARGET;
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &target, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_YES && rounded(compliance.bound, 4) == 500);
  /* One's own: 1.81 points above the target. */
  rule.rule = PUHUI_TOLERANCE_OWN;
  rule.points_ppb = 18100000;
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &target, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_YES && rounded(compliance.margin, 4) == 0);
  rule.points_ppb = 18099999;
  CHECK_EQUAL(puhui_tolerance_check(&rule, &npl, &target, &compliance, &error), PUHUI_OK);
  CHECK(compliance.held == PUHUI_HELD_NO && rounded(compliance.margin, 9) == -1);

#define BAD(set, expected, where)                                                              \
  do {                                                                                         \
    bad = rule;                                                                                \
    set;                                                                                       \
    REFUSED(puhui_tolerance_check(&bad, &npl, &own, &compliance, &error), expected, where);    \
    CHECK(is_zero(&compliance, sizeof compliance));                                            \
  } while (0)
  BAD(bad.rule = PUHUI_TOLERANCE_CN_INCLUSIVE_2019; bad.base = PUHUI_TOLERANCE_BASE_OWN_RATIO, PUHUI_ERR_CONTRADICTION, "points");
  BAD(bad.rule = PUHUI_TOLERANCE_CN_INCLUSIVE_2019; bad.points_ppb = 0, PUHUI_ERR_CONTRADICTION, "base");
  BAD(bad.rule = 0, PUHUI_ERR_UNKNOWN_CODE, "rule");
  BAD(bad.rule = 4, PUHUI_ERR_UNKNOWN_CODE, "rule");
  BAD(bad.base = 0, PUHUI_ERR_UNKNOWN_CODE, "base");
  BAD(bad.base = 3, PUHUI_ERR_UNKNOWN_CODE, "base");
  BAD(bad.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(bad.struct_size = 8, PUHUI_ERR_STRUCT_SIZE, "tolerance");
#undef BAD
  REFUSED(puhui_tolerance_check(NULL, &npl, &own, &compliance, &error), PUHUI_ERR_NULL, "tolerance");
  REFUSED(puhui_tolerance_check(&rule, NULL, &own, &compliance, &error), PUHUI_ERR_NULL, "npl_ratio");
  REFUSED(puhui_tolerance_check(&rule, &npl, NULL, &compliance, &error), PUHUI_ERR_NULL, "base");
  REFUSED(puhui_tolerance_check(&rule, &npl, &own, NULL, &error), PUHUI_ERR_NULL, "out_compliance");
}

static void two_increases(void) {
  /* Inclusive loans up 29.8 %, all loans 12.8 %; 5 borrowers fewer than at the start of the year. */
  struct puhui_growth inclusive = grown(1298, 1000), all = grown(1128, 1000), borrowers = grown(9995, 10000);
  struct puhui_two_increases found;
  CHECK_EQUAL(puhui_two_increases_of(&inclusive, &all, &borrowers, &found, &error), PUHUI_OK);
  CHECK(found.growth.held == PUHUI_HELD_YES && rounded(found.growth.margin, 3) == 170);
  CHECK(rounded(found.borrowers_more, 0) == -5 && found.borrowers_held == PUHUI_HELD_NO && found.held == PUHUI_HELD_NO);
  borrowers = grown(10000, 10000);
  CHECK_EQUAL(puhui_two_increases_of(&inclusive, &all, &borrowers, &found, &error), PUHUI_OK);
  CHECK(found.borrowers_held == PUHUI_HELD_YES && found.held == PUHUI_HELD_YES);
  /* One that is not known leaves it unknown; one that is broken does not. */
  borrowers.has_base = 0;
  borrowers.base = puhui_int128_of(0);
  CHECK_EQUAL(puhui_two_increases_of(&inclusive, &all, &borrowers, &found, &error), PUHUI_OK);
  CHECK(found.borrowers_more.outcome == PUHUI_FIGURE_MISSING_BASE && found.borrowers_held == PUHUI_HELD_UNKNOWN);
  CHECK_EQUAL(found.held, PUHUI_HELD_UNKNOWN);
  CHECK_EQUAL(puhui_two_increases_of(&all, &inclusive, &borrowers, &found, &error), PUHUI_OK);
  CHECK(found.growth.held == PUHUI_HELD_NO && found.held == PUHUI_HELD_NO);
  REFUSED(puhui_two_increases_of(NULL, &all, &borrowers, &found, &error), PUHUI_ERR_NULL, "inclusive");
  CHECK(is_zero(&found, sizeof found));
  REFUSED(puhui_two_increases_of(&inclusive, NULL, &borrowers, &found, &error), PUHUI_ERR_NULL, "all");
  REFUSED(puhui_two_increases_of(&inclusive, &all, NULL, &found, &error), PUHUI_ERR_NULL, "borrowers");
  REFUSED(puhui_two_increases_of(&inclusive, &all, &borrowers, NULL, &error), PUHUI_ERR_NULL, "out_increases");
  borrowers.has_base = 2;
  REFUSED(puhui_two_increases_of(&inclusive, &all, &borrowers, &found, &error), PUHUI_ERR_UNKNOWN_CODE, "borrowers.has_base");
  all = grown(5, -5);
  REFUSED(puhui_two_increases_of(&inclusive, &all, &inclusive, &found, &error), PUHUI_ERR_OUT_OF_RANGE, "base");
}

/* ---------------------------------------------------------------- provisions */

static puhui_status provisions(const struct puhui_provision_requirement *requirement, int64_t have, int64_t bad, int64_t loans,
                               struct puhui_provision_compliance *found) {
  return puhui_provision_check(requirement, puhui_int128_of(have), puhui_int128_of(bad), puhui_int128_of(loans), found, &error);
}

static void least_provisions(void) {
  struct puhui_provision_requirement rule = PUHUI_PROVISION_REQUIREMENT_INIT;
  struct puhui_provision_compliance found;
  rule.rule = PUHUI_LEAST_PROVISIONS_CN_2012;
  /* 24 for loans of 1,000, of which 15 are bad: 160 % and 2.4 %. Required are 22.5 and 25. */
  CHECK_EQUAL(provisions(&rule, 24, 15, 1000, &found), PUHUI_OK);
  CHECK(rounded(found.coverage.found, 2) == 160 && found.coverage.held == PUHUI_HELD_YES);
  CHECK(rounded(found.loan_provision.found, 3) == 24 && found.loan_provision.held == PUHUI_HELD_NO);
  CHECK(small(found.required) == 25 && found.held == PUHUI_HELD_NO);
  /* 20 bad ones ask for 30; 29 are 145 %. */
  CHECK_EQUAL(provisions(&rule, 29, 20, 1000, &found), PUHUI_OK);
  CHECK(rounded(found.coverage.found, 2) == 145 && rounded(found.coverage.margin, 2) == -5 && small(found.required) == 30);
  /* 150 % of 7 are 10.5: 11 whole units. Without bad loans there is no coverage, and 2.5 % of 1,000 are kept. */
  CHECK_EQUAL(provisions(&rule, 10, 7, 7, &found), PUHUI_OK);
  CHECK(small(found.required) == 11 && found.held == PUHUI_HELD_NO);
  CHECK_EQUAL(provisions(&rule, 25, 0, 1000, &found), PUHUI_OK);
  CHECK(found.coverage.held == PUHUI_HELD_UNKNOWN && found.held == PUHUI_HELD_YES);
  REFUSED(provisions(&rule, -1, 0, 0, &found), PUHUI_ERR_OUT_OF_RANGE, "provisions");
  CHECK(is_zero(&found, sizeof found));
  REFUSED(provisions(&rule, 0, 2, 1, &found), PUHUI_ERR_OUT_OF_RANGE, "loans");
  rule.coverage_ppb = 1500000000;
  REFUSED(provisions(&rule, 0, 0, 0, &found), PUHUI_ERR_CONTRADICTION, "coverage");

  /* Within the bounds of 2018: 120 % and 1.5 % of what a bank was told. */
  rule.rule = PUHUI_LEAST_PROVISIONS_CN_2018;
  rule.coverage_ppb = 1200000000;
  rule.loan_provision_ppb = 15000000;
  CHECK_EQUAL(provisions(&rule, 18, 15, 1000, &found), PUHUI_OK);
  CHECK(found.held == PUHUI_HELD_YES && small(found.required) == 18);
  rule.coverage_ppb = 1199999999;
  REFUSED(provisions(&rule, 18, 15, 1000, &found), PUHUI_ERR_OUT_OF_RANGE, "coverage");
  rule.coverage_ppb = 1500000000;
  rule.loan_provision_ppb = 25000001;
  REFUSED(provisions(&rule, 18, 15, 1000, &found), PUHUI_ERR_OUT_OF_RANGE, "loan_provision");
  rule.rule = PUHUI_LEAST_PROVISIONS_OWN;
  CHECK_EQUAL(provisions(&rule, 18, 0, 0, &found), PUHUI_OK);
  rule.rule = 4;
  REFUSED(provisions(&rule, 18, 0, 0, &found), PUHUI_ERR_UNKNOWN_CODE, "rule");
  rule.struct_size = 20;
  REFUSED(provisions(&rule, 18, 0, 0, &found), PUHUI_ERR_STRUCT_SIZE, "requirement");
  REFUSED(provisions(NULL, 18, 0, 0, &found), PUHUI_ERR_NULL, "requirement");
  rule.struct_size = sizeof rule;
  REFUSED(provisions(&rule, 18, 0, 0, NULL), PUHUI_ERR_NULL, "out_compliance");
}

static void provisions_by_class(void) {
  static const uint32_t classes[1] = {PUHUI_MEASURE_CLASSES};
  const int64_t balance_minor[6] = {8000000, 1400, 300, 200, 100, 10};
  const uint8_t loan_class[6] = {1, 2, 3, 4, 5, 0};
  const int64_t expected[5] = {0, 28, 75, 100, 100};
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  struct puhui_provision_rates rates = PUHUI_PROVISION_RATES_INIT, bad;
  struct puhui_required_provisions required;
  static struct tallied tally;
  size_t i;

  memcpy(columns.currency, "CNY", 4);
  columns.count = 6;
  columns.balance_minor = balance_minor;
  columns.loan_class = loan_class;
  tally_of(&tally, &columns, NULL, 0, classes, 1);
  rates.provision = PUHUI_PROVISION_CN_2002;
  rates.rounding = PUHUI_ROUNDING_HALF_UP;
  rates.general_ppb = 10000000;
  CHECK_EQUAL(puhui_provisions_required(&tally.groups, &rates, &required, &error), PUHUI_OK);
  /* 2 % of 1,400, 25 % of 300, half of 200, all of 100; 1 % of 8,002,010 are 80,020.1. */
  for (i = 0; i < 5; i++) CHECK_EQUAL(small(required.by_class_minor[i]), expected[i]);
  CHECK(small(required.specific_minor) == 303 && small(required.general_minor) == 80020);
  CHECK(required.unclassified.loans == 1 && small(required.unclassified.minor) == 10);
  /* A tenth of a per cent of 8,000,000; the others nothing; up. */
  rates.provision = PUHUI_PROVISION_SHARES;
  rates.share_ppb[0] = 1000000;
  rates.rounding = PUHUI_ROUNDING_UP;
  CHECK_EQUAL(puhui_provisions_required(&tally.groups, &rates, &required, &error), PUHUI_OK);
  CHECK(small(required.specific_minor) == 8000 && small(required.general_minor) == 80021);

#define BAD(set, expected, where)                                                                     \
  do {                                                                                                \
    bad = rates;                                                                                      \
    set;                                                                                              \
    REFUSED(puhui_provisions_required(&tally.groups, &bad, &required, &error), expected, where);      \
    CHECK(is_zero(&required, sizeof required));                                                       \
  } while (0)
  BAD(bad.provision = PUHUI_PROVISION_CN_2002, PUHUI_ERR_CONTRADICTION, "share");
  BAD(bad.provision = PUHUI_PROVISION_NONE, PUHUI_ERR_UNKNOWN_CODE, "provision");
  BAD(bad.share_ppb[3] = 1000000001, PUHUI_ERR_OUT_OF_RANGE, "share");
  BAD(bad.general_ppb = -1, PUHUI_ERR_OUT_OF_RANGE, "general");
  BAD(bad.general_ppb = 1000000001, PUHUI_ERR_OUT_OF_RANGE, "general");
  BAD(bad.rounding = 0, PUHUI_ERR_UNKNOWN_CODE, "rounding");
  BAD(bad.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(bad.struct_size = 8, PUHUI_ERR_STRUCT_SIZE, "rates");
#undef BAD
  REFUSED(puhui_provisions_required(NULL, &rates, &required, &error), PUHUI_ERR_NULL, "tally");
  REFUSED(puhui_provisions_required(&tally.groups, NULL, &required, &error), PUHUI_ERR_NULL, "rates");
  REFUSED(puhui_provisions_required(&tally.groups, &rates, NULL, &error), PUHUI_ERR_NULL, "out_provisions");
  tally.plan.measure_count = 0;
  REFUSED(puhui_provisions_required(&tally.groups, &rates, &required, &error), PUHUI_ERR_MISSING, "measures");
}

/* ---------------------------------------------------------------- targeted loans */

#define LOANS 9

/* One loan of each class, whose balance is 10 to the power of its place, and one repaid; all borrowers are one person. */
static struct puhui_book_columns targeted_book(size_t from, size_t to) {
  static const uint8_t targeted[LOANS] = {0, 1, 2, 3, 4, 5, 6, 7, 3}, status[LOANS] = {2, 2, 5, 2, 0, 0, 0, 0, 0},
                       basis[LOANS] = {1, 1, 1, 1, 1, 1, 1, 3, 1};
  static const uint64_t borrower[LOANS] = {7, 7, 7, 7, 7, 7, 7, 7, 7};
  static const int64_t balance_minor[LOANS] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 0};
  static const uint32_t person_times[LOANS] = {1, 1, 1, 1, 1, 1, 1, 1, 1}, county[LOANS] = {1, 1, 2, 2, 3, 3, 3, 4, 4};
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  memcpy(columns.currency, "CNY", 4);
  columns.count = to - from;
  columns.targeted = targeted + from;
  columns.borrower_status = status + from;
  columns.basis = basis + from;
  columns.borrower = borrower + from;
  columns.balance_minor = balance_minor + from;
  columns.person_times = person_times + from;
  columns.county = county + from;
  return columns;
}

static void targeted_statement(void) {
  static const int64_t balances[12] = {10,      100,      110,      1000,     10000,    100000,
                                       1000000, 10000000, 11110000, 11111000, 11111110, 110};
  struct puhui_book_columns books[2];
  struct puhui_targeted_query query = PUHUI_TARGETED_QUERY_INIT, bad;
  struct puhui_targeted_line lines[13], again[12];
  const uint32_t places[3] = {3, 9, 2};
  size_t count = 99, i, split;

  books[0] = targeted_book(0, LOANS);
  query.as_of_ymd = 20200331;
  query.basis = PUHUI_BASIS_CENTRAL_BANK;
  query.books = books;
  CHECK_EQUAL(puhui_targeted_statement(&query, NULL, 0, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 12);
  memset(lines, 0xA5, sizeof lines);
  CHECK_EQUAL(puhui_targeted_statement(&query, lines, 13, &count, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  for (i = 0; i < 12; i++) CHECK(lines[i].item == i + 1 && small(lines[i].balance_minor) == balances[i]);
  CHECK(lines[12].item == UINT32_C(0xA5A5A5A5));
  /* One person with two personal loans is one person; an industry's borrower is none. Five loans lead, the repaid one nobody. */
#define COUNTS(code, of_loans, of_persons, of_times)                                                         \
  CHECK(lines[code - 1].loans == of_loans && lines[code - 1].persons == of_persons &&                        \
        lines[code - 1].person_times == of_times)
  COUNTS(PUHUI_STATEMENT_PERSONAL, 2, 1, 0);
  COUNTS(PUHUI_STATEMENT_INDUSTRY, 1, 0, 1);
  COUNTS(PUHUI_STATEMENT_TOTAL, 7, 1, 5);
  COUNTS(PUHUI_STATEMENT_LIFTED_OUT, 2, 1, 0);

  /* The same of two parts of the book, in the other order. */
  query.book_count = 2;
  for (split = 0; split <= LOANS; split++) {
    books[0] = targeted_book(split, LOANS);
    books[1] = targeted_book(0, split);
    memset(again, 0, sizeof again);
    CHECK_EQUAL(puhui_targeted_statement(&query, again, 12, &count, &error), PUHUI_OK);
    CHECK(memcmp(again, lines, sizeof again) == 0);
  }
  query.book_count = 1;
  books[0] = targeted_book(0, LOANS);

  /* In counties 2 and 3: 100, 1,000, 10,000, 100,000 and 1,000,000. */
  query.has_places = 1;
  query.area = PUHUI_AREA_COUNTY;
  query.places = places;
  query.place_count = 3;
  CHECK_EQUAL(puhui_targeted_statement(&query, lines, 12, &count, &error), PUHUI_OK);
  CHECK_EQUAL(small(lines[PUHUI_STATEMENT_TOTAL - 1].balance_minor), 1111100);
  COUNTS(PUHUI_STATEMENT_TOTAL, 5, 1, 4);
  query.place_count = 0;
  CHECK_EQUAL(puhui_targeted_statement(&query, lines, 12, &count, &error), PUHUI_OK);
  COUNTS(PUHUI_STATEMENT_TOTAL, 0, 0, 0);
  query.has_places = 0;
  query.area = 0;
  /* One loan is in the statistics of the regulator. */
  query.basis = PUHUI_BASIS_REGULATOR;
  CHECK_EQUAL(puhui_targeted_statement(&query, lines, 12, &count, &error), PUHUI_OK);
  CHECK_EQUAL(small(lines[PUHUI_STATEMENT_TOTAL - 1].balance_minor), 10000000);

#define BAD(set, expected, where)                                                                 \
  do {                                                                                            \
    bad = query;                                                                                  \
    books[0] = targeted_book(0, LOANS);                                                           \
    count = 99;                                                                                   \
    lines[0].item = 77;                                                                           \
    set;                                                                                          \
    REFUSED(puhui_targeted_statement(&bad, lines, 12, &count, &error), expected, where);          \
    CHECK(count == 0 && lines[0].item == 77);                                                     \
  } while (0)
  BAD(bad.struct_size -= 8, PUHUI_ERR_STRUCT_SIZE, "query");
  BAD(bad.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(bad.as_of_ymd = 0, PUHUI_ERR_MALFORMED, "as_of");
  BAD(bad.basis = 0, PUHUI_ERR_UNKNOWN_CODE, "basis");
  BAD(bad.basis = 4, PUHUI_ERR_UNKNOWN_CODE, "basis");
  BAD(bad.has_places = 2, PUHUI_ERR_UNKNOWN_CODE, "has_places");
  BAD(bad.has_places = 1, PUHUI_ERR_UNKNOWN_CODE, "area");
  BAD(bad.has_places = 1; bad.area = PUHUI_AREA_TOWNSHIP, PUHUI_ERR_MISSING, "books[0].township");
  BAD(bad.has_places = 1; bad.area = PUHUI_AREA_COUNTY; bad.place_count = 1; bad.places = NULL, PUHUI_ERR_NULL, "places");
  BAD(bad.area = PUHUI_AREA_COUNTY, PUHUI_ERR_CONTRADICTION, "area");
  BAD(bad.place_count = 1, PUHUI_ERR_CONTRADICTION, "places");
  BAD(bad.books = NULL, PUHUI_ERR_NULL, "books");
  BAD(bad.book_count = 0, PUHUI_ERR_MISSING, "books");
  BAD(books[0].struct_size = 4, PUHUI_ERR_STRUCT_SIZE, "books");
  BAD(books[0].person_times = NULL, PUHUI_ERR_MISSING, "books[0].person_times");
  BAD(books[0].borrower = NULL, PUHUI_ERR_MISSING, "books[0].borrower");
  BAD(bad.book_count = 2; books[1] = books[0]; memcpy(books[1].currency, "USD", 4), PUHUI_ERR_CURRENCY_MISMATCH,
      "books[1].currency");
#undef BAD
#undef COUNTS
  REFUSED(puhui_targeted_statement(&query, lines, 11, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK(count == 12 && lines[0].item == 77);
  REFUSED(puhui_targeted_statement(NULL, lines, 12, &count, &error), PUHUI_ERR_NULL, "query");
  REFUSED(puhui_targeted_statement(&query, NULL, 12, &count, &error), PUHUI_ERR_NULL, "lines");
  REFUSED(puhui_targeted_statement(&query, lines, 12, NULL, &error), PUHUI_ERR_NULL, "out_count");
}

/* ---------------------------------------------------------------- needs */

static void needs(void) {
  static const uint32_t by[2] = {PUHUI_DIMENSION_PURPOSE, PUHUI_DIMENSION_COUNTY}, lending[1] = {PUHUI_MEASURE_LENDING};
  const uint32_t county[4] = {1, 1, 1, 2};
  const uint8_t purpose[4] = {PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_PURPOSE_SAFE_HOUSING,
                              PUHUI_PURPOSE_SAFE_HOUSING};
  const int64_t amount_minor[4] = {300, 200, 999, 50};
  /* The third was lent after the day of the book. */
  const int32_t disbursed_on_ymd[4] = {20180101, 20190101, 20200401, 20190101};
  const struct puhui_need wanted[4] = {{2, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_AMOUNT, 0, 50},
                                       {1, PUHUI_PURPOSE_COMPULSORY_EDUCATION, PUHUI_NEED_LOANS, 0, 3},
                                       {3, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_LOANS, 0, 7},
                                       {1, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_AMOUNT, 0, 620}};
  struct puhui_need bad[2];
  struct puhui_need_finding found[4];
  struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  static struct tallied tally;

  memcpy(columns.currency, "CNY", 4);
  columns.count = 4;
  columns.county = county;
  columns.purpose = purpose;
  columns.amount_minor = amount_minor;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  tally_of(&tally, &columns, by, 2, lending, 1);
  CHECK_EQUAL(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, wanted, 4, found, &error), PUHUI_OK);
  /* By area and purpose; schools come before homes. */
  CHECK(found[0].area == 1 && found[0].purpose == PUHUI_PURPOSE_COMPULSORY_EDUCATION && found[0].unit == PUHUI_NEED_LOANS);
  CHECK(found[0].is_gap == 1 && found[0].loans == 0 && found[0].size == 3 && small(found[0].shortfall) == 3);
  /* 300 + 200 of 620. */
  CHECK(found[1].area == 1 && found[1].is_gap == 0 && found[1].loans == 2 && small(found[1].lent_minor) == 500);
  CHECK(small(found[1].shortfall) == 120 && found[1].unit == PUHUI_NEED_AMOUNT && found[1].size == 620);
  CHECK(found[2].area == 2 && found[2].loans == 1 && found[2].is_gap == 0 && small(found[2].shortfall) == 0);
  CHECK(found[3].area == 3 && found[3].is_gap == 1 && small(found[3].shortfall) == 7);
  CHECK_EQUAL(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, NULL, 0, NULL, &error), PUHUI_OK);

#define BAD(set, expected, where)                                                                                    \
  do {                                                                                                               \
    bad[0] = wanted[0];                                                                                              \
    bad[1] = wanted[1];                                                                                              \
    found[0].area = 77;                                                                                              \
    set;                                                                                                             \
    REFUSED(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, bad, 2, found, &error), expected, where);           \
    CHECK_EQUAL(found[0].area, 77);                                                                                  \
  } while (0)
  BAD(bad[1].area = 0, PUHUI_ERR_OUT_OF_RANGE, "needs[1].area");
  BAD(bad[1] = bad[0], PUHUI_ERR_CONTRADICTION, "needs[1].purpose");
  BAD(bad[0].size = 0, PUHUI_ERR_OUT_OF_RANGE, "needs[0].size");
  BAD(bad[1].size = 0, PUHUI_ERR_OUT_OF_RANGE, "needs[1].size");
  BAD(bad[1].size = -1, PUHUI_ERR_OUT_OF_RANGE, "needs[1].size");
  BAD(bad[1].purpose = 0, PUHUI_ERR_UNKNOWN_CODE, "needs[1].purpose");
  BAD(bad[1].purpose = 263, PUHUI_ERR_UNKNOWN_CODE, "needs[1].purpose");
  BAD(bad[1].unit = 3, PUHUI_ERR_UNKNOWN_CODE, "needs[1].unit");
  BAD(bad[1].reserved = 1, PUHUI_ERR_RESERVED, "needs[1].reserved");
#undef BAD
  REFUSED(puhui_needs_served(NULL, PUHUI_AREA_COUNTY, wanted, 4, found, &error), PUHUI_ERR_NULL, "tally");
  REFUSED(puhui_needs_served(&tally.groups, 0, wanted, 4, found, &error), PUHUI_ERR_UNKNOWN_CODE, "area");
  REFUSED(puhui_needs_served(&tally.groups, PUHUI_AREA_TOWNSHIP, wanted, 4, found, &error), PUHUI_ERR_MISSING, "by");
  REFUSED(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, NULL, 4, found, &error), PUHUI_ERR_NULL, "needs");
  REFUSED(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, wanted, 4, NULL, &error), PUHUI_ERR_NULL, "findings");
  tally.plan.measure_count = 0;
  REFUSED(puhui_needs_served(&tally.groups, PUHUI_AREA_COUNTY, wanted, 4, found, &error), PUHUI_ERR_MISSING, "measures");
}

/* ---------------------------------------------------------------- registers and lists with dates */

static void status_register(void) {
  /* 7 was listed, lifted out, fell back, and was lifted out again; 8 is listed. */
  const uint64_t id[5] = {7, 7, 8, 7, 7};
  const int32_t from_ymd[5] = {20140101, 20190101, 20140101, 20160101, 20170101};
  const uint8_t status[5] = {PUHUI_BORROWER_STATUS_NOT_LIFTED, PUHUI_BORROWER_STATUS_LIFTED, PUHUI_BORROWER_STATUS_NOT_LIFTED,
                             PUHUI_BORROWER_STATUS_LIFTED, PUHUI_BORROWER_STATUS_RELAPSED};
  const uint64_t asked[4] = {8, 7, 9, 0};
  const uint64_t nobody[5] = {7, 7, 0, 7, 7};
  const int32_t twice[5] = {20140101, 20190101, 20140101, 20160101, 20190101}, no_day[5] = {20140101, 20190101, 20140231, 0, 0};
  const uint8_t unknown[5] = {1, 2, 1, 2, 6};
  struct puhui_status_columns columns = PUHUI_STATUS_COLUMNS_INIT, bad;
  struct puhui_dated_status rows[4];
  puhui_status_register *register_ = NULL, *refused;
  uint8_t column[5] = {77, 77, 77, 77, 77};
  size_t count = 99;

  columns.count = 5;
  columns.id = id;
  columns.from_ymd = from_ymd;
  columns.status = status;
  CHECK_EQUAL(puhui_status_register_new(&columns, &register_, &error), PUHUI_OK);
  CHECK(register_ != NULL);
  CHECK_EQUAL(puhui_status_register_column(register_, asked, 4, 20200331, column, &error), PUHUI_OK);
  CHECK(column[0] == PUHUI_BORROWER_STATUS_NOT_LIFTED && column[1] == PUHUI_BORROWER_STATUS_LIFTED && column[2] == 0);
  CHECK(column[3] == 0 && column[4] == 77);
  CHECK_EQUAL(puhui_status_register_column(register_, asked, 2, 20181231, column, &error), PUHUI_OK);
  CHECK_EQUAL(column[1], PUHUI_BORROWER_STATUS_RELAPSED);
  CHECK_EQUAL(puhui_status_register_column(register_, asked, 2, 20131231, column, &error), PUHUI_OK);
  CHECK(column[0] == 0 && column[1] == 0);
  CHECK_EQUAL(puhui_status_register_column(register_, NULL, 0, 20131231, NULL, &error), PUHUI_OK);

  CHECK_EQUAL(puhui_status_register_history(register_, 7, NULL, 0, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 4);
  CHECK_EQUAL(puhui_status_register_history(register_, 7, rows, 4, &count, &error), PUHUI_OK);
  CHECK(rows[0].from_ymd == 20140101 && rows[0].status == PUHUI_BORROWER_STATUS_NOT_LIFTED);
  CHECK(rows[3].from_ymd == 20190101 && rows[3].status == PUHUI_BORROWER_STATUS_LIFTED);
  REFUSED(puhui_status_register_history(register_, 7, rows, 3, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK_EQUAL(count, 4);
  CHECK_EQUAL(puhui_status_register_history(register_, 9, rows, 4, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 0);

#define BAD(set, expected, where)                                                               \
  do {                                                                                          \
    bad = columns;                                                                              \
    set;                                                                                        \
    refused = register_;                                                                        \
    REFUSED(puhui_status_register_new(&bad, &refused, &error), expected, where);                \
    CHECK(refused == NULL);                                                                     \
  } while (0)
  BAD(bad.id = nobody, PUHUI_ERR_OUT_OF_RANGE, "register.id");
  BAD(bad.from_ymd = twice, PUHUI_ERR_CONTRADICTION, "register[7].status");
  BAD(bad.from_ymd = no_day, PUHUI_ERR_MALFORMED, "from[2]");
  BAD(bad.status = unknown, PUHUI_ERR_UNKNOWN_VALUE, "status[4]");
  BAD(bad.id = NULL, PUHUI_ERR_NULL, "id");
  BAD(bad.from_ymd = NULL, PUHUI_ERR_NULL, "from");
  BAD(bad.status = NULL, PUHUI_ERR_NULL, "status");
  BAD(bad.reserved = 1, PUHUI_ERR_RESERVED, "reserved");
  BAD(bad.struct_size = 12, PUHUI_ERR_STRUCT_SIZE, "columns");
#undef BAD
  REFUSED(puhui_status_register_new(NULL, &refused, &error), PUHUI_ERR_NULL, "columns");
  REFUSED(puhui_status_register_new(&columns, NULL, &error), PUHUI_ERR_NULL, "out_register");
  column[0] = 77;
  REFUSED(puhui_status_register_column(NULL, asked, 4, 20200331, column, &error), PUHUI_ERR_NULL, "register");
  REFUSED(puhui_status_register_column(register_, NULL, 4, 20200331, column, &error), PUHUI_ERR_NULL, "ids");
  REFUSED(puhui_status_register_column(register_, asked, 4, 20200331, NULL, &error), PUHUI_ERR_NULL, "statuses");
  REFUSED(puhui_status_register_column(register_, asked, 4, 20200231, column, &error), PUHUI_ERR_MALFORMED, "on");
  CHECK_EQUAL(column[0], 77);
  REFUSED(puhui_status_register_history(NULL, 7, rows, 4, &count, &error), PUHUI_ERR_NULL, "register");
  REFUSED(puhui_status_register_history(register_, 7, NULL, 4, &count, &error), PUHUI_ERR_NULL, "rows");
  REFUSED(puhui_status_register_history(register_, 7, rows, 4, NULL, &error), PUHUI_ERR_NULL, "out_count");
  puhui_status_register_free(register_);
  puhui_status_register_free(NULL);
  /* A register of nobody. */
  columns.count = 0;
  CHECK_EQUAL(puhui_status_register_new(&columns, &register_, &error), PUHUI_OK);
  CHECK_EQUAL(puhui_status_register_column(register_, asked, 4, 20200331, column, &error), PUHUI_OK);
  CHECK(column[0] == 0 && column[1] == 0);
  puhui_status_register_free(register_);
}

static void region_list(void) {
  /* 9 left and came back, 7 never left; 500229 was a national poor county until 2020-02-22 (its first day here is an example). */
  const struct puhui_region_listing listings[4] = {
      {9, PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP, 20190101, 0},
      {500229, PUHUI_REGION_CLASS_NATIONAL_POOR_COUNTY, 20120319, 20200222},
      {7, PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP, 20170801, 0},
      {9, PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP, 20170801, 20181231},
  };
  const uint32_t asked[4] = {500229, 9, 7, 8};
  struct puhui_region_listing bad[4];
  struct puhui_region_query query = PUHUI_REGION_QUERY_INIT, wrong;
  puhui_region_list *list = NULL, *refused;
  uint32_t places[3] = {77, 77, 77};
  uint8_t listed[4];
  size_t count = 99;

  CHECK_EQUAL(puhui_region_list_new(listings, 4, &list, &error), PUHUI_OK);
  query.region_class = PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP;
  query.listed = PUHUI_LISTED_ON_DAY;
  query.day_ymd = 20181231;
  CHECK_EQUAL(puhui_region_list_places(list, &query, NULL, 0, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 1);
  CHECK_EQUAL(puhui_region_list_places(list, &query, places, 3, &count, &error), PUHUI_OK);
  CHECK(count == 1 && places[0] == 7 && places[1] == 77);
  CHECK_EQUAL(puhui_region_list_column(list, &query, asked, 4, listed, &error), PUHUI_OK);
  CHECK(listed[0] == 0 && listed[1] == 0 && listed[2] == 1 && listed[3] == 0);
  query.day_ymd = 20190101;
  CHECK_EQUAL(puhui_region_list_places(list, &query, places, 3, &count, &error), PUHUI_OK);
  CHECK(count == 2 && places[0] == 7 && places[1] == 9);
  /* Left on the day, and listed by it. */
  query.listed = PUHUI_LISTED_BY_DAY;
  query.day_ymd = 20181231;
  CHECK_EQUAL(puhui_region_list_places(list, &query, places, 3, &count, &error), PUHUI_OK);
  CHECK(count == 2 && places[1] == 9);
  query.region_class = PUHUI_REGION_CLASS_NATIONAL_POOR_COUNTY;
  query.day_ymd = 20200222;
  CHECK_EQUAL(puhui_region_list_column(list, &query, asked, 4, listed, &error), PUHUI_OK);
  CHECK(listed[0] == 1 && listed[1] == 0);
  query.listed = PUHUI_LISTED_ON_DAY;
  CHECK_EQUAL(puhui_region_list_column(list, &query, asked, 4, listed, &error), PUHUI_OK);
  CHECK_EQUAL(listed[0], 0);
  query.day_ymd = 20200221;
  CHECK_EQUAL(puhui_region_list_column(list, &query, asked, 4, listed, &error), PUHUI_OK);
  CHECK_EQUAL(listed[0], 1);

#define BAD(set, expected, where)                                                        \
  do {                                                                                   \
    memcpy(bad, listings, sizeof bad);                                                   \
    set;                                                                                 \
    refused = list;                                                                      \
    REFUSED(puhui_region_list_new(bad, 4, &refused, &error), expected, where);           \
    CHECK(refused == NULL);                                                              \
  } while (0)
  BAD(bad[1].place = 0, PUHUI_ERR_OUT_OF_RANGE, "region.place");
  BAD(bad[1].region_class = 0, PUHUI_ERR_UNKNOWN_CODE, "listings[1].region_class");
  BAD(bad[1].region_class = 257, PUHUI_ERR_UNKNOWN_CODE, "listings[1].region_class");
  BAD(bad[1].listed_on_ymd = 0, PUHUI_ERR_MALFORMED, "listings[1].listed_on");
  BAD(bad[1].left_on_ymd = 25000101, PUHUI_ERR_DATE_OUT_OF_RANGE, "listings[1].left_on");
  BAD(bad[1].left_on_ymd = 20120319, PUHUI_ERR_DATES_OUT_OF_ORDER, "region[500229].left_on");
  BAD(bad[3].left_on_ymd = 0, PUHUI_ERR_CONTRADICTION, "region[9].listed_on");
#undef BAD
  REFUSED(puhui_region_list_new(NULL, 1, &refused, &error), PUHUI_ERR_NULL, "listings");
  REFUSED(puhui_region_list_new(listings, 4, NULL, &error), PUHUI_ERR_NULL, "out_list");
#define WRONG(set, expected, where)                                                                      \
  do {                                                                                                   \
    wrong = query;                                                                                       \
    set;                                                                                                 \
    count = 99;                                                                                          \
    listed[0] = 77;                                                                                      \
    REFUSED(puhui_region_list_places(list, &wrong, places, 3, &count, &error), expected, where);         \
    CHECK_EQUAL(count, 0);                                                                               \
    REFUSED(puhui_region_list_column(list, &wrong, asked, 4, listed, &error), expected, where);          \
    CHECK_EQUAL(listed[0], 77);                                                                          \
  } while (0)
  WRONG(wrong.region_class = 4, PUHUI_ERR_UNKNOWN_CODE, "region_class");
  WRONG(wrong.listed = 0, PUHUI_ERR_UNKNOWN_CODE, "listed");
  WRONG(wrong.listed = 3, PUHUI_ERR_UNKNOWN_CODE, "listed");
  WRONG(wrong.day_ymd = 20200230, PUHUI_ERR_MALFORMED, "day");
  WRONG(wrong.struct_size = 12, PUHUI_ERR_STRUCT_SIZE, "query");
#undef WRONG
  REFUSED(puhui_region_list_places(NULL, &query, places, 3, &count, &error), PUHUI_ERR_NULL, "list");
  REFUSED(puhui_region_list_places(list, NULL, places, 3, &count, &error), PUHUI_ERR_NULL, "query");
  REFUSED(puhui_region_list_places(list, &query, NULL, 3, &count, &error), PUHUI_ERR_NULL, "places");
  REFUSED(puhui_region_list_places(list, &query, places, 3, NULL, &error), PUHUI_ERR_NULL, "out_count");
  query.region_class = PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP;
  REFUSED(puhui_region_list_places(list, &query, places, 1, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK_EQUAL(count, 2);
  REFUSED(puhui_region_list_column(NULL, &query, asked, 4, listed, &error), PUHUI_ERR_NULL, "list");
  REFUSED(puhui_region_list_column(list, NULL, asked, 4, listed, &error), PUHUI_ERR_NULL, "query");
  REFUSED(puhui_region_list_column(list, &query, NULL, 4, listed, &error), PUHUI_ERR_NULL, "places");
  REFUSED(puhui_region_list_column(list, &query, asked, 4, NULL, &error), PUHUI_ERR_NULL, "listed");
  puhui_region_list_free(list);
  puhui_region_list_free(NULL);
  CHECK_EQUAL(puhui_region_list_new(NULL, 0, &list, &error), PUHUI_OK);
  CHECK_EQUAL(puhui_region_list_places(list, &query, places, 3, &count, &error), PUHUI_OK);
  CHECK_EQUAL(count, 0);
  puhui_region_list_free(list);
}

int main(void) {
  concentration();
  concentration_of_groups();
  bounds();
  tolerance();
  two_increases();
  least_provisions();
  provisions_by_class();
  targeted_statement();
  needs();
  status_register();
  region_list();
  return 0;
}
