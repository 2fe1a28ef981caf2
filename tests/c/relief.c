/* Relief: figures that were worked out apart from the library, each with its arithmetic; the edges of the contract; and a
   batch that says what its loans say one by one. */
#include <stddef.h>

#include "check.h"

/* The layouts that callers are compiled against. */
LAYOUT(relief, sizeof(struct puhui_relief) == 360 && offsetof(struct puhui_relief, granted_on_ymd) == 4 &&
                   offsetof(struct puhui_relief, defer) == 8 && offsetof(struct puhui_relief, new_date_ymd) == 36 &&
                   offsetof(struct puhui_relief, penalty) == 52 && offsetof(struct puhui_relief, reserved) == 84 &&
                   offsetof(struct puhui_relief, interest_at_ppb) == 88 &&
                   offsetof(struct puhui_relief, class_reason) == 104);
LAYOUT(impact, sizeof(struct puhui_impact) == 88 && offsetof(struct puhui_impact, last_due_after_ymd) == 12 &&
                   offsetof(struct puhui_impact, interest_change_minor) == 16 &&
                   offsetof(struct puhui_impact, present_value_change_minor) == 80);
LAYOUT(result, sizeof(void *) != 8 || (sizeof(struct puhui_relief_result) == 72 &&
                                       offsetof(struct puhui_relief_result, before) == 8 &&
                                       offsetof(struct puhui_relief_result, after_count) == 48 &&
                                       offsetof(struct puhui_relief_result, impact) == 64));
LAYOUT(relieved, sizeof(void *) != 8 || (sizeof(struct puhui_relieved_columns) == 88 &&
                                         offsetof(struct puhui_relieved_columns, interest_change_minor) == 80));

#define MOST 64

static puhui_product *actual_360, *thirty_360;

/* Both put off, due from 2020-01-25 to 2020-06-30, granted on 2020-03-01; how it is caught up is still to be set. */
static struct puhui_relief spring(uint32_t principal, uint32_t meanwhile, uint32_t interest) {
  struct puhui_relief relief = PUHUI_RELIEF_INIT;
  relief.granted_on_ymd = 20200301;
  relief.defer = PUHUI_DEFER_BOTH;
  relief.due_from_ymd = 20200125;
  relief.due_until_ymd = 20200630;
  relief.principal_caught_up = principal;
  relief.interest_meanwhile = meanwhile;
  relief.interest_caught_up = interest;
  return relief;
}

/* The deferral of June 2020: simple interest, all of it caught up on 2020-06-30. */
static struct puhui_relief june(void) {
  struct puhui_relief relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW, PUHUI_INTEREST_MEANWHILE_SIMPLE,
                                      PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW);
  relief.new_date_ymd = 20200630;
  return relief;
}

/* The golden loan drawn on a due day, so that every month is a whole one. */
static struct puhui_terms whole_months(void) {
  struct puhui_terms terms = golden();
  terms.disbursed_on_ymd = 20200120;
  return terms;
}

struct seen {
  struct puhui_instalment before[MOST], after[MOST];
  size_t count_before, count_after;
  uint32_t outcomes[4];
  struct puhui_impact impact;
};

/* Where all that reliefs do goes. */
static struct puhui_relief_result all_of(struct seen *seen) {
  struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
  result.before = seen->before;
  result.after = seen->after;
  result.before_capacity = result.after_capacity = MOST;
  result.outcomes = seen->outcomes;
  result.impact = &seen->impact;
  return result;
}

/* Applies reliefs, and keeps all that they do. */
static puhui_status relieved(const struct puhui_loan *loan, const struct puhui_relief *reliefs, size_t count,
                             struct seen *seen, struct puhui_error *error) {
  struct puhui_relief_result result = all_of(seen);
  const puhui_status status = puhui_relieve(loan, reliefs, count, &result, error);
  seen->count_before = result.before_count;
  seen->count_after = result.after_count;
  return status;
}

/* Reliefs that must be good, on a loan that must be good. */
static void relieve(const puhui_product *product, const struct puhui_terms *terms, const struct puhui_loan *beside,
                    const struct puhui_relief *reliefs, size_t count, struct seen *seen) {
  const struct puhui_impact fresh = PUHUI_IMPACT_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  memset(seen, 0xA5, sizeof *seen);
  seen->impact = fresh;
  if (relieved(loan_of(product, terms, beside), reliefs, count, seen, &error) != PUHUI_OK) {
    fprintf(stderr, "relief: %s\n", error.message);
    exit(1);
  }
  CHECK_EQUAL(error.status, PUHUI_OK);
}

/* The row of a day. */
static const struct puhui_instalment *on(const struct puhui_instalment *rows, size_t count, int32_t due_on_ymd) {
  size_t i;
  for (i = 0; i < count; i++) {
    if (rows[i].due_on_ymd == due_on_ymd) return &rows[i];
  }
  fprintf(stderr, "no row on %ld\n", (long)due_on_ymd);
  exit(1);
}

static int64_t interest_of(const struct puhui_instalment *rows, size_t count) {
  int64_t sum = 0;
  size_t i;
  for (i = 0; i < count; i++) sum += rows[i].interest_minor + rows[i].deferred_interest_paid_minor;
  return sum;
}

static void deferred_to_the_end_of_june(void) {
  static struct seen seen;
  struct puhui_instalment plain[36];
  const struct puhui_terms terms = golden();
  struct puhui_relief relief = june();
  const struct puhui_instalment *row;
  size_t i;

  relieve(actual_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.count_before, 36);
  CHECK_EQUAL(seen.count_after, 37);
  CHECK_EQUAL(seen.outcomes[0], PUHUI_OUTCOME_GRANTED);
  CHECK_EQUAL(seen.outcomes[1], 0xA5A5A5A5);

  /* Before is the schedule. */
  CHECK_EQUAL(schedule_of(actual_360, &terms, NULL, plain, 36, NULL), 36);
  CHECK(memcmp(plain, seen.before, sizeof plain) == 0);

  /* The planned principal of February to June: 1,268.77 + 1,315.45 + 1,303.67 + 1,314.52 + 1,328.16 = 6,530.57. Interest of
     50,000.00 over 36, 29, 31, 30 and 31 days: 217.50 + 175.21 + 187.29 + 181.25 + 187.29 = 948.54. */
  CHECK_EQUAL(seen.impact.deferred_principal_minor, 653057);
  CHECK_EQUAL(seen.impact.deferred_interest_minor, 94854);
  for (i = 0; i < 5; i++) {
    CHECK_EQUAL(seen.after[i].due_on_ymd, seen.before[i].due_on_ymd);
    CHECK_EQUAL(seen.after[i].payment_minor, 0);
    CHECK_EQUAL(seen.after[i].closing_minor, 5000000);
  }
  CHECK_EQUAL(seen.after[0].interest_deferred_minor, 21750);
  CHECK_EQUAL(seen.after[4].interest_deferred_minor, 18729);

  /* 6,530.57 + 948.54 = 7,479.11, in a row of its own without interest of its own. */
  row = on(seen.after, seen.count_after, 20200630);
  CHECK_EQUAL(row->principal_minor, 653057);
  CHECK_EQUAL(row->deferred_interest_paid_minor, 94854);
  CHECK_EQUAL(row->payment_minor, 747911);
  CHECK_EQUAL(row->interest_minor, 0);
  CHECK_EQUAL(row->days, 0);
  CHECK_EQUAL(seen.impact.largest_payment_before_minor, 148630);
  CHECK_EQUAL(seen.impact.largest_payment_after_minor, 747911);

  /* 20 to 30 June on 50,000.00, 30 June to 20 July on 43,469.43, rounded once: 60.41667 + 105.05112 = 165.47. */
  row = on(seen.after, seen.count_after, 20200720);
  CHECK_EQUAL(row->interest_minor, 16547);
  /* After the lump the balance is the plan's again. */
  CHECK_EQUAL(row->closing_minor, on(seen.before, seen.count_before, 20200720)->closing_minor);

  /* 3,561.40 - 3,505.75 = 55.65: what was not repaid goes on earning. */
  CHECK_EQUAL(interest_of(seen.before, seen.count_before), 350575);
  CHECK_EQUAL(interest_of(seen.after, seen.count_after), 356140);
  CHECK_EQUAL(seen.impact.interest_change_minor, 5565);
  CHECK_EQUAL(seen.impact.fees_change_minor, 0);
  CHECK_EQUAL(seen.impact.capitalised_interest_minor, 0);
  CHECK_EQUAL(seen.impact.waived_interest_minor, 0);
  CHECK_EQUAL(seen.impact.last_due_before_ymd, 20230120);
  CHECK_EQUAL(seen.impact.last_due_after_ymd, 20230120);
  CHECK_EQUAL(seen.after[36].closing_minor, 0);
  /* Granted before the first of the five: 948.54 earn nothing until June, so the lender is worse off, by less than that
     sum for four months and a half at 4.5 %: 948.54 x 0.045 x 4.5 / 12 = 16.01. */
  relief.granted_on_ymd = 20200201;
  relieve(actual_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.interest_change_minor, 5565);
  CHECK_EQUAL(seen.impact.has_present_value_change, 1);
  CHECK(seen.impact.present_value_change_minor < 0 && seen.impact.present_value_change_minor > -1601);
}

