//! Relief (纾困): postponed principal and interest, waivers, extensions. One value, whatever law granted it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::{check_date, parse_date};
use crate::error::{Error, ErrorCode, Result};
use crate::rate::Rate;
use crate::text::vocabulary;

vocabulary! {
    /// What a relief puts off (延期).
    pub enum Defer("defer") {
        /// The principal of the chosen rows.
        Principal = "principal",
        /// The interest of the chosen rows.
        Interest = "interest",
        /// Both.
        Both = "both",
    }
}

impl Defer {
    /// Whether principal is put off.
    #[must_use]
    pub const fn principal(self) -> bool {
        matches!(self, Defer::Principal | Defer::Both)
    }

    /// Whether interest is put off.
    #[must_use]
    pub const fn interest(self) -> bool {
        matches!(self, Defer::Interest | Defer::Both)
    }
}

vocabulary! {
    /// When principal that was put off falls due.
    pub enum PrincipalCaughtUp("principal_caught_up") {
        /// On the catch-up date; later rows keep their planned principal.
        EndOfWindow = "end_of_window",
        /// Over the rows that remain: the method is solved again, the maturity kept.
        OverRemaining = "over_remaining",
        /// All unpaid rows and the maturity move by the chosen rows along the cycle (期限顺延).
        Shifted = "shifted",
        /// With the last row.
        AtMaturity = "at_maturity",
    }
}

vocabulary! {
    /// When interest that was put off falls due.
    pub enum InterestCaughtUp("interest_caught_up") {
        /// On the catch-up date.
        EndOfWindow = "end_of_window",
        /// With the first due date after the window.
        NextInstalment = "next_instalment",
        /// In equal parts over the due dates that remain; the last takes the rest.
        OverRemaining = "over_remaining",
        /// With the last row.
        AtMaturity = "at_maturity",
    }
}

/// What happens to the interest of the chosen rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterestMeanwhile {
    /// Paid in its row.
    Paid,
    /// Put off: rounded at its due date, it earns nothing.
    Simple,
    /// Put off; the sum joins the balance on the last chosen due date.
    CapitalisedAtEnd,
    /// Put off; it joins the balance on each chosen due date.
    CapitalisedEachDueDate,
    /// Not owed.
    Waived,
    /// At another annual rate: put off if interest is, paid in its row if not.
    At(Rate),
}

/// Which rows a relief acts on, by their printed due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The rows due from the first day to the second, both included.
    DueDates {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        until: NaiveDate,
    },
    /// The first so many rows due on or after the day.
    Instalments {
        /// The first day.
        from: NaiveDate,
        /// How many rows.
        instalments: u16,
    },
}

/// A maturity that is moved: an extension (展期).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Where the maturity goes.
    pub maturity: NewMaturity,
    /// The contract rate from a day on.
    pub rate_from: Option<(NaiveDate, Rate)>,
}

/// Where an extension moves the maturity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewMaturity {
    /// By so many cycles.
    MovedBy(u16),
    /// To a date.
    MovedTo(NaiveDate),
}

vocabulary! {
    /// Penalty interest (罚息) and compound interest (复利) on what falls due in the window.
    pub enum PenaltyInWindow("penalty") {
        /// As the contract has them.
        AsContracted = "as_contracted",
        /// None (免收罚息).
        None = "none",
    }
}

vocabulary! {
    /// How days past due (逾期天数) are counted under a relief.
    pub enum DaysPastDue("days_past_due") {
        /// By the due dates as the relief left them.
        ByDueDates = "by_due_dates",
        /// No day of the window counts; the count resumes where it stood.
        Excluded = "excluded",
    }
}

/// How a loan is classified (五级分类) under a relief.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ClassForm", into = "ClassForm")]
pub enum ClassUnderRelief {
    /// By the ladder of the product.
    #[default]
    ByLadder,
    /// Held at the class it had on a day.
    Held {
        /// The day whose class is held.
        at: NaiveDate,
        /// Why, in the words of the one who decided.
        reason: String,
        /// The last day it is held.
        until: NaiveDate,
    },
}

