//! Packs and cases that ask for more than there is: an error, never a panic, never one of the library's own, and never slow.

use std::time::{Duration, Instant};

use puhui::ErrorCode;
use puhui::programme::{Case, Decision, Given, Pack, Verdict};

const HEAD: &str = r#"format = 1
id = "example/hostile"
edition = "2020-03"
currency = "CNY"
rounding = "half_up"
en = "An example"
zh = "示例"
doc = "notice"
sure = "derived"
docs.notice = { en = "No circular: an example", dated = 2020-03-01 }
"#;
/// Far more than any of these takes without optimisation, far less than what doubles with each step.
const LONG: Duration = Duration::from_secs(20);

/// A pack of one rule, which gives this output, and these lines before it.
fn pack(lines: &str, output: &str) -> Pack {
    let text = format!("{HEAD}{lines}\n[rules.only]\nen = \"a\"\nzh = \"b\"\noutputs.found = \"{output}\"\n");
    Pack::read(&text, &[]).unwrap_or_else(|fault| panic!("{fault}"))
}

fn case(facts: &[(&str, &str)]) -> Case {
    let mut case = Case::new();
    for (name, value) in facts {
        case.fact(name, value).unwrap();
    }
    case
}

fn found(pack: &Pack, facts: &[(&str, &str)]) -> Result<Decision, ErrorCode> {
    let begun = Instant::now();
    let decided = pack.decide(&case(facts)).map_err(|error| error.code());
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    decided
}

/// The output of the only rule.
fn output(pack: &Pack, facts: &[(&str, &str)]) -> Result<Given, ErrorCode> {
    let decision = found(pack, facts)?;
    let rule = decision.rule("only").unwrap();
    assert_eq!(rule.verdict, Verdict::Granted);
    Ok(rule.outputs[0].1.clone())
}

fn text(text: &str) -> Result<Given, ErrorCode> {
    Ok(Given::Text(text.to_owned()))
}

/// Values each of which names the one before it twice.
fn chain(first: &str, next: &str, count: usize) -> String {
    let values = (1..count).map(|n| format!("v{n} = \"{}\"\n", next.replace('v', &format!("v{}", n - 1))));
    format!("[values]\nv0 = \"{first}\"\n{}", values.collect::<String>())
}

#[test]
fn a_value_that_is_named_twice_is_found_once() {
    // 512 values, the most there are: found anew each time, the last would take 2 to the 511th.
    let least = chain("loan.amount", "min(v, v)", 512);
    assert_eq!(output(&pack(&least, "v511"), &[("loan.amount", "7.00")]), text("7.00"));
    let both = chain("loan.amount > 0", "v and v", 512);
    assert_eq!(output(&pack(&both, "v511"), &[("loan.amount", "7.00")]), Ok(Given::Flag(true)));
    // What is missing is missing once.
    let decision = found(&pack(&least, "v511"), &[]).unwrap();
    assert_eq!(decision.rule("only").unwrap().missing.len(), 1);
}

#[test]
fn numbers_that_grow_without_end_are_an_error() {
    // Doubled 30 times, 1.00 is 1,073,741,824.00; 100 times it is beyond the minor units of 64 bits.
    let doubled = |count: usize| pack(&chain("loan.amount", "v + v", count), &format!("v{}", count - 1));
    assert_eq!(output(&doubled(31), &[("loan.amount", "1.00")]), text("1073741824.00"));
    assert_eq!(output(&doubled(101), &[("loan.amount", "1.00")]), Err(ErrorCode::Overflow));
    // Squared, the number of digits doubles each time.
    let squared = |count: usize| {
        let facts = "facts.firm.ratio = { type = \"number\", en = \"ratio\", zh = \"比\" }\n";
        pack(&format!("{facts}{}", chain("firm.ratio", "v * v", count)), &format!("v{} > 2", count - 1))
    };
    assert_eq!(output(&squared(8), &[("firm.ratio", "1.01")]), Ok(Given::Flag(true)));
    for ratio in ["1.0000000000000000000000000001", "79228162514264337593543950335", "0"] {
        let decided = output(&squared(512), &[("firm.ratio", ratio)]);
        let expected = if ratio == "0" { Ok(Given::Flag(false)) } else { Err(ErrorCode::Overflow) };
        assert_eq!(decided, expected, "{ratio}");
    }
    // What is compounded is compounded again, 31 levels deep and in a chain.
    let grown = "compound(v, loan.rate, 2000-01-01, 2050-01-01, 'actual/365')";
    let chained = pack(&chain("loan.amount", grown, 100), "v99 > 0");
    assert_eq!(
        output(&chained, &[("loan.amount", "1.00"), ("loan.rate", "0.123456789")]),
        Err(ErrorCode::Overflow)
    );
}

