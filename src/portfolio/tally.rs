//! Sums of a book by groups, which add up: of threads, of processes, of nodes.

use std::num::NonZero;

use chrono::NaiveDate;

use super::accumulate::tally_rows;
use super::book::Book;
use super::group_sums::GroupSums;
use super::sums::Sums;
use super::tally_plan::{Dimension, Measure, TallyPlan};
use super::threads::in_parts;
use crate::class::StatisticalBasis;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;

/// The sums of a book by groups (统计汇总).
///
/// Tallies of one plan and one currency [merge](Tally::merge) in any order and any split to the same bytes; the
/// [empty](Tally::empty) one changes nothing.
///
/// # Threads
///
/// [`Tally::of_threads`] starts threads and joins them before it returns; a host with threads of its own tallies
/// [rows](Book::rows) on each and merges.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Book, Columns, Dimension, Measure, Tally, TallyPlan};
/// use puhui::{Currency, LoanClass, Rounding, parse_date};
///
/// let (normal, loss) = (LoanClass::Normal.code(), LoanClass::Loss.code());
/// let columns = Columns {
///     county: vec![500101, 500102, 500101].into(),
///     balance_minor: vec![5_000_000, 3_000_000, 2_000_000].into(),
///     rate_ppb: vec![43_500_000, 40_000_000, 50_000_000].into(),
///     class: vec![normal, normal, loss].into(),
///     ..Columns::default()
/// };
/// let book = Book::new(Currency::CNY, columns)?;
/// let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?
///     .by(&[Dimension::County])
///     .measures(&[Measure::Balance, Measure::BalanceRate, Measure::Classes]);
/// let tally = Tally::of(&book, &plan)?;
/// let (key, wanzhou) = tally.groups().next().unwrap();
/// assert_eq!((key, wanzhou.balance()), ([500101].as_slice(), 7_000_000));
/// // (50,000 x 4.35 % + 20,000 x 5 %) / 70,000 = 4.5357 %.
/// assert_eq!(wanzhou.rate_of_balance()?.percent(4, Rounding::HalfUp)?.unwrap().to_string(), "4.5357");
/// // 20,000 of 100,000.
/// assert_eq!(tally.total()?.npl_ratio()?.percent(1, Rounding::HalfUp)?.unwrap().to_string(), "20.0");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    currency: Currency,
    pub(crate) plan: TallyPlan,
    groups: GroupSums,
}

impl Tally {
    /// The tally of no loans.
    #[must_use]
    pub fn empty(currency: Currency, plan: &TallyPlan) -> Tally {
        Tally { currency, plan: plan.clone(), groups: GroupSums::default() }
    }

    /// Takes in a group that was tallied before, the next of a list.
    pub(crate) fn insert(&mut self, key: &[u32], sums: &Sums) -> Result<()> {
        let field = || format!("keys[{}]", self.groups.len());
        if key.len() != self.plan.by.len() {
            let bound = format!("{} numbers", self.plan.by.len());
            let found = format!("{} numbers", key.len());
            return Err(Error::new(ErrorCode::LengthsDiffer, field(), found, bound));
        }
        let field = field();
        if self.groups.insert(key, sums) {
            return Ok(());
        }
        Err(Error::new(ErrorCode::Contradiction, field, "the same key twice", "each key once"))
    }

    /// Tallies a book.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a column that the plan needs and the book does not have.
    /// * [`ErrorCode::Overflow`] for dimensions whose keys span more than 128 bits.
    pub fn of(book: &Book<'_>, plan: &TallyPlan) -> Result<Tally> {
        let mut tally = Tally::empty(book.currency(), plan);
        tally.groups = tally_rows(book, plan)?;
        Ok(tally)
    }

    /// Tallies a book on `threads` threads, to the same bytes as on one.
    ///
    /// # Errors
    ///
    /// Those of [`Tally::of`], and [`ErrorCode::ThreadNotStarted`] where the system starts fewer; with one thread none is started.
    pub fn of_threads(book: &Book<'_>, plan: &TallyPlan, threads: NonZero<usize>) -> Result<Tally> {
        let mut tally = Tally::empty(book.currency(), plan);
        in_parts(book, threads, |part| tally_rows(part, plan), |groups| tally.groups.merge(&groups))?;
        Ok(tally)
    }