static void shifted(void) {
  static struct seen seen;
  const struct puhui_terms terms = whole_months();
  struct puhui_relief relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED, PUHUI_INTEREST_MEANWHILE_SIMPLE,
                                      PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT);
  const struct puhui_instalment *row;

  /* Five months of 50,000.00 x 0.0435 / 12 = 181.25: 906.25, with the payment of 1,484.00 that follows. */
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.deferred_interest_minor, 90625);
  CHECK_EQUAL(seen.count_after, 41);
  CHECK_EQUAL(seen.impact.last_due_after_ymd, 20230620);
  row = on(seen.after, seen.count_after, 20200720);
  CHECK_EQUAL(row->payment_minor, 148400 + 90625);
  CHECK_EQUAL(row->original_due_on_ymd, 20200220);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200820)->payment_minor, 148400);
  /* 3,423.90 + 906.25. */
  CHECK_EQUAL(interest_of(seen.after, seen.count_after), 433015);

  /* The same window as a number of rows. */
  relief.due_until_ymd = 0;
  relief.instalments = 5;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(interest_of(seen.after, seen.count_after), 433015);

  /* 50,000.00 + 906.25 over 36 months: 50,906.25 x f / (1 - (1 + f)^-36) = 1,510.89 with f = 0.003625. */
  relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED, PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END,
                  PUHUI_INTEREST_CAUGHT_UP_NONE);
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200620)->closing_minor, 5090625);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200720)->payment_minor, 151089);
  CHECK_EQUAL(seen.after[40].payment_minor, 151104);
  CHECK_EQUAL(seen.impact.capitalised_interest_minor, 90625);
  CHECK_EQUAL(seen.impact.deferred_interest_minor, 0);

  /* 50,000.00 x 1.003625^5, rounded each month: 50,181.25, 50,363.16, 50,545.73, 50,728.96, 50,912.85. */
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200320)->closing_minor, 5036316);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200620)->closing_minor, 5091285);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200720)->payment_minor, 151109);
  CHECK_EQUAL(seen.after[40].payment_minor, 151107);
  /* Interest earns its own rate, so the lender loses next to nothing: within 0.1 % of the 7,420.00 that were put off. */
  relief.granted_on_ymd = 20200201;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK(seen.impact.present_value_change_minor > -742 && seen.impact.present_value_change_minor < 742);
}

static void over_remaining(void) {
  static struct seen seen;
  const struct puhui_terms terms = whole_months();
  const struct puhui_relief relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING, PUHUI_INTEREST_MEANWHILE_SIMPLE,
                                            PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT);

  /* 50,000.00 over the 31 months that remain: 50,000 x f / (1 - (1 + f)^-31) = 1,708.14; 906.25 with the first of them. */
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.count_after, 36);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200720)->payment_minor, 170814 + 90625);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200820)->payment_minor, 170814);
  CHECK_EQUAL(seen.after[35].payment_minor, 170827);
  /* 30 x 1,708.14 + 1,708.27 + 906.25 - 50,000.00. */
  CHECK_EQUAL(interest_of(seen.after, seen.count_after), 385872);
}