/// What is reported to the credit registry (征信) under a relief.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CreditReportForm", into = "CreditReportForm")]
pub enum CreditReport {
    /// What is counted.
    #[default]
    AsCounted,
    /// No arrears of these days.
    Protected {
        /// The first day.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
}

/// One relief: what is put off, when it is caught up, what its interest does meanwhile, and what travels with it.
///
/// # Source
///
/// The mechanics are those of China's deferrals of 2020 (临时性延期还本付息, 银保监发〔2020〕6号, and what followed it) and of
/// 贷款通则 article 12 on extensions, said in general terms: any country's moratorium is one of these values.
///
/// # Examples
///
/// ```
/// use puhui::loan::Relief;
///
/// // Principal and interest of 2020-01-25 to 2020-06-30, both caught up on 2020-06-30.
/// let relief: Relief = serde_json::from_str(
///     r#"{"granted_on":"2020-03-01","defer":"both","due_from":"2020-01-25","due_until":"2020-06-30",
///         "principal_caught_up":"end_of_window","interest_meanwhile":"simple",
///         "interest_caught_up":"end_of_window","new_date":"2020-06-30"}"#,
/// )?;
/// // Interest cannot be paid and put off at once.
/// let error = serde_json::from_str::<Relief>(
///     r#"{"granted_on":"2020-03-01","defer":"interest","due_from":"2020-01-25","due_until":"2020-06-30",
///         "interest_meanwhile":"paid","interest_caught_up":"end_of_window"}"#,
/// );
/// assert!(error.unwrap_err().to_string().starts_with("interest_meanwhile: got paid"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ReliefForm", into = "ReliefForm")]
#[non_exhaustive]
pub struct Relief {
    /// The day it was granted; it may lie after some of the rows it acts on.
    pub granted_on: NaiveDate,
    /// What is put off. None: nothing.
    pub defer: Option<Defer>,
    /// The rows it acts on. None for a mere extension.
    pub window: Option<Window>,
    /// When principal is caught up; where principal is put off.
    pub principal_caught_up: Option<PrincipalCaughtUp>,
    /// What the interest of the chosen rows does; where there is a window.
    pub interest_meanwhile: Option<InterestMeanwhile>,
    /// When interest is caught up; where interest is put off and not capitalised.
    pub interest_caught_up: Option<InterestCaughtUp>,
    /// The catch-up date. None: the first due date after the window.
    pub new_date: Option<NaiveDate>,
    /// A maturity that is moved. None: it is kept, or moves with shifted rows.
    pub extension: Option<Extension>,
    /// Penalty and compound interest in the window.
    pub penalty: PenaltyInWindow,
    /// How days past due are counted.
    pub days_past_due: DaysPastDue,
    /// How the loan is classified.
    pub class: ClassUnderRelief,
    /// What is reported.
    pub credit_report: CreditReport,
}

impl Relief {
    /// A relief that does nothing yet; set what it does, then [`Relief::check`] it.
    #[must_use]
    pub fn new(granted_on: NaiveDate) -> Relief {
        Relief {
            granted_on,
            defer: None,
            window: None,
            principal_caught_up: None,
            interest_meanwhile: None,
            interest_caught_up: None,
            new_date: None,
            extension: None,
            penalty: PenaltyInWindow::AsContracted,
            days_past_due: DaysPastDue::ByDueDates,
            class: ClassUnderRelief::ByLadder,
            credit_report: CreditReport::AsCounted,
        }
    }

    /// Whether interest is put off and stays interest, to be caught up.
    pub(crate) fn catches_up_interest(&self) -> bool {
        self.defer.is_some_and(Defer::interest)
            && matches!(self.interest_meanwhile, Some(InterestMeanwhile::Simple | InterestMeanwhile::At(_)))
    }

    /// Whether interest is put off and becomes principal.
    pub(crate) fn capitalises(&self) -> bool {
        matches!(
            self.interest_meanwhile,
            Some(InterestMeanwhile::CapitalisedAtEnd | InterestMeanwhile::CapitalisedEachDueDate)
        )
    }

    /// Checks that the parts of the relief do not contradict each other. Reading one from its wire form does it too.
    ///
    /// # Errors
    ///
    /// Names the field as the wire form spells it:
    ///
    /// * [`ErrorCode::Missing`] for a part that the others make necessary, and for a relief that does nothing.
    /// * [`ErrorCode::Contradiction`] for parts that exclude each other.
    /// * [`ErrorCode::DatesOutOfOrder`] for a window or protection that ends before it begins.
    /// * [`ErrorCode::OutOfRange`] for a window of no rows and an extension by no cycle.
    /// * [`ErrorCode::DateOutOfRange`] for dates that are not computed with.
    pub fn check(&self) -> Result<()> {
        check_date(self.granted_on, "granted_on")?;
        self.check_dates()?;
        let Some(meanwhile) = self.interest_meanwhile else {
            return self.check_without_window();
        };
        if self.window.is_none() {
            return missing("due_from", "the rows that the relief acts on");
        }
        self.check_interest(meanwhile)?;
        self.check_catch_up(meanwhile)
    }

