//! Relief: the golden figures of `docs/SEMANTICS.md`, published examples, and cases worked by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{g2, record, with, yuan};
use puhui::loan::{Instalment, Outcome, Relief, Totals};
use puhui::{Money, parse_date};
use serde_json::{Value, json};

/// Rows before and after, and the figures of the impact.
struct Seen {
    before: Vec<Instalment>,
    after: Vec<Instalment>,
    impact: puhui::loan::Impact,
    present_value_change: Money,
}

fn relieve(terms: &Value, reliefs: Value) -> Result<Seen, puhui::Error> {
    let reliefs: Vec<Relief> = serde_json::from_value(reliefs).unwrap();
    let record = record(terms)?;
    let relieved = record.loan()?.relieve(&reliefs)?;
    Ok(Seen {
        before: relieved.before().to_vec(),
        after: relieved.after().to_vec(),
        impact: relieved.impact().clone(),
        present_value_change: relieved.present_value_change()?,
    })
}

fn seen(terms: &Value, reliefs: Value) -> Seen {
    relieve(terms, reliefs).unwrap_or_else(|error| panic!("{error}\n{terms}"))
}

fn interest(rows: &[Instalment]) -> Money {
    Totals::of(rows).unwrap().interest
}

fn on<'r>(rows: &'r [Instalment], due_on: &str) -> &'r Instalment {
    let day = parse_date(due_on, "due_on").unwrap();
    rows.iter().find(|row| row.due_on == day).unwrap_or_else(|| panic!("no row on {due_on}"))
}

fn g1() -> Value {
    with(g2(), json!({"day_count": "30e/360", "disbursed_on": "2020-01-20"}))
}

/// The window of spring 2020, with what happens in it.
fn spring(rest: Value) -> Value {
    let window = json!({"granted_on": "2020-03-01", "defer": "both", "due_from": "2020-01-25", "due_until": "2020-06-30"});
    json!([with(window, rest)])
}

