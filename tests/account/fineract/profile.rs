//! The profile: which of the library's options makes an instalment what the other engine expects.
//!
//! A product never takes a value because of it; each is an ordinary option, named for what it does. Why it has the value that
//! it has here, by the section of `rules.md` beside the cases:
//!
//! | option | value | why |
//! |---|---|---|
//! | `rounding` | `half_even`, as the case says | §0 |
//! | `missing_day` | `last_of_month`, or `first_of_next_month` where the case says so | §1 |
//! | `day_count` | `actual/actual_icma` where interest is by the period, and for 30 days of 360 over months: a period is a twelfth, each of its days the same part of it | §2 |
//! | | `actual/360`, `actual/365` where days are counted; 30 days of 360 over a cycle of days or weeks are the same | §2 |
//! | | `actual/actual_dec_31` for the length of the year, which turns a day early; `actual/actual` where interest is recognised on the day of disbursement | §2 |
//! | | `actual/365l` where only the period that holds a 29 February has 366 days | §2 |
//! | `interest_base` | `disbursed` for flat interest | §2 |
//! | `tranche_earns` | `whole_period` for interest by the period without partial periods | §2 |
//! | `interest_cap` | `payment`: the rest is "unrecognised" and moves on | §3 |
//! | `method` | `equal_instalment`; `interest_only` for the bullet | §4 |
//! | `level_last` | 3 rounds | §4 |
//! | `payment_multiple` | `installment_multiple_of` | §0 |
//! | `relevel` | `running`: a change solves from the period that holds it | §4, 5 |
//! | `changes_from` | `day_before` | §5 |
//! | `changes_ahead` | `true`: what is agreed shows at once | §5 |
//! | `interest_on` | `outstanding` where interest is recalculated, else `plan` | §5 |
//! | `overdue_earns` | `never` where the product disallows it, `to_next_due` where it rests on due dates, else `to_day` | §5 |
//! | `pay_off_to` | `next_due` for a pay-off to the rest date | §5 |
//! | `allocation` | by instalment; fee, penalty and compound, which no case has, then principal and interest as the product orders them | §5 |
//! | `money_ahead` | `settle_next`, `settle_last`, `settle_next_last`, `settle_evenly` by the rule for future instalments | §5 |
//! | `payers` | the same by the kind of money, see [`PAYERS`] | §5 |
//!
//! Cumulative schedules, which are no target, take the nearest options: no cap, no levelling, interest first, and money
//! ahead that repays principal.

use chrono::{Datelike, NaiveDate};
use puhui::loan::{LoanForm, LoanRecord};
use puhui::{Cycle, MissingDay, Money};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::case::{Allocation, Terms, Unfit, skipped};

/// Who pays by kind of money: every kind that can have rules of its own is another payer here.
pub const PAYERS: [(&str, &str); 5] = [
    ("GOODWILL_CREDIT", "goodwill"),
    ("MERCHANT_ISSUED_REFUND", "refund"),
    ("PAYOUT_REFUND", "treasury"),
    ("INTEREST_REFUND", "insurer"),
    ("INTEREST_PAYMENT_WAIVER", "guarantor"),
];

/// What a loan is made of beside its terms.
#[derive(Clone, Copy, Debug)]
pub struct Given {
    pub starts_on: NaiveDate,
    /// The sum of what is paid out.
    pub lent: Money,
    /// It is only planned: nobody is late.
    pub preview: bool,
}

pub fn record(terms: &Terms, given: Given) -> Result<LoanRecord, Unfit> {
    let form: LoanForm =
        serde_json::from_value(form(terms, given)?).map_err(|error| Unfit::Refused(error.to_string()))?;
    Ok(LoanRecord::try_from(form)?)
}

