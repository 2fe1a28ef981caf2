//! The plan of a loan: the rows that fall due, each with the rule by which it is found, and what a relief or an event makes of
//! them.
//!
//! # One loan through a relief
//!
//! 50,000.00 at 4.35 % Actual/360, drawn on 2020-01-15, 36 instalments of 1,486.27 from 2020-02-20. Its plan begins as the promise:
//! 36 rows, each with its place (due on the 20th, the days since the row before) and the rule that it repays what was planned; the
//! last one clears. On 2020-03-01 principal and interest of the rows to 2020-06-30 are deferred, simple, and caught up on 2020-06-30.
//!
//! 1. The window chooses rows 1 to 5 (`choice.rs`), which the relief acts on ([`Plan::apply`], `defer.rs`). Their principal is planned as 0, their interest goes into a pool
//!    of deferred interest (`deferred_pool.rs`).
//! 2. 2020-06-30 is no due date: a row of its own is put in, which repays the 6,530.57 that were planned for the five rows and pays
//!    the pool. It does not cut the accrual period: row 6, of 2020-07-20, still bills all days since 2020-06-20.
//! 3. The rows are computed (`compute.rs`), from the first to the last, on the balance really outstanding: the five rows bill 948.54
//!    into the pool, on 50,000.00 each time; the row of 06-30 asks for 7,479.11; row 7, that of 07-20 since the row was put in, pays
//!    165.47 of interest, its balance having fallen within its period. The rows after it keep their planned principal, and the last
//!    one clears: its closing is 0.
//!
//! `over_remaining` would have the method solved again over the rows after the window (`rows_to_come.rs` says what payments see of
//! them, `uneven_rows.rs` finds them where a relief says what rows ahead bill); `shifted` would move all rows on along the cycle (`shift.rs`); an extension adds rows (`extend.rs`).
//!
//! In an account the same rows stand for what is still to come, and for what was billed: `account_changes.rs` has what events do to
//! them, `fixed_payments.rs` the rows that keep a payment of their own, `balance_movements.rs` what joins or leaves the balance
//! between the rows, `earned.rs` what the rows have earned by a day, `billed_rows.rs` what those that were billed come to,
//! `record.rs` how a plan is written down.
//!
//! What was billed is a fact. Computing starts where the billed rows end, from what they bring forward (`brought_forward.rs`), and goes
//! as far as a step asks: the day on which an instalment falls due computes that one, and the rows after it wait until they are asked
//! for. Had all rows been computed from the first day, they would be the same; a `debug_assert!` says so of the
//! last row that a walk bills.
//!
//! # What always holds of a row
//!
//! * Its rule says how it is found, its figures are what was found; only computing writes figures.
//! * opening - principal + what joins on its date is closing: it opens with what is there when it falls due, tranches and
//!   prepayments of its period, and what of it was settled before, included. On a promise closing is the next one's opening.
//! * payment is principal + interest + deferred interest paid + fees.
//! * The due dates do not fall; the dates before any roll rise.
//! * What goes into a pool of deferred interest comes out of it: in rows that pay it, into another pool, or into the balance.
//! * On a promise the last row clears the balance: its closing is 0.

mod account_changes;
pub(crate) mod accrual_context;
mod balance_movements;
mod billed_rows;
mod brought_forward;
mod choice;
mod compute;
mod defer;
mod deferred_pool;
mod earned;
mod extend;
mod fixed_payments;
mod record;
mod row;
mod rows_to_come;
mod shift;
mod uneven_rows;

pub(crate) use crate::loan::schedule::payment_parts::RowParts;
pub(crate) use balance_movements::OverdueEarning;
pub(crate) use choice::{Choice, check_same_day};

use chrono::{Datelike, NaiveDate};

use crate::calendar::{CouponPeriod, Cycle, MissingDay, QuasiCoupons};
use crate::error::Result;
use crate::exact::subtract;
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::Method;
use crate::loan::agreement::product::ProductRules;
use crate::loan::plan::accrual_context::AccrualContext;
use crate::loan::plan::balance_movements::BalanceMovements;
use crate::loan::plan::brought_forward::BroughtForward;
use crate::loan::plan::deferred_pool::{DeferredPool, Share};
use crate::loan::plan::row::{Amount, InterestRule, PlanRow};
use crate::loan::schedule::Instalment;
use crate::loan::schedule::accrual::Period;
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// What became of a relief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It changed the schedule.
    Granted,
    /// Nothing was due in its window; the schedule is the same.
    NothingDue,
}

impl Outcome {
    /// The spelling of the wire form.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Granted => "granted",
            Outcome::NothingDue => "nothing_due",
        }
    }
}

