//! The special statistics on targeted loans (金融精准扶贫贷款专项统计): the lines of its statement, of a book or of some places.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::book::{Book, Columns};
use super::distinct::{Distinct, Ids, LoansCounted};
use super::growth::Growth;
use super::sums::too_large;
use super::tally::Tally;
use super::tally_plan::{Dimension, Measure, TallyPlan};
use crate::class::{BorrowerStatus, StatisticalBasis, TargetedClass};
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The lines of the statement on targeted loans: the classes, their subtotals, the total, and a memo item.
    pub enum TargetedItem("item", PUHUI_STATEMENT) {
        /// To registered poor persons 建档立卡贫困人口贷款.
        RegisteredPoor = "registered_poor",
        /// Other personal targeted loans 其他个人精准扶贫贷款.
        OtherPersonal = "other_personal",
        /// Personal loans 个人精准扶贫贷款: the sum of both.
        Personal = "personal",
        /// To industries that lead poor people 产业精准扶贫贷款.
        Industry = "industry",
        /// Project: relocation 易地扶贫搬迁.
        Relocation = "relocation",
        /// Project: capital construction of farmland 农田基本建设.
        Farmland = "farmland",
        /// Project: ecological improvement 生态环境改造.
        Ecology = "ecology",
        /// Project: rural infrastructure 农村基础设施.
        Infrastructure = "infrastructure",
        /// Projects 项目精准扶贫贷款: the sum of the four.
        Project = "project",
        /// Loans to entities 单位精准扶贫贷款: to industries and for projects.
        Entity = "entity",
        /// All targeted loans 精准扶贫贷款合计.
        Total = "total",
        /// Memo: personal loans to persons who were already lifted out of poverty 已脱贫人口贷款. Part of the lines above.
        LiftedOut = "lifted_out",
    }
}

impl TargetedItem {
    /// Whether the loans of a class, to a borrower of a status if it is known, are in the line.
    #[must_use]
    pub fn holds(self, class: TargetedClass, status: Option<BorrowerStatus>) -> bool {
        match self {
            TargetedItem::RegisteredPoor => class == TargetedClass::RegisteredPoor,
            TargetedItem::OtherPersonal => class == TargetedClass::OtherPersonal,
            TargetedItem::Personal => class.is_personal(),
            TargetedItem::Industry => class == TargetedClass::Industry,
            TargetedItem::Relocation => class == TargetedClass::Relocation,
            TargetedItem::Farmland => class == TargetedClass::Farmland,
            TargetedItem::Ecology => class == TargetedClass::Ecology,
            TargetedItem::Infrastructure => class == TargetedClass::Infrastructure,
            TargetedItem::Project => class.is_project(),
            TargetedItem::Entity => !class.is_personal(),
            TargetedItem::Total => true,
            TargetedItem::LiftedOut => {
                class.is_personal() && status.is_some_and(BorrowerStatus::is_lifted_out)
            }
        }
    }
}

/// One line of the statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TargetedLine {
    /// The loans with a balance 笔数.
    pub loans: u64,
    /// Their balance 余额, in minor units.
    pub balance_minor: i128,
    /// The persons whom the personal loans of the line serve (服务人数, 人): borrowers with a balance, each once.
    pub persons: u64,
    /// The person-times that the industry and project loans of the line lead (带动人次), as far as they have a balance: a person led
    /// by two loans counts twice. Never to be added to persons.
    pub person_times: u64,
}

/// The statement on targeted loans of a book, on a day, by one statistical basis.
///
/// Statements of the parts of a book [merge](TargetedStatement::merge) in any order and any split to the same bytes; the
/// [empty](TargetedStatement::empty) one changes nothing. Statements of two bases are never added.
///
/// # Units
///
/// Minor units of one currency; loans, persons and person-times as counts.
///
/// # Examples
///
/// ```
/// use puhui::portfolio::{Book, Columns, TargetedItem, TargetedStatement};
/// use puhui::{BorrowerStatus, Currency, StatisticalBasis, TargetedClass, parse_date};
///
/// let (poor, industry) = (TargetedClass::RegisteredPoor.code(), TargetedClass::Industry.code());
/// let (listed, lifted) = (BorrowerStatus::NotLifted.code(), BorrowerStatus::Lifted.code());
/// let central_bank = StatisticalBasis::CentralBank.bit();
/// let columns = Columns {
///     targeted: vec![poor, poor, poor, industry, 0].into(), // The last is not targeted.
///     status: vec![listed, lifted, lifted, 0, 0].into(),
///     borrower: vec![1, 2, 2, 900, 901].into(),
///     balance_minor: vec![30_000, 50_000, 20_000, 400_000, 777].into(),
///     person_times: vec![0, 0, 0, 25, 3].into(),
///     basis: vec![central_bank; 5].into(),
///     ..Columns::default()
/// };
/// let book = Book::new(Currency::CNY, columns)?;
/// let day = parse_date("2020-03-31", "as_of")?;
/// let statement = TargetedStatement::of(&book, day, StatisticalBasis::CentralBank)?;
/// let total = statement.line(TargetedItem::Total)?;
/// assert_eq!((total.loans, total.balance_minor), (4, 500_000));
/// // Persons and person-times stand apart.
/// assert_eq!((total.persons, total.person_times), (2, 25));
/// let lifted_out = statement.line(TargetedItem::LiftedOut)?;
/// assert_eq!((lifted_out.loans, lifted_out.persons, lifted_out.balance_minor), (2, 1, 70_000));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetedStatement {
    basis: StatisticalBasis,
    pub(crate) tally: Tally,
    pub(crate) borrowers: Distinct,
}

