//! The plan of an account: the schedule as the events so far changed it.
//!
//! Rows whose due date has come are frozen; the others are found again, in order, whenever something changed: the
//! interest by walking the days of the period, the principal by what the row keeps (its payment or its principal) or
//! by the method solved again on the balance at that row.

use super::dates::Day;
use super::ledger::{self, Ledger, whole};
use super::level::Beside;
use super::plan::{Begun, Payments, Slot, close};
use super::relief::{self, Interest, Line, Loan, is_payment_based, out_of_reach};
use super::terms::{Method, Terms};
use num_bigint::BigInt;

/// How the principal of a row that is not due yet is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// "Payment-based methods keep for a kept row its payment, and the principal is what it leaves."
    Payment(i128),
    /// "Principal-based methods keep the planned principal."
    Principal(i128),
    /// "The method solved on the balance at the start of that row over the rows from there on." A payment is found when the
    /// first of its rows begins; until then what a row shows is projected.
    Solve,
}

pub struct Plan {
    pub loan: Loan,
    pub keep: Vec<Keep>,
    /// The payments that were found when the rows were last found.
    found: Vec<Option<i128>>,
    /// The day of a change that finds the payment of a running row.
    changed_on: Option<Day>,
    /// Something changed since the rows were last found.
    pub changed: bool,
    /// "The accrual end of the last billed row (the disbursement if none)."
    pub frozen_to: Day,
    /// The parts of the contract's own plan, for a loan whose balance was nothing so far.
    contract_parts: Vec<i128>,
    /// The deferred interest of the grace still follows the rows of the grace.
    pub grace_open: bool,
}

pub fn big(amount: i128) -> BigInt {
    BigInt::from(amount)
}

impl Plan {
    /// The contract, drawn at once or (with tranches) not at all yet.
    pub fn new(terms: Terms, with_tranches: bool) -> Result<Plan, String> {
        let (disbursed, principal) = (terms.disbursed, whole(&terms.principal));
        let mut loan = relief::contract(terms)?;
        let contract_parts: Vec<i128> = loan.lines.iter().map(|line| whole(&line.row.principal)).collect();
        let mut ledger = Ledger::default();
        if with_tranches {
            for line in &mut loan.lines {
                line.joins = BigInt::ZERO;
                line.row.principal = BigInt::ZERO;
                line.row.interest = BigInt::ZERO;
                line.row.interest_deferred = BigInt::ZERO;
                line.row.deferred_interest_paid = BigInt::ZERO;
            }
        } else {
            ledger.plan.push((disbursed, principal));
        }
        loan.ledger = Some(ledger);
        let mut plan = Plan {
            keep: Vec::new(),
            found: Vec::new(),
            changed_on: None,
            loan,
            changed: true,
            frozen_to: disbursed,
            contract_parts,
            grace_open: true,
        };
        plan.keep_all();
        if !with_tranches {
            // The payments that the contract gave; its rows come out as they were.
            plan.change(|plan, _| is_payment_based(&plan.terms().method))?;
            plan.keep_payments();
        }
        Ok(plan)
    }

    pub fn ledger(&mut self) -> &mut Ledger {
        self.changed = true;
        self.loan.ledger.get_or_insert_with(Ledger::default)
    }

    pub fn terms(&self) -> &Terms {
        &self.loan.terms
    }

    pub fn lines(&self) -> &[Line] {
        &self.loan.lines
    }

    /// The first row that is not billed.
    pub fn next(&self) -> usize {
        self.loan.lines.iter().position(|line| !line.billed).unwrap_or(self.loan.lines.len())
    }

    /// "A change with value date d acts on interest from day max(d, frozen_to) on."
    pub fn effective(&self, day: Day) -> Day {
        day.max(self.frozen_to)
    }

    pub fn principal(&self, at: usize) -> i128 {
        whole(&self.loan.lines[at].row.principal)
    }

    pub fn rounded(&self, (exact, denominator): &(BigInt, BigInt)) -> i128 {
        whole(&self.terms().rounding.round(exact, denominator))
    }

