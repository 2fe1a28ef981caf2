//! Relief (纾困): deferred principal and interest, waivers, extensions. One value, whatever law granted it.
//!
//! # One relief
//!
//! 50,000.00 over 36 months from 2020-02-20. In March a regulator asks banks to let small firms off until the end of June. The
//! bank grants, on 2020-03-01, a relief for the rows due from 2020-01-25 to 2020-06-30: their principal and their interest are
//! deferred and both fall due on 2020-06-30. As a value that is
//!
//! * a day, `granted_on`, which may lie after some of the rows: relief is often granted late;
//! * a [`RowRelief`]: the [`Window`] that chooses rows by their printed due dates, what becomes of their principal (caught up
//!   at the end of the window), and of their interest ([`RowInterest::Deferred`], caught up there too), and the catch-up date;
//! * no [`Extension`]: the maturity stays;
//! * four rules that travel with it and matter only in a life: penalty, days past due, class, credit report.
//!
//! It says nothing of amounts: what is due in the window is asked of the loan that it is granted to
//! ([`Loan::relieve`](crate::loan::Loan::relieve) for a promise, an event for a life), and a second relief acts on what the first
//! one left.
//!
//! # What always holds
//!
//! * Principal is deferred or not, and interest becomes exactly one thing. That deferred interest is also paid, that what is
//!   waived is caught up, or that principal is caught up without being deferred cannot be said.
//! * After [`Relief::check`] the relief does something, its dates and windows are in order, `new_date` belongs to something that
//!   is caught up at the end of the window, and the maturity moves in one way only.

use chrono::NaiveDate;

use crate::calendar::check_date;
use crate::error::{Error, ErrorCode, Result};
use crate::rate::Rate;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// When deferred principal falls due.
    pub enum PrincipalCaughtUp("principal_caught_up", PUHUI_PRINCIPAL_CAUGHT_UP, none: "No principal is deferred.") {
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
    /// When deferred interest falls due.
    pub enum InterestCaughtUp("interest_caught_up", PUHUI_INTEREST_CAUGHT_UP, none: "No interest is deferred, or it becomes principal.") {
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

/// What becomes of the interest of the chosen rows.
///
/// Another rate is that of a row's whole period. In a life it reaches what is unpaid at the grant: what was paid of the row's interest
/// by then counts against its interest at that rate, and where it is more, the row asks for no interest, and none of it repays
/// principal or is credit. At a rate of 0 it is a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowInterest {
    /// Paid in its row, as agreed.
    Paid,
    /// Paid in its row, at another annual rate for the row's period.
    PaidAt(Rate),
    /// Not owed.
    Waived,
    /// Deferred: rounded at its due date, it earns nothing until it is caught up.
    Deferred {
        /// Another annual rate for the row's period. None: the rate of the loan.
        at: Option<Rate>,
        /// When it falls due.
        caught_up: InterestCaughtUp,
    },
    /// Deferred; the sum joins the balance on the last chosen due date.
    CapitalisedAtEnd,
    /// Deferred; it joins the balance on each chosen due date.
    CapitalisedEachDueDate,
}

impl RowInterest {
    /// When it falls due, where it is deferred and stays interest.
    #[must_use]
    pub const fn caught_up(self) -> Option<InterestCaughtUp> {
        match self {
            RowInterest::Deferred { caught_up, .. } => Some(caught_up),
            _ => None,
        }
    }

    /// Whether it becomes principal.
    #[must_use]
    pub const fn is_capitalised(self) -> bool {
        matches!(self, RowInterest::CapitalisedAtEnd | RowInterest::CapitalisedEachDueDate)
    }
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
    /// The first n rows due on or after the day. Rows that a holiday brought onto the day of the last of them are in it too.
    Instalments {
        /// The first day.
        from: NaiveDate,
        /// The number of rows.
        instalments: u16,
    },
}

impl Window {
    /// Its first day.
    pub(crate) const fn first_day(self) -> NaiveDate {
        match self {
            Window::DueDates { from, .. } | Window::Instalments { from, .. } => from,
        }
    }
}

/// A maturity that is moved: an extension (展期).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Where the maturity goes.
    pub maturity: NewMaturity,
    /// The contract rate from a day on; in an account, of the days that were not billed by its grant.
    pub rate_from: Option<(NaiveDate, Rate)>,
}

