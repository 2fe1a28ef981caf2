//! What holds of every schedule, and what every input gets for an answer: a result or a named error, never a panic.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::{NonZeroU8, NonZeroU16};

use chrono::NaiveDate;
use proptest::collection::vec;
use proptest::prelude::*;
use puhui::loan::{
    AllocateBy, AllocationOrder, Balloon, Extension, Graduated, Instalment, InterestCaughtUp, Loan, LoanForm,
    LoanRecord, Method, NewMaturity, Outcome, Owed, Part, PaymentStep, PlannedPrincipal, PrincipalCaughtUp,
    Product, ProductRules, Relief, RowInterest, RowRelief, Season, Terms, Totals, Window, effective_rate,
    nominal_rate,
};
use puhui::{
    BasisPoints, Benchmark, BusinessDays, Calendar, Currency, Cycle, CycleUnit, DayCount, MissingDay, Money,
    Rate, RateStep, Ratio, Roll, RolledInterest, Rounding, Share, parse_date, parse_ymd,
};

// Amounts, dates and rates are boxed: all that a case draws stands on the stack as one value, made of values in values, which without
// optimization is more than the two megabytes of a test's thread.

/// Any `i64`, with the ends and the small ones as often as the rest.
fn any_money() -> BoxedStrategy<Money> {
    prop_oneof![Just(i64::MAX), Just(i64::MIN), Just(0), -5..5_i64, 1..100_000_000_000_i64, any::<i64>()]
        .prop_map(Money::from_minor)
        .boxed()
}

/// Any date that chrono can hold, most of them of our days.
fn any_date() -> BoxedStrategy<NaiveDate> {
    prop_oneof![
        1 => Just(NaiveDate::MIN),
        1 => Just(NaiveDate::MAX),
        2 => any::<i32>().prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(NaiveDate::MAX)),
        8 => (693_596..912_500_i32).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap()),
        30 => (736_000..739_000_i32).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap()),
    ]
    .boxed()
}

fn any_rate() -> BoxedStrategy<Rate> {
    let long = |(mantissa, scale): (i64, u32)| {
        rust_decimal::Decimal::try_new(mantissa, scale)
            .ok()
            .and_then(|rate| Rate::new(rate).ok())
            .unwrap_or_default()
    };
    prop_oneof![
        Just(Rate::ZERO),
        Just("10".parse().unwrap()),
        Just("-10".parse().unwrap()),
        (0..3_000_i64).prop_map(|bp| Rate::from_ppb(bp * 100_000).unwrap()),
        (any::<i64>(), 0..=28_u32).prop_map(long),
    ]
    .boxed()
}

fn any_cycle() -> impl Strategy<Value = Cycle> {
    let unit = prop::sample::select(CycleUnit::ALL);
    (prop_oneof![Just(1), 1..=40_u16, any::<u16>()], unit)
        .prop_map(|(count, unit)| Cycle::new(count.max(1), unit).unwrap())
}

fn any_method() -> impl Strategy<Value = Method> {
    let ratio = any_rate().prop_map(|rate| PaymentStep::Ratio(Share::new(rate.fraction()).unwrap()));
    let growth = prop_oneof![ratio, any_money().prop_map(PaymentStep::Amount)];
    let graduated = (growth, any::<u16>()).prop_map(|(growth, every)| match Graduated::new(growth, every) {
        Ok(graduated) => Method::Graduated(graduated),
        Err(_) => Method::EqualInstalment,
    });
    prop_oneof![
        Just(Method::EqualInstalment),
        Just(Method::EqualInstalment),
        Just(Method::EqualPrincipal),
        Just(Method::InterestOnly),
        Just(Method::Bullet),
        (1..200_u16).prop_map(|over| Method::Balloon(Balloon::AmortisedOver(over))),
        Just(Method::Balloon(Balloon::Residual)),
        graduated,
        vec(1..=12_u8, 1..4)
            .prop_map(|months| { Season::new(&months).map_or(Method::EqualPrincipal, Method::Seasonal) }),
        Just(Method::Custom),
    ]
}

