// The C++ wrapper: what it returns, what it throws, and that it frees what it owns.
#include <string>
#include <type_traits>
#include <utility>

#include "check.hpp"

static_assert(!std::is_copy_constructible_v<puhui::product> && std::is_nothrow_move_constructible_v<puhui::product>);
static_assert(!std::is_copy_constructible_v<puhui::calendar> && std::is_nothrow_move_constructible_v<puhui::calendar>);
static_assert(!std::is_copy_constructible_v<puhui::benchmark> && std::is_nothrow_move_constructible_v<puhui::benchmark>);
static_assert(sizeof(puhui::terms) == sizeof(puhui_terms) && sizeof(puhui::rules) == sizeof(puhui_product_rules));

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
  return 0;
}
