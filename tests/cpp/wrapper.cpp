// The C++ wrapper: what it returns, what it throws, and that it frees what it owns.
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "check.hpp"

static_assert(std::is_copy_constructible_v<puhui::product> && std::is_nothrow_move_constructible_v<puhui::product>);
static_assert(std::is_copy_constructible_v<puhui::loan> && std::is_nothrow_move_constructible_v<puhui::loan>);
// A view of what dies at once is no view.
static_assert(!std::is_constructible_v<puhui::span<const int>, std::vector<int>> &&
              std::is_constructible_v<puhui::span<const int>, std::vector<int> &> &&
              std::is_constructible_v<puhui::span<const int>, const std::vector<int> &> &&
              !std::is_constructible_v<puhui::span<int>, const std::vector<int> &>);
static_assert(!std::is_copy_constructible_v<puhui::calendar> && std::is_nothrow_move_constructible_v<puhui::calendar>);
static_assert(!std::is_copy_constructible_v<puhui::benchmark> && std::is_nothrow_move_constructible_v<puhui::benchmark>);
static_assert(sizeof(puhui::terms) == sizeof(puhui_terms) && sizeof(puhui::rules) == sizeof(puhui_product_rules));
static_assert(sizeof(puhui::relief) == sizeof(puhui_relief) && sizeof(puhui::impact) == sizeof(puhui_impact));
static_assert(sizeof(puhui::servicing) == sizeof(puhui_servicing) && sizeof(puhui::reset_rule) == sizeof(puhui_reset_rule));
static_assert(std::is_copy_constructible_v<puhui::account> && std::is_copy_constructible_v<puhui::events>);

// The columns of a host, of which a batch takes views.
struct columns_of_three {
  std::vector<std::int64_t> principal_minor, rate_ppb;
  std::vector<std::int32_t> disbursed_on_ymd, first_due_on_ymd;
  std::vector<std::uint32_t> instalments, due_day;

  puhui::loan_columns of(const puhui::product &product) const {
    puhui::loan_columns columns(product);
    columns.principal_minor = principal_minor;
    columns.rate_ppb = rate_ppb;
    columns.disbursed_on_ymd = disbursed_on_ymd;
    columns.first_due_on_ymd = first_due_on_ymd;
    columns.instalments = instalments;
    columns.due_day = due_day;
    return columns;
  }
};

static void figures() {
  // 36 days: 50,000 x 0.0435 x 36 / 360 = 217.50; the payment is 1,486.27 and the last 1,486.30.
  puhui::product made(microcredit());
  const puhui::product product = std::move(made);
  const auto rows = product.loan(golden()).schedule();
  CHECK(rows.size() == 36);
  CHECK(rows[0].interest_minor == 21750 && rows[0].payment_minor == 148627);
  CHECK(rows[35].payment_minor == 148630 && rows[35].closing_minor == 0);
  CHECK(product.loan(golden()).totals().interest_minor == 350575);
  const auto rates = product.loan(golden()).annualised_rates();
  CHECK(rates.effective_e10 == 450057987 && rates.simple_e10 == 441042405 && rates.has_nominal == 0);
}

static void errors() {
  auto rules = microcredit();
  rules.rounding = 0;
  CHECK(thrown_by([&] { puhui::product refused(rules); }) == PUHUI_ERR_UNKNOWN_CODE);
  CHECK(thrown_by([] { puhui::rules().in("RMB2"); }) == PUHUI_ERR_MALFORMED);
  CHECK(thrown_by([] { (void)puhui::benchmark::built_in("libor"); }) == PUHUI_ERR_UNKNOWN_VALUE);
  const puhui::product product(microcredit());
  auto terms = golden();
  terms.principal_minor = 0;
  CHECK(thrown_by([&] { (void)product.loan(terms).schedule(); }) == PUHUI_ERR_OUT_OF_RANGE);
  try {
    (void)product.loan(terms).annualised_rates();
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.field() == "principal");
    CHECK(puhui::field_name_in(error.field(), puhui::code::language::chinese) == "\xe6\x9c\xac\xe9\x87\x91");  // 本金
    CHECK(std::string(error.what()) == "principal: expected above 0, got 0.00");
  }
}

