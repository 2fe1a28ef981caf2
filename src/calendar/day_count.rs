//! Day counts: what part of a year lies between two dates. One documented place for each convention.

use std::cmp::Ordering;

use chrono::{Datelike, NaiveDate};

use super::cycle::Cycle;
use super::day_number::day_number;
use super::months::last_day;
use super::quasi_coupons::{CouponPeriod, DayWorth};
use super::year_fraction::YearFraction;
use crate::error::Result;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// A day count convention: the number of days between two dates, and that of the year they are a part of.
    ///
    /// # The rule
    ///
    /// The first day is counted, the last is not. The result is an exact fraction, [`count`](DayCount::count) over
    /// [`basis`](DayCount::basis); nothing is rounded here.
    ///
    /// Below, D1, M1, Y1 are day, month and year of the start and D2, M2, Y2 those of the end. The conventions named 30/360
    /// count 360 x (Y2 - Y1) + 30 x (M2 - M1) + (D2 - D1) days of a year of 360, after the changes to D1 and D2 that their own
    /// documentation lists, in that order.
    ///
    /// Not every convention is additive from any date to any other. **Within an accrual period that starts on `s`, the segment
    /// from `a` to `b` counts `count(s, b) - count(s, a)`**, so that the segments of a period add up to it in all of them.
    ///
    /// [`ActualActualIcma`](DayCount::ActualActualIcma) and [`Actual365L`](DayCount::Actual365L) ask for the accrual period:
    /// in a loan, the period says what each of its days is worth. Where there is no accrual period (here, and for
    /// what is overdue), start and end are those of the period; of what is overdue for more than a year, actual/365L takes each
    /// whole year as one.
    ///
    /// If the end lies before the start, the count is that of the two dates exchanged, negative. Maturity matters to
    /// [`ThirtyE360Isda`](DayCount::ThirtyE360Isda) alone.
    ///
    /// *Tested:* `tests/loan/day_counts.rs` compares every pair of days of four years with a day-by-day walk, and the examples that
    /// ISDA published.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{DayCount, parse_date};
    ///
    /// let (start, end) = (parse_date("2020-01-31", "from")?, parse_date("2020-02-29", "until")?);
    /// assert_eq!(DayCount::Actual360.count(start, end, None), 29);
    /// assert_eq!(DayCount::ThirtyE360.count(start, end, None), 29); // Day 30 of January to day 29 of February.
    /// assert_eq!(DayCount::ThirtyE360Isda.count(start, end, None), 30); // The last of February counts as day 30 ...
    /// assert_eq!(DayCount::ThirtyE360Isda.count(start, end, Some(end)), 29); // ... except at maturity.
    /// assert_eq!(DayCount::MonthsAndDays.count(start, end, None), 30); // One whole month.
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub enum DayCount("day_count", PUHUI_DAY_COUNT) {
        /// Actual days over 360.
        ///
        /// *Synonyms:* Actual/360, Act/360, A/360, French. In China the rule of bank loans: daily rate = annual rate / 360.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(e).
        Actual360 = "actual/360",
        /// Actual days over 365, in leap years too.
        ///
        /// *Synonyms:* Actual/365 (Fixed), Act/365F, A/365F, English.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(d).
        Actual365Fixed = "actual/365" as ACTUAL_365_FIXED,
        /// The days that lie in leap years over 366, plus the other days over 365 (ISDA). A period is split at 1 January, which
        /// belongs to the new year.
        ///
        /// The common denominator is 365 x 366 = 133,590: a day counts 365 in a leap year and 366 in another.
        ///
        /// *Synonyms:* Actual/Actual (ISDA), Act/Act, Actual/365. Not the ICMA or AFB convention of the same short name.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(b); examples in ISDA, "EMU and market conventions: recent developments",
        /// 1998.
        ActualActualIsda = "actual/actual" as ACTUAL_ACTUAL_ISDA,
        /// 30E/360: both days are at most 30.
        ///
        /// D1 and D2 are at most 30.
        ///
        /// *Synonyms:* 30E/360, Eurobond basis, 30/360 ICMA, special German.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(g).
        ThirtyE360 = "30e/360",
        /// 30E/360 ISDA: the last day of February counts as day 30, except at maturity.
        ///
        /// D1 is 30 if it is 31 or the last day of February. D2 is 30 if it is 31, or the last day of February and not the
        /// maturity of the loan.
        ///
        /// *Synonyms:* 30E/360 (ISDA), German. The maturity date is the "Termination Date" of the definition. From a day to
        /// itself the count is 0, also when that day is a maturity in February.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(h).
        ThirtyE360Isda = "30e/360_isda",
        /// 30/360 US, with the February rule: the last day of February counts as day 30.
        ///
        /// If both days are the last of a February, D2 is 30. If the start is the last of February, D1 is 30. If D2 is 31 and
        /// D1 is 30 or 31, D2 is 30. If D1 is 31, it is 30.
        ///
        /// *Synonyms:* 30/360 US, 30U/360, 30/360 SIA, US municipal, often also NASD. 28 February to 31 March is 30 days. Where
        /// the February rule is applied after the others, as some libraries do, it is 31.
        ///
        /// *Source:* Securities Industry Association, "Standard Securities Calculation Methods" (Mayle), volume 1.
        Thirty360Us = "30/360_us",
        /// 30/360 bond basis: a 31st is day 30, as an end only where the start is day 30 too.
        ///
        /// If D1 is 31, it is 30. If then D2 is 31 and D1 is 30, D2 is 30.
        ///
        /// *Synonyms:* 30/360, bond basis, 360/360, 30A/360.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(f).
        Thirty360Bond = "30/360_bond",
        /// Whole months as 30 days each, the days that are left as they are: (30 x months + days) / 360 (逐笔计息).
        ///
        /// The months are counted from the start, on its day of the month or, in a month too short for it, on the last: 31
        /// January to 28 February is one month, and to 1 March (of a common year) one month and one day.
        ///
        /// *Synonyms:* 逐笔计息, transaction-by-transaction interest: whole years and months as such, odd days as actual
        /// days.
        ///
        /// *Source:* People's Bank of China, notice Yin Fa (2005) 129 on the calculation and settlement of interest.
        MonthsAndDays = "months_and_days",
        /// A period of one cycle is exactly that part of a year, and its days share it (ICMA, ISMA).
        ///
        /// Whatever its days, it is months / 12, weeks / 52, days / 365. A
        /// segment of it is its share of the actual days of the period. A period is of one cycle if it runs from one date of
        /// the loan's cycle to the next; a date that a short month or a business day moves is still the cycle's.
        ///
        /// Any other accrual period (a broken first or last one, short or long, one whose due date was moved) is laid over
        /// quasi-coupon periods: those between the dates of the cycle in which it begins, before any roll, in both directions. Each
        /// of its days is 1 / (days of the quasi-coupon period in which it lies x periods a year). The dates are
        /// anchor + k cycles on the due day and never drift: a due day of 31 stays on the last days of months, one of 29
        /// that February clips does not. A segment is the sum of its days.
        ///
        /// What follows no cycle (a bullet that only has a maturity, a plan of its own dates, all that is no accrual period)
        /// has quasi-coupon periods of a month, counted from its start, on its day of the month or the last.
        ///
        /// *Synonyms:* Actual/Actual (ICMA), Actual/Actual (ISMA), ISMA-99, Act/Act bond basis.
        ///
        /// *Source:* ICMA Rule 251; 2006 ISDA Definitions, 4.16(c); the examples of ISDA, "EMU and market conventions: recent
        /// developments", 1998.
        ActualActualIcma = "actual/actual_icma",
        /// Actual days over 366 if a 29 February lies in the accrual period, its first day left out and its last one not;
        /// else over 365.
        ///
        /// *Synonyms:* Act/365L, ISMA-Year. This is the rule for payments once a year, here for every cycle.
        ///
        /// *Source:* 2006 ISDA Definitions, 4.16(i).
        Actual365L = "actual/365l",
        /// The days that lie in leap years over 366, plus the other days over 365. A period is split at 31 December, which
        /// belongs to the new year.
        ///
        /// *Synonyms:* Actual/Actual with the year's length changing on 31 December.
        ///
        /// *Source:* no published one: so count loan systems that take interest to be earned at the end of a day.
        ActualActualDec31 = "actual/actual_dec_31",
    }
}

