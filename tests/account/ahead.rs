//! Money before anything is due: held, for the next rows, for the last ones, spread over all; and prepayments.
//!
//! The loan of 12,000.00, its first row paid. On 5 March, 15 days of 30 into the second row, its 11,000.00 have earned 16.50.

use puhui::ErrorCode;
use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

/// With this paid on 5 March.
fn in_march(servicing: Value, paid: Value) -> Lived {
    let first = json!({"on": "2020-02-20", "repaid": "1036.00"});
    lived(&twelve(servicing), json!([first, with(json!({"on": "2020-03-05"}), paid)]))
}

fn repaid(money_ahead: &str) -> Lived {
    in_march(json!({"money_ahead": money_ahead}), json!({"repaid": "2500.00"}))
}

fn prepaid(prepayment: Value, how: &str) -> Lived {
    in_march(json!({"prepayment": prepayment}), json!({"prepaid": "2500.00", "how": how}))
}

#[test]
fn held_it_settles_the_rows_that_fall_due() {
    let loan = repaid("hold");
    let day = loan.on("2020-03-05");
    assert_eq!(texts([day.credit, day.principal, day.interest_accrued]), ["2500.00", "11000.00", "16.50"]);
    // 11,016.50 - 2,500.00.
    assert_eq!(shown(day.pay_off), "8516.50");
    // 2,500.00 - 1,033.00 - 1,030.00 = 437.00; of 27.00 + 1,000.00 on 20 May 590.00 are short.
    let credit = |day| shown(loan.on(day).credit);
    assert_eq!(["2020-03-20", "2020-04-20", "2020-05-20"].map(credit), ["1467.00", "437.00", "0.00"]);
    assert_eq!(loan.on("2020-05-19").days_past_due, 0);
    assert_eq!(owed(&loan.on("2020-05-20")), ["2020-05-20: principal 590.00"]);
    // Nothing says otherwise: money is held.
    assert_eq!(in_march(json!({}), json!({"repaid": "2500.00"})).on("2020-04-20"), loan.on("2020-04-20"));
}

#[test]
fn more_than_the_instalment_is_credit_for_the_next() {
    // 1,100.00 of 1,036.00: 64.00; the next row of 1,033.00 is paid with 969.00.
    let events = json!([{"on": "2020-02-20", "repaid": "1100.00"}, {"on": "2020-03-20", "repaid": "969.00"}]);
    let loan = lived(&twelve(json!({})), events);
    assert_eq!(shown(loan.on("2020-02-20").credit), "64.00");
    let day = loan.on("2020-03-20");
    assert_eq!(
        (day.arrears.len(), texts([day.credit, day.principal])),
        (0, ["0.00".into(), "10000.00".into()])
    );
}

#[test]
fn for_the_last_rows() {
    let loan = repaid("last");
    let day = loan.on("2020-03-05");
    assert_eq!(texts([day.credit, day.principal, day.interest_accrued]), ["0.00", "8500.00", "16.50"]);
    assert_eq!(shown(day.interest_of_day), "0.85");
    // 16.50 + 8,500.00 x 0.0001 x 15 = 29.25, then 0.003 of the balance a month. Rows keep 1,000.00 until 500.00 are left.
    assert_eq!(
        loan.ahead("2020-03-05"),
        [
            "2020-03-20: 1000.00 + 29.25",
            "2020-04-20: 1000.00 + 22.50",
            "2020-05-20: 1000.00 + 19.50",
            "2020-06-20: 1000.00 + 16.50",
            "2020-07-20: 1000.00 + 13.50",
            "2020-08-20: 1000.00 + 10.50",
            "2020-09-20: 1000.00 + 7.50",
            "2020-10-20: 1000.00 + 4.50",
            "2020-11-20: 500.00 + 1.50",
            "2020-12-20: 0.00 + 0.00",
            "2021-01-20: 0.00 + 0.00",
        ]
    );
}

