//! Needs that were recorded, place by place, and the gaps: those that no loan serves.

use std::collections::BTreeSet;

use super::tally::Tally;
use super::tally_plan::{Dimension, Measure};
use crate::class::Purpose;
use crate::error::{Error, ErrorCode, Result};

/// How much is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NeedSize {
    /// An amount, in minor units of the tally's currency.
    Amount(i64),
    /// A number of loans: of households without a safe home, of schools without a building.
    Loans(u64),
}

/// What a place was found to need (需求台账): for "two worries, three guarantees" (两不愁三保障), a project, or any other purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Need {
    /// The county or township.
    pub area: u32,
    /// What is needed.
    pub purpose: Purpose,
    /// How much of it.
    pub size: NeedSize,
}

/// A need, and what was lent for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NeedFinding {
    /// The need.
    pub need: Need,
    /// The loans in the area for the purpose, lent to the day of the book.
    pub loans: u64,
    /// Their amounts, in minor units.
    pub lent_minor: i128,
}

impl NeedFinding {
    /// Whether no loan serves the need at all (空白).
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.loans == 0
    }

    /// What is still missing (缺口), in the unit of the need's size: minor units, or loans. 0 where the need is served in full.
    #[must_use]
    pub fn shortfall(&self) -> i128 {
        let missing = match self.need.size {
            NeedSize::Amount(minor) => i128::from(minor) - self.lent_minor,
            NeedSize::Loans(loans) => i128::from(loans) - i128::from(self.loans),
        };
        missing.max(0)
    }
}

/// Needs held against what was lent: to the day of the book, whether it is repaid or not.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{
///     Book, Columns, Dimension, Measure, Need, NeedSize, NeedsServed, Tally, TallyPlan,
/// };
/// use puhui::{Currency, Purpose, parse_date};
///
/// // A home of 30,000 was financed in one township; the water that another needs was not.
/// let columns = Columns {
///     township: vec![500229101].into(),
///     purpose: vec![Purpose::SafeHousing.code()].into(),
///     amount_minor: vec![3_000_000].into(),
///     disbursed_ymd: vec![20190601].into(),
///     ..Columns::default()
/// };
/// let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?
///     .by(&[Dimension::Township, Dimension::Purpose])
///     .measures(&[Measure::Lending]);
/// let tally = Tally::of(&Book::new(Currency::CNY, columns)?, &plan)?;
/// let need = |area, purpose, minor| Need { area, purpose, size: NeedSize::Amount(minor) };
/// let found = NeedsServed::of(
///     &tally,
///     Dimension::Township,
///     &[
///         need(500229102, Purpose::SafeDrinkingWater, 20_000_000),
///         need(500229101, Purpose::SafeHousing, 5_000_000),
///     ],
/// )?;
/// let gaps: Vec<_> = found.gaps().map(|gap| (gap.need.area, gap.need.purpose)).collect();
/// assert_eq!(gaps, [(500229102, Purpose::SafeDrinkingWater)]);
/// assert_eq!(found.served().map(|need| need.shortfall()).collect::<Vec<_>>(), [2_000_000]);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedsServed {
    findings: Vec<NeedFinding>,
}

