//! An account, written down 账户快照: all that tomorrow needs, without the events that made it.
//!
//! What is written at the end of a day is read back and goes on: [`Account::resume`] with the events since is, to the byte, what
//! [`Account::replay`] of all of them is.

use chrono::NaiveDate;

use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::account::Account;
use crate::loan::account::arrears::{Arrears, RescheduledCharges};
use crate::loan::account::booked::Booked;
use crate::loan::account::due_instalment::{DueInstalment, DueKind};
use crate::loan::account::event::{Event, EventKind};
use crate::loan::account::replay::{AfterEnd, Prepaid, Reliefs, Replay, Stage, Status, rate_of};
use crate::loan::account::resumed::Resumed;
use crate::loan::account::timeline::{Listed, Timeline, checked};
use crate::loan::account::totals::{AccountTotals, ChargeTotals, InterestTotals, Receipts, WriteOff};
use crate::loan::agreement::allocation::Owed;
use crate::loan::agreement::loan::Loan;
use crate::loan::plan::Plan;
use crate::rate::Rate;
use crate::record::{Node, Recorded, inside, recorded, recorded_words, unreadable};

recorded! {
    Owed { due_on, fee, penalty, compound, interest, principal }
    RescheduledCharges { owed, charged_fees }
    Prepaid { interest, of_later_periods, principal, final_to }
    AfterEnd { billed_to, dates, settled_on }
    Booked { interest, penalties, last_interest, running, late }
    Status { reached, stage, non_accrual }
    AccountTotals {
        disbursed, fee_at_disbursement, receipts, principal_repaid, interest, penalties, fees, write_off,
    }
    Receipts { borrower, guarantor, treasury, insurer, refund, goodwill, renewed }
    InterestTotals { paid, waived, after_end, rescheduled, billed_early }
    ChargeTotals { billed, paid, waived }
    Held { at, until, class }
    WriteOff {
        principal, interest, penalties, fees, interest_off_books, penalties_off_books, recovered,
        recovered_income,
    }
}

recorded_words! {
    Stage { Open = "open", Settled = "settled", ChargedOff = "charged_off", Closed = "closed" }
    DueKind { Charge = "charge", InterestAfterEnd = "interest_after_end", Instalment = "instalment" }
}

impl Recorded for LoanClass {
    fn write(&self) -> Node {
        Node::Text(self.as_str().into())
    }

    fn read(node: &Node) -> Result<LoanClass> {
        node.text()?.parse()
    }
}

/// The version of the form.
const VERSION: i64 = 2;

const RECORD: [&str; 2] = ["content", "checksum"];
const CONTENT: [&str; 7] = ["version", "loan", "as_of", "events", "state", "reliefs", "booked"];
const LOAN: [&str; 4] = ["principal", "disbursed_on", "rate", "matures_on"];
const STATE: [&str; 8] = ["plan", "billed", "arrears", "status", "credit", "prepaid", "totals", "after_end"];
const ARREARS: [&str; 5] =
    ["instalments", "penalty_denominator", "penalty_free", "rescheduled_charges", "rescheduled_on"];
const RELIEFS: [&str; 3] = ["excluded_days", "held_classes", "protected"];

/// An account at the end of a day, written down 账户快照.
///
/// All that tomorrow needs and nothing of the past: the plan of the rows to come with the rules by which they are found, what fell
/// due and is unpaid, exact accruals, credit and totals. Its JSON form is strict, has a version and a checksum, and is the same bytes
/// on every run; `docs/RECORD.md` has its fields, and what of it is refused.
///
/// # Examples
///
/// ```
/// use puhui::loan::{Account, AccountRecord, Event, EventKind, LoanRecord, Payer};
/// use puhui::{Money, parse_date};
///
/// let record: LoanRecord = serde_json::from_str(
///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-20","rate":{"fixed":"0.0435"},
///         "day_count":"30e/360","method":"equal_instalment","instalments":36,"every":"1 month",
///         "first_due_on":"2020-02-20","rounding":"half_up","penalty":{"mark_up":"0.50"}}"#,
/// )?;
/// let loan = record.loan()?;
/// let paid = parse_date("2020-03-01", "on")?;
/// let what = EventKind::Repaid { amount: Money::from_minor(148_400), payer: Payer::Borrower };
/// let events = [Event { no: 1, on: paid, booked_on: paid, what }];
///
/// // Written down at the end of February, read back, and gone on with in March.
/// let february = Account::replay(&loan, &[], parse_date("2020-02-29", "as_of")?)?;
/// let text = serde_json::to_string(&february.record()?)?;
/// let read: AccountRecord = serde_json::from_str(&text)?;
/// let march = Account::resume(&loan, &read, &events, parse_date("2020-03-31", "as_of")?)?;
///
/// let replayed = Account::replay(&loan, &events, parse_date("2020-03-31", "as_of")?)?;
/// assert_eq!(march.position(), replayed.position());
/// assert_eq!(march.record()?, replayed.record()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRecord(pub(crate) Node);

