//! The hottest loop of a tally: loans, balances and the rates weighted by them, by slot.

use super::sums::LoanSum;

/// Sums of a slot as they are added to: a row touches one cell.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct SlotBalance {
    balance_rate: i128,
    balance: i64,
    /// All loans in the lower half, those with a balance in the upper.
    counts: u64,
}

/// What was taken out of the cells before it could overflow them.
#[derive(Clone, Copy, Default)]
struct CarriedBalance {
    loans: u64,
    outstanding: LoanSum,
    balance_rate: i128,
}

impl CarriedBalance {
    fn take(&mut self, cell: SlotBalance) {
        self.loans += cell.counts & u64::from(u32::MAX);
        self.outstanding.loans += cell.counts >> 32;
        self.outstanding.minor.0 += i128::from(cell.balance);
        self.balance_rate += cell.balance_rate;
    }
}

/// Two cells a slot, for odd and for even rows: where a book is sorted by its groups, no row waits for the sum of the row before.
#[derive(Default)]
pub(super) struct Balances {
    cells: Vec<[SlotBalance; 2]>,
    carried: Vec<CarriedBalance>,
    /// Rows in the cells since they were last emptied.
    rows: usize,
}

/// Balances below this stay far below 2^63 over [`MOST_ROWS`].
const SMALL: i64 = 1 << 40;
/// The number of rows that are added before the cells are emptied: 2^22 x 2^40 is below 2^63.
const MOST_ROWS: usize = 1 << 22;

impl Balances {
    /// Adds rows: their slots, all below `count`, their balances, and their rates where those are weighted.
    pub(super) fn add(&mut self, slots: &[u32], count: usize, balances: &[i64], rates: Option<&[i64]>) {
        if self.cells.len() < count {
            self.cells.resize(count, Default::default());
        }
        let balances = balances.get(..slots.len()).unwrap_or(balances);
        // Not negative, as any balance of a book.
        let bits = balances.iter().fold(0, |bits, balance| bits | balance);
        if bits >= SMALL {
            self.add_large(slots, balances, rates);
            return;
        }
        if self.rows + slots.len() > MOST_ROWS {
            self.empty();
        }
        self.rows += slots.len();
        match rates {
            None => self.add_small(slots, balances.iter().map(|balance| (*balance, 0))),
            Some(rates) => {
                let pairs = balances.iter().zip(rates);
                self.add_small(
                    slots,
                    pairs.map(|(balance, rate)| (*balance, i128::from(*balance) * i128::from(*rate))),
                );
            }
        }
    }

    #[inline]
    fn add_small(&mut self, slots: &[u32], rows: impl Iterator<Item = (i64, i128)>) {
        let mut odd = false;
        for (slot, (balance, weight)) in slots.iter().zip(rows) {
            let Some([even_cell, odd_cell]) = self.cells.get_mut(index(*slot)) else {
                continue;
            };
            let cell = if odd { odd_cell } else { even_cell };
            odd = !odd;
            cell.balance_rate = cell.balance_rate.wrapping_add(weight);
            cell.balance = cell.balance.wrapping_add(balance);
            cell.counts = cell.counts.wrapping_add(1 | u64::from(balance != 0) << 32);
        }
    }

    #[cold]
    fn add_large(&mut self, slots: &[u32], balances: &[i64], rates: Option<&[i64]>) {
        self.carried.resize(self.cells.len().max(self.carried.len()), CarriedBalance::default());
        for (row, (slot, balance)) in slots.iter().zip(balances).enumerate() {
            let Some(carried) = self.carried.get_mut(index(*slot)) else { continue };
            let rate = rates.and_then(|rates| rates.get(row)).copied().unwrap_or(0);
            carried.loans += 1;
            carried.outstanding.loans += u64::from(*balance != 0);
            carried.outstanding.minor.0 += i128::from(*balance);
            carried.balance_rate += i128::from(*balance) * i128::from(rate);
        }
    }

    fn empty(&mut self) {
        self.carried.resize(self.cells.len().max(self.carried.len()), CarriedBalance::default());
        for (carried, cells) in self.carried.iter_mut().zip(&mut self.cells) {
            std::mem::take(cells).into_iter().for_each(|cell| carried.take(cell));
        }
        self.rows = 0;
    }

    /// The loans of a slot, those with a balance and their sum, and the sum of balance x rate.
    pub(super) fn sum(&self, slot: usize) -> (u64, LoanSum, i128) {
        let mut sum = self.carried.get(slot).copied().unwrap_or_default();
        self.cells.get(slot).into_iter().flatten().for_each(|cell| sum.take(*cell));
        (sum.loans, sum.outstanding, sum.balance_rate)
    }
}

/// A slot as a place in an array.
#[inline]
#[allow(clippy::as_conversions, reason = "no target of this crate has less than 32 bits")]
pub(super) fn index(slot: u32) -> usize {
    slot as usize
}
