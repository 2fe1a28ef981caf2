//! The C interface that `include/puhui.h` declares: translate, call, translate back. No arithmetic, no policy.
//!
//! One file a room, and four of boundary policy in `boundary`: `guard` (panics, failures), `options` (structs that grow), `text` and
//! `status`. Every exported function is spelled out, clears its outputs first and runs inside `boundary::guard::call`.

// The border to C is made of raw pointers; every use carries its proof, and nothing above this module has any.
#![allow(unsafe_code)]
// What C sees is named as C names it.
#![allow(non_camel_case_types)]

mod account;
mod benchmark;
mod book;
mod boundary;
mod calendar;
mod codes;
mod compliance;
mod concentration;
mod coverage;
mod credit_line;
pub mod declared;
mod distinct;
mod event;
mod figure;
mod groups;
mod growth;
mod instalment;
mod language;
mod loan;
mod loan_columns;
mod names;
mod needs;
mod product;
mod record;
mod region_list;
mod relief;
mod relieve;
mod roll;
mod schedule;
mod servicing;
mod status_register;
mod sums;
mod tally;
mod targeted;
