/* How far service points reach, in a register worked by hand: what is covered, what is missed, what is in no village; and the edges
   of the contract. */
#include "check.h"

LAYOUT(area_coverage, sizeof(struct puhui_area_coverage) == 256 && offsetof(struct puhui_area_coverage, villages) == 40 &&
                          offsetof(struct puhui_area_coverage, points) == 120 &&
                          offsetof(struct puhui_area_coverage, people) == 184);
LAYOUT(areas_covered, sizeof(struct puhui_areas_covered) == 128 && offsetof(struct puhui_areas_covered, covered_by_kind) == 32);
LAYOUT(coverage_query, sizeof(struct puhui_coverage_query) == 8 + 5 * sizeof(size_t));
LAYOUT(coverage_result, offsetof(struct puhui_coverage_result, areas_covered) == 264 &&
                            offsetof(struct puhui_coverage_result, areas) == 392 &&
                            sizeof(struct puhui_coverage_result) == 392 + 15 * sizeof(size_t));
LAYOUT(missed, sizeof(struct puhui_missed_village) == 16);
LAYOUT(stray, sizeof(struct puhui_stray_point) == 24);
LAYOUT(rule, sizeof(struct puhui_coverage_rule) == 24);

#define VILLAGES 5
#define POINTS 7

/* Two townships in one county, one in another. */
static uint64_t village[VILLAGES] = {11, 12, 21, 31, 32};
static uint32_t township[VILLAGES] = {1, 1, 2, 3, 3};
static uint32_t county[VILLAGES] = {500101, 500101, 500101, 500102, 500102};
static uint64_t people[VILLAGES] = {1000, 2000, 3000, 1500, 500};
static uint64_t adults[VILLAGES] = {800, 1500, 2500, 1200, 400};
static uint64_t area_m2[VILLAGES] = {1000000, 2000000, 3000000, 4000000, 6000000};
static uint64_t households[VILLAGES] = {300, 500, 800, 400, 100};
static uint64_t with_account[VILLAGES] = {300, 400, 700, 300, 100};
static uint64_t with_loan[VILLAGES] = {30, 50, 80, 40, 10};

/* An outlet in 11; an agent (2) that serves 11 and 21; online in 12; an agent in 31 that closed in March; one in 32, 4 km away; a
   point in a village that is not in the register. */
static uint64_t point[POINTS] = {1, 2, 2, 3, 4, 5, 6};
static uint64_t point_village[POINTS] = {11, 11, 21, 12, 31, 32, 99};
static uint8_t kind[POINTS] = {PUHUI_POINT_KIND_OUTLET, PUHUI_POINT_KIND_AGENT, PUHUI_POINT_KIND_AGENT, PUHUI_POINT_KIND_ONLINE,
                               PUHUI_POINT_KIND_AGENT,  PUHUI_POINT_KIND_AGENT, PUHUI_POINT_KIND_POS};
static int32_t opened_on_ymd[POINTS] = {0, 20180501, 20180501, 0, 20150101, 20200331, 0};
static int32_t closed_on_ymd[POINTS] = {0, 0, 0, 0, 20200331, 0, 0};
static uint32_t distance_m[POINTS] = {0, 200, 2500, 0, 100, 4000, 0};

static struct puhui_village_columns villages(void) {
  struct puhui_village_columns columns = PUHUI_VILLAGE_COLUMNS_INIT;
  columns.count = VILLAGES;
  columns.village = village;
  columns.township = township;
  columns.county = county;
  columns.people = people;
  columns.adults = adults;
  columns.area_m2 = area_m2;
  columns.households = households;
  columns.with_account = with_account;
  columns.with_loan = with_loan;
  return columns;
}

static struct puhui_point_columns points(void) {
  struct puhui_point_columns columns = PUHUI_POINT_COLUMNS_INIT;
  columns.count = POINTS;
  columns.point = point;
  columns.village = point_village;
  columns.kind = kind;
  columns.opened_on_ymd = opened_on_ymd;
  columns.closed_on_ymd = closed_on_ymd;
  columns.distance_m = distance_m;
  return columns;
}

