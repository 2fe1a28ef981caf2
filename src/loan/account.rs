//! The account of a loan: what all that happened to it comes to.
//!
//! # One loan through a bad year
//!
//! 12,000.00 at 12 % by 30E/360, drawn on 2020-01-20, twelve instalments of 1,066.19 from 2020-02-20: a month earns 1 %. The mark-up of
//! half makes a penalty of 18 %, 0.0005 of what is overdue for each of the 30 days of a month.
//!
//! | day | what happens | principal | of it overdue | interest | penalty | credit | past due |
//! |---|---|---:|---:|---:|---:|---:|---:|
//! | 02-20 | due 120.00 + 946.19; paid | 11,053.81 | | | | | |
//! | 03-20 | due 110.54 + 955.65; 600.00 paid | 10,564.35 | 466.19 | | | | |
//! | 04-05 | 500.00 paid | 10,098.16 | | | | 30.31 | |
//! | 04-20 | due 100.98 + 965.21 | 10,098.16 | 965.21 | 70.67 | | | |
//! | 05-20 | due 91.33 + 974.86 | 10,098.16 | 1,940.07 | 162.00 | 14.48 | | 30 |
//! | 06-10 | 2,000.00 paid | 8,294.04 | 135.95 | | | | 21 |
//! | 06-20 | due 81.58 + 984.61; 1,202.82 paid | 7,173.48 | | | | | |
//! | 07-05 | 3,000.00 prepaid | 4,209.35 | | | | | |
//! | 07-20, 08-20, 09-20 | due 21.04 + 1,009.28, 32.00 + 520.17, 26.80 + 525.37 | 4,209.35 | 2,054.82 | 79.84 | 38.08 | | 62 |
//! | 10-01 | re-aged, six from 11-01 | 4,209.35 | | | 49.38 | | |
//!
//! 1. **Paid, short.** 600.00 settles the 110.54 of interest and 489.46 of principal: the order of the product is fee, penalty,
//!    compound interest, interest, principal. What stays unpaid has left the balance that earns contract interest: the row of 04-20
//!    bills 1 % of 10,098.16.
//! 2. **Late.** The penalty runs from the due date, exact: 466.19 x 0.0005 x 15 days = 3.496425. A payment that reaches it bills it to
//!    the day, 3.50. Beyond that and the 466.19 nothing is owed yet: 30.31 is credit, and settles interest on the next due date.
//! 3. **Billed.** On a due date the penalty of what is overdue is billed: 965.21 x 0.0005 x 30 = 14.48. It is billed as a running total:
//!    to 06-10 it is 24.13 for 50 days, of which 9.65 are new.
//! 4. **Settled in order.** 2,000.00 on 06-10 meets the oldest instalment first, 24.13 + 70.67 + 965.21, then of that of 05-20 the
//!    9.75 of penalty, the 91.33 of interest, and 838.91 of 974.86. The oldest that is short is now 21 days past due, not 51. On 06-20
//!    the rest of it, 135.95, and 0.68 of penalty are paid with the instalment of the day.
//! 5. **Prepaid.** The 3,000.00 pay the interest of 15 days, 35.87, and repay 2,964.13. The running instalment keeps its payment, in
//!    which they count: 7,173.48 for 15 days and 4,209.35 for 15 earn 56.91, which leaves 1,009.28 of principal, and asks for 21.04.
//!    The six after it are found again (`keep_term`) on 3,200.07: 552.17.
//! 6. **Re-aged.** The penalty is billed to the day, 35.83 + 10.66 + 2.89, and falls due with the first new row. The 79.84 are
//!    deferred over six rows, 13.31 each, and the overdue principal is in the plan again. The first row bills 2,154.53 for the 11 days that
//!    were running, 7.90, and all of it for 30, 42.09: for those 11 days the overdue part pays its penalty. The payment is level over
//!    what the rows bill: (4,209.35 + 49.99) / (1 + 4.853431), the value of 1 a month for five months at 1 %, is 727.67, so 740.98 a row.
//!
//! The pay-off of 10-01 is 4,209.35 + 7.90 accrued + 79.84 + 49.38 = 4,346.47.
//!
//! # The files
//!
//! `event` is what can happen, `timeline` which events are in, and in which order. `replay` walks from one day on which something
//! happens to the next: changes of terms act, what falls due is billed, money settles. `due_instalment` is what fell due on a day and what
//! being late costs it, `arrears` all of it and how late it is, `totals` what happened so far, `payments` what money does, `prepaid` money
//! that settles instalments ahead, `changes` what changes the rows that are to come, which are a `plan`; `grants` what a relief finds
//! unpaid and where it acts (`granted_relief`), `grace` what the days of grace give back. `postings` are the double entries (`booked` what
//! they need of the days before), `state` the record of 128 bytes that goes from night to night without a replay where nothing happened
//! (`state_check` is what no night can have left), `record` the whole account, written down to be read back and gone on with (`resumed`).
//!
//! # What always holds of a ledger
//!
//! * Paid out + capitalised = repaid + (charged off - recovered) + outstanding.
//! * Received, from whomever = what it settled + credit; credit is not below zero.
//! * The pay-off is all of the principal, of interest billed, accrued and deferred, of penalty, compound interest and fees, less credit.
//! * What is unpaid stands by its due date, the oldest first, and of one day in the order of the rows; its principal is a part of
//!   the principal.
//! * Unpaid principal earns contract interest or the penalty of a day, never both. Compound interest earns nothing.
//! * A closed account owes nothing and holds nothing.
//! * Each day's entries sum to zero, and up to any booking day to the position as it was known then.
//! * The same events in any order of the list, with any that was reversed taken out, come to the same account.

