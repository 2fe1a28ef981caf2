//! What fell due on one day: how much of it is paid, and what the rest costs.

use chrono::NaiveDate;

use crate::calendar::DayCount;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, power_of_ten, subtract};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::servicing::{CompoundBase, CompoundRate, Penalty};
use crate::loan::plan::OverdueEarning;
use crate::loan::schedule::accrual::{Accrued, Scale};
use crate::money::{Money, Rounding};
use crate::rate::{Rate, RateStep};

/// What fell due on one day.
#[derive(Clone, Debug)]
pub(super) struct DueInstalment {
    /// What was billed, less what was waived since.
    pub(super) billed: Owed,
    pub(super) paid: Owed,
    /// Whether it is an instalment. A fee by itself, and interest after the last instalment, are none.
    pub(super) is_instalment: bool,
    /// Whether days past due are counted by it: of an instalment, and of interest after the last one.
    pub(super) counts: bool,
    /// The part of its fee that was charged beside the instalment.
    pub(super) charged: i64,
    /// The interest of it that was waived.
    pub(super) waived: i64,
    /// Interest of the instalment that was settled before it fell due.
    pub(super) interest_prepaid: i64,
    /// Where the accrual of its row ended.
    pub(super) earned_to: NaiveDate,
    penalty: PenaltyAccrual,
    /// Since when its unpaid principal goes on earning contract interest.
    earns_from: Option<NaiveDate>,
    /// The stretches in which parts of it did.
    extras: Vec<OverdueEarning>,
}

/// Penalty and compound interest: exact, since the due date.
#[derive(Clone, Debug)]
struct PenaltyAccrual {
    penalty: Accrued,
    compound: Accrued,
    /// The first day that is not counted yet; none while nothing counts.
    from: Option<NaiveDate>,
    /// What was billed of them so far, paid, waived or not.
    penalty_billed: i64,
    compound_billed: i64,
}

/// What penalty and compound interest follow.
#[derive(Clone, Debug)]
pub(super) struct PenaltyTerms {
    penalty: Penalty,
    scale: Scale,
    day_count: DayCount,
    rounding: Rounding,
    /// The penalty rate is the contract rate times `marked_up / unit`.
    marked_up: i128,
    unit: i128,
    denominator: i128,
    /// Days that cost nothing: from the first, until the second.
    free: Vec<(NaiveDate, NaiveDate)>,
}

/// What penalty and compound interest must know of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct PenaltyContext<'r> {
    pub(super) first_rate: Rate,
    pub(super) changes: &'r [RateStep],
    /// The last due date.
    pub(super) matures_on: NaiveDate,
}

impl PenaltyTerms {
    /// The rules of a product, over all rates that a replay may know.
    pub(super) fn new(
        penalty: Penalty,
        day_count: DayCount,
        rounding: Rounding,
        rates: impl Iterator<Item = Rate> + Clone,
    ) -> Result<PenaltyTerms> {
        let too_many = || {
            Error::new(ErrorCode::Overflow, "penalty.mark_up", penalty.mark_up, "a mark-up with fewer digits")
        };
        let scale = Scale::of_basis(day_count.basis(), rates);
        let (mantissa, decimals) = penalty.mark_up.mantissa_and_scale();
        let unit = power_of_ten(decimals);
        let denominator = scale.denominator().checked_mul(unit).ok_or_else(too_many)?;
        let marked_up = unit.checked_add(mantissa).ok_or_else(too_many)?;
        Ok(PenaltyTerms {
            penalty,
            scale,
            day_count,
            rounding,
            marked_up,
            unit,
            denominator,
            free: Vec::new(),
        })
    }

    /// No day from the first to the last, both included, costs anything.
    pub(super) fn free_days(&mut self, from: NaiveDate, last: NaiveDate) {
        self.free.push((from, last.succ_opt().unwrap_or(last)));
    }

    fn weight(&self, rate: Rate, by: i128, units: i128) -> Result<i128> {
        let weight = || self.scale.multiplier(rate).checked_mul(by)?.checked_mul(units);
        weight().ok_or_else(|| {
            Error::new(
                ErrorCode::Overflow,
                "penalty.mark_up",
                self.penalty.mark_up,
                "a mark-up with fewer digits",
            )
        })
    }
}

impl DueInstalment {
    pub(super) fn new(due_on: NaiveDate, is_instalment: bool) -> DueInstalment {
        DueInstalment {
            billed: Owed::nothing(due_on),
            paid: Owed::nothing(due_on),
            is_instalment,
            counts: is_instalment,
            charged: 0,
            waived: 0,
            interest_prepaid: 0,
            earned_to: due_on,
            penalty: PenaltyAccrual {
                penalty: Accrued::ZERO,
                compound: Accrued::ZERO,
                from: None,
                penalty_billed: 0,
                compound_billed: 0,
            },
            earns_from: None,
            extras: Vec::new(),
        }
    }

    pub(super) fn due_on(&self) -> NaiveDate {
        self.billed.due_on
    }

    pub(super) fn unpaid(&self, part: Part) -> i64 {
        // Never more is paid than was billed.
        self.billed.part(part).minor() - self.paid.part(part).minor()
    }

    pub(super) fn bill(&mut self, part: Part, minor: i64) -> Result<()> {
        let slot = self.billed.part_mut(part);
        *slot = Money::sum([*slot, Money::from_minor(minor)])?;
        Ok(())
    }

    /// What the instalment itself is short of.
    pub(super) fn short(&self) -> i128 {
        if !self.counts {
            return 0;
        }
        // A fee that was charged on its due date has joined it.
        [Part::Fee, Part::Interest, Part::Principal].iter().map(|&part| i128::from(self.unpaid(part))).sum()
    }