static void other_kinds(void) {
  static struct seen seen;
  struct puhui_terms terms = whole_months();
  struct puhui_relief relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_NONE, PUHUI_INTEREST_MEANWHILE_WAIVED,
                                      PUHUI_INTEREST_CAUGHT_UP_NONE);
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  const struct puhui_rate_step step = {20200420, 0, 40000000};

  /* Nothing put off, the interest waived: 181.25 + 176.53 + 171.79 + 167.03 + 162.26 = 858.86 on the planned balances. */
  relief.defer = PUHUI_DEFER_NONE;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.waived_interest_minor, 85886);
  CHECK_EQUAL(seen.impact.interest_change_minor, -85886);
  CHECK_EQUAL(seen.impact.deferred_principal_minor, 0);
  CHECK_EQUAL(seen.after[0].payment_minor, seen.before[0].principal_minor);
  /* The 181.25 of 20 February are worth 0.22 more by 1 March; the other 677.61 about 5 less, for having been due later. */
  CHECK(seen.impact.present_value_change_minor > -85908 && seen.impact.present_value_change_minor < -85147);
  /* Interest that is deferred and waived is waived. */
  relief.defer = PUHUI_DEFER_INTEREST;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.waived_interest_minor, 85886);
  CHECK_EQUAL(seen.impact.interest_change_minor, -85886);
  CHECK_EQUAL(seen.impact.deferred_interest_minor, 0);
  relief.defer = PUHUI_DEFER_NONE;

  /* At another rate, paid: half of 4.35 % is half of the interest, each month rounded half up:
     90.63 + 88.26 + 85.90 + 83.51 + 81.13 = 429.43, which is 429.43 less. */
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_AT;
  relief.interest_at_ppb = 21750000;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.after[0].interest_minor, 9063);
  CHECK_EQUAL(seen.after[0].payment_minor, seen.before[0].principal_minor + 9063);
  CHECK_EQUAL(seen.impact.interest_change_minor, -42943);
  /* A rate of 0 is a rate. */
  relief.interest_at_ppb = 0;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.interest_change_minor, -85886);

  /* An extension, and nothing else: 600,000.00 for six months at 5.04 %, three months more at 5.11 %:
     600,000 x 0.0504 / 2 + 600,000 x 0.0511 / 4 = 15,120.00 + 7,665.00 = 22,785.00. */
  {
    struct puhui_product_rules rules = monthly(PUHUI_METHOD_BULLET, PUHUI_DAY_COUNT_MONTHS_AND_DAYS);
    const struct puhui_relief fresh = PUHUI_RELIEF_INIT;
    puhui_product *bullet = product_of(&rules, NULL);
    struct puhui_terms one = PUHUI_TERMS_INIT;
    one.principal_minor = 60000000;
    one.rate_ppb = 50400000;
    one.disbursed_on_ymd = 20130601;
    one.matures_on_ymd = 20131201;
    relief = fresh;
    relief.granted_on_ymd = 20131120;
    relief.defer = PUHUI_DEFER_NONE;
    relief.maturity_moved_by = 3;
    relief.rate_from_ymd = 20131201;
    relief.rate_from_ppb = 51100000;
    relieve(bullet, &one, NULL, &relief, 1, &seen);
    CHECK_EQUAL(seen.after[0].interest_minor, 2278500);
    CHECK_EQUAL(seen.after[0].due_on_ymd, 20140301);
    CHECK_EQUAL(seen.after[0].original_due_on_ymd, 20131201);
    CHECK_EQUAL(seen.impact.last_due_before_ymd, 20131201);
    /* To a date, at the rate of the contract: 600,000 x 0.0504 x 9 / 12 = 22,680.00. */
    relief.maturity_moved_by = 0;
    relief.maturity_moved_to_ymd = 20140301;
    relief.rate_from_ymd = 0;
    relief.rate_from_ppb = 0;
    relieve(bullet, &one, NULL, &relief, 1, &seen);
    CHECK_EQUAL(seen.after[0].interest_minor, 2268000);
    puhui_product_free(bullet);
  }

  /* Nothing due between two due dates: the same schedule, and no failure. */
  relief = june();
  relief.due_from_ymd = 20200221;
  relief.due_until_ymd = 20200319;
  relieve(thirty_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.outcomes[0], PUHUI_OUTCOME_NOTHING_DUE);
  CHECK_EQUAL(seen.count_after, 36);
  CHECK(memcmp(seen.before, seen.after, 36 * sizeof *seen.before) == 0);
  CHECK_EQUAL(seen.impact.present_value_change_minor, 0);

  /* No relief at all. */
  relieve(thirty_360, &terms, NULL, NULL, 0, &seen);
  CHECK_EQUAL(seen.outcomes[0], 0xA5A5A5A5);
  CHECK(memcmp(seen.before, seen.after, 36 * sizeof *seen.before) == 0);
  CHECK_EQUAL(seen.impact.largest_payment_after_minor, 148400);

  /* What travels with a relief changes no figure. */
  relief = june();
  relief.penalty = PUHUI_PENALTY_NONE;
  relief.days_past_due = PUHUI_DAYS_PAST_DUE_EXCLUDED;
  relief.classification = PUHUI_CLASS_HELD;
  relief.class_held_at_ymd = 20200125;
  relief.class_until_ymd = 20200630;
  memcpy(relief.class_reason, "\xe7\x96\xab\xe6\x83\x85", 7); /* The epidemic, in UTF-8. */
  relief.credit_report = PUHUI_CREDIT_REPORT_PROTECTED;
  relief.credit_protected_from_ymd = 20200125;
  relief.credit_protected_to_ymd = 20200630;
  terms = golden();
  relieve(actual_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.interest_change_minor, 5565);

  /* A loan whose rate changes: from 20 April at 4.00 % on 50,000.00, 166.67 a month. */
  beside.rate_step_count = 1;
  beside.rate_steps = &step;
  terms = whole_months();
  relief = june();
  relieve(thirty_360, &terms, &beside, &relief, 1, &seen);
  /* 3 x 181.25 + 2 x 166.67. */
  CHECK_EQUAL(seen.impact.deferred_interest_minor, 87709);

  /* A fee as large as the loan: no money comes in, so no effective rate; the rest is told. */
  terms = golden();
  terms.fee_at_disbursement_minor = terms.principal_minor;
  relieve(actual_360, &terms, NULL, &relief, 1, &seen);
  CHECK_EQUAL(seen.impact.has_present_value_change, 0);
  CHECK_EQUAL(seen.impact.present_value_change_minor, 0);
  CHECK_EQUAL(seen.impact.interest_change_minor, 5565);
}

/* What stage 1 moved to June is put off again by stage 2, to March 2021. */
static void two_stages(void) {
  static struct seen seen, other;
  const struct puhui_terms terms = golden();
  struct puhui_relief reliefs[2], turned[2];
  const struct puhui_instalment *march;
  int64_t planned = 0;
  size_t i;

  reliefs[0] = june();
  reliefs[1] = june();
  reliefs[1].granted_on_ymd = 20200601;
  reliefs[1].due_from_ymd = 20200601;
  reliefs[1].due_until_ymd = 20201231;
  reliefs[1].new_date_ymd = 20210331;
  relieve(actual_360, &terms, NULL, reliefs, 2, &seen);
  CHECK(seen.outcomes[0] == PUHUI_OUTCOME_GRANTED && seen.outcomes[1] == PUHUI_OUTCOME_GRANTED);
  CHECK_EQUAL(on(seen.after, seen.count_after, 20200630)->payment_minor, 0);
  /* Nothing is repaid, so 50,000.00 earns: 948.54 put off by stage 1, and 30, 31, 31, 30, 31 and 30 days to 20 December:
     181.25 + 187.29 + 187.29 + 181.25 + 187.29 + 181.25 = 1,105.62; together 2,054.16. */
  march = on(seen.after, seen.count_after, 20210331);
  CHECK_EQUAL(march->deferred_interest_paid_minor, 205416);
  for (i = 0; i < 11; i++) planned += seen.before[i].principal_minor;
  CHECK_EQUAL(march->principal_minor, planned);
  /* They apply as they were granted, not as they stand; what came of each stands where it stood. */
  turned[0] = reliefs[1];
  turned[1] = reliefs[0];
  turned[1].due_until_ymd = 20200219;
  turned[1].due_from_ymd = 20200201;
  relieve(actual_360, &terms, NULL, turned, 2, &other);
  CHECK(other.outcomes[0] == PUHUI_OUTCOME_GRANTED && other.outcomes[1] == PUHUI_OUTCOME_NOTHING_DUE);
  turned[1] = reliefs[0];
  relieve(actual_360, &terms, NULL, turned, 2, &other);
  CHECK_EQUAL(other.count_after, seen.count_after);
  CHECK(memcmp(other.after, seen.after, seen.count_after * sizeof *seen.after) == 0);
}

/* ---------------------------------------------------------------- the edges of the contract */

/* Every output of a call, filled with what a failure must overwrite or leave. */
static struct seen out;

static void fill(void) {
  memset(&out, 0xA5, sizeof out);
  out.impact.struct_size = sizeof out.impact;
}

/* After a failure: counts, outcomes and impact are 0, no row is written. */
static void cleared(size_t reliefs) {
  const struct puhui_impact zero = PUHUI_IMPACT_INIT;
  const unsigned char *bytes = (const unsigned char *)out.before;
  size_t i;
  CHECK_EQUAL(out.count_before, 0);
  CHECK_EQUAL(out.count_after, 0);
  for (i = 0; i < 4; i++) CHECK_EQUAL(out.outcomes[i], i < reliefs ? 0 : 0xA5A5A5A5);
  CHECK(memcmp(&out.impact, &zero, sizeof zero) == 0);
  for (i = 0; i < sizeof out.before; i++) CHECK(bytes[i] == 0xA5);
  bytes = (const unsigned char *)out.after;
  for (i = 0; i < sizeof out.after; i++) CHECK(bytes[i] == 0xA5);
}