fn within(name: &'static str) -> impl Fn(Error) -> Error {
    move |error| inside(error, name)
}

/// What tells the loan that a record is of.
fn loan_node(loan: &Loan<'_>) -> Node {
    let terms = loan.terms();
    let nodes =
        [terms.principal.write(), terms.disbursed_on.write(), terms.rate.write(), loan.maturity().write()];
    Node::object(LOAN, nodes)
}

impl<'a, 'e> Account<'a, 'e> {
    /// Writes the account down, as it is at the end of its day.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Contradiction`] for an account as it was known on an earlier day: what is written down is what goes on. Those of
    /// [`Account::replay`], where the class of an earlier day is held, and where accruals are booked at the ends of months.
    pub fn record(&self) -> Result<AccountRecord> {
        if let Some(known_on) = self.known_on {
            let bound = "an account of all that is known";
            return Err(Error::new(ErrorCode::Contradiction, "known_on", known_on, bound));
        }
        let replay = &self.walked;
        let state = [
            replay.plan.write()?,
            replay.plan.next_to_bill().write(),
            arrears_node(&replay.arrears)?,
            replay.status.write(),
            replay.credit.write(),
            replay.prepaid.write(),
            replay.totals.write(),
            replay.after_end.write(),
        ];
        let mut held = Vec::new();
        for &(at, until) in &replay.reliefs.held_classes {
            held.push(Held { at, until, class: self.class_held(at)? });
        }
        let reliefs = [replay.reliefs.excluded_days.write(), held.write(), replay.reliefs.protected.write()];
        let acted = self.events.iter().filter(|event| event.on <= self.position.as_of).count();
        let seen = self.resumed.as_ref().map_or(0, |resumed| resumed.events) + acted;
        let content = Node::object(
            CONTENT,
            [
                VERSION.write(),
                loan_node(&replay.loan),
                self.position.as_of.write(),
                seen.write(),
                Node::object(STATE, state),
                Node::object(RELIEFS, reliefs),
                self.booked()?.write(),
            ],
        );
        let checksum = Node::Text(content.checksum().into());
        Ok(AccountRecord(Node::object(RECORD, [content, checksum])))
    }

    /// Reads an account back, and goes on to the end of a day with the events since it was written down.
    ///
    /// # Errors
    ///
    /// Those of [`Account::replay`], and:
    ///
    /// * [`ErrorCode::InvalidSnapshot`] for another version, another loan, and what no account has written down.
    /// * [`ErrorCode::DatesOutOfOrder`] for a day before that of the record, and for an event that acts, or reverses one, on a day that
    ///   is in the record already: it wants the record before it, or all events.
    pub fn resume(
        loan: &Loan<'a>,
        record: &AccountRecord,
        events: &'e [Event],
        as_of: NaiveDate,
    ) -> Result<Account<'a, 'e>> {
        let events = checked(loan, events)?;
        let rates: Vec<_> = events.iter().filter_map(|event| rate_of(&event.what)).collect();
        let resumed = read(loan, record, &rates)?;
        if let Some(event) = events.iter().find(|event| event.on <= resumed.as_of) {
            let bound = format!("a day after {}, on which the account was written down", resumed.as_of);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "on", event.on, bound).within(&event.name()));
        }
        if as_of < resumed.as_of {
            let bound = format!("{} or later", resumed.as_of);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "as_of", as_of, bound));
        }
        Account::of(*loan, events, None, as_of, Some(Box::new(resumed)))
    }
}

