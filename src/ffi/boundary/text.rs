//! Texts: those that come in, and those that fill an array of the caller's.

use std::ffi::{CStr, c_char};
use std::fmt::{self, Write};
use std::ptr;

use super::failure::Failure;
use super::status::PUHUI_ERR_TEXT;
use crate::error::{Error, ErrorCode};

/// Reads a NUL-terminated UTF-8 text.
///
/// # Safety
///
/// `text` must be NULL or NUL-terminated, and stay unchanged while the result is used.
pub(in crate::ffi) unsafe fn read<'a>(text: *const c_char, field: &'static str) -> Result<&'a str, Failure> {
    if text.is_null() {
        return Err(Failure::null(field));
    }
    // SAFETY: not NULL, and NUL-terminated by this function's contract.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map_err(|_| not_a_text(field))
}

/// Reads a text in an array of fixed size, up to its NUL.
pub(in crate::ffi) fn read_array<'a, const N: usize>(
    array: [c_char; N],
    bytes: &'a mut [u8; N],
    field: &'static str,
) -> Result<&'a str, Failure> {
    *bytes = array.map(|char| u8::from_ne_bytes(char.to_ne_bytes()));
    let text = CStr::from_bytes_until_nul(bytes).map_err(|_| not_a_text(field))?;
    text.to_str().map_err(|_| not_a_text(field))
}

#[cold]
fn not_a_text(field: &'static str) -> Failure {
    Failure::Call { status: PUHUI_ERR_TEXT, field, message: "UTF-8, ended by a NUL" }
}

/// Writes bytes into an array of the caller's, or counts them.
///
/// # Safety
///
/// `text` must be NULL or writable for `capacity` bytes, `out_length` be writable.
pub(in crate::ffi) unsafe fn write(
    given: &[u8],
    text: *mut c_char,
    capacity: usize,
    out_length: *mut usize,
) -> Result<(), Failure> {
    // SAFETY: writable by this function's contract; the bytes fit, and are not the caller's.
    unsafe {
        out_length.write(given.len());
        if text.is_null() {
            return Ok(());
        }
        if capacity < given.len() {
            let bound = format!("at least {} bytes", given.len());
            return Err(Error::new(ErrorCode::BufferTooSmall, "capacity", capacity, bound).into());
        }
        ptr::copy_nonoverlapping(given.as_ptr(), text.cast::<u8>(), given.len());
    }
    Ok(())
}

/// A NUL-terminated text of at most `N - 1` bytes: what does not fit is cut between two characters. Allocates nothing.
pub(in crate::ffi) struct FixedText<const N: usize> {
    bytes: [u8; N],
    len: usize,
    full: bool,
}

impl<const N: usize> FixedText<N> {
    pub(in crate::ffi) fn new() -> FixedText<N> {
        FixedText { bytes: [0; N], len: 0, full: false }
    }

    pub(in crate::ffi) fn push(&mut self, text: &str) {
        for char in text.chars() {
            let end = self.len + char.len_utf8();
            if self.full || end >= N {
                self.full = true;
                return;
            }
            if let Some(place) = self.bytes.get_mut(self.len..end) {
                char.encode_utf8(place);
            }
            self.len = end;
        }
    }

    pub(in crate::ffi) fn print(&mut self, value: impl fmt::Display) {
        // Writing into an array fails only if a `Display` says so itself; what was written before stays.
        let _ = write!(self, "{value}");
    }

    pub(in crate::ffi) fn chars(&self) -> [c_char; N] {
        self.bytes.map(|byte| c_char::from_ne_bytes([byte]))
    }
}

impl<const N: usize> Write for FixedText<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<const N: usize>(text: &str) -> String {
        let mut fixed = FixedText::<N>::new();
        fixed.print(text);
        let mut bytes = [0; N];
        read_array(fixed.chars(), &mut bytes, "test").map(str::to_owned).map_err(|_| "no text").unwrap()
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shown::<8>("1234567"), "1234567");
        assert_eq!(shown::<8>("12345678"), "1234567");
        assert_eq!(shown::<8>("普惠金融"), "普惠"); // Three bytes each: the third would end at 9.
        assert_eq!(shown::<9>("12普惠金"), "12普惠");
        assert_eq!(shown::<1>("x"), "");
        assert_eq!(shown::<8>(""), "");
    }

    #[test]
    fn nothing_follows_a_cut() {
        let mut fixed = FixedText::<4>::new();
        fixed.push("12普");
        fixed.push("3");
        assert_eq!(fixed.bytes, *b"12\0\0");
    }

    #[test]
    fn an_array_without_an_end_is_no_text() {
        let mut bytes = [0; 4];
        let full = b"CNY2".map(|byte| c_char::from_ne_bytes([byte]));
        assert!(read_array(full, &mut bytes, "currency").is_err());
    }
}
