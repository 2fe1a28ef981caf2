//! The files of a run: written beside their place and moved there at the end, so that nobody finds half a file.

use std::fmt::{Display, Write as _};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use puhui::Currency;
use puhui::loan::Instalment;
use serde_json::Value;

use super::loan_book::{Failure, Refusal};

const SCHEDULES: &str = "schedules.csv";
const REFUSED: &str = "refused.csv";
const SUMMARY: &str = "summary.json";

/// The files of a run that is under way.
pub struct Files {
    dir: PathBuf,
    schedules: csv::Writer<Part>,
    refused: csv::Writer<Part>,
    /// One cell, used again and again.
    cell: String,
}

impl Files {
    /// Makes the folder, if it is not there, and begins the files.
    pub fn create(dir: &Path) -> Result<Files, Failure> {
        let cannot = |error| format!("--out: the folder {} cannot be made: {error}", dir.display());
        fs::create_dir_all(dir).map_err(cannot)?;
        let mut schedules = csv::Writer::from_writer(Part::create(dir, SCHEDULES)?);
        schedules.write_record([
            "loan_id",
            "product",
            "no",
            "due_on",
            "days",
            "opening",
            "principal",
            "interest",
            "fees",
            "payment",
            "closing",
        ])?;
        let mut refused = csv::Writer::from_writer(Part::create(dir, REFUSED)?);
        refused.write_record(["line", "loan_id", "column", "value", "reason", "detail"])?;
        Ok(Files { dir: dir.to_owned(), schedules, refused, cell: String::new() })
    }

    /// Writes the rows of one loan.
    pub fn write_schedule(
        &mut self,
        loan_id: &str,
        product: &str,
        rows: &[Instalment],
        currency: Currency,
    ) -> Result<(), Failure> {
        for row in rows {
            self.schedules.write_field(loan_id)?;
            self.schedules.write_field(product)?;
            self.write_cell(row.no)?;
            self.write_cell(row.due_on)?;
            self.write_cell(row.days)?;
            for amount in [row.opening, row.principal, row.interest, row.fees, row.payment, row.closing] {
                self.write_cell(amount.display(currency))?;
            }
            self.schedules.write_record(None::<&[u8]>)?;
        }
        Ok(())
    }

    fn write_cell(&mut self, value: impl Display) -> Result<(), Failure> {
        self.cell.clear();
        write!(self.cell, "{value}")?;
        Ok(self.schedules.write_field(&self.cell)?)
    }

    /// Writes a row that was refused.
    pub fn write_refusal(&mut self, line: u64, refusal: &Refusal) -> Result<(), Failure> {
        let Refusal { loan_id, column, value, reason, detail } = refusal;
        Ok(self.refused.write_record([&line.to_string(), loan_id, column, value, reason, detail])?)
    }

    /// Moves the files to their places, the summary last: where it is, the others are complete and of the same run.
    pub fn finish(self, summary: &Value) -> Result<(), Failure> {
        let mut last = Part::create(&self.dir, SUMMARY)?;
        serde_json::to_writer_pretty(&mut last, summary)?;
        last.write_all(b"\n")?;
        let parts = [
            self.schedules.into_inner().map_err(|error| error.into_error())?,
            self.refused.into_inner().map_err(|error| error.into_error())?,
        ];
        let old_summary = self.dir.join(SUMMARY);
        if old_summary.exists() {
            fs::remove_file(&old_summary).map_err(|error| format!("{}: {error}", old_summary.display()))?;
        }
        for part in parts {
            part.finish()?;
        }
        last.finish()
    }
}

/// A file that is not in its place yet. Dropped before it is finished, it leaves nothing behind.
struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    place: PathBuf,
    finished: bool,
}

impl Part {
    fn create(dir: &Path, name: &str) -> Result<Part, Failure> {
        let path = dir.join(format!("{name}.part"));
        let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(Part { file, path, place: dir.join(name), finished: false })
    }

    fn finish(mut self) -> Result<(), Failure> {
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
