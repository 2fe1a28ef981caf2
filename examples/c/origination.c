/* What would this farmer repay, and what does the loan cost a year? Terms in, schedule and annualised rates out.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && cc -std=c99 -Wall -I include examples/c/origination.c target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o origination && ./origination
 *
 * Usage: origination [principal in yuan] [rate in basis points a year] [instalments] [fee at disbursement in yuan]
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

/* An amount with its two decimals, right-aligned. */
static const char *money(char text[24], int64_t minor) {
  snprintf(text, 24, "%s%" PRId64 ".%02d", minor < 0 ? "-" : "", minor < 0 ? -(minor / 100) : minor / 100,
           abs((int)(minor % 100)));
  return text;
}

static void fail(const char *what, const struct puhui_error *error) {
  fprintf(stderr, "%s: %s\n", what, error->message);
  exit(1);
}

int main(int argc, char **argv) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  struct puhui_loan loan = PUHUI_LOAN_INIT;
  struct puhui_annualised rates = PUHUI_ANNUALISED_INIT;
  struct puhui_totals totals;
  struct puhui_instalment *rows;
  puhui_product *product;
  size_t count, i;
  char a[24], b[24], c[24], d[24];

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
  terms.instalments = (uint32_t)(argc > 3 ? number("instalments", argv[3], 1, 480) : 36);
  terms.fee_at_disbursement_minor = 100 * (argc > 4 ? number("fee", argv[4], 0, 1000000000) : 0);
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;

  /* How many rows, then the rows. */
  loan.product = product;
  loan.terms = &terms;
  if (puhui_schedule(&loan, NULL, 0, &count, NULL, &error) != PUHUI_OK) fail("terms", &error);
  rows = malloc(count * sizeof *rows);
  if (rows == NULL) return 1;
  if (puhui_schedule(&loan, rows, count, &count, &totals, &error) != PUHUI_OK) fail("schedule", &error);
  if (puhui_annualised_rates(&loan, &rates, &error) != PUHUI_OK) fail("annualised rates", &error);

  printf("%4s  %-10s  %14s  %12s  %14s  %14s\n", "no", "due on", "principal", "interest", "payment", "balance");
  for (i = 0; i < count; i++) {
    const struct puhui_instalment *row = &rows[i];
    printf("%4" PRIu32 "  %04d-%02d-%02d  %14s  %12s  %14s  %14s\n", row->no, (int)(row->due_on_ymd / 10000),
           (int)(row->due_on_ymd / 100 % 100), (int)(row->due_on_ymd % 100), money(a, row->principal_minor),
           money(b, row->interest_minor), money(c, row->payment_minor), money(d, row->closing_minor));
  }
  printf("%4s  %-10s  %14s  %12s  %14s\n", "", "total", money(a, totals.principal_minor), money(b, totals.interest_minor),
         money(c, totals.payment_minor));
  printf("\nannualised, effective: %" PRId64 ".%08" PRId64 " %%\n", rates.effective_e10 / 100000000,
         rates.effective_e10 % 100000000);
  printf("annualised, simple:    %" PRId64 ".%08" PRId64 " %%\n", rates.simple_e10 / 100000000,
         rates.simple_e10 % 100000000);

  free(rows);
  puhui_product_free(product);
  return 0;
}
