/* A good value for each parameter of each function: what the hostile calls are one step away from.
 *
 * An argument that is or points to a `struct puhui_x` is `good_x`, any other the name of its parameter behind `good_`; where a function
 * needs one of its own, its name stands between: `good_account_record_capacity`. `reset` makes all of them good again. */
#include "check.h"

#define MANY 64

static struct puhui_error good_error[1];

/* Handles. */
static struct puhui_product *good_product, *made_product;
static struct puhui_benchmark *good_benchmark, *made_benchmark;
static struct puhui_calendar *good_calendar, *made_calendar;
static struct puhui_product **good_out_product = &made_product;
static struct puhui_benchmark **good_out_benchmark = &made_benchmark;
static struct puhui_calendar **good_out_calendar = &made_calendar;

/* A loan, its product, its relief and its life. */
static struct puhui_product_rules good_product_rules[1];
static struct puhui_servicing good_servicing[1];
static struct puhui_terms good_terms[1];
static struct puhui_loan good_loan[1];
static struct puhui_relief good_relief[1];
static struct puhui_event good_event[2];
static struct puhui_account_query good_account_query[1];
static struct puhui_loan_columns good_loan_columns[1];
static const int64_t principal_minor[1] = {5000000}, rates_ppb[1] = {43500000};
static const int32_t disbursed_on_ymd[1] = {20200115}, first_due_on_ymd[1] = {20200220};
static const uint32_t instalments[1] = {36}, first[1] = {0};
static const struct puhui_product *products[1];
static const size_t good_event_offset[2] = {0, 2};
static size_t good_relief_count, good_arrears_capacity, good_capacity;
static size_t good_account_record_capacity, good_account_snapshot_capacity;
static int32_t good_date_ymd, good_known_on_ymd, good_day_ymd, good_on_ymd, good_from_ymd;

/* Where it goes. */
static struct puhui_instalment good_instalment[MANY], before[MANY];
static struct puhui_totals good_totals[1], *good_out_totals = good_totals;
static struct puhui_annualised good_annualised[1];
static struct puhui_relief_result good_relief_result[1];
static struct puhui_impact good_impact[1];
static uint32_t outcomes[1];
static struct puhui_relieved_columns good_relieved_columns[1];
static struct puhui_position good_position[1];
static struct puhui_owed good_owed[MANY];
static struct puhui_posting good_posting[MANY];
static struct puhui_account_state good_account_state[1];
static puhui_status good_status_array[1];
static char text[65536], *good_record = text, *good_snapshot = text;
static size_t offsets[2], *good_offset = offsets;
static size_t counts[4], *good_out_arrears_count = &counts[0], *good_out_count = &counts[1], *good_out_billed = &counts[2],
                         *good_out_length = &counts[3];
static int64_t minors[4], *good_out_pay_off_minor = &minors[0], *good_out_rate_ppb = &minors[1], *good_out_units = &minors[2],
                          *good_out_value = &minors[3], first_rate_ppb, *good_out_first_rate_ppb = &first_rate_ppb;

/* Calendars and benchmarks. */
static const char *good_name = "own";
static const char *good_benchmark_built_in_name = "lpr_1y";
static const int32_t good_holidays_ymd[1] = {20200101}, good_workdays_ymd[1] = {20200104};
static const int32_t good_published_on_ymd[2] = {20190101, 20200101};
static const int64_t good_rate_ppb[2] = {40000000, 41000000};
static size_t good_holiday_count, good_workday_count, good_count;
static uint32_t good_roll, out_words[2], *good_out_provisional = &out_words[0];
static int32_t rolled_on_ymd, *good_out_rolled_on_ymd = &rolled_on_ymd;
static struct puhui_reset_rule good_reset_rule[1];
static struct puhui_rate_step good_rate_step[MANY];

/* A line of credit. */
static struct puhui_credit_line good_credit_line[1];
static struct puhui_line_movement good_line_movement[1];
static struct puhui_line_position good_line_position[1];

