//! The payment of an annuity, correctly rounded.
//!
//! The exact payment is a quotient of enormous integers. It is bracketed first, in 128 bits: if both ends of the bracket
//! round to the same amount, that is the payment. Only where they do not (a payment that lies on a tie, or rates outside
//! the bracket's domain) is it computed in full, in big integers.

use num_bigint::BigInt;

use crate::error::{Error, ErrorCode, Result};
use crate::exact::{divide_wide, high_half, too_large};
use crate::loan::agreement::method::{Graduated, PaymentStep};
use crate::loan::agreement::product::ProductRules;
use crate::loan::schedule::accrual::Accrued;
use crate::loan::schedule::flat_total::FlatTotal;
use crate::money::{Money, Rounding};

/// What a unit of balance earns in a period, over a denominator.
pub(crate) type Weight = (i128, i128);

/// How payments and shares of principal are rounded: to a multiple of an amount, 1 where the product names none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PaymentRounding {
    pub(crate) rounding: Rounding,
    pub(crate) multiple: i64,
}

impl PaymentRounding {
    #[inline]
    pub(crate) fn of(rules: &ProductRules) -> PaymentRounding {
        let multiple = rules.payment_multiple.map_or(1, Money::minor);
        PaymentRounding { rounding: rules.payment_rounding.unwrap_or(rules.rounding), multiple }
    }

    /// One of `parts` equal parts of an amount.
    pub(crate) fn part(self, amount: i128, parts: u32) -> Result<i64> {
        let multiple = i128::from(self.multiple);
        // The divisor is below 2^32 x 2^63.
        let multiples = self.rounding.divide(amount, i128::from(parts.max(1)) * multiple);
        let part = multiples.and_then(|multiples| multiples.checked_mul(multiple));
        part.and_then(|part| i64::try_from(part).ok()).ok_or_else(|| too_large("payment"))
    }

    /// The multiple next to a fraction. The denominator is positive.
    fn quotient(self, numerator: &BigInt, denominator: &BigInt) -> Result<i64> {
        let multiples = divide_wide(self.rounding, numerator, &(denominator * self.multiple));
        i64::try_from(multiples * self.multiple).map_err(|_| too_large("payment"))
    }
}

/// What a payment is solved over: rows with a factor of interest each, `f = weight / denominator`.
#[derive(Debug)]
pub(crate) struct Annuity<W> {
    /// What is owed before the first row.
    pub(crate) balance: i64,
    /// What is to be left after the last one.
    pub(crate) residual: i64,
    /// What has been earned before row 0 and is paid with it, a fraction of a minor unit; none where row 0 earns by its weight.
    pub(crate) earned: Option<(BigInt, i128)>,
    /// The number of rows.
    pub(crate) rows: u32,
    /// The weight of row 0, 1, ... `rows - 1`, and its denominator.
    pub(crate) weights: W,
    /// How the payments grow, if they do.
    pub(crate) graduated: Option<Graduated>,
    /// The number of payments of the run that lie before row 0: steps are counted from the first of all.
    pub(crate) paid: u32,
}

/// An exact payment: that of row 0 of an [`Annuity`].
#[derive(Clone, Debug)]
pub(crate) struct ExactPayment {
    numerator: BigInt,
    /// Positive.
    denominator: BigInt,
    /// The payment between two fixed-point numbers.
    enclosure: Enclosure,
}

impl ExactPayment {
    pub(crate) fn new(numerator: BigInt, denominator: BigInt) -> ExactPayment {
        let enclosure = Enclosure::of(&numerator, &denominator);
        ExactPayment { numerator, denominator, enclosure }
    }

    /// The payment, rounded once.
    pub(crate) fn rounded(&self, rounding: PaymentRounding) -> Result<i64> {
        rounding.quotient(&self.numerator, &self.denominator)
    }