static struct puhui_coverage_rule basic(void) {
  struct puhui_coverage_rule rule = PUHUI_COVERAGE_RULE_INIT;
  rule.as_of_ymd = 20200331;
  rule.kinds = PUHUI_POINT_KINDS_CN_BASIC;
  return rule;
}

static int64_t rounded(struct puhui_figure figure, uint32_t decimals) {
  int64_t units = -1;
  CHECK_EQUAL(puhui_figure_round(&figure, decimals, PUHUI_ROUNDING_HALF_UP, &units, NULL), PUHUI_OK);
  return units;
}

/* Everything at once. */
static struct puhui_area_coverage areas[4], alone[6], total;
static struct puhui_areas_covered counties[4], areas_covered;
static struct puhui_missed_village missed[6];
static struct puhui_stray_point strays[2];
static size_t area_count, village_count, county_count, missed_count, stray_count;
static struct puhui_error error = PUHUI_ERROR_INIT;

/* A result with room for everything, and counts that are wrong. */
static struct puhui_coverage_result room(void) {
  struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
  memset(&result.total, 0xA5, sizeof result.total);
  memset(&result.areas_covered, 0xA5, sizeof result.areas_covered);
  result.areas = areas;
  result.area_capacity = 4;
  result.villages = alone;
  result.village_capacity = 6;
  result.counties = counties;
  result.county_capacity = 4;
  result.missed = missed;
  result.missed_capacity = 6;
  result.strays = strays;
  result.stray_capacity = 2;
  result.area_count = result.village_count = result.county_count = result.missed_count = result.stray_count = 99;
  return result;
}

/* Asks, and takes over what the call counted. */
static puhui_status ask(const struct puhui_coverage_query *query, struct puhui_coverage_result result) {
  const struct puhui_coverage_result given = result;
  const puhui_status status = puhui_coverage(query, &result, &error);
  area_count = result.area_count;
  village_count = result.village_count;
  county_count = result.county_count;
  missed_count = result.missed_count;
  stray_count = result.stray_count;
  total = result.total;
  areas_covered = result.areas_covered;
  CHECK(result.struct_size == given.struct_size && result.reserved == given.reserved);
  CHECK(result.areas == given.areas && result.villages == given.villages && result.counties == given.counties);
  CHECK(result.missed == given.missed && result.strays == given.strays);
  CHECK(result.area_capacity == given.area_capacity && result.missed_capacity == given.missed_capacity);
  CHECK(result.village_capacity == given.village_capacity && result.county_capacity == given.county_capacity);
  CHECK(result.stray_capacity == given.stray_capacity);
  return status;
}

static struct puhui_coverage_query query_of(const struct puhui_village_columns *register_,
                                            const struct puhui_point_columns *served, const struct puhui_coverage_rule *rule,
                                            uint32_t area) {
  struct puhui_coverage_query query = PUHUI_COVERAGE_QUERY_INIT;
  query.area = area;
  query.rule = rule;
  query.village_tables = register_;
  query.point_tables = served;
  return query;
}

static puhui_status covered(const struct puhui_village_columns *register_, const struct puhui_point_columns *served,
                            const struct puhui_coverage_rule *rule, uint32_t area) {
  const struct puhui_coverage_query query = query_of(register_, served, rule, area);
  return ask(&query, room());
}

static int nothing_counted(void) {
  return area_count == 0 && village_count == 0 && county_count == 0 && missed_count == 0 && stray_count == 0;
}