/// What the lines are made of.
const BY: [Dimension; 2] = [Dimension::Targeted, Dimension::Status];

impl TargetedStatement {
    fn plan(as_of: NaiveDate, basis: StatisticalBasis) -> Result<TallyPlan> {
        let measures = [Measure::Balance, Measure::PersonTimes];
        Ok(TallyPlan::new(as_of)?.by(&BY).measures(&measures).basis(basis))
    }

    /// The statement of no loans.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    pub fn empty(currency: Currency, as_of: NaiveDate, basis: StatisticalBasis) -> Result<TargetedStatement> {
        Ok(TargetedStatement {
            basis,
            tally: Tally::empty(currency, &TargetedStatement::plan(as_of, basis)?),
            borrowers: Distinct::empty_of_basis(&BY, Ids::Borrowers, LoansCounted::Outstanding, basis),
        })
    }

    /// The statement of the loans of a book that count in these statistics. The column `status` is that of the day; a
    /// [`StatusRegister`](crate::StatusRegister) fills it.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a book without one of the columns `targeted`, `status`, `basis`, `balance`, `borrower` and
    ///   `person_times`.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    pub fn of(book: &Book<'_>, as_of: NaiveDate, basis: StatisticalBasis) -> Result<TargetedStatement> {
        Ok(TargetedStatement {
            basis,
            tally: Tally::of(&outstanding_leads(book)?, &TargetedStatement::plan(as_of, basis)?)?,
            borrowers: Distinct::of_basis(book, &BY, Ids::Borrowers, LoansCounted::Outstanding, basis)?,
        })
    }

    /// The statement of the loans in some places: the counties or townships ([`Dimension::County`], [`Dimension::Township`]) that
    /// are wanted, such as those that a [`RegionList`](crate::RegionList) holds on the day.
    ///
    /// # Errors
    ///
    /// Those of [`TargetedStatement::of`]; the column of the places is needed too. [`ErrorCode::UnknownValue`] for a dimension
    /// that is neither counties nor townships.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::portfolio::{Book, Columns, Dimension, TargetedItem, TargetedStatement};
    /// use puhui::{Currency, RegionClass, RegionList, RegionListing, StatisticalBasis, TargetedClass, parse_date};
    ///
    /// let deep = RegionClass::DeepPovertyTownship;
    /// let listed_on = parse_date("2017-08-01", "listed_on")?;
    /// let list =
    ///     RegionList::new(vec![RegionListing { place: 500229101, class: deep, listed_on, left_on: None }])?;
    /// let columns = Columns {
    ///     township: vec![500229101, 500229102].into(),
    ///     targeted: vec![TargetedClass::Infrastructure.code(); 2].into(),
    ///     status: vec![0; 2].into(),
    ///     borrower: vec![901, 902].into(),
    ///     balance_minor: vec![70_000, 50_000].into(),
    ///     person_times: vec![10, 20].into(),
    ///     basis: vec![StatisticalBasis::Regulator.bit(); 2].into(),
    ///     ..Columns::default()
    /// };
    /// let book = Book::new(Currency::CNY, columns)?;
    /// let day = parse_date("2020-03-31", "as_of")?;
    /// let wanted = |township| list.on(township, deep, day);
    /// let statement =
    ///     TargetedStatement::of_places(&book, day, StatisticalBasis::Regulator, Dimension::Township, wanted)?;
    /// assert_eq!(statement.line(TargetedItem::Total)?.balance_minor, 70_000);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn of_places(
        book: &Book<'_>,
        as_of: NaiveDate,
        basis: StatisticalBasis,
        place: Dimension,
        wanted: impl Fn(u32) -> bool,
    ) -> Result<TargetedStatement> {
        if !matches!(place, Dimension::County | Dimension::Township) {
            return Err(Error::new(ErrorCode::UnknownValue, "place", place, "county or township"));
        }
        let by = [place, Dimension::Targeted, Dimension::Status];
        let plan = TargetedStatement::plan(as_of, basis)?.by(&by);
        let borrowers = Distinct::of_basis(book, &by, Ids::Borrowers, LoansCounted::Outstanding, basis)?;
        Ok(TargetedStatement {
            basis,
            tally: Tally::of(&outstanding_leads(book)?, &plan)?.only(place, &wanted)?.roll_up(&BY)?,
            borrowers: borrowers.only(place, &wanted)?.roll_up(&BY)?,
        })
    }

    /// Adds the statement of other loans.
    ///
    /// # Errors
    ///
    /// This statement stays as it was.
    ///
    /// * [`ErrorCode::CurrencyMismatch`] for another currency.
    /// * [`ErrorCode::NotComparable`] for another basis or another day.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn merge(&mut self, other: &TargetedStatement) -> Result<()> {
        // Sets of one basis always merge, and the tallies tell two bases apart first.
        self.tally.merge(&other.tally)?;
        self.borrowers.merge(&other.borrowers)
    }

    /// The currency of the balances.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.tally.currency()
    }

    /// The day of the book.
    #[must_use]
    pub fn as_of(&self) -> NaiveDate {
        self.tally.as_of()
    }

    /// In whose statistics the loans count 统计口径.
    #[must_use]
    pub fn basis(&self) -> StatisticalBasis {
        self.basis
    }

    /// A line of the statement. The lines without loans are zero.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn line(&self, item: TargetedItem) -> Result<TargetedLine> {
        let class_of = |key: &[u32]| -> Option<TargetedClass> {
            let (class, status) = (*key.first()?, *key.get(1)?);
            let class = TargetedClass::from_code(u8::try_from(class).ok()?)?;
            let status = u8::try_from(status).ok().and_then(BorrowerStatus::from_code);
            item.holds(class, status).then_some(class)
        };
        let too_wide = || too_large("line");
        let mut line = TargetedLine::default();
        for (key, sums) in self.tally.groups() {
            let Some(class) = class_of(key) else { continue };
            let led = if class.is_personal() { 0 } else { sums.person_times };
            line.loans = line.loans.checked_add(sums.outstanding.loans).ok_or_else(too_wide)?;
            line.balance_minor = line.balance_minor.checked_add(sums.balance()).ok_or_else(too_wide)?;
            line.person_times = line.person_times.checked_add(led).ok_or_else(too_wide)?;
        }
        let served = self.borrowers.groups();
        let served = served.filter(|(key, _)| class_of(key).is_some_and(TargetedClass::is_personal));
        let mut persons: Vec<u64> = served.flat_map(|(_, ids)| ids).copied().collect();
        persons.sort_unstable();
        persons.dedup();
        line.persons = u64::try_from(persons.len()).unwrap_or(u64::MAX);
        Ok(line)
    }

    /// All lines, in the order of the statement.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn lines(&self) -> Result<Vec<(TargetedItem, TargetedLine)>> {
        TargetedItem::ALL.iter().map(|item| Ok((*item, self.line(*item)?))).collect()
    }

    /// The growth of the balance of a line since an earlier statement.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::CurrencyMismatch`] or [`ErrorCode::NotComparable`] for a statement in another currency or of another basis.
    /// * [`ErrorCode::DatesOutOfOrder`] for a base that is not earlier.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn growth(&self, item: TargetedItem, base: &TargetedStatement) -> Result<Growth> {
        self.tally.comparable(&base.tally)?;
        if base.as_of() >= self.as_of() {
            let bound = format!("before {}", self.as_of());
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "base.as_of", base.as_of(), bound));
        }
        Ok(Growth::new(self.line(item)?.balance_minor, Some(base.line(item)?.balance_minor)))
    }
}