    // ------------------------------------------------------------ what a row has earned

    /// The exact interest of a row's period, of its days before `until`.
    pub fn exact(&self, at: usize, until: Day) -> (BigInt, BigInt) {
        let rates = self.loan.lines[at].rate.as_ref().unwrap_or(&self.terms().rates);
        ledger::earned(&self.loan, at, rates, until)
    }

    /// What a row that is not due has earned before a day, less what was settled ahead of it.
    pub fn accrued(&self, at: usize, day: Day) -> i128 {
        let line = &self.loan.lines[at];
        if line.billed || line.own || line.slot.start >= day {
            return 0;
        }
        (self.earned(at, day) - line.settled).max(0)
    }

    /// What a row is to ask for as its own interest.
    pub fn planned_interest(&self, at: usize) -> i128 {
        whole(&self.loan.lines[at].row.interest)
    }

    /// What a row has earned before a day; of a row whose interest is waived no more than stays payable.
    pub fn earned(&self, at: usize, day: Day) -> i128 {
        let line = &self.loan.lines[at];
        if line.interest != Interest::Waived {
            return self.rounded(&self.exact(at, day));
        }
        let rates = line.rate.as_ref().unwrap_or(&self.terms().rates);
        self.rounded(&ledger::earned_if_owed(&self.loan, at, rates, day)).min(whole(&line.stays[1]))
    }

    /// What falls due with a row as interest: its own and what was deferred to it, less what was settled ahead. Beside
    /// it what was settled beyond that (the row has come to earn less since).
    pub fn interest_due(&self, at: usize) -> (i128, i128) {
        let line = &self.loan.lines[at];
        let deferred_paid = whole(&line.row.deferred_interest_paid);
        if line.interest == Interest::Deferred {
            let payable = whole(&line.row.interest);
            let beyond = line.settled - payable - self.settles_of_put_off(line);
            return ((payable - line.settled).max(0) + deferred_paid, beyond.max(0));
        }
        let own = whole(&line.row.interest) - line.settled;
        (own.max(0) + deferred_paid, (-own).max(0))
    }

    /// What a row puts off: its own interest, less what was settled ahead.
    pub fn put_off_by(&self, at: usize) -> i128 {
        let line = &self.loan.lines[at];
        if line.interest != Interest::Deferred {
            return 0;
        }
        let beyond = (line.settled - whole(&line.row.interest)).max(0).min(self.settles_of_put_off(line));
        whole(&line.row.interest_deferred) - beyond
    }

    /// What of the interest that a row puts off money settles that was paid ahead of it: all in the grace. Of a row that a relief
    /// chose, what was settled by the grant stays payable, and no more.
    fn settles_of_put_off(&self, line: &Line) -> i128 {
        if line.chosen_on.is_some() { 0 } else { whole(&line.row.interest_deferred) }
    }

    // ------------------------------------------------------------ rows by a day

    /// Its period ended by the day from which a change acts.
    pub fn has_ended(&self, at: usize, from: Day) -> bool {
        self.loan.lines[at].slot.end <= from
    }

    /// "Rows whose period begins on or after it are later."
    pub fn is_later(&self, at: usize, from: Day) -> bool {
        !self.has_ended(at, from) && self.loan.lines[at].slot.start >= from
    }

    /// The row whose period runs on the eve of the day from which a change acts.
    pub fn running(&self, from: Day) -> Option<usize> {
        (self.next()..self.loan.lines.len()).find(|at| {
            let line = &self.loan.lines[*at];
            line.bills() && line.slot.start < from && !self.has_ended(*at, from)
        })
    }

    /// "The plan balance that is not yet due (after rows ended)."
    pub fn not_yet_due(&self, from: Day) -> i128 {
        let mut balance = self.loan.ledger.as_ref().map_or(0, Ledger::total);
        for (at, line) in self.loan.lines.iter().enumerate() {
            if line.billed || self.has_ended(at, from) {
                balance += whole(&line.joins) - whole(&line.row.principal);
            }
        }
        balance
    }

    // ------------------------------------------------------------ changes

