/* One account through a bad year: instalments missed, a deferral, a guarantor who pays, a payment that came back. Printed as a
 * statement with the position at the end of each day on which something happened, then as the ledger books it, and rolled day
 * by day to the same figures.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && c++ -std=c++17 -Wall -I include examples/cpp/bad_year.cpp target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o bad_year && ./bad_year
 *
 * Usage: bad_year [last day of the statement, such as 20240731]
 *
 * The loan: 12,000.00 at 12 % a year over 12 months of 30 days, 1,000.00 of principal and 1 % of the balance each. What is late
 * pays half as much again, 0.05 % a day: 0.50 for each 1,000.00.
 */
#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <limits>
#include <puhui.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::int32_t first_day = 20240120;
constexpr std::int32_t last_day = 20241130;

/// An amount with its two decimals.
std::string money(std::int64_t minor) {
  std::string digits = std::to_string(minor < 0 ? -minor : minor);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - 2, ".");
  return minor < 0 ? "-" + digits : digits;
}

/// 20240630 as 2024-06-30.
std::string date(std::int32_t ymd) {
  std::string digits = std::to_string(ymd);
  return digits.insert(6, "-").insert(4, "-");
}

puhui::product make_product() {
  puhui::rules rules;
  rules.in("CNY").every(1, puhui::code::unit::month);
  rules.method = PUHUI_METHOD_EQUAL_PRINCIPAL;
  rules.day_count = PUHUI_DAY_COUNT_30E_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  puhui::servicing servicing;
  servicing.penalty(500'000'000).compound(puhui::code::compound_rate::penalty, puhui::code::compound_base::interest);
  servicing.prepayment_fee_ppb = 10'000'000;
  servicing.ladder = PUHUI_LADDER_CN_2023;
  servicing.accrual_postings = PUHUI_ACCRUAL_POSTINGS_MONTH_END;
  return puhui::product(rules, servicing);
}

puhui::terms make_terms() {
  puhui::terms terms;
  terms.principal_minor = 1'200'000;
  terms.rate_ppb = 120'000'000;
  terms.disbursed_on_ymd = first_day;
  terms.first_due_on_ymd = 20240220;
  terms.instalments = 12;
  return terms;
}

/// What happened, in the order it was booked, and what the statement calls it.
struct history {
  puhui::events events;
  std::vector<const char *> words;
};

