//! `docs/RECORD.md` holds the form of a record: its example is what is written, its tables name every field of every record, in order and
//! in its form, and its rule of the checksum gives the checksum.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use puhui::loan::{Account, AccountRecord, Event, EventForm, LoanForm, LoanRecord};
use puhui::{Currency, ErrorCode, parse_date};
use random::Dice;
use serde_json::{Value, json};

use super::random_life::{Life, genes};

/// As many as it takes to meet all that the page says.
const LIVES: usize = 60;

const PAGE: &str = include_str!("../../../../docs/RECORD.md");

/// The tables of the page: the fields of each object, in order, with their forms.
fn tables() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    let (_, tables) = PAGE.split_once("\n## The fields\n").unwrap();
    tables
        .split("\n### ")
        .skip(1)
        .map(|section| {
            let (name, table) = section.split_once('\n').unwrap();
            let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
            let fields = rows.map(|row| {
                let (field, rest) = row.split_once("` | ").unwrap();
                (field, rest.split_once(" | ").unwrap().0)
            });
            (name, fields.collect())
        })
        .collect()
}

/// Reads records by the tables of the page, and keeps which of its fields, and of their forms, were met.
struct Reader {
    tables: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
    met: BTreeSet<String>,
}

impl Reader {
    fn new() -> Reader {
        Reader { tables: tables(), met: BTreeSet::new() }
    }

    /// Why a value is no object of a name, if it is none.
    fn object(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let Value::Object(found) = value else { return Err(format!("expected {name}, got {value}")) };
        let fields = self.tables.get(name).ok_or(format!("no table {name}"))?.clone();
        let names: Vec<&str> = fields.iter().map(|(field, _)| *field).collect();
        let written: Vec<&String> = found.keys().collect();
        // `serde_json` sorts the keys of a value: the order is held by the example.
        if written.iter().copied().collect::<BTreeSet<_>>().len() != names.len()
            || !names.iter().all(|name| found.contains_key(*name))
        {
            return Err(format!("{name}: expected {names:?}, got {written:?}"));
        }
        for (field, forms) in fields {
            let met = forms.split(" or ").find(|form| self.is(form, &found[field]));
            let Some(form) = met else {
                let value = &found[field];
                self.descend(forms, value).map_err(|why| format!("{name}.{field}: {why}"))?;
                return Err(format!("{name}.{field}: expected {forms}, got {value}"));
            };
            self.met.insert(format!("{name}.{field}: {form}"));
        }
        Ok(())
    }

    /// Why none of the forms of an object is that of a value.
    fn descend(&mut self, forms: &str, value: &Value) -> Result<(), String> {
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let name = forms.split(" or ").next().unwrap();
        let name = name.strip_prefix("list of ").unwrap_or(name);
        if self.tables.contains_key(name) { self.object(name, value) } else { Ok(()) }
    }

    fn is(&mut self, form: &str, value: &Value) -> bool {
        if let Some(of) = form.strip_prefix("list of ") {
            return value.as_array().is_some_and(|list| list.iter().all(|value| self.is(of, value)));
        }
        if let Some(pair) = form.strip_prefix('[') {
            let (one, other) = pair.strip_suffix(']').unwrap().split_once(", ").unwrap();
            return value
                .as_array()
                .is_some_and(|pair| pair.len() == 2 && self.is(one, &pair[0]) && self.is(other, &pair[1]));
        }
        if let Some(one) = form.strip_prefix("{\"") {
            let (name, of) = one.strip_suffix('}').unwrap().split_once("\": ").unwrap();
            return value.as_object().is_some_and(|object| object.len() == 1)
                && value.get(name).is_some_and(|value| self.is(of, value));
        }
        if form.starts_with('"') {
            return *value == serde_json::from_str::<Value>(form).unwrap();
        }
        let text = value.as_str();
        match form {
            "null" => value.is_null(),
            "minor" => value.is_i64(),
            "count" => value.is_u64(),
            "flag" => value.is_boolean(),
            "text" => text.is_some(),
            "day" => text.is_some_and(|text| parse_date(text, "day").is_ok()),
            "rate" => text.is_some_and(|text| text.parse::<rust_decimal::Decimal>().is_ok()),
            "wide" => text.is_some_and(|text| {
                text.strip_prefix('-').unwrap_or(text).chars().all(|digit| digit.is_ascii_digit())
            }),
            name => self.object(name, value).is_ok(),
        }
    }

