//! The sums of groups by their keys, as a tally holds them: a column for each figure, so that what was not measured takes no memory,
//! and an index of the keys, so that a group is found and added to without a look at the others.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use super::sums::{Amounts, Counts, Sums};
use crate::error::Result;

/// Sums by key. Merging `m` groups into `n` takes time by m log(n + m), whatever was merged before.
#[derive(Clone, Default)]
pub(super) struct GroupSums {
    /// The row of each key in the columns.
    rows: BTreeMap<Box<[u32]>, usize>,
    /// Empty, or one element a row: a column that was never anything but zero is empty.
    counts: [Vec<u64>; Counts::LENGTH],
    /// Likewise.
    amounts: [Vec<i128>; Amounts::LENGTH],
}

impl GroupSums {
    /// The number of groups.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The keys, rising, and the sums of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u32], Sums)> {
        self.rows.iter().map(|(key, row)| (&**key, self.row(*row)))
    }

    /// The sums of a key.
    pub(super) fn get(&self, key: &[u32]) -> Option<Sums> {
        self.rows.get(key).map(|row| self.row(*row))
    }

    /// Takes in a key that is not there yet; says whether it was not.
    pub(super) fn insert(&mut self, key: &[u32], sums: &Sums) -> bool {
        let row = self.rows.len();
        let Entry::Vacant(place) = self.rows.entry(key.into()) else { return false };
        place.insert(row);
        self.put(row, sums);
        true
    }

    /// Adds to the sums of a key, which may be new; they stay as they were where a sum does not fit.
    pub(super) fn add(&mut self, key: &[u32], sums: &Sums) -> Result<()> {
        let Some(row) = self.rows.get(key).copied() else {
            self.insert(key, sums);
            return Ok(());
        };
        let mut sum = self.row(row);
        sum.add(sums)?;
        self.put(row, &sum);
        Ok(())
    }

    /// Adds the sums of other groups; all stay as they were where one does not fit.
    pub(super) fn merge(&mut self, other: &GroupSums) -> Result<()> {
        for (key, sums) in other.iter() {
            if let Some(mut sum) = self.get(key) {
                sum.add(&sums)?;
            }
        }
        other.iter().try_for_each(|(key, sums)| self.add(key, &sums))
    }

    /// Gives back the memory that was asked for in advance.
    pub(super) fn shrink(&mut self) {
        self.counts.iter_mut().for_each(Vec::shrink_to_fit);
        self.amounts.iter_mut().for_each(Vec::shrink_to_fit);
    }

    fn row(&self, row: usize) -> Sums {
        Sums::of_figures(
            Counts(std::array::from_fn(|at| figure(&self.counts, at, row))),
            Amounts(std::array::from_fn(|at| figure(&self.amounts, at, row))),
        )
    }

    /// Sets the sums of a row.
    fn put(&mut self, row: usize, sums: &Sums) {
        let rows = self.rows.len();
        let (counts, amounts) = sums.figures();
        self.counts.iter_mut().zip(counts.0).for_each(|(column, value)| set(column, rows, row, value));
        self.amounts.iter_mut().zip(amounts.0).for_each(|(column, value)| set(column, rows, row, value));
    }
}

fn figure<T: Copy + Default>(columns: &[Vec<T>], at: usize, row: usize) -> T {
    columns.get(at).and_then(|column| column.get(row)).copied().unwrap_or_default()
}

fn set<T: Copy + Default + PartialEq>(column: &mut Vec<T>, rows: usize, row: usize, value: T) {
    if column.is_empty() && value == T::default() {
        return;
    }
    if column.len() < rows {
        column.resize(rows, T::default());
    }
    if let Some(place) = column.get_mut(row) {
        *place = value;
    }
}

