//! Terms that change: tranches, rates, a pause of the interest, arrears that fall due again.

use puhui::LoanClass;
use serde_json::json;

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

#[test]
fn tranches_join_the_balance_from_their_day() {
    // 6,000.00 on 20 January, 6,000.00 on 5 February, in the first period: 15 days of 0.60 and 15 of 1.20, and 12,000.00 over
    // twelve rows.
    let first = json!({"on": "2020-01-20", "disbursed": "6000.00"});
    let loan = lived(&twelve(json!({})), json!([first, {"on": "2020-02-05", "disbursed": "6000.00"}]));
    let day = loan.on("2020-02-01");
    // Eleven days.
    assert_eq!(texts([day.disbursed, day.principal, day.interest_accrued]), ["6000.00", "6000.00", "6.60"]);
    assert_eq!(loan.ahead("2020-02-01")[0], "2020-02-20: 500.00 + 18.00");
    assert_eq!(shown(loan.on("2020-02-05").disbursed), "12000.00");
    assert_eq!(loan.ahead("2020-02-05")[..2], ["2020-02-20: 1000.00 + 27.00", "2020-03-20: 1000.00 + 33.00"]);

    // On 5 March, after a row of 500.00 + 18.00: 5,500.00 + 6,000.00 over eleven rows are 1,045.4545. The running row earns
    // 5,500.00 x 0.0001 x 15 + 11,500.00 x 0.0001 x 15 = 8.25 + 17.25, the next 10,454.55 x 0.003 = 31.36365, and the last
    // clears 11,500.00 - 10 x 1,045.45 = 1,045.50, x 0.003 = 3.1365.
    let loan = lived(
        &twelve(json!({})),
        json!([
            first,
            {"on": "2020-02-20", "repaid": "518.00"},
            {"on": "2020-03-05", "disbursed": "6000.00"},
        ]),
    );
    assert_eq!(loan.on("2020-02-20").arrears, []);
    let rows = loan.ahead("2020-03-05");
    assert_eq!(rows[..2], ["2020-03-20: 1045.45 + 25.50", "2020-04-20: 1045.45 + 31.36"]);
    assert_eq!(rows[10], "2021-01-20: 1045.50 + 3.14");
}

#[test]
fn payments_that_are_kept_are_found_over_the_rows_past_the_grace() {
    // 1,000.00 without interest, of which two tranches of 500.00: the two rows of the grace pay nothing, the ten after it
    // 50.00 each, and 100.00 each once the second tranche has joined.
    let terms = twelve(json!({
        "principal": "1000.00", "rate": {"fixed": "0"}, "method": "equal_instalment", "interest_cap": "payment",
        "grace": {"principal": 2}
    }));
    let first = json!({"on": "2020-01-20", "disbursed": "500.00"});
    let one = lived(&terms, json!([first]));
    let rows = |lived: &Lived| {
        lived.ahead("2020-02-01").into_iter().map(|row| row.split(' ').nth(1).unwrap().into())
    };
    let expected = |payment: &str| [vec!["0.00".to_owned(); 2], vec![payment.to_owned(); 10]].concat();
    assert_eq!(rows(&one).collect::<Vec<String>>(), expected("50.00"));
    let two = lived(&terms, json!([first, {"on": "2020-02-01", "disbursed": "500.00"}]));
    assert_eq!(rows(&two).collect::<Vec<String>>(), expected("100.00"));
}

#[test]
fn a_pause_is_free_of_interest_on_its_first_and_last_day() {
    let loan = lived(
        &twelve(json!({})),
        json!([
            {"on": "2020-02-20", "repaid": "1036.00"},
            {"on": "2020-03-01", "interest_paused": {"until": "2020-03-10"}},
        ]),
    );
    // 20 February to 1 March are eleven days of 30E/360: 12.10. Nothing until 11 March.
    let accrued = |day| shown(loan.on(day).interest_accrued);
    assert_eq!(["2020-03-01", "2020-03-11", "2020-03-12"].map(accrued), ["12.10", "12.10", "13.20"]);
    let of_day = |day| shown(loan.on(day).interest_of_day);
    assert_eq!(["2020-03-01", "2020-03-10", "2020-03-11"].map(of_day), ["0.00", "0.00", "1.10"]);
    // Thirty days less ten, of 1.10.
    assert_eq!(owed(&loan.on("2020-03-20")), ["2020-03-20: interest 22.00, principal 1000.00"]);
}