impl<'a, 'e> Account<'a, 'e> {
    /// Goes on from a record to the end of a day, where all events are known. What the record has not seen of its own days, and what
    /// reaches back into them, wants its first day: then the account is replayed.
    pub(super) fn go_on(
        loan: &Loan<'a>,
        record: &AccountRecord,
        events: &'e [Event],
        as_of: NaiveDate,
    ) -> Result<Account<'a, 'e>> {
        let all = checked(loan, events)?;
        let rates: Vec<_> = all.iter().filter_map(|event| rate_of(&event.what)).collect();
        let resumed = read(loan, record, &rates)?;
        let (seen, since): (Vec<Listed<'e>>, Vec<Listed<'e>>) =
            all.iter().copied().partition(|event| event.on <= resumed.as_of);
        let is_seen = |no: u64| seen.binary_search_by_key(&no, |event| event.no).is_ok();
        let reverses_seen =
            |event: &Listed<'e>| matches!(event.what, EventKind::Reversed { no } if is_seen(no));
        if seen.len() == resumed.events && !since.iter().any(reverses_seen) {
            match Account::of(*loan, since, None, as_of, Some(Box::new(resumed))) {
                // The replay says what is wrong, or finds what wants the days before the record.
                Err(error) if error.code() != ErrorCode::InvalidSnapshot => {}
                done => return done,
            }
        }
        Account::of(*loan, all, None, as_of, None)
    }
}

impl AccountRecord {
    /// The day at whose end it was written down.
    pub(super) fn as_of(&self) -> Result<NaiveDate> {
        let [content, _] = self.0.fields(RECORD)?;
        let [_, _, as_of, ..] = content.fields(CONTENT).map_err(within("content"))?;
        NaiveDate::read(as_of).map_err(within("as_of"))
    }
}

/// Arrears, with what their penalties are over: in lowest terms, so that no rate that was known and did not act is told.
fn arrears_node(arrears: &Arrears) -> Result<Node> {
    let terms = arrears.penalty_terms.as_ref();
    let mut instalments = arrears.instalments.clone();
    let mut denominator = None;
    if let Some(terms) = terms {
        let all = terms.denominator();
        let divisor = instalments.iter().try_fold(all, |divisor, due| due.common_divisor(divisor))?;
        let lowest = all.checked_div(divisor).ok_or_else(|| Error::internal("common divisor", divisor))?;
        instalments.iter_mut().try_for_each(|due| due.rescale_penalty(all, lowest))?;
        denominator = Some(lowest);
    }
    let nodes = [
        instalments.write(),
        denominator.write(),
        terms.map(|terms| terms.free().to_vec()).write(),
        arrears.rescheduled_charges.write(),
        arrears.rescheduled_on.write(),
    ];
    Ok(Node::object(ARREARS, nodes))
}

/// What was written down of an account of a loan, to go on with events that bring some rates.
fn read<'a>(loan: &Loan<'a>, record: &AccountRecord, rates: &[Rate]) -> Result<Resumed<'a>> {
    let [content, sum] = record.0.fields(RECORD)?;
    let [version, of_loan, as_of, events, state, reliefs, booked] =
        content.fields(CONTENT).map_err(within("content"))?;
    if i64::read(version)? != VERSION {
        return Err(unreadable(i64::read(version)?, VERSION).at("version"));
    }
    let expected = content.checksum();
    if sum.text()? != expected {
        return Err(unreadable(sum.text()?, format_args!("{expected}, that of the record")).at("checksum"));
    }
    if *of_loan != loan_node(loan) {
        let expected = "the principal, the dates and the rate of this one";
        return Err(unreadable("another loan", expected).at("loan"));
    }
    let as_of = NaiveDate::read(as_of).map_err(within("as_of"))?;
    let mut replay = read_state(loan, state, rates).map_err(within("state"))?;
    let held = read_reliefs(&mut replay, reliefs, as_of).map_err(within("reliefs"))?;
    check(&replay, as_of).map_err(within("state"))?;
    let events = usize::read(events).map_err(within("events"))?;
    let booked = Option::read(booked).map_err(within("booked"))?;
    Ok(Resumed { replay, as_of, events, held_classes: held, booked })
}