mod arrears;
mod booked;
mod changes;
mod due_instalment;
pub(crate) mod event;
mod grace;
mod granted_relief;
mod grants;
mod payments;
pub(crate) mod postings;
mod prepaid;
mod record;
mod replay;
mod resumed;
mod state;
mod state_check;
mod timeline;
mod totals;

pub use postings::{LedgerAccount, Posting};
pub use record::AccountRecord;
pub use state::AccountState;

use chrono::NaiveDate;

use crate::calendar::check_date;
use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract};
use crate::loan::account::event::Event;
use crate::loan::account::replay::{Replay, Stage};
use crate::loan::account::resumed::Resumed;
use crate::loan::account::timeline::{Listed, Timeline, checked, replaced_pasts};
use crate::loan::agreement::allocation::{Owed, Part};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::payer::Payer;
use crate::loan::plan::RowParts;
use crate::loan::schedule::Instalment;
use crate::money::Money;
use crate::record::unreadable;

/// What a loan comes to at the end of a day, all events of the day included.
///
/// # Units
///
/// Minor units of the loan's currency. Interest is earned for every day before the day of the position; what the day itself
/// earns is [`Position::interest_of_day`].
///
/// A flat record, as a core system reports it and as the wire form and C have it: each figure is asked for by its own name.
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
    /// What was billed and is unpaid, oldest first: an instalment a row, with its parts. Rows that a
    /// roll brought onto one day are two.
    pub arrears: Vec<Owed>,
    /// The next due date that asks for money, and how much, before the credit that is held.
    pub next_due: Option<(NaiveDate, Money)>,
}