    /// What the page says and no record had.
    fn not_met(&self) -> Vec<String> {
        let forms = self.tables.iter().flat_map(|(name, fields)| {
            let forms =
                fields.iter().flat_map(|(field, forms)| forms.split(" or ").map(move |form| (field, form)));
            forms.map(move |(field, form)| format!("{name}.{field}: {form}"))
        });
        forms.filter(|form| !self.met.contains(form)).collect()
    }
}

/// The blocks of JSON of the page: the terms of the example, and its record.
fn example_terms() -> (Value, &'static str) {
    let mut blocks = PAGE.split("```json\n").skip(1).map(|block| block.split_once("```").unwrap().0);
    (serde_json::from_str(blocks.next().unwrap()).unwrap(), blocks.next().unwrap())
}

fn example() -> (LoanRecord, &'static str) {
    let (terms, record) = example_terms();
    (LoanRecord::try_from(serde_json::from_value::<LoanForm>(terms).unwrap()).unwrap(), record)
}

fn events(list: &[Value], currency: Currency) -> Option<Vec<Event>> {
    let read = |(no, event): (u64, &Value)| {
        let form: EventForm = serde_json::from_value(event.clone()).unwrap();
        form.read(currency, no).ok()
    };
    (1..).zip(list).map(read).collect()
}

fn written(record: &LoanRecord, list: &[Value], as_of: &str) -> String {
    let read = |(no, event): (u64, &Value)| {
        let form: EventForm = serde_json::from_value(event.clone()).unwrap();
        form.read(Currency::CNY, no).unwrap_or_else(|error| panic!("{error}: {event}"))
    };
    let events: Vec<Event> = (1..).zip(list).map(read).collect();
    let loan = record.loan().unwrap();
    let account = Account::replay(&loan, &events, parse_date(as_of, "as_of").unwrap()).unwrap();
    serde_json::to_string(&account.record().unwrap()).unwrap()
}

/// The record of the example: 500.00 paid on the first due date, two weeks before.
fn record_of_example() -> (LoanRecord, String) {
    let (loan, _) = example();
    let text = written(&loan, &[json!({"on": "2020-02-20", "repaid": "500.00"})], "2020-03-06");
    (loan, text)
}

#[test]
fn the_example_is_what_is_written() {
    let (_, on_page) = example();
    let on_page: String = on_page.split_whitespace().collect();
    assert_eq!(record_of_example().1, on_page);
}

/// Records of random lives, at their ends and on a day before, and of lives by hand for what those do not come to.
fn records() -> Vec<String> {
    let (_, of_example) = record_of_example();
    let mut texts = vec![of_example];
    texts.extend(by_hand());
    let mut runner = TestRunner::deterministic();
    let mut dice = Dice::new(20_2013);
    for _ in 0..LIVES {
        let genes = genes().new_tree(&mut runner).unwrap().current();
        let Some(life) = Life::of(&genes) else { continue };
        let days = u64::try_from((life.end - life.record.terms().disbursed_on).num_days()).unwrap();
        for as_of in [life.end, life.end - Days::new(dice.below(days + 1))] {
            texts.push(serde_json::to_string(&life.replayed(as_of).record().unwrap()).unwrap());
        }
    }
    texts
}

