//! Relief in the life of a loan: what it does to days past due, class, report, penalty and balance.

use puhui::LoanClass;
use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

/// A loan whose first row, of 20 February, is unpaid, and a relief of 1 March that puts off the rows of March and April.
fn spring(servicing: Value, rest: Value) -> Lived {
    let terms = with(twelve(json!({"ladder": [1, 91, 271, 361]})), servicing);
    let relief = json!({
        "granted_on": "2020-03-01", "defer": "both", "due_from": "2020-03-01", "due_until": "2020-04-30",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
    });
    lived(&terms, json!([{"on": "2020-03-01", "relief": with(relief, rest)}]))
}

#[test]
fn days_of_the_window_are_counted_or_left_out() {
    let days = |loan: &Lived| {
        ["2020-02-29", "2020-03-01", "2020-04-30", "2020-05-01", "2020-05-31"]
            .map(|day| loan.on(day).days_past_due)
    };
    // Nine days in February; March and April have 61.
    assert_eq!(days(&spring(json!({}), json!({}))), [9, 10, 70, 71, 101]);
    // The count stands still, and resumes where it stood.
    assert_eq!(days(&spring(json!({}), json!({"days_past_due": "excluded"}))), [9, 9, 9, 10, 40]);
}

#[test]
fn a_class_is_held_at_that_of_a_day_until_another() {
    let held = |at: &str| {
        let class = json!({"held_at": at, "reason": "flood", "until": "2020-06-30"});
        let loan = spring(json!({}), json!({"class": class}));
        ["2020-03-01", "2020-06-30", "2020-07-01"].map(|day| loan.on(day).class.unwrap())
    };
    // On 20 February nothing was late yet. On 30 June the row is 131 days late, on 1 July 132.
    assert_eq!(held("2020-02-20"), [LoanClass::Normal, LoanClass::Normal, LoanClass::Substandard]);
    assert_eq!(
        held("2020-02-29"),
        [LoanClass::SpecialMention, LoanClass::SpecialMention, LoanClass::Substandard]
    );
    let counted = spring(json!({}), json!({}));
    assert_eq!(counted.on("2020-06-30").class, Some(LoanClass::Substandard));
    assert_eq!(counted.on("2020-06-30").days_past_due, 131);
}

#[test]
fn the_registry_is_not_told_while_it_is_protected() {
    let report = json!({"protected_from": "2020-03-01", "protected_to": "2020-06-30"});
    let loan = spring(json!({}), json!({"credit_report": report}));
    let protected = |day| loan.on(day).credit_report_protected;
    assert_eq!(
        ["2020-02-29", "2020-03-01", "2020-06-30", "2020-07-01"].map(protected),
        [false, true, true, false]
    );
}

#[test]
fn penalty_in_the_window_is_none_or_as_contracted() {
    let penalty = |rest| {
        let loan = spring(json!({"penalty": {"mark_up": "0.50"}}), rest);
        let day = loan.on("2020-05-10");
        assert_eq!(shown(day.overdue_principal), "1000.00");
        day.penalty.minor() + day.penalty_accrued.minor()
    };
    // 1,000.00 x 0.00015 from 20 February to 10 May, 80 days.
    assert_eq!(penalty(json!({"penalty": "as_contracted"})), 1_200);
    // To 1 March, 11 days, and from 1 to 10 May, 9 days.
    assert_eq!(penalty(json!({"penalty": "none"})), 300);
}

#[test]
fn what_is_put_off_falls_due_in_the_last_row() {
    // With penalty, the plan is that of a loan paid in time. The rows of March and April, 2,000.00 in all, stay in the
    // balance: 11,000.00 earns 33.00 in each, and 33.00 in May; then 1,000.00 less each month. 66.00 are put off.
    let loan = spring(json!({"penalty": {"mark_up": "0.50"}}), json!({}));
    let day = loan.on("2020-04-20");
    assert_eq!(texts([day.interest_deferred, day.principal]), ["66.00", "12000.00"]);
    assert_eq!(day.arrears.len(), 1);
    let rows = loan.ahead("2020-04-20");
    assert_eq!(rows[..2], ["2020-05-20: 1000.00 + 33.00", "2020-06-20: 1000.00 + 30.00"]);
    // 1,000.00 of its own and 2,000.00: 9.00 of interest.
    assert_eq!(rows.last().unwrap(), "2021-01-20: 3000.00 + 9.00 + 66.00");
}

#[test]
fn what_was_paid_before_a_relief_was_granted_stays_paid() {
    // Granted on 1 March, for the rows of 20 February and of 20 March. The first was paid on its day: the second alone is put
    // off, 1,000.00 and 33.00. Eleven days of 11,000.00 at 3.6 % of 360 are 12.10.
    let relief = json!({
        "granted_on": "2020-03-01", "defer": "both", "due_from": "2020-02-20", "due_until": "2020-03-20",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
    });
    let loan = lived(
        &twelve(json!({})),
        json!([{"on": "2020-02-20", "repaid": "1036.00"}, {"on": "2020-03-01", "relief": relief}]),
    );
    let day = loan.on("2020-03-01");
    assert_eq!(
        texts([day.credit, day.principal, day.interest_deferred, day.interest_accrued, day.pay_off]),
        ["0.00", "11000.00", "0.00", "12.10", "11012.10"]
    );
    let day = loan.on("2020-03-20");
    assert_eq!(texts([day.credit, day.interest_deferred, day.overdue_principal]), ["0.00", "33.00", "0.00"]);
    // The row of April earns 33.00 again; the last one brings 1,000.00 more, and all interest that was put off.
    let rows = loan.ahead("2020-03-20");
    assert_eq!(rows[0], "2020-04-20: 1000.00 + 33.00");
    assert_eq!(rows.last().unwrap(), "2021-01-20: 2000.00 + 6.00 + 33.00");
}