#define CALL(product, terms, beside, reliefs, count) \
  relieved(loan_of(product, terms, beside), reliefs, count, &out, &error)

/* Columns of one loan, the golden one. */
static struct puhui_loan_columns columns_of(const struct puhui_terms *terms) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  columns.principal_minor = &terms->principal_minor;
  columns.rate_ppb = &terms->rate_ppb;
  columns.disbursed_on_ymd = &terms->disbursed_on_ymd;
  columns.first_due_on_ymd = &terms->first_due_on_ymd;
  columns.instalments = &terms->instalments;
  return columns;
}

/* A relief that is wrong whatever the loan: refused alone, as one of two, and by a batch before anything is written. */
static void refused(const struct puhui_relief *bad, puhui_status expected, const char *field) {
  const struct puhui_terms terms = golden();
  const struct puhui_loan_columns columns = columns_of(&terms);
  struct puhui_relieved_columns figures = PUHUI_RELIEVED_COLUMNS_INIT;
  struct puhui_relief_result counted = PUHUI_RELIEF_RESULT_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  struct puhui_relief two[2];
  puhui_status status = 7;
  uint32_t outcome = 7;
  char numbered[80];

  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, bad, 1), expected);
  told(&error, expected, field);
  cleared(1);
  two[0] = june();
  two[1] = *bad;
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, two, 2), expected);
  snprintf(numbered, sizeof numbered, "reliefs[1].%s", field);
  told(&error, expected, numbered);
  CHECK(strncmp(error.message, numbered, strlen(numbered)) == 0);
  cleared(2);
  CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), bad, 1, &counted, NULL), expected);
  figures.outcome = &outcome;
  CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &columns, 1), bad, &figures, &status, &error), expected);
  told(&error, expected, field);
  CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &columns, 0), bad, NULL, NULL, NULL), expected);
  CHECK(status == 7 && outcome == 7);
}

#define REFUSED(member, value, expected, field) \
  do {                                          \
    struct puhui_relief bad = june();           \
    bad.member = (value);                       \
    refused(&bad, expected, field);             \
  } while (0)

/* 0, the first number after the last code, and nonsense. */
#define CODE(member, past_the_last, field)                         \
  do {                                                             \
    REFUSED(member, 0, PUHUI_ERR_UNKNOWN_CODE, field);             \
    REFUSED(member, past_the_last, PUHUI_ERR_UNKNOWN_CODE, field); \
    REFUSED(member, UINT32_MAX, PUHUI_ERR_UNKNOWN_CODE, field);    \
  } while (0)

/* A date that may be 0, and what is no day. */
#define DATE(member, field)                                                   \
  do {                                                                        \
    REFUSED(member, 20200230, PUHUI_ERR_MALFORMED, field);                    \
    REFUSED(member, -1, PUHUI_ERR_MALFORMED, field);                          \
    REFUSED(member, 25000101, PUHUI_ERR_DATE_OUT_OF_RANGE, field);            \
  } while (0)

static void wrong_reliefs(void) {
  struct puhui_relief bad;

  bad = june();
  {
    const struct puhui_relief fresh = PUHUI_RELIEF_INIT;
    bad = fresh;
  }
  refused(&bad, PUHUI_ERR_MALFORMED, "granted_on");
  bad.granted_on_ymd = 20200301;
  refused(&bad, PUHUI_ERR_UNKNOWN_CODE, "defer");
  /* Nothing put off, nothing changed: a relief that does nothing. */
  bad.defer = PUHUI_DEFER_NONE;
  refused(&bad, PUHUI_ERR_MISSING, "defer");

  CODE(defer, PUHUI_DEFER_BOTH + 1, "defer");
  CODE(principal_caught_up, PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY + 1, "principal_caught_up");
  CODE(interest_meanwhile, PUHUI_INTEREST_MEANWHILE_AT + 1, "interest_meanwhile");
  CODE(interest_caught_up, PUHUI_INTEREST_CAUGHT_UP_AT_MATURITY + 1, "interest_caught_up");
  CODE(penalty, PUHUI_PENALTY_NONE + 1, "penalty");
  CODE(days_past_due, PUHUI_DAYS_PAST_DUE_EXCLUDED + 1, "days_past_due");
  CODE(classification, PUHUI_CLASS_HELD + 1, "classification");
  CODE(credit_report, PUHUI_CREDIT_REPORT_PROTECTED + 1, "credit_report");
  DATE(granted_on_ymd, "granted_on");
  DATE(due_from_ymd, "due_from");
  DATE(due_until_ymd, "due_until");
  DATE(new_date_ymd, "new_date");
  DATE(maturity_moved_to_ymd, "maturity_moved_to");
  DATE(rate_from_ymd, "rate_from");
  REFUSED(reserved, 1, PUHUI_ERR_RESERVED, "reserved");

  /* The window. */
  REFUSED(due_from_ymd, 0, PUHUI_ERR_MISSING, "due_from");
  REFUSED(due_until_ymd, 0, PUHUI_ERR_MISSING, "due_until");
  REFUSED(due_until_ymd, 20200124, PUHUI_ERR_DATES_OUT_OF_ORDER, "due_until");
  REFUSED(instalments, 5, PUHUI_ERR_CONTRADICTION, "due_until");
  REFUSED(instalments, 65536, PUHUI_ERR_OUT_OF_RANGE, "instalments");
  bad = june();
  bad.due_from_ymd = bad.due_until_ymd = 0;
  refused(&bad, PUHUI_ERR_MISSING, "due_from");

  /* What is put off, and what is said of it. */
  REFUSED(principal_caught_up, PUHUI_PRINCIPAL_CAUGHT_UP_NONE, PUHUI_ERR_MISSING, "principal_caught_up");
  REFUSED(interest_meanwhile, PUHUI_INTEREST_MEANWHILE_NONE, PUHUI_ERR_MISSING, "interest_meanwhile");
  REFUSED(interest_caught_up, PUHUI_INTEREST_CAUGHT_UP_NONE, PUHUI_ERR_MISSING, "interest_caught_up");
  REFUSED(interest_meanwhile, PUHUI_INTEREST_MEANWHILE_PAID, PUHUI_ERR_CONTRADICTION, "interest_meanwhile");
  REFUSED(interest_meanwhile, PUHUI_INTEREST_MEANWHILE_WAIVED, PUHUI_ERR_CONTRADICTION, "interest_caught_up");
  REFUSED(interest_meanwhile, PUHUI_INTEREST_MEANWHILE_CAPITALISED_AT_END, PUHUI_ERR_CONTRADICTION, "interest_caught_up");
  REFUSED(defer, PUHUI_DEFER_PRINCIPAL, PUHUI_ERR_CONTRADICTION, "interest_meanwhile");
  REFUSED(defer, PUHUI_DEFER_INTEREST, PUHUI_ERR_CONTRADICTION, "principal_caught_up");
  REFUSED(interest_at_ppb, 1, PUHUI_ERR_CONTRADICTION, "interest_at");
  REFUSED(interest_at_ppb, INT64_C(10000000001), PUHUI_ERR_OUT_OF_RANGE, "interest_at");
  REFUSED(interest_at_ppb, INT64_MIN, PUHUI_ERR_OUT_OF_RANGE, "interest_at");
  bad = spring(PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED, PUHUI_INTEREST_MEANWHILE_SIMPLE,
               PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT);
  bad.new_date_ymd = 20200630;
  refused(&bad, PUHUI_ERR_CONTRADICTION, "new_date");
  bad.new_date_ymd = 0;
  bad.maturity_moved_by = 5;
  refused(&bad, PUHUI_ERR_CONTRADICTION, "maturity");

  /* The maturity. */
  REFUSED(maturity_moved_by, 65536, PUHUI_ERR_OUT_OF_RANGE, "maturity_moved_by");
  bad = june();
  bad.maturity_moved_by = 1;
  bad.maturity_moved_to_ymd = 20230220;
  refused(&bad, PUHUI_ERR_CONTRADICTION, "maturity_moved_by");
  REFUSED(rate_from_ymd, 20230120, PUHUI_ERR_CONTRADICTION, "rate_from");
  REFUSED(rate_from_ppb, 1, PUHUI_ERR_MISSING, "rate_from");
  REFUSED(rate_from_ppb, INT64_MAX, PUHUI_ERR_OUT_OF_RANGE, "rate_from");

  /* What travels with it. */
  REFUSED(class_held_at_ymd, 20200125, PUHUI_ERR_CONTRADICTION, "class_held_at");
  REFUSED(class_until_ymd, 20200630, PUHUI_ERR_CONTRADICTION, "class_until");
  REFUSED(class_reason[0], 'x', PUHUI_ERR_CONTRADICTION, "class_reason");
  REFUSED(class_reason[0], (char)-1, PUHUI_ERR_TEXT, "class_reason");
  bad = june();
  memset(bad.class_reason, 'x', sizeof bad.class_reason);
  refused(&bad, PUHUI_ERR_TEXT, "class_reason");
  bad = june();
  bad.classification = PUHUI_CLASS_HELD;
  refused(&bad, PUHUI_ERR_MALFORMED, "class_held_at");
  bad.class_held_at_ymd = 20200125;
  refused(&bad, PUHUI_ERR_MALFORMED, "class_until");
  bad.class_until_ymd = 20200124;
  refused(&bad, PUHUI_ERR_MISSING, "class_reason");
  bad.class_reason[0] = 'x';
  refused(&bad, PUHUI_ERR_DATES_OUT_OF_ORDER, "class_until");
  REFUSED(credit_protected_from_ymd, 20200125, PUHUI_ERR_CONTRADICTION, "credit_protected_from");
  REFUSED(credit_protected_to_ymd, 20200125, PUHUI_ERR_CONTRADICTION, "credit_protected_to");
  bad = june();
  bad.credit_report = PUHUI_CREDIT_REPORT_PROTECTED;
  refused(&bad, PUHUI_ERR_MALFORMED, "credit_protected_from");
  bad.credit_protected_from_ymd = 20200125;
  refused(&bad, PUHUI_ERR_MALFORMED, "credit_protected_to");
  bad.credit_protected_to_ymd = 20200124;
  refused(&bad, PUHUI_ERR_DATES_OUT_OF_ORDER, "credit_protected_to");
}

