//! The wire form of a calendar: its name, or its days.

use std::borrow::Cow;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::calendar::business_days::Source;
use crate::calendar::{Calendar, parse_date};
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode};

impl Serialize for Calendar {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Lists<'a> {
            holidays: &'a [NaiveDate],
            workdays: &'a [NaiveDate],
        }

        match self.source() {
            Source::Weekends => serializer.serialize_str("weekends"),
            Source::Cn => serializer.serialize_str("cn"),
            Source::Listed { holidays, workdays } => Lists { holidays, workdays }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Calendar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Calendar, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Lists {
            #[serde(default)]
            holidays: Vec<WireDate>,
            #[serde(default)]
            workdays: Vec<WireDate>,
        }

        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Calendar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a calendar, or its holidays and workdays")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Calendar, E> {
                match text {
                    "cn" => Ok(Calendar::cn()),
                    "weekends" => Ok(Calendar::weekends()),
                    _ => Err(E::custom(Error::new(
                        ErrorCode::UnknownValue,
                        "calendar",
                        quoted(text),
                        "one of cn weekends, or an object with holidays and workdays",
                    ))),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> std::result::Result<Calendar, A::Error> {
                let lists = Lists::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let dates = |list: Vec<WireDate>| list.into_iter().map(|date| date.0).collect::<Vec<_>>();
                let (holidays, workdays) = (dates(lists.holidays), dates(lists.workdays));
                Calendar::from_days(OWN, &holidays, &workdays).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// The name of a list that comes without one: the wire form has none.
const OWN: &str = "own";

/// A date in the wire form: strictly `YYYY-MM-DD`, where chrono itself would also take `2020-1-5`.
#[derive(Clone, Copy, Debug)]
struct WireDate(NaiveDate);

impl<'de> Deserialize<'de> for WireDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<WireDate, D::Error> {
        let text = <Cow<'de, str>>::deserialize(deserializer)?;
        parse_date(&text, "date").map(WireDate).map_err(de::Error::custom)
    }
}
