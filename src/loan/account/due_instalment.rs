//! What fell due of one row, or on one day without a row: how much of it is paid, and what the rest costs.

use chrono::NaiveDate;

use crate::calendar::{DayCount, day_after};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, power_of_ten, subtract};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::servicing::{CompoundBase, CompoundRate, Penalty};
use crate::loan::plan::OverdueEarning;
use crate::loan::schedule::accrual::{Accrued, Scale};
use crate::money::{Money, Rounding};
use crate::rate::{Rate, RateStep};
use crate::record::recorded;

/// What fell due of one row, or on one day without a row.
#[derive(Clone, Debug)]
pub(super) struct DueInstalment {
    pub(super) kind: DueKind,
    /// The row of the plan that asked for it; none of a charge by itself, or after the last row.
    pub(super) row: Option<usize>,
    /// What was billed, less what was waived since.
    pub(super) billed: Owed,
    pub(super) paid: Owed,
    /// Of the fees that were billed, what events charged: the instalment is not short for want of them.
    pub(super) charged_fees: i64,
    /// The interest of it that was waived.
    pub(super) waived: i64,
    /// Interest of the instalment that was settled before it fell due.
    pub(super) interest_prepaid: i64,
    /// Where the accrual of its row ended.
    pub(super) earned_to: NaiveDate,
    penalty: PenaltyAccrual,
    pub(super) earnings: OverdueEarnings,
}

/// What fell due. What falls due on the day of something lesser joins it, and makes it of its own kind; rows that a roll brings
/// onto one day are an instalment each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DueKind {
    /// A charge by itself: days past due are not counted by it.
    Charge,
    /// Interest after the last instalment: days past due are counted by it.
    InterestAfterEnd,
    /// An instalment of the plan.
    Instalment,
}

