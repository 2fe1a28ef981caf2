//! The wire form of `docs/SEMANTICS.md` 1, read into plain fields.

use super::dates::{Calendar, Cycle, Day, DayCount, Roll};
use super::facts;
use super::number::{Rounding, decimal, money, ten_to};
use num_bigint::BigInt;
use serde_json::{Map, Value};

#[derive(Clone, Debug)]
pub enum Method {
    EqualInstalment,
    EqualPrincipal,
    InterestOnly,
    Bullet,
    /// The payment is that of a loan of so many rows.
    BalloonOver(i64),
    /// The payment would leave this balance.
    BalloonResidual(BigInt),
    /// (1 + q) = numerator / denominator, and the step m.
    GraduatedRatio(BigInt, BigInt, i64),
    /// g and the step m.
    GraduatedAmount(BigInt, i64),
    Seasonal(Vec<i64>),
    Custom(Vec<(Day, BigInt)>),
}

/// The rate from each day on, as numerators over one denominator.
#[derive(Clone, Debug)]
pub struct Rates {
    pub changes: Vec<(Day, BigInt)>,
    pub denominator: BigInt,
    /// The first reset date after `known_on`.
    pub projected_from: Option<Day>,
    /// The first day of a rate that was agreed and is no longer the benchmark's.
    pub projected_until: Option<Day>,
}

impl Rates {
    /// Reading: a period is projected if it has a day of a rate that was looked up after `known_on`.
    pub fn is_projected(&self, start: Day, end: Day) -> bool {
        self.projected_from.is_some_and(|from| from < end)
            && self.projected_until.is_none_or(|until| start < until)
    }

    /// "A rate in force from day d counts for day d on."
    pub fn on(&self, day: Day) -> &BigInt {
        let known = self.changes.iter().rev().find(|(from, _)| *from <= day);
        &known.unwrap_or(&self.changes[0]).1
    }
}

#[derive(Clone, Debug)]
pub struct Terms {
    pub principal: BigInt,
    pub disbursed: Day,
    pub rates: Rates,
    pub day_count: DayCount,
    pub method: Method,
    pub rounding: Rounding,
    pub every: Option<Cycle>,
    /// What part of a year a cycle is: of 12 months, 52 weeks or 365 days.
    pub cycle_part: Option<(i64, i64)>,
    pub first_due: Option<Day>,
    pub instalments: Option<i64>,
    pub matures: Option<Day>,
    pub due_day: Option<i64>,
    pub next_month_when_missing: bool,
    pub long_last: bool,
    pub nominal: bool,
    pub on_top: bool,
    pub day_after: bool,
    pub once: bool,
    pub calendar: Calendar,
    pub roll: Roll,
    pub adjusted: bool,
    pub strict: bool,
    /// g, h, capitalised.
    pub grace_principal: i64,
    pub grace_interest: i64,
    pub grace_capitalised: bool,
    pub multiple: BigInt,
    /// "The level payment, and the equal share P/n, are rounded by the loan's rounding, or by `payment_rounding` where given."
    pub payment_rounding: Rounding,
    pub negative_amortisation: bool,
    /// "No more is billed than the payment; the rest earns nothing and is billed with the next instalments."
    pub carries: bool,
    pub fee_at_disbursement: BigInt,
    pub fee_each: BigInt,
}

/// An object whose unknown keys are refused.
pub struct Object<'a> {
    name: &'a str,
    map: &'a Map<String, Value>,
}

