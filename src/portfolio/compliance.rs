//! Whether a book keeps what its regulator asks: tolerance for bad loans, the two increases, provisions.
//!
//! Every bound is an input; the published ones are named constructors.

use super::growth::Growth;
use super::sums::LoanSum;
use super::tally::Tally;
use super::tally_plan::Measure;
use crate::class::{LoanClass, ProvisionRates};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::beyond;
use crate::money::{Money, Rounding};
use crate::ratio::{Figure, Ratio};
use crate::vocabulary::vocabulary;

/// A figure held against a bound: whether it kept it, and by how many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Compliance {
    /// What was found.
    pub found: Figure,
    /// The bound.
    pub bound: Figure,
    /// The points to spare: 0.01 is one percentage point; below zero where the bound is broken. No ratio where the found or the
    /// bound is none.
    pub margin: Figure,
}

impl Compliance {
    /// A figure that may be at most its bound.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact difference does not fit.
    pub fn at_most(found: Figure, bound: Figure) -> Result<Compliance> {
        // The reason that the found has no ratio comes first.
        let margin = if found.ratio().is_none() { found } else { bound.above(found)? };
        Ok(Compliance { found, bound, margin })
    }

    /// A figure that may be no less than its bound.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the exact difference does not fit.
    pub fn at_least(found: Figure, bound: Figure) -> Result<Compliance> {
        Ok(Compliance { found, bound, margin: found.above(bound)? })
    }

    /// Whether the bound is kept; none where there is nothing to compare.
    #[must_use]
    pub fn held(&self) -> Option<bool> {
        self.margin.ratio().map(|margin| margin.numerator() >= 0)
    }
}

vocabulary! {
    /// What the NPL ratio of a group of loans is held against.
    pub enum ToleranceBase("tolerance_base", PUHUI_TOLERANCE_BASE) {
        /// The bank's own NPL ratio of all loans 本行各项贷款不良率.
        OwnRatio = "own_ratio",
        /// The bank's own target of the year 本行年度目标.
        OwnTarget = "own_target",
    }
}

/// The tolerance for bad loans (不良贷款容忍度): a number of points above a base. The base differs from rule to rule, so it is named.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Tolerance, ToleranceBase};
/// use puhui::{Figure, Rounding};
///
/// // Inclusive loans of which 4.50 % are bad, at a bank with 1.80 % of all loans: 0.30 points to spare of three.
/// let tolerance = Tolerance::cn_inclusive_2019();
/// assert_eq!(tolerance.base, ToleranceBase::OwnRatio);
/// let found = tolerance.check(Figure::of(450, Some(10_000))?, Figure::of(180, Some(10_000))?)?;
/// assert_eq!(found.held(), Some(true));
/// assert_eq!(found.margin.percent(2, Rounding::HalfUp)?.unwrap().to_string(), "0.30");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tolerance {
    /// What the ratio is held against.
    pub base: ToleranceBase,
    /// The points that it may lie above: 3/100 is three percentage points.
    pub points: Ratio,
}

impl Tolerance {
    /// Inclusive loans to micro and small businesses (普惠型小微企业贷款): at most 3 points above the bank's own NPL ratio of all
    /// loans, by the regulator's notice of 2019.
    #[must_use]
    pub fn cn_inclusive_2019() -> Tolerance {
        Tolerance { base: ToleranceBase::OwnRatio, points: Ratio::percent_of(3) }
    }

    /// Targeted loans in areas of deep poverty: at most 2 points above the bank's own target of the year, by the guideline of
    /// January 2018.
    #[must_use]
    pub fn cn_deep_poverty_2018() -> Tolerance {
        Tolerance { base: ToleranceBase::OwnTarget, points: Ratio::percent_of(2) }
    }

    /// Holds an NPL ratio against the base, which is the figure that [`Tolerance::base`] names.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if an exact sum or difference does not fit.
    pub fn check(&self, npl_ratio: Figure, base: Figure) -> Result<Compliance> {
        let bound = match base {
            Figure::Of(base) => {
                let below = Ratio::new(-self.points.numerator(), self.points.denominator())?;
                Figure::Of(base.above(below)?)
            }
            reason => reason,
        };
        Compliance::at_most(npl_ratio, bound)
    }
}

