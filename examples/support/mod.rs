//! What the examples on whole loan books share.

pub mod arguments;
pub mod csv_lines;
pub mod due_dates;
pub mod files;
pub mod generated_book;
pub mod loan_book;
pub mod pricing;
pub mod random;
pub mod report;
pub mod sba;
pub mod source;
pub mod terminal;
