// What every C++ test program uses.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <cstdio>
#include <cstdlib>
#include <puhui.hpp>

#define CHECK(condition)                                                                 \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      std::fprintf(stderr, "%s:%d: CHECK(%s) failed\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                                      \
    }                                                                                    \
  } while (0)

// The status that an expression throws; PUHUI_OK if it throws nothing.
template <class Call>
puhui_status thrown_by(Call call) {
  try {
    call();
  } catch (const puhui::error &error) {
    return error.code();
  }
  return PUHUI_OK;
}

// Level payments in CNY, Actual/360, half up, monthly.
inline puhui::rules microcredit() {
  puhui::rules rules;
  rules.in("CNY").every(1, puhui::code::unit::month);
  rules.method = PUHUI_METHOD_EQUAL_INSTALMENT;
  rules.day_count = PUHUI_DAY_COUNT_ACTUAL_360;
  rules.rounding = PUHUI_ROUNDING_HALF_UP;
  return rules;
}

// The loan of the golden figures: 50,000.00 at 4.35 %, drawn 2020-01-15, 36 instalments from 2020-02-20.
inline puhui::terms golden() {
  puhui::terms terms;
  terms.principal_minor = 5'000'000;
  terms.rate_ppb = 43'500'000;
  terms.disbursed_on_ymd = 20200115;
  terms.first_due_on_ymd = 20200220;
  terms.instalments = 36;
  return terms;
}

#endif
