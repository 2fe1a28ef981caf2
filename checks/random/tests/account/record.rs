//! An account that is written down, read back and gone on with is the account that was never put away; a state that is rolled with its
//! record is that of a replay.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::as_conversions, missing_docs)]

use chrono::{Datelike, NaiveDate};
use puhui::loan::{
    Account, AccountRecord, AccountState, Event, EventForm, EventKind, LoanForm, LoanRecord, Posting,
};
use puhui::{ErrorCode, parse_date};
use random::lives::{Wildness, random_life};
use random::{Dice, unless_refused};
use serde_json::{Value, json};

fn day(text: &str) -> NaiveDate {
    parse_date(text, "day").unwrap()
}

/// 50,000.00 at 4.35 %, 36 months of 1,486.27, with a penalty of half as much again.
fn loan() -> LoanRecord {
    let terms = json!({
        "currency": "CNY", "principal": "50000.00", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "penalty": {"mark_up": "0.50"}
    });
    LoanRecord::try_from(serde_json::from_value::<LoanForm>(terms).unwrap()).unwrap()
}

fn events(list: &Value) -> Vec<Event> {
    let forms: Vec<EventForm> = serde_json::from_value(list.clone()).unwrap();
    (1..).zip(&forms).map(|(no, form)| form.read(puhui::Currency::CNY, no).unwrap()).collect()
}

fn through_text(record: &AccountRecord) -> AccountRecord {
    serde_json::from_str(&serde_json::to_string(record).unwrap()).unwrap()
}

/// Two records are the same; the first part that is not is told.
fn assert_same(got: &Value, expected: &Value, told: &str) {
    fn difference(got: &Value, expected: &Value, path: &str) -> Option<String> {
        match (got, expected) {
            (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
                left.iter().find_map(|(key, part)| difference(part, &right[key], &format!("{path}.{key}")))
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                let mut parts = left.iter().zip(right).enumerate();
                parts.find_map(|(at, (one, other))| difference(one, other, &format!("{path}[{at}]")))
            }
            _ => (got != expected).then(|| format!("{path}: expected {expected}, got {got}")),
        }
    }
    assert!(got == expected, "{}\n{told}", difference(got, expected, "").unwrap());
    // The fields stand in one order.
    let [got, expected] = [got, expected].map(Value::to_string);
    assert!(got == expected, "another order of fields\n{told}");
}

fn assert_same_record(got: &AccountRecord, expected: &AccountRecord, told: &str) {
    let [got, expected] = [got, expected].map(|record| serde_json::to_value(record).unwrap());
    assert_same(&got, &expected, told);
}

#[test]
fn stepped_day_by_day_it_is_the_account_of_all_its_events() {
    let loan = loan();
    let loan = loan.loan().unwrap();
    let all = events(&json!([
        {"on": "2020-02-20", "repaid": "1000.00"},
        {"on": "2020-03-25", "repaid": "2500.00"},
        {"on": "2020-04-02", "rate_reset": "0.0385125"},
        {"on": "2020-04-10", "relief": {"granted_on": "2020-04-10", "defer": "both", "due_from": "2020-04-15",
            "due_until": "2020-06-30", "principal_caught_up": "shifted", "interest_meanwhile": "simple",
            "interest_caught_up": "next_instalment",
            "class": {"held_at": "2020-03-01", "reason": "flood", "until": "2020-06-30"}}},
        {"on": "2020-07-05", "prepaid": "5000.00", "how": "keep_term"},
        {"on": "2020-09-01", "re_aged": {"instalments": 30, "first_due_on": "2020-09-20"}}
    ]));
    let mut record = Account::replay(&loan, &[], day("2020-01-15")).unwrap().record().unwrap();
    let mut at = day("2020-01-15");
    while at < day("2020-10-31") {
        at = at.succ_opt().unwrap();
        let of_day: Vec<Event> = all.iter().filter(|event| event.on == at).cloned().collect();
        let stepped = Account::resume(&loan, &through_text(&record), &of_day, at).unwrap();
        let known: Vec<Event> = all.iter().filter(|event| event.on <= at).cloned().collect();
        let replayed = Account::replay(&loan, &known, at).unwrap();
        assert_eq!(stepped.position(), replayed.position(), "{at}");
        assert_eq!(stepped.instalments(), replayed.instalments(), "{at}");
        record = stepped.record().unwrap();
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(text, serde_json::to_string(&replayed.record().unwrap()).unwrap(), "{at}");
    }
}

