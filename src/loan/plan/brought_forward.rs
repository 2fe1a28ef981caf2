//! What billed rows bring forward to the rows to come: computing starts there, and what was billed is never computed again.

use chrono::NaiveDate;

use crate::loan::agreement::loan::Loan;
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::schedule::flat_total::FlatTotal;
use crate::record::recorded;

/// What the rows before the first one that is still computed bring forward: at first, what was lent.
#[derive(Clone, Debug)]
pub(super) struct BroughtForward {
    /// The number of rows before it. The last of them bills: a row that only repays lies in the period of the row after it.
    pub(super) at: usize,
    /// The number of them that bill.
    pub(super) billing: u32,
    pub(super) balance: i64,
    /// The number of balance movements that have taken place.
    pub(super) moved: usize,
    /// Where the accrual of the last one ended.
    pub(super) begins: NaiveDate,
    /// Interest beyond its payment.
    pub(super) carried: i64,
    /// Their interest, where that of all rows is rounded once.
    pub(super) flat_total: Option<FlatTotal>,
    /// The deferred interest that they know of.
    pub(super) pools: Vec<DeferredPool>,
}

recorded! {
    BroughtForward { at, billing, balance, moved, begins, carried, flat_total, pools }
}

impl BroughtForward {
    /// What was lent: what the first row starts from.
    pub(super) fn lent(loan: &Loan<'_>, lent: i64) -> BroughtForward {
        BroughtForward {
            at: 0,
            billing: 0,
            balance: lent,
            moved: 0,
            begins: loan.terms().disbursed_on,
            carried: 0,
            flat_total: FlatTotal::of(loan.product().rules()),
            pools: Vec::new(),
        }
    }
}
