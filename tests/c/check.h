/* What every test program uses: only the public header, and a check that says where it failed. */
#ifndef CHECK_H
#define CHECK_H

#include <puhui.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: CHECK(%s) failed\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

/* Two figures that must be the same; both are shown when they are not. */
#define CHECK_EQUAL(got, expected)                                                                         \
  do {                                                                                                     \
    const long long check_got = (long long)(got), check_expected = (long long)(expected);                  \
    if (check_got != check_expected) {                                                                     \
      fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, check_got, check_expected); \
      exit(1);                                                                                             \
    }                                                                                                      \
  } while (0)

/* The layouts that callers are compiled against. */
#define LAYOUT(name, condition) typedef char layout_##name[(condition) ? 1 : -1]

/* A struct with more behind it than this release knows. */
#define LARGER(type)    \
  struct larger_##type { \
    struct type known;   \
    unsigned char tail[16]; \
  }

/* What `error` must say of a call that returned `status`. */
static inline void told(const struct puhui_error *error, puhui_status status, const char *field) {
  CHECK(memchr(error->field, 0, sizeof error->field) != NULL);
  CHECK(memchr(error->message, 0, sizeof error->message) != NULL);
  if (error->status != status || strcmp(error->field, field) != 0) {
    fprintf(stderr, "told is %u at %s, not %u at %s: %s\n", (unsigned)error->status, error->field, (unsigned)status,
            field, error->message);
    exit(1);
  }
  CHECK_EQUAL(error->row, PUHUI_NO_ROW);
  CHECK_EQUAL(error->struct_size, sizeof *error);
  CHECK((status == PUHUI_OK) == (error->message[0] == 0));
}

/* Rules of a product in CNY, rounded half up, monthly. */
static inline struct puhui_product_rules monthly(uint32_t method, uint32_t day_count) {
  struct puhui_product_rules rules = PUHUI_PRODUCT_RULES_INIT;
  memcpy(rules.currency, "CNY", 4);
  rules.method = method;
  rules.day_count = day_count;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  rules.every_count = 1;
  rules.every_unit = PUHUI_UNIT_MONTH;
  return rules;
}

/* The loan of the golden figures: 50,000.00 at 4.35 %, drawn 2020-01-15, 36 instalments from 2020-02-20. */
static inline struct puhui_terms golden(void) {
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  terms.principal_minor = 5000000;
  terms.rate_ppb = 43500000;
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;
  terms.instalments = 36;
  return terms;
}

/* A product that must be good. */
static inline puhui_product *product_of(const struct puhui_product_rules *rules, const puhui_calendar *calendar) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_product *product = NULL;
  if (puhui_product_new(rules, NULL, calendar, &product, &error) != PUHUI_OK) {
    fprintf(stderr, "product: %s\n", error.message);
    exit(1);
  }
  CHECK(product != NULL);
  return product;
}

/* A loan, for one call: good until the next loan. `beside` has the changes of its rate and its plan; NULL: there are none. */
static inline const struct puhui_loan *loan_of(const puhui_product *product, const struct puhui_terms *terms,
                                               const struct puhui_loan *beside) {
  static const struct puhui_loan plain = PUHUI_LOAN_INIT;
  static struct puhui_loan loan;
  loan = beside == NULL ? plain : *beside;
  loan.product = product;
  loan.terms = terms;
  return &loan;
}

/* Loans of one product, for one call: good until the next loans. */
static inline const struct puhui_loan_columns *loans_of(const puhui_product *product,
                                                        const struct puhui_loan_columns *columns, size_t count) {
  static const puhui_product *of[1];
  static struct puhui_loan_columns loans;
  of[0] = product;
  loans = *columns;
  loans.products = of;
  loans.product_count = 1;
  loans.count = count;
  return &loans;
}

/* An account from its first day, for one call: good until the next account or loan. */
static inline const struct puhui_account_query *account_of(const puhui_product *product, const struct puhui_terms *terms,
                                                           const struct puhui_loan *beside,
                                                           const struct puhui_event *events, size_t event_count,
                                                           int32_t as_of_ymd, int32_t known_on_ymd) {
  static const struct puhui_account_query fresh = PUHUI_ACCOUNT_QUERY_INIT;
  static struct puhui_account_query query;
  query = fresh;
  query.as_of_ymd = as_of_ymd;
  query.known_on_ymd = known_on_ymd;
  query.loan = loan_of(product, terms, beside);
  query.events = events;
  query.event_count = event_count;
  return &query;
}

/* The schedule of a loan that must be good; returns the number of rows. */
static inline size_t schedule_of(const puhui_product *product, const struct puhui_terms *terms,
                                 const struct puhui_loan *beside, struct puhui_instalment *rows, size_t capacity,
                                 struct puhui_totals *totals) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t count = 0;
  if (puhui_schedule(loan_of(product, terms, beside), rows, capacity, &count, totals, &error) != PUHUI_OK) {
    fprintf(stderr, "schedule: %s\n", error.message);
    exit(1);
  }
  return count;
}

#endif
