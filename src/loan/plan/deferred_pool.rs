//! Interest that was deferred together, and the parts in which it falls due.

use crate::error::Result;
use crate::exact::{add, subtract, too_large};
use crate::loan::agreement::product::ProductRules;

/// Interest that was deferred together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DeferredPool {
    /// Whether it becomes principal.
    pub(super) capital: bool,
    /// Whether it does so on each due date.
    pub(super) each_due_date: bool,
    /// Whether a relief made it; the grace of a product is none.
    pub(super) relief: bool,
    /// What was in it before any row: interest in arrears that was deferred.
    pub(super) given: i64,
    pub(super) total: i64,
    pub(super) left: i64,
}

/// A part of a pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) pool: usize,
    /// One of this number of equal parts; none: all that is left.
    pub(super) of: Option<u32>,
}

impl DeferredPool {
    /// Empties it before the first row.
    pub(super) fn begin(&mut self) {
        (self.total, self.left) = (self.given, self.given);
    }

    /// What of it has joined the balance.
    pub(super) fn joined(&self) -> Result<i64> {
        if self.each_due_date { Ok(self.total) } else { subtract(self.total, self.left) }
    }

    pub(super) fn put(&mut self, interest: i64) -> Result<()> {
        self.total = add(self.total, interest)?;
        self.left = add(self.left, interest)?;
        Ok(())
    }

    pub(super) fn take(&mut self, share: Share, rules: &ProductRules) -> Result<i64> {
        let part = match share.of {
            None => self.left,
            Some(parts) => {
                let part = rules.rounding.divide(i128::from(self.total), i128::from(parts));
                let part =
                    part.and_then(|part| i64::try_from(part).ok()).ok_or_else(|| too_large("balance"))?;
                // Rounded up, the parts may use the pool up before the last of them.
                if part.unsigned_abs() > self.left.unsigned_abs() { self.left } else { part }
            }
        };
        self.left = subtract(self.left, part)?;
        Ok(part)
    }
}
