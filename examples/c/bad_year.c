/* One account through a bad year: instalments missed, a deferral, a guarantor who pays, a payment that came back. Printed as a
 * statement with the position at the end of each day on which something happened, then as the ledger books it, and rolled day
 * by day to the same figures.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && cc -std=c99 -Wall -I include examples/c/bad_year.c target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o bad_year && ./bad_year
 *
 * Usage: bad_year [last day of the statement, such as 20240731]
 *
 * The loan: 12,000.00 at 12 % a year over 12 months of 30 days, 1,000.00 of principal and 1 % of the balance each. What is late
 * pays half as much again, 0.05 % a day: 0.50 for each 1,000.00.
 */
#include <errno.h>
#include <inttypes.h>
#include <puhui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_DAY 20240120
#define LAST_DAY 20241130
#define MOST_ROWS 64
#define MOST_POSTINGS 512

/* The loan, and what happened to it in the order it was booked: what every call about it asks for. */
static puhui_product *product;
static struct puhui_terms terms = PUHUI_TERMS_INIT;
static struct puhui_loan loan = PUHUI_LOAN_INIT;
static struct puhui_relief deferral = PUHUI_RELIEF_INIT;
static struct puhui_event events[16];
static size_t event_count;
static const char *words[16];

/* An amount with its two decimals. */
static const char *money(char text[24], int64_t minor) {
  snprintf(text, 24, "%s%" PRId64 ".%02d", minor < 0 ? "-" : "", minor < 0 ? -(minor / 100) : minor / 100,
           abs((int)(minor % 100)));
  return text;
}

/* 20240630 as 2024-06-30. */
static const char *date(char text[24], int32_t ymd) {
  snprintf(text, 24, "%04d-%02d-%02d", (int)(ymd / 10000), (int)(ymd / 100 % 100), (int)(ymd % 100));
  return text;
}

static void check(puhui_status status, const struct puhui_error *error) {
  if (status == PUHUI_OK) return;
  fprintf(stderr, "%s\n", error->message[0] != '\0' ? error->message : puhui_status_message(status));
  exit(1);
}

static void make_product(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
  struct puhui_servicing servicing = PUHUI_SERVICING_INIT;
  memcpy(rules.currency, "CNY", 4);
  rules.method = PUHUI_METHOD_EQUAL_PRINCIPAL;
  rules.day_count = PUHUI_DAY_COUNT_30E_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  rules.every_count = 1;
  rules.every_unit = PUHUI_UNIT_MONTH;
  servicing.has_penalty = 1;
  servicing.penalty_mark_up_ppb = 500000000; /* 50 % on top of the contract rate. */
  servicing.compound_rate = PUHUI_COMPOUND_RATE_PENALTY;
  servicing.compound_base = PUHUI_COMPOUND_BASE_INTEREST;
  servicing.prepayment_fee_ppb = 10000000; /* 1 % of what is prepaid. */
  servicing.ladder = PUHUI_LADDER_CN_2023;
  servicing.accrual_postings = PUHUI_ACCRUAL_POSTINGS_MONTH_END;
  check(puhui_product_new(&rules, &servicing, NULL, &product, &error), &error);
}

/* One more event; what else its kind asks for is set in what comes back. */
static struct puhui_event *happened(uint32_t kind, int32_t on_ymd, int64_t amount_minor, const char *word) {
  const struct puhui_event fresh = PUHUI_EVENT_INIT;
  struct puhui_event *event = &events[event_count];
  words[event_count++] = word;
  *event = fresh;
  event->kind = kind;
  event->no = event_count;
  event->on_ymd = on_ymd;
  event->amount_minor = amount_minor;
  return event;
}

