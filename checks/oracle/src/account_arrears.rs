//! Rows put on a new footing: by a relief, and by rescheduling what is in arrears.

use super::account::{Hold, Life};
use super::account_form::{PARTS, Part};
use super::account_grants::{Grant, extend_at_grant};
use super::account_plan::{Keep, big};
use super::dates::Day;
use super::ledger::whole;
use super::plan::{Coupons, Slot, on_cycle};
use super::relief::{self, Interest, Line, defer, fresh, out_of_reach};
use super::relief_form;
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

    /// The relief acts on the plan as it stands today, on the rows that it chose at its grant.
    pub fn act(&mut self, grant: &Grant) -> Result<(), String> {
        let relief = relief_form::read(&grant.form, self.plan.terms().disbursed)?;
        let words = words(&grant.form)?;
        let before = self.plan.loan.clone();
        if let Some(extension) = &relief.extension {
            extend_at_grant(&mut self.plan.loan, extension, grant.granted_on)?;
        }
        if let Some(window) = &relief.window {
            self.set_what_stays(grant)?;
            let rows: Vec<usize> = grant.chosen.iter().map(|chosen| chosen.row).collect();
            let mut sums = relief::Sums::default();
            defer(&mut self.plan.loan, window, grant.granted_on, &rows, grant.until, &mut sums)?;
            self.take_words(&words, grant.granted_on, (window.from, grant.until));
        }
        if let Some((held_at, until)) = words.held {
            self.holds.push(Hold { since: grant.granted_on, held_at, until });
        }
        self.plan.grace_open = false;
        self.one_denominator(&before)?;
        self.move_what_was_settled(&before)?;
        let kept = std::mem::take(&mut self.plan.keep);
        self.plan.keep_all();
        for (at, (old, new)) in before.lines.iter().zip(&self.plan.loan.lines).enumerate() {
            // A row that is what it was keeps the payment it was given.
            if old.slot.printed == new.slot.printed && old.row.payment == new.row.payment && !old.billed {
                self.plan.keep[at] = kept[at];
            }
        }
        self.plan.solve_as_asked(self.plan.effective(self.today))
    }

    /// Of what was settled of a row by the grant, its principal that was paid ahead by today is in the plan no more.
    fn set_what_stays(&mut self, grant: &Grant) -> Result<(), String> {
        for chosen in &grant.chosen {
            let Some(line) = self.plan.loan.lines.get_mut(chosen.row) else {
                return out_of_reach("a chosen row that came later");
            };
            if line.slot.printed != chosen.due || line.billed {
                return out_of_reach("a chosen row that came later");
            }
            line.stays = [big((chosen.settled[0] - line.ahead).max(0)), big(chosen.settled[1])];
        }
        Ok(())
    }

    /// "No day of the window counts; the count resumes where it stood", which is where it stood when the window began. What
    /// arrears cost before the grant they cost by the rules until then.
    fn take_words(&mut self, words: &Words, granted_on: Day, (first, last): (Day, Day)) {
        if words.excluded {
            self.excluded.push((first, last));
        }
        if words.no_penalty {
            self.no_penalty.push((first.max(granted_on), last));
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

    /// What was settled ahead of a period stays with the row of that period.
    fn move_what_was_settled(&mut self, before: &relief::Loan) -> Result<(), String> {
        for line in &mut self.plan.loan.lines {
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
        Ok(())
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
        if !self.plan.lines().iter().any(|line| line.bills() && follows(line)) {
            return out_of_reach("arrears rescheduled when no row follows");
        }
        // New rows take their parts all of them, one that falls due today included.
        let takes = |line: &Line| if rows.is_some() { !line.billed } else { follows(line) };
        let with_interest: Vec<usize> = (0..self.plan.lines().len())
            .filter(|at| self.plan.lines()[*at].bills() && takes(&self.plan.lines()[*at]))
            .collect();
        if rows.is_none() {
            self.keep_ended_rows(from);
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
            self.carried_charged += item.charged.min(item.unpaid(Part::Fee));
            item.charged = 0;
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
        // "Solved again from the first of the rows not billed yet", and of those that stay from the first that has not ended.
        self.plan.change_running(from, |plan, at| takes(&plan.lines()[at]))
    }

    /// A row that has ended and is due today repays what it would if nothing joined the balance now.
    fn keep_ended_rows(&mut self, from: Day) {
        for at in self.plan.next()..self.plan.lines().len() {
            if self.plan.has_ended(at, from) {
                self.plan.keep[at] = Keep::Principal(self.plan.principal(at));
            }
        }
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
        // It is no cycle of the new ones, though it may be as long as one.
        (loan.lines[kept].slot.coupons, loan.lines[kept].slot.one_cycle) = (began_in, false);
        for at in kept..loan.lines.len() {
            loan.lines[at].row.due_on = loan.lines[at].slot.printed.chrono();
        }
        self.cycle_starts_again();
        self.plan.keep_all();
        self.plan.changed = true;
        Ok(())
    }
}
