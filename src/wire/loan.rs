//! The wire form of a loan: product and terms merged, amounts, rates and dates as strings.

use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::num::{NonZeroU8, NonZeroU16};
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::calendar::{BusinessDays, Cycle, MAX_DATE, MissingDay, parse_date};
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::{Balloon, Graduated, Method, PaymentStep, Season};
use crate::loan::agreement::product::{
    AccrualEnds, FirstPeriod, Grace, InterestBase, LevelPayment, Product, ProductRules, Reamortise,
    TrancheEarns, UnpaidInterest,
};
use crate::loan::agreement::terms::{PlannedPrincipal, Terms};
use crate::money::{Currency, Money};
use crate::rate::{BasisPoints, Benchmark, Rate, RateStep};
use crate::wire::servicing::{
    AllocationForm, LadderForm, NonAccrualForm, PayerForm, PenaltyForm, PrepaymentForm, ProvisionForm, unless,
};

/// The wire form, as it is written: texts that have not been read yet.
///
/// Unknown keys are refused. `TryFrom` reads it into a [`LoanRecord`] and names the field that does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LoanForm {
    /// Currency code of ISO 4217, or an object with code and exponent. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The amount lent. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The day of disbursement. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disbursed_on: Option<String>,
    /// The rate. Required.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub rate: Option<RateForm>,
    /// The day count. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day_count: Option<String>,
    /// The repayment method. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The number of instalments; either this or `matures_on`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instalments: Option<u32>,
    /// The day of the last instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matures_on: Option<String>,
    /// The cycle of the due dates, such as "1 month".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// The first due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_due_on: Option<String>,
    /// The day of the month of the later due dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_day: Option<u32>,
    /// What happens to a due day that a month does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_day: Option<String>,
    /// Whether a broken last period is merged into the one before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub long_last: Option<bool>,
    /// How every figure is rounded. Required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<String>,
    /// How the level payment is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_payment: Option<String>,
    /// What an irregular first period does to the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_period: Option<String>,
    /// Which period the due date belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accrual_ends: Option<String>,
    /// When a level payment is found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevel: Option<String>,
    /// In how many rounds at most the difference of the last payment is spread, 0 to 9. None: in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_last: Option<u32>,
    /// What interest is counted on. None: the balance outstanding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_base: Option<String>,
    /// How much interest a level payment bills. None: all that its period earned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_cap: Option<String>,
    /// From when a tranche earns. None: from the day it is paid out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tranche_earns: Option<String>,
    /// The calendar that due dates roll by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_days: Option<BusinessDays>,
    /// First instalments without principal or interest.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub grace: Option<GraceForm>,
    /// Of a balloon: the number of instalments that its payments are those of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amortised_over: Option<u32>,
    /// Of a balloon: what its payments leave for the last instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub residual: Option<String>,
    /// Of a graduated loan: its steps.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub graduated: Option<GraduatedForm>,
    /// Of a seasonal loan: the calendar months that repay principal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<Vec<u8>>,
    /// Of a custom loan: its principal by date.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "objects")]
    pub plan: Option<Vec<PlanForm>>,
    /// The amount that payments and equal shares are a multiple of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_multiple: Option<String>,
    /// Whether a payment may be lower than its interest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_amortisation: Option<bool>,
    /// Fees.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub fees: Option<FeesForm>,
    /// What contract interest is earned on. None: on what is outstanding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest_on: Option<String>,
    /// An instalment that is short by no more than this amount is not past due. None: by nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_due_threshold: Option<String>,
    /// Days after the due date within which an instalment is not past due. None: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_days: Option<u32>,
    /// What arrears pay beyond the contract. None: nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub penalty: Option<PenaltyForm>,
    /// The order in which payments settle what is owed. None: fee, penalty, compound, interest, principal, by
    /// instalment.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub allocation: Option<AllocationForm>,
    /// When a loan is no longer accrued. None: never.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub non_accrual: Option<NonAccrualForm>,
    /// What happens to money that comes before anything is due. None: it is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money_ahead: Option<String>,
    /// What is different for the money of some payers, each once. None: nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "objects")]
    pub payers: Option<Vec<PayerForm>>,
    /// How long overdue principal goes on earning contract interest, where it pays no penalty. None: to the day it is
    /// paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue_earns: Option<String>,
    /// To which day a payment that pays off the loan pays interest. None: to its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_off_to: Option<String>,
    /// From which day a change of terms acts on interest. None: from its value date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_from: Option<String>,
    /// Whether a change of terms that was booked shows in the instalments ahead before its value date. None: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes_ahead: Option<bool>,
    /// How a prepayment is settled. None: with all accrued interest, without a fee.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "object")]
    pub prepayment: Option<PrepaymentForm>,
    /// The class by days past due. None: loans have no class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ladder: Option<LadderForm>,
    /// What is provided for, by class. None: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provision: Option<ProvisionForm>,
    /// Days of observation after arrears were rescheduled. None: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observation_days: Option<u32>,
    /// When interest that has been earned is booked. None: when it is billed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accrual_postings: Option<String>,
    /// The value-added tax in interest and fee income. None: it is not split off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<String>,
}

