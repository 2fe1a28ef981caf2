//! The vocabularies of what a book is held against: tolerances, provisions, statements, needs and lists of places.

use crate::ffi::boundary::failure::Failure;
use crate::portfolio::{TargetedItem, ToleranceBase};

/// `held`: the bound is kept.
pub const PUHUI_HELD_YES: u32 = 1;
/// `held`: it is broken.
pub const PUHUI_HELD_NO: u32 = 2;
/// `held`: there is nothing to compare: a figure has no base, or a number is not known.
pub const PUHUI_HELD_UNKNOWN: u32 = 3;

/// `base`: the bank's own NPL ratio of all loans 本行各项贷款不良率.
pub const PUHUI_TOLERANCE_BASE_OWN_RATIO: u32 = 1;
/// `base`: the bank's own target of the year 本行年度目标.
pub const PUHUI_TOLERANCE_BASE_OWN_TARGET: u32 = 2;

/// `rule`: inclusive loans to micro and small businesses, at most 3 points above the bank's own NPL ratio of all loans: the
/// regulator's notice of 2019.
pub const PUHUI_TOLERANCE_CN_INCLUSIVE_2019: u32 = 1;
/// `rule`: targeted loans in areas of deep poverty, at most 2 points above the bank's own target of the year: the guideline of
/// January 2018.
pub const PUHUI_TOLERANCE_CN_DEEP_POVERTY_2018: u32 = 2;
/// `rule`: `points_ppb` above the base.
pub const PUHUI_TOLERANCE_OWN: u32 = 3;

/// `rule`: a coverage of 150 % and a loan provision ratio of 2.5 %: 商业银行贷款损失准备管理办法, in force from 2012.
pub const PUHUI_LEAST_PROVISIONS_CN_2012: u32 = 1;
/// `rule`: what the regulator set for the bank, a coverage of 120 to 150 % and a loan provision ratio of 1.5 to 2.5 % (一行一策):
/// 银监发〔2018〕7号.
pub const PUHUI_LEAST_PROVISIONS_CN_2018: u32 = 2;
/// `rule`: the two figures, whatever they are.
pub const PUHUI_LEAST_PROVISIONS_OWN: u32 = 3;

/// `item`: loans to registered poor persons 建档立卡贫困人口贷款.
pub const PUHUI_STATEMENT_REGISTERED_POOR: u32 = 1;
/// `item`: other personal targeted loans 其他个人精准扶贫贷款.
pub const PUHUI_STATEMENT_OTHER_PERSONAL: u32 = 2;
/// `item`: personal loans 个人精准扶贫贷款, the sum of both.
pub const PUHUI_STATEMENT_PERSONAL: u32 = 3;
/// `item`: to industries that lead poor people 产业精准扶贫贷款.
pub const PUHUI_STATEMENT_INDUSTRY: u32 = 4;
/// `item`: projects of relocation 易地扶贫搬迁.
pub const PUHUI_STATEMENT_RELOCATION: u32 = 5;
/// `item`: projects of farmland 农田基本建设.
pub const PUHUI_STATEMENT_FARMLAND: u32 = 6;
/// `item`: projects of ecological improvement 生态环境改造.
pub const PUHUI_STATEMENT_ECOLOGY: u32 = 7;
/// `item`: projects of rural infrastructure 农村基础设施.
pub const PUHUI_STATEMENT_INFRASTRUCTURE: u32 = 8;
/// `item`: projects 项目精准扶贫贷款, the sum of the four.
pub const PUHUI_STATEMENT_PROJECT: u32 = 9;
/// `item`: loans to entities 单位精准扶贫贷款, to industries and for projects.
pub const PUHUI_STATEMENT_ENTITY: u32 = 10;
/// `item`: all targeted loans 精准扶贫贷款合计.
pub const PUHUI_STATEMENT_TOTAL: u32 = 11;
/// `item`: memo, personal loans to persons who were already lifted out of poverty 已脱贫人口贷款; part of the lines above.
pub const PUHUI_STATEMENT_LIFTED_OUT: u32 = 12;

/// `unit` of a need: an amount in minor units.
pub const PUHUI_NEED_AMOUNT: u32 = 1;
/// `unit` of a need: a number of loans.
pub const PUHUI_NEED_LOANS: u32 = 2;

/// `listed`: the places that are on the list on the day.
pub const PUHUI_LISTED_ON_DAY: u32 = 1;
/// `listed`: the places that are, or were on any day before 摘帽不摘政策.
pub const PUHUI_LISTED_BY_DAY: u32 = 2;

decode! {
    tolerance_base("base") -> ToleranceBase {
        PUHUI_TOLERANCE_BASE_OWN_RATIO = OwnRatio,
        PUHUI_TOLERANCE_BASE_OWN_TARGET = OwnTarget,
    }
}

/// Holds the codes that only come out to the words of their vocabularies.
const _: () = {
    use TargetedItem as Item;
    let held = [
        (PUHUI_STATEMENT_REGISTERED_POOR, Item::RegisteredPoor),
        (PUHUI_STATEMENT_OTHER_PERSONAL, Item::OtherPersonal),
        (PUHUI_STATEMENT_PERSONAL, Item::Personal),
        (PUHUI_STATEMENT_INDUSTRY, Item::Industry),
        (PUHUI_STATEMENT_RELOCATION, Item::Relocation),
        (PUHUI_STATEMENT_FARMLAND, Item::Farmland),
        (PUHUI_STATEMENT_ECOLOGY, Item::Ecology),
        (PUHUI_STATEMENT_INFRASTRUCTURE, Item::Infrastructure),
        (PUHUI_STATEMENT_PROJECT, Item::Project),
        (PUHUI_STATEMENT_ENTITY, Item::Entity),
        (PUHUI_STATEMENT_TOTAL, Item::Total),
        (PUHUI_STATEMENT_LIFTED_OUT, Item::LiftedOut),
    ];
    assert!(held.len() == Item::ALL.len());
    let mut at = 0;
    while at < held.len() {
        assert!(held[at].0 == u32::from_le_bytes([held[at].1.code(), 0, 0, 0]));
        at += 1;
    }
};