impl<'a> Object<'a> {
    pub fn new(name: &'a str, value: &'a Value, known: &[&str]) -> Result<Object<'a>, String> {
        let map = value.as_object().ok_or_else(|| format!("{name}: not an object"))?;
        match map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(format!("{name}: unknown key {key}")),
            None => Ok(Object { name, map }),
        }
    }

    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    pub fn need(&self, key: &str) -> Result<&'a Value, String> {
        self.get(key).ok_or_else(|| format!("{}: {key} is missing", self.name))
    }

    pub fn text(&self, key: &str) -> Result<Option<&'a str>, String> {
        let wrong = || format!("{}: {key} is not a string", self.name);
        self.get(key).map(|value| value.as_str().ok_or_else(wrong)).transpose()
    }

    pub fn need_text(&self, key: &str) -> Result<&'a str, String> {
        self.need(key)?;
        self.text(key)?.ok_or_else(|| format!("{}: {key} is missing", self.name))
    }

    pub fn day(&self, key: &str) -> Result<Option<Day>, String> {
        self.text(key)?.map(Day::parse).transpose()
    }

    pub fn whole(&self, key: &str) -> Result<Option<i64>, String> {
        let wrong = || format!("{}: {key} is not a whole number", self.name);
        self.get(key).map(|value| value.as_i64().ok_or_else(wrong)).transpose()
    }

    pub fn flag(&self, key: &str) -> Result<bool, String> {
        let wrong = || format!("{}: {key} is not true or false", self.name);
        Ok(self.get(key).map(|value| value.as_bool().ok_or_else(wrong)).transpose()?.unwrap_or(false))
    }

    /// True for `yes`, false for `no`; absent is `no` (the default that the wire form names).
    pub fn either(&self, key: &str, no: &str, yes: &str) -> Result<bool, String> {
        match self.text(key)? {
            None => Ok(false),
            Some(text) if text == no => Ok(false),
            Some(text) if text == yes => Ok(true),
            Some(text) => Err(format!("{}: {key} cannot be {text}", self.name)),
        }
    }
}

const KEYS: [&str; 30] = [
    "currency",
    "principal",
    "disbursed_on",
    "rate",
    "day_count",
    "method",
    "rounding",
    "every",
    "first_due_on",
    "instalments",
    "matures_on",
    "due_day",
    "missing_day",
    "long_last",
    "level_payment",
    "first_period",
    "accrual_ends",
    "relevel",
    "business_days",
    "grace",
    "amortised_over",
    "residual",
    "graduated",
    "months",
    "plan",
    "payment_multiple",
    "payment_rounding",
    "negative_amortisation",
    "interest_cap",
    "fees",
];

/// The decimals of a currency (ISO 4217).
pub fn currency_digits(code: &str) -> Result<u32, String> {
    match code {
        "CNY" | "USD" | "EUR" | "INR" | "GBP" => Ok(2),
        "JPY" | "KRW" | "VND" => Ok(0),
        "KWD" | "BHD" => Ok(3),
        other => Err(format!("the oracle does not know the currency {other}")),
    }
}

impl Terms {
    /// "The nominal rate of weekly loans by the day count's own year": 12 months, 52 weeks or 365 days by ICMA, and else the
    /// days of the year that the day count divides by, 365 where that changes.
    pub fn periods_a_year(&self) -> Option<(i64, i64)> {
        let (part, of) = self.cycle_part?;
        let Cycle::Days(days) = self.every? else { return Some((of, part)) };
        Some(match self.day_count {
            DayCount::ActualActualIcma => (of, part),
            DayCount::Actual365
            | DayCount::Actual365L
            | DayCount::ActualActual
            | DayCount::ActualActualDec31 => (365, days),
            _ => (360, days),
        })
    }
}

