//! Records of a dirty CSV file, each with its line.
//!
//! A quote that somebody forgot to close must cost one row, not the rest of the file: a record is one line, unless it has a
//! field in quotes that goes on, is closed within the next few lines, and gives a record of the right number of fields.

use std::collections::VecDeque;
use std::io::{self, BufRead};

/// So many lines one record may have.
const MOST_LINES: usize = 8;
/// What some programs put before the first line of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One record.
pub struct Record {
    /// The line where it begins, from 1.
    pub line: u64,
    /// A field in quotes is not closed, or goes on after its closing quote.
    pub broken_quote: bool,
    text: Vec<u8>,
    fields: Vec<Vec<u8>>,
}

impl Record {
    /// The fields, without their quotes.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(Vec::as_slice)
    }

    /// A field; nothing where the record is too short to have it.
    pub fn field(&self, at: usize) -> &[u8] {
        self.fields.get(at).map_or(&[], Vec::as_slice)
    }

    /// The record as it stands in the file.
    pub fn raw(&self) -> &[u8] {
        &self.text
    }
}

/// The records of a file.
pub struct CsvLines<R> {
    source: R,
    /// Lines that were looked at and given back.
    waiting: VecDeque<Vec<u8>>,
    next_line: u64,
    bytes_read: u64,
}

impl<R: BufRead> CsvLines<R> {
    /// Reads from `source`.
    pub fn new(source: R) -> CsvLines<R> {
        CsvLines { source, waiting: VecDeque::new(), next_line: 1, bytes_read: 0 }
    }

    /// How many bytes were read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next record; empty lines are skipped. A record of several lines has `fields` fields, if that is known.
    pub fn next_record(&mut self, fields: Option<usize>) -> io::Result<Option<Record>> {
        let (line, first) = loop {
            let line = self.next_line;
            match self.take_line()? {
                None => return Ok(None),
                Some(text) if text.trim_ascii().is_empty() => {}
                Some(text) => break (line, text),
            }
        };
        let mut split = Split::of(&first);
        let mut text = first.clone();
        let mut more = Vec::new();
        while split.ending == Ending::Open && more.len() + 1 < MOST_LINES {
            let Some(next) = self.take_line()? else { break };
            text.push(b'\n');
            text.extend_from_slice(&next);
            more.push(next);
            split = Split::of(&text);
        }
        let fits = fields.is_none_or(|wanted| wanted == split.fields.len());
        if !more.is_empty() && (split.ending != Ending::Clean || !fits) {
            for line in more.into_iter().rev() {
                self.waiting.push_front(line);
                self.next_line -= 1;
            }
            split = Split::of(&first);
            text = first;
        }
        let broken_quote = split.ending != Ending::Clean;
        Ok(Some(Record { line, broken_quote, text, fields: split.fields }))
    }

    /// A line without its end.
    fn take_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = match self.waiting.pop_front() {
            Some(line) => line,
            None => {
                let mut line = Vec::new();
                let length = self.source.read_until(b'\n', &mut line)?;
                if length == 0 {
                    return Ok(None);
                }
                self.bytes_read += u64::try_from(length).unwrap_or(0);
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                if self.next_line == 1 && line.starts_with(BYTE_ORDER_MARK) {
                    line.drain(..BYTE_ORDER_MARK.len());
                }
                line
            }
        };
        self.next_line += 1;
        Ok(Some(line))
    }
}

/// How a text ends when it is split.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Clean,
    /// In the middle of a field in quotes.
    Open,
    /// Something stands between a closing quote and the next comma.
    Stray,
}

struct Split {
    fields: Vec<Vec<u8>>,
    ending: Ending,
}

impl Split {
    /// Splits at commas; a field that begins with a quote ends with one, and has every quote inside it doubled (RFC 4180).
    /// Spaces may stand around such a field.
    fn of(text: &[u8]) -> Split {
        let mut fields = vec![Vec::new()];
        let mut ending = Ending::Clean;
        let mut quoted = false;
        let mut closed = false;
        let mut rest = text.iter().copied().peekable();
        while let Some(byte) = rest.next() {
            let Some(field) = fields.last_mut() else { break };
            match byte {
                b'"' if quoted && rest.next_if_eq(&b'"').is_some() => field.push(b'"'),
                b'"' if quoted => (quoted, closed) = (false, true),
                _ if quoted => field.push(byte),
                b',' => {
                    closed = false;
                    fields.push(Vec::new());
                }
                b' ' if closed => {}
                _ if closed => ending = Ending::Stray,
                b'"' if field.iter().all(|&before| before == b' ') => {
                    field.clear();
                    quoted = true;
                }
                _ => field.push(byte),
            }
        }
        if quoted && ending == Ending::Clean {
            ending = Ending::Open;
        }
        Split { fields, ending }
    }
}
