//! The rows of a plan in an account: those that were billed, what they come to, and those still to come.

use crate::error::{Error, Result};
use crate::exact::{add, subtract};
use crate::loan::plan::Plan;
use crate::loan::plan::brought_forward::BroughtForward;
use crate::loan::plan::row::PlanRow;
use crate::loan::schedule::Instalment;

impl Plan<'_> {
    pub(super) fn billed_rows(&self) -> Result<&[PlanRow]> {
        self.rows.get(..self.billed).ok_or_else(|| Error::internal("billed rows", self.billed))
    }

    /// The rows that are still to come.
    pub(crate) fn rows_to_come(&self) -> Result<Vec<Instalment>> {
        let rows = self.rows.get(self.billed..).ok_or_else(|| Error::internal("billed rows", self.billed))?;
        Ok(rows.iter().map(|row| row.figures).collect())
    }

    /// The interest that they billed, payable or deferred.
    pub(crate) fn interest_billed(&self) -> Result<i64> {
        self.billed_rows()?.iter().try_fold(0, |all, row| {
            add(all, add(row.figures.interest.minor(), row.figures.interest_deferred.minor())?)
        })
    }

    /// The interest that they deferred, and that has neither fallen due in them nor joined the balance.
    pub(crate) fn interest_deferred(&self) -> Result<i64> {
        self.billed_rows()?.iter().try_fold(0, |all, row| {
            let gone = add(row.figures.deferred_interest_paid.minor(), row.found.joins)?;
            add(all, subtract(row.figures.interest_deferred.minor(), gone)?)
        })
    }

    /// The interest that became principal in them, with what payments below their interest left to the balance.
    pub(crate) fn capitalised(&self) -> Result<i64> {
        self.billed_rows()?.iter().try_fold(0, |all, row| {
            add(all, subtract(row.found.joins, row.figures.principal.minor().min(0))?)
        })
    }

    /// From now on all rows are computed, from what was lent on, those that were billed too.
    pub(super) fn start_from_lent(&mut self) {
        self.brought = BroughtForward::lent(&self.loan, self.movements.lent);
    }

    /// What the billed rows leave is brought forward.
    pub(super) fn bring_forward(&mut self) -> Result<()> {
        let rows = self.rows.get(self.brought.at..self.billed).unwrap_or_default();
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
            // What the rows to come leave of what was deferred stays as it was computed.
            let pools = self.pools.clone();
            self.brought = self.compute_to(at)?;
            self.pools = pools;
        }
        Ok(())
    }

    /// Whether computing all rows from what was lent would give the same figures, of the rows that were billed and of those that were
    /// computed since.
    pub(crate) fn stays_as_billed(&self) -> Result<bool> {
        // The last row clears what is there; with nothing ahead nothing is computed.
        if self.billed >= self.rows.len() {
            return Ok(true);
        }
        let (_, changed) = self.computed_from_lent(self.waiting.unwrap_or(self.rows.len()))?;
        Ok(changed.is_none())
    }

    /// What the first rows bring forward, computed from what was lent, and the first of them whose figures are then others.
    pub(super) fn computed_from_lent(&self, rows: usize) -> Result<(BroughtForward, Option<usize>)> {
        let mut again = self.clone();
        again.start_from_lent();
        let brought = again.compute_to(rows)?;
        let differ = |(row, again): (&PlanRow, &PlanRow)| {
            (row.figures, row.found.balance) != (again.figures, again.found.balance)
        };
        Ok((brought, self.rows.iter().zip(&again.rows).take(rows).position(differ)))
    }

    /// Computes all rows from the first on, as they were billed, and brings forward again what they leave: interest that was
    /// billed was given back.
    pub(super) fn bring_forward_again(&mut self) -> Result<()> {
        let at = self.brought.at;
        self.start_from_lent();
        if at > 0 {
            self.brought = self.compute_to(at)?;
        }
        self.compute()
    }
}