/* A book, its tallies and its sets. */
static struct puhui_book_columns good_book_columns[1];
static const uint32_t county[2] = {500101, 500102};
static const int64_t balance_minor[2] = {5000000, 830000};
static const uint64_t household[2] = {7, 8};
static const uint8_t purpose[2] = {PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_PURPOSE_SAFE_HOUSING}, loan_class[2] = {PUHUI_LOAN_CLASS_NORMAL, PUHUI_LOAN_CLASS_SUBSTANDARD};
static const int64_t amount_minor[2] = {6000000, 1000000};
static const int32_t lent_on_ymd[2] = {20190101, 20200215};
static const uint32_t good_dimensions[2] = {PUHUI_DIMENSION_COUNTY, PUHUI_DIMENSION_PURPOSE};
static const uint32_t measures[3] = {PUHUI_MEASURE_BALANCE, PUHUI_MEASURE_CLASSES, PUHUI_MEASURE_LENDING};
static const uint32_t good_wanted[1] = {500101};
static struct puhui_tally_plan good_tally_plan[1];
static struct puhui_tally_groups good_tally_groups[1], good_growth_by_group_base[1];
static struct puhui_tally_plan year_before[1];
static struct puhui_tally_result good_tally_result[1];
static struct puhui_distinct_plan good_distinct_plan[1];
static struct puhui_distinct_groups good_distinct_groups[1];
static struct puhui_distinct_result good_distinct_result[1];
static struct puhui_growth_result good_growth_result[1];
static struct puhui_sums good_sums[MANY], made_sums[MANY];
static uint32_t tally_keys[MANY], made_keys[MANY], set_keys[MANY];
static uint64_t ids[MANY];
static size_t id_offset[MANY];
static const uint32_t group_keys[2] = {500101, 500102};
static const size_t group_offset[3] = {0, 1, 2};
static const uint64_t group_ids[2] = {7, 8};
static struct puhui_growth good_growth[1], made_growths[MANY];
static struct puhui_figure good_figure[1], made_figure, *good_out_figure = &made_figure;
static struct puhui_figures good_figures[1];
static struct puhui_int128 good_int128;
static size_t good_part_count, good_dimension_count, good_wanted_count;
static uint32_t good_threads, good_dimension, good_decimals, good_rounding, good_has_whole;
static int64_t good_value;

/* What a book is held against. */
static const uint64_t good_keys[2] = {7, 8};
static const int64_t good_amounts_minor[2] = {5000000, 830000};
static struct puhui_concentration_result good_concentration_result[1];
static struct puhui_ranked ranked[MANY];
static struct puhui_compliance good_compliance[1];
static struct puhui_tolerance good_tolerance[1];
static struct puhui_two_increases good_two_increases[1];
static struct puhui_provision_requirement good_provision_requirement[1];
static struct puhui_provision_compliance good_provision_compliance[1];
static struct puhui_provision_rates good_provision_rates[1];
static struct puhui_required_provisions good_required_provisions[1];
static struct puhui_targeted_query good_targeted_query[1];
static struct puhui_targeted_line good_targeted_line[MANY];
static struct puhui_need good_need[2];
static struct puhui_need_finding good_need_finding[2];
static const uint8_t targeted[2] = {PUHUI_TARGETED_REGISTERED_POOR, 0},
                     borrower_status[2] = {PUHUI_BORROWER_STATUS_LIFTED, 0},
                     basis[2] = {PUHUI_BASIS_CENTRAL_BANK, PUHUI_BASIS_CENTRAL_BANK};
static const uint32_t person_times[2] = {1, 1};
static uint32_t good_area;

/* Registers and lists with dates. */
static struct puhui_status_register *good_status_register, *made_register, **good_out_register = &made_register;
static struct puhui_region_list *good_region_list, *made_list, **good_out_list = &made_list;
static struct puhui_status_columns good_status_columns[1];
static const int32_t status_from_ymd[2] = {20140101, 20190101};
static const uint8_t status_codes[2] = {PUHUI_BORROWER_STATUS_NOT_LIFTED, PUHUI_BORROWER_STATUS_LIFTED};
static const uint64_t registered[2] = {7, 7}, good_ids[2] = {7, 8};
static uint64_t good_id;
static uint8_t good_statuses[2], good_listed[2];
static struct puhui_dated_status good_dated_status[MANY];
static struct puhui_region_listing good_region_listing[2];
static struct puhui_region_query good_region_query[1];
static uint32_t good_places[MANY];

/* Names. */
static const char *good_field = "events[1].payer";
static uint32_t good_language;
static char *good_text = text;
static size_t good_field_name_in_capacity;

