//! One loan before and after, drawn: the balance over time, and the payments.
#![allow(
    clippy::float_arithmetic,
    reason = "plotters places points by floats; no figure of a loan is made here"
)]

use chrono::NaiveDate;
use plotters::prelude::*;
use puhui::Money;
use puhui::loan::{Instalment, Loan, Relief, Relieved, Window};

use crate::chart::{Area, BLUE, GREY, Ground, Months, day};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;

const SIZE: (u32, u32) = (1080, 720);
/// Where a panel begins and how high it is.
const BALANCE: (i32, u32) = (112, 300);
const PAYMENTS: (i32, u32) = (416, 290);
const MOST_TICKS: usize = 10;

const BEFORE: RGBColor = GREY;
const AFTER: RGBColor = BLUE;

/// Draws the loan `name` as an SVG.
pub fn draw(
    name: &str,
    loan: &Loan<'_>,
    relief: &Relief,
    relieved: &Relieved<'_>,
) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE)?;
        let figure = Figure::new(loan, relief, relieved);
        figure.head(&root, name, relief, relieved)?;
        figure.balance(&root)?;
        figure.payments(&root)?;
        root.present()?;
    }
    Ok(svg)
}

/// What both panels need.
struct Figure<'a> {
    ground: Ground,
    drawn: (NaiveDate, Money),
    before: &'a [Instalment],
    after: &'a [Instalment],
}

impl<'a> Figure<'a> {
    fn new(loan: &Loan<'_>, relief: &Relief, relieved: &'a Relieved<'_>) -> Figure<'a> {
        let terms = loan.terms();
        let (before, after) = (relieved.before(), relieved.after());
        let last = before.iter().chain(after).map(|row| row.due_on).max().unwrap_or(terms.disbursed_on);
        let window = relief.rows.and_then(|rows| match rows.window {
            Window::DueDates { from, until } => Some((from, until)),
            Window::Instalments { .. } => None,
        });
        let drawn = (terms.disbursed_on, terms.principal);
        let months = Months::new(terms.disbursed_on, last, MOST_TICKS);
        let ground = Ground { currency: loan.product().rules().currency, months, window };
        Figure { ground, drawn, before, after }
    }

    /// The title, the figures in words, and the legend.
    fn head(
        &self,
        root: &Area<'_>,
        name: &str,
        relief: &Relief,
        relieved: &Relieved<'_>,
    ) -> Result<(), Failure> {
        let title = format!("{name}: before and after the relief of {}", relief.granted_on);
        let impact = relieved.impact();
        let shown = |money: Money| grouped(money.display(self.ground.currency));
        let note = format!(
            "deferred: principal {}, interest {}; change in interest: {}; last due {} (before: {})",
            shown(impact.deferred_principal),
            shown(impact.deferred_interest),
            shown(impact.interest_change),
            impact.last_due_after,
            impact.last_due_before,
        );
        self.ground.head(root, &title, &note, &[("before", BEFORE), ("after", AFTER)])
    }

    fn balance(&self, root: &Area<'_>) -> Result<(), Failure> {
        let balances = self.before.iter().chain(self.after).flat_map(|row| [row.opening, row.closing]);
        let most = balances.chain([self.drawn.1]).max().unwrap_or_default();
        let mut chart = self.ground.panel(root, BALANCE, "Balance", 0.0..self.ground.amount(most) * 1.05)?;
        for (rows, style) in [(self.before, BEFORE.stroke_width(4)), (self.after, AFTER.stroke_width(2))] {
            chart.draw_series(LineSeries::new(self.steps(rows), style))?;
        }
        Ok(())
    }

    /// The balance as a staircase: level between due dates, a step at each.
    fn steps(&self, rows: &[Instalment]) -> Vec<(f64, f64)> {
        let mut steps = vec![(day(self.drawn.0), self.ground.amount(self.drawn.1))];
        for row in rows {
            steps.push((day(row.due_on), self.ground.amount(row.opening)));
            steps.push((day(row.due_on), self.ground.amount(row.closing)));
        }
        steps
    }

    fn payments(&self, root: &Area<'_>) -> Result<(), Failure> {
        let most = self.before.iter().chain(self.after).map(|row| row.payment).max().unwrap_or_default();
        let mut chart =
            self.ground.panel(root, PAYMENTS, "Payments", 0.0..self.ground.amount(most) * 1.05)?;
        let rows = u32::try_from(self.before.len().max(self.after.len()))?;
        let days = &self.ground.months.days;
        let length = days.end - days.start;
        let width = (length / f64::from(rows) * 0.35).clamp(length * 0.0012, length * 0.01);
        // Left of the due date as it was, right of it as it is.
        for (rows, colour, side) in [(self.before, BEFORE, -width), (self.after, AFTER, width)] {
            let paid = rows.iter().filter(|row| row.payment > Money::ZERO);
            chart.draw_series(paid.map(|row| {
                let (due_on, high) = (day(row.due_on), self.ground.amount(row.payment));
                Rectangle::new([(due_on, 0.0), (due_on + side, high)], colour.filled())
            }))?;
        }
        Ok(())
    }
}