/* Reliefs that are good in themselves and wrong for the loan, or with each other. */
static void wrong_for_the_loan(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = golden();
  struct puhui_terms bad_terms = golden();
  struct puhui_relief two[2], relief = june();
  struct puhui_loan beside = PUHUI_LOAN_INIT;
  int i;

#define WRONG(status, name)                                              \
  do {                                                                   \
    fill();                                                              \
    CHECK_EQUAL(CALL(actual_360, &terms, NULL, &relief, 1), status);     \
    told(&error, status, name);                                          \
    cleared(1);                                                          \
  } while (0)
  relief.granted_on_ymd = 20200114;
  WRONG(PUHUI_ERR_DATES_OUT_OF_ORDER, "granted_on");
  relief = june();
  relief.new_date_ymd = 20200619;
  WRONG(PUHUI_ERR_DATES_OUT_OF_ORDER, "new_date");
  /* Up to the last row: nothing is due later, so it must be said when. */
  relief = june();
  relief.due_until_ymd = 20230120;
  relief.new_date_ymd = 0;
  WRONG(PUHUI_ERR_MISSING, "new_date");
  relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_OVER_REMAINING, PUHUI_INTEREST_MEANWHILE_SIMPLE,
                  PUHUI_INTEREST_CAUGHT_UP_NEXT_INSTALMENT);
  relief.due_until_ymd = 20230120;
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, &relief, 1), PUHUI_ERR_CONTRADICTION);
  cleared(1);

  /* Two of one day that choose the same row, whether or not the first leaves something due in it. */
  two[0] = two[1] = june();
  for (i = 0; i < 2; i++) {
    fill();
    CHECK_EQUAL(CALL(actual_360, &terms, NULL, two, 2), PUHUI_ERR_CONTRADICTION);
    CHECK_EQUAL(error.status, PUHUI_ERR_CONTRADICTION);
    CHECK(strncmp(error.field, "reliefs[", 8) == 0 && strstr(error.field, "].granted_on") != NULL);
    cleared(2);
    two[0] = spring(PUHUI_PRINCIPAL_CAUGHT_UP_AT_MATURITY, PUHUI_INTEREST_MEANWHILE_PAID, PUHUI_INTEREST_CAUGHT_UP_NONE);
    two[0].defer = PUHUI_DEFER_PRINCIPAL;
  }

  /* What is wrong with the loan. */
  relief = june();
  bad_terms.principal_minor = 0;
  fill();
  CHECK_EQUAL(CALL(actual_360, &bad_terms, NULL, &relief, 1), PUHUI_ERR_OUT_OF_RANGE);
  told(&error, PUHUI_ERR_OUT_OF_RANGE, "principal");
  cleared(1);
  beside.reserved = 1;
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, &beside, &relief, 1), PUHUI_ERR_RESERVED);
  told(&error, PUHUI_ERR_RESERVED, "loan.reserved");
  cleared(1);
}

