//! Densities of service points. Each base has a type of its own, so that figures of two bases cannot be mistaken for one another.

use rust_decimal::Decimal;

use crate::error::Result;
use crate::money::Rounding;
use crate::ratio::Figure;

macro_rules! density {
    ($(#[$doc:meta])* $name:ident, $per:literal, $base:ident: $base_doc:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(Figure);

        impl $name {
            #[doc = concat!("The density of a number of things over ", $base_doc, "; where that is not known or zero, that.")]
            ///
            /// # Errors
            ///
            /// None that counts of 64 bits can lead to.
            pub fn of(things: u64, $base: Option<u64>) -> Result<$name> {
                Figure::of(i128::from(things) * $per, $base.map(i128::from)).map($name)
            }

            /// The exact figure.
            #[must_use]
            pub fn figure(self) -> Figure {
                self.0
            }

            /// The figure with this many decimals, rounded, or cut ([`Rounding::Down`]), once.
            ///
            /// # Errors
            ///
            /// [`ErrorCode::Overflow`](crate::ErrorCode::Overflow) if it does not fit a decimal.
            pub fn to_decimal(self, places: u32, rounding: Rounding) -> Result<Option<Decimal>> {
                self.0.to_decimal(places, rounding)
            }
        }
    };
}

density! {
    /// Things for each 10,000 people 每万人, as the central bank of China publishes them.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::Rounding;
    /// use puhui::community::PerTenThousandPeople;
    ///
    /// // 126,600 rural outlets and 968 million people at the end of 2018: 1.3078.
    /// let outlets = PerTenThousandPeople::of(126_600, Some(968_000_000))?;
    /// assert_eq!(outlets.to_decimal(3, Rounding::HalfUp)?.unwrap().to_string(), "1.308");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    PerTenThousandPeople, 10_000, people: "the number of people"
}

density! {
    /// Things for each 100,000 adults (15 and older), as the Financial Access Survey publishes them.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::Rounding;
    /// use puhui::community::PerHundredThousandAdults;
    ///
    /// // 9 outlets for 60,000 adults.
    /// let outlets = PerHundredThousandAdults::of(9, Some(60_000))?;
    /// assert_eq!(outlets.to_decimal(1, Rounding::HalfUp)?.unwrap().to_string(), "15.0");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    PerHundredThousandAdults, 100_000, adults: "the number of adults"
}

density! {
    /// Things for each 1,000 km², as the Financial Access Survey publishes them.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::Rounding;
    /// use puhui::community::PerThousandSquareKilometres;
    ///
    /// // 3 outlets on 250 km², an area of 250,000,000 m².
    /// let outlets = PerThousandSquareKilometres::of(3, Some(250_000_000))?;
    /// assert_eq!(outlets.to_decimal(1, Rounding::HalfUp)?.unwrap().to_string(), "12.0");
    /// # Ok::<(), puhui::Error>(())
    /// ```
    PerThousandSquareKilometres, 1_000_000_000, area_m2: "the area in square metres"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(figure: Figure, places: u32, rounding: Rounding) -> String {
        figure.to_decimal(places, rounding).unwrap().unwrap().to_string()
    }

    #[test]
    fn rural_payments_at_the_end_of_2018() {
        // Section 11.1 of the policy facts: 2,244 counties, 32,000 townships, 531,400 villages, 968 million people; 126,600
        // outlets, 4.305 billion accounts, 3.208 billion cards. Recomputed from these: 1.308, 56.42, 3.956, 0.238, 4.447, 3.314.
        let people = 968_000_000;
        let outlets = PerTenThousandPeople::of(126_600, Some(people)).unwrap();
        let each = |things: i128, of: i128| Figure::of(things, Some(of)).unwrap();
        let recomputed = [
            (outlets.figure(), 3, "1.308"),
            (each(126_600, 2_244), 2, "56.42"),
            (each(126_600, 32_000), 3, "3.956"),
            (each(126_600, 531_400), 3, "0.238"),
            (each(4_305_000_000, 968_000_000), 3, "4.447"),
            (each(3_208_000_000, 968_000_000), 3, "3.314"),
        ];
        for (figure, places, expected) in recomputed {
            assert_eq!(shown(figure, places, Rounding::HalfUp), expected);
        }
        // As published: 1.31 and 0.24 are rounded; 56.41, 3.95, 4.44 and 3.31 are cut.
        assert_eq!(shown(recomputed[0].0, 2, Rounding::HalfUp), "1.31");
        assert_eq!(shown(recomputed[3].0, 2, Rounding::HalfUp), "0.24");
        for (place, expected) in [(1, "56.41"), (2, "3.95"), (4, "4.44"), (5, "3.31")] {
            assert_eq!(shown(recomputed[place].0, 2, Rounding::Down), expected);
        }
    }

    #[test]
    fn without_a_base_there_is_no_density() {
        assert_eq!(PerTenThousandPeople::of(3, None).unwrap().figure(), Figure::MissingBase);
        assert_eq!(PerHundredThousandAdults::of(3, Some(0)).unwrap().figure(), Figure::ZeroBase);
        let most = PerThousandSquareKilometres::of(u64::MAX, Some(1)).unwrap();
        assert_eq!(shown(most.figure(), 0, Rounding::HalfUp), "18446744073709551615000000000");
    }
}
