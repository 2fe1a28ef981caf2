//! What is known of the villages of an area: the number that are served, by what, and the people and households they have.

use super::density::{PerHundredThousandAdults, PerTenThousandPeople, PerThousandSquareKilometres};
use super::service_point::PointKind;
use crate::error::Result;
use crate::exact::beyond;
use crate::ratio::Figure;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What villages are grouped by.
    pub enum Area("area", PUHUI_AREA) {
        /// County or district 区县.
        County = "county",
        /// Township 乡镇.
        Township = "township",
    }
}

/// A count by kind of point, in the order of [`PointKind::ALL`].
pub(super) type ByKind = [u64; PointKind::ALL.len()];

/// The villages of an area, of all areas, or one village, on the day of a rule.
///
/// A figure of the register is there only where the register has it for every village of the area: unknown is not zero.
///
/// # Units
///
/// Villages, points, people, adults and households are counts; the area is in square metres. A point that serves several villages
/// counts once in an area.
///
/// Each figure is a count of its own, which areas add up field by field and a row of the published table shows in a column: no two
/// of them belong together more than with the rest.
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
    /// Households on the register of poor households: the base of the borrowing-household share 获贷率.
    pub registered_households: Option<u64>,
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

    /// The share of households with a loan 贷款覆盖率. Over all households: the borrowing-household share 获贷率 is over the registered
    /// ones alone.
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

    /// Takes in another village, except its points: which of them the area has already, only their numbers show.
    pub(super) fn add_village(&mut self, village: &AreaCoverage) -> Result<()> {
        let first = self.villages == 0;
        self.villages += village.villages;
        self.covered += village.covered;
        add_by_kind(&mut self.covered_by_kind, &village.covered_by_kind);
        let known = [
            ("people", &mut self.people, village.people),
            ("adults", &mut self.adults, village.adults),
            ("area_m2", &mut self.area_m2, village.area_m2),
            ("households", &mut self.households, village.households),
            ("registered_households", &mut self.registered_households, village.registered_households),
            ("with_account", &mut self.with_account, village.with_account),
            ("with_credit_file", &mut self.with_credit_file, village.with_credit_file),
            ("with_loan", &mut self.with_loan, village.with_loan),
        ];
        for (name, sum, more) in known {
            // One village that is not known makes the sum unknown.
            let before = if first { Some(0) } else { *sum };
            *sum = before.zip(more).map(|(before, more)| add(before, more, name)).transpose()?;
        }
        Ok(())
    }
}

/// The townships or counties of a register that points reach.
///
/// An area is covered if one of its villages is: so the central bank counts townships with an outlet 乡镇覆盖率, beside the
/// coverage of villages.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::community::AreasCovered;
///
/// // 963 of 1,000 townships with a point, 950 of them with one in every village.
/// let townships = AreasCovered { areas: 1_000, covered: 963, full: 950, ..AreasCovered::default() };
/// assert_eq!(townships.share()?.percent(1, Rounding::Down)?.unwrap().to_string(), "96.3");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreasCovered {
    /// The areas that have villages.
    pub areas: u64,
    /// Those with at least one point that counts.
    pub covered: u64,
    /// Those with at least one point of a kind that counts, by [`PointKind::ALL`].
    pub covered_by_kind: [u64; PointKind::ALL.len()],
    /// Those whose villages are all covered 全覆盖.
    pub full: u64,
}

impl AreasCovered {
    /// Covered areas over areas.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn share(&self) -> Result<Figure> {
        Figure::of(self.covered.into(), Some(self.areas.into()))
    }

    /// The areas covered by points of one kind.
    #[must_use]
    pub fn covered_of(&self, kind: PointKind) -> u64 {
        of_kind(&self.covered_by_kind, kind)
    }

    /// Areas covered by points of one kind over areas: of outlets, the central bank's coverage of townships.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn share_of_kind(&self, kind: PointKind) -> Result<Figure> {
        Figure::of(self.covered_of(kind).into(), Some(self.areas.into()))
    }

    /// Fully covered areas over areas.
    ///
    /// # Errors
    ///
    /// None that counts of 64 bits can lead to.
    pub fn full_share(&self) -> Result<Figure> {
        Figure::of(self.full.into(), Some(self.areas.into()))
    }

    /// Takes in another area.
    pub(super) fn add(&mut self, area: &AreaCoverage) {
        self.areas += 1;
        self.covered += u64::from(area.covered > 0);
        add_by_kind(&mut self.covered_by_kind, &area.covered_by_kind.map(|covered| u64::from(covered > 0)));
        self.full += u64::from(area.is_full());
    }
}

/// The count of a kind.
fn of_kind(counts: &ByKind, kind: PointKind) -> u64 {
    let place = usize::from(kind.code()).checked_sub(1);
    place.and_then(|place| counts.get(place)).copied().unwrap_or(0)
}

/// One more of a kind.
pub(super) fn count_kind(counts: &mut ByKind, kind: PointKind) {
    let place = usize::from(kind.code()).checked_sub(1);
    if let Some(count) = place.and_then(|place| counts.get_mut(place)) {
        *count += 1;
    }
}

fn add_by_kind(sums: &mut ByKind, more: &ByKind) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

fn add(sum: u64, more: u64, name: &'static str) -> Result<u64> {
    sum.checked_add(more).ok_or_else(|| beyond(name, "a larger sum", 64))
}
