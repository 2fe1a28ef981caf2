//! Plain loans: one rate, a cycle in months, nothing rolled, moved, deferred or added. Their rows have a fast way,
//! [`PlainRows`](super::plain_rows::PlainRows).

use crate::calendar::{DayCount, DueDay, DueDays};
use crate::exact::{Reciprocal, power_of_ten, short_common_divisor};
use crate::loan::agreement::due_dates::MonthDates;
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::{
    AccrualEnds, FirstPeriod, Grace, InterestBase, LevelPayment, ProductRules,
};
use crate::loan::agreement::terms::Terms;
use crate::loan::schedule::annuity::{Factor, PaymentRounding, level_of_counted_rows};
use crate::rate::Rate;

/// Whether nothing in the rules makes one row of a loan other than the next. Every rule is named: a new one has to say here what
/// it makes of the rows.
#[inline(always)]
fn rules_are_plain(rules: &ProductRules) -> bool {
    let ProductRules {
        first_period,
        accrual_ends,
        interest_base,
        smoothing_rounds,
        business_days,
        grace,
        // Looked at where the rows are set up.
        method: _,
        day_count: _,
        rounding: _,
        every: _,
        missing_day: _,
        level_payment: _,
        payment_multiple: _,
        payment_rounding: _,
        // Of a last period that is off the cycle, and of rates that change: a plain loan has neither.
        long_last: _,
        reamortise: _,
        // Of a payment below its interest, which is left to the general way in any case.
        negative_amortisation: _,
        unpaid_interest: _,
        // Of accounts alone, or of texts.
        tranche_earns: _,
        servicing: _,
        currency: _,
    } = rules;
    *first_period == FirstPeriod::Inside
        && *accrual_ends == AccrualEnds::OnDueDate
        && *interest_base == InterestBase::Outstanding
        && *smoothing_rounds == 0
        && business_days.is_none()
        && *grace == Grace::default()
}

/// The same of the terms.
#[inline(always)]
fn terms_are_plain(terms: &Terms) -> bool {
    let Terms {
        residual,
        fee_each_instalment,
        // Not of the rows.
        fee_at_disbursement: _,
        // Looked at where the rows are set up.
        principal: _,
        rate: _,
        disbursed_on: _,
        first_due_on: _,
        matures_on: _,
        instalments: _,
        due_day: _,
    } = terms;
    residual.is_zero() && fee_each_instalment.is_zero()
}

/// What a row before the last asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asks {
    /// So much together: what its interest leaves is principal.
    Payment(u64),
    /// So much principal.
    Principal(u64),
}

/// How long the accrual periods are, in units of the day count, which are days to it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lengths {
    /// The first, and the longest that one may be; the others are as far apart as their days.
    Days { first: u32, longest: u32 },
    /// The first, and each of the others.
    Alike { first: u32, each: u32 },
}

impl Lengths {
    #[inline(always)]
    fn of(loan: &Loan<'_>, dates: MonthDates, first_due: DueDay) -> Option<Lengths> {
        let (rules, start) = (loan.product().rules(), loan.terms().disbursed_on);
        let months = rules.every?.months()?;
        // Paid out on the due day of one cycle before, as most are: then the first period is like those after it.
        let before = dates.before().filter(|before| before.date == start);
        let counted =
            || u32::try_from(rules.day_count.count(start, first_due.date, Some(loan.maturity()))).ok();
        match rules.day_count {
            DayCount::Actual360 | DayCount::Actual365Fixed => {
                let first = match before {
                    Some(before) => first_due.number.checked_sub(before.number)?,
                    None => counted()?,
                };
                // What a month lends to the next, where the due day is beyond its end, it has borrowed from it before.
                Some(Lengths::Days { first, longest: months.checked_mul(31)?.max(first) })
            }
            DayCount::ThirtyE360
            | DayCount::ThirtyE360Isda
            | DayCount::Thirty360Us
            | DayCount::Thirty360Bond
            | DayCount::MonthsAndDays
                // The conventions differ on later days, and on the ends of February.
                if dates.due_day() <= 27 =>
            {
                let each = months.checked_mul(30)?;
                let first = if before.is_some() { each } else { counted()? };
                Some(Lengths::Alike { first, each })
            }
            _ => None,
        }
    }
}

/// A plain loan while its rows are set up.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainLoan<'a> {
    rules: &'a ProductRules,
    pub(super) principal: u64,
    pub(super) rows: u32,
    pub(super) lengths: Lengths,
    /// The due dates, of which this is the first.
    pub(super) due: DueDays,
    pub(super) first: DueDay,
    /// What a unit of balance earns in a unit of the day count: a numerator and a denominator.
    earned: (u64, u64),
}

/// What periods that are alike earn, in turn: each of them by this, the first by this ceiling; and by this factor too, where the
/// first is like the others and they earn anything.
pub(super) type AlikeInterest = (Reciprocal, u64, Option<Factor>);

