//! What holds of every life of every loan, on every day.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::Cell;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::random_life::{Life, genes};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use proptest::test_runner::{TestError, TestRunner};
use puhui::loan::{
    Account, AccountState, AccrualPostings, Event, EventKind, Instalment, LedgerAccount, Loan, Part, Payer,
    Position, Posting, Prepayment, Snapshot,
};
use puhui::{Error, Money};
use random::Dice;

/// How many lives a property is tried on, how many of the draws are lives, and how long they are.
#[derive(Default)]
struct Tried {
    draws: Cell<usize>,
    lives: Cell<usize>,
    events: Cell<usize>,
    longest: Cell<usize>,
}

/// How many lives each property is tried on: what takes a minute, or as many as `PROPTEST_CASES` asks for.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 100 }
}

/// Tries a property on random lives, with dice of each life's own; `PROPTEST_CASES` asks for more of them.
fn on_lives(name: &str, check: impl Fn(&Life, &mut Dice) -> Result<(), TestCaseError>) {
    let cases = cases();
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 0,
        max_global_rejects: cases * 4,
        ..ProptestConfig::default()
    };
    // A check of the library that fails is reduced as any other fault.
    let check = |life: &Life, dice: &mut Dice| {
        let checked = catch_unwind(AssertUnwindSafe(|| check(life, dice)));
        checked.unwrap_or_else(|_| Err(TestCaseError::fail("the library panics")))
    };
    let tried = Tried::default();
    let run = TestRunner::new(config).run(&(genes(), any::<u64>().no_shrink()), |(genes, seed)| {
        tried.draws.set(tried.draws.get() + 1);
        let Some(life) = Life::of(&genes) else { return Err(TestCaseError::reject("no life")) };
        tried.lives.set(tried.lives.get() + 1);
        tried.events.set(tried.events.get() + life.events.len());
        tried.longest.set(tried.longest.get().max(life.events.len()));
        check(&life, &mut Dice::new(seed))
    });
    match run {
        Ok(()) => {}
        Err(TestError::Fail(_, (genes, seed))) => {
            // Days are drawn beside a life, so that a shorter one may need other dice to fail.
            let fails = |life: &Life| {
                (seed..seed.saturating_add(4)).find_map(|seed| check(life, &mut Dice::new(seed)).err())
            };
            let life = Life::of(&genes).unwrap().reduced(|life| fails(life).is_some());
            panic!("{name}: {:?}\n{life:?}", fails(&life).unwrap());
        }
        Err(error) => panic!("{name}: {error}"),
    }
    let (draws, lives, events) = (tried.draws.get(), tried.lives.get(), tried.events.get());
    let said = format!(
        "{name}: {lives} of {draws} draws are lives, of {} events on average, {} at most\n",
        events / lives.max(1),
        tried.longest.get()
    );
    // Past the test harness, which shows what a test prints only where it fails.
    let _ = std::io::stderr().write_all(said.as_bytes());
    assert!(lives * 10 >= draws * 8, "{said}");
    assert!(cases < 64 || (events >= lives * 15 && tried.longest.get() >= 100), "{said}");
}

/// A few days of a life: the first, the last, and some between.
fn days(life: &Life, dice: &mut Dice, between: usize) -> Vec<NaiveDate> {
    let drawn = life.record.terms().disbursed_on;
    let span = u64::try_from((life.end - drawn).num_days()).unwrap();
    let mut days = vec![drawn, life.end];
    days.extend((0..between).map(|_| drawn + Days::new(dice.below(span + 1))));
    // Days on which something was booked show most.
    days.extend((0..between.min(life.events.len())).map(|_| dice.pick(&life.events).booked_on));
    days.sort_unstable();
    days.dedup();
    days
}

fn some_day(life: &Life, dice: &mut Dice) -> NaiveDate {
    let days = days(life, dice, 3);
    *dice.pick(&days)
}

fn of(money: Money) -> i64 {
    money.minor()
}

/// The money that events known on a day brought and took, and the principal paid out, told from the events alone.
struct Flows {
    received: Vec<(Payer, i64)>,
    renewed: i64,
    disbursed: i64,
    fee_kept_back: i64,
}

