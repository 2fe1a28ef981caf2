//! The wire form of a loan: product and terms merged, amounts, rates and dates as strings.

use std::num::{NonZeroU8, NonZeroU16};

use chrono::NaiveDate;

use crate::calendar::{BusinessDays, Cycle, DayCount, MissingDay};
use crate::decimal_text::quoted;
use crate::error::{Error, ErrorCode, Result};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::method::{Balloon, Graduated, Method, PaymentStep, Season};
use crate::loan::agreement::product::{
    AccrualEnds, FirstPeriod, Grace, InterestBase, LevelPayment, Product, ProductRules, Reamortise,
    TrancheEarns, UnpaidInterest,
};
use crate::loan::agreement::terms::{PlannedPrincipal, Terms};
use crate::money::{Currency, Money, Rounding};
use crate::rate::{Rate, RateStep};
use crate::share::Share;
use crate::wire::by_form::by_form;
use crate::wire::form::{Wire, form, required};
use crate::wire::rate::RateForm;
use crate::wire::servicing::{ServicingForm, servicing_keys};
use crate::wire::text::contradiction;

form! {
    /// The wire form, as it is written: texts that have not been read yet.
    ///
    /// Unknown keys, keys twice, and arrays in the place of objects are refused. `TryFrom` reads it into a [`LoanRecord`] and names
    /// the key that does not fit, in an object by its path, such as `penalty.mark_up`. A field for each key, which are flat.
    ///
    /// # Units
    ///
    /// Amounts, rates, shares and dates are strings: `"50000.00"` with no more decimals than the currency has, `"0.0435"` for 4.35 %,
    /// `"2020-01-15"`. Counts are whole numbers, `true` and `false` are themselves. A word is one of those that its vocabulary says it is
    /// written as. What is absent is as if the product had no such rule, and what stands here as "None:".
    ///
    /// # Examples
    ///
    /// ```
    /// use puhui::loan::{LoanForm, LoanRecord};
    ///
    /// // A loan with an object, or a list, at each key that may hold one.
    /// let text = r#"{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},
    ///     "day_count":"actual/360","method":"graduated","instalments":36,"every":"1 month","first_due_on":"2020-02-20",
    ///     "rounding":"half_up","business_days":{"calendar":"cn","roll":"following","interest":"unadjusted"},
    ///     "grace":{"principal":3,"interest":1},"graduated":{"ratio":"0.05","every":12},
    ///     "fees":{"at_disbursement":"500.00","each_instalment":"5.00"},
    ///     "penalty":{"mark_up":"0.50","compound":{"rate":"penalty","base":"interest"}},
    ///     "allocation":{"order":["fee","interest","penalty","compound","principal"],"by":"part"},
    ///     "non_accrual":{"from":91,"allocation":{"order":["principal","interest","fee","penalty","compound"],"by":"part"}},
    ///     "payers":[{"payer":"guarantor","money_ahead":"last"}],"prepayment":{"interest":"on_prepaid","fee":"0.01"},
    ///     "ladder":[{"from":"2023-07-01","days":[1,91,271,361]}],"provision":["0.01","0.02","0.25","0.5","1"]}"#;
    /// let form: LoanForm = serde_json::from_str(text)?;
    /// let record = LoanRecord::try_from(form)?;
    /// let servicing = &record.product().rules().servicing;
    /// assert_eq!(servicing.penalty.unwrap().mark_up.to_string(), "0.5");
    ///
    /// // What is wrong has the name of its key.
    /// let form: LoanForm = serde_json::from_str(&text.replace(r#""0.50""#, r#""-0.50""#))?;
    /// assert_eq!(LoanRecord::try_from(form).unwrap_err().to_string(), "penalty.mark_up: expected 0 or more, got -0.5");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct LoanForm for Draft beside servicing: ServicingForm, servicing_keys {
        /// Currency code of ISO 4217, or of another currency `{"code": "XYZ", "exponent": 2}`. Required.
        currency: Currency => required("a code of ISO 4217", rules.currency),
        /// The amount lent, above 0. Required.
        principal: Money => required("an amount above 0", terms.principal),
        /// The day of disbursement. Required.
        disbursed_on: NaiveDate => required("a date", terms.disbursed_on),
        /// The rate: `{"fixed": "0.0435"}`; `{"stepped": [{"from": "2020-01-15", "rate": "0.0435"}]}`; or `benchmark` and `known_on`,
        /// with `spread_bp` and `reset` where there are such. Required.
        rate: RateForm => by_hand(),
        /// The day count, a word of [`DayCount`](crate::DayCount). Required.
        day_count: DayCount => required("a day count", rules.day_count),
        /// The repayment method: `equal_instalment`, `equal_principal`, `interest_only`, `bullet`, `balloon`, `graduated`, `seasonal` or
        /// `custom`. Required.
        method: String => by_hand(),
        /// The number of instalments, 1 to [`Loan::MAX_INSTALMENTS`](crate::loan::Loan::MAX_INSTALMENTS); either this or `matures_on`.
        instalments: Option<NonZeroU16> => always(terms.instalments),
        /// The day of the last instalment.
        matures_on: Option<NaiveDate> => always(terms.matures_on),
        /// The cycle of the due dates, such as `"1 month"`. Required but for bullets and custom loans.
        every: Option<Cycle> => always(rules.every),
        /// The first due date, from which the others are counted.
        first_due_on: Option<NaiveDate> => always(terms.first_due_on),
        /// The day of the month of the later due dates, 1 to 31. None: that of the first.
        due_day: Option<NonZeroU8> => always(terms.due_day),
        /// What happens to a due day that a month does not have, a word of [`MissingDay`](crate::MissingDay). None: `last_of_month`.
        missing_day: MissingDay => always(rules.missing_day),
        /// Whether a broken last period is merged into the one before it. None: it is not.
        long_last: bool => always(rules.long_last),
        /// How every figure is rounded, a word of [`Rounding`](crate::Rounding). Required.
        rounding: Rounding => required("a rounding", rules.rounding),
        /// How the level payment is found, a word of [`LevelPayment`](crate::loan::LevelPayment). None: `exact`.
        level_payment: LevelPayment => always(rules.level_payment),
        /// What an irregular first period does to the payment, a word of [`FirstPeriod`](crate::loan::FirstPeriod). None: `inside`.
        first_period: FirstPeriod => always(rules.first_period),
        /// Which period the due date belongs to, a word of [`AccrualEnds`](crate::loan::AccrualEnds). None: `on_due_date`.
        accrual_ends: AccrualEnds => always(rules.accrual_ends),
        /// When a level payment is found again, a word of [`Reamortise`](crate::loan::Reamortise). None: `at_change`.
        relevel: Reamortise => always(rules.reamortise),
        /// The most rounds in which the difference of the last payment is spread, 0 to 9. None: it is not.
        level_last: u8 => usual(rules.smoothing_rounds),
        /// What interest is counted on, a word of [`InterestBase`](crate::loan::InterestBase). None: the balance outstanding.
        interest_base: InterestBase => usual(rules.interest_base),
        /// How much interest a level payment bills, a word of [`UnpaidInterest`](crate::loan::UnpaidInterest). None: all that its period
        /// earned.
        interest_cap: UnpaidInterest => usual(rules.unpaid_interest),
        /// From when a tranche earns, a word of [`TrancheEarns`](crate::loan::TrancheEarns). None: from the day it is paid out.
        tranche_earns: TrancheEarns => usual(rules.tranche_earns),
        /// The calendar that due dates roll by: `{"calendar": "cn", "roll": "following", "interest": "unadjusted"}`, with words of
        /// [`Roll`](crate::Roll) and [`RolledInterest`](crate::RolledInterest). None: they do not roll.
        business_days: Option<BusinessDays> => always(rules.business_days),
        /// First instalments without principal or interest: `{"principal": 3, "interest": 1, "capitalised": false}`. None: there are none.
        grace: Grace => usual(rules.grace),
        /// Of a balloon: the number of instalments that its payments are those of.
        amortised_over: u32 => by_hand(),
        /// Of a balloon: what its payments leave for the last instalment.
        residual: Money => usual(terms.residual),
        /// Of a graduated loan: its steps, `{"ratio": "0.05", "every": 12}` or `{"amount": "100.00", "every": 12}`.
        graduated: GraduatedForm => by_hand(),
        /// Of a seasonal loan: the calendar months that repay principal, such as `[6, 9]`.
        months: Vec<u8> => by_hand(),
        /// Of a custom loan: its principal by date, `[{"on": "2020-06-20", "principal": "25000.00"}]`.
        plan: Vec<PlanForm> => by_hand(),
        /// The amount that payments and equal shares are a multiple of, above 0. None: the minor unit.
        payment_multiple: Option<Money> => always(rules.payment_multiple),
        /// How payments and equal shares are rounded, a word of [`Rounding`](crate::Rounding). None: as every figure is.
        payment_rounding: Option<Rounding> => always(rules.payment_rounding),
        /// Whether a payment may be lower than its interest, the difference joining the balance. None: it may not.
        negative_amortisation: bool => always(rules.negative_amortisation),
        /// Fees: `{"at_disbursement": "500.00", "each_instalment": "5.00"}`. None: there are none.
        fees: Fees => usual(fees),
    }
}