    /// Every row that is not due keeps what it was last planned to be: its payment, or its principal. "Rows in product
    /// grace, rows whose interest a relief treats and catch-up rows keep their planned principal."
    pub fn keep_all(&mut self) {
        let by_payment = is_payment_based(&self.terms().method);
        let mut keep = Vec::new();
        for line in &self.loan.lines {
            let principal = whole(&line.row.principal);
            let treated = line.chosen_on.is_some() && line.interest != Interest::Payable;
            // Principal that was deferred is not repaid because interest falls.
            let treated = treated || (line.chosen_on.is_some() && line.row.principal <= line.stays[0]);
            // Nor by a row of a loan that was repaid early, all but what is put off to a later row.
            let treated = treated || principal == 0;
            let pays = by_payment && line.bills() && !line.graced && !line.catch_up && !treated;
            keep.push(if pays {
                Keep::Payment(principal + whole(&line.row.interest))
            } else {
                Keep::Principal(principal)
            });
        }
        self.keep = keep;
    }

    /// Every row keeps, but those named are solved again; then all rows are found and kept as found.
    pub fn change(&mut self, solved: impl Fn(&Plan, usize) -> bool) -> Result<(), String> {
        let solved: Vec<usize> =
            (self.next()..self.loan.lines.len()).filter(|at| solved(self, *at)).collect();
        for at in solved {
            let line = &self.loan.lines[at];
            // "The rows that fell away stay away, whatever is reset or prepaid later."
            if line.fell {
                self.keep[at] = Keep::Principal(0);
                continue;
            }
            if line.chosen_on.is_some() && (line.interest == Interest::Deferred || line.rate.is_some()) {
                return out_of_reach("a row that was deferred before is solved again");
            }
            // "What was put off stays with its row", and a row whose principal was put off has no payment.
            if line.catch_up || (line.chosen_on.is_some() && line.row.principal <= line.stays[0]) {
                self.keep[at] = Keep::Principal(self.principal(at));
                continue;
            }
            let of_the_plan = matches!(self.terms().method, Method::Custom(_)) && !line.catch_up;
            if line.bills() || of_the_plan {
                self.keep[at] = Keep::Solve;
            }
        }
        self.changed = true;
        self.find()
    }

    /// The row from which on nothing is left to repay.
    fn nothing_from(&self) -> usize {
        let nothing = |line: &Line| line.row.principal == BigInt::ZERO && line.row.opening == BigInt::ZERO;
        let last = self.loan.lines.iter().rposition(|line| line.billed || !nothing(line));
        last.map_or(0, |last| last + 1)
    }

    /// The rows that ask for nothing now that money repaid the loan before them.
    pub fn fall_away(&mut self) {
        let from = self.nothing_from();
        for (line, keep) in self.loan.lines.iter_mut().zip(&mut self.keep).skip(from) {
            (line.fell, *keep) = (true, Keep::Principal(0));
            line.caught_up = BigInt::ZERO;
        }
    }

    /// A change of a day that solves the row that runs, too: something joins the balance, and is to be repaid.
    pub fn change_running(&mut self, day: Day, solved: impl Fn(&Plan, usize) -> bool) -> Result<(), String> {
        let rows: Vec<usize> = (self.next()..self.loan.lines.len()).filter(|at| solved(self, *at)).collect();
        self.loan.come_back(&rows);
        self.changed_on = Some(day);
        self.change(solved)?;
        self.begin(day.previous());
        self.changed_on = None;
        Ok(())
    }

    /// Payments that a relief asked to be solved again are found as those of any other change.
    pub fn solve_as_asked(&mut self, day: Day) -> Result<(), String> {
        let by_payment = is_payment_based(&self.terms().method);
        for at in self.next()..self.loan.lines.len() {
            let line = &mut self.loan.lines[at];
            if std::mem::take(&mut line.solved) && by_payment && !line.graced && !line.fell {
                self.keep[at] = Keep::Solve;
            }
        }
        self.changed = true;
        self.changed_on = Some(day);
        self.find()?;
        self.begin(day.previous());
        self.changed_on = None;
        Ok(())
    }

