//! Arrears put on a new footing: reliefs on rows that may be billed already, and rescheduling.

use super::account::{Hold, Life};
use super::account_form::{PARTS, Part, What};
use super::account_plan::{Plan, big};
use super::dates::Day;
use super::ledger::whole;
use super::plan::{Coupons, Slot, on_cycle};
use super::relief::{self, Interest, Line, choose, defer, extend, fresh, out_of_reach};
use super::relief_form::{self, Relief};
use super::terms::{Method, Object};
use num_bigint::BigInt;
use serde_json::Value;

/// What a relief says that matters to an account and to no schedule.
struct Words {
    no_penalty: bool,
    excluded: bool,
    held: Option<(Day, Option<Day>)>,
}

fn words(form: &Value) -> Result<Words, String> {
    let text = |key: &str| form.get(key).and_then(Value::as_str);
    let mut held = None;
    if let Some(value) = form.get("class").filter(|value| value.is_object()) {
        let object = Object::new("class", value, &["held_at", "reason", "until"])?;
        held = Some((Day::parse(object.need_text("held_at")?)?, object.day("until")?));
    }
    Ok(Words {
        no_penalty: text("penalty") == Some("none"),
        excluded: text("days_past_due") == Some("excluded"),
        held,
    })
}

impl Life {
    // ------------------------------------------------------------ relief

    /// "The plan is computed again with the relief; each billed item is set to the row's new figures; what was paid
    /// on it above the new figure goes to credit, which is then used on what is owed."
    pub fn grant(&mut self, form: &Value) -> Result<(), String> {
        if self.is_settled {
            return out_of_reach("a relief of a loan that was settled");
        }
        let relief = relief_form::read(form, self.plan.terms().disbursed)?;
        let words = words(form)?;
        if self.choices_seen_on != Some(self.today) {
            self.check_choices_of_the_day()?;
            self.choices_seen_on = Some(self.today);
        }
        let before = self.plan.loan.clone();
        let mut loan = before.clone();
        let mut granted = match &relief.extension {
            Some(extension) => {
                // "Changes of terms, then what falls due is billed": on the maturity itself its row is still to come.
                let matures =
                    loan.lines.last().is_some_and(|line| line.slot.printed == self.today && !line.billed);
                extend(&mut loan, extension, if matures { self.today.previous() } else { self.today })?
            }
            None => false,
        };
        if let Some(window) = &relief.window {
            let (chosen, until) = choose(&loan, window);
            if chosen.iter().any(|at| loan.lines[*at].chosen_on == Some(self.today)) {
                return Err("two reliefs of one day choose the same row".to_owned());
            }
            if !chosen.is_empty() {
                granted = true;
                self.check_chosen(&relief, &chosen)?;
                self.plan.loan = loan;
                self.release_overdue(&relief, &chosen);
                // The plan that the relief acts on is that of nothing having been overdue.
                self.plan.changed = true;
                self.plan.find()?;
                defer(&mut self.plan.loan, window, self.today, &chosen, until, &mut relief::Sums::default())?;
                loan = self.plan.loan.clone();
                self.take_words(&words, (window.from, until));
            }
        }
        if !granted {
            return Ok(());
        }
        if let Some((held_at, until)) = words.held {
            self.holds.push(Hold { held_at, until });
        }
        self.plan.loan = loan;
        self.plan.grace_open = false;
        self.one_denominator(&before)?;
        self.mark_rows(&before)?;
        let kept = std::mem::take(&mut self.plan.keep);
        self.plan.keep_all();
        for (at, (old, new)) in before.lines.iter().zip(&self.plan.loan.lines).enumerate() {
            // A row that is what it was keeps the payment it was given.
            if old.slot.printed == new.slot.printed && old.row.payment == new.row.payment && !old.billed {
                self.plan.keep[at] = kept[at];
            }
        }
        self.plan.changed = true;
        self.set_items()?;
        self.plan.find()?;
        self.credit_settles();
        Ok(())
    }

