//! The oracle itself, held to golden figures and to loans worked by hand.

#[path = "../../../tests/support/skip.rs"]
mod skip;

mod by_hand {
    mod account;
    mod relief;
    mod schedule;
}
