//! The schedule that a loan promises: what falls due, when, and what is left.

use chrono::{Datelike, NaiveDate};
use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::error::{Error, ErrorCode, Result};
use crate::loan::accrual::{Accrued, Period, Reciprocal, Scale};
use crate::loan::annuity::{Annuity, ExactPayment, level_of_counted_rows, level_of_equal_rows};
use crate::loan::product::{FirstPeriod, LevelPayment, ProductRules, Relevel};
use crate::loan::repayment::{Balloon, Method};
use crate::loan::terms::{Loan, MonthDates, RowDates};
use crate::money::{Currency, Money};
use crate::rate::Rate;

/// One row of a schedule (一期).
///
/// # Units
///
/// Amounts in minor units of the loan's currency. `opening - principal` is `closing`, save where interest is capitalised:
/// then it joins `closing`.
///
/// # Layout
///
/// That of C, with the fields that are zero in most rows side by side at the end, where a few wide stores write them all.
/// The stores of a row are what its time goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Instalment {
    /// The number of the row, from 1.
    pub no: u32,
    /// The days of its accrual period, as the day count counts them (of 30/360: 30-day months). Zero for a row that only
    /// repays principal between two due dates.
    pub days: i32,
    /// The day it falls due, after any roll.
    pub due_on: NaiveDate,
    /// The balance before it.
    pub opening: Money,
    /// The part that repays principal.
    pub principal: Money,
    /// The interest of this period that is payable in this row.
    pub interest: Money,
    /// What the borrower pays: principal, interest, deferred interest and fees.
    pub payment: Money,
    /// The balance after it.
    pub closing: Money,
    /// The interest of this period that is not payable now.
    pub interest_deferred: Money,
    /// The interest of earlier periods that is payable in this row.
    pub deferred_interest_paid: Money,
    /// The fees payable in this row.
    pub fees: Money,
    /// The day it fell due before a relief moved it.
    pub original_due_on: Option<NaiveDate>,
    /// The due date was rolled by weekends only, because the calendar does not cover its year.
    pub provisional: bool,
    /// The interest is at a rate that was not yet published when the loan was computed.
    pub projected: bool,
}

impl Instalment {
    /// A row that says nothing, to fill a buffer with before it is written.
    pub const EMPTY: Instalment = Instalment {
        no: 0,
        days: 0,
        due_on: NaiveDate::MIN,
        original_due_on: None,
        opening: Money::ZERO,
        principal: Money::ZERO,
        interest: Money::ZERO,
        interest_deferred: Money::ZERO,
        deferred_interest_paid: Money::ZERO,
        fees: Money::ZERO,
        payment: Money::ZERO,
        closing: Money::ZERO,
        provisional: false,
        projected: false,
    };
}

/// What a whole schedule pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Totals {
    /// The number of rows.
    pub rows: usize,
    /// All principal: what was lent, and what was capitalised.
    pub principal: Money,
    /// All interest paid, deferred interest included.
    pub interest: Money,
    /// All fees of the rows.
    pub fees: Money,
    /// Their sum: what the borrower pays.
    pub payment: Money,
}

impl Totals {
    /// The totals of rows.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r Instalment>) -> Result<Totals> {
        let mut sums = Sums::default();
        for row in rows {
            sums.add(row);
        }
        sums.finish()
    }
}

/// Running totals. Rows are far fewer than 2^63, so 128 bits hold any sum of theirs.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    rows: usize,
    principal: i128,
    interest: i128,
    fees: i128,
}

impl Sums {
    #[inline]
    fn add(&mut self, row: &Instalment) {
        self.rows += 1;
        self.principal += i128::from(row.principal.minor());
        self.interest += i128::from(row.interest.minor()) + i128::from(row.deferred_interest_paid.minor());
        self.fees += i128::from(row.fees.minor());
    }

    fn finish(self) -> Result<Totals> {
        Ok(Totals {
            rows: self.rows,
            principal: Money::from_wide(self.principal, "totals.principal")?,
            interest: Money::from_wide(self.interest, "totals.interest")?,
            fees: Money::from_wide(self.fees, "totals.fees")?,
            payment: Money::from_wide(self.principal + self.interest + self.fees, "totals.payment")?,
        })
    }
}

impl<'a> Loan<'a> {
    /// The schedule that this loan promises. Nothing is computed until its rows are asked for.
    #[inline]
    #[must_use]
    pub fn schedule(&self) -> Schedule<'a> {
        Schedule { loan: *self }
    }
}

