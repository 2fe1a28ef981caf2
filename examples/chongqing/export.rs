//! The files of a run: the books and tables that every figure follows from, the report, and the figures for a machine.

use std::io::Write;
use std::path::Path;

use puhui::Money;
use puhui::community::{ServicePoints, Villages};

use super::books::Books;
use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::life::RELIEF_UNTIL;
use super::people::People;
use super::products::Family;
use super::series::Series;
use crate::support::files::{Part, remove};
use crate::support::loan_book::Failure;

const FIGURES: &str = "figures.json";

/// The files of a run that is under way.
pub struct Export<'a> {
    dir: &'a Path,
    parts: Vec<Part>,
}

impl<'a> Export<'a> {
    /// Makes the folder, if it is not there.
    pub fn create(dir: &'a Path) -> Result<Export<'a>, Failure> {
        let cannot = |error| format!("--out: the folder {} cannot be made: {error}", dir.display());
        std::fs::create_dir_all(dir).map_err(cannot)?;
        Ok(Export { dir, parts: Vec::new() })
    }

    /// Writes a file, still beside its place.
    pub fn write<E: Into<Failure>>(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Part) -> Result<(), E>,
    ) -> Result<(), Failure> {
        let mut part = Part::create(self.dir, name)?;
        write(&mut part).map_err(Into::into)?;
        self.parts.push(part);
        Ok(())
    }

    /// Writes the books and the series.
    pub fn books(&mut self, books: &Books) -> Result<(), Failure> {
        let [now, before, relief] = [("book", NOW), ("book", YEAR_BEFORE), ("relief", RELIEF_UNTIL)]
            .map(|(name, day)| format!("{name}_{day}.csv"));
        self.write(&now, |part| books.now.write_csv(part))?;
        self.write(&before, |part| books.year_before.write_csv(part))?;
        self.write(&relief, |part| books.relief.write_csv(part))?;
        self.series("targeted_series.csv", &books.targeted)?;
        self.series("all_loans.csv", &books.all_loans)
    }

    /// Writes balances by county and month.
    fn series(&mut self, name: &str, series: &Series) -> Result<(), Failure> {
        self.write(name, |part| {
            writeln!(part, "currency,month_end,county,balance")?;
            for (county, months) in &series.counties {
                for (end, balance) in series.ends.iter().zip(months) {
                    let balance = Money::from_minor(*balance).display(puhui::Currency::CNY);
                    writeln!(part, "CNY,{end},{county},{balance}")?;
                }
            }
            Ok::<_, Failure>(())
        })
    }

    /// Writes the villages, and how many of their households are on the register of the poor.
    pub fn villages(
        &mut self,
        geography: &Geography,
        people: &People,
        register: &Villages<'_>,
    ) -> Result<(), Failure> {
        self.write("villages.csv", |part| register.write_csv(part))?;
        self.write("registered_households.csv", |part| {
            writeln!(part, "village,county,registered_households")?;
            for (village, people) in geography.villages.iter().zip(&people.villages) {
                if register.columns().village.binary_search(&village.code).is_ok() {
                    writeln!(part, "{},{},{}", village.code, village.county, people.registered)?;
                }
            }
            Ok::<_, Failure>(())
        })
    }

    /// Writes the service points.
    pub fn points(&mut self, points: &ServicePoints<'_>) -> Result<(), Failure> {
        self.write("points.csv", |part| points.write_csv(part))
    }

    /// Writes the catalogue of products.
    pub fn products(&mut self, families: &[Family]) -> Result<(), Failure> {
        self.write("products.csv", |part| {
            let mut table = csv::Writer::from_writer(part);
            table.write_record([
                "product",
                "family",
                "programme",
                "name_en",
                "name_zh",
                "targeted",
                "purpose",
                "least",
                "most",
            ])?;
            for (place, family) in families.iter().enumerate() {
                for (nth, variant) in family.variants.iter().enumerate() {
                    let joined =
                        |name: &str, more: &str| [name, more].join(if more.is_empty() { "" } else { ": " });
                    let (least, most, _) = family.yuan;
                    table.write_record([
                        Family::product_number(place, nth)?.to_string(),
                        family.code.to_owned(),
                        family.programme.to_string(),
                        joined(family.en, variant.en),
                        joined(family.zh, variant.zh),
                        family.class.to_string(),
                        variant.purpose.to_string(),
                        format!("{least}.00"),
                        format!("{most}.00"),
                    ])?;
                }
            }
            Ok::<_, Failure>(table.flush()?)
        })
    }

    /// Moves the files to their places, the figures last: where they are, the others are complete and of the same run.
    pub fn finish(mut self, figures: &serde_json::Value) -> Result<(), Failure> {
        let mut last = Part::create(self.dir, FIGURES)?;
        serde_json::to_writer_pretty(&mut last, figures)?;
        last.write_all(b"\n")?;
        remove(&self.dir.join(FIGURES))?;
        self.parts.drain(..).try_for_each(Part::finish)?;
        last.finish()
    }
}