    /// The payment after `steps` more steps of growth, rounded to a multiple of `multiple`.
    ///
    /// Steps of enormous fractions take long; their enclosures hardly any time, and nearly always decide.
    pub(crate) fn grown(&self, growth: PaymentStep, steps: u32, rounding: PaymentRounding) -> Result<i64> {
        let enclosed = match growth {
            PaymentStep::Ratio(ratio) => {
                let (up, down) = one_plus(ratio);
                self.enclosure.times(&Enclosure::of(&up, &down).power(steps))
            }
            PaymentStep::Amount(amount) => self.enclosure.plus(&(BigInt::from(amount.minor()) * steps)),
        };
        if let Some(payment) = enclosed.rounded(rounding) {
            return Ok(payment);
        }
        let (numerator, denominator) = match growth {
            PaymentStep::Ratio(ratio) => {
                let (up, down) = one_plus(ratio);
                (&self.numerator * up.pow(steps), &self.denominator * down.pow(steps))
            }
            PaymentStep::Amount(amount) => {
                let growth = BigInt::from(amount.minor()) * steps;
                (&self.numerator + growth * &self.denominator, self.denominator.clone())
            }
        };
        rounding.quotient(&numerator, &denominator)
    }
}

/// A number between two fixed-point numbers of [`Enclosure::BITS`] bits behind the point.
#[derive(Clone, Debug)]
struct Enclosure {
    low: BigInt,
    high: BigInt,
}

impl Enclosure {
    const BITS: u32 = 512;

    /// A fraction; the denominator is positive.
    fn of(numerator: &BigInt, denominator: &BigInt) -> Enclosure {
        // Cut towards zero, so the number is less than one unit away on either side.
        let cut = (numerator << Enclosure::BITS) / denominator;
        Enclosure { low: &cut - 1_u8, high: cut + 1_u8 }
    }

    /// The product. With a factor below zero the enclosure is all that there is, and decides nothing.
    fn times(&self, other: &Enclosure) -> Enclosure {
        let negative = |number: &BigInt| number.sign() == num_bigint::Sign::Minus;
        if negative(&self.low) || negative(&other.low) {
            let widest = (&self.high + 1_u8) * (&other.high + 1_u8);
            return Enclosure { low: -&widest, high: widest };
        }
        Enclosure {
            low: (&self.low * &other.low) >> Enclosure::BITS,
            high: ((&self.high * &other.high) >> Enclosure::BITS) + 1_u8,
        }
    }

    fn plus(&self, whole: &BigInt) -> Enclosure {
        let fixed = whole << Enclosure::BITS;
        Enclosure { low: &self.low + &fixed, high: &self.high + fixed }
    }

    fn power(&self, mut exponent: u32) -> Enclosure {
        let one = BigInt::from(1) << Enclosure::BITS;
        let mut power = Enclosure { low: one.clone(), high: one };
        let mut square = self.clone();
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = power.times(&square);
            }
            exponent >>= 1;
            if exponent > 0 {
                square = square.times(&square);
            }
        }
        power
    }

    /// The amount that both ends round to, if they do.
    fn rounded(&self, rounding: PaymentRounding) -> Option<i64> {
        let one = BigInt::from(1) << Enclosure::BITS;
        let low = rounding.quotient(&self.low, &one).ok()?;
        (rounding.quotient(&self.high, &one).ok()? == low).then_some(low)
    }
}

/// `1 + ratio` as a fraction.
pub(crate) fn one_plus(ratio: crate::share::Share) -> (BigInt, BigInt) {
    let (mantissa, scale) = ratio.mantissa_and_scale();
    let down = BigInt::from(10).pow(scale);
    (&down + mantissa, down)
}

