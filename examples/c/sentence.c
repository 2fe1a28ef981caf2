/* The sentence of a programme, for a small book: how much its loans come to, how they grew in a year, how far above all loans, and
 * which villages have no basic financial services. The book, the villages and their points are generated; nobody of them is real.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && cc -std=c99 -Wall -I include examples/c/sentence.c target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o sentence && ./sentence
 *
 * Usage: sentence [loans now] [loans a year before] [village whose point has closed]
 */
#include <errno.h>
#include <inttypes.h>
#include <puhui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LOANS = 10000, KINDS = 8, VILLAGES = 12 };

/* The whole number in `text`, from 0 to `most`. */
static uint64_t number(const char *name, const char *text, uint64_t most) {
  char *end;
  unsigned long long value;
  errno = 0;
  value = strtoull(text, &end, 10);
  if (errno != 0 || text[0] == '-' || end == text || *end != '\0' || value > most) {
    fprintf(stderr, "%s: %s is no whole number from 0 to %" PRIu64 "\n", name, text, most);
    exit(2);
  }
  return value;
}

static void fail(const char *what, const struct puhui_error *error) {
  fprintf(stderr, "%s: %s: %s\n", what, error->field, error->message);
  exit(1);
}

/* A figure with decimals, in units of the last. */
static const char *decimal(char text[32], int64_t units, int decimals) {
  const int64_t one = decimals == 1 ? 10 : 100;
  snprintf(text, 32, "%s%" PRId64 ".%0*d", units < 0 ? "-" : "", units < 0 ? -(units / one) : units / one, decimals,
           abs((int)(units % one)));
  return text;
}

/* A figure that has a base, in per cent with one decimal, rounded once. */
static const char *percent(char text[32], const struct puhui_figure *figure) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  int64_t tenths;
  /* Of a fraction with three decimals, the last is a tenth of a per cent. */
  if (puhui_figure_round(figure, 3, PUHUI_ROUNDING_HALF_UP, &tenths, &error) != PUHUI_OK) fail("rounding", &error);
  return decimal(text, tenths, 1);
}

/* A generated book: loan i has a balance of 20,000 + 100 i yuan. Every third of the first 290 is targeted, and of those that were
   lent later more than every third. */
static struct puhui_book_columns generated(size_t count, int64_t *balance_minor, uint8_t *targeted) {
  struct puhui_book_columns book = PUHUI_BOOK_COLUMNS_INIT;
  size_t i;
  for (i = 0; i < count; i++) {
    const int is_targeted = i < 290 ? i % 3 == 0 : i % 5 == 0 || i % 5 == 2;
    balance_minor[i] = 2000000 + 10000 * (int64_t)i;
    targeted[i] = !is_targeted ? 0 : i % 2 == 0 ? PUHUI_TARGETED_REGISTERED_POOR : PUHUI_TARGETED_INDUSTRY;
  }
  memcpy(book.currency, "CNY", 4);
  book.count = count;
  book.balance_minor = balance_minor;
  book.targeted = targeted;
  return book;
}

/* The sums of a book by class of targeted loans, and of the groups that are targeted. */
struct day {
  struct puhui_tally_plan plan;
  uint32_t all_keys[KINDS], targeted_keys[KINDS];
  struct puhui_sums all_sums[KINDS], targeted_sums[KINDS];
  struct puhui_tally_groups all, targeted;
};

static void tally(struct day *day, const struct puhui_book_columns *book, int32_t as_of_ymd) {
  static const uint32_t dimensions[1] = {PUHUI_DIMENSION_TARGETED}, measures[1] = {PUHUI_MEASURE_BALANCE};
  static const uint32_t classes[2] = {PUHUI_TARGETED_REGISTERED_POOR, PUHUI_TARGETED_INDUSTRY};
  const struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
  const struct puhui_tally_groups groups = PUHUI_TALLY_GROUPS_INIT;
  struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  day->plan = plan;
  day->plan.as_of_ymd = as_of_ymd;
  day->plan.dimension_count = 1;
  day->plan.dimensions = dimensions;
  day->plan.measure_count = 1;
  day->plan.measures = measures;
  day->all = groups;
  memcpy(day->all.currency, book->currency, sizeof day->all.currency);
  day->all.plan = &day->plan;
  day->targeted = day->all;
  result.group_capacity = KINDS;
  day->all.keys = result.keys = day->all_keys;
  day->all.sums = result.sums = day->all_sums;
  if (puhui_tally(book, &day->plan, 1, &result, &error) != PUHUI_OK) fail("tally", &error);
  day->all.group_count = result.group_count;
  day->targeted.keys = result.keys = day->targeted_keys;
  day->targeted.sums = result.sums = day->targeted_sums;
  if (puhui_tally_only(&day->all, PUHUI_DIMENSION_TARGETED, classes, 2, &result, &error) != PUHUI_OK) fail("tally", &error);
  day->targeted.group_count = result.group_count;
}

/* The growth of all groups together. */
static struct puhui_growth growth(const struct puhui_tally_groups *now, const struct puhui_tally_groups *before) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_growth_result result = PUHUI_GROWTH_RESULT_INIT;
  if (puhui_growth_by_group(now, before, &result, &error) != PUHUI_OK) fail("growth", &error);
  return result.total;
}

