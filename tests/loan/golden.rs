//! The golden figures of `docs/SEMANTICS.md`, each with its arithmetic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{error, g2, record, rows, with, yuan};
use puhui::Money;
use puhui::loan::{Instalment, LoanRecord, Relief, Totals};
use serde_json::json;

fn interests(rows: &[Instalment]) -> Vec<Money> {
    rows.iter().map(|row| row.interest).collect()
}

fn totals(rows: &[Instalment]) -> Totals {
    Totals::of(rows).unwrap()
}

#[test]
fn interest_only_by_quarter() {
    let terms = with(
        g2(),
        json!({"method": "interest_only", "every": "1 quarter", "first_due_on": "2020-03-20", "instalments": null,
               "matures_on": "2021-01-15"}),
    );
    // 50,000.00 x 0.0435 / 360 = 6.041666... a day. 15 Jan to 20 Mar: 65 days, 392.7083; to 20 Jun and to 20 Sep: 92
    // days each, 555.8333; to 20 Dec: 91 days, 549.7917; to 15 Jan: 26 days, 157.0833.
    let found = rows(&terms);
    assert_eq!(interests(&found), ["392.71", "555.83", "555.83", "549.79", "157.08"].map(yuan));
    assert_eq!(found.iter().map(|row| row.days).collect::<Vec<_>>(), [65, 92, 92, 91, 26]);
    assert_eq!(totals(&found).interest, yuan("2211.24"));
    assert_eq!(found[4].principal, yuan("50000.00"));

    // The settlement day counts in the period it ends: 66 days, 398.75; 92; 92; 91; and from 21 Dec to the maturity 25
    // days, 151.0417. Together the same 366 days.
    let found = rows(&with(terms, json!({"accrual_ends": "day_after"})));
    assert_eq!(interests(&found), ["398.75", "555.83", "555.83", "549.79", "151.04"].map(yuan));
    assert_eq!(totals(&found).interest, yuan("2211.24"));
}

#[test]
fn g1_level_payment_of_equal_months() {
    // 50,000.00 x 0.003625 / (1 - 1.003625^-36) = 1,483.997...; row 1: 50,000.00 x 0.0435 x 30 / 360 = 181.25.
    let found = rows(&with(
        g2(),
        json!({"day_count": "30e/360", "disbursed_on": "2020-01-20", "first_due_on": "2020-02-20"}),
    ));
    assert_eq!((found[0].principal, found[0].interest), (yuan("1302.75"), yuan("181.25")));
    assert!(found[..35].iter().all(|row| row.payment == yuan("1484.00")));
    assert_eq!(found[35].payment, yuan("1483.90"));
    assert_eq!(totals(&found).interest, yuan("3423.90"));
    assert_eq!(found[35].closing, Money::ZERO);
}

#[test]
fn g2_level_payment_of_real_days() {
    // Row 1: 36 days, 50,000.00 x 0.0435 x 36 / 360 = 217.50.
    let found = rows(&g2());
    assert_eq!((found[0].days, found[0].principal, found[0].interest), (36, yuan("1268.77"), yuan("217.50")));
    assert!(found[..35].iter().all(|row| row.payment == yuan("1486.27")));
    assert_eq!(found[35].payment, yuan("1486.30"));
    assert_eq!(totals(&found).interest, yuan("3505.75"));
    assert_eq!(totals(&found).payment, yuan("53505.75"));

    // The nominal payment is that of equal months; the last one takes what it leaves.
    let found = rows(&with(g2(), json!({"level_payment": "nominal"})));
    assert!(found[..35].iter().all(|row| row.payment == yuan("1484.00")));
    assert_eq!(found[35].payment, yuan("1571.23"));
    assert_eq!(totals(&found).interest, yuan("3511.23"));
}

