//! A loan book that is made up: the products of Chongqing's programmes, the loans drawn by a seeded generator.
//!
//! Nothing in it is a real loan. Amounts, terms and rates keep to the published rules where there are any; how often each
//! product occurs, and every figure tagged "example" in the table below, is invented.

use chrono::{Days, NaiveDate};
use puhui::loan::{
    Balloon, Graduated, LevelPayment, Method, PaymentStep, PlannedPrincipal, Product, ProductRules, Season,
    Terms,
};
use puhui::{
    BusinessDays, Calendar, Currency, Cycle, DayCount, Money, Roll, RolledInterest, Rounding, parse_date,
};

use super::due_dates::{DueDates, months_later};
use super::loan_book::{BookLoan, BookProduct, Failure, LoanBook, Row};
use super::pricing::Benchmarks;
use super::random::SplitMix64;

/// The day the book is taken on: every loan in it is drawn before and still runs then.
const AS_OF: &str = "2020-03-31";
/// No loan is older than this many days.
const OLDEST: u64 = 3 * 365;

/// A line of the product table: a product, and what its loans look like.
struct Line {
    code: &'static str,
    name: &'static str,
    /// How many of 1,000 loans are of this product.
    share: u64,
    /// Smallest and largest amount, and the step between them, in yuan.
    yuan: (i64, i64, i64),
    /// The terms in months, all equally frequent.
    months: &'static [u16],
    /// What is added to the benchmark rate, in basis points.
    spread_bp: i32,
    dates: DueDates,
    rules: ProductRules,
}

