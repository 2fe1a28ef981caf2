//! The fast way for the commonest loan: level payments, one rate, months that the day count makes equal.
//!
//! It gives what the general way gives, row for row, or declines; `tests/against_oracle.rs` holds both to the same oracle.

use chrono::NaiveDate;

use crate::calendar::{DayCount, MonthIndex, RolledInterest, days_on};
use crate::loan::accrual::power_of_ten;
use crate::loan::annuity::{Factor, high_half};
use crate::loan::product::{AccrualEnds, Grace, LevelPayment};
use crate::loan::repayment::Method;
use crate::loan::schedule::{Instalment, Schedule, Totals};
use crate::loan::terms::Loan;
use crate::money::{Money, Rounding};

/// The due dates of a loan whose periods all count the same: whole months of 30 days.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EqualMonths {
    /// The month of the first due date, and the day of every due date.
    first: MonthIndex,
    due_day: u32,
    /// From one due date to the next.
    months: u32,
}

impl EqualMonths {
    /// The units of the day count in every period.
    #[inline]
    pub(crate) fn counted(self) -> i64 {
        i64::from(self.months) * 30
    }
}

impl Loan<'_> {
    /// The due dates, if the day count gives the same to all periods.
    ///
    /// Days above the 27th are left out: the conventions differ on the ends of February.
    #[inline]
    pub(crate) fn equal_months(&self) -> Option<EqualMonths> {
        let rules = self.product().rules();
        let terms = self.terms();
        let months = rules.every?.months()?;
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
        if !thirty_days
            || !unrolled
            || terms.instalments.is_none()
            || rules.accrual_ends != AccrualEnds::OnDueDate
        {
            return None;
        }
        let (first, due_day) = MonthIndex::and_day_of(terms.first_due_on?)?;
        let (disbursed, disbursed_day) = MonthIndex::and_day_of(terms.disbursed_on)?;
        let equal = due_day <= 27
            && disbursed_day == due_day
            && terms.due_day.is_none_or(|agreed| u32::from(agreed.get()) == due_day)
            && first.months_after(disbursed) == usize::try_from(months).ok();
        equal.then_some(EqualMonths { first, due_day, months })
    }
}

impl Schedule<'_> {
    /// Writes the rows of a level loan of equal months; `None` where the general way must.
    #[inline]
    pub(crate) fn write_equal_months(&self, rows: &mut [Instalment]) -> Option<Totals> {
        let equal = EqualRows::of(self.loan())?;
        let slots = rows.get_mut(..usize::try_from(self.loan().due_dates()).ok()?)?;
        // The roundings that the multiplication gives without a second look have a loop of their own.
        match (equal.reciprocal(), equal.rounding) {
            (Some(reciprocal), Rounding::HalfUp) => equal.write(slots, |balance| reciprocal.half_up(balance)),
            (Some(reciprocal), _) => equal.write(slots, |balance| reciprocal.interest(balance)),
            (None, _) => equal.write(slots, |balance| equal.interest_by_division(balance)),
        }
    }
}

/// A level loan of equal months.
#[derive(Clone, Copy, Debug)]
struct EqualRows {
    /// Below 2^62, as is every balance; an interest is at most its balance. So every sum of two of them fits an `i64`.
    principal: u64,
    payment: u64,
    /// A unit of balance earns weight / denominator a row, which is below 1.
    weight: u64,
    denominator: u64,
    factor: Factor,
    rounding: Rounding,
    due: EqualMonths,
    maturity: NaiveDate,
}

impl EqualRows {
    #[inline]
    fn of(loan: &Loan<'_>) -> Option<EqualRows> {
        let rules = loan.product().rules();
        let terms = loan.terms();
        let plain = rules.method == Method::EqualInstalment
            && rules.level_payment == LevelPayment::Exact
            && rules.business_days.is_none()
            && rules.grace == Grace::default()
            && terms.fee_each_instalment.is_zero()
            && loan.rate_changes().is_empty();
        if !plain {
            return None;
        }
        let due = loan.equal_months()?;
        // Of 30-day months, the interest of a row is balance x rate x months / 12.
        let (mantissa, decimals) = terms.rate.mantissa_and_scale();
        let weight = u64::try_from(mantissa).ok()?.checked_mul(u64::from(due.months))?;
        let denominator = u64::try_from(power_of_ten(decimals)).ok()?.checked_mul(12)?;
        let factor = Factor::new(weight, denominator)?;
        let principal =
            u64::try_from(terms.principal.minor()).ok().filter(|&principal| principal < 1 << 62)?;
        let multiple =
            rules.payment_multiple.map_or(Ok(1), |multiple| u64::try_from(multiple.minor())).ok()?;
        let payment = factor.level(principal, loan.due_dates(), rules.rounding, multiple)?;
        Some(EqualRows {
            principal,
            payment,
            weight,
            denominator,
            factor,
            rounding: rules.rounding,
            due,
            maturity: loan.maturity(),
        })
    }

