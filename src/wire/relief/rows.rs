//! What becomes of the rows of a relief, in the words of the wire form and of C.
//!
//! The words can contradict each other; [`RowWords::read`] refuses that, so that a [`RowRelief`] cannot.

use chrono::NaiveDate;

use crate::error::Result;
use crate::loan::relief::{
    InterestCaughtUp, PrincipalCaughtUp, RowInterest, RowRelief, Window, contradiction, missing,
};
use crate::rate::Rate;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a relief defers (延期).
    pub(crate) enum Defer("defer", PUHUI_DEFER, none: "Nothing is deferred.") {
        /// The principal of the chosen rows (延期还本).
        Principal = "principal",
        /// The interest of the chosen rows (延期付息).
        Interest = "interest",
        /// Both (延期还本付息).
        Both = "both",
    }
}

impl Defer {
    fn principal(self) -> bool {
        matches!(self, Defer::Principal | Defer::Both)
    }

    fn interest(self) -> bool {
        matches!(self, Defer::Interest | Defer::Both)
    }
}

/// What happens to the interest of the chosen rows until it is caught up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InterestMeanwhile {
    Paid,
    Simple,
    CapitalisedAtEnd,
    CapitalisedEachDueDate,
    Waived,
    /// At another annual rate: deferred if interest is, paid in its row if not. An object in the wire form.
    At(Rate),
}

impl InterestMeanwhile {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            InterestMeanwhile::Paid => "paid",
            InterestMeanwhile::Simple => "simple",
            InterestMeanwhile::CapitalisedAtEnd => "capitalised_at_end",
            InterestMeanwhile::CapitalisedEachDueDate => "capitalised_each_due_date",
            InterestMeanwhile::Waived => "waived",
            InterestMeanwhile::At(_) => "at",
        }
    }

    /// Those that are words.
    pub(super) const WORDS: [InterestMeanwhile; 5] = [
        InterestMeanwhile::Paid,
        InterestMeanwhile::Simple,
        InterestMeanwhile::CapitalisedAtEnd,
        InterestMeanwhile::CapitalisedEachDueDate,
        InterestMeanwhile::Waived,
    ];
}

/// What a relief says of its rows, each part read and not yet compared with the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowWords {
    pub(crate) defer: Option<Defer>,
    pub(crate) window: Option<Window>,
    pub(crate) principal_caught_up: Option<PrincipalCaughtUp>,
    pub(crate) interest_meanwhile: Option<InterestMeanwhile>,
    pub(crate) interest_caught_up: Option<InterestCaughtUp>,
    pub(crate) new_date: Option<NaiveDate>,
}

impl RowWords {
    /// What becomes of the rows; none where the relief acts on no rows.
    ///
    /// `"defer": "interest"` or `"both"` beside `"waived"` is a waiver: what is not owed cannot be deferred.
    ///
    /// # Errors
    ///
    /// Missing parts and contradictions, by the field of the wire form.
    pub(crate) fn read(self) -> Result<Option<RowRelief>> {
        let Some(meanwhile) = self.interest_meanwhile else {
            return self.nothing().map(|()| None);
        };
        let Some(window) = self.window else {
            return missing("due_from", "the rows that the relief acts on");
        };
        let interest = self.interest(meanwhile)?;
        let principal = self.principal()?;
        let mut rows = RowRelief::new(window, interest);
        (rows.principal, rows.new_date) = (principal, self.new_date);
        Ok(Some(rows))
    }

    /// Without a word on interest the relief acts on no rows, and says nothing else of them either.
    fn nothing(self) -> Result<()> {
        if let Some(defer) = self.defer {
            let bound = format!("what the interest does while {defer} is deferred");
            return missing("interest_meanwhile", &bound);
        }
        let superfluous = [
            ("due_from", self.window.is_some()),
            ("principal_caught_up", self.principal_caught_up.is_some()),
            ("interest_caught_up", self.interest_caught_up.is_some()),
            ("new_date", self.new_date.is_some()),
        ];
        match superfluous.into_iter().find(|(_, given)| *given) {
            Some((field, _)) => {
                contradiction(field, "a value", "nothing where nothing is deferred or changed")
            }
            None => Ok(()),
        }
    }

