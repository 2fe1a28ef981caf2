//! The files of a run: written beside their place and moved there at the end, so that nobody finds half a file.

use std::fmt::{Display, Write as _};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::loan_book::{Failure, Refusal};

const REFUSED: &str = "refused.csv";
const SUMMARY: &str = "summary.json";

/// The files of a run that is under way: its table, the rows that were refused, and the summary.
pub struct Files {
    dir: PathBuf,
    table: csv::Writer<Part>,
    refused: csv::Writer<Part>,
    /// One cell, used again and again.
    cell: String,
}

impl Files {
    /// Makes the folder, if it is not there, and begins the files; the table is called `name`.
    pub fn create(dir: &Path, name: &str, columns: &[&str]) -> Result<Files, Failure> {
        let cannot = |error| format!("--out: the folder {} cannot be made: {error}", dir.display());
        fs::create_dir_all(dir).map_err(cannot)?;
        let mut table = csv::Writer::from_writer(Part::create(dir, name)?);
        table.write_record(columns)?;
        let mut refused = csv::Writer::from_writer(Part::create(dir, REFUSED)?);
        refused.write_record(["line", "loan_id", "column", "value", "reason", "detail"])?;
        Ok(Files { dir: dir.to_owned(), table, refused, cell: String::new() })
    }

    /// Writes the next cell of the table.
    pub fn write_cell(&mut self, value: impl Display) -> Result<(), Failure> {
        self.cell.clear();
        write!(self.cell, "{value}")?;
        Ok(self.table.write_field(&self.cell)?)
    }

    /// Ends a row of the table.
    pub fn end_row(&mut self) -> Result<(), Failure> {
        Ok(self.table.write_record(None::<&[u8]>)?)
    }

    /// Writes a row that was refused.
    pub fn write_refusal(&mut self, line: u64, refusal: &Refusal) -> Result<(), Failure> {
        let Refusal { loan_id, column, value, reason, detail } = refusal;
        Ok(self.refused.write_record([&line.to_string(), loan_id, column, value, reason, detail])?)
    }

    /// Moves the files to their places, the summary last: where it is, the others are complete and of the same run. `others`
    /// are files beside the table; one without content is not to be there.
    pub fn finish(self, others: &[(&str, Option<String>)], summary: &Value) -> Result<(), Failure> {
        let mut last = Part::create(&self.dir, SUMMARY)?;
        serde_json::to_writer_pretty(&mut last, summary)?;
        last.write_all(b"\n")?;
        let mut parts = vec![
            self.table.into_inner().map_err(|error| error.into_error())?,
            self.refused.into_inner().map_err(|error| error.into_error())?,
        ];
        remove(&self.dir.join(SUMMARY))?;
        for (name, content) in others {
            match content {
                Some(content) => {
                    let mut part = Part::create(&self.dir, name)?;
                    part.write_all(content.as_bytes())?;
                    parts.push(part);
                }
                None => remove(&self.dir.join(name))?,
            }
        }
        for part in parts {
            part.finish()?;
        }
        last.finish()
    }
}

/// Removes a file of an earlier run, if there is one.
pub fn remove(file: &Path) -> Result<(), Failure> {
    if file.exists() {
        fs::remove_file(file).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(())
}

/// A file that is not in its place yet. Dropped before it is finished, it leaves nothing behind.
pub struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    place: PathBuf,
    finished: bool,
}

impl Part {
    /// Begins the file `name` of a folder.
    pub fn create(dir: &Path, name: &str) -> Result<Part, Failure> {
        let path = dir.join(format!("{name}.part"));
        let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(Part { file, path, place: dir.join(name), finished: false })
    }

    /// Moves the file to its place.
    pub fn finish(mut self) -> Result<(), Failure> {
        let moved = self.file.flush().and_then(|()| fs::rename(&self.path, &self.place));
        moved.map_err(|error| format!("{}: {error}", self.place.display()))?;
        self.finished = true;
        Ok(())
    }
}

impl std::io::Write for Part {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing can be done about a file that will not go.
            let _ = fs::remove_file(&self.path);
        }
    }
}