#[test]
fn annualised_rates_of_g1_and_g2() {
    let rates = |terms| record(&terms).unwrap().loan().unwrap().schedule().annualised_rates().unwrap();
    let found = rates(g2());
    assert_eq!(found.effective.to_string(), "0.0450057987");
    assert_eq!(found.simple.to_string(), "0.0441042405");
    assert_eq!(found.nominal, None);
    let found = rates(with(g2(), json!({"fees": {"at_disbursement": "500.00"}})));
    assert_eq!(found.effective.to_string(), "0.0519366179");
    assert_eq!(found.simple.to_string(), "0.0503945122");
    let found = rates(with(g2(), json!({"day_count": "30e/360", "disbursed_on": "2020-01-20"})));
    assert_eq!(found.nominal.unwrap().to_string(), "0.0435003088");
    assert_eq!(found.effective.to_string(), "0.0443637024");
}

/// A nominal rate counts the periods of the day count's own year.
#[test]
fn the_nominal_rate_of_weeks_and_days() {
    let nominal = |terms: &serde_json::Value| {
        let rates = record(terms).unwrap().loan().unwrap().schedule().annualised_rates().unwrap();
        rates.nominal.unwrap().to_string()
    };
    // 500,000.00 at 14.96 % by ICMA: a week is 1/52, 1,438.46 of interest, the payment 17,420.19. The nominal rate of a
    // regulator's example: 0.1495996788, 52 times that of a week. It was 0.1500106670, 365/7 times it.
    let weekly = with(
        g2(),
        json!({"currency": "USD", "principal": "500000.00", "disbursed_on": "1978-03-20", "rate": {"fixed": "0.1496"},
               "day_count": "actual/actual_icma", "instalments": 30, "every": "1 week", "first_due_on": "1978-03-27"}),
    );
    let found = rows(&weekly);
    assert_eq!((found[0].interest, found[0].payment), (yuan("1438.46"), yuan("17420.19")));
    assert_eq!(nominal(&weekly), "0.1495996788");
    // Interest only, the rate of a period is interest / principal. 36,400.00 at 5.2 %: a week is 36.40 by ICMA, 0.001, 52 times
    // that; two weeks 72.80, 0.002, 26 times that.
    let only = |more: serde_json::Value| {
        let terms = json!({"method": "interest_only", "principal": "36400.00", "rate": {"fixed": "0.052"},
                           "day_count": "actual/actual_icma", "disbursed_on": "2020-01-15", "instalments": 3,
                           "every": "1 week", "first_due_on": "2020-01-22"});
        with(with(g2(), terms), more)
    };
    assert_eq!(nominal(&only(json!({}))), "0.0520000000");
    let fortnightly = only(json!({"every": "2 week", "first_due_on": "2020-01-29"}));
    assert_eq!(nominal(&fortnightly), "0.0520000000");
    // By days of 365 a week is 7 of them: 36,500.00 x 0.052 x 7/365 = 36.40, 36.40 / 36,500.00 x 365/7 = 0.052.
    let by_365 = only(json!({"principal": "36500.00", "day_count": "actual/365"}));
    assert_eq!(nominal(&by_365), "0.0520000000");
    // Of a year of 360, a week has 7 days of it: 36,000.00 x 0.052 x 7/360 = 36.40, 36.40 / 36,000.00 x 360/7 = 0.052. So
    // has one of 30-day months that no month end cuts.
    for day_count in ["actual/360", "30e/360"] {
        let by_360 = only(json!({"principal": "36000.00", "day_count": day_count, "instalments": 1}));
        assert_eq!(nominal(&by_360), "0.0520000000", "{day_count}");
    }
    // A month is one of twelve, whatever its days: 36,000.00 x 0.052 x 31/360 = 161.20, 161.20 / 36,000.00 x 12 = 0.0537333...
    let month = json!({"principal": "36000.00", "day_count": "actual/360", "every": "1 month",
                       "first_due_on": "2020-02-15", "instalments": 1});
    assert_eq!(nominal(&only(month)), "0.0537333333");
}