/// The promise of a loan: its rows, one after another.
///
/// Iterated, written into the caller's slice, or collected: the same rows. Nothing is kept between calls, so one schedule
/// may be read from any number of threads.
///
/// # Allocation
///
/// None, save where a payment can only be decided in big integers: rates of more than about ten decimals, negative rates,
/// graduated payments, and payments that lie on a rounding tie (about one loan in ten million).
///
/// # Rounding
///
/// The level payment, the equal share and the interest of each period: each exact until it is rounded once, by the
/// product's rounding. The last row clears the balance.
///
/// # Examples
///
/// ```
/// # use chrono::NaiveDate;
/// # use puhui::loan::{Instalment, Loan, Method, Product, ProductRules, Terms};
/// # use puhui::{Currency, Cycle, DayCount, Money, Rounding};
/// # let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// # let product = Product::new(
/// #     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
/// #         .every(Cycle::MONTHLY),
/// # )?;
/// # let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, day(2020, 1, 15))
/// #     .instalments(36, day(2020, 2, 20));
/// let loan = Loan::new(&product, terms)?; // 50,000.00 at 4.35 % Actual/360, drawn 2020-01-15, due from 2020-02-20
/// let mut rows = vec![Instalment::EMPTY; loan.max_rows()];
/// let totals = loan.schedule().write_into(&mut rows)?;
/// // 36 days: 50,000.00 x 0.0435 x 36 / 360 = 217.50; the payment is 1,486.27.
/// assert_eq!((rows[0].interest.minor(), rows[0].payment.minor()), (21_750, 148_627));
/// assert_eq!(totals.interest.minor(), 350_575);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Schedule<'a> {
    loan: Loan<'a>,
}

impl<'a> Schedule<'a> {
    /// The loan.
    #[must_use]
    pub fn loan(&self) -> &Loan<'a> {
        &self.loan
    }

    /// The rows, one by one. After an error the iterator ends.
    #[must_use]
    pub fn iter(&self) -> Instalments<'a> {
        Instalments::new(*self)
    }

    /// Writes the rows into the caller's slice and returns the totals; `totals.rows` rows are written, the rest is left.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::BufferTooSmall`] for a slice shorter than [`Loan::max_rows`]; nothing is written then.
    /// * [`ErrorCode::NegativeAmortisation`] for a payment below its interest, unless the product allows it.
    /// * [`ErrorCode::DueDatesCollide`] if a roll moves two due dates onto one day.
    /// * [`ErrorCode::Overflow`] for a figure that does not fit.
    ///
    /// After an error the rows written so far are unspecified.
    pub fn write_into(&self, rows: &mut [Instalment]) -> Result<Totals> {
        let needed = self.loan.max_rows();
        if rows.len() < needed {
            let bound = format_args!("at least {needed} rows").to_string();
            return Err(Error::new(ErrorCode::BufferTooSmall, "rows", rows.len(), bound));
        }
        if let Some(totals) = self.write_equal_months(rows) {
            return Ok(totals);
        }
        let mut sums = Sums::default();
        let mut source = self.iter();
        for slot in rows.iter_mut() {
            let Some(written) = source.produce(slot) else { break };
            written?;
            sums.add(slot);
        }
        sums.finish()
    }

    /// The rows in a vector.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn to_vec(&self) -> Result<Vec<Instalment>> {
        let mut rows = vec![Instalment::EMPTY; self.loan.max_rows()];
        let totals = self.write_into(&mut rows)?;
        rows.truncate(totals.rows);
        Ok(rows)
    }

    /// The totals of all rows.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn totals(&self) -> Result<Totals> {
        let mut sums = Sums::default();
        let mut source = self.iter();
        let mut row = Instalment::EMPTY;
        while let Some(written) = source.produce(&mut row) {
            written?;
            sums.add(&row);
        }
        sums.finish()
    }

    /// The rows and totals, collected for printing and for the wire form.
    ///
    /// # Errors
    ///
    /// Those of [`Schedule::write_into`].
    pub fn to_table(&self) -> Result<ScheduleTable> {
        let instalments = self.to_vec()?;
        let totals = Totals::of(&instalments)?;
        Ok(ScheduleTable { currency: self.loan.product().rules().currency, instalments, totals })
    }
}

impl<'a> IntoIterator for &Schedule<'a> {
    type Item = Result<Instalment>;
    type IntoIter = Instalments<'a>;

    fn into_iter(self) -> Instalments<'a> {
        self.iter()
    }
}

