//! The sentence.

use rust_decimal::Decimal;

use super::figures::Figures;
use super::geography::Geography;
use super::numbers::{BILLION, above, percent};
use super::options::Options;
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// Said wherever the figures are.
pub const GENERATED_EN: &str = "Generated data: no loan, service point or person here is real.";
/// Said wherever the figures are.
pub const GENERATED_ZH: &str = "数据为模拟生成：贷款、服务点和人口均非真实。";

/// The sentence, in two languages, and what it is without.
pub struct Headline {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// What was left out.
    pub left_out: Option<String>,
}

impl Headline {
    /// The sentence as it is printed.
    pub fn to_text(&self) -> String {
        let left_out = self.left_out.as_ref().map_or(String::new(), |left_out| format!("{left_out}\n"));
        format!("{}\n{}\n{left_out}{GENERATED_EN} {GENERATED_ZH}\n", self.en, self.zh)
    }

    /// Makes the sentence of the figures.
    pub fn of(options: &Options, geography: &Geography, figures: &Figures) -> Result<Headline, Failure> {
        let billions = above(figures.targeted.now(), BILLION)?;
        // A billion is ten 亿; Chinese prose does not group digits.
        let (balance, balance_zh) = (grouped(billions), billions * Decimal::TEN);
        let (growth_en, growth_zh) = match percent(figures.targeted.rate()?, 1)? {
            Some(growth) => match growth.strip_prefix('-') {
                Some(fall) => (format!("down {fall} % in a year"), format!("同比下降{fall}%")),
                None => (format!("up {growth} % in a year"), format!("同比增长{growth}%")),
            },
            None => ("none a year before".to_owned(), "上年无余额".to_owned()),
        };
        let (gap_en, gap_zh) = match percent(figures.gap, 1)? {
            Some(gap) => match gap.strip_prefix('-') {
                Some(gap) => (
                    format!(", {gap} percentage points below all loans"),
                    format!("，低于各项贷款增速{gap}个百分点"),
                ),
                None => (
                    format!(", {gap} percentage points above all loans"),
                    format!("，高于各项贷款增速{gap}个百分点"),
                ),
            },
            None => (String::new(), String::new()),
        };
        let (covered, villages) = figures.coverage.covered();
        let (all, some, counties) = (grouped(villages), grouped(covered), figures.coverage.counties.len());
        let (services_en, services_zh) = if covered == villages {
            (
                format!("basic financial services in every one of {all} villages of {counties} counties"),
                format!("{counties}个区县{villages}个行政村基础金融服务全覆盖"),
            )
        } else {
            (
                format!("basic financial services in {some} of {all} villages of {counties} counties"),
                format!("{counties}个区县{villages}个行政村中{covered}个有基础金融服务"),
            )
        };
        Ok(Headline {
            en: format!("Targeted loans above RMB {balance} billion, {growth_en}{gap_en}; {services_en}."),
            zh: format!("精准扶贫贷款余额突破{balance_zh}亿元，{growth_zh}{gap_zh}；{services_zh}。"),
            left_out: left_out(options, geography)?,
        })
    }
}

/// What the options leave out.
fn left_out(options: &Options, geography: &Geography) -> Result<Option<String>, Failure> {
    let mut parts = Vec::new();
    if let Some(code) = options.drop_county {
        let county = geography.county(code).ok_or("a county")?;
        parts.push(format!("the county {} {} ({code})", county.en, county.zh));
    }
    if let Some(code) = options.drop_point {
        let village = geography.village(code).ok_or("a village")?;
        parts.push(format!("the service points of {}{} ({code})", village.township_zh, village.zh));
    }
    Ok((!parts.is_empty()).then(|| format!("Left out 已剔除: {}.", parts.join("; "))))
}
