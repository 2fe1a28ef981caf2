//! How the time of an account grows with what happened in it.
//!
//! `cargo bench --bench account_growth` prints one line a figure: microseconds for each event, row, relief or re-age, which stay
//! much the same where the time is linear.
//!
//! * **`paid_rows`**: a loan of daily instalments, each paid on its day, replayed to the last: 100 to 10,000 events.
//! * **`unpaid_rows`**: the same, none of them paid, with penalty and compound interest: 10 to 10,000 rows in arrears.
//! * **`paid_at_once`**: the same, all arrears paid by one payment on the last day.
//! * **`daily_postings`**: the entries of the unpaid rows, booked day by day.
//! * **`settled_ahead`**: one payment that settles the rows to come in order: 10 to 1,000 rows.
//! * **`reliefs`**: reliefs granted in time, each on a day of its own: 1 to 1,000.
//! * **`re_ages`**: arrears rescheduled again and again: 1 to 1,000.
//! * **`reversals`**: payments, each reversed and booked again: 10 to 10,000.
//!
//! All data are generated. One thread; without `--bench`, small numbers once.

#![allow(
    clippy::float_arithmetic,
    reason = "times and their ratios; no amount of money is computed in floats"
)]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use chrono::{Days, NaiveDate};
use puhui::loan::{
    Account, AccrualPostings, Compound, CompoundBase, CompoundRate, Event, EventKind, ExcessPayment, Loan,
    Method, Payer, Penalty, Product, ProductRules, Relief, RowInterest, RowRelief, Servicing, Terms, Window,
};
use puhui::{Currency, Cycle, DayCount, Money, Rounding, parse_date};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let most = if measured { 10_000 } else { 100 };
    for count in [10, 100, 1_000, 10_000].into_iter().filter(|&count| count <= most) {
        let (late, plain) = (product(Servicing::default(), true)?, product(Servicing::default(), false)?);
        let paid = Life::new(&plain, count)?.paid()?;
        paid.replayed("paid_rows")?;
        Life::new(&late, count)?.replayed("unpaid_rows")?;
        Life::new(&late, count)?.paid_at_once()?.replayed("paid_at_once")?;
        paid.reversed()?.replayed("reversals")?;
        if count > 1_000 {
            continue;
        }
        let mut daily = Servicing::default();
        daily.accrual_postings = AccrualPostings::Daily;
        Life::new(&product(daily, true)?, count)?.posted("daily_postings")?;
        for rule in [ExcessPayment::Next, ExcessPayment::SettleNext, ExcessPayment::SettleLast] {
            let mut ahead = Servicing::default();
            ahead.excess_payment = rule;
            Life::new(&product(ahead, false)?, count)?
                .paid_ahead()?
                .replayed(&format!("settled_ahead_{rule:?}"))?;
        }
        Life::new(&plain, 1_200)?.relieved(count)?.replayed("reliefs")?;
        Life::new(&plain, 1_200)?.re_aged(count)?.replayed("re_ages")?;
    }
    Ok(())
}

fn product(mut servicing: Servicing, late: bool) -> Outcome<Product> {
    let mut rules =
        ProductRules::new(Currency::CNY, Method::EqualPrincipal, DayCount::Actual360, Rounding::HalfUp)
            .every("1 day".parse::<Cycle>()?);
    if late {
        let compound = Compound { rate: CompoundRate::Penalty, base: CompoundBase::Interest };
        servicing.penalty = Some(Penalty { mark_up: "0.5".parse()?, compound: Some(compound) });
    }
    rules.servicing = servicing;
    Ok(Product::new(rules)?)
}

/// A loan of daily instalments, and what happened to it.
struct Life<'p> {
    loan: Loan<'p>,
    events: Vec<Event>,
    count: u32,
}

impl<'p> Life<'p> {
    fn new(product: &'p Product, rows: u16) -> Outcome<Life<'p>> {
        let terms = Terms::new(Money::from_minor(1_000_000_000), "0.0435".parse()?, day(0)?)
            .instalments(rows, day(1)?);
        Ok(Life { loan: Loan::new(product, terms)?, events: Vec::new(), count: rows.into() })
    }

    fn happens(&mut self, on: NaiveDate, booked_on: NaiveDate, what: EventKind) -> Outcome<()> {
        let no = u64::try_from(self.events.len())? + 1;
        self.events.push(Event { no, on, booked_on, what });
        Ok(())
    }

    fn last_day(&self) -> Outcome<NaiveDate> {
        Ok(self.loan.maturity())
    }

    fn paid(mut self) -> Outcome<Life<'p>> {
        for row in self.loan.schedule().to_vec()? {
            self.happens(row.due_on, row.due_on, pays(row.payment))?;
        }
        Ok(self)
    }

    fn paid_at_once(mut self) -> Outcome<Life<'p>> {
        let on = self.last_day()?;
        self.happens(on, on, pays(Money::from_minor(1_500_000_000)))?;
        Ok(self)
    }

    fn paid_ahead(mut self) -> Outcome<Life<'p>> {
        self.happens(day(0)?, day(0)?, pays(Money::from_minor(900_000_000)))?;
        Ok(self)
    }

    fn reversed(&self) -> Outcome<Life<'p>> {
        let mut life = Life { loan: self.loan, events: self.events.clone(), count: self.count };
        for event in &self.events {
            life.happens(event.on, event.on, EventKind::Reversed { no: event.no })?;
            life.happens(event.on, event.on, event.what.clone())?;
        }
        Ok(life)
    }

    fn relieved(mut self, count: u16) -> Outcome<Life<'p>> {
        for no in 0..count {
            let from = day(u64::from(no) + 1)?;
            let window = Window::Instalments { from, instalments: 1 };
            let mut relief = Relief::new(day(no.into())?);
            relief.rows = Some(RowRelief::new(window, RowInterest::Waived));
            self.happens(relief.granted_on, relief.granted_on, EventKind::Relief(Box::new(relief)))?;
        }
        self.count = count.into();
        Ok(self)
    }

    fn re_aged(mut self, count: u16) -> Outcome<Life<'p>> {
        for no in 1..=count {
            let (on, first_due_on) = (day(no.into())?, day(u64::from(no) + 1)?);
            self.happens(on, on, EventKind::ReAged { instalments: 1_200, first_due_on })?;
        }
        self.count = count.into();
        Ok(self)
    }

    fn clocked(&self, figure: &str, work: impl FnOnce() -> Outcome<()>) -> Outcome<()> {
        let started = Instant::now();
        work()?;
        let each = started.elapsed().as_secs_f64() * 1e6 / f64::from(self.count);
        println!("figure={figure} count={} us_each={each:.2}", self.count);
        Ok(())
    }

    fn replayed(&self, figure: &str) -> Outcome<()> {
        let last = self.last_day()?;
        self.clocked(figure, || {
            black_box(Account::replay(black_box(&self.loan), &self.events, last)?);
            Ok(())
        })
    }

    fn posted(&self, figure: &str) -> Outcome<()> {
        let account = Account::replay(&self.loan, &self.events, self.last_day()?)?;
        self.clocked(figure, || {
            black_box(black_box(&account).postings()?);
            Ok(())
        })
    }
}

fn day(after: u64) -> Outcome<NaiveDate> {
    Ok(parse_date("2020-01-15", "on")?.checked_add_days(Days::new(after)).ok_or("a day in the calendar")?)
}

fn pays(amount: Money) -> EventKind {
    EventKind::Repaid { amount, payer: Payer::Borrower }
}