fn form(terms: &Terms, given: Given) -> Result<Value, Unfit> {
    let currency = serde_json::from_value(json!(terms.currency))
        .map_err(|error| Unfit::Skipped(format!("currency {}: {error}", terms.currency)))?;
    let principal = Money::parse(&terms.principal, currency)?.max(given.lent);
    let every = every(terms, given.starts_on)?;
    let (of_borrower, payers) = allocation(terms)?;
    let recalculation = &terms.interest_recalculation;
    if recalculation.compounding.as_deref().is_some_and(|compounding| compounding != "NONE") {
        return skipped("interest that compounds");
    }
    let mut form = json!({
        "currency": terms.currency, "principal": principal.display(currency).to_string(),
        "disbursed_on": given.starts_on, "rate": {"fixed": annual_rate(terms)?.to_string()},
        "day_count": day_count(terms)?, "method": method(terms)?, "every": every.to_string(),
        "instalments": rows(terms), "rounding": rounding(terms)?,
        "missing_day": missing_day(terms)?.as_str(),
        "interest_base": match terms.interest_method.as_str() {
            "FLAT" => "disbursed",
            "DECLINING_BALANCE" => "outstanding",
            other => return skipped(format!("interest_method {other}")),
        },
        "tranche_earns": if by_period(terms)? && !terms.allow_partial_period_interest { "whole_period" } else { "from_day" },
        "interest_cap": "payment", "level_last": 3, "relevel": "running", "changes_from": "day_before",
        "changes_ahead": true,
        "interest_on": if recalculation.enabled { "outstanding" } else { "plan" },
        "overdue_earns": if given.preview { "never" } else { overdue_earns(terms) },
        "pay_off_to": if pays_off_to_next_due(terms) { "next_due" } else { "day" },
        "allocation": of_borrower.0, "money_ahead": of_borrower.1, "payers": payers,
    });
    form["first_due_on"] = json!(every.date(given.starts_on, None, missing_day(terms)?, 1)?);
    if every.months().is_some() {
        // Due dates keep the day of the start, also where the first month does not have it.
        form["due_day"] = json!(given.starts_on.day());
    }
    if let Some(multiple) = &terms.installment_multiple_of
        && form["method"] != "equal_principal"
    {
        form["payment_multiple"] = match multiple {
            Value::String(multiple) => json!(multiple),
            multiple => json!(multiple.to_string()),
        };
    }
    if terms.grace_on_principal > 0 && !terms.bullet {
        form["grace"] = json!({"principal": terms.grace_on_principal});
    }
    if terms.interest_free_period > 0 {
        // Put off, and paid with the first instalment that bills interest again.
        form["grace"]["interest"] = json!(terms.interest_free_period);
    }
    if terms.cumulative() {
        cumulative(terms, &mut form)?;
    }
    Ok(form)
}

/// What differs in a cumulative schedule.
fn cumulative(terms: &Terms, form: &mut Value) -> Result<(), Unfit> {
    if form["day_count"] == "actual/actual_dec_31" {
        return skipped("a year that is as long as the one that the loan began in, for all its life");
    }
    form["interest_cap"] = json!("none");
    form["level_last"] = json!(0);
    form["changes_from"] = json!("day");
    form["allocation"] = order(&["interest", "principal"], "instalment");
    form["payers"] = json!([]);
    if terms.interest_method == "FLAT" {
        if terms.installment_multiple_of.is_none() {
            // Principal and interest are each in equal parts; of a multiple it is both together.
            form["method"] = json!("equal_principal");
        }
        // The interest of the whole term is found first, and then its parts.
        form["interest_base"] = json!("disbursed_in_total");
        form["day_count"] = json!("actual/actual_icma");
        form["tranche_earns"] = json!("whole_period");
    }
    match terms.interest_recalculation.reschedule_strategy.as_deref() {
        Some("REDUCE_EMI_AMOUNT") => form["money_ahead"] = json!("re_amortise"),
        Some("REDUCE_NUMBER_OF_INSTALLMENTS") => form["money_ahead"] = json!("last"),
        _ => {}
    }
    if terms.interest_recalculation.rest_frequency.as_deref() == Some("SAME_AS_REPAYMENT") {
        form["overdue_earns"] = json!("to_next_due");
    }
    Ok(())
}

pub fn pays_off_to_next_due(terms: &Terms) -> bool {
    terms.interest_recalculation.preclosure_strategy.as_deref() == Some("TILL_REST_FREQUENCY_DATE")
}

