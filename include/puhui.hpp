/// puhui: the C++ interface. Header-only, C++17, over puhui.h; it adds no binary interface of its own.
///
/// Handles free themselves, a call that fails throws `puhui::error`, the rows of a batch that fail are data. Objects of this
/// header that are const may be used by any number of threads at the same time.
#ifndef PUHUI_HPP
#define PUHUI_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "puhui.h"

namespace puhui {

/// A failed call. `what()` says what was found and what is allowed, for people.
class error : public std::runtime_error {
 public:
  explicit error(const puhui_error &detail, puhui_status returned)
      : std::runtime_error(detail.message[0] != '\0' ? detail.message : puhui_status_message(returned)),
        code_(returned),
        field_(detail.field) {}
  explicit error(puhui_status returned) : std::runtime_error(puhui_status_message(returned)), code_(returned) {}

  /// One of `PUHUI_ERR_*`.
  puhui_status code() const noexcept { return code_; }
  /// The parameter, or the field without its unit, that holds the offending value.
  const std::string &field() const noexcept { return field_; }

 private:
  puhui_status code_;
  std::string field_;
};

namespace detail {

/// Runs a call with a `puhui_error` and throws if it fails with anything but `allowed`.
template <class Call>
puhui_status checked(Call call, puhui_status allowed = PUHUI_OK) {
  puhui_error told = PUHUI_ERROR_INIT;
  const puhui_status status = call(&told);
  if (status != PUHUI_OK && status != allowed) throw error(told, status);
  return status;
}

struct deleter {
  void operator()(puhui_product *raw) const noexcept { puhui_product_free(raw); }
  void operator()(puhui_calendar *raw) const noexcept { puhui_calendar_free(raw); }
  void operator()(puhui_benchmark *raw) const noexcept { puhui_benchmark_free(raw); }
};

template <class Handle>
using owned = std::unique_ptr<Handle, deleter>;

/// Runs a call that makes a handle.
template <class Handle, class Call>
owned<Handle> made(Call call) {
  Handle *raw = nullptr;
  checked([&](puhui_error *told) { return call(&raw, told); });
  return owned<Handle>(raw);
}

}  // namespace detail

/// The rules that loans of a kind share: `puhui_product_rules`, started. The fields are set by name.
struct rules : puhui_product_rules {
  rules() noexcept : puhui_product_rules(PUHUI_PRODUCT_RULES_INIT) {}

  /// Sets the currency, three capital letters, with the decimals of ISO 4217 unless others are given.
  rules &in(std::string_view code, std::uint32_t exponent = PUHUI_EXPONENT_ISO_4217) {
    if (code.size() != 3) throw error(PUHUI_ERR_MALFORMED);
    code.copy(currency, 3);
    currency[3] = '\0';
    currency_exponent = exponent;
    return *this;
  }

  /// Sets the cycle: so many of a `PUHUI_UNIT_*`.
  rules &every(std::uint32_t count, std::uint32_t unit) noexcept {
    every_count = count;
    every_unit = unit;
    return *this;
  }
};

/// What differs from loan to loan: `puhui_terms`, started. The fields are set by name.
struct terms : puhui_terms {
  terms() noexcept : puhui_terms(PUHUI_TERMS_INIT) {}
};

/// The annualised rates of a loan: `puhui_annualised`, started.
struct annualised : puhui_annualised {
  annualised() noexcept : puhui_annualised(PUHUI_ANNUALISED_INIT) {}
};

/// What lies beside the terms of one loan: rates after the first one, and the plan of a custom loan.
class side {
 public:
  /// The rate from a day on, in parts per billion a year.
  side &step(std::int32_t from_ymd, std::int64_t rate_ppb, bool projected = false) {
    step_from_ymd_.push_back(from_ymd);
    step_rate_ppb_.push_back(rate_ppb);
    step_projected_.push_back(projected ? 1U : 0U);
    return *this;
  }

