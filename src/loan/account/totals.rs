//! What happened to an account so far, in totals.

use crate::error::Result;
use crate::exact::{add, subtract, sum};
use crate::loan::agreement::payer::Payer;

/// What happened so far, in totals.
#[derive(Clone, Debug, Default)]
pub(super) struct AccountTotals {
    pub(super) disbursed: i64,
    /// The fee that was kept back at the disbursement.
    pub(super) fee_at_disbursement: i64,
    pub(super) receipts: Receipts,
    pub(super) principal_repaid: i64,
    pub(super) interest: InterestTotals,
    /// Penalty and compound interest.
    pub(super) penalties: ChargeTotals,
    pub(super) fees: ChargeTotals,
    pub(super) write_off: WriteOff,
}

impl AccountTotals {
    /// Whether all that was received is in what it settled, or in the credit.
    pub(super) fn add_up(&self, credit: i64) -> bool {
        let wide = |amounts: &[i64]| amounts.iter().copied().map(i128::from).sum::<i128>();
        let received: Vec<i64> = Payer::ALL.iter().map(|payer| self.receipts.of(*payer)).collect();
        let WriteOff { recovered, recovered_income, .. } = self.write_off;
        let settled = [
            self.principal_repaid,
            self.interest.paid,
            self.penalties.paid,
            self.fees.paid,
            recovered,
            recovered_income,
        ];
        wide(&received) + i128::from(self.receipts.renewed) == wide(&settled) + i128::from(credit)
    }
}

/// What was received, by who paid.
#[derive(Clone, Debug, Default)]
pub(super) struct Receipts {
    pub(super) borrower: i64,
    pub(super) guarantor: i64,
    pub(super) treasury: i64,
    pub(super) insurer: i64,
    pub(super) refund: i64,
    pub(super) goodwill: i64,
    /// The proceeds of other loans that repaid this one.
    pub(super) renewed: i64,
}

impl Receipts {
    /// What a payer paid.
    pub(super) fn of(&self, payer: Payer) -> i64 {
        match payer {
            Payer::Borrower => self.borrower,
            Payer::Guarantor => self.guarantor,
            Payer::Treasury => self.treasury,
            Payer::Insurer => self.insurer,
            Payer::Refund => self.refund,
            Payer::Goodwill => self.goodwill,
        }
    }

    pub(super) fn receive(&mut self, payer: Payer, minor: i64) -> Result<()> {
        let received = match payer {
            Payer::Borrower => &mut self.borrower,
            Payer::Guarantor => &mut self.guarantor,
            Payer::Treasury => &mut self.treasury,
            Payer::Insurer => &mut self.insurer,
            Payer::Refund => &mut self.refund,
            Payer::Goodwill => &mut self.goodwill,
        };
        *received = add(*received, minor)?;
        Ok(())
    }

    /// All of it.
    pub(super) fn total(&self) -> Result<i64> {
        Payer::ALL.iter().map(|payer| self.of(*payer)).try_fold(self.renewed, add)
    }
}

/// Interest that was paid, and what was waived, moved or billed beside the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct InterestTotals {
    pub(super) paid: i64,
    pub(super) waived: i64,
    /// Billed after the last instalment.
    pub(super) after_end: i64,
    /// In arrears, and deferred over new instalments.
    pub(super) rescheduled: i64,
    /// Settled or written off before its row billed it.
    pub(super) billed_early: i64,
}

/// What was charged of one kind, and how much of it was paid and waived.
#[derive(Clone, Debug, Default)]
pub(super) struct ChargeTotals {
    pub(super) billed: i64,
    pub(super) paid: i64,
    pub(super) waived: i64,
}

impl ChargeTotals {
    /// What is charged after all.
    pub(super) fn charged(&self) -> Result<i64> {
        subtract(self.billed, self.waived)
    }
}

/// What was written off, and what came back of it.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteOff {
    pub(super) principal: i64,
    pub(super) interest: i64,
    /// With compound interest.
    pub(super) penalties: i64,
    pub(super) fees: i64,
    /// Interest, and penalty with compound interest, that were written off and had never been booked as income.
    pub(super) interest_off_books: i64,
    pub(super) penalties_off_books: i64,
    /// The principal that came back.
    pub(super) recovered: i64,
    /// What came back of the rest.
    pub(super) recovered_income: i64,
}

impl WriteOff {
    /// Whether anything was written off.
    pub(super) fn is_any(&self) -> bool {
        [self.principal, self.interest, self.penalties, self.fees].iter().any(|&part| part != 0)
    }

    /// Something came back: principal first, then the rest of what was written off. Returns how much of it there was to
    /// recover.
    pub(super) fn recover(&mut self, minor: i64) -> Result<i64> {
        // An account that holds more than it owes has no principal to write off: nothing of it comes back.
        let principal = minor.min(subtract(self.principal, self.recovered)?).max(0);
        self.recovered = add(self.recovered, principal)?;
        let rest = sum([self.interest, self.penalties, self.fees])?;
        let income = subtract(minor, principal)?.min(subtract(rest, self.recovered_income)?).max(0);
        self.recovered_income = add(self.recovered_income, income)?;
        add(principal, income)
    }

    /// The loss that it is on the balance sheet: without what was never booked there, and what came back.
    pub(super) fn loss(&self) -> Result<i64> {
        let written_off = sum([self.principal, self.interest, self.penalties, self.fees])?;
        let off_books = add(self.interest_off_books, self.penalties_off_books)?;
        let recovered = add(self.recovered, self.recovered_income)?;
        subtract(subtract(written_off, off_books)?, recovered)
    }
}