/* Villages. */
static struct puhui_coverage_query good_coverage_query[1];
static struct puhui_coverage_rule good_coverage_rule[1];
static struct puhui_village_columns good_village_columns[1];
static struct puhui_point_columns good_point_columns[1];
static struct puhui_coverage_result good_coverage_result[1];
static struct puhui_area_coverage areas[MANY], of_villages[MANY];
static struct puhui_areas_covered of_counties[MANY];
static struct puhui_missed_village missed[MANY];
static struct puhui_stray_point strays[MANY];
static struct puhui_area_coverage good_area_coverage[1];
static struct puhui_area_figures good_area_figures[1];
static const uint64_t village[2] = {101001, 101002}, point[1] = {1};
static const uint32_t township[2] = {101, 101}, counties[2] = {1, 1};
static const uint8_t point_kind[1] = {PUHUI_POINT_KIND_AGENT};
static uint32_t good_kind;

static void good_calls_of_a_loan(void) {
  const struct puhui_servicing servicing = PUHUI_SERVICING_INIT;
  const struct puhui_loan loan = PUHUI_LOAN_INIT;
  const struct puhui_relief relief = PUHUI_RELIEF_INIT;
  const struct puhui_event event = PUHUI_EVENT_INIT;
  const struct puhui_account_query query = PUHUI_ACCOUNT_QUERY_INIT;
  const struct puhui_loan_columns columns = PUHUI_LOAN_COLUMNS_INIT;
  *good_product_rules = monthly(PUHUI_METHOD_EQUAL_INSTALMENT, PUHUI_DAY_COUNT_ACTUAL_360);
  good_product_rules->roll = PUHUI_ROLL_FOLLOWING;
  good_product_rules->rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  *good_servicing = servicing;
  *good_terms = golden();
  *good_loan = loan;
  good_loan->product = products[0] = good_product;
  good_loan->terms = good_terms;
  *good_relief = relief;
  good_relief->granted_on_ymd = 20200201;
  good_relief->defer = PUHUI_DEFER_BOTH;
  good_relief->due_from_ymd = 20200201;
  good_relief->due_until_ymd = good_relief->new_date_ymd = 20200630;
  good_relief->principal_caught_up = PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW;
  good_relief->interest_meanwhile = PUHUI_INTEREST_MEANWHILE_SIMPLE;
  good_relief->interest_caught_up = PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW;
  *good_event = event;
  good_event->kind = PUHUI_EVENT_REPAID;
  good_event->no = 1;
  good_event->on_ymd = 20200220;
  good_event->amount_minor = 150000;
  good_event->payer = PUHUI_PAYER_BORROWER;
  good_event[1] = event;
  good_event[1].kind = PUHUI_EVENT_RELIEF;
  good_event[1].no = 2;
  good_event[1].on_ymd = 20200201;
  good_event[1].relief = good_relief;
  *good_account_query = query;
  good_account_query->as_of_ymd = 20200831; /* Two instalments are late. */
  good_account_query->loan = good_loan;
  good_account_query->events = good_event;
  good_account_query->event_count = 2;
  *good_loan_columns = columns;
  good_loan_columns->count = good_loan_columns->product_count = 1;
  good_loan_columns->products = products;
  good_loan_columns->product = first;
  good_loan_columns->principal_minor = principal_minor;
  good_loan_columns->rate_ppb = rates_ppb;
  good_loan_columns->disbursed_on_ymd = disbursed_on_ymd;
  good_loan_columns->first_due_on_ymd = first_due_on_ymd;
  good_loan_columns->instalments = instalments;
  good_relief_count = 1;
  good_arrears_capacity = good_capacity = MANY;
  good_account_record_capacity = good_account_snapshot_capacity = sizeof text;
  good_date_ymd = 20200601;
  good_known_on_ymd = 20200601;
  good_day_ymd = 20200220;
  good_on_ymd = 20200901;
  good_from_ymd = 0;
}