fn any_business_days() -> impl Strategy<Value = Option<BusinessDays>> {
    let calendar = prop_oneof![Just(Calendar::cn()), Just(Calendar::weekends())];
    let days =
        (calendar, prop::sample::select(Roll::ALL), prop::sample::select(RolledInterest::ALL), any::<bool>());
    prop::option::of(days.prop_map(|(calendar, roll, interest, strict)| BusinessDays {
        calendar,
        roll,
        interest,
        strict,
    }))
}

fn any_rules() -> impl Strategy<Value = ProductRules> {
    let words = (
        prop::sample::select(DayCount::ALL),
        prop::sample::select(Rounding::ALL),
        prop::sample::select(MissingDay::ALL),
        prop::sample::select(puhui::loan::LevelPayment::ALL),
        prop::sample::select(puhui::loan::FirstPeriod::ALL),
        prop::sample::select(puhui::loan::AccrualEnds::ALL),
        prop::sample::select(puhui::loan::Reamortise::ALL),
    );
    let grace = (prop_oneof![Just(0), 0..6_u16, any::<u16>()], prop_oneof![Just(0), 0..6_u16], any::<bool>());
    let rest = (any_business_days(), prop::option::of(any_money()), any::<bool>(), any::<bool>());
    (any_method(), prop::option::weighted(0.9, any_cycle()), words, grace, rest).prop_map(
        |(method, every, words, grace, rest)| {
            let (day_count, rounding, missing_day, level_payment, first_period, accrual_ends, relevel) =
                words;
            let mut rules = ProductRules::new(Currency::CNY, method, day_count, rounding);
            rules.every = every;
            rules.missing_day = missing_day;
            rules.level_payment = level_payment;
            rules.first_period = first_period;
            rules.accrual_ends = accrual_ends;
            rules.reamortise = relevel;
            rules.grace.principal = grace.0;
            rules.grace.interest = grace.1;
            rules.grace.capitalised = grace.2;
            (rules.business_days, rules.payment_multiple, rules.negative_amortisation, rules.long_last) =
                rest;
            rules
        },
    )
}

/// Terms of any kind, half of them such as a bank would write.
fn any_terms() -> impl Strategy<Value = Terms> {
    let rate = (-200..3_000_i64).prop_map(|bp| Rate::from_ppb(bp * 100_000).unwrap());
    let usual = (1..100_000_000_000_i64, rate, 737_000..738_500_i32, 1..100_i32, 1..60_u16, 0..32_u8)
        .prop_map(|(principal, rate, drawn, first, instalments, due_day)| {
            let day = |number| NaiveDate::from_num_days_from_ce_opt(number).unwrap();
            let terms = Terms::new(Money::from_minor(principal), rate, day(drawn));
            let mut terms = terms.instalments(instalments, day(drawn + first));
            terms.due_day = NonZeroU8::new(due_day);
            terms
        });
    prop_oneof![usual, wild_terms()]
}

fn wild_terms() -> impl Strategy<Value = Terms> {
    let money =
        (any_money(), any_money(), prop_oneof![4 => Just(Money::ZERO), 1 => any_money()], any_money());
    let count = prop_oneof![8 => 0..80_u16, 1 => any::<u16>()];
    (
        money,
        any_rate(),
        any_date(),
        prop::option::weighted(0.9, any_date()),
        prop::option::of(any_date()),
        count,
        0..40_u8,
    )
        .prop_map(|(money, rate, disbursed_on, first_due_on, matures_on, instalments, due_day)| {
            let mut terms = Terms::new(money.0, rate, disbursed_on);
            (terms.residual, terms.fee_at_disbursement, terms.fee_each_instalment) =
                (money.1, money.2, money.2);
            if money.3 > Money::ZERO {
                terms.residual = Money::ZERO;
            }
            terms.first_due_on = first_due_on;
            terms.matures_on = if instalments == 0 { matures_on } else { None };
            terms.instalments = NonZeroU16::new(instalments);
            terms.due_day = NonZeroU8::new(due_day);
            terms
        })
}

