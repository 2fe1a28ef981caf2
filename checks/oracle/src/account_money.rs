//! What is owed: due items, the penalty and compound interest that they earn day by day, and how money settles them.

use super::account::Life;
use super::account_form::{Part, Penalty};
use super::dates::Day;
use super::ledger::{day_units, whole};
use num_bigint::BigInt;

/// One part of an item: what was billed, and where it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Due {
    pub billed: i128,
    pub paid: i128,
    /// Waived, written off, or put off to later rows.
    pub gone: i128,
}

impl Due {
    pub fn unpaid(&self) -> i128 {
        self.billed - self.paid - self.gone
    }
}

/// What a day earned on an item, over the denominator of [`Life::penalty_base`].
#[derive(Clone, Debug)]
pub struct Earned {
    pub penalty: BigInt,
    pub compound: BigInt,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub due: Day,
    /// The end of its row's accrual period.
    pub end: Day,
    /// Its row; a fee alone has none, and interest on overdue principal after the last row has none either.
    pub line: Option<usize>,
    /// "Not fee items."
    pub counts: bool,
    /// What of its fees events charged.
    pub charged: i128,
    /// In the order of `PARTS`.
    pub parts: [Due; 5],
    /// Its grace is over: it earns penalty and compound interest.
    pub beyond: bool,
    /// Penalty and compound interest of its days so far, and what was billed of either.
    pub exact: [BigInt; 2],
    pub billed: [i128; 2],
    /// What of its principal still earns contract interest, and when that changed.
    pub in_base: i128,
    pub rescheduled: bool,
    /// Of interest of overdue principal alone: the day from which it was earned.
    pub since: Option<Day>,
}

impl Item {
    pub fn new(due: Day, end: Day, line: Option<usize>, counts: bool) -> Item {
        Item {
            due,
            end,
            line,
            counts,
            charged: 0,
            parts: [Due::default(); 5],
            beyond: false,
            exact: [BigInt::ZERO, BigInt::ZERO],
            billed: [0, 0],
            in_base: 0,
            rescheduled: false,
            since: None,
        }
    }

    pub fn unpaid(&self, part: Part) -> i128 {
        self.parts[part as usize].unpaid()
    }

    pub fn part(&mut self, part: Part) -> &mut Due {
        &mut self.parts[part as usize]
    }

    pub fn has_unpaid(&self) -> bool {
        self.parts.iter().any(|due| due.unpaid() != 0)
    }
}

impl Life {
    // ------------------------------------------------------------ penalty and compound interest

    /// The denominator of everything in [`Earned`].
    pub fn penalty_base(&self, penalty: &Penalty) -> BigInt {
        &self.plan.terms().rates.denominator * self.plan.terms().day_count.year() * &penalty.factor.1
    }

    /// What a day earns on the unpaid parts of an item, as they are now.
    fn earned_on(&self, item: &Item, day: Day) -> Earned {
        let mut earned = Earned { penalty: BigInt::ZERO, compound: BigInt::ZERO };
        let Some(penalty) = &self.rules.penalty else { return earned };
        if self.no_penalty.iter().any(|(first, last)| *first <= day && day <= *last) {
            return earned;
        }
        let terms = self.plan.terms();
        let units = day_units(terms.day_count, item.due, day, self.plan.loan.maturity());
        let contract = terms.rates.on(day) * units;
        let at_penalty_rate = &contract * &penalty.factor.0;
        earned.penalty = &at_penalty_rate * item.unpaid(Part::Principal);
        if let Some(compound) = penalty.compound {
            let mut base = item.unpaid(Part::Interest);
            if compound.on_penalty_too {
                base += item.unpaid(Part::Penalty);
            }
            // "At the contract rate for days before the last row's due date."
            let last = self.plan.lines().last().map(|line| line.slot.printed);
            let before_maturity = last.is_some_and(|last| day < last);
            earned.compound = if compound.contract_until_maturity && before_maturity {
                contract * &penalty.factor.1 * base
            } else {
                at_penalty_rate * base
            };
        }
        earned
    }

