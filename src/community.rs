//! Villages, the points that serve them, and how far basic financial services reach (基础金融服务覆盖).
//!
//! [`Villages`] is a register of administrative villages 行政村, [`ServicePoints`] the points that serve them; a
//! [`CoverageRule`] says which points count on which day, and [`Coverage`] says how much of the register they reach, and which
//! villages break "full coverage". The names of the field:
//!
//! * **Coverage** of villages, as China's central bank publishes it: administrative villages with at least one point of basic
//!   services over all administrative villages. Of [townships](AreasCovered) likewise: one is covered if any of its villages is.
//!   Neither distance nor services by telephone count there unless the rule says so.
//! * **Density**: points [for each 10,000 people](PerTenThousandPeople) in the central bank's reports; for each
//!   [100,000 adults](PerHundredThousandAdults) and each [1,000 km²](PerThousandSquareKilometres) in the International Monetary
//!   Fund's Financial Access Survey (FAS). Three types, because figures of two bases must never meet.
//! * **Account ownership**, as the World Bank's Findex asks for it, is the share of adults (15 and older) who have an account at a
//!   bank or the like, alone or with others, or used mobile money in the past year: a survey of persons. The account coverage of
//!   [households](AreaCoverage::account_share) is another figure, from a bank's own register. So is that of households with a
//!   [loan](AreaCoverage::loan_share): Findex asks for adults who borrowed from a financial institution in the past year.
//! * The G20 indicators of financial inclusion have three dimensions: *access* (points and densities), *usage* (accounts, loans)
//!   and *quality*. What is here measures access, and of usage the households with accounts and loans.

mod area;
pub(crate) mod coverage;
mod density;
mod register;
pub(crate) mod rule;
pub(crate) mod service_point;
pub(crate) mod village;

pub use area::{Area, AreaCoverage, AreasCovered};
pub use coverage::{Coverage, MissedVillage, StrayPoint};
pub use density::{PerHundredThousandAdults, PerTenThousandPeople, PerThousandSquareKilometres};
pub use rule::CoverageRule;
pub use service_point::{PointColumns, PointKind, ServicePoints};
pub use village::{VillageColumns, Villages};
