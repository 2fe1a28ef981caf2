//! Random lives of random loans: what could happen to a loan over years, and what of it a bank would have booked.
//!
//! Genes are drawn by proptest, so that a life that breaks a rule can be made shorter; what a gene says follows from it and
//! the loan alone. What is an error by rule (a waiver of more than is owed, anything after the end) is taken out again: a
//! life is what a host would have booked, day after day.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers outside `#[test]` are not exempt by clippy.toml.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use puhui::loan::{
    Account, Event, EventForm, EventKind, Instalment, Loan, LoanForm, LoanRecord, Prepayment, Relief,
};
use puhui::{Currency, Error, ErrorCode, Money, Rate};
use serde_json::{Value, json};

use crate::support::terms::with;
use random::{Dice, unless_refused};

/// What a life is made of: a loan, and an event per gene.
#[derive(Clone, Debug)]
pub struct Genes {
    loan: u64,
    events: Vec<u64>,
}

/// Mostly short lives, some of up to 200 events.
pub fn genes() -> impl Strategy<Value = Genes> {
    let gene = || any::<u64>().no_shrink();
    let events = |range: std::ops::RangeInclusive<usize>| prop::collection::vec(gene(), range);
    let events =
        prop_oneof![4 => events(0..=20), 4 => events(20..=60), 2 => events(60..=120), 1 => events(200..=200)];
    (gene(), events).prop_map(|(loan, events)| Genes { loan, events })
}

/// A loan and what happened to it. Every prefix of it, by booking day, is a life too.
#[derive(Clone)]
pub struct Life {
    pub terms: Value,
    pub record: LoanRecord,
    pub events: Vec<Event>,
    /// The last day looked at: after all that happened.
    pub end: NaiveDate,
}

impl std::fmt::Debug for Life {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let forms = self.events.iter().map(|event| EventForm::of(event, Currency::CNY));
        let events = forms.map(|form| serde_json::to_string(&form).unwrap()).collect::<Vec<_>>();
        write!(f, "{}\nevents: [{}]\nuntil {}", self.terms, events.join(",\n"), self.end)
    }
}

impl Life {
    /// The life that genes say; none where the loan is none.
    pub fn of(genes: &Genes) -> Option<Life> {
        let mut dice = Dice::new(genes.loan);
        let mut terms = random_terms(&mut dice);
        // With dice of its own, so that the others fall as they do without it.
        let mut beside = Dice::new(genes.loan.rotate_left(32));
        if beside.one_in(8) && terms["rate"].get("fixed").is_some() {
            terms["rate"] = json!({"fixed": format!("-0.{:04}", beside.between(1, 200))});
        }
        let form: LoanForm = serde_json::from_value(terms.clone()).unwrap();
        let record = unless_refused(LoanRecord::try_from(form))?;
        let rows = unless_refused(record.loan().and_then(|loan| loan.schedule().to_vec()))?;
        let events = Drawer::new(&mut dice, &record, rows).events(&genes.events);
        let mut life = Life { terms, record, events, end: NaiveDate::MIN };
        life.end = life.last_day() + Days::new(dice.below(90));
        life.take_out_what_is_refused()?;
        Some(life)
    }

