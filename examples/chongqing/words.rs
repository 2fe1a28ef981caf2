//! The words of the vocabularies in English and Chinese.

use puhui::community::PointKind;
use puhui::portfolio::TargetedItem;
use puhui::{Purpose, TargetedClass};

/// A class of targeted loans.
pub fn class_words(class: Option<TargetedClass>) -> (&'static str, &'static str) {
    match class {
        Some(TargetedClass::RegisteredPoor) => ("Registered poor", "建档立卡贫困人口"),
        Some(TargetedClass::OtherPersonal) => ("Other personal", "其他个人"),
        Some(TargetedClass::Industry) => ("Industry", "产业"),
        Some(TargetedClass::Relocation) => ("Project: relocation", "易地扶贫搬迁"),
        Some(TargetedClass::Farmland) => ("Project: farmland", "农田基本建设"),
        Some(TargetedClass::Ecology) => ("Project: ecology", "生态环境改造"),
        Some(TargetedClass::Infrastructure) => ("Project: infrastructure", "农村基础设施"),
        None => ("None said", "未注明"),
    }
}

/// A line of the statement on targeted loans.
pub fn item_words(item: TargetedItem) -> (&'static str, &'static str) {
    match item {
        TargetedItem::RegisteredPoor => ("Registered poor", "建档立卡贫困人口"),
        TargetedItem::OtherPersonal => ("Other personal", "其他个人"),
        TargetedItem::Personal => ("Personal loans", "个人精准扶贫贷款"),
        TargetedItem::Industry => ("Industry", "产业"),
        TargetedItem::Relocation => ("Relocation", "易地扶贫搬迁"),
        TargetedItem::Farmland => ("Farmland", "农田基本建设"),
        TargetedItem::Ecology => ("Ecology", "生态环境改造"),
        TargetedItem::Infrastructure => ("Infrastructure", "农村基础设施"),
        TargetedItem::Project => ("Project loans", "项目精准扶贫贷款"),
        TargetedItem::Entity => ("Loans to entities", "单位精准扶贫贷款"),
        TargetedItem::Total => ("Total", "合计"),
        TargetedItem::LiftedOut => ("Memo: lifted out", "其中：已脱贫人口"),
    }
}

/// What a loan is for.
pub fn purpose_words(purpose: Option<Purpose>) -> (&'static str, &'static str) {
    match purpose {
        Some(Purpose::Agriculture) => ("Farming", "农林牧渔业经营"),
        Some(Purpose::Operation) => ("Other business", "其他经营"),
        Some(Purpose::StartUp) => ("Starting a business", "创业"),
        Some(Purpose::Housing) => ("A home in town", "住房消费"),
        Some(Purpose::Student) => ("Studies", "助学"),
        Some(Purpose::Consumption) => ("Other consumption", "其他消费"),
        Some(Purpose::FoodAndClothing) => ("Food and clothing", "吃穿不愁"),
        Some(Purpose::CompulsoryEducation) => ("Schools", "义务教育"),
        Some(Purpose::BasicMedicalCare) => ("Health stations", "基本医疗"),
        Some(Purpose::SafeHousing) => ("Safe homes", "住房安全"),
        Some(Purpose::SafeDrinkingWater) => ("Drinking water", "饮水安全"),
        Some(Purpose::Industry) => ("Industry", "产业"),
        Some(Purpose::Relocation) => ("Relocation", "易地扶贫搬迁"),
        Some(Purpose::Farmland) => ("Farmland", "农田基本建设"),
        Some(Purpose::Ecology) => ("Ecology", "生态环境改造"),
        Some(Purpose::Infrastructure) => ("Infrastructure", "农村基础设施"),
        None => ("None said", "未注明"),
    }
}

/// What serves a village.
pub fn kind_words(kind: PointKind) -> (&'static str, &'static str) {
    match kind {
        PointKind::Outlet => ("Outlets", "银行网点"),
        PointKind::Agent => ("Agents", "助农取款服务点"),
        PointKind::Atm => ("Cash machines", "ATM"),
        PointKind::Pos => ("Payment terminals", "POS"),
        PointKind::Mobile => ("Mobile services", "流动服务"),
        PointKind::Online => ("Online (not counted)", "网上服务 (不计)"),
    }
}
