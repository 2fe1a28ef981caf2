//! What differs from loan to loan, and the checked pair of product and terms.

use std::borrow::Cow;
use std::num::{NonZeroU8, NonZeroU16};

use chrono::{Datelike, Days, NaiveDate};

use crate::calendar::{Cycle, MAX_DATE, MissingDay, MonthIndex, RolledDate, RolledInterest, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::method::{Balloon, Method};
use crate::loan::agreement::product::{AccrualEnds, Product};
use crate::money::Money;
use crate::rate::{Rate, RateStep};

/// What differs from loan to loan: a flat, small record, so that a bank holds ten million of them in one array.
///
/// A fixed rate needs nothing else; later rates and principal planned by date lie beside the loan (see [`Loan::with_rates_and_principal`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The amount lent; above zero.
    pub principal: Money,
    /// The annual rate in force on the day of disbursement.
    pub rate: Rate,
    /// What a balloon with a residual leaves for its last instalment; zero with every other method.
    pub residual: Money,
    /// The fee taken when the loan is disbursed: it lowers what the borrower receives. Not below zero.
    pub fee_at_disbursement: Money,
    /// The fee due with each instalment. Not below zero.
    pub fee_each_instalment: Money,
    /// The day the money goes out; the first day that earns interest.
    pub disbursed_on: NaiveDate,
    /// The first due date, from which all others are counted.
    pub first_due_on: Option<NaiveDate>,
    /// The day of the last instalment. Either this or `instalments`.
    pub matures_on: Option<NaiveDate>,
    /// The number of instalments. Either this or `matures_on`.
    pub instalments: Option<NonZeroU16>,
    /// The day of the month of every due date after the first, 1 to 31. None: that of `first_due_on`.
    pub due_day: Option<NonZeroU8>,
}

// A bank holds millions of these; the design allows 64 bytes.
const _: () = assert!(size_of::<Terms>() <= 64);

impl Terms {
    /// Terms without dates of repayment yet.
    #[must_use]
    pub fn new(principal: Money, rate: Rate, disbursed_on: NaiveDate) -> Terms {
        Terms {
            principal,
            rate,
            residual: Money::ZERO,
            fee_at_disbursement: Money::ZERO,
            fee_each_instalment: Money::ZERO,
            disbursed_on,
            first_due_on: None,
            matures_on: None,
            instalments: None,
            due_day: None,
        }
    }

    /// The same terms with `instalments` instalments, the first due on `first_due_on`. Zero means none.
    #[must_use]
    pub fn instalments(mut self, instalments: u16, first_due_on: NaiveDate) -> Terms {
        self.instalments = NonZeroU16::new(instalments);
        self.first_due_on = Some(first_due_on);
        self
    }

    /// The same terms with a first due date and a maturity.
    #[must_use]
    pub fn until(mut self, first_due_on: NaiveDate, matures_on: NaiveDate) -> Terms {
        self.first_due_on = Some(first_due_on);
        self.matures_on = Some(matures_on);
        self
    }
}

/// A part of the principal that is agreed to fall due on a day (按计划还本).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedPrincipal {
    /// The day it falls due.
    pub on: NaiveDate,
    /// The amount; above zero.
    pub principal: Money,
}

/// A product and terms that have been checked against each other. Past this door nothing is checked again.
///
/// Cheap to make and to copy; borrows the product and what lies beside the terms.
///
/// # Examples
///
/// ```
/// use chrono::NaiveDate;
/// use puhui::loan::{Loan, Method, Product, ProductRules, Terms};
/// use puhui::{Currency, Cycle, DayCount, Money, Rounding};
///
/// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
/// let product = Product::new(
///     ProductRules::new(Currency::CNY, Method::EqualInstalment, DayCount::ThirtyE360, Rounding::HalfUp)
///         .every(Cycle::MONTHLY),
/// )?;
/// let terms = Terms::new(Money::from_minor(5_000_000), "0.0435".parse()?, day(2020, 1, 20))
///     .instalments(36, day(2020, 2, 20));
/// let loan = Loan::new(&product, terms)?;
/// assert_eq!(loan.maturity(), day(2023, 1, 20));
/// // 50,000.00 at 4.35 % over 36 months: 1,484.00 a month, 3,423.90 of interest.
/// let totals = loan.schedule().totals()?;
/// assert_eq!(totals.interest, Money::from_minor(342_390));
/// # Ok::<(), puhui::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Loan<'a> {
    product: &'a Product,
    terms: Terms,
    rate_changes: &'a [RateStep],
    planned_principal: &'a [PlannedPrincipal],
    rows: u32,
    maturity: NaiveDate,
    last_accrual_end: NaiveDate,
}

