/* Figures that were worked out apart from the library, each with its arithmetic. */
#include "check.h"

static void equal_instalments(void) {
  struct puhui_instalment rows[36];
  struct puhui_totals totals;
  struct puhui_annualised rates = PUHUI_ANNUALISED_INIT;
  struct puhui_terms terms = golden();
  struct puhui_product_rules rules;
  puhui_product *product;

  /* 30E/360, drawn 2020-01-20: every month is 30 days, f = 0.0435 / 12 = 0.003625, and the payment is
     50,000 x f / (1 - (1 + f)^-36) = 1,484.00. Row 1: 50,000 x 0.003625 = 181.25, 1,484.00 - 181.25 = 1,302.75. */
  rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_30E_360);
  product = product_of(&rules, NULL);
  terms.disbursed_on_ymd = 20200120;
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 36, &totals), 36);
  CHECK_EQUAL(rows[0].payment_minor, 148400);
  CHECK_EQUAL(rows[0].principal_minor, 130275);
  CHECK_EQUAL(rows[0].interest_minor, 18125);
  CHECK_EQUAL(rows[0].days, 30);
  CHECK_EQUAL(rows[35].payment_minor, 148390);
  CHECK_EQUAL(rows[35].due_on_ymd, 20230120);
  CHECK_EQUAL(rows[35].closing_minor, 0);
  CHECK_EQUAL(totals.interest_minor, 342390);
  CHECK_EQUAL(totals.payment_minor, 5342390);
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), &rates, NULL), PUHUI_OK);
  CHECK_EQUAL(rates.has_nominal, 1);
  CHECK_EQUAL(rates.nominal_e10, 435003088);
  CHECK_EQUAL(rates.effective_e10, 443637024);
  puhui_product_free(product);

  /* Actual/360, drawn 2020-01-15: 36 days to the first due date, 50,000 x 0.0435 x 36 / 360 = 217.50;
     the level payment of the periods as they are is 1,486.27, and 1,486.27 - 217.50 = 1,268.77. */
  rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  product = product_of(&rules, NULL);
  terms = golden();
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 36, &totals), 36);
  CHECK_EQUAL(rows[0].payment_minor, 148627);
  CHECK_EQUAL(rows[0].principal_minor, 126877);
  CHECK_EQUAL(rows[0].interest_minor, 21750);
  CHECK_EQUAL(rows[0].days, 36);
  CHECK_EQUAL(rows[0].opening_minor, 5000000);
  CHECK_EQUAL(rows[0].closing_minor, 5000000 - 126877);
  CHECK_EQUAL(rows[35].payment_minor, 148630);
  CHECK_EQUAL(totals.rows, 36);
  CHECK_EQUAL(totals.principal_minor, 5000000);
  CHECK_EQUAL(totals.interest_minor, 350575);
  CHECK_EQUAL(totals.fees_minor, 0);

  /* The first period is no whole month, so there is no nominal rate. */
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), &rates, NULL), PUHUI_OK);
  CHECK_EQUAL(rates.effective_e10, 450057987);
  CHECK_EQUAL(rates.simple_e10, 441042405);
  CHECK_EQUAL(rates.has_nominal, 0);
  CHECK_EQUAL(rates.nominal_e10, 0);
  terms.fee_at_disbursement_minor = 50000;
  CHECK_EQUAL(puhui_annualised_rates(loan_of(product, &terms, NULL), &rates, NULL), PUHUI_OK);
  CHECK_EQUAL(rates.effective_e10, 519366179);
  CHECK_EQUAL(rates.simple_e10, 503945122);
  puhui_product_free(product);

  /* The same by the formula rate x months / 12: the payment of equal months, the interest of real days. */
  rules.level_payment = PUHUI_LEVEL_PAYMENT_NOMINAL;
  product = product_of(&rules, NULL);
  terms = golden();
  schedule_of(product, &terms, NULL, rows, 36, &totals);
  CHECK_EQUAL(rows[0].payment_minor, 148400);
  CHECK_EQUAL(rows[35].payment_minor, 157123);
  CHECK_EQUAL(totals.interest_minor, 351123);
  puhui_product_free(product);
}

