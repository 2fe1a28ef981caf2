//! The vocabularies of villages and service points.

use crate::community::{Area, PointKind};
use crate::ffi::boundary::failure::Failure;

/// `kind`: a bank's own office 银行网点.
pub const PUHUI_POINT_KIND_OUTLET: u32 = 1;
/// `kind`: a shop or office that pays out and remits for a bank 助农取款服务点.
pub const PUHUI_POINT_KIND_AGENT: u32 = 2;
/// `kind`: a cash machine.
pub const PUHUI_POINT_KIND_ATM: u32 = 3;
/// `kind`: a machine at a merchant's that takes cards.
pub const PUHUI_POINT_KIND_POS: u32 = 4;
/// `kind`: a bank's vehicle or staff who come on known days 流动服务.
pub const PUHUI_POINT_KIND_MOBILE: u32 = 5;
/// `kind`: services by telephone or network alone, where a rule lets them count.
pub const PUHUI_POINT_KIND_ONLINE: u32 = 6;

/// `kinds`: what China's central bank counts as basic services in a village: outlets, agents, cash machines, machines at merchants'
/// and those who come on known days. Services by telephone or network alone do not count. (中国普惠金融指标分析报告 2018.)
pub const PUHUI_POINT_KINDS_CN_BASIC: u32 = 31;
const _: () = {
    use PointKind::{Agent, Atm, Mobile, Outlet, Pos};
    let bits = Outlet.bit() | Agent.bit() | Atm.bit() | Pos.bit() | Mobile.bit();
    assert!(PUHUI_POINT_KINDS_CN_BASIC == u32::from_le_bytes([bits, 0, 0, 0]));
};

/// `area`: villages by county or district 区县.
pub const PUHUI_AREA_COUNTY: u32 = 1;
/// `area`: villages by township 乡镇.
pub const PUHUI_AREA_TOWNSHIP: u32 = 2;

decode! {
    point_kind("kind") -> PointKind {
        PUHUI_POINT_KIND_OUTLET = Outlet,
        PUHUI_POINT_KIND_AGENT = Agent,
        PUHUI_POINT_KIND_ATM = Atm,
        PUHUI_POINT_KIND_POS = Pos,
        PUHUI_POINT_KIND_MOBILE = Mobile,
        PUHUI_POINT_KIND_ONLINE = Online,
    }
    area("area") -> Area {
        PUHUI_AREA_COUNTY = County,
        PUHUI_AREA_TOWNSHIP = Township,
    }
}

#[cfg(test)]
mod basic_services {
    use super::*;
    use crate::calendar::parse_ymd;
    use crate::community::CoverageRule;

    #[test]
    fn the_bits_are_those_of_the_rule() {
        let rule = CoverageRule::cn_basic_services(parse_ymd(20200331, "as_of").unwrap()).unwrap();
        let bits = PointKind::ALL.iter().filter(|kind| rule.admits(**kind));
        assert_eq!(bits.map(|kind| u32::from(kind.bit())).sum::<u32>(), PUHUI_POINT_KINDS_CN_BASIC);
    }
}