/// Dates near enough to those of the terms that windows meet due dates.
fn near_date() -> BoxedStrategy<NaiveDate> {
    prop_oneof![20 => (736_000..741_000_i32).prop_map(|days| NaiveDate::from_num_days_from_ce_opt(days).unwrap()), 1 => any_date()]
        .boxed()
}

fn any_relief() -> impl Strategy<Value = Relief> {
    let window = prop_oneof![
        (near_date(), near_date()).prop_map(|(from, until)| Window::DueDates { from, until }),
        (near_date(), prop_oneof![0..9_u16, any::<u16>()])
            .prop_map(|(from, instalments)| Window::Instalments { from, instalments }),
    ];
    let deferred = (prop::option::of(any_rate()), prop::sample::select(InterestCaughtUp::ALL));
    let interest = prop_oneof![
        Just(RowInterest::Paid),
        deferred.prop_map(|(at, caught_up)| RowInterest::Deferred { at, caught_up }),
        Just(RowInterest::CapitalisedAtEnd),
        Just(RowInterest::CapitalisedEachDueDate),
        Just(RowInterest::Waived),
        any_rate().prop_map(RowInterest::PaidAt),
    ];
    let maturity = prop_oneof![
        prop_oneof![0..30_u16, any::<u16>()].prop_map(NewMaturity::MovedBy),
        near_date().prop_map(NewMaturity::MovedTo)
    ];
    let extension = (maturity, prop::option::of((near_date(), any_rate())))
        .prop_map(|(maturity, rate_from)| Extension { maturity, rate_from });
    let principal = prop::option::weighted(0.6, prop::sample::select(PrincipalCaughtUp::ALL));
    let rows = (window, principal, interest, prop::option::weighted(0.2, near_date()));
    let what = (prop::option::weighted(0.9, rows), prop::option::weighted(0.2, extension));
    (near_date(), what, 0..4_u8).prop_map(|(granted_on, (rows, extension), mend)| {
        let mut relief = Relief::new(granted_on);
        relief.extension = extension;
        relief.rows = rows.map(|(window, principal, interest, new_date)| {
            let mut rows = RowRelief::new(window, interest);
            (rows.principal, rows.new_date) = (principal, new_date);
            // Three in four with a window that ends after it begins.
            if let Window::DueDates { from, until } = window
                && mend > 0
            {
                rows.window = Window::DueDates { from: from.min(until), until: from.max(until) };
            }
            rows
        });
        relief
    })
}

/// Terms and reliefs in the wire form, of several methods.
const LINES: &[&str] = &[
    r#"[{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},"day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month","first_due_on":"2020-02-20","rounding":"half_up"},[{"granted_on":"2020-03-01","defer":"both","due_from":"2020-01-25","due_until":"2020-06-30","principal_caught_up":"end_of_window","interest_meanwhile":"simple","interest_caught_up":"end_of_window","new_date":"2020-06-30"}]]"#,
    r#"[{"currency":"KWD","principal":"900.125","disbursed_on":"2020-01-15","rate":{"benchmark":"lpr_5y","spread_bp":-15,"reset":"6 month","known_on":"2021-03-01"},"day_count":"actual/actual","method":"balloon","amortised_over":48,"instalments":24,"every":"1 month","first_due_on":"2020-02-29","due_day":31,"rounding":"half_even","grace":{"principal":2,"interest":1,"capitalised":true},"business_days":{"calendar":"cn","roll":"modified_following","interest":"adjusted"}},[{"granted_on":"2020-03-01","defer":"principal","due_from":"2020-04-01","instalments":3,"principal_caught_up":"shifted","interest_meanwhile":{"at":"0.01"}}]]"#,
    r#"[{"currency":"JPY","principal":"9000000","disbursed_on":"2020-01-15","rate":{"stepped":[{"from":"2020-01-15","rate":"0.02"},{"from":"2020-07-01","rate":"0.03"}]},"day_count":"30e/360","method":"custom","every":"1 quarter","first_due_on":"2020-03-20","matures_on":"2021-01-15","plan":[{"on":"2020-05-10","principal":"4000000"},{"on":"2020-12-20","principal":"5000000"}],"rounding":"down","accrual_ends":"day_after","fees":{"at_disbursement":"500","each_instalment":"5"}},[{"granted_on":"2020-05-01","maturity":{"moved_by":2},"rate_from":{"from":"2021-01-15","rate":"0.04"}}]]"#,
];

