//! The C interface that `include/puhui.h` declares: translate, call, translate back. No arithmetic, no policy.
//!
//! One file a room, and four of boundary policy: [`guard`] (panics, failures), [`options`] (structs that grow), [`text`]
//! and [`status`]. Every exported function is spelled out, clears its outputs first and runs inside [`guard::call`].

// The border to C is made of raw pointers; every use carries its proof, and nothing above this module has any.
#![allow(unsafe_code)]
// What C sees is named as C names it.
#![allow(non_camel_case_types)]

mod account;
mod benchmark;
mod book;
mod calendar;
mod codes;
mod coverage;
mod distinct;
mod error;
mod event;
mod figure;
mod growth;
mod guard;
mod loan;
mod options;
mod product;
mod relief;
mod relieve;
mod roll;
mod schedule;
mod servicing;
mod status;
mod sums;
mod tally;
mod text;
