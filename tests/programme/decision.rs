//! Decisions: each verdict, worked by hand from the small pack.

use puhui::ErrorCode;
use puhui::programme::{Case, Decision, Given, Pack, Verdict};

use crate::{SMALL, with};

/// A loan of 50,000.00 signed, and a firm of 300 that keeps its jobs: both stages hold on 1 June 2020.
const FACTS: [(&str, &str); 7] = [
    ("case.on", "2020-06-01"),
    ("loan.signed_on", "2020-01-15"),
    ("loan.drawn_on", "2020-01-15"),
    ("loan.matures_on", "2023-01-15"),
    ("loan.amount", "50000.00"),
    ("firm.staff", "300"),
    ("firm.keeps_jobs", "true"),
];
const CHOICES: [(&str, &str); 2] = [("plan", "end_of_window"), ("new_date", "2021-03-31")];

/// The case of these facts, some of them said otherwise, or, where nothing is said, left out.
fn case(changes: &[(&str, &str)]) -> Case {
    let mut case = Case::new();
    let said = |name: &str| changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| *value);
    for (name, value) in FACTS {
        match said(name) {
            Some("") => {}
            changed => case.fact(name, changed.unwrap_or(value)).unwrap(),
        }
    }
    for (name, value) in CHOICES {
        match said(name) {
            Some("") => {}
            changed => case.choice(name, changed.unwrap_or(value)),
        }
    }
    for (on, principal, interest) in [("2020-05-31", "1000", "20.00"), ("2020-06-30", "0", "15.00")] {
        case.row(on, principal, interest).unwrap();
    }
    case
}

fn decided(text: &str, case: &Case) -> Decision {
    Pack::read(text, &[]).unwrap().decide(case).unwrap()
}

/// The verdicts of stage 1 and stage 2.
fn verdicts(changes: &[(&str, &str)]) -> [Verdict; 2] {
    let decision = decided(SMALL, &case(changes));
    ["stage1", "stage2"].map(|rule| decision.rule(rule).unwrap().verdict)
}