#[test]
fn spread_over_all_rows() {
    // The running row keeps its 1,000.00; 7,500.00 over the ten after it are 750.00. 7,500.00 x 0.003 = 22.50, then 2.25
    // less each month.
    let rows = repaid("re_amortise").ahead("2020-03-05");
    assert_eq!(
        rows[..4],
        [
            "2020-03-20: 1000.00 + 29.25",
            "2020-04-20: 750.00 + 22.50",
            "2020-05-20: 750.00 + 20.25",
            "2020-06-20: 750.00 + 18.00"
        ]
    );
    assert_eq!((rows.len(), rows.last().unwrap().as_str()), (11, "2021-01-20: 750.00 + 2.25"));
}

#[test]
fn for_the_next_rows() {
    // The second row in full, 33.00 + 1,000.00, the third, 30.00 + 1,000.00, and 437.00 of the fourth: its 27.00 of interest and
    // 410.00. The balance is 8,590.00.
    let loan = repaid("next");
    let day = loan.on("2020-03-05");
    assert_eq!(texts([day.credit, day.principal, day.interest_accrued]), ["0.00", "8590.00", "0.00"]);
    // Rows that were settled in full ask for nothing, whatever less they come to earn: 590.00 of the fourth are left; then
    // 8,000.00 x 0.003.
    assert_eq!(
        loan.ahead("2020-03-05")[..4],
        [
            "2020-03-20: 0.00 + 0.00",
            "2020-04-20: 0.00 + 0.00",
            "2020-05-20: 590.00 + 0.00",
            "2020-06-20: 1000.00 + 24.00"
        ]
    );
    // The second row came to earn 16.50 + 8,590.00 x 0.0001 x 15 = 29.385, and 33.00 were settled: 3.61 are credit. The third,
    // 8,590.00 x 0.003 = 25.77, brings 4.23 more.
    assert_eq!(owed(&loan.on("2020-03-20")), [""; 0]);
    let credits = ["2020-03-19", "2020-03-20", "2020-04-20"].map(|day| shown(loan.on(day).credit));
    assert_eq!(credits, ["0.00", "3.61", "7.84"]);
    // Where interest is on the plan, rows earn what they promised, and nothing is left over.
    let plan = in_march(json!({"money_ahead": "next", "interest_on": "plan"}), json!({"repaid": "2500.00"}));
    assert_eq!(
        plan.ahead("2020-03-05")[..4],
        [
            "2020-03-20: 0.00 + 0.00",
            "2020-04-20: 0.00 + 0.00",
            "2020-05-20: 590.00 + 0.00",
            "2020-06-20: 1000.00 + 24.00"
        ]
    );
    assert_eq!(texts([plan.on("2020-04-20").credit]), ["0.00"]);
}

#[test]
fn what_was_settled_of_a_row_before_a_prepayment_is_not_asked_for_again() {
    // 1,200.00 without interest in twelve payments of 100.00. 250.00 settle two of them and half the third, then 35.00 are
    // prepaid: the last payment is 65.00. 120.00 settle the half that the third still asks for, and 70.00 of the fourth.
    let terms = twelve(json!({
        "principal": "1200.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "interest_cap": "payment",
        "money_ahead": "settle_next"
    }));
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-02-01", "repaid": "250.00"},
            {"on": "2020-02-05", "prepaid": "35.00", "how": "keep_instalment"},
            {"on": "2020-02-06", "repaid": "120.00"}
        ]),
    );
    assert_eq!(texts([loan.on("2020-02-06").principal, loan.on("2020-02-06").credit]), ["795.00", "0.00"]);
    for due in ["2020-02-20", "2020-03-20", "2020-04-20"] {
        assert_eq!(owed(&loan.on(due)), [""; 0], "{due}");
    }
    assert_eq!(owed(&loan.on("2020-05-20")), ["2020-05-20: principal 30.00"]);
    assert_eq!(loan.ahead("2020-05-20").last().unwrap(), "2021-01-20: 65.00 + 0.00");
}

