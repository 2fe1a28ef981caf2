//! The account of a loan against figures worked by hand: the arithmetic stands beside each, for a pocket calculator.
//!
//! Most loans here are at 3.6 %, which is 0.0001 of the balance a day of 360, and a mark-up of half makes 0.00015.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

mod account {
    mod lived;

    mod ahead;
    mod anew;
    mod arrears;
    mod bad_year;
    mod below_zero;
    mod charges;
    mod closing;
    mod day;
    mod events;
    mod fineract;
    mod grace;
    mod late_relief;
    mod ledger;
    mod order;
    mod readings;
    mod refusals;
    mod relief;
    mod relief_ahead;
    mod rolled;
    mod snapshot;
    mod terms;
    mod worked_arrears;
}
