//! Inclusive lending (普惠金融), exactly: what a loan promises, to the last minor unit, and why.
//!
//! A bank links this crate into its core system, from Rust or through the C interface (feature `capi`,
//! `include/puhui.h`). It opens no socket, owns no database, starts no thread that its caller did not ask for, reads no
//! clock and keeps no global state: the same input gives the same output, on every machine.
//!
//! # The ground floor
//!
//! Values that are exact, and vocabularies that are closed. Money is a whole number of minor units, a rate an exact
//! fraction a year, and every figure is rounded once, at the place that its documentation names.
//!
//! ```
//! use puhui::{Benchmark, Calendar, Currency, DayCount, Money, Roll, parse_date};
//!
//! let amount = Money::parse("50000.00", Currency::CNY)?;
//! assert_eq!(amount.minor(), 5_000_000);
//!
//! // From 20 January to 20 February 2020: 31 days, or one month of 30.
//! let (from, to) = (parse_date("2020-01-20", "from")?, parse_date("2020-02-20", "to")?);
//! assert_eq!(DayCount::Actual360.year_fraction(from, to, None).to_string(), "31/360");
//! assert_eq!(DayCount::ThirtyE360.year_fraction(from, to, None).to_string(), "1/12");
//!
//! // 20 September 2021 was Mid-Autumn, and so was the 21st: the LPR was published on the 22nd.
//! let rolled = Calendar::cn().roll(parse_date("2021-09-20", "date")?, Roll::Following);
//! assert_eq!(rolled, parse_date("2021-09-22", "date")?);
//! assert_eq!(Benchmark::lpr_1y().value_on(rolled, rolled)?.to_string(), "0.0385");
//! # Ok::<(), puhui::Error>(())
//! ```
//!
//! # One loan
//!
//! A [`Product`](loan::Product) is what loans of a kind share, [`Terms`](loan::Terms) what differs from loan to loan; a
//! [`Loan`](loan::Loan) is the checked pair, and its [`Schedule`](loan::Schedule) the promise. The wire form is
//! [`LoanForm`](loan::LoanForm), read into a [`LoanRecord`](loan::LoanRecord).
//!
//! ```
//! use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
//! use puhui::{Currency, Cycle, DayCount, Money, Rounding, parse_date};
//!
//! let product = Product::new(
//!     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
//!         .every(Cycle::MONTHLY),
//! )?;
//! let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, parse_date("2020-01-15", "disbursed_on")?)
//!     .instalments(36, parse_date("2020-02-20", "first_due_on")?);
//! let schedule = Loan::new(&product, terms)?.schedule();
//! for row in &schedule {
//!     let row = row?;
//!     println!("{:>3}  {}  {:>10}", row.no, row.due_on, row.payment.display(Currency::CNY));
//! }
//! assert_eq!(schedule.totals()?.payment, Money::from_minor(5_350_575));
//! assert_eq!(schedule.annualised_rates()?.effective.to_string(), "0.0450057987");
//! # Ok::<(), puhui::Error>(())
//! ```
//!
//! A [`Relief`](loan::Relief) is one value, whatever law granted it; [`Loan::relieve`](loan::Loan::relieve) applies reliefs and
//! says what they changed.
//!
//! ```
//! use puhui::loan::{LoanRecord, Relief};
//!
//! let record: LoanRecord = serde_json::from_str(
//!     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
//!         "day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month",
//!         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
//! )?;
//! let shifted: Relief = serde_json::from_str(
//!     r#"{"granted_on":"2020-02-01","defer":"both","due_from":"2020-02-01","due_until":"2020-06-30",
//!         "principal_caught_up":"shifted","interest_meanwhile":"simple","interest_caught_up":"next_instalment"}"#,
//! )?;
//! let relieved = record.loan()?.relieve(&[shifted])?;
//! // Five instalments later.
//! assert_eq!(relieved.impact().last_due_after.to_string(), "2023-06-20");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A book
//!
//! A [`Book`](portfolio::Book) holds loans by columns, a [`Tally`](portfolio::Tally) their sums by groups, which add up in any
//! order. What is published is made of these: growth, shares, ratios, and the statement on targeted loans.
//!
//! ```
//! use puhui::portfolio::{Book, Columns, Dimension, Growth, Measure, Tally, TallyPlan};
//! use puhui::{Currency, Rounding, TargetedClass, parse_date};
//!
//! // Two targeted loans and one that is not, on two days.
//! let tally = |day: &str, balance_minor: [i64; 3]| {
//!     let columns = Columns {
//!         targeted: vec![TargetedClass::RegisteredPoor.code(), TargetedClass::Industry.code(), 0].into(),
//!         balance_minor: balance_minor.to_vec().into(),
//!         ..Columns::default()
//!     };
//!     let plan = TallyPlan::new(parse_date(day, "as_of")?)?
//!         .by(&[Dimension::Targeted])
//!         .measures(&[Measure::Balance]);
//!     Tally::of(&Book::new(Currency::CNY, columns)?, &plan)
//! };
//! let base = tally("2019-03-31", [4_340_000, 90_000_000, 205_660_000])?;
//! let now = tally("2020-03-31", [5_000_000, 105_000_000, 230_800_000])?;
//!
//! let all = Growth::of_totals(&now, &base)?;
//! let targeted = |tally: &Tally| tally.only(Dimension::Targeted, |class| class != 0);
//! let targeted = Growth::of_totals(&targeted(&now)?, &targeted(&base)?)?;
//! let percent = |figure: puhui::Figure| figure.percent(1, Rounding::HalfUp);
//! let sentence = format!(
//!     "targeted loans of {} yuan, up {} % in a year, {} percentage points above all loans",
//!     targeted.now() / 100,
//!     percent(targeted.rate()?)?.unwrap(),
//!     percent(targeted.above(&all)?)?.unwrap(),
//! );
//! assert_eq!(
//!     sentence,
//!     "targeted loans of 1100000 yuan, up 16.6 % in a year, 3.0 percentage points above all loans"
//! );
//! # Ok::<(), puhui::Error>(())
//! ```
//!
//! # Villages and the services that reach them
//!
//! [`Villages`](community::Villages) is a register of administrative villages, [`ServicePoints`](community::ServicePoints) what
//! serves them; by a rule that says what counts, [`Coverage`](community::Coverage) says how far basic financial services reach,
//! and names the villages that they miss.
//!
//! ```
//! use puhui::community::{
//!     Area, Coverage, CoverageRule, PointColumns, PointKind, ServicePoints, VillageColumns, Villages,
//! };
//! use puhui::{Rounding, parse_date};
//!
//! let villages = Villages::new(VillageColumns {
//!     village: vec![500101017200, 500101017201, 500101019200].into(),
//!     township: vec![500101017, 500101017, 500101019].into(),
//!     county: vec![500101, 500101, 500101].into(),
//!     people: vec![1_500, 900, 1_600].into(), // generated
//!     ..VillageColumns::default()
//! })?;
//! let points = ServicePoints::new(PointColumns {
//!     point: vec![1, 2].into(),
//!     village: vec![500101017200, 500101019200].into(),
//!     kind: vec![PointKind::Outlet.code(), PointKind::Agent.code()].into(),
//!     ..PointColumns::default()
//! })?;
//! let rule = CoverageRule::cn_basic_services(parse_date("2020-03-31", "as_of")?)?;
//! let coverage = Coverage::of(&villages, &points, &rule)?;
//! // 2 of 3 villages, cut; both townships; one outlet for 4,000 people is 2.5 for each 10,000.
//! let all = coverage.total()?;
//! assert_eq!(all.share()?.percent(1, Rounding::Down)?.unwrap().to_string(), "66.6");
//! assert_eq!(coverage.areas(Area::Township)?.covered, 2);
//! let outlets = all.per_ten_thousand_people(PointKind::Outlet)?;
//! assert_eq!(outlets.to_decimal(1, Rounding::HalfUp)?.unwrap().to_string(), "2.5");
//! // What breaks full coverage has a name.
//! assert_eq!(coverage.missed().next().unwrap().village, 500101017201);
//! # Ok::<(), puhui::Error>(())
//! ```
//!
//! # Errors
//!
//! Bad input gets an [`Error`] that names the field, what was expected there and what was found, as the wire form spells them.
//! Nothing panics; what the library holds to be impossible is [`ErrorCode::Internal`], never a wrong figure.
//!
//! # Threads
//!
//! Everything is a value or an immutable reference: any number of threads may use one product, calendar or benchmark.