impl DayCount {
    /// The denominator of every year fraction of this convention: 360, 365, 133,590 = 365 x 366 for actual/actual and
    /// actual/365L, or 4,530,960 for actual/actual ICMA: 12 months that are cut into 28, 29, 30 and 31 days.
    #[inline]
    #[must_use]
    pub const fn basis(self) -> i64 {
        match self {
            DayCount::Actual365Fixed => 365,
            DayCount::ActualActualIsda | DayCount::ActualActualDec31 | DayCount::Actual365L => 365 * 366,
            DayCount::ActualActualIcma => 12 * MONTH_PARTS,
            DayCount::Actual360
            | DayCount::ThirtyE360
            | DayCount::ThirtyE360Isda
            | DayCount::Thirty360Us
            | DayCount::Thirty360Bond
            | DayCount::MonthsAndDays => 360,
        }
    }

    /// The numerator over [`basis`](DayCount::basis) of the year fraction from `start` (counted) to `end` (not counted).
    ///
    /// `maturity` is the last day of the loan's last accrual period, for [`ThirtyE360Isda`](DayCount::ThirtyE360Isda).
    /// Takes the same few operations for any two dates, and never allocates.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{DayCount, parse_date};
    ///
    /// // 31 December is a day of a common year, 1 January one of a leap year: 366 + 365, of 365 x 366.
    /// let (start, end) = (parse_date("2019-12-31", "from")?, parse_date("2020-01-02", "until")?);
    /// assert_eq!(DayCount::ActualActualIsda.count(start, end, None), 366 + 365);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    #[must_use]
    pub fn count(self, start: NaiveDate, end: NaiveDate, maturity: Option<NaiveDate>) -> i64 {
        match self {
            DayCount::Actual360 | DayCount::Actual365Fixed => actual(start, end),
            DayCount::ThirtyE360 => thirty(start, start.day().min(30), end, end.day().min(30)),
            DayCount::ActualActualIsda => years_since_0(end) - years_since_0(start),
            DayCount::ActualActualDec31 => years_since_0(tomorrow(end)) - years_since_0(tomorrow(start)),
            DayCount::ThirtyE360Isda
            | DayCount::Thirty360Us
            | DayCount::Thirty360Bond
            | DayCount::MonthsAndDays
            | DayCount::ActualActualIcma
            | DayCount::Actual365L => match start.cmp(&end) {
                Ordering::Less => self.count_forward(start, end, maturity),
                Ordering::Equal => 0,
                Ordering::Greater => -self.count_forward(end, start, maturity),
            },
        }
    }

