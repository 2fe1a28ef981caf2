//! Which points count as a service to a village.

use chrono::NaiveDate;

use super::service_point::PointKind;
use crate::calendar::check_date;
use crate::error::{Error, ErrorCode, Result};

/// Which points count, on which day.
///
/// # Examples
///
/// ```
/// use puhui::community::{CoverageRule, PointKind};
/// use puhui::parse_date;
///
/// let day = parse_date("2020-03-31", "as_of")?;
/// // Offices and agents, up to 3,000 metres from the village's centre.
/// let rule = CoverageRule::new(day, &[PointKind::Outlet, PointKind::Agent])?.within(3_000);
/// assert!(!CoverageRule::cn_basic_services(day)?.admits(PointKind::Online));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageRule {
    pub(crate) as_of: NaiveDate,
    /// In their order, each once.
    pub(crate) kinds: Vec<PointKind>,
    pub(crate) within_m: Option<u32>,
}

impl CoverageRule {
    /// Points of these kinds that serve on a day, at any distance.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::Missing`] for no kinds.
    pub fn new(as_of: NaiveDate, kinds: &[PointKind]) -> Result<CoverageRule> {
        check_date(as_of, "as_of")?;
        if kinds.is_empty() {
            return Err(Error::new(ErrorCode::Missing, "kinds", "none", "at least one kind of point"));
        }
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        Ok(CoverageRule { as_of, kinds, within_m: None })
    }

    /// What China's central bank counts as basic services in a village, in its figures for 2018: offices, machines, agents
    /// 助农取款服务点 and those who come on known days. That machines are those for cash and those for cards, and that services by
    /// telephone or network alone do not count, is the usual reading; another is a rule of the host's own.
    ///
    /// # Errors
    ///
    /// Those of [`CoverageRule::new`].
    pub fn cn_basic_services(as_of: NaiveDate) -> Result<CoverageRule> {
        CoverageRule::new(
            as_of,
            &[PointKind::Outlet, PointKind::Agent, PointKind::Atm, PointKind::Pos, PointKind::Mobile],
        )
    }

    /// Only points at most this many metres from the village's centre.
    #[must_use]
    pub fn within(mut self, metres: u32) -> CoverageRule {
        self.within_m = Some(metres);
        self
    }

    /// The day.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The greatest distance in metres, if there is one.
    #[must_use]
    pub fn within_m(&self) -> Option<u32> {
        self.within_m
    }

    /// Whether points of a kind count.
    #[must_use]
    pub fn admits(&self, kind: PointKind) -> bool {
        self.kinds.contains(&kind)
    }
}
