//! Policy as data: a circular as a file, read and checked as a whole.
//!
//! A [`Pack`] says in data what a circular says in prose: who may have what, from when to when, on which conditions, at which price, and
//! who pays for it. `docs/PACK.md` fixes the file. Reading goes one way:
//!
//! ```text
//! text -> tree (TOML, each value with its place) -> resolve (what it builds on) -> check (its form, by schema)
//!      -> meaning (names, types, versions, sources, rules) -> Pack, with its canonical form and its hash
//! ```
//!
//! What is wrong with it is a [`PackFault`]: line, column, path, what was found, what was expected, the likely word. No figure of policy
//! is in code: `names` has the facts that the engine knows, and nothing else of any country.

mod built_in;
mod canonical;
mod check;
mod decision;
mod declare;
mod examples;
mod explain;
mod expression;
mod fault;
mod form;
mod language;
mod meaning;
mod names;
mod needs;
mod pack;
mod page;
mod reliefs;
mod resolve;
mod schema;
mod tree;
mod types;
mod typing;
mod wording;
mod words;

pub use decision::case::Case;
pub use decision::given::Given;
pub use decision::{
    Decision, Finding, FindingPart, GivenPayment, GivenRelief, Missing, OpenChoice, RuleDecision, Verdict,
};
pub use fault::PackFault;
pub use language::Language;
pub use needs::Need;
pub use pack::Pack;