/// The rows of a [`Schedule`], computed one by one.
#[derive(Clone, Debug)]
pub struct Instalments<'a> {
    loan: Loan<'a>,
    scale: Scale,
    /// The interest of a period that nothing cuts, where one multiplication gives it.
    reciprocal: Reciprocal,
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
    fn new(schedule: Schedule<'a>) -> Instalments<'a> {
        let Schedule { loan } = schedule;
        let scale = Scale::of(&loan);
        let start = loan.terms().disbursed_on;
        Instalments {
            loan,
            scale,
            reciprocal: Reciprocal::of(&loan, scale),
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
        }
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }

    /// Writes the next row; `None` after the last.
    #[inline(always)]
    fn produce(&mut self, slot: &mut Instalment) -> Option<Result<()>> {
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
        let plan = self.loan.plan();
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
        let between = self.row < self.loan.due_dates() && self.loan.plan().is_empty();
        if between { self.plain_dates?.date(self.row) } else { None }
    }

    /// A row that repays planned principal between two due dates. It does not cut the accrual period.
    fn principal_between(&mut self, on: NaiveDate, principal: i64, next: RowDates) -> Result<Instalment> {
        let dates = self.loan.roll(on, false)?;
        self.rise_to(dates.printed)?;
        if dates.printed >= next.printed {
            return Err(collide(dates.printed, next.printed));
        }
        let paid_from = dates.accrual_end.min(next.accrual_end).max(self.accrued_to);
        self.accrued.add(self.balance, self.period.weight(self.accrued_to, paid_from));
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
            && let Some(interest) = self.reciprocal.interest(self.balance, units)
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
        accrued.add(self.balance, self.period.weight(self.accrued_to, end));
        accrued.round(self.scale.denominator(), self.rules().rounding)
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
            Method::Custom => match self.loan.plan().get(self.planned) {
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
            accrued.add(self.balance, self.regular_first_weight()?);
            accrued.round(self.scale.denominator(), rules.rounding)?
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
    fn rows_in_season(&self, season: crate::loan::repayment::Season) -> Result<u32> {
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
            Some(solved_with) => rules.relevel == Relevel::AtChange && solved_with != rate,
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
        let denominator = self.scale.denominator();
        // A balloon's payments are those of a longer loan.
        let last = match rules.method {
            Method::Balloon(Balloon::AmortisedOver(over)) => u32::from(over),
            _ => self.loan.due_dates(),
        };
        let rows = last - self.row + 1;
        if !matches!(rules.method, Method::Graduated(_))
            && let Some(amount) = self.solve_quickly(rate, last, multiple)
        {
            return Ok(Payments::Level { amount, rate });
        }
        let nominal = self.nominal_weight(rate);
        let annuity = Annuity {
            balance: self.balance,
            residual: self.loan.terms().residual.minor(),
            rows,
            weights: |row: u32| match nominal {
                Some((weight, _)) => Ok(weight),
                None => self.weight_of_row(self.row + row, last, rate),
            },
            denominator: nominal.map_or(denominator, |(_, denominator)| denominator),
            graduated: match rules.method {
                Method::Graduated(graduated) => Some(graduated),
                _ => None,
            },
            paid: amortising,
        };
        if annuity.graduated.is_some() {
            return Ok(Payments::Graduated { exact: Box::new(annuity.exact()?), from: amortising, rate });
        }
        Ok(Payments::Level { amount: annuity.level(rules.rounding, multiple)?, rate })
    }

    /// The level payment of the current row and those up to row `last`, where few digits decide it.
    #[inline(never)]
    fn solve_quickly(&self, rate: Rate, last: u32, multiple: i64) -> Option<i64> {
        let rules = self.rules();
        let denominator = self.scale.denominator();
        let residual = self.loan.terms().residual;
        let rows = last - self.row + 1;
        let equal = match self.nominal_weight(rate) {
            None => self.equal_weight(rate).map(|weight| (weight, denominator)),
            nominal => nominal,
        };
        if let Some((weight, denominator)) = equal {
            if !residual.is_zero() {
                return None;
            }
            return level_of_equal_rows(self.balance, rows, weight, denominator, rules.rounding, multiple);
        }
        // The rate of each row must be this one.
        if !self.loan.rate_changes().is_empty() && rules.relevel == Relevel::Once {
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
        let basis = i128::from(rules.day_count.basis());
        // Over the loan's denominator, which has the basis in it: rate x months x basis / 12, or all of it twelvefold.
        let weight = self.scale.multiplier(rate) * i128::from(months) * basis;
        if weight % 12 == 0 {
            Some((weight / 12, self.scale.denominator()))
        } else {
            Some((weight, self.scale.denominator().checked_mul(12)?))
        }
    }

    /// The weight of a row as the level payment sees it.
    fn weight_of_row(&self, row: u32, last: u32, rate: Rate) -> Result<i128> {
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
        Ok(match rules.relevel {
            Relevel::Once => period.weight(start, end),
            Relevel::AtChange => self.scale.multiplier(rate) * period.counted(end),
        })
    }

    /// The accrual end of a row as the level payment sees it, of whose rows `last` is the last one.
    #[inline(never)]
    fn end_of(&self, row: u32, last: u32) -> Result<NaiveDate> {
        let longer = last > self.loan.due_dates();
        let cycle = if longer { self.loan.unbounded_cycle_date(row)? } else { self.loan.cycle_date(row)? };
        Ok(self.loan.roll(cycle, row == last)?.accrual_end)
    }

    /// The units of a first period of one whole cycle, from the cycle date before the first due date: what the payment
    /// sees where extra days go on top.
    fn regular_first_units(&self) -> Result<i64> {
        let before = self.loan.roll(self.loan.unbounded_cycle_date(0)?, false)?;
        let mut period = self.period;
        period.begin(period.mark(before.accrual_end));
        Ok(period.units(period.mark(self.loan.row_dates(1)?.accrual_end)))
    }

    /// The weight of that period, at the rate of the day of disbursement.
    fn regular_first_weight(&self) -> Result<i128> {
        let rate = self.loan.rate_on(self.loan.terms().disbursed_on).0;
        Ok(self.scale.multiplier(rate) * i128::from(self.regular_first_units()?))
    }

    /// The weight of every row, where all that remain have the same.
    fn equal_weight(&self, rate: Rate) -> Option<i128> {
        let rules = self.rules();
        if rules.level_payment == LevelPayment::Nominal {
            return None;
        }
        let counted = self.loan.equal_months()?.counted();
        (self.loan.rate_changes().is_empty() || rules.relevel == Relevel::AtChange)
            .then(|| self.scale.multiplier(rate) * i128::from(counted))
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

/// A schedule in full: what is printed, and what the wire form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleTable {
    /// The currency of every amount.
    pub currency: Currency,
    /// The rows.
    pub instalments: Vec<Instalment>,
    /// Their totals.
    pub totals: Totals,
}

impl Serialize for ScheduleTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut table = serializer.serialize_struct("ScheduleTable", 2)?;
        table.serialize_field("instalments", &RowsWire(self))?;
        table.serialize_field("totals", &TotalsWire(self))?;
        table.end()
    }
}

struct RowsWire<'t>(&'t ScheduleTable);

impl Serialize for RowsWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.instalments.len()))?;
        for row in &self.0.instalments {
            rows.serialize_element(&RowWire { row, currency: self.0.currency })?;
        }
        rows.end()
    }
}

