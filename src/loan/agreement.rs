//! What was signed: the product, the terms of one loan, and how it is serviced.

pub(crate) mod allocation;
mod checks;
pub(crate) mod due_dates;
pub(crate) mod loan;
pub(crate) mod method;
pub(crate) mod payer;
pub(crate) mod product;
pub(crate) mod servicing;
pub(crate) mod terms;