/// The products. Tags in brackets: V seen in a public source, K general knowledge, "example" made up for this book.
fn table() -> puhui::Result<Vec<Line>> {
    use DueDates::{AtMaturity, Monthly20th, OnDrawingDay, Quarterly20th};
    let rules = |method, day_count| ProductRules::new(Currency::CNY, method, day_count, Rounding::HalfUp);
    let monthly = |method, day_count| rules(method, day_count).every(Cycle::MONTHLY);
    let quarterly = |method| rules(method, DayCount::Actual360).every(Cycle::QUARTERLY);
    let roll = BusinessDays {
        calendar: Calendar::cn(),
        roll: Roll::Following,
        interest: RolledInterest::Adjusted,
        strict: false,
    };

    let mut working_capital = monthly(Method::InterestOnly, DayCount::Actual360);
    working_capital.business_days = Some(roll);
    working_capital.long_last = true; // A short last period could roll onto the due date before it.
    let mut orchard = quarterly(Method::Graduated(Graduated::new(PaymentStep::Ratio("0.05".parse()?), 4)?));
    orchard.grace.principal = 4;
    let mut housing = monthly(Method::EqualInstalment, DayCount::ThirtyE360);
    housing.level_payment = LevelPayment::Nominal;

    Ok(vec![
        // Poverty-alleviation microcredit: at most 50,000 a household, at most 3 years, unsecured, at the benchmark rate
        // without a spread (CBRC [2017] No. 42) [V]. Quarterly interest on the 20th: rules of 1999, art. 20 [V].
        Line {
            code: "microcredit_instalments",
            name: "扶贫小额信贷 (等额本息)",
            share: 180,
            yuan: (10_000, 50_000, 5_000),
            months: &[24, 36],
            spread_bp: 0,
            dates: Monthly20th,
            rules: monthly(Method::EqualInstalment, DayCount::Actual360),
        },
        Line {
            code: "microcredit_interest_only",
            name: "扶贫小额信贷 (按季付息到期还本)",
            share: 180,
            yuan: (10_000, 50_000, 10_000),
            months: &[12, 24, 36],
            spread_bp: 0,
            dates: Quarterly20th,
            rules: quarterly(Method::InterestOnly),
        },
        // The same loan up to a year, interest with the principal: seen for poverty loans [V].
        Line {
            code: "microcredit_bullet",
            name: "扶贫小额信贷 (利随本清)",
            share: 60,
            yuan: (5_000, 50_000, 5_000),
            months: &[6, 12],
            spread_bp: 0,
            dates: AtMaturity,
            rules: rules(Method::Bullet, DayCount::MonthsAndDays),
        },
        // Guaranteed start-up loans: a person at most 100,000 over 3 years, a small firm at most 2,000,000 over 2 years, which
        // were raised on 2018-11-16 [V]; in the west at most the base rate + 2 points before 2020-04-15 [K].
        Line {
            code: "startup_person",
            name: "个人创业担保贷款",
            share: 80,
            yuan: (30_000, 100_000, 10_000),
            months: &[12, 24, 36],
            spread_bp: 200,
            dates: Quarterly20th,
            rules: quarterly(Method::InterestOnly),
        },
        Line {
            code: "startup_firm",
            name: "小微企业创业担保贷款",
            share: 20,
            yuan: (300_000, 2_000_000, 100_000),
            months: &[12, 24],
            spread_bp: 200,
            dates: Quarterly20th,
            rules: quarterly(Method::EqualPrincipal),
        },
        // Working capital of small firms: a line of at most 10,000,000 counts as inclusive [V]; monthly interest, a year at
        // most [V]; due dates roll to the next working day (example), spread (example).
        Line {
            code: "small_firm_working_capital",
            name: "小微企业流动资金贷款 (按月付息到期还本)",
            share: 120,
            yuan: (100_000, 10_000_000, 100_000),
            months: &[6, 9, 12],
            spread_bp: 120,
            dates: Monthly20th,
            rules: working_capital,
        },
        // Equipment of small firms, equal principal: amount, term and spread (example).
        Line {
            code: "small_firm_equipment",
            name: "小微企业设备贷款 (等额本金)",
            share: 60,
            yuan: (200_000, 3_000_000, 50_000),
            months: &[36, 48, 60],
            spread_bp: 100,
            dates: OnDrawingDay,
            rules: monthly(Method::EqualPrincipal, DayCount::ThirtyE360),
        },
        // A farmer's operating loan, line at most 5,000,000 [V practice]; repaid after rape in June and rice in September
        // (example).
        Line {
            code: "farm_seasonal",
            name: "农户种植贷款 (按收成还本)",
            share: 90,
            yuan: (20_000, 300_000, 10_000),
            months: &[12, 24, 36],
            spread_bp: 80,
            dates: Quarterly20th,
            rules: quarterly(Method::Seasonal(Season::new(&[6, 9])?)),
        },
        // Rural bullet loan: one payment, whole months and odd days [V for the method]; amount and spread (example).
        Line {
            code: "rural_bullet",
            name: "农户小额贷款 (利随本清)",
            share: 90,
            yuan: (5_000, 100_000, 5_000),
            months: &[3, 6, 9, 12],
            spread_bp: 150,
            dates: AtMaturity,
            rules: rules(Method::Bullet, DayCount::Actual365Fixed),
        },
        // An orchard that bears after a year, after the crop loans that are named for Wushan's plums [V for the kind]: a year
        // of interest only, then payments that grow 5 % a year (example).
        Line {
            code: "orchard_graduated",
            name: "果园贷款 (宽限一年, 等比递增)",
            share: 30,
            yuan: (50_000, 500_000, 10_000),
            months: &[60],
            spread_bp: 100,
            dates: Quarterly20th,
            rules: orchard,
        },
        // A village industry loan that leads poor households, principal by an agreed plan [V for the method] (example).
        Line {
            code: "village_industry_plan",
            name: "产业扶贫贷款 (按计划还本)",
            share: 20,
            yuan: (500_000, 5_000_000, 100_000),
            months: &[36],
            spread_bp: 50,
            dates: Quarterly20th,
            rules: quarterly(Method::Custom),
        },
        // Balloon: payments of ten years, the rest after three (example).
        Line {
            code: "small_firm_balloon",
            name: "小微企业气球贷",
            share: 30,
            yuan: (300_000, 2_000_000, 50_000),
            months: &[36],
            spread_bp: 130,
            dates: OnDrawingDay,
            rules: monthly(Method::Balloon(Balloon::AmortisedOver(120)), DayCount::ThirtyE360),
        },
        // A house in town, after relocation: the benchmark of more than five years, reset every year on the day of drawing [K];
        // amount and term (example).
        Line {
            code: "housing",
            name: "农民工购房贷款 (等额本息, 每年重定价)",
            share: 40,
            yuan: (100_000, 600_000, 10_000),
            months: &[120, 180, 240],
            spread_bp: 55,
            dates: OnDrawingDay,
            rules: housing,
        },
    ])
}