/// The two increases (两增): inclusive loans grow no slower than all loans, and no fewer borrowers have them than at the base
/// (普惠型小微企业贷款增速不低于各项贷款增速，贷款户数不低于年初). Yearly guidance of China's regulator, such as 银保监办发〔2020〕29号;
/// since when the growth is counted is its matter, and here that of the figures that are handed in.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::{Growth, TwoIncreases};
///
/// // Inclusive loans up 29.8 %, all loans 12.8 %; 5 borrowers fewer than at the start of the year.
/// let found = TwoIncreases::of(
///     Growth::new(1_298, Some(1_000)),
///     Growth::new(1_128, Some(1_000)),
///     Growth::new(9_995, Some(10_000)),
/// )?;
/// assert_eq!(found.growth.margin.percent(1, Rounding::HalfUp)?.unwrap().to_string(), "17.0");
/// assert_eq!(found.growth.held(), Some(true));
/// assert_eq!((found.borrowers_more()?, found.borrowers_held()?), (Some(-5), Some(false)));
/// assert_eq!(found.held()?, Some(false));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TwoIncreases {
    /// The growth of inclusive loans, held against that of all loans.
    pub growth: Compliance,
    /// The borrowers with inclusive loans, now and at the base.
    pub borrowers: Growth,
}

impl TwoIncreases {
    /// Finds whether loans and borrowers both increased: balances of inclusive and of all loans, and numbers of borrowers.
    ///
    /// # Errors
    ///
    /// Those of [`Growth::above`].
    pub fn of(inclusive: Growth, all: Growth, borrowers: Growth) -> Result<TwoIncreases> {
        Ok(TwoIncreases { growth: Compliance::at_least(inclusive.rate()?, all.rate()?)?, borrowers })
    }

    /// The number of borrowers more than at the base; below zero for fewer, none if their number then is not known.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn borrowers_more(&self) -> Result<Option<i128>> {
        self.borrowers.increment()
    }

    /// Whether there are no fewer borrowers; none if their number then is not known.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn borrowers_held(&self) -> Result<Option<bool>> {
        Ok(self.borrowers_more()?.map(|more| more >= 0))
    }

    /// Whether both increased. One that did not is enough for a no; else one that is not known leaves it unknown.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the difference does not fit.
    pub fn held(&self) -> Result<Option<bool>> {
        Ok(match (self.growth.held(), self.borrowers_held()?) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        })
    }
}

/// Provision coverage 拨备覆盖率: provisions over non-performing loans. [`Figure::ZeroBase`] where no loan is bad.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] for the lowest 128-bit number.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::provision_coverage;
///
/// // 55 over 50.
/// assert_eq!(provision_coverage(55, 50)?.percent(0, Rounding::HalfUp)?.unwrap().to_string(), "110");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn provision_coverage(provisions: i128, non_performing: i128) -> Result<Figure> {
    Figure::of(provisions, Some(non_performing))
}

/// The loan provision ratio 贷款拨备率: provisions over all loans. [`Figure::ZeroBase`] where there are none.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] for the lowest 128-bit number.
pub fn loan_provision_ratio(provisions: i128, loans: i128) -> Result<Figure> {
    Figure::of(provisions, Some(loans))
}

/// The least coverage and the least loan provision ratio that a bank must keep; the higher of the two binds (按孰高原则).
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::ProvisionRequirement;
///
/// // Provisions of 24 for loans of 1,000, of which 15 are bad: 160 % and 2.4 %. Required: 22.5 and 25.
/// let required = ProvisionRequirement::cn_2012();
/// let found = required.check(24, 15, 1_000)?;
/// assert_eq!((found.coverage.held(), found.loan_provision.held()), (Some(true), Some(false)));
/// assert_eq!((found.required, found.held()), (25, false));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProvisionRequirement {
    /// The least coverage: 3/2 is 150 %.
    pub coverage: Ratio,
    /// The least loan provision ratio: 25/1000 is 2.5 %.
    pub loan_provision: Ratio,
}

