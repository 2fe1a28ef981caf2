//! The rows of a plain loan, one by one: the fast way.
//!
//! It gives what the general way gives, row for row, or declines: a loan as a whole ([`PlainRows::of`]), or the first row whose
//! figures it does not find ([`PlainRows::any`]). What makes it fast: due dates and their numbers come from a table of months, so
//! that the days of a period are a difference; interest is one multiplication ([`Reciprocal`] has the proof); and nothing is looked
//! at in a row that one look at the loan can answer.

use crate::calendar::{DueDay, DueDays};
use crate::exact::Reciprocal;
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::plain_loan::{Asks, Lengths, PlainLoan};
use crate::loan::schedule::row::{Instalment, Totals};
use crate::money::Money;

/// The rows of a plain loan, one after another.
#[derive(Clone, Debug)]
pub(super) struct PlainRows<P = Counting> {
    principal: u64,
    asks: Asks,
    periods: P,
    interest: Reciprocal,
    due: DueDays,
    balance: u64,
    /// The number of the last row made.
    no: u32,
    /// The number of the last row of all.
    last: u32,
}

/// The accrual periods, one after another.
pub(super) trait Periods: Copy {
    /// The due date that comes next.
    #[inline(always)]
    fn due(self, due: DueDays) -> Option<DueDay> {
        due.due()
    }

    /// The days of the period that ends on a due date, and the ceiling of what it earns.
    fn period(self, due: DueDay) -> Option<(u32, u64)>;

    /// Goes on to the period that begins there.
    fn begin(&mut self, due: DueDay);
}

/// Periods that are as long as their days are apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    before: u32,
    longest: u32,
    /// What a day earns.
    ceiling: u64,
}

impl Periods for Days {
    #[inline(always)]
    fn period(self, due: DueDay) -> Option<(u32, u64)> {
        let days = due.number.checked_sub(self.before).filter(|&days| days <= self.longest)?;
        // The longest period earns less than 2^64 of it.
        Some((days, self.ceiling.wrapping_mul(u64::from(days))))
    }

    #[inline(always)]
    fn begin(&mut self, due: DueDay) {
        self.before = due.number;
    }
}

/// Periods that all count the same, but for the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    next: (u32, u64),
    regular: (u32, u64),
}

impl Periods for Alike {
    #[inline(always)]
    fn due(self, due: DueDays) -> Option<DueDay> {
        // Their due days are in every month, see `Lengths`.
        due.due_in_any_month()
    }

    #[inline(always)]
    fn period(self, _: DueDay) -> Option<(u32, u64)> {
        Some(self.next)
    }

    #[inline(always)]
    fn begin(&mut self, _: DueDay) {
        self.next = self.regular;
    }
}

/// Periods of one length, which earn the same, the first one included.
#[derive(Clone, Copy, Debug)]
struct Same(u32, u64);

impl Periods for Same {
    #[inline(always)]
    fn due(self, due: DueDays) -> Option<DueDay> {
        // Their due days are in every month, see `Lengths`.
        due.due_in_any_month()
    }

    #[inline(always)]
    fn period(self, _: DueDay) -> Option<(u32, u64)> {
        Some((self.0, self.1))
    }

    #[inline(always)]
    fn begin(&mut self, _: DueDay) {}
}

/// Periods of either kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Counting {
    Days(Days),
    Alike(Alike),
}

impl Periods for Counting {
    #[inline(always)]
    fn due(self, due: DueDays) -> Option<DueDay> {
        match self {
            Counting::Days(days) => days.due(due),
            Counting::Alike(alike) => alike.due(due),
        }
    }

    #[inline(always)]
    fn period(self, due: DueDay) -> Option<(u32, u64)> {
        match self {
            Counting::Days(days) => days.period(due),
            Counting::Alike(alike) => alike.period(due),
        }
    }

    #[inline(always)]
    fn begin(&mut self, due: DueDay) {
        match self {
            Counting::Days(days) => days.begin(due),
            Counting::Alike(alike) => alike.begin(due),
        }
    }
}

impl PlainRows {
    /// The rows of a loan, if it is a plain one.
    #[inline(always)]
    pub(super) fn of(loan: &Loan<'_>) -> Option<PlainRows> {
        let plain = PlainLoan::of(loan)?;
        let (periods, interest, alike) = match plain.lengths {
            Lengths::Days { first, longest } => {
                let interest = plain.daily(longest)?;
                let before = plain.first.number.checked_sub(first)?;
                (Counting::Days(Days { before, longest, ceiling: interest.ceiling() }), interest, None)
            }
            Lengths::Alike { first, each } => {
                let (interest, first_ceiling, alike) = plain.alike(first, each)?;
                let (next, regular) = ((first, first_ceiling), (each, interest.ceiling()));
                (Counting::Alike(Alike { next, regular }), interest, alike)
            }
        };
        Some(PlainRows {
            principal: plain.principal,
            asks: plain.asks(alike)?,
            periods,
            interest,
            due: plain.due,
            balance: plain.principal,
            no: 0,
            last: plain.rows,
        })
    }

