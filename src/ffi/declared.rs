//! What the header says of the library beside its functions and structs, for whoever writes `include/puhui.h`.
//!
//! No part of the interface of the crate: it may change with any release.

use super::boundary::start::Start;

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
