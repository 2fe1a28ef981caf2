//! What one payment settles that does not cover everything, under each order, and what the next day costs.
//!
//! The loan is that of `a_hundred_days_late_with_compound_interest`. On 30 May 2020, to the day:
//!
//! | due         | penalty | compound | interest | principal |
//! |-------------|---------|----------|----------|-----------|
//! | 20 February |  150.00 |     5.58 |   372.00 | 10,000.00 |
//! | 20 March    |  106.50 |     3.40 |   319.00 | 10,000.00 |
//! | 20 April    |   60.00 |     1.86 |   310.00 | 10,000.00 |
//! | 20 May      |   15.00 |     0.41 |   270.00 | 10,000.00 |
//!
//! Billed on 20 May: penalty 135.00, 91.50, 45.00; compound 5.02, 2.92, 1.40. 20,000.00 are paid.

use puhui::loan::Position;
use serde_json::{Value, json};

use crate::account::lived::{large, lived, owed, texts};
use crate::support::terms::with;

const BY_PRINCIPAL: [&str; 5] = ["principal", "interest", "penalty", "compound", "fee"];

/// The position after the payment, and a day later.
fn paid(servicing: Value) -> (Position, Position) {
    let terms = with(large(json!({"penalty": {"mark_up": "0.50", "compound": {}}})), servicing);
    let loan = lived(&terms, json!([{"on": "2020-05-30", "repaid": "20000.00"}]));
    (loan.on("2020-05-30"), loan.on("2020-05-31"))
}

/// Unbilled penalty and compound interest.
fn late(position: &Position) -> [String; 2] {
    texts([position.penalty_accrued, position.compound_accrued])
}

#[test]
fn by_instalment() {
    let (after, next) = paid(json!({}));
    // The first row is 150.00 + 5.58 + 372.00 + 10,000.00 = 10,527.58. Of the other 9,472.42 the second row takes
    // 106.50 + 3.40 + 319.00 = 428.90, and 9,043.52 of principal; 956.48 stay. The payment does not reach the others: theirs
    // stays as billed.
    assert_eq!(
        owed(&after),
        [
            "2020-03-20: principal 956.48",
            "2020-04-20: penalty 45.00, compound 1.40, interest 310.00, principal 10000.00",
            "2020-05-20: interest 270.00, principal 10000.00",
        ]
    );
    // 11 + 30 + 30 days since 20 March.
    assert_eq!((after.days_past_due, next.days_past_due), (71, 72));
    // 60.00 - 45.00 + 15.00; 1.86 - 1.40 + 0.41.
    assert_eq!(late(&after), ["30.00", "0.87"]);
    // The next day: 106.50 + 956.48 x 0.00015 = 106.643472 is 0.14 more; 61.50 - 45.00; 16.50. Of the compound interest
    // 310.00 x 0.00015 x 41 = 1.9065, less 1.40, and 270.00 x 0.00015 x 11 = 0.4455.
    assert_eq!(late(&next), ["33.14", "0.96"]);
    // 120,000.00 - 19,043.52; 11 days of 8.00. 100,956.48 + 580.00 + 45.00 + 1.40 + 88.00 + 33.14 + 0.96.
    assert_eq!(
        texts([next.principal, next.interest_accrued, next.pay_off]),
        ["100956.48", "88.00", "101704.98"]
    );
}

#[test]
fn by_part() {
    let by_part = json!({"order": ["fee", "penalty", "compound", "interest", "principal"], "by": "part"});
    let (after, next) = paid(json!({"allocation": by_part}));
    // All penalty, 331.50, all compound interest, 11.25, all interest, 1,271.00: 1,613.75. The other 18,386.25 are the
    // principal of the first row and 8,386.25 of the second.
    assert_eq!(
        owed(&after),
        ["2020-03-20: principal 1613.75", "2020-04-20: principal 10000.00", "2020-05-20: principal 10000.00"]
    );
    assert_eq!((after.days_past_due, late(&after)), (71, ["0.00".into(), "0.00".into()]));
    // 106.50 + 1,613.75 x 0.00015 = 106.7420625 is 0.24 more, and 1.50 twice. No interest is unpaid.
    assert_eq!(late(&next), ["3.24", "0.00"]);
}

