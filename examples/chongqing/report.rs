//! The report: one page of HTML that needs nothing else, in English and Chinese, for a screen and for paper.

use std::fmt::Write as _;

use puhui::portfolio::{Growth, Sums, TargetedItem};
use puhui::{Purpose, Rounding, TargetedClass};

use super::charts::{BLUE, Bar, Month, ORANGE, Tile, bars, figure, growth, relief, tiles};
use super::figures::{CountyLine, Figures, Line, StatementLine};
use super::geography::{County, Geography};
use super::headline::{GENERATED_EN, GENERATED_ZH, Headline};
use super::numbers::{BILLION, NONE, YI, amount, percent, shown, size};
use super::options::Options;
use super::page::{Page, escape, signed};
use super::products::{Family, PROGRAMMES};
use super::words::{class_words, item_words, purpose_words};
use crate::support::loan_book::Failure;
use crate::support::report::grouped;
use plotters::style::RGBColor;

const STYLE: &str = include_str!("report.css");

/// Five steps from pale to deep, for balances.
pub const STEPS: [RGBColor; 5] = [
    RGBColor(230, 239, 246),
    RGBColor(186, 211, 229),
    RGBColor(125, 172, 203),
    RGBColor(66, 123, 166),
    RGBColor(20, 70, 110),
];

/// Writes the report.
pub fn report(
    options: &Options,
    geography: &Geography,
    families: &[Family],
    figures: &Figures,
    headline: &Headline,
) -> Result<String, Failure> {
    let mut page = Page { html: String::new() };
    page.head(figures, headline)?;
    page.counties(geography, figures)?;
    page.classes(figures)?;
    page.products(families, figures)?;
    page.growth(figures)?;
    page.relief(figures)?;
    page.coverage(geography, figures)?;
    page.foot(options)?;
    Ok(page.html)
}

impl Page {
    fn head(&mut self, figures: &Figures, headline: &Headline) -> Result<(), Failure> {
        write!(
            self.html,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Chongqing, spring 2020 (generated data)</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <p class=\"generated\"><strong>{GENERATED_EN}</strong> Counties and villages are. \
             <span lang=\"zh\"><strong>{GENERATED_ZH}</strong>区县和行政村为真实。</span></p>\n\
             <header>\n<p class=\"place\">Chongqing, end of March 2020 <span lang=\"zh\">重庆市 · 2020年3月末</span></p>\n\
             <h1>{}</h1>\n<p class=\"zh\" lang=\"zh\">{}</p>\n",
            escape(&headline.en),
            escape(&headline.zh),
        )?;
        if let Some(left_out) = &headline.left_out {
            writeln!(self.html, "<p class=\"left-out\">{}</p>", escape(left_out))?;
        }
        let (covered, villages) = figures.coverage.covered();
        let cards = [
            (
                format!("{} bn", amount(figures.targeted.now(), BILLION, 1)?),
                format!("RMB, {} 亿元", amount(figures.targeted.now(), YI, 0)?),
                "Balance of targeted loans",
                "精准扶贫贷款余额",
            ),
            (
                format!("{} %", signed(percent(figures.targeted.rate()?, 1)?)),
                format!("all loans {} %", signed(percent(figures.all.rate()?, 1)?)),
                "Growth in a year",
                "同比增长",
            ),
            (
                format!("{} points", signed(percent(figures.gap, 1)?)),
                "to the growth of all loans".to_owned(),
                "Lead in growth",
                "高于各项贷款增速 (百分点)",
            ),
            (
                format!("{} of {}", grouped(covered), grouped(villages)),
                format!("{} counties 区县", figures.coverage.counties.len()),
                "Villages with basic services",
                "基础金融服务覆盖行政村",
            ),
        ];
        self.html += "<div class=\"cards\">\n";
        for (figure, note, en, zh) in cards {
            writeln!(
                self.html,
                "<div><p class=\"label\">{en}<span lang=\"zh\">{zh}</span></p><p class=\"figure\">{figure}</p>\
                 <p class=\"note\">{note}</p></div>"
            )?;
        }
        writeln!(self.html, "</div>\n</header>")?;
        Ok(())
    }

