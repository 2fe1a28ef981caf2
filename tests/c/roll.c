/* The end of a day: many accounts rolled to it, each the same to the byte as one that is made from the start; not one
   allocation where nothing happens; and the edges of the contract.
 *
 * Link with: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=posix_memalign
 */
#include "allocations.h"
#include "check.h"

/* The layout that hosts store. */
#define AT(member, place) (offsetof(struct puhui_account_state, member) == (place))
LAYOUT(state, sizeof(struct puhui_account_state) == 128 && AT(as_of_ymd, 0) && AT(next_due_ymd, 4) &&
                  AT(period_start_ymd, 8) && AT(quiet_until_ymd, 12) && AT(earning_minor, 16) && AT(rate_mantissa, 24) &&
                  AT(principal_minor, 32) && AT(overdue_principal_minor, 40) && AT(interest_accrued_minor, 48) &&
                  AT(interest_of_day_minor, 56) && AT(interest_minor, 64) && AT(interest_deferred_minor, 72) &&
                  AT(penalty_minor, 80) && AT(compound_minor, 88) && AT(fees_minor, 96) && AT(credit_minor, 104) &&
                  AT(events, 112) && AT(days_past_due, 116) && AT(rate_decimals, 120) && AT(loan_class, 121) &&
                  AT(non_accrual, 122) && AT(stage, 123) && AT(reserved, 124));

#define COUNT 60
#define PER_ACCOUNT 12

static puhui_product *product;
static int64_t principal_minor[COUNT], rate_ppb[COUNT];
static int32_t disbursed_on_ymd[COUNT], first_due_on_ymd[COUNT];
static uint32_t instalments[COUNT];
static struct puhui_relief relief = PUHUI_RELIEF_INIT;
static struct puhui_event events[COUNT * PER_ACCOUNT];
static size_t event_offset[COUNT + 1];
static struct puhui_account_state states[COUNT], once[COUNT];
static puhui_status status[COUNT];

static struct puhui_loan_columns columns(void) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  columns.principal_minor = principal_minor;
  columns.rate_ppb = rate_ppb;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  columns.first_due_on_ymd = first_due_on_ymd;
  columns.instalments = instalments;
  return columns;
}

static struct puhui_terms single(size_t i) {
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  terms.principal_minor = principal_minor[i];
  terms.rate_ppb = rate_ppb[i];
  terms.disbursed_on_ymd = disbursed_on_ymd[i];
  terms.first_due_on_ymd = first_due_on_ymd[i];
  terms.instalments = instalments[i];
  return terms;
}

static struct puhui_event *add(size_t *place, uint64_t no, uint32_t kind, int32_t on_ymd, int64_t amount_minor) {
  const struct puhui_event fresh = PUHUI_EVENT_INIT;
  struct puhui_event *event = &events[(*place)++];
  *event = fresh;
  event->kind = kind;
  event->no = no;
  event->on_ymd = on_ymd;
  event->amount_minor = amount_minor;
  return event;
}

/* Accounts drawn in January 2024: some pay, some pay late, some never do; some are relieved, prepaid, charged a fee. */
static void fill(void) {
  size_t i, place = 0;
  relief.granted_on_ymd = 20240401;
  relief.defer = PUHUI_DEFER_PRINCIPAL;
  relief.due_from_ymd = 20240401;
  relief.instalments = 2;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_PAID;
  for (i = 0; i < COUNT; i++) {
    const int32_t day = 1 + (int32_t)(i % 28);
    int32_t month;
    uint64_t no = 1;
    principal_minor[i] = 1000000 + 34567 * (int64_t)i;
    rate_ppb[i] = 36000000 + 250000 * (int64_t)i;
    disbursed_on_ymd[i] = 20240100 + day;
    first_due_on_ymd[i] = 20240200 + day;
    instalments[i] = 6 + (uint32_t)(i % 24);
    event_offset[i] = place;
    if (i % 5 == 4) continue; /* Nothing ever happens to it. */
    for (month = 2; month <= 7; month++) {
      if (i % 5 == 3 && month % 2 == 0) continue; /* Every other month. */
      /* More than the instalment of most: the rest is held, and used up. */
      add(&place, no++, PUHUI_EVENT_REPAID, 20240000 + 100 * month + (i % 5 == 2 ? 28 : day), 450000)->payer =
          PUHUI_PAYER_BORROWER;
    }
    if (i % 7 == 1) add(&place, no++, PUHUI_EVENT_RELIEF, 20240401, 0)->relief = &relief;
    if (i % 7 == 2) add(&place, no++, PUHUI_EVENT_RATE_RESET, 20240410, 0)->rate_ppb = 30000000;
    if (i % 7 == 3) add(&place, no++, PUHUI_EVENT_FEE_CHARGED, 20240415, 2500);
  }
  event_offset[COUNT] = place;
}