#[test]
fn g2_deferred_to_the_end_of_june() {
    let seen = seen(
        &g2(),
        spring(json!({"principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                      "interest_caught_up": "end_of_window", "new_date": "2020-06-30"})),
    );
    // The planned principal of February to June: 1,268.77 + 1,315.45 + 1,303.67 + 1,314.52 + 1,328.16. Interest of
    // 50,000.00 over 36, 29, 31, 30 and 31 days: 217.50 + 175.21 + 187.29 + 181.25 + 187.29.
    assert_eq!(seen.impact.deferred_principal, yuan("6530.57"));
    assert_eq!(seen.impact.deferred_interest, yuan("948.54"));
    let june = on(&seen.after, "2020-06-30");
    assert_eq!((june.payment, june.days, june.interest), (yuan("7479.11"), 0, yuan("0")));
    // 20 to 30 June on 50,000.00, 30 June to 20 July on 43,469.43: 60.4167 + 105.0511.
    assert_eq!(on(&seen.after, "2020-07-20").interest, yuan("165.47"));
    assert_eq!((interest(&seen.after), seen.impact.interest_change), (yuan("3561.40"), yuan("55.65")));
    assert_eq!(seen.after.last().unwrap().closing, Money::ZERO);
    // After the lump the balance is the plan's again.
    assert_eq!(on(&seen.after, "2020-07-20").closing, on(&seen.before, "2020-07-20").closing);
}

#[test]
fn g3_shifted() {
    let simple = seen(
        &g1(),
        spring(json!({"principal_caught_up": "shifted", "interest_meanwhile": "simple",
                      "interest_caught_up": "next_instalment"})),
    );
    // Five months of 181.25.
    assert_eq!(simple.impact.deferred_interest, yuan("906.25"));
    assert_eq!(simple.after.len(), 41);
    assert_eq!(simple.impact.last_due_after.to_string(), "2023-06-20");
    let july = on(&simple.after, "2020-07-20");
    assert_eq!((july.deferred_interest_paid, july.payment), (yuan("906.25"), yuan("2390.25")));
    assert_eq!(july.original_due_on.unwrap().to_string(), "2020-02-20");
    assert_eq!(on(&simple.after, "2020-08-20").payment, yuan("1484.00"));
    assert_eq!(interest(&simple.after), yuan("4330.15"));

    // 50,000.00 + 906.25; over 36 months again.
    let at_end = seen(
        &g1(),
        spring(json!({"principal_caught_up": "shifted", "interest_meanwhile": "capitalised_at_end"})),
    );
    assert_eq!(on(&at_end.after, "2020-06-20").closing, yuan("50906.25"));
    assert_eq!(on(&at_end.after, "2020-07-20").payment, yuan("1510.89"));
    assert_eq!(at_end.after.last().unwrap().payment, yuan("1511.04"));

    // 50,000.00 x 1.003625^5, rounded each month.
    let each = seen(
        &g1(),
        spring(json!({"principal_caught_up": "shifted", "interest_meanwhile": "capitalised_each_due_date"})),
    );
    assert_eq!(on(&each.after, "2020-06-20").closing, yuan("50912.85"));
    assert_eq!(on(&each.after, "2020-07-20").payment, yuan("1511.09"));
    assert_eq!(each.after.last().unwrap().payment, yuan("1511.07"));
}

#[test]
fn g3_over_remaining() {
    let seen = seen(
        &g1(),
        spring(json!({"principal_caught_up": "over_remaining", "interest_meanwhile": "simple",
                      "interest_caught_up": "next_instalment"})),
    );
    // 50,000.00 over the 31 months that remain; 906.25 with the first of them.
    assert_eq!(seen.after.len(), 36);
    assert_eq!(on(&seen.after, "2020-08-20").payment, yuan("1708.14"));
    assert_eq!(on(&seen.after, "2020-07-20").payment, yuan("2614.39"));
    assert_eq!(seen.after.last().unwrap().payment, yuan("1708.27"));
    assert_eq!(interest(&seen.after), yuan("3858.72"));
}

#[test]
fn what_stage_1_moved_is_deferred_again_by_stage_2() {
    let stage_1 = spring(json!({"principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                                "interest_caught_up": "end_of_window", "new_date": "2020-06-30"}));
    let stage_2 = json!({"granted_on": "2020-06-01", "defer": "both", "due_from": "2020-06-01", "due_until": "2020-12-31",
                         "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                         "interest_caught_up": "end_of_window", "new_date": "2021-03-31"});
    // 20 June to 20 December are moved too, with what stage 1 moved to 30 June: one relief after the other.
    let seen = seen(&g2(), json!([stage_1[0], stage_2]));
    assert_eq!(seen.impact.outcomes, [Outcome::Granted, Outcome::Granted]);
    let june = on(&seen.after, "2020-06-30");
    assert_eq!(
        (june.principal, june.deferred_interest_paid, june.payment),
        (yuan("0"), yuan("0"), yuan("0"))
    );
    // Until March 2021 nothing is repaid, so 50,000.00 earns: 36 + 29 + 31 + 30 + 31 days put off by stage 1 (948.54),
    // and 30, 31, 31, 30, 31 and 30 days to 20 December: 181.25 + 187.29 + 187.29 + 181.25 + 187.29 + 181.25 = 1,105.62.
    let march = on(&seen.after, "2021-03-31");
    assert_eq!(march.deferred_interest_paid, yuan("2054.16"));
    // The plan of February 2020 to December 2020, eleven instalments.
    let planned: i64 = seen.before[..11].iter().map(|row| row.principal.minor()).sum();
    assert_eq!(march.principal.minor(), planned);
    // From January on the plan goes on; after the lump the balance is the plan's again.
    assert_eq!(on(&seen.after, "2021-01-20").principal, on(&seen.before, "2021-01-20").principal);
    assert_eq!(on(&seen.after, "2021-04-20").closing, on(&seen.before, "2021-04-20").closing);
}

#[test]
fn ext_01_an_extension_at_the_rate_of_its_band() {
    // 600,000.00 from 2013-06-01 for six months at 5.04 %, three months more at 5.11 %: 15,120.00 + 7,665.00.
    let terms = with(
        g2(),
        json!({"principal": "600000.00", "disbursed_on": "2013-06-01", "matures_on": "2013-12-01", "instalments": null,
               "rate": {"fixed": "0.0504"}, "day_count": "months_and_days", "method": "bullet", "first_due_on": null}),
    );
    let relief = json!([{"granted_on": "2013-11-20", "maturity": {"moved_by": 3},
                         "rate_from": {"from": "2013-12-01", "rate": "0.0511"}}]);
    let found = seen(&terms, relief);
    assert_eq!(interest(&found.after), yuan("22785.00"));
    assert_eq!(found.after.len(), 1);
    assert_eq!(found.after[0].due_on.to_string(), "2014-03-01");
    assert_eq!(found.after[0].original_due_on.unwrap().to_string(), "2013-12-01");

    // EXT-03: 100,000.00 at 5 %, six months more: 2,500.00.
    let terms = with(terms, json!({"principal": "100000.00", "rate": {"fixed": "0.05"}}));
    let found = seen(&terms, json!([{"granted_on": "2013-11-20", "maturity": {"moved_to": "2014-06-01"}}]));
    assert_eq!(found.impact.interest_change, yuan("2500.00"));
}

#[test]
fn rows_that_a_shift_rolls_onto_one_day_both_fall_due_on_it() {
    // 300.00 at 36 %, 30/360, in daily rows of 100.00 on Wednesday to Friday, 3 to 5 January 2024: a day costs 1/1000. The first
    // two are shifted: Saturday and Sunday fall due on Monday the 8th, each for its own day: 0.30, 0.30, 0.30, 0.20, 0.10.
    let terms = with(
        g1(),
        json!({"principal": "300.00", "rate": {"fixed": "0.36"}, "method": "equal_principal", "instalments": 3,
               "every": "1 day", "disbursed_on": "2024-01-02", "first_due_on": "2024-01-03",
               "business_days": {"calendar": "weekends", "roll": "following", "interest": "unadjusted"}}),
    );
    let relief = json!([{"granted_on": "2024-01-02", "defer": "principal", "due_from": "2024-01-03",
                         "due_until": "2024-01-04", "principal_caught_up": "shifted", "interest_meanwhile": "paid"}]);
    let rows = |terms: &Value| -> Vec<(String, Money, i32)> {
        let found = seen(terms, relief.clone());
        found.after.iter().map(|row| (row.due_on.to_string(), row.payment, row.days)).collect()
    };
    let expect = |day: &str, payment: &str, days: i32| (day.to_owned(), yuan(payment), days);
    assert_eq!(
        rows(&terms),
        [
            expect("2024-01-03", "0.30", 1),
            expect("2024-01-04", "0.30", 1),
            expect("2024-01-05", "100.30", 1),
            expect("2024-01-08", "100.20", 1),
            expect("2024-01-08", "100.10", 1),
        ]
    );
    // Interest to the rolled date: the row of Saturday bills all three days on 200.00, 0.60, and that of Sunday none.
    let terms = with(
        terms,
        json!({"business_days": {"calendar": "weekends", "roll": "following", "interest": "adjusted"}}),
    );
    assert_eq!(rows(&terms)[3..], [expect("2024-01-08", "100.60", 3), expect("2024-01-08", "100.00", 0)]);
}

#[test]
fn a_loan_that_is_repaid_early_asks_for_nothing_when_it_is_extended() {
    // 3.00 without interest, of which the payments leave 2.00 to the last of four rows: (3.00 - 2.00) / 4 = 0.25 a month, up to
    // a whole yuan 1.00. So three rows repay it all, and the fourth asks for nothing. Two rows more are nothing more to pay; a
    // payment that left 2.00 of nothing would be -0.67, and -1.00 up to a whole yuan.
    let terms = with(
        g1(),
        json!({"principal": "3.00", "rate": {"fixed": "0"}, "method": "balloon", "residual": "2.00", "instalments": 4,
               "rounding": "up", "payment_multiple": "1.00", "negative_amortisation": true}),
    );
    let found = seen(&terms, json!([{"granted_on": "2020-05-01", "maturity": {"moved_by": 2}}]));
    let paid: Vec<Money> = found.after.iter().map(|row| row.payment).collect();
    assert_eq!(paid, ["1.00", "1.00", "1.00", "0", "0", "0"].map(yuan));
}

#[test]
fn a_balloon_is_solved_again_over_its_longer_loan_whatever_row_catches_up() {
    // The payments are those of 28 rows of 28 days. Row 3 is deferred and caught up over the rows that remain, its interest on a day
    // after the last row. 6,400.41 are left for 28 - 3 = 25 rows: 6,400.41 / (the sum of the discount factors of the periods to
    // 2020-09-30, 2020-10-28, 2020-11-25, ..., by 30E/360 at 5.02 %) = 6,400.41 / 23.7886... = 269.05. The row of 10-28 is one of them
    // though another one comes after it.
    let terms = json!({"currency": "CNY", "principal": "6874.60", "disbursed_on": "2020-06-18", "day_count": "30e/360",
        "rounding": "half_even", "rate": {"fixed": "0.0502"}, "method": "balloon", "every": "28 day",
        "first_due_on": "2020-07-08", "instalments": 5, "amortised_over": 28});
    let relief = json!([{"granted_on": "2020-12-01", "due_from": "2020-08-20", "instalments": 1, "defer": "both",
        "principal_caught_up": "over_remaining", "interest_caught_up": "end_of_window", "interest_meanwhile": "simple",
        "new_date": "2021-04-11"}]);
    let found = seen(&terms, relief);
    let row = found.after[3];
    assert_eq!((row.payment, row.interest, row.principal), (yuan("269.05"), yuan("24.99"), yuan("244.06")));
}

#[test]
fn a_waiver_is_the_waived_interest_discounted() {
    let relief = spring(json!({"defer": null, "interest_meanwhile": "waived"}));
    let found = seen(&g1(), relief);
    // Nothing but the interest of the window goes: 181.25 + 176.53 + 171.79 + 167.03 + 162.26 on the planned balances.
    let waived: i64 = found.before[..5].iter().map(|row| row.interest.minor()).sum();
    assert_eq!(waived, yuan("858.86").minor());
    assert_eq!(found.impact.waived_interest.minor(), waived);
    assert_eq!(found.impact.interest_change.minor(), -waived);
    // Granted on 1 March: the 181.25 of 20 February are worth 0.22 more by then; the rest, at 4.436 % a year from 19 days to four
    // months later: 677.61 less about 5.
    let change = found.present_value_change;
    assert!(change < -yuan("851.47") && change > -yuan("859.08"), "{change:?}");
}

/// A row that fell due before the grant counts on both sides: waived or deferred late, it is no more gained than waived in time.
#[test]
fn a_late_grant_is_no_gain() {
    // 10,000.00 at 6 %, 30E/360, interest only over three months, drawn on 01-20: 50.00 on 02-20, 03-20 and 04-20, which are 91 days, so
    // that a year is (1.005^3)^(365/91) = 1.06186 and a day 1.000164456.
    let terms = with(
        g1(),
        json!({"principal": "10000.00", "rate": {"fixed": "0.06"}, "method": "interest_only", "instalments": 3}),
    );
    let first = |granted_on: &str, more: Value| {
        let row = json!({"granted_on": granted_on, "due_from": "2020-02-01", "due_until": "2020-02-29"});
        seen(&terms, json!([with(row, more)])).present_value_change
    };
    let waived = json!({"defer": "interest", "interest_meanwhile": "waived"});
    // 50.00 ten days later: 50 / 1.000164456^10 = 49.918; on the day itself; a day and 29 days after it: 50.008, 50.239.
    assert_eq!(first("2020-02-10", waived.clone()), -yuan("49.92"));
    assert_eq!(first("2020-02-20", waived.clone()), -yuan("50.00"));
    assert_eq!(first("2020-02-21", waived.clone()), -yuan("50.01"));
    assert_eq!(first("2020-03-20", waived), -yuan("50.24"));
    // Caught up on 04-20, 59 days after the grant: 50 / 1.000164456^59 = 49.517, less 50.008; granted on 02-10, 70 days before:
    // 49.428 - 49.918 = -0.490.
    let deferred =
        json!({"defer": "interest", "interest_meanwhile": "simple", "interest_caught_up": "at_maturity"});
    assert_eq!(first("2020-02-21", deferred.clone()), -yuan("0.49"));
    assert_eq!(first("2020-02-10", deferred), -yuan("0.49"));
}

#[test]
fn deferred_interest_that_is_waived_is_a_waiver() {
    // 10,000.00 at 6 %, 30E/360, interest only over three months: 50.00 a month. The first is waived, and nothing is caught up.
    let terms = with(
        g1(),
        json!({"principal": "10000.00", "rate": {"fixed": "0.06"}, "method": "interest_only", "instalments": 3}),
    );
    let first = json!({"granted_on": "2020-02-01", "due_from": "2020-02-01", "due_until": "2020-02-29",
                       "interest_meanwhile": "waived"});
    for defer in [json!(null), json!("interest")] {
        let found = seen(&terms, json!([with(first.clone(), json!({"defer": defer}))]));
        let paid: Vec<Money> = found.after.iter().map(|row| row.payment).collect();
        assert_eq!(paid, [yuan("0"), yuan("50.00"), yuan("10050.00")], "{defer}");
        assert_eq!(found.impact.waived_interest, yuan("50.00"));
        assert_eq!(found.impact.deferred_interest, yuan("0"));
    }
    // Beside deferred principal too: equal principal of 3,000.00 at 12 % asks for 30.00 in February, which is waived; its
    // 1,000.00 falls due in March with that month's own, on 3,000.00: 2,000.00 and 30.00; then 1,000.00 and 10.00.
    let terms =
        with(terms, json!({"principal": "3000.00", "rate": {"fixed": "0.12"}, "method": "equal_principal"}));
    for defer in ["principal", "both"] {
        let relief = with(first.clone(), json!({"defer": defer, "principal_caught_up": "end_of_window"}));
        let found = seen(&terms, json!([relief]));
        let paid: Vec<Money> = found.after.iter().map(|row| row.payment).collect();
        assert_eq!(paid, [yuan("0"), yuan("2030.00"), yuan("1010.00")], "{defer}");
        assert_eq!(found.impact.waived_interest, yuan("30.00"));
        // It is written back in the fewest words.
        let read: Relief = serde_json::from_value(relief).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap()["defer"], "principal");
    }
}

#[test]
fn an_extension_has_the_rows_of_the_loan_that_matures_then() {
    // 4.41 without interest, due on the 29th, but first on 2015-12-08, in one row on 2015-12-20, the long last period that takes in
    // the 8th. A year more: the 8th, the 29th of January to October, and 2016-12-20, which takes in 29 November: eleven rows of
    // 4.41 / 12 = 0.36, cut, and one of 0.45. A month more, to 2016-01-20: one row again.
    let terms = |matures_on: &str| {
        let kind = json!({"principal": "4.41", "disbursed_on": "2015-11-20", "rate": {"fixed": "0"}, "rounding": "down",
                          "day_count": "30e/360", "method": "equal_principal", "instalments": null, "due_day": 29,
                          "long_last": true, "first_due_on": "2015-12-08"});
        with(with(g2(), kind), json!({"matures_on": matures_on}))
    };
    let rows = |rows: &[Instalment]| rows.iter().map(|row| (row.due_on, row.payment)).collect::<Vec<_>>();
    for (maturity, matures_on, count) in
        [(json!({"moved_by": 12}), "2016-12-20", 12), (json!({"moved_to": "2016-01-20"}), "2016-01-20", 1)]
    {
        let extension = json!([{"granted_on": "2015-12-01", "maturity": maturity}]);
        let extended = seen(&terms("2015-12-20"), extension).after;
        assert_eq!(rows(&extended), rows(&seen(&terms(matures_on), json!([])).before));
        assert_eq!(extended.len(), count);
        assert!(extended[..count - 1].iter().all(|row| row.payment == yuan("0.36")));
        assert_eq!(extended[count - 1].payment, yuan(if count == 1 { "4.41" } else { "0.45" }));
    }
}

#[test]
fn no_payment_that_a_relief_finds_is_below_zero() {
    // 2,100.00 without interest in payments of 0, 700.00 and 1,400.00. A month more: 4 x A + 700.00 x (1 + 2 + 3) = 2,100.00, A =
    // -525.00.
    let terms = json!({"method": "graduated", "principal": "2100.00", "instalments": 3, "rate": {"fixed": "0"},
                       "graduated": {"amount": "700.00", "every": 1}, "negative_amortisation": true});
    let extended =
        relieve(&with(g2(), terms), json!([{"granted_on": "2020-02-01", "maturity": {"moved_by": 1}}]));
    let Err(refused) = extended else { panic!("a payment of -525.00") };
    assert!(refused.field().ends_with("instalments[1].payment"), "{refused}");
    assert!(refused.to_string().contains("got -525.00 on 2020-02-20"), "{refused}");
}

#[test]
fn nothing_due_changes_nothing() {
    let relief = json!([{"granted_on": "2020-03-01", "defer": "principal", "due_from": "2020-02-21", "due_until": "2020-03-19",
                         "principal_caught_up": "at_maturity", "interest_meanwhile": "paid"}]);
    let found = seen(&g1(), relief);
    assert_eq!(found.impact.outcomes, [Outcome::NothingDue]);
    assert_eq!(found.before, found.after);
    assert_eq!(found.present_value_change, Money::ZERO);
}

#[test]
fn a_catch_up_on_the_day_of_the_last_row_put_off() {
    // 3,000.00 of equal principal at 12 % over three equal months: 1,000.00 each, interest 30.00, 20.00, 10.00. The first
    // two rows are put off to the second one's day: 2,000.00 and 30.00 + 30.00 fall due there; then 10.00 as planned.
    let terms = with(
        g1(),
        json!({"principal": "3000.00", "rate": {"fixed": "0.12"}, "method": "equal_principal", "instalments": 3}),
    );
    let relief = json!([{"granted_on": "2020-02-01", "defer": "both", "due_from": "2020-02-01", "due_until": "2020-03-20",
                         "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                         "interest_caught_up": "end_of_window", "new_date": "2020-03-20"}]);
    let found = seen(&terms, relief);
    let march = on(&found.after, "2020-03-20");
    assert_eq!(
        (march.principal, march.interest, march.deferred_interest_paid),
        (yuan("2000.00"), yuan("0"), yuan("60.00"))
    );
    assert_eq!(on(&found.after, "2020-04-20").payment, yuan("1010.00"));
    assert_eq!(found.impact.interest_change, yuan("10.00"));
}

#[test]
fn contradictions_are_refused_by_name() {
    let base = json!({"granted_on": "2020-02-01", "due_from": "2020-02-01", "due_until": "2020-03-20"});
    let refused = |rest: Value| {
        let text = with(base.clone(), rest).to_string();
        serde_json::from_str::<Relief>(&text).expect_err(&text).to_string()
    };
    for (rest, field) in [
        (
            json!({"defer": "both", "principal_caught_up": "shifted", "interest_meanwhile": "paid"}),
            "interest_meanwhile",
        ),
        (
            json!({"defer": "principal", "principal_caught_up": "shifted", "interest_meanwhile": "simple"}),
            "interest_meanwhile",
        ),
        (
            json!({"defer": "interest", "interest_meanwhile": "waived", "interest_caught_up": "at_maturity"}),
            "interest_caught_up",
        ),
        (json!({"defer": "interest", "interest_meanwhile": "simple"}), "interest_caught_up"),
        (json!({"defer": "principal", "interest_meanwhile": "paid"}), "principal_caught_up"),
        (json!({"defer": "both"}), "interest_meanwhile"),
        (json!({"interest_meanwhile": "paid"}), "defer"),
        (json!({"interest_meanwhile": "waived", "new_date": "2020-05-01"}), "new_date"),
        (json!({"interest_meanwhile": "waived", "due_until": "2020-01-31"}), "due_until"),
        (json!({"interest_meanwhile": "waived", "instalments": 2}), "due_until"),
        (
            json!({"interest_meanwhile": "waived", "rate_from": {"from": "2020-05-01", "rate": "0.05"}}),
            "rate_from",
        ),
        (json!({"interest_meanwhile": "waived", "maturity": {"moved_by": 0}}), "maturity.moved_by"),
    ] {
        let message = refused(rest);
        assert!(message.starts_with(&format!("{field}: ")), "{field}, {message}");
    }
    let fields = |reliefs: Value| relieve(&g1(), reliefs).err().map(|error| error.field().to_owned());
    let both = json!({"defer": "both", "principal_caught_up": "end_of_window", "interest_meanwhile": "simple",
                      "interest_caught_up": "end_of_window"});
    let relief = |rest: Value| with(with(base.clone(), both.clone()), rest);
    assert_eq!(fields(json!([relief(json!({"granted_on": "2020-01-19"}))])).as_deref(), Some("granted_on"));
    assert_eq!(fields(json!([relief(json!({"new_date": "2020-03-19"}))])).as_deref(), Some("new_date"));
    assert_eq!(fields(json!([relief(json!({"due_until": "2040-01-01"}))])).as_deref(), Some("new_date"));
    let again = relief(json!({"due_from": "2020-03-01"}));
    assert_eq!(fields(json!([relief(json!({})), again])).as_deref(), Some("[1].granted_on"));
}
