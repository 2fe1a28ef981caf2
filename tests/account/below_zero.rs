//! A rate below zero: what the loan earns is the borrower's, also past due and past the last row.
//!
//! 12,000.00 at -3.6 % of 30E/360 in two rows: a ten thousandth of the balance a day is the borrower's.

use serde_json::{Value, json};

use crate::account::lived::{lived, owed, shown, texts, twelve};
use crate::support::terms::with;

fn two(changes: Value) -> Value {
    with(twelve(json!({"rate": {"fixed": "-0.036"}, "instalments": 2})), changes)
}

#[test]
fn it_pays_what_is_overdue() {
    // Of the 6,000.00 of 20 February its 36.00 pay as much. In March 6,000.00 bring 18.00 and the 5,964.00 overdue 17.892: 35.89.
    let loan = lived(&two(json!({})), json!([]));
    assert_eq!(owed(&loan.on("2020-02-20")), ["2020-02-20: principal 5964.00"]);
    assert_eq!(
        owed(&loan.on("2020-03-20")),
        ["2020-02-20: principal 5928.11", "2020-03-20: principal 6000.00"]
    );
    // Ten days later: 11,928.11 x 0.0001 x 10 = 11.93. On 20 April 35.78.
    let day = loan.on("2020-03-30");
    assert_eq!(texts([day.interest_accrued, day.pay_off]), ["-11.93", "11916.18"]);
    assert_eq!(shown(loan.on("2020-04-20").pay_off), "11892.33");
    // 5,000.00 on 25 March: 11,928.11 for 5 days and 6,928.11 for 25 are 5.964 + 17.320.
    let part = lived(&two(json!({})), json!([{"on": "2020-03-25", "repaid": "5000.00"}]));
    assert_eq!(shown(part.on("2020-04-20").principal), "6904.83");
}

#[test]
fn the_pay_off_pays_all_off() {
    for (terms, day, pay_off) in [
        (two(json!({})), "2020-03-20", "11928.11"),
        (two(json!({})), "2020-03-30", "11916.18"),
        (two(json!({})), "2020-04-20", "11892.33"),
        // 11,964.00, and then 11,928.11 as above.
        (two(json!({"method": "bullet", "instalments": 1})), "2020-03-30", "11916.18"),
        // What is overdue has a penalty of its own, which is none: 5,964.00 - 18.00 and 6,000.00.
        (two(json!({"penalty": {"mark_up": "0.50"}})), "2020-03-30", "11946.00"),
    ] {
        let repaid = json!({"on": day, "repaid": pay_off});
        let settled = json!({"on": day, "prepaid": pay_off, "how": "settle"});
        for paid in [repaid, settled] {
            let loan = lived(&terms, json!([paid, {"on": day, "closed": true}]));
            let position = loan.on(day);
            assert_eq!(
                texts([position.principal, position.overdue_principal, position.credit, position.pay_off]),
                ["0.00"; 4],
                "{day} {paid}"
            );
            assert!(position.closed && position.arrears.is_empty() && position.days_past_due == 0);
            loan.entries(day);
        }
        // A cent less, and a cent of principal is left.
        let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
        let less = shown(puhui::Money::from_minor(cents(pay_off) - 1));
        let loan = lived(&terms, json!([{"on": day, "repaid": less}]));
        assert_eq!(shown(loan.on(day).pay_off), "0.01", "{day}");
    }
}

/// A relief of 1 February that puts off the interest of the rows of February and March.
fn put_off(how: Value) -> Value {
    let relief = json!({
        "granted_on": "2020-02-01", "defer": "interest", "due_from": "2020-02-20", "due_until": "2020-03-20"
    });
    json!({"on": "2020-02-01", "relief": with(relief, how)})
}

#[test]
fn interest_that_was_put_off_pays_what_is_overdue_where_it_falls_due() {
    // Twelve rows of 1,000.00, none paid, with a penalty that is none. 36.00 and 33.00 of the borrower's are put off to 20 April,
    // whose row brings 30.00: 99.00 of the 1,000.00 of February are paid.
    let terms = twelve(json!({"rate": {"fixed": "-0.036"}, "penalty": {"mark_up": "0.50"}}));
    let simple = put_off(json!({"interest_meanwhile": "simple", "interest_caught_up": "next_instalment"}));
    let loan = lived(&terms, json!([simple]));
    let day = loan.on("2020-03-20");
    assert_eq!(
        texts([day.interest_deferred, day.principal, day.pay_off]),
        ["-69.00", "12000.00", "11931.00"]
    );
    let day = loan.on("2020-04-20");
    assert_eq!(
        owed(&day),
        ["2020-02-20: principal 901.00", "2020-03-20: principal 1000.00", "2020-04-20: principal 1000.00"]
    );
    assert_eq!(texts([day.interest, day.interest_deferred, day.pay_off]), ["0.00", "0.00", "11901.00"]);
    loan.entries("2020-04-20");
    // Who pays the pay-off owes nothing.
    let settled = json!({"on": "2020-04-20", "prepaid": "11901.00", "how": "settle"});
    let loan = lived(&terms, json!([simple, settled, {"on": "2020-04-20", "closed": true}]));
    assert!(loan.on("2020-04-20").closed);
}

