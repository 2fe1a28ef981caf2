//! The account of a loan: what all that happened to it comes to.

mod arrears;
mod changes;
mod due_instalment;
pub(crate) mod event;
mod granted_relief;
mod grants;
mod payments;
pub(crate) mod postings;
mod prepaid;
mod replay;
mod state;
mod timeline;

pub use postings::{LedgerAccount, Posting};
pub use state::AccountState;

use chrono::NaiveDate;

use crate::calendar::check_date;
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::add;
use crate::loan::account::event::Event;
use crate::loan::account::replay::{Replay, Stage};
use crate::loan::account::timeline::{Listed, Timeline, checked};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::payer::Payer;
use crate::loan::schedule::Instalment;
use crate::money::Money;

/// What a loan comes to at the end of a day, all events of the day included.
///
/// # Units
///
/// Minor units of the loan's currency. Interest is earned for every day before the day of the position; what the day itself
/// earns is [`Position::interest_of_day`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The day.
    pub as_of: NaiveDate,
    /// The principal paid out so far.
    pub disbursed: Money,
    /// Interest that became principal.
    pub capitalised: Money,
    /// The principal repaid so far, by whoever paid, with what came back after a charge-off: paid out and capitalised =
    /// repaid + (charged off - recovered) + outstanding.
    pub principal_repaid: Money,
    /// The principal that was charged off.
    pub charged_off: Money,
    /// The principal that came back after it was charged off.
    pub recovered: Money,
    /// The principal outstanding, overdue or not 贷款余额.
    pub principal: Money,
    /// The part of it that fell due and is unpaid 逾期本金.
    pub overdue_principal: Money,
    /// Contract interest that was earned before the day and is not billed 应计利息, less what of it was settled ahead. Below zero
    /// at a rate below zero.
    pub interest_accrued: Money,
    /// What the day itself adds to it: nothing while the day was paid for ahead.
    pub interest_of_day: Money,
    /// Interest that was billed and is unpaid 应收未收利息.
    pub interest: Money,
    /// Interest that was deferred, and has neither fallen due nor joined the balance.
    pub interest_deferred: Money,
    /// Penalty interest that was billed and is unpaid 罚息.
    pub penalty: Money,
    /// Penalty interest that was earned before the day and is not billed.
    pub penalty_accrued: Money,
    /// Compound interest that was billed and is unpaid 复利.
    pub compound: Money,
    /// Compound interest that was earned before the day and is not billed.
    pub compound_accrued: Money,
    /// Fees that were billed and are unpaid.
    pub fees: Money,
    /// Money of the borrower that nothing was owed for 溢缴款.
    pub credit: Money,
    /// What settles everything on the day, before the fee of a prepayment and its interest for days to come. Below zero: what
    /// would be paid back.
    pub pay_off: Money,
    /// Days past due 逾期天数.
    pub days_past_due: u32,
    /// The class; none without a ladder in force.
    pub class: Option<LoanClass>,
    /// What the class asks to be provided for; none without rates or class.
    pub provision: Option<Money>,
    /// Whether the loan is no longer accrued 非应计.
    pub non_accrual: bool,
    /// Whether a relief keeps arrears of the day from the credit registry 征信保护.
    pub credit_report_protected: bool,
    /// Whether the account is closed.
    pub closed: bool,
    /// What was billed and is unpaid, oldest first: a row by due date, with its parts.
    pub arrears: Vec<Owed>,
    /// The next due date that asks for money, and how much.
    pub next_due: Option<(NaiveDate, Money)>,
}

/// The account of a loan, replayed to a day.
///
/// Pure: the same loan, events and day give the same account, to the byte. A late or a reversed event is another list of
/// events: the position is that of never having erred.
///
/// # Examples
///
/// ```
/// use puhui::loan::{Account, Event, EventKind, LoanRecord, Payer};
/// use puhui::{Money, parse_date};
///
/// // 50,000.00 at 4.35 %, 36 months, 1,484.00 a month: the first instalment is paid ten days late, with a mark-up of half.
/// let record: LoanRecord = serde_json::from_str(
///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
///         "first_due_on":"2020-02-20","rounding":"half_up","penalty":{"mark_up":"0.50"}}"#,
/// )?;
/// let loan = record.loan()?;
/// let paid = parse_date("2020-03-01", "on")?;
/// let amount = Money::from_minor(148_400);
/// let what = EventKind::Repaid { amount, payer: Payer::Borrower };
/// let events = [Event { no: 1, on: paid, booked_on: paid, what }];
///
/// let before = Account::replay(&loan, &events, parse_date("2020-02-29", "as_of")?)?;
/// assert_eq!(before.position().days_past_due, 9);
/// assert_eq!(before.position().overdue_principal.minor(), 130_275);
///
/// // 1,302.75 overdue for 11 days of 30E/360 at 6.525 %: 2.60, settled first; as much of the principal stays unpaid.
/// let after = Account::replay(&loan, &events, paid)?;
/// assert_eq!(after.position().overdue_principal.minor(), 260);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Account<'a, 'e> {
    events: Vec<Listed<'e>>,
    known_on: Option<NaiveDate>,
    replay: Replay<'a>,
    position: Position,
}