#define ROLL(day) puhui_account_roll_day(loans_of(product, &given, COUNT), events, event_offset, day, states, status, &error)

static int32_t next_day(int32_t ymd) {
  static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (ymd % 100 < lengths[ymd / 100 % 100 - 1]) return ymd + 1;
  return ymd / 100 % 100 < 12 ? (ymd / 100 + 1) * 100 + 1 : (ymd / 10000 + 1) * 10000 + 101;
}

/* Whether an account that is rolled from the start is the same, and says what a replay says. */
static void same_as_replayed(int32_t day) {
  const struct puhui_loan_columns given = columns();
  size_t i;
  memset(once, 0, sizeof once);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, COUNT), events, event_offset, day, once, status, NULL), PUHUI_OK);
  for (i = 0; i < COUNT; i++) {
    struct puhui_position position = PUHUI_POSITION_INIT;
    const struct puhui_account_state *state = &states[i];
    const struct puhui_terms terms = single(i);
    if (memcmp(state, &once[i], sizeof *state) != 0) {
      fprintf(stderr, "account %u on %d: rolled is not replayed\n", (unsigned)i, (int)day);
      exit(1);
    }
    CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, &events[event_offset[i]], event_offset[i + 1] - event_offset[i], day, 0), &position, NULL, 0, NULL, NULL),
                PUHUI_OK);
    CHECK_EQUAL(state->as_of_ymd, day);
    CHECK_EQUAL(state->next_due_ymd, position.next_due_ymd);
    CHECK_EQUAL(state->principal_minor, position.principal_minor);
    CHECK_EQUAL(state->overdue_principal_minor, position.overdue_principal_minor);
    CHECK_EQUAL(state->interest_accrued_minor, position.interest_accrued_minor);
    CHECK_EQUAL(state->interest_of_day_minor, position.interest_of_day_minor);
    CHECK_EQUAL(state->interest_minor, position.interest_minor);
    CHECK_EQUAL(state->interest_deferred_minor, position.interest_deferred_minor);
    CHECK_EQUAL(state->penalty_minor, position.penalty_minor + position.penalty_accrued_minor);
    CHECK_EQUAL(state->compound_minor, position.compound_minor + position.compound_accrued_minor);
    CHECK_EQUAL(state->fees_minor, position.fees_minor);
    CHECK_EQUAL(state->credit_minor, position.credit_minor);
    CHECK_EQUAL(state->days_past_due, position.days_past_due);
    CHECK_EQUAL(state->loan_class, position.loan_class);
    CHECK_EQUAL(state->non_accrual, position.non_accrual);
    CHECK_EQUAL(state->reserved, 0);
  }
}

/* Half a year, day by day. Where a state says that nothing but interest changes, nothing is allocated: not for a relief that
   the account has seen, not for its other events. */
