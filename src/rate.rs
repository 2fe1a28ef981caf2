//! Annual rates, basis points, and published benchmark series.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::{Cycle, MAX_DATE, MissingDay, check_date};
use crate::decimal_text::{exact_decimal, quoted};
use crate::error::{Error, ErrorCode, Result};

/// An exact annual rate: 4.35 % is `0.0435`.
///
/// # Units
///
/// A plain fraction a year, neither per cent nor basis points. Negative rates are allowed; the absolute value is at
/// most 10 (1000 %). Normalised: 0.04350 is 0.0435.
///
/// # Examples
///
/// ```
/// use puhui::{BasisPoints, Rate};
///
/// let rate: Rate = "0.0435".parse()?;
/// assert_eq!(rate, Rate::from_ppb(43_500_000)?);
/// assert_eq!(rate.plus(BasisPoints(50))?.to_string(), "0.0485");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rate(Decimal);

impl Rate {
    /// No interest.
    pub const ZERO: Rate = Rate(Decimal::ZERO);
    /// 100 %.
    pub const ONE: Rate = Rate(Decimal::ONE);

    /// A rate from a decimal fraction.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] above 1000 % or below -1000 %.
    pub fn new(fraction: Decimal) -> Result<Rate> {
        if fraction.abs() > Decimal::TEN {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "rate",
                fraction,
                "-10 to 10 (10 is 1000 % a year)",
            ));
        }
        // A negative zero would print as one.
        let fraction = if fraction.is_zero() { Decimal::ZERO } else { fraction.normalize() };
        Ok(Rate(fraction))
    }

    /// A rate from parts per billion a year: 4.35 % is 43 500 000.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] above 1000 % or below -1000 %.
    pub fn from_ppb(ppb: i64) -> Result<Rate> {
        Rate::new(Decimal::new(ppb, 9))
    }

    /// The rate as a decimal fraction.
    #[must_use]
    pub fn fraction(self) -> Decimal {
        self.0
    }

    /// The rate raised by a number of basis points.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] above 1000 % or below -1000 %.
    /// * [`ErrorCode::TooManyDigits`] if the sum has more digits than can be held exactly.
    pub fn plus(self, spread: BasisPoints) -> Result<Rate> {
        let spread = Decimal::new(i64::from(spread.0), 4);
        let sum = self.0.checked_add(spread).filter(|sum| sum.checked_sub(spread) == Some(self.0));
        sum.map_or_else(
            || {
                Err(Error::new(
                    ErrorCode::TooManyDigits,
                    "rate",
                    self,
                    "at most 28 decimals with the spread added",
                ))
            },
            Rate::new,
        )
    }

    /// The rate as `mantissa / 10^scale`.
    pub(crate) fn mantissa_and_scale(self) -> (i128, u32) {
        (self.0.mantissa(), self.0.scale())
    }
}

impl FromStr for Rate {
    type Err = Error;

    /// Reads the strict text form `-?digits(.digits)?`.
    fn from_str(text: &str) -> Result<Rate> {
        Rate::new(exact_decimal(text, "rate", "0.0435 for 4.35 %")?)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Rate, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Hundredths of a per cent (基点): 50 basis points are 0.50 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BasisPoints(pub i32);

/// A change of a loan's rate: from `from` on (that day included) the loan pays `rate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateStep {
    /// The first day that earns the new rate.
    pub from: NaiveDate,
    /// The new annual rate.
    pub rate: Rate,
    /// Whether the rate was not yet published when the loan was computed: the newest value known is carried forward.
    pub projected: bool,
}

/// A published, dated series of reference rates, such as the loan prime rate (贷款市场报价利率, LPR).
///
/// A value holds from its publication day until the next one. The built-in series carry an edition, and nothing reads
/// "the newest": what was known when is always an input.
///
/// # Examples
///
/// ```
/// use chrono::NaiveDate;
/// use puhui::Benchmark;
///
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let lpr = Benchmark::lpr_1y();
/// // Published on 2020-04-20: 3.85 %. The day before, 4.05 % still held.
/// assert_eq!(lpr.value_on(day(2020, 4, 20), day(2020, 12, 31))?.to_string(), "0.0385");
/// assert_eq!(lpr.value_on(day(2020, 4, 19), day(2020, 12, 31))?.to_string(), "0.0405");
/// // Whoever only knows what was published by 1 March looks at 4.05 %.
/// assert_eq!(lpr.value_on(day(2020, 4, 20), day(2020, 3, 1))?.to_string(), "0.0405");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Benchmark {
    name: String,
    edition: Option<&'static str>,
    published: Vec<(NaiveDate, Rate)>,
}

