/* Accounts: figures that were worked out apart from the library, each with its arithmetic; the edges of the contract; and what
   must hold of any account. */
#include <stddef.h>

#include "events.h"

/* The layouts that callers are compiled against. */
LAYOUT(event, sizeof(void *) != 8 || (sizeof(struct puhui_event) == 88 && offsetof(struct puhui_event, kind) == 4 &&
                                      offsetof(struct puhui_event, no) == 16 && offsetof(struct puhui_event, by) == 40 &&
                                      offsetof(struct puhui_event, payer) == 56 &&
                                      offsetof(struct puhui_event, reserved) == 76 &&
                                      offsetof(struct puhui_event, relief) == 80));
LAYOUT(position, sizeof(struct puhui_position) == 264 && offsetof(struct puhui_position, loan_class) == 16 &&
                     offsetof(struct puhui_position, disbursed_minor) == 40 &&
                     offsetof(struct puhui_position, pay_off_minor) == 176 &&
                     offsetof(struct puhui_position, received_minor) == 200);
LAYOUT(owed, sizeof(struct puhui_owed) == 48 && offsetof(struct puhui_owed, fee_minor) == 8 &&
                 offsetof(struct puhui_owed, principal_minor) == 40);
LAYOUT(posting, sizeof(struct puhui_posting) == 24 && offsetof(struct puhui_posting, amount_minor) == 8 &&
                    offsetof(struct puhui_posting, correction) == 16);

#define MOST 64
#define MOST_POSTINGS 4096

/* 30E/360, a penalty of half as much again, month-end accruals. */
static puhui_product *product;

/* The account of `list`, which must be good. */
static struct puhui_position as_known(int32_t as_of, int32_t known_on) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT;
  const struct puhui_terms terms = whole_months();
  if (puhui_account_position(account_of(product, &terms, NULL, list, listed, as_of, known_on), &position, NULL, 0, NULL, &error) !=
      PUHUI_OK) {
    fprintf(stderr, "account on %d: %s\n", (int)as_of, error.message);
    exit(1);
  }
  CHECK_EQUAL(position.struct_size, sizeof position);
  CHECK_EQUAL(position.as_of_ymd, as_of);
  return position;
}

static struct puhui_position position_on(int32_t as_of) { return as_known(as_of, 0); }

/* The account of `list` is refused. */
static void refused(int32_t as_of, puhui_status expected, const char *field) {
  static const struct puhui_position nothing = PUHUI_POSITION_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_position position;
  struct puhui_owed arrears[1];
  const struct puhui_terms terms = whole_months();
  size_t count = 7;
  memset(&position, 0xA5, sizeof position);
  position.struct_size = sizeof position;
  memset(arrears, 0xA5, sizeof arrears);
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, list, listed, as_of, 0), &position, arrears, 1, &count, &error),
              expected);
  told(&error, expected, field);
  CHECK(memcmp(&position, &nothing, sizeof position) == 0);
  CHECK(count == 0 && (uint32_t)arrears[0].due_on_ymd == 0xA5A5A5A5);
}

/* ---------------------------------------------------------------- figures */

static void paid_late(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = whole_months();
  struct puhui_position position;
  struct puhui_owed arrears[2];
  int64_t pay_off;
  size_t count;

  listed = 0;
  paid(20200301, 148400);
  /* 50,000.00 x 0.0435 / 12 = 181.25 of interest, 1,484.00 - 181.25 = 1,302.75 of principal, due on 20 February. */
  position = position_on(20200220);
  CHECK(position.days_past_due == 0 && position.overdue_principal_minor == 130275 && position.interest_minor == 18125);
  CHECK(position.principal_minor == 5000000 && position.disbursed_minor == 5000000);
  CHECK(position.next_due_ymd == 20200320 && position.next_due_minor == 148400);
  /* 4.35 % on 48,697.25 and 6.525 % on 1,302.75, for 9 days: 52.96 and 2.125. */
  position = position_on(20200229);
  CHECK_EQUAL(position.days_past_due, 9);
  CHECK_EQUAL(position.interest_accrued_minor, 5296);
  CHECK_EQUAL(position.penalty_accrued_minor, 213);
  CHECK_EQUAL(position.pay_off_minor, 5000000 + 18125 + 5296 + 213);
  CHECK(position.loan_class == 0 && position.has_provision == 0 && position.closed == 0 && position.reserved == 0);
  /* 11 days of penalty are 2.60, settled first; as much of the principal stays unpaid. */
  position = position_on(20200301);
  CHECK(position.overdue_principal_minor == 260 && position.interest_minor == 0 && position.penalty_minor == 0);
  CHECK_EQUAL(position.principal_repaid_minor, 130015);
  CHECK_EQUAL(position.received_minor[PUHUI_PAYER_BORROWER - 1], 148400);
  CHECK(position.received_minor[PUHUI_PAYER_GUARANTOR - 1] == 0 && position.received_minor[7] == 0);

  /* What is in arrears, row by row: on 20 March a second instalment, its interest 48,697.25 x 0.0435 / 12 = 176.53. */
  memset(arrears, 0xA5, sizeof arrears);
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, list, listed, 20200320, 0), &position, arrears, 2, &count, &error),
              PUHUI_OK);
  CHECK_EQUAL(count, 2);
  CHECK(arrears[0].due_on_ymd == 20200220 && arrears[0].principal_minor == 260 && arrears[0].interest_minor == 0 &&
        arrears[0].fee_minor == 0 && arrears[0].compound_minor == 0 && arrears[0].reserved == 0);
  CHECK(arrears[1].due_on_ymd == 20200320 && arrears[1].interest_minor == 17653 &&
        arrears[1].principal_minor == 148400 - 17653 && arrears[1].penalty_minor == 0);
  /* Counted alone; a buffer too small says how many there are, and nothing is written. */
  count = 7;
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, list, listed, 20200320, 0), &position, NULL, 0, &count, NULL),
              PUHUI_OK);
  CHECK_EQUAL(count, 2);
  memset(arrears, 0xA5, sizeof arrears);
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, list, listed, 20200320, 0), &position, arrears, 1, &count, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "arrears_capacity");
  CHECK(count == 2 && (uint32_t)arrears[0].due_on_ymd == 0xA5A5A5A5 && position.principal_minor == 0 &&
        position.as_of_ymd == 0);

  /* The pay-off of a later day is that of the position then, as nothing happens meanwhile. */
  CHECK_EQUAL(puhui_account_pay_off(account_of(product, &terms, NULL, list, listed, 20200310, 0), 20200318, &pay_off, &error), PUHUI_OK);
  CHECK_EQUAL(pay_off, position_on(20200318).pay_off_minor);
  CHECK_EQUAL(puhui_account_pay_off(account_of(product, &terms, NULL, list, listed, 20200310, 0), 20200310, &pay_off, NULL), PUHUI_OK);
  CHECK_EQUAL(pay_off, position_on(20200310).pay_off_minor);
}

