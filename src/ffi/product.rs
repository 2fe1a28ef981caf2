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
use super::codes::{code, flag, loan as words, word};
use super::servicing::{puhui_servicing, servicing_of};
use crate::calendar::{BusinessDays, Calendar, Cycle, MissingDay, Roll};
use crate::error::{Error, ErrorCode};
use crate::loan::{
    AccrualEnds, Balloon, FirstPeriod, Grace, Graduated, InterestBase, LevelPayment, Method, PaymentStep,
    Product, ProductRules, Reamortise, Season, TrancheEarns, UnpaidInterest,
};
use crate::money::{Currency, Money};
use crate::share::Share;

/// `currency_exponent`: the number of decimals that ISO 4217 gives to the currency, 2 for CNY.
pub const PUHUI_EXPONENT_ISO_4217: u32 = 255;

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
        missing_day: code(MissingDay::LastOfMonth),
        level_payment: code(LevelPayment::Exact),
        first_period: code(FirstPeriod::Inside),
        accrual_ends: code(AccrualEnds::OnDueDate),
        relevel: code(Reamortise::AtChange),
        roll: code(Roll::None),
        interest_base: code(InterestBase::Outstanding),
        interest_cap: code(UnpaidInterest::Billed),
        tranche_earns: code(TrancheEarns::FromDay),
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
    let unit = word(unit, field)?;
    let cycle = Cycle::new(count(given, field)?, unit).map_err(|error| error.at(field))?;
    Ok(Some(cycle))
}

fn rules_of(given: &puhui_product_rules, calendar: Option<&Calendar>) -> Result<ProductRules, Failure> {
    unused(given.reserved.into(), "reserved")?;
    let currency = currency(given.currency, given.currency_exponent)?;
    let mut rules = ProductRules::new(
        currency,
        method(given)?,
        word(given.day_count, "day_count")?,
        word(given.rounding, "rounding")?,
    );
    rules.every = cycle(given.every_count, given.every_unit, "every")?;
    rules.missing_day = word(given.missing_day, "missing_day")?;
    rules.long_last = flag(given.long_last, "long_last")?;
    rules.level_payment = word(given.level_payment, "level_payment")?;
    rules.first_period = word(given.first_period, "first_period")?;
    rules.accrual_ends = word(given.accrual_ends, "accrual_ends")?;
    rules.reamortise = word(given.relevel, "relevel")?;
    kept_payments(given, &mut rules)?;
    rules.business_days = business_days(given, calendar)?;
    rules.grace = Grace {
        principal: count(given.grace_principal, "grace_principal")?,
        interest: count(given.grace_interest, "grace_interest")?,
        capitalised: flag(given.grace_capitalised, "grace_capitalised")?,
    };
    if given.payment_multiple_minor != 0 {
        rules.payment_multiple = Some(Money::from_minor(given.payment_multiple_minor));
    }
    if given.payment_rounding != 0 {
        rules.payment_rounding = Some(word(given.payment_rounding, "payment_rounding")?);
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
    rules.interest_base = word(given.interest_base, "interest_base")?;
    rules.unpaid_interest = word(given.interest_cap, "interest_cap")?;
    rules.tranche_earns = word(given.tranche_earns, "tranche_earns")?;
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
    let asked = word(given.method, "method")?;
    let own = |methods: &[words::Method]| methods.contains(&asked);
    let parameters = [
        ("amortised_over", i64::from(given.amortised_over), own(&[words::Method::BalloonAmortisedOver])),
        (
            "graduated_every",
            i64::from(given.graduated_every),
            own(&[words::Method::GraduatedRatio, words::Method::GraduatedAmount]),
        ),
        ("graduated_ratio", given.graduated_ratio_ppb, own(&[words::Method::GraduatedRatio])),
        ("graduated_amount", given.graduated_amount_minor, own(&[words::Method::GraduatedAmount])),
        ("season_months", i64::from(given.season_months), own(&[words::Method::Seasonal])),
    ];
    let graduated = |growth| -> Result<Method, Failure> {
        let every = count(given.graduated_every, "graduated_every")?;
        Ok(Method::Graduated(Graduated::new(growth, every)?))
    };
    let method = match asked {
        words::Method::EqualInstalment => Method::EqualInstalment,
        words::Method::EqualPrincipal => Method::EqualPrincipal,
        words::Method::InterestOnly => Method::InterestOnly,
        words::Method::Bullet => Method::Bullet,
        words::Method::BalloonAmortisedOver if given.amortised_over == 0 => {
            let bound = "a number of instalments above 0";
            return Err(Error::new(ErrorCode::Missing, "amortised_over", 0, bound).into());
        }
        words::Method::BalloonAmortisedOver => {
            Method::Balloon(Balloon::AmortisedOver(count(given.amortised_over, "amortised_over")?))
        }
        words::Method::BalloonResidual => Method::Balloon(Balloon::Residual),
        words::Method::GraduatedRatio => {
            let ratio = Share::from_ppb(given.graduated_ratio_ppb);
            graduated(PaymentStep::Ratio(ratio.map_err(|error| error.at("graduated_ratio"))?))?
        }
        words::Method::GraduatedAmount => {
            graduated(PaymentStep::Amount(Money::from_minor(given.graduated_amount_minor)))?
        }
        words::Method::Seasonal => Method::Seasonal(season(given.season_months)?),
        words::Method::Custom => Method::Custom,
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
            "season_months",
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
    let (roll, strict) = (word(given.roll, "roll")?, flag(given.strict, "strict")?);
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
    let interest = word(given.rolled_interest, "rolled_interest")?;
    Ok(Some(BusinessDays { calendar: calendar.clone(), roll, interest, strict }))
}
