//! The wire forms of what a book is summed up in: tallies, sets of ids, and the statement of targeted loans.

use serde::{Deserialize, Serialize};

use crate::class::StatisticalBasis;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;
use crate::portfolio::distinct::{Distinct, Ids, LoansCounted};
use crate::portfolio::id_set::IdSet;
use crate::portfolio::sums::Sums;
use crate::portfolio::tally::Tally;
use crate::portfolio::tally_plan::{Dimension, TallyPlan};
use crate::portfolio::targeted::TargetedStatement;
use crate::wire::by_form::by_form;

by_form! { Tally as TallyForm, Distinct as DistinctForm, TargetedStatement as StatementForm }

/// A tally: the groups in the order of their keys.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyForm {
    currency: Currency,
    plan: TallyPlan,
    groups: Vec<GroupForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupForm {
    key: Vec<u32>,
    sums: Sums,
}

impl From<Tally> for TallyForm {
    fn from(tally: Tally) -> TallyForm {
        let groups = tally.groups().map(|(key, sums)| GroupForm { key: key.to_vec(), sums }).collect();
        TallyForm { currency: tally.currency(), plan: tally.plan, groups }
    }
}

impl TryFrom<TallyForm> for Tally {
    type Error = Error;

    fn try_from(form: TallyForm) -> Result<Tally> {
        form.plan.check()?;
        let mut tally = Tally::empty(form.currency, &form.plan);
        form.groups.iter().try_for_each(|group| tally.insert(&group.key, &group.sums))?;
        Ok(tally)
    }
}

/// Sets of ids: the groups in the order of their keys, the ids rising.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DistinctForm {
    ids: Ids,
    loans: LoansCounted,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    basis: Option<StatisticalBasis>,
    by: Vec<Dimension>,
    groups: Vec<SetForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetForm {
    key: Vec<u32>,
    ids: Vec<u64>,
}

impl From<Distinct> for DistinctForm {
    fn from(distinct: Distinct) -> DistinctForm {
        let Distinct { ids, loans, basis, by, groups } = distinct;
        let form = |(key, ids): (Box<[u32]>, IdSet)| SetForm { key: key.into_vec(), ids: ids.into_vec() };
        let groups = groups.into_iter().map(form).collect();
        DistinctForm { ids, loans, basis, by, groups }
    }
}

impl TryFrom<DistinctForm> for Distinct {
    type Error = Error;

    fn try_from(form: DistinctForm) -> Result<Distinct> {
        let mut sets = Distinct { basis: form.basis, ..Distinct::empty(&form.by, form.ids, form.loans) };
        form.groups.into_iter().try_for_each(|set| sets.insert(&set.key, set.ids))?;
        Ok(sets)
    }
}

/// A statement: the sums and the borrowers by class and status.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementForm {
    tally: Tally,
    borrowers: Distinct,
}

impl From<TargetedStatement> for StatementForm {
    fn from(statement: TargetedStatement) -> StatementForm {
        StatementForm { tally: statement.tally, borrowers: statement.borrowers }
    }
}

impl TryFrom<StatementForm> for TargetedStatement {
    type Error = Error;

    fn try_from(form: StatementForm) -> Result<TargetedStatement> {
        let strange = |field: &'static str| {
            Error::new(ErrorCode::NotComparable, field, "another one", "the plan of a statement")
        };
        let basis = form.tally.basis().ok_or_else(|| strange("tally.basis"))?;
        let mut statement = TargetedStatement::empty(form.tally.currency(), form.tally.as_of(), basis)?;
        statement.tally.merge(&form.tally).map_err(|error| error.within("tally"))?;
        statement.borrowers.merge(&form.borrowers).map_err(|error| error.within("borrowers"))?;
        Ok(statement)
    }
}