/* What everybody pays, a late booking, a reversal, and the reports of the past printed again. */
static void known_later(void) {
  listed = 0;
  paid(20200220, 148400);
  happens(PUHUI_EVENT_GUARANTEE_PAID, 20200320, 100000);
  happens(PUHUI_EVENT_REPAID, 20200320, 48400)->payer = PUHUI_PAYER_TREASURY;
  /* The payment of April is booked on 2 May. */
  paid(20200420, 148400);
  list[3].booked_on_ymd = 20200502;
  happens(PUHUI_EVENT_REVERSED, 20200510, 0)->reverses_no = 1;
  list[4].booked_on_ymd = 20200511;

  CHECK_EQUAL(as_known(20200430, 20200430).days_past_due, 10);
  CHECK_EQUAL(as_known(20200430, 20200502).days_past_due, 0);
  CHECK_EQUAL(as_known(20200430, 20200511).days_past_due, 41);
  CHECK_EQUAL(position_on(20200430).days_past_due, 41);
  CHECK_EQUAL(as_known(20200430, 20200502).received_minor[PUHUI_PAYER_BORROWER - 1], 2 * 148400);
  CHECK_EQUAL(position_on(20200430).received_minor[PUHUI_PAYER_BORROWER - 1], 148400);
  CHECK_EQUAL(position_on(20200430).received_minor[PUHUI_PAYER_GUARANTOR - 1], 100000);
  CHECK_EQUAL(position_on(20200430).received_minor[PUHUI_PAYER_TREASURY - 1], 48400);
  /* Without the reversed payment, and without any trace of it. */
  {
    const struct puhui_position reversed = position_on(20200430);
    struct puhui_position never;
    listed = 0;
    happens(PUHUI_EVENT_GUARANTEE_PAID, 20200320, 100000);
    happens(PUHUI_EVENT_REPAID, 20200320, 48400)->payer = PUHUI_PAYER_TREASURY;
    paid(20200420, 148400);
    never = position_on(20200430);
    CHECK(memcmp(&never, &reversed, sizeof never) == 0);
  }
  /* The same event twice counts once, and the order of the list says nothing. */
  {
    const struct puhui_position once = position_on(20200430);
    struct puhui_position twice;
    struct puhui_event first;
    list[listed++] = list[1];
    first = list[0];
    list[0] = list[2];
    list[2] = first;
    twice = position_on(20200430);
    CHECK(memcmp(&twice, &once, sizeof once) == 0);
    list[3].amount_minor++;
    refused(20200430, PUHUI_ERR_NUMBER_USED_TWICE, "events[3].no");
  }
}

