//! The fast way for the commonest loan: level payments, one rate, months that the day count makes equal.
//!
//! It gives what the general way gives, row for row, or declines; `tests/against_oracle.rs` holds both to the same oracle.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{DayCount, RolledInterest};
use crate::error::Result;
use crate::loan::annuity::level_of_equal_rows;
use crate::loan::product::{AccrualEnds, Grace, LevelPayment};
use crate::loan::repayment::Method;
use crate::loan::schedule::{Instalment, Schedule, Totals};
use crate::loan::terms::Loan;
use crate::money::Money;

impl Loan<'_> {
    /// The units of the day count in every period, if all periods have the same: whole months of 30 days.
    ///
    /// Days above the 27th are left out: the conventions differ on the ends of February.
    pub(crate) fn equal_months(&self) -> Option<i64> {
        let rules = self.product().rules();
        let terms = self.terms();
        let months = rules.every?.months()?;
        let anchor = terms.first_due_on?;
        let day = anchor.day();
        let thirty_days = matches!(
            rules.day_count,
            DayCount::ThirtyE360
                | DayCount::ThirtyE360Isda
                | DayCount::Thirty360Us
                | DayCount::Thirty360Bond
                | DayCount::MonthsAndDays
        );
        let unrolled = rules
            .business_days
            .as_ref()
            .is_none_or(|business_days| business_days.interest == RolledInterest::Unadjusted);
        let equal = thirty_days
            && unrolled
            && day <= 27
            && terms.instalments.is_some()
            && terms.due_day.is_none_or(|due_day| u32::from(due_day.get()) == day)
            && rules.accrual_ends == AccrualEnds::OnDueDate
            && self.unbounded_cycle_date(0).ok() == Some(terms.disbursed_on);
        equal.then(|| i64::from(months) * 30)
    }
}

impl Schedule<'_> {
    /// Writes the rows of a level loan of equal months; `None` where the general way must.
    pub(crate) fn write_equal_months(&self, rows: &mut [Instalment]) -> Result<Option<Totals>> {
        let loan = self.loan();
        let rules = loan.product().rules();
        let terms = loan.terms();
        let plain = rules.method == Method::EqualInstalment
            && rules.level_payment == LevelPayment::Exact
            && rules.business_days.is_none()
            && rules.grace == Grace::default()
            && terms.fee_each_instalment.is_zero()
            && loan.rate_changes().is_empty();
        if !plain {
            return Ok(None);
        }
        let (Some(counted), Some(cycle)) = (loan.equal_months(), rules.every) else { return Ok(None) };
        let scale = self.scale();
        let weight = scale.multiplier(terms.rate) * i128::from(counted);
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        let principal = terms.principal.minor();
        let payment = level_of_equal_rows(
            principal,
            loan.due_dates(),
            weight,
            scale.denominator(),
            rules.rounding,
            multiple,
        );
        let (Some(payment), Some(anchor), Some(months)) = (payment, terms.first_due_on, cycle.months())
        else {
            return Ok(None);
        };
        // Everything below stays below the first interest, and that in 64 bits.
        let (Ok(weight), Ok(divisor)) = (u64::try_from(weight), u64::try_from(scale.denominator())) else {
            return Ok(None);
        };
        let fits =
            |money: i64| u64::try_from(money).ok().and_then(|money| money.checked_mul(weight)).is_some();
        if !fits(principal) {
            return Ok(None);
        }

        let mut due = MonthWalk::from(anchor, months);
        let mut balance = principal;
        let mut interest_sum = 0_i128;
        let count = loan.due_dates();
        let Some(slots) = usize::try_from(count).ok().and_then(|count| rows.get_mut(..count)) else {
            return Ok(None);
        };
        let days = i32::try_from(counted).unwrap_or(i32::MAX);
        for (slot, no) in slots.iter_mut().zip(1..) {
            let earned = u128::from(balance.unsigned_abs()) * u128::from(weight);
            let Ok(interest) = i64::try_from(rules.rounding.divide_unsigned(earned, u128::from(divisor)))
            else {
                return Ok(None);
            };
            let principal = if no == count { balance } else { (payment - interest).min(balance) };
            if principal < 0 {
                return Ok(None);
            }
            let opening = balance;
            balance -= principal;
            interest_sum += i128::from(interest);
            let Some(due_on) = due.next() else { return Ok(None) };
            *slot = Instalment {
                no,
                days,
                due_on,
                opening: Money::from_minor(opening),
                principal: Money::from_minor(principal),
                interest: Money::from_minor(interest),
                payment: Money::from_minor(principal + interest),
                closing: Money::from_minor(balance),
                ..Instalment::EMPTY
            };
        }
        Ok(Some(Totals {
            rows: slots.len(),
            principal: terms.principal,
            interest: Money::from_wide(interest_sum, "totals.interest")?,
            fees: Money::ZERO,
            payment: Money::from_wide(i128::from(principal) + interest_sum, "totals.payment")?,
        }))
    }
}

/// Dates a fixed number of months apart, on a day that every month has.
struct MonthWalk {
    year: i32,
    month: u32,
    day: u32,
    years: i32,
    months: u32,
}

impl MonthWalk {
    fn from(anchor: NaiveDate, months: u32) -> MonthWalk {
        MonthWalk {
            year: anchor.year(),
            month: anchor.month(),
            day: anchor.day(),
            years: i32::try_from(months / 12).unwrap_or(i32::MAX),
            months: months % 12,
        }
    }
}

impl Iterator for MonthWalk {
    type Item = NaiveDate;

    #[inline]
    fn next(&mut self) -> Option<NaiveDate> {
        let date = NaiveDate::from_ymd_opt(self.year, self.month, self.day);
        self.year = self.year.saturating_add(self.years);
        self.month += self.months;
        if self.month > 12 {
            self.month -= 12;
            self.year = self.year.saturating_add(1);
        }
        date
    }
}
