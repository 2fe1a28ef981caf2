//! The payment of rows of which some bill other than what the balance earns in them, for a relief said so: interest that is waived, or
//! paid by itself, or joins the balance; principal that was deferred, and falls due in one of them beside its payment.
//!
//! The rows are walked as they will be billed, with a payment that is not yet known: the balance is then a number and a multiple of that
//! payment, both exact. The payment is the one that leaves nothing, or the residual that was agreed.

use chrono::Datelike;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::exact::too_large;
use crate::loan::agreement::method::{Method, PaymentStep};
use crate::loan::plan::deferred_pool::DeferredPool;
use crate::loan::plan::row::{InterestRule, PlanRow};
use crate::loan::schedule::accrual::Accrued;
use crate::loan::schedule::annuity::{ExactPayment, one_plus};
use crate::loan::schedule::solve::{RowsToCome, Solver};

/// An amount that depends on the payment: `fixed` and `paid` times the payment.
#[derive(Clone, Debug, Default)]
struct Sum {
    fixed: BigInt,
    paid: BigInt,
}

impl Sum {
    fn add(&mut self, other: &Sum, times: &BigInt) {
        self.fixed += &other.fixed * times;
        self.paid += &other.paid * times;
    }

    fn scale(&mut self, by: &BigInt) {
        self.fixed *= by;
        self.paid *= by;
    }
}

/// Interest that was deferred together.
#[derive(Clone, Debug, Default)]
struct PoolSum {
    total: Sum,
    left: Sum,
    /// Whether what goes into it joins the balance at once.
    each_due_date: bool,
}

/// How far the rows were walked. All sums are over one denominator.
struct Walk<'w, R> {
    solver: &'w Solver<'w, R>,
    denominator: BigInt,
    balance: Sum,
    pools: Vec<PoolSum>,
    /// The number of billing rows so far.
    billed: u32,
    /// What the running period has earned, over the denominator and that of the period, and the weight that was counted.
    earned: (Sum, i128),
}

/// The payment of the first of some rows, exact; `pools` are those of deferred interest as that row finds them.
pub(super) fn payment<R: RowsToCome>(
    solver: &Solver<'_, R>,
    rows: &[PlanRow],
    pools: &[DeferredPool],
    asks: impl Fn(&PlanRow) -> bool,
) -> Result<ExactPayment> {
    let sum = |minor: i64| Sum { fixed: BigInt::from(minor), paid: BigInt::ZERO };
    let pools = pools.iter().map(|pool| PoolSum {
        total: sum(pool.total),
        left: sum(pool.left),
        each_due_date: pool.each_due_date,
    });
    let mut walk = Walk {
        solver,
        denominator: BigInt::from(1),
        balance: sum(solver.balance),
        pools: pools.collect(),
        billed: 0,
        earned: Default::default(),
    };
    for (at, row) in rows.iter().enumerate() {
        if row.bills() {
            walk.bill(row, asks(row))?;
        } else {
            walk.repay_between(row, rows.iter().skip(at).find(|row| row.bills()))?;
        }
    }
    // The payments of a balloon may be those of a longer loan.
    while walk.billed < solver.rows.count() {
        let interest = walk.end_period(None)?;
        walk.pay(interest)?;
    }
    let left = walk.balance.fixed - &walk.denominator * solver.residual;
    let paid = -walk.balance.paid;
    if paid.sign() != num_bigint::Sign::Plus {
        return Err(too_large("payment"));
    }
    // Where more was deferred than is left, nothing else is asked for.
    Ok(ExactPayment::new(left.max(BigInt::ZERO), paid))
}

