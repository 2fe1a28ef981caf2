//! The slow oracle alone: the golden figures of `docs/SEMANTICS.md`, and small loans worked by hand.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects
)]

use chrono::NaiveDate;
use num_bigint::BigInt;
use oracle::{OracleSchedule, effective_rate, nominal_rate, schedule, simple_rate, year_fraction};
use serde_json::{Value, json};

/// `base` with the keys of `more` set; null takes a key away.
fn with(base: &Value, more: Value) -> Value {
    let mut terms = base.as_object().unwrap().clone();
    for (key, value) in more.as_object().unwrap() {
        if value.is_null() {
            terms.shift_remove(key);
        } else {
            terms.insert(key.clone(), value.clone());
        }
    }
    Value::Object(terms)
}

fn run(terms: &Value) -> OracleSchedule {
    let schedule = schedule(terms).unwrap();
    let end = schedule.rows.last().unwrap();
    assert_eq!(end.closing, BigInt::ZERO, "the last row clears the loan");
    let mut before = schedule.lent.clone();
    for row in &schedule.rows {
        assert_eq!(row.opening, before);
        assert_eq!(row.payment, &row.principal + &row.interest + &row.deferred_interest_paid + &row.fees);
        before = row.closing.clone();
    }
    schedule
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// One column in minor units.
fn column(schedule: &OracleSchedule, pick: impl Fn(&oracle::OracleRow) -> &BigInt) -> Vec<i64> {
    schedule.rows.iter().map(|row| i64::try_from(pick(row)).unwrap()).collect()
}

fn principals(schedule: &OracleSchedule) -> Vec<i64> {
    column(schedule, |row| &row.principal)
}

fn interests(schedule: &OracleSchedule) -> Vec<i64> {
    column(schedule, |row| &row.interest)
}

fn payments(schedule: &OracleSchedule) -> Vec<i64> {
    column(schedule, |row| &row.payment)
}

fn dates(schedule: &OracleSchedule) -> Vec<String> {
    schedule.rows.iter().map(|row| row.due_on.to_string()).collect()
}

fn days(schedule: &OracleSchedule) -> Vec<i64> {
    schedule.rows.iter().map(|row| row.days).collect()
}

/// 1,000.00 at 12 % (1 % a month by 30E/360), monthly from 2021-02-10.
fn small(method: &str, rows: i64) -> Value {
    json!({
        "currency": "CNY", "principal": "1000.00", "disbursed_on": "2021-01-10",
        "rate": {"fixed": "0.12"}, "day_count": "30e/360", "method": method, "rounding": "half_up",
        "every": "1 month", "first_due_on": "2021-02-10", "instalments": rows
    })
}

/// Whether the fact files are there.
fn facts_or_skip(test: &str) -> bool {
    crate::skip::shared(test, "facts", "PUHUI_FACTS").is_some()
}

// ---------------------------------------------------------------- golden figures

fn golden_1() -> Value {
    json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-20",
        "rate": {"fixed": "0.0435"}, "day_count": "30e/360", "method": "equal_instalment",
        "rounding": "half_up", "every": "1 month", "first_due_on": "2020-02-20", "instalments": 36
    })
}

fn golden_2() -> Value {
    with(&golden_1(), json!({"disbursed_on": "2020-01-15", "day_count": "actual/360"}))
}

#[test]
fn golden_interest_only() {
    // 50,000.00 x 4.35 % / 360 = 6.041666... a day; 65, 92, 92, 91, 26 days.
    let terms = json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15",
        "rate": {"fixed": "0.0435"}, "day_count": "actual/360", "method": "interest_only",
        "rounding": "half_up", "every": "1 quarter", "first_due_on": "2020-03-20", "matures_on": "2021-01-15"
    });
    let plain = run(&terms);
    assert_eq!(interests(&plain), [39271, 55583, 55583, 54979, 15708]);
    assert_eq!(days(&plain), [65, 92, 92, 91, 26]);
    assert_eq!(plain.totals.interest, BigInt::from(221_124));
    // With `day_after` the first period has one day more and the last one less.
    let after = run(&with(&terms, json!({"accrual_ends": "day_after"})));
    assert_eq!(interests(&after), [39875, 55583, 55583, 54979, 15104]);
    assert_eq!(days(&after), [66, 92, 92, 91, 25]);
    assert_eq!(after.totals.interest, BigInt::from(221_124));
}

#[test]
fn golden_level_payment_30e_360() {
    let loan = run(&golden_1());
    assert_eq!(payments(&loan)[..35], [148_400; 35]);
    assert_eq!(payments(&loan)[35], 148_390);
    assert_eq!((principals(&loan)[0], interests(&loan)[0]), (130_275, 18_125));
    assert_eq!(loan.totals.interest, BigInt::from(342_390));
    let flows: Vec<BigInt> = loan.flows().into_iter().map(|(_, flow)| flow).collect();
    assert_eq!(nominal_rate(&flows, (12, 1)).unwrap(), "0.0435003088");
    assert_eq!(effective_rate(&loan.flows()).unwrap(), "0.0443637024");
}

