/* Tallies into arrays of the test's: the call is handed a count that is wrong, and may change nothing else of the result. */
#ifndef TALLIES_H
#define TALLIES_H

#include "check.h"

static inline struct puhui_tally_result room(uint32_t *keys, struct puhui_sums *sums, size_t capacity) {
  struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
  result.keys = keys;
  result.sums = sums;
  result.group_capacity = capacity;
  result.group_count = 99;
  return result;
}

/* The groups of a result that was `room(keys, sums, capacity)`. */
static inline size_t counted(const struct puhui_tally_result *result, const uint32_t *keys, const struct puhui_sums *sums,
                             size_t capacity) {
  CHECK(result->struct_size == sizeof *result && result->reserved == 0);
  CHECK(result->keys == keys && result->sums == sums && result->group_capacity == capacity);
  return result->group_count;
}

static inline puhui_status tally_into(const struct puhui_book_columns *columns, const struct puhui_tally_plan *plan,
                                      uint32_t threads, uint32_t *keys, struct puhui_sums *sums, size_t capacity, size_t *count,
                                      struct puhui_error *error) {
  struct puhui_tally_result result = room(keys, sums, capacity);
  const puhui_status status = puhui_tally(columns, plan, threads, &result, error);
  *count = counted(&result, keys, sums, capacity);
  return status;
}

static inline puhui_status merge_into(const struct puhui_tally_groups *parts, size_t part_count, uint32_t *keys,
                                      struct puhui_sums *sums, size_t capacity, size_t *count, struct puhui_error *error) {
  struct puhui_tally_result result = room(keys, sums, capacity);
  const puhui_status status = puhui_tally_merge(parts, part_count, &result, error);
  *count = counted(&result, keys, sums, capacity);
  return status;
}

static inline puhui_status roll_up_into(const struct puhui_tally_groups *tally, const uint32_t *dimensions,
                                        size_t dimension_count, uint32_t *keys, struct puhui_sums *sums, size_t capacity,
                                        size_t *count, struct puhui_error *error) {
  struct puhui_tally_result result = room(keys, sums, capacity);
  const puhui_status status = puhui_tally_roll_up(tally, dimensions, dimension_count, &result, error);
  *count = counted(&result, keys, sums, capacity);
  return status;
}

static inline puhui_status only_into(const struct puhui_tally_groups *tally, uint32_t dimension, const uint32_t *wanted,
                                     size_t wanted_count, uint32_t *keys, struct puhui_sums *sums, size_t capacity,
                                     size_t *count, struct puhui_error *error) {
  struct puhui_tally_result result = room(keys, sums, capacity);
  const puhui_status status = puhui_tally_only(tally, dimension, wanted, wanted_count, &result, error);
  *count = counted(&result, keys, sums, capacity);
  return status;
}

#endif
