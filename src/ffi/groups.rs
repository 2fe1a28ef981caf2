//! Groups of a book: where they go, their keys and a record for each, and how parts become one whole.

use super::boundary::failure::Failure;
use super::boundary::guard::{required_array, room};
use super::boundary::result::{Output, in_result};
use crate::error::{Error, ErrorCode, Result as CoreResult};

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

/// The sum of parts, one or more, each read and added to those before it. A failure names the part.
pub(super) fn whole_of<P, W>(
    parts: &[P],
    read: impl Fn(&P) -> Result<W, Failure>,
    add: impl Fn(&mut W, &W) -> CoreResult<()>,
) -> Result<W, Failure> {
    let mut whole: Option<W> = None;
    for (index, part) in parts.iter().enumerate() {
        let in_part = |failure| Failure::element("parts", index, failure);
        let part = read(part).map_err(in_part)?;
        match &mut whole {
            None => whole = Some(part),
            Some(whole) => add(whole, &part).map_err(|error| in_part(error.into()))?,
        }
    }
    whole.ok_or_else(|| Error::new(ErrorCode::Missing, "parts", "no part", "at least one part").into())
}