impl<'a, 'e> Account<'a, 'e> {
    /// Replays all events up to the end of a day.
    ///
    /// # Rounding
    ///
    /// Interest, penalty and compound interest are exact until they are billed, each rounded once by the loan's rounding;
    /// what is billed in parts is rounded as a running total, so that the parts add up.
    ///
    /// # Errors
    ///
    /// Names the event by its place in the list, and its field, such as `events[2].closed`:
    ///
    /// * [`ErrorCode::DatesOutOfOrder`] for a day, a value date or a booking date on the wrong side of another.
    /// * [`ErrorCode::OutOfRange`] for an amount that is not above zero, and a number of zero.
    /// * [`ErrorCode::NumberUsedTwice`], [`ErrorCode::NothingToReverse`], [`ErrorCode::AccountEnded`],
    ///   [`ErrorCode::NotSettled`], [`ErrorCode::MoreThanOwed`] and [`ErrorCode::LimitExceeded`], as they say.
    /// * those of [`Loan::relieve`] for a relief, and [`ErrorCode::Overflow`] for a figure that does not fit.
    pub fn replay(loan: &Loan<'a>, events: &'e [Event], as_of: NaiveDate) -> Result<Account<'a, 'e>> {
        Account::of(*loan, checked(loan, events)?, None, as_of)
    }

    /// The same with what was known at the end of a day: events booked later are left out, so that a past report can be
    /// printed again.
    ///
    /// # Errors
    ///
    /// Those of [`Account::replay`].
    pub fn as_known_on(
        loan: &Loan<'a>,
        events: &'e [Event],
        as_of: NaiveDate,
        known_on: NaiveDate,
    ) -> Result<Account<'a, 'e>> {
        Account::of(*loan, checked(loan, events)?, Some(known_on), as_of)
    }

    fn of(
        loan: Loan<'a>,
        events: Vec<Listed<'e>>,
        known_on: Option<NaiveDate>,
        as_of: NaiveDate,
    ) -> Result<Account<'a, 'e>> {
        check_date(as_of, "as_of")?;
        let disbursed_on = loan.terms().disbursed_on;
        if as_of < disbursed_on {
            let bound = format!("{disbursed_on}, the day of disbursement, or later");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "as_of", as_of, bound));
        }
        let timeline = Timeline::known(&events, known_on);
        let mut replay = Replay::new(loan, &timeline)?;
        let mut next = 0;
        replay.advance(&timeline, &mut next, as_of)?;
        replay.accrue_penalties(as_of)?;
        replay.agree(timeline.events.get(next..).unwrap_or_default(), as_of)?;
        let class = class_on(&replay, &events, known_on, as_of)?;
        let position = position(&replay, as_of, class)?;
        Ok(Account { events, known_on, replay, position })
    }

    /// The position.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// The loan.
    pub(crate) fn loan(&self) -> &Loan<'a> {
        &self.replay.loan
    }

    /// The events that were known, each once, by number.
    pub(crate) fn known_events(&self) -> impl Iterator<Item = &'e Event> {
        let known = |event: &&Listed<'e>| self.known_on.is_none_or(|day| event.booked_on <= day);
        self.events.iter().filter(known).map(Listed::event)
    }

    /// The instalments ahead, as they are planned now: those due after the day of the position, less the interest that was
    /// settled before they fall due. What is in arrears counts as paid on the day: it changes none of them further.
    #[must_use]
    pub fn ahead(&self) -> Vec<Instalment> {
        ahead(&self.replay)
    }

    /// All instalments: those that fell due as they were billed, and those ahead.
    #[must_use]
    pub fn instalments(&self) -> Vec<Instalment> {
        (0..self.replay.plan.len()).filter_map(|at| self.replay.plan.row(at)).copied().collect()
    }

    /// What was received from a payer, up to the day of the position.
    #[must_use]
    pub fn received_from(&self, payer: Payer) -> Money {
        let place = Payer::ALL.iter().position(|known| *known == payer).unwrap_or_default();
        Money::from_minor(self.replay.totals.received.get(place).copied().unwrap_or_default())
    }

    /// What settles everything on a later day, if nothing happens until then.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::DatesOutOfOrder`] for a day before that of the position, and those of [`Account::replay`].
    pub fn pay_off(&self, on: NaiveDate) -> Result<Money> {
        check_date(on, "on")?;
        if on < self.position.as_of {
            let bound = format!("{} or later", self.position.as_of);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "on", on, bound));
        }
        let mut replay = self.replay.clone();
        replay.advance(&Timeline { events: Vec::new(), in_tranches: false }, &mut 0, on)?;
        replay.accrue_penalties(on)?;
        Ok(Money::from_minor(replay.pay_off(on)?))
    }
}

