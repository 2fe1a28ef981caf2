//! What is known of the villages of an area: how many are served, by what, and how many people and households they have.

use super::density::{PerHundredThousandAdults, PerTenThousandPeople, PerThousandSquareKilometres};
use super::service_point::PointKind;
use crate::error::{Error, ErrorCode, Result};
use crate::ratio::Figure;
use crate::text::vocabulary;

vocabulary! {
    /// What villages are grouped by.
    pub enum Area("area") {
        /// County or district 区县.
        County = "county",
        /// Township 乡镇.
        Township = "township",
    }
}

/// The villages of an area, or of all, on the day of a rule.
///
/// A figure of the register is there only where the register has it for every village of the area: unknown is not zero.
///
/// # Units
///
/// Villages, points, people, adults and households are counts; the area is in square metres. A point that serves several villages
/// counts once in an area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaCoverage {
    /// The administrative villages.
    pub villages: u64,
    /// Those with at least one point that counts.
    pub covered: u64,
    /// Those with at least one point of a kind that counts, by [`PointKind::ALL`].
    pub covered_by_kind: [u64; PointKind::ALL.len()],
    /// The points that count, by [`PointKind::ALL`].
    pub points: [u64; PointKind::ALL.len()],
    /// The people.
    pub people: Option<u64>,
    /// The people who are 15 or older.
    pub adults: Option<u64>,
    /// The area in square metres.
    pub area_m2: Option<u64>,
    /// The households.
    pub households: Option<u64>,
    /// Households with an account.
    pub with_account: Option<u64>,
    /// Households with a credit file.
    pub with_credit_file: Option<u64>,
    /// Households with a loan.
    pub with_loan: Option<u64>,
}

impl AreaCoverage {
    /// Coverage 覆盖率: covered villages over villages.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn share(&self) -> Result<Figure> {
        Figure::of(self.covered.into(), Some(self.villages.into()))
    }

    /// Whether there are villages, and each of them is covered 全覆盖.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.villages > 0 && self.covered == self.villages
    }

    /// Coverage by points of one kind alone.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn share_of_kind(&self, kind: PointKind) -> Result<Figure> {
        Figure::of(of_kind(&self.covered_by_kind, kind).into(), Some(self.villages.into()))
    }

    /// The points of a kind that count.
    #[must_use]
    pub fn points_of(&self, kind: PointKind) -> u64 {
        of_kind(&self.points, kind)
    }

    /// Points of a kind for each 10,000 people.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn per_ten_thousand_people(&self, kind: PointKind) -> Result<PerTenThousandPeople> {
        PerTenThousandPeople::of(self.points_of(kind), self.people)
    }

    /// Points of a kind for each 100,000 adults.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn per_hundred_thousand_adults(&self, kind: PointKind) -> Result<PerHundredThousandAdults> {
        PerHundredThousandAdults::of(self.points_of(kind), self.adults)
    }

    /// Points of a kind for each 1,000 km².
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn per_thousand_square_kilometres(&self, kind: PointKind) -> Result<PerThousandSquareKilometres> {
        PerThousandSquareKilometres::of(self.points_of(kind), self.area_m2)
    }

    /// The share of households with an account 账户覆盖率.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn account_share(&self) -> Result<Figure> {
        self.share_of_households(self.with_account)
    }

    /// The share of households with a credit file 建档率.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn credit_file_share(&self) -> Result<Figure> {
        self.share_of_households(self.with_credit_file)
    }

    /// The share of households with a loan 户贷率.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn loan_share(&self) -> Result<Figure> {
        self.share_of_households(self.with_loan)
    }

    fn share_of_households(&self, with: Option<u64>) -> Result<Figure> {
        match with {
            Some(with) => Figure::of(with.into(), self.households.map(i128::from)),
            None => Ok(Figure::MissingBase),
        }
    }
}

fn of_kind(counts: &[u64; PointKind::ALL.len()], kind: PointKind) -> u64 {
    let place = usize::from(kind.code()).checked_sub(1);
    place.and_then(|place| counts.get(place)).copied().unwrap_or(0)
}

/// Adds what is known of a village to a sum; one unknown village makes the sum unknown.
pub(super) fn add_known(sum: &mut Option<u64>, first: bool, more: Option<u64>) -> Result<()> {
    let before = if first { Some(0) } else { *sum };
    *sum = match before.zip(more) {
        None => None,
        Some((before, more)) => Some(before.checked_add(more).ok_or_else(|| {
            Error::new(ErrorCode::Overflow, "villages", "a larger sum", "what fits 64 bits")
        })?),
    };
    Ok(())
}
