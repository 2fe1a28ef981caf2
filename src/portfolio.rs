//! A whole book at once (贷款组合): its columns, and the statistics that are made of them.
//!
//! * [`Book`] holds the loans by columns; [`Tally`] sums them by groups, [`Distinct`] counts households, borrowers and persons once
//!   each. Both add up over the parts of a book, in any order.
//! * [`Growth`] compares two days, on a base as it was published or restated, against all loans and by groups.
//! * [`Concentration`] ranks amounts; [`Tolerance`], [`TwoIncreases`] and [`ProvisionRequirement`] hold figures against bounds.
//! * [`TargetedStatement`] is the special statistics on targeted loans; [`NeedsServed`] lists the needs that no loan serves.
//!
//! Terms are counted by the maturity as it is now ([`Dimension::Term`]) or as it was agreed at first
//! ([`Dimension::OriginalTerm`]): a loan of one year that was extended by another is of short term by the second and medium by the
//! first.
//!
//! A ratio that has no base is a named outcome ([`Figure`](crate::Figure)), never an infinity. Every other is exact, and rounded
//! or cut once, as its publisher does, when it is asked for with a number of places.

mod accumulate;
mod balances;
mod book;
mod compliance;
mod concentration;
pub(crate) mod distinct;
mod group_sums;
mod groups;
mod growth;
pub(crate) mod id_set;
mod needs;
pub(crate) mod sums;
pub(crate) mod tally;
pub(crate) mod tally_plan;
pub(crate) mod targeted;
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
pub use needs::{Need, NeedFinding, NeedSize, NeedsServed};
#[cfg(feature = "capi")]
pub(crate) use sums::Wide;
pub use sums::{LoanSum, Sums};
pub use tally::Tally;
pub use tally_plan::{Dimension, Measure, TallyPlan};
pub use targeted::{TargetedItem, TargetedLine, TargetedStatement};
