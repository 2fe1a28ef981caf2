//! The rows of any schedule, computed one by one: the general way.

use chrono::NaiveDate;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, too_large};
use crate::loan::agreement::due_dates::{MonthDates, RowDates};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::{InterestBase, ProductRules};
use crate::loan::schedule::accrual::{Accrued, Period, Scale, SteadyRate};
use crate::loan::schedule::flat_total::FlatTotal;
use crate::loan::schedule::loan_rows::LoanRows;
use crate::loan::schedule::payment_parts::{RowParts, parts_of_payment};
use crate::loan::schedule::row::Instalment;
use crate::loan::schedule::solve::{
    AskingRow, Asks, Payments, RegularFirst, Solver, Tried, payment_rows, smoothed,
};
use crate::money::Money;
use crate::rate::Rate;

/// The rows of a loan, whatever was agreed. Eleven fields: a walk that is asked for its next row holds all that the row follows from.
#[derive(Clone, Debug)]
pub(super) struct GeneralRows<'a> {
    loan: Loan<'a>,
    /// The due dates between the first and the last, if they follow a cycle in months and are neither rolled nor moved.
    plain_dates: Option<MonthDates>,
    place: Place,
    balance: i64,
    accrual: Accrual<'a>,
    payments: Payments,
    /// Interest that a grace deferred, not yet paid.
    deferred: i64,
    /// Interest beyond the payments so far, billed with the next row.
    carried: i64,
    /// The interest of the rows made, where that of all of them is rounded once.
    flat_total: Option<Box<FlatTotal>>,
    ended: bool,
    /// Whether these rows only try a payment.
    trial: bool,
}

/// How far the rows have come.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The due date that comes next, 1 to `due_dates`.
    row: u32,
    /// The planned principal that comes next.
    planned: usize,
    /// The number of the last row made.
    no: u32,
    /// The printed date of the last row made.
    due_on: NaiveDate,
}

/// What the current period has earned.
#[derive(Clone, Debug)]
struct Accrual<'a> {
    scale: Scale,
    /// The interest of a period that nothing cuts, where one multiplication gives it.
    steady_rate: SteadyRate,
    period: Period<'a>,
    /// The day from which the current period's interest is still to be added to `earned`.
    to: NaiveDate,
    earned: Accrued,
    /// The interest of the rows made and of the current one, where that of all is rounded once.
    flat_total: Option<Box<FlatTotal>>,
}

impl Iterator for GeneralRows<'_> {
    type Item = Result<Instalment>;

    fn next(&mut self) -> Option<Result<Instalment>> {
        let mut row = Instalment::EMPTY;
        let written = self.produce(&mut row)?;
        self.ended = written.is_err();
        Some(written.map(|()| row))
    }
}

