//! Which group each loan of a book is in.
//!
//! A group has a slot: a small number, so that sums lie in plain arrays. Where the keys of all dimensions lie close together, as
//! codes of counties and classes do, the slot is computed; else it is looked up.

use std::collections::HashMap;

use super::book::{Book, Columns};
use super::tally_plan::Dimension;
use crate::class::{BorrowerStatus, GuaranteeKind, Ladder, LoanClass, Purpose, TargetedClass, TermBand};
use crate::error::{Error, ErrorCode, Result};

/// Up to this many slots are computed without a look at which of them are used.
const DENSE: u128 = 1 << 13;
/// Up to this many are looked up in a table of all.
const TABLE: u128 = 1 << 22;
/// But no more than this many for each row, or this many in all.
const SPREAD: u128 = 8;
const FEW: u128 = 1 << 8;

/// A column as keys.
#[derive(Clone, Copy)]
enum Keys<'a> {
    Numbers(&'a [u32]),
    /// Codes up to the highest.
    Codes(&'a [u8], u8),
    Months(&'a [i32]),
    Terms(&'a [i32], &'a [i32]),
    Rungs(&'a [u32], Ladder),
}

impl Keys<'_> {
    /// The key of a row; 0 where none is said.
    #[inline]
    fn at(&self, row: usize) -> u32 {
        match self {
            Keys::Numbers(column) => column.get(row).copied().unwrap_or(0),
            Keys::Codes(column, _) => u32::from(column.get(row).copied().unwrap_or(0)),
            Keys::Months(column) => month(column.get(row).copied().unwrap_or(0)),
            Keys::Terms(from, to) => from.get(row).zip(to.get(row)).map_or(0, |(&from, &to)| term(from, to)),
            Keys::Rungs(column, ladder) => column.get(row).map_or(0, |&days| rung(ladder, days)),
        }
    }
}

fn month(ymd: i32) -> u32 {
    u32::try_from(ymd / 100).unwrap_or(0)
}

/// The code of the term, 0 where a day is not known. A year from 29 February ends on the 28th of the next, as the comparison of
/// the numbers has it.
fn term(from: i32, to: i32) -> u32 {
    match to - from {
        _ if from == 0 || to == 0 => 0,
        ..=10_000 => TermBand::Short.code().into(),
        10_001..=50_000 => TermBand::Medium.code().into(),
        _ => TermBand::Long.code().into(),
    }
}

fn rung(ladder: &Ladder, days_past_due: u32) -> u32 {
    u32::from(ladder.class_at(days_past_due).code())
}

/// How keys become slots.
#[derive(Clone, Copy)]
struct Radix<'a> {
    keys: Keys<'a>,
    lowest: u32,
    span: u32,
}

/// The groups of a range of a book's rows.
pub(super) struct Groups<'a> {
    keys: GroupKeys<'a>,
    lookup: Lookup,
}

/// The keys of the groups that were found.
pub(super) struct GroupKeys<'a> {
    radixes: Vec<Radix<'a>>,
    /// The cell of each slot, unless the cell is the slot.
    used: Vec<u128>,
    /// The number of cells, if they are the slots.
    all: Option<usize>,
}

enum Lookup {
    /// The cell is the slot.
    None,
    /// The slot of each cell, one more than it is; 0 for a cell that is not used.
    Table(Vec<u32>),
    /// The slot of each cell that is used.
    Map(HashMap<u128, u32>),
}

