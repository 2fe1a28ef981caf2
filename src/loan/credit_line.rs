//! A line of credit (额度): a limit with dates, which loans draw on.

use chrono::NaiveDate;

use crate::calendar::check_date;
use crate::dated::Dated;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Money;

/// A line of credit (额度): how much may be drawn, from when to when, and how much of it is used.
///
/// Each draw (借据) is a [`Loan`](crate::loan::Loan) of its own, with its own terms; the line only counts the principal
/// that they draw and repay. On a revolving line (循环额度, 随借随还) principal that is repaid may be drawn again; on
/// another one it may not.
///
/// Movements are recorded by their value date, in any order, and count from that day on, the day itself included: what
/// is repaid on a day may be drawn again on it. All figures are those of the end of a day.
///
/// # Units
///
/// Amounts are in minor units of one currency, that of the loans. The line does not know which.
///
/// # Examples
///
/// A line of 100,000.00 for a year. 60,000.00 are drawn, then half of it is repaid; the limit is lowered later.
///
/// ```
/// use puhui::loan::CreditLine;
/// use puhui::{Money, parse_date};
///
/// let day = |text| parse_date(text, "day");
/// let yuan = |yuan: i64| Money::from_minor(yuan * 100);
/// let mut line = CreditLine::new(yuan(100_000), day("2020-01-15")?, day("2021-01-14")?, true)?;
/// line.draw(day("2020-02-01")?, yuan(60_000))?;
/// line.repaid(day("2020-05-01")?, yuan(30_000))?;
/// assert_eq!(line.headroom(day("2020-04-30")?), yuan(40_000));
/// assert_eq!(line.headroom(day("2020-05-01")?), yuan(70_000));
///
/// // 70,000.00 drawn as of 10 April were more than was free until May.
/// let error = line.draw(day("2020-04-10")?, yuan(70_000)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "amount: expected at most 4000000 minor units, the headroom on 2020-04-10, got 7000000"
/// );
///
/// // What is outstanding stays where the limit falls below it; no more can be drawn.
/// line.change_limit(day("2020-06-01")?, yuan(20_000))?;
/// assert_eq!(line.headroom(day("2020-06-01")?), Money::ZERO);
/// assert_eq!(line.outstanding(day("2020-06-01")?), yuan(30_000));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditLine {
    until: NaiveDate,
    revolving: bool,
    /// The limit by its first day; the first one is the day from which the line may be drawn on.
    limits: Dated<Money>,
    /// The balances at the end of each day that moved them; the days rise.
    moved: Vec<Moved>,
}

/// The balances of a line at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moved {
    on: NaiveDate,
    /// What counts against the limit.
    used: Money,
    /// Principal drawn and not repaid.
    outstanding: Money,
}

impl CreditLine {
    /// A line that nothing has been drawn on, open from one day to another, both included.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a limit that is not above zero.
    /// * [`ErrorCode::DateOutOfRange`] for dates that are not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] if `until` is before `from`.
    pub fn new(limit: Money, from: NaiveDate, until: NaiveDate, revolving: bool) -> Result<CreditLine> {
        check_date(from, "from")?;
        check_date(until, "until")?;
        if until < from {
            return Err(Error::new(
                ErrorCode::DatesOutOfOrder,
                "until",
                until,
                format_args!("{from} or later"),
            ));
        }
        above_zero(limit, "limit")?;
        Ok(CreditLine { until, revolving, limits: Dated::one(from, limit), moved: Vec::new() })
    }

    /// The first day that the line may be drawn on.
    #[must_use]
    pub fn from(&self) -> NaiveDate {
        self.limits.versions().first().map_or(self.until, |(from, _)| *from)
    }

    /// The last day that the line may be drawn on.
    #[must_use]
    pub fn until(&self) -> NaiveDate {
        self.until
    }

    /// Whether principal that is repaid may be drawn again.
    #[must_use]
    pub fn is_revolving(&self) -> bool {
        self.revolving
    }

    /// The limit on a day: zero before the line begins and after it ends.
    #[must_use]
    pub fn limit(&self, on: NaiveDate) -> Money {
        let limit = self.limits.on(on).copied().unwrap_or(Money::ZERO);
        if on > self.until { Money::ZERO } else { limit }
    }

    /// What counts against the limit at the end of a day (已用额度): of a revolving line what is outstanding, of another
    /// one all that was drawn until then.
    #[must_use]
    pub fn used(&self, on: NaiveDate) -> Money {
        self.at(on).used
    }

