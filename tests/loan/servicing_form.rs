//! The wire form of how loans are serviced: every key read and written, and what is wrong with one named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::support::terms::{g2, record, with, yuan};
use puhui::loan::{
    AccrualPostings, AllocateBy, AllocationOrder, ChangesFrom, Compound, CompoundBase, CompoundRate,
    ExcessPayment, InterestBase, InterestOn, LoanForm, LoanRecord, NonAccrual, OverdueEarns, Part, PayOffTo,
    Payer, PayerRules, Penalty, PrepaymentInterest, PrepaymentRules, Product, Servicing, TrancheEarns,
    UnpaidInterest,
};
use puhui::{Dated, ErrorCode, Ladder, LoanClass, ProvisionRates, parse_date};
use serde_json::{Value, json};

fn servicing(keys: Value) -> Servicing {
    record(&with(g2(), keys)).unwrap().product().rules().servicing.clone()
}

/// What a loan with these keys is written as: only the keys that the plain loan is not written with.
fn written(keys: Value) -> Value {
    let form = |terms: &Value| serde_json::to_value(record(terms).unwrap()).unwrap();
    let (Value::Object(plain), Value::Object(mut all)) = (form(&g2()), form(&with(g2(), keys))) else {
        panic!("a form is an object")
    };
    all.retain(|key, _| !plain.contains_key(key));
    Value::Object(all)
}

/// Every key, none as it would be without it.
fn full() -> Value {
    let order = json!({"order": ["principal", "interest", "penalty", "compound", "fee"], "by": "part"});
    let payers = json!([{"payer": "refund", "allocation": order, "money_ahead": "settle_last"}, {"payer": "goodwill"}]);
    json!({
        "interest_on": "plan", "past_due_threshold": "10.50", "grace_days": 3,
        "penalty": {"mark_up": "0.5", "compound": {"rate": "contract_until_maturity", "base": "interest_and_penalty"}},
        "allocation": {"order": ["fee", "interest", "principal", "penalty", "compound"], "by": "part"},
        "non_accrual": {"from": 91, "allocation": order}, "money_ahead": "re_amortise",
        "payers": payers, "overdue_earns": "to_next_due", "pay_off_to": "next_due", "changes_from": "day_before",
        "changes_ahead": true,
        "prepayment": {"interest": "on_prepaid", "fee": "0.01"}, "ladder": [1, 91, 121, 181],
        "provision": ["0.01", "0.02", "0.25", "0.5", "1"], "observation_days": 180, "accrual_postings": "daily",
        "vat": "0.06",
    })
}

#[test]
fn every_key_says_what_it_says() {
    let seen = servicing(full());
    assert_eq!(seen.interest_on, InterestOn::Plan);
    assert_eq!(seen.past_due_threshold, yuan("10.50"));
    assert_eq!((seen.grace_days, seen.observation_days), (3, 180));
    let compound =
        Compound { rate: CompoundRate::ContractUntilMaturity, base: CompoundBase::InterestAndPenalty };
    let mark_up = "0.50".parse().unwrap();
    assert_eq!(seen.penalty, Some(Penalty { mark_up, compound: Some(compound) }));
    let by_part = |parts| AllocationOrder::new(parts, AllocateBy::Part).unwrap();
    let performing = [Part::Fee, Part::Interest, Part::Principal, Part::Penalty, Part::Compound];
    assert_eq!(seen.allocation, by_part(performing));
    let principal_first = [Part::Principal, Part::Interest, Part::Penalty, Part::Compound, Part::Fee];
    let allocation = Some(by_part(principal_first));
    assert_eq!(seen.non_accrual, Some(NonAccrual { from: 91, allocation }));
    assert_eq!(seen.excess_payment, ExcessPayment::ReAmortise);
    let refund = PayerRules {
        payer: Payer::Refund,
        allocation: by_part(principal_first),
        excess_payment: ExcessPayment::SettleLast,
    };
    // What is not said of a payer is as the loan says.
    let goodwill = PayerRules {
        payer: Payer::Goodwill,
        allocation: by_part(performing),
        excess_payment: ExcessPayment::ReAmortise,
    };
    assert_eq!(seen.payers, [refund, goodwill]);
    assert_eq!(seen.overdue_earns, OverdueEarns::ToNextDue);
    assert_eq!((seen.pay_off_to, seen.changes_from), (PayOffTo::NextDue, ChangesFrom::DayBefore));
    assert!(seen.changes_ahead);
    let fee = "0.01".parse().unwrap();
    assert_eq!(seen.prepayment, PrepaymentRules { interest: PrepaymentInterest::OnPrepaid, fee });
    assert_eq!(seen.ladder, Some(Dated::always(Ladder::new([1, 91, 121, 181]).unwrap())));
    let shares = seen.provision.unwrap().shares().map(|share| share.to_string());
    assert_eq!(shares, ["0.01", "0.02", "0.25", "0.5", "1"]);
    assert_eq!(seen.accrual_postings, AccrualPostings::Daily);
    assert_eq!(seen.vat, Some("0.06".parse().unwrap()));
}

