//! The vocabularies of books and their statistics.

use crate::class::{
    BorrowerStatus, Forbearance, GuaranteeKind, Purpose, RegionClass, StatisticalBasis, TargetedClass,
};
use crate::ffi::boundary::failure::Failure;
use crate::portfolio::{Dimension, Ids, LoansCounted, Measure};

/// `dimensions`: county or district 区县, the number of the column.
pub const PUHUI_DIMENSION_COUNTY: u32 = 1;
/// `dimensions`: township 乡镇.
pub const PUHUI_DIMENSION_TOWNSHIP: u32 = 2;
/// `dimensions`: product.
pub const PUHUI_DIMENSION_PRODUCT: u32 = 3;
/// `dimensions`: purpose, a `PUHUI_PURPOSE_*`.
pub const PUHUI_DIMENSION_PURPOSE: u32 = 4;
/// `dimensions`: class 五级分类, a `PUHUI_LOAN_CLASS_*`: by the plan's ladder if it has one, else by the column.
pub const PUHUI_DIMENSION_CLASS: u32 = 5;
/// `dimensions`: programme.
pub const PUHUI_DIMENSION_PROGRAMME: u32 = 6;
/// `dimensions`: lender.
pub const PUHUI_DIMENSION_LENDER: u32 = 7;
/// `dimensions`: month of lending, a number such as 202003.
pub const PUHUI_DIMENSION_MONTH: u32 = 8;
/// `dimensions`: class of a targeted loan, a `PUHUI_TARGETED_*`.
pub const PUHUI_DIMENSION_TARGETED: u32 = 9;
/// `dimensions`: where the borrower stands on the register, a `PUHUI_BORROWER_STATUS_*`.
pub const PUHUI_DIMENSION_STATUS: u32 = 10;
/// `dimensions`: guarantee, a `PUHUI_GUARANTEE_*`.
pub const PUHUI_DIMENSION_GUARANTEE: u32 = 11;
/// `dimensions`: term to the maturity as it is now: 1 up to a year, 2 up to five, 3 above (短期、中期、长期).
pub const PUHUI_DIMENSION_TERM: u32 = 12;
/// `dimensions`: the same to the maturity as it was agreed at first.
pub const PUHUI_DIMENSION_ORIGINAL_TERM: u32 = 13;

/// `measures`: loans with a balance, and the balance. Needs the column `balance_minor`.
pub const PUHUI_MEASURE_BALANCE: u32 = 1;
/// `measures`: rates weighted by balance. Needs `balance_minor` and `rate_ppb`.
pub const PUHUI_MEASURE_BALANCE_RATE: u32 = 2;
/// `measures`: new lending of the period and to date. Needs `amount_minor` and `disbursed_on_ymd`.
pub const PUHUI_MEASURE_LENDING: u32 = 3;
/// `measures`: rates weighted by what was lent. Needs `amount_minor`, `disbursed_on_ymd` and `rate_ppb`.
pub const PUHUI_MEASURE_LENDING_RATE: u32 = 4;
/// `measures`: overdue loans and their overdue balance. Needs `overdue_minor`.
pub const PUHUI_MEASURE_OVERDUE: u32 = 5;
/// `measures`: loans and balance by class. Needs `balance_minor`, and `days_past_due` if there is a ladder, else `loan_class`.
pub const PUHUI_MEASURE_CLASSES: u32 = 6;
/// `measures`: person-times led 带动人次. Needs `person_times`.
pub const PUHUI_MEASURE_PERSON_TIMES: u32 = 7;
/// `measures`: loans and balance extended, deferred, renewed. Needs `balance_minor` and `forbearance`.
pub const PUHUI_MEASURE_FORBEARANCE: u32 = 8;
/// `measures`: the amounts that were deferred. Needs `deferred_minor`.
pub const PUHUI_MEASURE_DEFERRED: u32 = 9;

