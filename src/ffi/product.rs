//! Products: what loans of a kind share, as a flat struct that is checked into a handle.

use std::ffi::c_char;
use std::ptr;

use super::boundary::error::puhui_error;
use super::boundary::failure::Failure;
use super::boundary::guard::{any_thread, call, hand_out, put, required, take_back, unused};
use super::boundary::options::{self, Plain};
use super::boundary::read::count;
use super::boundary::start::start;
use super::boundary::status::puhui_status;
use super::boundary::text::read_array;
use super::calendar::puhui_calendar;
use super::codes::{self, decode, flag};
use super::servicing::{puhui_servicing, servicing_of};
use crate::calendar::{BusinessDays, Calendar, Cycle, Roll};
use crate::error::{Error, ErrorCode};
use crate::loan::{
    AccrualEnds, Balloon, FirstPeriod, Grace, Graduated, InterestBase, LevelPayment, Method, PaymentStep,
    Product, ProductRules, Reamortise, Season, TrancheEarns, UnpaidInterest,
};
use crate::money::{Currency, Money};
use crate::share::Share;

/// `currency_exponent`: the number of decimals that ISO 4217 gives to the currency, 2 for CNY.
pub const PUHUI_EXPONENT_ISO_4217: u32 = 255;

/// `method`: every payment the same (等额本息).
pub const PUHUI_METHOD_EQUAL_INSTALMENT: u32 = 1;
/// `method`: every principal part the same, the payment falling (等额本金).
pub const PUHUI_METHOD_EQUAL_PRINCIPAL: u32 = 2;
/// `method`: interest at every due date, the principal with the last one (按期付息到期还本).
pub const PUHUI_METHOD_INTEREST_ONLY: u32 = 3;
/// `method`: one payment of principal and all interest at maturity (利随本清).
pub const PUHUI_METHOD_BULLET: u32 = 4;
/// `method`: the payments of a loan of `amortised_over` instalments; the rest falls due with the last one (气球贷).
pub const PUHUI_METHOD_BALLOON_AMORTISED_OVER: u32 = 5;
/// `method`: payments that leave the `residual_minor` of the terms for the last instalment.
pub const PUHUI_METHOD_BALLOON_RESIDUAL: u32 = 6;
/// `method`: payments that grow by `graduated_ratio_ppb` after every `graduated_every` of them (等比递增).
pub const PUHUI_METHOD_GRADUATED_RATIO: u32 = 7;
/// `method`: payments that grow by `graduated_amount_minor` after every `graduated_every` of them (等额递增).
pub const PUHUI_METHOD_GRADUATED_AMOUNT: u32 = 8;
/// `method`: equal principal in the instalments of `season_months`, interest at every due date.
pub const PUHUI_METHOD_SEASONAL: u32 = 9;
/// `method`: principal by the plan beside the terms (按计划还本), interest at every due date.
pub const PUHUI_METHOD_CUSTOM: u32 = 10;

/// `level_payment`: from the interest that the day count will really charge. The usual rule.
pub const PUHUI_LEVEL_PAYMENT_EXACT: u32 = 1;
/// `level_payment`: by the formula rate x months / 12, whatever the day count charges.
pub const PUHUI_LEVEL_PAYMENT_NOMINAL: u32 = 2;

/// `first_period`: a longer or shorter first period is inside the level payment. The usual rule.
pub const PUHUI_FIRST_PERIOD_INSIDE: u32 = 1;
/// `first_period`: the interest of the extra days comes on top of the first payment.
pub const PUHUI_FIRST_PERIOD_ON_TOP: u32 = 2;

/// `accrual_ends`: the due date belongs to the next period (算头不算尾). The usual rule.
pub const PUHUI_ACCRUAL_ENDS_ON_DUE_DATE: u32 = 1;
/// `accrual_ends`: the due date's own balance still counts in the period that it ends.
pub const PUHUI_ACCRUAL_ENDS_DAY_AFTER: u32 = 2;

/// `relevel`: a level payment is found again with the first period that begins on or after a change of rate. The usual rule.
pub const PUHUI_RELEVEL_AT_CHANGE: u32 = 1;
/// `relevel`: a level payment is found once, over all rates that are known.
pub const PUHUI_RELEVEL_ONCE: u32 = 2;
/// `relevel`: over all rates that are known, and again when the rate is reset or the term extended, from the period in which
/// that lies.
pub const PUHUI_RELEVEL_RUNNING: u32 = 3;