#[test]
fn what_is_absent_is_the_default_and_is_not_written() {
    assert_eq!(servicing(json!({})), Servicing::default());
    let defaults = json!({
        "interest_on": "outstanding", "past_due_threshold": "0.00", "grace_days": 0,
        "allocation": {"order": ["fee", "penalty", "compound", "interest", "principal"], "by": "instalment"},
        "money_ahead": "hold", "prepayment": {"interest": "all_accrued", "fee": "0"}, "observation_days": 0,
        "accrual_postings": "when_billed", "payers": [], "overdue_earns": "to_day", "pay_off_to": "day",
        "changes_from": "day", "changes_ahead": false,
    });
    assert_eq!(servicing(defaults.clone()), Servicing::default());
    assert_eq!(written(defaults), json!({}));
    assert_eq!(written(json!({"prepayment": {}})), json!({}));
}

#[test]
fn what_is_read_is_written_and_read_again() {
    assert_eq!(written(full()), full());
    let text = serde_json::to_string(&record(&with(g2(), full())).unwrap()).unwrap();
    let again: LoanRecord = serde_json::from_str(&text).unwrap();
    assert_eq!(again.product().rules().servicing, servicing(full()));
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
}

#[test]
fn money_that_settles_instalments_is_read_and_written() {
    for (word, rule) in [
        ("settle_next", ExcessPayment::SettleNext),
        ("settle_last", ExcessPayment::SettleLast),
        ("settle_next_last", ExcessPayment::SettleNextLast),
        ("settle_evenly", ExcessPayment::SettleEvenly),
    ] {
        assert_eq!(servicing(json!({"money_ahead": word})).excess_payment, rule);
        assert_eq!(written(json!({"money_ahead": word})), json!({"money_ahead": word}));
    }
    assert_eq!(servicing(json!({"overdue_earns": "never"})).overdue_earns, OverdueEarns::Never);
    // What a payer says as the loan does is left out.
    let payers = json!([{"payer": "insurer", "money_ahead": "next"}]);
    assert_eq!(
        written(json!({"money_ahead": "next", "payers": payers})),
        json!({"money_ahead": "next", "payers": [{"payer": "insurer"}]})
    );
}

#[test]
fn what_differs_where_instalments_keep_their_payment() {
    let keys = json!({"level_last": 3, "interest_base": "disbursed", "interest_cap": "payment",
                      "tranche_earns": "whole_period"});
    let read = record(&with(g2(), keys.clone())).unwrap();
    let rules = read.product().rules();
    assert_eq!((rules.smoothing_rounds, rules.interest_base), (3, InterestBase::FlatOnOriginal));
    assert_eq!(
        (rules.unpaid_interest, rules.tranche_earns),
        (UnpaidInterest::Carried, TrancheEarns::WholePeriod)
    );
    assert_eq!(written(keys.clone()), keys);
    let defaults = json!({"level_last": 0, "interest_base": "outstanding", "interest_cap": "none",
                          "tranche_earns": "from_day"});
    assert_eq!(written(defaults), json!({}));
    let running = record(&with(g2(), json!({"relevel": "running"}))).unwrap();
    assert_eq!(serde_json::to_value(&running).unwrap()["relevel"], "running");
    // Most rounds of levelling: of the wire form and of the rules alike.
    assert_eq!(written(json!({"level_last": 9})), json!({"level_last": 9}));
    let mut rules = running.product().rules().clone();
    rules.smoothing_rounds = 10;
    assert_eq!(Product::new(rules).unwrap_err().to_string(), "level_last: expected at most 9, got 10");
}

