//! A book looked at on several threads.

use std::io;
use std::num::NonZero;
use std::thread;

use super::book::Book;
use crate::error::{Error, ErrorCode, Result};

/// Looks at the rows of a book in as many parts as there are threads, which are joined before this returns, and takes what each
/// part gave, in the order of the rows. One thread is the caller's own. A book without rows is one part, so that what it lacks
/// is said.
///
/// # Errors
///
/// [`ErrorCode::ThreadNotStarted`] where the operating system starts fewer threads; those that it did start are joined.
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
        let mut parts = Vec::new();
        for start in (0..book.len().max(1)).step_by(share) {
            let part = move || look(&book.rows(start..start + share));
            // Not `scope.spawn`, which panics where the system refuses.
            let started = thread::Builder::new().spawn_scoped(scope, part);
            parts.push(started.map_err(|error| not_started(threads, parts.len(), &error))?);
        }
        for part in parts {
            match part.join() {
                Ok(found) => take(found?)?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })
}

#[cold]
fn not_started(threads: NonZero<usize>, started: usize, error: &io::Error) -> Error {
    let bound = format!("fewer, as the system started {started} and refused another ({error})");
    Error::new(ErrorCode::ThreadNotStarted, "threads", threads, bound)
}