    pub fn loan(&self) -> Loan<'_> {
        self.record.loan().unwrap()
    }

    pub fn replayed(&self, as_of: NaiveDate) -> Account<'_, '_> {
        Account::replay(&self.loan(), &self.events, as_of).unwrap()
    }

    pub fn known(&self, as_of: NaiveDate, on: NaiveDate) -> Account<'_, '_> {
        Account::as_known_on(&self.loan(), &self.events, as_of, on).unwrap()
    }

    /// Whether a rate was below zero.
    pub fn pays_the_borrower(&self) -> bool {
        let below = |event: &Event| matches!(event.what, EventKind::RateReset(rate) if rate < Rate::ZERO);
        self.record.terms().rate < Rate::ZERO || self.events.iter().any(below)
    }

    /// Whether interest may join the balance: of a grace, by a relief, or by a payment below its interest.
    pub fn capitalises(&self) -> bool {
        let terms = &self.terms;
        let joins = |event: &Event| match &event.what {
            EventKind::Relief(relief) => relief.rows.is_some_and(|rows| rows.interest.is_capitalised()),
            _ => false,
        };
        let of_terms = terms["grace"]["capitalised"] == true || terms["negative_amortisation"] == true;
        of_terms || self.events.iter().any(joins)
    }

    /// The events that were booked by a day.
    pub fn booked_by(&self, day: NaiveDate) -> Vec<Event> {
        self.events.iter().filter(|event| event.booked_on <= day).cloned().collect()
    }

    fn last_day(&self) -> NaiveDate {
        let booked = self.events.iter().map(|event| event.booked_on).max();
        booked.unwrap_or(self.record.terms().disbursed_on)
    }

    /// The days before which something was booked that changed the past.
    pub fn turns(&self) -> Vec<NaiveDate> {
        let late =
            |event: &&Event| event.booked_on > event.on || matches!(event.what, EventKind::Reversed { .. });
        let mut turns: Vec<NaiveDate> =
            self.events.iter().filter(late).map(|event| event.booked_on).collect();
        // Until a tranche is booked, a loan was paid out in full.
        let tranches = self.events.iter().filter(|event| matches!(event.what, EventKind::Disbursed(_)));
        turns.extend(tranches.map(|event| event.booked_on));
        turns.retain(|&turn| turn > self.record.terms().disbursed_on);
        turns.sort_unstable();
        turns.dedup();
        turns
    }

    /// Whether all of it could have been booked, day after day.
    fn lives(&self) -> Result<(), Error> {
        // Where a check of the library fails, or it finds a fault in itself, that is what the property is to find.
        let booked = catch_unwind(AssertUnwindSafe(|| self.is_booked())).unwrap_or(Ok(()));
        if booked.as_ref().is_err_and(|error| error.code() == ErrorCode::Internal) { Ok(()) } else { booked }
    }

    fn is_booked(&self) -> Result<(), Error> {
        let loan = self.loan();
        Account::replay(&loan, &self.events, self.end)?;
        for turn in self.turns() {
            let before = (turn - Days::new(1)).max(self.record.terms().disbursed_on);
            Account::as_known_on(&loan, &self.events, before, before)?;
        }
        Ok(())
    }

    /// The same life without what it does not need to fail.
    pub fn reduced(mut self, fails: impl Fn(&Life) -> bool) -> Life {
        // A long life has hundreds of simpler ones, over and over: what is found in a minute is short enough to read.
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let mut simpler = self.simpler();
            match simpler.find(|life| Instant::now() > end || (life.lives().is_ok() && fails(life))) {
                Some(life) if Instant::now() <= end => self = life,
                _ => return self,
            }
        }
    }

    /// The same life without some of its events, and what reversed them.
    fn without(&self, events: &[Event]) -> Life {
        let names = |no: u64| events.iter().any(|event| event.no == no);
        let goes = |other: &Event| match other.what {
            EventKind::Reversed { no } => names(no) || names(other.no),
            _ => names(other.no),
        };
        let mut life = self.clone();
        life.events.retain(|other| !goes(other));
        life
    }

    /// Lives with one thing less, and before those some with many events less.
    fn simpler(&self) -> impl Iterator<Item = Life> + use<> {
        let mut lives = Vec::new();
        let mut size = self.events.len() / 2;
        while size > 1 {
            lives.extend(self.events.chunks(size).map(|events| self.without(events)));
            size /= 2;
        }
        for event in &self.events {
            lives.push(self.without(std::slice::from_ref(event)));
            if event.booked_on > event.on && !matches!(event.what, EventKind::Reversed { .. }) {
                let mut life = self.clone();
                life.events
                    .iter_mut()
                    .filter(|other| other.no == event.no)
                    .for_each(|other| other.booked_on = other.on);
                lives.push(life);
            }
        }
        let Value::Object(keys) = &self.terms else { return lives.into_iter() };
        for (key, _) in keys {
            let form =
                serde_json::from_value::<LoanForm>(with(self.terms.clone(), json!({ key: null }))).unwrap();
            let Ok(record) = LoanRecord::try_from(form) else { continue };
            if record.loan().and_then(|loan| loan.schedule().to_vec()).is_ok() {
                lives.push(Life {
                    terms: with(self.terms.clone(), json!({ key: null })),
                    record,
                    ..self.clone()
                });
            }
        }
        lives.into_iter()
    }

    /// Takes out events until all that is left could have been booked.
    fn take_out_what_is_refused(&mut self) -> Option<()> {
        while let Err(error) = self.lives() {
            let named = self.named_by(&error)?;
            let refused = self.events.get(named)?;
            // What ended a life early is the event to take out, not all that came after it.
            let ends = |event: &Event| match event.what {
                EventKind::ChargedOff | EventKind::Closed | EventKind::Renewed { .. } => true,
                EventKind::Prepaid { how, .. } => how == Prepayment::Settle,
                _ => false,
            };
            let refused_on = refused.on;
            let end = self.events.iter().position(|event| ends(event) && event.on <= refused_on);
            let later = self.events.iter().filter(|event| event.on > refused_on).count();
            let out = if error.code() == ErrorCode::AccountEnded && later > 4 { end } else { None };
            let out = self.events.remove(out.unwrap_or(named));
            self.events.retain(|event| event.what != EventKind::Reversed { no: out.no });
        }
        Some(())
    }

    /// The place of the event that an error names.
    fn named_by(&self, error: &Error) -> Option<usize> {
        let field = error.field();
        if let Some(rest) = field.strip_prefix("events[") {
            return rest.split(']').next()?.parse().ok();
        }
        let no: u64 = field.strip_prefix("event ")?.split('.').next()?.parse().ok()?;
        self.events.iter().position(|event| event.no == no)
    }
}

