//! Due dates that a roll moves: the days between the end of a period and its due date, the day of an event itself, and rows that a
//! roll brings onto one day.

use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

/// 12,000.00 at 0.0001 a day, 1,000.00 a month from 20 February 2020. 20 June is a Saturday: its row falls due on Monday the 22nd,
/// and bills the days to the 20th.
fn put_off(changes: Value) -> Value {
    let rolled = json!({
        "day_count": "actual/360",
        "business_days": {"calendar": "cn", "roll": "following", "interest": "unadjusted"}
    });
    twelve(with(rolled, changes))
}

/// The first four rows paid, and this on 21 June.
///
/// 12,000.00 x 0.0001 x 31 = 37.20, 11,000.00 for 29 days 31.90, 10,000.00 for 31 days 31.00, 9,000.00 for 30 days 27.00. The row
/// of 22 June: 8,000.00 for 31 days, 24.80. From 20 June on 7,000.00 earn 0.70 a day.
fn on_21_june(changes: Value, paid: Value) -> Lived {
    let events = json!([
        {"on": "2020-02-20", "repaid": "1037.20"},
        {"on": "2020-03-20", "repaid": "1031.90"},
        {"on": "2020-04-20", "repaid": "1031.00"},
        {"on": "2020-05-20", "repaid": "1027.00"},
        with(json!({"on": "2020-06-21"}), paid)
    ]);
    lived(&put_off(changes), events)
}

#[test]
fn what_is_overdue_earns_between_the_end_of_the_last_period_and_its_due_date() {
    let loan = lived(&put_off(json!({"principal": "5000.00", "instalments": 5})), json!([]));
    // 5,000.00 for 31 days are 15.50. Then 4,000.00 that are overdue earn 0.40 a day, and from the due date on all of it 0.50.
    let expected = [
        ("2020-06-19", "15.00", "0.50"),
        ("2020-06-20", "15.50", "0.40"),
        ("2020-06-21", "15.90", "0.40"),
        ("2020-06-22", "0.80", "0.50"),
        ("2020-06-23", "1.30", "0.50"),
    ];
    for (day, accrued, of_day) in expected {
        let position = loan.on(day);
        assert_eq!(
            texts([position.interest_accrued, position.interest_of_day]),
            [accrued, of_day],
            "{day}: accrued, of the day"
        );
    }
    // 21,767.56 at 4.35 %, a fifth a month: 21,767.56 x 0.0435 x 30 / 360 = 78.91; the day adds 17,414.04 x 0.0435 / 360 = 2.10.
    let terms = put_off(json!({
        "principal": "21767.56", "instalments": 5, "disbursed_on": "2019-02-18", "first_due_on": "2019-03-20",
        "rate": {"fixed": "0.0435"}
    }));
    let loan = lived(&terms, json!([]));
    let accrued = ["2019-07-20", "2019-07-21"].map(|day| shown(loan.on(day).interest_accrued));
    assert_eq!(accrued, ["78.91", "81.01"]);
    assert_eq!(shown(loan.on("2019-07-20").interest_of_day), "2.10");
}

#[test]
fn interest_grows_by_what_the_day_says() {
    let servicing = [
        json!({}),
        json!({"grace_days": 3}),
        json!({"penalty": {"mark_up": "0.5"}}),
        json!({"money_ahead": "next"}),
        json!({"money_ahead": "last"}),
    ];
    let events = [
        json!([]),
        json!([{"on": "2020-06-21", "repaid": "7000.00"}]),
        json!([{"on": "2020-06-21", "prepaid": "7000.00", "how": "keep_term"}]),
        json!([{"on": "2020-06-20", "prepaid": "7000.00", "how": "keep_instalment"}]),
    ];
    let mut seen = 0;
    for roll in ["following", "modified_following"] {
        for interest in ["adjusted", "unadjusted"] {
            for method in ["equal_principal", "equal_instalment", "interest_only"] {
                for rules in &servicing {
                    let rolled = json!({
                        "method": method, "instalments": 8,
                        "business_days": {"calendar": "cn", "roll": roll, "interest": interest}
                    });
                    let terms = put_off(with(rolled, rules.clone()));
                    for events in &events {
                        let loan = lived(&terms, events.clone());
                        seen += days_that_grow(&loan, &format!("{terms} {events}"));
                    }
                }
            }
        }
    }
    // 119 days each; rows and money fall on few of them.
    assert!(seen > 200 * 100, "expected most days to be quiet, got {seen}");
}

