//! The wire form of a currency: its code, or its code and exponent where they are not those of ISO 4217.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::money::Currency;

#[derive(Deserialize)]
#[serde(untagged, expecting = "a currency code as a string, or an object with code and exponent")]
enum CurrencyWire<'a> {
    Code(Cow<'a, str>),
    Own(OwnCurrency),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnCurrency {
    code: String,
    exponent: u8,
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match Currency::from_code(self.code()) {
            Ok(known) if known == *self => serializer.serialize_str(self.code()),
            _ => {
                OwnCurrency { code: self.code().to_owned(), exponent: self.exponent() }.serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Currency, D::Error> {
        match CurrencyWire::deserialize(deserializer)? {
            CurrencyWire::Code(code) => Currency::from_code(&code),
            CurrencyWire::Own(own) => Currency::new(&own.code, own.exponent),
        }
        .map_err(de::Error::custom)
    }
}