/// A rate that lies exactly half way between two of ten decimals goes to the even one.
#[test]
fn exact_ties_of_annualised_rates() {
    let rates = |terms: &serde_json::Value| {
        record(terms).unwrap().loan().unwrap().schedule().annualised_rates().unwrap()
    };
    let daily = |more: serde_json::Value| {
        let terms = json!({"method": "interest_only", "principal": "64000.00", "day_count": "actual/365",
                           "every": "1 day", "instalments": 10, "first_due_on": "2020-01-16"});
        with(with(g2(), terms), more)
    };
    let nominal = |terms| rates(&terms).nominal.unwrap().to_string();
    // 64,000.00 x 0.0435 / 365 = 7.627..., 7.63 a day: 7.63 / 64,000.00 x 365 = 0.04351484375, to the even 8 up; at 4.365 %
    // 7.65 a day, x 365 = 0.04362890625, to the even 2 down.
    assert_eq!(nominal(daily(json!({}))), "0.0435148438");
    assert_eq!(nominal(daily(json!({"rate": {"fixed": "0.04365"}}))), "0.0436289062");
    // The same below zero: 7.63 and 7.65 received.
    assert_eq!(nominal(daily(json!({"rate": {"fixed": "-0.0435"}}))), "-0.0435148438");
    assert_eq!(nominal(daily(json!({"rate": {"fixed": "-0.04365"}}))), "-0.0436289062");
    // A tie from months: 6,400,000.00 at 1 % of equal months, 5,333.33 a month; x 12 = 0.00999999375 exactly, eleven decimals.
    let months = json!({"principal": "6400000.00", "rate": {"fixed": "0.01"}, "day_count": "30e/360",
                        "every": "1 month", "first_due_on": "2020-02-15"});
    assert_eq!(nominal(daily(months)), "0.0099999938");
    // A tie of the effective rate, where all is paid after whole years of 365 days: 64,000.00 and 1.23 of interest on it are
    // 0.00001921875, eleven decimals; and with 1.21, 0.00001890625.
    let year = |rate: &str| {
        let year = json!({"method": "bullet", "day_count": "actual/365", "disbursed_on": "2021-01-01",
                          "every": null, "first_due_on": null, "instalments": null, "matures_on": "2022-01-01",
                          "rate": {"fixed": rate}});
        rates(&daily(year)).effective.to_string()
    };
    assert_eq!(year("0.0000192"), "0.0000192188");
    assert_eq!(year("0.0000189"), "0.0000189062");
}

#[test]
fn a_grace_of_interest_is_paid_with_the_next_row_or_joins_the_balance() {
    // 12,000.00 at 12 % of equal months: 120.00 a month. Two rows without principal, the first without interest.
    let terms = with(
        g2(),
        json!({"principal": "12000.00", "rate": {"fixed": "0.12"}, "day_count": "30e/360", "method": "equal_principal",
               "disbursed_on": "2020-01-20", "instalments": 4, "grace": {"principal": 2, "interest": 1}}),
    );
    let found = rows(&terms);
    let first = &found[0];
    assert_eq!(
        (first.interest, first.interest_deferred, first.payment),
        (yuan("0"), yuan("120.00"), yuan("0"))
    );
    assert_eq!((found[1].interest, found[1].deferred_interest_paid), (yuan("120.00"), yuan("120.00")));
    assert_eq!((found[1].payment, found[2].principal), (yuan("240.00"), yuan("6000.00")));
    // Capitalised: 12,120.00 from row 2 on, 121.20 a month, repaid in two shares of 6,060.00.
    let found = rows(&with(terms, json!({"grace": {"principal": 2, "interest": 1, "capitalised": true}})));
    assert_eq!((found[0].closing, found[1].interest), (yuan("12120.00"), yuan("121.20")));
    assert_eq!((found[1].payment, found[2].principal), (yuan("121.20"), yuan("6060.00")));
    assert_eq!(totals(&found).principal, yuan("12120.00"));
}

