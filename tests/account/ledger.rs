//! What is posted: late bookings, non-accrual, losses and tax, each entry worked out.

use serde_json::json;

use crate::account::lived::{large, lived, of, shown, texts, twelve};

/// The sums by account of the entries.
fn balances(entries: &[String]) -> Vec<String> {
    let mut sums: Vec<(String, i64)> = Vec::new();
    for entry in entries {
        let words: Vec<&str> = entry.split(' ').collect();
        let minor: i64 = words[2].replace('.', "").parse().unwrap();
        match sums.iter_mut().find(|(account, _)| account == words[1]) {
            Some((_, sum)) => *sum += minor,
            None => sums.push((words[1].into(), minor)),
        }
    }
    let of =
        |(account, minor): &(String, i64)| format!("{account} {}", shown(puhui::Money::from_minor(*minor)));
    let mut shown: Vec<String> = sums.iter().filter(|(_, minor)| *minor != 0).map(of).collect();
    shown.sort_unstable();
    shown
}

#[test]
fn a_payment_booked_in_the_next_month_and_reversed_in_the_one_after() {
    let terms = large(json!({"penalty": {"mark_up": "0.50"}, "accrual_postings": "month_end"}));
    let paid = json!({"on": "2020-02-20", "booked_on": "2020-03-05", "repaid": "10372.00"});
    let loan = lived(&terms, json!([paid]));
    let entries = loan.entries("2020-03-31");
    assert_eq!(
        entries,
        [
            "2020-01-20 cash -120000.00",
            "2020-01-20 principal 120000.00",
            // 20 to 31 January, twelve days of 12.00.
            "2020-01-31 accrued_interest 144.00",
            "2020-01-31 interest_income -144.00",
            // The row bills 31 x 12.00 = 372.00, of which 228.00 were not booked yet.
            "2020-02-20 principal -10000.00",
            "2020-02-20 overdue_principal 10000.00",
            "2020-02-20 accrued_interest -144.00",
            "2020-02-20 interest_receivable 372.00",
            "2020-02-20 interest_income -228.00",
            // 20 to 29 February, ten days: of 11.00, and of 10,000.00 x 0.00015 = 1.50.
            "2020-02-29 accrued_interest 110.00",
            "2020-02-29 penalty_receivable 15.00",
            "2020-02-29 interest_income -110.00",
            "2020-02-29 penalty_income -15.00",
            // It was paid in time after all: the penalty never was. February is not touched.
            "2020-03-05 cash 10372.00 *",
            "2020-03-05 overdue_principal -10000.00 *",
            "2020-03-05 interest_receivable -372.00 *",
            "2020-03-05 penalty_receivable -15.00 *",
            "2020-03-05 penalty_income 15.00 *",
            // 29 x 11.00 = 319.00.
            "2020-03-20 principal -10000.00",
            "2020-03-20 overdue_principal 10000.00",
            "2020-03-20 accrued_interest -110.00",
            "2020-03-20 interest_receivable 319.00",
            "2020-03-20 interest_income -209.00",
            // 20 to 31 March, twelve days: of 10.00, and of 1.50 on the second row.
            "2020-03-31 accrued_interest 120.00",
            "2020-03-31 penalty_receivable 18.00",
            "2020-03-31 interest_income -120.00",
            "2020-03-31 penalty_income -18.00",
        ]
    );
    // Before the correction the books are those of a loan that is late, after it those of one that is not.
    let upto = |entries: &[String], day: &str| -> Vec<String> {
        balances(&entries.iter().filter(|entry| entry.as_str() < day).cloned().collect::<Vec<_>>())
    };
    assert_eq!(
        upto(&entries, "2020-03-05"),
        [
            "accrued_interest 110.00",
            "cash -120000.00",
            "interest_income -482.00",
            "interest_receivable 372.00",
            "overdue_principal 10000.00",
            "penalty_income -15.00",
            "penalty_receivable 15.00",
            "principal 110000.00",
        ]
    );
    // 120,000.00 - 10,372.00.
    assert_eq!(
        upto(&entries, "2020-03-06"),
        ["accrued_interest 110.00", "cash -109628.00", "interest_income -482.00", "principal 110000.00"]
    );

    // The payment bounces, and that is booked on 2 April. By then the first row would have cost 1.50 for 41 days to the end
    // of March: 61.50. Nothing posted before changes.
    let reversed = lived(&terms, json!([paid, {"on": "2020-04-02", "reversed": 1}]));
    let then = reversed.entries("2020-04-02");
    assert_eq!(then[..entries.len()], entries[..]);
    assert_eq!(
        then[entries.len()..],
        [
            "2020-04-02 cash -10372.00 *",
            "2020-04-02 overdue_principal 10000.00 *",
            "2020-04-02 interest_receivable 372.00 *",
            "2020-04-02 penalty_receivable 61.50 *",
            "2020-04-02 penalty_income -61.50 *",
        ]
    );
    // Interest 144.00 + 228.00 + 110.00 + 209.00 + 120.00; receivable 372.00 + 319.00; penalty 61.50 + 18.00.
    assert_eq!(
        balances(&then),
        [
            "accrued_interest 120.00",
            "cash -120000.00",
            "interest_income -811.00",
            "interest_receivable 691.00",
            "overdue_principal 20000.00",
            "penalty_income -79.50",
            "penalty_receivable 79.50",
            "principal 100000.00",
        ]
    );
    // As if it had never been.
    assert_eq!(balances(&then), balances(&lived(&terms, json!([])).entries("2020-04-02")));
    // And by what was known in March, it was paid.
    assert_eq!(reversed.known("2020-03-31", "2020-03-31"), loan.on("2020-03-31"));
}

