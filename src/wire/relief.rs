//! The wire form of a relief.

pub(crate) mod rows;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::parse_date;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::relief::{
    ClassUnderRelief, CreditReport, DaysPastDue, Extension, NewMaturity, PenaltyInWindow, Relief, Window,
    contradiction, missing,
};
use crate::wire::by_form::by_form;
use crate::wire::form::form;
use crate::wire::rate::RateStepForm;
use crate::wire::relief::rows::{InterestMeanwhile, RowWords};

form! {
    /// The wire form of a [`Relief`], as it is written: texts that have not been read yet.
    ///
    /// A waiver may say `"defer": "interest"` or `"both"` too; it is written back without, as `"waived"` alone or beside
    /// `"defer": "principal"`. A field for each key, which are flat.
    pub struct ReliefForm {
        /// The day it was granted. Required.
        granted_on: String,
        /// What is deferred: `principal`, `interest` or `both`.
        defer: String,
        /// The first due date of the window.
        due_from: String,
        /// The last due date of the window; either this or `instalments`.
        due_until: String,
        /// The number of rows from `due_from` on, 1 to 65,535.
        instalments: u32,
        /// When principal is caught up, a word of [`PrincipalCaughtUp`](crate::loan::PrincipalCaughtUp). Required where it is deferred.
        principal_caught_up: String,
        /// What the interest of the chosen rows does: `paid`, `simple`, `capitalised_at_end`, `capitalised_each_due_date`, `waived`, or
        /// `{"at": "0.03"}`, another annual rate. Required where rows are chosen.
        interest_meanwhile: MeanwhileForm,
        /// When interest is caught up, a word of [`InterestCaughtUp`](crate::loan::InterestCaughtUp). Required where it is deferred and stays
        /// interest.
        interest_caught_up: String,
        /// The catch-up date. None: the first due date after the window.
        new_date: String,
        /// Where the maturity goes: `{"moved_by": 6}` cycles, or `{"moved_to": "2021-01-20"}`. None: it is kept, or moves with shifted rows.
        maturity: MaturityForm,
        /// The contract rate from a day on, with a new maturity: `{"from": "2020-07-20", "rate": "0.0385"}`. None: it stays.
        rate_from: RateStepForm,
        /// Penalty and compound interest in the window, a word of [`PenaltyInWindow`](crate::loan::PenaltyInWindow). None:
        /// `as_contracted`.
        penalty: String,
        /// How days past due are counted, a word of [`DaysPastDue`](crate::loan::DaysPastDue). None: `by_due_dates`.
        days_past_due: String,
        /// How the loan is classified: `by_ladder`, or `{"held_at": "2020-01-24", "reason": "..", "until": "2020-06-30"}`. None:
        /// `by_ladder`.
        class: ClassForm,
        /// What is reported to the credit registry: `as_counted`, or `{"protected_from": "2020-01-25", "protected_to": "2020-06-30"}`. None:
        /// `as_counted`.
        credit_report: CreditReportForm,
    }
}

/// A word, or the object of a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum MeanwhileForm {
    /// A word.
    Word(String),
    /// Another rate.
    At(AtForm),
}

/// Another rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtForm {
    /// The annual rate.
    pub at: String,
}

form! {
    /// A new maturity: either `moved_by` or `moved_to`.
    pub(crate) struct MaturityForm {
        /// By this number of cycles.
        moved_by: u32,
        /// To a date.
        moved_to: String,
    }
}

/// A word, or the object of a class that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ClassForm {
    /// `by_ladder`.
    Word(String),
    /// A class that is held.
    Held(HeldForm),
}

/// A class that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeldForm {
    /// The day whose class is held.
    pub held_at: String,
    /// Why.
    pub reason: String,
    /// The last day it is held.
    pub until: String,
}

/// A word, or the object of a protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum CreditReportForm {
    /// `as_counted`.
    Word(String),
    /// A protection.
    Protected(ProtectedForm),
}

/// A protection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProtectedForm {
    /// The first day.
    pub protected_from: String,
    /// The last day.
    pub protected_to: String,
}

by_form! { Relief as ReliefForm, ClassUnderRelief as ClassForm, CreditReport as CreditReportForm }

#[cold]
fn unknown(field: &'static str, text: &str, bound: &str) -> Error {
    Error::new(ErrorCode::UnknownValue, field, crate::decimal_text::quoted(text), bound)
}

