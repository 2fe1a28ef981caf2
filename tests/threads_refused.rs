//! Threads that the system does not start are an error with a name. A program of its own, not the usual harness: that one starts
//! threads too, and here none starts.

#![allow(clippy::unwrap_used, reason = "a test without the harness")]

use std::env;
use std::num::NonZero;
use std::process::Command;

use puhui::portfolio::{Book, Columns, Dimension, Distinct, Ids, LoansCounted, Measure, Tally, TallyPlan};
use puhui::{Currency, ErrorCode, parse_date};

/// The bytes of stack that the standard library asks for each thread; it is read once.
const STACK: &str = "RUST_MIN_STACK";

fn main() {
    if env::var_os(STACK).is_none() {
        // More than any memory holds, whatever the machine and whoever runs this.
        let stack = (usize::MAX / 8).to_string();
        let ran = Command::new(env::current_exe().unwrap()).env(STACK, stack).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        return;
    }
    let columns = Columns {
        county: vec![1, 1, 2, 2].into(),
        household: vec![7, 8, 7, 9].into(),
        balance_minor: vec![100, 200, 300, 400].into(),
        ..Columns::default()
    };
    let book = Book::new(Currency::CNY, columns).unwrap();
    let by = [Dimension::County];
    let plan = TallyPlan::new(parse_date("2020-03-31", "as_of").unwrap()).unwrap();
    let plan = plan.by(&by).measures(&[Measure::Balance]);
    let (ids, loans) = (Ids::Households, LoansCounted::All);
    for threads in [2, 3, 1_000_000].map(|threads| NonZero::new(threads).unwrap()) {
        let tally = Tally::of_threads(&book, &plan, threads).unwrap_err();
        let distinct = Distinct::of_threads(&book, &by, ids, loans, threads).unwrap_err();
        for error in [tally, distinct] {
            assert_eq!((error.code(), error.field()), (ErrorCode::ThreadNotStarted, "threads"), "{error}");
            assert_eq!(error.value(), threads.to_string());
            assert!(
                error.bound().starts_with("fewer, as the system started 0 and refused another"),
                "{error}"
            );
        }
    }
    // The way out: one thread is the caller's own.
    let one = NonZero::<usize>::MIN;
    assert_eq!(Tally::of_threads(&book, &plan, one).unwrap().groups().count(), 2);
    assert_eq!(Distinct::of_threads(&book, &by, ids, loans, one).unwrap().total(), [7, 8, 9]);
}