/// `interest_base`: interest is counted on the balance outstanding. The usual rule.
pub const PUHUI_INTEREST_BASE_OUTSTANDING: u32 = 1;
/// `interest_base`: on all that was paid out, whatever was repaid since: flat interest (等本等息).
pub const PUHUI_INTEREST_BASE_DISBURSED: u32 = 2;
/// `interest_base`: the same, the interest of all instalments rounded once: the last one bills what is left.
pub const PUHUI_INTEREST_BASE_DISBURSED_IN_TOTAL: u32 = 3;

/// `interest_cap`: a row bills all interest that its period earned. The usual rule.
pub const PUHUI_INTEREST_CAP_NONE: u32 = 1;
/// `interest_cap`: no more than the payment, where the method fixes payments; the rest earns nothing and is billed with the next
/// instalments, ahead of their principal. The last one bills all that is left. Where more principal was settled ahead than
/// falls due, no more interest than was settled with it.
pub const PUHUI_INTEREST_CAP_PAYMENT: u32 = 2;

/// `tranche_earns`: a tranche earns from the day it is paid out. The usual rule.
pub const PUHUI_TRANCHE_EARNS_FROM_DAY: u32 = 1;
/// `tranche_earns`: from the first day of the period in which it is paid out.
pub const PUHUI_TRANCHE_EARNS_WHOLE_PERIOD: u32 = 2;

decode! {
    level_payment("level_payment") -> LevelPayment {
        PUHUI_LEVEL_PAYMENT_EXACT = Exact,
        PUHUI_LEVEL_PAYMENT_NOMINAL = Nominal,
    }
    first_period("first_period") -> FirstPeriod {
        PUHUI_FIRST_PERIOD_INSIDE = Inside,
        PUHUI_FIRST_PERIOD_ON_TOP = OnTop,
    }
    accrual_ends("accrual_ends") -> AccrualEnds {
        PUHUI_ACCRUAL_ENDS_ON_DUE_DATE = OnDueDate,
        PUHUI_ACCRUAL_ENDS_DAY_AFTER = DayAfter,
    }
    relevel("relevel") -> Reamortise {
        PUHUI_RELEVEL_AT_CHANGE = AtChange,
        PUHUI_RELEVEL_ONCE = Once,
        PUHUI_RELEVEL_RUNNING = Running,
    }
    interest_base("interest_base") -> InterestBase {
        PUHUI_INTEREST_BASE_OUTSTANDING = Outstanding,
        PUHUI_INTEREST_BASE_DISBURSED = FlatOnOriginal,
        PUHUI_INTEREST_BASE_DISBURSED_IN_TOTAL = FlatInTotal,
    }
    interest_cap("interest_cap") -> UnpaidInterest {
        PUHUI_INTEREST_CAP_NONE = Billed,
        PUHUI_INTEREST_CAP_PAYMENT = Carried,
    }
    tranche_earns("tranche_earns") -> TrancheEarns {
        PUHUI_TRANCHE_EARNS_FROM_DAY = FromDay,
        PUHUI_TRANCHE_EARNS_WHOLE_PERIOD = WholePeriod,
    }
}

