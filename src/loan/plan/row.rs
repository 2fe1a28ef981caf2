//! A row of a plan: when it falls due, which days it bills, by which rule its principal and interest are found, and what
//! computing found.
//!
//! The rule and the figures are apart: a relief changes rules, and computing alone writes figures.

use chrono::NaiveDate;

use crate::error::Result;
use crate::exact::{add, subtract};
use crate::loan::agreement::due_dates::RowDates;
use crate::loan::plan::deferred_pool::Share;
use crate::loan::relief::RowInterest;
use crate::loan::schedule::Instalment;
use crate::loan::schedule::payment_parts::RowParts;
use crate::rate::Rate;

/// A row of a plan.
#[derive(Clone, Debug)]
pub(super) struct PlanRow {
    pub(super) place: Place,
    pub(super) rule: RowRule,
    /// The row as it was computed last.
    pub(super) figures: Instalment,
    /// What was found beside the figures.
    pub(super) found: Found,
    /// What an account did to it.
    pub(super) billing: Billing,
    /// When the relief was granted that chose this row last.
    pub(super) chosen_on: Option<NaiveDate>,
    /// It lies in the product's grace of principal.
    pub(super) grace: bool,
    /// It asks for nothing since a prepayment that kept the instalments left nothing for it. It comes back with a longer term, or
    /// where something joins the balance and no row asks for principal any more.
    pub(super) fell_away: bool,
    /// It is there because of a catch-up date.
    pub(super) catches_up: bool,
    /// What was unpaid of it fell due elsewhere when arrears were rescheduled: no relief finds anything due in it.
    pub(super) arrears_moved: bool,
}

/// Where a row stands, and which days it bills.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its number in the loan's cycle, where it stands on a date of the cycle.
    pub(super) cycle_row: Option<u32>,
    /// The cycle of its own that it follows, re-aged or moved: its first date, and the number of rows between that and this one.
    pub(super) own_row: Option<(NaiveDate, u16)>,
    /// Its date before any roll.
    pub(super) date: NaiveDate,
    /// Where its accrual period begins, if not where the one before ended: what lies between was settled by itself.
    pub(super) begins: Option<NaiveDate>,
    /// The day on which the payments that run from this row on were agreed, where it lay within its period. A roll may make it the
    /// due date of the first of new rows: that repays what joined the balance on that day, too.
    pub(super) agreed_on: Option<NaiveDate>,
    /// Where the accrual period ends that it bills; none for a row that only repays.
    pub(super) bills_to: Option<NaiveDate>,
    /// The first day that its principal no longer earns.
    pub(super) repaid_from: NaiveDate,
}

/// By which rule a row's principal and interest are found.
#[derive(Clone, Debug)]
pub(super) struct RowRule {
    pub(super) amount: Amount,
    /// The payment that its planned principal was found in: where interest beyond a payment is carried on, the row bills no more.
    pub(super) payment: Option<i64>,
    /// A relief put its principal off: it clears no balance.
    pub(super) puts_off: bool,
    pub(super) interest: InterestRule,
    /// Another rate for its period.
    pub(super) rate: Option<Rate>,
    /// What of its interest was settled before a relief reached the rest: so much stays payable.
    pub(super) settled_interest: i64,
    /// Interest deferred earlier that is payable here.
    pub(super) pays: Vec<Share>,
    /// Interest deferred earlier that would be payable here, and the pool that it goes into instead.
    pub(super) defers_again: Vec<(Share, usize)>,
    /// A pool that joins the balance here.
    pub(super) capitalises: Option<usize>,
    pub(super) caught_up: CaughtUp,
}

/// Principal that was deferred to a row. It falls due there beside what the row asks for by itself, whatever payment is found for it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CaughtUp {
    /// Of rows that were deferred.
    pub(super) principal: i64,
    /// A pool that joins the balance before.
    pub(super) capital_of: Option<usize>,
}

/// How the principal of a row is found. The last row clears the balance, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    /// As it was planned.
    Planned(i64),
    /// What a payment leaves after the interest.
    Payment(i64),
    /// By the method, which is solved again from the first such row; what was planned is kept for a custom plan.
    Solved { planned: i64 },
}