    /// The count of what runs on from a day without a period, as what is overdue does: it never falls.
    ///
    /// It is that of [`count`](DayCount::count), but by [`Actual365L`](DayCount::Actual365L) every whole year from the start
    /// is one year and only the rest a period: a 29 February would make all the days before it shorter, and after more than
    /// a year take back more than its own day adds.
    pub(crate) fn running(self, start: NaiveDate, end: NaiveDate, maturity: NaiveDate) -> i64 {
        if self == DayCount::Actual365L && start < end {
            let years = quasi_months(start, end).0 / 12;
            let since = i32::try_from(years).ok().and_then(|years| {
                let year = start.year().checked_add(years)?;
                NaiveDate::from_ymd_opt(year, start.month(), start.day().min(last_day(year, start.month())))
            });
            return years * self.basis() + self.count(since.unwrap_or(start), end, None);
        }
        self.count(start, end, Some(maturity))
    }

    /// The number of a date, in conventions where an accrual period counts the difference of two such numbers.
    #[inline]
    pub(crate) fn number(self, date: NaiveDate) -> Option<i64> {
        match self {
            DayCount::Actual360
            | DayCount::Actual365Fixed
            | DayCount::ActualActualIcma
            | DayCount::Actual365L => Some(day_number(date)),
            DayCount::ActualActualIsda => Some(years_since_0(date)),
            DayCount::ActualActualDec31 => Some(years_since_0(tomorrow(date))),
            _ => None,
        }
    }

