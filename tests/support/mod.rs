//! What several test files need: loans in the wire form, what an error says, and how a test that lacks something says so.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod skip;
pub mod terms;

/// Whether an error reads so; `…` stands for any words.
pub fn says(error: &puhui::Error, message: &str) -> bool {
    let error = error.to_string();
    match message.split_once('…') {
        Some((start, end)) => error.starts_with(start) && error.ends_with(end),
        None => error == message,
    }
}
