//! A whole book at once (贷款组合): its columns, and the statistics that are made of them.

mod balances;
mod book;
mod distinct;
mod groups;
mod growth;
mod plan;
mod sums;
mod tally;

pub use crate::columns::Column;
pub use book::{Book, Columns};
pub use distinct::{Distinct, Ids, LoansCounted};
pub use growth::{Growth, base_before};
pub use plan::{Dimension, Measure, TallyPlan};
#[cfg(feature = "capi")]
pub(crate) use sums::Wide;
pub use sums::{LoanSum, Sums};
pub use tally::Tally;