fn yuan(minor: i64) -> String {
    random::terms::money(minor, 2)
}

/// Loans of every method, day count and way of servicing.
fn random_terms(dice: &mut Dice) -> Value {
    let drawn = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap() + Days::new(dice.below(3 * 365));
    let method = *dice.pick(&[
        "equal_instalment",
        "equal_instalment",
        "equal_instalment",
        "equal_principal",
        "equal_principal",
        "interest_only",
        "bullet",
        "balloon",
        "graduated",
        "seasonal",
        "custom",
    ]);
    let every = *dice.pick(&["1 month", "1 month", "1 month", "1 month", "1 quarter", "2 week", "45 day"]);
    let longest = *dice.pick(&[6, 18, 36]);
    let rows = dice.between(2, longest);
    let largest = *dice.pick(&[100_000, 5_000_000, 90_000_000_000]);
    let principal = dice.between(10_000, largest);
    let mut terms = json!({
        "currency": "CNY", "principal": yuan(principal), "disbursed_on": drawn,
        "rate": {"fixed": format!("0.{:04}", dice.between(0, 1_800))},
        "day_count": dice.pick(&["actual/360", "actual/360", "actual/365", "actual/actual", "30e/360", "30e/360",
                                 "30e/360_isda", "30/360_us", "30/360_bond", "months_and_days",
                                 "actual/actual_icma", "actual/365l", "actual/actual_dec_31"]),
        "method": method, "instalments": rows, "every": every,
        "first_due_on": drawn + Days::new(10 + dice.below(45)),
        "rounding": dice.pick(&["half_up", "half_up", "half_even", "down", "up"]),
    });
    match method {
        "seasonal" => terms["months"] = json!([3, 6, 9, 12]),
        "graduated" if dice.one_in(2) => terms["graduated"] = json!({"ratio": "0.02", "every": 6}),
        "graduated" => terms["graduated"] = json!({"amount": yuan(principal / 500), "every": 4}),
        "balloon" if dice.one_in(2) => terms["amortised_over"] = json!(rows + dice.between(1, 40)),
        "balloon" => terms["residual"] = json!(yuan(dice.between(1, principal - 1))),
        "custom" => custom(dice, &mut terms, principal),
        _ => {}
    }
    if method != "bullet" && method != "custom" && rows > 4 && dice.one_in(6) {
        let h = dice.between(0, 2);
        terms["grace"] = json!({"principal": 2, "interest": h, "capitalised": h > 0 && dice.one_in(2)});
    }
    if dice.one_in(5) {
        let mut from = drawn;
        let mut steps = Vec::new();
        for _ in 0..=dice.below(3) {
            steps.push(json!({"from": from, "rate": format!("0.{:04}", dice.between(100, 900))}));
            from = from + Days::new(30 + dice.below(300));
        }
        terms["rate"] = json!({ "stepped": steps });
    } else if dice.one_in(6) {
        terms["rate"] = json!({"benchmark": "lpr_1y", "spread_bp": 100, "reset": "1 quarter",
                               "known_on": drawn.max(NaiveDate::from_ymd_opt(2019, 9, 1).unwrap())});
    }
    if dice.one_in(4) {
        let rolls = ["following", "following", "modified_following", "preceding", "modified_preceding"];
        terms["business_days"] = json!({"calendar": dice.pick(&["weekends", "cn"]), "roll": dice.pick(&rolls),
                                        "interest": dice.pick(&["adjusted", "unadjusted"])});
    }
    for (odds, key, value) in [
        (5, "first_period", json!("on_top")),
        (4, "accrual_ends", json!("day_after")),
        (4, "relevel", json!("once")),
        (3, "negative_amortisation", json!(true)),
        (6, "payment_multiple", json!("1.00")),
        (4, "fees", json!({"at_disbursement": "12.00", "each_instalment": "1.50"})),
        (8, "interest_base", json!("disbursed")),
        (6, "level_payment", json!("nominal")),
        (6, "missing_day", json!("first_of_next_month")),
        (8, "tranche_earns", json!("whole_period")),
    ] {
        if dice.one_in(odds) {
            terms[key] = value;
        }
    }
    if dice.one_in(3) {
        keep_payments(dice, &mut terms);
    }
    if method != "custom" && method != "bullet" && dice.one_in(8) {
        // An end that is no date of the cycle.
        let Value::Object(keys) = &mut terms else { unreachable!() };
        keys.remove("instalments");
        keys.insert("matures_on".into(), json!(drawn + Days::new(60 + dice.below(900))));
        keys.insert("long_last".into(), json!(dice.one_in(2)));
    }
    with(terms, random_servicing(dice, principal))
}

