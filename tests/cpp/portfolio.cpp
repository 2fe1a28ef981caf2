// A book, its tallies, its sets of ids and its growth through the wrapper: the figures of tests/c/portfolio.c, and what is thrown.
#include <algorithm>
#include <cstring>

#include "check.hpp"

namespace {

// In yuan: 50,000 and 20,000 in one county, 30,000 in another; household 7 has a loan in each.
puhui::book small_book() {
  puhui::book book("CNY");
  book.county = {500101, 500102, 500101};
  book.balance_minor = {5'000'000, 3'000'000, 2'000'000};
  book.rate_ppb = {43'500'000, 40'000'000, 50'000'000};
  book.loan_class = {PUHUI_LOAN_CLASS_NORMAL, PUHUI_LOAN_CLASS_NORMAL, PUHUI_LOAN_CLASS_LOSS};
  book.household = {7, 7, 8};
  return book;
}

puhui::tally_plan plan() {
  return puhui::tally_plan(20200331)
      .by({puhui::code::dimension::county})
      .measures({puhui::code::measure::balance, puhui::code::measure::balance_rate, puhui::code::measure::classes});
}

void sums_and_figures() {
  const puhui::tally tally(small_book(), plan());
  CHECK(tally.size() == 2 && tally.key(0)[0] == 500101 && tally.key(1)[0] == 500102);
  CHECK(puhui::to_int64(tally.sums(0).outstanding.minor) == 7'000'000);
  CHECK(tally.find({500102}) == &tally.sums(1) && tally.find({500103}) == nullptr && tally.find({}) == nullptr);
  // (50,000 x 4.35 % + 20,000 x 5 %) / 70,000 = 4.5357 %.
  CHECK(puhui::rounded(puhui::figures(tally.sums(0)).rate_of_balance, 6, puhui::code::rounding::half_up) == 45357);
  // 20,000 of 100,000.
  CHECK(puhui::rounded(puhui::figures(tally.total()).npl_ratio, 3, puhui::code::rounding::down) == 200);
  const puhui::tally one = tally.only(puhui::code::dimension::county, {500102, 500103});
  CHECK(one.size() == 1 && one.key(0)[0] == 500102 && one.sums(0).loans == 1);
  // What has no base is no number.
  const puhui_figure none = puhui::figures(tally.sums(0)).rate_of_period;
  CHECK(none.outcome == PUHUI_FIGURE_ZERO_BASE && !puhui::rounded(none, 3, puhui::code::rounding::down));
  CHECK(puhui::figure_of(3, std::nullopt).outcome == PUHUI_FIGURE_MISSING_BASE);
  CHECK(puhui::rounded(puhui::figure_of(12, 4600), 4, puhui::code::rounding::half_up) == 26);
  puhui::book empty("CNY");
  CHECK(puhui::tally(empty, plan()).size() == 0 && puhui::tally(empty, plan()).total().loans == 0);
}

void parts_add_up() {
  const puhui::book book = small_book();
  puhui_book_columns first = book.get(), second = first;
  first.count = 1;
  second.count = 2;
  second.county += 1;
  second.balance_minor += 1;
  second.rate_ppb += 1;
  second.loan_class += 1;
  second.household += 1;
  const puhui::tally whole(book, plan(), 2);
  puhui::tally sum(second, plan());
  sum.merge(puhui::tally(first, plan()));
  CHECK(sum.size() == whole.size());
  for (std::size_t i = 0; i < sum.size(); ++i)
    CHECK(sum.key(i)[0] == whole.key(i)[0] && std::memcmp(&sum.sums(i), &whole.sums(i), sizeof(puhui_sums)) == 0);
  CHECK(thrown_by([&] { sum.merge(puhui::tally(first, plan().by({}))); }) == PUHUI_ERR_NOT_COMPARABLE);
  CHECK(sum.size() == whole.size());

  puhui::distinct households(second, puhui::code::ids::households, puhui::code::loans_counted::all, {puhui::code::dimension::county});
  households.merge(puhui::distinct(first, puhui::code::ids::households, puhui::code::loans_counted::all, {puhui::code::dimension::county}));
  CHECK(households.size() == 2 && households.total() == 2);
  CHECK(households.key(0)[0] == 500101 && households.end(0) - households.begin(0) == 2);
  CHECK(*households.begin(0) == 7 && *households.begin(1) == 7 && households.end(1) - households.begin(1) == 1);
  // Household 7 is one of both counties together.
  const puhui::distinct all = households.roll_up({}), other = households.only(puhui::code::dimension::county, {500102, 7});
  CHECK(all.size() == 1 && all.total() == 2 && all.end(0) - all.begin(0) == 2);
  CHECK(other.size() == 1 && other.key(0)[0] == 500102 && other.total() == 1);
  CHECK(thrown_by([&] { (void)households.only(puhui::code::dimension::class_, {1}); }) == PUHUI_ERR_MISSING);
}

void many_parts_add_up_at_once() {
  // 40 loans in 13 counties and of 9 households, each a part.
  puhui::book book("CNY");
  for (std::uint32_t i = 0; i < 40; ++i) {
    book.county.push_back(500101 + 2 * (i * 7 % 13));
    book.household.push_back(1 + i * 5 % 9);
    book.balance_minor.push_back(100 + i);
  }
  const auto by_county = puhui::tally_plan(20200331).by({puhui::code::dimension::county}).measures({puhui::code::measure::balance});
  const std::vector<puhui::code::dimension> county{puhui::code::dimension::county};
  std::vector<puhui::tally> tallies;
  std::vector<puhui::distinct> sets;
  for (std::size_t i = 0; i < book.county.size(); ++i) {
    puhui_book_columns one = book.get();
    one.count = 1;
    one.county += i;
    one.household += i;
    one.balance_minor += i;
    tallies.emplace_back(one, by_county);
    sets.emplace_back(one, puhui::code::ids::households, puhui::code::loans_counted::all, county);
  }
  const puhui::tally whole(book, by_county);
  const puhui::distinct all(book, puhui::code::ids::households, puhui::code::loans_counted::all, county);
  for (int turn = 0; turn < 2; ++turn) {
    puhui::tally sum(tallies.front());
    sum.merge(std::vector<puhui::tally>(tallies.begin() + 1, tallies.end()));
    puhui::distinct households(sets.front());
    households.merge(std::vector<puhui::distinct>(sets.begin() + 1, sets.end()));
    CHECK(sum.size() == 13 && whole.size() == 13 && households.size() == 13);
    CHECK(households.total() == 9 && all.total() == 9);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      CHECK(sum.key(i)[0] == whole.key(i)[0] && std::memcmp(&sum.sums(i), &whole.sums(i), sizeof(puhui_sums)) == 0);
      CHECK(sum.find({whole.key(i)[0]}) == &sum.sums(i) && sum.find({whole.key(i)[0] + 1}) == nullptr);
      CHECK(households.key(i)[0] == all.key(i)[0] &&
            std::equal(households.begin(i), households.end(i), all.begin(i), all.end(i)));
    }
    CHECK(sum.find({0}) == nullptr && sum.find({}) == nullptr && sum.find({500101, 0}) == nullptr);
    CHECK(sum.merge(std::vector<puhui::tally>()).size() == 13 && households.merge(std::vector<puhui::distinct>()).size() == 13);
    std::reverse(tallies.begin(), tallies.end());
    std::reverse(sets.begin(), sets.end());
  }
  // The third part is another: the sum stays as it was.
  puhui::tally sum(tallies[0]);
  try {
    sum.merge({tallies[1], puhui::tally(book, puhui::tally_plan(20200331))});
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.code() == PUHUI_ERR_NOT_COMPARABLE && error.field() == "parts[2].by");
  }
  CHECK(sum.size() == 1 && std::memcmp(&sum.sums(0), &tallies[0].sums(0), sizeof(puhui_sums)) == 0);
}