impl NeedsServed {
    /// What the loans of a tally do for needs in its counties or townships, as `area` says. The tally may have more dimensions
    /// than the area and the purpose.
    ///
    /// # Errors
    ///
    /// The field of an error holds the place of the need: `need[3]`.
    ///
    /// * [`ErrorCode::Missing`] for a tally that does not measure lending, or is not by `area` and purpose.
    /// * [`ErrorCode::Contradiction`] for two needs of one area and one purpose: a loan would serve both. Add them up.
    /// * [`ErrorCode::OutOfRange`] for a need of nothing, or an area of 0.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn of(tally: &Tally, area: Dimension, needs: &[Need]) -> Result<NeedsServed> {
        tally.need(Measure::Lending)?;
        let lent = tally.roll_up(&[area, Dimension::Purpose])?;
        let mut known = BTreeSet::new();
        let mut findings = Vec::with_capacity(needs.len());
        for (place, need) in needs.iter().enumerate() {
            let refused = |code, field: &str, value: &dyn std::fmt::Display, bound: &str| {
                Err(Error::new(code, format!("need[{place}].{field}"), value, bound))
            };
            if need.area == 0 {
                return refused(ErrorCode::OutOfRange, "area", &need.area, "1 or more");
            }
            match need.size {
                NeedSize::Amount(minor) if minor <= 0 => {
                    return refused(ErrorCode::OutOfRange, "amount", &minor, "above 0");
                }
                NeedSize::Loans(0) => return refused(ErrorCode::OutOfRange, "loans", &0, "1 or more"),
                _ => {}
            }
            if !known.insert((need.area, need.purpose)) {
                let found = format!("{} in {} again", need.purpose, need.area);
                return refused(
                    ErrorCode::Contradiction,
                    "purpose",
                    &found,
                    "one need for each purpose and area: add them up",
                );
            }
            let key = [need.area, u32::from(need.purpose.code())];
            let lent = lent.group(&key).map(|sums| sums.lent_to_date).unwrap_or_default();
            findings.push(NeedFinding { need: *need, loans: lent.loans, lent_minor: lent.minor() });
        }
        findings.sort_unstable_by_key(|finding| (finding.need.area, finding.need.purpose));
        Ok(NeedsServed { findings })
    }

    /// All needs, by area and purpose.
    #[must_use]
    pub fn findings(&self) -> &[NeedFinding] {
        &self.findings
    }

    /// The gaps: the needs that no loan serves, by area and purpose.
    pub fn gaps(&self) -> impl Iterator<Item = &NeedFinding> {
        self.findings.iter().filter(|finding| finding.is_gap())
    }

    /// The needs that loans serve, in full or in part.
    pub fn served(&self) -> impl Iterator<Item = &NeedFinding> {
        self.findings.iter().filter(|finding| !finding.is_gap())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::money::Currency;
    use crate::portfolio::{Book, Columns, TallyPlan};

    fn tally(measures: &[Measure]) -> Tally {
        let columns = Columns {
            county: vec![1, 1, 1, 2].into(),
            purpose: vec![Purpose::SafeHousing.code(); 4].into(),
            amount_minor: vec![300, 200, 999, 50].into(),
            balance_minor: vec![0, 100, 999, 50].into(),
            // The third was lent after the day of the book.
            disbursed_ymd: vec![20_180_101, 20_190_101, 20_200_401, 20_190_101].into(),
            ..Columns::default()
        };
        let plan = TallyPlan::new(parse_ymd(20_200_331, "as_of").unwrap()).unwrap();
        let plan = plan.by(&[Dimension::Purpose, Dimension::County]).measures(measures);
        Tally::of(&Book::new(Currency::CNY, columns).unwrap(), &plan).unwrap()
    }

    fn need(area: u32, purpose: Purpose, size: NeedSize) -> Need {
        Need { area, purpose, size }
    }

    #[test]
    fn what_was_lent_counts_though_it_is_repaid() {
        let homes = Purpose::SafeHousing;
        let needs = [
            need(2, homes, NeedSize::Amount(50)),
            need(1, Purpose::CompulsoryEducation, NeedSize::Loans(3)),
            need(3, homes, NeedSize::Loans(7)),
            need(1, homes, NeedSize::Loans(3)),
        ];
        let found = NeedsServed::of(&tally(&[Measure::Lending]), Dimension::County, &needs).unwrap();
        let rows: Vec<_> = found
            .findings()
            .iter()
            .map(|row| (row.need.area, row.loans, row.lent_minor, row.shortfall(), row.is_gap()))
            .collect();
        // By area and purpose; schools come before homes.
        assert_eq!(
            rows,
            [(1, 0, 0, 3, true), (1, 2, 500, 1, false), (2, 1, 50, 0, false), (3, 0, 0, 7, true)]
        );
        assert_eq!((found.gaps().count(), found.served().count()), (2, 2));
    }

    #[test]
    fn needs_that_cannot_be_are_refused() {
        let homes = Purpose::SafeHousing;
        let refused = |tally: &Tally, area, needs: &[Need]| {
            let error = NeedsServed::of(tally, area, needs).unwrap_err();
            (error.code(), error.field().to_owned())
        };
        let lending = tally(&[Measure::Lending]);
        let one = need(1, homes, NeedSize::Loans(1));
        let twice = refused(&lending, Dimension::County, &[one, need(1, homes, NeedSize::Amount(1))]);
        assert_eq!(twice, (ErrorCode::Contradiction, "need[1].purpose".into()));
        let nothing = refused(&lending, Dimension::County, &[need(1, homes, NeedSize::Amount(0))]);
        assert_eq!(nothing, (ErrorCode::OutOfRange, "need[0].amount".into()));
        let none = refused(&lending, Dimension::County, &[need(1, homes, NeedSize::Loans(0))]);
        assert_eq!(none, (ErrorCode::OutOfRange, "need[0].loans".into()));
        let nowhere = refused(&lending, Dimension::County, &[need(0, homes, NeedSize::Loans(1))]);
        assert_eq!(nowhere, (ErrorCode::OutOfRange, "need[0].area".into()));
        assert_eq!(refused(&lending, Dimension::Township, &[one]), (ErrorCode::Missing, "by".into()));
        assert_eq!(refused(&tally(&[Measure::Balance]), Dimension::County, &[one]).0, ErrorCode::Missing);
    }
}
