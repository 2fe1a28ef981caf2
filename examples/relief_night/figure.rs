//! One loan before and after, drawn: the balance over time, and the payments.
#![allow(
    clippy::float_arithmetic,
    reason = "plotters places points by floats; no figure of a loan is made here"
)]

use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use puhui::loan::{Instalment, Loan, Relief, Relieved, Window};
use puhui::{Currency, Money};

use crate::support::loan_book::Failure;
use crate::support::report::grouped;

const SIZE: (u32, u32) = (1080, 720);
/// Where a panel begins and how high it is.
const BALANCE: (i32, u32) = (112, 300);
const PAYMENTS: (i32, u32) = (416, 290);
const LEFT: i32 = 40;
const MOST_TICKS: usize = 10;

const BEFORE: RGBColor = RGBColor(165, 170, 178);
const AFTER: RGBColor = RGBColor(46, 105, 138);
const PUT_OFF: RGBColor = RGBColor(250, 241, 222);
const GRID: RGBColor = RGBColor(232, 234, 237);
const TEXT: RGBColor = RGBColor(51, 56, 62);
const NOTE: RGBColor = RGBColor(104, 110, 118);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plane = Cartesian2d<Months, RangedCoordf64>;
type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Plane>;

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
    currency: Currency,
    drawn: (NaiveDate, Money),
    before: &'a [Instalment],
    after: &'a [Instalment],
    window: Option<(NaiveDate, NaiveDate)>,
    months: Months,
}

impl<'a> Figure<'a> {
    fn new(loan: &Loan<'_>, relief: &Relief, relieved: &'a Relieved<'_>) -> Figure<'a> {
        let terms = loan.terms();
        let (before, after) = (relieved.before(), relieved.after());
        let last = before.iter().chain(after).map(|row| row.due_on).max().unwrap_or(terms.disbursed_on);
        let margin = (day(last) - day(terms.disbursed_on)) * 0.02;
        let days = day(terms.disbursed_on) - margin..day(last) + margin;
        let window = relief.window.and_then(|window| match window {
            Window::DueDates { from, until } => Some((from, until)),
            Window::Instalments { .. } => None,
        });
        let drawn = (terms.disbursed_on, terms.principal);
        let months = Months::new(days, terms.disbursed_on, last);
        Figure { currency: loan.product().rules().currency, drawn, before, after, window, months }
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
        root.draw(&Text::new(title, (LEFT, 24), ("sans-serif", 22).into_font().color(&TEXT)))?;
        let impact = relieved.impact();
        let shown = |money: Money| grouped(money.display(self.currency));
        let note = format!(
            "put off: principal {}, interest {}; change in interest: {}; last due {} (before: {})",
            shown(impact.deferred_principal),
            shown(impact.deferred_interest),
            shown(impact.interest_change),
            impact.last_due_after,
            impact.last_due_before,
        );
        root.draw(&Text::new(note, (LEFT, 54), ("sans-serif", 14).into_font().color(&NOTE)))?;
        let mut entries = vec![("before", BEFORE), ("after", AFTER)];
        if self.window.is_some() {
            entries.push(("window of the relief", PUT_OFF));
        }
        let mut left = LEFT;
        for (label, colour) in entries {
            root.draw(&Rectangle::new([(left, 82), (left + 22, 94)], colour.filled()))?;
            let style = ("sans-serif", 14).into_font().color(&TEXT);
            root.draw(&Text::new(label, (left + 30, 82), style))?;
            left += 110;
        }
        Ok(())
    }

    fn balance(&self, root: &Area<'_>) -> Result<(), Failure> {
        let balances = self.before.iter().chain(self.after).flat_map(|row| [row.opening, row.closing]);
        let most = balances.chain([self.drawn.1]).max().unwrap_or_default();
        let mut chart = self.panel(root, BALANCE, "Balance", most)?;
        for (rows, style) in [(self.before, BEFORE.stroke_width(4)), (self.after, AFTER.stroke_width(2))] {
            chart.draw_series(LineSeries::new(self.steps(rows), style))?;
        }
        Ok(())
    }

    /// The balance as a staircase: level between due dates, a step at each.
    fn steps(&self, rows: &[Instalment]) -> Vec<(f64, f64)> {
        let mut steps = vec![(day(self.drawn.0), self.amount(self.drawn.1))];
        for row in rows {
            steps.push((day(row.due_on), self.amount(row.opening)));
            steps.push((day(row.due_on), self.amount(row.closing)));
        }
        steps
    }

    fn payments(&self, root: &Area<'_>) -> Result<(), Failure> {
        let most = self.before.iter().chain(self.after).map(|row| row.payment).max().unwrap_or_default();
        let mut chart = self.panel(root, PAYMENTS, "Payments", most)?;
        let rows = u32::try_from(self.before.len().max(self.after.len()))?;
        let length = self.months.days.end - self.months.days.start;
        let width = (length / f64::from(rows) * 0.35).clamp(length * 0.0012, length * 0.01);
        // Left of the due date as it was, right of it as it is.
        for (rows, colour, side) in [(self.before, BEFORE, -width), (self.after, AFTER, width)] {
            let paid = rows.iter().filter(|row| row.payment > Money::ZERO);
            chart.draw_series(paid.map(|row| {
                let due_on = day(row.due_on);
                Rectangle::new([(due_on, 0.0), (due_on + side, self.amount(row.payment))], colour.filled())
            }))?;
        }
        Ok(())
    }

    /// A panel with its axes and the window of the relief.
    fn panel<'b>(
        &self,
        root: &Area<'b>,
        (top, height): (i32, u32),
        what: &str,
        most: Money,
    ) -> Result<Chart<'b, 'b>, Failure> {
        let heading = format!("{what}, {}", self.currency.code());
        root.draw(&Text::new(heading, (LEFT, top), ("sans-serif", 15).into_font().color(&TEXT)))?;
        let area = root.clone().shrink((0, top + 20), (SIZE.0, height - 20));
        let most = self.amount(most) * 1.05;
        let mut chart = ChartBuilder::on(&area)
            .margin_top(6)
            .margin_right(30)
            .x_label_area_size(34)
            .y_label_area_size(120)
            .build_cartesian_2d(self.months.clone(), 0.0..most)?;
        if let Some((from, until)) = self.window {
            let days = &self.months.days;
            let (from, until) = (day(from).max(days.start), day(until).min(days.end));
            chart.draw_series([Rectangle::new([(from, 0.0), (until, most)], PUT_OFF.filled())])?;
        }
        let decimals = if most < 20.0 { 2 } else { 0 };
        chart
            .configure_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(NOTE)
            .label_style(("sans-serif", 13).into_font().color(&TEXT))
            .y_labels(6)
            .x_label_formatter(&|at| label(*at))
            .y_label_formatter(&|amount| grouped(format!("{amount:.decimals$}")))
            .draw()?;
        Ok(chart)
    }