static void by_county_and_township(void) {
  const struct puhui_village_columns register_ = villages();
  const struct puhui_point_columns served = points();
  struct puhui_coverage_rule rule = basic();

  missed[2].village = 77;
  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  /* Online does not count, and the agent of 31 closed on the day itself: 11, 21 and 32 are covered, 12 and 31 are not. */
  CHECK(area_count == 2 && missed_count == 2 && stray_count == 1);
  CHECK(total.area == 0 && total.villages == 5 && total.covered == 3);
  CHECK(missed[0].village == 12 && missed[0].township == 1 && missed[0].county == 500101);
  CHECK(missed[1].village == 31 && missed[1].township == 3 && missed[1].county == 500102);
  CHECK_EQUAL(missed[2].village, 77);
  CHECK(strays[0].point == 6 && strays[0].village == 99 && strays[0].kind == PUHUI_POINT_KIND_POS && strays[0].reserved == 0);
  CHECK(areas[0].area == 500101 && areas[0].villages == 3 && areas[0].covered == 2);
  CHECK(areas[1].area == 500102 && areas[1].villages == 2 && areas[1].covered == 1);
  /* The agent that serves two villages is one point. */
  CHECK(areas[0].points[PUHUI_POINT_KIND_AGENT - 1] == 1 && areas[0].covered_by_kind[PUHUI_POINT_KIND_AGENT - 1] == 2);
  CHECK(areas[0].points[PUHUI_POINT_KIND_OUTLET - 1] == 1 && areas[0].points[PUHUI_POINT_KIND_ONLINE - 1] == 0);
  CHECK(areas[0].has_people == 1 && areas[0].people == 6000 && areas[0].has_with_credit_file == 0);

  /* Each village alone: 11 has an outlet and an agent, 12 nothing that counts. */
  CHECK(village_count == 5 && alone[0].area == 11 && alone[4].area == 32 && alone[1].villages == 1 && alone[1].covered == 0);
  CHECK(alone[0].points[PUHUI_POINT_KIND_OUTLET - 1] == 1 && alone[0].points[PUHUI_POINT_KIND_AGENT - 1] == 1);
  CHECK(alone[0].people == 1000 && alone[0].has_with_credit_file == 0 && alone[3].covered == 0);

  /* Townships: 1 and 3 have one of two villages, 2 its only one. In the first county all are reached and one in full. */
  CHECK(county_count == 2 && counties[0].area == 500101 && counties[1].area == 500102);
  CHECK(counties[0].areas == 2 && counties[0].covered == 2 && counties[0].full == 1);
  CHECK(counties[1].areas == 1 && counties[1].covered == 1 && counties[1].full == 0);
  CHECK(counties[0].covered_by_kind[PUHUI_POINT_KIND_OUTLET - 1] == 1 &&
        counties[0].covered_by_kind[PUHUI_POINT_KIND_AGENT - 1] == 2);
  /* Both counties are reached, none in full. */
  CHECK(areas_covered.area == 0 && areas_covered.areas == 2 && areas_covered.covered == 2 && areas_covered.full == 0);

  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_TOWNSHIP), PUHUI_OK);
  CHECK(area_count == 3 && areas[1].area == 2 && areas[1].covered == 1 && areas[1].villages == 1);
  /* Of three townships one has an outlet: a third; one is covered in full. */
  CHECK(areas_covered.areas == 3 && areas_covered.covered == 3 && areas_covered.full == 1);
  CHECK_EQUAL(areas_covered.covered_by_kind[PUHUI_POINT_KIND_OUTLET - 1], 1);

  /* Within 3 km, 32 is missed too; online admitted, 12 is not missed; a day earlier, nor is 31. */
  rule.has_within = 1;
  rule.within_m = 3000;
  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  CHECK(missed_count == 3 && missed[2].village == 32);
  rule = basic();
  rule.kinds |= PUHUI_BIT(PUHUI_POINT_KIND_ONLINE);
  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  CHECK(missed_count == 1 && missed[0].village == 31);
  rule.as_of_ymd = 20200330; /* On which the one in 32 is not open yet. */
  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  CHECK(missed_count == 1 && missed[0].village == 32);
}