/// What reliefs deferred, in all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Deferred {
    pub(crate) principal: i128,
    pub(crate) interest: i128,
    pub(crate) capitalised: i128,
    pub(crate) waived: i128,
}

/// The rows of a loan that reliefs and events act on. Twelve fields: what was agreed, the rows and what moves between them, how far they
/// were billed and computed, and what is still to be found.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    loan: Loan<'a>,
    rates: Rates,
    rows: Vec<PlanRow>,
    /// Interest that was deferred, by what deferred it.
    pools: Vec<DeferredPool>,
    /// The principal that reliefs deferred, of all of them together.
    deferred_principal: i128,
    cycle: CycleChanges,
    /// What happens to the balance between the rows.
    movements: BalanceMovements,
    purpose: Purpose,
    /// The number of rows that were billed: they spare nothing for what leaves the balance later.
    billed: usize,
    /// What they bring forward.
    brought: BroughtForward,
    /// The first row whose figures wait to be computed, if any do: those that no step has asked for since something changed.
    waiting: Option<usize>,
    /// From where payments that are kept are to be found again, if they are.
    to_solve: Option<ToSolve>,
}

/// The rates that a plan knows.
#[derive(Clone, Debug)]
struct Rates {
    first: Rate,
    changes: Vec<RateStep>,
}

/// How the rows have left the cycle of the terms.
#[derive(Clone, Copy, Debug, Default)]
struct CycleChanges {
    /// The number of rows by which reliefs have shifted the loan.
    shifted: u32,
    /// The rows to come follow a cycle of their own, from this day, for this number of rows.
    own: Option<(NaiveDate, u16)>,
    /// Whether arrears were rescheduled over the rows to come.
    re_aged: bool,
}

/// What rows are computed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// What a loan promises, before and after reliefs: a payment below its interest is an error.
    Promise,
    /// An account: lateness may leave a payment below its interest, which then rises to it, and no row pays anything out.
    Account,
}

impl Purpose {
    fn is_account(self) -> bool {
        self == Purpose::Account
    }
}

/// Payments that are to be found again.
#[derive(Clone, Copy, Debug)]
struct ToSolve {
    /// The first row.
    first: usize,
    found_in: FoundIn,
}

/// In what payments that are kept are found again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FoundIn {
    /// In the plan as it stands.
    Plan,
    /// As though nothing had been late: terms changed.
    PlanOnTime,
    /// As though nothing had been settled ahead: more was lent, and what was settled of a row stays a part of its payment.
    PlanUnsettled,
}

/// The rows of a schedule as it was promised, each with its rule.
fn promised_rows(loan: Loan<'_>) -> Result<Vec<PlanRow>> {
    let rules = loan.product().rules();
    let mut schedule = loan.schedule().iter();
    let mut rows = Vec::with_capacity(loan.max_rows() + 4);
    let grace = u32::from(rules.grace.interest);
    let mut planned = loan.planned_principal().iter().peekable();
    let mut no = 1;
    while let Some(figures) = schedule.next() {
        let figures = figures?;
        let dates = loan.row_dates(no)?;
        if let Some(planned) = planned.next_if(|planned| planned.on < dates.cycle) {
            rows.push(PlanRow::planned_on(&loan.roll(planned.on, false)?, figures));
            continue;
        }
        planned.next_if(|planned| planned.on == dates.cycle);
        // The one row of a bullet stands on the cycle where its instalments would have ended.
        let cycle_row = match (rules.method, loan.terms().instalments) {
            (Method::Bullet, Some(instalments)) => u32::from(instalments.get()),
            _ => no,
        };
        // Before the last row, its date is the one that the cycle gives.
        let given = cycle_row == no && no < loan.due_dates();
        let on_cycle = loan.has_cycle() && (given || loan.unbounded_cycle_date(cycle_row) == Ok(dates.cycle));
        let mut row = PlanRow::billing(&dates, on_cycle.then_some(cycle_row));
        row.rule.amount = Amount::Planned(figures.principal.minor());
        row.figures = figures;
        row.found.balance = figures.opening.minor();
        row.found.joins =
            subtract(Money::sum([figures.closing, figures.principal])?.minor(), figures.opening.minor())?;
        row.found.carried = schedule.carried();
        row.grace = no <= u32::from(rules.grace.principal);
        row.rule.payment = Some(row.asked()).filter(|_| !row.grace);
        if no <= grace {
            row.rule.interest = InterestRule::Deferred(0);
            if no == grace && rules.grace.capitalised {
                row.rule.capitalises = Some(0);
            }
        } else if no == grace + 1 && grace > 0 && !rules.grace.capitalised {
            row.rule.pays.push(Share { pool: 0, of: None });
        }
        rows.push(row);
        no += 1;
    }
    Ok(rows)
}

