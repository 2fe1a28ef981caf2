/* An account that is written down, read back and gone on with: figures that were worked out apart from the library, the same bytes as
   the account of all its events, and the edges of the contract. */
#include <stddef.h>

#include "events.h"

/* The layouts that callers are compiled against. */
LAYOUT(query, sizeof(void *) != 8 || (sizeof(struct puhui_account_query) == 72 &&
                                      offsetof(struct puhui_account_query, as_of_ymd) == 4 &&
                                      offsetof(struct puhui_account_query, known_on_ymd) == 8 &&
                                      offsetof(struct puhui_account_query, loan) == 16 &&
                                      offsetof(struct puhui_account_query, record) == 24 &&
                                      offsetof(struct puhui_account_query, event_count) == 48 &&
                                      offsetof(struct puhui_account_query, snapshot) == 56));

#define MOST 64
#define MOST_POSTINGS 4096
#define MOST_BYTES 65536

/* 30E/360, a penalty of half as much again, month-end accruals, no longer accrued from the 91st day on. */
static puhui_product *product;

static struct puhui_terms terms;

/* A record, as a host keeps it. */
struct kept {
  char text[MOST_BYTES];
  size_t length;
  struct puhui_account_state state;
};

/* An account from the first day, or from a record, with some of the events of `list`. */
static struct puhui_account_query query_of(const struct kept *from, size_t first, size_t count, int32_t as_of_ymd) {
  struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
  query.as_of_ymd = as_of_ymd;
  query.loan = loan_of(product, &terms, NULL);
  query.record = from == NULL ? NULL : from->text;
  query.record_length = from == NULL ? 0 : from->length;
  query.events = count == 0 ? NULL : &list[first];
  query.event_count = count;
  return query;
}

static void write_down(const struct puhui_account_query *query, struct kept *kept) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  memset(kept, 0xA5, sizeof *kept);
  if (puhui_account_record(query, kept->text, sizeof kept->text, &kept->length, &kept->state, &error) != PUHUI_OK) {
    fprintf(stderr, "record of %d: %s at %s\n", (int)query->as_of_ymd, error.message, error.field);
    exit(1);
  }
  told(&error, PUHUI_OK, "");
  CHECK(kept->text[0] == '{' && kept->text[kept->length - 1] == '}' && (unsigned char)kept->text[kept->length] == 0xA5);
}

static struct puhui_position resumed(const struct puhui_account_query *query) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT;
  if (puhui_account_position(query, &position, NULL, 0, NULL, &error) != PUHUI_OK) {
    fprintf(stderr, "account on %d: %s at %s\n", (int)query->as_of_ymd, error.message, error.field);
    exit(1);
  }
  CHECK(position.struct_size == sizeof position && position.as_of_ymd == query->as_of_ymd);
  return position;
}

/* ---------------------------------------------------------------- figures */

static void paid_after_it_was_written_down(void) {
  static struct kept february;
  struct puhui_account_query query = query_of(NULL, 0, 0, 20200229);
  struct puhui_position position;

  write_down(&query, &february);
  /* 9 days past due; 4.35 % on 48,697.25 and 6.525 % on 1,302.75 for these days: 52.96 and 2.125. */
  CHECK(february.state.as_of_ymd == 20200229 && february.state.days_past_due == 9 && february.state.events == 0);
  CHECK(february.state.interest_accrued_minor == 5296 && february.state.penalty_minor == 213);
  CHECK(february.state.overdue_principal_minor == 130275 && february.state.interest_minor == 18125);
  listed = 0;
  paid(20200301, 148400);
  query = query_of(&february, 0, 1, 20200301);
  position = resumed(&query);
  /* 11 days of penalty are 2.60, settled first; as much of the principal stays unpaid. */
  CHECK(position.overdue_principal_minor == 260 && position.interest_minor == 0 && position.penalty_minor == 0);
  CHECK(position.principal_repaid_minor == 130015 && position.disbursed_minor == 5000000);
  CHECK_EQUAL(position.received_minor[PUHUI_PAYER_BORROWER - 1], 148400);
  /* What settles everything on a later day. From 20 February to 11 March are 21 days: 48,697.25 x 0.0435 x 21 / 360 = 123.57; ten
     days of 6.525 % on 2.60 are nothing. */
  query = query_of(&february, 0, 1, 20200311);
  CHECK_EQUAL(resumed(&query).pay_off_minor, 4869725 + 260 + 12357);
}

