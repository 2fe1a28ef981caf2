//! Published worked examples, each under its id (`../shared/vectors/worked/README.md`).
//!
//! Day counts, contract interest, level payment, equal principal and annualised rates. The other topics (penalty, compound
//! interest, prepayment, provisions, discount, subsidies) are tested where the library computes them.
//!
//! Figures that are not met, and why:
//!
//! * LVL-02 to LVL-05 and the last line of DAY-11: the published total is the rounded payment x n; a schedule's last payment clears the balance, so its
//!   total differs by some fen. The product is asserted, of the schedule's own payment.
//! * LVL-07, second balance: the source carries unrounded balances and rounds what it shows; a balance here is a whole
//!   number of fen. The fen-rounded figure that the case gives beside it is met.
//! * LVL-08, total: from the unrounded payment. Not a figure of any schedule that can be paid.
//! * EQP-01, first payment: 3,104.17 is the sum of two unrounded figures; the rounded ones sum to 3,104.16.
//! * PRE-07: made with the 37th instalment, everything unrounded; the figure for the 36th due date that the case gives beside
//!   it is met.
//! * EQP-03, total interest: P r (n + 1) / 2 without rounding. The schedule rounds each month.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{g2, record, rows, with, yuan};
use puhui::loan::{Instalment, Totals, nominal_rate};
use puhui::{DayCount, Money, parse_date};
use serde_json::{Value, json};

/// One payment of everything at the end.
fn bullet(principal: &str, rate: &str, day_count: &str, from: &str, to: &str) -> Value {
    with(
        g2(),
        json!({"method": "bullet", "principal": principal, "rate": {"fixed": rate}, "day_count": day_count,
               "disbursed_on": from, "matures_on": to, "instalments": null, "every": null, "first_due_on": null}),
    )
}

fn interest(principal: &str, rate: &str, day_count: &str, from: &str, to: &str) -> Money {
    rows(&bullet(principal, rate, day_count, from, to))[0].interest
}

/// The first period of a loan that settles on a day of its own, that day included.
fn settled(
    principal: &str,
    rate: &str,
    day_count: &str,
    from: &str,
    settlement: &str,
    to: &str,
) -> Vec<Instalment> {
    rows(&with(
        bullet(principal, rate, day_count, from, to),
        json!({"method": "interest_only", "every": "1 quarter", "first_due_on": settlement, "accrual_ends": "day_after"}),
    ))
}

/// Level payments of equal months.
fn level(principal: &str, rate: &str, months: u32) -> Vec<Instalment> {
    rows(&with(
        g2(),
        json!({"principal": principal, "rate": {"fixed": rate}, "instalments": months, "day_count": "30e/360",
               "disbursed_on": "2020-01-20"}),
    ))
}

fn times(money: Money, n: i64) -> Money {
    Money::from_minor(money.minor() * n)
}

#[test]
fn day_02_deposit_by_30_360() {
    let row = rows(&bullet("10000.00", "0.0072", "30e/360", "2006-03-04", "2007-03-02"))[0];
    assert_eq!((row.days, row.interest), (358, yuan("71.60")));
    // Less 20 % of tax.
    assert_eq!(row.interest.minor() * 80 / 100, yuan("57.28").minor());
}

#[test]
fn day_04_a_year_and_odd_days() {
    let terms = with(
        bullet("1000.00", "0", "months_and_days", "1997-10-10", "1998-10-30"),
        json!({"rate": {"stepped": [{"from": "1997-10-10", "rate": "0.0747"}, {"from": "1998-10-10", "rate": "0.0144"}]}}),
    );
    assert_eq!(rows(&terms)[0].interest, yuan("75.50"));
}

#[test]
fn day_06_first_and_settlement_day_counted() {
    let row = settled("10000000.00", "0.0747", "actual/360", "2008-02-26", "2008-03-20", "2009-02-26")[0];
    assert_eq!((row.days, row.interest), (24, yuan("49800.00")));
}

#[test]
fn day_08_09_10_student_loans() {
    for (id, principal, rate, from, days, part, year) in [
        ("DAY-08", "8000.00", "0.0325", "2021-09-01", 111, "80.17", "260.00"),
        // The source leaves 58.725 unrounded.
        ("DAY-09", "6000.00", "0.0435", "2021-10-01", 81, "58.73", "261.00"),
        ("DAY-10", "32000.00", "0.045", "2021-10-01", 81, "324.00", "1440.00"),
    ] {
        let row = settled(principal, rate, "actual/360", from, "2021-12-20", "2022-12-20")[0];
        assert_eq!((row.days, row.interest), (days, yuan(part)), "{id}");
        let whole = interest(principal, rate, "months_and_days", "2021-12-20", "2022-12-20");
        assert_eq!(whole, yuan(year), "{id}");
    }
    // DAY-10: 81 days, then two years.
    assert_eq!(yuan("324.00").minor() + 2 * yuan("1440.00").minor(), yuan("3204.00").minor());
}

