//! A case as its file holds it, read field by field: what is not known is named, never guessed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Why a case has no answer.
#[derive(Debug)]
pub enum Unfit {
    /// It asks for what is out of scope: the feature.
    Skipped(String),
    /// The library refused it: the error.
    Refused(String),
}

impl From<puhui::Error> for Unfit {
    fn from(error: puhui::Error) -> Unfit {
        Unfit::Refused(error.to_string())
    }
}

pub fn skipped<T>(feature: impl Into<String>) -> Result<T, Unfit> {
    Err(Unfit::Skipped(feature.into()))
}

/// Terms on which no due date, principal or interest depends: names, what a charge-off or a charge-back would do to the
/// books, and the digits of an engine that does not compute with fractions.
const NOT_READ: [&str; 9] = [
    "product",
    "term",
    "multi_disburse",
    "math_precision",
    "currency_decimals",
    "payment_strategy",
    "charge_off_behaviour",
    "credit_allocation",
    "supported_interest_refund",
];

/// Terms that are features out of scope wherever they are more than nothing.
const OUT_OF_SCOPE: [&str; 4] = [
    // Part of the first disbursement is paid back at once.
    "down_payment",
    // The last instalment falls due on a day that no cycle leads to.
    "fixed_length",
    // The interest of the whole loan in equal parts.
    "equal_amortization",
    // First instalments that bill interest and let it be paid later.
    "grace_on_interest",
];

#[derive(Debug)]
pub struct Case {
    pub id: String,
    /// A test of the other engine's calculator: a checkpoint may list some instalments only, and no day is reached.
    pub unit: bool,
    pub terms: Terms,
    pub events: Vec<Happening>,
    pub checkpoints: Vec<Checkpoint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub submitted_on: NaiveDate,
    pub principal: String,
    pub currency: String,
    pub annual_rate_pct: String,
    pub interest_rate_frequency: String,
    pub interest_method: String,
    pub interest_calculation_period: String,
    pub amortization: String,
    pub repay_every: u16,
    pub repay_frequency: String,
    pub number_of_repayments: u32,
    #[serde(default)]
    pub period_dates: Vec<(NaiveDate, NaiveDate)>,
    #[serde(default)]
    pub due_date_variations: Vec<Variation>,
    #[serde(default)]
    pub grace_on_principal: u32,
    #[serde(default)]
    pub interest_free_period: u32,
    pub days_in_year: String,
    pub days_in_month: String,
    pub days_in_year_custom_strategy: Option<String>,
    #[serde(default)]
    pub allow_partial_period_interest: bool,
    pub interest_recalculation: Recalculation,
    pub schedule_type: String,
    pub processing_type: Option<String>,
    #[serde(default)]
    pub allocation: BTreeMap<String, Allocation>,
    #[serde(default)]
    pub interest_recognition_on_disbursement_date: bool,
    /// A number, or a text.
    pub installment_multiple_of: Option<Value>,
    pub repayment_start: Option<String>,
    pub rounding: String,
    #[serde(default)]
    pub expected_tranches: Vec<Tranche>,
    pub month_end_due_date_strategy: Option<String>,
    #[serde(default)]
    pub bullet: bool,
}

