//! Exact sets of ids by groups: households, borrowers and persons, each counted once.

use std::collections::BTreeMap;
use std::num::NonZero;

use super::balances::index;
use super::book::Book;
use super::groups::Groups;
use super::id_set::IdSet;
use super::tally_plan::Dimension;
use super::threads::in_parts;
use crate::class::StatisticalBasis;
use crate::error::{Error, ErrorCode, Result};
use crate::ratio::Figure;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// Whose ids are counted.
    pub enum Ids("ids", PUHUI_IDS) {
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
    pub enum LoansCounted("loans", PUHUI_LOANS_COUNTED) {
        /// All of the book: who ever borrowed.
        All = "all",
        /// Those with a balance: who borrows now. Needs balances.
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
/// Ids are the host's own. Eight bytes are held for each id of each group, and up to four times that after a merge, until the next:
/// sets are put together when somebody looks at them, so that `n` ids in any number of parts are merged in time by n log n.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distinct {
    pub(crate) ids: Ids,
    pub(crate) loans: LoansCounted,
    pub(crate) basis: Option<StatisticalBasis>,
    pub(crate) by: Vec<Dimension>,
    pub(crate) groups: BTreeMap<Box<[u32]>, IdSet>,
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

    /// Takes in a group that was made before, the next of a list.
    pub(crate) fn insert(&mut self, key: &[u32], ids: Vec<u64>) -> Result<()> {
        let field = |name: &str| format!("{name}[{}]", self.groups.len());
        if key.len() != self.by.len() {
            let bound = format!("{} numbers", self.by.len());
            let found = format!("{} numbers", key.len());
            return Err(Error::new(ErrorCode::LengthsDiffer, field("keys"), found, bound));
        }
        let rises = ids.windows(2).all(|pair| pair[0] < pair[1]);
        if !rises || ids.first().is_none_or(|first| *first == 0) {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                field("ids"),
                "ids in another order",
                "ids that are 1 or more and rise",
            ));
        }
        let field = field("keys");
        if self.groups.insert(key.into(), IdSet::new(ids)).is_some() {
            return Err(Error::new(ErrorCode::Contradiction, field, "the same key twice", "each key once"));
        }
        Ok(())
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
        let mut sets: Vec<Vec<u64>> = Vec::new();
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
            let [slot] = slot.map(index);
            if sets.len() <= slot {
                sets.resize_with(slot + 1, Vec::new);
            }
            if let Some(set) = sets.get_mut(slot) {
                // Many sets have one id.
                if set.is_empty() {
                    set.reserve_exact(found.len());
                }
                set.extend(found.iter().filter(|id| **id != 0));
            }
        }
        let keys = groups.into_keys();
        let sets = sets.into_iter().enumerate().filter(|(_, ids)| !ids.is_empty());
        self.groups = sets.map(|(slot, ids)| (keys.key(slot).into(), IdSet::new(ids))).collect();
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
        Distinct::empty(by, ids, loans).filled_on(book, threads)
    }

    /// The same sets with the ids of a book, found on threads.
    pub(crate) fn filled_on(mut self, book: &Book<'_>, threads: NonZero<usize>) -> Result<Distinct> {
        let none = Distinct { by: self.by.clone(), groups: BTreeMap::new(), ..self };
        in_parts(book, threads, |part| none.clone().filled(part), |part| self.merge(&part))?;
        self.groups.values_mut().for_each(IdSet::settle);
        Ok(self)
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
        for (key, ids) in other.groups() {
            self.add(key, ids);
        }
        Ok(())
    }

    fn add(&mut self, key: &[u32], ids: &[u64]) {
        match self.groups.get_mut(key) {
            Some(set) => set.add(ids),
            None => {
                self.groups.insert(key.into(), IdSet::new(ids.to_vec()));
            }
        }
    }

    /// What the keys of the groups are.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.by
    }

    /// The groups that have ids, by their keys, rising; the ids rise too.
    pub fn groups(&self) -> impl Iterator<Item = (&[u32], &[u64])> {
        self.groups.iter().map(|(key, ids)| (&**key, ids.as_slice()))
    }

    /// The ids of a group.
    #[must_use]
    pub fn group(&self, key: &[u32]) -> &[u64] {
        self.groups.get(key).map(IdSet::as_slice).unwrap_or_default()
    }

    /// The ids of all groups, each once, rising.
    #[must_use]
    pub fn total(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.groups().flat_map(|(_, ids)| ids).copied().collect();
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
        let mut rolled = Distinct { by: by.to_vec(), groups: BTreeMap::new(), ..*self };
        for (key, ids) in self.groups() {
            let key: Vec<u32> = places.iter().filter_map(|place| key.get(*place).copied()).collect();
            rolled.add(&key, ids);
        }
        rolled.groups.values_mut().for_each(IdSet::settle);
        Ok(rolled)
    }

    /// Only the groups whose key in a dimension is wanted.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Missing`] for a dimension that these sets do not have.
    pub fn only(&self, dimension: Dimension, wanted: impl Fn(u32) -> bool) -> Result<Distinct> {
        let place = self.place(dimension)?;
        let mut sets = Distinct { by: self.by.clone(), groups: BTreeMap::new(), ..*self };
        for (key, ids) in self.groups().filter(|(key, _)| key.get(place).is_some_and(|key| wanted(*key))) {
            sets.add(key, ids);
        }
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