/// The level payment of flat interest: what is owed and the interest of all rows, counted on the same base and as it is billed, in
/// equal parts.
pub(crate) fn flat_payment(
    (base, balance): (i64, i64),
    rows: u32,
    weights: impl Fn(u32) -> Result<Weight>,
    rules: &ProductRules,
    rounding: PaymentRounding,
) -> Result<i64> {
    let mut whole = BigInt::from(balance);
    let mut total = FlatTotal::of(rules);
    for row in 0..rows {
        let mut earned = Accrued::ZERO;
        let (weight, denominator) = weights(row)?;
        earned.add(base, weight);
        whole += match &mut total {
            None => earned.round(denominator, rules.rounding)?,
            Some(total) => total.bill((&earned, denominator), row + 1 == rows, rules.rounding)?,
        };
    }
    rounding.quotient(&whole, &BigInt::from(rows.max(1)))
}

impl<W: Fn(u32) -> Result<Weight>> Annuity<W> {
    /// The level payment, rounded once.
    pub(crate) fn level(&self, rounding: PaymentRounding) -> Result<i64> {
        if let Some((low, high)) = self.bracket()?
            && let Some(payment) = agreed(low, high, rounding)
        {
            return Ok(payment);
        }
        let near = self.solve(Some(KEPT_BITS))?;
        if let Some(payment) = near.rounded(rounding) {
            return Ok(payment);
        }
        let exact = self.solve(None)?;
        rounding.quotient(&exact.numerator, &exact.denominator)
    }

    /// Fractions between which the level payment lies, if the factors are in the domain of 128 bits.
    ///
    /// A = (B - R T) / V, where V is the value of one unit paid in every row and T that of one unit after the last, both by
    /// Horner's rule from the last row back: V <- (1 + V) x den / (den + w). In units of 2^-64, each step is cut and so
    /// loses less than one unit; as den / (den + w) <= 1 for w >= 0, no earlier loss grows. After n steps V and T are low
    /// by less than n units, and exact where no division left a rest. The products fit: 1 + V is at most n + 1, so
    /// (1 + V) x den is below 2^128 where (n + 1) x den is below 2^64.
    fn bracket(&self) -> Result<Option<(Fraction, Fraction)>> {
        const ONE: u128 = 1 << 64;
        if self.graduated.is_some() || self.earned.is_some() || self.balance < self.residual {
            return Ok(None);
        }
        let (mut value, mut value_lost) = (0_u128, 0_u128);
        let (mut tail, mut tail_lost) = (ONE, 0_u128);
        for row in (0..self.rows).rev() {
            let (weight, unit) = (self.weights)(row)?;
            let (Ok(weight), Ok(unit)) = (u128::try_from(weight), u128::try_from(unit)) else {
                return Ok(None);
            };
            let widest = (u128::from(self.rows) + 1).checked_mul(unit);
            if weight > ONE >> 1 || widest.is_none_or(|widest| widest >= ONE) {
                return Ok(None);
            }
            let divisor = unit + weight;
            let product = (ONE + value) * unit;
            value = product / divisor;
            value_lost += u128::from(product != value * divisor);
            if self.residual != 0 {
                let product = tail * unit;
                tail = product / divisor;
                tail_lost += u128::from(product != tail * divisor);
            }
        }
        let (Ok(balance), Ok(residual)) = (u128::try_from(self.balance), u128::try_from(self.residual))
        else {
            return Ok(None);
        };
        if value == 0 {
            return Ok(None);
        }
        // Below 2^63 x 2^64 each.
        let least = (balance * ONE).checked_sub(residual * (tail + tail_lost));
        let most = balance * ONE - residual * tail;
        let Some(least) = least else { return Ok(None) };
        Ok(Some((
            Fraction { numerator: least, denominator: value + value_lost },
            Fraction { numerator: most, denominator: value },
        )))
    }

    /// The payment of row 0, exact.
    pub(crate) fn exact(&self) -> Result<ExactPayment> {
        let Quotients { numerator, denominator, .. } = self.solve(None)?;
        Ok(ExactPayment::new(numerator, denominator))
    }

