//! `payment_rounding`: the payment is rounded otherwise than interest.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, reason = "helpers outside #[test] count as tests here")]

use puhui::loan::{Instalment, LevelPayment, Loan, LoanRecord, Method, Product, ProductRules, Terms};
use puhui::{Currency, Cycle, DayCount, Money, Rounding, add_months, parse_date};

fn rows(terms: &str) -> Vec<Instalment> {
    let record: LoanRecord = serde_json::from_str(terms).unwrap();
    record.loan().unwrap().schedule().to_vec().unwrap()
}

/// 10,000.00 at 12 % over three months of 30 days, and what differs.
fn loan(method: &str, others: &str) -> Vec<Instalment> {
    rows(&format!(
        r#"{{"currency":"USD","principal":"10000.00","disbursed_on":"2020-01-20","rate":{{"fixed":"0.12"}},
            "day_count":"30e/360","method":"{method}","instalments":3,"every":"1 month","first_due_on":"2020-02-20",
            "rounding":"half_up"{others}}}"#
    ))
}

fn payments(rows: &[Instalment]) -> Vec<i64> {
    rows.iter().map(|row| row.payment.minor()).collect()
}

#[test]
fn the_level_payment_is_rounded_by_it_and_interest_is_not() {
    // 10,000.00 x 0.01 / (1 - 1.01^-3) = 3,400.2211...; up it is 3,400.23. Interest stays half up: 100.00 of 10,000.00, then
    // 66.9977 of 6,699.77, which is 67.00, and 33.6654 of 3,366.54, which is 33.67. The last payment clears: 3,366.54 + 33.67.
    // Half up 3,366.56 are left for it, with 33.67.
    assert_eq!(payments(&loan("equal_instalment", "")), [340_022, 340_022, 340_023]);
    let up = loan("equal_instalment", r#","payment_rounding":"up""#);
    assert_eq!(payments(&up), [340_023, 340_023, 340_021]);
    assert_eq!(up.iter().map(|row| row.interest.minor()).collect::<Vec<_>>(), [10_000, 6_700, 3_367]);
    let down = loan("equal_instalment", r#","payment_rounding":"down""#);
    assert_eq!(payments(&down), [340_022, 340_022, 340_023]);
}

#[test]
fn so_is_the_equal_share_of_principal() {
    // 10,000.00 / 3 = 3,333.333...; up it is 3,333.34, and the last share is 3,333.32.
    let principal = |rows: &[Instalment]| rows.iter().map(|row| row.principal.minor()).collect::<Vec<_>>();
    assert_eq!(principal(&loan("equal_principal", "")), [333_333, 333_333, 333_334]);
    assert_eq!(
        principal(&loan("equal_principal", r#","payment_rounding":"up""#)),
        [333_334, 333_334, 333_332]
    );
}

#[test]
fn a_multiple_is_reached_by_it() {
    // 3,400.2211... to whole dollars: 3,401.00 up, 3,400.00 half up.
    let others = r#","payment_multiple":"1.00","payment_rounding":"up""#;
    assert_eq!(payments(&loan("equal_instalment", others))[0], 340_100);
    assert_eq!(payments(&loan("equal_instalment", r#","payment_multiple":"1.00""#))[0], 340_000);
}

#[test]
fn an_unknown_word_is_refused_by_its_field_and_what_is_given_is_written_back() {
    let text = |rounding: &str| {
        format!(
            r#"{{"currency":"USD","principal":"10000.00","disbursed_on":"2020-01-20","rate":{{"fixed":"0.12"}},
                "day_count":"30e/360","method":"equal_instalment","instalments":3,"every":"1 month",
                "first_due_on":"2020-02-20","rounding":"half_up","payment_rounding":"{rounding}"}}"#
        )
    };
    let error = serde_json::from_str::<LoanRecord>(&text("sideways")).unwrap_err().to_string();
    assert!(error.starts_with("payment_rounding: expected one of half_up half_even down up"), "{error}");
    let record: LoanRecord = serde_json::from_str(&text("up")).unwrap();
    assert!(serde_json::to_string(&record).unwrap().contains(r#""payment_rounding":"up""#));
}

const TEST: &str = "a_lender_rounds_its_instalments_up";

/// Real consumer loans (`../shared/data/instalments_us.csv`): the lender's instalment is the nominal payment, rounded up to the cent.
/// In 3 of the 10,000 that these are a part of, rate and instalment do not belong together.
#[test]
fn a_lender_rounds_its_instalments_up() {
    let Some(folder) = crate::support::skip::shared(TEST, "data", "PUHUI_DATA") else { return };
    let file = folder.join("instalments_us.csv");
    if !file.is_file() {
        crate::support::skip::skip(TEST, &format!("{} is not there", file.display()));
        return;
    }
    let mut rules =
        ProductRules::new(Currency::USD, Method::EqualInstalment, DayCount::ThirtyE360, Rounding::HalfUp)
            .every(Cycle::MONTHLY);
    rules.level_payment = LevelPayment::Nominal;
    rules.payment_rounding = Some(Rounding::Up);
    let product = Product::new(rules).unwrap();
    let issued = parse_date("2018-01-01", "issued").unwrap();
    let (mut seen, mut equal) = (0, 0);
    for line in std::fs::read_to_string(&file).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let money = |text: &str| Money::parse(text, Currency::USD).unwrap();
        let percent: rust_decimal::Decimal = cells[3].parse().unwrap();
        let rate = (percent / rust_decimal::Decimal::ONE_HUNDRED).normalize().to_string().parse().unwrap();
        let terms = Terms::new(money(cells[1]), rate, issued)
            .instalments(cells[2].parse().unwrap(), add_months(issued, 1).unwrap());
        let first = Loan::new(&product, terms).unwrap().schedule().iter().next().unwrap().unwrap();
        seen += 1;
        equal += usize::from(first.payment == money(cells[4]));
    }
    assert!(seen == 3_000 && equal >= 2_990, "{equal} of {seen}");
}
