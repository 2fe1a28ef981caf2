//! Annualised rates, as the central bank asks lenders to show them (announcement 2021 no. 3, 2021-03-31): all costs over
//! the principal that the borrower really has.

use chrono::NaiveDate;
use num_bigint::BigInt;
use rust_decimal::Decimal;

use crate::calendar::check_date;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{divide_wide, subtract, too_large};
use crate::loan::agreement::loan::Loan;
use crate::loan::schedule::{Instalment, Schedule};
use crate::money::{Money, Rounding};
use crate::ratio::Ratio;

/// The decimals of every annualised rate; the last one is rounded half to even.
const PLACES: u32 = 10;

/// The annualised rates of a loan, in three readings that must not be mixed.
///
/// # Units
///
/// Plain fractions a year, ten decimals, rounded half to even: 0.0450057987 is 4.50057987 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnnualisedRates {
    /// Compounded, the internal rate of return a year: x^365 - 1, where the flows times x^-days sum to zero.
    pub effective: Decimal,
    /// Simple 单利: all costs x 365 / the sum of balance x days. To be labelled as simple wherever it is shown.
    pub simple: Decimal,
    /// Periods a year x the rate of one period; only where all periods are equal cycles.
    ///
    /// A year has 12 months. For cycles of weeks and days it is the day count's own year: 52 weeks or 365 days by
    /// actual/actual ICMA, else the 360 or 365 days that the day count divides by (365 for one that splits leap years).
    pub nominal: Option<Decimal>,
}

impl Schedule<'_> {
    /// The annualised rates of this schedule; the fee at disbursement reduces what the borrower received.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::NoSignChange`], [`ErrorCode::MoreThanOneRoot`], [`ErrorCode::RateOutOfBracket`] as in
    ///   [`effective_rate`].
    /// * Those of [`Schedule::write_into`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use chrono::NaiveDate;
    /// # use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
    /// # use puhui::{Currency, Cycle, DayCount, Money, Rounding};
    /// # let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// # let product = Product::new(
    /// #     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
    /// #         .every(Cycle::MONTHLY),
    /// # )?;
    /// # let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, day(2020, 1, 15))
    /// #     .instalments(36, day(2020, 2, 20));
    /// let loan = Loan::new(&product, terms)?; // 50,000.00 at 4.35 % Actual/360, drawn 2020-01-15, due from 2020-02-20
    /// let rates = loan.schedule().annualised_rates()?;
    /// assert_eq!(rates.effective.to_string(), "0.0450057987");
    /// assert_eq!(rates.simple.to_string(), "0.0441042405");
    /// assert_eq!(rates.nominal, None); // the first period is longer than a month
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn annualised_rates(&self) -> Result<AnnualisedRates> {
        let rows = self.to_vec()?;
        let nominal = match self.nominal_rate_of(&rows) {
            Ok(rate) => Some(rate),
            Err(error) if error.code() == ErrorCode::UnequalPeriods => None,
            Err(error) => return Err(error),
        };
        Ok(AnnualisedRates {
            effective: effective_rate(&self.flows(&rows))?,
            simple: self.simple_rate_of(&rows)?,
            nominal,
        })
    }

    /// The flows of the loan as its borrower sees them: received is negative, paid is positive.
    fn flows(&self, rows: &[Instalment]) -> Vec<(NaiveDate, Money)> {
        let terms = self.loan().terms();
        // Both are between zero and i64::MAX, so the difference fits.
        let received = terms.principal.minor() - terms.fee_at_disbursement.minor();
        let mut flows = Vec::with_capacity(rows.len() + 1);
        flows.push((terms.disbursed_on, Money::from_minor(-received)));
        flows.extend(rows.iter().map(|row| (row.due_on, row.payment)));
        flows
    }

    fn simple_rate_of(&self, rows: &[Instalment]) -> Result<Decimal> {
        let terms = self.loan().terms();
        let (mut costs, mut balance_days) = (i128::from(terms.fee_at_disbursement.minor()), 0_i128);
        let mut since = terms.disbursed_on;
        for row in rows {
            for part in [row.interest, row.deferred_interest_paid, row.fees] {
                costs += i128::from(part.minor());
            }
            // What is capitalised is paid back as principal and is a cost all the same.
            costs += i128::from(row.closing.minor()) + i128::from(row.principal.minor())
                - i128::from(row.opening.minor());
            let days = row.due_on.signed_duration_since(since).num_days();
            balance_days += i128::from(row.opening.minor()) * i128::from(days);
            since = row.due_on;
        }
        Ratio::new(costs * 365, balance_days)?.to_decimal(PLACES, Rounding::HalfEven)
    }

    /// Periods of the day count's year x the rate of one period, where every period is one whole cycle.
    fn nominal_rate_of(&self, rows: &[Instalment]) -> Result<Decimal> {
        let loan = self.loan();
        let periods_a_year = equal_periods_a_year(loan)?;
        let terms = loan.terms();
        let received = terms.principal.minor() - terms.fee_at_disbursement.minor();
        let mut flows = vec![Flow { at: 0, minor: -received }];
        flows.extend(rows.iter().zip(1..).map(|(row, at)| Flow { at, minor: row.payment.minor() }));
        solve(&flows, &Annualise::Nominal { periods_a_year })
    }
}

