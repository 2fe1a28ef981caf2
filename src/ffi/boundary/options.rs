//! Structs that grow: read from a caller of any release, written for one.

use std::mem::MaybeUninit;
use std::{ptr, slice};

use super::failure::Failure;
use super::read::countable;
use super::status::PUHUI_ERR_STRUCT_SIZE;

/// A struct that starts with its size as a `u32` and only grows at its end.
///
/// # Safety
///
/// `repr(C)`, of at most [`MOST`] bytes, its first field the `u32`, no padding but behind the last field; every pattern of
/// bits, all zeros included, is a value.
pub(in crate::ffi) unsafe trait Plain: Copy {
    /// The size in the first layout; between it and the present one no layout was.
    const SIZE_V1: usize;
}

/// No struct ever grows beyond this: a size that was never set must not be followed through memory.
const MOST: usize = 4096;
/// The bytes of the size itself.
const SIZE_FIELD: usize = size_of::<u32>();

/// A struct of whatever release: arrays of structs are counted as if of these.
pub(in crate::ffi) type OfAnyRelease = [u8; MOST];

/// A struct of zeros and NULL.
pub(in crate::ffi) fn zeros<T: Plain>() -> T {
    // SAFETY: every pattern of bits, all zeros included, is a value.
    unsafe { MaybeUninit::zeroed().assume_init() }
}

/// The `struct_size` of this release.
pub(in crate::ffi) const fn struct_size<T: Plain>() -> u32 {
    const { assert!(size_of::<T>() <= MOST) };
    #[allow(clippy::as_conversions, reason = "at most MOST")]
    let size = size_of::<T>() as u32;
    size
}

#[cold]
fn refused(field: &'static str) -> Failure {
    Failure::Call {
        status: PUHUI_ERR_STRUCT_SIZE,
        field,
        message: "a struct whose struct_size is its sizeof and whose unknown tail is 0",
    }
}

/// Copies a struct of any release into this release's layout: an absent tail is read as zeros.
///
/// # Safety
///
/// `given` must be NULL or point to `struct_size` readable bytes.
pub(in crate::ffi) unsafe fn read<T: Plain>(given: *const T, field: &'static str) -> Result<T, Failure> {
    // SAFETY: forwarded from this function's contract.
    let size = unsafe { size(given, field) }?;
    let known = size.min(size_of::<T>());
    // SAFETY: `known` <= `size` bytes are readable by this function's contract.
    let tail = unsafe { slice::from_raw_parts(given.cast::<u8>().add(known), size - known) };
    if tail.iter().any(|&byte| byte != 0) {
        return Err(refused(field));
    }
    // SAFETY: as this function's contract says, and the size is known.
    Ok(unsafe { read_known(given) })
}

/// Copies what this release knows of a struct; an absent tail is read as zeros.
///
/// # Safety
///
/// `given` must point to `struct_size` readable bytes, as many as [`size`] found good.
pub(in crate::ffi) unsafe fn read_known<T: Plain>(given: *const T) -> T {
    let mut ours = MaybeUninit::<T>::zeroed();
    // SAFETY: both sides have as many bytes and do not overlap; every pattern of bits is a `T`.
    unsafe {
        let known = known_size(given).unwrap_or(0).min(size_of::<T>());
        ptr::copy_nonoverlapping(given.cast::<u8>(), ours.as_mut_ptr().cast::<u8>(), known);
        ours.assume_init()
    }
}

/// Writes a struct to a caller of any release: as much of it as the caller knows, but for its size. What this release does not know
/// stays.
///
/// # Safety
///
/// `out` must point to `struct_size` writable bytes, as many as [`size`] found good.
pub(in crate::ffi) unsafe fn write_known<T: Plain>(out: *mut T, ours: &T) {
    // SAFETY: both sides have as many bytes and do not overlap; the size comes first.
    unsafe {
        let behind = known_size(out).unwrap_or(SIZE_FIELD).min(size_of::<T>()).saturating_sub(SIZE_FIELD);
        let (from, to) = (ptr::from_ref(ours).cast::<u8>(), out.cast::<u8>());
        ptr::copy_nonoverlapping(from.add(SIZE_FIELD), to.add(SIZE_FIELD), behind);
    }
}

/// Sets what this release knows of a caller's struct to 0, but for its size. One that is NULL or of no known size is left as it is.
///
/// # Safety
///
/// `out` must be NULL or have its `struct_size` writable bytes.
pub(in crate::ffi) unsafe fn clear_known<T: Plain>(out: *mut T) {
    // SAFETY: where it is neither NULL nor of a size that is not known, so writable by this function's contract.
    unsafe {
        if !out.is_null() && known_size(out).is_some() {
            write_known(out, &zeros());
        }
    }
}

