//! The example `jsonl`, talked to as its users talk to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::example;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use crate::support::terms::{g2, with};
use serde_json::{Value, json};

fn jsonl() -> Command {
    let mut command = example::example("jsonl");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// What comes out when `input` goes in and nothing after it.
fn talk(input: &[u8]) -> String {
    let mut child = jsonl().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// The answers to these lines.
fn answers(lines: &[String]) -> Vec<Value> {
    let text = talk(lines.join("\n").as_bytes());
    let answers: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), lines.len());
    answers
}

fn ask(terms: &Value) -> Value {
    answers(&[json!({"id": "a", "terms": terms}).to_string()]).remove(0)
}

/// The one line of the documentation, letter by letter.
const REQUEST: &str = r#"{"id":"1","terms":{"currency":"CNY","principal":"50000.00","disbursed_on":"2020-01-15","rate":{"fixed":"0.0435"},"day_count":"actual/360","method":"equal_instalment","instalments":36,"every":"1 month","first_due_on":"2020-02-20","rounding":"half_up"}}"#;
const ANSWER_BEGINS: &str = r#"{"id":"1","schedule":{"instalments":[{"no":1,"due_on":"2020-02-20","days":36,"opening":"50000.00","principal":"1268.77","interest":"217.50","payment":"1486.27","closing":"48731.23"},{"no":2,"#;
const ANSWER_ENDS: &str = r#""payment":"1486.30","closing":"0.00"}],"totals":{"principal":"50000.00","interest":"3505.75","payment":"53505.75"}}}"#;

#[test]
fn the_documented_line() {
    let answer = talk(format!("{REQUEST}\n").as_bytes());
    assert!(answer.starts_with(ANSWER_BEGINS), "{answer}");
    assert!(answer.trim_end().ends_with(ANSWER_ENDS), "{answer}");
    assert_eq!(answer.matches('\n').count(), 1);
    // No newline at the end, CR LF, spaces, a byte order mark, empty lines: the same answer.
    assert_eq!(talk(REQUEST.as_bytes()), answer);
    assert_eq!(talk(format!("\n\r\n   \n\u{feff} {REQUEST}  \r\n\n").as_bytes()), answer);
    assert_eq!(talk(b""), "");
}

#[test]
fn golden_figures() {
    // 50,000.00, 4.35 %, 30E/360, drawn 2020-01-20: payment 1,484.00, of it 181.25 interest; last 1,483.90.
    let g1 = with(g2(), json!({"disbursed_on": "2020-01-20", "day_count": "30e/360"}));
    let answer = ask(&g1);
    let rows = answer["schedule"]["instalments"].as_array().unwrap();
    assert_eq!(rows.len(), 36);
    assert_eq!(rows[0]["payment"], "1484.00");
    assert_eq!((&rows[0]["principal"], &rows[0]["interest"]), (&json!("1302.75"), &json!("181.25")));
    assert_eq!(rows[35]["payment"], "1483.90");
    assert_eq!(answer["schedule"]["totals"]["interest"], "3423.90");

    // By the usual formula of equal instalments the payment is the same with Actual/360; the last one makes up for it.
    let answer = ask(&with(g2(), json!({"level_payment": "nominal"})));
    let rows = answer["schedule"]["instalments"].as_array().unwrap();
    assert_eq!((&rows[0]["payment"], &rows[35]["payment"]), (&json!("1484.00"), &json!("1571.23")));
    assert_eq!(answer["schedule"]["totals"]["interest"], "3511.23");

    // 50 days at 24 % earn 328.77, the payment is 291.25: the other 37.52 are billed with row 2, whose 29 days earn 190.68.
    let answer = ask(&json!({
        "currency": "USD", "principal": "10000.00", "disbursed_on": "2020-01-01", "rate": {"fixed": "0.24"},
        "day_count": "actual/365", "method": "equal_instalment", "instalments": 60, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "interest_cap": "payment"
    }));
    let rows = answer["schedule"]["instalments"].as_array().unwrap();
    assert_eq!((&rows[0]["principal"], &rows[0]["interest"]), (&json!("0.00"), &json!("291.25")));
    assert_eq!((&rows[1]["principal"], &rows[1]["interest"]), (&json!("63.05"), &json!("228.20")));

    // Interest on the 20th of every quarter's last month, principal at maturity.
    let interest_only = with(
        g2(),
        json!({"method": "interest_only", "instalments": null, "every": "1 quarter",
               "first_due_on": "2020-03-20", "matures_on": "2021-01-15"}),
    );
    for (accrual_ends, expected) in [
        ("on_due_date", ["392.71", "555.83", "555.83", "549.79", "157.08"]),
        ("day_after", ["398.75", "555.83", "555.83", "549.79", "151.04"]),
    ] {
        let answer = ask(&with(interest_only.clone(), json!({"accrual_ends": accrual_ends})));
        let rows = answer["schedule"]["instalments"].as_array().unwrap();
        let interest: Vec<&str> = rows.iter().map(|row| row["interest"].as_str().unwrap()).collect();
        assert_eq!(interest, expected);
        assert_eq!(answer["schedule"]["totals"]["interest"], "2211.24");
    }
}