/// The rate in the wire form: exactly one of `fixed`, `stepped` and `benchmark`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RateForm {
    /// One rate for the whole loan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// Rates by their first day; the first one holds on the day of disbursement.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "objects")]
    pub stepped: Option<Vec<RateStepForm>>,
    /// The name of a built-in benchmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benchmark: Option<String>,
    /// What is added to the benchmark, in basis points. None: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread_bp: Option<i32>,
    /// How often the benchmark is looked up again. None: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<String>,
    /// The day whose knowledge of the benchmark is used. Required with a benchmark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_on: Option<String>,
}

/// A rate and its first day in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateStepForm {
    /// The first day of the rate.
    pub from: String,
    /// The rate.
    pub rate: String,
}

/// A grace in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraceForm {
    /// First instalments without principal.
    #[serde(default)]
    pub principal: u32,
    /// First instalments without interest.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub interest: u32,
    /// Whether the interest deferred joins the balance.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub capitalised: bool,
}

/// Reads a form from an object alone: a derived reader would also take an array of its values, in order.
pub(crate) fn object<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(form)| form))
}

/// The same of each form in a list.
pub(crate) fn objects<'de, D, T>(deserializer: D) -> std::result::Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let list = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(list.map(|list| list.into_iter().map(|Object(form)| form).collect()))
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Object<T>, D::Error> {
        struct Visitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> std::result::Result<Object<T>, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(Visitor(PhantomData))
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The steps of a graduated loan in the wire form: either `ratio` or `amount`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraduatedForm {
    /// The growth of the payment at each step, as a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<String>,
    /// The growth of the payment at each step, as an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// After how many instalments each step comes.
    pub every: u32,
}

/// Planned principal in the wire form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanForm {
    /// The day it falls due.
    pub on: String,
    /// The amount.
    pub principal: String,
}

/// Fees in the wire form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FeesForm {
    /// The fee taken when the loan is disbursed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_disbursement: Option<String>,
    /// The fee due with each instalment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each_instalment: Option<String>,
}

/// A loan that owns everything it is made of: what the wire form is read into.
///
/// # Examples
///
/// ```
/// use puhui::loan::LoanRecord;
///
/// let record: LoanRecord = serde_json::from_str(
///     r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
///         "day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month",
///         "first_due_on":"2020-02-20","rounding":"half_up"}"#,
/// )?;
/// let table = record.loan()?.schedule().to_table()?;
/// assert_eq!(table.totals.interest.minor(), 350_575);
/// // Figures as JSON numbers are refused: they would be floats on the way.
/// assert!(serde_json::from_str::<LoanRecord>(r#"{"principal":50000.00}"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "LoanForm", into = "LoanForm")]
pub struct LoanRecord {
    product: Product,
    terms: Terms,
    rate_changes: Vec<RateStep>,
    plan: Vec<PlannedPrincipal>,
}

impl LoanRecord {
    /// A record of a loan, with copies of all that the loan borrows.
    #[must_use]
    pub fn new(loan: &Loan<'_>) -> LoanRecord {
        LoanRecord {
            product: loan.product().clone(),
            terms: *loan.terms(),
            rate_changes: loan.rate_changes().to_vec(),
            plan: loan.planned_principal().to_vec(),
        }
    }

    /// The checked loan, borrowing from this record.
    ///
    /// # Errors
    ///
    /// None that reading the record would not have shown.
    pub fn loan(&self) -> Result<Loan<'_>> {
        Loan::with_rates_and_principal(&self.product, self.terms, &self.rate_changes, &self.plan)
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }
}