/// Reads and checks a loan's terms.
pub fn read(value: &Value) -> Result<Terms, String> {
    let terms = Object::new("terms", value, &KEYS)?;
    let digits = currency_digits(terms.need_text("currency")?)?;
    let zero = BigInt::ZERO;
    let principal = money(terms.need_text("principal")?, digits)?;
    if principal <= zero {
        return Err("principal must be positive".to_owned());
    }
    let disbursed = Day::parse(terms.need_text("disbursed_on")?)?;
    let every = terms.text("every")?.map(Cycle::parse).transpose()?;
    let instalments = terms.whole("instalments")?;
    if instalments.is_some_and(|n| !(1..=65535).contains(&n)) {
        return Err("instalments: 1 to 65535".to_owned());
    }
    let first_due = terms.day("first_due_on")?;
    let matures = terms.day("matures_on")?;
    if first_due.is_some_and(|day| day <= disbursed) || matures.is_some_and(|day| day <= disbursed) {
        return Err("due before disbursement".to_owned());
    }
    if let (Some(first), Some(last)) = (first_due, matures)
        && first > last
    {
        return Err("first_due_on after matures_on".to_owned());
    }
    let due_day = terms.whole("due_day")?;
    if due_day.is_some_and(|day| !(1..=31).contains(&day)) {
        return Err("due_day: 1 to 31".to_owned());
    }
    let nominal = terms.either("level_payment", "exact", "nominal")?;
    if nominal && !matches!(every, Some(Cycle::Months(_))) {
        return Err("nominal needs a cycle in months".to_owned());
    }

    let method = read_method(&terms, digits, &principal)?;
    let plan_alone = matches!(method, Method::Custom(_))
        && every.is_none()
        && first_due.is_none()
        && instalments.is_none()
        && matures.is_none();
    if !plan_alone {
        if instalments.is_some() == matures.is_some() {
            return Err("either instalments or matures_on".to_owned());
        }
        let one_date = matches!(method, Method::Bullet) && matures.is_some();
        if !one_date && (every.is_none() || first_due.is_none()) {
            return Err("every and first_due_on are needed".to_owned());
        }
    }

    let (mut grace_principal, mut grace_interest, mut grace_capitalised) = (0, 0, false);
    if let Some(value) = terms.get("grace") {
        let grace = Object::new("grace", value, &["principal", "interest", "capitalised"])?;
        grace_principal = grace.whole("principal")?.unwrap_or(0);
        grace_interest = grace.whole("interest")?.unwrap_or(0);
        grace_capitalised = grace.flag("capitalised")?;
        if grace_interest < 0 || grace_interest > grace_principal {
            return Err("grace: 0 <= interest <= principal".to_owned());
        }
    }

    let mut calendar = Calendar::default();
    let (mut roll, mut adjusted, mut strict) = (Roll::None, false, false);
    if let Some(value) = terms.get("business_days") {
        let business = Object::new("business_days", value, &["calendar", "roll", "interest", "strict"])?;
        calendar = read_calendar(business.need("calendar")?)?;
        roll = match business.need_text("roll")? {
            "none" => Roll::None,
            "following" => Roll::Following,
            "modified_following" => Roll::ModifiedFollowing,
            "preceding" => Roll::Preceding,
            "modified_preceding" => Roll::ModifiedPreceding,
            other => return Err(format!("unknown roll {other}")),
        };
        business.need("interest")?;
        adjusted = business.either("interest", "unadjusted", "adjusted")?;
        strict = business.flag("strict")?;
    }

    let (mut fee_at_disbursement, mut fee_each) = (zero.clone(), zero.clone());
    if let Some(value) = terms.get("fees") {
        let fees = Object::new("fees", value, &["at_disbursement", "each_instalment"])?;
        let fee = |key| fees.text(key)?.map_or(Ok(BigInt::ZERO), |text| money(text, digits));
        fee_at_disbursement = fee("at_disbursement")?;
        fee_each = fee("each_instalment")?;
        if fee_at_disbursement < zero || fee_each < zero {
            return Err("a fee is not negative".to_owned());
        }
    }
    let multiple = terms.text("payment_multiple")?.map_or(Ok(BigInt::from(1)), |text| money(text, digits))?;
    if multiple <= zero {
        return Err("payment_multiple must be positive".to_owned());
    }

    let carries = terms.either("interest_cap", "none", "payment")?;
    if carries && terms.flag("negative_amortisation")? {
        return Err("interest is carried on or joins the balance, not both".to_owned());
    }

    Ok(Terms {
        carries,
        rates: read_rate(terms.need("rate")?, disbursed)?,
        day_count: DayCount::parse(terms.need_text("day_count")?)?,
        rounding: Rounding::parse(terms.need_text("rounding")?)?,
        next_month_when_missing: terms.either("missing_day", "last_of_month", "first_of_next_month")?,
        long_last: terms.flag("long_last")?,
        on_top: terms.either("first_period", "inside", "on_top")?,
        day_after: terms.either("accrual_ends", "on_due_date", "day_after")?,
        once: terms.either("relevel", "at_change", "once")?,
        negative_amortisation: terms.flag("negative_amortisation")?,
        principal,
        disbursed,
        method,
        every,
        first_due,
        instalments,
        matures,
        due_day,
        cycle_part: terms.text("every")?.and_then(|text| {
            let (count, unit) = text.split_once(' ')?;
            let (many, of) = match unit {
                "day" => (1, 365),
                "week" => (1, 52),
                "month" => (1, 12),
                "quarter" => (3, 12),
                "half_year" => (6, 12),
                _ => (12, 12),
            };
            Some((count.parse::<i64>().ok()? * many, of))
        }),
        nominal,
        calendar,
        roll,
        adjusted,
        strict,
        grace_principal,
        grace_interest,
        grace_capitalised,
        multiple,
        payment_rounding: Rounding::parse(
            terms.text("payment_rounding")?.unwrap_or(terms.need_text("rounding")?),
        )?,
        fee_at_disbursement,
        fee_each,
    })
}

