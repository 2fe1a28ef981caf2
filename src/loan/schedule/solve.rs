//! The one solver: how each repayment method finds what its rows ask for.
//!
//! A method is solved over three things: *the rows that remain, their weights, and the balance that they start from*. What a
//! loan promises, what a relief leaves of it and what an account makes of it are all solved here; they differ only in where
//! their rows come from, which [`RowsToCome`] says.
//!
//! [`Payments`] is what is known of the payments that run, and says what a row asks for. Where nothing is known yet, or a
//! rate has changed, a [`Solver`] finds them. Each payment and each share is exact until it is rounded once, by
//! [`PaymentRounding`].
//!
//! The quick answers (rows of one weight, rows counted at one rate) are those of the full solution or none:
//! [`annuity`](super::annuity) proves each of them.

use chrono::{Datelike, NaiveDate};

use crate::calendar::CouponPeriod;
use crate::error::{Error, Result};
use crate::exact::{add, subtract, too_large};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::{Balloon, Method, Season};
use crate::loan::agreement::product::{FirstPeriod, InterestBase, LevelPayment, ProductRules, Reamortise};
use crate::loan::schedule::accrual::{Accrued, Period, Scale, too_fine};
use crate::loan::schedule::annuity::{
    Annuity, ExactPayment, PaymentRounding, Weight, flat_payment, level_of_counted_rows, level_of_equal_rows,
};
use crate::money::Rounding;
use crate::rate::Rate;

/// The rows that remain, from the one on that payments are found for: row 0, row 1, ...
pub(crate) trait RowsToCome {
    /// The number of rows that a payment is found over: those that remain, or more of them where the payments are those of a
    /// longer loan ([`payment_rows`]).
    fn count(&self) -> u32;

    /// Where the accrual of a row ends.
    fn end(&self, row: u32) -> Result<NaiveDate>;

    /// How the accrual period of a row lies on its cycle.
    fn coupon_period(&self, row: u32) -> CouponPeriod;

    /// Whether all rows weigh the same, where one rate holds in all of them.
    fn are_alike(&self) -> bool {
        false
    }

    /// The number of rows whose date lies in a season.
    fn in_season(&self, season: Season) -> Result<u32>;

    /// The principal that was planned for them.
    fn planned(&self) -> Result<i128>;

    /// The payment of the first row, where some of them bill other than what the balance earns in them.
    fn uneven(_: &Solver<'_, Self>) -> Result<Option<ExactPayment>>
    where
        Self: Sized,
    {
        Ok(None)
    }

    /// Days on which nothing is earned, each from a day until another.
    fn pauses(&self) -> &[(NaiveDate, NaiveDate)] {
        &[]
    }
}

/// The number of rows that payments are found over, given those that remain and those of the loan that lie before them.
///
/// The payments of a balloon may be those of a longer loan.
pub(crate) fn payment_rows(method: Method, remaining: u32, before: i64) -> u32 {
    match method {
        // A longer loan that has ended already has no rows left.
        Method::Balloon(Balloon::AmortisedOver(over)) => {
            u32::try_from(i64::from(over) - before).unwrap_or(0).max(remaining)
        }
        _ => remaining,
    }
}

/// What a row asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// So much principal, whatever the interest.
    Principal(i64),
    /// So much together: what its interest leaves is principal.
    Payment(i64),
}

/// What a method must know of the row that asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AskingRow {
    /// Its date on the cycle.
    pub(crate) date: NaiveDate,
    /// The principal that was planned for it.
    pub(crate) planned: i64,
    /// The rate in force where its period begins.
    pub(crate) rate: Rate,
    /// The number of payments of the run that lie before it.
    pub(crate) paid: u32,
}

