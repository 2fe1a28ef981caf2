//! Exact sets of ids by groups: households, borrowers and persons, each counted once.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;

use serde::{Deserialize, Serialize};

use super::book::Book;
use super::groups::Groups;
use super::tally_plan::Dimension;
use super::threads::in_parts;
use crate::class::StatisticalBasis;
use crate::error::{Error, ErrorCode, Result};
use crate::ratio::Figure;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whose ids are counted.
    pub enum Ids("ids") {
        /// Borrowers 借款人.
        Borrowers = "borrowers",
        /// Households 农户.
        Households = "households",
        /// Persons whom loans lead 带动人口.
        Persons = "persons",
    }
}

vocabulary! {
    /// The loans whose ids are counted.
    pub enum LoansCounted("loans") {
        /// All of the book: who ever borrowed.
        All = "all",
        /// Those with a balance: who borrows now.
        Outstanding = "outstanding",
    }
}

/// Exact sets of ids by groups. An id in two groups counts once in each, and once in the total; 0 is nobody.
///
/// Merging is the union: the parts of a book give the same bytes in any order and any split, and the
/// [empty](Distinct::empty) one changes nothing. Ids of two hosts must not be mixed: this type cannot tell.
///
/// # Units
///
/// Ids are the host's own. Eight bytes are held for each id of each group.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Book, Columns, Dimension, Distinct, Ids, LoansCounted};
/// use puhui::{Currency, Rounding};
///
/// // Household 7 has a loan in each of two counties.
/// let columns = Columns {
///     county: vec![500101, 500102, 500102].into(),
///     household: vec![7, 7, 8].into(),
///     ..Columns::default()
/// };
/// let book = Book::new(Currency::CNY, columns)?;
/// let households = Distinct::of(&book, &[Dimension::County], Ids::Households, LoansCounted::All)?;
/// assert_eq!(households.groups().map(|(_, ids)| ids.len()).collect::<Vec<_>>(), [1, 2]);
/// assert_eq!(households.total().len(), 2);
/// // The borrowing-household share 获贷率, of ten registered households.
/// let share = households.share_of(Some(10))?;
/// assert_eq!(share.percent(2, Rounding::HalfUp)?.unwrap().to_string(), "20.00");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DistinctForm", into = "DistinctForm")]
pub struct Distinct {
    ids: Ids,
    loans: LoansCounted,
    basis: Option<StatisticalBasis>,
    by: Vec<Dimension>,
    groups: BTreeMap<Vec<u32>, Vec<u64>>,
}

/// The wire form: the groups in the order of their keys, the ids rising.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DistinctForm {
    ids: Ids,
    loans: LoansCounted,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<StatisticalBasis>,
    by: Vec<Dimension>,
    groups: Vec<SetForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetForm {
    key: Vec<u32>,
    ids: Vec<u64>,
}

impl From<Distinct> for DistinctForm {
    fn from(distinct: Distinct) -> DistinctForm {
        let Distinct { ids, loans, basis, by, groups } = distinct;
        let groups = groups.into_iter().map(|(key, ids)| SetForm { key, ids }).collect();
        DistinctForm { ids, loans, basis, by, groups }
    }
}

impl TryFrom<DistinctForm> for Distinct {
    type Error = Error;

    fn try_from(form: DistinctForm) -> Result<Distinct> {
        let groups = form.groups.into_iter().map(|set| (set.key, set.ids));
        let empty = Distinct { basis: form.basis, ..Distinct::empty(&form.by, form.ids, form.loans) };
        empty.with_groups(groups)
    }
}

impl Distinct {
    /// The sets of no loans.
    #[must_use]
    pub fn empty(by: &[Dimension], ids: Ids, loans: LoansCounted) -> Distinct {
        Distinct { ids, loans, basis: None, by: by.to_vec(), groups: BTreeMap::new() }
    }

    /// The sets of no loans, for those that count in these statistics.
    #[must_use]
    pub fn empty_of_basis(
        by: &[Dimension],
        ids: Ids,
        loans: LoansCounted,
        basis: StatisticalBasis,
    ) -> Distinct {
        Distinct { basis: Some(basis), ..Distinct::empty(by, ids, loans) }
    }