#[test]
fn of_a_row_that_was_paid_in_part_the_rest_is_put_off() {
    // The row of 20 February asked for 1,000.00 + 36.00. 700.00 on 25 February paid the interest and 664.00 of principal: those
    // stay paid, whenever the relief comes. 336.00 are put off, and the row of March with 1,000.00 and 34.01: 12,000.00 - 664.00
    // = 11,336.00 earned 34.008. April, with 11,336.00 still: 1,000.00 + 34.01.
    let relief = |granted_on: &str| {
        json!({"granted_on": granted_on, "defer": "both", "due_from": "2020-02-01", "due_until": "2020-03-31",
            "new_date": "2020-04-20", "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
            "interest_caught_up": "end_of_window"})
    };
    for granted_on in ["2020-02-26", "2020-03-20", "2020-04-10"] {
        let paid = json!({"on": "2020-02-25", "repaid": "700.00"});
        let loan = lived(&twelve(json!({})), json!([paid, {"on": granted_on, "relief": relief(granted_on)}]));
        let day = loan.on(granted_on);
        assert_eq!(
            texts([day.principal, day.overdue_principal, day.interest, day.credit]),
            ["11336.00", "0.00", "0.00", "0.00"],
            "{granted_on}"
        );
        assert_eq!(day.days_past_due, 0);
        let rows = loan.ahead("2020-04-15");
        // 1,000.00 of its own, 336.00 and 1,000.00 put off; the interest that the 664.00 earned for five days more than if they
        // had been paid on 20 February is in March's: 12,000.00 for 5 days and 11,336.00 for 25 are 34.34.
        assert_eq!(rows[0], "2020-04-20: 2336.00 + 34.01 + 34.34", "{granted_on}");
    }
}

#[test]
fn interest_that_joins_the_balance() {
    // Two rows of 36.00, put off before they fall due, join the balance on 20 March: 12,072.00. Shifted, rows of 1,000.00
    // would follow; a capitalised sum has the method solved again: 12,072.00 over twelve rows is 1,006.00.
    // 12,072.00 x 0.003 = 36.216.
    let relief = json!({
        "granted_on": "2020-02-01", "defer": "both", "due_from": "2020-02-20", "due_until": "2020-03-20",
        "principal_caught_up": "shifted", "interest_meanwhile": "capitalised_at_end"
    });
    let loan = lived(
        &twelve(json!({})),
        json!([{"on": "2020-02-01", "relief": relief}, {"on": "2020-04-20", "repaid": "1042.22"}]),
    );
    let day = loan.on("2020-03-19");
    assert_eq!(texts([day.capitalised, day.principal, day.interest_deferred]), ["0.00", "12000.00", "36.00"]);
    let day = loan.on("2020-03-20");
    assert_eq!(texts([day.capitalised, day.principal, day.interest_deferred]), ["72.00", "12072.00", "0.00"]);
    let rows = loan.ahead("2020-03-20");
    assert_eq!((rows.len(), rows[0].as_str()), (12, "2020-04-20: 1006.00 + 36.22"));
    // 12,000.00 + 72.00 = 1,006.00 + 11,066.00.
    let day = loan.on("2020-04-20");
    assert_eq!(texts([day.principal_repaid, day.principal]), ["1006.00", "11066.00"]);
    assert_eq!(owed(&day), [""; 0]);
}

/// G2 of `docs/SEMANTICS.md` 5: 50,000.00 at 4.35 % from 2020-01-15, Actual/360, 36 months from 2020-02-20. Principal and interest due from
/// 2020-01-25 to 06-30 are put off to 06-30, where 6,530.57 of principal and 948.54 of interest fall due, whenever the relief is
/// granted: what it puts off was never overdue.
#[test]
fn a_relief_is_the_same_however_late_it_is_granted() {
    let terms = json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    });
    for granted_on in
        ["2020-01-20", "2020-02-20", "2020-02-21", "2020-03-01", "2020-03-21", "2020-05-25", "2020-06-25"]
    {
        let relief = json!({
            "granted_on": granted_on, "defer": "both", "due_from": "2020-01-25", "due_until": "2020-06-30",
            "new_date": "2020-06-30", "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
            "interest_caught_up": "end_of_window"
        });
        let loan = lived(&terms, json!([{"on": granted_on, "relief": relief}]));
        loan.account(granted_on, |account| {
            let rows = account.instalments();
            let row = rows.iter().find(|row| row.due_on.to_string() == "2020-06-30").unwrap();
            let figures = [row.principal, row.deferred_interest_paid, row.payment];
            assert_eq!(texts(figures), ["6530.57", "948.54", "7479.11"], "{granted_on}");
            assert_eq!(shown(account.position().overdue_principal), "0.00", "{granted_on}");
        });
    }
}

