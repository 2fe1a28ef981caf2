//! Statuses and versions: the numbers that C sees, frozen.

use std::ffi::{CStr, c_char};

use crate::error::Error;

/// Outcome of a call, and of one row of a batch.
///
/// The numbers are frozen: none is ever changed or reused. New ones may be added, so an unknown number that is not 0 is a
/// failure. 1 to 99: the call itself; 100 and above: what was asked for; 998 and 999: a bug.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct puhui_status(pub u32);

/// Success.
pub const PUHUI_OK: puhui_status = puhui_status(0);

/// A pointer is NULL where it may not be.
pub const PUHUI_ERR_NULL: puhui_status = puhui_status(1);

/// The `struct_size` of a struct is smaller than its first release, larger than 4096, or larger than this library knows
/// with bytes in the tail that are not 0: the caller asks for something that this library cannot do.
pub const PUHUI_ERR_STRUCT_SIZE: puhui_status = puhui_status(2);

/// A code is unknown: it is not in the list of its field. 0 is in no list; a flag is 0 or 1.
pub const PUHUI_ERR_UNKNOWN_CODE: puhui_status = puhui_status(3);

/// One or more rows of a batch failed; `status` says which and why, the other rows are good.
pub const PUHUI_ERR_ROWS: puhui_status = puhui_status(4);

/// A text is not UTF-8, or not ended by a NUL within its array.
pub const PUHUI_ERR_TEXT: puhui_status = puhui_status(5);

/// A reserved field is not 0.
pub const PUHUI_ERR_RESERVED: puhui_status = puhui_status(6);

/// A value is not of the form that its field asks for: a date that is no day of the calendar, a currency that is not three
/// capital letters.
pub const PUHUI_ERR_MALFORMED: puhui_status = puhui_status(100);

/// An amount has more decimals than its currency, or a rate more digits than can be held exactly.
pub const PUHUI_ERR_TOO_MANY_DIGITS: puhui_status = puhui_status(101);

/// A value lies outside its bounds.
pub const PUHUI_ERR_OUT_OF_RANGE: puhui_status = puhui_status(102);

/// A result does not fit the type that holds it.
pub const PUHUI_ERR_OVERFLOW: puhui_status = puhui_status(103);

/// A field that the others make necessary is absent.
pub const PUHUI_ERR_MISSING: puhui_status = puhui_status(104);

/// A field that is not known.
pub const PUHUI_ERR_UNKNOWN_FIELD: puhui_status = puhui_status(105);

/// A word that is not in the field's vocabulary.
pub const PUHUI_ERR_UNKNOWN_VALUE: puhui_status = puhui_status(106);

/// Two fields exclude each other.
pub const PUHUI_ERR_CONTRADICTION: puhui_status = puhui_status(107);

/// Two amounts are of different currencies.
pub const PUHUI_ERR_CURRENCY_MISMATCH: puhui_status = puhui_status(108);

/// A source cannot be read to its end as UTF-8, or a target not written.
pub const PUHUI_ERR_IO: puhui_status = puhui_status(109);

/// Two columns have different numbers of rows.
pub const PUHUI_ERR_LENGTHS_DIFFER: puhui_status = puhui_status(110);

/// Figures of different plans, bases or books do not add up.
pub const PUHUI_ERR_NOT_COMPARABLE: puhui_status = puhui_status(111);

/// The operating system does not start as many threads as were asked for. Ask for fewer; 1 starts none.
pub const PUHUI_ERR_THREAD_NOT_STARTED: puhui_status = puhui_status(112);

/// A date lies outside the years that are computed with, 1900 to 2499.
pub const PUHUI_ERR_DATE_OUT_OF_RANGE: puhui_status = puhui_status(200);

/// A date lies on the wrong side of another.
pub const PUHUI_ERR_DATES_OUT_OF_ORDER: puhui_status = puhui_status(201);

/// A strict calendar does not cover a date.
pub const PUHUI_ERR_CALENDAR_NOT_COVERED: puhui_status = puhui_status(202);

/// Two due dates are one before any roll, or a roll moves one before the one that it follows.
pub const PUHUI_ERR_DUE_DATES_COLLIDE: puhui_status = puhui_status(203);

/// A benchmark had no published value on the date asked for.
pub const PUHUI_ERR_BENCHMARK_NOT_PUBLISHED: puhui_status = puhui_status(204);

/// An instalment would not even pay its interest.
pub const PUHUI_ERR_NEGATIVE_AMORTISATION: puhui_status = puhui_status(300);

/// No instalment falls in the named season.
pub const PUHUI_ERR_SEASON_NEVER_OCCURS: puhui_status = puhui_status(301);

/// The planned principal does not sum to the loan.
pub const PUHUI_ERR_PLAN_DOES_NOT_SUM: puhui_status = puhui_status(302);

/// A buffer is smaller than what is to be written into it; the call says how much is needed.
pub const PUHUI_ERR_BUFFER_TOO_SMALL: puhui_status = puhui_status(303);

