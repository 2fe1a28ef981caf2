//! What no roll can have left of an account: a state that was made by hand, or damaged, as far as its fields tell.

use std::fmt::Display;

use crate::calendar::{day_after, parse_ymd};
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::subtract;
use crate::loan::account::state::AccountState;
use crate::loan::agreement::product::ProductRules;

/// A figure that no roll leaves, or not beside the others.
#[cold]
fn strange(field: &'static str, value: impl Into<i64>, bound: impl Display) -> Error {
    Error::new(ErrorCode::InvalidSnapshot, field, value.into(), bound)
}

/// Refuses the first figure that is not zero.
fn all_zero(figures: &[(&'static str, i64)], bound: &str) -> Result<()> {
    match figures.iter().find(|(_, value)| *value != 0) {
        Some((field, value)) => Err(strange(field, *value, bound)),
        None => Ok(()),
    }
}

impl AccountState {
    /// Refuses what no roll of an account of a product can have left.
    pub(super) fn check(&self, rules: &ProductRules) -> Result<()> {
        self.check_fields()?;
        if rules.servicing.penalty.is_none() {
            let late = [("penalty", self.penalty_minor), ("compound", self.compound_minor)];
            all_zero(&late, "0: the product has no penalty")?;
        }
        self.check_earned(rules)
    }

    /// Refuses what no roll of any account can have left.
    pub(super) fn check_fields(&self) -> Result<()> {
        if self.as_of_ymd == 0 {
            return match *self == AccountState::default() {
                true => Ok(()),
                false => Err(strange("as_of", 0, "a day, unless all bytes are 0")),
            };
        }
        for (field, value, most) in [
            ("rate_decimals", self.rate_decimals, 28),
            ("loan_class", self.loan_class, LoanClass::ALL.len()),
            ("non_accrual", self.non_accrual, 1),
            ("stage", self.stage, 3),
        ] {
            if usize::from(value) > most {
                return Err(strange(field, value, format_args!("at most {most}")));
            }
        }
        for (field, ymd) in [
            ("as_of", self.as_of_ymd),
            ("next_due", self.next_due_ymd),
            ("period_start", self.period_start_ymd),
            ("quiet_until", self.quiet_until_ymd),
        ] {
            if ymd != 0 && parse_ymd(ymd, field).is_err() {
                return Err(strange(field, ymd, "a day, or 0"));
            }
        }
        if self.reserved != 0 {
            return Err(strange("reserved", self.reserved, "0"));
        }
        self.check_figures()?;
        match self.quiet_until_ymd {
            0 => all_zero(&self.quiet_figures(), "0, without a day until which it is quiet"),
            _ => self.check_quiet(),
        }
    }

    /// Refuses figures that no account has together.
    fn check_figures(&self) -> Result<()> {
        if self.next_due_ymd != 0 && self.next_due_ymd <= self.as_of_ymd {
            let bound = format_args!("0, or a day after {}", self.as_of_ymd);
            return Err(strange("next_due", self.next_due_ymd, bound));
        }
        for (field, minor) in [
            ("overdue_principal", self.overdue_principal_minor),
            ("penalty", self.penalty_minor),
            ("compound", self.compound_minor),
            ("fees", self.fees_minor),
            ("credit", self.credit_minor),
        ] {
            if minor < 0 {
                return Err(strange(field, minor, "0 or more"));
            }
        }
        if self.overdue_principal_minor > self.principal_minor {
            let bound = format_args!("at most {}, the principal", self.principal_minor);
            return Err(strange("overdue_principal", self.overdue_principal_minor, bound));
        }
        let (ended, closed) = (self.stage != 0, self.stage == 3);
        if ended {
            all_zero(&self.ahead(), "0: nothing is ahead of the account")?;
        }
        if closed {
            all_zero(&self.owed(), "0: the account is closed")?;
            all_zero(&[("credit", self.credit_minor)], "0: the account is closed")?;
        }
        Ok(())
    }

    /// What only an account has that goes on.
    fn ahead(&self) -> [(&'static str, i64); 4] {
        [
            ("next_due", self.next_due_ymd.into()),
            ("principal", self.principal_minor),
            ("interest_accrued", self.interest_accrued_minor),
            ("interest_of_day", self.interest_of_day_minor),
        ]
    }

    /// What is owed of what fell due, and how late it is.
    fn owed(&self) -> [(&'static str, i64); 7] {
        [
            ("overdue_principal", self.overdue_principal_minor),
            ("interest", self.interest_minor),
            ("penalty", self.penalty_minor),
            ("compound", self.compound_minor),
            ("fees", self.fees_minor),
            ("days_past_due", self.days_past_due.into()),
            ("non_accrual", self.non_accrual.into()),
        ]
    }

    /// What only a quiet account has.
    fn quiet_figures(&self) -> [(&'static str, i64); 4] {
        [
            ("period_start", self.period_start_ymd.into()),
            ("earning", self.earning_minor),
            ("rate_mantissa", self.rate_mantissa),
            ("rate_decimals", self.rate_decimals.into()),
        ]
    }

    /// Refuses a quiet period that no account is in.
    fn check_quiet(&self) -> Result<()> {
        let (as_of, until, next_due) = (self.as_of_ymd, self.quiet_until_ymd, self.next_due_ymd);
        if until <= as_of {
            return Err(strange("quiet_until", until, format_args!("0, or a day after {as_of}")));
        }
        if next_due != 0 && until > next_due {
            let bound = format_args!("at most {next_due}, the next due date");
            return Err(strange("quiet_until", until, bound));
        }
        if self.period_start_ymd == 0 || self.period_start_ymd > as_of {
            return Err(strange("period_start", self.period_start_ymd, format_args!("a day up to {as_of}")));
        }
        // What an instalment cost while it was late may still wait to be billed, after it was paid.
        let waits = |field: &str| matches!(field, "penalty" | "compound");
        let owed = self.owed().map(|(field, value)| (field, if waits(field) { 0 } else { value }));
        all_zero(&owed, "0 while it is quiet")?;
        all_zero(&[("stage", self.stage.into())], "0 while it is quiet")
    }

    /// Refuses interest of a quiet period that its balance does not earn. What only big integers could tell is left to a replay.
    fn check_earned(&self, rules: &ProductRules) -> Result<()> {
        if self.quiet_until_ymd == 0 {
            return Ok(());
        }
        let start = parse_ymd(self.period_start_ymd, "period_start")?;
        let as_of = parse_ymd(self.as_of_ymd, "as_of")?;
        let by = |day| self.earned(rules, start, day);
        let (Some(accrued), Some(by_end)) = (by(as_of), by(day_after(as_of)?)) else { return Ok(()) };
        for (field, value, earned) in [
            ("interest_accrued", self.interest_accrued_minor, accrued),
            ("interest_of_day", self.interest_of_day_minor, subtract(by_end, accrued)?),
        ] {
            if value != earned {
                return Err(strange(field, value, format_args!("{earned}, what the balance earns")));
            }
        }
        Ok(())
    }
}