/// The days from 1 June to 27 September on which nothing was billed or settled, and that grew by what the day before said.
fn days_that_grow(loan: &Lived, told: &str) -> usize {
    let days = puhui::parse_date("2020-06-01", "day").unwrap().iter_days().take(120);
    let positions: Vec<_> = days.map(|day| loan.on(&day.to_string())).collect();
    let quiet = positions.windows(2).filter(|pair| {
        let settled =
            |at: usize| (pair[at].interest, pair[at].credit, pair[at].principal, pair[at].overdue_principal);
        settled(0) == settled(1)
    });
    let mut seen = 0;
    for pair in quiet {
        let grown = pair[1].interest_accrued.minor() - pair[0].interest_accrued.minor();
        assert_eq!(grown, pair[0].interest_of_day.minor(), "{} to {}: {told}", pair[0].as_of, pair[1].as_of);
        seen += 1;
    }
    seen
}

#[test]
fn interest_that_was_settled_of_the_next_period_is_not_asked_for_again() {
    // 24.80 and 0.70 of the next period; 974.50 of principal leave on the 21st. The row of 20 July earns 0.70 and 6,025.50 for 29
    // days, 17.47395: 18.17, less the 0.70.
    let loan = on_21_june(json!({}), json!({"prepaid": "1000.00", "how": "keep_instalment"}));
    let ahead = ["2020-06-22: 1000.00 + 0.00", "2020-07-20: 1000.00 + 17.47"];
    assert_eq!(loan.ahead("2020-06-21")[..2], ahead);
    let day = loan.on("2020-06-22");
    assert_eq!(
        (owed(&day), shown(day.credit)),
        (vec!["2020-06-22: principal 1000.00".into()], "0.00".into())
    );
    assert_eq!(loan.ahead("2020-06-22")[0], ahead[1]);
    // The 1,000.00 that are overdue earn 0.10 for 28 days: 20.97 less the 0.70.
    assert_eq!(
        owed(&loan.on("2020-07-20")),
        ["2020-06-22: principal 1000.00", "2020-07-20: interest 20.27, principal 1000.00"]
    );

    // With its own interest alone, x + 0.0032 x = 1,000.00: 996.81 and 3.19, of which 31 days are 3.09. 24.80 - 3.09 = 21.71. The
    // next row earns 0.70 and 6,003.19 for 29 days, 17.409251: 18.11 - 0.10.
    let alone = json!({"prepayment": {"interest": "on_prepaid"}});
    let loan = on_21_june(alone, json!({"prepaid": "1000.00", "how": "keep_instalment"}));
    let ahead = loan.ahead("2020-06-21");
    assert_eq!(ahead[..2], ["2020-06-22: 1000.00 + 21.71", "2020-07-20: 1000.00 + 18.01"]);
}

#[test]
fn what_was_settled_of_the_next_period_stays_with_it_though_the_rest_is_paused() {
    // Both periods are settled to the 21st: 24.80 + 0.70. From the 21st on nothing is earned, and the next row asks for nothing.
    let loan = on_21_june(json!({}), json!({"prepaid": "25.50", "how": "keep_instalment"}));
    let paused = json!([
        {"on": "2020-02-20", "repaid": "1037.20"},
        {"on": "2020-03-20", "repaid": "1031.90"},
        {"on": "2020-04-20", "repaid": "1031.00"},
        {"on": "2020-05-20", "repaid": "1027.00"},
        {"on": "2020-06-21", "prepaid": "25.50", "how": "keep_instalment"},
        {"on": "2020-06-21", "interest_paused": {"until": "2020-07-19"}},
        {"on": "2020-06-22", "repaid": "1000.00"}
    ]);
    let paused = lived(&put_off(json!({})), paused);
    assert_eq!(loan.ahead("2020-06-21")[..2], ["2020-06-22: 1000.00 + 0.00", "2020-07-20: 1000.00 + 20.30"]);
    assert_eq!(owed(&paused.on("2020-07-20")), ["2020-07-20: principal 1000.00"]);
    assert_eq!(shown(paused.on("2020-07-20").credit), "0.00");
}

