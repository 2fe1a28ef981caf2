//! The life of a loan (`docs/SEMANTICS.md` 6), day by day.
//!
//! Every day from the disbursement on is lived: graces that end in the morning, changes of terms, what falls due,
//! money, and the night in which penalty and compound interest are earned. Nothing is carried over longer spans.
//!
//! | file | content |
//! |---|---|
//! | `account.rs` | the days, and the position at the end of one |
//! | `account_form.rs` | servicing rules and events in the wire form |
//! | `account_events.rs` | what money and fees do |
//! | `account_plan.rs` | the rows that are not due, found again after every change |
//! | `account_money.rs` | due items, penalty and compound interest, allocation |
//! | `account_grants.rs` | which rows a relief chooses, and the day on which it acts |
//! | `account_arrears.rs` | a relief that acts on the plan, arrears rescheduled |
//! | `ledger.rs` | what changed the balance beside the rows, and the walk over the days of a period |

use super::account_form::{Allocation, Event, PARTS, Part, Servicing, What};
use super::account_grants::{Grants, Walk};
use super::account_money::Item;
use super::account_plan::{Plan, big};
use super::dates::Day;
use super::ledger::{earned_by_overdue, whole};
use super::number::ten_to;
use super::plan::{on_cycle, rolled};
use super::relief::out_of_reach;
use super::relief_form::Meanwhile;
use super::terms::{self, Rates, Terms};
use super::{account_form, relief_form};
use chrono::NaiveDate;
use num_bigint::BigInt;
use serde_json::Value;
use std::collections::BTreeSet;

/// Billed and unpaid parts of a due item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleArrears {
    pub due_on: NaiveDate,
    pub fee: BigInt,
    pub penalty: BigInt,
    pub compound: BigInt,
    pub interest: BigInt,
    pub principal: BigInt,
}

/// A row due after the day, as planned now: what will fall due with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleAhead {
    pub due_on: NaiveDate,
    pub principal: BigInt,
    /// With deferred interest paid in the row, less what was settled ahead.
    pub interest: BigInt,
    pub fees: BigInt,
}

/// The end of a day, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OraclePosition {
    pub disbursed: BigInt,
    /// All that is outstanding, overdue included.
    pub principal: BigInt,
    pub overdue_principal: BigInt,
    pub interest_accrued: BigInt,
    pub interest_of_day: BigInt,
    /// Billed and unpaid.
    pub interest: BigInt,
    /// Put off to later rows and not yet due.
    pub interest_deferred: BigInt,
    pub penalty: BigInt,
    pub penalty_accrued: BigInt,
    pub compound: BigInt,
    pub compound_accrued: BigInt,
    pub fees: BigInt,
    pub credit: BigInt,
    pub days_past_due: u32,
    pub class: Option<String>,
    pub non_accrual: bool,
    pub pay_off: BigInt,
    /// By any payer, with what was recovered of principal charged off.
    pub principal_repaid: BigInt,
    pub capitalised: BigInt,
    /// Principal charged off, before anything was recovered.
    pub charged_off: BigInt,
    /// What was recovered of it.
    pub recovered: BigInt,
    /// What was recovered of interest, penalty, compound interest and fees written off.
    pub recovered_beside: BigInt,
    pub arrears: Vec<OracleArrears>,
    pub ahead: Vec<OracleAhead>,
}

/// The position at the end of a day, of a loan in the wire form with its servicing rules, after its events; as it was
/// known on another day, if one is named. Errors that begin with [`super::OUT_OF_REACH`] decline; any other is one
/// that the page demands.
pub fn account(
    terms: &Value,
    events: &Value,
    as_of: NaiveDate,
    known_on: Option<NaiveDate>,
) -> Result<OraclePosition, String> {
    let (loan, servicing) = account_form::split(terms)?;
    let currency = loan.get("currency").and_then(Value::as_str).ok_or("terms: currency is missing")?;
    let digits = terms::currency_digits(currency)?;
    let rules = account_form::servicing(&servicing, digits)?;
    let terms = terms::read(&loan)?;
    if terms.carries {
        return out_of_reach("a life that carries interest on");
    }
    let known =
        |day: Option<NaiveDate>| account_form::events(events, digits, terms.disbursed, day.map(Day::of));
    known(known_on)?;
    // "A life is refused if any state known on an earlier day was wrong, though reversed later."
    for day in before_other_pasts(events, known_on.map_or(as_of, |day| day.min(as_of))) {
        Life::begin(terms.clone(), rules.clone(), known(Some(day))?)?.live_until(Day::of(day))?;
    }
    Life::begin(terms.clone(), rules, known(known_on)?)?.live_until(Day::of(as_of))
}