    /// The principal that was drawn and not repaid by the end of a day.
    #[must_use]
    pub fn outstanding(&self, on: NaiveDate) -> Money {
        self.at(on).outstanding
    }

    /// What is free of the limit at the end of a day (可用额度): limit less used, never below zero; zero on a day that
    /// the line is not open.
    ///
    /// A draw on a day may be less than this, where a later day has less: it counts on every day from then on.
    #[must_use]
    pub fn headroom(&self, on: NaiveDate) -> Money {
        // Neither is below zero, so the difference fits.
        self.limit(on).checked_sub(self.used(on)).unwrap_or(Money::ZERO).max(Money::ZERO)
    }

    /// Records that a loan was paid out under the line 支用.
    ///
    /// # Errors
    ///
    /// The line is unchanged then:
    ///
    /// * [`ErrorCode::OutOfRange`] for an amount that is not above zero.
    /// * [`ErrorCode::LimitExceeded`] for an amount beyond the headroom of the day, or of a later day until the line
    ///   ends: the bound names the day with the least.
    /// * [`ErrorCode::DatesOutOfOrder`] for a day before the line begins or after it ends.
    /// * [`ErrorCode::Overflow`] if a balance does not fit.
    pub fn draw(&mut self, on: NaiveDate, amount: Money) -> Result<()> {
        self.check_open(on)?;
        above_zero(amount, "amount")?;
        let (headroom, day) = self.least_headroom(on);
        if amount > headroom {
            let bound = format!("at most {} minor units, the headroom on {day}", headroom.minor());
            return Err(Error::new(ErrorCode::LimitExceeded, "amount", amount.minor(), bound));
        }
        self.move_from(on, |balances| {
            balances.used = sum(balances.used, amount, "used")?;
            balances.outstanding = sum(balances.outstanding, amount, "outstanding")?;
            Ok(())
        })
    }

    /// Records that principal of the loans under the line was repaid, whoever paid it. It may be repaid after the line
    /// has ended.
    ///
    /// # Errors
    ///
    /// The line is unchanged then:
    ///
    /// * [`ErrorCode::OutOfRange`] for an amount that is not above zero, and for more than is outstanding on the day,
    ///   or on a later day: the bound names the day with the least.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] for a day before the line begins.
    pub fn repaid(&mut self, on: NaiveDate, amount: Money) -> Result<()> {
        check_date(on, "on")?;
        self.check_begun(on)?;
        above_zero(amount, "amount")?;
        let later = self.moved.iter().filter(|moved| moved.on > on);
        let now = (self.outstanding(on), on);
        let (least, day) = later.map(|moved| (moved.outstanding, moved.on)).fold(now, Ord::min);
        if amount > least {
            let bound = format!("at most {} minor units, what is outstanding on {day}", least.minor());
            return Err(Error::new(ErrorCode::OutOfRange, "amount", amount.minor(), bound));
        }
        let freed = if self.revolving { amount } else { Money::ZERO };
        self.move_from(on, |balances| {
            balances.used = sum(balances.used, -freed, "used")?;
            balances.outstanding = sum(balances.outstanding, -amount, "outstanding")?;
            Ok(())
        })
    }

    /// Changes the limit (额度调整) from a day on, until the next change that is already recorded; zero suspends the
    /// line (额度冻结). On the day of an earlier change it takes that change's place.
    ///
    /// A lower limit never makes a draw wrong that was recorded before; it leaves no headroom instead.
    ///
    /// # Errors
    ///
    /// The line is unchanged then:
    ///
    /// * [`ErrorCode::OutOfRange`] for a limit below zero.
    /// * [`ErrorCode::DatesOutOfOrder`] for a day before the line begins or after it ends.
    pub fn change_limit(&mut self, on: NaiveDate, limit: Money) -> Result<()> {
        self.check_open(on)?;
        if limit < Money::ZERO {
            return Err(Error::new(ErrorCode::OutOfRange, "limit", limit.minor(), "0 minor units or more"));
        }
        let others = self.limits.versions().iter().filter(|(from, _)| *from != on);
        let mut limits: Vec<_> = others.copied().chain([(on, limit)]).collect();
        limits.sort_unstable_by_key(|(from, _)| *from);
        self.limits = Dated::new(limits)?;
        Ok(())
    }