#[test]
fn planned_principal_between_due_dates_does_not_cut_the_period() {
    // 10,000.00 at 3.60 %: 1.00 a day. Due 20 March, 4,000.00 repaid on 10 March: 49 days of 10,000.00 and 10 of 6,000.00
    // from 21 January make 49.00 + 6.00, rounded once.
    let found = rows(&with(
        g2(),
        json!({"principal": "10000.00", "rate": {"fixed": "0.036"}, "method": "custom", "disbursed_on": "2020-01-21",
               "first_due_on": "2020-03-20", "instalments": 2,
               "plan": [{"on": "2020-03-10", "principal": "4000.00"}, {"on": "2020-04-20", "principal": "6000.00"}]}),
    ));
    assert_eq!(found.len(), 3);
    assert_eq!((found[0].no, found[0].days, found[0].payment), (1, 0, yuan("4000.00")));
    assert_eq!((found[1].days, found[1].interest, found[1].principal), (59, yuan("55.00"), yuan("0")));
    assert_eq!((found[2].interest, found[2].payment), (yuan("18.60"), yuan("6018.60")));
}

#[test]
fn a_rate_change_starts_a_new_payment_with_the_next_period() {
    // 3,000.00 in three equal months, 12 % and from the second due date 6 %. Payment of three rows at 1 % a month:
    // 3,000.00 x 0.01 / (1 - 1.01^-3) = 1,020.066; row 1: 30.00 + 990.07; row 2: 20.10 + 999.97. The last one clears
    // 1,009.96 with interest of half a per cent, 5.05.
    let found = rows(&with(
        g2(),
        json!({"principal": "3000.00", "day_count": "30e/360", "disbursed_on": "2020-01-20", "instalments": 3,
               "rate": {"stepped": [{"from": "2020-01-20", "rate": "0.12"}, {"from": "2020-03-20", "rate": "0.06"}]}}),
    ));
    assert_eq!((found[0].payment, found[1].payment), (yuan("1020.07"), yuan("1020.07")));
    assert_eq!((found[2].principal, found[2].interest), (yuan("1009.96"), yuan("5.05")));
}

#[test]
fn a_payment_below_its_interest_is_refused_unless_it_is_allowed() {
    // Payments of 3/4 more a year for ten years start far below the interest of 20 %.
    let terms = with(
        g2(),
        json!({"method": "graduated", "instalments": 120, "rate": {"fixed": "0.20"},
               "graduated": {"ratio": "0.75", "every": 12}}),
    );
    let refused = error(&terms);
    assert_eq!(refused.code().as_str(), "negative_amortisation");
    assert_eq!(refused.field(), "instalments[1].payment");
    let found = rows(&with(terms, json!({"negative_amortisation": true})));
    assert!(found[0].principal < Money::ZERO && found[0].closing > found[0].opening);
    assert_eq!(totals(&found).principal, yuan("50000.00"));
}

#[test]
fn a_payment_that_is_found_over_all_known_steps_sees_each_of_them() {
    // The same loan, its payment found once over the two rates: a unit paid in each row is worth 1 / 1.01 + 1 / 1.01^2 + 1 / (1.01^2 x
    // 1.005) = 0.990099 + 0.980296 + 0.975419 = 2.945814; 3,000.00 / 2.945814 = 1,018.394. Row 1: 30.00 + 988.39; row 2: 20.12 +
    // 998.27; the last clears 1,013.34 with 5.07. Payments that run are the same until the rate is reset or the term extended.
    for relevel in ["once", "running"] {
        let found = rows(&with(
            g2(),
            json!({"principal": "3000.00", "day_count": "30e/360", "disbursed_on": "2020-01-20", "instalments": 3,
                   "relevel": relevel,
                   "rate": {"stepped": [{"from": "2020-01-20", "rate": "0.12"}, {"from": "2020-03-20", "rate": "0.06"}]}}),
        ));
        let parts = found.iter().map(|row| (row.principal, row.interest)).collect::<Vec<_>>();
        let expected = [("988.39", "30.00"), ("998.27", "20.12"), ("1013.34", "5.07")];
        assert_eq!(
            parts,
            expected.map(|(principal, interest)| (yuan(principal), yuan(interest))),
            "{relevel}"
        );
    }
}