/// Instalments that keep their payment.
fn keep_payments(dice: &mut Dice, terms: &mut Value) {
    terms["relevel"] = json!("running");
    terms["level_last"] = json!(dice.pick(&[0, 1, 3]));
    if !terms["negative_amortisation"].as_bool().unwrap_or(false) {
        terms["interest_cap"] = json!("payment");
    }
}

fn custom(dice: &mut Dice, terms: &mut Value, principal: i64) {
    // On the dates of the cycle and between them.
    let drawn: NaiveDate = serde_json::from_value(terms["disbursed_on"].clone()).unwrap();
    let last = 700;
    let mut days: Vec<u64> = (0..dice.between(1, 5)).map(|_| 11 + dice.below(last - 11)).collect();
    days.sort_unstable();
    days.dedup();
    let parts = i64::try_from(days.len()).unwrap();
    let mut left = principal;
    let mut plan = Vec::new();
    for (index, day) in days.iter().enumerate() {
        let part = if index + 1 == days.len() { left } else { principal / parts };
        plan.push(json!({"on": drawn + Days::new(*day), "principal": yuan(part)}));
        left -= part;
    }
    terms["plan"] = json!(plan);
    let cycle = dice.one_in(2);
    let Value::Object(terms) = terms else { return };
    terms.remove("instalments");
    if cycle {
        terms.insert("matures_on".into(), json!(drawn + Days::new(last)));
    } else {
        terms.remove("every");
        terms.remove("first_due_on");
    }
}