static void interest_only(void) {
  /* 50,000.00 at 4.35 %, Actual/360, due 20 March, June, September, December, matures 2021-01-15: a day earns
     50,000 x 0.0435 / 360 = 6.041666...; 65, 92, 92, 91 and 26 days. Where the settlement day still counts: 66, 92, 92, 91
     and 25 days. */
  static const int64_t interest[2][5] = {{39271, 55583, 55583, 54979, 15708}, {39875, 55583, 55583, 54979, 15104}};
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_INTEREST_ONLY, PUHUI_DAY_COUNT_ACTUAL_360);
  struct puhui_terms terms = golden();
  struct puhui_instalment rows[5];
  struct puhui_totals totals;
  int day_after, i;

  rules.every_unit = PUHUI_UNIT_QUARTER;
  terms.instalments = 0;
  terms.first_due_on_ymd = 20200320;
  terms.matures_on_ymd = 20210115;
  for (day_after = 0; day_after < 2; day_after++) {
    puhui_product *product;
    rules.accrual_ends = day_after ? PUHUI_ACCRUAL_ENDS_DAY_AFTER : PUHUI_ACCRUAL_ENDS_ON_DUE_DATE;
    product = product_of(&rules, NULL);
    CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 5, &totals), 5);
    for (i = 0; i < 5; i++) CHECK_EQUAL(rows[i].interest_minor, interest[day_after][i]);
    CHECK_EQUAL(rows[4].principal_minor, 5000000);
    CHECK_EQUAL(totals.interest_minor, 221124);
    puhui_product_free(product);
  }
}

/* 10,000.00 without interest, in 4 instalments from 2020-03-20: what is left is the method alone. */
static void principal_of(struct puhui_product_rules rules, int64_t residual_minor, const int64_t principal_minor[4]) {
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  struct puhui_instalment rows[4];
  puhui_product *product = product_of(&rules, NULL);
  int i;

  terms.principal_minor = 1000000;
  terms.residual_minor = residual_minor;
  terms.disbursed_on_ymd = 20200120;
  terms.first_due_on_ymd = 20200320;
  terms.instalments = 4;
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 4, NULL), 4);
  for (i = 0; i < 4; i++) CHECK_EQUAL(rows[i].payment_minor, principal_minor[i]);
  puhui_product_free(product);
}

static void methods(void) {
  /* A quarter of 10,000.00 each. */
  static const int64_t equal[4] = {250000, 250000, 250000, 250000};
  /* A tenth each, the last clears. */
  static const int64_t over_ten[4] = {100000, 100000, 100000, 700000};
  /* (10,000.00 - 4,000.00) / 4 = 1,500.00, and the residual with the last. */
  static const int64_t residual[4] = {150000, 150000, 150000, 550000};
  /* A, A, A + 100.00, A + 100.00: 4 A = 9,800.00. */
  static const int64_t by_amount[4] = {245000, 245000, 255000, 255000};
  /* A, A, 1.5 A, 1.5 A: 5 A = 10,000.00. */
  static const int64_t by_ratio[4] = {200000, 200000, 300000, 300000};
  /* Due in March, June, September, December; the harvest is in June and September. */
  static const int64_t harvest[4] = {0, 500000, 500000, 0};
  static const int64_t at_the_end[4] = {0, 0, 0, 1000000};
  /* 10,000.00 / 4 = 2,500.00, to the nearest multiple of 300.00: 2,400.00. */
  static const int64_t rounded[4] = {240000, 240000, 240000, 280000};
  struct puhui_product_rules rules = monthly(0, PUHUI_DAY_COUNT_30E_360);

  rules.every_unit = PUHUI_UNIT_QUARTER;
  rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
  principal_of(rules, 0, equal);
  rules.method = PUHUI_METHOD_EQUAL_PRINCIPAL;
  principal_of(rules, 0, equal);
  rules.payment_multiple_minor = 30000;
  principal_of(rules, 0, rounded);
  rules.payment_multiple_minor = 0;
  rules.method = PUHUI_METHOD_INTEREST_ONLY;
  principal_of(rules, 0, at_the_end);
  rules.method = PUHUI_METHOD_BALLOON_AMORTISED_OVER;
  rules.amortised_over = 10;
  principal_of(rules, 0, over_ten);
  rules.amortised_over = 0;
  rules.method = PUHUI_METHOD_BALLOON_RESIDUAL;
  principal_of(rules, 400000, residual);
  rules.method = PUHUI_METHOD_GRADUATED_AMOUNT;
  rules.graduated_every = 2;
  rules.graduated_amount_minor = 10000;
  principal_of(rules, 0, by_amount);
  rules.method = PUHUI_METHOD_GRADUATED_RATIO;
  rules.graduated_amount_minor = 0;
  rules.graduated_ratio_ppb = 500000000;
  principal_of(rules, 0, by_ratio);
  rules.method = PUHUI_METHOD_SEASONAL;
  rules.graduated_every = 0;
  rules.graduated_ratio_ppb = 0;
  rules.season_months = PUHUI_MONTH(6) | PUHUI_MONTH(9);
  principal_of(rules, 0, harvest);
}

