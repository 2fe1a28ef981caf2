//! The annualised rates of `docs/SEMANTICS.md` 7. Each answer is a plain decimal with exactly 10 decimals, half even, trailing
//! zeros kept ("0.0450057987").

use super::OracleSchedule;
use super::dates::Day;
use super::number::{Rounding, ten_to};
use chrono::NaiveDate;
use num_bigint::BigInt;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// Fixed point: a number is its whole part times 2^BITS (about 77 decimals).
const BITS: usize = 256;

fn one() -> BigInt {
    BigInt::from(1) << BITS
}

fn times(a: &BigInt, b: &BigInt) -> BigInt {
    (a * b) >> BITS
}

fn power(base: &BigInt, exponent: i64) -> BigInt {
    let (mut result, mut square, mut left) = (one(), base.clone(), exponent);
    while left > 0 {
        if left % 2 == 1 {
            result = times(&result, &square);
        }
        left /= 2;
        if left > 0 {
            square = times(&square, &square);
        }
    }
    result
}

/// numerator / denominator with 10 decimals, half even.
fn ten_decimals(numerator: &BigInt, denominator: &BigInt) -> String {
    let units = Rounding::HalfEven.round(&(numerator * ten_to(10)), denominator);
    let sign = if units < BigInt::ZERO { "-" } else { "" };
    let digits = format!("{:0>11}", units.magnitude().to_string());
    let (whole, part) = digits.split_at(digits.len() - 10);
    format!("{sign}{whole}.{part}")
}

/// sum CF_k y^(d_k), from the last exponent down.
fn value(flows: &[(i64, BigInt)], y: &BigInt) -> BigInt {
    let mut powers: HashMap<i64, BigInt> = HashMap::new();
    let mut sum = BigInt::ZERO;
    for (i, (exponent, flow)) in flows.iter().enumerate().rev() {
        sum += flow << BITS;
        let before = if i == 0 { 0 } else { flows[i - 1].0 };
        let gap = exponent - before;
        sum = times(&sum, powers.entry(gap).or_insert_with(|| power(y, gap)));
    }
    sum
}

/// The one bracket with a root y = 1/x of sum CF_k y^(d_k) in (low, high]; none if there is no root or more than one.
///
/// By Descartes' rule of signs one change of sign among the flows means at most one root. With more changes the
/// bracket is searched in 512 steps; two roots within one step would escape it.
fn bracket(flows: &[(i64, BigInt)], low: BigInt, high: BigInt) -> Option<Bracket> {
    let mut merged: BTreeMap<i64, BigInt> = BTreeMap::new();
    for (exponent, flow) in flows {
        *merged.entry(*exponent).or_default() += flow;
    }
    let flows: Vec<(i64, BigInt)> = merged.into_iter().filter(|(_, flow)| *flow != BigInt::ZERO).collect();
    let positive = |v: &BigInt| *v > BigInt::ZERO;
    let changes = flows.windows(2).filter(|pair| positive(&pair[0].1) != positive(&pair[1].1)).count();
    let steps = match changes {
        0 => return None,
        1 => 1,
        _ => 512,
    };
    let mut brackets = Vec::new();
    let mut left = low.clone();
    let mut left_positive = positive(&value(&flows, &left));
    for i in 1..=steps {
        let right = &low + (&high - &low) * i / steps;
        let right_positive = positive(&value(&flows, &right));
        if right_positive != left_positive {
            brackets.push((left, right.clone(), left_positive));
        }
        (left, left_positive) = (right, right_positive);
    }
    let [(low, high, low_positive)] = <[_; 1]>::try_from(brackets).ok()?;
    Some(Bracket { flows, low, high, low_positive })
}

struct Bracket {
    flows: Vec<(i64, BigInt)>,
    low: BigInt,
    high: BigInt,
    low_positive: bool,
}

impl Bracket {
    fn halve(&mut self) {
        let middle: BigInt = (&self.low + &self.high) >> 1;
        if (value(&self.flows, &middle) > BigInt::ZERO) == self.low_positive {
            self.low = middle;
        } else {
            self.high = middle;
        }
    }
}

/// The root in (low, high] as a decimal string of `rate(y)`.
fn root(
    flows: &[(i64, BigInt)],
    low: BigInt,
    high: BigInt,
    rate: &dyn Fn(&BigInt) -> (BigInt, BigInt),
) -> Option<String> {
    let mut bracket = bracket(flows, low, high)?;
    // Halve until both ends round to the same 10 decimals.
    for round in 0..(BITS - 40) {
        bracket.halve();
        if round >= 36 {
            let [a, b] = [&bracket.low, &bracket.high].map(rate);
            let text = ten_decimals(&a.0, &a.1);
            if text == ten_decimals(&b.0, &b.1) {
                return Some(text);
            }
        }
    }
    // The ends differ by less than 10^-60 and still lie on both sides of a tie: it is the tie itself.
    let (n, d) = rate(&bracket.low);
    let long = Rounding::HalfEven.round(&(n * ten_to(40)), &d);
    Some(ten_decimals(&long, &ten_to(40)))
}