    /// Whether what a day is worth hangs on the accrual period that it lies in.
    #[inline]
    pub(crate) fn asks_for_period(self) -> bool {
        matches!(self, DayCount::ActualActualIcma | DayCount::Actual365L)
    }

    /// The denominator of what an accrual period counts. Where a day is worth what its period says, the period has one of
    /// its own beside it, [`day_within`](DayCount::day_within).
    #[inline]
    pub(crate) fn period_basis(self) -> i64 {
        if self.asks_for_period() { 1 } else { self.basis() }
    }

    /// What the days of an accrual period are worth, in the conventions that ask for the period.
    ///
    /// # Errors
    ///
    /// Those of [`DayWorth::icma`].
    pub(crate) fn worth_within(
        self,
        start: NaiveDate,
        end: NaiveDate,
        period: impl FnOnce() -> CouponPeriod,
    ) -> Result<DayWorth> {
        if self == DayCount::Actual365L {
            let days = if leap_days_to(end) > leap_days_to(start) { 366 } else { 365 };
            return Ok(DayWorth::Same(YearFraction { numerator: 1, denominator: days }));
        }
        DayWorth::icma(start, end, period())
    }

    /// The number of cycles of a year of this convention, above and below the line: 12 months; 52 weeks or 365 days of
    /// actual/actual ICMA; and of the others the days of their year, 360 or (of a common one) 365.
    pub(crate) fn cycles_a_year(self, cycle: Cycle) -> (i64, i64) {
        match (cycle.days(), self.basis()) {
            (Some(days), 360) => (360, i64::from(days)),
            (Some(days), _) if self != DayCount::ActualActualIcma => (365, i64::from(days)),
            _ => {
                let (part, of) = cycle.coupon_part();
                (of, part)
            }
        }
    }

    /// The conventions that treat start and end differently, for `start` before `end`.
    fn count_forward(self, start: NaiveDate, end: NaiveDate, maturity: Option<NaiveDate>) -> i64 {
        let (mut first, mut second) = (start.day(), end.day());
        match self {
            DayCount::ThirtyE360Isda => {
                if first == 31 || is_last_of_february(start) {
                    first = 30;
                }
                if second == 31 || (is_last_of_february(end) && maturity != Some(end)) {
                    second = 30;
                }
            }
            DayCount::Thirty360Us => {
                if is_last_of_february(start) {
                    first = 30;
                    if is_last_of_february(end) {
                        second = 30;
                    }
                }
                if first >= 30 {
                    first = 30;
                    second = second.min(30);
                }
            }
            DayCount::MonthsAndDays => {
                let (months, left, _) = quasi_months(start, end);
                return months * 30 + left;
            }
            DayCount::ActualActualIcma => {
                let (months, left, length) = quasi_months(start, end);
                return months * MONTH_PARTS + left * (MONTH_PARTS / length);
            }
            DayCount::Actual365L => {
                let has_leap_day = leap_days_to(end) > leap_days_to(start);
                return actual(start, end) * if has_leap_day { 365 } else { 366 };
            }
            // The bond basis; the others do not come here.
            _ => {
                if first >= 30 {
                    first = 30;
                    second = second.min(30);
                }
            }
        }
        thirty(start, first, end, second)
    }