#[test]
fn what_joins_a_balance_of_less_is_the_borrowers() {
    // Three rows of 4,000.00. That of February is paid: 36.00 were earned. On 10 March the rest is prepaid, or all but 30.00:
    // 8,000.00 x 0.0001 x 20 = 16.00, and 30.00 x 0.0001 x 10 = 0.03.
    let terms = twelve(json!({"rate": {"fixed": "-0.036"}, "instalments": 3}));
    let first = json!({"on": "2020-02-20", "repaid": "4000.00"});
    let at_end = put_off(json!({"interest_meanwhile": "capitalised_at_end"}));
    let each = put_off(json!({"interest_meanwhile": "capitalised_each_due_date"}));
    for (relief, prepaid, before, joined, credit) in [
        (&at_end, "8000.00", ["0.00", "-52.00"], "0.00", "52.00"),
        (&at_end, "7970.00", ["30.00", "-52.03"], "-30.00", "22.03"),
        // 36.00 joined in February: 7,964.00 x 0.0001 x 20 = 15.928.
        (&each, "7964.00", ["0.00", "-15.93"], "-36.00", "15.93"),
    ] {
        let prepaid = json!({"on": "2020-03-10", "prepaid": prepaid, "how": "keep_instalment"});
        let loan = lived(&terms, json!([relief, first, prepaid]));
        let day = loan.on("2020-03-19");
        let earned = puhui::Money::sum([day.interest_deferred, day.interest_accrued]).unwrap();
        assert_eq!(texts([day.principal, earned]), before);
        for on in ["2020-03-20", "2020-04-20", "2020-05-20"] {
            let day = loan.on(on);
            assert_eq!(
                texts([
                    day.principal,
                    day.capitalised,
                    day.credit,
                    day.interest_accrued,
                    day.interest_deferred
                ]),
                ["0.00", joined, credit, "0.00", "0.00"],
                "{on} {relief}"
            );
        }
        loan.entries("2020-05-20");
        assert_eq!(loan.ahead("2020-03-20"), ["2020-04-20: 0.00 + 0.00"]);
    }
}

#[test]
fn a_payment_that_a_row_keeps_is_its_principal_less_what_it_earns_the_borrower() {
    // Three payments of 12,000.00 / 3.0180904 = 3,976.02: 4,012.02 - 36.00, 3,999.98 - 23.96, and 3,988.00 - 11.96. What is overdue
    // has a penalty of its own, which is none, and changes none of them.
    let keeps = json!({
        "method": "equal_instalment", "instalments": 3, "penalty": {"mark_up": "0.50"},
        "payers": [{"payer": "refund", "money_ahead": "settle_last"}]
    });
    let loan = lived(&two(keeps), json!([]));
    assert_eq!(owed(&loan.on("2020-02-20")), ["2020-02-20: principal 3976.02"]);
    for day in ["2020-02-20", "2020-03-10", "2020-03-19"] {
        assert_eq!(
            loan.ahead(day),
            ["2020-03-20: 3999.98 + -23.96", "2020-04-20: 3988.00 + -11.96"],
            "{day}"
        );
    }
}

#[test]
fn a_payment_of_nothing_repays_what_the_interest_pays() {
    // 0.07 at -5 % a year, rounded away from nothing: a month of 0.07, 0.04 or 0.01 earns the borrower 0.01, and five payments of 0.013826
    // are 0.02. They repay 0.03, 0.03 and 0.01, and of the third nothing is to be paid. It is no row that was settled for that.
    let terms = twelve(json!({
        "principal": "0.07", "rate": {"fixed": "-0.05"}, "method": "equal_instalment", "instalments": 5, "rounding": "up"
    }));
    let rows = [
        "2020-02-20: 0.03 + -0.01",
        "2020-03-20: 0.03 + -0.01",
        "2020-04-20: 0.01 + -0.01",
        "2020-05-20: 0.00 + 0.00",
        "2020-06-20: 0.00 + 0.00",
    ];
    for money_ahead in ["hold", "settle_next", "settle_evenly"] {
        let loan = lived(&with(terms.clone(), json!({"money_ahead": money_ahead})), json!([]));
        assert_eq!(loan.ahead("2020-01-20"), rows, "{money_ahead}");
        assert_eq!(loan.ahead("2020-02-20"), rows[1..], "{money_ahead}");
        assert_eq!(loan.ahead("2020-03-20"), rows[2..], "{money_ahead}");
    }
}