    /// The payment of row 0 in big integers.
    ///
    /// The same rule without a division: V, C (the value of the steps that amounts have grown by) and T are kept over one
    /// common denominator q, which gains the row's factor (den + w) with every row. With `kept` bits, the four are cut together
    /// whenever they have grown to twice as many.
    fn solve(&self, kept: Option<u64>) -> Result<Quotients> {
        let (mut q, mut value, mut steps_value, mut tail) =
            (BigInt::from(1), BigInt::ZERO, BigInt::ZERO, BigInt::from(1));
        let step_of = |row: u32| match self.graduated {
            Some(graduated) => (self.paid + row) / u32::from(graduated.every()),
            None => 0,
        };
        let first_step = step_of(0);
        for row in (0..self.rows).rev() {
            let (weight, den) = (self.weights)(row)?;
            let den = BigInt::from(den);
            let grown = &den + weight;
            if grown.sign() != num_bigint::Sign::Plus {
                return Err(Error::new(
                    ErrorCode::OutOfRange,
                    "rate",
                    "-100 % in one period or less",
                    "above -100 % in every period",
                ));
            }
            // Payments of later rows are measured by this row's: a step between them multiplies what they are worth.
            if let Some(PaymentStep::Ratio(ratio)) = self.graduated.map(Graduated::growth)
                && row + 1 < self.rows
                && step_of(row + 1) != step_of(row)
            {
                let (up, down) = one_plus(ratio);
                value *= up;
                (q, steps_value, tail) = (q * &down, steps_value * &down, tail * &down);
            }
            value = (&q + value) * &den;
            steps_value = (BigInt::from(step_of(row) - first_step) * &q + steps_value) * &den;
            tail *= &den;
            q *= grown;
            if let Some(kept) = kept {
                cut_to(kept, [&mut q, &mut value, &mut steps_value, &mut tail]);
            }
        }
        // A cut loses less than a unit of numbers of which the widest has `kept` bits; later rows scale the loss with the
        // numbers, and add up at most one such loss for each pair of rows, of which there are fewer than 2^32. So 2^-(kept
        // - 64) of the widest is more than all that was lost, in each of the four.
        let slack = kept.map_or(BigInt::ZERO, |kept| {
            let bits = widest([&q, &value, &steps_value, &tail]);
            BigInt::from(1) << bits.saturating_sub(kept - 64)
        });
        let grown_by = match self.graduated.map(Graduated::growth) {
            Some(PaymentStep::Amount(amount)) => steps_value * amount.minor(),
            _ => BigInt::ZERO,
        };
        let step = match self.graduated.map(Graduated::growth) {
            Some(PaymentStep::Amount(amount)) => BigInt::from(amount.minor()).magnitude().clone().into(),
            _ => BigInt::ZERO,
        };
        let mut numerator_slack = &slack * (BigInt::from(self.balance.unsigned_abs()) + self.residual + step);
        let mut denominator_slack = slack.clone();
        let mut numerator = &q * self.balance - tail * self.residual - grown_by;
        if value.sign() != num_bigint::Sign::Plus {
            return Err(too_large("payment"));
        }
        if let Some((earned, over)) = &self.earned {
            // All of it over one more denominator, which is positive.
            numerator = numerator * over + q * earned;
            numerator_slack = numerator_slack * over + slack * BigInt::from(earned.magnitude().clone());
            (value, denominator_slack) = (value * over, denominator_slack * over);
        }
        Ok(Quotients { numerator, numerator_slack, denominator: value, denominator_slack })
    }
}

/// Cuts numbers together, so that the widest has so many bits, once it has grown to more than twice as many.
fn cut_to(kept: u64, numbers: [&mut BigInt; 4]) {
    let bits = widest(numbers.iter().map(|number| &**number));
    if bits > 2 * kept {
        numbers.into_iter().for_each(|number| *number >>= bits - kept);
    }
}

/// The most bits that any of these numbers has.
fn widest<'n>(numbers: impl IntoIterator<Item = &'n BigInt>) -> u64 {
    numbers.into_iter().map(BigInt::bits).max().unwrap_or(0)
}