/// What is known of the payments that run.
#[derive(Clone, Debug)]
pub(crate) enum Payments {
    /// Nothing is found yet.
    Unsolved,
    /// A payment, or a share of principal, and the rate it was found with.
    Amount { amount: i64, rate: Rate },
    /// A payment that grows: its exact size after `paid` payments of the run, and the rate it was found with.
    Graduated { exact: Box<ExactPayment>, paid: u32, rate: Rate },
    /// Planned parts, each times balance / planned.
    InProportion { balance: i64, planned: i128 },
}

impl Payments {
    /// What is known before the first row of a promise: a plan of principal is asked for as it was agreed.
    pub(crate) fn promised(method: Method) -> Payments {
        match method {
            Method::Custom => Payments::InProportion { balance: 1, planned: 1 },
            _ => Payments::Unsolved,
        }
    }

    /// Whether what was found goes on where another rate is in force.
    fn hold(&self, rules: &ProductRules, rate: Rate) -> bool {
        match self {
            Payments::Unsolved => false,
            Payments::Amount { rate: found_with, .. } | Payments::Graduated { rate: found_with, .. } => {
                !rules.method.fixes_payment()
                    || rules.reamortise != Reamortise::AtChange
                    || *found_with == rate
            }
            Payments::InProportion { .. } => true,
        }
    }

    /// What a row asks for; `solve` finds payments from this row on, where those that run do not hold.
    pub(crate) fn of_row(
        &mut self,
        rules: &ProductRules,
        row: AskingRow,
        solve: impl FnOnce() -> Result<Payments>,
    ) -> Result<Asks> {
        let repays = match rules.method {
            Method::InterestOnly | Method::Bullet => false,
            Method::Seasonal(season) => season.contains(row.date.month()),
            _ => true,
        };
        if !repays {
            return Ok(Asks::Principal(0));
        }
        if !self.hold(rules, row.rate) {
            *self = solve()?;
        }
        match (&*self, rules.method) {
            (Payments::Amount { amount, .. }, method) if method.fixes_payment() => Ok(Asks::Payment(*amount)),
            (Payments::Amount { amount, .. }, _) => Ok(Asks::Principal(*amount)),
            (Payments::Graduated { exact, paid, .. }, Method::Graduated(graduated)) => {
                let every = u32::from(graduated.every());
                let steps = row.paid / every - *paid / every;
                Ok(Asks::Payment(exact.grown(graduated.growth(), steps, PaymentRounding::of(rules))?))
            }
            (Payments::InProportion { planned, .. }, _) if *planned <= 0 => Ok(Asks::Principal(0)),
            (Payments::InProportion { balance, planned }, _) => {
                let part = rules.rounding.divide(i128::from(row.planned) * i128::from(*balance), *planned);
                let part = part.and_then(|part| i64::try_from(part).ok());
                Ok(Asks::Principal(part.ok_or_else(|| too_large("balance"))?))
            }
            (Payments::Unsolved | Payments::Graduated { .. }, method) => {
                Err(Error::internal("payments", format_args!("none found for {}", method.as_str())))
            }
        }
    }
}

/// A first period of one whole cycle, from the cycle date before the first due date: what the payment sees of a first period
/// whose extra days go on top.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RegularFirst {
    weight: Weight,
    /// Its length, in units of the day count.
    units: i64,
}

impl RegularFirst {
    /// The regular first period of a loan, if its extra days go on top of the payment.
    ///
    /// `period` is any of the loan, `multiplier` that of its first rate. `ends` tells where the first period ends, and whether
    /// that is a date of the cycle.
    pub(crate) fn of(
        loan: &Loan<'_>,
        mut period: Period<'_>,
        multiplier: i128,
        ends: impl FnOnce() -> Result<(NaiveDate, bool)>,
    ) -> Result<Option<RegularFirst>> {
        let rules = loan.product().rules();
        if rules.first_period != FirstPeriod::OnTop || !rules.method.fixes_payment() {
            return Ok(None);
        }
        let start = loan.roll(loan.unbounded_cycle_date(0)?, false)?.accrual_end;
        let (end, on_cycle) = ends()?;
        period.begin(period.mark(start));
        period.ending(end, || loan.regular_first_coupon(on_cycle))?;
        let weight = (period.weight_at(multiplier, start, end)?, period.denominator()?);
        Ok(Some(RegularFirst { weight, units: period.units(period.mark(end)) }))
    }

