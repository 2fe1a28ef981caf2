//! What changes the balance of an account beside its rows, and the walk over the days of a period.

use super::dates::{Day, DayCount};
use super::plan::{Coupons, Slot, period_units, unit_of};
use super::relief::{Interest, Loan};
use super::terms::{Rates, Terms};
use num_bigint::BigInt;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A change counts for its day and every day after it.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// Tranches, arrears that joined the plan again (+), money that went to principal ahead (-).
    pub plan: Vec<(Day, i128)>,
    /// Overdue principal that still earns contract interest, with the item that it belongs to.
    pub overdue: Vec<(Day, i128, usize)>,
    /// First and last day without interest.
    pub free: Vec<(Day, Day)>,
}

impl Ledger {
    /// What the plan is to repay, save what its rows repaid and what joined in them.
    pub fn total(&self) -> i128 {
        self.plan.iter().map(|(_, amount)| amount).sum()
    }

    fn is_free(&self, day: Day) -> bool {
        self.free.iter().any(|(first, last)| *first <= day && day <= *last)
    }
}

/// The exact interest of a row's period up to a day (not counted) over its denominator, on the contract's base of
/// each day: "disbursed + capitalised - principal of rows whose accrual end has come - money that went to principal
/// ahead + overdue principal that still earns".
pub fn earned(loan: &Loan, at: usize, rates: &Rates, until: Day) -> (BigInt, BigInt) {
    if loan.lines[at].interest == Interest::Waived {
        return (BigInt::ZERO, BigInt::from(1));
    }
    earned_if_owed(loan, at, rates, until)
}

/// The same of a row whose interest may be waived.
pub fn earned_if_owed(loan: &Loan, at: usize, rates: &Rates, until: Day) -> (BigInt, BigInt) {
    let line = &loan.lines[at];
    let (part, of) = unit_of(&loan.terms, &line.slot);
    let denominator = &rates.denominator * of;
    if line.own {
        return (BigInt::ZERO, denominator);
    }
    let Some(ledger) = &loan.ledger else { return (BigInt::ZERO, denominator) };
    let mut changes: Vec<(Day, i128)> = ledger.plan.clone();
    changes.extend(ledger.overdue.iter().map(|(day, amount, _)| (*day, *amount)));
    for line in &loan.lines[..at] {
        changes.push((line.slot.end, whole(&line.joins) - whole(&line.row.principal)));
    }
    let until = until.min(line.slot.end);
    let free = |day| ledger.is_free(day);
    let exact =
        walk(&loan.terms, rates, (line.slot.start, until, Some(&line.slot)), loan.maturity(), changes, free);
    (exact * part, denominator)
}

/// Interest on overdue principal after the last period: as that of a period that starts there.
pub fn earned_by_overdue(loan: &Loan, start: Day, until: Day) -> (BigInt, BigInt) {
    let Some(ledger) = &loan.ledger else { return (BigInt::ZERO, BigInt::from(1)) };
    let changes = ledger.overdue.iter().map(|(day, amount, _)| (*day, *amount)).collect();
    let free = |day| ledger.is_free(day);
    let exact = walk(&loan.terms, &loan.terms.rates, (start, until, None), loan.maturity(), changes, free);
    (exact, &loan.terms.rates.denominator * loan.terms.day_count.year())
}

/// What one minor unit, outstanding since the period's start, would have earned of a row's interest before a day.
pub fn earned_by_one(loan: &Loan, at: usize, until: Day) -> (BigInt, BigInt) {
    let line = &loan.lines[at];
    let rates = line.rate.as_ref().unwrap_or(&loan.terms.rates);
    let (part, of) = unit_of(&loan.terms, &line.slot);
    let denominator = &rates.denominator * of;
    let Some(ledger) = &loan.ledger else { return (BigInt::ZERO, denominator) };
    if line.own || line.interest == Interest::Waived {
        return (BigInt::ZERO, denominator);
    }
    let until = until.min(line.slot.end);
    let one = vec![(line.slot.start, 1)];
    let free = |day| ledger.is_free(day);
    let exact =
        walk(&loan.terms, rates, (line.slot.start, until, Some(&line.slot)), loan.maturity(), one, free);
    (exact * part, denominator)
}