#[test]
fn a_tranche_is_planned_as_though_nothing_had_been_settled_ahead() {
    // 600.00 without interest in three payments of 200.00, and 200.00 settle the first. With 300.00 more each payment is a third of
    // 900.00: the first asks for the other 100.00, and the others for 300.00. The 700.00 that are left in three parts would be
    // 233.33 each, of which the first had all but 33.33.
    let settling = |money_ahead| {
        let terms = twelve(json!({
            "principal": "900.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "instalments": 3,
            "money_ahead": money_ahead
        }));
        let loan = lived(
            &terms,
            json!([
                {"on": "2020-01-20", "disbursed": "600.00"},
                {"on": "2020-02-01", "repaid": "200.00"},
                {"on": "2020-02-05", "disbursed": "300.00"}
            ]),
        );
        assert_eq!(shown(loan.on("2020-02-05").principal), "700.00");
        loan.ahead("2020-02-05")
    };
    assert_eq!(
        settling("settle_next"),
        ["2020-02-20: 100.00 + 0.00", "2020-03-20: 300.00 + 0.00", "2020-04-20: 300.00 + 0.00"]
    );
    assert_eq!(
        settling("settle_last"),
        ["2020-02-20: 300.00 + 0.00", "2020-03-20: 300.00 + 0.00", "2020-04-20: 100.00 + 0.00"]
    );
}

#[test]
fn what_is_settled_between_the_end_of_a_period_and_its_due_date_is_not_asked_for_again() {
    // 1,000.00 without interest in two payments of 500.00. Sunday 15 March is rolled to Monday, while the period ends on the
    // Sunday: 500.00 paid that day settle the second payment, and the first asks for the other 500.00.
    let terms = twelve(json!({
        "principal": "1000.00", "disbursed_on": "2020-02-15", "first_due_on": "2020-03-15", "rate": {"fixed": "0"},
        "method": "equal_instalment", "instalments": 2, "money_ahead": "settle_last",
        "business_days": {"calendar": "cn", "roll": "following", "interest": "unadjusted"}
    }));
    let loan = lived(&terms, json!([{"on": "2020-03-15", "repaid": "500.00"}]));
    assert_eq!(owed(&loan.on("2020-03-16")), ["2020-03-16: principal 500.00"]);
    let day = loan.on("2020-04-15");
    assert_eq!(
        (owed(&day), shown(day.principal)),
        (vec!["2020-03-16: principal 500.00".to_owned()], "500.00".to_owned())
    );
}

#[test]
fn prepaid_with_all_interest_to_the_day() {
    // 2,500.00 - 16.50 = 2,483.50 of principal. The running row has 12.77 to pay, as with money for the next rows.
    let kept = prepaid(json!({}), "keep_instalment");
    let day = kept.on("2020-03-05");
    assert_eq!(texts([day.credit, day.principal, day.interest_accrued]), ["0.00", "8516.50", "0.00"]);
    // Eight rows of 1,000.00, then 516.50. 7,516.50 x 0.003 = 22.5495; 516.50 x 0.003 = 1.5495.
    let rows = kept.ahead("2020-03-05");
    assert_eq!(rows[..2], ["2020-03-20: 1000.00 + 12.77", "2020-04-20: 1000.00 + 22.55"]);
    assert_eq!(
        rows[8..],
        ["2020-11-20: 516.50 + 1.55", "2020-12-20: 0.00 + 0.00", "2021-01-20: 0.00 + 0.00"]
    );
    // The term kept: 7,516.50 over ten rows; 6,764.85 x 0.003 = 20.29455; 751.65 x 0.003 = 2.25495.
    let rows = prepaid(json!({}), "keep_term").ahead("2020-03-05");
    assert_eq!(
        rows[..3],
        ["2020-03-20: 1000.00 + 12.77", "2020-04-20: 751.65 + 22.55", "2020-05-20: 751.65 + 20.29"]
    );
    assert_eq!(rows[10], "2021-01-20: 751.65 + 2.25");
}

#[test]
fn prepaid_with_a_fee() {
    // 2,483.50 pay principal and a hundredth of it: 2,458.91 + 24.59 (24.5891); 2,458.92 would be a cent too much.
    let day = prepaid(json!({"fee": "0.01"}), "keep_instalment").on("2020-03-05");
    // 11,000.00 - 2,458.91.
    assert_eq!(texts([day.principal, day.credit, day.fees]), ["8541.09", "0.00", "0.00"]);
}