/// The dates of one row of a schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowDates {
    /// The date that the cycle gives.
    pub(crate) cycle: NaiveDate,
    /// The date after the roll, as it is printed.
    pub(crate) printed: NaiveDate,
    /// The first day that no longer counts in the period.
    pub(crate) accrual_end: NaiveDate,
    /// The calendar did not cover the roll.
    pub(crate) provisional: bool,
}

/// The due dates of a loan whose cycle is in months, the first of them taken apart once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MonthDates {
    first: MonthIndex,
    months: usize,
    day: u32,
    missing_day: MissingDay,
}

impl MonthDates {
    /// The cycle date of row `row`, 2 or later: that of [`Loan::unbounded_cycle_date`], or `None`.
    #[inline(always)]
    pub(crate) fn date(self, row: u32) -> Option<NaiveDate> {
        // The first date is the one agreed, whatever the due day.
        let cycles = usize::try_from(row.checked_sub(1)?).ok().filter(|&cycles| cycles > 0)?;
        self.first.later(self.months.checked_mul(cycles)?)?.due_date(self.day, self.missing_day)
    }
}

impl<'a> Loan<'a> {
    /// The longest schedule: a century of days.
    pub const MAX_INSTALMENTS: u16 = 36_525;

    /// Checks terms with one rate against their product.
    ///
    /// # Errors
    ///
    /// Names the field as the wire form spells it:
    ///
    /// * [`ErrorCode::OutOfRange`] for a principal that is not above zero, fees below zero, a residual that is not between
    ///   zero and the principal, a due day above 31, more than [`Loan::MAX_INSTALMENTS`] instalments, a grace that leaves
    ///   no instalment, and a balloon that is not amortised over more instalments than it has.
    /// * [`ErrorCode::Missing`] and [`ErrorCode::Contradiction`] for dates that the method needs or has no use for.
    /// * [`ErrorCode::DateOutOfRange`] for dates that are not computed with (before 1900 or after 2499).
    /// * [`ErrorCode::DatesOutOfOrder`] for a first due date that is not after the disbursement, or is after the maturity.
    /// * [`ErrorCode::SeasonNeverOccurs`] for a season that no due date falls in.
    /// * [`ErrorCode::CalendarNotCovered`] from a strict calendar.
    #[inline]
    pub fn new(product: &'a Product, terms: Terms) -> Result<Loan<'a>> {
        Loan::with_rates_and_principal(product, terms, &[], &[])
    }

    /// Checks terms that have later rates, or principal planned by date, against their product.
    ///
    /// `rate_changes` are the rates after the one of the terms: their days rise and do not lie before the disbursement.
    /// `planned_principal` is for [`Method::Custom`] and sums to the principal; on a loan with a cycle, a planned day that is no due date becomes
    /// a row of its own, without interest, and does not cut the period.
    ///
    /// # Errors
    ///
    /// Those of [`Loan::new`], and:
    ///
    /// * [`ErrorCode::DatesOutOfOrder`] for changes or planned days that do not rise, or lie outside the loan.
    /// * [`ErrorCode::PlanDoesNotSum`] if the plan does not sum to the principal.
    pub fn with_rates_and_principal(
        product: &'a Product,
        terms: Terms,
        rate_changes: &'a [RateStep],
        planned_principal: &'a [PlannedPrincipal],
    ) -> Result<Loan<'a>> {
        let rules = product.rules();
        check_amounts(product, &terms)?;
        check_date(terms.disbursed_on, "disbursed_on")?;
        let mut loan = Loan {
            product,
            terms,
            rate_changes,
            planned_principal,
            rows: 1,
            maturity: terms.disbursed_on,
            last_accrual_end: terms.disbursed_on,
        };
        loan.check_plan()?;
        loan.find_end()?;
        let grace = u32::from(rules.grace.principal);
        if grace >= loan.rows {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "grace.principal",
                grace,
                format_args!("fewer than the {} instalments", loan.rows),
            ));
        }
        if let Method::Balloon(Balloon::AmortisedOver(over)) = rules.method
            && u32::from(over) <= loan.rows
        {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "amortised_over",
                over,
                format_args!("more than the {} instalments", loan.rows),
            ));
        }
        let mut before = None;
        for (index, change) in rate_changes.iter().enumerate() {
            let at = || format!("rate.stepped[{index}].from");
            check_date(change.from, "from").map_err(|error| error.at(at()))?;
            if change.from < terms.disbursed_on {
                return Err(out_of_order(at(), change.from, "at the earliest on", terms.disbursed_on));
            }
            if let Some(before) = before
                && change.from <= before
            {
                return Err(out_of_order(at(), change.from, "after", before));
            }
            before = Some(change.from);
        }
        let last = loan.row_dates(loan.rows)?;
        loan.last_accrual_end = last.accrual_end;
        if let Some(&planned) = planned_principal.last()
            && planned.on > last.cycle
        {
            let field = format!("plan[{}].on", planned_principal.len() - 1);
            return Err(out_of_order(field, planned.on, "at the latest on", last.cycle));
        }
        loan.check_season()?;
        let first = loan.row_dates(1)?;
        let early = if first.printed <= terms.disbursed_on { first.printed } else { first.accrual_end };
        if early <= terms.disbursed_on {
            return Err(out_of_order("first_due_on", early, "after", terms.disbursed_on));
        }
        Ok(loan)
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> &'a Product {
        self.product
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The rates after the first one.
    #[must_use]
    pub fn rate_changes(&self) -> &'a [RateStep] {
        self.rate_changes
    }

    /// The principal of a custom loan by the days on which it is planned to fall due.
    #[must_use]
    pub fn planned_principal(&self) -> &'a [PlannedPrincipal] {
        self.planned_principal
    }

    /// The day the last instalment falls due, as the cycle or the contract gives it, before any roll.
    #[must_use]
    pub fn maturity(&self) -> NaiveDate {
        self.maturity
    }

    /// The number of due dates that bill interest. A custom plan may add rows between them.
    #[must_use]
    pub fn due_dates(&self) -> u32 {
        self.rows
    }

    /// The most rows that the schedule can have: what a buffer must hold.
    #[must_use]
    pub fn max_rows(&self) -> usize {
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        if self.has_cycle() { rows.saturating_add(self.planned_principal.len()) } else { rows }
    }

    /// The rate in force on a day.
    pub(crate) fn rate_on(&self, day: NaiveDate) -> (Rate, bool) {
        let after = self.rate_changes.partition_point(|change| change.from <= day);
        match after.checked_sub(1).and_then(|last| self.rate_changes.get(last)) {
            Some(change) => (change.rate, change.projected),
            None => (self.terms.rate, false),
        }
    }

    /// Where the last accrual period ends: the maturity date of 30E/360 ISDA.
    pub(crate) fn last_accrual_end(&self) -> NaiveDate {
        self.last_accrual_end
    }

    /// Whether the due dates follow a cycle; a plan's own dates do not.
    pub(crate) fn has_cycle(&self) -> bool {
        self.terms.first_due_on.is_some()
    }

    /// The dates of row `row`, 1 to [`Loan::due_dates`].
    ///
    /// Always inlined, as are the two below: four dates that come back through memory keep the processor waiting.
    #[inline(always)]
    pub(crate) fn row_dates(&self, row: u32) -> Result<RowDates> {
        self.roll(self.cycle_date(row)?, row == self.rows)
    }

    /// The printed date and the accrual end of a cycle date.
    #[inline(always)]
    pub(crate) fn roll(&self, cycle: NaiveDate, last: bool) -> Result<RowDates> {
        if self.accrues_to_cycle_dates() {
            return Ok(RowDates { cycle, printed: cycle, accrual_end: cycle, provisional: false });
        }
        self.roll_away(cycle, last)
    }

    /// Whether the cycle date is always the printed date and the accrual end too.
    #[inline(always)]
    pub(crate) fn accrues_to_cycle_dates(&self) -> bool {
        let rules = self.product.rules();
        rules.business_days.is_none() && rules.accrual_ends == AccrualEnds::OnDueDate
    }

    /// The same where the two may lie elsewhere than the cycle date.
    #[inline(never)]
    fn roll_away(&self, cycle: NaiveDate, last: bool) -> Result<RowDates> {
        let rules = self.product.rules();
        let (rolled, accrues_to) = match &rules.business_days {
            None => (RolledDate { date: cycle, provisional: false }, cycle),
            Some(business_days) => {
                let rolled = business_days.roll(cycle)?;
                match business_days.interest {
                    RolledInterest::Adjusted => (rolled, rolled.date),
                    RolledInterest::Unadjusted => (rolled, cycle),
                }
            }
        };
        let accrual_end = if rules.accrual_ends == AccrualEnds::DayAfter && !last {
            accrues_to.checked_add_days(Days::new(1)).unwrap_or(accrues_to)
        } else {
            accrues_to
        };
        Ok(RowDates { cycle, printed: rolled.date, accrual_end, provisional: rolled.provisional })
    }

    /// The date that the cycle gives to row `row`, the maturity for the last one.
    #[inline(always)]
    pub(crate) fn cycle_date(&self, row: u32) -> Result<NaiveDate> {
        if row == self.rows && row > 0 {
            return Ok(self.maturity);
        }
        self.unbounded_cycle_date(row)
    }

    /// The same without regard to where the loan ends: what a longer loan would have.
    pub(crate) fn unbounded_cycle_date(&self, row: u32) -> Result<NaiveDate> {
        let rules = self.product.rules();
        match (rules.every, self.terms.first_due_on) {
            (Some(cycle), Some(first)) => {
                let i = i32::try_from(row).unwrap_or(i32::MAX) - 1;
                let anchor = if i == 0 { first } else { self.anchor(first) };
                cycle.date(anchor, self.terms.due_day.map(NonZeroU8::get), rules.missing_day, i)
            }
            _ => {
                let index = usize::try_from(row).unwrap_or(usize::MAX).wrapping_sub(1);
                self.planned_principal
                    .get(index)
                    .map(|planned| planned.on)
                    .ok_or_else(|| Error::new(ErrorCode::Missing, "first_due_on", "nothing", "a date"))
            }
        }
    }

    /// A day of the month that the first due date is counted in: the month before, where the due day of a loan that was paid
    /// out one cycle earlier is missing in it, and the next first stands for it. Paid out on 31 January, due on 1 March, by
    /// the month, on the 31st: then come 31 March and 1 May.
    fn anchor(&self, first: NaiveDate) -> NaiveDate {
        let rules = self.product.rules();
        if rules.missing_day != MissingDay::FirstOfNextMonth || first.day() != 1 {
            return first;
        }
        let stands_for = |before: NaiveDate| {
            let due_day = self.terms.due_day.map(NonZeroU8::get)?;
            let cycle = rules.every.filter(|cycle| cycle.months().is_some())?;
            let paid_out = cycle.date(before, Some(due_day), rules.missing_day, -1).ok()?;
            (before.day() < u32::from(due_day) && paid_out == self.terms.disbursed_on).then_some(before)
        };
        first.pred_opt().and_then(stands_for).unwrap_or(first)
    }

    /// The cycle, if the period of a row is one cycle long: it runs from one date of the cycle to the next. In a `longer`
    /// loan the cycle goes on at the maturity.
    pub(crate) fn one_cycle(&self, row: u32, longer: bool) -> Option<Cycle> {
        if !longer && self.is_broken(row) { None } else { self.cycle_before(row) }
    }

    /// Whether a row ends at a maturity that the cycle does not give.
    pub(crate) fn is_broken(&self, row: u32) -> bool {
        row == self.rows && self.unbounded_cycle_date(row) != Ok(self.maturity)
    }

    /// The cycle, if it leads from the date before to a row on one of its dates: from the disbursement, for row 1.
    pub(crate) fn cycle_before(&self, row: u32) -> Option<Cycle> {
        match row {
            0 => None,
            1 => {
                let before = self.roll(self.unbounded_cycle_date(0).ok()?, false).ok()?;
                let dates = [before.cycle, before.printed, before.accrual_end];
                self.cycle_to_first().filter(|_| dates.contains(&self.terms.disbursed_on))
            }
            2 => self.cycle_to_first(),
            _ => self.product.rules().every.filter(|_| self.has_cycle()),
        }
    }

    /// The cycle, if the first due date is one that it gives, and no day of its own before another due day.
    pub(crate) fn cycle_to_first(&self) -> Option<Cycle> {
        let first = self.terms.first_due_on?;
        let rules = self.product.rules();
        let cycle = rules.every?;
        let Some(due_day) = self.terms.due_day.filter(|_| cycle.months().is_some()) else {
            return Some(cycle);
        };
        let due_day = u32::from(due_day.get());
        let month = MonthIndex::and_day_of(self.anchor(first))?.0;
        let given = month.due_date(due_day, rules.missing_day)?;
        (given == first).then_some(cycle)
    }

    /// The due dates, if they follow a cycle in months.
    pub(crate) fn month_dates(&self) -> Option<MonthDates> {
        let rules = self.product.rules();
        let first = self.terms.first_due_on?;
        let day = self.terms.due_day.map_or(first.day(), |due_day| u32::from(due_day.get()));
        Some(MonthDates {
            first: MonthIndex::and_day_of(self.anchor(first))?.0,
            months: usize::try_from(rules.every?.months()?).ok()?,
            day,
            missing_day: rules.missing_day,
        })
    }

    /// Checks the plan by itself: only where it belongs, rising, positive, summing to the loan.
    fn check_plan(&self) -> Result<()> {
        let rules = self.product.rules();
        if rules.method != Method::Custom {
            if let Some(planned) = self.planned_principal.first() {
                let bound = format_args!("none with {}", rules.method.as_str()).to_string();
                return Err(Error::new(ErrorCode::Contradiction, "plan", planned.on, bound));
            }
            return Ok(());
        }
        let mut before = self.terms.disbursed_on;
        for (index, planned) in self.planned_principal.iter().enumerate() {
            let at = |field: &str| format!("plan[{index}].{field}");
            check_date(planned.on, "plan.on").map_err(|error| error.at(at("on")))?;
            if planned.on <= before {
                return Err(out_of_order(at("on"), planned.on, "after", before));
            }
            if planned.principal <= Money::ZERO {
                let value = planned.principal.display(rules.currency);
                return Err(Error::new(ErrorCode::OutOfRange, at("principal"), value, "above 0"));
            }
            before = planned.on;
        }
        let planned = Money::sum(self.planned_principal.iter().map(|planned| planned.principal))?;
        if planned != self.terms.principal {
            return Err(Error::new(
                ErrorCode::PlanDoesNotSum,
                "plan",
                planned.display(rules.currency),
                format_args!("the principal, {}", self.terms.principal.display(rules.currency)),
            ));
        }
        Ok(())
    }

    /// Checks that a season has a row to repay in, after the grace.
    fn check_season(&self) -> Result<()> {
        let rules = self.product.rules();
        let Method::Seasonal(season) = rules.method else { return Ok(()) };
        for row in u32::from(rules.grace.principal) + 1..=self.rows {
            if season.contains(self.cycle_date(row)?.month()) {
                return Ok(());
            }
        }
        let months = season.months().map(|month| month.to_string()).collect::<Vec<_>>().join(" ");
        Err(Error::new(
            ErrorCode::SeasonNeverOccurs,
            "months",
            months,
            format_args!("the month of a due date up to {}", self.maturity),
        ))
    }

    /// Finds how many rows the loan has and when it ends.
    fn find_end(&mut self) -> Result<()> {
        let rules = self.product.rules();
        let terms = self.terms;
        let missing =
            |field: &'static str, bound: &str| Err(Error::new(ErrorCode::Missing, field, "nothing", bound));
        let superfluous = |field: &'static str, value: &dyn std::fmt::Display, bound: &str| {
            Err(Error::new(ErrorCode::Contradiction, field, value, bound))
        };
        if let Some(due_day) = terms.due_day
            && due_day.get() > 31
        {
            return Err(Error::new(ErrorCode::OutOfRange, "due_day", due_day, "1 to 31"));
        }
        if let Some(instalments) = terms.instalments
            && instalments.get() > Loan::MAX_INSTALMENTS
        {
            let bound = format_args!("1 to {}", Loan::MAX_INSTALMENTS).to_string();
            return Err(Error::new(ErrorCode::OutOfRange, "instalments", instalments, bound));
        }
        if let (Some(_), Some(matures_on)) = (terms.instalments, terms.matures_on) {
            return superfluous("matures_on", &matures_on, "nothing where instalments are given");
        }
        // A plan of its own dates, and a bullet at a maturity, have no cycle.
        if rules.method == Method::Custom && rules.every.is_none() {
            if let Some(day) = terms.first_due_on.or(terms.matures_on) {
                return superfluous("first_due_on", &day, "nothing for a plan without a cycle");
            }
            if let Some(instalments) = terms.instalments {
                return superfluous("instalments", &instalments, "nothing for a plan without a cycle");
            }
            let rows = u32::try_from(self.planned_principal.len()).unwrap_or(u32::MAX);
            if rows > u32::from(Loan::MAX_INSTALMENTS) {
                let bound = format_args!("at most {} days", Loan::MAX_INSTALMENTS).to_string();
                return Err(Error::new(ErrorCode::OutOfRange, "plan", rows, bound));
            }
            self.rows = rows;
            self.maturity = self.planned_principal.last().map_or(self.maturity, |planned| planned.on);
            return Ok(());
        }
        if rules.method == Method::Bullet
            && let Some(matures_on) = terms.matures_on
        {
            check_date(matures_on, "matures_on")?;
            if matures_on <= terms.disbursed_on {
                return Err(out_of_order("matures_on", matures_on, "after", terms.disbursed_on));
            }
            self.maturity = matures_on;
            return Ok(());
        }
        let Some(first_due_on) = terms.first_due_on else { return missing("first_due_on", "a date") };
        check_date(first_due_on, "first_due_on")?;
        if first_due_on <= terms.disbursed_on {
            return Err(out_of_order("first_due_on", first_due_on, "after", terms.disbursed_on));
        }
        if rules.every.is_none() {
            return missing("every", "a cycle such as \"1 month\"");
        }
        match (terms.instalments, terms.matures_on) {
            (Some(instalments), _) => {
                let last = u32::from(instalments.get());
                self.maturity = self.unbounded_cycle_date(last).map_err(|error| beyond_calendar(&error))?;
                self.rows = if rules.method == Method::Bullet { 1 } else { last };
            }
            (None, Some(matures_on)) => {
                check_date(matures_on, "matures_on")?;
                if first_due_on > matures_on {
                    return Err(out_of_order("first_due_on", first_due_on, "at the latest on", matures_on));
                }
                self.maturity = matures_on;
                self.rows = self.rows_until(matures_on)?;
            }
            (None, None) => return missing("instalments", "a number of instalments, or matures_on"),
        }
        Ok(())
    }

    /// How many rows a loan with a maturity has: the cycle dates before it, and the maturity.
    fn rows_until(&self, matures_on: NaiveDate) -> Result<u32> {
        // The first row that is not before the maturity, by bisection: cycle dates rise.
        let (mut below, mut above) = (0_u32, u32::from(Loan::MAX_INSTALMENTS) + 1);
        while above - below > 1 {
            let middle = below + (above - below) / 2;
            match self.unbounded_cycle_date(middle) {
                Ok(date) if date < matures_on => below = middle,
                _ => above = middle,
            }
        }
        let row = above;
        if row > u32::from(Loan::MAX_INSTALMENTS) {
            let bound = format_args!("a day within {} instalments", Loan::MAX_INSTALMENTS).to_string();
            return Err(Error::new(ErrorCode::OutOfRange, "matures_on", matures_on, bound));
        }
        let broken = self.unbounded_cycle_date(row) != Ok(matures_on);
        // A merged last period needs one before it to be merged with.
        if broken && self.product.rules().long_last && row > 1 { Ok(row - 1) } else { Ok(row) }
    }
}

