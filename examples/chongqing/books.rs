//! The books that are filled loan by loan.

use chrono::NaiveDate;
use puhui::portfolio::{Book, Columns};
use puhui::{BorrowerStatus, Currency, Forbearance, Purpose, StatisticalBasis, to_ymd};

use super::life::{Asked, Life};
use super::products::{Family, ReliefKind};
use super::series::Series;
use crate::support::loan_book::Failure;

/// What a loan is, beside its life.
pub struct Label {
    /// Its number.
    pub loan: u64,
    /// The county.
    pub county: u32,
    /// The township, 0 for a project.
    pub township: u32,
    /// The village, 0 for a firm or a project.
    pub village: u64,
    /// The product.
    pub product: u32,
    /// The purpose.
    pub purpose: Purpose,
    /// The borrower.
    pub borrower: u64,
    /// The household, 0 for a firm or a project.
    pub household: u64,
    /// The persons whom it leads, where each is known.
    pub persons: Vec<u64>,
    /// How many it leads.
    pub person_times: u32,
}

/// The books of a run.
pub struct Books {
    /// The book on its day.
    pub now: Book<'static>,
    /// The book a year before.
    pub year_before: Book<'static>,
    /// Every deferral that was asked for to the end of June 2020, by the day it was asked for.
    pub relief: Book<'static>,
    /// Targeted loans at the ends of months.
    pub targeted: Series,
    /// All loans at the ends of months.
    pub all_loans: Series,
}

/// A book that is being filled.
pub struct Filling {
    on: NaiveDate,
    /// Whether deferrals and persons are reported.
    full: bool,
    columns: Columns<'static>,
}

impl Filling {
    /// A book on a day. A full one also has deferrals and the persons led.
    pub fn new(on: NaiveDate, full: bool) -> Filling {
        let mut columns = Columns::default();
        if full {
            columns.person_offset.to_mut().push(0);
        }
        Filling { on, full, columns }
    }

    /// Adds a loan as it is on the day of the book. Answers its balance.
    pub fn push(
        &mut self,
        label: &Label,
        family: &Family,
        life: &Life,
        loan: &puhui::loan::Loan<'_>,
        status: Option<BorrowerStatus>,
    ) -> Result<i64, Failure> {
        let position = life.position(self.on)?;
        let granted = life.granted_by(self.on);
        let c = &mut self.columns;
        c.loan.to_mut().push(label.loan);
        c.county.to_mut().push(label.county);
        c.township.to_mut().push(label.township);
        c.village.to_mut().push(label.village);
        c.product.to_mut().push(label.product);
        c.programme.to_mut().push(family.programme);
        c.borrower.to_mut().push(label.borrower);
        c.household.to_mut().push(label.household);
        c.purpose.to_mut().push(label.purpose.code());
        c.guarantee.to_mut().push(family.guarantee.code());
        c.targeted.to_mut().push(family.class.code());
        c.status.to_mut().push(status.map_or(0, BorrowerStatus::code));
        c.basis.to_mut().push(1 << (StatisticalBasis::CentralBank.code() - 1));
        c.amount_minor.to_mut().push(loan.terms().principal.minor());
        c.balance_minor.to_mut().push(position.balance.minor());
        c.overdue_minor.to_mut().push(position.overdue.minor());
        c.rate_ppb.to_mut().push(ppb(position.rate)?);
        c.disbursed_ymd.to_mut().push(to_ymd(loan.terms().disbursed_on));
        c.due_ymd.to_mut().push(to_ymd(position.due_on));
        c.original_due_ymd.to_mut().push(to_ymd(position.original_due_on));
        c.days_past_due.to_mut().push(position.days_past_due);
        c.class.to_mut().push(position.class.code());
        c.person_times.to_mut().push(label.person_times);
        c.forbearance.to_mut().push(granted.map_or(0, |granted| forbearance(granted.kind)));
        if self.full {
            let asked = life.asked.filter(|asked| asked.on <= self.on);
            c.deferral_asked_ymd.to_mut().push(asked.map_or(0, |asked| to_ymd(asked.on)));
            c.deferral_granted_ymd.to_mut().push(granted.map_or(0, |granted| to_ymd(granted.on)));
            c.deferred_minor.to_mut().push(granted.map_or(0, |granted| granted.deferred.minor()));
            c.persons.to_mut().extend(&label.persons);
            c.person_offset.to_mut().push(u64::try_from(c.persons.len())?);
        }
        Ok(position.balance.minor())
    }

    /// The book.
    pub fn finish(self) -> puhui::Result<Book<'static>> {
        Book::new(Currency::CNY, self.columns)
    }
}

/// A line of the register of deferrals.
pub struct ReliefLine {
    loan: u64,
    county: u32,
    product: u32,
    programme: u32,
    targeted: u8,
    amount_minor: i64,
    asked: i32,
    granted: i32,
    forbearance: u8,
    deferred_minor: i64,
}

impl ReliefLine {
    /// What was asked for, and what it came to.
    pub fn new(
        label: &Label,
        family: &Family,
        life: &Life,
        loan: &puhui::loan::Loan<'_>,
        asked: Asked,
    ) -> ReliefLine {
        let granted = life.granted;
        ReliefLine {
            loan: label.loan,
            county: label.county,
            product: label.product,
            programme: family.programme,
            targeted: family.class.code(),
            amount_minor: loan.terms().principal.minor(),
            asked: to_ymd(asked.on),
            granted: granted.map_or(0, |granted| to_ymd(granted.on)),
            forbearance: granted.map_or(0, |granted| forbearance(granted.kind)),
            deferred_minor: granted.map_or(0, |granted| granted.deferred.minor()),
        }
    }
}

/// The register of deferrals, by the day they were asked for.
pub fn relief_book(mut lines: Vec<ReliefLine>) -> puhui::Result<Book<'static>> {
    lines.sort_by_key(|line| (line.asked, line.loan));
    let column = |get: fn(&ReliefLine) -> u8| lines.iter().map(get).collect::<Vec<_>>().into();
    let columns = Columns {
        loan: lines.iter().map(|line| line.loan).collect(),
        county: lines.iter().map(|line| line.county).collect(),
        product: lines.iter().map(|line| line.product).collect(),
        programme: lines.iter().map(|line| line.programme).collect(),
        targeted: column(|line| line.targeted),
        amount_minor: lines.iter().map(|line| line.amount_minor).collect(),
        deferral_asked_ymd: lines.iter().map(|line| line.asked).collect(),
        deferral_granted_ymd: lines.iter().map(|line| line.granted).collect(),
        forbearance: column(|line| line.forbearance),
        deferred_minor: lines.iter().map(|line| line.deferred_minor).collect(),
        ..Columns::default()
    };
    Book::new(Currency::CNY, columns)
}

fn forbearance(kind: ReliefKind) -> u8 {
    let word = match kind {
        ReliefKind::Microcredit => Forbearance::Extended,
        ReliefKind::SmallFirm => Forbearance::Deferred,
    };
    1 << (word.code() - 1)
}

/// A rate in parts per billion.
fn ppb(rate: puhui::Rate) -> Result<i64, Failure> {
    let ppb = rate.fraction() * rust_decimal::Decimal::from(1_000_000_000);
    Ok(i64::try_from(ppb)?)
}