    fn amount(&self, money: Money) -> f64 {
        money.display(self.currency).to_string().parse().unwrap_or(0.0)
    }
}

/// Where a day stands on the axis.
fn day(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

/// An axis of days with ticks on first days of months, as many as can be read: every month, or every third, or every year ...
#[derive(Clone)]
struct Months {
    days: Range<f64>,
    ticks: Vec<f64>,
}

impl Months {
    fn new(days: Range<f64>, first: NaiveDate, last: NaiveDate) -> Months {
        let every = |step: i32| -> Vec<f64> {
            let months = first.year() * 12..=last.year() * 12 + 11;
            let first_day =
                |month: i32| NaiveDate::from_ymd_opt(month / 12, u32::try_from(month % 12).ok()? + 1, 1);
            let first_days = months.filter(|month| month % step == 0).filter_map(first_day);
            first_days.map(day).filter(|at| days.contains(at)).collect()
        };
        let steps = [1, 2, 3, 6, 12, 24, 60, 120, 240].map(every);
        let ticks = steps.into_iter().find(|ticks| ticks.len() <= MOST_TICKS).unwrap_or_default();
        Months { days, ticks }
    }
}

impl Ranged for Months {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, day: &f64, limit: (i32, i32)) -> i32 {
        RangedCoordf64::from(self.days.clone()).map(day, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.days.clone()
    }
}

/// The month of a tick.
fn label(at: f64) -> String {
    // The ticks are whole days; the text of one is a whole number.
    let date = format!("{at:.0}").parse().ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    date.map_or(String::new(), |date| date.format("%Y-%m").to_string())
}
