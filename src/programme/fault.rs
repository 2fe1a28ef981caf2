//! What is wrong with a pack, and where.

use std::fmt;

/// One thing that is wrong with a pack: where it stands, what was found, and what was expected.
///
/// Printed as `23:9 rules.stage2.when.jobs: unknown fact firm.keep_jobs; did you mean firm.keeps_jobs?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFault {
    line: u32,
    column: u32,
    path: String,
    message: String,
}

impl PackFault {
    pub(crate) fn new(text: &str, at: usize, path: &str, message: impl Into<String>) -> PackFault {
        let (line, column) = place(text, at);
        PackFault { line, column, path: path.to_owned(), message: message.into() }
    }

    /// The line, from 1.
    #[must_use]
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column, in characters, from 1.
    #[must_use]
    pub fn column(&self) -> u32 {
        self.column
    }

    /// Where it stands in the pack, such as `rules.stage2.when.jobs`; empty for the pack as a whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was found and what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for PackFault {}

/// The line and the column of a byte of a text, both from 1; the column in characters.
fn place(text: &str, at: usize) -> (u32, u32) {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count();
    let column = before.get(line_start..).map_or(0, |line| line.chars().count());
    let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    (from_one(line), from_one(column))
}

/// The word of a list that is most like another, if one is like it at all: for "did you mean".
pub(crate) fn likely<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = found.chars().count().div_ceil(3).min(3);
    let near = known.into_iter().map(|word| (distance(found, word), word)).filter(|(far, _)| *far <= most);
    near.min().map(|(_, word)| word)
}

/// The likely word, as a message adds it.
pub(crate) fn hint<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    likely(found, known).map_or(String::new(), |word| format!("; did you mean {word}?"))
}

/// The number of characters to be changed, added, taken out or swapped with the next to come from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, left) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, right) in to.iter().enumerate() {
            let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
            let above = rows.last().map_or(&[][..], Vec::as_slice);
            let mut best = at(above, j) + usize::from(left != right);
            best = best.min(at(above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && from.get(i - 1) == Some(right) && to.get(j - 1) == Some(left);
            if swapped && let Some(two_above) = rows.len().checked_sub(2).and_then(|two| rows.get(two)) {
                best = best.min(at(two_above, j - 1) + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        assert_eq!(place("ab\n中文x", 0), (1, 1));
        assert_eq!(place("ab\n中文x", 3), (2, 1));
        // Two characters of three bytes each come before it.
        assert_eq!(place("ab\n中文x", 9), (2, 3));
    }

    #[test]
    fn the_likely_word_is_near() {
        assert_eq!(likely("firm.keep_jobs", ["firm.keeps_jobs", "firm.staff"]), Some("firm.keeps_jobs"));
        assert_eq!(likely("grnated", ["refused", "granted"]), Some("granted"));
        assert_eq!(likely("cap", ["longest", "spread"]), None);
        assert_eq!((distance("kitten", "sitting"), distance("", "ab"), distance("ab", "ba")), (3, 2, 1));
    }
}
