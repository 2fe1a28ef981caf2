//! The one error of the crate.

use std::borrow::Cow;
use std::fmt;

/// Declares [`ErrorCode`] with its frozen number and spelling, so that the three cannot drift apart.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $text:literal;)*) => {
        /// Which rule was violated. The number is the status that C sees; the text is the `code` of the wire form.
        ///
        /// Numbers and texts are frozen: neither is ever changed or reused. New codes may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[repr(u32)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant = $number,)*
        }

        impl ErrorCode {
            /// Every code, in the order of its number.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$variant,)*];

            /// The frozen number, as a C caller sees it.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(ErrorCode::$variant => $number,)* }
            }

            /// The frozen spelling, as the wire form shows it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(ErrorCode::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// A text is not of the form that its field asks for.
    Malformed = 100, "malformed";
    /// An amount has more decimals than its currency, or a rate more digits than can be held exactly.
    TooManyDigits = 101, "too_many_digits";
    /// A value lies outside its bounds.
    OutOfRange = 102, "out_of_range";
    /// A result does not fit the type that holds it.
    Overflow = 103, "overflow";
    /// A field that the others make necessary is absent.
    Missing = 104, "missing";
    /// A field that is not known.
    UnknownField = 105, "unknown_field";
    /// A word that is not in the field's vocabulary.
    UnknownValue = 106, "unknown_value";
    /// Two fields exclude each other.
    Contradiction = 107, "contradiction";
    /// Two amounts are of different currencies.
    CurrencyMismatch = 108, "currency_mismatch";
    /// A source cannot be read to its end as UTF-8, or a target not written.
    Io = 109, "io";
    /// Two columns have different numbers of rows.
    LengthsDiffer = 110, "lengths_differ";
    /// Figures of different plans, bases or books do not add up.
    NotComparable = 111, "not_comparable";
    /// The operating system does not start as many threads as were asked for. Ask for fewer; 1 starts none.
    ThreadNotStarted = 112, "thread_not_started";
    /// A date lies outside the years that are computed with.
    DateOutOfRange = 200, "date_out_of_range";
    /// A date lies on the wrong side of another.
    DatesOutOfOrder = 201, "dates_out_of_order";
    /// A strict calendar does not cover a date.
    CalendarNotCovered = 202, "calendar_not_covered";
    /// Two due dates are one before any roll, or a roll moves one before the one that it follows.
    DueDatesCollide = 203, "due_dates_collide";
    /// A benchmark had no published value on the date asked for.
    BenchmarkNotPublished = 204, "benchmark_not_published";
    /// An instalment would not even pay its interest.
    NegativeAmortisation = 300, "negative_amortisation";
    /// No instalment falls in the named season.
    SeasonNeverOccurs = 301, "season_never_occurs";
    /// The planned principal does not sum to the loan.
    PlanDoesNotSum = 302, "plan_does_not_sum";
    /// A buffer is smaller than what is to be written into it.
    BufferTooSmall = 303, "buffer_too_small";
    /// Two events carry one number.
    NumberUsedTwice = 304, "number_used_twice";
    /// A reversal names no event that can be reversed.
    NothingToReverse = 305, "nothing_to_reverse";
    /// Nothing more can happen to the account: it is closed, settled or charged off.
    AccountEnded = 306, "account_ended";
    /// Something is still owed, or held.
    NotSettled = 307, "not_settled";
    /// More is waived than is owed.
    MoreThanOwed = 308, "more_than_owed";
    /// More is drawn than is left to draw.
    LimitExceeded = 309, "limit_exceeded";
    /// A snapshot is of another loan, or of a version that is not known.
    InvalidSnapshot = 310, "invalid_snapshot";
    /// The flows of a loan never change sign: no rate discounts them to zero.
    NoSignChange = 400, "no_sign_change";
    /// The flows of a loan change sign more than once: more than one rate may discount them to zero.
    MoreThanOneRoot = 401, "more_than_one_root";
    /// The rate lies outside -99.9 % to 10,000 % a year.
    RateOutOfBracket = 402, "rate_out_of_bracket";
    /// A nominal rate was asked of periods that are not all equal.
    UnequalPeriods = 403, "unequal_periods";
    /// The library has met what cannot be: a bug in puhui, please report it with what was found. Nothing was changed.
    Internal = 998, "internal";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What went wrong, with the field, the value and the bound.
///
/// Errors describe bad input or a result that cannot be represented; one code, [`ErrorCode::Internal`], says that the library
/// itself is wrong. The value is one pointer wide; what it says is made only when something has gone wrong.
///
/// # Examples
///
/// ```
/// use puhui::{Currency, ErrorCode, Money};
///
/// let error = Money::parse("12.345", Currency::CNY).unwrap_err();
/// assert_eq!(error.code(), ErrorCode::TooManyDigits);
/// assert_eq!(error.to_string(), "amount: expected at most 2 decimals in CNY, got 12.345");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Error {
    detail: Box<Detail>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Detail {
    code: ErrorCode,
    field: Cow<'static, str>,
    value: String,
    bound: String,
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.field, self.bound, self.value)
    }
}

impl Error {
    /// Makes an error: which rule, at which field, what was found, and what is allowed.
    #[cold]
    #[must_use]
    pub fn new(
        code: ErrorCode,
        field: impl Into<Cow<'static, str>>,
        value: impl fmt::Display,
        bound: impl fmt::Display,
    ) -> Error {
        Error {
            detail: Box::new(Detail {
                code,
                field: field.into(),
                value: value.to_string(),
                bound: bound.to_string(),
            }),
        }
    }

    /// What cannot be was found: a bug in puhui, never a figure.
    #[cold]
    #[must_use]
    pub(crate) fn internal(place: &'static str, found: impl fmt::Display) -> Error {
        Error::new(
            ErrorCode::Internal,
            place,
            found,
            "something else: this is a bug in puhui, please report it",
        )
    }

    /// The same error, its field seen from one level further out: `principal` in `terms` is `terms.principal`.
    #[cold]
    #[must_use]
    pub fn within(mut self, parent: &str) -> Error {
        self.detail.field = Cow::Owned(format!("{parent}.{}", self.detail.field));
        self
    }

    /// The same error at another field: one that the caller knows by a better name.
    #[cold]
    #[must_use]
    pub fn at(mut self, field: impl Into<Cow<'static, str>>) -> Error {
        self.detail.field = field.into();
        self
    }

    /// Which rule was violated.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.detail.code
    }

    /// The field that holds the offending value, as a path: `terms.principal`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.detail.field
    }

    /// What was found there.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.detail.value
    }

    /// What is allowed there.
    #[must_use]
    pub fn bound(&self) -> &str {
        &self.detail.bound
    }
}

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_rise() {
        for pair in ErrorCode::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number(), "{} and {}", pair[0], pair[1]);
        }
        let mut texts: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn a_field_can_be_seen_from_outside() {
        let error = Error::new(ErrorCode::OutOfRange, "principal", "-1.00", "above 0").within("terms");
        assert_eq!(error.to_string(), "terms.principal: expected above 0, got -1.00");
    }
}