/// The days before those on which something was booked late, or reversed.
fn before_other_pasts(events: &Value, last_known: NaiveDate) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for event in events.as_array().into_iter().flatten() {
        let day = |key| event.get(key).and_then(Value::as_str);
        let booked_on = day("booked_on").or(day("on"));
        if event.get("reversed").is_some() || booked_on != day("on") {
            days.extend(booked_on.and_then(|day| day.parse::<NaiveDate>().ok()));
        }
    }
    days.into_iter().filter(|day| *day <= last_known).filter_map(|day| day.pred_opt()).collect()
}

/// Marks what is only supposed.
const AS_IF: usize = usize::MAX;

/// Five classes; a class is its place among them.
const CLASSES: [&str; 5] = ["normal", "special_mention", "substandard", "doubtful", "loss"];

/// A class that a relief holds: that of a day, from then to an end.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The day of the grant.
    pub since: Day,
    pub held_at: Day,
    pub until: Option<Day>,
}

pub struct Life {
    pub rules: Servicing,
    pub plan: Plan,
    pub events: Vec<Event>,
    pub today: Day,
    pub items: Vec<Item>,
    pub disbursed: i128,
    pub credit: i128,
    pub principal_repaid: i128,
    pub charged_off: i128,
    pub recovered: i128,
    pub recovered_beside: i128,
    /// Interest, penalty, compound interest and fees written off.
    pub written_off: i128,
    pub has_been_charged_off: bool,
    pub is_closed: bool,
    /// All principal was repaid at once: no rows remain.
    pub is_settled: bool,
    /// Interest of arrears that was put off to later rows, all told.
    pub put_off: i128,
    /// Fees, penalty and compound interest that fall due with the next row, since a day.
    pub carried: [i128; 5],
    /// What of these fees events charged.
    pub carried_charged: i128,
    pub carried_on: Option<Day>,
    /// Where the interest ends that prepayments settled to the next due date.
    pub final_to: Option<Day>,
    pub non_accrual: bool,
    /// Windows of reliefs: without penalty, and not counted as past due.
    pub no_penalty: Vec<(Day, Day)>,
    pub excluded: Vec<(Day, Day)>,
    pub holds: Vec<Hold>,
    /// What reliefs chose at their grant, with the days on which they act: known from the first day when the life is walked
    /// again.
    pub grants: Grants,
    /// The loan as agreed, to walk again.
    pub contract: Terms,
    /// The days on which arrears were rescheduled.
    pub rescheduled_on: Vec<Day>,
    pub classes: Vec<(Day, usize)>,
    /// The cycle date that is looked at for the settlement dates after the last row.
    cycle: i64,
}

impl Life {
    fn begin(mut terms: Terms, rules: Servicing, events: Vec<Event>) -> Result<Life, String> {
        let mut drawn = None;
        let mut decimals = 0;
        let mut negative = terms.rates.changes.iter().any(|(_, rate)| *rate < BigInt::ZERO);
        for event in &events {
            match &event.what {
                What::Disbursed(amount) => *drawn.get_or_insert(0) += amount,
                What::RateReset(digits, scale) => {
                    decimals = decimals.max(*scale);
                    negative |= *digits < BigInt::ZERO;
                }
                What::Relief(form) => {
                    let relief = relief_form::read(form, terms.disbursed)?;
                    if let Some((_, (digits, scale))) = relief.extension.and_then(|moved| moved.rate_from) {
                        decimals = decimals.max(scale);
                        negative |= digits < BigInt::ZERO;
                    }
                    if let Some(Meanwhile::At(rates)) = relief.window.map(|window| window.meanwhile) {
                        negative |= rates.changes[0].1 < BigInt::ZERO;
                    }
                }
                _ => {}
            }
        }
        if drawn.is_some_and(|drawn| big(drawn) > terms.principal) {
            return Err("more is drawn than was lent".to_owned());
        }
        if negative {
            return out_of_reach("a negative rate");
        }
        // One denominator for all rates to come.
        refine(&mut terms.rates, &ten_to(decimals));
        let principal = whole(&terms.principal);
        Ok(Life {
            rules,
            today: terms.disbursed,
            plan: Plan::new(terms.clone(), drawn.is_some())?,
            events,
            items: Vec::new(),
            disbursed: if drawn.is_some() { 0 } else { principal },
            credit: 0,
            principal_repaid: 0,
            charged_off: 0,
            recovered: 0,
            recovered_beside: 0,
            written_off: 0,
            has_been_charged_off: false,
            is_closed: false,
            is_settled: false,
            put_off: 0,
            carried: [0; 5],
            carried_charged: 0,
            carried_on: None,
            final_to: None,
            non_accrual: false,
            no_penalty: Vec::new(),
            excluded: Vec::new(),
            holds: Vec::new(),
            grants: Grants::default(),
            contract: terms,
            rescheduled_on: Vec::new(),
            classes: Vec::new(),
            cycle: 0,
        })
    }