static void day_by_day(void) {
  const struct puhui_loan_columns given = columns();
  static struct puhui_account_state before[COUNT];
  struct puhui_error error = PUHUI_ERROR_INIT;
  int32_t day;
  size_t i, quiet_days = 0, days = 0;

  memset(states, 0, sizeof states);
  /* Nobody is drawn before the 28th. */
  for (day = 20240128; day <= 20240731; day = next_day(day), days++) {
    size_t allocated = allocations;
    memcpy(before, states, sizeof states);
    memset(status, 0xA5, sizeof status);
    CHECK_EQUAL(ROLL(day), PUHUI_OK);
    told(&error, PUHUI_OK, "");
    for (i = 0; i < COUNT; i++) CHECK_EQUAL(status[i], PUHUI_OK);
    /* Once more, on the same day: nothing changes, and nothing is allocated. */
    memcpy(once, states, sizeof states);
    allocated = allocations;
    CHECK_EQUAL(ROLL(day), PUHUI_OK);
    CHECK_EQUAL(allocations, allocated);
    CHECK(memcmp(once, states, sizeof states) == 0);
    /* The quiet ones once more, one by one, from the day before. */
    for (i = 0; i < COUNT; i++) {
      struct puhui_account_state alone = before[i];
      struct puhui_loan_columns own = given;
      if (alone.as_of_ymd == 0 || day >= alone.quiet_until_ymd) continue;
      own.principal_minor += i;
      own.rate_ppb += i;
      own.disbursed_on_ymd += i;
      own.first_due_on_ymd += i;
      own.instalments += i;
      allocated = allocations;
      CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &own, 1), events, &event_offset[i], day, &alone, status, &error), PUHUI_OK);
      CHECK_EQUAL(allocations, allocated);
      CHECK(memcmp(&alone, &states[i], sizeof alone) == 0);
      quiet_days++;
    }
    if (day % 100 % 6 == 1) same_as_replayed(day);
  }
  CHECK(quiet_days > days * COUNT / 4);
  same_as_replayed(20240731);

  /* Parts of the columns give the states of the whole, and days may be left out. */
  {
    struct puhui_loan_columns tail = given;
    tail.principal_minor += 20;
    tail.rate_ppb += 20;
    tail.disbursed_on_ymd += 20;
    tail.first_due_on_ymd += 20;
    tail.instalments += 20;
    memset(once, 0, sizeof once);
    CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &tail, COUNT - 20), events, event_offset + 20, 20240301, once, status, NULL),
                PUHUI_OK);
    CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &tail, COUNT - 20), events, event_offset + 20, 20240731, once, status, NULL),
                PUHUI_OK);
    CHECK(memcmp(once, &states[20], (COUNT - 20) * sizeof *once) == 0);
    CHECK_EQUAL(once[COUNT - 20].as_of_ymd, 0);
  }
}

/* An event comes in late: another number of events, so the account is made anew. */
static void late_events(void) {
  struct puhui_loan_columns given = columns();
  struct puhui_event late[2] = {PUHUI_EVENT_INIT, PUHUI_EVENT_INIT};
  struct puhui_account_state state, fresh;
  const size_t none[2] = {0, 0}, first[2] = {0, 1}, both[2] = {0, 2};
  size_t i;

  memset(&state, 0, sizeof state);
  for (i = 0; i < 2; i++) {
    late[i].kind = PUHUI_EVENT_REPAID;
    late[i].no = i + 1;
    late[i].on_ymd = 20240205;
    late[i].booked_on_ymd = 20240215;
    late[i].amount_minor = 100000;
    late[i].payer = PUHUI_PAYER_BORROWER;
  }
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), NULL, NULL, 20240210, &state, status, NULL), PUHUI_OK);
  CHECK(state.events == 0 && state.days_past_due == 9);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), late, none, 20240211, &state, status, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), late, first, 20240215, &state, status, NULL), PUHUI_OK);
  CHECK_EQUAL(state.events, 1);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), late, both, 20240215, &state, status, NULL), PUHUI_OK);
  CHECK_EQUAL(state.events, 2);
  memset(&fresh, 0, sizeof fresh);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), late, both, 20240215, &fresh, status, NULL), PUHUI_OK);
  CHECK(memcmp(&state, &fresh, sizeof state) == 0);
}

/* ---------------------------------------------------------------- the edges of the contract */

