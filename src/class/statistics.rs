//! The closed vocabularies of lending statistics: whom a loan is lent to, for what, behind which security, and in whose counting.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// Where a person stands on the register of poor households (建档立卡) on a day. It changes, so it is kept with dates.
    pub enum BorrowerStatus("status", PUHUI_BORROWER_STATUS) {
        /// Registered and not lifted out of poverty 未脱贫.
        NotLifted = "not_lifted",
        /// Lifted out of poverty 已脱贫: a memo item of its own in the special statistics.
        Lifted = "lifted",
        /// Fell back 返贫.
        Relapsed = "relapsed",
        /// Marginal, easily made poor 边缘易致贫.
        Marginal = "marginal",
        /// Lifted out but monitored 脱贫不稳定、监测.
        Monitored = "monitored",
    }
}

impl BorrowerStatus {
    /// Whether the person was lifted out of poverty (已脱贫), monitored since or not.
    #[must_use]
    pub fn is_lifted_out(self) -> bool {
        matches!(self, BorrowerStatus::Lifted | BorrowerStatus::Monitored)
    }
}

vocabulary! {
    /// The kind of a county or township in poverty policy. Places come onto a list and leave it on known days.
    pub enum RegionClass("region_class", PUHUI_REGION_CLASS) {
        /// A national key county 国家级贫困县.
        NationalPoorCounty = "national_poor_county",
        /// A key county of the municipality or province 市级贫困县.
        MunicipalPoorCounty = "municipal_poor_county",
        /// A township of deep poverty 深度贫困乡镇.
        DeepPovertyTownship = "deep_poverty_township",
    }
}

vocabulary! {
    /// What a loan is for (贷款用途): the uses of the special statistics, the five of "two worries, three guarantees" (两不愁三保障),
    /// and the projects that policy banks lend for.
    pub enum Purpose("purpose", PUHUI_PURPOSE) {
        /// Farming, forestry, herding and fishing 农林牧渔业经营.
        Agriculture = "agriculture",
        /// Any other business 其他经营.
        Operation = "operation",
        /// A business of one's own that is begun 创业.
        StartUp = "start_up",
        /// A home, as consumption 住房消费.
        Housing = "housing",
        /// Studies 助学.
        Student = "student",
        /// Any other consumption 其他消费.
        Consumption = "consumption",
        /// Food and clothing 吃穿不愁.
        FoodAndClothing = "food_and_clothing",
        /// Compulsory education: schools 义务教育.
        CompulsoryEducation = "compulsory_education",
        /// Basic medical care: health stations 基本医疗.
        BasicMedicalCare = "basic_medical_care",
        /// Safe homes 住房安全.
        SafeHousing = "safe_housing",
        /// Safe drinking water 饮水安全.
        SafeDrinkingWater = "safe_drinking_water",
        /// An industry that employs or buys from poor people 产业.
        Industry = "industry",
        /// Relocation 易地扶贫搬迁.
        Relocation = "relocation",
        /// Farmland 农田基本建设.
        Farmland = "farmland",
        /// Ecology 生态环境改造.
        Ecology = "ecology",
        /// Rural infrastructure 农村基础设施.
        Infrastructure = "infrastructure",
    }
}

impl Purpose {
    /// Whether the purpose is one of "two worries, three guarantees" (两不愁三保障): no worry about food and clothing;
    /// compulsory education, basic medical care and safe homes, with safe water, guaranteed.
    #[must_use]
    pub fn is_guaranteed_need(self) -> bool {
        self >= Purpose::FoodAndClothing && self <= Purpose::SafeDrinkingWater
    }
}

vocabulary! {
    /// The classes of targeted loans (精准扶贫贷款) in the central bank's special statistics of 2016.
    pub enum TargetedClass("targeted", PUHUI_TARGETED) {
        /// To registered poor persons 建档立卡贫困人口贷款.
        RegisteredPoor = "registered_poor",
        /// Other personal targeted loans 其他个人精准扶贫贷款.
        OtherPersonal = "other_personal",
        /// To an industry that leads poor people 产业精准扶贫贷款.
        Industry = "industry",
        /// Project: relocation 易地扶贫搬迁.
        Relocation = "relocation",
        /// Project: capital construction of farmland 农田基本建设.
        Farmland = "farmland",
        /// Project: ecological improvement 生态环境改造.
        Ecology = "ecology",
        /// Project: rural infrastructure 农村基础设施.
        Infrastructure = "infrastructure",
    }
}

impl TargetedClass {
    /// Whether the loan is to a person (个人精准扶贫贷款), not to an entity (单位精准扶贫贷款).
    #[must_use]
    pub fn is_personal(self) -> bool {
        self <= TargetedClass::OtherPersonal
    }

    /// Whether the loan is for a project (项目精准扶贫贷款).
    #[must_use]
    pub fn is_project(self) -> bool {
        self >= TargetedClass::Relocation
    }
}

vocabulary! {
    /// What stands behind a loan (担保方式).
    pub enum GuaranteeKind("guarantee", PUHUI_GUARANTEE) {
        /// Nothing but the borrower's credit 信用.
        Credit = "credit",
        /// A guarantor 保证.
        Guaranteed = "guaranteed",
        /// Land, buildings or goods that the borrower keeps 抵押.
        Mortgage = "mortgage",
        /// Things or rights that the lender holds 质押.
        Pledge = "pledge",
    }
}

vocabulary! {
    /// Whose statistics a loan is counted in (统计口径). Figures of two bases are never added.
    pub enum StatisticalBasis("basis", PUHUI_BASIS) {
        /// The central bank's 人民银行口径.
        CentralBank = "central_bank",
        /// The regulator's 银保监口径.
        Regulator = "regulator",
        /// The host's own 本行口径.
        Own = "own",
    }
}

vocabulary! {
    /// How long a loan runs (贷款期限), from the day it was lent to its maturity: the one agreed at first, or the one that extensions
    /// moved. The codes are the keys of groups by term.
    pub enum TermBand("term") {
        /// Up to a year 短期.
        Short = "short",
        /// Above a year, up to five 中期.
        Medium = "medium",
        /// Above five years 长期.
        Long = "long",
    }
}

vocabulary! {
    /// What was granted to a loan in need, or instead of an end.
    pub enum Forbearance("forbearance", PUHUI_FORBEARANCE) {
        /// The maturity was moved 展期.
        Extended = "extended",
        /// Principal or interest was deferred 延期还本付息.
        Deferred = "deferred",
        /// A new loan took its place 续贷.
        Renewed = "renewed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_of_the_taxonomy() {
        let count =
            |is: fn(TargetedClass) -> bool| TargetedClass::ALL.iter().filter(|class| is(**class)).count();
        // Two personal classes and four kinds of project; the industry loans are the rest.
        assert_eq!((count(TargetedClass::is_personal), count(TargetedClass::is_project)), (2, 4));
        assert_eq!(Purpose::ALL.iter().filter(|purpose| purpose.is_guaranteed_need()).count(), 5);
    }

    #[test]
    fn codes_are_places_from_one() {
        assert_eq!((BorrowerStatus::NotLifted.code(), BorrowerStatus::Monitored.code()), (1, 5));
        assert_eq!(Purpose::from_code(16), Some(Purpose::Infrastructure));
        assert_eq!((Purpose::from_code(0), Purpose::from_code(17)), (None, None));
    }
}