/// Two events carry one number and do not say the same.
pub const PUHUI_ERR_NUMBER_USED_TWICE: puhui_status = puhui_status(304);

/// A reversal names no event that can be reversed.
pub const PUHUI_ERR_NOTHING_TO_REVERSE: puhui_status = puhui_status(305);

/// Nothing more can happen to the account: it is closed, settled or charged off.
pub const PUHUI_ERR_ACCOUNT_ENDED: puhui_status = puhui_status(306);

/// Something is still owed, or held.
pub const PUHUI_ERR_NOT_SETTLED: puhui_status = puhui_status(307);

/// More is waived than is owed.
pub const PUHUI_ERR_MORE_THAN_OWED: puhui_status = puhui_status(308);

/// More is drawn than is left to draw.
pub const PUHUI_ERR_LIMIT_EXCEEDED: puhui_status = puhui_status(309);

/// A snapshot, such as the state of an account, is of another loan, of a version that is not known, or not one at all.
pub const PUHUI_ERR_INVALID_SNAPSHOT: puhui_status = puhui_status(310);

/// The flows of a loan never change sign: no rate discounts them to zero.
pub const PUHUI_ERR_NO_SIGN_CHANGE: puhui_status = puhui_status(400);

/// The flows of a loan change sign more than once: more than one rate may discount them to zero.
pub const PUHUI_ERR_MORE_THAN_ONE_ROOT: puhui_status = puhui_status(401);

/// The rate lies outside -99.9 % to 10,000 % a year.
pub const PUHUI_ERR_RATE_OUT_OF_BRACKET: puhui_status = puhui_status(402);

/// A nominal rate was asked of periods that are not all equal.
pub const PUHUI_ERR_UNEQUAL_PERIODS: puhui_status = puhui_status(403);

/// A bug in this library, found by itself: it met what cannot be, and gives no figure instead of a wrong one. The message says
/// what; please report it. Outputs are as after any other failure.
pub const PUHUI_ERR_INTERNAL: puhui_status = puhui_status(998);

/// A bug in this library. The outputs are unspecified, handles are NULL; what was built before stays good. A line about it
/// has been written to standard error.
pub const PUHUI_ERR_PANIC: puhui_status = puhui_status(999);

/// What [`puhui_status_message`] says of each.
const MESSAGES: &[(puhui_status, &CStr)] = &[
    (PUHUI_OK, c"success"),
    (PUHUI_ERR_NULL, c"a pointer is NULL where it may not be"),
    (PUHUI_ERR_STRUCT_SIZE, c"the struct_size is not one that this library can read"),
    (PUHUI_ERR_UNKNOWN_CODE, c"a code is unknown"),
    (PUHUI_ERR_ROWS, c"one or more rows failed"),
    (PUHUI_ERR_TEXT, c"a text is not UTF-8 or not ended by a NUL"),
    (PUHUI_ERR_RESERVED, c"a reserved field is not 0"),
    (PUHUI_ERR_MALFORMED, c"a value is not of the form that its field asks for"),
    (PUHUI_ERR_TOO_MANY_DIGITS, c"a value has more digits than can be held exactly"),
    (PUHUI_ERR_OUT_OF_RANGE, c"a value lies outside its bounds"),
    (PUHUI_ERR_OVERFLOW, c"a result does not fit the type that holds it"),
    (PUHUI_ERR_MISSING, c"a field that the others make necessary is absent"),
    (PUHUI_ERR_UNKNOWN_FIELD, c"a field is not known"),
    (PUHUI_ERR_UNKNOWN_VALUE, c"a word is not in the field's vocabulary"),
    (PUHUI_ERR_CONTRADICTION, c"two fields exclude each other"),
    (PUHUI_ERR_CURRENCY_MISMATCH, c"two amounts are of different currencies"),
    (PUHUI_ERR_IO, c"a source cannot be read or a target not written"),
    (PUHUI_ERR_LENGTHS_DIFFER, c"two columns have different numbers of rows"),
    (PUHUI_ERR_NOT_COMPARABLE, c"figures of different plans, bases or books do not add up"),
    (PUHUI_ERR_THREAD_NOT_STARTED, c"the operating system does not start as many threads as were asked for"),
    (PUHUI_ERR_DATE_OUT_OF_RANGE, c"a date lies outside the years that are computed with"),
    (PUHUI_ERR_DATES_OUT_OF_ORDER, c"a date lies on the wrong side of another"),
    (PUHUI_ERR_CALENDAR_NOT_COVERED, c"a strict calendar does not cover a date"),
    (
        PUHUI_ERR_DUE_DATES_COLLIDE,
        c"two due dates are one before any roll, or a roll moves one before the other",
    ),
    (PUHUI_ERR_BENCHMARK_NOT_PUBLISHED, c"a benchmark had no published value on the date asked for"),
    (PUHUI_ERR_NEGATIVE_AMORTISATION, c"an instalment would not even pay its interest"),
    (PUHUI_ERR_SEASON_NEVER_OCCURS, c"no instalment falls in the named season"),
    (PUHUI_ERR_PLAN_DOES_NOT_SUM, c"the planned principal does not sum to the loan"),
    (PUHUI_ERR_BUFFER_TOO_SMALL, c"a buffer is smaller than what is to be written into it"),
    (PUHUI_ERR_NUMBER_USED_TWICE, c"two events carry one number"),
    (PUHUI_ERR_NOTHING_TO_REVERSE, c"a reversal names no event that can be reversed"),
    (PUHUI_ERR_ACCOUNT_ENDED, c"nothing more can happen to the account"),
    (PUHUI_ERR_NOT_SETTLED, c"something is still owed or held"),
    (PUHUI_ERR_MORE_THAN_OWED, c"more is waived than is owed"),
    (PUHUI_ERR_LIMIT_EXCEEDED, c"more is drawn than is left to draw"),
    (PUHUI_ERR_INVALID_SNAPSHOT, c"a snapshot is of another loan or version, or none at all"),
    (PUHUI_ERR_NO_SIGN_CHANGE, c"the flows never change sign"),
    (PUHUI_ERR_MORE_THAN_ONE_ROOT, c"the flows change sign more than once"),
    (PUHUI_ERR_RATE_OUT_OF_BRACKET, c"the rate lies outside -99.9 % to 10,000 % a year"),
    (PUHUI_ERR_UNEQUAL_PERIODS, c"the periods are not all equal"),
    (PUHUI_ERR_INTERNAL, c"a bug in this library, found by itself"),
    (PUHUI_ERR_PANIC, c"a bug in this library"),
];

