//! Days of grace: contract interest while they last, the penalty from the due date once they are over, and never both.

use serde_json::{Value, json};

use crate::account::lived::{Lived, lived, owed, shown, texts, twelve};
use crate::support::terms::with;

/// 12,000.00 at 36 % of 30E/360, interest only, due on 20 January and, at maturity, 15 February: 12.00 a day, and 18.00 with a
/// mark-up of half. 360.00 are paid on 20 January; the 25 days of the last row bring 300.00.
fn interest_only(more: Value) -> Lived {
    let terms = json!({
        "disbursed_on": "2019-12-20", "rate": {"fixed": "0.36"}, "method": "interest_only", "instalments": null,
        "first_due_on": "2020-01-20", "matures_on": "2020-02-15", "grace_days": 10, "penalty": {"mark_up": "0.50"}
    });
    let mut events = vec![json!({"on": "2020-01-20", "repaid": "360.00"})];
    events.extend(more.as_array().unwrap().iter().cloned());
    lived(&twelve(terms), json!(events))
}

#[test]
fn across_a_settlement_date_after_the_last_row() {
    // On 20 February the 12,000.00 bill five days, 60.00; to the 25th, the last day of grace, they earn 60.00 more.
    let loan = interest_only(json!([]));
    let within = loan.on("2020-02-25");
    assert_eq!(
        texts([within.interest, within.interest_accrued, within.pay_off]),
        ["360.00", "60.00", "12420.00"]
    );
    // On the 26th all of that is given back: 11 days of 18.00 are 198.00.
    let over = loan.on("2020-02-26");
    assert_eq!(texts([over.interest, over.penalty_accrued, over.pay_off]), ["300.00", "198.00", "12498.00"]);
    assert_eq!(over.days_past_due, 11);
}

#[test]
fn what_is_paid_within_it_costs_the_contract_alone() {
    // All of it on 22 February: seven days of 12.00.
    let paid = interest_only(json!([{"on": "2020-02-22", "repaid": "12384.00"}]));
    for day in ["2020-02-22", "2020-02-26", "2020-03-20"] {
        let position = paid.on(day);
        assert_eq!(texts([position.principal, position.pay_off, position.credit]), ["0.00"; 3], "{day}");
    }
    // Half of it, after the interest, on 18 February: those 6,000.00 earned 6.00 for three days, the others pay 9.00 for eleven.
    let half = interest_only(json!([{"on": "2020-02-18", "repaid": "6300.00"}]));
    let day = half.on("2020-02-26");
    assert_eq!(texts([day.interest, day.penalty_accrued, day.pay_off]), ["18.00", "99.00", "6117.00"]);
    // Twice, 3,000.00 more on 22 February: 3.00 for seven days; 3,000.00 pay 4.50 for eleven. Of the 39.00 the 3,000.00 earned two
    // days after the settlement of the 20th.
    let twice = interest_only(json!([
        {"on": "2020-02-18", "repaid": "6300.00"},
        {"on": "2020-02-22", "repaid": "3000.00"}
    ]));
    let day = twice.on("2020-02-26");
    assert_eq!(
        texts([day.interest, day.interest_accrued, day.penalty_accrued, day.pay_off]),
        ["33.00", "6.00", "49.50", "3088.50"]
    );
}

/// 12,000.00 at 36 % of actual/360, 2,000.00 a week from 13 January 2020, with ten days of grace: 2.00 a day of an instalment,
/// and 3.00 of penalty. Weeks bring 84.00, 70.00, 56.00.
fn weekly(events: Value) -> Lived {
    let terms = json!({
        "disbursed_on": "2020-01-06", "rate": {"fixed": "0.36"}, "instalments": 6, "every": "1 week",
        "day_count": "actual/360", "first_due_on": "2020-01-13", "grace_days": 10, "penalty": {"mark_up": "0.50"}
    });
    lived(&twelve(terms), events)
}