/// Without interest, three months, each payment 700.00 above the one before, and it may be below its interest.
fn growing(principal: &str) -> serde_json::Value {
    with(
        g2(),
        json!({"method": "graduated", "principal": principal, "instalments": 3, "rate": {"fixed": "0"},
               "graduated": {"amount": "700.00", "every": 1}, "negative_amortisation": true}),
    )
}

#[test]
fn no_payment_lends_more_than_its_interest() {
    // 3 x A + 700.00 + 1,400.00 is the loan: A is 0 of 2,100.00, and -300.00 of 1,200.00.
    let payments = |terms| rows(&terms).iter().map(|row| row.payment).collect::<Vec<_>>();
    assert_eq!(payments(growing("2100.00")), ["0.00", "700.00", "1400.00"].map(yuan));
    let refused = error(&growing("1200.00"));
    assert_eq!((refused.code().as_str(), refused.field()), ("out_of_range", "instalments[1].payment"));
    let told = refused.to_string();
    assert!(told.contains("expected 0 or more (payments that grow by less"), "{told}");
    assert!(told.contains("got -300.00 on 2020-02-20"), "{told}");

    // 100.00 at 50 % in two years, the second payment ten times the first: A / 1.5 + 10 x A / 2.25 = 100.00, A = 19.5652. A
    // whole first year would earn 50.00, a first period of 300 days earns 41.67: the first payment is 19.57 + 41.67 - 50.00 =
    // 11.24, its principal -30.43. One of 10 days earns 1.39: -29.04.
    let on_top = |drawn: &str| {
        let terms = json!({"principal": "100.00", "rate": {"fixed": "0.50"}, "day_count": "30e/360", "every": "1 year",
                           "instalments": 2, "disbursed_on": drawn, "first_due_on": "2021-01-20",
                           "first_period": "on_top", "graduated": {"ratio": "9", "every": 1}});
        with(growing("100.00"), terms)
    };
    let first = rows(&on_top("2020-03-20"))[0];
    assert_eq!(
        (first.interest, first.principal, first.payment),
        (yuan("41.67"), yuan("-30.43"), yuan("11.24"))
    );
    let refused = error(&on_top("2021-01-10"));
    assert_eq!(refused.field(), "instalments[1].payment");
    assert!(refused.to_string().contains("got -29.04"), "{refused}");
}

#[test]
fn interest_below_zero_is_paid_in_a_payment_below_zero() {
    // 1,000.00 at -12 %, two months, 990.00 for the last: (1,000.00 x 0.99^2 - 990.00) / (0.99 + 1) = -4.9749. Row 1: -10.00 +
    // 5.03. Row 2 clears 994.97, less 9.95.
    let terms = json!({"method": "balloon", "residual": "990.00", "principal": "1000.00", "instalments": 2,
                       "rate": {"fixed": "-0.12"}, "day_count": "30e/360", "disbursed_on": "2020-01-20"});
    let found = rows(&with(g2(), terms));
    assert_eq!((found[0].interest, found[0].principal), (yuan("-10.00"), yuan("5.03")));
    assert_eq!((found[0].payment, found[1].payment), (yuan("-4.97"), yuan("985.02")));
}

