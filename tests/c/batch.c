/* Batches: columns in, one status a loan, rows in one flat array; and not one allocation.
 *
 * Link with: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=aligned_alloc,--wrap=posix_memalign
 */
#include "allocations.h"
#include "check.h"

#define COUNT 200
#define MOST 150

static int64_t principal_minor[COUNT], rate_ppb[COUNT], fee_minor[COUNT];
static int32_t disbursed_on_ymd[COUNT], first_due_on_ymd[COUNT];
static uint32_t instalments[COUNT];
static struct puhui_instalment rows[COUNT * MOST];
static struct puhui_totals totals[COUNT];
static size_t offset[COUNT + 1], sized[COUNT + 1];
static puhui_status status[COUNT];

static struct puhui_loan_columns columns(void) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  columns.principal_minor = principal_minor;
  columns.rate_ppb = rate_ppb;
  columns.fee_each_instalment_minor = fee_minor;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  columns.first_due_on_ymd = first_due_on_ymd;
  columns.instalments = instalments;
  return columns;
}

static void fill(void) {
  uint32_t i;
  for (i = 0; i < COUNT; i++) {
    principal_minor[i] = 100000 + 12347 * (int64_t)i;
    rate_ppb[i] = 30000000 + 50000 * (int64_t)i;
    fee_minor[i] = (int64_t)(i % 3) * 100;
    disbursed_on_ymd[i] = 20200101 + (int32_t)(i % 28);
    first_due_on_ymd[i] = 20200201 + (int32_t)(i % 28);
    instalments[i] = 1 + i % MOST; /* Above and below what the library computes at once. */
  }
}

static struct puhui_terms single(size_t i) {
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  terms.principal_minor = principal_minor[i];
  terms.rate_ppb = rate_ppb[i];
  terms.fee_each_instalment_minor = fee_minor[i];
  terms.disbursed_on_ymd = disbursed_on_ymd[i];
  terms.first_due_on_ymd = first_due_on_ymd[i];
  terms.instalments = instalments[i];
  return terms;
}

static void same_as_one_by_one(const puhui_product *product) {
  static struct puhui_instalment alone[MOST];
  const struct puhui_loan_columns given = columns();
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t i, needed, before;

  memset(rows, 0xA5, sizeof rows);
  memset(status, 0xA5, sizeof status);
  before = allocations;
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, COUNT), NULL, 0, sized, status, NULL, &error), PUHUI_OK);
  needed = sized[COUNT];
  CHECK(needed <= COUNT * MOST);
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, COUNT), rows, needed, offset, status, totals, &error), PUHUI_OK);
  CHECK_EQUAL(allocations, before);
  CHECK(memcmp(sized, offset, sizeof offset) == 0);
  CHECK_EQUAL(offset[0], 0);
  for (i = 0; i < COUNT; i++) {
    const struct puhui_terms terms = single(i);
    struct puhui_totals sums;
    const size_t count = schedule_of(product, &terms, NULL, alone, MOST, &sums);
    CHECK_EQUAL(status[i], PUHUI_OK);
    CHECK_EQUAL(offset[i + 1] - offset[i], count);
    CHECK(memcmp(&rows[offset[i]], alone, count * sizeof *alone) == 0);
    CHECK(memcmp(&totals[i], &sums, sizeof sums) == 0);
  }
  /* One loan alone allocates nothing either. */
  {
    const struct puhui_terms terms = single(COUNT - 1);
    size_t count;
    before = allocations;
    CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, NULL), alone, MOST, &count, NULL, &error), PUHUI_OK);
    CHECK_EQUAL(allocations, before);
  }
  /* Parts of the columns give the rows of the whole. */
  {
    static struct puhui_instalment part[COUNT * MOST];
    struct puhui_loan_columns tail = given;
    static size_t part_offset[COUNT + 1];
    tail.principal_minor += 70;
    tail.rate_ppb += 70;
    tail.fee_each_instalment_minor += 70;
    tail.disbursed_on_ymd += 70;
    tail.first_due_on_ymd += 70;
    tail.instalments += 70;
    CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &tail, COUNT - 70), part, COUNT * MOST, part_offset, status, NULL, NULL),
                PUHUI_OK);
    CHECK_EQUAL(part_offset[COUNT - 70], needed - offset[70]);
    CHECK(memcmp(part, &rows[offset[70]], part_offset[COUNT - 70] * sizeof *part) == 0);
  }
}

