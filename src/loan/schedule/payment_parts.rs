//! What a payment is made of: the interest that is billed in it, and the principal that it leaves.
//!
//! What a loan promises, what a relief leaves of it and what an account makes of it follow one rule. A row bills all interest of
//! its period; where [`UnpaidInterest::Carried`] is agreed, no more than its payment. What it does not bill earns nothing and is
//! carried on: it is billed with the interest of the rows that follow, ahead of their principal, and the last row that bills
//! interest bills all that is left of it. So all that was earned is billed, once.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::{ProductRules, UnpaidInterest};
use crate::money::Money;

/// Principal and interest of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowParts {
    pub(crate) principal: i64,
    pub(crate) interest: i64,
}

impl RowParts {
    /// Both together.
    pub(crate) fn sum(self) -> Result<i64> {
        add(self.principal, self.interest)
    }

    /// The same in a width that holds any sum.
    pub(crate) fn total(self) -> i128 {
        i128::from(self.principal) + i128::from(self.interest)
    }

    pub(crate) fn is_zero(self) -> bool {
        self == RowParts::default()
    }

    /// How much of a payment is interest, where so much of it was settled before and the row comes to earn so much: what was
    /// settled beyond that is credit when it falls due, and no more of the row's principal.
    pub(crate) fn interest_of_payment(self, earned: i64) -> i64 {
        if self.interest == 0 { earned } else { earned.max(self.interest) }
    }
}

/// How much of an interest the row of a payment bills.
pub(crate) fn billed_interest(rules: &ProductRules, payment: i64, interest: i64) -> i64 {
    match rules.unpaid_interest {
        UnpaidInterest::Billed => interest,
        UnpaidInterest::Carried => interest.min(payment.max(0)),
    }
}

/// What the payment of a row is made of, where an interest is to be billed in it; what it does not bill of it is carried on.
///
/// `row` is the row's number and its due date, for the errors.
pub(crate) fn parts_of_payment(
    rules: &ProductRules,
    (payment, interest): (i64, i64),
    row: (u32, NaiveDate),
) -> Result<RowParts> {
    let interest = billed_interest(rules, payment, interest);
    Ok(RowParts { principal: principal_of_payment(rules, (payment, interest), row)?, interest })
}

/// What the payment of a row leaves for principal after the interest in it.
///
/// `row` is the row's number, for the error of a payment that is less than its interest. Where that may be, no payment lends
/// more than its interest: below zero it would pay out a part of the loan. Interest below zero is paid to the borrower.
pub(crate) fn principal_of_payment(
    rules: &ProductRules,
    (payment, interest): (i64, i64),
    row: (u32, NaiveDate),
) -> Result<i64> {
    let principal = subtract(payment, interest)?;
    if principal >= 0 {
        return Ok(principal);
    }
    if !rules.negative_amortisation && rules.unpaid_interest == UnpaidInterest::Billed {
        return Err(below_its_interest(rules, (payment, interest), row));
    }
    if payment < 0 { Err(below_zero(rules, payment, row)) } else { Ok(principal) }
}

#[cold]
fn below_zero(rules: &ProductRules, payment: i64, (row, due_on): (u32, NaiveDate)) -> Error {
    let way_out = match rules.method {
        Method::Graduated(_) => "payments that grow by less, or less often, begin higher",
        Method::Balloon(_) => "a smaller rest for the last instalment makes the payments higher",
        _ => "no days taken off the first payment, or a longer first period",
    };
    Error::new(
        ErrorCode::OutOfRange,
        format!("instalments[{row}].payment"),
        format_args!("{} on {due_on}", Money::from_minor(payment).display(rules.currency)),
        format_args!("0 or more ({way_out})"),
    )
}

#[cold]
fn below_its_interest(
    rules: &ProductRules,
    (payment, interest): (i64, i64),
    (row, due_on): (u32, NaiveDate),
) -> Error {
    let show = |minor: i64| Money::from_minor(minor).display(rules.currency);
    Error::new(
        ErrorCode::NegativeAmortisation,
        format!("instalments[{row}].payment"),
        format_args!("{} on {due_on}", show(payment)),
        format_args!("at least its interest, {}", show(interest)),
    )
}