#[test]
fn a_prepayment_booked_late_takes_back_interest_of_the_closed_month() {
    let loan = lived(
        &large(json!({"accrual_postings": "month_end"})),
        json!([
            {"on": "2020-02-20", "repaid": "10372.00"},
            {"on": "2020-02-25", "booked_on": "2020-03-05", "prepaid": "20055.00", "how": "keep_instalment"},
        ]),
    );
    // At the end of February ten days of 11.00 are booked. With 20,000.00 less from the 25th on: five days of 11.00, which
    // the prepayment pays first, and five of 9.00, 45.00, which stay accrued; 100.00 in all.
    let entries = loan.entries("2020-03-20");
    assert_eq!(
        of(&entries, &["2020-02-29", "2020-03"]),
        [
            "2020-02-29 accrued_interest 110.00",
            "2020-02-29 interest_income -110.00",
            "2020-03-05 cash 20055.00 *",
            "2020-03-05 principal -20000.00 *",
            "2020-03-05 accrued_interest -65.00 *",
            "2020-03-05 interest_income 10.00 *",
            // 25 February to 20 March, 24 days of 9.00, are billed: 216.00, of which 45.00 were booked.
            "2020-03-20 principal -10000.00",
            "2020-03-20 overdue_principal 10000.00",
            "2020-03-20 accrued_interest -45.00",
            "2020-03-20 interest_receivable 216.00",
            "2020-03-20 interest_income -171.00",
        ]
    );
}

#[test]
fn non_accrual_takes_booked_interest_off_the_books_and_back() {
    // Interest only, 12.00 a day: rows of 372.00, 348.00, 372.00 and 360.00 from 20 February to 20 May, none paid. On 20 May
    // the first is 90 days late.
    let terms = |from: u32| {
        large(
            json!({"method": "interest_only", "accrual_postings": "month_end", "non_accrual": {"from": from}}),
        )
    };
    let events = json!([
        {"on": "2020-06-01", "repaid": "372.00"},
        {"on": "2020-06-10", "repaid": "1080.00"},
    ]);
    let at_90 = lived(&terms(90), events.clone());
    let at_91 = lived(&terms(91), events);
    let non_accrual = |loan: &crate::account::lived::Lived| {
        ["2020-05-19", "2020-05-20", "2020-05-21"].map(|day| loan.on(day).non_accrual)
    };
    assert_eq!(non_accrual(&at_90), [false, true, true]);
    assert_eq!(non_accrual(&at_91), [false, false, true]);

    let entries = at_90.entries("2020-06-20");
    // Booked so far: 144.00 + 228.00 + 120.00 + 228.00 + 144.00 + 228.00 + 132.00 = 1,224.00, of which 132.00, eleven days of
    // April, are accrued and 1,092.00 receivable. All of it leaves income; off the balance sheet stand the four rows.
    let off = [
        "2020-04-30 accrued_interest 132.00",
        "2020-04-30 interest_income -132.00",
        "2020-05-20 accrued_interest -132.00",
        "2020-05-20 interest_receivable -1092.00",
        "2020-05-20 interest_income 1224.00",
        "2020-05-20 memo_interest 1452.00",
        "2020-05-20 memo_contra -1452.00",
    ];
    assert_eq!(of(&entries, &["2020-04-30", "2020-05-20", "2020-05-21"]), off);
    let later = [
        // 20 to 31 May.
        "2020-05-31 memo_interest 144.00",
        "2020-05-31 memo_contra -144.00",
        // What is paid is income. 73 days late since 20 March, the loan is still not accrued.
        "2020-06-01 cash 372.00",
        "2020-06-01 interest_income -372.00",
        "2020-06-01 memo_interest -372.00",
        "2020-06-01 memo_contra 372.00",
        // Nothing is late any more: what was paid is income, and the 144.00 of May come back.
        "2020-06-10 cash 1080.00",
        "2020-06-10 accrued_interest 144.00",
        "2020-06-10 interest_income -1224.00",
        "2020-06-10 memo_interest -1224.00",
        "2020-06-10 memo_contra 1224.00",
        // 31 days are billed.
        "2020-06-20 accrued_interest -144.00",
        "2020-06-20 interest_receivable 372.00",
        "2020-06-20 interest_income -228.00",
    ];
    assert_eq!(of(&entries, &["2020-05-31", "2020-06"]), later);
    assert_eq!(["2020-06-09", "2020-06-10"].map(|day| at_90.on(day).non_accrual), [true, false]);

    // A day later with 91: the fourth row is booked as income first, 132.00 + 228.00.
    let entries = at_91.entries("2020-06-20");
    assert_eq!(
        of(&entries, &["2020-05-20", "2020-05-21"]),
        [
            "2020-05-20 accrued_interest -132.00",
            "2020-05-20 interest_receivable 360.00",
            "2020-05-20 interest_income -228.00",
            "2020-05-21 interest_receivable -1452.00",
            "2020-05-21 interest_income 1452.00",
            "2020-05-21 memo_interest 1452.00",
            "2020-05-21 memo_contra -1452.00",
        ]
    );
    assert_eq!(of(&entries, &["2020-05-31", "2020-06"]), later);
}

