//! `interest_cap: payment`: a row bills no more interest than its payment, and the rest is carried on to the rows that follow. The
//! same in a schedule, under reliefs and in an account, worked by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use crate::support::terms::{error, record, rows, with, yuan};
use puhui::loan::{Account, Event, EventForm, Instalment, Relief, Totals};
use puhui::{Currency, Money, parse_date};
use serde_json::{Value, json};

/// 1,200.00 at 24 % of 30E/360, drawn a year before the first of twelve monthly payments. A / 1.24 x (1 + (1 - 1.02^-11) / 0.02) =
/// 1,200.00, A = 137.9458.
///
/// The first year earns 288.00: row 1 bills 137.95 of it and carries 150.05 on. Row 2 earns 24.00, 174.05 together: 137.95 again, and
/// 36.10 go on. Row 3 bills 24.00 + 36.10 = 60.10, and repays 77.85.
fn year_long(changes: Value) -> Value {
    let plain = json!({
        "currency": "CNY", "principal": "1200.00", "disbursed_on": "2019-01-20", "rate": {"fixed": "0.24"},
        "day_count": "30e/360", "method": "equal_instalment", "instalments": 12, "every": "1 month",
        "first_due_on": "2020-01-20", "rounding": "half_up", "interest_cap": "payment"
    });
    with(plain, changes)
}

/// Its rows: what is left earns 2 % a month, 1,122.15 earn 22.44, and so on; the last clears 130.75.
const YEAR_LONG: [[&str; 2]; 12] = [
    ["0.00", "137.95"],
    ["0.00", "137.95"],
    ["77.85", "60.10"],
    ["115.51", "22.44"],
    ["117.82", "20.13"],
    ["120.17", "17.78"],
    ["122.58", "15.37"],
    ["125.03", "12.92"],
    ["127.53", "10.42"],
    ["130.08", "7.87"],
    ["132.68", "5.27"],
    ["130.75", "2.62"],
];

/// Principal and interest of rows.
fn parts(rows: &[Instalment]) -> Vec<[Money; 2]> {
    rows.iter().map(|row| [row.principal, row.interest]).collect()
}

fn expected(rows: &[[&str; 2]]) -> Vec<[Money; 2]> {
    rows.iter().map(|row| row.map(yuan)).collect()
}

#[test]
fn a_first_period_that_earns_more_than_the_payment() {
    let found = rows(&year_long(json!({})));
    assert_eq!(parts(&found), expected(&YEAR_LONG));
    // 288.00 + 3 x 24.00 of 1,200.00 less what is said twice: what was earned is what was billed. 288.00 + 24.00 + 24.00 + 22.44 +
    // 20.13 + 17.78 + 15.37 + 12.92 + 10.42 + 7.87 + 5.27 + 2.62 = 450.82.
    assert_eq!(Totals::of(&found).unwrap().interest, yuan("450.82"));
    // Without the option the first payment is refused.
    assert_eq!(error(&year_long(json!({"interest_cap": null}))).field(), "instalments[1].payment");
}

#[test]
fn fifty_days_at_24_percent() {
    // 10,000.00 x 0.24 x 50 / 365 = 328.77, the payment of sixty rows 291.25: 37.52 go on. Row 2: 29 days are 190.68, with them 228.20;
    // 63.05 of principal. Row 3: 9,936.95 for 31 days, 202.55.
    let found = rows(&json!({
        "currency": "USD", "principal": "10000.00", "disbursed_on": "2020-01-01", "rate": {"fixed": "0.24"},
        "day_count": "actual/365", "method": "equal_instalment", "instalments": 60, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "interest_cap": "payment"
    }));
    let first = [["0.00", "291.25"], ["63.05", "228.20"], ["88.70", "202.55"]];
    assert_eq!(parts(&found[..3]), expected(&first));
    assert_eq!(parts(&found[59..]), expected(&[["283.48", "5.78"]]));
}

