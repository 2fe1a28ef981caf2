//! What may stand in a pack, and where: its tables, their keys, and what each leaf is.
//!
//! Said once, as data: by it keys are checked, leaves are read, and the canonical form knows which texts are expressions.

/// What may stand in a place.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A single value.
    Leaf(Leaf),
    /// A table of these keys.
    Table(&'static [Entry]),
    /// A table whose keys are names of the pack's own, all of one shape.
    Map(&'static Shape),
    /// A list of one shape.
    List(&'static Shape),
    /// A leaf, or, where more is to be said of it, a table.
    Either(Leaf, &'static [Entry]),
    /// A leaf, or a list of such.
    OneOrMore(Leaf),
    /// Whatever the wire form of a product's terms has.
    Terms,
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// What a single value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// A sentence, a name or a number of a document.
    Text,
    /// A day, written as a date.
    Date,
    /// True or false, written so.
    Flag,
    /// The format.
    Format,
    /// The type of a fact, a figure or a choice.
    Type,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or the choice that says which.
    ChosenWord(&'static [&'static str]),
    /// One of these words, or an expression of this kind.
    WordOr(&'static [&'static str], Kind),
    /// An expression of this kind.
    Expression(Kind),
    /// A figure that is printed: a literal, or `unknown`.
    Printed,
    /// An expression, or `unknown`.
    Figure(Kind),
}

/// What stands for a figure that is not known.
pub(crate) const UNKNOWN: &str = "unknown";
/// What the choice begins with that says a word.
pub(crate) const CHOICE_OF: &str = "choice.";

impl Leaf {
    /// Whether a text in this place is an expression, and not a word or a sentence.
    pub(crate) fn is_expression(self, text: &str) -> bool {
        match self {
            Leaf::Expression(_) => true,
            Leaf::Printed | Leaf::Figure(_) => text != UNKNOWN,
            Leaf::ChosenWord(_) => text.starts_with(CHOICE_OF),
            Leaf::WordOr(words, _) => !words.contains(&text),
            Leaf::Text | Leaf::Date | Leaf::Flag | Leaf::Format | Leaf::Type | Leaf::Word(_) => false,
        }
    }
}

/// What an expression must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Date,
    Money,
    Rate,
    Number,
    Integer,
    /// A span of days or of months.
    Span,
    /// Whatever its place declares beside it, or anything.
    Any,
}

const fn may(key: &'static str, shape: Shape) -> Entry {
    Entry { key, required: false, shape }
}

const fn must(key: &'static str, shape: Shape) -> Entry {
    Entry { key, required: true, shape }
}

const TEXT: Shape = Shape::Leaf(Leaf::Text);
const TEXTS: Shape = Shape::List(&TEXT);
const DATE: Shape = Shape::Leaf(Leaf::Date);
const FLAG: Shape = Shape::Leaf(Leaf::Flag);
const TYPE: Shape = Shape::Leaf(Leaf::Type);
const SURE: Shape = Shape::Leaf(Leaf::Word(&SURENESS));
const ROUNDING: &[&str] = &["half_up", "half_even", "down", "up"];

const fn expression(kind: Kind) -> Shape {
    Shape::Leaf(Leaf::Expression(kind))
}

const fn word(words: &'static [&'static str]) -> Shape {
    Shape::Leaf(Leaf::Word(words))
}

/// How sure we are of something, from the surest to the least.
pub(crate) const SURENESS: [&str; 8] =
    ["seen", "copy", "local", "practice", "derived", "general", "doubtful", "unknown"];

/// Whose choice it is.
const CHOOSERS: &[&str] = &["borrower", "lender", "both", "locality", "authority"];

/// Whose a cap or a limit is.
const WHOSE: &[&str] = &["household", "borrower", "loan", "lender", "group", "purchase"];

/// Who pays and who is paid.
const PARTIES: &[&str] = &[
    "borrower",
    "lender",
    "treasury",
    "central",
    "provincial",
    "prefecture",
    "county",
    "guarantee_fund",
    "risk_pool",
    "central_bank",
    "agency",
];

