//! The door: terms are checked against their product, and against nothing again after that.

use std::borrow::Cow;
use std::fmt::Display;

use chrono::{Datelike, NaiveDate};

use crate::calendar::{MAX_DATE, check_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::{Balloon, Method};
use crate::loan::agreement::product::Product;
use crate::loan::agreement::terms::{PlannedPrincipal, Terms};
use crate::money::Money;
use crate::rate::RateStep;

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
        loan.check_planned_principal()?;
        loan.check_counts()?;
        (loan.rows, loan.maturity) = loan.find_end()?;
        loan.check_rows_suffice()?;
        loan.check_rate_changes()?;
        let last = loan.row_dates(loan.rows)?;
        loan.last_accrual_end = last.accrual_end;
        loan.check_planned_until(last.cycle)?;
        loan.check_season()?;
        loan.check_first_row()?;
        Ok(loan)
    }

    /// Checks that the grace leaves an instalment, and that a balloon is not paid off before its last.
    fn check_rows_suffice(&self) -> Result<()> {
        let rules = self.product.rules();
        let grace = u32::from(rules.grace.principal);
        if grace >= self.rows {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "grace.principal",
                grace,
                format_args!("fewer than the {} instalments", self.rows),
            ));
        }
        if let Method::Balloon(Balloon::AmortisedOver(over)) = rules.method
            && u32::from(over) <= self.rows
        {
            return Err(Error::new(
                ErrorCode::OutOfRange,
                "amortised_over",
                over,
                format_args!("more than the {} instalments", self.rows),
            ));
        }
        Ok(())
    }

    /// Checks that the days of later rates rise, and that none lies before the disbursement.
    fn check_rate_changes(&self) -> Result<()> {
        let mut before = None;
        for (index, change) in self.rate_changes.iter().enumerate() {
            let at = || format!("rate.stepped[{index}].from");
            check_date(change.from, "from").map_err(|error| error.at(at()))?;
            if change.from < self.terms.disbursed_on {
                return Err(out_of_order(at(), change.from, "a date on or after", self.terms.disbursed_on));
            }
            if let Some(before) = before
                && change.from <= before
            {
                return Err(out_of_order(at(), change.from, "a date after", before));
            }
            before = Some(change.from);
        }
        Ok(())
    }

    /// Checks that no principal is planned after the last instalment.
    fn check_planned_until(&self, last: NaiveDate) -> Result<()> {
        match self.planned_principal.last() {
            Some(planned) if planned.on > last => {
                let field = format!("plan[{}].on", self.planned_principal.len() - 1);
                Err(out_of_order(field, planned.on, "a date on or before", last))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the first row still falls due after the disbursement, wherever it rolled to.
    fn check_first_row(&self) -> Result<()> {
        if self.accrues_to_cycle_dates() {
            // That it lies there was checked of the date that the cycle gives.
            return Ok(());
        }
        let disbursed_on = self.terms.disbursed_on;
        let first = self.row_dates(1)?;
        let early = if first.printed <= disbursed_on { first.printed } else { first.accrual_end };
        if early <= disbursed_on {
            return Err(out_of_order("first_due_on", early, "a date after", disbursed_on));
        }
        Ok(())
    }

    /// Checks planned principal by itself: only where it belongs, rising, positive, summing to the loan.
    fn check_planned_principal(&self) -> Result<()> {
        let rules = self.product.rules();
        if rules.method != Method::Custom {
            if let Some(planned) = self.planned_principal.first() {
                return superfluous(
                    "plan",
                    &planned.on,
                    &format!("no planned principal with {}", rules.method.as_str()),
                );
            }
            return Ok(());
        }
        let mut before = self.terms.disbursed_on;
        for (index, planned) in self.planned_principal.iter().enumerate() {
            let at = |field: &str| format!("plan[{index}].{field}");
            check_date(planned.on, "plan.on").map_err(|error| error.at(at("on")))?;
            if planned.on <= before {
                return Err(out_of_order(at("on"), planned.on, "a date after", before));
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
                format_args!("a sum of {}, the principal", self.terms.principal.display(rules.currency)),
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
            format_args!("a month in which a due date up to {} falls", self.maturity),
        ))
    }

    /// Checks the due day and the number of instalments by themselves.
    fn check_counts(&self) -> Result<()> {
        let terms = &self.terms;
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
        Ok(())
    }

    /// Finds the number of rows of the loan, and when it ends.
    fn find_end(&self) -> Result<(u32, NaiveDate)> {
        let rules = self.product.rules();
        match (rules.method, rules.every, self.terms.matures_on) {
            (Method::Custom, None, _) => self.find_planned_end(),
            (Method::Bullet, _, Some(matures_on)) => {
                check_date(matures_on, "matures_on")?;
                if matures_on <= self.terms.disbursed_on {
                    return Err(out_of_order(
                        "matures_on",
                        matures_on,
                        "a date after",
                        self.terms.disbursed_on,
                    ));
                }
                Ok((1, matures_on))
            }
            _ => self.find_end_of_cycle(),
        }
    }

    /// The same of planned principal without a cycle: its own days are the rows.
    fn find_planned_end(&self) -> Result<(u32, NaiveDate)> {
        let terms = &self.terms;
        if let Some(day) = terms.first_due_on.or(terms.matures_on) {
            return superfluous("first_due_on", &day, "nothing for a plan without a cycle");
        }
        if let Some(instalments) = terms.instalments {
            return superfluous("instalments", &instalments, "nothing for a plan without a cycle");
        }
        let days = self.planned_principal.len();
        let Some(rows) = u16::try_from(days).ok().filter(|&rows| rows <= Loan::MAX_INSTALMENTS) else {
            let bound = format_args!("at most {} days", Loan::MAX_INSTALMENTS).to_string();
            return Err(Error::new(ErrorCode::OutOfRange, "plan", days, bound));
        };
        match self.planned_principal.last() {
            Some(planned) => Ok((u32::from(rows), planned.on)),
            // An empty one does not sum to a principal above zero.
            None => Err(Error::internal("plan", "no planned day")),
        }
    }

    /// The same of due dates that follow a cycle: by their number, or by the maturity.
    fn find_end_of_cycle(&self) -> Result<(u32, NaiveDate)> {
        let (rules, terms) = (self.product.rules(), &self.terms);
        let Some(first_due_on) = terms.first_due_on else { return missing("first_due_on", "a date") };
        check_date(first_due_on, "first_due_on")?;
        if first_due_on <= terms.disbursed_on {
            return Err(out_of_order("first_due_on", first_due_on, "a date after", terms.disbursed_on));
        }
        if rules.every.is_none() {
            return missing("every", "a cycle such as \"1 month\"");
        }
        match (terms.instalments, terms.matures_on) {
            (Some(instalments), _) => {
                let last = u32::from(instalments.get());
                let maturity = match self.month_dates().and_then(|dates| dates.date(last)) {
                    Some(date) => date,
                    None => self.unbounded_cycle_date(last).map_err(|error| beyond_calendar(&error))?,
                };
                Ok((if rules.method == Method::Bullet { 1 } else { last }, maturity))
            }
            (None, Some(matures_on)) => {
                check_date(matures_on, "matures_on")?;
                if first_due_on > matures_on {
                    return Err(out_of_order(
                        "first_due_on",
                        first_due_on,
                        "a date on or before",
                        matures_on,
                    ));
                }
                Ok((self.rows_until(matures_on)?, matures_on))
            }
            (None, None) => missing("instalments", "a number of instalments, or matures_on"),
        }
    }

    /// The number of rows of a loan with a maturity: the cycle dates before it, and the maturity.
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
        let bound = "0 unless the loan is a balloon without amortised_over";
        return Err(Error::new(ErrorCode::Contradiction, "residual", show(terms.residual), bound));
    }
    Ok(())
}

#[cold]
fn missing<T>(field: &'static str, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Missing, field, "nothing", bound))
}

#[cold]
fn superfluous<T>(field: &'static str, value: &dyn Display, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Contradiction, field, value, bound))
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