fn random_servicing(dice: &mut Dice, principal: i64) -> Value {
    let mut keys = json!({});
    let orders = [
        ["fee", "penalty", "compound", "interest", "principal"],
        ["principal", "interest", "penalty", "compound", "fee"],
        ["interest", "principal", "fee", "compound", "penalty"],
    ];
    let allocation =
        |dice: &mut Dice| json!({"order": dice.pick(&orders), "by": dice.pick(&["instalment", "part"])});
    if !dice.one_in(4) {
        let mut penalty = json!({"mark_up": dice.pick(&["0.30", "0.50", "1", "0"])});
        if !dice.one_in(3) {
            penalty["compound"] = json!({"rate": dice.pick(&["penalty", "contract_until_maturity"]),
                                         "base": dice.pick(&["interest", "interest_and_penalty"])});
        }
        keys["penalty"] = penalty;
    }
    if dice.one_in(3) {
        keys["allocation"] = allocation(dice);
    }
    if dice.one_in(2) {
        keys["non_accrual"] = json!({"from": dice.pick(&[1, 30, 90, 91])});
        if dice.one_in(2) {
            keys["non_accrual"]["allocation"] = allocation(dice);
        }
    }
    let settles = ["settle_next", "settle_last", "settle_next_last", "settle_evenly"];
    let holds = ["hold", "next", "last", "re_amortise"];
    let money_ahead = if dice.one_in(3) { *dice.pick(&settles) } else { *dice.pick(&holds) };
    let cadence = dice.pick(&["daily", "month_end", "when_billed"]);
    let interest = dice.pick(&["all_accrued", "on_prepaid", "to_next_due"]);
    let fee = dice.pick(&["0", "0.01", "0.0333"]);
    for (key, value) in [
        ("interest_on", json!(dice.pick(&["outstanding", "outstanding", "plan"]))),
        ("money_ahead", json!(money_ahead)),
        ("accrual_postings", json!(cadence)),
        ("prepayment", json!({"interest": interest, "fee": fee})),
        ("grace_days", json!(dice.pick(&[0, 0, 0, 3, 15]))),
    ] {
        keys[key] = value;
    }
    for (odds, key, value) in [
        (4, "past_due_threshold", json!(yuan(principal / 1_000))),
        (2, "ladder", json!("cn_2023")),
        (4, "ladder", json!([1, 91, 121, 181])),
        (2, "provision", json!("cn_2002")),
        (3, "observation_days", json!(180)),
        (2, "vat", json!("0.06")),
        (5, "overdue_earns", json!("never")),
        (5, "overdue_earns", json!("to_next_due")),
        (5, "pay_off_to", json!("next_due")),
        (5, "changes_from", json!("day_before")),
        (5, "changes_ahead", json!(true)),
        (5, "payers", json!([{"payer": "refund", "money_ahead": "settle_last"}])),
    ] {
        if dice.one_in(odds) {
            keys[key] = value;
        }
    }
    keys
}

/// Draws events of one loan.
struct Drawer<'r> {
    record: &'r LoanRecord,
    rows: Vec<Instalment>,
    largest: i64,
    horizon: u64,
    /// How often something is booked late: once in so many events.
    late: u64,
    tranches: bool,
}

