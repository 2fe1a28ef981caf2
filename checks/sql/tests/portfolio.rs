//! The figures of random books against plain SQL over the same rows.

mod portfolio {
    mod database;
    mod ratios;
    mod sums;
}