static void beside_the_terms() {
  // 36,000.00 for 30 days, at 3.6 % for 10 of them and at 7.2 % for 20: 36.00 + 144.00.
  auto rules = microcredit();
  rules.every_count = rules.every_unit = 0;
  rules.method = PUHUI_METHOD_BULLET;
  puhui::terms terms;
  terms.principal_minor = 3'600'000;
  terms.rate_ppb = 36'000'000;
  terms.disbursed_on_ymd = 20200101;
  terms.matures_on_ymd = 20200131;
  const puhui::product bullet(rules);
  const auto stepped = bullet.loan(terms).step(20200111, 72'000'000);
  CHECK(stepped.schedule().at(0).interest_minor == 18000);
  CHECK(stepped.totals().payment_minor == 3618000);
  // 180.00 in 30 days: 180 x 365 / (36,000 x 30) = 0.0608333... a year.
  CHECK(stepped.annualised_rates().simple_e10 == 608333333);
  CHECK(thrown_by([&] { (void)bullet.loan(terms).plan(20200131, 1).schedule(); }) == PUHUI_ERR_CONTRADICTION);
  // The loan shares its product: it is good when the product is gone.
  const auto kept = [&] { return puhui::product(rules).loan(terms); }();
  CHECK(kept.schedule().size() == 1);
}

static void calendars_and_benchmarks() {
  // 25 June 2020 was the Dragon Boat festival; Sunday the 28th was worked.
  CHECK(puhui::calendar::cn().roll(20200625, puhui::code::roll::following) == 20200628);
  CHECK(puhui::calendar::weekends().roll(20200627, puhui::code::roll::following) == 20200629);
  const std::int32_t holidays[] = {20200629};
  CHECK(puhui::calendar::from_days("ours", holidays, {}).roll(20200627, puhui::code::roll::following) == 20200630);
  auto rules = microcredit();
  rules.roll = PUHUI_ROLL_FOLLOWING;
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  const puhui::product product(rules, puhui::calendar::weekends());
  CHECK(product.loan(golden()).schedule().at(2).due_on_ymd == 20200420);
  CHECK(product.loan(golden()).schedule().at(5).due_on_ymd == 20200720);
  CHECK(product.loan(golden()).schedule().at(8).due_on_ymd == 20201020);
  CHECK(product.loan(golden()).schedule().at(4).due_on_ymd == 20200622);

  const auto lpr = puhui::benchmark::built_in("lpr_1y");
  CHECK(lpr.value_on(20200420, 20201231) == 38'500'000);
  const puhui::reset_rule rule(20200301, 20220301, 20210601);
  const auto rates = lpr.rates(puhui::reset_rule(rule).plus(50).every(1, puhui::code::unit::year));
  CHECK(rates.first_rate_ppb == 45'500'000 && rates.steps.size() == 2);
  CHECK(rates.steps[1].from_ymd == 20220301 && rates.steps[1].rate_ppb == 43'500'000 && rates.steps[1].projected == 1);
  CHECK(lpr.rates(rule).steps.empty());
  const std::int32_t days[] = {20200101};
  const std::int64_t values[] = {1};
  CHECK(puhui::benchmark::from_columns("ours", days, values).value_on(20200101, 20200101) == 1);
  // A year at 4.55 %, the next at 4.35 %, the 365 days of each over 360: 50,000 x 0.0455 x 365 / 360 = 2,306.597..., 2,205.208...
  auto yearly = microcredit().every(1, puhui::code::unit::year);
  yearly.method = PUHUI_METHOD_INTEREST_ONLY;
  auto terms = golden();
  terms.disbursed_on_ymd = 20200301;
  terms.first_due_on_ymd = 20210301;
  terms.instalments = 2;
  const auto floating = puhui::product(yearly).loan(terms).rates(rates).schedule();
  CHECK(floating[0].interest_minor == 230'660 && floating[1].interest_minor == 220'521);
}