impl Flows {
    /// Of the events booked by `known_on`, up to the end of the value date `as_of`.
    fn of(life: &Life, as_of: NaiveDate, known_on: NaiveDate) -> Flows {
        let known: Vec<&Event> = life.events.iter().filter(|event| event.booked_on <= known_on).collect();
        let reversed = |no| known.iter().any(|event| event.what == EventKind::Reversed { no });
        let valid: Vec<&&Event> = known.iter().filter(|event| !reversed(event.no)).collect();
        let terms = life.record.terms();
        let mut flows = Flows { received: Vec::new(), renewed: 0, disbursed: 0, fee_kept_back: 0 };
        if !valid.iter().any(|event| matches!(event.what, EventKind::Disbursed(_))) {
            flows.disbursed = of(terms.principal);
        }
        for event in valid.iter().filter(|event| event.on <= as_of) {
            match &event.what {
                EventKind::Disbursed(amount) => flows.disbursed += of(*amount),
                EventKind::Repaid { amount, payer } | EventKind::Prepaid { amount, payer, .. } => {
                    flows.received.push((*payer, of(*amount)));
                }
                EventKind::GuaranteePaid(amount) => flows.received.push((Payer::Guarantor, of(*amount))),
                EventKind::Recovered(amount) => flows.received.push((Payer::Borrower, of(*amount))),
                EventKind::Renewed { amount, .. } => flows.renewed += of(*amount),
                _ => {}
            }
        }
        if flows.disbursed > 0 {
            flows.fee_kept_back = of(terms.fee_at_disbursement);
        }
        flows
    }

    fn money_in(&self) -> i64 {
        self.received.iter().map(|(_, amount)| amount).sum::<i64>() + self.renewed
    }
}

#[test]
fn principal_is_conserved() {
    on_lives("principal_is_conserved", |life, dice| {
        for day in days(life, dice, 8) {
            let position = life.replayed(day).position().clone();
            let lent = of(position.disbursed) + of(position.capitalised);
            let gone = of(position.principal_repaid) + of(position.charged_off) - of(position.recovered);
            prop_assert_eq!(lent, gone + of(position.principal), "{} {:?}", day, position);
            prop_assert_eq!(of(position.disbursed), Flows::of(life, day, NaiveDate::MAX).disbursed);
            prop_assert!(position.recovered <= position.charged_off && position.recovered >= Money::ZERO);
            prop_assert!(position.charged_off == Money::ZERO || position.principal == Money::ZERO);
            prop_assert!(Money::ZERO <= position.overdue_principal);
            prop_assert!(position.overdue_principal <= position.principal);
        }
        Ok(())
    });
}

#[test]
fn no_figure_is_below_zero_and_no_money_is_lost() {
    on_lives("no_figure_is_below_zero", |life, dice| {
        for day in days(life, dice, 8) {
            let account = life.replayed(day);
            let position = account.position();
            let why = || format!("{day} {position:?}");
            prop_assert!(position.credit >= Money::ZERO, "{}", why());
            // At a rate below zero interest is the borrower's: credit, where it falls due.
            let borrower_earns = life.pays_the_borrower();
            for owed in &position.arrears {
                let below = Part::ALL.iter().find(|&&part| owed.part(part) < Money::ZERO);
                prop_assert_eq!(below, None, "{}", why());
            }
            let sum = |part| position.arrears.iter().map(|owed| of(owed.part(part))).sum::<i64>();
            prop_assert_eq!(sum(Part::Principal), of(position.overdue_principal), "{}", why());
            // Fees and costs that wait for the first row after arrears were rescheduled are no arrears.
            prop_assert!(sum(Part::Fee) <= of(position.fees) && sum(Part::Penalty) <= of(position.penalty));
            prop_assert_eq!(sum(Part::Interest), of(position.interest), "{}", why());
            prop_assert!(borrower_earns || position.interest_deferred >= Money::ZERO, "{}", why());
            for figure in [
                position.interest,
                position.penalty,
                position.penalty_accrued,
                position.compound,
                position.compound_accrued,
                position.fees,
            ] {
                prop_assert!(figure >= Money::ZERO, "{}", why());
            }
            // What came in went somewhere: into principal, into credit, into what came back, or into what was earned.
            let flows = Flows::of(life, day, NaiveDate::MAX);
            for payer in Payer::ALL {
                let from = flows.received.iter().filter(|(known, _)| known == payer);
                prop_assert_eq!(
                    of(account.received_from(*payer)),
                    from.map(|(_, amount)| amount).sum::<i64>()
                );
            }
            let kept = of(position.principal_repaid) + of(position.credit);
            prop_assert!(
                borrower_earns || kept <= flows.money_in(),
                "{} of {}: {}",
                kept,
                flows.money_in(),
                why()
            );
        }
        Ok(())
    });
}

