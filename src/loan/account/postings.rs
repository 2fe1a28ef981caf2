//! What the ledger books: double entries whose sums are the position.
//!
//! The books of an account at the end of a day are a figure for each account of the chart, and sum to zero. The entries of a
//! day are the books of its end less those of its start. Where an event was booked after its value date, or reversed, the
//! past is another one from the booking day on: the difference of the two is a correction, dated on the booking day, so that
//! nothing is ever posted into a day that was reported.

use chrono::{Datelike, Months, NaiveDate};

use crate::calendar::{check_date, day_after, day_before};
use crate::error::{Error, ErrorCode, Result};
use crate::exact::{add, subtract, sum, too_large};
use crate::loan::account::Account;
use crate::loan::account::booked::Booked;
use crate::loan::account::event::EventKind;
use crate::loan::account::replay::Replay;
use crate::loan::account::timeline::{Listed, Timeline};
use crate::loan::agreement::allocation::Part;
use crate::loan::agreement::servicing::AccrualPostings;
use crate::money::Money;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// An account of the chart. Assets and losses are debits, liabilities and income credits.
    pub enum LedgerAccount("account", PUHUI_LEDGER) {
        /// Money paid out and received 存放款项.
        Cash = "cash",
        /// Principal that is not due yet 贷款本金.
        Principal = "principal",
        /// Principal that fell due and is unpaid 逾期贷款.
        OverduePrincipal = "overdue_principal",
        /// Interest that was booked before it was billed 应计利息.
        AccruedInterest = "accrued_interest",
        /// Interest that was billed, or deferred 应收利息.
        InterestReceivable = "interest_receivable",
        /// Penalty and compound interest 应收罚息及复利.
        PenaltyReceivable = "penalty_receivable",
        /// Fees 应收费用.
        FeeReceivable = "fee_receivable",
        /// Money that nothing was owed for 溢缴款.
        BorrowerCredit = "borrower_credit",
        /// Interest income 利息收入.
        InterestIncome = "interest_income",
        /// Penalty and compound interest income 罚息及复利收入.
        PenaltyIncome = "penalty_income",
        /// Fee income 手续费收入.
        FeeIncome = "fee_income",
        /// Value-added tax owed 应交增值税.
        VatPayable = "vat_payable",
        /// What was written off, less what came back 核销损失.
        CreditLoss = "credit_loss",
        /// Off the balance sheet: interest of a loan that is not accrued 表外应收利息.
        MemoInterest = "memo_interest",
        /// Off the balance sheet: its counterpart.
        MemoContra = "memo_contra",
    }
}

/// One side of a double entry. The postings of one day, corrections and others apart, sum to zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The booking date 记账日.
    pub on: NaiveDate,
    /// The account of the chart.
    pub account: LedgerAccount,
    /// The amount: a debit 借 above zero, a credit 贷 below it.
    pub amount: Money,
    /// Whether it corrects days that were reported: what an event booked late, or a reversal, changes in them.
    pub correction: bool,
}

const ACCOUNTS: usize = LedgerAccount::ALL.len();

/// A figure for each account of the chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Books {
    figures: [i64; ACCOUNTS],
}

impl Books {
    /// The entries that lead from other books to these.
    fn since(&self, before: &Books, on: NaiveDate, correction: bool, into: &mut Vec<Posting>) -> Result<()> {
        for ((account, now), then) in LedgerAccount::ALL.iter().zip(self.figures).zip(before.figures) {
            let amount = subtract(now, then).map_err(|_| too_large("postings"))?;
            if amount != 0 {
                into.push(Posting { on, account: *account, amount: Money::from_minor(amount), correction });
            }
        }
        Ok(())
    }
}

/// A replay, and what of its accruals was booked.
struct BookedReplay<'a, 'e> {
    replay: Replay<'a>,
    timeline: Timeline<'e>,
    next: usize,
    booked: Booked,
    /// The last day whose end was looked at; none before the first.
    day: Option<NaiveDate>,
}

impl<'a, 'e> BookedReplay<'a, 'e> {
    /// An account as it begins, or as it was read back.
    fn new(account: &Account<'a, 'e>, known_on: Option<NaiveDate>) -> Result<BookedReplay<'a, 'e>> {
        let timeline = Timeline::known(&account.events, known_on);
        let (replay, booked, day) = match &account.resumed {
            Some(resumed) => {
                let booked = resumed.booked.ok_or_else(|| books_not_known(resumed.as_of))?;
                (resumed.replay.clone(), booked, Some(resumed.as_of))
            }
            None => (Replay::new(account.replay.loan, &timeline)?, Booked::default(), None),
        };
        Ok(BookedReplay { replay, timeline, next: 0, booked, day })
    }