/// Major part of the version that this header belongs to.
pub const PUHUI_VERSION_MAJOR: u32 = 0;

/// Minor part of the version. Before 1.0 a new one may break callers, and is another shared library (its SONAME has both).
pub const PUHUI_VERSION_MINOR: u32 = 1;

/// Patch part of the version.
pub const PUHUI_VERSION_PATCH: u32 = 0;

impl From<&Error> for puhui_status {
    /// The number is the code's own; `every_code_has_its_constant` holds the constants to it.
    fn from(error: &Error) -> puhui_status {
        puhui_status(error.code().number())
    }
}

/// Returns what a status means, in English: a static text, NUL-terminated UTF-8, never to be freed and never NULL.
///
/// An unknown status gives "unknown status". What went wrong in a particular call, and where, stands in its `puhui_error`.
/// Any number of threads may call this at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn puhui_status_message(status: puhui_status) -> *const c_char {
    let known = MESSAGES.iter().find(|(known, _)| *known == status);
    known.map_or(c"unknown status", |(_, message)| *message).as_ptr()
}

/// Returns the version of the library that is running, in the form of `PUHUI_VERSION_NUMBER`: major x 1,000,000 + minor x
/// 1,000 + patch.
///
/// A host that loads the shared library compares it with the `PUHUI_VERSION_NUMBER` that it was compiled with. Any number
/// of threads may call this at the same time.
#[unsafe(no_mangle)]
pub extern "C" fn puhui_version_number() -> u32 {
    PUHUI_VERSION_MAJOR * 1_000_000 + PUHUI_VERSION_MINOR * 1_000 + PUHUI_VERSION_PATCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    const HEADER: &str = include_str!("../../../include/puhui.h");

    /// The names and numbers of the statuses, as the header defines them.
    fn defined() -> Vec<(String, u32)> {
        HEADER
            .lines()
            .filter_map(|line| line.strip_prefix("#define PUHUI_ERR_"))
            .filter_map(|rest| rest.split_once(' '))
            .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
            .collect()
    }

    #[test]
    fn every_code_has_its_constant() {
        let defined = defined();
        for code in ErrorCode::ALL {
            let name = code.as_str().to_ascii_uppercase();
            assert!(defined.contains(&(name.clone(), code.number())), "{name} is not in the header");
        }
        let own = defined.iter().filter(|(_, number)| (100..999).contains(number)).count();
        assert_eq!(own, ErrorCode::ALL.len(), "the header names a code that the library does not have");
    }

    #[test]
    fn statuses_are_distinct_and_documented() {
        let defined = defined();
        assert_eq!(defined.len() + 1, MESSAGES.len());
        for pair in MESSAGES.windows(2) {
            assert!(pair[0].0.0 < pair[1].0.0, "{:?}", pair[1]);
        }
        for (name, number) in defined {
            let before = HEADER.split(&format!("#define PUHUI_ERR_{name} ")).next().unwrap();
            assert!(before.trim_end().ends_with("*/"), "{name} is not documented");
            assert!(MESSAGES.iter().any(|(status, _)| status.0 == number), "{name} has no message");
        }
    }

    #[test]
    fn the_version_is_that_of_the_crate() {
        let version = format!("{PUHUI_VERSION_MAJOR}.{PUHUI_VERSION_MINOR}.{PUHUI_VERSION_PATCH}");
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
    }
}