#[test]
fn every_row_closes_with_what_it_opened_with_less_its_principal_and_what_joined() {
    on_lives("every_row_closes", |life, dice| {
        for day in days(life, dice, 6) {
            let account = life.replayed(day);
            let position = account.position();
            let ahead = account.rows_to_come();
            let joined = |row: &Instalment| of(row.closing) - of(row.opening) + of(row.principal);
            let (rows, capitalises) = (account.instalments(), life.capitalises());
            for row in rows.iter().chain(&ahead) {
                let joins = joined(row);
                prop_assert!(joins == 0 || capitalises, "{} {:?}", day, row);
                prop_assert!(joins >= 0 || life.pays_the_borrower(), "{} {:?}", day, row);
            }
            // What is not due falls due in the rows ahead, with what is still to join the balance.
            if position.charged_off == Money::ZERO {
                let not_due = of(position.principal) - of(position.overdue_principal);
                let to_join = ahead.iter().map(joined).sum::<i64>();
                let asked = ahead.iter().map(|row| of(row.principal)).sum::<i64>();
                prop_assert_eq!(asked, not_due + to_join, "{} {:?}\n{:#?}", day, position, ahead);
            }
            if position.closed {
                let held =
                    [position.principal, position.credit, position.pay_off, position.interest_deferred];
                prop_assert_eq!(held, [Money::ZERO; 4], "{} {:?}", day, position);
                prop_assert!(ahead.is_empty() && position.arrears.is_empty(), "{} {:?}", day, position);
            }
        }
        Ok(())
    });
}

/// The sum of the postings of an account up to a day.
fn sum(postings: &[Posting], account: LedgerAccount, until: NaiveDate) -> i64 {
    let of_account = postings.iter().filter(|posting| posting.account == account && posting.on <= until);
    of_account.map(|posting| of(posting.amount)).sum()
}

/// Every day's postings, corrections and others apart, sum to zero.
fn check_balance(postings: &[Posting]) -> Result<(), TestCaseError> {
    for group in postings.chunk_by(|left, right| (left.on, left.correction) == (right.on, right.correction)) {
        prop_assert_eq!(group.iter().map(|posting| of(posting.amount)).sum::<i64>(), 0, "{:?}", group);
        let mut accounts: Vec<_> = group.iter().map(|posting| posting.account.as_str()).collect();
        accounts.sort_unstable();
        accounts.dedup();
        prop_assert_eq!(accounts.len(), group.len(), "an account twice: {:?}", group);
    }
    let in_order = |pair: &[Posting]| {
        pair[0].on < pair[1].on || (pair[0].on == pair[1].on && pair[0].correction >= pair[1].correction)
    };
    prop_assert!(postings.windows(2).all(in_order), "{:?}", postings);
    Ok(())
}