#[test]
fn interest_settled_of_what_is_overdue_after_the_last_period_is_not_billed_again() {
    // 2,000.00 in two rows of 20 May and, put off, 22 June. 1,000.00 + 6.00 of the first are unpaid until 21 June: the second bills
    // 2,000.00 for 31 days, 6.20, and the 1,000.00 earn 0.10 more on the 20th. 1,012.30 pay all of it but the last principal.
    let terms = put_off(json!({
        "principal": "2000.00", "instalments": 2, "disbursed_on": "2020-04-20", "first_due_on": "2020-05-20"
    }));
    let paid = json!({"on": "2020-06-21", "prepaid": "1012.30", "how": "keep_term"});
    let loan = lived(&terms, json!([paid]));
    let day = loan.on("2020-06-21");
    assert_eq!(texts([day.pay_off, day.interest_accrued, day.credit]), ["1000.00", "0.00", "0.00"]);
    let day = loan.on("2020-06-22");
    assert_eq!(
        (owed(&day), texts([day.pay_off, day.credit, day.interest_accrued])),
        (vec!["2020-06-22: principal 1000.00".into()], ["1000.00", "0.00", "0.00"].map(String::from))
    );
    let closed = lived(
        &terms,
        json!([paid, {"on": "2020-06-22", "repaid": "1000.00"}, {"on": "2020-06-22", "closed": true}]),
    );
    assert!(closed.on("2020-06-22").closed, "closed on its last due date");
    closed.entries("2020-07-31");
}

#[test]
fn principal_settled_after_its_period_earned_to_the_end_of_it() {
    // The row of 22 June in full, 1,024.80, though its principal earns no more since the 20th; of that of 20 July 21.00 of interest
    // and 954.20. This row earns 7,000.00 x 0.0001 + 6,045.80 x 0.0029 = 0.70 + 17.53282: 18.23, so 2.77 are credit on its day, and
    // settle as much of the 45.80 that it asks for.
    let loan = on_21_june(json!({"money_ahead": "next"}), json!({"repaid": "2000.00"}));
    let day = loan.on("2020-06-21");
    assert_eq!(
        texts([day.principal, day.interest_accrued, day.interest_of_day]),
        ["6045.80", "0.00", "0.00"]
    );
    assert_eq!(loan.ahead("2020-06-21")[..2], ["2020-06-22: 0.00 + 0.00", "2020-07-20: 45.80 + 0.00"]);
    assert_eq!(owed(&loan.on("2020-06-22")), Vec::<String>::new());
    assert_eq!(owed(&loan.on("2020-07-20")), ["2020-07-20: principal 43.03"]);
    // All of it, in order, with all planned interest: 24.80, and for 30, 31, 31, 30, 31, 30 and 31 days 21.00, 18.60, 15.50,
    // 12.00, 9.30, 6.00 and 3.10, which with 8,000.00 are 8,110.30.
    let loan = on_21_june(json!({"money_ahead": "next"}), json!({"repaid": "8110.30"}));
    assert_eq!(shown(loan.on("2020-06-21").principal), "0.00");
    assert_eq!(loan.on("2020-06-21").next_due, None);
}

#[test]
fn a_prepayment_pays_to_the_next_due_date_of_the_period_that_runs() {
    // On 21 June the row of the 20th, due on the 22nd, has ended with 24.00, and the next one has begun, of 7,000.00: 21.00 to 20 July.
    // 1,045.00 pay both and 1,000.00 of principal, which earns until then; 5,000.00 x 0.003 = 15.00 follow.
    let paid: Vec<Value> = [("02", "1036.00"), ("03", "1033.00"), ("04", "1030.00"), ("05", "1027.00")]
        .map(|(month, repaid)| json!({"on": format!("2020-{month}-20"), "repaid": repaid}))
        .to_vec();
    let prepaid = |amount: &str, how: &str| {
        let terms = twelve(json!({
            "business_days": {"calendar": "weekends", "roll": "following", "interest": "unadjusted"},
            "prepayment": {"interest": "to_next_due"}
        }));
        let mut events = paid.clone();
        events.push(json!({"on": "2020-06-21", "prepaid": amount, "how": how}));
        lived(&terms, json!(events))
    };
    let loan = prepaid("1045.00", "keep_instalment");
    let rows = ["2020-06-22: 1000.00 + 0.00", "2020-07-20: 1000.00 + 0.00", "2020-08-20: 1000.00 + 15.00"];
    assert_eq!(loan.ahead("2020-06-21")[..3], rows);
    assert_eq!(loan.ahead("2020-06-22")[..2], rows[1..]);
    loan.entries("2020-08-20");
    // All of it asks for what accrued, whatever the rule: 8,000.00 + 24.00 + 0.70.
    assert_eq!(shown(prepaid("8024.70", "settle").on("2020-06-21").pay_off), "0.00");
    assert_eq!(prepaid("8024.69", "settle").error("2020-06-21").code(), puhui::ErrorCode::NotSettled);
}

