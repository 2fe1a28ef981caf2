// The C++ wrapper: what it returns, what it throws, and that it frees what it owns.
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "check.hpp"

static_assert(!std::is_copy_constructible_v<puhui::product> && std::is_nothrow_move_constructible_v<puhui::product>);
static_assert(!std::is_copy_constructible_v<puhui::calendar> && std::is_nothrow_move_constructible_v<puhui::calendar>);
static_assert(!std::is_copy_constructible_v<puhui::benchmark> && std::is_nothrow_move_constructible_v<puhui::benchmark>);
static_assert(sizeof(puhui::terms) == sizeof(puhui_terms) && sizeof(puhui::rules) == sizeof(puhui_product_rules));
static_assert(sizeof(puhui::relief) == sizeof(puhui_relief) && sizeof(puhui::impact) == sizeof(puhui_impact));

static void figures() {
  // 36 days: 50,000 x 0.0435 x 36 / 360 = 217.50; the payment is 1,486.27 and the last 1,486.30.
  puhui::product made(microcredit());
  const puhui::product product = std::move(made);
  const auto rows = product.schedule(golden());
  CHECK(rows.size() == 36);
  CHECK(rows[0].interest_minor == 21750 && rows[0].payment_minor == 148627);
  CHECK(rows[35].payment_minor == 148630 && rows[35].closing_minor == 0);
  CHECK(product.totals(golden()).interest_minor == 350575);
  const auto rates = product.annualised_rates(golden());
  CHECK(rates.effective_e10 == 450057987 && rates.simple_e10 == 441042405 && rates.has_nominal == 0);
}

static void errors() {
  auto rules = microcredit();
  rules.rounding = 0;
  CHECK(thrown_by([&] { puhui::product refused(rules); }) == PUHUI_ERR_UNKNOWN_CODE);
  CHECK(thrown_by([] { puhui::rules().in("RMB2"); }) == PUHUI_ERR_MALFORMED);
  CHECK(thrown_by([] { puhui::benchmark::built_in("libor"); }) == PUHUI_ERR_UNKNOWN_VALUE);
  const puhui::product product(microcredit());
  auto terms = golden();
  terms.principal_minor = 0;
  CHECK(thrown_by([&] { product.schedule(terms); }) == PUHUI_ERR_OUT_OF_RANGE);
  try {
    product.annualised_rates(terms);
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.field() == "principal");
    CHECK(std::string(error.what()) == "principal: got 0.00, allowed is above 0");
  }
}

static void beside_the_terms() {
  // 36,000.00 for 30 days, at 3.6 % for 10 of them and at 7.2 % for 20: 36.00 + 144.00.
  auto rules = microcredit().every(0, 0);
  rules.method = PUHUI_METHOD_BULLET;
  puhui::terms terms;
  terms.principal_minor = 3'600'000;
  terms.rate_ppb = 36'000'000;
  terms.disbursed_on_ymd = 20200101;
  terms.matures_on_ymd = 20200131;
  const puhui::product bullet(rules);
  const auto stepped = puhui::side().step(20200111, 72'000'000);
  CHECK(bullet.schedule(terms, stepped).at(0).interest_minor == 18000);
  CHECK(bullet.totals(terms, stepped).payment_minor == 3618000);
  // 180.00 in 30 days: 180 x 365 / (36,000 x 30) = 0.0608333... a year.
  CHECK(bullet.annualised_rates(terms, stepped).simple_e10 == 608333333);
  CHECK(thrown_by([&] { bullet.schedule(terms, puhui::side().plan(20200131, 1)); }) == PUHUI_ERR_CONTRADICTION);
}