/// `purpose`: farming, forestry, herding and fishing 农林牧渔业经营.
pub const PUHUI_PURPOSE_AGRICULTURE: u32 = 1;
/// `purpose`: any other business 其他经营.
pub const PUHUI_PURPOSE_OPERATION: u32 = 2;
/// `purpose`: a business of one's own that is begun 创业.
pub const PUHUI_PURPOSE_START_UP: u32 = 3;
/// `purpose`: a home, as consumption 住房消费.
pub const PUHUI_PURPOSE_HOUSING: u32 = 4;
/// `purpose`: studies 助学.
pub const PUHUI_PURPOSE_STUDENT: u32 = 5;
/// `purpose`: any other consumption 其他消费.
pub const PUHUI_PURPOSE_CONSUMPTION: u32 = 6;
/// `purpose`: food and clothing 吃穿不愁.
pub const PUHUI_PURPOSE_FOOD_AND_CLOTHING: u32 = 7;
/// `purpose`: compulsory education: schools 义务教育.
pub const PUHUI_PURPOSE_COMPULSORY_EDUCATION: u32 = 8;
/// `purpose`: basic medical care: health stations 基本医疗.
pub const PUHUI_PURPOSE_BASIC_MEDICAL_CARE: u32 = 9;
/// `purpose`: safe homes 住房安全.
pub const PUHUI_PURPOSE_SAFE_HOUSING: u32 = 10;
/// `purpose`: safe drinking water 饮水安全.
pub const PUHUI_PURPOSE_SAFE_DRINKING_WATER: u32 = 11;
/// `purpose`: an industry that employs or buys from poor people 产业.
pub const PUHUI_PURPOSE_INDUSTRY: u32 = 12;
/// `purpose`: relocation 易地扶贫搬迁.
pub const PUHUI_PURPOSE_RELOCATION: u32 = 13;
/// `purpose`: farmland 农田基本建设.
pub const PUHUI_PURPOSE_FARMLAND: u32 = 14;
/// `purpose`: ecology 生态环境改造.
pub const PUHUI_PURPOSE_ECOLOGY: u32 = 15;
/// `purpose`: rural infrastructure 农村基础设施.
pub const PUHUI_PURPOSE_INFRASTRUCTURE: u32 = 16;

/// `targeted`: to a registered poor person 建档立卡贫困人口贷款.
pub const PUHUI_TARGETED_REGISTERED_POOR: u32 = 1;
/// `targeted`: another personal targeted loan 其他个人精准扶贫贷款.
pub const PUHUI_TARGETED_OTHER_PERSONAL: u32 = 2;
/// `targeted`: to an industry that leads poor people 产业精准扶贫贷款.
pub const PUHUI_TARGETED_INDUSTRY: u32 = 3;
/// `targeted`: a project of relocation 易地扶贫搬迁.
pub const PUHUI_TARGETED_RELOCATION: u32 = 4;
/// `targeted`: a project of farmland 农田基本建设.
pub const PUHUI_TARGETED_FARMLAND: u32 = 5;
/// `targeted`: a project of ecological improvement 生态环境改造.
pub const PUHUI_TARGETED_ECOLOGY: u32 = 6;
/// `targeted`: a project of rural infrastructure 农村基础设施.
pub const PUHUI_TARGETED_INFRASTRUCTURE: u32 = 7;

/// `borrower_status`: registered and not lifted out of poverty 未脱贫.
pub const PUHUI_BORROWER_STATUS_NOT_LIFTED: u32 = 1;
/// `borrower_status`: lifted out of poverty 已脱贫.
pub const PUHUI_BORROWER_STATUS_LIFTED: u32 = 2;
/// `borrower_status`: fell back 返贫.
pub const PUHUI_BORROWER_STATUS_RELAPSED: u32 = 3;
/// `borrower_status`: marginal, easily made poor 边缘易致贫.
pub const PUHUI_BORROWER_STATUS_MARGINAL: u32 = 4;
/// `borrower_status`: lifted out but monitored 脱贫不稳定、监测.
pub const PUHUI_BORROWER_STATUS_MONITORED: u32 = 5;

/// `guarantee`: nothing but the borrower's credit 信用.
pub const PUHUI_GUARANTEE_CREDIT: u32 = 1;
/// `guarantee`: a guarantor 保证.
pub const PUHUI_GUARANTEE_GUARANTEED: u32 = 2;
/// `guarantee`: land, buildings or goods that the borrower keeps 抵押.
pub const PUHUI_GUARANTEE_MORTGAGE: u32 = 3;
/// `guarantee`: things or rights that the lender holds 质押.
pub const PUHUI_GUARANTEE_PLEDGE: u32 = 4;