/// What happens to the interest of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum InterestRule {
    Payable,
    /// Into a pool.
    Deferred(usize),
    /// Into the balance, and counted in a pool.
    Capitalised(usize),
    Waived,
}

/// What computing found of a row beside its figures.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    /// The balance at the start of its period; the row opens with what of it is left when it falls due.
    pub(super) balance: i64,
    /// The interest of its period that is not owed.
    pub(super) waived: i64,
    /// What joins the balance on its date.
    pub(super) joins: i64,
    /// The payment as the method found it last.
    pub(super) payment: i64,
    /// Interest beyond its payment, that is billed with the next row.
    pub(super) carried: i64,
    /// The number of balance movements that its closing knows.
    pub(super) moved: usize,
}

/// What an account did to a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Billing {
    /// What was settled of it before it falls due, by itself: its figures still hold it.
    pub(super) prepaid: RowParts,
    /// Its principal and interest as they were billed: no later pass changes them.
    pub(super) billed: Option<RowParts>,
    /// Whether it was the last row when it was billed.
    pub(super) last: bool,
}

impl PlanRow {
    /// A row that bills interest.
    pub(super) fn billing(dates: &RowDates, cycle_row: Option<u32>) -> PlanRow {
        let mut row = PlanRow::own(dates);
        (row.place.cycle_row, row.place.bills_to) = (cycle_row, Some(dates.accrual_end));
        row
    }

    /// A row of its own, that only repays.
    pub(super) fn own(dates: &RowDates) -> PlanRow {
        PlanRow {
            place: Place {
                cycle_row: None,
                own_row: None,
                date: dates.cycle,
                begins: None,
                agreed_on: None,
                bills_to: None,
                repaid_from: dates.accrual_end,
            },
            rule: RowRule {
                amount: Amount::Planned(0),
                payment: None,
                puts_off: false,
                interest: InterestRule::Payable,
                rate: None,
                settled_interest: 0,
                pays: Vec::new(),
                defers_again: Vec::new(),
                capitalises: None,
                caught_up: CaughtUp::default(),
            },
            figures: Instalment {
                due_on: dates.printed,
                provisional: dates.provisional,
                ..Instalment::EMPTY
            },
            found: Found::default(),
            billing: Billing::default(),
            chosen_on: None,
            grace: false,
            fell_away: false,
            catches_up: false,
            arrears_moved: false,
        }
    }

    /// A row of its own that repays what was planned.
    pub(super) fn planned_on(dates: &RowDates, figures: Instalment) -> PlanRow {
        let mut row = PlanRow { figures, ..PlanRow::own(dates) };
        row.found.balance = figures.opening.minor();
        row.rule.amount = Amount::Planned(figures.principal.minor());
        row
    }

    /// The same place, with nothing in it.
    pub(super) fn emptied(&self) -> PlanRow {
        let Instalment { due_on, provisional, fees, .. } = self.figures;
        let Place { cycle_row, date, bills_to, repaid_from, .. } = self.place;
        let dates = RowDates { cycle: date, printed: due_on, accrual_end: repaid_from, provisional };
        let mut row = PlanRow { arrears_moved: self.arrears_moved, ..PlanRow::own(&dates) };
        (row.place.cycle_row, row.place.bills_to, row.figures.fees) = (cycle_row, bills_to, fees);
        row
    }

    /// The same row, with an accrual period that ends elsewhere.
    pub(super) fn billing_to(mut self, end: NaiveDate) -> PlanRow {
        (self.place.bills_to, self.place.repaid_from) = (Some(end), end);
        self
    }

    /// It stands on another date, off the cycle of the terms.
    pub(super) fn stand_on(&mut self, dates: &RowDates) {
        let place = &mut self.place;
        (place.cycle_row, place.date) = (None, dates.cycle);
        place.bills_to = place.bills_to.map(|_| dates.accrual_end);
        place.repaid_from = dates.accrual_end;
        (self.figures.due_on, self.figures.provisional) = (dates.printed, dates.provisional);
    }

    /// Whether it bills the interest of a period; if not, it only repays.
    pub(super) fn bills(&self) -> bool {
        self.place.bills_to.is_some()
    }

