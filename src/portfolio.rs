//! A whole book at once (贷款组合): its columns, and the statistics that are made of them.

mod balances;
mod book;
mod distinct;
mod groups;
mod growth;
mod plan;
mod sums;
mod tally;

pub use book::{Book, Column, Columns};
pub use distinct::{Distinct, Ids, LoansCounted};
pub use growth::{Growth, GrowthByGroup, RestatedBase, implied_base, implied_growth};
pub use plan::{Dimension, Measure, TallyPlan};
pub use sums::{LoanSum, Sums};
pub use tally::Tally;
