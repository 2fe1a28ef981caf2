//! The rows of a schedule, computed one by one.

use chrono::{Datelike, NaiveDate};

use crate::calendar::DayCount;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::due_dates::{MonthDates, RowDates};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::{Balloon, Method, Season};
use crate::loan::agreement::product::{FirstPeriod, InterestBase, LevelPayment, ProductRules, Reamortise};
use crate::loan::schedule::accrual::{Accrued, Period, Scale, SteadyRate};
use crate::loan::schedule::annuity::{
    Annuity, ExactPayment, flat_payment, level_of_counted_rows, level_of_equal_rows,
};
use crate::loan::schedule::{Instalment, Schedule};
use crate::money::Money;
use crate::rate::Rate;

/// The rows of a [`Schedule`], computed one by one.
#[derive(Clone, Debug)]
pub struct Instalments<'a> {
    loan: Loan<'a>,
    scale: Scale,
    /// The interest of a period that nothing cuts, where one multiplication gives it.
    steady_rate: SteadyRate,
    /// The due dates between the first and the last, if they follow a cycle in months and are neither rolled nor moved.
    plain_dates: Option<MonthDates>,
    /// The due date that comes next, 1 to `due_dates`.
    row: u32,
    /// The planned principal that comes next.
    planned: usize,
    /// The number of the last row made.
    no: u32,
    /// The printed date of the last row made.
    due_on: NaiveDate,
    balance: i64,
    period: Period<'a>,
    /// The day from which the current period's interest is still to be added to `accrued`.
    accrued_to: NaiveDate,
    accrued: Accrued,
    payments: Payments,
    /// Interest put off by a grace, not yet paid.
    deferred: i64,
    ended: bool,
    /// Whether these rows only try a payment.
    trial: bool,
}

/// What is known of the payments that run.
#[derive(Clone, Debug)]
enum Payments {
    /// Nothing is solved yet.
    Unsolved,
    /// An amount (a payment, or a share of principal), and the rate it was solved with.
    Level { amount: i64, rate: Rate },
    /// A graduated payment: its exact size at amortising row `from`, and the rate it was solved with.
    Graduated { exact: Box<ExactPayment>, from: u32, rate: Rate },
}

impl Iterator for Instalments<'_> {
    type Item = Result<Instalment>;

    fn next(&mut self) -> Option<Result<Instalment>> {
        let mut row = Instalment::EMPTY;
        let written = self.produce(&mut row)?;
        self.ended = written.is_err();
        Some(written.map(|()| row))
    }
}

impl std::iter::FusedIterator for Instalments<'_> {}

