//! The loan at the head of the room `account`, whose page has the arithmetic of each figure.

use puhui::Money;
use puhui::loan::Position;
use serde_json::{Value, json};

use super::lived::{Lived, lived, twelve};
use crate::support::terms::yuan;

fn year() -> Lived {
    let terms = twelve(json!({
        "rate": {"fixed": "0.12"}, "method": "equal_instalment", "penalty": {"mark_up": "0.50"}
    }));
    let repaid = |on: &str, amount: &str| json!({"on": on, "repaid": amount});
    let events: [Value; 7] = [
        repaid("2020-02-20", "1066.19"),
        repaid("2020-03-20", "600.00"),
        repaid("2020-04-05", "500.00"),
        repaid("2020-06-10", "2000.00"),
        repaid("2020-06-20", "1202.82"),
        json!({"on": "2020-07-05", "prepaid": "3000.00", "how": "keep_term"}),
        json!({"on": "2020-10-01", "re_aged": {"instalments": 6, "first_due_on": "2020-11-01"}}),
    ];
    lived(&terms, json!(events))
}

fn money(position: &Position) -> [Money; 5] {
    [position.principal, position.overdue_principal, position.interest, position.penalty, position.credit]
}

#[test]
fn each_day_of_the_page_has_its_figures() {
    // Principal, overdue, interest, penalty, credit; days past due.
    for (day, figures, days_past_due) in [
        ("2020-02-20", ["11053.81", "0", "0", "0", "0"], 0),
        ("2020-03-20", ["10564.35", "466.19", "0", "0", "0"], 0),
        ("2020-04-05", ["10098.16", "0", "0", "0", "30.31"], 0),
        ("2020-04-20", ["10098.16", "965.21", "70.67", "0", "0"], 0),
        ("2020-05-20", ["10098.16", "1940.07", "162.00", "14.48", "0"], 30),
        ("2020-06-10", ["8294.04", "135.95", "0", "0", "0"], 21),
        ("2020-06-20", ["7173.48", "0", "0", "0", "0"], 0),
        ("2020-07-05", ["4209.35", "0", "0", "0", "0"], 0),
        ("2020-09-20", ["4209.35", "2054.82", "79.84", "38.08", "0"], 62),
        ("2020-10-01", ["4209.35", "0", "0", "49.38", "0"], 0),
    ] {
        let position = year().on(day);
        assert_eq!((money(&position), position.days_past_due), (figures.map(yuan), days_past_due), "{day}");
    }
    assert_eq!(year().on("2020-10-01").pay_off, yuan("4346.47"));
}

#[test]
fn the_rows_ahead_are_those_of_the_page() {
    let rows = year().ahead("2020-07-05");
    assert_eq!(rows[..2], ["2020-07-20: 1009.28 + 21.04", "2020-08-20: 520.17 + 32.00"]);
    assert_eq!(
        year().ahead("2020-10-01"),
        [
            // (4,209.35 + 49.9934) / (1 + 4.853431) = 727.67 less the interest, 1 % of what is left; the last clears. 79.84 / 6 =
            // 13.31, the last 79.84 - 5 x 13.31 = 13.29.
            "2020-11-01: 677.68 + 49.99 + 13.31",
            "2020-12-01: 692.35 + 35.32 + 13.31",
            "2021-01-01: 699.28 + 28.39 + 13.31",
            "2021-02-01: 706.27 + 21.40 + 13.31",
            "2021-03-01: 713.33 + 14.34 + 13.31",
            "2021-04-01: 720.44 + 7.20 + 13.29",
        ]
    );
}