    /// Whether anything of it is unpaid, or goes on costing.
    pub(super) fn is_open(&self) -> bool {
        self.billed != self.paid
    }

    /// Whether it is short and costs nothing yet.
    pub(super) fn awaits_penalty(&self) -> bool {
        self.penalty.from.is_none() && (self.unpaid(Part::Principal) != 0 || self.unpaid(Part::Interest) != 0)
    }

    /// From now on it costs penalty and compound interest, since its due date, or since the contract's interest of its row
    /// ended: no day costs both.
    pub(super) fn begin_penalty(&mut self, frozen_to: NaiveDate) {
        self.penalty.from = Some(self.due_on().max(self.earned_to));
        if let Some(since) = self.earns_from.take() {
            self.record_earnings(since, frozen_to, self.unpaid(Part::Principal));
        }
    }

    /// Its unpaid principal goes on earning contract interest.
    pub(super) fn begin_earning(&mut self, from: NaiveDate) {
        self.earns_from = Some(from);
    }

    fn record_earnings(&mut self, from: NaiveDate, until: NaiveDate, amount: i64) {
        if until > from && amount != 0 {
            self.extras.push(OverdueEarning { from, until, amount });
        }
    }

    /// The overdue principal of it that earned contract interest, up to a day.
    pub(super) fn extras(&self, day: NaiveDate) -> impl Iterator<Item = OverdueEarning> + '_ {
        let amount = self.unpaid(Part::Principal);
        let open = self.earns_from.filter(|&from| from < day && amount != 0);
        let open = open.map(|from| OverdueEarning { from, until: day, amount });
        self.extras.iter().copied().chain(open)
    }

    /// Whether its principal earned beyond a day.
    pub(super) fn earned_after(&self, day: NaiveDate) -> bool {
        self.extras.iter().any(|extra| extra.until > day)
    }

    pub(super) fn earns_contract_interest(&self) -> bool {
        self.earns_from.is_some() && self.unpaid(Part::Principal) != 0
    }

    /// Principal of it is paid, or leaves it otherwise.
    pub(super) fn principal_leaves(&mut self, minor: i64, on: NaiveDate, frozen_to: NaiveDate) {
        if let Some(since) = self.earns_from {
            self.record_earnings(since, on.max(frozen_to), minor);
        }
    }

    /// Counts penalty and compound interest up to a day, that day not counted.
    pub(super) fn accrue(
        &mut self,
        rules: &PenaltyTerms,
        context: PenaltyContext<'_>,
        day: NaiveDate,
    ) -> Result<()> {
        let Some(mut at) = self.penalty.from.filter(|&from| from < day) else { return Ok(()) };
        self.penalty.from = Some(day);
        let principal = self.unpaid(Part::Principal);
        let compound = rules.penalty.compound;
        let base = match compound.map(|compound| compound.base) {
            None => 0,
            Some(CompoundBase::Interest) => self.unpaid(Part::Interest),
            Some(CompoundBase::InterestAndPenalty) => {
                add(self.unpaid(Part::Interest), self.unpaid(Part::Penalty))?
            }
        };
        if principal == 0 && base == 0 {
            return Ok(());
        }
        let due_on = self.due_on();
        let counted = |to| i128::from(rules.day_count.running(due_on, to, context.matures_on));
        while at < day {
            let change = context.changes.partition_point(|change| change.from <= at);
            let rate = change.checked_sub(1).and_then(|last| context.changes.get(last));
            // Being late never pays, whatever the rate.
            let rate = rate.map_or(context.first_rate, |change| change.rate).max(Rate::ZERO);
            let mut until = context.changes.get(change).map_or(day, |change| change.from.min(day));
            let edges = rules.free.iter().flat_map(|&(from, until)| [from, until]);
            for edge in edges.chain([context.matures_on]).filter(|&edge| edge > at) {
                until = until.min(edge);
            }
            if !rules.free.iter().any(|&(from, until)| from <= at && at < until) {
                let units = counted(until) - counted(at);
                if principal != 0 {
                    self.penalty.penalty.add(principal, rules.weight(rate, rules.marked_up, units)?);
                }
                if let Some(compound) = compound
                    && base != 0
                {
                    let at_contract =
                        compound.rate == CompoundRate::ContractUntilMaturity && at < context.matures_on;
                    let by = if at_contract { rules.unit } else { rules.marked_up };
                    self.penalty.compound.add(base, rules.weight(rate, by, units)?);
                }
            }
            at = until;
        }
        Ok(())
    }

    /// Penalty and compound interest that were counted and not billed.
    pub(super) fn unbilled(&self, rules: &PenaltyTerms) -> Result<(i64, i64)> {
        let round = |accrued: &Accrued| accrued.round(rules.denominator, rules.rounding);
        let penalty = subtract(round(&self.penalty.penalty)?, self.penalty.penalty_billed)?;
        let compound = subtract(round(&self.penalty.compound)?, self.penalty.compound_billed)?;
        Ok((penalty, compound))
    }

    /// Bills what was counted.
    pub(super) fn bill_penalty(&mut self, rules: &PenaltyTerms) -> Result<(i64, i64)> {
        let (penalty, compound) = self.unbilled(rules)?;
        self.penalty.penalty_billed += penalty;
        self.penalty.compound_billed += compound;
        self.bill(Part::Penalty, penalty)?;
        self.bill(Part::Compound, compound)?;
        Ok((penalty, compound))
    }
}