/// The number of cycles that make a year, if every period of the loan is one of them.
fn equal_periods_a_year(loan: &Loan<'_>) -> Result<BigRatio> {
    let unequal = |field: &'static str, value: &dyn std::fmt::Display, bound: &str| {
        Err(Error::new(ErrorCode::UnequalPeriods, field, value, bound))
    };
    let terms = loan.terms();
    let rules = loan.product().rules();
    let (Some(cycle), true) = (rules.every, loan.has_cycle()) else {
        return unequal("every", &"nothing", "a cycle that all periods have");
    };
    if loan.unbounded_cycle_date(loan.due_dates())? != loan.maturity() {
        return unequal("matures_on", &loan.maturity(), "a date of the cycle");
    }
    if loan.unbounded_cycle_date(0).ok() != Some(terms.disbursed_on) {
        return unequal("first_due_on", &loan.row_dates(1)?.cycle, "one cycle after the disbursement");
    }
    if loan.max_rows() != usize::try_from(loan.due_dates()).unwrap_or(usize::MAX) {
        return unequal("plan", &"days between due dates", "due dates only");
    }
    let (above, below) = rules.day_count.cycles_a_year(cycle);
    Ok(BigRatio { numerator: BigInt::from(above), denominator: BigInt::from(below) })
}

/// The effective annual rate of dated flows: x^365 - 1, where the flows times x^-days sum to zero.
///
/// # Units
///
/// Flows of one sign are received, of the other paid; any currency. Days are whole days from the first flow. The rate is a
/// plain fraction with ten decimals.
///
/// # Rounding
///
/// Half to even at the tenth decimal, from an enclosure of the root that is narrow enough to decide it. Where it holds a tie,
/// the flows are worth nothing at exactly that rate or the enclosure is narrowed further.
///
/// # Errors
///
/// * [`ErrorCode::DateOutOfRange`] for a date that is not computed with.
/// * [`ErrorCode::DatesOutOfOrder`] if a flow lies before the first one.
/// * [`ErrorCode::NoSignChange`] if the flows, by date, do not change sign.
/// * [`ErrorCode::MoreThanOneRoot`] if they change sign more than once: the rate may not be unique.
/// * [`ErrorCode::RateOutOfBracket`] outside -99.9 % to 10,000 %.
///
/// # Examples
///
/// ```
/// use chrono::NaiveDate;
/// use puhui::Money;
/// use puhui::loan::effective_rate;
///
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// // 100.00 out, 110.00 back after 365 days: 10 %.
/// let flows = [(day(2021, 1, 1), Money::from_minor(-10_000)), (day(2022, 1, 1), Money::from_minor(11_000))];
/// assert_eq!(effective_rate(&flows)?.to_string(), "0.1000000000");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn effective_rate(flows: &[(NaiveDate, Money)]) -> Result<Decimal> {
    solve(&by_days(flows)?, &Annualise::Effective)
}