#[test]
fn parts_that_are_absent_are_written_out() {
    let plain = servicing(json!({"penalty": {"mark_up": "0.30"}, "non_accrual": {"from": 90}}));
    assert_eq!(plain.penalty, Some(Penalty { mark_up: "0.3".parse().unwrap(), compound: None }));
    assert_eq!(plain.non_accrual, Some(NonAccrual { from: 90, allocation: None }));
    assert_eq!(
        written(json!({"penalty": {"mark_up": "0.30"}, "non_accrual": {"from": 90}})),
        json!({"penalty": {"mark_up": "0.3"}, "non_accrual": {"from": 90}})
    );
    assert_eq!(
        written(json!({"penalty": {"mark_up": "0.50", "compound": {}}, "prepayment": {"fee": "0.010"}})),
        json!({"penalty": {"mark_up": "0.5", "compound": {"rate": "penalty", "base": "interest"}},
               "prepayment": {"interest": "all_accrued", "fee": "0.01"}})
    );
    // A tax of nothing is a tax: what is absent is not split off.
    assert_eq!(written(json!({"vat": "0.00"})), json!({"vat": "0"}));
}

#[test]
fn ladders_and_provisions_by_name_or_by_figure() {
    let day = |text| parse_date(text, "day").unwrap();
    let class = |keys: Value, on, days| {
        servicing(keys).ladder.unwrap().on(day(on)).map(|ladder| ladder.class_at(days))
    };
    let named = json!({"ladder": "cn_2023", "provision": "cn_2002"});
    assert_eq!(class(named.clone(), "2023-07-01", 91), Some(LoanClass::Substandard));
    assert_eq!(class(named.clone(), "2023-06-30", 91), None);
    assert_eq!(servicing(named.clone()).provision, Some(ProvisionRates::cn_2002()));
    assert_eq!(written(named.clone()), named);
    // The same figures, but on every day: another ladder.
    let always = json!({"ladder": [1, 91, 271, 361]});
    assert_eq!(class(always.clone(), "1900-01-01", 91), Some(LoanClass::Substandard));
    assert_eq!(written(always.clone()), always);
    // The same shares are the same provisions.
    assert_eq!(
        written(json!({"provision": ["0", "0.020", "0.25", "0.5", "1.0"]})),
        json!({"provision": "cn_2002"})
    );
    // A ladder that changed says when.
    let changed = json!({"ladder": [{"from": "2020-01-01", "days": [1, 91, 121, 181]},
                                    {"from": "2023-07-01", "days": [1, 91, 271, 361]}]});
    assert_eq!(class(changed.clone(), "2019-12-31", 121), None);
    assert_eq!(class(changed.clone(), "2023-06-30", 121), Some(LoanClass::Doubtful));
    assert_eq!(class(changed.clone(), "2023-07-01", 121), Some(LoanClass::Substandard));
    assert_eq!(written(changed.clone()), changed);
    // What is written by figures may be what has a name.
    let by_figures = json!({"ladder": [{"from": "2023-07-01", "days": [1, 91, 271, 361]}]});
    assert_eq!(written(by_figures), json!({"ladder": "cn_2023"}));
}