impl<'a> Instalments<'a> {
    pub(crate) fn new(schedule: Schedule<'a>) -> Instalments<'a> {
        let loan = *schedule.loan();
        let scale = Scale::of(&loan);
        let start = loan.terms().disbursed_on;
        Instalments {
            loan,
            scale,
            steady_rate: SteadyRate::of(&loan, scale),
            plain_dates: loan.month_dates().filter(|_| loan.accrues_to_cycle_dates()),
            row: 1,
            planned: 0,
            no: 0,
            due_on: start,
            balance: loan.terms().principal.minor(),
            period: Period::new(&loan, scale, start),
            accrued_to: start,
            accrued: Accrued::ZERO,
            payments: Payments::Unsolved,
            deferred: 0,
            ended: false,
            trial: false,
        }
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }

    /// Writes the next row; `None` after the last.
    #[inline(always)]
    pub(crate) fn produce(&mut self, slot: &mut Instalment) -> Option<Result<()>> {
        if self.ended || self.row > self.loan.due_dates() {
            return None;
        }
        Some(match self.plain_date() {
            Some(date) => self.due_row(slot, date, date, date, false),
            None => self.produce_any(slot),
        })
    }

    /// The same for rows of several dates, and of a plan.
    #[inline(never)]
    fn produce_any(&mut self, slot: &mut Instalment) -> Result<()> {
        let dates = self.loan.row_dates(self.row)?;
        let plan = self.loan.planned_principal();
        if let Some(planned) = plan.get(self.planned)
            && planned.on < dates.cycle
        {
            let (on, principal) = (planned.on, planned.principal.minor());
            self.planned += 1;
            *slot = self.principal_between(on, principal, dates)?;
            return Ok(());
        }
        self.due_row(slot, dates.cycle, dates.printed, dates.accrual_end, dates.provisional)
    }

    /// The one date of the current row, where it has only one, and no plan has rows of its own.
    #[inline(always)]
    fn plain_date(&self) -> Option<NaiveDate> {
        let between = self.row < self.loan.due_dates() && self.loan.planned_principal().is_empty();
        if between { self.plain_dates?.date(self.row) } else { None }
    }

    /// A row that repays planned principal between two due dates. It does not cut the accrual period.
    fn principal_between(&mut self, on: NaiveDate, principal: i64, next: RowDates) -> Result<Instalment> {
        let dates = self.loan.roll(on, false)?;
        self.rise_to(dates.printed)?;
        if dates.printed >= next.printed {
            return Err(collide(dates.printed, next.printed));
        }
        self.period.ending(next.accrual_end, || self.loan.one_cycle(self.row, false));
        let paid_from = dates.accrual_end.min(next.accrual_end).max(self.accrued_to);
        self.accrued.add(self.base(), self.period.weight(self.accrued_to, paid_from));
        self.accrued_to = paid_from;
        let opening = self.balance;
        self.balance -= principal;
        self.no += 1;
        Ok(Instalment {
            no: self.no,
            due_on: dates.printed,
            opening: Money::from_minor(opening),
            principal: Money::from_minor(principal),
            payment: Money::from_minor(principal),
            closing: Money::from_minor(self.balance),
            provisional: dates.provisional,
            ..Instalment::EMPTY
        })
    }

    /// The row of a due date: it bills the period's interest.
    ///
    /// The dates come one by one, as does all that is passed on from here: four dates written to memory together, and read
    /// from it one by one or the reverse, keep the processor waiting longer than the arithmetic of the row.
    #[inline(never)]
    fn due_row(
        &mut self,
        slot: &mut Instalment,
        cycle: NaiveDate,
        printed: NaiveDate,
        accrual_end: NaiveDate,
        provisional: bool,
    ) -> Result<()> {
        self.rise_to(printed)?;
        let rules = self.rules();
        let end = self.period.mark(accrual_end);
        let units = self.period.units(end);
        let interest = if self.accrued_to == self.period.start()
            && let Some(interest) = self.steady_rate.interest(self.balance, units)
        {
            interest
        } else {
            self.interest_to(accrual_end)?
        };
        let days = self.period.days_of(accrual_end, units);
        let projected = !self.loan.rate_changes().is_empty() && self.period.is_projected(accrual_end);
        let opening = self.balance;
        let last = self.row == self.loan.due_dates();
        let in_grace = self.row <= u32::from(rules.grace.principal);
        let principal = if last {
            opening
        } else if in_grace {
            0
        } else {
            self.principal_of(cycle, interest)?
        };

        let interest_grace = u32::from(rules.grace.interest);
        let mut closing = opening.checked_sub(principal).ok_or_else(balance_overflow)?;
        let (mut interest_paid, mut interest_deferred, mut deferred_paid) = (interest, 0, 0);
        if self.row <= interest_grace {
            (interest_paid, interest_deferred) = (0, interest);
            self.deferred = self.deferred.checked_add(interest).ok_or_else(balance_overflow)?;
            if self.row == interest_grace && rules.grace.capitalised {
                closing = closing.checked_add(self.deferred).ok_or_else(balance_overflow)?;
                self.deferred = 0;
            }
        } else {
            deferred_paid = std::mem::take(&mut self.deferred);
        }
        let fees = self.loan.terms().fee_each_instalment.minor();
        let payment =
            i128::from(principal) + i128::from(interest_paid) + i128::from(deferred_paid) + i128::from(fees);

        self.balance = closing;
        self.period.begin(end);
        self.accrued_to = accrual_end;
        self.no += 1;
        self.row += 1;
        *slot = Instalment {
            no: self.no,
            days: i32::try_from(days).unwrap_or(i32::MAX),
            due_on: printed,
            original_due_on: None,
            opening: Money::from_minor(opening),
            principal: Money::from_minor(principal),
            interest: Money::from_minor(interest_paid),
            interest_deferred: Money::from_minor(interest_deferred),
            deferred_interest_paid: Money::from_minor(deferred_paid),
            fees: Money::from_minor(fees),
            payment: Money::from_wide(payment, "payment")?,
            closing: Money::from_minor(closing),
            provisional,
            projected,
        };
        Ok(())
    }

    /// The interest of the current period, segment by segment.
    #[inline(never)]
    fn interest_to(&mut self, end: NaiveDate) -> Result<i64> {
        let mut accrued = std::mem::replace(&mut self.accrued, Accrued::ZERO);
        self.period.ending(end, || self.loan.one_cycle(self.row, false));
        accrued.add(self.base(), self.period.weight(self.accrued_to, end));
        accrued.round(self.period.denominator()?, self.rules().rounding)
    }

    /// What interest is counted on.
    #[inline]
    fn base(&self) -> i64 {
        match self.rules().interest_base {
            InterestBase::Outstanding => self.balance,
            InterestBase::FlatOnOriginal => self.loan.terms().principal.minor(),
        }
    }

    /// Printed dates rise, or a roll has moved two of them onto one day.
    #[inline]
    fn rise_to(&mut self, printed: NaiveDate) -> Result<()> {
        if printed <= self.due_on {
            return Err(collide(printed, self.due_on));
        }
        self.due_on = printed;
        Ok(())
    }

    /// The principal of a due date that is neither in grace nor the last.
    #[inline]
    fn principal_of(&mut self, cycle: NaiveDate, interest: i64) -> Result<i64> {
        let rules = self.rules();
        match rules.method {
            Method::InterestOnly | Method::Bullet => Ok(0),
            Method::EqualPrincipal => {
                let rows = self.loan.due_dates() - u32::from(rules.grace.principal);
                Ok(self.share(rows)?.min(self.balance))
            }
            Method::Seasonal(season) => {
                if !season.contains(cycle.month()) {
                    return Ok(0);
                }
                let rows = match self.payments {
                    Payments::Unsolved => self.rows_in_season(season)?,
                    _ => 1,
                };
                Ok(self.share(rows)?.min(self.balance))
            }
            Method::Custom => match self.loan.planned_principal().get(self.planned) {
                Some(planned) if planned.on == cycle => {
                    self.planned += 1;
                    Ok(planned.principal.minor())
                }
                _ => Ok(0),
            },
            Method::EqualInstalment | Method::Balloon(_) | Method::Graduated(_) => {
                self.principal_of_payment(interest)
            }
        }
    }

    /// What a payment leaves for principal, the first period's extra interest left out of it where that goes on top.
    fn principal_of_payment(&mut self, interest: i64) -> Result<i64> {
        let rules = self.rules();
        let payment = self.payment_of_row()?;
        let seen = if self.row == 1 && rules.first_period == FirstPeriod::OnTop {
            let mut accrued = Accrued::ZERO;
            let (weight, denominator) = self.regular_first_weight()?;
            accrued.add(self.balance, weight);
            accrued.round(denominator, rules.rounding)?
        } else {
            interest
        };
        let principal = payment.checked_sub(seen).ok_or_else(balance_overflow)?.min(self.balance);
        if principal < 0 && !rules.negative_amortisation {
            return Err(Error::new(
                ErrorCode::NegativeAmortisation,
                format!("instalments[{}].payment", self.no + 1),
                format_args!("{} on {}", Money::from_minor(payment).display(rules.currency), self.due_on),
                format_args!("at least its interest, {}", Money::from_minor(seen).display(rules.currency)),
            ));
        }
        Ok(principal)
    }

    /// An equal share of the balance over `rows` rows; found once, then kept.
    fn share(&mut self, rows: u32) -> Result<i64> {
        if let Payments::Level { amount, .. } = self.payments {
            return Ok(amount);
        }
        let rules = self.rules();
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        let shares = rules
            .rounding
            .divide(i128::from(self.balance), i128::from(rows) * i128::from(multiple))
            .and_then(|shares| i64::try_from(shares * i128::from(multiple)).ok());
        let amount = shares.ok_or_else(balance_overflow)?;
        self.payments = Payments::Level { amount, rate: self.loan.terms().rate };
        Ok(amount)
    }

    /// The rows in season from the current one on.
    fn rows_in_season(&self, season: Season) -> Result<u32> {
        let mut rows = 0;
        for row in self.row..=self.loan.due_dates() {
            rows += u32::from(season.contains(self.loan.cycle_date(row)?.month()));
        }
        Ok(rows)
    }

    /// The payment of the current row, solved anew where the method and the rates ask for it.
    #[inline]
    fn payment_of_row(&mut self) -> Result<i64> {
        match self.payments {
            Payments::Level { amount, .. } if self.loan.rate_changes().is_empty() => Ok(amount),
            _ => self.changing_payment(),
        }
    }

    #[inline(never)]
    fn changing_payment(&mut self) -> Result<i64> {
        let rules = self.rules();
        let rate = self.loan.rate_on(self.period.start()).0;
        let solved_with = match &self.payments {
            Payments::Unsolved => None,
            Payments::Level { rate, .. } | Payments::Graduated { rate, .. } => Some(*rate),
        };
        let solve = match solved_with {
            None => true,
            Some(solved_with) => rules.reamortise == Reamortise::AtChange && solved_with != rate,
        };
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        // Amortising rows are counted from the first one after the grace.
        let amortising = self.row - 1 - u32::from(rules.grace.principal);
        if solve {
            self.payments = self.solve(rate, amortising, multiple)?;
        }
        match (&self.payments, rules.method) {
            (Payments::Graduated { exact, from, .. }, Method::Graduated(graduated)) => {
                let every = u32::from(graduated.every());
                let steps = amortising / every - *from / every;
                exact.grown(graduated.growth(), steps, rules.rounding, multiple)
            }
            (Payments::Level { amount, .. }, _) => Ok(*amount),
            _ => Ok(0),
        }
    }

    /// Solves the payment over the rows that remain.
    fn solve(&self, rate: Rate, amortising: u32, multiple: i64) -> Result<Payments> {
        let rules = self.rules();
        // A balloon's payments are those of a longer loan.
        let last = match rules.method {
            Method::Balloon(Balloon::AmortisedOver(over)) => u32::from(over),
            _ => self.loan.due_dates(),
        };
        let rows = last - self.row + 1;
        let flat = rules.interest_base == InterestBase::FlatOnOriginal;
        if !flat
            && !matches!(rules.method, Method::Graduated(_))
            && let Some(amount) = self.solve_quickly(rate, last, multiple)
        {
            return Ok(Payments::Level { amount: self.level_last(amount, rate, multiple)?, rate });
        }
        let nominal = self.nominal_weight(rate);
        let weights = |row: u32| match nominal {
            Some(nominal) => Ok(nominal),
            None => self.weight_of_row(self.row + row, last, rate),
        };
        if flat {
            let rounding = (rules.rounding, multiple);
            let amount = flat_payment((self.base(), self.balance), rows, weights, rounding)?;
            return Ok(Payments::Level { amount: self.level_last(amount, rate, multiple)?, rate });
        }
        let annuity = Annuity {
            balance: self.balance,
            residual: self.loan.terms().residual.minor(),
            rows,
            weights,
            graduated: match rules.method {
                Method::Graduated(graduated) => Some(graduated),
                _ => None,
            },
            paid: amortising,
        };
        if annuity.graduated.is_some() {
            return Ok(Payments::Graduated { exact: Box::new(annuity.exact()?), from: amortising, rate });
        }
        let amount = annuity.level(rules.rounding, multiple)?;
        Ok(Payments::Level { amount: self.level_last(amount, rate, multiple)?, rate })
    }

    /// A level payment, with what the last one differs by spread over all of them, while it comes closer to them.
    fn level_last(&self, mut payment: i64, rate: Rate, multiple: i64) -> Result<i64> {
        let rules = self.rules();
        if self.trial || rules.smoothing_rounds == 0 || rules.method != Method::EqualInstalment {
            return Ok(payment);
        }
        let rows = i128::from(self.loan.due_dates() - self.row + 1);
        let mut gap = self.last_gap(payment, rate)?;
        for _ in 0..rules.smoothing_rounds {
            let share = rules.rounding.divide(i128::from(gap), rows).ok_or_else(balance_overflow)?;
            let multiples = rules.rounding.divide(i128::from(payment) + share, i128::from(multiple));
            let other = multiples.and_then(|times| i64::try_from(times * i128::from(multiple)).ok());
            let other = other.ok_or_else(balance_overflow)?;
            let left = if other == payment { gap } else { self.last_gap(other, rate)? };
            if left.abs() >= gap.abs() {
                break;
            }
            (payment, gap) = (other, left);
        }
        Ok(payment)
    }

    /// By how much the last payment differs from the one before it, if payments from the current row on are these.
    #[inline(never)]
    fn last_gap(&self, payment: i64, rate: Rate) -> Result<i64> {
        let payments = Payments::Level { amount: payment, rate };
        let mut rows = Instalments { payments, trial: true, due_on: NaiveDate::MIN, ..self.clone() };
        let (mut before, mut last) = (None, None);
        while let Some(row) = rows.next().transpose()? {
            (before, last) = (last, Some(row.principal.minor().saturating_add(row.interest.minor())));
        }
        Ok(before.zip(last).map_or(0, |(before, last)| last.saturating_sub(before)))
    }

    /// The level payment of the current row and those up to row `last`, where few digits decide it.
    #[inline(never)]
    fn solve_quickly(&self, rate: Rate, last: u32, multiple: i64) -> Option<i64> {
        let rules = self.rules();
        let denominator = self.scale.denominator();
        let residual = self.loan.terms().residual;
        let rows = last - self.row + 1;
        let equal = match self.nominal_weight(rate) {
            None => self.equal_weight(rate, last),
            nominal => nominal,
        };
        if let Some((weight, denominator)) = equal {
            if !residual.is_zero() {
                return None;
            }
            return level_of_equal_rows(self.balance, rows, weight, denominator, rules.rounding, multiple);
        }
        // The rate of each row must be this one, and a day worth the same in each.
        if (!self.loan.rate_changes().is_empty() && rules.reamortise != Reamortise::AtChange)
            || rules.day_count.asks_for_period()
        {
            return None;
        }
        let mut period = self.period;
        if last > self.loan.due_dates() {
            period.end_on(self.end_of(last, last).ok()?);
        }
        let (plain_dates, first_row) = (self.plain_dates, self.row);
        let on_top = rules.first_period == FirstPeriod::OnTop;
        let units = |row: u32| {
            let row = first_row + row;
            let end = match plain_dates.and_then(|dates| dates.date(row)) {
                Some(date) if row < last => date,
                _ => self.end_of(row, last).ok()?,
            };
            let end = period.mark(end);
            let units = if row == 1 && on_top { self.regular_first_units().ok()? } else { period.units(end) };
            period.begin(end);
            Some(units)
        };
        level_of_counted_rows(
            (self.balance, residual.minor()),
            rows,
            units,
            (self.scale.multiplier(rate), denominator),
            rules.rounding,
            multiple,
        )
    }

    /// Under the nominal formula: rate x months / 12 of every row, as a weight and its denominator.
    fn nominal_weight(&self, rate: Rate) -> Option<(i128, i128)> {
        let rules = self.rules();
        let months = rules.every.and_then(|cycle| cycle.months())?;
        if rules.level_payment != LevelPayment::Nominal {
            return None;
        }
        let basis = i128::from(rules.day_count.period_basis());
        // Over the loan's denominator, which has the basis in it: rate x months x basis / 12, or all of it twelvefold.
        let weight = self.scale.multiplier(rate) * i128::from(months) * basis;
        if weight % 12 == 0 {
            Some((weight / 12, self.scale.denominator()))
        } else {
            Some((weight, self.scale.denominator().checked_mul(12)?))
        }
    }

    /// The weight of a row as the level payment sees it, and its denominator.
    fn weight_of_row(&self, row: u32, last: u32, rate: Rate) -> Result<(i128, i128)> {
        let rules = self.rules();
        if row == 1 && rules.first_period == FirstPeriod::OnTop {
            return self.regular_first_weight();
        }
        let start = if row == self.row { self.period.start() } else { self.end_of(row - 1, last)? };
        let end = self.end_of(row, last)?;
        let mut period = self.period;
        period.begin(period.mark(start));
        if last > self.loan.due_dates() {
            // The longer loan of a balloon ends elsewhere.
            period.end_on(self.end_of(last, last)?);
        }
        period.ending(end, || self.loan.one_cycle(row, last > self.loan.due_dates()));
        let weight = match rules.reamortise {
            Reamortise::Once | Reamortise::Running => period.weight(start, end),
            Reamortise::AtChange => period.weight_at(self.scale.multiplier(rate), start, end),
        };
        Ok((weight, period.denominator()?))
    }

    /// The accrual end of a row as the level payment sees it, of whose rows `last` is the last one.
    #[inline(never)]
    fn end_of(&self, row: u32, last: u32) -> Result<NaiveDate> {
        let longer = last > self.loan.due_dates();
        let cycle = if longer { self.loan.unbounded_cycle_date(row)? } else { self.loan.cycle_date(row)? };
        Ok(self.loan.roll(cycle, row == last)?.accrual_end)
    }

    /// A first period of one whole cycle, from the cycle date before the first due date, and its end: what the payment sees
    /// where extra days go on top.
    fn regular_first(&self) -> Result<(Period<'a>, NaiveDate)> {
        let before = self.loan.roll(self.loan.unbounded_cycle_date(0)?, false)?;
        let mut period = self.period;
        period.begin(period.mark(before.accrual_end));
        Ok((period, self.loan.row_dates(1)?.accrual_end))
    }

    /// The units of that period.
    fn regular_first_units(&self) -> Result<i64> {
        let (period, end) = self.regular_first()?;
        Ok(period.units(period.mark(end)))
    }

    /// The weight of that period, at the rate of the day of disbursement, and its denominator.
    fn regular_first_weight(&self) -> Result<(i128, i128)> {
        let rate = self.loan.rate_on(self.loan.terms().disbursed_on).0;
        let (mut period, end) = self.regular_first()?;
        period.ending(end, || self.loan.cycle_to_first().filter(|_| !self.loan.is_broken(1)));
        Ok((period.weight_at(self.scale.multiplier(rate), period.start(), end), period.denominator()?))
    }

    /// The weight of every row and its denominator, where all that remain have the same.
    fn equal_weight(&self, rate: Rate, last: u32) -> Option<(i128, i128)> {
        let rules = self.rules();
        let changes = !self.loan.rate_changes().is_empty() && rules.reamortise == Reamortise::Once;
        if rules.level_payment == LevelPayment::Nominal || changes {
            return None;
        }
        if rules.day_count == DayCount::ActualActualIcma {
            // The rows in between are of one cycle where the first and the last of them are.
            let longer = last > self.loan.due_dates();
            self.loan.one_cycle(self.row, longer).and(self.loan.one_cycle(last, longer))?;
            return self.weight_of_row(self.row, last, rate).ok();
        }
        let counted = self.loan.equal_months()?.counted();
        Some((self.scale.multiplier(rate) * i128::from(counted), self.scale.denominator()))
    }
}

#[cold]
fn collide(day: NaiveDate, other: NaiveDate) -> Error {
    Error::new(
        ErrorCode::DueDatesCollide,
        "due_on",
        day,
        format_args!("a day of its own, not that of {other}"),
    )
}

#[cold]
fn balance_overflow() -> Error {
    Error::new(ErrorCode::Overflow, "balance", "a larger figure", "what fits 64 bits of minor units")
}
