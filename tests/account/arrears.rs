//! Arrears: days past due, penalty and compound interest, grace, and the class.

use puhui::LoanClass;
use serde_json::{Value, json};

use crate::account::lived::{large, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

#[test]
fn days_past_due_count_from_the_day_after_the_due_date() {
    let terms = twelve(json!({"disbursed_on": "2020-02-20", "first_due_on": "2020-03-20"}));
    let days = |loan: &crate::account::lived::Lived| {
        ["2020-03-20", "2020-03-21", "2020-06-18", "2020-06-19"].map(|day| loan.on(day).days_past_due)
    };
    assert_eq!(days(&lived(&terms, json!([]))), [0, 1, 90, 91]);
    // A cent too little of 1,036.00 is late as much as all of it; not where so much may be short.
    let short = json!([{"on": "2020-03-20", "repaid": "1035.99"}]);
    assert_eq!(days(&lived(&terms, short.clone())), [0, 1, 90, 91]);
    let terms = with(terms, json!({"past_due_threshold": "0.01"}));
    // The next row, of 20 April, is not paid at all: 11 days of April, 31 of May, 18 of June make 59.
    assert_eq!(days(&lived(&terms, short)), [0, 0, 59, 60]);
}

#[test]
fn overdue_principal_earns_the_penalty_rate_from_the_due_date_to_the_payment() {
    let terms =
        twelve(json!({"principal": "10000.00", "rate": {"fixed": "0.0435"}, "penalty": {"mark_up": "0.50"}}));
    let terms = with(
        terms,
        json!({"day_count": "actual/360", "method": "bullet", "instalments": 1, "first_due_on": "2020-03-20"}),
    );
    // 4.35 % x 1.5 = 6.525 %: 10,000.00 x 0.06525 / 360 = 1.8125 a day, 54.375 in 30 days, 20 March counted, 19 April not.
    let unpaid = lived(&terms, json!([]));
    let penalty = |day| shown(unpaid.on(day).penalty_accrued);
    assert_eq!(["2020-03-20", "2020-03-21", "2020-03-22"].map(penalty), ["0.00", "1.81", "3.63"]);
    let day = unpaid.on("2020-04-19");
    assert_eq!(
        texts([day.penalty_accrued, day.interest_accrued, day.interest_of_day, day.interest, day.principal]),
        ["54.38", "0.00", "0.00", "72.50", "10000.00"]
    );
    // 10,000.00 + 72.50 + 54.38.
    assert_eq!(shown(day.pay_off), "10126.88");
    let paid = lived(
        &terms,
        json!([{"on": "2020-04-19", "repaid": "10126.88"}, {"on": "2020-04-19", "closed": true}]),
    );
    let day = paid.on("2020-04-19");
    assert!(day.closed && day.arrears.is_empty());
    assert_eq!(texts([day.pay_off, day.principal_repaid, day.credit]), ["0.00", "10000.00", "0.00"]);
    // Paid on the due date, it costs nothing.
    let paid = lived(&terms, json!([{"on": "2020-03-20", "repaid": "10072.50"}]));
    assert_eq!(shown(paid.on("2020-04-19").pay_off), "0.00");
}

#[test]
fn within_grace_nothing_is_late_and_after_it_all_is() {
    let terms = twelve(json!({"grace_days": 3, "penalty": {"mark_up": "0.50"}}));
    let unpaid = lived(&terms, json!([]));
    // Until 23 February the 1,000.00 go on earning the contract rate: 12,000.00 x 0.0001 x 3 = 3.60.
    let day = unpaid.on("2020-02-23");
    assert_eq!(day.days_past_due, 0);
    assert_eq!(texts([day.interest_accrued, day.penalty_accrued]), ["3.60", "0.00"]);
    // On the 24th they are four days late and have earned the penalty since the 20th instead:
    // 11,000.00 x 0.0001 x 4 = 4.40 and 1,000.00 x 0.00015 x 4 = 0.60.
    let day = unpaid.on("2020-02-24");
    assert_eq!(day.days_past_due, 4);
    assert_eq!(texts([day.interest_accrued, day.penalty_accrued]), ["4.40", "0.60"]);
    // Paid on the last day of grace: no penalty, and 1,000.00 x 0.0001 x 3 = 0.30 more with the next row's 33.00.
    let paid = lived(&terms, json!([{"on": "2020-02-23", "repaid": "1036.00"}]));
    let day = paid.on("2020-03-20");
    assert_eq!(owed(&day), ["2020-03-20: interest 33.30, principal 1000.00"]);
    assert_eq!(shown(day.penalty_accrued), "0.00");
}

#[test]
fn without_penalty_overdue_principal_earns_the_contract_rate_or_nothing() {
    // Unpaid from 20 February to 5 March: 15 days of 1,000.00 at 0.0001 are 1.50 more with the second row. On the plan
    // nothing is.
    let paid = json!([{"on": "2020-03-05", "repaid": "1036.00"}]);
    let second = |terms: Value| owed(&lived(&terms, paid.clone()).on("2020-03-20"));
    assert_eq!(second(twelve(json!({}))), ["2020-03-20: interest 34.50, principal 1000.00"]);
    assert_eq!(
        second(twelve(json!({"interest_on": "plan"}))),
        ["2020-03-20: interest 33.00, principal 1000.00"]
    );
}

/// 120,000.00 with penalty and compound interest, nothing paid.
fn compounding(compound: Value) -> Value {
    large(json!({"penalty": {"mark_up": "0.50", "compound": compound}}))
}

#[test]
fn a_hundred_days_late_with_compound_interest() {
    // 30 May 2020: the row of 20 February is 100 days late, those of 20 March, April and May 71, 40 and 10. Each 10,000.00
    // costs 1.50 a day: 150.00 + 106.50 + 60.00 + 15.00 = 331.50, of which 135.00 + 91.50 + 45.00 = 271.50 were billed on
    // 20 May, when 90, 61 and 30 days were over.
    // On the interest at 0.00015 a day: 372.00 x 100 = 5.58, 319.00 x 71 = 3.39735, 310.00 x 40 = 1.86,
    // 270.00 x 10 = 0.405: 5.58 + 3.40 + 1.86 + 0.41 = 11.25. Billed on 20 May: 372.00 x 90 = 5.022, 319.00 x 61 = 2.91885,
    // 310.00 x 30 = 1.395: 5.02 + 2.92 + 1.40 = 9.34.
    let loan = lived(&compounding(json!({"rate": "penalty", "base": "interest"})), json!([]));
    let day = loan.on("2020-05-30");
    assert_eq!(day.days_past_due, 100);
    assert_eq!(
        owed(&day),
        [
            "2020-02-20: penalty 135.00, compound 5.02, interest 372.00, principal 10000.00",
            "2020-03-20: penalty 91.50, compound 2.92, interest 319.00, principal 10000.00",
            "2020-04-20: penalty 45.00, compound 1.40, interest 310.00, principal 10000.00",
            "2020-05-20: interest 270.00, principal 10000.00",
        ]
    );
    assert_eq!(texts([day.penalty, day.penalty_accrued]), ["271.50", "60.00"]);
    assert_eq!(texts([day.compound, day.compound_accrued]), ["9.34", "1.91"]);
    // The 80,000.00 that are not due earn 8.00 a day since 20 May. 120,000.00 + 1,271.00 of billed interest + 80.00 +
    // 331.50 + 11.25.
    assert_eq!(texts([day.interest, day.interest_accrued, day.pay_off]), ["1271.00", "80.00", "121693.75"]);
    // Penalty rate and base of interest are what is meant where nothing is said.
    assert_eq!(day, lived(&compounding(json!({})), json!([])).on("2020-05-30"));
}

#[test]
fn the_rates_and_bases_of_compound_interest() {
    let compound = |rate, base| {
        let terms = compounding(json!({"rate": rate, "base": base}));
        let day = lived(&terms, json!([])).on("2020-05-30");
        // Neither rate nor base changes what the principal costs.
        assert_eq!(day.penalty.minor() + day.penalty_accrued.minor(), 33_150);
        day.compound.minor() + day.compound_accrued.minor()
    };
    assert_eq!(compound("penalty", "interest"), 1_125);
    // At 0.0001 before maturity: 3.72 + 2.26 (2.2649) + 1.24 + 0.27.
    assert_eq!(compound("contract_until_maturity", "interest"), 749);
    // With the billed penalty, from the day it was billed. Of the first row 43.50 on 20 March (29 days), 46.50 on 20 April,
    // 45.00 on 20 May, for 71, 40 and 10 days: 372.00 x 100 + 43.50 x 71 + 46.50 x 40 + 45.00 x 10 = 42,598.50. Second:
    // 319.00 x 71 + 46.50 x 40 + 45.00 x 10 = 24,959.00. Third: 310.00 x 40 + 45.00 x 10 = 12,850.00. Fourth: 2,700.00.
    // x 0.00015: 6.389775, 3.74385, 1.9275, 0.405: 6.39 + 3.74 + 1.93 + 0.41.
    assert_eq!(compound("penalty", "interest_and_penalty"), 1_247);
    // x 0.0001: 4.25985, 2.4959, 1.285, 0.27: 4.26 + 2.50 + 1.29 + 0.27.
    assert_eq!(compound("contract_until_maturity", "interest_and_penalty"), 832);
}

#[test]
fn the_contract_rate_of_compound_interest_ends_at_maturity() {
    // Interest only: 120,000.00 x 0.003 = 360.00 a month of 30 days. All are paid but the last two, of 20 December and
    // 20 January. On 20 February, of the first: 360.00 x (0.0001 x 30 + 0.00015 x 30) = 1.08 + 1.62; of the second, which
    // fell due at maturity: 360.00 x 0.00015 x 30 = 1.62.
    let terms = compounding(json!({"rate": "contract_until_maturity"}));
    let terms = with(terms, json!({"day_count": "30e/360", "method": "interest_only"}));
    let paid: Vec<Value> =
        (2..=11).map(|month| json!({"on": format!("2020-{month:02}-20"), "repaid": "360.00"})).collect();
    let day = lived(&terms, json!(paid)).on("2021-02-20");
    // The settlement of 20 February, after the last row, has billed it: 120,000.00 x 0.00015 x 30 of penalty too.
    assert_eq!(
        owed(&day),
        [
            "2020-12-20: compound 2.70, interest 360.00",
            "2021-01-20: penalty 540.00, compound 1.62, interest 360.00, principal 120000.00",
        ]
    );
}

#[test]
fn interest_billed_after_the_last_row_compounds_past_its_grace() {
    // 120,000.00 and 360.00 of interest, all due on 20 February; 60,360.00 are paid on 23 February, the last day of grace.
    // 60,000.00 have earned 60,000.00 x 0.0001 x 3 = 18.00 until then, billed on 20 March; the other 60,000.00 pay
    // 60,000.00 x 0.00015 = 9.00 a day of penalty from 20 February.
    let terms = compounding(json!({}));
    let terms =
        with(terms, json!({"day_count": "30e/360", "method": "bullet", "instalments": 1, "grace_days": 3}));
    let loan = lived(&terms, json!([{"on": "2020-02-23", "repaid": "60360.00"}]));
    assert_eq!(
        owed(&loan.on("2020-03-20")),
        ["2020-02-20: penalty 270.00, principal 60000.00", "2020-03-20: interest 18.00"]
    );
    // The 18.00 are within grace until 23 March; on the 24th they have cost 18.00 x 0.00015 x 4 = 0.0108, on 20 April
    // 18.00 x 0.00015 x 30 = 0.081.
    let compound = |day| shown(loan.on(day).compound_accrued);
    assert_eq!(["2020-03-23", "2020-03-24"].map(compound), ["0.00", "0.01"]);
    assert_eq!(
        owed(&loan.on("2020-04-20")),
        ["2020-02-20: penalty 540.00, principal 60000.00", "2020-03-20: compound 0.08, interest 18.00"]
    );
}

#[test]
fn vector_15_the_class_on_either_side_of_each_rung() {
    // One row, due on 1 January 2024: 2024 has 366 days, so that 27 December is 361 days later.
    let terms = twelve(json!({"method": "bullet", "instalments": 1, "disbursed_on": "2023-12-01"}));
    let terms =
        with(terms, json!({"first_due_on": "2024-01-01", "ladder": "cn_2023", "provision": "cn_2002"}));
    let loan = lived(&terms, json!([]));
    for (day, days, class, provision) in [
        ("2024-01-01", 0, LoanClass::Normal, "0.00"),
        ("2024-01-02", 1, LoanClass::SpecialMention, "240.00"),
        ("2024-03-31", 90, LoanClass::SpecialMention, "240.00"),
        ("2024-04-01", 91, LoanClass::Substandard, "3000.00"),
        ("2024-09-27", 270, LoanClass::Substandard, "3000.00"),
        ("2024-09-28", 271, LoanClass::Doubtful, "6000.00"),
        ("2024-12-26", 360, LoanClass::Doubtful, "6000.00"),
        ("2024-12-27", 361, LoanClass::Loss, "12000.00"),
    ] {
        let position = loan.on(day);
        assert_eq!((position.days_past_due, position.class), (days, Some(class)), "{day}");
        // 2 %, 25 %, 50 % and 100 % of 12,000.00.
        assert_eq!(position.provision.map(shown).as_deref(), Some(provision), "{day}");
    }
    // Before the rule was in force, 1 July 2023, there is no class: due on 1 March, 121 days late on 30 June.
    let terms = with(terms, json!({"disbursed_on": "2023-02-01", "first_due_on": "2023-03-01"}));
    let loan = lived(&terms, json!([]));
    let before = loan.on("2023-06-30");
    assert_eq!((before.days_past_due, before.class, before.provision), (121, None, None));
    assert_eq!(loan.on("2023-07-01").class, Some(LoanClass::Substandard));
}

#[test]
fn the_pay_off_after_the_last_row_settles_what_still_ran() {
    // Three days into the grace 12,000.00 + 36.00, and 3 x 1.20 at the contract rate.
    let terms = twelve(json!({"instalments": 1, "grace_days": 5, "penalty": {"mark_up": "0.50"}}));
    let due = lived(&terms, json!([]));
    assert_eq!(shown(due.on("2020-02-23").pay_off), "12039.60");
    for paid in [
        json!({"on": "2020-02-23", "repaid": "12039.60"}),
        json!({"on": "2020-02-23", "guarantee_paid": "12039.60"}),
        json!({"on": "2020-02-23", "prepaid": "12039.60", "how": "keep_term"}),
    ] {
        let loan = lived(&terms, json!([paid, {"on": "2020-02-23", "closed": true}]));
        assert!(loan.on("2020-02-23").closed, "{paid}");
        assert_eq!(loan.entries("2020-02-23").last().unwrap(), "2020-02-23 interest_income -3.60");
    }
    // With less than that, the interest waits for the next date of the cycle.
    let less = lived(&terms, json!([{"on": "2020-02-23", "repaid": "12036.00"}]));
    assert_eq!(
        (less.on("2020-03-19").arrears.len(), shown(less.on("2020-03-19").pay_off)),
        (0, "3.60".into())
    );
    assert_eq!(owed(&less.on("2020-03-20")), ["2020-03-20: interest 3.60"]);
}

#[test]
fn no_day_costs_both_the_contract_rate_and_the_penalty() {
    // With the due day counted too, interest is earned to 20 February, that day included: 32 days of 1.20. The 1,000.00 that
    // are late cost 0.15 a day from the 21st.
    let terms = twelve(json!({
        "day_count": "actual/360", "accrual_ends": "day_after", "penalty": {"mark_up": "0.50"}}));
    let loan = lived(&terms, json!([]));
    let penalty = |day| shown(loan.on(day).penalty_accrued);
    assert_eq!(shown(loan.on("2020-02-20").interest), "38.40");
    assert_eq!(["2020-02-21", "2020-02-22", "2020-02-23"].map(penalty), ["0.00", "0.15", "0.30"]);
}

#[test]
fn what_is_overdue_is_settled_on_the_cycle_however_far_from_its_last_date() {
    // A bullet of 60 months, whose one row is extended to 5 July 2025, no date of the cycle: from 20 January 2020 that is 5 years,
    // 5 months and 15 days, 1,965 days of 30E/360, at 12,000.00 x 0.036 / 360 = 1.20 a day 2,358.00. The next date of the cycle,
    // the 66th, is 20 July: 15 days of 1.20 later. Then a month is 36.00.
    let terms = twelve(json!({"method": "bullet", "instalments": 60}));
    let relief = json!({"granted_on": "2025-01-10", "maturity": {"moved_to": "2025-07-05"}});
    let loan = lived(&terms, json!([{"on": "2025-01-10", "relief": relief}]));
    let interest = |day| loan.on(day).interest.minor();
    assert_eq!(
        ["2025-07-04", "2025-07-05", "2025-07-19", "2025-07-20", "2025-08-20"].map(interest),
        [0, 235_800, 235_800, 237_600, 241_200]
    );
}

#[test]
fn rows_that_fell_away_bill_what_is_overdue_however_often_they_are_computed() {
    // 12,000.00 at 12 % in six payments of 2,070.58, which bill no more interest than that. The first is paid, and 4,000.00 ahead:
    // 6,049.42 are left to three rows, the other two fall away. None of it is paid: each row bills a hundredth, 60.49, and asks for
    // 2,010.09 twice and the rest, 2,029.24; of those that fell away the first bills it, too.
    for cadence in ["daily", "month_end", "when_billed"] {
        let terms = json!({
            "rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 6, "interest_cap": "payment",
            "accrual_postings": cadence
        });
        let events = json!([
            {"on": "2020-02-20", "repaid": "2070.58"},
            {"on": "2020-02-20", "prepaid": "4000.00", "how": "keep_instalment"}
        ]);
        let loan = lived(&twelve(terms), events);
        let expected = [
            "2020-03-20: interest 60.49, principal 2010.09",
            "2020-04-20: interest 60.49, principal 2010.09",
            "2020-05-20: interest 60.49, principal 2029.24",
            "2020-06-20: interest 60.49",
        ];
        assert_eq!(owed(&loan.on("2020-06-30")), expected);
        let booked = loan.account("2020-06-30", |account| account.postings().unwrap());
        let billed =
            booked.iter().filter(|entry| entry.account == puhui::loan::LedgerAccount::InterestReceivable);
        // With the 120.00 of the first, which came and went: 4 x 60.49.
        assert_eq!(billed.map(|entry| entry.amount.minor()).sum::<i64>(), 24_196, "{cadence}");
    }
}