/* Accounts that are bad in different ways keep their states and leave the others alone. */
static void bad_accounts(void) {
  struct puhui_loan_columns given;
  struct puhui_error error = PUHUI_ERROR_INIT;
  static struct puhui_account_state before[COUNT];
  static struct puhui_event kept[COUNT * PER_ACCOUNT];
  struct puhui_account_state later, good;
  size_t i, bad = 0;

  fill();
  given = columns();
  memset(states, 0, sizeof states);
  CHECK_EQUAL(ROLL(20240402), PUHUI_OK);
  later = states[8];
  memset(states, 0, sizeof states);
  CHECK_EQUAL(ROLL(20240301), PUHUI_OK);
  good = states[8];
  memcpy(before, states, sizeof states);
  memcpy(kept, events, sizeof events);
  principal_minor[2] = 0;
  disbursed_on_ymd[4] = 20240231;
  events[event_offset[5] + 1].how = 1;
  events[event_offset[6]].struct_size += 8;
  events[event_offset[7] + 2].no = 1;
  events[event_offset[10] + 1].kind = 0;
  states[8] = before[8] = later;
  states[9].reserved = before[9].reserved = 1;
  CHECK_EQUAL(ROLL(20240401), PUHUI_ERR_ROWS);
  CHECK_EQUAL(error.row, 2);
  CHECK_EQUAL(error.status, PUHUI_ERR_OUT_OF_RANGE);
  CHECK(strcmp(error.field, "principal") == 0);
  for (i = 0; i < COUNT; i++) {
    if (status[i] == PUHUI_OK) {
      CHECK_EQUAL(states[i].as_of_ymd, 20240401);
      continue;
    }
    CHECK(memcmp(&states[i], &before[i], sizeof *states) == 0);
    bad++;
  }
  CHECK_EQUAL(bad, 8);
  CHECK(status[2] == PUHUI_ERR_OUT_OF_RANGE && status[4] == PUHUI_ERR_MALFORMED && status[5] == PUHUI_ERR_CONTRADICTION &&
        status[6] == PUHUI_ERR_STRUCT_SIZE && status[7] == PUHUI_ERR_NUMBER_USED_TWICE &&
        status[8] == PUHUI_ERR_DATES_OUT_OF_ORDER && status[9] == PUHUI_ERR_INVALID_SNAPSHOT &&
        status[10] == PUHUI_ERR_UNKNOWN_CODE);
  /* The place of an event is counted from the first of its account. */
  principal_minor[2] = 1000000 + 34567 * 2;
  disbursed_on_ymd[4] = 20240105;
  CHECK_EQUAL(ROLL(20240401), PUHUI_ERR_ROWS);
  CHECK_EQUAL(error.row, 5);
  CHECK(strcmp(error.field, "events[1].how") == 0);
  /* What was wrong is mended, and the call made again: those that were rolled stay as they are. */
  fill();
  memcpy(events, kept, sizeof events);
  states[8] = good;
  states[9].reserved = 0;
  CHECK_EQUAL(ROLL(20240401), PUHUI_OK);
  same_as_replayed(20240401);
}