#[test]
fn annualised_rates_on_request() {
    let line = |terms: &Value, annualised: bool| {
        json!({"id": 1, "terms": terms, "annualised": annualised}).to_string()
    };
    let with_fee = with(g2(), json!({"fees": {"at_disbursement": "500.00"}}));
    let found = answers(&[line(&g2(), true), line(&with_fee, true), line(&g2(), false)]);
    let rates = json!({"effective": "0.0450057987", "simple": "0.0441042405", "nominal": null});
    assert_eq!(found[0]["annualised"], rates);
    let rates = json!({"effective": "0.0519366179", "simple": "0.0503945122", "nominal": null});
    assert_eq!(found[1]["annualised"], rates);
    assert!(found[2].get("annualised").is_none());

    // A borrower who pays more in fees than the loan brings receives nothing: there is no rate.
    let absurd = with(g2(), json!({"fees": {"at_disbursement": "60000.00"}}));
    let found = answers(&[line(&absurd, true)]).remove(0);
    assert_eq!(found["error"]["field"], "annualised", "{found}");
    assert!(found.get("schedule").is_none());
}

#[test]
fn an_id_comes_back_as_it_went() {
    for id in
        ["\"1\"", "\"农户 \\u0041\"", "7", "-0", "2.50", "1e400", "12345678901234567890123", "true", "null"]
    {
        let answer = talk(format!("{{\"terms\":{},\"id\":{id}}}", g2()).as_bytes());
        assert!(answer.starts_with(&format!("{{\"id\":{id},\"schedule\":")), "{answer}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let terms = |changes: Value| json!({"id": 1, "terms": with(g2(), changes)}).to_string();
    let raw = |terms: &str| format!("{{\"id\":1,\"terms\":{terms}}}");
    let cases = [
        // The crate's own words.
        (terms(json!({"principal": "50000.001"})), "too_many_digits", "terms.principal"),
        (terms(json!({"principal": "50,000"})), "malformed", "terms.principal"),
        (terms(json!({"principal": "0"})), "out_of_range", "terms.principal"),
        (terms(json!({"principal": null})), "missing", "terms.principal"),
        (terms(json!({"rate": {"fixed": "4.35%"}})), "malformed", "terms.rate.fixed"),
        (terms(json!({"method": "equal"})), "unknown_value", "terms.method"),
        (terms(json!({"day_count": "Actual/360"})), "unknown_value", "terms.day_count"),
        (terms(json!({"disbursed_on": "2020-02-30"})), "malformed", "terms.disbursed_on"),
        (terms(json!({"first_due_on": "2020-01-15"})), "dates_out_of_order", "terms.first_due_on"),
        (terms(json!({"instalments": 0})), "out_of_range", "terms.instalments"),
        (terms(json!({"matures_on": "2023-01-20"})), "contradiction", "terms.matures_on"),
        // The shape of the JSON.
        (terms(json!({"principal": 50000})), "malformed", "terms.principal"),
        (terms(json!({"principal": 50000.0})), "malformed", "terms.principal"),
        (terms(json!({"rate": {"fixed": 0.0435}})), "malformed", "terms.rate.fixed"),
        (terms(json!({"instalments": "36"})), "malformed", "terms.instalments"),
        (terms(json!({"instalments": -1})), "out_of_range", "terms.instalments"),
        (terms(json!({"colour": "red"})), "unknown_field", "terms.colour"),
        (terms(json!({"rate": {"fixed": "0.01", "cap": "1"}})), "unknown_field", "terms.rate.cap"),
        (
            terms(
                json!({"rate": {"stepped": [{"from": "2020-01-15", "rate": "0.04"}, {"from": "2021-01-15"}]}}),
            ),
            "missing",
            "terms.rate.stepped[1].rate",
        ),
        (terms(json!({"currency": "XXX"})), "unknown_value", "terms.currency"),
        (
            terms(json!({"business_days": {"calendar": "cn", "roll": "forwards", "interest": "adjusted"}})),
            "unknown_value",
            "terms.business_days.roll",
        ),
        (raw("[]"), "malformed", "terms"),
        (raw("\"none\""), "malformed", "terms"),
        (raw("null"), "malformed", "terms"),
        (raw(r#"{"principal":"1.00","principal":"2.00"}"#), "malformed", "terms.principal"),
        (raw("{}"), "missing", "terms.currency"),
        // The request itself.
        (r#"{"id":1}"#.to_owned(), "missing", "terms"),
        (format!(r#"{{"id":1,"terms":{},"relieve":[]}}"#, g2()), "unknown_field", "relieve"),
        (format!(r#"{{"id":1,"terms":{0},"terms":{0}}}"#, g2()), "malformed", "terms"),
        (format!(r#"{{"id":1,"terms":{},"annualised":"yes"}}"#, g2()), "malformed", "annualised"),
    ];
    let lines: Vec<String> = cases.iter().map(|(line, ..)| line.clone()).collect();
    for (answer, (line, code, field)) in answers(&lines).iter().zip(&cases) {
        assert_eq!(answer["id"], 1, "{line}\n{answer}");
        assert_names(answer, line, code, field);
    }
}

/// An answer that is nothing but an error, which says what is wrong and where.
fn assert_names(answer: &Value, line: &str, code: &str, field: &str) {
    let error = &answer["error"];
    assert_eq!(
        (error["code"].as_str(), error["field"].as_str()),
        (Some(code), Some(field)),
        "{line}\n{answer}"
    );
    assert!(error["message"].as_str().is_some_and(|message| message.starts_with(field)), "{answer}");
    assert!(answer.get("schedule").is_none());
}

/// The relief of the documentation, letter by letter.
const RELIEF: &str = r#"[{"granted_on":"2020-03-01","defer":"both","due_from":"2020-01-25","due_until":"2020-06-30","principal_caught_up":"end_of_window","interest_meanwhile":"simple","interest_caught_up":"end_of_window","new_date":"2020-06-30"}]"#;

fn with_relief(terms: &Value, reliefs: &Value) -> String {
    json!({"id": "r", "terms": terms, "relief": reliefs}).to_string()
}

fn row_on<'a>(answer: &'a Value, due_on: &str) -> &'a Value {
    let mut rows = answer["schedule"]["instalments"].as_array().unwrap_or_else(|| panic!("{answer}")).iter();
    rows.find(|row| row["due_on"] == due_on).unwrap_or_else(|| panic!("no row on {due_on}"))
}

#[test]
fn the_documented_relief() {
    let request = format!("{},\"relief\":{RELIEF}}}", REQUEST.strip_suffix('}').unwrap());
    let answer = answers(&[request]).remove(0);
    assert_eq!(row_on(&answer, "2020-06-30")["payment"], "7479.11", "{answer}");
    assert_eq!(row_on(&answer, "2020-07-20")["interest"], "165.47");
    assert_eq!(answer["schedule"]["totals"]["interest"], "3561.40");
    assert_eq!(answer["schedule"]["instalments"].as_array().unwrap().len(), 37);
    let impact = &answer["impact"];
    for (key, expected) in [
        ("interest_change", "55.65"),
        ("deferred_principal", "6530.57"),
        ("deferred_interest", "948.54"),
        ("capitalised_interest", "0.00"),
        ("waived_interest", "0.00"),
        ("last_due_before", "2023-01-20"),
        ("last_due_after", "2023-01-20"),
        ("largest_payment_before", "1486.30"),
        ("largest_payment_after", "7479.11"),
    ] {
        assert_eq!(impact[key], expected, "{key}: {impact}");
    }
    assert_eq!(impact["outcomes"], json!(["granted"]));
    assert!(impact["present_value_change"].is_string());

    // No relief at all: the schedule that was promised, and nothing about a change.
    let terms = &g2();
    let plain = ask(terms);
    let none = answers(&[json!({"id": "a", "terms": terms, "relief": []}).to_string()]).remove(0);
    assert_eq!(none, plain);
    // The annualised rates are those of the contract.
    let relief: Value = serde_json::from_str(RELIEF).unwrap();
    let line = json!({"id": 1, "terms": terms, "relief": relief, "annualised": true}).to_string();
    assert_eq!(answers(&[line]).remove(0)["annualised"]["effective"], "0.0450057987");
    // A window in which nothing is due.
    let idle = with(relief[0].clone(), json!({"due_until": "2020-02-19", "new_date": null}));
    let answer = answers(&[with_relief(terms, &json!([idle]))]).remove(0);
    assert_eq!(answer["impact"]["outcomes"], json!(["nothing_due"]));
    assert_eq!(answer["schedule"], plain["schedule"]);
}

#[test]
fn shifted_and_deferred_again() {
    let g1 = with(g2(), json!({"disbursed_on": "2020-01-20", "day_count": "30e/360"}));
    let relief: Value = serde_json::from_str(RELIEF).unwrap();
    let shifted = with(
        relief[0].clone(),
        json!({"principal_caught_up": "shifted", "interest_caught_up": "next_instalment", "new_date": null}),
    );
    let at_end = with(
        shifted.clone(),
        json!({"interest_meanwhile": "capitalised_at_end", "interest_caught_up": null}),
    );
    let stage_2 = with(
        relief[0].clone(),
        json!({"granted_on": "2020-06-01", "due_from": "2020-06-01", "due_until": "2020-12-31", "new_date": "2021-03-31"}),
    );
    let found = answers(&[
        with_relief(&g1, &json!([shifted])),
        with_relief(&g1, &json!([at_end])),
        // In the order of their grant, however they stand.
        with_relief(&g2(), &json!([relief[0], stage_2])),
        with_relief(&g2(), &json!([stage_2, relief[0]])),
    ]);
    // Five months of 181.25 with the first instalment, which was that of February.
    let july = row_on(&found[0], "2020-07-20");
    assert_eq!((&july["deferred_interest_paid"], &july["payment"]), (&json!("906.25"), &json!("2390.25")));
    assert_eq!(july["original_due_on"], "2020-02-20");
    assert_eq!(row_on(&found[0], "2023-06-20")["closing"].as_str().unwrap_or("0.00"), "0.00");
    assert_eq!(found[0]["schedule"]["totals"]["interest"], "4330.15");
    assert_eq!(found[0]["impact"]["last_due_after"], "2023-06-20");
    assert_eq!(row_on(&found[1], "2020-07-20")["payment"], "1510.89");
    assert_eq!(found[1]["impact"]["capitalised_interest"], "906.25");
    // What stage 1 moved to 30 June is deferred again: 948.54 and six months' interest on 50,000.00.
    assert_eq!(row_on(&found[2], "2020-06-30")["payment"], "0.00");
    assert_eq!(row_on(&found[2], "2021-03-31")["deferred_interest_paid"], "2054.16");
    assert_eq!(found[2]["impact"]["outcomes"], json!(["granted", "granted"]));
    assert_eq!((&found[3]["schedule"], &found[3]["impact"]), (&found[2]["schedule"], &found[2]["impact"]));
}

#[test]
fn what_is_wrong_with_a_relief_is_named() {
    let relief: Value = serde_json::from_str(RELIEF).unwrap();
    let one = |changes: Value| with_relief(&g2(), &json!([with(relief[0].clone(), changes)]));
    let second = |changes: Value| with_relief(&g2(), &json!([relief[0], with(relief[0].clone(), changes)]));
    let later = |changes: Value| {
        second(with(
            json!({"granted_on": "2020-09-01", "due_from": "2020-08-01", "due_until": "2020-09-30", "new_date": "2020-10-01"}),
            changes,
        ))
    };
    let raw = |reliefs: Value| with_relief(&g2(), &reliefs);
    let cases = [
        // What a relief says of itself.
        (one(json!({"granted_on": null})), "missing", "relief[0].granted_on"),
        (one(json!({"granted_on": "2020-02-30"})), "malformed", "relief[0].granted_on"),
        (one(json!({"interest_meanwhile": "paid"})), "contradiction", "relief[0].interest_meanwhile"),
        (one(json!({"interest_meanwhile": "halved"})), "unknown_value", "relief[0].interest_meanwhile"),
        (one(json!({"interest_meanwhile": {"at": "3%"}})), "malformed", "relief[0].interest_meanwhile.at"),
        (one(json!({"principal_caught_up": null})), "missing", "relief[0].principal_caught_up"),
        (one(json!({"due_until": "2020-01-01"})), "dates_out_of_order", "relief[0].due_until"),
        (
            one(json!({"rate_from": {"from": "2020-03-01", "rate": "0.05"}})),
            "contradiction",
            "relief[0].rate_from",
        ),
        (later(json!({"defer": "interest"})), "contradiction", "relief[1].principal_caught_up"),
        // What a loan says of it.
        (one(json!({"granted_on": "2020-01-01"})), "dates_out_of_order", "relief[0].granted_on"),
        (one(json!({"new_date": "2020-06-01"})), "dates_out_of_order", "relief[0].new_date"),
        (later(json!({"new_date": "2020-09-01"})), "dates_out_of_order", "relief[1].new_date"),
        // Of two of one day, the second is named.
        (second(json!({})), "contradiction", "relief[1].granted_on"),
        // The shape of the JSON.
        (raw(json!({})), "malformed", "relief"),
        (raw(json!(null)), "malformed", "relief"),
        (raw(json!("none")), "malformed", "relief"),
        (raw(json!([relief[0], 7])), "malformed", "relief[1]"),
        (raw(json!([[]])), "malformed", "relief[0]"),
        (one(json!({"colour": "red"})), "unknown_field", "relief[0].colour"),
        (one(json!({"instalments": -1})), "out_of_range", "relief[0].instalments"),
        (one(json!({"new_date": 20200630})), "malformed", "relief[0].new_date"),
        (one(json!({"interest_meanwhile": {"rate": "0.03"}})), "malformed", "relief[0].interest_meanwhile"),
        (one(json!({"maturity": {"moved_on": 3}})), "unknown_field", "relief[0].maturity.moved_on"),
        (later(json!({"rate_from": {"from": "2020-03-01"}})), "missing", "relief[1].rate_from.rate"),
        // The loan itself is at fault, whatever relief it gets.
        (with_relief(&with(g2(), json!({"principal": "0"})), &relief), "out_of_range", "terms.principal"),
        (format!(r#"{{"id":"r","terms":{},"relief":[],"relief":[]}}"#, g2()), "malformed", "relief"),
    ];
    let lines: Vec<String> = cases.iter().map(|(line, ..)| line.clone()).collect();
    for (answer, (line, code, field)) in answers(&lines).iter().zip(&cases) {
        assert_names(answer, line, code, field);
    }
}

/// A line that asks for a position; `known_on` is left out where it is null.
fn replayed(terms: &Value, events: &Value, as_of: &str, known_on: Value) -> String {
    let line = json!({"id": "e", "terms": terms, "events": events, "as_of": as_of});
    with(line, json!({"known_on": known_on})).to_string()
}

/// The positions of these events on these days.
fn positions(terms: &Value, events: &Value, days: &[&str]) -> Vec<Value> {
    let lines: Vec<String> = days.iter().map(|day| replayed(terms, events, day, Value::Null)).collect();
    let answers = answers(&lines);
    answers.into_iter().map(|mut answer| answer["position"].take()).collect()
}

#[test]
fn a_payment_and_nothing_after_it() {
    let request = format!(
        r#"{{"id":"1","terms":{},"events":[{{"on":"2020-02-20","repaid":"1500.00"}}],"as_of":"2020-12-31"}}"#,
        with(g2(), json!({"penalty": {"mark_up": "0.50"}})),
    );
    let answer = talk(request.as_bytes());
    assert!(answer.starts_with(ANSWER_BEGINS), "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    // 1,486.27 settle the first instalment; 13.73 are held, and settle interest on 20 March: 170.76 - 13.73 = 157.03. Ten
    // instalments fall due from then on. Each costs its principal x 6.525 % x days / 360; on 31 December, of the first:
    // 1,315.51 for 275 days to 20 December, billed then, are 65.57.
    let position = answer["position"].as_object().unwrap();
    let arrears = [
        ("2020-03-20", "65.57", "157.03", "1315.51"),
        ("2020-04-20", "57.88", "177.61", "1308.66"),
        ("2020-05-20", "51.17", "167.14", "1319.13"),
        ("2020-06-20", "43.73", "167.77", "1318.50"),
        ("2020-07-20", "36.85", "157.58", "1328.69"),
        ("2020-08-20", "29.37", "157.85", "1328.42"),
        ("2020-09-20", "21.99", "152.88", "1333.39"),
        ("2020-10-20", "14.85", "143.11", "1343.16"),
        ("2020-11-20", "7.30", "142.85", "1343.42"),
        ("2020-12-20", "", "133.37", "1352.90"),
    ];
    let arrears: Vec<Value> = arrears
        .iter()
        .map(|(due_on, penalty, interest, principal)| {
            let penalty = if penalty.is_empty() { Value::Null } else { json!(penalty) };
            with(
                json!({"due_on": due_on, "interest": interest, "principal": principal}),
                json!({"penalty": penalty}),
            )
        })
        .collect();
    // The contract goes on as planned on 35,439.45 = 48,731.23 - 13,291.78: 11 days to 31 December are 47.10, 12 are 51.39.
    let expected = json!({
        "as_of": "2020-12-31", "principal": "48731.23", "overdue_principal": "13291.78",
        "interest_accrued": "47.10", "interest_of_day": "4.29", "interest": "1557.19", "interest_deferred": "0.00",
        "penalty": "328.71", "penalty_accrued": "26.50", "compound": "0.00", "compound_accrued": "0.00",
        "fees": "0.00", "credit": "0.00", "pay_off": "50690.73", "days_past_due": 286, "non_accrual": false,
        "disbursed": "50000.00", "capitalised": "0.00", "principal_repaid": "1268.77", "charged_off": "0.00",
        "recovered": "0.00", "closed": false, "next_due": {"on": "2021-01-20", "amount": "1486.27"},
        "arrears": arrears, "ahead": answer["schedule"]["instalments"].as_array().unwrap()[11..],
    });
    assert_eq!(answer["position"], expected);
    let keys: Vec<&String> = position.keys().collect();
    assert_eq!(keys, expected.as_object().unwrap().keys().collect::<Vec<_>>());

    // The entries of each day sum to zero, and all of them to the position.
    let minor = |text: &Value| text.as_str().map_or(0, example::minor);
    let amount = |posting: &Value| minor(&posting["debit"]) - minor(&posting["credit"]);
    let postings = answer["postings"].as_array().unwrap();
    assert_eq!(postings[0], json!({"on": "2020-01-15", "account": "cash", "credit": "50000.00"}));
    let sum = |is_in: &dyn Fn(&Value) -> bool| -> i128 {
        postings.iter().filter(|&posting| is_in(posting)).map(amount).sum()
    };
    for posting in postings {
        assert_eq!(sum(&|other| other["on"] == posting["on"]), 0, "{posting}");
        assert!(posting["debit"].is_string() != posting["credit"].is_string(), "{posting}");
        assert!(posting.get("correction").is_none());
    }
    for (account, expected) in [
        ("principal", 3_543_945),
        ("overdue_principal", 1_329_178),
        ("interest_receivable", 155_719),
        ("penalty_receivable", 32_871),
        ("borrower_credit", 0),
    ] {
        assert_eq!(sum(&|posting| posting["account"] == account), expected, "{account}");
    }

    // No event, and none in the list: nothing happened but that the loan was paid out.
    let plain = answers(&[
        json!({"id": "e", "terms": g2(), "as_of": "2020-02-19"}).to_string(),
        replayed(&g2(), &json!([]), "2020-02-19", Value::Null),
    ]);
    assert_eq!(plain[0], plain[1]);
    // 50,000.00 for 35 days: 211.46; the 36th makes it 217.50.
    let position = &plain[0]["position"];
    assert_eq!(
        (&position["interest_accrued"], &position["interest_of_day"]),
        (&json!("211.46"), &json!("6.04"))
    );
    assert_eq!(position["ahead"], plain[0]["schedule"]["instalments"]);
    assert_eq!(position["arrears"], json!([]));
}

#[test]
fn days_past_due_class_and_penalty() {
    // Due on 20 March and unpaid. 2 % of 48,731.23 is 974.62, a quarter of it 12,182.81.
    let terms = with(g2(), json!({"ladder": [1, 91, 271, 361], "provision": "cn_2002"}));
    let paid = json!([{"on": "2020-02-20", "repaid": "1486.27"}]);
    let days = ["2020-03-20", "2020-03-21", "2020-06-18", "2020-06-19"];
    let expected = [
        (0, "normal", "0.00"),
        (1, "special_mention", "974.62"),
        (90, "special_mention", "974.62"),
        (91, "substandard", "12182.81"),
    ];
    for (position, (days, class, provision)) in positions(&terms, &paid, &days).iter().zip(expected) {
        assert_eq!(position["days_past_due"], days, "{position}");
        assert_eq!((&position["class"], &position["provision"]), (&json!(class), &json!(provision)));
    }

    // 10,000.00 at 4.35 % and half as much again, for 30 days of 360: 54.38. Paid off on that day, with the interest of the
    // two months before, 72.50.
    let bullet = with(
        g2(),
        json!({"method": "bullet", "principal": "10000.00", "disbursed_on": "2020-01-20", "day_count": "30e/360",
               "instalments": null, "every": null, "first_due_on": null, "matures_on": "2020-03-20",
               "penalty": {"mark_up": "0.50"}}),
    );
    let position = positions(&bullet, &json!([]), &["2020-04-20"]).remove(0);
    assert_eq!(position["penalty_accrued"], "54.38");
    assert_eq!((&position["pay_off"], &position["ahead"]), (&json!("10126.88"), &json!([])));
    assert!(position.get("next_due").is_none() && position.get("class").is_none());
    let all = json!([{"on": "2020-04-20", "repaid": "10126.88"}, {"on": "2020-04-20", "closed": true}]);
    let position = positions(&bullet, &all, &["2020-04-20"]).remove(0);
    assert_eq!((&position["pay_off"], &position["closed"]), (&json!("0.00"), &json!(true)));
}

#[test]
fn what_was_known_and_what_was_booked_late() {
    // Paid on the day, booked five days later: the arrears that were reported meanwhile never were.
    let terms = with(g2(), json!({"penalty": {"mark_up": "0.50"}, "accrual_postings": "daily"}));
    let events = json!([
        {"on": "2020-02-20", "repaid": "1486.27"},
        {"on": "2020-03-20", "booked_on": "2020-03-25", "repaid": "1486.27"},
    ]);
    let found = answers(&[
        replayed(&terms, &events, "2020-03-24", json!("2020-03-24")),
        replayed(&terms, &events, "2020-03-24", Value::Null),
        replayed(&terms, &events, "2020-03-25", Value::Null),
    ]);
    assert_eq!(found[0]["position"]["days_past_due"], 4);
    assert_eq!(found[1]["position"]["days_past_due"], 0);
    let late = found[2]["postings"].as_array().unwrap().iter();
    let late: Vec<&Value> = late.filter(|posting| posting["correction"] == true).collect();
    // 1,315.51 at 6.525 % for the five days 20 to 24 March: 1.19.
    let expected = json!([
        {"on": "2020-03-25", "account": "cash", "debit": "1486.27", "correction": true},
        {"on": "2020-03-25", "account": "overdue_principal", "credit": "1315.51", "correction": true},
        {"on": "2020-03-25", "account": "interest_receivable", "credit": "170.76", "correction": true},
        {"on": "2020-03-25", "account": "penalty_receivable", "credit": "1.19", "correction": true},
        {"on": "2020-03-25", "account": "penalty_income", "debit": "1.19", "correction": true},
    ]);
    assert_eq!(json!(late), expected);

    // A relief is an event of its day, and the same figures follow from it; the schedule stays that of the contract.
    let relief: Value = serde_json::from_str(RELIEF).unwrap();
    let relief = with(relief[0].clone(), json!({"granted_on": "2020-02-01"}));
    let found = answers(&[
        replayed(&g2(), &json!([{"on": "2020-02-01", "relief": relief}]), "2020-02-20", Value::Null),
        with_relief(&g2(), &json!([relief])),
    ]);
    assert_eq!(found[0]["schedule"]["totals"]["interest"], "3505.75");
    let position = &found[0]["position"];
    // The row of 20 February asks for nothing.
    assert_eq!((&position["interest_deferred"], &position["arrears"]), (&json!("217.50"), &json!([])));
    assert_eq!(position["next_due"], json!({"on": "2020-06-30", "amount": "7479.11"}));
    let after = found[1]["schedule"]["instalments"].as_array().unwrap();
    assert_eq!(position["ahead"].as_array().unwrap()[..], after[1..]);
}

#[test]
fn what_is_wrong_with_an_event_is_named() {
    let paid = json!({"on": "2020-02-20", "repaid": "1486.27"});
    let list = |events: Value| replayed(&g2(), &events, "2020-12-31", Value::Null);
    let second = |event: Value| list(json!([paid, event]));
    let line = |members: Value| with(json!({"id": 1, "terms": g2()}), members).to_string();
    let cases = [
        // What an event says of itself.
        (second(json!({"repaid": "1.00"})), "missing", "events[1].on"),
        (second(json!({"on": "2020-03-20"})), "missing", "events[1].event"),
        (second(with(paid.clone(), json!({"repaid": "1.001"}))), "too_many_digits", "events[1].repaid"),
        (second(with(paid.clone(), json!({"repaid": "0"}))), "out_of_range", "events[1].repaid"),
        (second(with(paid.clone(), json!({"closed": true}))), "contradiction", "events[1].closed"),
        (second(with(paid.clone(), json!({"payer": "aunt"}))), "unknown_value", "events[1].payer"),
        (second(with(paid.clone(), json!({"no": 0}))), "out_of_range", "events[1].no"),
        (
            second(with(paid.clone(), json!({"booked_on": "2020-02-19"}))),
            "dates_out_of_order",
            "events[1].booked_on",
        ),
        (
            second(json!({"on": "2020-03-01", "interest_paused": {}})),
            "missing",
            "events[1].interest_paused.until",
        ),
        // What the others, and the loan, say of it.
        (second(with(paid.clone(), json!({"no": 1, "repaid": "1.00"}))), "number_used_twice", "events[1].no"),
        (second(json!({"on": "2020-01-14", "repaid": "1.00"})), "dates_out_of_order", "events[1].on"),
        (second(json!({"on": "2020-03-01", "reversed": 7})), "nothing_to_reverse", "events[1].reversed"),
        (second(json!({"on": "2020-03-01", "fee_waived": "1.00"})), "more_than_owed", "events[1].fee_waived"),
        (second(json!({"on": "2020-03-01", "recovered": "1.00"})), "account_ended", "events[1]"),
        (
            second(json!({"no": 9, "on": "2020-03-01", "prepaid": "1.00", "how": "settle"})),
            "not_settled",
            "events[1].prepaid",
        ),
        // The shape of the JSON.
        (list(json!({})), "malformed", "events"),
        (list(json!(null)), "malformed", "events"),
        (list(json!([paid, 7])), "malformed", "events[1]"),
        (list(json!([[]])), "malformed", "events[0]"),
        (list(json!([["1", "2020-02-20"]])), "malformed", "events[0]"),
        (second(with(paid.clone(), json!({"colour": "red"}))), "unknown_field", "events[1].colour"),
        (second(with(paid.clone(), json!({"repaid": 1486.27}))), "malformed", "events[1].repaid"),
        (second(with(paid.clone(), json!({"no": -1}))), "out_of_range", "events[1].no"),
        (
            second(json!({"on": "2020-03-01", "interest_paused": ["2020-03-31"]})),
            "malformed",
            "events[1].interest_paused",
        ),
        (
            second(json!({"on": "2020-03-01", "re_aged": {"instalments": 3, "every": "1 month"}})),
            "unknown_field",
            "events[1].re_aged.every",
        ),
        // The days.
        (line(json!({"events": [paid]})), "missing", "as_of"),
        (line(json!({"events": []})), "missing", "as_of"),
        (line(json!({"known_on": "2020-12-31"})), "missing", "as_of"),
        (line(json!({"as_of": "2020-02-30"})), "malformed", "as_of"),
        (line(json!({"as_of": 20201231})), "malformed", "as_of"),
        (line(json!({"as_of": "2020-01-14"})), "dates_out_of_order", "as_of"),
        (line(json!({"as_of": "2020-12-31", "known_on": "soon"})), "malformed", "known_on"),
        (
            line(json!({"as_of": "2020-12-31", "relief": serde_json::from_str::<Value>(RELIEF).unwrap()})),
            "contradiction",
            "relief",
        ),
    ];
    let lines: Vec<String> = cases.iter().map(|(line, ..)| line.clone()).collect();
    for (answer, (line, code, field)) in answers(&lines).iter().zip(&cases) {
        assert_names(answer, line, code, field);
    }
}

#[test]
fn nonsense_is_answered_and_not_the_end() {
    let mut deep = b"{\"id\":1,\"terms\":".to_vec();
    deep.extend(std::iter::repeat_n(b'[', 200_000));
    let nonsense: [&[u8]; 16] = [
        b"nonsense",
        b"{",
        b"}",
        b"[]",
        b"[{\"id\":1}]",
        b"\"text\"",
        b"1",
        b"null",
        b"{\"id\":\"1\",}",
        b"{\"id\":\"1\",\"terms\":{}} {}",
        b"{'id':1}",
        b"\xff\xfe",
        b"{\"id\":\"\xc3\",\"terms\":{}}",
        b"\0",
        b"{\"id\":1,\"terms\":{\"principal\":NaN}}",
        &deep,
    ];
    let mut input = Vec::new();
    for line in nonsense {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    input.extend_from_slice(REQUEST.as_bytes());
    let text = talk(&input);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), nonsense.len() + 1);
    for (line, answer) in nonsense.iter().zip(&lines) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        let shown = String::from_utf8_lossy(&line[..line.len().min(60)]);
        assert_eq!((&answer["id"], &answer["error"]["field"]), (&Value::Null, &Value::Null), "{shown}");
        assert_eq!(answer["error"]["code"], "malformed", "{shown}");
    }
    assert!(lines[nonsense.len()].starts_with(ANSWER_BEGINS));
    // An id that is none, and requests without one.
    for (line, code) in [
        (r#"{"terms":{}}"#, "missing"),
        (r#"{"id":[1],"terms":{}}"#, "malformed"),
        (r#"{"id":{},"terms":{}}"#, "malformed"),
        (r#"{"id":1,"id":2,"terms":{}}"#, "malformed"),
    ] {
        let answer = answers(&[line.to_owned()]).remove(0);
        assert_eq!((&answer["id"], &answer["error"]["field"]), (&Value::Null, &json!("id")), "{answer}");
        assert_eq!(answer["error"]["code"], code);
    }
}

#[test]
fn long_lines() {
    // A plan of 20,000 dates is a request like any other.
    let start = puhui::parse_date("2020-01-15", "start").unwrap();
    let plan: Vec<Value> = (1..=20_000)
        .map(|day| json!({"on": (start + chrono::Days::new(day)).to_string(), "principal": "2.50"}))
        .collect();
    let terms = with(
        g2(),
        json!({"method": "custom", "plan": plan, "instalments": null, "every": null, "first_due_on": null}),
    );
    let answer = ask(&terms);
    assert_eq!(answer["schedule"]["instalments"].as_array().unwrap().len(), 20_000, "{}", answer["error"]);

    // One that is longer than what is read is skipped as a whole, and the next one is read.
    let mut input = b"{\"id\":\"".to_vec();
    input.resize((64 << 20) + 1000, b'x');
    input.extend_from_slice(b"\"}\n");
    input.extend_from_slice(REQUEST.as_bytes());
    let text = talk(&input);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with(r#"{"id":null,"error":{"code":"out_of_range","field":null"#),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with(ANSWER_BEGINS));
}

#[test]
fn an_answer_does_not_wait_for_the_next_question() {
    let mut child: Child = jsonl().spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(stdin, "{REQUEST}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(ANSWER_BEGINS));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = jsonl().stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    for _ in 0..1000 {
        // Writing fails as soon as the other side has ended.
        if writeln!(stdin, "{REQUEST}").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn options() {
    let output = jsonl().arg("--help").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("\"terms\""));
    let output = jsonl().arg("file.jsonl").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
