/* The uses that the pages of puhui.h show, run: each says what the comment of its section says. */
#include "check.h"

#include "pages.h"

int main(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_instalment rows[36];
  struct puhui_impact impact = PUHUI_IMPACT_INIT;
  struct puhui_sums sums;
  int64_t interest_minor = 0;

  /* 1 of 8 is 12.50 %: seven characters and a line end. */
  CHECK_EQUAL(print_share(1, 8), 8);
  /* The National Day of 2020, a Thursday, and the days off to Thursday 8 October. */
  CHECK_EQUAL(next_business_day(20201001), 20201009);

  struct puhui_product *product = new_product(&error);
  CHECK(product != NULL);
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  const struct puhui_loan loan = new_loan(product, &terms);
  /* The golden figure G2 of the specification: 3,505.75 over 36 instalments. */
  CHECK_EQUAL(instalments_of(&loan, rows, 36, &interest_minor), 36);
  CHECK_EQUAL(interest_minor, 350575);
  CHECK_EQUAL(rows[0].principal_minor, 126877);
  /* The principal of the rows of March, April and May, of instalments of 1,486.27: 1,315.51 + 1,308.66 + 1,319.13. */
  CHECK_EQUAL(defer_principal(&loan, &impact, &error), PUHUI_OK);
  CHECK_EQUAL(impact.deferred_principal_minor, 394330);
  /* 36 days to the first due date are 217.50 of interest; the rest of the instalment is principal: 50,000.00 - 1,268.77. */
  CHECK_EQUAL(pay_off_after(&loan, 148627, &error), 4873123);
  puhui_product_free(product);

  /* 1,000.00 less 300.00. */
  CHECK_EQUAL(free_after(100000, 30000), 70000);

  const int64_t balance_minor[3] = {100, 0, 250};
  CHECK_EQUAL(balance_of(balance_minor, 3, &sums, &error), PUHUI_OK);
  CHECK_EQUAL(sums.outstanding.loans, 2);
  CHECK_EQUAL(sums.outstanding.minor.low, 350);

  /* Of 350 in all nothing is bad, and of the inclusive loans 3 in 100 or 4, which is within or above three points. */
  {
    struct puhui_sums inclusive = sums;
    inclusive.outstanding.minor.low = 100;
    inclusive.classes[PUHUI_LOAN_CLASS_LOSS - 1].minor.low = 3;
    CHECK_EQUAL(is_tolerated(&inclusive, &sums, &error), 1);
    inclusive.classes[PUHUI_LOAN_CLASS_LOSS - 1].minor.low = 4;
    CHECK_EQUAL(is_tolerated(&inclusive, &sums, &error), 0);
  }

  /* Two villages in one county, an outlet in the second. */
  const uint64_t village[2] = {11, 12}, point[1] = {1}, place[1] = {12};
  const uint32_t county[2] = {500101, 500101}, township[2] = {1, 1};
  const uint8_t kind[1] = {PUHUI_POINT_KIND_OUTLET};
  struct puhui_village_columns villages = PUHUI_VILLAGE_COLUMNS_INIT;
  struct puhui_point_columns points = PUHUI_POINT_COLUMNS_INIT;
  struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
  villages.count = 2;
  villages.village = village;
  villages.county = county;
  villages.township = township;
  points.count = 1;
  points.point = point;
  points.village = place;
  points.kind = kind;
  CHECK_EQUAL(covered(&villages, &points, &result, &error), PUHUI_OK);
  CHECK_EQUAL(result.total.villages, 2);
  CHECK_EQUAL(result.total.covered, 1);
  return 0;
}