#[test]
fn g2_with_its_first_row_paid_defers_the_four_after_it() {
    // 6,530.57 less the 1,268.77 that were repaid are 5,261.80. What is left of 50,000.00, 48,731.23, earns for 29, 31, 30 and 31 days:
    // 48,731.23 x 0.0435 / 360 = 5.888357 a day, 170.76 + 182.54 + 176.65 + 182.54 = 712.49.
    let terms = json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    });
    let relief = json!({
        "granted_on": "2020-03-01", "defer": "both", "due_from": "2020-01-25", "due_until": "2020-06-30",
        "new_date": "2020-06-30", "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
        "interest_caught_up": "end_of_window"
    });
    let loan = lived(
        &terms,
        json!([{"on": "2020-02-20", "repaid": "1486.27"}, {"on": "2020-03-01", "relief": relief}]),
    );
    let rows = loan.account("2020-03-01", |account| account.instalments());
    let [paid, june] = ["2020-02-20", "2020-06-30"]
        .map(|day| rows.iter().find(|row| row.due_on.to_string() == day).unwrap());
    assert_eq!(texts([paid.principal, paid.interest, paid.payment]), ["1268.77", "217.50", "1486.27"]);
    assert_eq!(
        texts([june.principal, june.deferred_interest_paid, june.payment]),
        ["5261.80", "712.49", "5974.29"]
    );
    let deferred: Vec<String> = rows[1..5].iter().map(|row| shown(row.interest_deferred)).collect();
    assert_eq!(deferred, ["170.76", "182.54", "176.65", "182.54"]);
}

#[test]
fn a_row_that_was_paid_off_ahead_of_its_date_stays_billed() {
    // The first row paid; 11,033.00 on 5 March are the pay-off of 20 March: the row of March is billed and paid, 1,033.00, and
    // 10,000.00 are held. A relief that halves the rate of that row comes too late for it.
    let relief = json!({"granted_on": "2020-03-10", "due_from": "2020-03-01", "due_until": "2020-03-31",
        "interest_meanwhile": {"at": "0.018"}});
    let loan = lived(
        &twelve(json!({"pay_off_to": "next_due"})),
        json!([
            {"on": "2020-02-20", "repaid": "1036.00"},
            {"on": "2020-03-05", "repaid": "11033.00"},
            {"on": "2020-03-10", "relief": relief}
        ]),
    );
    for day in ["2020-03-09", "2020-03-10", "2020-03-20"] {
        let position = loan.on(day);
        assert_eq!(
            texts([position.principal, position.interest, position.credit]),
            ["10000.00", "0.00", "10000.00"]
        );
    }
}

#[test]
fn a_row_that_was_billed_does_not_take_what_was_settled_ahead_of_the_others() {
    // 1,000.00 without interest in two payments of 500.00: the first is paid when due, and 400.00 of the second ahead. A relief
    // puts the other 100.00 off by a month, and they are paid at once. Another relief, with which the loan could last longer,
    // looks at all rows again, and finds nothing to change.
    let terms = twelve(json!({
        "principal": "1000.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "instalments": 2,
        "money_ahead": "settle_last"
    }));
    let shifted = json!({"granted_on": "2020-03-20", "defer": "principal", "due_from": "2020-03-01", "instalments": 1,
        "principal_caught_up": "shifted", "interest_meanwhile": "paid"});
    let longer = json!({"granted_on": "2020-03-25", "due_from": "2020-02-01", "due_until": "2020-06-30",
        "interest_meanwhile": "waived", "maturity": {"moved_by": 3}});
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-02-20", "repaid": "500.00"},
            {"on": "2020-02-25", "repaid": "400.00"},
            {"on": "2020-03-20", "relief": shifted},
            {"on": "2020-03-20", "repaid": "100.00"},
            {"on": "2020-03-25", "relief": longer}
        ]),
    );
    // Prepaid in full when the first falls due: both are billed when the relief looks at them.
    let prepaid = json!({"on": "2020-02-20", "prepaid": "1000.00", "how": "keep_instalment"});
    let after_all = json!({"granted_on": "2020-03-25", "due_from": "2020-02-01", "due_until": "2020-06-30",
        "interest_meanwhile": "waived", "maturity": {"moved_by": 3}});
    let other = lived(&terms, json!([prepaid, {"on": "2020-03-25", "relief": after_all}]));
    for day in ["2020-03-20", "2020-03-25", "2020-04-20", "2020-12-31"] {
        for position in [loan.on(day), other.on(day)] {
            assert_eq!(
                texts([position.principal, position.principal_repaid, position.capitalised, position.credit]),
                ["0.00", "1000.00", "0.00", "0.00"],
                "{day}"
            );
        }
    }
}