    /// Adds the tally of other loans.
    ///
    /// # Errors
    ///
    /// This tally stays as it was.
    ///
    /// * [`ErrorCode::CurrencyMismatch`] for another currency.
    /// * [`ErrorCode::NotComparable`] for another plan: another day, period, basis, ladder, grouping or choice of measures.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn merge(&mut self, other: &Tally) -> Result<()> {
        if self.currency != other.currency {
            let (found, bound) = (other.currency, self.currency);
            return Err(Error::new(ErrorCode::CurrencyMismatch, "currency", found, bound));
        }
        if self.plan != other.plan {
            let field = differing(&self.plan, &other.plan);
            return Err(Error::new(
                ErrorCode::NotComparable,
                field,
                "another one",
                "tallies of the same plan",
            ));
        }
        self.groups.merge(&other.groups)
    }

    /// The currency of the sums.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The day of the book.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.plan.as_of
    }

    /// In whose statistics the loans count; none if all of the book do.
    #[must_use]
    pub fn basis(&self) -> Option<StatisticalBasis> {
        self.plan.basis
    }

    /// What the keys of the groups are.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.plan.by
    }

    /// What was summed.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.plan.measures
    }

    /// The groups that have loans, by their keys, rising.
    pub fn groups(&self) -> impl Iterator<Item = (&[u32], Sums)> {
        self.groups.iter()
    }

    /// The group of a key.
    #[must_use]
    pub fn group(&self, key: &[u32]) -> Option<Sums> {
        self.groups.get(key)
    }

    /// The sums of all groups.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn total(&self) -> Result<Sums> {
        let mut total = Sums::default();
        self.groups().try_for_each(|(_, sums)| total.add(&sums))?;
        Ok(total)
    }

    /// The same loans by fewer dimensions.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a dimension that this tally does not have.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn roll_up(&self, by: &[Dimension]) -> Result<Tally> {
        let plan = self.plan.clone().by(by);
        let places = plan.by.iter().map(|dimension| self.place(*dimension)).collect::<Result<Vec<_>>>()?;
        let mut tally = Tally::empty(self.currency, &plan);
        for (key, sums) in self.groups() {
            let key: Vec<u32> = places.iter().filter_map(|place| key.get(*place).copied()).collect();
            tally.groups.add(&key, &sums)?;
        }
        Ok(tally)
    }

    /// Only the groups whose key in a dimension is wanted: the townships of deep poverty, the classes of personal loans.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Missing`] for a dimension that this tally does not have.
    pub fn only(&self, dimension: Dimension, wanted: impl Fn(u32) -> bool) -> Result<Tally> {
        let place = self.place(dimension)?;
        let mut tally = Tally::empty(self.currency, &self.plan);
        tally.groups =
            self.groups().filter(|(key, _)| key.get(place).is_some_and(|key| wanted(*key))).collect();
        Ok(tally)
    }

    /// Refuses a tally that does not have a measure: its zeros would mean nothing.
    pub(super) fn need(&self, measure: Measure) -> Result<()> {
        // A rate weighted by balance has the balance summed too.
        let measured = self.plan.measured(measure)
            || measure == Measure::Balance && self.plan.measured(Measure::BalanceRate);
        if measured {
            return Ok(());
        }
        let bound = format!("a tally that measures {measure}");
        Err(Error::new(ErrorCode::Missing, "measures", "one that does not", bound))
    }

    /// Refuses a tally of another day whose groups are not the same as these: another currency, basis or grouping.
    pub(super) fn comparable(&self, other: &Tally) -> Result<()> {
        if self.currency != other.currency {
            return Err(Error::new(ErrorCode::CurrencyMismatch, "currency", other.currency, self.currency));
        }
        let (one, other) = (&self.plan, &other.plan);
        let field = match () {
            () if one.basis != other.basis => "basis",
            () if one.by != other.by => "by",
            // Classes by two ladders are two things; balances are not touched by a ladder.
            () if one.ladder != other.ladder && one.by.contains(&Dimension::Class) => "ladder",
            () => return Ok(()),
        };
        let bound = "tallies of the same basis and grouping";
        Err(Error::new(ErrorCode::NotComparable, field, "another one", bound))
    }

    fn place(&self, dimension: Dimension) -> Result<usize> {
        self.plan.by.iter().position(|known| *known == dimension).ok_or_else(|| {
            Error::new(ErrorCode::Missing, "by", dimension, "a dimension that the tally is grouped by")
        })
    }
}

/// What makes two plans different.
fn differing(one: &TallyPlan, other: &TallyPlan) -> &'static str {
    match () {
        () if one.as_of != other.as_of => "as_of",
        () if (one.from, one.until) != (other.from, other.until) => "period",
        () if one.basis != other.basis => "basis",
        () if one.ladder != other.ladder => "ladder",
        () if one.by != other.by => "by",
        () => "measures",
    }
}