    /// Writes all rows. What has been written where it declines is overwritten by the general way.
    ///
    /// Each kind of periods, and of what rows ask for, has a loop of its own.
    #[inline]
    pub(super) fn write(self, slots: &mut [Instalment]) -> Option<Totals> {
        match self.periods {
            Counting::Days(days) => self.with(days).write_all(slots),
            Counting::Alike(Alike { next, regular }) if next == regular => {
                self.with(Same(next.0, next.1)).write_all(slots)
            }
            Counting::Alike(alike) => self.with(alike).write_all(slots),
        }
    }

    #[inline(always)]
    fn with<P>(&self, periods: P) -> PlainRows<P> {
        let &PlainRows { principal, asks, interest, due, balance, no, last, .. } = self;
        PlainRows { principal, asks, periods, interest, due, balance, no, last }
    }

    /// The totals of all rows.
    pub(super) fn totals(mut self) -> Option<Totals> {
        let mut interest = 0_i64;
        for _ in 0..self.last {
            let row = match self.before_last() {
                None => self.any()?,
                Some(row) => row,
            };
            interest = interest.checked_add(row.interest.minor())?;
        }
        self.summed(interest)
    }

    /// The number of rows made.
    pub(super) fn made(&self) -> u32 {
        self.no
    }
}

impl<P: Periods> PlainRows<P> {
    /// The next row, if it is one of the many whose balance is more than it asks for and that are not the last; else nothing
    /// changes.
    #[inline(always)]
    pub(super) fn before_last(&mut self) -> Option<Instalment> {
        let asks = self.asks;
        // There are fewer than 2^16 rows.
        if self.no.wrapping_add(1) >= self.last {
            return None;
        }
        self.regular(|opening, interest| asks.parts(opening, interest))
    }

    /// A row before the last, if its balance is more than it asks for and its interest no tie; else nothing changes.
    #[inline(always)]
    fn regular(&mut self, parts: impl Fn(u64, u64) -> Option<(u64, u64)>) -> Option<Instalment> {
        let due = self.periods.due(self.due)?;
        let (days, ceiling) = self.periods.period(due)?;
        let opening = self.balance;
        let interest = self.interest.untied_times_of(opening, ceiling)?;
        let (principal, closing) = parts(opening, interest)?;
        self.go_on(due, closing);
        Some(row(self.no, days, due, [opening, principal, interest, closing]))
    }

    /// The next row, whichever it is; `None` after the last one, and where its figures are the general way's to find.
    #[inline(never)]
    pub(super) fn any(&mut self) -> Option<Instalment> {
        let left = self.last.checked_sub(self.no).filter(|&left| left > 0)?;
        let due = self.due.due()?;
        let (days, ceiling) = self.periods.period(due)?;
        let opening = self.balance;
        let interest = self.interest.times_of(opening, ceiling);
        let principal = if left == 1 { opening } else { self.asks.principal(interest)?.min(opening) };
        let closing = opening - principal;
        self.go_on(due, closing);
        Some(row(self.no, days, due, [opening, principal, interest, closing]))
    }

    #[inline(always)]
    fn go_on(&mut self, due: DueDay, closing: u64) {
        // There are fewer than 2^16 rows.
        self.no = self.no.wrapping_add(1);
        self.balance = closing;
        self.periods.begin(due);
        self.due.go_on();
    }

    #[inline]
    fn write_all(self, slots: &mut [Instalment]) -> Option<Totals> {
        match self.asks {
            Asks::Payment(payment) => self.write_asking(slots, parts_of_payment(payment)),
            Asks::Principal(principal) => self.write_asking(slots, parts_of_principal(principal)),
        }
    }

    /// Writes all rows, each of which asks for this much.
    #[inline(always)]
    fn write_asking(
        mut self,
        slots: &mut [Instalment],
        parts: impl Fn(u64, u64) -> Option<(u64, u64)>,
    ) -> Option<Totals> {
        let (last, mut slots) = slots.get_mut(..usize::try_from(self.last).ok()?)?.split_last_mut()?;
        let (mut written, mut interest) = self.write_regular(slots, &parts)?;
        while let Some((slot, rest)) = slots.get_mut(written..)?.split_first_mut() {
            *slot = self.any()?;
            interest = interest.checked_add(slot.interest.minor())?;
            slots = rest;
            let more;
            (written, more) = self.write_regular(slots, &parts)?;
            interest = interest.checked_add(more)?;
        }
        *last = self.clearing()?;
        self.summed(interest.checked_add(last.interest.minor())?)
    }

