//! The rows of a plan in an account: those that were billed, what they come to, and those still to come.

use crate::error::{Error, Result};
use crate::exact::{add, subtract};
use crate::loan::plan::Plan;
use crate::loan::plan::row::PlanRow;
use crate::loan::schedule::Instalment;

impl Plan<'_> {
    pub(super) fn billed(&self, billed: usize) -> Result<&[PlanRow]> {
        self.rows.get(..billed).ok_or_else(|| Error::internal("billed rows", billed))
    }

    /// The rows that are still to come.
    pub(crate) fn rows_to_come(&self, billed: usize) -> Result<Vec<Instalment>> {
        let rows = self.rows.get(billed..).ok_or_else(|| Error::internal("billed rows", billed))?;
        Ok(rows.iter().map(|row| row.figures).collect())
    }

    /// The interest that they billed, payable or deferred.
    pub(crate) fn interest_billed(&self, billed: usize) -> Result<i64> {
        self.billed(billed)?.iter().try_fold(0, |all, row| {
            add(all, add(row.figures.interest.minor(), row.figures.interest_deferred.minor())?)
        })
    }

    /// The interest that they deferred, and that has neither fallen due in them nor joined the balance.
    pub(crate) fn interest_deferred(&self, billed: usize) -> Result<i64> {
        self.billed(billed)?.iter().try_fold(0, |all, row| {
            let gone = add(row.figures.deferred_interest_paid.minor(), row.found.joins)?;
            add(all, subtract(row.figures.interest_deferred.minor(), gone)?)
        })
    }

    /// The interest that became principal in them, with what payments below their interest left to the balance.
    pub(crate) fn capitalised(&self, billed: usize) -> Result<i64> {
        self.billed(billed)?.iter().try_fold(0, |all, row| {
            add(all, subtract(row.found.joins, row.figures.principal.minor().min(0))?)
        })
    }
}