#[test]
fn random_lives_cut_anywhere_go_on_as_if_they_had_not_been() {
    let lives: usize = std::env::var("PUHUI_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(500);
    let mut dice = Dice::new(20_2011);
    let (mut gone_on, mut late) = (0, 0);
    let mut drawn = 0;
    while gone_on < lives {
        drawn += 1;
        assert!(drawn < 20 * lives, "most lives are refused");
        let wild = Wildness { reliefs: dice.one_in(3), events: *dice.pick(&[6, 12, 24]) };
        let life = random_life(&mut dice, wild);
        let Ok(form) = serde_json::from_value::<LoanForm>(life.terms.clone()) else { continue };
        let Some(record) = unless_refused(LoanRecord::try_from(form)) else { continue };
        let loan = record.loan().unwrap();
        let currency = loan.product().rules().currency;
        let read = |(at, event): (usize, &Value)| {
            let form: EventForm = serde_json::from_value(event.clone()).unwrap();
            unless_refused(form.read(currency, u64::try_from(at + 1).unwrap()))
        };
        let Some(all) = life.events.iter().enumerate().map(read).collect::<Option<Vec<Event>>>() else {
            continue;
        };
        let Some(whole) = unless_refused(Account::replay(&loan, &all, life.as_of)) else { continue };
        let days = life.as_of.signed_duration_since(loan.terms().disbursed_on).num_days();
        let cut = life.as_of - chrono::Days::new(dice.below(u64::try_from(days).unwrap() + 1));
        let before = Account::replay(&loan, &all, cut).unwrap().record().unwrap();
        // What reverses an event of the past is in the record already.
        let is_past = |no: u64| all.iter().any(|event| event.no == no && event.on <= cut);
        let rest: Vec<Event> = all
            .iter()
            .filter(|event| event.on > cut)
            .filter(|event| !matches!(event.what, EventKind::Reversed { no } if is_past(no)))
            .cloned()
            .collect();
        let told = || format!("cut at {cut} of {}\n{}\n{}", life.as_of, life.terms, json!(life.events));
        let resumed = match Account::resume(&loan, &through_text(&before), &rest, life.as_of) {
            Ok(resumed) => resumed,
            // A relief that reaches back beyond the record wants all events.
            Err(error) if error.field().ends_with("relief.granted_on") => {
                assert_eq!(error.code(), ErrorCode::DatesOutOfOrder, "{}", told());
                late += 1;
                continue;
            }
            Err(error) => panic!("{error}\n{}", told()),
        };
        assert_eq!(resumed.position(), whole.position(), "{}", told());
        assert_eq!(resumed.rows_to_come(), whole.rows_to_come(), "{}", told());
        assert_eq!(resumed.instalments(), whole.instalments(), "{}", told());
        // Written down before it was known, it does not know what was booked when, nor reversals that it needed not.
        let [mut got, expected] =
            [&resumed, &whole].map(|account| serde_json::to_value(account.record().unwrap()).unwrap());
        for part in ["events", "booked"] {
            got["content"][part] = expected["content"][part].clone();
        }
        got["checksum"] = expected["checksum"].clone();
        assert_same(&got, &expected, &told());
        gone_on += 1;
    }
    assert!(late < lives / 4, "{late} reliefs reached back beyond the record");
}

/// A random loan with its events, all of which can be read and replayed to a day; other lives are none.
struct Life {
    record: LoanRecord,
    events: Vec<Event>,
    as_of: NaiveDate,
    told: String,
}

fn life(dice: &mut Dice, change: impl Fn(&mut Dice, &mut Value)) -> Option<Life> {
    let wild = Wildness { reliefs: dice.one_in(3), events: *dice.pick(&[6, 12, 24]) };
    let mut life = random_life(dice, wild);
    change(dice, &mut life.terms);
    let record = LoanRecord::try_from(serde_json::from_value::<LoanForm>(life.terms.clone()).ok()?);
    let record = unless_refused(record)?;
    let currency = record.product().rules().currency;
    let read = |(at, event): (usize, &Value)| {
        let form: EventForm = serde_json::from_value(event.clone()).unwrap();
        unless_refused(form.read(currency, u64::try_from(at + 1).unwrap()))
    };
    let events = life.events.iter().enumerate().map(read).collect::<Option<Vec<Event>>>()?;
    unless_refused(Account::replay(&unless_refused(record.loan())?, &events, life.as_of))?;
    let told = format!("{}\n{}", life.terms, json!(life.events));
    Some(Life { record, events, as_of: life.as_of, told })
}

#[test]
fn entries_after_the_record_are_those_of_all_events() {
    let lives: usize = std::env::var("PUHUI_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(400);
    let mut dice = Dice::new(20_2012);
    let (mut gone_on, mut entries, mut corrections, mut late) = (0, 0, 0, 0);
    let mut drawn = 0;
    while gone_on < lives {
        drawn += 1;
        assert!(drawn < 30 * lives, "most lives are refused");
        let cadence = |dice: &mut Dice, terms: &mut Value| {
            terms["accrual_postings"] = json!(dice.pick(&["daily", "month_end", "when_billed"]));
        };
        let Some(Life { record, events, as_of, told }) = life(&mut dice, cadence) else { continue };
        let loan = record.loan().unwrap();
        let days = as_of.signed_duration_since(loan.terms().disbursed_on).num_days();
        let cut = as_of - chrono::Days::new(dice.below(u64::try_from(days).unwrap() + 1));
        let told = || format!("cut at {cut} of {as_of}\n{told}");
        // A past that is refused as it was known has no entries.
        let whole = Account::replay(&loan, &events, as_of).unwrap();
        let Some(all) = unless_refused(whole.postings()) else { continue };
        let next_record = whole.record().unwrap();
        // What happens before the record and comes in after it wants the record before, or all events.
        let is_past = |no: u64| events.iter().any(|event| event.no == no && event.on <= cut);
        let comes_late = |event: &&Event| {
            event.booked_on > cut
                && (event.on <= cut || matches!(event.what, EventKind::Reversed { no } if is_past(no)))
        };
        if events.iter().any(|event| comes_late(&event)) {
            late += 1;
            continue;
        }
        let (before, rest): (Vec<Event>, Vec<Event>) = events.into_iter().partition(|event| event.on <= cut);
        let written = Account::replay(&loan, &before, cut).unwrap().record().unwrap();
        let resumed = match Account::resume(&loan, &through_text(&written), &rest, as_of) {
            Ok(resumed) => resumed,
            Err(error) => {
                let reaches_back = error.field().ends_with("relief.granted_on");
                // Paid out in full, as was known then: its tranches came in after the record.
                let is_tranche = error.field().ends_with("disbursed");
                assert!(reaches_back || is_tranche, "{error}\n{}", told());
                late += 1;
                continue;
            }
        };
        let expected: Vec<Posting> = all.into_iter().filter(|posting| posting.on > cut).collect();
        assert_eq!(resumed.postings().unwrap(), expected, "{}", told());
        assert_same_record(&resumed.record().unwrap(), &next_record, &told());
        if let Some(next) = cut.succ_opt() {
            assert_eq!(resumed.postings_from(next).unwrap(), expected, "{}", told());
        }
        let error = resumed.postings_from(cut).unwrap_err();
        assert_eq!((error.code(), error.field()), (ErrorCode::DatesOutOfOrder, "from"));
        gone_on += 1;
        entries += expected.len();
        corrections += expected.iter().filter(|posting| posting.correction).count();
    }
    assert!(
        late < lives && entries > 20 * lives && corrections > lives / 10,
        "{late} {entries} {corrections}"
    );
}

#[test]
fn entries_stepped_day_by_day_are_those_of_all_events() {
    let lives: usize = std::env::var("PUHUI_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(400);
    let mut dice = Dice::new(20_2013);
    let (mut stepped, mut drawn) = (0, 0);
    // Each day is a step, so few of them are as much as the other lives together.
    while stepped < lives / 10 {
        drawn += 1;
        assert!(drawn < 10 * lives, "most lives are refused");
        let cadence = |dice: &mut Dice, terms: &mut Value| {
            terms["accrual_postings"] = json!(dice.pick(&["daily", "month_end", "when_billed"]));
        };
        let Some(Life { record, mut events, as_of, told }) = life(&mut dice, cadence) else { continue };
        let loan = record.loan().unwrap();
        // Booked on their days, so that each day finds its events.
        events.retain(|event| !matches!(event.what, EventKind::Reversed { .. }));
        events.iter_mut().for_each(|event| event.booked_on = event.on);
        let Ok(whole) = Account::replay(&loan, &events, as_of) else { continue };
        let Ok(expected) = whole.postings() else { continue };
        let first = loan.terms().disbursed_on;
        let of =
            |day: NaiveDate| events.iter().filter(|event| event.on == day).cloned().collect::<Vec<Event>>();
        let on_first = of(first);
        let begun = Account::replay(&loan, &on_first, first).unwrap();
        let (mut found, mut written) = (begun.postings().unwrap(), begun.record().unwrap());
        let mut reached = first;
        while reached < as_of {
            reached = reached.succ_opt().unwrap();
            let of_day = of(reached);
            let Ok(account) = Account::resume(&loan, &written, &of_day, reached) else { break };
            found.extend(account.postings().unwrap());
            written = account.record().unwrap();
        }
        if reached < as_of {
            continue;
        }
        assert_eq!(found, expected, "{told}");
        assert_same_record(&written, &whole.record().unwrap(), &told);
        stepped += 1;
    }
}

#[test]
fn entries_are_refused_where_what_was_booked_is_not_known() {
    let loan = loan();
    let loan = loan.loan().unwrap();
    // The payment of 20 February was booked on 5 March: at the end of February it was not known.
    let late = events(&json!([{"on": "2020-02-20", "booked_on": "2020-03-05", "repaid": "1486.27"}]));
    let written = Account::replay(&loan, &late, day("2020-02-29")).unwrap().record().unwrap();
    let resumed = Account::resume(&loan, &written, &[], day("2020-03-10")).unwrap();
    let whole = Account::replay(&loan, &late, day("2020-03-10")).unwrap();
    assert_eq!(resumed.position(), whole.position());
    for error in [resumed.postings().unwrap_err(), resumed.postings_from(day("2020-03-01")).unwrap_err()] {
        assert_eq!((error.code(), error.field()), (ErrorCode::Contradiction, "postings"), "{error}");
    }
    // Nor does a record know it that goes on from such a one.
    let next = Account::resume(&loan, &resumed.record().unwrap(), &[], day("2020-03-11")).unwrap();
    assert_eq!(next.postings().unwrap_err().code(), ErrorCode::Contradiction);
    // Written down in March, it is known.
    let written = Account::replay(&loan, &late, day("2020-03-05")).unwrap().record().unwrap();
    let resumed = Account::resume(&loan, &written, &[], day("2020-03-10")).unwrap();
    assert_eq!(resumed.postings().unwrap(), []);
}

/// What is known of a life at the end of a day.
fn known_on(events: &[Event], day: NaiveDate) -> Vec<Event> {
    events.iter().filter(|event| event.booked_on <= day).cloned().collect()
}

#[test]
fn a_state_rolled_with_its_record_is_that_of_a_replay() {
    let lives: usize = std::env::var("PUHUI_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(400);
    let mut dice = Dice::new(20_2014);
    let (mut rolled, mut from_record, mut late, mut drawn) = (0, 0, 0, 0);
    while rolled < lives / 7 {
        drawn += 1;
        assert!(drawn < 10 * lives, "most lives are refused");
        let Some(Life { record, events, as_of, told }) = life(&mut dice, |_, _| ()) else { continue };
        let loan = record.loan().unwrap();
        // Days may be left out.
        let most = *dice.pick(&[1, 1, 3, 40]);
        let (mut state, mut tail) = (AccountState::default(), None);
        let mut day = loan.terms().disbursed_on;
        while day <= as_of {
            let known = known_on(&events, day);
            let before = (state, tail.clone());
            let outcome = state.roll_with(&mut tail, &loan, &known, day);
            match Account::replay(&loan, &known, day) {
                Ok(replayed) => {
                    assert_eq!(outcome, Ok(()), "{day}\n{told}");
                    assert_eq!(state, AccountState::of(&replayed).unwrap(), "{day}\n{told}");
                    assert_eq!(tail.is_some(), state.quiet_until_ymd == 0, "{day}\n{told}");
                    if let Some(written) = &tail {
                        assert_same_record(written, &replayed.record().unwrap(), &told);
                    }
                }
                // What is refused is refused alike, and changes nothing.
                Err(error) => {
                    assert_eq!(outcome, Err(error), "{day}\n{told}");
                    assert_eq!((state, tail.clone()), before, "{day}\n{told}");
                }
            }
            let seen = i64::from(before.0.as_of_ymd);
            from_record += usize::from(before.1.is_some());
            let comes_late = |event: &&Event| ymd(event.booked_on) > seen && ymd(event.on) <= seen;
            late += known.iter().filter(comes_late).count();
            tail = tail.as_ref().map(through_text);
            day = day + chrono::Days::new(dice.between(1, most).unsigned_abs());
        }
        rolled += 1;
    }
    assert!(from_record > 20 * lives && late > lives / 10, "{from_record} {late}");
}

fn ymd(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

#[test]
fn a_state_goes_on_from_its_record_and_not_from_the_first_day() {
    let loan = loan();
    let loan = loan.loan().unwrap();
    let [one, other] =
        ["1000.00", "1300.00"].map(|paid| events(&json!([{"on": "2020-02-25", "repaid": paid}])));
    let at = |events: &[Event], day| AccountState::of(&Account::replay(&loan, events, day).unwrap()).unwrap();
    let (mut state, mut tail) = (AccountState::default(), None);
    state.roll_with(&mut tail, &loan, &one, day("2020-03-01")).unwrap();
    // The record has seen one event, and is not told that it was another.
    state.roll_with(&mut tail, &loan, &other, day("2020-03-02")).unwrap();
    assert_eq!(state, at(&one, day("2020-03-02")));
    assert_ne!(state, at(&other, day("2020-03-02")));
    // A record of an earlier day does as well, and none, too.
    let earlier = Account::replay(&loan, &one, day("2020-02-26")).unwrap().record().unwrap();
    for mut kept in [Some(earlier), None] {
        let mut state = state;
        state.roll_with(&mut kept, &loan, &one, day("2020-03-05")).unwrap();
        assert_eq!(state, at(&one, day("2020-03-05")));
        let expected = Account::replay(&loan, &one, day("2020-03-05")).unwrap().record().unwrap();
        assert_eq!(kept, Some(expected));
    }
    // One event more of the days that it has seen: it is replayed, with the other as it is in the list now.
    let more = [other.as_slice(), &[Event { no: 2, ..one[0].clone() }]].concat();
    let mut later = state;
    later.roll_with(&mut tail.clone(), &loan, &more, day("2020-03-05")).unwrap();
    assert_eq!(later, at(&more, day("2020-03-05")));
    // Nor does a reversal of what it has seen go on from it.
    let on = day("2020-03-04");
    let reversed =
        [other.as_slice(), &[Event { no: 2, on, booked_on: on, what: EventKind::Reversed { no: 1 } }]];
    let mut later = state;
    later.roll_with(&mut tail.clone(), &loan, &reversed.concat(), day("2020-03-05")).unwrap();
    assert_eq!(later, at(&reversed.concat(), day("2020-03-05")));
    assert_eq!(later.overdue_principal_minor, 126_877); // 1,486.27 less 36 days of 4.35 % on 50,000.00, 217.50.
    // Paid up, it is quiet, and needs no record.
    let paid =
        [one.as_slice(), &events(&json!([{"on": "2020-03-04", "no": 2, "repaid": "600.00"}]))].concat();
    state.roll_with(&mut tail, &loan, &paid, day("2020-03-05")).unwrap();
    assert_eq!((state.quiet_until_ymd, tail), (20_200_320, None));
}

#[test]
fn a_record_that_does_not_belong_to_its_state_is_refused() {
    let loan = loan();
    let loan = loan.loan().unwrap();
    let (mut state, mut tail) = (AccountState::default(), None);
    state.roll_with(&mut tail, &loan, &[], day("2020-03-01")).unwrap();
    let refusal = |state: AccountState, record: &AccountRecord| {
        let (mut tried, mut kept) = (state, Some(record.clone()));
        let error = tried.roll_with(&mut kept, &loan, &[], day("2020-03-10")).unwrap_err();
        assert_eq!((tried, kept.as_ref()), (state, Some(record)));
        (error.code(), error.field().to_owned())
    };
    let invalid = |field: &str| (ErrorCode::InvalidSnapshot, field.to_owned());
    // Of a later day than the state, and of one that was never rolled.
    let later = Account::replay(&loan, &[], day("2020-03-02")).unwrap().record().unwrap();
    assert_eq!(refusal(state, &later), invalid("record.as_of"));
    assert_eq!(refusal(AccountState::default(), &later), invalid("record.as_of"));
    // One that was changed, and one that is none.
    let mut changed = serde_json::to_value(tail.unwrap()).unwrap();
    changed["content"]["state"]["credit"] = json!(1);
    assert_eq!(refusal(state, &serde_json::from_value(changed).unwrap()), invalid("record.checksum"));
    assert_eq!(refusal(state, &serde_json::from_value(json!([])).unwrap()), invalid("record"));
}

#[test]
fn what_no_account_has_written_is_refused() {
    let loan = loan();
    let loan = loan.loan().unwrap();
    let account = Account::replay(&loan, &[], day("2020-03-01")).unwrap();
    let good = serde_json::to_value(account.record().unwrap()).unwrap();
    let refusal = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        let record: AccountRecord = serde_json::from_value(changed).unwrap();
        Account::resume(&loan, &record, &[], day("2020-03-02")).unwrap_err()
    };
    for (error, field) in [
        (refusal(&|record| record["content"]["version"] = json!(1)), "version"),
        (refusal(&|record| record["content"]["state"]["credit"] = json!(1)), "checksum"),
        (refusal(&|record| record["checksum"] = json!("0")), "checksum"),
        (refusal(&|record| record["more"] = json!(1)), "record"),
        (refusal(&|record| *record = json!([])), "record"),
    ] {
        assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, field), "{error}");
    }
    let record = account.record().unwrap();
    // An event of a day that is in the record, and a day before it.
    let past = events(&json!([{"on": "2020-03-01", "repaid": "1.00"}]));
    let error = Account::resume(&loan, &record, &past, day("2020-03-02")).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::DatesOutOfOrder, "events[0].on"));
    let error = Account::resume(&loan, &record, &[], day("2020-02-29")).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::DatesOutOfOrder, "as_of"));
    // Another loan's.
    let other = json!({
        "currency": "CNY", "principal": "50000.01", "disbursed_on": "2020-01-15", "rate": {"fixed": "0.0435"},
        "day_count": "actual/360", "method": "equal_instalment", "instalments": 36, "every": "1 month",
        "first_due_on": "2020-02-20", "rounding": "half_up", "penalty": {"mark_up": "0.50"}
    });
    let other = LoanRecord::try_from(serde_json::from_value::<LoanForm>(other).unwrap()).unwrap();
    let error = Account::resume(&other.loan().unwrap(), &record, &[], day("2020-03-02")).unwrap_err();
    assert_eq!((error.code(), error.field()), (ErrorCode::InvalidSnapshot, "loan"));
}
