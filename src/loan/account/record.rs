//! An account, written down 账户快照: all that tomorrow needs, without the events that made it.
//!
//! What is written at the end of a day is read back and goes on: [`Account::resume`] with the events since is, to the byte, what
//! [`Account::replay`] of all of them is.

use chrono::NaiveDate;

use crate::class::LoanClass;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::account::Account;
use crate::loan::account::arrears::Arrears;
use crate::loan::account::due_instalment::{DueInstalment, DueKind, PenaltyTerms};
use crate::loan::account::event::Event;
use crate::loan::account::replay::{AfterEnd, Prepaid, Reliefs, Replay, Stage, Status, rate_of};
use crate::loan::account::resumed::Resumed;
use crate::loan::account::timeline::{Timeline, checked};
use crate::loan::account::totals::{AccountTotals, ChargeTotals, InterestTotals, Receipts, WriteOff};
use crate::loan::agreement::allocation::Owed;
use crate::loan::agreement::loan::Loan;
use crate::loan::plan::Plan;
use crate::record::{Node, Recorded, inside, recorded, recorded_words, unreadable};

recorded! {
    Owed { due_on, fee, penalty, compound, interest, principal }
    Prepaid { interest, of_later_periods, principal }
    AfterEnd { billed_to, dates, settled_on }
    Status { reached, stage, non_accrual }
    AccountTotals {
        disbursed, fee_at_disbursement, receipts, principal_repaid, interest, penalties, fees, write_off,
    }
    Receipts { borrower, guarantor, treasury, insurer, refund, goodwill, renewed }
    InterestTotals { paid, waived, after_end, rescheduled, billed_early }
    ChargeTotals { billed, paid, waived }
    WriteOff {
        principal, interest, penalties, fees, interest_off_books, penalties_off_books, recovered,
        recovered_income,
    }
}

recorded_words! {
    Stage { Open = "open", Settled = "settled", ChargedOff = "charged_off", Closed = "closed" }
    DueKind { Charge = "charge", InterestAfterEnd = "interest_after_end", Instalment = "instalment" }
}

/// The version of the form.
const VERSION: i64 = 1;

const RECORD: [&str; 6] = ["version", "loan", "as_of", "events", "state", "checksum"];
const LOAN: [&str; 4] = ["principal", "disbursed_on", "rate", "matures_on"];
const STATE: [&str; 11] = [
    "plan",
    "billed",
    "instalments",
    "penalty_denominator",
    "penalty_free",
    "rescheduled",
    "status",
    "credit",
    "prepaid",
    "totals",
    "after_end",
];
const RELIEFS: [&str; 3] = ["excluded_days", "held_classes", "protected"];

/// An account at the end of a day, written down 账户快照.
///
/// All that tomorrow needs and nothing of the past: the plan of the rows to come with the rules by which they are found, what fell
/// due and is unpaid, exact accruals, credit and totals. Its JSON form is strict, has a version and a checksum, and is the same bytes
/// on every run.
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