// The deferral of June 2020: both put off, simple interest, all of it caught up on 2020-06-30.
static puhui::relief june() {
  return puhui::relief(20200301, puhui::code::defer::both)
      .due(20200125, 20200630)
      .principal(puhui::code::principal_caught_up::end_of_window)
      .interest(puhui::code::interest_meanwhile::simple, puhui::code::interest_caught_up::end_of_window)
      .caught_up_on(20200630);
}

static void reliefs() {
  // 6,530.57 of principal and 948.54 of interest, paid in a row of its own; 3,561.40 - 3,505.75 = 55.65 more interest.
  const puhui::product product(microcredit());
  const auto june_2020 = june();
  const auto relieved = product.loan(golden()).relieve(june_2020);
  CHECK(relieved.before.size() == 36 && relieved.after.size() == 37);
  CHECK(relieved.outcomes == std::vector<std::uint32_t>{PUHUI_OUTCOME_GRANTED});
  CHECK(relieved.after.at(5).due_on_ymd == 20200630 && relieved.after.at(5).payment_minor == 747911);
  CHECK(relieved.after.at(6).interest_minor == 16547);
  CHECK(relieved.impact.deferred_principal_minor == 653057 && relieved.impact.deferred_interest_minor == 94854);
  CHECK(relieved.impact.interest_change_minor == 5565 && relieved.impact.present_value_change().has_value());
  auto for_nothing = golden();
  for_nothing.fee_at_disbursement_minor = for_nothing.principal_minor;
  CHECK(!product.loan(for_nothing).relieve(june_2020).impact.present_value_change());

  // Put off again: 948.54 and 1,105.62 of interest, in March.
  auto stage_2 = june().due(20200601, 20201231).caught_up_on(20210331);
  stage_2.granted_on_ymd = 20200601;
  const std::vector<puhui::relief> stages{june_2020, stage_2};
  const auto twice = product.loan(golden()).relieve(stages);
  CHECK(twice.outcomes.size() == 2);
  std::int64_t paid = 0;
  for (const auto &row : twice.after)
    if (row.due_on_ymd == 20210331) paid = row.deferred_interest_paid_minor;
  CHECK(paid == 205416);
  CHECK(product.loan(golden()).relieve(puhui::span<const puhui::relief>()).after.size() == 36);
  // At 0 % from the start: nothing to put off but principal.
  CHECK(product.loan(golden()).step(20200115, 0).relieve(june_2020).impact.deferred_interest_minor == 0);

  // What travels with a relief, and the other window.
  auto held = june().first(5, 20200125).holds_class(20200125, 20200630, "the epidemic").protects_credit(20200125, 20200630);
  CHECK(std::string(held.class_reason) == "the epidemic");
  CHECK(product.loan(golden()).relieve(held).impact.interest_change_minor == 5565);
  CHECK(thrown_by([&] { held.holds_class(20200125, 20200630, std::string(256, 'x')); }) == PUHUI_ERR_TEXT);
  CHECK(thrown_by([&] { held.holds_class(20200125, 20200630, std::string(255, 'x')); }) == PUHUI_OK);
  CHECK(product.loan(golden()).relieve(held).impact.interest_change_minor == 5565);

  // Contradictions.
  CHECK(thrown_by([&] { (void)product.loan(golden()).relieve(puhui::relief()); }) == PUHUI_ERR_MALFORMED);
  const auto paid_and_put_off = june().interest(puhui::code::interest_meanwhile::paid);
  CHECK(thrown_by([&] { (void)product.loan(golden()).relieve(paid_and_put_off); }) == PUHUI_ERR_CONTRADICTION);
  try {
    const std::vector<puhui::relief> both{june_2020, paid_and_put_off};
    (void)product.loan(golden()).relieve(both);
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.field() == "reliefs[1].interest_meanwhile");
  }

  // One relief, three loans; the second is bad, the third ends before the window.
  columns_of_three columns;
  for (int i = 0; i < 3; ++i) {
    const auto terms = golden();
    columns.principal_minor.push_back(i == 1 ? -1 : terms.principal_minor);
    columns.rate_ppb.push_back(terms.rate_ppb);
    columns.disbursed_on_ymd.push_back(i == 2 ? 20190115 : terms.disbursed_on_ymd);
    columns.first_due_on_ymd.push_back(i == 2 ? 20190220 : terms.first_due_on_ymd);
    columns.instalments.push_back(i == 2 ? 3 : terms.instalments);
  }
  const auto batch = columns.of(product).relieve(june_2020);
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
  CHECK(puhui::loan_columns(product).relieve(june_2020).size() == 0);
  CHECK(thrown_by([&] { (void)columns.of(product).relieve(puhui::relief()); }) == PUHUI_ERR_MALFORMED);
}

