//! A relief in a life, as it was granted.

use chrono::NaiveDate;

use crate::loan::plan::Choice;
use crate::loan::relief::Relief;

/// A relief that was granted, and what it found.
#[derive(Clone, Debug)]
pub(super) struct GrantedRelief {
    /// The number of its event.
    pub(super) no: u64,
    /// The day in whose morning it acts: one before its grant, or that day, where it acts before another one that chose a row of it. None
    /// where it acts as the event that it is.
    pub(super) in_morning_of: Option<NaiveDate>,
    pub(super) relief: Relief,
    /// The rows that it found unpaid; none where it has no window.
    pub(super) choice: Option<Choice>,
}

impl GrantedRelief {
    /// Whether it acts before its event does.
    pub(super) fn is_backdated(&self) -> bool {
        self.in_morning_of.is_some()
    }

    pub(super) fn acts_on(&self) -> NaiveDate {
        self.in_morning_of.unwrap_or(self.relief.granted_on)
    }
}