static void good_outputs_of_a_loan(void) {
  const struct puhui_annualised annualised = PUHUI_ANNUALISED_INIT;
  const struct puhui_relief_result result = PUHUI_RELIEF_RESULT_INIT;
  const struct puhui_impact init = PUHUI_IMPACT_INIT;
  const struct puhui_relieved_columns columns = PUHUI_RELIEVED_COLUMNS_INIT;
  const struct puhui_position position = PUHUI_POSITION_INIT;
  *good_annualised = annualised;
  *good_impact = init;
  *good_relief_result = result;
  good_relief_result->before = before;
  good_relief_result->after = good_instalment;
  good_relief_result->before_capacity = good_relief_result->after_capacity = MANY;
  good_relief_result->outcomes = outcomes;
  good_relief_result->impact = good_impact;
  *good_relieved_columns = columns;
  good_relieved_columns->outcome = outcomes;
  *good_position = position;
  memset(good_account_state, 0, sizeof good_account_state);
}

static void good_calls_of_a_calendar(void) {
  const struct puhui_reset_rule rule = PUHUI_RESET_RULE_INIT;
  const struct puhui_credit_line line = PUHUI_CREDIT_LINE_INIT;
  const struct puhui_line_position position = PUHUI_LINE_POSITION_INIT;
  good_holiday_count = good_workday_count = 1;
  good_count = 2;
  good_roll = PUHUI_ROLL_FOLLOWING;
  *good_reset_rule = rule;
  good_reset_rule->disbursed_on_ymd = 20200301;
  good_reset_rule->until_ymd = 20220301;
  good_reset_rule->reset_count = 1;
  good_reset_rule->reset_unit = PUHUI_UNIT_YEAR;
  good_reset_rule->known_on_ymd = 20200601;
  *good_credit_line = line;
  good_credit_line->from_ymd = 20200115;
  good_credit_line->until_ymd = 20210114;
  good_credit_line->limit_minor = 10000000;
  good_credit_line->movements = good_line_movement;
  good_credit_line->movement_count = 1;
  memset(good_line_movement, 0, sizeof good_line_movement);
  good_line_movement->kind = PUHUI_LINE_DRAWN;
  good_line_movement->on_ymd = 20200201;
  good_line_movement->amount_minor = 500000;
  *good_line_position = position;
}

static void good_calls_of_a_book(void) {
  const struct puhui_book_columns columns = PUHUI_BOOK_COLUMNS_INIT;
  const struct puhui_tally_plan plan = PUHUI_TALLY_PLAN_INIT;
  const struct puhui_tally_groups groups = PUHUI_TALLY_GROUPS_INIT;
  const struct puhui_tally_result result = PUHUI_TALLY_RESULT_INIT;
  *good_book_columns = columns;
  memcpy(good_book_columns->currency, "CNY", 4);
  good_book_columns->count = 2;
  good_book_columns->county = county;
  good_book_columns->balance_minor = balance_minor;
  good_book_columns->household = household;
  good_book_columns->purpose = purpose;
  good_book_columns->loan_class = loan_class;
  good_book_columns->amount_minor = amount_minor;
  good_book_columns->disbursed_on_ymd = lent_on_ymd;
  *good_tally_plan = plan;
  good_tally_plan->as_of_ymd = 20200331;
  good_tally_plan->dimension_count = 2;
  good_tally_plan->measure_count = 3;
  good_tally_plan->dimensions = good_dimensions;
  good_tally_plan->measures = measures;
  *good_tally_groups = groups;
  memcpy(good_tally_groups->currency, "CNY", 4);
  good_tally_groups->plan = good_tally_plan;
  good_tally_groups->group_count = 2;
  good_tally_groups->keys = tally_keys;
  good_tally_groups->sums = good_sums;
  *year_before = *good_tally_plan;
  year_before->as_of_ymd = 20190331;
  *good_growth_by_group_base = *good_tally_groups;
  good_growth_by_group_base->plan = year_before;
  *good_tally_result = result;
  good_tally_result->keys = tally_keys;
  good_tally_result->sums = good_sums;
  good_tally_result->group_capacity = MANY;
  if (puhui_tally(good_book_columns, good_tally_plan, 1, good_tally_result, NULL) != PUHUI_OK) abort();
  *good_tally_result = result;
  good_tally_result->keys = made_keys;
  good_tally_result->sums = made_sums;
  good_tally_result->group_capacity = MANY;
  good_part_count = good_dimension_count = good_wanted_count = good_threads = 1;
  good_dimension = PUHUI_DIMENSION_COUNTY;
}