static void bad_loans_leave_the_others_alone(void) {
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_GRADUATED_RATIO, PUHUI_DAY_COUNT_30E_360);
  struct puhui_loan_columns given = columns();
  struct puhui_error error = PUHUI_ERROR_INIT;
  puhui_product *product;
  size_t i;

  /* Loan 1: no principal. Loan 2: no such day. Loan 4: its first payments are below its interest: growing by half each
     year they would start far below the 1,000.00 % a year that it bears. */
  rules.graduated_ratio_ppb = 500000000;
  rules.graduated_every = 12;
  product = product_of(&rules, NULL);
  fill();
  for (i = 0; i < 6; i++) instalments[i] = 48;
  principal_minor[1] = 0;
  disbursed_on_ymd[2] = 20200231;
  rate_ppb[4] = INT64_C(10000000000);
  memset(rows, 0xA5, sizeof rows);
  memset(status, 0xA5, sizeof status);
  memset(totals, 0xA5, sizeof totals);
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, 6), NULL, 0, sized, status, NULL, &error), PUHUI_ERR_ROWS);
  CHECK_EQUAL(sized[6], 4 * 48);
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, 6), rows, 4 * 48, offset, status, totals, &error), PUHUI_ERR_ROWS);
  CHECK(memcmp(sized, offset, 7 * sizeof *offset) == 0);
  CHECK_EQUAL(status[0], PUHUI_OK);
  CHECK_EQUAL(status[1], PUHUI_ERR_OUT_OF_RANGE);
  CHECK_EQUAL(status[2], PUHUI_ERR_MALFORMED);
  CHECK_EQUAL(status[3], PUHUI_OK);
  CHECK_EQUAL(status[4], PUHUI_ERR_NEGATIVE_AMORTISATION);
  CHECK_EQUAL(status[5], PUHUI_OK);
  CHECK_EQUAL(error.status, PUHUI_ERR_OUT_OF_RANGE);
  CHECK_EQUAL(error.row, 1);
  CHECK(strcmp(error.field, "principal") == 0);
  CHECK(offset[0] == 0 && offset[1] == 48 && offset[2] == 48 && offset[3] == 48 && offset[4] == 96 &&
        offset[5] == 144 && offset[6] == 192);
  CHECK(totals[1].rows == 0 && totals[2].payment_minor == 0 && totals[4].rows == 0);
  CHECK(totals[0].rows == 48 && totals[5].principal_minor == principal_minor[5]);
  for (i = 96; i < 144; i++) {
    static const struct puhui_instalment zero;
    CHECK(memcmp(&rows[i], &zero, sizeof zero) == 0);
  }
  CHECK_EQUAL(rows[144].no, 1);
  CHECK_EQUAL(rows[191].closing_minor, 0);

  /* Totals without rows tell the same. */
  memset(totals, 0xA5, sizeof totals);
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, 6), NULL, 0, offset, status, totals, NULL), PUHUI_ERR_ROWS);
  CHECK_EQUAL(status[4], PUHUI_ERR_NEGATIVE_AMORTISATION);
  CHECK_EQUAL(totals[5].principal_minor, principal_minor[5]);
  CHECK(totals[4].rows == 0 && totals[4].reserved == 0);

  /* One row short: said, with what is needed, and nothing is written beyond the capacity. */
  memset(rows, 0xA5, sizeof rows);
  CHECK_EQUAL(puhui_schedule_batch(loans_of(product, &given, 6), rows, 191, offset, status, totals, &error),
              PUHUI_ERR_BUFFER_TOO_SMALL);
  CHECK_EQUAL(offset[6], 192);
  CHECK_EQUAL(rows[191].no, 0xA5A5A5A5);
  CHECK_EQUAL(error.row, PUHUI_NO_ROW);
  puhui_product_free(product);
}

int main(void) {
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  puhui_product *product = product_of(&rules, NULL);

  CHECK(allocations > 0); /* The counter counts: the product is one. */
  fill();
  same_as_one_by_one(product);
  puhui_product_free(product);
  rules.day_count = PUHUI_DAY_COUNT_30E_360;
  product = product_of(&rules, NULL);
  same_as_one_by_one(product);
  puhui_product_free(product);
  rules.method = PUHUI_METHOD_EQUAL_PRINCIPAL;
  product = product_of(&rules, NULL);
  same_as_one_by_one(product);
  puhui_product_free(product);
  bad_loans_leave_the_others_alone();
  return 0;
}