impl<'a> GeneralRows<'a> {
    pub(super) fn new(loan: Loan<'a>) -> GeneralRows<'a> {
        let scale = Scale::of(&loan);
        let start = loan.terms().disbursed_on;
        GeneralRows {
            loan,
            plain_dates: loan.month_dates().filter(|_| loan.accrues_to_cycle_dates()),
            place: Place { row: 1, planned: 0, no: 0, due_on: start },
            balance: loan.terms().principal.minor(),
            accrual: Accrual {
                scale,
                steady_rate: SteadyRate::of(&loan, scale),
                period: Period::new(&loan, scale, start),
                to: start,
                earned: Accrued::ZERO,
                flat_total: None,
            },
            payments: Payments::promised(loan.product().rules().method),
            deferred: 0,
            carried: 0,
            flat_total: FlatTotal::of(loan.product().rules()).map(Box::new),
            ended: false,
            trial: false,
        }
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }

    /// Writes the next row; `None` after the last.
    #[inline(always)]
    pub(super) fn produce(&mut self, slot: &mut Instalment) -> Option<Result<()>> {
        if self.ended || self.place.row > self.loan.due_dates() {
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
        let dates = self.loan.row_dates(self.place.row)?;
        let plan = self.loan.planned_principal();
        if let Some(planned) = plan.get(self.place.planned)
            && planned.on < dates.cycle
        {
            let (on, principal) = (planned.on, planned.principal.minor());
            self.place.planned += 1;
            *slot = self.principal_between(on, principal, dates)?;
            return Ok(());
        }
        // Where the settlement day's own balance still counts, the last period may end before it begins.
        if dates.accrual_end < self.accrual.period.start() {
            return Err(self.collide((dates.cycle, dates.printed), self.place.due_on));
        }
        self.due_row(slot, dates.cycle, dates.printed, dates.accrual_end, dates.provisional)
    }

    /// The one date of the current row, where it has only one, and no plan has rows of its own.
    #[inline(always)]
    fn plain_date(&self) -> Option<NaiveDate> {
        let between = self.place.row < self.loan.due_dates() && self.loan.planned_principal().is_empty();
        if between { self.plain_dates?.date(self.place.row) } else { None }
    }

    /// A row that repays planned principal between two due dates. It does not cut the accrual period.
    fn principal_between(&mut self, on: NaiveDate, principal: i64, next: RowDates) -> Result<Instalment> {
        let dates = self.loan.roll(on, false)?;
        self.reach(dates.printed)?;
        if dates.printed > next.printed {
            return Err(self.collide((on, dates.printed), next.printed));
        }
        self.accrual.period.ending(next.accrual_end, || self.loan.coupon_period(self.place.row, false))?;
        let paid_from = dates.accrual_end.min(next.accrual_end).max(self.accrual.to);
        let weight = self.accrual.period.weight(self.accrual.to, paid_from)?;
        self.accrual.earned.add(self.base(), weight);
        self.accrual.to = paid_from;
        let opening = self.balance;
        self.balance -= principal;
        self.place.no += 1;
        Ok(Instalment {
            no: self.place.no,
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
        self.reach(printed)?;
        let rules = self.rules();
        let end = self.accrual.period.mark(accrual_end);
        let units = self.accrual.period.units(end);
        let owed = self.owed_to(accrual_end, units)?;
        let days = self.accrual.period.days_of(accrual_end, units);
        let projected = !self.loan.rate_changes().is_empty() && self.accrual.period.is_projected(accrual_end);
        let opening = self.balance;
        let last = self.place.row == self.loan.due_dates();
        let in_grace = self.place.row <= u32::from(rules.grace.principal);
        let RowParts { principal, interest } = match (last, in_grace) {
            (true, _) => RowParts { principal: opening, interest: owed },
            (false, true) => RowParts { principal: 0, interest: owed },
            (false, false) => self.parts_of(cycle, owed)?,
        };

        let interest_grace = u32::from(rules.grace.interest);
        let mut closing = opening.checked_sub(principal).ok_or_else(|| too_large("balance"))?;
        let (mut interest_paid, mut interest_deferred, mut deferred_paid) = (interest, 0, 0);
        if self.place.row <= interest_grace {
            (interest_paid, interest_deferred) = (0, interest);
            self.deferred = self.deferred.checked_add(interest).ok_or_else(|| too_large("balance"))?;
            if self.place.row == interest_grace && rules.grace.capitalised {
                closing = closing.checked_add(self.deferred).ok_or_else(|| too_large("balance"))?;
                self.deferred = 0;
            }
        } else {
            deferred_paid = std::mem::take(&mut self.deferred);
        }
        let fees = self.loan.terms().fee_each_instalment.minor();
        let payment =
            i128::from(principal) + i128::from(interest_paid) + i128::from(deferred_paid) + i128::from(fees);

        self.balance = closing;
        // No more is billed than was earned and carried to the row, and no less than nothing of it.
        self.carried = owed - interest;
        if let Some(total) = self.accrual.flat_total.take() {
            self.flat_total = Some(total);
        }
        self.accrual.period.begin(end);
        self.accrual.to = accrual_end;
        self.place.no += 1;
        self.place.row += 1;
        *slot = Instalment {
            no: self.place.no,
            days: i32::try_from(days).map_err(|_| Error::internal("days", days))?,
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

    /// The interest that the row of the current period owes: what the period earned, with what was carried to it.
    #[inline(always)]
    fn owed_to(&mut self, end: NaiveDate, units: i64) -> Result<i64> {
        let earned = if self.accrual.to == self.accrual.period.start()
            && let Some(interest) = self.accrual.steady_rate.interest(self.balance, units)
        {
            interest
        } else {
            self.interest_to(end)?
        };
        if self.carried == 0 { Ok(earned) } else { add(earned, self.carried) }
    }

    /// The interest of the current period, segment by segment.
    #[inline(never)]
    fn interest_to(&mut self, end: NaiveDate) -> Result<i64> {
        let mut accrued = std::mem::replace(&mut self.accrual.earned, Accrued::ZERO);
        self.accrual.period.ending(end, || self.loan.coupon_period(self.place.row, false))?;
        accrued.add(self.base(), self.accrual.period.weight(self.accrual.to, end)?);
        let denominator = self.accrual.period.denominator()?;
        let Some(mut total) = self.flat_total.clone() else {
            return accrued.round(denominator, self.rules().rounding);
        };
        let is_last = self.place.row == self.loan.due_dates();
        let rounding = self.loan.product().rules().rounding;
        let interest = total.bill((&accrued, denominator), is_last, rounding)?;
        self.accrual.flat_total = Some(total);
        Ok(interest)
    }

    /// What interest is counted on.
    #[inline]
    fn base(&self) -> i64 {
        match self.rules().interest_base {
            InterestBase::Outstanding => self.balance,
            InterestBase::FlatOnOriginal | InterestBase::FlatInTotal => self.loan.terms().principal.minor(),
        }
    }

    /// Printed dates do not fall. Rows that a roll brings onto one day both fall due on it, the second one for the days between
    /// the rolled dates.
    #[inline]
    fn reach(&mut self, printed: NaiveDate) -> Result<()> {
        if printed < self.place.due_on {
            return Err(self.collide((printed, printed), self.place.due_on));
        }
        self.place.due_on = printed;
        Ok(())
    }

    #[cold]
    fn collide(&self, (date, due_on): (NaiveDate, NaiveDate), before: NaiveDate) -> Error {
        let (before_it, no) = (self.place.no, self.place.no + 1);
        Error::new(
            ErrorCode::DueDatesCollide,
            "due_on",
            format_args!("{date} of row {no}, due on {due_on}"),
            format_args!("a day after the accrual of row {before_it}, due on {before}, has ended"),
        )
    }

    /// The interest beyond the payment of the last row made, that the next one bills.
    pub(super) fn carried(&self) -> i64 {
        self.carried
    }

    /// What the row of a due date is made of that is neither in grace nor the last, where an interest is to be billed in it.
    fn parts_of(&mut self, cycle: NaiveDate, interest: i64) -> Result<RowParts> {
        let rules = self.rules();
        let rate = self.loan.rate_on(self.accrual.period.start()).0;
        let planned = self.loan.planned_principal().get(self.place.planned);
        let planned = planned.filter(|planned| planned.on == cycle);
        self.place.planned += usize::from(planned.is_some());
        let row = AskingRow {
            date: cycle,
            planned: planned.map_or(0, |planned| planned.principal.minor()),
            rate,
            // Counted from the first row after the grace.
            paid: self.place.row - 1 - u32::from(rules.grace.principal),
        };
        let regular_first = if self.place.row == 1 { self.regular_first()? } else { None };
        let mut payments = std::mem::replace(&mut self.payments, Payments::Unsolved);
        let asks = payments.of_row(rules, row, || self.solve(row, regular_first));
        self.payments = payments;
        let parts = match asks? {
            Asks::Principal(principal) => RowParts { principal, interest },
            Asks::Payment(payment) => {
                let payment = match regular_first {
                    Some(regular) => regular.on_top(payment, interest, (self.balance, rules.rounding))?,
                    None => payment,
                };
                parts_of_payment(rules, (payment, interest), (self.place.no + 1, self.place.due_on))?
            }
        };
        Ok(RowParts { principal: parts.principal.min(self.balance), ..parts })
    }

    /// The regular first period that payments see, where extra days go on top.
    fn regular_first(&self) -> Result<Option<RegularFirst>> {
        let Accrual { period, scale, .. } = self.accrual;
        let loan = &self.loan;
        let multiplier = scale.multiplier(loan.rate_on(loan.terms().disbursed_on).0);
        RegularFirst::of(loan, period, multiplier, || {
            Ok((loan.row_dates(1)?.accrual_end, !loan.is_broken(1)))
        })
    }

    /// The payments from the current row on.
    fn solve(&self, row: AskingRow, regular_first: Option<RegularFirst>) -> Result<Payments> {
        let rules = self.rules();
        let Place { row: first, .. } = self.place;
        let remaining = self.loan.due_dates() - first + 1;
        let rows = payment_rows(rules.method, remaining, i64::from(first - 1));
        let solver = Solver {
            rules,
            balance: self.balance,
            residual: self.loan.terms().residual.minor(),
            flat_base: self.loan.terms().principal.minor(),
            rate: row.rate,
            scale: self.accrual.scale,
            period: self.accrual.period,
            regular_first,
            paid: row.paid,
            billed_first: None,
            rows: LoanRows { loan: &self.loan, plain_dates: self.plain_dates, first, last: first - 1 + rows },
        };
        match solver.payments()? {
            Payments::Amount { amount, rate }
                if rules.smoothing_rounds > 0 && rules.method == Method::EqualInstalment && !self.trial =>
            {
                Ok(Payments::Amount { amount: self.smoothed(amount, rate)?, rate })
            }
            payments => Ok(payments),
        }
    }

    /// A level payment, with what the last one differs by spread over all of them.
    #[inline(never)]
    fn smoothed(&self, payment: i64, rate: Rate) -> Result<i64> {
        let takers = self.loan.due_dates() - self.place.row + 1;
        let attempt = |payment| Ok(Tried { payment, gap: self.last_gap(payment, rate)?, takers, rows: () });
        Ok(smoothed(self.rules(), attempt(payment)?, attempt)?.payment)
    }

    /// By how much the last payment differs from the one before it, if payments from the current row on are these.
    fn last_gap(&self, payment: i64, rate: Rate) -> Result<i64> {
        let payments = Payments::Amount { amount: payment, rate };
        let place = Place { due_on: NaiveDate::MIN, ..self.place };
        let (mut before, mut last) = (None, None);
        for row in (GeneralRows { payments, place, trial: true, ..self.clone() }) {
            let row = row?;
            (before, last) = (last, Some(add(row.principal.minor(), row.interest.minor())?));
        }
        match (before, last) {
            (Some(before), Some(last)) => last.checked_sub(before).ok_or_else(|| too_large("payment")),
            _ => Ok(0),
        }
    }
}