mod calendar;
mod class;
mod columns;
pub mod community;
mod dated;
mod decimal_text;
mod error;
mod exact;
#[cfg(feature = "capi")]
#[doc(hidden)]
pub mod ffi;
pub mod loan;
mod money;
pub mod portfolio;
#[cfg(feature = "packs")]
pub mod programme;
mod rate;
mod ratio;
mod record;
mod share;
mod vocabulary;
mod wire;

pub use calendar::{
    BusinessDays, Calendar, Cycle, CycleUnit, DayCount, MAX_DATE, MIN_DATE, MissingDay, Roll, RolledDate,
    RolledInterest, YearFraction, add_months, parse_date, parse_ymd, to_ymd,
};
pub use class::{
    BorrowerStatus, Forbearance, GuaranteeKind, Ladder, LoanClass, ProvisionRates, Purpose, RegionClass,
    RegionList, RegionListing, StatisticalBasis, StatusHistory, StatusRegister, TargetedClass, TermBand,
};
pub use dated::Dated;
pub use error::{Error, ErrorCode, Result};
pub use money::{Currency, Money, MoneyText, Rounding};
pub use rate::{BasisPoints, Benchmark, Rate, RateStep};
pub use ratio::{Figure, Ratio};
pub use share::Share;

/// The Rust example of the README, compiled and run with the documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