/// A whole pack.
pub(crate) const PACK: &[Entry] = &[
    must("format", Shape::Leaf(Leaf::Format)),
    must("id", TEXT),
    must("edition", TEXT),
    must("currency", TEXT),
    may("rounding", word(ROUNDING)),
    must("en", TEXT),
    must("zh", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
    may("order", TEXTS),
    may("not_with", TEXTS),
    may("local", TEXTS),
    may("extends", Shape::Table(&[must("id", TEXT), may("sha256", TEXT)])),
    may("docs", Shape::Map(&Shape::Table(DOCUMENT))),
    may("facts", Shape::Map(&Shape::Map(&Shape::Table(FACT)))),
    may("choices", Shape::Map(&Shape::Table(CHOICE))),
    may("series", Shape::Map(&Shape::Table(SERIES))),
    may("figures", Shape::Map(&Shape::Table(FIGURE))),
    may("values", Shape::Map(&Shape::Either(Leaf::Expression(Kind::Any), VALUE))),
    may("rules", Shape::Map(&Shape::Table(RULE))),
    may("products", Shape::Map(&Shape::Table(PRODUCT))),
    may("examples", Shape::List(&Shape::Table(EXAMPLE))),
];

const DOCUMENT: &[Entry] = &[
    must("dated", DATE),
    may("no", TEXT),
    may("en", TEXT),
    may("zh", TEXT),
    may("by", TEXT),
    may("from", DATE),
    may("url", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const FACT: &[Entry] = &[
    must("type", TYPE),
    must("en", TEXT),
    must("zh", TEXT),
    may("unit", TEXT),
    may("values", TEXTS),
    may("presumed", expression(Kind::Any)),
    may("sum", expression(Kind::Any)),
    may("over", word(&["loan", "borrower", "household", "group", "lender"])),
    may("within", word(&["pack", "all"])),
    may("history", word(&["reliefs", "rows", "months_deferred", "payments", "money"])),
    may("under", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const CHOICE: &[Entry] = &[
    must("type", TYPE),
    must("by", word(CHOOSERS)),
    must("en", TEXT),
    must("zh", TEXT),
    may("values", TEXTS),
    may("at_least", expression(Kind::Any)),
    may("at_most", expression(Kind::Any)),
    may("default", expression(Kind::Any)),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

/// A published series of the host's own.
const SERIES: &[Entry] = &[
    must("en", TEXT),
    must("zh", TEXT),
    may("unit", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const FIGURE: &[Entry] = &[
    must("type", TYPE),
    may("is", Shape::Leaf(Leaf::Printed)),
    may("rows", Shape::List(&Shape::Table(FIGURE_ROW))),
    may("by", expression(Kind::Date)),
    may("per", expression(Kind::Any)),
    may("en", TEXT),
    may("zh", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const FIGURE_ROW: &[Entry] = &[
    may("from", DATE),
    may("until", DATE),
    may("for", Shape::OneOrMore(Leaf::Text)),
    must("is", Shape::Leaf(Leaf::Printed)),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const VALUE: &[Entry] = &[
    may("is", expression(Kind::Any)),
    may("cases", Shape::List(&Shape::Table(CASE))),
    may("en", TEXT),
    may("zh", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const CASE: &[Entry] = &[
    may("when", expression(Kind::Bool)),
    must("is", expression(Kind::Any)),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const CONDITION: &[Entry] = &[
    must("is", expression(Kind::Bool)),
    may("en", TEXT),
    may("zh", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const RULE: &[Entry] = &[
    must("en", TEXT),
    must("zh", TEXT),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
    may("by", expression(Kind::Date)),
    may("from", expression(Kind::Date)),
    may("until", expression(Kind::Date)),
    may("replaces", TEXT),
    may("when", Shape::Map(&Shape::Either(Leaf::Expression(Kind::Bool), CONDITION))),
    may("choices", Shape::Map(&Shape::Table(NARROWED))),
    may("relief", Shape::List(&Shape::Table(RELIEF))),
    may("payment", Shape::List(&Shape::Table(PAYMENT))),
    may("price", Shape::Table(PRICE)),
    may("subsidy", Shape::Table(SUBSIDY)),
    may("guarantee", Shape::Table(GUARANTEE)),
    may("funding", Shape::Table(FUNDING)),
    may("outputs", Shape::Map(&expression(Kind::Any))),
];

const NARROWED: &[Entry] = &[
    may("at_least", expression(Kind::Any)),
    may("at_most", expression(Kind::Any)),
    may("default", expression(Kind::Any)),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

/// The wire form of a relief, `granted_on` aside, with expressions where it has dates, rates and numbers.
const RELIEF: &[Entry] = &[
    may("if", expression(Kind::Bool)),
    may("defer", Shape::Leaf(Leaf::ChosenWord(&["principal", "interest", "both"]))),
    may("due_from", expression(Kind::Date)),
    may("due_until", expression(Kind::Date)),
    may("instalments", expression(Kind::Integer)),
    may("accrued_from", expression(Kind::Date)),
    may("accrued_until", expression(Kind::Date)),
    may(
        "principal_caught_up",
        Shape::Leaf(Leaf::ChosenWord(&[
            "end_of_window",
            "over_remaining",
            "shifted",
            "at_maturity",
            "until_repaid",
        ])),
    ),
    may(
        "interest_meanwhile",
        Shape::Either(
            Leaf::ChosenWord(&[
                "paid",
                "simple",
                "capitalised_at_end",
                "capitalised_each_due_date",
                "waived",
            ]),
            &[must("at", expression(Kind::Rate))],
        ),
    ),
    may(
        "interest_caught_up",
        Shape::Leaf(Leaf::ChosenWord(&[
            "end_of_window",
            "next_instalment",
            "over_remaining",
            "at_maturity",
            "to_a_day",
            "later",
        ])),
    ),
    may("new_date", expression(Kind::Date)),
    may("interest_until", expression(Kind::Date)),
    may("waived_share", expression(Kind::Number)),
    may("replan", Shape::Table(REPLAN)),
    may("payment_in_window", expression(Kind::Money)),
    may("move_by", expression(Kind::Span)),
    may(
        "maturity",
        Shape::Table(&[may("moved_by", expression(Kind::Integer)), may("moved_to", expression(Kind::Date))]),
    ),
    may(
        "rate_from",
        Shape::Table(&[must("from", expression(Kind::Date)), must("rate", expression(Kind::Rate))]),
    ),
    may("penalty", word(&["as_contracted", "none"])),
    may("days_past_due", word(&["by_due_dates", "excluded"])),
    may(
        "class",
        Shape::Either(
            Leaf::Word(&["by_ladder"]),
            &[
                must("held_at", expression(Kind::Date)),
                must("until", expression(Kind::Date)),
                must("reason", TEXT),
            ],
        ),
    ),
    may(
        "credit_report",
        Shape::Either(
            Leaf::Word(&["as_counted"]),
            &[must("protected_from", expression(Kind::Date)), must("protected_to", expression(Kind::Date))],
        ),
    ),
    must("restructures", Shape::Leaf(Leaf::Expression(Kind::Bool))),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

/// So many new instalments.
const REPLAN: &[Entry] =
    &[must("rows", expression(Kind::Integer)), must("every", TEXT), must("first_on", expression(Kind::Date))];

const PAYMENT: &[Entry] = &[
    may("if", expression(Kind::Bool)),
    must("from", word(PARTIES)),
    must("to", word(PARTIES)),
    must("amount", expression(Kind::Money)),
    may("on", expression(Kind::Date)),
    may("due_from", expression(Kind::Date)),
    may("due_until", expression(Kind::Date)),
    may("rows", expression(Kind::Integer)),
    may("settles", word(&["due", "deferred_interest", "principal"])),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const PRICE: &[Entry] = &[
    may("at_most", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("at_least", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("encouraged", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("fixed", FLAG),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const SUBSIDY: &[Entry] = &[
    may("rate", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("slices", Shape::List(&Shape::Table(SLICE))),
    may("share", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("cap", Shape::Leaf(Leaf::Figure(Kind::Money))),
    may("per", Shape::List(&word(WHOSE))),
    may("order", word(&["drawdown", "pro_rata"])),
    may("refill", FLAG),
    may("pays_while", expression(Kind::Bool)),
    may("forfeits_when", expression(Kind::Bool)),
    may("ends_on", expression(Kind::Date)),
    must("payers", Shape::List(&Shape::Table(PAYER))),
    may("limits", Shape::List(&Shape::Table(LIMIT))),
    may("way", word(&["net", "refund", "unknown"])),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

/// A tier of a subsidy.
const SLICE: &[Entry] = &[
    may("up_to", Shape::Leaf(Leaf::Figure(Kind::Money))),
    must("rate", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const PAYER: &[Entry] = &[
    must("who", word(PARTIES)),
    must("share", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const LIMIT: &[Entry] = &[
    must("at_most", Shape::Leaf(Leaf::Figure(Kind::Money))),
    must("per", Shape::List(&word(WHOSE))),
    must(
        "within",
        Shape::Leaf(Leaf::WordOr(&["scheme", "calendar_year", "fiscal_year", "month", "loan"], Kind::Span)),
    ),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const GUARANTEE: &[Entry] = &[
    may("share", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("layers", Shape::List(&Shape::Table(LAYER))),
    must("covers", Shape::List(&word(&["principal", "interest", "penalty"]))),
    must("trigger_days", Shape::Leaf(Leaf::Figure(Kind::Integer))),
    must("trigger", word(&["at", "after"])),
    may("fee", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("leverage", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("stops_when", expression(Kind::Bool)),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const LAYER: &[Entry] = &[
    must("who", word(PARTIES)),
    may("up_to", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("of", word(&["lent", "outstanding"])),
    may("over", word(&["loan", "borrower", "household", "group", "lender"])),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const FUNDING: &[Entry] = &[
    must("kind", word(&["relending", "rediscount", "purchase"])),
    may("rate", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    must("share", Shape::Leaf(Leaf::Figure(Kind::Number))),
    may("partial", FLAG),
    may("replace", word(&["true", "false", "unknown"])),
    may("average_at_most", Shape::Leaf(Leaf::Figure(Kind::Rate))),
    may("returned_after", Shape::Leaf(Leaf::Figure(Kind::Span))),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const PRODUCT: &[Entry] = &[
    must("en", TEXT),
    must("zh", TEXT),
    must("rule", TEXT),
    must("terms", Shape::Terms),
    may("bounds", Shape::Map(&Shape::Either(Leaf::Expression(Kind::Bool), CONDITION))),
    may("doc", TEXT),
    may("sure", SURE),
    may("note", TEXT),
];

const EXAMPLE: &[Entry] = &[
    must("note", TEXT),
    must("facts", Shape::Map(&expression(Kind::Any))),
    may("choices", Shape::Map(&expression(Kind::Any))),
    may("rows", Shape::List(&Shape::Table(EXAMPLE_ROW))),
    must("expect", Shape::Map(&word(VERDICTS))),
    may("expect_rows", Shape::Map(&Shape::List(&DATE))),
    may("expect_payments", Shape::Map(&TEXTS)),
    may("expect_outputs", Shape::Map(&Shape::Map(&TEXT))),
];

const EXAMPLE_ROW: &[Entry] =
    &[must("on", DATE), may("principal", expression(Kind::Money)), may("interest", expression(Kind::Money))];

/// What a rule comes to.
pub(crate) const VERDICTS: &[&str] = &[
    "not_in_force",
    "refused",
    "not_known",
    "open",
    "held_back",
    "nothing_due",
    "already_granted",
    "granted",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::{DaysPastDue, InterestCaughtUp, PenaltyInWindow, PrincipalCaughtUp};
    use crate::money::Rounding;
    use crate::vocabulary::Vocabulary;

    /// The words of a key, that of a table of their own aside.
    fn words_of(table: &'static [Entry], key: &str) -> &'static [&'static str] {
        match table.iter().find(|entry| entry.key == key).map(|entry| &entry.shape) {
            Some(
                Shape::Leaf(Leaf::Word(words) | Leaf::ChosenWord(words))
                | Shape::Either(Leaf::Word(words) | Leaf::ChosenWord(words), _),
            ) => words,
            _ => &[],
        }
    }

    /// What the format has and the engine has not is to come; what the engine has, a pack can say.
    #[test]
    fn the_words_of_the_engine_are_words_of_the_format() {
        fn all_in<W: Vocabulary + std::fmt::Display>(words: &[&str]) {
            for word in W::all() {
                assert!(words.contains(&word.to_string().as_str()), "{word} in {words:?}");
            }
        }
        all_in::<Rounding>(words_of(PACK, "rounding"));
        all_in::<PrincipalCaughtUp>(words_of(RELIEF, "principal_caught_up"));
        all_in::<InterestCaughtUp>(words_of(RELIEF, "interest_caught_up"));
        all_in::<PenaltyInWindow>(words_of(RELIEF, "penalty"));
        all_in::<DaysPastDue>(words_of(RELIEF, "days_past_due"));
    }
}