impl ProvisionRequirement {
    /// 150 % and 2.5 %: 商业银行贷款损失准备管理办法, in force from 2012.
    #[must_use]
    pub fn cn_2012() -> ProvisionRequirement {
        ProvisionRequirement { coverage: Ratio::percent_of(150), loan_provision: Ratio::per_mille_of(25) }
    }

    /// What the regulator set for one bank within 120 % to 150 % and 1.5 % to 2.5 % (一行一策): 银监发〔2018〕7号, 2018-02-28.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for a figure out of those bounds.
    pub fn cn_2018(coverage: Ratio, loan_provision: Ratio) -> Result<ProvisionRequirement> {
        let within = |field: &'static str, ratio: Ratio, low: Ratio, high: Ratio| {
            let below = |one: Ratio, other: Ratio| one.above(other).map(|points| points.numerator() < 0);
            if below(ratio, low)? || below(high, ratio)? {
                let found = format!("{}/{}", ratio.numerator(), ratio.denominator());
                let end = |ratio: Ratio| format!("{}/{}", ratio.numerator(), ratio.denominator());
                let bound = format!("{} to {}", end(low), end(high));
                return Err(Error::new(ErrorCode::OutOfRange, field, found, bound));
            }
            Ok(())
        };
        within("coverage", coverage, Ratio::percent_of(120), Ratio::percent_of(150))?;
        within("loan_provision", loan_provision, Ratio::per_mille_of(15), Ratio::per_mille_of(25))?;
        Ok(ProvisionRequirement { coverage, loan_provision })
    }

    /// Holds provisions against what bad loans and all loans ask for; all three in one unit.
    ///
    /// # Rounding
    ///
    /// The required provisions are rounded up to a whole unit.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a negative amount, or fewer loans than bad ones.
    /// * [`ErrorCode::Overflow`] if a product does not fit.
    pub fn check(&self, provisions: i128, non_performing: i128, loans: i128) -> Result<ProvisionCompliance> {
        let amounts = [("provisions", provisions), ("non_performing", non_performing)];
        if let Some((field, amount)) = amounts.into_iter().find(|(_, amount)| *amount < 0) {
            return Err(Error::new(ErrorCode::OutOfRange, field, amount, "0 or more"));
        }
        if loans < non_performing {
            let bound = format!("at least {non_performing}, the non-performing loans");
            return Err(Error::new(ErrorCode::OutOfRange, "loans", loans, bound));
        }
        let share = |ratio: Ratio, of: i128| share_of(ratio, of, Rounding::Up);
        Ok(ProvisionCompliance {
            coverage: Compliance::at_least(
                provision_coverage(provisions, non_performing)?,
                Figure::Of(self.coverage),
            )?,
            loan_provision: Compliance::at_least(
                loan_provision_ratio(provisions, loans)?,
                Figure::Of(self.loan_provision),
            )?,
            provisions,
            required: share(self.coverage, non_performing)?.max(share(self.loan_provision, loans)?),
        })
    }
}

/// What [`ProvisionRequirement::check`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ProvisionCompliance {
    /// The provision coverage, held against the least.
    pub coverage: Compliance,
    /// The loan provision ratio, held against the least.
    pub loan_provision: Compliance,
    /// The provisions that there are.
    pub provisions: i128,
    /// The least provisions that satisfy both: the higher of the two.
    pub required: i128,
}

impl ProvisionCompliance {
    /// Whether both are kept. Where no loan is bad there is no coverage, and any provisions cover it.
    #[must_use]
    pub fn held(&self) -> bool {
        self.provisions >= self.required
    }
}

/// The provisions that the loans of a tally ask for by their classes (专项准备).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequiredProvisions {
    /// By class, from normal to loss, in minor units; each rounded once.
    pub by_class: [i128; 5],
    /// The loans that no class was said of, for which nothing is asked.
    pub unclassified: LoanSum,
}

