//! What a tally asks: by which dimensions, which measures, on which day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::check_date;
use crate::class::{Ladder, StatisticalBasis};
use crate::error::{Error, ErrorCode, Result};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What the loans of a book are grouped by. The key of a group is a number: the host's own, a division's, the code of a word,
    /// or a month as yyyymm; 0 is "none said".
    pub enum Dimension("by", PUHUI_DIMENSION) {
        /// County or district 区县.
        County = "county",
        /// Township 乡镇.
        Township = "township",
        /// Product.
        Product = "product",
        /// Purpose, by its code.
        Purpose = "purpose",
        /// Class 五级分类, by its code: by the plan's ladder if it has one, else by the column.
        Class = "class",
        /// Programme.
        Programme = "programme",
        /// Lender.
        Lender = "lender",
        /// Month of lending, yyyymm.
        Month = "month",
        /// Class of a targeted loan, by its code.
        Targeted = "targeted",
        /// Where the borrower stands on the register, by its code.
        Status = "status",
        /// Guarantee, by its code.
        Guarantee = "guarantee",
        /// Term to the maturity as it is now: 1 up to a year, 2 up to five, 3 above (短期、中期、长期).
        ///
        /// The codes of [`TermBand`](crate::TermBand).
        Term = "term",
        /// The same to the maturity as it was agreed at first.
        OriginalTerm = "original_term",
    }
}

vocabulary! {
    /// What is summed. Each needs columns; a book without them is refused, because unknown is not zero.
    pub enum Measure("measure", PUHUI_MEASURE) {
        /// Loans with a balance, and the balance. Needs balances.
        ///
        /// Columns: `balance`.
        Balance = "balance",
        /// Rates weighted by balance. Needs balances and rates.
        ///
        /// Columns: `balance`, `rate`.
        BalanceRate = "balance_rate",
        /// New lending of the period and to date. Needs amounts and days of lending.
        ///
        /// Columns: `amount`, `disbursed_on`.
        Lending = "lending",
        /// Rates weighted by what was lent. Needs amounts, days of lending and rates.
        ///
        /// Columns: `amount`, `disbursed_on`, `rate`.
        LendingRate = "lending_rate",
        /// Overdue loans and their overdue balance. Needs overdue balances.
        ///
        /// Columns: `overdue`.
        Overdue = "overdue",
        /// Loans and balance by class. Needs balances, and days past due if there is a ladder, else classes.
        ///
        /// Columns: `balance`, and `days_past_due` if there is a ladder, else `class`.
        Classes = "classes",
        /// Person-times led 带动人次. Needs person-times.
        ///
        /// Columns: `person_times`.
        PersonTimes = "person_times",
        /// Loans and balance extended, deferred, renewed. Needs balances and what was granted.
        ///
        /// Columns: `balance`, `forbearance`.
        Forbearance = "forbearance",
        /// The amounts that were deferred. Needs deferred amounts.
        ///
        /// Columns: `deferred`.
        Deferred = "deferred",
    }
}

/// What a tally asks of a book.
///
/// # Examples
///
/// ```
/// use puhui::parse_date;
/// use puhui::portfolio::{Dimension, Measure, TallyPlan};
///
/// let plan = TallyPlan::new(parse_date("2020-03-31", "as_of")?)?
///     .period(parse_date("2020-01-01", "from")?, parse_date("2020-03-31", "until")?)?
///     .by(&[Dimension::County, Dimension::Class])
///     .measures(&[Measure::Balance, Measure::Lending]);
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TallyPlan {
    pub(super) as_of: NaiveDate,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) by: Vec<Dimension>,
    pub(super) measures: Vec<Measure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ladder: Option<[u32; 4]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) basis: Option<StatisticalBasis>,
}

impl TallyPlan {
    /// A plan that counts the loans of a book on a day, in one group. Its period is the year to date.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    pub fn new(as_of: NaiveDate) -> Result<TallyPlan> {
        use chrono::Datelike;
        check_date(as_of, "as_of")?;
        let from = NaiveDate::from_ymd_opt(as_of.year(), 1, 1).unwrap_or(as_of);
        let nothing = (Vec::new(), Vec::new());
        Ok(TallyPlan {
            as_of,
            from,
            until: as_of,
            by: nothing.0,
            measures: nothing.1,
            ladder: None,
            basis: None,
        })
    }

    /// The first and the last day of the period whose lending is new.
    ///
    /// # Errors
    ///
    /// * [`ErrorCode::DateOutOfRange`] for a day that is not computed with.
    /// * [`ErrorCode::DatesOutOfOrder`] for a last day before the first, or after the day of the book.
    pub fn period(mut self, from: NaiveDate, until: NaiveDate) -> Result<TallyPlan> {
        check_date(from, "from")?;
        if until < from || until > self.as_of {
            let bound = format!("{from} to {}", self.as_of);
            return Err(Error::new(ErrorCode::DatesOutOfOrder, "until", until, bound));
        }
        (self.from, self.until) = (from, until);
        Ok(self)
    }

    /// Groups by these, in this order; one that is named again changes nothing.
    #[must_use]
    pub fn by(mut self, dimensions: &[Dimension]) -> TallyPlan {
        self.by = Vec::new();
        for dimension in dimensions {
            if !self.by.contains(dimension) {
                self.by.push(*dimension);
            }
        }
        self
    }

    /// Sums these.
    #[must_use]
    pub fn measures(mut self, measures: &[Measure]) -> TallyPlan {
        self.measures = measures.to_vec();
        self.measures.sort_unstable();
        self.measures.dedup();
        self
    }

    /// Classes by days past due, not by the column of classes.
    #[must_use]
    pub fn ladder(mut self, ladder: Ladder) -> TallyPlan {
        self.ladder = Some(ladder.first_days());
        self
    }

    /// Only the loans that count in these statistics.
    #[must_use]
    pub fn basis(mut self, basis: StatisticalBasis) -> TallyPlan {
        self.basis = Some(basis);
        self
    }

    pub(super) fn measured(&self, measure: Measure) -> bool {
        self.measures.contains(&measure)
    }

    /// Refuses a plan that was not made by the functions above.
    pub(crate) fn check(&self) -> Result<()> {
        let sound = TallyPlan::new(self.as_of)?.period(self.from, self.until)?;
        let sound = TallyPlan { ladder: self.ladder, basis: self.basis, ..sound };
        if let Some(from) = self.ladder {
            Ladder::new(from)?;
        }
        if sound.by(&self.by).measures(&self.measures) != *self {
            return Err(Error::new(
                ErrorCode::Contradiction,
                "plan",
                "a list with repeats or out of order",
                "dimensions and measures, each once, the measures in their order",
            ));
        }
        Ok(())
    }
}