fn overdue_earns(terms: &Terms) -> &'static str {
    let recalculation = &terms.interest_recalculation;
    if recalculation.disallow_on_past_due {
        "never"
    } else if pays_off_to_next_due(terms)
        && recalculation.rest_frequency.as_deref() == Some("SAME_AS_REPAYMENT")
    {
        "to_next_due"
    } else {
        "to_day"
    }
}

fn by_period(terms: &Terms) -> Result<bool, Unfit> {
    match terms.interest_calculation_period.as_str() {
        "SAME_AS_REPAYMENT_PERIOD" => Ok(true),
        "DAILY" => Ok(false),
        other => skipped(format!("interest_calculation_period {other}")),
    }
}

fn rounding(terms: &Terms) -> Result<&'static str, Unfit> {
    match terms.rounding.as_str() {
        "HALF_EVEN" => Ok("half_even"),
        "HALF_UP" => Ok("half_up"),
        "DOWN" => Ok("down"),
        "UP" => Ok("up"),
        other => skipped(format!("rounding {other}")),
    }
}

fn method(terms: &Terms) -> Result<&'static str, Unfit> {
    match terms.amortization.as_str() {
        "EQUAL_INSTALLMENTS" if terms.bullet => Ok("interest_only"),
        "EQUAL_INSTALLMENTS" => Ok("equal_instalment"),
        "EQUAL_PRINCIPAL_PAYMENTS" => Ok("equal_principal"),
        other => skipped(format!("amortization {other}")),
    }
}

fn missing_day(terms: &Terms) -> Result<MissingDay, Unfit> {
    match terms.month_end_due_date_strategy.as_deref() {
        None | Some("LAST_DAY_OF_MONTH") => Ok(MissingDay::LastOfMonth),
        Some("FIRST_DAY_OF_NEXT_MONTH") => Ok(MissingDay::FirstOfNextMonth),
        Some(other) => skipped(format!("month_end_due_date_strategy {other}")),
    }
}

fn day_count(terms: &Terms) -> Result<String, Unfit> {
    let in_months = matches!(terms.repay_frequency.as_str(), "MONTHS" | "YEARS");
    if by_period(terms)? {
        return Ok("actual/actual_icma".to_owned());
    }
    let year = match (terms.days_in_year.as_str(), terms.days_in_year_custom_strategy.as_deref()) {
        ("actual", Some("FEB_29_PERIOD_ONLY")) => "365l",
        ("actual", None | Some("FULL_LEAP_YEAR")) if terms.interest_recognition_on_disbursement_date => {
            "actual"
        }
        ("actual", None | Some("FULL_LEAP_YEAR")) => "actual_dec_31",
        (year @ ("360" | "365"), _) => year,
        (year, strategy) => return skipped(format!("days_in_year {year} {}", strategy.unwrap_or_default())),
    };
    match (terms.days_in_month.as_str(), year) {
        ("30", "360") if in_months => Ok("actual/actual_icma".to_owned()),
        ("30", _) if in_months => skipped(format!("months of 30 days in a year of {year}")),
        // Over a cycle of days or weeks these are the days of the cycle, spread over as many.
        ("30" | "actual", _) => Ok(format!("actual/{year}")),
        (month, _) => skipped(format!("days_in_month {month}")),
    }
}

fn annual_rate(terms: &Terms) -> Result<Decimal, Unfit> {
    let malformed = || Unfit::Skipped(format!("annual_rate_pct {}", terms.annual_rate_pct));
    let percent = Decimal::from_str_exact(&terms.annual_rate_pct).map_err(|_| malformed())?;
    let rate = percent / Decimal::ONE_HUNDRED;
    let of_year = |rate: Decimal| rate.checked_mul(Decimal::from(12));
    let annual = match terms.interest_rate_frequency.as_str() {
        "YEAR" => Some(rate),
        "MONTH" => of_year(rate),
        "WHOLE_TERM" if terms.repay_frequency == "MONTHS" => {
            let months = Decimal::from(terms.number_of_repayments) * Decimal::from(terms.repay_every);
            of_year(rate).and_then(|rate| rate.checked_div(months))
        }
        other => return skipped(format!("interest_rate_frequency {other} of {}", terms.repay_frequency)),
    };
    Ok(annual.ok_or_else(malformed)?.normalize())
}

