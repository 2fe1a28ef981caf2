//! Loans, their schedules and their reliefs.

mod support;

mod loan {
    mod carried_interest;
    mod day_counts;
    mod flat_interest;
    mod golden;
    mod payment_rounding;
    mod relief;
    mod servicing_form;
    mod worked;
}
