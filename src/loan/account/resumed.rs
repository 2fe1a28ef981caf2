//! Where an account goes on from that was written down and read back.

use chrono::NaiveDate;

use crate::class::LoanClass;
use crate::loan::account::booked::Booked;
use crate::loan::account::replay::Replay;

/// Where an account goes on from that was read back.
#[derive(Clone, Debug)]
pub(super) struct Resumed<'a> {
    pub(super) replay: Replay<'a>,
    pub(super) as_of: NaiveDate,
    /// The number of events it had seen.
    pub(super) events: usize,
    /// The days whose classes reliefs hold, and what they were.
    pub(super) held_classes: Vec<(NaiveDate, Option<LoanClass>)>,
    /// What of its accruals was booked; none where it had been written down with what was booked later.
    pub(super) booked: Option<Booked>,
}