/// A rate of a case, which is in per cent.
pub fn rate_of(percent: &str) -> Result<puhui::Rate, Unfit> {
    let malformed = |_| Unfit::Skipped(format!("new_interest_rate {percent}"));
    let percent = Decimal::from_str_exact(percent).map_err(malformed)?;
    Ok(puhui::Rate::new((percent / Decimal::ONE_HUNDRED).normalize())?)
}

/// How many instalments: a test of the calculator gives their periods, but for due dates that move.
fn rows(terms: &Terms) -> usize {
    match terms.period_dates.len() {
        periods if periods > 0 && terms.due_date_variations.is_empty() => periods,
        _ => usize::try_from(terms.number_of_repayments).unwrap_or(usize::MAX),
    }
}

/// A cycle as the case words it.
pub fn cycle(count: u16, unit: &str) -> Result<Cycle, Unfit> {
    let unit = match unit {
        "DAYS" => "day",
        "WEEKS" => "week",
        "MONTHS" => "month",
        "YEARS" => "year",
        other => return skipped(format!("a cycle of {other}")),
    };
    Ok(format!("{count} {unit}").parse()?)
}

/// The cycle. Periods that a test of the calculator gives say it better than its terms, which may name another.
fn every(terms: &Terms, starts_on: NaiveDate) -> Result<Cycle, Unfit> {
    let every = cycle(terms.repay_every, &terms.repay_frequency)?;
    if terms.period_dates.is_empty() || !terms.due_date_variations.is_empty() {
        return Ok(every);
    }
    let missing_day = missing_day(terms)?;
    let fits = |every: &Cycle| {
        let mut row = 0;
        terms.period_dates.iter().all(|&(from, until)| {
            let begins = every.date(starts_on, None, missing_day, row);
            row += 1;
            begins == Ok(from) && every.date(starts_on, None, missing_day, row) == Ok(until)
        })
    };
    let months = (1..=12).filter_map(|months| cycle(months, "MONTHS").ok());
    match std::iter::once(every).chain(months).find(fits) {
        Some(every) => Ok(every),
        None => skipped("periods that follow no cycle"),
    }
}

fn order(parts: &[&str], by: &str) -> Value {
    let parts: Vec<&str> = ["fee", "penalty", "compound"].iter().chain(parts).copied().collect();
    json!({"order": parts, "by": by})
}

/// Order and rule of the borrower's money, and those of the other payers.
fn allocation(terms: &Terms) -> Result<((Value, &'static str), Value), Unfit> {
    let by = match terms.processing_type.as_deref() {
        None | Some("HORIZONTAL") => "instalment",
        Some("VERTICAL") => "part",
        Some(other) => return skipped(format!("processing_type {other}")),
    };
    let rules = |rule: &Allocation| {
        // The order of what is due holds throughout: no case has another for what is past due or ahead.
        let parts = rule.order.iter().filter_map(|part| part.strip_prefix("DUE_"));
        let parts: Vec<&str> = parts
            .filter_map(|part| match part {
                "PRINCIPAL" => Some("principal"),
                "INTEREST" => Some("interest"),
                _ => None,
            })
            .collect();
        let ahead = match rule.future_installment_rule.as_str() {
            "NEXT_INSTALLMENT" => "settle_next",
            "LAST_INSTALLMENT" => "settle_last",
            "NEXT_LAST_INSTALLMENT" => "settle_next_last",
            "REAMORTIZATION" => "settle_evenly",
            other => return skipped(format!("future_installment_rule {other}")),
        };
        Ok((order(&parts, by), ahead))
    };
    let mut of_borrower = (order(&["principal", "interest"], by), "settle_next");
    let mut payers = Vec::new();
    for (kind, rule) in &terms.allocation {
        let (order, ahead) = rules(rule)?;
        if kind == "DEFAULT" {
            of_borrower = (order, ahead);
        } else if let Some((_, payer)) = PAYERS.iter().find(|(known, _)| known == kind) {
            payers.push(json!({"payer": payer, "allocation": order, "money_ahead": ahead}));
        } else {
            return skipped(format!("allocation of {kind}"));
        }
    }
    Ok((of_borrower, json!(payers)))
}
