//! The products: families with rules of their own, and the nearly one hundred products that families come to by crop, group
//! or kind of project.
//!
//! Amounts, terms and rates keep to the published rules where there are any. Names are generic, how often a product occurs is
//! invented, and what is tagged "example" is made up.

use puhui::loan::{Method, Product, ProductRules, Season};
use puhui::{
    BusinessDays, Calendar, Currency, Cycle, DayCount, GuaranteeKind, Purpose, Roll, RolledInterest,
    Rounding, TargetedClass,
};

use crate::support::due_dates::DueDates;

/// The number of loans of which the shares of the families are.
pub const SHARES: u64 = 10_000;

/// Who borrows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Borrower {
    /// A registered household that has no microcredit yet.
    UnservedHousehold,
    /// A registered household.
    RegisteredHousehold,
    /// Any household.
    AnyHousehold,
    /// A firm or cooperative of a township.
    Firm,
    /// A company that carries out a project in a county.
    Project,
}

/// Which relief of spring 2020 is for the loans.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ReliefKind {
    /// Microcredit that matures: at most six months more (国务院扶贫办、银保监会 notice of 2020-02-12).
    Microcredit,
    /// Firms, and people with a business: what is due to 30 June is due on that day (银保监发〔2020〕6号, 2020-03-01).
    SmallFirm,
}

/// How the due dates of a family lie.
#[derive(Clone, Copy)]
pub enum Dates {
    /// As those of other generated books.
    Of(DueDates),
    /// On 20 December of every year.
    EveryDecember,
    /// Every year on the day of disbursement.
    EveryYear,
}

/// Products with the same rules.
pub struct Family {
    /// The short name.
    pub code: &'static str,
    /// The name.
    pub en: &'static str,
    /// The name.
    pub zh: &'static str,
    /// The number of the programme in the book; [`PROGRAMMES`] names it.
    pub programme: u32,
    /// The class in the special statistics.
    pub class: TargetedClass,
    /// What stands behind a loan.
    pub guarantee: GuaranteeKind,
    /// Who borrows.
    pub borrower: Borrower,
    /// How many of [`SHARES`] loans.
    pub share: u64,
    /// Smallest and largest amount, and the step between them, in yuan.
    pub yuan: (u64, u64, u64),
    /// The terms in months, all equally frequent.
    pub months: &'static [u16],
    /// What is added to the benchmark rate, in basis points.
    pub spread_bp: i32,
    /// How the due dates lie.
    pub dates: Dates,
    /// How much was lent in a day of the last year, in per mille of what was lent in a day of the years before.
    pub pace: u64,
    /// Of 10,000 loans, the number that stopped to pay within the last 12 months.
    pub stopped: u64,
    /// The relief for these loans.
    pub relief: Option<ReliefKind>,
    /// What its products are by: their names, and their purposes.
    pub variants: Vec<Variant>,
    /// The rules that its loans share.
    pub product: Product,
}

/// What makes a product of a family.
pub struct Variant {
    /// Its name within the family.
    pub en: &'static str,
    /// Its name within the family.
    pub zh: &'static str,
    /// What its loans are for.
    pub purpose: Purpose,
}

impl Family {
    /// The number in the book of the product of a variant: 601 is the first of the sixth family.
    pub fn product_number(family: usize, variant: usize) -> puhui::Result<u32> {
        let number = u32::try_from((family + 1) * 100 + variant + 1);
        number.map_err(|_| puhui::Error::new(puhui::ErrorCode::Overflow, "product", family, "32 bits"))
    }
}

/// The programmes, from 1.
pub const PROGRAMMES: [(&str, &str); 5] = [
    ("Poverty-alleviation microcredit", "扶贫小额信贷"),
    ("National student loans", "国家助学贷款"),
    ("Guaranteed start-up loans", "创业担保贷款"),
    ("Loans by the lenders' own products", "金融机构自有产品"),
    ("Project loans", "项目精准扶贫贷款"),
];