/* Every kind of event is heard. */
static void all_kinds(void) {
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_position before, after;

  listed = 0;
  before = position_on(20200420);
  CHECK_EQUAL(before.days_past_due, 60);

  /* Paid out in two tranches; at the end of the first day there is only one of them. */
  happens(PUHUI_EVENT_DISBURSED, 20200120, 3000000);
  happens(PUHUI_EVENT_DISBURSED, 20200210, 2000000);
  CHECK_EQUAL(position_on(20200120).principal_minor, 3000000);
  CHECK_EQUAL(position_on(20200210).disbursed_minor, 5000000);

  listed = 0;
  happens(PUHUI_EVENT_RATE_RESET, 20200120, 0)->rate_ppb = 0;
  CHECK(position_on(20200219).interest_accrued_minor == 0 && position_on(20200219).interest_of_day_minor == 0);

  listed = 0;
  happens(PUHUI_EVENT_INTEREST_PAUSED, 20200120, 0)->until_ymd = 20200218;
  /* The 19th alone earns: 50,000.00 x 0.0435 / 360 = 6.04. */
  CHECK_EQUAL(position_on(20200220).interest_minor, 604);

  listed = 0;
  relief.granted_on_ymd = 20200301;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200220;
  relief.due_until_ymd = 20200620;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  relief.penalty = PUHUI_PENALTY_NONE;
  relief.credit_report = PUHUI_CREDIT_REPORT_PROTECTED;
  relief.credit_protected_from_ymd = 20200220;
  relief.credit_protected_to_ymd = 20200720;
  happens(PUHUI_EVENT_RELIEF, 20200301, 0)->relief = &relief;
  after = position_on(20200620);
  /* Five months of 181.25 are put off; nothing is owed. */
  CHECK(after.days_past_due == 0 && after.interest_deferred_minor == 90625 && after.credit_report_protected == 1);
  CHECK(after.overdue_principal_minor == 0 && after.next_due_ymd == 20200720);
  CHECK_EQUAL(position_on(20200721).credit_report_protected, 0);

  listed = 0;
  happens(PUHUI_EVENT_INTEREST_WAIVED, 20200220, 18125);
  CHECK_EQUAL(position_on(20200220).interest_minor, 0);
  CHECK_EQUAL(position_on(20200220).overdue_principal_minor, 130275);

  listed = 0;
  happens(PUHUI_EVENT_FEE_CHARGED, 20200225, 3000);
  happens(PUHUI_EVENT_FEE_WAIVED, 20200226, 1000);
  CHECK(position_on(20200225).fees_minor == 3000 && position_on(20200226).fees_minor == 2000);

  /* The instalment of 20 March is due on 15 April, and those after it on the 15th; each keeps its payment. */
  listed = 0;
  paid(20200220, 148400);
  happens(PUHUI_EVENT_DUE_DATE_MOVED, 20200320, 0)->first_due_on_ymd = 20200415;
  after = position_on(20200320);
  CHECK(after.days_past_due == 0 && after.next_due_ymd == 20200415 && after.next_due_minor == 148400);
  after = position_on(20200420);
  CHECK(after.days_past_due == 5 && after.next_due_ymd == 20200515 && after.next_due_minor == 148400);

  listed = 0;
  happens(PUHUI_EVENT_RE_AGED, 20200420, 0)->first_due_on_ymd = 20200520;
  list[0].instalments = 48;
  after = position_on(20200420);
  CHECK(after.days_past_due == 0 && after.overdue_principal_minor == 0 && after.interest_deferred_minor > 0);
  CHECK_EQUAL(after.principal_minor, 5000000);

  listed = 0;
  happens(PUHUI_EVENT_RE_AMORTISED, 20200410, 0);
  after = position_on(20200410);
  CHECK(after.days_past_due == 0 && after.overdue_principal_minor == 0);

  /* Ahead of time: 10 days of 30E/360 cost 60.42, the rest of the 10,000.00 is principal. */
  listed = 0;
  happens(PUHUI_EVENT_PREPAID, 20200130, 1000000)->payer = PUHUI_PAYER_BORROWER;
  list[0].how = PUHUI_PREPAYMENT_KEEP_TERM;
  after = position_on(20200130);
  CHECK_EQUAL(after.principal_minor, 5000000 - (1000000 - 6042));
  before = position_on(20200220);
  list[0].how = PUHUI_PREPAYMENT_KEEP_INSTALMENT;
  CHECK_EQUAL(before.next_due_minor < 148400, 1);
  CHECK_EQUAL(position_on(20200220).next_due_minor, 148400);
  list[0].how = PUHUI_PREPAYMENT_SETTLE;
  refused(20200220, PUHUI_ERR_NOT_SETTLED, "events[0].prepaid");
  list[0].amount_minor = 5006042;
  CHECK_EQUAL(position_on(20200130).principal_minor, 0);
  happens(PUHUI_EVENT_CLOSED, 20200131, 0);
  CHECK(position_on(20200130).closed == 0 && position_on(20200131).closed == 1);
  paid(20200201, 1);
  refused(20200201, PUHUI_ERR_ACCOUNT_ENDED, "events[2]");

  /* Renewed: the loan 77 repays it. */
  listed = 0;
  happens(PUHUI_EVENT_RENEWED, 20200130, 5006042)->by = 77;
  CHECK_EQUAL(position_on(20200130).principal_minor, 0);

  listed = 0;
  happens(PUHUI_EVENT_CHARGED_OFF, 20200420, 0);
  happens(PUHUI_EVENT_RECOVERED, 20200501, 250000);
  after = position_on(20200501);
  CHECK(after.charged_off_minor == 5000000 && after.recovered_minor == 250000 && after.principal_minor == 0);
}

/* The statuses of a list of events as a whole. */
static void wrong_lists(void) {
  listed = 0;
  happens(PUHUI_EVENT_REVERSED, 20200301, 0)->reverses_no = 7;
  refused(20200301, PUHUI_ERR_NOTHING_TO_REVERSE, "events[0].reverses_no");
  list[0].reverses_no = 1;
  refused(20200301, PUHUI_ERR_NOTHING_TO_REVERSE, "events[0].reverses_no");
  listed = 0;
  happens(PUHUI_EVENT_CLOSED, 20200301, 0);
  refused(20200301, PUHUI_ERR_NOT_SETTLED, "events[0].closed");
  CHECK_EQUAL(position_on(20200229).closed, 0); /* It has not come yet. */
  listed = 0;
  happens(PUHUI_EVENT_FEE_WAIVED, 20200301, 1);
  refused(20200301, PUHUI_ERR_MORE_THAN_OWED, "events[0].fee_waived");
  listed = 0;
  happens(PUHUI_EVENT_DISBURSED, 20200301, 5000001);
  refused(20200301, PUHUI_ERR_LIMIT_EXCEEDED, "events[0].disbursed");
  listed = 0;
  happens(PUHUI_EVENT_RECOVERED, 20200301, 1);
  refused(20200301, PUHUI_ERR_ACCOUNT_ENDED, "events[0]");
}

