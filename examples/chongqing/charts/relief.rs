//! Columns over the months: how many deferrals were asked for and granted, and what was deferred.

use plotters::style::text_anchor::HPos;

use super::{Area, BLUE, INK, NOTE, ORANGE, PALE, Page, draw_on, fill, legend, pixels, write};
use crate::support::loan_book::Failure;

/// A month.
pub struct Month {
    /// Its name, such as 2020-02.
    pub name: String,
    /// Asked for, granted.
    pub counts: [f64; 2],
    /// The same, written.
    pub counts_text: [String; 2],
    /// Deferred.
    pub deferred: f64,
    /// The same, written.
    pub deferred_text: String,
}

/// Draws the counts, and the amounts beside or under them.
pub fn relief(months: &[Month], page: Page) -> Result<String, Failure> {
    let panel = 250;
    draw_on(page, page.pick(panel, 2 * panel), |area| {
        let width = page.pick(page.width() / 2 - 20, page.width());
        let second = page.pick((page.width() / 2 + 20, 0), (0, panel));
        let words =
            page.pick(["Asked for 申请 (笔)", "Granted 批准 (笔)"], ["Asked for 申请", "Granted 批准 (笔)"]);
        legend(area, &[(words[0], PALE), (words[1], BLUE)], (0, 12), page.pick(190, 130), 13)?;
        let counts: Vec<_> = months
            .iter()
            .map(|month| {
                let [asked, granted] = &month.counts_text;
                let [a, g] = month.counts;
                (month.name.as_str(), vec![(a, asked.as_str(), PALE), (g, granted.as_str(), BLUE)])
            })
            .collect();
        columns(area, (0, 0), (width, panel), &counts)?;
        legend(area, &[("Deferred, 亿元 RMB 100 m 延期金额", ORANGE)], (second.0, second.1 + 12), 0, 13)?;
        let amounts: Vec<_> = months
            .iter()
            .map(|month| (month.name.as_str(), vec![(month.deferred, month.deferred_text.as_str(), ORANGE)]))
            .collect();
        columns(area, second, (width, panel), &amounts)
    })
}

type Columns<'a> = Vec<(f64, &'a str, plotters::style::RGBColor)>;

/// Groups of columns, with their figures above them.
fn columns(
    area: &Area<'_>,
    (left, top): (i32, i32),
    (width, height): (i32, i32),
    groups: &[(&str, Columns<'_>)],
) -> Result<(), Failure> {
    let floor = top + height - 26;
    let tall = f64::from(height - 80);
    let highest = groups.iter().flat_map(|(_, columns)| columns).map(|column| column.0).fold(1e-9, f64::max);
    let group = width / i32::try_from(groups.len().max(1))?;
    for (place, (name, columns)) in (0..).zip(groups) {
        let x = left + place * group;
        let one = (group - 14) / i32::try_from(columns.len().max(1))?;
        for (nth, (size, text, colour)) in columns.iter().enumerate() {
            let from = x + 7 + i32::try_from(nth)? * one;
            let up = floor - pixels(tall * size / highest)?;
            fill(area, (from, up), (from + one - 2, floor), *colour)?;
            // Figures of narrow columns would run into one another: the first stands higher.
            let lift = if one < 36 && nth + 1 < columns.len() { 20 } else { 9 };
            write(area, text, (from + one / 2 - 1, up - lift), 11, INK, HPos::Center)?;
        }
        write(area, name, (x + group / 2, floor + 14), 12, NOTE, HPos::Center)?;
    }
    Ok(())
}