    /// The books as they stand: nothing, before the first day.
    fn standing(&self) -> Result<Books> {
        match self.day {
            Some(_) => books(&self.replay, &self.booked),
            None => Ok(Books::default()),
        }
    }

    /// The books at the end of a day, all days before it having been walked.
    fn books(&mut self, day: NaiveDate) -> Result<Books> {
        self.replay.advance(&self.timeline, &mut self.next, day)?;
        let tomorrow = day_after(day)?;
        self.replay.accrue_penalties(tomorrow)?;
        let replay = &self.replay;
        let earned = add(replay.interest_accrued_by_end(tomorrow)?, replay.prepaid.interest)?;
        let billed = replay.interest_billed()?;
        let (penalty, compound) = replay.arrears.unbilled()?;
        let late = add(penalty, compound)?;
        let penalties_billed = replay.totals.penalties.billed;
        let books_now = match replay.servicing().accrual_postings {
            AccrualPostings::Daily => true,
            AccrualPostings::MonthEnd => tomorrow.month() != day.month(),
            AccrualPostings::WhenBilled => false,
        };
        let booked = &mut self.booked;
        if books_now {
            (booked.interest, booked.penalties) = (add(billed, earned)?, add(penalties_billed, late)?);
            booked.last_interest = earned;
        }
        // What was booked and billed since is no accrual any more; nor is what turned out not to be earned.
        let still = |left: i64, earned: i64| left.max(0).min(earned.max(0));
        let left = subtract(booked.interest, billed)?;
        booked.running = if booked.last_interest < 0 {
            // At a rate below zero, the same the other way round.
            left.min(0).max(earned.min(0))
        } else {
            still(left, earned).max(replay.prepaid.interest)
        };
        booked.late = still(subtract(booked.penalties, penalties_billed)?, late);
        self.day = Some(day);
        self.standing()
    }

    /// The next day whose end may bring entries.
    fn next_day(&self) -> Result<NaiveDate> {
        let Some(day) = self.day else { return Ok(self.replay.loan.terms().disbursed_on) };
        let tomorrow = day_after(day)?;
        let servicing = self.replay.servicing();
        let watches = servicing.non_accrual.is_some()
            && self.replay.arrears.instalments.iter().any(|instalment| instalment.short() > 0);
        if servicing.accrual_postings == AccrualPostings::Daily || watches {
            return Ok(tomorrow);
        }
        let event_on = self.timeline.events.get(self.next).map(|event| event.on);
        let mut next = self.replay.next_stop(event_on)?.unwrap_or(NaiveDate::MAX);
        if servicing.accrual_postings == AccrualPostings::MonthEnd {
            next = next.min(last_of_month(tomorrow)?);
        }
        Ok(next.max(tomorrow))
    }

    /// Walks to the end of a day, by the days whose ends may bring entries: the books then, whatever happens on the day itself.
    fn walk_to(&mut self, day: NaiveDate) -> Result<Books> {
        loop {
            let next = self.next_day()?;
            if next > day {
                break;
            }
            self.books(next)?;
        }
        if self.day.is_some() { self.books(day) } else { self.standing() }
    }
}

/// The last end of a month up to a day.
fn last_of_month_by(day: NaiveDate) -> Result<NaiveDate> {
    let end = last_of_month(day)?;
    if end == day {
        Ok(day)
    } else {
        day_before(day.with_day(1).ok_or_else(|| Error::internal("first of a month", day))?)
    }
}

fn last_of_month(day: NaiveDate) -> Result<NaiveDate> {
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    day_before(first.ok_or_else(|| Error::internal("day before the end of its month", day))?)
}

/// An account that was written down with what nobody knew on its day.
#[cold]
fn books_not_known(as_of: NaiveDate) -> Error {
    let bound = format!(
        "an account that was written down with what was booked by {as_of}, its day, or one of all events"
    );
    Error::new(ErrorCode::Contradiction, "postings", "a record with events that were booked later", bound)
}

