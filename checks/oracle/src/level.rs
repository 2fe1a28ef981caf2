//! The level payment of `docs/SEMANTICS.md` 4, without its formula.
//!
//! A loan is run exactly, row by row: the balance grows by f, then the payment comes off. What is left in the end
//! falls in a straight line as the payment grows. So two runs, with payment 0 and with payment 1, show the line,
//! and the line shows the payment that leaves nothing (or the residual).

use num_bigint::BigInt;

/// f_j of each row as a numerator over one denominator.
pub struct Factors {
    pub numerators: Vec<BigInt>,
    pub denominator: BigInt,
}

impl Factors {
    /// Fractions of any denominators.
    pub fn over_one_denominator(factors: Vec<(BigInt, BigInt)>) -> Factors {
        let mut denominator = BigInt::from(1);
        for (_, of) in &factors {
            // The least common multiple, by the greatest common divisor of Euclid.
            let (mut gcd, mut rest) = (denominator.clone(), of.clone());
            while rest != BigInt::ZERO {
                (gcd, rest) = (rest.clone(), gcd % rest);
            }
            denominator *= of / gcd;
        }
        let numerators = factors.iter().map(|(part, of)| part * (&denominator / of)).collect();
        Factors { numerators, denominator }
    }
}

/// What a row bills beside its payment, or in its place.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// It has no payment.
    pub no_payment: bool,
    /// Its interest is paid by itself, or is not owed: no part of the payment.
    pub no_interest: bool,
    /// So much principal falls due in it beside the payment.
    pub due: BigInt,
}

/// The balance left after all rows, x denominator^rows: every step multiplies the balance so far by the
/// denominator instead of dividing.
fn run(balance: &BigInt, factors: &Factors, payments: &[BigInt], beside: &[Beside]) -> BigInt {
    let q = &factors.denominator;
    let mut left = balance.clone();
    let mut scale = BigInt::from(1);
    for (i, (f, payment)) in factors.numerators.iter().zip(payments).enumerate() {
        scale *= q;
        let beside = beside.get(i).cloned().unwrap_or_default();
        left *= if beside.no_interest { q.clone() } else { q + f };
        left -= beside.due * &scale;
        if !beside.no_payment {
            left -= payment * &scale;
        }
    }
    left
}

/// The exact A, as a fraction, for which the payments A x weight + extra leave `target`.
pub fn solve(
    balance: &BigInt,
    factors: &Factors,
    weights: &[BigInt],
    extras: &[BigInt],
    target: &BigInt,
    beside: &[Beside],
) -> Result<(BigInt, BigInt), String> {
    let with_one: Vec<BigInt> = weights.iter().zip(extras).map(|(weight, extra)| weight + extra).collect();
    let left_at_0 = run(balance, factors, extras, beside);
    let left_at_1 = run(balance, factors, &with_one, beside);
    let rows = u32::try_from(factors.numerators.len()).map_err(|_| "too many rows".to_owned())?;
    let wanted = target * factors.denominator.pow(rows);
    // left(A) = left_at_0 - A x (left_at_0 - left_at_1) = wanted
    let slope = &left_at_0 - &left_at_1;
    if slope == BigInt::ZERO {
        return Err("no level payment".to_owned());
    }
    Ok((left_at_0 - wanted, slope))
}
