//! Every figure of the report, made by the library from the books, the series, the villages and the points.

use std::num::NonZero;

use chrono::NaiveDate;
use puhui::portfolio::{
    Book, Dimension, Distinct, Growth, Ids, LoansCounted, Measure, Sums, Tally, TallyPlan, TargetedItem,
    TargetedLine, TargetedStatement,
};
use puhui::{Figure, Purpose, StatisticalBasis, TargetedClass, parse_ymd, to_ymd};

use super::books::Books;
use super::coverage::CoverageFigures;
use super::generate::{NOW, YEAR_BEFORE};
use super::geography::Geography;
use super::people::People;
use super::products::Family;
use super::series::Series;
use crate::support::loan_book::Failure;

/// The programme whose borrowing-household share is reported: microcredit.
const MICROCREDIT: u32 = 1;

/// A county's line.
pub struct CountyLine {
    /// The code.
    pub code: u32,
    /// Targeted loans.
    pub targeted: Growth,
    /// All loans.
    pub all: Growth,
    /// By how many points targeted loans grew more.
    pub gap: Figure,
    /// Loans with a balance.
    pub loans: u64,
    /// Households that have, or had within the year, a microcredit; and those on the register.
    pub borrowing: (u64, u64),
}

/// The line of a class, a purpose or a family of products.
pub struct Line {
    /// The code, or the place of the family.
    pub code: u8,
    /// Targeted loans.
    pub targeted: Growth,
    /// The share of the balance.
    pub share: Figure,
    /// The sums.
    pub sums: Sums,
}

/// A line of the statement on targeted loans.
pub struct StatementLine {
    /// Which.
    pub item: TargetedItem,
    /// The balance.
    pub targeted: Growth,
    /// Loans, persons and person-times.
    pub line: TargetedLine,
    /// The sums of its classes; none for a memo item, which is no sum of classes.
    pub sums: Option<Sums>,
}

/// The end of a month.
pub struct MonthLine {
    /// The day.
    pub end: NaiveDate,
    /// Targeted loans, and all loans, since the first month.
    pub growth: [Growth; 2],
}

/// The deferrals that were asked for in a month.
pub struct ReliefLine {
    /// The first day of the month.
    pub month: NaiveDate,
    /// How many were asked for.
    pub asked: u64,
    /// How many of them were granted.
    pub granted: u64,
    /// What was deferred, in minor units.
    pub deferred: i128,
}

/// The figures.
pub struct Figures {
    /// All targeted loans.
    pub targeted: Growth,
    /// All loans.
    pub all: Growth,
    /// By how many points targeted loans grew more.
    pub gap: Figure,
    /// The sums of the book.
    pub total: Sums,
    /// How many products have a loan with a balance.
    pub products: usize,
    /// County by county, those that have loans.
    pub counties: Vec<CountyLine>,
    /// By the classes of the special statistics.
    pub classes: Vec<Line>,
    /// The statement of the special statistics.
    pub statement: Vec<StatementLine>,
    /// By purpose, those that have a balance.
    pub purposes: Vec<Line>,
    /// By family of products.
    pub families: Vec<Line>,
    /// The ends of the months.
    pub months: Vec<MonthLine>,
    /// The deferrals by the month they were asked for.
    pub relief: Vec<ReliefLine>,
    /// Households that have, or had within the year, a microcredit; and those on the register.
    pub borrowing: (u64, u64),
    /// The villages and their services.
    pub coverage: CoverageFigures,
}

impl Figures {
    /// Makes the figures.
    pub fn of(
        geography: &Geography,
        people: &People,
        families: &[Family],
        books: &Books,
        coverage: CoverageFigures,
        threads: NonZero<usize>,
    ) -> Result<Figures, Failure> {
        let (targeted, all) = (&books.targeted, &books.all_loans);
        let tally = |book: &Book<'_>, on| {
            let plan = TallyPlan::new(on)?
                .basis(StatisticalBasis::CentralBank)
                .by(&[Dimension::County, Dimension::Product, Dimension::Targeted, Dimension::Purpose])
                .measures(&[Measure::Balance, Measure::BalanceRate, Measure::Overdue, Measure::Classes]);
            Tally::of_threads(book, &plan, threads)
        };
        let pair = Pair { now: tally(&books.now, NOW)?, base: tally(&books.year_before, YEAR_BEFORE)? };
        let total = pair.now.total()?;
        let grown = Growth::new(total.balance(), Some(pair.base.total()?.balance()));
        let at = |series: &Series, month: usize| -> i128 {
            series.counties.values().map(|months| i128::from(months[month])).sum()
        };
        let last = all.ends.len() - 1;
        let all_grown = Growth::new(at(all, last), Some(at(all, 0)));

        let by_county = pair.by(Dimension::County)?;
        let households = Distinct::of(
            &books.now,
            &[Dimension::Programme, Dimension::County],
            Ids::Households,
            LoansCounted::All,
        )?;
        let borrowing = |county: u32| households.group(&[MICROCREDIT, county]).len();
        let mut counties = Vec::new();
        let mut borrowing_total = (0, 0);
        for county in &geography.counties {
            let Some(sums) = by_county.now.group(&[county.code]) else { continue };
            let of_all = all.counties.get(&county.code).ok_or("a county without all loans")?;
            let targeted = Growth::new(sums.balance(), Some(by_county.base_balance(&[county.code])));
            let all = Growth::new(of_all[last].into(), Some(of_all[0].into()));
            let registered = people.registered_in(county);
            let line = CountyLine {
                code: county.code,
                targeted,
                all,
                gap: targeted.rate()?.above(all.rate()?)?,
                loans: sums.outstanding.loans,
                borrowing: (u64::try_from(borrowing(county.code))?, registered),
            };
            borrowing_total.0 += line.borrowing.0;
            borrowing_total.1 += line.borrowing.1;
            counties.push(line);
        }