    fn live_until(mut self, as_of: Day) -> Result<OraclePosition, String> {
        if as_of < self.today {
            return out_of_reach("a day before the disbursement");
        }
        loop {
            self.end_graces();
            self.act_in_the_morning()?;
            if self.changes_of_today()? == Walk::Again {
                let again = Life::begin(self.contract, self.rules, self.events)?;
                self = Life { grants: self.grants, ..again };
                continue;
            }
            self.bill_what_is_due()?;
            self.begin_payments()?;
            for event in self.events_of_today(false) {
                self.take_money(&event)?;
                self.begin_payments()?;
            }
            self.close_day()?;
            if self.today == as_of {
                return self.position();
            }
            self.earn_penalties();
            self.today = self.today.next();
        }
    }

    /// Payments are found on the balance of the day on which their first row begins.
    fn begin_payments(&mut self) -> Result<(), String> {
        let day = self.plan.effective(self.today);
        if self.plan.is_to_begin(day) {
            self.as_if_paid_today();
            self.plan.find()?;
            self.plan.begin(day);
            self.as_it_is();
            self.plan.changed = true;
        }
        Ok(())
    }

    fn changes_of_today(&mut self) -> Result<Walk, String> {
        for event in self.events_of_today(true) {
            if self.change_terms(&event)? == Walk::Again {
                return Ok(Walk::Again);
            }
        }
        Ok(Walk::On)
    }

    fn events_of_today(&self, change_terms: bool) -> Vec<Event> {
        let now = |event: &&Event| event.on == self.today && event.what.changes_terms() == change_terms;
        self.events.iter().filter(now).cloned().collect()
    }

    /// Nothing accrues or falls due any more.
    pub fn is_over(&self) -> bool {
        self.has_been_charged_off || self.is_closed
    }

    /// The allocation in force.
    pub fn allocation(&self) -> &Allocation {
        match &self.rules.non_accrual {
            Some((_, allocation)) if self.non_accrual => allocation,
            _ => &self.rules.allocation,
        }
    }

    // ------------------------------------------------------------ what falls due

    fn bill_what_is_due(&mut self) -> Result<(), String> {
        if self.is_over() {
            return Ok(());
        }
        let mut settles = false;
        loop {
            let at = self.plan.next();
            if self.plan.lines().get(at).is_none_or(|line| line.slot.printed > self.today) {
                break;
            }
            self.plan.find()?;
            self.bill_row(at)?;
            settles = true;
        }
        if !settles && self.plan.next() == self.plan.lines().len() && self.is_cycle_date()? {
            self.bill_overdue_interest();
            settles = true;
        }
        if settles {
            self.bill_penalties();
            self.credit_settles();
        }
        Ok(())
    }

