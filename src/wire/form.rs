//! Forms: the objects of JSON, each key declared once with its text, its documentation, how it is read and how it is written.
//!
//! A value is read in two steps. First serde reads the *shape*, a form of texts: unknown keys, keys twice, arrays in the place of
//! objects and numbers in the place of strings end here. Then the form is read into the value, with an error that names the key
//! as the form spells it, in an object by its path.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::ser::SerializeStruct;
use serde::{Deserializer, Serializer, de};

use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;

/// A value as one key of a form holds it.
pub(crate) trait Wire: Sized {
    /// What JSON holds: a string, a whole number, `true` or `false`, a list, or another form.
    type Text;

    /// Reads it. An error names `key`, or a path that begins with it.
    fn read(text: &Self::Text, key: &'static str, currency: Currency) -> Result<Self>;

    /// Writes it. None: the key is left out.
    fn write(&self, currency: Currency) -> Option<Self::Text>;
}

/// What is absent is none; what is none is not written.
impl<T: Wire> Wire for Option<T> {
    type Text = T::Text;

    fn read(text: &T::Text, key: &'static str, currency: Currency) -> Result<Option<T>> {
        T::read(text, key, currency).map(Some)
    }

    fn write(&self, currency: Currency) -> Option<T::Text> {
        self.as_ref().and_then(|value| value.write(currency))
    }
}

/// A value that must be there.
pub(crate) fn required<T>(value: Option<T>, key: &'static str, bound: &str) -> Result<T> {
    value.ok_or_else(|| Error::new(ErrorCode::Missing, key, "nothing", bound))
}

/// The keys of a form, for serde.
pub(crate) trait Form: Default {
    /// The keys in the order in which they are written, without those of a part.
    const KEYS: &'static [&'static str];

    /// The keys in the order in which they are written, with those of a part.
    fn keys() -> Vec<&'static str>;

    /// The keys that have a value.
    fn given(&self) -> Vec<&'static str>;

    /// Reads the value of a key that is the form's.
    fn take<'de, A: MapAccess<'de>>(
        &mut self,
        key: &'static str,
        map: &mut A,
    ) -> std::result::Result<(), A::Error>;

    /// Writes the keys that have a value.
    fn put<S: SerializeStruct>(&self, object: &mut S) -> std::result::Result<(), S::Error>;
}

/// Writes a form as an object.
pub(crate) fn serialize<F: Form, S: Serializer>(
    form: &F,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_struct("form", form.given().len())?;
    form.put(&mut object)?;
    object.end()
}

/// Reads a form from an object, and from nothing else.
pub(crate) fn deserialize<'de, F: Form, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<F, D::Error> {
    deserializer.deserialize_map(Object(PhantomData))
}

struct Object<F>(PhantomData<F>);

impl<'de, F: Form> Visitor<'de> for Object<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<F, A::Error> {
        let (mut form, mut seen) = (F::default(), Vec::new());
        while let Some(key) = map.next_key_seed(Key::<F>(PhantomData))? {
            if seen.contains(&key) {
                return Err(de::Error::duplicate_field(key));
            }
            seen.push(key);
            form.take(key, &mut map)?;
        }
        Ok(form)
    }
}

struct Key<F>(PhantomData<F>);

impl<'de, F: Form> DeserializeSeed<'de> for Key<F> {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<F: Form> Visitor<'_> for Key<F> {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<&'static str, E> {
        let keys = F::keys();
        keys.iter().copied().find(|key| *key == text).ok_or_else(|| {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            de::Error::custom(format_args!("unknown field `{text}`, expected one of {}", keys.join(", ")))
        })
    }
}

