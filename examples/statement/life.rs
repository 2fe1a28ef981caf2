//! The loan of the statement and what happened to it, in the wire form. Nothing of it is real.

use puhui::loan::{Event, EventForm, LoanRecord};

use crate::support::loan_book::Failure;

/// A small firm borrows 300,000.00 at the LPR of December 2019, 4.15 %, and 1.10 % more, fixed.
const LOAN: &str = r#"{
    "currency": "CNY", "principal": "300000.00", "disbursed_on": "2020-01-02", "rate": {"fixed": "0.0525"},
    "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
    "first_due_on": "2020-01-20", "rounding": "half_up",
    "penalty": {"mark_up": "0.50", "compound": {}}, "prepayment": {"fee": "0.01"},
    "ladder": [1, 91, 271, 361], "provision": "cn_2002", "accrual_postings": "month_end"
}"#;

/// Its year: an instalment on time; the relief; one paid in part and the rest later; one paid late; one whose payment was
/// booked seventeen days after it came; one whose payment bounced, with the fee for that; then on time again, and ahead.
const EVENTS: &str = r#"[
    {"on": "2020-01-20", "repaid": "9018.73"},
    {"on": "2020-02-05", "relief": {
        "granted_on": "2020-02-05", "defer": "both", "due_from": "2020-02-01", "due_until": "2020-06-30",
        "principal_caught_up": "shifted", "interest_meanwhile": "simple", "interest_caught_up": "next_instalment",
        "penalty": "none", "days_past_due": "excluded"}},
    {"on": "2020-07-20", "repaid": "10000.00"},
    {"on": "2020-08-05", "repaid": "5505.48"},
    {"on": "2020-09-14", "repaid": "9068.05"},
    {"on": "2020-09-25", "booked_on": "2020-10-12", "repaid": "9028.60"},
    {"on": "2020-10-20", "repaid": "9018.73"},
    {"on": "2020-10-23", "reversed": 7},
    {"on": "2020-10-23", "fee_charged": "60.00"},
    {"on": "2020-11-03", "repaid": "9106.35"},
    {"on": "2020-11-20", "repaid": "9018.73"},
    {"on": "2020-12-08", "prepaid": "50000.00", "how": "keep_instalment"},
    {"on": "2020-12-20", "repaid": "8355.03"}
]"#;

/// The last day of the statement.
pub const UNTIL: &str = "2020-12-31";
/// The month whose postings are shown.
pub const MONTH: &str = "2020-10";
/// A day on which the borrower might pay everything off.
pub const PAY_OFF: &str = "2021-01-08";

/// Reads the loan.
pub fn loan() -> Result<LoanRecord, Failure> {
    Ok(serde_json::from_str(LOAN)?)
}

/// Reads what happened to it.
pub fn events(loan: &LoanRecord) -> Result<Vec<Event>, Failure> {
    let forms: Vec<EventForm> = serde_json::from_str(EVENTS)?;
    let currency = loan.product().rules().currency;
    let numbered = (1..).zip(&forms);
    Ok(numbered.map(|(no, form)| form.read(currency, no)).collect::<puhui::Result<_>>()?)
}