    /// The days from `start` to `end` as the convention counts them: actual days, or days of a year of 360.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{DayCount, parse_date};
    ///
    /// let (start, end) = (parse_date("2020-01-20", "from")?, parse_date("2020-02-20", "until")?);
    /// assert_eq!(DayCount::ActualActualIsda.days(start, end, None), 31);
    /// assert_eq!(DayCount::MonthsAndDays.days(start, end, None), 30);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn days(self, start: NaiveDate, end: NaiveDate, maturity: Option<NaiveDate>) -> i64 {
        match self {
            DayCount::ActualActualIsda
            | DayCount::ActualActualDec31
            | DayCount::ActualActualIcma
            | DayCount::Actual365L => actual(start, end),
            _ => self.count(start, end, maturity),
        }
    }

    /// The year fraction from `start` (counted) to `end` (not counted), exact and in lowest terms.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::{DayCount, parse_date};
    ///
    /// let (start, end) = (parse_date("2020-01-01", "from")?, parse_date("2020-03-02", "until")?);
    /// assert_eq!(DayCount::ActualActualIsda.year_fraction(start, end, None).to_string(), "1/6"); // 61 of 366 days.
    /// assert_eq!(DayCount::Actual360.year_fraction(start, end, None).to_string(), "61/360");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    #[must_use]
    pub fn year_fraction(
        self,
        start: NaiveDate,
        end: NaiveDate,
        maturity: Option<NaiveDate>,
    ) -> YearFraction {
        YearFraction::reduced(self.count(start, end, maturity), self.basis())
    }
}

#[inline]
fn actual(start: NaiveDate, end: NaiveDate) -> i64 {
    day_number(end) - day_number(start)
}

#[inline]
fn thirty(start: NaiveDate, first: u32, end: NaiveDate, second: u32) -> i64 {
    (i64::from(end.year()) - i64::from(start.year())) * 360
        + (i64::from(end.month()) - i64::from(start.month())) * 30
        + (i64::from(second) - i64::from(first))
}

/// The time since 1 January of the year 0, in 133,590ths of a year.
///
/// A whole year is 365 x 366 of them, whether its days are 365 and count 366 each, or the reverse. Years in between
/// therefore need not be looked at one by one.
#[inline]
fn years_since_0(date: NaiveDate) -> i64 {
    let day = if date.leap_year() { 365 } else { 366 };
    i64::from(date.year()) * DayCount::ActualActualIsda.basis() + i64::from(date.ordinal0()) * day
}

/// The day after; of the last day there is, the day itself.
#[inline]
fn tomorrow(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(date)
}

/// A month as a number that its 28, 29, 30 or 31 days divide.
const MONTH_PARTS: i64 = 28 * 29 * 15 * 31;

/// The months from `start` to a later `end`, counted from the start on its day of the month or the last: how many are whole,
/// how many days are left, and how many the month has that they lie in.
#[inline]
fn quasi_months(start: NaiveDate, end: NaiveDate) -> (i64, i64, i64) {
    // In the month of the end, the anniversary is the start's day or the last one; if the end lies before it, the last whole
    // month was completed a month earlier.
    let anniversary = |year, month| start.day().min(last_day(year, month));
    let (mut year, mut month, mut day) = (end.year(), end.month(), end.day());
    let mut reached = anniversary(year, month);
    if day < reached {
        (year, month) = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
        reached = anniversary(year, month);
        // The days to the end of that month, and those of the month of the end.
        day += last_day(year, month);
    }
    let months =
        (i64::from(year) - i64::from(start.year())) * 12 + i64::from(month) - i64::from(start.month());
    // A January of the year after is as long as one of this year.
    let next = anniversary(year, if month == 12 { 1 } else { month + 1 });
    let length = last_day(year, month) - reached + next;
    (months, i64::from(day) - i64::from(reached), i64::from(length))
}

/// The number of 29ths of February so far, that of the date included.
#[inline]
fn leap_days_to(date: NaiveDate) -> i64 {
    // Moved by whole cycles of 400 years, the years that have ended are positive and the shifts round as a division does.
    let ended = i64::from(date.year()) - 1 + 400_000;
    let centuries = ended / 100;
    // The 60th day of a leap year is the 29 February.
    let in_year = i64::from(date.leap_year() && date.ordinal() >= 60);
    (ended >> 2) - centuries + (centuries >> 2) + in_year
}