/// The rules that loans of a kind share, for `puhui_product_new`.
///
/// Start with `PUHUI_PRODUCT_RULES_INIT`, which names the usual rule where there is one, and set `currency`, `method`,
/// `day_count`, `rounding` and the cycle: a code that is still 0 is refused. Later releases only append fields.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct puhui_product_rules {
    /// `sizeof(struct puhui_product_rules)` as the caller was compiled.
    pub struct_size: u32,
    /// The currency of every amount: three capital letters and a NUL.
    pub currency: [c_char; 4],
    /// The decimals of the currency, 0 to 12, or `PUHUI_EXPONENT_ISO_4217`. Amounts are in units of the last decimal.
    pub currency_exponent: u32,
    /// One of `PUHUI_METHOD_*`: how loans are repaid.
    pub method: u32,
    /// One of `PUHUI_DAY_COUNT_*`: how days become a fraction of a year.
    pub day_count: u32,
    /// One of `PUHUI_ROUNDING_*`: how every rounded figure is rounded.
    pub rounding: u32,
    /// From one due date to the next: the number of `every_unit`, 1 to 65535. 0 with an `every_unit` of 0.
    pub every_count: u32,
    /// One of `PUHUI_UNIT_*`. 0: no cycle, which only a bullet and a plan of its own dates can do without.
    pub every_unit: u32,
    /// One of `PUHUI_MISSING_DAY_*`: what happens to a due day that a month does not have.
    pub missing_day: u32,
    /// 1: with a maturity, a broken last period is merged into the one before it. 0: it stands alone.
    pub long_last: u32,
    /// One of `PUHUI_LEVEL_PAYMENT_*`: how the level payment is found.
    pub level_payment: u32,
    /// One of `PUHUI_FIRST_PERIOD_*`: what an irregular first period does to the payment.
    pub first_period: u32,
    /// One of `PUHUI_ACCRUAL_ENDS_*`: which period the due date itself belongs to.
    pub accrual_ends: u32,
    /// One of `PUHUI_RELEVEL_*`: when a level payment is found again.
    pub relevel: u32,
    /// The number of first instalments that repay no principal, 0 to 65535.
    pub grace_principal: u32,
    /// The number of first instalments, at most `grace_principal`, that pay no interest either.
    pub grace_interest: u32,
    /// 1: the interest deferred joins the balance. 0: it is paid with the instalment after the grace.
    pub grace_capitalised: u32,
    /// 1: a payment may be lower than its interest, the difference joining the balance. 0: that is an error.
    pub negative_amortisation: u32,
    /// One of `PUHUI_ROLL_*`: where a due date goes that is no business day. `PUHUI_ROLL_NONE` without a calendar.
    pub roll: u32,
    /// One of `PUHUI_ROLLED_INTEREST_*` with a calendar: whether a roll moves the accrual period too. 0 without one.
    pub rolled_interest: u32,
    /// 1: a due date that the calendar does not cover is an error. 0: it rolls by weekends only and is provisional. 0
    /// without a calendar.
    pub strict: u32,
    /// With `PUHUI_METHOD_BALLOON_AMORTISED_OVER`: the number of instalments that the payments are those of, 1 to 65535.
    /// 0 with every other method.
    pub amortised_over: u32,
    /// With `PUHUI_METHOD_GRADUATED_*`: the number of payments before each step, 1 to 65535. 0 with every other method.
    pub graduated_every: u32,
    /// With `PUHUI_METHOD_SEASONAL`: the months that repay principal, `PUHUI_MONTH(6) | PUHUI_MONTH(9)`. 0 with every other
    /// method.
    pub season_months: u32,
    /// With `PUHUI_METHOD_GRADUATED_RATIO`: the growth of the payment at each step, in parts per billion. 0 with every other
    /// method.
    pub graduated_ratio_ppb: i64,
    /// With `PUHUI_METHOD_GRADUATED_AMOUNT`: the growth of the payment at each step, in minor units. 0 with every other
    /// method.
    pub graduated_amount_minor: i64,
    /// The level payment, and the equal share of principal, are rounded to a multiple of this many minor units. 0: to the
    /// minor unit.
    pub payment_multiple_minor: i64,
    /// One of `PUHUI_ROUNDING_*`: how the level payment, and the equal share of principal, are rounded. 0: by `rounding`.
    pub payment_rounding: u32,
    /// Reserved; must be 0.
    pub reserved: u32,
    /// The most rounds, 0 to 9, in which what the last payment differs by is spread over all payments that were
    /// found with it, as long as it comes closer to them. 0: the last payment takes the rest.
    pub level_last: u32,
    /// One of `PUHUI_INTEREST_BASE_*`: what interest is counted on.
    pub interest_base: u32,
    /// One of `PUHUI_INTEREST_CAP_*`: how much interest a row bills, in a schedule, under reliefs and in an account.
    pub interest_cap: u32,
    /// One of `PUHUI_TRANCHE_EARNS_*`: from when a tranche earns.
    pub tranche_earns: u32,
}