impl TryFrom<ClassForm> for ClassUnderRelief {
    type Error = Error;

    fn try_from(form: ClassForm) -> Result<ClassUnderRelief> {
        match form {
            ClassForm::Word(word) if word == "by_ladder" => Ok(ClassUnderRelief::ByLadder),
            ClassForm::Word(word) => {
                Err(unknown("class", &word, "by_ladder, or an object with held_at, reason and until"))
            }
            ClassForm::Held(held) => Ok(ClassUnderRelief::Held {
                at: parse_date(&held.held_at, "class.held_at")?,
                reason: held.reason,
                until: parse_date(&held.until, "class.until")?,
            }),
        }
    }
}

impl From<ClassUnderRelief> for ClassForm {
    fn from(class: ClassUnderRelief) -> ClassForm {
        match class {
            ClassUnderRelief::ByLadder => ClassForm::Word("by_ladder".to_owned()),
            ClassUnderRelief::Held { at, reason, until } => {
                ClassForm::Held(HeldForm { held_at: at.to_string(), reason, until: until.to_string() })
            }
        }
    }
}

impl TryFrom<CreditReportForm> for CreditReport {
    type Error = Error;

    fn try_from(form: CreditReportForm) -> Result<CreditReport> {
        match form {
            CreditReportForm::Word(word) if word == "as_counted" => Ok(CreditReport::AsCounted),
            CreditReportForm::Word(word) => Err(unknown(
                "credit_report",
                &word,
                "as_counted, or an object with protected_from and protected_to",
            )),
            CreditReportForm::Protected(days) => Ok(CreditReport::Protected {
                from: parse_date(&days.protected_from, "credit_report.protected_from")?,
                to: parse_date(&days.protected_to, "credit_report.protected_to")?,
            }),
        }
    }
}

impl From<CreditReport> for CreditReportForm {
    fn from(report: CreditReport) -> CreditReportForm {
        match report {
            CreditReport::AsCounted => CreditReportForm::Word("as_counted".to_owned()),
            CreditReport::Protected { from, to } => CreditReportForm::Protected(ProtectedForm {
                protected_from: from.to_string(),
                protected_to: to.to_string(),
            }),
        }
    }
}

impl TryFrom<ReliefForm> for Relief {
    type Error = Error;

    fn try_from(form: ReliefForm) -> Result<Relief> {
        let Some(granted_on) = date(&form.granted_on, "granted_on")? else {
            return missing("granted_on", "the day the relief was granted");
        };
        let words = RowWords {
            defer: form.defer.as_deref().map(str::parse).transpose()?,
            window: form.window()?,
            principal_caught_up: form.principal_caught_up.as_deref().map(str::parse).transpose()?,
            interest_meanwhile: form.interest_meanwhile.as_ref().map(MeanwhileForm::read).transpose()?,
            interest_caught_up: form.interest_caught_up.as_deref().map(str::parse).transpose()?,
            new_date: date(&form.new_date, "new_date")?,
        };
        let mut relief = Relief::new(granted_on);
        relief.extension = form.extension()?;
        relief.penalty = form.penalty.as_deref().map_or(Ok(PenaltyInWindow::AsContracted), str::parse)?;
        relief.days_past_due =
            form.days_past_due.as_deref().map_or(Ok(DaysPastDue::ByDueDates), str::parse)?;
        relief.class = form.class.map(ClassUnderRelief::try_from).transpose()?.unwrap_or_default();
        relief.credit_report =
            form.credit_report.map(CreditReport::try_from).transpose()?.unwrap_or_default();
        relief.rows = words.read()?;
        relief.check()?;
        Ok(relief)
    }
}

/// A date that may be absent.
fn date(text: &Option<String>, field: &'static str) -> Result<Option<NaiveDate>> {
    text.as_ref().map(|text| parse_date(text, field)).transpose()
}

impl MeanwhileForm {
    fn read(&self) -> Result<InterestMeanwhile> {
        match self {
            MeanwhileForm::At(at) => Ok(InterestMeanwhile::At(
                at.at.parse().map_err(|error: Error| error.at("interest_meanwhile.at"))?,
            )),
            MeanwhileForm::Word(word) => {
                InterestMeanwhile::WORDS.into_iter().find(|known| known.as_str() == word).ok_or_else(|| {
                    let bound = "one of paid simple capitalised_at_end capitalised_each_due_date waived, or an \
                                 object with a rate at";
                    unknown("interest_meanwhile", word, bound)
                })
            }
        }
    }
}

