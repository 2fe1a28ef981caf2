//! Published worked examples on balance-days, card interest, penalty and compound interest, each under its id
//! (`../shared/vectors/worked/README.md`). The convention of each is said in days, rates and rounding.
//!
//! Not here:
//!
//! * PEN-12, PEN-24: they charge the contract rate and a daily penalty on top of it for the same days. PBoC practice is that the
//!   penalty rate replaces the contract rate; the figures follow by adding both, which no rule here does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use puhui::loan::{BalanceDays, penalty_rate};
use puhui::{DayCount, Money, Rate, Rounding, parse_date};
use support::terms::yuan;

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

/// What stretches of balance, rate, first day and first day not counted earn.
fn earned(day_count: DayCount, stretches: &[(&str, Rate, &str, &str)], rounding: Rounding) -> Money {
    let mut earned = BalanceDays::new(day_count);
    for &(balance, rate, from, to) in stretches {
        earned
            .add(yuan(balance), rate, parse_date(from, "from").unwrap(), parse_date(to, "to").unwrap())
            .unwrap();
    }
    earned.interest(rounding).unwrap()
}

fn actual_360(stretches: &[(&str, Rate, &str, &str)]) -> Money {
    earned(DayCount::Actual360, stretches, Rounding::HalfUp)
}

#[test]
fn bal_sums_of_balance_days() {
    // BAL-04: 100,000 balance-days at 1.8 per mille a month, 2.16 % a year; BAL-05: 500,000 at 1.5 per mille, 1.8 %.
    assert_eq!(actual_360(&[("10000.00", rate("0.0216"), "2021-06-01", "2021-06-11")]), yuan("6.00"));
    assert_eq!(actual_360(&[("50000.00", rate("0.018"), "2021-06-01", "2021-06-11")]), yuan("25.00"));
    // BAL-06: 600,000 to the end of February and 80,000 from 1 to 20 March, the 20th counted, at 3 per mille a month.
    let three = rate("0.036");
    let both =
        [("20000.00", three, "2021-01-30", "2021-03-01"), ("4000.00", three, "2021-03-01", "2021-03-21")];
    assert_eq!(actual_360(&both), yuan("68.00"));
    // BAL-09: 10,000 for 90 days at 0.36 %.
    assert_eq!(actual_360(&[("10000.00", rate("0.0036"), "2021-01-01", "2021-04-01")]), yuan("9.00"));
}

#[test]
fn crd_card_interest_on_the_full_balance() {
    // 0.05 % a day is 18 % over 360 days. The whole amount to the day before the payment, the rest from it through the
    // statement day.
    let daily = rate("0.18");
    let crd_01 =
        [("1000.00", daily, "2021-03-30", "2021-04-23"), ("900.00", daily, "2021-04-23", "2021-05-06")];
    assert_eq!(actual_360(&crd_01), yuan("17.85"));
    let crd_03 =
        [("2000.00", daily, "2021-04-02", "2021-04-25"), ("1800.00", daily, "2021-04-25", "2021-05-08")];
    assert_eq!(actual_360(&crd_03), yuan("34.70"));
}

#[test]
fn pen_penalty_interest() {
    // PEN-05: the maturity day in the term, 273 days; then 31 days at half as much again, 11 July to 10 August.
    let contract = rate("0.078");
    let penalty = penalty_rate(contract, rate("0.5")).unwrap();
    let overdue = ("5000000.00", penalty, "2010-07-11", "2010-08-11");
    assert_eq!(actual_360(&[overdue]), yuan("50375.00"));
    let term = ("5000000.00", contract, "2009-10-11", "2010-07-11");
    assert_eq!(actual_360(&[term, overdue]), yuan("346125.00"));
    // PEN-07: in the term 181 days, then 62 at 0.05 % a day.
    assert_eq!(actual_360(&[("2000.00", rate("0.07965"), "2006-01-10", "2006-07-10")]), yuan("80.09"));
    assert_eq!(actual_360(&[("2000.00", rate("0.18"), "2006-07-10", "2006-09-10")]), yuan("62.00"));
    // PEN-14: five months of 30 days at 14.85 %, which is 9.9 % and half.
    let penalty = penalty_rate(rate("0.099"), rate("0.5")).unwrap();
    assert_eq!(penalty, rate("0.1485"));
    let span = ("40000.00", penalty, "2024-02-08", "2024-07-08");
    assert_eq!(earned(DayCount::ThirtyE360, &[span], Rounding::HalfUp), yuan("2475.00"));
    assert_eq!(actual_360(&[span]), yuan("2491.50"));
    // PEN-20, PEN-21: one day of 365 on principal and interest together, cut and rounded.
    let day = |rate, rounding| {
        earned(DayCount::Actual365Fixed, &[("2500.00", rate, "2021-06-01", "2021-06-02")], rounding)
    };
    assert_eq!(day(penalty_rate(rate("0.049"), rate("0.3")).unwrap(), Rounding::Down), yuan("0.43"));
    assert_eq!(day(penalty_rate(rate("0.0325"), rate("0.5")).unwrap(), Rounding::HalfUp), yuan("0.33"));
    // PEN-28: 2.4225 of 10,000.00 a day: of 100,000,000.00, 24,225.00.
    let penalty = penalty_rate(rate("0.05814"), rate("0.5")).unwrap();
    assert_eq!(actual_360(&[("100000000.00", penalty, "2021-06-01", "2021-06-02")]), yuan("24225.00"));
    // PEN-29: 0.05 % a day for 30 days.
    assert_eq!(actual_360(&[("10000.00", rate("0.18"), "2021-06-01", "2021-07-01")]), yuan("150.00"));
    // PEN-33: 6 % and 30 % more is 0.02167 % a day: of 1,000,000,000.00, 216,666.67.
    let penalty = penalty_rate(rate("0.06"), rate("0.3")).unwrap();
    assert_eq!(actual_360(&[("1000000000.00", penalty, "2021-06-01", "2021-06-02")]), yuan("216666.67"));
}

#[test]
fn pen_compound_interest() {
    // PEN-04: unpaid interest joins the base at the contract rate before maturity: 42 days of 404,266.67.
    let contract = rate("0.048");
    let base = [
        ("400000.00", contract, "2021-06-21", "2021-08-02"),
        ("4266.67", contract, "2021-06-21", "2021-08-02"),
    ];
    assert_eq!(actual_360(&base), yuan("2263.89"));
    // PEN-16: simple interest on unpaid interest at the penalty rate, 150 days, cut: 13.9664.
    let span = ("225.72", rate("0.1485"), "2024-02-08", "2024-07-08");
    assert_eq!(earned(DayCount::ThirtyE360, &[span], Rounding::Down), yuan("13.96"));
    assert_eq!(earned(DayCount::ThirtyE360, &[span], Rounding::HalfUp), yuan("13.97"));
    assert_eq!(actual_360(&[span]), yuan("14.06"));
}