#[test]
fn what_is_wrong_is_named() {
    use ErrorCode::{
        Contradiction, DatesOutOfOrder, Malformed, Missing, OutOfRange, TooManyDigits, UnknownValue,
    };
    let order = |parts: &[&str]| json!({"order": parts, "by": "part"});
    let parts = ["fee", "penalty", "compound", "interest", "principal"];
    let version = json!({"from": "2023-07-01", "days": [1, 2, 3, 4]});
    let twice = order(&["fee", "fee", "compound", "interest", "principal"]);
    let cases = [
        (json!({"interest_on": "balance"}), UnknownValue, "interest_on"),
        (json!({"past_due_threshold": "1.005"}), TooManyDigits, "past_due_threshold"),
        (json!({"past_due_threshold": "-0.01"}), OutOfRange, "past_due_threshold"),
        (json!({"grace_days": 366}), OutOfRange, "grace_days"),
        (json!({"grace_days": 4_000_000_000_u32}), OutOfRange, "grace_days"),
        (json!({"penalty": {}}), Missing, "penalty.mark_up"),
        (json!({"penalty": {"mark_up": "50 %"}}), Malformed, "penalty.mark_up"),
        (json!({"penalty": {"mark_up": "-0.5"}}), OutOfRange, "penalty.mark_up"),
        (
            json!({"penalty": {"mark_up": "0.5", "compound": {"rate": "contract"}}}),
            UnknownValue,
            "penalty.compound.rate",
        ),
        (
            json!({"penalty": {"mark_up": "0.5", "compound": {"base": "principal"}}}),
            UnknownValue,
            "penalty.compound.base",
        ),
        (json!({"allocation": {"by": "part"}}), Missing, "allocation.order"),
        (json!({"allocation": {"order": parts}}), Missing, "allocation.by"),
        (json!({"allocation": {"order": parts, "by": "loan"}}), UnknownValue, "allocation.by"),
        (json!({"allocation": order(&["fee", "tax"])}), UnknownValue, "allocation.order[1]"),
        (json!({"allocation": order(&parts[..4])}), OutOfRange, "allocation.order"),
        (json!({"allocation": twice}), Contradiction, "allocation.order"),
        (json!({"non_accrual": {}}), Missing, "non_accrual.from"),
        (json!({"non_accrual": {"from": 0}}), OutOfRange, "non_accrual.from"),
        (
            json!({"non_accrual": {"from": 90, "allocation": {"by": "part"}}}),
            Missing,
            "non_accrual.allocation.order",
        ),
        (json!({"money_ahead": "keep"}), UnknownValue, "money_ahead"),
        (json!({"payers": [{}]}), Missing, "payers[0].payer"),
        (json!({"payers": [{"payer": "friend"}]}), UnknownValue, "payers[0].payer"),
        (
            json!({"payers": [{"payer": "refund"}, {"payer": "goodwill"}, {"payer": "refund"}]}),
            Contradiction,
            "payers[2].payer",
        ),
        (
            json!({"payers": [{"payer": "refund", "money_ahead": "keep"}]}),
            UnknownValue,
            "payers[0].money_ahead",
        ),
        (
            json!({"payers": [{"payer": "refund", "allocation": {"by": "part"}}]}),
            Missing,
            "payers[0].allocation.order",
        ),
        (json!({"overdue_earns": "always"}), UnknownValue, "overdue_earns"),
        (json!({"pay_off_to": "maturity"}), UnknownValue, "pay_off_to"),
        (json!({"changes_from": "day_after"}), UnknownValue, "changes_from"),
        (json!({"level_last": 10}), OutOfRange, "level_last"),
        (json!({"level_last": 256}), OutOfRange, "level_last"),
        (json!({"interest_base": "balance"}), UnknownValue, "interest_base"),
        (json!({"interest_cap": "instalment"}), UnknownValue, "interest_cap"),
        (json!({"interest_cap": "payment", "negative_amortisation": true}), Contradiction, "interest_cap"),
        (json!({"tranche_earns": "half_period"}), UnknownValue, "tranche_earns"),
        (json!({"prepayment": {"interest": "none"}}), UnknownValue, "prepayment.interest"),
        (json!({"prepayment": {"fee": "1.01"}}), OutOfRange, "prepayment.fee"),
        (json!({"ladder": "cn_1998"}), UnknownValue, "ladder"),
        (json!({"ladder": [1, 91, 271]}), OutOfRange, "ladder"),
        (json!({"ladder": [0, 91, 271, 361]}), OutOfRange, "ladder"),
        (json!({"ladder": [1, 91, 91, 361]}), Contradiction, "ladder"),
        (json!({"ladder": []}), OutOfRange, "ladder"),
        (json!({"ladder": [{"from": "2023-7-1", "days": [1, 2, 3, 4]}]}), Malformed, "ladder[0].from"),
        (json!({"ladder": [{"from": "2023-07-01", "days": [1, 2, 3]}]}), OutOfRange, "ladder[0].days"),
        (json!({"ladder": [version, version]}), DatesOutOfOrder, "ladder"),
        (json!({"provision": "cn_2007"}), UnknownValue, "provision"),
        (json!({"provision": ["0", "0.02", "0.25", "0.5"]}), OutOfRange, "provision"),
        (json!({"provision": ["0", "0.02", "0.25", "half", "1"]}), Malformed, "provision[3]"),
        (json!({"provision": ["0", "0.02", "0.25", "0.5", "1.5"]}), OutOfRange, "provision"),
        (json!({"observation_days": 3661}), OutOfRange, "observation_days"),
        (json!({"accrual_postings": "weekly"}), UnknownValue, "accrual_postings"),
        (json!({"vat": "6"}), OutOfRange, "vat"),
    ];
    for (keys, code, field) in cases {
        let error = record(&with(g2(), keys.clone())).map(|_| ()).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "{keys}: {error}");
    }
    let error = record(&with(g2(), json!({"allocation": order(&parts[..4])}))).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "allocation.order: expected 5 parts, got 4 parts");
}