    /// Writes rows as long as they are regular. The number that it has written, and their interest.
    ///
    /// Apart, with its state in variables of its own: in the midst of more, the balance would lie in memory, and every row wait
    /// for it.
    #[inline(never)]
    fn write_regular(
        &mut self,
        slots: &mut [Instalment],
        parts: impl Fn(u64, u64) -> Option<(u64, u64)>,
    ) -> Option<(usize, i64)> {
        let (mut rows, mut interest) = (self.clone(), 0_i64);
        for slot in slots {
            let Some(row) = rows.regular(&parts) else { break };
            interest = interest.checked_add(row.interest.minor())?;
            *slot = row;
        }
        let written = usize::try_from(rows.no.checked_sub(self.no)?).ok()?;
        *self = rows;
        Some((written, interest))
    }

    /// The last row, which clears the balance, where the others have been made.
    #[inline(always)]
    fn clearing(&mut self) -> Option<Instalment> {
        let due = self.due.due().filter(|_| self.last.checked_sub(self.no) == Some(1))?;
        let (days, ceiling) = self.periods.period(due)?;
        let opening = self.balance;
        let interest = self.interest.times_of(opening, ceiling);
        Some(row(self.last, days, due, [opening, opening, interest, 0]))
    }

    fn summed(&self, interest: i64) -> Option<Totals> {
        let principal = i64::try_from(self.principal).ok()?;
        Some(Totals {
            rows: usize::try_from(self.last).ok()?,
            principal: Money::from_minor(principal),
            interest: Money::from_minor(interest),
            fees: Money::ZERO,
            payment: Money::from_minor(principal.checked_add(interest)?),
        })
    }
}

impl Asks {
    /// The principal that a row asks for. `None` for a payment below its interest, which is not this way's.
    #[inline(always)]
    fn principal(self, interest: u64) -> Option<u64> {
        match self {
            Asks::Payment(payment) => payment.checked_sub(interest),
            Asks::Principal(principal) => Some(principal),
        }
    }

    /// The principal of a row with this balance and interest, and what it leaves; `None` where the balance may be less.
    #[inline(always)]
    fn parts(self, opening: u64, interest: u64) -> Option<(u64, u64)> {
        match self {
            Asks::Payment(payment) => parts_of_payment(payment)(opening, interest),
            Asks::Principal(principal) => parts_of_principal(principal)(opening, interest),
        }
    }
}

#[inline(always)]
fn parts_of_payment(payment: u64) -> impl Fn(u64, u64) -> Option<(u64, u64)> {
    move |opening, interest| {
        let principal = payment.checked_sub(interest)?;
        // The sum is the opening less the principal. The interest comes last, for the next row waits for it.
        Some((principal, opening.checked_sub(payment)?.wrapping_add(interest)))
    }
}

#[inline(always)]
fn parts_of_principal(principal: u64) -> impl Fn(u64, u64) -> Option<(u64, u64)> {
    move |opening, _| Some((principal, opening.checked_sub(principal)?))
}

