//! The wire forms of ladders and provisions: the name of a built-in one, or its figures.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::parse_date;
use crate::class::{Ladder, ProvisionRates};
use crate::dated::Dated;
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::money::Currency;
use crate::share::Share;
use crate::wire::form::{Wire, form, required};
use crate::wire::text::exactly;

const CN_2023: &str = "cn_2023";
const CN_2002: &str = "cn_2002";

/// A ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "the name of a ladder, its four first days past due, or a list of objects with from and days"
)]
pub(crate) enum LadderForm {
    /// The name of a built-in one: `cn_2023`.
    Named(String),
    /// One that always holds, by the first day past due of special mention, substandard, doubtful and loss.
    Always(Vec<u32>),
    /// One that has changed, or began on a day.
    Versions(Vec<LadderVersionForm>),
}

form! {
    /// A version of a ladder.
    pub(crate) struct LadderVersionForm {
        /// The first day that it holds. Required.
        from: String,
        /// The first day past due of special mention, substandard, doubtful and loss. Required.
        days: Vec<u32>,
    }
}

/// Provisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the name of provisions, or five shares as strings")]
pub(crate) enum ProvisionForm {
    /// The name of built-in ones: `cn_2002`.
    Named(String),
    /// The shares of the balance by class, from normal to loss.
    Shares(Vec<String>),
}

/// Its errors name the key themselves: there is one place for it.
impl Wire for Dated<Ladder> {
    type Text = LadderForm;

    fn read(form: &LadderForm, _: &'static str, _: Currency) -> Result<Dated<Ladder>> {
        form.read()
    }

    fn write(&self, _: Currency) -> Option<LadderForm> {
        Some(LadderForm::of(self))
    }
}

/// Its errors name the key themselves: there is one place for it.
impl Wire for ProvisionRates {
    type Text = ProvisionForm;

    fn read(form: &ProvisionForm, _: &'static str, _: Currency) -> Result<ProvisionRates> {
        form.read()
    }

    fn write(&self, _: Currency) -> Option<ProvisionForm> {
        Some(ProvisionForm::of(*self))
    }
}

impl LadderForm {
    fn read(&self) -> Result<Dated<Ladder>> {
        let ladder = |days: &[u32]| Ladder::new(exactly(days, "ladder", "days past due")?);
        match self {
            LadderForm::Named(name) if name == CN_2023 => Ok(Ladder::cn_by_days_past_due()),
            LadderForm::Named(name) => {
                let bound = format!("{CN_2023}, or four days past due");
                Err(Error::new(ErrorCode::UnknownValue, "ladder", quoted(name), bound))
            }
            LadderForm::Always(days) => ladder(days).map(Dated::always),
            LadderForm::Versions(versions) => {
                let version = |(place, version): (usize, &LadderVersionForm)| {
                    let at = |error: Error, key: &str| error.at(format!("ladder[{place}].{key}"));
                    let from = required(version.from.as_ref(), "from", "the first day that it holds");
                    let from =
                        from.and_then(|from| parse_date(from, "from")).map_err(|error| at(error, "from"))?;
                    let days = required(version.days.as_ref(), "days", "four first days past due");
                    let days = days.and_then(|days| ladder(days)).map_err(|error| at(error, "days"))?;
                    Ok((from, days))
                };
                let versions = versions.iter().enumerate().map(version).collect::<Result<Vec<_>>>()?;
                Dated::new(versions).map_err(|error| error.at("ladder"))
            }
        }
    }

    fn of(ladder: &Dated<Ladder>) -> LadderForm {
        if *ladder == Ladder::cn_by_days_past_due() {
            return LadderForm::Named(CN_2023.to_owned());
        }
        if let [(_, only)] = ladder.versions()
            && *ladder == Dated::always(*only)
        {
            return LadderForm::Always(only.first_days().to_vec());
        }
        // To write one of them as if it always held would change the class of other days.
        let version = |(from, ladder): &(NaiveDate, Ladder)| LadderVersionForm {
            from: Some(from.to_string()),
            days: Some(ladder.first_days().to_vec()),
        };
        LadderForm::Versions(ladder.versions().iter().map(version).collect())
    }
}

impl ProvisionForm {
    fn read(&self) -> Result<ProvisionRates> {
        let shares = match self {
            ProvisionForm::Named(name) if name == CN_2002 => return Ok(ProvisionRates::cn_2002()),
            ProvisionForm::Named(name) => {
                let bound = format!("{CN_2002}, or five shares of the balance");
                return Err(Error::new(ErrorCode::UnknownValue, "provision", quoted(name), bound));
            }
            ProvisionForm::Shares(shares) => shares,
        };
        let share = |(place, share): (usize, &String)| {
            let share = share.parse::<Share>().map_err(|error| error.at(format!("provision[{place}]")))?;
            Ok(share.fraction())
        };
        let shares = shares.iter().enumerate().map(share).collect::<Result<Vec<_>>>()?;
        ProvisionRates::new(exactly(&shares, "provision", "shares")?).map_err(|error| error.at("provision"))
    }

    fn of(rates: ProvisionRates) -> ProvisionForm {
        if rates == ProvisionRates::cn_2002() {
            return ProvisionForm::Named(CN_2002.to_owned());
        }
        ProvisionForm::Shares(rates.shares().map(|share| share.normalize().to_string()).to_vec())
    }
}