#[test]
fn postings_sum_to_the_position_as_it_was_known() {
    on_lives("postings_sum_to_the_position", |life, dice| {
        let postings = life.replayed(life.end).postings().unwrap();
        check_balance(&postings)?;
        prop_assert!(postings.iter().all(|posting| posting.amount != Money::ZERO && posting.on <= life.end));
        let corrected = |posting: &Posting| posting.correction && !life.turns().contains(&posting.on);
        prop_assert_eq!(postings.iter().find(|posting| corrected(posting)), None);
        let servicing = &life.record.product().rules().servicing;
        for day in days(life, dice, 6) {
            let account = life.known(day, day);
            let position = account.position();
            let books = |account| sum(&postings, account, day);
            let why = || {
                let group: Vec<_> = postings.iter().filter(|posting| posting.on == day).collect();
                format!("{day}\n{position:?}\n{group:?}")
            };
            let overdue = of(position.overdue_principal);
            prop_assert_eq!(books(LedgerAccount::OverduePrincipal), overdue, "{}", why());
            prop_assert_eq!(books(LedgerAccount::Principal), of(position.principal) - overdue, "{}", why());
            prop_assert_eq!(books(LedgerAccount::BorrowerCredit), -of(position.credit), "{}", why());
            prop_assert_eq!(books(LedgerAccount::FeeReceivable), of(position.fees), "{}", why());
            let interest = of(position.interest) + of(position.interest_deferred);
            let late = of(position.penalty) + of(position.compound);
            let flows = Flows::of(life, day, day);
            let cash = flows.money_in() - flows.disbursed + flows.fee_kept_back;
            prop_assert_eq!(books(LedgerAccount::Cash), cash, "{}", why());
            if position.non_accrual {
                for account in [
                    LedgerAccount::AccruedInterest,
                    LedgerAccount::InterestReceivable,
                    LedgerAccount::PenaltyReceivable,
                ] {
                    prop_assert_eq!(books(account), 0, "{}", why());
                }
                // What is earned below zero stands there too, and is billed to nobody.
                let covered = books(LedgerAccount::MemoInterest) >= interest + late;
                prop_assert!(covered || life.pays_the_borrower(), "{}", why());
            } else {
                prop_assert_eq!(books(LedgerAccount::InterestReceivable), interest, "{}", why());
                prop_assert_eq!(books(LedgerAccount::MemoInterest), 0, "{}", why());
                prop_assert!(books(LedgerAccount::PenaltyReceivable) >= late, "{}", why());
            }
            prop_assert_eq!(books(LedgerAccount::MemoInterest), -books(LedgerAccount::MemoContra));
            if servicing.vat.is_none() {
                prop_assert_eq!(books(LedgerAccount::VatPayable), 0, "{}", why());
            }
            // Nothing known happens on the next day: it shows what was earned by the end of this one, save where something
            // falls due then, or costs since its due date because its grace is over.
            let next = life.known(day + Days::new(1), day);
            let tomorrow = next.position().as_of;
            let quiet = next.instalments().iter().all(|row| row.due_on != tomorrow)
                && next.position().arrears.iter().all(|owed| owed.due_on != tomorrow)
                && (position.credit, servicing.grace_days) == (Money::ZERO, 0);
            let next = quiet.then(|| next.position().clone());
            match servicing.accrual_postings {
                // What was settled ahead at a rate above zero waits, as accrued, for rows that bring less than nothing.
                _ if position.non_accrual || life.pays_the_borrower() => {}
                AccrualPostings::WhenBilled => {
                    prop_assert_eq!(books(LedgerAccount::AccruedInterest), 0, "{}", why());
                    prop_assert_eq!(books(LedgerAccount::PenaltyReceivable), late, "{}", why());
                }
                AccrualPostings::MonthEnd if !super::random_life::is_month_end(day) => {
                    let below = books(LedgerAccount::AccruedInterest) < 0;
                    prop_assert!(!below || life.pays_the_borrower(), "{}", why());
                }
                AccrualPostings::Daily | AccrualPostings::MonthEnd => {
                    let Some(next) = next else { continue };
                    let accrued = of(next.interest_accrued);
                    prop_assert_eq!(books(LedgerAccount::AccruedInterest), accrued, "{}", why());
                    let late = of(next.penalty) + of(next.penalty_accrued);
                    let late = late + of(next.compound) + of(next.compound_accrued);
                    prop_assert_eq!(books(LedgerAccount::PenaltyReceivable), late, "{}", why());
                }
            }
        }
        Ok(())
    });
}

#[test]
fn nothing_is_posted_into_a_day_that_was_reported() {
    on_lives("nothing_is_posted_into_a_day_that_was_reported", |life, dice| {
        let loan = life.loan();
        let all = life.replayed(life.end).postings().unwrap();
        for day in days(life, dice, 2) {
            let until = |postings: &[Posting]| -> Vec<Posting> {
                postings.iter().filter(|posting| posting.on <= day).copied().collect()
            };
            let then = life.booked_by(day);
            let reported = Account::replay(&loan, &then, day).unwrap().postings().unwrap();
            prop_assert_eq!(&until(&all), &reported, "{}", day);
            // The same of what was known, and of the list that holds what was booked later.
            prop_assert_eq!(&life.known(day, day).postings().unwrap(), &reported, "{}", day);
            prop_assert_eq!(&life.replayed(day).postings().unwrap(), &reported, "{}", day);
        }
        Ok(())
    });
}