    /// "Errors: two reliefs of the same `granted_on` choosing the same row", on the schedule that both find.
    fn check_choices_of_the_day(&self) -> Result<(), String> {
        let mut taken = Vec::new();
        for event in self.events.iter().filter(|event| event.on == self.today) {
            let What::Relief(form) = &event.what else { continue };
            let relief = relief_form::read(form, self.plan.terms().disbursed)?;
            let Some(window) = &relief.window else { continue };
            for at in choose(&self.plan.loan, window).0 {
                if taken.contains(&at) {
                    return Err("two reliefs of one day choose the same row".to_owned());
                }
                taken.push(at);
            }
        }
        Ok(())
    }

    fn check_chosen(&self, relief: &Relief, chosen: &[usize]) -> Result<(), String> {
        let Some(window) = &relief.window else { return Ok(()) };
        if window.new_date.is_some_and(|day| day < self.today) {
            return out_of_reach("a catch-up date before the relief was granted");
        }
        let lines = self.plan.lines();
        if window.interest_deferred && chosen.iter().any(|at| lines.get(*at).is_some_and(|l| l.settled != 0))
        {
            return out_of_reach("interest that was settled ahead is deferred");
        }
        let of_chosen = |line: Option<usize>| line.is_some_and(|line| chosen.contains(&line));
        if self.items.iter().any(|item| item.rescheduled && of_chosen(item.line)) {
            return out_of_reach("an instalment whose arrears were rescheduled is chosen");
        }
        Ok(())
    }

    /// Principal that is deferred was never due: the plan itself holds it again.
    fn release_overdue(&mut self, relief: &Relief, chosen: &[usize]) {
        if relief.window.as_ref().is_none_or(|window| window.principal.is_none()) {
            return;
        }
        self.as_it_is();
        for place in 0..self.items.len() {
            if self.items[place].line.is_some_and(|line| chosen.contains(&line)) {
                self.items[place].in_base = 0;
                self.plan.ledger().overdue.retain(|(_, _, item)| *item != place);
            }
        }
        self.as_if_paid_today();
    }

    fn take_words(&mut self, words: &Words, window: (Day, Day)) {
        if words.excluded {
            self.excluded.push(window);
        }
        if words.no_penalty {
            // "Free of penalty and compound only from granted_on on (days counted before stay counted)."
            self.no_penalty.push((window.0.max(self.today), window.1));
        }
    }

    /// A new rate of an extension may have brought another denominator.
    fn one_denominator(&mut self, before: &relief::Loan) -> Result<(), String> {
        let rates = &mut self.plan.loan.terms.rates;
        let times = &rates.denominator / &before.terms.rates.denominator;
        for (_, rate) in &mut rates.changes {
            *rate /= &times;
        }
        rates.denominator.clone_from(&before.terms.rates.denominator);
        Ok(())
    }

    /// What was billed, and what was settled ahead of a period, stays with the row of that date.
    fn mark_rows(&mut self, before: &relief::Loan) -> Result<(), String> {
        for line in &mut self.plan.loan.lines {
            line.billed = line.slot.printed < self.today;
            line.settled = 0;
        }
        let mut settled: i128 = 0;
        for old in before.lines.iter().filter(|line| line.settled != 0) {
            let same = |line: &&mut Line| line.bills() && line.slot.start == old.slot.start;
            if let Some(line) = self.plan.loan.lines.iter_mut().find(same) {
                line.settled = old.settled;
                settled += old.settled;
            }
        }
        if settled != before.lines.iter().map(|line| line.settled).sum::<i128>() {
            return out_of_reach("interest was settled ahead of a row that is gone");
        }
        let billed = self.plan.lines().iter().filter(|line| line.billed).count();
        if billed != before.lines.iter().filter(|line| line.billed).count() {
            return out_of_reach("a relief that adds a row in the past");
        }
        Ok(())
    }