#[test]
fn day_11_quarters_and_a_level_payment() {
    // The source prints 3,028.125, 2,994.479, 3,061.77 and 3,095.417.
    for (from, to, days, expected) in [
        ("2021-01-01", "2021-04-01", 90, "3028.13"),
        ("2021-01-02", "2021-04-01", 89, "2994.48"),
        ("2021-04-01", "2021-07-01", 91, "3061.77"),
        ("2021-07-01", "2021-10-01", 92, "3095.42"),
    ] {
        let row = rows(&bullet("150000.00", "0.08075", "actual/360", from, to))[0];
        assert_eq!((row.days, row.interest), (days, yuan(expected)));
    }
    let found = level("150000.00", "0.08075", 3);
    assert_eq!(found[0].payment, yuan("50674.42"));
    assert_eq!(times(found[0].payment, 3).minor() - yuan("150000.00").minor(), yuan("2023.26").minor());
}

#[test]
fn day_12_equal_principal_by_real_months() {
    let found = rows(&with(
        g2(),
        json!({"method": "equal_principal", "principal": "100000.00", "rate": {"fixed": "0.09"},
               "disbursed_on": "2021-01-01", "first_due_on": "2021-02-01"}),
    ));
    let interests: Vec<Money> = [0, 1, 2, 3, 35].map(|row: usize| found[row].interest).to_vec();
    assert_eq!(interests, ["775.00", "680.56", "731.94", "687.50", "21.53"].map(yuan));
    assert_eq!((found[0].principal, found[35].principal), (yuan("2777.78"), yuan("2777.70")));
}

#[test]
fn day_13_15_18_single_spans() {
    assert_eq!(interest("100000.00", "0.03", "actual/360", "2021-06-01", "2021-06-03"), yuan("16.67"));
    let date = |text| parse_date(text, "date").unwrap();
    assert_eq!(DayCount::Actual360.days(date("2021-04-10"), date("2021-06-02"), None), 53);
    let late = with(
        bullet("20600.00", "0.0035", "actual/360", "2012-03-19", "2012-10-06"),
        json!({"rounding": "down"}),
    );
    assert_eq!((rows(&late)[0].days, rows(&late)[0].interest), (201, yuan("40.25")));
    assert_eq!(interest("20000.00", "0.03", "months_and_days", "2011-03-19", "2012-03-19"), yuan("600.00"));
}

#[test]
fn pen_03_two_settlement_periods() {
    // 4 per mille a month is 4.8 % a year.
    let found = settled("400000.00", "0.048", "actual/360", "2021-04-02", "2021-06-20", "2021-08-02");
    let shown: Vec<_> = found.iter().map(|row| (row.days, row.interest)).collect();
    assert_eq!(shown, [(80, yuan("4266.67")), (42, yuan("2240.00"))]);
}

#[test]
fn pen_15_25_27_contract_interest() {
    let row = rows(&bullet("40000.00", "0.099", "30e/360", "2021-02-09", "2024-02-08"))[0];
    assert_eq!((row.days, row.interest), (1079, yuan("11869.00")));
    // PEN-25: a quarter, both ends counted, as three months.
    let row = settled("1000000.00", "0.05", "months_and_days", "2003-09-21", "2003-12-20", "2004-09-21")[0];
    assert_eq!(row.interest, yuan("12500.00"));
    for (from, to, until, days, expected) in [
        ("2001-09-21", "2001-12-20", "2002-09-21", 91, "7583.33"),
        ("2000-06-21", "2000-09-20", "2001-06-21", 92, "7666.67"),
        ("2001-12-21", "2002-03-20", "2002-12-21", 90, "7500.00"),
    ] {
        let row = settled("500000.00", "0.06", "actual/360", from, to, until)[0];
        assert_eq!((row.days, row.interest), (days, yuan(expected)), "PEN-27");
    }
}

#[test]
fn lvl_level_payments() {
    for (id, principal, rate, months, payment, total, first, second) in [
        (
            "LVL-02",
            "240000.00",
            "0.049",
            240,
            "1570.67",
            "376960.80",
            ("980.00", "590.67"),
            Some(("977.59", "593.08")),
        ),
        (
            "LVL-03",
            "100000.00",
            "0.049",
            120,
            "1055.77",
            "126692.40",
            ("408.33", "647.44"),
            Some(("405.69", "650.08")),
        ),
        ("LVL-04", "550000.00", "0.049", 300, "3183.28", "954984.00", ("2245.83", "937.45"), None),
        ("LVL-05", "200000.00", "0.049", 180, "1571.19", "282814.20", ("816.67", "754.52"), None),
        (
            "LVL-07",
            "3126000.00",
            "0.0395",
            124,
            "30744.48",
            "3812315.52",
            ("10289.75", "20454.73"),
            Some(("10222.42", "20522.06")),
        ),
        ("LVL-08", "700000.00", "0.049", 240, "4581.11", "1099466.40", ("2858.33", "1722.78"), None),
    ] {
        let found = level(principal, rate, months);
        assert_eq!(found[0].payment, yuan(payment), "{id}");
        assert_eq!(times(found[0].payment, i64::from(months)), yuan(total), "{id}");
        assert_eq!((found[0].interest, found[0].principal), (yuan(first.0), yuan(first.1)), "{id}");
        if let Some((interest, principal)) = second {
            assert_eq!((found[1].interest, found[1].principal), (yuan(interest), yuan(principal)), "{id}");
        }
        if id == "LVL-07" {
            assert_eq!((found[0].closing, found[1].closing), (yuan("3105545.27"), yuan("3085023.21")));
        }
    }
}