/// The contract interest that unpaid principal goes on earning.
#[derive(Clone, Debug, Default)]
pub(super) struct OverdueEarnings {
    /// Since when what is unpaid earns; none if it does not.
    since: Option<NaiveDate>,
    /// The stretches in which parts of it did.
    stretches: Vec<OverdueEarning>,
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

recorded! {
    DueInstalment {
        kind, row, billed, paid, charged_fees, waived, interest_prepaid, earned_to, penalty, earnings,
    }
    OverdueEarnings { since, stretches }
    PenaltyAccrual { penalty, compound, from, penalty_billed, compound_billed }
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

    /// What the accruals are over.
    pub(super) fn denominator(&self) -> i128 {
        self.denominator
    }

    /// Whether compound interest runs on no penalty: what arrears cost is the same, however often it is billed.
    pub(super) fn cost_nothing_themselves(&self) -> bool {
        self.penalty.compound.is_none_or(|compound| compound.base == CompoundBase::Interest)
    }

    /// The days that cost nothing: from the first, until the second.
    pub(super) fn free(&self) -> &[(NaiveDate, NaiveDate)] {
        &self.free
    }

    pub(super) fn set_free(&mut self, free: Vec<(NaiveDate, NaiveDate)>) {
        self.free = free;
    }

    /// No day from the first to the last, both included, costs anything.
    pub(super) fn free_days(&mut self, from: NaiveDate, last: NaiveDate) -> Result<()> {
        self.free.push((from, day_after(last)?));
        Ok(())
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

impl OverdueEarnings {
    /// What is unpaid earns from a day on.
    pub(super) fn begin(&mut self, from: NaiveDate) {
        self.since = Some(from);
    }

    /// What is unpaid earns no more, and did not earn either; returns what it would have earned up to where bills reach.
    fn cancel_unpaid(&mut self, unpaid: i64, billed_to: NaiveDate) -> Option<OverdueEarning> {
        let from = self.since.take()?;
        (billed_to > from && unpaid != 0).then_some(OverdueEarning { from, until: billed_to, amount: unpaid })
    }

    /// A part is paid, or leaves otherwise: it earned up to that day.
    pub(super) fn leave(&mut self, minor: i64, on: NaiveDate, frozen_to: NaiveDate) {
        if let Some(from) = self.since {
            self.record(from, on.max(frozen_to), minor);
        }
    }

    fn record(&mut self, from: NaiveDate, until: NaiveDate, amount: i64) {
        if until > from && amount != 0 {
            self.stretches.push(OverdueEarning { from, until, amount });
        }
    }

    /// Whether any of it earned beyond a day.
    pub(super) fn reach_beyond(&self, day: NaiveDate) -> bool {
        self.stretches.iter().any(|stretch| stretch.until > day)
    }
}

impl DueInstalment {
    pub(super) fn new(due_on: NaiveDate, kind: DueKind) -> DueInstalment {
        DueInstalment {
            kind,
            row: None,
            billed: Owed::nothing(due_on),
            paid: Owed::nothing(due_on),
            charged_fees: 0,
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
            earnings: OverdueEarnings::default(),
        }
    }

    pub(super) fn due_on(&self) -> NaiveDate {
        self.billed.due_on
    }

    /// What is unpaid of a part; below zero, where it is owed to the borrower.
    pub(super) fn unpaid(&self, part: Part) -> Result<i64> {
        subtract(self.billed.part(part).minor(), self.paid.part(part).minor())
    }

    fn is_unpaid(&self, part: Part) -> bool {
        self.billed.part(part) != self.paid.part(part)
    }

    pub(super) fn bill(&mut self, part: Part, minor: i64) -> Result<()> {
        let slot = self.billed.part_mut(part);
        *slot = Money::sum([*slot, Money::from_minor(minor)])?;
        Ok(())
    }

    pub(super) fn is_instalment(&self) -> bool {
        self.kind == DueKind::Instalment
    }

    /// Whether days past due are counted by it.
    pub(super) fn counts(&self) -> bool {
        self.kind != DueKind::Charge
    }

    /// What the instalment itself is short of: interest, principal and the fees that its row asks for, which are settled before those
    /// that events charged; never penalty, compound interest or a fee that an event charged, whatever its day.
    pub(super) fn short(&self) -> i128 {
        if !self.counts() {
            return 0;
        }
        let unpaid =
            |part| i128::from(self.billed.part(part).minor()) - i128::from(self.paid.part(part).minor());
        let fees = unpaid(Part::Fee);
        // A fee that was charged on its due date has joined it.
        let of_row = fees.min((fees - i128::from(self.charged_fees)).max(0));
        of_row + unpaid(Part::Interest) + unpaid(Part::Principal)
    }

    /// What is unpaid of the fees that events charged: those of the row are settled first.
    pub(super) fn unpaid_charged_fees(&self) -> Result<i64> {
        Ok(self.unpaid(Part::Fee)?.min(self.charged_fees).max(0))
    }

    /// Whether anything of it is unpaid, or goes on costing.
    pub(super) fn is_open(&self) -> bool {
        self.billed != self.paid
    }

    /// Whether it is short and costs nothing yet.
    pub(super) fn awaits_penalty(&self) -> bool {
        self.penalty.from.is_none() && (self.is_unpaid(Part::Principal) || self.is_unpaid(Part::Interest))
    }

    /// From now on it costs penalty and compound interest, since its due date, or since the contract's interest of its row
    /// ended: no day costs both. Returns what it earned of contract interest within its days of grace, up to where bills reach.
    pub(super) fn begin_penalty(&mut self, billed_to: NaiveDate) -> Result<Option<OverdueEarning>> {
        self.penalty.from = Some(self.due_on().max(self.earned_to));
        Ok(self.earnings.cancel_unpaid(self.unpaid(Part::Principal)?, billed_to))
    }

    /// The stretches in which principal of it that is no longer unpaid earned contract interest.
    pub(super) fn stretches(&self) -> &[OverdueEarning] {
        &self.earnings.stretches
    }

    /// The overdue principal of it that earned contract interest, up to a day.
    pub(super) fn overdue_earnings(
        &self,
        day: NaiveDate,
    ) -> Result<impl Iterator<Item = OverdueEarning> + '_> {
        let open = match self.earnings.since.filter(|&from| from < day) {
            Some(from) => Some(OverdueEarning { from, until: day, amount: self.unpaid(Part::Principal)? }),
            None => None,
        };
        let open = open.filter(|open| open.amount != 0);
        Ok(self.earnings.stretches.iter().copied().chain(open))
    }

    pub(super) fn earns_contract_interest(&self) -> bool {
        self.earnings.since.is_some() && self.is_unpaid(Part::Principal)
    }

    /// Counts penalty and compound interest up to a day, that day not counted: from day a to day b what the day count makes of the due
    /// date to b, less what it makes of the due date to a, wherever they were billed in between.
    pub(super) fn accrue(
        &mut self,
        rules: &PenaltyTerms,
        context: PenaltyContext<'_>,
        day: NaiveDate,
    ) -> Result<()> {
        let Some(mut at) = self.penalty.from.filter(|&from| from < day) else { return Ok(()) };
        self.penalty.from = Some(day);
        let principal = self.unpaid(Part::Principal)?;
        let compound = rules.penalty.compound;
        let base = match compound.map(|compound| compound.base) {
            None => 0,
            Some(CompoundBase::Interest) => self.unpaid(Part::Interest)?,
            Some(CompoundBase::InterestAndPenalty) => {
                add(self.unpaid(Part::Interest)?, self.unpaid(Part::Penalty)?)?
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

    /// A part that it was billed for is not owed after all. Returns what of it had been paid.
    pub(super) fn take_back(&mut self, part: Part, minor: i64) -> Result<i64> {
        self.bill(part, subtract(0, minor)?)?;
        let paid = self.paid.part(part).minor();
        let back = subtract(0, self.unpaid(part)?)?.clamp(0, paid.max(0));
        *self.paid.part_mut(part) = Money::from_minor(subtract(paid, back)?);
        Ok(back)
    }

    /// The greatest number that divides what was counted, and a denominator.
    pub(super) fn common_divisor(&self, denominator: i128) -> Result<i128> {
        let PenaltyAccrual { penalty, compound, .. } = &self.penalty;
        compound.common_divisor(penalty.common_divisor(denominator)?)
    }

    /// Goes on over another denominator, that of more rates: all that was counted is a whole number over it, too.
    pub(super) fn rescale_penalty(&mut self, from: i128, to: i128) -> Result<()> {
        for accrued in [&mut self.penalty.penalty, &mut self.penalty.compound] {
            *accrued = accrued.rescaled(from, to)?;
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
        self.penalty.penalty_billed = add(self.penalty.penalty_billed, penalty)?;
        self.penalty.compound_billed = add(self.penalty.compound_billed, compound)?;
        self.bill(Part::Penalty, penalty)?;
        self.bill(Part::Compound, compound)?;
        Ok((penalty, compound))
    }
}