/// Declares a form. A line is a key with its documentation, the type of its value, and how it is read and written:
///
/// | | key absent | written |
/// |---|---|---|
/// | `required("a date")` | an error with this bound | always |
/// | `or(default)` | the default | always |
/// | `unless(default)` | the default | unless it is the default |
/// | `by_hand(..)` | as its own code says | as its own code says; the type is that of the text |
///
/// The field has the name of its key, or stands before it: `excess_payment as money_ahead`. Three kinds:
///
/// * `struct PenaltyForm of Penalty { .. }`: the lines are the fields of the value, all of them. `usual()` stands for `unless`
///   with the value's own default. `by_hand(read, write)`: `read` makes the field of the text, and may name the fields before it;
///   `write` makes the text of the value.
/// * `struct LoanForm for Draft { .. }`: a line says where its value lies in the draft, which already holds what absence means:
///   `always(rules.every)`, `usual(rules.grace)`, `required("a date", terms.disbursed_on)`. `beside part: PartForm, part_keys` adds the
///   keys of another form, and their documentation, which `struct PartForm of Part, part_keys` makes a macro of.
/// * `struct RateForm { .. }`: texts alone, read and written by hand.
macro_rules! form {
    ($(#[$meta:meta])* $vis:vis struct $form:ident of $value:ident, $list:ident { $($lines:tt)+ }) => {
        $crate::wire::form::form! { $(#[$meta])* $vis struct $form of $value { $($lines)+ } }
        $crate::wire::form::form! { @list $list { $($lines)+ } }
    };
    (@list $list:ident {
        $($(#[doc = $doc:literal])* $field:ident $(as $key:ident)?: $type:ty => $how:ident($($rule:tt)*),)+
    }) => {
        /// The keys of the form, each with its documentation, for the form beside whose keys they stand.
        macro_rules! $list {
            () => {
                concat!($("* `", $crate::wire::form::form!(@key $field $($key)?), "`:" $(, $doc, "\n ")*, "\n"),+)
            };
        }
        pub(crate) use $list;
    };
    ($(#[$meta:meta])* $vis:vis struct $form:ident of $value:ident {
        $($(#[doc = $doc:literal])* $field:ident $(as $key:ident)?: $type:ty => $how:ident($($rule:tt)*),)+
    }) => {
        $crate::wire::form::form! { @keys $(#[$meta])* $vis struct $form {
            $($(#[doc = $doc])* $field [$crate::wire::form::form!(@key $field $($key)?)] [$crate::wire::form::form!(@text $how $type)],)+
        } }

        impl $form {
            /// Reads the value.
            pub(crate) fn read(&self, currency: $crate::money::Currency) -> $crate::error::Result<$value> {
                $(let $field = $crate::wire::form::form!(
                    @read $how($($rule)*) self $field $value [$crate::wire::form::form!(@key $field $($key)?)] currency
                );)+
                Ok($value { $($field),+ })
            }

            /// Writes the value.
            pub(crate) fn of(value: &$value, currency: $crate::money::Currency) -> $form {
                $form { $($field: $crate::wire::form::form!(@write $how($($rule)*) value $field $value currency)),+ }
            }
        }

        impl $crate::wire::form::Wire for $value {
            type Text = $form;

            fn read(form: &$form, key: &'static str, currency: $crate::money::Currency) -> $crate::error::Result<$value> {
                form.read(currency).map_err(|error| error.within(key))
            }

            fn write(&self, currency: $crate::money::Currency) -> Option<$form> {
                Some($form::of(self, currency))
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis struct $form:ident for $draft:ident beside $part:ident: $part_form:ident, $list:ident {
        $($(#[doc = $doc:literal])* $key:ident: $type:ty => $how:ident($($rule:tt)*),)+
    }) => {
        $crate::wire::form::form! { @keys $(#[$meta])* $vis struct $form beside $part: $part_form, $list {
            $($(#[doc = $doc])* $key [stringify!($key)] [$crate::wire::form::form!(@text $how $type)],)+
        } }

        impl $form {
            /// Reads what lies in the draft into it.
            fn read_into(&self, draft: &mut $draft, currency: $crate::money::Currency) -> $crate::error::Result<()> {
                $($crate::wire::form::form!(@read_into $how($($rule)*) self draft $key currency);)+
                Ok(())
            }

            /// Writes what lies in a draft; `absent` is one that no key was read into.
            fn of_draft(draft: &$draft, absent: &$draft, currency: $crate::money::Currency) -> $form {
                $form {
                    $($key: $crate::wire::form::form!(@write_from $how($($rule)*) draft absent currency),)+
                    $part: $part_form::default(),
                }
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis struct $form:ident { $($(#[doc = $doc:literal])* $key:ident: $text:ty,)+ }) => {
        $crate::wire::form::form! { @keys $(#[$meta])* $vis struct $form {
            $($(#[doc = $doc])* $key [stringify!($key)] [$text],)+
        } }
    };

    // The struct of texts, and its keys.
    (@keys $(#[$meta:meta])* $vis:vis struct $form:ident $(beside $part:ident: $part_form:ident, $list:ident)? {
        $($(#[doc = $doc:literal])* $field:ident [$($key:tt)+] [$($text:tt)+],)+
    }) => {
        $(#[$meta])*
        ///
        /// # Keys
        ///
        $(#[doc = concat!("* `", $($key)+, "`:" $(, $doc, "\n ")*)])+
        $(
            #[doc = concat!("\n# Keys of ", stringify!($part), "\n")]
            #[doc = $list!()]
        )?
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        $vis struct $form {
            $(pub(super) $field: Option<$($text)+>,)+
            $(pub(super) $part: $part_form,)?
        }

        impl $crate::wire::form::Form for $form {
            const KEYS: &'static [&'static str] = &[$($($key)+),+];

            fn given(&self) -> Vec<&'static str> {
                let own = [$(($($key)+, self.$field.is_some())),+].into_iter();
                let own = own.filter(|(_, given)| *given).map(|(key, _)| key);
                own$(.chain($crate::wire::form::Form::given(&self.$part)))?.collect()
            }

            fn keys() -> Vec<&'static str> {
                let own = Self::KEYS.iter().copied();
                own$(.chain(<$part_form as $crate::wire::form::Form>::keys()))?.collect()
            }

            fn take<'de, A: serde::de::MapAccess<'de>>(
                &mut self,
                key: &'static str,
                map: &mut A,
            ) -> std::result::Result<(), A::Error> {
                $(if key == $($key)+ {
                    self.$field = map.next_value()?;
                    return Ok(());
                })+
                $($crate::wire::form::Form::take(&mut self.$part, key, map)?;)?
                Ok(())
            }

            fn put<S: serde::ser::SerializeStruct>(&self, object: &mut S) -> std::result::Result<(), S::Error> {
                $(if let Some(text) = &self.$field {
                    object.serialize_field($($key)+, text)?;
                })+
                $($crate::wire::form::Form::put(&self.$part, object)?;)?
                Ok(())
            }
        }

        impl serde::Serialize for $form {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                $crate::wire::form::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $form {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<$form, D::Error> {
                $crate::wire::form::deserialize(deserializer)
            }
        }
    };

    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:ident) => { stringify!($key) };

    (@text by_hand $text:ty) => { $text };
    (@text $how:ident $type:ty) => { <$type as $crate::wire::form::Wire>::Text };

    (@read required($bound:literal) $form:ident $field:ident $value:ident [$key:expr] $currency:ident) => {
        $crate::wire::form::Wire::read(
            $crate::wire::form::required($form.$field.as_ref(), $key, $bound)?, $key, $currency,
        )?
    };
    (@read usual() $form:ident $field:ident $value:ident [$key:expr] $currency:ident) => {
        $crate::wire::form::form!(@read or(<$value>::default().$field) $form $field $value [$key] $currency)
    };
    (@read by_hand($read:expr, $write:expr) $form:ident $field:ident $value:ident [$key:expr] $currency:ident) => {
        $read($form.$field.as_ref())?
    };
    (@read $how:ident($absent:expr) $form:ident $field:ident $value:ident [$key:expr] $currency:ident) => {
        match &$form.$field {
            Some(text) => $crate::wire::form::Wire::read(text, $key, $currency)?,
            None => $absent,
        }
    };

    (@write usual() $from:ident $field:ident $value:ident $currency:ident) => {
        $crate::wire::form::form!(@write unless(<$value>::default().$field) $from $field $value $currency)
    };
    (@write unless($absent:expr) $from:ident $field:ident $value:ident $currency:ident) => {
        if $from.$field == $absent { None } else { $crate::wire::form::Wire::write(&$from.$field, $currency) }
    };
    (@write by_hand($read:expr, $write:expr) $from:ident $field:ident $value:ident $currency:ident) => {
        $write($from)
    };
    (@write $how:ident($rule:expr) $from:ident $field:ident $value:ident $currency:ident) => {
        $crate::wire::form::Wire::write(&$from.$field, $currency)
    };

    (@read_into by_hand() $form:ident $draft:ident $key:ident $currency:ident) => {};
    (@read_into required($bound:literal, $($place:ident).+) $form:ident $draft:ident $key:ident $currency:ident) => {
        let text = $crate::wire::form::required($form.$key.as_ref(), stringify!($key), $bound)?;
        $draft.$($place).+ = $crate::wire::form::Wire::read(text, stringify!($key), $currency)?;
    };
    (@read_into $how:ident($($place:ident).+) $form:ident $draft:ident $key:ident $currency:ident) => {
        if let Some(text) = &$form.$key {
            $draft.$($place).+ = $crate::wire::form::Wire::read(text, stringify!($key), $currency)?;
        }
    };

    (@write_from by_hand() $draft:ident $absent:ident $currency:ident) => { None };
    (@write_from usual($($place:ident).+) $draft:ident $absent:ident $currency:ident) => {
        if $draft.$($place).+ == $absent.$($place).+ {
            None
        } else {
            $crate::wire::form::Wire::write(&$draft.$($place).+, $currency)
        }
    };
    (@write_from required($bound:literal, $($place:ident).+) $draft:ident $absent:ident $currency:ident) => {
        $crate::wire::form::Wire::write(&$draft.$($place).+, $currency)
    };
    (@write_from always($($place:ident).+) $draft:ident $absent:ident $currency:ident) => {
        $crate::wire::form::Wire::write(&$draft.$($place).+, $currency)
    };
}
pub(crate) use form;