#[test]
fn interest_is_compounded_over_the_longest_span_and_no_longer() {
    // 600 months are fifty years: 1.01 to the 600th less 1 is 390.5834 (12 % a year, of 1.00).
    let of = |until: &str, basis: &str| {
        pack("", &format!("compound(loan.amount, loan.rate, 2000-01-01, {until}, '{basis}')"))
    };
    let facts = [("loan.amount", "1.00"), ("loan.rate", "0.12")];
    assert_eq!(output(&of("2050-01-01", "months"), &facts), text("390.58"));
    // A day more is no whole month; a month more is beyond.
    assert_eq!(output(&of("2050-01-31", "months"), &facts), text("390.58"));
    assert_eq!(output(&of("2050-02-01", "months"), &facts), Err(ErrorCode::OutOfRange));
    assert!(
        output(&of("2050-01-01", "actual/365"), &[("loan.amount", "1.00"), ("loan.rate", "0.123456789")])
            .is_ok()
    );
    assert_eq!(output(&of("1999-12-31", "months"), &facts), Err(ErrorCode::OutOfRange));
}

#[test]
fn days_lie_within_the_calendar() {
    for (expression, on, expected) in [
        ("case.on + 1 day", "2499-12-30", text("2499-12-31")),
        ("case.on + 1 day", "2499-12-31", Err(ErrorCode::DateOutOfRange)),
        ("case.on + 600 months", "2449-12-31", text("2499-12-31")),
        ("case.on + 600 months", "2450-01-01", Err(ErrorCode::DateOutOfRange)),
        ("case.on - 1 day", "1900-01-02", text("1900-01-01")),
        ("case.on - 1 day", "1900-01-01", Err(ErrorCode::DateOutOfRange)),
        ("case.on - 1 month", "1900-01-31", Err(ErrorCode::DateOutOfRange)),
        ("end_of_month(case.on)", "2499-12-01", text("2499-12-31")),
        ("start_of_year(case.on)", "1900-12-31", text("1900-01-01")),
        ("months(1900-01-01, case.on)", "1950-01-31", text("600 months")),
        ("months(1900-01-01, case.on)", "1950-02-01", Err(ErrorCode::OutOfRange)),
        // 599 years: a number, which has no such end.
        ("years(1900-01-01, case.on)", "2499-12-31", Ok(Given::Whole(599))),
        // 36,525 days are 100 years of 365.25 days: the first hundred from 1900 have 24 leap days, so the last day is 2000-01-02.
        ("days(1900-01-01, case.on)", "2000-01-02", text("36525 days")),
        ("days(1900-01-01, case.on)", "2000-01-03", Err(ErrorCode::OutOfRange)),
    ] {
        assert_eq!(output(&pack("", expression), &[("case.on", on)]), expected, "{expression} on {on}");
    }
}