/// Dated flows by their days from the first, rising.
fn by_days(flows: &[(NaiveDate, Money)]) -> Result<Vec<Flow>> {
    let start = flows.first().map(|&(day, _)| day);
    let mut dated = Vec::with_capacity(flows.len());
    for &(day, money) in flows {
        check_date(day, "flows")?;
        let days = start.map_or(0, |start| day.signed_duration_since(start).num_days());
        let Ok(at) = u32::try_from(days) else {
            let bound = format_args!("the first flow's day or later, {}", start.unwrap_or(day)).to_string();
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "flows", day, bound));
        };
        dated.push(Flow { at, minor: money.minor() });
    }
    dated.sort_by_key(|flow| flow.at);
    Ok(dated)
}

/// The nominal annual rate of flows that are one period apart: periods a year x the rate of one period.
///
/// # Units
///
/// As in [`effective_rate`]; the first flow is now, each later one a period after the one before it.
///
/// # Errors
///
/// * [`ErrorCode::OutOfRange`] for zero periods a year.
/// * Those of [`effective_rate`].
///
/// # Examples
///
/// ```
/// use puhui::Money;
/// use puhui::loan::nominal_rate;
///
/// // 2,000.00 for twelve payments of 200.92: 35.9958 % (worked example IRR-03).
/// let mut flows = vec![Money::from_minor(-200_000)];
/// flows.extend([Money::from_minor(20_092); 12]);
/// assert_eq!(nominal_rate(&flows, 12)?.round_dp(6).to_string(), "0.359958");
/// # Ok::<(), puhui::Error>(())
/// ```
pub fn nominal_rate(flows: &[Money], periods_a_year: u32) -> Result<Decimal> {
    if periods_a_year == 0 {
        return Err(Error::new(ErrorCode::OutOfRange, "periods_a_year", 0, "1 or more"));
    }
    let flows: Vec<Flow> = (0..).zip(flows).map(|(at, money)| Flow { at, minor: money.minor() }).collect();
    let periods_a_year = BigRatio { numerator: BigInt::from(periods_a_year), denominator: BigInt::from(1) };
    solve(&flows, &Annualise::Nominal { periods_a_year })
}

/// A flow at a whole number of days or periods.
#[derive(Clone, Copy, Debug)]
struct Flow {
    at: u32,
    minor: i64,
}

/// An exact fraction of big integers; the denominator is positive.
#[derive(Clone, Debug)]
struct BigRatio {
    numerator: BigInt,
    denominator: BigInt,
}

impl BigRatio {
    /// Whether flows, `unit` apart or multiples of it, sum to zero when each is divided by this number as often.
    fn discounts_to_nothing<'f>(&self, flows: impl Iterator<Item = &'f Flow>, unit: u32) -> bool {
        let (mut sum, mut power, mut at) = (BigInt::ZERO, BigInt::from(1), 0);
        for flow in flows {
            // All of it over the power of the last flow, which is never zero.
            let steps = flow.at / unit - at;
            sum *= self.numerator.pow(steps);
            power *= self.denominator.pow(steps);
            at += steps;
            sum += &power * flow.minor;
        }
        sum.sign() == num_bigint::Sign::NoSign
    }
}

/// What a year makes of the root.
#[derive(Clone, Debug)]
enum Annualise {
    /// The root is that of a day: v^-365 - 1.
    Effective,
    /// The root is that of a period: (1 / v - 1) x periods a year.
    Nominal { periods_a_year: BigRatio },
}

/// A number in [0, 2^some), in units of 2^-bits.
#[derive(Clone, Debug)]
struct Enclosure {
    low: BigInt,
    high: BigInt,
}