const _: () = {
    assert!(size_of::<puhui_product_rules>() == SIZE_WITH_LEVEL_LAST);
    assert!(std::mem::offset_of!(puhui_product_rules, graduated_ratio_ppb) == 96);
    assert!(std::mem::offset_of!(puhui_product_rules, level_last) == puhui_product_rules::SIZE_V1);
};

/// The size since `level_last` and what follows it were appended.
const SIZE_WITH_LEVEL_LAST: usize = 144;

// SAFETY: integers and bytes only, without padding: 24 x 4 + 3 x 8 + 6 x 4 = 144.
unsafe impl Plain for puhui_product_rules {
    const SIZE_V1: usize = 128;
}

start! {
    /// Starts a `struct puhui_product_rules`: the usual rule where there is one; `currency`, `method`, `day_count`, `rounding`
    /// and the cycle are still to be set.
    PUHUI_PRODUCT_RULES_INIT = puhui_product_rules {
        currency_exponent: PUHUI_EXPONENT_ISO_4217,
        missing_day: codes::PUHUI_MISSING_DAY_LAST_OF_MONTH,
        level_payment: PUHUI_LEVEL_PAYMENT_EXACT,
        first_period: PUHUI_FIRST_PERIOD_INSIDE,
        accrual_ends: PUHUI_ACCRUAL_ENDS_ON_DUE_DATE,
        relevel: PUHUI_RELEVEL_AT_CHANGE,
        roll: codes::PUHUI_ROLL_NONE,
        interest_base: PUHUI_INTEREST_BASE_OUTSTANDING,
        interest_cap: PUHUI_INTEREST_CAP_NONE,
        tranche_earns: PUHUI_TRANCHE_EARNS_FROM_DAY,
    }
}

/// What loans of a kind share, checked. Opaque; made by `puhui_product_new`, released by `puhui_product_free`.
///
/// Never changed once made, so any number of threads may use one product at the same time.
#[derive(Debug)]
pub struct puhui_product {
    pub(super) product: Product,
}

const _: () = any_thread::<puhui_product>();

/// Checks the rules, and how the loans are serviced, and stores a product in `*out_product`. The caller owns it and releases it with
/// `puhui_product_free`.
///
/// `rules` and `servicing` are copied. `servicing` NULL is `PUHUI_SERVICING_INIT`; what is said there has no part in the schedules,
/// reliefs and rates of a product: only accounts ask for it. `calendar` is the one that due dates roll by, NULL for none; the product
/// keeps its own reference, so the calendar may be released at any time after the call. `error` may be NULL. On failure
/// `*out_product` is NULL. Any number of threads may call this at the same time.
///
/// Returns `PUHUI_OK`, `PUHUI_ERR_NULL`, `PUHUI_ERR_STRUCT_SIZE`, `PUHUI_ERR_UNKNOWN_CODE`, `PUHUI_ERR_TEXT`,
/// `PUHUI_ERR_RESERVED`, `PUHUI_ERR_MALFORMED` or `PUHUI_ERR_UNKNOWN_VALUE` (the currency), `PUHUI_ERR_OUT_OF_RANGE`,
/// `PUHUI_ERR_MISSING` (a cycle, what the method needs, or the first day past due of a loan that is not accrued),
/// `PUHUI_ERR_CONTRADICTION` (what the method, or a code of the servicing, has no use for, a part that is named twice, days of a ladder
/// that do not rise) or `PUHUI_ERR_PANIC`.
///
/// # Safety
///
/// `rules` must have its `struct_size` readable bytes, so must `servicing` unless it is NULL; `calendar` must be NULL or live,
/// `out_product` writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_product_new(
    rules: *const puhui_product_rules,
    servicing: *const puhui_servicing,
    calendar: *const puhui_calendar,
    out_product: *mut *mut puhui_product,
    error: *mut puhui_error,
) -> puhui_status {
    // SAFETY: the pointers are NULL or as this function's contract says.
    unsafe {
        call(
            error,
            || put(out_product, ptr::null_mut()),
            || {
                required(out_product, "out_product")?;
                let given = options::read(rules, "rules")?;
                let calendar = calendar.as_ref().map(|calendar| &calendar.calendar);
                let mut rules = rules_of(&given, calendar)?;
                if !servicing.is_null() {
                    rules.servicing = servicing_of(&options::read(servicing, "servicing")?)?;
                }
                hand_out(out_product, puhui_product { product: Product::new(rules)? });
                Ok(())
            },
        )
    }
}

