//! The year of a loan, drawn: its balance, its arrears, and what fell due and was paid.
#![allow(
    clippy::float_arithmetic,
    reason = "plotters places points by floats; no figure of a loan is made here"
)]

use chrono::NaiveDate;
use plotters::prelude::*;
use puhui::Money;
use puhui::loan::{Account, Event, EventKind, Instalment, Loan, Position, Window};

use super::lines::{Line, arrears};
use crate::chart::{Area, BLUE, GREY, Ground, Months, NOTE, TEXT, day};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

const SIZE: (u32, u32) = (1080, 960);
/// Where a panel begins and how high it is.
const BALANCE: (i32, u32) = (112, 270);
const ARREARS: (i32, u32) = (390, 250);
const DUE: (i32, u32) = (648, 300);
const MOST_TICKS: usize = 13;

const OVERDUE: RGBColor = RGBColor(196, 84, 62);

/// Draws the year up to a day as an SVG.
pub fn draw(loan: &Loan<'_>, events: &[Event], lines: &[Line], until: NaiveDate) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let figure = Figure::new(loan, events, lines, until)?;
        figure.head(&root, loan)?;
        figure.balance(&root)?;
        figure.arrears(&root)?;
        figure.due_and_paid(&root)?;
        root.present()?;
    }
    Ok(svg)
}

/// What the panels need.
struct Figure<'a> {
    ground: Ground,
    lines: &'a [Line],
    /// The end of every day, as it was known then.
    days: Vec<Position>,
    /// The instalments of the contract that were deferred.
    put_off: Vec<Instalment>,
}

