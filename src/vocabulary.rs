//! Closed vocabularies: enums whose spelling, code, parsing, printing and serde are declared once.

use crate::error::Error;

/// What the words of a closed vocabulary have in common, where a column holds their codes.
pub(crate) trait Vocabulary: Copy + std::str::FromStr<Err = Error> + 'static {
    /// The value of a code.
    fn of_code(code: u8) -> Option<Self>;
    /// The code.
    #[cfg(any(feature = "csv", feature = "capi"))]
    fn to_code(self) -> u8;
    /// The bit in a column of several.
    fn to_bit(self) -> u8;
    /// The spelling.
    #[cfg(feature = "csv")]
    fn text(self) -> &'static str;
    /// Every value, in the order of the codes.
    fn all() -> &'static [Self];
}

/// A vocabulary that C has constants for.
#[cfg(feature = "capi")]
pub(crate) trait InC: Vocabulary {
    /// What the names of its constants begin with.
    const PREFIX: &'static str;
    /// What it says of itself, line by line.
    const ABOUT: &'static [&'static str];
    /// What it means that there is none of its words, where there may be none.
    const NONE: Option<&'static str>;
    /// The words, in the order of the codes.
    const WORDS: &'static [WordInC];
}

/// What C is told of a word.
#[cfg(feature = "capi")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordInC {
    /// The spelling, which the name of its constant is made of.
    pub text: &'static str,
    /// The rest of the name, if it is another.
    pub named: Option<&'static str>,
    /// What it says of itself, line by line.
    pub about: &'static [&'static str],
}

/// The first of at most one.
#[cfg(feature = "capi")]
macro_rules! or_none {
    () => {
        None
    };
    ($value:expr) => {
        Some($value)
    };
}
#[cfg(feature = "capi")]
pub(crate) use or_none;

/// Declares a closed vocabulary: an enum with its frozen spellings, parsing, printing and serde.
///
/// `("field", PUHUI_PREFIX)` gives C a constant for each word: the prefix, and the spelling in capitals, or the name that stands after
/// `as`. Its documentation there is the first paragraph of the word's. `none: "..."` is what the constant says that stands for no
/// word.
macro_rules! vocabulary {
    (
        $(#[doc = $about:literal])* $vis:vis enum $name:ident ($field:literal $(, $prefix:ident $(, none: $none:literal)?)?) {
            $($(#[doc = $doc:literal])* $variant:ident = $text:literal $(as $named:ident)?,)+
        }
    ) => {
        $crate::vocabulary::vocabulary! {
            @words $(#[doc = $about])* $vis enum $name ($field) { $($(#[doc = $doc])* $variant = $text,)+ }
        }
        $crate::vocabulary::vocabulary! {
            @in_c $name ($($prefix $(, $none)?)?) ($($about)*) { $(($text $(, $named)?) ($($doc)*))+ }
        }
    };
    (@in_c $name:ident () $($rest:tt)*) => {};
    (
        @in_c $name:ident ($prefix:ident $(, $none:literal)?) ($($about:literal)*) {
            $(($text:literal $(, $named:ident)?) ($($doc:literal)*))+
        }
    ) => {
        #[cfg(feature = "capi")]
        impl $crate::vocabulary::InC for $name {
            const PREFIX: &'static str = stringify!($prefix);
            const ABOUT: &'static [&'static str] = &[$($about),*];
            const NONE: Option<&'static str> = $crate::vocabulary::or_none!($($none)?);
            const WORDS: &'static [$crate::vocabulary::WordInC] = &[$($crate::vocabulary::WordInC {
                text: $text,
                named: $crate::vocabulary::or_none!($(stringify!($named))?),
                about: &[$($doc),*],
            },)+];
        }
    };
    (
        @words $(#[doc = $about:literal])* $vis:vis enum $name:ident ($field:literal) {
            $($(#[doc = $doc:literal])* $variant:ident = $text:literal,)+
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $(
                $(#[doc = $doc])*
                ///
                #[doc = concat!("Written `", $text, "`.")]
                $variant,
            )+
        }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The spelling of the wire form.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// The number of the value in columns and in C: its place in [`ALL`](Self::ALL), from 1.
            ///
            /// Where there may be none, a column says so by 0, and a field of a C struct by 255.
            #[must_use]
            pub const fn code(self) -> u8 {
                // The variants are numbered from 0 in the order of their declaration.
                #[allow(clippy::as_conversions, reason = "a vocabulary has far fewer than 255 words")]
                let place = self as u8;
                place + 1
            }

            /// The bit of the value in a column that holds several: `1 << (code - 1)`; 0 past the eighth.
            #[must_use]
            pub const fn bit(self) -> u8 {
                if self.code() > 8 { 0 } else { 1 << (self.code() - 1) }
            }

            /// The value of a number; none for 0 and for numbers that are not known.
            #[must_use]
            pub fn from_code(code: u8) -> Option<$name> {
                usize::from(code).checked_sub(1).and_then(|place| $name::ALL.get(place)).copied()
            }
        }

        impl $crate::vocabulary::Vocabulary for $name {
            fn of_code(code: u8) -> Option<$name> {
                $name::from_code(code)
            }

            #[cfg(any(feature = "csv", feature = "capi"))]
            fn to_code(self) -> u8 {
                self.code()
            }

            fn to_bit(self) -> u8 {
                self.bit()
            }

            #[cfg(feature = "csv")]
            fn text(self) -> &'static str {
                self.as_str()
            }

            fn all() -> &'static [$name] {
                $name::ALL
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;

            fn from_str(text: &str) -> $crate::error::Result<$name> {
                match text {
                    $($text => Ok($name::$variant),)+
                    _ => Err($crate::error::Error::new(
                        $crate::error::ErrorCode::UnknownValue,
                        $field,
                        $crate::decimal_text::quoted(text),
                        concat!("one of", $(" ", $text,)+),
                    )),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$name, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use vocabulary;
