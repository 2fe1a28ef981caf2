//! A row of the library and a row of the oracle, in one form that can be compared. For test files that have both.

use chrono::NaiveDate;
use num_bigint::BigInt;
use puhui::loan::Instalment;

use oracle::OracleRow;

/// Number, due date, due date before a relief, days, amounts, provisional, projected.
pub type Shown = (u32, NaiveDate, Option<NaiveDate>, i64, [BigInt; 8], bool, bool);

/// What the library says.
pub fn shown(row: &Instalment) -> Shown {
    let amounts = [
        row.opening,
        row.principal,
        row.interest,
        row.interest_deferred,
        row.deferred_interest_paid,
        row.fees,
        row.payment,
        row.closing,
    ];
    let amounts = amounts.map(|money| BigInt::from(money.minor()));
    (row.no, row.due_on, row.original_due_on, i64::from(row.days), amounts, row.provisional, row.projected)
}

/// What the oracle says.
pub fn told(row: &OracleRow) -> Shown {
    let amounts = [
        &row.opening,
        &row.principal,
        &row.interest,
        &row.interest_deferred,
        &row.deferred_interest_paid,
        &row.fees,
        &row.payment,
        &row.closing,
    ];
    let amounts = amounts.map(Clone::clone);
    (row.no, row.due_on, row.original_due_on, row.days, amounts, row.provisional, row.projected)
}
