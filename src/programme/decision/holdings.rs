//! What stronger rules have of a loan: due dates, and the kinds of things that it gets once.

use std::collections::{BTreeMap, BTreeSet};

/// Who has a due date, or a kind of thing that a loan gets once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// A stronger rule gives it.
    Given,
    /// A stronger rule may give it: something is missing to say so.
    MayBe,
}

/// What stronger rules have of a loan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    rows: BTreeMap<usize, Held>,
    kinds: BTreeMap<String, Held>,
}

impl Holdings {
    pub(crate) fn row(&self, at: usize) -> Option<Held> {
        self.rows.get(&at).copied()
    }

    pub(crate) fn kind(&self, kind: &str) -> Option<Held> {
        self.kinds.get(kind).copied()
    }

    /// What no stronger rule has is this one's.
    pub(crate) fn take(&mut self, rows: &BTreeSet<usize>, kinds: &BTreeSet<String>, held: Held) {
        for &row in rows {
            self.rows.entry(row).or_insert(held);
        }
        for kind in kinds {
            self.kinds.entry(kind.clone()).or_insert(held);
        }
    }
}
