//! Fees, waivers, who pays, and renewal.

use puhui::loan::Payer;
use serde_json::{Value, json};

use crate::account::lived::{lived, of, owed, shown, texts, twelve};
use crate::support::terms::with;

#[test]
fn fees_are_charged_and_waived() {
    let paid = json!({"on": "2020-02-20", "repaid": "1036.00"});
    let events = json!([
        paid,
        {"on": "2020-03-05", "fee_charged": "50.00"},
        {"on": "2020-03-08", "fee_waived": "20.00"},
        {"on": "2020-03-12", "repaid": "30.00"},
    ]);
    let loan = lived(&twelve(json!({})), events);
    // A fee by itself is owed, and is not past due.
    assert_eq!(owed(&loan.on("2020-03-05")), ["2020-03-05: fee 50.00"]);
    assert_eq!(loan.on("2020-03-07").days_past_due, 0);
    assert_eq!(owed(&loan.on("2020-03-08")), ["2020-03-05: fee 30.00"]);
    assert_eq!((loan.on("2020-03-12").arrears.len(), shown(loan.on("2020-03-12").fees)), (0, "0.00".into()));
    assert_eq!(
        of(&loan.entries("2020-03-12"), &["2020-03"]),
        [
            "2020-03-05 fee_receivable 50.00",
            "2020-03-05 fee_income -50.00",
            "2020-03-08 fee_receivable -20.00",
            "2020-03-08 fee_income 20.00",
            "2020-03-12 cash 30.00",
            "2020-03-12 fee_receivable -30.00",
        ]
    );
    // Credit that is held settles it at once: 80.00 - 50.00.
    let held = lived(
        &twelve(json!({})),
        json!([paid, {"on": "2020-03-01", "repaid": "80.00"}, {"on": "2020-03-05", "fee_charged": "50.00"}]),
    );
    let day = held.on("2020-03-05");
    assert_eq!((day.arrears.len(), shown(day.credit)), (0, "30.00".into()));
}

#[test]
fn waived_interest_takes_penalty_to_the_day_first() {
    // The first row is unpaid. On 5 March 1,000.00 x 0.00015 x 15 = 2.25 of penalty; of the 20.00 waived, 17.75 are interest.
    let loan = lived(
        &twelve(json!({"penalty": {"mark_up": "0.50"}})),
        json!([{"on": "2020-03-05", "interest_waived": "20.00"}]),
    );
    let day = loan.on("2020-03-05");
    assert_eq!(owed(&day), ["2020-02-20: interest 18.25, principal 1000.00"]);
    // 12,000.00 + 18.25, and fifteen days of 11,000.00, 16.50.
    assert_eq!(shown(day.pay_off), "12034.75");
    assert_eq!(
        of(&loan.entries("2020-03-05"), &["2020-03"]),
        // 2.25 of penalty is earned and forgiven on the same day.
        ["2020-03-05 interest_receivable -17.75", "2020-03-05 interest_income 17.75"]
    );
}

#[test]
fn others_pay() {
    let loan = lived(
        &twelve(json!({})),
        json!([
            {"on": "2020-02-20", "repaid": "1000.00"},
            {"on": "2020-02-20", "repaid": "36.00", "payer": "treasury"},
            {"on": "2020-03-20", "guarantee_paid": "1033.00"},
            {"on": "2020-04-20", "repaid": "30.00", "payer": "insurer"},
        ]),
    );
    let received = |payer| loan.account("2020-04-20", |account| shown(account.received_from(payer)));
    assert_eq!(
        [Payer::Borrower, Payer::Treasury, Payer::Guarantor, Payer::Insurer, Payer::Refund].map(received),
        ["1000.00", "36.00", "1033.00", "30.00", "0.00"]
    );
    let day = loan.on("2020-04-20");
    assert_eq!(owed(&day), ["2020-04-20: principal 1000.00"]);
    assert_eq!(texts([day.principal, day.principal_repaid]), ["10000.00", "2000.00"]);
}

#[test]
fn renewed_by_another_loan() {
    // 11,000.00 and fifteen days of 1.10; the fee of a prepayment is not asked for.
    let terms = twelve(json!({"prepayment": {"fee": "0.01"}}));
    let renewed = |amount: &str| -> Value {
        json!([
            {"on": "2020-02-20", "repaid": "1036.00"},
            {"on": "2020-03-05", "renewed": amount, "by": 7},
            {"on": "2020-03-05", "closed": true},
        ])
    };
    let loan = lived(&terms, renewed("11016.50"));
    let day = loan.on("2020-03-05");
    assert!(day.closed && loan.ahead("2020-03-05").is_empty());
    assert_eq!(texts([day.principal, day.principal_repaid, day.pay_off]), ["0.00", "12000.00", "0.00"]);
    // Nobody paid it: it came from the other loan.
    assert_eq!(
        loan.account("2020-03-05", |account| shown(account.received_from(Payer::Borrower))),
        "1036.00"
    );
    assert_eq!(
        of(&loan.entries("2020-03-05"), &["2020-03"]),
        ["2020-03-05 cash 11016.50", "2020-03-05 principal -11000.00", "2020-03-05 interest_income -16.50"]
    );
    let error = lived(&terms, renewed("11016.49")).error("2020-03-05");
    assert_eq!((error.code(), error.field()), (puhui::ErrorCode::NotSettled, "events[1].renewed"));
    // Where arrears are owed as well: on 5 March with the first row unpaid, with penalty 2.25.
    let late = with(terms, json!({"penalty": {"mark_up": "0.50"}}));
    let late = lived(
        &late,
        json!([{"on": "2020-03-05", "renewed": "12054.75", "by": 7}, {"on": "2020-03-05", "closed": true}]),
    );
    // 12,000.00 + 36.00 + 2.25 + 16.50.
    assert!(late.on("2020-03-05").closed);
}