impl Annualise {
    /// The least and the highest annual rate at the discount factor `v`, a fixed-point number of `bits` bits, each rounded to
    /// ten decimals; `None` if these bits say nothing.
    fn rates_at(&self, v: &BigInt, bits: u32) -> Option<(BigInt, BigInt)> {
        let one = BigInt::from(1) << bits;
        let places = BigInt::from(10).pow(PLACES);
        match self {
            Annualise::Nominal { periods_a_year: BigRatio { numerator, denominator } } => {
                // (1 - v) / v x periods, exactly.
                let above = (&one - v) * numerator * &places;
                let rate = divide_wide(Rounding::HalfEven, &above, &(v * denominator));
                Some((rate.clone(), rate))
            }
            Annualise::Effective => {
                let power = power_of(v, 365, bits);
                let round = |power: &BigInt| {
                    (power.sign() == num_bigint::Sign::Plus)
                        .then(|| divide_wide(Rounding::HalfEven, &((&one - power) * &places), power))
                };
                Some((round(&power.high)?, round(&power.low)?))
            }
        }
    }

    /// Whether the flows are worth exactly nothing at the annual rate half way between `below` and the next rate of ten
    /// decimals: a tie.
    ///
    /// With x^365 = q, a rational number, the flows sum to zero only if those of each rest of days modulo 365 do: the
    /// denominator of q holds 2 eleven times, which is no multiple of a prime factor of 365, so q is no such power and
    /// 1, x ... x^364 are linearly independent.
    fn is_tie(&self, flows: &[Flow], below: &BigInt) -> bool {
        let (half, whole) = (below * 2 + 1, BigInt::from(10).pow(PLACES) * 2);
        // q = 1 + the rate of a year or of a period.
        let (q, days) = match self {
            Annualise::Nominal { periods_a_year: BigRatio { numerator, denominator } } => {
                let whole = whole * numerator;
                (BigRatio { numerator: half * denominator + &whole, denominator: whole }, 1)
            }
            Annualise::Effective => (BigRatio { numerator: half + &whole, denominator: whole }, 365),
        };
        (0..days).all(|rest| q.discounts_to_nothing(flows.iter().filter(|flow| flow.at % days == rest), days))
    }

    /// The discount factors of the highest and of the lowest rate that is looked for, as fixed-point numbers.
    ///
    /// 10,000 % and -99.9 % a year. For the effective rate these are 1/101 and 1000 to the power of 1/365, found by
    /// bisection; of a period, 1 / (1 + rate / periods).
    fn bracket(&self, bits: u32) -> (BigInt, BigInt) {
        let one = BigInt::from(1) << bits;
        match self {
            Annualise::Nominal { periods_a_year: BigRatio { numerator, denominator } } => {
                let factor = |per_mille: i64| {
                    let up = numerator * 1000_i64;
                    let whole = &up + denominator * per_mille;
                    (whole.sign() == num_bigint::Sign::Plus).then(|| (&one * up) / whole)
                };
                let highest = factor(100_000).unwrap_or_default();
                // Where -99.9 % a year is more than a period can lose, -99.9 % a period is the end.
                (highest, factor(-999).unwrap_or(&one * 1000_i64))
            }
            Annualise::Effective => {
                let root = |target: BigInt| {
                    let (mut low, mut high) = (BigInt::ZERO, &one << 1);
                    while &high - &low > BigInt::from(1) {
                        let middle = (&low + &high) >> 1;
                        if power_of(&middle, 365, bits).low < target { low = middle } else { high = middle }
                    }
                    high
                };
                (root(&one / 101), root(&one * 1000))
            }
        }
    }
}

/// v^exponent by squaring, cut below and raised above.
fn power_of(v: &BigInt, exponent: u32, bits: u32) -> Enclosure {
    let mut power = Enclosure { low: BigInt::from(1) << bits, high: BigInt::from(1) << bits };
    let mut square = Enclosure { low: v.clone(), high: v.clone() };
    let mut left = exponent;
    while left > 0 {
        if left & 1 == 1 {
            power = power.times(&square, bits);
        }
        left >>= 1;
        if left > 0 {
            square = square.times(&square, bits);
        }
    }
    power
}