/// Two accounts are one, in all that they show.
fn check_same(left: &Account<'_, '_>, right: &Account<'_, '_>) -> Result<(), TestCaseError> {
    prop_assert_eq!(left.position(), right.position());
    prop_assert_eq!(left.instalments(), right.instalments());
    prop_assert_eq!(left.rows_to_come(), right.rows_to_come());
    Ok(())
}

/// What an error says, the event that it names known by its number: in another list it has another place.
fn told(error: &Error, events: &[Event]) -> String {
    let said = error.to_string();
    let Some((at, rest)) = said.strip_prefix("events[").and_then(|rest| rest.split_once(']')) else {
        return said;
    };
    format!("event {}{rest}", events[at.parse::<usize>().unwrap()].no)
}

#[test]
fn an_event_and_its_reversal_are_neither() {
    on_lives("an_event_and_its_reversal_are_neither", |life, dice| {
        let loan = life.loan();
        let reversed = |no| life.events.iter().any(|event| event.what == EventKind::Reversed { no });
        let can = life
            .events
            .iter()
            .filter(|event| !matches!(event.what, EventKind::Reversed { .. }) && !reversed(event.no));
        let can: Vec<&Event> = can.collect();
        if can.is_empty() {
            return Ok(());
        }
        let named = *dice.pick(&can);
        let no = life.events.iter().map(|event| event.no).max().unwrap() + 1;
        let booked_on = life.events.iter().map(|event| event.booked_on).max().unwrap();
        let on = if dice.one_in(2) { named.on } else { booked_on };
        let mut with_reversal = life.events.clone();
        let what = EventKind::Reversed { no: named.no };
        with_reversal.push(Event { no, on, booked_on, what });
        let without: Vec<Event> = life.events.iter().filter(|event| event.no != named.no).cloned().collect();
        for day in [life.end, named.on, some_day(life, dice)] {
            match (Account::replay(&loan, &with_reversal, day), Account::replay(&loan, &without, day)) {
                (Ok(reversed), Ok(never)) => check_same(&reversed, &never)?,
                // Until the reversal was booked the life was right, as it was drawn. Without the event a state known earlier may be wrong.
                (Err(reversed), Err(never)) => {
                    let known = known_from_their_day(&without);
                    let at_once = Account::replay(&loan, &known, day).unwrap_err();
                    prop_assert_eq!(told(&reversed, &with_reversal), told(&at_once, &known));
                    prop_assert_eq!(told(&never, &without), first_wrong(&loan, &without, day));
                }
                // Where others are booked late or reversed, a state known on an earlier day can be wrong without the event, and was not
                // with it. Had everything been known from its day on, there would have been no such state.
                (Ok(reversed), Err(never)) => {
                    let known = known_from_their_day(&without);
                    prop_assert!(known != without, "{}", never);
                    let at_once = Account::replay(&loan, &known, day).unwrap();
                    check_same(&reversed, &at_once)?;
                }
                (reversed, never) => prop_assert!(false, "{:?}\n{:?}", reversed.err(), never.err()),
            }
        }
        Ok(())
    });
}

/// What is wrong in the first state, by the day on which it was known, in which anything is; at last in that of all that is known.
fn first_wrong(loan: &Loan<'_>, events: &[Event], day: NaiveDate) -> String {
    let changes_the_past =
        |event: &&Event| event.booked_on > event.on || matches!(event.what, EventKind::Reversed { .. });
    let mut turns: Vec<NaiveDate> =
        events.iter().filter(changes_the_past).map(|event| event.booked_on).collect();
    turns.sort_unstable();
    for before in turns.iter().filter(|&&turn| turn <= day).map(|&turn| turn - Days::new(1)) {
        if before >= loan.terms().disbursed_on
            && let Err(error) = Account::as_known_on(loan, events, before, before)
        {
            return told(&error, events);
        }
    }
    let known = known_from_their_day(events);
    told(&Account::replay(loan, &known, day).unwrap_err(), &known)
}

/// The same events, none of them booked late, without those that were reversed.
fn known_from_their_day(events: &[Event]) -> Vec<Event> {
    let reversed: Vec<u64> = events
        .iter()
        .filter_map(|event| match event.what {
            EventKind::Reversed { no } => Some(no),
            _ => None,
        })
        .collect();
    let stays =
        |event: &&Event| !matches!(event.what, EventKind::Reversed { .. }) && !reversed.contains(&event.no);
    let known = events.iter().filter(stays).cloned();
    known.map(|event| Event { booked_on: event.booked_on.min(event.on), ..event }).collect()
}