impl Benchmark {
    /// The names of the built-in series.
    pub const BUILT_IN: [&'static str; 5] = ["lpr_1y", "lpr_5y", "pboc_1y", "pboc_5y", "pboc_over_5y"];

    /// A built-in series by its name.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`] for a name that is not in [`Benchmark::BUILT_IN`].
    pub fn built_in(name: &str) -> Result<Benchmark> {
        match name {
            "lpr_1y" => Ok(Benchmark::lpr_1y()),
            "lpr_5y" => Ok(Benchmark::lpr_5y()),
            "pboc_1y" => Ok(Benchmark::from_table(name, PBOC_EDITION, PBOC, 0)),
            "pboc_5y" => Ok(Benchmark::from_table(name, PBOC_EDITION, PBOC, 1)),
            "pboc_over_5y" => Ok(Benchmark::from_table(name, PBOC_EDITION, PBOC, 2)),
            _ => Err(Error::new(
                ErrorCode::UnknownValue,
                "benchmark",
                quoted(name),
                format_args!("one of {}", Benchmark::BUILT_IN.join(" ")),
            )),
        }
    }

    /// The one-year loan prime rate, from 2019-08-20 (central bank announcement 2019 no. 15), to 2025-05.
    #[must_use]
    pub fn lpr_1y() -> Benchmark {
        Benchmark::from_table("lpr_1y", LPR_EDITION, LPR, 0)
    }

    /// The loan prime rate over five years, from 2019-08-20, to 2025-05.
    #[must_use]
    pub fn lpr_5y() -> Benchmark {
        Benchmark::from_table("lpr_5y", LPR_EDITION, LPR, 1)
    }

    /// A series of the host's own: publication days, rising, and the rate published on each.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for a series without rows.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] if the days do not rise.
    pub fn new(name: impl Into<String>, published: Vec<(NaiveDate, Rate)>) -> Result<Benchmark> {
        if published.is_empty() {
            return Err(Error::new(ErrorCode::Missing, "published", "no row", "at least one row"));
        }
        for &(day, _) in &published {
            check_date(day, "published")?;
        }
        for pair in published.windows(2) {
            if pair[1].0 <= pair[0].0 {
                return Err(Error::new(
                    ErrorCode::DatesOutOfOrder,
                    "published",
                    pair[1].0,
                    format_args!("after {}", pair[0].0),
                ));
            }
        }
        Ok(Benchmark { name: name.into(), edition: None, published })
    }

    fn from_table<const N: usize>(
        name: &str,
        edition: &'static str,
        table: &[(i32, [i64; N])],
        column: usize,
    ) -> Benchmark {
        let published = table
            .iter()
            .filter_map(|(ymd, basis_points)| {
                let day = crate::calendar::parse_ymd(*ymd, "published").ok()?;
                Some((day, Rate(Decimal::new(*basis_points.get(column)?, 4).normalize())))
            })
            .collect();
        Benchmark { name: name.to_owned(), edition: Some(edition), published }
    }

    /// The name of the series.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The edition of a built-in series; a host's own has none.
    #[must_use]
    pub fn edition(&self) -> Option<&str> {
        self.edition
    }

    /// The publication days and the rates, oldest first.
    #[must_use]
    pub fn published(&self) -> &[(NaiveDate, Rate)] {
        &self.published
    }

    /// The value in force on `date`, as far as it was published by `known_on`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::BenchmarkNotPublished`] if nothing had been published by then.
    pub fn value_on(&self, date: NaiveDate, known_on: NaiveDate) -> Result<Rate> {
        let by = date.min(known_on);
        let after = self.published.partition_point(|&(day, _)| day <= by);
        match after.checked_sub(1).and_then(|last| self.published.get(last)) {
            Some(&(_, rate)) => Ok(rate),
            None => Err(Error::new(
                ErrorCode::BenchmarkNotPublished,
                "benchmark",
                by,
                match self.published.first() {
                    Some((first, _)) => format!("{} from {first} on", self.name),
                    None => format!("{} once it is published", self.name),
                },
            )),
        }
    }

    /// The rates of a loan on this benchmark: the first one, and its changes up to `until`.
    ///
    /// The rate is the benchmark's value plus `spread`. Without `reset` it is fixed for the contract on `disbursed_on`;
    /// with it, it is looked up again at `disbursed_on` + i x `reset` (anniversaries, 对月对日). Resets after `known_on`
    /// carry the newest known value and are marked as projected; the first of them stands for all, as the rate
    /// changes no more.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::BenchmarkNotPublished`] if there was no value on `disbursed_on`.
    /// * The errors of [`Rate::plus`].
    pub fn rates(
        &self,
        spread: BasisPoints,
        reset: Option<Cycle>,
        disbursed_on: NaiveDate,
        until: NaiveDate,
        known_on: NaiveDate,
    ) -> Result<(Rate, Vec<RateStep>)> {
        check_date(disbursed_on, "disbursed_on")?;
        let first = self.value_on(disbursed_on, known_on)?.plus(spread)?;
        let mut steps = Vec::new();
        if disbursed_on > known_on {
            steps.push(RateStep { from: disbursed_on, rate: first, projected: true });
        }
        let Some(cycle) = reset else { return Ok((first, steps)) };
        for i in 1.. {
            // Resets end with the loan, and a loan with the years that are computed with.
            let Ok(from) = cycle.date(disbursed_on, None, MissingDay::LastOfMonth, i) else { break };
            if from > until.min(MAX_DATE) {
                break;
            }
            let rate = self.value_on(from, known_on)?.plus(spread)?;
            steps.push(RateStep { from, rate, projected: from > known_on });
            if from > known_on {
                break;
            }
        }
        Ok((first, steps))
    }
}

const LPR_EDITION: &str = "lpr@2025-05";

/// Day as yyyymmdd; one year and over five years in basis points. Source: the National Interbank Funding Center's announcements; every
/// publication to 2022-01, after that the changes only (a value holds until the next one, so nothing is lost).
const LPR: &[(i32, [i64; 2])] = &[
    (20190820, [425, 485]),
    (20190920, [420, 485]),
    (20191021, [420, 485]),
    (20191120, [415, 480]),
    (20191220, [415, 480]),
    (20200120, [415, 480]),
    (20200220, [405, 475]),
    (20200320, [405, 475]),
    (20200420, [385, 465]),
    (20200520, [385, 465]),
    (20200622, [385, 465]),
    (20200720, [385, 465]),
    (20200820, [385, 465]),
    (20200921, [385, 465]),
    (20201020, [385, 465]),
    (20201120, [385, 465]),
    (20201221, [385, 465]),
    (20210120, [385, 465]),
    (20210220, [385, 465]),
    (20210322, [385, 465]),
    (20210420, [385, 465]),
    (20210520, [385, 465]),
    (20210621, [385, 465]),
    (20210720, [385, 465]),
    (20210820, [385, 465]),
    (20210922, [385, 465]),
    (20211020, [385, 465]),
    (20211122, [385, 465]),
    (20211220, [380, 465]),
    (20220120, [370, 460]),
    (20220520, [370, 445]),
    (20220822, [365, 430]),
    (20230620, [355, 420]),
    (20230821, [345, 420]),
    (20240220, [345, 395]),
    (20240722, [335, 385]),
    (20241021, [310, 360]),
    (20250520, [300, 350]),
];

const PBOC_EDITION: &str = "pboc@2015-10";

/// Day as yyyymmdd; up to one year, one to five years and over five years in basis points: the central bank's benchmark loan rates
/// (贷款基准利率) before the LPR.
const PBOC: &[(i32, [i64; 3])] = &[
    (20141122, [560, 600, 615]),
    (20150301, [535, 575, 590]),
    (20150511, [510, 550, 565]),
    (20150628, [485, 525, 540]),
    (20150826, [460, 500, 515]),
    (20151024, [435, 475, 490]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn day(ymd: i32) -> NaiveDate {
        crate::calendar::parse_ymd(ymd, "test").unwrap()
    }

    #[test]
    fn rates_are_strict_and_normalised() {
        assert_eq!("0.04350".parse::<Rate>().unwrap().to_string(), "0.0435");
        assert_eq!("100.000".parse::<Rate>().unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!(format!("0.5{}", "0".repeat(50)).parse::<Rate>().unwrap().to_string(), "0.5");
        assert_eq!("-0.000".parse::<Rate>().unwrap().to_string(), "0");
        assert_eq!("10".parse::<Rate>().unwrap().fraction(), Decimal::TEN);
        assert_eq!("10.0000001".parse::<Rate>().unwrap_err().code(), ErrorCode::OutOfRange);
        assert_eq!("1e-2".parse::<Rate>().unwrap_err().code(), ErrorCode::Malformed);
        let long = "0.00000000000000000000000000001";
        assert_eq!(long.parse::<Rate>().unwrap_err().code(), ErrorCode::TooManyDigits);
    }

    #[test]
    fn built_in_series_rise_and_are_found_by_name() {
        for name in Benchmark::BUILT_IN {
            let series = Benchmark::built_in(name).unwrap();
            assert_eq!(series.name(), name);
            assert!(series.published().len() > 5);
            assert!(series.published().windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        assert!(Benchmark::built_in("libor").is_err());
    }

    #[test]
    fn a_benchmark_before_its_first_day_is_an_error() {
        let error = Benchmark::lpr_1y().value_on(day(20190819), day(20200101)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::BenchmarkNotPublished);
        assert!(error.to_string().contains("from 2019-08-20 on"), "{error}");
    }

    #[test]
    fn resets_after_known_on_are_projected() {
        // Drawn 2020-03-01 at 4.05 % + 0.50; a year on 3.85 % + 0.50 was known; two years on it was not yet.
        let (first, steps) = Benchmark::lpr_1y()
            .rates(
                BasisPoints(50),
                Some("1 year".parse().unwrap()),
                day(20200301),
                day(20221231),
                day(20210601),
            )
            .unwrap();
        assert_eq!(first.to_string(), "0.0455");
        let found: Vec<_> =
            steps.iter().map(|step| (step.from, step.rate.to_string(), step.projected)).collect();
        assert_eq!(
            found,
            [(day(20210301), "0.0435".to_owned(), false), (day(20220301), "0.0435".to_owned(), true)]
        );
    }
}
