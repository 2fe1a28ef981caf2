//! Flat interest that is rounded once for all instalments: the last one bills what is left of it.

use num_bigint::BigInt;

use crate::error::Result;
use crate::exact::{add, divide_wide, subtract};
use crate::loan::agreement::product::{InterestBase, ProductRules};
use crate::loan::schedule::accrual::{Accrued, interest_overflow};
use crate::money::Rounding;
use crate::record::recorded;

/// The interest of the instalments so far: exact, as a fraction, and what of it was billed.
#[derive(Clone, Debug)]
pub(crate) struct FlatTotal {
    numerator: BigInt,
    denominator: BigInt,
    billed: i64,
}

recorded! {
    FlatTotal { numerator, denominator, billed }
}

impl FlatTotal {
    /// That of no instalment yet; none where each is rounded by itself.
    pub(crate) fn of(rules: &ProductRules) -> Option<FlatTotal> {
        (rules.interest_base == InterestBase::FlatInTotal).then(|| FlatTotal {
            numerator: BigInt::ZERO,
            denominator: BigInt::from(1),
            billed: 0,
        })
    }

    /// What the next instalment bills of what it earned, over a denominator.
    pub(crate) fn bill(
        &mut self,
        (earned, denominator): (&Accrued, i128),
        is_last: bool,
        rounding: Rounding,
    ) -> Result<i64> {
        self.add(earned.to_big(), BigInt::from(denominator));
        if !is_last {
            let interest = earned.round(denominator, rounding)?;
            self.billed = add(self.billed, interest)?;
            return Ok(interest);
        }
        let total = divide_wide(rounding, &self.numerator, &self.denominator);
        subtract(i64::try_from(total).map_err(|_| interest_overflow())?, self.billed)
    }

    fn add(&mut self, numerator: BigInt, denominator: BigInt) {
        // Periods may be worth fractions of their own, of which there are few.
        if (&self.denominator % &denominator) == BigInt::ZERO {
            self.numerator += numerator * (&self.denominator / denominator);
            return;
        }
        self.numerator = &self.numerator * &denominator + numerator * &self.denominator;
        self.denominator *= denominator;
    }
}