form! {
    /// First instalments without principal or interest.
    pub(crate) struct GraceForm of Grace {
        /// First instalments without principal.
        principal: u16 => or(0),
        /// First instalments without interest.
        interest: u16 => unless(0),
        /// Whether the deferred interest joins the balance.
        capitalised: bool => unless(false),
    }
}

form! {
    /// The steps of a graduated loan: either `ratio` or `amount`.
    pub(crate) struct GraduatedForm of Steps {
        /// The growth of the payment at each step, as a fraction.
        ratio: Option<Share> => or(None),
        /// The growth of the payment at each step, as an amount.
        amount: Option<Money> => or(None),
        /// The number of instalments after which each step comes. Required.
        every: u16 => required("a number of instalments"),
    }
}

form! {
    /// Planned principal.
    pub(crate) struct PlanForm of PlannedPrincipal {
        /// The day it falls due. Required.
        on: NaiveDate => required("a date"),
        /// The amount. Required.
        principal: Money => required("an amount above 0"),
    }
}

form! {
    /// Fees.
    pub(crate) struct FeesForm of Fees {
        /// The fee taken when the loan is disbursed.
        at_disbursement: Money => unless(Money::ZERO),
        /// The fee due with each instalment.
        each_instalment: Money => unless(Money::ZERO),
    }
}