/// `basis`: counted in the central bank's statistics 人民银行口径.
pub const PUHUI_BASIS_CENTRAL_BANK: u32 = 1;
/// `basis`: in the regulator's 银保监口径.
pub const PUHUI_BASIS_REGULATOR: u32 = 2;
/// `basis`: in the host's own 本行口径.
pub const PUHUI_BASIS_OWN: u32 = 3;

/// `forbearance`: the maturity was moved 展期.
pub const PUHUI_FORBEARANCE_EXTENDED: u32 = 1;
/// `forbearance`: principal or interest was deferred 延期还本付息.
pub const PUHUI_FORBEARANCE_DEFERRED: u32 = 2;
/// `forbearance`: a new loan took its place 续贷.
pub const PUHUI_FORBEARANCE_RENEWED: u32 = 3;

/// The kind of a county or township: a national key county 国家级贫困县.
pub const PUHUI_REGION_CLASS_NATIONAL_POOR_COUNTY: u32 = 1;
/// The kind of a county or township: a key county of the municipality or province 市级贫困县.
pub const PUHUI_REGION_CLASS_MUNICIPAL_POOR_COUNTY: u32 = 2;
/// The kind of a county or township: a township of deep poverty 深度贫困乡镇.
pub const PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP: u32 = 3;

/// `ids`: borrowers 借款人, the column `borrower`.
pub const PUHUI_IDS_BORROWERS: u32 = 1;
/// `ids`: households 农户, the column `household`.
pub const PUHUI_IDS_HOUSEHOLDS: u32 = 2;
/// `ids`: persons whom loans lead 带动人口, the columns `persons` and `person_offset`.
pub const PUHUI_IDS_PERSONS: u32 = 3;

/// `loans`: all of the book: who ever borrowed.
pub const PUHUI_LOANS_COUNTED_ALL: u32 = 1;
/// `loans`: those with a balance: who borrows now. Needs the column `balance_minor`.
pub const PUHUI_LOANS_COUNTED_OUTSTANDING: u32 = 2;

decode! {
    dimension("dimensions") -> Dimension {
        PUHUI_DIMENSION_COUNTY = County,
        PUHUI_DIMENSION_TOWNSHIP = Township,
        PUHUI_DIMENSION_PRODUCT = Product,
        PUHUI_DIMENSION_PURPOSE = Purpose,
        PUHUI_DIMENSION_CLASS = Class,
        PUHUI_DIMENSION_PROGRAMME = Programme,
        PUHUI_DIMENSION_LENDER = Lender,
        PUHUI_DIMENSION_MONTH = Month,
        PUHUI_DIMENSION_TARGETED = Targeted,
        PUHUI_DIMENSION_STATUS = Status,
        PUHUI_DIMENSION_GUARANTEE = Guarantee,
        PUHUI_DIMENSION_TERM = Term,
        PUHUI_DIMENSION_ORIGINAL_TERM = OriginalTerm,
    }
    measure("measures") -> Measure {
        PUHUI_MEASURE_BALANCE = Balance,
        PUHUI_MEASURE_BALANCE_RATE = BalanceRate,
        PUHUI_MEASURE_LENDING = Lending,
        PUHUI_MEASURE_LENDING_RATE = LendingRate,
        PUHUI_MEASURE_OVERDUE = Overdue,
        PUHUI_MEASURE_CLASSES = Classes,
        PUHUI_MEASURE_PERSON_TIMES = PersonTimes,
        PUHUI_MEASURE_FORBEARANCE = Forbearance,
        PUHUI_MEASURE_DEFERRED = Deferred,
    }
    basis("basis") -> StatisticalBasis {
        PUHUI_BASIS_CENTRAL_BANK = CentralBank,
        PUHUI_BASIS_REGULATOR = Regulator,
        PUHUI_BASIS_OWN = Own,
    }
    ids("ids") -> Ids {
        PUHUI_IDS_BORROWERS = Borrowers,
        PUHUI_IDS_HOUSEHOLDS = Households,
        PUHUI_IDS_PERSONS = Persons,
    }
    loans_counted("loans") -> LoansCounted {
        PUHUI_LOANS_COUNTED_ALL = All,
        PUHUI_LOANS_COUNTED_OUTSTANDING = Outstanding,
    }
}