#[test]
fn eqp_equal_principal() {
    let loan = |principal: &str, months: u32, changes: Value| {
        let terms = json!({"method": "equal_principal", "principal": principal, "rate": {"fixed": "0.049"},
                           "day_count": "30e/360", "disbursed_on": "2020-01-20", "instalments": months});
        rows(&with(with(g2(), terms), changes))
    };
    // EQP-01: the share cut to whole yuan; the headline's first payment uses the share that is not cut.
    let found = loan("250000.00", 120, json!({"payment_multiple": "1.00"}));
    assert_eq!((found[0].interest, found[1].payment), (yuan("1020.83"), yuan("3095.33")));
    assert_eq!(Totals::of(&found).unwrap().interest, yuan("61770.14"));
    assert_eq!(found[119].principal, yuan("2123.00"));
    let found = loan("250000.00", 120, json!({}));
    assert_eq!((found[0].interest, found[1].payment), (yuan("1020.83"), yuan("3095.66")));
    // EQP-03.
    let found = loan("700000.00", 240, json!({}));
    assert_eq!((found[0].payment, found[0].interest), (yuan("5775.00"), yuan("2858.33")));
}

#[test]
fn pre_what_a_prepayment_leaves() {
    // PRE-02, PRE-05: the balance that is left, over a new term and over the one that remains.
    assert_eq!(level("966774.00", "0.049", 240)[0].payment, yuan("6326.99"));
    assert_eq!(times(yuan("6326.99"), 240), yuan("1518477.60"));
    assert_eq!(level("190000.36", "0.054", 228)[0].payment, yuan("1334.41"));
    // PRE-06: twelve shares of 1,458.33 leave 332,500.04; 182,500.04 over the 228 months that remain.
    let equal_principal = |principal: &str, months: u32| {
        let terms = json!({"method": "equal_principal", "principal": principal, "rate": {"fixed": "0.054"},
                           "day_count": "30e/360", "disbursed_on": "2020-01-20", "instalments": months});
        rows(&with(g2(), terms))
    };
    assert_eq!(equal_principal("350000.00", 240)[11].closing, yuan("332500.04"));
    let left = equal_principal("182500.04", 228);
    assert_eq!(left[0].payment, yuan("1621.69"));
    assert_eq!(left[0].payment.minor() - left[1].payment.minor(), 360);
    // PRE-07: the balance of the 36th due date less 100,000.00, over 204 months.
    let before = level("300000.00", "0.049", 240);
    assert_eq!(before[0].payment, yuan("1963.33"));
    let left = Money::from_minor(before[35].closing.minor() - yuan("100000.00").minor());
    assert_eq!(
        level(&left.display(puhui::Currency::CNY).to_string(), "0.049", 204)[0].payment,
        yuan("1240.00")
    );
}

#[test]
fn irr_nominal_rates_of_offers() {
    for (id, principal, payment, months, percent) in [
        ("IRR-01", "100000", "1129", 120, "6.3724"),
        ("IRR-02", "100000", "3310", 36, "11.7604"),
        ("IRR-03", "2000", "200.92", 12, "35.9958"),
        ("IRR-04", "118000", "2400", 60, "8.1307"),
    ] {
        let mut flows = vec![-yuan(principal)];
        flows.extend(std::iter::repeat_n(yuan(payment), months));
        let rate = nominal_rate(&flows, 12).unwrap();
        let shown = (rate * rust_decimal::Decimal::ONE_HUNDRED).round_dp(4).to_string();
        assert_eq!(shown, percent, "{id}");
    }
}

#[test]
fn irr_09_10_daily_rates() {
    // 0.05 % a day is 18 % over 360 days, and 18.25 % simple over 365.
    assert_eq!(interest("10000.00", "0.18", "actual/360", "2021-06-01", "2021-06-02"), yuan("5.00"));
    let month = bullet("10000.00", "0.18", "actual/360", "2021-06-01", "2021-07-01");
    assert_eq!(rows(&month)[0].interest, yuan("150.00"));
    let rates = record(&month).unwrap().loan().unwrap().schedule().annualised_rates().unwrap();
    assert_eq!(rates.simple.to_string(), "0.1825000000");
    // 0.035 % a day: 12.6 % over 360 days.
    assert_eq!(interest("10000.00", "0.126", "actual/360", "2021-06-01", "2021-06-02"), yuan("3.50"));
    assert_eq!(interest("10000.00", "0.126", "30e/360", "2021-06-01", "2022-06-01"), yuan("1260.00"));
}