    fn check_dates(&self) -> Result<()> {
        let ordered = |first_field: &'static str, first: NaiveDate, field: &'static str, last: NaiveDate| {
            check_date(first, first_field)?;
            check_date(last, field)?;
            if last < first {
                let bound = format!("{first} or later");
                return Err(Error::new(ErrorCode::DatesOutOfOrder, field, last, bound));
            }
            Ok(())
        };
        match self.window {
            Some(Window::DueDates { from, until }) => ordered("due_from", from, "due_until", until)?,
            Some(Window::Instalments { from, instalments }) => {
                check_date(from, "due_from")?;
                if instalments == 0 {
                    return Err(Error::new(ErrorCode::OutOfRange, "instalments", 0, "1 to 65535"));
                }
            }
            None => {}
        }
        if let Some(date) = self.new_date {
            check_date(date, "new_date")?;
        }
        if let Some(extension) = self.extension {
            match extension.maturity {
                NewMaturity::MovedBy(0) => {
                    return Err(Error::new(ErrorCode::OutOfRange, "maturity.moved_by", 0, "1 to 65535"));
                }
                NewMaturity::MovedBy(_) => {}
                NewMaturity::MovedTo(date) => check_date(date, "maturity.moved_to")?,
            }
            if let Some((from, _)) = extension.rate_from {
                check_date(from, "rate_from.from")?;
            }
        }
        if let ClassUnderRelief::Held { at, until, .. } = &self.class {
            ordered("class.held_at", *at, "class.until", *until)?;
        }
        if let CreditReport::Protected { from, to } = self.credit_report {
            ordered("credit_report.protected_from", from, "credit_report.protected_to", to)?;
        }
        Ok(())
    }

    /// Without interest to speak of there is no window: the relief is an extension and nothing else.
    fn check_without_window(&self) -> Result<()> {
        if let Some(defer) = self.defer {
            let bound = format!("what the interest does while {defer} is put off");
            return missing("interest_meanwhile", &bound);
        }
        let superfluous = [
            ("due_from", self.window.is_some()),
            ("principal_caught_up", self.principal_caught_up.is_some()),
            ("interest_caught_up", self.interest_caught_up.is_some()),
            ("new_date", self.new_date.is_some()),
        ];
        if let Some((field, _)) = superfluous.into_iter().find(|(_, given)| *given) {
            return contradiction(field, "a value", "nothing where nothing is put off or changed");
        }
        if self.extension.is_none() {
            return missing("defer", "a deferral, a change of the interest, or a new maturity");
        }
        Ok(())
    }

    fn check_interest(&self, meanwhile: InterestMeanwhile) -> Result<()> {
        let defers_interest = self.defer.is_some_and(Defer::interest);
        let put_off = match meanwhile {
            InterestMeanwhile::Paid => {
                if defers_interest {
                    return contradiction(
                        "interest_meanwhile",
                        "paid",
                        "a way to put interest off where interest is deferred",
                    );
                }
                if self.defer.is_none() {
                    return missing("defer", "something that is put off");
                }
                false
            }
            InterestMeanwhile::Waived => {
                if self.defer == Some(Defer::Interest) {
                    return contradiction("interest_meanwhile", "waived", "interest that can be put off");
                }
                false
            }
            InterestMeanwhile::At(_) => defers_interest,
            InterestMeanwhile::Simple
            | InterestMeanwhile::CapitalisedAtEnd
            | InterestMeanwhile::CapitalisedEachDueDate => {
                if !defers_interest {
                    return contradiction(
                        "interest_meanwhile",
                        meanwhile.as_str(),
                        "paid, waived or a rate where interest is not deferred",
                    );
                }
                true
            }
        };
        let caught_up = put_off && !self.capitalises();
        match self.interest_caught_up {
            None if caught_up => missing("interest_caught_up", "when the interest put off falls due"),
            Some(how) if !caught_up => {
                contradiction("interest_caught_up", how, "nothing where no interest is left to catch up")
            }
            _ => Ok(()),
        }
    }