/// A row. Its amounts are below 2^62, so the sum of two of them fits.
#[inline(always)]
fn row(no: u32, days: u32, due: DueDay, [opening, principal, interest, closing]: [u64; 4]) -> Instalment {
    let money = |amount: u64| Money::from_minor(amount.cast_signed());
    Instalment {
        no,
        days: days.cast_signed(),
        due_on: due.date,
        opening: money(opening),
        principal: money(principal),
        interest: money(interest),
        payment: money(principal.wrapping_add(interest)),
        closing: money(closing),
        ..Instalment::EMPTY
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU8;

    use chrono::NaiveDate;
    use rust_decimal::Decimal;

    use super::*;
    use crate::calendar::{Cycle, CycleUnit, DayCount, MissingDay, add_months};
    use crate::exact::power_of_ten;
    use crate::loan::agreement::method::Method;
    use crate::loan::agreement::product::{
        FirstPeriod, Grace, LevelPayment, Product, ProductRules, UnpaidInterest,
    };
    use crate::loan::agreement::terms::Terms;
    use crate::loan::schedule::general_rows::GeneralRows;
    use crate::money::{Currency, Rounding};
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

    const OFTEN: [DayCount; 8] = [
        DayCount::Actual360,
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::ThirtyE360,
        DayCount::ThirtyE360Isda,
        DayCount::Thirty360Us,
        DayCount::Thirty360Bond,
        DayCount::MonthsAndDays,
    ];

    /// Random rules, most of them plain, the others round the edges of what is.
    fn random_rules(random: &mut Random) -> ProductRules {
        let method = match random.below(8) {
            0 | 1 => Method::EqualPrincipal,
            2 => Method::InterestOnly,
            _ => Method::EqualInstalment,
        };
        let day_count = match random.below(16) {
            0 => random.of(DayCount::ALL),
            _ => random.of(&OFTEN),
        };
        let mut rules = ProductRules::new(Currency::CNY, method, day_count, random.of(Rounding::ALL));
        let months = random.of(&[1, 1, 1, 1, 1, 1, 2, 3, 6, 12]);
        rules.every = Some(Cycle::new(months, CycleUnit::Month).unwrap());
        rules.payment_multiple = match random.below(8) {
            0 => Some(Money::from_minor(random.of(&[1, 7, 10, 100, 1_000, 10_000]))),
            1 => Some(Money::from_minor(random.of_any_size(30))),
            _ => None,
        };
        rules.payment_rounding = (random.below(4) == 0).then(|| random.of(Rounding::ALL));
        rules.negative_amortisation = random.below(4) == 0;
        rules.missing_day = random.of(MissingDay::ALL);
        match random.below(40) {
            0 => rules.first_period = FirstPeriod::OnTop,
            1 => rules.smoothing_rounds = 2,
            2 => rules.grace.principal = 1,
            3 => rules.grace = Grace { principal: 2, interest: 1, capitalised: random.below(2) == 0 },
            4 => rules.every = Some(Cycle::WEEKLY),
            9..=16 if !rules.negative_amortisation => rules.unpaid_interest = UnpaidInterest::Carried,
            5..=8 => rules.level_payment = LevelPayment::Nominal,
            _ => {}
        }
        if rules.every == Some(Cycle::WEEKLY) {
            rules.level_payment = LevelPayment::Exact;
        }
        rules
    }

    fn random_principal(random: &mut Random, rate: Rate) -> i64 {
        match random.below(8) {
            0 => i64::try_from(random.below(1_000)).unwrap() + 1,
            1 => random.of_any_size(63),
            // Where the multiplication ends: balance x denominator = 2^63, of a row or of a day, over a month or two.
            2 => {
                let denominator = power_of_ten(rate.mantissa_and_scale().1.min(15));
                let units = i128::from(random.of(&[12, 360, 365, 360 * 31, 365 * 31, 360 * 62]));
                let edge = i64::try_from((1_i128 << 63) / (denominator * units)).unwrap();
                edge.saturating_add(random.of(&[-2, -1, 0, 1, 2])).max(1)
            }
            _ => random.of_any_size(40),
        }
    }

    fn random_terms(random: &mut Random, rules: &ProductRules) -> Terms {
        let rate = random_rate(random);
        let principal = random_principal(random, rate);
        let rows = match random.below(8) {
            0 => 1 + random.below(480),
            1 => 1 + random.below(4),
            _ => 1 + random.below(40),
        };
        let rows = u16::try_from(rows).unwrap();
        let day = u32::try_from(1 + random.below(31)).unwrap();
        let year = i32::try_from(1990 + random.below(40)).unwrap();
        let month = u32::try_from(1 + random.below(12)).unwrap();
        let disbursed_on = NaiveDate::from_ymd_opt(year, month, day.min(28)).unwrap();
        let months = i32::try_from(rules.every.unwrap().months().unwrap_or(1)).unwrap();
        let regular = add_months(disbursed_on, months).unwrap();
        let first_due_on = match random.below(4) {
            // A first period shorter or longer than the others.
            0 => disbursed_on + chrono::TimeDelta::days(i64::try_from(1 + random.below(80)).unwrap()),
            _ => regular,
        };
        let mut terms =
            Terms::new(Money::from_minor(principal), rate, disbursed_on).instalments(rows, first_due_on);
        match random.below(16) {
            0 => terms.due_day = NonZeroU8::new(u8::try_from(day).unwrap()),
            1 => terms.fee_each_instalment = Money::from_minor(5),
            2 => {
                // On a date of the cycle, or a few days beside it.
                let last = add_months(first_due_on, months * (i32::from(rows) - 1));
                let beside = chrono::TimeDelta::days(random.of(&[0, 0, 0, 3]));
                (terms.instalments, terms.matures_on) = (None, last.map(|last| last + beside));
            }
            _ => {}
        }
        terms
    }

    /// How often each part of the fast way was taken.
    #[derive(Debug, Default)]
    struct Taken {
        days: u32,
        alike: u32,
        irregular_first: u32,
        shares: u32,
        repaid_early: u32,
        gone_on: u32,
        declined: u32,
    }

    impl Taken {
        fn count(&mut self, plain: &PlainRows, written: &[Instalment], whole: bool) {
            match plain.periods {
                Counting::Days(_) => self.days += 1,
                Counting::Alike(Alike { next, regular }) => {
                    self.alike += 1;
                    self.irregular_first += u32::from(next != regular);
                }
            }
            self.shares += u32::from(matches!(plain.asks, Asks::Principal(share) if share > 0));
            self.gone_on += u32::from(!whole);
            self.repaid_early += u32::from(whole && written.iter().any(|row| row.opening.is_zero()));
        }
    }

    /// Holds the fast way to the general one; tells whether it went to the end, if it was taken.
    fn compare(loan: &Loan<'_>, taken: &mut Taken, rows: &mut [Instalment]) {
        let general: Vec<_> = general_rows(loan);
        let told = || format!("{:?} {:?}", loan.product().rules(), loan.terms());
        assert!(loan.schedule().iter().eq(general.iter().cloned()), "{}", told());
        let Some(plain) = PlainRows::of(loan) else {
            taken.declined += 1;
            return;
        };
        rows.fill(Instalment::EMPTY);
        let totals = plain.clone().write(rows);
        assert_eq!(plain.clone().totals(), totals, "{}", told());
        if let Some(totals) = totals {
            let expected: Vec<_> = general.iter().map(|row| row.clone().unwrap()).collect();
            assert_eq!(rows.get(..totals.rows), Some(&*expected), "{}", told());
            assert_eq!(totals, Totals::of(&expected).unwrap(), "{}", told());
        }
        taken.count(&plain, rows, totals.is_some());
    }

    fn general_rows(loan: &Loan<'_>) -> Vec<crate::error::Result<Instalment>> {
        GeneralRows::new(*loan).collect()
    }

    #[test]
    fn the_fast_way_and_the_general_one_agree() {
        let mut random = Random(7);
        let mut rows = vec![Instalment::EMPTY; 500];
        let mut taken = Taken::default();
        for _ in 0..100_000 {
            let product = Product::new(random_rules(&mut random)).unwrap();
            let terms = random_terms(&mut random, product.rules());
            // Some end after the last year there is, or before they begin.
            let Ok(loan) = Loan::new(&product, terms) else { continue };
            compare(&loan, &mut taken, &mut rows);
        }
        let Taken { days, alike, irregular_first, shares, repaid_early, gone_on, declined } = taken;
        assert!(days > 15_000 && alike > 15_000 && declined > 10_000, "{taken:?}");
        assert!(irregular_first > 3_000 && shares > 5_000, "{taken:?}");
        assert!(repaid_early > 500 && gone_on > 500, "{taken:?}");
    }

    #[test]
    fn the_multiplication_is_the_division_up_to_its_bound() {
        let mut random = Random(11);
        for _ in 0..20_000 {
            let denominator = u64::try_from(random.of_any_size(40)).unwrap() + 1;
            let numerator = 1 + random.below(denominator - 1);
            let ceiling =
                u64::try_from((u128::from(numerator) << 64).div_ceil(u128::from(denominator))).unwrap();
            let limit = (1 << 63) / denominator;
            // Ties and whole amounts lie near multiples of half a denominator.
            let halves = random.below(limit) / denominator * denominator + denominator / 2;
            for units in
                [0, 1, limit - 1, limit.saturating_sub(2), random.below(limit), halves.min(limit - 1)]
            {
                for &rounding in Rounding::ALL {
                    let reciprocal = Reciprocal::new(ceiling, limit, rounding);
                    let exact = rounding
                        .divide_unsigned(u128::from(units) * u128::from(numerator), u128::from(denominator));
                    let told = format!("{units} {numerator} / {denominator} {rounding}");
                    assert_eq!(u128::from(reciprocal.times(units)), exact, "{told}");
                    // The days on the other side of the product.
                    for days in [1, 2, 31] {
                        if let Some(ceiling) = ceiling.checked_mul(days)
                            && units % days == 0
                        {
                            let of_days = reciprocal.times_of(units / days, ceiling);
                            assert_eq!(u128::from(of_days), exact, "{told} {days}");
                        }
                    }
                }
            }
        }
    }
}
