//! The rows of a plan, as payments see them.

use chrono::{Datelike, NaiveDate};

use crate::calendar::CouponPeriod;
use crate::error::{Error, Result};
use crate::exact::add;
use crate::loan::agreement::method::Season;
use crate::loan::plan::Plan;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::plan::row::{Amount, InterestRule, PlanRow, RowRule};
use crate::loan::plan::uneven_rows;
use crate::loan::schedule::accrual::Accrued;
use crate::loan::schedule::annuity::ExactPayment;
use crate::loan::schedule::solve::{RegularFirst, RowsToCome, Solver, payment_rows};

/// The billing rows of a plan that payments are found over.
pub(super) struct PlanRowsToCome<'p> {
    /// Where the accrual of each ends, and how it lies on its cycle.
    ends: Vec<(NaiveDate, CouponPeriod)>,
    /// The pools of deferred interest, where some of them bill other than what the balance earns: then all that bill are among them.
    uneven: Option<&'p [DeferredPool]>,
    /// Their number.
    count: u32,
    /// The rows from the first of them on.
    rows: &'p [PlanRow],
    /// See [`SolvedFrom::all`].
    all: bool,
    pauses: &'p [(NaiveDate, NaiveDate)],
}

impl<'p> PlanRowsToCome<'p> {
    /// The rows that are solved over, with their places behind the first of them.
    fn solved(&self) -> impl Iterator<Item = (usize, &'p PlanRow)> + use<'p> {
        let all = self.all;
        self.rows.iter().enumerate().filter(move |(_, row)| is_solved(row, all))
    }
}

impl RowsToCome for PlanRowsToCome<'_> {
    fn count(&self) -> u32 {
        self.count
    }

    fn end(&self, row: u32) -> Result<NaiveDate> {
        let end = usize::try_from(row).ok().and_then(|row| self.ends.get(row));
        end.map(|end| end.0).ok_or_else(|| Error::internal("rows to come", row))
    }

    fn coupon_period(&self, row: u32) -> CouponPeriod {
        let end = usize::try_from(row).ok().and_then(|row| self.ends.get(row));
        end.map_or(CouponPeriod::Alone, |end| end.1)
    }

    fn in_season(&self, season: Season) -> Result<u32> {
        Ok(self.solved().map(|(_, row)| u32::from(season.contains(row.place.date.month()))).sum())
    }

    fn planned(&self) -> Result<i128> {
        Ok(self.solved().map(|(_, row)| i128::from(row.planned())).sum())
    }

    fn pauses(&self) -> &[(NaiveDate, NaiveDate)] {
        self.pauses
    }

    fn uneven(solver: &Solver<'_, Self>) -> Result<Option<ExactPayment>> {
        let PlanRowsToCome { rows, all, uneven, .. } = solver.rows;
        let Some(pools) = uneven else { return Ok(None) };
        uneven_rows::payment(solver, rows, pools, |row| is_solved(row, all)).map(Some)
    }
}

/// Whether payments are found over a row: over all that take one, or over those alone that ask for it.
fn is_solved(row: &PlanRow, all: bool) -> bool {
    match row.rule.amount {
        Amount::Solved { .. } => true,
        Amount::Planned(_) | Amount::Payment(_) => all && row.takes_payment(),
    }
}

/// Whether some of the rows, up to the last that payments are found over, bill other than what the balance earns in them, or repay
/// beside the payments.
fn are_uneven(rows: &[PlanRow], all: bool) -> bool {
    let last = rows.iter().rposition(|row| is_solved(row, all));
    rows.iter().enumerate().any(|(at, row)| {
        let RowRule { interest, rate, caught_up, .. } = &row.rule;
        let solved = is_solved(row, all);
        let alike = solved && rate.is_none() && matches!(interest, InterestRule::Payable);
        let beside =
            caught_up.principal != 0 || caught_up.capital_of.is_some() || !solved && row.planned() != 0;
        beside || (Some(at) <= last && row.bills() && !alike)
    })
}

/// What lies on either side of the row that is computed, told once for all rows.
#[derive(Clone, Copy, Default)]
pub(super) struct Neighbours {
    /// The billing rows before it.
    pub(super) billed: u32,
    /// The rows after it that ask for their principal by the method.
    pub(super) solved: i64,
    /// Those of them that had some planned.
    pub(super) solved_planned: i64,
    /// The rows after it that keep a payment.
    pub(super) payments: i64,
    /// The principal planned for the rows after it that keep what was planned, and what was deferred to any of them.
    pub(super) planned: i128,
    /// Whether the row itself bills.
    bills: bool,
}

impl Neighbours {
    /// Before the first of some rows, which stand behind a number of rows that bill.
    pub(super) fn of(rows: &[PlanRow], billed: u32) -> Neighbours {
        let mut neighbours = Neighbours { billed, ..Neighbours::default() };
        for row in rows {
            neighbours.count(row, 1);
        }
        neighbours
    }

    /// Goes on to the next row.
    pub(super) fn reach(&mut self, row: &PlanRow) {
        self.count(row, -1);
        self.billed = self.billed_so_far();
        self.bills = row.place.bills_to.is_some();
    }