fn read_method(terms: &Object<'_>, digits: u32, principal: &BigInt) -> Result<Method, String> {
    let name = terms.need_text("method")?;
    for (key, owner) in [
        ("amortised_over", "balloon"),
        ("residual", "balloon"),
        ("graduated", "graduated"),
        ("months", "seasonal"),
        ("plan", "custom"),
    ] {
        if terms.get(key).is_some() && name != owner {
            return Err(format!("{key} belongs to {owner}"));
        }
    }
    match name {
        "equal_instalment" => Ok(Method::EqualInstalment),
        "equal_principal" => Ok(Method::EqualPrincipal),
        "interest_only" => Ok(Method::InterestOnly),
        "bullet" => Ok(Method::Bullet),
        "balloon" => match (terms.whole("amortised_over")?, terms.text("residual")?) {
            (Some(rows), None) => Ok(Method::BalloonOver(rows)),
            (None, Some(text)) => {
                let residual = money(text, digits)?;
                if residual <= BigInt::ZERO || residual >= *principal {
                    return Err("residual must lie between 0 and the principal".to_owned());
                }
                Ok(Method::BalloonResidual(residual))
            }
            _ => Err("balloon: either amortised_over or residual".to_owned()),
        },
        "graduated" => {
            let value = terms.need("graduated")?;
            let graduated = Object::new("graduated", value, &["ratio", "amount", "every"])?;
            let step = graduated.whole("every")?.ok_or("graduated: every is missing")?;
            if step < 1 {
                return Err("graduated: every must be positive".to_owned());
            }
            match (graduated.text("ratio")?, graduated.text("amount")?) {
                (Some(text), None) => {
                    let (q, scale) = decimal(text)?;
                    let denominator = ten_to(scale);
                    let growth = &denominator + q;
                    if growth <= BigInt::ZERO {
                        return Err("graduated: ratio must be above -1".to_owned());
                    }
                    Ok(Method::GraduatedRatio(growth, denominator, step))
                }
                (None, Some(text)) => Ok(Method::GraduatedAmount(money(text, digits)?, step)),
                _ => Err("graduated: either ratio or amount".to_owned()),
            }
        }
        "seasonal" => {
            let list = terms.need("months")?.as_array().ok_or("months: not a list")?;
            let month = |value: &Value| value.as_i64().filter(|m| (1..=12).contains(m));
            let months: Option<Vec<i64>> = list.iter().map(month).collect();
            months.map(Method::Seasonal).ok_or_else(|| "months: 1 to 12".to_owned())
        }
        "custom" => {
            let list = terms.need("plan")?.as_array().ok_or("plan: not a list")?;
            let mut plan: Vec<(Day, BigInt)> = Vec::new();
            for value in list {
                let part = Object::new("plan", value, &["on", "principal"])?;
                let on = Day::parse(part.need_text("on")?)?;
                let amount = money(part.need_text("principal")?, digits)?;
                if amount <= BigInt::ZERO || plan.last().is_some_and(|(before, _)| *before >= on) {
                    return Err("plan: dates rise, amounts are positive".to_owned());
                }
                plan.push((on, amount));
            }
            let sum: BigInt = plan.iter().map(|(_, amount)| amount).sum();
            if sum != *principal {
                return Err("plan: does not sum to the principal".to_owned());
            }
            Ok(Method::Custom(plan))
        }
        other => Err(format!("unknown method {other}")),
    }
}