impl PartialEq for GroupSums {
    fn eq(&self, other: &GroupSums) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for GroupSums {}

impl fmt::Debug for GroupSums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a> FromIterator<(&'a [u32], Sums)> for GroupSums {
    /// The groups of keys that differ.
    fn from_iter<I: IntoIterator<Item = (&'a [u32], Sums)>>(groups: I) -> GroupSums {
        let mut made = GroupSums::default();
        for (key, sums) in groups {
            made.insert(key, &sums);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::portfolio::sums::{LoanSum, Wide};

    fn balance(loans: u64, minor: i128) -> Sums {
        Sums { loans, outstanding: LoanSum { loans, minor: Wide(minor) }, ..Sums::default() }
    }

    /// One in each figure, as many different ones as there are.
    fn every_figure() -> Sums {
        Sums::of_figures(
            Counts(std::array::from_fn(|at| 1 + u64::try_from(at).unwrap())),
            Amounts(std::array::from_fn(|at| -1 - i128::try_from(at).unwrap())),
        )
    }

    #[test]
    fn every_figure_has_its_own_place() {
        let sums = every_figure();
        let (counts, amounts) = sums.figures();
        assert!(counts.0.is_sorted() && amounts.0.is_sorted_by(|one, next| one > next));
        // The first of the sums is the outstanding, the last the deferred amount; the rates come behind them.
        assert_eq!((sums.outstanding.loans, sums.outstanding.minor()), (1, -1));
        assert_eq!((sums.deferred_amount.loans, sums.deferred_amount.minor()), (14, -14));
        assert_eq!((sums.loans, sums.person_times, sums.to_date_rate.0), (15, 16, -17));
        let mut twice = sums.clone();
        twice.add(&sums).unwrap();
        assert_eq!(twice.figures().0.0, counts.0.map(|count| 2 * count));
        assert_eq!(twice.figures().1.0, amounts.0.map(|amount| 2 * amount));
    }

    #[test]
    fn what_was_never_measured_takes_no_memory_and_is_zero() {
        let mut groups = GroupSums::default();
        assert!(groups.insert(&[7], &balance(1, 70)) && groups.insert(&[3], &balance(2, 30)));
        assert!(!groups.insert(&[7], &balance(9, 90)));
        let kept = groups.counts.iter().map(Vec::len).chain(groups.amounts.iter().map(Vec::len));
        assert_eq!(kept.sum::<usize>(), 3 * 2);
        // A figure that only a later group has is zero in the earlier ones.
        groups.add(&[5], &every_figure()).unwrap();
        assert_eq!(groups.get(&[7]), Some(balance(1, 70)));
        assert_eq!(groups.get(&[5]), Some(every_figure()));
        assert_eq!(groups.iter().map(|(key, _)| key.to_vec()).collect::<Vec<_>>(), [[3], [5], [7]]);
    }

    #[test]
    fn the_order_of_adding_is_not_seen() {
        let of = |groups: &[(u32, &Sums)]| {
            let mut made = GroupSums::default();
            groups.iter().for_each(|(key, sums)| made.add(&[*key], sums).unwrap());
            made
        };
        let (one, other, all) = (balance(1, 70), balance(2, 30), every_figure());
        let mut merged = of(&[(9, &all), (1, &one)]);
        merged.merge(&of(&[(1, &other), (4, &one)])).unwrap();
        assert_eq!(merged, of(&[(4, &one), (1, &other), (1, &one), (9, &all)]));
        // A column of zeros is as good as none.
        let mut nothing_left = of(&[(1, &one)]);
        nothing_left.add(&[1], &balance(0, -70)).unwrap();
        assert_eq!(nothing_left, of(&[(1, &balance(1, 0))]));
    }

    #[test]
    fn nothing_changes_where_one_sum_does_not_fit() {
        let mut groups = GroupSums::default();
        groups.insert(&[1], &balance(1, 5));
        groups.insert(&[2], &balance(1, i128::MAX));
        let before = groups.clone();
        // The first and the new group would fit.
        let mut other = GroupSums::default();
        for (key, minor) in [(1, 6), (2, 1), (3, 8)] {
            assert!(other.insert(&[key], &balance(1, minor)));
        }
        assert_eq!(groups.merge(&other).unwrap_err().code(), ErrorCode::Overflow);
        assert_eq!(groups, before);
        assert_eq!(groups.add(&[2], &balance(u64::MAX, 0)).unwrap_err().code(), ErrorCode::Overflow);
        assert_eq!(groups, before);
    }
}