/// The books of a replay of which so much running interest, and unbilled penalty, is booked.
fn books(replay: &Replay<'_>, booked: &Booked) -> Result<Books> {
    let (running, late_booked) = (booked.running, booked.late);
    let totals = &replay.totals;
    let unpaid = |part| replay.arrears.unpaid(part);
    let overdue = replay.overdue()?;
    let received = totals.receipts.total()?;
    let accrued = subtract(running, replay.prepaid.interest)?;
    let interest = add(unpaid(Part::Interest)?, replay.interest_deferred()?)?;
    let late = sum([unpaid(Part::Penalty)?, unpaid(Part::Compound)?, late_booked])?;
    let incomes = [
        subtract(add(replay.interest_billed()?, running)?, totals.interest.waived)?,
        add(totals.penalties.charged()?, late_booked)?,
        add(totals.fee_at_disbursement, totals.fees.charged()?)?,
    ];
    // A loan that is not accrued books income when it is paid; what is owed stands off the balance sheet.
    let off = if replay.status.non_accrual { [add(accrued, interest)?, late] } else { [0, 0] };
    // Nor is writing off what was not on the balance sheet an income and a loss.
    let never = [totals.write_off.interest_off_books, totals.write_off.penalties_off_books];
    let on_books = |figure: i64| if replay.status.non_accrual { 0 } else { figure };
    let earned = [
        subtract(subtract(incomes[0], off[0])?, never[0])?,
        subtract(subtract(incomes[1], off[1])?, never[1])?,
        incomes[2],
    ];
    let mut vat = 0;
    let mut net = [0; 3];
    for (net, gross) in net.iter_mut().zip(earned) {
        let tax = tax_in(replay, gross)?;
        (*net, vat) = (subtract(gross, tax)?, add(vat, tax)?);
    }
    let figure = |account| match account {
        LedgerAccount::Cash => subtract(add(received, totals.fee_at_disbursement)?, totals.disbursed),
        LedgerAccount::Principal => subtract(replay.outstanding()?, overdue),
        LedgerAccount::OverduePrincipal => Ok(overdue),
        LedgerAccount::AccruedInterest => Ok(on_books(accrued)),
        LedgerAccount::InterestReceivable => Ok(on_books(interest)),
        LedgerAccount::PenaltyReceivable => Ok(on_books(late)),
        LedgerAccount::FeeReceivable => unpaid(Part::Fee),
        LedgerAccount::BorrowerCredit => subtract(0, replay.credit),
        LedgerAccount::InterestIncome => subtract(0, net[0]),
        LedgerAccount::PenaltyIncome => subtract(0, net[1]),
        LedgerAccount::FeeIncome => subtract(0, net[2]),
        LedgerAccount::VatPayable => subtract(0, vat),
        LedgerAccount::CreditLoss => totals.write_off.loss(),
        LedgerAccount::MemoInterest => add(off[0], off[1]),
        LedgerAccount::MemoContra => subtract(0, add(off[0], off[1])?),
    };
    let mut books = Books::default();
    for (slot, account) in books.figures.iter_mut().zip(LedgerAccount::ALL) {
        *slot = figure(*account)?;
    }
    Ok(books)
}

/// The value-added tax in an income so far: gross x rate / (1 + rate), rounded once.
fn tax_in(replay: &Replay<'_>, gross: i64) -> Result<i64> {
    let Some(vat) = replay.servicing().vat else { return Ok(0) };
    let tax = vat.within(Money::from_minor(gross), replay.loan.product().rules().rounding);
    tax.map(Money::minor).map_err(|error| error.at("vat"))
}

