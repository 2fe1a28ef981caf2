//! Dated versions of a rule: which one holds on a day is found, never assumed.

use chrono::NaiveDate;

use crate::calendar::{MIN_DATE, check_date};
use crate::error::{Error, ErrorCode, Result};

/// The versions of a rule by the first day that each holds; a version holds until the next one begins.
///
/// # Examples
///
/// ```
/// use puhui::{Dated, parse_date};
///
/// // The cap of a personal start-up loan: 150,000 from 2018-11-16, 200,000 from 2020-04-15.
/// let day = |text| parse_date(text, "day");
/// let cap = Dated::new(vec![(day("2018-11-16")?, 150_000), (day("2020-04-15")?, 200_000)])?;
/// assert_eq!(cap.on(day("2020-04-14")?), Some(&150_000));
/// assert_eq!(cap.on(day("2020-04-15")?), Some(&200_000));
/// assert_eq!(cap.on(day("2018-11-15")?), None);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    versions: Vec<(NaiveDate, T)>,
}

impl<T> Dated<T> {
    /// The versions of a rule; their first days rise.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for no version at all.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] if the days do not rise.
    pub fn new(versions: Vec<(NaiveDate, T)>) -> Result<Dated<T>> {
        if versions.is_empty() {
            return Err(Error::new(ErrorCode::Missing, "versions", "none", "at least one version"));
        }
        for (from, _) in &versions {
            check_date(*from, "versions.from")?;
        }
        if let Some(pair) = versions.windows(2).find(|pair| pair[1].0 <= pair[0].0) {
            let bound = format!("after {}", pair[0].0);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "versions.from", pair[1].0, bound));
        }
        Ok(Dated { versions })
    }

    /// A rule that always holds: on every day that is computed with.
    #[must_use]
    pub fn always(rule: T) -> Dated<T> {
        Dated::one(MIN_DATE, rule)
    }

    /// A rule of one version, of a built-in day.
    pub(crate) fn one(from: NaiveDate, rule: T) -> Dated<T> {
        Dated { versions: vec![(from, rule)] }
    }

    /// The version that holds on a day; none before the first.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&T> {
        let after = self.versions.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).and_then(|last| self.versions.get(last)).map(|(_, rule)| rule)
    }

    /// The versions and their first days, oldest first.
    #[must_use]
    pub fn versions(&self) -> &[(NaiveDate, T)] {
        &self.versions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{MAX_DATE, parse_ymd};

    #[test]
    fn always_is_every_day() {
        let rule = Dated::always(7);
        assert_eq!((rule.on(MIN_DATE), rule.on(MAX_DATE)), (Some(&7), Some(&7)));
    }

    #[test]
    fn versions_must_rise() {
        let day = |ymd| parse_ymd(ymd, "day").unwrap();
        assert_eq!(Dated::<u8>::new(Vec::new()).unwrap_err().code(), ErrorCode::Missing);
        for second in [20200101, 20191231] {
            let error = Dated::new(vec![(day(20200101), 1), (day(second), 2)]).unwrap_err();
            assert_eq!(error.code(), ErrorCode::DatesOutOfOrder);
        }
        assert_eq!(Dated::new(vec![(NaiveDate::MIN, 1)]).unwrap_err().code(), ErrorCode::DateOutOfRange);
    }
}
