//! A register of administrative villages.

use super::register::register;
use crate::columns::cell::{Count, Id};
use crate::columns::{check_pair, columns, need, rows_of};
use crate::error::{Error, ErrorCode, Result};

columns! {
    /// The columns of a register of villages. `village`, `township` and `county` are there for every village; each other column that
    /// is not empty has one element for each village. A field is a column of the register, by its name.
    pub struct VillageColumns {
        /// The code of the administrative village 行政村, such as 500101017200; each once.
        village: u64, Id<u64>, "village";
        /// The code of its township 乡镇, such as 500101017.
        township: u32, Id<u32>, "township";
        /// The code of its county or district 区县, such as 500101.
        county: u32, Id<u32>, "county";
        /// The people who live there 人口.
        people: u64, Count<u64>, "people";
        /// Those of them who are 15 or older.
        adults: u64, Count<u64>, "adults";
        /// Its area in square metres.
        area_m2: u64, Count<u64>, "area_m2";
        /// Its households 农户.
        households: u64, Count<u64>, "households";
        /// The households on the register of poor households 建档立卡户.
        registered_households: u64, Count<u64>, "registered_households";
        /// The households of which somebody has an account 账户.
        with_account: u64, Count<u64>, "with_account";
        /// The households of which there is a credit file 信用档案.
        with_credit_file: u64, Count<u64>, "with_credit_file";
        /// The households with a loan 贷款.
        with_loan: u64, Count<u64>, "with_loan";
    }
}

/// A checked register of villages: each is there once.
///
/// What a host has as arrays it lends: nothing is copied.
///
/// # Threads
///
/// Immutable: any number of threads may read one register, and each may take [rows](Villages::rows) of it.
///
/// # Examples
///
/// ```
/// use puhui::community::{VillageColumns, Villages};
///
/// let columns = VillageColumns {
///     village: vec![500101017200, 500101017201].into(),
///     township: vec![500101017, 500101017].into(),
///     county: vec![500101, 500101].into(),
///     ..VillageColumns::default()
/// };
/// assert_eq!(Villages::new(columns.clone())?.len(), 2);
///
/// let twice = VillageColumns { village: vec![500101017200, 500101017200].into(), ..columns };
/// let error = Villages::new(twice).unwrap_err();
/// assert_eq!(error.to_string(), "village[1]: expected another code than that of village[0], got 500101017200");
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Villages<'a> {
    rows: usize,
    columns: VillageColumns<'a>,
}

impl<'a> Villages<'a> {
    /// A register of columns.
    ///
    /// # Errors
    ///
    /// The field of an error is the column, with the place of the row: `village[17]`.
    ///
    /// * [`ErrorCode::LengthsDiffer`] for columns of different lengths.
    /// * [`ErrorCode::Missing`] without villages, townships or counties, or for one of them that is 0.
    /// * [`ErrorCode::Contradiction`] for a village that is there twice, more adults than people, or more households of some kind
    ///   than households.
    pub fn new(columns: VillageColumns<'a>) -> Result<Villages<'a>> {
        let rows = rows_of(&columns.lengths().collect::<Vec<_>>())?;
        columns.check()?;
        need(&columns.village, rows, "village")?;
        need(&columns.township, rows, "township")?;
        need(&columns.county, rows, "county")?;
        let codes = columns.village.iter().zip(columns.township.iter()).zip(columns.county.iter());
        for (row, ((village, township), county)) in codes.enumerate() {
            let names = [("village", *village == 0), ("township", *township == 0), ("county", *county == 0)];
            if let Some((name, _)) = names.into_iter().find(|(_, missing)| *missing) {
                return Err(Error::new(
                    ErrorCode::Missing,
                    format!("{name}[{row}]"),
                    0,
                    "a code of 1 or more",
                ));
            }
        }
        let mut order: Vec<usize> = (0..rows).collect();
        let code = |row: &usize| columns.village.get(*row).copied();
        order.sort_by_key(|row| (code(row), *row));
        // Of several that are there twice, the first in the register is named.
        let twice = order.windows(2).filter_map(|pair| match pair {
            [one, other] if code(one) == code(other) => Some((*other, *one)),
            _ => None,
        });
        if let Some((row, before)) = twice.min() {
            let bound = format!("another code than that of village[{before}]");
            let village = code(&row).unwrap_or_default();
            return Err(Error::new(ErrorCode::Contradiction, format!("village[{row}]"), village, bound));
        }
        let most = |what: &'static str| {
            move |part: u64, whole: u64| {
                (part > whole).then(|| format!("at most {whole}, the number of {what}"))
            }
        };
        let contradiction = ErrorCode::Contradiction;
        check_pair(&columns.adults, &columns.people, "adults", contradiction, most("people"))?;
        for (part, name) in [
            (&columns.registered_households, "registered_households"),
            (&columns.with_account, "with_account"),
            (&columns.with_credit_file, "with_credit_file"),
            (&columns.with_loan, "with_loan"),
        ] {
            check_pair(part, &columns.households, name, contradiction, most("households"))?;
        }
        Ok(Villages { rows, columns })
    }
}

register!(Villages of VillageColumns, "villages", &["village", "township", "county"]);

#[cfg(feature = "csv")]
impl Villages<'static> {
    /// Reads a register from CSV: a header that names the columns, in any order, and a line for each village.
    ///
    /// # Columns
    ///
    /// `village`, `township`, `county` (codes), and any of `people`, `adults`, `area_m2`, `households`,
    /// `registered_households`, `with_account`, `with_credit_file`, `with_loan` (whole numbers).
    ///
    /// # Errors
    ///
    /// The field of an error is its place: `line 17, column people`.
    ///
    /// * [`ErrorCode::UnknownField`], [`ErrorCode::Contradiction`] or [`ErrorCode::Missing`] for a column that is not known, is
    ///   there twice, or is needed.
    /// * [`ErrorCode::Malformed`] and the like for a cell that is not strictly of its column.
    /// * [`ErrorCode::Io`] for a source that cannot be read as UTF-8.
    /// * Those of [`Villages::new`], by row.
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::community::Villages;
    ///
    /// let text = "village,township,county,people\n500101017200,500101017,500101,1500\n";
    /// assert_eq!(Villages::read_csv(text.as_bytes())?.columns().people[0], 1_500);
    /// # Ok::<(), puhui::Error>(())
    /// ```
    pub fn read_csv(source: impl std::io::Read) -> Result<Villages<'static>> {
        Villages::new(Villages::read_columns(source)?)
    }
}