/* ---------------------------------------------------------------- the same as the account of all its events */

static int32_t next_day(int32_t ymd) {
  static const int32_t last[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}; /* Of 2020. */
  if (ymd % 100 < last[ymd / 100 % 100 - 1]) return ymd + 1;
  return ymd / 100 * 100 + 101;
}

/* The record, the state, the position, the arrears and the instalments of two queries are the same bytes. */
static void same(const struct puhui_account_query *one, const struct puhui_account_query *other, struct kept *into) {
  static struct kept theirs;
  static struct puhui_instalment rows[2][MOST];
  struct puhui_owed arrears[2][MOST];
  struct puhui_position position[2] = {PUHUI_POSITION_INIT, PUHUI_POSITION_INIT};
  const struct puhui_account_query *both[2];
  size_t count[2], billed[2], i;

  both[0] = one;
  both[1] = other;
  memset(arrears, 0, sizeof arrears);
  memset(rows, 0, sizeof rows);
  for (i = 0; i < 2; i++) {
    CHECK_EQUAL(puhui_account_position(both[i], &position[i], arrears[i], MOST, &count[i], NULL), PUHUI_OK);
    CHECK_EQUAL(puhui_account_instalments(both[i], rows[i], MOST, &count[i], &billed[i], NULL), PUHUI_OK);
  }
  CHECK(memcmp(&position[0], &position[1], sizeof *position) == 0);
  CHECK(memcmp(arrears[0], arrears[1], sizeof *arrears) == 0);
  CHECK(count[0] == count[1] && billed[0] == billed[1] && memcmp(rows[0], rows[1], sizeof *rows) == 0);
  write_down(other, &theirs);
  write_down(one, into);
  CHECK(into->length == theirs.length && memcmp(into->text, theirs.text, theirs.length) == 0);
  CHECK(memcmp(&into->state, &theirs.state, sizeof into->state) == 0);
}

/* The roll of the account by its events leaves the state that belongs to the record. */
static void same_as_rolled(const struct puhui_account_state *state, size_t known) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  struct puhui_account_state rolled;
  puhui_status status;
  const size_t offset[2] = {0, known};
  memset(&rolled, 0, sizeof rolled);
  columns.principal_minor = &terms.principal_minor;
  columns.rate_ppb = &terms.rate_ppb;
  columns.disbursed_on_ymd = &terms.disbursed_on_ymd;
  columns.first_due_on_ymd = &terms.first_due_on_ymd;
  columns.instalments = &terms.instalments;
  CHECK_EQUAL(puhui_account_roll_day(loans_of(product, &columns, 1), list, offset, state->as_of_ymd, &rolled, &status, NULL), PUHUI_OK);
  CHECK(memcmp(&rolled, state, sizeof rolled) == 0);
}

