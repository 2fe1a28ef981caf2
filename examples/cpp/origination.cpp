/* What would this farmer repay, and what does the loan cost a year? Terms in, schedule and annualised rates out.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && c++ -std=c++17 -Wall -I include examples/cpp/origination.cpp target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o origination && ./origination
 *
 * Usage: origination [principal in yuan] [rate in basis points a year] [instalments] [fee at disbursement in yuan]
 */
#include <iomanip>
#include <iostream>
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

/// A figure with its decimals.
std::string decimal(std::int64_t units, std::size_t places) {
  std::string digits = std::to_string(units < 0 ? -units : units);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return units < 0 ? "-" + digits : digits;
}

/// 20200630 as 2020-06-30.
std::string date(std::int32_t ymd) {
  std::string digits = std::to_string(ymd);
  return digits.insert(6, "-").insert(4, "-");
}

std::string money(std::int64_t minor) { return decimal(minor, 2); }

}  // namespace

int main(int argc, char **argv) try {
  const auto given = [&](int i, std::int64_t otherwise) { return argc > i ? number(argv[i]) : otherwise; };

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
  terms.fee_at_disbursement_minor = 100 * given(4, 0);
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;

  const auto line = [](const auto &no, const auto &due, const auto &principal, const auto &interest,
                       const auto &payment, const auto &balance) {
    std::cout << std::right << std::setw(4) << no << "  " << std::left << std::setw(10) << due << std::right << "  "
              << std::setw(14) << principal << "  " << std::setw(12) << interest << "  " << std::setw(14) << payment
              << "  " << std::setw(14) << balance << '\n';
  };
  const auto loan = product.loan(terms);
  const auto rows = loan.schedule();
  const auto totals = loan.totals();
  const auto rates = loan.annualised_rates();
  line("no", "due on", "principal", "interest", "payment", "balance");
  for (const auto &row : rows)
    line(row.no, date(row.due_on_ymd), money(row.principal_minor), money(row.interest_minor), money(row.payment_minor),
         money(row.closing_minor));
  line("", "total", money(totals.principal_minor), money(totals.interest_minor), money(totals.payment_minor), "");
  std::cout << "\nannualised, effective: " << decimal(rates.effective_e10, 8) << " %\n"
            << "annualised, simple:    " << decimal(rates.simple_e10, 8) << " %\n";
  return 0;
} catch (const puhui::error &error) {
  std::cerr << error.what() << '\n';
  return 1;
} catch (const std::logic_error &) {
  std::cerr << "usage: origination [principal] [rate in basis points] [instalments] [fee]\n";
  return 2;
}