impl Position {
    /// Whether what always holds of a ledger holds of its figures: see the head of [`account`](crate::loan::account).
    fn adds_up(&self) -> bool {
        let wide = |money: Money| i128::from(money.minor());
        let sum = |moneys: &[Money]| moneys.iter().copied().map(wide).sum::<i128>();
        let lent = sum(&[self.disbursed, self.capitalised]);
        // What was recovered stands in what was repaid, too.
        let went = sum(&[self.principal_repaid, self.charged_off, self.principal]) - wide(self.recovered);
        let owed = sum(&[
            self.principal,
            self.interest_accrued,
            self.interest,
            self.interest_deferred,
            self.penalty,
            self.penalty_accrued,
            self.compound,
            self.compound_accrued,
            self.fees,
        ]);
        let in_arrears: i128 = self.arrears.iter().map(|row| wide(row.principal)).sum();
        lent == went
            && owed - wide(self.credit) == wide(self.pay_off)
            && self.credit >= Money::ZERO
            && in_arrears == wide(self.overdue_principal)
            && self.arrears.windows(2).all(|pair| pair[0].due_on <= pair[1].due_on)
            && (!self.closed || (owed == 0 && self.credit.is_zero()))
    }
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
    /// What it was read back from, if it was.
    resumed: Option<Box<Resumed<'a>>>,
    /// As the events up to the day have left it: this is what goes on.
    walked: Replay<'a>,
    /// The same with the changes of terms that were agreed for later days: this is what is shown.
    replay: Replay<'a>,
    position: Position,
    /// See [`Account::rows_to_come`].
    rows_to_come: Vec<Instalment>,
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
    ///
    /// A life is refused, too, if any state that was known on an earlier day was wrong, though what made it so was reversed later. Of
    /// several the error is that of the first, by the day on which it was known.
    pub fn replay(loan: &Loan<'a>, events: &'e [Event], as_of: NaiveDate) -> Result<Account<'a, 'e>> {
        Account::of(*loan, checked(loan, events)?, None, as_of, None)
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
        Account::of(*loan, checked(loan, events)?, Some(known_on), as_of, None)
    }

