/* What does a deferral do to this loan? The schedule before and after it, side by side, and what changes in words.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && c++ -std=c++17 -Wall -I include examples/cpp/deferral.cpp target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o deferral && ./deferral
 *
 * Usage: deferral [principal in yuan] [rate in basis points a year] [instalments] [first due date deferred] [last one]
 *                 [date of the catch-up]
 * Dates are numbers such as 20200630.
 */
#include <iomanip>
#include <iostream>
#include <map>
#include <puhui.hpp>
#include <stdexcept>
#include <string>

namespace {

/// A whole number from 0 to a thousand million.
std::int64_t number(const std::string &text) {
  std::size_t end = 0;
  const long long value = std::stoll(text, &end);
  if (end != text.size() || value < 0 || value > 1'000'000'000) throw std::out_of_range(text);
  return value;
}

/// An amount with its two decimals.
std::string money(std::int64_t minor) {
  std::string digits = std::to_string(minor < 0 ? -minor : minor);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  digits.insert(digits.size() - 2, ".");
  return minor < 0 ? "-" + digits : digits;
}

/// 20200630 as 2020-06-30.
std::string date(std::int32_t ymd) {
  std::string digits = std::to_string(ymd);
  return digits.insert(6, "-").insert(4, "-");
}

/// Two columns of the table: what is paid in a row and the balance after it, or nothing.
void columns(const puhui_instalment *row) {
  std::cout << "  " << std::setw(14) << (row == nullptr ? "" : money(row->payment_minor)) << "  " << std::setw(14)
            << (row == nullptr ? "" : money(row->closing_minor));
}

}  // namespace

int main(int argc, char **argv) try {
  const auto given = [&](int i, std::int64_t otherwise) { return argc > i ? number(argv[i]) : otherwise; };
  const auto given_date = [&](int i, std::int32_t otherwise) { return static_cast<std::int32_t>(given(i, otherwise)); };

  // The product: equal monthly instalments in renminbi, actual days over 360, rounded half up.
  puhui::rules rules;
  rules.in("CNY").every(1, puhui::code::unit::month);
  rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
  rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  const puhui::product product(rules);

  // The loan: 50,000.00 at 4.35 % for 36 months, unless other figures are given.
  puhui::terms terms;
  terms.principal_minor = 100 * given(1, 50000);
  terms.rate_ppb = 100000 * given(2, 435);
  terms.instalments = static_cast<std::uint32_t>(given(3, 36));
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;

  // The relief: principal and interest deferred, the interest bearing none, both caught up on one day.
  puhui::relief relief(20200201, puhui::code::defer::both);
  relief.due(given_date(4, 20200125), given_date(5, 20200630))
      .principal(puhui::code::principal_caught_up::end_of_window)
      .interest(puhui::code::interest_meanwhile::simple, puhui::code::interest_caught_up::end_of_window)
      .caught_up_on(given_date(6, 20200630));
  relief.penalty = PUHUI_PENALTY_NONE;
  const auto [before, after, outcomes, impact] = product.loan(terms).relieve(relief);

  // Both side by side, by due date.
  std::map<std::int32_t, std::pair<const puhui_instalment *, const puhui_instalment *>> days;
  for (const auto &row : before) days[row.due_on_ymd].first = &row;
  for (const auto &row : after) days[row.due_on_ymd].second = &row;
  std::cout << std::left << std::setw(10) << "due on" << std::right;
  for (const auto *head : {"paid before", "balance before", "paid after", "balance after"})
    std::cout << "  " << std::setw(14) << head;
  std::cout << '\n';
  for (const auto &[day, rows] : days) {
    std::cout << date(day);
    columns(rows.first);
    columns(rows.second);
    std::cout << '\n';
  }
  std::cout << '\n';

  if (outcomes.at(0) == PUHUI_OUTCOME_NOTHING_DUE) {
    std::cout << "Nothing falls due in that time, so nothing changes.\n";
    return 0;
  }
  std::cout << "Deferred: " << money(impact.deferred_principal_minor) << " of principal and "
            << money(impact.deferred_interest_minor) << " of interest.\n";
  // What is caught up, and the first instalment after it.
  for (auto row = after.begin(); row != after.end(); ++row) {
    if (row->due_on_ymd != relief.new_date_ymd) continue;
    std::cout << "On " << date(row->due_on_ymd) << " they are caught up: " << money(row->payment_minor) << " is paid.\n";
    const auto next = row + 1;
    if (next != after.end())
      std::cout << "From " << date(next->due_on_ymd) << " on the loan goes on as planned; that instalment is "
                << money(next->payment_minor) << ", " << money(next->interest_minor) << " of it interest.\n";
  }
  if (impact.interest_change_minor == 0) {
    std::cout << "Over the whole loan the interest stays the same.\n";
  } else {
    std::cout << "Over the whole loan the interest changes by " << money(impact.interest_change_minor)
              << ": what is repaid later bears interest longer.\n";
  }
  std::cout << "The largest payment is " << money(impact.largest_payment_after_minor) << "; it was "
            << money(impact.largest_payment_before_minor) << ".\n"
            << "The last due date " << (impact.last_due_after_ymd == impact.last_due_before_ymd ? "stays " : "moves to ")
            << date(impact.last_due_after_ymd) << ".\n";
  if (const auto worth = impact.present_value_change())
    std::cout << "To the lender the deferral is worth " << money(*worth) << ", in the money of "
              << date(relief.granted_on_ymd) << ".\n";
  return 0;
} catch (const puhui::error &error) {
  std::cerr << error.what() << '\n';
  return 1;
} catch (const std::logic_error &) {
  std::cerr << "usage: deferral [principal] [rate in basis points] [instalments] [due from] [due until] [catch-up]\n";
  return 2;
}