/// Where an extension moves the maturity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewMaturity {
    /// By this number of cycles.
    MovedBy(u16),
    /// To a date.
    MovedTo(NaiveDate),
}

vocabulary! {
    /// Penalty interest (罚息) and compound interest (复利) in the window.
    pub enum PenaltyInWindow("penalty", PUHUI_PENALTY) {
        /// As the contract has them. The usual rule.
        AsContracted = "as_contracted",
        /// None (免收罚息), on the days of the window from the grant on. What is deferred was never late, with either: it costs
        /// no penalty, however late the relief is granted.
        None = "none",
    }
}

vocabulary! {
    /// How days past due (逾期天数) are counted under a relief.
    pub enum DaysPastDue("days_past_due", PUHUI_DAYS_PAST_DUE) {
        /// By the due dates as the relief left them. The usual rule.
        ByDueDates = "by_due_dates",
        /// No day of the window counts; the count resumes where it stood.
        Excluded = "excluded",
    }
}

/// How a loan is classified (五级分类) under a relief.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// One relief: which rows it acts on and what becomes of them, whether the maturity moves, and what travels with it.
///
/// # Source
///
/// The mechanics are those of China's deferrals of 2020 (临时性延期还本付息, 银保监发〔2020〕6号, and what followed it) and of
/// 贷款通则 article 12 on extensions, said in general terms: any country's moratorium is one of these values.
///
/// # Examples
///
/// ```
/// use puhui::loan::{InterestCaughtUp, PrincipalCaughtUp, Relief, RowInterest, RowRelief, Window};
///
/// // Principal and interest of 2020-01-25 to 2020-06-30, both caught up on 2020-06-30.
/// let relief: Relief = serde_json::from_str(
///     r#"{"granted_on":"2020-03-01","defer":"both","due_from":"2020-01-25","due_until":"2020-06-30",
///         "principal_caught_up":"end_of_window","interest_meanwhile":"simple",
///         "interest_caught_up":"end_of_window","new_date":"2020-06-30"}"#,
/// )?;
///
/// // The same in Rust.
/// let day = |text| puhui::parse_date(text, "day");
/// let window = Window::DueDates { from: day("2020-01-25")?, until: day("2020-06-30")? };
/// let caught_up = InterestCaughtUp::EndOfWindow;
/// let mut rows = RowRelief::new(window, RowInterest::Deferred { at: None, caught_up });
/// rows.principal = Some(PrincipalCaughtUp::EndOfWindow);
/// rows.new_date = Some(day("2020-06-30")?);
/// let mut same = Relief::new(day("2020-03-01")?);
/// same.rows = Some(rows);
/// assert_eq!(relief, same);
///
/// // Interest cannot be paid and deferred at once: the wire form could say it, a value cannot.
/// let error = serde_json::from_str::<Relief>(
///     r#"{"granted_on":"2020-03-01","defer":"interest","due_from":"2020-01-25","due_until":"2020-06-30",
///         "interest_meanwhile":"paid","interest_caught_up":"end_of_window"}"#,
/// );
/// assert!(error.unwrap_err().to_string().starts_with("interest_meanwhile: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Relief {
    /// The day it was granted; it may lie after some of the rows it acts on.
    pub granted_on: NaiveDate,
    /// The rows it acts on, and what becomes of them. None for an extension and nothing else.
    pub rows: Option<RowRelief>,
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

/// The rows that a relief acts on, and what becomes of their principal and their interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowRelief {
    /// Which rows.
    pub window: Window,
    /// When their principal is caught up. None: it is not deferred.
    pub principal: Option<PrincipalCaughtUp>,
    /// What becomes of their interest.
    pub interest: RowInterest,
    /// The catch-up date of what is caught up at the end of the window. None: the first due date after it.
    pub new_date: Option<NaiveDate>,
}

impl Relief {
    /// A relief that does nothing yet; set what it does, then [`Relief::check`] it.
    #[must_use]
    pub fn new(granted_on: NaiveDate) -> Relief {
        Relief {
            granted_on,
            rows: None,
            extension: None,
            penalty: PenaltyInWindow::AsContracted,
            days_past_due: DaysPastDue::ByDueDates,
            class: ClassUnderRelief::ByLadder,
            credit_report: CreditReport::AsCounted,
        }
    }