/* Bytes that no roll has left. */
static void strange_states(void) {
  const struct puhui_loan_columns given = columns();
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_account_state good, state;
  const size_t none[2] = {0, 0};

  memset(&good, 0, sizeof good);
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), NULL, none, 20240115, &good, status, &error), PUHUI_OK);
#define STRANGE(member, value, name)                                                                             \
  do {                                                                                                           \
    struct puhui_account_state tried = good;                                                                     \
    tried.member = (value);                                                                                      \
    state = tried;                                                                                               \
    CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 1), NULL, none, 20240116, &tried, status, &error),         \
                PUHUI_ERR_ROWS);                                                                                 \
    CHECK_EQUAL(status[0], PUHUI_ERR_INVALID_SNAPSHOT);                                                          \
    CHECK(error.status == PUHUI_ERR_INVALID_SNAPSHOT && error.row == 0 && strcmp(error.field, name) == 0);       \
    CHECK(memcmp(&tried, &state, sizeof state) == 0);                                                            \
  } while (0)
  STRANGE(as_of_ymd, 0, "states.as_of");
  STRANGE(as_of_ymd, -1, "states.as_of");
  STRANGE(as_of_ymd, 20240230, "states.as_of");
  STRANGE(next_due_ymd, 1, "states.next_due");
  STRANGE(period_start_ymd, 99999999, "states.period_start");
  STRANGE(quiet_until_ymd, INT32_MIN, "states.quiet_until");
  STRANGE(rate_decimals, 29, "states.rate_decimals");
  STRANGE(loan_class, PUHUI_LOAN_CLASS_LOSS + 1, "states.loan_class");
  STRANGE(non_accrual, 2, "states.non_accrual");
  STRANGE(stage, PUHUI_STAGE_CLOSED + 1, "states.stage");
  STRANGE(reserved, 1, "states.reserved");
  /* What its fields contradict: the account is quiet, and owes nothing that fell due. */
  CHECK(good.quiet_until_ymd > good.as_of_ymd && good.interest_accrued_minor > 0);
  STRANGE(next_due_ymd, good.as_of_ymd, "states.next_due");
  STRANGE(quiet_until_ymd, good.as_of_ymd, "states.quiet_until");
  STRANGE(quiet_until_ymd, 0, "states.period_start");
  STRANGE(quiet_until_ymd, good.next_due_ymd + 1, "states.quiet_until");
  STRANGE(period_start_ymd, good.as_of_ymd + 1, "states.period_start");
  STRANGE(overdue_principal_minor, 1, "states.overdue_principal");
  STRANGE(penalty_minor, -1, "states.penalty");
  STRANGE(credit_minor, -1, "states.credit");
  STRANGE(days_past_due, 1, "states.days_past_due");
  STRANGE(earning_minor, good.earning_minor * 2, "states.interest_accrued");
  STRANGE(interest_accrued_minor, good.interest_accrued_minor + 1, "states.interest_accrued");
  STRANGE(interest_of_day_minor, good.interest_of_day_minor - 1, "states.interest_of_day");
}

static void pointers(void) {
  struct puhui_loan_columns given = columns();
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_event event = PUHUI_EVENT_INIT;
  struct puhui_account_state state;
  static const struct puhui_account_state never;
  puhui_status one;
  size_t falling[3] = {1, 0, 1};
  const size_t rising[2] = {0, 1}, none[2] = {3, 3};

  event.kind = PUHUI_EVENT_FEE_CHARGED;
  event.no = 1;
  event.on_ymd = 20240110;
  event.amount_minor = 1;
#define MISSES(call, expected, name)                               \
  do {                                                             \
    memset(&state, 0, sizeof state);                               \
    one = 7;                                                       \
    CHECK_EQUAL(call, expected);                                   \
    told(&error, expected, name);                                  \
    CHECK(one == 7 && memcmp(&state, &never, sizeof state) == 0);  \
  } while (0)
#define ONE(product, columns, events, offset, day, states, status) \
  puhui_account_roll_day(loans_of(product, columns, 1), events, offset, day, states, status, &error)
  MISSES(ONE(NULL, &given, &event, rising, 20240115, &state, &one), PUHUI_ERR_NULL, "products");
  MISSES(puhui_account_roll_day(NULL, &event, rising, 20240115, &state, &one, &error), PUHUI_ERR_NULL, "columns");
  MISSES(ONE(product, &given, NULL, rising, 20240115, &state, &one), PUHUI_ERR_NULL, "events");
  MISSES(ONE(product, &given, &event, NULL, 20240115, &state, &one), PUHUI_ERR_NULL, "event_offset");
  MISSES(ONE(product, &given, &event, rising, 20240115, NULL, &one), PUHUI_ERR_NULL, "states");
  MISSES(ONE(product, &given, &event, rising, 20240115, &state, NULL), PUHUI_ERR_NULL, "status");
  MISSES(ONE(product, &given, &event, rising, 0, &state, &one), PUHUI_ERR_MALFORMED, "day");
  MISSES(ONE(product, &given, &event, rising, 20240230, &state, &one), PUHUI_ERR_MALFORMED, "day");
  MISSES(ONE(product, &given, &event, rising, 18991231, &state, &one), PUHUI_ERR_DATE_OUT_OF_RANGE, "day");
  MISSES(ONE(product, &given, &event, falling, 20240115, &state, &one), PUHUI_ERR_OUT_OF_RANGE, "event_offset");
  event.struct_size = 7;
  MISSES(ONE(product, &given, &event, rising, 20240115, &state, &one), PUHUI_ERR_STRUCT_SIZE, "events");
  event.struct_size = sizeof event;
  given.known_on_ymd = 20240115;
  MISSES(ONE(product, &given, &event, rising, 20240115, &state, &one), PUHUI_ERR_CONTRADICTION, "known_on");
  given.known_on_ymd = 0;
  given.rate_ppb = NULL;
  MISSES(ONE(product, &given, &event, rising, 20240115, &state, &one), PUHUI_ERR_NULL, "rate");
  given = columns();
  given.struct_size = 8;
  MISSES(ONE(product, &given, &event, rising, 20240115, &state, &one), PUHUI_ERR_STRUCT_SIZE, "columns");
  given = columns();

  /* Where there is no event nothing of events is needed, wherever the offsets stand. */
  CHECK_EQUAL(ONE(product, &given, NULL, NULL, 20240115, &state, &one), PUHUI_OK);
  CHECK_EQUAL(one, PUHUI_OK);
  CHECK_EQUAL(ONE(product, &given, NULL, none, 20240116, &state, &one), PUHUI_OK);
  CHECK_EQUAL(ONE(product, &given, &event, none, 20240117, &state, &one), PUHUI_OK);
  CHECK(state.as_of_ymd == 20240117 && state.events == 0 && state.fees_minor == 0);
  CHECK_EQUAL(ONE(product, &given, &event, rising, 20240117, &state, &one), PUHUI_OK);
  CHECK(state.events == 1 && state.fees_minor == 1);

  /* Nothing to do. */
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 0), NULL, NULL, 20240115, NULL, NULL, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &given, 0), NULL, NULL, 0, NULL, NULL, &error), PUHUI_ERR_MALFORMED);
  CHECK_EQUAL(puhui_account_roll_day(NULL, NULL, NULL, 20240115, NULL, NULL, NULL), PUHUI_ERR_NULL);
}