static void good_calls_of_sets_and_figures(void) {
  const struct puhui_distinct_plan plan = PUHUI_DISTINCT_PLAN_INIT;
  const struct puhui_distinct_groups groups = PUHUI_DISTINCT_GROUPS_INIT;
  const struct puhui_distinct_result result = PUHUI_DISTINCT_RESULT_INIT;
  const struct puhui_growth_result growths = PUHUI_GROWTH_RESULT_INIT;
  const struct puhui_figures figures = PUHUI_FIGURES_INIT;
  *good_distinct_plan = plan;
  good_distinct_plan->ids = PUHUI_IDS_HOUSEHOLDS;
  good_distinct_plan->loans = PUHUI_LOANS_COUNTED_ALL;
  good_distinct_plan->dimension_count = 1;
  good_distinct_plan->dimensions = good_dimensions;
  *good_distinct_groups = groups;
  good_distinct_groups->plan = good_distinct_plan;
  good_distinct_groups->group_count = 2;
  good_distinct_groups->keys = group_keys;
  good_distinct_groups->id_offset = group_offset;
  good_distinct_groups->ids = group_ids;
  *good_distinct_result = result;
  good_distinct_result->keys = set_keys;
  good_distinct_result->id_offset = id_offset;
  good_distinct_result->group_capacity = MANY - 1;
  good_distinct_result->ids = ids;
  good_distinct_result->id_capacity = MANY;
  *good_growth_result = growths;
  good_growth_result->keys = made_keys;
  good_growth_result->growths = made_growths;
  good_growth_result->group_capacity = MANY;
  *good_figures = figures;
  memset(good_growth, 0, sizeof good_growth);
  good_growth->now.low = 116;
  good_growth->base.low = 100;
  good_growth->has_base = 1;
  good_int128 = puhui_int128_of(7);
  good_has_whole = 1;
  puhui_figure_of(good_int128, good_int128, 1, good_figure, NULL);
  good_decimals = 2;
  good_rounding = PUHUI_ROUNDING_HALF_UP;
  good_value = 7;
}

static void good_calls_of_bounds(void) {
  const struct puhui_concentration_result concentration = PUHUI_CONCENTRATION_RESULT_INIT;
  const struct puhui_tolerance tolerance = PUHUI_TOLERANCE_INIT;
  const struct puhui_provision_requirement requirement = PUHUI_PROVISION_REQUIREMENT_INIT;
  const struct puhui_provision_rates rates = PUHUI_PROVISION_RATES_INIT;
  const struct puhui_targeted_query query = PUHUI_TARGETED_QUERY_INIT;
  const struct puhui_need need = {500101, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_AMOUNT, 0, 7000000};
  *good_concentration_result = concentration;
  good_concentration_result->ranked = ranked;
  good_concentration_result->ranked_capacity = MANY;
  *good_tolerance = tolerance;
  good_tolerance->rule = PUHUI_TOLERANCE_CN_INCLUSIVE_2019;
  good_tolerance->base = PUHUI_TOLERANCE_BASE_OWN_RATIO;
  *good_provision_requirement = requirement;
  good_provision_requirement->rule = PUHUI_LEAST_PROVISIONS_CN_2012;
  *good_provision_rates = rates;
  good_provision_rates->provision = PUHUI_PROVISION_CN_2002;
  good_provision_rates->rounding = PUHUI_ROUNDING_HALF_UP;
  good_provision_rates->general_ppb = 10000000;
  good_book_columns->targeted = targeted;
  good_book_columns->borrower_status = borrower_status;
  good_book_columns->basis = basis;
  good_book_columns->borrower = household;
  good_book_columns->person_times = person_times;
  *good_targeted_query = query;
  good_targeted_query->as_of_ymd = 20200331;
  good_targeted_query->basis = PUHUI_BASIS_CENTRAL_BANK;
  good_targeted_query->books = good_book_columns;
  good_targeted_query->book_count = 1;
  good_need[0] = good_need[1] = need;
  good_need[1].area = 500102;
  good_area = PUHUI_AREA_COUNTY;
}

static void good_calls_of_registers(void) {
  const struct puhui_status_columns columns = PUHUI_STATUS_COLUMNS_INIT;
  const struct puhui_region_query query = PUHUI_REGION_QUERY_INIT;
  const struct puhui_region_listing listing = {9, PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP, 20170801, 0};
  *good_status_columns = columns;
  good_status_columns->count = 2;
  good_status_columns->id = registered;
  good_status_columns->from_ymd = status_from_ymd;
  good_status_columns->status = status_codes;
  good_id = 7;
  good_region_listing[0] = good_region_listing[1] = listing;
  good_region_listing[1].place = 7;
  *good_region_query = query;
  good_region_query->region_class = PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP;
  good_region_query->listed = PUHUI_LISTED_ON_DAY;
  good_region_query->day_ymd = 20181231;
  good_places[0] = 9;
  good_places[1] = 7;
}

