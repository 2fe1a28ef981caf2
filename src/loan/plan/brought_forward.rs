//! What billed rows bring forward to the rows to come: computing starts there, and what was billed is never computed again.

use chrono::NaiveDate;

use crate::error::{Error, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::plan::Plan;
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::schedule::flat_total::FlatTotal;
use crate::record::recorded;

/// What the rows before the first one that is still computed bring forward: at first, what was lent.
#[derive(Clone, Debug)]
pub(super) struct BroughtForward {
    /// The number of rows before it. The last of them bills: a row that only repays lies in the period of the row after it.
    pub(super) at: usize,
    /// How many of them bill.
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

impl Plan<'_> {
    /// All rows are computed from the first on, those that were billed too.
    pub(super) fn from_the_first(&mut self) {
        self.brought = BroughtForward::lent(&self.loan, self.movements.lent);
    }

    /// The first `billed` rows were billed: what they leave is brought forward.
    pub(super) fn bring_forward(&mut self, billed: usize) -> Result<()> {
        let rows = self.rows.get(self.brought.at..billed).unwrap_or_default();
        let Some(last) = rows.iter().rposition(|row| row.bills()) else { return Ok(()) };
        let at = self.brought.at + last + 1;
        if self.pools.is_empty() && self.brought.flat_total.is_none() {
            let billing = rows.iter().filter(|row| row.bills()).count();
            let billing = u32::try_from(billing).map_err(|_| Error::internal("billed rows", billing))?;
            let row = self.row_at(at - 1)?;
            self.brought = BroughtForward {
                at,
                billing: self.brought.billing + billing,
                balance: row.figures.closing.minor(),
                moved: row.found.moved,
                begins: row.ends(),
                carried: row.found.carried,
                flat_total: None,
                pools: Vec::new(),
            };
        } else {
            self.brought = self.compute_to(at)?;
        }
        Ok(())
    }

    /// Computes all rows from the first on, as they were billed, and brings forward again what they leave: interest that was
    /// billed was given back.
    pub(super) fn bring_forward_again(&mut self) -> Result<()> {
        let at = self.brought.at;
        self.from_the_first();
        if at > 0 {
            self.brought = self.compute_to(at)?;
        }
        self.compute()
    }
}
