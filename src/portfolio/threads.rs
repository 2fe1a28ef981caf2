//! A book looked at on several threads.

use std::num::NonZero;
use std::thread;

use super::book::Book;
use crate::error::Result;

/// Looks at the rows of a book in as many parts as there are threads, which are joined before this returns, and takes what each
/// part gave, in the order of the rows. One thread is the caller's own. A book without rows is one part, so that what it lacks
/// is told.
pub(super) fn in_parts<T: Send>(
    book: &Book<'_>,
    threads: NonZero<usize>,
    look: impl Fn(&Book<'_>) -> Result<T> + Sync,
    mut take: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    if threads == NonZero::<usize>::MIN {
        return take(look(book)?);
    }
    let share = book.len().div_ceil(threads.get()).max(1);
    let look = &look;
    thread::scope(|scope| {
        let starts = (0..book.len().max(1)).step_by(share);
        let parts: Vec<_> =
            starts.map(|start| scope.spawn(move || look(&book.rows(start..start + share)))).collect();
        for part in parts {
            match part.join() {
                Ok(found) => take(found?)?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })
}
