//! The fast way for the commonest loan: level payments, one rate, months that the day count makes equal.
//!
//! It gives what the general way gives, row for row, or declines; `tests/against_oracle.rs` holds both to the same oracle.

use chrono::NaiveDate;

use crate::calendar::{DayCount, MonthIndex, RolledInterest, days_on};
use crate::exact::{Reciprocal, power_of_ten};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::{AccrualEnds, Grace, InterestBase, LevelPayment};
use crate::loan::schedule::annuity::{Factor, PaymentRounding};
use crate::loan::schedule::{Instalment, Schedule, Totals};
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
            (Some(reciprocal), _) => equal.write(slots, |balance| reciprocal.times(balance)),
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
            && rules.interest_base == InterestBase::Outstanding
            && rules.smoothing_rounds == 0
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
        let payment = factor.level(principal, loan.due_dates(), PaymentRounding::of(rules))?;
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
        fits.then(|| Reciprocal::new(self.factor.ceiling(), self.rounding))
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

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::calendar::{Cycle, CycleUnit};
    use crate::loan::agreement::product::{Product, ProductRules, UnpaidInterest};
    use crate::loan::agreement::terms::Terms;
    use crate::money::Currency;
    use crate::rate::Rate;

    /// Splitmix64.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        }

        fn below(&mut self, bound: u64) -> u64 {
            self.next() % bound
        }

        fn of<T: Copy>(&mut self, choices: &[T]) -> T {
            choices[usize::try_from(self.below(u64::try_from(choices.len()).unwrap())).unwrap()]
        }

        /// As many of one bit as of sixty.
        fn of_any_size(&mut self, bits: u64) -> i64 {
            let shift = 64 - 1 - self.below(bits);
            i64::try_from(self.next() >> shift).unwrap().max(1)
        }
    }

    const THIRTY_DAYS: [DayCount; 5] = [
        DayCount::ThirtyE360,
        DayCount::ThirtyE360Isda,
        DayCount::Thirty360Us,
        DayCount::Thirty360Bond,
        DayCount::MonthsAndDays,
    ];

    fn random_rate(random: &mut Random) -> Rate {
        let basis_points = i64::try_from(random.below(2_400)).unwrap();
        let fraction = match random.below(16) {
            0 => Decimal::ZERO,
            // Ties: interest in halves, quarters and eighths.
            1..=3 => Decimal::new(random.of(&[3, 6, 12, 15, 24, 30, 60]), 2),
            4 => Decimal::new(basis_points, 4 + u32::try_from(random.below(8)).unwrap()),
            5 => Decimal::new(i64::try_from(random.below(10_000_000_000)).unwrap(), 10),
            6 => Decimal::new(random.of_any_size(40), 12),
            7 => Decimal::new(1, u32::try_from(random.below(29)).unwrap()),
            8 => Decimal::new(-basis_points, 4),
            9 => Decimal::new(basis_points, 3),
            _ => Decimal::new(basis_points, 4),
        };
        Rate::new(fraction.min(Decimal::TEN)).unwrap()
    }

    /// A random product and terms, most of them of the fast way's domain, the others round its edges.
    fn random_loan(random: &mut Random) -> (Product, Terms) {
        let mut rules = ProductRules::new(
            Currency::CNY,
            Method::EqualInstalment,
            random.of(&THIRTY_DAYS),
            random.of(Rounding::ALL),
        );
        let months = random.of(&[1, 1, 1, 1, 1, 1, 2, 3, 6, 12]);
        rules.every = Some(Cycle::new(u16::try_from(months).unwrap(), CycleUnit::Month).unwrap());
        rules.payment_multiple = match random.below(8) {
            0 => Some(Money::from_minor(random.of(&[1, 7, 10, 100, 1_000, 10_000]))),
            1 => Some(Money::from_minor(random.of_any_size(30))),
            _ => None,
        };
        rules.payment_rounding = (random.below(4) == 0).then(|| random.of(Rounding::ALL));
        rules.negative_amortisation = random.below(4) == 0;
        if !rules.negative_amortisation && random.below(2) == 0 {
            rules.unpaid_interest = UnpaidInterest::Carried;
        }
        let rate = random_rate(random);
        let principal = match random.below(8) {
            0 => i64::try_from(random.below(1_000)).unwrap() + 1,
            1 => random.of_any_size(63),
            // Where the multiplication ends: balance x denominator = 2^63.
            2 => {
                let denominator = power_of_ten(rate.mantissa_and_scale().1.min(15)) * 12;
                let edge = i64::try_from((1_i128 << 63) / denominator).unwrap();
                edge.saturating_add(random.of(&[-2, -1, 0, 1, 2])).max(1)
            }
            _ => random.of_any_size(40),
        };
        let rows = match random.below(8) {
            0 => 1 + random.below(480),
            1 => 1 + random.below(4),
            _ => 1 + random.below(40),
        };
        let day = u32::try_from(1 + random.below(28)).unwrap();
        let disbursed_on = NaiveDate::from_ymd_opt(
            i32::try_from(1990 + random.below(40)).unwrap(),
            u32::try_from(1 + random.below(12)).unwrap(),
            day,
        );
        let disbursed_on = disbursed_on.unwrap();
        let first_due_on = crate::calendar::add_months(disbursed_on, months).unwrap();
        let terms = Terms::new(Money::from_minor(principal), rate, disbursed_on)
            .instalments(u16::try_from(rows).unwrap(), first_due_on);
        (Product::new(rules).unwrap(), terms)
    }

    #[test]
    fn the_fast_way_and_the_general_one_agree() {
        let mut random = Random(7);
        let mut rows = vec![Instalment::EMPTY; 480];
        let (mut fast, mut by_division) = (0, 0);
        for _ in 0..100_000 {
            let (product, terms) = random_loan(&mut random);
            // Some end after the last year there is.
            let Ok(loan) = Loan::new(&product, terms) else { continue };
            let schedule = loan.schedule();
            rows.fill(Instalment::EMPTY);
            let Some(totals) = schedule.write_equal_months(&mut rows) else { continue };
            fast += 1;
            by_division += i32::from(EqualRows::of(&loan).unwrap().reciprocal().is_none());
            assert_eq!(totals.rows, loan.max_rows());
            assert_eq!(totals, Totals::of(&rows[..totals.rows]).unwrap(), "{terms:?}");
            let mut general = schedule.iter();
            for row in &rows[..totals.rows] {
                assert_eq!(general.next(), Some(Ok(*row)), "{:?} {terms:?}", product.rules());
            }
            assert_eq!(general.next(), None);
        }
        // Both of its ways have been seen, and often.
        assert!(fast > 50_000, "{fast}");
        assert!(by_division > 5_000, "{by_division}");
    }

    #[test]
    fn the_multiplication_is_the_division_up_to_its_bound() {
        let mut random = Random(11);
        for _ in 0..20_000 {
            let denominator = u64::try_from(random.of_any_size(40)).unwrap() + 1;
            let weight = 1 + random.below(denominator - 1);
            let largest = ((1 << 63) - 1) / denominator;
            // Ties and whole amounts lie near multiples of half a denominator.
            let halves = random.below(largest) / denominator * denominator + denominator / 2;
            for balance in [0, 1, largest, largest - 1, random.below(largest), halves.min(largest)] {
                let Some(factor) = Factor::new(weight, denominator) else {
                    panic!("{weight} / {denominator}")
                };
                for &rounding in Rounding::ALL {
                    let reciprocal = Reciprocal::new(factor.ceiling(), rounding);
                    let exact = rounding
                        .divide_unsigned(u128::from(balance) * u128::from(weight), u128::from(denominator));
                    assert_eq!(
                        u128::from(reciprocal.times(balance)),
                        exact,
                        "{balance} {weight} {denominator}"
                    );
                    if rounding == Rounding::HalfUp {
                        assert_eq!(u128::from(reciprocal.half_up(balance)), exact);
                    }
                }
            }
        }
    }
}
