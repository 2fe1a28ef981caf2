//! A set of ids as a list that rises. What is added waits until there is as much of it as of the rest, or until somebody looks: so
//! many small parts are merged in the time of one sort.

use std::fmt;
use std::sync::OnceLock;

/// A set of ids. Adding `n` of them in any parts takes time by n log n, if nobody looks at it in between.
#[derive(Clone, Default)]
pub(crate) struct IdSet {
    /// Rising, each once.
    ids: Vec<u64>,
    waiting: Option<Box<Waiting>>,
}

#[derive(Clone, Default)]
struct Waiting {
    /// The ids that were added since, in any order: fewer than the others.
    added: Vec<u64>,
    /// All of the set, once somebody has looked.
    all: OnceLock<Vec<u64>>,
}

impl IdSet {
    /// The set of ids in any order.
    pub(crate) fn new(mut ids: Vec<u64>) -> IdSet {
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        IdSet { ids, waiting: None }
    }

    /// The ids, rising, each once.
    pub(super) fn as_slice(&self) -> &[u64] {
        match &self.waiting {
            None => &self.ids,
            Some(waiting) => waiting.all.get_or_init(|| union(&self.ids, &waiting.added)),
        }
    }

    /// The ids, rising, each once.
    pub(crate) fn into_vec(mut self) -> Vec<u64> {
        self.settle();
        self.ids
    }

    /// Adds ids in any order.
    pub(super) fn add(&mut self, ids: &[u64]) {
        if self.waiting.as_ref().is_some_and(|waiting| waiting.all.get().is_some()) {
            self.settle();
        }
        let waiting = self.waiting.get_or_insert_default();
        waiting.added.extend_from_slice(ids);
        if waiting.added.len() >= self.ids.len() {
            self.settle();
        }
    }

    /// Takes in what waits.
    pub(super) fn settle(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            let Waiting { added, all } = *waiting;
            self.ids = all.into_inner().unwrap_or_else(|| union(&self.ids, &added));
        }
    }
}

/// The union of a list that rises and one in any order.
fn union(rising: &[u64], added: &[u64]) -> Vec<u64> {
    let mut union = Vec::with_capacity(rising.len() + added.len());
    union.extend_from_slice(rising);
    union.extend_from_slice(added);
    // A run that rises, and what rises in runs: merging them is what this sort does best.
    union.sort();
    union.dedup();
    union
}

impl PartialEq for IdSet {
    fn eq(&self, other: &IdSet) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for IdSet {}

impl fmt::Debug for IdSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_seen_and_counts_once() {
        let mut set = IdSet::new(vec![9, 3, 3, 5]);
        assert_eq!(set.as_slice(), [3, 5, 9]);
        // One waits, is looked at, and another is added after that.
        set.add(&[4]);
        assert!(set.waiting.is_some());
        assert_eq!(set.as_slice(), [3, 4, 5, 9]);
        set.add(&[1, 9]);
        let copy = set.clone();
        assert_eq!(set.as_slice(), [1, 3, 4, 5, 9]);
        assert_eq!(copy, set);
        assert_eq!(copy.into_vec(), [1, 3, 4, 5, 9]);
        // As many as there are: taken in at once.
        set.add(&[7, 6, 5, 4, 3]);
        assert!(set.waiting.is_none());
        assert_eq!(set.into_vec(), [1, 3, 4, 5, 6, 7, 9]);
        assert!(IdSet::default().as_slice().is_empty());
    }

    #[test]
    fn nothing_waits_that_is_as_long_as_the_rest() {
        let mut set = IdSet::default();
        for part in 0..1_000_u64 {
            // Every id twice, in an order that is neither rising nor falling.
            set.add(&[part * 7_919 % 500, part * 104_729 % 500]);
            let waiting = set.waiting.as_ref().map_or(0, |waiting| waiting.added.len());
            assert!(waiting < set.ids.len().max(1), "{waiting} of {}", set.ids.len());
        }
        assert_eq!(set.into_vec(), (0..500).collect::<Vec<u64>>());
    }
}
