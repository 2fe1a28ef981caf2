//! The examples, run as their users run them.

#[path = "support/example.rs"]
mod example;
mod support;
#[path = "support/svg.rs"]
mod svg;

mod examples {
    mod book;
    mod found;
    mod jsonl;
    #[cfg(feature = "packs")]
    mod programme;
    mod relief_night;
    mod statement;
}