#[test]
fn every_method_that_fixes_payments_carries_on() {
    // Flat interest: 288.00 + 11 x 24.00 = 552.00 of 1,200.00, payments of 1,752.00 / 12 = 146.00. Row 1 carries 142.00 on, row 2
    // 142.00 + 24.00 - 146.00 = 20.00, row 3 bills 44.00. Then 122.00 + 24.00 each.
    let found = parts(&rows(&year_long(json!({"interest_base": "disbursed"}))));
    assert_eq!(found[..3], expected(&[["0.00", "146.00"], ["0.00", "146.00"], ["102.00", "44.00"]]));
    assert_eq!(found[3..], expected(&[["122.00", "24.00"]; 9]));

    // 600.00 left to the last of four rows: A x (1 + 1.02 + 1.0404 + 1.061208) = 1,200.00 x 1.24 x 1.061208 - 600.00 x 1 - so A =
    // 237.5475. Row 1 carries 50.45 on; row 2 bills 74.45 and repays 163.10; 1,036.90 earn 20.74, 820.09 earn 16.40.
    let balloon = json!({"method": "balloon", "residual": "600.00", "instalments": 4});
    let rows_of = [["0.00", "237.55"], ["163.10", "74.45"], ["216.81", "20.74"], ["820.09", "16.40"]];
    assert_eq!(parts(&rows(&year_long(balloon))), expected(&rows_of));

    // Payments that are half as much again every second row: 166.2166, 249.3249, 373.9873. Row 1 carries 288.00 - 166.22 = 121.78 on,
    // row 2 bills 145.78.
    let graduated =
        json!({"method": "graduated", "graduated": {"ratio": "0.5", "every": 2}, "instalments": 6});
    let rows_of = [
        ["0.00", "166.22"],
        ["20.44", "145.78"],
        ["225.73", "23.59"],
        ["230.24", "19.08"],
        ["359.52", "14.47"],
        ["364.07", "7.28"],
    ];
    assert_eq!(parts(&rows(&year_long(graduated))), expected(&rows_of));
}

#[test]
fn a_rate_that_rises_within_a_period_and_for_good() {
    // 1,200.00 at 12 % over 120 rows: 17.2165. From the middle of row 3 on 60 %: 1,189.51 x (0.005 + 0.025) = 35.69, of which 18.47 go
    // on. The payment anew is 1,189.51 x 0.05 / (1 - 1.05^-117) = 59.6735; a month earns 59.48, so that what was carried on falls by
    // 0.19 a row.
    let terms = year_long(json!({
        "instalments": 120, "first_due_on": "2019-02-20",
        "rate": {"stepped": [{"from": "2019-01-20", "rate": "0.12"}, {"from": "2019-04-05", "rate": "0.60"}]}
    }));
    let found = parts(&rows(&terms));
    let first =
        [["5.22", "12.00"], ["5.27", "11.95"], ["0.00", "17.22"], ["0.00", "59.67"], ["0.00", "59.67"]];
    assert_eq!(found[..5], expected(&first));
    assert_eq!(found[119..], expected(&[["1183.71", "59.19"]]));
}

#[test]
fn a_grace_bills_what_it_earns_and_the_last_row_whatever_is_left() {
    // The row of the grace pays no principal, and has no payment that its interest could be more than: 288.00. 1,200.00 x 0.02 / (1 -
    // 1.02^-11) = 122.61 after it.
    let found = parts(&rows(&year_long(json!({"grace": {"principal": 1}}))));
    assert_eq!(found[..2], expected(&[["0.00", "288.00"], ["98.61", "24.00"]]));

    // Two rows: A x (1.02 + 1) = 1,200.00 x 1.24 x 1.02, 751.3663. One row of a first period of five years: 1,440.00 of interest, a
    // payment of 2,640.00 x 1.02 / 2.02 = 1,333.0693, and the last bills the 106.93 that are left with 24.00.
    let found = parts(&rows(&year_long(json!({"instalments": 2, "disbursed_on": "2015-01-20"}))));
    assert_eq!(found, expected(&[["0.00", "1333.07"], ["1200.00", "130.93"]]));
}