/// The generated book: the same seed and size, the same loans, on every machine.
pub struct GeneratedBook {
    lines: Vec<Line>,
    products: Vec<BookProduct>,
    benchmarks: Benchmarks,
    as_of: NaiveDate,
    random: SplitMix64,
    made: u64,
    loans: u64,
}

impl GeneratedBook {
    /// A book of `loans` loans.
    pub fn new(seed: u64, loans: u64) -> puhui::Result<GeneratedBook> {
        let lines = table()?;
        let mut products = Vec::with_capacity(lines.len());
        for line in &lines {
            let product = Product::new(line.rules.clone())?;
            products.push(BookProduct { code: line.code, name: line.name, revolving: false, product });
        }
        Ok(GeneratedBook {
            lines,
            products,
            benchmarks: Benchmarks::new()?,
            as_of: parse_date(AS_OF, "as_of")?,
            random: SplitMix64(seed),
            made: 0,
            loans,
        })
    }

    fn next_loan(&mut self) -> Result<BookLoan, Failure> {
        let product = self.draw_product();
        let line = &self.lines[product];
        let (least, most, step) = line.yuan;
        let steps = u64::try_from((most - least) / step)?;
        let yuan = least + step * i64::try_from(self.random.below(steps + 1))?;
        let principal = Money::from_minor(yuan * 100);
        let months = line.months[usize::try_from(self.random.below(u64::try_from(line.months.len())?))?];
        // A month has at least 28 days: drawn so few days ago, the loan still runs.
        let days_ago = self.random.below(OLDEST.min(28 * u64::from(months)));
        let disbursed_on = self.as_of.checked_sub_days(Days::new(days_ago)).ok_or("no such day")?;

        let matures_on = months_later(disbursed_on, months)?;
        let (rate, rate_changes) =
            self.benchmarks.price(line.spread_bp, months, disbursed_on, matures_on, self.as_of)?;
        let terms = line.dates.set(Terms::new(principal, rate, disbursed_on), months, matures_on)?;
        let plan = match line.rules.method {
            Method::Custom => plan_in_thirds(&terms, months, matures_on)?,
            _ => Vec::new(),
        };
        self.made += 1;
        Ok(BookLoan { id: format!("GEN-{:08}", self.made), product, terms, rate_changes, plan })
    }

    fn draw_product(&mut self) -> usize {
        let mut ticket = self.random.below(self.lines.iter().map(|line| line.share).sum());
        for (index, line) in self.lines.iter().enumerate() {
            if ticket < line.share {
                return index;
            }
            ticket -= line.share;
        }
        0
    }
}

impl LoanBook for GeneratedBook {
    fn currency(&self) -> Currency {
        Currency::CNY
    }

    fn products(&self) -> &[BookProduct] {
        &self.products
    }

    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        if self.made == self.loans {
            return Ok(None);
        }
        let loan = self.next_loan()?;
        Ok(Some(Row { line: self.made, loan: Ok(loan) }))
    }

    fn column_of(&self, field: &str) -> String {
        field.to_owned()
    }

    fn progress(&self) -> (u64, u64) {
        (self.made, self.loans)
    }
}

/// A third of the principal every year, the last one with what is left.
fn plan_in_thirds(
    terms: &Terms,
    months: u16,
    matures_on: NaiveDate,
) -> Result<Vec<PlannedPrincipal>, Failure> {
    let third = Money::from_minor(terms.principal.minor() / 3);
    let rest = Money::from_minor(terms.principal.minor() - 2 * third.minor());
    Ok(vec![
        PlannedPrincipal { on: months_later(terms.disbursed_on, months / 3)?, principal: third },
        PlannedPrincipal { on: months_later(terms.disbursed_on, months / 3 * 2)?, principal: third },
        PlannedPrincipal { on: matures_on, principal: rest },
    ])
}