/// The y in (0, 2) with y^exponent = numerator / denominator.
fn root_of(numerator: i64, denominator: i64, exponent: i64) -> BigInt {
    let wanted = (BigInt::from(numerator) << BITS) / denominator;
    let (mut low, mut high) = (BigInt::ZERO, BigInt::from(2) << BITS);
    while &high - &low > BigInt::from(1) {
        let middle: BigInt = (&low + &high) >> 1;
        if power(&middle, exponent) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The flows by days from the first, and the bracket of y = 1/x: y^365 = 1 / (1 + rate), from 1/101 to 1/0.001.
#[allow(clippy::type_complexity)]
fn by_day(flows: &[(NaiveDate, BigInt)]) -> Option<(Vec<(i64, BigInt)>, BigInt, BigInt)> {
    let start = Day::of(flows.first()?.0);
    let flows = flows.iter().map(|(on, flow)| (start.days_to(Day::of(*on)), flow.clone())).collect();
    static ENDS: OnceLock<(BigInt, BigInt)> = OnceLock::new();
    let (low, high) = ENDS.get_or_init(|| (root_of(1, 101, 365), root_of(1000, 1, 365))).clone();
    Some((flows, low, high))
}

/// "x with sum CF_k x^(-d_k) = 0, d_k whole days from disbursement, rate = x^365 - 1, bracket -99.9 % to 10,000 %".
/// The first flow is the disbursement. None: no sign change, or more than one root.
pub fn effective_rate(flows: &[(NaiveDate, BigInt)]) -> Option<String> {
    let (flows, low, high) = by_day(flows)?;
    root(&flows, low, high, &|y| {
        let year = power(y, 365);
        (one() - &year, year)
    })
}

/// What one unit a day later is worth at the effective rate, unrounded.
pub struct Discount(BigInt);

impl Discount {
    pub fn of(flows: &[(NaiveDate, BigInt)]) -> Option<Discount> {
        let (flows, low, high) = by_day(flows)?;
        let mut bracket = bracket(&flows, low, high)?;
        // To 30 decimals.
        while &bracket.high - &bracket.low > one() >> 100 {
            bracket.halve();
        }
        Some(Discount(bracket.low))
    }

    /// The sum of amount x v^(days from `day`), rounded once; what lies before the day is worth more on it.
    pub fn value_on(&self, day: Day, amounts: &[(Day, BigInt)], rounding: Rounding) -> BigInt {
        let worth = amounts.iter().map(|(on, amount)| match day.days_to(*on) {
            days @ 0.. => amount * power(&self.0, days),
            days => amount * ((one() * one()) / power(&self.0, -days)),
        });
        rounding.round(&worth.sum(), &one())
    }
}

/// "Periods a year x the periodic root, when all periods are equal cycles": one flow a cycle, the first on the day of
/// disbursement; `periods_a_year` as a fraction (monthly: (12, 1)). Reading: the periodic root is sought from -99.9 %
/// to 10,000 %.
pub fn nominal_rate(flows: &[BigInt], periods_a_year: (i64, i64)) -> Option<String> {
    let by_period: Vec<(i64, BigInt)> = (0..).zip(flows.iter().cloned()).collect();
    let (many, of) = periods_a_year;
    let (low, high) = (one() / 101, one() * 1000);
    // i = 1/y - 1
    root(&by_period, low, high, &|y| ((one() - y) * many, y * of))
}

/// "All costs x 365 / sum(balance x days)". Costs: all that is paid, less what was lent, and the fee at disbursement.
/// Balance: the principal of the contract (not lowered by the fee), by calendar days between printed dates. None when
/// the sum is zero.
pub fn simple_rate(schedule: &OracleSchedule) -> Option<String> {
    let costs = &schedule.totals.payment - &schedule.lent + &schedule.fee_at_disbursement;
    let mut balance_days = BigInt::ZERO;
    let (mut from, mut balance) = (Day::of(schedule.disbursed_on), schedule.lent.clone());
    for row in &schedule.rows {
        let to = Day::of(row.due_on);
        balance_days += &balance * from.days_to(to);
        (from, balance) = (to, row.closing.clone());
    }
    if balance_days == BigInt::ZERO { None } else { Some(ten_decimals(&(costs * 365), &balance_days)) }
}