impl RequiredProvisions {
    /// The provisions of all groups of a tally together, each class rounded once.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a tally that does not measure classes.
    /// * [`ErrorCode::Overflow`] if a balance does not fit 64 bits of minor units.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::portfolio::{Book, Columns, Measure, RequiredProvisions, Tally, TallyPlan};
    /// use puhui::{Currency, LoanClass, ProvisionRates, Rounding, parse_date};
    ///
    /// let columns = Columns {
    ///     balance_minor: vec![8_000_000, 1_400, 300, 200, 100].into(),
    ///     class: LoanClass::ALL.iter().map(|class| class.code()).collect(),
    ///     ..Columns::default()
    /// };
    /// let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?.measures(&[Measure::Classes]);
    /// let tally = Tally::of(&Book::new(Currency::CNY, columns)?, &plan)?;
    /// let required = RequiredProvisions::of(&tally, &ProvisionRates::cn_2002(), Rounding::HalfUp)?;
    /// // 2 % of 1,400, 25 % of 300, half of 200, all of 100.
    /// assert_eq!((required.by_class, required.total()), ([0, 28, 75, 100, 100], 303));
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn of(tally: &Tally, rates: &ProvisionRates, rounding: Rounding) -> Result<RequiredProvisions> {
        tally.need(Measure::Classes)?;
        let total = tally.total()?;
        let mut by_class = [0; 5];
        for (class, provision) in LoanClass::ALL.iter().zip(&mut by_class) {
            let balance = total.class(*class).minor();
            let rounded = rates.provision(*class, Money::from_wide(balance, "balance")?, rounding)?;
            *provision = i128::from(rounded.minor());
        }
        Ok(RequiredProvisions { by_class, unclassified: total.unclassified })
    }

    /// The sum over the classes: the published lines add up to it.
    #[must_use]
    pub fn total(&self) -> i128 {
        // Five numbers of 64 bits.
        self.by_class.iter().sum()
    }
}

/// The general provision 一般准备: a share of all loans, such as the 1 % of 贷款损失准备计提指引 (2002). Rounded once.
///
/// # Errors
///
/// [`ErrorCode::Overflow`] if the product does not fit.
pub fn general_provision(loans: i128, share: Ratio, rounding: Rounding) -> Result<i128> {
    share_of(share, loans, rounding)
}