    fn set_items(&mut self) -> Result<(), String> {
        for place in 0..self.items.len() {
            let Some(at) = self.items[place].line else { continue };
            let line = &self.plan.lines()[at];
            if !line.billed || line.slot.printed != self.items[place].due {
                return out_of_reach("a relief that moves a row that was billed");
            }
            let (interest, settled_beyond) = self.plan.interest_due(at);
            let principal = self.plan.principal(at);
            if settled_beyond != 0 || principal < 0 {
                return out_of_reach("a billed row that comes to less than was settled ahead");
            }
            let old = self.items[place].parts[Part::Principal as usize].billed;
            let old_interest = self.items[place].parts[Part::Interest as usize].billed;
            if self.items[place].rescheduled && (principal, interest) != (old, old_interest) {
                return out_of_reach("an instalment whose arrears were rescheduled is changed by a relief");
            }
            if self.items[place].in_base != 0 && principal != old {
                return out_of_reach("overdue principal that still earns is changed by a relief");
            }
            self.items[place].end = line.slot.end;
            self.principal_repaid -= self.set_part(place, Part::Principal, principal);
            self.set_part(place, Part::Interest, interest);
            // "What is put off was never late": an item whose principal became 0 loses its penalty, one whose interest became 0
            // its compound.
            for (which, new) in [principal, interest].into_iter().enumerate() {
                if new == 0 {
                    self.items[place].exact[which] = BigInt::ZERO;
                }
            }
        }
        // What was billed and is no longer earned.
        for place in 0..self.items.len() {
            let unbilled = self.unbilled(&self.items[place]);
            for (which, part) in [Part::Penalty, Part::Compound].into_iter().enumerate() {
                if unbilled[which] < 0 {
                    self.items[place].billed[which] += unbilled[which];
                    let new = self.items[place].parts[part as usize].billed + unbilled[which];
                    self.set_part(place, part, new);
                }
            }
        }
        Ok(())
    }

    /// Sets what a part bills; what was paid above it goes to credit.
    fn set_part(&mut self, place: usize, part: Part, new: i128) -> i128 {
        let due = self.items[place].part(part);
        due.billed = new;
        due.gone = due.gone.min(new);
        let above = (due.paid + due.gone - new).max(0);
        due.paid -= above;
        self.credit += above;
        above
    }

    // ------------------------------------------------------------ arrears rescheduled

    /// "Overdue principal of all items joins the plan balance. Unpaid interest is put off and falls due in equal
    /// parts with the rows that follow; unpaid penalty, compound and fees fall due with the first of them."
    pub fn reschedule(&mut self, rows: Option<(i64, Day)>) -> Result<(), String> {
        if self.is_settled {
            return out_of_reach("arrears of a loan that was settled");
        }
        let from = self.plan.effective(self.today);
        if let Some((instalments, first)) = rows {
            self.new_rows(instalments, first)?;
            // What was paid on rows that are gone has nothing to wait for.
            self.plan.ledger().plan.iter_mut().for_each(|(day, _)| *day = (*day).min(from));
        }
        let today = self.today;
        // A row that has ended was earned without what joins the balance now.
        let follows = |line: &Line| !line.billed && line.slot.end > from;
        let after: Vec<usize> =
            (0..self.plan.lines().len()).filter(|at| follows(&self.plan.lines()[*at])).collect();
        let with_interest: Vec<usize> =
            after.iter().copied().filter(|at| self.plan.lines()[*at].bills()).collect();
        if with_interest.is_empty() {
            return out_of_reach("arrears rescheduled when no row follows");
        }
        self.bill_penalties();
        // No overdue principal is left of which anything would have to be supposed.
        self.as_it_is();
        let mut sums = [0; 5];
        let arrears = self.items.iter().any(|item| PARTS.iter().any(|part| item.unpaid(*part) != 0));
        for place in 0..self.items.len() {
            self.leave_base(place, i128::MAX);
            let item = &mut self.items[place];
            item.rescheduled = item.has_unpaid() || item.rescheduled;
            for part in PARTS {
                let due = item.part(part);
                sums[part as usize] += due.unpaid();
                due.gone += due.unpaid();
            }
        }
        let principal = std::mem::take(&mut sums[Part::Principal as usize]);
        let interest = std::mem::take(&mut sums[Part::Interest as usize]);
        if principal != 0 {
            self.plan.ledger().plan.push((from, principal));
        }
        self.put_off += interest;
        self.plan.grace_open = false;
        let share = self.plan.terms().rounding.round(&big(interest), &big(with_interest.len() as i128));
        let mut left = interest;
        for (i, at) in with_interest.iter().enumerate() {
            let part = if i + 1 == with_interest.len() { left } else { whole(&share).min(left) };
            left -= part;
            self.plan.loan.lines[*at].row.deferred_interest_paid += part;
        }
        for (carried, sum) in self.carried.iter_mut().zip(sums) {
            *carried += sum;
        }
        self.carried_on = Some(today);
        // "Under observation once arrears were rescheduled", or new rows were agreed.
        if rows.is_some() || arrears {
            self.rescheduled_on.push(today);
        }
        // "Solved again from the first of the rows not billed yet", and not ended.
        let again = |plan: &Plan, at: usize| follows(&plan.lines()[at]);
        self.plan.change(again)
    }