#[test]
fn another_rate_holds_from_its_day() {
    // From 3.6 % to 7.2 % on 5 March: 15 days of 1.10 and 15 of 2.20; then 10,000.00 x 0.006. On 20 March, a due date: 33.00,
    // and the same from then on.
    for (day, second) in [("2020-03-05", "49.50"), ("2020-03-20", "33.00")] {
        let events = json!([{"on": "2020-02-20", "repaid": "1036.00"}, {"on": day, "rate_reset": "0.072"}]);
        let loan = lived(&twelve(json!({})), events);
        assert_eq!(
            owed(&loan.on("2020-03-20")),
            [format!("2020-03-20: interest {second}, principal 1000.00")]
        );
        // The row that fell due is unpaid: if it is paid on 20 March, nothing more is earned on it.
        assert_eq!(loan.ahead("2020-03-20")[0], "2020-04-20: 1000.00 + 60.00");
    }
    // Penalty follows: 1,000.00 overdue for 15 days at 0.00015 and 15 at 0.0003.
    let terms = twelve(json!({"penalty": {"mark_up": "0.50"}}));
    let loan = lived(&terms, json!([{"on": "2020-03-05", "rate_reset": "0.072"}]));
    assert_eq!(shown(loan.on("2020-03-20").penalty), "6.75");
}

#[test]
fn a_payment_runs_on_and_is_found_anew_after_a_reset() {
    // 12,000.00 at 12 %, three payments: 12,000.00 x 0.01 / (1 - 1.01^-3) = 4,080.27. From 5 February 24 %: the first row
    // earns 60.00 + 120.00 and keeps its payment: 3,900.27. 8,099.73 over two rows at 2 %: 8,099.73 x 1.0404 / 2.02 = 4,171.76.
    // 8,099.73 x 0.02 = 161.9946; 4,089.96 x 0.02 = 81.7992.
    let terms = twelve(json!({"rate": {"fixed": "0.12"}, "method": "equal_instalment", "instalments": 3}));
    assert_eq!(lived(&terms, json!([])).ahead("2020-01-20")[0], "2020-02-20: 3960.27 + 120.00");
    let loan = lived(&terms, json!([{"on": "2020-02-05", "rate_reset": "0.24"}]));
    assert_eq!(
        loan.ahead("2020-02-05"),
        ["2020-02-20: 3900.27 + 180.00", "2020-03-20: 4009.77 + 161.99", "2020-04-20: 4089.96 + 81.80"]
    );
}