/// A value that must be there.
pub(crate) fn required<T>(value: Option<T>, field: &'static str, bound: &str) -> Result<T> {
    value.ok_or_else(|| Error::new(ErrorCode::Missing, field, "nothing", bound))
}

pub(crate) fn contradiction<T>(field: &'static str, value: impl Display, bound: &str) -> Result<T> {
    Err(Error::new(ErrorCode::Contradiction, field, value, bound))
}

/// A word or number of the wire form; its error carries the name of the field it stands in.
pub(crate) fn read<T: FromStr<Err = Error>>(text: &str, field: &'static str) -> Result<T> {
    text.parse().map_err(|error: Error| error.at(field))
}

pub(crate) fn read_or<T: FromStr<Err = Error>>(
    text: Option<&String>,
    field: &'static str,
    absent: T,
) -> Result<T> {
    text.map_or(Ok(absent), |text| read(text, field))
}

pub(crate) fn read_date(text: Option<&String>, field: &'static str) -> Result<Option<NaiveDate>> {
    text.map(|text| parse_date(text, field)).transpose()
}

pub(crate) fn read_money(
    text: Option<&String>,
    currency: Currency,
    field: &'static str,
) -> Result<Option<Money>> {
    text.map(|text| Money::parse(text, currency).map_err(|error| error.at(field))).transpose()
}

fn count(value: u32, field: &'static str) -> Result<u16> {
    u16::try_from(value)
        .map_err(|_| Error::new(ErrorCode::OutOfRange, field, value, format_args!("at most {}", u16::MAX)))
}

/// A number of rounds of levelling.
fn rounds(value: u32) -> Result<u8> {
    let most = ProductRules::MAX_SMOOTHING_ROUNDS;
    u8::try_from(value)
        .ok()
        .filter(|&rounds| rounds <= most)
        .ok_or_else(|| Error::new(ErrorCode::OutOfRange, "level_last", value, format_args!("at most {most}")))
}

impl LoanForm {
    fn method(&self, currency: Currency) -> Result<Method> {
        let name = required(self.method.as_deref(), "method", "a repayment method")?;
        let superfluous = [
            ("amortised_over", self.amortised_over.is_some(), "balloon"),
            ("residual", self.residual.is_some(), "balloon"),
            ("graduated", self.graduated.is_some(), "graduated"),
            ("months", self.months.is_some(), "seasonal"),
            ("plan", self.plan.is_some(), "custom"),
        ];
        for (field, given, method) in superfluous {
            if given && name != method {
                return contradiction(field, "a value", &format!("nothing unless the method is {method}"));
            }
        }
        match name {
            "equal_instalment" => Ok(Method::EqualInstalment),
            "equal_principal" => Ok(Method::EqualPrincipal),
            "interest_only" => Ok(Method::InterestOnly),
            "bullet" => Ok(Method::Bullet),
            "balloon" => match (self.amortised_over, &self.residual) {
                (Some(over), None) => {
                    Ok(Method::Balloon(Balloon::AmortisedOver(count(over, "amortised_over")?)))
                }
                (None, Some(_)) => Ok(Method::Balloon(Balloon::Residual)),
                (None, None) => required(None, "amortised_over", "a number of instalments, or a residual"),
                (Some(over), Some(_)) => {
                    contradiction("amortised_over", over, "nothing where a residual is given")
                }
            },
            "graduated" => {
                let form = required(self.graduated.as_ref(), "graduated", "steps of the payment")?;
                let growth = match (&form.ratio, &form.amount) {
                    (Some(ratio), None) => PaymentStep::Ratio(read(ratio, "graduated.ratio")?),
                    (None, Some(amount)) => PaymentStep::Amount(
                        Money::parse(amount, currency).map_err(|error| error.at("graduated.amount"))?,
                    ),
                    (None, None) => return required(None, "graduated.ratio", "a ratio or an amount"),
                    (Some(ratio), Some(_)) => {
                        return contradiction("graduated.ratio", ratio, "nothing where an amount is given");
                    }
                };
                Ok(Method::Graduated(Graduated::new(growth, count(form.every, "graduated.every")?)?))
            }
            "seasonal" => {
                let months = required(self.months.as_ref(), "months", "the months that repay principal")?;
                Ok(Method::Seasonal(Season::new(months)?))
            }
            "custom" => {
                required(self.plan.as_ref(), "plan", "principal by date")?;
                Ok(Method::Custom)
            }
            _ => Err(Error::new(
                ErrorCode::UnknownValue,
                "method",
                crate::decimal_text::quoted(name),
                "one of equal_instalment equal_principal interest_only bullet balloon graduated seasonal custom",
            )),
        }
    }