impl Enclosure {
    /// The product of two enclosures of positive numbers.
    fn times(&self, other: &Enclosure, bits: u32) -> Enclosure {
        Enclosure { low: (&self.low * &other.low) >> bits, high: ((&self.high * &other.high) >> bits) + 1_u8 }
    }
}

/// The value of the flows at a discount factor, and its slope, as an enclosure and a rough number.
struct Value {
    enclosure: Enclosure,
    slope: BigInt,
}

fn value_at(flows: &[Flow], v: &BigInt, bits: u32) -> Value {
    let one = BigInt::from(1) << bits;
    let mut power = Enclosure { low: one.clone(), high: one };
    let mut gap = (0, power.clone());
    let mut at = 0;
    let mut value =
        Value { enclosure: Enclosure { low: BigInt::ZERO, high: BigInt::ZERO }, slope: BigInt::ZERO };
    for flow in flows {
        let wanted = flow.at - at;
        if wanted > 0 {
            // Most gaps are those of the flow before.
            if gap.0 != wanted {
                gap = (wanted, power_of(v, wanted, bits));
            }
            power = power.times(&gap.1, bits);
            at = flow.at;
        }
        let (low, high) = (&power.low * flow.minor, &power.high * flow.minor);
        value.slope += &low * flow.at;
        if flow.minor < 0 {
            value.enclosure.low += high;
            value.enclosure.high += low;
        } else {
            value.enclosure.low += low;
            value.enclosure.high += high;
        }
    }
    value.slope = (value.slope << bits) / v;
    value
}

/// The annual rate at which the flows, by rising `at`, are worth nothing.
fn solve(flows: &[Flow], annualise: &Annualise) -> Result<Decimal> {
    let flows = paid_last(flows)?;
    for bits in [160, 320, 640, 1_280] {
        let Some((low, high)) = root_of(&flows, annualise, bits)? else { continue };
        // The rate falls as the discount factor rises.
        let (Some((least, _)), Some((_, most))) =
            (annualise.rates_at(&high, bits), annualise.rates_at(&low, bits))
        else {
            continue;
        };
        if least == most {
            return decimal(least);
        }
        if &least + 1 == most && annualise.is_tie(&flows, &least) {
            return decimal(if least.bit(0) { most } else { least });
        }
    }
    Err(undecided())
}

fn decimal(rate: BigInt) -> Result<Decimal> {
    i128::try_from(rate)
        .ok()
        .and_then(|rate| Decimal::try_from_i128_with_scale(rate, PLACES).ok())
        .ok_or_else(out_of_bracket)
}

/// Flows of one change of sign, from minus to plus, the first of them at 0.
fn paid_last(flows: &[Flow]) -> Result<Vec<Flow>> {
    let rising = single_sign_change(flows)?;
    // Discounting is measured from the first flow that is not zero: what lies before it changes no root.
    let Some(start) = flows.iter().find(|flow| flow.minor != 0).map(|flow| flow.at) else {
        return Err(no_sign_change());
    };
    let sign =
        |minor: i64| if rising { Ok(minor) } else { subtract(0, minor).map_err(|_| too_large("flows")) };
    let flows = flows.iter().filter(|flow| flow.minor != 0);
    flows.map(|flow| Ok(Flow { at: flow.at - start, minor: sign(flow.minor)? })).collect()
}

/// Still open at 2^-1000, and no tie.
#[cold]
fn undecided() -> Error {
    let bound = "one that 1280 bits can round";
    Error::new(ErrorCode::Overflow, "rate", "a root too close to a rounding tie", bound)
}

