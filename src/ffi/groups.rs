//! Where the groups of a book go: their keys, and a record for each.

use super::boundary::failure::Failure;
use super::boundary::guard::required_array;
use super::boundary::result::{Output, in_result};

/// Arrays for groups, whose keys have `width` numbers each.
pub(super) struct GroupBuffers<T> {
    pub(super) keys: *mut u32,
    pub(super) width: usize,
    pub(super) records: Output<T>,
}

impl<T: Copy> GroupBuffers<T> {
    /// Refuses a capacity without arrays; keys of no numbers need none.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.records.check()?;
        required_array(self.keys, self.records.capacity.min(self.width), "keys").map_err(in_result)
    }

    /// Writes groups, unless there is no array for their records.
    ///
    /// # Safety
    ///
    /// The arrays must be as [`GroupBuffers::check`] wants them and writable for the capacity.
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