void growth_of_groups() {
  // 100 and 20 in two counties grow to 120 and, in a third, 7.
  puhui::book now("CNY"), before("CNY");
  now.county = {1, 3};
  now.balance_minor = {120, 7};
  before.county = {1, 2};
  before.balance_minor = {100, 20};
  const auto plan = [](std::int32_t day) {
    return puhui::tally_plan(day).by({puhui::code::dimension::county}).measures({puhui::code::measure::balance});
  };
  const puhui::tally later(now, plan(20200331)), earlier(before, plan(20190331));
  const puhui::growth_by_group growth(later, earlier);
  CHECK(growth.size() == 3 && growth.key(2)[0] == 3);
  CHECK(puhui::rounded(growth.growths[0].rate(), 2, puhui::code::rounding::down) == 20);
  CHECK(puhui::rounded(growth.growths[1].rate(), 2, puhui::code::rounding::down) == -100);
  CHECK(growth.growths[2].rate().outcome == PUHUI_FIGURE_ZERO_BASE);
  // 20 of 120, of 7 that were added.
  CHECK(puhui::rounded(growth.growths[0].contribution(growth.total), 4, puhui::code::rounding::half_up) == 1667);
  CHECK(puhui::rounded(growth.growths[0].share_of_increment(growth.total), 2, puhui::code::rounding::half_up) == 286);
  CHECK(thrown_by([&] { puhui::growth_by_group(earlier, later); }) == PUHUI_ERR_DATES_OUT_OF_ORDER);
  const puhui::growth targeted(110'000, 94'340), all(3'408'000, 3'000'000);
  CHECK(puhui::rounded(targeted.points_above(all), 3, puhui::code::rounding::half_up) == 30);
  CHECK(puhui::growth(1, std::nullopt).rate().outcome == PUHUI_FIGURE_MISSING_BASE);
}

void misuse_is_thrown() {
  puhui::book book = small_book();
  book.balance_minor[1] = -1;
  try {
    book.check();
    CHECK(false);
  } catch (const puhui::error &error) {
    CHECK(error.code() == PUHUI_ERR_OUT_OF_RANGE && error.field() == "balance[1]");
  }
  book.balance_minor.pop_back();
  try {
    (void)book.get();
    CHECK(false);
  } catch (const std::invalid_argument &) {
  }
  CHECK(thrown_by([] { puhui::tally(small_book(), plan().measures({puhui::code::measure::overdue})); }) == PUHUI_ERR_MISSING);
  CHECK(thrown_by([] { puhui::tally(small_book(), plan(), 0); }) == PUHUI_ERR_OUT_OF_RANGE);
  CHECK(thrown_by([] { puhui::book("YUAN").check(); }) == PUHUI_ERR_MALFORMED);
  CHECK(thrown_by([] { puhui::distinct(small_book(), static_cast<puhui::code::ids>(0), puhui::code::loans_counted::all); }) == PUHUI_ERR_UNKNOWN_CODE);
}

}  // namespace

int main() {
  sums_and_figures();
  parts_add_up();
  many_parts_add_up_at_once();
  growth_of_groups();
  misuse_is_thrown();
  return 0;
}