fn read_calendar(value: &Value) -> Result<Calendar, String> {
    match value.as_str() {
        Some("weekends") => return Ok(Calendar::default()),
        Some("cn") => return facts::china(),
        Some(other) => return Err(format!("unknown calendar {other}")),
        None => {}
    }
    let own = Object::new("calendar", value, &["holidays", "workdays"])?;
    let mut calendar = Calendar::default();
    for (key, days) in [("holidays", &mut calendar.holidays), ("workdays", &mut calendar.workdays)] {
        let Some(list) = own.get(key) else { continue };
        for day in list.as_array().ok_or("calendar: not a list")? {
            days.insert(Day::parse(day.as_str().ok_or("calendar: not a date")?)?);
        }
    }
    // Reading: a host's list covers the years from its first day to its last one.
    let years = || calendar.holidays.iter().chain(&calendar.workdays).map(|day| day.y);
    calendar.covered = Some((years().min().unwrap_or(0), years().max().unwrap_or(0)));
    if calendar.holidays.iter().any(|day| calendar.workdays.contains(day)) {
        return Err("calendar: a day is both holiday and workday".to_owned());
    }
    Ok(calendar)
}

/// Puts rates with different numbers of decimals over one denominator; |rate| <= 1000 %.
fn common(changes: Vec<(Day, (BigInt, u32))>, projected_from: Option<Day>) -> Result<Rates, String> {
    let most = changes.iter().map(|(_, (_, scale))| *scale).max().unwrap_or(0);
    let denominator = ten_to(most);
    let bound = &denominator * 10;
    let mut scaled = Vec::new();
    for (from, (digits, scale)) in changes {
        let rate = digits * ten_to(most - scale);
        if rate > bound || rate < -&bound {
            return Err("a rate beyond 1000 %".to_owned());
        }
        scaled.push((from, rate));
    }
    Ok(Rates { changes: scaled, denominator, projected_from, projected_until: None })
}

fn read_rate(value: &Value, disbursed: Day) -> Result<Rates, String> {
    let keys = ["fixed", "stepped", "benchmark", "spread_bp", "reset", "known_on"];
    let rate = Object::new("rate", value, &keys)?;
    let named = ["fixed", "stepped", "benchmark"].iter().filter(|key| rate.get(key).is_some()).count();
    let size = rate.map.len();
    if named != 1 || (size != 1 && rate.get("benchmark").is_none()) {
        return Err("rate: one of fixed, stepped, benchmark".to_owned());
    }
    if let Some(text) = rate.text("fixed")? {
        return common(vec![(disbursed, decimal(text)?)], None);
    }
    if let Some(list) = rate.get("stepped") {
        let mut changes: Vec<(Day, (BigInt, u32))> = Vec::new();
        for value in list.as_array().ok_or("stepped: not a list")? {
            let step = Object::new("stepped", value, &["from", "rate"])?;
            let from = Day::parse(step.need_text("from")?)?;
            if changes.last().is_some_and(|(before, _)| *before >= from) {
                return Err("stepped: dates rise".to_owned());
            }
            changes.push((from, decimal(step.need_text("rate")?)?));
        }
        if changes.first().is_none_or(|(from, _)| *from > disbursed) {
            return Err("stepped: no rate on the day of disbursement".to_owned());
        }
        return common(changes, None);
    }

    // "value(d) = latest published row with published <= min(d, known_on)", plus the spread; read at the
    // disbursement and at each reset date. After the first reset beyond `known_on` nothing changes any more.
    let published = facts::benchmark(rate.need_text("benchmark")?)?;
    let known_on = rate.day("known_on")?.ok_or("rate: known_on is missing")?;
    let spread = rate.whole("spread_bp")?.unwrap_or(0);
    let reset = rate.text("reset")?.map(Cycle::parse).transpose()?;
    let value_on = |day: Day| -> Result<(BigInt, u32), String> {
        let latest = published.iter().rev().find(|(on, _)| *on <= day.min(known_on));
        let (_, percent) = latest.ok_or("benchmark: nothing published yet")?;
        let (digits, scale) = decimal(percent)?;
        // percent with `scale` decimals + spread / 10^4, over 10^(scale + 4).
        Ok((digits * 100 + BigInt::from(spread) * ten_to(scale), scale + 4))
    };
    let mut changes = Vec::new();
    let mut projected_from = None;
    for i in 0.. {
        let day = match (i, reset) {
            (0, _) => disbursed,
            (_, None) => break,
            (_, Some(cycle)) => cycle.after(disbursed, i),
        };
        changes.push((day, value_on(day)?));
        if day > known_on {
            projected_from = Some(day);
            break;
        }
    }
    common(changes, projected_from)
}
