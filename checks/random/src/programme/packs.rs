//! Packs of a country that does not exist: figures, values, choices, and rules that overlap.

use std::fmt::Write;

use super::phrases::{Phrases, literal_date};
use crate::Dice;

const HEAD: &str = "format = 1\nid = \"nowhere/drawn\"\nedition = \"2020-03\"\ncurrency = \"CNY\"\nen = \"Drawn\"\nzh = \"抽取\"\n\
                    doc = \"notice\"\nsure = \"derived\"\ndocs.notice = { en = \"None: drawn\", dated = 2020-03-01 }\n";

/// The facts that such packs declare; the rest are the engine's own.
const FACTS: [(&str, &str); 10] = [
    ("firm.staff", r#"type = "integer""#),
    ("firm.partners", r#"type = "integer", presumed = "1""#),
    ("firm.sound", r#"type = "bool""#),
    ("firm.asked", r#"type = "bool", presumed = "false""#),
    ("firm.area", r#"type = "code", values = ["hills", "plain", "coast"]"#),
    ("firm.founded_on", r#"type = "date""#),
    ("firm.grace", r#"type = "days""#),
    ("aid.total", r#"type = "money""#),
    ("market.rate", r#"type = "rate""#),
    ("market.calm", r#"type = "bool", presumed = "true""#),
];

/// A declaration: its name, and its table.
struct Declaration {
    name: String,
    text: String,
}

/// The text of a pack. It may still be refused: what it says may hold for nothing.
pub fn random_pack(dice: &mut Dice) -> String {
    let mut phrases = Phrases::default();
    let choices = choices(dice, &mut phrases);
    let figures: Vec<Declaration> = (0..dice.below(4)).map(|n| figure(dice, &mut phrases, n)).collect();
    let values: Vec<Declaration> = (0..dice.below(5)).map(|n| value(dice, &mut phrases, n)).collect();
    let count = dice.between(1, 4);
    let rules: String = (0..count).map(|n| rule(dice, &phrases, n)).collect();
    let mut order: Vec<String> = (0..count).map(|n| format!("\"rule{n}\"")).collect();
    if dice.one_in(2) {
        order.reverse();
    }
    // Each declaration is named: what nothing names is left out, the last first.
    let mut body = rules;
    for declaration in figures.iter().chain(&values).rev() {
        if names(&body, &declaration.name) {
            body = format!("{}\n{body}", declaration.text);
        }
    }
    let choices: Vec<&Declaration> =
        choices.iter().filter(|choice| names(&body, &format!("choice.{}", choice.name))).collect();
    let mut declared = String::new();
    for choice in &choices {
        writeln!(declared, "choices.{} = {{ {} }}", choice.name, choice.text).unwrap();
        // A rule narrows what is there.
    }
    let mut text = format!("{HEAD}rounding = \"{}\"\n", dice.pick(&["half_up", "half_even", "down", "up"]));
    if count > 1 {
        writeln!(text, "order = [{}]", order.join(", ")).unwrap();
    }
    for (name, table) in FACTS {
        if names(&body, name) || names(&declared, name) {
            writeln!(text, "facts.{name} = {{ {table}, en = \"{name}\", zh = \"{name}\" }}").unwrap();
        }
    }
    format!("{text}{declared}{body}")
}

/// Whether a text names something, and not something longer. A dot joins a longer name, two are a range.
fn names(text: &str, name: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let begins = !before.ends_with(of_name) && (!before.ends_with('.') || before.ends_with(".."));
        let ends = !after.starts_with(of_name) && (!after.starts_with('.') || after.starts_with(".."));
        begins && ends
    })
}

fn choices(dice: &mut Dice, phrases: &mut Phrases) -> Vec<Declaration> {
    let by = |dice: &mut Dice| *dice.pick(&["borrower", "lender", "both", "locality", "authority"]);
    let agreed = format!("type = \"bool\", by = \"{}\", en = \"agreed\", zh = \"同意\"", by(dice));
    let mut day = format!("type = \"date\", by = \"{}\", en = \"day\", zh = \"日\"", by(dice));
    if dice.one_in(2) {
        write!(day, ", at_least = \"{}\"", dice.pick(&["case.on", "loan.matures_on", "2020-03-01"])).unwrap();
    }
    if dice.one_in(2) {
        write!(day, ", at_most = \"{}\"", dice.pick(&["loan.matures_on + 1 year", "2023-06-30"])).unwrap();
    }
    if dice.one_in(2) {
        write!(day, ", default = \"{}\"", dice.pick(&["2021-03-31", "case.on + 6 months"])).unwrap();
    }
    let mut plan = "type = \"code\", values = [\"end_of_window\", \"over_remaining\"], by = \"both\", en = \"plan\", zh = \"计划\"".to_owned();
    if dice.one_in(3) {
        plan.push_str(", default = \"'end_of_window'\"");
    }
    let span = "type = \"months\", by = \"borrower\", at_least = \"1 month\", at_most = \"12 months\", en = \"span\", zh = \"月数\"";
    phrases.choices =
        vec![("bool", "agreed".to_owned()), ("date", "day".to_owned()), ("months", "span".to_owned())];
    let part = "type = \"code\", values = [\"principal\"], by = \"both\", en = \"part\", zh = \"部分\"";
    [("agreed", agreed), ("day", day), ("plan", plan), ("span", span.to_owned()), ("part", part.to_owned())]
        .map(|(name, text)| Declaration { name: name.to_owned(), text })
        .into()
}

fn figure(dice: &mut Dice, phrases: &mut Phrases, n: u64) -> Declaration {
    let (of, literals): (&'static str, [&str; 3]) = *dice.pick(&[
        ("money", ["50_000", "100_000", "1.01"]),
        ("rate", ["4.35%", "150bp", "0.5%"]),
        ("integer", ["1", "2", "300"]),
        ("number", ["10%", "0.5", "110%"]),
        ("months", ["36 months", "1 year", "6 months"]),
        ("days", ["60 days", "1 day", "31 days"]),
        ("date", ["2020-06-30", "2021-02-28", "2022-12-31"]),
    ]);
    let name = format!("figure{n}");
    let mut text = format!("[figures.{name}]\ntype = \"{of}\"\n");
    let by = !dice.one_in(3);
    let columns: &[Option<&str>] = match dice.below(3) {
        0 => {
            text.push_str("per = \"firm.area\"\n");
            &[Some("\"hills\""), Some("[\"plain\", \"coast\"]")]
        }
        1 => {
            text.push_str("per = \"firm.sound\"\n");
            &[Some("\"true\""), Some("\"false\"")]
        }
        _ => &[None],
    };
    if by {
        writeln!(text, "by = \"{}\"", dice.pick(&["loan.signed_on", "case.on", "firm.founded_on"])).unwrap();
    }
    text.push_str("rows = [\n");
    for column in columns {
        if column.is_some() && dice.one_in(6) {
            continue;
        }
        let versions: &[(&str, &str)] = if by {
            &[("2014-12-10", "2020-05-31"), ("2020-06-01", "2020-12-30"), ("2021-01-01", "2021-12-31")]
        } else {
            &[("", "")]
        };
        for (from, until) in versions {
            let is = if dice.one_in(6) { "unknown" } else { *dice.pick(&literals) };
            text.push_str("  { ");
            if by {
                write!(text, "from = {from}, ").unwrap();
                if dice.one_in(3) {
                    write!(text, "until = {until}, ").unwrap();
                }
            }
            if let Some(column) = column {
                write!(text, "for = {column}, ").unwrap();
            }
            writeln!(text, "is = \"{is}\" }},").unwrap();
        }
    }
    text.push_str("]\n");
    phrases.named.push((of, name.clone()));
    Declaration { name, text }
}

fn value(dice: &mut Dice, phrases: &mut Phrases, n: u64) -> Declaration {
    let of = *dice.pick(&["money", "date", "bool", "rate", "integer", "months"]);
    let name = format!("value{n}");
    let mut text = format!("[values.{name}]\n");
    let cases = dice.below(3);
    text.push_str("cases = [\n");
    for _ in 0..cases {
        writeln!(
            text,
            "  {{ when = \"{}\", is = \"{}\" }},",
            phrases.condition(dice, 1),
            phrases.of(dice, of, 2)
        )
        .unwrap();
    }
    writeln!(text, "  {{ is = \"{}\" }},\n]", phrases.of(dice, of, 2)).unwrap();
    phrases.named.push((of, name.clone()));
    Declaration { name, text }
}

fn rule(dice: &mut Dice, phrases: &Phrases, n: i64) -> String {
    let mut text = format!("[rules.rule{n}]\nen = \"Rule {n}\"\nzh = \"规则\"\n");
    if !dice.one_in(4) {
        writeln!(
            text,
            "by = \"{}\"",
            dice.pick(&["case.on", "case.on", "loan.signed_on", "firm.founded_on"])
        )
        .unwrap();
        let (from, until) = *dice.pick(&[
            ("2020-03-01", "2020-12-31"),
            ("2020-06-01", "2021-12-31"),
            ("2014-12-10", "2022-06-30"),
        ]);
        writeln!(text, "from = {from}").unwrap();
        if !dice.one_in(3) {
            writeln!(text, "until = {until}").unwrap();
        }
    }
    let conditions = dice.below(4);
    if conditions > 0 {
        writeln!(text, "[rules.rule{n}.when]").unwrap();
        for c in 0..conditions {
            writeln!(text, "c{c} = \"{}\"", phrases.condition(dice, 2)).unwrap();
        }
    }
    let mut gifts = String::new();
    for _ in 0..dice.below(3) {
        gifts.push_str(&relief(dice, phrases, n));
    }
    for _ in 0..dice.below(3) {
        gifts.push_str(&payment(dice, phrases, n));
    }
    if dice.one_in(4) {
        writeln!(gifts, "[rules.rule{n}.price]\nat_most = \"{}\"", phrases.of(dice, "rate", 1)).unwrap();
    }
    if dice.one_in(4) {
        writeln!(gifts, "[rules.rule{n}.guarantee]\nshare = \"unknown\"\ncovers = [\"principal\"]\ntrigger_days = \"90\"\ntrigger = \"at\"").unwrap();
    }
    if dice.one_in(4) {
        writeln!(gifts, "[rules.rule{n}.funding]\nkind = \"relending\"\nrate = \"{}\"\nshare = \"100%\"\npartial = true\nreplace = \"unknown\"", phrases.of(dice, "rate", 1)).unwrap();
    }
    if dice.one_in(2) {
        writeln!(gifts, "[rules.rule{n}.outputs]").unwrap();
        for (name, of) in [("room", "money"), ("last_day", "date"), ("fits", "bool"), ("span", "months")] {
            if dice.one_in(2) {
                writeln!(gifts, "{name} = \"{}\"", phrases.of(dice, of, 2)).unwrap();
            }
        }
    }
    if names(&format!("{text}{gifts}"), "choice.day") && dice.one_in(3) {
        writeln!(text, "[rules.rule{n}.choices]\nday = {{ at_most = 2022-06-30, default = 2021-12-07 }}")
            .unwrap();
    }
    text + &gifts
}

fn wanted(dice: &mut Dice, phrases: &Phrases) -> String {
    if dice.one_in(4) { format!("if = \"{}\"\n", phrases.condition(dice, 1)) } else { String::new() }
}

fn window(dice: &mut Dice, phrases: &Phrases) -> String {
    let windows = [("2020-01-25", "2020-06-30"), ("2020-06-01", "2020-12-31"), ("2020-03-01", "2022-06-30")];
    match dice.below(4) {
        0 => format!("due_from = \"{}\"\n", phrases.date(dice, 1)),
        1 => format!(
            "due_from = \"case.on\"\ndue_until = \"case.on + {}\"\n",
            dice.pick(&["6 months", "choice.span", "1 year"])
        ),
        _ => {
            let (from, until) = *dice.pick(&windows);
            format!("due_from = {from}\ndue_until = {until}\n")
        }
    }
}

fn relief(dice: &mut Dice, phrases: &Phrases, n: i64) -> String {
    let mut text = format!("[[rules.rule{n}.relief]]\n{}", wanted(dice, phrases));
    let (mut window, mut words) = (window(dice, phrases), "");
    match dice.below(6) {
        5 => {
            words =
                "defer = \"choice.part\"\nprincipal_caught_up = \"shifted\"\ninterest_meanwhile = \"paid\"\n";
        }
        0 => {
            window = format!(
                "maturity = {{ moved_to = \"{}\" }}\n",
                dice.pick(&["choice.day", "loan.matures_on + 6 months"])
            );
        }
        1 => {
            words =
                "defer = \"principal\"\nprincipal_caught_up = \"shifted\"\ninterest_meanwhile = \"paid\"\n";
        }
        2 => {
            words = "defer = \"interest\"\ninterest_meanwhile = \"simple\"\ninterest_caught_up = \"next_instalment\"\n"
        }
        3 => {
            words = "defer = \"both\"\nprincipal_caught_up = \"shifted\"\ninterest_meanwhile = \"simple\"\ninterest_caught_up = \"next_instalment\"\n";
        }
        _ => {
            words = "defer = \"both\"\nprincipal_caught_up = \"end_of_window\"\ninterest_meanwhile = \"simple\"\n\
                     interest_caught_up = \"choice.plan\"\nnew_date = \"choice.day\"\n";
        }
    }
    // A relief of due dates ends somewhere.
    if window.starts_with("due_from") && !window.contains("due_until") {
        window.push_str("due_until = 2022-06-30\n");
    }
    let restructures = if dice.one_in(3) { "\"account.days_past_due > 0\"" } else { "false" };
    writeln!(text, "{window}{words}restructures = {restructures}").unwrap();
    text
}

fn payment(dice: &mut Dice, phrases: &Phrases, n: i64) -> String {
    let of_due = !dice.one_in(3);
    let phrases = &Phrases { of_due, ..phrases.clone() };
    let mut text = format!("[[rules.rule{n}.payment]]\nfrom = \"treasury\"\nto = \"lender\"\n");
    if of_due {
        // The window itself is of the loan.
        text.push_str(&window(dice, &Phrases { of_due: false, ..phrases.clone() }));
        if dice.one_in(3) {
            writeln!(text, "rows = \"{}\"", dice.pick(&["2", "1", "firm.partners", "firm.staff - 1"]))
                .unwrap();
        }
    }
    text.push_str(&wanted(dice, phrases));
    writeln!(text, "amount = \"{}\"", phrases.money(dice, 2)).unwrap();
    if dice.one_in(3) {
        writeln!(text, "on = \"{}\"", literal_date(dice)).unwrap();
    }
    text
}