static void day_by_day(void) {
  static struct kept today, yesterday;
  static struct puhui_posting postings[2][MOST_POSTINGS];
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_account_query query;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t known = 0, stepped = 0, count[2], dropped;
  int32_t day;

  listed = 0;
  paid(20200220, 100000);
  paid(20200325, 250000);
  happens(PUHUI_EVENT_RATE_RESET, 20200402, 0)->rate_ppb = 38512500;
  relief.granted_on_ymd = 20200410;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200415;
  relief.due_until_ymd = 20200630;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  happens(PUHUI_EVENT_RELIEF, 20200410, 0)->relief = &relief;
  happens(PUHUI_EVENT_PREPAID, 20200705, 500000)->payer = PUHUI_PAYER_BORROWER;
  list[4].how = PUHUI_PREPAYMENT_KEEP_TERM;
  happens(PUHUI_EVENT_RE_AGED, 20200901, 0)->first_due_on_ymd = 20200920;
  list[5].instalments = 10;
  /* Of a year: a record is as long as the instalments are many, and each day writes and reads several. */
  terms.instalments = 12;
  query = query_of(NULL, 0, 0, 20200120);
  write_down(&query, &yesterday);
  CHECK_EQUAL(puhui_account_postings(&query, 0, postings[1], MOST_POSTINGS, &stepped, NULL), PUHUI_OK);
  for (day = 20200121; day <= 20201031; day = next_day(day)) {
    struct puhui_account_query whole;
    const size_t before = known;
    while (known < listed && list[known].on_ymd <= day) known++;
    query = query_of(&yesterday, before, known - before, day);
    whole = query_of(NULL, 0, known, day);
    same(&query, &whole, &today);
    if (day % 100 % 7 == 1) same_as_rolled(&today.state, known);
    CHECK_EQUAL(puhui_account_postings(&query, day, &postings[1][stepped], MOST_POSTINGS - stepped, &count[1], NULL),
                PUHUI_OK);
    stepped += count[1];
    yesterday = today;
  }
  CHECK(known == 6 && today.state.events == 6);

  /* The postings of each day, one day after the other, are those of all events. */
  query = query_of(NULL, 0, known, 20201031);
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, list, known, 20201031, 0), 0, postings[0], MOST_POSTINGS, &count[0], NULL),
              PUHUI_OK);
  CHECK(count[0] == stepped && memcmp(postings[0], postings[1], stepped * sizeof **postings) == 0);
  /* So they are from the first day on; and from a day on, those of that day and later. */
  memset(postings[1], 0, sizeof postings[1]);
  CHECK_EQUAL(puhui_account_postings(&query, 0, postings[1], MOST_POSTINGS, &count[1], NULL), PUHUI_OK);
  CHECK(count[0] == count[1] && memcmp(postings[0], postings[1], count[0] * sizeof **postings) == 0);
  for (dropped = 0; postings[0][dropped].on_ymd < 20200705; dropped++) CHECK(dropped < count[0]);
  CHECK_EQUAL(puhui_account_postings(&query, 20200705, postings[1], MOST_POSTINGS, &count[1], NULL), PUHUI_OK);
  CHECK(dropped > 0 && count[1] == count[0] - dropped);
  CHECK(memcmp(&postings[0][dropped], postings[1], count[1] * sizeof **postings) == 0);
  /* Of the day of the record and before it, a record gives none. */
  query = query_of(&yesterday, 0, 0, 20201102);
  CHECK_EQUAL(puhui_account_postings(&query, 20201101, postings[1], MOST_POSTINGS, &count[1], &error), PUHUI_OK);
  CHECK_EQUAL(puhui_account_postings(&query, 20201031, postings[1], MOST_POSTINGS, &count[1], &error),
              PUHUI_ERR_DATES_OUT_OF_ORDER);
  told(&error, PUHUI_ERR_DATES_OUT_OF_ORDER, "from");
  CHECK_EQUAL(count[1], 0);
  terms = whole_months();
}

/* What was booked after the day of a record: its accounts go on, but what was booked by that day is not known. */
static void written_down_before_it_was_booked(void) {
  static struct kept february;
  static struct puhui_posting rows[MOST];
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_account_query query;
  size_t count = 7;
  listed = 0;
  paid(20200220, 148400);
  list[0].booked_on_ymd = 20200305;
  query = query_of(NULL, 0, 1, 20200229);
  write_down(&query, &february);
  query = query_of(&february, 0, 0, 20200310);
  CHECK_EQUAL(resumed(&query).overdue_principal_minor, 0);
  CHECK_EQUAL(puhui_account_postings(&query, 0, rows, MOST, &count, &error), PUHUI_ERR_CONTRADICTION);
  told(&error, PUHUI_ERR_CONTRADICTION, "postings");
  CHECK_EQUAL(count, 0);
}