    fn check_catch_up(&self, meanwhile: InterestMeanwhile) -> Result<()> {
        let defers_principal = self.defer.is_some_and(Defer::principal);
        match self.principal_caught_up {
            None if defers_principal => {
                return missing("principal_caught_up", "when the principal put off falls due");
            }
            Some(how) if !defers_principal => {
                return contradiction("principal_caught_up", how, "nothing where principal is not deferred");
            }
            Some(PrincipalCaughtUp::Shifted) if self.extension.is_some() => {
                return contradiction("maturity", "a new maturity", "nothing where shifted rows move it");
            }
            _ => {}
        }
        let at_end_of_window = self.principal_caught_up == Some(PrincipalCaughtUp::EndOfWindow)
            || (self.catches_up_interest() && self.interest_caught_up == Some(InterestCaughtUp::EndOfWindow));
        if let Some(date) = self.new_date
            && !at_end_of_window
        {
            return contradiction(
                "new_date",
                date,
                "nothing where nothing is caught up at the end of the window",
            );
        }
        // A rate that is not put off changes the rows; so does a waiver. Anything else without a deferral is nothing.
        debug_assert!(
            self.defer.is_some() || matches!(meanwhile, InterestMeanwhile::Waived | InterestMeanwhile::At(_))
        );
        Ok(())
    }
}

fn missing<T>(field: &'static str, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Missing, field, "nothing", bound))
}

fn contradiction<T>(field: &'static str, value: impl std::fmt::Display, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Contradiction, field, value, bound))
}

impl InterestMeanwhile {
    /// The spelling of the wire form; a rate is an object there.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            InterestMeanwhile::Paid => "paid",
            InterestMeanwhile::Simple => "simple",
            InterestMeanwhile::CapitalisedAtEnd => "capitalised_at_end",
            InterestMeanwhile::CapitalisedEachDueDate => "capitalised_each_due_date",
            InterestMeanwhile::Waived => "waived",
            InterestMeanwhile::At(_) => "at",
        }
    }

    const WORDS: [InterestMeanwhile; 5] = [
        InterestMeanwhile::Paid,
        InterestMeanwhile::Simple,
        InterestMeanwhile::CapitalisedAtEnd,
        InterestMeanwhile::CapitalisedEachDueDate,
        InterestMeanwhile::Waived,
    ];
}

// ---------------------------------------------------------------- wire form

/// The wire form of a [`Relief`], as it is written: texts that have not been read yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ReliefForm {
    /// The day it was granted. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted_on: Option<String>,
    /// What is put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer: Option<String>,
    /// The first due date of the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_from: Option<String>,
    /// The last due date of the window; either this or `instalments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_until: Option<String>,
    /// How many rows from `due_from` on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instalments: Option<u32>,
    /// When principal is caught up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_caught_up: Option<String>,
    /// What the interest of the chosen rows does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_meanwhile: Option<MeanwhileForm>,
    /// When interest is caught up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_caught_up: Option<String>,
    /// The catch-up date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_date: Option<String>,
    /// Where the maturity goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maturity: Option<MaturityForm>,
    /// The contract rate from a day on, with a new maturity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_from: Option<crate::loan::form::RateStepForm>,
    /// Penalty and compound interest in the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<String>,
    /// How days past due are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_past_due: Option<String>,
    /// How the loan is classified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<ClassForm>,
    /// What is reported to the credit registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_report: Option<CreditReportForm>,
}

/// A word, or the object of a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MeanwhileForm {
    /// A word.
    Word(String),
    /// Another rate.
    At(AtForm),
}

/// Another rate in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtForm {
    /// The annual rate.
    pub at: String,
}

/// A new maturity in the wire form: either `moved_by` or `moved_to`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MaturityForm {
    /// By so many cycles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_by: Option<u32>,
    /// To a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_to: Option<String>,
}

/// A word, or the object of a class that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClassForm {
    /// `by_ladder`.
    Word(String),
    /// A class that is held.
    Held(HeldForm),
}

/// A class that is held in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldForm {
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
pub enum CreditReportForm {
    /// `as_counted`.
    Word(String),
    /// A protection.
    Protected(ProtectedForm),
}

/// A protection in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedForm {
    /// The first day.
    pub protected_from: String,
    /// The last day.
    pub protected_to: String,
}