/// What the keys are read into, one by one; whole when all have been.
struct Draft {
    rules: ProductRules,
    terms: Terms,
    fees: Fees,
}

/// The fees of the terms, which have an object of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fees {
    at_disbursement: Money,
    each_instalment: Money,
}

/// The growth of a graduated loan as its object has it.
pub(crate) struct Steps {
    ratio: Option<Share>,
    amount: Option<Money>,
    every: u16,
}

impl Draft {
    /// What holds where no key says otherwise; what must be said is not usual in any way.
    fn blank(currency: Currency, method: Method) -> Draft {
        Draft {
            rules: ProductRules::new(currency, method, DayCount::Actual360, Rounding::HalfUp),
            terms: Terms::new(Money::ZERO, Rate::ZERO, NaiveDate::MIN),
            fees: Fees { at_disbursement: Money::ZERO, each_instalment: Money::ZERO },
        }
    }
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
/// let totals = record.loan()?.schedule().totals()?;
/// assert_eq!(totals.interest.minor(), 350_575);
/// // Figures as JSON numbers are refused: they would be floats on the way.
/// assert!(serde_json::from_str::<LoanRecord>(r#"{"principal":50000.00}"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LoanRecord {
    product: Product,
    terms: Terms,
    rate_changes: Vec<RateStep>,
    planned_principal: Vec<PlannedPrincipal>,
}

impl LoanRecord {
    /// A record of a loan, with copies of all that the loan borrows.
    #[must_use]
    pub fn new(loan: &Loan<'_>) -> LoanRecord {
        LoanRecord {
            product: loan.product().clone(),
            terms: *loan.terms(),
            rate_changes: loan.rate_changes().to_vec(),
            planned_principal: loan.planned_principal().to_vec(),
        }
    }