fn read_state<'a>(loan: &Loan<'a>, state: &Node, rates: &[Rate]) -> Result<Replay<'a>> {
    let [plan, billed, arrears, status, credit, prepaid, totals, after_end] = state.fields(STATE)?;
    let mut replay = Replay::new(*loan, &Timeline { events: Vec::new(), in_tranches: false })?;
    let billed = usize::read(billed).map_err(within("billed"))?;
    replay.plan = Plan::read(*loan, plan, billed).map_err(within("plan"))?;
    replay.arrears = read_arrears(&replay, arrears, rates).map_err(within("arrears"))?;
    replay.status = Status::read(status).map_err(within("status"))?;
    replay.credit = i64::read(credit).map_err(within("credit"))?;
    replay.prepaid = Prepaid::read(prepaid).map_err(within("prepaid"))?;
    replay.totals = AccountTotals::read(totals).map_err(within("totals"))?;
    replay.after_end = AfterEnd::read(after_end).map_err(within("after_end"))?;
    Ok(replay)
}

fn read_arrears(replay: &Replay<'_>, arrears: &Node, rates: &[Rate]) -> Result<Arrears> {
    let [instalments, denominator, free, charges, rescheduled_on] = arrears.fields(ARREARS)?;
    let mut instalments: Vec<DueInstalment> = Vec::read(instalments).map_err(within("instalments"))?;
    let mut penalty_terms = replay.penalty_terms_over(rates)?;
    let was: Option<i128> = Option::read(denominator).map_err(within("penalty_denominator"))?;
    if penalty_terms.is_some() != was.is_some() {
        return Err(unreadable("penalty terms", "those of the loan").at("penalty_denominator"));
    }
    if let (Some(terms), Some(was)) = (&mut penalty_terms, was) {
        // The events to come may bring rates of more digits.
        instalments.iter_mut().try_for_each(|due| due.rescale_penalty(was, terms.denominator()))?;
        terms.set_free(Vec::read(free).map_err(within("penalty_free"))?);
    }
    let mut arrears = Arrears::of(instalments, penalty_terms);
    arrears.rescheduled_charges = Option::read(charges).map_err(within("rescheduled_charges"))?;
    arrears.rescheduled_on = Option::read(rescheduled_on).map_err(within("rescheduled_on"))?;
    Ok(arrears)
}

/// Reads what reliefs left; returns the classes that they hold.
fn read_reliefs(
    replay: &mut Replay<'_>,
    reliefs: &Node,
    as_of: NaiveDate,
) -> Result<Vec<(NaiveDate, Option<LoanClass>)>> {
    let [excluded, held, protected] = reliefs.fields(RELIEFS)?;
    let held: Vec<Held> = Vec::read(held).map_err(within("held_classes"))?;
    replay.reliefs = Reliefs {
        excluded_days: Vec::read(excluded).map_err(within("excluded_days"))?,
        held_classes: held.iter().map(|held| (held.at, held.until)).collect(),
        protected: Vec::read(protected).map_err(within("protected"))?,
        granted: Vec::new(),
        accepted: 0,
        resumed_on: Some(as_of),
    };
    Ok(held.iter().map(|held| (held.at, held.class)).collect())
}

/// What always holds of an account that was written down.
fn check(replay: &Replay<'_>, as_of: NaiveDate) -> Result<()> {
    if replay.status.reached != Some(as_of) {
        return Err(unreadable("another day", as_of).at("status.reached"));
    }
    if replay.plan.next_to_bill() > replay.plan.len() {
        return Err(unreadable(replay.plan.next_to_bill(), format_args!("at most {}", replay.plan.len()))
            .at("billed"));
    }
    if replay.status.stage == Stage::Open {
        replay.plan.check_billed().map_err(within("plan"))?;
    }
    if !replay.totals.add_up(replay.credit) {
        return Err(unreadable("other sums", "what was received = what it settled + credit").at("totals"));
    }
    Ok(())
}