#[test]
fn by_instalment_principal_first() {
    let (after, next) = paid(json!({"allocation": {"order": BY_PRINCIPAL, "by": "instalment"}}));
    // The first row as before, 10,527.58; the 9,472.42 are all principal of the second. Its penalty is not reached: it
    // stays as billed on 20 May.
    assert_eq!(
        owed(&after),
        [
            "2020-03-20: penalty 91.50, compound 2.92, interest 319.00, principal 527.58",
            "2020-04-20: penalty 45.00, compound 1.40, interest 310.00, principal 10000.00",
            "2020-05-20: interest 270.00, principal 10000.00",
        ]
    );
    assert_eq!(after.days_past_due, 71);
    // Second row: 106.50 - 91.50 = 15.00 and 3.40 - 2.92 = 0.48 beside the 30.00 and 0.87 of the others.
    assert_eq!(late(&after), ["45.00", "1.35"]);
    // 106.50 + 527.58 x 0.00015 = 106.579137: 15.08; 16.50; 16.50. 319.00 x 0.00015 x 72 = 3.4452: 0.53; 0.51; 0.45.
    assert_eq!(late(&next), ["48.08", "1.49"]);
}

#[test]
fn by_part_principal_first() {
    let allocation = json!({"order": BY_PRINCIPAL, "by": "part"});
    // Principal of the first row and of the second. The first is still short of its interest.
    let (after, next) = paid(json!({"allocation": allocation}));
    assert_eq!(
        owed(&after),
        [
            "2020-02-20: penalty 135.00, compound 5.02, interest 372.00",
            "2020-03-20: penalty 91.50, compound 2.92, interest 319.00",
            "2020-04-20: penalty 45.00, compound 1.40, interest 310.00, principal 10000.00",
            "2020-05-20: interest 270.00, principal 10000.00",
        ]
    );
    assert_eq!(after.days_past_due, 100);
    assert_eq!(late(&after), ["60.00", "1.91"]);
    // Two rows earn no penalty any more: 15.00 + 15.00 + 16.50 + 16.50. Compound interest goes on:
    // 372.00 x 0.00015 x 101 = 5.6358: 0.62; 0.53; 0.51; 0.45.
    assert_eq!(late(&next), ["63.00", "2.11"]);

    // The same where it is only the order of a loan that is not accrued, as this one is since 90 days past due.
    let only_then = json!({"non_accrual": {"from": 90, "allocation": allocation}});
    let (then, _) = paid(only_then);
    assert!(then.non_accrual);
    assert_eq!(owed(&then), owed(&after));
}

#[test]
fn interest_then_principal_then_penalty_by_part() {
    let order = ["interest", "principal", "penalty", "compound", "fee"];
    let (after, next) = paid(json!({"allocation": {"order": order, "by": "part"}}));
    // 1,271.00 of interest; 18,729.00 of principal leave 1,271.00 of the second row.
    assert_eq!(
        owed(&after),
        [
            "2020-02-20: penalty 135.00, compound 5.02",
            "2020-03-20: penalty 91.50, compound 2.92, principal 1271.00",
            "2020-04-20: penalty 45.00, compound 1.40, principal 10000.00",
            "2020-05-20: principal 10000.00",
        ]
    );
    // Penalty alone is not past due.
    assert_eq!(after.days_past_due, 71);
    // 15.00; 106.50 + 1,271.00 x 0.00015 = 106.69065: 15.19; 16.50; 16.50. Nothing compounds any more.
    assert_eq!(late(&next), ["63.19", "1.91"]);
}