    /// "The rows not billed yet are replaced by n rows from first_due_on by the product's cycle."
    fn new_rows(&mut self, instalments: i64, first: Day) -> Result<(), String> {
        let kept = self.plan.next();
        let dropped = &self.plan.lines()[kept..];
        let deferring = |line: &Line| {
            line.interest == Interest::Deferred || line.row.deferred_interest_paid != BigInt::ZERO
        };
        if dropped.iter().any(deferring) {
            return out_of_reach("re-aged while interest is deferred");
        }
        if dropped.iter().any(|line| line.chosen_on.is_some() || line.catch_up || line.rate.is_some()) {
            return out_of_reach("re-aged under a relief");
        }
        if dropped.iter().any(|line| line.graced) {
            return out_of_reach("re-aged during the grace");
        }
        let terms = &self.plan.loan.terms;
        if matches!(terms.method, Method::Bullet | Method::Custom(_) | Method::BalloonOver(_)) {
            return out_of_reach("a bullet, a plan or a longer balloon is re-aged");
        }
        let Some(cycle) = terms.every else { return out_of_reach("re-aged without a cycle") };
        let settled: i128 = dropped.iter().map(|line| line.settled).sum();
        let Some(like) = self.plan.lines().iter().rev().find(|line| line.bills()).cloned() else {
            return out_of_reach("re-aged without rows");
        };
        let loan = &mut self.plan.loan;
        // A period that began in the old cycle is measured by it.
        let running = loan.lines.get(kept).map(|line| line.slot.coupons);
        let began_in = running.unwrap_or_else(|| Coupons::of(&loan.terms));
        loan.terms.first_due = Some(first);
        loan.lines.truncate(kept);
        for i in 0..instalments {
            let mut line = fresh(&loan.terms, &like);
            line.slot = Slot { cycle: on_cycle(&loan.terms, first, cycle, i), ..line.slot };
            line.interest = Interest::Payable;
            line.own = false;
            line.settled = if i == 0 { settled } else { 0 };
            loan.lines.push(line);
        }
        relief::place(loan, kept)?;
        // After the last row interest may have been billed up to a settlement date.
        loan.lines[kept].slot.start = loan.lines[kept].slot.start.max(self.plan.frozen_to);
        loan.lines[kept].slot.coupons = began_in;
        for at in kept..loan.lines.len() {
            loan.lines[at].row.due_on = loan.lines[at].slot.printed.chrono();
        }
        self.cycle_starts_again();
        self.plan.keep_all();
        self.plan.changed = true;
        Ok(())
    }
}