#[test]
fn arrears_are_spread_over_new_rows_of_which_the_first_falls_due_at_once() {
    // 3,000.00 without interest, of which nothing was paid. Of four rows from 5 May 2021, in the holidays, the first falls due on 30
    // April, the day on which they are agreed; 5 June is a Saturday. 750.00 each.
    for (method, roll_interest) in [
        (json!({"method": "equal_principal"}), "adjusted"),
        (json!({"method": "equal_instalment"}), "adjusted"),
        (json!({"method": "equal_instalment", "interest_cap": "payment"}), "adjusted"),
        (json!({"method": "equal_instalment"}), "unadjusted"),
    ] {
        let terms = twelve(with(
            json!({
                "principal": "3000.00", "instalments": 3, "disbursed_on": "2020-12-21", "first_due_on": "2021-01-21",
                "rate": {"fixed": "0"},
                "business_days": {"calendar": "cn", "roll": "preceding", "interest": roll_interest}
            }),
            method,
        ));
        let re_aged =
            json!({"on": "2021-04-30", "re_aged": {"instalments": 4, "first_due_on": "2021-05-05"}});
        let loan = lived(&terms, json!([re_aged]));
        assert_eq!(owed(&loan.on("2021-04-30")), ["2021-04-30: principal 750.00"], "{terms}");
        let rows = ["2021-06-04: 750.00 + 0.00", "2021-07-05: 750.00 + 0.00", "2021-08-05: 750.00 + 0.00"];
        assert_eq!(loan.ahead("2021-04-30"), rows, "{terms}");
        assert_eq!(shown(loan.on("2021-04-30").principal), "3000.00", "{terms}");
    }
    // Agreed within the holidays, on 2 May, they would have begun to fall due before.
    let terms =
        twelve(json!({"business_days": {"calendar": "cn", "roll": "preceding", "interest": "adjusted"}}));
    let re_aged = json!({"on": "2020-05-02", "re_aged": {"instalments": 4, "first_due_on": "2020-05-05"}});
    let error = lived(&terms, json!([re_aged])).error("2020-05-02");
    assert_eq!(error.code(), puhui::ErrorCode::DatesOutOfOrder, "{error}");
}

/// 4,000.00 at 0.0001 a day in four weekly rows of 1,000.00 over the Spring Festival of 2024: 10 and 17 February are both rolled to
/// Sunday the 18th, a working day, 24 February and 2 March to the Mondays after them.
fn spring_festival(interest: &str, changes: Value) -> Value {
    let weekly = json!({
        "principal": "4000.00", "instalments": 4, "disbursed_on": "2024-02-03", "first_due_on": "2024-02-10",
        "every": "1 week", "business_days": {"calendar": "cn", "roll": "following", "interest": interest}
    });
    put_off(with(weekly, changes))
}

#[test]
fn rows_that_a_roll_brings_onto_one_day_are_an_instalment_each() {
    // To the cycle: 4,000.00 for 7 days are 2.80, 3,000.00 2.10, 2,000.00 1.40, 1,000.00 0.70.
    // To the due dates: 4,000.00 for 15 days 6.00, nothing for no days, 2,000.00 for 8 days 1.60, 1,000.00 for 7 days 0.70.
    for (interest, first, second, third) in
        [("unadjusted", "2.80", "interest 2.10, ", "1.40"), ("adjusted", "6.00", "", "1.60")]
    {
        let loan = lived(&spring_festival(interest, json!({})), json!([]));
        assert_eq!(
            loan.ahead("2024-02-17")[2..],
            [format!("2024-02-26: 1000.00 + {third}"), "2024-03-04: 1000.00 + 0.70".to_owned()]
        );
        assert_eq!(
            owed(&loan.on("2024-02-18")),
            [
                format!("2024-02-18: interest {first}, principal 1000.00"),
                format!("2024-02-18: {second}principal 1000.00")
            ]
        );
        assert_eq!(loan.on("2024-02-20").days_past_due, 2);
        loan.entries("2024-04-30");
    }
    // 1,500.00 pay the first of them and 495.10 of the other, which costs 504.90 x 0.00015 x 2 = 0.15147 until the 20th.
    let paid = json!({"on": "2024-02-18", "repaid": "1500.00"});
    let penalty = spring_festival("unadjusted", json!({"penalty": {"mark_up": "0.5"}}));
    let loan = lived(&penalty, json!([paid]));
    let day = loan.on("2024-02-20");
    assert_eq!(owed(&day), ["2024-02-18: principal 504.90"]);
    assert_eq!((day.days_past_due, shown(day.penalty_accrued)), (2, "0.15".to_owned()));
    // 505.05 pay it, and each row on its day; then nothing is left.
    let all = lived(
        &penalty,
        json!([
            paid,
            {"on": "2024-02-20", "repaid": "505.05"},
            {"on": "2024-02-26", "repaid": "1001.40"},
            {"on": "2024-03-04", "repaid": "1000.70"},
            {"on": "2024-03-04", "closed": true}
        ]),
    );
    assert!(all.on("2024-03-04").closed, "all of it is paid");
    all.entries("2024-03-31");
}