/// As many cases as a test run has time for; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(4_000), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    /// The whole input space of the Rust API: what comes back is a schedule that holds, or an error that names its field.
    #[test]
    fn no_input_panics(
        rules in any_rules(),
        terms in any_terms(),
        steps in vec((any_date(), any_rate()), 0..4),
        plan in vec((any_date(), any_money()), 0..4),
    ) {
        let product = match Product::new(rules) {
            Ok(product) => product,
            Err(error) => {
                prop_assert!(!error.field().is_empty());
                return Ok(());
            }
        };
        let mut steps: Vec<RateStep> =
            steps.into_iter().map(|(from, rate)| RateStep { from, rate, projected: false }).collect();
        steps.sort_by_key(|step| step.from);
        let plan: Vec<PlannedPrincipal> =
            plan.into_iter().map(|(on, principal)| PlannedPrincipal { on, principal }).collect();
        let plan = if product.rules().method == Method::Custom { &plan[..] } else { &[] };
        match Loan::with_rates_and_principal(&product, terms, &steps, plan).and_then(|loan| loan.schedule().to_vec()) {
            Ok(rows) => holds(&rows, terms.principal)?,
            Err(error) => prop_assert!(!error.field().is_empty() && !error.to_string().is_empty()),
        }
    }

    /// Any reliefs on any loan: a schedule that holds, or an error that names its field.
    #[test]
    fn no_relief_panics(
        rules in any_rules(),
        terms in any_terms(),
        reliefs in vec(any_relief(), 1..4),
    ) {
        let Ok(product) = Product::new(rules) else { return Ok(()) };
        let Ok(loan) = Loan::new(&product, terms) else { return Ok(()) };
        match loan.relieve(&reliefs) {
            Ok(relieved) => {
                holds(relieved.after(), terms.principal)?;
                let (_, text) = (relieved.present_value_change(), relieved.to_string());
                prop_assert!(!text.is_empty());
                if relieved.impact().outcomes.iter().all(|&outcome| outcome == Outcome::NothingDue) {
                    prop_assert_eq!(relieved.before(), relieved.after());
                }
            }
            Err(error) => prop_assert!(!error.field().is_empty() && !error.to_string().is_empty()),
        }
        let text = serde_json::to_string(&reliefs).unwrap();
        let again: Result<Vec<Relief>, _> = serde_json::from_str(&text);
        match reliefs.iter().try_for_each(Relief::check) {
            Ok(()) => prop_assert_eq!(again.unwrap(), reliefs),
            Err(_) => prop_assert!(again.is_err()),
        }
    }

    /// Flows of any kind: a rate or a named error.
    #[test]
    fn no_flows_panic(flows in vec((any_date(), any_money()), 0..12), periods in prop_oneof![0..13_u32, any::<u32>()]) {
        let money: Vec<Money> = flows.iter().map(|&(_, money)| money).collect();
        let _ = (effective_rate(&flows), nominal_rate(&money, periods));
    }

    /// Text of any kind.
    #[test]
    fn no_text_panics(text in ".{0,40}", number in any::<i32>()) {
        let _ = (Money::parse(&text, Currency::CNY), text.parse::<Rate>(), text.parse::<Cycle>(), parse_date(&text, "date"));
        let _ = (Currency::from_code(&text), Currency::new(&text, 2), Benchmark::built_in(&text), parse_ymd(number, "date"));
        let _ = (serde_json::from_str::<LoanForm>(&text), text.parse::<DayCount>(), text.parse::<Rounding>());
    }

    /// Lines that were good before bytes of them were changed: read, scheduled and relieved, or refused.
    #[test]
    fn no_line_with_changed_bytes_panics(
        line in prop::sample::select(LINES),
        changes in vec((any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(&b"0123456789-.\"{}[]:, eactu/"[..])), 1..4),
    ) {
        let mut bytes = line.as_bytes().to_vec();
        for (at, how, byte) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let Ok((form, reliefs)) = serde_json::from_slice::<(LoanForm, Vec<Relief>)>(&bytes) else { return Ok(()) };
        let Ok(record) = LoanRecord::try_from(form) else { return Ok(()) };
        let loan = record.loan().unwrap();
        // A number of instalments that has grown a digit or two is as good, and takes longer.
        if loan.due_dates() < 5_000 {
            let _ = (loan.schedule().annualised_rates(), loan.relieve(&reliefs).map(|relieved| relieved.to_table()));
        }
    }

    #[test]
    fn no_benchmark_panics(
        published in vec((any_date(), any_rate()), 0..5),
        spread in any::<i32>(),
        reset in prop::option::of(any_cycle()),
        days in (any_date(), any_date(), any_date()),
    ) {
        if let Ok(benchmark) = Benchmark::new("own", published) {
            let _ = benchmark.value_on(days.0, days.1);
            // At most one reset a day over all years that are computed with.
            if let Ok((_, steps)) = benchmark.rates(BasisPoints(spread), reset, days.0, days.1, days.2) {
                prop_assert!(steps.windows(2).all(|pair| pair[0].from < pair[1].from));
            }
        }
    }

    #[test]
    fn no_ratio_panics(part in any::<i128>(), whole in any::<i128>(), places in any::<u32>()) {
        let _ = Ratio::growth(part, whole);
        if let Ok(ratio) = Ratio::new(part, whole) {
            let _ = (ratio.percent(places % 40, Rounding::HalfEven), ratio.to_decimal(places, Rounding::Up), ratio.above(ratio));
        }
    }

    /// Money and rates come back from their own text.
    #[test]
    fn text_goes_round(money in any_money(), rate in any_rate(), exponent in 0..=12_u8) {
        let currency = Currency::new("XTS", exponent).unwrap();
        prop_assert_eq!(Money::parse(&money.display(currency).to_string(), currency).unwrap(), money);
        prop_assert_eq!(rate.to_string().parse::<Rate>().unwrap(), rate);
    }

    /// The wire form of a loan is read back as the same loan.
    #[test]
    fn the_wire_form_goes_round(rules in any_rules(), terms in any_terms()) {
        let Ok(product) = Product::new(rules) else { return Ok(()) };
        let Ok(loan) = Loan::new(&product, terms) else { return Ok(()) };
        let rows = loan.schedule().to_vec();
        let record = LoanRecord::new(&loan);
        let text = serde_json::to_string(&record).unwrap();
        let again: LoanRecord = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(again.terms(), loan.terms());
        prop_assert_eq!(again.loan().unwrap().schedule().to_vec(), rows);
        prop_assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
}

