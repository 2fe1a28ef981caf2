//! Accounts: the replay of a long life, and one day's roll of a million accounts.
//!
//! `cargo bench --bench account` prints one line a figure: nanoseconds and allocations an account, and the time as a ratio to
//! something that is measured in the same run.
//!
//! * **`replay`**: a loan of 60 months with 80 events (56 payments on time, four late, four partial, four prepayments, four
//!   rate resets, four fees, four reversed payments), from the first day to the last. Its reference is the schedule of the
//!   same loan, written out.
//! * **`roll_day`**: a million accounts, four months old and paid on time, rolled by one day; 3 % of them have an instalment
//!   due on it and a payment for it. Its reference is a copy of the states: 128 bytes an account, read and written once.
//! * **`roll_quiet`**: the same on a day on which nothing falls due.
//!
//! All data are generated. Medians of nine rounds, one thread; without `--bench`, one round over fewer accounts, for what it
//! checks: rolled states are those of a replay.

#![allow(
    clippy::float_arithmetic,
    reason = "times and their ratios; no amount of money is computed in floats"
)]
#![allow(unsafe_code, reason = "an allocator cannot be written without")]

#[path = "support/counting.rs"]
mod counting;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use puhui::loan::{
    Account, AccountState, Event, EventKind, Instalment, Loan, Method, Payer, Penalty, Prepayment, Product,
    ProductRules, Servicing, Terms,
};
use puhui::{Currency, Cycle, DayCount, Ladder, Money, Rounding, parse_date};

use counting::allocations;

type Outcome<T> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 9;
/// The number of accounts of which one has something due.
const DUE_EVERY: usize = 33;

fn main() -> Outcome<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (rounds, accounts) = if measured { (ROUNDS, 1_000_000) } else { (1, 2_000) };
    replay(rounds, if measured { 2_000 } else { 20 })?;
    roll(rounds, accounts)
}

fn product() -> Outcome<Product> {
    let mut rules =
        ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::Actual360, Rounding::HalfUp)
            .every(Cycle::MONTHLY);
    let mut servicing = Servicing::default();
    servicing.penalty = Some(Penalty { mark_up: "0.5".parse()?, compound: None });
    servicing.ladder = Some(Ladder::cn_by_days_past_due());
    rules.servicing = servicing;
    Ok(Product::new(rules)?)
}

/// The replay of one life, again and again.
fn replay(rounds: usize, replays: u32) -> Outcome<()> {
    let product = product()?;
    let first = parse_date("2018-02-20", "first_due_on")?;
    let terms = Terms::new(Money::from_minor(30_000_000), "0.0435".parse()?, parse_date("2018-01-20", "on")?)
        .instalments(60, first);
    let loan = Loan::new(&product, terms)?;
    let rows = loan.schedule().to_vec()?;
    let events = life(&rows)?;
    let as_of = parse_date("2023-02-28", "as_of")?;

    let (mut replayed, mut scheduled) = (vec![], vec![]);
    let mut asked = 0;
    let mut slots = vec![Instalment::EMPTY; 60];
    for _ in 0..rounds {
        let started = Instant::now();
        for _ in 0..replays {
            black_box(loan).schedule().write_into(&mut slots)?;
            black_box(&slots);
        }
        scheduled.push(started.elapsed());
        let before = allocations();
        let started = Instant::now();
        for _ in 0..replays {
            black_box(Account::replay(black_box(&loan), &events, as_of)?);
        }
        replayed.push(started.elapsed());
        asked = (allocations() - before) / u64::from(replays);
    }
    let (replayed, scheduled) = (median(replayed), median(scheduled));
    let each = replayed.as_secs_f64() * 1e9 / f64::from(replays);
    println!(
        "figure=replay ns={each:.0} allocations={asked} events={} ratio={:.1} to=the_schedule_written",
        events.len(),
        replayed.as_secs_f64() / scheduled.as_secs_f64()
    );
    Ok(())
}