    fn counties(&mut self, geography: &Geography, figures: &Figures) -> Result<(), Failure> {
        self.section(
            "Balances by county",
            "分区县余额",
            "Targeted loans in units of 100 million yuan (亿元; ten are a billion). Each square is a county, roughly where it \
             lies; a fifth of the counties has each colour.",
            "单位为亿元。方格按大致方位排列，每种颜色约占五分之一的区县。",
        )?;
        let bounds = fifths(&figures.counties);
        let mut drawn = Vec::new();
        for line in &figures.counties {
            let county = county(geography, line)?;
            let step = bounds.iter().filter(|bound| line.targeted.now() > **bound).count();
            drawn.push(Tile {
                at: county.tile,
                en: county.en.clone(),
                zh: county.short_zh(),
                figure: amount(line.targeted.now(), YI, 1)?,
                colour: STEPS[step.min(4)],
            });
        }
        let mut legend = Vec::new();
        for (step, colour) in STEPS.iter().enumerate() {
            let to = bounds.get(step).map(|bound| amount(*bound, YI, 1)).transpose()?;
            let from = step.checked_sub(1).and_then(|step| bounds.get(step));
            let from = from.map(|bound| amount(*bound, YI, 1)).transpose()?;
            legend.push((
                match (from, to) {
                    (None, Some(to)) => format!("to {to} 亿元"),
                    (Some(from), None) => format!("above {from}"),
                    (from, to) => format!("{} – {}", shown(from), shown(to)),
                },
                *colour,
            ));
        }
        self.html += &figure("Tile map of targeted loans by county", |page| tiles(&drawn, &legend, page))?;

        self.table_head(&[
            ("County", "区县"),
            ("Balance, 亿元", "余额"),
            ("Growth, %", "同比"),
            ("All loans, %", "各项贷款"),
            ("Lead, points", "高出百分点"),
            ("Loans", "笔数"),
            ("Microcredit reach, %", "小额信贷获贷率"),
        ])?;
        for line in &figures.counties {
            let county = county(geography, line)?;
            let (part, whole) = line.borrowing;
            let reach = puhui::Figure::of(part.into(), Some(whole.into()))?;
            self.row(
                (&county.en, &county.zh),
                &[
                    amount(line.targeted.now(), YI, 2)?,
                    signed(percent(line.targeted.rate()?, 1)?),
                    signed(percent(line.all.rate()?, 1)?),
                    signed(percent(line.gap, 1)?),
                    grouped(line.loans),
                    shown(percent(reach, 1)?),
                ],
            )?;
        }
        let (part, whole) = figures.borrowing;
        let reach = puhui::Figure::of(part.into(), Some(whole.into()))?;
        self.total(
            ("All", "合计"),
            &[
                amount(figures.targeted.now(), YI, 2)?,
                signed(percent(figures.targeted.rate()?, 1)?),
                signed(percent(figures.all.rate()?, 1)?),
                signed(percent(figures.gap, 1)?),
                grouped(figures.total.outstanding.loans),
                shown(percent(reach, 1)?),
            ],
        )?;
        self.table_end();
        self.note(
            "Microcredit reach: households with a poverty-alleviation microcredit within the year, over the registered poor \
             households. All 18 key counties left the poverty list by 22 February 2020.",
            "获贷率：一年内有扶贫小额信贷的农户占建档立卡户的比例。",
        )?;
        self.html += "</section>\n";
        Ok(())
    }

    fn classes(&mut self, figures: &Figures) -> Result<(), Failure> {
        self.section(
            "By class and purpose",
            "分类别和用途",
            "The classes of the central bank's special statistics on targeted loans, and what the loans are for.",
            "按人民银行金融精准扶贫贷款专项统计分类，以及贷款用途。",
        )?;
        let class = |line: &Line| class_words(TargetedClass::from_code(line.code));
        let purpose = |line: &Line| purpose_words(Purpose::from_code(line.code));
        self.html += "<h3>Class <span lang=\"zh\">类别</span></h3>\n";
        self.html += &balance_bars("Targeted loans by class", &figures.classes, class, BLUE)?;
        self.html += "<h3>Purpose <span lang=\"zh\">用途</span></h3>\n";
        self.html += &balance_bars("Targeted loans by purpose", &figures.purposes, purpose, ORANGE)?;
        self.html += "<h3>Statement <span lang=\"zh\">金融精准扶贫贷款统计</span></h3>\n";
        self.table_head(&[
            ("Line", "项目"),
            ("Balance, 亿元", "余额"),
            ("Growth, %", "同比"),
            ("Loans", "笔数"),
            ("Persons served", "服务人数"),
            ("Person-times led", "带动人次"),
            ("Average rate, %", "加权平均利率"),
            ("NPL, %", "不良率"),
        ])?;
        for line in &figures.statement {
            let class = match line.item {
                TargetedItem::Total => " class=\"total\"",
                TargetedItem::Personal | TargetedItem::Project | TargetedItem::Entity => {
                    " class=\"subtotal\""
                }
                _ => "",
            };
            self.line(class, item_words(line.item), &statement_cells(line)?)?;
        }
        self.table_end();
        self.html += "</section>\n";
        Ok(())
    }