/// Principal sums to what was lent (and capitalised), closing is zero, dates do not fall (a roll may bring
/// two onto one day), rows add up.
fn holds(rows: &[Instalment], lent: Money) -> Result<(), TestCaseError> {
    let mut balance = i128::from(lent.minor());
    let mut capitalised = 0_i128;
    for (no, row) in (1..).zip(rows) {
        prop_assert_eq!(row.no, no);
        prop_assert_eq!(i128::from(row.opening.minor()), balance);
        let joined = i128::from(row.closing.minor()) + i128::from(row.principal.minor()) - balance;
        capitalised += joined;
        balance = i128::from(row.closing.minor());
        let parts = [row.principal, row.interest, row.deferred_interest_paid, row.fees];
        prop_assert_eq!(Money::sum(parts).unwrap(), row.payment);
    }
    prop_assert!(rows.windows(2).all(|pair| pair[0].due_on <= pair[1].due_on));
    prop_assert_eq!(balance, 0);
    let totals = Totals::of(rows);
    if let Ok(totals) = totals {
        prop_assert_eq!(i128::from(totals.principal.minor()), i128::from(lent.minor()) + capitalised);
        prop_assert_eq!(totals.rows, rows.len());
    }
    Ok(())
}

/// Segments of a period add up to it in every convention, so a rate that "changes" to itself changes nothing.
#[test]
fn a_rate_that_changes_to_itself_changes_nothing() {
    let mut dice = random::Dice::new(77);
    for _ in 0..2_000 {
        let day_count = *dice.pick(DayCount::ALL);
        let rules = ProductRules::new(Currency::CNY, Method::InterestOnly, day_count, Rounding::HalfUp)
            .every(Cycle::QUARTERLY);
        let product = Product::new(rules).unwrap();
        let drawn = parse_date("2019-01-15", "date").unwrap() + chrono::Days::new(dice.below(400));
        let first = drawn + chrono::Days::new(1 + dice.below(120));
        let rate = Rate::from_ppb(dice.between(0, 200_000_000)).unwrap();
        let terms =
            Terms::new(Money::from_minor(dice.between(1, 1 << 40)), rate, drawn).instalments(8, first);
        let plain = Loan::new(&product, terms).unwrap().schedule().to_vec().unwrap();
        let mut steps = Vec::new();
        let mut from = drawn;
        for _ in 0..5 {
            from = from + chrono::Days::new(1 + dice.below(90));
            steps.push(RateStep { from, rate, projected: false });
        }
        let stepped = Loan::with_rates_and_principal(&product, terms, &steps, &[])
            .unwrap()
            .schedule()
            .to_vec()
            .unwrap();
        assert_eq!(plain, stepped, "{day_count} from {drawn}");
    }
}