impl<'r> Drawer<'r> {
    fn new(dice: &mut Dice, record: &'r LoanRecord, rows: Vec<Instalment>) -> Drawer<'r> {
        let drawn = record.terms().disbursed_on;
        let last = rows.last().map_or(drawn, |row| row.due_on);
        let span = u64::try_from((last - drawn).num_days()).unwrap() + 60;
        let horizon = span.min(*dice.pick(&[200, 500, 1_200]));
        let largest = rows.iter().map(|row| row.payment.minor()).min().unwrap_or(1).max(1);
        Drawer { record, rows, largest, horizon, late: *dice.pick(&[4, 10, 30]), tranches: dice.one_in(6) }
    }

    fn events(&self, genes: &[u64]) -> Vec<Event> {
        let mut drawn: Vec<(Event, Option<usize>)> = Vec::new();
        if self.tranches {
            drawn.extend(self.tranches().into_iter().map(|event| (event, None)));
        }
        for gene in genes {
            let mut dice = Dice::new(*gene);
            let event = self.event(&mut dice);
            if dice.one_in(9) && !drawn.is_empty() {
                // An earlier gene's event never was.
                let of = usize::try_from(dice.below(u64::try_from(drawn.len()).unwrap())).unwrap();
                let (named, reversal_of) = &drawn[of];
                if reversal_of.is_none() {
                    let booked_on = named.booked_on + Days::new(dice.below(60));
                    let what = EventKind::Reversed { no: 0 };
                    let on = if dice.one_in(3) { named.on } else { booked_on };
                    drawn.push((Event { no: 0, on, booked_on, what }, Some(of)));
                    continue;
                }
            }
            drawn.push((event, None));
        }
        // Numbers rise in the order of booking.
        let mut order: Vec<usize> = (0..drawn.len()).collect();
        order.sort_by_key(|&at| (drawn[at].0.booked_on, at));
        let mut numbers = vec![0; drawn.len()];
        for (no, &at) in (1..).zip(&order) {
            numbers[at] = no;
        }
        for at in 0..drawn.len() {
            let (event, of) = &mut drawn[at];
            event.no = numbers[at];
            if let Some(of) = of {
                event.what = EventKind::Reversed { no: numbers[*of] };
            }
        }
        order.into_iter().map(|at| drawn[at].0.clone()).collect()
    }

    fn tranches(&self) -> Vec<Event> {
        let mut dice = Dice::new(self.horizon);
        let terms = self.record.terms();
        let mut left = terms.principal.minor();
        let mut on = terms.disbursed_on;
        let mut events = Vec::new();
        for _ in 0..3 {
            let part = if left < 4 { left } else { dice.between(1, left) };
            left -= part;
            if part > 0 {
                events.push(Event {
                    no: 0,
                    on,
                    booked_on: on,
                    what: EventKind::Disbursed(Money::from_minor(part)),
                });
            }
            on = on + Days::new(1 + dice.below(80));
        }
        events
    }

    fn day(&self, dice: &mut Dice) -> NaiveDate {
        let drawn = self.record.terms().disbursed_on;
        let any = drawn + Days::new(dice.below(self.horizon));
        if dice.one_in(2) {
            return any;
        }
        // Near a due date, most of all on it.
        let row = self.rows.iter().find(|row| row.due_on >= any);
        let due_on = row.map_or(any, |row| row.due_on).min(drawn + Days::new(self.horizon));
        match dice.below(4) {
            0 => due_on + Days::new(dice.below(20)),
            1 => (due_on - Days::new(dice.below(5))).max(drawn),
            _ => due_on,
        }
    }

    fn amount(&self, dice: &mut Dice) -> Money {
        let principal = self.record.terms().principal.minor();
        let usual = self.largest;
        let minor = match dice.below(10) {
            0 => dice.between(1, 100),
            1 if dice.one_in(6) => dice.between(1, principal),
            1 => usual * 2,
            2..=4 => dice.between(1, usual),
            _ => self.rows[usize::try_from(dice.below(u64::try_from(self.rows.len()).unwrap())).unwrap()]
                .payment
                .minor(),
        };
        Money::from_minor(minor.max(1))
    }

    fn event(&self, dice: &mut Dice) -> Event {
        let on = self.day(dice);
        let booked_on = if dice.one_in(self.late) { on + Days::new(1 + dice.below(70)) } else { on };
        let amount = self.amount(dice);
        let small = Money::from_minor(dice.between(1, 3_000));
        let payer = *dice.pick(puhui::loan::Payer::ALL);
        let near_end = {
            let end = self.record.terms().disbursed_on + Days::new(self.horizon);
            (end - on).num_days() < i64::try_from(self.horizon / 10).unwrap()
        };
        let settles = Money::from_minor(self.record.terms().principal.minor() * 2 + 1_000_000);
        let what = match dice.below(100) {
            0..=44 => EventKind::Repaid { amount, payer },
            45..=53 => {
                let how = *dice.pick(&[Prepayment::KeepTerm, Prepayment::KeepInstalment]);
                EventKind::Prepaid { amount, payer, how }
            }
            54..=58 => {
                let rate = dice.between(0, 1_200);
                // One of thirteen is below zero.
                let sign = if rate % 13 == 7 { "-0.0" } else { "0." };
                EventKind::RateReset(format!("{sign}{rate:04}").parse().unwrap())
            }
            59..=65 => EventKind::Relief(Box::new(self.relief(dice, on))),
            66..=69 => EventKind::InterestPaused { until: on + Days::new(dice.below(60)) },
            70..=73 => EventKind::InterestWaived(small),
            74..=75 => EventKind::ReAged {
                instalments: u16::try_from(dice.between(1, 24)).unwrap(),
                first_due_on: on + Days::new(1 + dice.below(45)),
            },
            76..=78 => EventKind::ReAmortised,
            79..=80 => return self.moved_date(dice),
            81..=85 => EventKind::FeeCharged(small),
            86..=88 => EventKind::FeeWaived(small),
            89..=92 => EventKind::GuaranteePaid(amount),
            93 if near_end => EventKind::Renewed { amount: settles, by: 7 },
            94 if near_end => EventKind::ChargedOff,
            95 if near_end => EventKind::Prepaid { amount: settles, payer, how: Prepayment::Settle },
            96 if near_end => EventKind::Closed,
            97 if near_end => EventKind::Recovered(amount),
            _ => EventKind::Repaid { amount, payer },
        };
        Event { no: 0, on, booked_on, what }
    }

    /// A due date of the plan that moves.
    fn moved_date(&self, dice: &mut Dice) -> Event {
        let on = dice.pick(&self.rows).due_on;
        let to = on + Days::new(1 + dice.below(40));
        Event { no: 0, on, booked_on: on, what: EventKind::DueDateMoved { to } }
    }

    fn relief(&self, dice: &mut Dice, granted_on: NaiveDate) -> Relief {
        let from = granted_on - Days::new(dice.below(50));
        let mut relief = json!({"granted_on": granted_on, "due_from": from});
        if dice.one_in(2) {
            relief["due_until"] = json!(from + Days::new(20 + dice.below(160)));
        } else {
            relief["instalments"] = json!(dice.between(1, 4));
        }
        let caught_up = *dice.pick(&["end_of_window", "next_instalment", "over_remaining", "at_maturity"]);
        let principal = *dice.pick(&["end_of_window", "over_remaining", "shifted", "at_maturity"]);
        let rest = match dice.below(6) {
            0 => {
                json!({"defer": "principal", "interest_meanwhile": "paid", "principal_caught_up": principal})
            }
            1 => {
                json!({"defer": "both", "interest_meanwhile": "capitalised_at_end", "principal_caught_up": principal})
            }
            2 => json!({"interest_meanwhile": dice.pick(&[json!("waived"), json!({"at": "0.01"})])}),
            3 => {
                json!({"defer": "interest", "interest_meanwhile": "simple", "interest_caught_up": caught_up})
            }
            4 => json!({"defer": "interest", "interest_meanwhile": "capitalised_each_due_date"}),
            _ => json!({"defer": "both", "interest_meanwhile": "simple", "interest_caught_up": caught_up,
                        "principal_caught_up": principal}),
        };
        relief = with(relief, rest);
        if dice.one_in(2) {
            relief["penalty"] = json!("none");
        }
        if dice.one_in(3) {
            relief["days_past_due"] = json!("excluded");
        }
        let until = granted_on + Days::new(dice.below(200));
        if dice.one_in(3) {
            let at = granted_on - Days::new(dice.below(40));
            relief["class"] = json!({"held_at": at, "reason": "flood", "until": until});
        }
        if dice.one_in(4) {
            relief["credit_report"] = json!({"protected_from": granted_on, "protected_to": until});
        }
        if dice.one_in(8) && relief["principal_caught_up"] != json!("shifted") {
            relief["maturity"] = json!({"moved_by": dice.between(1, 6)});
            if dice.one_in(2) {
                relief["rate_from"] = json!({"from": granted_on, "rate": "0.03"});
            }
        }
        serde_json::from_value(relief.clone()).unwrap_or_else(|error| panic!("{error}\n{relief}"))
    }
}

/// The last day of the month of a day.
pub fn is_month_end(day: NaiveDate) -> bool {
    (day + Days::new(1)).month() != day.month()
}