    fn add(&mut self, at: usize, earned: Earned) {
        let item = &mut self.items[at];
        item.exact[0] += &earned.penalty;
        item.exact[1] += &earned.compound;
    }

    /// The day's penalty and compound interest, on what is unpaid at its end.
    pub fn earn_penalties(&mut self) {
        for at in 0..self.items.len() {
            let item = &self.items[at];
            // No day costs both the contract rate and the penalty.
            if item.beyond && item.has_unpaid() && self.today >= item.end {
                let earned = self.earned_on(item, self.today);
                self.add(at, earned);
            }
        }
    }

    /// "From day due + g + 1 (morning) what is still unpaid leaves the base and has earned the penalty from its due
    /// date."
    pub fn end_graces(&mut self) {
        if self.rules.penalty.is_none() {
            return;
        }
        for at in 0..self.items.len() {
            let item = &self.items[at];
            if item.beyond || item.due.days_to(self.today) <= self.rules.grace_days {
                continue;
            }
            let mut day = item.due.max(item.end);
            while day < self.today {
                let earned = self.earned_on(&self.items[at], day);
                self.add(at, earned);
                day = day.next();
            }
            let item = &mut self.items[at];
            item.beyond = true;
            let (rest, from) = (std::mem::take(&mut item.in_base), item.end.max(item.due));
            if rest != 0 {
                self.give_back(at, from, rest);
            }
        }
    }

    /// "What is unpaid after the days of grace gives the contract interest of these days back, billed or not."
    fn give_back(&mut self, at: usize, from: Day, rest: i128) {
        let before: Vec<i128> = self.items.iter().map(|item| self.earned_by_item(item)).collect();
        self.plan.ledger().overdue.push((from, -rest, at));
        for (place, before) in before.into_iter().enumerate() {
            let back = before - self.earned_by_item(&self.items[place]);
            if back == 0 {
                continue;
            }
            if let Some(line) = self.items[place].line {
                self.plan.loan.lines[line].row.interest -= BigInt::from(back);
            }
            let interest = self.items[place].part(Part::Interest);
            interest.billed -= back;
            let paid = (-interest.unpaid()).max(0);
            interest.paid -= paid;
            self.credit += paid;
        }
    }

    /// The contract interest of the days that an item bills.
    fn earned_by_item(&self, item: &Item) -> i128 {
        match (item.line, item.since) {
            (Some(line), _) => self.plan.earned(line, self.plan.lines()[line].slot.end),
            (None, Some(since)) => {
                self.plan.rounded(&super::ledger::earned_by_overdue(&self.plan.loan, since, item.due))
            }
            (None, None) => 0,
        }
    }

    /// What an item has earned and not billed: penalty, compound.
    pub fn unbilled(&self, item: &Item) -> [i128; 2] {
        let Some(penalty) = &self.rules.penalty else { return [0, 0] };
        let base = self.penalty_base(penalty);
        [0, 1].map(|which| {
            whole(&self.plan.terms().rounding.round(&item.exact[which], &base)) - item.billed[which]
        })
    }

    /// "Billed = round(cumulative) - billed before."
    pub fn bill_penalty(&mut self, at: usize) {
        let unbilled = self.unbilled(&self.items[at]);
        let item = &mut self.items[at];
        for (which, part) in [Part::Penalty, Part::Compound].into_iter().enumerate() {
            item.billed[which] += unbilled[which];
            item.part(part).billed += unbilled[which];
        }
    }

    pub fn bill_penalties(&mut self) {
        for at in 0..self.items.len() {
            self.bill_penalty(at);
        }
    }

    // ------------------------------------------------------------ money

    /// Whether overdue principal stays in the contract base, at least for a while.
    pub fn overdue_stays_in_base(&self) -> bool {
        !self.rules.interest_on_plan && (self.rules.penalty.is_none() || self.rules.grace_days > 0)
    }

    /// "Penalty and compound accrued to the day are part of what is owed."
    fn owed(&self, at: usize, part: Part) -> i128 {
        let item = &self.items[at];
        let accrued = match part {
            Part::Penalty => self.unbilled(item)[0],
            Part::Compound => self.unbilled(item)[1],
            _ => 0,
        };
        item.unpaid(part) + accrued
    }