#[test]
fn what_is_said_twice_counts_once_in_any_order() {
    on_lives("what_is_said_twice_counts_once_in_any_order", |life, dice| {
        let loan = life.loan();
        let once = life.replayed(life.end);
        let mut twice = life.events.clone();
        for _ in 0..life.events.len().min(3) {
            twice.push(dice.pick(&life.events).clone());
        }
        for at in (1..twice.len()).rev() {
            twice.swap(at, usize::try_from(dice.below(u64::try_from(at).unwrap() + 1)).unwrap());
        }
        // Rolled from day to day, too: what is news is told from what is said again.
        let (mut rolled, mut rolled_twice) = (AccountState::default(), AccountState::default());
        for day in days(life, dice, 2).into_iter().flat_map(|day| [day, day + Days::new(1)]) {
            if rolled.roll(&loan, &life.events, day).is_ok() {
                rolled_twice.roll(&loan, &twice, day).unwrap();
                prop_assert_eq!(rolled, rolled_twice, "{}", day);
            }
        }
        let twice = Account::replay(&loan, &twice, life.end).unwrap();
        check_same(&once, &twice)?;
        prop_assert_eq!(AccountState::of(&once).unwrap(), AccountState::of(&twice).unwrap());
        prop_assert_eq!(once.postings().unwrap(), twice.postings().unwrap());
        Ok(())
    });
}

#[test]
fn any_snapshot_is_replay() {
    on_lives("any_snapshot_is_replay", |life, dice| {
        let loan = life.loan();
        let day = some_day(life, dice);
        // Put down with what was booked by a day, stored as bytes, taken up again with what was booked since.
        let known = life.known(day, day);
        let bytes = serde_json::to_vec(&Snapshot::of(&known).unwrap()).unwrap();
        let taken: Snapshot = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(serde_json::to_vec(&taken).unwrap(), bytes);
        let mut events = taken.resume(&loan).unwrap();
        events.extend(life.events.iter().filter(|event| event.booked_on > day).cloned());
        let (one, two) = (Account::replay(&loan, &events, life.end).unwrap(), life.replayed(life.end));
        prop_assert_eq!(one.position(), two.position(), "{}", day);
        prop_assert_eq!(one.instalments(), two.instalments());
        prop_assert_eq!(one.postings().unwrap(), two.postings().unwrap());
        Ok(())
    });
}

#[test]
fn rolled_day_by_day_is_replayed_at_once() {
    on_lives("rolled_day_by_day_is_replayed_at_once", |life, dice| {
        let loan = life.loan();
        // All events from the start, and each when it is booked; in days, and in leaps.
        let start = some_day(life, dice);
        let (mut whole, mut booked) = (AccountState::default(), AccountState::default());
        let mut day = start;
        for step in 0..60 {
            whole.roll(&loan, &life.events, day).unwrap();
            let known = life.booked_by(day);
            booked.roll(&loan, &known, day).unwrap();
            prop_assert_eq!(whole, AccountState::of(&life.replayed(day)).unwrap(), "{}", day);
            let replayed = Account::replay(&loan, &known, day).unwrap();
            prop_assert_eq!(booked, AccountState::of(&replayed).unwrap(), "{}", day);
            // Run again, it changes nothing.
            let before = whole;
            whole.roll(&loan, &life.events, day).unwrap();
            prop_assert_eq!(whole, before);
            prop_assert!(whole.roll(&loan, &life.events, day - Days::new(1)).is_err());
            prop_assert_eq!(whole, before);
            day = day + Days::new(if step < 40 { 1 } else { 1 + dice.below(40) });
        }
        Ok(())
    });
}