static void batches() {
  const puhui::product product(microcredit());
  columns_of_three columns;
  for (int i = 0; i < 3; ++i) {
    const auto terms = golden();
    columns.principal_minor.push_back(i == 1 ? -1 : terms.principal_minor);
    columns.rate_ppb.push_back(terms.rate_ppb);
    columns.disbursed_on_ymd.push_back(terms.disbursed_on_ymd);
    columns.first_due_on_ymd.push_back(terms.first_due_on_ymd);
    columns.instalments.push_back(terms.instalments);
  }
  const auto batch = columns.of(product).schedules();
  CHECK(batch.size() == 3 && batch.rows.size() == 72);
  CHECK(batch.status[0] == PUHUI_OK && batch.status[1] == PUHUI_ERR_OUT_OF_RANGE && batch.status[2] == PUHUI_OK);
  CHECK(batch.rows_of(1).empty() && batch.rows_of(2).size() == 36);
  CHECK(batch.totals[2].interest_minor == 350575 && batch.rows_of(2)[0].payment_minor == 148627);
  CHECK(puhui::loan_columns(product).schedules().size() == 0);
  columns.due_day.push_back(1);
  bool threw = false;
  try {
    (void)columns.of(product).schedules();
  } catch (const std::invalid_argument &) {
    threw = true;
  }
  CHECK(threw);
}