#[inline]
fn is_last_of_february(date: NaiveDate) -> bool {
    date.month() == 2 && date.day() == last_day(date.year(), 2)
}

#[cfg(test)]
mod tests {
    use super::super::parse_date;
    use super::*;
    use crate::ErrorCode;

    fn date(text: &str) -> NaiveDate {
        parse_date(text, "date").unwrap()
    }

    #[test]
    fn a_day_count_has_one_spelling() {
        for &day_count in DayCount::ALL {
            assert_eq!(day_count.as_str().parse(), Ok(day_count));
            assert_eq!(day_count.to_string(), day_count.as_str());
        }
        let error = "Actual/360".parse::<DayCount>().unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::UnknownValue, "day_count"));
        for day_count in DayCount::ALL {
            assert!(error.bound().contains(day_count.as_str()), "{error}");
        }
    }

    #[test]
    fn months_and_days_end_on_the_clipped_day() {
        for (start, end, days) in [
            ("2021-01-31", "2021-02-27", 27),
            ("2021-01-31", "2021-02-28", 30),
            ("2021-01-31", "2021-03-01", 31),
            ("2021-01-31", "2021-03-30", 60),
            ("2021-01-31", "2021-03-31", 60),
            ("2021-01-30", "2021-03-01", 31),
            ("2021-01-29", "2021-03-01", 31),
            ("2021-01-28", "2021-03-01", 31),
            ("2020-02-29", "2021-02-28", 360),
            ("2019-12-15", "2020-01-14", 30),
            ("2019-12-15", "2020-01-15", 30),
            ("2019-11-15", "2020-01-14", 60),
        ] {
            assert_eq!(DayCount::MonthsAndDays.count(date(start), date(end), None), days, "{start} {end}");
        }
    }

    #[test]
    fn the_february_rule_comes_first() {
        let us = |start, end| DayCount::Thirty360Us.count(date(start), date(end), None);
        assert_eq!(us("2021-02-28", "2021-03-31"), 30);
        assert_eq!(us("2021-02-28", "2022-02-28"), 360);
        assert_eq!(us("2020-02-28", "2020-03-31"), 33);
        assert_eq!(us("2020-02-29", "2021-02-28"), 360);
        assert_eq!(us("2021-02-27", "2022-02-28"), 361);
        assert_eq!(us("2021-01-31", "2021-02-28"), 28);
    }

    #[test]
    fn days_are_those_of_chrono() {
        let start = date("2000-02-29");
        let whole_range = (-262_143..=262_142).filter_map(|year| NaiveDate::from_ymd_opt(year, 3, 1));
        for end in whole_range.chain([NaiveDate::MIN, NaiveDate::MAX]) {
            assert_eq!(actual(start, end), end.signed_duration_since(start).num_days(), "{end}");
        }
        let mut end = super::super::MIN_DATE;
        while end <= super::super::MAX_DATE {
            assert_eq!(actual(start, end), end.signed_duration_since(start).num_days(), "{end}");
            end += chrono::TimeDelta::days(1);
        }
    }

    #[test]
    fn far_dates_do_not_overflow() {
        for &day_count in DayCount::ALL {
            let ages = day_count.count(NaiveDate::MIN, NaiveDate::MAX, None);
            assert!(ages > 500_000 * day_count.basis());
            assert_eq!(day_count.count(NaiveDate::MAX, NaiveDate::MIN, None), -ages);
        }
    }

    #[test]
    fn fractions_are_reduced_and_ordered() {
        let fraction = YearFraction::reduced;
        assert_eq!(fraction(0, 360).to_string(), "0/1");
        assert_eq!(fraction(-90, 360).to_string(), "-1/4");
        assert!(fraction(-90, 360) < fraction(0, 360));
        assert!(fraction(61, 366) < fraction(61, 365));
        assert_eq!(fraction(365, 365), fraction(133_590, 133_590));
    }
}