    fn rules(&self) -> Result<ProductRules> {
        let currency = required(self.currency, "currency", "a code of ISO 4217")?;
        let text =
            |value: &Option<String>, field: &'static str, bound: &str| required(value.clone(), field, bound);
        let day_count = read(&text(&self.day_count, "day_count", "a day count")?, "day_count")?;
        let rounding = read(&text(&self.rounding, "rounding", "a rounding")?, "rounding")?;
        let mut rules = ProductRules::new(currency, self.method(currency)?, day_count, rounding);
        rules.every = self.every.as_ref().map(|every| read::<Cycle>(every, "every")).transpose()?;
        rules.missing_day = read_or(self.missing_day.as_ref(), "missing_day", MissingDay::LastOfMonth)?;
        rules.long_last = self.long_last.unwrap_or(false);
        rules.level_payment = read_or(self.level_payment.as_ref(), "level_payment", LevelPayment::Exact)?;
        rules.first_period = read_or(self.first_period.as_ref(), "first_period", FirstPeriod::Inside)?;
        rules.accrual_ends = read_or(self.accrual_ends.as_ref(), "accrual_ends", AccrualEnds::OnDueDate)?;
        rules.reamortise = read_or(self.relevel.as_ref(), "relevel", Reamortise::AtChange)?;
        rules.smoothing_rounds = rounds(self.level_last.unwrap_or(0))?;
        rules.interest_base =
            read_or(self.interest_base.as_ref(), "interest_base", InterestBase::Outstanding)?;
        rules.unpaid_interest = read_or(self.interest_cap.as_ref(), "interest_cap", UnpaidInterest::Billed)?;
        rules.tranche_earns = read_or(self.tranche_earns.as_ref(), "tranche_earns", TrancheEarns::FromDay)?;
        rules.business_days.clone_from(&self.business_days);
        if let Some(grace) = &self.grace {
            rules.grace = Grace {
                principal: count(grace.principal, "grace.principal")?,
                interest: count(grace.interest, "grace.interest")?,
                capitalised: grace.capitalised,
            };
        }
        rules.payment_multiple = read_money(self.payment_multiple.as_ref(), currency, "payment_multiple")?;
        rules.negative_amortisation = self.negative_amortisation.unwrap_or(false);
        rules.servicing = self.servicing(currency)?;
        Ok(rules)
    }

    fn terms(&self, rules: &ProductRules, rate: Rate, disbursed_on: NaiveDate) -> Result<Terms> {
        let currency = rules.currency;
        let principal = read_money(self.principal.as_ref(), currency, "principal")?;
        let principal = required(principal, "principal", "an amount above 0")?;
        let mut terms = Terms::new(principal, rate, disbursed_on);
        let absent_is_none = |money: Option<Money>| money.unwrap_or(Money::ZERO);
        terms.residual = absent_is_none(read_money(self.residual.as_ref(), currency, "residual")?);
        if let Some(fees) = &self.fees {
            let read = |fee: &Option<String>, field| read_money(fee.as_ref(), currency, field);
            terms.fee_at_disbursement = absent_is_none(read(&fees.at_disbursement, "fees.at_disbursement")?);
            terms.fee_each_instalment = absent_is_none(read(&fees.each_instalment, "fees.each_instalment")?);
        }
        terms.first_due_on = read_date(self.first_due_on.as_ref(), "first_due_on")?;
        terms.matures_on = read_date(self.matures_on.as_ref(), "matures_on")?;
        if let Some(instalments) = self.instalments {
            terms.instalments = Some(nonzero_count(instalments)?);
        }
        if let Some(due_day) = self.due_day {
            terms.due_day = Some(
                u8::try_from(due_day)
                    .ok()
                    .and_then(NonZeroU8::new)
                    .filter(|day| day.get() <= 31)
                    .ok_or_else(|| Error::new(ErrorCode::OutOfRange, "due_day", due_day, "1 to 31"))?,
            );
        }
        Ok(terms)
    }

    fn planned(&self, currency: Currency) -> Result<Vec<PlannedPrincipal>> {
        let read = |row: &PlanForm| {
            Ok(PlannedPrincipal {
                on: parse_date(&row.on, "plan.on")?,
                principal: Money::parse(&row.principal, currency)
                    .map_err(|error| error.at("plan.principal"))?,
            })
        };
        self.plan.iter().flatten().map(read).collect()
    }
}