static void calendars_and_benchmarks() {
  // 25 June 2020 was the Dragon Boat festival; Sunday the 28th was worked.
  CHECK(puhui::calendar::cn().roll(20200625, PUHUI_ROLL_FOLLOWING) == 20200628);
  CHECK(puhui::calendar::weekends().roll(20200627, PUHUI_ROLL_FOLLOWING) == 20200629);
  CHECK(puhui::calendar::from_days("ours", {20200629}, {}).roll(20200627, PUHUI_ROLL_FOLLOWING) == 20200630);
  auto rules = microcredit();
  rules.roll = PUHUI_ROLL_FOLLOWING;
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  const puhui::product product(rules, puhui::calendar::weekends());
  CHECK(product.schedule(golden()).at(2).due_on_ymd == 20200420);
  CHECK(product.schedule(golden()).at(5).due_on_ymd == 20200720);
  CHECK(product.schedule(golden()).at(8).due_on_ymd == 20201020);
  CHECK(product.schedule(golden()).at(4).due_on_ymd == 20200622);

  const auto lpr = puhui::benchmark::built_in("lpr_1y");
  CHECK(lpr.value_on(20200420, 20201231) == 38'500'000);
  const auto rates = lpr.rates(50, 1, PUHUI_UNIT_YEAR, 20200301, 20220301, 20210601);
  const puhui_side steps = rates.side.get();
  CHECK(rates.first_rate_ppb == 45'500'000 && steps.step_count == 2);
  CHECK(steps.step_from_ymd[1] == 20220301 && steps.step_rate_ppb[1] == 43'500'000 && steps.step_projected[1] == 1);
  CHECK(lpr.rates(50, 0, 0, 20200301, 20220301, 20210601).side.get().step_count == 0);
  CHECK(puhui::benchmark::from_columns("ours", {20200101}, {1}).value_on(20200101, 20200101) == 1);
}

// The deferral of June 2020: both put off, simple interest, all of it caught up on 2020-06-30.
static puhui::relief june() {
  return puhui::relief(20200301, PUHUI_DEFER_BOTH)
      .due(20200125, 20200630)
      .principal(PUHUI_PRINCIPAL_CAUGHT_UP_END_OF_WINDOW)
      .interest(PUHUI_INTEREST_MEANWHILE_SIMPLE, PUHUI_INTEREST_CAUGHT_UP_END_OF_WINDOW)
      .caught_up_on(20200630);
}