impl<'a> Groups<'a> {
    /// The groups of a book by dimensions.
    pub(super) fn new(book: &'a Book<'_>, by: &[Dimension], ladder: Option<Ladder>) -> Result<Groups<'a>> {
        let mut radixes = Vec::with_capacity(by.len());
        let mut cells: u128 = 1;
        for dimension in by {
            let keys = keys(book, *dimension, ladder)?;
            let (lowest, highest) = bounds(keys, book.len());
            let span = highest - lowest;
            cells = cells.checked_mul(u128::from(span) + 1).ok_or_else(|| {
                let bound = "dimensions whose keys span at most 128 bits: group by fewer";
                Error::new(ErrorCode::Overflow, "by", dimension, bound)
            })?;
            radixes.push(Radix { keys, lowest, span });
        }
        // A few rows far apart are looked up, whatever lies between them.
        let most = u128::try_from(book.len()).unwrap_or(u128::MAX).saturating_mul(SPREAD).max(FEW);
        let cells_within = |limit: u128| usize::try_from(cells).ok().filter(|_| cells <= limit.min(most));
        let all = cells_within(DENSE);
        let lookup = match (all, cells_within(TABLE)) {
            (Some(_), _) => Lookup::None,
            (None, Some(cells)) => Lookup::Table(vec![0; cells]),
            (None, None) => Lookup::Map(HashMap::new()),
        };
        Ok(Groups { keys: GroupKeys { radixes, used: Vec::new(), all }, lookup })
    }

    /// The number of slots so far.
    pub(super) fn slots(&self) -> usize {
        self.keys.slots()
    }

    /// The keys, when all rows are in their groups: what found the slots is let go.
    pub(super) fn into_keys(self) -> GroupKeys<'a> {
        self.keys
    }

    /// The slots of the rows from `start` on, as many as `slots` has.
    pub(super) fn fill(&mut self, start: usize, slots: &mut [u32]) {
        let GroupKeys { radixes, used, .. } = &mut self.keys;
        match &mut self.lookup {
            Lookup::None => fill_cells(radixes, start, slots),
            Lookup::Table(table) => {
                fill_cells(radixes, start, slots);
                for slot in slots {
                    let cell = *slot;
                    let Some(entry) = usize::try_from(cell).ok().and_then(|cell| table.get_mut(cell)) else {
                        continue;
                    };
                    if *entry == 0 {
                        used.push(u128::from(cell));
                        *entry = u32::try_from(used.len()).unwrap_or(0);
                    }
                    *slot = *entry - 1;
                }
            }
            Lookup::Map(map) => {
                for (at, slot) in slots.iter_mut().enumerate() {
                    let cell = radixes.iter().fold(0, |cell, radix| {
                        let key = radix.keys.at(start + at) - radix.lowest;
                        cell * (u128::from(radix.span) + 1) + u128::from(key)
                    });
                    *slot = *map.entry(cell).or_insert_with(|| {
                        used.push(cell);
                        // A book has fewer than 2^32 groups in each part that is tallied.
                        u32::try_from(used.len() - 1).unwrap_or(u32::MAX)
                    });
                }
            }
        }
    }
}

impl GroupKeys<'_> {
    /// The number of slots.
    pub(super) fn slots(&self) -> usize {
        self.all.unwrap_or(self.used.len())
    }

    /// The key of a slot, in the order of the dimensions.
    pub(super) fn key(&self, slot: usize) -> Vec<u32> {
        let mut cell = match self.all {
            Some(_) => u128::try_from(slot).unwrap_or(0),
            None => self.used.get(slot).copied().unwrap_or(0),
        };
        let mut key = Vec::with_capacity(self.radixes.len());
        for radix in self.radixes.iter().rev() {
            let span = u128::from(radix.span) + 1;
            key.push(radix.lowest + u32::try_from(cell % span).unwrap_or(0));
            cell /= span;
        }
        key.reverse();
        key
    }
}