  /// A part of the principal that falls due on a day, in minor units.
  side &plan(std::int32_t on_ymd, std::int64_t principal_minor) {
    plan_on_ymd_.push_back(on_ymd);
    plan_principal_minor_.push_back(principal_minor);
    return *this;
  }

  /// The same for C; good as long as this object is, and not changed.
  puhui_side get() const noexcept {
    puhui_side raw = PUHUI_SIDE_INIT;
    raw.step_count = step_from_ymd_.size();
    raw.step_from_ymd = step_from_ymd_.data();
    raw.step_rate_ppb = step_rate_ppb_.data();
    raw.step_projected = step_projected_.data();
    raw.plan_count = plan_on_ymd_.size();
    raw.plan_on_ymd = plan_on_ymd_.data();
    raw.plan_principal_minor = plan_principal_minor_.data();
    return raw;
  }

 private:
  std::vector<std::int32_t> step_from_ymd_;
  std::vector<std::int64_t> step_rate_ppb_;
  std::vector<std::uint32_t> step_projected_;
  std::vector<std::int32_t> plan_on_ymd_;
  std::vector<std::int64_t> plan_principal_minor_;
};

/// Owns a `puhui_calendar`. Movable, not copyable.
class calendar {
 public:
  /// The Chinese statutory holidays and make-up working days of 2018 to 2026.
  static calendar cn() { return calendar(detail::made<puhui_calendar>(puhui_calendar_cn)); }

  /// Saturdays and Sundays are off and nothing else.
  static calendar weekends() { return calendar(detail::made<puhui_calendar>(puhui_calendar_weekends)); }

  /// A list of the caller's own.
  static calendar from_days(const std::string &name, const std::vector<std::int32_t> &holidays_ymd,
                            const std::vector<std::int32_t> &workdays_ymd) {
    return calendar(detail::made<puhui_calendar>([&](puhui_calendar **out, puhui_error *told) {
      return puhui_calendar_from_days(name.c_str(), holidays_ymd.data(), holidays_ymd.size(), workdays_ymd.data(),
                                      workdays_ymd.size(), out, told);
    }));
  }

  /// The day that a date rolls to, by a `PUHUI_ROLL_*`.
  std::int32_t roll(std::int32_t date_ymd, std::uint32_t how) const {
    std::int32_t rolled_on_ymd = 0;
    detail::checked([&](puhui_error *told) {
      return puhui_calendar_roll(get(), date_ymd, how, &rolled_on_ymd, nullptr, told);
    });
    return rolled_on_ymd;
  }

  const puhui_calendar *get() const noexcept { return handle_.get(); }

 private:
  explicit calendar(detail::owned<puhui_calendar> handle) noexcept : handle_(std::move(handle)) {}
  detail::owned<puhui_calendar> handle_;
};

/// The rates of one loan, as a benchmark gives them.
struct resolved_rates {
  std::int64_t first_rate_ppb = 0;
  puhui::side side;
};

/// Owns a `puhui_benchmark`. Movable, not copyable.
class benchmark {
 public:
  /// A built-in series, such as `lpr_1y`.
  static benchmark built_in(const std::string &name) {
    return benchmark(detail::made<puhui_benchmark>([&](puhui_benchmark **out, puhui_error *told) {
      return puhui_benchmark_built_in(name.c_str(), out, told);
    }));
  }

  /// A series of the caller's own: publication days, rising, and the rates published on them.
  static benchmark from_columns(const std::string &name, const std::vector<std::int32_t> &published_on_ymd,
                                const std::vector<std::int64_t> &rate_ppb) {
    if (published_on_ymd.size() != rate_ppb.size())
      throw std::invalid_argument("benchmark: the columns differ in length");
    return benchmark(detail::made<puhui_benchmark>([&](puhui_benchmark **out, puhui_error *told) {
      return puhui_benchmark_from_columns(name.c_str(), published_on_ymd.data(), rate_ppb.data(), rate_ppb.size(), out,
                                          told);
    }));
  }