    fn check_begun(&self, on: NaiveDate) -> Result<()> {
        let from = self.from();
        if on < from {
            let bound = format!("{from} or later, when the line has begun");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "on", on, bound));
        }
        Ok(())
    }

    fn check_open(&self, on: NaiveDate) -> Result<()> {
        self.check_begun(on)?;
        if on > self.until {
            let bound = format!("{} or earlier, while the line is open", self.until);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "on", on, bound));
        }
        Ok(())
    }

    /// The balances at the end of a day.
    fn at(&self, on: NaiveDate) -> Moved {
        let after = self.moved.partition_point(|moved| moved.on <= on);
        let last = after.checked_sub(1).and_then(|last| self.moved.get(last));
        last.copied().unwrap_or(Moved { on, used: Money::ZERO, outstanding: Money::ZERO })
    }

    /// The least headroom of a day and all later ones until the line ends, and the first day that has it.
    fn least_headroom(&self, on: NaiveDate) -> (Money, NaiveDate) {
        // Between these days neither the limit nor what is used changes.
        let moved = self.moved.iter().map(|moved| moved.on);
        let limits = self.limits.versions().iter().map(|(from, _)| *from);
        let later = moved.chain(limits).filter(|&day| on < day && day <= self.until);
        later.map(|day| (self.headroom(day), day)).fold((self.headroom(on), on), Ord::min)
    }

    /// Moves the balances of a day and of all later ones, or none of them.
    fn move_from(&mut self, on: NaiveDate, by: impl Fn(&mut Moved) -> Result<()>) -> Result<()> {
        let earlier = self.moved.partition_point(|moved| moved.on < on);
        let later = self.moved.iter().filter(|moved| moved.on > on);
        let mut rest: Vec<_> = std::iter::once(Moved { on, ..self.at(on) }).chain(later.copied()).collect();
        rest.iter_mut().try_for_each(by)?;
        self.moved.truncate(earlier);
        self.moved.append(&mut rest);
        Ok(())
    }
}

fn above_zero(amount: Money, field: &'static str) -> Result<()> {
    if amount <= Money::ZERO {
        return Err(Error::new(ErrorCode::OutOfRange, field, amount.minor(), "above 0 minor units"));
    }
    Ok(())
}