#[test]
fn golden_level_payment_actual_360() {
    let loan = run(&golden_2());
    assert_eq!(payments(&loan)[..35], [148_627; 35]);
    assert_eq!(payments(&loan)[35], 148_630);
    assert_eq!((principals(&loan)[0], interests(&loan)[0]), (126_877, 21_750));
    assert_eq!(loan.totals.interest, BigInt::from(350_575));
    assert_eq!(effective_rate(&loan.flows()).unwrap(), "0.0450057987");
    assert_eq!(simple_rate(&loan).unwrap(), "0.0441042405");

    let nominal = run(&with(&golden_2(), json!({"level_payment": "nominal"})));
    assert_eq!(payments(&nominal)[..35], [148_400; 35]);
    assert_eq!(payments(&nominal)[35], 157_123);
    assert_eq!(nominal.totals.interest, BigInt::from(351_123));

    let fee = run(&with(&golden_2(), json!({"fees": {"at_disbursement": "500.00"}})));
    assert_eq!(effective_rate(&fee.flows()).unwrap(), "0.0519366179");
    assert_eq!(simple_rate(&fee).unwrap(), "0.0503945122");
}

// ---------------------------------------------------------------- methods

#[test]
fn equal_instalment() {
    // 3 rows at 1 %: A = 1000 x 1.01^3 / (1.01^2 + 1.01 + 1) = 1030.301 / 3.0301 = 340.0221 -> 340.02.
    // Row 1: 10.00 + 330.02, left 669.98. Row 2: 6.70 + 333.32, left 336.66. Row 3: 3.37 + 336.66 = 340.03.
    let loan = run(&small("equal_instalment", 3));
    assert_eq!(principals(&loan), [33_002, 33_332, 33_666]);
    assert_eq!(interests(&loan), [1_000, 670, 337]);
    assert_eq!(payments(&loan), [34_002, 34_002, 34_003]);
}

#[test]
fn a_balance_that_reaches_zero_is_followed_by_rows_of_zero() {
    // A = 340.0221 to a multiple of 600: 0.567 -> 1, 600.00. Row 1: 10.00 + 590.00, left 410.00. Row 2: 4.10 + 410.00.
    // Row 3: nothing but its fee.
    let terms = with(
        &small("equal_instalment", 3),
        json!({"payment_multiple": "600.00", "fees": {"each_instalment": "5.00"}}),
    );
    let loan = run(&terms);
    assert_eq!(principals(&loan), [59_000, 41_000, 0]);
    assert_eq!(interests(&loan), [1_000, 410, 0]);
    assert_eq!(payments(&loan), [60_500, 41_910, 500]);
}

#[test]
fn equal_principal() {
    // 1000 / 3 = 333.33, the last row takes 333.34; interest 10.00, 6.6667, 3.3334.
    let loan = run(&small("equal_principal", 3));
    assert_eq!(principals(&loan), [33_333, 33_333, 33_334]);
    assert_eq!(interests(&loan), [1_000, 667, 333]);
    // Rounded up: 333.34, 333.34, 333.32; interest 10.00, 6.6666 -> 6.67, 3.3332 -> 3.34.
    let up = run(&with(&small("equal_principal", 3), json!({"rounding": "up"})));
    assert_eq!(principals(&up), [33_334, 33_334, 33_332]);
    assert_eq!(interests(&up), [1_000, 667, 334]);
    // 333.33 to a multiple of 100: 300.
    let hundreds = run(&with(&small("equal_principal", 3), json!({"payment_multiple": "100.00"})));
    assert_eq!(principals(&hundreds), [30_000, 30_000, 40_000]);
}

#[test]
fn interest_only() {
    let loan = run(&small("interest_only", 3));
    assert_eq!(principals(&loan), [0, 0, 100_000]);
    assert_eq!(interests(&loan), [1_000, 1_000, 1_000]);
}

#[test]
fn bullet() {
    // 2021-01-01 to 2021-04-11: 31 + 28 + 31 + 10 = 100 days; 1000 x 3.65 % x 100 / 365 = 10.00.
    let terms = json!({
        "currency": "CNY", "principal": "1000.00", "disbursed_on": "2021-01-01", "rate": {"fixed": "0.0365"},
        "day_count": "actual/365", "method": "bullet", "rounding": "half_up", "matures_on": "2021-04-11"
    });
    let loan = run(&terms);
    assert_eq!((principals(&loan), interests(&loan), days(&loan)), (vec![100_000], vec![1_000], vec![100]));
    // With instalments the maturity is the n-th cycle date: three months at 1 %.
    let cycles = run(&small("bullet", 3));
    assert_eq!((dates(&cycles), interests(&cycles)), (vec!["2021-04-10".to_owned()], vec![3_000]));
}

