//! Reliefs that are granted after rows of their window fell due: what had been paid stays, the rest is put off, in every mode.
//!
//! The loan of 12,000.00 whose first row, of 20 February, asks for 1,000.00 + 36.00. 700.00 on 25 February pay the interest and 664.00:
//! March earns 12,000.00 for 5 days and 11,336.00 for 25, 6.00 + 28.34 = 34.34.

use puhui::{ErrorCode, LoanClass};
use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

fn part() -> Value {
    json!({"on": "2020-02-25", "repaid": "700.00"})
}

/// A relief of both rows, granted on 25 March.
fn of_spring(modes: Value) -> Value {
    let relief = json!({"granted_on": "2020-03-25", "due_from": "2020-02-01", "due_until": "2020-03-31"});
    json!({"on": "2020-03-25", "relief": with(relief, modes)})
}

fn partly_paid(modes: Value) -> Lived {
    lived(&twelve(json!({})), json!([part(), of_spring(modes)]))
}

#[test]
fn of_a_row_paid_in_part_with_every_way_to_catch_up_principal() {
    let both = |more: Value| {
        let simple = json!({"defer": "both", "interest_meanwhile": "simple"});
        partly_paid(with(simple, more))
    };
    // At the end of the window, 20 April: 1,000.00 + 336.00 + 1,000.00; 11,336.00 x 0.003 = 34.01.
    let at = json!({"new_date": "2020-04-20", "principal_caught_up": "end_of_window", "interest_caught_up": "end_of_window"});
    let loan = both(at);
    assert_eq!(loan.ahead("2020-03-25")[0], "2020-04-20: 2336.00 + 34.01 + 34.34");
    // 11,336.00 over ten rows.
    let over = json!({"principal_caught_up": "over_remaining", "interest_caught_up": "next_instalment"});
    let rows = both(over).ahead("2020-03-25");
    assert_eq!(rows[..2], ["2020-04-20: 1133.60 + 34.01 + 34.34", "2020-05-20: 1133.60 + 30.61"]);
    // Two rows later: the 336.00 in April, the last on 20 March 2021.
    let shifted = json!({"principal_caught_up": "shifted", "interest_caught_up": "next_instalment"});
    let rows = both(shifted).ahead("2020-03-25");
    assert_eq!(rows[..2], ["2020-04-20: 336.00 + 34.01 + 34.34", "2020-05-20: 1000.00 + 33.00"]);
    assert_eq!((rows.len(), rows[11].as_str()), (12, "2021-03-20: 1000.00 + 3.00"));
    // 1,336.00 more in the last row, whose 2,336.00 earn 7.01.
    let last = json!({"principal_caught_up": "at_maturity", "interest_caught_up": "at_maturity"});
    let rows = both(last).ahead("2020-03-25");
    assert_eq!(rows[0], "2020-04-20: 1000.00 + 34.01");
    assert_eq!(rows[9], "2021-01-20: 2336.00 + 7.01 + 34.34");
}