/* The villages in two tables and the points in three, in any order, are the same register. */
static void tables_add_up(void) {
  const struct puhui_village_columns whole = villages();
  const struct puhui_point_columns served = points();
  const struct puhui_coverage_rule rule = basic();
  struct puhui_village_columns registers[3];
  struct puhui_point_columns tables[3];
  struct puhui_coverage_query query = query_of(registers, tables, &rule, PUHUI_AREA_COUNTY);
  struct puhui_area_coverage expected_areas[2], expected_alone[5];
  struct puhui_areas_covered expected_counties[2];
  uint64_t more_people[VILLAGES] = {1000, 2000, 3000, 1500, 501};
  uint8_t other_kind[POINTS];
  size_t split, cut, i;

  CHECK_EQUAL(covered(&whole, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  memcpy(expected_areas, areas, sizeof expected_areas);
  memcpy(expected_alone, alone, sizeof expected_alone);
  memcpy(expected_counties, counties, sizeof expected_counties);
  for (split = 0; split <= VILLAGES; split++) {
    for (cut = 0; cut <= POINTS; cut++) {
      for (i = 0; i < 2; i++) registers[i] = whole;
      registers[1].count = split; /* The first villages, in the second table. */
      registers[0].count = VILLAGES - split;
      registers[0].village += split;
      registers[0].township += split;
      registers[0].county += split;
      registers[0].people += split;
      registers[0].adults += split;
      registers[0].area_m2 += split;
      registers[0].households += split;
      registers[0].with_account += split;
      registers[0].with_loan += split;
      for (i = 0; i < 3; i++) tables[i] = served;
      tables[2].count = cut;
      tables[1].count = 0;
      tables[0].count = POINTS - cut;
      tables[0].point += cut;
      tables[0].village += cut;
      tables[0].kind += cut;
      tables[0].opened_on_ymd += cut;
      tables[0].closed_on_ymd += cut;
      tables[0].distance_m += cut;
      query.village_table_count = 2;
      query.point_table_count = 3;
      memset(areas, 0, sizeof areas);
      memset(alone, 0, sizeof alone);
      memset(counties, 0, sizeof counties);
      CHECK_EQUAL(ask(&query, room()), PUHUI_OK);
      CHECK(area_count == 2 && village_count == 5 && county_count == 2 && missed_count == 2 && stray_count == 1);
      CHECK(memcmp(areas, expected_areas, sizeof expected_areas) == 0);
      CHECK(memcmp(alone, expected_alone, sizeof expected_alone) == 0);
      CHECK(memcmp(counties, expected_counties, sizeof expected_counties) == 0);
      CHECK(missed[0].village == 12 && missed[1].village == 31 && strays[0].point == 6);
    }
  }

  /* What stands in two tables counts once, and must be the same. */
  for (i = 0; i < 2; i++) {
    registers[i] = whole;
    tables[i] = served;
  }
  query.point_table_count = 2;
  CHECK_EQUAL(ask(&query, room()), PUHUI_OK);
  CHECK(total.villages == 5 && total.covered == 3 && total.points[PUHUI_POINT_KIND_AGENT - 1] == 2);
  registers[1].people = more_people;
  CHECK_EQUAL(ask(&query, room()), PUHUI_ERR_CONTRADICTION);
  told(&error, PUHUI_ERR_CONTRADICTION, "village_tables[1].village");
  CHECK(nothing_counted());
  registers[1] = whole;
  memcpy(other_kind, kind, sizeof other_kind);
  other_kind[5] = PUHUI_POINT_KIND_ATM;
  tables[1].kind = other_kind;
  CHECK_EQUAL(ask(&query, room()), PUHUI_ERR_CONTRADICTION);
  told(&error, PUHUI_ERR_CONTRADICTION, "point_tables[1].point");
  /* A wrong row is told by its table. */
  other_kind[5] = 7;
  CHECK_EQUAL(ask(&query, room()), PUHUI_ERR_UNKNOWN_VALUE);
  told(&error, PUHUI_ERR_UNKNOWN_VALUE, "point_tables[1].kind[5]");
  /* Tables of two sizes are no array. */
  tables[1] = served;
  tables[1].struct_size += 8;
  CHECK_EQUAL(ask(&query, room()), PUHUI_ERR_STRUCT_SIZE);
  told(&error, PUHUI_ERR_STRUCT_SIZE, "point_tables");
  /* No table at all is no village. */
  query.village_table_count = query.point_table_count = 0;
  CHECK_EQUAL(ask(&query, room()), PUHUI_OK);
  CHECK(nothing_counted() && total.villages == 0 && areas_covered.areas == 0);
}

static void figures_of_areas(void) {
  const struct puhui_village_columns register_ = villages();
  const struct puhui_point_columns served = points();
  const struct puhui_coverage_rule rule = basic();
  struct puhui_area_figures figures = PUHUI_AREA_FIGURES_INIT;

  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
  CHECK_EQUAL(puhui_area_figures_of(&total, PUHUI_POINT_KIND_AGENT, &figures, &error), PUHUI_OK);
  CHECK_EQUAL(figures.struct_size, sizeof figures);
  CHECK_EQUAL(rounded(figures.share, 3), 600);         /* 3 of 5 villages */
  CHECK_EQUAL(rounded(figures.share_of_kind, 3), 600); /* 11, 21 and 32 have an agent */
  /* Two agents for 8,000 people, 6,400 adults, 16 square kilometres. */
  CHECK_EQUAL(rounded(figures.per_ten_thousand_people, 2), 250);
  CHECK_EQUAL(rounded(figures.per_hundred_thousand_adults, 2), 3125);
  CHECK_EQUAL(rounded(figures.per_thousand_square_kilometres, 1), 1250);
  /* 1,800 of 2,100 households have an account, 210 a loan. */
  CHECK_EQUAL(rounded(figures.account_share, 4), 8571);
  CHECK_EQUAL(rounded(figures.loan_share, 3), 100);
  CHECK_EQUAL(figures.credit_file_share.outcome, PUHUI_FIGURE_MISSING_BASE);
  CHECK_EQUAL(puhui_area_figures_of(&areas[0], PUHUI_POINT_KIND_OUTLET, &figures, &error), PUHUI_OK);
  CHECK_EQUAL(rounded(figures.share_of_kind, 4), 3333);

  /* No villages are no figure. */
  {
    const struct puhui_village_columns none = PUHUI_VILLAGE_COLUMNS_INIT;
    const struct puhui_point_columns nothing = PUHUI_POINT_COLUMNS_INIT;
    CHECK_EQUAL(covered(&none, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_ERR_BUFFER_TOO_SMALL);
    told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "result.stray_capacity");
    CHECK(area_count == 0 && missed_count == 0 && stray_count == 7);
    CHECK_EQUAL(covered(&none, &nothing, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
    CHECK(area_count == 0 && missed_count == 0 && stray_count == 0 && total.villages == 0);
    CHECK_EQUAL(puhui_area_figures_of(&total, PUHUI_POINT_KIND_AGENT, &figures, &error), PUHUI_OK);
    CHECK_EQUAL(figures.share.outcome, PUHUI_FIGURE_ZERO_BASE);
    CHECK_EQUAL(covered(&register_, &nothing, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
    CHECK(missed_count == VILLAGES && total.covered == 0);
  }
}

/* ---------------------------------------------------------------- the edges of the contract */

static void sizes_and_pointers(void) {
  const struct puhui_village_columns register_ = villages();
  const struct puhui_point_columns served = points();
  const struct puhui_coverage_rule rule = basic();
  const struct puhui_area_coverage none = {0};
  struct puhui_area_figures figures = PUHUI_AREA_FIGURES_INIT;
  struct puhui_area_coverage bad;

  struct puhui_coverage_query query = query_of(&register_, &served, &rule, PUHUI_AREA_COUNTY);
  struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;

  /* Counts alone. */
  CHECK_EQUAL(ask(&query, result), PUHUI_OK);
  CHECK(area_count == 2 && village_count == 5 && county_count == 2 && missed_count == 2 && stray_count == 1);
  CHECK(total.villages == 5 && areas_covered.areas == 2);
  CHECK_EQUAL(puhui_coverage(&query, &result, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_coverage(&query, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "result");
#define REFUSED(call, expected, where)                                     \
  do {                                                                     \
    CHECK_EQUAL(call, expected);                                           \
    told(&error, expected, where);                                         \
    CHECK(memcmp(&total, &none, sizeof none) == 0);                        \
    CHECK(areas_covered.areas == 0 && areas_covered.covered == 0);         \
  } while (0)
  REFUSED(ask(NULL, room()), PUHUI_ERR_NULL, "query");
  CHECK(nothing_counted());
  query.struct_size -= 8;
  REFUSED(ask(&query, room()), PUHUI_ERR_STRUCT_SIZE, "query");
  query.struct_size = sizeof query;
  query.point_table_count = 2; /* What lies behind the one table is none. */
  query.village_table_count = 0;
  query.point_tables = NULL;
  REFUSED(ask(&query, room()), PUHUI_ERR_NULL, "point_tables");
  query = query_of(&register_, &served, &rule, PUHUI_AREA_COUNTY);
  REFUSED(covered(NULL, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_ERR_NULL, "village_tables");
  REFUSED(covered(&register_, NULL, &rule, PUHUI_AREA_COUNTY), PUHUI_ERR_NULL, "point_tables");
  REFUSED(covered(&register_, &served, NULL, PUHUI_AREA_COUNTY), PUHUI_ERR_NULL, "rule");
  REFUSED(covered(&register_, &served, &rule, 0), PUHUI_ERR_UNKNOWN_CODE, "area");
  REFUSED(covered(&register_, &served, &rule, 3), PUHUI_ERR_UNKNOWN_CODE, "area");
#define OUT(set, expected, where)                 \
  do {                                            \
    result = room();                              \
    set;                                          \
    REFUSED(ask(&query, result), expected, where); \
  } while (0)
  OUT(result.areas = NULL, PUHUI_ERR_NULL, "result.areas");
  OUT(result.villages = NULL, PUHUI_ERR_NULL, "result.villages");
  OUT(result.counties = NULL, PUHUI_ERR_NULL, "result.counties");
  OUT(result.missed = NULL, PUHUI_ERR_NULL, "result.missed");
  OUT(result.strays = NULL, PUHUI_ERR_NULL, "result.strays");
  OUT(result.reserved = 1, PUHUI_ERR_RESERVED, "result.reserved");
  CHECK(nothing_counted());
  areas[0].area = 55;
  OUT(result.missed_capacity = 1, PUHUI_ERR_BUFFER_TOO_SMALL, "result.missed_capacity");
  CHECK(area_count == 2 && village_count == 5 && missed_count == 2 && stray_count == 1 && areas[0].area == 55);
  OUT(result.area_capacity = 1, PUHUI_ERR_BUFFER_TOO_SMALL, "result.area_capacity");
  OUT(result.village_capacity = 4, PUHUI_ERR_BUFFER_TOO_SMALL, "result.village_capacity");
  OUT(result.county_capacity = 1, PUHUI_ERR_BUFFER_TOO_SMALL, "result.county_capacity");
  OUT(result.stray_capacity = 0, PUHUI_ERR_BUFFER_TOO_SMALL, "result.stray_capacity");
  CHECK(county_count == 2 && areas[0].area == 55);
#undef OUT

  CHECK_EQUAL(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_OK);
#define NO_FIGURES(set, area, kind, out, expected, where)                       \
  do {                                                                          \
    bad = total;                                                                \
    set;                                                                        \
    CHECK_EQUAL(puhui_area_figures_of(area, kind, out, &error), expected);      \
    told(&error, expected, where);                                              \
  } while (0)
  NO_FIGURES((void)0, NULL, PUHUI_POINT_KIND_ATM, &figures, PUHUI_ERR_NULL, "area");
  CHECK_EQUAL(figures.share.outcome, 0);
  NO_FIGURES((void)0, &bad, PUHUI_POINT_KIND_ATM, NULL, PUHUI_ERR_NULL, "out_figures");
  NO_FIGURES((void)0, &bad, 0, &figures, PUHUI_ERR_UNKNOWN_CODE, "kind");
  NO_FIGURES((void)0, &bad, 7, &figures, PUHUI_ERR_UNKNOWN_CODE, "kind");
  NO_FIGURES(bad.has_people = 2, &bad, 1, &figures, PUHUI_ERR_UNKNOWN_CODE, "has_people");
  NO_FIGURES(bad.has_with_loan = 0, &bad, 1, &figures, PUHUI_ERR_CONTRADICTION, "has_with_loan");
  NO_FIGURES(bad.reserved = 1, &bad, 1, &figures, PUHUI_ERR_RESERVED, "reserved");
  NO_FIGURES(bad.points[7] = 1, &bad, 1, &figures, PUHUI_ERR_RESERVED, "points");
  NO_FIGURES(figures.struct_size = 12, &bad, 1, &figures, PUHUI_ERR_STRUCT_SIZE, "out_figures");
#undef NO_FIGURES
}

static void bad_tables(void) {
  struct puhui_village_columns register_;
  struct puhui_point_columns served;
  struct puhui_coverage_rule rule;
  const struct puhui_area_coverage none = {0};
  static const uint64_t twice[VILLAGES] = {11, 12, 21, 11, 32}, zero[POINTS] = {1, 2, 3, 0, 5, 6, 7},
                        many[VILLAGES] = {1, 1, 9000, 1, 1}, again[POINTS] = {1, 1, 2, 3, 4, 5, 6};
  static const uint8_t kinds[POINTS] = {1, 2, 3, 4, 5, 6, 7};
  static const int32_t no_day[POINTS] = {0, 0, 0, 0, 0, 0, 20200230}, early[POINTS] = {0, 20180430, 0, 0, 0, 0, 0};
#define BAD(set, expected, where)                                                             \
  do {                                                                                        \
    register_ = villages();                                                                   \
    served = points();                                                                        \
    rule = basic();                                                                           \
    set;                                                                                      \
    REFUSED(covered(&register_, &served, &rule, PUHUI_AREA_COUNTY), expected, where);         \
    CHECK(nothing_counted());                                                                 \
  } while (0)
  BAD(register_.village = NULL, PUHUI_ERR_MISSING, "village_tables[0].village");
  BAD(register_.township = NULL, PUHUI_ERR_MISSING, "village_tables[0].township");
  BAD(register_.county = NULL, PUHUI_ERR_MISSING, "village_tables[0].county");
  BAD(register_.village = zero, PUHUI_ERR_MISSING, "village_tables[0].village[3]");
  BAD(register_.village = twice, PUHUI_ERR_CONTRADICTION, "village_tables[0].village[3]");
  BAD(register_.adults = many, PUHUI_ERR_CONTRADICTION, "village_tables[0].adults[2]");
  BAD(register_.with_loan = many, PUHUI_ERR_CONTRADICTION, "village_tables[0].with_loan[2]");
  BAD(register_.count = SIZE_MAX, PUHUI_ERR_OUT_OF_RANGE, "village_tables[0].count");
  BAD(register_.reserved = 1, PUHUI_ERR_RESERVED, "village_tables[0].reserved");
  BAD(register_.struct_size = 0, PUHUI_ERR_STRUCT_SIZE, "village_tables");
  BAD(register_.struct_size = 4097, PUHUI_ERR_STRUCT_SIZE, "village_tables");
  BAD(served.point = NULL, PUHUI_ERR_MISSING, "point_tables[0].point");
  BAD(served.village = NULL, PUHUI_ERR_MISSING, "point_tables[0].village");
  BAD(served.kind = NULL, PUHUI_ERR_MISSING, "point_tables[0].kind");
  BAD(served.village = zero, PUHUI_ERR_MISSING, "point_tables[0].village[3]");
  BAD(served.kind = kinds, PUHUI_ERR_UNKNOWN_VALUE, "point_tables[0].kind[6]");
  BAD(served.opened_on_ymd = no_day, PUHUI_ERR_MALFORMED, "point_tables[0].opened_on[6]");
  BAD(served.closed_on_ymd = early, PUHUI_ERR_DATES_OUT_OF_ORDER, "point_tables[0].closed_on[1]");
  BAD(served.point = again, PUHUI_ERR_CONTRADICTION, "point_tables[0].point[1]");
  BAD(served.distance_m = NULL; rule.has_within = 1, PUHUI_ERR_MISSING, "point_tables[0].distance_m");
  BAD(served.count = SIZE_MAX / 2, PUHUI_ERR_OUT_OF_RANGE, "point_tables[0].count");
  BAD(served.reserved = 1, PUHUI_ERR_RESERVED, "point_tables[0].reserved");
  BAD(served.struct_size -= 1, PUHUI_ERR_STRUCT_SIZE, "point_tables");
  BAD(rule.as_of_ymd = 0, PUHUI_ERR_MALFORMED, "rule.as_of");
  BAD(rule.as_of_ymd = 25000101, PUHUI_ERR_DATE_OUT_OF_RANGE, "rule.as_of");
  BAD(rule.kinds = 0, PUHUI_ERR_MISSING, "rule.kinds");
  BAD(rule.kinds = 64, PUHUI_ERR_UNKNOWN_CODE, "rule.kinds");
  BAD(rule.has_within = 2, PUHUI_ERR_UNKNOWN_CODE, "rule.has_within");
  BAD(rule.within_m = 3000, PUHUI_ERR_CONTRADICTION, "rule.within_m");
  BAD(rule.reserved = 1, PUHUI_ERR_RESERVED, "rule.reserved");
  BAD(rule.struct_size = 20, PUHUI_ERR_STRUCT_SIZE, "rule");
#undef BAD
#undef REFUSED
  {
    struct puhui_village_columns bare = PUHUI_VILLAGE_COLUMNS_INIT;
    bare.count = 3;
    served = points();
    rule = basic();
    CHECK_EQUAL(covered(&bare, &served, &rule, PUHUI_AREA_COUNTY), PUHUI_ERR_MISSING);
    told(&error, PUHUI_ERR_MISSING, "village_tables[0].village");
  }
}

/* Columns of chance: refused or counted, never more. Every village is covered, missed, and none is both. */
static void hostile_columns(void) {
  uint64_t state = 8018;
  size_t turn, i, counted = 0;
  for (turn = 0; turn < 3000; turn++) {
    struct puhui_village_columns register_ = villages();
    struct puhui_point_columns served = points();
    struct puhui_coverage_rule rule = basic();
    struct puhui_coverage_query query;
    struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
    uint64_t codes[VILLAGES], places[POINTS], numbers[POINTS];
    uint8_t kinds[POINTS];
    int32_t days[POINTS];
#define CHANCE() (state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407), state >> 33)
    for (i = 0; i < VILLAGES; i++) codes[i] = CHANCE() % 20;
    for (i = 0; i < POINTS; i++) {
      places[i] = CHANCE() % 20;
      numbers[i] = CHANCE() % 20;
      kinds[i] = (uint8_t)(1 + CHANCE() % (turn % 2 ? 6 : 7));
      days[i] = CHANCE() % 4 ? 0 : 20200300 + (int32_t)(CHANCE() % 33);
    }
    register_.village = codes;
    served.point = numbers;
    served.village = places;
    served.kind = kinds;
    served.opened_on_ymd = turn % 3 ? days : NULL;
    served.closed_on_ymd = NULL;
    rule.kinds = (uint32_t)(CHANCE() % 70);
    query = query_of(&register_, &served, &rule, 1 + (uint32_t)(CHANCE() % 2));
    result.missed = missed;
    result.missed_capacity = 6;
    if (ask(&query, result) == PUHUI_OK) {
      counted++;
      CHECK(total.villages == VILLAGES && total.covered + missed_count == VILLAGES && village_count == VILLAGES);
      CHECK(areas_covered.full <= areas_covered.covered && areas_covered.covered <= areas_covered.areas);
    } else {
      CHECK(total.villages == 0 && missed_count == 0);
    }
  }
  CHECK(counted > 100);
}

int main(void) {
  by_county_and_township();
  tables_add_up();
  figures_of_areas();
  sizes_and_pointers();
  bad_tables();
  hostile_columns();
  return 0;
}
