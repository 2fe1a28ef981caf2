//! What fell due on one day: how much of it is paid, and what the rest costs.

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

/// What fell due on one day.
#[derive(Clone, Debug)]
pub(super) struct DueInstalment {
    pub(super) kind: DueKind,
    /// What was billed, less what was waived since.
    pub(super) billed: Owed,
    pub(super) paid: Owed,
    /// What its row asked for when it was billed last.
    pub(super) billed_by_row: Owed,
    /// The interest of it that was waived.
    pub(super) waived: i64,
    /// Interest of the instalment that was settled before it fell due.
    pub(super) interest_prepaid: i64,
    /// Where the accrual of its row ended.
    pub(super) earned_to: NaiveDate,
    penalty: PenaltyAccrual,
    pub(super) earnings: OverdueEarnings,
}

/// What fell due on a day. What falls due on the day of something lesser joins it, and makes it of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DueKind {
    /// A charge by itself: days past due are not counted by it.
    Charge,
    /// Interest after the last instalment: days past due are counted by it.
    InterestAfterEnd,
    /// An instalment of the plan: what its row asks for may change.
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

/// What an instalment gave back.
#[derive(Clone, Copy, Debug)]
pub(super) struct PaidBack {
    pub(super) paid: i64,
    /// What was waived of what was never owed.
    pub(super) waived: i64,
}

/// A cost that never was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cancelled {
    /// All that was billed of it.
    pub(super) billed: i64,
    /// What of it was not waived.
    pub(super) asked: i64,
    pub(super) paid: i64,
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

    /// What is unpaid earns no more, since the end of what is billed.
    fn end(&mut self, unpaid: i64, frozen_to: NaiveDate) {
        if let Some(from) = self.since.take() {
            self.record(from, frozen_to, unpaid);
        }
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

    /// It was not due after all: nothing of it earned beyond its due date.
    pub(super) fn cancel(&mut self) {
        *self = OverdueEarnings::default();
    }

    /// So much of what earned until it was paid was not due after all.
    fn reduce(&mut self, mut paid: i64) -> Result<()> {
        for stretch in self.stretches.iter_mut().rev() {
            let part = stretch.amount.min(paid);
            (stretch.amount, paid) = (subtract(stretch.amount, part)?, subtract(paid, part)?);
        }
        Ok(())
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
            billed: Owed::nothing(due_on),
            paid: Owed::nothing(due_on),
            billed_by_row: Owed::nothing(due_on),
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

    /// What the instalment itself is short of.
    pub(super) fn short(&self) -> i128 {
        if !self.counts() {
            return 0;
        }
        let wide = |owed: &Owed, part| i128::from(owed.part(part).minor());
        // A fee that was charged on its due date has joined it.
        let parts = [Part::Fee, Part::Interest, Part::Principal];
        parts.iter().map(|&part| wide(&self.billed, part) - wide(&self.paid, part)).sum()
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
    /// ended: no day costs both.
    pub(super) fn begin_penalty(&mut self, frozen_to: NaiveDate) -> Result<()> {
        self.penalty.from = Some(self.due_on().max(self.earned_to));
        self.earnings.end(self.unpaid(Part::Principal)?, frozen_to);
        Ok(())
    }

    /// The overdue principal of it that earned contract interest, up to a day.
    pub(super) fn overdue_earnings(
        &self,
        day: NaiveDate,
    ) -> Result<impl Iterator<Item = OverdueEarning> + '_> {
        let amount = self.unpaid(Part::Principal)?;
        let open = self.earnings.since.filter(|&from| from < day && amount != 0);
        let open = open.map(|from| OverdueEarning { from, until: day, amount });
        Ok(self.earnings.stretches.iter().copied().chain(open))
    }

    pub(super) fn earns_contract_interest(&self) -> bool {
        self.earnings.since.is_some() && self.is_unpaid(Part::Principal)
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

    /// Takes back what was paid of a part beyond what is asked for now, which is `over` too much: what was paid, what was
    /// settled ahead, and what was waived.
    pub(super) fn pay_back(&mut self, part: Part, over: i64) -> Result<PaidBack> {
        let slot = self.paid.part_mut(part);
        let paid = over.min(slot.minor());
        *slot = Money::from_minor(subtract(slot.minor(), paid)?);
        let left = subtract(over, paid)?;
        self.bill(part, left)?;
        if part == Part::Principal {
            self.earnings.reduce(paid)?;
        }
        if part != Part::Interest {
            return Ok(PaidBack { paid, waived: 0 });
        }
        let prepaid = left.min(self.interest_prepaid);
        self.interest_prepaid = subtract(self.interest_prepaid, prepaid)?;
        let waived = subtract(left, prepaid)?.min(self.waived);
        self.waived = subtract(self.waived, waived)?;
        Ok(PaidBack { paid: add(paid, prepaid)?, waived })
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

    /// What it cost as penalty never was.
    pub(super) fn cancel_penalty(&mut self) -> Cancelled {
        self.penalty.penalty = Accrued::ZERO;
        let billed = std::mem::take(&mut self.penalty.penalty_billed);
        self.cancel(Part::Penalty, billed)
    }

    /// What it cost as compound interest never was.
    pub(super) fn cancel_compound(&mut self) -> Cancelled {
        self.penalty.compound = Accrued::ZERO;
        let billed = std::mem::take(&mut self.penalty.compound_billed);
        self.cancel(Part::Compound, billed)
    }

    fn cancel(&mut self, part: Part, billed: i64) -> Cancelled {
        let asked = std::mem::replace(self.billed.part_mut(part), Money::ZERO);
        let paid = std::mem::replace(self.paid.part_mut(part), Money::ZERO);
        Cancelled { billed, asked: asked.minor(), paid: paid.minor() }
    }
}