#[test]
fn what_is_asked_of_a_benchmark_is_what_was_known() {
    // LPR of one year: 4.15 % on 2020-01-15; 3.85 % a year later.
    let rate =
        |known_on| json!({"benchmark": "lpr_1y", "spread_bp": 20, "reset": "1 year", "known_on": known_on});
    let first = |terms: &serde_json::Value, no: usize| {
        let row = rows(terms)[no - 1];
        (row.days, row.interest, row.projected)
    };
    let known = with(g2(), json!({"method": "interest_only", "rate": rate("2021-02-01")}));
    // Row 14 runs from 2021-02-20 to 2021-03-20: 28 days, 50,000.00 x 0.0405 x 28 / 360 = 157.50.
    assert_eq!(first(&known, 14), (28, yuan("157.50"), false));
    // Whoever looks from March 2020 only knows 4.05 %: 0.0425 x 28 / 360 = 165.28.
    let early = with(known, json!({"rate": rate("2020-03-01")}));
    assert_eq!(first(&early, 14), (28, yuan("165.28"), true));
}

#[test]
fn a_first_due_date_may_stand_for_a_day_that_its_month_does_not_have() {
    let dates = |disbursed_on: &str| {
        let terms = json!({"disbursed_on": disbursed_on, "first_due_on": "2025-03-01", "due_day": 31, "instalments": 4,
                           "missing_day": "first_of_next_month"});
        rows(&with(g2(), terms)).iter().map(|row| row.due_on.to_string()).collect::<Vec<_>>()
    };
    // Paid out on the 31st and due each month on it: February has none, so 1 March stands for it, and April's is 1 May.
    assert_eq!(dates("2025-01-31"), ["2025-03-01", "2025-03-31", "2025-05-01", "2025-05-31"]);
    // Paid out on another day, 1 March is a day of March: anchor + 1 month is April.
    assert_eq!(dates("2025-01-20"), ["2025-03-01", "2025-05-01", "2025-05-31", "2025-07-01"]);
}