/// A class that a relief holds.
struct Held {
    at: NaiveDate,
    until: NaiveDate,
    class: Option<LoanClass>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::parse_date;
    use crate::loan::agreement::payer::Payer;
    use crate::money::Money;
    use crate::wire::loan::LoanRecord;

    fn day(text: &str) -> NaiveDate {
        parse_date(text, "day").unwrap()
    }

    /// The places of the parts that hold no others.
    fn leaves(node: &Node, path: &mut Vec<usize>, into: &mut Vec<Vec<usize>>) {
        let parts: Vec<&Node> = match node {
            Node::List(nodes) => nodes.iter().collect(),
            Node::Fields(fields) => fields.iter().map(|(_, node)| node).collect(),
            _ => return into.push(path.clone()),
        };
        for (at, part) in parts.into_iter().enumerate() {
            path.push(at);
            leaves(part, path, into);
            path.pop();
        }
    }

    fn part_mut<'n>(node: &'n mut Node, path: &[usize]) -> &'n mut Node {
        path.iter().fold(node, |node, &at| match node {
            Node::List(nodes) => &mut nodes[at],
            Node::Fields(fields) => &mut fields[at].1,
            _ => panic!("no parts"),
        })
    }

    fn paid(no: u64, on: &str, minor: i64) -> Event {
        let what = EventKind::Repaid { amount: Money::from_minor(minor), payer: Payer::Borrower };
        Event { no, on: day(on), booked_on: day(on), what }
    }

    /// Changes every part of an account's record, each in many ways, and goes on with it: the number that were tried, and that were refused.
    fn changed_in_every_part(terms: &str) -> (i32, i32) {
        let record: LoanRecord = serde_json::from_str(terms).unwrap();
        let loan = record.loan().unwrap();
        let before = [paid(1, "2020-02-25", 148_400)];
        let written = Account::replay(&loan, &before, day("2020-03-25")).unwrap().record().unwrap();
        let on = day("2020-04-02");
        let reset = Event { no: 2, on, booked_on: on, what: EventKind::RateReset(Rate::ZERO) };
        let after = [reset, paid(3, "2020-04-25", 1_900_000), paid(4, "2020-05-01", 900_000)];
        let [content, _] = written.0.fields(RECORD).unwrap();
        let mut paths = Vec::new();
        leaves(content, &mut Vec::new(), &mut paths);
        let (mut tried, mut refused) = (0, 0);
        for path in &paths {
            for part in [
                Node::Nothing,
                Node::Flag(true),
                Node::Number(0),
                Node::Number(-1),
                Node::Number(7),
                Node::Number(i64::MAX),
                Node::Number(i64::MIN),
                Node::Text("1900-01-01".into()),
                Node::Text("2499-12-31".into()),
                Node::Text("170141183460469231731687303715884105727".into()),
                Node::List(Vec::new()),
            ] {
                let mut content = content.clone();
                *part_mut(&mut content, path) = part;
                let checksum = Node::Text(content.checksum().into());
                let changed = AccountRecord(Node::object(RECORD, [content, checksum]));
                tried += 1;
                let resumed = Account::resume(&loan, &changed, &after, day("2020-06-30"));
                refused += i32::from(resumed.and_then(|account| account.postings()).is_err());
            }
        }
        (tried, refused)
    }

    #[test]
    fn no_part_that_was_changed_with_its_checksum_makes_it_panic() {
        for terms in [
            r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
                "day_count":"actual/360","method":"equal_instalment","instalments":4,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up","penalty":{"mark_up":"0.50"},"grace_days":3}"#,
            r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
                "day_count":"actual/360","method":"equal_instalment","instalments":4,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up","relevel":"running","money_ahead":"settle_next",
                "interest_cap":"payment"}"#,
            r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
                "day_count":"actual/actual_icma","method":"equal_principal","instalments":4,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up","money_ahead":"next",
                "grace":{"principal":2,"interest":2,"capitalised":true}}"#,
        ] {
            let (tried, refused) = changed_in_every_part(terms);
            // Most are no account at all; some are another account.
            assert!(tried > 2_000 && refused * 10 > tried * 7, "{refused} of {tried}");
        }
    }
}