/* Saved with all that happened, restored, and gone on with; and what came in late after it was saved. */
static void saved(void) {
  static char text[2][MOST_BYTES];
  static struct kept with_it, without;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_account_query query;
  size_t length[2], i;

  listed = 0;
  paid(20200220, 148400);
  relief.granted_on_ymd = 20200310;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200315;
  relief.instalments = 2;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  happens(PUHUI_EVENT_RELIEF, 20200310, 0)->relief = &relief;
  paid(20200520, 200000);
  paid(20200305, 1000); /* It comes in after the snapshot. */
  for (i = 0; i < 2; i++) {
    memset(text[i], 0xA5, sizeof text[i]);
    query = query_of(NULL, 0, 2, 20200401);
    CHECK_EQUAL(puhui_account_snapshot(&query, text[i], sizeof text[i], &length[i], &error), PUHUI_OK);
    CHECK(text[i][0] == '{' && text[i][length[i] - 1] == '}' && (unsigned char)text[i][length[i]] == 0xA5);
  }
  CHECK(length[0] == length[1] && memcmp(text[0], text[1], length[0]) == 0);
  query = query_of(NULL, 0, 4, 20200701);
  write_down(&query, &without);
  query = query_of(NULL, 2, 2, 20200701);
  query.snapshot = text[0];
  query.snapshot_length = length[0];
  write_down(&query, &with_it);
  CHECK(with_it.length == without.length && memcmp(with_it.text, without.text, with_it.length) == 0);

  /* Counted, too small, and refused. */
  query = query_of(NULL, 0, 2, 20200401);
  CHECK_EQUAL(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_OK);
  CHECK_EQUAL(length[0], length[1]);
  memset(text[1], 0xA5, sizeof text[1]);
  CHECK_EQUAL(puhui_account_snapshot(&query, text[1], length[0] - 1, &length[1], &error), PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK(length[1] == length[0] && (unsigned char)text[1][0] == 0xA5);
#define NO_SNAPSHOT(call, expected, name)     \
  do {                                        \
    length[1] = 7;                            \
    CHECK_EQUAL(call, expected);              \
    told(&error, expected, name);             \
    CHECK_EQUAL(length[1], 0);                \
  } while (0)
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 1, &length[1], &error), PUHUI_ERR_NULL, "snapshot");
  NO_SNAPSHOT(puhui_account_snapshot(NULL, NULL, 0, &length[1], &error), PUHUI_ERR_NULL, "query");
  CHECK_EQUAL(puhui_account_snapshot(&query, NULL, 0, NULL, &error), PUHUI_ERR_NULL);
  query = query_of(&with_it, 0, 0, 20200702);
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_ERR_CONTRADICTION, "record");
  query.snapshot = text[0];
  query.snapshot_length = length[0];
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_ERR_CONTRADICTION, "snapshot");
  query.record = NULL;
  query.record_length = 0;
  query.snapshot = NULL;
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_ERR_NULL, "snapshot");
  query.snapshot = text[0];
  query.snapshot_length = length[0] - 1;
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_ERR_INVALID_SNAPSHOT, "snapshot");
  query.snapshot_length = length[0];
  terms.principal_minor += 1;
  NO_SNAPSHOT(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_ERR_INVALID_SNAPSHOT, "loan");
  terms.principal_minor -= 1;
  CHECK_EQUAL(puhui_account_snapshot(&query, NULL, 0, &length[1], &error), PUHUI_OK);
}

/* ---------------------------------------------------------------- the edges of the contract */

/* What a call leaves of its outputs when it is refused. */
static struct kept out;
static struct puhui_position position;
static struct puhui_owed arrears[4];
static struct puhui_instalment rows[MOST];
static struct puhui_posting postings[MOST];

static puhui_status record_of(const struct puhui_account_query *query, struct puhui_error *error) {
  return puhui_account_record(query, out.text, sizeof out.text, &out.length, &out.state, error);
}