#[test]
fn charged_off_and_recovered() {
    // Two rows unpaid on 5 April: 69.00 of interest, 1,000.00 x 0.00015 x (45 + 15) = 9.00 of penalty, and fifteen days of
    // 10,000.00 accrued, 15.00. With 12,000.00 of principal, 12,093.00.
    let terms = twelve(json!({"penalty": {"mark_up": "0.50"}}));
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-04-05", "charged_off": true},
            {"on": "2020-06-01", "recovered": "5000.00"},
            {"on": "2020-07-01", "recovered": "7050.00"},
            {"on": "2020-08-01", "recovered": "60.00"},
        ]),
    );
    let day = loan.on("2020-04-05");
    assert_eq!(texts([day.principal, day.charged_off, day.pay_off]), ["0.00", "12000.00", "0.00"]);
    assert_eq!((day.arrears.len(), day.days_past_due), (0, 0));
    // Principal first: 5,000.00, then 7,000.00 and 50.00 of the 93.00, then the other 43.00; 17.00 are too much.
    let recovered = |day| {
        let position = loan.on(day);
        texts([position.recovered, position.principal_repaid, position.credit])
    };
    assert_eq!(recovered("2020-06-01"), ["5000.00", "5000.00", "0.00"]);
    assert_eq!(recovered("2020-07-01"), ["12000.00", "12000.00", "0.00"]);
    assert_eq!(recovered("2020-08-01"), ["12000.00", "12000.00", "17.00"]);
    assert_eq!(
        of(
            &loan.entries("2020-08-31"),
            &["2020-03-20", "2020-04", "2020-05", "2020-06", "2020-07", "2020-08"]
        ),
        [
            // Thirty days of the first row are settled with the second.
            "2020-03-20 principal -1000.00",
            "2020-03-20 overdue_principal 1000.00",
            "2020-03-20 interest_receivable 33.00",
            "2020-03-20 penalty_receivable 4.50",
            "2020-03-20 interest_income -33.00",
            "2020-03-20 penalty_income -4.50",
            "2020-04-05 principal -10000.00",
            "2020-04-05 overdue_principal -2000.00",
            "2020-04-05 interest_receivable -69.00",
            "2020-04-05 penalty_receivable -4.50",
            "2020-04-05 interest_income -15.00",
            "2020-04-05 penalty_income -4.50",
            "2020-04-05 credit_loss 12093.00",
            "2020-06-01 cash 5000.00",
            "2020-06-01 credit_loss -5000.00",
            "2020-07-01 cash 7050.00",
            "2020-07-01 credit_loss -7050.00",
            "2020-08-01 cash 60.00",
            "2020-08-01 borrower_credit -17.00",
            "2020-08-01 credit_loss -43.00",
        ]
    );
}

#[test]
fn credit_held_when_a_loan_is_charged_off_settles_what_it_can_first() {
    // 1,100.00 of 1,036.00 leave 64.00, which no row has taken when 11,000.00 are charged off on 5 March. Fifteen days have earned
    // 16.50; the other 47.50 are principal, of which 10,952.50 are lost.
    let loan = lived(
        &twelve(json!({})),
        json!([
            {"on": "2020-02-20", "repaid": "1100.00"},
            {"on": "2020-03-05", "charged_off": true},
            {"on": "2020-06-01", "recovered": "500.00"},
        ]),
    );
    let day = loan.on("2020-06-01");
    assert_eq!(texts([day.charged_off, day.recovered, day.credit]), ["10952.50", "500.00", "0.00"]);
    // 1,000.00, 47.50 and 500.00.
    assert_eq!(texts([day.principal_repaid, day.principal]), ["1547.50", "0.00"]);
    assert_eq!(
        of(&loan.entries("2020-06-01"), &["2020-03-05", "2020-06"]),
        [
            "2020-03-05 principal -11000.00",
            "2020-03-05 borrower_credit 64.00",
            "2020-03-05 interest_income -16.50",
            "2020-03-05 credit_loss 10952.50",
            "2020-06-01 cash 500.00",
            "2020-06-01 credit_loss -500.00"
        ]
    );
}