    /// "A due item {due_on, fee, interest + deferred interest paid - interest already settled ahead, principal}.
    /// Deferred interest and capitalisation of the row happen then."
    fn bill_row(&mut self, at: usize) -> Result<(), String> {
        let (interest, settled_beyond) = self.plan.interest_due(at);
        let principal = self.plan.principal(at);
        if principal < 0 {
            return out_of_reach("a payment that does not cover its interest falls due");
        }
        let line = &self.plan.lines()[at];
        let mut item = Item::new(line.slot.printed, line.slot.end, Some(at), true);
        item.part(Part::Fee).billed = whole(&line.row.fees);
        item.part(Part::Interest).billed = interest;
        item.part(Part::Principal).billed = principal;
        if line.bills() && self.carried_on.is_some() {
            for (part, carried) in PARTS.into_iter().zip(std::mem::take(&mut self.carried)) {
                item.part(part).billed += carried;
            }
            item.charged += std::mem::take(&mut self.carried_charged);
            self.carried_on = None;
        }
        item.beyond = self.rules.penalty.is_some() && self.rules.grace_days == 0;
        let from = item.due.max(item.end);
        if self.overdue_stays_in_base() && principal != 0 {
            item.in_base = principal;
            let place = self.items.len();
            self.plan.ledger().overdue.push((from, principal, place));
        }
        self.plan.frozen_to = self.plan.frozen_to.max(item.end);
        self.plan.loan.lines[at].billed = true;
        self.items.push(item);
        self.credit += settled_beyond;
        Ok(())
    }

    /// "And after the last row the cycle's dates, rolled, for ever."
    fn is_cycle_date(&mut self) -> Result<bool, String> {
        let last = self.plan.lines().last().map(|line| line.slot.printed);
        let (Some(first), Some(cycle)) = (self.plan.terms().first_due, self.plan.terms().every) else {
            return Ok(false);
        };
        if last.is_some_and(|last| self.today <= last) {
            return Ok(false);
        }
        let lenient = Terms { strict: false, ..self.plan.terms().clone() };
        loop {
            let (printed, ..) = rolled(&lenient, on_cycle(&lenient, first, cycle, self.cycle))?;
            if printed >= self.today {
                return Ok(printed == self.today);
            }
            self.cycle += 1;
        }
    }

    /// The rows have got another first due date.
    pub fn cycle_starts_again(&mut self) {
        self.cycle = 0;
    }

    /// "After the last row, settlement dates bill overdue interest for the days before the settlement date; the next
    /// stretch begins on that date."
    pub fn bill_overdue_interest(&mut self) {
        let since = self.after_last_period();
        let exact = earned_by_overdue(&self.plan.loan, since, self.today);
        if exact.0 == BigInt::ZERO {
            return;
        }
        let mut item = Item::new(self.today, self.today, None, true);
        item.since = Some(since);
        item.part(Part::Interest).billed = self.plan.rounded(&exact);
        item.beyond = self.rules.penalty.is_some() && self.rules.grace_days == 0;
        self.items.push(item);
        self.plan.frozen_to = self.plan.frozen_to.max(self.today);
    }

    // ------------------------------------------------------------ the end of a day

    /// "Oldest row item whose unpaid fee + interest + principal exceeds the threshold; D - due_on, less the days of
    /// excluded windows; within the grace days 0." Of the fees those "that its row asks for", which are paid first.
    pub fn days_past_due(&self) -> i64 {
        let short = |item: &&Item| {
            let fees = (item.unpaid(Part::Fee) - item.charged).max(0);
            let rest = item.unpaid(Part::Interest) + item.unpaid(Part::Principal);
            item.counts && fees + rest > self.rules.threshold
        };
        let Some(oldest) = self.items.iter().find(short) else { return 0 };
        let mut days = 0;
        let mut day = oldest.due;
        while day < self.today {
            day = day.next();
            if !self.excluded.iter().any(|(first, last)| *first <= day && day <= *last) {
                days += 1;
            }
        }
        if days <= self.rules.grace_days { 0 } else { days }
    }

    fn class_of(&self, days: i64) -> Option<usize> {
        let ladder = self.rules.ladder.as_ref()?;
        if ladder.holds_from.is_some_and(|from| self.today < from) {
            return None;
        }
        if self.has_been_charged_off {
            return Some(CLASSES.len() - 1);
        }
        let mut class = ladder.from.iter().filter(|from| days >= **from).count();
        for hold in &self.holds {
            let holds = hold.since <= self.today && hold.held_at < self.today;
            if holds && hold.until.is_none_or(|until| self.today <= until) {
                let held = self.classes.iter().rfind(|(day, _)| *day <= hold.held_at);
                class = held.map_or(0, |(_, class)| *class);
            }
        }
        let observed =
            |on: &Day| on.days_to(self.today) >= 0 && on.days_to(self.today) < self.rules.observation_days;
        if self.rescheduled_on.iter().any(observed) {
            class = class.max(if days > 0 { 2 } else { 1 });
        }
        Some(class)
    }