#[test]
fn what_has_the_wrong_shape_is_refused() {
    let shapes = [
        json!({"penalty": {"mark_up": 0.5}}),
        json!({"penalty": {"mark_up": "0.5", "mark_down": "0"}}),
        json!({"penalty": ["0.5"]}),
        json!({"penalty": {"mark_up": "0.5", "compound": ["penalty", "interest"]}}),
        json!({"penalty": {"mark_up": "0.5", "compound": {"days": 1}}}),
        json!({"allocation": [["fee"], "part"]}),
        json!({"allocation": {"order": "fee", "by": "part"}}),
        json!({"non_accrual": [90]}),
        json!({"non_accrual": {"from": "90"}}),
        json!({"non_accrual": {"from": -1}}),
        json!({"prepayment": ["all_accrued"]}),
        json!({"prepayment": {"fee": 0.01}}),
        json!({"past_due_threshold": 0}),
        json!({"grace_days": 1.5}),
        json!({"grace_days": "3"}),
        json!({"grace_days": -1}),
        json!({"ladder": 1}),
        json!({"ladder": [1, 91, 271.5, 361]}),
        json!({"ladder": ["1", "91", "271", "361"]}),
        json!({"ladder": [["2023-07-01", [1, 91, 271, 361]]]}),
        json!({"ladder": [{"from": "2023-07-01", "days": [1, 91, 271, 361], "until": "2024-01-01"}]}),
        json!({"provision": [0, 0.02, 0.25, 0.5, 1]}),
        json!({"provision": {"normal": "0"}}),
        json!({"vat": 0.06}),
        json!({"payers": {"payer": "refund"}}),
        json!({"payers": ["refund"]}),
        json!({"payers": [["refund"]]}),
        json!({"payers": [{"payer": "refund", "allocation": ["fee"]}]}),
        json!({"payers": [{"payer": "refund", "rounding": "half_up"}]}),
        json!({"changes_ahead": "true"}),
        json!({"level_last": "3"}),
        json!({"level_last": -1}),
        json!({"observation": 3}),
    ];
    for keys in shapes {
        assert!(serde_json::from_value::<LoanForm>(with(g2(), keys.clone())).is_err(), "{keys}");
    }
    let told = |keys| serde_json::from_value::<LoanForm>(keys).unwrap_err().to_string();
    assert_eq!(
        told(json!({"ladder": 1})),
        "the name of a ladder, its four first days past due, or a list of objects with from and days"
    );
    assert_eq!(told(json!({"provision": [0]})), "the name of provisions, or five shares as strings");
}