/* All four refuse a query in the same way, and write nothing. */
static void refused(const struct puhui_account_query *query, puhui_status expected,
                    const char *field) {
  static const struct puhui_account_state never;
  static const struct puhui_position nothing = PUHUI_POSITION_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t count = 7, billed = 7;

  memset(&out, 0xA5, sizeof out);
  CHECK_EQUAL(record_of(query, &error), expected);
  told(&error, expected, field);
  CHECK(out.length == 0 && (unsigned char)out.text[0] == 0xA5 && memcmp(&out.state, &never, sizeof never) == 0);

  memset(&position, 0xA5, sizeof position);
  memset(arrears, 0xA5, sizeof arrears);
  position.struct_size = sizeof position;
  CHECK_EQUAL(puhui_account_position(query, &position, arrears, 4, &count, &error), expected);
  told(&error, expected, field);
  CHECK(count == 0 && (uint32_t)arrears[0].due_on_ymd == 0xA5A5A5A5);
  CHECK(memcmp(&position, &nothing, sizeof position) == 0);

  memset(rows, 0xA5, sizeof rows);
  count = 7;
  CHECK_EQUAL(puhui_account_instalments(query, rows, MOST, &count, &billed, &error), expected);
  told(&error, expected, field);
  CHECK(count == 0 && billed == 0 && rows[0].no == 0xA5A5A5A5);

  memset(postings, 0xA5, sizeof postings);
  count = 7;
  CHECK_EQUAL(puhui_account_postings(query, 0, postings, MOST, &count, &error), expected);
  told(&error, expected, field);
  CHECK(count == 0 && (uint32_t)postings[0].on_ymd == 0xA5A5A5A5);
}

static void refused_queries(void) {
  static struct kept march, changed;
  LARGER(puhui_account_query) more;
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_account_query query = query_of(NULL, 0, 0, 20200331);
  const uint32_t wrong[] = {0, 1, 4, sizeof query - 1, 4097, UINT32_MAX};
  size_t i;

  write_down(&query, &march);
  query = query_of(&march, 0, 0, 20200401);
  query.loan = loan_of(NULL, &terms, NULL);
  refused(&query, PUHUI_ERR_NULL, "product");
  query.loan = NULL;
  refused(&query, PUHUI_ERR_NULL, "loan");
  refused(NULL, PUHUI_ERR_NULL, "query");
  query = query_of(&march, 0, 0, 20200401);
  query.known_on_ymd = 20200401;
  refused(&query, PUHUI_ERR_CONTRADICTION, "known_on");
  query = query_of(&march, 0, 0, 20200401);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    query.struct_size = wrong[i];
    refused(&query, PUHUI_ERR_STRUCT_SIZE, "query");
  }
  /* One of a later release, with and without news. */
  memset(&more, 0, sizeof more);
  more.known = query_of(&march, 0, 0, 20200401);
  more.known.struct_size = sizeof more;
  CHECK_EQUAL(record_of(&more.known, NULL), PUHUI_OK);
  more.tail[15] = 1;
  refused(&more.known, PUHUI_ERR_STRUCT_SIZE, "query");

  query = query_of(&march, 0, 0, 20200401);
  query.loan = loan_of(product, NULL, NULL);
  refused(&query, PUHUI_ERR_NULL, "terms");
  query = query_of(&march, 0, 0, 20200401);
  query.event_count = 1;
  refused(&query, PUHUI_ERR_NULL, "events");
  query = query_of(&march, 0, 0, 20200401);
  query.record = NULL;
  refused(&query, PUHUI_ERR_NULL, "record");
  query = query_of(&march, 0, 0, 20200231);
  refused(&query, PUHUI_ERR_MALFORMED, "as_of");
  /* A day before the record, and one before the loan. */
  query = query_of(&march, 0, 0, 20200330);
  refused(&query, PUHUI_ERR_DATES_OUT_OF_ORDER, "as_of");
  query = query_of(NULL, 0, 0, 20200119);
  refused(&query, PUHUI_ERR_DATES_OUT_OF_ORDER, "as_of");

  /* An event that is in the record already, one of an earlier day that comes in late, and one that is reversed. */
  listed = 0;
  paid(20200401, 100);
  paid(20200331, 100);
  query = query_of(&march, 0, 2, 20200401);
  refused(&query, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[1].on");
  listed = 0;
  happens(PUHUI_EVENT_REVERSED, 20200401, 0)->reverses_no = 7;
  query = query_of(&march, 0, 1, 20200401);
  refused(&query, PUHUI_ERR_NOTHING_TO_REVERSE, "events[0].reverses_no");
  /* A relief of rows that fell due before it was granted: the record does not know what came before. */
  listed = 0;
  relief.granted_on_ymd = 20200401;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200220;
  relief.due_until_ymd = 20200630;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  happens(PUHUI_EVENT_RELIEF, 20200401, 0)->relief = &relief;
  query = query_of(&march, 0, 1, 20200401);
  refused(&query, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].relief.granted_on");

  /* What is no record: nothing, a part of one, one with more behind it, one that was changed, and no text. */
  query = query_of(&march, 0, 0, 20200401);
  query.record_length = 0;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "record");
  query.record_length = march.length - 1;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "record");
  query.record_length = march.length + 1;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "record");
  query.record = "[]";
  query.record_length = 2;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "record");
  query = query_of(&changed, 0, 0, 20200401);
  changed = march;
  *strstr(changed.text, "\"version\":") = '\xff';
  query.record_length = changed.length;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "record");
  changed = march;
  strstr(changed.text, "\"credit\":0")[9] = '1';
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "checksum");
  changed = march;
  strstr(changed.text, "\"version\":")[10] = '1';
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "version");
  /* Another loan's. */
  query = query_of(&march, 0, 0, 20200401);
  terms.principal_minor++;
  refused(&query, PUHUI_ERR_INVALID_SNAPSHOT, "loan");
  terms = whole_months();
}