    /// Whether payments are still to be found whose first row has begun.
    pub fn is_to_begin(&self, day: Day) -> bool {
        let first = self.keep.iter().position(|keep| *keep == Keep::Solve);
        first.is_some_and(|first| self.loan.lines[first].slot.start <= day)
    }

    /// Payments whose first row has begun by the end of a day are found for good.
    /// With them are those of known steps of the rate.
    pub fn begin(&mut self, day: Day) {
        let first = self.found.iter().position(Option::is_some);
        if first.is_some_and(|first| self.loan.lines[first].slot.start <= day) {
            self.keep_payments();
        }
    }

    /// Payments as they are shown are found for good.
    pub fn keep_payments(&mut self) {
        for (keep, found) in self.keep.iter_mut().zip(&self.found) {
            if let (Some(payment), Keep::Solve) = (found, *keep) {
                *keep = Keep::Payment(*payment);
            }
        }
    }

    // ------------------------------------------------------------ the rows found again

    /// Finds the rows that are not due, if something changed.
    pub fn find(&mut self) -> Result<(), String> {
        if !self.changed {
            return Ok(());
        }
        let rows = self.loan.lines.len();
        let last = self.loan.lines.iter().rposition(|line| !line.fell).or(rows.checked_sub(1)).unwrap_or(0);
        self.found = vec![None; self.loan.lines.len()];
        let terms = self.keep.contains(&Keep::Solve).then(|| self.terms().clone());
        let mut solver = terms.as_ref().map(|terms| Solver::new(terms, self)).transpose()?;
        for at in self.next()..self.loan.lines.len() {
            let balance = whole(&self.loan.balance_before(at));
            let interest = self.rounded(&self.exact(at, self.loan.lines[at].slot.end));
            let waived = self.loan.stays_of_waived(at);
            let line = &mut self.loan.lines[at];
            line.row.opening = big(balance);
            match line.interest {
                Interest::Payable => line.row.interest = big(interest),
                Interest::Deferred => {
                    line.row.interest = line.stays[1].clone().min(big(interest));
                    let put_off = big(interest) - &line.row.interest;
                    let before = std::mem::replace(&mut line.row.interest_deferred, put_off);
                    if before != line.row.interest_deferred && !self.grace_open {
                        return out_of_reach("interest that was deferred before is changed");
                    }
                }
                Interest::Waived => line.row.interest = waived,
            }
            self.end_grace(at);
            let payable = whole(&self.loan.lines[at].row.interest);
            let mut keep = self.keep[at];
            if let (Keep::Solve, Some(solver)) = (keep, &mut solver) {
                keep = solver.keep(self, at, balance, payable)?;
                match keep {
                    Keep::Payment(payment) => self.found[at] = Some(payment),
                    _ => self.keep[at] = keep,
                }
                if let Keep::Payment(payment) = keep
                    && self.terms().negative_amortisation
                    && (at != last && balance > 0)
                    && payment < payable.min(0)
                {
                    return Err(format!("row {}: a payment below zero", at + 1));
                }
            }
            let part = match keep {
                // "The last row clears."
                _ if at == last => balance,
                Keep::Principal(part) => part.min(balance),
                Keep::Payment(payment) => self.not_negative(payment - payable).min(balance),
                Keep::Solve => 0,
            };
            let line = &mut self.loan.lines[at];
            line.row.principal = big(part);
            line.row.closing = big(balance - part) + &line.joins;
            close(&mut line.row);
        }
        self.changed = false;
        Ok(())
    }

