//! Holidays and benchmark rates, read from the fact files: the folder named by `PUHUI_FACTS`, by default
//! `../shared/facts` beside the project.

use super::dates::{Calendar, Day};
use std::path::PathBuf;
use std::sync::OnceLock;

pub fn folder() -> PathBuf {
    match std::env::var_os("PUHUI_FACTS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts")),
    }
}

/// The lines of a file after its heading, cut at the commas.
fn lines(file: &str) -> Result<Vec<Vec<String>>, String> {
    let path = folder().join(file);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("no facts at {}: {e}", path.display()))?;
    let cut = |line: &str| line.split(',').map(|cell| cell.trim().to_owned()).collect();
    Ok(text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(cut).collect())
}

/// `holidays_cn.csv`. Covered are the years from the first to the last that the file speaks of.
pub fn china() -> Result<Calendar, String> {
    static CHINA: OnceLock<Result<Calendar, String>> = OnceLock::new();
    let read = || -> Result<Calendar, String> {
        let mut calendar = Calendar::default();
        for line in lines("holidays_cn.csv")? {
            let day = Day::parse(&line[0])?;
            match line[1].as_str() {
                "holiday" => calendar.holidays.insert(day),
                "workday" => calendar.workdays.insert(day),
                other => return Err(format!("holidays_cn.csv: {other}")),
            };
            let (first, last) = calendar.covered.unwrap_or((day.y, day.y));
            calendar.covered = Some((first.min(day.y), last.max(day.y)));
        }
        Ok(calendar)
    };
    CHINA.get_or_init(read).clone()
}

/// Publication dates and percentages of a benchmark, in the order of the file, which rises.
pub fn benchmark(name: &str) -> Result<Vec<(Day, String)>, String> {
    let (file, column) = match name {
        "lpr_1y" => ("lpr_cn.csv", 1),
        "lpr_5y" => ("lpr_cn.csv", 2),
        "pboc_1y" => ("benchmark_cn.csv", 1),
        "pboc_5y" => ("benchmark_cn.csv", 2),
        "pboc_over_5y" => ("benchmark_cn.csv", 3),
        other => return Err(format!("unknown benchmark {other}")),
    };
    static FILES: OnceLock<[Result<Vec<Vec<String>>, String>; 2]> = OnceLock::new();
    let [lpr, pboc] = FILES.get_or_init(|| [lines("lpr_cn.csv"), lines("benchmark_cn.csv")]);
    let table = if file == "lpr_cn.csv" { lpr } else { pboc }.as_ref().map_err(Clone::clone)?;
    table.iter().map(|line| Ok((Day::parse(&line[0])?, line[column].clone()))).collect()
}