#[test]
fn arrears_re_aged_over_new_rows() {
    // Two rows unpaid on 5 April. 2,000.00 overdue and 10,000.00 not due: 12,000.00 over ten rows from 5 May. 36.00 + 33.00
    // of interest in ten parts of 6.90. Penalty to the day, 1,000.00 x 0.00015 x (45 + 15) = 9.00, with the first of them.
    let terms = twelve(json!({
        "penalty": {"mark_up": "0.50"}, "ladder": [1, 91, 271, 361], "observation_days": 60}));
    let re_aged = json!({"on": "2020-04-05", "re_aged": {"instalments": 10, "first_due_on": "2020-05-05"}});
    let loan = lived(&terms, json!([re_aged]));
    assert_eq!(loan.on("2020-04-04").days_past_due, 44);
    let day = loan.on("2020-04-05");
    assert_eq!((day.days_past_due, day.arrears.len()), (0, 0));
    assert_eq!(
        texts([day.principal, day.overdue_principal, day.interest_deferred, day.penalty]),
        ["12000.00", "0.00", "69.00", "9.00"]
    );
    // The first row earns from 20 March: 10,000.00 for 15 days, 15.00, and 12,000.00 for 30, 36.00. Then 0.003 of the balance:
    // 32.40, 28.80, less 3.60 each time.
    assert_eq!(texts([day.interest_accrued, day.interest_of_day]), ["15.00", "1.20"]);
    // 12,000.00 + 15.00 + 69.00 + 9.00.
    assert_eq!(shown(day.pay_off), "12093.00");
    let rows = loan.ahead("2020-04-05");
    assert_eq!(
        rows[..3],
        [
            "2020-05-05: 1200.00 + 51.00 + 6.90",
            "2020-06-05: 1200.00 + 32.40 + 6.90",
            "2020-07-05: 1200.00 + 28.80 + 6.90"
        ]
    );
    assert_eq!((rows.len(), rows.last().unwrap().as_str()), (10, "2021-02-05: 1200.00 + 3.60 + 6.90"));
    // Nothing falls due on 20 April.
    assert_eq!(loan.on("2020-04-20").arrears, []);
    assert_eq!(owed(&loan.on("2020-05-05")), ["2020-05-05: penalty 9.00, interest 57.90, principal 1200.00"]);
    // Under observation for 60 days, to 3 June: special mention, or substandard if late at all.
    let class = |day| loan.on(day).class;
    assert_eq!(class("2020-04-04"), Some(LoanClass::SpecialMention));
    assert_eq!(class("2020-05-05"), Some(LoanClass::SpecialMention));
    assert_eq!(class("2020-05-06"), Some(LoanClass::Substandard));
    let paid = lived(&terms, json!([re_aged, {"on": "2020-05-05", "repaid": "1266.90"}]));
    let class = |day| paid.on(day).class;
    assert_eq!(
        ["2020-05-06", "2020-06-03", "2020-06-04"].map(class),
        [LoanClass::SpecialMention, LoanClass::SpecialMention, LoanClass::Normal].map(Some)
    );
}

#[test]
fn arrears_re_amortised_over_the_rows_that_remain() {
    // The same over the ten rows from 20 April: the first earns 15.00 and 12,000.00 for 15 days, 18.00.
    let terms = twelve(json!({"penalty": {"mark_up": "0.50"}}));
    let loan = lived(&terms, json!([{"on": "2020-04-05", "re_amortised": true}]));
    let day = loan.on("2020-04-05");
    assert_eq!((day.days_past_due, shown(day.pay_off)), (0, "12093.00".into()));
    let rows = loan.ahead("2020-04-05");
    assert_eq!(rows[..2], ["2020-04-20: 1200.00 + 33.00 + 6.90", "2020-05-20: 1200.00 + 32.40 + 6.90"]);
    assert_eq!((rows.len(), rows.last().unwrap().as_str()), (10, "2021-01-20: 1200.00 + 3.60 + 6.90"));
    assert_eq!(owed(&loan.on("2020-04-20")), ["2020-04-20: penalty 9.00, interest 39.90, principal 1200.00"]);
    // All paid as asked, nothing is left: 1,200.00 + 6.90 each, the interest of each row, and 9.00.
    let mut events = vec![json!({"on": "2020-04-05", "re_amortised": true})];
    let interest = [4200, 3240, 2880, 2520, 2160, 1800, 1440, 1080, 720, 360];
    for (month, minor) in (4..=12).chain([1]).zip(interest) {
        let year = if month == 1 { 2021 } else { 2020 };
        // The first, 33.00 and 9.00.
        let amount = shown(puhui::Money::from_minor(120_690 + minor));
        events.push(json!({"on": format!("{year}-{month:02}-20"), "repaid": amount}));
    }
    events.push(json!({"on": "2021-01-20", "closed": true}));
    let day = lived(&with(terms, json!({})), json!(events)).on("2021-01-20");
    assert!(day.closed);
    assert_eq!(shown(day.principal_repaid), "12000.00");
}