  /// The rate in force on a date, as far as it was published by `known_on_ymd`.
  std::int64_t value_on(std::int32_t date_ymd, std::int32_t known_on_ymd) const {
    std::int64_t rate_ppb = 0;
    detail::checked([&](puhui_error *told) {
      return puhui_benchmark_value_on(get(), date_ymd, known_on_ymd, &rate_ppb, told);
    });
    return rate_ppb;
  }

  /// The rates of one loan: see `puhui_benchmark_rates`.
  resolved_rates rates(std::int32_t spread_bp, std::uint32_t reset_count, std::uint32_t reset_unit,
                       std::int32_t disbursed_on_ymd, std::int32_t until_ymd, std::int32_t known_on_ymd) const {
    resolved_rates result;
    std::size_t count = 0;
    std::vector<std::int32_t> from_ymd;
    std::vector<std::int64_t> rate_ppb;
    std::vector<std::uint32_t> projected;
    for (int pass = 0; pass < 2; ++pass) {
      from_ymd.resize(count);
      rate_ppb.resize(count);
      projected.resize(count);
      detail::checked([&](puhui_error *told) {
        return puhui_benchmark_rates(get(), spread_bp, reset_count, reset_unit, disbursed_on_ymd, until_ymd,
                                     known_on_ymd, &result.first_rate_ppb, from_ymd.data(), rate_ppb.data(),
                                     projected.data(), from_ymd.size(), &count, told);
      });
      if (count == 0) break;
    }
    for (std::size_t i = 0; i < count; ++i) result.side.step(from_ymd[i], rate_ppb[i], projected[i] != 0);
    return result;
  }

  const puhui_benchmark *get() const noexcept { return handle_.get(); }

 private:
  explicit benchmark(detail::owned<puhui_benchmark> handle) noexcept : handle_(std::move(handle)) {}
  detail::owned<puhui_benchmark> handle_;
};

/// Terms of many loans, one vector a field. A vector may be empty where `puhui_terms_columns` allows NULL.
struct terms_columns {
  std::vector<std::int64_t> principal_minor;
  std::vector<std::int64_t> rate_ppb;
  std::vector<std::int64_t> residual_minor;
  std::vector<std::int64_t> fee_at_disbursement_minor;
  std::vector<std::int64_t> fee_each_instalment_minor;
  std::vector<std::int32_t> disbursed_on_ymd;
  std::vector<std::int32_t> first_due_on_ymd;
  std::vector<std::int32_t> matures_on_ymd;
  std::vector<std::uint32_t> instalments;
  std::vector<std::uint32_t> due_day;
};

/// The schedules of many loans. A loan that failed has its reason in `status`; the others are good.
struct batch {
  std::vector<puhui_status> status;
  std::vector<std::size_t> offset;
  std::vector<puhui_instalment> rows;
  std::vector<puhui_totals> totals;

  std::size_t size() const noexcept { return status.size(); }
  /// The rows of a loan, from `begin(i)` up to, not including, `end(i)`.
  const puhui_instalment *begin(std::size_t loan) const noexcept { return rows.data() + offset[loan]; }
  const puhui_instalment *end(std::size_t loan) const noexcept { return rows.data() + offset[loan + 1]; }
};

/// One relief: `puhui_relief`, started. The fields are set by name, or by the functions below; a value, to be copied and kept.
struct relief : puhui_relief {
  relief() noexcept : puhui_relief(PUHUI_RELIEF_INIT) {}

  /// The day it is granted, and what it puts off: a `PUHUI_DEFER_*`.
  relief(std::int32_t granted_on, std::uint32_t what) noexcept : relief() {
    granted_on_ymd = granted_on;
    defer = what;
  }

  /// Acts on the rows due from the first day to the last, both included.
  relief &due(std::int32_t from_ymd, std::int32_t until_ymd) noexcept {
    due_from_ymd = from_ymd;
    due_until_ymd = until_ymd;
    instalments = 0;
    return *this;
  }

