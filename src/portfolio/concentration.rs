//! How much of a book lies in few places: shares, the Herfindahl index, the largest.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::tally::Tally;
use super::tally_plan::Measure;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::beyond;
use crate::money::Rounding;
use crate::ratio::{Figure, Ratio};

/// Amounts by key, the largest first, and how concentrated they are (集中度).
///
/// Keys are those of a tally's groups, or the host's own: borrowers, lenders, branches. Equal amounts stand in the order of their
/// keys, so that the same amounts in any order give the same list.
///
/// # Units
///
/// Minor units of one currency, or whatever was handed in. Shares and the index are exact.
///
/// # Examples
///
/// ```
/// use puhui::Rounding;
/// use puhui::portfolio::Concentration;
///
/// // Four borrowers, one of them with two loans.
/// let loans = [(1, 40), (2, 30), (3, 10), (4, 10), (3, 10)];
/// let concentration = Concentration::of_amounts(loans)?;
/// // 0.4^2 + 0.3^2 + 0.2^2 + 0.1^2 = 0.30; competition authorities write 3,000.
/// assert_eq!(concentration.herfindahl()?.to_decimal(2, Rounding::HalfUp)?.unwrap().to_string(), "0.30");
/// assert_eq!(concentration.herfindahl_points(0, Rounding::HalfUp)?.unwrap().to_string(), "3000");
/// let largest = concentration.largest(2);
/// assert_eq!(largest, [(1, 40), (2, 30)]);
/// assert_eq!(concentration.share_of_largest(2)?.percent(0, Rounding::HalfUp)?.unwrap().to_string(), "70");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concentration<K> {
    /// The largest first; equal ones by key.
    amounts: Vec<(K, i128)>,
    total: i128,
}

impl Concentration<Vec<u32>> {
    /// The balances of a tally's groups.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a tally that does not measure the balance.
    /// * [`ErrorCode::Overflow`] if the sum does not fit.
    pub fn of_tally(tally: &Tally) -> Result<Concentration<Vec<u32>>> {
        tally.need(Measure::Balance)?;
        Concentration::of_amounts(tally.groups().map(|(key, sums)| (key.to_vec(), sums.balance())))
    }
}

impl<K: Ord> Concentration<K> {
    /// Amounts by key; those of one key are added up.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a negative amount: a share of more than all has no meaning.
    /// * [`ErrorCode::Overflow`] if a sum does not fit.
    pub fn of_amounts(amounts: impl IntoIterator<Item = (K, i128)>) -> Result<Concentration<K>> {
        let mut by_key: BTreeMap<K, i128> = BTreeMap::new();
        let mut total: i128 = 0;
        for (row, (key, amount)) in amounts.into_iter().enumerate() {
            if amount < 0 {
                return Err(Error::new(ErrorCode::OutOfRange, format!("amount[{row}]"), amount, "0 or more"));
            }
            total = total.checked_add(amount).ok_or_else(too_wide)?;
            // At most the total.
            *by_key.entry(key).or_default() += amount;
        }
        let mut amounts: Vec<_> = by_key.into_iter().collect();
        // A stable sort leaves equal amounts in the order of their keys.
        amounts.sort_by(|(_, one), (_, other)| other.cmp(one));
        Ok(Concentration { amounts, total })
    }

    /// The amounts by key, the largest first.
    #[must_use]
    pub fn amounts(&self) -> &[(K, i128)] {
        &self.amounts
    }

