//! What the tests draw at random, the same on every machine: loans and their lives in the wire form, books, registers of villages.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "only tests use it")]

pub mod book;
mod dice;
pub mod lives;
pub mod programme;
pub mod register;
pub mod terms;

pub use dice::Dice;

use puhui::ErrorCode;

/// What the library answers; none where it refuses. A fault that it finds in itself is no refusal: the test ends there.
pub fn unless_refused<T>(answer: puhui::Result<T>) -> Option<T> {
    answer.inspect_err(|error| assert!(error.code() != ErrorCode::Internal, "{error}")).ok()
}