#[test]
fn balloon() {
    // Over N = 3: A = 340.0221 -> 340.02. Row 1: 10.00 + 330.02, left 669.98. Row 2: 6.70 + 669.98.
    let over = run(&with(&small("balloon", 2), json!({"amortised_over": 3})));
    assert_eq!(principals(&over), [33_002, 66_998]);
    assert_eq!(payments(&over), [34_002, 67_668]);
    // Residual 500: A = (1000 x 1.0201 - 500) / 2.01 = 520.1 / 2.01 = 258.756 -> 258.76. Row 1: 10.00 + 248.76, left
    // 751.24. Row 2: 7.51 + 751.24 (500 beside the payment of 258.75).
    let residual = run(&with(&small("balloon", 2), json!({"residual": "500.00"})));
    assert_eq!(principals(&residual), [24_876, 75_124]);
    assert_eq!(payments(&residual), [25_876, 75_875]);
}

#[test]
fn graduated() {
    // Amount: 1000 x 1.0201 = A x 1.01 + (A + 100), A = 920.1 / 2.01 = 457.7612. Row 1: 10.00 + 447.76, left 552.24.
    // Row 2: 5.52 + 552.24 = 557.76.
    let terms = with(&small("graduated", 2), json!({"graduated": {"amount": "100.00", "every": 1}}));
    let amount = run(&terms);
    assert_eq!(principals(&amount), [44_776, 55_224]);
    assert_eq!(payments(&amount), [45_776, 55_776]);
    // Ratio 5 %: 1020.1 = A x 1.01 + A x 1.05, A = 1020.1 / 2.06 = 495.1942. Row 1: 10.00 + 485.19, left 514.81.
    // Row 2: 5.15 + 514.81 = 519.96.
    let terms = with(&small("graduated", 2), json!({"graduated": {"ratio": "0.05", "every": 1}}));
    let ratio = run(&terms);
    assert_eq!(principals(&ratio), [48_519, 51_481]);
    assert_eq!(payments(&ratio), [49_519, 51_996]);
    // Every 2, three rows, ratio 1: weights 1, 1, 2. 1030.301 = A x (1.0201 + 1.01 + 2) = 4.0301 A, A = 255.6515.
    // Row 1: 10.00 + 245.65, left 754.35. Row 2: 7.54 + 248.11, left 506.24. Row 3: 5.06 + 506.24.
    let terms = with(&small("graduated", 3), json!({"graduated": {"ratio": "1", "every": 2}}));
    assert_eq!(payments(&run(&terms)), [25_565, 25_565, 51_130]);
}

#[test]
fn a_negative_principal_part_must_be_allowed() {
    // Step 1,100: A = (1020.1 - 1100) / 2.01 = -39.7512 -> -39.75.
    // Row 1: 10.00 - 49.75, left 1049.75. Row 2: 10.50 + 1049.75 = 1060.25.
    let terms = with(&small("graduated", 2), json!({"graduated": {"amount": "1100.00", "every": 1}}));
    assert!(schedule(&terms).unwrap_err().contains("negative principal"));
    // Allowed or not, no payment is below zero.
    let below_zero = schedule(&with(&terms, json!({"negative_amortisation": true})));
    assert!(below_zero.unwrap_err().contains("below zero"));
    // Step 1,010: A = (1020.1 - 1010) / 2.01 = 5.0249 -> 5.02.
    // Row 1: 10.00 - 4.98, left 1004.98. Row 2: 10.05 + 1004.98 = 1015.03.
    let terms = with(&small("graduated", 2), json!({"graduated": {"amount": "1010.00", "every": 1}}));
    let allowed = run(&with(&terms, json!({"negative_amortisation": true})));
    assert_eq!(principals(&allowed), [-498, 100_498]);
    assert_eq!(payments(&allowed), [502, 101_503]);
}

#[test]
fn seasonal() {
    // Quarterly at 4 %, June and September pay: interest 10.00, 10.00, 5.00, 0.
    let terms = with(
        &small("seasonal", 4),
        json!({
            "rate": {"fixed": "0.04"}, "disbursed_on": "2020-12-15", "first_due_on": "2021-03-15",
            "every": "1 quarter", "months": [6, 9]
        }),
    );
    let loan = run(&terms);
    assert_eq!(principals(&loan), [0, 50_000, 50_000, 0]);
    assert_eq!(interests(&loan), [1_000, 1_000, 500, 0]);
    assert!(schedule(&with(&terms, json!({"months": [5]}))).is_err());
    // June falls in the grace: September alone pays.
    let grace = run(&with(&terms, json!({"grace": {"principal": 2}})));
    assert_eq!(principals(&grace), [0, 0, 100_000, 0]);
}