/// The due date that a row had before it moved, where it is another one.
fn original_due_on(before: &Instalment, due_on: NaiveDate) -> Option<NaiveDate> {
    Some(before.original_due_on.unwrap_or(before.due_on)).filter(|&original| original != due_on)
}

impl<'a> Plan<'a> {
    /// The rows of a loan as it was promised.
    pub(crate) fn of(loan: Loan<'a>) -> Result<Plan<'a>> {
        let grace = loan.product().rules().grace;
        let mut pools = Vec::new();
        if grace.interest > 0 {
            pools.push(DeferredPool { capital: grace.capitalised, ..DeferredPool::default() });
        }
        Ok(Plan {
            loan,
            rates: Rates { first: loan.terms().rate, changes: loan.rate_changes().to_vec() },
            rows: promised_rows(loan)?,
            pools,
            deferred_principal: 0,
            cycle: CycleChanges::default(),
            movements: BalanceMovements {
                lent: loan.terms().principal.minor(),
                ..BalanceMovements::default()
            },
            purpose: Purpose::Promise,
            billed: 0,
            brought: BroughtForward::lent(&loan, loan.terms().principal.minor()),
            waiting: None,
            to_solve: None,
        })
    }

    pub(crate) fn instalments(&self) -> Vec<Instalment> {
        self.rows.iter().map(|row| row.figures).collect()
    }

    /// What the reliefs deferred, after the last of them.
    pub(crate) fn deferred(&self) -> Deferred {
        let mut deferred = Deferred { principal: self.deferred_principal, ..Deferred::default() };
        for pool in self.pools.iter().filter(|pool| pool.relief) {
            let sum = if pool.capital { &mut deferred.capitalised } else { &mut deferred.interest };
            *sum += i128::from(pool.total);
        }
        deferred.waived = self.rows.iter().map(|row| i128::from(row.found.waived)).sum();
        deferred
    }

    /// The cycle, if a row bills a period of one cycle: from one date of it to the next.
    fn one_cycle(&self, at: usize) -> Option<Cycle> {
        let row = self.rows.get(at).filter(|row| row.place.begins.is_none())?;
        let before = self.rows.get(..at)?.iter().rev().find(|row| row.place.bills_to.is_some());
        let Some(row) = row.place.cycle_row else {
            let (first, row) = row.place.own_row?;
            let follows = before?.place.own_row == Some((first, row.checked_sub(1)?));
            return self.rules().every.filter(|_| follows);
        };
        let follows = row > 0 && before.map_or(row == 1, |before| before.place.cycle_row == Some(row - 1));
        self.loan.cycle_before(row).filter(|_| follows)
    }

    /// How the period that a row bills lies on its cycle. A broken one is laid over the cycle in which it began, its own or
    /// the loan's: what a day was worth stays so, wherever the due date goes.
    fn coupon_period(&self, at: usize) -> CouponPeriod {
        let before = self.rows.get(..at).unwrap_or_default().iter().rev();
        let before = before.filter(|row| row.place.bills_to.is_some()).map(|row| row.place.own_row).next();
        let quasi_coupons = match before.flatten() {
            Some((first, _)) => self
                .rules()
                .every
                .map(|every| QuasiCoupons::new(every, first, first.day(), MissingDay::LastOfMonth)),
            None => self.loan.quasi_coupons(),
        };
        CouponPeriod::of(self.one_cycle(at), quasi_coupons)
    }

    /// The accrual period that begins on a day, of which a row or the next one that bills bills the interest.
    fn period<'g>(&self, context: &AccrualContext<'g>, start: NaiveDate, at: usize) -> Result<Period<'g>> {
        let mut period = context.period(start);
        self.end_period(&mut period, at)?;
        Ok(period)
    }

    /// Says where a period ends that a row bills, or the next one that bills.
    fn end_period(&self, period: &mut Period<'_>, at: usize) -> Result<()> {
        // What was the loan's last period when it was billed counts its days as that, whatever rows follow now.
        let billing = self.rows.iter().skip(at).find(|row| row.bills());
        if let Some(last) = billing.filter(|row| row.billing.last) {
            period.end_on(last.ends());
        }
        if !self.rules().day_count.asks_for_period() {
            return Ok(());
        }
        let billing = (at..self.rows.len()).find_map(|at| Some((at, self.rows.get(at)?.place.bills_to?)));
        match billing {
            Some((at, end)) => period.ending(end, || self.coupon_period(at)),
            None => Ok(()),
        }
    }

    fn rules(&self) -> &'a ProductRules {
        self.loan.product().rules()
    }
}
