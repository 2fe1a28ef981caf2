//! How the report writes figures, worked out anew in whole numbers.
#![allow(clippy::unwrap_used)]

/// `part / whole` x 10^`power`, rounded half away from zero, with so many of the digits behind the point.
fn written(part: i128, whole: i128, power: u32, places: u32) -> Option<String> {
    if whole == 0 {
        return None;
    }
    let scaled = part * 10_i128.pow(power);
    let size = (2 * scaled.abs() + whole.abs()) / (2 * whole.abs());
    let sign = if size != 0 && (part < 0) != (whole < 0) { "-" } else { "" };
    let one = 10_i128.pow(places);
    let decimals = if places == 0 {
        String::new()
    } else {
        format!(".{:0width$}", size % one, width = usize::try_from(places).unwrap())
    };
    Some(format!("{sign}{}{decimals}", size / one))
}

/// A part of a whole in per cent.
pub fn percent(part: i128, whole: i128, places: u32) -> Option<String> {
    written(part, whole, places + 2, places)
}

/// A quotient.
pub fn quotient(part: i128, whole: i128, places: u32) -> Option<String> {
    written(part, whole, places, places)
}

/// How far one growth lies above another, in points.
pub fn gap((now, base): (i128, i128), (other_now, other_base): (i128, i128)) -> Option<String> {
    // now / base - other_now / other_base: the ones that are taken off cancel out.
    percent(now * other_base - other_now * base, base * other_base, 1)
}

/// Minor units in yuan.
pub fn yuan(minor: i128) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// `1234567.8` as `1,234,567.8`.
pub fn grouped(text: &str) -> String {
    let (whole, part) = text.split_once('.').map_or((text, ""), |(whole, part)| (whole, part));
    let mut groups: Vec<&str> = Vec::new();
    let mut rest = whole;
    while rest.len() > 3 {
        let (head, tail) = rest.split_at(rest.len() - 3);
        groups.insert(0, tail);
        rest = head;
    }
    groups.insert(0, rest);
    groups.join(",") + if part.is_empty() { "" } else { "." } + part
}