    /// Checks what the shape of the value leaves open. Reading one from its wire form does it too.
    ///
    /// # Errors
    ///
    /// Names the field as the wire form spells it:
    ///
    /// * [`ErrorCode::Missing`] for a relief that does nothing, also where the interest of its rows is paid as agreed and no
    ///   principal is deferred.
    /// * [`ErrorCode::Contradiction`] for an extension beside shifted rows, and for a `new_date` where nothing is caught up at the
    ///   end of the window.
    /// * [`ErrorCode::DatesOutOfOrder`] for a window or protection that ends before it begins.
    /// * [`ErrorCode::OutOfRange`] for a window of no rows and an extension by no cycle.
    /// * [`ErrorCode::DateOutOfRange`] for dates that are not computed with.
    pub fn check(&self) -> Result<()> {
        check_date(self.granted_on, "granted_on")?;
        if let Some(rows) = &self.rows {
            rows.check_dates()?;
        }
        if let Some(extension) = &self.extension {
            extension.check()?;
        }
        if let ClassUnderRelief::Held { at, until, .. } = self.class {
            in_order(("class.held_at", at), ("class.until", until))?;
        }
        if let CreditReport::Protected { from, to } = self.credit_report {
            in_order(("credit_report.protected_from", from), ("credit_report.protected_to", to))?;
        }
        match &self.rows {
            Some(rows) => rows.check(self.extension.is_some()),
            None if self.extension.is_none() => {
                missing("defer", "a deferral, a change of the interest, or a new maturity")
            }
            None => Ok(()),
        }
    }
}

impl RowRelief {
    /// Rows whose interest becomes this, and whose principal is due as agreed.
    #[must_use]
    pub fn new(window: Window, interest: RowInterest) -> RowRelief {
        RowRelief { window, principal: None, interest, new_date: None }
    }

    fn check_dates(&self) -> Result<()> {
        match self.window {
            Window::DueDates { from, until } => in_order(("due_from", from), ("due_until", until))?,
            Window::Instalments { from, instalments } => {
                check_date(from, "due_from")?;
                if instalments == 0 {
                    return Err(Error::new(ErrorCode::OutOfRange, "instalments", 0, "1 to 65535"));
                }
            }
        }
        self.new_date.map_or(Ok(()), |date| check_date(date, "new_date"))
    }

    fn check(&self, extended: bool) -> Result<()> {
        if self.principal.is_none() && self.interest == RowInterest::Paid {
            return missing("defer", "something that is deferred");
        }
        if self.principal == Some(PrincipalCaughtUp::Shifted) && extended {
            return contradiction("maturity", "a new maturity", "nothing where shifted rows move it");
        }
        if let Some(date) = self.new_date
            && !self.catches_up_at_end_of_window()
        {
            return contradiction(
                "new_date",
                date,
                "nothing where nothing is caught up at the end of the window",
            );
        }
        Ok(())
    }

    fn catches_up_at_end_of_window(&self) -> bool {
        self.principal == Some(PrincipalCaughtUp::EndOfWindow)
            || self.interest.caught_up() == Some(InterestCaughtUp::EndOfWindow)
    }
}

impl Extension {
    fn check(&self) -> Result<()> {
        match self.maturity {
            NewMaturity::MovedBy(0) => {
                return Err(Error::new(ErrorCode::OutOfRange, "maturity.moved_by", 0, "1 to 65535"));
            }
            NewMaturity::MovedBy(_) => {}
            NewMaturity::MovedTo(date) => check_date(date, "maturity.moved_to")?,
        }
        self.rate_from.map_or(Ok(()), |(from, _)| check_date(from, "rate_from.from"))
    }
}

/// Two dates with their fields, of which the second must not lie before the first.
fn in_order(first: (&'static str, NaiveDate), last: (&'static str, NaiveDate)) -> Result<()> {
    check_date(first.1, first.0)?;
    check_date(last.1, last.0)?;
    if last.1 < first.1 {
        return Err(Error::new(ErrorCode::DatesOutOfOrder, last.0, last.1, format!("{} or later", first.1)));
    }
    Ok(())
}

pub(crate) fn missing<T>(field: &'static str, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Missing, field, "nothing", bound))
}

pub(crate) fn contradiction<T>(field: &'static str, value: impl std::fmt::Display, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Contradiction, field, value, bound))
}