fn check_amounts(product: &Product, terms: &Terms) -> Result<()> {
    let rules = product.rules();
    let show = |money: Money| money.display(rules.currency);
    if terms.principal <= Money::ZERO {
        return Err(Error::new(ErrorCode::OutOfRange, "principal", show(terms.principal), "above 0"));
    }
    for (field, fee) in [
        ("fees.at_disbursement", terms.fee_at_disbursement),
        ("fees.each_instalment", terms.fee_each_instalment),
    ] {
        if fee < Money::ZERO {
            return Err(Error::new(ErrorCode::OutOfRange, field, show(fee), "0 or more"));
        }
    }
    if rules.method == Method::Balloon(Balloon::Residual) {
        if terms.residual <= Money::ZERO || terms.residual >= terms.principal {
            let bound =
                format_args!("above 0 and below the principal, {}", show(terms.principal)).to_string();
            return Err(Error::new(ErrorCode::OutOfRange, "residual", show(terms.residual), bound));
        }
    } else if !terms.residual.is_zero() {
        let bound = "nothing, except for a balloon that is not amortised over a longer term";
        return Err(Error::new(ErrorCode::Contradiction, "residual", show(terms.residual), bound));
    }
    Ok(())
}

#[cold]
fn out_of_order(
    field: impl Into<Cow<'static, str>>,
    day: NaiveDate,
    relation: &str,
    other: NaiveDate,
) -> Error {
    Error::new(ErrorCode::DatesOutOfOrder, field, day, format_args!("{relation} {other}"))
}

#[cold]
fn beyond_calendar(error: &Error) -> Error {
    let bound = format_args!("instalments that end by {MAX_DATE}").to_string();
    Error::new(ErrorCode::DateOutOfRange, "instalments", error.value(), bound)
}