    /// What the first row of a payment really bills, if that is not what its balance alone earns in all its days. The later
    /// rows bill at the rate of the row's begin, or of the day of the change where the row runs then.
    fn begun(&self, at: usize, balance: i128) -> Option<Begun> {
        let line = &self.loan.lines[at];
        let (part, of) = self.exact(at, line.slot.end);
        let mut rates = line.rate.as_ref().unwrap_or(&self.terms().rates).clone();
        if self.changed_on.is_some_and(|day| line.slot.start < day) {
            // At the rate of its begin.
            let begin = self.terms().rates.on(line.slot.start).clone();
            rates.changes = vec![(line.slot.start, begin)];
        }
        let (alone, of_alone) = ledger::earned_in_all_days(&self.loan, at, &rates);
        if &part * &of_alone == alone * balance * &of {
            return None;
        }
        let day = self.changed_on.map_or(line.slot.start, |day| day.max(line.slot.start));
        let rate = self.terms().rates.on(day).clone();
        Some(Begun { row: self.place_in_payment(at), interest: (part, of), rate })
    }

    /// The number of rows before one that a payment is, or was, found over.
    fn place_in_payment(&self, at: usize) -> usize {
        self.loan.lines[..at].iter().filter(|line| is_of_the_payment(line)).count()
    }

    /// "Never below 0 (then the payment rises to the interest) unless negative_amortisation."
    fn not_negative(&self, part: i128) -> i128 {
        if self.terms().negative_amortisation { part } else { part.max(0) }
    }

    /// The interest put off by the rows of the grace is due with the next row, or joins the balance in the last of
    /// them.
    fn end_grace(&mut self, at: usize) {
        let h = self.terms().grace_interest as usize;
        if !self.grace_open || h == 0 || at + 1 != h {
            return;
        }
        let pot = big((0..h).map(|at| self.put_off_by(at)).sum());
        if self.terms().grace_capitalised {
            self.loan.lines[at].joins = pot;
        } else {
            self.loan.lines[h].row.deferred_interest_paid = pot;
        }
    }
}

/// Whether a payment is, or was, found over a row: not if it fell away before it was billed.
fn is_of_the_payment(line: &Line) -> bool {
    line.bills() && (line.billed || !line.fell)
}

/// What each row of the payment bills beside it: of a row without one what it keeps, and its interest is paid by itself; of the others
/// what was put off to them.
fn beside(plan: &Plan) -> Vec<Beside> {
    let rows = plan.lines().iter().zip(&plan.keep).filter(|(line, _)| is_of_the_payment(line));
    let beside = rows.map(|(line, keep)| match keep {
        Keep::Principal(part) if !line.billed => {
            Beside { no_payment: true, no_interest: true, due: big(*part) }
        }
        _ => Beside {
            no_interest: line.interest == Interest::Waived,
            due: line.caught_up.clone(),
            ..Beside::default()
        },
    });
    beside.collect()
}

/// The method solved again over the rows that ask for it.
struct Solver<'a> {
    terms: &'a Terms,
    /// The billing rows.
    slots: Vec<Slot>,
    /// What was planned for each row, if it asks.
    parts: Vec<Option<i128>>,
    share: Option<i128>,
    /// The balance and the sum of the parts with which a plan is scaled.
    scale: Option<(i128, i128)>,
    payments: Option<Payments<'a>>,
}