        let mut months = Vec::new();
        for (month, end) in targeted.ends.iter().enumerate() {
            let since = |series| Growth::new(at(series, month), Some(at(series, 0)));
            months.push(MonthLine { end: *end, growth: [since(targeted), since(all)] });
        }

        let products = pair.by(Dimension::Product)?;
        let outstanding = products.now.groups().filter(|(_, sums)| sums.outstanding.loans > 0).count();
        let words = |dimension, codes: usize| -> Result<Vec<Line>, Failure> {
            let by = pair.by(dimension)?;
            let codes = (1..=codes).map(u8::try_from);
            codes.map(|code| by.line(code?, |key, code| key == u32::from(code), dimension, &total)).collect()
        };
        let mut purposes = words(Dimension::Purpose, Purpose::ALL.len())?;
        purposes.retain(|line| line.targeted.now() > 0);
        purposes.sort_by_key(|line| std::cmp::Reverse(line.targeted.now()));
        let of_family = |key, code| key / 100 == u32::from(code);
        let families = (1..=families.len()).map(u8::try_from);
        let families = families
            .map(|code| products.line(code?, of_family, Dimension::Product, &total))
            .collect::<Result<_, Failure>>()?;
        Ok(Figures {
            targeted: grown,
            all: all_grown,
            gap: grown.rate()?.above(all_grown.rate()?)?,
            total: total.clone(),
            products: outstanding,
            counties,
            classes: words(Dimension::Targeted, TargetedClass::ALL.len())?,
            statement: statement(books, &pair.by(Dimension::Targeted)?.now)?,
            purposes,
            families,
            months,
            relief: relief(&books.relief)?,
            borrowing: borrowing_total,
            coverage,
        })
    }
}

/// The tallies of the book and of the year before.
struct Pair {
    now: Tally,
    base: Tally,
}

impl Pair {
    fn by(&self, dimension: Dimension) -> puhui::Result<Pair> {
        Ok(Pair { now: self.now.roll_up(&[dimension])?, base: self.base.roll_up(&[dimension])? })
    }

    fn base_balance(&self, key: &[u32]) -> i128 {
        self.base.group(key).map_or(0, |sums| sums.balance())
    }

    /// The line of the groups that are wanted.
    fn line(
        &self,
        code: u8,
        wanted: fn(u32, u8) -> bool,
        dimension: Dimension,
        total: &Sums,
    ) -> Result<Line, Failure> {
        let sums = |tally: &Tally| tally.only(dimension, |key| wanted(key, code))?.total();
        let (now, base) = (sums(&self.now)?, sums(&self.base)?);
        let share = Figure::of(now.balance(), Some(total.balance()))?;
        Ok(Line { code, targeted: Growth::new(now.balance(), Some(base.balance())), share, sums: now })
    }
}

/// The lines of the statement, with the sums of their classes.
fn statement(books: &Books, classes: &Tally) -> Result<Vec<StatementLine>, Failure> {
    let of = |book, on| TargetedStatement::of(book, on, StatisticalBasis::CentralBank);
    let (now, base) = (of(&books.now, NOW)?, of(&books.year_before, YEAR_BEFORE)?);
    let mut lines = Vec::new();
    for (item, line) in now.lines()? {
        let holds = |key: u32| {
            let class = u8::try_from(key).ok().and_then(TargetedClass::from_code);
            class.is_some_and(|class| item.holds(class, None))
        };
        let sums = match item {
            TargetedItem::LiftedOut => None,
            _ => Some(classes.only(Dimension::Targeted, holds)?.total()?),
        };
        lines.push(StatementLine { item, targeted: now.growth(item, &base)?, line, sums });
    }
    Ok(lines)
}

/// The register of deferrals by the month they were asked for; it is in the order of these days.
fn relief(register: &Book<'_>) -> Result<Vec<ReliefLine>, Failure> {
    let columns = register.columns();
    let asked = &columns.deferral_asked_ymd;
    let plan = TallyPlan::new(parse_ymd(20200630, "as_of")?)?.measures(&[Measure::Deferred]);
    let mut lines = Vec::new();
    for month in 2..=6 {
        let first = NaiveDate::from_ymd_opt(2020, month, 1).ok_or("a month of spring")?;
        let before = |ymd: i32| asked.partition_point(|asked| *asked < ymd);
        let rows = before(to_ymd(first))..before(to_ymd(first) + 100);
        let granted = columns.deferral_granted_ymd[rows.clone()].iter().filter(|ymd| **ymd != 0).count();
        let sums = Tally::of(&register.rows(rows), &plan)?.total()?;
        lines.push(ReliefLine {
            month: first,
            asked: sums.loans,
            granted: u64::try_from(granted)?,
            deferred: sums.deferred_amount.minor(),
        });
    }
    Ok(lines)
}