impl ReliefForm {
    fn window(&self) -> Result<Option<Window>> {
        let from = date(&self.due_from, "due_from")?;
        match (from, date(&self.due_until, "due_until")?, self.instalments) {
            (None, None, None) => Ok(None),
            (Some(from), Some(until), None) => Ok(Some(Window::DueDates { from, until })),
            (Some(from), None, Some(count)) => {
                let instalments = u16::try_from(count).map_err(|_| {
                    Error::new(ErrorCode::OutOfRange, "instalments", count, format_args!("1 to {}", u16::MAX))
                })?;
                Ok(Some(Window::Instalments { from, instalments }))
            }
            (None, ..) => missing("due_from", "the first due date of the window"),
            (Some(_), None, None) => missing("due_until", "a date, or a number of instalments"),
            (Some(_), Some(until), Some(_)) => {
                contradiction("due_until", until, "nothing where instalments are given")
            }
        }
    }

    fn extension(&self) -> Result<Option<Extension>> {
        let rate_from = self.rate_from.as_ref().map(RateStepForm::read).transpose();
        let rate_from = rate_from.map_err(|error| error.within("rate_from"))?;
        let maturity = match &self.maturity {
            None => {
                return match rate_from {
                    Some((_, rate)) => contradiction("rate_from", rate, "nothing without a new maturity"),
                    None => Ok(None),
                };
            }
            Some(MaturityForm { moved_by: Some(by), moved_to: None }) => {
                NewMaturity::MovedBy(u16::try_from(*by).map_err(|_| {
                    Error::new(
                        ErrorCode::OutOfRange,
                        "maturity.moved_by",
                        by,
                        format_args!("1 to {}", u16::MAX),
                    )
                })?)
            }
            Some(MaturityForm { moved_by: None, moved_to: Some(to) }) => {
                NewMaturity::MovedTo(parse_date(to, "maturity.moved_to")?)
            }
            Some(MaturityForm { moved_by: Some(by), moved_to: Some(_) }) => {
                return contradiction("maturity.moved_by", by, "nothing where moved_to is given");
            }
            Some(MaturityForm { moved_by: None, moved_to: None }) => {
                return missing("maturity.moved_to", "a date, or a number of cycles in moved_by");
            }
        };
        Ok(Some(Extension { maturity, rate_from }))
    }
}

impl From<Relief> for ReliefForm {
    fn from(relief: Relief) -> ReliefForm {
        let words = relief.rows.as_ref().map(RowWords::of);
        let (due_from, due_until, instalments) = match words.and_then(|words| words.window) {
            None => (None, None, None),
            Some(Window::DueDates { from, until }) => (Some(from.to_string()), Some(until.to_string()), None),
            Some(Window::Instalments { from, instalments }) => {
                (Some(from.to_string()), None, Some(u32::from(instalments)))
            }
        };
        ReliefForm {
            granted_on: Some(relief.granted_on.to_string()),
            defer: words.and_then(|words| words.defer).map(|defer| defer.to_string()),
            due_from,
            due_until,
            instalments,
            principal_caught_up: words.and_then(|words| words.principal_caught_up).map(|how| how.to_string()),
            interest_meanwhile: words.and_then(|words| words.interest_meanwhile).map(|meanwhile| {
                match meanwhile {
                    InterestMeanwhile::At(rate) => MeanwhileForm::At(AtForm { at: rate.to_string() }),
                    word => MeanwhileForm::Word(word.as_str().to_owned()),
                }
            }),
            interest_caught_up: words.and_then(|words| words.interest_caught_up).map(|how| how.to_string()),
            new_date: words.and_then(|words| words.new_date).map(|date| date.to_string()),
            maturity: relief.extension.map(|extension| match extension.maturity {
                NewMaturity::MovedBy(by) => MaturityForm { moved_by: Some(u32::from(by)), moved_to: None },
                NewMaturity::MovedTo(date) => {
                    MaturityForm { moved_by: None, moved_to: Some(date.to_string()) }
                }
            }),
            rate_from: relief.extension.and_then(|extension| extension.rate_from).map(RateStepForm::of),
            penalty: Some(relief.penalty.to_string()),
            days_past_due: Some(relief.days_past_due.to_string()),
            class: Some(relief.class.into()),
            credit_report: Some(relief.credit_report.into()),
        }
    }
}
