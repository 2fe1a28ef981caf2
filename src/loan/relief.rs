//! Relief (纾困): postponed principal and interest, waivers, extensions. One value, whatever law granted it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::check_date;
use crate::error::{Error, ErrorCode, Result};
use crate::rate::Rate;
use crate::vocabulary::vocabulary;
use crate::wire::relief::{ClassForm, CreditReportForm, ReliefForm};

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
    /// Penalty interest (罚息) and compound interest (复利) in the window.
    pub enum PenaltyInWindow("penalty") {
        /// As the contract has them.
        AsContracted = "as_contracted",
        /// None (免收罚息), on the days of the window from the grant on. What is put off was never late, with either: it costs
        /// no penalty, however late the relief is granted.
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
/// assert!(error.unwrap_err().to_string().ends_with(", got paid"));
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
        self.check_catch_up()
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

    fn check_catch_up(&self) -> Result<()> {
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
        Ok(())
    }
}

pub(crate) fn missing<T>(field: &'static str, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Missing, field, "nothing", bound))
}

pub(crate) fn contradiction<T>(field: &'static str, value: impl std::fmt::Display, bound: &str) -> Result<T> {
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

    pub(crate) const WORDS: [InterestMeanwhile; 5] = [
        InterestMeanwhile::Paid,
        InterestMeanwhile::Simple,
        InterestMeanwhile::CapitalisedAtEnd,
        InterestMeanwhile::CapitalisedEachDueDate,
        InterestMeanwhile::Waived,
    ];
}
