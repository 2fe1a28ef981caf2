//! The section of the report on villages and their services.

use std::fmt::Write as _;

use super::charts::{BLUE, Bar, ORANGE, PALE, Tile, bars, figure, tiles};
use super::figures::Figures;
use super::geography::Geography;
use super::numbers::{percent, shown, size};
use super::page::Page;
use super::report::STEPS;
use super::words::kind_words;
use crate::support::loan_book::Failure;

impl Page {
    /// What is covered, by what, and what is missing where.
    pub fn coverage(&mut self, geography: &Geography, figures: &Figures) -> Result<(), Failure> {
        let coverage = &figures.coverage;
        self.section(
            "Basic financial services in every village",
            "基础金融服务行政村全覆盖",
            "A village is covered where an outlet, an agent, a machine or a mobile service works on the day; online services \
             do not count.",
            "行政村在统计日有网点、助农取款服务点、机具或流动服务即为覆盖，网上服务不计。",
        )?;
        let mut drawn = Vec::new();
        for line in &coverage.kinds {
            let (en, zh) = kind_words(line.kind);
            drawn.push(Bar {
                en: en.to_owned(),
                zh: zh.to_owned(),
                length: size(line.covered),
                figure: format!("{} %", shown(percent(line.share, 2)?)),
                colour: BLUE,
            });
        }
        let (_, villages) = coverage.covered();
        let whole = size(villages);
        self.html +=
            "<h3>Villages with a service, by kind <span lang=\"zh\">各类服务覆盖的行政村</span></h3>\n";
        self.html +=
            &figure("Share of villages with a service of each kind", |page| bars(&drawn, Some(whole), page))?;
        self.missing(geography, figures)?;
        self.html += "</section>\n";
        Ok(())
    }

    /// What is missing where: by county, and by name.
    fn missing(&mut self, geography: &Geography, figures: &Figures) -> Result<(), Failure> {
        let coverage = &figures.coverage;
        self.html += "<h3>Villages without a service, by county: end of March 2019 → 2020 \
                      <span lang=\"zh\">各区县未覆盖行政村：2019年3月末 → 2020年3月末</span></h3>\n";
        let [none, closed, open] = [STEPS[0], PALE, ORANGE];
        let mut drawn = Vec::new();
        for line in &coverage.counties {
            let county = geography.county(line.code).ok_or("a county")?;
            drawn.push(Tile {
                at: county.tile,
                en: county.en.clone(),
                zh: county.short_zh(),
                figure: format!("{}→{}", line.missing_before, line.missing()),
                colour: match (line.missing_before, line.missing()) {
                    (_, 1..) => open,
                    (1.., _) => closed,
                    _ => none,
                },
            });
        }
        let legend = [
            ("none missing 无缺口".to_owned(), none),
            ("closed 已补齐".to_owned(), closed),
            ("still missing 仍缺".to_owned(), open),
        ];
        self.html +=
            &figure("Tile map of villages without a service by county", |page| tiles(&drawn, &legend, page))?;
        self.missing_list(geography, figures)?;
        self.table_head(&[
            ("County", "区县"),
            ("Villages", "行政村"),
            ("Covered, %", "覆盖率"),
            ("Missing", "未覆盖"),
            ("Missing a year before", "上年未覆盖"),
            ("No service within 1 km", "1公里内无服务"),
            ("Townships with an outlet, %", "有网点乡镇"),
            ("Points per 10,000 people", "每万人服务点"),
        ])?;
        for line in &coverage.counties {
            let county = geography.county(line.code).ok_or("a county")?;
            self.row((&county.en, &county.short_zh()), &line.cells()?)?;
        }
        self.total(("All", "合计"), &coverage.total.cells()?)?;
        self.table_end();
        Ok(())
    }

    fn missing_list(&mut self, geography: &Geography, figures: &Figures) -> Result<(), Failure> {
        let missing = &figures.coverage.missing;
        if missing.is_empty() {
            return self.note(
                "No village is without a service at the end of March 2020.",
                "2020年3月末无未覆盖行政村。",
            );
        }
        self.html += "<p class=\"missing\"><strong>Villages without a service <span lang=\"zh\">未覆盖行政村</span></strong></p>\n\
                      <ul class=\"missing\">\n";
        for code in missing {
            let village = geography.village(*code).ok_or("a village")?;
            let county = geography.county(village.county).ok_or("a county")?;
            writeln!(
                self.html,
                "<li><span lang=\"zh\">{}{}{}</span> <span>{} {code}</span></li>",
                county.zh, village.township_zh, village.zh, county.en
            )?;
        }
        self.html += "</ul>\n";
        Ok(())
    }
}
