/* What does a deferral do to this loan? The schedule before and after it, side by side, and what changes in words.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && cc -std=c99 -Wall -I include examples/c/deferral.c target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o deferral && ./deferral
 *
 * Usage: deferral [principal in yuan] [rate in basis points a year] [instalments] [first due date deferred] [last one]
 *                 [date of the catch-up]
 * Dates are numbers such as 20200630.
 */
#include <errno.h>
#include <inttypes.h>
#include <puhui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole number in `text`, from `least` to `most`. */
static int64_t number(const char *name, const char *text, int64_t least, int64_t most) {
  char *end;
  long long value;
  errno = 0;
  value = strtoll(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || value < least || value > most) {
    fprintf(stderr, "%s: %s is no whole number from %" PRId64 " to %" PRId64 "\n", name, text, least, most);
    exit(2);
  }
  return value;
}

/* An amount with its two decimals. */
static const char *money(char text[24], int64_t minor) {
  snprintf(text, 24, "%s%" PRId64 ".%02d", minor < 0 ? "-" : "", minor < 0 ? -(minor / 100) : minor / 100,
           abs((int)(minor % 100)));
  return text;
}

/* 20200630 as 2020-06-30. */
static const char *date(char text[16], int32_t ymd) {
  snprintf(text, 16, "%04d-%02d-%02d", (int)(ymd / 10000), (int)(ymd / 100 % 100), (int)(ymd % 100));
  return text;
}

static void fail(const char *what, const struct puhui_error *error) {
  fprintf(stderr, "%s: %s\n", what, error->message);
  exit(1);
}

/* Two columns of the table: what is paid in a row and the balance after it, or nothing. */
static void columns(const struct puhui_instalment *row) {
  char paid[24], balance[24];
  printf("  %14s  %14s", row == NULL ? "" : money(paid, row->payment_minor),
         row == NULL ? "" : money(balance, row->closing_minor));
}

int main(int argc, char **argv) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  struct puhui_loan loan = PUHUI_LOAN_INIT;
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
  struct puhui_impact impact = PUHUI_IMPACT_INIT;
  struct puhui_instalment *before, *after;
  puhui_product *product;
  size_t i, j;
  uint32_t outcome;
  char a[24], b[24], c[24], day[16];

  /* The product: equal monthly instalments in renminbi, actual days over 360, rounded half up. */
  memcpy(rules.currency, "CNY", 4);
  rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
  rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  rules.every_count = 1;
  rules.every_unit = PUHUI_UNIT_MONTH;
  if (puhui_product_new(&rules, NULL, NULL, &product, &error) != PUHUI_OK) fail("product", &error);

  /* The loan: 50,000.00 at 4.35 % for 36 months, unless other figures are given. */
  terms.principal_minor = 100 * (argc > 1 ? number("principal", argv[1], 1, 1000000000) : 50000);
  terms.rate_ppb = 100000 * (argc > 2 ? number("rate", argv[2], 0, 100000) : 435);
  terms.instalments = (uint32_t)(argc > 3 ? number("instalments", argv[3], 0, 36525) : 36);
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;

  /* The relief: principal and interest deferred, the interest bearing none, both caught up on one day. */
  relief.granted_on_ymd = 20200201;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = (int32_t)(argc > 4 ? number("first due date", argv[4], 0, 99991231) : 20200125);
  relief.due_until_ymd = (int32_t)(argc > 5 ? number("last due date", argv[5], 0, 99991231) : 20200630);
  relief.new_date_ymd = (int32_t)(argc > 6 ? number("catch-up", argv[6], 0, 99991231) : 20200630);
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  relief.interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW;
  relief.penalty = PUHUI_PENALTY_NONE;

  /* How many rows, then the rows. */
  loan.product = product;
  loan.terms = &terms;
  if (puhui_relieve(&loan, &relief, 1, &result, &error) != PUHUI_OK) fail("relief", &error);
  result.before_capacity = result.before_count;
  result.after_capacity = result.after_count;
  result.before = before = malloc(result.before_capacity * sizeof *before);
  result.after = after = malloc(result.after_capacity * sizeof *after);
  if (before == NULL || after == NULL) return 1;
  result.outcomes = &outcome;
  result.impact = &impact;
  if (puhui_relieve(&loan, &relief, 1, &result, &error) != PUHUI_OK) fail("relief", &error);

  /* Both side by side, by due date. */
  printf("%-10s  %14s  %14s  %14s  %14s\n", "due on", "paid before", "balance before", "paid after", "balance after");
  for (i = j = 0; i < result.before_count || j < result.after_count;) {
    const struct puhui_instalment *old = i < result.before_count ? &before[i] : NULL;
    const struct puhui_instalment *new = j < result.after_count ? &after[j] : NULL;
    if (old != NULL && new != NULL && old->due_on_ymd < new->due_on_ymd) new = NULL;
    if (old != NULL && new != NULL && new->due_on_ymd < old->due_on_ymd) old = NULL;
    printf("%-10s", date(day, old != NULL ? old->due_on_ymd : new->due_on_ymd));
    columns(old);
    columns(new);
    printf("\n");
    i += old != NULL;
    j += new != NULL;
  }
  printf("\n");

  if (outcome == PUHUI_OUTCOME_NOTHING_DUE) {
    printf("Nothing falls due in that time, so nothing changes.\n");
  } else {
    printf("Deferred: %s of principal and %s of interest.\n", money(a, impact.deferred_principal_minor),
           money(b, impact.deferred_interest_minor));
    /* What is caught up, and the first instalment after it. */
    for (j = 0; j < result.after_count; j++) {
      const struct puhui_instalment *row = &after[j];
      if (row->due_on_ymd != relief.new_date_ymd) continue;
      printf("On %s they are caught up: %s is paid.\n", date(day, row->due_on_ymd), money(a, row->payment_minor));
      if (j + 1 < result.after_count) {
        row = &after[j + 1];
        printf("From %s on the loan goes on as planned; that instalment is %s, %s of it interest.\n",
               date(day, row->due_on_ymd), money(a, row->payment_minor), money(b, row->interest_minor));
      }
    }
    if (impact.interest_change_minor == 0) {
      printf("Over the whole loan the interest stays the same.\n");
    } else {
      printf("Over the whole loan the interest changes by %s: what is repaid later bears interest longer.\n",
             money(a, impact.interest_change_minor));
    }
    printf("The largest payment is %s; it was %s.\n", money(a, impact.largest_payment_after_minor),
           money(b, impact.largest_payment_before_minor));
    if (impact.last_due_after_ymd == impact.last_due_before_ymd) {
      printf("The last due date stays %s.\n", date(day, impact.last_due_after_ymd));
    } else {
      printf("The last due date moves to %s.\n", date(day, impact.last_due_after_ymd));
    }
    if (impact.has_present_value_change) {
      printf("To the lender the deferral is worth %s, in the money of %s.\n",
             money(c, impact.present_value_change_minor), date(day, relief.granted_on_ymd));
    }
  }

  free(before);
  free(after);
  puhui_product_free(product);
  return 0;
}
