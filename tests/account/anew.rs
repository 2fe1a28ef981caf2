//! Payments found anew: over what their rows bill, on the balance that they start from, and once.
//!
//! The loan is 12,000.00 at 12 % of 30E/360, six payments from 20 February 2020; a month earns 1 %. With s(i, n) = 1/(1+i) + ... +
//! 1/(1+i)^n: 12,000.00 / s(0.01, 6) = 12,000.00 / 5.795476 = 2,070.58. The first row is 1,950.58 + 120.00, which leaves 10,049.42.

use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, twelve};
use crate::support::terms::with;

fn six(changes: Value) -> Value {
    let plain = json!({"rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6});
    with(twelve(plain), changes)
}

fn penalty() -> Value {
    json!({"penalty": {"mark_up": "0.50"}})
}

/// To 24 % on 5 March, the row of 20 February unpaid.
fn reset() -> Value {
    json!({"on": "2020-03-05", "rate_reset": "0.24"})
}

fn payments(loan: &Lived, day: &str) -> Vec<String> {
    loan.account(day, |account| account.rows_to_come()).iter().map(|row| shown(row.payment)).collect()
}

#[test]
fn after_a_reset_while_something_is_overdue() {
    // Row 2 keeps its payment and bills all 12,000.00: 15 days of 4.00 and 15 of 8.00 are 180.00, so 1,890.58 of principal. On
    // the 8,158.84 that are left: 8,158.84 / s(0.02, 4) = 8,158.84 / 3.807729 = 2,142.71.
    let loan = lived(&six(json!({})), json!([reset()]));
    let found = ["2142.71", "2142.71", "2142.71", "2142.69"];
    assert_eq!(payments(&loan, "2020-03-20"), found);
    // It stays, however long nothing is paid: the three rows bill 2 % of 12,000.00 each, and repay 1,902.71; the last bills as
    // much, and repays 8,158.84 - 3 x 1,902.71 = 2,450.71.
    for day in ["2020-03-21", "2020-04-05", "2020-04-19", "2020-04-20"] {
        assert_eq!(payments(&loan, day)[0], "2142.71", "{day}");
    }
    assert_eq!(
        owed(&loan.on("2020-07-20"))[2..],
        [
            "2020-04-20: interest 240.00, principal 1902.71",
            "2020-05-20: interest 240.00, principal 1902.71",
            "2020-06-20: interest 240.00, principal 1902.71",
            "2020-07-20: interest 240.00, principal 2450.71"
        ]
    );
    // With a penalty overdue principal earns nothing else: row 2 bills 10,049.42 x 0.015 = 150.74, and repays 1,919.84;
    // 8,129.58 / 3.807729 = 2,135.02.
    let loan = lived(&six(penalty()), json!([reset()]));
    for day in ["2020-03-20", "2020-04-05", "2020-04-19"] {
        assert_eq!(payments(&loan, day)[0], "2135.02", "{day}");
    }
}

#[test]
fn after_two_resets() {
    // The second one, to 6 % on 5 April, finds the payments of the rows from 20 April on; the running row keeps its 2,142.71. It
    // bills 12,000.00 for 15 days at 24 % and 15 at 6 %: 120.00 + 30.00, and repays 1,992.71. 6,166.13 / s(0.005, 3) =
    // 6,166.13 / 2.970248 = 2,075.96.
    let second = json!({"on": "2020-04-05", "rate_reset": "0.06"});
    let loan = lived(&six(json!({})), json!([reset(), second]));
    assert_eq!(owed(&loan.on("2020-04-20"))[2], "2020-04-20: interest 150.00, principal 1992.71");
    assert_eq!(payments(&loan, "2020-04-20")[..2], ["2075.96", "2075.96"]);
    // Both in one row, on 5 and 15 March: 60.00 + 10 days of 8.00 + 5 of 2.00 = 150.00, 1,920.58 of principal; 8,128.84 /
    // s(0.005, 4) = 8,128.84 / 3.950496 = 2,057.68.
    let third = json!({"on": "2020-03-15", "rate_reset": "0.06"});
    let loan = lived(&six(json!({})), json!([reset(), third]));
    assert_eq!(payments(&loan, "2020-03-20")[..2], ["2057.68", "2057.68"]);
    assert_eq!(payments(&loan, "2020-04-10")[0], "2057.68");
}

#[test]
fn after_a_reset_on_a_due_date() {
    // The period that begins on 20 March has the new rate. Row 2 bills 120.00 and repays 1,950.58: 8,098.84 / 3.807729 =
    // 2,126.95. With a penalty it bills 100.49: 8,079.33 / 3.807729 = 2,121.82.
    let on_due_date = json!([{"on": "2020-03-20", "rate_reset": "0.24"}]);
    for (terms, payment) in [(six(json!({})), "2126.95"), (six(penalty()), "2121.82")] {
        let loan = lived(&terms, on_due_date.clone());
        for day in ["2020-03-20", "2020-04-01"] {
            assert_eq!(payments(&loan, day)[0], payment, "{day}");
        }
    }
}

#[test]
fn with_a_prepayment_after_a_reset() {
    // 7,000.00 on 5 April pay 120.00 + 180.00, 1,950.58 + 1,890.58, the 120.00 that 12,000.00 earned in 15 days at 24 %, and
    // 2,738.84 of principal: 5,420.00 are left. The running row keeps 2,142.71 and bills 120.00 + 5,420.00 x 0.01 = 174.20: 1,968.51
    // of principal, 54.20 of it still to pay. 3,451.49 / s(0.02, 3) = 3,451.49 / 2.883883 = 1,196.82.
    let prepaid = json!({"on": "2020-04-05", "prepaid": "7000.00", "how": "keep_term"});
    let loan = lived(&six(json!({})), json!([reset(), prepaid]));
    let rows = loan.ahead("2020-04-05");
    assert_eq!(rows[0], "2020-04-20: 1968.51 + 54.20");
    assert_eq!(payments(&loan, "2020-04-05")[1..], ["1196.82"; 3]);
}

#[test]
fn of_a_balloon_and_of_rising_payments() {
    // 6,000.00 are left to the last row: (12,000.00 - 6,000.00 / 1.01^6) / 5.795476 = 1,095.29. Row 1 leaves 11,024.71, row 2 bills
    // 180.00 and leaves 10,109.42; (10,109.42 - 6,000.00 x 0.923845) / 3.807729 = 1,199.23.
    let balloon = six(json!({"method": "balloon", "residual": "6000.00"}));
    let loan = lived(&balloon, json!([reset()]));
    for day in ["2020-03-20", "2020-04-10"] {
        assert_eq!(payments(&loan, day)[..3], ["1199.23"; 3], "{day}");
    }
    // Each a tenth more than the one before: 12,000.00 / 7.432118 = 1,614.61, then 1,776.08. Rows of 1,494.61 and 1,776.08 - 180.00
    // leave 8,909.31. 1/1.02 + 1.1/1.02^2 + 1.21/1.02^3 + 1.331/1.02^4 = 4.407526: 2,021.39, 2,223.52, 2,445.88.
    let rising = six(json!({"method": "graduated", "graduated": {"ratio": "0.10", "every": 1}}));
    let loan = lived(&rising, json!([reset()]));
    for day in ["2020-03-20", "2020-04-10"] {
        assert_eq!(payments(&loan, day)[..3], ["2021.39", "2223.52", "2445.88"], "{day}");
    }
}

#[test]
fn over_new_rows_by_what_the_first_of_them_bills() {
    // Nothing paid; on 5 August three rows from 5 September. Without a penalty 12,000.00 earned 60.00 since 20 July, and earn 120.00
    // more: (12,000.00 + 180.00) / (1 + s(0.01, 2)) = 12,180.00 / 2.970395 = 4,100.46; of the 720.00 unpaid 240.00 with each.
    let re_aged = json!({"on": "2020-08-05", "re_aged": {"instalments": 3, "first_due_on": "2020-09-05"}});
    let loan = lived(&six(json!({})), json!([re_aged]));
    assert_eq!(payments(&loan, "2020-08-05")[..2], ["4340.46", "4340.46"]);
    assert_eq!(payments(&loan, "2020-08-20")[..2], ["4340.46", "4340.46"]);
    // With one, the days before the change cost a penalty alone: 12,120.00 / 2.970395 = 4,080.27.
    let loan = lived(&six(penalty()), json!([re_aged]));
    let first = loan.ahead("2020-08-05")[0].clone();
    // 4,080.27 - 120.00; the interest of the six rows is 423.48, of it a third.
    assert_eq!(first, "2020-09-05: 3960.27 + 120.00 + 141.16");
}

#[test]
fn over_the_rows_that_remain_in_mid_period() {
    // Two rows unpaid on 5 April. Without a penalty the row of 20 April bills 12,000.00 for all of its month: 12,120.00 / (1 +
    // s(0.01, 3)) = 12,120.00 / 3.940985 = 3,075.37, and a quarter of 240.00.
    let events = json!([{"on": "2020-04-05", "re_amortised": true}]);
    let loan = lived(&six(json!({})), events.clone());
    assert_eq!(loan.ahead("2020-04-05")[0], "2020-04-20: 2955.37 + 120.00 + 60.00");
    // With one it bills 8,079.33 for 15 days and 12,000.00 for 15: 40.39665 + 60.00; 12,100.39665 / 3.940985 = 3,070.40. The 120.00
    // and 100.49 are caught up by four.
    let loan = lived(&six(penalty()), events);
    assert_eq!(loan.ahead("2020-04-05")[0], "2020-04-20: 2970.00 + 100.40 + 55.12");
    assert_eq!(payments(&loan, "2020-04-10")[0], "3125.52");
}

#[test]
fn over_a_longer_term_in_arrears() {
    // Three rows more on 5 April. 8,098.84 earn 80.9884 in the running row, the 3,901.16 overdue 19.5058 to the day of the change:
    // 8,199.3342 / (1 + s(0.01, 6)) = 8,199.3342 / 6.795476 = 1,206.59. With a penalty 8,079.33 x 1.01 / 6.795476 = 1,200.82.
    let longer = json!({"granted_on": "2020-04-05", "maturity": {"moved_by": 3}});
    for (terms, payment) in [(six(json!({})), "1206.59"), (six(penalty()), "1200.82")] {
        let loan = lived(&terms, json!([{"on": "2020-04-05", "relief": longer}]));
        for day in ["2020-04-05", "2020-04-19"] {
            let payments = payments(&loan, day);
            assert_eq!(
                (payments.len(), payments[0].as_str(), payments[5].as_str()),
                (7, payment, payment),
                "{day}"
            );
        }
    }
}

#[test]
fn a_rate_and_new_rows_of_one_day_are_one_change() {
    // On 5 April 24 %, and three rows from 5 May: 15 days at 12 % on 12,000.00 and 30 at 24 % are 60.00 + 240.00; 12,300.00 / (1 +
    // s(0.02, 2)) = 12,300.00 / 2.941561 = 4,181.45. With a penalty 8,079.33 x 0.005 = 40.39665 in the place of the 60.00: 4,174.79.
    let rate = json!({"on": "2020-04-05", "rate_reset": "0.24"});
    let rows = json!({"on": "2020-04-05", "re_aged": {"instalments": 3, "first_due_on": "2020-05-05"}});
    for events in [json!([rate, rows]), json!([rows, rate])] {
        // 4,181.45 and a third of 240.00; 4,174.79 and a third of 220.49.
        assert_eq!(payments(&lived(&six(json!({})), events.clone()), "2020-04-05")[0], "4261.45");
        assert_eq!(payments(&lived(&six(penalty()), events), "2020-04-05")[0], "4248.29");
    }
}

#[test]
fn rows_that_fell_away_stay_away() {
    // 2,070.58 and 5,000.00 on 20 February leave 5,049.42: two payments, and 989.04 + 9.89 on 20 May. To 24 % on 1 March: the
    // running row bills 5,049.42 x (11 x 0.12 + 19 x 0.24) / 360 = 82.47 and repays 1,988.11; 3,061.31 / s(0.02, 2) = 3,061.31 /
    // 1.941561 = 1,576.73 over the two rows that were left.
    let kept = |more: Value| {
        let mut events = vec![
            json!({"on": "2020-02-20", "repaid": "2070.58"}),
            json!({"on": "2020-02-20", "prepaid": "5000.00", "how": "keep_instalment"}),
        ];
        events.extend(more.as_array().unwrap().iter().cloned());
        lived(&six(json!({})), json!(events))
    };
    let nothing = "0.00".to_owned();
    let loan = kept(json!([]));
    assert_eq!(payments(&loan, "2020-02-20"), ["2070.58", "2070.58", "998.93", "0.00", "0.00"]);
    let loan = kept(json!([{"on": "2020-03-01", "rate_reset": "0.24"}]));
    assert_eq!(payments(&loan, "2020-03-01"), ["2070.58", "1576.73", "1576.73", &nothing, &nothing]);
    // 1,000.00 on 10 March, the term kept: 33.66 of interest and 966.34. The running row bills 33.66 + 13.61 and repays 2,023.31;
    // 2,059.77 / s(0.01, 2) = 2,059.77 / 1.970395 = 1,045.36.
    let loan = kept(json!([{"on": "2020-03-10", "prepaid": "1000.00", "how": "keep_term"}]));
    let rows = payments(&loan, "2020-03-10");
    assert_eq!(rows, ["2036.92", "1045.36", "1045.36", &nothing, &nothing]);
    // Both: the same rate again finds nothing anew.
    let loan = kept(json!([{"on": "2020-03-01", "rate_reset": "0.12"}]));
    assert_eq!(payments(&loan, "2020-03-01"), ["2070.58", "2070.58", "998.93", "0.00", "0.00"]);
}

#[test]
fn rows_that_fell_away_stay_away_though_the_running_row_is_the_last() {
    // On 10 February 20 days of 4.00, and 10,020.00 ahead, leave 1,980.00 to the running row alone. A day of 0.66 later it is 36 %:
    // 80.00 + 0.66 + 9 x 1.98 = 98.48 of interest, of which 18.48 are unpaid. Its payment of 2,070.58 leaves less than 1,980.00, but it
    // is the last.
    let events = json!([
        {"on": "2020-02-10", "prepaid": "10100.00", "how": "keep_instalment"},
        {"on": "2020-02-11", "rate_reset": "0.36"}
    ]);
    let loan = lived(&six(json!({})), events);
    assert_eq!(loan.ahead("2020-02-11")[..2], ["2020-02-20: 1980.00 + 18.48", "2020-03-20: 0.00 + 0.00"]);
}

#[test]
fn rows_that_fell_away_stay_away_where_they_are_shifted_to() {
    // 2,000.00 a month, of which the first is paid; 4,000.00 ahead leave three rows. That of 20 March is put off with its 60.00, which
    // join the balance: 6,060.00 over the three rows that move, 2,020.00 each. By payments: 6,060.00 / s(0.01, 3) = 6,060.00 /
    // 2.940985 = 2,060.53, of which 60.60 are interest.
    let relief = json!({
        "granted_on": "2020-03-01", "defer": "both", "due_from": "2020-03-20", "due_until": "2020-03-20",
        "principal_caught_up": "shifted", "interest_meanwhile": "capitalised_at_end"
    });
    let events = |first: &str, ahead: &str| {
        json!([
            {"on": "2020-02-20", "repaid": first},
            {"on": "2020-02-20", "prepaid": ahead, "how": "keep_instalment"},
            {"on": "2020-03-01", "relief": relief}
        ])
    };
    let loan = lived(&six(json!({"method": "equal_principal"})), events("2120.00", "4000.00"));
    let rows = [
        "2020-03-20: 0.00 + 0.00",
        "2020-04-20: 2020.00 + 60.60",
        "2020-05-20: 2020.00 + 40.40",
        "2020-06-20: 2020.00 + 20.20",
        "2020-07-20: 0.00 + 0.00",
        "2020-08-20: 0.00 + 0.00",
    ];
    assert_eq!(loan.ahead("2020-03-01"), rows);
    // 10,049.42 - 4,049.42 = 6,000.00: of three payments of 2,070.58 the last is less.
    let loan = lived(&six(json!({})), events("2070.58", "4049.42"));
    let rows = loan.ahead("2020-03-01");
    assert_eq!(rows[1], "2020-04-20: 1999.93 + 60.60");
    assert_eq!(rows[4..], ["2020-07-20: 0.00 + 0.00", "2020-08-20: 0.00 + 0.00"]);
}

#[test]
fn a_tranche_after_all_was_repaid_is_repaid_by_all_rows() {
    // 6,000.00 of 12,000.00, 1,000.00 a month; 2,000.00 ahead on 20 February, and the last two rows fall away; on 20 March all that is
    // left is prepaid. No row asks for principal any more: 1,500.00 of 21 April are repaid by the three that are still to come.
    let loan = lived(
        &six(json!({"method": "equal_principal"})),
        json!([
            {"on": "2020-01-20", "disbursed": "6000.00"},
            {"on": "2020-02-20", "repaid": "1060.00"},
            {"on": "2020-02-20", "prepaid": "2000.00", "how": "keep_instalment"},
            {"on": "2020-03-20", "repaid": "1030.00"},
            {"on": "2020-03-20", "prepaid": "2000.00", "how": "keep_term"},
            {"on": "2020-04-21", "disbursed": "1500.00"}
        ]),
    );
    assert_eq!(
        loan.ahead("2020-04-20"),
        ["2020-05-20", "2020-06-20", "2020-07-20"].map(|day| format!("{day}: 0.00 + 0.00"))
    );
    // 29 days of 0.50 are 14.50; then 1 % of 1,000.00 and of 500.00.
    assert_eq!(
        loan.ahead("2020-04-21"),
        ["2020-05-20: 500.00 + 14.50", "2020-06-20: 500.00 + 10.00", "2020-07-20: 500.00 + 5.00"]
    );
}

#[test]
fn payments_that_are_kept_are_those_of_the_plan_before_the_prepayment() {
    // 3,000.00 on 30 January, the term kept: the running row bills 10 days of 4.00 and 20 of 3.00, and repays 1,970.58; on the 7,029.42
    // that are left then, 7,029.42 / s(0.01, 5) = 7,029.42 / 4.853431 = 1,448.34. On 10 February 1,100.00 pay those 100.00 and
    // 1,000.00 of principal, which earns to 20 February: 6,029.42 bill 60.29, and the payments stay.
    let terms = json!({"money_ahead": "re_amortise", "prepayment": {"interest": "to_next_due", "fee": "0"}});
    let events = json!([
        {"on": "2020-01-30", "repaid": "3000.00"},
        {"on": "2020-02-10", "prepaid": "1100.00", "how": "keep_instalment"}
    ]);
    let loan = lived(&six(terms), events);
    assert_eq!(
        loan.ahead("2020-02-10")[..3],
        ["2020-02-20: 1970.58 + 0.00", "2020-03-20: 1388.05 + 60.29", "2020-04-20: 1401.93 + 46.41"]
    );
}

#[test]
fn a_payment_begins_with_its_row_though_a_roll_puts_the_one_before_it_off() {
    // 20 June 2020 is a Saturday: the first row is due on the 22nd and ends on the 20th. To 24 % on the 10th it bills 80.00 + 80.00 and
    // repays 1,910.58; from 20 June on 10,089.42 / s(0.02, 5) = 10,089.42 / 4.713460 = 2,140.56. 1,000.00 of the 21st find it running:
    // it bills (10,089.42 + 29 x 9,089.42) x 0.24 / 360 = 182.46 and repays 1,958.10; 7,131.32 / s(0.02, 4) = 1,872.85 follow.
    let terms = six(json!({
        "disbursed_on": "2020-05-20", "first_due_on": "2020-06-20", "money_ahead": "re_amortise",
        "business_days": {"calendar": "weekends", "roll": "following", "interest": "unadjusted"}
    }));
    let events =
        json!([{"on": "2020-06-10", "rate_reset": "0.24"}, {"on": "2020-06-21", "repaid": "1000.00"}]);
    let loan = lived(&terms, events);
    assert_eq!(
        loan.ahead("2020-06-21")[..2],
        ["2020-06-22: 1910.58 + 160.00", "2020-07-20: 1958.10 + 182.46"]
    );
    assert_eq!(payments(&loan, "2020-06-21")[2..], ["1872.85", "1872.85", "1872.85", "1872.87"]);
    loan.entries("2020-07-20");
}

#[test]
fn before_rows_that_were_put_off_over_the_others() {
    // The row of 20 May was put off in January. Two payments of 2,070.58 = 12,000.00 / 5.795476 leave 12,000.00 - 1,950.58 = 10,049.42 and,
    // after 100.49 of interest, 10,049.42 - 1,970.09 = 8,079.33. At 2 % a month on that from 20 March: the month put off is no part of the
    // payments. Moved, four rows pay: 8,079.33 / s(0.02, 4) = 8,079.33 / 3.807729 = 2,121.82. The first leaves 6,119.10, of which the
    // 122.38 of the month are put off to the next row; 4,119.66 and 2,080.23 follow, and the last row pays 2,080.23 + 41.60. Over the rows
    // that remain, three: 8,079.33 / 2.883883 = 2,801.55, and 2 % of 5,439.37 are 108.79; the last pays 2,746.61 + 54.93.
    let shifted = ["2121.82", "0.00", "2244.20", "2121.82", "2121.83"];
    let remaining = ["2801.55", "0.00", "2910.34", "2801.54"];
    for (how, found) in [("shifted", &shifted[..]), ("over_remaining", &remaining[..])] {
        let relief = json!({
            "granted_on": "2020-01-25", "due_from": "2020-05-01", "due_until": "2020-05-31", "defer": "both",
            "principal_caught_up": how, "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"
        });
        for option in [json!({}), json!({"money_ahead": "last"}), json!({"relevel": "running"})] {
            let events = json!([
                {"on": "2020-01-25", "relief": relief},
                {"on": "2020-02-20", "repaid": "2070.58"},
                {"on": "2020-03-20", "repaid": "2070.58"},
                {"on": "2020-03-20", "rate_reset": "0.24"}
            ]);
            assert_eq!(payments(&lived(&six(option.clone()), events), "2020-03-20"), found, "{how} {option}");
        }
    }
}