static void a_bad_year(void) {
  terms.principal_minor = 1200000;
  terms.rate_ppb = 120000000;
  terms.disbursed_on_ymd = FIRST_DAY;
  terms.first_due_on_ymd = 20240220;
  terms.instalments = 12;
  loan.product = product;
  loan.terms = &terms;

  happened(PUHUI_EVENT_REPAID, 20240220, 112000, "paid")->payer = PUHUI_PAYER_BORROWER;
  /* March and April are missed. In May 1,500.00 settle March and a part of April, and 38.75 of what it cost to be late. */
  happened(PUHUI_EVENT_REPAID, 20240510, 150000, "paid")->payer = PUHUI_PAYER_BORROWER;
  happened(PUHUI_EVENT_FEE_CHARGED, 20240605, 5000, "reminder fee");
  /* June to August are deferred: the loan ends three months later, their interest is caught up with the next instalment, and
     nothing late costs anything meanwhile. */
  deferral.granted_on_ymd = 20240618;
  deferral.defer = PUHUI_DEFER_BOTH;
  deferral.due_from_ymd = 20240620;
  deferral.due_until_ymd = 20240820;
  deferral.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED;
  deferral.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  deferral.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT;
  deferral.penalty = PUHUI_PENALTY_NONE;
  happened(PUHUI_EVENT_RELIEF, 20240618, 0, "deferral")->relief = &deferral;
  happened(PUHUI_EVENT_FEE_WAIVED, 20240618, 5000, "fee waived");
  happened(PUHUI_EVENT_GUARANTEE_PAID, 20240731, 187008, "guarantor pays");
  /* From the 20th of September on 10.8 %, 0.9 % a month. */
  happened(PUHUI_EVENT_RATE_RESET, 20240920, 0, "rate 10.8 %")->rate_ppb = 108000000;
  happened(PUHUI_EVENT_REPAID, 20240920, 132000, "paid")->payer = PUHUI_PAYER_BORROWER;
  happened(PUHUI_EVENT_REPAID, 20241020, 106300, "paid")->payer = PUHUI_PAYER_BORROWER;
  /* The bank sends the money of the 20th back: it was never paid. */
  happened(PUHUI_EVENT_REVERSED, 20241023, 0, "came back")->reverses_no = 9;
  happened(PUHUI_EVENT_REPAID, 20241105, 107018, "paid")->payer = PUHUI_PAYER_BORROWER;
  {
    struct puhui_event *settled = happened(PUHUI_EVENT_PREPAID, 20241120, 610400, "settles early");
    settled->payer = PUHUI_PAYER_BORROWER;
    settled->how = PUHUI_PREPAYMENT_SETTLE;
  }
  happened(PUHUI_EVENT_CLOSED, LAST_DAY, 0, "closed");
}

/* The account at the end of a day; by what was known on another, if one is given. */
static struct puhui_account_query account_on(int32_t day, int32_t known_on) {
  struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
  query.loan = &loan;
  query.events = events;
  query.event_count = event_count;
  query.as_of_ymd = day;
  query.known_on_ymd = known_on;
  return query;
}

/* The position at the end of a day, by what was known on that day. */
static struct puhui_position position_on(int32_t day) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_position position = PUHUI_POSITION_INIT;
  const struct puhui_account_query query = account_on(day, day);
  check(puhui_account_position(&query, &position, NULL, 0, NULL, &error), &error);
  return position;
}

/* One thing of a day; the position stands in the last line of the day. Returns that the next thing is not the first. */
static int line(int first, int32_t day, const char *what, int64_t amount_minor) {
  char on[24], amount[24];
  printf("%s%-10s  %-15s %9s", first ? "" : "\n", first ? date(on, day) : "", what,
         amount_minor == 0 ? "" : money(amount, amount_minor));
  return 0;
}

/* What fell due and what happened, day by day, and what it came to. */
static void statement(int32_t last) {
  static const char *const classes[] = {"", "normal", "special mention", "substandard", "doubtful", "loss"};
  static struct puhui_instalment rows[MOST_ROWS];
  const struct puhui_account_query query = account_on(last, 0);
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t count, billed, event = 0, row = 0;

  check(puhui_account_instalments(&query, rows, MOST_ROWS, &count, &billed, &error), &error);
  printf("%-10s  %-15s %9s  %10s %9s %9s %7s %5s  %-15s  %9s\n", "date", "what", "amount", "principal", "overdue",
         "interest", "late", "days", "class", "pay-off");
  for (;;) {
    const int32_t happens = event < event_count && events[event].on_ymd <= last ? events[event].on_ymd : INT32_MAX;
    const int32_t falls_due = row < billed ? rows[row].due_on_ymd : INT32_MAX;
    const int32_t day = happens < falls_due ? happens : falls_due;
    struct puhui_position position;
    char a[24], b[24], c[24], d[24], e[24];
    int first = 1;
    if (day == INT32_MAX) break;
    for (; row < billed && rows[row].due_on_ymd == day; row++) {
      first = line(first, day, rows[row].payment_minor == 0 ? "deferred" : "falls due", rows[row].payment_minor);
    }
    for (; event < event_count && events[event].on_ymd == day; event++) {
      first = line(first, day, words[event], events[event].amount_minor);
    }
    position = position_on(day);
    printf("  %10s %9s %9s %7s %5u  %-15s  %9s\n", money(a, position.principal_minor),
           money(b, position.overdue_principal_minor), money(c, position.interest_minor),
           money(d, position.penalty_minor + position.penalty_accrued_minor + position.compound_minor +
                        position.compound_accrued_minor),
           (unsigned)position.days_past_due, classes[position.loan_class], money(e, position.pay_off_minor));
  }
}