static void grace(void) {
  /* 12,000.00 at 3.6 %, 30E/360: a month earns 36.00. The first of three rows repays nothing and puts its interest off. */
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_PRINCIPAL, PUHUI_DAY_COUNT_30E_360);
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  struct puhui_instalment rows[3];
  puhui_product *product;

  rules.grace_principal = 1;
  rules.grace_interest = 1;
  terms.principal_minor = 1200000;
  terms.rate_ppb = 36000000;
  terms.fee_each_instalment_minor = 500;
  terms.disbursed_on_ymd = 20200120;
  terms.first_due_on_ymd = 20200220;
  terms.instalments = 3;
  product = product_of(&rules, NULL);
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 3, NULL), 3);
  CHECK_EQUAL(rows[0].interest_minor, 0);
  CHECK_EQUAL(rows[0].interest_deferred_minor, 3600);
  CHECK_EQUAL(rows[0].payment_minor, 500);
  CHECK_EQUAL(rows[1].interest_minor, 3600);
  CHECK_EQUAL(rows[1].deferred_interest_paid_minor, 3600);
  CHECK_EQUAL(rows[1].fees_minor, 500);
  CHECK_EQUAL(rows[1].payment_minor, 600000 + 3600 + 3600 + 500);
  CHECK_EQUAL(rows[2].payment_minor, 600000 + 1800 + 500);
  puhui_product_free(product);

  /* Capitalised, the 36.00 is principal from then on. */
  rules.grace_capitalised = 1;
  product = product_of(&rules, NULL);
  schedule_of(product, &terms, NULL, rows, 3, NULL);
  CHECK_EQUAL(rows[0].closing_minor, 1203600);
  CHECK_EQUAL(rows[1].principal_minor, 601800);
  puhui_product_free(product);
}

static void beside_the_terms(void) {
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_BULLET, PUHUI_DAY_COUNT_ACTUAL_360);
  struct puhui_terms terms = PUHUI_TERMS_INIT;
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  struct puhui_instalment rows[3];
  struct puhui_totals totals;
  puhui_product *product;
  size_t count = 7;

  /* 36,000.00 for 30 days, at 3.6 % for 10 of them and at 7.2 % for 20: 36.00 + 144.00. */
  struct puhui_rate_step step = {20200111, 0, 72000000};
  rules.every_count = 0;
  rules.every_unit = 0;
  product = product_of(&rules, NULL);
  terms.principal_minor = 3600000;
  terms.rate_ppb = 36000000;
  terms.disbursed_on_ymd = 20200101;
  terms.matures_on_ymd = 20200131;
  beside.rate_step_count = 1;
  beside.rate_steps = &step;
  CHECK_EQUAL(schedule_of(product, &terms, &beside, rows, 3, NULL), 1);
  CHECK_EQUAL(rows[0].interest_minor, 18000);
  CHECK_EQUAL(rows[0].flags, 0);
  step.projected = 1;
  CHECK_EQUAL(schedule_of(product, &terms, &beside, rows, 3, NULL), 1);
  CHECK_EQUAL(rows[0].flags, PUHUI_INSTALMENT_PROJECTED);
  puhui_product_free(product);

  /* 12,000.00 on 2020-01-31 and 24,000.00 on 2020-03-01, 30 days each: 108.00 on 36,000.00, 72.00 on 24,000.00. */
  {
    const struct puhui_planned_principal plan[2] = {{20200131, 0, 1200000}, {20200301, 0, 2400000}};
    const struct puhui_loan nothing = PUHUI_LOAN_INIT;
    rules.method = PUHUI_METHOD_CUSTOM;
    product = product_of(&rules, NULL);
    terms.matures_on_ymd = 0;
    beside = nothing;
    beside.plan_count = 2;
    beside.plan = plan;
    CHECK_EQUAL(schedule_of(product, &terms, &beside, rows, 3, &totals), 2);
    CHECK_EQUAL(rows[0].payment_minor, 1200000 + 10800);
    CHECK_EQUAL(rows[1].payment_minor, 2400000 + 7200);
    CHECK_EQUAL(totals.interest_minor, 18000);
    /* Totals come without rows, too. */
    memset(&totals, 0xA5, sizeof totals);
    CHECK_EQUAL(puhui_schedule(loan_of(product, &terms, &beside), NULL, 0, &count, &totals, NULL), PUHUI_OK);
    CHECK_EQUAL(count, 2);
    CHECK_EQUAL(totals.interest_minor, 18000);
    CHECK_EQUAL(totals.rows, 2);
    puhui_product_free(product);
  }
}