#[test]
fn rows_that_were_billed_keep_their_cycle_when_others_are_re_aged_again() {
    // 12,000.00 at 3.6 % by Actual/Actual ICMA: 36.00 for a whole period of one month, and 36.00 x 11 / 31 = 12.77 from
    // 20 to 31 January. From 29 February to 31 March is one period of the new cycle, at the ends of months.
    let terms = twelve(json!({"day_count": "actual/actual_icma", "method": "interest_only"}));
    let loan = lived(
        &terms,
        json!([
            {"on": "2020-01-25", "re_aged": {"instalments": 12, "first_due_on": "2020-01-31"}},
            {"on": "2020-04-05", "re_aged": {"instalments": 12, "first_due_on": "2020-05-10"}},
        ]),
    );
    assert_eq!(
        owed(&loan.on("2020-04-04")),
        ["2020-01-31: interest 12.77", "2020-02-29: interest 36.00", "2020-03-31: interest 36.00"]
    );
    assert_eq!(shown(loan.on("2020-04-05").interest_deferred), "84.77");
    // Nothing of it is income anew.
    let entries = loan.entries("2020-04-05");
    assert_eq!(entries.last().unwrap(), "2020-03-31 interest_income -36.00");
}

#[test]
fn a_due_date_that_moves_takes_the_later_ones_with_it() {
    // From 20 March to 5 April: 11,000.00 earn 1.10 a day for 45 days of 30E/360, 49.50. The ten rows after it follow a month
    // apart, with 30 days each.
    let events = json!([
        {"on": "2020-02-20", "repaid": "1036.00"},
        {"on": "2020-03-20", "due_date_moved": "2020-04-05"},
    ]);
    let loan = lived(&twelve(json!({"penalty": {"mark_up": "0.50"}})), events);
    let rows = loan.ahead("2020-03-20");
    assert_eq!(rows[..2], ["2020-04-05: 1000.00 + 49.50", "2020-05-05: 1000.00 + 30.00"]);
    assert_eq!((rows.len(), rows[10].as_str()), (11, "2021-02-05: 1000.00 + 3.00"));
    assert_eq!(loan.on("2020-04-04").arrears, []);
    assert_eq!(owed(&loan.on("2020-04-05")), ["2020-04-05: interest 49.50, principal 1000.00"]);
    assert_eq!(loan.on("2020-04-10").days_past_due, 5);
    // Only an instalment ahead moves.
    let late = lived(&twelve(json!({})), json!([{"on": "2020-03-19", "due_date_moved": "2020-04-05"}]));
    let error = late.error("2020-03-20");
    assert_eq!(
        error.to_string(),
        "events[0].due_date_moved: expected the due date of an instalment ahead, got 2020-03-19"
    );
}

#[test]
fn a_tranche_of_almost_nothing_falls_due_all_the_same() {
    // 0.05 over twelve payments are 0.00 each: the last one clears it.
    for money_ahead in ["hold", "settle_next"] {
        let terms = twelve(json!({"method": "equal_instalment", "money_ahead": money_ahead}));
        let loan = lived(&terms, json!([{"on": "2020-01-20", "disbursed": "0.05"}]));
        assert_eq!(owed(&loan.on("2021-01-20")), ["2021-01-20: principal 0.05"], "{money_ahead}");
    }
}

#[test]
fn instalments_found_anew_without_arrears_are_under_no_observation() {
    let terms = twelve(json!({"ladder": [1, 91, 271, 361], "observation_days": 60}));
    let loan = lived(&terms, json!([{"on": "2020-02-10", "re_amortised": true}]));
    assert_eq!(loan.on("2020-02-15").class, Some(LoanClass::Normal));
}