/// What grows or is raised in Chongqing's hills.
const CROPS: [(&str, &str); 29] = [
    ("citrus", "柑橘"),
    ("plums", "李子"),
    ("tea", "茶叶"),
    ("Sichuan pepper", "花椒"),
    ("chillies", "辣椒"),
    ("mustard tubers", "青菜头"),
    ("potatoes", "马铃薯"),
    ("vegetables", "蔬菜"),
    ("kiwi fruit", "猕猴桃"),
    ("pears", "梨"),
    ("grapes", "葡萄"),
    ("walnuts", "核桃"),
    ("oil camellia", "油茶"),
    ("medicinal herbs", "中药材"),
    ("konjac", "魔芋"),
    ("mushrooms", "食用菌"),
    ("lotus root", "莲藕"),
    ("silkworms", "蚕桑"),
    ("pigs", "生猪"),
    ("beef cattle", "肉牛"),
    ("goats", "山羊"),
    ("poultry", "家禽"),
    ("rabbits", "肉兔"),
    ("bees", "蜜蜂"),
    ("fish", "水产"),
    ("rice", "水稻"),
    ("rape", "油菜"),
    ("bamboo shoots", "竹笋"),
    ("tobacco", "烤烟"),
];

/// The families; the last one is of the projects that the book is calibrated by.
pub fn families() -> puhui::Result<Vec<Family>> {
    use GuaranteeKind::{Credit, Guaranteed, Mortgage, Pledge};
    use Purpose::*;
    use TargetedClass as Class;
    let rules = |method, day_count| ProductRules::new(Currency::CNY, method, day_count, Rounding::HalfUp);
    let monthly = |method| rules(method, DayCount::Actual360).every(Cycle::MONTHLY);
    let quarterly = |method| rules(method, DayCount::Actual360).every(Cycle::QUARTERLY);
    let yearly = |method| rules(method, DayCount::Actual360).every(Cycle::YEARLY);
    let mut studies = yearly(Method::EqualPrincipal);
    studies.grace.principal = 4;
    // Firms pay on the next working day; a short last period could roll onto the due date before it.
    let mut working_capital = monthly(Method::InterestOnly);
    working_capital.business_days = Some(BusinessDays {
        calendar: Calendar::cn(),
        roll: Roll::Following,
        interest: RolledInterest::Adjusted,
        strict: false,
    });
    working_capital.long_last = true;
    let crops = |count: usize, purpose| {
        CROPS.iter().take(count).map(|(en, zh)| Variant { en, zh, purpose }).collect::<Vec<_>>()
    };
    let one = |purpose| vec![Variant { en: "", zh: "", purpose }];
    let kinds = |kinds: &[(&'static str, &'static str, Purpose)]| {
        kinds.iter().map(|(en, zh, purpose)| Variant { en, zh, purpose: *purpose }).collect::<Vec<_>>()
    };

    // Poverty-alleviation microcredit: at most 50,000 a household, at most 3 years, unsecured, at the benchmark rate without
    // a spread (CBRC [2017] No. 42); how it is repaid differs.
    let microcredit = |code, en, zh, share, yuan, months, dates, rules| -> puhui::Result<Family> {
        Ok(Family {
            code,
            en,
            zh,
            programme: 1,
            class: Class::RegisteredPoor,
            guarantee: Credit,
            borrower: Borrower::UnservedHousehold,
            share,
            yuan,
            months,
            spread_bp: 0,
            dates: Dates::Of(dates),
            pace: 1_080,
            stopped: 80,
            relief: Some(ReliefKind::Microcredit),
            variants: one(Agriculture),
            product: Product::new(rules)?,
        })
    };
    Ok(vec![
        microcredit(
            "microcredit_instalments",
            "Microcredit, level instalments",
            "扶贫小额信贷 (等额本息)",
            900,
            (35_000, 50_000, 5_000),
            &[24, 36],
            DueDates::Monthly20th,
            monthly(Method::EqualInstalment),
        )?,
        microcredit(
            "microcredit_interest_only",
            "Microcredit, interest quarterly",
            "扶贫小额信贷 (按季付息)",
            2_000,
            (35_000, 50_000, 5_000),
            &[12, 24, 36, 36],
            DueDates::Quarterly20th,
            quarterly(Method::InterestOnly),
        )?,
        microcredit(
            "microcredit_bullet",
            "Microcredit, one payment",
            "扶贫小额信贷 (利随本清)",
            600,
            (30_000, 50_000, 5_000),
            &[6, 12],
            DueDates::AtMaturity,
            rules(Method::Bullet, DayCount::MonthsAndDays),
        )?,
        // Up to 8,000 a year of study since 2014 (general knowledge); repaid by the year, years of study free (example).
        Family {
            code: "student",
            en: "National student loan",
            zh: "生源地助学贷款",
            programme: 2,
            class: Class::RegisteredPoor,
            guarantee: Credit,
            borrower: Borrower::RegisteredHousehold,
            share: 1_900,
            yuan: (4_000, 8_000, 500),
            months: &[96, 120, 156],
            spread_bp: 0,
            dates: Dates::EveryDecember,
            pace: 560,
            stopped: 60,
            relief: None,
            variants: kinds(&[("university", "高校", Student), ("vocational school", "中职", Student)]),
            product: Product::new(studies)?,
        },
        // A person at most 150,000 since 2018-11-16, 3 years; in poor areas at most 3 points above the base rate then.
        Family {
            code: "startup_person",
            en: "Guaranteed start-up loan, person",
            zh: "个人创业担保贷款",
            programme: 3,
            class: Class::OtherPersonal,
            guarantee: Guaranteed,
            borrower: Borrower::AnyHousehold,
            share: 800,
            yuan: (30_000, 150_000, 10_000),
            months: &[12, 24, 36],
            spread_bp: 200,
            dates: Dates::Of(DueDates::Quarterly20th),
            pace: 1_180,
            stopped: 90,
            relief: Some(ReliefKind::SmallFirm),
            variants: kinds(&[
                ("returning workers", "返乡创业人员", StartUp),
                ("women", "妇女", StartUp),
                ("graduates", "高校毕业生", StartUp),
                ("veterans", "退役军人", StartUp),
            ]),
            product: Product::new(quarterly(Method::InterestOnly))?,
        },
        // A farmer's operating loan, repaid after the harvests of June and September; amount and spread (example).
        Family {
            code: "farm",
            en: "Farming loan",
            zh: "农户种养殖贷款",
            programme: 4,
            class: Class::OtherPersonal,
            guarantee: Credit,
            borrower: Borrower::AnyHousehold,
            share: 2_000,
            yuan: (20_000, 150_000, 10_000),
            months: &[12, 24, 36],
            spread_bp: 80,
            dates: Dates::Of(DueDates::Quarterly20th),
            pace: 1_200,
            stopped: 110,
            relief: Some(ReliefKind::SmallFirm),
            variants: crops(29, Agriculture),
            product: Product::new(quarterly(Method::Seasonal(Season::new(&[6, 9])?)))?,
        },
        // Rebuilding an unsafe home (example).
        Family {
            code: "safe_housing",
            en: "Safe-home loan",
            zh: "农村危房改造贷款",
            programme: 4,
            class: Class::RegisteredPoor,
            guarantee: Guaranteed,
            borrower: Borrower::RegisteredHousehold,
            share: 500,
            yuan: (30_000, 120_000, 10_000),
            months: &[60, 120],
            spread_bp: 30,
            dates: Dates::Of(DueDates::OnDrawingDay),
            pace: 600,
            stopped: 70,
            relief: None,
            variants: kinds(&[("rebuilding", "重建", SafeHousing), ("repair", "修缮", SafeHousing)]),
            product: Product::new(
                rules(Method::EqualInstalment, DayCount::ThirtyE360).every(Cycle::MONTHLY),
            )?,
        },
        // A home in town (example).
        Family {
            code: "housing",
            en: "Home loan for rural workers",
            zh: "农民工购房贷款",
            programme: 4,
            class: Class::OtherPersonal,
            guarantee: Mortgage,
            borrower: Borrower::AnyHousehold,
            share: 400,
            yuan: (100_000, 400_000, 10_000),
            months: &[120, 180, 240],
            spread_bp: 55,
            dates: Dates::Of(DueDates::OnDrawingDay),
            pace: 640,
            stopped: 40,
            relief: None,
            variants: one(Housing),
            product: Product::new(
                rules(Method::EqualInstalment, DayCount::ThirtyE360).every(Cycle::MONTHLY),
            )?,
        },
        // Household needs (example).
        Family {
            code: "consumption",
            en: "Household loan",
            zh: "农户消费贷款",
            programme: 4,
            class: Class::OtherPersonal,
            guarantee: Credit,
            borrower: Borrower::RegisteredHousehold,
            share: 300,
            yuan: (5_000, 40_000, 5_000),
            months: &[12, 24],
            spread_bp: 150,
            dates: Dates::Of(DueDates::OnDrawingDay),
            pace: 1_250,
            stopped: 90,
            relief: None,
            variants: kinds(&[
                ("household goods", "家庭用品", Consumption),
                ("food and clothing", "吃穿", FoodAndClothing),
            ]),
            product: Product::new(monthly(Method::EqualInstalment))?,
        },
        // A cooperative that leads poor households, with a list of them; principal by an agreed plan (example).
        Family {
            code: "cooperative",
            en: "Cooperative industry loan",
            zh: "合作社产业扶贫贷款",
            programme: 4,
            class: Class::Industry,
            guarantee: Pledge,
            borrower: Borrower::Firm,
            share: 300,
            yuan: (200_000, 1_600_000, 50_000),
            months: &[24, 36],
            spread_bp: 60,
            dates: Dates::Of(DueDates::Quarterly20th),
            pace: 1_150,
            stopped: 90,
            relief: Some(ReliefKind::SmallFirm),
            variants: crops(21, Purpose::Industry),
            product: Product::new(quarterly(Method::EqualPrincipal))?,
        },
        // A firm that employs or buys from poor households (example).
        Family {
            code: "firm",
            en: "Firm industry loan",
            zh: "龙头企业产业扶贫贷款",
            programme: 4,
            class: Class::Industry,
            guarantee: Mortgage,
            borrower: Borrower::Firm,
            share: 200,
            yuan: (500_000, 5_500_000, 100_000),
            months: &[12, 24, 36],
            spread_bp: 90,
            dates: Dates::Of(DueDates::Monthly20th),
            pace: 1_160,
            stopped: 110,
            relief: Some(ReliefKind::SmallFirm),
            variants: crops(20, Purpose::Industry),
            product: Product::new(working_capital)?,
        },
        // A small firm at most 3,000,000 since 2018-11-16, 2 years.
        Family {
            code: "startup_firm",
            en: "Guaranteed start-up loan, small firm",
            zh: "小微企业创业担保贷款",
            programme: 3,
            class: Class::Industry,
            guarantee: Guaranteed,
            borrower: Borrower::Firm,
            share: 60,
            yuan: (500_000, 3_000_000, 100_000),
            months: &[12, 24],
            spread_bp: 200,
            dates: Dates::Of(DueDates::Quarterly20th),
            pace: 1_150,
            stopped: 90,
            relief: Some(ReliefKind::SmallFirm),
            variants: one(StartUp),
            product: Product::new(quarterly(Method::EqualPrincipal))?,
        },
        // Projects of policy banks and others: long, equal parts by the year (example).
        project(
            ("relocation", "Relocation loan", "易地扶贫搬迁贷款"),
            Class::Relocation,
            (6, (30_000_000, 70_000_000, 1_000_000), 620),
            kinds(&[("homes", "安置房", Relocation), ("follow-up industry", "后续产业", Relocation)]),
            yearly(Method::EqualPrincipal),
        )?,
        project(
            ("farmland", "Farmland loan", "农田基本建设贷款"),
            Class::Farmland,
            (8, (10_000_000, 30_000_000, 1_000_000), 560),
            kinds(&[("high-standard farmland", "高标准农田", Farmland), ("irrigation", "灌溉", Farmland)]),
            yearly(Method::EqualPrincipal),
        )?,
        project(
            ("ecology", "Ecology loan", "生态环境改造贷款"),
            Class::Ecology,
            (6, (20_000_000, 40_000_000, 1_000_000), 600),
            kinds(&[
                ("reserve forest", "国家储备林", Ecology),
                ("soil and water", "水土保持", Ecology),
                ("clean villages", "人居环境", Ecology),
            ]),
            yearly(Method::EqualPrincipal),
        )?,
        project(
            ("infrastructure", "Rural infrastructure loan", "农村基础设施贷款"),
            Class::Infrastructure,
            (20, (30_000_000, 90_000_000, 1_000_000), 600),
            kinds(&[
                ("roads", "道路", Infrastructure),
                ("power grid", "电网", Infrastructure),
                ("broadband", "宽带", Infrastructure),
                ("drinking water", "饮水", SafeDrinkingWater),
                ("schools", "学校", CompulsoryEducation),
                ("health stations", "卫生室", BasicMedicalCare),
            ]),
            yearly(Method::EqualPrincipal),
        )?,
    ])
}

fn project(
    (code, en, zh): (&'static str, &'static str, &'static str),
    class: TargetedClass,
    (share, yuan, pace): (u64, (u64, u64, u64), u64),
    variants: Vec<Variant>,
    rules: ProductRules,
) -> puhui::Result<Family> {
    Ok(Family {
        code,
        en,
        zh,
        programme: 5,
        class,
        guarantee: GuaranteeKind::Pledge,
        borrower: Borrower::Project,
        share,
        yuan,
        months: &[120, 180],
        spread_bp: 0,
        dates: Dates::EveryYear,
        pace,
        stopped: 0,
        relief: None,
        variants,
        product: Product::new(rules)?,
    })
}