    /// Settles what is owed in the order in force; what is left of the money.
    pub fn settle_owed(&mut self, mut money: i128) -> i128 {
        let allocation = self.allocation().clone();
        let items = 0..self.items.len();
        let steps: Vec<(usize, Part)> = if allocation.by_instalment {
            items.flat_map(|at| allocation.order.iter().map(move |part| (at, *part))).collect()
        } else {
            allocation.order.iter().flat_map(|part| items.clone().map(move |at| (at, *part))).collect()
        };
        for (at, part) in steps {
            if money == 0 {
                break;
            }
            let paid = self.owed(at, part).min(money);
            if paid > 0 {
                self.pay(at, part, paid);
                money -= paid;
            }
        }
        money
    }

    fn pay(&mut self, at: usize, part: Part, paid: i128) {
        if matches!(part, Part::Penalty | Part::Compound) {
            self.bill_penalty(at);
        }
        self.items[at].part(part).paid += paid;
        if part == Part::Principal {
            self.principal_repaid += paid;
            self.leave_base(at, paid);
        }
    }

    /// Principal of an item that was paid, or joined the plan again, no longer earns as overdue principal.
    pub fn leave_base(&mut self, at: usize, amount: i128) {
        let item = &mut self.items[at];
        let leaves = amount.min(item.in_base);
        if leaves != 0 {
            item.in_base -= leaves;
            let from = self.plan.effective(self.today).max(item.end).max(item.due);
            self.plan.ledger().overdue.push((from, -leaves, at));
        }
    }

    /// What is billed and unpaid of a part, over all items.
    pub fn unpaid(&self, part: Part) -> i128 {
        self.items.iter().map(|item| item.unpaid(part)).sum()
    }

    pub fn credit_settles(&mut self) {
        let credit = std::mem::take(&mut self.credit);
        self.credit = self.settle_owed(credit);
    }

    // ------------------------------------------------------------ waivers

    /// "Reduces billed unpaid interest, penalty, compound (billed to the day first) in the allocation order."
    /// Where the life is walked again, what was accepted waives no more than is owed now.
    pub fn waive_interest(&mut self, amount: i128, as_much_as_is_owed: bool) -> Result<(), String> {
        self.bill_penalties();
        let waivable = |part: &Part| matches!(part, Part::Interest | Part::Penalty | Part::Compound);
        let too_much = self.waive(amount, &waivable);
        if as_much_as_is_owed { Ok(()) } else { too_much }
    }

    pub fn waive_fee(&mut self, amount: i128) -> Result<(), String> {
        self.waive(amount, &|part| *part == Part::Fee)
    }

    fn waive(&mut self, mut amount: i128, waivable: &dyn Fn(&Part) -> bool) -> Result<(), String> {
        let allocation = self.allocation().clone();
        let order: Vec<Part> = allocation.order.iter().copied().filter(waivable).collect();
        let items = 0..self.items.len();
        let steps: Vec<(usize, Part)> = if allocation.by_instalment {
            items.flat_map(|at| order.iter().map(move |part| (at, *part))).collect()
        } else {
            order.iter().flat_map(|part| items.clone().map(move |at| (at, *part))).collect()
        };
        for (at, part) in steps {
            let due = self.items[at].part(part);
            let gone = due.unpaid().min(amount).max(0);
            due.gone += gone;
            amount -= gone;
        }
        if amount > 0 { Err("more is waived than is owed".to_owned()) } else { Ok(()) }
    }

    // ------------------------------------------------------------ the figures of a payment

    /// round(share x amount)
    pub fn fee_on(&self, amount: i128) -> i128 {
        let (numerator, denominator) = &self.rules.prepaid_fee;
        whole(&self.plan.terms().rounding.round(&(numerator * amount), denominator))
    }
}

/// The largest p of 0..=most for which `cost(p)` (which rises with p) is within the money.
pub fn largest(most: i128, money: i128, cost: impl Fn(i128) -> i128) -> i128 {
    let (mut low, mut high) = (0, most.max(0));
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if cost(middle) <= money { low = middle } else { high = middle - 1 }
    }
    low
}
