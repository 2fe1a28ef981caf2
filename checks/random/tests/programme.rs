//! Packs and cases that are drawn at random: what holds of each decision, and what the oracle says of it.

#[path = "../../../tests/support/mod.rs"]
mod support;

mod programme {
    mod against_oracle;
    mod agreement;
    mod properties;
}