/// The cells of the rows from `start` on, all below 2^22.
fn fill_cells(radixes: &[Radix<'_>], start: usize, slots: &mut [u32]) {
    slots.fill(0);
    for radix in radixes {
        let span = radix.span + 1;
        let lowest = radix.lowest;
        match radix.keys {
            Keys::Numbers(column) => step(slots, column, start, span, |key| key - lowest),
            Keys::Codes(column, _) => step(slots, column, start, span, u32::from),
            Keys::Months(column) => step(slots, column, start, span, |key| month(key) - lowest),
            Keys::Rungs(column, ladder) => {
                step(slots, column, start, span, |days| rung(&ladder, days) - lowest);
            }
            Keys::Terms(..) => {
                for (at, slot) in slots.iter_mut().enumerate() {
                    *slot = *slot * span + (radix.keys.at(start + at) - lowest);
                }
            }
        }
    }
}

/// Adds a dimension to the cells of rows.
#[inline]
fn step<T: Copy>(slots: &mut [u32], column: &[T], start: usize, span: u32, key: impl Fn(T) -> u32) {
    let column = column.get(start..).unwrap_or_default();
    for (slot, value) in slots.iter_mut().zip(column) {
        *slot = *slot * span + key(*value);
    }
}

/// The lowest and the highest key.
fn bounds(keys: Keys<'_>, rows: usize) -> (u32, u32) {
    fn of<T: Copy>(column: &[T], key: impl Fn(T) -> u32) -> (u32, u32) {
        // The order of signed numbers, which every processor compares many at a time.
        const SIGN: u32 = 1 << 31;
        let keys = column.iter().map(|value| (key(*value) ^ SIGN).cast_signed());
        let (low, high) = keys.fold((i32::MAX, i32::MIN), |(low, high), key| (low.min(key), high.max(key)));
        (low.cast_unsigned() ^ SIGN, high.cast_unsigned() ^ SIGN)
    }
    let (lowest, highest) = match keys {
        Keys::Numbers(column) => of(column, |key| key),
        // A few words at most: there is no need to look.
        Keys::Codes(_, highest) => (0, u32::from(highest)),
        Keys::Months(column) => of(column, month),
        Keys::Terms(..) => (0, 3),
        Keys::Rungs(..) => (1, 5),
    };
    if rows == 0 { (0, 0) } else { (lowest, highest) }
}

fn keys<'a>(book: &'a Book<'_>, dimension: Dimension, ladder: Option<Ladder>) -> Result<Keys<'a>> {
    let columns: &Columns<'_> = book.columns();
    let numbers = |column, name| book.need(column, name).map(Keys::Numbers);
    let codes = |column, name, words: usize| {
        let highest = u8::try_from(words).unwrap_or(u8::MAX);
        book.need(column, name).map(|codes| Keys::Codes(codes, highest))
    };
    let disbursed = || book.need(&columns.disbursed_ymd, "disbursed_on");
    match dimension {
        Dimension::County => numbers(&columns.county, "county"),
        Dimension::Township => numbers(&columns.township, "township"),
        Dimension::Product => numbers(&columns.product, "product"),
        Dimension::Programme => numbers(&columns.programme, "programme"),
        Dimension::Lender => numbers(&columns.lender, "lender"),
        Dimension::Purpose => codes(&columns.purpose, "purpose", Purpose::ALL.len()),
        Dimension::Targeted => codes(&columns.targeted, "targeted", TargetedClass::ALL.len()),
        Dimension::Status => codes(&columns.status, "status", BorrowerStatus::ALL.len()),
        Dimension::Guarantee => codes(&columns.guarantee, "guarantee", GuaranteeKind::ALL.len()),
        Dimension::Class => match ladder {
            Some(ladder) => {
                book.need(&columns.days_past_due, "days_past_due").map(|days| Keys::Rungs(days, ladder))
            }
            None => codes(&columns.class, "class", LoanClass::ALL.len()),
        },
        Dimension::Month => Ok(Keys::Months(disbursed()?)),
        Dimension::Term => Ok(Keys::Terms(disbursed()?, book.need(&columns.due_ymd, "due_on")?)),
        Dimension::OriginalTerm => {
            Ok(Keys::Terms(disbursed()?, book.need(&columns.original_due_ymd, "original_due_on")?))
        }
    }
}