static void pointers_and_buffers(void) {
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = golden();
  const struct puhui_loan own = *loan_of(actual_360, &terms, NULL), *loan = &own;
  const struct puhui_relief relief = june();
  const struct puhui_relief_result fresh = PUHUI_RELIEF_RESULT_INIT;
  struct puhui_relief_result result, counted = fresh;
  size_t capacity;

#define MISSES(call, name)                   \
  do {                                       \
    fill();                                  \
    CHECK_EQUAL(call, PUHUI_ERR_NULL);       \
    told(&error, PUHUI_ERR_NULL, name);      \
    cleared(1);                              \
  } while (0)
  MISSES(CALL(NULL, &terms, NULL, &relief, 1), "product");
  MISSES(CALL(actual_360, NULL, NULL, &relief, 1), "terms");
  MISSES(CALL(actual_360, &terms, NULL, NULL, 1), "reliefs");
  MISSES(relieved(NULL, &relief, 1, &out, &error), "loan");
  CHECK_EQUAL(puhui_relieve(loan, &relief, 1, NULL, &error), PUHUI_ERR_NULL);
  told(&error, PUHUI_ERR_NULL, "result");
  CHECK_EQUAL(puhui_relieve(NULL, NULL, 0, NULL, NULL), PUHUI_ERR_NULL);

#define WITH(member, value, expected, name)                            \
  do {                                                                 \
    fill();                                                            \
    result = all_of(&out);                                             \
    result.member = (value);                                           \
    CHECK_EQUAL(puhui_relieve(loan, &relief, 1, &result, &error), expected); \
    told(&error, expected, name);                                      \
    out.count_before = result.before_count;                            \
    out.count_after = result.after_count;                              \
  } while (0)
  WITH(before, NULL, PUHUI_ERR_NULL, "result.before");
  cleared(1);
  WITH(after, NULL, PUHUI_ERR_NULL, "result.after");
  cleared(1);
  WITH(reserved, 1, PUHUI_ERR_RESERVED, "result.reserved");
  cleared(1);

  /* How many rows. */
  CHECK_EQUAL(puhui_relieve(loan, &relief, 1, &counted, NULL), PUHUI_OK);
  CHECK(counted.before_count == 36 && counted.after_count == 37);
  /* Either array alone, and what changed without either. */
  fill();
  counted.after = out.after;
  counted.after_capacity = 37;
  CHECK_EQUAL(puhui_relieve(loan, &relief, 1, &counted, NULL), PUHUI_OK);
  CHECK(out.after[36].closing_minor == 0 && out.after[37].no == 0xA5A5A5A5 && out.before[0].no == 0xA5A5A5A5);
  fill();
  counted = fresh;
  counted.before = out.before;
  counted.before_capacity = 36;
  CHECK_EQUAL(puhui_relieve(loan, &relief, 1, &counted, NULL), PUHUI_OK);
  CHECK(out.before[35].closing_minor == 0 && out.before[36].no == 0xA5A5A5A5 && out.after[0].no == 0xA5A5A5A5);
  fill();
  counted = fresh;
  counted.outcomes = out.outcomes;
  counted.impact = &out.impact;
  CHECK_EQUAL(puhui_relieve(loan, &relief, 1, &counted, &error), PUHUI_OK);
  CHECK_EQUAL(out.impact.interest_change_minor, 5565);
  CHECK_EQUAL(out.outcomes[0], PUHUI_OUTCOME_GRANTED);

  /* Too small, either of them: said, counted, and not a byte is written. */
  for (capacity = 0; capacity < 36; capacity += 35) {
    WITH(before_capacity, capacity, PUHUI_ERR_BUFFER_TOO_SMALL, "result.before_capacity");
    CHECK(out.count_before == 36 && out.count_after == 37);
    out.count_before = out.count_after = 0;
    cleared(1);
    WITH(after_capacity, capacity + 1, PUHUI_ERR_BUFFER_TOO_SMALL, "result.after_capacity");
    CHECK(out.count_before == 36 && out.count_after == 37);
    out.count_before = out.count_after = 0;
    cleared(1);
  }
}

static void sizes(void) {
  struct {
    struct puhui_relief known;
    unsigned char tail[16];
  } more[2];
  struct {
    struct puhui_impact known;
    unsigned char tail[16];
  } more_impact;
  struct {
    struct puhui_relieved_columns known;
    unsigned char tail[16];
  } more_out;
  const struct puhui_impact fresh_impact = PUHUI_IMPACT_INIT;
  const struct puhui_relieved_columns fresh_out = PUHUI_RELIEVED_COLUMNS_INIT;
  const uint32_t wrong[] = {0, 1, 4, 87, 359, 4097, UINT32_MAX};
  struct puhui_error error = PUHUI_ERROR_INIT;
  const struct puhui_terms terms = golden();
  const struct puhui_loan_columns columns = columns_of(&terms);
  struct puhui_relief relief = june(), two[2];
  struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
  LARGER(puhui_relief_result) more_result;
  puhui_status status;
  size_t i, tail;

  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    relief.struct_size = wrong[i];
    fill();
    CHECK_EQUAL(CALL(actual_360, &terms, NULL, &relief, 1), PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "reliefs");
    cleared(1);
    CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &columns, 1), &relief, &fresh_out, &status, &error), PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "relief");
  }
  relief = june();
  /* A size in the middle of an array. */
  two[0] = two[1] = june();
  two[1].granted_on_ymd = 20200302;
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, two, 2), PUHUI_OK);
  two[1].struct_size = 0;
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, two, 2), PUHUI_ERR_STRUCT_SIZE);
  cleared(2);
  two[1].struct_size = sizeof *two + 8;
  memset(&more, 0, sizeof more);
  memcpy(&more, two, sizeof two);
  fill();
  CHECK_EQUAL(CALL(actual_360, &terms, NULL, (const struct puhui_relief *)&more, 2), PUHUI_ERR_STRUCT_SIZE);
  told(&error, PUHUI_ERR_STRUCT_SIZE, "reliefs");
  cleared(2);

  /* A larger struct is read if what is behind is 0, for each place of the tail; an array of them by their own size. */
  for (tail = 0; tail <= 16; tail++) {
    const puhui_status expected = tail < 16 ? PUHUI_ERR_STRUCT_SIZE : PUHUI_OK;
    memset(more, 0, sizeof more);
    more[0].known = more[1].known = june();
    more[1].known.granted_on_ymd = 20200601;
    more[1].known.due_from_ymd = 20200601;
    more[1].known.due_until_ymd = 20201231;
    more[1].known.new_date_ymd = 20210331;
    more[0].known.struct_size = more[1].known.struct_size = sizeof *more;
    if (tail < 16) more[1].tail[tail] = 1;
    fill();
    CHECK_EQUAL(CALL(actual_360, &terms, NULL, &more[0].known, 2), expected);
    if (expected == PUHUI_OK) {
      CHECK_EQUAL(on(out.after, out.count_after, 20210331)->deferred_interest_paid_minor, 205416);
    } else {
      told(&error, expected, "reliefs");
      cleared(2);
    }
    memset(&more_out, 0, sizeof more_out);
    more_out.known = fresh_out;
    more_out.known.struct_size = sizeof more_out;
    if (tail < 16) more_out.tail[tail] = 1;
    CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &columns, 1), &relief, &more_out.known, &status, &error), expected);
    told(&error, expected, expected == PUHUI_OK ? "" : "out");
  }

  /* The impact: a larger one is written as far as it is known, its tail stays as it was. */
  memset(&more_impact, 0xA5, sizeof more_impact);
  more_impact.known = fresh_impact;
  more_impact.known.struct_size = sizeof more_impact;
  result.impact = &more_impact.known;
  CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), &relief, 1, &result, NULL), PUHUI_OK);
  CHECK_EQUAL(more_impact.known.interest_change_minor, 5565);
  CHECK_EQUAL(more_impact.known.struct_size, sizeof more_impact);
  for (tail = 0; tail < 16; tail++) CHECK(more_impact.tail[tail] == 0xA5);
  for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    if (wrong[i] == 359) continue;
    more_impact.known.struct_size = wrong[i];
    CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), &relief, 1, &result, &error), PUHUI_ERR_STRUCT_SIZE);
    told(&error, PUHUI_ERR_STRUCT_SIZE, "result.impact");
    CHECK_EQUAL(more_impact.known.interest_change_minor, 5565);
    CHECK_EQUAL(result.before_count, 0);
  }
  /* The result itself: one of an unknown size is not touched, a larger one is taken. */
  result = all_of(&out);
  result.before_count = 7;
  result.struct_size = sizeof result - 1;
  CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), &relief, 1, &result, &error), PUHUI_ERR_STRUCT_SIZE);
  told(&error, PUHUI_ERR_STRUCT_SIZE, "result");
  CHECK_EQUAL(result.before_count, 7);
  memset(&more_result, 0, sizeof more_result);
  more_result.known = all_of(&out);
  more_result.known.struct_size = sizeof more_result;
  CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), &relief, 1, &more_result.known, &error), PUHUI_OK);
  CHECK(more_result.known.struct_size == sizeof more_result && more_result.known.after_count == 37);
  /* What it says beyond what this release knows. */
  more_result.tail[15] = 1;
  CHECK_EQUAL(puhui_relieve(loan_of(actual_360, &terms, NULL), &relief, 1, &more_result.known, &error), PUHUI_ERR_STRUCT_SIZE);
  told(&error, PUHUI_ERR_STRUCT_SIZE, "result");
}

