//! The sentence of spring 2020, computed from loans and villages.
//!
//! ```text
//! cargo run --release --example chongqing                            the report, in target/chongqing
//! cargo run --release --example chongqing -- --out DIR               and the files that every figure follows from
//! cargo run --release --example chongqing -- --drop-county 500229    without a county
//! cargo run --release --example chongqing -- --drop-point 500101017200   without the points of a village
//! ```
//!
//! Counties and villages are real; every loan, every point of service and every person is generated.

#[path = "chongqing/books.rs"]
mod books;
#[path = "chongqing/charts.rs"]
mod charts;
#[path = "chongqing/coverage.rs"]
mod coverage;
#[path = "chongqing/export.rs"]
mod export;
#[path = "chongqing/figures.rs"]
mod figures;
#[path = "chongqing/generate.rs"]
mod generate;
#[path = "chongqing/geography.rs"]
mod geography;
#[path = "chongqing/headline.rs"]
mod headline;
#[path = "chongqing/json.rs"]
mod json;
#[path = "chongqing/life.rs"]
mod life;
#[path = "chongqing/numbers.rs"]
mod numbers;
#[path = "chongqing/options.rs"]
mod options;
#[path = "chongqing/page.rs"]
mod page;
#[path = "chongqing/people.rs"]
mod people;
#[path = "chongqing/points.rs"]
mod points;
#[path = "chongqing/products.rs"]
mod products;
#[path = "chongqing/report.rs"]
mod report;
#[path = "chongqing/series.rs"]
mod series;
#[allow(dead_code, reason = "the rest is for other books")]
mod support;
#[path = "chongqing/villages.rs"]
mod villages;
#[path = "chongqing/words.rs"]
mod words;

use std::io::Write;
use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use coverage::CoverageFigures;
use export::Export;
use figures::Figures;
use generate::Generator;
use geography::Geography;
use headline::Headline;
use options::Options;
use people::People;
use series::Series;
use support::loan_book::Failure;
use support::random::SplitMix64;
use support::terminal;

fn main() -> ExitCode {
    terminal::run("chongqing", options::HELP, options::read(), run)
}

fn run(options: &Options) -> Result<(), Failure> {
    let mut clock = Clock::start();
    let geography = Geography::read()?;
    let families = products::families()?;
    let mut random = SplitMix64(options.seed);
    let mut people = People::settle(&geography, &mut random);
    let without = options.drop_county;
    let register = people.register(&geography, without)?;
    let points = points::open(&geography, &mut random, options)?;
    let all_loans = Series::of_all_loans(&geography, options.loans, without, &mut random)?;
    clock.step("villages, people and points");
    let generator = Generator::new(&geography, &families, &mut people, &mut random, without)?;
    let books = generator.books(options.loans, all_loans)?;
    clock.step("loans, scheduled, relieved and calibrated");
    let coverage = CoverageFigures::of(&geography, &register, &points)?;
    let threads = NonZero::new(2).unwrap_or(NonZero::<usize>::MIN);
    let figures = Figures::of(&geography, &people, &families, &books, coverage, threads)?;
    let headline = Headline::of(options, &geography, &figures)?;
    clock.step("figures");
    let report = report::report(options, &geography, &families, &figures, &headline)?;
    clock.step("report");
    let usual = Path::new("target/chongqing");
    let mut export = Export::create(options.out.as_deref().unwrap_or(usual))?;
    if options.out.is_some() {
        export.books(&books)?;
        export.villages(&geography, &people, &register)?;
        export.points(&points)?;
        export.products(&families)?;
    }
    export.write("report.html", |part| part.write_all(report.as_bytes()))?;
    export.finish(&json::json(options, &families, &figures, &headline)?)?;
    clock.step("files");
    eprint!("{}", clock.to_text());
    terminal::print(&headline.to_text())
}

/// How long the steps took.
struct Clock {
    last: Instant,
    steps: Vec<(&'static str, Duration)>,
}

impl Clock {
    fn start() -> Clock {
        Clock { last: Instant::now(), steps: Vec::new() }
    }

    fn step(&mut self, name: &'static str) {
        self.steps.push((name, self.last.elapsed()));
        self.last = Instant::now();
    }

    fn to_text(&self) -> String {
        let all: Duration = self.steps.iter().map(|(_, time)| *time).sum();
        let steps = self.steps.iter().copied().chain([("in all", all)]);
        steps.map(|(name, time)| format!("{:>8} ms  {name}\n", time.as_millis())).collect()
    }
}
