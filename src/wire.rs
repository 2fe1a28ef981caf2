//! Every text and JSON form of the values: strict, each key once, and the same bytes on every run.

pub(crate) mod account;
pub(crate) mod coverage;
pub(crate) mod event;
pub(crate) mod loan;
pub(crate) mod relief;
pub(crate) mod schedule;
pub(crate) mod servicing;
pub(crate) mod snapshot;