/* ---------------------------------------------------------------- the edges of the contract */

/* Which of its figures each kind has a use for. */
enum { AMOUNT = 1, RATE = 2, BY = 4, REVERSES = 8, PAYER = 16, HOW = 32, UNTIL = 64, FIRST_DUE = 128, ROWS = 256, RELIEF = 512 };
static const struct {
  uint32_t kind;
  unsigned uses;
} kinds[] = {
    {PUHUI_EVENT_DISBURSED, AMOUNT},
    {PUHUI_EVENT_REPAID, AMOUNT | PAYER},
    {PUHUI_EVENT_PREPAID, AMOUNT | PAYER | HOW},
    {PUHUI_EVENT_RATE_RESET, RATE},
    {PUHUI_EVENT_RELIEF, RELIEF},
    {PUHUI_EVENT_INTEREST_PAUSED, UNTIL},
    {PUHUI_EVENT_INTEREST_WAIVED, AMOUNT},
    {PUHUI_EVENT_RE_AGED, FIRST_DUE | ROWS},
    {PUHUI_EVENT_RE_AMORTISED, 0},
    {PUHUI_EVENT_FEE_CHARGED, AMOUNT},
    {PUHUI_EVENT_FEE_WAIVED, AMOUNT},
    {PUHUI_EVENT_RENEWED, AMOUNT | BY},
    {PUHUI_EVENT_REVERSED, REVERSES},
    {PUHUI_EVENT_CHARGED_OFF, 0},
    {PUHUI_EVENT_RECOVERED, AMOUNT},
    {PUHUI_EVENT_GUARANTEE_PAID, AMOUNT},
    {PUHUI_EVENT_CLOSED, 0},
    {PUHUI_EVENT_DUE_DATE_MOVED, FIRST_DUE},
};

static void set(struct puhui_event *event, unsigned figures, const struct puhui_relief *relief) {
  if (figures & AMOUNT) event->amount_minor = 1;
  if (figures & RATE) event->rate_ppb = 50000000;
  if (figures & BY) event->by = UINT64_MAX;
  if (figures & REVERSES) event->reverses_no = 2;
  if (figures & PAYER) event->payer = PUHUI_PAYER_GOODWILL;
  if (figures & HOW) event->how = PUHUI_PREPAYMENT_KEEP_TERM;
  if (figures & UNTIL) event->until_ymd = 20300131;
  if (figures & FIRST_DUE) event->first_due_on_ymd = 20300220;
  if (figures & ROWS) event->instalments = 12;
  if (figures & RELIEF) event->relief = relief;
}

/* Every figure with every kind: those that belong are needed, the others refused. The events are of 2030, the account of
   2020: only they themselves are looked at. */
static void what_belongs_to_a_kind(void) {
  static const char *const names[] = {"amount", "rate",  "by",           "reverses_no", "payer",
                                      "how",    "until", "first_due_on", "instalments", "relief"};
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  size_t kind, figure;

  relief.granted_on_ymd = 20300120;
  relief.defer = PUHUI_DEFER_PRINCIPAL;
  relief.due_from_ymd = 20300120;
  relief.instalments = 1;
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_PAID;
  for (kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
    listed = 0;
    set(happens(kinds[kind].kind, 20300120, 0), kinds[kind].uses, &relief);
    paid(20300101, 1); /* The one that is reversed. */
    position_on(20200120);
    for (figure = 0; figure < 10; figure++) {
      char field[64];
      const struct puhui_event good = list[0];
      if (kinds[kind].uses & (1U << figure)) continue;
      set(&list[0], 1U << figure, &relief);
      snprintf(field, sizeof field, "events[0].%s", names[figure]);
      refused(20200120, PUHUI_ERR_CONTRADICTION, field);
      list[0] = good;
    }
  }
}

#define WRONG(member, value, expected, field) \
  do {                                        \
    const struct puhui_event good = list[0];  \
    list[0].member = (value);                 \
    refused(20200601, expected, field);       \
    list[0] = good;                           \
  } while (0)