#[test]
fn across_the_bill_of_the_next_row() {
    // The row of 20 January bills 70.00 and the 14.00 of the 2,000.00 overdue, in their grace.
    let loan = weekly(json!([]));
    assert_eq!(
        owed(&loan.on("2020-01-23")),
        ["2020-01-13: interest 84.00, principal 2000.00", "2020-01-20: interest 84.00, principal 2000.00"]
    );
    // On the 24th it is over: the 14.00 are given back, as are 3 days of 2.00, for 11 days of 3.00. The second instalment goes on.
    let day = loan.on("2020-01-24");
    assert_eq!(
        owed(&day),
        ["2020-01-13: interest 84.00, principal 2000.00", "2020-01-20: interest 70.00, principal 2000.00"]
    );
    // 8,000.00 and 2,000.00 for four days.
    assert_eq!(
        texts([day.penalty_accrued, day.interest_accrued, day.pay_off]),
        ["33.00", "40.00", "12227.00"]
    );
}

#[test]
fn paid_after_the_next_bill_within_it_and_after_it() {
    // On 22 January, the ninth day: 84.00 and 2,000.00. The next row bills 56.00, 14.00 of the second instalment, and 2 days of
    // 2.00: 74.00.
    let within = weekly(json!([{"on": "2020-01-22", "repaid": "2084.00"}]));
    assert_eq!(
        owed(&within.on("2020-01-27")),
        ["2020-01-20: interest 84.00, principal 2000.00", "2020-01-27: interest 74.00, principal 2000.00"]
    );
    // On 24 January, the eleventh: 33.00 of penalty first, 84.00, 2,000.00; 33.00 are left for the 70.00.
    let after = weekly(json!([{"on": "2020-01-24", "repaid": "2150.00"}]));
    assert_eq!(
        owed(&after.on("2020-01-27")),
        ["2020-01-20: interest 37.00, principal 2000.00", "2020-01-27: interest 70.00, principal 2000.00"]
    );
}

#[test]
fn what_was_paid_of_the_interest_that_is_given_back_is_credit() {
    // The first two instalments' interest, 168.00, is paid on 20 January, with 2,000.00 of principal where the first is to be
    // paid last: principal of the second. The 14.00 given back on the 24th meet the penalty of 33.00.
    let order = json!({"order": ["interest", "fee", "penalty", "compound", "principal"], "by": "part"});
    let terms = json!({
        "disbursed_on": "2020-01-06", "rate": {"fixed": "0.36"}, "instalments": 6, "every": "1 week",
        "day_count": "actual/360", "first_due_on": "2020-01-13", "grace_days": 10, "penalty": {"mark_up": "0.50"},
        "allocation": order
    });
    let loan = lived(&with(twelve(terms), json!({})), json!([{"on": "2020-01-20", "repaid": "168.00"}]));
    let day = loan.on("2020-01-24");
    // 12,000.00 + 33.00 - 14.00 + 40.00.
    assert_eq!(shown(day.pay_off), "12059.00");
    assert_eq!(texts([day.interest, day.credit, day.penalty]), ["0.00", "0.00", "19.00"]);
}

#[test]
fn what_is_given_back_is_the_difference_of_the_bills_to_the_cent() {
    // A plan with principal between the due dates: what a period earns is rounded once, with the interest of the days of grace and
    // without it. Entries of every day net to zero.
    let terms = json!({
        "currency": "CNY", "principal": "275080613.74", "disbursed_on": "2019-09-18", "rate": {"fixed": "0.1214"},
        "day_count": "30/360_us", "method": "custom", "plan": [
            {"on": "2019-10-18", "principal": "55016122.74"}, {"on": "2020-01-15", "principal": "55016122.74"},
            {"on": "2020-11-10", "principal": "55016122.74"}, {"on": "2020-11-22", "principal": "55016122.74"},
            {"on": "2021-05-22", "principal": "55016122.78"}],
        "every": "2 week", "first_due_on": "2019-10-29", "rounding": "half_up", "matures_on": "2021-08-18",
        "grace_days": 15, "penalty": {"mark_up": "0"}
    });
    let entries = lived(&terms, json!([])).account("2020-03-31", |account| account.postings().unwrap());
    let days: std::collections::BTreeSet<_> = entries.iter().map(|entry| entry.on).collect();
    for day in days {
        let of_day = entries.iter().filter(|entry| entry.on == day);
        assert_eq!(of_day.map(|entry| entry.amount.minor()).sum::<i64>(), 0, "{day}");
    }
}

