//! Whose a due date is, what a rule reaches, and what it leaves to the weaker: worked by hand from a pack of two rules.

use puhui::programme::{Case, Decision, Given, Pack, RuleDecision, Verdict};

/// A pack of no country: `strong` goes before `weak`, and both are always in force.
const HEAD: &str = r#"format = 1
id = "example/order"
edition = "2020-03"
currency = "CNY"
rounding = "half_up"
en = "An example"
zh = "示例"
doc = "notice"
sure = "derived"
order = ["strong", "weak"]
docs.notice = { en = "No circular: an example", dated = 2020-03-01 }
"#;
/// A relief, and a payment, for the due dates of the second quarter of 2020.
const RELIEF: &str = r#"relief = [{ due_from = 2020-04-01, due_until = 2020-06-30, defer = "principal", interest_meanwhile = "paid", principal_caught_up = "shifted", restructures = false }]"#;
const PAYMENT: &str = r#"payment = [{ from = "treasury", to = "lender", due_from = 2020-04-01, due_until = 2020-06-30, amount = "due.principal" }]"#;
/// The same for the loan as a whole.
const MOVED: &str = r#"relief = [{ maturity = { moved_to = "2021-01-31" }, restructures = false }]"#;
const ONCE: &str = r#"payment = [{ from = "treasury", to = "lender", amount = "100" }]"#;
const ROOM: &str = r#"outputs = { room = "loan.amount" }"#;

/// A pack of these two rules, each the lines that stand in it.
fn pack(strong: &[&str], weak: &[&str]) -> Pack {
    let rule = |name: &str, lines: &[&str]| {
        format!("[rules.{name}]\nen = \"{name}\"\nzh = \"{name}\"\n{}\n", lines.join("\n"))
    };
    Pack::read(&format!("{HEAD}{}{}", rule("strong", strong), rule("weak", weak)), &[]).unwrap()
}

/// A loan of 1,000.00 on 1 May 2020, with these due dates of a principal of 10.00 each.
fn case(dues: &[&str]) -> Case {
    let mut case = Case::new();
    case.fact("case.on", "2020-05-01").unwrap();
    case.fact("loan.amount", "1000.00").unwrap();
    for due in dues {
        case.row(due, "10.00", "0").unwrap();
    }
    case
}

fn given_before(mut case: Case, rule: &str, days: &[&str]) -> Case {
    case.given(rule, None);
    days.iter().for_each(|day| case.given(rule, Some(puhui::parse_date(day, "day").unwrap())));
    case
}

fn verdicts(pack: &Pack, case: &Case) -> [Verdict; 2] {
    let decision = pack.decide(case).unwrap();
    ["strong", "weak"].map(|rule| decision.rule(rule).unwrap().verdict)
}

fn weak(decision: &Decision) -> &RuleDecision {
    decision.rule("weak").unwrap()
}

