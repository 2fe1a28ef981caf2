//! Where a person or a household stood on the register, by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::BorrowerStatus;
use crate::calendar::check_date;
use crate::dated::Dated;
use crate::error::{Error, ErrorCode, Result};

/// The dated status of one person or household (建档立卡动态): registered, lifted out, fallen back.
///
/// # Examples
///
/// ```
/// use puhui::{BorrowerStatus, StatusHistory, parse_date};
///
/// let day = |text| parse_date(text, "day");
/// let history = StatusHistory::new(vec![
///     (day("2018-12-31")?, BorrowerStatus::Lifted),
///     (day("2014-12-31")?, BorrowerStatus::NotLifted),
/// ])?;
/// assert_eq!(history.on(day("2018-12-30")?), Some(BorrowerStatus::NotLifted));
/// assert_eq!(history.on(day("2018-12-31")?), Some(BorrowerStatus::Lifted));
/// assert_eq!(history.on(day("2014-12-30")?), None);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusHistory {
    entries: Dated<BorrowerStatus>,
}

impl StatusHistory {
    /// The history of these rows, in any order: each status with its first day.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::Missing`] for no rows.
    /// * [`ErrorCode::Contradiction`] for two rows of one day, of one status or of two: which of them is right is not guessed.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    pub fn new(mut rows: Vec<(NaiveDate, BorrowerStatus)>) -> Result<StatusHistory> {
        if rows.is_empty() {
            return Err(Error::new(ErrorCode::Missing, "status", "no row", "at least one row"));
        }
        rows.iter().try_for_each(|(day, _)| check_date(*day, "from"))?;
        rows.sort_unstable();
        if let Some(pair) = rows.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let (day, status) = pair[1];
            let found = format!("{status} as a second one of {day}");
            return Err(Error::new(ErrorCode::Contradiction, "status", found, "one status a day"));
        }
        Ok(StatusHistory { entries: Dated::new(rows)? })
    }

    /// The status on a day; none before the first row.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<BorrowerStatus> {
        self.entries.on(day).copied()
    }

    /// The rows, the oldest first.
    #[must_use]
    pub fn entries(&self) -> &[(NaiveDate, BorrowerStatus)] {
        self.entries.versions()
    }
}

/// The dated status of everyone on the register, by the host's ids: of persons or of households, not of both.
///
/// # Examples
///
/// ```
/// use puhui::{BorrowerStatus, StatusRegister, parse_date};
///
/// let day = |text| parse_date(text, "day");
/// let (listed, lifted) = (BorrowerStatus::NotLifted, BorrowerStatus::Lifted);
/// let register = StatusRegister::new([
///     (7, day("2014-12-31")?, listed),
///     (7, day("2018-12-31")?, lifted),
///     (8, day("2014-12-31")?, listed),
/// ])?;
/// // The column of a book: of households 8, 7, one that is not registered, and nobody.
/// let column = register.column(&[8, 7, 9, 0], day("2020-03-31")?);
/// assert_eq!(column, [listed.code(), lifted.code(), 0, 0]);
///
/// let twice = StatusRegister::new([(7, day("2018-12-31")?, listed), (7, day("2018-12-31")?, lifted)]);
/// assert_eq!(
///     twice.unwrap_err().to_string(),
///     "register[7].status: expected one status a day, got lifted as a second one of 2018-12-31"
/// );
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusRegister {
    histories: BTreeMap<u64, StatusHistory>,
}

impl StatusRegister {
    /// The register of these rows, in any order: whose, since when, which status.
    ///
    /// # Errors
    ///
    /// The field of an error holds the id: `register[7].status`.
    ///
    /// * [`ErrorCode::Contradiction`] for two rows of one id and one day.
    /// * [`ErrorCode::OutOfRange`] for an id of 0, which is nobody's.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    pub fn new(rows: impl IntoIterator<Item = (u64, NaiveDate, BorrowerStatus)>) -> Result<StatusRegister> {
        let mut of: BTreeMap<u64, Vec<(NaiveDate, BorrowerStatus)>> = BTreeMap::new();
        for (id, day, status) in rows {
            if id == 0 {
                return Err(Error::new(ErrorCode::OutOfRange, "register.id", id, "1 or more"));
            }
            of.entry(id).or_default().push((day, status));
        }
        let history = |(id, rows)| match StatusHistory::new(rows) {
            Ok(history) => Ok((id, history)),
            Err(error) => Err(error.within(&format!("register[{id}]"))),
        };
        Ok(StatusRegister { histories: of.into_iter().map(history).collect::<Result<_>>()? })
    }

    /// The history of an id; none if it is not registered.
    #[must_use]
    pub fn history(&self, id: u64) -> Option<&StatusHistory> {
        self.histories.get(&id)
    }

    /// The status of each id on a day, as codes for the column of a book; 0 for an id without a status then.
    #[must_use]
    pub fn column(&self, ids: &[u64], on: NaiveDate) -> Vec<u8> {
        let status = |id| self.history(id).and_then(|history| history.on(on));
        ids.iter().map(|id| status(*id).map_or(0, BorrowerStatus::code)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;

    fn day(ymd: i32) -> NaiveDate {
        parse_ymd(ymd, "day").unwrap()
    }

    #[test]
    fn one_status_a_day() {
        // The very same row twice is refused as well: a key broke at the host.
        for second in [BorrowerStatus::Lifted, BorrowerStatus::NotLifted] {
            let rows = vec![(day(20_200_101), BorrowerStatus::NotLifted), (day(20_200_101), second)];
            assert_eq!(StatusHistory::new(rows).unwrap_err().code(), ErrorCode::Contradiction);
        }
        assert_eq!(StatusHistory::new(Vec::new()).unwrap_err().code(), ErrorCode::Missing);
        let wild = StatusRegister::new([(1, NaiveDate::MAX, BorrowerStatus::Lifted)]).unwrap_err();
        assert_eq!((wild.code(), wild.field()), (ErrorCode::DateOutOfRange, "register[1].from"));
        let nobody = StatusRegister::new([(0, day(20_200_101), BorrowerStatus::Lifted)]).unwrap_err();
        assert_eq!(nobody.code(), ErrorCode::OutOfRange);
    }

    #[test]
    fn lifted_fallen_back_and_lifted_again() {
        use BorrowerStatus::{Lifted, NotLifted, Relapsed};
        let rows = [(2014, NotLifted), (2019, Lifted), (2016, Lifted), (2017, Relapsed)];
        let rows = rows.map(|(year, status)| (7, day(year * 10_000 + 101), status));
        let register = StatusRegister::new(rows).unwrap();
        let on = |ymd| register.column(&[7], day(ymd))[0];
        let expected = [
            (20_131_231, 0),
            (20_151_231, NotLifted.code()),
            (20_161_231, Lifted.code()),
            (20_170_101, Relapsed.code()),
            (20_181_231, Relapsed.code()),
            (20_190_101, Lifted.code()),
        ];
        for (ymd, code) in expected {
            assert_eq!(on(ymd), code, "{ymd}");
        }
        assert_eq!(register.history(7).unwrap().entries().len(), 4);
        assert_eq!(register.history(8), None);
    }
}