#[test]
fn prepaid_with_interest_on_the_part_alone() {
    // 2,496.26 x 0.0001 x 15 = 3.74439: together 2,500.00. The second row earns 16.50 + 8,503.74 x 0.0001 x 15 = 29.25561,
    // less 3.74; the third 7,503.74 x 0.003 = 22.51122.
    let loan = prepaid(json!({"interest": "on_prepaid"}), "keep_instalment");
    let day = loan.on("2020-03-05");
    assert_eq!(texts([day.principal, day.credit, day.interest_accrued]), ["8503.74", "0.00", "12.76"]);
    assert_eq!(loan.ahead("2020-03-05")[..2], ["2020-03-20: 1000.00 + 25.52", "2020-04-20: 1000.00 + 22.51"]);
}

#[test]
fn prepaid_with_interest_to_the_next_due_date() {
    // The 33.00 of the second row, and 2,467.00 of principal, which is paid for to 20 March. Then 7,533.00 x 0.003 = 22.599.
    let loan = prepaid(json!({"interest": "to_next_due"}), "keep_instalment");
    let day = loan.on("2020-03-05");
    assert_eq!(texts([day.principal, day.credit, day.interest_accrued]), ["8533.00", "0.00", "0.00"]);
    assert_eq!(loan.ahead("2020-03-05")[..2], ["2020-03-20: 1000.00 + 0.00", "2020-04-20: 1000.00 + 22.60"]);
    // Paid for, the days to 20 March are not booked again; that day itself brings 8,533.00 x 0.0001.
    assert_eq!(texts([day.interest_of_day, loan.on("2020-03-20").interest_of_day]), ["0.00", "0.85"]);
}

#[test]
fn settled() {
    // 11,000.00 + 16.50 and a hundredth of the principal, 110.00: 11,126.50; the rest of 11,200.00 is credit.
    let settle = |amount: &str| {
        in_march(json!({"prepayment": {"fee": "0.01"}}), json!({"prepaid": amount, "how": "settle"}))
    };
    let loan = settle("11200.00");
    let day = loan.on("2020-03-05");
    assert_eq!(
        texts([day.principal, day.principal_repaid, day.credit, day.pay_off]),
        ["0.00", "12000.00", "73.50", "-73.50"]
    );
    assert!(loan.ahead("2020-03-05").is_empty());
    // Nothing happens on the dates that were due.
    assert_eq!(shown(loan.on("2020-06-30").credit), "73.50");
    assert_eq!(shown(settle("11126.50").on("2020-03-05").credit), "0.00");
    let error = settle("11126.49").error("2020-03-05");
    assert_eq!((error.code(), error.field()), (ErrorCode::NotSettled, "events[1].prepaid"));
}

#[test]
fn arrears_are_settled_before_anything_is_prepaid() {
    // The first row is unpaid too: 2.25 of penalty (1,000.00 x 0.00015 x 15), 36.00 and 1,000.00; then 16.50 of interest;
    // 2,500.00 - 1,054.75 = 1,445.25 of principal.
    let terms = twelve(json!({"penalty": {"mark_up": "0.50"}}));
    let prepaid = json!([{"on": "2020-03-05", "prepaid": "2500.00", "how": "keep_instalment"}]);
    let day = lived(&terms, prepaid).on("2020-03-05");
    assert_eq!(day.arrears, []);
    assert_eq!(texts([day.principal, day.principal_repaid, day.credit]), ["9554.75", "2445.25", "0.00"]);
}

/// 12,000.00 at 12 % of 30E/360 in six payments of 2,070.58, the first of them paid: 10,049.42. On 5 March 5,000.00 settle the second,
/// 1,970.09 + 100.49, the third, 1,989.79 + 80.79, and of the fourth its 60.90 of interest and 797.94: 5,291.60 are left.
fn level_for_the_next(rules: Value, more: Value) -> Lived {
    let terms = json!({
        "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6, "money_ahead": "next"
    });
    let terms = with(terms, rules);
    let mut events = vec![
        json!({"on": "2020-02-20", "repaid": "2070.58"}),
        json!({"on": "2020-03-05", "repaid": "5000.00"}),
    ];
    events.extend(more.as_array().unwrap().iter().cloned());
    lived(&twelve(terms), json!(events))
}