/// The number of bits of big integers that are kept where they need not be exact.
const KEPT_BITS: u64 = 640;

/// A quotient of big integers, each of which may be off by its slack.
struct Quotients {
    numerator: BigInt,
    numerator_slack: BigInt,
    denominator: BigInt,
    denominator_slack: BigInt,
}

impl Quotients {
    /// The amount that both ends round to, if they do.
    fn rounded(&self, rounding: PaymentRounding) -> Option<i64> {
        let least = &self.denominator - &self.denominator_slack;
        let low = &self.numerator - &self.numerator_slack;
        if least.sign() != num_bigint::Sign::Plus || low.sign() == num_bigint::Sign::Minus {
            return None;
        }
        let most = &self.denominator + &self.denominator_slack;
        let low = rounding.quotient(&low, &most).ok()?;
        let high = &self.numerator + &self.numerator_slack;
        (rounding.quotient(&high, &least).ok()? == low).then_some(low)
    }
}

#[derive(Clone, Copy, Debug)]
struct Fraction {
    numerator: u128,
    denominator: u128,
}

/// The amount that both ends round to, if they do.
fn agreed(low: Fraction, high: Fraction, rounding: PaymentRounding) -> Option<i64> {
    let multiple = u128::try_from(rounding.multiple).ok()?;
    let round = |end: Fraction| {
        let divisor = end.denominator.checked_mul(multiple)?;
        i64::try_from(rounding.rounding.divide_unsigned(end.numerator, divisor).checked_mul(multiple)?).ok()
    };
    let payment = round(low)?;
    (round(high)? == payment).then_some(payment)
}

/// The level payment where every row has the same weight, as months of 30 days give it, or `None` where its rounding cannot
/// be told from so few digits.
pub(crate) fn level_of_equal_rows(
    balance: i64,
    rows: u32,
    (weight, denominator): Weight,
    rounding: PaymentRounding,
) -> Option<i64> {
    let factor = Factor::new(u64::try_from(weight).ok()?, u64::try_from(denominator).ok()?)?;
    let payment = factor.level(u64::try_from(balance).ok()?, rows, rounding)?;
    i64::try_from(payment).ok()
}

/// What a unit of balance earns in each of many equal periods: f = weight / denominator, below 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor {
    /// f in units of 2^-64, rounded up: high by less than one unit.
    ceiling: u64,
    /// 1 / (1 + f) in the same units, cut: low by less than one unit.
    discount: u64,
}

impl Factor {
    #[inline]
    pub(crate) fn new(weight: u64, denominator: u64) -> Option<Factor> {
        if weight == 0 || weight >= denominator {
            return None;
        }
        // Neither quotient reaches 2^64: one is at most 2^64 (1 - 1 / denominator), the other 2^64 (1 - 1 / sum), rounded.
        // The sum fits, for the weight is less than the denominator. It is quicker than two divisions.
        let ceiling = ((u128::from(weight) << 64) + u128::from(denominator - 1)) / u128::from(denominator);
        let discount = (u128::from(denominator) << 64) / (u128::from(denominator) + u128::from(weight));
        Some(Factor { ceiling: u64::try_from(ceiling).ok()?, discount: u64::try_from(discount).ok()? })
    }

    /// See the field.
    #[inline]
    pub(crate) fn ceiling(self) -> u64 {
        self.ceiling
    }

    /// r^rows with r = 1 / (1 + f), in units of 2^-64: low by less than 2 x rows + 2 units.
    ///
    /// By squaring. A product of numbers at most 1 that are low by less than a and b units, cut, is low by less than
    /// a + b + 1. So r^k is low by less than 2 k - 1 where k is a power of two; the result starts low by one unit (2^64 - 1
    /// stands for 1), and each r^k that joins it adds less than 2 k.
    #[inline]
    fn discounted(self, rows: u32) -> u64 {
        let (mut power, mut square, mut left) = (u64::MAX, self.discount, rows);
        // Six turns do for five years of months. Where their number hangs on the term, the processor guesses it wrong.
        for _ in 0..(u32::BITS - rows.leading_zeros()).max(6) {
            let joined = high_half(u128::from(power) * u128::from(square));
            power = if left & 1 == 1 { joined } else { power };
            square = high_half(u128::from(square) * u128::from(square));
            left >>= 1;
        }
        power
    }

