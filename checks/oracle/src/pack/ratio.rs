//! Exact numbers: a whole number over a whole number above zero, in lowest terms.

use std::cmp::Ordering;

use num_bigint::BigInt;

use crate::number::{Rounding, decimal, ten_to};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub over: BigInt,
    pub under: BigInt,
}

fn common(a: &BigInt, b: &BigInt) -> BigInt {
    let (mut a, mut b) = (BigInt::from(a.magnitude().clone()), BigInt::from(b.magnitude().clone()));
    while b != BigInt::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    a
}

impl Ratio {
    pub fn new(over: BigInt, under: BigInt) -> Ratio {
        assert!(under > BigInt::ZERO, "a denominator above zero");
        let divisor = common(&over, &under);
        Ratio { over: over / &divisor, under: under / &divisor }
    }

    pub fn whole(n: impl Into<BigInt>) -> Ratio {
        Ratio { over: n.into(), under: BigInt::from(1) }
    }

    pub fn decimal(text: &str) -> Result<Ratio, String> {
        let (digits, scale) = decimal(text)?;
        Ok(Ratio::new(digits, ten_to(scale)))
    }

    pub fn plus(&self, other: &Ratio) -> Ratio {
        Ratio::new(&self.over * &other.under + &other.over * &self.under, &self.under * &other.under)
    }

    pub fn minus(&self, other: &Ratio) -> Ratio {
        self.plus(&Ratio { over: -&other.over, under: other.under.clone() })
    }

    pub fn times(&self, other: &Ratio) -> Ratio {
        Ratio::new(&self.over * &other.over, &self.under * &other.under)
    }

    pub fn divided_by(&self, n: &BigInt) -> Ratio {
        assert!(*n > BigInt::ZERO, "a divisor above zero");
        Ratio::new(self.over.clone(), &self.under * n)
    }

    /// To so many decimals, by a rounding.
    pub fn rounded(&self, decimals: u32, rounding: Rounding) -> Ratio {
        let scale = ten_to(decimals);
        Ratio::new(rounding.round(&(&self.over * &scale), &self.under), scale)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        (&self.over * &other.under).partial_cmp(&(&other.over * &self.under))
    }
}
