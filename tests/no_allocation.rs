//! A schedule allocates nothing: neither the check of a loan, nor its rows written into a slice or taken one by one.
//!
//! A counting allocator holds it to that, over every method but the graduated one, whose payments are solved in big
//! integers, and over rates of at most ten decimals.

#![allow(unsafe_code, reason = "an allocator cannot be written without")]
#![allow(clippy::unwrap_used, reason = "helpers outside #[test] count as tests here")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use puhui::loan::{
    Balloon, FirstPeriod, Grace, Instalment, LevelPayment, Loan, Method, PlannedPrincipal, Product,
    ProductRules, Season, Terms,
};
use puhui::{
    BusinessDays, Calendar, Currency, Cycle, DayCount, Money, Rate, Roll, RolledInterest, Rounding,
    parse_date,
};

/// The system's allocator, counting the calls of each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count_one() {
    // While a thread ends it is gone; nothing is measured then.
    let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call goes to `System` unchanged; the count is a `Cell` of the thread, without a destructor, and does not
// allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promise, passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count_one();
        // SAFETY: the caller's promise, passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise, passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of(run: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    run();
    ALLOCATIONS.with(Cell::get) - before
}

fn day(text: &str) -> chrono::NaiveDate {
    parse_date(text, "test").unwrap()
}

#[test]
fn the_count_counts() {
    assert_eq!(allocations_of(|| drop(black_box(Box::new(7)))), 1);
    assert_eq!(allocations_of(|| drop(black_box(vec![0_u8; 100]))), 1);
    assert_eq!(allocations_of(|| ()), 0);
}

/// Computes a loan in every way that allocates nothing, and says for what it was asked if one did.
fn assert_allocates_nothing(
    product: &Product,
    terms: Terms,
    plan: &[PlannedPrincipal],
    rows: &mut [Instalment],
) {
    let mut written = None;
    let count = allocations_of(|| {
        let loan = Loan::with_rates_and_principal(product, terms, &[], plan).unwrap();
        let schedule = loan.schedule();
        let totals = schedule.write_into(rows).unwrap();
        assert_eq!(schedule.totals().unwrap(), totals);
        let mut iterated = 0;
        for (row, written) in schedule.iter().zip(&*rows) {
            assert!(row.unwrap() == *written);
            iterated += 1;
        }
        assert!(iterated == totals.rows);
        written = Some(totals.rows);
    });
    assert_eq!(count, 0, "{:?} {terms:?} over {written:?} rows", product.rules());
}

#[test]
fn an_ordinary_loan_allocates_nothing() {
    let (disbursed_on, first_due_on) = (day("2020-01-15"), day("2020-02-15"));
    let rates =
        ["0", "0.0435", "0.0000000001", "0.1234567891", "0.36"].map(|rate| rate.parse::<Rate>().unwrap());
    let rolled = BusinessDays {
        calendar: Calendar::cn(),
        roll: Roll::Following,
        interest: RolledInterest::Adjusted,
        strict: false,
    };
    let methods = [
        Method::EqualInstalment,
        Method::EqualPrincipal,
        Method::InterestOnly,
        Method::Bullet,
        Method::Balloon(Balloon::AmortisedOver(480)),
        Method::Balloon(Balloon::Residual),
        Method::Seasonal(Season::new(&[6, 9]).unwrap()),
        Method::Custom,
    ];
    let plan = [("2020-05-15", 1_000_000), ("2020-06-20", 4_000_000)]
        .map(|(on, principal)| PlannedPrincipal { on: day(on), principal: Money::from_minor(principal) });
    let mut rows = vec![Instalment::EMPTY; 400];
    for method in methods {
        for &day_count in DayCount::ALL {
            for business_days in [None, Some(rolled.clone())] {
                for variant in 0..4 {
                    let mut rules = ProductRules::new(Currency::CNY, method, day_count, Rounding::HalfUp);
                    rules.every = Some(Cycle::MONTHLY);
                    // At 36 % over forty years, a long month earns more than the payment.
                    rules.negative_amortisation = true;
                    rules.business_days = business_days.clone();
                    match variant {
                        1 if !matches!(method, Method::Bullet | Method::Custom) => {
                            rules.grace = Grace { principal: 2, interest: 1, capitalised: true };
                        }
                        2 if method.fixes_payment() => rules.level_payment = LevelPayment::Nominal,
                        3 => {
                            rules.first_period = FirstPeriod::OnTop;
                            rules.payment_multiple = Some(Money::from_minor(100));
                        }
                        _ => {}
                    }
                    let product = Product::new(rules).unwrap();
                    for rate in rates {
                        for (principal, instalments) in
                            [(5_000_000, 36), (5_000_000, 12), (123_456_789_012, 360)]
                        {
                            let mut terms = Terms::new(Money::from_minor(principal), rate, disbursed_on)
                                .instalments(instalments, first_due_on);
                            let plan: &[PlannedPrincipal] = match method {
                                Method::Balloon(Balloon::Residual) => {
                                    terms.residual = Money::from_minor(principal / 3);
                                    &[]
                                }
                                Method::Custom if principal == 5_000_000 => &plan,
                                Method::Custom => continue,
                                _ => &[],
                            };
                            assert_allocates_nothing(&product, terms, plan, &mut rows);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn nor_does_one_after_another() {
    let rules = |day_count| {
        ProductRules::new(Currency::CNY, Method::EqualInstalment, day_count, Rounding::HalfUp)
            .every(Cycle::MONTHLY)
    };
    let mut rows = [Instalment::EMPTY; 60];
    for day_count in [DayCount::ThirtyE360, DayCount::Actual360] {
        let product = Product::new(rules(day_count)).unwrap();
        let rate = "0.0435".parse::<Rate>().unwrap();
        let terms = Terms::new(Money::ZERO, rate, day("2020-01-15"));
        let count = allocations_of(|| {
            for principal in 100_000..110_000 {
                let mut terms =
                    terms.instalments(12 + u16::try_from(principal % 49).unwrap(), day("2020-02-15"));
                terms.principal = Money::from_minor(principal * 91);
                let loan = Loan::new(&product, terms).unwrap();
                black_box(loan.schedule().write_into(&mut rows).unwrap());
            }
        });
        assert_eq!(count, 0, "{day_count}");
    }
}