fn share_of(ratio: Ratio, of: i128, rounding: Rounding) -> Result<i128> {
    let product = || rounding.divide(of.checked_mul(ratio.numerator())?, ratio.denominator());
    product().ok_or_else(|| beyond("provisions", "a larger product", 128))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::money::Currency;
    use crate::portfolio::{Book, Columns, TallyPlan};

    fn basis_points(part: i128) -> Figure {
        Figure::of(part, Some(10_000)).unwrap()
    }

    fn percent(figure: Figure) -> String {
        figure.percent(2, Rounding::HalfUp).unwrap().unwrap().to_string()
    }

    #[test]
    fn tolerance_holds_up_to_its_last_point() {
        // 1.80 % and 3 points: 4.80 %.
        let tolerance = Tolerance::cn_inclusive_2019();
        for (npl, held, margin) in [(480, true, "0.00"), (481, false, "-0.01"), (100, true, "3.80")] {
            let found = tolerance.check(basis_points(npl), basis_points(180)).unwrap();
            assert_eq!((found.held(), percent(found.margin)), (Some(held), margin.to_owned()));
            assert_eq!(percent(found.bound), "4.80");
        }
        // The national figures of mid-2020: 2.99 %, 0.88 points above 2.11 %.
        let found = tolerance.check(basis_points(299), basis_points(211)).unwrap();
        assert_eq!(percent(found.margin), "2.12");
        // Against a target of 3 %, deep poverty: 5 %.
        let deep = Tolerance::cn_deep_poverty_2018();
        assert_eq!(deep.base, ToleranceBase::OwnTarget);
        assert_eq!(deep.check(basis_points(501), basis_points(300)).unwrap().held(), Some(false));
    }

    #[test]
    fn what_cannot_be_compared_is_neither_held_nor_broken() {
        let tolerance = Tolerance::cn_inclusive_2019();
        let no_loans = tolerance.check(Figure::ZeroBase, Figure::MissingBase).unwrap();
        assert_eq!((no_loans.held(), no_loans.margin), (None, Figure::ZeroBase));
        let no_target = tolerance.check(basis_points(1), Figure::MissingBase).unwrap();
        assert_eq!((no_target.held(), no_target.margin), (None, Figure::MissingBase));
        let increases = |base, borrowers| {
            let (now, all) = (Growth::new(12, base), Growth::new(11, Some(10)));
            TwoIncreases::of(now, all, borrowers).unwrap().held().unwrap()
        };
        assert_eq!(increases(Some(10), Growth::new(5, Some(5))), Some(true));
        assert_eq!(increases(None, Growth::new(5, Some(5))), None);
        assert_eq!(increases(None, Growth::new(4, Some(5))), Some(false));
        assert_eq!(increases(Some(11), Growth::new(5, None)), Some(false));
        assert_eq!(increases(Some(10), Growth::new(5, None)), None);
    }

    #[test]
    fn the_higher_of_two_requirements_binds() {
        let required = ProvisionRequirement::cn_2012();
        // Bad loans of 20 ask for 30, loans of 1,000 for 25.
        let found = required.check(29, 20, 1_000).unwrap();
        assert_eq!((found.required, found.held(), found.coverage.held()), (30, false, Some(false)));
        assert_eq!(
            (percent(found.coverage.found), percent(found.coverage.margin)),
            ("145.00".into(), "-5.00".into())
        );
        // 150 % of 7 is 10.5: 11 whole units.
        assert_eq!(required.check(10, 7, 7).unwrap().required, 11);
        // No bad loans: no coverage, and the other ratio decides.
        let none = required.check(25, 0, 1_000).unwrap();
        assert_eq!((none.coverage.held(), none.coverage.found, none.held()), (None, Figure::ZeroBase, true));
        // No loans at all.
        let empty = required.check(0, 0, 0).unwrap();
        assert_eq!((empty.loan_provision.found, empty.required, empty.held()), (Figure::ZeroBase, 0, true));
        assert_eq!(required.check(-1, 0, 0).unwrap_err().field(), "provisions");
        assert_eq!(required.check(0, 2, 1).unwrap_err().field(), "loans");
    }

    #[test]
    fn one_bank_one_policy_within_the_published_bounds() {
        let set = |coverage, per_mille| {
            ProvisionRequirement::cn_2018(Ratio::percent_of(coverage), Ratio::per_mille_of(per_mille))
        };
        assert!(set(120, 15).is_ok() && set(150, 25).is_ok() && set(130, 20).is_ok());
        assert_eq!(set(119, 20).unwrap_err().to_string(), "coverage: expected 6/5 to 3/2, got 119/100");
        assert_eq!(set(151, 20).unwrap_err().field(), "coverage");
        assert_eq!(set(130, 14).unwrap_err().field(), "loan_provision");
        assert_eq!(set(130, 26).unwrap_err().field(), "loan_provision");
    }

    #[test]
    fn provisions_of_a_tally() {
        let columns = Columns {
            balance_minor: vec![10, 49, 50, 3].into(),
            class: vec![0, 2, 2, 3].into(),
            ..Columns::default()
        };
        let plan = TallyPlan::new(parse_ymd(20_200_331, "as_of").unwrap()).unwrap();
        let book = Book::new(Currency::CNY, columns).unwrap();
        let tally = Tally::of(&book, &plan.clone().measures(&[Measure::Classes])).unwrap();
        let required = RequiredProvisions::of(&tally, &ProvisionRates::cn_2002(), Rounding::HalfUp).unwrap();
        // 2 % of 99 is 1.98, a quarter of 3 is 0.75.
        assert_eq!(required.by_class, [0, 2, 1, 0, 0]);
        // Nothing is lost: the loan without a class is counted apart.
        assert_eq!((required.unclassified.loans, required.unclassified.minor()), (1, 10));
        let unmeasured = Tally::of(&book, &plan).unwrap();
        let error = RequiredProvisions::of(&unmeasured, &ProvisionRates::cn_2002(), Rounding::HalfUp);
        assert_eq!(error.unwrap_err().code(), ErrorCode::Missing);
        // 1 % of 112 is 1.12.
        assert_eq!(general_provision(112, Ratio::percent_of(1), Rounding::Up).unwrap(), 2);
    }
}
