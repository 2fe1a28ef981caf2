//! Loans whose accrual periods all count the same.

use crate::calendar::{DayCount, MonthIndex, RolledInterest};
use crate::loan::agreement::loan::Loan;
use crate::loan::agreement::product::AccrualEnds;

impl Loan<'_> {
    /// Whether the day count gives the same to all periods: whole months of 30 days.
    ///
    /// Days above the 27th are left out: the conventions differ on the ends of February.
    pub(crate) fn has_equal_months(&self) -> bool {
        let rules = self.product().rules();
        let terms = self.terms();
        let thirty_days = matches!(
            rules.day_count,
            DayCount::ThirtyE360
                | DayCount::ThirtyE360Isda
                | DayCount::Thirty360Us
                | DayCount::Thirty360Bond
                | DayCount::MonthsAndDays
        );
        let unrolled = rules
            .business_days
            .as_ref()
            .is_none_or(|business_days| business_days.interest == RolledInterest::Unadjusted);
        thirty_days
            && unrolled
            && terms.instalments.is_some()
            && rules.accrual_ends == AccrualEnds::OnDueDate
            && self.starts_with_a_cycle().unwrap_or(false)
    }

    /// Whether the disbursement lies one cycle of months before the first due date, both on the due day.
    fn starts_with_a_cycle(&self) -> Option<bool> {
        let terms = self.terms();
        let months = self.product().rules().every?.months()?;
        let (first, due_day) = MonthIndex::and_day_of(terms.first_due_on?)?;
        let (disbursed, disbursed_day) = MonthIndex::and_day_of(terms.disbursed_on)?;
        Some(
            due_day <= 27
                && disbursed_day == due_day
                && terms.due_day.is_none_or(|agreed| u32::from(agreed.get()) == due_day)
                && first.months_after(disbursed) == usize::try_from(months).ok(),
        )
    }
}