    /// The sum of the amounts.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.total
    }

    /// The share of each key in the total (占比), the largest first; [`Figure::ZeroBase`] where all amounts are zero.
    ///
    /// # Errors
    ///
    /// None that amounts of 0 or more can lead to.
    pub fn shares(&self) -> Result<Vec<(&K, Figure)>> {
        self.amounts.iter().map(|(key, amount)| Ok((key, Figure::of(*amount, Some(self.total))?))).collect()
    }

    /// The `count` largest; fewer if there are no more.
    #[must_use]
    pub fn largest(&self, count: usize) -> &[(K, i128)] {
        self.amounts.get(..count).unwrap_or(&self.amounts)
    }

    /// The share of the `count` largest in the total (前 n 大占比).
    ///
    /// # Errors
    ///
    /// None that amounts of 0 or more can lead to.
    pub fn share_of_largest(&self, count: usize) -> Result<Figure> {
        Figure::of(self.largest(count).iter().map(|(_, amount)| amount).sum(), Some(self.total))
    }

    /// The Herfindahl (Herfindahl-Hirschman) index: the sum of the squares of all shares, from 1 over their number, where all are
    /// equal, to 1, where all lies in one place. [`Figure::ZeroBase`] where all amounts are zero.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] if the square of the total does not fit 127 bits: above about 10^19 units.
    pub fn herfindahl(&self) -> Result<Figure> {
        let square = |amount: i128| amount.checked_mul(amount).ok_or_else(too_wide);
        let whole = square(self.total)?;
        // The squares of parts add up to at most the square of the whole.
        let squares = self.amounts.iter().try_fold(0, |sum, (_, amount)| Ok(sum + square(*amount)?))?;
        Figure::of(squares, Some(whole))
    }

    /// The index in the conventional points, 0 to 10,000: shares in per cent, squared. Rounded once; none where there is no index.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Overflow`] as [`Concentration::herfindahl`], or if the figure does not fit a decimal.
    pub fn herfindahl_points(&self, places: u32, rounding: Rounding) -> Result<Option<Decimal>> {
        let points = |index: Ratio| {
            let scaled = index.numerator().checked_mul(10_000).ok_or_else(too_wide)?;
            Ratio::new(scaled, index.denominator())?.to_decimal(places, rounding)
        };
        self.herfindahl()?.ratio().map(points).transpose()
    }
}

#[cold]
fn too_wide() -> Error {
    beyond("amount", "a larger sum or square", 128)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_amounts_stand_by_key() {
        let one = Concentration::of_amounts([(9, 5), (3, 5), (7, 8), (1, 0)]).unwrap();
        let other = Concentration::of_amounts([(1, 0), (7, 8), (3, 5), (9, 2), (9, 3)]).unwrap();
        assert_eq!(one, other);
        assert_eq!(one.amounts(), [(7, 8), (3, 5), (9, 5), (1, 0)]);
        assert_eq!(one.largest(10).len(), 4);
        assert_eq!(one.largest(0), []);
        let shares: Vec<_> = one.shares().unwrap().into_iter().map(|(_, share)| share).collect();
        // Of 18.
        let of = |part| Figure::of(part, Some(18)).unwrap();
        assert_eq!(shares, [of(8), of(5), of(5), of(0)]);
    }

    #[test]
    fn the_ends_of_the_index() {
        // Equal shares of four: 4 x 0.25^2 = 0.25; one alone: 1.
        let equal = Concentration::of_amounts((0..4).map(|key| (key, 25))).unwrap();
        assert_eq!(equal.herfindahl().unwrap(), Figure::of(1, Some(4)).unwrap());
        assert_eq!(equal.herfindahl_points(1, Rounding::HalfUp).unwrap().unwrap().to_string(), "2500.0");
        let alone = Concentration::of_amounts([(1, 7)]).unwrap();
        assert_eq!(alone.herfindahl().unwrap(), Figure::of(1, Some(1)).unwrap());
        // 1/3 of 10,000, rounded and cut.
        let thirds = Concentration::of_amounts([(1, 1), (2, 1), (3, 1)]).unwrap();
        let points = |rounding| thirds.herfindahl_points(2, rounding).unwrap().unwrap().to_string();
        assert_eq!((points(Rounding::Up), points(Rounding::Down)), ("3333.34".into(), "3333.33".into()));
    }

    #[test]
    fn nothing_has_no_shares() {
        let nothing = Concentration::<u8>::of_amounts([]).unwrap();
        assert_eq!(nothing.herfindahl().unwrap(), Figure::ZeroBase);
        assert_eq!(nothing.herfindahl_points(0, Rounding::Down).unwrap(), None);
        assert_eq!(nothing.share_of_largest(3).unwrap(), Figure::ZeroBase);
        let negative = Concentration::of_amounts([(1, 5), (2, -1)]).unwrap_err();
        assert_eq!(negative.to_string(), "amount[1]: expected 0 or more, got -1");
        let wide = Concentration::of_amounts([(1, i128::MAX), (2, 1)]).unwrap_err();
        assert_eq!(wide.code(), ErrorCode::Overflow);
        let square = Concentration::of_amounts([(1, 1 << 64)]).unwrap().herfindahl().unwrap_err();
        assert_eq!(square.code(), ErrorCode::Overflow);
    }
}
