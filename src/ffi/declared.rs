//! What the header says of the library beside its functions and structs, for whoever writes `include/puhui.h`.
//!
//! No part of the interface of the crate: it may change with any release.

use super::boundary::start::Start;
use super::codes::{NONE, loan, portfolio};
use crate::loan::{
    AccrualEnds, AccrualPostings, AllocateBy, ChangesFrom, CompoundBase, CompoundRate, DaysPastDue,
    ExcessPayment, FirstPeriod, InterestBase, InterestCaughtUp, InterestOn, LedgerAccount, LevelPayment,
    OverdueEarns, Part, PayOffTo, Payer, PenaltyInWindow, Prepayment, PrepaymentInterest, PrincipalCaughtUp,
    Reamortise, TrancheEarns, UnpaidInterest,
};
use crate::vocabulary::{InC, WordInC};
use crate::{calendar, class, community, money, portfolio as book, wire};

/// A macro that starts a struct.
#[derive(Clone, Debug)]
pub struct Init {
    /// Its name.
    pub name: &'static str,
    /// The struct.
    pub of: &'static str,
    /// What it says of itself, line by line.
    pub about: &'static [&'static str],
    /// The value, as `{:#?}` writes it: the fields in their order, one a line.
    pub value: String,
}

fn init<T: Start>() -> Init {
    let of = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
    Init { name: T::MACRO, of, about: T::ABOUT, value: format!("{:#?}", T::default()) }
}

/// The macros that start structs.
#[must_use]
pub fn inits() -> Vec<Init> {
    vec![
        init::<super::boundary::error::puhui_error>(),
        init::<super::product::puhui_product_rules>(),
        init::<super::servicing::puhui_payer_rules>(),
        init::<super::servicing::puhui_servicing>(),
        init::<super::loan::puhui_terms>(),
        init::<super::loan::puhui_loan>(),
        init::<super::loan_columns::puhui_loan_columns>(),
        init::<super::benchmark::puhui_reset_rule>(),
        init::<super::schedule::puhui_annualised>(),
        init::<super::relief::puhui_relief>(),
        init::<super::relief::puhui_impact>(),
        init::<super::relieve::puhui_relief_result>(),
        init::<super::relieve::puhui_relieved_columns>(),
        init::<super::event::puhui_event>(),
        init::<super::account::puhui_account_query>(),
        init::<super::account::puhui_position>(),
        init::<super::credit_line::puhui_credit_line>(),
        init::<super::credit_line::puhui_line_position>(),
        init::<super::book::puhui_book_columns>(),
        init::<super::tally::puhui_tally_plan>(),
        init::<super::tally::puhui_tally_groups>(),
        init::<super::tally::puhui_tally_result>(),
        init::<super::sums::puhui_figures>(),
        init::<super::figure::puhui_figure>(),
        init::<super::distinct::puhui_distinct_plan>(),
        init::<super::distinct::puhui_distinct_groups>(),
        init::<super::distinct::puhui_distinct_result>(),
        init::<super::growth::puhui_growth_result>(),
        init::<super::concentration::puhui_concentration_result>(),
        init::<super::compliance::puhui_tolerance>(),
        init::<super::compliance::puhui_provision_requirement>(),
        init::<super::compliance::puhui_provision_rates>(),
        init::<super::targeted::puhui_targeted_query>(),
        init::<super::status_register::puhui_status_columns>(),
        init::<super::region_list::puhui_region_query>(),
        init::<super::coverage::puhui_village_columns>(),
        init::<super::coverage::puhui_point_columns>(),
        init::<super::coverage::puhui_coverage_rule>(),
        init::<super::coverage::puhui_coverage_query>(),
        init::<super::coverage::puhui_coverage_result>(),
        init::<super::coverage::puhui_area_figures>(),
    ]
}

/// The codes of a vocabulary.
#[derive(Clone, Debug)]
pub struct Family {
    /// What their names begin with.
    pub prefix: &'static str,
    /// What they are the codes of.
    pub about: String,
    /// The codes, in their order.
    pub codes: Vec<Code>,
}

/// A code.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u32,
    /// What it says of itself.
    pub about: String,
}

fn family<W: InC>() -> Family {
    let name = |rest: &str| format!("{}_{rest}", W::PREFIX);
    let none = W::NONE.map(|about| Code { name: name("NONE"), number: NONE, about: about.to_owned() });
    let of = |(word, said): (&W, &WordInC)| Code {
        name: name(&said.named.map_or_else(|| in_capitals(said.text), str::to_owned)),
        number: super::codes::code(*word),
        about: paragraph(said.about),
    };
    let words = W::all().iter().zip(W::WORDS).map(of);
    Family { prefix: W::PREFIX, about: paragraph(W::ABOUT), codes: none.into_iter().chain(words).collect() }
}

/// A spelling as a part of a name.
fn in_capitals(text: &str) -> String {
    let letter = |char: char| if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' };
    text.chars().map(letter).collect()
}

/// The first paragraph of a comment.
fn paragraph(about: &[&str]) -> String {
    let lines = about.iter().map(|line| line.trim());
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The codes of every vocabulary that C has constants for.
#[must_use]
pub fn families() -> Vec<Family> {
    vec![
        family::<super::language::Language>(),
        family::<portfolio::Figure>(),
        family::<InterestOn>(),
        family::<CompoundRate>(),
        family::<CompoundBase>(),
        family::<Part>(),
        family::<AllocateBy>(),
        family::<ExcessPayment>(),
        family::<OverdueEarns>(),
        family::<PayOffTo>(),
        family::<ChangesFrom>(),
        family::<PrepaymentInterest>(),
        family::<AccrualPostings>(),
        family::<loan::Method>(),
        family::<LevelPayment>(),
        family::<FirstPeriod>(),
        family::<AccrualEnds>(),
        family::<Reamortise>(),
        family::<InterestBase>(),
        family::<UnpaidInterest>(),
        family::<TrancheEarns>(),
        family::<loan::Movement>(),
        family::<calendar::DayCount>(),
        family::<money::Rounding>(),
        family::<calendar::CycleUnit>(),
        family::<calendar::MissingDay>(),
        family::<calendar::Roll>(),
        family::<calendar::RolledInterest>(),
        family::<wire::relief::rows::Defer>(),
        family::<PrincipalCaughtUp>(),
        family::<loan::Meanwhile>(),
        family::<InterestCaughtUp>(),
        family::<PenaltyInWindow>(),
        family::<DaysPastDue>(),
        family::<loan::Classification>(),
        family::<loan::CreditReport>(),
        family::<loan::Outcome>(),
        family::<loan::Ladder>(),
        family::<loan::Provision>(),
        family::<loan::Event>(),
        family::<Payer>(),
        family::<Prepayment>(),
        family::<class::LoanClass>(),
        family::<loan::Stage>(),
        family::<LedgerAccount>(),
        family::<book::Dimension>(),
        family::<book::Measure>(),
        family::<class::Purpose>(),
        family::<class::TargetedClass>(),
        family::<class::BorrowerStatus>(),
        family::<class::GuaranteeKind>(),
        family::<class::StatisticalBasis>(),
        family::<class::Forbearance>(),
        family::<class::RegionClass>(),
        family::<book::Ids>(),
        family::<book::LoansCounted>(),
        family::<portfolio::Held>(),
        family::<book::ToleranceBase>(),
        family::<portfolio::Tolerance>(),
        family::<portfolio::LeastProvisions>(),
        family::<book::TargetedItem>(),
        family::<portfolio::NeedUnit>(),
        family::<portfolio::Listed>(),
        family::<community::PointKind>(),
        family::<community::Area>(),
    ]
}