#[test]
fn interest_below_zero_is_billed_as_it_is_earned() {
    // 1,200.00 at -12 %, two months: 1,200.00 x 0.9801 / 1.99 = 591.0151; -12.00, and -5.97 of 596.98 (1,200.00 - 603.02).
    let terms =
        year_long(json!({"rate": {"fixed": "-0.12"}, "instalments": 2, "disbursed_on": "2019-12-20"}));
    let promised = rows(&terms);
    assert_eq!(parts(&promised), expected(&[["603.02", "-12.00"], ["596.98", "-5.97"]]));
    assert_eq!(parts(&ahead(&terms, &json!([]), "2019-12-31")), parts(&promised));
}

#[test]
fn extra_days_on_top_are_part_of_the_payment() {
    // The payments see a regular first month: 1,200.00 x 0.02 / (1 - 1.02^-12) = 113.4715. The first is 113.47 + 288.00 - 24.00, above
    // its interest.
    let found = rows(&year_long(json!({"first_period": "on_top"})));
    assert_eq!(parts(&found[..1]), expected(&[["89.47", "288.00"]]));
}

// ---------------------------------------------------------------- reliefs

fn relieved(relief: Value) -> Vec<Instalment> {
    let reliefs: Vec<Relief> =
        serde_json::from_value(json!([with(json!({"granted_on": "2020-01-01"}), relief)])).unwrap();
    let record = record(&year_long(json!({}))).unwrap();
    record.loan().unwrap().relieve(&reliefs).unwrap().after().to_vec()
}

#[test]
fn a_relief_puts_off_what_a_row_asks_for_and_not_what_it_carries_on() {
    // Row 1 asks for 137.95 of interest, and 137.95 are put off; the 150.05 that it carries on are billed with row 2, as agreed.
    let found = relieved(json!({
        "due_from": "2020-01-20", "due_until": "2020-01-31", "defer": "both", "principal_caught_up": "end_of_window",
        "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"
    }));
    assert_eq!((found[0].payment, found[0].interest_deferred), (Money::ZERO, yuan("137.95")));
    assert_eq!((found[1].deferred_interest_paid, found[1].payment), (yuan("137.95"), yuan("275.90")));
    assert_eq!(parts(&found[1..]), expected(&YEAR_LONG[1..]));

    // Waived, it is owed no more; what is carried on is.
    let found = relieved(json!({
        "due_from": "2020-02-20", "due_until": "2020-02-20", "interest_meanwhile": "waived"
    }));
    assert_eq!(found[1].payment, Money::ZERO);
    assert_eq!(parts(&found[2..]), expected(&YEAR_LONG[2..]));
}

#[test]
fn a_relief_of_principal_leaves_no_row_more_interest_than_its_payment() {
    // The principal of rows 1 to 3 is 0, 0 and 77.85: row 4 repays 115.51 + 77.85, and earns 24.00.
    let found = relieved(json!({
        "due_from": "2020-01-20", "due_until": "2020-03-20", "defer": "principal",
        "principal_caught_up": "end_of_window", "interest_meanwhile": "paid"
    }));
    let first = [["0.00", "137.95"], ["0.00", "137.95"], ["0.00", "60.10"], ["193.36", "24.00"]];
    assert_eq!(parts(&found[..4]), expected(&first));
    assert_eq!(parts(&found[4..]), expected(&YEAR_LONG[4..]));

    // Row 3 alone, over the nine rows that remain: 1,200.00 x 0.02 / (1 - 1.02^-9) = 147.0185.
    let found = relieved(json!({
        "due_from": "2020-03-20", "due_until": "2020-03-20", "defer": "principal",
        "principal_caught_up": "over_remaining", "interest_meanwhile": "paid"
    }));
    let first = [["0.00", "137.95"], ["0.00", "137.95"], ["0.00", "60.10"], ["123.02", "24.00"]];
    assert_eq!(parts(&found[..4]), expected(&first));
}

