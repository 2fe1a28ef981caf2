// One product, one calendar, one benchmark and one book, read by several threads at once.
#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "check.hpp"

int main() {
  const auto calendar = puhui::calendar::cn();
  const auto lpr = puhui::benchmark::built_in("lpr_5y");
  auto rules = microcredit();
  rules.roll = PUHUI_ROLL_FOLLOWING;
  rules.rolled_interest = PUHUI_ROLLED_INTEREST_ADJUSTED;
  const puhui::product product(rules, calendar);
  const auto expected = product.loan(golden()).schedule();
  const auto rates = product.loan(golden()).annualised_rates();
  const auto relief = puhui::relief(20200301, puhui::code::defer::both)
                          .first(5, 20200125)
                          .principal(puhui::code::principal_caught_up::shifted)
                          .interest(puhui::code::interest_meanwhile::capitalised_at_end);
  const auto relieved = product.loan(golden()).relieve(relief);
  const auto account = product.loan(golden()).account(puhui::events().repaid(20200220, 148'627).relieved(relief));
  const auto position = account.position(20210101);
  puhui::book book("CNY");
  for (std::uint32_t i = 0; i < 5000; ++i) {
    book.county.push_back(500101 + i % 38);
    book.balance_minor.push_back(1 + i * 1'000);
  }
  const auto plan = puhui::tally_plan(20200331).by({puhui::code::dimension::county}).measures({puhui::code::measure::balance});
  const puhui::tally tally(book, plan);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 15; ++turn) {
        const auto rows = product.loan(golden()).schedule();
        const bool same = rows.size() == expected.size() &&
                          std::memcmp(rows.data(), expected.data(), rows.size() * sizeof rows[0]) == 0 &&
                          product.loan(golden()).annualised_rates().effective_e10 == rates.effective_e10 &&
                          product.loan(golden()).relieve(relief).impact.interest_change_minor ==
                              relieved.impact.interest_change_minor &&
                          account.position(20210101).pay_off_minor == position.pay_off_minor &&
                          calendar.roll(20200625, puhui::code::roll::following) == 20200628 &&
                          lpr.value_on(20200101, 20200101) == 48'000'000;
        // Each starts threads of its own.
        if (turn % 3 == 0) {
          const puhui::tally again(book, plan, 1 + static_cast<std::uint32_t>(turn) / 3);
          wrong += again.size() != 38 || std::memcmp(&again.sums(37), &tally.sums(37), sizeof tally.sums(37)) != 0;
        }
        auto bad = golden();
        bad.disbursed_on_ymd = 20200230;
        wrong += !same || thrown_by([&] { (void)product.loan(bad).schedule(); }) != PUHUI_ERR_MALFORMED;
        // The calendar is shared with the product by counting: taking another part in it must be safe too.
        const puhui::product another(rules, calendar);
      }
    });
  }
  for (auto &thread : threads) thread.join();
  CHECK(wrong == 0);
  return 0;
}