// 12,000.00 at 12 %, twelve months of 30 days, 1,000.00 of principal each; what is late pays half as much again.
static puhui::product serviced() {
  auto rules = microcredit();
  rules.method = PUHUI_METHOD_EQUAL_PRINCIPAL;
  rules.day_count = PUHUI_DAY_COUNT_30E_360;
  puhui::servicing servicing;
  servicing.penalty(500'000'000)
      .compound(puhui::code::compound_rate::penalty, puhui::code::compound_base::interest)
      .classes({1, 91, 271, 361})
      .provisions({0, 20'000'000, 250'000'000, 500'000'000, 1'000'000'000})
      .non_accrual(91);
  return puhui::product(rules, servicing);
}

static puhui::terms twelve_months() {
  puhui::terms terms;
  terms.principal_minor = 1'200'000;
  terms.rate_ppb = 120'000'000;
  terms.disbursed_on_ymd = 20240120;
  terms.first_due_on_ymd = 20240220;
  terms.instalments = 12;
  return terms;
}

static void servicing() {
  const auto rules = microcredit();
  puhui::servicing usual;
  CHECK(thrown_by([&] { puhui::product(rules, usual); }) == PUHUI_OK);
  // A parts-first order for loans that are no longer accrued, principal first.
  using puhui::code::part;
  const puhui::allocation_order order{part::principal, part::interest, part::compound, part::penalty, part::fee};
  CHECK(thrown_by([&] { puhui::product(rules, puhui::servicing().settles(order, puhui::code::allocate_by::part)); }) == PUHUI_OK);
  CHECK(thrown_by([&] {
          puhui::product(rules, puhui::servicing().non_accrual(91, order, puhui::code::allocate_by::instalment));
        }) == PUHUI_OK);
  // What is different for the money of a payer.
  const auto refunds = puhui::servicing()
                           .settles(order, puhui::code::allocate_by::instalment, puhui::code::payer::refund)
                           .ahead(puhui::code::money_ahead::settle_last, puhui::code::payer::goodwill);
  CHECK(refunds.payers[4].allocation_order[0] == PUHUI_PART_PRINCIPAL && refunds.payers[4].money_ahead == 0);
  CHECK(refunds.payers[5].allocation_by == 0 && refunds.payers[5].money_ahead == PUHUI_MONEY_AHEAD_SETTLE_LAST);
  CHECK(thrown_by([&] { puhui::product(rules, refunds); }) == PUHUI_OK);
  CHECK(thrown_by([&] { puhui::servicing().ahead(puhui::code::money_ahead::hold, puhui::code::payer{0}); }) == PUHUI_ERR_UNKNOWN_CODE);
  CHECK(thrown_by([&] { puhui::servicing().ahead(puhui::code::money_ahead::hold, puhui::code::payer{7}); }) == PUHUI_ERR_UNKNOWN_CODE);
  auto rolled = rules;
  rolled.roll = PUHUI_ROLL_FOLLOWING;
  rolled.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  CHECK(puhui::product(rolled, puhui::calendar::weekends(), usual).loan(golden()).schedule().at(2).due_on_ymd == 20200420);
  usual.compound(puhui::code::compound_rate::penalty, puhui::code::compound_base::interest);
  CHECK(thrown_by([&] { puhui::product(rules, usual); }) == PUHUI_ERR_CONTRADICTION);
  CHECK(thrown_by([&] { puhui::product(rules, puhui::servicing().classes({1, 91, 91, 361})); }) ==
        PUHUI_ERR_CONTRADICTION);
}

static void accounts() {
  const auto product = serviced();
  // March and April are missed. On 10 May: 50 days on 1,000.00 and 20 on 1,000.00 at 0.05 % a day, 35.00; on 110.00 and
  // 100.00 of interest 2.75 and 1.00. Of 1,500.00 March takes 1,137.75, April 111.00, and 251.25 are principal.
  const auto events = puhui::events().repaid(20240220, 112'000).repaid(20240510, 150'000, puhui::code::payer::guarantor);
  const auto account = product.loan(twelve_months()).account(events);
  const auto april = account.position(20240420);
  CHECK(april.arrears.size() == 2);
  CHECK(april.arrears[0].due_on_ymd == 20240320 && april.arrears[0].interest_minor == 11'000);
  CHECK(april.arrears[0].penalty_minor == 1'500 && april.arrears[0].compound_minor == 165);
  CHECK(april.days_past_due == 31 && april.loan_class == PUHUI_LOAN_CLASS_SPECIAL_MENTION);
  CHECK(april.provision() == 22'000);  // 2 % of 11,000.00.
  const auto may = account.position(20240510);
  CHECK(may.principal_minor == 974'875 && may.overdue_principal_minor == 74'875);
  CHECK(may.received_from(puhui::code::payer::borrower) == 112'000);
  CHECK(may.received_from(puhui::code::payer::guarantor) == 150'000);
  CHECK(may.received_from(puhui::code::payer{0}) == 0 && may.received_from(puhui::code::payer{9}) == 0);
  CHECK(account.position(20240510, 20240509).received_from(puhui::code::payer::guarantor) == 0);
  CHECK(account.position(20240120).arrears.empty());
  CHECK(product.loan(twelve_months()).step(20240121, 0).account(events).position(20240121).arrears.empty());
  CHECK(account.pay_off(20240510, 20240515) == account.position(20240515).pay_off_minor);
  CHECK(thrown_by([&] { (void)account.pay_off(20240510, 20240509); }) == PUHUI_ERR_DATES_OUT_OF_ORDER);
  const auto [rows, billed] = account.instalments(20240510);
  CHECK(rows.size() == 12 && billed == 3 && rows[3].due_on_ymd == 20240520 && rows[3].payment_minor == 109'000);
  std::int64_t sum = 0;
  std::int64_t cash = 0;
  for (const auto &posting : account.postings(20240510)) {
    sum += posting.amount_minor;
    if (posting.account == PUHUI_LEDGER_CASH) cash += posting.amount_minor;
  }
  CHECK(sum == 0 && cash == -1'200'000 + 112'000 + 150'000);
  CHECK(!puhui::product(microcredit()).loan(golden()).account(puhui::events()).position(20200120).provision());

  // Every kind, and the numbers that they are given; a relief lives as long as a copy of the events that hold it.
  puhui::account relieved = account;
  {
    puhui::events with_relief;
    with_relief.repaid(20240220, 112'000)
        .relieved(puhui::relief(20240301, puhui::code::defer::both)
                      .first(2, 20240301)
                      .principal(puhui::code::principal_caught_up::shifted)
                      .interest(puhui::code::interest_meanwhile::simple, puhui::code::interest_caught_up::next_instalment));
    CHECK(with_relief.size() == 2 && with_relief.data()[1].no == 2);
    CHECK(with_relief.known_on(20240229).size() == 1 && with_relief.known_on(20240301).size() == 2);
    const puhui::events copy = with_relief;
    with_relief = puhui::events();
    relieved = product.loan(twelve_months()).account(copy);
  }
  CHECK(relieved.position(20240420).interest_deferred_minor == 22'000);  // Two months of 1 % of 11,000.00.
  const auto known_late = puhui::events().repaid(20240220, 112'000).booked_on(20240225);
  CHECK(known_late.known_on(20240224).size() == 0 && known_late.known_on(20240225).size() == 1);
  const auto as_of = [&](const puhui::events &events, std::int32_t day) {
    return product.loan(twelve_months()).account(events).position(day);
  };
  CHECK(as_of(puhui::events().disbursed(20240120, 500'000), 20240120).principal_minor == 500'000);
  CHECK(as_of(puhui::events().rate_reset(20240120, 0), 20240220).interest_minor == 0);
  CHECK(as_of(puhui::events().interest_paused(20240120, 20240219), 20240220).interest_minor == 0);
  CHECK(as_of(puhui::events().interest_waived(20240220, 12'000), 20240220).interest_minor == 0);
  CHECK(as_of(puhui::events().due_date_moved(20240220, 20240310), 20240301).next_due_ymd == 20240310);
  CHECK(as_of(puhui::events().re_aged(20240301, 24, 20240320), 20240301).overdue_principal_minor == 0);
  CHECK(as_of(puhui::events().re_amortised(20240301), 20240301).overdue_principal_minor == 0);
  CHECK(as_of(puhui::events().fee_charged(20240301, 500).fee_waived(20240302, 200), 20240302).fees_minor == 300);
  CHECK(as_of(puhui::events().prepaid(20240120, 200'000, puhui::code::prepayment::keep_term), 20240120).principal_minor ==
        1'000'000);
  CHECK(as_of(puhui::events().renewed(20240120, 1'200'000, 7).closed(20240121), 20240121).closed == 1);
  CHECK(as_of(puhui::events().repaid(20240220, 112'000).reversed(20240221, 1), 20240221).overdue_principal_minor ==
        100'000);
  CHECK(as_of(puhui::events().charged_off(20240601).recovered(20240701, 100'000), 20240701).recovered_minor == 100'000);
  CHECK(as_of(puhui::events().guarantee_paid(20240220, 112'000), 20240220).received_from(puhui::code::payer::guarantor) ==
        112'000);

  // What is wrong with an event is thrown.
  try {
    (void)as_of(puhui::events().repaid(20240220, 112'000).repaid(20240220, 1, puhui::code::payer{0}), 20240220);
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.code() == PUHUI_ERR_UNKNOWN_CODE && error.field() == "events[1].payer");
  }
  bool threw = false;
  try {
    puhui::events().booked_on(20240101);
  } catch (const std::logic_error &) {
    threw = true;
  }
  CHECK(threw);
}

static void written_down() {
  const auto product = serviced();
  // The account of `accounts`, written down on 20 April, and gone on with: the same figures in May.
  const auto first = product.loan(twelve_months()).account(std::nullopt, puhui::events().repaid(20240220, 112'000));
  const auto april = first.write(20240420);
  CHECK(april.record.front() == '{' && april.record.back() == '}');
  CHECK(april.state.days_past_due == 31 && april.state.penalty_minor == 1'500 && april.state.compound_minor == 165);
  puhui::events since;
  since.repaid(20240510, 150'000, puhui::code::payer::guarantor);
  const auto resumed = product.loan(twelve_months()).account(april.record, since);
  const auto may = resumed.position(20240510);
  CHECK(may.principal_minor == 974'875 && may.overdue_principal_minor == 74'875);
  CHECK(may.received_from(puhui::code::payer::borrower) == 112'000);
  CHECK(may.received_from(puhui::code::payer::guarantor) == 150'000);
  CHECK(may.arrears.size() == 1 && may.arrears[0].due_on_ymd == 20240420);
  CHECK(resumed.position(20240420).arrears.size() == 2);
  const auto [rows, billed] = resumed.instalments(20240510);
  CHECK(rows.size() == 12 && billed == 3 && rows[3].due_on_ymd == 20240520 && rows[3].payment_minor == 109'000);
  // Of all events, it is written down as the same bytes.
  const auto events = puhui::events().repaid(20240220, 112'000).repaid(20240510, 150'000, puhui::code::payer::guarantor);
  const auto whole = product.loan(twelve_months()).account(events);
  CHECK(whole.write(20240510).record == resumed.write(20240510).record);
  const auto all = whole.postings(20240510);
  const auto from_april = whole.postings(20240510, 20240401);
  CHECK(all.size() == product.loan(twelve_months()).account(events).postings(20240510).size());
  CHECK(!from_april.empty() && from_april.size() < all.size() && from_april[0].on_ymd >= 20240401);
  // What was booked after the record is the rest of what was booked.
  const auto rest = resumed.postings(20240510);
  const auto expected = whole.postings(20240510, 20240421);
  CHECK(!rest.empty() && rest.size() == expected.size());
  CHECK(std::memcmp(rest.data(), expected.data(), rest.size() * sizeof rest[0]) == 0);
  CHECK(thrown_by([&] { (void)resumed.postings(20240510, 20240420); }) == PUHUI_ERR_DATES_OUT_OF_ORDER);
  CHECK(thrown_by([&] { (void)resumed.position(20240419); }) == PUHUI_ERR_DATES_OUT_OF_ORDER);
  CHECK(thrown_by([&] { (void)product.loan(twelve_months()).account("", since).position(20240510); }) == PUHUI_ERR_INVALID_SNAPSHOT);
  CHECK(thrown_by([&] { (void)product.loan(golden()).account(april.record, since).position(20240510); }) == PUHUI_ERR_INVALID_SNAPSHOT);
}

static void rolled() {
  const auto product = serviced();
  columns_of_three columns;
  puhui::event_columns events;
  for (int i = 0; i < 3; ++i) {
    const auto terms = twelve_months();
    columns.principal_minor.push_back(i == 1 ? -1 : terms.principal_minor);
    columns.rate_ppb.push_back(terms.rate_ppb);
    columns.disbursed_on_ymd.push_back(terms.disbursed_on_ymd);
    columns.first_due_on_ymd.push_back(terms.first_due_on_ymd);
    columns.instalments.push_back(terms.instalments);
    events.add(i == 2 ? puhui::events().repaid(20240220, 112'000).fee_charged(20240221, 100) : puhui::events());
  }
  std::vector<puhui_account_state> states(3);
  const std::vector<puhui_status> expected{PUHUI_OK, PUHUI_ERR_OUT_OF_RANGE, PUHUI_OK};
  for (const std::int32_t day : {20240120, 20240121, 20240220, 20240221, 20240222})
    CHECK(columns.of(product).roll_day(events, day, states) == expected);
  CHECK(states[0].days_past_due == 2 && states[0].as_of_ymd == 20240222);
  CHECK(states[1].as_of_ymd == 0);
  CHECK(states[2].days_past_due == 0 && states[2].fees_minor == 100 && states[2].events == 2);
  const auto before = states;
  CHECK(columns.of(product).roll_day(events, 20240222, states) == expected);
  CHECK(std::memcmp(before.data(), states.data(), 3 * sizeof states[0]) == 0);
  CHECK(thrown_by([&] { (void)columns.of(product).roll_day(events, 20240230, states); }) == PUHUI_ERR_MALFORMED);
  const auto misused = [&](const puhui::event_columns &events, std::vector<puhui_account_state> states) {
    try {
      (void)columns.of(product).roll_day(events, 20240222, states);
    } catch (const std::invalid_argument &) {
      return true;
    }
    return false;
  };
  CHECK(misused(puhui::event_columns(), states) && misused(events, {}));
  std::vector<puhui_account_state> none;
  CHECK(puhui::loan_columns(product).roll_day(puhui::event_columns(), 20240222, none).empty());
}

static void saved_and_lines() {
  const auto loan = serviced().loan(twelve_months());
  const auto saved = loan.account(puhui::events().repaid(20240220, 112'000)).snapshot(20240301);
  puhui::events since;
  since.repaid(20240510, 150'000, puhui::code::payer::guarantor);
  CHECK(saved.front() == '{' && saved.back() == '}');
  // Their numbers must not be those of the snapshot's: the second event is number 2.
  auto second = puhui::events().repaid(20240220, 112'000).repaid(20240510, 150'000, puhui::code::payer::guarantor);
  const auto whole = loan.account(second).position(20240510);
  CHECK(thrown_by([&] { (void)puhui::account::restored(loan, saved, since).position(20240510); }) ==
        PUHUI_ERR_NUMBER_USED_TWICE);
  const auto restored = puhui::account::restored(loan, saved, puhui::events(2).repaid(20240510, 150'000, puhui::code::payer::guarantor));
  CHECK(restored.position(20240510).pay_off_minor == whole.pay_off_minor && whole.principal_minor == 974'875);

  // 100,000.00 of which 60,000.00 are drawn.
  puhui::credit_line line(10'000'000, 20200115, 20210114, true);
  line.movements.drawn(20200201, 6'000'000).repaid(20200501, 3'000'000).limit_changed(20200601, 2'000'000);
  CHECK(line.position(20200430).headroom_minor == 4'000'000 && line.position(20200501).headroom_minor == 7'000'000);
  CHECK(line.position(20200601).headroom_minor == 0 && line.position(20200601).outstanding_minor == 3'000'000);
  line.movements.drawn(20200602, 1);
  CHECK(thrown_by([&] { (void)line.position(20200601); }) == PUHUI_ERR_LIMIT_EXCEEDED);
}

int main() {
  figures();
  saved_and_lines();
  servicing();
  accounts();
  written_down();
  rolled();
  errors();
  beside_the_terms();
  calendars_and_benchmarks();
  batches();
  reliefs();
  return 0;
}