pub(crate) fn nonzero_count(instalments: u32) -> Result<NonZeroU16> {
    let most = Loan::MAX_INSTALMENTS;
    let within = u16::try_from(instalments).ok().filter(|&count| count <= most).and_then(NonZeroU16::new);
    within.ok_or_else(|| {
        Error::new(ErrorCode::OutOfRange, "instalments", instalments, format_args!("1 to {most}"))
    })
}

impl RateForm {
    /// Exactly one kind of rate, and no key of another kind.
    fn check(&self) -> Result<()> {
        let kinds = [
            ("rate.fixed", self.fixed.is_some()),
            ("rate.stepped", self.stepped.is_some()),
            ("rate.benchmark", self.benchmark.is_some()),
        ];
        let mut given = kinds.iter().filter(|(_, given)| *given);
        if given.next().is_none() {
            return required(None, "rate", "one of fixed, stepped, benchmark");
        }
        if let Some((field, _)) = given.next() {
            return contradiction(field, "a second rate", "exactly one of fixed, stepped, benchmark");
        }
        let extras = [
            ("rate.spread_bp", self.spread_bp.is_some()),
            ("rate.reset", self.reset.is_some()),
            ("rate.known_on", self.known_on.is_some()),
        ];
        for (field, given) in extras {
            if given && self.benchmark.is_none() {
                return contradiction(field, "a value", "nothing unless there is a benchmark");
            }
        }
        Ok(())
    }

    /// The first rate, and the changes of a stepped one.
    fn steps(&self, disbursed_on: NaiveDate) -> Result<(Rate, Vec<RateStep>)> {
        if let Some(fixed) = &self.fixed {
            return Ok((read(fixed, "rate.fixed")?, Vec::new()));
        }
        let mut first: Option<Rate> = None;
        let mut before: Option<NaiveDate> = None;
        let mut changes = Vec::new();
        for (index, step) in self.stepped.iter().flatten().enumerate() {
            let at = |field: &str| format!("rate.stepped[{index}].{field}");
            let from = parse_date(&step.from, "from").map_err(|error| error.at(at("from")))?;
            let rate = step.rate.parse().map_err(|error: Error| error.at(at("rate")))?;
            if let Some(before) = before
                && from <= before
            {
                return Err(Error::new(
                    ErrorCode::DatesOutOfOrder,
                    at("from"),
                    from,
                    format!("after {before}"),
                ));
            }
            before = Some(from);
            if from <= disbursed_on {
                first = Some(rate);
            } else {
                changes.push(RateStep { from, rate, projected: false });
            }
        }
        let bound = format!("a rate from {disbursed_on} on");
        Ok((required(first, "rate.stepped", &bound)?, changes))
    }
}

impl TryFrom<LoanForm> for LoanRecord {
    type Error = Error;

    fn try_from(form: LoanForm) -> Result<LoanRecord> {
        let rules = form.rules()?;
        let currency = rules.currency;
        let disbursed_on = read_date(form.disbursed_on.as_ref(), "disbursed_on")?;
        let disbursed_on = required(disbursed_on, "disbursed_on", "a date")?;
        let rate = required(form.rate.as_ref(), "rate", "one of fixed, stepped, benchmark")?;
        rate.check()?;
        let plan = form.planned(currency)?;
        let product = Product::new(rules)?;

        let Some(name) = &rate.benchmark else {
            let (first, rate_changes) = rate.steps(disbursed_on)?;
            let terms = form.terms(product.rules(), first, disbursed_on)?;
            let record = LoanRecord { product, terms, rate_changes, plan };
            record.loan()?;
            return Ok(record);
        };
        let benchmark = Benchmark::built_in(name).map_err(|error| error.at("rate.benchmark"))?;
        let reset = rate.reset.as_ref().map(|reset| read::<Cycle>(reset, "rate.reset")).transpose()?;
        let known_on = read_date(rate.known_on.as_ref(), "rate.known_on")?;
        let known_on = required(known_on, "rate.known_on", "the day up to which what was published counts")?;
        let spread = BasisPoints(rate.spread_bp.unwrap_or(0));
        // As far as anything is known: a relief may move the maturity, and the payments of a balloon are those of a longer
        // loan.
        let (first, rate_changes) = benchmark
            .rates(spread, reset, disbursed_on, MAX_DATE, known_on)
            .map_err(|error| error.at("rate.benchmark"))?;
        let terms = form.terms(product.rules(), first, disbursed_on)?;
        let record = LoanRecord { product, terms, rate_changes, plan };
        record.loan()?;
        Ok(record)
    }
}