    /// The first payment: the level one, with the interest of the extra days.
    pub(crate) fn on_top(
        &self,
        payment: i64,
        interest: i64,
        (balance, rounding): (i64, Rounding),
    ) -> Result<i64> {
        let mut accrued = Accrued::ZERO;
        accrued.add(balance, self.weight.0);
        let regular = accrued.round(self.weight.1, rounding)?;
        add(payment, subtract(interest, regular)?)
    }
}

/// Finds payments, from a row on.
#[derive(Clone, Debug)]
pub(crate) struct Solver<'a, R> {
    pub(crate) rules: &'a ProductRules,
    /// What the rows repay.
    pub(crate) balance: i64,
    /// What of it is left for the last row.
    pub(crate) residual: i64,
    /// What flat interest is counted on. Only read where it is flat.
    pub(crate) flat_base: i64,
    /// The rate in force where the rows begin.
    pub(crate) rate: Rate,
    pub(crate) scale: Scale,
    /// The period that begins where the rows begin.
    pub(crate) period: Period<'a>,
    /// Of a loan's first row, where its extra days go on top.
    pub(crate) regular_first: Option<RegularFirst>,
    /// The number of payments of the run that lie before the rows.
    pub(crate) paid: u32,
    /// What the first of the rows bills, exact, over a denominator, where that is not what the balance earns in its period: the
    /// balance moved within it, or something beside it earned.
    pub(crate) billed_first: Option<(Accrued, i128)>,
    pub(crate) rows: R,
}

