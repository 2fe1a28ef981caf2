//! Chongqing's counties, townships and administrative villages, as they are. `data/SOURCE.md` names the source.

use std::collections::HashMap;
use std::str::FromStr;

use csv::StringRecord;

use crate::support::loan_book::Failure;

const COUNTIES: &str = include_str!("data/counties.csv");
const TILES: &str = include_str!("data/tiles.csv");
const VILLAGES: &str = include_str!("data/villages.csv");

/// What counties are in the poverty policy up to 2020.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PoorCounty {
    /// A national key county.
    National,
    /// A key county of the municipality.
    Municipal,
    /// Neither.
    No,
}

/// A district or county 区县.
pub struct County {
    /// Its code, such as 500101.
    pub code: u32,
    /// The name in English.
    pub en: String,
    /// The name in full.
    pub zh: String,
    /// Its class.
    pub class: PoorCounty,
    /// Column and row on the tile map.
    pub tile: (u32, u32),
    /// The places of its villages in [`Geography::villages`].
    pub villages: std::ops::Range<usize>,
}

impl County {
    /// The name without what kind of a division it is: 彭水 for 彭水苗族土家族自治县.
    pub fn short_zh(&self) -> String {
        let mut name: String = self.zh.chars().take_while(|c| !"土苗自区县".contains(*c)).collect();
        // 忠县 is not called 忠.
        if name.chars().count() < 2 {
            name.clone_from(&self.zh);
        }
        name
    }
}

/// An administrative village 行政村.
pub struct Village {
    /// Its code, such as 500101017200.
    pub code: u64,
    /// The name.
    pub zh: String,
    /// The code of its township.
    pub township: u32,
    /// The name of its township.
    pub township_zh: String,
    /// The code of its county.
    pub county: u32,
}

/// Counties and villages, both by rising codes.
pub struct Geography {
    /// The counties.
    pub counties: Vec<County>,
    /// The villages.
    pub villages: Vec<Village>,
}

impl Geography {
    /// Reads the tables that the example carries.
    pub fn read() -> Result<Geography, Failure> {
        let mut villages = Vec::new();
        for row in csv::Reader::from_reader(VILLAGES.as_bytes()).records() {
            let row = row?;
            villages.push(Village {
                code: cell(&row, 0)?,
                zh: short_village(&row[1]).to_owned(),
                township: cell(&row, 2)?,
                township_zh: row[3].to_owned(),
                county: cell(&row, 4)?,
            });
        }
        villages.sort_by_key(|village: &Village| village.code);

        let mut tiles = HashMap::new();
        for row in csv::Reader::from_reader(TILES.as_bytes()).records() {
            let row = row?;
            tiles.insert(cell::<u32>(&row, 0)?, (cell(&row, 1)?, cell(&row, 2)?));
        }
        let mut counties = Vec::new();
        for row in csv::Reader::from_reader(COUNTIES.as_bytes()).records() {
            let row = row?;
            let code = cell(&row, 0)?;
            let class = match &row[3] {
                "national" => PoorCounty::National,
                "municipal" => PoorCounty::Municipal,
                _ => PoorCounty::No,
            };
            let from = villages.partition_point(|village| village.county < code);
            let to = villages.partition_point(|village| village.county <= code);
            let tile = *tiles.get(&code).ok_or("a county without a tile")?;
            let (en, zh) = (row[1].to_owned(), row[2].to_owned());
            counties.push(County { code, en, zh, class, tile, villages: from..to });
        }
        counties.sort_by_key(|county: &County| county.code);
        Ok(Geography { counties, villages })
    }

    /// The village of a code.
    pub fn village(&self, code: u64) -> Option<&Village> {
        let at = self.villages.binary_search_by_key(&code, |village| village.code).ok()?;
        self.villages.get(at)
    }

    /// The county of a code.
    pub fn county(&self, code: u32) -> Option<&County> {
        let at = self.counties.binary_search_by_key(&code, |county| county.code).ok()?;
        self.counties.get(at)
    }
}

/// 太白村 for 太白村村民委员会: the village, not its committee.
fn short_village(name: &str) -> &str {
    let short = name.strip_suffix("居民委员会").or_else(|| name.strip_suffix("民委员会")).unwrap_or(name);
    if short.ends_with("村村") { short.strip_suffix('村').unwrap_or(short) } else { short }
}

fn cell<T: FromStr>(row: &StringRecord, at: usize) -> Result<T, Failure> {
    row[at].parse().map_err(|_| format!("a cell of the example's own tables: {:?}", &row[at]).into())
}
