//! `interest_base: disbursed_in_total`: flat interest that is rounded once for all instalments.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "helpers outside #[test] count as tests here")]

use puhui::loan::{Account, Event, EventKind, Instalment, LoanRecord};
use puhui::{Currency, Money, parse_date};

/// 1,000.00 at 7 % over three months, and what differs.
fn record(others: &str) -> LoanRecord {
    let mut terms: serde_json::Value = serde_json::from_str(
        r#"{"currency":"CNY","principal":"1000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.07"},
            "day_count":"30e/360","method":"equal_principal","instalments":3,"every":"1 month",
            "first_due_on":"2020-02-20","rounding":"half_up","interest_base":"disbursed_in_total","overdue_earns":"never"}"#,
    )
    .unwrap();
    let others: serde_json::Map<String, serde_json::Value> = serde_json::from_str(others).unwrap();
    terms.as_object_mut().unwrap().extend(others);
    serde_json::from_value(terms).unwrap()
}

/// Principal and interest, as the schedule promises them; an account in which what is late earns nothing bills the same.
fn promised(others: &str) -> Vec<[i64; 2]> {
    let record = record(others);
    let loan = record.loan().unwrap();
    let rows = loan.schedule().to_vec().unwrap();
    let last = parse_date("2021-01-20", "day").unwrap();
    assert_eq!(Account::replay(&loan, &[], last).unwrap().instalments(), rows);
    parts(&rows)
}

fn parts(rows: &[Instalment]) -> Vec<[i64; 2]> {
    rows.iter().map(|row| [row.principal.minor(), row.interest.minor()]).collect()
}

#[test]
fn the_last_instalment_bills_what_is_left() {
    // 1,000.00 x 0.07 x 3 / 12 = 17.50; 5.8333 each, and the last 17.50 - 2 x 5.83.
    assert_eq!(promised("{}"), [[33_333, 583], [33_333, 583], [33_334, 584]]);
    // Each by itself they are 17.49.
    let each = promised(r#"{"interest_base":"disbursed"}"#);
    assert_eq!(each, [[33_333, 583], [33_333, 583], [33_334, 583]]);
    // 31, 29 and 31 of 365 days: 5.9452, 5.5616 and 5.9452 are 17.4521; 17.45 - 5.95 - 5.56 = 5.94.
    let days = promised(r#"{"day_count":"actual/365"}"#);
    assert_eq!(days, [[33_333, 595], [33_333, 556], [33_334, 594]]);
}

#[test]
fn periods_that_are_fractions_of_their_own_are_added_exactly() {
    // From 5 February 15 of the 31 days to the 20th: 5.8333 x 15 / 31 = 2.8226, then 5.8333 twice, 14.4892 in all; 14.49 - 2.82 - 5.83.
    let broken = promised(r#"{"day_count":"actual/actual_icma","disbursed_on":"2020-02-05"}"#);
    assert_eq!(broken, [[33_333, 282], [33_333, 583], [33_334, 584]]);
}

#[test]
fn a_level_payment_is_a_part_of_all_that_is_owed() {
    // 1,250.00 x 0.15 x 4 / 12 = 62.50; 1,312.50 / 4 = 328.125, in whole yuan 328.00, of which 15.625 are interest, half to even
    // 15.62. The last: 62.50 - 3 x 15.62 = 15.64, and 1,250.00 - 3 x 312.38 = 312.86.
    let level = promised(
        r#"{"principal":"1250.00","rate":{"fixed":"0.15"},"method":"equal_instalment","instalments":4,
            "payment_multiple":"1.00","rounding":"half_even"}"#,
    );
    assert_eq!(level, [[31_238, 1562], [31_238, 1562], [31_238, 1562], [31_286, 1564]]);
    // 100.01 at 6 %: 0.50005 a month, 1.50015 in all; 101.51 / 3 = 33.8367.
    let small = promised(r#"{"principal":"100.01","rate":{"fixed":"0.06"},"method":"equal_instalment"}"#);
    assert_eq!(small, [[3334, 50], [3334, 50], [3333, 50]]);
}

#[test]
fn a_tranche_raises_the_total() {
    // 1,000.00, and 500.00 more for the last two months: 5.8333, and twice 1,500.00 x 0.07 / 12 = 8.75, are 23.3333. The last:
    // 23.33 - 5.83 - 8.75. Principal: 333.33, then halves of 1,166.67.
    let record = record(r#"{"principal":"1500.00"}"#);
    let loan = record.loan().unwrap();
    let paid_out = |no, day: &str, amount| {
        let on = parse_date(day, "day").unwrap();
        let what = EventKind::Disbursed(Money::parse(amount, Currency::CNY).unwrap());
        Event { no, on, booked_on: on, what }
    };
    let events = [paid_out(1, "2020-01-20", "1000.00"), paid_out(2, "2020-02-20", "500.00")];
    let account = Account::replay(&loan, &events, parse_date("2020-02-21", "day").unwrap()).unwrap();
    assert_eq!(parts(&account.instalments()), [[33_333, 583], [58_334, 875], [58_333, 875]]);
}