/// Releases a product. NULL is ignored. No other thread may be using it.
///
/// # Safety
///
/// `product` must be NULL or come from `puhui_product_new` and not have been released.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn puhui_product_free(product: *mut puhui_product) {
    // SAFETY: forwarded from this function's contract.
    unsafe { take_back(product) };
}

/// A cycle; none for a unit and a count of 0.
pub(super) fn cycle(given: u32, unit: u32, field: &'static str) -> Result<Option<Cycle>, Failure> {
    if unit == 0 && given == 0 {
        return Ok(None);
    }
    let unit = codes::every_unit(unit).map_err(|_| Failure::Code { field, given: unit })?;
    let cycle = Cycle::new(count(given, field)?, unit).map_err(|error| error.at(field))?;
    Ok(Some(cycle))
}

fn rules_of(given: &puhui_product_rules, calendar: Option<&Calendar>) -> Result<ProductRules, Failure> {
    unused(given.reserved.into(), "reserved")?;
    let currency = currency(given.currency, given.currency_exponent)?;
    let mut rules = ProductRules::new(
        currency,
        method(given)?,
        codes::day_count(given.day_count)?,
        codes::rounding(given.rounding)?,
    );
    rules.every = cycle(given.every_count, given.every_unit, "every")?;
    rules.missing_day = codes::missing_day(given.missing_day)?;
    rules.long_last = flag(given.long_last, "long_last")?;
    rules.level_payment = level_payment(given.level_payment)?;
    rules.first_period = first_period(given.first_period)?;
    rules.accrual_ends = accrual_ends(given.accrual_ends)?;
    rules.reamortise = relevel(given.relevel)?;
    kept_payments(given, &mut rules)?;
    rules.business_days = business_days(given, calendar)?;
    rules.grace = Grace {
        principal: count(given.grace_principal, "grace.principal")?,
        interest: count(given.grace_interest, "grace.interest")?,
        capitalised: flag(given.grace_capitalised, "grace.capitalised")?,
    };
    if given.payment_multiple_minor != 0 {
        rules.payment_multiple = Some(Money::from_minor(given.payment_multiple_minor));
    }
    if given.payment_rounding != 0 {
        let rounding = codes::rounding(given.payment_rounding);
        let unknown = |_| Failure::Code { field: "payment_rounding", given: given.payment_rounding };
        rules.payment_rounding = Some(rounding.map_err(unknown)?);
    }
    rules.negative_amortisation = flag(given.negative_amortisation, "negative_amortisation")?;
    Ok(rules)
}

/// What differs where the instalments of an account keep their payment.
fn kept_payments(given: &puhui_product_rules, rules: &mut ProductRules) -> Result<(), Failure> {
    if options::is_before(given.struct_size, SIZE_WITH_LEVEL_LAST) {
        return Ok(());
    }
    // What does not fit is above 9 and refused by the product itself.
    rules.smoothing_rounds = u8::try_from(given.level_last).unwrap_or(u8::MAX);
    rules.interest_base = interest_base(given.interest_base)?;
    rules.unpaid_interest = interest_cap(given.interest_cap)?;
    rules.tranche_earns = tranche_earns(given.tranche_earns)?;
    Ok(())
}

/// A currency, by its three letters and its decimals.
pub(super) fn currency(letters: [c_char; 4], exponent: u32) -> Result<Currency, Failure> {
    let mut bytes = [0; 4];
    let code = read_array(letters, &mut bytes, "currency")?;
    if exponent == PUHUI_EXPONENT_ISO_4217 {
        return Ok(Currency::from_code(code)?);
    }
    // What does not fit is above 12 and refused by the currency itself.
    Ok(Currency::new(code, u8::try_from(exponent).unwrap_or(u8::MAX))?)
}