impl<'a> Solver<'a> {
    fn new(terms: &'a Terms, plan: &Plan) -> Result<Solver<'a>, String> {
        let asks = |at: usize| at >= plan.next() && plan.keep[at] == Keep::Solve;
        let rows = 0..plan.lines().len();
        let mut parts: Vec<Option<i128>> =
            rows.map(|at| {
                if asks(at) { Some(plan.principal(at) - whole(&plan.lines()[at].caught_up)) } else { None }
            })
            .collect();
        if matches!(terms.method, Method::Custom(_)) && parts.iter().flatten().all(|part| *part == 0) {
            if parts.len() != plan.contract_parts.len() {
                return out_of_reach("a plan of nothing that a relief has moved is drawn");
            }
            for (part, contract) in parts.iter_mut().zip(&plan.contract_parts) {
                *part = part.map(|_| *contract);
            }
        }
        let rows = plan.lines().iter().filter(|line| is_of_the_payment(line));
        let slots = rows.map(|line| line.slot.clone()).collect();
        Ok(Solver { terms, slots, parts, share: None, scale: None, payments: None })
    }

    /// What a row keeps from now on: the payment that the method gives it, or its part of the principal.
    fn keep(&mut self, plan: &Plan, at: usize, balance: i128, interest: i128) -> Result<Keep, String> {
        let later = plan.keep[at + 1..].iter().map(|keep| match keep {
            Keep::Principal(part) => *part,
            _ => 0,
        });
        let planned_later: i128 = later.sum();
        // What was put off to a row stays with it.
        let caught_up = |at: usize| whole(&plan.lines()[at].caught_up);
        let put_off: i128 =
            (at + 1..plan.keep.len()).filter(|at| plan.keep[*at] == Keep::Solve).map(caught_up).sum();
        let planned_later = planned_later + put_off;
        let own = caught_up(at);
        let left = (balance - planned_later - own).max(0);
        let part = match &self.terms.method {
            Method::Custom(_) => self.scaled(at, left),
            _ if plan.lines()[at].graced => 0,
            Method::InterestOnly | Method::Bullet => 0,
            Method::EqualPrincipal => self.equal_part(plan, at, &[], left),
            Method::Seasonal(months) => self.equal_part(plan, at, months, left),
            // With nothing left beside what was put off no payment is found.
            _ if left == 0 && own + put_off != 0 => 0,
            _ => return self.payment(plan, at, (balance, own), interest),
        };
        Ok(Keep::Principal(part.min(left) + own))
    }

    fn payment(
        &mut self,
        plan: &Plan,
        at: usize,
        (balance, own): (i128, i128),
        interest: i128,
    ) -> Result<Keep, String> {
        let planned =
            |(line, keep): (&Line, &Keep)| matches!(keep, Keep::Principal(part) if *part != 0 && line.own);
        if plan.lines().iter().zip(&plan.keep).skip(at + 1).any(planned) {
            return out_of_reach("a payment solved beside a planned part");
        }
        if let Method::BalloonOver(rows) = self.terms.method
            && rows <= self.slots.len() as i64
        {
            return out_of_reach("a balloon that has become longer than its payment");
        }
        let payments = match &mut self.payments {
            Some(payments) => payments,
            none => {
                let payments = Payments::new(self.terms, &self.slots)?.with_beside(beside(plan));
                none.insert(match plan.begun(at, balance) {
                    Some(begun) => payments.with_begun(begun),
                    None => payments,
                })
            }
        };
        let (position, balance) = (plan.place_in_payment(at), big(balance));
        let payment = payments.of_row(position, &balance)?;
        // "`on_top`: the payment sees a regular first period and the extra days' interest is added to the first payment."
        let seen = if position == 0 { payments.regular_interest(&balance) } else { None };
        let extra = seen.map_or(0, |seen| interest - whole(&seen));
        Ok(Keep::Payment(whole(&payment) + extra + own))
    }

    /// "Each remaining planned part scaled by balance / sum of remaining parts, rounded, the last takes the rest."
    fn scaled(&mut self, at: usize, left: i128) -> i128 {
        let sum = self.parts[at..].iter().flatten().sum();
        let (balance, sum) = *self.scale.get_or_insert((left, sum));
        let part = self.parts[at].unwrap_or(0);
        if part == 0 {
            return 0;
        }
        if self.parts[at + 1..].iter().flatten().all(|part| *part == 0) {
            return left;
        }
        whole(&self.terms.rounding.round(&big(part * balance), &big(sum)))
    }

    /// "Share = balance / rows remaining", of those in season.
    fn equal_part(&mut self, plan: &Plan, at: usize, months: &[i64], left: i128) -> i128 {
        let pays = |at: usize| {
            let line = &plan.lines()[at];
            line.bills() && (months.is_empty() || months.contains(&line.slot.cycle.m))
        };
        if !pays(at) {
            return 0;
        }
        let rows = (at..self.parts.len()).filter(|at| self.parts[*at].is_some() && pays(*at)).count();
        let round =
            || self.terms.payment_rounding.round_to(&big(left), &big(rows as i128), &self.terms.multiple);
        *self.share.get_or_insert_with(|| whole(&round()))
    }
}