#[test]
fn level_payments_settled_ahead_ask_for_nothing_and_what_they_earn_less_is_credit() {
    // Rows that keep their payment, as those of a product do that settles instalments for anyone, are settled as others are.
    let keeps = json!({"payers": [{"payer": "refund", "money_ahead": "settle_last"}]});
    for rules in [json!({}), keeps] {
        let loan = level_for_the_next(rules, json!([]));
        let expected = [
            "2020-03-20: 0.00 + 0.00",
            "2020-04-20: 0.00 + 0.00",
            // 2,009.68 - 797.94.
            "2020-05-20: 1211.74 + 0.00",
            // 4,079.86 x 0.01 = 40.80: no later row takes what the settled ones earn less.
            "2020-06-20: 2029.78 + 40.80",
            "2020-07-20: 2050.08 + 20.50",
        ];
        assert_eq!(loan.ahead("2020-03-05"), expected);
        // Row 2 earns 50.2471 + 5,291.60 x 0.005 = 76.71 of the 100.49, row 3 52.92 of the 80.79: 23.78 and 27.87.
        let credits = ["2020-03-19", "2020-03-20", "2020-04-20"].map(|day| shown(loan.on(day).credit));
        assert_eq!(credits, ["0.00", "23.78", "51.65"]);
        // Row 4 earns 52.92 of the 60.90: 7.98 more, and 1,211.74 - 59.63 are short.
        assert_eq!(owed(&loan.on("2020-05-20")), ["2020-05-20: principal 1152.11"]);
        loan.entries("2020-05-20");
    }
}

#[test]
fn interest_that_was_settled_of_the_last_row_pays_principal_when_it_is_due() {
    // Rows that keep their payment: 12,000.00 / 1.970395 = 6,090.15 twice, the first paid on its day. On 5 March 6,000.00 settle the
    // 60.30 of the second and 5,939.70 of its 6,029.85: 90.15 are left.
    let terms = json!({
        "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 2, "money_ahead": "next",
        "payers": [{"payer": "refund", "money_ahead": "settle_last"}]
    });
    let events = json!([
        {"on": "2020-02-20", "repaid": "6090.15"}, {"on": "2020-03-05", "repaid": "6000.00"}
    ]);
    let loan = lived(&twelve(terms), events);
    assert_eq!(loan.ahead("2020-03-05"), ["2020-03-20: 90.15 + 0.00"]);
    // It earns 30.14925 + 90.15 x 0.005 = 30.60 of the 60.30: 29.70 are credit then, and 60.45 are short.
    assert_eq!(owed(&loan.on("2020-03-20")), ["2020-03-20: principal 60.45"]);
}

#[test]
fn rows_settled_ahead_take_no_part_in_payments_found_later() {
    // To 24 % on 10 March: the rows of April and before repay nothing more, the three after them 5,291.60 / 2.883883 = 1,834.89. April earns
    // 105.83, of which 80.79 were settled, May 105.83 with 60.90.
    let loan = level_for_the_next(json!({}), json!([{"on": "2020-03-10", "rate_reset": "0.24"}]));
    assert_eq!(
        loan.ahead("2020-03-10")[..4],
        [
            "2020-03-20: 0.00 + 0.00",
            "2020-04-20: 0.00 + 25.04",
            "2020-05-20: 1729.06 + 44.93",
            "2020-06-20: 1763.64 + 71.25"
        ]
    );
    // Equal shares, with 2,500.00 on 5 March and 1,000.00 prepaid on 10 March: two rows were settled in full, and of the third 410.00. The term
    // kept, 7,590.00 over the nine rows that still ask for principal are 843.33.
    let events = json!([
        {"on": "2020-02-20", "repaid": "1036.00"},
        {"on": "2020-03-05", "repaid": "2500.00"},
        {"on": "2020-03-10", "prepaid": "1000.00", "how": "keep_term"}
    ]);
    let loan = lived(&twelve(json!({"money_ahead": "next"})), events);
    let principal: Vec<String> = loan
        .account("2020-03-10", |account| account.rows_to_come())
        .iter()
        .map(|row| shown(row.principal))
        .collect();
    assert_eq!(principal[..4], ["0.00", "0.00", "843.33", "843.33"]);
    assert_eq!((principal.len(), principal[10].as_str()), (11, "843.36"));
    // What was settled of interest stays with its rows: of the 33.00 of March 28.39 are earned, of the 30.00 of April 22.77, and 4.61 +
    // 7.23 are credit. The 27.00 of May wait for their row, which earns 22.77: 4.23 more, all used by its 843.33.
    assert_eq!(shown(loan.on("2020-04-20").credit), "11.84");
    assert_eq!(owed(&loan.on("2020-05-20")), ["2020-05-20: principal 827.26"]);
    assert_eq!(loan.on("2020-05-19").days_past_due, 0);
}