impl<'a> PlainLoan<'a> {
    /// The loan, if it is plain.
    #[inline(always)]
    pub(super) fn of(loan: &Loan<'a>) -> Option<PlainLoan<'a>> {
        let (rules, terms) = (loan.product().rules(), loan.terms());
        if !rules_are_plain(rules) || !terms_are_plain(terms) || !loan.rate_changes().is_empty() {
            return None;
        }
        let (dates, rows) = (loan.month_dates()?, loan.due_dates());
        let due = dates.due_days()?;
        let first = due.due()?;
        let on_cycle = terms.instalments.is_some() || dates.date(rows) == Some(loan.maturity());
        if first.date != terms.first_due_on? || !on_cycle {
            return None;
        }
        Some(PlainLoan {
            rules,
            principal: u64::try_from(terms.principal.minor()).ok()?,
            rows,
            lengths: Lengths::of(loan, dates, first)?,
            due,
            first,
            earned: PlainLoan::earned(rules, terms.rate)?,
        })
    }

    /// What a unit of balance earns in a unit of the day count: a numerator and a denominator.
    #[inline(always)]
    fn earned(rules: &ProductRules, rate: Rate) -> Option<(u64, u64)> {
        let (mantissa, decimals) = rate.mantissa_and_scale();
        let numerator = u64::try_from(mantissa).ok()?;
        let basis = u64::try_from(rules.day_count.basis()).ok()?;
        let denominator = u64::try_from(power_of_ten(decimals)).ok()?.checked_mul(basis)?;
        // Everyday rates: short as they are.
        if denominator < 1 << 32 {
            return Some((numerator, denominator));
        }
        let common = short_common_divisor(denominator, numerator);
        Some((numerator / common, denominator / common))
    }

    /// What a unit of balance earns in a day, if one multiplication finds the interest of every balance and period.
    #[inline(always)]
    pub(super) fn daily(&self, longest: u32) -> Option<Reciprocal> {
        let (numerator, denominator) = self.earned;
        let (limit, longest) = ((1 << 63) / denominator, u64::from(longest));
        // What the longest period earns is below 1.
        let below_one = numerator.checked_mul(longest)? < denominator;
        if !below_one || self.principal.checked_mul(longest)? >= limit {
            return None;
        }
        let ceiling = u64::try_from((u128::from(numerator) << 64).div_ceil(u128::from(denominator))).ok()?;
        Some(Reciprocal::new(ceiling, limit, self.rules.rounding))
    }

    /// What it earns in periods that are alike, if one multiplication finds the interest of every balance.
    #[inline(always)]
    pub(super) fn alike(&self, first: u32, each: u32) -> Option<AlikeInterest> {
        let (multiplier, denominator) = self.earned;
        let common = match first == each {
            true => short_common_divisor(denominator, u64::from(each)),
            false => 1,
        };
        let denominator = denominator / common;
        let limit = (1 << 63) / denominator;
        if self.principal >= limit {
            return None;
        }
        let reciprocal = |ceiling| Reciprocal::new(ceiling, limit, self.rules.rounding);
        if multiplier == 0 {
            return Some((reciprocal(0), 0, None));
        }
        let factor = |units| Factor::new(multiplier.checked_mul(u64::from(units) / common)?, denominator);
        let regular = factor(each)?;
        if first == each {
            return Some((reciprocal(regular.ceiling()), regular.ceiling(), Some(regular)));
        }
        Some((reciprocal(regular.ceiling()), factor(first)?.ceiling(), None))
    }

    /// What the rows ask for, given what every period earns if all are alike.
    #[inline(always)]
    pub(super) fn asks(&self, alike: Option<Factor>) -> Option<Asks> {
        let rounding = PaymentRounding::of(self.rules);
        match self.rules.method {
            Method::EqualInstalment => Some(Asks::Payment(self.level(alike, rounding)?)),
            Method::EqualPrincipal => {
                let share = rounding.part(i128::from(self.principal), self.rows).ok()?;
                Some(Asks::Principal(u64::try_from(share).ok()?))
            }
            Method::InterestOnly => Some(Asks::Principal(0)),
            _ => None,
        }
    }

    /// The level payment, if few digits decide it.
    #[inline(always)]
    fn level(&self, alike: Option<Factor>, rounding: PaymentRounding) -> Option<u64> {
        let factor = match (self.rules.level_payment, alike) {
            (LevelPayment::Exact, Some(factor)) => factor,
            (LevelPayment::Exact, None) => {
                let amounts = (i64::try_from(self.principal).ok()?, 0);
                let (multiplier, denominator) = self.earned;
                let rate = (i128::from(multiplier), i128::from(denominator));
                let payment = level_of_counted_rows(amounts, self.rows, self.counted(), rate, rounding)?;
                return u64::try_from(payment).ok();
            }
            (LevelPayment::Nominal, _) => {
                // Rate x months / 12, in units of the basis.
                let (multiplier, denominator) = self.earned;
                let basis = u64::try_from(self.rules.day_count.basis()).ok()?;
                let units = basis.checked_mul(u64::from(self.rules.every?.months()?))?;
                Factor::new(multiplier.checked_mul(units)?, denominator.checked_mul(12)?)?
            }
        };
        factor.level(self.principal, self.rows, rounding)
    }

    /// The units of row 0, 1, ..., asked for one after another.
    #[inline(always)]
    fn counted(&self) -> impl FnMut(u32) -> Option<i64> {
        let (lengths, mut due, mut before) = (self.lengths, self.due, self.first.number);
        move |row: u32| match lengths {
            Lengths::Days { first, .. } | Lengths::Alike { first, .. } if row == 0 => Some(i64::from(first)),
            Lengths::Alike { each, .. } => Some(i64::from(each)),
            Lengths::Days { .. } => {
                due.go_on();
                let number = due.number()?;
                let units = number.checked_sub(before)?;
                before = number;
                Some(i64::from(units))
            }
        }
    }
}
