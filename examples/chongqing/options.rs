//! What the command line asks for.

use std::path::PathBuf;

use super::generate::LOANS;
use super::geography::Geography;
use crate::support::arguments::Arguments;

/// The text of `--help`.
pub const HELP: &str = "\
The sentence of spring 2020, computed from loans and villages: Chongqing's targeted loans, how they grew beside all
loans, and the villages that have basic financial services. Counties and villages are real; every loan, every point of
service and every person is generated.

  chongqing                 writes target/chongqing/report.html and figures.json
    --out DIR               writes them into DIR, and the files that every figure follows from:
                            book_2020-03-31.csv, book_2019-03-31.csv, relief_2020-06-30.csv, targeted_series.csv,
                            all_loans.csv, villages.csv, registered_households.csv, points.csv, products.csv
    --seed N                which book (default 1)
    --loans N               how many loans, 10000 to 4000000 (default 400000); the totals are in proportion
    --drop-county CODE      leaves the loans, villages and points of a county out, such as 500229
    --drop-point VILLAGE    leaves the points of a village out, such as 500101017200
  --help                    this text

Prints the headline on the standard output, and how long each step took on the standard error stream.

Ends with 0, with 1 when a file cannot be written, with 2 when the options are wrong.
";

/// Which book, what is left out of it, and where to.
pub struct Options {
    /// The seed of the generator.
    pub seed: u64,
    /// The number of loans.
    pub loans: u64,
    /// The folder for the books and the report. None: only the report, in its usual place.
    pub out: Option<PathBuf>,
    /// The code of a county that is left out.
    pub drop_county: Option<u32>,
    /// The code of a village whose points are left out.
    pub drop_point: Option<u64>,
}

impl Options {
    /// Refuses a county or a village that there is none of.
    fn check(&self, geography: &Geography) -> Result<(), String> {
        if let Some(code) = self.drop_county.filter(|code| geography.county(*code).is_none()) {
            let known: Vec<_> = geography.counties.iter().map(|county| county.code.to_string()).collect();
            return Err(format!("--drop-county: expected one of {}, got {code}", known.join(" ")));
        }
        if let Some(code) = self.drop_point {
            let village = geography.village(code).ok_or_else(|| {
                format!("--drop-point: expected the code of a village, such as 500101017200, got {code}")
            })?;
            if Some(village.county) == self.drop_county {
                return Err(format!("--drop-point: {code} lies in the county of --drop-county"));
            }
        }
        Ok(())
    }
}

/// Reads the command line. None: it asks for help.
pub fn read() -> Result<Option<Options>, String> {
    let known = ["seed", "loans", "out", "drop-county", "drop-point"];
    let Some(arguments) = Arguments::read(&known, &[], None)? else { return Ok(None) };
    let loans = arguments.number("loans")?.unwrap_or(LOANS);
    if !(10_000..=4_000_000).contains(&loans) {
        return Err(format!("--loans: expected 10000 to 4000000, got {loans}"));
    }
    let county = arguments.number("drop-county")?;
    let drop_county = county.map(|code| u32::try_from(code).unwrap_or(u32::MAX));
    let options = Options {
        seed: arguments.number("seed")?.unwrap_or(1),
        loans,
        out: arguments.path("out")?,
        drop_county,
        drop_point: arguments.number("drop-point")?,
    };
    let geography = Geography::read().map_err(|error| error.to_string())?;
    options.check(&geography).map(|()| Some(options))
}
