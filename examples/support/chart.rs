//! What the pictures of loans share: a title, a legend, and panels of amounts over the months, under one another.
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
use puhui::{Currency, Money};

use crate::support::loan_book::Failure;
use crate::support::report::grouped;

/// Where text begins.
const LEFT: i32 = 40;

pub const GREY: RGBColor = RGBColor(165, 170, 178);
pub const BLUE: RGBColor = RGBColor(46, 105, 138);
const WINDOW: RGBColor = RGBColor(250, 241, 222);
const GRID: RGBColor = RGBColor(232, 234, 237);
pub const TEXT: RGBColor = RGBColor(51, 56, 62);
pub const NOTE: RGBColor = RGBColor(104, 110, 118);

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plane = Cartesian2d<Months, RangedCoordf64>;
pub type Chart<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Plane>;

/// What all panels of a picture have in common.
pub struct Ground {
    pub currency: Currency,
    pub months: Months,
    /// The days of a relief, which every panel shows.
    pub window: Option<(NaiveDate, NaiveDate)>,
}

impl Ground {
    /// The title, the figures in words, and the legend.
    pub fn head(
        &self,
        root: &Area<'_>,
        title: &str,
        note: &str,
        legend: &[(&str, RGBColor)],
    ) -> Result<(), Failure> {
        root.draw(&Text::new(title, (LEFT, 24), ("sans-serif", 22).into_font().color(&TEXT)))?;
        root.draw(&Text::new(note, (LEFT, 54), ("sans-serif", 14).into_font().color(&NOTE)))?;
        let window = self.window.map(|_| ("window of the relief", WINDOW));
        let mut left = LEFT;
        for (label, colour) in legend.iter().copied().chain(window) {
            root.draw(&Rectangle::new([(left, 82), (left + 22, 94)], colour.filled()))?;
            let style = ("sans-serif", 14).into_font().color(&TEXT);
            root.draw(&Text::new(label, (left + 30, 82), style))?;
            left += 62 + i32::try_from(label.len())? * 7;
        }
        Ok(())
    }

    /// A panel with its axes and the window of the relief; its amounts are of the currency's whole units.
    pub fn panel<'b>(
        &self,
        root: &Area<'b>,
        (top, height): (i32, u32),
        what: &str,
        amounts: Range<f64>,
    ) -> Result<Chart<'b, 'b>, Failure> {
        let heading = format!("{what}, {}", self.currency.code());
        root.draw(&Text::new(heading, (LEFT, top), ("sans-serif", 15).into_font().color(&TEXT)))?;
        let area = root.clone().shrink((0, top + 20), (root.dim_in_pixel().0, height - 20));
        let mut chart = ChartBuilder::on(&area)
            .margin_top(6)
            .margin_right(30)
            .x_label_area_size(34)
            .y_label_area_size(120)
            .build_cartesian_2d(self.months.clone(), amounts.clone())?;
        if let Some((from, until)) = self.window {
            let days = &self.months.days;
            let (from, until) = (day(from).max(days.start), day(until).min(days.end));
            let corners = [(from, amounts.start), (until, amounts.end)];
            chart.draw_series([Rectangle::new(corners, WINDOW.filled())])?;
        }
        let decimals = if amounts.end < 20.0 { 2 } else { 0 };
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

    /// How high an amount stands.
    pub fn amount(&self, money: Money) -> f64 {
        money.display(self.currency).to_string().parse().unwrap_or(0.0)
    }
}

/// Where a day stands on the axis.
pub fn day(date: NaiveDate) -> f64 {
    f64::from(date.num_days_from_ce())
}

/// An axis of days with ticks on first days of months, as many as can be read: every month, or every third, or every year ...
#[derive(Clone)]
pub struct Months {
    pub days: Range<f64>,
    ticks: Vec<f64>,
}

impl Months {
    /// The axis of the days from the first to the last, with a margin and at most `most_ticks` ticks.
    pub fn new(first: NaiveDate, last: NaiveDate, most_ticks: usize) -> Months {
        let margin = (day(last) - day(first)) * 0.02;
        let days = day(first) - margin..day(last) + margin;
        let every = |step: i32| -> Vec<f64> {
            let months = first.year() * 12..=last.year() * 12 + 11;
            let first_day =
                |month: i32| NaiveDate::from_ymd_opt(month / 12, u32::try_from(month % 12).ok()? + 1, 1);
            let first_days = months.filter(|month| month % step == 0).filter_map(first_day);
            first_days.map(day).filter(|at| days.contains(at)).collect()
        };
        let steps = [1, 2, 3, 6, 12, 24, 60, 120, 240].map(every);
        let ticks = steps.into_iter().find(|ticks| ticks.len() <= most_ticks).unwrap_or_default();
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