/* ---------------------------------------------------------------- batches */

#define COUNT 96

static int64_t principal_minor[COUNT], rate_ppb[COUNT], fee_minor[COUNT];
static int32_t disbursed_on_ymd[COUNT], first_due_on_ymd[COUNT];
static uint32_t instalments[COUNT];
static puhui_status status[COUNT];

/* Every figure of a batch. */
static struct figures {
  uint32_t outcome[COUNT];
  int32_t next_before[COUNT], next_after[COUNT], last_before[COUNT], last_after[COUNT];
  int64_t principal[COUNT], interest[COUNT], capitalised[COUNT], waived[COUNT], change[COUNT];
} figures, whole;

static struct puhui_relieved_columns all_figures(void) {
  struct puhui_relieved_columns columns = PUHUI_RELIEVED_COLUMNS_INIT;
  columns.outcome = figures.outcome;
  columns.next_due_before_ymd = figures.next_before;
  columns.next_due_after_ymd = figures.next_after;
  columns.last_due_before_ymd = figures.last_before;
  columns.last_due_after_ymd = figures.last_after;
  columns.deferred_principal_minor = figures.principal;
  columns.deferred_interest_minor = figures.interest;
  columns.capitalised_interest_minor = figures.capitalised;
  columns.waived_interest_minor = figures.waived;
  columns.interest_change_minor = figures.change;
  return columns;
}

static struct puhui_loan_columns all_terms(void) {
  struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  columns.principal_minor = principal_minor;
  columns.rate_ppb = rate_ppb;
  columns.fee_each_instalment_minor = fee_minor;
  columns.disbursed_on_ymd = disbursed_on_ymd;
  columns.first_due_on_ymd = first_due_on_ymd;
  columns.instalments = instalments;
  return columns;
}

/* Some of them are over before the window, some begin after it, some have a last row in it. */
static void fill_terms(void) {
  uint32_t i;
  for (i = 0; i < COUNT; i++) {
    const int32_t day = 1 + (int32_t)(i % 28), year = 10000 * (int32_t)(i % 3);
    principal_minor[i] = 100000 + 12347 * (int64_t)i;
    rate_ppb[i] = 30000000 + 50000 * (int64_t)i;
    fee_minor[i] = (int64_t)(i % 3) * 100;
    disbursed_on_ymd[i] = 20181200 + year + day;
    first_due_on_ymd[i] = 20190100 + year + day;
    instalments[i] = 1 + i % 48;
  }
}

static int32_t next_due(const struct puhui_instalment *rows, size_t count, int32_t from_ymd) {
  size_t i;
  for (i = 0; i < count; i++) {
    if (rows[i].due_on_ymd >= from_ymd && rows[i].payment_minor != 0) return rows[i].due_on_ymd;
  }
  return 0;
}

/* The figures of each loan are those of the loan alone; returns how many were granted. */
static size_t same_as_one_by_one(const puhui_product *product, const struct puhui_relief *relief) {
  static struct seen seen;
  const struct puhui_loan_columns given = all_terms();
  const struct puhui_relieved_columns written = all_figures();
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t i, failed = 0, granted = 0;
  puhui_status returned;

  memset(&figures, 0xA5, sizeof figures);
  memset(status, 0xA5, sizeof status);
  returned = puhui_relieve_batch(loans_of(product, &given, COUNT), relief, &written, status, &error);
  for (i = 0; i < COUNT; i++) {
    const struct puhui_impact fresh = PUHUI_IMPACT_INIT;
    struct puhui_error alone = PUHUI_ERROR_INIT;
    struct puhui_terms terms = PUHUI_TERMS_INIT;
    puhui_status expected;
    terms.principal_minor = principal_minor[i];
    terms.rate_ppb = rate_ppb[i];
    terms.fee_each_instalment_minor = fee_minor[i];
    terms.disbursed_on_ymd = disbursed_on_ymd[i];
    terms.first_due_on_ymd = first_due_on_ymd[i];
    terms.instalments = instalments[i];
    seen.impact = fresh;
    expected = relieved(loan_of(product, &terms, NULL), relief, 1, &seen, &alone);
    CHECK_EQUAL(status[i], expected);
    if (expected != PUHUI_OK) {
      if (failed++ == 0) {
        CHECK_EQUAL(error.row, i);
        CHECK_EQUAL(error.status, expected);
        CHECK(strcmp(error.field, alone.field) == 0 && strcmp(error.message, alone.message) == 0);
      }
      CHECK(seen.count_before == 0 && seen.count_after == 0);
    }
    granted += seen.outcomes[0] == PUHUI_OUTCOME_GRANTED;
    /* Of a loan that failed these are all 0. */
    CHECK_EQUAL(figures.outcome[i], seen.outcomes[0]);
    CHECK_EQUAL(figures.next_before[i], next_due(seen.before, seen.count_before, relief->granted_on_ymd));
    CHECK_EQUAL(figures.next_after[i], next_due(seen.after, seen.count_after, relief->granted_on_ymd));
    CHECK_EQUAL(figures.last_before[i], seen.impact.last_due_before_ymd);
    CHECK_EQUAL(figures.last_after[i], seen.impact.last_due_after_ymd);
    CHECK_EQUAL(figures.principal[i], seen.impact.deferred_principal_minor);
    CHECK_EQUAL(figures.interest[i], seen.impact.deferred_interest_minor);
    CHECK_EQUAL(figures.capitalised[i], seen.impact.capitalised_interest_minor);
    CHECK_EQUAL(figures.waived[i], seen.impact.waived_interest_minor);
    CHECK_EQUAL(figures.change[i], seen.impact.interest_change_minor);
  }
  CHECK_EQUAL(returned, failed == 0 ? PUHUI_OK : PUHUI_ERR_ROWS);
  if (failed == 0) CHECK_EQUAL(error.row, PUHUI_NO_ROW);
  return granted;
}