#[test]
fn tax_is_split_from_the_running_total_of_each_income() {
    let loan = lived(
        &twelve(json!({"vat": "0.06"})),
        json!([
            {"on": "2020-02-20", "repaid": "1036.00"},
            {"on": "2020-03-05", "fee_charged": "10.60"},
            {"on": "2020-03-05", "repaid": "10.60"},
        ]),
    );
    // 36.00 x 6 / 106 = 2.0377; (36.00 + 33.00) x 6 / 106 = 3.9057, 1.87 more; 10.60 x 6 / 106 = 0.60.
    assert_eq!(
        of(&loan.entries("2020-03-20"), &["2020-02-20", "2020-03"]),
        [
            "2020-02-20 cash 1036.00",
            "2020-02-20 principal -1000.00",
            "2020-02-20 interest_income -33.96",
            "2020-02-20 vat_payable -2.04",
            "2020-03-05 cash 10.60",
            "2020-03-05 fee_income -10.00",
            "2020-03-05 vat_payable -0.60",
            "2020-03-20 principal -1000.00",
            "2020-03-20 overdue_principal 1000.00",
            "2020-03-20 interest_receivable 33.00",
            "2020-03-20 interest_income -31.13",
            "2020-03-20 vat_payable -1.87",
        ]
    );
}

#[test]
fn a_pause_does_not_reach_what_was_billed_ahead_of_its_date() {
    // The first row paid, 11,000.00 and the 33.00 to 20 March paid on 5 March settle the loan; a pause from 10 March on changes
    // none of it.
    let servicing = json!({"pay_off_to": "next_due", "changes_from": "day_before"});
    let first = json!({"on": "2020-02-20", "repaid": "1036.00"});
    let all = json!({"on": "2020-03-05", "repaid": "11033.00"});
    let paused = json!({"on": "2020-03-10", "interest_paused": {"until": "2020-03-15"}});
    let loan = lived(&twelve(servicing.clone()), json!([first, all, paused]));
    let postings = loan.entries("2020-04-30");
    assert_eq!(postings, lived(&twelve(servicing), json!([first, all])).entries("2020-04-30"));
}

#[test]
fn writing_off_what_was_off_the_books_is_no_income() {
    // Non-accrual from 30 days past due, 21 March: 36.00 + 36.00 of interest that was billed stand off the balance sheet, the
    // second on 12,000.00 too, because nothing was repaid. Written off on 5 April, nothing of it passes through income, and
    // no tax is owed.
    let terms = twelve(json!({"non_accrual": {"from": 30}, "vat": "0.06"}));
    let loan = lived(&terms, json!([{"on": "2020-04-05", "charged_off": true}]));
    assert_eq!(
        of(&loan.entries("2020-04-05"), &["2020-04-05"]),
        [
            "2020-04-05 principal -10000.00",
            "2020-04-05 overdue_principal -2000.00",
            "2020-04-05 credit_loss 12000.00",
            "2020-04-05 memo_interest -72.00",
            "2020-04-05 memo_contra 72.00",
        ]
    );
    assert_eq!(balances(&loan.entries("2020-04-05")), ["cash -12000.00", "credit_loss 12000.00"]);
}

#[test]
fn a_rate_below_zero_is_earned_by_the_borrower_day_by_day() {
    // 12,000.00 at -5 % for 29 days of 360: -48.33; to the end of January, eleven days: -18.33.
    let terms = twelve(json!({
        "rate": {"fixed": "-0.05"}, "accrual_postings": "month_end", "penalty": {"mark_up": "0.50"}}));
    let loan = lived(&terms, json!([]));
    let day = loan.on("2020-02-19");
    assert_eq!(
        texts([day.interest_accrued, day.interest_of_day, day.pay_off]),
        ["-48.33", "-1.67", "11951.67"]
    );
    assert_eq!(
        of(&loan.entries("2020-02-19"), &["2020-01-31"]),
        ["2020-01-31 accrued_interest -18.33", "2020-01-31 interest_income 18.33"]
    );
    // To be late costs nothing, and does not pay.
    let late = loan.on("2020-03-19");
    assert_eq!(texts([late.penalty, late.penalty_accrued]), ["0.00", "0.00"]);
}
