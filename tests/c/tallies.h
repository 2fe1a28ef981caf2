/* Tallies, sets and growths into arrays of the test's: the call is handed counts that are wrong, and may change nothing else of the
   result. */
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

/* Where sets go, and what they came to. */
struct set_room {
  uint32_t *keys;
  size_t *id_offset;
  size_t group_capacity;
  uint64_t *ids;
  size_t id_capacity;
};

static inline struct puhui_distinct_result room_for_sets(struct set_room room) {
  struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
  result.with_total = 1;
  result.keys = room.keys;
  result.id_offset = room.id_offset;
  result.group_capacity = room.group_capacity;
  result.ids = room.ids;
  result.id_capacity = room.id_capacity;
  result.group_count = result.id_count = result.total = 99;
  return result;
}

static inline void counted_sets(const struct puhui_distinct_result *result, struct set_room room, size_t *groups, size_t *ids,
                                size_t *total) {
  CHECK(result->struct_size == sizeof *result && result->with_total == 1);
  CHECK(result->keys == room.keys && result->id_offset == room.id_offset && result->ids == room.ids);
  CHECK(result->group_capacity == room.group_capacity && result->id_capacity == room.id_capacity);
  *groups = result->group_count;
  *ids = result->id_count;
  *total = result->total;
}

static inline puhui_status distinct_into(const struct puhui_book_columns *columns, const struct puhui_distinct_plan *plan,
                                         uint32_t threads, uint32_t *keys, size_t *id_offset, size_t group_capacity,
                                         uint64_t *id, size_t id_capacity, size_t *groups, size_t *ids, size_t *total,
                                         struct puhui_error *error) {
  const struct set_room room = {keys, id_offset, group_capacity, id, id_capacity};
  struct puhui_distinct_result result = room_for_sets(room);
  const puhui_status status = puhui_distinct(columns, plan, threads, &result, error);
  counted_sets(&result, room, groups, ids, total);
  return status;
}

static inline puhui_status merge_sets_into(const struct puhui_distinct_groups *parts, size_t part_count, uint32_t *keys,
                                           size_t *id_offset, size_t group_capacity, uint64_t *id, size_t id_capacity,
                                           size_t *groups, size_t *ids, size_t *total, struct puhui_error *error) {
  const struct set_room room = {keys, id_offset, group_capacity, id, id_capacity};
  struct puhui_distinct_result result = room_for_sets(room);
  const puhui_status status = puhui_distinct_merge(parts, part_count, &result, error);
  counted_sets(&result, room, groups, ids, total);
  return status;
}

static inline puhui_status growth_into(const struct puhui_tally_groups *now, const struct puhui_tally_groups *base,
                                       uint32_t *keys, struct puhui_growth *growths, size_t capacity, size_t *count,
                                       struct puhui_growth *total, struct puhui_error *error) {
  struct puhui_growth_result result = PUHUI_GROWTH_RESULT_INIT;
  puhui_status status;
  memset(&result.total, 0xA5, sizeof result.total);
  result.keys = keys;
  result.growths = growths;
  result.group_capacity = capacity;
  result.group_count = 99;
  status = puhui_growth_by_group(now, base, &result, error);
  CHECK(result.struct_size == sizeof result && result.reserved == 0);
  CHECK(result.keys == keys && result.growths == growths && result.group_capacity == capacity);
  *count = result.group_count;
  *total = result.total;
  return status;
}

#endif
