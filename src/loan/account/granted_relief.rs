//! A relief in a life, as it was granted.

use chrono::NaiveDate;

use crate::loan::plan::Choice;
use crate::loan::relief::Relief;

/// A relief that was granted, and what it found.
#[derive(Clone, Debug)]
pub(super) struct GrantedRelief {
    /// The number of its event.
    pub(super) no: u64,
    /// The day in whose morning it acts: that of its grant, or one before it.
    pub(super) acts_on: NaiveDate,
    pub(super) relief: Relief,
    /// The rows that it found unpaid; none where it has no window.
    pub(super) choice: Option<Choice>,
}

impl GrantedRelief {
    /// Whether it acts before its grant.
    pub(super) fn is_backdated(&self) -> bool {
        self.acts_on < self.relief.granted_on
    }
}