    /// The level payment that repays `balance`, rounded; `None` where the digits do not decide.
    ///
    /// A = B f / (1 - r^n): the numerator is high by less than B units, as the ceiling is by less than one.
    #[inline]
    pub(crate) fn level(self, balance: u64, rows: u32, rounding: PaymentRounding) -> Option<u64> {
        Quotient {
            numerator: u128::from(balance) * u128::from(self.ceiling),
            numerator_excess: u128::from(balance),
            divisor: (1 << 64) - u128::from(self.discounted(rows)),
            divisor_excess: 2 * u64::from(rows) + 2,
        }
        .rounded(rounding)
    }
}

/// A payment as a quotient of which both parts are known to be high, by so much at most.
#[derive(Clone, Copy, Debug)]
struct Quotient {
    numerator: u128,
    numerator_excess: u128,
    divisor: u128,
    divisor_excess: u64,
}

impl Quotient {
    /// The payment rounded to a multiple; `None` where the digits do not decide.
    ///
    /// With N = numerator and V = divisor x multiple the payment in multiples is x = N' / V', where N - E <= N' <= N with E =
    /// numerator_excess, and V - L <= V' <= V with L = divisor_excess x multiple. Let N = q V + r. Then x - q >= (r - E) / V,
    /// and x - q <= (r + q L) / (V - L), which is below c wherever r + (q + c) L < c V. With c = 1/2, 1 and 3/2 these two
    /// bounds place x between the points where the rounding turns.
    #[inline]
    fn rounded(self, rounding: PaymentRounding) -> Option<u64> {
        let multiple = u64::try_from(rounding.multiple).ok()?;
        // So that threefold still fits.
        const WIDEST: u128 = 1 << 125;
        let (divisor, lost) = match multiple {
            // Nearly always, and much quicker.
            1 => (self.divisor, self.divisor_excess),
            _ => {
                (self.divisor.checked_mul(u128::from(multiple))?, self.divisor_excess.checked_mul(multiple)?)
            }
        };
        if divisor >= WIDEST {
            return None;
        }
        let quotient = u64::try_from(self.numerator / divisor).ok()?;
        // The product is at most the numerator.
        let rest = self.numerator - u128::from(quotient).wrapping_mul(divisor);
        let least = rest.checked_sub(self.numerator_excess)?;
        let most =
            (u128::from(quotient) * u128::from(lost)).checked_add(2 * u128::from(lost))?.checked_add(rest)?;
        let multiples = match rounding.rounding {
            Rounding::HalfUp | Rounding::HalfEven => {
                let low = 2 * most.min(1 << 126) < divisor;
                let high = 2 * least > divisor && 2 * most.min(1 << 126) < 3 * divisor;
                if !low && !high {
                    return None;
                }
                // Not by a branch: the processor would guess every other one wrong.
                quotient + u64::from(high)
            }
            Rounding::Down if most < divisor => quotient,
            Rounding::Up if least > 0 && most < divisor => quotient + 1,
            Rounding::Down | Rounding::Up => return None,
        };
        multiples.checked_mul(multiple)
    }
}

/// What a unit paid later is worth now, for periods of any length at one rate.
#[derive(Debug)]
struct Discounts {
    /// What a unit of balance earns in one unit of the day count is multiplier / denominator.
    multiplier: u64,
    denominator: u64,
    /// Lengths met before and their discounts, each in the place that its last five bits name: loans have few different
    /// lengths, and a division costs as much as all else of a row.
    known: [(u64, u64); 32],
}