static void batches(void) {
  struct puhui_relief relief = june();
  struct puhui_loan_columns given = all_terms();
  struct puhui_relieved_columns written = all_figures();
  const struct puhui_relieved_columns none = PUHUI_RELIEVED_COLUMNS_INIT;
  struct puhui_error error = PUHUI_ERROR_INIT;
  size_t i, granted;

  fill_terms();
  /* Loans of the third year start after the grant: DATES_OUT_OF_ORDER, each in its own place. */
  granted = same_as_one_by_one(actual_360, &relief);
  CHECK(granted > COUNT / 4 && granted < COUNT);
  CHECK(same_as_one_by_one(thirty_360, &relief) == granted);
  CHECK_EQUAL(status[2], PUHUI_ERR_DATES_OUT_OF_ORDER);
  relief = spring(PUHUI_PRINCIPAL_CAUGHT_UP_SHIFTED, PUHUI_INTEREST_MEANWHILE_CAPITALISED_EACH_DUE_DATE,
                  PUHUI_INTEREST_CAUGHT_UP_NONE);
  CHECK(same_as_one_by_one(thirty_360, &relief) > COUNT / 4);
  relief.principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_NONE;
  relief.defer = PUHUI_DEFER_NONE;
  relief.interest_meanwhile = PUHUI_INTEREST_MEANWHILE_WAIVED;
  CHECK(same_as_one_by_one(thirty_360, &relief) > COUNT / 4);

  /* Parts of the columns give the figures of the whole, and a column that is NULL is left out. */
  whole = figures;
  memset(&figures, 0xA5, sizeof figures);
  given.principal_minor += 30;
  given.rate_ppb += 30;
  given.fee_each_instalment_minor += 30;
  given.disbursed_on_ymd += 30;
  given.first_due_on_ymd += 30;
  given.instalments += 30;
  written.outcome = NULL;
  CHECK_EQUAL(puhui_relieve_batch(loans_of(thirty_360, &given, COUNT - 30), &relief, &written, status, &error), PUHUI_ERR_ROWS);
  CHECK(memcmp(figures.waived, &whole.waived[30], (COUNT - 30) * sizeof *figures.waived) == 0);
  CHECK(memcmp(figures.last_after, &whole.last_after[30], (COUNT - 30) * sizeof *figures.last_after) == 0);
  CHECK_EQUAL(figures.outcome[0], 0xA5A5A5A5);
  CHECK_EQUAL(figures.outcome[COUNT - 1], 0xA5A5A5A5);
  CHECK_EQUAL((uint32_t)figures.last_after[COUNT - 30], 0xA5A5A5A5);
  CHECK_EQUAL(puhui_relieve_batch(loans_of(thirty_360, &given, COUNT - 30), &relief, &none, status, NULL), PUHUI_ERR_ROWS);

  /* Loans that are bad in different ways leave the others alone. */
  relief = june();
  for (i = 0; i < 6; i++) {
    const struct puhui_terms terms = golden();
    principal_minor[i] = terms.principal_minor;
    rate_ppb[i] = terms.rate_ppb;
    fee_minor[i] = 0;
    disbursed_on_ymd[i] = terms.disbursed_on_ymd;
    first_due_on_ymd[i] = terms.first_due_on_ymd;
    instalments[i] = terms.instalments;
  }
  principal_minor[1] = 0;
  disbursed_on_ymd[2] = 20200231;
  disbursed_on_ymd[3] = 20200302;
  first_due_on_ymd[3] = 20200320;
  first_due_on_ymd[4] = 20200720;
  given = all_terms();
  written = all_figures();
  memset(&figures, 0xA5, sizeof figures);
  CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &given, 6), &relief, &written, status, &error), PUHUI_ERR_ROWS);
  CHECK_EQUAL(error.row, 1);
  CHECK_EQUAL(error.status, PUHUI_ERR_OUT_OF_RANGE);
  CHECK(strcmp(error.field, "principal") == 0);
  CHECK(status[0] == PUHUI_OK && status[1] == PUHUI_ERR_OUT_OF_RANGE && status[2] == PUHUI_ERR_MALFORMED &&
        status[3] == PUHUI_ERR_DATES_OUT_OF_ORDER && status[4] == PUHUI_OK && status[5] == PUHUI_OK);
  for (i = 1; i < 4; i++) {
    CHECK(figures.outcome[i] == 0 && figures.next_before[i] == 0 && figures.next_after[i] == 0 &&
          figures.last_before[i] == 0 && figures.last_after[i] == 0 && figures.principal[i] == 0 &&
          figures.interest[i] == 0 && figures.capitalised[i] == 0 && figures.waived[i] == 0 && figures.change[i] == 0);
  }
  CHECK(figures.outcome[4] == PUHUI_OUTCOME_NOTHING_DUE && figures.next_before[4] == 20200720 &&
        figures.next_after[4] == 20200720 && figures.change[4] == 0);
  for (i = 0; i < 6; i += 5) {
    CHECK(figures.outcome[i] == PUHUI_OUTCOME_GRANTED && figures.next_before[i] == 20200320 &&
          figures.next_after[i] == 20200630 && figures.last_before[i] == 20230120 && figures.last_after[i] == 20230120 &&
          figures.principal[i] == 653057 && figures.interest[i] == 94854 && figures.change[i] == 5565);
  }
  CHECK_EQUAL(figures.outcome[6], 0xA5A5A5A5);

  /* Nothing to do, and NULL where something is needed: nothing is written. */
  CHECK_EQUAL(puhui_relieve_batch(loans_of(actual_360, &given, 0), &relief, NULL, NULL, &error), PUHUI_OK);
  told(&error, PUHUI_OK, "");
#define REFUSES(call, expected, name)                                \
  do {                                                               \
    memset(&figures, 0xA5, sizeof figures);                          \
    memset(status, 0xA5, sizeof status);                             \
    CHECK_EQUAL(call, expected);                                     \
    told(&error, expected, name);                                    \
    CHECK(figures.outcome[0] == 0xA5A5A5A5 && status[0] == 0xA5A5A5A5); \
  } while (0)
  REFUSES(puhui_relieve_batch(loans_of(NULL, &given, 6), &relief, &written, status, &error), PUHUI_ERR_NULL, "products");
  REFUSES(puhui_relieve_batch(NULL, &relief, &written, status, &error), PUHUI_ERR_NULL, "columns");
  REFUSES(puhui_relieve_batch(loans_of(actual_360, &given, 6), NULL, &written, status, &error), PUHUI_ERR_NULL, "relief");
  REFUSES(puhui_relieve_batch(loans_of(actual_360, &given, 6), &relief, NULL, status, &error), PUHUI_ERR_NULL, "out");
  REFUSES(puhui_relieve_batch(loans_of(actual_360, &given, 6), &relief, &written, NULL, &error), PUHUI_ERR_NULL, "status");
  written.reserved = 1;
  REFUSES(puhui_relieve_batch(loans_of(actual_360, &given, 6), &relief, &written, status, &error), PUHUI_ERR_RESERVED,
          "out.reserved");
  written.reserved = 0;
  given.rate_ppb = NULL;
  REFUSES(puhui_relieve_batch(loans_of(actual_360, &given, 6), &relief, &written, status, &error), PUHUI_ERR_NULL, "rate");
  CHECK_EQUAL(puhui_relieve_batch(NULL, NULL, NULL, NULL, NULL), PUHUI_ERR_NULL);
}

int main(void) {
  struct puhui_product_rules rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  actual_360 = product_of(&rules, NULL);
  rules.day_count = PUHUI_DAY_COUNT_30E_360;
  thirty_360 = product_of(&rules, NULL);

  deferred_to_the_end_of_june();
  shifted();
  over_remaining();
  other_kinds();
  two_stages();
  wrong_reliefs();
  wrong_for_the_loan();
  pointers_and_buffers();
  sizes();
  batches();
  puhui_product_free(actual_360);
  puhui_product_free(thirty_360);
  return 0;
}