fn object<const N: usize>(names: [&'static str; N], nodes: [Node; N]) -> Node {
    Node::Fields(names.into_iter().map(Into::into).zip(nodes).collect())
}

fn within(name: &'static str) -> impl Fn(Error) -> Error {
    move |error| inside(error, name)
}

/// What tells the loan that a record is of.
fn loan_node(loan: &Loan<'_>) -> Node {
    let terms = loan.terms();
    let nodes =
        [terms.principal.write(), terms.disbursed_on.write(), terms.rate.write(), loan.maturity().write()];
    object(LOAN, nodes)
}

impl<'a, 'e> Account<'a, 'e> {
    /// Writes the account down, as it is at the end of its day.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Contradiction`] for an account as it was known on an earlier day: what is written down is what goes on. Those of
    /// [`Account::replay`], where the class of an earlier day is held.
    pub fn record(&self) -> Result<AccountRecord> {
        if let Some(known_on) = self.known_on {
            let bound = "an account of all that is known";
            return Err(Error::new(ErrorCode::Contradiction, "known_on", known_on, bound));
        }
        let replay = &self.walked;
        let arrears = &replay.arrears;
        let terms = arrears.penalty_terms.as_ref();
        let state = object(
            STATE,
            [
                replay.plan.write(),
                replay.billed.write(),
                arrears.instalments.write(),
                terms.map(PenaltyTerms::denominator).write(),
                terms.map(|terms| terms.free().to_vec()).write(),
                (arrears.rescheduled_charges, arrears.rescheduled_on).write(),
                replay.status.write(),
                replay.credit.write(),
                replay.prepaid.write(),
                replay.totals.write(),
                replay.after_end.write(),
            ],
        );
        let mut held = Vec::new();
        for &(at, until) in &replay.reliefs.held_classes {
            held.push(Held { at, until, class: self.class_held(at)? });
        }
        let reliefs = object(
            RELIEFS,
            [replay.reliefs.excluded_days.write(), held.write(), replay.reliefs.protected.write()],
        );
        let acted = self.events.iter().filter(|event| event.on <= self.position.as_of).count();
        let seen = self.resumed.as_ref().map_or(0, |resumed| resumed.events) + acted;
        let content = [
            VERSION.write(),
            loan_node(&replay.loan),
            self.position.as_of.write(),
            seen.write(),
            Node::List(vec![state, reliefs]),
        ];
        let checksum = checksum(&content);
        let [version, loan, as_of, events, state] = content;
        Ok(AccountRecord(object(RECORD, [version, loan, as_of, events, state, Node::Text(checksum.into())])))
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

fn read<'a>(loan: &Loan<'a>, record: &AccountRecord, rates: &[crate::rate::Rate]) -> Result<Resumed<'a>> {
    let [version, of_loan, as_of, events, state, sum] = record.0.fields(RECORD)?;
    if i64::read(version)? != VERSION {
        return Err(unreadable(i64::read(version)?, VERSION).at("version"));
    }
    let content = [version, of_loan, as_of, events, state].map(Node::clone);
    let expected = checksum(&content);
    if sum.text()? != expected {
        return Err(unreadable(sum.text()?, format_args!("{expected}, that of the record")).at("checksum"));
    }
    if *of_loan != loan_node(loan) {
        return Err(
            unreadable("another loan", "the principal, the dates and the rate of this one").at("loan")
        );
    }
    let as_of = NaiveDate::read(as_of).map_err(within("as_of"))?;
    let Node::List(parts) = state else { return Err(unreadable("another", "state and reliefs").at("state")) };
    let [state, reliefs] = parts.as_slice() else {
        return Err(unreadable("another", "state and reliefs").at("state"));
    };
    let [
        plan,
        billed,
        instalments,
        denominator,
        free,
        rescheduled,
        status,
        credit,
        prepaid,
        totals,
        after_end,
    ] = state.fields(STATE)?;
    let timeline = Timeline { events: Vec::new(), in_tranches: false };
    let mut replay = Replay::new(*loan, &timeline)?;
    replay.plan = Plan::read(*loan, plan).map_err(within("plan"))?;
    replay.billed = usize::read(billed).map_err(within("billed"))?;
    replay.status = Status::read(status).map_err(within("status"))?;
    replay.credit = i64::read(credit).map_err(within("credit"))?;
    replay.prepaid = Prepaid::read(prepaid).map_err(within("prepaid"))?;
    replay.totals = AccountTotals::read(totals).map_err(within("totals"))?;
    replay.after_end = AfterEnd::read(after_end).map_err(within("after_end"))?;
    let mut instalments: Vec<DueInstalment> = Vec::read(instalments).map_err(within("instalments"))?;
    let mut terms = replay.penalty_terms_over(rates)?;
    let was: Option<i128> = Option::read(denominator).map_err(within("penalty_denominator"))?;
    if terms.is_some() != was.is_some() {
        return Err(unreadable("penalty terms", "those of the loan").at("penalty_denominator"));
    }
    if let (Some(terms), Some(was)) = (&mut terms, was) {
        for due in &mut instalments {
            due.rescale_penalty(was, terms.denominator())?;
        }
        let free: Option<Vec<(NaiveDate, NaiveDate)>> = Option::read(free).map_err(within("penalty_free"))?;
        terms.set_free(free.unwrap_or_default());
    }
    let (rescheduled_charges, rescheduled_on) =
        <(Option<Owed>, Option<NaiveDate>)>::read(rescheduled).map_err(within("rescheduled"))?;
    replay.arrears = Arrears { instalments, penalty_terms: terms, rescheduled_charges, rescheduled_on };
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
    check(&replay, as_of)?;
    let held_classes = held.iter().map(|held| (held.at, held.class)).collect();
    Ok(Resumed { replay, as_of, events: usize::read(events).map_err(within("events"))?, held_classes })
}

/// What always holds of an account that was written down.
fn check(replay: &Replay<'_>, as_of: NaiveDate) -> Result<()> {
    if replay.status.reached != Some(as_of) {
        return Err(unreadable("another day", as_of).at("status.reached"));
    }
    if replay.billed > replay.plan.len() {
        return Err(unreadable(replay.billed, format_args!("at most {}", replay.plan.len())).at("billed"));
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

impl Recorded for Held {
    fn write(&self) -> Node {
        let class = self.class.map_or(Node::Nothing, |class| Node::Text(class.as_str().into()));
        Node::List(vec![self.at.write(), self.until.write(), class])
    }

    fn read(node: &Node) -> Result<Held> {
        let Node::List(parts) = node else { return Err(unreadable("another", "a day, a day and a class")) };
        let [at, until, class] = parts.as_slice() else {
            return Err(unreadable(format_args!("{} values", parts.len()), "a day, a day and a class"));
        };
        let class = match class {
            Node::Nothing => None,
            class => Some(class.text()?.parse()?),
        };
        Ok(Held { at: NaiveDate::read(at)?, until: NaiveDate::read(until)?, class })
    }
}

/// FNV-1a in 64 bits over the content: tells a record that was changed by hand from one that was written.
fn checksum(content: &[Node]) -> String {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    content.iter().for_each(|node| digest(node, &mut sum));
    format!("{sum:016x}")
}

fn digest(node: &Node, sum: &mut u64) {
    let mut feed = |tag: u8, bytes: &[u8]| {
        for byte in [tag].iter().chain(bytes).chain(&[0xff]) {
            *sum = (*sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    match node {
        Node::Nothing => feed(0, &[]),
        Node::Flag(flag) => feed(1, &[u8::from(*flag)]),
        Node::Number(number) => feed(2, number.to_string().as_bytes()),
        Node::Text(text) => feed(3, text.as_bytes()),
        Node::List(nodes) => {
            feed(4, nodes.len().to_string().as_bytes());
            nodes.iter().for_each(|node| digest(node, sum));
        }
        Node::Fields(fields) => {
            feed(5, fields.len().to_string().as_bytes());
            for (name, node) in fields {
                digest(&Node::Text(name.clone()), sum);
                digest(node, sum);
            }
        }
    }
}