impl<R: RowsToCome> Walk<'_, R> {
    /// A row that only repays lies in the period that the next billing row ends. Where months count alike, whatever their days, its
    /// principal earns as long as the month does.
    fn repay_between(&mut self, row: &PlanRow, billing: Option<&PlanRow>) -> Result<()> {
        if let Some(billing) = billing
            && !self.solver.counts_months()
        {
            let until = row.place.repaid_from.min(billing.ends());
            let (weight, _) = self.solver.weight_until(self.billed, until, billing.rule.rate)?;
            self.earn(weight)?;
        }
        self.fall_due(row, row.planned())
    }

    /// The balance earns up to a weight of the running period.
    fn earn(&mut self, weight: i128) -> Result<()> {
        let (earned, counted) = &mut self.earned;
        let more = BigInt::from(weight - *counted);
        if self.solver.rules.interest_base.is_flat() {
            earned.fixed += more * self.solver.flat_base * &self.denominator;
        } else {
            earned.add(&self.balance, &more);
        }
        *counted = weight;
        Ok(())
    }

    /// The interest of the running period, at another rate where a relief says so. From here on all sums are over its denominator, too.
    fn end_period(&mut self, row: Option<&PlanRow>) -> Result<Sum> {
        let (mut interest, over) = match self.solver.billed_first.as_ref().filter(|_| self.billed == 0) {
            Some((earned, over)) => {
                (Sum { fixed: earned.to_big() * &self.denominator, paid: BigInt::ZERO }, *over)
            }
            None => {
                let (weight, over) =
                    self.solver.whole_weight(self.billed, row.and_then(|row| row.rule.rate))?;
                self.earn(weight)?;
                (std::mem::take(&mut self.earned.0), over)
            }
        };
        self.earned = Default::default();
        self.scale(&BigInt::from(over));
        if self.solver.rules.interest_base.is_flat() {
            // Flat interest is in the payment as it is billed, rounded.
            let exact = &interest.fixed / (&self.denominator / over);
            let exact = i128::try_from(exact).map(Accrued::Narrow).map_err(|_| too_large("interest"))?;
            interest.fixed = exact.round(over, self.solver.rules.rounding)? * self.denominator.clone();
        }
        self.billed += 1;
        Ok(interest)
    }

    fn scale(&mut self, by: &BigInt) {
        self.denominator *= by;
        self.balance.scale(by);
        self.earned.0.scale(by);
        for pool in &mut self.pools {
            pool.total.scale(by);
            pool.left.scale(by);
        }
    }

    /// A row bills its interest, which goes where its rule says; what it asks for leaves the balance.
    fn bill(&mut self, row: &PlanRow, asks: bool) -> Result<()> {
        // So that equal parts of a pool are whole.
        let shares = row.rule.pays.iter().chain(row.rule.defers_again.iter().map(|(share, _)| share));
        shares.filter_map(|share| share.of).for_each(|parts| self.scale(&BigInt::from(parts)));
        let interest = self.end_period(Some(row))?;
        let one = BigInt::from(1);
        // What was settled of it before a relief reached it stays payable.
        let mut settled = Sum { fixed: &self.denominator * row.rule.settled_interest, paid: BigInt::ZERO };
        let mut apart = interest.clone();
        apart.add(&settled, &-&one);
        let mut joins = Sum::default();
        match row.rule.interest {
            InterestRule::Payable => settled = interest,
            InterestRule::Waived => {}
            InterestRule::Deferred(into) => self.put(into, &apart)?,
            InterestRule::Capitalised(into) => {
                self.put(into, &apart)?;
                joins.add(&apart, &one);
            }
        }
        for share in &row.rule.pays {
            self.take(share.pool, share.of)?;
        }
        for &(share, into) in &row.rule.defers_again {
            let part = self.take(share.pool, share.of)?;
            self.put(into, &part)?;
            if self.pool(into)?.each_due_date {
                joins.add(&part, &one);
            }
        }
        if let Some(pool) = row.rule.capitalises {
            joins.add(&self.take(pool, None)?, &one);
        }
        self.balance.add(&joins, &one);
        let in_season = match self.solver.rules.method {
            Method::Seasonal(season) => season.contains(row.place.date.month()),
            _ => true,
        };
        if asks && in_season {
            self.pay(settled)?;
        }
        self.fall_due(row, if asks { 0 } else { row.planned() })
    }

    /// The payment of a row, of which its interest is a part, or, of a share of principal, not.
    fn pay(&mut self, interest: Sum) -> Result<()> {
        let method = self.solver.rules.method;
        if method.fixes_payment() {
            self.balance.add(&interest, &BigInt::from(1));
        }
        let Method::Graduated(graduated) = method else {
            self.balance.paid -= &self.denominator;
            return Ok(());
        };
        let every = u32::from(graduated.every());
        let steps = (self.solver.paid + self.billed - 1) / every - self.solver.paid / every;
        match graduated.growth() {
            PaymentStep::Amount(amount) => {
                self.balance.paid -= &self.denominator;
                self.balance.fixed -= BigInt::from(amount.minor()) * steps * &self.denominator;
            }
            PaymentStep::Ratio(ratio) => {
                let (up, down) = one_plus(ratio);
                self.scale(&down.pow(steps));
                self.balance.paid -= &self.denominator / down.pow(steps) * up.pow(steps);
            }
        }
        Ok(())
    }

    /// What falls due in a row beside a payment.
    fn fall_due(&mut self, row: &PlanRow, planned: i64) -> Result<()> {
        let due = BigInt::from(planned) + row.rule.caught_up.principal;
        self.balance.fixed -= due * &self.denominator;
        if let Some(pool) = row.rule.caught_up.capital_of {
            let total = self.pool(pool)?.total.clone();
            self.balance.add(&total, &BigInt::from(-1));
        }
        Ok(())
    }

    fn pool(&mut self, pool: usize) -> Result<&mut PoolSum> {
        self.pools.get_mut(pool).ok_or_else(|| Error::internal("pool of deferred interest", pool))
    }

    fn put(&mut self, pool: usize, interest: &Sum) -> Result<()> {
        let (pool, one) = (self.pool(pool)?, BigInt::from(1));
        pool.total.add(interest, &one);
        pool.left.add(interest, &one);
        Ok(())
    }

    /// Takes what is left of a pool, or one of so many equal parts.
    fn take(&mut self, pool: usize, of: Option<u32>) -> Result<Sum> {
        let pool = self.pool(pool)?;
        let part = match of {
            None => pool.left.clone(),
            Some(parts) => Sum { fixed: &pool.total.fixed / parts, paid: &pool.total.paid / parts },
        };
        pool.left.add(&part, &BigInt::from(-1));
        Ok(part)
    }
}
