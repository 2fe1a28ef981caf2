//! The wire forms of a coverage and of its rule, and what makes them one: a stranger is refused.

use std::slice;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::community::coverage::{Coverage, Point, Village, register};
use crate::community::rule::CoverageRule;
use crate::community::service_point::PointKind;
use crate::community::village::{VillageColumns, Villages};
use crate::error::{Error, ErrorCode, Result};
use crate::wire::by_form::by_form;

by_form! { CoverageRule as RuleForm, Coverage as CoverageForm }

/// The wire form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    as_of: NaiveDate,
    kinds: Vec<PointKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within_m: Option<u32>,
}

impl From<CoverageRule> for RuleForm {
    fn from(rule: CoverageRule) -> RuleForm {
        RuleForm { as_of: rule.as_of, kinds: rule.kinds, within_m: rule.within_m }
    }
}

impl TryFrom<RuleForm> for CoverageRule {
    type Error = Error;

    fn try_from(form: RuleForm) -> Result<CoverageRule> {
        let rule = CoverageRule::new(form.as_of, &form.kinds)?;
        if rule.kinds.len() != form.kinds.len() {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "kinds",
                "the same kind twice",
                "each kind once",
            ));
        }
        Ok(CoverageRule { within_m: form.within_m, ..rule })
    }
}

/// The wire form: villages and points in the order of their numbers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CoverageForm {
    rule: CoverageRule,
    villages: Vec<VillageForm>,
    points: Vec<PointForm>,
}

/// A village: a field for each key of the wire form, which is flat.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VillageForm {
    village: u64,
    township: u32,
    county: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    people: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    adults: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area_m2: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    households: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registered_households: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with_account: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with_credit_file: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with_loan: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointForm {
    village: u64,
    point: u64,
    kind: PointKind,
    counts: bool,
}

impl VillageForm {
    fn of(code: u64, village: Village) -> VillageForm {
        VillageForm {
            village: code,
            township: village.township,
            county: village.county,
            people: village.people,
            adults: village.adults,
            area_m2: village.area_m2,
            households: village.households,
            registered_households: village.registered_households,
            with_account: village.with_account,
            with_credit_file: village.with_credit_file,
            with_loan: village.with_loan,
        }
    }

    /// A register of this village alone: what is refused there is refused here.
    fn register(&self) -> Result<Villages<'_>> {
        Villages::new(VillageColumns {
            village: slice::from_ref(&self.village).into(),
            township: slice::from_ref(&self.township).into(),
            county: slice::from_ref(&self.county).into(),
            people: self.people.as_slice().into(),
            adults: self.adults.as_slice().into(),
            area_m2: self.area_m2.as_slice().into(),
            households: self.households.as_slice().into(),
            registered_households: self.registered_households.as_slice().into(),
            with_account: self.with_account.as_slice().into(),
            with_credit_file: self.with_credit_file.as_slice().into(),
            with_loan: self.with_loan.as_slice().into(),
        })
    }
}

impl From<Coverage> for CoverageForm {
    fn from(coverage: Coverage) -> CoverageForm {
        let villages = coverage.villages.into_iter().map(|(code, village)| VillageForm::of(code, village));
        let points = coverage
            .points
            .into_iter()
            .map(|((village, point), Point { kind, counts })| PointForm { village, point, kind, counts });
        CoverageForm { rule: coverage.rule, villages: villages.collect(), points: points.collect() }
    }
}

impl TryFrom<CoverageForm> for Coverage {
    type Error = Error;

    fn try_from(form: CoverageForm) -> Result<Coverage> {
        let mut coverage = Coverage::empty(&form.rule);
        let refused = |field: String, found: String, bound: &str| {
            Error::new(ErrorCode::Contradiction, field, found, bound)
        };
        for (at, village) in form.villages.iter().enumerate() {
            let field = || format!("villages[{at}]");
            let one = village.register().map_err(|error| error.at(field()))?;
            for (code, village) in register(&one) {
                if coverage.villages.insert(code, village).is_some() {
                    return Err(refused(field(), code.to_string(), "each village once"));
                }
            }
        }
        for (at, PointForm { village, point, kind, counts }) in form.points.into_iter().enumerate() {
            let field = || format!("points[{at}]");
            if village == 0 || point == 0 {
                return Err(Error::new(ErrorCode::Missing, field(), 0, "numbers of 1 or more"));
            }
            if counts && !form.rule.admits(kind) {
                return Err(refused(field(), kind.to_string(), "a kind that the rule admits"));
            }
            if coverage.points.insert((village, point), Point { kind, counts }).is_some() {
                return Err(refused(field(), point.to_string(), "each point once in a village"));
            }
        }
        Ok(coverage)
    }
}