impl<'a> Figure<'a> {
    fn new(
        loan: &Loan<'_>,
        events: &[Event],
        lines: &'a [Line],
        until: NaiveDate,
    ) -> Result<Figure<'a>, Failure> {
        let first = loan.terms().disbursed_on;
        let days = first.iter_days().take_while(|&day| day <= until);
        let known = |day| Ok(Account::as_known_on(loan, events, day, day)?.position().clone());
        let days = days.map(known).collect::<Result<Vec<_>, Failure>>()?;
        let window = events.iter().find_map(|event| match &event.what {
            EventKind::Relief(relief) => match relief.rows?.window {
                Window::DueDates { from, until } => Some((from, until)),
                Window::Instalments { .. } => None,
            },
            _ => None,
        });
        let is_put_off =
            |row: &Instalment| window.is_some_and(|(from, until)| from <= row.due_on && row.due_on <= until);
        let put_off = loan.schedule().to_vec()?.into_iter().filter(is_put_off).collect();
        let months = Months::new(first, until, MOST_TICKS);
        let ground = Ground { currency: loan.product().rules().currency, months, window };
        Ok(Figure { ground, lines, days, put_off })
    }

    fn head(&self, root: &Area<'_>, loan: &Loan<'_>) -> Result<(), Failure> {
        let currency = self.ground.currency;
        let amount = |money: Money| grouped(money.display(currency));
        let title = format!(
            "A generated loan of {} {} through a bad year",
            amount(loan.terms().principal),
            currency.code()
        );
        let Some(last) = self.days.last() else { return Ok(()) };
        let worst = self.days.iter().map(|position| position.days_past_due).max().unwrap_or_default();
        let note = format!(
            "on {}: balance {}, arrears {}, pay-off {}; at most {worst} days past due",
            last.as_of,
            amount(last.principal),
            amount(arrears(last)?),
            amount(last.pay_off),
        );
        let legend = [("balance, paid", BLUE), ("arrears", OVERDUE), ("fell due; outlined: deferred", GREY)];
        self.ground.head(root, &title, &note, &legend)
    }

    /// The days at a figure as a staircase: each holds from its evening to the next.
    fn steps(&self, of: impl Fn(&Position) -> Result<Money, Failure>) -> Result<Vec<(f64, f64)>, Failure> {
        let mut steps = Vec::with_capacity(self.days.len() * 2);
        for position in &self.days {
            let (at, high) = (day(position.as_of), self.ground.amount(of(position)?));
            steps.push((at, steps.last().map_or(high, |&(_, before)| before)));
            steps.push((at, high));
        }
        Ok(steps)
    }

    fn balance(&self, root: &Area<'_>) -> Result<(), Failure> {
        let steps = self.steps(|position| Ok(position.principal))?;
        let most = steps.iter().map(|&(_, high)| high).fold(0.0, f64::max);
        let mut chart = self.ground.panel(root, BALANCE, "Balance", 0.0..most * 1.05)?;
        chart.draw_series(LineSeries::new(steps, BLUE.stroke_width(2)))?;
        Ok(())
    }

    fn arrears(&self, root: &Area<'_>) -> Result<(), Failure> {
        let mut steps = self.steps(arrears)?;
        let most = steps.iter().map(|&(_, high)| high).fold(0.0, f64::max);
        let what = "Arrears and what they cost, as known each evening (above them: how many days past due)";
        let mut chart = self.ground.panel(root, ARREARS, what, 0.0..most * 1.25)?;
        if let (Some(&(first, _)), Some(&(last, _))) = (steps.first(), steps.last()) {
            steps.extend([(last, 0.0), (first, 0.0)]);
        }
        chart.draw_series([Polygon::new(steps, OVERDUE.filled())])?;
        // How many days they lasted, above each stretch of them.
        let past_due = |position: &&Position| position.days_past_due > 0;
        let mut rest = self.days.as_slice();
        while let Some(first) = rest.iter().position(|position| past_due(&position)) {
            let length = rest[first..].iter().take_while(past_due).count();
            let stretch = &rest[first..first + length];
            rest = &rest[first + length..];
            let longest = stretch.iter().map(|position| position.days_past_due).max().unwrap_or_default();
            let mut high = 0.0;
            for position in stretch {
                high = f64::max(high, self.ground.amount(arrears(position)?));
            }
            let begins = stretch.first().map_or(0.0, |position| day(position.as_of));
            let style = ("sans-serif", 13).into_font().color(&TEXT);
            let at = (begins, high + most * 0.12);
            chart.draw_series([Text::new(format!("{longest} days"), at, style)])?;
        }
        Ok(())
    }

    fn due_and_paid(&self, root: &Area<'_>) -> Result<(), Failure> {
        let amounts = self.lines.iter().flat_map(|line| [line.due, line.paid]);
        let amounts: Vec<f64> = amounts.map(|money| self.ground.amount(money)).collect();
        let most = amounts.iter().copied().fold(0.0, f64::max) * 1.05;
        let least = amounts.iter().copied().fold(0.0, f64::min) * 1.2;
        let what = "Fell due, and paid (below zero: a payment taken back)";
        let mut chart = self.ground.panel(root, DUE, what, least..most)?;
        let days = &self.ground.months.days;
        chart.draw_series([PathElement::new([(days.start, 0.0), (days.end, 0.0)], NOTE)])?;
        let width = (days.end - days.start) * 0.006;
        let bar = |on: NaiveDate, money: Money, side: f64| {
            [(day(on), 0.0), (day(on) + side, self.ground.amount(money))]
        };
        // Left of the day what fell due, right of it what was paid.
        let put_off = self.put_off.iter().map(|row| bar(row.due_on, row.payment, -width));
        chart.draw_series(put_off.map(|corners| Rectangle::new(corners, GREY.stroke_width(1))))?;
        let due = self.lines.iter().filter(|line| !line.due.is_zero());
        let due = due.map(|line| bar(line.on, line.due, -width));
        chart.draw_series(due.map(|corners| Rectangle::new(corners, GREY.filled())))?;
        let paid = self.lines.iter().filter(|line| !line.paid.is_zero());
        let paid = paid.map(|line| bar(line.on, line.paid, width));
        chart.draw_series(paid.map(|corners| Rectangle::new(corners, BLUE.filled())))?;
        Ok(())
    }
}