static void good_calls_of_villages(void) {
  const struct puhui_coverage_query query = PUHUI_COVERAGE_QUERY_INIT;
  const struct puhui_coverage_rule rule = PUHUI_COVERAGE_RULE_INIT;
  const struct puhui_village_columns villages = PUHUI_VILLAGE_COLUMNS_INIT;
  const struct puhui_point_columns points = PUHUI_POINT_COLUMNS_INIT;
  const struct puhui_coverage_result result = PUHUI_COVERAGE_RESULT_INIT;
  const struct puhui_area_figures figures = PUHUI_AREA_FIGURES_INIT;
  *good_coverage_rule = rule;
  good_coverage_rule->as_of_ymd = 20200331;
  good_coverage_rule->kinds = PUHUI_POINT_KINDS_CN_BASIC;
  *good_village_columns = villages;
  good_village_columns->count = 2;
  good_village_columns->village = village;
  good_village_columns->township = township;
  good_village_columns->county = counties;
  *good_point_columns = points;
  good_point_columns->count = 1;
  good_point_columns->point = point;
  good_point_columns->village = village;
  good_point_columns->kind = point_kind;
  *good_coverage_query = query;
  good_coverage_query->area = PUHUI_AREA_COUNTY;
  good_coverage_query->rule = good_coverage_rule;
  good_coverage_query->village_tables = good_village_columns;
  good_coverage_query->point_tables = good_point_columns;
  *good_coverage_result = result;
  good_coverage_result->areas = areas;
  good_coverage_result->villages = of_villages;
  good_coverage_result->counties = of_counties;
  good_coverage_result->missed = missed;
  good_coverage_result->strays = strays;
  good_coverage_result->area_capacity = good_coverage_result->village_capacity = good_coverage_result->county_capacity =
      good_coverage_result->missed_capacity = good_coverage_result->stray_capacity = MANY;
  memset(good_area_coverage, 0, sizeof good_area_coverage);
  good_area_coverage->villages = 1;
  *good_area_figures = figures;
  good_kind = PUHUI_POINT_KIND_AGENT;
  good_language = PUHUI_LANGUAGE_CHINESE;
  good_field_name_in_capacity = sizeof text;
}

static void reset(void) {
  const struct puhui_error error = PUHUI_ERROR_INIT;
  *good_error = error;
  good_calls_of_a_loan();
  good_outputs_of_a_loan();
  good_calls_of_a_calendar();
  good_calls_of_a_book();
  good_calls_of_sets_and_figures();
  good_calls_of_bounds();
  good_calls_of_registers();
  good_calls_of_villages();
}

static void begin(void) {
  good_calls_of_a_loan();
  good_calls_of_registers();
  if (puhui_calendar_cn(&good_calendar, NULL) != PUHUI_OK ||
      puhui_benchmark_built_in("lpr_1y", &good_benchmark, NULL) != PUHUI_OK ||
      puhui_product_new(good_product_rules, NULL, good_calendar, &good_product, NULL) != PUHUI_OK ||
      puhui_status_register_new(good_status_columns, &good_status_register, NULL) != PUHUI_OK ||
      puhui_region_list_new(good_region_listing, 2, &good_region_list, NULL) != PUHUI_OK)
    abort();
}

/* What a call made. */
static void release(void) {
  puhui_product_free(made_product);
  puhui_benchmark_free(made_benchmark);
  puhui_calendar_free(made_calendar);
  puhui_status_register_free(made_register);
  puhui_region_list_free(made_list);
  made_register = NULL;
  made_list = NULL;
  made_product = NULL;
  made_benchmark = NULL;
  made_calendar = NULL;
}

static void end(void) {
  puhui_product_free(good_product);
  puhui_benchmark_free(good_benchmark);
  puhui_calendar_free(good_calendar);
  puhui_status_register_free(good_status_register);
  puhui_region_list_free(good_region_list);
}
