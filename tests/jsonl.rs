//! The example `jsonl`, talked to as its users talk to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/example.rs"]
mod example;
mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::terms::{g2, with};

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