/// What one minor unit earns in a row at such rates, were no day free.
pub fn earned_in_all_days(loan: &Loan, at: usize, rates: &Rates) -> (BigInt, BigInt) {
    let slot = &loan.lines[at].slot;
    let (part, of) = unit_of(&loan.terms, slot);
    let one = vec![(slot.start, 1)];
    let days = (slot.start, slot.end, Some(slot));
    let exact = walk(&loan.terms, rates, days, loan.maturity(), one, |_| false);
    (exact * part, &rates.denominator * of)
}

/// Walks the days from `start` to `until` (not counted): each adds balance x rate x [Y(start, day + 1) - Y(start,
/// day)]. Balance x units is summed day by day and met with the rate whenever the rate is about to change. The accrual
/// period that the days lie in, if they do, is said with them.
fn walk(
    terms: &Terms,
    rates: &Rates,
    (start, until, period): (Day, Day, Option<&Slot>),
    maturity: Day,
    mut changes: Vec<(Day, i128)>,
    free: impl Fn(Day) -> bool,
) -> BigInt {
    if until <= start {
        return BigInt::ZERO;
    }
    changes.sort_unstable();
    let years = years_from((terms, period), start, start.days_to(until), maturity);
    let rate_place = |day: Day| rates.changes.iter().rposition(|(from, _)| *from <= day).unwrap_or(0);
    let mut sum = BigInt::ZERO;
    let (mut balance, mut balance_units, mut next_change) = (0_i128, 0_i128, 0);
    let mut place = rate_place(start);
    let mut day = start;
    for i in 0..years.len() - 1 {
        while next_change < changes.len() && changes[next_change].0 <= day {
            balance += changes[next_change].1;
            next_change += 1;
        }
        if rates.changes.get(place + 1).is_some_and(|(from, _)| *from <= day) {
            sum += BigInt::from(balance_units) * &rates.changes[place].1;
            (balance_units, place) = (0, rate_place(day));
        }
        if !free(day) {
            balance_units += balance * i128::from(years[i + 1] - years[i]);
        }
        day = day.next();
    }
    sum + BigInt::from(balance_units) * &rates.changes[place].1
}

/// The units of Y(start, start + i) for i = 0, 1, ... `days`.
fn years_from(
    (terms, period): (&Terms, Option<&Slot>),
    start: Day,
    days: i64,
    maturity: Day,
) -> Rc<Vec<i64>> {
    type Key = (DayCount, Option<(Day, bool, Option<Coupons>)>, Day, i64, Option<Day>);
    thread_local!(static KNOWN: RefCell<HashMap<Key, Rc<Vec<i64>>>> = RefCell::default());
    let count = terms.day_count;
    // The maturity matters to one convention alone, the end of the period and its coupons to those that ask for it.
    let asked = period.filter(|_| count.by_period()).map(|slot| (slot.end, slot.one_cycle, slot.coupons));
    let key = (count, asked, start, days, (count == DayCount::ThirtyE360Isda).then_some(maturity));
    KNOWN.with_borrow_mut(|known| {
        if known.len() > 100_000 {
            known.clear();
        }
        let find = || {
            let mut day = start;
            let mut years = vec![0];
            for _ in 0..days {
                let next = day.next();
                years.push(match (count, period) {
                    // Its days simply add up; to count from the start each time would take all day.
                    (DayCount::ActualActual | DayCount::ActualActualDec31, _) => {
                        years[years.len() - 1] + count.units(day, next, maturity)
                    }
                    (_, Some(slot)) => period_units(terms, slot, next, maturity),
                    (_, None) => count.units(start, next, maturity),
                });
                day = next;
            }
            Rc::new(years)
        };
        Rc::clone(known.entry(key).or_insert_with(find))
    })
}

/// A part of a year that one day is of a count from `start`, in units.
pub fn day_units(count: DayCount, start: Day, day: Day, maturity: Day) -> i64 {
    if matches!(count, DayCount::ActualActual | DayCount::ActualActualDec31) {
        return count.units(day, day.next(), maturity);
    }
    count.units(start, day.next(), maturity) - count.units(start, day, maturity)
}

pub fn whole(amount: &BigInt) -> i128 {
    i128::try_from(amount).expect("an amount within 127 bits")
}