#[test]
fn spans_and_amounts_lie_within_their_bounds() {
    for (expression, facts, expected) in [
        ("ever.months_deferred + 1 month", [("ever.months_deferred", "599")], text("600 months")),
        ("ever.months_deferred + 1 month", [("ever.months_deferred", "600")], Err(ErrorCode::OutOfRange)),
        ("ever.months_deferred * 2", [("ever.months_deferred", "-300")], text("-600 months")),
        ("ever.months_deferred * 2", [("ever.months_deferred", "-301")], Err(ErrorCode::OutOfRange)),
        ("1 month * here.rows", [("here.rows", "9223372036854775807")], Err(ErrorCode::OutOfRange)),
        ("loan.amount + 0.01", [("loan.amount", "92233720368547758.06")], text("92233720368547758.07")),
        ("loan.amount + 0.01", [("loan.amount", "92233720368547758.07")], Err(ErrorCode::Overflow)),
        (
            "here.rows * here.rows",
            [("here.rows", "9223372036854775807")],
            text("85070591730234615847396907784232501249"),
        ),
    ] {
        assert_eq!(output(&pack("", expression), &facts), expected, "{expression} of {facts:?}");
    }
    for (name, value) in [
        ("ever.months_deferred", "601"),
        ("here.rows", "9223372036854775808"),
        ("loan.amount", "92233720368547758.08"),
    ] {
        let code = pack("", &format!("{name} > {name}")).decide(&case(&[(name, value)])).unwrap_err().code();
        assert!(matches!(code, ErrorCode::Malformed | ErrorCode::OutOfRange), "{name}: {code:?}");
    }
}

#[test]
fn the_deepest_and_the_widest_that_is_read_is_decided() {
    // 14 times a not and a bracket; 85 comparisons, which are 256 parts with the list of them; 64 rules of 64 conditions.
    let deep = format!("{}loan.amount > 0{}", "not (".repeat(14), ")".repeat(14));
    assert_eq!(output(&pack("", &deep), &[("loan.amount", "1.00")]), Ok(Given::Flag(true)));
    let wide = vec!["1 > 2"; 85].join(" or ");
    assert_eq!(output(&pack("", &wide), &[]), Ok(Given::Flag(false)));
    let conditions: String = (0..64).map(|n| format!("c{n} = \"loan.amount > {n}\"\n")).collect();
    let rules: String = (0..64)
        .map(|n| format!("[rules.r{n}]\nen = \"a\"\nzh = \"b\"\n[rules.r{n}.when]\n{conditions}"))
        .collect();
    let pack = Pack::read(&format!("{HEAD}{rules}"), &[]).unwrap();
    let refused = found(&pack, &[("loan.amount", "63.00")]).unwrap();
    assert!(refused.rules.iter().all(|rule| rule.failed() == ["c63"]));
    assert_eq!(found(&pack, &[("loan.amount", "63.01")]).unwrap().verdict, Verdict::Granted);
}

#[test]
fn many_due_dates_of_many_rules_are_decided_in_time() {
    // 600 due dates, 20 rules that all reach them, and 200 values of each of them.
    let values = chain("due.total", "min(v, v)", 200);
    let rules: String = (0..20)
        .map(|n| {
            format!(
                "[[rules.r{n}.payment]]\nfrom = \"treasury\"\nto = \"lender\"\ndue_from = 1900-01-01\namount = \"v199 - 1\"\n\
                 [rules.r{n}]\nen = \"a\"\nzh = \"b\"\n"
            )
        })
        .collect();
    let order: Vec<String> = (0..20).map(|n| format!("\"r{n}\"")).collect();
    let head = format!("{HEAD}order = [{}]\n", order.join(", "));
    let pack = Pack::read(&format!("{head}{values}{rules}"), &[]).unwrap();
    let mut case = case(&[("case.on", "2020-01-01")]);
    for month in 0..600 {
        case.row(&format!("{}-{:02}-28", 2020 + month / 12, month % 12 + 1), "1.00", "1.00").unwrap();
    }
    let begun = Instant::now();
    let decision = pack.decide(&case).unwrap();
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    assert_eq!(decision.rule("r0").unwrap().payments.len(), 600);
    assert!(decision.rules.iter().skip(1).all(|rule| rule.verdict == Verdict::NothingDue));
}