/// Records of the example's loan, with other terms and events.
fn by_hand() -> Vec<String> {
    let relief = |granted: &str, with: &Value| {
        let mut relief = json!({"granted_on": granted, "due_from": granted, "instalments": 1});
        relief.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        json!({"on": granted, "relief": relief})
    };
    // Classes of 1, 91, 271 and 361 days past due, of a loan with a later row for the relief to find.
    let held = |granted: &str, at: &str| {
        let class = json!({"held_at": at, "reason": "flood", "until": "2029-01-01"});
        relief(granted, &json!({"interest_meanwhile": "waived", "class": class}))
    };
    let re_aged = json!({"on": "2020-06-01", "re_aged": {"instalments": 2, "first_due_on": "2020-07-01"}});
    let long = json!({"instalments": 24, "ladder": [1, 91, 271, 361]});
    let lives = [
        // Flat interest that is rounded once.
        (json!({"interest_base": "disbursed_in_total"}), vec![], "2020-03-06"),
        (long.clone(), vec![held("2020-06-01", "2020-02-20")], "2020-06-02"),
        (long.clone(), vec![held("2020-06-01", "2020-03-31")], "2020-06-02"),
        (long.clone(), vec![held("2020-06-01", "2020-05-31")], "2020-06-02"),
        (long.clone(), vec![held("2020-12-01", "2020-11-30")], "2020-12-02"),
        (long, vec![held("2021-04-01", "2021-03-31")], "2021-04-02"),
        (json!({}), vec![held("2020-03-01", "2020-02-29")], "2020-03-02"),
        // Interest that joins the balance and falls due with the principal that was put off.
        (
            json!({"instalments": 12}),
            vec![relief(
                "2020-02-10",
                &json!({"defer": "both", "instalments": 2, "principal_caught_up": "end_of_window",
                    "interest_meanwhile": "capitalised_at_end"}),
            )],
            "2020-02-11",
        ),
        // Nothing is paid, and without a penalty settlement dates go on: what they settled is not earned again.
        (json!({"penalty": null}), vec![re_aged.clone()], "2020-06-02"),
        // With one it falls due with the first new row.
        (json!({}), vec![re_aged], "2020-06-02"),
        // A payment that is found when its first row begins.
        (
            json!({"method": "equal_instalment", "instalments": 12}),
            vec![json!({"on": "2020-03-01", "rate_reset": "0.10"})],
            "2020-03-02",
        ),
        // The month's 12.00 on the whole, and the account is closed.
        (
            json!({}),
            vec![
                json!({"on": "2020-02-20", "repaid": "612.00"}),
                json!({"on": "2020-02-20", "prepaid": "600.00",
                "how": "settle"}),
                json!({"on": "2020-02-20", "closed": true}),
            ],
            "2020-02-20",
        ),
    ];
    let of = |(with, events, as_of): &(Value, Vec<Value>, &str)| {
        let (mut terms, _) = example_terms();
        for (key, value) in with.as_object().unwrap() {
            terms[key] = value.clone();
        }
        terms.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let form: LoanForm = serde_json::from_value(terms).unwrap();
        written(&LoanRecord::try_from(form).unwrap(), events, as_of)
    };
    lives.iter().map(of).collect()
}

#[test]
fn every_field_is_on_the_page() {
    let mut reader = Reader::new();
    for text in records() {
        let record: Value = serde_json::from_str(&text).unwrap();
        reader.object("record", &record).unwrap_or_else(|why| panic!("{why}\n{text}"));
    }
    assert_eq!(reader.not_met(), Vec::<String>::new(), "said on the page, and met in no record");
}