#[test]
fn a_loan_that_was_repaid_stays_so_whatever_is_granted_later() {
    // 12,036.00 on 10 February pay all off to 20 February: that row, 1,000.00 + 36.00, and the 11,000.00 after it.
    let put_off = json!({"granted_on": "2020-02-12", "defer": "principal", "due_from": "2020-02-01",
        "due_until": "2020-02-29", "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"});
    let longer = with(put_off.clone(), json!({"maturity": {"moved_by": 3}}));
    let capitalised = json!({"granted_on": "2020-02-12", "defer": "interest", "due_from": "2020-02-01",
        "due_until": "2020-12-31", "interest_meanwhile": "capitalised_each_due_date"});
    for relief in [put_off, longer, capitalised] {
        let loan = lived(
            &twelve(json!({"pay_off_to": "next_due", "money_ahead": "last"})),
            json!([{"on": "2020-02-10", "repaid": "12036.00"}, {"on": "2020-02-12", "relief": relief}]),
        );
        for day in ["2020-02-12", "2020-02-20", "2020-12-31"] {
            let position = loan.on(day);
            assert_eq!(
                texts([position.principal, position.credit, position.interest, position.pay_off]),
                ["0.00"; 4],
                "{day}"
            );
            assert!(loan.ahead(day).iter().all(|row| row.ends_with(": 0.00 + 0.00")), "{day}");
        }
    }
}