    /// These sets, empty so far, with groups that were made before.
    pub(crate) fn with_groups(
        mut self,
        given: impl Iterator<Item = (Vec<u32>, Vec<u64>)>,
    ) -> Result<Distinct> {
        for (at, (key, set)) in given.enumerate() {
            if key.len() != self.by.len() {
                let bound = format!("{} numbers", self.by.len());
                let found = format!("{} numbers", key.len());
                return Err(Error::new(ErrorCode::LengthsDiffer, format!("groups[{at}].key"), found, bound));
            }
            let rises = set.windows(2).all(|pair| pair[0] < pair[1]);
            if !rises || set.first().is_none_or(|first| *first == 0) {
                let field = format!("groups[{at}].ids");
                return Err(Error::new(
                    ErrorCode::OutOfRange,
                    field,
                    "ids in another order",
                    "ids that are 1 or more and rise",
                ));
            }
            if self.groups.insert(key, set).is_some() {
                let field = format!("groups[{at}].key");
                return Err(Error::new(
                    ErrorCode::Contradiction,
                    field,
                    "the same key twice",
                    "each key once",
                ));
            }
        }
        Ok(self)
    }

    /// The ids of a book by groups.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a column that the book does not have: those of the dimensions, and `borrower`, `household` or
    ///   `persons`; `balance`, if only outstanding loans count.
    /// * [`ErrorCode::Overflow`] for dimensions whose keys span more than 128 bits.
    pub fn of(book: &Book<'_>, by: &[Dimension], ids: Ids, loans: LoansCounted) -> Result<Distinct> {
        Distinct::empty(by, ids, loans).filled(book)
    }

    /// The ids of those loans of a book that count in these statistics, by groups.
    ///
    /// # Errors
    ///
    /// Those of [`Distinct::of`], and [`ErrorCode::Missing`] for a book without the column `basis`.
    pub fn of_basis(
        book: &Book<'_>,
        by: &[Dimension],
        ids: Ids,
        loans: LoansCounted,
        basis: StatisticalBasis,
    ) -> Result<Distinct> {
        Distinct::empty_of_basis(by, ids, loans, basis).filled(book)
    }

    /// These sets, empty so far, with the ids of a book.
    fn filled(mut self, book: &Book<'_>) -> Result<Distinct> {
        let Distinct { ids, loans, basis, .. } = self;
        let mut groups = Groups::new(book, &self.by, None)?;
        let columns = book.columns();
        let basis = match basis {
            None => None,
            Some(basis) => Some((book.need(&columns.basis, "basis")?, basis.bit())),
        };
        let column = match ids {
            Ids::Borrowers => book.need(&columns.borrower, "borrower")?,
            Ids::Households => book.need(&columns.household, "household")?,
            Ids::Persons => {
                book.need(&columns.person_offset, "persons")?;
                &[]
            }
        };
        let balances = match loans {
            LoansCounted::All => None,
            LoansCounted::Outstanding => Some(book.need(&columns.balance_minor, "balance")?),
        };
        let mut sets: HashMap<u32, Vec<u64>> = HashMap::new();
        let mut slot = [0];
        for row in 0..book.len() {
            if balances.is_some_and(|balances| balances.get(row) == Some(&0)) {
                continue;
            }
            if basis.is_some_and(|(basis, bit)| basis.get(row).is_none_or(|bits| bits & bit == 0)) {
                continue;
            }
            let found = match ids {
                Ids::Persons => book.persons(row),
                _ => column.get(row..=row).unwrap_or_default(),
            };
            if found.iter().all(|id| *id == 0) {
                continue;
            }
            groups.fill(row, &mut slot);
            let [slot] = slot;
            sets.entry(slot).or_default().extend(found.iter().filter(|id| **id != 0));
        }
        for (slot, mut ids) in sets {
            ids.sort_unstable();
            ids.dedup();
            self.groups.insert(groups.key(super::balances::index(slot)), ids);
        }
        Ok(self)
    }