history a_bad_year() {
  // June to August are deferred: the loan ends three months later, their interest is caught up with the next instalment, and
  // nothing late costs anything meanwhile.
  puhui::relief deferral(20240618, puhui::code::defer::both);
  deferral.due(20240620, 20240820)
      .principal(puhui::code::principal_caught_up::shifted)
      .interest(puhui::code::interest_meanwhile::simple, puhui::code::interest_caught_up::next_instalment);
  deferral.penalty = PUHUI_PENALTY_NONE;
  history year;
  year.events
      .repaid(20240220, 112'000)
      // March and April are missed. In May 1,500.00 settle March and a part of April, and 38.75 of what it cost to be late.
      .repaid(20240510, 150'000)
      .fee_charged(20240605, 5'000)
      .relieved(deferral)
      .fee_waived(20240618, 5'000)
      .guarantee_paid(20240731, 187'008)
      // From the 20th of September on 10.8 %, 0.9 % a month.
      .rate_reset(20240920, 108'000'000)
      .repaid(20240920, 132'000)
      .repaid(20241020, 106'300)
      // The bank sends the money of the 20th back: it was never paid.
      .reversed(20241023, 9)
      .repaid(20241105, 107'018)
      .prepaid(20241120, 610'400, puhui::code::prepayment::settle)
      .closed(last_day);
  year.words = {"paid", "paid", "reminder fee", "deferral",  "fee waived", "guarantor pays", "rate 10.8 %",
                "paid", "paid", "came back",    "paid",      "settles early", "closed"};
  return year;
}

/// One thing of a day; the position stands in the last line of the day.
void line(bool first, std::int32_t day, const std::string &what, std::int64_t amount_minor) {
  if (!first) std::cout << '\n';
  std::cout << std::left << std::setw(10) << (first ? date(day) : "") << "  " << std::setw(15) << what << ' ' << std::right
            << std::setw(9) << (amount_minor == 0 ? "" : money(amount_minor));
}

/// What fell due and what happened, day by day, and what it came to by what was known on that day.
void statement(const puhui::account &account, const history &year, std::int32_t last) {
  constexpr std::array<const char *, 6> classes{"", "normal", "special mention", "substandard", "doubtful", "loss"};
  constexpr auto never = std::numeric_limits<std::int32_t>::max();
  const auto [rows, billed] = account.instalments(last);
  const puhui_event *events = year.events.data();
  std::cout << std::left << std::setw(10) << "date" << "  " << std::setw(15) << "what" << ' ' << std::right << std::setw(9)
            << "amount" << "  " << std::setw(10) << "principal" << ' ' << std::setw(9) << "overdue" << ' ' << std::setw(9)
            << "interest" << ' ' << std::setw(7) << "late" << ' ' << std::setw(5) << "days" << "  " << std::left
            << std::setw(15) << "class" << "  " << std::right << std::setw(9) << "pay-off" << '\n';
  std::size_t event = 0;
  std::size_t row = 0;
  for (;;) {
    const auto happens = event < year.events.size() && events[event].on_ymd <= last ? events[event].on_ymd : never;
    const auto falls_due = row < billed ? rows[row].due_on_ymd : never;
    const auto day = std::min(happens, falls_due);
    if (day == never) break;
    bool first = true;
    for (; row < billed && rows[row].due_on_ymd == day; ++row, first = false)
      line(first, day, rows[row].payment_minor == 0 ? "deferred" : "falls due", rows[row].payment_minor);
    for (; event < year.events.size() && events[event].on_ymd == day; ++event, first = false)
      line(first, day, year.words[event], events[event].amount_minor);
    const auto position = account.position(day, day);
    const auto late = position.penalty_minor + position.penalty_accrued_minor + position.compound_minor +
                      position.compound_accrued_minor;
    std::cout << "  " << std::setw(10) << money(position.principal_minor) << ' ' << std::setw(9)
              << money(position.overdue_principal_minor) << ' ' << std::setw(9) << money(position.interest_minor) << ' '
              << std::setw(7) << money(late) << ' ' << std::setw(5) << position.days_past_due << "  " << std::left
              << std::setw(15) << classes.at(position.loan_class) << "  " << std::right << std::setw(9)
              << money(position.pay_off_minor) << '\n';
  }
}

/// What the ledger booked, summed by account of the chart.
void ledger(const puhui::account &account, std::int32_t last) {
  constexpr std::array<const char *, 15> accounts{
      "cash",            "principal",      "overdue principal", "accrued interest", "interest receivable",
      "penalty receivable", "fees receivable", "credit of the borrower", "interest income", "penalty income",
      "fee income",      "tax payable",    "credit loss",       "memo: interest",   "memo: contra"};
  const auto postings = account.postings(last);
  std::array<std::int64_t, accounts.size()> sums{};
  std::int64_t all = 0;
  for (const auto &posting : postings) {
    sums.at(posting.account - 1) += posting.amount_minor;
    all += posting.amount_minor;
  }
  const auto corrections =
      std::count_if(postings.begin(), postings.end(), [](const auto &posting) { return posting.correction != 0; });
  std::cout << "\nThe ledger, " << postings.size() << " entries, " << corrections << " of them corrections:\n";
  const auto entry = [](const char *name, std::int64_t sum) {
    std::cout << "  " << std::left << std::setw(20) << name << ' ' << std::right << std::setw(10) << money(sum) << '\n';
  };
  for (std::size_t i = 0; i < accounts.size(); ++i)
    if (sums[i] != 0) entry(accounts[i], sums[i]);
  entry("in all", all);
}

/// The day after.
std::int32_t next_day(std::int32_t ymd) {
  constexpr std::array<int, 12> lengths{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};  // 2024 is a leap year.
  const auto month = ymd / 100 % 100;
  if (ymd % 100 < lengths.at(static_cast<std::size_t>(month - 1))) return ymd + 1;
  return month < 12 ? (ymd / 100 + 1) * 100 + 1 : (ymd / 10000 + 1) * 10000 + 101;
}

/// What a bank does each night, of all its accounts at once: the state of yesterday and the events known by then.
void rolled(const puhui::product &product, const puhui::terms &terms, const puhui::account &account,
            const puhui::events &events, std::int32_t last) {
  // A bank has columns of many; here each is of one.
  puhui::loan_columns columns(product);
  columns.principal_minor = {&terms.principal_minor, 1};
  columns.rate_ppb = {&terms.rate_ppb, 1};
  columns.disbursed_on_ymd = {&terms.disbursed_on_ymd, 1};
  columns.first_due_on_ymd = {&terms.first_due_on_ymd, 1};
  columns.instalments = {&terms.instalments, 1};
  std::vector<puhui_account_state> states(1);  // All bytes 0: never rolled.
  std::size_t days = 0;
  for (std::int32_t day = first_day; day <= last; day = next_day(day), ++days) {
    const auto status = columns.roll_day(puhui::event_columns().add(events.known_on(day)), day, states);
    if (status.at(0) != PUHUI_OK) throw puhui::error(status.at(0));
  }
  const auto &state = states.at(0);
  const auto replayed = account.position(last, last);
  const bool same = state.principal_minor == replayed.principal_minor &&
                    state.overdue_principal_minor == replayed.overdue_principal_minor &&
                    state.interest_accrued_minor == replayed.interest_accrued_minor &&
                    state.interest_of_day_minor == replayed.interest_of_day_minor &&
                    state.days_past_due == replayed.days_past_due && state.loan_class == replayed.loan_class;
  std::cout << "\nRolled through " << days << " days it is " << (same ? "the same" : "ANOTHER ACCOUNT") << ": "
            << money(state.principal_minor) << " outstanding, " << state.days_past_due << " days past due"
            << (state.stage == PUHUI_STAGE_CLOSED ? ", closed" : "") << ".\n";
}

}  // namespace

int main(int argc, char **argv) try {
  std::int32_t last = last_day;
  if (argc > 1) {
    std::size_t end = 0;
    const std::string text = argv[1];
    last = std::stoi(text, &end);
    if (end != text.size() || last < first_day || last > last_day) throw std::out_of_range(text);
  }
  const auto product = make_product();
  const auto terms = make_terms();
  const auto year = a_bad_year();
  const auto account = product.loan(terms).account(year.events);
  statement(account, year, last);
  ledger(account, last);
  rolled(product, terms, account, year.events, last);
  return 0;
} catch (const puhui::error &error) {
  std::cerr << error.what() << '\n';
  return 1;
} catch (const std::logic_error &) {
  std::cerr << "usage: bad_year [last day of the statement, from " << first_day << " to " << last_day << "]\n";
  return 2;
}