/// An enclosure of the discount factor at which the flows are worth nothing, if these bits can tell.
fn root_of(flows: &[Flow], annualise: &Annualise, bits: u32) -> Result<Option<(BigInt, BigInt)>> {
    // One change of sign, from minus to plus: the value over v^(place of the change) rises with v, so it has one root.
    let (mut low, mut high) = annualise.bracket(bits);
    if value_at(flows, &low, bits).enclosure.low.sign() == num_bigint::Sign::Plus
        || value_at(flows, &high, bits).enclosure.high.sign() == num_bigint::Sign::Minus
    {
        return Err(out_of_bracket());
    }
    let tolerance = BigInt::from(1) << (bits / 4);
    let closest: BigInt = &tolerance >> 1;
    let mut guess = (BigInt::from(1) << bits).clamp(low.clone(), high.clone());
    while &high - &low > tolerance {
        let value = value_at(flows, &guess, bits);
        if value.enclosure.low.sign() == num_bigint::Sign::Plus {
            high.clone_from(&guess);
        } else if value.enclosure.high.sign() == num_bigint::Sign::Minus {
            low.clone_from(&guess);
        } else {
            // The enclosure holds zero: no closer look is possible with these bits.
            break;
        }
        // Newton's step where it stays inside the bracket, bisection where it does not.
        let step = (&value.enclosure.low << bits) / value.slope.clone().max(BigInt::from(1));
        let newton = &guess - &step;
        if *step.magnitude() < *closest.magnitude() {
            guess = newton;
            break;
        }
        guess = if newton > low && newton < high { newton } else { (&low + &high) >> 1 };
    }
    // What was found is proven by the signs on either side of it.
    let (low, high) = (&guess - &tolerance, &guess + &tolerance);
    if value_at(flows, &low, bits).enclosure.high.sign() != num_bigint::Sign::Minus
        || value_at(flows, &high, bits).enclosure.low.sign() != num_bigint::Sign::Plus
    {
        return Ok(None);
    }
    Ok(Some((low, high)))
}

/// What a unit is worth a number of days earlier, at the effective rate of a schedule.
#[derive(Debug)]
pub(crate) struct DailyDiscount {
    factor: BigInt,
}

impl DailyDiscount {
    /// The bits of its fixed point: more than any sum of payments and days can use up.
    const BITS: u32 = 320;

    /// The discount of a loan at the effective rate of these rows.
    pub(crate) fn of(loan: &Loan<'_>, rows: &[Instalment]) -> Result<DailyDiscount> {
        let flows = paid_last(&by_days(&loan.schedule().flows(rows))?)?;
        let root = root_of(&flows, &Annualise::Effective, DailyDiscount::BITS)?;
        let (low, high) = root.ok_or_else(undecided)?;
        Ok(DailyDiscount { factor: (low + high) >> 1 })
    }

    /// What a unit paid a number of days later is worth, in the units of a fixed point.
    pub(crate) fn after(&self, days: u32) -> BigInt {
        power_of(&self.factor, days, DailyDiscount::BITS).low
    }
}

/// Whether the one change of sign is from minus to plus.
fn single_sign_change(flows: &[Flow]) -> Result<bool> {
    // Flows of one day are one flow.
    let mut by_day: Vec<(u32, i128)> = Vec::with_capacity(flows.len());
    for flow in flows {
        match by_day.last_mut() {
            Some((at, sum)) if *at == flow.at => *sum += i128::from(flow.minor),
            _ => by_day.push((flow.at, i128::from(flow.minor))),
        }
    }
    let signs: Vec<bool> = by_day.iter().filter(|(_, sum)| *sum != 0).map(|(_, sum)| *sum > 0).collect();
    let changes = signs.windows(2).filter(|pair| pair[0] != pair[1]).count();
    match (changes, signs.last()) {
        (1, Some(&rising)) => Ok(rising),
        (0, _) | (_, None) => Err(no_sign_change()),
        _ => Err(Error::new(
            ErrorCode::MoreThanOneRoot,
            "flows",
            format_args!("{changes} changes of sign"),
            "exactly one change of sign, so that the rate is unique",
        )),
    }
}

#[cold]
fn no_sign_change() -> Error {
    Error::new(ErrorCode::NoSignChange, "flows", "no change of sign", "money received and money paid")
}

#[cold]
fn out_of_bracket() -> Error {
    Error::new(ErrorCode::RateOutOfBracket, "rate", "a rate outside that", "-99.9 % to 10,000 % a year")
}
