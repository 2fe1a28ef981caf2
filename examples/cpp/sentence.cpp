/* The sentence of a programme, for a small book: how much its loans come to, how they grew in a year, how far above all loans, and
 * which villages have no basic financial services. The book, the villages and their points are generated; nobody of them is real.
 *
 * Build and run it from the root of the source with:
 *
 *   cargo rustc --lib --release --features capi --crate-type staticlib && c++ -std=c++17 -Wall -I include examples/cpp/sentence.cpp target/release/libpuhui.a -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc -o sentence && ./sentence
 *
 * Usage: sentence [loans now] [loans a year before] [village whose point has closed]
 */
#include <iostream>
#include <puhui.hpp>
#include <stdexcept>
#include <string>

namespace {

/// A whole number from 0 to `most`.
std::uint64_t number(const std::string &text, std::uint64_t most) {
  std::size_t end = 0;
  const unsigned long long value = std::stoull(text, &end);
  if (end != text.size() || text[0] == '-' || value > most) throw std::out_of_range(text);
  return value;
}

/// A figure with decimals, in units of the last.
std::string decimal(std::int64_t units, std::size_t decimals) {
  std::string digits = std::to_string(units < 0 ? -units : units);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  return units < 0 ? "-" + digits : digits;
}

/// A figure that has a base, in per cent with one decimal, rounded once: of a fraction with three, the last is a tenth of a per cent.
std::string percent(const puhui_figure &figure) {
  return decimal(puhui::rounded(figure, 3, puhui::code::rounding::half_up).value(), 1);
}

/// A generated book: loan i has a balance of 20,000 + 100 i yuan. Every third of the first 290 is targeted, and of those that were
/// lent later more than every third.
puhui::book generated(std::uint64_t count) {
  puhui::book book("CNY");
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool targeted = i < 290 ? i % 3 == 0 : i % 5 == 0 || i % 5 == 2;
    book.balance_minor.push_back(2'000'000 + 10'000 * static_cast<std::int64_t>(i));
    book.targeted.push_back(!targeted ? 0 : i % 2 == 0 ? PUHUI_TARGETED_REGISTERED_POOR : PUHUI_TARGETED_INDUSTRY);
  }
  return book;
}

/// The sums of a generated book by class of targeted loans.
puhui::tally tally(std::uint64_t count, std::int32_t as_of_ymd) {
  return puhui::tally(generated(count),
                      puhui::tally_plan(as_of_ymd).by({puhui::code::dimension::targeted}).measures({puhui::code::measure::balance}));
}

/// Twelve generated villages, three in each township; each has an agent but the last, and but the one whose point has closed.
void coverage(std::uint64_t closed) {
  puhui::villages villages;
  puhui::service_points points;
  for (std::uint32_t i = 0; i < 12; ++i) {
    const std::uint32_t county = 1 + i / 6, township = 10 * county + 1 + i / 3 % 2, village = 1000 * township + 1 + i % 3;
    villages.county.push_back(county);
    villages.township.push_back(township);
    villages.village.push_back(village);
    if (i == 11 || village == closed) continue;
    points.point.push_back(1 + i);
    points.village.push_back(village);
    points.kind.push_back(PUHUI_POINT_KIND_AGENT);
  }
  const puhui::coverage coverage(villages, points, puhui::coverage_rule(20200331), puhui::code::area::county);
  const puhui::area_figures figures(coverage.total, puhui::code::point_kind::agent);
  std::cout << coverage.total.covered << " of " << coverage.total.villages << " villages have basic financial services, "
            << percent(figures.share) << " %.\n";
  for (const auto &area : coverage.areas)
    std::cout << "  county " << area.area << ": " << area.covered << " of " << area.villages << '\n';
  for (const auto &missed : coverage.missed)
    std::cout << "  without: village " << missed.village << " of township " << missed.township << ", county " << missed.county
              << '\n';
}

}  // namespace

int main(int argc, char **argv) try {
  const auto given = [&](int i, std::uint64_t most, std::uint64_t otherwise) {
    return argc > i ? number(argv[i], most) : otherwise;
  };
  const puhui::tally now = tally(given(1, 10'000, 317), 20200331), before = tally(given(2, 10'000, 290), 20190331);
  const std::uint64_t closed = given(3, UINT64_MAX, 0);

  const auto only_targeted = [](const puhui::tally &all) {
    return all.only(puhui::code::dimension::targeted, {PUHUI_TARGETED_REGISTERED_POOR, PUHUI_TARGETED_INDUSTRY});
  };
  const puhui::growth all = puhui::growth_by_group(now, before).total;
  const puhui::growth targeted = puhui::growth_by_group(only_targeted(now), only_targeted(before)).total;
  const puhui_figure points = targeted.points_above(all);

  std::cout << "A generated book; no loan and no village of it is real.\n\n"
            << "Targeted loans stand at " << decimal(puhui::to_int64(targeted.now), 2) << " yuan on 2020-03-31.\n";
  if (points.outcome == PUHUI_FIGURE_RATIO) {
    std::cout << "In a year they grew by " << percent(targeted.rate()) << " %, all loans by " << percent(all.rate())
              << " %.\n"
              << "That is " << percent(points) << " percentage points above all loans, to whose growth they contribute "
              << percent(targeted.contribution(all)) << " points.\n";
  } else {
    std::cout << "A year before there was nothing to grow from, so there is no rate.\n";
  }
  coverage(closed);
  return 0;
} catch (const puhui::error &error) {
  std::cerr << error.field() << ": " << error.what() << '\n';
  return 1;
} catch (const std::logic_error &) {
  std::cerr << "usage: sentence [loans now] [loans a year before] [village whose point has closed]\n";
  return 2;
}