#[cold]
fn unknown(field: &'static str, text: &str, bound: &str) -> Error {
    Error::new(ErrorCode::UnknownValue, field, crate::text::quoted(text), bound)
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
        let date = |text: &Option<String>, field: &'static str| {
            text.as_ref().map(|text| parse_date(text, field)).transpose()
        };
        let Some(granted_on) = date(&form.granted_on, "granted_on")? else {
            return missing("granted_on", "the day the relief was granted");
        };
        let mut relief = Relief::new(granted_on);
        relief.defer = form.defer.as_deref().map(str::parse).transpose()?;
        let window =
            (date(&form.due_from, "due_from")?, date(&form.due_until, "due_until")?, form.instalments);
        relief.window = match window {
            (None, None, None) => None,
            (Some(from), Some(until), None) => Some(Window::DueDates { from, until }),
            (Some(from), None, Some(count)) => {
                let count = u16::try_from(count).map_err(|_| {
                    Error::new(ErrorCode::OutOfRange, "instalments", count, format_args!("1 to {}", u16::MAX))
                })?;
                Some(Window::Instalments { from, instalments: count })
            }
            (None, ..) => return missing("due_from", "the first due date of the window"),
            (Some(_), None, None) => return missing("due_until", "a date, or a number of instalments"),
            (Some(_), Some(until), Some(_)) => {
                return contradiction("due_until", until, "nothing where instalments are given");
            }
        };
        relief.principal_caught_up = form.principal_caught_up.as_deref().map(str::parse).transpose()?;
        relief.interest_meanwhile = form.interest_meanwhile.as_ref().map(MeanwhileForm::read).transpose()?;
        relief.interest_caught_up = form.interest_caught_up.as_deref().map(str::parse).transpose()?;
        relief.new_date = date(&form.new_date, "new_date")?;
        relief.extension = form.extension()?;
        relief.penalty = form.penalty.as_deref().map_or(Ok(PenaltyInWindow::AsContracted), str::parse)?;
        relief.days_past_due =
            form.days_past_due.as_deref().map_or(Ok(DaysPastDue::ByDueDates), str::parse)?;
        relief.class = form.class.map(ClassUnderRelief::try_from).transpose()?.unwrap_or_default();
        relief.credit_report =
            form.credit_report.map(CreditReport::try_from).transpose()?.unwrap_or_default();
        relief.check()?;
        Ok(relief)
    }
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
    fn extension(&self) -> Result<Option<Extension>> {
        let maturity = match &self.maturity {
            None => {
                if let Some(rate) = &self.rate_from {
                    return contradiction("rate_from", &rate.rate, "nothing without a new maturity");
                }
                return Ok(None);
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
        let rate_from = match &self.rate_from {
            None => None,
            Some(step) => Some((
                parse_date(&step.from, "rate_from.from")?,
                step.rate.parse().map_err(|error: Error| error.at("rate_from.rate"))?,
            )),
        };
        Ok(Some(Extension { maturity, rate_from }))
    }
}

impl From<Relief> for ReliefForm {
    fn from(relief: Relief) -> ReliefForm {
        let (due_from, due_until, instalments) = match relief.window {
            None => (None, None, None),
            Some(Window::DueDates { from, until }) => (Some(from.to_string()), Some(until.to_string()), None),
            Some(Window::Instalments { from, instalments }) => {
                (Some(from.to_string()), None, Some(u32::from(instalments)))
            }
        };
        ReliefForm {
            granted_on: Some(relief.granted_on.to_string()),
            defer: relief.defer.map(|defer| defer.to_string()),
            due_from,
            due_until,
            instalments,
            principal_caught_up: relief.principal_caught_up.map(|how| how.to_string()),
            interest_meanwhile: relief.interest_meanwhile.map(|meanwhile| match meanwhile {
                InterestMeanwhile::At(rate) => MeanwhileForm::At(AtForm { at: rate.to_string() }),
                word => MeanwhileForm::Word(word.as_str().to_owned()),
            }),
            interest_caught_up: relief.interest_caught_up.map(|how| how.to_string()),
            new_date: relief.new_date.map(|date| date.to_string()),
            maturity: relief.extension.map(|extension| match extension.maturity {
                NewMaturity::MovedBy(by) => MaturityForm { moved_by: Some(u32::from(by)), moved_to: None },
                NewMaturity::MovedTo(date) => {
                    MaturityForm { moved_by: None, moved_to: Some(date.to_string()) }
                }
            }),
            rate_from: relief.extension.and_then(|extension| extension.rate_from).map(|(from, rate)| {
                crate::loan::form::RateStepForm { from: from.to_string(), rate: rate.to_string() }
            }),
            penalty: Some(relief.penalty.to_string()),
            days_past_due: Some(relief.days_past_due.to_string()),
            class: Some(relief.class.into()),
            credit_report: Some(relief.credit_report.into()),
        }
    }
}
