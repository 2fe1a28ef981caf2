//! Payments found anew before the rows of a relief: over what all rows bill, and beside what was put off to one of them.
//!
//! The loan is 12,000.00 at 12 % of 30E/360, six payments of 2,070.58 from 20 February 2020; a month earns 1 %. Two rows are paid:
//! 10,049.42, then 8,079.33 are left. The other four would repay 1,989.79, 2,009.68, 2,029.78 and 2,050.08. On 20 March the rate goes
//! to 24 %, so a month earns 2 %, and the payment is found anew; s(i, n) = 1/(1+i) + ... + 1/(1+i)^n.

use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

fn six(changes: Value) -> Value {
    let plain = json!({"rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6});
    with(twelve(plain), changes)
}

/// Granted on 25 January for rows from May on.
fn relief(until: &str, changes: Value) -> Value {
    let window = json!({"granted_on": "2020-01-25", "due_from": "2020-05-01", "due_until": until});
    json!({"on": "2020-01-25", "relief": with(window, changes)})
}

fn in_may(changes: Value) -> Value {
    relief("2020-05-31", changes)
}

fn in_may_and_june(changes: Value) -> Value {
    relief("2020-06-30", changes)
}

/// Principal and interest put off.
fn both(interest_meanwhile: &str, principal_caught_up: &str) -> Value {
    json!({
        "defer": "both", "interest_meanwhile": interest_meanwhile, "principal_caught_up": principal_caught_up
    })
}

/// The same with simple interest, which falls due where the principal does.
fn simple(caught_up: &str) -> Value {
    with(both("simple", caught_up), json!({"interest_caught_up": caught_up}))
}

fn reset() -> Value {
    json!({"on": "2020-03-20", "rate_reset": "0.24"})
}

/// The life in which the rows of February and March are paid.
fn paid(terms: &Value, relief: &Value, then: &Value) -> Lived {
    let first = lived(terms, json!([])).account("2020-01-20", |account| account.rows_to_come());
    let pay = |at: usize| json!({"on": first[at].due_on, "repaid": shown(first[at].payment)});
    lived(terms, json!([relief, pay(0), pay(1), then]))
}

/// The same rows for every product: those whose instalments keep their payment as a figure of its own, too.
fn check(method: &Value, relief: &Value, then: &Value, rows: &[&str]) {
    for option in [json!({}), json!({"money_ahead": "settle_next"}), json!({"money_ahead": "last"})] {
        let loan = paid(&six(with(method.clone(), option.clone())), relief, then);
        assert_eq!(loan.ahead("2020-03-20"), rows, "{relief} {then} {option}");
    }
}

#[test]
fn over_interest_that_joins_the_balance() {
    let level = json!({});
    // Shifted, the rows are those of April, July, August and September; what May and June earn joins on each due date: 1/1.02 + 1/1.02^4 +
    // 1/1.02^5 + 1/1.02^6 = 3.697940, and 8,079.33 / 3.697940 = 2,184.82.
    let each = in_may_and_june(both("capitalised_each_due_date", "shifted"));
    let rows = [
        "2020-04-20: 2023.23 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 0.00 + 0.00",
        "2020-07-20: 2058.80 + 126.02",
        "2020-08-20: 2099.98 + 84.84",
        "2020-09-20: 2141.98 + 42.84",
    ];
    check(&level, &each, &reset(), &rows);
    // At the end of the window, 4 % of what April leaves: (1 + s(0.02, 3) / 1.04) / 1.02 = (1 + 2.883883 / 1.04) / 1.02 = 3.698985,
    // and 8,079.33 / 3.698985 = 2,184.20.
    let end = in_may_and_june(both("capitalised_at_end", "shifted"));
    let rows = [
        "2020-04-20: 2022.61 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 0.00 + 0.00",
        "2020-07-20: 2058.22 + 125.98",
        "2020-08-20: 2099.38 + 84.82",
        "2020-09-20: 2141.38 + 42.83",
    ];
    check(&level, &end, &reset(), &rows);
    // Over the rows that remain, April and July: 8,079.33 / (1/1.02 + 1/1.02^4) = 8,079.33 / 1.904238 = 4,242.82.
    let over = in_may_and_june(both("capitalised_each_due_date", "over_remaining"));
    let rows = [
        "2020-04-20: 4081.23 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 0.00 + 0.00",
        "2020-07-20: 4159.62 + 83.19",
    ];
    check(&level, &over, &reset(), &rows);
}

#[test]
fn over_interest_alone_that_joins_the_balance() {
    // All rows pay A, those of May and June without interest. April leaves b = 8,240.92 - A, May b - A, June b - 2 A and 2 % of both
    // balances: 8,240.9166 - 3 A + 0.02 x (16,481.8332 - 3 A) = 8,570.553264 - 3.06 A. July: 1.02 x that = A, so A = 8,741.964329 / 4.1212.
    let end = in_may_and_june(json!({"defer": "interest", "interest_meanwhile": "capitalised_at_end"}));
    let rows = [
        "2020-04-20: 1959.63 + 161.59",
        "2020-05-20: 2121.22 + 0.00",
        "2020-06-20: 2121.22 + 0.00",
        "2020-07-20: 2079.62 + 41.59",
    ];
    check(&json!({}), &end, &reset(), &rows);
    // On each due date, as though it were in the payment: 8,079.33 / s(0.02, 4) = 8,079.33 / 3.807729 = 2,121.82.
    let each =
        in_may_and_june(json!({"defer": "interest", "interest_meanwhile": "capitalised_each_due_date"}));
    let rows = [
        "2020-04-20: 1960.23 + 161.59",
        "2020-05-20: 2121.82 + 0.00",
        "2020-06-20: 2121.82 + 0.00",
        "2020-07-20: 2080.23 + 41.60",
    ];
    check(&json!({}), &each, &reset(), &rows);
}

#[test]
fn over_interest_that_is_no_part_of_the_payment() {
    // May and June bill none: 8,079.33 x 1.02 - 3 A are left, and 1.02 x that = A: A = 8,405.734932 / 4.06 = 2,070.38.
    let rows = ["2020-04-20: 1908.79 + 161.59", "2020-05-20: 2070.38 + 0.00", "2020-06-20: 2070.38 + 0.00"];
    let waived = in_may_and_june(json!({"interest_meanwhile": "waived"}));
    check(&json!({}), &waived, &reset(), &[&rows[..], &["2020-07-20: 2029.78 + 40.60"]].concat());
    // Put off to the last row: 2 % of 6,170.54 and of 4,100.16, 123.41 + 82.00... each rounded, with 2 % of the 2,029.78 left.
    let put_off = json!({
        "defer": "interest", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
    });
    let last = "2020-07-20: 2029.78 + 40.60 + 205.41";
    check(&json!({}), &in_may_and_june(put_off), &reset(), &[&rows[..], &[last]].concat());
    // At 6 % a month of them earns 0.5 %: 8,079.33 x 1.02 x 1.005^2 x 1.02 = 8,490.002425, over 1.005^2 x 1.02 + 1.005 x 1.02 + 1.02 + 1
    // = 4.075326: 2,083.27.
    let rows = [
        "2020-04-20: 1921.68 + 161.59",
        "2020-05-20: 2052.48 + 30.79",
        "2020-06-20: 2062.74 + 20.53",
        "2020-07-20: 2042.43 + 40.85",
    ];
    check(&json!({}), &in_may_and_june(json!({"interest_meanwhile": {"at": "0.06"}})), &reset(), &rows);
}

#[test]
fn beside_principal_that_was_put_off() {
    let level = json!({});
    // 2,009.68 + 2,029.78 = 4,039.46 fall due with the last row. April leaves 8,240.9166 - A, and 1.02 x that = A + 4,039.46:
    // A = (8,405.734932 - 4,039.46) / 2.02 = 2,161.52. The interest of May and June is 121.59 each.
    let rows = [
        "2020-04-20: 1999.93 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 0.00 + 0.00",
        "2020-07-20: 6079.40 + 121.59 + 243.18",
    ];
    check(&level, &in_may_and_june(simple("at_maturity")), &reset(), &rows);
    // 2,009.68 of May fall due with the row of June: ((8,240.9166 - A) x 1.02 - A - 2,009.68) x 1.02 = A, so
    // A = (8,573.849631 - 2,049.8736) / 3.0604 = 2,131.74. May bills 2 % of 6,109.18.
    let rows = [
        "2020-04-20: 1970.15 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 4019.24 + 122.18 + 122.18",
        "2020-07-20: 2089.94 + 41.80",
    ];
    check(&level, &in_may(simple("end_of_window")), &reset(), &rows);
    // On 5 June, a row of its own: the 2,009.68 earn half of June. (8,240.9166 - A) x 1.02 - 1.01 x 2,009.68 - A is left by June, and 1.02
    // x that = A: A = (8,573.849631 - 2,070.372336) / 3.0604 = 2,125.04.
    let own = with(simple("end_of_window"), json!({"new_date": "2020-06-05"}));
    let rows = [
        "2020-04-20: 1963.45 + 161.59",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-05: 2009.68 + 0.00 + 122.32",
        "2020-06-20: 2022.82 + 102.22",
        "2020-07-20: 2083.38 + 41.67",
    ];
    check(&level, &in_may(own), &reset(), &rows);
    // Of May alone at maturity, the interest paid: A x (1.0404 + 1.02) = ... April, then June on the same balance, and July:
    // (((8,240.9166 - A) x 1.02) - A) x 1.02 = A + 2,009.68: A = (8,573.849631 - 2,009.68) / 3.0604 = 2,144.87.
    let principal = json!({
        "defer": "principal", "interest_meanwhile": "paid", "principal_caught_up": "at_maturity"
    });
    let rows = [
        "2020-04-20: 1983.28 + 161.59",
        "2020-05-20: 0.00 + 121.92",
        "2020-06-20: 2022.95 + 121.92",
        "2020-07-20: 4073.10 + 81.46",
    ];
    check(&level, &in_may(principal), &reset(), &rows);
}

#[test]
fn beside_interest_that_joins_the_balance_and_falls_due_with_the_principal() {
    // What May earns, 2 % of b = 8,240.9166 - A, joins the balance and falls due in June with the 2,009.68: June leaves 1.02 x 1.02 x b -
    // A - 2,009.68 - 0.02 b = 1.0204 b - A - 2,009.68, and 1.02 x that = A: (8,577.211925 - 2,049.8736) / 3.060808 = 2,132.55. 2 % of
    // 6,108.37 are 122.17: June repays 2,132.55 - 124.61 + 2,009.68 + 122.17.
    let rows = |june: &'static str, july: &'static str, april: &'static str| {
        [april, "2020-05-20: 0.00 + 0.00", june, july]
    };
    let end = in_may(both("capitalised_at_end", "end_of_window"));
    let expected =
        rows("2020-06-20: 4139.79 + 124.61", "2020-07-20: 2090.75 + 41.82", "2020-04-20: 1970.96 + 161.59");
    let loan = paid(&six(json!({})), &end, &reset());
    assert_eq!(loan.ahead("2020-03-20"), expected);
    // At maturity: (1.0404 b - A) x 1.02 = A + 2,009.68 + 0.02 b, so 1.041208 b - 2,009.68 = 2.02 A; b = 8,240.9166 - A:
    // (8,580.508291 - 2,009.68) / 3.061208 = 2,146.48.
    let expected =
        rows("2020-06-20: 2022.15 + 124.33", "2020-07-20: 4194.18 + 83.88", "2020-04-20: 1984.89 + 161.59");
    let loan = paid(&six(json!({})), &in_may(both("capitalised_at_end", "at_maturity")), &reset());
    assert_eq!(loan.ahead("2020-03-20"), expected);
}

#[test]
fn of_equal_shares() {
    // 2,000.00 a month: 8,000.00 are left, of which 2,000.00 are prepaid. With 2,000.00 of May put off to the last row the other 4,000.00
    // are repaid by three: 1,333.33.
    let method = json!({"method": "equal_principal"});
    let prepaid = json!({"on": "2020-03-20", "prepaid": "2000.00", "how": "keep_term"});
    let rows = [
        "2020-04-20: 1333.33 + 60.00",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1333.33 + 46.67",
        "2020-07-20: 3333.34 + 33.33 + 46.67",
    ];
    check(&method, &in_may(simple("at_maturity")), &prepaid, &rows);
    let rows = [
        "2020-04-20: 1333.33 + 60.00",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 3333.33 + 46.67 + 46.67",
        "2020-07-20: 1333.34 + 13.33",
    ];
    check(&method, &in_may(simple("end_of_window")), &prepaid, &rows);
    // The interest of May joins: (6,000.00 - s) x 1.01 = 2 s, s = 6,060.00 / 3.01 = 2,013.29; of one row more 6,060.00 / 4.01 = 1,511.22.
    let rows = [
        "2020-04-20: 2013.29 + 60.00",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 2013.29 + 40.27",
        "2020-07-20: 2013.29 + 20.13",
    ];
    check(&method, &in_may(both("capitalised_at_end", "over_remaining")), &prepaid, &rows);
    let rows = [
        "2020-04-20: 1511.22 + 60.00",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1511.22 + 45.34",
        "2020-07-20: 1511.22 + 30.22",
        "2020-08-20: 1511.23 + 15.11",
    ];
    check(&method, &in_may(both("capitalised_each_due_date", "shifted")), &prepaid, &rows);
    // The interest alone: 6,000.00 - 2 s and 1 % of 6,000.00 - s are left for two rows, so s = 6,060.00 / 4.01, too.
    let alone = in_may(json!({"defer": "interest", "interest_meanwhile": "capitalised_each_due_date"}));
    let rows = [
        "2020-04-20: 1511.22 + 60.00",
        "2020-05-20: 1511.22 + 0.00",
        "2020-06-20: 1511.22 + 30.22",
        "2020-07-20: 1511.23 + 15.11",
    ];
    check(&method, &alone, &prepaid, &rows);
}

#[test]
fn of_a_balloon() {
    // Payments of 1,095.29 leave 6,000.00 to the last row: (12,000.00 - 6,000.00 / 1.01^6) / 5.795476. Two leave 10,039.67; May would
    // repay 1,004.84, which fall due with the last row: 10,039.67 x 1.061208 - 1,004.84 - 6,000.00 = 3,649.338126, over 3.0604: 1,192.44.
    let method = json!({"method": "balloon", "residual": "6000.00"});
    let rows = [
        "2020-04-20: 991.65 + 200.79",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1011.48 + 180.96",
        "2020-07-20: 8036.54 + 160.73 + 180.96",
    ];
    check(&method, &in_may(simple("at_maturity")), &reset(), &rows);
    // Over the rows that remain, the interest of May joining: (10,039.67 - 6,000.00 / 1.02^4) / (1/1.02 + 1/1.02^3 + 1/1.02^4) =
    // (10,039.67 - 5,543.072) / 2.846559 = 1,579.66.
    let rows = [
        "2020-04-20: 1378.87 + 200.79",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1402.98 + 176.68",
        "2020-07-20: 7431.04 + 148.62",
    ];
    check(&method, &in_may(both("capitalised_each_due_date", "over_remaining")), &reset(), &rows);
}

#[test]
fn over_a_longer_term() {
    // Two rows more on 20 March, at 12 %. The 2,009.68 of May stay with the row of July: 8,079.33 = A x (1/1.01 + 1/1.01^2 + ... + 1/1.01^5) +
    // 2,009.68 / 1.01^3, the month of May no part of it: (8,079.33 - 1,950.58) / 4.853431 = 1,262.77.
    let longer =
        json!({"on": "2020-03-20", "relief": {"granted_on": "2020-03-20", "maturity": {"moved_by": 2}}});
    let rows = [
        "2020-04-20: 1181.98 + 80.79",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1193.80 + 68.97",
        "2020-07-20: 3215.41 + 57.04 + 68.97",
        "2020-08-20: 1237.89 + 24.88",
        "2020-09-20: 1250.25 + 12.50",
    ];
    check(&json!({}), &in_may(simple("at_maturity")), &longer, &rows);
    // The interest of May joins: 8,079.33 / (1/1.01 + 1/1.01^3 + ... + 1/1.01^6) = 8,079.33 / (5.795476 - 0.980296) = 1,677.89.
    let rows = [
        "2020-04-20: 1597.10 + 80.79",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 1612.42 + 65.47",
        "2020-07-20: 1628.54 + 49.35",
        "2020-08-20: 1644.83 + 33.06",
        "2020-09-20: 1661.26 + 16.61",
    ];
    check(&json!({}), &in_may(both("capitalised_each_due_date", "over_remaining")), &longer, &rows);
}

#[test]
fn over_the_rows_that_remain_with_arrears() {
    // Nothing is paid; on 5 April the 3,920.67 of principal in arrears fall due with the rows ahead, of which that of April bills all
    // 12,000.00. (12,120.00 - A) x 1.0201 = 1.01 A + A + 2,009.68: A = (12,363.612 - 2,009.68) / 3.0301 = 3,417.03. The 120.00 and
    // 120.00 of interest in arrears are caught up by four rows; May puts off 87.03.
    let events = json!([in_may(simple("at_maturity")), {"on": "2020-04-05", "re_amortised": true}]);
    assert_eq!(
        lived(&six(json!({})), events).ahead("2020-04-05"),
        [
            "2020-04-20: 3297.03 + 120.00 + 60.00",
            "2020-05-20: 0.00 + 0.00 + 60.00",
            "2020-06-20: 3330.00 + 87.03 + 60.00",
            "2020-07-20: 5372.97 + 53.73 + 147.03"
        ]
    );
}

#[test]
fn what_was_put_off_falls_due_with_new_rows() {
    // 3,000.00 a month, those of February put off with their 120.00 to the last row. On 25 February four rows take the place of the three
    // ahead: 3,000.00 each, and 30.00 of the 120.00. The second time, on 25 March, two take the place of three: 90.00 are left.
    let terms = twelve(json!({"rate": {"fixed": "0.12"}, "instalments": 4}));
    let february = json!({"granted_on": "2020-01-25", "due_from": "2020-02-01", "due_until": "2020-02-28"});
    let february = json!({"on": "2020-01-25", "relief": with(february, simple("at_maturity"))});
    let re_aged = |on: &str, instalments: u8, first: &str| json!({"on": on, "re_aged": {"instalments": instalments, "first_due_on": first}});
    let once = json!([february, re_aged("2020-02-25", 4, "2020-03-20")]);
    assert_eq!(
        lived(&terms, once).ahead("2020-02-25"),
        [
            "2020-03-20: 3000.00 + 120.00 + 30.00",
            "2020-04-20: 3000.00 + 90.00 + 30.00",
            "2020-05-20: 3000.00 + 60.00 + 30.00",
            "2020-06-20: 3000.00 + 30.00 + 30.00"
        ]
    );
    let twice = lived(
        &terms,
        json!([
            february,
            re_aged("2020-02-25", 4, "2020-03-20"),
            {"on": "2020-03-20", "repaid": "3150.00"},
            re_aged("2020-03-25", 2, "2020-04-20"),
            {"on": "2020-04-20", "repaid": "4635.00"}
        ]),
    );
    assert_eq!(
        twice.ahead("2020-03-25"),
        ["2020-04-20: 4500.00 + 90.00 + 45.00", "2020-05-20: 4500.00 + 45.00 + 45.00"]
    );
    let day = twice.on("2020-05-20");
    assert_eq!(texts([day.interest_deferred, day.pay_off]), ["0.00", "4590.00"]);
    assert_eq!(owed(&day), ["2020-05-20: interest 90.00, principal 4500.00"]);
    twice.entries("2020-05-20");
}

#[test]
fn beside_a_payment_below_its_interest_that_was_put_off() {
    // 60 payments from 20 April, the first of which bills three months, 360.00: 12,000.00 x 1.03 / (1 + s(0.01, 59)) = 12,360.00 / 45.404589
    // = 272.22, and 87.78 would join the balance. They are put off to the last row, which pays so much less: at 2 % a month from then on
    // (12,000.00 + 87.78 / 1.02^59) / s(0.02, 59) = 12,027.29 / 34.456104 = 349.06.
    let terms = twelve(json!({
        "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 60, "first_due_on": "2020-04-20",
        "negative_amortisation": true
    }));
    let april = json!({
        "granted_on": "2020-01-25", "due_from": "2020-04-01", "due_until": "2020-04-30", "defer": "principal",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"
    });
    let events = json!([
        {"on": "2020-01-25", "relief": april},
        {"on": "2020-04-20", "repaid": "360.00"},
        {"on": "2020-04-20", "rate_reset": "0.24"}
    ]);
    let rows = lived(&terms, events).account("2020-04-20", |account| account.rows_to_come());
    let payments: Vec<String> = rows.iter().map(|row| shown(row.payment)).collect();
    assert_eq!(payments[..58], ["349.06"; 58]);
    // Row by row 58 of them leave 256.27, which bill 5.13: 349.06 - 87.78 = 261.28, and what 0.0012 a month come to.
    assert_eq!((payments[58].as_str(), payments.len()), ("261.40", 59));
}