static void wrong_events(void) {
  struct puhui_relief relief = PUHUI_RELIEF_INIT;

  listed = 0;
  paid(20200220, 148400);
  WRONG(kind, 0, PUHUI_ERR_UNKNOWN_CODE, "events[0].kind");
  WRONG(kind, PUHUI_EVENT_DUE_DATE_MOVED + 1, PUHUI_ERR_UNKNOWN_CODE, "events[0].kind");
  WRONG(kind, UINT32_MAX, PUHUI_ERR_UNKNOWN_CODE, "events[0].kind");
  WRONG(reserved, 1, PUHUI_ERR_RESERVED, "events[0].reserved");
  WRONG(no, 0, PUHUI_ERR_OUT_OF_RANGE, "events[0].no");
  WRONG(on_ymd, 0, PUHUI_ERR_MALFORMED, "events[0].on");
  WRONG(on_ymd, 20200230, PUHUI_ERR_MALFORMED, "events[0].on");
  WRONG(on_ymd, 18991231, PUHUI_ERR_DATE_OUT_OF_RANGE, "events[0].on");
  WRONG(on_ymd, 20200119, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].on");
  WRONG(booked_on_ymd, -1, PUHUI_ERR_MALFORMED, "events[0].booked_on");
  WRONG(booked_on_ymd, 20200219, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].booked_on");
  WRONG(amount_minor, 0, PUHUI_ERR_OUT_OF_RANGE, "events[0].repaid");
  WRONG(amount_minor, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "events[0].repaid");
  WRONG(payer, 0, PUHUI_ERR_UNKNOWN_CODE, "events[0].payer");
  WRONG(payer, PUHUI_PAYER_GOODWILL + 1, PUHUI_ERR_UNKNOWN_CODE, "events[0].payer");
  list[0].kind = PUHUI_EVENT_PREPAID;
  WRONG(how, 0, PUHUI_ERR_UNKNOWN_CODE, "events[0].how");
  WRONG(how, PUHUI_PREPAYMENT_SETTLE + 1, PUHUI_ERR_UNKNOWN_CODE, "events[0].how");
  listed = 0;
  happens(PUHUI_EVENT_RATE_RESET, 20200220, 0);
  WRONG(rate_ppb, INT64_MAX, PUHUI_ERR_OUT_OF_RANGE, "events[0].rate");
  WRONG(rate_ppb, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "events[0].rate");
  listed = 0;
  happens(PUHUI_EVENT_INTEREST_PAUSED, 20200220, 0);
  WRONG(until_ymd, 0, PUHUI_ERR_MALFORMED, "events[0].until");
  WRONG(until_ymd, 20200219, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].until");
  listed = 0;
  happens(PUHUI_EVENT_RE_AGED, 20200220, 0)->instalments = 12;
  WRONG(first_due_on_ymd, 0, PUHUI_ERR_MALFORMED, "events[0].first_due_on");
  WRONG(first_due_on_ymd, 20200220, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].first_due_on");
  list[0].first_due_on_ymd = 20200320;
  WRONG(instalments, 0, PUHUI_ERR_OUT_OF_RANGE, "events[0].instalments");
  WRONG(instalments, 65536, PUHUI_ERR_OUT_OF_RANGE, "events[0].instalments");

  listed = 0;
  happens(PUHUI_EVENT_DUE_DATE_MOVED, 20200220, 0);
  WRONG(first_due_on_ymd, 0, PUHUI_ERR_MALFORMED, "events[0].first_due_on");
  WRONG(first_due_on_ymd, 20200219, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].first_due_on");
  list[0].first_due_on_ymd = 20200310;
  WRONG(booked_on_ymd, 20200219, PUHUI_ERR_DATES_OUT_OF_ORDER, "events[0].booked_on");

  /* A relief is wrong as it is wrong anywhere. */
  listed = 0;
  happens(PUHUI_EVENT_RELIEF, 20200220, 0);
  refused(20200601, PUHUI_ERR_NULL, "events[0].relief");
  list[0].relief = &relief;
  refused(20200601, PUHUI_ERR_MALFORMED, "events[0].relief.granted_on");
  relief.granted_on_ymd = 20200221;
  refused(20200601, PUHUI_ERR_UNKNOWN_CODE, "events[0].relief.defer");
  relief.defer = PUHUI_DEFER_NONE;
  refused(20200601, PUHUI_ERR_MISSING, "events[0].relief.defer");
  relief.maturity_moved_by = 3;
  refused(20200601, PUHUI_ERR_CONTRADICTION, "events[0].relief.granted_on");
  relief.struct_size--;
  refused(20200601, PUHUI_ERR_STRUCT_SIZE, "events[0].relief");
}

/* Events of a later release: larger, and each as far from the next. */
static void sizes_of_events(void) {
  static LARGER(puhui_event) more[3];
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT, as_usual;
  const struct puhui_terms terms = whole_months();
  const uint32_t wrong[] = {0, 1, 4, sizeof(struct puhui_event) - 1, 4097, UINT32_MAX};
  size_t i, tail;

  listed = 0;
  paid(20200220, 148400);
  paid(20200320, 148400);
  happens(PUHUI_EVENT_FEE_CHARGED, 20200410, 100);
  as_usual = position_on(20200420);
  memset(more, 0, sizeof more);
  for (i = 0; i < 3; i++) {
    more[i].known = list[i];
    more[i].known.struct_size = sizeof more[i];
  }
#define MORE puhui_account_position(account_of(product, &terms, NULL, &more[0].known, 3, 20200420, 0), &position, NULL, 0, NULL, &error)
  CHECK_EQUAL(MORE, PUHUI_OK);
  CHECK(memcmp(&position, &as_usual, sizeof position) == 0);
  for (tail = 0; tail < 16; tail++) {
    more[1].tail[tail] = 1;
    CHECK_EQUAL(MORE, PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "events[1].struct_size");
    more[1].tail[tail] = 0;
  }
  more[2].known.struct_size = sizeof(struct puhui_event);
  CHECK_EQUAL(MORE, PUHUI_ERR_STRUCT_SIZE);
  told(&error, PUHUI_ERR_STRUCT_SIZE, "events[2].struct_size");
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const struct puhui_event good = list[0];
    list[0].struct_size = wrong[i];
    refused(20200420, PUHUI_ERR_STRUCT_SIZE, "events");
    list[0] = good;
  }
}