    /// The multiplication that stands for the division, if no balance of the loan is too large for it.
    #[inline]
    fn reciprocal(&self) -> Option<Reciprocal> {
        let fits = self.principal.checked_mul(self.denominator)? < 1 << 63;
        fits.then(|| Reciprocal { multiplier: self.factor.ceiling(), rounding: self.rounding })
    }

    fn interest_by_division(&self, balance: u64) -> u64 {
        let earned = u128::from(balance) * u128::from(self.weight);
        let interest = self.rounding.divide_unsigned(earned, u128::from(self.denominator));
        // At most the balance.
        u64::try_from(interest).unwrap_or(u64::MAX)
    }

    /// Writes the rows. `None` where a payment does not pay its interest or the balance is repaid early; what has been
    /// written then is overwritten by the general way.
    #[inline(never)]
    fn write(&self, slots: &mut [Instalment], interest_of: impl Fn(u64) -> u64) -> Option<Totals> {
        let rows = slots.len();
        let (last, regular) = slots.split_last_mut()?;
        let step = usize::try_from(self.due.months).ok()?;
        let starts = self.due.first.starts(regular.len().checked_mul(step)?)?;
        let after_start = self.due.due_day.checked_sub(1)?;
        let days = i32::try_from(self.due.counted()).ok()?;
        let mut balance = self.principal;
        let mut no = 0_u32;
        for (slot, months) in regular.iter_mut().zip(starts.chunks_exact(step)) {
            let interest = interest_of(balance);
            let principal = self.payment.checked_sub(interest)?;
            let closing = balance.checked_sub(principal)?;
            let due_on = days_on(*months.first()?, after_start)?;
            // There are fewer than 2^16 rows.
            no = no.wrapping_add(1);
            *slot = row(no, days, due_on, [balance, principal, interest, self.payment, closing]);
            balance = closing;
        }
        let interest = interest_of(balance);
        no = no.wrapping_add(1);
        *last = row(no, days, self.maturity, [balance, balance, interest, balance + interest, 0]);

        let paid = i128::from(self.payment) * i128::try_from(rows - 1).ok()? + i128::from(balance + interest);
        let principal = Money::from_minor(self.principal.cast_signed());
        let payment = Money::from_minor(i64::try_from(paid).ok()?);
        Some(Totals {
            rows,
            principal,
            interest: payment.checked_sub(principal)?,
            fees: Money::ZERO,
            payment,
        })
    }
}

#[inline]
fn row(
    no: u32,
    days: i32,
    due_on: NaiveDate,
    [opening, principal, interest, payment, closing]: [u64; 5],
) -> Instalment {
    let money = |amount: u64| Money::from_minor(amount.cast_signed());
    Instalment {
        no,
        days,
        due_on,
        opening: money(opening),
        principal: money(principal),
        interest: money(interest),
        payment: money(payment),
        closing: money(closing),
        ..Instalment::EMPTY
    }
}

/// Interest by one multiplication: `balance x f` with f = weight / denominator, given as m = ceil(2^64 f).
///
/// # Why it is exact
///
/// m = 2^64 f + e with 0 <= e < 1. Let x = balance x f, a multiple of 1 / denominator. Then balance x m / 2^64 = x + d with
/// d = balance x e / 2^64, and as balance x denominator < 2^63, d < 1 / (2 denominator): half the gap between x and the next
/// multiple. Both x and x + 1/2 are multiples of 1 / (2 denominator), so adding d takes neither past a whole number that it
/// has not reached: the whole parts are right. And what lies behind the point, in units of 2^-64, is at most `balance` if x
/// (or x + 1/2) is whole, and more than that if not, for then it is at least 2^64 / (2 denominator) > balance.
#[derive(Clone, Copy, Debug)]
struct Reciprocal {
    multiplier: u64,
    rounding: Rounding,
}

impl Reciprocal {
    /// The interest of a balance, rounded half up. `balance x denominator` is below 2^63.
    #[inline]
    fn half_up(self, balance: u64) -> u64 {
        // At most (2^62 - 1) x (2^64 - 1) + 2^63: it fits.
        high_half(u128::from(balance) * u128::from(self.multiplier) + (1 << 63))
    }

    /// The same by the loan's rounding.
    #[inline]
    fn interest(self, balance: u64) -> u64 {
        let bias = match self.rounding {
            Rounding::HalfUp | Rounding::HalfEven => 1 << 63,
            Rounding::Down | Rounding::Up => 0,
        };
        let product = u128::from(balance) * u128::from(self.multiplier) + bias;
        let whole = high_half(product);
        let is_whole = product & u128::from(u64::MAX) <= u128::from(balance);
        match self.rounding {
            Rounding::HalfUp | Rounding::Down => whole,
            // A tie went up; the even number may be the one below.
            Rounding::HalfEven => whole - u64::from(is_whole && whole & 1 == 1),
            Rounding::Up => whole + u64::from(!is_whole),
        }
    }
}