/// The same week by week, where a relief of 14 January treats the interest of the row of the 20th so; days of grace as given.
fn put_off(how: Value, grace_days: u32) -> Lived {
    let terms = json!({
        "disbursed_on": "2020-01-06", "rate": {"fixed": "0.36"}, "instalments": 6, "every": "1 week",
        "day_count": "actual/360", "first_due_on": "2020-01-13", "grace_days": grace_days,
        "penalty": {"mark_up": "0.50"}
    });
    let relief = json!({
        "granted_on": "2020-01-14", "defer": "interest", "due_from": "2020-01-20", "due_until": "2020-01-20"
    });
    lived(&twelve(terms), json!([{"on": "2020-01-14", "relief": with(relief, how)}]))
}

#[test]
fn what_was_put_off_is_given_back_where_it_waits() {
    let simple = || json!({"interest_meanwhile": "simple", "interest_caught_up": "next_instalment"});
    // The row of 20 January puts off its 70.00 and the 14.00 of the first instalment, in its grace; on the 24th 14.00 are given back.
    let loan = put_off(simple(), 10);
    assert_eq!(shown(loan.on("2020-01-23").interest_deferred), "84.00");
    let day = loan.on("2020-01-24");
    assert_eq!(shown(day.interest_deferred), "70.00");
    // 12,000.00 + 84.00 + 70.00 + 33.00 + four days of 8,000.00 and 2,000.00.
    assert_eq!(shown(day.pay_off), "12227.00");
    loan.entries("2020-01-24");
    // With fifteen days, to the 28th, the row of the 27th has asked for them: 56.00 of its own, 14.00 of each of the two before it,
    // and 84.00. On the 29th 14.00 of the first instalment's are given back of its own, and 14.00 of the 84.00: 14 days of 2.00,
    // for 16 of 3.00.
    let loan = put_off(simple(), 15);
    let third = |day: &str| owed(&loan.on(day))[2].clone();
    assert_eq!(third("2020-01-28"), "2020-01-27: interest 168.00, principal 2000.00");
    assert_eq!(third("2020-01-29"), "2020-01-27: interest 140.00, principal 2000.00");
    assert_eq!(shown(loan.on("2020-01-29").penalty_accrued), "48.00");
    let mut sums = std::collections::BTreeMap::new();
    for entry in loan.account("2020-02-28", |account| account.postings().unwrap()) {
        *sums.entry(entry.on).or_insert(0) += entry.amount.minor();
    }
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
}

#[test]
fn what_joined_the_balance_is_given_back_there() {
    // The 84.00 join the balance on 20 January, and the 8,084.00 earn 8.084 a day. From the 24th it is 70.00, of 8.07 a day since the
    // 20th; the second instalment, in its own grace, earns 2.00.
    let loan = put_off(json!({"interest_meanwhile": "capitalised_at_end"}), 10);
    let day = loan.on("2020-01-23");
    assert_eq!(texts([day.capitalised, day.principal]), ["84.00", "12084.00"]);
    let day = loan.on("2020-01-24");
    assert_eq!(texts([day.capitalised, day.principal, day.interest_accrued]), ["70.00", "12070.00", "40.28"]);
    loan.entries("2020-01-24");
}