fn ahead(replay: &Replay<'_>) -> Vec<Instalment> {
    let rows = (replay.billed..replay.plan.len()).filter_map(|at| replay.plan.row(at));
    let mut rows: Vec<Instalment> = rows.copied().collect();
    for (at, row) in rows.iter_mut().enumerate() {
        let settled = replay.plan.ahead(replay.billed + at);
        row.principal = Money::from_minor(row.principal.minor() - settled.principal);
        row.interest = Money::from_minor(row.interest.minor() - settled.interest);
        row.payment = Money::from_minor(row.payment.minor() - settled.principal - settled.interest);
    }
    let ahead = replay.interest_prepaid - replay.plan.interest_ahead(replay.billed);
    if let Some(row) = rows.iter_mut().find(|row| row.days != 0 || !row.interest.is_zero()) {
        let settled = ahead.min(row.interest.minor()).max(0);
        row.interest = Money::from_minor(row.interest.minor() - settled);
        row.payment = Money::from_minor(row.payment.minor() - settled);
    }
    rows
}

/// The class on a day: held by a relief, or by the ladder.
fn class_on(
    replay: &Replay<'_>,
    events: &[Listed<'_>],
    known_on: Option<NaiveDate>,
    day: NaiveDate,
) -> Result<Option<LoanClass>> {
    let disbursed_on = replay.loan.terms().disbursed_on;
    let held = replay.held_classes.iter().rev().find(|&&(at, until)| at <= day && day <= until);
    match held {
        // Before there was a loan it had no class: that of its first day is held.
        Some(&(at, _)) if at.max(disbursed_on) < day => {
            // As the class was then: by what happened up to that day.
            let timeline = Timeline::known(events, known_on);
            let mut then = Replay::new(replay.loan, &timeline)?;
            let at = at.max(disbursed_on);
            then.advance(&timeline, &mut 0, at)?;
            class_on(&then, events, known_on, at)
        }
        _ => replay.class_by_ladder(day),
    }
}

fn position(replay: &Replay<'_>, as_of: NaiveDate, class: Option<LoanClass>) -> Result<Position> {
    let part = |part| -> Result<i64> {
        let charges = replay.rescheduled_charges.as_ref().map_or(0, |charges| charges.part(part).minor());
        replay.due_instalments.iter().map(|instalment| instalment.unpaid(part)).try_fold(charges, add)
    };
    let (mut penalty_accrued, mut compound_accrued) = (0, 0);
    if let Some(rules) = &replay.penalty_terms {
        for instalment in &replay.due_instalments {
            let (penalty, compound) = instalment.unbilled(rules)?;
            penalty_accrued = add(penalty_accrued, penalty)?;
            compound_accrued = add(compound_accrued, compound)?;
        }
    }
    let mut arrears = Vec::new();
    for instalment in replay.due_instalments.iter().filter(|instalment| instalment.is_open()) {
        let mut owed = Owed::nothing(instalment.due_on());
        for &part in Part::ALL {
            *owed.part_mut(part) = Money::from_minor(instalment.unpaid(part));
        }
        arrears.push(owed);
    }
    let interest_accrued = replay.interest_accrued_to(as_of)?;
    let interest_of_day = replay.interest_of_day(as_of)?;
    let principal = replay.outstanding()?;
    let provision = match (replay.servicing().provision, class) {
        (Some(rates), Some(class)) => {
            let rounding = replay.loan.product().rules().rounding;
            Some(rates.provision(class, Money::from_minor(principal), rounding)?)
        }
        _ => None,
    };
    let next_due = ahead(replay).into_iter().find(|row| !row.payment.is_zero());
    let money = Money::from_minor;
    Ok(Position {
        as_of,
        disbursed: money(replay.totals.disbursed),
        capitalised: money(replay.capitalised()?),
        principal_repaid: money(add(replay.totals.principal_repaid, replay.totals.recovered)?),
        charged_off: money(replay.totals.charged_off),
        recovered: money(replay.totals.recovered),
        principal: money(principal),
        overdue_principal: money(replay.overdue()?),
        interest_accrued: money(interest_accrued),
        interest_of_day: money(interest_of_day),
        interest: money(part(Part::Interest)?),
        interest_deferred: money(replay.interest_deferred()?),
        penalty: money(part(Part::Penalty)?),
        penalty_accrued: money(penalty_accrued),
        compound: money(part(Part::Compound)?),
        compound_accrued: money(compound_accrued),
        fees: money(part(Part::Fee)?),
        credit: money(replay.credit),
        pay_off: money(replay.pay_off(as_of)?),
        days_past_due: replay.days_past_due(as_of)?,
        class,
        provision,
        non_accrual: replay.non_accrual,
        credit_report_protected: replay
            .protected_windows
            .iter()
            .any(|&(from, to)| from <= as_of && as_of <= to),
        closed: replay.stage == Stage::Closed,
        arrears,
        next_due: next_due.map(|row| (row.due_on, row.payment)),
    })
}
