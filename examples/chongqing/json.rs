//! The figures for a machine, `figures.json`: amounts in yuan, rates in per cent, as texts; what is not known is null.

use puhui::community::PointKind;
use puhui::portfolio::Growth;
use puhui::{Figure, Purpose, TargetedClass};
use serde_json::{Map, Value, json};

use super::coverage::CoverageLine;
use super::figures::{Figures, Line};
use super::headline::Headline;
use super::numbers::{percent, yuan};
use super::options::Options;
use super::products::Family;
use crate::support::loan_book::Failure;

/// All figures of the report.
pub fn json(
    options: &Options,
    families: &[Family],
    figures: &Figures,
    headline: &Headline,
) -> Result<Value, Failure> {
    let counties = figures.counties.iter().map(|line| {
        let mut county = grown(&line.targeted)?;
        let all = grown(&line.all)?;
        county.insert("county".to_owned(), json!(line.code));
        county.insert("all_loans".to_owned(), json!(all));
        county.insert("gap_points".to_owned(), json!(percent(line.gap, 1)?));
        county.insert("loans".to_owned(), json!(line.loans));
        county.insert("borrowing".to_owned(), borrowing(line.borrowing)?);
        Ok(Value::Object(county))
    });
    let months = figures.months.iter().map(|month| {
        Ok(json!({
            "month_end": month.end.to_string(),
            "targeted": yuan(month.growth[0].now())?,
            "targeted_growth": percent(month.growth[0].rate()?, 1)?,
            "all_loans": yuan(month.growth[1].now())?,
            "all_loans_growth": percent(month.growth[1].rate()?, 1)?,
        }))
    });
    let statement = figures.statement.iter().map(|line| {
        let mut object = grown(&line.targeted)?;
        object.insert("item".to_owned(), json!(line.item.as_str()));
        object.insert("loans".to_owned(), json!(line.line.loans));
        object.insert("persons".to_owned(), json!(line.line.persons));
        object.insert("person_times".to_owned(), json!(line.line.person_times));
        let rate = line.sums.as_ref().map(|sums| percent(sums.rate_of_balance()?, 2)).transpose()?;
        let npl = line.sums.as_ref().map(|sums| percent(sums.npl_ratio()?, 2)).transpose()?;
        object.insert("average_rate".to_owned(), json!(rate));
        object.insert("npl".to_owned(), json!(npl));
        Ok(Value::Object(object))
    });
    let relief = figures.relief.iter().map(|line| {
        Ok(json!({
            "month": line.month.format("%Y-%m").to_string(),
            "asked": line.asked,
            "granted": line.granted,
            "deferred": yuan(line.deferred)?,
        }))
    });
    let kinds = figures.coverage.kinds.iter().map(|line| {
        Ok(json!({
            "kind": line.kind.as_str(),
            "points": line.points,
            "covered": line.covered,
            "share": percent(line.share, 2)?,
        }))
    });
    let class = |code| TargetedClass::from_code(code).map(TargetedClass::as_str);
    let purpose = |code| Purpose::from_code(code).map(Purpose::as_str);
    let family = |code| usize::from(code).checked_sub(1).and_then(|at| families.get(at)).map(|f| f.code);
    Ok(json!({
        "generated": true,
        "note": "generated: no loan, service point or person is real; counties and villages are",
        "seed": options.seed,
        "loans": options.loans,
        "dropped_county": options.drop_county,
        "dropped_points_of": options.drop_point,
        "headline": { "en": headline.en, "zh": headline.zh },
        "targeted": grown(&figures.targeted)?,
        "all_loans": grown(&figures.all)?,
        "gap_points": percent(figures.gap, 1)?,
        "outstanding_loans": figures.total.outstanding.loans,
        "npl": percent(figures.total.npl_ratio()?, 2)?,
        "overdue": percent(figures.total.overdue_rate()?, 2)?,
        "average_rate": percent(figures.total.rate_of_balance()?, 2)?,
        "products": figures.products,
        "borrowing": borrowing(figures.borrowing)?,
        "counties": counties.collect::<Result<Vec<_>, Failure>>()?,
        "classes": lines(&figures.classes, "class", class)?,
        "statement": statement.collect::<Result<Vec<_>, Failure>>()?,
        "purposes": lines(&figures.purposes, "purpose", purpose)?,
        "families": lines(&figures.families, "family", family)?,
        "months": months.collect::<Result<Vec<Value>, Failure>>()?,
        "relief": relief.collect::<Result<Vec<Value>, Failure>>()?,
        "coverage": {
            "total": coverage(&figures.coverage.total)?,
            "kinds": kinds.collect::<Result<Vec<Value>, Failure>>()?,
            "counties": figures.coverage.counties.iter().map(coverage).collect::<Result<Vec<_>, _>>()?,
            "missing": figures.coverage.missing,
        },
    }))
}

fn grown(grown: &Growth) -> Result<Map<String, Value>, Failure> {
    let mut object = Map::new();
    object.insert("balance".to_owned(), json!(yuan(grown.now())?));
    object.insert("base".to_owned(), json!(grown.base().map(yuan).transpose()?));
    object.insert("growth".to_owned(), json!(percent(grown.rate()?, 1)?));
    Ok(object)
}

fn borrowing((households, registered): (u64, u64)) -> Result<Value, Failure> {
    let share = Figure::of(households.into(), Some(registered.into()))?;
    Ok(json!({ "households": households, "registered": registered, "share": percent(share, 1)? }))
}

fn lines(
    lines: &[Line],
    key: &str,
    word: impl Fn(u8) -> Option<&'static str>,
) -> Result<Vec<Value>, Failure> {
    let line = |line: &Line| {
        let mut object = Map::new();
        object.insert(key.to_owned(), json!(word(line.code)));
        object.append(&mut grown(&line.targeted)?);
        object.insert("share".to_owned(), json!(percent(line.share, 1)?));
        object.insert("loans".to_owned(), json!(line.sums.outstanding.loans));
        object.insert("average_rate".to_owned(), json!(percent(line.sums.rate_of_balance()?, 2)?));
        object.insert("npl".to_owned(), json!(percent(line.sums.npl_ratio()?, 2)?));
        Ok(Value::Object(object))
    };
    lines.iter().map(line).collect()
}

fn coverage(line: &CoverageLine) -> Result<Value, Failure> {
    Ok(json!({
        "county": line.code,
        "villages": line.now.villages,
        "covered": line.now.covered,
        "share": percent(line.now.share()?, 2)?,
        "missing_before": line.missing_before,
        "near": line.near,
        "townships": line.townships.areas,
        "with_outlet": line.townships.covered_of(PointKind::Outlet),
        "with_outlet_share": percent(line.with_outlet_share()?, 1)?,
        "points": line.points(),
        "people": line.now.people,
        "points_per_10000_people": line.points_per_people()?,
    }))
}
