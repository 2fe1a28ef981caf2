//! Two lines over the months: how much targeted loans and all loans have grown since the first.

use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

use super::{BLUE, GRID, INK, NOTE, ORANGE, Page, draw_on, legend, pixels, write};
use crate::support::loan_book::Failure;

/// Draws the growth of targeted loans and of all loans, in per cent, at the ends of `months`; the last are written out.
pub fn growth(months: &[String], lines: [&[f64]; 2], last: [&str; 2], page: Page) -> Result<String, Failure> {
    let height = page.pick(330, 260);
    let highest = lines.iter().flat_map(|line| line.iter()).copied().fold(1.0, f64::max);
    let lowest = lines.iter().flat_map(|line| line.iter()).copied().fold(0.0, f64::min);
    let (left, right, top, bottom) = (40, page.pick(90, 58), 36, 28);
    draw_on(page, height, |area| {
        let words = page.pick(
            ["Targeted loans 精准扶贫贷款", "All loans 各项贷款"],
            ["Targeted 精准扶贫", "All 各项贷款"],
        );
        legend(
            area,
            &[(words[0], BLUE), (words[1], ORANGE)],
            (left, 12),
            page.pick(240, 150),
            page.pick(14, 13),
        )?;
        let (width, tall) = (page.width() - left - right, height - top - bottom);
        let x = |place: usize| -> Result<i32, Failure> {
            Ok(left + i32::try_from(place)? * width / i32::try_from(months.len() - 1)?)
        };
        let y = |percent: f64| -> Result<i32, Failure> {
            Ok(top + tall - pixels(f64::from(tall) * (percent - lowest) / (highest - lowest))?)
        };
        let mut tick = 0.0;
        while tick <= highest {
            let at = y(tick)?;
            area.draw(&PathElement::new([(left, at), (left + width, at)], GRID.stroke_width(1)))?;
            write(area, &format!("{tick:.0} %"), (left - 8, at), 12, NOTE, HPos::Right)?;
            tick += 4.0;
        }
        for (place, month) in months.iter().enumerate() {
            if place % page.pick(2, 4) == 0 {
                write(area, month, (x(place)?, height - 12), 12, NOTE, HPos::Center)?;
            }
        }
        for ((line, last), colour) in lines.iter().zip(last).zip([BLUE, ORANGE]) {
            let points = line.iter().enumerate().map(|(place, percent)| Ok((x(place)?, y(*percent)?)));
            let points = points.collect::<Result<Vec<_>, Failure>>()?;
            area.draw(&PathElement::new(points.clone(), colour.stroke_width(3)))?;
            for point in &points {
                area.draw(&Circle::new(*point, 3, colour.filled()))?;
            }
            if let Some((x, y)) = points.last() {
                write(area, last, (x + 10, *y), page.pick(15, 13), INK, HPos::Left)?;
            }
        }
        Ok(())
    })
}