/// Copies an array of structs of one size, which is the distance from each to the next.
///
/// # Safety
///
/// `given` must be NULL or point to `count` elements, each of as many readable bytes as the `struct_size` of the first.
pub(in crate::ffi) unsafe fn read_all<T: Plain>(
    given: *const T,
    count: usize,
    field: &'static str,
) -> Result<Vec<T>, Failure> {
    if count == 0 {
        return Ok(Vec::new());
    }
    countable::<OfAnyRelease>(count, field)?;
    // SAFETY: forwarded from this function's contract.
    let stride = unsafe { size(given, field) }?;
    let element = |index: usize| {
        // SAFETY: `index` < `count` elements, each of the size of the first by this function's contract.
        unsafe {
            let at = given.byte_add(index * stride);
            if size(at, field)? != stride {
                let message = "structs whose struct_size is the same";
                return Err(Failure::Call { status: PUHUI_ERR_STRUCT_SIZE, field, message });
            }
            read(at, field)
        }
    };
    (0..count).map(element).collect()
}

/// Whether a struct comes from a caller that was compiled before it grew to `grown` bytes: it says nothing of what was appended
/// then, and is as it was without.
pub(in crate::ffi) fn is_before(struct_size: u32, grown: usize) -> bool {
    usize::try_from(struct_size).is_ok_and(|size| size < grown)
}

/// Refuses an output struct whose size is not known. A larger one is fine: its tail stays as the caller set it.
///
/// # Safety
///
/// `out` must not be NULL and have its `struct_size` set.
pub(in crate::ffi) unsafe fn check_out<T: Plain>(out: *const T, field: &'static str) -> Result<(), Failure> {
    // SAFETY: forwarded from this function's contract.
    unsafe { size(out, field) }.map(|_| ())
}

/// What a struct says of its size, if it is one that a struct of its kind can have: the distance from one element of an array
/// to the next.
///
/// # Safety
///
/// `given` must be NULL or have its `struct_size` set.
pub(in crate::ffi) unsafe fn size<T: Plain>(given: *const T, field: &'static str) -> Result<usize, Failure> {
    if given.is_null() {
        return Err(Failure::null(field));
    }
    // SAFETY: not NULL, and the size comes first.
    unsafe { known_size(given) }.ok_or_else(|| refused(field))
}

/// The struct's size, if it is one that a struct of its kind can have.
///
/// # Safety
///
/// `given` must not be NULL, and have four readable bytes.
unsafe fn known_size<T: Plain>(given: *const T) -> Option<usize> {
    // SAFETY: readable by this function's contract.
    let size = unsafe { ptr::read_unaligned(given.cast::<u32>()) };
    usize::try_from(size).ok().filter(|&size| size == T::SIZE_V1 || (size_of::<T>()..=MOST).contains(&size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Grown {
        struct_size: u32,
        first: u32,
        later: u64,
    }

    // SAFETY: integers only, without padding.
    unsafe impl Plain for Grown {
        const SIZE_V1: usize = 8;
    }

    #[test]
    fn older_and_newer_callers_are_read() {
        let mut words = [8_u32, 5, 7, 7, 0, 0];
        // SAFETY: `words` has more bytes than any of the sizes below.
        let mut read = |size: u32, tail: u32| unsafe {
            words[0] = size;
            words[5] = tail;
            super::read(words.as_ptr().cast::<Grown>(), "test").ok()
        };
        let later = 7 << 32 | 7;
        assert_eq!(read(8, 0), Some(Grown { struct_size: 8, first: 5, later: 0 }));
        assert_eq!(read(16, 9), Some(Grown { struct_size: 16, first: 5, later }));
        assert_eq!(read(24, 0), Some(Grown { struct_size: 24, first: 5, later }));
        assert_eq!(read(24, 9), None);
        assert_eq!(read(7, 0), None);
        assert_eq!(read(12, 0), None);
        assert_eq!(read(15, 0), None);
        assert!(is_before(8, 16) && !is_before(16, 16) && !is_before(24, 16));
        assert_eq!(read(0, 0), None);
        assert_eq!(read(4097, 0), None);
        assert_eq!(read(u32::MAX, 0), None);
    }

    #[test]
    fn no_more_is_written_than_the_caller_knows() {
        for (size, expected) in [(8, [8, 5, 7, 7, 9]), (16, [16, 5, 2, 2, 9]), (20, [20, 5, 2, 2, 9])] {
            let mut words = [size, 4, 7, 7, 9, 0];
            let out = words.as_mut_ptr().cast::<Grown>();
            // SAFETY: `words` has more bytes than any of the sizes.
            unsafe {
                let known = super::read_known(out);
                assert_eq!(known.later, if size == 8 { 0 } else { 7 << 32 | 7 });
                // Its size is the caller's, whatever ours says.
                super::write_known(out, &Grown { struct_size: 99, first: 5, later: 2 << 32 | 2 });
            }
            assert_eq!(words[..5], expected);
            // SAFETY: as above.
            unsafe { super::clear_known(words.as_mut_ptr().cast::<Grown>()) };
            assert_eq!(
                words[..5],
                [size, 0, if size == 8 { 7 } else { 0 }, if size == 8 { 7 } else { 0 }, 9]
            );
        }
        let mut words = [12_u32, 4, 7, 7];
        // SAFETY: as above; of a size that is none, nothing is written.
        unsafe { super::clear_known(words.as_mut_ptr().cast::<Grown>()) };
        assert_eq!(words, [12, 4, 7, 7]);
    }
}