#[test]
fn a_row_that_moves_keeps_its_payment() {
    // Row 1 moves to the place of row 2 with its payment of 137.95: 150.05 + 24.00 - 137.95 = 36.10 go on from there, as they did
    // from row 2, and so on to row 12, which repays all; row 13 asks for nothing.
    let found = relieved(json!({
        "due_from": "2020-01-20", "due_until": "2020-01-31", "defer": "both", "principal_caught_up": "shifted",
        "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"
    }));
    assert_eq!(found.len(), 13);
    assert_eq!(parts(&found[1..12]), expected(&YEAR_LONG[1..]));
    assert_eq!(found[1].deferred_interest_paid, yuan("137.95"));
    assert_eq!(found[12].payment, Money::ZERO);
}

// ---------------------------------------------------------------- accounts

fn lived<T>(terms: &Value, events: &Value, day: &str, look: impl FnOnce(&Account<'_, '_>) -> T) -> T {
    let record = record(terms).unwrap();
    let forms: Vec<EventForm> = serde_json::from_value(events.clone()).unwrap();
    let events: Vec<Event> =
        (1..).zip(&forms).map(|(place, form)| form.read(Currency::CNY, place).unwrap()).collect();
    let loan = record.loan().unwrap();
    let account = Account::replay(&loan, &events, parse_date(day, "day").unwrap());
    look(&account.unwrap_or_else(|error| panic!("{error}\n{terms}")))
}

fn ahead(terms: &Value, events: &Value, day: &str) -> Vec<Instalment> {
    lived(terms, events, day, |account| account.rows_to_come())
}

#[test]
fn an_account_that_is_paid_on_the_day_is_the_promise() {
    for changes in [
        json!({}),
        json!({"interest_base": "disbursed"}),
        json!({"method": "balloon", "residual": "600.00", "instalments": 4}),
        json!({"method": "graduated", "graduated": {"ratio": "0.5", "every": 2}, "instalments": 6}),
        json!({"level_last": 3}),
        json!({"first_due_on": "2019-02-20", "instalments": 120,
               "rate": {"stepped": [{"from": "2019-01-20", "rate": "0.12"}, {"from": "2019-04-05", "rate": "0.60"}]}}),
    ] {
        let terms = year_long(changes);
        let promised = rows(&terms);
        assert_eq!(parts(&ahead(&terms, &json!([]), "2019-01-31")), parts(&promised), "{terms}");
        let shown = |money: Money| money.display(Currency::CNY).to_string();
        let paid: Vec<Value> =
            promised.iter().map(|row| json!({"on": row.due_on, "repaid": shown(row.payment)})).collect();
        for (billed, row) in (1..).zip(&promised) {
            let (events, day) = (json!(paid[..billed]), row.due_on.to_string());
            let (left, owed) =
                lived(&terms, &events, &day, |account| (account.rows_to_come(), account.position().clone()));
            assert_eq!(parts(&left), parts(&promised[billed..]), "{day} {terms}");
            assert_eq!((owed.arrears.len(), owed.credit), (0, Money::ZERO), "{day} {terms}");
        }
    }
    // What row 1 carried on is owed by whoever pays all off on its day.
    let paid = json!([{"on": "2020-01-20", "repaid": "137.95"}]);
    let position = lived(&year_long(json!({})), &paid, "2020-01-20", |account| account.position().clone());
    assert_eq!((position.interest_accrued, position.pay_off), (yuan("150.05"), yuan("1350.05")));
}

#[test]
fn a_payment_that_lends_its_interest_does_so_where_payments_are_kept() {
    // Row 1 of the same loan with its interest joining the balance instead: 288.00 - 137.95 = 150.05 are lent. Level last or not, the
    // account asks for what was promised.
    for rounds in [0, 3] {
        let terms =
            year_long(json!({"interest_cap": null, "negative_amortisation": true, "level_last": rounds}));
        let promised = rows(&terms);
        assert_eq!(parts(&ahead(&terms, &json!([]), "2019-01-31")), parts(&promised));
    }
    let terms = year_long(json!({"interest_cap": null, "negative_amortisation": true}));
    assert_eq!(parts(&rows(&terms)[..1]), expected(&[["-150.05", "288.00"]]));
}