impl Terms {
    pub fn cumulative(&self) -> bool {
        self.schedule_type == "CUMULATIVE"
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recalculation {
    pub enabled: bool,
    pub preclosure_strategy: Option<String>,
    pub reschedule_strategy: Option<String>,
    pub compounding: Option<String>,
    pub rest_frequency: Option<String>,
    #[serde(default)]
    pub disallow_on_past_due: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    pub future_installment_rule: String,
    pub order: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tranche {
    pub date: NaiveDate,
    pub amount: String,
}

/// A due date that moves, as terms of a test of the calculator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

#[derive(Debug)]
pub struct Happening {
    /// The kind, as it is spelt.
    pub name: String,
    pub date: NaiveDate,
    /// The day it was booked; none in the tests of the calculator.
    pub business_date: Option<NaiveDate>,
    pub what: What,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    Approve {
        amount: Option<String>,
        expected_disbursement: Option<NaiveDate>,
    },
    Disburse {
        amount: String,
    },
    /// The end of a day.
    Cob {},
    Repayment {
        amount: String,
    },
    GoodwillCredit {
        amount: String,
    },
    MerchantIssuedRefund {
        amount: String,
    },
    PayoutRefund {
        amount: String,
    },
    InterestPaymentWaiver {
        amount: String,
    },
    /// The amount that pays everything off.
    Payoff {},
    Reschedule {
        reschedule_from: NaiveDate,
        submitted_on: Option<NaiveDate>,
        new_interest_rate: Option<String>,
        extra_terms: Option<u16>,
        adjusted_due_date: Option<NaiveDate>,
        grace_on_principal: Option<u32>,
        grace_on_interest: Option<u32>,
    },
    InterestPause {
        start: NaiveDate,
        end: NaiveDate,
    },
    ReAge {
        frequency_number: u16,
        frequency_type: String,
        start_date: NaiveDate,
        installments: u16,
    },
    ReAmortize {
        interest_handling: Option<String>,
    },
    /// The nth event of a kind on this day never was.
    Undo {
        nth: usize,
        kind: String,
    },
    UndoLastDisbursal {},
    UndoDisbursal {},
    UndoReAge {},
    /// A tranche is planned for a day.
    AddTrancheDetail {
        #[serde(rename = "amount")]
        _amount: String,
    },
    /// Unit tests pay principal and interest of an instalment one by one.
    ModelPayPrincipal {
        #[serde(rename = "due_date")]
        _due_date: NaiveDate,
        amount: String,
    },
    ModelPayInterest {
        #[serde(rename = "due_date")]
        _due_date: NaiveDate,
        amount: String,
    },
}

#[derive(Debug, Deserialize)]
pub struct Checkpoint {
    /// The last event before it; -1 before the first.
    pub after_event_index: i64,
    pub phase: String,
    pub schedule: Vec<Expected>,
    #[serde(default)]
    pub dates_only: bool,
    #[serde(default)]
    pub transactions: Vec<Transaction>,
}

impl Checkpoint {
    /// How many events came before.
    pub fn events(&self) -> usize {
        usize::try_from(self.after_event_index.saturating_add(1)).unwrap_or(0)
    }
}

#[derive(Debug, Deserialize)]
pub struct Expected {
    pub nr: usize,
    pub due_date: NaiveDate,
    pub principal: Option<String>,
    pub interest: Option<String>,
    pub due: Option<String>,
    pub fees: Option<String>,
    pub penalties: Option<String>,
}

/// A booking of the other engine.
#[derive(Debug, Deserialize)]
pub struct Transaction {
    #[serde(rename = "type")]
    pub kind: String,
    pub date: NaiveDate,
    pub amount: String,
}

/// What identifies a case, and whether it must pass because every checkpoint was reproduced from the rules: before anything
/// else of it is read.
pub fn id_and_target(case: &Value) -> (String, bool) {
    let text = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default();
    (text("id").to_owned(), text("reproduced_independently") == "all checkpoints")
}

pub fn read(case: &Value) -> Result<Case, Unfit> {
    let mut case = case.clone();
    drop_nulls(&mut case);
    let (id, _) = id_and_target(&case);
    let Some(Value::Object(terms)) = case.get_mut("terms") else { return skipped("a case without terms") };
    for key in NOT_READ {
        terms.remove(key);
    }
    for key in OUT_OF_SCOPE {
        let nothing = [Value::Null, Value::Bool(false), Value::from(0)];
        if !terms.remove(key).is_none_or(|value| nothing.contains(&value)) {
            return skipped(key);
        }
    }
    let terms = typed("terms", Value::Object(terms.clone()))?;
    let list = |key: &str| case.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let events = list("events").into_iter().map(happening).collect::<Result<_, Unfit>>()?;
    let checkpoints = list("checkpoints").into_iter().map(|checkpoint| typed("checkpoint", checkpoint));
    Ok(Case {
        id,
        unit: case.get("unit") == Some(&Value::Bool(true)),
        terms,
        events,
        checkpoints: checkpoints.collect::<Result<_, Unfit>>()?,
    })
}

fn happening(event: Value) -> Result<Happening, Unfit> {
    let Value::Object(mut keys) = event else { return skipped("an event that is no object") };
    let name = keys.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let date = day(&mut keys, "date")?;
    let business_date = day(&mut keys, "business_date")?;
    let what = typed(&format!("event {name}"), Value::Object(keys))?;
    let Some(date) = date else { return skipped(format!("event {name} without a date")) };
    Ok(Happening { name, date, business_date, what })
}

fn day(keys: &mut Map<String, Value>, key: &str) -> Result<Option<NaiveDate>, Unfit> {
    keys.remove(key).map(|value| typed(key, value)).transpose()
}

fn typed<T: for<'de> Deserialize<'de>>(what: &str, value: Value) -> Result<T, Unfit> {
    serde_json::from_value(value).map_err(|error| Unfit::Skipped(format!("{what}: {error}")))
}

/// What is null is not there.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(keys) => {
            keys.retain(|_, value| !value.is_null());
            keys.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