    fn close_day(&mut self) -> Result<(), String> {
        let days = self.days_past_due();
        if let Some(class) = self.class_of(days) {
            self.classes.push((self.today, class));
        }
        if let Some((from, _)) = self.rules.non_accrual {
            // "Becomes true at the end of the first day with days past due >= from; ends at the end of the first day
            // with days past due = 0."
            self.non_accrual = if self.non_accrual { days > 0 } else { days >= from };
        }
        Ok(())
    }

    // ------------------------------------------------------------ the position

    /// Interest accrued and not billed: of the running period the days before today, of ended ones all.
    pub fn accrued(&self) -> i128 {
        if self.is_over() {
            return 0;
        }
        let rows = (0..self.plan.lines().len()).map(|at| self.plan.accrued(at, self.today)).sum::<i128>();
        rows + self.overdue_accrued(self.today)
    }

    /// After the last period, what overdue principal has earned since, or since the last settlement date.
    pub fn overdue_accrued(&self, until: Day) -> i128 {
        let mut ahead = self.plan.next()..self.plan.lines().len();
        if self.is_settled || !ahead.all(|at| self.plan.has_ended(at, until)) {
            return 0;
        }
        self.plan.rounded(&earned_by_overdue(&self.plan.loan, self.after_last_period(), until))
    }

    /// The day from which overdue principal earns outside of any row: a row that a roll brings later has ended before it is due.
    fn after_last_period(&self) -> Day {
        self.plan.lines().iter().map(|line| line.slot.end).fold(self.plan.frozen_to, Day::max)
    }

    /// "rounded(cumulative to its end) - rounded(cumulative before it)."
    fn interest_of_day(&self) -> i128 {
        if self.is_over() {
            return 0;
        }
        let (today, tomorrow) = (self.today, self.today.next());
        let of_today = |at: &usize| {
            let line = &self.plan.lines()[*at];
            line.bills() && line.slot.start <= today && today < line.slot.end
        };
        match (0..self.plan.lines().len()).find(of_today) {
            Some(at) => {
                let before = self.plan.earned(at, today);
                let earned = self.plan.earned(at, tomorrow) - before;
                // What was settled for days to come is not booked again.
                let settled = (self.plan.lines()[at].settled - before).max(0);
                if at == self.plan.next() && earned > 0 { (earned - settled).max(0) } else { earned }
            }
            None => self.overdue_accrued(tomorrow) - self.overdue_accrued(today),
        }
    }

    /// Deferred by rows billed so far or put off with arrears, and neither billed nor capitalised yet.
    pub fn deferred(&self) -> i128 {
        if self.is_over() || self.is_settled {
            return 0;
        }
        let mut deferred = self.put_off;
        for (at, line) in self.plan.lines().iter().enumerate().filter(|(_, line)| line.billed) {
            deferred += self.plan.put_off_by(at);
            deferred -= whole(&line.row.deferred_interest_paid) + whole(&line.joins);
        }
        deferred
    }

    pub fn capitalised(&self) -> i128 {
        self.plan.lines().iter().filter(|line| line.billed).map(|line| whole(&line.joins)).sum()
    }

    /// "Disbursed + capitalised = principal repaid + charged off net of recovered + outstanding."
    pub fn outstanding(&self) -> i128 {
        self.disbursed + self.capitalised() - self.principal_repaid - (self.charged_off - self.recovered)
    }

    /// What is billed, unpaid and due, with what was put off of it.
    fn unpaid_or_carried(&self, part: Part) -> i128 {
        self.unpaid(part) + self.carried[part as usize]
    }

    fn unbilled_penalties(&self) -> [i128; 2] {
        let mut sums = [0, 0];
        for item in &self.items {
            let unbilled = self.unbilled(item);
            sums = [sums[0] + unbilled[0], sums[1] + unbilled[1]];
        }
        sums
    }

    /// "Principal + all billed unpaid + accrued + deferred + penalty and compound accrued", before credit.
    pub fn debt(&self) -> i128 {
        let beside = PARTS.into_iter().filter(|part| *part != Part::Principal);
        let billed = beside.map(|part| self.unpaid_or_carried(part)).sum::<i128>();
        let penalties = self.unbilled_penalties();
        self.outstanding() + billed + self.accrued() + self.deferred() + penalties[0] + penalties[1]
    }