    fn of(
        loan: Loan<'a>,
        events: Vec<Listed<'e>>,
        known_on: Option<NaiveDate>,
        as_of: NaiveDate,
        resumed: Option<Box<Resumed<'a>>>,
    ) -> Result<Account<'a, 'e>> {
        check_date(as_of, "as_of")?;
        let disbursed_on = loan.terms().disbursed_on;
        if as_of < disbursed_on {
            let bound = format!("{disbursed_on}, the day of disbursement, or later");
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "as_of", as_of, bound));
        }
        check_replaced_pasts(
            loan,
            &events,
            resumed.as_deref(),
            known_on.map_or(as_of, |day| day.min(as_of)),
        )?;
        let timeline = Timeline::known(&events, known_on);
        let mut walked = match &resumed {
            Some(resumed) => resumed.replay.clone(),
            None => Replay::new(loan, &timeline)?,
        };
        let mut next = 0;
        walked.advance(&timeline, &mut next, as_of)?;
        walked.accrue_penalties(as_of)?;
        walked.plan.complete()?;
        let mut replay = walked.clone();
        let to_come = timeline.events.get(next..).ok_or_else(|| Error::internal("event", next))?;
        replay.change_agreed_terms(to_come, as_of)?;
        let class = class_on(&replay, resumed.as_deref(), &timeline, as_of)?;
        let rows_to_come = rows_to_come(&replay)?;
        let position = position(&replay, &rows_to_come, as_of, class)?;
        let adds_up = position.adds_up() && walked.totals.add_up(walked.credit);
        if resumed.is_some() && !adds_up {
            return Err(
                unreadable("sums that do not add up", "an account as it was written down").at("state")
            );
        }
        debug_assert!(adds_up, "the position, and the money received, add up: {position:?}");
        Ok(Account { events, known_on, resumed, walked, replay, position, rows_to_come })
    }

    /// The number of events it has seen, each once, those before it was read back included.
    fn events_seen(&self) -> usize {
        self.resumed.as_ref().map_or(0, |resumed| resumed.events) + self.events.len()
    }

    /// The class that a relief holds, which was that of a day: none where that day is still to come.
    fn class_held(&self, at: NaiveDate) -> Result<Option<LoanClass>> {
        let day = at.max(self.replay.loan.terms().disbursed_on);
        if day > self.position.as_of {
            return Ok(None);
        }
        class_then(&self.replay, self.resumed.as_deref(), &Timeline::known(&self.events, None), day)
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

    /// Whether it goes on from a record: what happened before is not known.
    pub(crate) fn goes_on(&self) -> bool {
        self.resumed.is_some()
    }

    /// The events that were known, each once, by number.
    pub(crate) fn known_events(&self) -> impl Iterator<Item = &'e Event> {
        let known = |event: &&Listed<'e>| self.known_on.is_none_or(|day| event.booked_on <= day);
        self.events.iter().filter(known).map(Listed::event)
    }

    /// The instalments ahead, as they are planned now: those due after the day of the position, less the interest that was
    /// settled before they fall due. What is in arrears counts as paid on the day: it changes none of them further.
    #[must_use]
    pub fn rows_to_come(&self) -> Vec<Instalment> {
        self.rows_to_come.clone()
    }

    /// All instalments: those that fell due as they were billed, and those ahead.
    #[must_use]
    pub fn instalments(&self) -> Vec<Instalment> {
        self.replay.plan.instalments()
    }

    /// What was received from a payer, up to the day of the position.
    #[must_use]
    pub fn received_from(&self, payer: Payer) -> Money {
        Money::from_minor(self.replay.totals.receipts.of(payer))
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

/// Refuses a life of which a state that was known on an earlier day was wrong, though what made it so was reversed, or what was missing
/// booked, later.
fn check_replaced_pasts(
    loan: Loan<'_>,
    events: &[Listed<'_>],
    resumed: Option<&Resumed<'_>>,
    last_known: NaiveDate,
) -> Result<()> {
    for day in replaced_pasts(events, last_known)? {
        let timeline = Timeline::known(events, Some(day));
        let mut past = match resumed {
            Some(resumed) => resumed.replay.clone(),
            None => Replay::new(loan, &timeline)?,
        };
        past.advance(&timeline, &mut 0, day)?;
    }
    Ok(())
}

/// The rows that are still to come, less what was prepaid of them.
fn rows_to_come(replay: &Replay<'_>) -> Result<Vec<Instalment>> {
    let mut rows = replay.plan.rows_to_come()?;
    let settled = replay.settled_to_day()?;
    for (row, at) in rows.iter_mut().zip(replay.plan.next_to_bill()..) {
        let mut prepaid = replay.plan.prepaid(at)?;
        // More interest than the row comes to earn is the borrower's again when it falls due.
        prepaid.interest = prepaid.interest.min(row.interest.minor().max(0));
        prepay(row, prepaid)?;
    }
    // What was settled of interest to a day is set against the row that bills it.
    for (row, at) in rows.iter_mut().zip(replay.plan.next_to_bill()..) {
        for (_, interest) in settled.iter().filter(|(billed_in, _)| *billed_in == at) {
            let interest = (*interest).min(row.interest.minor()).max(0);
            prepay(row, RowParts { principal: 0, interest })?;
        }
    }
    Ok(rows)
}

/// Takes what was prepaid from what a row asks for.
fn prepay(row: &mut Instalment, prepaid: RowParts) -> Result<()> {
    let less = |money: Money, minor| subtract(money.minor(), minor).map(Money::from_minor);
    row.opening = less(row.opening, prepaid.principal)?;
    row.principal = less(row.principal, prepaid.principal)?;
    row.interest = less(row.interest, prepaid.interest)?;
    row.payment = less(row.payment, prepaid.sum()?)?;
    Ok(())
}

/// The class on a day: held by a relief, or by the ladder.
fn class_on(
    replay: &Replay<'_>,
    resumed: Option<&Resumed<'_>>,
    timeline: &Timeline<'_>,
    day: NaiveDate,
) -> Result<Option<LoanClass>> {
    let disbursed_on = replay.loan.terms().disbursed_on;
    let held = replay.reliefs.held_classes.iter().rev().find(|&&(at, until)| at <= day && day <= until);
    match held {
        // Before there was a loan it had no class: that of its first day is held.
        Some(&(at, _)) if at.max(disbursed_on) < day && !replay.was_charged_off() => {
            class_then(replay, resumed, timeline, at.max(disbursed_on))
        }
        _ => replay.class_by_ladder(day),
    }
}

/// The class as it was on an earlier day: by what happened up to that day.
fn class_then(
    replay: &Replay<'_>,
    resumed: Option<&Resumed<'_>>,
    timeline: &Timeline<'_>,
    day: NaiveDate,
) -> Result<Option<LoanClass>> {
    let mut then = match resumed {
        Some(resumed) if day <= resumed.as_of => {
            let written = resumed.held_classes.iter().find(|(at, _)| *at <= day && day <= resumed.as_of);
            return Ok(written.and_then(|(_, class)| *class));
        }
        Some(resumed) => resumed.replay.clone(),
        None => Replay::new(replay.loan, timeline)?,
    };
    then.advance(timeline, &mut 0, day)?;
    class_on(&then, resumed, timeline, day)
}

fn position(
    replay: &Replay<'_>,
    rows_to_come: &[Instalment],
    as_of: NaiveDate,
    class: Option<LoanClass>,
) -> Result<Position> {
    let money = Money::from_minor;
    let unpaid = |part| replay.arrears.unpaid(part).map(money);
    let (penalty_accrued, compound_accrued) = replay.arrears.unbilled()?;
    let principal = money(replay.outstanding()?);
    let next_due = rows_to_come.iter().find(|row| !row.payment.is_zero());
    let write_off = &replay.totals.write_off;
    Ok(Position {
        as_of,
        disbursed: money(replay.totals.disbursed),
        capitalised: money(replay.plan.capitalised()?),
        principal_repaid: money(add(replay.totals.principal_repaid, write_off.recovered)?),
        charged_off: money(write_off.principal),
        recovered: money(write_off.recovered),
        principal,
        overdue_principal: unpaid(Part::Principal)?,
        interest_accrued: money(replay.interest_accrued_to(as_of)?),
        interest_of_day: money(replay.interest_of_day(as_of)?),
        interest: unpaid(Part::Interest)?,
        interest_deferred: money(replay.interest_deferred()?),
        penalty: unpaid(Part::Penalty)?,
        penalty_accrued: money(penalty_accrued),
        compound: unpaid(Part::Compound)?,
        compound_accrued: money(compound_accrued),
        fees: unpaid(Part::Fee)?,
        credit: money(replay.credit),
        pay_off: money(replay.pay_off(as_of)?),
        days_past_due: replay.days_past_due(as_of)?,
        class,
        provision: provision(replay, principal, class)?,
        non_accrual: replay.status.non_accrual,
        credit_report_protected: replay.reliefs.protect(as_of),
        closed: replay.status.stage == Stage::Closed,
        arrears: arrears(replay)?,
        next_due: next_due.map(|row| (row.due_on, row.payment)),
    })
}

/// What the class of a loan asks to be provided for.
fn provision(replay: &Replay<'_>, principal: Money, class: Option<LoanClass>) -> Result<Option<Money>> {
    let (Some(rates), Some(class)) = (replay.servicing().provision, class) else { return Ok(None) };
    let rounding = replay.loan.product().rules().rounding;
    rates.provision(class, principal, rounding).map(Some)
}

/// What is unpaid of each due date.
fn arrears(replay: &Replay<'_>) -> Result<Vec<Owed>> {
    let mut arrears = Vec::new();
    for instalment in replay.arrears.unsettled().iter().filter(|instalment| instalment.is_open()) {
        let mut owed = Owed::nothing(instalment.due_on());
        for &part in Part::ALL {
            *owed.part_mut(part) = Money::from_minor(instalment.unpaid(part)?);
        }
        arrears.push(owed);
    }
    Ok(arrears)
}