fn method(given: &puhui_product_rules) -> Result<Method, Failure> {
    let own = |methods: &[u32]| methods.contains(&given.method);
    let parameters = [
        ("amortised_over", i64::from(given.amortised_over), own(&[PUHUI_METHOD_BALLOON_AMORTISED_OVER])),
        (
            "graduated.every",
            i64::from(given.graduated_every),
            own(&[PUHUI_METHOD_GRADUATED_RATIO, PUHUI_METHOD_GRADUATED_AMOUNT]),
        ),
        ("graduated.ratio", given.graduated_ratio_ppb, own(&[PUHUI_METHOD_GRADUATED_RATIO])),
        ("graduated.amount", given.graduated_amount_minor, own(&[PUHUI_METHOD_GRADUATED_AMOUNT])),
        ("months", i64::from(given.season_months), own(&[PUHUI_METHOD_SEASONAL])),
    ];
    let graduated = |growth| -> Result<Method, Failure> {
        let every = count(given.graduated_every, "graduated.every")?;
        Ok(Method::Graduated(Graduated::new(growth, every)?))
    };
    let method = match given.method {
        PUHUI_METHOD_EQUAL_INSTALMENT => Method::EqualInstalment,
        PUHUI_METHOD_EQUAL_PRINCIPAL => Method::EqualPrincipal,
        PUHUI_METHOD_INTEREST_ONLY => Method::InterestOnly,
        PUHUI_METHOD_BULLET => Method::Bullet,
        PUHUI_METHOD_BALLOON_AMORTISED_OVER if given.amortised_over == 0 => {
            let bound = "a number of instalments above 0";
            return Err(Error::new(ErrorCode::Missing, "amortised_over", 0, bound).into());
        }
        PUHUI_METHOD_BALLOON_AMORTISED_OVER => {
            Method::Balloon(Balloon::AmortisedOver(count(given.amortised_over, "amortised_over")?))
        }
        PUHUI_METHOD_BALLOON_RESIDUAL => Method::Balloon(Balloon::Residual),
        PUHUI_METHOD_GRADUATED_RATIO => {
            let ratio = Share::from_ppb(given.graduated_ratio_ppb);
            graduated(PaymentStep::Ratio(ratio.map_err(|error| error.at("graduated.ratio"))?))?
        }
        PUHUI_METHOD_GRADUATED_AMOUNT => {
            graduated(PaymentStep::Amount(Money::from_minor(given.graduated_amount_minor)))?
        }
        PUHUI_METHOD_SEASONAL => Method::Seasonal(season(given.season_months)?),
        PUHUI_METHOD_CUSTOM => Method::Custom,
        other => return Err(Failure::Code { field: "method", given: other }),
    };
    for (field, value, used) in parameters {
        if value != 0 && !used {
            let bound = format_args!("0 with {}", method.as_str()).to_string();
            return Err(Error::new(ErrorCode::Contradiction, field, value, bound).into());
        }
    }
    Ok(method)
}

/// The months whose bits are set, bit 0 for January.
fn season(bits: u32) -> Result<Season, Error> {
    if bits >> 12 != 0 {
        return Err(Error::new(
            ErrorCode::OutOfRange,
            "months",
            format_args!("{bits:#x}"),
            "bits 0 to 11, one for each month",
        ));
    }
    let months: Vec<u8> = (1..=12).filter(|month| bits >> (month - 1) & 1 == 1).collect();
    Season::new(&months)
}

fn business_days(
    given: &puhui_product_rules,
    calendar: Option<&Calendar>,
) -> Result<Option<BusinessDays>, Failure> {
    let (roll, strict) = (codes::roll(given.roll)?, flag(given.strict, "strict")?);
    let Some(calendar) = calendar else {
        let rules = [
            ("roll", given.roll, roll != Roll::None, "no roll without a calendar"),
            ("rolled_interest", given.rolled_interest, given.rolled_interest != 0, "0 without a calendar"),
            ("strict", given.strict, strict, "0 without a calendar"),
        ];
        return match rules.into_iter().find(|(_, _, set, _)| *set) {
            None => Ok(None),
            Some((field, value, _, bound)) => {
                Err(Error::new(ErrorCode::Contradiction, field, value, bound).into())
            }
        };
    };
    let interest = codes::rolled_interest(given.rolled_interest)?;
    Ok(Some(BusinessDays { calendar: calendar.clone(), roll, interest, strict }))
}