#[test]
fn a_due_date_belongs_to_the_strongest_rule_that_reaches_it() {
    // Both reach 30 June, stage 2 is the stronger; 31 May lies before its window.
    let decision = decided(SMALL, &case(&[]));
    let rows = |rule: &str| {
        let reliefs = &decision.rule(rule).unwrap().reliefs;
        reliefs.iter().flat_map(|relief| relief.rows.iter().map(ToString::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(decision.verdict, Verdict::Granted);
    assert_eq!((rows("stage1"), rows("stage2")), (vec!["2020-05-31".into()], vec!["2020-06-30".into()]));
    // So the window of the weaker ends before it, and both can be booked.
    let relief = &decision.rule("stage1").unwrap().reliefs[0];
    assert_eq!(relief.form.get("due_until"), Some(&Given::Text("2020-05-31".into())));
    assert!(decision.rules.iter().flat_map(|rule| &rule.reliefs).all(|relief| relief.relief().is_ok()));
}

#[test]
fn each_condition_has_two_sides() {
    use Verdict::{Granted, NotInForce, Refused};
    for (name, holds, fails, verdict) in [
        // The cap is 50,000 for loans signed before 2021, 100,000 after; three years from drawdown.
        ("loan.amount", "50000.00", "50000.01", [Refused, Granted]),
        ("loan.matures_on", "2023-01-15", "2023-01-16", [Refused, Granted]),
        ("firm.keeps_jobs", "true", "false", [Granted, Refused]),
        ("firm.staff", "300", "301", [Granted, Refused]),
        ("firm.staff", "1", "0", [Granted, Refused]),
        // The bound of a choice belongs to the rules that name it: at least the day itself.
        ("new_date", "2020-06-01", "2020-05-31", [Refused, Granted]),
        ("case.on", "2020-06-01", "2020-05-31", [Granted, NotInForce]),
    ] {
        assert_eq!(verdicts(&[(name, holds)]), [Granted, Granted], "{name} {holds}");
        assert_eq!(verdicts(&[(name, fails)]), verdict, "{name} {fails}");
    }
    assert_eq!(verdicts(&[("loan.signed_on", "2021-01-01"), ("loan.amount", "100000.00")])[0], Granted);
    assert_eq!(verdicts(&[("loan.signed_on", "2020-12-31"), ("loan.amount", "100000.00")])[0], Refused);
    assert_eq!(verdicts(&[("loan.signed_on", "2014-12-09")])[0], Verdict::NotKnown);
}

#[test]
fn what_is_missing_is_listed_and_holds_back() {
    // Whether stage 2 reaches 30 June is not known, so stage 1 does not get it; 31 May it gets.
    let decision = decided(SMALL, &case(&[("firm.staff", "")]));
    let [first, second] = ["stage1", "stage2"].map(|rule| decision.rule(rule).unwrap());
    assert_eq!((first.verdict, second.verdict), (Verdict::Granted, Verdict::NotKnown));
    assert_eq!(first.reliefs[0].rows.len(), 1);
    let missing: Vec<_> =
        second.missing.iter().map(|missing| (missing.kind, missing.name.as_str())).collect();
    assert_eq!(missing, [("fact", "firm.staff")]);
    // With that row alone, all it reaches is held back.
    let mut alone = Case::new();
    for (name, value) in FACTS.into_iter().filter(|(name, _)| *name != "firm.staff") {
        alone.fact(name, value).unwrap();
    }
    CHOICES.iter().for_each(|(name, value)| alone.choice(name, value));
    alone.row("2020-06-30", "0", "15.00").unwrap();
    assert_eq!(decided(SMALL, &alone).rule("stage1").unwrap().verdict, Verdict::HeldBack);
    // A choice alone is open, whatever it is for; with a fact missing too it is not known.
    assert_eq!(verdicts(&[("plan", "")]), [Verdict::Open, Verdict::Granted]);
    assert_eq!(verdicts(&[("plan", ""), ("loan.amount", "")]), [Verdict::NotKnown, Verdict::Granted]);
    // What fails is refused, whatever else is not known.
    assert_eq!(verdicts(&[("plan", ""), ("loan.amount", "50000.01")]), [Verdict::Refused, Verdict::Granted]);
    let open = decided(SMALL, &case(&[("new_date", "")]));
    let open = &open.rule("stage1").unwrap().open;
    assert_eq!((open[0].name.as_str(), open[0].by.as_str()), ("new_date", "both"));
    assert_eq!(open[0].at_least.as_deref(), Some("2020-06-01"));
}

#[test]
fn nothing_is_granted_twice() {
    let mut again = case(&[]);
    for (rule, day) in [("stage1", "2020-05-31"), ("stage2", "2020-06-30")] {
        again.given(rule, Some(puhui::parse_date(day, "day").unwrap()));
    }
    let decision = decided(SMALL, &again);
    assert!(decision.rules.iter().all(|rule| rule.verdict == Verdict::AlreadyGranted));
    assert!(decision.rules.iter().all(|rule| rule.reliefs.is_empty()));
    // Without a due date nothing is reached; one that owes nothing is none.
    let mut none = Case::new();
    FACTS.iter().for_each(|(name, value)| none.fact(name, value).unwrap());
    CHOICES.iter().for_each(|(name, value)| none.choice(name, value));
    none.row("2020-06-30", "0", "0").unwrap();
    assert_eq!(decided(SMALL, &none).verdict, Verdict::NothingDue);
}

#[test]
fn a_case_that_is_none_is_refused_by_its_name() {
    let pack = Pack::read(SMALL, &[]).unwrap();
    for (name, value, code, field) in [
        ("loan.amount", "50000.001", ErrorCode::TooManyDigits, "loan.amount"),
        ("firm.staff", "9.5", ErrorCode::Malformed, "firm.staff"),
        ("firm.keeps_jobs", "yes", ErrorCode::Malformed, "firm.keeps_jobs"),
        ("plan", "shifted", ErrorCode::UnknownValue, "choices.plan"),
        ("new_date", "2020-02-30", ErrorCode::Malformed, "choices.new_date"),
    ] {
        let error = pack.decide(&case(&[(name, value)])).unwrap_err();
        assert_eq!((error.code(), error.field()), (code, field), "{error}");
    }
    let mut twice = Case::new();
    twice.fact("loan.amount", "1").unwrap();
    assert_eq!(twice.fact("loan.amount", "1").unwrap_err().code(), ErrorCode::Contradiction);
    assert_eq!(
        twice.fact("account.class@2020-02-30", "normal").unwrap_err().field(),
        "account.class@2020-02-30"
    );
    // What the pack does not ask for changes nothing.
    let mut more = case(&[]);
    more.fact("account.class@2020-02-29", "normal").unwrap();
    assert_eq!(pack.decide(&more).unwrap(), pack.decide(&case(&[])).unwrap());
}

#[test]
fn an_example_that_comes_out_otherwise_is_a_fault() {
    let example = |expect: &str| {
        format!(
            "{SMALL}\n[[examples]]\nnote = \"made up\"\nfacts = {{ \"case.on\" = \"2020-06-01\", \"firm.staff\" = \"301\" }}\n\
             expect = {{ {expect} }}\n"
        )
    };
    assert!(Pack::read(&example("stage2 = \"refused\""), &[]).is_ok());
    let fault = Pack::read(&example("stage2 = \"granted\""), &[]).unwrap_err();
    assert_eq!(fault.path(), "examples[0].expect.stage2");
    assert_eq!(fault.message(), "expected granted, got refused; failed: staff; missing: firm.keeps_jobs");
    let fault = Pack::read(&example("stage3 = \"granted\""), &[]).unwrap_err();
    assert_eq!(fault.message(), "unknown rule stage3; did you mean stage1?");
    assert!(
        Pack::read(
            &with("staff = { is = \"firm.staff in 1..300\"", "staff = { is = \"firm.staff in 1..300\""),
            &[]
        )
        .is_ok()
    );
}

#[test]
fn a_relief_that_contradicts_itself_is_a_fault() {
    // Interest that is paid is not caught up, whichever words the choice allows.
    let text = SMALL.replacen("interest_meanwhile = \"simple\"", "interest_meanwhile = \"paid\"", 1);
    let fault = Pack::read(&text, &[]).unwrap_err();
    assert_eq!(fault.path(), "rules.stage1.relief[0]");
    assert!(fault.message().ends_with(", with choice.plan = end_of_window"), "{fault}");
    let text = with("due_until = 2020-06-30\n", "");
    assert_eq!(Pack::read(&text, &[]).unwrap_err().path(), "rules.stage1.relief[0]");
}

#[test]
fn the_days_of_a_rule_may_be_figures() {
    // The second stage begins when a figure says so, by the day of signing.
    let begins = "[figures.begins]\ntype = \"date\"\nby = \"loan.signed_on\"\nrows = [\n  \
                  { from = 2020-01-01, is = \"2020-06-01\", doc = \"notice\", sure = \"seen\" },\n]\n[values]";
    let text = with("from = 2020-06-01\n[rules.stage2.when]", "from = \"begins\"\n[rules.stage2.when]")
        .replace("[values]", begins);
    let verdict = |changes: &[(&str, &str)]| decided(&text, &case(changes)).rule("stage2").unwrap().verdict;
    assert_eq!(verdict(&[]), Verdict::Granted);
    assert_eq!(verdict(&[("case.on", "2020-05-31")]), Verdict::NotInForce);
    assert_eq!(verdict(&[("loan.signed_on", "2019-12-31")]), Verdict::NotKnown);
}

#[test]
fn a_series_of_the_hosts_own_is_handed_over_like_a_fact() {
    let of = |condition: &str| {
        with("amount = \"loan.amount <= cap\"", condition)
        .replace("[figures.cap]", "[series.selic]\nen = \"Selic\"\nzh = \"基准利率\"\n[values.cap_rate]\nis = \"cap * 1\"\n[figures.cap]")
    };
    let text =
        of("amount = \"loan.amount <= cap_rate and loan.rate <= benchmark('selic', loan.signed_on) + 2%\"");
    let verdict = |rate: &str, selic: Option<&str>| {
        let mut case = case(&[]);
        case.fact("loan.rate", rate).unwrap();
        if let Some(selic) = selic {
            case.fact("series.selic@2020-01-15", selic).unwrap();
        }
        let decision = decided(&text, &case);
        let rule = decision.rule("stage1").unwrap();
        (
            rule.verdict,
            rule.missing
                .iter()
                .map(|missing| format!("{} {}", missing.kind, missing.name))
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(verdict("0.065", Some("0.045")).0, Verdict::Granted);
    assert_eq!(verdict("0.06501", Some("0.045")).0, Verdict::Refused);
    assert_eq!(verdict("0.065", None), (Verdict::NotKnown, vec!["series selic@2020-01-15".to_owned()]));
    let fault = Pack::read(&text.replace("benchmark('selic'", "benchmark('selix'"), &[]).unwrap_err();
    assert!(fault.message().contains("unknown series 'selix'; did you mean selic?"), "{fault}");
}

#[test]
fn a_rule_that_replaces_another_says_so() {
    let text = with("[rules.stage2]\n", "[rules.stage2]\nreplaces = \"stage1\"\n");
    let mut before = case(&[]);
    before.given("stage1", Some(puhui::parse_date("2020-06-30", "day").unwrap()));
    let decision = decided(&text, &before);
    assert_eq!(decision.rule("stage2").unwrap().replaces.as_deref(), Some("stage1"));
    assert_eq!(decided(&text, &case(&[])).rule("stage2").unwrap().replaces, None);
    let fault = Pack::read(&text.replace("replaces = \"stage1\"", "replaces = \"stage2\""), &[]).unwrap_err();
    assert_eq!(fault.message(), "expected another rule of the pack, got stage2; did you mean stage1?");
}

#[test]
fn what_was_given_under_a_pack_that_this_one_does_not_go_with_refuses() {
    let text = with(
        "order = [\"stage2\", \"stage1\"]",
        "order = [\"stage2\", \"stage1\"]\nnot_with = [\"example/other\"]",
    );
    let mut given = case(&[]);
    given.given("example/other", None);
    let decision = decided(&text, &given);
    assert_eq!(decision.verdict, Verdict::Refused);
    assert_eq!(decision.rule("stage1").unwrap().failed(), ["not_with"]);
    // Of a pack that is not named, and of none, nothing is said.
    let mut other = case(&[]);
    other.given("example/another", None);
    assert_eq!([decided(&text, &other).verdict, decided(&text, &case(&[])).verdict], [Verdict::Granted; 2]);
}

#[test]
fn what_a_pack_asks_for_is_known_before_there_is_a_case() {
    let pack = Pack::read(SMALL, &[]).unwrap();
    let needs: Vec<String> =
        pack.needs().iter().map(|need| format!("{} {} {}", need.name, need.kind, need.by)).collect();
    assert_eq!(
        needs,
        [
            "case.on date host",
            "choice.new_date date both",
            "choice.plan code both",
            "firm.keeps_jobs bool host",
            "firm.staff integer host",
            "loan.amount money account",
            "loan.drawn_on date account",
            "loan.matures_on date account",
            "loan.signed_on date host",
        ]
    );
    let class = Pack::built_in("in/moratorium-2020").unwrap().unwrap();
    let standard = class.needs().into_iter().find(|need| need.name == "account.standard").unwrap();
    assert_eq!((standard.day.as_deref(), standard.by.as_str()), (Some("2020-02-29"), "host"));
    assert_eq!((standard.en.as_str(), standard.zh.as_str()), ("standard", "标准类"));
}

#[test]
fn the_packs_that_come_with_the_library_are_right() {
    for id in Pack::built_in_ids() {
        let pack = Pack::built_in(id).unwrap().unwrap();
        assert_eq!(pack.id(), id);
        // Of nothing, nothing is granted.
        let decision = pack.decide(&Case::new()).unwrap();
        assert!(matches!(decision.verdict, Verdict::NotKnown | Verdict::Open), "{id}: {}", decision.verdict);
    }
    assert!(Pack::built_in("cn/none").unwrap().is_none());
}
