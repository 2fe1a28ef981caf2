//! Expressions of each type, drawn at random.

use crate::Dice;

/// What an expression may name: figures and values that were drawn before, by type, and choices.
#[derive(Clone, Debug, Default)]
pub struct Phrases {
    pub named: Vec<(&'static str, String)>,
    pub choices: Vec<(&'static str, String)>,
    /// Whether facts of a due date are there.
    pub of_due: bool,
}

const KINDS: [&str; 4] = ["person", "micro_firm", "small_firm", "entity"];
const AREAS: [&str; 3] = ["hills", "plain", "coast"];

impl Phrases {
    /// Something that was named before, of a type.
    fn name(&self, dice: &mut Dice, of: &str) -> Option<String> {
        let of_type = |list: &[(&'static str, String)], prefix: &str| -> Vec<String> {
            list.iter().filter(|(kind, _)| *kind == of).map(|(_, name)| format!("{prefix}{name}")).collect()
        };
        let mut names = of_type(&self.named, "");
        names.extend(of_type(&self.choices, "choice."));
        (!names.is_empty() && !dice.one_in(3)).then(|| dice.pick(&names).clone())
    }

    pub fn of(&self, dice: &mut Dice, of: &str, depth: u64) -> String {
        match of {
            "bool" => self.condition(dice, depth),
            "date" => self.date(dice, depth),
            "money" => self.money(dice, depth),
            "rate" => self.rate(dice, depth),
            "integer" => self.integer(dice, depth),
            "number" => self.number(dice),
            "months" => self.months(dice, depth),
            "days" => self.days(dice),
            _ => self.code(dice),
        }
    }

    pub fn condition(&self, dice: &mut Dice, depth: u64) -> String {
        if depth > 0 && dice.one_in(2) {
            let join = *dice.pick(&[" and ", " or "]);
            let items: Vec<String> = (0..dice.between(2, 3))
                .map(|_| match self.condition(dice, depth - 1) {
                    item if item.contains(" and ") || item.contains(" or ") => format!("({item})"),
                    item => item,
                })
                .collect();
            let all = items.join(join);
            return if dice.one_in(5) { format!("not ({all})") } else { all };
        }
        let of = *dice.pick(&["date", "money", "rate", "integer", "months", "days", "code", "bool", "bool"]);
        match of {
            "bool" => {
                let fact =
                    *dice.pick(&["firm.sound", "firm.sound at loan.signed_on", "firm.asked at 2021-02-28"]);
                let item = self.name(dice, "bool").unwrap_or_else(|| fact.to_owned());
                if dice.one_in(4) { format!("not {item}") } else { item }
            }
            "code" => self.of_code(dice),
            of => {
                let not = if dice.one_in(4) { "not " } else { "" };
                let (a, b) = (self.fact(dice, of), self.of(dice, of, depth));
                match dice.below(4) {
                    0 => format!("{a} {not}in {}", self.range(dice, of)),
                    1 => format!(
                        "{a} {not}in {b}..{}",
                        if dice.one_in(2) { self.fact(dice, of) } else { String::new() }
                    ),
                    _ => format!("{a} {} {b}", dice.pick(&["<", "<=", ">", ">=", "==", "!="])),
                }
            }
        }
    }

    /// A range of literals, that rises.
    fn range(&self, dice: &mut Dice, of: &str) -> String {
        let (low, high) = match of {
            "date" => ("2020-06-01", "2021-12-31"),
            "money" => ("1_000", "50_000"),
            "rate" => ("0.5%", "435bp"),
            "integer" => ("1", "3"),
            "months" => ("6 months", "2 years"),
            _ => ("30 days", "90 days"),
        };
        match dice.below(3) {
            0 => format!("{low}.."),
            1 => format!("..{high}"),
            _ => format!("{low}..{high}"),
        }
    }

    fn of_code(&self, dice: &mut Dice) -> String {
        let (fact, words): (&str, &[&str]) = match dice.below(3) {
            0 => ("borrower.kind", &KINDS),
            1 => ("firm.area", &AREAS),
            _ => ("firm.area at case.applied_on", &AREAS),
        };
        let word = *dice.pick(words);
        match dice.below(4) {
            0 => format!("{fact} == '{word}'"),
            1 => format!("{fact} != '{word}'"),
            2 => format!("{fact} not in ['{word}']"),
            _ => format!("{fact} in ['{}', '{}']", words[0], words[2]),
        }
    }

    /// A fact of a type, or something named.
    fn fact(&self, dice: &mut Dice, of: &str) -> String {
        if self.of_due && dice.one_in(2) {
            match of {
                "money" => return (*dice.pick(&["due.total", "due.principal", "due.interest"])).to_owned(),
                "date" => return "due.on".to_owned(),
                _ => {}
            }
        }
        if let Some(name) = self.name(dice, of) {
            return name;
        }
        let facts: &[&str] = match of {
            "date" => &["loan.signed_on", "loan.matures_on", "case.on", "case.applied_on", "firm.founded_on"],
            "money" => &[
                "loan.amount",
                "aid.total",
                "aid.total at loan.signed_on",
                "aid.total at (case.on - 3 years)",
            ],
            "rate" => &["loan.rate", "market.rate at loan.signed_on"],
            "integer" => &["firm.staff", "firm.partners", "account.days_past_due at 2020-02-29"],
            "months" => &["ever.months_deferred", "months(loan.signed_on, loan.matures_on)"],
            _ => &["days(loan.signed_on, case.on)", "firm.grace"],
        };
        (*dice.pick(facts)).to_owned()
    }

    pub fn date(&self, dice: &mut Dice, depth: u64) -> String {
        if depth == 0 || dice.one_in(3) {
            return if dice.one_in(2) { self.fact(dice, "date") } else { literal_date(dice) };
        }
        let inner = self.date(dice, depth - 1);
        let plus =
            if inner.contains(' ') && !inner.ends_with(')') { format!("({inner})") } else { inner.clone() };
        match dice.below(6) {
            0 => format!("{plus} + {}", self.months(dice, 0)),
            1 => format!("{plus} - {}", self.days(dice)),
            2 => format!("end_of_month({inner})"),
            3 => format!("start_of_year({inner})"),
            4 => format!("min({inner}, {})", self.date(dice, depth - 1)),
            _ => format!("max({inner}, {})", self.date(dice, depth - 1)),
        }
    }

    pub fn money(&self, dice: &mut Dice, depth: u64) -> String {
        if depth == 0 || dice.one_in(3) {
            return if dice.one_in(3) {
                (*dice.pick(&["1_000", "50_000", "99.95"])).to_owned()
            } else {
                self.fact(dice, "money")
            };
        }
        let inner = self.money(dice, depth - 1);
        match dice.below(8) {
            0 => format!("({inner}) * {}", self.number(dice)),
            1 => format!("({inner}) / {}", dice.pick(&[2, 4, 5, 12])),
            2 => format!("({inner}) + {}", self.fact(dice, "money")),
            3 => format!("({inner}) - {}", self.fact(dice, "money")),
            4 => format!("min({inner}, {})", self.fact(dice, "money")),
            5 => format!("max({}, {inner})", self.fact(dice, "money")),
            6 => format!("simple({inner}, {}, {}, '{}')", self.rate(dice, 0), self.span(dice), basis(dice)),
            _ => format!("compound({inner}, {}, {}, '{}')", self.rate(dice, 0), self.span(dice), basis(dice)),
        }
    }

    /// Two days, the later of which is not before the earlier.
    fn span(&self, dice: &mut Dice) -> String {
        let from = *dice.pick(&["2020-01-31", "loan.signed_on", "2020-02-29"]);
        let length = *dice.pick(&["1 month", "6 months", "45 days", "1 year"]);
        format!("{from}, {from} + {length}")
    }

    fn rate(&self, dice: &mut Dice, depth: u64) -> String {
        if depth == 0 || dice.one_in(2) {
            return if dice.one_in(3) {
                (*dice.pick(&["4.35%", "150bp", "0%"])).to_owned()
            } else {
                self.fact(dice, "rate")
            };
        }
        match dice.below(4) {
            0 => format!("{} + 50bp", self.fact(dice, "rate")),
            1 => format!("{} * 50%", self.fact(dice, "rate")),
            2 => format!("min({}, {})", self.fact(dice, "rate"), self.rate(dice, 0)),
            _ => format!("benchmark('{}', loan.signed_on)", dice.pick(&["lpr_1y", "lpr_5y"])),
        }
    }

    fn integer(&self, dice: &mut Dice, depth: u64) -> String {
        match dice.below(5) {
            0 | 1 => dice.below(5).to_string(),
            2 if depth > 0 => format!("years(firm.founded_on, {})", self.fact(dice, "date")),
            3 => format!("{} * 2 - 1", self.fact(dice, "integer")),
            _ => self.fact(dice, "integer"),
        }
    }

    fn number(&self, dice: &mut Dice) -> String {
        self.name(dice, "number").unwrap_or_else(|| (*dice.pick(&["50%", "0.125", "110%", "2"])).to_owned())
    }

    fn months(&self, dice: &mut Dice, depth: u64) -> String {
        match dice.below(4) {
            0 => "6 months".to_owned(),
            1 => "1 year".to_owned(),
            2 if depth > 0 => format!("{} / 2", self.fact(dice, "months")),
            _ => self.name(dice, "months").unwrap_or_else(|| "1 month".to_owned()),
        }
    }

    fn days(&self, dice: &mut Dice) -> String {
        self.name(dice, "days").unwrap_or_else(|| (*dice.pick(&["1 day", "60 days", "31 days"])).to_owned())
    }

    fn code(&self, dice: &mut Dice) -> String {
        if dice.one_in(2) { "firm.area".to_owned() } else { format!("'{}'", dice.pick(&AREAS)) }
    }
}

fn basis(dice: &mut Dice) -> &'static str {
    if dice.one_in(2) { "months" } else { "actual/365" }
}

pub fn literal_date(dice: &mut Dice) -> String {
    let days =
        ["2020-01-31", "2020-02-29", "2020-06-01", "2020-12-31", "2021-03-31", "2021-12-07", "2022-06-30"];
    (*dice.pick(&days)).to_owned()
}