    /// The ids of a book by groups, found on `threads` threads, to the same bytes as on one. The threads are joined before this
    /// returns.
    ///
    /// # Errors
    ///
    /// Those of [`Distinct::of`], and [`ErrorCode::ThreadNotStarted`] where the system starts fewer; with one thread none is started.
    pub fn of_threads(
        book: &Book<'_>,
        by: &[Dimension],
        ids: Ids,
        loans: LoansCounted,
        threads: NonZero<usize>,
    ) -> Result<Distinct> {
        let mut distinct = Distinct::empty(by, ids, loans);
        in_parts(book, threads, |part| Distinct::of(part, by, ids, loans), |part| distinct.merge(&part))?;
        Ok(distinct)
    }

    /// Adds the ids of other loans.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::NotComparable`] for sets of other ids, of other loans, or by other dimensions; these stay as they were.
    pub fn merge(&mut self, other: &Distinct) -> Result<()> {
        if (self.ids, self.loans, self.basis, &self.by) != (other.ids, other.loans, other.basis, &other.by) {
            let field = match () {
                () if self.ids != other.ids => "ids",
                () if self.loans != other.loans => "loans",
                () if self.basis != other.basis => "basis",
                () => "by",
            };
            return Err(Error::new(
                ErrorCode::NotComparable,
                field,
                "another one",
                "sets of the same ids, loans, basis and dimensions",
            ));
        }
        for (key, ids) in &other.groups {
            let set = self.groups.entry(key.clone()).or_default();
            *set = union(set, ids);
        }
        Ok(())
    }

    /// What the keys of the groups are.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.by
    }

    /// The groups that have ids, by their keys, rising; the ids rise too.
    pub fn groups(&self) -> impl Iterator<Item = (&[u32], &[u64])> {
        self.groups.iter().map(|(key, ids)| (key.as_slice(), ids.as_slice()))
    }

    /// The ids of a group.
    #[must_use]
    pub fn group(&self, key: &[u32]) -> &[u64] {
        self.groups.get(key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The ids of all groups, each once, rising.
    #[must_use]
    pub fn total(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.groups.values().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The same ids by fewer dimensions: one in two groups that become one counts once there.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Missing`] for a dimension that these sets do not have.
    pub fn roll_up(&self, by: &[Dimension]) -> Result<Distinct> {
        let places = by.iter().map(|dimension| self.place(*dimension)).collect::<Result<Vec<_>>>()?;
        let mut rolled = Distinct { by: by.to_vec(), groups: BTreeMap::<_, Vec<u64>>::new(), ..*self };
        for (key, ids) in &self.groups {
            let key = places.iter().filter_map(|place| key.get(*place).copied()).collect();
            rolled.groups.entry(key).or_default().extend_from_slice(ids);
        }
        for ids in rolled.groups.values_mut() {
            // Runs that rise.
            ids.sort();
            ids.dedup();
        }
        Ok(rolled)
    }

    /// Only the groups whose key in a dimension is wanted.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Missing`] for a dimension that these sets do not have.
    pub fn only(&self, dimension: Dimension, wanted: impl Fn(u32) -> bool) -> Result<Distinct> {
        let place = self.place(dimension)?;
        let mut sets = self.clone();
        sets.groups.retain(|key, _| key.get(place).is_some_and(|key| wanted(*key)));
        Ok(sets)
    }

    fn place(&self, dimension: Dimension) -> Result<usize> {
        let place = self.by.iter().position(|known| *known == dimension);
        place.ok_or_else(|| {
            Error::new(ErrorCode::Missing, "by", dimension, "a dimension that the sets are grouped by")
        })
    }

    /// The share of the registered: of all households ever lent to, the borrowing-household share 获贷率.
    ///
    /// # Errors
    ///
    /// None that a count of ids can lead to.
    pub fn share_of(&self, registered: Option<u64>) -> Result<Figure> {
        let count = i128::try_from(self.total().len()).unwrap_or(i128::MAX);
        Figure::of(count, registered.map(i128::from))
    }
}

/// The union of two rising lists.
fn union(one: &[u64], other: &[u64]) -> Vec<u64> {
    let mut union = Vec::with_capacity(one.len() + other.len());
    union.extend_from_slice(one);
    union.extend_from_slice(other);
    // Two runs that rise: merging them is what this sort does best.
    union.sort();
    union.dedup();
    union
}
