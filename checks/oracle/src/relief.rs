//! Relief (`docs/SEMANTICS.md` 5): deferral and extension, on the rows as written out.
//!
//! A loan under relief is a list of rows with amounts. A relief gives every row from the first one that it touches
//! a rule for its principal (as planned, the payment kept, or solved again) and bills those rows anew, one after the
//! other, always on the balance really outstanding.

use super::annual::Discount;
use super::dates::Day;
use super::ledger::{self, Ledger};
use super::level::Beside;
use super::number::ten_to;
use super::plan::{
    self, Coupons, Payments, Slot, blank, close, exact_interest, is_one_cycle, on_cycle, rolled,
};
use super::relief_form::{Extension, InterestDue, Meanwhile, NewMaturity, PrincipalDue, Window, WindowEnd};
use super::terms::{self, Method, Rates, Terms};
use super::{OracleRow, OracleSchedule, relief_form};
use num_bigint::BigInt;
use serde_json::Value;

/// Begins every error that says that the page leaves open what is due: two reliefs that interfere in a way of which
/// it does not speak. Not a refusal that the page demands.
pub const OUT_OF_REACH: &str = "out of reach: ";

pub fn out_of_reach<T>(why: &str) -> Result<T, String> {
    Err(format!("{OUT_OF_REACH}{why}"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OracleOutcome {
    Granted,
    NothingDue,
}

#[derive(Clone, Debug)]
pub struct OracleRelieved {
    pub before: OracleSchedule,
    pub after: OracleSchedule,
    /// One for each relief, in the order in which they were given.
    pub outcomes: Vec<OracleOutcome>,
    /// The sums over the reliefs. What is deferred a second time counts a second time. Interest that is capitalised is
    /// not counted as deferred.
    pub deferred_principal: BigInt,
    pub deferred_interest: BigInt,
    pub capitalised_interest: BigInt,
    pub waived_interest: BigInt,
    /// All that is paid beside fees and the amount lent, after less before: capitalised interest is interest.
    pub interest_change: BigInt,
    terms: Terms,
    first_granted_on: Option<Day>,
}

impl OracleRelieved {
    /// None where the schedule before has no effective rate.
    pub fn present_value_change(&self) -> Option<BigInt> {
        match self.first_granted_on {
            None => Some(BigInt::ZERO),
            Some(day) => present_value_change(&self.terms, &self.before, &self.after, day),
        }
    }
}

/// What becomes of the interest of a row's own period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    Payable,
    Deferred,
    Waived,
}

/// Of a row that bills no more interest than its payment.
#[derive(Clone, Debug, Default)]
pub struct Carry {
    /// The payment, of a row that has one.
    payment: Option<BigInt>,
    /// The interest beyond it, that the next row bills.
    on: BigInt,
    /// What it would have billed, had it not been waived.
    waived: BigInt,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub slot: Slot,
    pub carry: Carry,
    /// A row of its own: no period, no current interest.
    pub own: bool,
    /// A row that is there because of a catch-up date.
    pub catch_up: bool,
    /// The day of the relief that chose it last.
    pub chosen_on: Option<Day>,
    /// The printed date that its content had at first.
    pub original: Option<Day>,
    pub interest: Interest,
    /// Another rate than the contract's.
    pub rate: Option<Rates>,
    /// What joins the balance here.
    pub joins: BigInt,
    /// No principal is due yet: the grace of the contract.
    pub graced: bool,
    /// Of an account: its due date has come, and what it bills is owed or paid.
    pub billed: bool,
    /// Of an account: what was paid of its interest before it was due.
    pub settled: i128,
    /// Of an account: what was paid of its principal before it was due.
    pub ahead: i128,
    /// Of a row that a relief chose: what of its principal and interest was settled by the grant, and stays payable.
    pub stays: [BigInt; 2],
    /// Of an account: it came to ask for nothing when money repaid the loan before it, or settled all of its principal ahead.
    pub fell: bool,
    /// Principal that a relief put off to this row: it falls due here beside what the method asks for.
    pub caught_up: BigInt,
    /// A relief asked for the method to be solved again in this row.
    pub solved: bool,
    pub row: OracleRow,
}

impl Line {
    pub fn bills(&self) -> bool {
        !self.own
    }

    /// "With something due": anything but fees.
    fn has_something_due(&self) -> bool {
        &self.row.payment - &self.row.fees > BigInt::ZERO
    }
}

/// How the principal of a row is found.
#[derive(Clone, Debug)]
enum Rule {
    Planned(BigInt),
    /// "Payment-based methods keep their payment."
    Payment(BigInt),
    /// "The method is solved again"; with the part that was planned.
    Solved(BigInt),
}

#[derive(Clone, Debug)]
pub struct Loan {
    pub terms: Terms,
    pub lines: Vec<Line>,
    /// Of an account: what changed the balance beside the rows. Without it the whole principal is drawn at once.
    pub ledger: Option<Ledger>,
}

#[derive(Clone, Debug, Default)]
pub struct Sums {
    principal: BigInt,
    interest: BigInt,
    capitalised: BigInt,
    waived: BigInt,
}

pub fn schedule_with_reliefs(terms: &Value, reliefs: &Value) -> Result<OracleRelieved, String> {
    let terms = terms::read(terms)?;
    let before = plan::schedule(&terms)?;
    let mut loan = contract(terms)?;
    let list = reliefs.as_array().ok_or("relief: not a list")?;
    let mut reliefs = Vec::new();
    for (given, value) in list.iter().enumerate() {
        reliefs.push((given, relief_form::read(value, loan.terms.disbursed)?));
    }
    // "Reliefs apply in order of `granted_on`, to the schedule as the earlier ones left it."
    reliefs.sort_by_key(|(_, relief)| relief.granted_on);

    // "Errors: two reliefs of the same `granted_on` choosing the same row", seen on the schedule that both find.
    let mut outcomes = vec![OracleOutcome::NothingDue; list.len()];
    let mut sums = Sums::default();
    let mut of_the_day: Vec<(Day, usize)> = Vec::new();
    for (at, (given, relief)) in reliefs.iter().enumerate() {
        let day = relief.granted_on;
        if at == 0 || reliefs[at - 1].1.granted_on != day {
            of_the_day.clear();
            for (_, other) in reliefs[at..].iter().filter(|(_, other)| other.granted_on == day) {
                let Some(window) = &other.window else { continue };
                for row in choose(&loan, window).0 {
                    if of_the_day.contains(&(day, row)) {
                        return Err("two reliefs of one day choose the same row".to_owned());
                    }
                    of_the_day.push((day, row));
                }
            }
        }
        let mut relieved = loan.clone();
        let mut relieved_sums = sums.clone();
        let extended = match &relief.extension {
            Some(extension) => extend(&mut relieved, extension, day)?,
            None => false,
        };
        let granted = match &relief.window {
            None => extended,
            Some(window) => {
                let (rows, until) = choose(&relieved, window);
                if rows.iter().any(|row| relieved.lines[*row].chosen_on == Some(day)) {
                    return Err("two reliefs of one day choose the same row".to_owned());
                }
                if rows.is_empty() {
                    false
                } else {
                    defer(&mut relieved, window, day, &rows, until, &mut relieved_sums)?;
                    true
                }
            }
        };
        if granted {
            (loan, sums) = (relieved, relieved_sums);
            outcomes[*given] = OracleOutcome::Granted;
        }
    }

    let after = shown(&loan);
    let interest =
        |schedule: &OracleSchedule| &schedule.totals.payment - &schedule.totals.fees - &schedule.lent;
    Ok(OracleRelieved {
        interest_change: interest(&after) - interest(&before),
        before,
        after,
        outcomes,
        deferred_principal: sums.principal,
        deferred_interest: sums.interest,
        capitalised_interest: sums.capitalised,
        waived_interest: sums.waived,
        terms: loan.terms,
        first_granted_on: reliefs.first().map(|(_, first)| first.granted_on),
    })
}

/// "The flows after `granted_on` of both, discounted at the contract's original effective rate"; of those before it the rows "that the
/// relief touches count on both sides, compounded forward to the grant": the others are the same on both. Rounded once.
fn present_value_change(
    terms: &Terms,
    before: &OracleSchedule,
    after: &OracleSchedule,
    granted_on: Day,
) -> Option<BigInt> {
    let discount = Discount::of(&before.flows())?;
    let mut flows = Vec::new();
    for (sign, schedule) in [(1, after), (-1, before)] {
        for row in &schedule.rows {
            flows.push((Day::of(row.due_on), &row.payment * sign));
        }
    }
    Some(discount.value_on(granted_on, &flows, terms.rounding))
}

/// The rows of the contract as lines.
pub fn contract(terms: Terms) -> Result<Loan, String> {
    let mut lines = Vec::new();
    for placed in plan::laid_out(&terms)? {
        let row = placed.row;
        let graced = row.interest_deferred != BigInt::ZERO;
        lines.push(Line {
            slot: placed.slot,
            carry: Carry::default(),
            own: placed.own,
            catch_up: false,
            chosen_on: None,
            original: None,
            interest: if graced { Interest::Deferred } else { Interest::Payable },
            rate: None,
            joins: &row.closing - (&row.opening - &row.principal),
            graced: lines.len() < terms.grace_principal as usize,
            billed: false,
            settled: 0,
            ahead: 0,
            stays: [BigInt::ZERO, BigInt::ZERO],
            fell: false,
            caught_up: BigInt::ZERO,
            solved: false,
            row,
        });
    }
    let mut loan = Loan { terms, lines, ledger: None };
    if loan.terms.carries && is_payment_based(&loan.terms.method) {
        // All that was earned by then and has not been billed.
        let mut on = BigInt::ZERO;
        for at in 0..loan.lines.len() {
            if loan.lines[at].graced {
                continue;
            }
            on += loan.interest_of(at, &loan.terms.rates) - &loan.lines[at].row.interest;
            let line = &mut loan.lines[at];
            let payment = Some(&line.row.principal + &line.row.interest);
            line.carry = Carry { payment, on: on.clone(), waived: BigInt::ZERO };
        }
    }
    Ok(loan)
}

fn shown(loan: &Loan) -> OracleSchedule {
    let mut rows = Vec::new();
    for (no, line) in (1..).zip(&loan.lines) {
        let original = line.original.filter(|day| *day != line.slot.printed).map(Day::chrono);
        rows.push(OracleRow { no, original_due_on: original, ..line.row.clone() });
    }
    plan::summed(&loan.terms, rows)
}

/// "Instalments, chosen by printed due date, `due_from` and `due_until` both included (or the first m due on or
/// after `due_from`)", of these the rows with something due; and the last day of the window.
pub fn choose(loan: &Loan, window: &Window) -> (Vec<usize>, Day) {
    let from_then_on = || loan.lines.iter().filter(|line| line.slot.printed >= window.from);
    let until = match window.end {
        WindowEnd::Until(day) => day,
        WindowEnd::Rows(m) => from_then_on().take(m as usize).last().map_or(window.from, |l| l.slot.printed),
    };
    let inside = |line: &Line| window.from <= line.slot.printed && line.slot.printed <= until;
    let mut chosen: Vec<usize> = (0..loan.lines.len()).collect();
    chosen.retain(|i| inside(&loan.lines[*i]) && loan.lines[*i].has_something_due());
    (chosen, until)
}

// ---------------------------------------------------------------- billing

impl Loan {
    /// The number of billing rows before a line.
    pub fn position(&self, line: usize) -> usize {
        self.lines[..line].iter().filter(|line| line.bills()).count()
    }

    /// The end of the last accrual period.
    pub fn maturity(&self) -> Day {
        self.lines.iter().rev().find(|line| line.bills()).map_or(self.terms.disbursed, |line| line.slot.end)
    }

    /// What is outstanding after the lines before this one.
    pub fn balance_before(&self, line: usize) -> BigInt {
        let changes = self.lines[..line].iter().map(|line| &line.joins - &line.row.principal);
        let drawn = match &self.ledger {
            None => self.terms.principal.clone(),
            Some(ledger) => BigInt::from(ledger.total()),
        };
        drawn + changes.sum::<BigInt>()
    }

    /// The rounded interest of a row's period, on the balance really outstanding each day: what earlier rows took
    /// from it or joined to it counts from the end of their periods on.
    fn interest_of(&self, at: usize, rates: &Rates) -> BigInt {
        if self.ledger.is_some() {
            let (exact, denominator) = ledger::earned(self, at, rates, self.lines[at].slot.end);
            return self.terms.rounding.round(&exact, &denominator);
        }
        let slot = &self.lines[at].slot;
        let mut at_start = self.terms.principal.clone();
        let mut changes = Vec::new();
        for line in &self.lines[..at] {
            let change = &line.row.principal - &line.joins;
            if line.slot.end <= slot.start {
                at_start -= change;
            } else if change != BigInt::ZERO {
                changes.push((line.slot.end, change));
            }
        }
        let terms = Terms { rates: rates.clone(), ..self.terms.clone() };
        let (exact, base) = exact_interest(&terms, slot, self.maturity(), &at_start, &changes);
        terms.rounding.round(&exact, &base)
    }

    /// Bills the lines of a range, which are to have these principals (a rule for every line of the loan).
    fn bill(
        &mut self,
        lines: std::ops::Range<usize>,
        rules: &[Rule],
        chosen: &[usize],
    ) -> Result<(), String> {
        let terms = self.terms.clone();
        let mut solver = Solver::new(&terms, self, rules);
        for at in lines {
            let balance = self.balance_before(at);
            let line = &self.lines[at];
            let mut row = line.row.clone();
            row.opening = balance.clone();
            row.due_on = line.slot.printed.chrono();
            row.provisional = line.slot.provisional;
            let mut interest = BigInt::ZERO;
            if line.bills() {
                let Slot { start, end, .. } = line.slot;
                row.days = self.terms.day_count.days(start, end, self.maturity());
                row.projected = self.terms.rates.is_projected(start, end);
                interest = self.interest_of(at, line.rate.as_ref().unwrap_or(&self.terms.rates));
            }
            let stays = line.stays[1].clone();
            let before = self.lines[..at].iter().rev().find(|line| line.bills());
            let mut on = before.map_or(BigInt::ZERO, |line| line.carry.on.clone());
            if line.bills() {
                interest += std::mem::take(&mut on);
                let later = self.lines[at + 1..].iter().any(Line::bills);
                // "No more is billed than the payment", whatever becomes of what is billed.
                if let (Rule::Planned(_), Some(payment), true) = (&rules[at], &line.carry.payment, later)
                    && interest > *payment
                {
                    on = &interest - payment;
                    interest -= &on;
                }
            }
            if self.terms.carries
                && line.interest != Interest::Payable
                && !matches!(rules[at], Rule::Planned(_))
            {
                return out_of_reach("a payment whose interest is not billed");
            }
            let waived = if line.interest == Interest::Waived { interest.clone() } else { BigInt::ZERO };
            (row.interest, row.interest_deferred) = match line.interest {
                Interest::Payable => (interest, BigInt::ZERO),
                Interest::Deferred => {
                    let payable = stays.min(interest.clone()).max(BigInt::ZERO);
                    (payable.clone(), interest - payable)
                }
                Interest::Waived if self.ledger.is_some() => (self.stays_of_waived(at), BigInt::ZERO),
                Interest::Waived => (BigInt::ZERO, BigInt::ZERO),
            };
            if line.row.interest_deferred != row.interest_deferred && !chosen.contains(&at) {
                return out_of_reach("interest that was deferred before is changed");
            }
            // A row of the grace has no payment.
            let (bills, kept, graced) = (line.bills(), line.carry.payment.clone(), line.graced);
            row.principal = solver.principal(at, &row, bills)?;
            let by_rule = is_payment_based(&self.terms.method) && !matches!(rules[at], Rule::Planned(_));
            if by_rule && self.terms.carries && row.principal < BigInt::ZERO {
                on = -std::mem::take(&mut row.principal);
                row.interest -= &on;
            }
            let payment = if by_rule && !graced { Some(&row.principal + &row.interest) } else { kept };
            let carry = Carry { payment: payment.filter(|_| self.terms.carries), on, waived };
            row.closing = balance - &row.principal + &line.joins;
            close(&mut row);
            (self.lines[at].row, self.lines[at].carry) = (row, carry);
            self.lines[at].solved = matches!(rules[at], Rule::Solved(_));
        }
        Ok(())
    }

    /// What a row whose interest is waived still asks for: what was settled of it, as far as it was earned.
    pub fn stays_of_waived(&self, at: usize) -> BigInt {
        let line = &self.lines[at];
        let rates = line.rate.as_ref().unwrap_or(&self.terms.rates);
        let (exact, denominator) = ledger::earned_if_owed(self, at, rates, line.slot.end);
        self.terms.rounding.round(&exact, &denominator).min(line.stays[1].clone())
    }

    /// What joins the balance is repaid by those of some rows that still ask for principal. Where none of them does, all rows
    /// that fell away come back.
    pub fn come_back(&mut self, rows: &[usize]) {
        let asks = |line: &Line| !line.fell && line.row.principal != BigInt::ZERO;
        if !rows.iter().any(|at| asks(&self.lines[*at])) {
            self.lines.iter_mut().for_each(|line| line.fell = false);
        }
    }

    fn join(&mut self, at: usize, amount: &BigInt) {
        self.lines[at].joins += amount;
        self.lines[at].row.closing += amount;
    }
}

/// The rules of the rows, and the method solved again over those that ask for it.
struct Solver<'a> {
    terms: &'a Terms,
    rules: Vec<Rule>,
    slots: Vec<Slot>,
    /// Of each line, the number of billing rows before it.
    positions: Vec<usize>,
    /// The last line that is not planned: it takes all that is left for such lines.
    last: Option<usize>,
    /// Of each line, what was put off to it.
    caught_up: Vec<BigInt>,
    /// The same of each billing row.
    beside: Vec<Beside>,
    /// The equal part of a row, once known.
    share: Option<BigInt>,
    /// The balance and the sum of the parts with which a plan was scaled.
    scale: Option<(BigInt, BigInt)>,
    /// The payment, solved at the first row that asks for it, and again where the rate has changed.
    payments: Option<Payments<'a>>,
}

pub fn is_payment_based(method: &Method) -> bool {
    use Method::*;
    matches!(
        method,
        EqualInstalment | BalloonOver(_) | BalloonResidual(_) | GraduatedRatio(..) | GraduatedAmount(..)
    )
}

impl<'a> Solver<'a> {
    fn new(terms: &'a Terms, loan: &Loan, rules: &[Rule]) -> Solver<'a> {
        let free = |rule: &Rule| match rule {
            Rule::Planned(_) => false,
            // A plan ends with its last part.
            Rule::Solved(part) => !matches!(terms.method, Method::Custom(_)) || *part != BigInt::ZERO,
            Rule::Payment(_) => true,
        };
        let solved = |rule: &Rule| matches!(rule, Rule::Solved(_));
        let last = rules.iter().rposition(free).or_else(|| rules.iter().rposition(solved));
        // A catch-up row after the last of them is no row of the payment.
        let rows = last.map_or(loan.lines.len(), |last| last + 1);
        let billing = loan.lines[..rows].iter().filter(|line| line.bills());
        let slots = billing.map(|line| line.slot.clone()).collect();
        let mut positions = Vec::new();
        let mut billing_rows = 0;
        for line in &loan.lines {
            positions.push(billing_rows);
            billing_rows += usize::from(line.bills());
        }
        Solver {
            terms,
            rules: rules.to_vec(),
            slots,
            positions,
            last,
            caught_up: loan.lines.iter().map(|line| line.caught_up.clone()).collect(),
            beside: loan.lines[..rows]
                .iter()
                .filter(|line| line.bills())
                .map(|line| Beside { due: line.caught_up.clone(), ..Beside::default() })
                .collect(),
            share: None,
            scale: None,
            payments: None,
        }
    }

    /// The principal of a row whose interest is known.
    fn principal(&mut self, at: usize, row: &OracleRow, bills: bool) -> Result<BigInt, String> {
        // "Rows of their own that remain keep their planned principal, taken out of the balance that is solved
        // over"; so does any other planned row.
        // What was put off to a row stays with it, whatever the method asks for there.
        let mut planned_later = BigInt::ZERO;
        for (rule, caught_up) in self.rules.iter().zip(&self.caught_up).skip(at + 1) {
            planned_later += if let Rule::Planned(part) = rule { part } else { caught_up };
        }
        let left = &row.opening - &planned_later;
        let own =
            if let Rule::Solved(_) = self.rules[at] { self.caught_up[at].clone() } else { BigInt::ZERO };
        let part = match self.rules[at].clone() {
            Rule::Planned(part) => return Ok(part),
            _ if self.last == Some(at) => return Ok(left),
            Rule::Payment(payment) => payment - &row.interest,
            Rule::Solved(_) if left == own => return Ok(left),
            Rule::Solved(planned) => match self.terms.method.clone() {
                Method::Custom(_) => self.scaled(at, &planned, &(&left - &own)),
                // During the grace no principal is due.
                _ if !bills || self.positions[at] < self.terms.grace_principal as usize => BigInt::ZERO,
                Method::InterestOnly | Method::Bullet => BigInt::ZERO,
                Method::EqualPrincipal => self.equal_part(at, None, &(&left - &own)),
                Method::Seasonal(months) => self.equal_part(at, Some(&months), &(&left - &own)),
                _ if self.rules[at..]
                    .iter()
                    .any(|rule| matches!(rule, Rule::Planned(part) if *part != BigInt::ZERO)) =>
                {
                    return out_of_reach("a payment solved beside a planned part");
                }
                // What was put off to the rows earns until it falls due there.
                _ => self.part_of_payment(at, row, &row.opening)?,
            },
        };
        let by_payment = is_payment_based(&self.terms.method);
        if by_payment && self.terms.carries && part < BigInt::ZERO && &part + &row.interest >= BigInt::ZERO {
            return Ok(part);
        }
        if by_payment && part < BigInt::ZERO && !self.terms.negative_amortisation {
            return Err(format!("row {}: a negative principal part", at + 1));
        }
        if by_payment && part < BigInt::ZERO && &part + &row.interest < BigInt::ZERO {
            return Err(format!("row {}: a payment below zero", at + 1));
        }
        Ok((part + own).min(left))
    }

    /// "Each remaining planned part scaled by balance / sum of remaining parts, rounded."
    fn scaled(&mut self, at: usize, planned: &BigInt, left: &BigInt) -> BigInt {
        let remaining = |rule: &Rule| match rule {
            Rule::Solved(part) => part.clone(),
            _ => BigInt::ZERO,
        };
        let sum = self.rules[at..].iter().map(remaining).sum::<BigInt>();
        let (balance, parts) = self.scale.get_or_insert_with(|| (left.clone(), sum));
        if *parts == BigInt::ZERO {
            return BigInt::ZERO;
        }
        self.terms.rounding.round(&(planned * &*balance), parts)
    }

    /// "Share = balance / rows remaining", of those in season.
    fn equal_part(&mut self, at: usize, months: Option<&[i64]>, left: &BigInt) -> BigInt {
        let pays =
            |position: usize| months.is_none_or(|months| months.contains(&self.slots[position].cycle.m));
        if !pays(self.positions[at]) {
            return BigInt::ZERO;
        }
        if self.share.is_none() {
            let solved = |i: &usize| matches!(self.rules[*i], Rule::Solved(_)) && pays(self.positions[*i]);
            let rows = (at..self.rules.len()).filter(solved).filter(|i| self.is_billing(*i)).count();
            self.share =
                Some(self.terms.payment_rounding.round_to(left, &BigInt::from(rows), &self.terms.multiple));
        }
        self.share.clone().unwrap_or_default()
    }

    fn is_billing(&self, at: usize) -> bool {
        let next = self.positions.get(at + 1).copied().unwrap_or(self.slots.len());
        next > self.positions[at]
    }

    /// The payment less the interest that it sees: with `on_top` that of a regular first period.
    fn part_of_payment(&mut self, at: usize, row: &OracleRow, balance: &BigInt) -> Result<BigInt, String> {
        if let Method::BalloonOver(rows) = self.terms.method
            && rows <= self.slots.len() as i64
        {
            return out_of_reach("a balloon that has become longer than its payment");
        }
        let position = self.positions[at];
        let payments = match &mut self.payments {
            Some(payments) => payments,
            none => none.insert(Payments::new(self.terms, &self.slots)?.with_beside(self.beside.clone())),
        };
        let payment = payments.of_row(position, balance)?;
        let seen = if position == 0 { payments.regular_interest(balance) } else { None };
        Ok(payment - seen.unwrap_or_else(|| row.interest.clone()))
    }
}

// ---------------------------------------------------------------- deferral

pub fn defer(
    loan: &mut Loan,
    window: &Window,
    day: Day,
    chosen: &[usize],
    until: Day,
    sums: &mut Sums,
) -> Result<(), String> {
    let (first, last) = (chosen[0], chosen[chosen.len() - 1]);
    let capitalised =
        matches!(window.meanwhile, Meanwhile::CapitalisedAtEnd | Meanwhile::CapitalisedEachDueDate);
    let shifted = window.principal == Some(PrincipalDue::Shifted);
    if window.new_date == Some(loan.lines[last].slot.printed) {
        return out_of_reach("a catch-up on the day of the last chosen row");
    }
    if window.new_date.is_some_and(|day| day < loan.lines[last].slot.printed) {
        return Err("new_date before the last chosen row".to_owned());
    }
    if chosen.iter().any(|i| loan.lines[*i].bills() && loan.lines[*i].interest == Interest::Deferred) {
        return out_of_reach("a chosen row whose interest was deferred before");
    }
    if !shifted && chosen.contains(&(loan.lines.len() - 1)) {
        let at_maturity = window.principal == Some(PrincipalDue::AtMaturity)
            || window.interest == Some(InterestDue::AtMaturity);
        if at_maturity {
            return Err("at_maturity, and the last row is chosen".to_owned());
        }
    }

    // The rules of the principal. "Later rows keep their planned principal."
    let mut rules: Vec<Rule> = Vec::new();
    let mut deferred_principal = BigInt::ZERO;
    let mut put_again = Vec::new();
    for (i, line) in loan.lines.iter().enumerate() {
        let planned = line.row.principal.clone();
        if window.principal.is_some() && chosen.contains(&i) {
            put_again.push(i);
            // "Deferring principal sets their principal to 0", save what was settled by the grant.
            let stays = line.stays[0].clone().min(planned.clone().max(BigInt::ZERO));
            deferred_principal += planned - &stays;
            rules.push(Rule::Planned(stays));
        } else {
            rules.push(Rule::Planned(planned));
        }
    }
    for i in put_again.into_iter().filter(|_| !shifted) {
        loan.lines[i].caught_up = BigInt::ZERO;
    }
    // "With over_remaining and shifted, and when only interest was deferred, the method is solved again" for a
    // capitalised sum; with over_remaining for the principal in any case.
    let solved_again = match window.principal {
        Some(PrincipalDue::OverRemaining) => true,
        Some(PrincipalDue::Shifted) | None => capitalised,
        Some(PrincipalDue::EndOfWindow | PrincipalDue::AtMaturity) => false,
    };
    let after_window = if shifted {
        shift(loan, &mut rules, chosen, solved_again)?;
        last + 1
    } else {
        loan.lines.iter().position(|line| line.slot.printed > until).unwrap_or(loan.lines.len())
    };
    // The rows that remain: those after the window that bill interest.
    let rows_remain = loan.lines[after_window..].iter().any(|line| line.bills());
    if solved_again && !shifted {
        if !rows_remain {
            return Err("no row remains after the window".to_owned());
        }
        solve_from(loan, &mut rules, after_window)?;
    }
    if matches!(window.interest, Some(InterestDue::NextInstalment | InterestDue::OverRemaining))
        && !rows_remain
    {
        return Err("no row remains after the window".to_owned());
    }

    // The window itself.
    let mut pot = BigInt::ZERO;
    let mut joined = BigInt::ZERO;
    for at in first..=last {
        if !chosen.contains(&at) {
            loan.bill(at..at + 1, &rules, chosen)?;
            continue;
        }
        let line = &mut loan.lines[at];
        line.chosen_on = Some(day);
        if window.principal.is_none() {
            line.stays[0] = BigInt::ZERO;
        }
        // "As the earlier ones left it": what was waived stays waived, and another rate stays until there is a third.
        let waived_before = line.interest == Interest::Waived;
        line.interest = match window.meanwhile {
            _ if waived_before => Interest::Waived,
            Meanwhile::Waived => Interest::Waived,
            _ if window.interest_deferred => Interest::Deferred,
            _ => Interest::Payable,
        };
        if let Meanwhile::At(rates) = &window.meanwhile {
            line.rate = Some(rates.clone());
        }
        // What an earlier relief made due here is deferred again; it earns nothing still. Waived is the interest of
        // the window alone: what was deferred before stays due.
        let mut held = BigInt::ZERO;
        if window.interest_deferred && !matches!(window.meanwhile, Meanwhile::Waived) {
            held = std::mem::take(&mut line.row.deferred_interest_paid);
        }
        loan.bill(at..at + 1, &rules, chosen)?;
        // What was settled beyond its own interest is of what an earlier relief made due here.
        let line = &mut loan.lines[at];
        let beyond = (&line.stays[1] - &line.row.interest)
            .min(line.stays[1].clone())
            .max(BigInt::ZERO)
            .min(held.clone());
        held -= &beyond;
        line.row.deferred_interest_paid += beyond;
        close(&mut line.row);
        held += &loan.lines[at].row.interest_deferred;
        match window.meanwhile {
            // "capitalised_each_due_date."
            Meanwhile::CapitalisedEachDueDate => {
                loan.join(at, &held);
                joined += held;
            }
            Meanwhile::Waived if loan.lines[at].bills() && !waived_before => {
                sums.waived += &loan.lines[at].carry.waived;
            }
            _ => pot += held,
        }
    }
    // "capitalised_at_end (the simple sum joins the balance on the last chosen due date)."
    if matches!(window.meanwhile, Meanwhile::CapitalisedAtEnd) {
        loan.join(last, &pot);
        joined += std::mem::take(&mut pot);
    }
    sums.principal += &deferred_principal;
    sums.interest += &pot;
    sums.capitalised += &joined;

    // "A capitalised sum is principal: with end_of_window and at_maturity it falls due where the deferred principal
    // does."
    let falls_due = deferred_principal + joined;
    let principal_now =
        if window.principal == Some(PrincipalDue::EndOfWindow) { falls_due.clone() } else { BigInt::ZERO };
    let interest_now =
        if window.interest == Some(InterestDue::EndOfWindow) { pot.clone() } else { BigInt::ZERO };
    if principal_now != BigInt::ZERO || interest_now != BigInt::ZERO {
        // "Catch-up date = `new_date`, else the first due date after the window."
        let next = loan.lines.get(after_window).map(|line| line.slot.printed);
        let on = window.new_date.or(next).ok_or("no due date after the window, and no new_date")?;
        let at = catch_up_row(loan, &mut rules, last, on)?;
        add(&mut rules[at], &principal_now);
        loan.lines[at].caught_up += &principal_now;
        // A row to which principal is put off is there again.
        loan.lines[at].fell &= principal_now == BigInt::ZERO;
        loan.lines[at].row.deferred_interest_paid += interest_now;
    }
    if window.principal == Some(PrincipalDue::AtMaturity)
        && let (Some(rule), Some(line)) = (rules.last_mut(), loan.lines.last_mut())
    {
        add(rule, &falls_due);
        line.caught_up += &falls_due;
        line.fell &= falls_due == BigInt::ZERO;
    }
    // "With the first row after the window; in equal parts over the rows that remain (the last takes the rest); in
    // the last row."
    let remain = |(i, line): &(usize, &mut Line)| {
        line.bills() && if shifted { *i > last } else { line.slot.printed > until }
    };
    let mut remaining: Vec<&mut Line> =
        loan.lines.iter_mut().enumerate().filter(remain).map(|(_, line)| line).collect();
    match window.interest {
        None | Some(InterestDue::EndOfWindow) => {}
        Some(InterestDue::NextInstalment) => remaining[0].row.deferred_interest_paid += &pot,
        Some(InterestDue::AtMaturity) => {
            if let Some(line) = loan.lines.last_mut() {
                line.row.deferred_interest_paid += &pot;
            }
        }
        Some(InterestDue::OverRemaining) => {
            let rows = remaining.len();
            let share = loan.terms.rounding.round(&pot, &BigInt::from(rows));
            let mut left = pot.clone();
            for (i, line) in remaining.iter_mut().enumerate() {
                let whole = i + 1 == rows || share.magnitude() > left.magnitude();
                let part = if whole { left.clone() } else { share.clone() };
                left -= &part;
                line.row.deferred_interest_paid += part;
            }
        }
    }
    loan.bill(last + 1..loan.lines.len(), &rules, &[])?;
    cleared(loan)
}

fn cleared(loan: &Loan) -> Result<(), String> {
    if loan.balance_before(loan.lines.len()) == BigInt::ZERO {
        Ok(())
    } else {
        Err("the oracle is wrong: the last row does not clear the loan".to_owned())
    }
}

fn add(rule: &mut Rule, amount: &BigInt) {
    let (Rule::Planned(part) | Rule::Payment(part) | Rule::Solved(part)) = rule;
    *part += amount;
}

/// The rows from here on are solved again; catch-up rows keep what is planned, and rows that fell away stay away.
fn solve_from(loan: &mut Loan, rules: &mut [Rule], from: usize) -> Result<(), String> {
    loan.come_back(&(from..loan.lines.len()).collect::<Vec<usize>>());
    for (line, rule) in loan.lines.iter().zip(rules).skip(from).filter(|(line, _)| !line.fell) {
        if line.chosen_on.is_some() {
            return out_of_reach("a row that was deferred before is solved again");
        }
        if line.catch_up && line.bills() {
            return out_of_reach("a catch-up row after the maturity is solved again");
        }
        let of_the_plan = matches!(loan.terms.method, Method::Custom(_)) && !line.catch_up;
        if line.bills() || of_the_plan {
            *rule = Rule::Solved(&line.row.principal - &line.caught_up);
        }
    }
    Ok(())
}

/// The row on the catch-up date. "If it is no due date it is a row of its own without current interest; with no
/// later instalment it is the last row and bills its own interest."
fn catch_up_row(loan: &mut Loan, rules: &mut Vec<Rule>, last: usize, on: Day) -> Result<usize, String> {
    let due = |line: &Line| line.slot.printed == on;
    if let Some(found) = loan.lines.iter().skip(last + 1).position(due) {
        return Ok(last + 1 + found);
    }
    let at = loan.lines.iter().position(|line| line.slot.printed > on).unwrap_or(loan.lines.len());
    let tail = at == loan.lines.len();
    let before = loan.lines[..at].iter().rev().find(|line| line.bills());
    let accrued_to = before.map_or(loan.terms.disbursed, |line| line.slot.end);
    let coupons = Coupons::of(&loan.terms);
    let slot = if tail {
        Slot {
            cycle: on,
            printed: on,
            provisional: false,
            start: accrued_to,
            end: on,
            one_cycle: false,
            coupons,
        }
    } else {
        // What is paid on C stops earning on C, with `day_after` a day later.
        let until = if loan.terms.day_after { on.next() } else { on };
        Slot {
            cycle: on,
            printed: on,
            provisional: false,
            start: until,
            end: until,
            one_cycle: false,
            coupons,
        }
    };
    if slot.end < accrued_to {
        return out_of_reach("a catch-up date inside a period that was billed before it");
    }
    let mut row = blank(&loan.terms, &slot, 0, slot.end, &BigInt::ZERO);
    row.days = 0;
    row.fees = BigInt::ZERO;
    row.projected = false;
    let line = Line {
        slot,
        carry: Carry::default(),
        own: !tail,
        catch_up: true,
        chosen_on: None,
        original: None,
        interest: Interest::Payable,
        rate: None,
        joins: BigInt::ZERO,
        graced: false,
        billed: false,
        settled: 0,
        ahead: 0,
        stays: [BigInt::ZERO, BigInt::ZERO],
        fell: false,
        caught_up: BigInt::ZERO,
        solved: false,
        row,
    };
    loan.lines.insert(at, line);
    rules.insert(at, Rule::Planned(BigInt::ZERO));
    Ok(at)
}

// ---------------------------------------------------------------- dates that move

/// The cycle's date `m` cycles after that of the row at a position; a date off the cycle moves by months or days.
fn moved_along(terms: &Terms, from: Day, m: i64) -> Result<Day, String> {
    let (Some(first), Some(cycle)) = (terms.first_due, terms.every) else {
        return Err("a loan without a cycle cannot move along it".to_owned());
    };
    let mut steps = 0;
    while on_cycle(terms, first, cycle, steps) < from {
        steps += 1;
    }
    if on_cycle(terms, first, cycle, steps) == from {
        Ok(on_cycle(terms, first, cycle, steps + m))
    } else {
        Ok(cycle.after(from, m))
    }
}

/// The rows' printed dates and periods from a line on, by their cycle dates.
pub fn place(loan: &mut Loan, from: usize) -> Result<(), String> {
    let Loan { terms, lines, .. } = loan;
    let final_row = lines.iter().rposition(|line| line.bills());
    let before = lines[..from].iter().rev().find(|line| line.bills());
    let mut start = before.map_or(terms.disbursed, |line| line.slot.end);
    let mut cycle_before = before.map(|line| line.slot.cycle);
    for (i, line) in lines.iter_mut().enumerate().skip(from).filter(|(_, line)| line.bills()) {
        let (printed, provisional, accrual) = rolled(terms, line.slot.cycle)?;
        let end = if terms.day_after && Some(i) != final_row { accrual.next() } else { accrual };
        if end < start {
            return Err("a period that ends before it starts".to_owned());
        }
        let cycle = line.slot.cycle;
        let one_cycle = is_one_cycle(terms, cycle_before, cycle);
        line.slot = Slot { cycle, printed, provisional, start, end, one_cycle, coupons: Coupons::of(terms) };
        (start, cycle_before) = (end, Some(cycle));
    }
    Ok(())
}

/// "`shifted`: all unpaid rows and the maturity move by the m chosen rows along the cycle (n + m rows); payment-based
/// methods keep their payment, principal-based ones their principal." The chosen rows keep number and date.
fn shift(loan: &mut Loan, rules: &mut Vec<Rule>, chosen: &[usize], solved_again: bool) -> Result<(), String> {
    let (first, last) = (chosen[0], chosen[chosen.len() - 1]);
    if last - first + 1 != chosen.len() {
        return out_of_reach("a window with gaps is shifted");
    }
    if loan.lines[first..].iter().any(|line| line.own || line.catch_up) {
        return out_of_reach("a row of its own is shifted");
    }
    if loan.lines[first..].iter().any(|line| line.chosen_on.is_some()) {
        return out_of_reach("a row that was deferred before is shifted");
    }
    let m = chosen.len() as i64;
    let contents: Vec<Line> = loan.lines[first..].to_vec();
    loan.lines[first..].iter_mut().for_each(|line| line.caught_up = BigInt::ZERO);
    let position = loan.position(first);
    loan.lines.truncate(last + 1);
    rules.truncate(last + 1);
    for (i, content) in contents.into_iter().enumerate() {
        // What was settled of a chosen row does not move.
        let principal = &content.row.principal;
        let planned = principal - content.stays[0].clone().min(principal.clone().max(BigInt::ZERO));
        let graced = position + i < loan.terms.grace_principal as usize;
        rules.push(if solved_again && !content.fell {
            Rule::Solved(planned - &content.caught_up)
        } else if is_payment_based(&loan.terms.method)
            && !graced
            && (planned != BigInt::ZERO || content.carry.on != BigInt::ZERO)
        {
            // Reading: a row that repaid nothing, of a loan that was cleared early, repays nothing where it goes.
            Rule::Payment(planned + &content.row.interest)
        } else {
            Rule::Planned(planned)
        });
        let mut line = content;
        line.stays = [BigInt::ZERO, BigInt::ZERO];
        line.ahead = 0;
        line.original = Some(line.original.unwrap_or(line.slot.printed));
        line.slot.cycle = moved_along(&loan.terms, line.slot.cycle, m)?;
        if i < chosen.len() {
            // What was due there beside the planned principal stays in the window.
            line.row.deferred_interest_paid = BigInt::ZERO;
        }
        loan.lines.push(line);
    }
    // The grace, the steps of a graduated loan and the rows of a longer balloon move along.
    loan.terms.grace_principal += m;
    if let Method::BalloonOver(rows) = &mut loan.terms.method {
        *rows += m;
    }
    place(loan, first)
}

/// "Extension moves the maturity only: cycle dates go on to the new one, the method is solved again over the longer
/// term; `rate_from` may set a new rate from that day." From the first row after `granted_on`. False when nothing is
/// due after that day.
pub fn extend(loan: &mut Loan, extension: &Extension, granted_on: Day) -> Result<bool, String> {
    let kept = loan.lines.iter().filter(|line| line.slot.printed <= granted_on).count();
    let Some(old_last) = loan.lines[kept..].iter().rev().find(|line| line.bills()).cloned() else {
        return Ok(false);
    };
    if matches!(loan.terms.method, Method::Custom(_)) {
        return out_of_reach("a plan is extended");
    }
    if loan.lines[kept..].iter().any(|line| line.chosen_on.is_some() || (line.catch_up && line.bills())) {
        return out_of_reach("a row that was deferred before is extended");
    }
    // A longer term brings back what fell away of the shorter one.
    loan.lines.iter_mut().for_each(|line| line.fell = false);
    if let Some((from, rate)) = &extension.rate_from {
        set_rate(&mut loan.terms.rates, *from, rate);
    }

    // The cycle dates of the rows after `granted_on`.
    let old_maturity = old_last.slot.cycle;
    let bullet = matches!(loan.terms.method, Method::Bullet);
    let position = loan.position(kept);
    let cycle_date = |position: usize| match (loan.terms.first_due, loan.terms.every) {
        (Some(first), Some(cycle)) => Ok(on_cycle(&loan.terms, first, cycle, position as i64)),
        _ => Err("a loan without a cycle cannot be extended along it".to_owned()),
    };
    let to = match extension.maturity {
        NewMaturity::MovedBy(m) => moved_along(&loan.terms, old_maturity, m)?,
        NewMaturity::MovedTo(to) if to <= old_maturity => {
            return Err("the new maturity is not later than the old one".to_owned());
        }
        NewMaturity::MovedTo(to) => to,
    };
    let mut days = Vec::new();
    if !bullet {
        let mut at = position;
        while cycle_date(at)? < to {
            days.push(cycle_date(at)?);
            at += 1;
        }
        // "The last period is broken (short; `long_last` merges it)."
        if cycle_date(at)? != to && loan.terms.long_last {
            days.pop();
        }
    }
    days.push(to);

    // Each row keeps its number, and beside its date the one that it had.
    let old: Vec<Line> = loan.lines.drain(kept..).collect();
    let (mut old_rows, own_rows): (Vec<Line>, Vec<Line>) = old.into_iter().partition(|line| line.bills());
    old_rows.reverse();
    for day in days {
        let line = match old_rows.pop() {
            Some(line) => Line { original: Some(line.original.unwrap_or(line.slot.printed)), ..line },
            None => fresh(&loan.terms, &old_last),
        };
        loan.lines.push(Line { slot: Slot { cycle: day, ..line.slot.clone() }, ..line });
    }
    place(loan, kept)?;
    for line in own_rows {
        let printed = line.slot.printed;
        let at = loan.lines.iter().position(|other| other.slot.printed > printed).unwrap_or(loan.lines.len());
        loan.lines.insert(at, line);
    }
    let mut rules: Vec<Rule> =
        loan.lines.iter().map(|line| Rule::Planned(line.row.principal.clone())).collect();
    solve_from(loan, &mut rules, kept)?;
    loan.bill(kept..loan.lines.len(), &rules, &[])?;
    cleared(loan)?;
    Ok(true)
}

/// A row that the contract did not have.
pub fn fresh(terms: &Terms, like: &Line) -> Line {
    Line {
        carry: Carry::default(),
        catch_up: false,
        chosen_on: None,
        original: None,
        interest: Interest::Payable,
        rate: None,
        joins: BigInt::ZERO,
        graced: false,
        billed: false,
        settled: 0,
        ahead: 0,
        stays: [BigInt::ZERO, BigInt::ZERO],
        fell: false,
        caught_up: BigInt::ZERO,
        solved: false,
        row: blank(terms, &like.slot, 0, like.slot.end, &BigInt::ZERO),
        ..like.clone()
    }
}

/// The contract rate from a day on, in place of whatever the contract said from that day on.
fn set_rate(rates: &mut Rates, from: Day, (digits, scale): &(BigInt, u32)) {
    let theirs = ten_to(*scale);
    let ours = rates.denominator.clone();
    rates.changes.retain(|(day, _)| *day < from);
    for (_, rate) in &mut rates.changes {
        *rate *= &theirs;
    }
    rates.changes.push((from, digits * &ours));
    rates.denominator = ours * theirs;
    rates.projected_from = rates.projected_from.filter(|day| *day < from);
    rates.projected_until =
        rates.projected_from.and(Some(rates.projected_until.map_or(from, |until| until.min(from))));
}