/* Whatever bytes a state is made of, an answer comes: never a bug of the library. */
static void any_bytes(void) {
  const struct puhui_loan_columns given = columns();
  struct puhui_error error = PUHUI_ERROR_INIT;
  uint32_t seed = 7;
  size_t turn, i;

  memset(states, 0, sizeof states);
  CHECK_EQUAL(ROLL(20240301), PUHUI_OK);
  memcpy(once, states, sizeof states);
  for (turn = 0; turn < 300; turn++) {
    memcpy(states, once, sizeof states);
    for (i = 0; i < COUNT; i++) {
      unsigned char *bytes = (unsigned char *)&states[i];
      size_t hits;
      for (hits = 0; hits <= turn % 4; hits++) {
        seed = seed * 1664525U + 1013904223U;
        bytes[(seed >> 8) % sizeof *states] ^= (unsigned char)(seed >> 24);
      }
    }
    {
      const puhui_status returned = ROLL(20240302);
      CHECK(returned == PUHUI_OK || returned == PUHUI_ERR_ROWS);
    }
  }
}

int main(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  struct puhui_servicing servicing = PUHUI_SERVICING_INIT;

  servicing.has_penalty = 1;
  servicing.penalty_mark_up_ppb = 500000000;
  servicing.compound_rate = PUHUI_COMPOUND_RATE_PENALTY;
  servicing.compound_base = PUHUI_COMPOUND_BASE_INTEREST_AND_PENALTY;
  servicing.ladder = PUHUI_LADDER_CN_2023;
  servicing.non_accrual_from_days = 91;
  CHECK_EQUAL(puhui_product_new(&rules, &servicing, NULL, &product, &error), PUHUI_OK);
  CHECK(allocations > 0); /* The counter counts: the product is one. */
  fill();
  day_by_day();
  late_events();
  bad_accounts();
  strange_states();
  pointers();
  any_bytes();
  puhui_product_free(product);
  return 0;
}