#[test]
fn a_payment_found_anew_is_that_of_the_balance_that_its_rows_start_from() {
    // 50,000.00 at 4.35 %, actual/360, six payments of 8,445.64; none is paid. Reset to 6 % on 5 March. The row of 20 March keeps
    // its payment, and bills 41,771.86 for 14 days at 4.35 % and 15 at 6 %, 175.09, and the overdue 8,228.14 for as many, 34.49:
    // together, exact, 209.58. 33,535.80 are left, whatever is looked at in between: 33,535.80 / 3.9495147998, the value of 1 after
    // 31, 30, 31 and 30 days at 6 % of 360, is 8,491.12.
    let terms = json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 6, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up"
    });
    let loan = lived(&terms, json!([{"on": "2020-03-05", "rate_reset": "0.06"}]));
    for day in ["2020-03-20", "2020-03-21", "2020-04-01", "2020-04-19"] {
        loan.account(day, |account| {
            let row = account.rows_to_come()[0];
            assert_eq!(
                (row.due_on.to_string(), shown(row.payment)),
                ("2020-04-20".into(), "8491.12".into()),
                "{day}"
            );
        });
    }
}

#[test]
fn the_rate_of_an_extension_reaches_no_day_that_was_billed() {
    // Three rows of 1,000.00 are paid with 36.00, 33.00 and 30.00. An extension of 1 May by three rows sets 1.8 % from 25 February: what
    // was billed to 20 April stays, and 9,000.00 over twelve rows are 750.00 each, with 9,000.00 x 0.0015 = 13.50, then
    // 8,250.00 x 0.0015 = 12.375.
    let extension = json!({
        "granted_on": "2020-05-01", "maturity": {"moved_by": 3}, "rate_from": {"from": "2020-02-25", "rate": "0.018"}
    });
    for reamortise in ["at_change", "running"] {
        let terms = twelve(json!({"relevel": reamortise}));
        let loan = lived(
            &terms,
            json!([
                {"on": "2020-02-20", "repaid": "1036.00"},
                {"on": "2020-03-20", "repaid": "1033.00"},
                {"on": "2020-04-20", "repaid": "1030.00"},
                {"on": "2020-05-01", "relief": extension},
            ]),
        );
        let billed = loan.account("2020-05-01", |account| {
            account.instalments()[..3].iter().map(|row| shown(row.interest)).collect::<Vec<_>>()
        });
        assert_eq!(billed, ["36.00", "33.00", "30.00"], "{reamortise}");
        assert_eq!(
            loan.ahead("2020-05-01")[..2],
            ["2020-05-20: 750.00 + 13.50", "2020-06-20: 750.00 + 12.38"],
            "{reamortise}"
        );
        assert_eq!(loan.on("2020-05-01").overdue_principal.minor(), 0);
    }
}

#[test]
fn rows_that_fell_away_stay_away_when_a_rate_is_reset() {
    // Twelve payments of 1,019.61; 5,000.00 prepaid on 10 February, 24.00 of it interest, let the last five rows fall away. The first two
    // rows are paid. 5,033.91 earn 15 days at 3.6 % and 15 at 6 % to 20 April, 20.14, and leave 4,034.44: over the four rows that are
    // left, whose value of 1 a month at 0.5 % is 3.950496, 1,021.25 each (found anew over all nine it was 460.23).
    for cap in ["none", "payment"] {
        let terms = twelve(json!({"method": "equal_instalment", "interest_cap": cap}));
        let loan = lived(
            &terms,
            json!([
                {"on": "2020-02-10", "prepaid": "5000.00", "how": "keep_instalment"},
                {"on": "2020-02-20", "repaid": "995.61"},
                {"on": "2020-03-20", "repaid": "1019.61"},
                {"on": "2020-04-05", "rate_reset": "0.06"},
            ]),
        );
        let payments = loan.account("2020-04-05", |account| {
            account.rows_to_come().iter().map(|row| shown(row.payment)).collect::<Vec<_>>()
        });
        assert_eq!(payments[..4], ["1019.61", "1021.25", "1021.25", "1021.25"], "{cap}");
        assert_eq!(payments[5..], ["0.00"; 5], "{cap}");
    }
}