/* What the ledger booked, summed by account of the chart. */
static void ledger(int32_t last) {
  static const char *const accounts[] = {"cash", "principal", "overdue principal", "accrued interest",
                                         "interest receivable", "penalty receivable", "fees receivable",
                                         "credit of the borrower", "interest income", "penalty income", "fee income",
                                         "tax payable", "credit loss", "memo: interest", "memo: contra"};
  static struct puhui_posting rows[MOST_POSTINGS];
  const struct puhui_account_query query = account_on(last, 0);
  int64_t sums[sizeof accounts / sizeof *accounts] = {0}, all = 0;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t count, i, corrections = 0;
  char text[24];

  check(puhui_account_postings(&query, 0, rows, MOST_POSTINGS, &count, &error), &error);
  for (i = 0; i < count; i++) {
    sums[rows[i].account - 1] += rows[i].amount_minor;
    all += rows[i].amount_minor;
    corrections += rows[i].correction;
  }
  printf("\nThe ledger, %u entries, %u of them corrections:\n", (unsigned)count, (unsigned)corrections);
  for (i = 0; i < sizeof accounts / sizeof *accounts; i++) {
    if (sums[i] != 0) printf("  %-20s %10s\n", accounts[i], money(text, sums[i]));
  }
  printf("  %-20s %10s\n", "in all", money(text, all));
}

/* The day after. */
static int32_t next_day(int32_t ymd) {
  static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}; /* 2024 is a leap year. */
  if (ymd % 100 < lengths[ymd / 100 % 100 - 1]) return ymd + 1;
  return ymd / 100 % 100 < 12 ? (ymd / 100 + 1) * 100 + 1 : (ymd / 10000 + 1) * 10000 + 101;
}

/* What a bank does each night, of all its accounts at once: the state of yesterday and the events known today. */
static void rolled(int32_t last) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  const puhui_product *const products[1] = {product};
  struct puhui_account_state state;
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_position replayed = position_on(last);
  size_t offset[2] = {0, 0}, days = 0;
  puhui_status status;
  int32_t day;
  char text[24];

  columns.count = columns.product_count = 1;
  columns.products = products;
  columns.principal_minor = &terms.principal_minor;
  columns.rate_ppb = &terms.rate_ppb;
  columns.disbursed_on_ymd = &terms.disbursed_on_ymd;
  columns.first_due_on_ymd = &terms.first_due_on_ymd;
  columns.instalments = &terms.instalments;
  memset(&state, 0, sizeof state); /* Never rolled. */
  for (day = FIRST_DAY; day <= last; day = next_day(day), days++) {
    while (offset[1] < event_count && events[offset[1]].on_ymd <= day) offset[1]++;
    check(puhui_account_roll_day(&columns, events, offset, day, &state, &status, &error), &error);
  }
  printf("\nRolled through %u days it is %s: %s outstanding, %u days past due%s.\n", (unsigned)days,
         state.principal_minor == replayed.principal_minor &&
                 state.overdue_principal_minor == replayed.overdue_principal_minor &&
                 state.interest_accrued_minor == replayed.interest_accrued_minor &&
                 state.interest_of_day_minor == replayed.interest_of_day_minor &&
                 state.days_past_due == replayed.days_past_due && state.loan_class == replayed.loan_class
             ? "the same"
             : "ANOTHER ACCOUNT",
         money(text, state.principal_minor), (unsigned)state.days_past_due,
         state.stage == PUHUI_STAGE_CLOSED ? ", closed" : "");
}

int main(int argc, char **argv) {
  long last = LAST_DAY;
  if (argc > 1) {
    char *end;
    errno = 0;
    last = strtol(argv[1], &end, 10);
    if (errno != 0 || end == argv[1] || *end != '\0' || last < FIRST_DAY || last > LAST_DAY) {
      fprintf(stderr, "%s is no day from %d to %d\n", argv[1], FIRST_DAY, LAST_DAY);
      return 2;
    }
  }
  make_product();
  a_bad_year();
  statement((int32_t)last);
  ledger((int32_t)last);
  rolled((int32_t)last);
  puhui_product_free(product);
  return 0;
}