    /// The checked loan, borrowing from this record.
    ///
    /// # Errors
    ///
    /// None that reading the record would not have shown.
    pub fn loan(&self) -> Result<Loan<'_>> {
        Loan::with_rates_and_principal(&self.product, self.terms, &self.rate_changes, &self.planned_principal)
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

by_form! { LoanRecord as LoanForm }

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
                    Ok(Method::Balloon(Balloon::AmortisedOver(u16::read(&over, "amortised_over", currency)?)))
                }
                (None, Some(_)) => Ok(Method::Balloon(Balloon::Residual)),
                (None, None) => required(None, "amortised_over", "a number of instalments, or a residual"),
                (Some(over), Some(_)) => {
                    contradiction("amortised_over", over, "nothing where a residual is given")
                }
            },
            "graduated" => {
                let form = required(self.graduated.as_ref(), "graduated", "steps of the payment")?;
                let steps = Steps::read(form, "graduated", currency)?;
                let growth = match (steps.ratio, steps.amount) {
                    (Some(ratio), None) => PaymentStep::Ratio(ratio),
                    (None, Some(amount)) => PaymentStep::Amount(amount),
                    (None, None) => return required(None, "graduated.ratio", "a ratio or an amount"),
                    (Some(ratio), Some(_)) => {
                        return contradiction("graduated.ratio", ratio, "nothing where an amount is given");
                    }
                };
                Ok(Method::Graduated(Graduated::new(growth, steps.every)?))
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
                quoted(name),
                "one of equal_instalment equal_principal interest_only bullet balloon graduated seasonal custom",
            )),
        }
    }

    /// The keys of a method, and of its terms.
    fn of_method(method: Method, planned_principal: &[PlannedPrincipal], currency: Currency) -> LoanForm {
        let mut form = LoanForm { method: Some(method.as_str().to_owned()), ..LoanForm::default() };
        match method {
            Method::Balloon(Balloon::AmortisedOver(over)) => form.amortised_over = Some(u32::from(over)),
            Method::Graduated(graduated) => {
                let (ratio, amount) = match graduated.growth() {
                    PaymentStep::Ratio(ratio) => (Some(ratio), None),
                    PaymentStep::Amount(amount) => (None, Some(amount)),
                };
                let steps = Steps { ratio, amount, every: graduated.every() };
                form.graduated = Some(GraduatedForm::of(&steps, currency));
            }
            Method::Seasonal(season) => form.months = Some(season.months().collect()),
            Method::Custom => {
                form.plan = Some(planned_principal.iter().map(|row| PlanForm::of(row, currency)).collect());
            }
            Method::EqualInstalment
            | Method::EqualPrincipal
            | Method::InterestOnly
            | Method::Bullet
            | Method::Balloon(Balloon::Residual) => {}
        }
        form
    }
}

impl TryFrom<LoanForm> for LoanRecord {
    type Error = Error;

    fn try_from(form: LoanForm) -> Result<LoanRecord> {
        let currency = required(form.currency, "currency", "a code of ISO 4217")?;
        let mut draft = Draft::blank(currency, form.method(currency)?);
        form.read_into(&mut draft, currency)?;
        draft.rules.servicing = form.servicing.read(currency)?;
        let rate = required(form.rate.as_ref(), "rate", "one of fixed, stepped, benchmark")?;
        rate.check()?;
        let plan = form.plan.iter().flatten();
        let planned_principal =
            plan.map(|row| PlannedPrincipal::read(row, "plan", currency)).collect::<Result<Vec<_>>>()?;
        let Draft { rules, mut terms, fees } = draft;
        let product = Product::new(rules)?;
        let rate_changes;
        (terms.rate, rate_changes) = rate.read(terms.disbursed_on)?;
        terms.fee_at_disbursement = fees.at_disbursement;
        terms.fee_each_instalment = fees.each_instalment;
        let record = LoanRecord { product, terms, rate_changes, planned_principal };
        record.loan()?;
        Ok(record)
    }
}

impl From<LoanRecord> for LoanForm {
    /// Writes the record out in full; what a benchmark paid is written as the steps that it was read into.
    fn from(record: LoanRecord) -> LoanForm {
        let LoanRecord { product, terms, rate_changes, planned_principal } = record;
        let rules = product.rules().clone();
        let (currency, method) = (rules.currency, rules.method);
        let of_method = LoanForm::of_method(method, &planned_principal, currency);
        let servicing = ServicingForm::of(&rules.servicing, currency);
        let fees =
            Fees { at_disbursement: terms.fee_at_disbursement, each_instalment: terms.fee_each_instalment };
        let draft = Draft { rules, terms, fees };
        LoanForm {
            rate: Some(RateForm::of(terms.rate, terms.disbursed_on, &rate_changes)),
            method: of_method.method,
            amortised_over: of_method.amortised_over,
            graduated: of_method.graduated,
            months: of_method.months,
            plan: of_method.plan,
            servicing,
            ..LoanForm::of_draft(&draft, &Draft::blank(currency, method), currency)
        }
    }
}