#[test]
fn of_a_row_paid_in_part_with_every_way_for_its_interest() {
    let end = || json!({"new_date": "2020-04-20", "principal_caught_up": "end_of_window"});
    // Paid: it fell due on 20 March.
    let paid = partly_paid(with(end(), json!({"defer": "principal", "interest_meanwhile": "paid"})));
    let day = paid.on("2020-03-25");
    assert_eq!(owed(&day), ["2020-03-20: interest 34.34"]);
    assert_eq!((day.days_past_due, shown(day.pay_off)), (5, "11376.01".into()));
    // Not owed: 11,336.00 and 5 days of 1.1336.
    let waived =
        json!({"defer": "both", "interest_meanwhile": "waived", "principal_caught_up": "end_of_window"});
    let waived = partly_paid(waived);
    let day = waived.on("2020-03-25");
    assert_eq!(texts([day.interest, day.interest_deferred, day.pay_off]), ["0.00", "0.00", "11341.67"]);
    // Joined at the end of the window: 11,370.34, of which 2,336.00 and the 34.34 fall due on 20 April. 11,370.34 x 0.003 = 34.11.
    let joined = with(end(), json!({"defer": "both", "interest_meanwhile": "capitalised_at_end"}));
    let joined = partly_paid(joined);
    assert_eq!(texts([joined.on("2020-03-25").capitalised]), ["34.34"]);
    let rows = joined.ahead("2020-03-25");
    assert_eq!(rows[..2], ["2020-04-20: 2370.34 + 34.11", "2020-05-20: 1000.00 + 27.00"]);
    assert_eq!(rows[9], "2021-01-20: 1000.00 + 3.00");
    // Joined where it was earned, the principal not put off: the ten rows have 10,034.34 to repay, 1,003.43 each. They earn 30.10302, and
    // the 1,336.00 overdue five days of 0.1336.
    let each = json!({"defer": "interest", "interest_meanwhile": "capitalised_each_due_date"});
    let each = partly_paid(each);
    assert_eq!(
        owed(&each.on("2020-03-25")),
        ["2020-02-20: principal 336.00", "2020-03-20: principal 1000.00"]
    );
    assert_eq!(each.ahead("2020-03-25")[0], "2020-04-20: 1003.43 + 30.77");
    // Interest alone, simple: the principal stays past due since 20 February.
    let simple =
        json!({"defer": "interest", "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"});
    let simple = partly_paid(simple);
    assert_eq!(simple.on("2020-03-25").days_past_due, 34);
    assert_eq!(simple.ahead("2020-03-25")[0], "2020-04-20: 1000.00 + 30.67 + 34.34");
}

#[test]
fn of_a_row_paid_in_part_at_another_rate() {
    // At 1.8 % the rows earn half: 18.00, and 17.17 of 34.34. The 36.00 that had been paid of February stay interest, and 336.00 of its
    // principal are unpaid as before.
    let at = json!({"interest_meanwhile": {"at": "0.018"}});
    let unpaid = ["2020-02-20: principal 336.00", "2020-03-20: interest 17.17, principal 1000.00"];
    assert_eq!(owed(&partly_paid(at.clone()).on("2020-03-25")), unpaid);
    // Put off, too: nothing is left of February's interest.
    let put_off = json!({"defer": "interest", "interest_meanwhile": {"at": "0.018"}, "interest_caught_up": "next_instalment"});
    let put_off = partly_paid(put_off).on("2020-03-25");
    assert_eq!(owed(&put_off), ["2020-02-20: principal 336.00", "2020-03-20: principal 1000.00"]);
    assert_eq!(shown(put_off.interest_deferred), "17.17");
    // Nothing of the rate is a waiver: at no interest at all the same is owed.
    let none = partly_paid(json!({"interest_meanwhile": {"at": "0"}})).on("2020-03-25");
    let waived = partly_paid(json!({"interest_meanwhile": "waived"})).on("2020-03-25");
    assert_eq!(owed(&none), ["2020-02-20: principal 336.00", "2020-03-20: principal 1000.00"]);
    assert_eq!((owed(&none), none.pay_off), (owed(&waived), waived.pay_off));
    // Of 10.00 paid the other 8.00 of 18.00 are asked for. Rows that keep their payment read it in the same way.
    let ten = json!({"on": "2020-02-25", "repaid": "10.00"});
    for keeps in [json!({}), json!({"relevel": "running", "interest_cap": "payment"})] {
        let loan = lived(&twelve(keeps), json!([ten, of_spring(at.clone())]));
        assert_eq!(owed(&loan.on("2020-03-25"))[0], "2020-02-20: interest 8.00, principal 1000.00");
    }
}