/// The due dates that a rule puts off, and those that it pays for.
fn days(rule: &RuleDecision) -> Vec<String> {
    let reliefs = rule.reliefs.iter().flat_map(|relief| &relief.rows);
    reliefs
        .chain(rule.payments.iter().filter_map(|paid| paid.due_on.as_ref()))
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_a_rule_does_not_give_is_free_for_the_weaker() {
    // Nothing is due in the second quarter, so the stronger gives nothing: its output neither.
    let pack = pack(&[RELIEF, ROOM], &[ROOM]);
    let decision = pack.decide(&case(&["2020-07-31"])).unwrap();
    assert_eq!(verdicts(&pack, &case(&["2020-07-31"])), [Verdict::NothingDue, Verdict::Granted]);
    assert_eq!(weak(&decision).outputs, [("room".to_owned(), Given::Text("1000.00".to_owned()))]);
    // With a due date in it, it gives both, and nothing is left.
    assert_eq!(verdicts(&pack, &case(&["2020-06-30"])), [Verdict::Granted, Verdict::NothingDue]);
    // On the second night it still has them.
    let again = given_before(case(&["2020-06-30"]), "strong", &["2020-06-30"]);
    assert_eq!(verdicts(&pack, &again), [Verdict::AlreadyGranted, Verdict::NothingDue]);
}

#[test]
fn what_is_held_back_is_held_back_from_the_weaker_too() {
    // Nobody knows whether the first has the due date. Of the second all holds; if it gets the date, it gives the output as well.
    let third = format!("[rules.third]\nen = \"third\"\nzh = \"third\"\n{ROOM}\n");
    let rules = format!(
        "[rules.strong]\nen = \"strong\"\nzh = \"strong\"\nwhen.amount = \"loan.balance > 0\"\n{RELIEF}\n\
         [rules.weak]\nen = \"weak\"\nzh = \"weak\"\n{RELIEF}\n{ROOM}\n{third}"
    );
    let head = HEAD.replace(r#"["strong", "weak"]"#, r#"["strong", "weak", "third"]"#);
    let pack = Pack::read(&format!("{head}{rules}"), &[]).unwrap();
    let of = |case: &Case| {
        let decision = pack.decide(case).unwrap();
        ["strong", "weak", "third"].map(|rule| decision.rule(rule).unwrap().verdict)
    };
    let mut case = case(&["2020-06-30"]);
    assert_eq!(of(&case), [Verdict::NotKnown, Verdict::HeldBack, Verdict::HeldBack]);
    case.fact("loan.balance", "0").unwrap();
    assert_eq!(of(&case), [Verdict::Refused, Verdict::Granted, Verdict::NothingDue]);
}

#[test]
fn a_payment_of_the_loan_is_not_the_relief_of_it() {
    // The stronger moves the maturity; the weaker would move it too, and pays 100: the payment is still its own.
    let pack = pack(&[MOVED], &[MOVED, ONCE]);
    let decision = pack.decide(&case(&[])).unwrap();
    assert_eq!(verdicts(&pack, &case(&[])), [Verdict::Granted, Verdict::Granted]);
    assert!(weak(&decision).reliefs.is_empty());
    assert_eq!(weak(&decision).payments[0].amount.minor(), 10_000);
}

#[test]
fn so_many_due_dates_are_those_that_it_may_still_pay() {
    // Three due dates, two of them to be paid for. What was paid on an earlier night does not count, and stays the rule's own.
    let two = PAYMENT.replace("amount =", "rows = \"2\", amount =");
    let none = PAYMENT.replace("amount =", "rows = \"here.rows\", amount =");
    let dues = ["2020-04-30", "2020-05-31", "2020-06-30"];
    let decision = pack(&[&two], &[PAYMENT]).decide(&case(&dues)).unwrap();
    assert_eq!(days(decision.rule("strong").unwrap()), ["2020-04-30", "2020-05-31"]);
    assert_eq!(days(weak(&decision)), ["2020-06-30"]);
    // Paid for on an earlier night, and no more to be paid: nobody pays for it again.
    let mut again = given_before(case(&["2020-04-30"]), "strong", &["2020-04-30"]);
    again.fact("here.rows", "0").unwrap();
    assert_eq!(verdicts(&pack(&[&none], &[PAYMENT]), &again), [Verdict::AlreadyGranted, Verdict::NothingDue]);
}

#[test]
fn what_is_not_paid_needs_nothing_to_be_known() {
    // 0.004 is no payment once it is rounded to cents; whether a condition of it holds need not be known.
    let small = ONCE.replace("\"100\"", "\"loan.amount * 0.000004\"");
    let unless = small.replace("amount =", "if = \"loan.balance > 0\", amount =");
    for payment in [&small, &unless] {
        assert_eq!(verdicts(&pack(&[payment], &[ROOM]), &case(&[]))[0], Verdict::NothingDue, "{payment}");
    }
    // Half a cent is one: 1,000.00 x 0.000005 = 0.005.
    let half = pack(&[&ONCE.replace("\"100\"", "\"loan.amount * 0.000005\"")], &[ROOM]);
    assert_eq!(half.decide(&case(&[])).unwrap().rule("strong").unwrap().payments[0].amount.minor(), 1);
    // Behind the last due date that is paid for nothing is asked.
    let first =
        PAYMENT.replace("\"due.principal\"", "\"late\"").replace("amount =", "rows = \"1\", amount =");
    let late = "[values.late]\ncases = [{ when = \"due.on > 2020-05-31\", is = \"loan.balance\" }, { is = \"due.principal\" }]\n";
    let text = format!(
        "{HEAD}{late}[rules.strong]\nen = \"a\"\nzh = \"a\"\n{first}\n[rules.weak]\nen = \"b\"\nzh = \"b\"\n{ROOM}\n"
    );
    let pack = Pack::read(&text, &[]).unwrap();
    assert_eq!(verdicts(&pack, &case(&["2020-05-31", "2020-06-30"]))[0], Verdict::Granted);
    assert_eq!(verdicts(&pack, &case(&["2020-06-30"]))[0], Verdict::NotKnown);
}

#[test]
fn the_day_on_which_something_is_given_has_to_be_known() {
    let of_due = PAYMENT.replace("amount =", "on = \"loan.matures_on\", amount =");
    for (given, missing) in [
        (RELIEF, "case.on"),
        (MOVED, "case.on"),
        (ONCE, "case.on"),
        (of_due.as_str(), "loan.matures_on"),
        // What is known of a published series depends on the day.
        (r#"price.at_most = "benchmark('lpr_1y', 2021-06-30)""#, "case.on"),
    ] {
        let mut case = Case::new();
        case.row("2020-06-30", "10.00", "0").unwrap();
        case.fact("loan.amount", "1000.00").unwrap();
        case.fact("loan.rate", "0.03").unwrap();
        let decision = pack(&[given], &[ROOM]).decide(&case).unwrap();
        let rule = decision.rule("strong").unwrap();
        assert_eq!(rule.verdict, Verdict::NotKnown, "{given}");
        assert_eq!(
            rule.missing.iter().map(|missing| missing.name.as_str()).collect::<Vec<_>>(),
            [missing],
            "{given}"
        );
    }
    // A payment for a due date is made on it.
    let mut case = Case::new();
    case.row("2020-06-30", "10.00", "0").unwrap();
    let decision = pack(&[PAYMENT], &[ROOM]).decide(&case).unwrap();
    assert_eq!(decision.rule("strong").unwrap().payments[0].on.to_string(), "2020-06-30");
}

#[test]
fn what_is_owed_on_one_day_is_one_due_date() {
    // 10.00 and 10.00 of one day are one payment of 20.00, and one due date of a relief.
    let dues = ["2020-06-30", "2020-06-30"];
    let decision = pack(&[PAYMENT], &[RELIEF]).decide(&case(&dues)).unwrap();
    let payments = &decision.rule("strong").unwrap().payments;
    assert_eq!(payments.iter().map(|paid| paid.amount.minor()).collect::<Vec<_>>(), [2_000]);
    assert_eq!(weak(&decision).verdict, Verdict::NothingDue);
}

#[test]
fn a_word_that_is_chosen_says_what_is_put_off() {
    let part =
        r#"choices.part = { type = "code", by = "both", values = ["principal"], en = "part", zh = "部分" }"#;
    let chosen = RELIEF.replace(r#"defer = "principal""#, r#"defer = "choice.part""#);
    let text = format!(
        "{HEAD}{part}\n[rules.strong]\nen = \"a\"\nzh = \"a\"\n{chosen}\n[rules.weak]\nen = \"b\"\nzh = \"b\"\n{ROOM}\n"
    );
    let pack = Pack::read(&text, &[]).unwrap();
    // Only interest is due: of the principal nothing can be put off.
    for (part, verdict) in [("principal", Verdict::NothingDue), ("", Verdict::Open)] {
        let mut case = case(&[]);
        case.row("2020-06-30", "0", "10.00").unwrap();
        if !part.is_empty() {
            case.choice("part", part);
        }
        assert_eq!(verdicts(&pack, &case)[0], verdict, "{part}");
    }
}

#[test]
fn the_order_of_rules_in_the_file_decides_nothing() {
    // A relief and a payment need not stand in `order`. Both reach the due date: the first by its name has it, wherever it stands.
    let rule =
        |name: &str, gives: &str| format!("[rules.{name}]\nen = \"{name}\"\nzh = \"{name}\"\n{gives}\n");
    let head = HEAD.replace("order = [\"strong\", \"weak\"]\n", "");
    let [one, other] = [("a", "b"), ("b", "a")].map(|(first, second)| {
        let gives = |name: &str| if name == "a" { PAYMENT } else { RELIEF };
        let text = format!("{head}{}{}", rule(first, gives(first)), rule(second, gives(second)));
        Pack::read(&text, &[]).unwrap()
    });
    assert_eq!(one.sha256(), other.sha256());
    let [one, other] = [one, other].map(|pack| pack.decide(&case(&["2020-06-30"])).unwrap());
    assert_eq!(one, other);
    assert_eq!(one.rule("a").unwrap().verdict, Verdict::Granted);
    assert_eq!(one.rule("b").unwrap().verdict, Verdict::NothingDue);
}

#[test]
fn a_fact_of_the_day_of_the_decision_is_one_fact_however_it_is_asked_for() {
    let when = "when = { today = \"account.class == 'normal'\", signed = \"account.class at loan.signed_on == 'normal'\" }";
    let pack = pack(&[when], &[ROOM]);
    let mut case = case(&[]);
    case.fact("loan.signed_on", "2020-05-01").unwrap();
    let missing = |case: &Case| {
        let decision = pack.decide(case).unwrap();
        decision
            .rule("strong")
            .unwrap()
            .missing
            .iter()
            .map(|missing| missing.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(missing(&case), ["account.class"]);
    case.fact("account.class", "normal").unwrap();
    assert_eq!(verdicts(&pack, &case)[0], Verdict::Granted);
}

#[test]
fn what_is_given_of_money_is_an_amount() {
    // 1,000.00 / 3 = 333.333...: half up, 333.33.
    let decision =
        pack(&[&ROOM.replace("loan.amount", "loan.amount / 3")], &[ROOM]).decide(&case(&[])).unwrap();
    assert_eq!(decision.rule("strong").unwrap().outputs[0].1, Given::Text("333.33".to_owned()));
    // Seven months before, halved, are three months before: what is over is dropped, before as after.
    for (months, half) in [("7", "3 months"), ("-7", "-3 months")] {
        let mut case = case(&[]);
        case.fact("ever.months_deferred", months).unwrap();
        let decision =
            pack(&[r#"outputs.half = "ever.months_deferred / 2""#], &[ROOM]).decide(&case).unwrap();
        assert_eq!(decision.rule("strong").unwrap().outputs[0].1, Given::Text(half.to_owned()));
    }
}