#[test]
fn what_a_row_earns_beyond_what_was_settled_of_it_accrues_whatever_was_settled_of_later_rows() {
    // 2,500.00 on 5 March settle March, 33.00, April, 30.00, and 27.00 of May; 8,590.00 are left. To 7.2 % on 10 March: the row of March
    // earns 15 x 1.10 = 16.50, 5 x 0.859 = 4.295 and 1.718 a day from the 10th. By the 19th that is 36.257, of which 33.00 were
    // settled; the day adds 37.975 less 36.257, each rounded.
    let events = json!([
        {"on": "2020-02-20", "repaid": "1036.00"},
        {"on": "2020-03-05", "repaid": "2500.00"},
        {"on": "2020-03-10", "rate_reset": "0.072"}
    ]);
    let loan = lived(&twelve(json!({"money_ahead": "next"})), events);
    let figures = |day: &str| {
        let position = loan.on(day);
        texts([position.interest_accrued, position.interest_of_day, position.pay_off])
    };
    assert_eq!(figures("2020-03-16"), ["0.00", "0.00", "8590.00"]);
    assert_eq!(figures("2020-03-19"), ["3.26", "1.72", "8593.26"]);
    assert_eq!(owed(&loan.on("2020-03-20")), ["2020-03-20: interest 4.98"]);
}

#[test]
fn next_rows_are_settled_as_they_are_planned_when_payments_are_still_to_be_found() {
    // Interest alone, 36.00 a month, and 12,000.00 with the last row. 100.00 prepaid on 25 February leave payments to be found from the next
    // row on. What comes after that settles rows in order, and the principal stays with the last one.
    let terms = twelve(json!({"method": "interest_only", "money_ahead": "next"}));
    let events = json!([
        {"on": "2020-02-20", "repaid": "36.00"},
        {"on": "2020-02-25", "prepaid": "100.00", "how": "keep_term"},
        {"on": "2020-02-26", "repaid": "1000.00"}
    ]);
    let rows = lived(&terms, events).ahead("2020-02-26");
    let principal: Vec<&str> = rows.iter().map(|row| &row[12..16]).collect();
    assert!(principal[..10].iter().all(|principal| *principal == "0.00"), "{rows:?}");
    // 6.00 of interest for five days, 94.00 of principal: 11,906.00. March asks for 25 days of 1.1906 more, 6.00 + 29.765 = 35.77, less
    // the 6.00; ten rows for 35.718 each, 35.72. Together 386.97; the other 613.03 are principal of the last row.
    assert_eq!(rows[10], "2021-01-20: 11292.97 + 0.00");
}

#[test]
fn a_payment_found_anew_holds_what_was_settled_of_its_row() {
    // Payments that are not level, and are kept: of the row of 30 October interest and a part of the principal are settled ahead, and
    // its payment is found anew at another rate. The row asks for one sum, before it falls due and after: what was repaid and what
    // is owed are the 137.51 of every day.
    let terms = json!({
        "currency": "CNY", "principal": "137.51", "disbursed_on": "2020-07-20", "rate": {"fixed": "0.0153"},
        "day_count": "30/360_bond", "method": "graduated", "instalments": 11, "every": "2 week",
        "first_due_on": "2020-08-21", "rounding": "half_up", "graduated": {"amount": "0.27", "every": 4},
        "grace": {"principal": 2, "interest": 1, "capitalised": false}, "money_ahead": "next", "level_last": 3
    });
    let events = json!([
        {"on": "2020-08-07", "repaid": "15.14"}, {"on": "2020-08-13", "repaid": "15.41"},
        {"on": "2020-08-21", "rate_reset": "0.1001"}, {"on": "2020-08-30", "repaid": "15.71"},
        {"on": "2020-10-16", "rate_reset": "0.0587"}
    ]);
    let loan = lived(&terms, events);
    for day in ["2020-10-29", "2020-10-30", "2020-11-09", "2021-01-08"] {
        let position = loan.on(day);
        let both = puhui::Money::sum([position.principal, position.principal_repaid]).unwrap();
        assert_eq!(shown(both), "137.51", "{day}");
        loan.entries(day);
    }
}