static void pointers_and_buffers(void) {
  static struct puhui_instalment rows[MOST], promised[MOST];
  static struct puhui_posting postings[MOST_POSTINGS];
  LARGER(puhui_position) more;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_terms terms = whole_months();
  struct puhui_position position = PUHUI_POSITION_INIT;
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  struct puhui_owed arrears[4];
  const uint32_t wrong[] = {0, 1, 4, sizeof position - 1, 4097, UINT32_MAX};
  int64_t pay_off;
  size_t count, billed, i;

  listed = 0;
#define REPLAY(product, terms, beside, events, n, as_of, known) \
  puhui_account_position(account_of(product, terms, beside, events, n, as_of, known), &position, arrears, 4, &count, &error)
#define ROWS(product, terms, beside, events, n, as_of, known) \
  puhui_account_instalments(account_of(product, terms, beside, events, n, as_of, known), rows, MOST, &count, &billed, &error)
#define POSTINGS(product, terms, beside, events, n, as_of, known) \
  puhui_account_postings(account_of(product, terms, beside, events, n, as_of, known), 0, postings, MOST_POSTINGS, &count, &error)
#define PAY_OFF(product, terms, beside, events, n, as_of, known) \
  puhui_account_pay_off(account_of(product, terms, beside, events, n, as_of, known), 20200401, &pay_off, &error)
  /* What the four have in common. */
#define EACH(call, expected, field)             \
  do {                                          \
    count = billed = 7;                         \
    pay_off = 7;                                \
    position.principal_minor = 7;               \
    rows[0].no = 7;                             \
    postings[0].account = 7;                    \
    CHECK_EQUAL(call, expected);                \
    told(&error, expected, field);              \
    CHECK(count == 0 || count == 7);            \
    CHECK(rows[0].no == 7 && postings[0].account == 7); \
  } while (0)
#define ALL(product, terms, beside, events, n, as_of, known, expected, field)            \
  do {                                                                                 \
    EACH(REPLAY(product, terms, beside, events, n, as_of, known), expected, field);      \
    CHECK(position.principal_minor == 0 && count == 0);                                \
    EACH(ROWS(product, terms, beside, events, n, as_of, known), expected, field);        \
    CHECK(count == 0 && billed == 0);                                                  \
    EACH(POSTINGS(product, terms, beside, events, n, as_of, known), expected, field);    \
    CHECK_EQUAL(count, 0);                                                             \
    EACH(PAY_OFF(product, terms, beside, events, n, as_of, known), expected, field);     \
    CHECK_EQUAL(pay_off, 0);                                                           \
  } while (0)
  ALL(NULL, &terms, NULL, NULL, 0, 20200301, 0, PUHUI_ERR_NULL, "product");
  ALL(product, NULL, NULL, NULL, 0, 20200301, 0, PUHUI_ERR_NULL, "terms");
#define EACH_OF(query, expected, field)                                                                        \
  do {                                                                                                         \
    EACH(puhui_account_position(query, &position, arrears, 4, &count, &error), expected, field);               \
    CHECK(position.principal_minor == 0 && count == 0);                                                        \
    EACH(puhui_account_instalments(query, rows, MOST, &count, &billed, &error), expected, field);              \
    CHECK(count == 0 && billed == 0);                                                                          \
    EACH(puhui_account_postings(query, 0, postings, MOST_POSTINGS, &count, &error), expected, field);          \
    CHECK_EQUAL(count, 0);                                                                                     \
    EACH(puhui_account_pay_off(query, 20200401, &pay_off, &error), expected, field);                           \
    CHECK_EQUAL(pay_off, 0);                                                                                   \
  } while (0)
  {
    struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
    EACH_OF(NULL, PUHUI_ERR_NULL, "query");
    query.as_of_ymd = 20200301;
    EACH_OF(&query, PUHUI_ERR_NULL, "loan");
    query.loan = loan_of(product, &terms, NULL);
    query.reserved = 1;
    EACH_OF(&query, PUHUI_ERR_RESERVED, "query.reserved");
    query.struct_size = 7;
    EACH_OF(&query, PUHUI_ERR_STRUCT_SIZE, "query");
  }
  ALL(product, &terms, NULL, NULL, 1, 20200301, 0, PUHUI_ERR_NULL, "events");
  ALL(product, &terms, NULL, NULL, 0, 0, 0, PUHUI_ERR_MALFORMED, "as_of");
  ALL(product, &terms, NULL, NULL, 0, 20200231, 0, PUHUI_ERR_MALFORMED, "as_of");
  ALL(product, &terms, NULL, NULL, 0, 25000101, 0, PUHUI_ERR_DATE_OUT_OF_RANGE, "as_of");
  ALL(product, &terms, NULL, NULL, 0, 20200119, 0, PUHUI_ERR_DATES_OUT_OF_ORDER, "as_of");
  ALL(product, &terms, NULL, NULL, 0, 20200301, 1, PUHUI_ERR_MALFORMED, "known_on");
  ALL(product, &terms, NULL, NULL, 0, 20200301, -20200301, PUHUI_ERR_MALFORMED, "known_on");
  beside.reserved = 1;
  ALL(product, &terms, &beside, NULL, 0, 20200301, 0, PUHUI_ERR_RESERVED, "loan.reserved");
  terms.principal_minor = 0;
  ALL(product, &terms, NULL, NULL, 0, 20200301, 0, PUHUI_ERR_OUT_OF_RANGE, "principal");
  terms.struct_size = 7;
  ALL(product, &terms, NULL, NULL, 0, 20200301, 0, PUHUI_ERR_STRUCT_SIZE, "terms");
  terms = whole_months();
  paid(20200220, 148400);
  list[0].how = 1;
  ALL(product, &terms, NULL, list, 1, 20200301, 0, PUHUI_ERR_CONTRADICTION, "events[0].how");
  list[0].how = 0;
  beside.reserved = 0;

  /* The outputs of each. */
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), NULL, NULL, 0, NULL, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_position");
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), &position, NULL, 1, &count, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "arrears");
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), &position, arrears, 4, NULL, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_arrears_count");
  CHECK_EQUAL(puhui_account_position(NULL, NULL, NULL, 0, NULL, NULL), PUHUI_ERR_NULL);
  CHECK_EQUAL(puhui_account_instalments(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), NULL, 1, &count, NULL, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "rows");
  CHECK_EQUAL(puhui_account_instalments(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), rows, MOST, NULL, NULL, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_count");
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), 0, NULL, 1, &count, &error),
              PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "rows");
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), 0, NULL, 0, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_count");
  CHECK_EQUAL(puhui_account_pay_off(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), 20200401, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "out_pay_off");
  pay_off = 7;
  CHECK_EQUAL(puhui_account_pay_off(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), 20200229, &pay_off, &error),
              PUHUI_ERR_DATES_OUT_OF_ORDER);
  told(&error, PUHUI_ERR_DATES_OUT_OF_ORDER, "on");
  CHECK_EQUAL(pay_off, 0);
  CHECK_EQUAL(puhui_account_pay_off(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), 0, &pay_off, &error), PUHUI_ERR_MALFORMED);

  /* Sized by the same call, and one row short. Without events the instalments are those that were promised. */
  CHECK_EQUAL(schedule_of(product, &terms, NULL, promised, MOST, NULL), 36);
  CHECK_EQUAL(puhui_account_instalments(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), NULL, 0, &count, NULL, &error),
              PUHUI_OK);
  CHECK_EQUAL(count, 36);
  memset(rows, 0xA5, sizeof rows);
  CHECK_EQUAL(puhui_account_instalments(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), rows, 35, &count, &billed, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  told(&error, PUHUI_ERR_BUFFER_TOO_SMALL, "capacity");
  CHECK(count == 36 && billed == 0 && rows[0].no == 0xA5A5A5A5);
  CHECK_EQUAL(puhui_account_instalments(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), rows, 36, &count, &billed, &error),
              PUHUI_OK);
  CHECK(count == 36 && billed == 2 && rows[36].no == 0xA5A5A5A5);
  CHECK(memcmp(rows, promised, 36 * sizeof *rows) == 0);
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), 0, NULL, 0, &i, &error), PUHUI_OK);
  CHECK(i > 2 && i < MOST_POSTINGS);
  memset(postings, 0xA5, sizeof postings);
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), 0, postings, i - 1, &count, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK(count == i && postings[0].account == 0xA5A5A5A5);
  CHECK_EQUAL(puhui_account_postings(account_of(product, &terms, NULL, NULL, 0, 20200320, 0), 0, postings, i, &count, NULL), PUHUI_OK);
  /* Paid out first; 50,000.00 x 0.0435 x 11 / 360 = 66.46 are booked at the end of January. */
  CHECK(postings[0].on_ymd == 20200120 && postings[0].account == PUHUI_LEDGER_CASH && postings[0].amount_minor == -5000000);
  CHECK(postings[1].account == PUHUI_LEDGER_PRINCIPAL && postings[1].amount_minor == 5000000 && postings[1].reserved == 0);
  CHECK(postings[2].on_ymd == 20200131 && postings[2].account == PUHUI_LEDGER_ACCRUED_INTEREST &&
        postings[2].amount_minor == 6646 && postings[2].correction == 0);
  CHECK(postings[3].account == PUHUI_LEDGER_INTEREST_INCOME && postings[3].amount_minor == -6646);
  CHECK_EQUAL(postings[i].account, 0xA5A5A5A5);

  /* A position of a later release: its tail stays as it was. Others are refused, and not touched. */
  memset(&more, 0xA5, sizeof more);
  more.known.struct_size = sizeof more;
  CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), &more.known, NULL, 0, NULL, NULL), PUHUI_OK);
  CHECK(more.known.struct_size == sizeof more && more.known.principal_minor == 5000000);
  for (i = 0; i < 16; i++) CHECK_EQUAL(more.tail[i], 0xA5);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    memset(&position, 0xA5, sizeof position);
    position.struct_size = wrong[i];
    CHECK_EQUAL(puhui_account_position(account_of(product, &terms, NULL, NULL, 0, 20200301, 0), &position, NULL, 0, NULL, &error),
                PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "out_position");
    CHECK(position.struct_size == wrong[i] && (uint32_t)position.as_of_ymd == 0xA5A5A5A5);
  }

  /* A rate that changes beside the terms. */
  {
    const struct puhui_rate_step step = {20200205, 0, 0};
    struct puhui_position stepped = PUHUI_POSITION_INIT;
    beside.rate_step_count = 1;
    beside.rate_steps = &step;
    CHECK_EQUAL(puhui_account_position(account_of(product, &terms, &beside, NULL, 0, 20200215, 0), &stepped, NULL, 0, NULL, NULL), PUHUI_OK);
    /* 15 days at 4.35 %: 90.625. */
    CHECK(stepped.interest_accrued_minor == 9063 && stepped.interest_of_day_minor == 0);
  }
}