#[test]
fn payments_that_are_kept_are_found_anew_with_the_relief_that_asks_for_it() {
    // 1,200.00 without interest, twelve payments of 100.00, the first of them paid. Twelve rows more: 1,100.00 over 23 rows are
    // 47.83 each, and 47.74 at the end. Or, with 100.00 of March and of April put off, over the nine rows from May: 122.22,
    // and 122.24.
    let terms = twelve(json!({
        "principal": "1200.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "level_last": 1}));
    let lived_under = |relief| {
        lived(
            &terms,
            json!([{"on": "2020-02-20", "repaid": "100.00"}, {"on": "2020-02-25", "relief": relief}]),
        )
    };
    let longer = lived_under(json!({"granted_on": "2020-02-25", "maturity": {"moved_by": 12}}));
    let put_off =
        lived_under(json!({"granted_on": "2020-02-25", "defer": "principal", "due_from": "2020-03-01",
        "due_until": "2020-04-30", "principal_caught_up": "over_remaining", "interest_meanwhile": "paid"}));
    for day in ["2020-02-25", "2020-03-10", "2020-03-20"] {
        let rows = longer.ahead(day);
        assert_eq!(rows.last().unwrap(), "2022-01-20: 47.74 + 0.00");
        assert!(rows.iter().rev().skip(1).all(|row| row.ends_with(": 47.83 + 0.00")), "{day} {rows:?}");
        let rows = put_off.ahead(day);
        assert_eq!(rows.last().unwrap(), "2021-01-20: 122.24 + 0.00");
        assert_eq!(rows.iter().filter(|row| row.ends_with(": 122.22 + 0.00")).count(), 8, "{day} {rows:?}");
    }
}

#[test]
fn a_relief_granted_when_all_is_paid_costs_nothing_and_gives_nothing() {
    // 1,200.00 at 1 % a month, all of it put off to the maturity: 12.00 in February, 12.00 in March, and, prepaid on 5 April,
    // 1,200.00 + 6.00, or 12.00 where the pay-off is that of the next due date. A later relief solves from March on what lay open
    // in February. Of what is asked for in March now, the money of 5 April had paid all: it stood out as long as before, and
    // costs as much. Granted when all rows are over, and when rows are ahead.
    let over = (3, "2020-03-31", "2020-04-25");
    let ahead = (5, "2020-05-31", "2020-04-10");
    let prepaid = (json!({"on": "2020-04-05", "prepaid": "1206.00", "how": "keep_instalment"}), "-6.00");
    let paid_off = (json!({"on": "2020-04-05", "repaid": "1212.00"}), "-12.00");
    let to_next_due = json!({"pay_off_to": "next_due", "money_ahead": "last"});
    for ((instalments, until, granted_on), option, (paid, last)) in [
        (over, json!({}), &prepaid),
        (over, json!({"level_last": 1}), &prepaid),
        (ahead, json!({}), &prepaid),
        (ahead, json!({"level_last": 1}), &prepaid),
        (ahead, to_next_due.clone(), &paid_off),
        (ahead, with(to_next_due, json!({"interest_cap": "payment"})), &paid_off),
    ] {
        let put_off = json!({"granted_on": "2020-01-25", "defer": "principal", "due_from": "2020-02-01",
            "due_until": until, "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"});
        let later = json!({"granted_on": granted_on, "defer": "principal", "due_from": "2020-02-01",
            "due_until": "2020-02-28", "principal_caught_up": "over_remaining", "interest_meanwhile": "paid"});
        let loan = lived(
            &twelve(with(
                json!({
                    "principal": "1200.00", "rate": {"fixed": "0.12"}, "method": "equal_instalment",
                    "instalments": instalments
                }),
                option.clone(),
            )),
            json!([
                {"on": "2020-01-25", "relief": put_off},
                {"on": "2020-02-20", "repaid": "12.00"},
                {"on": "2020-03-20", "repaid": "12.00"},
                paid,
                // With it another row is billed, where a pay-off is that of the next due date.
                {"on": "2020-04-06", "repaid": "0.01"},
                {"on": granted_on, "relief": later}
            ]),
        );
        for day in ["2020-04-06", "2020-04-10", "2020-04-20", "2020-04-25", "2020-07-01"] {
            let position = loan.on(day);
            assert_eq!(
                texts([position.principal_repaid, position.capitalised, position.principal, position.credit]),
                ["1200.00", "0.00", "0.00", "0.01"],
                "{day} {option} {instalments}"
            );
            assert_eq!((shown(position.pay_off), position.arrears), ("-0.01".into(), Vec::new()), "{day}");
        }
        let entries = loan.entries("2020-07-01");
        let income: Vec<&str> = entries
            .iter()
            .filter_map(|entry| entry.split_once(" interest_income "))
            .map(|(_, income)| income)
            .collect();
        assert_eq!(income, ["-12.00", "-12.00", *last], "{option} {instalments}");
    }
}

#[test]
fn an_extension_on_the_maturity_itself_moves_it() {
    // Terms change before the last row is billed: its interest is due, its principal three months later.
    let terms = twelve(json!({"method": "interest_only", "instalments": 2}));
    for granted_on in ["2020-03-19", "2020-03-20"] {
        let relief = json!({"granted_on": granted_on, "maturity": {"moved_by": 3}});
        let loan = lived(&terms, json!([{"on": granted_on, "relief": relief}]));
        assert_eq!(
            owed(&loan.on("2020-03-21")),
            ["2020-02-20: interest 36.00", "2020-03-20: interest 36.00"]
        );
        assert_eq!(
            loan.ahead("2020-03-21"),
            ["2020-04-20: 0.00 + 36.00", "2020-05-20: 0.00 + 36.00", "2020-06-20: 12000.00 + 36.00"]
        );
    }
}

#[test]
fn rows_that_an_extension_adds_can_be_put_off_by_the_relief_that_adds_them() {
    // 36.00 a month: those of April and May, which the plan has by the extension alone, fall due with the last row of June.
    let put_off = |terms: Value, from: &str| {
        let relief = json!({
            "granted_on": "2020-03-10", "maturity": {"moved_by": 3}, "defer": "interest", "due_from": from,
            "due_until": "2020-05-31", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
        });
        let paid = json!({"on": "2020-02-20", "repaid": "6036.00"});
        lived(&twelve(terms), json!([paid, {"on": "2020-03-10", "relief": relief}])).ahead("2020-03-10")
    };
    assert_eq!(
        put_off(json!({"method": "interest_only", "instalments": 2}), "2020-04-01"),
        [
            "2020-03-20: 0.00 + 36.00",
            "2020-04-20: 0.00 + 0.00",
            "2020-05-20: 0.00 + 0.00",
            "2020-06-20: 12000.00 + 36.00 + 72.00"
        ]
    );
    // Principal goes on: 6,000.00 is repaid in February, and 6,000.00 left, 1,500.00 in each of four rows. It earns 18.00 in
    // March, then 13.50 and 9.00, which are put off with it, and 4.50 in June.
    assert_eq!(
        put_off(json!({"instalments": 2}), "2020-03-01"),
        [
            "2020-03-20: 1500.00 + 0.00",
            "2020-04-20: 1500.00 + 0.00",
            "2020-05-20: 1500.00 + 0.00",
            "2020-06-20: 1500.00 + 4.50 + 40.50"
        ]
    );
}

#[test]
fn what_is_put_off_late_was_never_late() {
    // All of February put off to the end, on 10 March: no penalty on its 1,000.00, which earn 1.20 x 50 days with the rest.
    let terms = twelve(json!({"penalty": {"mark_up": "0.50"}}));
    for granted_on in ["2020-02-15", "2020-03-10"] {
        let relief = json!({"granted_on": granted_on, "defer": "both", "due_from": "2020-02-20",
            "due_until": "2020-02-20", "principal_caught_up": "at_maturity", "interest_meanwhile": "simple",
            "interest_caught_up": "at_maturity"});
        let day = lived(&terms, json!([{"on": granted_on, "relief": relief}])).on("2020-03-10");
        assert_eq!(texts([day.penalty, day.penalty_accrued, day.pay_off]), ["0.00", "0.00", "12060.00"]);
    }
}

#[test]
fn no_row_that_keeps_its_payment_pays_out_either() {
    // 1,200.00 without interest in five payments of 240.00. The first is paid, those of March to May are put off to June. On 25
    // March 960.00 pay all off to April, and the hundredth of the 26th bills May, too. On 10 April the 240.00 of February are
    // put off over the four rows after it: 300.00 in March and in April. 960.00 were paid of the 600.00 after those: 360.00
    // are given back, and with the 240.00 of February they pay both.
    let put_off = json!({"granted_on": "2020-03-01", "defer": "principal", "due_from": "2020-03-01",
        "due_until": "2020-05-31", "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"});
    let later = json!({"granted_on": "2020-04-10", "defer": "principal", "due_from": "2020-02-01",
        "due_until": "2020-02-28", "principal_caught_up": "over_remaining", "interest_meanwhile": "paid"});
    let loan = lived(
        &twelve(json!({
            "principal": "1200.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "instalments": 5,
            "interest_cap": "payment", "pay_off_to": "next_due", "money_ahead": "last", "penalty": {"mark_up": "0.50"}
        })),
        json!([
            {"on": "2020-02-20", "repaid": "240.00"},
            {"on": "2020-03-01", "relief": put_off},
            {"on": "2020-03-25", "repaid": "960.00"},
            {"on": "2020-03-26", "repaid": "0.01"},
            {"on": "2020-04-10", "relief": later}
        ]),
    );
    for day in ["2020-03-26", "2020-04-10", "2020-06-20"] {
        let position = loan.on(day);
        assert_eq!(
            texts([position.principal_repaid, position.capitalised, position.principal, position.credit]),
            ["1200.00", "0.00", "0.00", "0.01"],
            "{day}"
        );
        assert_eq!(position.arrears, [], "{day}");
    }
}

#[test]
fn interest_that_joins_the_balance_after_all_was_repaid_falls_due_with_the_last_row() {
    // 12,000.00 at 1 % a month, four payments of 3,075.37: 120.00 + 2,955.37 on 20 February. The 90.45 that 9,044.63 earn to 20 March are put
    // off, and join the balance on 20 April; on 20 March all principal is repaid. On 20 May the 90.45 fall due, with 0.90.
    for level_last in [0, 1] {
        let terms = twelve(json!({
            "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 4, "level_last": level_last
        }));
        let put_off = json!({"granted_on": "2020-03-20", "defer": "both", "due_from": "2020-03-01",
            "due_until": "2020-04-30", "principal_caught_up": "at_maturity",
            "interest_meanwhile": "capitalised_at_end"});
        let loan = lived(
            &terms,
            json!([
                {"on": "2020-02-20", "repaid": "3075.37"},
                {"on": "2020-03-20", "relief": put_off},
                {"on": "2020-03-20", "prepaid": "9044.63", "how": "keep_term"}
            ]),
        );
        let day = loan.on("2020-03-20");
        assert_eq!(texts([day.principal, day.interest_deferred, day.pay_off]), ["0.00", "90.45", "90.45"]);
        assert_eq!(loan.ahead("2020-04-20"), ["2020-05-20: 90.45 + 0.90"], "level_last {level_last}");
        let day = loan.on("2020-05-20");
        assert_eq!(owed(&day), ["2020-05-20: interest 0.90, principal 90.45"], "level_last {level_last}");
    }
}

#[test]
fn what_joined_the_balance_falls_due_once_and_stays_owed() {
    // Two rows of 1,000.00 and 36.00 are put off to 20 April; the 72.00 join the balance: 3,072.00 fall due then, with 12,072.00 x
    // 0.003 = 36.216. Nothing is paid: in May 9,000.00 ahead and 3,072.00 overdue bring as much, and 12,072.00 are still owed.
    let relief = json!({
        "granted_on": "2020-02-01", "defer": "both", "due_from": "2020-02-20", "due_until": "2020-03-20",
        "principal_caught_up": "end_of_window", "interest_meanwhile": "capitalised_at_end"
    });
    let loan = lived(&twelve(json!({})), json!([{"on": "2020-02-01", "relief": relief}]));
    assert_eq!(owed(&loan.on("2020-04-20")), ["2020-04-20: interest 36.22, principal 3072.00"]);
    for day in ["2020-04-21", "2020-05-20", "2020-06-20"] {
        assert_eq!(shown(loan.on(day).principal), "12072.00", "{day}");
    }
    assert_eq!(owed(&loan.on("2020-05-20"))[1], "2020-05-20: interest 36.22, principal 1000.00");
    loan.entries("2020-06-20");
}

#[test]
fn what_is_put_off_to_maturity_falls_due_with_the_last_row_though_it_had_fallen_away() {
    // Six payments of 2,000.00 without interest, and 4,000.00 ahead: the last two fall away. The four that are left are put off to
    // maturity, which is still 20 July.
    let terms = json!({
        "rate": {"fixed": "0"}, "method": "equal_instalment", "instalments": 6, "money_ahead": "settle_next"
    });
    let relief = json!({
        "granted_on": "2020-02-10", "defer": "both", "due_from": "2020-02-20", "due_until": "2020-05-20",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"
    });
    let prepaid = json!({"on": "2020-02-01", "prepaid": "4000.00", "how": "keep_instalment"});
    let loan = lived(&twelve(terms), json!([prepaid, {"on": "2020-02-10", "relief": relief}]));
    assert_eq!(
        loan.ahead("2020-02-09")[3..],
        ["2020-05-20: 2000.00 + 0.00", "2020-06-20: 0.00 + 0.00", "2020-07-20: 0.00 + 0.00"]
    );
    assert_eq!(
        loan.ahead("2020-02-10")[3..],
        ["2020-05-20: 0.00 + 0.00", "2020-06-20: 0.00 + 0.00", "2020-07-20: 8000.00 + 0.00"]
    );
    assert_eq!(owed(&loan.on("2020-07-20")), ["2020-07-20: principal 8000.00"]);
}

#[test]
fn principal_that_was_put_off_stays_so_when_payments_are_found_anew() {
    // Four rows are put off and the loan is shifted by them; to 6 % on 5 March. From June on 12,000.00 / 5.896384 = 2,035.15 in six
    // rows: 1,975.15 + 60.00, with the 36.00 + 48.00 + 60.00 + 60.00 that were put off.
    let relief = json!({
        "granted_on": "2020-02-01", "defer": "both", "due_from": "2020-02-20", "instalments": 4,
        "principal_caught_up": "shifted", "interest_meanwhile": "simple", "interest_caught_up": "next_instalment"
    });
    let events = json!([{"on": "2020-02-01", "relief": relief}, {"on": "2020-03-05", "rate_reset": "0.06"}]);
    let keeps = json!({"payers": [{"payer": "refund", "money_ahead": "settle_last"}]});
    for rules in [json!({}), keeps] {
        let terms = with(json!({"method": "equal_instalment", "instalments": 6}), rules);
        let loan = lived(&twelve(terms), events.clone());
        assert_eq!(
            loan.ahead("2020-03-05")[..4],
            [
                "2020-03-20: 0.00 + 0.00",
                "2020-04-20: 0.00 + 0.00",
                "2020-05-20: 0.00 + 0.00",
                "2020-06-20: 1975.15 + 60.00 + 204.00"
            ]
        );
    }
}

#[test]
fn what_is_put_off_to_maturity_waits_for_it_while_arrears_earn() {
    // Six payments of 2,021.05; the first is paid, and 6,000.00 more: of 4,014.95 the row of March repays 2,009.01 and that of April the
    // rest, 2,005.94; the other three fall away. March is not paid, and earns on. On 1 April the principal of April is put off to
    // maturity: each row bills 4,014.95 x 0.003 = 12.04, on the balance and on what is overdue, and the last one 2,005.94.
    let terms = twelve(json!({"method": "equal_instalment", "instalments": 6, "level_last": 1}));
    let relief = json!({
        "granted_on": "2020-04-01", "defer": "principal", "due_from": "2020-04-01", "due_until": "2020-04-30",
        "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"
    });
    let events = json!([
        {"on": "2020-02-20", "repaid": "2021.05"},
        {"on": "2020-02-20", "prepaid": "6000.00", "how": "keep_instalment"},
        {"on": "2020-04-01", "relief": relief}
    ]);
    let loan = lived(&terms, events);
    for day in ["2020-04-02", "2020-04-20", "2020-05-20", "2020-06-21"] {
        assert_eq!(shown(loan.on(day).principal), "4014.95", "{day}");
        loan.entries(day);
    }
    assert_eq!(
        owed(&loan.on("2020-07-20")),
        [
            "2020-03-20: interest 12.04, principal 2009.01",
            "2020-04-20: interest 12.04",
            "2020-05-20: interest 12.04",
            "2020-06-20: interest 12.04",
            "2020-07-20: interest 12.04, principal 2005.94"
        ]
    );
}

#[test]
fn interest_that_was_put_off_is_no_part_of_a_payment() {
    // 12,000.00 at 12 %, in payments that are not level: the interest of the first row is put off, and spread over the two after it. All
    // principal is repaid on 5 February; at the rate of 10 February the payments are found anew, and are nothing. The 60.00 of 15 days
    // are put off all the same, none of them is carried on: 30.00 and 30.00.
    let terms = twelve(json!({
        "rate": {"fixed": "0.12"}, "method": "graduated", "graduated": {"ratio": "0.02", "every": 6}, "instalments": 3,
        "relevel": "running", "interest_cap": "payment", "money_ahead": "re_amortise"
    }));
    let relief = json!({
        "granted_on": "2020-01-25", "due_from": "2020-02-01", "due_until": "2020-02-28", "defer": "interest",
        "interest_meanwhile": "simple", "interest_caught_up": "over_remaining"
    });
    let events = json!([
        {"on": "2020-01-25", "relief": relief},
        {"on": "2020-02-05", "repaid": "12000.00"},
        {"on": "2020-02-10", "rate_reset": "0.10"}
    ]);
    let loan = lived(&terms, events);
    let march_and_april = ["2020-03-20: 0.00 + 0.00 + 30.00", "2020-04-20: 0.00 + 0.00 + 30.00"];
    assert_eq!(loan.ahead("2020-02-10")[1..], march_and_april);
    assert_eq!(loan.ahead("2020-02-20"), march_and_april);
    let day = loan.on("2020-02-20");
    assert_eq!(texts([day.interest_accrued, day.interest_deferred, day.pay_off]), ["0.00", "60.00", "60.00"]);
    assert_eq!(owed(&loan.on("2020-03-20")), ["2020-03-20: interest 30.00"]);
    loan.entries("2020-04-30");
}

#[test]
fn principal_that_is_put_off_to_a_row_that_carries_interest_on_stays_principal() {
    // 12,000.00 at 1 % a month, and 8 % from 20 February to 20 March, in payments of 12,000.00 / 28.22 = 425.23, rounded to 400.00: 28.22
    // is 1 / 1.01 + 1 / (1.01 x 1.08) x (1 + 28.702666), of which the last is that of 34 payments at 1 %. The 280.00 of the first row are put off to the
    // second, which bills 400.00 of its 960.00 of interest, and asks for 680.00. The third: 117.20 + 560.00, of which it bills 400.00.
    // The fourth bills 117.20 + 277.20 = 394.40, and keeps the principal that was planned for it: without the relief the second bills 937.60,
    // so it is 400.00 - (117.20 + 254.80) = 28.00.
    let rate = json!({"stepped": [
        {"from": "2020-01-20", "rate": "0.12"}, {"from": "2020-02-20", "rate": "0.96"}, {"from": "2020-03-20", "rate": "0.12"}
    ]});
    let relief = json!({
        "granted_on": "2020-01-25", "due_from": "2020-02-01", "due_until": "2020-02-28", "defer": "principal",
        "principal_caught_up": "end_of_window", "interest_meanwhile": "paid"
    });
    let ahead = ["2020-03-20: 280.00 + 400.00", "2020-04-20: 0.00 + 400.00", "2020-05-20: 28.00 + 394.40"];
    for money_ahead in ["last", "next", "hold"] {
        let terms = twelve(json!({
            "rate": rate, "method": "equal_instalment", "payment_multiple": "100.00", "instalments": 36, "relevel": "once",
            "interest_cap": "payment", "money_ahead": money_ahead
        }));
        let loan = lived(
            &terms,
            json!([
                {"on": "2020-01-25", "relief": relief},
                {"on": "2020-02-20", "repaid": "120.00"},
                {"on": "2020-03-20", "repaid": "680.00"}
            ]),
        );
        assert_eq!(loan.ahead("2020-01-25")[1..4], ahead, "{money_ahead}");
        assert_eq!(loan.ahead("2020-02-25")[..3], ahead, "{money_ahead}");
        assert_eq!(loan.ahead("2020-03-25")[..2], ahead[1..], "{money_ahead}");
        assert_eq!(owed(&loan.on("2020-03-25")), [""; 0], "{money_ahead}");
        assert_eq!(
            owed(&loan.on("2020-05-20"))[1],
            "2020-05-20: interest 394.40, principal 28.00",
            "{money_ahead}"
        );
    }
}

#[test]
fn a_row_that_fell_away_and_is_caught_up_in_bills_its_interest() {
    // 12,000.00 at 1 % a month, six payments of 2,070.58. With the first 7,000.00 more are paid, the last rows first: 12,000.00 - 1,950.58 -
    // 7,000.00 = 3,049.42 are left, which two rows repay. They are put off to the row after them, which had fallen away: it bills the
    // 30.49 of its month as they do.
    let put_off = ["2020-03-20: 0.00 + 30.49", "2020-04-20: 0.00 + 30.49", "2020-05-20: 3049.42 + 30.49"];
    for method in [
        json!({"method": "equal_instalment"}),
        json!({"method": "equal_instalment", "level_last": 1}),
        json!({"method": "balloon", "residual": "0.01"}),
    ] {
        for cap in [json!({"interest_cap": "payment"}), json!({})] {
            let terms = json!({"rate": {"fixed": "0.12"}, "instalments": 6, "money_ahead": "last"});
            let loan = lived(
                &twelve(with(with(terms, method.clone()), cap)),
                json!([
                    {"on": "2020-02-20", "repaid": "9070.58"},
                    {"on": "2020-02-25", "relief": {
                        "granted_on": "2020-02-25", "due_from": "2020-03-01", "due_until": "2020-04-30",
                        "defer": "principal", "principal_caught_up": "end_of_window", "interest_meanwhile": "paid"}},
                    {"on": "2020-03-20", "repaid": "30.49"}
                ]),
            );
            assert_eq!(loan.ahead("2020-02-25")[..3], put_off, "{method}");
            assert_eq!(loan.ahead("2020-03-25")[..2], put_off[1..], "{method}");
            assert_eq!(
                loan.ahead("2020-02-25")[3..],
                ["2020-06-20: 0.00 + 0.00", "2020-07-20: 0.00 + 0.00"],
                "{method}"
            );
        }
    }
}

#[test]
fn the_last_payment_leaves_what_is_caught_up_after_it() {
    // 12,000.00 at 1 % a month, three payments of 12,000.00 / 2.940985 = 4,080.27. March would repay 3,999.87; it is put off to 30 April, ten
    // days after the last row, with its 80.40, which join the balance. April repays 8,039.73 - 3,999.87 = 4,039.86 and bills 81.20, and
    // 3,999.87 + 80.40 = 4,080.27 earn 13.60 in ten days.
    let relief = json!({
        "granted_on": "2020-01-25", "due_from": "2020-03-01", "due_until": "2020-03-31", "new_date": "2020-04-30",
        "defer": "both", "principal_caught_up": "end_of_window", "interest_meanwhile": "capitalised_at_end"
    });
    let rows = ["2020-04-20: 4039.86 + 81.20", "2020-04-30: 4080.27 + 13.60"];
    for money_ahead in ["hold", "settle_next"] {
        let terms = twelve(json!({
            "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 3, "money_ahead": money_ahead
        }));
        let paid = json!({"on": "2020-02-20", "repaid": "4080.27"});
        let loan = lived(&terms, json!([{"on": "2020-01-25", "relief": relief}, paid]));
        assert_eq!(loan.ahead("2020-02-20")[1..], rows, "{money_ahead}");
        assert_eq!(loan.ahead("2020-03-20"), rows, "{money_ahead}");
        assert_eq!(loan.ahead("2020-04-20"), rows[1..], "{money_ahead}");
    }
}
