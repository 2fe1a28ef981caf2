//! The words of vocabularies as C sees them: `uint32_t` codes, those that [`Vocabulary`] numbers them by, from 1. Where a field may
//! have no word, 255 says so. 0 is in none of them.
//!
//! Each is declared once, by `vocabulary!`: those of Rust where Rust has them, those that only C needs below. `declared.rs` lists
//! them for the header.

pub(super) mod loan;
pub(super) mod portfolio;

use super::boundary::failure::Failure;
use crate::vocabulary::Vocabulary;

/// The code of no word, where there may be none.
pub(super) const NONE: u32 = 255;

/// The word of a code.
pub(super) fn word<W: Vocabulary>(given: u32, field: &'static str) -> Result<W, Failure> {
    u8::try_from(given).ok().and_then(W::of_code).ok_or(Failure::Code { field, given })
}

/// The word of a code, or none of them.
pub(super) fn word_or_none<W: Vocabulary>(given: u32, field: &'static str) -> Result<Option<W>, Failure> {
    if given == NONE { Ok(None) } else { word(given, field).map(Some) }
}

/// The code of a word.
pub(super) fn code(word: impl Vocabulary) -> u32 {
    word.to_code().into()
}

/// A flag: 0 is no, 1 is yes.
pub(super) fn flag(given: u32, field: &'static str) -> Result<bool, Failure> {
    match given {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Failure::Code { field, given }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::CompoundRate;

    #[test]
    fn a_code_is_a_word_or_none_or_refused() {
        // Two words, whose numbers callers are compiled with.
        let read = |given| word::<CompoundRate>(given, "rate").ok();
        assert_eq!(
            [1, 2].map(read),
            [Some(CompoundRate::Penalty), Some(CompoundRate::ContractUntilMaturity)]
        );
        assert_eq!([0, 3, 254, 255, 256, 257, u32::MAX].map(read), [None; 7]);
        let read = |given| word_or_none::<CompoundRate>(given, "rate").ok();
        assert_eq!([255, 1].map(read), [Some(None), Some(Some(CompoundRate::Penalty))]);
        assert_eq!([0, 3, 254, 256, 257, u32::MAX].map(read), [None; 6]);
        assert_eq!(CompoundRate::ALL.iter().map(|word| code(*word)).collect::<Vec<_>>(), [1, 2]);
    }
}