    fn interest(self, meanwhile: InterestMeanwhile) -> Result<RowInterest> {
        let deferred = self.defer.is_some_and(Defer::interest);
        match (meanwhile, deferred) {
            (InterestMeanwhile::Paid, true) => contradiction(
                "interest_meanwhile",
                "paid",
                "simple, capitalised, waived or a rate where interest is deferred",
            ),
            (
                InterestMeanwhile::Simple
                | InterestMeanwhile::CapitalisedAtEnd
                | InterestMeanwhile::CapitalisedEachDueDate,
                false,
            ) => contradiction(
                "interest_meanwhile",
                meanwhile.as_str(),
                "paid, waived or a rate where interest is not deferred",
            ),
            (InterestMeanwhile::Paid, false) => {
                if self.defer.is_none() {
                    return missing("defer", "something that is deferred");
                }
                self.without_catch_up(RowInterest::Paid)
            }
            (InterestMeanwhile::At(rate), false) => self.without_catch_up(RowInterest::PaidAt(rate)),
            (InterestMeanwhile::Waived, _) => self.without_catch_up(RowInterest::Waived),
            (InterestMeanwhile::CapitalisedAtEnd, true) => {
                self.without_catch_up(RowInterest::CapitalisedAtEnd)
            }
            (InterestMeanwhile::CapitalisedEachDueDate, true) => {
                self.without_catch_up(RowInterest::CapitalisedEachDueDate)
            }
            (InterestMeanwhile::Simple, true) => self.deferred(None),
            (InterestMeanwhile::At(rate), true) => self.deferred(Some(rate)),
        }
    }

    fn without_catch_up(self, interest: RowInterest) -> Result<RowInterest> {
        match self.interest_caught_up {
            None => Ok(interest),
            Some(how) => {
                contradiction("interest_caught_up", how, "nothing where no interest is left to catch up")
            }
        }
    }

    fn deferred(self, at: Option<Rate>) -> Result<RowInterest> {
        match self.interest_caught_up {
            Some(caught_up) => Ok(RowInterest::Deferred { at, caught_up }),
            None => missing("interest_caught_up", "when the deferred interest falls due"),
        }
    }

    fn principal(self) -> Result<Option<PrincipalCaughtUp>> {
        match (self.principal_caught_up, self.defer.is_some_and(Defer::principal)) {
            (None, true) => missing("principal_caught_up", "when the deferred principal falls due"),
            (Some(how), false) => {
                contradiction("principal_caught_up", how, "nothing where principal is not deferred")
            }
            (caught_up, _) => Ok(caught_up),
        }
    }

    /// The words for what becomes of these rows: the fewest that say it. A waiver is `"waived"`, with `"defer": "principal"` only
    /// where the principal is deferred, however it was spelled when it was read.
    pub(super) fn of(rows: &RowRelief) -> RowWords {
        let meanwhile = match rows.interest {
            RowInterest::Paid => InterestMeanwhile::Paid,
            RowInterest::PaidAt(rate) | RowInterest::Deferred { at: Some(rate), .. } => {
                InterestMeanwhile::At(rate)
            }
            RowInterest::Waived => InterestMeanwhile::Waived,
            RowInterest::Deferred { at: None, .. } => InterestMeanwhile::Simple,
            RowInterest::CapitalisedAtEnd => InterestMeanwhile::CapitalisedAtEnd,
            RowInterest::CapitalisedEachDueDate => InterestMeanwhile::CapitalisedEachDueDate,
        };
        let defers_interest = rows.interest.caught_up().is_some() || rows.interest.is_capitalised();
        RowWords {
            defer: match (rows.principal.is_some(), defers_interest) {
                (true, true) => Some(Defer::Both),
                (true, false) => Some(Defer::Principal),
                (false, true) => Some(Defer::Interest),
                (false, false) => None,
            },
            window: Some(rows.window),
            principal_caught_up: rows.principal,
            interest_meanwhile: Some(meanwhile),
            interest_caught_up: rows.interest.caught_up(),
            new_date: rows.new_date,
        }
    }
}