impl Account<'_, '_> {
    /// The entries of all booking days up to that of the position, in their order: the double entries of the product's
    /// cadence, and corrections for what was booked late.
    ///
    /// Interest of a day is the rounded running total to its end less that before it, so that the entries always sum to what
    /// is billed. Up to any booking day they sum to the position as it was known on that day.
    ///
    /// An account that was read back gives the entries of the days after its record, the same as that of all its events gives of
    /// those days.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Contradiction`] for an account that was read back and had been written down with events that were booked after
    /// its day: what was booked by then is not known. Those of [`Account::replay`].
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{Account, LedgerAccount, LoanRecord};
    /// use puhui::parse_date;
    ///
    /// let record: LoanRecord = serde_json::from_str(
    ///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
    ///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
    ///         "first_due_on":"2020-02-20","rounding":"half_up","accrual_postings":"month_end"}"#,
    /// )?;
    /// let loan = record.loan()?;
    /// let account = Account::replay(&loan, &[], parse_date("2020-02-20", "as_of")?)?;
    /// let postings = account.postings()?;
    /// // Paid out on the 20th; eleven days of interest at the end of January, 66.46; the first instalment falls due.
    /// assert_eq!(postings[0].account, LedgerAccount::Cash);
    /// assert_eq!(postings[0].amount.minor(), -5_000_000);
    /// let january = parse_date("2020-01-31", "on")?;
    /// assert!(postings.iter().any(|posting| posting.on == january && posting.amount.minor() == 6_646));
    /// assert_eq!(postings.iter().map(|posting| posting.amount.minor()).sum::<i64>(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn postings(&self) -> Result<Vec<Posting>> {
        let as_of = self.position.as_of;
        // What is booked after the day of the position is posted after it.
        let last_known = self.known_on.map_or(as_of, |known_on| known_on.min(as_of));
        let mut turns = self.late_bookings(last_known).into_iter().peekable();
        let known_until = |turn: Option<&NaiveDate>| match turn {
            Some(turn) => turn.pred_opt().or(Some(last_known)),
            None => Some(last_known),
        };
        let mut postings = Vec::new();
        let mut booked_replay = BookedReplay::new(self, known_until(turns.peek()))?;
        let mut books = booked_replay.standing()?;
        loop {
            let next = booked_replay.next_day()?;
            let day = turns.peek().map_or(next, |&turn| next.min(turn));
            if day > as_of {
                return Ok(postings);
            }
            if turns.next_if_eq(&day).is_some() {
                booked_replay = BookedReplay::new(self, known_until(turns.peek()))?;
                let past = booked_replay.walk_to(day_before(day)?)?;
                past.since(&books, day, true, &mut postings)?;
                books = past;
            }
            let now = booked_replay.books(day)?;
            now.since(&books, day, false, &mut postings)?;
            books = now;
        }
    }

    /// The entries of [`Account::postings`] from a booking day on.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::DatesOutOfOrder`] for a day that is in the record of an account that was read back: the record before it, or all
    /// events, know its entries. Those of [`Account::postings`].
    pub fn postings_from(&self, first: NaiveDate) -> Result<Vec<Posting>> {
        check_date(first, "from")?;
        if let Some(resumed) = self.resumed.as_ref().filter(|resumed| first <= resumed.as_of) {
            let bound = format!("a day after {}, on which the account was written down", resumed.as_of);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "from", first, bound));
        }
        let mut postings = self.postings()?;
        postings.retain(|posting| posting.on >= first);
        Ok(postings)
    }

    /// The days on which another past becomes known.
    fn late_bookings(&self, last_known: NaiveDate) -> Vec<NaiveDate> {
        let disbursed_on = self.replay.loan.terms().disbursed_on;
        // Until its first tranche is booked, a loan was paid out in full; one that was read back had its first before.
        let first_tranche = |event: &Listed<'_>| {
            self.resumed.is_none()
                && matches!(event.what, EventKind::Disbursed(_))
                && event.booked_on > disbursed_on
                && !Timeline::known(&self.events, event.booked_on.pred_opt()).in_tranches
        };
        let is_late = |event: &&Listed<'_>| {
            event.booked_on > event.on
                || matches!(event.what, EventKind::Reversed { .. })
                || first_tranche(event)
        };
        let known = self.events.iter().filter(|event| event.booked_on <= last_known);
        let mut late: Vec<NaiveDate> = known.filter(is_late).map(|event| event.booked_on).collect();
        late.sort_unstable();
        late.dedup();
        late
    }

    /// What of its accruals stands in the books at the end of its day; none where something in it was booked later.
    pub(super) fn booked(&self) -> Result<Option<Booked>> {
        if !self.is_known_on_its_day()
            || self.resumed.as_ref().is_some_and(|resumed| resumed.booked.is_none())
        {
            return Ok(None);
        }
        let as_of = self.position.as_of;
        let mut booked_replay = BookedReplay::new(self, None)?;
        if self.replay.servicing().accrual_postings != AccrualPostings::MonthEnd {
            // They follow from the day itself.
            booked_replay.replay.clone_from(&self.walked);
            booked_replay.next = booked_replay.timeline.events.partition_point(|event| event.on <= as_of);
            booked_replay.books(as_of)?;
            return Ok(Some(booked_replay.booked));
        }
        // Nothing before the last accrual that was booked bears on them.
        let month_end = last_of_month_by(as_of)?;
        if booked_replay.next_day()? <= month_end {
            booked_replay.books(month_end)?;
        }
        let last = self.late_bookings(as_of).pop();
        let turns = [last.and_then(|turn| turn.pred_opt()), last];
        loop {
            let reached = booked_replay.day;
            let turn = turns.into_iter().flatten().filter(|&turn| Some(turn) > reached).min();
            let next = booked_replay.next_day()?;
            // A turn before the first day brings nothing.
            let day = match (turn, reached) {
                (Some(turn), Some(_)) => next.min(turn),
                _ => next,
            };
            if day > as_of {
                return Ok(Some(booked_replay.booked));
            }
            booked_replay.books(day)?;
        }
    }

    /// Whether all that happened up to its day was booked by the end of it.
    fn is_known_on_its_day(&self) -> bool {
        let as_of = self.position.as_of;
        let [then, now] = [Some(as_of), None].map(|known_on| Timeline::known(&self.events, known_on));
        let acted = |timeline: &Timeline<'_>| -> Vec<u64> {
            timeline.events.iter().filter(|event| event.on <= as_of).map(|event| event.no).collect()
        };
        acted(&then) == acted(&now) && (self.resumed.is_some() || then.in_tranches == now.in_tranches)
    }
}