/// FNV-1a by the words of the page, over the content as it stands in a text; `serde_json` would sort the fields.
fn checksum(text: &str) -> String {
    struct Sum(u64);
    impl Sum {
        fn feed(&mut self, kind: u8, bytes: &[u8]) {
            for byte in [kind].iter().chain(bytes).chain(&[0xff]) {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    /// A part at the start of a text; returns the text after it. What a list or an object holds is fed after their count.
    fn part<'t>(text: &'t str, sum: &mut Sum) -> &'t str {
        let word = |end: usize| text.split_at(end);
        match text.as_bytes()[0] {
            open @ (b'{' | b'[') => {
                let (close, kind) = if open == b'{' { ('}', 5) } else { (']', 4) };
                // Counted on the way through, which feeds another sum.
                let (mut count, mut rest) = (0_usize, &text[1..]);
                let mut aside = Sum(0);
                while !rest.starts_with(close) {
                    rest = rest.strip_prefix(',').unwrap_or(rest);
                    if open == b'{' {
                        rest = part(rest, &mut aside).strip_prefix(':').unwrap();
                    }
                    rest = part(rest, &mut aside);
                    count += 1;
                }
                sum.feed(kind, count.to_string().as_bytes());
                let mut rest = &text[1..];
                while !rest.starts_with(close) {
                    rest = rest.strip_prefix(',').unwrap_or(rest);
                    if open == b'{' {
                        rest = part(rest, sum).strip_prefix(':').unwrap();
                    }
                    rest = part(rest, sum);
                }
                &rest[1..]
            }
            b'"' => {
                let (word, rest) = text[1..].split_once('"').unwrap();
                sum.feed(3, word.as_bytes());
                rest
            }
            _ => {
                let (word, rest) = word(text.find([',', '}', ']']).unwrap_or(text.len()));
                match word {
                    "null" => sum.feed(0, &[]),
                    "true" => sum.feed(1, &[1]),
                    "false" => sum.feed(1, &[0]),
                    number => sum.feed(2, number.as_bytes()),
                }
                rest
            }
        }
    }
    let mut sum = Sum(0xcbf2_9ce4_8422_2325);
    assert_eq!(part(text, &mut sum), "");
    format!("{:016x}", sum.0)
}

/// The record of the example with one text in the place of another, and the checksum of what that makes.
fn changed(from: &str, to: &str) -> String {
    let (_, text) = record_of_example();
    let (content, sum) = text.rsplit_once(",\"checksum\":\"").unwrap();
    let content = content.strip_prefix("{\"content\":").unwrap();
    assert_eq!(sum, format!("{}\"}}", checksum(content)));
    assert!(content.contains(from), "{from}");
    let content = content.replacen(from, to, 1);
    format!("{{\"content\":{content},\"checksum\":\"{}\"}}", checksum(&content))
}

#[test]
fn what_is_refused_is_named_as_the_page_says() {
    let (loan, _) = example();
    let loan = loan.loan().unwrap();
    let (_, text) = record_of_example();
    let damaged = text.replacen("\"credit\":0", "\"credit\":1", 1);
    for (text, field) in [
        ("[]".to_owned(), "record"),
        (text.replacen("{\"content\"", "{\"contents\"", 1), "record"),
        (changed("{\"version\"", "{\"form\""), "content.record"),
        (changed("\"version\":2", "\"version\":1"), "version"),
        (damaged, "checksum"),
        (changed("\"rate\":\"0.12\"", "\"rate\":\"0.13\""), "loan"),
        (changed("\"as_of\":\"2020-03-06\"", "\"as_of\":6"), "as_of.record"),
        (changed("\"credit\":0", "\"credit\":true"), "state.credit.record"),
        (
            changed("\"date\":\"2020-02-20\"", "\"date\":\"2020-02-30\""),
            "state.plan.rows[0].place.date.record",
        ),
        (changed("\"billed\":1,", "\"billed\":3,"), "state.billed"),
        (changed("\"reached\":\"2020-03-06\"", "\"reached\":\"2020-03-05\""), "state.status.reached"),
        (changed("\"borrower\":50000", "\"borrower\":50001"), "state.totals"),
        (
            changed("\"penalty_denominator\":\"5\"", "\"penalty_denominator\":null"),
            "state.arrears.penalty_denominator",
        ),
        (
            changed("\"due_on\":\"2020-03-20\"", "\"due_on\":\"2020-01-20\""),
            "state.plan.rows[1].figures.due_on",
        ),
        (changed("\"pays\":[]", "\"pays\":[{\"pool\":0,\"of\":null}]"), "state.plan.rows[0].rule"),
        (changed("\"at\":1", "\"at\":2"), "state.plan.brought"),
        (changed("\"interest\":1200,\"payment\"", "\"interest\":1201,\"payment\""), "state.plan.rows[0]"),
    ] {
        // The page says `state.…` and the like below `content`, and names each of these.
        assert!(PAGE.contains(&format!("`{field}`")), "{field}");
        let record: AccountRecord = serde_json::from_str(&text).unwrap();
        let error =
            Account::resume(&loan, &record, &[], parse_date("2020-03-07", "day").unwrap()).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, field), "{error}");
    }
    for text in
        ["", "{\"content\":{}", "{\"content\":{},\"content\":{}}", "{\"content\":1.5,\"checksum\":\"\"}"]
    {
        assert!(serde_json::from_str::<AccountRecord>(text).is_err(), "{text}");
    }
}

#[test]
fn days_that_are_in_the_record_are_named_as_the_page_says() {
    let (loan, text) = record_of_example();
    let loan = loan.loan().unwrap();
    let record: AccountRecord = serde_json::from_str(&text).unwrap();
    let late = events(&[json!({"on": "2020-03-06", "repaid": "1.00"})], Currency::CNY).unwrap();
    for (events, as_of, field) in [(&late[..], "2020-03-07", "events[0].on"), (&[], "2020-03-05", "as_of")] {
        let error = Account::resume(&loan, &record, events, parse_date(as_of, "day").unwrap()).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::DatesOutOfOrder, field));
    }
}
