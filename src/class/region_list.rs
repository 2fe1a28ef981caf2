//! Lists of places with dates: which were poor counties or townships of deep poverty on a day.

use chrono::NaiveDate;

use super::RegionClass;
use crate::calendar::check_date;
use crate::error::{Error, ErrorCode, Result};

/// That a place was of a class from one day to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegionListing {
    /// The county or township, such as 500229.
    pub place: u32,
    /// What it was listed as.
    pub class: RegionClass,
    /// The first day on the list (认定).
    pub listed_on: NaiveDate,
    /// The first day off the list (摘帽退出); none if it is still on.
    pub left_on: Option<NaiveDate>,
}

impl RegionListing {
    /// Whether the place was on the list on a day.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.listed_on <= day && self.left_on.is_none_or(|left| day < left)
    }
}

/// A list of places with the days on which they came onto it and left it (带日期的名单).
///
/// A place that has left often keeps its policies (摘帽不摘政策): which of [`RegionList::on`] and [`RegionList::by`] a statistic
/// means is its own matter.
///
/// # Examples
///
/// ```
/// use puhui::{RegionClass, RegionList, RegionListing, parse_date};
///
/// // Chengkou left the list of national poor counties on 22 February 2020 (the first day here is an example).
/// let day = |text| parse_date(text, "day");
/// let list = RegionList::new(vec![RegionListing {
///     place: 500229,
///     class: RegionClass::NationalPoorCounty,
///     listed_on: day("2012-03-19")?,
///     left_on: Some(day("2020-02-22")?),
/// }])?;
/// let class = RegionClass::NationalPoorCounty;
/// assert!(list.on(500229, class, day("2020-02-21")?));
/// assert!(!list.on(500229, class, day("2020-02-22")?));
/// assert!(list.by(500229, class, day("2020-02-22")?));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionList {
    /// By place, class and first day.
    listings: Vec<RegionListing>,
}

impl RegionList {
    /// The list of these entries, in any order. A place may come back after it left, and be of several classes.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::OutOfRange`] for a place of 0, which stands for no place.
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] for a place that leaves on or before the day it is listed.
    /// * [`ErrorCode::Contradiction`] for a place that is listed again before it has left.
    pub fn new(mut listings: Vec<RegionListing>) -> Result<RegionList> {
        for listing in &listings {
            let field = |name: &str| format!("region[{}].{name}", listing.place);
            if listing.place == 0 {
                return Err(Error::new(ErrorCode::OutOfRange, "region.place", 0, "1 or more"));
            }
            check_date(listing.listed_on, "listed_on").map_err(|error| error.at(field("listed_on")))?;
            if let Some(left) = listing.left_on {
                check_date(left, "left_on").map_err(|error| error.at(field("left_on")))?;
                if left <= listing.listed_on {
                    let bound = format!("after {}", listing.listed_on);
                    return Err(Error::new(ErrorCode::DatesOutOfOrder, field("left_on"), left, bound));
                }
            }
        }
        listings.sort_unstable_by_key(|listing| (listing.place, listing.class, listing.listed_on));
        for pair in listings.windows(2) {
            let (one, next) = (&pair[0], &pair[1]);
            let same = (one.place, one.class) == (next.place, next.class);
            if same && one.left_on.is_none_or(|left| next.listed_on < left) {
                let bound = match one.left_on {
                    Some(left) => format!("{left} or later: it is listed until then"),
                    None => format!("no second entry: it is listed since {} and has not left", one.listed_on),
                };
                let field = format!("region[{}].listed_on", next.place);
                return Err(Error::new(ErrorCode::Contradiction, field, next.listed_on, bound));
            }
        }
        Ok(RegionList { listings })
    }

    /// The entries by place, class and first day.
    #[must_use]
    pub fn listings(&self) -> &[RegionListing] {
        &self.listings
    }

    /// Whether a place was of a class on a day.
    #[must_use]
    pub fn on(&self, place: u32, class: RegionClass, day: NaiveDate) -> bool {
        self.latest(place, class, day).is_some_and(|listing| listing.holds_on(day))
    }

    /// Whether a place was of a class on a day or at any time before.
    #[must_use]
    pub fn by(&self, place: u32, class: RegionClass, day: NaiveDate) -> bool {
        self.latest(place, class, day).is_some()
    }

    /// The last entry of a place that had come onto the list by a day: the one before it had left by then.
    fn latest(&self, place: u32, class: RegionClass, day: NaiveDate) -> Option<&RegionListing> {
        let listed_by = |listing: &RegionListing| {
            (listing.place, listing.class, listing.listed_on) <= (place, class, day)
        };
        let latest = self.listings.get(self.listings.partition_point(listed_by).checked_sub(1)?)?;
        ((latest.place, latest.class) == (place, class)).then_some(latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_ymd;

    const DEEP: RegionClass = RegionClass::DeepPovertyTownship;

    fn listing(place: u32, listed: i32, left: i32) -> RegionListing {
        let day = |ymd| parse_ymd(ymd, "day").unwrap();
        let left_on = (left != 0).then(|| day(left));
        RegionListing { place, class: DEEP, listed_on: day(listed), left_on }
    }

    #[test]
    fn a_place_leaves_and_comes_back() {
        let list = RegionList::new(vec![
            listing(9, 20_190_101, 0),
            listing(7, 20_170_801, 0),
            listing(9, 20_170_801, 20_181_231),
        ])
        .unwrap();
        assert_eq!(list.listings()[0].place, 7);
        let on = |place, ymd| list.on(place, DEEP, parse_ymd(ymd, "on").unwrap());
        for (ymd, is) in [
            (20_170_731, false),
            (20_170_801, true),
            (20_181_230, true),
            (20_181_231, false),
            (20_190_101, true),
        ] {
            assert_eq!(on(9, ymd), is, "{ymd}");
        }
        assert!(on(7, 20_991_231) && !on(8, 20_200_101));
        let day = parse_ymd(20_181_231, "on").unwrap();
        assert!(list.by(9, DEEP, day) && !list.by(9, RegionClass::NationalPoorCounty, day));
    }

    #[test]
    fn dates_that_cannot_be_are_refused() {
        let refused = |listings| {
            let error = RegionList::new(listings).unwrap_err();
            (error.code(), error.field().to_owned())
        };
        let order = refused(vec![listing(7, 20_170_801, 20_170_801)]);
        assert_eq!(order, (ErrorCode::DatesOutOfOrder, "region[7].left_on".into()));
        let again = refused(vec![listing(7, 20_170_801, 20_181_231), listing(7, 20_181_230, 0)]);
        assert_eq!(again, (ErrorCode::Contradiction, "region[7].listed_on".into()));
        let open = refused(vec![listing(7, 20_170_801, 0), listing(7, 20_181_230, 0)]);
        assert_eq!(open.0, ErrorCode::Contradiction);
        assert_eq!(refused(vec![listing(0, 20_170_801, 0)]).0, ErrorCode::OutOfRange);
        let wild = RegionListing { left_on: Some(NaiveDate::MAX), ..listing(7, 20_170_801, 0) };
        assert_eq!(refused(vec![wild]), (ErrorCode::DateOutOfRange, "region[7].left_on".into()));
    }
}