/// Eighty events in the life of a loan.
fn life(rows: &[Instalment]) -> Outcome<Vec<Event>> {
    let mut events: Vec<Event> = Vec::new();
    let mut push = |on: NaiveDate, what| {
        let no = u64::try_from(events.len()).unwrap_or(u64::MAX) + 1;
        events.push(Event { no, on, booked_on: on, what });
    };
    let pays = |amount| EventKind::Repaid { amount, payer: Payer::Borrower };
    for (at, row) in rows.iter().enumerate() {
        let after = |days| row.due_on.checked_add_days(Days::new(days)).unwrap_or(row.due_on);
        match at % 15 {
            3 => push(after(9), pays(row.payment)),
            7 => push(row.due_on, pays(Money::from_minor(row.payment.minor() / 2))),
            _ => push(row.due_on, pays(row.payment)),
        }
        match at % 15 {
            5 => push(
                after(4),
                EventKind::Prepaid {
                    amount: Money::from_minor(500_000),
                    payer: Payer::Borrower,
                    how: Prepayment::KeepTerm,
                },
            ),
            9 => push(after(1), EventKind::RateReset(format!("0.04{at:02}").parse()?)),
            11 => push(after(2), EventKind::FeeCharged(Money::from_minor(2_000))),
            13 => push(after(3), pays(Money::from_minor(100_000))),
            _ => {}
        }
    }
    let paid_twice: Vec<(u64, NaiveDate)> = events
        .iter()
        .filter(|event| event.what == pays(Money::from_minor(100_000)))
        .map(|event| (event.no, event.on))
        .collect();
    for (named, on) in paid_twice {
        let no = u64::try_from(events.len())? + 1;
        events.push(Event { no, on, booked_on: on, what: EventKind::Reversed { no: named } });
    }
    Ok(events)
}

/// One day's roll of many accounts.
fn roll(rounds: usize, accounts: usize) -> Outcome<()> {
    let product = product()?;
    let today = parse_date("2020-07-20", "today")?;
    let disbursed_on = parse_date("2020-02-25", "disbursed_on")?;
    let mut terms = Vec::with_capacity(accounts);
    let mut events = Vec::with_capacity(accounts * 4 + accounts / DUE_EVERY + 1);
    let mut offsets = vec![0];
    for at in 0..accounts {
        let due = at % DUE_EVERY == 0;
        let day = if due { "2020-03-20" } else { "2020-03-25" };
        let minor = 10_000_000 + i64::try_from(at)? * 37 % 20_000_000;
        let terms_of = Terms::new(Money::from_minor(minor), "0.0435".parse()?, disbursed_on)
            .instalments(36, parse_date(day, "first_due_on")?);
        let loan = Loan::new(&product, terms_of)?;
        let due_by_today = loan.schedule().iter().take(if due { 5 } else { 4 });
        for (no, row) in (1..).zip(due_by_today) {
            let Instalment { due_on: on, payment: amount, .. } = row?;
            let what = EventKind::Repaid { amount, payer: Payer::Borrower };
            events.push(Event { no, on, booked_on: on, what });
        }
        offsets.push(events.len());
        terms.push(terms_of);
    }
    let mut statuses = vec![None; accounts];
    let mut yesterday = vec![AccountState::default(); accounts];
    let before = today.pred_opt().ok_or("no day before")?;
    let failed =
        AccountState::roll_day(&product, &terms, &events, &offsets, before, &mut yesterday, &mut statuses)?;
    if failed > 0 {
        return Err(format!("{failed} accounts failed: {:?}", statuses.iter().flatten().next()).into());
    }

    let earlier = before.pred_opt().ok_or("no day before")?;
    let mut quiet = vec![AccountState::default(); accounts];
    AccountState::roll_day(&product, &terms, &events, &offsets, earlier, &mut quiet, &mut statuses)?;
    for (name, states, day) in [("roll_day", &yesterday, today), ("roll_quiet", &quiet, before)] {
        let (mut rolled, mut copied) = (vec![], vec![]);
        let mut asked = 0;
        let mut working = states.clone();
        for _ in 0..rounds {
            let started = Instant::now();
            working.copy_from_slice(black_box(states));
            black_box(&working);
            copied.push(started.elapsed());
            let count = allocations();
            let started = Instant::now();
            let failed = AccountState::roll_day(
                &product,
                &terms,
                &events,
                &offsets,
                day,
                &mut working,
                &mut statuses,
            )?;
            rolled.push(started.elapsed());
            asked = allocations() - count;
            if failed > 0 {
                return Err(format!("{failed} accounts failed").into());
            }
        }
        check(&product, &terms, &events, &offsets, day, &working)?;
        let (rolled, copied) = (median(rolled), median(copied));
        let number = f64::from(u32::try_from(accounts)?);
        println!(
            "figure={name} accounts={accounts} ns={:.1} allocations={:.3} ratio={:.1} to=the_states_copied",
            rolled.as_secs_f64() * 1e9 / number,
            f64::from(u32::try_from(asked)?) / number,
            rolled.as_secs_f64() / copied.as_secs_f64()
        );
    }
    Ok(())
}

/// Some of the states must be those of a replay.
fn check(
    product: &Product,
    terms: &[Terms],
    events: &[Event],
    offsets: &[usize],
    day: NaiveDate,
    states: &[AccountState],
) -> Outcome<()> {
    for at in (0..terms.len()).step_by(101) {
        let loan = Loan::new(product, terms[at])?;
        let replayed = Account::replay(&loan, &events[offsets[at]..offsets[at + 1]], day)?;
        if AccountState::of(&replayed)? != states[at] {
            return Err(format!("account {at} rolled otherwise than replayed").into());
        }
    }
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