static void pointers_and_buffers(void) {
  static struct kept march, tight;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_account_query query = query_of(NULL, 0, 0, 20200331);
  size_t count = 7, billed = 7;

  write_down(&query, &march);
  query = query_of(&march, 0, 0, 20200401);
#define MISSES(call, name)                \
  do {                                    \
    CHECK_EQUAL(call, PUHUI_ERR_NULL);    \
    told(&error, PUHUI_ERR_NULL, name);   \
  } while (0)
  MISSES(puhui_account_record(&query, NULL, 0, NULL, NULL, &error), "out_length");
  MISSES(puhui_account_record(&query, NULL, 1, &count, NULL, &error), "record");
  MISSES(puhui_account_position(&query, NULL, NULL, 0, NULL, &error), "out_position");
  MISSES(puhui_account_position(&query, &position, NULL, 1, &count, &error), "arrears");
  MISSES(puhui_account_position(&query, &position, arrears, 4, NULL, &error), "out_arrears_count");
  MISSES(puhui_account_instalments(&query, rows, MOST, NULL, NULL, &error), "out_count");
  MISSES(puhui_account_instalments(&query, NULL, 1, &count, NULL, &error), "rows");
  MISSES(puhui_account_postings(&query, 0, postings, MOST, NULL, &error), "out_count");
  MISSES(puhui_account_postings(&query, 0, NULL, 1, &count, &error), "rows");
  CHECK_EQUAL(puhui_account_record(NULL, NULL, 0, NULL, NULL, NULL), PUHUI_ERR_NULL);

  /* Sized by the same call, and one byte short; the state and the length may be asked for alone. */
  CHECK_EQUAL(puhui_account_record(&query, NULL, 0, &count, NULL, &error), PUHUI_OK);
  memset(&tight, 0xA5, sizeof tight);
  CHECK_EQUAL(puhui_account_record(&query, tight.text, count - 1, &tight.length, &tight.state, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK(tight.length == count && (unsigned char)tight.text[0] == 0xA5 && tight.state.as_of_ymd == 0);
  CHECK_EQUAL(puhui_account_record(&query, tight.text, count, &tight.length, NULL, &error), PUHUI_OK);
  CHECK(tight.length == count && tight.text[count - 1] == '}' && (unsigned char)tight.text[count] == 0xA5);

  /* The rows of the others, one short. */
  memset(rows, 0xA5, sizeof rows);
  CHECK_EQUAL(puhui_account_instalments(&query, NULL, 0, &count, &billed, &error), PUHUI_OK);
  CHECK(count == 36 && billed == 2);
  CHECK_EQUAL(puhui_account_instalments(&query, rows, 35, &count, &billed, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK(count == 36 && billed == 0 && rows[0].no == 0xA5A5A5A5);
  memset(arrears, 0xA5, sizeof arrears);
  position.struct_size = sizeof position;
  CHECK_EQUAL(puhui_account_position(&query, &position, arrears, 1, &count, &error), PUHUI_ERR_BUFFER_TOO_SMALL);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "arrears_capacity");
  CHECK(count == 2 && (uint32_t)arrears[0].due_on_ymd == 0xA5A5A5A5 && position.as_of_ymd == 0);
  query = query_of(NULL, 0, 0, 20200401);
  CHECK_EQUAL(puhui_account_postings(&query, 20200320, NULL, 0, &count, &error), PUHUI_OK);
  CHECK(count > 1 && count < MOST);
  memset(postings, 0xA5, sizeof postings);
  billed = count;
  CHECK_EQUAL(puhui_account_postings(&query, 20200320, postings, count - 1, &count, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK(count == billed && (uint32_t)postings[0].on_ymd == 0xA5A5A5A5);
  CHECK_EQUAL(puhui_account_postings(&query, -1, NULL, 0, &count, &error), PUHUI_ERR_MALFORMED);
  told(&error, PUHUI_ERR_MALFORMED, "from");
}

/* Whatever bytes a record is made of, an answer comes: never a bug of the library. The loan is short, so that a few bytes hit every
   part of its record. */
static void any_bytes(void) {
  static struct kept good, tried;
  struct puhui_account_query query = query_of(NULL, 0, 0, 20200331);
  uint32_t seed = 11;
  size_t turn, hits;

  terms.instalments = 4;
  write_down(&query, &good);
  tried = good;
  query = query_of(&tried, 0, 0, 20200401);
  for (turn = 0; turn < 2000; turn++) {
    puhui_status status;
    memcpy(tried.text, good.text, good.length);
    for (hits = 0; hits <= turn % 3; hits++) {
      seed = seed * 1664525U + 1013904223U;
      tried.text[(seed >> 8) % good.length] = turn % 2 ? (char)('0' + (seed >> 24) % 10) : (char)(seed >> 24);
    }
    query.record_length = turn % 5 == 4 ? seed % good.length : good.length;
    status = record_of(&query, NULL);
    CHECK(status == PUHUI_OK || status == PUHUI_ERR_INVALID_SNAPSHOT);
    CHECK(status == PUHUI_ERR_INVALID_SNAPSHOT || memcmp(tried.text, good.text, good.length) == 0);
  }
  terms = whole_months();
}

int main(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_30E_360);
  struct puhui_servicing servicing = PUHUI_SERVICING_INIT;

  servicing.has_penalty = 1;
  servicing.penalty_mark_up_ppb = 500000000;
  servicing.accrual_postings = PUHUI_ACCRUAL_POSTINGS_MONTH_END;
  servicing.non_accrual_from_days = 91;
  CHECK_EQUAL(puhui_product_new(&rules, &servicing, NULL, &product, &error), PUHUI_OK);
  terms = whole_months();
  paid_after_it_was_written_down();
  day_by_day();
  written_down_before_it_was_booked();
  saved();
  refused_queries();
  pointers_and_buffers();
  any_bytes();
  puhui_product_free(product);
  return 0;
}