/// The columns of a statement, the person-times of loans without a balance left out: a loan that is repaid leads nobody any more.
fn outstanding_leads<'a>(book: &'a Book<'_>) -> Result<Book<'a>> {
    let columns = book.columns();
    let balances = book.need(&columns.balance_minor, "balance")?;
    let times = book.need(&columns.person_times, "person_times")?;
    let led = times.iter().zip(balances).map(|(times, balance)| if *balance == 0 { 0 } else { *times });
    Book::new(
        book.currency(),
        Columns {
            county: Cow::Borrowed(&columns.county),
            township: Cow::Borrowed(&columns.township),
            targeted: Cow::Borrowed(&columns.targeted),
            status: Cow::Borrowed(&columns.status),
            basis: Cow::Borrowed(&columns.basis),
            balance_minor: Cow::Borrowed(&columns.balance_minor),
            person_times: led.collect(),
            ..Columns::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::ratio::Figure;

    const BASIS: StatisticalBasis = StatisticalBasis::CentralBank;

    /// One loan of each class, whose balance is 10 to the power of its place, and one repaid; all borrowers are one person.
    fn book(currency: Currency) -> Book<'static> {
        let columns = Columns {
            targeted: vec![0, 1, 2, 3, 4, 5, 6, 7, 3].into(),
            status: vec![2, 2, 5, 2, 0, 0, 0, 0, 0].into(),
            borrower: vec![7; 9].into(),
            balance_minor: (0..8).map(|place| 10_i64.pow(place)).chain([0]).collect(),
            person_times: vec![1; 9].into(),
            basis: vec![1, 1, 1, 1, 1, 1, 1, 3, 1].into(),
            ..Columns::default()
        };
        Book::new(currency, columns).unwrap()
    }

    fn day(ymd: i32) -> NaiveDate {
        parse_ymd(ymd, "day").unwrap()
    }

    #[test]
    fn the_lines_and_their_subtotals() {
        let statement = TargetedStatement::of(&book(Currency::CNY), day(20_200_331), BASIS).unwrap();
        let lines: Vec<_> = statement.lines().unwrap().into_iter().map(|(_, line)| line).collect();
        let balances: Vec<_> = lines.iter().map(|line| line.balance_minor).collect();
        assert_eq!(
            balances,
            [
                10, 100, 110, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 11_110_000, 11_111_000,
                11_111_110, 110
            ]
        );
        // One person with two personal loans is one person; an industry's borrower does not count. Five entity loans lead.
        let counts = |item: TargetedItem| {
            let line = statement.line(item).unwrap();
            (line.loans, line.persons, line.person_times)
        };
        assert_eq!(counts(TargetedItem::Personal), (2, 1, 0));
        assert_eq!(counts(TargetedItem::Industry), (1, 0, 1));
        assert_eq!(counts(TargetedItem::Total), (7, 1, 5));
        // The industry loan to somebody with a status is not a person's.
        assert_eq!(counts(TargetedItem::LiftedOut), (2, 1, 0));
        let regulator =
            TargetedStatement::of(&book(Currency::CNY), day(20_200_331), StatisticalBasis::Regulator)
                .unwrap();
        assert_eq!(regulator.line(TargetedItem::Total).unwrap().balance_minor, 10_000_000);
    }

    #[test]
    fn statements_of_two_bases_are_never_added_or_compared() {
        let of = |ymd, basis, currency| TargetedStatement::of(&book(currency), day(ymd), basis).unwrap();
        let mine = of(20_200_331, BASIS, Currency::CNY);
        let refused = |other: &TargetedStatement| {
            let mut sum = mine.clone();
            let error = sum.merge(other).unwrap_err();
            assert_eq!(sum, mine);
            (error.code(), error.field().to_owned())
        };
        let regulator = of(20_200_331, StatisticalBasis::Regulator, Currency::CNY);
        assert_eq!(refused(&regulator), (ErrorCode::NotComparable, "basis".into()));
        let earlier = of(20_190_331, BASIS, Currency::CNY);
        assert_eq!(refused(&earlier), (ErrorCode::NotComparable, "as_of".into()));
        let dollars = of(20_200_331, BASIS, Currency::from_code("USD").unwrap());
        assert_eq!(refused(&dollars).0, ErrorCode::CurrencyMismatch);

        let growth = |base: &TargetedStatement| mine.growth(TargetedItem::Total, base);
        assert_eq!(growth(&earlier).unwrap(), Growth::new(11_111_110, Some(11_111_110)));
        let none = TargetedStatement::empty(Currency::CNY, day(20_190_331), BASIS).unwrap();
        assert_eq!(growth(&none).unwrap().rate().unwrap(), Figure::ZeroBase);
        let other = of(20_190_331, StatisticalBasis::Own, Currency::CNY);
        assert_eq!(growth(&other).unwrap_err().field(), "basis");
        assert_eq!(growth(&mine).unwrap_err().code(), ErrorCode::DatesOutOfOrder);
    }

    #[test]
    fn an_empty_book_and_the_wire_form() {
        let empty = TargetedStatement::empty(Currency::CNY, day(20_200_331), BASIS).unwrap();
        let of_nothing = Book::new(Currency::CNY, Columns::default()).unwrap();
        assert_eq!(TargetedStatement::of(&of_nothing, day(20_200_331), BASIS).unwrap(), empty);
        assert_eq!(empty.line(TargetedItem::Total).unwrap(), TargetedLine::default());

        let statement = TargetedStatement::of(&book(Currency::CNY), day(20_200_331), BASIS).unwrap();
        let text = serde_json::to_string(&statement).unwrap();
        assert_eq!(serde_json::from_str::<TargetedStatement>(&text).unwrap(), statement);
        let wrong = text.replacen("central_bank", "regulator", 1);
        let error = serde_json::from_str::<TargetedStatement>(&wrong).unwrap_err().to_string();
        assert!(error.starts_with("borrowers.basis: ") && error.ends_with(", got another one"), "{error}");
    }
}