#[test]
fn what_is_booked_later_never_changes_what_was_known() {
    on_lives("what_is_booked_later_never_changes_what_was_known", |life, dice| {
        let loan = life.loan();
        for known_on in days(life, dice, 3) {
            let then = life.booked_by(known_on);
            for as_of in [known_on, some_day(life, dice), life.end] {
                let known = Account::as_known_on(&loan, &life.events, as_of, known_on);
                match (known, Account::replay(&loan, &then, as_of)) {
                    (Ok(known), Ok(replayed)) => check_same(&known, &replayed)?,
                    (Err(known), Err(replayed)) => {
                        prop_assert_eq!(told(&known, &life.events), told(&replayed, &then));
                    }
                    (known, replayed) => {
                        prop_assert!(false, "{} {} {:?} {:?}", known_on, as_of, known.err(), replayed.err());
                    }
                }
            }
        }
        // What happens after a day does not change it, save that a loan in tranches is one from the start, and one whose only
        // tranche never was is none.
        let day = some_day(life, dice);
        let tranche = |event: &Event| match event.what {
            EventKind::Disbursed(_) => true,
            EventKind::Reversed { no } => life
                .events
                .iter()
                .any(|event| event.no == no && matches!(event.what, EventKind::Disbursed(_))),
            _ => false,
        };
        let until: Vec<Event> =
            life.events.iter().filter(|event| event.on <= day || tranche(event)).cloned().collect();
        let reversed_later = life.events.iter().any(|event| match event.what {
            EventKind::Reversed { no } => {
                event.on > day && life.events.iter().any(|event| event.no == no && event.on <= day)
            }
            _ => false,
        });
        let names_none = until.iter().all(|event| match event.what {
            EventKind::Reversed { no } => until.iter().any(|event| event.no == no),
            _ => true,
        });
        if !reversed_later && names_none {
            let (all, until) = (life.replayed(day), Account::replay(&loan, &until, day).unwrap());
            prop_assert_eq!(all.position(), until.position(), "{}", day);
            prop_assert_eq!(all.instalments(), until.instalments());
        }
        Ok(())
    });
}

/// The share of an amount, rounded as the product does; with the position's own principal that is not due.
fn settling_fee(life: &Life, position: &Position) -> i64 {
    let rules = life.record.product().rules();
    let (mantissa, scale) = {
        let fee = rules.servicing.prepayment.fee.fraction();
        (fee.mantissa(), fee.scale())
    };
    let not_due = i128::from(of(position.principal) - of(position.overdue_principal));
    let fee = rules.rounding.divide(not_due * mantissa, 10_i128.pow(scale)).unwrap();
    i64::try_from(fee).unwrap()
}

#[test]
fn the_pay_off_pays_all_off() {
    let settled = Cell::new(0);
    on_lives("the_pay_off_pays_all_off", |life, dice| {
        let loan = life.loan();
        let day = some_day(life, dice);
        let booked = life.booked_by(day);
        let account = Account::replay(&loan, &booked, day).unwrap();
        let position = account.position();
        // A day ahead is told the same as when it has come.
        let later = day + Days::new(dice.below(100));
        let then = Account::replay(&loan, &booked, later).unwrap().position().pay_off;
        prop_assert_eq!(account.pay_off(later).unwrap(), then, "{} of {}", later, day);
        let open = position.principal > Money::ZERO && position.charged_off == Money::ZERO;
        let owed = of(position.pay_off) + settling_fee(life, position);
        if !open || owed <= 0 {
            return Ok(());
        }
        settled.set(settled.get() + 1);
        let no = life.events.iter().map(|event| event.no).max().unwrap_or(0) + 1;
        let prepay = |minor| {
            let amount = Money::from_minor(minor);
            let what = EventKind::Prepaid { amount, payer: Payer::Borrower, how: Prepayment::Settle };
            let mut events = booked.clone();
            events.push(Event { no, on: day, booked_on: day, what });
            events
        };
        let settle = |minor| {
            let mut events = prepay(minor);
            events.push(Event { no: no + 1, on: day, booked_on: day, what: EventKind::Closed });
            events
        };
        let mut amount = owed;
        if life.terms["prepayment"]["interest"] == "to_next_due" {
            // It pays the interest of the running period too: what it leaves of more than enough tells how much.
            let much = owed + of(position.principal);
            let left = Account::replay(&loan, &prepay(much), day).unwrap().position().credit;
            amount = much - of(left);
            prop_assert!(amount >= owed, "{} of {}", amount, owed);
        }
        let events = settle(amount);
        let closed = Account::replay(&loan, &events, day).map_err(|error| {
            TestCaseError::fail(format!("{amount} does not settle: {error}\n{position:?}"))
        })?;
        let position = closed.position();
        prop_assert!(position.closed);
        for figure in [
            position.principal,
            position.interest_accrued,
            position.interest_of_day,
            position.interest,
            position.interest_deferred,
            position.penalty,
            position.penalty_accrued,
            position.compound,
            position.compound_accrued,
            position.fees,
            position.credit,
            position.pay_off,
        ] {
            prop_assert_eq!(figure, Money::ZERO, "{:?}", position);
        }
        prop_assert!(position.arrears.is_empty() && closed.rows_to_come().is_empty());
        check_balance(&closed.postings().unwrap())?;
        if amount > 1 {
            prop_assert!(Account::replay(&loan, &settle(amount - 1), day).is_err());
        }
        Ok(())
    });
    assert!(settled.get() * 6 > cases(), "{} settled", settled.get());
}