#[test]
fn custom_with_a_row_off_the_cycle() {
    // 3.6 % by actual/360: 0.10 a day on 1000. 31 days: 3.10. Then 10 days on 1000 and 18 on 600: 1.00 + 1.08 = 2.08.
    // Then 31 days on 500: 1.55. The payment of 20 February is a row of its own, without interest.
    let terms = with(
        &small("custom", 3),
        json!({
            "rate": {"fixed": "0.036"}, "day_count": "actual/360", "fees": {"each_instalment": "1.00"},
            "plan": [
                {"on": "2021-02-20", "principal": "400.00"},
                {"on": "2021-03-10", "principal": "100.00"},
                {"on": "2021-04-10", "principal": "500.00"}
            ]
        }),
    );
    let loan = run(&terms);
    assert_eq!(dates(&loan), ["2021-02-10", "2021-02-20", "2021-03-10", "2021-04-10"]);
    assert_eq!(loan.rows.iter().map(|row| row.no).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(days(&loan), [31, 0, 28, 31]);
    assert_eq!(principals(&loan), [0, 40_000, 10_000, 50_000]);
    assert_eq!(interests(&loan), [310, 0, 208, 155]);
    assert_eq!(payments(&loan), [410, 40_000, 10_308, 50_255]);
    // `day_after`: periods of 32, 28 and 30 days; 400 counts for its own day too: 10 days (11 to 20 February) on 1000
    // and 18 on 600.
    let after = run(&with(&terms, json!({"accrual_ends": "day_after"})));
    assert_eq!(interests(&after), [320, 0, 208, 150]);
    // Without a cycle the plan's dates are the rows: 10 days on 1000, 40 days on 500.
    let bare = with(
        &terms,
        json!({
            "every": null, "first_due_on": null, "instalments": null, "fees": null,
            "plan": [{"on": "2021-01-20", "principal": "500.00"}, {"on": "2021-03-01", "principal": "500.00"}]
        }),
    );
    let bare = run(&bare);
    assert_eq!(interests(&bare), [100, 200]);
    assert_eq!(principals(&bare), [50_000, 50_000]);
}

#[test]
fn grace() {
    // 1,200.00 at 1 % a month, 4 rows, two without principal, the first without interest.
    // Deferred: 12.00. Row 2: 12.00 + 12.00. Then 600.00 each, interest 12.00 and 6.00.
    let terms = with(
        &small("equal_principal", 4),
        json!({"principal": "1200.00", "grace": {"principal": 2, "interest": 1}}),
    );
    let loan = run(&terms);
    assert_eq!(principals(&loan), [0, 0, 60_000, 60_000]);
    assert_eq!(interests(&loan), [0, 1_200, 1_200, 600]);
    assert_eq!(column(&loan, |row| &row.interest_deferred), [1_200, 0, 0, 0]);
    assert_eq!(column(&loan, |row| &row.deferred_interest_paid), [0, 1_200, 0, 0]);
    assert_eq!(payments(&loan), [0, 2_400, 61_200, 60_600]);
    // Capitalised: 1,212.00 from row 1's due date on; interest 12.12, 12.12, 6.06; principal 606.00 each.
    let terms = with(&terms, json!({"grace": {"principal": 2, "interest": 1, "capitalised": true}}));
    let joined = run(&terms);
    assert_eq!(column(&joined, |row| &row.closing), [121_200, 121_200, 60_600, 0]);
    assert_eq!(interests(&joined), [0, 1_212, 1_212, 606]);
    assert_eq!(column(&joined, |row| &row.deferred_interest_paid), [0, 0, 0, 0]);
    assert_eq!(joined.totals.principal, BigInt::from(121_200));
    // Level payment after one row of principal grace: A over 2 rows = 1000 x 1.0201 / 2.01 = 507.5124.
    let level = run(&with(&small("equal_instalment", 3), json!({"grace": {"principal": 1}})));
    assert_eq!(payments(&level), [1_000, 50_751, 50_751]);
}

// ---------------------------------------------------------------- rates

#[test]
fn stepped_rate() {
    // 12 % to 9 February, 24 % from the 10th, when row 2's period begins.
    // Row 1: A = 340.0221: 10.00 + 330.02, left 669.98. Solved again: 669.98 x 1.02^2 / 2.02 = 345.0729.
    // Row 2: 13.40 + 331.67, left 338.31. Row 3: 6.77 + 338.31 = 345.08.
    let step =
        |on: &str| json!({"stepped": [{"from": "2021-01-01", "rate": "0.12"}, {"from": on, "rate": "0.24"}]});
    let terms = with(&small("equal_instalment", 3), json!({"rate": step("2021-02-10")}));
    assert_eq!(payments(&run(&terms)), [34_002, 34_507, 34_508]);
    // `once`: 1000 x 1.01 x 1.02^2 = 1050.804 = A x (1.0404 + 1.02 + 1), A = 343.3551 -> 343.36.
    // Row 1: 10.00 + 333.36, left 666.64. Row 2: 13.33 + 330.03, left 336.61. Row 3: 6.73 + 336.61 = 343.34.
    let once = run(&with(&terms, json!({"relevel": "once"})));
    assert_eq!(payments(&once), [34_336, 34_336, 34_334]);
    assert_eq!(interests(&once), [1_000, 1_333, 673]);
    // A change within row 2's period: 15 days of each: 669.98 x (0.12 + 0.24) x 15 / 360 = 10.0497; the payment stays
    // until row 3, which clears 340.01 with interest 6.80.
    let within = run(&with(&terms, json!({"rate": step("2021-02-25")})));
    assert_eq!(interests(&within), [1_000, 1_005, 680]);
    assert_eq!(payments(&within), [34_002, 34_002, 34_681]);
}

#[test]
fn benchmark_rate() {
    if !facts_or_skip("benchmark_rate") {
        return;
    }
    // LPR on 2019-09-01: 4.25 %, + 0.50 %: 47.50. The reset of 2020-09-01 is later than `known_on` and finds what was
    // published on 2020-02-20: 4.05 + 0.50 = 4.55 %: 45.50, projected.
    let terms = with(
        &small("interest_only", 2),
        json!({
            "disbursed_on": "2019-09-01", "first_due_on": "2020-09-01", "every": "1 year",
            "rate": {"benchmark": "lpr_1y", "spread_bp": 50, "reset": "1 year", "known_on": "2020-03-01"}
        }),
    );
    let loan = run(&terms);
    assert_eq!(interests(&loan), [4_750, 4_550]);
    assert_eq!(loan.rows.iter().map(|row| row.projected).collect::<Vec<_>>(), [false, true]);
    // Known a year later: 3.85 + 0.50.
    let mut later = terms.clone();
    later["rate"]["known_on"] = json!("2021-03-01");
    assert_eq!(interests(&run(&later)), [4_750, 4_350]);
    // Without a reset: the first day's rate.
    let fixed = json!({"rate": {"benchmark": "lpr_1y", "spread_bp": 50, "known_on": "2021-03-01"}});
    assert_eq!(interests(&run(&with(&terms, fixed))), [4_750, 4_750]);
    assert!(schedule(&with(&terms, json!({"disbursed_on": "2019-08-01"}))).is_err());
}

#[test]
fn first_period_on_top() {
    // Drawn 2021-01-01, first due 2021-02-11: 40 days, regular from 01-11. Interest 13.33.
    // Inside: 1000 x (1 + 1/75) x 1.01 / 2.01 = 509.1874. Row 1: 495.86, left 504.14. Row 2: 5.04 + 504.14.
    let terms = with(
        &small("equal_instalment", 2),
        json!({"disbursed_on": "2021-01-01", "first_due_on": "2021-02-11"}),
    );
    assert_eq!(payments(&run(&terms)), [50_919, 50_918]);
    // On top: A = 1020.1 / 2.01 = 507.5124. Row 1: 507.51 - 10.00 = 497.51, + 13.33, left 502.49. Row 2: 5.02 + 502.49.
    let on_top = run(&with(&terms, json!({"first_period": "on_top"})));
    assert_eq!(principals(&on_top), [49_751, 50_249]);
    assert_eq!(payments(&on_top), [51_084, 50_751]);
}

// ---------------------------------------------------------------- dates

#[test]
fn due_dates() {
    let terms = small("interest_only", 4);
    let monthly = |more: Value| dates(&run(&with(&terms, more)));
    let end = json!({"first_due_on": "2021-01-31"});
    assert_eq!(monthly(end), ["2021-01-31", "2021-02-28", "2021-03-31", "2021-04-30"]);
    let next = json!({"first_due_on": "2021-01-31", "missing_day": "first_of_next_month"});
    assert_eq!(monthly(next), ["2021-01-31", "2021-03-01", "2021-03-31", "2021-05-01"]);
    let due_day = json!({"due_day": 25});
    assert_eq!(monthly(due_day), ["2021-02-10", "2021-03-25", "2021-04-25", "2021-05-25"]);
    let weeks = json!({"every": "2 week", "instalments": 3});
    assert_eq!(monthly(weeks), ["2021-02-10", "2021-02-24", "2021-03-10"]);
    let broken = json!({"instalments": null, "matures_on": "2021-04-25"});
    assert_eq!(monthly(broken), ["2021-02-10", "2021-03-10", "2021-04-10", "2021-04-25"]);
    let long = json!({"instalments": null, "matures_on": "2021-04-25", "long_last": true});
    assert_eq!(monthly(long), ["2021-02-10", "2021-03-10", "2021-04-25"]);
    let whole = json!({"instalments": null, "matures_on": "2021-04-10", "long_last": true});
    assert_eq!(monthly(whole), ["2021-02-10", "2021-03-10", "2021-04-10"]);
}

#[test]
fn business_days() {
    // Saturdays 2021-02-06 and 2021-03-06 become Mondays.
    let rule = |roll: &str, interest: &str| json!({"business_days": {"calendar": "weekends", "roll": roll, "interest": interest}});
    let terms = with(
        &small("interest_only", 2),
        json!({
            "disbursed_on": "2021-01-04", "first_due_on": "2021-02-06", "rate": {"fixed": "0.036"},
            "day_count": "actual/360"
        }),
    );
    let adjusted = run(&with(&terms, rule("following", "adjusted")));
    assert_eq!(dates(&adjusted), ["2021-02-08", "2021-03-08"]);
    assert_eq!((days(&adjusted), interests(&adjusted)), (vec![35, 28], vec![350, 280]));
    let unadjusted = run(&with(&terms, rule("following", "unadjusted")));
    assert_eq!(dates(&unadjusted), ["2021-02-08", "2021-03-08"]);
    assert_eq!((days(&unadjusted), interests(&unadjusted)), (vec![33, 28], vec![330, 280]));
    assert_eq!(dates(&run(&with(&terms, rule("preceding", "adjusted")))), ["2021-02-05", "2021-03-05"]);
    // Sunday 31 January and Sunday 28 February go back, lest they leave their month.
    let ends = with(&terms, json!({"first_due_on": "2021-01-31"}));
    let modified = run(&with(&ends, rule("modified_following", "adjusted")));
    assert_eq!(dates(&modified), ["2021-01-29", "2021-02-26"]);
    // Saturday 1 May goes on; Tuesday 1 June stands.
    let starts = with(&terms, json!({"first_due_on": "2021-05-01"}));
    let modified = run(&with(&starts, rule("modified_preceding", "adjusted")));
    assert_eq!(dates(&modified), ["2021-05-03", "2021-06-01"]);
    // A named make-up working day stands; a named holiday rolls.
    let own = json!({"business_days": {
        "calendar": {"workdays": ["2021-02-06"], "holidays": ["2021-03-08"]}, "roll": "following", "interest": "adjusted"
    }});
    assert_eq!(dates(&run(&with(&terms, own))), ["2021-02-06", "2021-03-09"]);
}

#[test]
fn the_chinese_calendar() {
    if !facts_or_skip("the_chinese_calendar") {
        return;
    }
    // Sunday 2021-02-07 was worked for the Spring Festival. 2027 is beyond the calendar: Saturday 2 January rolls by
    // the weekend alone.
    let rule = |strict: bool| json!({"business_days": {"calendar": "cn", "roll": "following", "interest": "adjusted", "strict": strict}});
    let terms = with(&small("interest_only", 1), json!({"first_due_on": "2021-02-06"}));
    let worked = run(&with(&terms, rule(true)));
    assert_eq!((dates(&worked), worked.rows[0].provisional), (vec!["2021-02-07".to_owned()], false));
    let far = with(&terms, json!({"first_due_on": "2027-01-02"}));
    let beyond = run(&with(&far, rule(false)));
    assert_eq!((dates(&beyond), beyond.rows[0].provisional), (vec!["2027-01-04".to_owned()], true));
    assert!(schedule(&with(&far, rule(true))).is_err());
}

#[test]
fn day_counts() {
    let days = |count: &str, from: &str, to: &str| {
        year_fraction(count, date(from), date(to), date("2030-01-01")).unwrap()
    };
    assert_eq!(days("actual/360", "2020-02-28", "2020-03-01"), (2, 360, 2));
    assert_eq!(days("actual/365", "2020-01-01", "2021-01-01"), (366, 365, 366));
    // 22 to 31 December 2019: 10 days of 365; 1 to 10 January 2020: 10 days of 366.
    assert_eq!(days("actual/actual", "2019-12-22", "2020-01-11"), (10 * 366 + 10 * 365, 365 * 366, 20));
    // Whole years are whole.
    assert_eq!(days("actual/actual", "2020-01-01", "2022-01-01").0, 2 * 365 * 366);
    // From 31 January to 28 February 2007: 28 - 30 + 30, or 30 where February's end counts as 30.
    let january = |count| days(count, "2007-01-31", "2007-02-28").2;
    assert_eq!(["30e/360", "30e/360_isda", "30/360_us", "30/360_bond"].map(january), [28, 30, 28, 28]);
    // From 29 February to 31 March 2008: 30 - 29 + 30; both ends 30; both ends 30; 31 - 29 + 30.
    let february = |count| days(count, "2008-02-29", "2008-03-31").2;
    assert_eq!(["30e/360", "30e/360_isda", "30/360_us", "30/360_bond"].map(february), [31, 30, 30, 32]);
    // From the end of February to the end of February.
    let year = |count| days(count, "2007-02-28", "2008-02-29").2;
    assert_eq!(["30e/360", "30e/360_isda", "30/360_us", "30/360_bond"].map(year), [361, 360, 360, 361]);
    // 30E/360 ISDA on the maturity: 29 - 30 + 360.
    let last = year_fraction("30e/360_isda", date("2007-02-28"), date("2008-02-29"), date("2008-02-29"));
    assert_eq!(last.unwrap().2, 359);
    // From the 15th to the 31st: 15 where both days are capped, 16 where the 31st is capped after a 30th only.
    let july = |count| days(count, "2021-07-15", "2021-07-31").2;
    assert_eq!(["30e/360", "30e/360_isda", "30/360_us", "30/360_bond"].map(july), [15, 15, 16, 16]);
    // 31 January + 1 month = 28 February, + 1 day.
    assert_eq!(days("months_and_days", "2021-01-31", "2021-03-01").2, 31);
    // What is no accrual period: 31 January to 29 February is one month of 12, and one day of the 31 to 31 March more.
    let month = 28 * 29 * 30 * 31;
    let icma = |from, to| days("actual/actual_icma", from, to);
    assert_eq!(icma("2024-01-31", "2024-02-29"), (month, 12 * month, 29));
    assert_eq!(icma("2024-01-31", "2024-03-01"), (month + 28 * 29 * 30, 12 * month, 30));
    // A 29 February on the last day counts, one on the first does not.
    assert_eq!(days("actual/365l", "2024-01-31", "2024-02-29"), (29 * 365, 365 * 366, 29));
    assert_eq!(days("actual/365l", "2024-02-29", "2024-03-31"), (31 * 366, 365 * 366, 31));
    // 30 December is a day of 2019, 31 December and 1 January are days of 2020.
    assert_eq!(days("actual/actual_dec_31", "2019-12-30", "2020-01-02"), (366 + 365 + 365, 365 * 366, 3));
    // 15 January + 2 months = 15 March, + 5 days.
    assert_eq!(days("months_and_days", "2020-01-15", "2020-03-20").2, 65);
}

#[test]
fn segments_are_measured_from_the_start_of_the_period() {
    // From 31 January to 31 March, the rate going from 12 % to 24 % on 28 February. Y(s, 28 Feb) = 28 and Y(s, e) = 60,
    // so the segments are 28 and 32: 1000 x (0.12 x 28 + 0.24 x 32) / 360 = 30.6667.
    let terms = with(
        &small("bullet", 1),
        json!({
            "disbursed_on": "2021-01-31", "first_due_on": "2021-03-31",
            "rate": {"stepped": [{"from": "2021-01-01", "rate": "0.12"}, {"from": "2021-02-28", "rate": "0.24"}]}
        }),
    );
    assert_eq!(interests(&run(&terms)), [3_067]);
    // Bond basis: the same 28 and 60, while 28 February to 31 March by itself would be 33.
    assert_eq!(interests(&run(&with(&terms, json!({"day_count": "30/360_bond"})))), [3_067]);
}

// ---------------------------------------------------------------- roundings, refusals, rates

#[test]
fn roundings() {
    // 1.00 at 6 %: half a minor unit of interest a month.
    let interest = |principal: &str, rounding: &str| {
        let more = json!({"principal": principal, "rate": {"fixed": "0.06"}, "rounding": rounding});
        interests(&run(&with(&small("interest_only", 1), more)))[0]
    };
    assert_eq!(["half_up", "half_even", "down", "up"].map(|r| interest("1.00", r)), [1, 0, 0, 1]);
    // 3.00: 1.5 minor units.
    assert_eq!(["half_up", "half_even", "down", "up"].map(|r| interest("3.00", r)), [2, 2, 1, 2]);
    // 1.01: 0.505; 0.98: 0.49.
    assert_eq!(["half_up", "half_even", "down", "up"].map(|r| interest("1.01", r)), [1, 1, 0, 1]);
    assert_eq!(["half_up", "half_even", "down", "up"].map(|r| interest("0.98", r)), [0, 0, 0, 1]);
}

#[test]
fn a_negative_rate_rounds_by_size() {
    // 1.00 at -6 %: -0.5 minor units.
    let interest = |rounding: &str| {
        let more = json!({"principal": "1.00", "rate": {"fixed": "-0.06"}, "rounding": rounding});
        interests(&run(&with(&small("interest_only", 1), more)))[0]
    };
    assert_eq!(["half_up", "half_even", "down", "up"].map(interest), [-1, 0, 0, -1]);
}

#[test]
fn refusals() {
    let good = small("equal_instalment", 3);
    for bad in [
        json!({"surprise": 1}),
        json!({"principal": 1000}),
        json!({"principal": "1000.001"}),
        json!({"principal": "1,000"}),
        json!({"principal": "1e3"}),
        json!({"principal": "+1000"}),
        json!({"principal": "0"}),
        json!({"rate": {"fixed": "10.01"}}),
        json!({"rate": {"fixed": ".12"}}),
        json!({"rate": {"stepped": [{"from": "2021-01-11", "rate": "0.12"}]}}),
        json!({"first_due_on": "2021-01-10"}),
        json!({"first_due_on": "2021-02-29"}),
        json!({"matures_on": "2021-04-10"}),
        json!({"instalments": null}),
        json!({"instalments": null, "matures_on": "2021-02-09"}),
        json!({"every": "1 months"}),
        json!({"grace": {"principal": 3}}),
        json!({"grace": {"principal": 1, "interest": 2}}),
        json!({"residual": "100.00"}),
        json!({"level_payment": "nominal", "every": "4 week"}),
    ] {
        assert!(schedule(&with(&good, bad.clone())).is_err(), "{bad}");
    }
}

#[test]
fn annualised_rates() {
    let flows = |list: &[(&str, i64)]| -> Vec<(NaiveDate, BigInt)> {
        list.iter().map(|(on, amount)| (date(on), BigInt::from(*amount))).collect()
    };
    // 365 days, one tenth more.
    let year = flows(&[("2021-01-01", 1000), ("2022-01-01", -1100)]);
    assert_eq!(effective_rate(&year).unwrap(), "0.1000000000");
    // Two years of 365 days, 1.05^2.
    let two = flows(&[("2021-01-01", 10_000), ("2023-01-01", -11_025)]);
    assert_eq!(effective_rate(&two).unwrap(), "0.0500000000");
    let loss = flows(&[("2021-01-01", 1000), ("2022-01-01", -900)]);
    assert_eq!(effective_rate(&loss).unwrap(), "-0.1000000000");
    assert_eq!(effective_rate(&flows(&[("2021-01-01", 1000), ("2022-01-01", 1)])), None);
    // 10 % and 20 %: 100 - 230 y + 132 y^2 = 0 at y = 1/1.1 and 1/1.2.
    let both = flows(&[("2021-01-01", 100), ("2022-01-01", -230), ("2023-01-01", 132)]);
    assert_eq!(effective_rate(&both), None);
    // Beyond 10,000 %.
    assert_eq!(effective_rate(&flows(&[("2021-01-01", 1), ("2022-01-01", -102)])), None);
    // 1 % a month: 12 % nominal.
    let monthly = [1000, -10, -1010].map(BigInt::from);
    assert_eq!(nominal_rate(&monthly, (12, 1)).unwrap(), "0.1200000000");
    // 1000 x 10 days for 1.00: 1 x 365 / 10000.
    let terms = with(
        &small("bullet", 1),
        json!({"first_due_on": "2021-01-20", "rate": {"fixed": "0.036"}, "day_count": "actual/360"}),
    );
    assert_eq!(simple_rate(&run(&terms)).unwrap(), "0.0365000000");
}

/// How long ten thousand loans take: `cargo test --test oracle_self -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn ten_thousand_loans() {
    let mut state = 20_200_115_u64;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let counts = [
        "actual/360",
        "actual/365",
        "actual/actual",
        "30e/360",
        "30e/360_isda",
        "30/360_us",
        "30/360_bond",
        "months_and_days",
    ];
    let started = std::time::Instant::now();
    let mut rows = 0;
    for i in 0..10_000_u64 {
        let methods = [
            "equal_instalment",
            "equal_instalment",
            "equal_principal",
            "balloon",
            "graduated",
            "interest_only",
        ];
        let method = methods[below(6) as usize];
        let n = 2 + below(59);
        let mut terms = json!({
            "currency": "CNY", "principal": format!("{}.{:02}", 1000 + below(1_000_000), below(100)),
            "disbursed_on": format!("20{}-{:02}-{:02}", 15 + below(10), 1 + below(12), 1 + below(28)),
            "rate": {"fixed": format!("0.{:05}", below(30_000))}, "day_count": counts[i as usize % 8],
            "method": method, "rounding": "half_up", "every": "1 month", "first_due_on": "2026-01-31",
            "instalments": n
        });
        match method {
            "balloon" => terms["amortised_over"] = json!(n + 12),
            "graduated" => terms["graduated"] = json!({"ratio": "0.01", "every": 6}),
            _ => {}
        }
        terms["negative_amortisation"] = json!(true);
        rows += run(&terms).rows.len();
    }
    println!("10,000 loans, {rows} rows: {:?}", started.elapsed());
}
