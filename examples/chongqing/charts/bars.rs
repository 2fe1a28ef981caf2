//! Bars under one another, each with its name and its figure.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::{GRID, INK, NOTE, Page, draw_on, fill, pixels, write};
use crate::support::loan_book::Failure;

/// A bar.
pub struct Bar {
    /// The name.
    pub en: String,
    /// The name.
    pub zh: String,
    /// How long it is; of all bars the longest fills the width, unless a whole is given.
    pub length: f64,
    /// What is written at its end.
    pub figure: String,
    /// Its colour.
    pub colour: RGBColor,
}

/// Draws bars. With a `whole`, the rest of it is shown behind each.
pub fn bars(bars: &[Bar], whole: Option<f64>, page: Page) -> Result<String, Failure> {
    // Beside the bar where there is room, above it where there is none.
    let (left, row, figure_width) = page.pick((310, 32, 130), (0, 44, 92));
    let right = page.width() - figure_width;
    let height = row * i32::try_from(bars.len())? + 4;
    let longest = whole.unwrap_or_else(|| bars.iter().map(|bar| bar.length).fold(1.0, f64::max));
    draw_on(page, height, |area| {
        for (place, bar) in (0..).zip(bars) {
            let top = place * row;
            let middle = page.pick(top + row / 2, top + 30);
            let label = top + page.pick(row / 2, 11);
            match page {
                Page::Wide => {
                    write(area, &bar.en, (left - 130, label), 14, INK, HPos::Right)?;
                    write(area, &bar.zh, (left - 118, label), 13, NOTE, HPos::Left)?;
                }
                Page::Narrow => {
                    write(area, &format!("{}  {}", bar.en, bar.zh), (0, label), 13, INK, HPos::Left)?;
                }
            }
            let half = page.pick(9, 7);
            if whole.is_some() {
                fill(area, (left, middle - half), (right, middle + half), GRID)?;
            }
            let end = left + pixels(f64::from(right - left) * bar.length / longest)?;
            fill(area, (left, middle - half), (end.max(left + 1), middle + half), bar.colour)?;
            let at = if whole.is_some() { right } else { end };
            write(area, &bar.figure, (at + 8, middle), 13, INK, HPos::Left)?;
        }
        Ok(())
    })
}