fn at_maturity(granted_on: &str, from: &str, until: &str) -> Value {
    json!({"on": granted_on, "relief": {
        "granted_on": granted_on, "due_from": from, "due_until": until, "defer": "both",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"}})
}

#[test]
fn two_of_them() {
    // The second, of 25 April, puts off April too: 11,336.00 x 0.003 = 34.01. The last row brings 1,000.00, 336.00, 1,000.00 and 1,000.00,
    // and 34.34 + 34.01. Each row from May on earns 34.01, then 3.00 less.
    let first = at_maturity("2020-03-25", "2020-02-01", "2020-03-31");
    let second = at_maturity("2020-04-25", "2020-04-01", "2020-04-30");
    let loan = lived(&twelve(json!({})), json!([part(), first, second]));
    let day = loan.on("2020-04-25");
    assert_eq!(texts([day.interest_deferred, day.overdue_principal, day.credit]), ["68.35", "0.00", "0.00"]);
    let rows = loan.ahead("2020-04-25");
    assert_eq!(rows[0], "2020-05-20: 1000.00 + 34.01");
    assert_eq!(rows[8], "2021-01-20: 3336.00 + 10.01 + 68.35");
    // The second over the window of the first: nothing of the two rows is left to put off, and April goes with it.
    let over_both = at_maturity("2020-04-25", "2020-02-01", "2020-04-30");
    let again = lived(&twelve(json!({})), json!([part(), first, over_both]));
    assert_eq!(again.on("2020-04-25"), day);
}

#[test]
fn and_the_payment_before_it_reversed() {
    // As though the 700.00 had never come: 2,000.00 and 36.00 twice are put off.
    let relief = at_maturity("2020-03-25", "2020-02-01", "2020-03-31");
    let never = json!({"on": "2020-03-28", "reversed": 1});
    let loan = lived(&twelve(json!({})), json!([part(), relief, never]));
    let day = loan.on("2020-03-28");
    assert_eq!(texts([day.principal, day.interest_deferred, day.credit]), ["12000.00", "72.00", "0.00"]);
    assert_eq!(loan.ahead("2020-03-28").last().unwrap(), "2021-01-20: 3000.00 + 9.00 + 72.00");
    // Until the 28th it was there.
    assert_eq!(texts([loan.known("2020-03-27", "2020-03-27").interest_deferred]), ["34.34"]);
}

#[test]
fn and_a_waiver_before_it() {
    // The 36.00 of February are given up on the 22nd, and stay so: March's 36.00 alone are put off. A waiver of a part, 20.00, leaves 16.00.
    for (waived, deferred) in [("36.00", "36.00"), ("20.00", "52.00")] {
        let relief = at_maturity("2020-03-10", "2020-02-01", "2020-03-31");
        let waiver = json!({"on": "2020-02-22", "interest_waived": waived});
        let loan = lived(&twelve(json!({})), json!([waiver, relief]));
        let day = loan.on("2020-03-20");
        assert_eq!(
            texts([day.interest, day.interest_deferred, day.overdue_principal, day.credit]),
            ["0.00", deferred, "0.00", "0.00"]
        );
    }
}

#[test]
fn and_known_later_than_it_was_granted() {
    // Granted on 10 March, booked on the 25th: until then the loan was past due since 20 February.
    let mut relief = at_maturity("2020-03-10", "2020-02-01", "2020-03-31");
    relief["booked_on"] = json!("2020-03-25");
    let loan = lived(&twelve(json!({})), json!([relief]));
    let known = loan.known("2020-03-15", "2020-03-15");
    assert_eq!((known.days_past_due, shown(known.overdue_principal)), (24, "1000.00".into()));
    let later = loan.known("2020-03-15", "2020-03-25");
    assert_eq!((later.days_past_due, shown(later.overdue_principal)), (0, "0.00".into()));
    assert_eq!(texts([later.interest_deferred, later.interest]), ["36.00", "0.00"]);
    // What was posted for February and March is turned on the 25th, and nothing before it.
    let entries = loan.entries("2020-03-25");
    assert!(entries.iter().any(|entry| entry == "2020-03-25 overdue_principal -2000.00 *"), "{entries:#?}");
    assert!(
        entries.iter().all(|entry| !entry.ends_with('*') || entry.starts_with("2020-03-25")),
        "{entries:#?}"
    );
}

#[test]
fn an_extension_after_maturity_is_refused() {
    let longer = |on: &str| {
        let relief = json!({"granted_on": on, "maturity": {"moved_by": 3}});
        lived(&twelve(json!({})), json!([{"on": on, "relief": relief}]))
    };
    for on in ["2021-01-21", "2021-02-20", "2021-06-30"] {
        let error = longer(on).error(on);
        assert_eq!(
            (error.code(), error.field()),
            (ErrorCode::DatesOutOfOrder, "events[0].relief.granted_on"),
            "{on}"
        );
    }
    // The day before it still moves the last row: 1,000.00 over it and three more.
    let rows = longer("2021-01-19").ahead("2021-01-19");
    assert_eq!((rows.len(), rows[3].starts_with("2021-04-20: 250.00")), (4, true), "{rows:?}");
}

#[test]
fn an_extension_after_the_maturity_is_refused_however_payments_are_found() {
    // The last of the twelve rows falls due on 20 January 2021. On that day it still moves; on the next there is none to move.
    for relevel in ["at_change", "once", "running"] {
        let terms = twelve(json!({"method": "equal_instalment", "relevel": relevel}));
        let longer = |granted_on: &str| {
            let relief = json!({"granted_on": granted_on, "maturity": {"moved_by": 3}});
            lived(&terms, json!([{"on": granted_on, "relief": relief}]))
        };
        assert!(!longer("2021-01-20").ahead("2021-01-20").is_empty(), "{relevel}");
        let error = longer("2021-01-21").error("2021-01-21");
        assert_eq!(
            (error.code(), error.field(), error.value()),
            (ErrorCode::DatesOutOfOrder, "events[0].relief.granted_on", "2021-01-21"),
            "{relevel}"
        );
    }
}

#[test]
fn of_rows_that_the_plan_has_by_an_extension_of_the_morning_it_acts_in() {
    // 36.00 a month. The term is three months, and four from March on; the interest of March, April and May is waived on 25 March, that
    // of March unpaid. An extension of 22 March acts in the morning of the 20th, before the waiver, one of the 20th itself, too.
    let waived = json!({"on": "2020-03-25", "relief": {
        "granted_on": "2020-03-25", "due_from": "2020-03-01", "due_until": "2020-05-31", "interest_meanwhile": "waived"
    }});
    for granted_on in ["2020-03-20", "2020-03-22"] {
        for relevel in ["at_change", "running"] {
            let longer =
                json!({"on": granted_on, "relief": {"granted_on": granted_on, "maturity": {"moved_by": 1}}});
            let terms = twelve(json!({"method": "interest_only", "instalments": 3, "relevel": relevel}));
            let paid = json!({"on": "2020-02-20", "repaid": "36.00"});
            let loan = lived(&terms, json!([paid, longer, waived]));
            let rows = ["2020-04-20: 0.00 + 0.00", "2020-05-20: 12000.00 + 0.00"];
            assert_eq!(loan.ahead("2020-03-25"), rows, "{granted_on} {relevel}");
            assert_eq!(owed(&loan.on("2020-03-25")), [""; 0], "{granted_on} {relevel}");
        }
    }
}

#[test]
fn an_extension_holds_a_class_however_payments_are_found() {
    // Two rows are 10 days past due and more in March, 131 on 30 June, when the class is still that of 1 March: special mention.
    for relevel in ["at_change", "running"] {
        let terms = twelve(json!({"ladder": [1, 91, 121, 181], "relevel": relevel}));
        let relief = json!({
            "granted_on": "2020-03-10", "maturity": {"moved_by": 3},
            "class": {"held_at": "2020-03-01", "reason": "flood", "until": "2020-12-31"},
            "credit_report": {"protected_from": "2020-03-10", "protected_to": "2020-12-31"}
        });
        let day = lived(&terms, json!([{"on": "2020-03-10", "relief": relief}])).on("2020-06-30");
        assert_eq!((day.days_past_due, day.credit_report_protected), (131, true), "{relevel}");
        assert_eq!(day.class, Some(LoanClass::SpecialMention), "{relevel}");
    }
}