#[test]
fn of_two_rows_of_one_day_a_late_relief_reaches_the_one_that_is_unpaid() {
    // The second, 1,000.00 + 2.10, is put off to 22 February. Until then 3,000.00 earn 0.30 a day: 5 days, and 2,000.00 for 2 days
    // 0.40 make 1.90 of the row of the 26th.
    let relief = json!({
        "on": "2024-02-20",
        "relief": {
            "granted_on": "2024-02-20", "defer": "both", "due_from": "2024-02-18", "due_until": "2024-02-18",
            "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
            "interest_caught_up": "end_of_window", "new_date": "2024-02-22"
        }
    });
    let paid = json!({"on": "2024-02-18", "repaid": "1002.80"});
    let loan = lived(&spring_festival("unadjusted", json!({})), json!([paid, relief]));
    let day = loan.on("2024-02-20");
    assert_eq!((owed(&day), day.days_past_due, shown(day.credit)), (vec![], 0, "0.00".to_owned()));
    assert_eq!(
        loan.ahead("2024-02-20"),
        ["2024-02-22: 1000.00 + 0.00 + 2.10", "2024-02-26: 1000.00 + 1.90", "2024-03-04: 1000.00 + 0.70"]
    );
    // Re-aged on the 20th instead, both rows unpaid: 4,000.00 in four rows of 1,000.00 from 27 February, a Tuesday.
    let re_aged = json!({"on": "2024-02-20", "re_aged": {"instalments": 4, "first_due_on": "2024-02-27"}});
    let loan = lived(&spring_festival("unadjusted", json!({"rate": {"fixed": "0"}})), json!([re_aged]));
    assert_eq!(owed(&loan.on("2024-02-20")), Vec::<String>::new());
    let due = ["2024-02-27", "2024-03-05", "2024-03-12", "2024-03-19"];
    assert_eq!(loan.ahead("2024-02-20"), due.map(|day| format!("{day}: 1000.00 + 0.00")));
}

#[test]
fn what_is_prepaid_after_a_period_ended_is_no_principal_of_its_row() {
    // 12,000.00 at 1 % a month, six payments of 2,070.58 from 20 May; 20 June is a Saturday, and its row falls due on the 22nd. The 120.00 of
    // May are put off to the end, its 1,950.58 paid. On the 21st June has earned 100.49, July a day of 8,079.33, 2.69: with those all that
    // June leaves is prepaid. Its 1,970.09 fall due the next day, and nothing after them but the 120.00.
    let terms = twelve(json!({
        "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6, "disbursed_on": "2020-04-20",
        "first_due_on": "2020-05-20",
        "business_days": {"calendar": "weekends", "roll": "following", "interest": "unadjusted"}
    }));
    let relief = json!({
        "granted_on": "2020-04-25", "due_from": "2020-05-01", "due_until": "2020-05-31", "defer": "interest",
        "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
    });
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-04-25", "relief": relief},
            {"on": "2020-05-20", "repaid": "1950.58"},
            {"on": "2020-06-21", "prepaid": "8182.51", "how": "keep_instalment"}
        ]),
    );
    let rows = [
        "2020-06-22: 1970.09 + 0.00",
        "2020-07-20: 0.00 + 0.00",
        "2020-08-20: 0.00 + 0.00",
        "2020-09-21: 0.00 + 0.00",
        "2020-10-20: 0.00 + 0.00 + 120.00",
    ];
    assert_eq!(loan.ahead("2020-06-21"), rows);
    assert_eq!(loan.ahead("2020-06-22"), rows[1..]);
    assert_eq!(owed(&loan.on("2020-06-22")), ["2020-06-22: principal 1970.09"]);
    assert_eq!(shown(loan.on("2020-06-22").pay_off), "2090.09");
}
