//! Readings of the page that two implementations could take otherwise, each with a figure that tells them apart.
//!
//! The loan of 12,000.00 at 3.6 %, 0.0001 of the balance a day: rows of 1,000.00 with 36.00, 33.00, 30.00 ... of interest. The level one
//! is at 12 %: six payments of 12,000.00 / 5.795476 = 2,070.58, the first 1,950.58 + 120.00, which leaves 10,049.42.

use puhui::{ErrorCode, LoanClass};
use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

fn six(changes: Value) -> Value {
    let plain = json!({"rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6});
    with(twelve(plain), changes)
}

/// The loan of 12,000.00 with its first row paid, and what happened then.
fn first_paid(rules: Value, then: Value) -> Lived {
    after(twelve(rules), "1036.00", then)
}

/// The level one, the same.
fn level_first_paid(rules: Value, then: Value) -> Lived {
    after(six(rules), "2070.58", then)
}

fn after(terms: Value, first: &str, then: Value) -> Lived {
    let mut events = vec![json!({"on": "2020-02-20", "repaid": first})];
    events.extend(then.as_array().unwrap().iter().cloned());
    lived(&terms, json!(events))
}

#[test]
fn after_the_last_row_settlement_dates_go_on_along_the_cycle() {
    // Nothing is paid: all 12,000.00 earn 120.00 a month, whatever the method, and each date after the last row asks for it.
    for (terms, last) in [
        (json!({}), "2020-07-20"),
        (json!({"method": "equal_principal"}), "2020-07-20"),
        (json!({"method": "interest_only"}), "2020-07-20"),
        (json!({"method": "balloon", "residual": "6000.00"}), "2020-07-20"),
        (json!({"method": "graduated", "graduated": {"ratio": "0.10", "every": 1}}), "2020-07-20"),
        (json!({"method": "bullet", "instalments": 1}), "2020-02-20"),
    ] {
        let loan = lived(&six(terms.clone()), json!([]));
        let rows = loan.on(last).arrears.len();
        assert_eq!(
            owed(&loan.on("2020-09-20"))[rows..].iter().rev().take(2).collect::<Vec<_>>(),
            ["2020-09-20: interest 120.00", "2020-08-20: interest 120.00"],
            "{terms}"
        );
        assert_eq!(owed(&loan.on("2020-09-19")).last().unwrap(), "2020-08-20: interest 120.00", "{terms}");
    }
    // 20 June is a Saturday: 33 days of 1.20 since 20 May are asked for on Monday the 22nd.
    let rolled = json!({
        "day_count": "actual/360", "method": "bullet", "instalments": 1,
        "business_days": {"calendar": "cn", "roll": "following", "interest": "adjusted"}
    });
    let loan = lived(&twelve(rolled), json!([]));
    assert_eq!(loan.on("2020-06-21").arrears.len(), 4);
    assert_eq!(owed(&loan.on("2020-06-22"))[4], "2020-06-22: interest 39.60");
}

#[test]
fn a_level_payment_stays_and_its_principal_is_less_by_what_overdue_principal_earns() {
    // Each row bills 120.00 of all 12,000.00, and repays 1,950.58 of its 2,070.58; the last 12,000.00 - 5 x 1,950.58 = 2,247.10.
    let loan = lived(&six(json!({})), json!([]));
    assert_eq!(
        owed(&loan.on("2020-07-20")),
        [
            "2020-02-20: interest 120.00, principal 1950.58",
            "2020-03-20: interest 120.00, principal 1950.58",
            "2020-04-20: interest 120.00, principal 1950.58",
            "2020-05-20: interest 120.00, principal 1950.58",
            "2020-06-20: interest 120.00, principal 1950.58",
            "2020-07-20: interest 120.00, principal 2247.10",
        ]
    );
}

#[test]
fn a_running_row_whose_interest_is_more_than_its_payment_asks_for_its_interest_and_no_principal() {
    // Sixty payments of 12,000.00 / 44.955038 = 266.93, the first 146.93 + 120.00. To 48 % on 25 February: 11,853.07 x (5 x 0.12 + 25 x
    // 0.48) / 360 = 414.86. The next payment is that of a row that repays nothing before it: 11,853.07 / 22.429567, the value of 58
    // payments at 4 %, is 528.46, of which 474.12 are interest.
    let reset = json!([{"on": "2020-02-25", "rate_reset": "0.48"}]);
    let loan = after(six(json!({"instalments": 60})), "266.93", reset.clone());
    let rows = loan.ahead("2020-02-25");
    assert_eq!(rows[..2], ["2020-03-20: 0.00 + 414.86", "2020-04-20: 54.34 + 474.12"]);
    assert_eq!(owed(&loan.on("2020-03-20")), ["2020-03-20: interest 414.86"]);
    // With the first row unpaid all 12,000.00 earn: 420.00, more than the payment of any of these.
    for method in [
        json!({"method": "balloon", "residual": "6000.00"}),
        json!({"method": "graduated", "graduated": {"ratio": "0.10", "every": 12}}),
    ] {
        let loan = lived(&six(with(json!({"instalments": 60}), method)), reset.clone());
        assert_eq!(owed(&loan.on("2020-03-20"))[1], "2020-03-20: interest 420.00");
    }
}

#[test]
fn a_payment_of_any_penalty_bills_that_of_its_instalment_and_a_waiver_that_of_all() {
    // 120,000.00, nothing paid by 30 May: what each instalment has cost to the day, and what of it was billed on 20 May, is worked out
    // in `order.rs`.
    let terms = twelve(json!({
        "principal": "120000.00", "day_count": "actual/360", "penalty": {"mark_up": "0.50", "compound": {}}
    }));
    let loan = lived(&terms, json!([{"on": "2020-05-30", "repaid": "0.01"}]));
    assert_eq!(
        owed(&loan.on("2020-05-30")),
        [
            "2020-02-20: penalty 149.99, compound 5.58, interest 372.00, principal 10000.00",
            "2020-03-20: penalty 91.50, compound 2.92, interest 319.00, principal 10000.00",
            "2020-04-20: penalty 45.00, compound 1.40, interest 310.00, principal 10000.00",
            "2020-05-20: interest 270.00, principal 10000.00",
        ]
    );
    let loan = lived(&terms, json!([{"on": "2020-05-30", "interest_waived": "0.01"}]));
    assert_eq!(
        owed(&loan.on("2020-05-30")),
        [
            "2020-02-20: penalty 149.99, compound 5.58, interest 372.00, principal 10000.00",
            "2020-03-20: penalty 106.50, compound 3.40, interest 319.00, principal 10000.00",
            "2020-04-20: penalty 60.00, compound 1.86, interest 310.00, principal 10000.00",
            "2020-05-20: penalty 15.00, compound 0.41, interest 270.00, principal 10000.00",
        ]
    );
    // A payment that reaches interest alone bills nothing.
    let order = json!({"allocation": {"order": ["interest", "principal", "penalty", "compound", "fee"], "by": "part"}});
    let loan = lived(&with(terms, order), json!([{"on": "2020-05-30", "repaid": "372.00"}]));
    assert_eq!(
        owed(&loan.on("2020-05-30"))[0],
        "2020-02-20: penalty 135.00, compound 5.02, principal 10000.00"
    );
}

#[test]
fn an_instalment_is_short_by_the_fees_of_its_row_and_never_by_one_that_an_event_charged() {
    // 1,036.00 pay the first row; 10.00 are charged the day before its due date, on it, and the day after.
    for charged in ["2020-02-19", "2020-02-20", "2020-02-21"] {
        let fee = json!({"no": 7, "on": charged, "fee_charged": "10.00"});
        let paid = if charged == "2020-02-19" { "1046.00" } else { "1036.00" };
        let again = json!({"no": 8, "on": "2020-02-20", "fee_charged": "10.00"});
        let loan = lived(&twelve(json!({})), json!([{"on": "2020-02-20", "repaid": paid}, fee, again]));
        let day = loan.on("2020-03-10");
        assert!(day.fees.minor() >= 1_000, "{charged}");
        assert_eq!(day.days_past_due, 0, "{charged}");
    }
    // 5.00 with each row: of 1,041.00 the fee of the row is short if 4.99 of it are paid, and 10.00 of an event are not.
    let order = json!({
        "fees": {"each_instalment": "5.00"},
        "allocation": {"order": ["interest", "principal", "fee", "penalty", "compound"], "by": "instalment"}
    });
    for (paid, days) in [("1040.99", 19), ("1041.00", 0)] {
        let events =
            json!([{"on": "2020-02-20", "repaid": paid}, {"on": "2020-02-20", "fee_charged": "10.00"}]);
        let loan = lived(&twelve(order.clone()), events);
        assert_eq!(loan.on("2020-03-10").days_past_due, days, "{paid}");
    }
    // The 5.00 and the 10.00 wait for the first of new rows, which is short of the 5.00 alone, and of its own 5.00.
    for (paid, fees, days) in [("5.00", "15.00", 10), ("10.00", "10.00", 0), ("20.00", "0.00", 0)] {
        let loan = lived(
            &twelve(order.clone()),
            json!([
                {"on": "2020-02-20", "repaid": "1036.00"},
                {"on": "2020-02-20", "fee_charged": "10.00"},
                {"on": "2020-02-25", "re_aged": {"instalments": 11, "first_due_on": "2020-03-25"}},
                // 1,000.00, and 11,000.00 earned 1.10 a day since 20 February: 35 days, 38.50.
                {"on": "2020-03-25", "repaid": "1038.50"},
                {"on": "2020-03-25", "repaid": paid}
            ]),
        );
        assert_eq!(shown(loan.on("2020-03-25").fees), fees);
        assert_eq!(loan.on("2020-04-04").days_past_due, days, "{paid}");
    }
    // Nor by penalty: 0.15 a day on 1,000.00.
    let order = json!({
        "penalty": {"mark_up": "0.50"},
        "allocation": {"order": ["interest", "principal", "fee", "penalty", "compound"], "by": "instalment"}
    });
    let loan = lived(&twelve(order), json!([{"on": "2020-03-01", "repaid": "1036.00"}]));
    let day = loan.on("2020-03-10");
    assert_eq!((owed(&day).len(), day.days_past_due, shown(day.penalty_accrued)), (0, 0, "1.65".into()));
}

#[test]
fn penalty_is_counted_from_the_due_date_however_often_it_is_billed() {
    // By 30/360 bond 20 February to 31 March are 41 days and to 20 April 60; from 31 March to 20 April they would be 20. The 1,000.00
    // cost 0.15 a day: 6.15 when a cent of it is paid on 31 March, and 9.00 in all on 20 April, not 9.15. Those of March 11 days,
    // 1.65, and 30, 4.50.
    let terms = twelve(json!({"day_count": "30/360_bond", "penalty": {"mark_up": "0.50"}}));
    let by_part = json!({"allocation": {"order": ["penalty", "compound", "fee", "interest", "principal"], "by": "part"}});
    let loan = lived(&with(terms, by_part), json!([{"on": "2020-03-31", "repaid": "7.80"}]));
    let day = loan.on("2020-03-31");
    assert_eq!(
        (owed(&day)[0].as_str(), shown(day.penalty_accrued)),
        ("2020-02-20: interest 36.00, principal 1000.00", "0.00".into())
    );
    let day = loan.on("2020-04-20");
    assert_eq!(
        owed(&day)[..2],
        [
            "2020-02-20: penalty 2.85, interest 36.00, principal 1000.00",
            "2020-03-20: penalty 2.85, interest 33.00, principal 1000.00"
        ]
    );
}

#[test]
fn a_prepayment_leaves_the_payment_of_the_running_row() {
    // 3,000.00 on 5 March pay 10,049.42 x 0.12 x 15 / 360 = 50.25 of interest and 2,949.75 of principal: 7,099.67. The running row bills
    // 50.2471 + 35.49835 = 85.75 and repays 1,984.83 of its 2,070.58; 35.50 of its interest are still to pay. The term kept, 5,114.84
    // / 3.901966, the value of four payments at 1 %, is 1,310.84.
    let prepaid = |how: &str| {
        level_first_paid(json!({}), json!([{"on": "2020-03-05", "prepaid": "3000.00", "how": how}]))
    };
    let rows = prepaid("keep_term").ahead("2020-03-05");
    assert_eq!(rows[0], "2020-03-20: 1984.83 + 35.50");
    // 1,310.84 - 51.15.
    assert_eq!(rows[1], "2020-04-20: 1259.69 + 51.15");
    // The instalment kept, 2,070.58 - 51.15.
    let rows = prepaid("keep_instalment").ahead("2020-03-05");
    assert_eq!(rows[..2], ["2020-03-20: 1984.83 + 35.50", "2020-04-20: 2019.43 + 51.15"]);
}

#[test]
fn the_term_kept_is_that_of_the_rows_that_still_ask_for_principal() {
    // 2,516.50 on 5 March pay 16.50 and 2,500.00: 8,500.00 are left to eight rows of 1,000.00 and one of 500.00; two fall away. To 7.2 %
    // on the 6th they stay away. 1,000.00 on the 7th pay 0.85 and 1.70 of interest: 7,502.55, and with 1,000.00 in the running row
    // 6,502.55 / 8 = 812.82 (812.81875) are left to the eight others.
    let loan = first_paid(
        json!({}),
        json!([
            {"on": "2020-03-05", "prepaid": "2516.50", "how": "keep_instalment"},
            {"on": "2020-03-06", "rate_reset": "0.072"},
            {"on": "2020-03-07", "prepaid": "1000.00", "how": "keep_term"}
        ]),
    );
    let principal = |day: &str| -> Vec<String> {
        let rows = loan.account(day, |account| account.rows_to_come());
        rows.iter().map(|row| shown(row.principal)).collect()
    };
    let kept: Vec<&str> = [vec!["1000.00"; 8], vec!["500.00", "0.00", "0.00"]].concat();
    assert_eq!(principal("2020-03-05"), kept);
    assert_eq!(principal("2020-03-06"), kept);
    // The last of the nine clears 6,502.55 - 7 x 812.82 = 812.81.
    let found: Vec<&str> = [vec!["1000.00"], vec!["812.82"; 7], vec!["812.81", "0.00", "0.00"]].concat();
    assert_eq!(principal("2020-03-07"), found);
}

#[test]
fn a_reset_finds_level_payments_alone_anew() {
    // 2,500.00 on 5 March pay 16.50 and 2,483.50: 8,516.50, and over ten rows 7,516.50 / 10 = 751.65. Another rate changes no share.
    let loan = first_paid(
        json!({}),
        json!([
            {"on": "2020-03-05", "prepaid": "2500.00", "how": "keep_term"},
            {"on": "2020-03-06", "rate_reset": "0.072"}
        ]),
    );
    // 7,516.50 x 0.006 = 45.099; 6,764.85 x 0.006 = 40.5891.
    assert_eq!(loan.ahead("2020-03-06")[1..3], ["2020-04-20: 751.65 + 45.10", "2020-05-20: 751.65 + 40.59"]);
}

#[test]
fn a_pause_finds_nothing_anew() {
    // From 25 February to 5 March, both free of interest: 19 of the 30 days of 3.349807, 63.65. All rows keep 2,070.58, and the last takes
    // what is left: 2,012.11 + 20.12.
    let paused = json!([{"on": "2020-02-25", "interest_paused": {"until": "2020-03-05"}}]);
    let loan = level_first_paid(json!({}), paused);
    assert_eq!(
        loan.ahead("2020-02-25"),
        [
            "2020-03-20: 2006.93 + 63.65",
            "2020-04-20: 1990.16 + 80.42",
            "2020-05-20: 2010.06 + 60.52",
            "2020-06-20: 2030.16 + 40.42",
            "2020-07-20: 2012.11 + 20.12"
        ]
    );
}

#[test]
fn held_credit_joins_a_prepayment() {
    // 100.00 held and 1,000.00 pay 16.50 of interest and 1,083.50 of principal.
    let events = json!([
        {"on": "2020-02-20", "repaid": "1136.00"},
        {"on": "2020-03-05", "prepaid": "1000.00", "how": "keep_instalment"}
    ]);
    let day = lived(&twelve(json!({})), events).on("2020-03-05");
    assert_eq!(texts([day.principal, day.credit, day.interest_accrued]), ["9916.50", "0.00", "0.00"]);
}

/// 2,500.00 prepaid on 5 March, of which 33.00 are the interest to 20 March and 2,467.00 principal: 8,533.00.
fn to_next_due(then: Value) -> Lived {
    let mut events = vec![json!({"on": "2020-03-05", "prepaid": "2500.00", "how": "keep_instalment"})];
    events.extend(then.as_array().unwrap().iter().cloned());
    first_paid(json!({"prepayment": {"interest": "to_next_due"}}), json!(events))
}

#[test]
fn to_next_due_asks_for_nothing_on_a_due_date() {
    let prepaid = json!([{"on": "2020-02-20", "prepaid": "1000.00", "how": "keep_instalment"}]);
    let loan = first_paid(json!({"prepayment": {"interest": "to_next_due"}}), prepaid);
    let day = loan.on("2020-02-20");
    assert_eq!(texts([day.principal, day.credit]), ["10000.00", "0.00"]);
    // 10,000.00 x 0.003.
    assert_eq!(loan.ahead("2020-02-20")[0], "2020-03-20: 1000.00 + 30.00");
}

#[test]
fn what_to_next_due_settled_is_final() {
    // Another rate of 10 March holds from 20 March on: 7,533.00 x 0.006 = 45.198, or x 0.0015 = 11.2995. Nothing is asked for again, and
    // nothing is given back.
    for (rate, next) in [("0.072", "45.20"), ("0.018", "11.30")] {
        let loan = to_next_due(json!([{"on": "2020-03-10", "rate_reset": rate}]));
        let rows = loan.ahead("2020-03-10");
        assert_eq!(rows[..2], ["2020-03-20: 1000.00 + 0.00".into(), format!("2020-04-20: 1000.00 + {next}")]);
        let day = loan.on("2020-03-15");
        assert_eq!(
            texts([day.interest_accrued, day.interest_of_day, day.pay_off]),
            ["0.00", "0.00", "8533.00"]
        );
        let day = loan.on("2020-03-20");
        assert_eq!(
            (owed(&day), shown(day.credit)),
            (vec!["2020-03-20: principal 1000.00".into()], "0.00".into())
        );
        loan.entries("2020-03-31");
    }
    // The second of two rates holds.
    let resets =
        json!([{"on": "2020-03-10", "rate_reset": "0.072"}, {"on": "2020-03-12", "rate_reset": "0.018"}]);
    assert_eq!(to_next_due(resets).ahead("2020-03-12")[1], "2020-04-20: 1000.00 + 11.30");
    // Of a pause the days that were paid for are no part: to 14 March it does nothing, to 24 March five days are free, 7,533.00 x 0.0001
    // x 25 = 18.8325.
    for (until, next) in [("2020-03-14", "22.60"), ("2020-03-24", "18.83")] {
        let loan = to_next_due(json!([{"on": "2020-03-10", "interest_paused": {"until": until}}]));
        let rows = loan.ahead("2020-03-10");
        assert_eq!(rows[..2], ["2020-03-20: 1000.00 + 0.00".into(), format!("2020-04-20: 1000.00 + {next}")]);
        let day = loan.on("2020-03-20");
        assert_eq!(
            (owed(&day), shown(day.credit)),
            (vec!["2020-03-20: principal 1000.00".into()], "0.00".into())
        );
    }
    // A step that the contract names for 15 March was known and paid for: 11,000.00 earn 25 x 1.10 + 5 x 2.20 = 38.50. A rate of 10 March
    // holds until that step, and changes nothing.
    let terms = json!({
        "prepayment": {"interest": "to_next_due"},
        "rate": {"stepped": [{"from": "2020-01-20", "rate": "0.036"}, {"from": "2020-03-15", "rate": "0.072"}]}
    });
    let prepaid = json!({"on": "2020-03-05", "prepaid": "2538.50", "how": "keep_instalment"});
    let loan = first_paid(terms, json!([prepaid, {"on": "2020-03-10", "rate_reset": "0.018"}]));
    // 8,500.00: 7,500.00 x 0.006.
    assert_eq!(loan.ahead("2020-03-10")[..2], ["2020-03-20: 1000.00 + 0.00", "2020-04-20: 1000.00 + 45.00"]);
}

#[test]
fn settle_asks_for_all_that_accrued_whatever_the_rule() {
    // 11,000.00 and fifteen days of 1.10.
    for rule in ["all_accrued", "on_prepaid", "to_next_due"] {
        let settle = |amount: &str| {
            let settled = json!([{"on": "2020-03-05", "prepaid": amount, "how": "settle"}]);
            first_paid(json!({"prepayment": {"interest": rule}}), settled)
        };
        let day = settle("11016.50").on("2020-03-05");
        assert_eq!(texts([day.principal, day.credit, day.pay_off]), ["0.00", "0.00", "0.00"], "{rule}");
        settle("11016.50").entries("2020-03-31");
        assert_eq!(settle("11016.49").error("2020-03-05").code(), ErrorCode::NotSettled, "{rule}");
    }
}

#[test]
fn payments_of_a_day_go_by_the_state_at_the_end_of_the_day_before() {
    // Unpaid since 20 February, the loan is 90 days past due on 20 May, and from then on principal is settled first.
    let terms = twelve(json!({
        "penalty": {"mark_up": "0.50"},
        "non_accrual": {
            "from": 90,
            "allocation": {"order": ["principal", "interest", "penalty", "compound", "fee"], "by": "part"}
        }
    }));
    let paid = |day: &str| lived(&terms, json!([{"on": day, "repaid": "2000.00"}])).on(day);
    // On the day itself the order of every day: 13.50 of penalty, 36.00, 1,000.00; 9.00, 33.00 and 908.50.
    let day = paid("2020-05-20");
    assert_eq!(owed(&day)[0], "2020-03-20: principal 91.50");
    assert!(!day.non_accrual);
    // The day after the principal of two rows. What is left of the first, 36.00 of interest, is still 91 days past due.
    let day = paid("2020-05-21");
    assert_eq!(owed(&day)[2], "2020-04-20: penalty 4.50, interest 30.00, principal 1000.00");
    assert!(owed(&day)[..2].iter().all(|row| !row.contains("principal")), "{:?}", owed(&day));
    assert_eq!((day.days_past_due, day.non_accrual), (91, true));
}

#[test]
fn next_due_is_before_the_credit_held() {
    let day = lived(&twelve(json!({})), json!([{"on": "2020-02-20", "repaid": "1236.00"}])).on("2020-02-20");
    assert_eq!(shown(day.credit), "200.00");
    let (on, amount) = day.next_due.unwrap();
    assert_eq!((on.to_string(), shown(amount)), ("2020-03-20".into(), "1033.00".into()));
}

#[test]
fn a_charge_off_takes_held_credit_first_and_the_class_is_loss() {
    // 64.00 are held: 16.50 are interest of fifteen days, 47.50 principal of 11,000.00.
    let rules = json!({"ladder": [1, 91, 271, 361]});
    let events = |more: Value| {
        let mut events = vec![
            json!({"on": "2020-02-20", "repaid": "1100.00"}),
            json!({"on": "2020-03-05", "charged_off": true}),
        ];
        events.extend(more.as_array().unwrap().iter().cloned());
        json!(events)
    };
    let loan = lived(&twelve(rules.clone()), events(json!([])));
    let day = loan.on("2020-03-05");
    assert_eq!(
        texts([day.charged_off, day.principal_repaid, day.credit, day.pay_off]),
        ["10952.50", "1047.50", "0.00", "0.00"]
    );
    assert_eq!(loan.on("2020-03-04").class, Some(LoanClass::Normal));
    for day in ["2020-03-05", "2020-12-31"] {
        assert_eq!(loan.on(day).class, Some(LoanClass::Loss), "{day}");
    }
    // Also once all of it came back, and the account is closed.
    let back = json!([{"on": "2020-06-01", "recovered": "10952.50"}, {"on": "2020-06-02", "closed": true}]);
    let day = lived(&twelve(rules.clone()), events(back)).on("2020-06-03");
    assert_eq!(
        (day.closed, day.class, shown(day.recovered)),
        (true, Some(LoanClass::Loss), "10952.50".into())
    );
    // Nor does a relief hold another class.
    let relief = json!({
        "granted_on": "2020-02-10", "defer": "principal", "due_from": "2020-02-20", "due_until": "2020-02-20",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "paid",
        "class": {"held_at": "2020-02-01", "reason": "flood", "until": "2020-12-31"}
    });
    let held = json!([{"on": "2020-02-10", "relief": relief}, {"on": "2020-03-05", "charged_off": true}]);
    let loan = lived(&twelve(rules.clone()), held);
    assert_eq!(
        ["2020-03-04", "2020-03-05"].map(|day| loan.on(day).class),
        [LoanClass::Normal, LoanClass::Loss].map(Some)
    );
    // More than is outstanding is held: 12,000.00 and 0.00 of interest on the first day; 100.00 stay the borrower's.
    let held = json!([{"on": "2020-01-20", "repaid": "12100.00"}, {"on": "2020-01-20", "charged_off": true}]);
    let loan = lived(&twelve(rules), held);
    let day = loan.on("2020-01-20");
    assert_eq!(
        (texts([day.charged_off, day.credit]), day.class),
        (["0.00".into(), "100.00".into()], Some(LoanClass::Loss))
    );
    loan.entries("2020-01-31");
}

#[test]
fn a_charge_off_takes_held_credit_for_what_waits_for_new_rows_too() {
    // A fee of 10.00 and the 36.00 of the first row wait for new rows, and all 12,000.00 have earned 15 days of 1.20 since 20 February,
    // 18.00. The 50.00 held pay the fee and 40.00 of that interest; 14.00 of it are lost, and 12,000.00.
    let events = json!([
        {"on": "2020-02-25", "fee_charged": "10.00"},
        {"on": "2020-02-26", "re_aged": {"instalments": 12, "first_due_on": "2020-03-26"}},
        {"on": "2020-03-01", "repaid": "50.00"},
        {"on": "2020-03-05", "charged_off": true},
        {"on": "2020-06-01", "recovered": "12015.00"}
    ]);
    for rules in [json!({}), json!({"non_accrual": {"from": 5}})] {
        let loan = lived(&twelve(rules), events.clone());
        let day = loan.on("2020-03-05");
        assert_eq!(texts([day.charged_off, day.principal_repaid, day.credit]), ["12000.00", "0.00", "0.00"]);
        let day = loan.on("2020-06-01");
        assert_eq!(texts([day.recovered, day.credit]), ["12000.00", "1.00"]);
        loan.entries("2020-06-30");
    }
}

#[test]
fn a_renewal_reaches_the_pay_off_whatever_the_order_of_the_day() {
    // On 5 March 12,000.00 + 36.00, fifteen days of 11,000.00, 16.50, and of 1,000.00 overdue, 1.50. 1,036.00 of it are paid that day.
    let day = |renewed: (u64, &str), repaid: u64| {
        lived(
            &twelve(json!({})),
            json!([
                {"no": renewed.0, "on": "2020-03-05", "renewed": renewed.1, "by": 7},
                {"no": repaid, "on": "2020-03-05", "repaid": "1036.00"}
            ]),
        )
    };
    assert_eq!(texts([day((2, "11018.00"), 1).on("2020-03-05").pay_off]), ["0.00"]);
    assert_eq!(day((2, "11017.99"), 1).error("2020-03-05").code(), ErrorCode::NotSettled);
    // Before the payment it must reach all of it, and the payment is credit.
    assert_eq!(day((1, "11018.00"), 2).error("2020-03-05").code(), ErrorCode::NotSettled);
    let position = day((1, "12054.00"), 2).on("2020-03-05");
    assert_eq!(texts([position.principal, position.credit]), ["0.00", "1036.00"]);
}

#[test]
fn a_life_is_refused_if_a_state_known_on_an_earlier_day_was_wrong() {
    let refused = |events: Value, code: ErrorCode, field: &str| {
        let loan = lived(&twelve(json!({})), events.clone());
        let error = loan.error("2020-03-05");
        assert_eq!((error.code(), error.field()), (code, field), "{events}");
    };
    // A fee that was never charged is waived, and the waiver reversed a day later; or it is charged for an earlier day, but later.
    let waived = json!({"no": 1, "on": "2020-03-01", "fee_waived": "10.00"});
    let reversed = json!({"no": 2, "on": "2020-03-02", "reversed": 1});
    let charged = json!({"no": 2, "on": "2020-02-28", "booked_on": "2020-03-02", "fee_charged": "10.00"});
    for then in [&reversed, &charged] {
        refused(json!([waived, then]), ErrorCode::MoreThanOwed, "events[0].fee_waived");
        // On the day itself nobody looked at a wrong account yet.
        let mut same_day = then.clone();
        same_day[if then.get("reversed").is_some() { "on" } else { "booked_on" }] = json!("2020-03-01");
        assert_eq!(lived(&twelve(json!({})), json!([waived, same_day])).on("2020-03-05").fees.minor(), 0);
    }
    // Closed with 12,000.00 outstanding; and paid after a charge-off that was reversed later.
    let closed = json!([{"on": "2020-03-01", "closed": true}, {"on": "2020-03-02", "reversed": 1}]);
    refused(closed, ErrorCode::NotSettled, "events[0].closed");
    let paid = json!([
        {"on": "2020-03-01", "charged_off": true},
        {"on": "2020-03-02", "repaid": "1036.00"},
        {"on": "2020-03-03", "reversed": 1}
    ]);
    refused(paid, ErrorCode::AccountEnded, "events[1]");
    // A payment that was reversed, or booked late, makes nothing wrong by itself; nor does what was known to be right.
    let right = json!([
        {"on": "2020-02-20", "repaid": "1036.00"},
        {"on": "2020-02-20", "booked_on": "2020-02-25", "fee_charged": "10.00"},
        {"on": "2020-03-01", "fee_waived": "10.00"},
        {"on": "2020-03-02", "reversed": 1},
        {"on": "2020-03-02", "reversed": 3}
    ]);
    let day = lived(&twelve(json!({})), right).on("2020-03-05");
    assert_eq!(texts([day.fees, day.principal]), ["10.00", "12000.00"]);
}

#[test]
fn of_states_that_were_wrong_the_first_in_time_speaks() {
    // Fees of 50.00 and 30.00, of which 60.00 are waived on 10 February. On the 15th 20.00 are booked that were paid on the 5th: 60.00
    // were owed. On the 18th the fee of 50.00 is reversed: from then on 10.00 were owed.
    let charged = json!({"no": 1, "on": "2020-01-25", "fee_charged": "50.00"});
    let rest = [
        json!({"no": 2, "on": "2020-01-28", "fee_charged": "30.00"}),
        json!({"no": 3, "on": "2020-02-10", "fee_waived": "60.00"}),
        json!({"no": 4, "on": "2020-02-05", "booked_on": "2020-02-15", "repaid": "20.00"}),
    ];
    let said = |events: Vec<Value>| {
        let error = lived(&twelve(json!({})), json!(events)).error("2020-03-05");
        (error.value().to_owned(), error.to_string())
    };
    let most = |events: Vec<Value>, at: usize, amount: &str| {
        let expected = format!("events[{at}].fee_waived: expected at most {amount}, what is owed, got 60.00");
        assert_eq!(said(events), ("60.00".to_owned(), expected));
    };
    let mut life = vec![charged];
    life.extend(rest.clone());
    lived(&twelve(json!({})), json!(life)).on("2020-03-05");
    life.push(json!({"no": 5, "on": "2020-02-18", "reversed": 1}));
    most(life, 2, "10.00");
    // Had the fee never been charged, 30.00 were owed as long as the payment was not known.
    most(rest.to_vec(), 1, "30.00");
    // Had the payment been known, too, 10.00.
    let mut at_once = rest.to_vec();
    at_once[2]["booked_on"] = json!("2020-02-05");
    most(at_once, 1, "10.00");
}

#[test]
fn re_aged_rows_bill_what_the_days_since_cost() {
    // 10,000.00 at 12 % of actual/360, six payments from 1 February 2020; nothing is paid, and on 1 July 2021 it falls due in six from 1 August.
    // With
    // 31, 31, 30, 31, 30 and 31 days, and the penalty in the place of what was earned before: 10,000.00 / (1 / 1.010333 + 1 / (1.010333 x
    // 1.010333) + 1 / (1.010333 x 1.010333 x 1.01) + ...) = 1,726.90. The
    // unpaid interest of the six rows is 356.84, a sixth of it 59.47.
    let terms = json!({
        "currency": "CNY", "principal": "10000.00", "disbursed_on": "2020-01-01", "rate": {"fixed": "0.12"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 6, "every": "1 month",
        "first_due_on": "2020-02-01", "rounding": "half_up", "penalty": {"mark_up": "0.50"}
    });
    let re_aged = json!([{"on": "2021-07-01", "re_aged": {"instalments": 6, "first_due_on": "2021-08-01"}}]);
    let rows = lived(&terms, re_aged).account("2021-07-01", |account| account.rows_to_come());
    let payments: Vec<String> = rows.iter().map(|row| shown(row.payment)).collect();
    assert_eq!(payments, ["1786.37", "1786.37", "1786.37", "1786.37", "1786.37", "1786.38"]);
    assert_eq!(texts([rows[0].deferred_interest_paid]), ["59.47"]);
    // Opening minus principal is closing, and the next one's opening.
    let mut balance = 1_000_000;
    for row in &rows {
        assert_eq!(row.opening.minor(), balance);
        balance -= row.principal.minor();
        assert_eq!(row.closing.minor(), balance);
    }
    assert_eq!(balance, 0);
}

#[test]
fn the_last_period_stays_that_when_rows_follow() {
    // In 30E/360 ISDA the end of February counts as a 30th, save at the maturity: from 31 January to 29 February 2020, 12,000.00 at 12 %
    // earn 29 days, 116.00. On 10 March they are to fall due on 10 April: 40 days from the 30th of February, 160.00, and the 116.00.
    let terms = twelve(json!({
        "rate": {"fixed": "0.12"}, "day_count": "30e/360_isda", "method": "interest_only", "instalments": 1,
        "disbursed_on": "2020-01-31", "first_due_on": "2020-02-29"
    }));
    let re_aged = json!({"on": "2020-03-10", "re_aged": {"instalments": 1, "first_due_on": "2020-04-10"}});
    let loan = lived(&terms, json!([re_aged]));
    assert_eq!(owed(&loan.on("2020-02-29")), ["2020-02-29: interest 116.00, principal 12000.00"]);
    assert_eq!(loan.ahead("2020-03-10"), ["2020-04-10: 12000.00 + 160.00 + 116.00"]);
    assert_eq!(owed(&loan.on("2020-04-10")), ["2020-04-10: interest 276.00, principal 12000.00"]);
    // Written down and read back, what was billed is what it comes to.
    assert_eq!(loan.read_back("2020-04-10"), loan.on("2020-04-10"));
}