/* ---------------------------------------------------------------- whatever happens */

static uint32_t seed = 20200131;

static uint32_t random_below(uint32_t bound) {
  seed = seed * 1664525U + 1013904223U;
  return (uint32_t)(((uint64_t)seed * bound) >> 32);
}

static int32_t random_day(void) {
  return (int32_t)(20200000 + 10000 * random_below(4) + 100 * (1 + random_below(12)) + 1 + random_below(28));
}

/* An event that may be good: the figures that belong to its kind, now and then one that does not. */
static void random_event(const struct puhui_relief *relief) {
  const uint32_t kind = random_below(sizeof kinds / sizeof *kinds);
  const unsigned uses = kinds[kind].uses;
  struct puhui_event *event =
      happens(kinds[kind].kind, random_day(), uses & AMOUNT ? (int64_t)(1 + random_below(300000)) : 0);
  if (random_below(4) == 0) event->booked_on_ymd = random_day();
  if (uses & RATE) event->rate_ppb = (int64_t)random_below(120000000) - 20000000;
  if (uses & BY) event->by = random_below(3);
  if (uses & REVERSES) event->reverses_no = 1 + random_below((uint32_t)listed);
  if (uses & PAYER) event->payer = 1 + random_below(6);
  if (uses & HOW) event->how = 1 + random_below(3);
  if (uses & UNTIL) event->until_ymd = random_day();
  if (uses & FIRST_DUE) event->first_due_on_ymd = random_day();
  if (uses & ROWS) event->instalments = 1 + random_below(60);
  if (uses & RELIEF) {
    event->relief = relief;
    event->on_ymd = relief->granted_on_ymd;
    event->booked_on_ymd = 0;
  }
  if (random_below(50) == 0) event->payer = random_below(9);
  if (random_below(50) == 0) event->amount_minor = INT64_MAX - (int64_t)random_below(2);
}

