// What a book is held against, through the wrapper: the figures of tests/c/statistics.c, and what is thrown.
#include "check.hpp"

namespace {

void concentration() {
  // 40, 30, 20 and 10 of 100.
  const std::vector<std::uint64_t> keys{1, 2, 3, 4, 3};
  const std::vector<std::int64_t> amounts{40, 30, 10, 10, 10}, one{1};
  const puhui::concentration found(keys, amounts, 2);
  CHECK(found.ranked.size() == 4 && found.ranked[0].key == 1 && puhui::to_int64(found.ranked[2].amount) == 20);
  CHECK(puhui::rounded(found.herfindahl, 4, puhui::code::rounding::half_up) == 3000);
  CHECK(puhui::rounded(found.share_of_largest, 2, puhui::code::rounding::half_up) == 70);
  try {
    puhui::concentration(keys, one, 2);
    CHECK(false);
  } catch (const std::invalid_argument &) {
  }
  puhui::book book("CNY");
  book.county = {501, 503};
  book.balance_minor = {40, 60};
  const puhui::tally tally(book, puhui::tally_plan(20200331).by({puhui::code::dimension::county}).measures({puhui::code::measure::balance}));
  const puhui::concentration counties(tally, 1);
  CHECK(tally.key(counties.ranked[0].key)[0] == 503);
  CHECK(puhui::rounded(counties.share_of_largest, 2, puhui::code::rounding::half_up) == 60);
}

void bounds() {
  // 1.80 % of all loans and 3 points: 4.80 %.
  const puhui::tolerance tolerance(puhui::code::tolerance::cn_inclusive_2019, puhui::code::tolerance_base::own_ratio);
  const auto found = tolerance.check(puhui::figure_of(481, 10'000), puhui::figure_of(180, 10'000));
  CHECK(found.kept() == false && puhui::rounded(found.margin, 4, puhui::code::rounding::half_up) == -1);
  CHECK(!tolerance.check(puhui::figure_of(1, 0), puhui::figure_of(1, 2)).kept());
  CHECK(puhui::tolerance::own(puhui::code::tolerance_base::own_target, 20'000'000)
            .check(puhui::figure_of(5, 100), puhui::figure_of(3, 100))
            .kept() == true);
  CHECK(thrown_by([] {
          (void)puhui::tolerance(puhui::code::tolerance::cn_inclusive_2019, puhui::code::tolerance_base::own_target)
              .check(puhui::figure_of(1, 2), puhui::figure_of(1, 2));
        }) == PUHUI_ERR_CONTRADICTION);
  CHECK(puhui::compliance::at_most(puhui::figure_of(1, 3), puhui::figure_of(1, 2)).kept() == true);
  CHECK(puhui::compliance::at_least(puhui::figure_of(1, 3), puhui::figure_of(1, 2)).kept() == false);
  const auto both = puhui::two_increases(puhui::growth(1298, 1000), puhui::growth(1128, 1000), puhui::growth(9995, 10'000));
  CHECK(both.held == PUHUI_HELD_NO && puhui::rounded(both.borrowers_more, 0, puhui::code::rounding::down) == -5);
  // 120 after 100, which by today's scope were 96.
  const puhui::growth restated = puhui::growth(120, 100).restated(96);
  CHECK(puhui::rounded(restated.rate(), 2, puhui::code::rounding::down) == 25);
  CHECK(puhui::rounded(restated.published_rate(), 2, puhui::code::rounding::down) == 20);
  CHECK(puhui::rounded(restated.increment(), 0, puhui::code::rounding::down) == 24);
}

void provisions() {
  const puhui::provision_requirement required(puhui::code::least_provisions::cn_2012);
  const auto found = required.check(puhui_int128_of(24), puhui_int128_of(15), puhui_int128_of(1000));
  CHECK(puhui::to_int64(found.required) == 25 && found.held == PUHUI_HELD_NO);
  puhui::book book("CNY");
  book.balance_minor = {8'000'000, 1400, 300, 200, 100};
  book.loan_class = {1, 2, 3, 4, 5};
  const puhui::tally tally(book, puhui::tally_plan(20200331).measures({puhui::code::measure::classes}));
  const auto specific = puhui::provision_rates(puhui::code::provision::cn_2002, puhui::code::rounding::half_up).of(tally);
  // 2 % of 1,400, 25 % of 300, half of 200, all of 100.
  CHECK(puhui::to_int64(specific.specific_minor) == 303 && puhui::to_int64(specific.general_minor) == 0);
}

void a_statement_of_listed_places() {
  const std::vector<std::uint64_t> id{1, 2}, asked{1, 2, 3};
  const std::vector<std::int32_t> from{20141231, 20181231};
  const std::vector<std::uint8_t> status{PUHUI_BORROWER_STATUS_NOT_LIFTED, PUHUI_BORROWER_STATUS_LIFTED};
  const puhui::status_register people(id, from, status);
  const std::vector<puhui_region_listing> listings{{500229101, PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP, 20170801, 0}};
  const puhui::region_list list(listings);
  CHECK(people.history(2).size() == 1 && people.history(2)[0].from_ymd == 20181231 && people.history(9).empty());

  puhui::book book("CNY");
  book.township = {500229101, 500229101, 500229102};
  book.targeted = {PUHUI_TARGETED_REGISTERED_POOR, PUHUI_TARGETED_REGISTERED_POOR, PUHUI_TARGETED_REGISTERED_POOR};
  book.borrower = asked;
  book.borrower_status = people.column(asked, 20200331);
  book.balance_minor = {30'000, 50'000, 7};
  book.person_times = {0, 0, 0};
  book.basis = {1, 1, 1};
  const puhui::targeted_statement all(book, 20200331, puhui::code::basis::central_bank);
  CHECK(puhui::to_int64(all.line(puhui::code::statement::total).balance_minor) == 80'007 && all.lines().size() == 12);
  const auto places = list.places(puhui::code::region_class::deep_poverty_township, puhui::code::listed::on_day, 20200331);
  CHECK(places == std::vector<std::uint32_t>{500229101});
  CHECK(list.column(book.township, puhui::code::region_class::deep_poverty_township, puhui::code::listed::on_day, 20200331)[2] == 0);
  const std::vector<puhui_book_columns> books{book.get()};
  const puhui::targeted_statement deep(books, 20200331, puhui::code::basis::central_bank, puhui::code::area::township, places);
  CHECK(puhui::to_int64(deep.line(puhui::code::statement::total).balance_minor) == 80'000);
  CHECK(puhui::to_int64(deep.line(puhui::code::statement::lifted_out).balance_minor) == 50'000);
  CHECK(thrown_by([&] { (void)deep.line(static_cast<puhui::code::statement>(99)); }) == PUHUI_ERR_UNKNOWN_CODE);
  const auto borrowers =
      puhui::distinct::of_basis(books[0], puhui::code::basis::regulator, puhui::code::ids::borrowers, puhui::code::loans_counted::all);
  CHECK(borrowers.total() == 0);
  const std::vector<std::uint8_t> unknown{1, 9};
  CHECK(thrown_by([&] { puhui::status_register(id, from, unknown); }) == PUHUI_ERR_UNKNOWN_VALUE);
}

void needs() {
  puhui::book book("CNY");
  book.county = {1};
  book.purpose = {PUHUI_PURPOSE_SAFE_HOUSING};
  book.amount_minor = {500};
  book.disbursed_on_ymd = {20190101};
  const puhui::tally tally(book, puhui::tally_plan(20200331)
                                     .by({puhui::code::dimension::county, puhui::code::dimension::purpose})
                                     .measures({puhui::code::measure::lending}));
  const std::vector<puhui_need> wanted{{2, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_LOANS, 0, 1},
                                       {1, PUHUI_PURPOSE_SAFE_HOUSING, PUHUI_NEED_AMOUNT, 0, 620}};
  const auto found = puhui::needs_served(tally, puhui::code::area::county, wanted);
  CHECK(found.size() == 2 && found[0].area == 1 && puhui::to_int64(found[0].shortfall) == 120 && found[1].is_gap == 1);
}

}  // namespace

int main() {
  concentration();
  bounds();
  provisions();
  a_statement_of_listed_places();
  needs();
  return 0;
}