impl<R: RowsToCome> Solver<'_, R> {
    /// The payments of the rows, by their method.
    pub(crate) fn payments(&self) -> Result<Payments> {
        let rate = self.rate;
        let amount = match self.rules.method {
            Method::EqualPrincipal => self.share(self.rows.count())?,
            Method::Seasonal(season) => self.share(self.rows.in_season(season)?)?,
            Method::Custom => {
                return Ok(Payments::InProportion { balance: self.balance, planned: self.rows.planned()? });
            }
            Method::Graduated(_) if self.rules.interest_base == InterestBase::Outstanding => {
                let exact = match R::uneven(self)? {
                    Some(exact) => exact,
                    None => self.annuity(self.weights()?).exact()?,
                };
                return Ok(Payments::Graduated { exact: Box::new(exact), paid: self.paid, rate });
            }
            Method::EqualInstalment | Method::Balloon(_) | Method::Graduated(_) => self.level_payment()?,
            Method::InterestOnly | Method::Bullet => 0,
        };
        Ok(Payments::Amount { amount, rate })
    }

    /// An equal share of the balance.
    fn share(&self, rows: u32) -> Result<i64> {
        let rounding = PaymentRounding::of(self.rules);
        match R::uneven(self)? {
            Some(share) => share.rounded(rounding),
            None => rounding.part(i128::from(self.balance), rows),
        }
    }

    /// The level payment.
    pub(crate) fn level_payment(&self) -> Result<i64> {
        let rounding = PaymentRounding::of(self.rules);
        if let Some(payment) = R::uneven(self)? {
            return payment.rounded(rounding);
        }
        if self.rules.interest_base.is_flat() {
            let amounts = (self.flat_base, self.balance);
            return flat_payment(amounts, self.rows.count(), self.weights()?, self.rules, rounding);
        }
        match self.quick_level(rounding) {
            Some(payment) => Ok(payment),
            None => self.annuity(self.weights()?).level(rounding),
        }
    }

    fn annuity<W: Fn(u32) -> Result<Weight>>(&self, weights: W) -> Annuity<W> {
        Annuity {
            balance: self.balance,
            residual: self.residual,
            earned: self.billed_first.as_ref().map(|(earned, over)| (earned.to_big(), *over)),
            rows: self.rows.count(),
            weights,
            graduated: match self.rules.method {
                Method::Graduated(graduated) => Some(graduated),
                _ => None,
            },
            paid: self.paid,
        }
    }

    /// The level payment, where few digits decide it.
    #[inline(never)]
    fn quick_level(&self, rounding: PaymentRounding) -> Option<i64> {
        if self.billed_first.is_some() {
            return None;
        }
        let rows = self.rows.count();
        let one_weight = match self.nominal_weight(self.rate) {
            None if self.has_one_rate() && self.rows.are_alike() => Some(self.weights().ok()?(0).ok()?),
            nominal => nominal,
        };
        if let Some(weight) = one_weight {
            let repaid = if self.residual == 0 { self.balance } else { return None };
            return level_of_equal_rows(repaid, rows, weight, rounding);
        }
        // A day must be worth the same in each row.
        if !self.has_one_rate() || self.rules.day_count.asks_for_period() {
            return None;
        }
        let mut period = self.period;
        period.end_on(self.rows.end(rows.checked_sub(1)?).ok()?);
        let units = |row: u32| {
            if row > 0 {
                period.begin(period.mark(self.rows.end(row - 1).ok()?));
            }
            let end = period.mark(self.rows.end(row).ok()?);
            let units = match self.regular_first {
                Some(first) if row == 0 => first.units,
                _ => period.units(end),
            };
            Some(units)
        };
        let earned = (self.scale.multiplier(self.rate), self.scale.denominator());
        level_of_counted_rows((self.balance, self.residual), rows, units, earned, rounding)
    }

    /// Whether the payments see one rate in all rows, and no day that earns nothing.
    fn has_one_rate(&self) -> bool {
        match self.rules.reamortise {
            Reamortise::AtChange => true,
            Reamortise::Once => self.period.has_one_rate(),
            Reamortise::Running => self.period.has_one_rate() && self.rows.pauses().is_empty(),
        }
    }

    /// Under the nominal formula: rate x months / 12 of every row.
    fn nominal_weight(&self, rate: Rate) -> Option<Weight> {
        let months = self.rules.every.and_then(|cycle| cycle.months())?;
        if self.rules.level_payment != LevelPayment::Nominal {
            return None;
        }
        let basis = i128::from(self.rules.day_count.period_basis());
        // Over the loan's denominator, which has the basis in it: rate x months x basis / 12, or all of it twelvefold.
        let weight = self.scale.multiplier(rate) * i128::from(months) * basis;
        if weight % 12 == 0 {
            Some((weight / 12, self.scale.denominator()))
        } else {
            Some((weight, self.scale.denominator().checked_mul(12)?))
        }
    }

    /// The weight of each row as the payment sees it.
    fn weights(&self) -> Result<impl Fn(u32) -> Result<Weight>> {
        let nominal = self.nominal_weight(self.rate);
        // A longer loan ends elsewhere.
        let maturity = match self.rows.count().checked_sub(1) {
            Some(last) if nominal.is_none() => self.rows.end(last)?,
            _ => self.period.start(),
        };
        Ok(move |row: u32| match (nominal, self.regular_first) {
            // What the first row bills is known, whatever is repaid with it.
            _ if row == 0 && self.billed_first.is_some() => Ok((0, 1)),
            (Some(nominal), _) => Ok(nominal),
            (None, Some(first)) if row == 0 => Ok(first.weight),
            (None, _) => self.weight(row, (self.rows.end(row)?, maturity), None),
        })
    }

    /// Whether payments count months alike, whatever their days.
    pub(crate) fn counts_months(&self) -> bool {
        self.nominal_weight(self.rate).is_some()
    }

    /// The weight of a row, at another rate where it has one.
    pub(crate) fn whole_weight(&self, row: u32, rate: Option<Rate>) -> Result<Weight> {
        match (self.nominal_weight(rate.unwrap_or(self.rate)), self.regular_first) {
            (Some(nominal), _) => Ok(nominal),
            (None, Some(first)) if row == 0 => Ok(first.weight),
            (None, _) => self.weight_until(row, self.rows.end(row)?, rate),
        }
    }

    /// The weight of a row up to a day of its period.
    pub(crate) fn weight_until(&self, row: u32, day: NaiveDate, rate: Option<Rate>) -> Result<Weight> {
        let maturity = match self.rows.count().checked_sub(1) {
            Some(last) => self.rows.end(last)?,
            None => self.period.start(),
        };
        self.weight(row, (day, maturity), rate)
    }

    fn weight(
        &self,
        row: u32,
        (until, maturity): (NaiveDate, NaiveDate),
        rate: Option<Rate>,
    ) -> Result<Weight> {
        let start = match row.checked_sub(1) {
            Some(before) => self.rows.end(before)?,
            None => self.period.start(),
        };
        let end = self.rows.end(row)?;
        let mut period = self.period;
        period.begin(period.mark(start));
        period.end_on(maturity);
        period.ending(end, || self.rows.coupon_period(row))?;
        let weight = match (rate, self.rules.reamortise) {
            (Some(rate), _) => period.weight_at(self.scale.multiplier(rate), start, until)?,
            (None, Reamortise::AtChange) => {
                period.weight_at(self.scale.multiplier(self.rate), start, until)?
            }
            (None, Reamortise::Once) => period.weight(start, until)?,
            (None, Reamortise::Running) => unpaused(self.rows.pauses(), &period, start, until)?,
        };
        Ok((weight, period.denominator()?))
    }
}