    fn products(&mut self, families: &[Family], figures: &Figures) -> Result<(), Failure> {
        let note_en = format!(
            "{} products with a balance, by crop, group or kind of project; here by family. The names are generic.",
            figures.products
        );
        let note_zh = format!("有余额的产品{}款，此处按产品族汇总，名称为通用名称。", figures.products);
        self.section("Products", "贷款产品", &note_en, &note_zh)?;
        self.table_head(&[
            ("Family", "产品族"),
            ("Products", "款数"),
            ("Balance, 亿元", "余额"),
            ("Growth, %", "同比"),
            ("Loans", "笔数"),
            ("Average rate, %", "加权平均利率"),
        ])?;
        let mut programme = 0;
        let mut order: Vec<_> = families.iter().zip(&figures.families).collect();
        order.sort_by_key(|(family, _)| family.programme);
        for (family, line) in order {
            if family.programme != programme {
                programme = family.programme;
                let (en, zh) = PROGRAMMES[usize::try_from(programme)? - 1];
                writeln!(
                    self.html,
                    "<tr class=\"group\"><th colspan=\"6\">{en} <span lang=\"zh\">{zh}</span></th></tr>"
                )?;
            }
            let rate = line.sums.rate_of_balance()?.percent(2, Rounding::HalfUp)?;
            self.row(
                (family.en, family.zh),
                &[
                    family.variants.len().to_string(),
                    amount(line.targeted.now(), YI, 2)?,
                    signed(percent(line.targeted.rate()?, 1)?),
                    grouped(line.sums.outstanding.loans),
                    shown(rate.map(|rate| rate.to_string())),
                ],
            )?;
        }
        self.table_end();
        self.html += "</section>\n";
        Ok(())
    }

    fn growth(&mut self, figures: &Figures) -> Result<(), Failure> {
        self.section(
            "Growth over the months",
            "逐月增长",
            "Balances at the ends of months against that of March 2019.",
            "各月末余额较2019年3月末增长。",
        )?;
        let names: Vec<_> =
            figures.months.iter().map(|month| month.end.format("%Y-%m").to_string()).collect();
        let line = |which: usize| -> Result<Vec<f64>, Failure> {
            let rate = |growth: Growth| Ok(size(percent(growth.rate()?, 2)?.unwrap_or_default()));
            figures.months.iter().map(|month| rate(month.growth[which])).collect()
        };
        let (targeted, all) = (line(0)?, line(1)?);
        let last = figures.months.last().ok_or("the end of a month")?;
        let ends = [
            format!("+{} %", shown(percent(last.growth[0].rate()?, 1)?)),
            format!("+{} %", shown(percent(last.growth[1].rate()?, 1)?)),
        ];
        self.html += &figure("Growth of targeted loans and of all loans since March 2019", |page| {
            growth(&names, [&targeted, &all], [&ends[0], &ends[1]], page)
        })?;
        self.table_head(&[
            ("End of", "月末"),
            ("Targeted, 亿元", "精准扶贫贷款"),
            ("Since March 2019, %", "较2019年3月末"),
            ("All loans, 亿元", "各项贷款"),
            ("Since March 2019, %", "较2019年3月末"),
        ])?;
        for month in &figures.months {
            self.row(
                (&month.end.format("%Y-%m").to_string(), ""),
                &[
                    amount(month.growth[0].now(), YI, 1)?,
                    signed(percent(month.growth[0].rate()?, 1)?),
                    amount(month.growth[1].now(), YI, 0)?,
                    signed(percent(month.growth[1].rate()?, 1)?),
                ],
            )?;
        }
        self.table_end();
        self.html += "</section>\n";
        Ok(())
    }

    fn relief(&mut self, figures: &Figures) -> Result<(), Failure> {
        self.section(
            "Relief of spring 2020",
            "2020年春季延期还本付息",
            "Deferrals by the month in which they were asked for, to the end of June: maturing microcredits deferred by six \
             months (notice of 12 February), and what firms and people with a business owed to 30 June (notice of 1 March).",
            "按申请月份统计至6月末：到期扶贫小额信贷延期六个月 (2月12日通知)；企业和个人经营贷款本息延至6月30日 (3月1日通知)。",
        )?;
        let mut months = Vec::new();
        for line in &figures.relief {
            months.push(Month {
                name: line.month.format("%Y-%m").to_string(),
                counts: [size(line.asked), size(line.granted)],
                counts_text: [grouped(line.asked), grouped(line.granted)],
                deferred: size(line.deferred),
                deferred_text: amount(line.deferred, YI, 2)?,
            });
        }
        self.html += &figure("Deferrals asked for and granted, and amounts deferred, by month", |page| {
            relief(&months, page)
        })?;
        self.table_head(&[
            ("Asked for in", "申请月份"),
            ("Asked for", "申请笔数"),
            ("Granted", "批准笔数"),
            ("Granted, %", "批准率"),
            ("Deferred, 亿元", "延期金额"),
        ])?;
        let mut sums = (0, 0, 0);
        for line in &figures.relief {
            sums = (sums.0 + line.asked, sums.1 + line.granted, sums.2 + line.deferred);
            let month = line.month.format("%Y-%m").to_string();
            self.row((&month, ""), &relief_cells(line.asked, line.granted, line.deferred)?)?;
        }
        self.total(("All", "合计"), &relief_cells(sums.0, sums.1, sums.2)?)?;
        self.table_end();
        self.html += "</section>\n";
        Ok(())
    }

