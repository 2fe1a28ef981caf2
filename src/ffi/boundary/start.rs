//! What a struct of C starts as: said once, in Rust; `include/puhui.h` makes its `_INIT` macro of it.

use std::fmt::Debug;

/// A struct that C starts with a macro: with its [`Default`].
pub(in crate::ffi) trait Start: Default + Debug {
    /// The name of the macro.
    const MACRO: &'static str;
    /// What the macro says of itself, line by line.
    const ABOUT: &'static [&'static str];
}

/// Says what a struct starts as: the fields that are named are so, its `struct_size` is its size, and every other field 0 or NULL.
///
/// The comment becomes that of the macro in C. Without fields, the struct has a [`Default`] of its own. Each stands also in the
/// list of `declared.rs`.
macro_rules! start {
    ($(#[doc = $about:literal])+ $name:ident = $of:ident) => {
        impl $crate::ffi::boundary::start::Start for $of {
            const MACRO: &'static str = stringify!($name);
            const ABOUT: &'static [&'static str] = &[$($about),+];
        }
    };
    ($(#[doc = $about:literal])+ $name:ident = $of:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $crate::ffi::boundary::start::start! { $(#[doc = $about])+ $name = $of }

        impl Default for $of {
            fn default() -> $of {
                let mut start = $crate::ffi::boundary::options::zeros::<$of>();
                start.struct_size = $crate::ffi::boundary::options::struct_size::<$of>();
                $(start.$field = $value;)*
                start
            }
        }
    };
}
pub(in crate::ffi) use start;
