//! What the tests draw at random, the same on every machine: loans and their lives in the wire form, books, registers of villages.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "only tests use it")]

pub mod book;
mod dice;
pub mod lives;
pub mod register;
pub mod terms;

pub use dice::Dice;