/// What a unit of balance earns in `[from, to)` of a period, on the days that are not paused.
fn unpaused(
    pauses: &[(NaiveDate, NaiveDate)],
    period: &Period<'_>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<i128> {
    if pauses.is_empty() {
        return period.weight(from, to);
    }
    let mut inside: Vec<_> = pauses.iter().filter(|pause| pause.0 < to && pause.1 > from).collect();
    inside.sort_unstable();
    let (mut weight, mut at) = (0_i128, from);
    for &&(starts, ends) in &inside {
        if starts > at {
            weight = weight.checked_add(period.weight(at, starts)?).ok_or_else(too_fine)?;
        }
        at = at.max(ends);
    }
    let last = if at < to { period.weight(at, to)? } else { 0 };
    weight.checked_add(last).ok_or_else(too_fine)
}

/// Payments that were tried: how well they end.
#[derive(Clone, Debug)]
pub(crate) struct Tried<T> {
    pub(crate) payment: i64,
    /// By how much the last payment differs from it.
    pub(crate) gap: i64,
    /// The number of rows that take a part of the difference.
    pub(crate) takers: u32,
    /// The rows that were tried.
    pub(crate) rows: T,
}

/// Smooths the last payment: what it differs by is spread over all of them, as long as it comes closer to them, in at
/// most the number of rounds that the product says.
pub(crate) fn smoothed<T>(
    rules: &ProductRules,
    found: Tried<T>,
    mut attempt: impl FnMut(i64) -> Result<Tried<T>>,
) -> Result<Tried<T>> {
    let rounding = PaymentRounding::of(rules);
    let mut best = found;
    for _ in 0..rules.smoothing_rounds {
        let share = rules.rounding.divide(i128::from(best.gap), i128::from(best.takers.max(1)));
        let share = share.ok_or_else(|| too_large("balance"))?;
        let other = rounding.part(i128::from(best.payment) + share, 1)?;
        if other == best.payment {
            break;
        }
        let tried = attempt(other)?;
        if tried.gap.unsigned_abs() >= best.gap.unsigned_abs() {
            break;
        }
        best = tried;
    }
    Ok(best)
}