static void reliefs() {
  // 6,530.57 of principal and 948.54 of interest, paid in a row of its own; 3,561.40 - 3,505.75 = 55.65 more interest.
  const puhui::product product(microcredit());
  const auto june_2020 = june();
  const auto relieved = product.relieve(golden(), june_2020);
  CHECK(relieved.before.size() == 36 && relieved.after.size() == 37);
  CHECK(relieved.outcomes == std::vector<std::uint32_t>{PUHUI_OUTCOME_GRANTED});
  CHECK(relieved.after.at(5).due_on_ymd == 20200630 && relieved.after.at(5).payment_minor == 747911);
  CHECK(relieved.after.at(6).interest_minor == 16547);
  CHECK(relieved.impact.deferred_principal_minor == 653057 && relieved.impact.deferred_interest_minor == 94854);
  CHECK(relieved.impact.interest_change_minor == 5565 && relieved.impact.present_value_change().has_value());
  auto for_nothing = golden();
  for_nothing.fee_at_disbursement_minor = for_nothing.principal_minor;
  CHECK(!product.relieve(for_nothing, june_2020).impact.present_value_change());

  // Put off again: 948.54 and 1,105.62 of interest, in March.
  auto stage_2 = june().due(20200601, 20201231).caught_up_on(20210331);
  stage_2.granted_on_ymd = 20200601;
  const std::vector<puhui::relief> stages{june_2020, stage_2};
  const auto twice = product.relieve(golden(), stages);
  CHECK(twice.outcomes.size() == 2);
  std::int64_t paid = 0;
  for (const auto &row : twice.after)
    if (row.due_on_ymd == 20210331) paid = row.deferred_interest_paid_minor;
  CHECK(paid == 205416);
  CHECK(product.relieve(golden(), std::vector<puhui::relief>{}).after.size() == 36);
  // At 0 % from the start: nothing to put off but principal.
  CHECK(product.relieve(golden(), puhui::side().step(20200115, 0), {june_2020}).impact.deferred_interest_minor == 0);

  // What travels with a relief, and the other window.
  auto held = june().first(5, 20200125).holds_class(20200125, 20200630, "the epidemic").protects_credit(20200125, 20200630);
  CHECK(std::string(held.class_reason) == "the epidemic");
  CHECK(product.relieve(golden(), held).impact.interest_change_minor == 5565);
  CHECK(thrown_by([&] { held.holds_class(20200125, 20200630, std::string(256, 'x')); }) == PUHUI_ERR_TEXT);
  CHECK(thrown_by([&] { held.holds_class(20200125, 20200630, std::string(255, 'x')); }) == PUHUI_OK);
  CHECK(product.relieve(golden(), held).impact.interest_change_minor == 5565);

  // Contradictions.
  CHECK(thrown_by([&] { product.relieve(golden(), puhui::relief()); }) == PUHUI_ERR_MALFORMED);
  const auto paid_and_put_off = june().interest(PUHUI_INTEREST_MEANWHILE_PAID);
  CHECK(thrown_by([&] { product.relieve(golden(), paid_and_put_off); }) == PUHUI_ERR_CONTRADICTION);
  try {
    product.relieve(golden(), std::vector<puhui::relief>{june_2020, paid_and_put_off});
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.field() == "reliefs[1].interest_meanwhile");
  }

  // One relief, three loans; the second is bad, the third ends before the window.
  puhui::terms_columns columns;
  for (int i = 0; i < 3; ++i) {
    const auto terms = golden();
    columns.principal_minor.push_back(i == 1 ? -1 : terms.principal_minor);
    columns.rate_ppb.push_back(terms.rate_ppb);
    columns.disbursed_on_ymd.push_back(i == 2 ? 20190115 : terms.disbursed_on_ymd);
    columns.first_due_on_ymd.push_back(i == 2 ? 20190220 : terms.first_due_on_ymd);
    columns.instalments.push_back(i == 2 ? 3 : terms.instalments);
  }
  const auto batch = product.relieve_batch(columns, june_2020);
  CHECK(batch.size() == 3);
  CHECK(batch.status[0] == PUHUI_OK && batch.status[1] == PUHUI_ERR_OUT_OF_RANGE && batch.status[2] == PUHUI_OK);
  CHECK((batch.outcome == std::vector<std::uint32_t>{PUHUI_OUTCOME_GRANTED, 0, PUHUI_OUTCOME_NOTHING_DUE}));
  CHECK((batch.next_due_before_ymd == std::vector<std::int32_t>{20200320, 0, 0}));
  CHECK((batch.next_due_after_ymd == std::vector<std::int32_t>{20200630, 0, 0}));
  CHECK((batch.last_due_before_ymd == std::vector<std::int32_t>{20230120, 0, 20190420}));
  CHECK(batch.last_due_after_ymd == batch.last_due_before_ymd);
  CHECK((batch.deferred_principal_minor == std::vector<std::int64_t>{653057, 0, 0}));
  CHECK((batch.deferred_interest_minor == std::vector<std::int64_t>{94854, 0, 0}));
  CHECK((batch.interest_change_minor == std::vector<std::int64_t>{5565, 0, 0}));
  CHECK((batch.capitalised_interest_minor == std::vector<std::int64_t>{0, 0, 0}));
  CHECK((batch.waived_interest_minor == std::vector<std::int64_t>{0, 0, 0}));
  CHECK(product.relieve_batch({}, june_2020).size() == 0);
  CHECK(thrown_by([&] { product.relieve_batch(columns, puhui::relief()); }) == PUHUI_ERR_MALFORMED);
}

static void batches() {
  const puhui::product product(microcredit());
  puhui::terms_columns columns;
  for (int i = 0; i < 3; ++i) {
    const auto terms = golden();
    columns.principal_minor.push_back(i == 1 ? -1 : terms.principal_minor);
    columns.rate_ppb.push_back(terms.rate_ppb);
    columns.disbursed_on_ymd.push_back(terms.disbursed_on_ymd);
    columns.first_due_on_ymd.push_back(terms.first_due_on_ymd);
    columns.instalments.push_back(terms.instalments);
  }
  const auto batch = product.batch(columns);
  CHECK(batch.size() == 3 && batch.rows.size() == 72);
  CHECK(batch.status[0] == PUHUI_OK && batch.status[1] == PUHUI_ERR_OUT_OF_RANGE && batch.status[2] == PUHUI_OK);
  CHECK(batch.begin(1) == batch.end(1) && batch.end(2) - batch.begin(2) == 36);
  CHECK(batch.totals[2].interest_minor == 350575 && batch.begin(2)->payment_minor == 148627);
  CHECK(product.batch({}).size() == 0);
  columns.due_day.push_back(1);
  bool threw = false;
  try {
    product.batch(columns);
  } catch (const std::invalid_argument &) {
    threw = true;
  }
  CHECK(threw);
}

int main() {
  figures();
  errors();
  beside_the_terms();
  calendars_and_benchmarks();
  batches();
  reliefs();
  return 0;
}
