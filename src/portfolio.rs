//! A whole book at once (贷款组合): its columns, and the statistics that are made of them.

mod balances;
mod book;
mod compliance;
mod concentration;
mod distinct;
mod groups;
mod growth;
mod plan;
mod sheet;
mod sums;
mod tally;
mod threads;

pub use crate::columns::Column;
pub use book::{Book, Columns};
pub use compliance::{
    Compliance, ProvisionCompliance, ProvisionRequirement, RequiredProvisions, Tolerance, ToleranceBase,
    TwoIncreases, general_provision, loan_provision_ratio, provision_coverage,
};
pub use concentration::Concentration;
pub use distinct::{Distinct, Ids, LoansCounted};
pub use growth::{Growth, base_before};
pub use plan::{Dimension, Measure, TallyPlan};
#[cfg(feature = "capi")]
pub(crate) use sums::Wide;
pub use sums::{LoanSum, Sums};
pub use tally::Tally;