impl From<LoanRecord> for LoanForm {
    /// Writes the record out in full; what a benchmark paid is written as the steps that it was read into.
    fn from(record: LoanRecord) -> LoanForm {
        let LoanRecord { product, terms, rate_changes, plan } = record;
        let rules = product.rules();
        let show = |money: Money| money.display(rules.currency).to_string();
        let fee = |money: Money| (!money.is_zero()).then(|| show(money));
        let first = RateStepForm { from: terms.disbursed_on.to_string(), rate: terms.rate.to_string() };
        let step =
            |change: &RateStep| RateStepForm { from: change.from.to_string(), rate: change.rate.to_string() };
        let rate = if rate_changes.is_empty() {
            RateForm { fixed: Some(terms.rate.to_string()), ..RateForm::default() }
        } else {
            let steps = std::iter::once(first).chain(rate_changes.iter().map(step));
            RateForm { stepped: Some(steps.collect()), ..RateForm::default() }
        };
        let fees = FeesForm {
            at_disbursement: fee(terms.fee_at_disbursement),
            each_instalment: fee(terms.fee_each_instalment),
        };
        let graduated = match rules.method {
            Method::Graduated(graduated) => Some(match graduated.growth() {
                PaymentStep::Ratio(ratio) => GraduatedForm {
                    ratio: Some(ratio.to_string()),
                    amount: None,
                    every: u32::from(graduated.every()),
                },
                PaymentStep::Amount(amount) => GraduatedForm {
                    ratio: None,
                    amount: Some(show(amount)),
                    every: u32::from(graduated.every()),
                },
            }),
            _ => None,
        };
        let planned =
            |row: &PlannedPrincipal| PlanForm { on: row.on.to_string(), principal: show(row.principal) };
        LoanForm {
            currency: Some(rules.currency),
            principal: Some(show(terms.principal)),
            disbursed_on: Some(terms.disbursed_on.to_string()),
            rate: Some(rate),
            day_count: Some(rules.day_count.to_string()),
            method: Some(rules.method.as_str().to_owned()),
            instalments: terms.instalments.map(|count| u32::from(count.get())),
            matures_on: terms.matures_on.map(|day| day.to_string()),
            every: rules.every.map(|cycle| cycle.to_string()),
            first_due_on: terms.first_due_on.map(|day| day.to_string()),
            due_day: terms.due_day.map(|day| u32::from(day.get())),
            missing_day: Some(rules.missing_day.to_string()),
            long_last: Some(rules.long_last),
            rounding: Some(rules.rounding.to_string()),
            level_payment: Some(rules.level_payment.to_string()),
            first_period: Some(rules.first_period.to_string()),
            accrual_ends: Some(rules.accrual_ends.to_string()),
            relevel: Some(rules.reamortise.to_string()),
            level_last: unless(rules.smoothing_rounds, 0, u32::from),
            interest_base: unless(rules.interest_base, InterestBase::Outstanding, |word| word.to_string()),
            interest_cap: unless(rules.unpaid_interest, UnpaidInterest::Billed, |word| word.to_string()),
            tranche_earns: unless(rules.tranche_earns, TrancheEarns::FromDay, |word| word.to_string()),
            business_days: rules.business_days.clone(),
            grace: (rules.grace != Grace::default()).then(|| GraceForm {
                principal: u32::from(rules.grace.principal),
                interest: u32::from(rules.grace.interest),
                capitalised: rules.grace.capitalised,
            }),
            amortised_over: match rules.method {
                Method::Balloon(Balloon::AmortisedOver(over)) => Some(u32::from(over)),
                _ => None,
            },
            residual: fee(terms.residual),
            graduated,
            months: match rules.method {
                Method::Seasonal(season) => Some(season.months().collect()),
                _ => None,
            },
            plan: (rules.method == Method::Custom).then(|| plan.iter().map(planned).collect()),
            payment_multiple: rules.payment_multiple.map(show),
            negative_amortisation: Some(rules.negative_amortisation),
            fees: (fees != FeesForm::default()).then_some(fees),
            ..LoanForm::of_servicing(&rules.servicing, rules.currency)
        }
    }
}