#[test]
fn a_prepayment_with_nothing_left_to_repay_is_credit() {
    // All twelve rows are settled ahead; what is prepaid then finds nothing, and every row stays settled.
    let terms = twelve(json!({
        "method": "equal_instalment", "money_ahead": "next", "level_last": 1, "interest_base": "disbursed",
        "negative_amortisation": true
    }));
    let events = json!([
        {"on": "2020-01-25", "repaid": "12500.00"},
        {"on": "2020-02-01", "prepaid": "100.00", "how": "keep_instalment"}
    ]);
    let loan = lived(&terms, events);
    // 12,000.00 and twelve times 36.00 of flat interest.
    for day in ["2020-01-25", "2020-02-01", "2020-02-21"] {
        let position = loan.on(day);
        assert_eq!(shown(position.principal), "0.00", "{day}");
        let credit = if day == "2020-01-25" { "68.00" } else { "168.00" };
        assert_eq!(shown(position.credit), credit, "{day}");
        assert!(
            loan.ahead(day).iter().all(|row| row.ends_with(": 0.00 + 0.00")),
            "{day}: {:?}",
            loan.ahead(day)
        );
    }
}

#[test]
fn a_row_that_fell_away_lends_nothing() {
    // 12,000.00 at 3.6 %, 36.00 of flat interest a row: twelve payments of 1,036.00. The last row is settled ahead, and has no payment left
    // when 5,500.00 are prepaid, which lets more rows fall away: its 36.00 of interest become no balance.
    let terms = twelve(json!({
        "method": "equal_instalment", "interest_base": "disbursed", "negative_amortisation": true,
        "money_ahead": "settle_last"
    }));
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-02-01", "repaid": "1036.00"},
            {"on": "2020-02-10", "prepaid": "5500.00", "how": "keep_instalment"}
        ]),
    );
    for day in ["2020-02-01", "2020-02-10", "2020-02-11"] {
        loan.account(day, |account| {
            let rows = account.rows_to_come();
            assert_eq!(shown(rows[11].closing), "0.00", "{day}");
            assert!(rows.iter().all(|row| row.principal.minor() >= 0), "{day}: {rows:?}");
        });
    }
}

#[test]
fn interest_settled_for_days_to_come_pays_none_that_has_run() {
    // 12,000.00 at 12 %, three payments of 12,000.00 / 2.940985 = 4,080.27; on 25 January two of them settle 120.00 + 3,960.27 and 80.40 +
    // 3,999.87. To 60 % on the day after: the row of 20 February earns 20.00 + 4,039.86 x 0.12 / 360 = 21.3466 and then 6.7331 a day. By 11
    // February that is 122.34, of which 120.00 were settled, and 4,039.86 + 2.34 pays all off; the 80.40 are interest of March. By 20 February it is 182.94.
    let events =
        json!([{"on": "2020-01-25", "repaid": "8160.54"}, {"on": "2020-01-26", "rate_reset": "0.60"}]);
    // No interest is beyond a payment: where it would go makes no difference.
    for beyond in [json!({}), json!({"interest_cap": "payment"})] {
        let terms = json!({
            "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 3, "relevel": "running",
            "money_ahead": "next"
        });
        let loan = lived(&twelve(with(terms, beyond)), events.clone());
        let accrued = |day| shown(loan.on(day).interest_accrued);
        assert_eq!(["2020-01-25", "2020-02-10", "2020-02-11"].map(accrued), ["0.00", "0.00", "2.34"]);
        assert_eq!(shown(loan.on("2020-02-11").pay_off), "4042.20");
        assert_eq!(loan.ahead("2020-02-11")[0].split_once(" + ").unwrap().1, "62.94");
    }
}
