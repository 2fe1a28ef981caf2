//! Groups of a book: by what they are made, where they go, their keys and a record for each, and how parts become one whole.

use std::num::NonZero;

use super::boundary::failure::Failure;
use super::boundary::guard::{required_array, room};
use super::boundary::result::{Output, in_result};
use super::codes::{flag, word};
use crate::class::StatisticalBasis;
use crate::community::Area;
use crate::error::{Error, ErrorCode, Result as CoreResult};
use crate::portfolio::Dimension;

/// Reads codes, each by `decode`.
///
/// # Safety
///
/// `codes` must be NULL or readable for `count` elements.
pub(super) unsafe fn read_codes<T>(
    codes: *const u32,
    count: usize,
    field: &'static str,
    decode: impl Fn(u32) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    required_array(codes, count, field)?;
    // SAFETY: not NULL if there is any, and readable by this function's contract.
    (0..count).map(|i| decode(unsafe { codes.add(i).read() })).collect()
}

/// Reads dimensions, each of which may stand once: a key has a number for each.
///
/// # Safety
///
/// `codes` must be NULL or readable for `count` elements.
pub(super) unsafe fn read_dimensions(codes: *const u32, count: usize) -> Result<Vec<Dimension>, Failure> {
    // SAFETY: forwarded from this function's contract.
    let dimensions = unsafe { read_codes(codes, count, "dimensions", |given| word(given, "dimensions")) }?;
    for (i, dimension) in dimensions.iter().enumerate() {
        if dimensions.iter().take(i).any(|before| before == dimension) {
            return Err(
                Error::new(ErrorCode::Contradiction, "dimensions", dimension, "each dimension once").into()
            );
        }
    }
    Ok(dimensions)
}

/// Reads in whose statistics loans count, if that is asked.
pub(super) fn read_basis(has_basis: u32, basis: u32) -> Result<Option<StatisticalBasis>, Failure> {
    if flag(has_basis, "has_basis")? {
        return word(basis, "basis").map(Some);
    }
    if basis != 0 {
        let bound = "0 where has_basis is 0";
        return Err(Error::new(ErrorCode::Contradiction, "basis", basis, bound).into());
    }
    Ok(None)
}

/// Keys that are wanted of a dimension.
pub(super) struct Wanted {
    pub(super) dimension: Dimension,
    /// Rising.
    pub(super) keys: Vec<u32>,
}

impl Wanted {
    pub(super) fn has(&self, key: u32) -> bool {
        self.keys.binary_search(&key).is_ok()
    }
}

/// Reads which keys are wanted of a dimension.
///
/// # Safety
///
/// `wanted` must be NULL or readable for `count` elements.
pub(super) unsafe fn read_wanted(
    dimension: u32,
    wanted: *const u32,
    count: usize,
) -> Result<Wanted, Failure> {
    let dimension = word(dimension, "dimension")?;
    // SAFETY: forwarded from this function's contract.
    let keys = unsafe { read_keys(wanted, count, "wanted") }?;
    Ok(Wanted { dimension, keys })
}

/// Reads keys that are wanted.
///
/// # Safety
///
/// `keys` must be NULL or readable for `count` elements.
pub(super) unsafe fn read_keys(
    keys: *const u32,
    count: usize,
    field: &'static str,
) -> Result<Vec<u32>, Failure> {
    // SAFETY: forwarded from this function's contract.
    let mut keys = unsafe { read_codes(keys, count, field, Ok) }?;
    keys.sort_unstable();
    Ok(keys)
}

/// The dimension of the counties or townships that are asked for.
pub(super) fn by_area(given: u32) -> Result<Dimension, Failure> {
    Ok(match word(given, "area")? {
        Area::County => Dimension::County,
        Area::Township => Dimension::Township,
    })
}

/// The number of threads that a call shall run on: at most 1024, for starting more is a mistake.
pub(super) fn read_threads(given: u32) -> Result<NonZero<usize>, Failure> {
    const MOST: u32 = 1024;
    let threads = usize::try_from(given).ok().filter(|_| given <= MOST).and_then(NonZero::new);
    threads.ok_or_else(|| {
        Error::new(ErrorCode::OutOfRange, "threads", given, format_args!("1 to {MOST}")).into()
    })
}

/// Arrays for groups, whose keys have `width` numbers each.
pub(super) struct GroupBuffers<T> {
    keys: *mut u32,
    width: usize,
    pub(super) records: Output<T>,
}

impl<T: Copy> GroupBuffers<T> {
    /// The arrays for groups; a capacity without them is refused, but keys of no numbers need none.
    pub(super) fn new(keys: *mut u32, width: usize, records: Output<T>) -> Result<GroupBuffers<T>, Failure> {
        room(keys, records.capacity.min(width), "keys").map_err(in_result)?;
        Ok(GroupBuffers { keys, width, records })
    }

    /// Writes groups, unless there is no array for their records.
    ///
    /// # Safety
    ///
    /// The arrays must be NULL or writable for the capacity.
    pub(super) unsafe fn write<K: AsRef<[u32]>>(
        &self,
        count: usize,
        groups: impl Iterator<Item = (K, T)>,
    ) -> Result<(), Failure> {
        self.records.fits(count)?;
        if self.records.array.is_null() {
            return Ok(());
        }
        for (i, (key, record)) in groups.take(count).enumerate() {
            // SAFETY: `i` < `count` <= capacity, and a key has `width` numbers.
            unsafe {
                for (at, number) in key.as_ref().iter().take(self.width).enumerate() {
                    self.keys.add(i * self.width + at).write(*number);
                }
                self.records.array.add(i).write(record);
            }
        }
        Ok(())
    }
}

/// Refuses keys of `width` numbers each that cannot be read for so many groups.
pub(super) fn required_keys(keys: *const u32, count: usize, width: usize) -> Result<(), Failure> {
    // What is more than a number holds is more than memory holds.
    required_array(keys, count.saturating_mul(width), "keys")
}

/// The sum of the parts in an array, one or more, each read and added to those before it. A failure names the part.
pub(super) fn whole_of<P, W>(
    array: &'static str,
    parts: &[P],
    read: impl Fn(&P) -> Result<W, Failure>,
    add: impl Fn(&mut W, &W) -> CoreResult<()>,
) -> Result<W, Failure> {
    let mut whole: Option<W> = None;
    for (index, part) in parts.iter().enumerate() {
        let in_part = |failure| Failure::element(array, index, failure);
        let part = read(part).map_err(in_part)?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => add(whole, &part).map_err(|error| in_part(error.into()))?,
        }
    }
    whole.ok_or_else(|| Error::new(ErrorCode::Missing, array, "none", "at least one").into())
}