proptest! {
    #![proptest_config(config())]

    /// An allocation never exceeds the payment, nor what is owed, and what is left is left only when all is settled.
    #[test]
    fn an_allocation_never_exceeds_the_payment(
        amounts in vec([0..5_000_i64, 0..5_000_i64, 0..5_000_i64, 0..5_000_i64, 0..i64::MAX], 0..8),
        payment in prop_oneof![1..60_000_i64, 1..=i64::MAX],
        order in Just(Part::ALL.to_vec()).prop_shuffle(),
        by in prop::sample::select(AllocateBy::ALL),
    ) {
        let order = AllocationOrder::new(order.try_into().unwrap(), by).unwrap();
        let start = parse_date("2020-01-20", "date").unwrap();
        let owed: Vec<Owed> = (0..).zip(&amounts).map(|(days, amounts)| {
            let [fee, penalty, compound, interest, principal] = amounts.map(Money::from_minor);
            Owed { due_on: start + chrono::Days::new(days), fee, penalty, compound, interest, principal }
        }).collect();
        let mut settled = owed.clone();
        let left = order.settle(&owed, Money::from_minor(payment), &mut settled).unwrap();
        let mut paid = i128::from(left.minor());
        let mut open = false;
        for (owed, settled) in owed.iter().zip(&settled) {
            for &part in Part::ALL {
                prop_assert!(settled.part(part) >= Money::ZERO && settled.part(part) <= owed.part(part));
                paid += i128::from(settled.part(part).minor());
                open |= settled.part(part) < owed.part(part);
            }
        }
        prop_assert_eq!(paid, i128::from(payment));
        prop_assert!(left.is_zero() || !open);
    }
}

/// The lines whose bytes are changed above are good before.
#[test]
fn the_lines_are_good() {
    for line in LINES {
        let (form, reliefs): (LoanForm, Vec<Relief>) = serde_json::from_str(line).unwrap();
        let record = LoanRecord::try_from(form).unwrap();
        let loan = record.loan().unwrap();
        let relieved = loan.relieve(&reliefs).unwrap();
        assert_eq!(relieved.impact().outcomes, [Outcome::Granted], "{line}");
        assert!(loan.schedule().annualised_rates().is_ok());
    }
}