struct RowWire<'t> {
    row: &'t Instalment,
    currency: Currency,
}

impl Serialize for RowWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Instalment { no, days, due_on, original_due_on, .. } = self.row;
        let mut wire = serializer.serialize_struct("Instalment", 12)?;
        let amount = |money: Money| money.display(self.currency).to_string();
        wire.serialize_field("no", no)?;
        wire.serialize_field("due_on", due_on)?;
        if let Some(original) = original_due_on {
            wire.serialize_field("original_due_on", original)?;
        }
        wire.serialize_field("days", days)?;
        wire.serialize_field("opening", &amount(self.row.opening))?;
        wire.serialize_field("principal", &amount(self.row.principal))?;
        wire.serialize_field("interest", &amount(self.row.interest))?;
        for (key, money) in [
            ("interest_deferred", self.row.interest_deferred),
            ("deferred_interest_paid", self.row.deferred_interest_paid),
            ("fees", self.row.fees),
        ] {
            if !money.is_zero() {
                wire.serialize_field(key, &amount(money))?;
            }
        }
        wire.serialize_field("payment", &amount(self.row.payment))?;
        wire.serialize_field("closing", &amount(self.row.closing))?;
        for (key, flag) in [("provisional", self.row.provisional), ("projected", self.row.projected)] {
            if flag {
                wire.serialize_field(key, &true)?;
            }
        }
        wire.end()
    }
}

struct TotalsWire<'t>(&'t ScheduleTable);

impl Serialize for TotalsWire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Totals { principal, interest, fees, payment, .. } = self.0.totals;
        let mut wire = serializer.serialize_struct("Totals", 4)?;
        let amount = |money: Money| money.display(self.0.currency).to_string();
        wire.serialize_field("principal", &amount(principal))?;
        wire.serialize_field("interest", &amount(interest))?;
        if !fees.is_zero() {
            wire.serialize_field("fees", &amount(fees))?;
        }
        wire.serialize_field("payment", &amount(payment))?;
        wire.end()
    }
}