    /// The plan's rows and the items tell the same balance as the money that flowed.
    fn check(&self) {
        if self.has_been_charged_off || self.is_settled {
            return;
        }
        let in_plan = whole(&self.plan.loan.balance_before(self.plan.next()));
        let balance = in_plan + self.unpaid(Part::Principal);
        assert_eq!(balance, self.outstanding(), "the oracle is wrong: principal on {:?}", self.today);
        let in_base: i128 = self.items.iter().map(|item| item.in_base).sum();
        let overdue = self.plan.loan.ledger.iter().flat_map(|ledger| &ledger.overdue);
        assert_eq!(in_base, overdue.map(|(_, amount, _)| amount).sum(), "the oracle is wrong: overdue");
        let ahead = &self.plan.lines()[self.plan.next()..];
        let repaid: i128 = ahead.iter().map(|line| whole(&line.row.principal) - whole(&line.joins)).sum();
        assert_eq!(in_plan, repaid, "the oracle is wrong: the rows ahead on {:?}", self.today);
    }

    fn position(&mut self) -> Result<OraclePosition, String> {
        self.plan.find()?;
        self.check();
        let mut arrears = Vec::new();
        for item in self.items.iter().filter(|item| item.has_unpaid()) {
            let [fee, penalty, compound, interest, principal] = PARTS.map(|part| big(item.unpaid(part)));
            arrears.push(OracleArrears {
                due_on: item.due.chrono(),
                fee,
                penalty,
                compound,
                interest,
                principal,
            });
        }
        let penalties = self.unbilled_penalties();
        let days = self.days_past_due();
        let mut position = OraclePosition {
            disbursed: big(self.disbursed),
            principal: big(self.outstanding()),
            overdue_principal: big(self.unpaid(Part::Principal)),
            interest_accrued: big(self.accrued()),
            interest_of_day: big(self.interest_of_day()),
            interest: big(self.unpaid_or_carried(Part::Interest)),
            interest_deferred: big(self.deferred()),
            penalty: big(self.unpaid_or_carried(Part::Penalty)),
            penalty_accrued: big(penalties[0]),
            compound: big(self.unpaid_or_carried(Part::Compound)),
            compound_accrued: big(penalties[1]),
            fees: big(self.unpaid_or_carried(Part::Fee)),
            credit: big(self.credit),
            days_past_due: u32::try_from(days).map_err(|_| "too many days".to_owned())?,
            class: self
                .classes
                .last()
                .filter(|(day, _)| *day == self.today)
                .map(|(_, class)| CLASSES[*class].to_owned()),
            non_accrual: self.non_accrual,
            pay_off: big(self.debt() - self.credit),
            principal_repaid: big(self.principal_repaid),
            capitalised: big(self.capitalised()),
            charged_off: big(self.charged_off),
            recovered: big(self.recovered),
            recovered_beside: big(self.recovered_beside),
            arrears,
            ahead: Vec::new(),
        };
        self.as_if_paid_today();
        self.plan.find()?;
        let mut ahead = Vec::new();
        for at in self.plan.next()..self.plan.lines().len() {
            if self.is_over() {
                break;
            }
            let line = &self.plan.lines()[at];
            ahead.push(OracleAhead {
                due_on: line.slot.printed.chrono(),
                principal: line.row.principal.clone(),
                interest: big(self.plan.interest_due(at).0),
                fees: line.row.fees.clone(),
            });
        }
        position.ahead = ahead;
        Ok(position)
    }

    /// "What is in arrears counts as paid on the day", where rows to come are planned or shown: overdue principal earns no
    /// more of their interest.
    pub fn as_if_paid_today(&mut self) {
        for item in self.items.iter().filter(|item| item.in_base != 0) {
            let from = self.plan.effective(self.today).max(item.due).max(item.end);
            self.plan.ledger().overdue.push((from, -item.in_base, AS_IF));
        }
    }

    /// Takes that back.
    pub fn as_it_is(&mut self) {
        self.plan.ledger().overdue.retain(|(_, _, item)| *item != AS_IF);
    }
}

/// The same rates over a denominator so many times as large, where that is needed.
fn refine(rates: &mut Rates, denominator: &BigInt) {
    if rates.denominator >= *denominator {
        return;
    }
    let times = denominator / &rates.denominator;
    for (_, rate) in &mut rates.changes {
        *rate *= &times;
    }
    rates.denominator *= times;
}
