//! The charts, each drawn twice: for a wide page, and for a narrow screen.
#![allow(
    clippy::float_arithmetic,
    reason = "plotters places points by floats; no figure of a loan is made here"
)]

#[path = "charts/bars.rs"]
mod bars;
#[path = "charts/growth.rs"]
mod growth;
#[path = "charts/relief.rs"]
mod relief;
#[path = "charts/tiles.rs"]
mod tiles;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::support::loan_book::Failure;

pub use bars::{Bar, bars};
pub use growth::growth;
pub use relief::{Month, relief};
pub use tiles::{Tile, tiles};

/// Colours that colour-blind eyes tell apart, on white: a deep blue, and an orange of another lightness.
pub const BLUE: RGBColor = RGBColor(31, 90, 130);
pub const ORANGE: RGBColor = RGBColor(201, 99, 20);
pub const PALE: RGBColor = RGBColor(168, 198, 219);
const INK: RGBColor = RGBColor(34, 40, 48);
const NOTE: RGBColor = RGBColor(91, 99, 110);
const GRID: RGBColor = RGBColor(226, 230, 235);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The page that a chart is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A desk's screen, or paper.
    Wide,
    /// A telephone.
    Narrow,
}

impl Page {
    /// The width of a chart.
    pub fn width(self) -> i32 {
        match self {
            Page::Wide => 920,
            Page::Narrow => 360,
        }
    }

    /// One of two numbers.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Page::Wide => wide,
            Page::Narrow => narrow,
        }
    }
}

/// A figure of a report: the chart for both pages, and what it says to those who do not see it.
pub fn figure(name: &str, draw: impl Fn(Page) -> Result<String, Failure>) -> Result<String, Failure> {
    let mut html = String::from("<div class=\"chart\">");
    for (page, class) in [(Page::Wide, "wide"), (Page::Narrow, "narrow")] {
        let svg = draw(page)?;
        let svg = svg.trim_start_matches(|c| c != '<');
        html +=
            &svg.replacen("<svg ", &format!("<svg class=\"{class}\" role=\"img\" aria-label=\"{name}\" "), 1);
    }
    Ok(html + "</div>\n")
}

/// Draws on an area of a height.
fn draw_on(
    page: Page,
    height: i32,
    draw: impl FnOnce(&Area<'_>) -> Result<(), Failure>,
) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let size = (u32::try_from(page.width())?, u32::try_from(height)?);
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        draw(&root)?;
        root.present()?;
    }
    Ok(svg)
}

/// Writes a text whose middle line is at a height, beginning, centred or ending at a place.
fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: i32,
    colour: RGBColor,
    to: HPos,
) -> Result<(), Failure> {
    let style = ("sans-serif", size).into_font().color(&colour).pos(Pos::new(to, VPos::Center));
    Ok(area.draw(&Text::new(text.to_owned(), at, style))?)
}

/// Fills a rectangle.
fn fill(area: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: RGBColor) -> Result<(), Failure> {
    Ok(area.draw(&Rectangle::new([from, to], colour.filled()))?)
}

/// A whole number of pixels.
fn pixels(length: f64) -> Result<i32, Failure> {
    Ok(format!("{length:.0}").parse()?)
}

/// Squares with words, beside one another.
fn legend(
    area: &Area<'_>,
    entries: &[(&str, RGBColor)],
    at: (i32, i32),
    step: i32,
    size: i32,
) -> Result<(), Failure> {
    for (place, (word, colour)) in (0..).zip(entries) {
        let left = at.0 + place * step;
        fill(area, (left, at.1 - 6), (left + 12, at.1 + 6), *colour)?;
        write(area, word, (left + 18, at.1), size, INK, HPos::Left)?;
    }
    Ok(())
}