static void calendars(void) {
  /* 2020-06-25 (Dragon Boat) and 26 were off, 27 was a Saturday, 28 a Sunday that was worked for it. */
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_INTEREST_ONLY, PUHUI_DAY_COUNT_ACTUAL_360);
  struct puhui_terms terms = golden();
  struct puhui_instalment rows[2];
  puhui_calendar *calendar = NULL;
  puhui_product *product;
  int32_t rolled = 0;
  uint32_t provisional = 7;
  const int32_t holidays[2] = {20201002, 20201001};
  const int32_t workdays[1] = {20201010};

  CHECK_EQUAL(puhui_calendar_cn(&calendar, NULL), PUHUI_OK);
  rules.roll = PUHUI_ROLL_FOLLOWING;
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_UNADJUSTED;
  product = product_of(&rules, calendar);
  terms.disbursed_on_ymd = 20200525;
  terms.first_due_on_ymd = 20200625;
  terms.instalments = 2;
  schedule_of(product, &terms, NULL, rows, 2, NULL);
  CHECK_EQUAL(rows[0].due_on_ymd, 20200628);
  CHECK_EQUAL(rows[0].days, 31);
  CHECK_EQUAL(rows[0].flags, 0);
  puhui_product_free(product);
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  product = product_of(&rules, calendar);
  /* The product keeps what it needs of the calendar. */
  CHECK_EQUAL(puhui_calendar_roll(calendar, 20200625, PUHUI_ROLL_PRECEDING, &rolled, &provisional, NULL), PUHUI_OK);
  CHECK_EQUAL(rolled, 20200624);
  CHECK_EQUAL(provisional, 0);
  puhui_calendar_free(calendar);
  schedule_of(product, &terms, NULL, rows, 2, NULL);
  CHECK_EQUAL(rows[0].days, 34);
  CHECK_EQUAL(rows[1].days, 29); /* To Monday, 27 July: the 25th is a Saturday. */

  /* A Saturday of 2030, beyond the built-in list. */
  terms.disbursed_on_ymd = 20300501;
  terms.first_due_on_ymd = 20300601;
  schedule_of(product, &terms, NULL, rows, 2, NULL);
  CHECK_EQUAL(rows[0].due_on_ymd, 20300603);
  CHECK_EQUAL(rows[0].flags, PUHUI_INSTALMENT_PROVISIONAL);
  puhui_product_free(product);

  /* A list of the caller's own: Thursday and Friday off, Saturday the 10th worked. */
  CHECK_EQUAL(puhui_calendar_from_days("our bank", holidays, 2, workdays, 1, &calendar, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_calendar_roll(calendar, 20201001, PUHUI_ROLL_FOLLOWING, &rolled, NULL, NULL), PUHUI_OK);
  CHECK_EQUAL(rolled, 20201005);
  CHECK_EQUAL(puhui_calendar_roll(calendar, 20201010, PUHUI_ROLL_FOLLOWING, &rolled, NULL, NULL), PUHUI_OK);
  CHECK_EQUAL(rolled, 20201010);
  puhui_calendar_free(calendar);
  CHECK_EQUAL(puhui_calendar_weekends(&calendar, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_calendar_roll(calendar, 20201010, PUHUI_ROLL_MODIFIED_FOLLOWING, &rolled, &provisional, NULL),
              PUHUI_OK);
  CHECK_EQUAL(rolled, 20201012);
  CHECK_EQUAL(provisional, 0);
  puhui_calendar_free(calendar);
}

static void benchmarks(void) {
  /* Published on 2020-04-20: 3.85 %, until then 4.05 %. */
  puhui_benchmark *benchmark = NULL;
  int64_t rate = 0, first = 0;
  struct puhui_reset_rule rule = PUHUI_RESET_RULE_INIT;
  struct puhui_rate_step steps[2];
  size_t count = 0;
  const int32_t published_on_ymd[2] = {20200101, 20210101};
  const int64_t rate_ppb[2] = {40000001, -5000000};

  CHECK_EQUAL(puhui_benchmark_built_in("lpr_1y", &benchmark, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_benchmark_value_on(benchmark, 20200420, 20201231, &rate, NULL), PUHUI_OK);
  CHECK_EQUAL(rate, 38500000);
  CHECK_EQUAL(puhui_benchmark_value_on(benchmark, 20200420, 20200301, &rate, NULL), PUHUI_OK);
  CHECK_EQUAL(rate, 40500000);

  /* Drawn 2020-03-01 at 4.05 % + 0.50 %; on 2021-03-01 it was 3.85 %; on 2021-06-01 nobody knew that of 2022-03-01. */
  rule.spread_bp = 50;
  rule.reset_count = 1;
  rule.reset_unit = PUHUI_UNIT_YEAR;
  rule.disbursed_on_ymd = 20200301;
  rule.until_ymd = 20220301;
  rule.known_on_ymd = 20210601;
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, &first, NULL, 0, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(count, 2);
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, &first, steps, 2, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(first, 45500000);
  CHECK_EQUAL(count, 2);
  CHECK(steps[0].from_ymd == 20210301 && steps[0].rate_ppb == 43500000 && steps[0].projected == 0);
  CHECK(steps[1].from_ymd == 20220301 && steps[1].rate_ppb == 43500000 && steps[1].projected == 1);
  rule.spread_bp = 0;
  rule.reset_count = rule.reset_unit = 0;
  CHECK_EQUAL(puhui_benchmark_rates(benchmark, &rule, &first, NULL, 0, &count, NULL), PUHUI_OK);
  CHECK_EQUAL(first, 40500000);
  CHECK_EQUAL(count, 0);
  puhui_benchmark_free(benchmark);

  CHECK_EQUAL(puhui_benchmark_from_columns("ours", published_on_ymd, rate_ppb, 2, &benchmark, NULL), PUHUI_OK);
  CHECK_EQUAL(puhui_benchmark_value_on(benchmark, 20201231, 20220101, &rate, NULL), PUHUI_OK);
  CHECK_EQUAL(rate, 40000001);
  CHECK_EQUAL(puhui_benchmark_value_on(benchmark, 20210101, 20220101, &rate, NULL), PUHUI_OK);
  CHECK_EQUAL(rate, -5000000);
  puhui_benchmark_free(benchmark);
}

static void long_loans(void) {
  /* 30 years of months: longer than what the library computes at once. Equal principal without interest: 1,000.00 each. */
  static struct puhui_instalment rows[360];
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_PRINCIPAL, PUHUI_DAY_COUNT_30E_360);
  struct puhui_terms terms = golden();
  struct puhui_totals totals;
  puhui_product *product = product_of(&rules, NULL);
  int i;

  terms.principal_minor = 36000000;
  terms.rate_ppb = 0;
  terms.instalments = 360;
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 360, &totals), 360);
  for (i = 0; i < 360; i++) {
    CHECK_EQUAL(rows[i].no, i + 1);
    CHECK_EQUAL(rows[i].payment_minor, 100000);
    CHECK_EQUAL(rows[i].closing_minor, 36000000 - 100000 * (i + 1));
  }
  CHECK_EQUAL(totals.principal_minor, 36000000);
  CHECK_EQUAL(schedule_of(product, &terms, NULL, rows, 360, NULL), 360);
  puhui_product_free(product);
}

int main(void) {
  equal_instalments();
  interest_only();
  methods();
  grace();
  beside_the_terms();
  calendars();
  benchmarks();
  long_loans();
  return 0;
}
