//! Schedules and reliefs of random loans: what holds of each, and what the oracle says of it.

#[path = "../../../tests/support/mod.rs"]
mod support;

mod loan {
    mod against_oracle;
    mod properties;
    mod relief_against_oracle;
    mod relief_properties;
    mod rows;
}