    /// The billing rows up to it.
    pub(super) fn billed_so_far(&self) -> u32 {
        self.billed + u32::from(self.bills)
    }

    /// Adds a row to those that lie after, or takes it from them.
    fn count(&mut self, row: &PlanRow, by: i64) {
        self.planned += i128::from(row.rule.caught_up.principal) * i128::from(by);
        match row.rule.amount {
            Amount::Planned(planned) => {
                let planned = i128::from(planned) * i128::from(by);
                self.planned += planned;
            }
            Amount::Payment(_) => self.payments += by,
            Amount::Solved { planned } => {
                self.solved += by;
                self.solved_planned += if planned == 0 { 0 } else { by };
            }
        }
    }
}

/// Where payments are found from.
#[derive(Clone, Copy)]
pub(super) struct SolvedFrom {
    /// The row.
    pub(super) at: usize,
    /// Where its accrual period begins.
    pub(super) begins: NaiveDate,
    /// The day whose rate the payments are found at: that one, or the day within the period on which they were agreed.
    pub(super) agreed_on: NaiveDate,
    /// What is repaid from there on.
    pub(super) balance: i64,
    /// The number of billing rows before it.
    pub(super) billed: u32,
    /// The number of payments of the run before it.
    pub(super) paid: u32,
    /// Whether all billing rows are solved over, or those alone that ask for it.
    pub(super) all: bool,
}

impl Plan<'_> {
    /// What finds the payments of the rows from one on.
    pub(super) fn solver<'p>(
        &'p self,
        context: &AccrualContext<'p>,
        from: SolvedFrom,
        regular_first: Option<RegularFirst>,
        billed_first: Option<(Accrued, i128)>,
    ) -> Result<Solver<'p, PlanRowsToCome<'p>>> {
        let base = match context.flat {
            Some(lent) => add(lent, self.movements.paid_out(usize::MAX)?)?,
            None => 0,
        };
        Ok(Solver {
            rules: context.rules,
            balance: from.balance,
            // What was rescheduled is repaid in its new instalments, whatever the balloon.
            residual: if self.cycle.re_aged { 0 } else { self.loan.terms().residual.minor() },
            flat_base: base,
            rate: context.rate_on(from.agreed_on),
            scale: context.scale,
            period: context.period(from.begins),
            regular_first,
            paid: from.paid,
            billed_first,
            rows: self.rows_from(from)?,
        })
    }

    fn rows_from(&self, from: SolvedFrom) -> Result<PlanRowsToCome<'_>> {
        let number = |rows: usize| u32::try_from(rows).map_err(|_| Error::internal("rows to come", rows));
        let asks_for_period = self.rules().day_count.asks_for_period();
        let rows = self.rows.get(from.at..).ok_or_else(|| Error::internal("row of a plan", from.at))?;
        let mut to_come = PlanRowsToCome {
            ends: Vec::new(),
            uneven: are_uneven(rows, from.all).then_some(&self.pools),
            count: 0,
            rows,
            all: from.all,
            pauses: &self.movements.pauses,
        };
        to_come.ends.reserve_exact(to_come.rows.len());
        let solved = |row: &PlanRow| to_come.uneven.is_some() || is_solved(row, from.all);
        let mut last = None;
        for (after, row) in rows.iter().enumerate().filter(|(_, row)| solved(row)) {
            if let Some(end) = row.place.bills_to {
                let period =
                    if asks_for_period { self.coupon_period(from.at + after) } else { CouponPeriod::Alone };
                to_come.ends.push((end, period));
                last = Some(row);
            }
        }
        if !self.cycle.re_aged {
            let before = i64::from(from.billed) - i64::from(self.cycle.shifted);
            let rows = payment_rows(self.rules().method, number(to_come.ends.len())?, before);
            self.lengthen(&mut to_come.ends, last.is_some_and(|row| row.place.cycle_row.is_none()), rows)?;
        }
        to_come.count = number(to_come.ends.len())?;
        Ok(to_come)
    }

    /// Goes on along the cycle to the last of a number of rows: those of the longer loan that a balloon's payments are those of.
    ///
    /// Where the last row that is solved over stands on no date of the cycle, the cycle passes over it.
    fn lengthen(
        &self,
        ends: &mut Vec<(NaiveDate, CouponPeriod)>,
        ends_off_cycle: bool,
        rows: u32,
    ) -> Result<()> {
        let rows = usize::try_from(rows).map_err(|_| Error::internal("rows to come", rows))?;
        if rows <= ends.len() {
            return Ok(());
        }
        let loan = self.loan;
        let regular = self.last_cycle_row();
        if ends_off_cycle {
            ends.pop();
        } else if let Some(last) = ends.last_mut() {
            last.0 = loan.roll(loan.unbounded_cycle_date(regular)?, false)?.accrual_end;
        }
        for row in regular + 1.. {
            let last = ends.len() + 1 >= rows;
            let end = loan.roll(loan.unbounded_cycle_date(row)?, last)?.accrual_end;
            ends.push((end, CouponPeriod::of(loan.cycle_before(row), loan.quasi_coupons())));
            if last {
                break;
            }
        }
        Ok(())
    }
}
