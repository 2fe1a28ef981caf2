//! Random lives of random loans: what holds of each, what the oracle says of it, and the record that it is gone on with.

#[path = "../../../tests/support/mod.rs"]
mod support;

mod account {
    mod against_oracle;
    mod properties;
    mod random_life;
    mod record;
    mod record_page;
}