fn sum(balance: Money, change: Money, field: &'static str) -> Result<Money> {
    Money::from_wide(i128::from(balance.minor()) + i128::from(change.minor()), field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;

    fn day(ymd: i32) -> NaiveDate {
        parse_ymd(ymd, "day").unwrap()
    }

    fn cents(minor: i64) -> Money {
        Money::from_minor(minor)
    }

    /// A line of 1,000 for 2020.
    fn line(revolving: bool) -> CreditLine {
        CreditLine::new(cents(1_000), day(20200101), day(20201231), revolving).unwrap()
    }

    /// An error of a line that must not change by it: its code, field, value and bound.
    fn refused(
        line: &mut CreditLine,
        what: impl Fn(&mut CreditLine) -> Result<()>,
    ) -> (ErrorCode, String, String, String) {
        let before = line.clone();
        let error = what(line).unwrap_err();
        assert_eq!(*line, before, "{error}");
        (error.code(), error.field().to_owned(), error.value().to_owned(), error.bound().to_owned())
    }

    #[test]
    fn what_is_repaid_frees_headroom_only_where_it_revolves() {
        for (revolving, used, headroom) in [(true, 300, 700), (false, 600, 400)] {
            let mut line = line(revolving);
            line.draw(day(20200201), cents(600)).unwrap();
            line.repaid(day(20200301), cents(300)).unwrap();
            assert_eq!(line.is_revolving(), revolving);
            assert_eq!(line.headroom(day(20200131)), cents(1_000));
            assert_eq!(line.headroom(day(20200201)), cents(400));
            assert_eq!(line.headroom(day(20200229)), cents(400));
            assert_eq!(line.used(day(20200301)), cents(used));
            assert_eq!(line.headroom(day(20200301)), cents(headroom));
            assert_eq!(line.outstanding(day(20200301)), cents(300));
        }
    }

    #[test]
    fn repaid_and_drawn_again_on_one_day() {
        let mut line = line(true);
        line.draw(day(20200201), cents(1_000)).unwrap();
        line.repaid(day(20200201), cents(1_000)).unwrap();
        line.draw(day(20200201), cents(1_000)).unwrap();
        assert_eq!((line.used(day(20200201)), line.headroom(day(20200201))), (cents(1_000), cents(0)));
    }

    #[test]
    fn a_draw_fits_its_day_and_the_dates() {
        let mut line = line(true);
        line.draw(day(20200101), cents(400)).unwrap();
        line.draw(day(20201231), cents(500)).unwrap();
        let out = |bound: &str| (ErrorCode::LimitExceeded, "amount".into(), "101".into(), bound.to_owned());
        assert_eq!(
            refused(&mut line, |line| line.draw(day(20201231), cents(101))),
            out("at most 100 minor units, the headroom on 2020-12-31")
        );
        let early = refused(&mut line, |line| line.draw(day(20191231), cents(1)));
        let bound = "2020-01-01 or later, when the line has begun";
        assert_eq!(early, (ErrorCode::DatesOutOfOrder, "on".into(), "2019-12-31".into(), bound.into()));
        let late = refused(&mut line, |line| line.draw(day(20210101), cents(1)));
        let bound = "2020-12-31 or earlier, while the line is open";
        assert_eq!(late, (ErrorCode::DatesOutOfOrder, "on".into(), "2021-01-01".into(), bound.into()));
        for nothing in [0, -1] {
            let error = refused(&mut line, |line| line.draw(day(20200601), cents(nothing)));
            assert_eq!((error.0, error.1.as_str()), (ErrorCode::OutOfRange, "amount"));
        }
        line.draw(day(20201231), cents(100)).unwrap();
        // Outside its dates a line has neither limit nor headroom; what was drawn stays.
        for outside in [day(20191231), day(20210101)] {
            assert_eq!((line.limit(outside), line.headroom(outside)), (cents(0), cents(0)));
        }
        assert_eq!(line.outstanding(day(20210101)), cents(1_000));
    }

    #[test]
    fn a_backdated_draw_fits_every_later_day() {
        let mut line = line(true);
        line.draw(day(20200301), cents(700)).unwrap();
        line.repaid(day(20200501), cents(700)).unwrap();
        line.draw(day(20200601), cents(800)).unwrap();
        // Free on 1 February: 1,000; on 1 March 300; on 1 June 200.
        let error = refused(&mut line, |line| line.draw(day(20200201), cents(201)));
        assert_eq!(error.3, "at most 200 minor units, the headroom on 2020-06-01");
        line.draw(day(20200201), cents(200)).unwrap();
        let used = [20200131, 20200201, 20200301, 20200501, 20200601].map(|ymd| line.used(day(ymd)).minor());
        assert_eq!(used, [0, 200, 900, 200, 1_000]);
    }

    #[test]
    fn no_more_is_repaid_than_is_outstanding() {
        for revolving in [true, false] {
            let mut line = line(revolving);
            line.draw(day(20200201), cents(500)).unwrap();
            line.repaid(day(20200601), cents(400)).unwrap();
            // 500 are outstanding in March, but only 100 will be in June.
            let error = refused(&mut line, |line| line.repaid(day(20200301), cents(101)));
            assert_eq!(error.3, "at most 100 minor units, what is outstanding on 2020-06-01");
            let error = refused(&mut line, |line| line.repaid(day(20200115), cents(1)));
            assert_eq!(error.3, "at most 0 minor units, what is outstanding on 2020-01-15");
            let error = refused(&mut line, |line| line.repaid(day(20191231), cents(1)));
            assert_eq!((error.0, error.1.as_str()), (ErrorCode::DatesOutOfOrder, "on"));
            let error = refused(&mut line, |line| line.repaid(day(20200701), cents(0)));
            assert_eq!((error.0, error.1.as_str()), (ErrorCode::OutOfRange, "amount"));
            let error = refused(&mut line, |line| line.repaid(NaiveDate::MAX, cents(1)));
            assert_eq!(error.0, ErrorCode::DateOutOfRange);
            // A draw outlives its line.
            line.repaid(day(20210301), cents(100)).unwrap();
            assert_eq!(line.outstanding(day(20210301)), cents(0));
        }
    }

    #[test]
    fn a_limit_that_falls_and_rises() {
        let mut line = line(true);
        line.draw(day(20200201), cents(600)).unwrap();
        line.change_limit(day(20200401), cents(500)).unwrap();
        line.change_limit(day(20200701), cents(0)).unwrap();
        line.change_limit(day(20201001), cents(2_000)).unwrap();
        let free = [20200331, 20200401, 20200701, 20201001].map(|ymd| line.headroom(day(ymd)).minor());
        assert_eq!(free, [400, 0, 0, 1_400]);
        // What was drawn before stays, and may be repaid under a limit below it.
        line.repaid(day(20200501), cents(200)).unwrap();
        assert_eq!((line.used(day(20200501)), line.headroom(day(20200501))), (cents(400), cents(100)));
        // The suspension of July leaves nothing for a draw of May, which would still be out then.
        let error = refused(&mut line, |line| line.draw(day(20200501), cents(1)));
        assert_eq!(error.3, "at most 0 minor units, the headroom on 2020-07-01");
        // The same day again takes the place of the first change.
        line.change_limit(day(20200701), cents(450)).unwrap();
        line.draw(day(20200501), cents(50)).unwrap();
        assert_eq!(line.headroom(day(20200701)), cents(0));
        // Also on the first day.
        line.change_limit(day(20200101), cents(700)).unwrap();
        assert_eq!((line.from(), line.limit(day(20200101))), (day(20200101), cents(700)));
    }

    #[test]
    fn nonsense_is_refused() {
        let make =
            |limit, from, until| CreditLine::new(cents(limit), from, until, true).map(|_| ()).unwrap_err();
        let (from, until) = (day(20200101), day(20201231));
        let told = |error: Error| (error.code(), error.field().to_owned());
        assert_eq!(told(make(0, from, until)), (ErrorCode::OutOfRange, "limit".into()));
        assert_eq!(told(make(1, until, from)), (ErrorCode::DatesOutOfOrder, "until".into()));
        assert_eq!(told(make(1, NaiveDate::MIN, until)), (ErrorCode::DateOutOfRange, "from".into()));
        assert_eq!(told(make(1, from, NaiveDate::MAX)), (ErrorCode::DateOutOfRange, "until".into()));
        // One day is enough.
        assert_eq!(CreditLine::new(cents(1), from, from, true).unwrap().until(), from);
        let mut line = line(true);
        let error = refused(&mut line, |line| line.change_limit(day(20200601), cents(-1)));
        assert_eq!((error.0, error.1.as_str()), (ErrorCode::OutOfRange, "limit"));
        for outside in [20191231, 20210101] {
            let error = refused(&mut line, |line| line.change_limit(day(outside), cents(1)));
            assert_eq!((error.0, error.1.as_str()), (ErrorCode::DatesOutOfOrder, "on"));
        }
    }

    #[test]
    fn the_largest_amounts_fit() {
        let most = cents(i64::MAX);
        let mut line = CreditLine::new(most, day(20200101), day(20201231), true).unwrap();
        for month in [20200101, 20200201, 20200301] {
            line.draw(day(month), most).unwrap();
            line.repaid(day(month + 10), most).unwrap();
        }
        assert_eq!(line.headroom(day(20200401)), most);
    }

    #[test]
    fn on_every_day_the_limit_is_what_is_used_and_what_is_free() {
        for revolving in [true, false] {
            let mut line = line(revolving);
            // Every amount on every day, in an order that is mostly backdated; what does not fit is refused.
            let (mut drawn, mut repaid) = (0, 0);
            for step in 0..200 {
                let on = day(20200101) + chrono::TimeDelta::days(step * 37 % 366);
                let amount = step * 91 % 400 + 1;
                if step % 3 == 2 {
                    repaid += line.repaid(on, cents(amount)).map_or(0, |()| amount);
                } else {
                    drawn += line.draw(on, cents(amount)).map_or(0, |()| amount);
                }
            }
            assert!(drawn > 0 && repaid > 0);
            for on in line.from().iter_days().take_while(|&on| on <= line.until()) {
                let (used, outstanding) = (line.used(on), line.outstanding(on));
                assert_eq!(used.minor() + line.headroom(on).minor(), 1_000, "{on}");
                assert!(cents(0) <= outstanding && outstanding <= used, "{on}");
                assert!(!revolving || outstanding == used, "{on}");
            }
            let (used, outstanding) = (line.used(line.until()), line.outstanding(line.until()));
            assert_eq!(outstanding, cents(drawn - repaid));
            assert_eq!(used, cents(if revolving { drawn - repaid } else { drawn }));
        }
    }
}