impl Discounts {
    fn new(multiplier: u64, denominator: u64) -> Discounts {
        // No time takes nothing away; and no other length is 0.
        Discounts { multiplier, denominator, known: [(0, u64::MAX); 32] }
    }

    /// 1 / (1 + f) of a period of a number of units, in units of 2^-64: low by at most one unit (2^64 - 1 stands for 1).
    #[inline]
    fn of(&mut self, counted: u64) -> Option<u64> {
        let place = usize::try_from(counted % 32).ok()?;
        match self.known.get(place) {
            Some(&(known, discount)) if known == counted => Some(discount),
            _ => self.solve(counted, place),
        }
    }

    #[inline(never)]
    fn solve(&mut self, counted: u64, place: usize) -> Option<u64> {
        let grown = self.multiplier.checked_mul(counted)?.checked_add(self.denominator)?;
        let discount = (u128::from(self.denominator) << 64) / u128::from(grown);
        let discount = u64::try_from(discount).unwrap_or(u64::MAX);
        *self.known.get_mut(place)? = (counted, discount);
        Some(discount)
    }
}

/// The level payment over rows of any length at one rate, or `None` where its rounding cannot be told from so few digits.
///
/// `counted` gives the length of the next row, in units of the day count; of these, one earns multiplier / denominator.
///
/// A = (B - R T) / V: T is what a unit after the last row is worth, V the sum of what one paid in each row is worth. A row's
/// worth is that of the row before times its discount. A product of two numbers at most 1 that are low by at most a and 1
/// units, cut, is low by less than a + 2. So the worth of row k is low by at most 2 k + 1 units (row 0, which is now,
/// starts low by one), T by at most 2 n + 1, and V by at most n (n + 2), the sum of that from row 1 to n.
pub(crate) fn level_of_counted_rows(
    (balance, residual): (i64, i64),
    rows: u32,
    mut counted: impl FnMut(u32) -> Option<i64>,
    (multiplier, denominator): Weight,
    rounding: PaymentRounding,
) -> Option<i64> {
    let balance = u128::try_from(balance).ok()?;
    let residual = u128::try_from(residual).ok()?;
    let mut discounts = Discounts::new(u64::try_from(multiplier).ok()?, u64::try_from(denominator).ok()?);
    let (mut worth, mut value) = (u64::MAX, 0_u128);
    for row in 0..rows {
        let discount = discounts.of(u64::try_from(counted(row)?).ok()?)?;
        worth = high_half(u128::from(worth) * u128::from(discount));
        value += u128::from(worth);
    }
    let lost = u64::from(rows).checked_mul(u64::from(rows) + 2)?;
    let payment = Quotient {
        // Each below 2^63 x 2^64.
        numerator: (balance << 64).checked_sub(residual * u128::from(worth))?,
        numerator_excess: residual * (2 * u128::from(rows) + 1),
        divisor: value + u128::from(lost),
        divisor_excess: lost,
    }
    .rounded(rounding)?;
    i64::try_from(payment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(balance: i64, rows: u32, weights: &[i128], denominator: i128, rounding: Rounding) -> i64 {
        let annuity = Annuity {
            balance,
            residual: 0,
            earned: None,
            rows,
            weights: |row: u32| Ok((weights[usize::try_from(row).unwrap() % weights.len()], denominator)),
            graduated: None,
            paid: 0,
        };
        let to_unit = PaymentRounding { rounding, multiple: 1 };
        let level = annuity.level(to_unit).unwrap();
        let exact = annuity.exact().unwrap();
        if let Some(near) = annuity.solve(Some(KEPT_BITS)).unwrap().rounded(to_unit) {
            assert_eq!(near, level, "the cut figure and the full one");
        }
        if let Some(near) = annuity.solve(Some(90)).unwrap().rounded(to_unit) {
            assert_eq!(near, level, "the figure cut short and the full one");
        }
        assert_eq!(
            level,
            to_unit.quotient(&exact.numerator, &exact.denominator).unwrap(),
            "the bracket and the full figure"
        );
        for multiple in [1, 7, 100, 10_000] {
            let rounding = PaymentRounding { rounding, multiple };
            let counted =
                |row: u32| i64::try_from(weights[usize::try_from(row).unwrap() % weights.len()]).ok();
            for residual in [0, 1, balance / 3, balance - 1] {
                let rates = (1, denominator);
                if let Some(quick) =
                    level_of_counted_rows((balance, residual), rows, counted, rates, rounding)
                {
                    let exact = Annuity { residual, weights: annuity.weights, earned: None, ..annuity }
                        .exact()
                        .unwrap();
                    let full = rounding.quotient(&exact.numerator, &exact.denominator);
                    assert_eq!(quick, full.unwrap(), "counted rows and the full figure");
                }
            }
            if weights.len() == 1
                && let Some(equal) = level_of_equal_rows(balance, rows, (weights[0], denominator), rounding)
            {
                let full = rounding.quotient(&exact.numerator, &exact.denominator);
                assert_eq!(equal, full.unwrap(), "equal rows and the full figure");
            }
        }
        level
    }

    #[test]
    fn by_hand() {
        // 100.00 in one row at 10 %: 110.00. In two: 100 / (1/1.1 + 1/1.21) = 121 / 2.1 = 57.619...
        assert_eq!(level(10_000, 1, &[10], 100, Rounding::HalfUp), 11_000);
        assert_eq!(level(10_000, 2, &[10], 100, Rounding::HalfUp), 5_762);
        assert_eq!(level(10_000, 2, &[10], 100, Rounding::Down), 5_761);
        // Without interest a payment may lie on a tie: 0.01 over two rows is 0.005.
        assert_eq!(level(1, 2, &[0], 100, Rounding::HalfUp), 1);
        assert_eq!(level(1, 2, &[0], 100, Rounding::HalfEven), 0);
        // A tie with interest: 0.05 at 10 % in one row is 0.055.
        assert_eq!(level(5, 1, &[10], 100, Rounding::HalfEven), 6);
        assert_eq!(level(5, 1, &[10], 100, Rounding::Down), 5);
    }

    #[test]
    fn every_way_agrees_on_many_loans() {
        // Multiplicative steps through balances, rows and rates; the three ways must agree on each.
        let mut balance = 7_i64;
        while balance < 1 << 60 {
            for rows in [1, 2, 3, 7, 36, 360] {
                for weight in [0, 1, 87, 2_610, 40_000, 720_000] {
                    for rounding in Rounding::ALL {
                        level(balance, rows, &[weight], 720_000, *rounding);
                        level(balance, rows, &[weight, weight + 31, weight / 2], 720_000, *rounding);
                    }
                }
            }
            balance = balance * 91 + 13;
        }
    }

    #[test]
    fn equal_rows_next_to_a_tie() {
        // One row of balance x (1 + f): of an even denominator, every other balance at weight denominator / 2 is a tie,
        // and large ones hide the last digits from the short way.
        for balance in [1, 3, 9_999, 1_000_001, (1 << 40) + 1, (1 << 61) + 1] {
            for denominator in [2, 12, 120_000, 720_000, 12_000_000_000] {
                for weight in [1, denominator / 2 - 1, denominator / 2, denominator / 2 + 1, denominator - 1]
                {
                    for rows in [1, 2, 63, 64, 480] {
                        for rounding in Rounding::ALL {
                            level(balance, rows, &[weight], denominator, *rounding);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn negative_rates_and_odd_denominators_take_the_full_way() {
        // 100.00 in two rows at -10 %: 100 / (1/0.9 + 1/0.81) = 81 / 1.9 = 42.6315...
        assert_eq!(level(10_000, 2, &[-10], 100, Rounding::HalfUp), 4_263);
        assert_eq!(level(10_000, 2, &[10 << 60], 100 << 60, Rounding::HalfUp), 5_762);
    }
}