  /// Acts on the first so many rows due on or after a day.
  relief &first(std::uint32_t count, std::int32_t from_ymd) noexcept {
    due_from_ymd = from_ymd;
    due_until_ymd = 0;
    instalments = count;
    return *this;
  }

  /// When principal is caught up, a `PUHUI_PRINCIPAL_CAUGHT_UP_*`.
  relief &principal(std::uint32_t caught_up) noexcept {
    principal_caught_up = caught_up;
    return *this;
  }

  /// What the interest of the chosen rows does, a `PUHUI_INTEREST_MEANWHILE_*`, and when it is caught up.
  relief &interest(std::uint32_t meanwhile, std::uint32_t caught_up = PUHUI_INTEREST_CAUGHT_UP_NONE) noexcept {
    interest_meanwhile = meanwhile;
    interest_caught_up = caught_up;
    return *this;
  }

  /// The catch-up date of what is caught up at the end of the window.
  relief &caught_up_on(std::int32_t date_ymd) noexcept {
    new_date_ymd = date_ymd;
    return *this;
  }

  /// Holds the class of a day, up to another, for a reason of at most 255 bytes of UTF-8.
  relief &holds_class(std::int32_t at_ymd, std::int32_t until_ymd, std::string_view reason) {
    if (reason.size() >= sizeof class_reason || reason.find('\0') != std::string_view::npos) throw error(PUHUI_ERR_TEXT);
    classification = PUHUI_CLASS_HELD;
    class_held_at_ymd = at_ymd;
    class_until_ymd = until_ymd;
    class_reason[reason.copy(class_reason, reason.size())] = '\0';
    return *this;
  }

  /// Reports no arrears from the first day to the last.
  relief &protects_credit(std::int32_t from_ymd, std::int32_t to_ymd) noexcept {
    credit_report = PUHUI_CREDIT_REPORT_PROTECTED;
    credit_protected_from_ymd = from_ymd;
    credit_protected_to_ymd = to_ymd;
    return *this;
  }
};

// An array of them is one of `puhui_relief`.
static_assert(sizeof(relief) == sizeof(puhui_relief));

/// What reliefs changed: `puhui_impact`, started.
struct impact : puhui_impact {
  impact() noexcept : puhui_impact(PUHUI_IMPACT_INIT) {}

  /// What the reliefs cost or bring the lender, if the loan has an effective rate.
  std::optional<std::int64_t> present_value_change() const noexcept {
    if (has_present_value_change == 0) return std::nullopt;
    return present_value_change_minor;
  }
};

/// A loan before and after its reliefs.
struct relieved {
  std::vector<puhui_instalment> before;
  std::vector<puhui_instalment> after;
  /// What came of each relief, a `PUHUI_OUTCOME_*`, in the order they were given.
  std::vector<std::uint32_t> outcomes;
  puhui::impact impact;
};

/// What one relief did to many loans, one vector a figure. A loan that failed has its reason in `status` and 0 elsewhere.
struct relieved_batch {
  std::vector<puhui_status> status;
  std::vector<std::uint32_t> outcome;
  std::vector<std::int32_t> next_due_before_ymd;
  std::vector<std::int32_t> next_due_after_ymd;
  std::vector<std::int32_t> last_due_before_ymd;
  std::vector<std::int32_t> last_due_after_ymd;
  std::vector<std::int64_t> deferred_principal_minor;
  std::vector<std::int64_t> deferred_interest_minor;
  std::vector<std::int64_t> capitalised_interest_minor;
  std::vector<std::int64_t> waived_interest_minor;
  std::vector<std::int64_t> interest_change_minor;

  std::size_t size() const noexcept { return status.size(); }
};

/// Owns a `puhui_product`. Movable, not copyable; const calls are safe from several threads.
class product {
 public:
  explicit product(const puhui_product_rules &rules)
      : handle_(detail::made<puhui_product>([&](puhui_product **out, puhui_error *told) {
          return puhui_product_new(&rules, nullptr, out, told);
        })) {}