    fn foot(&mut self, options: &Options) -> Result<(), Failure> {
        let again = {
            let mut words = format!("--seed {} --loans {}", options.seed, options.loans);
            if let Some(code) = options.drop_county {
                write!(words, " --drop-county {code}")?;
            }
            if let Some(code) = options.drop_point {
                write!(words, " --drop-point {code}")?;
            }
            words
        };
        write!(
            self.html,
            "<footer>\n<p><strong>{GENERATED_EN}</strong> <span lang=\"zh\">{GENERATED_ZH}</span></p>\n\
             <p>Real: the counties, townships and villages (national register of divisions for statistics), the benchmark rates \
             and the LPR, and the published totals that the books are calibrated to: targeted loans above 110 billion yuan at the \
             end of March 2020, up 16.6 % in a year, 3.0 points above all loans. Schedules, deferrals, sums, ratios and coverage \
             are puhui's, exact, rounded once, half up. <code>chongqing {again}</code> makes this page again to the byte, and with \
             <code>--out DIR</code> the files that every figure follows from.</p>\n\
             <p lang=\"zh\">真实部分：区县、乡镇和行政村 (国家统计局统计用区划代码)，贷款基准利率和贷款市场报价利率 (LPR)，以及用于校准的公开总量。\
             还款计划、延期、汇总、比率和覆盖率均由 puhui 精确计算，一次四舍五入。</p>\n</footer>\n</body>\n</html>\n"
        )?;
        Ok(())
    }
}

fn county<'a>(geography: &'a Geography, line: &CountyLine) -> Result<&'a County, Failure> {
    Ok(geography.county(line.code).ok_or("a county")?)
}

fn statement_cells(line: &StatementLine) -> Result<Vec<String>, Failure> {
    let count = |count| if count == 0 { NONE.to_owned() } else { grouped(count) };
    let of_sums = |figure: fn(&Sums) -> puhui::Result<puhui::Figure>| -> Result<String, Failure> {
        let figure = line.sums.as_ref().map(|sums| percent(figure(sums)?, 2)).transpose()?;
        Ok(shown(figure.flatten()))
    };
    Ok(vec![
        amount(line.targeted.now(), YI, 2)?,
        signed(percent(line.targeted.rate()?, 1)?),
        grouped(line.line.loans),
        count(line.line.persons),
        count(line.line.person_times),
        of_sums(Sums::rate_of_balance)?,
        of_sums(Sums::npl_ratio)?,
    ])
}

fn relief_cells(asked: u64, granted: u64, deferred: i128) -> Result<Vec<String>, Failure> {
    let share = puhui::Figure::of(granted.into(), Some(asked.into()))?;
    Ok(vec![grouped(asked), grouped(granted), shown(percent(share, 1)?), amount(deferred, YI, 2)?])
}

fn balance_bars(
    name: &str,
    lines: &[Line],
    words: impl Fn(&Line) -> (&'static str, &'static str),
    colour: RGBColor,
) -> Result<String, Failure> {
    let mut drawn = Vec::new();
    for line in lines {
        let (en, zh) = words(line);
        drawn.push(Bar {
            en: en.to_owned(),
            zh: zh.to_owned(),
            length: size(line.targeted.now()),
            figure: format!("{} · {} %", amount(line.targeted.now(), YI, 1)?, shown(percent(line.share, 1)?)),
            colour,
        });
    }
    figure(name, |page| bars(&drawn, None, page))
}

/// The balances that part the counties into five parts of nearly the same number.
fn fifths(counties: &[CountyLine]) -> Vec<i128> {
    let mut balances: Vec<_> = counties.iter().map(|line| line.targeted.now()).collect();
    balances.sort_unstable();
    let bounds = (1..5).map(|part| (balances.len() * part / 5).saturating_sub(1));
    bounds.filter_map(|place| balances.get(place).copied()).collect()
}