    /// Where its principal stops earning.
    pub(super) fn ends(&self) -> NaiveDate {
        self.place.bills_to.unwrap_or(self.place.repaid_from)
    }

    /// Whether nothing but the agreement says what it asks for: no grace, no catch-up, no relief of its interest.
    pub(super) fn is_plain(&self) -> bool {
        !self.grace && !self.catches_up && matches!(self.rule.interest, InterestRule::Payable)
    }

    /// Whether its principal was deferred, and no payment was found for it since.
    pub(super) fn puts_off(&self) -> bool {
        self.rule.puts_off && matches!(self.rule.amount, Amount::Planned(_))
    }

    /// Whether a payment that is found anew is one of its own: not where its principal was deferred, or it fell away, nor where it is there
    /// because of a catch-up date.
    pub(super) fn takes_payment(&self) -> bool {
        self.bills() && !self.puts_off() && !self.fell_away && !self.catches_up
    }

    /// Its principal and interest together: both are parts of its payment, which fits.
    pub(super) fn asked(&self) -> i64 {
        self.figures.principal.minor() + self.figures.interest.minor()
    }

    /// Plans the principal that was computed, and no more interest than its payment, where that is agreed.
    /// `capital` is the interest that joined the balance and falls due in it.
    pub(super) fn keep_principal(&mut self, capital: i64) -> Result<()> {
        let caught_up = self.keep_caught_up(capital)?;
        if !matches!(self.rule.amount, Amount::Planned(_)) {
            // A payment holds none of the interest that is deferred or waived: that cannot be more than it.
            let pays = matches!(self.rule.interest, InterestRule::Payable);
            self.rule.payment = if pays { Some(subtract(self.asked(), caught_up)?) } else { None };
        }
        self.rule.amount = Amount::Planned(subtract(self.figures.principal.minor(), caught_up)?);
        Ok(())
    }

    /// What is caught up in it: of the principal that was deferred no more than was left for it, and the interest that joined the
    /// balance, all of it a part of its principal.
    pub(super) fn keep_caught_up(&mut self, capital: i64) -> Result<i64> {
        let left = subtract(self.figures.principal.minor(), capital)?;
        let caught_up = &mut self.rule.caught_up.principal;
        // Below zero, it is what a payment below its interest had left to the balance: that stays.
        if *caught_up > 0 {
            *caught_up = (*caught_up).min(left).max(0);
        }
        add(*caught_up, capital)
    }

    /// The principal that was planned for it.
    pub(super) fn planned(&self) -> i64 {
        match self.rule.amount {
            Amount::Planned(planned) | Amount::Solved { planned } => planned,
            Amount::Payment(_) => 0,
        }
    }

    /// Principal that is deferred falls due in it.
    pub(super) fn catch_up(&mut self, principal: i64) -> Result<()> {
        let caught_up = &mut self.rule.caught_up.principal;
        *caught_up = add(*caught_up, principal)?;
        if self.fell_away && principal != 0 {
            // What falls due in it is there again. Its payment of nothing is none that interest could be more than.
            (self.fell_away, self.rule.payment) = (false, None);
        }
        Ok(())
    }

    /// What a relief does to the interest of a row that it chose.
    pub(super) fn treat(&mut self, interest: RowInterest, pool: usize) {
        let bills = self.bills();
        let rule = &mut self.rule;
        if interest.is_capitalised() || interest.caught_up().is_some() {
            rule.defers_again.extend(rule.pays.drain(..).map(|share| (share, pool)));
        }
        // What an earlier relief waived stays waived.
        if !bills || matches!(rule.interest, InterestRule::Waived) {
            return;
        }
        if let RowInterest::PaidAt(rate) | RowInterest::Deferred { at: Some(rate), .. } = interest {
            rule.rate = Some(rate);
        }
        match interest {
            RowInterest::Paid | RowInterest::PaidAt(_) => {}
            RowInterest::Deferred { .. } | RowInterest::CapitalisedAtEnd => {
                rule.interest = InterestRule::Deferred(pool);
            }
            RowInterest::CapitalisedEachDueDate => rule.interest = InterestRule::Capitalised(pool),
            RowInterest::Waived => rule.interest = InterestRule::Waived,
        }
    }
}