  /// A product whose due dates roll by a calendar, which need not outlive the call.
  product(const puhui_product_rules &rules, const calendar &calendar)
      : handle_(detail::made<puhui_product>([&](puhui_product **out, puhui_error *told) {
          return puhui_product_new(&rules, calendar.get(), out, told);
        })) {}

  /// The rows of a loan.
  std::vector<puhui_instalment> schedule(const puhui_terms &terms) const { return rows(terms, nullptr); }
  /// The rows of a loan with what lies beside its terms.
  std::vector<puhui_instalment> schedule(const puhui_terms &terms, const side &side) const {
    const puhui_side raw = side.get();
    return rows(terms, &raw);
  }

  /// The totals of a loan.
  puhui_totals totals(const puhui_terms &terms) const { return sums(terms, nullptr); }
  /// The totals of a loan with what lies beside its terms.
  puhui_totals totals(const puhui_terms &terms, const side &side) const {
    const puhui_side raw = side.get();
    return sums(terms, &raw);
  }

  /// The annualised rates of a loan.
  annualised annualised_rates(const puhui_terms &terms) const { return rates(terms, nullptr); }
  /// The annualised rates of a loan with what lies beside its terms.
  annualised annualised_rates(const puhui_terms &terms, const side &side) const {
    const puhui_side raw = side.get();
    return rates(terms, &raw);
  }

  /// The schedules of many loans. Throws on misuse; a bad loan is told in its own `status`.
  puhui::batch batch(const terms_columns &columns) const {
    const std::size_t count = columns.principal_minor.size();
    const puhui_terms_columns raw = raw_of(columns);
    puhui::batch result;
    result.status.resize(count);
    result.totals.resize(count);
    result.offset.resize(count + 1);
    const auto run = [&](puhui_instalment *rows, std::size_t capacity, puhui_totals *totals) {
      detail::checked(
          [&](puhui_error *told) {
            return puhui_schedule_batch(get(), &raw, count, rows, capacity, result.offset.data(), result.status.data(),
                                        totals, told);
          },
          PUHUI_ERR_ROWS);
    };
    run(nullptr, 0, nullptr);
    result.rows.resize(result.offset[count]);
    if (count > 0) run(result.rows.data(), result.rows.size(), result.totals.data());
    return result;
  }

  /// A loan before and after one relief.
  puhui::relieved relieve(const puhui_terms &terms, const relief &relief) const {
    return relieved_by(terms, nullptr, &relief, 1);
  }
  /// A loan before and after reliefs, which apply in the order they were granted.
  puhui::relieved relieve(const puhui_terms &terms, const std::vector<relief> &reliefs) const {
    return relieved_by(terms, nullptr, reliefs.data(), reliefs.size());
  }
  /// A loan with what lies beside its terms, before and after reliefs.
  puhui::relieved relieve(const puhui_terms &terms, const side &side, const std::vector<relief> &reliefs) const {
    const puhui_side raw = side.get();
    return relieved_by(terms, &raw, reliefs.data(), reliefs.size());
  }

  /// Many loans under one relief. Throws on misuse and if the relief is wrong; a bad loan is told in its own `status`.
  puhui::relieved_batch relieve_batch(const terms_columns &columns, const relief &relief) const {
    const std::size_t count = columns.principal_minor.size();
    const puhui_terms_columns raw = raw_of(columns);
    puhui::relieved_batch result;
    puhui_relieved_columns out = PUHUI_RELIEVED_COLUMNS_INIT;
    out.outcome = room(result.outcome, count);
    out.next_due_before_ymd = room(result.next_due_before_ymd, count);
    out.next_due_after_ymd = room(result.next_due_after_ymd, count);
    out.last_due_before_ymd = room(result.last_due_before_ymd, count);
    out.last_due_after_ymd = room(result.last_due_after_ymd, count);
    out.deferred_principal_minor = room(result.deferred_principal_minor, count);
    out.deferred_interest_minor = room(result.deferred_interest_minor, count);
    out.capitalised_interest_minor = room(result.capitalised_interest_minor, count);
    out.waived_interest_minor = room(result.waived_interest_minor, count);
    out.interest_change_minor = room(result.interest_change_minor, count);
    puhui_status *status = room(result.status, count);
    detail::checked(
        [&](puhui_error *told) { return puhui_relieve_batch(get(), &raw, count, &relief, &out, status, told); },
        PUHUI_ERR_ROWS);
    return result;
  }