/// Holds the codes that only stand in columns, which cross the border as they are, to the words of their vocabularies.
macro_rules! hold {
    ($($type:ident { $($code:ident = $variant:ident,)+ })+) => {
        $($(const _: () = assert!($code == u32::from_le_bytes([$type::$variant.code(), 0, 0, 0]));)+)+

        #[cfg(test)]
        mod tests_of_words_in_columns {
            use super::*;

            #[test]
            fn every_word_has_a_code() {
                $(assert_eq!([$($code),+].len(), $type::ALL.len());)+
            }
        }
    };
}

hold! {
    Purpose {
        PUHUI_PURPOSE_AGRICULTURE = Agriculture,
        PUHUI_PURPOSE_OPERATION = Operation,
        PUHUI_PURPOSE_START_UP = StartUp,
        PUHUI_PURPOSE_HOUSING = Housing,
        PUHUI_PURPOSE_STUDENT = Student,
        PUHUI_PURPOSE_CONSUMPTION = Consumption,
        PUHUI_PURPOSE_FOOD_AND_CLOTHING = FoodAndClothing,
        PUHUI_PURPOSE_COMPULSORY_EDUCATION = CompulsoryEducation,
        PUHUI_PURPOSE_BASIC_MEDICAL_CARE = BasicMedicalCare,
        PUHUI_PURPOSE_SAFE_HOUSING = SafeHousing,
        PUHUI_PURPOSE_SAFE_DRINKING_WATER = SafeDrinkingWater,
        PUHUI_PURPOSE_INDUSTRY = Industry,
        PUHUI_PURPOSE_RELOCATION = Relocation,
        PUHUI_PURPOSE_FARMLAND = Farmland,
        PUHUI_PURPOSE_ECOLOGY = Ecology,
        PUHUI_PURPOSE_INFRASTRUCTURE = Infrastructure,
    }
    TargetedClass {
        PUHUI_TARGETED_REGISTERED_POOR = RegisteredPoor,
        PUHUI_TARGETED_OTHER_PERSONAL = OtherPersonal,
        PUHUI_TARGETED_INDUSTRY = Industry,
        PUHUI_TARGETED_RELOCATION = Relocation,
        PUHUI_TARGETED_FARMLAND = Farmland,
        PUHUI_TARGETED_ECOLOGY = Ecology,
        PUHUI_TARGETED_INFRASTRUCTURE = Infrastructure,
    }
    BorrowerStatus {
        PUHUI_BORROWER_STATUS_NOT_LIFTED = NotLifted,
        PUHUI_BORROWER_STATUS_LIFTED = Lifted,
        PUHUI_BORROWER_STATUS_RELAPSED = Relapsed,
        PUHUI_BORROWER_STATUS_MARGINAL = Marginal,
        PUHUI_BORROWER_STATUS_MONITORED = Monitored,
    }
    GuaranteeKind {
        PUHUI_GUARANTEE_CREDIT = Credit,
        PUHUI_GUARANTEE_GUARANTEED = Guaranteed,
        PUHUI_GUARANTEE_MORTGAGE = Mortgage,
        PUHUI_GUARANTEE_PLEDGE = Pledge,
    }
    Forbearance {
        PUHUI_FORBEARANCE_EXTENDED = Extended,
        PUHUI_FORBEARANCE_DEFERRED = Deferred,
        PUHUI_FORBEARANCE_RENEWED = Renewed,
    }
    RegionClass {
        PUHUI_REGION_CLASS_NATIONAL_POOR_COUNTY = NationalPoorCounty,
        PUHUI_REGION_CLASS_MUNICIPAL_POOR_COUNTY = MunicipalPoorCounty,
        PUHUI_REGION_CLASS_DEEP_POVERTY_TOWNSHIP = DeepPovertyTownship,
    }
}
