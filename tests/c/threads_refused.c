/* Threads that the system does not start are an error of their own, and nothing else changes. The stacks that are asked for here fit
   no memory, so that no thread starts on any machine. */
#define _POSIX_C_SOURCE 200112L
#include "tallies.h"

int main(void) {
  char stack[32];
  const uint32_t county[4] = {1, 1, 2, 2};
  const uint64_t household[4] = {7, 8, 7, 9};
  const int64_t balance_minor[4] = {100, 200, 300, 400};
  const uint32_t dimensions[1] = {PUHUI_DIMENSION_COUNTY}, measures[1] = {PUHUI_MEASURE_BALANCE};
  struct puhui_book_columns book = PUHUI_BOOK_COLUMNS_INIT;
  struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
  struct puhui_distinct_plan ids = PUHUI_DISTINCT_PLAN_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t keys[2] = {77, 77};
  struct puhui_sums sums[2];
  size_t groups, id_count, total;

  /* Read once, by the first thread that the library starts. */
  snprintf(stack, sizeof stack, "%zu", SIZE_MAX / 8);
  CHECK(setenv("RUST_MIN_STACK", stack, 1) == 0);
  book.count = 4;
  memcpy(book.currency, "CNY", 4);
  book.county = county;
  book.household = household;
  book.balance_minor = balance_minor;
  plan.as_of_ymd = 20200331;
  plan.dimension_count = plan.measure_count = 1;
  plan.dimensions = dimensions;
  plan.measures = measures;
  ids.ids = PUHUI_IDS_HOUSEHOLDS;
  ids.loans = PUHUI_LOANS_COUNTED_ALL;

  CHECK(tally_into(&book, &plan, 2, keys, sums, 2, &groups, &error) == PUHUI_ERR_THREAD_NOT_STARTED);
  told(&error, PUHUI_ERR_THREAD_NOT_STARTED, "threads");
  CHECK(strncmp(error.message, "threads: expected fewer, as the system started 0 and refused another (", 70) == 0);
  CHECK(groups == 0 && keys[0] == 77);
  CHECK(distinct_into(&book, &ids, 1024, NULL, NULL, 0, NULL, 0, &groups, &id_count, &total, &error) ==
        PUHUI_ERR_THREAD_NOT_STARTED);
  told(&error, PUHUI_ERR_THREAD_NOT_STARTED, "threads");
  CHECK(groups == 0 && id_count == 0 && total == 0);

  /* The way out: one thread is the caller's own. */
  CHECK(tally_into(&book, &plan, 1, keys, sums, 2, &groups, &error) == PUHUI_OK);
  CHECK(groups == 2 && keys[0] == 1 && keys[1] == 2);
  CHECK(distinct_into(&book, &ids, 1, NULL, NULL, 0, NULL, 0, &groups, &id_count, &total, &error) == PUHUI_OK);
  CHECK(groups == 1 && total == 3);
  return 0;
}