#[test]
fn errors_leave_nothing_behind() {
    on_lives("errors_leave_nothing_behind", |life, dice| {
        let loan = life.loan();
        let no = life.events.iter().map(|event| event.no).max().unwrap_or(0) + 1;
        let day = some_day(life, dice);
        let huge = Money::from_minor(i64::MAX);
        let mut with_error = life.events.clone();
        let what = match dice.below(4) {
            0 => EventKind::InterestWaived(huge),
            1 => EventKind::Disbursed(huge),
            2 => EventKind::Repaid { amount: Money::ZERO, payer: Payer::Borrower },
            _ => EventKind::Reversed { no: no + 7 },
        };
        with_error.push(Event { no, on: day, booked_on: day, what });
        prop_assert!(Account::replay(&loan, &with_error, life.end).is_err());
        // Of two rows the one with the error keeps its state, and the other is rolled.
        let terms = *life.record.terms();
        let side = loan.rate_changes().is_empty() && loan.planned_principal().is_empty();
        if side && life.end > day {
            let mut state = AccountState::default();
            state.roll(&loan, &life.events, day).unwrap();
            let mut states = [state, state];
            let all: Vec<Event> = life.events.iter().chain(&with_error).cloned().collect();
            let offsets = [0, life.events.len(), all.len()];
            let mut statuses = [None, None];
            let product = life.record.product();
            let failed = AccountState::roll_day(
                product,
                &[terms, terms],
                &all,
                &offsets,
                life.end,
                &mut states,
                &mut statuses,
            );
            prop_assert_eq!(failed.unwrap(), 1);
            prop_assert_eq!(states[0], AccountState::of(&life.replayed(life.end)).unwrap());
            prop_assert_eq!(states[1], state);
            prop_assert!(statuses[0].is_none() && statuses[1].is_some());
            prop_assert!(state.roll(&loan, &with_error, life.end).is_err());
            prop_assert_eq!(states[1], state);
        }
        Ok(())
    });
}

/// What a host may hand over by mistake is answered with an account or a named error, and never with a panic.
#[test]
fn nothing_panics() {
    on_lives("nothing_panics", |life, dice| {
        let loan = life.loan();
        let mut events = life.events.clone();
        for event in &mut events {
            match dice.below(12) {
                0 => event.no = dice.below(20),
                1 => event.on = event.on + Days::new(dice.below(400)),
                2 => event.booked_on = event.on + Days::new(dice.below(400)),
                3 => {
                    event.what =
                        EventKind::Repaid { amount: Money::from_minor(i64::MAX), payer: Payer::Borrower }
                }
                4 => event.what = EventKind::RateReset("10".parse().unwrap()),
                5 => {
                    event.what = EventKind::ReAged { instalments: 400, first_due_on: event.on + Days::new(1) }
                }
                6 => {
                    event.what =
                        EventKind::Disbursed(Money::from_minor(1 + i64::try_from(dice.below(1_000)).unwrap()))
                }
                7 => {
                    event.what =
                        EventKind::InterestPaused { until: NaiveDate::from_ymd_opt(2999, 1, 1).unwrap() }
                }
                8 => event.what = EventKind::FeeCharged(Money::from_minor(i64::MAX / 2)),
                _ => {}
            }
        }
        for day in days(life, dice, 2) {
            if let Ok(account) = Account::replay(&loan, &events, day) {
                let _ = account.postings();
                let _ = account.pay_off(day + Days::new(400));
                let _ = AccountState::of(&account);
            }
        }
        Ok(())
    });
}
