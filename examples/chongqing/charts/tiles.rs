//! A tile map: a square for each county, roughly where the county lies.

use plotters::style::RGBColor;
use plotters::style::text_anchor::HPos;

use super::{INK, NOTE, Page, draw_on, fill, write};
use crate::support::loan_book::Failure;

/// A county's square.
pub struct Tile {
    /// Column and row.
    pub at: (u32, u32),
    /// The name.
    pub en: String,
    /// The name.
    pub zh: String,
    /// What is written in it.
    pub figure: String,
    /// Its colour.
    pub colour: RGBColor,
}

/// Draws tiles, and what their colours mean.
pub fn tiles(tiles: &[Tile], legend: &[(String, RGBColor)], page: Page) -> Result<String, Failure> {
    let columns = 1 + tiles.iter().map(|tile| tile.at.0).max().unwrap_or(0);
    let rows = 1 + tiles.iter().map(|tile| tile.at.1).max().unwrap_or(0);
    let gap = page.pick(4, 2);
    let width = page.width() / i32::try_from(columns)?;
    let height = page.pick(68, 42);
    let top = page.pick(0, 0);
    let map = top + height * i32::try_from(rows)?;
    draw_on(page, map + page.pick(34, 62), |area| {
        for tile in tiles {
            let (column, row) = (i32::try_from(tile.at.0)?, i32::try_from(tile.at.1)?);
            let (x, y) = (column * width, top + row * height);
            fill(area, (x, y), (x + width - gap, y + height - gap), tile.colour)?;
            let (centre, ink) = (x + (width - gap) / 2, ink_on(tile.colour));
            match page {
                Page::Wide => {
                    write(area, &tile.zh, (centre, y + 14), 15, ink, HPos::Center)?;
                    write(area, &tile.en, (centre, y + 31), 12, ink, HPos::Center)?;
                    write(area, &tile.figure, (centre, y + 50), 15, ink, HPos::Center)?;
                }
                Page::Narrow => {
                    write(area, &tile.zh, (centre, y + 12), 12, ink, HPos::Center)?;
                    write(area, &tile.figure, (centre, y + 28), 12, ink, HPos::Center)?;
                }
            }
        }
        // On a wide page beside one another, on a narrow one in two rows of three.
        let (step, in_row) = page.pick((150, 6), (120, 3));
        for (place, (word, colour)) in (0..).zip(legend) {
            let (x, y) = ((place % in_row) * step, map + 16 + place / in_row * 24);
            fill(area, (x, y - 6), (x + 14, y + 6), *colour)?;
            write(area, word, (x + 20, y), 12, NOTE, HPos::Left)?;
        }
        Ok(())
    })
}

/// Dark on light, and light on dark.
fn ink_on(colour: RGBColor) -> RGBColor {
    let lightness = 3 * u32::from(colour.0) + 6 * u32::from(colour.1) + u32::from(colour.2);
    if lightness > 1_350 { INK } else { RGBColor(255, 255, 255) }
}