#[test]
fn an_error_names_the_row_of_a_list_and_an_object_is_no_array() {
    let stepped = |second: serde_json::Value| {
        error(&with(g2(), json!({"rate": {"stepped": [{"from": "2020-01-15", "rate": "0.04"}, second]}})))
    };
    assert_eq!(stepped(json!({"from": "2020-13-01", "rate": "0.04"})).field(), "rate.stepped[1].from");
    assert_eq!(stepped(json!({"from": "2020-02-01", "rate": "4%"})).field(), "rate.stepped[1].rate");
    assert_eq!(stepped(json!({"from": "2020-01-15", "rate": "0.05"})).field(), "rate.stepped[1].from");
    let plan = json!({"method": "custom", "every": null, "first_due_on": null, "instalments": null,
                      "plan": [{"on": "2020-06-20", "principal": "25000.00"}, {"on": "2020-05-20", "principal": "25000.00"}]});
    assert_eq!(error(&with(g2(), plan)).field(), "plan[1].on");
    for wrong in [
        json!({"rate": ["0.0435"]}),
        json!({"grace": [1, 0, false]}),
        json!({"plan": [["2020-06-20", "1.00"]]}),
    ] {
        assert!(
            serde_json::from_value::<puhui::loan::LoanForm>(with(g2(), wrong.clone())).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn rows_that_a_holiday_rolls_onto_one_day_both_fall_due_on_it() {
    // 1,000.00 at 12 % 30E/360, weekly from 2024-02-10, rolled by China's calendar: 10 and 17 February lie in the Spring Festival of
    // 2024, or on its last Saturday, and roll to Sunday 18 February, a working day. The first bills 15 days, 5.00; the second bills the
    // days between the rolled dates, none. 24 February 2024 is a Saturday: it rolls to the 26th, 8 days.
    let record: LoanRecord = serde_json::from_str(
        r#"{"currency":"CNY","principal":"1000.00","disbursed_on":"2024-02-03","rate":{"fixed":"0.12"},
            "day_count":"30e/360","method":"equal_principal","instalments":4,"every":"1 week",
            "first_due_on":"2024-02-10","rounding":"half_up",
            "business_days":{"calendar":"cn","roll":"following","interest":"adjusted"}}"#,
    )
    .unwrap();
    let rows = record.loan().unwrap().schedule().to_vec().unwrap();
    let seen: Vec<_> =
        rows.iter().map(|row| (row.no, row.due_on.to_string(), row.days, row.interest.minor())).collect();
    // 750.00 after the first, 500.00 after the second: 500.00 x 0.12 x 8 / 360 = 1.33.
    assert_eq!(seen[0], (1, "2024-02-18".to_owned(), 15, 500));
    assert_eq!(seen[1], (2, "2024-02-18".to_owned(), 0, 0));
    assert_eq!(seen[2], (3, "2024-02-26".to_owned(), 8, 133));
    assert!(rows.iter().all(|row| row.principal.minor() == 25_000));
}

#[test]
fn the_loan_at_the_head_of_the_room_schedule_has_the_rows_of_its_page() {
    // The page has the arithmetic: 12,000.00 at 4.80 %, 4.20 % from 1 April, six level payments of Actual/360, 5.00 of fees each.
    let rows = rows(&with(
        g2(),
        json!({"principal": "12000.00", "instalments": 6, "fees": {"each_instalment": "5.00"},
               "rate": {"stepped": [{"from": "2020-01-15", "rate": "0.048"}, {"from": "2020-04-01", "rate": "0.042"}]},
               "business_days": {"calendar": "cn", "roll": "following", "interest": "unadjusted"}}),
    ));
    let seen = rows.iter().map(|row| {
        let amounts = [row.opening, row.principal, row.interest, row.payment, row.closing];
        (row.due_on.to_string(), row.days, amounts)
    });
    let expected = [
        ("2020-02-20", 36, ["12000.00", "1972.15", "57.60", "2034.75", "10027.85"]),
        ("2020-03-20", 29, ["10027.85", "1990.98", "38.77", "2034.75", "8036.87"]),
        ("2020-04-20", 31, ["8036.87", "1999.08", "30.67", "2034.75", "6037.79"]),
        ("2020-05-20", 30, ["6037.79", "2005.73", "21.13", "2031.86", "4032.06"]),
        ("2020-06-22", 31, ["4032.06", "2012.28", "14.58", "2031.86", "2019.78"]),
        ("2020-07-20", 30, ["2019.78", "2019.78", "7.07", "2031.85", "0"]),
    ];
    let expected = expected.map(|(due_on, days, amounts)| (due_on.to_owned(), days, amounts.map(yuan)));
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}

#[test]
fn both_rows_of_one_day_are_printed_before_and_after_a_relief() {
    // The loan above: the rows of 10 and 17 February both fall due on 18 February 2024. Interest is waived from 26 February on.
    let record: LoanRecord = serde_json::from_str(
        r#"{"currency":"CNY","principal":"1000.00","disbursed_on":"2024-02-03","rate":{"fixed":"0.12"},
            "day_count":"30e/360","method":"equal_principal","instalments":4,"every":"1 week",
            "first_due_on":"2024-02-10","rounding":"half_up",
            "business_days":{"calendar":"cn","roll":"following","interest":"adjusted"}}"#,
    )
    .unwrap();
    let waived: Relief = serde_json::from_str(
        r#"{"granted_on":"2024-02-20","due_from":"2024-02-20","due_until":"2024-02-27","interest_meanwhile":"waived"}"#,
    )
    .unwrap();
    let printed = record.loan().unwrap().relieve(&[waived]).unwrap().to_string();
    let lines: Vec<Vec<&str>> = printed
        .lines()
        .filter(|line| line.starts_with("2024-02-"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    // Paid and balance, before and after: 250.00 + 5.00; 250.00 without interest; 250.00 + 1.33, of which 1.33 is waived.
    assert_eq!(
        lines,
        [
            ["2024-02-18", "255.00", "750.00", "255.00", "750.00"],
            ["2024-02-18", "250.00", "500.00", "250.00", "500.00"],
            ["2024-02-26", "251.33", "250.00", "250.00", "250.00"],
        ]
    );
}