/* Whatever is asked, an answer comes: never a bug of the library; and where the account is good, its books balance. */
static void whatever_happens(void) {
  static struct puhui_posting postings[MOST_POSTINGS];
  struct puhui_terms terms = whole_months();
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  size_t turn, good = 0, balanced = 0, i, count;

  relief.defer = PUHUI_DEFER_BOTH;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  for (turn = 0; turn < 1500; turn++) {
    struct puhui_error error = PUHUI_ERROR_INIT;
    struct puhui_position position = PUHUI_POSITION_INIT;
    const int32_t as_of = random_day(), known_on = random_below(3) == 0 ? random_day() : 0;
    const uint32_t how_many = random_below(8);
    puhui_status status;
    terms.instalments = 1 + random_below(40);
    relief.granted_on_ymd = random_day();
    relief.due_from_ymd = random_day();
    relief.instalments = 1 + random_below(6);
    relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW + random_below(4);
    relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
    listed = 0;
    while (listed < how_many) random_event(&relief);
    status = puhui_account_position(account_of(product, &terms, NULL, list, listed, as_of, known_on), &position, NULL, 0, NULL, &error);
    if (status == PUHUI_ERR_PANIC) {
      for (i = 0; i < listed; i++) {
        fprintf(stderr, "%u: kind %u on %d booked %d amount %lld\n", (unsigned)list[i].no, (unsigned)list[i].kind,
                (int)list[i].on_ymd, (int)list[i].booked_on_ymd, (long long)list[i].amount_minor);
      }
      fprintf(stderr, "turn %u, as of %d, %u instalments\n", (unsigned)turn, (int)as_of, (unsigned)terms.instalments);
      exit(1);
    }
    if (status != PUHUI_OK) {
      CHECK(error.status == status && error.message[0] != 0 && position.principal_minor == 0);
      continue;
    }
    good++;
    CHECK_EQUAL(position.disbursed_minor + position.capitalised_minor,
                position.principal_repaid_minor + position.charged_off_minor - position.recovered_minor +
                    position.principal_minor);
    status = puhui_account_postings(account_of(product, &terms, NULL, list, listed, as_of, known_on), 0, postings, MOST_POSTINGS, &count, &error);
    if (status != PUHUI_OK) {
      /* Good as it is known now, but not as it was known before a late booking or a reversal. */
      CHECK(status != PUHUI_ERR_PANIC && count == 0);
      continue;
    }
    balanced++;
    for (i = 0; i < count;) {
      const struct puhui_posting *first = &postings[i];
      int64_t sum = 0;
      for (; i < count && postings[i].on_ymd == first->on_ymd && postings[i].correction == first->correction; i++) {
        CHECK(postings[i].account >= PUHUI_LEDGER_CASH && postings[i].account <= PUHUI_LEDGER_MEMO_CONTRA);
        sum += postings[i].amount_minor;
      }
      CHECK_EQUAL(sum, 0);
    }
  }
  CHECK(good > 300 && balanced > good / 2);
}

int main(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_30E_360);
  struct puhui_servicing servicing = PUHUI_SERVICING_INIT;

  servicing.has_penalty = 1;
  servicing.penalty_mark_up_ppb = 500000000;
  servicing.accrual_postings = PUHUI_ACCRUAL_POSTINGS_MONTH_END;
  CHECK_EQUAL(puhui_product_new(&rules, &servicing, NULL, &product, &error), PUHUI_OK);
  paid_late();
  known_later();
  all_kinds();
  wrong_lists();
  what_belongs_to_a_kind();
  wrong_events();
  sizes_of_events();
  pointers_and_buffers();
  whatever_happens();
  puhui_product_free(product);
  return 0;
}