/* Twelve generated villages, three in each township; each has an agent but the last, and but the one whose point has closed. */
static void coverage(uint64_t closed) {
  uint64_t village[VILLAGES], point[VILLAGES], point_village[VILLAGES];
  uint32_t township[VILLAGES], county[VILLAGES];
  uint8_t kind[VILLAGES];
  struct puhui_village_columns villages = PUHUI_VILLAGE_COLUMNS_INIT;
  struct puhui_point_columns points = PUHUI_POINT_COLUMNS_INIT;
  struct puhui_coverage_rule rule = PUHUI_COVERAGE_RULE_INIT;
  struct puhui_coverage_query query = PUHUI_COVERAGE_QUERY_INIT;
  struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
  struct puhui_area_coverage areas[2];
  struct puhui_missed_village missed[VILLAGES];
  struct puhui_area_figures figures = PUHUI_AREA_FIGURES_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t i;
  char share[32];

  for (i = 0; i < VILLAGES; i++) {
    county[i] = 1 + (uint32_t)i / 6;
    township[i] = 10 * county[i] + 1 + (uint32_t)i / 3 % 2;
    village[i] = 1000 * township[i] + 1 + i % 3;
    if (i + 1 == VILLAGES || village[i] == closed) continue;
    point[points.count] = 1 + i;
    point_village[points.count] = village[i];
    kind[points.count++] = PUHUI_POINT_KIND_AGENT;
  }
  villages.count = VILLAGES;
  villages.village = village;
  villages.township = township;
  villages.county = county;
  points.point = point;
  points.village = point_village;
  points.kind = kind;
  rule.as_of_ymd = 20200331;
  rule.kinds = PUHUI_POINT_KINDS_CN_BASIC;
  query.area = PUHUI_AREA_COUNTY;
  query.rule = &rule;
  query.village_tables = &villages;
  query.point_tables = &points;
  result.areas = areas;
  result.area_capacity = 2;
  result.missed = missed;
  result.missed_capacity = VILLAGES;
  if (puhui_coverage(&query, &result, &error) != PUHUI_OK) fail("coverage", &error);
  if (puhui_area_figures_of(&result.total, PUHUI_POINT_KIND_AGENT, &figures, &error) != PUHUI_OK) fail("coverage", &error);
  printf("%" PRIu64 " of %" PRIu64 " villages have basic financial services, %s %%.\n", result.total.covered,
         result.total.villages, percent(share, &figures.share));
  for (i = 0; i < result.area_count; i++)
    printf("  county %" PRIu64 ": %" PRIu64 " of %" PRIu64 "\n", areas[i].area, areas[i].covered, areas[i].villages);
  for (i = 0; i < result.missed_count; i++)
    printf("  without: village %" PRIu64 " of township %" PRIu32 ", county %" PRIu32 "\n", missed[i].village,
           missed[i].township, missed[i].county);
}

int main(int argc, char **argv) {
  static int64_t balance_minor[MOST_LOANS];
  static uint8_t targeted[MOST_LOANS];
  const size_t loans_now = argc > 1 ? (size_t)number("loans now", argv[1], MOST_LOANS) : 317;
  const size_t loans_before = argc > 2 ? (size_t)number("loans before", argv[2], MOST_LOANS) : 290;
  const uint64_t closed = argc > 3 ? number("village", argv[3], UINT64_MAX) : 0;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_book_columns book;
  struct puhui_growth of_targeted, of_all;
  struct puhui_figure rate, all_rate, points, contribution;
  static struct day now, before;
  int64_t total_minor;
  char a[32], b[32], c[32];

  book = generated(loans_before, balance_minor, targeted);
  tally(&before, &book, 20190331);
  book = generated(loans_now, balance_minor, targeted);
  tally(&now, &book, 20200331);

  of_all = growth(&now.all, &before.all);
  of_targeted = growth(&now.targeted, &before.targeted);
  if (puhui_int128_to_int64(of_targeted.now, &total_minor, &error) != PUHUI_OK ||
      puhui_growth_rate(&of_targeted, &rate, &error) != PUHUI_OK || puhui_growth_rate(&of_all, &all_rate, &error) != PUHUI_OK ||
      puhui_growth_points_above(&of_targeted, &of_all, &points, &error) != PUHUI_OK ||
      puhui_growth_contribution(&of_targeted, &of_all, &contribution, &error) != PUHUI_OK)
    fail("growth", &error);

  printf("A generated book; no loan and no village of it is real.\n\n");
  printf("Targeted loans stand at %s yuan on 2020-03-31.\n", decimal(a, total_minor, 2));
  if (points.outcome == PUHUI_FIGURE_RATIO) {
    printf("In a year they grew by %s %%, all loans by %s %%.\n", percent(a, &rate), percent(b, &all_rate));
    printf("That is %s percentage points above all loans, to whose growth they contribute %s points.\n", percent(a, &points),
           percent(c, &contribution));
  } else {
    printf("A year before there was nothing to grow from, so there is no rate.\n");
  }
  coverage(closed);
  return 0;
}
