//! Every text and JSON form of the values: strict, each key once, and the same bytes on every run.

pub(crate) mod account;
mod by_form;
mod calendar;
mod coverage;
mod currency;
pub(crate) mod event;
mod form;
mod ladder;
pub(crate) mod loan;
mod portfolio;
mod rate;
mod record;
pub(crate) mod relief;
pub(crate) mod schedule;
mod servicing;
pub(crate) mod snapshot;
mod text;