  const puhui_product *get() const noexcept { return handle_.get(); }

 private:
  puhui::relieved relieved_by(const puhui_terms &terms, const puhui_side *side, const puhui_relief *reliefs,
                              std::size_t count) const {
    puhui::relieved result;
    result.outcomes.resize(count);
    std::size_t before = 0;
    std::size_t after = 0;
    detail::checked([&](puhui_error *told) {
      return puhui_relieve(get(), &terms, side, reliefs, count, nullptr, 0, nullptr, 0, &before, &after, nullptr,
                           nullptr, told);
    });
    result.before.resize(before);
    result.after.resize(after);
    detail::checked([&](puhui_error *told) {
      return puhui_relieve(get(), &terms, side, reliefs, count, result.before.data(), before, result.after.data(),
                           after, &before, &after, result.outcomes.data(), &result.impact, told);
    });
    return result;
  }

  static puhui_terms_columns raw_of(const terms_columns &columns) {
    const std::size_t count = columns.principal_minor.size();
    puhui_terms_columns raw = PUHUI_TERMS_COLUMNS_INIT;
    raw.principal_minor = columns.principal_minor.data();
    raw.rate_ppb = required(columns.rate_ppb, count);
    raw.residual_minor = column(columns.residual_minor, count);
    raw.fee_at_disbursement_minor = column(columns.fee_at_disbursement_minor, count);
    raw.fee_each_instalment_minor = column(columns.fee_each_instalment_minor, count);
    raw.disbursed_on_ymd = required(columns.disbursed_on_ymd, count);
    raw.first_due_on_ymd = column(columns.first_due_on_ymd, count);
    raw.matures_on_ymd = column(columns.matures_on_ymd, count);
    raw.instalments = column(columns.instalments, count);
    raw.due_day = column(columns.due_day, count);
    return raw;
  }

  template <class T>
  static T *room(std::vector<T> &values, std::size_t count) {
    values.resize(count);
    return values.data();
  }

  std::vector<puhui_instalment> rows(const puhui_terms &terms, const puhui_side *side) const {
    std::size_t count = 0;
    detail::checked([&](puhui_error *told) {
      return puhui_schedule(get(), &terms, side, nullptr, 0, &count, nullptr, told);
    });
    std::vector<puhui_instalment> rows(count);
    detail::checked([&](puhui_error *told) {
      return puhui_schedule(get(), &terms, side, rows.data(), rows.size(), &count, nullptr, told);
    });
    rows.resize(count);
    return rows;
  }

  puhui_totals sums(const puhui_terms &terms, const puhui_side *side) const {
    puhui_totals totals{};
    std::size_t count = 0;
    detail::checked([&](puhui_error *told) {
      return puhui_schedule(get(), &terms, side, nullptr, 0, &count, &totals, told);
    });
    return totals;
  }

  annualised rates(const puhui_terms &terms, const puhui_side *side) const {
    annualised result;
    detail::checked([&](puhui_error *told) { return puhui_annualised_rates(get(), &terms, side, &result, told); });
    return result;
  }

  template <class T>
  static const T *required(const std::vector<T> &values, std::size_t count) {
    if (values.size() != count) throw std::invalid_argument("batch: the columns differ in length");
    return values.data();
  }

  template <class T>
  static const T *column(const std::vector<T> &values, std::size_t count) {
    return values.empty() ? nullptr : required(values, count);
  }

  detail::owned<puhui_product> handle_;
};

}  // namespace puhui

#endif  // PUHUI_HPP
